"""The commands as people run them: show, plot, export, review; and the readers people have."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browse_data import build, chinese
from browse_help import environment, trialext

from trialext.browse.corrections import CorrectionError, add_correction, apply_corrections, latest, parse_value
from trialext.browse.data import evidence, resolve
from trialext.store import open_database, write_report


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return build(tmp_path / "trialext.db")


def _identity(database: Path, value: float) -> str:
    db = sqlite3.connect(database)
    found = db.execute("SELECT id FROM evidence WHERE value = ?", (value,)).fetchone()[0]
    db.close()
    return str(found)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


@pytest.mark.parametrize("name", ["DEMO-1", "demo1", "Demo 1", "NCT00000001", "DEMO-1研究"])
def test_show_finds_a_trial_by_any_of_its_names(database: Path, name: str) -> None:
    done = trialext("show", name, "--db", database)
    lines = list(csv.reader(io.StringIO(done.stdout), delimiter="\t"))
    assert done.returncode == 0
    assert lines[0][:4] == ["endpoint", "measure", "value", "p"]
    assert ["PFS", "HR", "0.51 (0.38–0.69)", "P<0.001"] in [line[:4] for line in lines]
    assert len(lines) == 6


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("帕博利珠单抗", ("drug", "pembrolizumab")),
        ("Pembrolizumab", ("drug", "pembrolizumab")),
        ("demo-2", ("trial", "DEMO-2")),
        ("帕博利", None),
        ("", None),
        ("%", None),
    ],
)
def test_names_in_both_languages(database: Path, name: str, found: tuple[str, str] | None) -> None:
    db = open_database(database, readonly=True)
    assert resolve(db, name) == found
    db.close()


def test_show_says_when_nothing_is_known(database: Path) -> None:
    done = trialext("show", "nobody", "--db", database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nobody" in done.stderr


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    for command in (["show", "x"], ["export", "x.csv"], ["review"], ["plot", "forest"]):
        done = trialext(*command, "--db", missing)
        assert done.returncode == 3
        assert "none.db" in done.stderr
    assert not missing.exists()


def test_forest_plot_files(database: Path, tmp_path: Path) -> None:
    svg = tmp_path / "plots" / "forest.svg"
    assert trialext("plot", "forest", "-o", svg, "--db", database, "--drug", "依沃西单抗").returncode == 0
    assert "0.51 (0.38–0.69)" in svg.read_text("utf-8")
    assert trialext("plot", "forest", "-o", svg, "--db", database, "--endpoint", "TTP").returncode == 1
    assert trialext("plot", "forest", "-o", tmp_path / "x.gif", "--db", database).returncode == 2


@pytest.mark.skipif(not _has("matplotlib"), reason="the extra plot is not installed")
def test_png_is_drawn_or_the_missing_font_is_named(database: Path, tmp_path: Path) -> None:
    png = tmp_path / "forest.png"
    done = trialext("plot", "forest", "-o", png, "--db", database, "--title", "森林图")
    if done.returncode == 0:
        assert png.read_bytes().startswith(b"\x89PNG")
    else:
        assert "fonts-wqy-microhei" in done.stderr
        assert not png.exists()


def test_png_error_names_packages_when_no_font_has_the_signs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra plot is not installed")
    from trialext.browse import forest_png
    from trialext.browse.forest import Line

    monkeypatch.setattr(forest_png, "CJK_FONTS", ())
    line = Line("OS", "HR", "示例", "", 0.5, 0.4, 0.6, "0.50", (("文.txt", "e"),))
    with pytest.raises(forest_png.FontMissing, match="fonts-noto-cjk"):
        forest_png.write_png([line], tmp_path / "x.png", title="t")
    forest_png.write_png([Line("OS", "HR", "T", "$a$", 0.5, 0.4, 0.6, "0.50")], tmp_path / "x.png", title="t")
    assert (tmp_path / "x.png").stat().st_size > 1000


def test_csv_opens_in_excel_and_holds_every_row(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert trialext("export", path, "--db", database).returncode == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len(rows) == 9
    assert rows[0]["document"] == "en/made-up.txt"
    assert any("依沃西单抗组较" in r["sentence"] for r in rows)
    piped = trialext("export", "-", "--db", database, "--where", "endpoint=PFS", "--where", "kind=effect")
    assert not piped.stdout.startswith("\ufeff")
    assert len(list(csv.DictReader(io.StringIO(piped.stdout)))) == 3


def test_jsonl_keeps_lists(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    trialext("export", path, "--db", database, "--where", "checks=ci-contains")
    (row,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert (row["value"], row["checks"], row["experimental"]) == (0.78, ["ci-contains"], ["ivonescimab"])


def test_markdown_has_no_markup_of_the_text(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.md"
    trialext("export", path, "--db", database)
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 11
    assert "<script>" not in path.read_text("utf-8")
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


@pytest.mark.skipif(not _has("pyarrow"), reason="the extra parquet is not installed")
def test_parquet_comes_back(database: Path, tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "out.parquet"
    assert trialext("export", path, "--db", database).returncode == 0
    frame = pd.read_parquet(path)
    assert len(frame) == 9
    assert frame.value.max() == 50.0


@pytest.mark.skipif(not _has("openpyxl"), reason="the extra excel is not installed")
def test_excel_keeps_text_as_text(database: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    db = open_database(database)
    db.execute("UPDATE estimate SET population = '=1+1' WHERE value = 0.7")
    db.close()
    path = tmp_path / "out.xlsx"
    assert trialext("export", path, "--db", database).returncode == 0
    sheet = load_workbook(path).active
    header = [c.value for c in sheet[1]]
    cells = [sheet.cell(i, header.index("population") + 1) for i in range(2, sheet.max_row + 1)]
    assert ("=1+1", "s") in [(c.value, c.data_type) for c in cells]
    assert sheet.max_row == 10


def test_effect_tables(database: Path) -> None:
    done = trialext("export", "-", "-f", "metafor", "--db", database, "--where", "trial_key=DEMO-2")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(r["measure"], round(float(r["yi"]), 4)) for r in rows] == [("OR", 0.7419), ("HR", -0.3567)]
    done = trialext("export", "-", "-f", "revman", "--db", database)
    assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ["x.doc"],
        ["x.csv", "--view", "sqlite_master"],
        ["x.csv", "--where", "nope=1"],
        ["x.csv", "--view", "documents", "--corrected"],
    ],
)
def test_wrong_export_is_explained(database: Path, arguments: list[str], tmp_path: Path) -> None:
    done = trialext("export", str(tmp_path / arguments[0]), *arguments[1:], "--db", database)
    assert done.returncode == 2
    assert done.stderr.startswith("trialext: ")


def test_review_stores_answers_from_the_terminal(database: Path) -> None:
    done = trialext("review", "--db", database, "--document", "zh/示例一.txt", stdin="y\nn\nc\nendpoint=OS\nq\n")
    assert done.returncode == 0, done.stderr
    db = open_database(database, readonly=True)
    said = db.execute("SELECT verdict, field, old, new FROM corrections ORDER BY id").fetchall()
    db.close()
    assert said == [
        ("right", None, None, None),
        ("wrong", None, None, None),
        ("corrected", "endpoint", '"PFS"', '"OS"'),
    ]
    again = trialext("review", "--db", database, "--document", "zh/示例一.txt", stdin="q\n")
    assert again.stdout.startswith("2 rows to review")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--verdict", "right"], 0),
        (["--verdict", "corrected", "--set", "endpoint=OS", "--set", "comparator=placebo + docetaxel"], 0),
        (["--verdict", "corrected"], 2),
        (["--verdict", "right", "--set", "endpoint=OS"], 2),
        (["--verdict", "corrected", "--set", "id=x"], 2),
        (["--verdict", "corrected", "--set", "value=abc"], 2),
        (["--verdict", "perhaps"], 2),
    ],
)
def test_review_without_questions(database: Path, arguments: list[str], code: int) -> None:
    done = trialext("review", "--db", database, "--id", _identity(database, 0.51), *arguments)
    assert done.returncode == code, done.stderr


def test_corrections_outlive_a_new_reading_and_make_gold(database: Path, tmp_path: Path) -> None:
    right, wrong, changed = (_identity(database, v) for v in (11.1, 5.8, 0.51))
    db = open_database(database)
    add_correction(db, right, "right", who="a")
    add_correction(db, wrong, "wrong")
    add_correction(db, changed, "corrected", changes={"endpoint": "OS", "comparator": ["placebo"]}, note="see figure")
    write_report(db, chinese(), version="newer", pack_hash="other")  # replaces the rows of the document
    rows = {r["id"]: r for r in apply_corrections(db, evidence(db, document="zh/示例一.txt"))}
    db.close()
    assert wrong not in rows
    assert (rows[right]["review"], rows[changed]["endpoint"], rows[changed]["comparator"]) == (
        "right",
        "OS",
        ["placebo"],
    )
    assert trialext("export", tmp_path / "gold", "-f", "gold", "--db", database).returncode == 0
    (path,) = (tmp_path / "gold").glob("*.json")
    gold = json.loads(path.read_text("utf-8"))
    assert path.stem == gold["doc"] == "示例一"
    assert [(r["endpoint"], r["measure"], r["value"]) for r in gold["results"]] == [
        ("OS", "HR", 0.51),
        ("PFS", "median", 11.1),
    ]
    assert len(gold["optional_results"]) == 2
    scored = trialext("evaluate", path, "--db", database, "--json")
    assert scored.returncode == 0, scored.stderr


@pytest.mark.parametrize(
    ("entries", "verdict", "changes"),
    [
        ([], "", {}),
        ([("right", None, None)], "right", {}),
        (
            [("corrected", "endpoint", '"OS"'), ("corrected", "value", "0.5")],
            "corrected",
            {"endpoint": "OS", "value": 0.5},
        ),
        ([("corrected", "endpoint", '"OS"'), ("right", None, None)], "right", {}),
        ([("wrong", None, None), ("corrected", "value", "1.0")], "corrected", {"value": 1.0}),
    ],
)
def test_the_last_word_counts(entries: list[tuple[str, Any, Any]], verdict: str, changes: dict[str, Any]) -> None:
    assert latest([{"verdict": v, "field": f, "new": n} for v, f, n in entries]) == (verdict, changes)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("experimental", "ivonescimab + chemotherapy", ["ivonescimab", "chemotherapy"]),
        ("comparator", '["a, b"]', ["a, b"]),
        ("comparator", "", []),
        ("experimental", "顺铂、吉西他滨", ["顺铂", "吉西他滨"]),
        ("value", "−1·5", -1.5),
        ("population", " 全体 ", "全体"),
        ("trial", "", None),
    ],
)
def test_what_people_type(field: str, text: str, value: Any) -> None:
    assert parse_value(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"), [("id", "x"), ("measure", "hazard"), ("value", "x"), ("comparator", "[1]"), ("kind", "Effect")]
)
def test_what_people_may_not_type(field: str, text: str) -> None:
    with pytest.raises(CorrectionError):
        parse_value(field, text)


def test_other_readers_read_the_database(database: Path) -> None:
    import pandas as pd

    db = sqlite3.connect(database)
    frame = pd.read_sql("SELECT * FROM evidence WHERE kind = 'effect'", db)
    db.close()
    assert len(frame) == 6
    assert frame.value.dtype == float
    command = [sys.executable, "-m", "sqlite_utils", "rows", str(database), "evidence", "--limit", "2"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 2
