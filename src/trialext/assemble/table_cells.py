"""What one cell of a table prints: values with their intervals, fractions and spreads.

A cell holds a number and little else; the heads of its row and column say what the number
is.  This module only reads what stands inside the cell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..recognise.items import Item, scan_numbers
from ..text import inline
from ..text.fold import Folded
from ..text.tables import Table, find_tables

__all__ = ["Grid", "Place", "Value", "lay_tables", "read_effect", "read_interval", "read_p", "read_values"]


@dataclass(frozen=True, slots=True)
class Place:
    """One cell with folded offsets.

    Attributes
    ----------
    text : str
        What a person reads in the cell, folded.
    start, end : int
        Folded span.
    same_left, same_up : bool
        As in :class:`trialext.text.tables.Cell`.
    """

    text: str
    start: int
    end: int
    same_left: bool = False
    same_up: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with folded offsets: its caption, header rows and body rows."""

    start: int
    end: int
    caption: Place
    header: tuple[tuple[Place, ...], ...]
    rows: tuple[tuple[Place, ...], ...]


@dataclass(slots=True)
class Value:
    """A printed value of a cell; folded offsets."""

    value: float | None
    start: int
    end: int
    sort: str
    unit: str | None = None
    qualifier: str | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    spread: tuple[float | None, float | None] | None = None
    joined: bool = False
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


_TAG = re.compile(r"<[^<>]{0,400}>")


def lay_tables(text: str, folded: Folded) -> list[Grid]:
    """Find the tables of a text and give their cells folded offsets.

    Parameters
    ----------
    text : str
        The text as it was read.
    folded : Folded
        Its folding.
    """
    if "|" not in text and "<table" not in text.lower():
        return []
    starts = folded.starts

    def at(pos: int) -> int:
        return pos if starts is None else bisect_left(starts, pos)

    def place(start: int, end: int, left: bool = False, up: bool = False) -> Place:
        a, b = at(start), at(end)
        return Place(_TAG.sub(" ", folded.text[a:b]).strip(), a, max(a, b), left, up)

    def grid(table: Table) -> Grid:
        rows = [
            tuple(place(c.start, c.end, c.same_left, c.same_up) for c in row) for row in (*table.header, *table.rows)
        ]
        caption = place(*table.caption) if table.caption else Place("", at(table.start), at(table.start))
        head = len(table.header)
        return Grid(at(table.start), at(table.end), caption, tuple(rows[:head]), tuple(rows[head:]))

    return [grid(table) for table in find_tables(text)]


_SIGN = re.compile(r"[\s,;:*#†‡§^()\[\]]*")
_VS = re.compile(r"[\s)%\]]*(?:months?|个?月|mo)?[\s)]*(?:vs?\.?|versus|比|对)\s*", re.I)
_LANDMARK = re.compile(r"\s*(?:的|rate|OS|PFS|DFS|EFS|RFS|率)?\s*[:：]")


def _items(text: str, cell: Place, named: Sequence[tuple[int, int]]) -> list[Item]:
    """Numbers and signs of a cell without the digits of names, citations and landmarks."""
    found = [i for i in scan_numbers(text, cell.start, cell.end) if i.kind not in ("cite", "n", "year")]
    found = [
        i
        for i in found
        if i.kind not in ("number", "percent", "duration", "range") or not any(a <= i.start < b for a, b in named)
    ]
    return [
        i
        for i in found
        if not (
            i.kind == "duration"
            and ("-" in text[i.start : i.end].lstrip("-") or _LANDMARK.match(text, i.end, cell.end))
        )
    ]


def read_values(text: str, cell: Place, named: Sequence[tuple[int, int]] = ()) -> list[Value]:
    """Return the values of a cell of one group, or of two groups that ``vs`` joins.

    Empty where the cell prints none, or several that nothing orders.

    Parameters
    ----------
    text : str
        Folded text.
    cell : Place
    named : sequence of (start, end)
        Names whose digits are no numbers.
    """
    out: list[Value] = []
    items = _items(text, cell, named)
    base = min((i.depth for i in items if i.kind not in ("open", "close")), default=0)
    for k, item in enumerate(items):
        if item.kind in ("open", "close", "comma", "semicolon", "p", "ci_label"):
            continue
        if item.depth > base or item.kind == "ci":
            if out:
                _take(text, out[-1], items, k)
            continue
        if item.kind == "range":
            return []
        value = Value(
            item.value,
            item.value_start,
            item.value_end,
            item.kind,
            item.unit,
            item.op if item.op in ("<", ">", "<=", ">=") else None,
        )
        value.spans["value"] = (item.value_start, item.value_end)
        if item.kind == "plusminus":
            value.spread = (item.low, None)
        if item.kind == "fraction":
            value.numerator, value.denominator = item.value, item.high
        if out:
            last = out[-1]
            gap = text[last.spans.get("reach", (0, last.end))[1] : item.start]
            if last.sort == "fraction" and item.kind == "percent" and _SIGN.fullmatch(gap):
                value.numerator, value.denominator = last.numerator, last.denominator
                value.spans["fraction"] = last.spans["value"]
                out[-1] = value
                continue
            split = gap.strip(" )%]") == "/" and not (
                float(item.value or 0).is_integer() and float(last.value or 0).is_integer()
            )
            if not (_VS.fullmatch(gap) or split):
                return []
            value.joined = True
        value.spans["reach"] = (item.start, item.end)
        out.append(value)
    if len(out) == 2 and out[0].unit is None and out[0].sort == "number":
        out[0].unit = out[1].unit if out[1].sort != "fraction" else None
        out[0].sort = out[1].sort if out[1].sort in ("percent", "duration") else out[0].sort
    return out if len(out) <= 2 else []


