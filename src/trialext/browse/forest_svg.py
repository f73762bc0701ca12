"""Forest plots as SVG, written by hand: right in every browser, no library, no network."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from html import escape

from ..model import RATIOS
from .forest import Axis, Line, axis_for, by_endpoint

__all__ = ["Link", "clip_text", "forest_svg", "text_width"]

Link = Callable[[str, str], str]
"""(document, evidence id) → address."""

INK, QUIET, BLUE, ACCENT, RED = "#1c2b36", "#5c6b77", "#33526e", "#1f6f8b", "#b3261e"
GRID, EDGE, NEUTRAL = "#eef2f5", "#d7dee4", "#8a97a2"

_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_HALO = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is, in the unit of `size`."""
    width = 0.0
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF":
            width += 1.0
        else:
            width += 0.78 if sign.isupper() or sign in "mw%@<>=+~–" else 0.58
    return width * size


def clip_text(text: str, size: float, room: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`.

    The width is that of `text_width` at font size `size`; both are in the same unit.
    """
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _clean(text: str) -> str:
    """Escape, and drop what XML cannot hold."""
    good = (c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"))
    return escape("".join(good), quote=True)


def _text(x: float, y: float, text: str, size: float, colour: str, name: str, extra: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" class="{name}"'
    return f"<text {place}{extra}>{_clean(text)}</text>"


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, extra: str = "") -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{extra}/>'


def _marker(line: Line, axis: Axis, left: float, width: float, y: float) -> str:
    """Return interval and square of one line; an arrow where the interval leaves the axis."""
    at = left + axis.place(line.value) * width
    parts = []
    if line.low is not None and line.high is not None:
        a, b = left + axis.place(line.low) * width, left + axis.place(line.high) * width
        parts.append(_rule(a, y, b, y, BLUE, 1.6, ' class="ci"'))
        for x, outside, way in ((a, line.low < axis.low, 1), (b, line.high > axis.high, -1)):
            if outside:
                points = f"{x:.1f},{y:.1f} {x + 7 * way:.1f},{y - 4:.1f} {x + 7 * way:.1f},{y + 4:.1f}"
                parts.append(f'<polygon class="arrow" points="{points}" fill="{BLUE}"/>')
            else:
                parts.append(_rule(x, y - 3.5, x, y + 3.5, BLUE, 1.2, ' class="ci"'))
    side = _side(line, axis)
    paint = f'fill="#ffffff" stroke="{RED}" stroke-width="1.8"' if line.flagged else f'fill="{ACCENT}"'
    box = f'x="{at - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
    parts.append(f'<rect class="{"value flagged" if line.flagged else "value"}" {box} {paint}/>')
    return "".join(parts)


def _side(line: Line, axis: Axis) -> float:
    """Return the side of the square: larger for a narrower interval, 6 to 12."""
    if line.low is None or line.high is None or line.high <= line.low or (axis.log and line.low <= 0):
        return 6.0
    share = math.log(line.high / line.low) if axis.log else (line.high - line.low) / (axis.high - axis.low) * 3
    return min(12.0, max(6.0, 5 + 3 / max(share, 0.25)))


def _linked(inner: str, line: Line, link: Link | None, y: float, width: float, height: float) -> str:
    """Return one line of the plot as a link that can be hit anywhere in its row."""
    title = f"<title>{_clean(' · '.join(x for x in (line.label, line.detail, line.text) if x))}</title>"
    if link is None or not line.sources:
        return f'<g class="line">{title}{inner}</g>'
    area = (
        f'<rect class="area" x="0" y="{y:.1f}" width="{width:.1f}" height="{height:g}" fill="#fff" fill-opacity="0"/>'
    )
    return f'<a class="line" href="{_clean(link(*line.sources[0]))}">{title}{area}{inner}</a>'


def _sources(line: Line, x: float, y: float, link: Link | None, room: float) -> str:
    """Return the sources as numbered links, or as names where there is nothing to link to."""
    if link is None:
        names = ", ".join(dict.fromkeys(document for document, _ in line.sources))
        return _text(x, y, clip_text(names, 10.5, room), 10.5, QUIET, "source")
    parts = []
    for i, (document, identity) in enumerate(line.sources[:6], 1):
        number = _text(x, y, f"[{i}]", 11, ACCENT, "source")
        parts.append(f'<a href="{_clean(link(document, identity))}"><title>{_clean(document)}</title>{number}</a>')
        x += 19
    if len(line.sources) > 6:
        parts.append(_text(x, y, f"+{len(line.sources) - 6}", 11, QUIET, "more"))
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
        What the plot shows; read aloud by screen readers, printed when `background` is set.
    captions : (str, str)
        Under the axis, left and right of no difference.
    link : function (document, evidence id) -> address, optional
        Where a line leads to; without it the sources are named.
    narrow : bool
        For phones: labels stand above their line.
    background : bool
        Draw a white ground and the title, for a file of its own.

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
    if background and title:
        body.append(_text(4, 22, clip_text(title, 15, total - 8), 15, INK, "title", ' font-weight="600"'))
        y = 34.0
    top = None
    for endpoint, group in by_endpoint(lines):
        y += 22
        name = f"{endpoint.removeprefix('other:')} · {lines[0].measure}"
        body.append(_text(4, y - 6, name, 14, INK, "group", ' font-weight="600"'))
        body.append(_rule(4, y, total - 4, y, EDGE, 1))
        top = y if top is None else top
        for line in group:
            body.append(_draw_line(line, axis, left, width, y, total, link, narrow))
            y += step
        y += 6
    bottom = y + 2
    frame = _frame(axis, left, width, top or 0.0, bottom) + _captions(
        axis, left, width, bottom, captions, total, narrow
    )
    height = bottom + 42
    ground = f'<rect width="{total:g}" height="{height:g}" fill="#ffffff"/>' if background else ""
    size = f' width="{total:g}" height="{height:g}"' if background else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:g} {height:g}"{size} role="img" class="forest'
        f' {"narrow" if narrow else "wide"}" font-family="{_clean(_FONT)}" '
        f'aria-label="{_clean(title)}"><title>{_clean(title)}</title>{ground}{frame}{"".join(body)}</svg>'
    )


def _draw_line(
    line: Line, axis: Axis, left: float, width: float, y: float, total: float, link: Link | None, narrow: bool
) -> str:
    right = left + width
    if narrow:
        named = line.label + (f" · {line.detail}" if line.detail else "")
        inner = _text(4, y + 16, clip_text(named, 12.5, total - 10), 12.5, INK, "label", _HALO)
        inner += _marker(line, axis, left, width, y + 33)
        inner += _text(right + 10, y + 37, line.text, 12, INK, "numbers")
        return _linked(inner, line, link, y, total, 50)
    inner = _text(4, y + 14, clip_text(line.label, 13, left - 24), 13, INK, "label")
    inner += _text(4, y + 28, clip_text(line.detail, 10.5, left - 24), 10.5, QUIET, "detail")
    inner += _marker(line, axis, left, width, y + 17)
    inner += _text(right + 18, y + 21, line.text, 13, INK, "numbers")
    at = right + 18 + max(text_width(line.text, 13) + 12, 138)
    return _linked(inner, line, link, y, at - 8, 34) + _sources(line, at, y + 21, link, total - at - 4)


def _frame(axis: Axis, left: float, width: float, top: float, bottom: float) -> str:
    """Return axis, ticks and the line of no difference."""
    parts = []
    for tick in axis.ticks:
        x = left + axis.place(tick) * width
        parts.append(_rule(x, top, x, bottom, GRID, 1))
        parts.append(_text(x, bottom + 15, f"{tick:g}", 11, QUIET, "tick", ' text-anchor="middle"'))
    at = left + axis.place(axis.neutral) * width
    parts.append(_rule(at, top, at, bottom, NEUTRAL, 1.2, ' class="none" stroke-dasharray="4 3"'))
    parts.append(_rule(left, bottom, left + width, bottom, NEUTRAL, 1))
    return "".join(parts)


def _captions(
    axis: Axis, left: float, width: float, bottom: float, captions: tuple[str, str], total: float, narrow: bool
) -> str:
    at = left + axis.place(axis.neutral) * width
    size, first, last = (10.0, left, total - 8) if narrow else (11.0, at - 8, at + 8)
    start, end = ' text-anchor="start"', ' text-anchor="end"'
    return _text(first, bottom + 34, captions[0], size, QUIET, "caption", start if narrow else end) + _text(
        last, bottom + 34, captions[1], size, QUIET, "caption", end if narrow else start
    )
