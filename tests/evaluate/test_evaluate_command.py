"""`evaluate`, `check` and `coverage` as a user calls them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from evaluate_data import document, write_database
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from trialext.evaluate import cli
from trialext.evaluate.bootstrap import intervals
from trialext.evaluate.errors import locate, sentence_at
from trialext.evaluate.gold import Gold, GoldError, Predicted, load_gold
from trialext.evaluate.page import Mark, marked
from trialext.evaluate.render import table, width
from trialext.evaluate.score import aggregate, score_documents

app = typer.Typer()
for function in (cli.evaluate, cli.check, cli.coverage):
    app.command()(function)

ZH = "甲方案<b>的ORR</b>为43.3%。\r\n中位PFS分别为8.1个月和5.6个月（HR=0.70，95%CI 0.55~0.89）😀。"
EN = "Median OS was 20.1 months. The trial was positive."


def row(text: str, quote: str, **columns: Any) -> dict[str, Any]:
    start = text.index(quote)
    return {"span_start": start, "span_end": start + len(quote), "sentence": quote} | columns


ORR = {"kind": "arm", "measure": "rate", "value": 43.3, "unit": "%", "endpoint": "ORR", "experimental": ["a"]}
HR = {"kind": "effect", "measure": "HR", "value": 0.7, "ci_low": 0.55, "ci_high": 0.89, "endpoint": "PFS"}
MEDIAN = {"kind": "arm", "measure": "median", "value": 8.1, "unit": "months", "endpoint": "PFS"}
OS = {"kind": "arm", "measure": "median", "value": 20.1, "unit": "months", "endpoint": "OS"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents: in the Chinese one an endpoint is wrong, one row missed, one spurious."""
    gold = tmp_path / "gold"
    gold.mkdir()
    results = [ORR | {"quote": "43.3%"}, HR | {"quote": "HR=0.70"}, MEDIAN | {"quote": "8.1个月"}]
    (gold / "zh-1.json").write_text(
        json.dumps({"lang": "zh", "results": results, "drugs": ["a<i>"], "trials": [{"name": "T-1", "n": 9}]}), "utf-8"
    )
    (gold / "en-1.json").write_text(json.dumps({"lang": "en", "results": [OS | {"quote": "20.1"}]}), "utf-8")
    found = [
        row(ZH, "43.3%", **ORR),
        row(ZH, "HR=0.70", **(HR | {"endpoint": "OS"})),
        row(ZH, "5.6个月", **(MEDIAN | {"value": 5.6})),
    ]
    documents = [
        document(
            "x/zh-1.md",
            found,
            ["b"],
            [{"trial": "T1", "trial_key": "t1", "n": 8}],
            text=ZH,
            lang="zh",
            findings=[(1, "ci-order", "error"), (0, "ci-midpoint", "note")],
        ),
        document("x/en-1.md", [row(EN, "20.1", **OS)], text=EN),
    ]
    write_database(tmp_path / "a.db", documents)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_text_names_figures_languages_and_worst_errors(folder: Path) -> None:
    done = run("evaluate", folder / "gold", "--db", folder / "a.db")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "2 documents, 4 gold rows; quiet documents with false rows: 0/0"
    assert any(line.startswith("all ") and "0.750" in line for line in lines)
    assert any(line.split()[:3] == ["zh", "1", "1.000"] for line in lines)
    worst = lines[next(i for i, line in enumerate(lines) if line.startswith("worst errors (")) :]
    assert worst[1].startswith("  1. zh-1  wrong  effect HR 0.7  [endpoint: OS; gold: PFS]")
    assert any("missed  arm median 8.1" in line for line in worst)
    assert "\x1b" not in done.stdout


def test_json_holds_every_figure(folder: Path) -> None:
    done = run("evaluate", folder / "gold", "--db", folder / "a.db", "--json")
    data = json.loads(done.stdout)
    assert data["all"] == {"p": 0.75, "r": 0.75, "f1": 0.75, "tp": 3, "pred": 4, "gold": 4}
    assert data["all strict"]["tp"] == 2
    assert data["languages"]["en"]["all exact"]["f1"] == 1.0
    assert data["trial columns"] == {"n": "0/1"}
    missed = next(e for e in data["errors"] if e["what"] == "missed")
    assert ZH[missed["start"] : missed["end"]] == "8.1个月"
    assert "中位PFS" in missed["sentence"]
    low, high = data["intervals"]["all"]
    assert low <= 0.75 <= high


@pytest.mark.parametrize(
    ("limits", "code", "says"),
    [
        (["all=0.75"], 0, ""),
        (["all=0.76"], 1, "all 0.7500 < 0.76"),
        (["all strict.r=0.6"], 1, "all strict.r"),
        (["en all exact=1"], 0, ""),
        (["zh all=0.9", "drugs=0.9"], 1, "drugs"),
        (["effect.endpoint=0.5"], 1, "effect.endpoint"),
        (["al strict=0.9"], 2, "all strict"),
        (["all"], 2, "NAME=VALUE"),
        (["all=x"], 2, "NAME=VALUE"),
    ],
)
def test_floors(folder: Path, limits: Sequence[str], code: int, says: str) -> None:
    options = [x for limit in limits for x in ("--fail-under", limit)]
    done = run("evaluate", folder / "gold", "--db", folder / "a.db", *options)
    assert (done.exit_code, says in done.stderr) == (code, True), done.output


def test_a_file_of_floors(folder: Path) -> None:
    (folder / "floors.json").write_text('{"all": 0.7, "zh all": 0.99}')
    done = run("evaluate", folder / "gold", "--db", folder / "a.db", "--floors", folder / "floors.json")
    assert (done.exit_code, "zh all" in done.stderr) == (1, True)
    assert run("evaluate", folder / "gold", "--db", folder / "a.db", "--floors", folder / "none.json").exit_code == 2


