"""What the groups called by a role or a letter were given: ``arm A received …``, ``对照组给予…``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model import Arms, Mention
from ..text import inline
from ..text.sentences import first_sign
from .arm_model import LETTERED, ArmTable, Group, merge_parts
from .backbone import BOTH_GIVEN, listed_on
from .groups import JOINED, ROLE, groups_in, groups_within, told_within
from .titles import ground_of

__all__ = ["added_group", "roles", "short_roles"]

_LETTER_NAMED = re.compile(r"\s*[,:(]\s*(?P<abbr>[A-Z]{2,8}\d?)(?=\s*(?:[,;:.()]|or\s|and\s))(?!\s*\([nN]\s*=|\s*=)")
"""``arm B, FAMTX, as described``: a short form that no pattern knows."""


_ON_TOP = re.compile(
    r"\s*(?:included|received|consisted of|had)\s+the\s+(?:above|same|aforementioned)\s+(?:regimen|treatment|chemotherapy|therapy|drugs?)\s+(?:with|plus|and)\s+|\s*(?:患者)?,?\s*(?:则|还|另|再)?(?:在此基础上|在上述(?:治疗|方案)?(?:的)?基础上|在常规(?:治疗)?基础上|另外?|同时|additionally|also)\s*,?\s*(?:再|另|同时|联合|加用|加服|加|给予|予|口服|服用|接受|received|given)*",
    re.I,
)


_ADDS = re.compile(r"\s*(?:患者)?则?(?:再|另)?(?:加用|加服|加|联合|联用|合用)")


_ROLE_VERB = re.compile(
    r"^\s*[(:,]?\s*(?:\([^()]{0,40}\)\s*)?(?:\d+\s*例[^,;。]{0,12}[,]?)?\s*(?:患者)?\s*(?:\(?n\s*=\s*\d+\)?)?[,:]?\s*(?:均|则|仅|只|先|首先|同时|直接|单独|单纯|继续|沿用|改用|改为|改行|换用|换为|转为|转用|维持|予以|给予|予|采用|采取|接受|应用|使用|行|用|口服|服用|静脉|为|在|(?:手?术|放疗|化疗|移植)[前后中](?=[^,;。]{0,8}(?:予|用|行|接受|口服|服))|于(?=[^,;。]{1,14}(?:同时|基础))|continued(?:\s+with)?|switched\s+to|changed\s+to|remained\s+on|received|receive|receiving|was treated|were treated|were given|was given|consisted of|included|treated with|underwent|(?:patients|women|men|participants)\s+(?:received|were given|underwent|were treated with)|[(:])",
    re.I,
)


_LIKE_THE_OTHER = re.compile(
    r"[^,;。()]{0,6}?(?:与|和|同)(?:试验|观察|治疗|研究|实验|干预|对照)组(?:相同|一样|同样|一致)的?(?:剂量的?)?"
)


_AS_LETTERED = re.compile(
    r"\s*[,:]?\s*(?:所用|使用)?(?:的)?(?:药物|剂量|方案|用药|用法|治疗|化疗)[^,;。]{0,8}?(?:与|同|和)(?P<of>[A-H甲乙丙]\s?组)"
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


_OR_AMOUNT = re.compile(
    r"\s*\)\s*,?\s*(?:or|and|versus|vs\.?|或|与|和)\s*\d[\d.,]*\s*(?:mg|g|µg|μg|IU|U|MU)(?![A-Za-z])[^;.()]*"
)


def _role_key(m: re.Match[str]) -> str:
    """The name under which a role is told."""
    return m.group().lower().rstrip("s") if m.group().isascii() else inline.sub(r"\s", "", m.group())


_SHORT_BEFORE_NOUN = re.compile(
    r"(?P<role>对照|试验|观察|治疗|研究|实验|干预|常规)\s*\(\s*(?P<abbr>[A-Z]{1,5})\s*\)\s*组"
)
"""``对照(CTL)组``"""
_SHORT_ROLE = re.compile(r"\s*[(\[]\s*(?P<abbr>[A-Z]{1,5}G|[A-Z]{2,5})(?:\s*[,;:]\s*[nN]\s*=\s*\d+)?\s*[)\]]")


def short_roles(text: str, table: ArmTable, a: int, b: int) -> None:
    """``the control group (CG)``: a short form that a document gives a role."""
    for m in ROLE.finditer(text, a, b):
        short = _SHORT_ROLE.match(text, m.end(), b)
        if short and not m.group("letter") and short.group("abbr") not in table.names:
            table.called.setdefault(short.group("abbr"), _role_key(m))
    for short in _SHORT_BEFORE_NOUN.finditer(text, a, b):
        table.called.setdefault(short.group("abbr"), f"{short.group('role')}组")


def roles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """Tell the table what each group of one sentence that is called by a role or a letter was given.

    Parameters
    ----------
    text : str
        Folded text.
    inside : sequence of Mention
        The mentions of the sentence.
    table : ArmTable
        Filled in place; what the sentences before have told is read from it.
    a, b : int
        The sentence.
    """
    marks = list(ROLE.finditer(text, a, b))
    common: Arms = ()
    shared: Arms = ()
    both = BOTH_GIVEN.search(text, max(0, a - 300), b)
    if both:
        until = first_sign(text, ";。", both.end(), marks[0].start() if marks and marks[0].start() > both.end() else b)
        here = [g for g in groups_in(text, table.all_in(both.end(), until), table, both.end(), until) if g.parts]
        common = listed_on(text, here, here[0])[0] if here and here[0].start - both.end() < 40 else ()
    for n, m in enumerate(marks):
        key = _role_key(m)
        role = "" if m.group("letter") else "experimental" if m.group("experimental") else "comparator"
        stop = first_sign(text, ";。", m.end(), marks[n + 1].start() if n + 1 < len(marks) else b)
        basis = bool(inline.match(r"\s*(?:患者)?[^,;。]{0,8}在\s*$|\s*(?:患者)?\s*则?\s*在\s*$", text[m.end() : stop]))
        if basis and n + 1 < len(marks):
            # ``观察组在对照组基础上加用 B``
            stop2 = first_sign(text, ";。", m.end(), marks[n + 2].start() if n + 2 < len(marks) else b)
            added = groups_within(text, inside, table, marks[n + 1].end(), stop2)
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
            added = [g for g in groups_within(text, inside, table, begin, stop) if g.parts]
            if added and added[0].start - begin < 24:
                table.tell(m.start(), key, role, merge_parts([under, added[0].parts]))
                other = "comparator" if role == "experimental" else "experimental"
                if role and other not in table.roles:
                    table.tell(m.start(), other, "", under)
                continue
        if common and (plus := _ADDS.match(text, m.end(), stop)):
            # ``两组均予 A，试验组加用 B，对照组加用 C``
            added = [g for g in groups_within(text, inside, table, plus.end(), stop) if g.parts]
            if added and added[0].start - plus.end() <= 4:
                table.tell(m.start(), key, role, merge_parts([added[0].parts, common]))
                continue
        # ``… (arm A)`` and ``… (对照组)``: the definition stands before
        opened = _OPENED.search(text, max(a, m.start() - 30), m.start())
        if opened and text[m.end() : m.end() + 1] in (")", "]", ",", ";"):
            told = _GRAY.search(text, marks[n - 1].end() if n else a, opened.start())
            before = told_within(text, inside, table, a, opened.start())
            if before and m.start() - before[-1].end < 60 and not (told and told.start() > before[-1].end):
                ground = ground_of(text, inside, table, a, before[-1].start)
                table.tell(m.start(), key, role, merge_parts([*ground, before[-1].parts]))
                continue
            if told:
                table.tell(m.start(), key, role, (f"{told.group(1)} Gy",))
                continue
            if n and m.group("letter") and _OR_AMOUNT.fullmatch(text, marks[n - 1].end(), opened.start()):
                same = table.role(_role_key(marks[n - 1]), m.start())
                if same:
                    table.tell(m.start(), key, role, same)  # ``X 75 mg every 3 weeks (arm A) or 40 mg weekly (arm B)``
                    continue
        if inline.search(
            r"(?:低于|高于|优于|较|比|与|和|than|versus|vs\.?|compared with)\s*(?:the\s+)?$",
            text[max(a, m.start() - 16) : m.start()],
            re.I,
        ) and not text.startswith("(", m.end()):
            continue
        if m.group("letter") and (said := _GIVEN_IN.search(text, a, m.start())):
            # ``using A in Group G and B in Group F``
            first = told_within(text, inside, table, a, m.start())
            if first and first[-1].start >= said.start() and inline.fullmatch(_IN_THE, text[first[-1].end : m.start()]):
                table.tell(m.start(), key, role, first[-1].parts)
                continue
        tail = text[m.end() : stop]
        if _GIVEN_TO.search(text, max(a, m.start() - 40), m.start()):
            # ``X was given to the trial group, combined with chemotherapy``
            first = told_within(text, inside, table, a, m.start())
            more = _COMBINED_WITH.match(text, m.end(), stop)
            added = groups_within(text, inside, table, more.end(), stop)[:1] if more else []
            if first:
                table.tell(m.start(), key, role, merge_parts([first[-1].parts, *(g.parts for g in added)]))
                continue
        if role == "comparator" and _WAS_ROLE.search(text[max(a, m.start() - 24) : m.start()]):
            # ``A plus B was the reference regimen``
            first = told_within(text, inside, table, a, m.start())
            if first and _WAS_ROLE.fullmatch(text[first[-1].end : m.start()]):
                table.tell(m.start(), key, role, first[-1].parts)
            continue
        like = _LIKE_THE_OTHER.match(text, m.end(), b)
        if like and role:
            # ``对照组单用与试验组相同的化疗``
            alike = groups_within(text, inside, table, like.end(), min(b, like.end() + 24))
            if alike and alike[0].parts and alike[0].start - like.end() <= 4:
                table.tell(m.start(), key, role, alike[0].parts)
                continue
        if m.group("letter") and inline.match(r"\s?(?:用)?(?:同|相同)(?:剂量|方案|药物?)", tail) and n:
            same = table.role(_role_key(marks[n - 1]), m.start())
            if same:
                table.tell(m.start(), key, role, same)  # ``A臂 X 400 mg×12个月, B臂同剂量×36个月``
                continue
        if m.group("letter") and (as_other := _AS_LETTERED.match(text, m.end(), b)):
            same = table.role(inline.sub(r"\s", "", as_other.group("of")), m.start())
            if same:
                table.tell(m.start(), key, role, same)  # ``B组:药物和剂量同A组``
                continue
        if m.group("letter") and (more := inline.match(r"\s?再加(?:用)?", tail)) and n:
            before_it = next(
                (arm for at, name, arm in reversed(table.told) if at < m.start() and LETTERED.fullmatch(name)), ()
            )
            added = told_within(text, inside, table, m.end() + more.end(), stop)
            if before_it and added and added[0].start - m.end() <= more.end() + 2:
                parts = merge_parts([before_it, added[0].parts])
                table.tell(m.start(), key, role, parts)  # ``B臂在A臂基础上加 X; C臂再加 Y``
                continue
        named = _LETTER_NAMED.match(text, m.end(), b) if m.group("letter") else None
        if named and not any(x.start < named.end("abbr") and named.start("abbr") < x.end for x in inside):
            table.tell(m.start(), key, role, table.names.get(named.group("abbr")) or (named.group("abbr"),))
            continue
        beside = m.group("letter") and groups_within(text, inside, table, m.end(), stop)
        plainly = (
            beside
            and not inline.search(r"\d\s*(?:%|个?月|例)|为|是", text[m.end() : stop])
            and not inline.search(r"\d\s*%|个月", text[beside[0].end : beside[0].end + 12])
        )
        straight = beside and inline.fullmatch(
            r"\s?(?:大剂量|小剂量|高剂量|低剂量)?|,\s(?:the\s+)?(?:same\s+)?", text[m.end() : beside[0].start]
        )
        if beside and beside[0].parts and straight and (plainly or _GIVEN_SO.match(text, beside[0].end)):
            table.tell(m.start(), key, role, beside[0].parts)
            continue
        # ``group 1 was treated with X and group 2 with Y``
        likewise = n and inline.match(r"\s+with\s", tail) and any(at == marks[n - 1].start() for at, _, _ in table.told)
        if not likewise and not _ROLE_VERB.match(tail):
            continue
        given = told_within(text, inside, table, m.end(), stop)
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


def added_group(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
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
