"""Names that a document gives its groups: in brackets behind them, before a line of their own, by their time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Arms, Mention
from ..text import inline
from ..text.sentences import first_sign
from .arm_model import (
    BRINGS_DRUGS,
    BY_PATIENT,
    CONTROL_PARTS,
    LOOSE_CLASS,
    ArmTable,
    Group,
    does_without,
    merge_parts,
)
from .asides import TIMED, shared_noun
from .backbone import given_to_all
from .groups import NICKNAMES, ROLE, groups_in, nickname, plain_groups, told_within
from .short_forms import closing

__all__ = ["defined", "ground_of", "line_titles", "nicknames", "numbered_arms", "timed", "titles"]

_TITLED = re.compile(
    r"\(\s*(?P<title>[\u4e00-\u9fffA-Za-z0-9+-]{1,9}组)\s*(?:\)|,|;|\d)"
    r"|(?:治疗|方案|化疗|手术)?(?:的)?(?:\d+例)?(?:患者|病例|病人|者)(?:\d+例)?,?(?:为|设为|作为|列为|纳入|归入|归为|定义为|记为|称为)(?P<title2>[\u4e00-\u9fffA-Za-z0-9+-]{1,9}组)"
)


_NICKNAMED = re.compile(
    rf"[(\[]\s*(?:the\s+)?(?:(?P<name>{NICKNAMES})|(?P<role>experimental|investigational|control|standard|comparator|reference))(?:\s+(?:group|arm))?\s*[)\]]",
    re.I,
)


def nicknames(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``to A, B and C [triplet], to A and B [doublet], or to D [control]``."""
    for m in _NICKNAMED.finditer(text, a, b):
        before = [
            g
            for g in groups_in(text, [x for x in inside if x.end <= m.start()], table, a, m.start())
            if g.parts and not g.role and m.start() - g.end <= 3
        ]
        if not before:
            continue
        if m.group("name"):
            table.tell(m.start(), nickname(m.group("name")), "", before[-1].parts)
            table.nicknamed = True
        else:
            role = "experimental" if inline.match("exp|inv", m.group("role"), re.I) else "comparator"
            table.tell(m.start(), f"{m.group('role').lower()} group", role, before[-1].parts)


_BESIDES = re.compile(
    r"在(?P<under>[^,;。()]{1,14})(?:之外|(?:的)?基础(?:之)?上),?(?:随机)?(?:分别)?(?:搭配|联合|加用|联用|给予|加)"
)


def titles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A 加 B 诱导后行 C(诱导化疗组)``: a group is called by the name that stands in brackets behind it."""
    if "组" not in text[a:b]:
        return
    for m in _TITLED.finditer(text, a, b):
        title = m.group("title") or m.group("title2")
        if ROLE.fullmatch(title) or title in table.titles:
            continue
        before = told_within(text, inside, table, a, m.start())
        beside = before and inline.fullmatch(
            r"(?:\s?\d[\d.,]*\s?(?:mg|g|μg|Gy|IU|U|ml)[^\s,;)]{0,8})?(?:\s?\([^()]{1,12}\))?.{0,4}",
            text[before[-1].end : m.start()],
        )
        if beside and not before[-1].parts[0].startswith(BY_PATIENT):
            # ``肝动脉灌注FOLFOX化疗组(HAIC组)``: the title may name the procedure
            own = [
                (x.id,)
                for x in inside
                if x.label == "CLASS" and m.end() - len(title) - 1 <= x.start and x.end <= m.end()
            ]
            own = [parts for parts in own if BRINGS_DRUGS.search(parts[0])]
            ground = ground_of(text, inside, table, a, before[-1].start)
            table.titles[title] = merge_parts([*ground, *own, before[-1].parts])


def ground_of(text: str, inside: Sequence[Mention], table: ArmTable, a: int, at: int) -> list[Arms]:
    """``在 A 之外分别搭配 B(G组)或 C(R组)``: what both arms are given with."""
    ground = _BESIDES.search(text, a, at)
    under = told_within(text, inside, table, ground.start("under"), ground.end("under")) if ground else []
    if ground and not under:
        known = inline.sub(r"方案$|治疗$", "", ground.group("under"))
        return [table.names[known]] if known in table.names else []
    return [g.parts for g in under[:1]]


_LINE_TITLE = re.compile(
    r"(?m)^[ \t]*(?:[(]?\d[).、]\s*|[•·▪◆●*-]\s*|[①-⑳])?(?P<title>[A-Za-z0-9][A-Za-z0-9+/-]{1,15}组)\s*(?:\(n\s*=\s*\d+\)|\(\d+例\))?\s*[:：]"
    r"|(?:[①-⑳]|[(]\d[)])\s*(?P<title2>[\u4e00-\u9fffA-Za-z0-9+/-]{2,10}组)\s*(?:\(n\s*=\s*\d+\)|\(\d+例\))?\s*[:,](?=\s*(?:先|均|仅|则|于|在|放疗|化疗|术)?[^,;。:]{0,6}(?:予|给予|行|接受|采用|口服|使用|加))"
)


_NUMBERED_ARM = re.compile(
    r"(?m)^[ \t]*(?:[①-⑳]|[(]\d[)]|\d[).、])[ \t]*(?:(?P<title>[A-Z][A-Za-z0-9+/-]{1,12})\s*:\s*)?(?=[A-Z\u4e00-\u9fff])"
)
"""``②SOX:S-1+奥沙利铂``: a numbered line that is an arm of the study."""
_ARMS_AHEAD = re.compile(
    r"[三四五345](?:臂|组)|随机[^。\n]{0,20}:\s*$|(?<![A-Za-z])(?:three|four|3|4)[ -](?:arms?|groups)|randomi[sz]ed[^.\n]{0,40}:\s*$",
    re.I,
)
_SAME_AS = re.compile(r"同(?P<title>[A-Za-z0-9][A-Za-z0-9+/-]{1,15}组)")


def line_titles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``RT-GC组：给予吉西他滨+顺铂``: a line that says what its group was given."""
    for m in _LINE_TITLE.finditer(text, a, b):
        title = m.group("title") or m.group("title2")
        stop = first_sign(text, "\n;", m.end(), b)
        if (
            inline.search(r"\d\s*%|个月|[Pp]\s*[<=>]", text[m.end() : stop])
            or title in table.titles
            or ROLE.fullmatch(title)
        ):
            continue
        given = [g.parts for g in told_within(text, inside, table, m.end(), stop)]
        like = _SAME_AS.search(text, m.end(), stop)
        if like and like.group("title") in table.titles:
            given.insert(0, table.titles[like.group("title")])
        if given:
            table.titles[title] = merge_parts([*given, *given_to_all(text, table, a)])
            table.titled.append(table.titles[title])


