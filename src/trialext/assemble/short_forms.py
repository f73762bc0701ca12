"""Short forms that a document gives its treatments: ``cisplatin and fluorouracil (CF)``, ``TEL``, ``(D + CT)``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Arms, Mention
from ..recognise.guarded import guarded
from ..text import inline
from ..text.sentences import first_sign
from .arm_model import DOSE, TREATMENT, ArmTable, initials, merge_parts
from .backbone import listed_on
from .groups import ROLE, groups_in, groups_within, plain_groups
from .plain_words import Phrase

__all__ = [
    "abbreviations",
    "closing",
    "composed",
    "long_form",
    "on_a_backbone",
    "slashed",
    "spelled_out",
    "sums",
    "with_either",
    "with_in_brackets",
    "with_or_without",
]

_ABBREVIATION = re.compile(
    r"[(\[]\s*(?P<abbr>[A-Za-z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,3})\s*(?P<after>组|方案|group|arm|regimen)?\s*(?:[)\]]|[;:,]\s)"
)


_SHORT_BEFORE = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Za-z0-9-]{1,9})\s*(?:组|方案|arm|group|regimen)?\s*$")


_HEADING = re.compile(
    r"TITLE|AIMS?|METHODS?|RESULTS?|BACKGROUND|PURPOSE|FINDINGS|DESIGN|PATIENTS|CONCLUSIONS?|OBJECTIVES?|SUMMARY|ABSTRACT|TRIAL|SETTING"
)


_THAT_IS = re.compile(
    r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9-]{1,9})(?:方案)?\s*[,(]?\s*(?:即|i\.e\.,?|that is,?)\s*"
)


_ON_KNOWN = re.compile(
    r"(?P<known>(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]{1,7})(?:方案|化疗)?(?:的)?(?:基础(?:之)?上)?(?:加用|联合|加|再加)[^,;。()]{1,20}$"
    r"|(?P<known2>(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]{1,7})\s+(?:plus|with|and|combined\s+with|\+)\s+[^,;.()]{3,60}$"
)
"""``在TE基础上加用洛铂(TEL)``, ``MP plus lenalidomide (MPR)``: a short form built on another."""


def abbreviations(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    """Read the short forms of one sentence into the table.

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
    known : set of str
        Short forms that already mean something else (endpoints, measures, tumours).
    """
    _in_brackets(text, inside, table, a, b, known)
    _behind_the_name(text, inside, table, a, b, known)
    _that_is(text, inside, table, a, b, known)
    _before_drugs(text, inside, table, a, b, known)
    _named_regimens(text, inside, table, a, b)


_CALLED_REGIMEN = re.compile(
    r"(?<![A-Za-z])(?:the|The)\s+(?P<name>[A-Z][a-z]{3,}(?:[-\s][A-Z][a-z]{3,})?)\s+(?P<noun>regimen|protocol|combination|schedule)\s*[(\[]"
)


def _named_regimens(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``the Mallinson regimen (fluorouracil, cyclophosphamide, …)``: a regimen called by the name of a person or place."""
    for m in _CALLED_REGIMEN.finditer(text, a, b):
        close = closing(text, m.end() - 1, b)
        within = plain_groups(text, [x for x in inside if m.end() <= x.start and x.end <= close], table, m.end(), close)
        drugs = merge_parts([g.parts for g in within])
        if len(drugs) >= 2:
            table.names.setdefault(f"{m.group('name')} {m.group('noun')}", drugs)
            table.names.setdefault(m.group("name"), drugs)


