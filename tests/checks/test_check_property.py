"""Honest Wald triples never alarm; slips of one digit do, at a rate that may not fall."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from checks_rows import report, row
from checks_simulate import flagged, rates
from hypothesis import given, settings
from hypothesis import strategies as st

from trialext.checks import check_report


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


@settings(max_examples=300, deadline=None)
@given(st.integers(10, 600), st.floats(0.0, 1.0), st.integers(0, 1), st.sampled_from(["wilson", "logit"]))
def test_rates_with_their_intervals_never_alarm(n: int, share: float, digits: int, method: str) -> None:
    events = min(n - 2, max(2, round(n * share)))
    p, z = events / n, NormalDist().inv_cdf(0.975)
    if method == "wilson":
        middle, half = (
            (p + z * z / (2 * n)) / (1 + z * z / n),
            z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n),
        )
        ends = middle - half, middle + half
    else:
        logit, error = math.log(p / (1 - p)), math.sqrt(1 / events + 1 / (n - events))
        ends = tuple(1 / (1 + math.exp(-(logit + s * z * error))) for s in (-1, 1))
    low, value, high = (f"{100 * x:.{digits}f}" for x in (ends[0], p, ends[1]))
    text = f"ORR {value}% (95% CI {low}%-{high}%)"
    one = row(text, measure="rate", value=float(value), unit="%", ci_low=float(low), ci_high=float(high))
    assert check_report(report(text, one)) == ()
