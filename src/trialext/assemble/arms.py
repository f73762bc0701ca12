"""The groups that a document defines: what it randomised to, which name, letter, role or abbreviation each has.

A document defines its arms once (``randomised to A plus B (n=…) or C``, ``试验组给予…``, ``(arm A)``); the table made
here is what every later name of a group is read through.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Arms, Mention
from ..recognise.guarded import guarded, guarded_names
from ..text import inline
from .arm_model import BY_PATIENT, LETTERED, TREATMENT, ArmTable, Contrast, Group, merge_parts
from .asides import TIMED, shared_noun
from .backbone import given_to_both, listed_on, with_both
from .contrasts import DIVIDED, alternatives, choose_contrast, contrasts_in, initials, one_and_both, two_named
from .dose_arms import of_one_treatment
from .groups import (
    JOINED,
    LITERAL_ALONE,
    LITERAL_EN,
    LITERAL_GIVEN,
    LITERAL_GIVEN_ZH,
    MAY_NAME,
    NICKNAMES,
    NO_GROUP,
    ROLE,
    denied_names,
    groups_in,
    nickname,
    plain_groups,
)
from .plain_words import Phrase, defined_phrases

__all__ = ["arm_table"]

_CHOSEN = re.compile(
    r"choice\s+(?:of\s+)?(?:single-agent\s+|standard\s+|investigator-selected\s+)?chemotherapy|chemotherapy\s+of\s+(?:the\s+)?[\w' ]{0,14}choice|chemotherapy of choice|(?:研究者|医师|医生|临床医生)选择的?[^,;。]{0,8}化疗",
    re.I,
)
_ABBREVIATION = re.compile(
    r"[(\[]\s*(?P<abbr>[A-Za-z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,3})\s*(?P<after>组|方案|group|arm|regimen)?\s*(?:[)\]]|[;:,]\s)"
)


_AT_RISK = guarded(
    r"(?P<what>(?:(?:very\s+)?(?:low|intermediate|high|standard|average|favou?rable|unfavou?rable|good|poor)[- ]risk|(?:极?[低中高标]危|[低中高]风险)))(?:\s+(?:group|disease|patients)|组|患者)?\s*\((?P<abbr>[A-Z]{2,4})(?:组|[;,][^()]{0,12})?\)",
    re.I,
)
"""``low risk (LR)``: groups by what the patients are."""


def arm_table(
    text: str,
    mentions: Sequence[Mention],
    sentences: Sequence[tuple[int, int, str]],
    known: set[str],
    spelled: Mapping[str, Arms] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> ArmTable:
    """Build the table of the groups of one document.

    Parameters
    ----------
    text : str
        Folded text.
    mentions : sequence of Mention
        All mentions, folded offsets.
    sentences : sequence of (start, end, section)
    known : set of str
        Short forms that already mean something else (endpoints, measures, tumours).
    spelled : mapping of str to tuple of str, optional
        Regimens whose names spell out their drugs.
    kinds : mapping of str to str, optional
        Class and target of each drug; drugs of one kind may stand for each other.
    """
    table = ArmTable(
        kinds=kinds or {},
        negated=denied_names(text),
        spelled=dict(spelled or {}),
        breaks=[m.start() for m in inline.finditer(r"\n", text)],
        mentions=mentions,
        printed=frozenset((text[m.start : m.end], m.id) for m in mentions if m.label in TREATMENT),
        observed="对照组" in text,
        single=len({m.id for m in mentions if m.label == "TRIAL"}) <= 1
        and len(set(inline.findall(r"\[(\d{1,3})", text))) < 3,
    )
    table.chosen = "chemotherapy" if _CHOSEN.search(text) else ""
    drugs = {m.id for m in mentions if m.label == "DRUG"}
    table.drug = next(iter(drugs)) if len(drugs) == 1 else ""
    operations = Counter(
        inline.sub(r"^(?:laparoscopic|open|robotic) ", "", m.id)
        for m in mentions
        if m.label == "CLASS" and inline.search(r"(?:ectomy|resection)$", m.id) and not m.id.startswith("minimally")
    )
    if len(operations) == 1:
        table.operation = next(iter(operations))
    starts = [m.start for m in mentions]
    longest = max((m.end - m.start for m in mentions), default=0)

    def within(a: int, b: int) -> list[Mention]:
        return [m for m in mentions[bisect_left(starts, a) : bisect_left(starts, b)] if m.end <= b]

    told_in = [
        (a, b, section, within(a, b)) for a, b, section in sentences if section not in ("references", "table", "meta")
    ]
    spans = [(a, b, inside) for a, b, _, inside in told_in]
    risks = {m.group("abbr"): m.group("what") for m in _AT_RISK.finditer(text)}
    table.names.update({abbr: (f"{BY_PATIENT}{what}",) for abbr, what in risks.items()})
    known = known | risks.keys()
    for a, b, section, inside in told_in:
        known_spans = [(m.start, m.end) for m in inside if m.label in TREATMENT]
        table.phrases += defined_phrases(text, a, b, section == "title", known_spans)
    for a, b, inside in spans:
        _opposites(text, inside, table, a, b)
    for a, b, inside in spans:
        _abbreviations(text, inside, table, a, b, known)
        _sums(text, inside, table, a, b)
        _choices(text, inside, table, a, b)
        _chosen_from(text, inside, table, a, b)
        _with_or_without(text, inside, table, a, b)
        _with_in_brackets(text, inside, table, a, b)
    for abbr, parts in table.names.items():
        if any(p in table.names and p != abbr for p in parts):
            table.names[abbr] = merge_parts([table.names[p] if p in table.names and p != abbr else (p,) for p in parts])
    for abbr, parts in table.names.items():
        if len(parts) == 1 and len(parts[0]) <= 6 and (long := _long_form(text, parts[0].upper())):
            table.names[abbr] = (long,)  # ``AOS (AG, 10 mg daily)``, told before as ``oligosaccharide (AOS)``
    short = {n.lower() for n in table.names}
    table.phrases = [p for p in table.phrases if not (len(p.parts) == 1 and p.parts[0] in short)]
    table.phrases = [_spelled_out(text, p, table.names) for p in table.phrases]
    table.opposed -= table.joined  # ``A-B or A-C``: what is given together is not set against each other
    _composed(text, table)
    for a, b, inside in spans:
        _on_a_backbone(text, inside, table, a, b)
    for a, b, inside in spans:
        _titles(text, inside, table, a, b)
        _nicknames(text, inside, table, a, b)
        _line_titles(text, inside, table, a, b)
    _timed(text, mentions, table)
    trials = [(m.start, text[m.start : m.end]) for m in mentions if m.label == "TRIAL"]
    for n, (label, parts, at, _) in enumerate(table.classes):
        # the choice holds while the same trial is told
        line = text.rfind("\n", 0, at) + 1
        here = {name for pos, name in trials if line <= pos <= at + 200}
        table.classes[n] = (
            label,
            parts,
            at,
            min((pos for pos, name in trials if pos > at + 200 and name not in here), default=len(text) + 1)
            if here
            else text.find("\n", at)
            if len({t for _, t in trials}) > 1
            else len(text) + 1,
        )
    bare = sorted(
        {
            m.group("name")
            for rx in (LITERAL_ALONE, LITERAL_EN, LITERAL_GIVEN, LITERAL_GIVEN_ZH)
            for a, b, _ in spans
            for m in rx.finditer(text, a, b)
            if (len(m.group("name")) >= 3 or (rx is LITERAL_GIVEN and not NO_GROUP.fullmatch(m.group("name"))))
            and inline.fullmatch(r"[A-Za-z]*[A-Z][A-Za-z0-9]*", m.group("name"))
            and m.group("name") not in known
            and m.group("name") not in table.names
            and not any(
                x.start <= m.start("name") < x.end
                for x in mentions[
                    max(0, bisect_left(starts, m.start("name") - longest)) : bisect_right(starts, m.start("name"))
                ]
            )
        }
    )
    for name in bare:
        long = _long_form(text, name)
        if long and not inline.search(rf"(?<![.:;] )(?!The |In |Both )[A-Z][A-Za-z]+ {name} (?:group|arm)", text):
            table.names[name] = (long,)
    bare = [name for name in bare if name not in table.names]
    if bare:
        table.literals = guarded_names(
            r"(?<![A-Za-z0-9/+-])(?P<name>(?:",
            bare,
            r")(?:[/+][A-Z][A-Za-z0-9]*)*)(?![A-Za-z0-9])(?:\s+(?:alone|group|arm|treatment|therapy))*",
        )
    if table.names:
        table.pattern = guarded_names(
            r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][+/])(?:",
            sorted(table.names),
            r")(?![A-Za-z0-9]|[+/][A-Za-z]|\s*(?:value\s*)?[=<>≤≥])",
        )
    told = [(a, b, inside) for a, b, inside in spans if MAY_NAME.search(text, a, b) and ROLE.search(text, a, b)]
    for a, b, _ in told:
        _short_roles(text, table, a, b)
    if table.called:
        table.short_roles = guarded_names(r"(?<![A-Za-z0-9])(?:", sorted(table.called), r")(?![A-Za-z0-9])")
    for _ in range(2):
        for a, b, inside in told:
            _roles(text, inside, table, a, b)
            _added_group(text, inside, table, a, b)
    _default_contrast(text, table, told_in)
    return table


_TITLED = re.compile(r"\(\s*(?P<title>[\u4e00-\u9fffA-Za-z0-9+-]{1,9}组)\s*(?:\)|,|;|\d)")


_NICKNAMED = re.compile(
    rf"[(\[]\s*(?:the\s+)?(?:(?P<name>{NICKNAMES})|(?P<role>experimental|investigational|control|standard|comparator|reference))(?:\s+(?:group|arm))?\s*[)\]]",
    re.I,
)


def _nicknames(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
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


def _titles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A 加 B 诱导后行 C(诱导化疗组)``: a group is called by the name that stands in brackets behind it."""
    if "组" not in text[a:b]:
        return
    for m in _TITLED.finditer(text, a, b):
        title = m.group("title")
        if ROLE.fullmatch(title) or title in table.titles:
            continue
        before = _told_within(text, inside, table, a, m.start())
        beside = before and inline.fullmatch(
            r"(?:\s?\d[\d.,]*\s?(?:mg|g|μg|Gy|IU|U|ml)[^\s,;)]{0,8})?.{0,4}", text[before[-1].end : m.start()]
        )
        if beside and not before[-1].parts[0].startswith(BY_PATIENT):
            table.titles[title] = merge_parts([*_ground_of(text, inside, table, a, before[-1].start), before[-1].parts])


