"""Forest plots as SVG, written by hand: right in every browser, no library, no network.

`plot_lines` turns rows of evidence into lines (the same number of the same trial in several
texts is one line with several sources), `forest_svg` draws them, once for wide and once for
narrow windows.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from .effects import DIFFERENCES, RATIOS
from .present import arms_text, evenly

__all__ = ["Axis", "Line", "axis_for", "by_endpoint", "clip_text", "forest_svg", "plot_lines", "text_width"]

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
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plot.

    Attributes
    ----------
    endpoint, measure : str
    label : str
        Trial, or the document where no trial is named.
    detail : str
        Groups, population, time.
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


def plot_lines(rows: Iterable[Mapping[str, Any]], measure: str = "HR") -> list[Line]:
    """Return the lines of a plot, grouped by endpoint.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of view ``evidence``; effects of `measure` with a value are drawn.
    measure : str
        ``HR OR RR IRR`` (logarithmic) or ``RD MD SMD`` (linear).
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
        detail = " · ".join(x for x in (arms, row["population"], row["timepoint"]) if x)
        source = (row["document"], row["id"])
        key = (
            *(trial or row["document"], endpoint, row["population"], row["timepoint"], row["value"], low, high),
            None if trial else arms,
        )
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
        name = str(trial or row["document"])
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
    """Return an axis that holds the values and most bounds, and the value of no difference."""
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


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is, in the unit of `size`."""
    width = 0.0
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF":
            width += 1.0
        else:
            width += 0.68 if sign.isupper() or sign in "mwMW%@" else 0.54
    return width * size


def clip_text(text: str, size: float, room: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _clean(text: str) -> str:
    """Escape, and drop what XML cannot hold."""
    good = "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
    return escape(good, quote=True)


def _text(x: float, y: float, text: str, size: float, extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{extra}>{_clean(text)}</text>'


def _marker(line: Line, axis: Axis, left: float, width: float, y: float) -> str:
    """Return interval and square of one line; an arrow where the interval leaves the axis."""
    at = left + axis.place(line.value) * width
    parts = []
    if line.low is not None and line.high is not None:
        a, b = left + axis.place(line.low) * width, left + axis.place(line.high) * width
        parts.append(
            f'<line class="ci" x1="{a:.1f}" y1="{y:.1f}" x2="{b:.1f}" y2="{y:.1f}" stroke="#33526e" stroke-width="1.6"/>'
        )
        for x, outside, way in ((a, line.low < axis.low, 1), (b, line.high > axis.high, -1)):
            if outside:
                points = f"{x:.1f},{y:.1f} {x + 7 * way:.1f},{y - 4:.1f} {x + 7 * way:.1f},{y + 4:.1f}"
                parts.append(f'<polygon class="arrow" points="{points}" fill="#33526e"/>')
            else:
                parts.append(
                    f'<line class="ci" x1="{x:.1f}" y1="{y - 3.5:.1f}" x2="{x:.1f}" y2="{y + 3.5:.1f}" stroke="#33526e" stroke-width="1.2"/>'
                )
    size = _square(line, axis)
    paint = 'fill="#ffffff" stroke="#b3261e" stroke-width="1.8"' if line.flagged else 'fill="#1f6f8b"'
    kind = "value flagged" if line.flagged else "value"
    parts.append(
        f'<rect class="{kind}" x="{at - size / 2:.1f}" y="{y - size / 2:.1f}" width="{size:.1f}" height="{size:.1f}" {paint}/>'
    )
    return "".join(parts)


def _square(line: Line, axis: Axis) -> float:
    """Return the side of the square: larger for a narrower interval, 6 to 12."""
    if line.low is None or line.high is None or line.high <= line.low or (axis.log and line.low <= 0):
        return 6.0
    spread = (
        math.log(line.high / line.low) if axis.log else (line.high - line.low) / max(axis.high - axis.low, 1e-9) * 3
    )
    return min(12.0, max(6.0, 5 + 3 / max(spread, 0.25)))


Link = Callable[[str, str], str]


def _linked(inner: str, line: Line, link: Link | None) -> str:
    title = f"<title>{_clean(' · '.join(x for x in (line.label, line.detail, line.text) if x))}</title>"
    if link is None or not line.sources:
        return f'<g class="line">{title}{inner}</g>'
    return f'<a class="line" href="{_clean(link(*line.sources[0]))}">{title}{inner}</a>'


def _sources(line: Line, x: float, y: float, link: Link | None, room: float) -> str:
    """Return the sources as numbered links, or as names where there is nothing to link to."""
    if link is None:
        names = ", ".join(dict.fromkeys(document for document, _ in line.sources))
        return _text(x, y, clip_text(names, 10.5, room), 10.5, ' fill="#5c6b77" class="source"')
    parts = []
    for i, (document, identity) in enumerate(line.sources[:6], 1):
        number = _text(x, y, f"[{i}]", 11, ' fill="#1f6f8b" class="source"')
        parts.append(f'<a href="{_clean(link(document, identity))}"><title>{_clean(document)}</title>{number}</a>')
        x += 19
    if len(line.sources) > 6:
        parts.append(_text(x, y, f"+{len(line.sources) - 6}", 11, ' fill="#5c6b77"'))
    return "".join(parts)


def forest_svg(
    lines: Sequence[Line],
    *,
    title: str,
    captions: tuple[str, str] = ("← lower in the first group", "higher in the first group →"),
    link: Link | None = None,
    narrow: bool = False,
    background: bool = False,
) -> str:
    """Draw a forest plot.

    Parameters
    ----------
    lines : sequence of Line
        Of one measure, at least one.
    title : str
        What the plot shows; read aloud by screen readers.
    captions : (str, str)
        Under the axis, left and right of no difference.
    link : function (document, evidence id) -> address, optional
        Where a line leads to; without it the sources are named.
    narrow : bool
        For phones: labels stand above their line.
    background : bool
        Draw a white ground, for a file of its own.

    Returns
    -------
    str
        One ``<svg>`` element; all text escaped, no style sheet, no script.
    """
    axis = axis_for(lines, lines[0].measure in RATIOS)
    total, left, width = (360.0, 10.0, 228.0) if narrow else (960.0, 372.0, 330.0)
    step = 50.0 if narrow else 34.0
    body: list[str] = []
    y = 8.0
    top = None
    for endpoint, group in by_endpoint(lines):
        y += 22
        name = endpoint.removeprefix("other:")
        body.append(
            _text(4, y - 6, f"{name} · {lines[0].measure}", 14, ' font-weight="600" fill="#1c2b36" class="group"')
        )
        body.append(f'<line x1="4" y1="{y:.1f}" x2="{total - 4:.1f}" y2="{y:.1f}" stroke="#d7dee4" stroke-width="1"/>')
        top = y if top is None else top
        for line in group:
            body.append(_draw_line(line, axis, left, width, y, total, link, narrow))
            y += step
        y += 6
    bottom = y + 2
    frame = _frame(axis, left, width, top or 0.0, bottom, captions, total if narrow else 0.0)
    height = bottom + 42
    ground = f'<rect width="{total:g}" height="{height:g}" fill="#ffffff"/>' if background else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:g} {height:g}" role="img" class="forest'
        f' {"narrow" if narrow else "wide"}" font-family="{_clean(_FONT)}" '
        f'aria-label="{_clean(title)}"><title>{_clean(title)}</title>{ground}{frame}{"".join(body)}</svg>'
    )


def _draw_line(
    line: Line, axis: Axis, left: float, width: float, y: float, total: float, link: Link | None, narrow: bool
) -> str:
    if narrow:
        named = line.label + (f" · {line.detail}" if line.detail else "")
        inner = _text(4, y + 16, clip_text(named, 12.5, total - 10), 12.5, ' fill="#1c2b36" class="label"')
        inner += _marker(line, axis, left, width, y + 33)
        inner += _text(left + width + 10, y + 37, line.text, 12, ' fill="#1c2b36" class="numbers"')
        return _linked(inner, line, link)
    inner = _text(4, y + 14, clip_text(line.label, 13, left - 24), 13, ' fill="#1c2b36" class="label"')
    inner += _text(4, y + 28, clip_text(line.detail, 10.5, left - 24), 10.5, ' fill="#5c6b77" class="detail"')
    inner += _marker(line, axis, left, width, y + 17)
    inner += _text(left + width + 18, y + 21, line.text, 13, ' fill="#1c2b36" class="numbers"')
    at = left + width + 18 + max(text_width(line.text, 13) + 12, 138)
    return _linked(inner, line, link) + _sources(line, at, y + 21, link, total - at - 4)


def _frame(
    axis: Axis, left: float, width: float, top: float, bottom: float, captions: tuple[str, str], narrow_total: float
) -> str:
    """Return axis, ticks, the line of no difference and the captions."""
    parts = []
    for tick in axis.ticks:
        x = left + axis.place(tick) * width
        parts.append(
            f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="#eef2f5" stroke-width="1"/>'
        )
        parts.append(_text(x, bottom + 15, f"{tick:g}", 11, ' text-anchor="middle" fill="#5c6b77" class="tick"'))
    at = left + axis.place(axis.neutral) * width
    parts.append(
        f'<line class="none" x1="{at:.1f}" y1="{top:.1f}" x2="{at:.1f}" y2="{bottom:.1f}" stroke="#8a97a2" stroke-width="1.2" stroke-dasharray="4 3"/>'
    )
    parts.append(
        f'<line x1="{left:.1f}" y1="{bottom:.1f}" x2="{left + width:.1f}" y2="{bottom:.1f}" stroke="#8a97a2" stroke-width="1"/>'
    )
    size = 10.0 if narrow_total else 11.0
    first, last = (left, narrow_total - 8) if narrow_total else (at - 8, at + 8)
    ends = (
        (' text-anchor="start"', ' text-anchor="end"')
        if narrow_total
        else (' text-anchor="end"', ' text-anchor="start"')
    )
    parts.append(_text(first, bottom + 34, captions[0], size, f'{ends[0]} fill="#5c6b77"'))
    parts.append(_text(last, bottom + 34, captions[1], size, f'{ends[1]} fill="#5c6b77"'))
    return "".join(parts)


def drawable(measure: str) -> bool:
    """Return whether a measure can be drawn."""
    return measure in RATIOS or measure in DIFFERENCES
