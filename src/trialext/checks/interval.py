"""Checks on an estimate, its confidence interval and its p."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..model import DIFFERENCES, RATIOS, Estimate, Report
from .catalogue import ERROR, NOTE
from .rounding import Printed, level_z, p_of_z, printed, shown, z_of_p

__all__ = ["Flag", "check_interval", "wald_window"]

Flag = tuple[str, str, str, str, str]
"""Code, severity, expected, printed, message."""

NEAR = 0.2
"""Deviation of z that a log-rank p beside a Cox ratio, or a t quantile, may explain."""

SPARSE = 0.8
"""Standard error of a log ratio from which counts are so small that exact intervals are usual."""

RATE_NOTE, RATE_ERROR = 0.15, 0.25
"""Distance from the middle of its interval (logit scale, as a share of it) from which a rate is flagged."""

NEAR_MIDPOINT = 0.05
"""Standard errors beyond the rounding window that a profile or exact interval may explain."""


def wald_window(value: Printed, low: Printed, high: Printed, level: float, *, log: bool) -> tuple[float, float]:
    """Return the smallest and largest |z| over all roundings of an estimate and its interval.

    Parameters
    ----------
    value, low, high : Printed
        Estimate and bounds; above 0 where `log`.
    level : float
        Confidence level in percent.
    log : bool
        True for ratios (z on the log scale), False for differences.

    Returns
    -------
    tuple of float
        ``z = |f(R)| / ((f(U) - f(L)) / (2 z_level))`` with f = ln or identity: monotone in each
        of R, L, U, so the two extremes stand at corners of the rounding box.

    Notes
    -----
    Altman & Bland (2011), "How to obtain the P value from a confidence interval".
    """

    def f(x: float) -> float:
        return (math.log(x) if x > 0 else -math.inf) if log else x

    ends = f(value.low), f(value.high)
    nearest = 0.0 if ends[0] <= 0 <= ends[1] else min(abs(ends[0]), abs(ends[1]))
    farthest = max(abs(ends[0]), abs(ends[1]))
    quantile = 2 * level_z(level)
    widest = (f(high.high) - f(low.low)) / quantile
    narrowest = (f(high.low) - f(low.high)) / quantile
    smallest = nearest / widest if math.isfinite(widest) and widest > 0 else 0.0
    return smallest, farthest / narrowest if narrowest > 0 else math.inf


def _p_window(op: str, p: Printed) -> tuple[float, float]:
    """Return the p values that are printed like this: rounding for ``=``, a half-line otherwise."""
    if op in ("<", "<="):
        return 0.0, p.value
    if op in (">", ">="):
        return p.value, 1.0
    return max(0.0, p.low), min(1.0, p.high)


def check_interval(report: Report, estimate: Estimate, lenient: str | None) -> Iterator[Flag]:
    """Yield the flags of ``ci-order``, ``ci-contains``, ``ci-midpoint``, ``ci-level``, ``p-from-ci``, ``p-decision``.

    Formulas and sources stand in `trialext.checks.catalogue.CHECKS`; every comparison is made
    between rounding intervals, so rounding alone never raises a flag.

    Parameters
    ----------
    report : Report
        Its text tells how many digits are printed.
    estimate : Estimate
        A row of `report`.
    lenient : str or None
        What `leniency` says of the row: a context that makes a mismatch of ``ci-midpoint``,
        ``p-from-ci`` or ``p-decision`` a note.

    Yields
    ------
    Flag
    """
    level = estimate.ci_level
    if level is not None and not 50 < level < 100:
        yield "ci-level", NOTE, "above 50, below 100", shown(level), f"{shown(level)} % is no usual confidence level."
    low, high = printed(report, estimate, "ci_low"), printed(report, estimate, "ci_high")
    value = printed(report, estimate, "value")
    if low is None or high is None:
        return
    interval = f"{shown(low.value)} to {shown(high.value)}"
    if low.value > high.value:
        yield (
            "ci-order",
            ERROR,
            "lower bound first",
            interval,
            f"The lower bound stands above the upper one: {interval}.",
        )
        return
    if value is None or estimate.qualifier:
        return
    # Windows that only touch are apart: rounding keeps the order of numbers.
    if value.high <= low.low + 1e-9 or value.low >= high.high - 1e-9:
        hint = ""
        if estimate.measure in RATIOS and value.value > 0 and low.value <= 1 / value.value <= high.value:
            hint = f" Its reciprocal {shown(1 / value.value)} would fit: were the groups swapped?"
        message = f"{estimate.measure} {shown(value.value)} lies outside its interval {interval}.{hint}"
        yield "ci-contains", ERROR, f"within {interval}", shown(value.value), message
        return
    if estimate.measure == "rate" and estimate.unit in ("%", None):
        yield from _rate_position(value, low, high)
        return
    log = estimate.measure in RATIOS
    if not log and estimate.measure not in DIFFERENCES:
        return
    if log and (value.low <= 0 or low.value <= 0):
        return
    off = list(_midpoint(estimate, value, low, high, level or 95.0, log=log, lenient=lenient))
    yield from off
    if estimate.p_value is None or estimate.p_op is None or not 0 <= estimate.p_value <= 1:
        return
    p = printed(report, estimate, "p_value")
    assert p is not None  # narrows the type: p_value is not None
    yield from _p_of_interval(estimate, value, low, high, p, log=log, lenient=lenient)


def _midpoint(
    estimate: Estimate, value: Printed, low: Printed, high: Printed, level: float, *, log: bool, lenient: str | None
) -> Iterator[Flag]:
    """Yield ``ci-midpoint``: a Wald interval is symmetric around its estimate (ratios: on the log scale)."""
    if log:
        least = math.sqrt(max(low.low, 0.0) * high.low)
        most = math.sqrt(low.high * high.high)
        middle = math.sqrt(low.value * high.value)
        error = (math.log(high.high) - math.log(max(low.low, 1e-9))) / (2 * level_z(level))
        beyond = max(math.log(max(least, 1e-9) / value.high), math.log(value.low / most))
    else:
        least, most, middle = (low.low + high.low) / 2, (low.high + high.high) / 2, (low.value + high.value) / 2
        error = (high.high - low.low) / (2 * level_z(level))
        beyond = max(least - value.high, value.low - most)
    if beyond <= 1e-9:
        return
    soft = lenient or not log or error > SPARSE or beyond <= NEAR_MIDPOINT * error
    severity = NOTE if soft else ERROR
    name = "geometric mean" if log else "mean"
    message = (
        f"{estimate.measure} {shown(value.value)} is not the {name} {shown(middle)} of its bounds "
        f"{shown(low.value)} and {shown(high.value)}{_because(lenient)}."
    )
    yield "ci-midpoint", severity, shown(middle), shown(value.value), message


def _rate_position(value: Printed, low: Printed, high: Printed) -> Iterator[Flag]:
    """Yield ``ci-midpoint`` for a percentage: it stands near the middle of its interval on the logit scale.

    Wilson, Clopper–Pearson and Kaplan–Meier intervals are all close to symmetric there.
    """
    if low.low <= 0 or high.high >= 100 or low.high >= high.low:
        return
    ends = [
        _position(v, a, b) for v in (value.low, value.high) for a in (low.low, low.high) for b in (high.low, high.high)
    ]
    nearest = max(0.5, min(ends)) if min(ends) > 0.5 else min(0.5, max(ends))
    off = abs(nearest - 0.5)
    if off > RATE_NOTE:
        middle = 100 / (1 + math.exp(-(_logit(low.value) + _logit(high.value)) / 2))
        message = f"{shown(value.value)} % stands at one end of its interval {shown(low.value)} to {shown(high.value)}."
        yield "ci-midpoint", ERROR if off > RATE_ERROR else NOTE, shown(middle), shown(value.value), message


def _logit(percent: float) -> float:
    return math.log(percent / (100 - percent))


def _position(value: float, low: float, high: float) -> float:
    return (_logit(value) - _logit(low)) / (_logit(high) - _logit(low))


def _p_of_interval(
    estimate: Estimate, value: Printed, low: Printed, high: Printed, p: Printed, *, log: bool, lenient: str | None
) -> Iterator[Flag]:
    """Yield ``p-from-ci`` and ``p-decision``."""
    level = estimate.ci_level or 95.0
    if not 50 < level < 100:
        return
    op = estimate.p_op or "="
    smallest, largest = wald_window(value, low, high, level, log=log)
    p_low, p_high = _p_window(op, p)
    gap = _gap(smallest, largest, p_low, p_high)
    if gap <= 1e-6:
        return
    sparse = log and math.log(high.high / max(low.low, 1e-9)) / (2 * level_z(level)) > SPARSE
    one_sided = _gap(smallest, largest, min(1.0, 2 * p_low), min(1.0, 2 * p_high)) <= NEAR
    soft = lenient or not log or sparse or estimate.ci_level is None or one_sided or gap <= NEAR
    severity = NOTE if soft else ERROR
    expected = _p_text(p_of_z(largest), p_of_z(smallest))
    why = " (it fits a one-sided test)" if one_sided and not lenient else _because(lenient)
    message = (
        f"{estimate.measure} {shown(value.value)} with {shown(level)} % interval {shown(low.value)} to "
        f"{shown(high.value)} gives p {expected}, printed is p {op} {shown(p.value)}{why}."
    )
    yield "p-from-ci", severity, f"p {expected}", f"p {op} {shown(p.value)}", message
    null = 1.0 if log else 0.0
    alpha = round(1 - level / 100, 6)
    excludes = low.low > null or high.high < null
    includes = low.high < null < high.low
    if excludes and op in ("=", ">", ">=") and p_low >= alpha:
        words = f"the interval excludes {shown(null)} but p {op} {shown(p.value)} is not below {shown(alpha)}"
    elif includes and op in ("=", "<", "<=") and p_high < alpha:
        words = f"the interval includes {shown(null)} but p {op} {shown(p.value)} is below {shown(alpha)}"
    else:
        return
    yield "p-decision", severity, f"p {expected}", f"p {op} {shown(p.value)}", f"{words[0].upper()}{words[1:]}{why}."


def _gap(smallest: float, largest: float, p_low: float, p_high: float) -> float:
    """Return the distance, in z, of a window of |z| and a window of p; 0 where they meet."""
    return max(0.0, z_of_p(p_high) - largest, smallest - z_of_p(p_low))


def _p_text(low: float, high: float) -> str:
    """Write a window of p."""
    if high < 1e-4:
        return f"at most {high:.0e}"
    return f"= {shown(high)}" if shown(low) == shown(high) else f"{shown(low) if low >= 1e-4 else '0'} to {shown(high)}"


def _because(lenient: str | None) -> str:
    return f" (note only: {lenient})" if lenient else ""