def _ground_of(text: str, inside: Sequence[Mention], table: ArmTable, a: int, at: int) -> list[Arms]:
    """``在 A 之外分别搭配 B(G组)或 C(R组)``: what both arms are given with."""
    ground = _BESIDES.search(text, a, at)
    under = _told_within(text, inside, table, ground.start("under"), ground.end("under")) if ground else []
    return [g.parts for g in under[:1]]


_LINE_TITLE = re.compile(
    r"(?m)^[ \t]*(?:[(]?\d[).、]\s*|[•·▪◆●*-]\s*|[①-⑳])?(?P<title>[A-Za-z0-9][A-Za-z0-9+/-]{1,15}组)\s*(?:\(n\s*=\s*\d+\)|\(\d+例\))?\s*[:：]"
    r"|(?:[①-⑳]|[(]\d[)])\s*(?P<title2>[\u4e00-\u9fffA-Za-z0-9+/-]{2,10}组)\s*(?:\(n\s*=\s*\d+\)|\(\d+例\))?\s*[:,](?=\s*(?:先|均|仅|则|于|在|放疗|化疗|术)?[^,;。:]{0,6}(?:予|给予|行|接受|采用|口服|使用|加))"
)
_SAME_AS = re.compile(r"同(?P<title>[A-Za-z0-9][A-Za-z0-9+/-]{1,15}组)")


def _line_titles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``RT-GC组：给予吉西他滨+顺铂``: a line that says what its group was given."""
    for m in _LINE_TITLE.finditer(text, a, b):
        title = m.group("title") or m.group("title2")
        stop = min(i for i in (text.find("\n", m.end(), b), text.find(";", m.end(), b), b) if i >= 0)
        if (
            inline.search(r"\d\s*%|个月|[Pp]\s*[<=>]", text[m.end() : stop])
            or title in table.titles
            or ROLE.fullmatch(title)
        ):
            continue
        given = [g.parts for g in _told_within(text, inside, table, m.end(), stop)]
        like = _SAME_AS.search(text, m.end(), stop)
        if like and like.group("title") in table.titles:
            given.insert(0, table.titles[like.group("title")])
        if given:
            table.titles[title] = merge_parts([*given, *_given_to_all(text, table, a)])
            table.titled.append(table.titles[title])


def _groups_within(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> list[Group]:
    """The groups of a part of a sentence."""
    return groups_in(text, [x for x in inside if a <= x.start and x.end <= b], table, a, b)


def _told_within(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> list[Group]:
    """The groups of a part of a sentence that are named by what they were given."""
    return [g for g in _groups_within(text, inside, table, a, b) if g.parts and not g.role]


def _given_to_all(text: str, table: ArmTable, at: int) -> list[Arms]:
    """``所有患者均接受放疗``: what the sentences before say that every patient got."""
    both = _BOTH_GIVEN.search(text, max(0, at - 300), at)
    if both is None:
        return []
    until = min([at, *(i for i in (text.find(c, both.end(), at) for c in ",;。\n") if i > 0)])
    return [g.parts for g in groups_in(text, table.all_in(both.end(), until), table, both.end(), until) if g.parts][:1]


def _composed(text: str, table: ArmTable) -> None:
    """``TEL`` where T, E and L are each defined: all of them."""
    letters = {n: parts for n, parts in table.names.items() if len(n) == 1 and n.isupper()}
    if len(letters) < 2:
        return
    for name in set(inline.findall(r"(?<![A-Za-z0-9+/-])[A-Z]{2,4}(?![A-Za-z0-9])", text)):
        if name not in table.names and all(c in letters for c in name) and len(set(name)) == len(name):
            table.names[name] = merge_parts([letters[c] for c in name])


_BACKBONE_ADDED = re.compile(
    r"\s+(?:plus|with|and|added to|combined with|in combination with|\+)\s+(?P<known>[A-Z][A-Za-z0-9]{1,7})\s*\((?P<abbr>[A-Z][A-Za-z0-9]{0,3}[-+](?P=known))\)"
)


def _on_a_backbone(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``nivolumab plus AVD (N-AVD)``: the name of an arm made of a drug and a short form that the text spells out."""
    for x in inside:
        m = _BACKBONE_ADDED.match(text, x.end, b) if x.label in TREATMENT else None
        if m and m.group("known") in table.names:
            table.names.setdefault(m.group("abbr"), merge_parts([(x.id,), table.names[m.group("known")]]))