def numbered_arms(text: str, table: ArmTable, a: int, b: int) -> None:
    """Read a study whose arms are told in numbered lines behind ``三臂…随机:`` into the table.

    Parameters
    ----------
    text : str
        Folded text.
    table : ArmTable
        Filled in place.
    a, b : int
        The sentence.
    """
    ahead = _ARMS_AHEAD.search(text, a, b)
    begin = text.find("\n", ahead.start()) if ahead else -1
    if begin < 0:
        return
    arms: list[Arms] = []
    at = begin
    for m in _NUMBERED_ARM.finditer(text, begin, min(len(text), begin + 600)):
        if text[at : m.start()].strip("\n 。"):
            break
        if _LINE_TITLE.match(text, m.start()):
            return  # each line has a title of its own
        at = first_sign(text, "\n。", m.end(), len(text))
        given = [g.parts for g in plain_groups(text, table.all_in(m.end(), at), table, m.end(), at)]
        if not given or inline.search(r"\d\s*%|[Pp]\s*[<=>]", text[m.end() : at]):
            return
        arms.append(merge_parts([table.names.get(p, (p,)) for arm in given for p in arm]))
        if m.group("title"):
            table.names[m.group("title")] = arms[-1]
    if 3 <= len(arms) <= 5 and len(table.titled) < len(arms):
        table.titled = arms


def timed(text: str, mentions: Sequence[Mention], table: ArmTable) -> None:
    """``the postoperative treatment arm``: the one treatment of the document that is given at that time."""
    named: dict[str, set[str]] = {}
    for part in {m.id for m in mentions if m.label == "CLASS"} | {
        p for g in shared_noun(text, mentions, 0, len(text)) for p in g.parts
    }:
        when, _, what = part.partition(" ")
        if when in TIMED and what not in ("", "therapy"):
            named.setdefault(when, set()).add(part)
    for when, parts in named.items():
        for title in (f"{when}{what} {noun}" for what in ("", " treatment", " therapy") for noun in ("arm", "group")):
            if len(parts) == 1 and title in text:
                table.titles.setdefault(title, tuple(parts))


_SIZE = r"\s*(?:共|计)?\s*(?:\d+\s*例)?(?:患者)?"
_HOLDS = re.compile(rf"{_SIZE}\s*[(\[]\s*(?:(?:[nN]\s*=\s*)?\d+\s*(?:例|名)?\s*[,;:]\s*)?")
_GIVES = re.compile(
    rf"{_SIZE}\s*(?:[(\[]\s*(?:[nN]\s*=\s*)?\d+\s*(?:例|名)?\s*[)\]])?(?:患者)?\s*[,:]?\s*"
    r"(?:在[^,;。()]{1,14}[前后],?)?(?:则|均|仅|只|单纯|单独|先|首先|同时|继续)*"
    r"(?:给予|予以|予|采用|采取|接受|应用|使用|口服|服用|静脉滴注|静滴|静脉注射|皮下注射|行|用|为|联合|联用|加用|:)"
)
_BY_PROPERTY = re.compile(
    r"阳性|阴性|[高低中]危|表达|突变|野生|老年|青年|[男女]性|复发|转移|初治|耐药|存活|死亡|生存|有效|无效|缓解|正常|健康|[ⅠⅡⅢⅣ]|期"
)
_IS_RESULT = re.compile(r"\d\s*%|个月(?!1)|[Pp]\s*[<=>]|比例|人数|后续|既往|曾")


