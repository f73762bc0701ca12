"""Comparison of two databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_reports import TEXT, estimate, report
from typer.testing import CliRunner

from trialext.cli import app
from trialext.model import Report
from trialext.store import open_database, write_report

EDITED = TEXT.replace("虚构研究一", "又一个虚构的研究")

CASES = [
    ("the same", [report()], [report()], []),
    ("gained", [report(estimates=())], [report()], ["  + HR 0.61 PFS ALPHA-1 (0.45–0.83)"]),
    ("lost", [report()], [report(estimates=())], ["  - HR 0.61 PFS ALPHA-1 (0.45–0.83)"]),
    ("changed", [report(estimates=(estimate(endpoint="OS"),))], [report(estimates=(estimate(),))],
     ["  ~ HR 0.61 PFS ALPHA-1 (0.45–0.83): endpoint OS → PFS"]),
    ("a new file", [], [report(drugs=(("drug a", 1),), trials=())],
     ["  + HR 0.61 PFS ALPHA-1 (0.45–0.83)", "  + drug drug a"]),
]  # fmt: skip


def stored(path: Path, reports: list[Report]) -> str:
    db = open_database(path)
    for one in reports:
        write_report(db, one)
    db.close()
    return str(path)


@pytest.mark.parametrize(("old", "new", "lines"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_diff(tmp_path: Path, old: list[Report], new: list[Report], lines: list[str]) -> None:
    paths = [stored(tmp_path / "old.db", old), stored(tmp_path / "new.db", new)]
    result = CliRunner().invoke(app, ["diff", *paths])
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("  ") and "checks" not in line] == lines
    assert "\x1b" not in result.stdout
    strict = CliRunner().invoke(app, ["diff", *paths, "--exit-code", "--json"])
    changes = [json.loads(line) for line in strict.stdout.splitlines()]
    assert strict.exit_code == bool(changes) == bool(lines)


def test_an_edited_text_pairs_rows_by_what_they_say(tmp_path: Path) -> None:
    old = stored(tmp_path / "old.db", [report()])
    new = stored(tmp_path / "new.db", [report(text=EDITED, estimates=(estimate(EDITED),))])
    result = CliRunner().invoke(app, ["diff", old, new, "--json"])
    rows = [c for c in map(json.loads, result.stdout.splitlines()) if c["view"] == "evidence"]
    assert [c["what"] for c in rows] == ["changed"]
    assert {"span_start", "span_end"} <= rows[0]["cells"].keys() and "value" not in rows[0]["cells"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("letters " * 1000)
    result = CliRunner().invoke(app, ["diff", str(tmp_path / "x"), str(tmp_path / "x")])
    assert result.exit_code == 3 and "not a SQLite database" in result.stderr


def test_a_reader_that_has_seen_enough_is_no_broken_database(tmp_path: Path) -> None:
    paths = [stored(tmp_path / "old.db", [report(estimates=())]), stored(tmp_path / "new.db", [report()])]
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as gone:
        command = [sys.executable, "-m", "trialext", "diff", *paths]
        done = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.stderr == "" and done.returncode != 3