_GOES_WITH = re.compile(r"\s*(?:,\s*)?(?:and|plus|\+|combined with|in combination with|和|联合|加)\s*", re.I)


def _spelled_out(text: str, phrase: Phrase, names: Mapping[str, Arms]) -> Phrase:
    """A group that is randomised to by short forms only, under the words that the text has for them."""
    printed = text[phrase.start : phrase.end]
    if not inline.sub(r"[\s+/-]", "", printed).isupper():
        return phrase
    if len(phrase.parts) > 1:
        return replace(phrase, parts=merge_parts([names.get(p.upper(), (p,)) for p in phrase.parts]))
    long = _long_form(text, printed)
    return replace(phrase, parts=(long,)) if long else phrase


def _long_form(text: str, abbr: str) -> str:
    """``platelet-rich plasma (PRP)``: the words that a short form in brackets is made of, or nothing.

    The letters of the short form are looked for from its end; the first one begins a word. [1]_

    References
    ----------
    .. [1] A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in
       biomedical text", Pac Symp Biocomput 2003, 451-462.
    """
    at = text.find(f"({abbr})")
    while at > 0:
        m = inline.search(r"((?:[A-Za-z]+[\s-]+){0,7}[A-Za-z]+)\s*$", text[max(0, at - 120) : at])
        if m and (long := _made_of(m.group(1).lower(), abbr.lower())):
            return long
        at = text.find(f"({abbr})", at + 1)
    return ""


def _made_of(words: str, abbr: str) -> str:
    """The last of some words from which the letters of a short form can be taken in order, or nothing."""
    at = len(words)
    for n, letter in reversed(list(enumerate(abbr))):
        at = words.rfind(letter, 0, at)
        while n == 0 and at > 0 and words[at - 1].isalpha():
            at = words.rfind(letter, 0, at)
        if at < 0:
            return ""
    long = words[at:]
    return long if len(long) > len(abbr) and len(inline.findall(r"[a-z]+", long)) <= len(abbr) + 1 else ""


def _opposites(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    base = plain_groups(text, inside, table, a, b)
    for n, (left, right) in enumerate(itertools.pairwise(base)):
        gap = text[left.end : right.start]
        if len(gap) > 60:
            continue
        if n and _GOES_WITH.fullmatch(text[base[n - 1].end : left.start]):
            continue  # ``A and B versus C``: B alone is not set against C
        if n + 2 < len(base) and _GOES_WITH.fullmatch(text[right.end : base[n + 2].start]):
            continue
        pair = {frozenset((x, y)) for x in left.parts for y in right.parts if x != y}
        if inline.fullmatch(r"\s*(?:[-\s]*(?:alone|monotherapy|组|单药|治疗))?\s*,?\s*(?:vs?\.?|versus|compared\s+(?:with|to)|or|against|对比|或|对)\s*(?:the\s+)?", gap, re.I) or inline.match(r"\s*(?:组|group|arm)\s*(?:和|与|及|and|or)", gap) or (
            inline.fullmatch(r"\s*(?:与|和)\s*", gap) and inline.match(r"[^。;]{0,40}(?:比较|对比|差异|疗效差)", text[right.end : right.end + 60])
        ):  # fmt: skip
            table.opposed |= pair
        elif JOINED.match(gap):
            table.joined |= pair


_THAT_IS = re.compile(
    r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9-]{1,9})(?:方案)?\s*[,(]?\s*(?:即|i\.e\.,?|that is,?)\s*"
)


_SHORT_BEFORE = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Za-z0-9-]{1,9})\s*(?:组|方案|arm|group|regimen)?\s*$")
_HEADING = re.compile(
    r"TITLE|AIMS?|METHODS?|RESULTS?|BACKGROUND|PURPOSE|FINDINGS|DESIGN|PATIENTS|CONCLUSIONS?|OBJECTIVES?|SUMMARY|ABSTRACT|TRIAL|SETTING"
)


_ON_KNOWN = re.compile(
    r"(?P<known>(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]{1,7})(?:方案|化疗)?(?:的)?(?:基础(?:之)?上)?(?:加用|联合|加|再加)[^,;。()]{1,20}$"
)
"""``在TE基础上加用洛铂(TEL)``: a short form built on another."""