def _take(text: str, value: Value, items: Sequence[Item], k: int) -> None:
    """Give a value what its bracket holds: interval, percentage or fraction."""
    item = items[k]
    value.spans["reach"] = (value.start, item.end + (text[item.end : item.end + 1] in (")", "]")))
    if item.kind == "ci":
        value.ci_low, value.ci_high = item.low, item.high
        value.spans["ci"] = (item.value_start, item.value_end)
        value.spans["labelled"] = value.spans["ci"]
    elif item.kind == "range" and item.unit in (None, value.unit):
        value.ci_low, value.ci_high = item.low, item.high
        value.spans["ci"] = (item.value_start, item.value_end)
    elif (
        item.kind == "number"
        and k + 2 < len(items)
        and items[k + 1].kind in ("comma", "semicolon")
        and items[k + 2].kind == "number"
        and items[k + 2].bracket == item.bracket
    ):
        value.ci_low, value.ci_high = item.value, items[k + 2].value
        value.spans["ci"] = (item.value_start, items[k + 2].value_end)
    elif item.kind == "fraction" and value.sort == "percent" and value.numerator is None:
        value.numerator, value.denominator = item.value, item.high
        value.spans["fraction"] = (item.start, item.end)
    elif (
        item.kind in ("percent", "number")
        and value.sort in ("number", "fraction")
        and "ci" not in value.spans
        and "count" not in value.spans
    ):
        # ``12 (34.3)`` and ``12/35 (34.3%)``: the count stands first
        if value.sort == "number":
            value.numerator = value.value
            value.sort = "percent" if item.kind == "percent" else "count"
        else:
            value.sort = "percent" if item.kind == "percent" else "fraction-count"
        value.spans["count"] = (value.start, value.end)
        value.value, value.start, value.end = item.value, item.value_start, item.value_end
        value.spans["value"] = (item.value_start, item.value_end)
        value.unit = "%" if item.kind == "percent" else None


def read_effect(text: str, cell: Place) -> tuple[Value, Item | None] | None:
    """Return the effect number of a cell with its interval, and the p-value printed with it.

    None where the cell prints no number, or only a reference category.
    """
    if inline.search(r"ref(?:erence)?\b|参照|参考", cell.text, re.I):
        return None
    items = _items(text, cell, ())
    first = next((n for n, i in enumerate(items) if i.kind in ("number", "percent", "duration")), None)
    if first is None:
        return None
    item = items[first]
    value = Value(item.value, item.value_start, item.value_end, item.kind, item.unit)
    value.spans["value"] = (item.value_start, item.value_end)
    for k in range(first + 1, len(items)):
        bracketed = items[k].kind == "number" and items[k].depth > item.depth
        if "ci" not in value.spans and (bracketed or items[k].kind in ("ci", "range")):
            _take(text, value, items, k)
    if value.value is None or (value.value == 1 and "ci" not in value.spans) or value.sort == "count":
        return None
    return value, next((i for i in items if i.kind == "p"), None)


def read_interval(text: str, cell: Place) -> tuple[float | None, float | None, int, int] | None:
    """Return an interval that has a column of its own: bounds and folded span."""
    items = _items(text, cell, ())
    for k, item in enumerate(items):
        if item.kind in ("range", "ci"):
            return item.low, item.high, item.value_start, item.value_end
        if (
            item.kind == "number"
            and k + 2 < len(items)
            and items[k + 1].kind in ("comma", "semicolon")
            and items[k + 2].kind == "number"
        ):
            return item.value, items[k + 2].value, item.value_start, items[k + 2].value_end
    return None


def read_p(text: str, cell: Place) -> tuple[str, float, int, int] | None:
    """Return a p-value that has a column or row of its own: sign, number and folded span."""
    for item in _items(text, cell, ()):
        if item.kind in ("number", "p") and item.value is not None:
            return (item.op or "=", item.value, item.start, item.end) if 0 <= item.value <= 1 else None
    return None
