"""How many patients a trial enrolled or randomised, where a total is printed."""

from __future__ import annotations

import itertools
import re

from ..recognise.guarded import guarded
from ..recognise.items import number_value
from ..text import inline

__all__ = ["enrolled"]

_WHO = r"(?:patients|participants|women|men|subjects|individuals|adults|people|children|pts)"
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_WORDS = rf"(?:(?:{'|'.join(_ONES)})\s+hundred(?:\s+and)?\s+)?(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|(?:{'|'.join(_ONES)})\s+hundred"
_COUNT = r"\d(?:\d|,\d{3})*"
_COUNT_ZH = r"(?:(?<!\d)[1-9]\d? \d{3}(?!\d)|\d[\d,]*)"
_DRAWN = r"(?:enroll?ed|randomi[sz]ed|randomly|included|recruited|assigned|entered|allocated)"
_N = guarded(
    rf"(?:enroll?ed|randomi[sz]ed|included|recruited|assigned|involv\w+|evaluated|analy[sz]ed|treated|entered)\s+(?:a\s+total\s+of\s+)?(?P<a>{_COUNT})\s+(?:[\w-]+\s+){{0,6}}?{_WHO}"
    rf"|(?:a\s+total\s+of\s+|^|\.\s+|,\s+in\s+which\s+|of\s+the\s+|of\s+|in\s+|\d,\s+)(?P<b>{_COUNT})\s+(?:[\w-]+\s+){{0,7}}?{_WHO}\s+(?:[^.;]{{0,60}}?\s)?(?:were|was)\s+(?:[\w-]+\s+)?{_DRAWN}"
    rf"|(?:of|among)\s+(?:the\s+|all\s+)?(?P<e>{_COUNT})\s+(?:enrolled\s+|randomi[sz]ed\s+|eligible\s+|included\s+)?{_WHO}\s*(?:enrolled|randomi[sz]ed|,)"
    rf"|(?<![A-Za-z])[nN]\s*=\s*(?P<f>{_COUNT})"
    rf"|(?:trial|study)\s+(?:of|in|with)\s+(?P<g>{_COUNT})\s+(?:[\w-]+\s+){{0,6}}?{_WHO}(?![A-Za-z])|(?:^|[.;]\s+)In\s+(?P<h>{_COUNT})\s+(?:[\w-]+\s+){{0,3}}?{_WHO}(?![A-Za-z])(?!\s+(?:[≥>≤<]|aged|older|younger|whose|without))"
    rf"|(?<![A-Za-z])(?:in\s+all|overall|cohort\s+of),?\s+(?P<k>{_COUNT})\s+(?:[A-Za-z][\w/-]*\s+){{0,4}}?{_WHO}(?![A-Za-z])"
    rf"|(?<![\w.,])(?P<l>{_COUNT})\s+(?:[A-Za-z][\w/-]*\s+){{0,3}}?{_WHO}\s+in\s+(?:all|total)(?![A-Za-z])"
    rf"|(?:在|将|把)\s*(?P<o>{_COUNT_ZH})\s*(?:例|名|位)[^\d,;。]{{0,40}}?(?:中(?:比较|评估|评价|考察)|(?:按\s*\d(?:\s*[:：]\s*\d)+(?:的?比例)?\s*)?随机)"
    rf"|(?:共随机|随机了?|共|总共|一共|入组了?|纳入了?|入选了?|收治|招募了?|随机分配了?|随机化了?|涉及)[^\d,;。]{{0,16}}?(?P<c>{_COUNT_ZH})\s*(?:余)?(?:例|名|位|个|人)"
    rf"|(?P<d>{_COUNT_ZH})\s*(?:例|名|位)[^\d;。]{{0,60}}?(?:患者|病例|病人)?[^\d,;。]{{0,16}}?(?:随机|被随机|入组|纳入|进入)",
    re.I | re.M,
)

