"""What a forest plot shows: its lines and its axis.

`plot_lines` turns rows of evidence into lines; the same number of the same trial in several
texts is one line with several sources.  The same number is: trial, endpoint, value and both
bounds; without bounds, population and time as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..model import DIFFERENCES, RATIOS
from .present import arms_text, evenly

__all__ = ["Axis", "Line", "axis_for", "by_endpoint", "drawable", "plot_lines"]

ENDPOINT_ORDER = (
    "OS",
    "PFS",
    "DFS",
    "EFS",
    "RFS",
    "TTP",
    "TTF",
    "LRFS",
    "DMFS",
    "CSS",
    "ORR",
    "DCR",
    "CBR",
    "pCR",
    "MPR",
)

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plot.

    Attributes
    ----------
    endpoint, measure : str
    label : str
        Trial, or the document where no trial is named.
    detail : str
        Population, time, level of the interval, groups.
    value, low, high : float
        As printed; bounds None where none is printed.
    text : str
        The numbers as text.
    sources : tuple of (document, evidence id)
    flagged : bool
        A check failed.
    """

    endpoint: str
    measure: str
    label: str
    detail: str
    value: float
    low: float | None
    high: float | None
    text: str
    sources: tuple[tuple[str, str], ...] = ()
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values stand.

    Attributes
    ----------
    low, high : float
        Ends of the axis, in the unit of the measure.
    log : bool
        Logarithmic (ratios) or linear (differences).
    ticks : tuple of float
    """

    low: float
    high: float
    log: bool
    ticks: tuple[float, ...] = field(default=())

    def place(self, value: float) -> float:
        """Return where `value` stands, 0 at the left end and 1 at the right, clipped to both."""
        if self.log:
            share = (math.log(max(value, 1e-9)) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))

    @property
    def neutral(self) -> float:
        """The value of no difference."""
        return 1.0 if self.log else 0.0


def _order(line: Line) -> tuple[int, str, str, str]:
    known = line.endpoint in ENDPOINT_ORDER
    rank = ENDPOINT_ORDER.index(line.endpoint) if known else len(ENDPOINT_ORDER)
    return rank, line.endpoint, line.label.casefold(), line.detail


def plot_lines(rows: Iterable[Mapping[str, Any]], measure: str = "HR", *, one_trial: bool = False) -> list[Line]:
    """Return the lines of a plot, grouped by endpoint.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of view ``evidence``; effects of `measure` with a value are drawn.
    measure : str
        ``HR OR RR IRR`` (logarithmic) or ``RD MD SMD`` (linear).
    one_trial : bool
        All rows are of one trial: lines are named by their groups.
    """
    ratio = measure in RATIOS
    lines: dict[tuple[Any, ...], Line] = {}
    for row in rows:
        if row["kind"] != "effect" or row["measure"] != measure or row["value"] is None:
            continue
        if not math.isfinite(row["value"]) or (ratio and row["value"] <= 0):
            continue
        low, high = row["ci_low"], row["ci_high"]
        if ratio:
            low, high = (b if b is not None and b > 0 else None for b in (low, high))
        endpoint = row["endpoint"] or "?"
        trial = row["trial_key"] or row["trial"]
        arms = arms_text(row)
        level = row.get("ci_level") if low is not None or high is not None else None
        note = f"{level:g}% CI" if level not in (None, 95) else None
        parts = (row["population"], row["timepoint"], note, None if one_trial else arms)  # the end may be cut
        detail = " · ".join(x for x in parts if x)
        source = (row["document"], row["id"])
        # Two languages name a population differently: value and both bounds tell the number.
        whole = trial and low is not None and high is not None
        apart = None if whole else (row["population"], row["timepoint"], None if trial else arms)
        key = (trial or row["document"], endpoint, row["value"], low, high, apart)
        known = lines.get(key)
        if known is not None:
            lines[key] = replace(
                known,
                detail=max(known.detail, detail, key=len),
                sources=(*known.sources, source),
                flagged=known.flagged or bool(row["checks"]),
            )
            continue
        numbers = [v for v in (row["value"], low, high) if v is not None]
        texts = evenly(numbers, 2 if ratio else 0)
        text = texts[0] + (f" ({texts[1]}–{texts[2]})" if len(texts) == 3 else "")
        name = str((arms if one_trial else "") or row["trial"] or trial or row["document"])
        flagged = bool(row["checks"])
        lines[key] = Line(endpoint, measure, name, detail, row["value"], low, high, text, (source,), flagged)
    return sorted(lines.values(), key=_order)


def by_endpoint(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines in groups of one endpoint, in their order."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.endpoint, []).append(line)
    return list(groups.items())


def axis_for(lines: Sequence[Line], log: bool) -> Axis:
    """Return an axis that holds the values and most bounds, and the value of no difference.

    Parameters
    ----------
    lines : sequence of Line
    log : bool
        True for ratios (logarithmic, no difference at 1), False for differences (linear, 0).

    Returns
    -------
    Axis
        Of ratios, it reaches no farther than three times beyond the outermost value (or 1), up to
        the next round tick, within 0.01 to 100: wider intervals run out of it.
    """
    values = [v for x in lines for v in (x.value, x.low, x.high) if v is not None and math.isfinite(v)]
    if log:
        points = [x.value for x in lines]
        low = max(min([*values, 0.8]), min([*points, 1.0]) / 3, _TICKS[0])
        high = min(max([*values, 1.25]), max([*points, 1.0]) * 3, _TICKS[-1])
        ends = [t for t in _TICKS if t <= low][-1:] or [_TICKS[0]], [t for t in _TICKS if t >= high][:1] or [_TICKS[-1]]
        first, last = ends[0][0], ends[1][0]
        ticks = [t for t in _TICKS if first <= t <= last]
        if len(ticks) > 8:
            ticks = [t for t in ticks if t in (0.01, 0.1, 1, 10, 100, 0.3, 3, 0.03, 30) or t in (first, last)]
        return Axis(first, last, True, tuple(ticks))
    low, high = min([*values, 0.0]), max([*values, 0.0])
    step = 10 ** math.floor(math.log10(max(high - low, 1e-6) / 2))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= 7)
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    count = round((last - first) / step)
    return Axis(first, last if last > first else first + step, False, tuple(first + i * step for i in range(count + 1)))


def drawable(measure: str) -> bool:
    """Return whether a measure can be drawn."""
    return measure in RATIOS or measure in DIFFERENCES
