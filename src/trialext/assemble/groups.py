"""Groups of patients: which words name one, and what it was given.

`arms` fills the table of what a document defines; here every name of a group is read through it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Arms, Mention
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import (
    APPROACHES,
    BRINGS_DRUGS,
    BY_PATIENT,
    CONTROL_PARTS,
    CYTOTOXIC,
    DOSE,
    LOOSE_CLASS,
    TREATMENT,
    WITHOUT,
    ArmTable,
    Group,
    does_without,
    initials,
    merge_parts,
    names_a_class,
)
from .asides import beside_the_point, shared_noun, without
from .operations import by_approach
from .plain_words import group_phrases

__all__ = [
    "NICKNAME",
    "groups_in",
    "groups_within",
    "nickname",
    "plain_groups",
    "told_within",
]

_ADJ = r"(?:(?:[A-Za-z0-9/-]{1,14}\s*(?:激酶|受体)?\s*(?:抑制剂|拮抗剂|激动剂)|high-dose|low-dose|higher-dose|weekly|tri-weekly|biweekly|standard|standard-dose|concurrent|single-agent|oral|either|the|a|an|adjuvant|neoadjuvant|maintenance|modified|dose-dense|dose-adjusted|intravenous|subcutaneous|liposomal|conventional|first-line|second-line|third-line|一线|二线|三线|同样的|相同的|一种|两种|含|改良|long-term|short-term|same|infusional|continuous|bolus|\d{1,3}-(?:hour|day|week)s?|infusions?\s+of|conditioning\s+(?:with|and|followed\s+by)|therapy|treatment|regimen|based|doublet|platinum-doublet|induction|consolidation|daily|active|open-label|subsequent|治疗|方案|化疗|单药|口服|静脉|大剂量|小剂量|低剂量|高剂量|半量|全量|减量|半剂量|标准剂量)\s*-?\s*)*"
_BRACKET = r"(?:\((?:[^()]{0,70})\)\s*)?"
_COURSES = r"(?:(?:up\s+to\s+)?(?:\d{1,2}|one|two|three|four|five|six|eight|several|additional)\s+(?:additional\s+)?(?:blocks?|cycles?|courses?|doses?|rounds?|infusions?|injections?|months?|weeks?|years?)\s+of\s+)?"
JOINED = re.compile(
    rf"^-(?:and|plus|with)-$|^\s*{DOSE}{_BRACKET}{DOSE}(?:therapy\s+|treatment\s+|chemotherapy\s+)?(?:(?:plus|\+|combined\s+with|in\s+combination\s+with|added\s+to|(?:both\s+)?before\s+and\s+after(?=\s+surgery)|followed\s+by|together\s+with|conditioning\s+(?:with|and|followed\s+by|before)|along\s+with|alongside|alternat(?:ing|ed)\s+with|on\s+top\s+of|in\s+addition\s+to|with(?!\s+or(?![A-Za-z]))|co-?administered\s+with|then|联合|联用|加用|诱导后(?:予|行|给予|接受|序贯)|后(?:再)?(?:行|予|序贯|追加|加用)|之后再行|外加|加上|加|(?:的)?同时(?:给予|口服|服用|加用|联合|接受)?|合并|并用|交替|序贯|续贯|配合|同步|加同步及辅助|加同步和辅助|加后续|加术后|(?:的)?基础上(?:加用|联合|给予|加)?|中(?:添加|加入|加用)|[,、]?\s*(?:同时|并|随后|序贯|继以)(?:静脉滴注|静滴|静脉注射|皮下注射|口服|给予|联合|应用|予|行|接受|加用)?|/|-)\s*)+{_COURSES}{_ADJ}{DOSE}$",
    re.I,
)
_WEAK = re.compile(rf"^\s*{DOSE}{_BRACKET}{DOSE}(?:(?:,\s*and|and|,|、|和|与|及|以及|&)\s*){_ADJ}{DOSE}$", re.I)
_ALTERNATIVE = re.compile(rf"^\s*{_BRACKET}(?:(?:,\s*or|or|或|,|、|\(?可联用或不联用)\s*){_ADJ}$", re.I)
_CHOICE = guarded(
    r"(?:(?:investigator|physician|doctor|treating physician)s?'?s?'?\s+choice|研究者选择|医师选择|医生选择|研究者的选择)",
    re.I,
)
_SAME_BRACKET = re.compile(r"^\s*(?:(?:(?:治疗|方案)?(?:中的?)?(?:之一|其一|任一种?)\s*[:,]?|:)\s*[(\[]?|[(\[])\s*$")
_NOUN_AFTER = re.compile(
    r"^\s*(?:[-\s]*(?:alone|monotherapy|only|treated|based|containing|treatment|therapy|regimen|chemotherapy|combination|recipients|单药|单独|单用|治疗|方案|化疗|给药|维持|干预|用药|联合|注射液|胶囊|片))*\s*[-\s]*(?:(?:treatment|study|therapy)\s+)?(?P<noun>(?:groups?|arms?|cohorts?|recipients|(?:treated\s+)?patients)(?![A-Za-z])|组|臂)",
    re.I,
)
_ALONE_BEFORE = guarded(r"(?:单纯|单独|单用|单药|仅|只)\s*(?:服用|使用|接受)?\s*$")
_CLASS_IN_SHORT = {
    "标准": "standard of care",
    "诱导": "induction chemotherapy",
    "免疫": "immunotherapy",
    "靶向": "targeted therapy",
    "内分泌": "endocrine therapy",
}
_NOT_GROUP = {
    "亚",
    "分",
    "两",
    "各",
    "该",
    "本",
    "全",
    "此",
    "每",
    "三",
    "四",
    "多",
    "小",
    "另",
    "一",
    "同",
    "数",
    "协作",
    "工作",
    "专家",
    "研究协作",
    "二",
    "五",
    "另一",
    "另有一",
    "队列",
    "组",
    "年龄",
    "重",
    "整",
}
_NOT_GROUP_ENDINGS = (
    "亚",
    "分",
    "两",
    "各",
    "该",
    "本",
    "全",
    "此",
    "每",
    "及",
    "患者两",
    "入",
    "三",
    "二",
    "多",
    "分为",
    "成",
    "随机",
)
_ROLE_EXP = r"(?<!this )(?<!each )trial\s+(?:group|arm)(?![A-Za-z])|联合治疗(?=的患者|者)|服药者|用药者|强化(?:治疗)?组|服药组|用药组|(?:试验|观察|研究|实验|干预|治疗)臂|联合方案|联合治疗方案|试验组|观察组|治疗组|研究组|实验组|干预组|联合组|联合治疗组|联合用药组|联合用药治疗组|the combination(?!\s+(?:of|with|therapy))|combination (?:chemotherapy|therapy|treatment)(?=\s*(?:\(\d|group|arm|had|was|,|\.|than|compared|versus|vs))|(?:experimental|intervention|investigational|active treatment|combination|triplet|treatment|study|test|active)\s+(?:group|arm|regimen)s?"
_ROLE_CTL = r"(?:对照|标准|标准治疗|安慰剂对照)臂|(?:the\s+)?backbone\s+(?:only|alone)(?![A-Za-z])|对照组|常规组|常规治疗组|空白组|空白对照组|标准治疗组|(?:standard[- ]of[- ]care|standard|conventional|control|comparator|usual[- ]care|conventional treatment|reference|comparison)\s+(?:treatment\s+)?(?:group|arm|regimen)s?|(?<![A-Za-z])controls(?![A-Za-z])"
NICKNAMES = r"(?:triplet|doublet|quadruplet|quadruple|triple|monotherapy)(?:[- ](?:therapy|regimen|combination))?|(?:双药|两药|三药|四药)(?:方案|联合)?"
NICKNAME = guarded(rf"(?<![A-Za-z])(?:{NICKNAMES})(?:\s*组|\s+(?:group|arm)s?)?(?![A-Za-z])", re.I)
_SINGLE = r"单药组|单药治疗组|(?<![\u4e00-\u9fff])单药(?=对比|对|vs|与|和|较|优于|相比|还是)|(?:monotherapy|single-agent)\s+(?:group|arm)"
_LETTER = r"(?<![A-Za-z])(?:[Aa]rm|[Gg]roup)\s+(?:[A-Z]|[1-4]|I{1,3}|IV)(?![A-Za-z\d-])|(?<![A-Za-z])(?:[A-H]\d?|I{1,3}|IV)\s*[组臂]|[ⅠⅡⅢⅣ]\s*组|[甲乙丙]组|第[一二三]组"
ROLE = guarded(rf"(?P<experimental>{_ROLE_EXP})|(?P<comparator>{_ROLE_CTL})|(?P<letter>{_LETTER}|{_SINGLE})", re.I)
ROLE_COMPARATOR = re.compile(_ROLE_CTL, re.I)
_MAINTAINED = re.compile(r"(?P<no>非|未|无|不)?(?:接受)?维持(?:治疗)?组")
_THE_DRUG = re.compile(
    r"(?:服用|接受|使用|应用|采用)(?:了)?(?:这种|这一|该|此)(?:种)?(?:药物?|新药|疗法)|该药(?:物)?(?=组|治疗)|(?<![A-Za-z])(?:taking|receiving|given|on|with)\s+(?:the|this)\s+(?:new\s+)?drug(?![A-Za-z])",
    re.I,
)
_LITERAL_ADDED = re.compile(r"(?:[Aa]ddition of|[Aa]dding)\s+(?P<name>[A-Z][A-Z0-9-]{2,7})(?=\s+to\s)")
_LITERAL_LABEL = re.compile(
    r"[(;]\s*(?P<name>[A-Z][A-Z0-9-]{1,7})\s*[:=]\s*[-+]?\d(?=[^()]{0,60}[;,]\s*(?:[Pp]lacebo|[Cc]ontrols?|CON|CTL|PLA)\s*(?:group)?\s*[:=]\s*[-+]?\d)"
)
_LITERAL_AFTER = re.compile(
    r"(?:%|months|weeks)\s*(?:\([^()]{0,50}\)\s*)?(?:for|with|on|receiving)\s+(?P<name>[A-Z][A-Z0-9]{2,6})(?=\s+(?:and|versus|vs|compared|\(|v\s)|\s*[.;,]|\s+(?:group|arm))"
)
NO_GROUP = re.compile(
    r"OS|PFS|DFS|EFS|RFS|TTP|ORR|DCR|CR|PR|SD|PD|DOR|RCT|III|II|IV|ITT|HR|CI|NSCLC|SCLC|HCC|WHO|ECOG|CT|MRI|FDA|AE|AES|QOL|OR|RR|HER2|EGFR|ALK|KRAS|BRAF|CPS|TPS|PSA|CRP|USA|UK|DNA|RNA|MRD|MDD|BMI|CNS|IDH|MGMT|MSI|TMB|ILD|CRS|CPR|TRAE|TEAE"
)
_LASTING = guarded(
    r"(?<![A-Za-z0-9])(?P<n>\d{1,2}|one|two|three|four|six|nine|twelve)[-\s](?P<unit>month|week|year|cycle)s?\s+(?:group|arm)s?(?![A-Za-z])|(?<![\d.])(?P<n2>\d{1,2})个?(?P<unit2>月|周期|周|年)组",
    re.I,
)
"""``the 3-month group``, ``6个月组``: groups that differ in how long they were treated."""
_UNIT_EN = {"月": "month", "周期": "cycle", "周": "week", "年": "year"}
_STAGE = re.compile(r"[pc]?(?:T[0-4x][a-d]?|N[0-3x][a-c]?|M[01x])|G[1-4]")
_BACK = guarded(
    r"(?<![以目之])前者(?!的?研究)|后者|(?<![A-Za-z])the (?:former|latter)(?:\s+(?:group|arm|regimen))?(?![A-Za-z])",
    re.I,
)
_SHARED_ROLE = guarded(
    r"(?<![A-Za-z])(?P<first>experimental|intervention|treatment|study|test|active|treated)\s+and\s+(?:the\s+)?(?P<second>control|comparison|comparator|reference|untreated|standard)\s+(?:groups|arms|group|arm)(?![A-Za-z])",
    re.I,
)
_LETTERS = guarded(
    r"(?<![A-Za-z])(?:groups|arms)\s+(?P<letters>(?:[A-H]|[1-4]|I{1,3}|IV)(?:\s*(?:,|and|&|versus|vs\.?|or|,\s*and)\s*(?:[A-H]|[1-4]|I{1,3}|IV)){1,3})(?![A-Za-z\d])"
    r"|(?<![A-Za-z])(?P<letters2>[A-H](?:\s*[、,/和与及]\s*[A-H]){1,4})\s*(?:[两二三四五]个?)?组",
    re.I,
)
LITERAL_EN = guarded(
    r"(?<![A-Za-z0-9-])(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+)*|[A-Z]{1,2}(?=\s+(?:group|arm)))\s+(?:treatment\s+)?(?:groups?|arms?|cohort|regimens?)(?![A-Za-z])(?!\s+(?:[IV]{1,3}|[1-5])\b)"
)
LITERAL_ALONE = guarded(
    r"(?<![A-Za-z0-9-])(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[+/][A-Za-z0-9]+)*)\s+alone(?![A-Za-z])"
)
LITERAL_GIVEN_ZH = guarded(
    r"(?:给予|予以|予|接受|使用|应用|注射|口服|静滴|静脉滴注|加用)\s?(?P<name>[A-Za-z]{0,3}[A-Z][A-Z0-9][A-Za-z0-9]{0,7})(?=\s?(?:\d[\d.,×^]*\s?(?:mg|g|μg|µg|IU|U|MU|×10|10\^|ml|mL|片|粒)|治疗组?|注射|滴注|口服|组))"
)
"""``给予rmhTNF 4 MU``: a name that is given with a dose."""
LITERAL_GIVEN = guarded(
    r"(?<![A-Za-z])(?:received|receiving|assigned\s+to(?:\s+receive)?|treated\s+with)\s+(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+)*)(?=\s+(?:and|or|versus|vs|compared|who|had|alone)(?![A-Za-z])|\s*[.;,()])"
)
"""``patients who received VenR``: a short form that was given."""
_LITERAL_ZH = guarded(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9+/-]{0,11}|(?<![\u4e00-\u9fff])(?:(?!组)[\u4e00-\u9fff]){1,6}|(?<=[和与较比及在、于率])(?:(?!组)[\u4e00-\u9fff]){1,5}|(?:(?<=分为)|(?<=分成)|(?<=设为)|(?<=作为)|(?<=列为)|(?<=纳入)|(?<=归入)|(?<=归为)|(?<=记为)|(?<=称为)|(?<=分入)|(?<=患者为))(?:(?!组)[\u4e00-\u9fff]){1,5})(?:治疗|方案)?组"
)
MAY_NAME = guarded(
    r"前者|后者|the former|the latter|ddition of|dding|[Gg]roup|[Aa]rm|alone|组|臂|regimen|control|cohort|the combination|联合方案|GROUP|ARM|without (?:it|them|this)|% without(?= ?[,;.()])|(?:[Pp]lacebo|CON|CTL|PLA) ?[:=]|(?:had|did|were) not|\d ?Gy"
)


def _may_name(text: str, table: ArmTable, start: int, end: int) -> bool:
    return MAY_NAME.search(text, start, end) is not None or (
        (table.short_roles is not None and table.short_roles.search(text, start, end) is not None)
        or (
            table.lettered
            and (_BARE_LETTER.search(text, start, end) or _LETTER_PAIR.search(text, start, end)) is not None
        )
    )


def nickname(words: str) -> str:
    """Return the key under which the table of arms keeps a nickname.

    Parameters
    ----------
    words : str
        As printed: ``the triplet group``, 三药组.

    Returns
    -------
    str
        The nickname without its noun, in lower case.
    """
    return inline.sub(r"[- ](?:therapy|regimen|combination|groups?|arms?)|方案|联合|组", "", words.lower())


_TIED = re.compile(r"(?<![A-Za-z0-9-])(?P<abbr>[A-Z][A-Z0-9]{1,6})-(?:plus|and|with)-$")


def plain_groups(text: str, mentions: Sequence[Mention], table: ArmTable, start: int, end: int) -> list[Group]:
    """Return the single treatments and learnt abbreviations of a stretch, in order.

    Parameters
    ----------
    text : str
        Folded text.
    mentions : sequence of Mention
        Mentions within the stretch, folded offsets.
    table : ArmTable
        What the document defines.
    start, end : int
        The stretch.

    Returns
    -------
    list of Group
    """
    found = [
        Group(
            m.start,
            m.end,
            (
                table.names.get(inline.sub(r"\s*(?:arm|group|regimen|组|方案|化疗)$", "", text[m.start : m.end]))
                or table.spelled.get(m.id)
                or table.names.get(m.id)
                or (text[m.start : m.end] if text[m.start : m.end].isascii() else m.id,)
            )
            if m.label == "REGIMEN"
            else table.plainly(table.choice(m.id, m.start))
            if m.label == "CLASS"
            else (m.id,),
        )
        for m in mentions
        if m.label in TREATMENT and start <= m.start and m.end <= end
    ]
    if table.observed:
        # beside a 对照组 the 观察组 is the one that is treated, not the one that is watched
        found = [
            g
            for g in found
            if not (
                g.parts == ("observation",) and inline.match(r"观察组?(?<=组)|观察(?=组)", text[g.start : g.start + 3])
            )
        ]
    # ``investigator's choice of docetaxel or …``: the choice is what it is made from
    found = [
        g for g in found if not (g.parts == ("physician's choice",) and any(0 <= x.start - g.end <= 6 for x in found))
    ]
    found = [without(text, g, found, table, start) for g in _done_or_not(text, found, start)]
    aside = [g for g in found if not does_without(g.parts) and beside_the_point(text, g, found, start)]
    # ``the PARP inhibitor olaparib``: the drug takes the place of the words that describe it
    found = [
        replace(
            g, start=next((x.start for x in aside if x.end <= g.start and not text[x.end : g.start].strip()), g.start)
        )
        for g in found
        if g not in aside
    ]
    found += [
        Group(p.start, p.end, p.parts)
        for p in table.phrases
        if start <= p.start and p.end <= end and not any(g.start < p.end and p.start < g.end for g in found)
    ]
    found += shared_noun(text, mentions, start, end)
    if table.pattern is not None:
        for m in table.pattern.finditer(text, start, end):
            parts = table.names[m.group()]
            over = [g for g in found if g.start < m.end() and m.start() < g.end]
            if all(m.start() <= g.start and g.end <= m.end() for g in over):
                found = [g for g in found if g not in over]
                found.append(Group(m.start(), m.end(), parts))
    for g in tuple(found):
        # ``the ASC-plus-vinorelbine group``: a short form that only the text knows, tied to a drug
        tied = _TIED.search(text[max(start, g.start - 14) : g.start])
        at = g.start - len(tied.group()) if tied else -1
        if tied and not any(x.start <= at < x.end for x in found):
            abbr = tied.group("abbr")
            found.append(Group(at, at + len(abbr), table.names.get(abbr) or (abbr,)))
    found.sort(key=lambda g: (g.start, g.end))
    for n in range(len(found) - 1, 0, -1):
        one, two = found[n - 1], found[n]
        if text[one.end : two.start].strip() or not inline.search(r"ectomy$|resection$", two.parts[0]):
            continue
        # ``腹腔镜胰十二指肠切除术``: the approach and the operation are one
        if one.parts[0] in APPROACHES:
            found[n - 1 : n + 1] = [Group(one.start, two.end, (f"{APPROACHES[one.parts[0]]} {two.parts[0]}",))]
        elif one.parts[0] in {f"{adj} {two.parts[0]}" for adj in APPROACHES.values()}:
            found[n - 1 : n + 1] = [Group(one.start, two.end, one.parts)]
    found = _with_bracket(text, found, end)
    return [replace(g, parts=table.operated(g.parts)) for g in by_approach(text, found, start, end)]


_DO_OR_NOT = re.compile(r"(?P<verb>做|行|接受|进行|使用|予|给予)(?:或|与|和|及|/)[不未](?P=verb)\s*$")


def _done_or_not(text: str, found: Sequence[Group], start: int) -> list[Group]:
    """``做或不做放疗``: those who had it, and those who had not."""
    out: list[Group] = []
    for g in found:
        told = _DO_OR_NOT.search(text, max(start, g.start - 10), g.start)
        if told is not None and len(g.parts) == 1:
            out += [
                Group(told.start(), told.end("verb"), g.parts, True),
                replace(g, start=told.end("verb") + 1, parts=(f"{WITHOUT}{g.parts[0]}",)),
            ]
        else:
            out.append(g)
    return out


WITH_DRUGS = re.compile(
    r"\s*(?P<open>[(\[])\s*(?:with|using|consisting\s+of|based\s+on|concurrent(?:ly)?(?:\s+with)?|含|使用|采用|以)\s*(?:concurrent\s+|weekly\s+|concomitant\s+)*"
)


def _with_bracket(text: str, found: Sequence[Group], end: int) -> list[Group]:
    """``chemoradiotherapy (with cisplatin)``: what the treatment is known to hold is no group beside it."""
    out: list[Group] = []
    closed = -1
    for g in found:
        last = out[-1] if out else None
        if g.end <= closed:
            continue
        if last is not None and set(g.parts) < set(last.parts) and g.start - last.end < 24:
            close = text.find(")", g.end, min(end, g.end + 60))
            if close >= 0 and WITH_DRUGS.fullmatch(text, last.end, g.start):
                closed = close + 1
                out[-1] = replace(last, end=closed)
                continue
        out.append(g)
    return out


_THE_SAME = re.compile(
    r"(?:(?<![A-Za-z])same\s+(?:[\w-]+\s+)?(?:regimen|treatment|chemotherapy|therapy|schedule|drugs?|combination|doublet|backbone)\s+(?:plus|with|and|combined\s+with|followed\s+by|\+)\s+(?:the\s+)?|(?:同样|相同)的?(?:方案|化疗|治疗|联合方案)(?:基础上)?(?:联合|加用?|\+))\s*$",
    re.I,
)
_ADDED_TO = re.compile(r"on\s+top\s+of|in\s+addition\s+to|added\s+to", re.I)


def _of_one_kind(table: ArmTable, left: Arms, right: Arms) -> bool:
    """``A plus fluorouracil or capecitabine``: drugs of one class and target are a choice within one group."""
    kinds = {table.kinds.get(left[-1]), table.kinds.get(right[0])}
    return len(kinds) == 1 and None not in kinds and len(right) == 1


def groups_in(text: str, mentions: Sequence[Mention], table: ArmTable, start: int, end: int) -> list[Group]:
    """Return the groups named in a stretch of folded text, combinations joined.

    Parameters
    ----------
    text : str
        Folded text.
    mentions : sequence of Mention
        Mentions of the stretch with folded offsets.
    table : ArmTable
        What the document has said of its groups.
    start, end : int
        The stretch.
    """
    base = plain_groups(text, mentions, table, start, end)
    groups: list[Group] = []
    i = 0
    while i < len(base):
        j = i
        parts = [base[i].parts]
        stop = base[i].end
        under: Arms = ()
        on_top = 0
        while j + 1 < len(base):
            nxt = base[j + 1]
            if does_without(nxt.parts) or does_without(parts[0]):
                break  # a group that does without is joined to none
            gap = text[stop : nxt.start]
            if _SAME_BRACKET.match(gap) and set(nxt.parts) <= set(merge_parts(parts)):
                j += 1
                # ``EGFR-TKI (gefitinib or erlotinib)``: all that the bracket lists
                while (
                    j + 1 < len(base)
                    and (
                        set(base[j + 1].parts) <= set(merge_parts(parts))
                        or all(LOOSE_CLASS.match(p) for p in base[j + 1].parts)
                    )
                    and not inline.search(r"[)\];。]", text[base[j].end : base[j + 1].start])
                ):
                    j += 1
                close = inline.match(r"(?:\s*[)\]]){1,2}", text[base[j].end : base[j].end + 4])
                stop = base[j].end + (close.end() if close else 0)
                continue
            if len(gap) > 90 or _begins_anew(text, base, i, j):
                break
            if BRINGS_DRUGS.search(base[j].parts[-1]) and inline.fullmatch(r"\s*\(\s*", gap):
                # ``TACE(表柔比星40 mg+洛铂50 mg)``: the drugs that a procedure brings in
                while j + 1 < len(base) and not inline.search(r"[)\]]", text[stop : base[j + 1].start]):
                    j += 1
                    parts.append(base[j].parts)
                    stop = base[j].end
                close = inline.match(r"[^()]{0,24}\)", text[stop : stop + 26])
                stop += close.end() if close else 0
                continue
            if (
                len(nxt.parts) == 1
                and not nxt.parts[0].endswith("therapy")
                and set(nxt.parts) < set(merge_parts(parts))
                and inline.fullmatch(r"\s*(?:,|、|and|和|,\s*and|/|-|\+)\s*", gap)
            ):
                j += 1
                stop = nxt.end  # the parts of a regimen that its bracket spells out
                continue
            if (
                gap.strip() in ("", "方案")
                and len(nxt.parts) == 1
                and (LOOSE_CLASS.match(nxt.parts[0]) or nxt.parts[0] == "surgery")
                and not inline.match(r"联合", text[nxt.start : nxt.start + 2])
            ):
                # ``顺铂化疗``, ``EMR手术``: the word only says what kind of thing it is; ``顺铂同步放化疗`` is both
                if "radio" in nxt.parts[0]:
                    parts.append(nxt.parts)
                j += 1
                stop = nxt.end
                continue
            if inline.fullmatch(r"\s*(?:\([^()]*\))?\s*", gap) and text.startswith("序贯", nxt.start):
                # ``FOLFIRINOX(…)序贯放化疗``: the word is what joins the two
                parts.append(tuple(p.removeprefix("sequential ") for p in nxt.parts))
                j += 1
                stop = nxt.end
                continue
            if not gap.strip() and inline.match(r"联合|combined|combination", text[nxt.start : nxt.start + 11]):
                parts.append(tuple(p for p in nxt.parts))
                j += 1
                stop = nxt.end
                continue
            if (
                inline.fullmatch(r"\s*(?:或|or|/)\s*", gap)
                and (
                    (parts[-1][-1].endswith("platin") and nxt.parts[0].endswith("platin"))
                    or (j > i and _of_one_kind(table, parts[-1], nxt.parts))
                )
                and (gap.strip() == "/" or not inline.match(r"\s*(?:alone|group|arm|组)", text[nxt.end : nxt.end + 8]))
                and not (j + 2 < len(base) and JOINED.match(text[nxt.end : base[j + 2].start]))
            ):
                parts.append(nxt.parts)
                j += 1
                stop = nxt.end
                continue
            if (
                j + 2 < len(base)
                and inline.fullmatch(r"\s*,?\s*(?:and|plus|with)\s+either\s+", gap)
                and inline.fullmatch(r"\s+or\s+", text[nxt.end : base[j + 2].start])
                and _of_one_kind(table, nxt.parts, base[j + 2].parts)
            ):
                parts += [nxt.parts, base[j + 2].parts]  # ``A, B and either cisplatin or carboplatin``
                j += 2
                stop = base[j].end
                continue
            if inline.search(r"either", gap):
                break
            if (
                (
                    JOINED.match(gap)
                    and not _opposed(table, parts, nxt.parts, gap)
                    and not (
                        inline.search(r"(?<![A-Za-z])with\s+(?:the\s+)?$", gap)
                        and not inline.search(r"combin|together|plus", gap)
                        and inline.search(
                            r"compar|versus(?!\s+(?:[\w-]+\s+)?$)|differ", text[start : base[i].start], re.I
                        )
                    )
                )
                or (_WEAK.match(gap) and _may_join(text, base, i, j, table, start, end))
                or (
                    _CHOICE.search(text[max(start, base[i].start - 40) : base[i].start])
                    and (_ALTERNATIVE.match(gap) or _WEAK.match(gap))
                )
            ):
                pass
            else:
                break
            if "基础上" in gap or "同时" in gap:
                under = merge_parts(parts)
            elif _ADDED_TO.search(gap):
                on_top = len(parts)
            parts.append(nxt.parts)
            j += 1
            stop = nxt.end
        if on_top:
            under = merge_parts(parts[on_top:])
        first = base[i].start
        alone = _ALONE_BEFORE.search(text[max(start, first - 5) : first])
        groups.append(
            Group(
                first - (len(alone.group()) if alone else 0),
                stop,
                merge_parts(parts),
                alone=bool(alone),
                backbone=under,
            )
        )
        i = j + 1
    if (
        not groups
        and table.literals is None
        and not table.phrases
        and not table.drug
        and not _may_name(text, table, start, end)
    ):
        return []
    groups = [_noun(text, _without_class(text, g, base, table.kinds), end) for g in groups]
    for n in range(1, len(groups)):
        if _THE_SAME.search(text[groups[n - 1].end : groups[n].start]):
            # ``A and B or the same regimen plus C``
            groups[n] = replace(groups[n], parts=merge_parts([groups[n - 1].parts, groups[n].parts]))
    single = table.roles.get("单药组", ())
    if len(single) == 1:
        # ``联合化疗组`` beside the ``单药组``: the drug and the chemotherapy
        groups = [
            replace(g, parts=merge_parts([single, g.parts]))
            if inline.match(r"联合[^,;。]{0,4}化疗", text[g.start : g.end]) and single[0] not in g.parts
            else g
            for g in groups
        ]
    groups = [
        replace(g, parts=table.role("experimental", g.start), role="experimental", noun=True)
        if g.parts == ("chemotherapy",)
        and text[g.start : g.start + 11].lower() == "combination"
        and len(table.roles.get("experimental", ())) > 1
        else g
        for g in groups
    ]
    if table.titles:
        groups = _titled(text, table, start, end, groups)
    groups += _named(text, table, start, end, groups)
    groups += _in_words(text, table, start, end, groups)
    groups = _with_its_bracket(text, _with_what_both_had(text, groups))
    if table.operation and not table.operation.endswith("lymphadenectomy"):
        # ``手术组`` where the document is about one operation
        groups = [
            replace(g, parts=(table.operation,)) if g.parts == ("surgery",) and text[g.start : g.end] == "手术组" else g
            for g in groups
        ]
    if table.titles:
        groups = [replace(g, parts=table.titles.get(text[g.start : g.end], g.parts)) for g in groups]
    groups.sort(key=lambda g: (g.start, -g.end))
    return groups


_BOTH_WITH = re.compile(
    r"组?\s*[(,]\s*(?:两组|二者|两者|各组)?(?:均|都)(?:同时|常规)?(?P<verb>联合|联用|加用|合用|合并)?(?:了)?\s*(?:(?P<other>[A-Z][A-Z0-9]{1,7})\s?(?:或|/)\s?)?"
)
_TWO = re.compile(r"\s*(?:和|与|及|或|vs\.?|对比|、)\s*", re.I)


def _with_what_both_had(text: str, groups: list[Group]) -> list[Group]:
    """``A组与安慰剂组(均联合B)``, ``A或安慰剂,均联合B``: B is part of both groups, and no group beside them."""
    groups.sort(key=lambda g: (g.start, -g.end))
    for n in range(2, len(groups)):
        one, two, both = groups[n - 2 : n + 1]
        if (
            one.parts
            and two.parts
            and both.parts
            and not set(both.parts) & {*one.parts, *two.parts}
            and (told := _BOTH_WITH.fullmatch(text, two.end, both.start))
            and (told.group("verb") or text.startswith("联合", both.start))
            and _TWO.fullmatch(text, one.end, two.start)
        ):
            common = (*((told.group("other"),) if told.group("other") else ()), *both.parts)
            one, two = (replace(g, parts=merge_parts([g.parts, common])) for g in (one, two))
            return [*groups[: n - 2], one, two, *groups[n + 1 :]]
    return groups


_ADDS = re.compile(
    r"组?\s*[(\[]\s*(?:(?:联合|联用|加用|合用|加)\s*|(?:plus|with|combined\s+with|in\s+combination\s+with)\s+)?", re.I
)
_ADDING = re.compile(r"联合|联用|加|合用|plus|with|combin", re.I)
_NO_MORE = re.compile(r"\s*(?:治疗)?(?:[,;]\s*n\s*=\s*\d+|[,;]\s*\d+\s*例)?\s*[)\]](?P<noun>组)?", re.I)


def _with_its_bracket(text: str, groups: list[Group]) -> list[Group]:
    """``安慰剂组(联合化疗)``, ``placebo (plus chemotherapy)``: the bracket adds to the group before it."""
    groups.sort(key=lambda g: (g.start, -g.end))
    out: list[Group] = []
    for g in groups:
        last = out[-1] if out else None
        if (
            last is not None
            and last.parts
            and g.parts
            and not set(g.parts) & CONTROL_PARTS
            and _ADDS.fullmatch(text, last.end, g.start)
            and _ADDING.search(text, last.end, g.end)
            and (closed := _NO_MORE.match(text, g.end))
        ):
            both = len(out) > 1 and bool(out[-2].parts) and bool(_TWO.fullmatch(text, out[-2].end, last.start))
            if both and set(out[-2].parts) != set(last.parts):
                out[-2] = replace(out[-2], parts=merge_parts([out[-2].parts, g.parts]))
            noun = last.noun or bool(closed.group("noun"))
            out[-1] = replace(last, end=closed.end(), parts=merge_parts([last.parts, g.parts]), noun=noun)
        else:
            out.append(g)
    return out


_DISEASE = re.compile(r"[病癌症炎瘤]$|(?:转移|突变|复发|吸烟|糖尿病|耐药)$")
_BARE_LETTER = guarded(
    r"(?:(?<=[%\d])|(?<=months)|(?<=years))\s?\((?P<letter>[A-H])\)"
    r"|(?:(?<= for )|(?<= in )|(?<= on )|(?<= with )|(?<= of )|(?<=[A-H] and )|(?<=[A-H], ))(?P<letter2>[A-H])(?=\s*(?:and|versus|vs\.?|or|[,.;:()]|$)|\s+(?:was|were|had|came|than)(?![A-Za-z]))"
)
_LETTER_PAIR = guarded(
    r"(?<![A-Za-z\d])(?P<one>[A-H]|I{1,3}|IV)\s+(?:versus|vs?\.?)\s+(?P<two>[A-H]|I{1,3}|IV)(?![A-Za-z\d-])"
)


def _bare_letters(text: str, table: ArmTable, start: int, end: int) -> list[Group]:
    """``13% (B) and 6% (A)``, ``I versus II, P = 0.02`` where the arms are called so."""
    places = [m.span(m.lastgroup or 0) for m in _BARE_LETTER.finditer(text, start, end)]
    places += [m.span(which) for m in _LETTER_PAIR.finditer(text, start, end) for which in ("one", "two")]
    out = []
    for at, stop in places:
        letter = text[at:stop]
        told = (table.role(k, at) for k in (f"arm {letter.lower()}", f"group {letter.lower()}", f"{letter}组"))
        parts = next((p for p in told if p), ())
        if parts:
            out.append(Group(at, stop, parts, True))
    return out


_GRAY_GROUP = re.compile(r"(?<![\d.])(?P<dose>\d{1,2}(?:\.\d)?)\s*-?Gy\s*(?:组|(?:group|arm)(?![A-Za-z]))")
_GRAY = r"\d{1,2}(?:\.\d{1,2})?"
_GRAY_PAIR = guarded(
    rf"(?<![\d.])(?P<one>{_GRAY})\s*Gy\s*(?:\([^()]{{0,24}}\)\s*)?(?:vs\.?|v|versus|对比?|对照|或者?|相对(?:于)?|比|or|compared\s+(?:with|to)|(?:升|提高|增加?|升高|提升)(?:至|到|为)|(?:was\s+)?(?:escalated|increased|raised)\s+to)\s*(?P<two>{_GRAY})\s*Gy(?![A-Za-z])"
)
"""``72 Gy对66 Gy``, ``由50.4 Gy升至61.6 Gy``: arms told apart by their dose of radiation."""
_DOSE_UNIT = re.compile(r"(?:[mμµn]?g|m[lL]|Gy|[MI]?U)(?:/(?:kg|m2|d|day|次))*")


def _without_chemotherapy(groups: Sequence[Group], kinds: Mapping[str, str]) -> Arms:
    """``osimertinib plus pemetrexed and a platinum … the monotherapy arm``: the one drug that is no chemotherapy."""
    for g in groups:
        others = [p for p in g.parts if not CYTOTOXIC.search(kinds.get(p, p)) and not LOOSE_CLASS.match(p)]
        if len(others) == 1 < len(g.parts):
            return (others[0],)
    return ()


def _last_drug(text: str, table: ArmTable, at: int) -> Arms:
    """The drug that was named last before a group called by its dose."""
    before = [m for m in table.mentions if m.label == "DRUG" and m.end <= at]
    return (before[-1].id,) if before else ()


def _titled(text: str, table: ArmTable, start: int, end: int, taken: Sequence[Group]) -> list[Group]:
    """The groups that the text calls by a title of their own: a title is longer than the drug it may hold."""
    found: list[Group] = []
    for title in table.titles:
        for m in inline.finditer(rf"(?<=[(]){re.escape(title.removesuffix('组'))}(?=[)])", text[start:end]):
            found.append(Group(start + m.start(), start + m.end(), table.titles[title], True))  # ``30.6%(诱导)``
    for title in sorted((t for t in table.titles if t[0].isascii()), key=lambda t: (-len(t), t)):
        at = text.find(title, start, end)
        while at >= 0:
            stop = at + len(title)
            alone = at == start or not inline.match(r"[A-Za-z0-9+/-]", text[at - 1])
            if alone and not any(g.start < stop and at < g.end for g in found):
                found.append(Group(at, stop, table.titles[title], True))
            at = text.find(title, stop, end)
    # a group that reaches beyond the title tells more than its name
    found = [
        f
        for f in found
        if not any(g.start < f.end and f.start < g.end and not (f.start <= g.start and g.end <= f.end) for g in taken)
    ]
    return [g for g in taken if not any(f.start <= g.start and g.end <= f.end for f in found)] + found


def _without_class(text: str, g: Group, base: Sequence[Group], kinds: Mapping[str, str]) -> Group:
    """``neoadjuvant chemotherapy with FEC`` is FEC: the class only says what kind of thing it is."""
    inside = [b for b in base if g.start <= b.start and b.end <= g.end]
    drop: set[str] = set()
    for x, y in itertools.pairwise(inside):
        if (
            len(x.parts) == 1
            and LOOSE_CLASS.match(x.parts[0])
            and inline.match(r"\s*(?:with|using|consisting of|of|regimen of|\()", text[x.end : y.start])
            and not LOOSE_CLASS.match(y.parts[0])
            and x.parts[0] not in y.parts
            and not (
                x.parts[0].endswith("chemotherapy") and (kind := kinds.get(y.parts[0])) and not CYTOTOXIC.search(kind)
            )
        ):
            drop.add(x.parts[0])
    return replace(g, parts=tuple(p for p in g.parts if p not in drop)) if drop and len(drop) < len(g.parts) else g


def _noun(text: str, g: Group, end: int) -> Group:
    after = text[g.end : min(end, g.end + 60)]
    close = inline.match(r"\s*\([A-Za-z0-9+/ -]{1,20}\)", after)
    offset = close.end() if close else 0
    m = _NOUN_AFTER.match(after[offset:]) or _NOUN_AFTER.match(after)
    if not m:
        alone = inline.match(r"\s*[- ]?(?:alone|monotherapy|单药|单用)(?![A-Za-z])", after)
        return replace(g, end=g.end + alone.end(), alone=True) if alone else g
    single = g.alone or bool(inline.search(r"alone|monotherapy|only|单药|单独|单用", m.group(), re.I))
    if m.string is not after:
        return replace(g, end=g.end + offset + m.end(), noun=True, alone=single)
    return replace(g, end=g.end + m.end(), noun=m.group("noun").lower() not in ("patients",), alone=single)


def _named(text: str, table: ArmTable, start: int, end: int, taken: list[Group]) -> list[Group]:
    """Groups named by role, letter or a name of their own."""
    out: list[Group] = []
    if (
        table.literals is None
        and not _may_name(text, table, start, end)
        and not (table.drug and _THE_DRUG.search(text, start, end))
    ):
        return out

    def free(a: int, b: int) -> bool:
        return not any(g.start < b and a < g.end for g in (*taken, *out))

    for m in _BACK.finditer(text, start, end):
        if free(*m.span()):
            out.append(
                Group(
                    m.start(),
                    m.end(),
                    (),
                    True,
                    "former" if inline.match(r"前|.*former", m.group(), re.I) else "latter",
                )
            )
    for m in _WITHOUT_IT.finditer(text, start, end):
        if free(*m.span()):
            # ``3.7 years with maintenance X and 1.3 years without it``
            maintained = "maintenance" in text[max(start, m.start() - 60) : m.start()]
            denied: Arms = ("no maintenance",) if maintained else _denied(text, start, m, taken)
            out.append(Group(m.start(), m.end(), denied, True))
    if table.drug:
        out += [
            Group(m.start(), m.end(), (table.drug,)) for m in _THE_DRUG.finditer(text, start, end) if free(*m.span())
        ]
    for m in _SHARED_ROLE.finditer(text, start, end):
        # ``the experimental and control groups``: the noun stands once
        if free(*m.span()):
            out.append(
                Group(m.start("first"), m.end("first"), table.roles.get("experimental", ()), True, "experimental")
            )
            out.append(Group(m.start("second"), m.end(), table.roles.get("comparator", ()), True, "comparator"))
    for m in _MAINTAINED.finditer(text, start, end):
        if free(*m.span()):
            # ``维持组和非维持组``: the drug that the text last gave as maintenance, or none
            before = [
                x
                for x in table.mentions
                if x.label == "DRUG"
                and x.end <= m.start()
                and inline.match(r"[^,;。]{0,4}维持", text[x.end : x.end + 7])
            ]
            kept: Arms = ("no maintenance",) if m.group("no") else (before[-1].id,) if before else ()
            out.append(Group(m.start(), m.end(), kept, True, "" if kept else "experimental"))
    for m in _LETTERS.finditer(text, start, end):
        # ``groups A and B``, ``A、B两组``
        noun = "arm" if "arm" in m.group().lower() else "group"
        listed = m.lastgroup or "letters"
        for letter in inline.finditer(r"(?<![A-Za-z])(?:[A-H]|[1-4]|I{1,3}|IV)(?![A-Za-z])", m.group(listed)):
            at = m.start(listed) + letter.start()
            if free(at, at + len(letter.group())):
                parts = next(
                    (
                        table.roles[k]
                        for k in (
                            f"{noun} {letter.group().lower()}",
                            f"{letter.group()}组",
                            f"{letter.group().lower()}组",
                        )
                        if k in table.roles
                    ),
                    (),
                )
                out.append(Group(at, at + len(letter.group()), parts, True))
    if table.lettered:
        out += [g for g in _bare_letters(text, table, start, end) if free(g.start, g.end)]
    for m in ROLE.finditer(text, start, end):
        key = m.group().lower().rstrip("s") if m.group().isascii() else inline.sub(r"\s", "", m.group())
        role = "" if m.group("letter") else "experimental" if m.group("experimental") else "comparator"
        if free(*m.span()):
            if inline.search(r"[两各每该本]\s*$", text[max(start, m.start() - 2) : m.start()]):
                continue  # ``两试验组``
            kind = _CLASS_IN_SHORT.get(text[max(start, m.start() - 3) : m.start()])
            if kind and m.group().startswith("单药"):
                out.append(Group(m.start() - 3, m.end(), (kind,), True, alone=True))  # ``内分泌单药组``
                continue
            parts = table.role(key, m.start())
            if not parts and role:
                parts = table.role(role, m.start())
            if not parts and m.group().startswith("联合"):
                parts = table.role("experimental", m.start())
            if role == "experimental" and len(parts) == 1 and key.startswith(("combination", "the combination")):
                parts = _both_singles(text, table, start, end)
            if not parts and inline.match(r"单药|monotherapy", m.group(), re.I):
                parts = _without_chemotherapy(taken, table.kinds)
            out.append(Group(m.start(), m.end(), parts, True, role))
    for m in table.short_roles.finditer(text, start, end) if table.short_roles else ():
        if free(*m.span()):
            key = table.called[m.group()]
            role = "comparator" if ROLE_COMPARATOR.fullmatch(key) else "experimental"
            out.append(Group(m.start(), m.end(), table.role(key, m.start()) or table.role(role, m.start()), True, role))
    for m in NICKNAME.finditer(text, start, end) if table.nicknamed else ():
        parts = table.role(nickname(m.group()), m.start())
        if parts and free(*m.span()):
            out.append(Group(m.start(), m.end(), parts, True))
    for m in _GRAY_GROUP.finditer(text, start, end):
        if free(*m.span()):
            out.append(Group(m.start(), m.end(), (f"{m.group('dose')} Gy",), True))  # arms told apart by their dose
    for m in _GRAY_PAIR.finditer(text, start, end):
        for which in ("one", "two"):
            if free(*m.span(which)) and m.group("one") != m.group("two"):
                out.append(Group(m.start(which), m.end(which), (f"{m.group(which)} Gy",), True))
    for m in _LASTING.finditer(text, start, end):
        unit = m.group("unit") or _UNIT_EN[m.group("unit2")]
        number = m.group("n") or m.group("n2")
        if free(*m.span()):
            out.append(
                Group(
                    m.start(), m.end(), (f"{number} {unit.lower()}{'s' if number not in ('1', 'one') else ''}",), True
                )
            )
    for m in _LITERAL_ADDED.finditer(text, start, end):
        # ``the addition of PCV to radiotherapy``
        if free(*m.span("name")) and not NO_GROUP.fullmatch(m.group("name")):
            out.append(Group(m.start("name"), m.end("name"), (m.group("name"),)))
    for m in _LITERAL_LABEL.finditer(text, start, end):
        # ``(MIPS: -1.8%; placebo: -1.6%)``: what stands where the placebo does
        if (
            free(*m.span("name"))
            and not any(x.start < m.end("name") and m.start("name") < x.end for x in table.mentions)
            and not NO_GROUP.fullmatch(m.group("name"))
        ):
            out.append(Group(m.start("name"), m.end("name"), table.names.get(m.group("name")) or (m.group("name"),)))
    for m in _LITERAL_AFTER.finditer(text, start, end):
        # ``30% for ILF and 17% for ELF``: a short form that stands where a group does
        if (
            free(*m.span("name"))
            and not any(x.start < m.end("name") and m.start("name") < x.end for x in table.mentions)
            and not NO_GROUP.fullmatch(m.group("name"))
        ):
            out.append(Group(m.start("name"), m.end("name"), (m.group("name"),)))
    for rx in (*((table.literals,) if table.literals is not None else ()), LITERAL_EN, LITERAL_ALONE, _LITERAL_ZH):
        for m in rx.finditer(text, start, end):
            name = inline.sub(r"-(?:alone|only)$", "", m.group("name"))
            if rx is table.literals:
                taken[:] = [g for g in taken if not (m.start() <= g.start and g.end <= m.end())]
            if not free(*m.span()) or name in _NOT_GROUP or name.endswith(_NOT_GROUP_ENDINGS):
                continue
            at = m.start("name")
            if rx is _LITERAL_ZH and _DOSE_UNIT.fullmatch(name):
                # ``200 mg组`` of the drug told before
                out.append(Group(at, m.end(), _last_drug(text, table, m.start()), True))
                continue
            if not inline.search(r"[A-Za-z\u4e00-\u9fff]", name):
                continue
            if rx is _LITERAL_ZH and not name.isascii():
                printed, name = (
                    name,
                    inline.sub(
                        r"^[\u4e00-\u9fff]*(?:分为|分成|设为|列为|归为|分入)(?=[\u4e00-\u9fff])|^[\u4e00-\u9fff]*(?<!心)率(?=[\u4e00-\u9fffA-Za-z]{2})|^(?:而|且|但|在|其中|分为|分成|设为|作为|分别为|结果|显示|显著|明显|均|则|仅|单纯|低于|高于|优于|于|与|和|较|比|接受)+",
                        "",
                        name,
                    ),
                )
                at += len(printed) - len(name)
                if not name or name in _NOT_GROUP or len(name) > 6:
                    continue
                if inline.fullmatch(r"[双两三四]药(?:联合)?", name):
                    continue  # read by the number of drugs of the arms
                if name in _CLASS_IN_SHORT:
                    out.append(Group(at, m.end(), (_CLASS_IN_SHORT[name],), True))
                    continue
                if _DISEASE.search(name) and name not in table.names:
                    out.append(Group(at, m.end(), (f"{BY_PATIENT}{name}",), True))  # ``冠心病组和非冠心病组``
                    continue
                role = (
                    "comparator"
                    if inline.match(r"非|未|无|不", name)
                    else "experimental"
                    if name in table.negated
                    else ""
                )
                if role:
                    parts = table.roles.get(role, ())
                    short = table.shortened(inline.sub(r"^[非未无不]", "", name))
                    if short and not any(key == role for _, key, _ in table.told):
                        # ``未清扫组`` of ``腋窝淋巴结清扫``
                        parts = (f"{WITHOUT}{short[0]}",) if role == "comparator" else short
                    out.append(Group(at, m.end(), parts, True, role))
                    continue
            if NO_GROUP.fullmatch(name) and name not in table.names:
                continue
            if name not in table.names and any(
                x == name or (len(x) >= 4 and x.isascii() and name.endswith(x)) for x in table.markers
            ):
                level = inline.search(r"[高低阳阴]$", text[max(start, at - 1) : at])
                at -= 1 if level else 0
                out.append(Group(at, m.end(), (f"{BY_PATIENT}{text[at : m.end('name')]}",), True))
                continue
            if _STAGE.fullmatch(name) and name not in table.names:
                out.append(Group(at, m.end(), (f"{BY_PATIENT}{name}",), True))
                continue
            parts = table.names.get(name) or tuple(
                part for x in inline.split(r"[+/]", name) if x for part in (table.names.get(x) or (x,))
            )
            grade = inline.search(r"[高低阳阴]$", text[max(start, at - 1) : at])
            if grade and name not in table.names:
                out.append(Group(at - 1, m.end(), (f"{BY_PATIENT}{grade.group()}{name}",), True))  # ``低CRP组``
                continue
            if not name.isascii() and name not in table.names:
                # ``高表达组``: a group by what the patients are, not by what they were given
                if inline.search(r"专家|协作|课题|工作|研究$|指导|随访$|小$", name):
                    continue
                whole = (
                    min((x.start for x in taken if len(x.parts) == 1 and text.startswith(name, x.start)), default=-1)
                    if len(name) >= 3
                    else -1
                )
                parts = next((x.parts for x in taken if x.start == whole), ())
                parts = parts or table.shortened(name) or (f"{BY_PATIENT}{name}",)
            out.append(Group(at, m.end(), tuple(parts), True, alone=rx is LITERAL_ALONE))
    return out


_WITHOUT_IT = re.compile(
    r"(?<![A-Za-z])without\s+(?:it|them|this\s+(?:drug|treatment|therapy))(?![A-Za-z])|(?<![A-Za-z])(?:those|patients|people|women|men|children)\s+(?:who|that)\s+(?:had|did|were)\s+not(?=\s*(?:[,;.)\[(]|receive\s+it))"
    r"|(?<=% )without(?=\s*[,;.()])"
)


def _both_singles(text: str, table: ArmTable, start: int, end: int) -> Arms:
    """``the combination arm`` beside an A arm and a B arm, where nothing else says what it was given."""
    single = [p for p in table.arms if len(p) == 1 and p[0] not in CONTROL_PARTS and not names_a_class(p[0])]
    return (*single[0], *single[1]) if len(single) == 2 else ()


_HAD_IT = re.compile(
    r"(?:receiv(?:ed|ing)|underwent|undergoing|(?:were|was|been)\s+(?:given|treated\s+with|offered)|took|had(?:\s+had|\s+undergone)?)\s+(?:an?\s+|the\s+|additional\s+|further\s+)?$"
)


def _denied(text: str, start: int, m: re.Match[str], taken: Sequence[Group]) -> Arms:
    """``52% of those who received surgery and 41% of those who did not``: what the second group did without.

    A combination of which they may have had a part is left open.
    """
    before = [g for g in taken if g.end <= m.start() and g.parts and not does_without(g.parts)]
    if (
        not before
        or not _HAD_IT.search(text[max(start, before[-1].start - 40) : before[-1].start])
        or inline.search(r"(?<![A-Za-z])who(?![A-Za-z])", text[before[-1].end : m.start()])
    ):
        return ()
    return (f"{WITHOUT}{before[-1].parts[0]}",) if len(before[-1].parts) == 1 else ()


def denied_names(text: str) -> frozenset[str]:
    """What the names of groups deny: ``放疗`` of ``非放疗组``."""
    return frozenset(
        text[at : at + k]
        for m in inline.finditer("[非未]", text)
        for at in (m.end(),)
        for k in range(1, 7)
        if text[at + k : at + k + 1] == "组"
    )


def _in_words(text: str, table: ArmTable, start: int, end: int, taken: Sequence[Group]) -> list[Group]:
    """Groups that no pattern knows, as the text words them."""
    first = bisect_left(table.phrases, start, key=lambda p: p.start)
    found = [
        p for p in table.phrases[first : bisect_left(table.phrases, end, first, key=lambda p: p.start)] if p.end <= end
    ]
    if "group" in text[start:end] or "arm" in text[start:end]:
        found += group_phrases(text, start, end, table.phrases)
    out: list[Group] = []
    for p in found:
        if not any(g.start < p.end and p.start < g.end for g in (*taken, *out)):
            out.append(Group(p.start, p.end, p.parts, noun=True))
    return out


def _opposed(table: ArmTable, left: Sequence[Arms], right: Arms, gap: str) -> bool:
    """``A/B`` and ``A-B`` of two arms that the text sets against each other are no combination."""
    if inline.search(r"plus|\+|combin|联合|加|with", gap) or any(LOOSE_CLASS.match(p) for p in (*right, *left[-1])):
        return False
    merged = merge_parts(left)
    return any(frozenset((a, b)) in table.opposed for a in merged for b in right)


def _on_both_sides(text: str, base: list[Group], i: int, j: int) -> bool:
    """``A plus B and C with placebo plus B and C``: what both sides of a comparison share belongs together."""
    pair = base[j].parts, base[j + 1].parts

    def joined(k: int) -> bool:
        return 0 <= k < len(base) - 1 and JOINED.match(text[base[k].end : base[k + 1].start]) is not None

    shared = [
        k for k in range(len(base) - 1)
        if (base[k].parts, base[k + 1].parts) == pair
        and (joined(k - 1) or joined(k + 1))
        and _WEAK.match(text[base[k].end : base[k + 1].start])
    ]  # fmt: skip
    return len(shared) >= 2 and j in shared and (j > i or joined(j + 1))


_EACH_ONE = re.compile(r"两组[^;。]{0,24}分别(?:给予|予以?|接受|采用|采取|应用|使用|行|用|进行)[^,;。]{0,6}$")
"""``分为两组,分别接受 A 和 B``: one group has the one, the other the other."""
_VALUE_AHEAD = re.compile(r"\s*(?:[=:为达是]|was|were|had)?\s*(\d{1,3}(?:\.\d+)?)\s*%", re.I)


_ALONE_AFTER = re.compile(rf"\s*{DOSE}[-\s]?(?:alone|only|monotherapy|单药|单用)(?![A-Za-z])", re.I)


def _begins_anew(text: str, base: Sequence[Group], i: int, j: int) -> bool:
    """``A plus B and A plus C``, ``A plus B with A alone``: what is named again begins the next group."""
    again = base[j + 1]
    if not any(set(again.parts) <= set(g.parts) for g in base[i : j + 1]):
        return False
    if j + 2 < len(base) and JOINED.match(text[again.end : base[j + 2].start]):
        if _SEPARATES.fullmatch(text[base[j].end : again.start]):
            return True  # ``A、A+B和A+B+C``
        return j > i and not set(base[j + 2].parts) <= {p for g in base[i : j + 1] for p in g.parts}
    return _ALONE_AFTER.match(text, again.end) is not None


_LETTER_AHEAD = re.compile(
    r"(?:arms?|groups?)\s+(?:[a-h]|\d|i{1,3}|iv)\s*[,:=]\s*(?:the\s+)?(?:same\s+)?(?:[\w-]+\s+)?$"
)
_SIZE_BEHIND = re.compile(
    r"\s*(?:组)?\s*\(\s*(?:[nN]\s*=\s*\d|\d+\s*(?:例|名|人|patients|pts)|(?:[Aa]rm|[Gg]roup|[Cc]ohort)\s|[A-Z]\s?组)[^()]*\)"
)
_STRONG = re.compile(r"plus|\+|联合|联用|加用|combined|together", re.I)
_APART = re.compile(r"(?:,|、|;)\s*$|(?<![A-Za-z])or(?![A-Za-z])|或")
_SEPARATES = re.compile(rf"\s*\)?\s*{_BRACKET}(?:,|、|;|,?\s*(?:and|or)|和|与|及|以及|或)\s*(?:the\s+|to\s+)?", re.I)
_SHORT_BEHIND = re.compile(r"\(\s*(?P<abbr>[A-Z]{2,6})\s*(?:[;,][^()]*)?\)\s*,")


def _goes_on_apart(text: str, base: list[Group], i: int, j: int, apart: bool) -> bool:
    """Whether what comes next is a combination of its own, as what stands before is."""
    k = j + 2
    while k < len(base) and base[k].parts == base[k - 1].parts:
        k += 1  # its short form in brackets
    if (
        k >= len(base)
        or not _STRONG.search(text, base[j + 1].end, base[k].start)
        or base[k].start - base[j + 1].end > 90
    ):
        return False
    told = {p for x in base[i : j + 1] for p in x.parts}
    again = told & {*base[j + 1].parts, *base[k].parts}
    joined = any(_STRONG.search(text, x.end, y.start) for x, y in itertools.pairwise(base[i : j + 1]))
    return joined and bool(again or apart)


_OR_ONE_ALONE = re.compile(r"\s*(?:\([^()]{0,30}\)\s*)?,?\s*(?:or|versus|vs\.?)\s+(?:to\s+|the\s+|only\s+)?", re.I)


def _may_join(text: str, base: list[Group], i: int, j: int, table: ArmTable, start: int, end: int) -> bool:
    """Whether ``A and B`` is one combination here."""
    a, b = base[j], base[j + 1]
    gap = text[a.end : b.start]
    if "," in gap and inline.match(r"\s*(?:治疗)?组", text[b.end : b.end + 4]):
        return False  # ``对照组予 A + B, C组再加 C``
    if (value := _VALUE_AHEAD.match(gap)) and (
        float(value.group(1)) > 5 or _VALUE_AHEAD.match(text[b.end : b.end + 20])
    ):
        return False  # ``A 46%, B 41%``: each with a value of its own, no concentration
    if inline.match(r"单纯|单独|单用|仅", text[b.start : b.start + 2]) or inline.search(
        r"(?:单纯|单独|仅|alone)\s*$", gap
    ):
        return False
    if _SIZE_BEHIND.match(gap):
        return False  # ``A (n = 201), B (n = 203) or C``
    if j > i and _SEPARATES.fullmatch(gap) and _goes_on_apart(text, base, i, j, _APART.search(gap) is not None):
        return False  # ``A plus X, B plus X or C plus X``
    if j > i and "," in gap and (short := _SHORT_BEHIND.search(gap)):
        told = merge_parts([g.parts for g in base[i : j + 1]])
        if len(told) == len(short.group("abbr")) == initials(told, short.group("abbr")):
            return False  # ``A plus B (AB), C plus B (CB)``: the short form ends the group
    if _on_both_sides(text, base, i, j):
        return True
    if inline.match(r"\s?(?:联用|合用|联合(?:应用|使用|用药)|搭配使用)", text[b.end : b.end + 8]):
        return True  # ``将 A 与 B 联用``
    if inline.match(r"(?:的)?(?:治疗|化疗|联合治疗)?(?:的)?基础(?:之)?上", text[b.end : b.end + 10]):
        return True  # ``在 A 和 B 基础上加 C``
    if any(frozenset((x, y)) in table.opposed for x in a.parts for y in b.parts):
        return False
    if inline.match(r"\s+(?:group|arm)(?![A-Za-z])", text[b.end : b.end + 8]) and any(
        g is not a and g.parts == a.parts and inline.match(r"[\s-]*alone", text[g.end : g.end + 8]) for g in base
    ):
        return True  # ``the A and B group … the A-alone group``
    earlier = {p for g in base[:i] for p in g.parts}
    if (
        {*a.parts, *b.parts} <= earlier
        and inline.search(
            r"(?:(?<![A-Za-z])(?:or|versus|vs\.?|than|to|with)|或|对比|与|比)\s*$",
            text[max(start, base[i].start - 9) : base[i].start],
            re.I,
        )
        and not (j + 2 < len(base) and base[j + 2].start - b.end < 12)
        and not inline.match(r"\s*(?:groups|arms|两组|,?\s*respectively|分别)", text[b.end : b.end + 16])
    ):
        return True  # ``A, B and C or B and C``
    if (
        j == i
        and b.parts == ("placebo",)
        and set(a.parts) <= earlier
        and inline.search(
            r"(?:versus|vs\.?|than|compared\s+(?:with|to)|received|receiving|given|with|for|对比|相比|较|接受|给予)\s*(?:the\s+)?$",
            text[max(start, a.start - 20) : a.start],
            re.I,
        )
        and not inline.match(r"\s*(?:groups|arms|两组|,?\s*respectively|分别)", text[b.end : b.end + 16])
    ):
        return True  # ``A and B compared with A and placebo``
    if frozenset(a.parts) & frozenset(b.parts) or any(p in CONTROL_PARTS for p in b.parts + a.parts):
        return False
    if inline.match(
        r"\s*,?\s*with\s+(?:or\s+without\s|[^,;.()]{3,40}(?:\([^()]*\)\s*)?or\s+without(?![A-Za-z]))",
        text[b.end : min(end, b.end + 90)],
    ):
        return True  # ``compared A and B, with C or without``
    if _EACH_ONE.search(text, start, base[i].start):
        return False
    after = text[b.end : min(end, b.end + 50)]
    if inline.match(
        r"(?:方案|治疗|患者|组)*的?[^,;。]{0,24}?(?:均(?!衡)|都|分别|各为|两者|之间|相似|相近|类似|相当|无(?:明显|显著|统计学)?差异)",
        after,
    ):
        return False  # ``A 与 B 的 DFS 均达到 90%``
    if inline.match(
        r"\s*(?:\([^()]{0,30}\)\s*)?(?:groups|arms|两组|二组|组间|分别|,?\s*respectively|were compared|的(?:疗效|比较|对比))",
        after,
    ):
        return False
    if (
        inline.search(
            r"(?:compar(?:e|es|ed|ing)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:effects?|efficacy|effectiveness|safety|outcomes?|impact|tolerability|activity|costs?)(?:\s+and\s+[\w-]+)?|comparison|differences?)\s+(?:of|between)\s+(?:the\s+)?$",
            text[max(start, base[i].start - 110) : base[i].start],
            re.I,
        )
        and j == i
    ):
        return False  # ``comparing the antiemetic effects of A and B``
    if _OR_ONE_ALONE.match(text, b.end) and any(
        g.parts in (a.parts, b.parts) and inline.match(r"[\s-]*(?:alone|only)(?![A-Za-z])", text[g.end : g.end + 8])
        for g in base[j + 2 : j + 3]
    ):
        return True  # ``either A and B (n = 47) or A alone``
    if inline.match(
        r"\s+(?:was|were|had)\s[^.;]{0,60}\d[^;]{0,40},?\s+respectively", text[b.end : min(end, b.end + 110)]
    ):
        return False  # ``with A and B were 0.69 and 0.72, respectively``
    before = text[max(start, base[i].start - 30) : base[i].start].lower()
    if inline.search(
        r"(?:between|both|either|comparing|compared|versus|vs\.?|比较|对比)\s*(?:了)?\s*(?:the\s+)?$", before
    ):
        if j > i or JOINED.match(text[b.end : base[j + 2].start] if j + 2 < len(base) else "|"):
            return False
        return frozenset((a.parts[-1], b.parts[0])) in table.joined
    if frozenset((a.parts[-1], b.parts[0])) in table.joined:
        return True
    if inline.search(r"^\s*(?:,|、)\s*$", gap):
        # a list A, B, and C: the last joint says what it is
        k = j + 1
        while k + 1 < len(base) and inline.match(r"^\s*(?:,|、)\s*$", text[base[k].end : base[k + 1].start]):
            k += 1
        last = k + 1 < len(base) and inline.match(
            r"^\s*(?:,?\s*(?:and|or)|和|及|与|以及|或)\s*", text[base[k].end : base[k + 1].start]
        )
        if any(p in CONTROL_PARTS for g in base[i : k + 2 if last else k + 1] for p in g.parts):
            return False
        if (
            k + 1 < len(base)
            and "、" in gap
            and inline.search(r"(?:接受|给予|予)\s*$", before)
            and inline.fullmatch(r"\s*(?:联合|加用?|\+)\s*", text[base[k].end : base[k + 1].start])
        ):
            return True  # ``接受 A、B 联合 C``
        if k + 1 < len(base):
            return bool(
                inline.match(r"^\s*(?:,?\s*and|和|及|与|以及)\s*", text[base[k].end : base[k + 1].start])
            ) and not inline.match(
                r"\s*(?:groups|arms|组|,?\s*respectively|分别)", text[base[k + 1].end : base[k + 1].end + 20]
            )
        added = j > i and inline.search(r"plus|\+|联合|combin|加", text[base[j - 1].end : a.start])
        return "、" in gap and bool(added or inline.search(r"(?:接受|给予|予|使用|采用|联合)\s*$", before))
    if (
        j > i
        and inline.search(r"plus|\+|联合|combin|top of|added", text[base[j - 1].end : a.start])
        and inline.fullmatch(r"\s*(?:and|和|及|与|、)\s*(?:an?\s+|the\s+)?", gap)
    ):
        return True
    if j > i and "," in text[base[j - 1].end : a.start] and inline.search(r"and|和|及|与", gap):
        return True
    if _LETTER_AHEAD.search(text[max(0, base[i].start - 40) : base[i].start].lower()) and not inline.match(
        r"\s*(?:group|arm|组)", text[a.end : a.end + 8]
    ):
        return True  # ``group II, same A and 6 mg of B``
    return bool(
        inline.search(
            r"(?:with|of|receiv\w*|received|plus|combination|combined|接受|给予|予|使用|采用|联合|用|行|[(:;]|treated|allocated|to|against|versus)\s*(?:[\w-]+\s+){0,2}$",
            before,
        )
    ) and not inline.match(r"\s*(?:group|arm|组)", text[a.end : a.end + 8])


def groups_within(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> list[Group]:
    """The groups of a part of a sentence."""
    return groups_in(text, [x for x in inside if a <= x.start and x.end <= b], table, a, b)


def told_within(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> list[Group]:
    """The groups of a part of a sentence that are named by what they were given."""
    return [g for g in groups_within(text, inside, table, a, b) if g.parts and not g.role]
