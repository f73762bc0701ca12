"""Reading order of a page: glyph runs to lines, columns, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

__all__ = ["Block", "Line", "Piece", "Run", "blocks", "continues", "join"]


_WIDE_GAP = 0.8  # of the size of the type: wider gaps part columns and cells


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of glyphs on one line without a wide gap; coordinates in points, y upwards.

    `text` holds raised runs between U+E000 and U+E001.
    """

    left: float
    bottom: float
    right: float
    top: float
    size: float
    text: str


class Run:
    """Glyphs of one line in the making."""

    def __init__(self) -> None:
        self._chars: list[str] = []
        self._box = (0.0, 0.0, 0.0, 0.0)  # of the glyphs that stand on the line
        self._right = 0.0
        self._raised = False
        self._space = False

    def space(self) -> None:
        """Note a space before the next glyph."""
        self._space = True

    def takes(self, left: float, bottom: float, top: float) -> bool:
        """Return whether a glyph at this place goes on with the run."""
        if not self._chars:
            return True
        _, low, _, high = self._box
        size = max(high - low, top - bottom)
        overlap = min(high, top) - max(low, bottom)
        return overlap > 0.3 * min(high - low, top - bottom) and -0.6 * size < left - self._right < _WIDE_GAP * size

    def add(self, char: str, left: float, bottom: float, right: float, top: float) -> None:
        """Add one glyph."""
        if not self._chars:
            self._box = (left, bottom, right, top)
            self._space = False
        low, high = self._box[1], self._box[3]
        raised = top - bottom < 0.85 * (high - low) and bottom > low + 0.12 * (high - low)
        if raised != self._raised:
            self._chars.append("\ue000" if raised else "\ue001")
            self._raised = raised
        gap = left - self._right
        if (self._space and len(self._chars)) or (self._chars and gap > 0.35 * (high - low)):
            self._chars.append(" ")
        self._space = False
        self._chars.append(char)
        self._right = right
        if not raised:
            self._box = (min(left, self._box[0]), min(low, bottom), right, max(high, top))

    def end(self) -> Iterator[Piece]:
        """Yield the piece, if there is one, and start anew."""
        if self._chars:
            if self._raised:
                self._chars.append("\ue001")
            left, bottom, _, top = self._box
            yield Piece(left, bottom, self._right, top, top - bottom, "".join(self._chars))
        self.__init__()  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a column: its pieces from left to right."""

    pieces: tuple[Piece, ...]

    @property
    def left(self) -> float:
        """Left edge."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Right edge."""
        return max(p.right for p in self.pieces)

    @property
    def top(self) -> float:
        """Upper edge."""
        return max(p.top for p in self.pieces)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return min(p.bottom for p in self.pieces)

    @property
    def size(self) -> float:
        """Size of the type."""
        return max(p.size for p in self.pieces)

    @property
    def text(self) -> str:
        """The text, pieces parted by a space."""
        return " ".join(p.text for p in self.pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one line of text for each printed line) or the rows of a table."""

    lines: tuple[Line, ...]
    table: bool = False


def blocks(pieces: Sequence[Piece]) -> list[Block]:
    """Return the paragraphs and tables of one page in reading order.

    Parameters
    ----------
    pieces : sequence of Piece

    Returns
    -------
    list of Block
    """
    found: list[Block] = []
    for column in _columns(list(pieces), 0):
        found += _paragraphs(_lines(column))
    return found


# ---- columns --------------------------------------------------------------------------


def _columns(pieces: list[Piece], depth: int) -> Iterator[list[Piece]]:
    """Yield groups of pieces, each to be read from top to bottom before the next."""
    gutter = _gutter(pieces) if depth < 3 and len(pieces) >= 6 else None
    if gutter is None:
        yield pieces
        return
    left: list[Piece] = []
    right: list[Piece] = []
    across: list[Piece] = []
    for piece in sorted(pieces, key=_from_top):
        if piece.right <= gutter + 1:
            side = left
        elif piece.left >= gutter - 1:
            side = right
        else:
            side = across
        if side is across:
            if left or right:
                yield from _both(left, right, depth)
                left, right = [], []
            across.append(piece)
            continue
        if across and not _same_line(across[-1], piece):
            yield across
            across = []
        (across if across else side).append(piece)
    if across:
        yield across
    yield from _both(left, right, depth)


def _both(left: list[Piece], right: list[Piece], depth: int) -> Iterator[list[Piece]]:
    for side in (left, right):
        if side:
            yield from _columns(side, depth + 1)


def _from_top(piece: Piece) -> tuple[float, float]:
    return (-(piece.top + piece.bottom) / 2, piece.left)


def _same_line(one: Piece, other: Piece) -> bool:
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    return overlap > 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _gutter(pieces: list[Piece]) -> float | None:
    """Return the x that parts two columns of running text, or None.

    A table has gaps too, but its cells do not fill their columns; lines of text do.
    """
    low = min(p.left for p in pieces)
    high = max(p.right for p in pieces)
    width = high - low
    if width < 100:
        return None
    edges = sorted({round(p.right, 1) for p in pieces if low + 0.2 * width < p.right < low + 0.8 * width})
    best: tuple[int, float, float] | None = None
    for edge in edges[:: max(1, len(edges) // 200)]:
        starts = [p.left for p in pieces if p.left > edge]
        gap = min(starts, default=high) - edge
        if gap < 4:
            continue
        middle = edge + min(gap, 60) / 2
        crossing = sum(1 for p in pieces if p.left < middle < p.right)
        candidate = (crossing, -gap, middle)
        if best is None or candidate < best:
            best = candidate
    if best is None or best[0] > 0.35 * len(pieces):
        return None
    gutter = best[2]
    sides = [p for p in pieces if p.right <= gutter], [p for p in pieces if p.left >= gutter]
    for side in sides:
        if len(side) < 3:
            return None
        column = max(p.right for p in side) - min(p.left for p in side)
        if median(p.right - p.left for p in side) < 0.55 * column or column < 0.15 * width:
            return None
    tops = [max(p.top for p in side) for side in sides]
    bottoms = [min(p.bottom for p in side) for side in sides]
    shared = min(tops) - max(bottoms)
    return gutter if shared > 0.3 * min(t - b for t, b in zip(tops, bottoms, strict=True)) else None


# ---- lines ----------------------------------------------------------------------------


def _lines(pieces: list[Piece]) -> list[Line]:
    """Return the printed lines from top to bottom, pieces of one line joined."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=_from_top):
        if lines and any(_same_line(other, piece) for other in lines[-1][-3:]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [Line(tuple(_close(sorted(line, key=_left)))) for line in lines]


def _left(piece: Piece) -> float:
    return piece.left


def _close(line: list[Piece]) -> Iterator[Piece]:
    """Join neighbours whose gap is no wider than a word space."""
    last = line[0]
    for piece in line[1:]:
        gap = piece.left - last.right
        size = max(last.size, piece.size)
        if gap > _WIDE_GAP * size:
            yield last
            last = piece
            continue
        space = " " if gap > 0.15 * size else ""
        last = Piece(
            last.left,
            min(last.bottom, piece.bottom),
            max(last.right, piece.right),
            max(last.top, piece.top),
            size,
            last.text + space + piece.text,
        )
    yield last


# ---- paragraphs and tables ------------------------------------------------------------

_SENTENCE_END = re.compile(r"[.!?:;。！？：；)）\]】”\"](?:\ue000[^\ue001]{0,20}\ue001)?\s*\Z")
_LIST = re.compile(r"(?:[•●▪■◆·–—-]\s|[（(]?\d{1,2}[)）.、]\s?\D|[一二三四五六七八九十]{1,3}、|\[\d{1,3}\]\s)")


def _paragraphs(lines: list[Line]) -> Iterator[Block]:
    if not lines:
        return
    right = max(line.right for line in lines)
    pitches = [a.bottom - b.bottom for a, b in pairwise(lines) if a.bottom > b.bottom]
    pitch = median(pitches) if pitches else 0.0
    held: list[Line] = []
    number = 0
    while number < len(lines):
        rows = _table_rows(lines, number)
        if rows:
            if held:
                yield Block(tuple(held))
                held = []
            yield Block(tuple(lines[number : number + rows]), True)
            number += rows
            continue
        line = lines[number]
        if held and _breaks(held[-1], line, held[0], right, pitch):
            yield Block(tuple(held))
            held = []
        held.append(line)
        number += 1
    if held:
        yield Block(tuple(held))


def _breaks(before: Line, line: Line, first: Line, right: float, pitch: float) -> bool:
    """Return whether a new paragraph starts at `line`."""
    size = max(before.size, line.size, 1.0)
    if abs(before.size - line.size) > 0.15 * size:
        return True
    if before.bottom - line.bottom > 1.45 * max(pitch, size):
        return True
    if _LIST.match(line.text):
        return True
    short = before.right < right - 3 * size
    if short and (_SENTENCE_END.search(before.text) or before.right < right - 0.45 * (right - before.left)):
        return True
    indented = line.left > before.left + 0.8 * size and before is not first
    return indented and _SENTENCE_END.search(before.text) is not None


def _table_rows(lines: list[Line], start: int) -> int:
    """Return how many lines from `start` on are rows of one table; 0 for running text."""
    count = len(lines[start].pieces)
    if count < 3:
        return 0
    stop = start + 1
    while stop < len(lines) and len(lines[stop].pieces) == count and _aligned(lines[stop - 1], lines[stop]):
        stop += 1
    return stop - start if stop - start >= 2 else 0


def _aligned(one: Line, other: Line) -> bool:
    """Return whether each cell of a row stands below the one above."""
    return all(a.left < b.right + 2 and b.left < a.right + 2 for a, b in zip(one.pieces, other.pieces, strict=True))


# ---- text -----------------------------------------------------------------------------

_WORD_END = re.compile(r"[a-z]{2}-\Z")
_WHOLE = re.compile(
    r"(?:free|related|based|label|labelled|blind|line|term|up|week|month|year|day|to|of|in|specific|positive|"
    r"negative|naive|treated|controlled|risk|grade|stage|cell|limiting|adjusted|fold|cent(?:er|re)|dose|arm|group|"
    r"and|or|the|by|on|protein|progression|emergent|sided|effects?|tumou?r|driven|targeted|mutant|mutated)\b"
)


def join(before: str, after: str) -> str:
    """Return what stands between two printed lines of one paragraph, or ``-`` to take a hyphen back.

    Parameters
    ----------
    before, after : str
        Text of the two lines.

    Returns
    -------
    str
        ``"\\n"`` for a line break (which `Flow` turns into a space, or into nothing between
        Han characters), ``""`` after a hyphen that stays, ``"-"`` where the hyphen of a
        divided word has to go.
    """
    if before.endswith("-"):
        if _WORD_END.search(before) and after[:1].islower() and not _WHOLE.match(after):
            return "-"
        return ""
    if before.endswith(("–", "/", "~", "～")) and after[:1].isdigit():
        return ""
    if _is_wide(before[-1:]) or _is_wide(after[:1]):
        return ""  # Chinese lines break anywhere, without a space
    return "\n"


def _is_wide(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\uffef"


def continues(before: str, after: str) -> bool:
    """Return whether a paragraph goes on in the next column or on the next page.

    Parameters
    ----------
    before, after : str
        Last line of the one, first line of the other.

    Returns
    -------
    bool
    """
    if not before or not after or _SENTENCE_END.search(before) or _LIST.match(after):
        return False
    return after[0].islower() or after[0].isdigit() or (before[-1] >= "\u3000" and after[0] >= "\u3000")
