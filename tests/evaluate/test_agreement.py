"""Agreement of two annotators against figures worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from trialext.evaluate import cli
from trialext.evaluate.agreement import Annotator, agreement, kappa
from trialext.evaluate.annotations import Annotated, Label
from trialext.evaluate.gold import Gold

TEXT = "ORR 43.3% vs 30.1%, HR 0.70 (95% CI 0.55-0.89), age 61"
ROWS: list[dict[str, Any]] = [
    {"kind": "arm", "measure": "rate", "value": 43.3, "unit": "%", "endpoint": "ORR", "experimental": ["a"]},
    {"kind": "arm", "measure": "rate", "value": 30.1, "unit": "%", "endpoint": "ORR", "experimental": ["b"]},
    {"kind": "effect", "measure": "HR", "value": 0.7, "ci_low": 0.55, "ci_high": 0.89, "endpoint": "PFS"},
]
QUOTES = ["43.3%", "30.1%", "HR 0.70 (95% CI 0.55-0.89)"]


def annotator(rows: list[dict[str, Any]], quotes: list[str], doc: str = "d", **more: Any) -> Annotator:
    labels = tuple(
        Label(r["kind"], TEXT.index(q), TEXT.index(q) + len(q), r) for r, q in zip(rows, quotes, strict=True)
    )
    return Annotator({doc: Gold(doc, "en", tuple(rows), **more)}, {doc: Annotated(doc, TEXT, labels)})


def test_one_with_oneself_agrees_in_all() -> None:
    one = annotator(ROWS, QUOTES, drugs=("a",))
    found = agreement(one, one)
    assert {f["f1"] for n, f in found.figures.items() if f["gold"]} == {1.0}
    assert found.kappas["kind of every number"] == (1.0, 7)


def test_differences_are_counted_where_they_are() -> None:
    other = [ROWS[0] | {"endpoint": "DCR"}, ROWS[2] | {"ci_high": 0.9}]
    found = agreement(annotator(ROWS, QUOTES), annotator(other, [QUOTES[0], "HR 0.70"]))
    assert {k: found.figures["rows"][k] for k in ("tp", "pred", "gold")} == {"tp": 2, "pred": 2, "gold": 3}
    assert found.figures["exact spans"]["tp"] == 1
    assert found.figures["overlapping spans"]["tp"] == 2
    # Slots: A fills unit, endpoint, experimental twice and ci, endpoint once; both agree on unit and group of
    # the first rate and on the endpoint of the ratio.
    assert {k: found.figures["slots"][k] for k in ("tp", "pred", "gold")} == {"tp": 3, "pred": 5, "gold": 8}
    assert found.figures["slot endpoint"]["tp"] == 1
    # Numbers 43.3 30.1 0.70 95 0.55 0.89 61: A says arm arm effect none*4, B arm none effect none*4.
    observed, expected = 6 / 7, (2 * 1 + 1 * 1 + 4 * 5) / 49
    value, count = found.kappas["kind of every number"]
    assert (value, count) == (pytest.approx((observed - expected) / (1 - expected)), 7)


def test_what_one_calls_optional_is_no_disagreement() -> None:
    found = agreement(annotator(ROWS, QUOTES), annotator(ROWS[:2], QUOTES[:2], optional_results=(ROWS[2],)))
    assert found.figures["rows"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("aaaabbbb", "aaaabbbb", 1.0),
        ("aabb", "bbaa", -1.0),
        ("aab", "abb", (2 / 3 - 4 / 9) / (5 / 9)),
        ("", "", None),
        ("aa", "aa", None),
    ],
)
def test_kappa(one: str, other: str, expected: float | None) -> None:
    assert kappa(one, other) == (None if expected is None else pytest.approx(expected))


def test_documents_of_one_alone_are_named(tmp_path: Any) -> None:
    app = typer.Typer()
    app.command()(cli.agree)
    for name, docs in (("a", ("x", "y")), ("b", ("x", "z"))):
        (tmp_path / name).mkdir()
        for doc in docs:
            (tmp_path / name / f"{doc}.json").write_text(json.dumps({"lang": "en", "results": ROWS}))
    done = CliRunner().invoke(app, [str(tmp_path / "a"), str(tmp_path / "b")])
    assert done.exit_code == 0, done.output
    assert "1 documents by both" in done.stdout
    assert "left out: y" in done.stdout
    data = json.loads(CliRunner().invoke(app, [str(tmp_path / "a"), str(tmp_path / "b"), "--json"]).stdout)
    assert data["figures"]["rows"]["f1"] == 1.0
    assert "exact spans" not in data["figures"]