_AND_BRACKET = re.compile(r"(?P<title>[^()]{1,16}组)\([^()]*\)")
_ADDED_TO = re.compile(
    rf"{_SIZE}\s*[(\[]?\s*(?:[nN]\s*=\s*\d+\s*(?:例|名)?\s*[,;:]\s*)?(?:均|也|同样)?(?:联合|联用|加用|合用)"
)
"""``安慰剂组(联合A+B)``"""
_BEFORE_SURGERY = re.compile(r"新辅助|(?:手)?术前")
_SURGERY_ARM = re.compile(r"(?<![后前])(?:直接|单纯)?手术组")


def defined(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``化疗组94例(A+B)``, ``双靶组接受 A+B``: what a group was given that is called by a kind or a word of its own.

    Parameters
    ----------
    text : str
        Folded text.
    inside : sequence of Mention
        The mentions of the sentence.
    table : ArmTable
        Filled in place.
    a, b : int
        The sentence.
    """
    if "组" not in text[a:b]:
        return
    for g in groups_in(text, inside, table, a, b):
        title = text[g.start : g.end]
        if table.single and g.parts and (own_bracket := _AND_BRACKET.fullmatch(title)):
            table.titles.setdefault(own_bracket.group("title"), g.parts)  # ``安慰剂组(联合A+B)``
            continue
        if (
            not g.parts
            or g.role
            or not title.endswith("组")
            or title in table.titles
            or ROLE.fullmatch(title)
            or does_without(g.parts)
            or (set(g.parts) & CONTROL_PARTS and not (table.single and _ADDED_TO.match(text, g.end)))
        ):
            continue
        parts = _held(text, inside, table, g, b) or _given(text, inside, table, g, b)
        named = {x.id for x in inside if x.label in ("DRUG", "CLASS") and g.start <= x.start and x.end <= g.end}
        own = tuple(p for p in g.parts if p in CONTROL_PARTS or (p in named and not _stands_for(p)))
        whole = merge_parts([own, parts])
        if not parts or set(whole) <= set(g.parts):
            continue  # the name tells as much
        kinds = tuple(p for p in g.parts if "radio" in p and LOOSE_CLASS.match(p))
        if kinds and not any("radio" in p for p in whole):
            whole = (*kinds, *whole)
        if _BEFORE_SURGERY.search(text, g.start, min(b, g.end + 24)) and _SURGERY_ARM.search(text):
            whole = merge_parts([whole, ("surgery",)])  # beside a 手术组 all had the operation
        name = title.removesuffix("组")
        if name in table.names or table.single or not LOOSE_CLASS.match(g.parts[0]):
            table.titles[title] = whole
            if name in table.names:
                table.names[name] = whole


def _stands_for(part: str) -> bool:
    """Whether a treatment is only the kind of what was given."""
    return LOOSE_CLASS.match(part) is not None or part.endswith(("chemotherapy", "immunotherapy", "chemoradiotherapy"))


def _held(text: str, inside: Sequence[Mention], table: ArmTable, g: Group, b: int) -> Arms:
    """What the bracket behind a name lists."""
    opened = _HOLDS.match(text, g.end, b)
    if opened is None or _BY_PROPERTY.search(text, g.start, g.end):
        return ()
    close = closing(text, max(text.rfind("(", g.end, opened.end()), text.rfind("[", g.end, opened.end())), b)
    listed = told_within(text, inside, table, opened.end(), close)
    ahead = text[opened.end() : listed[0].start] if listed else ""
    if not listed or len(ahead) > 8 or "即" in ahead or _IS_RESULT.search(text, opened.end(), close):
        return ()
    return merge_parts([x.parts for x in listed])


def _given(text: str, inside: Sequence[Mention], table: ArmTable, g: Group, b: int) -> Arms:
    """What a verb behind a name says that the group was given."""
    verb = _GIVES.match(text, g.end, b)
    if verb is None or _BY_PROPERTY.search(text, g.start, g.end):
        return ()
    stop = first_sign(text, ";。\n", verb.end(), b)
    listed = told_within(text, inside, table, verb.end(), stop)
    if not listed or listed[0].start - verb.end() > 4 or _IS_RESULT.search(text, verb.end(), stop):
        return ()
    if text[verb.end() - 1] == ":":
        return merge_parts([x.parts for x in listed])  # ``VA组34例:A 100 mg 第1天,B 75 mg/m2``
    return listed[0].parts
