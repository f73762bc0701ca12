"""A class of treatment that stands for the drugs it was chosen from: ``standard therapy (A, B, or C)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Mention
from ..text import inline
from ..text.sentences import first_sign
from .arm_model import LOOSE_CLASS, ArmTable, merge_parts
from .groups import WITH_DRUGS, plain_groups
from .short_forms import closing

__all__ = ["choices", "chosen_from", "given_with", "one_of"]

_OF_DRUGS = {"platinum", "taxane", "fluoropyrimidine", "anthracycline"}


_CHOICE_CLASS = {
    "platinum",
    "taxane",
    "fluoropyrimidine",
    "anthracycline",
    "aromatase inhibitor",
    "EGFR TKI",
    "standard of care",
    "physician's choice",
    "investigator's choice",
    "chemotherapy",
    "standard therapy",
    "platinum-based chemotherapy",
    "endocrine therapy",
    "androgen receptor pathway inhibitor",
    "novel hormonal therapy",
    "hormone therapy",
    "targeted therapy",
    "single-agent chemotherapy",
    "systemic therapy",
    "salvage chemotherapy",
}


_CHOICE_KIND = re.compile(r"(?:TKI|inhibitor|antagonist|agonist|antibody)$")


_STANDARD = re.compile(r"(?<![A-Za-z])standard\s(?:[\w-]+\s+){0,3}therapy$", re.I)
"""``standard single-agent systemic therapy (A, B or C)`` is the standard therapy of what follows."""


def choices(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``standard therapy (methotrexate, docetaxel, or cetuximab)``: the class is these drugs from here on."""
    for m in inside:
        if m.label != "CLASS" or not (m.id in _CHOICE_CLASS or _CHOICE_KIND.search(m.id)):
            continue
        opened = inline.match(
            r"\s*组?\s*(?:treatment\s+|therapy\s+|chemotherapy\s+|group\s+|arm\s+|of\s+|the\s+|investigator's\s+|physician's\s+|choice\s+)*[(\[]\s*(?:i\.?e\.?,?\s*|either\s+|with\s+|of\s+)?",
            text[m.end : m.end + 60],
        )
        if not opened:
            continue
        close = closing(text, m.end + text[m.end : m.end + 60].index("(" if "(" in opened.group() else "["), b)
        held = [x for x in inside if m.end <= x.start and x.end <= close]
        if sum(x.label in ("DRUG", "REGIMEN") or x.id in _OF_DRUGS for x in held) < 2:
            continue  # ``standard of care (salvage chemotherapy, transplantation)`` keeps its name
        within = plain_groups(text, held, table, m.end, close)
        if len(within) >= 2 and within[0].start - (m.end + opened.end()) < 4:
            told = merge_parts([g.parts for g in within])
            table.classes.append((m.id, told, m.start, 0))
            if m.id != "standard of care" and _STANDARD.search(text[max(a, m.start - 30) : m.end]):
                table.classes.append(("standard of care", told, m.start, 0))


def given_with(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``chemoradiotherapy (with cisplatin)``: from here on the treatment holds the drug."""
    for m in inside:
        if m.label != "CLASS" or not LOOSE_CLASS.match(m.id):
            continue
        first = next((x for x in inside if x.label == "DRUG" and 0 < x.start - m.end < 40), None)
        told = WITH_DRUGS.fullmatch(text, m.end, first.start) if first is not None else None
        if told is None:
            continue
        close = closing(text, told.start("open"), b)
        held = [x for x in inside if m.end <= x.start and x.end <= close]
        drugs = merge_parts([g.parts for g in plain_groups(text, held, table, m.end, close)])
        table.classes.append((m.id, (m.id, *drugs) if "radio" in m.id else drugs, m.start, 0))


_ONE_OF = re.compile(
    r"\s*(?:治疗|方案)?(?:中的?)?(?:之一|其一|任一种?)\s*[:(,]\s*|\s*(?:regimens?|therap(?:y|ies)|treatments?|options?)?\s*:\s*"
)


def one_of(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``五种标准方案之一:A+B,A+C,或D``: the class is all that is listed."""
    for m in inside:
        if m.label != "CLASS" or m.id not in _CHOICE_CLASS:
            continue
        told = _ONE_OF.match(text, m.end, b)
        ahead = text[max(a, m.start - 24) : m.start]
        if told is None or not ("一" in told.group() or inline.search(r"(?<![A-Za-z])one\s+of\s", ahead, re.I)):
            continue
        stop = first_sign(text, ";。\n", told.end(), b)
        listed = plain_groups(
            text, [x for x in inside if told.end() <= x.start and x.end <= stop], table, told.end(), stop
        )
        if len(listed) >= 2 and listed[0].start - told.end() <= 4:
            table.classes.append((m.id, merge_parts([g.parts for g in listed]), m.start, 0))


_CHOSEN_FROM = re.compile(
    r"[,;]?\s*(?:由研究者|由医师|由医生)[^,;。]{0,4}在(?P<list>[^;。]{4,40}?)(?:[两二三四]种)?(?:单药|药物|方案)*中(?:选择|任选|选)"
)


def chosen_from(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``标准治疗,由研究者在 A、B 和 C 中选择其一``: the class is these drugs from here on."""
    for m in inside:
        if m.label != "CLASS" or m.id not in _CHOICE_CLASS:
            continue
        told = _CHOSEN_FROM.match(text, m.end, b)
        if told is None:
            continue
        drugs = [
            (x.id,) for x in inside if x.label == "DRUG" and told.start("list") <= x.start and x.end <= told.end("list")
        ]
        if len(drugs) >= 2:
            table.classes.append((m.id, merge_parts(drugs), m.start, 0))