_TESTED_IN = guarded(
    r"(?:tested|compared|evaluated|studied|assessed|investigated|set\s+against|pitted)(?![A-Za-z])[^.;]{0,140}?\sin\s+(?P<n>\d[\d,]*)\s+(?:[A-Za-z][\w/-]*\s+){0,5}?"
    rf"{_WHO}(?![A-Za-z])"
    rf"|(?<=[),]\s)(?P<n2>\d[\d,]*)\s+(?:[A-Za-z][\w/-]*\s+){{0,2}}?{_WHO}(?![A-Za-z])[^.;]{{0,80}}?\s(?:received|were\s+treated)(?![A-Za-z])"
    r"|(?P<n4>\d[\d,]*)\s*(?:例|名|位)[^\d;。]{0,40}?(?:患者|病例|病人|患儿|受试者)?(?:按\s*\d(?:\s*[:：]\s*\d)+(?:的?比例)?)\s*(?:随机|接受|分)",
)
"""``tested A with B in 507 patients``, ``882例患者按1:1随机``: of the trial that the sentence names."""
_BEHIND_NAME = re.compile(
    rf"\s*(?:研究|试验|trial|study)?\s*[(（][^()]{{0,90}}?(?<![\w.,])(?P<n>\d[\d,]*)\s+(?:[A-Za-z][\w/-]*\s+){{0,3}}?{_WHO}(?![A-Za-z])",
    re.I,
)
"""``NAME (phase 3, NCT…; 392 patients)``"""
_COUNTED = re.compile(
    r"(?<![\w.])(?<!\d,)(?P<n>\d[\d,]*)\s*(?:例|名|(?:[A-Za-z][\w/-]*\s+){0,3}?(?:patients|women|men)(?![A-Za-z])|(?=\))|(?=\s+(?:assigned\s+|allocated\s+|randomi[sz]ed\s+)?to\s))|[nN]\s*=\s*(?P<n2>\d[\d,]*)"
)


_SAID = re.compile(
    rf"(?:^|[.]\s+|(?:enrolled|included|recruited|randomi[sz]ed)\s+|total\s+of\s+)(?P<n>{_WORDS})\s+(?:[\w-]+\s+){{0,6}}?{_WHO}(?![A-Za-z])(?:[^.;]{{0,120}}?\s(?:were|was)\s+(?:[\w-]+\s+)?(?:{_DRAWN}|entered))?",
    re.I,
)


def _in_words(stretch: str) -> float | None:
    """``One hundred and fifty-nine patients were enrolled``: 159."""
    m = _SAID.search(stretch)
    if m is None or not inline.search(rf"{_DRAWN}|entered", m.group(), re.I):
        return None
    total = 0
    for word in inline.findall("[a-z]+", m.group("n").lower()):
        if word == "hundred":
            total *= 100
        elif word in _ONES:
            total += _ONES.index(word) + 1
        elif word in _TENS:
            total += 10 * (_TENS.index(word) + 2)
    return float(total)


def enrolled(stretch: str, name: int | None) -> int | None:
    """Return the number of patients enrolled, from the part of a sentence that is about one trial.

    Parameters
    ----------
    stretch : str
    name : int or None
        Where in it the name of the trial ends, if the name stands there.

    Returns
    -------
    int or None
        None where no total is printed; sizes of arms are never added up, but a count that
        the arms behind it add up to is a total.

    Examples
    --------
    >>> enrolled("SELECT (phase 3; 392 patients) compared A with B", 6)
    392
    >>> enrolled("831例患者，A（551例）对比B（280例）", None)
    831
    >>> enrolled("One hundred and fifty-nine untreated patients were entered into a randomised study.", None)
    159
    >>> enrolled("The arms held 551 and 280 patients.", None)
    """
    m = next(
        (
            x
            for x in _N.finditer(stretch)
            if not x.group("f")
            or (
                name is not None
                and stretch.count("(", 0, x.start()) > stretch.count(")", 0, x.start())
                and len(inline.findall(r"(?<![A-Za-z])[nN]\s*=", stretch)) == 1
            )
        ),
        None,
    )
    if m is None and name is not None:
        m = _BEHIND_NAME.match(stretch, name) or _TESTED_IN.search(stretch)
    printed = next((g for g in m.groups() if g), None) if m else _sum_of_arms(stretch)
    value = number_value(printed) if printed else _in_words(stretch)
    return int(value) if value is not None and value >= 10 and float(value).is_integer() else None


def _sum_of_arms(stretch: str) -> str | None:
    """``831例…A(551例)对比B(280例)``: the count that the next two to four add up to."""
    printed = [x.group("n") or x.group("n2") for x in _COUNTED.finditer(stretch)]
    values = [number_value(x) for x in printed]
    for i, k in itertools.product(range(len(values)), (2, 3, 4)):
        arms = [v for v in values[i + 1 : i + 1 + k] if v is not None and v >= 5]
        if len(arms) == k and values[i] is not None and sum(arms) == values[i]:
            return printed[i]
    return None
