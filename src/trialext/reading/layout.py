"""Text as a person sees it: blocks, tables, raised and lowered marks, with its places in the source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .encoding import clean
from .errors import ReadError
from .limits import LIMITS, Limits

__all__ = ["Flow", "inline_text", "render_table"]

_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60]")
_REFERENCE = re.compile(r"[\[(（［〔]?\s*(\d{1,3}(?:\s*[,，、;–—~～-]\s*\d{1,3})*)\s*[\])）］〕]?\Z")
_UNIT = re.compile(r"(?:(?<![\d.,·])10|(?<![A-Za-z])(?:[kcmµμnd]?m|s|sec|min|h|L|dL|mL|kg|g|d|R|I|[Χχ]))\Z")
_POWER = re.compile(r"[+−–-]?\d{1,3}\Z")
_FOOTNOTE = re.compile(r"[a-z](?:\s*[,，]\s*[a-z])*\Z")
_LONGEST_MARK = 60
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


class Flow:
    """Collects inline text, breaks and tables into one text with a map to the source.

    White space collapses as in a browser; a line break between two Han characters is no
    space.  Blocks are parted by one empty line.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self._gap = ""  # white space owed before the next text
        self._raised: tuple[str, bool] | None = None
        self._place = ""
        self._marked = ""
        self.source_map: list[tuple[int, str]] = []

    @property
    def length(self) -> int:
        """Code points so far."""
        return self._length

    def place(self, place: str) -> None:
        """Say where in the source the text from here on stands."""
        self._place = place

    def text(self, text: str) -> None:
        """Add inline text."""
        text = clean(text)
        if not text:
            return
        if self._raised:
            self._settle(text[0])
        for number, piece in enumerate(_SPACE.split(text)):
            if number:
                self._space("\n" in text)
            if piece:
                self._put(piece)

    def _space(self, broken: bool) -> None:
        if not self._gap and self._length:
            self._gap = "\r" if broken else " "  # "\r": vanishes between Han characters

    def _put(self, piece: str) -> None:
        if self._gap == "\r":
            self._gap = "" if _HAN.match(self._last) and _HAN.match(piece) else " "
        if self._gap == " " and self._last in ("\n", ""):
            self._gap = ""
        self._append(self._gap)
        self._gap = ""
        if self._place != self._marked:
            self.source_map.append((self._length, self._place))
            self._marked = self._place
        self._append(piece)

    def _append(self, piece: str) -> None:
        if piece:
            self._parts.append(piece)
            self._length += len(piece)
            self._last = piece[-1]
            if self._length > self._limits.text_chars:
                raise ReadError("too-large", f"more than {self._limits.text_chars:,} characters of text; split it")

    def superscript(self, text: str, linked: bool = False) -> None:
        """Add raised text: a reference mark becomes ``[12]``, a power ``m²``, a note mark ``[a]``.

        Parameters
        ----------
        text : str
        linked : bool
            It links to a reference or note.
        """
        if self._raised:
            self._settle("")
        text = _SPACE.sub(" ", clean(text)).strip()
        if text:
            self._raised = (text, linked)

    def in_bracket(self) -> bool:
        """Return whether the text stands inside an open square bracket."""
        tail = self._tail()
        return tail.count("[") > tail.count("]")

    def subscript(self, text: str) -> None:
        """Add lowered text; a whole word is set off by a space (``P interaction``)."""
        text = _SPACE.sub(" ", text).strip()
        if len(text) > 3 and text.isalpha() and self._last.isalnum():
            text = " " + text
        self.text(text)

    def _settle(self, following: str) -> None:
        """Decide what the raised text was, now that both neighbours are known."""
        if self._raised is None:
            return
        (text, linked), self._raised = self._raised, None
        before = "" if self._gap else self._tail()
        mark = _REFERENCE.match(text) if len(text) <= _LONGEST_MARK else None
        isotope = not linked and following.isalpha() and following.isascii() and not before[-1:].isalnum()
        if mark and not isotope and (linked or len(text) > 3 or not (_UNIT.search(before) and _POWER.match(text))):
            self._gap = ""
            inside = before.count("[") > before.count("]")
            self._put(mark[1] if inside else f"[{mark[1]}]")
        elif _POWER.match(text) and not isotope:
            self._put(text.translate(_RAISED))
        elif linked and len(text) > 2 and text[0] in "[(" and text[-1] in "])":
            self._put(text)
        elif _FOOTNOTE.match(text) and before[-1:] and (linked or not before[-1:].isdigit() or len(text) == 1):
            self._put(f"[{text}]")
        else:
            for number, piece in enumerate(text.split(" ")):
                self._gap = " " if number else self._gap
                self._put(piece)

    def _tail(self) -> str:
        """Return the last few characters."""
        tail = ""
        for part in reversed(self._parts[-12:]):
            tail = part[-24:] + tail
            if len(tail) >= 24:
                break
        return tail[-24:]

    def take_back(self) -> None:
        """Remove the last character: the hyphen of a word that goes on in the next line."""
        self._settle("")
        self._gap = ""
        if self._parts:
            self._parts[-1] = self._parts[-1][:-1]
            self._length -= 1
            self._last = self._tail()[-1:]

    def newline(self) -> None:
        """End the line."""
        self._settle("")
        if self._length and self._last != "\n":
            self._append("\n")
        self._gap = ""

    def block(self) -> None:
        """End the block: one empty line."""
        self._settle("")
        self._gap = ""
        if not self._length:
            return
        tail = self._tail()
        if not tail.endswith("\n\n"):
            self._append("\n" if tail.endswith("\n") else "\n\n")

    def table(self, header: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], caption: str, place: str) -> None:
        """Add a table as pipe rows, its caption on the line above."""
        if not any(cell.strip() for row in (*header, *rows) for cell in row):
            return
        self.block()
        self.place(place)
        if caption:
            self.text(caption)
            self.newline()
        for number, line in render_table(header, rows):
            self.place(f"{place} row {number}" if number else place)
            self._put(clean(line))
            self.newline()
        self.block()

    def finish(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        """Return the text and its map to the source."""
        self._settle("")
        return "".join(self._parts).rstrip("\n"), tuple(self.source_map)


def inline_text(text: str) -> str:
    """Return `text` on one line."""
    return _SPACE.sub(" ", clean(text)).strip()


def render_table(header: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Return the lines of a pipe table with the row each stems from (0: the rule).

    Several header rows all stand above the rule; without one, the first row does.

    Parameters
    ----------
    header, rows : sequence of sequence of str
        Cells of the header rows and of the body; short rows are filled with empty cells.

    Returns
    -------
    list of (int, str)
        Number of the row, header rows first and counted from 1, and its line.
    """
    width = max((len(row) for row in (*header, *rows)), default=0)
    if not header and rows:
        header, rows = rows[:1], rows[1:]
    lines: list[tuple[int, str]] = []
    for number, row in enumerate((*header, *rows), 1):
        cells = [inline_text(cell).replace("|", "\\|") for cell in row]
        cells += [""] * (width - len(cells))
        lines.append((number, f"| {' | '.join(cells)} |"))
        if number == len(header):
            lines.append((0, "|" + "---|" * width))
    return lines
