"""Forest plots: what is drawn, where, and that the file is sound."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext.browse.forest import axis_for, by_endpoint, plot_lines
from trialext.browse.forest_svg import clip_text, forest_svg, text_width

SVG = "{http://www.w3.org/2000/svg}"


def row(**cells: Any) -> dict[str, Any]:
    base = {
        **{"id": "e", "document": "d.txt", "kind": "effect", "measure": "HR", "value": 0.5, "ci_low": 0.4},
        **{
            "ci_high": 0.6,
            "endpoint": "OS",
            "trial": "T",
            "trial_key": "T",
            "experimental": ["a"],
            "comparator": ["b"],
        },
        **{"population": None, "timepoint": None, "checks": []},
    }
    return base | cells


def test_one_number_in_two_texts_is_one_line_with_two_sources() -> None:
    lines = plot_lines([row(), row(document="e.txt", id="f"), row(value=0.55)])
    assert [(x.text, x.sources) for x in lines] == [
        ("0.50 (0.40–0.60)", (("d.txt", "e"), ("e.txt", "f"))),
        ("0.55 (0.40–0.60)", (("d.txt", "e"),)),
    ]


@pytest.mark.parametrize(
    ("cells", "lines"),
    [({}, 1), ({"ci_low": None, "ci_high": None}, 2), ({"trial": None, "trial_key": None}, 2)],
)
def test_population_in_two_languages(cells: dict[str, Any], lines: int) -> None:
    rows = [row(population="all patients", **cells), row(population="全体患者", document="e.txt", **cells)]
    assert len(plot_lines(rows)) == lines


def test_lines_of_one_trial_are_named_by_their_groups() -> None:
    (line,) = plot_lines([row(population="women")], one_trial=True)
    assert (line.label, line.detail) == ("a vs b", "women")


def test_rows_without_a_trial_are_not_joined_over_documents() -> None:
    assert len(plot_lines([row(trial=None, trial_key=None), row(trial=None, trial_key=None, document="e.txt")])) == 2


@pytest.mark.parametrize(
    "cells",
    [{"kind": "arm"}, {"measure": "OR"}, {"value": None}, {"value": 0.0}, {"value": -1.0}, {"value": math.inf}],
)
def test_what_cannot_be_drawn_is_left_out(cells: dict[str, Any]) -> None:
    assert plot_lines([row(**cells)]) == []


def test_endpoints_stand_in_the_usual_order() -> None:
    lines = plot_lines([row(endpoint=e) for e in ("other:stroke", "ORR", "PFS", "OS", None)])
    assert [e for e, _ in by_endpoint(lines)] == ["OS", "PFS", "ORR", "?", "other:stroke"]


RATIO = st.floats(0.02, 40, allow_nan=False)


@given(st.lists(st.tuples(RATIO, RATIO, RATIO), min_size=1, max_size=12))
def test_axis_holds_every_value_and_no_difference(values: list[tuple[float, float, float]]) -> None:
    rows = [row(value=v, ci_low=min(a, v), ci_high=max(b, v)) for v, a, b in values]
    axis = axis_for(plot_lines(rows), True)
    assert axis.low <= min(1, *(v for v, _, _ in values))
    assert axis.high >= max(1, *(v for v, _, _ in values))
    assert 2 <= len(axis.ticks) <= 9
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert axis.place(axis.low) == pytest.approx(0)
    assert axis.place(axis.high) == pytest.approx(1)
    middle = math.sqrt(axis.low * axis.high)
    assert axis.place(middle) == pytest.approx(0.5)


@given(st.lists(st.floats(-50, 50, allow_nan=False), min_size=1, max_size=8))
def test_linear_axis_of_differences(values: list[float]) -> None:
    rows = [row(measure="RD", value=v, ci_low=v - 1, ci_high=v + 1) for v in values]
    axis = axis_for(plot_lines(rows, "RD"), False)
    assert axis.low <= min(0, *(v - 1 for v in values)) + 1e-9
    assert axis.high >= max(0, *(v + 1 for v in values)) - 1e-9
    assert axis.neutral == 0
    assert len(axis.ticks) <= 12


@given(st.text(max_size=80), st.booleans())
def test_file_is_sound_whatever_the_names_are(name: str, narrow: bool) -> None:
    lines = plot_lines([row(trial_key=name or "T", population=name, document=name)])
    link = (lambda document, identity: f"#{document}{identity}") if narrow else None
    root = ElementTree.fromstring(forest_svg(lines, title=name, narrow=narrow, link=link, background=True))
    assert root.tag == f"{SVG}svg"
    assert {e.tag for e in root.iter()} <= {
        f"{SVG}{t}" for t in ("svg", "title", "g", "a", "text", "line", "rect", "polygon")
    }


def test_an_interval_beyond_the_axis_ends_in_an_arrow() -> None:
    narrow = plot_lines([row(), row(value=0.9, ci_low=0.2, ci_high=90.0, trial_key="U")])
    assert forest_svg(narrow, title="t").count('class="arrow"') == 1
    assert 'class="arrow"' not in forest_svg(plot_lines([row()]), title="t")


def test_a_row_that_failed_a_check_is_an_open_square() -> None:
    assert 'class="value flagged"' in forest_svg(plot_lines([row(checks=["ci-contains"])]), title="t")
    assert "flagged" not in forest_svg(plot_lines([row()]), title="t")


@given(st.text(max_size=60), st.floats(20, 400))
def test_clipped_text_fits(text: str, room: float) -> None:
    clipped = clip_text(text, 12, room)
    assert text_width(clipped, 12) <= room or clipped == "…"
    assert clipped == text or clipped.endswith("…")