def _abbreviations(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    for m in _ABBREVIATION.finditer(text, a, b):
        abbr = m.group("abbr")
        if len(abbr) == 1 and text.startswith("组", m.end("abbr")):
            continue  # ``(G组)``: the letter of a group, which its role tells
        if (
            len(abbr) > 12
            or abbr in known
            or (abbr in table.names and not m.group("after"))
            or inline.match(
                r"[;:,]?\s*[-+<>=≤≥]?\s*\d[\d.]*\s*(?:%|±|\+|\(|[;,)]|months|个月)", text[m.end() - 1 : m.end() + 14]
            )
            or not inline.search(r"[A-Z]", abbr)
            or abbr.lower() in ("i", "ie", "see", "figure", "table")
        ):
            continue
        if abbr.upper() in known or any(
            x.start <= m.start("abbr") < x.end and x.label not in TREATMENT for x in inside
        ):
            continue
        own = [
            x for x in inside if x.start <= m.start("abbr") and x.end >= m.end("abbr") and x.label in ("DRUG", "CLASS")
        ]
        if own and own[0].label == "DRUG" and len(abbr) <= 3:
            # ``cisplatin and fluorouracil (CF; …)``: the short form that the text gives, whatever else it may mean
            told = _spelled_before(text, inside, table, a, m.start(), abbr)
            if len(told) == len(abbr) == initials(told, abbr) and own[0].id not in told:
                table.names[abbr] = told
                continue
        if own and (
            own[0].label == "DRUG"
            or any(x.id == own[0].id and x.end <= m.start() and m.start() - x.end < 4 for x in inside)
        ):
            continue
        if "+" in abbr and (named := _SHORT_BEFORE.search(text[max(a, m.start() - 16) : m.start()])):
            # ``VIT组(VI+TMZ)``: a short form made of two others
            pieces = [
                table.names.get(p)
                or next((x.parts for x in plain_groups(text, inside, table, a, b) if text[x.start : x.end] == p), ())
                for p in abbr.split("+")
            ]
            if all(pieces):
                table.names[named.group(1)] = merge_parts(pieces)
                continue
        # drugs spelled out inside the bracket: ``(mEOC+P; epirubicin … and panitumumab …)``
        close = _closing(text, m.start(), b)
        within = plain_groups(
            text, [x for x in inside if m.end("abbr") <= x.start and x.end <= close], table, m.end("abbr"), close
        )
        if len(within) >= 1 and text[m.end() - 2 : m.end()].strip()[:1] in (";", ":", ","):
            table.names[abbr] = merge_parts([g.parts for g in within])
            continue
        parts = _spelled_before(text, inside, table, a, m.start(), abbr)
        if len(parts) == 1 and ROLE.fullmatch(parts[0]):
            continue  # ``the control group (CG)``
        under = _ON_KNOWN.search(text, max(a, m.start() - 40), m.start()) if parts else None
        if under and under.group("known") in table.names and under.group("known") != abbr:
            parts = merge_parts([table.names[under.group("known")], parts])
        if parts:
            if m.group("after"):
                table.names[abbr] = parts
            table.names.setdefault(abbr, parts)
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start <= m.start("abbr") < x.end), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)
    # ``XELOX, 即 A + B``
    for m in _THAT_IS.finditer(text, a, b):
        group = [g for g in _groups_within(text, inside, table, m.end(), b) if g.parts]
        if group and group[0].start - m.end() < 6 and m.group("abbr") not in known:
            parts = group[0].parts
            for x, y in itertools.pairwise(group):
                if not inline.fullmatch(r"\s*(?:和|与|及|、|\+|,|and)\s*", text[x.end : y.start]):
                    break
                parts = merge_parts([parts, y.parts])
            table.names.setdefault(m.group("abbr"), parts)
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start == m.start("abbr")), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)
    # ``EOC (epirubicin 50 mg/m2 and oxaliplatin … and capecitabine …)``
    for m in inline.finditer(
        r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,2})\s*(?:方案|regimen|chemotherapy|therapy|化疗|(?P<group>组|groups?|arms?|cohort))?\s*[(\[:]",
        text[a:b],
    ):
        abbr = m.group("abbr")
        called = m.group("group") is not None and len(abbr) >= 2 and not ROLE.match(f"{abbr} group")
        if (
            abbr in known
            or abbr in table.names
            or len(abbr) > 10
            or not (called or inline.search(r"[A-Z].*[A-Z0-9]", abbr))
        ):
            continue
        if _HEADING.fullmatch(abbr):
            continue
        open_ = a + m.end() - 1
        close = _closing(text, open_, b)
        within = plain_groups(text, [x for x in inside if open_ < x.start and x.end <= close], table, open_, close)
        parts = merge_parts([g.parts for g in within])
        beyond = inline.match(r"\s*(?:with|plus|\+|and)\s+", text[close + 1 : close + 10])
        if parts and beyond and len(abbr) >= 5 and abbr.isupper():
            added = plain_groups(text, [x for x in inside if close < x.start < close + 40], table, close, b)
            if added and added[0].start - close < 12:
                table.names[abbr] = merge_parts([parts, added[0].parts])
                continue
        known_regimen = any(x.label == "REGIMEN" and x.start == a + m.start() for x in inside)
        joined = len(within) == 1 or not any(
            len(text[x.end : y.start]) > 60
            or inline.search(r"或|(?<![A-Za-z])(?:or|vs|versus)(?![A-Za-z])|对比", text[x.end : y.start])
            for x, y in itertools.pairwise(within)
        )
        if (
            (
                len(parts) >= 2
                and (
                    initials(parts, abbr) >= 2
                    or (known_regimen and text[open_] == "(" and joined and close - within[-1].end < 60)
                )
            )
            or (
                len(parts) == 1
                and any(x.label == "REGIMEN" and x.start == a + m.start() for x in inside) is False
                and text[open_] == "("
                and initials(parts, abbr) == 1
                and abbr not in parts[0]
                and len(abbr) <= 4
                and close - within[0].end < 30
            )
            or (
                # ``the Mono group (doxorubicin 40 mg every 4 weeks)``
                called
                and parts
                and joined
                and text[open_] == "("
                and within[0].start - open_ <= 14
                and not inline.search(r"\d\s*%", text[open_:close])
            )
        ):
            table.names[abbr] = parts
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start == a + m.start()), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)


_WITH_OR_WITHOUT = re.compile(
    r"\s*\((?P<with>[A-Z][A-Za-z0-9+-]{0,7})\)\s*or\s+(?:without(?:\s+it)?|on\s+its\s+own|alone|by\s+itself)\s*\((?P<without>[A-Z][A-Za-z0-9+-]{0,7})\)"
)


