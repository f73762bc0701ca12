"""Honest Wald triples never alarm; slips of one digit do, at a rate that may not fall."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from checks_simulate import flagged, rates
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=400, deadline=None)
@given(
    st.floats(-1.6, 1.6),
    st.floats(0.03, 0.8),
    st.sampled_from([80.0, 90.0, 95.0, 97.5, 99.0]),
    st.integers(1, 4),
    st.integers(2, 5),
)
def test_rounded_wald_triples_never_alarm(log: float, error: float, level: float, digits: int, p_digits: int) -> None:
    z = NormalDist().inv_cdf(0.5 + level / 200)
    p = math.erfc(abs(log / error) / math.sqrt(2))
    low = f"{math.exp(log - z * error):.{digits}f}"
    small = p < 10.0**-p_digits
    printed = {
        "value": f"{math.exp(log):.{digits}f}",
        "ci_low": low,
        "ci_high": f"{math.exp(log + z * error):.{digits}f}",
        "p_op": "<" if small else "=",
        "p_value": f"{10.0**-p_digits:.{p_digits}f}" if small else f"{p:.{p_digits}f}",
    }
    found = flagged(printed, level)
    if float(low) == 0 or float(printed["value"]) == 0:  # too few digits to say anything: a note, or a ratio of 0
        found = {c: s for c, s in found.items() if c != "ratio-range"}
    assert found == {}


@pytest.mark.parametrize(
    ("column", "flagged_floor", "error_floor"),
    [("value", 0.95, 0.91), ("ci_low", 0.92, 0.86), ("ci_high", 0.85, 0.77), ("p_value", 0.58, 0.45)],
)
def test_slips_are_flagged(column: str, flagged_floor: float, error_floor: float) -> None:
    measured = rates(1500)
    assert measured["none"] == {"flagged": 0.0, "error": 0.0}
    assert measured[column]["flagged"] >= flagged_floor
    assert measured[column]["error"] >= error_floor
