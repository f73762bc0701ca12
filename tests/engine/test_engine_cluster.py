"""Shards, job arrays and a Dask cluster: the rows of one process, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pyarrow.parquet
import pytest
from engine_help import Quiet, extract, make_folder, program, rows, start, whole

from trialext.engine import shards
from trialext.engine.cluster import ShardError, merge, parse_shard, run_shard
from trialext.patterns import load_patterns
from trialext.reading import iter_sources

SMALL = 4000
"""Bytes of a part, so that a small folder has several."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_folder(tmp_path / "reviews", 60)
    (made / "broken.txt").write_text("")
    lines = [
        json.dumps({"id": n, "text": f"Made-up record {n}: OS HR 0.{50 + n} (95% CI 0.40-0.99)."}) for n in range(9)
    ]
    (made / "records.jsonl").write_text("\n".join([*lines, "{broken"]) + "\n", "utf-8")
    return made


@pytest.mark.parametrize("n", [1, 3, 12])
def test_a_job_array_gives_the_rows_of_one_process(folder: Path, tmp_path: Path, n: int) -> None:
    out = tmp_path / "shards"
    made = [run_shard([str(folder)], out, (i, n), observer=Quiet(), part_bytes=SMALL) for i in range(n, 0, -1)]
    assert sum(m[0] for m in made) > 2 and sum(m[1] for m in made) == 69
    observer = Quiet()
    merged = merge([out], str(tmp_path / "merged.db"), observer=observer)
    alone = Quiet()
    extract(folder, tmp_path / "one.db", observer=alone)
    assert rows(tmp_path / "merged.db", keys=True) == rows(tmp_path / "one.db", keys=True)
    assert sorted(observer.failures, key=str) == sorted(alone.failures, key=str)
    assert len(merged.failures) == 2
    assert whole(tmp_path / "merged.db")


def test_what_is_made_is_not_made_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shards"
    run_shard([str(folder)], out, (1, 2), observer=Quiet(), part_bytes=SMALL)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet")}
    run_shard([str(folder)], out, (1, 1), observer=Quiet(), part_bytes=SMALL)
    assert len(list(out.rglob("*.parquet"))) > len(before)
    assert all(p.stat().st_mtime_ns == mtime for p, mtime in before.items())
    merge([out], str(tmp_path / "t.db"), observer=Quiet())
    assert not merge([out], str(tmp_path / "t.db"), observer=Quiet()).wrote
    assert not extract(folder, tmp_path / "t.db").wrote  # nor by a run on one machine
    assert not [p for p in out.iterdir() if p.name.startswith(".part")]


def test_missing_parts_are_named(folder: Path, tmp_path: Path) -> None:
    run_shard([str(folder)], tmp_path / "shards", (2, 2), observer=Quiet(), part_bytes=SMALL)
    with pytest.raises(ShardError, match=r"parts are missing \(number 1, 3"):
        merge([tmp_path / "shards"], str(tmp_path / "t.db"), observer=Quiet())
    assert not (tmp_path / "t.db").exists()
    with pytest.raises(ShardError, match="no plan"):
        merge([tmp_path], str(tmp_path / "t.db"), observer=Quiet())


def test_shards_of_several_folders_meet(folder: Path, tmp_path: Path) -> None:
    for i in (1, 2):
        run_shard([str(folder)], tmp_path / f"node{i}", (i, 2), observer=Quiet(), part_bytes=SMALL)
    merge([tmp_path / "node1", tmp_path / "node2"], str(tmp_path / "t.db"), observer=Quiet())
    extract(folder, tmp_path / "one.db")
    assert rows(tmp_path / "t.db") == rows(tmp_path / "one.db")


def test_a_changed_file_makes_its_part_anew_and_old_parts_do_not_come_back(folder: Path, tmp_path: Path) -> None:
    out, db = tmp_path / "shards", tmp_path / "t.db"
    run_shard([str(folder)], out, (1, 1), observer=Quiet(), part_bytes=SMALL)
    merge([out], str(db), observer=Quiet())
    (folder / "part1" / "review001.txt").write_text("Rewritten: PFS HR 0.77 (95% CI 0.60-0.99).", "utf-8")
    parts = len(list(out.glob("part-*")))
    run_shard([str(folder)], out, (1, 1), observer=Quiet(), part_bytes=SMALL)
    assert len(list(out.glob("part-*"))) > parts
    merge([out], str(db), observer=Quiet())
    extract(folder, tmp_path / "one.db")
    assert rows(db) == rows(tmp_path / "one.db")