class Reader(HTMLParser):
    """Collects the text of the marked documents, the marks and everything that would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.marks: list[tuple[str, str]] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.loads += [
            str(v) for k, v in attrs if k in ("src", "srcset", "data") or (k == "href" and not str(v).startswith("#"))
        ]
        if tag == "div" and given.get("class") == "text":
            self._inside = True
            self.texts.append("")
        if tag == "mark" and self._inside:
            self.marks.append((str(given["class"]), str(given["title"])))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data


def test_the_page_is_self_contained_escaped_and_marks_the_errors(folder: Path) -> None:
    done = run("evaluate", folder / "gold", "--db", folder / "a.db", "--html", folder / "out" / "e.html")
    assert done.exit_code == 0
    content = (folder / "out" / "e.html").read_bytes().decode("utf-8")
    reader = Reader()
    reader.feed(content)
    assert reader.texts == [EN, ZH]
    assert reader.loads == []
    assert not reader.tags & {"script", "b", "i", "link", "img"}
    assert [c for c, _ in reader.marks] == ["ok", "ok", "missed", "spurious", "wrong"]
    assert any("endpoint: OS; gold: PFS" in title for _, title in reader.marks)


@given(
    st.text(alphabet="a<>&\"'病\r\n😀\u2028", min_size=0, max_size=30),
    st.lists(
        st.tuples(st.integers(-2, 32), st.integers(-2, 32), st.sampled_from(["ok", "wrong", "missed"])), max_size=6
    ),
)
def test_marking_keeps_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    html = marked(text, [Mark(a, b, what, '"<x>&') for a, b, what in spans], 'p"')
    reader = Reader()
    reader.feed(f'<div class="text">{html}</div>')
    # The parser of the standard library folds no line ends in data, so the text comes back whole.
    assert reader.texts == [text]
    covered = any(0 <= a < b and a < len(text) for a, b, _ in spans)
    assert bool(reader.marks) == covered


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["gold", "--db", "none.db"], 3, "no such database"),
        (["gold", "--db", "gold/en-1.json"], 3, "no SQLite database"),
        (["gold", "--db", "plain.db"], 3, "not a trialext database"),
        (["nowhere", "--db", "a.db"], 2, "cannot be read"),
        (["gold", "gold", "--db", "a.db"], 2, "not both"),
        (["gold", "missing.md"], 2, "no such file"),
        (["gold", "--db", "a.db", "--only", "q"], 2, "no gold files (*.json) named q"),
    ],
)
def test_wrong_use_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, says: str
) -> None:
    sqlite3.connect(folder / "plain.db").close()
    monkeypatch.chdir(folder)
    done = run("evaluate", *arguments)
    assert (done.exit_code, says in done.stderr) == (code, True), done.output
    assert done.stdout == ""


def test_gold_without_a_document_counts_as_missed_and_is_named(folder: Path) -> None:
    (folder / "gold" / "zh-2.json").write_text(json.dumps({"lang": "zh", "results": [ORR]}))
    done = run("evaluate", folder / "gold", "--db", folder / "a.db", "--json")
    assert "zh-2" in done.stderr
    assert json.loads(done.stdout)["all"]["gold"] == 5


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        '{"results": {}}',
        '{"results": [{"kind": "effect"}]}',
        '{"results": [{"kind": "x", "measure": "HR"}]}',
        '{"results": [], "trials": [{}]}',
    ],
)
def test_a_broken_gold_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(GoldError, match=r"a\.json"):
        load_gold(tmp_path)


def test_check_lists_errors_and_fails(folder: Path) -> None:
    done = run("check", "--db", folder / "a.db")
    assert done.exit_code == 1
    assert "x/zh-1.md: ci-order (error): a message" in done.stdout
    assert "ci-midpoint" not in done.stdout
    assert "ci-midpoint" in run("check", "--db", folder / "a.db", "--notes").stdout
    assert run("check", "--db", folder / "a.db", "--code", "fraction").exit_code == 0
    assert run("check", "--db", folder / "a.db", "--code", "nonsense").exit_code == 2
    listed = json.loads(run("check", "--db", folder / "a.db", "--json").stdout)
    assert [f["code"] for f in listed] == ["ci-order"]


def test_check_explains_its_codes() -> None:
    done = run("check", "--explain")
    assert done.exit_code == 0
    assert "ci-midpoint (error)" in done.stdout


def test_intervals_are_reproducible_and_hold_the_figure() -> None:
    golds = [Gold(f"d{i}", "en", (HR,)) for i in range(10)]
    predicted = {f"d{i}": Predicted((HR,)) for i in range(0, 10, 2)}
    scores = score_documents(golds, predicted)
    first = intervals(scores, rounds=200)
    assert first == intervals(scores, rounds=200)
    low, high = first["effect"]
    assert low < aggregate(scores)["effect"]["f1"] < high
    assert "trials" not in first


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        (ZH, "HR=0.70", "HR=0.70"),
        ("HR\r\n  0.70", "HR 0.70", "HR\r\n  0.70"),
        (ZH, "HR=0.71", None),
        (ZH, None, None),
        ("a", " ", None),
    ],
)
def test_quotes_are_found_whatever_their_spaces(text: str, quote: str | None, expected: str | None) -> None:
    place = locate(text, quote)
    assert (text[place[0] : place[1]] if place else None) == expected


def test_the_sentence_around_a_span() -> None:
    at = EN.index("positive")
    assert sentence_at(EN, at, at + 8) == "The trial was positive."


def test_tables_align_by_terminal_columns() -> None:
    lines = table([["名称", "1"], ["ab", "22"]]).splitlines()
    assert {width(line) for line in lines} == {8}
