"""`check` and `coverage` over files and over a database say the same."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from trialext.evaluate import cli
from trialext.evaluate.predictions import reports_of
from trialext.store import open_database, write_report

app = typer.Typer()
for function in (cli.check, cli.coverage):
    app.command()(function)

SOUND = "Median OS was 20.1 months with drug A and 16.4 months with placebo (HR 0.76; 95% CI 0.60-0.95; P = .015).\n"
FAULTY = "随访36个月，中位PFS为8.1个月和5.6个月（HR=0.90，95%CI：0.55~0.69，P=0.003）。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(SOUND, "utf-8")
    (tmp_path / "texts" / "b.md").write_text(FAULTY, "utf-8")
    with closing(open_database(tmp_path / "x.db")) as db:
        for report in reports_of([str(tmp_path / "texts")]):
            write_report(db, report)
    return tmp_path


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_check_says_the_same_of_files_and_database(folder: Path) -> None:
    files, database = run("check", folder / "texts"), run("check", "--db", folder / "x.db")
    assert (files.exit_code, database.exit_code) == (1, 1)
    assert files.stdout == database.stdout
    assert "b.md: ci-contains (error): HR 0.9 lies outside its interval 0.55 to 0.69." in files.stdout
    assert "a.txt" not in files.stdout
    assert run("check", folder / "texts" / "a.txt").exit_code == 0


def test_coverage_says_the_same_of_files_and_database(folder: Path) -> None:
    files = json.loads(run("coverage", folder / "texts", "--json").stdout)
    database = json.loads(run("coverage", "--db", folder / "x.db", "--json").stdout)
    assert files == database
    assert [c["document"] for c in files] == ["a.txt", "b.md"]
    assert all(c["claimed"] >= 3 and c["share"] == 1.0 for c in files)
    assert sum(files[1]["out_of_scope"].values()) == 1  # the follow-up is no outcome


def test_coverage_prints_a_table_and_the_list(folder: Path) -> None:
    (folder / "texts" / "c.txt").write_text(
        "The hazard ratio was 0.53, it was said, and ORR rose to 12.5% (HR 3.2).", "utf-8"
    )
    done = run("coverage", folder / "texts", "--list")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split()[:4] == ["document", "evidence", "unexplained", "share"]
    assert any(line.startswith("3 documents") for line in lines)


def test_what_cannot_be_read_is_named_and_fails(folder: Path) -> None:
    (folder / "texts" / "d.txt").write_text("", "utf-8")
    for command in ("check", "coverage"):
        done = run(command, folder / "texts")
        assert done.exit_code == 1
        assert "d.txt" in done.stderr


def test_a_text_that_breaks_a_rule_does_not_stop_the_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import trialext.pipeline

    real = trialext.pipeline.extract

    def broken(document: Any, patterns: Any) -> Any:
        if document.name == "a.txt":
            raise RuntimeError("a broken rule")
        return real(document, patterns)

    monkeypatch.setattr(trialext.pipeline, "extract", broken)
    done = run("check", folder / "texts")
    assert "a.txt: extraction failed with RuntimeError: a broken rule" in done.stderr
    assert "b.md: ci-contains" in done.stdout
