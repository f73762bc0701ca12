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

from ..model import Arms, Mention
from ..recognise.guarded import guarded, guarded_names
from ..text import inline
from .arm_model import BY_PATIENT, TREATMENT, ArmTable, Contrast, Group, merge_parts, names_a_class
from .backbone import given_to_both, listed_on, with_both
from .choices import choices, chosen_from, given_with, one_of
from .contrasts import DIVIDED, alternatives, choose_contrast, contrasts_in, on_one_backbone, one_and_both, two_named
from .dose_arms import of_one_treatment
from .groups import (
    JOINED,
    LITERAL_ALONE,
    LITERAL_EN,
    LITERAL_GIVEN,
    LITERAL_GIVEN_ZH,
    MAY_NAME,
    NO_GROUP,
    ROLE,
    denied_names,
    groups_in,
    plain_groups,
)
from .plain_words import defined_phrases
from .roles import added_group, roles, short_roles
from .short_forms import (
    abbreviations,
    composed,
    long_form,
    on_a_backbone,
    slashed,
    spelled_out,
    sums,
    with_either,
    with_in_brackets,
    with_or_without,
)
from .titles import defined, line_titles, nicknames, numbered_arms, timed, titles

__all__ = ["arm_table"]


_CHOSEN = re.compile(
    r"choice\s+(?:of\s+)?(?:single-agent\s+|standard\s+|investigator-selected\s+)?chemotherapy|chemotherapy\s+of\s+(?:the\s+)?[\w' ]{0,14}choice|chemotherapy of choice|(?:研究者|医师|医生|临床医生)选择的?[^,;。]{0,8}化疗",
    re.I,
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
        markers=frozenset(text[m.start : m.end] for m in mentions if m.label == "BIOMARKER"),
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
        abbreviations(text, inside, table, a, b, known)
        sums(text, inside, table, a, b)
        choices(text, inside, table, a, b)
        given_with(text, inside, table, a, b)
        chosen_from(text, inside, table, a, b)
        one_of(text, inside, table, a, b)
        with_or_without(text, inside, table, a, b)
        with_in_brackets(text, inside, table, a, b)
        with_either(text, inside, table, a, b)
    for abbr, parts in table.names.items():
        if any(p in table.names and p != abbr for p in parts):
            table.names[abbr] = merge_parts([table.names[p] if p in table.names and p != abbr else (p,) for p in parts])
    for abbr, parts in table.names.items():
        if len(parts) == 1 and len(parts[0]) <= 6 and (long := long_form(text, parts[0].upper())):
            table.names[abbr] = (long,)  # ``AOS (AG, 10 mg daily)``, told before as ``oligosaccharide (AOS)``
    short = {n.lower() for n in table.names}
    table.phrases = [p for p in table.phrases if not (len(p.parts) == 1 and p.parts[0] in short)]
    table.phrases = [spelled_out(text, p, table.names) for p in table.phrases]
    table.opposed -= table.joined  # ``A-B or A-C``: what is given together is not set against each other
    composed(text, table)
    slashed(text, mentions, table)
    for a, b, inside in spans:
        on_a_backbone(text, inside, table, a, b)
    for a, b, inside in spans:
        titles(text, inside, table, a, b)
        nicknames(text, inside, table, a, b)
        line_titles(text, inside, table, a, b)
        numbered_arms(text, table, a, b)
        defined(text, inside, table, a, b)
    timed(text, mentions, table)
    table.classes = _while_told(text, mentions, table.classes)
    _literals(text, mentions, table, spans, known)
    if table.names:
        table.pattern = guarded_names(
            r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][+/])(?:",
            sorted(table.names),
            r")(?![A-Za-z0-9]|[+/][A-Za-z]|\s*(?:value\s*)?[=<>≤≥])",
        )
    told = [(a, b, inside) for a, b, inside in spans if MAY_NAME.search(text, a, b) and ROLE.search(text, a, b)]
    for a, b, _ in spans:
        short_roles(text, table, a, b)
    if table.called:
        table.short_roles = guarded_names(r"(?<![A-Za-z0-9])(?:", sorted(table.called), r")(?![A-Za-z0-9])")
    for _ in range(2):
        for a, b, inside in told:
            roles(text, inside, table, a, b)
            added_group(text, inside, table, a, b)
    _default_contrast(text, table, told_in)
    return table


def _while_told(
    text: str, mentions: Sequence[Mention], classes: Sequence[tuple[str, Arms, int, int]]
) -> list[tuple[str, Arms, int, int]]:
    """Give each choice of drugs its end: it holds while the same trial is told."""
    trials = [(m.start, text[m.start : m.end]) for m in mentions if m.label == "TRIAL"]
    held = []
    for label, parts, at, _ in classes:
        line = text.rfind("\n", 0, at) + 1
        here = {name for pos, name in trials if line <= pos <= at + 200}
        if here:
            stop = min((pos for pos, name in trials if pos > at + 200 and name not in here), default=len(text) + 1)
        elif len({name for _, name in trials}) > 1:
            stop = text.find("\n", at)
        else:
            stop = len(text) + 1
        held.append((label, parts, at, stop))
    return held


