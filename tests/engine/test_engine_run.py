"""One run after another: what is read, skipped, replaced, kept and removed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from engine_help import Quiet, extract, made_up_text, make_folder, rows, whole

from trialext.engine import run as engine_run
from trialext.engine.version import code_version
from trialext.patterns import PatternError
from trialext.reading import UsageError
from trialext.store import StoreError, open_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "reviews", 12)


def names(db: Path) -> list[str]:
    connection = sqlite3.connect(db)
    found = [row[0] for row in connection.execute("SELECT document FROM documents ORDER BY 1")]
    connection.close()
    return found


def runs(db: Path) -> int:
    connection = sqlite3.connect(db)
    (count,) = connection.execute("SELECT count(*) FROM runs").fetchone()
    connection.close()
    return int(count)


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_workers_gives_the_same_rows_in_the_same_order(
    folder: Path, tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_run, "UNIT_BYTES", 2000)  # several units
    monkeypatch.setattr(engine_run, "POOL_FROM", 2000)
    extract(folder, tmp_path / "one.db")
    extract(folder, tmp_path / "many.db", jobs=jobs)
    assert rows(tmp_path / "one.db", keys=True) == rows(tmp_path / "many.db", keys=True)
    assert len(names(tmp_path / "one.db")) == 12


def test_a_second_run_changes_no_byte(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    first = extract(folder, db)
    before = db.read_bytes()
    second = extract(folder, db)
    assert (first.wrote, second.wrote) == (True, False)
    assert second.counts.unchanged == second.counts.files == 12
    assert db.read_bytes() == before


def test_only_changed_files_are_read_again(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    changed = folder / "part1" / "review001.txt"
    changed.write_text(made_up_text(101), "utf-8")
    (folder / "new.md").write_text(made_up_text(102), "utf-8")
    result = extract(folder, db)
    assert (result.counts.documents, result.counts.unchanged) == (2, 11)
    fresh = tmp_path / "fresh.db"
    extract(folder, fresh)
    assert rows(db) == rows(fresh)
    assert runs(db) == 2


def test_a_touched_file_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    extract(folder, tmp_path / "t.db")
    os.utime(folder / "part1" / "review001.txt", (1, 1))
    assert not extract(folder, tmp_path / "t.db").wrote


def test_new_patterns_read_everything_again_and_say_why(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "mine.jsonl").write_text('{"label": "DRUG", "pattern": "imaginib", "id": "imaginib"}\n', "utf-8")
    observer = Quiet()
    result = extract(folder, db, packs=[str(packs)], observer=observer)
    assert result.counts.documents == 12 and result.counts.unchanged == 0
    assert any("pattern packs have changed" in line for line in observer.said_)
    assert not extract(folder, db, packs=[str(packs)]).wrote


def test_a_new_program_reads_everything_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    monkeypatch.setattr(engine_run, "code_version", lambda: "0.2.0+0")
    observer = Quiet()
    assert extract(folder, db, observer=observer).counts.documents == 12
    assert observer.said_


def test_the_version_names_release_and_code() -> None:
    release, digest = code_version().split("+")
    assert release.count(".") == 2 and len(digest) == 8


def test_gone_files_stay_until_prune(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    (folder / "part1" / "review001.txt").unlink()
    shutil.rmtree(folder / "part2")
    assert not extract(folder, db).wrote
    assert len(names(db)) == 12
    result = extract(folder, db, prune=True)
    assert result.pruned == ["part1/review001.txt", "part2/review002.txt", "part2/review009.txt"]
    assert len(names(db)) == 9
    assert whole(db)
    assert not extract(folder, db, prune=True).wrote


def test_prune_leaves_files_of_other_folders(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder / "part1", db)
    extract(folder / "part2", db, prune=True)
    assert names(db) == ["review001.txt", "review002.txt", "review008.txt", "review009.txt"]


def test_a_file_keeps_its_name_when_it_is_reached_another_way(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    assert not extract(folder / "part1", db).wrote
    assert len(names(db)) == 12


def test_equal_names_of_two_folders_stay_apart(tmp_path: Path) -> None:
    for number, part in enumerate(("a", "b")):
        (tmp_path / part).mkdir()
        (tmp_path / part / "x.txt").write_text(made_up_text(number), "utf-8")
    db = tmp_path / "t.db"
    extract(tmp_path / "a", db)
    extract(tmp_path / "b", db)
    assert names(db) == ["b/x.txt", "x.txt"]
    assert not extract([str(tmp_path / "a"), str(tmp_path / "b")], db).wrote


def test_a_moved_folder_keeps_its_rows(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    before = rows(db, keys=True)
    folder.rename(tmp_path / "elsewhere")
    result = extract(tmp_path / "elsewhere", db, prune=True)
    assert (result.counts.unchanged, result.pruned) == (12, [])
    assert rows(db, keys=True) == before


def test_a_file_that_breaks_keeps_its_rows_and_heals(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    extract(folder, db)
    good = rows(db)
    path = folder / "part1" / "review001.txt"
    text = path.read_text("utf-8")
    path.write_text("")
    result = extract(folder, db)
    assert [(f.document, f.reason) for f in result.failures] == [("part1/review001.txt", "empty")]
    connection = sqlite3.connect(db)
    assert connection.execute("SELECT document FROM documents WHERE stale").fetchall() == [("part1/review001.txt",)]
    assert connection.execute("SELECT document, reason FROM failures").fetchall() == [("part1/review001.txt", "empty")]
    connection.close()
    again = extract(folder, db)  # still a failure, but no news
    assert again.failures and not again.wrote
    path.write_text(text, "utf-8")
    assert extract(folder, db).failures == []
    assert rows(db) == good


def records(path: Path, numbers: list[int], broken: bool = False) -> None:
    lines = [json.dumps({"id": str(n), "text": made_up_text(n)}, ensure_ascii=False) for n in numbers]
    if broken:
        lines.append('{"id": "bad"')
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("stream_from", [1, 1 << 20], ids=["streamed", "whole"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_of_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream_from: int, jobs: int) -> None:
    monkeypatch.setattr(engine_run, "STREAM_FROM", stream_from)
    monkeypatch.setattr(engine_run, "UNIT_BYTES", 1000)
    monkeypatch.setattr(engine_run, "POOL_FROM", 1000)
    path, db = tmp_path / "f.jsonl", tmp_path / "t.db"
    records(path, list(range(10)), broken=True)
    first = extract(path, db, jobs=jobs)
    assert len(first.failures) == 1 and first.failures[0].source == "f.jsonl"
    assert len(names(db)) == 10
    again = extract(path, db, jobs=jobs)
    assert not again.wrote and len(again.failures) == 1  # skipped, and still not whole
    records(path, [*range(5), *range(20, 25)])
    changed = extract(path, db, jobs=jobs)
    assert changed.counts.documents == (5 if stream_from == 1 else 10)
    assert names(db) == sorted(f"f.jsonl#{n}" for n in [*range(5), *range(20, 25)])
    assert changed.failures == []
    fresh = tmp_path / "fresh.db"
    extract(path, fresh)
    assert rows(db) == rows(fresh)
    assert whole(db)


def test_an_interrupted_file_of_records_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_run, "STREAM_FROM", 1)
    monkeypatch.setattr(engine_run, "UNIT_BYTES", 1000)
    monkeypatch.setattr(engine_run, "POOL_FROM", 1000)
    path, db = tmp_path / "f.jsonl", tmp_path / "t.db"
    records(path, list(range(30)))
    done = []

    def stop_after_some(self: object, unit: object, outcomes: object) -> None:
        original(self, unit, outcomes)  # type: ignore[arg-type]
        done.append(unit)
        if len(done) == 3:
            raise KeyboardInterrupt

    original = engine_run._Run.store
    monkeypatch.setattr(engine_run._Run, "store", stop_after_some)
    result = extract(path, db)
    assert result.interrupted and 0 < len(names(db)) < 30
    kept = len(names(db))
    monkeypatch.setattr(engine_run._Run, "store", original)
    rest = extract(path, db)
    assert rest.counts.documents == 30 - kept
    fresh = tmp_path / "fresh.db"
    extract(path, fresh)
    assert rows(db) == rows(fresh)


def test_nothing_is_touched_by_a_wrong_call(tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(UsageError):
        extract(tmp_path / "missing", db)
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "bad.jsonl").write_text("{not json\n")
    with pytest.raises((PatternError, ValueError)):
        extract(tmp_path / "x.txt", db, packs=[str(tmp_path / "packs")])
    assert not db.exists()


def test_a_locked_database_is_told_before_any_work(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "t.db"
    holder = open_database(db)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(engine_run, "open_database", lambda path: open_database(path, busy_seconds=0.05))
    with pytest.raises(StoreError, match="another program is writing"):
        extract(folder, db)
    holder.execute("ROLLBACK")
    holder.close()