def _with_or_without(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A and B, with C (ABC) or without (AB)``: both short forms."""
    for m in _WITH_OR_WITHOUT.finditer(text, a, b):
        groups = [g for g in _groups_within(text, inside, table, a, m.start()) if g.parts]
        if len(groups) < 2 or m.start() - groups[-1].end > 2:
            continue
        under, added = groups[-2].parts, groups[-1].parts
        if inline.fullmatch(
            r"\s*,?\s*(?:either\s+)?(?:(?:together|combined|in\s+combination)\s+)?(?:with|plus)\s+",
            text[groups[-2].end : groups[-1].start],
        ):
            table.names[m.group("with")] = merge_parts([added, under])
            table.names[m.group("without")] = under


_WITH_IN_BRACKETS = re.compile(
    r"\s+with\s*\((?P<with>[A-Z][A-Za-z0-9+-]{0,7})(?:\s+(?:arm|group))?\)\s*or\s+without\s+"
)
_WITHOUT_IN_BRACKETS = re.compile(r"\s*\((?P<without>[A-Z][A-Za-z0-9+-]{0,7})(?:\s+(?:arm|group))?\)")


def _with_in_brackets(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A with (AB) or without B (A arm)``: both short forms."""
    for m in _WITH_IN_BRACKETS.finditer(text, a, b):
        under = next((g for g in groups_in(text, inside, table, a, b) if g.end == m.start() and g.parts), None)
        added = next((x for x in inside if x.start == m.end() and x.label in TREATMENT), None)
        without = _WITHOUT_IN_BRACKETS.match(text, added.end, b) if added is not None else None
        if under is not None and added is not None and without is not None:
            table.names[m.group("with")] = merge_parts([under.parts, (added.id,)])
            table.names[without.group("without")] = under.parts


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


def _choices(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
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
        close = _closing(text, m.end + text[m.end : m.end + 60].index("(" if "(" in opened.group() else "["), b)
        within = list(
            plain_groups(text, [x for x in inside if m.end <= x.start and x.end <= close], table, m.end, close)
        )
        if (
            sum(
                x.label in ("DRUG", "REGIMEN") or x.id in _OF_DRUGS
                for x in inside
                if m.end <= x.start and x.end <= close
            )
            < 2
        ):
            continue  # ``standard of care (salvage chemotherapy, transplantation)`` keeps its name
        if len(within) >= 2 and within[0].start - (m.end + opened.end()) < 4:
            table.classes.append((m.id, merge_parts([g.parts for g in within]), m.start, 0))


_CHOSEN_FROM = re.compile(
    r"[,;]?\s*(?:由研究者|由医师|由医生)[^,;。]{0,4}在(?P<list>[^;。]{4,40}?)(?:[两二三四]种)?(?:单药|药物|方案)*中(?:选择|任选|选)"
)


def _chosen_from(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
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


def _closing(text: str, open_: int, end: int) -> int:
    depth = 0
    for i in range(open_, end):
        if text[i] in "([":
            depth += 1
        elif text[i] in ")]":
            depth -= 1
            if depth <= 0:
                return i
    return end


_FILLERS = ("of", "and", "the", "with", "for", "in")
_LISTED_SHORT = re.compile(r"\(\s*[A-Za-z0-9+/-]{2,8}\s*\)\s*[,、]\s*")


_LETTER_NAMED = re.compile(r"\s*[,:(]\s*(?P<abbr>[A-Z]{2,8}\d?)(?=\s*(?:[,;:.()]|or\s|and\s))(?!\s*\([nN]\s*=|\s*=)")
"""``arm B, FAMTX, as described``: a short form that no pattern knows."""
_OF_A_KIND = {
    "CT": "chemotherapy",
    "CHT": "chemotherapy",
    "CTX": "chemotherapy",
    "RT": "radiotherapy",
    "CRT": "chemoradiotherapy",
    "RCT": "chemoradiotherapy",
    "ET": "endocrine therapy",
    "ADT": "androgen deprivation therapy",
}
"""Short forms that mean a kind of treatment wherever they stand behind one."""
_SUM = guarded(r"[(\[]\s*(?P<abbr>[A-Z][A-Za-z0-9]{0,6}(?:\s?\+\s?[A-Z][A-Za-z0-9]{0,6}){1,3})\s*[)\]]")


def _sums(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``durvalumab plus chemotherapy (D + CT)``: each piece is a short form, or begins the name of one drug before."""
    for m in _SUM.finditer(text, a, b):
        before = [x.id for x in inside if x.label == "DRUG" and x.end <= m.start()]
        pieces: list[Arms] = []
        for piece in inline.split(r"\s?\+\s?", m.group("abbr")):
            begun = list(dict.fromkeys(d for d in before if d.lower().startswith(piece.lower())))
            known = next(((x.id,) for x in inside if x.label == "CLASS" and text[x.start : x.end] == piece), ())
            pieces.append(table.names.get(piece) or known or (tuple(begun) if len(begun) == 1 else ()))
        if all(pieces):
            printed = m.group("abbr")
            for name in {printed, printed.replace(" ", ""), inline.sub(r"\s?\+\s?", " + ", printed)}:
                table.names.setdefault(name, merge_parts(pieces))


def _spelled_before(text: str, inside: Sequence[Mention], table: ArmTable, a: int, open_: int, abbr: str) -> Arms:
    """The treatment or the words that an abbreviation in a bracket stands for."""
    groups = list(groups_in(text, [x for x in inside if x.end <= open_], table, a, open_))
    groups = [g for g in groups if g.parts]
    if groups:
        last = groups[-1]
        gap = text[last.end : open_]
        gap = inline.sub(r"\([^()]{1,12}\)", "", gap)
        if inline.fullmatch(
            r"[\s-]*(?:(?:alone|therapy|treatment|chemotherapy|regimen|based|monotherapy|combination|units?|injection|surgery|with|delayed|group|arm|治疗|方案|组|化疗|单药|gene|vaccine|plus)[\s-]*)*",
            gap,
        ):
            listed = list(_LISTED_SHORT.finditer(text, last.start, last.end))
            if listed and initials(last.parts, abbr) < len(last.parts):
                # ``A (IVA), B (IVB) or both``: each name of a list has its own short form
                own = [x for x in inside if listed[-1].end() <= x.start and x.end <= last.end and x.label in TREATMENT]
                if own:
                    return merge_parts([g.parts for g in plain_groups(text, own, table, own[0].start, last.end)])
            # initials choose how far back the short form reaches
            chain = last
            if len(groups) >= 2:
                previous = groups[-2]
                between = text[previous.end : last.start]
                reach = merge_parts([previous.parts, last.parts])
                if initials(reach, abbr) > initials(last.parts, abbr) and inline.match(
                    r"^\s*(?:plus|combined with|with|followed by|and|\+|联合|、|,|和)(?![A-Za-z])[^.;,()]{0,80}$",
                    between,
                ):
                    chain = replace(last, parts=reach)
            letters = [c for c in abbr if c.isalpha()]
            lettered = chain.parts[-len(letters) :]
            if 2 <= len(letters) < len(chain.parts) and initials(lettered, abbr) == len(letters):
                return lettered  # ``A added to B, C and D (BCD)``
            joint = inline.search(
                r".*(?:added to|plus|combined with|on top of)(?![A-Za-z])", text[last.start : last.end]
            )
            if joint and 3 <= len(letters) < len(chain.parts):
                behind = [x.id for x in inside if x.label == "DRUG" and last.start + joint.end() <= x.start < last.end]
                if len(behind) == len(letters) and initials(tuple(behind), abbr) >= len(letters) - 1:
                    return tuple(behind)  # ``A added to doxorubicin, V and D (AVD)``
            kind = _OF_A_KIND.get(abbr.upper())
            if kind and len(chain.parts) > 1 and chain.parts[-1].endswith(kind):
                return (chain.parts[-1],)  # ``A plus platinum-based chemotherapy (CT)``
            words = inline.findall(r"[A-Za-z]+", chain.parts[-1])
            if len(chain.parts) > 1 and "".join(w[0] for w in words).upper() == abbr.upper():
                return (chain.parts[-1],)
            return chain.parts
    # ``radical surgery plus … injection of 2 x 1012 rAd-p53 units (SP)`` and plain phrases
    words = inline.findall(r"[A-Za-z][A-Za-z-]*", text[max(a, open_ - 90) : open_])
    letters = [c for c in abbr if c.isalpha()]
    if len(letters) >= 2 and len(words) >= len(letters):
        tail = words[-(len(letters) + 2) :]
        for k in range(len(tail)):
            if tail[k].lower() in _FILLERS:
                continue
            heads = [w[0].lower() for w in tail[k:] if w.lower() not in _FILLERS]
            joined = "".join(w.lower() for w in tail[k:])
            spread = (
                len(letters) >= 3
                and len(tail) - k <= len(letters)
                and heads
                and heads[0] == letters[0].lower()
                and heads[-1] in {c.lower() for c in letters}
                and _subsequence("".join(letters).lower(), joined)
            )
            if heads == [c.lower() for c in letters] or spread:
                phrase = " ".join(tail[k:])
                if inline.search(
                    r"therapy|vaccin|surgery|treatment|ablation|resection|radiation|chemo|transplant|inhibitor|embolization|exercise|training|diet|care|intervention|program|education",
                    phrase,
                    re.I,
                ):
                    return (phrase.lower(),)
    return ()


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(c in letters for c in short)


_BOTH_GIVEN = guarded(
    r"(?:两组|各组|所有|全部)(?:患者|病人)?(?:均|都)?(?:常规)?(?:给予|予以|予|接受|采用|采取|行|使用|应用|服用|口服)|(?:both groups|all patients|patients in both groups)\s+(?:were\s+)?(?:received|given|treated with|underwent)\s+",
    re.I,
)
_ON_TOP = re.compile(
    r"\s*(?:included|received|consisted of|had)\s+the\s+(?:above|same|aforementioned)\s+(?:regimen|treatment|chemotherapy|therapy|drugs?)\s+(?:with|plus|and)\s+|\s*(?:患者)?,?\s*(?:则|还|另|再)?(?:在此基础上|在上述(?:治疗|方案)?(?:的)?基础上|在常规(?:治疗)?基础上|另外?|同时|additionally|also)\s*,?\s*(?:再|另|同时|联合|加用|加服|加|给予|予|口服|服用|接受|received|given)*",
    re.I,
)
_ADDS = re.compile(r"\s*(?:患者)?则?(?:再|另)?(?:加用|加服|加|联合|联用|合用)")
_ROLE_VERB = re.compile(
    r"^\s*[(:,]?\s*(?:\([^()]{0,40}\)\s*)?(?:\d+\s*例[^,;。]{0,12}[,]?)?\s*(?:患者)?\s*(?:\(?n\s*=\s*\d+\)?)?[,:]?\s*(?:均|则|仅|只|先|首先|同时|直接|单独|单纯|继续|沿用|改用|改为|改行|换用|换为|转为|转用|维持|予以|给予|予|采用|采取|接受|应用|使用|行|用|口服|服用|静脉|为|在|于(?=[^,;。]{1,14}(?:同时|基础))|continued(?:\s+with)?|switched\s+to|changed\s+to|remained\s+on|received|receive|receiving|was treated|were treated|were given|was given|consisted of|included|treated with|underwent|(?:patients|women|men|participants)\s+(?:received|were given|underwent|were treated with)|[(:])",
    re.I,
)


_LIKE_THE_OTHER = re.compile(
    r"[^,;。()]{0,6}?(?:与|和|同)(?:试验|观察|治疗|研究|实验|干预|对照)组(?:相同|一样|同样|一致)的?(?:剂量的?)?"
)
_UNKNOWN_SHORT = re.compile(
    r"(?:接受|给予|予以|采用|received|underwent)\s?[^,;。()]{2,40}\((?P<abbr>[A-Za-z]{0,2}[A-Z][A-Za-z]{1,7})\)"
)
"""``A组接受动态活动反馈(AAF)治疗``: a treatment that no pattern knows has the short form that the text gives it."""
_GIVEN_IN = re.compile(r"(?<![A-Za-z])(?:using|received|given|administered|treated\s+with|underwent)\s[^.;\d%]*$", re.I)
_IN_THE = r"\s+(?:was\s+(?:used|given)\s+)?(?:in|to|for)\s+(?:the\s+)?"
_WAS_ROLE = re.compile(
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:was|were|is|has\s+been|remained|served\s+as|formed)\s+(?:the\s+)?$"
)
_OPENED = re.compile(r"[(\[](?:[^()\[\]]{1,24}[;,]\s*)?$")
"""What opens before a letter: ``(arm A)``, ``(DCF; arm A)``, ``(40 Gy; arm 1)``."""
_GRAY = re.compile(
    r"(?:to|or|and|versus|vs|,|或|和|与|给予|接受)\s*(\d{1,2}(?:\.\d+)?)\s*Gy(?![A-Za-z])(?:[^()]|\([^()]{1,12}\)){0,60}$"
)
"""``to 20 Gy in five fractions (arm A)``: arms of one treatment are told apart by their dose."""


_GIVEN_SO = re.compile(
    r"\s*\d[\d.,]*\s*(?:mg|g|μg|µg|IU|U|Gy|MU)|\s*(?:治疗|维持|单药)?\s*(?:×|x)?\s*\d{1,3}\s*(?:个月|周期|周|年)"
)
"""A dose or a duration behind a drug: it was given so."""


_GIVEN_TO = re.compile(
    r"(?:was|were)\s+(?:also\s+)?(?:given|administered)\s+(?:only\s+)?to\s+(?:patients\s+in\s+)?(?:the\s+)?$"
)
_COMBINED_WITH = re.compile(r"[^;.]{0,80}?(?:combined\s+with|in\s+combination\s+with|together\s+with|plus)\s+")


def _role_key(m: re.Match[str]) -> str:
    """The name under which a role is told."""
    return m.group().lower().rstrip("s") if m.group().isascii() else inline.sub(r"\s", "", m.group())


_SHORT_ROLE = re.compile(r"\s*[(\[]\s*(?P<abbr>[A-Z]{1,5}G|[A-Z]{2,5})(?:\s*[,;:]\s*[nN]\s*=\s*\d+)?\s*[)\]]")


def _short_roles(text: str, table: ArmTable, a: int, b: int) -> None:
    """``the control group (CG)``: a short form that a document gives a role."""
    for m in ROLE.finditer(text, a, b):
        short = _SHORT_ROLE.match(text, m.end(), b)
        if short and not m.group("letter") and short.group("abbr") not in table.names:
            table.called.setdefault(short.group("abbr"), _role_key(m))


def _roles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    marks = list(ROLE.finditer(text, a, b))
    common: Arms = ()
    shared: Arms = ()
    both = _BOTH_GIVEN.search(text, max(0, a - 300), b)
    if both:
        until = min(
            [
                marks[0].start() if marks and marks[0].start() > both.end() else b,
                *(i for i in (text.find(c, both.end(), b) for c in ";。") if i > 0),
            ]
        )
        here = [g for g in groups_in(text, table.all_in(both.end(), until), table, both.end(), until) if g.parts]
        common = listed_on(text, here, here[0])[0] if here and here[0].start - both.end() < 40 else ()
    for n, m in enumerate(marks):
        key = _role_key(m)
        role = "" if m.group("letter") else "experimental" if m.group("experimental") else "comparator"
        stop = min(
            [
                marks[n + 1].start() if n + 1 < len(marks) else b,
                *(i for i in (text.find(c, m.end(), b) for c in ";。") if i > 0),
            ]
        )
        basis = bool(inline.match(r"\s*(?:患者)?[^,;。]{0,8}在\s*$|\s*(?:患者)?\s*则?\s*在\s*$", text[m.end() : stop]))
        if basis and n + 1 < len(marks):
            # ``观察组在对照组基础上加用 B``
            stop2 = min(
                [
                    marks[n + 2].start() if n + 2 < len(marks) else b,
                    *(i for i in (text.find(c, m.end(), b) for c in ";。") if i > 0),
                ]
            )
            added = _groups_within(text, inside, table, marks[n + 1].end(), stop2)
            base = marks[n + 1]
            under = table.role(_role_key(base) if base.group("letter") else "comparator", m.start())
            parts = merge_parts([under, *(g.parts for g in added[:1])])
            if added and parts:
                table.tell(m.start(), key, role, parts)
            continue
        on_top = _ON_TOP.match(text[m.end() : stop])
        under = common or (
            table.role("comparator" if role == "experimental" else "experimental", m.start()) if role else ()
        )
        if on_top and under:
            # ``两组均予 A，观察组在此基础上加用 B``
            begin = m.end() + on_top.end()
            added = [g for g in _groups_within(text, inside, table, begin, stop) if g.parts]
            if added and added[0].start - begin < 24:
                table.tell(m.start(), key, role, merge_parts([under, added[0].parts]))
                other = "comparator" if role == "experimental" else "experimental"
                if role and other not in table.roles:
                    table.tell(m.start(), other, "", under)
                continue
        if common and (plus := _ADDS.match(text, m.end(), stop)):
            # ``两组均予 A，试验组加用 B，对照组加用 C``
            added = [g for g in _groups_within(text, inside, table, plus.end(), stop) if g.parts]
            if added and added[0].start - plus.end() <= 4:
                table.tell(m.start(), key, role, merge_parts([added[0].parts, common]))
                continue
        # ``… (arm A)`` and ``… (对照组)``: the definition stands before
        opened = _OPENED.search(text, max(a, m.start() - 30), m.start())
        if opened and text[m.end() : m.end() + 1] in (")", "]", ",", ";"):
            told = _GRAY.search(text, marks[n - 1].end() if n else a, opened.start())
            before = _told_within(text, inside, table, a, opened.start())
            if before and m.start() - before[-1].end < 60 and not (told and told.start() > before[-1].end):
                ground = _ground_of(text, inside, table, a, before[-1].start)
                table.tell(m.start(), key, role, merge_parts([*ground, before[-1].parts]))
                continue
            if told:
                table.tell(m.start(), key, role, (f"{told.group(1)} Gy",))
                continue
        if inline.search(
            r"(?:低于|高于|优于|较|比|与|和|than|versus|vs\.?|compared with)\s*(?:the\s+)?$",
            text[max(a, m.start() - 16) : m.start()],
            re.I,
        ) and not text.startswith("(", m.end()):
            continue
        if m.group("letter") and (said := _GIVEN_IN.search(text, a, m.start())):
            # ``using A in Group G and B in Group F``
            first = _told_within(text, inside, table, a, m.start())
            if first and first[-1].start >= said.start() and inline.fullmatch(_IN_THE, text[first[-1].end : m.start()]):
                table.tell(m.start(), key, role, first[-1].parts)
                continue
        tail = text[m.end() : stop]
        if _GIVEN_TO.search(text, max(a, m.start() - 40), m.start()):
            # ``X was given to the trial group, combined with chemotherapy``
            first = _told_within(text, inside, table, a, m.start())
            more = _COMBINED_WITH.match(text, m.end(), stop)
            added = _groups_within(text, inside, table, more.end(), stop)[:1] if more else []
            if first:
                table.tell(m.start(), key, role, merge_parts([first[-1].parts, *(g.parts for g in added)]))
                continue
        if role == "comparator" and _WAS_ROLE.search(text[max(a, m.start() - 24) : m.start()]):
            # ``A plus B was the reference regimen``
            first = _told_within(text, inside, table, a, m.start())
            if first and _WAS_ROLE.fullmatch(text[first[-1].end : m.start()]):
                table.tell(m.start(), key, role, first[-1].parts)
            continue
        like = _LIKE_THE_OTHER.match(text, m.end(), b)
        if like and role:
            # ``对照组单用与试验组相同的化疗``
            alike = _groups_within(text, inside, table, like.end(), min(b, like.end() + 24))
            if alike and alike[0].parts and alike[0].start - like.end() <= 4:
                table.tell(m.start(), key, role, alike[0].parts)
                continue
        if m.group("letter") and inline.match(r"\s?(?:用)?(?:同|相同)(?:剂量|方案|药物?)", tail) and n:
            same = table.role(_role_key(marks[n - 1]), m.start())
            if same:
                table.tell(m.start(), key, role, same)  # ``A臂 X 400 mg×12个月, B臂同剂量×36个月``
                continue
        if m.group("letter") and (more := inline.match(r"\s?再加(?:用)?", tail)) and n:
            before_it = next(
                (arm for at, name, arm in reversed(table.told) if at < m.start() and LETTERED.fullmatch(name)), ()
            )
            added = _told_within(text, inside, table, m.end() + more.end(), stop)
            if before_it and added and added[0].start - m.end() <= more.end() + 2:
                parts = merge_parts([before_it, added[0].parts])
                table.tell(m.start(), key, role, parts)  # ``B臂在A臂基础上加 X; C臂再加 Y``
                continue
        named = _LETTER_NAMED.match(text, m.end(), b) if m.group("letter") else None
        if named and not any(x.start < named.end("abbr") and named.start("abbr") < x.end for x in inside):
            table.tell(m.start(), key, role, table.names.get(named.group("abbr")) or (named.group("abbr"),))
            continue
        beside = m.group("letter") and _groups_within(text, inside, table, m.end(), stop)
        plainly = (
            beside
            and not inline.search(r"\d\s*(?:%|个?月|例)|为|是", text[m.end() : stop])
            and not inline.search(r"\d\s*%|个月", text[beside[0].end : beside[0].end + 12])
        )
        straight = beside and inline.fullmatch(
            r"\s?(?:大剂量|小剂量|高剂量|低剂量)?|,\s", text[m.end() : beside[0].start]
        )
        if beside and beside[0].parts and straight and (plainly or _GIVEN_SO.match(text, beside[0].end)):
            table.tell(m.start(), key, role, beside[0].parts)
            continue
        # ``group 1 was treated with X and group 2 with Y``
        likewise = n and inline.match(r"\s+with\s", tail) and any(at == marks[n - 1].start() for at, _, _ in table.told)
        if not likewise and not _ROLE_VERB.match(tail):
            continue
        given = _told_within(text, inside, table, m.end(), stop)
        single = inline.match(r"单药|monotherapy|single-agent", m.group(), re.I) is not None
        given = _joined_names(text, given)
        if not given and role == "" and (short := _UNKNOWN_SHORT.search(text, m.end(), stop)):
            table.tell(m.start(), key, role, (short.group("abbr"),))
            continue
        if (
            given
            and given[0].start - m.end() < 60
            and not (single and len(given[0].parts) > 1)
            and not inline.search(r"\d\s*(?:%|个月|months)|\d\.\d", text[m.end() : given[0].start])
        ):
            parts = merge_parts([g.parts for g in given[:1]])
            if role == "comparator" and parts == ("placebo",) and shared:
                parts = ("placebo", *shared)  # ``试验组在 A 的同时口服 B,对照组服用安慰剂``
            shared = given[0].backbone
            table.tell(m.start(), key, role, parts)


_THEN = re.compile(
    r"\s*后\s*(?:再)?(?:行|接受)?\s*|(?:\s*\([^()]{1,60}\))?\s*或\s*\d{1,2}\s?个?(?:周期|疗程)的?\s?|"
    r"(?:\s*\([^()]{1,60}\))?\s*[,、]?\s*(?:有效者)?(?:继以|继之以?|随后|然后|之后|最后|再|后续|序贯|继而)(?:给予|予|行|接受|进行|再行|以)?\s*(?:\d{1,2}\s?个?(?:周期|疗程)的?\s?)?"
)
"""``先行 A, 继以 B, 最后 C``: what is given one after the other."""


def _joined_names(text: str, given: Sequence[Group]) -> list[Group]:
    """``化疗的同时给予rmhTNF``: a name that only this text knows joins what stands before it."""
    out: list[Group] = []
    for g in given:
        gap = text[out[-1].end : g.start] if out else ""
        if out and (JOINED.match(gap) or _THEN.fullmatch(gap)):
            out[-1] = replace(out[-1], end=g.end, parts=merge_parts([out[-1].parts, g.parts]))
        else:
            out.append(g)
    return out


_ON_TOP_STRICT = re.compile(
    r"\s*(?:患者)?,?\s*(?:再加用?|另加用?|加用|加服|则?在此基础上|在对照组(?:治疗)?(?:的)?基础上|在常规组(?:治疗)?(?:的)?基础上)"
)


def _added_group(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``常规组予 A + B, C组再加 C``: the group of C has A and B as well."""
    told = [parts for at, name, parts in table.told if name == "comparator" and a <= at < b]
    if not told or "experimental" in table.roles:
        return
    for g in groups_in(text, inside, table, a, b):
        if (
            g.noun
            and not g.role
            and g.parts
            and not set(g.parts) & set(told[0])
            and _ON_TOP_STRICT.match(text[g.end : g.end + 24])
        ):
            table.tell(g.start, "experimental", "", merge_parts([g.parts, told[0]]))
            return


def _timed(text: str, mentions: Sequence[Mention], table: ArmTable) -> None:
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


def _titled_study(text: str, table: ArmTable, sentences: Sequence[tuple[int, int, str, list[Mention]]]) -> list[Arms]:
    """``A, B and C (ABC) in myeloma``: what the title of a study with one group says that it was given."""
    a, b, inside = next(((a, b, inside) for a, b, section, inside in sentences if section == "title"), (0, 0, []))
    groups = [g for g in groups_in(text, inside, table, a, b) if g.parts and not g.role]
    if not groups or any(g.parts[0].startswith(BY_PATIENT) for g in groups):
        return []
    whole = listed_on(text, groups, groups[0])[0]
    drugs = {x.id for x in inside if x.label == "DRUG"}
    if set(merge_parts([g.parts for g in groups])) != set(whole) or not drugs & set(whole):
        return []
    return [whole]


def _default_contrast(text: str, table: ArmTable, sentences: Sequence[tuple[int, int, str, list[Mention]]]) -> None:
    found: list[tuple[Contrast, float]] = []
    named: list[Group] = []
    told: list[tuple[int, int, list[Group]]] = []
    arms = set(table.arms)
    for a, b, section, inside in sentences:
        randomised = bool(DIVIDED.search(text, a, b))
        groups = groups_in(text, inside, table, a, b)
        weight = 4.0 if section == "title" else 2.0 if randomised else 1.0
        drawn = contrasts_in(text, groups, a, b, randomised)
        if section == "title" and not drawn:
            drawn = alternatives(text, groups)
        found += [(c, weight) for c in drawn]
        named += groups
        told.append((a, b, groups))
        for g in groups:
            if g.noun and g.parts and g.parts not in arms and not g.parts[0].startswith(BY_PATIENT):
                table.arms.append(g.parts)
                arms.add(g.parts)
            if (
                g.alone
                and len(g.parts) == 1
                and not g.role
                and inline.search(r"单药|只|单独|monotherapy|single", text[g.start : g.end + 12], re.I)
            ):
                for name in ("单药组", "monotherapy group", "monotherapy arm"):
                    if name not in table.roles:
                        table.tell(g.start, name, "", g.parts)
    exp, comp = table.roles.get("experimental", ()), table.roles.get("comparator", ())
    if exp and comp and exp != comp:
        found.append((Contrast(exp, comp), 6.0))
    if len(table.titled) < 3:  # of three arms no two are the comparison
        table.contrast = (
            choose_contrast(found, table)
            or two_named(named, table)
            or one_and_both(text, table)
            or choose_contrast([(c, 1.0) for c in (table.between_letters(0, len(text)),) if c is not None], table)
            or of_one_treatment(text, told, table)
        )
    table.contrast = with_both(table.contrast, given_to_both(text, told))
    if (
        table.contrast is None
        and not table.arms
        and table.single
        and not any(DIVIDED.search(text, a, b) for a, b, _, _ in sentences)
    ):
        table.arms += _titled_study(text, table, sentences)
    if table.contrast is not None:
        table.roles.setdefault("experimental", table.contrast.experimental)
        table.roles.setdefault("comparator", table.contrast.comparator)
