"""Tables in a text: Markdown pipe tables and raw ``<table>`` markup, as cells with offsets.

The readers render the tables of HTML, DOCX and JATS as pipe tables; texts that went through
OCR hold ``<table>`` markup.  Both become one kind of `Table`.  Time is linear in the text
and the grid is bounded, whatever the spans claim.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

__all__ = ["Cell", "Row", "Table", "find_tables", "header_count", "place_spans"]

T = TypeVar("T")

MAX_CELLS = 200_000
"""Cells of one table, spans filled; beyond it spans count as one."""

_MAX_COLUMNS = 500
_MAX_LINE = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid.

    Attributes
    ----------
    text : str
        What a person reads: tags removed, escapes and entities resolved, one line.
    start, end : int
        Trimmed span in the text.  A cell that fills a span keeps the span of its origin
        in raw markup, and has its own in a pipe table.
    same_left, same_up : bool
        The cell continues its left or upper neighbour (one cell over several columns or
        rows).  In a pipe table, which knows no spans, a cell of equal text does.
    """

    text: str
    start: int
    end: int
    same_left: bool = False
    same_up: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a text.

    Attributes
    ----------
    start, end : int
        Span of the table in the text, without its caption in a pipe table.
    caption : tuple of (int, int) or None
        Span of its caption.
    header, rows : tuple of tuple of Cell
        Header rows and body rows; every row has the same number of cells.
    """

    start: int
    end: int
    caption: tuple[int, int] | None
    header: tuple[Row, ...]
    rows: tuple[Row, ...]


def find_tables(text: str) -> list[Table]:
    """Return the tables of `text` in their order.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Table
        They do not overlap.

    Examples
    --------
    >>> table, = find_tables("| arm | ORR |\\n|---|---|\\n| A | 43.3% |")
    >>> [cell.text for cell in table.rows[0]]
    ['A', '43.3%']
    """
    found = list(_html_tables(text)) if "<" in text else []
    if "|" in text:
        taken = [(t.start, t.end) for t in found]
        found += (t for t in _pipe_tables(text) if not _overlaps(t, taken))
        found.sort(key=_start)
    return found


def _start(table: Table) -> int:
    return table.start


def _overlaps(table: Table, taken: Sequence[tuple[int, int]]) -> bool:
    from bisect import bisect_left

    at = bisect_left(taken, (table.end, 0))
    return at > 0 and taken[at - 1][1] > table.start


def place_spans(rows: Sequence[Sequence[tuple[T, int, int]]], empty: T) -> list[list[tuple[T, bool, bool]]]:
    """Lay cells with row and column spans onto a grid.

    Parameters
    ----------
    rows : sequence of rows of (cell, rowspan, colspan)
    empty : T
        Fills places that no cell covers.

    Returns
    -------
    list of rows of (cell, same_left, same_up)
        Every row has the same length.
    """
    grid: list[list[tuple[T, bool, bool]]] = []
    hanging: dict[int, tuple[T, int, bool]] = {}  # column -> cell, rows left, continues its left neighbour
    total = 0
    for number, row in enumerate(rows):
        if total > MAX_CELLS:
            hanging.clear()
        line: list[tuple[T, bool, bool]] = []
        cells = iter(row)
        rows_left = len(rows) - number
        while len(line) < _MAX_COLUMNS:
            column = len(line)
            if column in hanging:
                cell, left, same = hanging.pop(column)
                line.append((cell, same, True))
                if left > 1:
                    hanging[column] = (cell, left - 1, same)
                continue
            following = next(cells, None)
            if following is None:
                if not any(c > column for c in hanging):
                    break
                line.append((empty, False, False))
                continue
            cell, rowspan, colspan = following
            if total > MAX_CELLS:
                rowspan = colspan = 1
            rowspan = max(1, min(rowspan or rows_left, rows_left))
            for shift in range(max(1, min(colspan, _MAX_COLUMNS - column))):
                if shift and column + shift in hanging:
                    break
                line.append((cell, shift > 0, False))
                if rowspan > 1:
                    hanging[column + shift] = (cell, rowspan - 1, shift > 0)
        total += len(line)
        grid.append(line)
    width = _bounded_width(max(map(len, grid), default=0), len(grid))
    return [line[:width] + [(empty, False, False)] * (width - len(line)) for line in grid]


def _bounded_width(width: int, rows: int) -> int:
    """Return the columns to keep: all, unless a crafted table would fill memory."""
    return min(width, _MAX_COLUMNS, max(1, 4 * MAX_CELLS // max(1, rows)))


_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"[<>＜＞≤≥=~≈±+-]?\s*\d")


def header_count(texts: Sequence[Sequence[str]], rowspans: Sequence[int], wide: bool) -> int:
    """Return how many of the first rows are headers where the markup does not say.

    Parameters
    ----------
    texts : rows of cell texts, spans filled
    rowspans : spans of the first row's cells
    wide : bool
        Whether a cell of the first row spans columns.
    """
    if len(texts) < 2:
        return 0
    count = min(max([1, *rowspans]), len(texts) - 1, 4)
    if count == 1 and wide and len(texts) > 2 and not any(_NUMERIC.match(t) for t in texts[1][1:]):
        return 2
    return count


# ---- pipe tables ----------------------------------------------------------------------

_RULE_CELL = re.compile(r"[ \t]*:?-+:?[ \t]*\Z")
_CAPTION = re.compile(r"[\s#*_]{0,12}(?:续?附?表|Table|Tab\.|TABLE)\s{0,3}[\dA-ZIVX一二三四五六七八九十]")
_MAX_CAPTION = 600


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    cells: tuple[tuple[int, int], ...]
    framed: bool
    rule: bool


def _pipe_tables(text: str) -> Iterator[Table]:
    """Yield the pipe tables: runs of lines that hold pipes."""
    run: list[_Line] = []
    at = text.find("|")
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if run and run[-1].end + 1 != start:
            yield from _tables_of(text, run)
            run = []
        if end - start <= _MAX_LINE:
            run.append(_pipe_line(text, start, end))
        at = text.find("|", end)
    yield from _tables_of(text, run)


def _pipe_line(text: str, start: int, end: int) -> _Line:
    """Split one line at its unescaped pipes."""
    cuts = []
    at = text.find("|", start, end)
    while at >= 0:
        slashes = 0
        while text[at - 1 - slashes : at - slashes] == "\\" and at - 1 - slashes >= start:
            slashes += 1
        if slashes % 2 == 0:
            cuts.append(at)
        at = text.find("|", at + 1, end)
    edges = [start - 1, *cuts, end]
    cells = [(a + 1, b) for a, b in pairwise(edges)]
    framed = bool(cuts) and not text[start : cuts[0]].strip()
    if framed:
        cells = cells[1:]
    if cells and cuts and not text[cuts[-1] + 1 : end].strip():
        cells = cells[:-1]
    else:
        framed = False
    rule = bool(cells) and all(_RULE_CELL.match(text[a:b]) for a, b in cells)
    return _Line(start, end, tuple(_trim(text, a, b) for a, b in cells), framed, rule)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _tables_of(text: str, run: list[_Line]) -> Iterator[Table]:
    """Yield the tables of one run of lines; each rule line belongs to the table that it heads."""
    blank = {
        k
        for i in range(2, len(run))
        if run[i].rule and any(line.rule for line in run[: i - 1]) and all(a == b for a, b in run[i - 1].cells)
        for k in (i - 1, i)
    }
    if blank:  # a head without a word heads nothing: the table above goes on
        run = [line for i, line in enumerate(run) if i not in blank]
    rules = [i for i, line in enumerate(run) if line.rule]
    if not rules:
        widths = {len(line.cells) for line in run}
        if len(run) > 1 and len(widths) == 1 and min(widths) > 1 and all(line.framed for line in run):
            yield _pipe_table(text, run, 1)
        return
    first = 0
    for number, rule in enumerate(rules):
        head = _head_start(run, first, rule)
        stop = len(run)
        if number + 1 < len(rules):
            stop = max(rule + 1, _head_start(run, rule + 1, rules[number + 1]))
        if head < rule:
            yield _pipe_table(text, run[head:rule] + run[rule + 1 : stop], rule - head)
        first = stop


def _head_start(run: list[_Line], first: int, rule: int) -> int:
    """Return the first header line above a rule line: lines above of as many cells.

    A second rule right below another table's rows takes one line only, as Markdown says.
    """
    width = len(run[rule].cells)
    head = rule
    while head > first and len(run[head - 1].cells) == width and not run[head - 1].rule:
        head -= 1
        if first > 0:
            break
    return head


def _pipe_table(text: str, lines: Sequence[_Line], header: int) -> Table:
    width = _bounded_width(max(len(line.cells) for line in lines), len(lines))
    rows: list[Row] = []
    above: Row = ()
    for line in lines:
        row: list[Cell] = []
        for column in range(width):
            start, end = line.cells[column] if column < len(line.cells) else (line.end, line.end)
            value = text[start:end].replace("\\|", "|")
            left = bool(value) and bool(row) and row[-1].text == value
            up = bool(value) and bool(above) and above[column].text == value
            row.append(Cell(value, start, end, left, up))
        above = tuple(row)
        rows.append(above)
    start, end = lines[0].start, max(line.end for line in lines)
    return Table(start, end, _caption_above(text, start), tuple(rows[:header]), tuple(rows[header:]))


def _caption_above(text: str, start: int) -> tuple[int, int] | None:
    """Return the caption: the line right above, or above one empty line if it says Table."""
    end = start
    for near in (True, False):
        if end <= 0:
            return None
        end -= 1
        line = text.rfind("\n", max(0, end - _MAX_CAPTION), end) + 1
        if line == 0 and end > _MAX_CAPTION:
            return None
        span = _trim(text, line, end)
        if span[0] < span[1]:
            if (near and "|" not in text[line:end]) or _CAPTION.match(text, line, end):
                return span
            return None
        end = line
    return None


# ---- raw markup -----------------------------------------------------------------------

_TAG = re.compile(r"<(/?)(table|thead|tbody|tfoot|tr|td|th|caption)\b((?:[^<>]{0,400}))>", re.I)
_SPAN = re.compile(r"\b(row|col)span\s{0,3}=\s{0,3}[\"']?\s{0,3}(\d{1,4})", re.I)
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9:]{0,20}(?:\s[^<>]{0,400})?/?>")
_WHITE = re.compile(r"\s+")


@dataclass(slots=True)
class _Raw:
    """A table in the making."""

    start: int
    end: int
    rows: list[list[tuple[tuple[int, int], int, int]]]
    heads: list[bool]
    caption: tuple[int, int] | None = None


def _html_tables(text: str) -> Iterator[Table]:
    """Yield the outermost ``<table>`` elements; one that is never closed ends with its last tag."""
    table: _Raw | None = None
    depth = 0
    in_head = False
    cell: tuple[int, int, int, bool] | None = None  # start of the content, spans, whether <th>
    caption = -1
    for tag in _TAG.finditer(text):
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "table":
            if not closing:
                depth += 1
                if depth == 1:
                    table, in_head, cell, caption = _Raw(tag.start(), tag.end(), [], []), False, None, -1
                continue
            depth = max(0, depth - 1)
        if table is None or depth > (0 if name == "table" else 1):
            continue
        if cell is not None and (name != "caption"):
            _close_cell(text, table, cell, tag.start())
            cell = None
        if name == "caption":
            if not closing:
                caption = tag.end()
            elif caption >= 0:
                table.caption = _trim(text, caption, tag.start())
                caption = -1
        elif name == "thead":
            in_head = not closing
        elif name == "tr" and not closing:
            table.rows.append([])
            table.heads.append(True)
        elif name in ("td", "th") and not closing:
            if not table.rows:
                table.rows.append([])
                table.heads.append(True)
            spans = {kind.lower(): int(size) for kind, size in _SPAN.findall(tag[3])}
            cell = (tag.end(), spans.get("row", 1), spans.get("col", 1), in_head or name == "th")
        table.end = tag.end()
        if name == "table" and closing:
            yield from _finished(text, table)
            table = None
    if table is not None:
        if cell is not None:  # cut off inside a cell: its line is what is left of it
            line = text.find("\n", cell[0])
            table.end = min(len(text) if line < 0 else line, cell[0] + _MAX_CAPTION)
            _close_cell(text, table, cell, table.end)
        yield from _finished(text, table)


def _close_cell(text: str, table: _Raw, cell: tuple[int, int, int, bool], end: int) -> None:
    start, rowspan, colspan, head = cell
    table.rows[-1].append((_trim_markup(text, start, end), rowspan, colspan))
    table.heads[-1] = table.heads[-1] and head


def _trim_markup(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a span by spaces and tags at its edges."""
    start, end = _trim(text, start, end)
    while start < end and text[start] == "<" and (tag := _MARKUP.match(text, start, end)):
        start, end = _trim(text, tag.end(), end)
    while start < end and text[end - 1] == ">":
        opening = text.rfind("<", max(start, end - 420), end)
        tag = _MARKUP.fullmatch(text, opening, end) if opening >= start else None
        if tag is None:
            break
        start, end = _trim(text, start, opening)
    return start, end


