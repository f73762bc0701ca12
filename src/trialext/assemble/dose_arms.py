"""Arms of one treatment that differ in how much, how often or how long it was given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import BY_PATIENT, LETTERED, ArmTable, Contrast, Group

__all__ = ["of_one_treatment", "tells_only_how"]

_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|eight|nine|ten|twelve|eighteen)"
_UNIT = r"(?:months?|weeks?|years?|cycles?|courses?)"
_HOW = (
    # how much
    r"(?P<dose>(?<![\d.])\d[\d.,]*\s?(?:[mµμn]?g|Gy|M?IU|MU|[MG]Bq|mCi|m[Ll])(?:\s?/\s?(?:kg|m2|d|day|日|天|次))*(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:high(?:er)?|low(?:er)?|standard|full|reduced|double|escalated)(?=[-\s]doses?(?![A-Za-z])|\s+(?:or|and|versus|vs\.?)\s+(?:(?:a|the)\s+)?(?:high|low|standard|full|reduced|double)\w*[-\s]dose)"
    r"|[高低大小]剂量|标准剂量|常规剂量)"
    # how long
    rf"|(?P<length>(?<![A-Za-z\d.])(?:for\s+)?{_NUMBER}[-\s]{_UNIT}(?![A-Za-z])|(?<![\d.])\d{{1,2}}(?=\s+(?:or|and|versus|vs\.?)\s+\d{{1,2}}\s+{_UNIT}(?![A-Za-z]))|(?<![\d.每])(?:\d{{1,2}}|[一二三四五六八两半])\s?(?:个月|年|周|个?周期|个?疗程))"
    # how often
    rf"|(?P<often>(?<![A-Za-z])(?:three-weekly|tri-?weekly|bi-?weekly|weekly|daily|(?:once|twice)\s+(?:daily|weekly)|every\s+(?:{_NUMBER}|other)\s+(?:days?|weeks?)|every\s+week)(?![A-Za-z])|每(?:周|\d\s?周|[两二三四]周|天|日)(?:一次|1次|两次|2次)?)"
    # by which way
    r"|(?P<way>(?<![A-Za-z])(?:bolus|(?:continuous|prolonged|short|extended)(?:\s+[a-z]+)?\s+infusion)(?![A-Za-z])|持续(?:静脉)?(?:输注|滴注|泵入)|静脉推注)"
)
_HOW_GIVEN = guarded(_HOW, re.I)
_OPPOSED = re.compile(
    r"(?<![A-Za-z])(?:or|versus|vs\.?|against|compared\s+(?:with|to)|than|rather\s+than)(?![A-Za-z])|(?:或|对比|相比|vs|[,;]\s*(?:[B-D2乙]|另一?|试验|对照)\s*[组臂])",
    re.I,
)
_BOTH = re.compile(r"(?<![A-Za-z])(?:and|with|to)(?![A-Za-z])|[和与]", re.I)
_COMPARED = guarded(
    r"randomi[sz]|randomly|(?<![A-Za-z])(?:assigned|allocated)|compar(?:ed|es|ing|ison)|(?<![A-Za-z])(?:two|different)\s+(?:doses?|dose\s+levels|dosages|schedules|durations|dosing)|随机|比较了?|对比|(?:两|二)(?:种|个)?(?:不同)?(?:剂量|疗程|方案|组)",
    re.I,
)
_STEP = re.compile(
    r"(?<![A-Za-z])(?:then|followed|increas\w+|reduc\w+|escalat\w+|titrat\w+|up\s+to)(?![A-Za-z])|随后|然后|递增|滴定",
    re.I,
)
"""``10 mg, then 20 mg``: steps of one schedule."""
_OR_DOSE = re.compile(r"(?:[-\s]dose)?\s+(?:or|versus|vs\.?)\s+(?:a\s+|the\s+)?|(?:或|对比|vs)", re.I)
"""``high-dose or standard-dose X``"""
_FAR = 70
"""How far apart two doses that are set against each other may stand, in characters."""


def tells_only_how(part: str) -> bool:
    """Whether the name of a group says how much or how long it was treated, and not with what.

    Examples
    --------
    >>> tells_only_how("6 months"), tells_only_how("12 cycles"), tells_only_how("tamoxifen")
    (True, True, False)
    """
    return _HOW_GIVEN.fullmatch(part) is not None


def of_one_treatment(
    text: str, sentences: Sequence[tuple[int, int, Sequence[Group]]], table: ArmTable
) -> Contrast | None:
    """Return the comparison of two arms that were given the same treatment, at two doses or for two lengths of time.

    Parameters
    ----------
    text : str
        Folded text.
    sentences : sequence of (start, end, groups)
        The sentences of one study, in order.
    table : ArmTable

    Returns
    -------
    Contrast or None
        With the same treatment on both sides; None where no sentence sets two ways to give one treatment
        against each other.
    """
    for start, end, groups in sentences:
        named = [g.parts for g in groups if g.parts and not _is_how(g.parts)]
        only = max(named, key=len, default=())
        if only and all(set(parts) <= set(only) for parts in named) and _set_against(text, start, end):
            return None if only[0].startswith(BY_PATIENT) else Contrast(only, only, start, start, explicit=False)
    begin, stop = (sentences[0][0], sentences[-1][1]) if sentences else (0, 0)
    lettered = {name: parts for at, name, parts in table.told if begin <= at < stop and LETTERED.fullmatch(name)}
    arms = set(lettered.values())
    if len(lettered) >= 2 and len(arms) == 1 and _HOW_GIVEN.search(text, begin, stop):
        only = next(iter(arms))
        return Contrast(only, only, begin, begin, explicit=False)
    return None


def _is_how(parts: Arms) -> bool:
    return len(parts) == 1 and tells_only_how(parts[0])


def _set_against(text: str, start: int, end: int) -> bool:
    """Whether a sentence opposes two doses, two lengths of time or two schedules."""
    compared = _COMPARED.search(text, start, end)
    found = list(_HOW_GIVEN.finditer(text, start, end))
    for kind in ("dose", "length", "often", "way"):
        marks = [m for m in found if m.lastgroup == kind]
        for one, two in pairwise(marks):
            gap = text[one.end() : two.start()]
            if len(gap) > _FAR or inline.search(r"[.;。](?:\s|$)", gap) or _STEP.search(gap):
                continue
            if one.group().lower() == two.group().lower():
                continue
            if compared is None:
                if kind == "dose" and _OR_DOSE.fullmatch(gap):
                    return True
            elif _OPPOSED.search(gap) or (_BOTH.search(gap) and compared.start() < one.start()):
                return True
    return False
