"""`trialext explain`: names, numbers, rows and what stays open, from the text alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_help import made_up_text
from typer.testing import CliRunner

from trialext.cli import app

SENTENCE = "In the IMAGINE-3 trial median PFS was 9.1 months with pembrolizumab (HR 0.61; 95% CI 0.45-0.83; P=0.002)."


@pytest.mark.parametrize("how", ["argument", "file", "standard input"])
def test_a_sentence_is_explained(tmp_path: Path, how: str) -> None:
    path = tmp_path / "one.txt"
    path.write_text(SENTENCE, "utf-8")
    argument = {"argument": SENTENCE, "file": str(path), "standard input": "-"}[how]
    done = CliRunner().invoke(app, ["explain", argument], input=SENTENCE)
    assert done.exit_code == 0, done.output
    assert "'pembrolizumab' at" in done.stdout and "DRUG pembrolizumab" in done.stdout
    assert "effect HR 0.61 PFS" in done.stdout
    assert "rules: " in done.stdout
    assert "\x1b" not in done.stdout


def test_the_json_points_into_the_text() -> None:
    text = made_up_text(1)
    done = CliRunner().invoke(app, ["explain", text, "--json"])
    data = json.loads(done.stdout)
    assert data["lang"] == "zh"
    assert data["estimates"]
    for row in data["estimates"]:
        for _cell, start, end in row["spans"]:
            assert 0 <= start < end <= len(text)
    hazard = next(row for row in data["estimates"] if row["measure"] == "HR")
    assert f"{hazard['value']:g}" in text[hazard["start"] : hazard["end"]]


def test_a_text_without_results() -> None:
    done = CliRunner().invoke(app, ["explain", "Nothing of the kind."])
    assert done.exit_code == 0
    assert done.stdout.count("nothing") == 3


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = CliRunner().invoke(app, ["explain", str(tmp_path / "empty.txt")])
    assert done.exit_code == 1 and "empty.txt" in done.stderr
