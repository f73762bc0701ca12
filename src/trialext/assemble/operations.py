"""Operations told apart by how they are done: ``laparoscopic versus open distal pancreatectomy``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..recognise.guarded import guarded
from .arm_model import APPROACHES, Group

__all__ = ["by_approach", "names_an_approach"]

_APPROACH = (
    r"(?:laparoscop(?:ic|y)(?:-assisted)?|(?:totally\s+|hand-assisted\s+)laparoscopic|open|robotic(?:-assisted)?|robot-assisted(?:\s+laparoscopic)?"
    r"|(?:video-assisted\s+)?thoracoscopic|video-assisted|minimally\s+invasive|endoscopic|transanal|transoral|transvaginal|single-(?:port|incision))"
)
_NARROWER = r"(?:(?:distal|proximal|total|subtotal|partial|radical|central|right|left|low|anterior|colorectal|pelvic|complete|sleeve|simple|modified|D2|extended)\s+)*"
_HOW = re.compile(rf"(?<![A-Za-z-])(?P<how>{_APPROACH})\s+(?P<what>{_NARROWER})$", re.I)
_OTHER_HOW = re.compile(
    rf"(?<![A-Za-z-])(?P<how>{_APPROACH})\s*(?:,?\s*or|versus|vs\.?|and|with|to|or\s+to|compared\s+(?:with|to)|than|over)\s+(?:an?\s+|the\s+)?$",
    re.I,
)
_OPERATION = re.compile(r"(?:ectomy|resection|excision|surgery|plasty|ostomy|dissection|repair|anastomosis)$")
_NAMED = guarded(rf"(?<![A-Za-z-]){_APPROACH}(?![A-Za-z-])", re.I)
_FAR = 70
"""How far before an operation its approach may begin, in characters."""


def names_an_approach(part: str) -> bool:
    """Whether a treatment is called by an approach alone: ``the laparoscopic group``.

    Examples
    --------
    >>> names_an_approach("laparoscopic"), names_an_approach("laparoscopic surgery"), names_an_approach("surgery")
    (True, False, False)
    """
    return re.fullmatch(_APPROACH, part, re.I) is not None


def by_approach(text: str, found: Sequence[Group], start: int, end: int) -> list[Group]:
    """Return the treatments of a stretch with the approach of each operation as part of its name.

    Parameters
    ----------
    text : str
        Folded text.
    found : sequence of Group
        The treatments, in order.
    start, end : int
        The stretch.

    Returns
    -------
    list of Group
        An approach that shares the operation of the next one is a group of its own.
    """
    if not _NAMED.search(text, start, end):
        return list(found)
    out: list[Group] = []
    for g in found:
        if len(g.parts) != 1 or not _OPERATION.search(g.parts[0]) or not text[g.start].isascii():
            out.append(g)
            continue
        name = g.parts[0]
        for how in sorted({*APPROACHES.values()}, key=len, reverse=True):
            name = name.removeprefix(f"{how} ")
        if (
            out
            and names_an_approach(text[out[-1].start : out[-1].end])
            and _OTHER_HOW.search(text, out[-1].start, g.start)
        ):
            out.pop()  # ``video-assisted thoracoscopic or open lobectomy``, taken as written before
        begin = max(start, g.start - _FAR, out[-1].end if out else start)
        own = _HOW.search(text, begin, g.start)
        said = g.parts[0].removesuffix(name).strip() if own is None else own.group("how").lower()
        narrower = own.group("what").lower() if own is not None else ""
        if not said:
            out.append(g)
            continue
        whole = " ".join(f"{narrower}{name}".split())
        at = own.start() if own is not None else g.start
        other = _OTHER_HOW.search(text, begin, at)
        if other is not None:
            out.append(Group(other.start(), other.end("how"), (f"{other.group('how').lower()} {whole}",)))
        out.append(replace(g, start=at, parts=(f"{said} {whole}",)))
    return out