def test_a_change_that_keeps_the_size_is_seen(folder: Path, tmp_path: Path) -> None:
    out, db = tmp_path / "shards", tmp_path / "t.db"
    run_shard([str(folder)], out, (1, 1), observer=Quiet(), part_bytes=SMALL)
    path = folder / "part1" / "review001.txt"
    path.write_text(path.read_text("utf-8").replace("P=0", "P<0"), "utf-8")
    run_shard([str(folder)], out, (1, 1), observer=Quiet(), part_bytes=SMALL)
    merge([out], str(db), observer=Quiet())
    extract(folder, tmp_path / "one.db")
    assert rows(db) == rows(tmp_path / "one.db")
    assert not [p for p in out.iterdir() if p.name.startswith(".part")]


def test_parts_are_readable_tables(folder: Path, tmp_path: Path) -> None:
    run_shard([str(folder)], tmp_path / "shards", (1, 1), observer=Quiet(), part_bytes=SMALL)
    files = sorted((tmp_path / "shards").glob("part-*/evidence.parquet"))
    table = pyarrow.parquet.read_table(files).to_pylist()
    extract(folder, tmp_path / "one.db")
    db = sqlite3.connect(tmp_path / "one.db")
    columns = "document, measure, value, ci_low, sentence, checks"
    stored = db.execute(f"SELECT {columns} FROM evidence ORDER BY key").fetchall()
    assert [tuple(r[c] for c in columns.split(", ")) for r in table] == stored
    db.close()
    schemas = {str(pyarrow.parquet.read_schema(f)) for f in files}
    assert len(schemas) == 1  # also of parts without a row: the files read as one table


def test_plans_are_the_same_everywhere(folder: Path) -> None:
    patterns = load_patterns()
    plans = [make(patterns, folder) for make in [plan_of, plan_of]]
    assert plans[0] == plans[1] and len(set(plans[0])) == len(plans[0])


def plan_of(patterns: object, folder: Path) -> list[str]:
    sources = list(iter_sources([str(folder)]))
    return [p.name for p in shards.make_plan(sources, patterns, (), part_bytes=SMALL).parts]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0/3", "4/3", "x/3", "3", "/", "-1/3", "1/0"])
def test_shards_that_are_none(text: str) -> None:
    with pytest.raises(ShardError, match="write i/n"):
        parse_shard(text)


def children(pid: int) -> list[int]:
    """Return the processes below `pid`, the deepest last."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    below: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        below.setdefault(parent, []).append(child)
    found, todo = [], [pid]
    while todo:
        todo += (more := below.get(todo.pop(0), []))
        found += more
    return found


def test_a_cluster_that_loses_a_worker_gives_the_same_rows(tmp_path: Path) -> None:
    """Two worker processes on this machine; one is killed while parts are being made."""
    folder = make_folder(tmp_path / "reviews", 30)
    text = "The NEVERLAND-{0} trial (made up): PFS HR 0.{1} (95% CI 0.40-0.99), median 9.{1} months.\n\n"
    for number in range(60):
        body = "".join(text.format(n, 50 + (n + number) % 49) for n in range(40))
        (folder / f"longer{number:02}.txt").write_text(body, "utf-8")
    db, out = tmp_path / "t.db", tmp_path / "t.db.shards"
    process = start("extract", folder, "--db", db, "--cluster", "local", "--jobs", "2", "--part-mb", "0.05")
    while process.poll() is None and not list(out.glob(".part-*")):
        time.sleep(0.05)
    workers = [p for p in children(process.pid) if "spawn_main" in command_line(p)]
    os.kill(workers[-1], signal.SIGKILL)
    assert process.wait(500) == 0
    extract(folder, tmp_path / "one.db", jobs=2, timeout=None)
    assert rows(db, keys=True) == rows(tmp_path / "one.db", keys=True)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def test_the_command_line(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shards"
    first = program("extract", folder, "--shard", "1/2", "--shards", out, "--part-mb", "0.004")
    assert first.returncode in (0, 1) and "documents" in first.stdout
    assert program("extract", folder, "--shard", "3/2", "--shards", out).returncode == 2
    assert program("extract", folder, "--shard", "1/2", "--cluster", "local").returncode == 2
    program("extract", folder, "--shard", "2/2", "--shards", out, "--part-mb", "0.004")
    done = program("merge", out, "--db", tmp_path / "t.db")
    assert done.returncode == 1 and "69 documents" in done.stdout  # two failures, as in a run on one machine
    assert program("merge", tmp_path, "--db", tmp_path / "u.db").returncode == 2
    nobody = program("extract", folder, "--cluster", "tcp://127.0.0.1:1", "--db", tmp_path / "u.db")
    assert nobody.returncode == 2 and "no Dask scheduler answers" in nobody.stderr
