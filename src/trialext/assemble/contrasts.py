"""Which groups a sentence, or a whole document, sets against each other, and which of them is the comparator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, permutations

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import (
    BY_PATIENT,
    CONTROL_PARTS,
    CYTOTOXIC,
    DOSE,
    LOOSE_CLASS,
    WITHOUT,
    ArmTable,
    Contrast,
    Group,
    initials,
    merge_parts,
    names_a_class,
)
from .asides import TIMING
from .backbone import distributed, placebo_added, under_the_last, with_backbone, with_the_same
from .dose_arms import tells_only_how
from .operations import names_an_approach

__all__ = [
    "AGAINST",
    "DIVIDED",
    "RANDOMISED",
    "alternatives",
    "choose_contrast",
    "contrasts_in",
    "expand",
    "on_one_backbone",
    "one_and_both",
    "orient",
    "told_pair",
    "two_named",
]


_DRAWN = r"randomi[sz]|randomly|assigned|allocated|随机|分为|分成|头对头(?:使用|接受|给予)|1\s?[:：]\s?1(?!\s?(?:匹配|配对|倾向|的比例匹配))"
RANDOMISED = guarded(_DRAWN, re.I)
_DRAWN_TO = guarded(
    r"(?:were|was|been)\s+(?:then\s+|centrally\s+)?(?:randomi[sz]ed|(?:randomly\s+)?(?:assigned|allocated))(?:\s*[(,][^()]{0,30}[),])?(?:\s+in\s+a\s+\d:\d(?::\d)?\s+ratio|\s+\d:\d(?::\d)?)?\s+(?:to|between)\s",
    re.I,
)
DIVIDED = guarded(rf"{_DRAWN}|分配", re.I)
"""The same, or a division that need not be by lot."""

AGAINST = guarded(
    r"(?:与|和|较|比|相比于|相对于|compared\s+(?:with|to)|versus|vs\.?|than(?:\s+(?:with|in|on|for|after|among))?|over|against)\s*(?:the\s+|单纯|单用)?$",
    re.I,
)
"""In front of the side that the other is compared with."""

_CUE_FORWARD = guarded(
    r"另一组|(?:and|[,;])\s+(?:the\s+)?(?:others?|rest|remaining|remainder|second)(?:\s+(?:half|group|arm|one|\d+))?(?:\s+(?:patients|women|men))?(?:\s+(?:to|with|on|received?|receiving|got|had|(?:was|were)\s+(?:given|treated\s+with|assigned\s+to)))?\s+(?:the\s+)?$|[,;]\s*(?:而)?(?:没有|无|其余|其他|余下)[^,;。]{0,14}?(?:则|仅|只)?(?:做|接受|采用|给予|予|行|用)|[,;]\s*一组\s*$|[,;]\s*一组(?=用|接受|给予|予|采用|行|为|单)|战胜|胜过|击败|对阵|\sPK\s|挑战|优效于|头对头|(?<![A-Za-z])(?:set against|pitted against|competed with|superior to|beat|beats|outperform\w*|better than|head-to-head|tested against|in place of|instead of)(?![A-Za-z])|(?<![A-Za-z])(?:vs?\.?|versus|compared\s+(?:with|to)|as\s+compared\s+(?:with|to)|when\s+compared\s+(?:with|to)|in\s+comparison\s+(?:with|to)|comparing\s+(?:with|to)|than|against|rather\s+than|relative\s+to|over)(?![A-Za-z])|对比|相比于|(?<!比)较(?!量|高|低|好|差|长|短|多|少|大|小|为|强)|(?:高|低|优|长|短|多|少|大|小|劣|早|晚|差)于|比(?!例|较|率|值)|vs",
    re.I,
)
_BACKWARD = guarded(
    r"(?:与(?:[^,;。()]{1,12}的)?|和|同|(?<!比)较|比|相比于|相对于|compared\s+(?:with|to)|in\s+comparison\s+(?:with|to)|relative\s+to)\s*(?:the\s+)?(?:仅采用|单纯|单独|接受|未)?\s*$",
    re.I,
)
_BACK_TAIL = re.compile(r"^\s*(?:患者|治疗|方案|组|\([^()]{0,80}\))?\s*(?:相比|比较|相较|对比|,)")


def _with_surgery(text: str, start: int, c: Contrast) -> Contrast:
    """Chemotherapy before surgery against surgery alone: the operation belongs to both."""
    if (
        c.comparator == ("surgery",)
        and "surgery" not in c.experimental
        and inline.search(
            r"术前|手术前|preoperative|neoadjuvant|新辅助|before surgery", text[max(start, c.start - 24) : c.start + 4]
        )
    ):
        return replace(c, experimental=(*c.experimental, "surgery"))
    if (
        c.experimental == ("surgery",)
        and "surgery" not in c.comparator
        and inline.search(r"术前|手术前|preoperative|neoadjuvant|新辅助|before surgery", text[c.start : c.end])
    ):
        return replace(c, comparator=(*c.comparator, "surgery"))
    return c


def _with_alternatives(text: str, named: Sequence[Group], c: Contrast) -> Contrast:
    """``osimertinib against erlotinib or gefitinib``: a choice within one class is one side."""
    last = next((g for g in named if g.end == c.end), None)
    if last is None or len(last.parts) != 1:
        return c
    other = next(
        (
            g
            for g in named
            if 0 <= g.start - last.end <= 8 and inline.fullmatch(r"\s*(?:,?\s*or|或|/)\s*", text[last.end : g.start])
        ),
        None,
    )
    if other is None or len(other.parts) != 1 or other.parts == c.experimental:
        return c
    a, b = last.parts[0], other.parts[0]
    hormonal = {"abiraterone", "enzalutamide", "apalutamide", "darolutamide"}
    if a[-5:] == b[-5:] or {a, b} <= hormonal:
        return replace(c, comparator=(*c.comparator, b), end=other.end)
    return c


_AS_CONTROL = re.compile(r"以$|将$|选$")
_IS_CONTROL = re.compile(r"(?:治疗|方案|组)?(?:为|作为|作)(?:阳性|活性|平行)?(?:对照|参照)")
_COUNTED = re.compile(rf"\s*{DOSE}(?:组)?\s*[(\[]\s*(?:[nN]\s*=\s*\d|\d+\s*(?:例|名|patients|women|men|cases))")
_ONE_OR_OTHER = re.compile(r"\s*(?:组)?\s*,?\s*(?:or|and|或|和|与|及)\s*(?:the\s+)?", re.I)
"""``received A (n = 315) or B (n = 310)``"""
_WHEN_DRAWN = re.compile(
    r"(?:randomi[sz]ed|assigned|allocated)\s+(?:\w+\s+){0,2}?(?:after|following|before|during)\s+(?:[\w-]+\s+){0,2}$",
    re.I,
)
_THEN_TO = re.compile(r"\s*,?\s*(?:in(?:to)?|to)\s")


_HELD = re.compile(r"\s+(?:was|were)\s+(?:compared\s+(?:with|to)|tested\s+against)\s+(?:the\s+)?", re.I)
"""``the addition of A to X was compared with B plus X``"""


_AND_AGAINST = re.compile(
    r"(?:组|治疗)?\s*\((?=[^()]*\d)(?:[^()]|\([^()]*\))*\)\s*,?\s*(?:or|and|以及|和|与|及|或|、)\s*(?:(?:than|with|to|versus|the|over)\s+)*"
)
_OF_THE_RATIO = re.compile(
    r"\s*\)|\s*(?:组)?的?(?:[\u4e00-\u9fff]{0,8}|\s*[A-Za-z]{2,4}\s*)(?:HR|OR|RR|风险比|优势比|危险比)"
)
"""``诱导组对单纯放疗组的HR``"""
_GOES_ON = re.compile(r"(?<![A-Za-z])(?:then|followed\s+by)(?![A-Za-z])|序贯|随后|然后", re.I)


def _without_courses(text: str, named: Sequence[Group]) -> list[Group]:
    """``A plus B, then A (A+B)``: what goes on and the title in the bracket are no groups of their own."""
    out: list[Group] = []
    for g in named:
        titled = bool(out) and text[out[-1].end : g.start].rstrip().endswith(("(", "["))
        first = next((k for k in range(len(out) - 2, max(-1, len(out) - 5), -1) if out[k].parts == g.parts), None)
        if (
            titled
            and first is not None
            and all(set(x.parts) < set(g.parts) for x in out[first + 1 :])
            and _GOES_ON.search(text, out[first].end, out[first + 1].start)
        ):
            out[first:] = [replace(out[first], end=g.end)]
            continue
        out.append(g)
    return out


def _titles(gap: str, g: Group) -> bool:
    """``A 加 B(诱导化疗组)``, ``A 135 mg plus B 50 mg (AB; reference arm)``: the names in the bracket are of the same group."""
    return _IN_ITS_BRACKET.fullmatch(gap) is not None or (bool(g.role) and gap.strip() in (",", ";"))


_IN_ITS_BRACKET = re.compile(rf"\s*{DOSE}[(\[]\s*(?:[A-Za-z0-9+/-]{{1,12}}\s*[;,:]\s*)?(?:[a-z]+\s+){{0,4}}", re.I)


def _when_drawn(text: str, g: Group, start: int) -> bool:
    """``randomly allocated after surgery to A or to B``: the operation says when the lot was drawn."""
    return (
        _WHEN_DRAWN.search(text[max(start, g.start - 60) : g.start]) is not None
        and _THEN_TO.match(text, g.end) is not None
    )


def contrasts_in(text: str, groups: Sequence[Group], start: int, end: int, randomised: bool = False) -> list[Contrast]:
    """Return the comparisons that a sentence draws between its groups."""
    out: list[Contrast] = []
    several = MANY_ARMS.search(text, start, end) is not None
    randomised = randomised or several
    named = [g for g in groups if g.parts and not _when_drawn(text, g, start)]
    every = named
    drawn = _DRAWN_TO.search(text, start, end)
    if drawn is not None and any(g.start >= drawn.end() for g in named):
        # ``patients due for A or B were randomised to C or D``
        named = [g for g in named if g.start >= drawn.end() or g.end > drawn.start()] or named
    # ``A 加 B(诱导化疗组)与 C``: a title in brackets is no group of its own
    named = [
        g
        for n, g in enumerate(named)
        if not n or g.parts != named[n - 1].parts or not _titles(text[named[n - 1].end : g.start], g)
    ]
    named = _without_courses(text, named)
    if len(named) > 2 and inline.search(r"另一组|另[1-9一]组|the other (?:group|arm)", text[start:end]):
        named = [g for n, g in enumerate(named) if not n or not _bracketed(text, start, g.start)]
    for n, g in enumerate(named):
        after = named[n + 1] if n + 1 < len(named) else None
        if g.backbone and out and out[-1].end == g.end and not set(g.backbone) & set(out[-1].experimental):
            # ``A compared with B on top of X``: X is given on both sides
            out[-1] = replace(out[-1], experimental=(*out[-1].experimental, *g.backbone))
        elif g.backbone:
            # ``在 A 基础上联合 B``: the comparison is with A, or with A and placebo where that is named
            placebo = placebo_added(text, named, n)
            sham: Arms = ("placebo",) if placebo is not None else ()
            out.append(Contrast(g.parts, (*sham, *g.backbone), g.start, (placebo or g).end))
            if placebo is not None:
                continue
        # ``with or without B``
        chosen = n and inline.fullmatch(
            r"\s*(?:组)?\s*(?:或|or)\s*", text[named[n - 1].end : g.start]
        )  # ``A or B ± C`` sets A against B
        if (
            after is not None
            and not chosen
            and inline.fullmatch(
                r"\s*(?:chemotherapy\s+)?(?:,\s*)?(?:with\s+or\s+without|±|\+/-|(?:的)?(?:基础上)?(?:联合或不联合|加或不加|联合或不加))\s*(?:the\s+)?",
                text[g.end : after.start],
                re.I,
            )
        ):
            out.append(Contrast(merge_parts([g.parts, after.parts]), g.parts, g.start, after.end))
            continue
        if after is not None and not (n and out and out[-1].end >= after.end):
            gap, behind = text[g.end : after.start], text[after.end : after.end + 60]
            if (
                (inline.fullmatch(r"\s*,?\s*with\s+", gap) and _OR_WITHOUT.match(behind))
                or (_EITHER_WITH.fullmatch(gap) and _OR_ALONE.match(behind))
                or (g.alone and _OR_WITH.fullmatch(gap))
                or _ALONE_OR_WITH.fullmatch(gap)
            ):
                # ``A, with B or without``, ``A either together with B or on its own``, ``A alone or with B``
                out.append(Contrast(merge_parts([g.parts, after.parts]), g.parts, g.start, after.end))
                continue
        if (
            n
            and not any(c.end >= g.end for c in out)
            and _BACKWARD.search(text[max(start, g.start - 30) : g.start])
            and _BACK_TAIL.match(text[g.end : g.end + 30])
            and named[n - 1].parts != g.parts
        ):
            again = out and out[-1].end == named[n - 1].end and out[-1].comparator == named[n - 1].parts
            # ``A 较 B 降低41%,较 C 降低34%``: A is the subject of both
            subject = out[-1].experimental if again and out[-1].experimental != g.parts else named[n - 1].parts
            out.append(Contrast(subject, g.parts, named[n - 1].start, g.end))
            continue
        if _AS_CONTROL.search(text[max(start, g.start - 3) : g.start]) and _IS_CONTROL.match(text, g.end):
            # ``以 B 为对照, A 组 …``
            other = next(
                (x for x in (*named[n + 1 :], *reversed(named[:n])) if x.parts != g.parts and not x.role), None
            )
            if other is not None:
                out.append(Contrast(other.parts, g.parts, min(g.start, other.start), max(g.end, other.end)))
                continue
        if after is None:
            continue
        if (
            len(g.parts) == 1
            and after.parts == (f"{WITHOUT}{g.parts[0]}",)
            and inline.fullmatch(
                r"\s*(?:组)?(?:患者)?\s*(?:或|与|和|及|、|/|or|and|versus|vs\.?)?\s*", text[g.end : after.start]
            )
        ):
            out.append(Contrast(g.parts, after.parts, g.start, after.end, False))  # ``清扫组和未清扫组``
            continue
        shared = distributed(text, named, n)
        if shared is not None:
            out.append(shared)
            continue
        if (
            after.parts == ("placebo",)
            and "placebo" not in g.parts
            and inline.fullmatch(
                r"\s*(?:\([^()]{0,30}\)\s*)?(?:或|or)\s*(?:matching\s+|matched\s+)?", text[g.end : after.start]
            )
        ):
            out.append(Contrast(g.parts, (*after.parts, *under_the_last(text, g)), g.start, after.end))
            continue
        if n and out and out[-1].end >= after.end:
            continue
        if (
            out
            and out[-1].explicit
            and out[-1].end == g.end
            and after.parts not in (out[-1].experimental, g.parts)
            and _AND_AGAINST.fullmatch(text, g.end, after.start)
        ):
            # ``longer with A than with B (8.3 vs 5.5 months) or C (8.3 vs 6.0 months)``
            out.append(Contrast(out[-1].experimental, after.parts, g.start, after.end))
            continue
        gap = _plain_gap(text, g, after)
        if "一组" in gap and "另一组" not in gap and "一组" not in text[start : g.start]:
            continue  # the first of ``一组用 A,一组用 B``
        if inline.search(
            r"compar\w+\s+(?:(?:the\s+)?(?:efficacy|safety|effects?|effectiveness|use|outcomes?)?[^.;()]{0,40}?(?:of\s+)?)?(?:[\w-]+\s+){0,3}$",
            text[max(start, g.start - 90) : g.start],
            re.I,
        ) and inline.fullmatch(
            r"\s*(?:\([^()]*\)\s*)?(?:with|and|to)\s+(?:that of\s+)?(?:(?:the\s+)?(?:continuation|continued\s+use|continuing)\s+(?:of\s+)?)?(?:the\s+|standard\s+)?",
            gap,
        ):
            out.append(Contrast(g.parts, after.parts, g.start, after.end))
            continue
        if inline.fullmatch(
            r"\s*(?:in)?to\s+(?:the\s+|a\s+)?(?:backbone\s+of\s+|combination\s+of\s+)?", gap
        ) and inline.search(
            r"(?:addition|adding)\s+of\s+(?:[\w-]+\s+){0,4}$|(?:adding|incorporating|incorporation\s+of)\s+(?:the\s+)?$",
            text[max(start, g.start - 50) : g.start],
            re.I,
        ):
            held = (
                named[n + 2] if n + 2 < len(named) and _HELD.fullmatch(text[after.end : named[n + 2].start]) else None
            )
            against, stop = (held.parts, held.end) if held is not None else (after.parts, after.end)
            out.append(Contrast(merge_parts([g.parts, after.parts]), against, g.start, stop))
            continue
        if len(gap) > 200 or g.parts == after.parts:
            continue
        if out and out[-1].end == g.end and inline.match(r"组?(?:相比|相较|比较),", text[g.end : g.end + 5]):
            continue  # ``A 与 B 相比,HR 0.46,与 C 相比,HR 0.61``: B is not compared with C
        tail = _BACK_TAIL.match(text[g.end : g.end + 100])
        if tail and _BACKWARD.search(text[max(start, g.start - 30) : g.start]):
            after = next((x for x in named[n + 1 :] if x.start >= g.end + tail.end()), after)
            gap = _plain_gap(text, g, after)
        if (
            _BACKWARD.search(text[max(start, g.start - 30) : g.start])
            and tail
            and not _CUE_FORWARD.search(_BACK_TAIL.sub("", gap)[:12])
        ):
            if n == 0 or len(gap) < 50:
                out.append(Contrast(after.parts, g.parts, g.start, after.end))
            continue
        elif (
            (
                # ``评估了 A 联合 B 的方案,对照组为 C``
                after.role == "comparator"
                and inline.fullmatch(r"(?:的)?[^;。\d]{0,16}[,(]?\s*(?:而|and\s+|with\s+|while\s+)?(?:the\s+)?", gap)
                and inline.match(
                    r"\s*(?:则)?(?:仅|只|单)?(?:为|是|接受|采用|使用|给予|予以?|用|[:：]|receiv\w+|(?:was|were) given|consisted of|had)",
                    text[after.end : after.end + 16],
                    re.I,
                )
            )
            or (
                inline.search(r"(?:对比|比较)了?[^,;。]{0,10}$", text[max(start, g.start - 14) : g.start])
                and inline.fullmatch(r"\s*(?:方案|治疗|组)?\s*(?:(?:与|和|及)\s*(?:加用|联合|给予)?|或\s*联合)\s*", gap)
            )
            or _CUE_FORWARD.search(gap)
            or (inline.fullmatch(r"\s*(?:对|相对(?:于)?)\s*", gap) and _OF_THE_RATIO.match(text, after.end))
            or (
                inline.fullmatch(r".{0,60}?(?:与|和|to|of)\s*", gap, re.S)
                and inline.match(
                    r".{0,12}?(?:比较|对比|相比|的疗效差异|疗效差异|进行比较|的?较量|的?对决|之争|的?比拼|的?头对头)",
                    text[after.end : after.end + 24],
                )
            )
            or (
                inline.fullmatch(
                    r"[^;。]{0,60}?[,;]?\s*(?:另|其余|and\s+|while\s+)?(?:\d+)\s*(?:例|名|patients?|participants?|women|men)?\s*(?:患者)?[^,;。\d]{0,14}(?:接受|给予|予|采用|服用|口服|使用|应用|分入|进入|纳入|归入|入|use|received|receive|to|were given|were assigned to|got)\s*(?:the\s+)?(?:(?:研究者|医生|医师)选择的?)?",
                    gap,
                    re.I,
                )
                and inline.search(r"\d", gap)
                and inline.search(
                    r"(?:接受|给予|予|采用|服用|口服|使用|应用|分入|分至|入|receiv\w+|assigned|to|given)\s*(?:the\s+)?$",
                    text[max(start, g.start - 14) : g.start],
                )
            )
            or (
                inline.search(
                    r"(?:分别|随机)(?:[^,;。]{0,10}?)(?:给予|予|予以|接受|采用|采取|应用|使用|行|用|进行)\s*(?:[^,;。]{0,6})$",
                    text[max(start, g.start - 20) : g.start],
                )
                and inline.fullmatch(r"(?:[^,;。]{0,24}?)(?:和|与|或|及)\s*(?:联合)?\s*", gap)
            )
            or (
                inline.search(r"either\s+(?:the\s+)?$", text[max(start, g.start - 12) : g.start], re.I)
                and inline.fullmatch(r"[^;.]{0,50}?\s*,?\s*or\s+(?:to\s+|with\s+|the\s+)*", gap)
            )
        ):
            out.append(Contrast(g.parts, after.parts, g.start, after.end))
        elif (
            randomised
            and g.noun
            and after.noun
            and inline.fullmatch(r"\s*\d+\s*(?:例|名|人)\s*[,;、和与]\s*", text[g.end : after.start])
            and inline.match(r"\s*\d+\s*(?:例|名|人)", text[after.end : after.end + 8])
        ):
            out.append(Contrast(g.parts, after.parts, g.start, after.end, False))  # ``A组65人,A+B组68人``
        elif (_COUNTED.match(text, g.end) and _COUNTED.match(text, after.end) and _ONE_OR_OTHER.fullmatch(gap)) or (
            randomised
            and not _bracketed(text, start, g.start)
            and not _told_together(text, start, named, n)
            and inline.fullmatch(
                r"[^;。]{0,80}?(?:(?<![A-Za-z])(?:or|and|to)(?![A-Za-z])|,|和|与|或者?|及|、|;(?:\s*(?:or|and)(?![A-Za-z]))?)\s*(?:(?:每[天日])?\d+(?:\.\d+)?\s*(?:毫克|mg|克|g)的?|to\s+|either\s+|receive\s+|the\s+|an?\s+|same\s+|standard\s+|treatment\s+with\s+|treated\s+with\s+|receiving\s+|given\s+|标准的?|常规|同样的?|相同的?|单纯|单用|直接|仅|行|(?:physician|investigator|doctor)'?s'?\s+choice\s+of\s+|(?:up\s+to\s+)?(?:\w+|\d+)\s+cycles?\s+of\s+|(?:研究者|医生|医师)选择的?)*",
                gap,
            )
        ):
            out.append(Contrast(g.parts, after.parts, g.start, after.end, False))
    out = _against_control(text, out, several, randomised)
    # a role that is told what it was given is no mere role
    told = {g for g in named if g.role and any(0 <= x.start - g.end <= 8 and x.parts == g.parts for x in named)}
    roles = {p for g in named if g.role and g not in told for p in (g.start, g.end)}
    out = [replace(c, by_role=True) if c.start in roles or c.end in roles else c for c in out]
    out = [_with_alternatives(text, named, c) for c in out]
    out = [with_the_same(text, c) for c in out]
    out = [_with_surgery(text, start, c) for c in out]
    return [with_backbone(text, start, every, c) for c in out]


_BEFORE_ALL = re.compile(r"(?<![A-Za-z])(?:following|after)\s+(?:[\w-]+\s+){0,3}$", re.I)
_STUDY_OF = re.compile(r"(?<![A-Za-z])(?:study|trial)\s+of\s+(?:[\w.()-]+\s+){0,3}$", re.I)
_PLAIN_AND = re.compile(r"\s+and\s+")
_AND_MORE = re.compile(r"\s*(?:\([^()]*\)\s*|\()?(?:and|with|plus)\s+(?:[\w.()-]+\s+){0,2}", re.I)


def _told_together(text: str, start: int, named: Sequence[Group], n: int) -> bool:
    """``infections following A and B``, ``a randomised study of A and B (with C) and oral D``: one treatment."""
    g, after = named[n], named[n + 1]
    if not _PLAIN_AND.fullmatch(text, g.end, after.start):
        return False
    before = text[max(start, g.start - 60) : g.start]
    if _BEFORE_ALL.search(before):
        return True
    more = named[n + 2] if n + 2 < len(named) else None
    return (
        more is not None
        and _STUDY_OF.search(before) is not None
        and _AND_MORE.fullmatch(text, after.end, more.start) is not None
    )


def alternatives(text: str, groups: Sequence[Group]) -> list[Contrast]:
    """Return the comparison of a title that only names a choice: ``A or B for advanced cancer``.

    Parameters
    ----------
    text : str
        Folded text.
    groups : sequence of Group
        The groups of the title.
    """
    named = [g for g in groups if g.parts and not g.role]
    if len(named) != 2 or not inline.fullmatch(
        r"\s*,?\s+(?:or|versus|vs\.?)\s+(?:the\s+)?", _plain_gap(text, named[0], named[1]), re.I
    ):
        return []
    return [Contrast(named[0].parts, named[1].parts, named[0].start, named[1].end, False)]


def _plain_gap(text: str, g: Group, after: Group) -> str:
    """What stands between two groups, without brackets, the dose of the first and the end of a bracket that it holds."""
    gap = inline.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text[g.end : after.start])
    gap = gap.removeprefix(")") if "(" in text[g.start : g.end] else gap
    dose = _DOSE_FIRST.match(gap)
    return f" {gap[dose.end() :]}" if dose else gap


_DOSE_FIRST = re.compile(rf"\s*(?=\d){DOSE}")


MANY_ARMS = guarded(
    r"(?<![A-Za-z])(?:three|four|five|[345])[-\s](?:arms?|(?:treatment\s+)?groups?)(?![A-Za-z])|[三四五345]\s?(?:臂|个?(?:治疗)?组)|1\s?[:：]\s?1\s?[:：]\s?1|(?<![\d:])\d\s?:\s?\d\s?:\s?\d(?![\d:])",
    re.I,
)
"""``three-arm``, ``三组``, ``1:1:1``: more than two groups are set against each other."""
_TOLD_RESULT = re.compile(r"\d\s*%|个月|months|(?<![A-Za-z])(?:HR|OR|RR|[Pp])\s*[=<>]|\d\.\d")


_VERSUS = re.compile(r"(?<![A-Za-z])(?:versus|vs\.?)(?![A-Za-z])|对比")
_SIZED = re.compile(r"[,;]\s*(?:and\s+)?\d{2,}\s*(?:例|名|人|(?:patients\s+)?(?:to|received|were|got|had)\s)")
"""``201 received A, 203 received B``"""


def _in_a_row(text: str, one: Contrast, two: Contrast, several: bool, randomised: bool) -> bool:
    """Whether two comparisons that share a group tell three arms, and not who was better than whom."""
    if two.start <= one.start or two.experimental != one.comparator:
        return False
    if several or not (one.explicit or two.explicit):
        return True
    listed = randomised and not one.explicit and not DIVIDED.search(text, one.start, one.end)
    if _SIZED.search(text, two.start, two.end) or (listed and two.comparator == ("placebo",)):
        return True
    return all(_VERSUS.search(text, x.start, x.end) for x in (one, two))


def _against_control(text: str, found: Sequence[Contrast], several: bool, randomised: bool) -> list[Contrast]:
    """``randomised to A, A plus B, or C``: three arms told in a row are compared with the control, mostly the last.

    Words of comparison between them (``A versus B versus C``) set a row only where the arms are told, not where
    results are.
    """
    out = list(found)
    n = 0
    while n < len(out):
        m = n
        while m + 1 < len(out) and _in_a_row(text, out[m], out[m + 1], several, randomised):
            m += 1
        told = any(c.explicit for c in out[n : m + 1])
        if m > n and not (told and _TOLD_RESULT.search(text, out[n].start, out[m].end)):
            arms = tuple(dict.fromkeys([out[n].experimental, *(c.comparator for c in out[n : m + 1])]))
            control = next((a for a in arms if _control_like(a)), arms[-1])
            end = out[m].end
            out[n : m + 1] = [Contrast(a, control, out[n].start, end, False, arms=arms) for a in arms if a != control]
            n += len(arms) - 1
        else:
            n += 1
    return out


_OR_WITHOUT = re.compile(r"\s*(?:\([^()]{1,40}\)\s*)?or\s+without(?:\s+it)?(?![A-Za-z])(?!\s+[a-z])")
_EITHER_WITH = re.compile(
    r"\s*,?\s*(?:(?:was|were|is|be|been)\s+(?:given|administered|tested|studied|used|received)\s+)?either\s+(?:(?:together|combined|in\s+combination)\s+)?(?:with|plus)\s+"
)
_OR_ALONE = re.compile(r"\s*(?:\([^()]{1,30}\)\s*)?or\s+(?:on\s+its\s+own|alone|as\s+monotherapy|by\s+itself)")
_ALONE_OR_WITH = re.compile(
    r"\s*(?:regimens?\s*|chemotherapy\s*)?(?:\([^()]*\)\s*)?(?:(?:was|were)\s+)?(?:given|administered|used)\s+(?:either\s+)?(?:alone|by\s+itself|as\s+(?:a\s+single\s+agent|monotherapy))\s*,?\s*or\s+(?:(?:combined|together|in\s+combination)\s+)?(?:with|plus)\s+"
)
"""``X regimens (…) given alone or in combination with Y``"""
_OR_WITH = re.compile(r"\s*(?:\([^()]*\)\s*)?,?\s*or\s+(?:(?:combined|together|in\s+combination)\s+)?(?:with|plus)\s+")


_GENERAL = {
    "taxane",
    "anthracycline",
    "platinum",
    "fluoropyrimidine",
    "chemotherapy",
    "immunotherapy",
    "TKI",
    "EGFR TKI",
    "PD-1/L1 inhibitor",
}


def _for_the_drug(votes: Counter[tuple[Arms, Arms]]) -> Counter[tuple[Arms, Arms]]:
    """``a new BTK inhibitor beats ibrutinib`` counts for the one drug that is told to be compared with ibrutinib."""
    out = Counter(votes)
    for (x, y), n in votes.items():
        for side, kept in ((0, y), (1, x)):
            general = (x, y)[side]
            if len(general) != 1 or not general[0].endswith(("inhibitor", "TKI")) or names_a_class(kept[0]):
                continue
            drugs = [
                p for p in votes if p[1 - side] == kept and p[side] != general and not any(map(names_a_class, p[side]))
            ]
            if len(drugs) == 1:
                out[drugs[0]] += n
                del out[(x, y)]
                break
    return out


def choose_contrast(found: Sequence[tuple[Contrast, float]], table: ArmTable) -> Contrast | None:
    """Choose the comparison that a stretch of text is about.

    Parameters
    ----------
    found : sequence of (Contrast, weight)
    table : ArmTable

    Returns
    -------
    Contrast or None
        The most supported pair; where a fuller definition of both sides was given, that one.
    """
    votes: Counter[tuple[Arms, Arms]] = Counter()
    control = table.roles.get("comparator", ())
    # of several arms, the one that the text calls the control is what the others are compared with
    found = [
        (replace(c, comparator=control) if control in c.arms and c.experimental != control else c, weight)
        for c, weight in found
    ]
    for c, weight in found:
        if c.experimental != c.comparator and not any(
            p.startswith(BY_PATIENT) for p in (*c.experimental, *c.comparator)
        ):
            general = all(LOOSE_CLASS.match(p) or p in _GENERAL for p in c.experimental + c.comparator)
            shared = max(1, len(c.arms) - 1)  # the pairs of one study with several arms are one telling
            votes[orient(c.experimental, c.comparator, table)] += max(
                1, int(weight * (2 if c.explicit else 1) * (1 if general else 2) / shared)
            )
    if not votes:
        return None
    votes = _for_the_drug(votes)
    merged = {pair: n - votes.get((pair[1], pair[0]), 0) for pair, n in votes.items()}
    best, score = max(merged.items(), key=lambda kv: kv[1])
    if score < 0:
        return None
    fuller = [
        (len(x) + len(y), merged[(x, y)], (x, y))
        for x, y in merged
        if set(best[0]) <= set(x) and set(best[1]) <= set(y) and (x, y) != best and merged[(x, y)] > 0
    ]
    if fuller:
        best = max(fuller, key=lambda f: (f[0], f[1]))[2]
    arms = next((c.arms for c, _ in found if best[0] in c.arms and best[1] in c.arms), ())
    return Contrast(*best, explicit=False, arms=arms)


def on_one_backbone(groups: Sequence[Group]) -> list[Contrast]:
    """``35.1% with A plus X and 27.4% with placebo plus X``: two groups of a sentence that differ by a placebo.

    Parameters
    ----------
    groups : sequence of Group
        All groups of the sentence.
    """
    named = list(dict.fromkeys(g.parts for g in groups if len(g.parts) > 1))
    out = []
    for sham, new in permutations(named, 2):
        common = set(sham) & set(new)
        if common and set(sham) - common == {"placebo"} and set(new) - common and "placebo" not in new:
            out.append(Contrast(new, sham, explicit=False))
    return out


def two_named(groups: Sequence[Group], table: ArmTable) -> Contrast | None:
    """The comparison of a text that only ever names two groups: ``手术组 …, 手术加HIPEC组 …``.

    Parameters
    ----------
    groups : sequence of Group
        All groups of the stretch.
    table : ArmTable
    """
    times = Counter(
        g.parts for g in groups if g.noun and g.parts and not g.role and not g.parts[0].startswith(BY_PATIENT)
    )
    often = [parts for parts, n in times.items() if n >= 2]
    if len(often) != 2 or sum(n for parts, n in times.items() if parts not in often) > 1:
        return None
    return Contrast(*orient(often[0], often[1], table), explicit=False)


_VALUE_OF = re.compile(
    r"\d\s*(?:%|months|years|weeks)?\s*(?:\([^()]{0,50}\)\s*)?(?:for|in|with|among|on)\s+(?:the\s+)?(?:(?:patients|those|women|men|participants)\s+)?(?:who\s+)?(?:(?:received|receiving|given|on|with|in|treated\s+with|assigned\s+to)\s+)?(?:the\s+)?$",
    re.I,
)
_TEST_BEHIND = re.compile(
    r"\s*(?:groups?|arms?|patients)?\s*[(;,:\[]\s*(?:a?HR|hazard ratio|odds ratio|OR\b|RR\b|P\s*[<=>])", re.I
)


def told_pair(text: str, groups: Sequence[Group], start: int) -> Contrast | None:
    """``72.9% in patients receiving A and 68.7% in those receiving B (HR, 0.80)``: a pair of values that is compared.

    Parameters
    ----------
    text : str
        Folded text.
    groups : sequence of Group
        The groups of the sentence, in order.
    start : int
        Where the sentence begins.

    Returns
    -------
    Contrast or None
        The group told first against the other.
    """
    named = [g for g in groups if g.parts]
    for a, b in pairwise(named):
        if (
            a.parts != b.parts
            and _VALUE_OF.search(text[max(start, a.start - 110) : a.start])
            and _VALUE_OF.search(text[max(start, b.start - 110) : b.start])
            and _TEST_BEHIND.match(text[b.end : b.end + 40])
        ):
            return Contrast(a.parts, b.parts, explicit=False)
    return None


def one_and_both(text: str, table: ArmTable) -> Contrast | None:
    """Two drugs in the whole text, both together in the ``联合组`` and one in the ``单药组``."""
    drugs = list(dict.fromkeys(m.id for m in table.mentions if m.label == "DRUG"))
    single = table.roles.get("单药组", ())
    if (
        len(drugs) != 2
        or len(single) != 1
        or single[0] not in drugs
        or not inline.search(r"联合组|联合用药|两药联合|combination (?:group|arm)", text)
    ):
        return None
    return Contrast(tuple(sorted(drugs, key=lambda d: d == single[0])), single, explicit=False)


def _bracketed(text: str, start: int, pos: int) -> bool:
    return text.count("(", start, pos) > text.count(")", start, pos)


def _shortened(abbr: str, name: str) -> bool:
    """Whether the letters of a short form come in order in one name, the first of them first: ``PLC`` of placebo."""
    at = iter(name.upper())
    return name.upper().startswith(abbr[0]) and all(c in at for c in abbr)


def expand(parts: Arms, contrast: Contrast | None, alone: bool = False, kinds: Mapping[str, str] | None = None) -> Arms:
    """Read a short name of a group through the definition of the arms.

    ``the atezolizumab group`` of atezolizumab + carboplatin + etoposide against placebo +
    carboplatin + etoposide is the first arm whole. A name that fits both sides, or stands
    with ``alone``, is left as it is.

    Parameters
    ----------
    parts : tuple of str
    contrast : Contrast or None
    alone : bool
    kinds : mapping of str to str, optional
        Class and target of each drug, for groups that are named by a class.

    Examples
    --------
    >>> c = Contrast(("atezolizumab", "carboplatin"), ("placebo", "carboplatin"))
    >>> expand(("placebo",), c)
    ('placebo', 'carboplatin')
    >>> expand(("carboplatin",), c)
    ('carboplatin',)
    """
    if contrast is None or not parts or parts in (contrast.experimental, contrast.comparator):
        return parts
    if parts in (("standard of care",), ("physician's choice",)) and not set(parts) & {
        *contrast.experimental,
        *contrast.comparator,
    }:
        return contrast.comparator
    if len(parts) == 1 and inline.fullmatch(r"[A-Z]{1,4}", parts[0]):
        # ``the DZ group`` of docetaxel and zoledronic acid, where one side alone has these initials
        fits = [
            side
            for side in (contrast.experimental, contrast.comparator)
            if len(side) == len(parts[0]) == initials(side, parts[0])
        ]
        if len(fits) == 1:
            return fits[0]
        short = [
            side for side in (contrast.experimental, contrast.comparator) if any(_shortened(parts[0], p) for p in side)
        ]
        if len(short) == 1 and len(parts[0]) >= 3:
            return short[0]  # ``OLN`` of olanzapine against placebo
    if parts in contrast.arms:
        return parts
    if contrast.experimental == contrast.comparator and all(tells_only_how(p) for p in parts):
        return contrast.experimental  # ``the 6-month group`` of two groups that had the same
    if len(parts) == 1 and parts[0] in _NUMBER_OF_DRUGS:
        # ``the doublet``: the one arm of two drugs
        fits = [
            a
            for a in contrast.arms or (contrast.experimental, contrast.comparator)
            if len([p for p in a if p not in CONTROL_PARTS]) == _NUMBER_OF_DRUGS[parts[0]]
        ]
        return fits[0] if len(fits) == 1 else parts
    given = set(parts)
    left, right = set(contrast.experimental), set(contrast.comparator)
    in_left, in_right = given < left, given < right
    if in_left and not given <= right and not (alone and left - given - CONTROL_PARTS):
        return contrast.experimental
    if in_right and not given <= left and not (alone and right - given - CONTROL_PARTS):
        return contrast.comparator
    told = contrast.arms or (contrast.experimental, contrast.comparator)
    known = given - {"chemotherapy"}
    if known and not alone and (contrast.arms or known != given):
        # ``the pembrolizumab-chemotherapy group`` of pembrolizumab, a platinum and fluorouracil
        within = [a for a in told if known < set(a) and not (set(a) - known) & CONTROL_PARTS]
        if len(within) == 1 and "chemotherapy" not in within[0]:
            return within[0]
    if len(parts) == 1 and not in_left and not in_right:
        # ``the preoperative treatment arm``, ``the chemotherapy arm``: a class that only one side fits
        if inline.search(r"chemotherapy$", parts[0]) and parts[0] not in (*contrast.experimental, *contrast.comparator):
            drugs = [
                side
                for side in (contrast.experimental, contrast.comparator)
                if not all(LOOSE_CLASS.match(p) or p in CONTROL_PARTS or p in ("surgery", "radiotherapy") for p in side)
            ]
            if len(drugs) == 1:
                return drugs[0]
        when = TIMING.get(parts[0].removeprefix(BY_PATIENT))
        if when:
            timed = [
                side for side in (contrast.experimental, contrast.comparator) if any(p.startswith(when) for p in side)
            ]
            if len(timed) == 1:
                return timed[0]
        fits = (
            [side for side in told if _fits(parts[0], side)]
            or _called_shortly(parts[0], told)
            or [side for side in told if _of_class(parts[0], side, kinds or {})]
        )
        if len(fits) == 1:
            return fits[0]
        if parts == ("maintenance therapy",) and (
            _control_like(contrast.comparator) or set(contrast.comparator) < set(contrast.experimental)
        ):
            return contrast.experimental  # ``maintenance lengthened survival`` where nothing else is maintenance
    return parts


_NUMBER_OF_DRUGS = {
    "monotherapy": 1,
    "doublet": 2,
    "两药": 2,
    "triplet": 3,
    "quadruplet": 4,
    "双药": 2,
    "三药": 3,
    "四药": 4,
}
_SAME_CLASS = re.compile(r"TKI$|^TKI")  # ``the TKI arm`` beside an ``EGFR TKI`` arm
_OF_CLASS = (
    (re.compile(r"immunotherapy|checkpoint|^(?:anti-)?(?:PD|CTLA)"), re.compile(r"PD-?1|PD-?L1|CTLA-?4|LAG-?3|TIGIT")),
    (re.compile(r"^EGFR (?:TKI|inhibitor)"), re.compile(r"^TKI EGFR")),
    (re.compile(r"^TKI$|^targeted therapy"), re.compile(r"TKI|kinase|PARP|CDK|PI3K|mTOR|KRAS")),
    (re.compile(r"^endocrine therapy"), re.compile(r"aromatase|SERD|SERM|antiandrogen|hormone|LHRH|GnRH|CYP17")),
    (re.compile(r"^antibody-drug conjugate"), re.compile(r"^ADC|ADC ")),
    (re.compile(r"^cell therapy|^CAR-T"), re.compile(r"CAR-T|cell therapy")),
)


def _of_class(name: str, side: Arms, kinds: Mapping[str, str]) -> bool:
    """``the immunotherapy arm`` is the one with a checkpoint inhibitor, ``the chemotherapy arm`` the one with nothing but cytotoxic drugs."""
    told = [kinds.get(p, "") for p in side]
    if name.endswith("chemotherapy"):
        return any(told) and all(CYTOTOXIC.search(k) or not k for k in told) and not _control_like(side)
    rule = next((kind for words, kind in _OF_CLASS if words.search(name)), None)
    target = inline.fullmatch(r"(.+) inhibitor", name)
    return (
        any(
            bool(rule.search(k)) if rule is not None else target is not None and target.group(1) in k for k in told if k
        )
        or any(p.startswith(f"{name} ") for p in side)
        or any(_SAME_CLASS.search(p) and _SAME_CLASS.search(name) for p in side)
        or (bool(CYTOTOXIC.fullmatch(name)) and any(name in k.split() for k in told))
    )


_WHEN = (("preoperative", "neoadjuvant"), ("postoperative", "adjuvant"))


def _called_shortly(name: str, told: Sequence[Arms]) -> list[Arms]:
    """``the interferon group`` of peginterferon against something else."""
    if len(name) < 6 or name.endswith(("therapy", "treatment")):
        return []
    return [side for side in told if any(name in p and name != p for p in side)]


def _fits(name: str, side: Arms) -> bool:
    """Whether a general name such as ``neoadjuvant therapy`` can stand for one side of a comparison."""
    if names_an_approach(name):
        return any(p.startswith(f"{name} ") for p in side)
    for words in _WHEN:
        if name.split(" ")[0] in words and inline.search(r"therapy|treatment|chemo", name):
            return any(p.split(" ")[0] in words for p in side)
    if name in ("irradiated", "irradiation"):
        return any(p.endswith("radiotherapy") for p in side)
    return name in ("operated", "surgical") and any(p in ("surgery", "resection") or p.endswith("ectomy") for p in side)


_AS_BEFORE = re.compile(
    r"(?:conventional|usual|routine|traditional) (?!Chinese|chemotherapy|radiotherapy|chemoradiotherapy|dose)|conventionally fractionated "
)


def _control_like(parts: Arms) -> bool:
    return any(p in CONTROL_PARTS or p.startswith(WITHOUT) or _AS_BEFORE.match(p) for p in parts)


def orient(first: Arms, second: Arms, table: ArmTable) -> tuple[Arms, Arms]:
    """Order two groups as (experimental, comparator) where their content tells."""
    a, b = set(first), set(second)
    if b < a and not _control_like(first):
        return first, second  # ``A plus B`` is held against A, whatever else A is held against
    if table.roles.get("comparator") == first != table.roles.get("experimental") and (
        table.single or any(name == "comparator" and parts == first for _, name, parts in table.told)
    ):
        return second, first
    if _control_like(first) and not _control_like(second):
        return second, first
    if _control_like(second) and not _control_like(first):
        return first, second
    if first == ("surgery",) and not b & a and any("chemo" in p for p in second):
        return second, first  # nothing but the operation is what a new treatment is held against
    if a < b or (_begins(first, _WHEN[1]) and _begins(second, _WHEN[0])):
        return second, first  # what is given before an operation is held against what is given after it
    return first, second


def _begins(parts: Arms, words: Sequence[str]) -> bool:
    return len(parts) == 1 and parts[0].startswith(tuple(f"{w} " for w in words))
