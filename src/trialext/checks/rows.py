"""Checks on one row alone: ranges, fractions, spreads."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..model import RATIOS, Estimate, Report
from .catalogue import ERROR, NOTE
from .interval import Flag
from .rounding import printed, shown

__all__ = ["check_fraction", "check_ranges", "check_spread"]


def check_ranges(estimate: Estimate) -> Iterator[Flag]:
    """Yield ``p-range``, ``rate-range`` and ``ratio-range``."""
    p = estimate.p_value
    if p is not None and not 0 <= p <= 1:
        yield "p-range", ERROR, "0 to 1", shown(p), f"p = {shown(p)} is no probability."
    elif p == 0 and estimate.p_op in ("=", None):
        yield "p-range", NOTE, "p < the last digit", "p = 0", "p is printed as 0, which no test gives: p < is meant."
    elif p == 0 and estimate.p_op in ("<", "<="):
        yield "p-range", ERROR, "above 0", f"p {estimate.p_op} 0", "No p is below 0."
    elif p is not None and p > 0.2 and estimate.p_op in ("<", "<="):
        yield "p-range", NOTE, "a level such as 0.05", f"p {estimate.p_op} {shown(p)}", "A bound that says nothing."
    numbers = [(n, getattr(estimate, n)) for n in ("value", "ci_low", "ci_high")]
    if estimate.measure == "rate" and estimate.unit in ("%", None):
        for column, x in numbers:
            if x is not None and not 0 <= x <= 100:
                # A negative percentage is a change that was taken for a rate.
                severity = NOTE if x < 0 else ERROR
                yield "rate-range", severity, "0 to 100", shown(x), f"A rate cannot be {shown(x)} % ({column})."
    if estimate.measure in RATIOS:
        for column, x in numbers:
            if x is not None and (x < 0 or (x == 0 and column != "ci_low")):
                yield "ratio-range", ERROR, "above 0", shown(x), f"{estimate.measure} cannot be {shown(x)} ({column})."
            elif x == 0:
                message = f"The lower bound of {estimate.measure} is printed as 0."
                yield "ratio-range", NOTE, "above 0", "0", message


def check_fraction(report: Report, estimate: Estimate) -> Iterator[Flag]:
    """Yield ``fraction``: a rate printed as n/N must be that fraction.

    Rates at a time point come from survival curves and are not compared with n/N.

    Parameters
    ----------
    report : Report
        Its text tells how many digits are printed.
    estimate : Estimate
        A row of `report`; silent unless it is a rate with ``numerator`` and ``denominator``.

    Yields
    ------
    Flag
        A note where digits were cut or rounded twice, else an error.
    """
    n, total = estimate.numerator, estimate.denominator
    if n is None or total is None or estimate.measure != "rate":
        return
    shape = f"{n:g}/{total:g}"
    if total <= 0 or n > total:
        yield "fraction", ERROR, "n at most N", shape, f"{shape} is no part of a whole."
        return
    value = printed(report, estimate, "value")
    if value is None or estimate.unit not in ("%", None) or estimate.timepoint or estimate.qualifier:
        return
    percent = 100 * n / total
    if abs(percent - value.value) <= value.half + 1e-9:
        return
    step = 2 * value.half
    cut = math.isclose(math.floor(percent / step + 1e-9) * step, value.value, abs_tol=1e-9)
    # Rounded twice: 10.448 to 10.45 to 10.5.
    twice = math.isclose(_half_up(_half_up(percent, step / 10), step), value.value, abs_tol=1e-9)
    why = " (digits cut)" if cut else " (rounded twice)" if twice else ""
    message = f"{shape} is {shown(percent)} %, printed is {shown(value.value)} %{why}."
    severity = NOTE if why else ERROR
    yield "fraction", severity, f"{shown(percent)} %", f"{shown(value.value)} % ({shape})", message


def _half_up(number: float, step: float) -> float:
    """Round to a multiple of `step`, halves upwards."""
    return math.floor(number / step + 0.5 + 1e-9) * step


def check_spread(report: Report, estimate: Estimate) -> Iterator[Flag]:
    """Yield ``spread``: a median or mean stands within its range; quartiles hold the median only.

    Parameters
    ----------
    report : Report
        Its text tells how many digits are printed.
    estimate : Estimate
        A row of `report`; silent unless its ``spread_kind`` is an interquartile range or a range.

    Yields
    ------
    Flag
    """
    kind = (estimate.spread_kind or "").lower()
    if kind not in ("iqr", "range"):
        return
    low, high = printed(report, estimate, "spread_low"), printed(report, estimate, "spread_high")
    value = printed(report, estimate, "value")
    if low is None or high is None:
        return
    text = f"{shown(low.value)} to {shown(high.value)}"
    if low.value > high.value:
        yield "spread", ERROR, "lower end first", text, f"The {estimate.spread_kind} {text} is in the wrong order."
    elif (
        value is not None
        and not estimate.qualifier
        and (kind == "range" or estimate.measure == "median")
        and (value.high < low.low or value.low > high.high)
    ):
        message = f"The {estimate.measure} {shown(value.value)} lies outside its {estimate.spread_kind} {text}."
        yield "spread", ERROR, f"within {text}", shown(value.value), message