def _in_brackets(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    """``cisplatin and fluorouracil (CF)``."""
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
            or _is_its_own(text, inside, table, a, m.start(), abbr, own[0].id)
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
        close = closing(text, m.start(), b)
        within = plain_groups(
            text, [x for x in inside if m.end("abbr") <= x.start and x.end <= close], table, m.end("abbr"), close
        )
        if len(within) >= 1 and text[m.end() - 2 : m.end()].strip()[:1] in (";", ":", ","):
            table.names[abbr] = merge_parts([g.parts for g in within])
            continue
        parts = _spelled_before(text, inside, table, a, m.start(), abbr)
        if len(parts) == 1 and ROLE.fullmatch(parts[0]):
            continue  # ``the control group (CG)``
        under = _ON_KNOWN.search(text, max(a, m.start() - 80), m.start()) if parts else None
        base = (under.group("known") or under.group("known2")) if under else ""
        if base in table.names and base != abbr:
            parts = merge_parts([table.names[base], parts])
        if parts:
            if m.group("after"):
                table.names[abbr] = parts
            table.names.setdefault(abbr, parts)
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start <= m.start("abbr") < x.end), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)


def _is_its_own(text: str, inside: Sequence[Mention], table: ArmTable, a: int, at: int, abbr: str, kind: str) -> bool:
    """``anticoagulant (VKA)``: a short form of the first letters of what it is known to mean, which stands not before it."""
    first = "".join(w[0] for w in inline.split(r"[ -]", kind)).upper()
    return first == abbr.upper() and not any(
        p.endswith(kind) for p in _spelled_before(text, inside, table, a, at, abbr)
    )


_BEHIND_NAME = re.compile(r"\s*[,;/]\s*(?P<abbr>[A-Z][A-Za-z0-9-]{1,9})\s*[)\]]")


