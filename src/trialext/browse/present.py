"""Rows in words: one statistic as a reader writes it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..model import RATIOS

__all__ = ["arms_text", "evenly", "headline", "number", "p_text", "value_text"]

_SIGNS = {"<=": "≤", ">=": "≥", "about": "≈"}


def number(value: float | None) -> str:
    """Return a number as short as it can be printed; empty for None."""
    if value is None:
        return ""
    return f"{value:.10g}"


def evenly(values: Sequence[float], least: int = 0) -> list[str]:
    """Return numbers with the same count of decimals: that of the longest.

    Parameters
    ----------
    values : sequence of float
    least : int
        Decimals at least; the values themselves ask for six at most.

    Returns
    -------
    list of str
    """
    places = least
    for value in values:
        if math.isfinite(value):
            tail = f"{value:.6f}".rstrip("0").rpartition(".")[2]
            places = max(places, len(tail))
    return [f"{v:.{places}f}" for v in values]


def p_text(row: Mapping[str, Any]) -> str:
    """Return the p-value of a row, as ``P<0.001``; empty when it has none."""
    if row.get("p_value") is None:
        return ""
    op = row.get("p_op") or "="
    return f"P{_SIGNS.get(op, op)}{number(row['p_value'])}"


def value_text(row: Mapping[str, Any]) -> str:
    """Return value, unit and interval of a row, as ``0.51 (0.38–0.69)`` or ``11.1 months``."""
    if row["kind"] == "test":
        return p_text(row)
    qualifier = row.get("qualifier")
    low, high = row.get("ci_low"), row.get("ci_high")
    given = [v for v in (row.get("value"), low, high) if v is not None]
    least = 2 if row["measure"] in RATIOS else 0
    texts = dict(zip(given, evenly(given, least), strict=True))
    unit = row.get("unit") or ""
    if row.get("value") is None:
        text = qualifier or "–"
    else:
        text = f"{_SIGNS.get(qualifier, qualifier) if qualifier else ''}{texts[row['value']]}"
        text += "%" if unit == "%" else (f" {unit}" if unit else "")
    if row.get("numerator") is not None and row.get("denominator") is not None and row["measure"] == "rate":
        text += f" ({number(row['numerator'])}/{number(row['denominator'])})"
    if low is not None or high is not None:
        level = row.get("ci_level")
        note = "" if level in (None, 95) else f"{number(level)}% CI "
        text += f" ({note}{texts[low] if low is not None else '?'}–{texts[high] if high is not None else 'NE'})"
    if row.get("spread_kind"):
        ends = "–".join(number(v) for v in (row.get("spread_low"), row.get("spread_high")) if v is not None)
        text += f" [{row['spread_kind']} {ends}]"
    return text


def arms_text(row: Mapping[str, Any], versus: str = "vs") -> str:
    """Return the groups of a row, as ``ivonescimab vs pembrolizumab``; empty when unknown.

    Parameters
    ----------
    row : mapping
        With ``kind`` and the lists ``experimental`` and ``comparator``.
    versus : str
        The word between the groups.

    Returns
    -------
    str
        Of an arm its own group only; ``?`` stands for an unknown first group.
    """
    first, second = (" + ".join(row.get(name) or ()) for name in ("experimental", "comparator"))
    if row["kind"] == "arm" or not second:
        return first
    return f"{first or '?'} {versus} {second}"


def headline(row: Mapping[str, Any]) -> str:
    """Return a row in one line, as ``PFS HR 0.51 (0.38–0.69), P<0.001``."""
    endpoint = (row.get("endpoint") or "?").removeprefix("other:")
    at = f" {row['timepoint']}" if row.get("timepoint") else ""
    if row["kind"] == "test":
        return f"{endpoint}{at} {p_text(row)}"
    p = p_text(row)
    return f"{endpoint}{at} {row['measure']} {value_text(row)}" + (f", {p}" if p else "")
