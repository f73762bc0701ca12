"""Citation marks and the reference list they point to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Citation
from ..text import inline

__all__ = ["citation_numbers", "reference_dois"]

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>,;，；\]]+")
_ENTRY = re.compile(r"^[\s▌*#-]*(?:\[\s*(\d{1,3})\s*\]|\(?(\d{1,3})[.)、．\]])\s*\S")


def citation_numbers(mark: str) -> list[int]:
    """Return the numbers of a printed mark such as ``[3,5-7]``.

    Examples
    --------
    >>> citation_numbers("[3, 5-7]")
    [3, 5, 6, 7]
    """
    numbers: list[int] = []
    for part in inline.split(r"[,、]", mark.strip("[] ")):
        ends = [int(x) for x in inline.findall(r"\d+", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < 60:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers


def reference_dois(text: str, lines: Sequence[tuple[int, int, str]]) -> dict[int, str]:
    """Return the DOI of each numbered entry of the reference list.

    Parameters
    ----------
    text : str
        Folded text.
    lines : sequence of (start, end, section)
    """
    found: dict[int, str] = {}
    number: int | None = None
    for start, end, section in lines:
        if section != "references":
            continue
        line = text[start:end]
        entry = _ENTRY.match(line)
        if entry:
            number = int(entry.group(1) or entry.group(2))
        doi = _DOI.search(line)
        if doi and number is not None:
            found.setdefault(number, _balanced(doi.group().rstrip(".")))
    return found


def _balanced(doi: str) -> str:
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1]
    return doi.rstrip(".")


def cited(numbers: Sequence[int], dois: dict[int, str]) -> tuple[Citation, ...]:
    """Return citations with the DOI that the text's own list gives."""
    return tuple(Citation(n, dois.get(n)) for n in dict.fromkeys(numbers))