def _finished(text: str, table: _Raw) -> Iterator[Table]:
    rows = [(row, head) for row, head in zip(table.rows, table.heads, strict=True) if row]
    if not rows:
        return
    cells = [row for row, _ in rows]
    grid = place_spans(cells, (table.end, table.end))
    texts: dict[tuple[int, int], str] = {}
    built: list[Row] = []
    for line in grid:
        row = []
        for span, left, up in line:
            if span not in texts:
                texts[span] = _WHITE.sub(" ", html.unescape(_MARKUP.sub("", text[span[0] : span[1]]))).strip()
            row.append(Cell(texts[span], span[0], span[1], left, up))
        built.append(tuple(row))
    marked = 0
    while marked < len(rows) and rows[marked][1]:
        marked += 1
    if not 0 < marked < len(rows):
        first = cells[0]
        words = [[cell.text for cell in row] for row in built[:3]]
        words += [[]] * (len(built) - len(words))
        marked = header_count(words, [r for _, r, _ in first], any(c > 1 for _, _, c in first))
    caption = table.caption or _caption_above(text, _outer_start(text, table.start))
    yield Table(table.start, table.end, caption, tuple(built[:marked]), tuple(built[marked:]))


def _outer_start(text: str, start: int) -> int:
    """Step over ``<html><body>`` right before the table."""
    line = text.rfind("\n", max(0, start - 100), start) + 1
    return line if line and not _MARKUP.sub("", text[line:start]).strip() else start