def _behind_the_name(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    """``索米妥昔单抗(mirvetuximab soravtansine,MIRV)``: the short form behind the name in another language."""
    for m in inside:
        told = (
            _BEHIND_NAME.match(text, m.end, b)
            if m.label == "DRUG" and text[m.start - 1 : m.start] in ("(", "[")
            else None
        )
        if told is None or told.group("abbr") in known or told.group("abbr") in table.names:
            continue
        if not any(x.start < told.end("abbr") and told.start("abbr") < x.end for x in inside):
            table.names[told.group("abbr")] = (m.id,)


def _that_is(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    """``XELOX, 即 A + B``."""
    for m in _THAT_IS.finditer(text, a, b):
        group = [g for g in groups_within(text, inside, table, m.end(), b) if g.parts]
        if group and group[0].start - m.end() < 6 and m.group("abbr") not in known:
            parts = listed_on(text, group, group[0])[0]
            table.names.setdefault(m.group("abbr"), parts)
            _also_regimen(inside, table, m.start(), parts)


_BEFORE_DRUGS = re.compile(
    r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,2})\s*(?:方案|regimen|chemotherapy|therapy|化疗|(?P<group>组|groups?|arms?|cohort))?\s*[(\[:]"
)


def _before_drugs(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    """``EOC (epirubicin 50 mg/m2 and oxaliplatin … and capecitabine …)``."""
    for m in _BEFORE_DRUGS.finditer(text, a, b):
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
        open_ = m.end() - 1
        close = first_sign(text, ";。\n", open_, b) if text[open_] == ":" else closing(text, open_, b)
        within = plain_groups(text, [x for x in inside if open_ < x.start and x.end <= close], table, open_, close)
        parts = merge_parts([g.parts for g in within])
        if not parts:
            continue
        beyond = inline.match(r"\s*(?:with|plus|\+|and)\s+", text[close + 1 : close + 10])
        if beyond and len(abbr) >= 5 and abbr.isupper():
            added = plain_groups(text, [x for x in inside if close < x.start < close + 40], table, close, b)
            if added and added[0].start - close < 12:
                table.names[abbr] = merge_parts([parts, added[0].parts])
                continue
        known_regimen = any(x.label == "REGIMEN" and x.start == m.start() for x in inside)
        in_bracket = text[open_] == "("
        joined = not any(
            len(text[x.end : y.start]) > 60
            or inline.search(r"或|(?<![A-Za-z])(?:or|vs|versus)(?![A-Za-z])|对比", text[x.end : y.start])
            for x, y in itertools.pairwise(within)
        )
        fits = initials(parts, abbr)
        spells = len(parts) >= 2 and (
            fits >= 2 or (known_regimen and in_bracket and joined and close - within[-1].end < 60)
        )
        one_drug = (
            len(parts) == 1
            and not known_regimen
            and in_bracket
            and fits == 1
            and abbr not in parts[0]
            and len(abbr) <= 4
            and close - within[0].end < 30
        )
        names_group = (  # ``the Mono group (doxorubicin 40 mg every 4 weeks)``
            called
            and joined
            and in_bracket
            and within[0].start - open_ <= 14
            and not inline.search(r"\d\s*%", text[open_:close])
        )
        if spells or one_drug or names_group:
            table.names[abbr] = parts
            _also_regimen(inside, table, m.start(), parts)


def _also_regimen(inside: Sequence[Mention], table: ArmTable, at: int, parts: Arms) -> None:
    """Let a regimen whose name stands somewhere be spelled out from there on."""
    regimen = next((x for x in inside if x.label == "REGIMEN" and x.start == at), None)
    if regimen is not None:
        table.spelled.setdefault(regimen.id, parts)


_WITH_OR_WITHOUT = re.compile(
    r"\s*\((?P<with>[A-Z][A-Za-z0-9+-]{0,7})\)\s*or\s+(?:without(?:\s+it)?|on\s+its\s+own|alone|by\s+itself)\s*\((?P<without>[A-Z][A-Za-z0-9+-]{0,7})\)"
)


def with_or_without(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A and B, with C (ABC) or without (AB)``: both short forms."""
    for m in _WITH_OR_WITHOUT.finditer(text, a, b):
        groups = [g for g in groups_within(text, inside, table, a, m.start()) if g.parts]
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


def with_in_brackets(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A with (AB) or without B (A arm)``: both short forms."""
    for m in _WITH_IN_BRACKETS.finditer(text, a, b):
        under = next((g for g in groups_in(text, inside, table, a, b) if g.end == m.start() and g.parts), None)
        added = next((x for x in inside if x.start == m.end() and x.label in TREATMENT), None)
        without = _WITHOUT_IN_BRACKETS.match(text, added.end, b) if added is not None else None
        if under is not None and added is not None and without is not None:
            table.names[m.group("with")] = merge_parts([under.parts, (added.id,)])
            table.names[without.group("without")] = under.parts


_WITH_EITHER = re.compile(r"(?<![A-Za-z])(?:with|plus|combined\s+with)\s+either\s+$")
_SHORT_OF_ARM = re.compile(r"[^()]{0,60}\(\s*(?P<abbr>[A-Z][A-Z0-9]{1,5})\s*[;,)]")


def with_either(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A every 4 weeks with either B (AB, n = 40) or C (AC, n = 42)``: the short forms are of both drugs."""
    drugs = [x for x in inside if x.label in TREATMENT]
    for one, two in itertools.pairwise(drugs):
        either = _WITH_EITHER.search(text[max(a, one.start - 30) : one.start])
        base = next((x for x in reversed(drugs) if x.end <= one.start), None)
        if either is None or base is None or not inline.search(r"(?<![A-Za-z])or\s+$", text[one.end : two.start]):
            continue
        for x in (one, two):
            short = _SHORT_OF_ARM.match(text, x.end, b)
            if short is not None and short.start("abbr") < (two.start if x is one else b):
                table.names[short.group("abbr")] = merge_parts([(base.id,), (x.id,)])


_FILLERS = ("of", "and", "the", "with", "for", "in")


_LISTED_SHORT = re.compile(r"\(\s*[A-Za-z0-9+/-]{2,8}\s*\)\s*[,、]\s*")


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


def sums(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
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


_SLASHED = re.compile(r"(?<![A-Za-z0-9/-])[A-Za-z][A-Za-z-]{0,9}(?:/[A-Za-z][A-Za-z-]{0,9}){1,3}(?![A-Za-z0-9/])")


def slashed(text: str, mentions: Sequence[Mention], table: ArmTable) -> None:
    """``nab-P/C`` where nab-P and C were told: short forms tied by a stroke are given together."""
    printed = {text[m.start : m.end]: (m.id,) for m in mentions if m.label == "DRUG"}
    for name in dict.fromkeys(m.group() for m in _SLASHED.finditer(text)):
        pieces: list[Arms] = [
            table.names.get(p, ()) or (printed.get(p, ()) if len(p) <= 6 else ()) for p in name.split("/")
        ]
        if all(pieces) and any(p in table.names for p in name.split("/")) and len(set(pieces)) == len(pieces):
            table.names[name] = merge_parts([p for p in pieces if p])


def _spelled_before(text: str, inside: Sequence[Mention], table: ArmTable, a: int, open_: int, abbr: str) -> Arms:
    """The treatment or the words that an abbreviation in a bracket stands for."""
    groups = list(groups_in(text, [x for x in inside if x.end <= open_], table, a, open_))
    groups = [g for g in groups if g.parts]
    if groups:
        last = groups[-1]
        gap = text[last.end : open_]
        gap = inline.sub(r"\([^()]{1,12}\)", "", gap)
        if inline.fullmatch(
            rf"{DOSE}[\s-]*(?:(?:alone|therapy|treatment|chemotherapy|regimen|based|monotherapy|combination|units?|injection|surgery|with|delayed|group|arm|治疗|方案|组|化疗|单药|gene|vaccine|plus)[\s-]*)*",
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


def composed(text: str, table: ArmTable) -> None:
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


def on_a_backbone(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``nivolumab plus AVD (N-AVD)``: the name of an arm made of a drug and a short form that the text spells out."""
    for x in inside:
        m = _BACKBONE_ADDED.match(text, x.end, b) if x.label in TREATMENT else None
        if m and m.group("known") in table.names:
            table.names.setdefault(m.group("abbr"), merge_parts([(x.id,), table.names[m.group("known")]]))
        ground = _GROUND.search(text, max(a, x.start - 30), x.start) if x.label == "DRUG" else None
        if ground:
            # ``在VMP方案基础上加用达雷妥尤单抗``: the D-VMP arm of what follows
            known = ground.group("known")
            whole = merge_parts([(x.id,), table.names.get(known, (known,))])
            for abbr in (f"{x.id[0].upper()}-{known}", f"{x.id[0].upper()}{known}"):
                if abbr in text:
                    table.names[abbr] = whole


_GROUND = re.compile(
    r"在(?P<known>[A-Z][A-Za-z]{1,6})(?:方案|治疗)?(?:的)?基础(?:之)?上(?:,)?(?:再)?(?:加用|联合|联用|加入|给予|加)\s*$"
)


def spelled_out(text: str, phrase: Phrase, names: Mapping[str, Arms]) -> Phrase:
    """A group that is randomised to by short forms only, under the words that the text has for them."""
    printed = text[phrase.start : phrase.end]
    if not inline.sub(r"[\s+/-]", "", printed).isupper():
        return phrase
    if len(phrase.parts) > 1:
        return replace(phrase, parts=merge_parts([names.get(p.upper(), (p,)) for p in phrase.parts]))
    long = long_form(text, printed)
    return replace(phrase, parts=(long,)) if long else phrase


def long_form(text: str, abbr: str) -> str:
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


def closing(text: str, open_: int, end: int) -> int:
    """Return where the bracket that opens at `open_` is closed, or `end`, the end of the sentence in `text`."""
    depth = 0
    for i in range(open_, end):
        if text[i] in "([":
            depth += 1
        elif text[i] in ")]":
            depth -= 1
            if depth <= 0:
                return i
    return end