def _literals(
    text: str,
    mentions: Sequence[Mention],
    table: ArmTable,
    spans: Sequence[tuple[int, int, list[Mention]]],
    known: set[str],
) -> None:
    """``the TNT group``: names of groups that no pattern knows, and what the text says that they stand for."""
    starts = [m.start for m in mentions]
    longest = max((m.end - m.start for m in mentions), default=0)

    def is_named(at: int) -> bool:
        near = mentions[max(0, bisect_left(starts, at - longest)) : bisect_right(starts, at)]
        return any(x.start <= at < x.end for x in near)

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
            and not is_named(m.start("name"))
        }
    )
    for name in bare:
        long = long_form(text, name)
        if long and not inline.search(rf"(?<![.:;] )(?!The |In |Both )[A-Z][A-Za-z]+ {name} (?:group|arm)", text):
            table.names[name] = (long,)
    bare = [name for name in bare if name not in table.names]
    if bare:
        table.literals = guarded_names(
            r"(?<![A-Za-z0-9/+-])(?P<name>(?:",
            bare,
            r")(?:[/+][A-Z][A-Za-z0-9]*)*)(?![A-Za-z0-9])(?:\s+(?:alone|group|arm|treatment|therapy))*",
        )


_GOES_WITH = re.compile(r"\s*(?:,\s*)?(?:and|plus|\+|combined with|in combination with|和|联合|加)\s*", re.I)


def _opposites(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A or B``, ``A plus B``: which treatments a sentence sets against each other, and which it gives together."""
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


_CONTROLLED = guarded(r"对照组|(?<![A-Za-z])control\s+(?:group|arm)(?![A-Za-z])", re.I)


def _told_first(c: Contrast, single: bool, told: Sequence[tuple[int, int, list[Group]]]) -> Arms:
    """Return the comparator where most sentences on both groups name it first."""
    first: Counter[Arms] = Counter()
    for _, _, groups in told:
        order = list(dict.fromkeys(g.parts for g in groups if g.parts in (c.experimental, c.comparator)))
        if len(order) == 2:
            first[order[0]] += 1
    swapped = single and first[c.comparator] >= 3 and first[c.comparator] >= 2 * first[c.experimental]
    return c.comparator if swapped else ()


def _default_contrast(text: str, table: ArmTable, sentences: Sequence[tuple[int, int, str, list[Mention]]]) -> None:
    """Choose the comparison that the document is about, from the best told one to the last resort."""
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
        found += [(c, weight) for c in drawn or on_one_backbone(groups)]
        named += groups
        told.append((a, b, groups))
        for g in groups:
            if g.noun and g.parts and g.parts not in arms and not g.parts[0].startswith(BY_PATIENT):
                table.arms.append(g.parts)
                arms.add(g.parts)
            if g.alone and g.noun and len(g.parts) == 1 and not g.role and not names_a_class(g.parts[0]):
                table.alone.add(g.parts)
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
    single = table.roles.get("单药组") or table.roles.get("monotherapy group") or table.roles.get("monotherapy arm", ())
    if not comp and set(single) < set(exp):
        comp = single  # ``随机分入联合组或单药组``
    if exp and comp and exp != comp:
        found.append((Contrast(exp, comp), 6.0))
    table.design = next((arms for arms in (tuple(table.titled), table.all_lettered()) if len(arms) > 2), ())
    if not table.design:  # of three arms no two are the comparison
        table.contrast = (
            choose_contrast(found, table)
            or two_named(named, table)
            or one_and_both(text, table)
            or choose_contrast([(c, 1.0) for c in (table.between_letters(0, len(text)),) if c is not None], table)
            or of_one_treatment(text, told, table)
        )
    common = given_to_both(text, told)
    table.contrast = with_both(table.contrast, common)
    if table.design and common and not any(set(common) & set(arm) for arm in table.design):
        table.give_all(common)
    if (
        table.contrast is None
        and not table.arms
        and table.single
        and not any(DIVIDED.search(text, a, b) for a, b, _, _ in sentences)
    ):
        table.arms += _titled_study(text, table, sentences)
    if table.contrast is None and table.single and not table.design and not comp and _CONTROLLED.search(text):
        known = {g.parts for g in named if g.noun and g.parts and not g.parts[0].startswith(BY_PATIENT)}
        treatments = {part for _, part in table.printed}
        if len(known) == 1 and all(
            p in treatments or inline.fullmatch("[A-Z][A-Z0-9+-]+", p) for k in known for p in k
        ):
            table.unopposed = known.pop()
    if table.contrast is not None:
        table.told_first = _told_first(table.contrast, table.single, told)
        table.design = table.design or (table.contrast.arms if table.contrast.several else ())
        table.roles.setdefault("experimental", table.contrast.experimental)
        table.roles.setdefault("comparator", table.contrast.comparator)
