"""Effect sizes: values against published formulas, checked by the way back."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext.browse.effects import METAFOR_COLUMNS, REVMAN_COLUMNS, effect_rows, revman_rows


def row(**cells: Any) -> dict[str, Any]:
    base = {
        **{
            "id": "e",
            "document": "d",
            "kind": "effect",
            "measure": "HR",
            "value": 0.5,
            "ci_low": 0.4,
            "ci_high": 0.625,
        },
        **{"ci_level": 95.0, "p_op": None, "p_value": None, "endpoint": "OS", "analysis": [], "experimental": ["a"]},
        **{"comparator": ["b"], "checks": [], "population": None, "timepoint": None, "trial": None, "sentence": "s"},
    }
    return base | cells


def test_log_hazard_ratio_and_its_error() -> None:
    (effect,) = effect_rows([row()])
    assert effect["yi"] == pytest.approx(-0.693147, abs=1e-6)
    assert effect["sei"] == pytest.approx((math.log(0.625) - math.log(0.4)) / 3.919928, abs=1e-6)
    assert (effect["ci.lb"], effect["ci.ub"]) == (pytest.approx(math.log(0.4)), pytest.approx(math.log(0.625)))
    assert tuple(effect) == METAFOR_COLUMNS


@given(st.floats(0.05, 20), st.floats(0.02, 2), st.sampled_from([80.0, 90.0, 95.0, 97.5, 99.0]))
def test_interval_gives_back_the_error(value: float, error: float, level: float) -> None:
    z = NormalDist().inv_cdf(0.5 + level / 200)
    low, high = value * math.exp(-z * error), value * math.exp(z * error)
    (effect,) = effect_rows([row(value=value, ci_low=low, ci_high=high, ci_level=level)])
    assert effect["sei"] == pytest.approx(error, rel=1e-9)


@given(st.floats(0.1, 0.95), st.floats(0.05, 1))
def test_exact_p_gives_back_the_error(value: float, error: float) -> None:
    p = 2 * (1 - NormalDist().cdf(abs(math.log(value)) / error))
    if not 1e-12 < p < 0.999:
        return
    (effect,) = effect_rows([row(value=value, ci_low=None, ci_high=None, p_op="=", p_value=p)])
    assert effect["sei"] == pytest.approx(error, rel=1e-3)
    assert effect["sei_from"] == "p"


@pytest.mark.parametrize(
    ("cells", "sei", "source"),
    [
        ({"ci_level": None}, 0.113852, "ci, taken as 95%"),
        ({"ci_low": None}, None, None),
        ({"ci_low": None, "ci_high": None}, None, None),
        ({"ci_low": None, "ci_high": None, "p_op": "<", "p_value": 0.05}, None, None),
        ({"ci_low": None, "ci_high": None, "p_op": "=", "p_value": 0.0}, None, None),
        (
            {"ci_low": None, "ci_high": None, "p_op": "=", "p_value": 0.02, "analysis": ["one-sided"]},
            0.337503,
            "p, one-sided",
        ),
        ({"ci_low": 0.7, "ci_high": 0.6}, None, None),
        ({"measure": "MD", "value": -1.5, "ci_low": -2.5, "ci_high": -0.5}, 0.510213, "ci"),
    ],
)
def test_where_the_error_comes_from(cells: dict[str, Any], sei: float | None, source: str | None) -> None:
    (effect,) = effect_rows([row(**cells)])
    assert effect["sei"] == (None if sei is None else pytest.approx(sei, abs=2e-6))
    assert effect["sei_from"] == source


@pytest.mark.parametrize(
    "cells", [{"kind": "arm", "measure": "median"}, {"value": None}, {"measure": "other"}, {"value": 0.0}]
)
def test_other_rows_have_no_effect_size(cells: dict[str, Any]) -> None:
    assert effect_rows([row(**cells)]) == []


def test_revman_takes_rows_with_an_error_only() -> None:
    rows = [row(), row(id="f", ci_low=None), row(id="g", measure="RD", value=3.0, ci_low=1.0, ci_high=5.0)]
    table = revman_rows(rows)
    assert [(r["Effect measure"], r["Evidence id"]) for r in table] == [("log[HR]", "e"), ("RD", "g")]
    assert table[0]["Comparison"] == "a vs b"
    assert tuple(table[0]) == REVMAN_COLUMNS
