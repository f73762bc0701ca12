"""Groups of patients: which words name one, what it was given, and which is compared with which.

A document defines its arms once (``randomised to A plus B (n=…) or C``, ``试验组给予…``,
``(arm A)``, abbreviations in brackets); this module keeps that small table and reads every later
name of a group through it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model import Arms, Mention
from ..recognise.guarded import Guarded, guarded, guarded_names
from .phrases import Phrase, defined_phrases, group_phrases

__all__ = ["BY_PATIENT", "ArmTable", "Contrast", "Group", "arm_table", "choose_contrast", "contrasts_in", "expand", "groups_in", "orient"]

BY_PATIENT = "§"
"""Marks a group that is defined by its patients (``高表达组``); never stored as treatment."""

TREATMENT = {"DRUG", "REGIMEN", "CLASS"}
CONTROL_PARTS = {"placebo", "observation", "best supportive care", "no maintenance", "standard of care", "usual care", "sham", "no treatment", "watchful waiting", "control"}


@dataclass(frozen=True, slots=True)
class Group:
    """A group as named in a sentence.

    Attributes
    ----------
    start, end : int
        Folded span.
    parts : tuple of str
        What the group was given; empty for a role whose definition is unknown.
    noun : bool
        Whether a word such as ``arm`` or ``组`` says that this is a group.
    role : str
        ``experimental``, ``comparator`` or empty.
    """

    start: int
    end: int
    parts: Arms
    noun: bool = False
    role: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two groups that a sentence sets against each other, in the order of comparison."""

    experimental: Arms
    comparator: Arms
    start: int = 0
    end: int = 0
    explicit: bool = True
    by_role: bool = False


_CHOSEN = re.compile(r"choice\s+(?:of\s+)?(?:single-agent\s+|standard\s+|investigator-selected\s+)?chemotherapy|chemotherapy\s+of\s+(?:the\s+)?[\w' ]{0,14}choice|chemotherapy of choice|(?:研究者|医师|医生|临床医生)选择的?[^,;。]{0,8}化疗", re.I)
_APPROACHES = {"laparoscopic surgery": "laparoscopic", "open surgery": "open", "robotic surgery": "robotic", "thoracoscopic surgery": "thoracoscopic", "minimally invasive surgery": "minimally invasive"}


@dataclass(slots=True)
class ArmTable:
    """What one document says of its groups."""

    names: dict[str, Arms] = field(default_factory=dict)
    roles: dict[str, Arms] = field(default_factory=dict)
    opposed: set[frozenset[str]] = field(default_factory=set)
    joined: set[frozenset[str]] = field(default_factory=set)
    contrast: Contrast | None = None
    arms: list[Arms] = field(default_factory=list)
    spelled: dict[str, Arms] = field(default_factory=dict)
    pattern: Guarded | None = None
    literals: Guarded | None = None
    classes: list[tuple[str, Arms, int, int]] = field(default_factory=list)
    told: list[tuple[int, str, Arms]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    mentions: Sequence[Mention] = ()
    observed: bool = False
    negated: frozenset[str] = frozenset()
    single: bool = False
    drug: str = ""
    chosen: str = ""
    titles: dict[str, Arms] = field(default_factory=dict)

    operation: str = ""

    def operated(self, parts: Arms) -> Arms:
        """``开腹组`` where the document is about one operation: the approach and the operation."""
        if not self.operation or len(parts) != 1 or parts[0] not in _APPROACHES:
            return parts
        return (f"{_APPROACHES[parts[0]]} {self.operation}",)

    def all_in(self, start: int, end: int) -> list[Mention]:
        """The mentions of a stretch."""
        return [m for m in self.mentions if start <= m.start and m.end <= end]


    def tell(self, at: int, key: str, role: str, parts: Arms) -> None:
        """Note what a role is given, under its own name and its side."""
        for name in (key, role) if role else (key,):
            self.roles.setdefault(name, parts)
            self.told.append((at, name, parts))

    def role(self, key: str, at: int) -> Arms:
        """What a role such as ``对照组`` was given: as told first, or in a text about several studies as told last before `at`."""
        first = self.roles.get(key, ())
        told = sorted((pos, parts) for pos, name, parts in self.told if name == key)
        if len({parts for _, parts in told}) < 2 or bisect_left(self.breaks, told[0][0]) == bisect_left(self.breaks, told[-1][0]):
            return first
        return next((parts for pos, parts in reversed(told) if pos <= at), first)

    def between_roles(self, start: int, end: int) -> Contrast | None:
        """The comparison that a stretch draws by telling both roles."""
        here = {name: parts for pos, name, parts in reversed(self.told) if start <= pos < end}
        one, two = here.get("experimental"), here.get("comparator")
        return Contrast(one, two, start, start, explicit=False) if one and two and one != two else None

    def choice(self, name: str, at: int) -> Arms:
        """What a class such as ``standard therapy`` stands for at an offset."""
        if name == "physician's choice" and self.chosen:
            return (self.chosen,)
        for label, parts, start, stop in self.classes:
            if label == name and start <= at < (stop or 1 << 60):
                return parts
        return (name,)


_ADJ = r"(?:(?:[A-Za-z0-9/-]{1,14}\s*(?:激酶|受体)?\s*(?:抑制剂|拮抗剂|激动剂)|high-dose|low-dose|higher-dose|weekly|tri-weekly|biweekly|standard|standard-dose|concurrent|single-agent|oral|either|the|a|an|adjuvant|neoadjuvant|maintenance|modified|dose-dense|dose-adjusted|intravenous|subcutaneous|liposomal|conventional|first-line|second-line|third-line|一线|二线|三线|long-term|short-term|infusional|continuous|bolus|therapy|treatment|regimen|based|doublet|platinum-doublet|induction|consolidation|daily|active|open-label|subsequent|治疗|方案|化疗|单药|口服|静脉|大剂量|小剂量|低剂量|高剂量)\s*-?\s*)*"
_DOSE = r"(?:\(?\s*\d[\d.,]*\s*(?:mg|g|µg|μg|ug|mcg|IU|U|Gy|MU|kg|m2|AUC|cycles?|ml|mL)[^\s,;)]{0,12}(?:\s+(?:m-2|per day|once daily|twice daily|daily|weekly|on days? [\d\s,and-]+|every \d+ weeks?|IV|PO|bid|d1))*\)?\s*)?"
_BRACKET = r"(?:\((?:[^()]{0,70})\)\s*)?"
_STRONG = re.compile(
    rf"^\s*{_DOSE}{_BRACKET}{_DOSE}(?:therapy\s+|treatment\s+|chemotherapy\s+)?(?:(?:plus|\+|combined\s+with|in\s+combination\s+with|added\s+to|followed\s+by|together\s+with|on\s+top\s+of|in\s+addition\s+to|with(?!\s+or)|co-?administered\s+with|then|联合|联用|加用|诱导后(?:予|行|给予|接受|序贯)|后(?:再)?(?:行|予|序贯)|之后再行|加|合并|并用|序贯|续贯|配合|同步|加同步及辅助|加同步和辅助|加后续|加术后|(?:的)?基础上(?:加用|联合|给予|加)?|中(?:添加|加入|加用)|/|-)\s*)+{_ADJ}{_DOSE}$",
    re.I,
)
_WEAK = re.compile(rf"^\s*{_DOSE}{_BRACKET}{_DOSE}(?:(?:,\s*and|and|,|、|和|与|及|以及|&)\s*){_ADJ}{_DOSE}$", re.I)
_ALTERNATIVE = re.compile(rf"^\s*{_BRACKET}(?:(?:,\s*or|or|或|,|、|\(?可联用或不联用)\s*){_ADJ}$", re.I)
_CHOICE = guarded(r"(?:(?:investigator|physician|doctor|treating physician)s?'?s?'?\s+choice|研究者选择|医师选择|医生选择|研究者的选择)", re.I)
_SAME_BRACKET = re.compile(r"^\s*[(\[]\s*$")
_NOUN_AFTER = re.compile(
    r"^\s*(?:[-\s]*(?:alone|monotherapy|only|treated|based|containing|treatment|therapy|regimen|chemotherapy|combination|recipients|单药|单独|单用|治疗|方案|化疗|给药|维持|干预|用药|联合|注射液|胶囊|片))*\s*[-\s]*(?:(?:treatment|study|therapy)\s+)?(?P<noun>groups?|arms?|cohorts?|recipients|(?:treated\s+)?patients|组|臂)(?![A-Za-z])",
    re.I,
)
_ALONE_BEFORE = guarded(r"(?:单纯|单独|单用|单药|仅|只)\s*(?:服用|使用|接受)?\s*$")
_NOT_GROUP = {"亚", "分", "两", "各", "该", "本", "全", "此", "每", "三", "四", "多", "小", "另", "一", "同", "数", "协作", "工作", "专家", "研究协作", "二", "五", "另一", "另有一", "队列", "组", "年龄", "整"}
_ROLE_EXP = r"联合方案|联合治疗方案|试验组|观察组|治疗组|研究组|实验组|干预组|联合组|联合治疗组|联合用药组|联合用药治疗组|the combination(?!\s+(?:of|with|therapy))|combination (?:chemotherapy|therapy|treatment)(?=\s*(?:\(\d|group|arm|had|was|,|\.|than|compared|versus|vs))|(?:experimental|intervention|investigational|active treatment|combination|triplet|treatment|study|test|active)\s+(?:group|arm|regimen)s?"
_ROLE_CTL = r"对照组|常规组|常规治疗组|空白组|空白对照组|标准治疗组|(?:standard[- ]of[- ]care|standard|conventional|control|comparator|usual[- ]care|conventional treatment|reference|comparison)\s+(?:treatment\s+)?(?:group|arm|regimen)s?|(?<![A-Za-z])controls(?![A-Za-z])"
_SINGLE = r"单药组|单药治疗组|(?:monotherapy|single-agent)\s+(?:group|arm)"
_LETTER = r"(?<![A-Za-z])(?:[Aa]rm|[Gg]roup)\s+(?:[A-H]|[1-4]|I{1,3}|IV)(?![A-Za-z\d])|(?<![A-Za-z])(?:[A-H]\d?|I{1,3}|IV)\s*组|[ⅠⅡⅢⅣ]\s*组|[甲乙丙]组|第[一二三]组"
_ROLE = guarded(rf"(?P<experimental>{_ROLE_EXP})|(?P<comparator>{_ROLE_CTL})|(?P<letter>{_LETTER}|{_SINGLE})", re.I)
_MAINTAINED = re.compile(r"(?P<no>非|未|无|不)?(?:接受)?维持(?:治疗)?组")
_THE_DRUG = re.compile(r"(?:服用|接受|使用|应用|采用)(?:了)?(?:这种|这一|该|此)(?:种)?(?:药物?|新药|疗法)|该药(?:物)?(?=组|治疗)|(?<![A-Za-z])(?:taking|receiving|given|on|with)\s+(?:the|this)\s+(?:new\s+)?drug(?![A-Za-z])", re.I)
_LITERAL_AFTER = re.compile(r"(?:%|months|weeks)\s*(?:\([^()]{0,50}\)\s*)?(?:for|with|on|receiving)\s+(?P<name>[A-Z][A-Z0-9]{2,6})(?=\s+(?:and|versus|vs|compared|\(|v\s)|\s*[.;,]|\s+(?:group|arm))")
_NO_GROUP = re.compile(r"OS|PFS|DFS|EFS|RFS|TTP|ORR|DCR|CR|PR|SD|PD|DOR|RCT|III|II|IV|ITT|HR|CI|NSCLC|SCLC|HCC|WHO|ECOG|CT|MRI|FDA|AE|AES|QOL|OR|RR|HER2|EGFR|ALK|KRAS|BRAF|CPS|TPS|PSA|CRP|USA|UK|DNA|RNA|BMI|CNS|IDH|MGMT|MSI|TMB|ILD|CRS|CPR|TRAE|TEAE")
_BACK = guarded(r"(?<![以目之])前者(?!的?研究)|后者|(?<![A-Za-z])the (?:former|latter)(?:\s+(?:group|arm|regimen))?(?![A-Za-z])", re.I)
_SHARED_ROLE = guarded(r"(?<![A-Za-z])(?P<first>experimental|intervention|treatment|study|test|active|treated)\s+and\s+(?:the\s+)?(?P<second>control|comparison|comparator|reference|untreated|standard)\s+(?:groups|arms|group|arm)(?![A-Za-z])", re.I)
_LETTERS = guarded(r"(?<![A-Za-z])(?:groups|arms)\s+(?P<letters>(?:[A-H]|[1-4]|I{1,3}|IV)(?:\s*(?:,|and|&|versus|vs\.?|or|,\s*and)\s*(?:[A-H]|[1-4]|I{1,3}|IV)){1,3})(?![A-Za-z\d])", re.I)
_LITERAL_EN = guarded(r"(?<![A-Za-z0-9-])(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+)*|[A-Z]{1,2}(?=\s+(?:group|arm)))\s+(?:treatment\s+)?(?:groups?|arms?|cohort|regimens?)(?![A-Za-z])")
_LITERAL_ALONE = guarded(r"(?<![A-Za-z0-9-])(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[+/][A-Za-z0-9]+)*)\s+alone(?![A-Za-z])")
_LITERAL_ZH = guarded(r"(?P<name>[A-Za-z0-9][A-Za-z0-9+/-]{0,11}|(?<![\u4e00-\u9fff])(?:(?!组)[\u4e00-\u9fff]){1,6}|(?<=[和与较比及在、于率])(?:(?!组)[\u4e00-\u9fff]){1,5})(?:治疗|方案)?组")
_MAY_NAME = guarded(r"前者|后者|the former|the latter|[Gg]roup|[Aa]rm|alone|组|regimen|control|cohort|the combination|联合方案|GROUP|ARM")
_ABBREVIATION = re.compile(r"[(\[]\s*(?P<abbr>[A-Za-z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,3})\s*(?P<after>组|group|arm|regimen)?\s*(?:[)\]]|[;:,]\s)")


def _merge(parts: Sequence[Arms]) -> Arms:
    out: list[str] = []
    for p in parts:
        out += [x for x in p if x not in out]
    return tuple(out)


def _base(text: str, mentions: Sequence[Mention], table: ArmTable, start: int, end: int) -> list[Group]:
    """Single treatments and learnt abbreviations between start and end, in order."""
    found = [Group(m.start, m.end, (table.spelled.get(m.id) or table.names.get(m.id) or (text[m.start : m.end] if text[m.start : m.end].isascii() else m.id,)) if m.label == "REGIMEN" else table.operated(table.choice(m.id, m.start)) if m.label == "CLASS" else (m.id,)) for m in mentions if m.label in TREATMENT and start <= m.start and m.end <= end]
    if table.observed:
        # beside a 对照组 the 观察组 is the one that is treated, not the one that is watched
        found = [g for g in found if not (g.parts == ("observation",) and re.match(r"观察组?(?<=组)|观察(?=组)", text[g.start : g.start + 3]))]
    # ``investigator's choice of docetaxel or …``: the choice is what it is made from
    found = [g for g in found if not (g.parts == ("physician's choice",) and any(0 <= x.start - g.end <= 6 for x in found))]
    aside = [g for g in found if _beside_the_point(text, g, found, start)]
    # ``the PARP inhibitor olaparib``: the drug takes the place of the words that describe it
    found = [replace(g, start=next((x.start for x in aside if x.end <= g.start and not text[x.end : g.start].strip()), g.start)) for g in found if g not in aside]
    found += [Group(p.start, p.end, p.parts) for p in table.phrases if start <= p.start and p.end <= end and not any(g.start < p.end and p.start < g.end for g in found)]
    found += _shared_noun(text, mentions, start, end)
    if table.pattern is not None:
        for m in table.pattern.finditer(text, start, end):
            parts = table.names[m.group()]
            over = [g for g in found if g.start < m.end() and m.start() < g.end]
            if all(m.start() <= g.start and g.end <= m.end() for g in over):
                found = [g for g in found if g not in over]
                found.append(Group(m.start(), m.end(), parts))
    found.sort(key=lambda g: (g.start, g.end))
    for n in range(len(found) - 1, 0, -1):
        one, two = found[n - 1], found[n]
        if text[one.end : two.start].strip() or not re.search(r"ectomy$|resection$", two.parts[0]):
            continue
        # ``腹腔镜胰十二指肠切除术``: the approach and the operation are one
        if one.parts[0] in _APPROACHES:
            found[n - 1 : n + 1] = [Group(one.start, two.end, (f"{_APPROACHES[one.parts[0]]} {two.parts[0]}",))]
        elif one.parts[0] in {f"{adj} {two.parts[0]}" for adj in _APPROACHES.values()}:
            found[n - 1 : n + 1] = [Group(one.start, two.end, one.parts)]
    return found


_HISTORY = guarded(
    r"(?:previous(?:ly)?|prior|earlier|pre-?treated with|previously treated with|progress\w* (?:on|after|during|following)|refractory to|resistan(?:t|ce) to|naive to|without (?:earlier|prior|previous)|failed|failure of|inhibition of|history of|既往(?:接受)?|经|难治于|耐药于|对)\s*(?:or\s+)?(?:an?\s+|the\s+|first-line\s+|systemic\s+|adjuvant\s+|过)?$",
    re.I,
)
_HISTORY_AFTER = re.compile(r"^\s*(?:经治|耐药|失败|难治|抵抗|治疗失败|治疗后进展|进展后|-?\s*(?:resistant|refractory|pretreated|na[iï]ve|ineligible|unsuitable|exposed|sensitive))", re.I)
_APPOSITION = re.compile(r"^\s*,\s*(?:an?|the|one of)\s+(?:[\w/-]+\s+){0,5}$", re.I)
_MODIFIER = guarded(r"(?P<mod>preoperative|postoperative|neoadjuvant|adjuvant|concurrent|sequential|induction|consolidation|short-course|long-course|术前|术后|新辅助|辅助|同步|序贯)\s*(?:or|versus|vs\.?|and|或|对比|与|和)\s*$", re.I)
_MODIFIER_ZH = {"术前": "preoperative", "术后": "postoperative", "新辅助": "neoadjuvant", "辅助": "adjuvant", "同步": "concurrent", "序贯": "sequential"}


def _beside_the_point(text: str, g: Group, found: Sequence[Group], start: int) -> bool:
    """A class that only describes: in apposition to a drug, or a treatment of the past."""
    name = g.parts[0] if len(g.parts) == 1 else ""
    before, after = text[max(start, g.start - 40) : g.start], text[g.end : g.end + 24]
    if re.search(r"(?<!with or )(?:(?<![A-Za-z])(?:without|not receiving|no)\s+$|(?<!加或)(?<!联合或)(?:未接受|未联合|不联合|不含|未用|不加)$)", before) and not re.match(r"\s*(?:group|arm|组)", after):
        return True
    if name and (_LOOSE_CLASS.match(name) or name in ("maintenance", "surgery")) and re.search(r"(?:作为|用作)[^,;。]{0,12}$|(?<![A-Za-z])as\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}$", before):
        return True  # ``A as adjuvant therapy``: what A is used for
    if name == "standard of care" and re.search(r"(?:是|成为|作为|为|的)\s*$|(?<![A-Za-z])(?:is|are|was|were|remains?|became|become|as|considered)\s+(?:the\s+|an?\s+)?(?:current\s+|new\s+|potential\s+|first-line\s+)*$", before) and not re.match(r"\s*(?:组|group|arm|alone|\(|相比)", after):
        return True  # ``A is the standard of care``: a judgement, not a group
    if name and re.search(r"surgery|ectomy|dissection|resection|transplant", name) and re.search(r"(?:接受|行|经)(?:过|了)?$", before) and re.match(r"(?:术)?(?:的|后)", after) and re.search(r"入组|纳入|招募|enrol", text[start : g.start]) and re.search(r"随机|比较|对比", text[g.end : g.end + 90]):
        return True  # ``入组1035例接受D2根治术的患者``: who took part, not what was compared
    if _HISTORY_AFTER.match(after) or (_HISTORY.search(before) and not re.match(r"\s*(?:group|arm|组)", after)):
        return not re.match(r"\s*(?:-?\s*(?:ineligible|na[iï]ve))?\s*(?:group|arm|组)", after)
    for x in found:
        if x is g:
            continue
        gap = text[g.end : x.start] if x.start >= g.end else text[x.end : g.start]
        is_class = name and (" inhibitor" in name or "antibod" in name or "conjugate" in name or name in ("TKI", "EGFR TKI", "bispecific antibody", "chemotherapy"))
        if is_class and x.start >= g.end and not gap.strip() and name != "chemotherapy" and not any(c in (x.parts[0] if x.parts else "") for c in ("inhibitor", "therapy")):
            return True
        if is_class and x.end <= g.start and _APPOSITION.match(gap):
            return True
        # ``chemotherapy of the physician's choice``
        if g.parts == ("physician's choice",) and len(gap) <= 12 and re.fullmatch(r"\s*(?:of(?: the)?|的|single-agent)?\s*", gap):
            return True
    return False


def _shared_noun(text: str, mentions: Sequence[Mention], start: int, end: int) -> list[Group]:
    """``preoperative or postoperative chemoradiotherapy``: the first adjective shares the noun."""
    out = []
    for m in mentions:
        if m.label != "CLASS" or not (start <= m.start and m.end <= end):
            continue
        head = m.id.split(" ")[0]
        if head not in ("preoperative", "postoperative", "neoadjuvant", "adjuvant", "concurrent", "sequential", "induction", "consolidation", "short-course", "long-course"):
            continue
        before = _MODIFIER.search(text[max(start, m.start - 30) : m.start])
        if before:
            word = before.group("mod").lower()
            at = max(start, m.start - 30) + before.start()
            out.append(Group(at, at + len(word), (f"{_MODIFIER_ZH.get(word, word)} {m.id[len(head) + 1 :]}",)))
    return out


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
    base = _base(text, mentions, table, start, end)
    groups: list[Group] = []
    i = 0
    while i < len(base):
        j = i
        parts = [base[i].parts]
        stop = base[i].end
        while j + 1 < len(base):
            nxt = base[j + 1]
            gap = text[stop : nxt.start]
            if _SAME_BRACKET.match(gap) and set(nxt.parts) <= set(_merge(parts)):
                j += 1
                close = re.match(r"\s*[)\]]", text[nxt.end : nxt.end + 3])
                stop = nxt.end + (close.end() if close else 0)
                continue
            if len(gap) > 90:
                break
            if set(nxt.parts) < set(_merge(parts)) and re.fullmatch(r"\s*(?:,|、|and|和|,\s*and|/|-|\+)\s*", gap):
                j += 1
                stop = nxt.end  # the parts of a regimen that its bracket spells out
                continue
            if not gap.strip() and len(nxt.parts) == 1 and (_LOOSE_CLASS.match(nxt.parts[0]) or nxt.parts[0] == "surgery") and not re.match(r"联合", text[nxt.start : nxt.start + 2]):
                # ``顺铂化疗``, ``EMR手术``: the word only says what kind of thing it is
                j += 1
                stop = nxt.end
                continue
            if not gap.strip() and re.match(r"联合|combined|combination", text[nxt.start : nxt.start + 11]):
                parts.append(tuple(p for p in nxt.parts))
                j += 1
                stop = nxt.end
                continue
            if re.fullmatch(r"\s*(?:或|or|/)\s*", gap) and parts[-1][-1].endswith("platin") and nxt.parts[0].endswith("platin") and not re.match(r"\s*(?:alone|group|arm|组)", text[nxt.end : nxt.end + 8]):
                parts.append(nxt.parts)
                j += 1
                stop = nxt.end
                continue
            if re.search(r"either", gap):
                break
            if (_STRONG.match(gap) and not _opposed(table, parts, nxt.parts, gap) and not (
                re.search(r"(?<![A-Za-z])with\s+(?:the\s+)?$", gap) and not re.search(r"combin|together|plus", gap) and re.search(r"compar|versus|differ", text[start : base[i].start], re.I)
            )) or (_WEAK.match(gap) and _may_join(text, base, i, j, table, start, end)) or (_CHOICE.search(text[max(start, base[i].start - 40) : base[i].start]) and (_ALTERNATIVE.match(gap) or _WEAK.match(gap))):
                pass
            else:
                break
            parts.append(nxt.parts)
            j += 1
            stop = nxt.end
        first = base[i].start
        alone = _ALONE_BEFORE.search(text[max(start, first - 5) : first])
        groups.append(Group(first - (len(alone.group()) if alone else 0), stop, _merge(parts), alone=bool(alone)))
        i = j + 1
    if not groups and table.literals is None and not table.phrases and not table.drug and not _MAY_NAME.search(text, start, end):
        return []
    groups = [_noun(text, _without_class(text, g, base), end) for g in groups]
    groups += _named(text, table, start, end, groups)
    groups += _in_words(text, table, start, end, groups)
    if table.titles:
        groups = [replace(g, parts=table.titles.get(text[g.start : g.end], g.parts)) for g in groups]
    groups.sort(key=lambda g: (g.start, -g.end))
    return groups


_LOOSE_CLASS = re.compile(r"^(?:(?:neo)?adjuvant |preoperative |postoperative |concurrent |induction |consolidation |maintenance )?(?:chemotherapy|chemoradiotherapy|radiotherapy|therapy|maintenance|targeted therapy|immunotherapy|endocrine therapy)$")


def _without_class(text: str, g: Group, base: Sequence[Group]) -> Group:
    """``neoadjuvant chemotherapy with FEC`` is FEC: the class only says what kind of thing it is."""
    inside = [b for b in base if g.start <= b.start and b.end <= g.end]
    drop: set[str] = set()
    for x, y in itertools.pairwise(inside):
        if len(x.parts) == 1 and _LOOSE_CLASS.match(x.parts[0]) and re.match(r"\s*(?:with|using|consisting of|of|regimen of|\()", text[x.end : y.start]) and not _LOOSE_CLASS.match(y.parts[0]):
            drop.add(x.parts[0])
    return replace(g, parts=tuple(p for p in g.parts if p not in drop)) if drop and len(drop) < len(g.parts) else g


def _noun(text: str, g: Group, end: int) -> Group:
    after = text[g.end : min(end, g.end + 60)]
    close = re.match(r"\s*\([A-Za-z0-9+/ -]{1,20}\)", after)
    offset = close.end() if close else 0
    m = _NOUN_AFTER.match(after[offset:]) or _NOUN_AFTER.match(after)
    if not m:
        alone = re.match(r"\s*[- ]?(?:alone|monotherapy|单药|单用)(?![A-Za-z])", after)
        return replace(g, end=g.end + alone.end(), alone=True) if alone else g
    single = g.alone or bool(re.search(r"alone|monotherapy|only|单药|单独|单用", m.group(), re.I))
    if m.string is not after:
        return replace(g, end=g.end + offset + m.end(), noun=True, alone=single)
    return replace(g, end=g.end + m.end(), noun=m.group("noun").lower() not in ("patients",), alone=single)


def _named(text: str, table: ArmTable, start: int, end: int, taken: list[Group]) -> list[Group]:
    """Groups named by role, letter or a name of their own."""
    out: list[Group] = []
    if table.literals is None and not _MAY_NAME.search(text, start, end) and not (table.drug and _THE_DRUG.search(text, start, end)):
        return out

    def free(a: int, b: int) -> bool:
        return not any(g.start < b and a < g.end for g in (*taken, *out))

    for m in _BACK.finditer(text, start, end):
        if free(*m.span()):
            out.append(Group(m.start(), m.end(), (), True, "former" if re.match(r"前|.*former", m.group(), re.I) else "latter"))
    if table.drug:
        out += [Group(m.start(), m.end(), (table.drug,)) for m in _THE_DRUG.finditer(text, start, end) if free(*m.span())]
    for m in _SHARED_ROLE.finditer(text, start, end):
        # ``the experimental and control groups``: the noun stands once
        if free(*m.span()):
            out.append(Group(m.start("first"), m.end("first"), table.roles.get("experimental", ()), True, "experimental"))
            out.append(Group(m.start("second"), m.end(), table.roles.get("comparator", ()), True, "comparator"))
    for m in _MAINTAINED.finditer(text, start, end):
        if free(*m.span()):
            # ``维持组和非维持组``: the drug that the text last gave as maintenance, or none
            before = [x for x in table.mentions if x.label == "DRUG" and x.end <= m.start() and re.match(r"[^,;。]{0,4}维持", text[x.end : x.end + 7])]
            kept: Arms = ("no maintenance",) if m.group("no") else (before[-1].id,) if before else ()
            out.append(Group(m.start(), m.end(), kept, True, "" if kept else "experimental"))
    for m in _LETTERS.finditer(text, start, end):
        # ``groups A and B``, ``A、B两组``
        noun = "arm" if "arm" in m.group().lower() else "group"
        for letter in re.finditer(r"(?<![A-Za-z])(?:[A-H]|[1-4]|I{1,3}|IV)(?![A-Za-z])", m.group("letters")):
            at = m.start("letters") + letter.start()
            if free(at, at + len(letter.group())):
                parts = next((table.roles[k] for k in (f"{noun} {letter.group().lower()}", f"{letter.group()}组", f"{letter.group().lower()}组") if k in table.roles), ())
                out.append(Group(at, at + len(letter.group()), parts, True))
    for m in _ROLE.finditer(text, start, end):
        key = m.group().lower().rstrip("s") if m.group().isascii() else re.sub(r"\s", "", m.group())
        role = "" if m.group("letter") else "experimental" if m.group("experimental") else "comparator"
        if free(*m.span()):
            if re.search(r"[两各每该本]\s*$", text[max(start, m.start() - 2) : m.start()]):
                continue  # ``两试验组``
            parts = table.role(key, m.start())
            if not parts and role:
                parts = table.role(role, m.start())
            if not parts and m.group().startswith("联合"):
                parts = table.role("experimental", m.start())
            out.append(Group(m.start(), m.end(), parts, True, role))
    for m in _LITERAL_AFTER.finditer(text, start, end):
        # ``30% for ILF and 17% for ELF``: a short form that stands where a group does
        if free(*m.span("name")) and not any(x.start < m.end("name") and m.start("name") < x.end for x in table.mentions) and not _NO_GROUP.fullmatch(m.group("name")):
            out.append(Group(m.start("name"), m.end("name"), (m.group("name"),)))
    for rx in (*((table.literals,) if table.literals is not None else ()), _LITERAL_EN, _LITERAL_ALONE, _LITERAL_ZH):
        for m in rx.finditer(text, start, end):
            name = m.group("name")
            if rx is table.literals:
                taken[:] = [g for g in taken if not (m.start() <= g.start and g.end <= m.end())]
            if not free(*m.span()) or name in _NOT_GROUP or any(name.endswith(x) for x in ("亚", "分", "两", "各", "该", "本", "全", "此", "每", "及", "患者两", "入", "三", "二", "多", "分为", "成", "随机")):
                continue
            if not re.search(r"[A-Za-z\u4e00-\u9fff]", name):
                continue
            if rx is _LITERAL_ZH and not name.isascii():
                name = re.sub(r"^(?:而|且|但|在|其中|结果|显示|显著|明显|均|则|仅|单纯|低于|高于|优于|于|与|和|较|比|接受)+", "", name)
                if not name or name in _NOT_GROUP or len(name) > 6:
                    continue
                role = "comparator" if re.match(r"非|未|无|不", name) else "experimental" if name in table.negated else ""
                if role:
                    out.append(Group(m.start("name"), m.end(), table.roles.get(role, ()), True, role))
                    continue
            if re.fullmatch(r"(?:OS|PFS|DFS|ORR|RCT|III|II|IV|ITT|HR|CI|NSCLC|SCLC|HCC|WHO|ECOG|CT|MRI|FDA)", name):
                continue
            parts = table.names.get(name) or tuple(x for x in re.split(r"[+/]", name) if x)
            grade = re.search(r"[高低阳阴]$", text[max(start, m.start("name") - 1) : m.start("name")])
            if grade and name not in table.names:
                out.append(Group(m.start("name") - 1, m.end(), (f"{BY_PATIENT}{grade.group()}{name}",), True))  # ``低CRP组``
                continue
            if not name.isascii() and name not in table.names:
                # ``高表达组``: a group by what the patients are, not by what they were given
                if re.search(r"专家|协作|课题|工作|研究$|指导|随访$|小$", name):
                    continue
                whole = min((x.start for x in taken if len(x.parts) == 1 and text.startswith(name, x.start)), default=-1) if len(name) >= 3 else -1
                parts = next((x.parts for x in taken if x.start == whole), (f"{BY_PATIENT}{name}",))
            out.append(Group(m.start("name"), m.end(), tuple(parts), True, alone=rx is _LITERAL_ALONE))
    return out


def _negated(text: str) -> frozenset[str]:
    """What the names of groups deny: ``放疗`` of ``非放疗组``."""
    return frozenset(text[at : at + k] for m in re.finditer("[非未]", text) for at in (m.end(),) for k in range(1, 7) if text[at + k : at + k + 1] == "组")


def _in_words(text: str, table: ArmTable, start: int, end: int, taken: Sequence[Group]) -> list[Group]:
    """Groups that no pattern knows, as the text words them."""
    first = bisect_left(table.phrases, start, key=lambda p: p.start)
    found = [p for p in table.phrases[first : bisect_left(table.phrases, end, first, key=lambda p: p.start)] if p.end <= end]
    if "group" in text[start:end] or "arm" in text[start:end]:
        found += group_phrases(text, start, end, table.phrases)
    out: list[Group] = []
    for p in found:
        if not any(g.start < p.end and p.start < g.end for g in (*taken, *out)):
            out.append(Group(p.start, p.end, p.parts, noun=True))
    return out


def _opposed(table: ArmTable, left: Sequence[Arms], right: Arms, gap: str) -> bool:
    """``A/B`` and ``A-B`` of two arms that the text sets against each other are no combination."""
    if re.search(r"plus|\+|combin|联合|加|with", gap) or any(_LOOSE_CLASS.match(p) for p in (*right, *left[-1])):
        return False
    merged = _merge(left)
    return any(frozenset((a, b)) in table.opposed for a in merged for b in right)


def _on_both_sides(text: str, base: list[Group], i: int, j: int) -> bool:
    """``A plus B and C with placebo plus B and C``: what both sides of a comparison share belongs together."""
    pair = base[j].parts, base[j + 1].parts
    shared = [
        k for k in range(1, len(base) - 1)
        if (base[k].parts, base[k + 1].parts) == pair
        and _STRONG.match(text[base[k - 1].end : base[k].start])
        and _WEAK.match(text[base[k].end : base[k + 1].start])
    ]  # fmt: skip
    return len(shared) >= 2 and j > i and j in shared


def _may_join(text: str, base: list[Group], i: int, j: int, table: ArmTable, start: int, end: int) -> bool:
    """Whether ``A and B`` is one combination here."""
    a, b = base[j], base[j + 1]
    gap = text[a.end : b.start]
    if "," in gap and re.match(r"\s*(?:治疗)?组", text[b.end : b.end + 4]):
        return False  # ``对照组予 A + B, C组再加 C``
    if re.match(r"单纯|单独|单用|仅", text[b.start : b.start + 2]) or re.search(r"(?:单纯|单独|仅|alone)\s*$", gap):
        return False
    if _on_both_sides(text, base, i, j):
        return True
    if any(frozenset((x, y)) in table.opposed for x in a.parts for y in b.parts):
        return False
    earlier = {p for g in base[:i] for p in g.parts}
    if j == i and b.parts == ("placebo",) and set(a.parts) <= earlier and re.search(r"(?:versus|vs\.?|than|compared\s+(?:with|to)|对比|相比|较)\s*(?:the\s+)?$", text[max(start, a.start - 20) : a.start], re.I):
        return True  # ``A and B compared with A and placebo``
    if frozenset(a.parts) & frozenset(b.parts) or any(p in CONTROL_PARTS for p in b.parts + a.parts):
        return False
    after = text[b.end : min(end, b.end + 50)]
    if re.match(r"\s*(?:\([^()]{0,30}\)\s*)?(?:groups|arms|两组|二组|组间|分别|,?\s*respectively|were compared|的(?:疗效|比较|对比))", after):
        return False
    if re.search(r"(?:compar(?:e|es|ed|ing)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:effects?|efficacy|effectiveness|safety|outcomes?|impact|tolerability|activity|costs?)(?:\s+and\s+[\w-]+)?|comparison|differences?)\s+(?:of|between)\s+(?:the\s+)?$", text[max(start, base[i].start - 110) : base[i].start], re.I) and j == i:
        return False  # ``comparing the antiemetic effects of A and B``
    before = text[max(start, base[i].start - 30) : base[i].start].lower()
    if re.search(r"(?:between|both|either|comparing|compared|versus|vs\.?|比较|对比)\s*(?:了)?\s*(?:the\s+)?$", before):
        if j > i or _STRONG.match(text[b.end : base[j + 2].start] if j + 2 < len(base) else "|"):
            return False
        return frozenset((a.parts[-1], b.parts[0])) in table.joined
    if frozenset((a.parts[-1], b.parts[0])) in table.joined:
        return True
    if re.search(r"^\s*(?:,|、)\s*$", gap):
        # a list A, B, and C: the last joint says what it is
        k = j + 1
        while k + 1 < len(base) and re.match(r"^\s*(?:,|、)\s*$", text[base[k].end : base[k + 1].start]):
            k += 1
        if any(p in CONTROL_PARTS for g in base[i : k + 2] for p in g.parts):
            return False
        if k + 1 < len(base):
            return bool(re.match(r"^\s*(?:,?\s*and|和|及|与|以及)\s*", text[base[k].end : base[k + 1].start])) and not re.match(
                r"\s*(?:groups|arms|组|,?\s*respectively|分别)", text[base[k + 1].end : base[k + 1].end + 20]
            )
        added = j > i and re.search(r"plus|\+|联合|combin|加", text[base[j - 1].end : a.start])
        return "、" in gap and bool(added or re.search(r"(?:接受|给予|予|使用|采用|联合)\s*$", before))
    if j > i and re.search(r"plus|\+|联合|combin|top of|added", text[base[j - 1].end : a.start]) and re.fullmatch(r"\s*(?:and|和|及|与|、)\s*(?:an?\s+|the\s+)?", gap):
        return True
    if j > i and "," in text[base[j - 1].end : a.start] and re.search(r"and|和|及|与", gap):
        return True
    return bool(re.search(r"(?:with|of|receiv\w*|received|plus|combination|combined|接受|给予|予|使用|采用|联合|用|行|[(:;]|treated|allocated|to|against|versus)\s*(?:[\w-]+\s+){0,2}$", before)) and not re.match(
        r"\s*(?:group|arm|组)", text[a.end : a.end + 8]
    )


# -- definitions ------------------------------------------------------------------------


def arm_table(text: str, mentions: Sequence[Mention], sentences: Sequence[tuple[int, int, str]], known: set[str], spelled: Mapping[str, Arms] | None = None) -> ArmTable:
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
    """
    table = ArmTable(negated=_negated(text), spelled=dict(spelled or {}), breaks=[m.start() for m in re.finditer(r"\n", text)], mentions=mentions, observed="对照组" in text, single=len({m.id for m in mentions if m.label == "TRIAL"}) <= 1 and len(set(re.findall(r"\[(\d{1,3})", text))) < 3)
    table.chosen = "chemotherapy" if _CHOSEN.search(text) else ""
    drugs = {m.id for m in mentions if m.label == "DRUG"}
    table.drug = next(iter(drugs)) if len(drugs) == 1 else ""
    operations = Counter(re.sub(r"^(?:laparoscopic|open|robotic) ", "", m.id) for m in mentions if m.label == "CLASS" and re.search(r"(?:ectomy|resection)$", m.id) and not m.id.startswith("minimally"))
    if len(operations) == 1:
        table.operation = next(iter(operations))
    starts = [m.start for m in mentions]
    longest = max((m.end - m.start for m in mentions), default=0)

    def within(a: int, b: int) -> list[Mention]:
        return [m for m in mentions[bisect_left(starts, a) : bisect_left(starts, b)] if m.end <= b]

    spans = [(a, b, within(a, b)) for a, b, section in sentences if section not in ("references", "table", "meta")]
    for a, b, section in sentences:
        if section not in ("references", "table", "meta"):
            known_spans = [(m.start, m.end) for m in within(a, b) if m.label in TREATMENT]
            table.phrases += defined_phrases(text, a, b, section == "title", known_spans)
    for a, b, inside in spans:
        _opposites(text, inside, table, a, b)
    for a, b, inside in spans:
        _abbreviations(text, inside, table, a, b, known)
        _choices(text, inside, table, a, b)
    table.opposed -= table.joined  # ``A-B or A-C``: what is given together is not set against each other
    _composed(text, table)
    for a, b, inside in spans:
        _titles(text, inside, table, a, b)
    trials = [(m.start, text[m.start : m.end]) for m in mentions if m.label == "TRIAL"]
    for n, (label, parts, at, _) in enumerate(table.classes):
        # the choice holds while the same trial is told
        line = text.rfind("\n", 0, at) + 1
        here = {name for pos, name in trials if line <= pos <= at + 200}
        table.classes[n] = (label, parts, at, min((pos for pos, name in trials if pos > at + 200 and name not in here), default=len(text) + 1) if here else text.find("\n", at) if len({t for _, t in trials}) > 1 else len(text) + 1)
    if table.names:
        table.pattern = guarded_names(r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][+/])(?:", sorted(table.names), r")(?![A-Za-z0-9]|[+/][A-Za-z])")
    bare = sorted({m.group("name") for rx in (_LITERAL_ALONE, _LITERAL_EN) for a, b, _ in spans for m in rx.finditer(text, a, b) if len(m.group("name")) >= 3 and re.fullmatch(r"[A-Z][A-Za-z0-9]*", m.group("name")) and m.group("name") not in known and m.group("name") not in table.names and not any(x.start <= m.start("name") < x.end for x in mentions[max(0, bisect_left(starts, m.start("name") - longest)) : bisect_right(starts, m.start("name"))])})
    if bare:
        table.literals = guarded_names(r"(?<![A-Za-z0-9/+-])(?P<name>(?:", bare, r")(?:[/+][A-Z][A-Za-z0-9]*)*)(?![A-Za-z0-9])(?:\s+(?:alone|group|arm|treatment|therapy))*")
    told = [(a, b, inside) for a, b, inside in spans if _MAY_NAME.search(text, a, b) and _ROLE.search(text, a, b)]
    for _ in range(2):
        for a, b, inside in told:
            _roles(text, inside, table, a, b)
            _added_group(text, inside, table, a, b)
    _default_contrast(text, table, [(a, b, section, within(a, b)) for a, b, section in sentences if section not in ("references", "table", "meta")])
    return table


_TITLED = re.compile(r"\(\s*(?P<title>[\u4e00-\u9fffA-Za-z0-9+-]{1,9}组)\s*(?:\)|,|;|\d)")


def _titles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``A 加 B 诱导后行 C(诱导化疗组)``: a group is called by the name that stands in brackets behind it."""
    if "组" not in text[a:b]:
        return
    for m in _TITLED.finditer(text, a, b):
        title = m.group("title")
        if _ROLE.fullmatch(title) or title in table.titles:
            continue
        before = [g for g in groups_in(text, [x for x in inside if x.end <= m.start()], table, a, m.start()) if g.parts and not g.role]
        if before and m.start() - before[-1].end <= 4 and not before[-1].parts[0].startswith(BY_PATIENT):
            table.titles[title] = before[-1].parts


def _composed(text: str, table: ArmTable) -> None:
    """``TEL`` where T, E and L are each defined: all of them."""
    letters = {n: parts for n, parts in table.names.items() if len(n) == 1 and n.isupper()}
    if len(letters) < 2:
        return
    for name in set(re.findall(r"(?<![A-Za-z0-9+/-])[A-Z]{2,4}(?![A-Za-z0-9])", text)):
        if name not in table.names and all(c in letters for c in name) and len(set(name)) == len(name):
            table.names[name] = _merge([letters[c] for c in name])


def _opposites(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    base = _base(text, inside, table, a, b)
    for left, right in itertools.pairwise(base):
        gap = text[left.end : right.start]
        if len(gap) > 60:
            continue
        pair = {frozenset((x, y)) for x in left.parts for y in right.parts if x != y}
        if re.fullmatch(r"\s*(?:[-\s]*(?:alone|monotherapy|组|单药|治疗))?\s*,?\s*(?:vs?\.?|versus|compared\s+(?:with|to)|or|against|对比|或|对)\s*(?:the\s+)?", gap, re.I) or re.match(r"\s*(?:组|group|arm)\s*(?:和|与|及|and|or)", gap) or (
            re.fullmatch(r"\s*(?:与|和)\s*", gap) and re.match(r".{0,40}(?:比较|对比|差异|疗效差)", text[right.end : right.end + 60])
        ):  # fmt: skip
            table.opposed |= pair
        elif _STRONG.match(gap):
            table.joined |= pair


def _initials(parts: Arms, abbr: str) -> int:
    letters = [c for c in abbr.upper() if c.isalpha()]
    hit = 0
    for p in parts:
        words = re.findall(r"[A-Za-z]+", p)
        heads = {w[0].upper() for w in words} | ({"F"} if p == "fluorouracil" else set()) | ({"L", "F"} if p == "leucovorin" else set())
        found = next((c for c in letters if c in heads), None)
        if found:
            letters.remove(found)
            hit += 1
    return hit


_THAT_IS = re.compile(r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9-]{1,9})(?:方案)?\s*[,(]?\s*(?:即|i\.e\.,?|that is,?)\s*")


def _abbreviations(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int, known: set[str]) -> None:
    for m in _ABBREVIATION.finditer(text, a, b):
        abbr = m.group("abbr")
        if len(abbr) > 12 or abbr in known or not re.search(r"[A-Z]", abbr) or abbr.lower() in ("i", "ie", "see", "figure", "table"):
            continue
        if abbr.upper() in known or any(x.start <= m.start("abbr") < x.end and x.label not in TREATMENT for x in inside):
            continue
        own = [x for x in inside if x.start <= m.start("abbr") and x.end >= m.end("abbr") and x.label in ("DRUG", "CLASS")]
        if own and (own[0].label == "DRUG" or any(x.id == own[0].id and x.end <= m.start() and m.start() - x.end < 4 for x in inside)):
            continue
        # drugs spelled out inside the bracket: ``(mEOC+P; epirubicin … and panitumumab …)``
        close = _closing(text, m.start(), b)
        within = _base(text, [x for x in inside if m.end("abbr") <= x.start and x.end <= close], table, m.end("abbr"), close)
        if len(within) >= 1 and text[m.end() - 2 : m.end()].strip()[:1] in (";", ":", ","):
            table.names[abbr] = _merge([g.parts for g in within])
            continue
        parts = _spelled_before(text, inside, table, a, m.start(), abbr)
        if parts:
            if m.group("after"):
                table.names[abbr] = parts
            table.names.setdefault(abbr, parts)
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start <= m.start("abbr") < x.end), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)
    # ``XELOX, 即 A + B``
    for m in _THAT_IS.finditer(text, a, b):
        group = [g for g in groups_in(text, [x for x in inside if m.end() <= x.start], table, m.end(), b) if g.parts]
        if group and group[0].start - m.end() < 6 and m.group("abbr") not in known:
            parts = group[0].parts
            for x, y in itertools.pairwise(group):
                if not re.fullmatch(r"\s*(?:和|与|及|、|\+|,|and)\s*", text[x.end : y.start]):
                    break
                parts = _merge([parts, y.parts])
            table.names.setdefault(m.group("abbr"), parts)
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start == m.start("abbr")), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)
    # ``EOC (epirubicin 50 mg/m2 and oxaliplatin … and capecitabine …)``
    for m in re.finditer(r"(?<![A-Za-z0-9])(?P<abbr>[A-Z][A-Za-z0-9]*(?:[+/-][A-Za-z0-9]+){0,2})\s*(?:方案|regimen|chemotherapy|therapy|化疗)?\s*[(\[:]", text[a:b]):
        abbr = m.group("abbr")
        if abbr in known or abbr in table.names or len(abbr) > 10 or not re.search(r"[A-Z].*[A-Z0-9]", abbr):
            continue
        open_ = a + m.end() - 1
        close = _closing(text, open_, b)
        within = _base(text, [x for x in inside if open_ < x.start and x.end <= close], table, open_, close)
        parts = _merge([g.parts for g in within])
        beyond = re.match(r"\s*(?:with|plus|\+|and)\s+", text[close + 1 : close + 10])
        if parts and beyond and len(abbr) >= 5 and abbr.isupper():
            added = _base(text, [x for x in inside if close < x.start < close + 40], table, close, b)
            if added and added[0].start - close < 12:
                table.names[abbr] = _merge([parts, added[0].parts])
                continue
        known_regimen = any(x.label == "REGIMEN" and x.start == a + m.start() for x in inside)
        joined = len(within) == 1 or not any(len(text[x.end : y.start]) > 60 or re.search(r"或|(?<![A-Za-z])(?:or|vs|versus)(?![A-Za-z])|对比", text[x.end : y.start]) for x, y in itertools.pairwise(within))
        if (len(parts) >= 2 and (_initials(parts, abbr) >= 2 or (known_regimen and text[open_] == "(" and joined and close - within[-1].end < 60))) or (len(parts) == 1 and any(x.label == "REGIMEN" and x.start == a + m.start() for x in inside) is False and text[open_] == "(" and _initials(parts, abbr) == 1 and len(abbr) <= 4 and close - within[0].end < 30):
            table.names[abbr] = parts
            regimen = next((x for x in inside if x.label == "REGIMEN" and x.start == a + m.start()), None)
            if regimen is not None:
                table.spelled.setdefault(regimen.id, parts)


_CHOICE_CLASS = {"standard of care", "physician's choice", "investigator's choice", "chemotherapy", "standard therapy", "platinum-based chemotherapy", "endocrine therapy", "androgen receptor pathway inhibitor", "novel hormonal therapy"}


def _choices(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``standard therapy (methotrexate, docetaxel, or cetuximab)``: the class is these drugs from here on."""
    for m in inside:
        if m.label != "CLASS" or m.id not in _CHOICE_CLASS:
            continue
        opened = re.match(r"\s*(?:treatment\s+|therapy\s+|chemotherapy\s+|group\s+|arm\s+|of\s+|the\s+|investigator's\s+|physician's\s+|choice\s+)*[(\[]\s*(?:i\.?e\.?,?\s*|either\s+|with\s+|of\s+)?", text[m.end : m.end + 60])
        if not opened:
            continue
        close = _closing(text, m.end + text[m.end : m.end + 60].index("(" if "(" in opened.group() else "["), b)
        within = list(_base(text, [x for x in inside if m.end <= x.start and x.end <= close], table, m.end, close))
        if sum(x.label in ("DRUG", "REGIMEN") for x in inside if m.end <= x.start and x.end <= close) < 2:
            continue  # ``standard of care (salvage chemotherapy, transplantation)`` keeps its name
        if len(within) >= 2 and within[0].start - (m.end + opened.end()) < 4:
            table.classes.append((m.id, _merge([g.parts for g in within]), m.start, 0))


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


def _spelled_before(text: str, inside: Sequence[Mention], table: ArmTable, a: int, open_: int, abbr: str) -> Arms:
    """The treatment or the words that an abbreviation in a bracket stands for."""
    groups = list(groups_in(text, [x for x in inside if x.end <= open_], table, a, open_))
    groups = [g for g in groups if g.parts]
    if groups:
        last = groups[-1]
        gap = text[last.end : open_]
        gap = re.sub(r"\([^()]{1,12}\)", "", gap)
        if re.fullmatch(r"[\s-]*(?:(?:alone|therapy|treatment|chemotherapy|regimen|based|monotherapy|combination|units?|injection|surgery|with|delayed|group|arm|治疗|方案|组|化疗|单药|gene|vaccine|plus)[\s-]*)*", gap):
            # initials choose how far back the short form reaches
            chain = last
            if len(groups) >= 2:
                previous = groups[-2]
                between = text[previous.end : last.start]
                reach = _merge([previous.parts, last.parts])
                if _initials(reach, abbr) > _initials(last.parts, abbr) and re.match(r"^\s*(?:plus|combined with|with|followed by|and|\+|联合)\b[^.;,()]{0,80}$", between):
                    chain = replace(last, parts=reach)
            words = re.findall(r"[A-Za-z]+", chain.parts[-1])
            if len(chain.parts) > 1 and "".join(w[0] for w in words).upper() == abbr.upper():
                return (chain.parts[-1],)
            return chain.parts
        if len(gap) < 90 and re.match(r"^\s*plus\b[^.;()]*$", gap) is None and len(groups) >= 1:
            pass
    # ``radical surgery plus … injection of 2 x 1012 rAd-p53 units (SP)`` and plain phrases
    words = re.findall(r"[A-Za-z][A-Za-z-]*", text[max(a, open_ - 90) : open_])
    letters = [c for c in abbr if c.isalpha()]
    if len(letters) >= 2 and len(words) >= len(letters):
        tail = words[-(len(letters) + 2) :]
        for k in range(len(tail)):
            heads = [w[0].lower() for w in tail[k:] if w.lower() not in ("of", "and", "the", "with", "for", "in")]
            joined = "".join(w.lower() for w in tail[k:])
            spread = len(letters) >= 3 and len(tail) - k <= len(letters) and heads and heads[0] == letters[0].lower() and heads[-1] in {c.lower() for c in letters} and _subsequence("".join(letters).lower(), joined)
            if heads == [c.lower() for c in letters] or spread:
                phrase = " ".join(tail[k:])
                if re.search(r"therapy|vaccin|surgery|treatment|ablation|resection|radiation|chemo|transplant|inhibitor|embolization|exercise|training|diet|care|intervention|program|education", phrase, re.I):
                    return (phrase.lower(),)
    return ()


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(c in letters for c in short)


_BOTH_GIVEN = guarded(r"(?:两组|各组|所有|全部)(?:患者|病人)?(?:均|都)?(?:常规)?(?:给予|予以|予|接受|采用|采取|行|使用|应用|服用|口服)|(?:both groups|all patients|patients in both groups)\s+(?:were\s+)?(?:received|given|treated with|underwent)\s+", re.I)
_ON_TOP = re.compile(r"\s*(?:患者)?,?\s*(?:则|还|另|再)?(?:在此基础上|在上述(?:治疗|方案)?(?:的)?基础上|在常规(?:治疗)?基础上|另外?|同时|additionally|also)\s*,?\s*(?:再|另|同时|联合|加用|加服|加|给予|予|口服|服用|接受|received|given)*", re.I)
_ROLE_VERB = re.compile(r"^\s*[(:,]?\s*(?:\([^()]{0,40}\)\s*)?(?:\d+\s*例[^,;。]{0,12}[,]?)?\s*(?:患者)?\s*(?:\(?n\s*=\s*\d+\)?)?[,:]?\s*(?:均|则|仅|只|同时|直接|单独|单纯|予以|给予|予|采用|采取|接受|应用|使用|行|用|口服|静脉|为|在|received|receive|receiving|was treated|were treated|were given|was given|consisted of|treated with|underwent|[(:])", re.I)


def _roles(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    marks = list(_ROLE.finditer(text, a, b))
    common: Arms = ()
    both = _BOTH_GIVEN.search(text, max(0, a - 300), b)
    if both:
        until = min([marks[0].start() if marks and marks[0].start() > both.end() else b, *(i for i in (text.find(c, both.end(), b) for c in ";。") if i > 0)])
        here = [g for g in groups_in(text, table.all_in(both.end(), until), table, both.end(), until) if g.parts]
        common = here[0].parts if here and here[0].start - both.end() < 40 else ()
    for n, m in enumerate(marks):
        key = m.group().lower().rstrip("s") if m.group().isascii() else re.sub(r"\s", "", m.group())
        role = "" if m.group("letter") else "experimental" if m.group("experimental") else "comparator"
        stop = min([marks[n + 1].start() if n + 1 < len(marks) else b, *(i for i in (text.find(c, m.end(), b) for c in ";。") if i > 0)])
        basis = bool(re.match(r"\s*(?:患者)?[^,;。]{0,8}在\s*$|\s*(?:患者)?\s*则?\s*在\s*$", text[m.end() : stop]))
        if basis and n + 1 < len(marks):
            # ``观察组在对照组基础上加用 B``
            stop2 = min([marks[n + 2].start() if n + 2 < len(marks) else b, *(i for i in (text.find(c, m.end(), b) for c in ";。") if i > 0)])
            added = groups_in(text, [x for x in inside if marks[n + 1].end() <= x.start and x.end <= stop2], table, marks[n + 1].end(), stop2)
            under = table.role("comparator", m.start())
            parts = _merge([under, *(g.parts for g in added[:1])])
            if added and parts:
                table.tell(m.start(), key, role, parts)
            continue
        on_top = _ON_TOP.match(text[m.end() : stop])
        under = common or (table.role("comparator" if role == "experimental" else "experimental", m.start()) if role else ())
        if on_top and under:
            # ``两组均予 A，观察组在此基础上加用 B``
            begin = m.end() + on_top.end()
            added = [g for g in groups_in(text, [x for x in inside if begin <= x.start and x.end <= stop], table, begin, stop) if g.parts]
            if added and added[0].start - begin < 24:
                table.tell(m.start(), key, role, _merge([under, added[0].parts]))
                other = "comparator" if role == "experimental" else "experimental"
                if role and other not in table.roles:
                    table.tell(m.start(), other, "", under)
                continue
        # ``… (arm A)`` and ``… (对照组)``: the definition stands before
        if text[m.start() - 1 : m.start()] in ("(", "[") and (text[m.end() : m.end() + 1] in (")", "]", ",", ";")):
            before = [g for g in groups_in(text, [x for x in inside if x.end <= m.start()], table, a, m.start() - 1) if g.parts and not g.role]
            if before and m.start() - before[-1].end < 60:
                table.tell(m.start(), key, role, before[-1].parts)
                continue
        if re.search(r"(?:低于|高于|优于|较|比|与|和|than|versus|vs\.?|compared with)\s*(?:the\s+)?$", text[max(a, m.start() - 16) : m.start()], re.I):
            continue
        tail = text[m.end() : stop]
        if not _ROLE_VERB.match(tail):
            continue
        given = [g for g in groups_in(text, [x for x in inside if m.end() <= x.start and x.end <= stop], table, m.end(), stop) if g.parts and not g.role]
        single = re.match(r"单药|monotherapy|single-agent", m.group(), re.I) is not None
        if given and given[0].start - m.end() < 60 and not (single and len(given[0].parts) > 1) and not re.search(r"\d\s*(?:%|个月|months)|\d\.\d", text[m.end() : given[0].start]):
            table.tell(m.start(), key, role, _merge([g.parts for g in given[:1]]))


_ON_TOP_STRICT = re.compile(r"\s*(?:患者)?,?\s*(?:再加用?|另加用?|加用|加服|则?在此基础上|在对照组(?:治疗)?(?:的)?基础上|在常规组(?:治疗)?(?:的)?基础上)")


def _added_group(text: str, inside: Sequence[Mention], table: ArmTable, a: int, b: int) -> None:
    """``常规组予 A + B, C组再加 C``: the group of C has A and B as well."""
    told = [parts for at, name, parts in table.told if name == "comparator" and a <= at < b]
    if not told or "experimental" in table.roles:
        return
    for g in groups_in(text, inside, table, a, b):
        if g.noun and not g.role and g.parts and not set(g.parts) & set(told[0]) and _ON_TOP_STRICT.match(text[g.end : g.end + 24]):
            table.tell(g.start, "experimental", "", _merge([g.parts, told[0]]))
            return


# -- contrasts --------------------------------------------------------------------------

_CUE_FORWARD = guarded(
    r"另一组|[,;]\s*一组(?=用|接受|给予|予|采用|行|为|单)|战胜|胜过|击败|挑战|优效于|头对头|(?<![A-Za-z])(?:set against|pitted against|superior to|beat|beats|outperform\w*|better than|head-to-head|tested against|in place of|instead of)(?![A-Za-z])|(?<![A-Za-z])(?:vs?\.?|versus|compared\s+(?:with|to)|as\s+compared\s+(?:with|to)|when\s+compared\s+(?:with|to)|in\s+comparison\s+(?:with|to)|comparing\s+(?:with|to)|than|against|rather\s+than|relative\s+to|over)(?![A-Za-z])|对比|相比于|较(?!高|低|好|差|长|短|多|少|大|小|为|强)|(?:高|低|优|长|短|多|少|大|小|劣|早|晚|差)于|比(?!例|较|率|值)|vs",
    re.I,
)
_BACKWARD = guarded(r"(?:与(?:[^,;。()]{1,12}的)?|和|同|较|比|相比于|相对于|compared\s+(?:with|to)|in\s+comparison\s+(?:with|to)|relative\s+to)\s*(?:the\s+)?(?:仅采用|单纯|单独|接受|未)?\s*$", re.I)
_BACK_TAIL = re.compile(r"^\s*(?:患者|治疗|\([^()]{0,80}\))?\s*(?:相比|比较|相较|对比|,)")


def _with_surgery(text: str, start: int, c: Contrast) -> Contrast:
    """Chemotherapy before surgery against surgery alone: the operation belongs to both."""
    if c.comparator == ("surgery",) and "surgery" not in c.experimental and re.search(r"术前|手术前|preoperative|neoadjuvant|新辅助|before surgery", text[max(start, c.start - 24) : c.start + 4]):
        return replace(c, experimental=(*c.experimental, "surgery"))
    if c.experimental == ("surgery",) and "surgery" not in c.comparator and re.search(r"术前|手术前|preoperative|neoadjuvant|新辅助|before surgery", text[c.start : c.end]):
        return replace(c, comparator=(*c.comparator, "surgery"))
    return c


def _with_alternatives(text: str, named: Sequence[Group], c: Contrast) -> Contrast:
    """``osimertinib against erlotinib or gefitinib``: a choice within one class is one side."""
    last = next((g for g in named if g.end == c.end), None)
    if last is None or len(last.parts) != 1:
        return c
    other = next((g for g in named if 0 <= g.start - last.end <= 8 and re.fullmatch(r"\s*(?:,?\s*or|或|/)\s*", text[last.end : g.start])), None)
    if other is None or len(other.parts) != 1 or other.parts == c.experimental:
        return c
    a, b = last.parts[0], other.parts[0]
    hormonal = {"abiraterone", "enzalutamide", "apalutamide", "darolutamide"}
    if a[-5:] == b[-5:] or {a, b} <= hormonal:
        return replace(c, comparator=(*c.comparator, b), end=other.end)
    return c


_BOTH_WITH = guarded(
    r"(?:均|都)\s*(?:联合|接受|给予|予|采用|合并|使用|联用|加用)(?:了)?\s*$|(?:both|each)\s+(?:arms?\s+|groups?\s+)?(?:with|plus|combined with|in combination with|received|given with|added to|on top of)\s+(?:the\s+)?$"
    r"|(?:on top of|in addition to|added to|all (?:patients|women|men) (?:also )?received|each (?:given )?with|(?:or|versus) placebo,? (?:each |both )?(?:with|in combination with|added to|plus))\s+(?:the\s+)?$",
    re.I,
)


def _with_backbone(text: str, start: int, named: Sequence[Group], c: Contrast) -> Contrast:
    """``A or placebo, both with C``: what both groups get belongs to both."""
    common: list[str] = []
    for g in named:
        if _BOTH_WITH.search(text[max(start, g.start - 44) : g.start]):
            common += [p for p in g.parts if p not in common]
            # ``(or carboplatin)``, ``顺铂或卡铂``
            last = g
            for x in named:
                if 0 <= x.start - last.end <= 5 and re.fullmatch(r"\s*(?:或|or|/|、|和|\+|加|,|and)\s*", text[last.end : x.start]):
                    common += [p for p in x.parts if p not in common]
                    last = x
    sides = {*c.experimental, *c.comparator}
    common = [p for p in common if p not in CONTROL_PARTS]
    if common and not (set(common) & sides) and len(c.comparator) == 1:
        return replace(c, experimental=(*c.experimental, *common), comparator=(*c.comparator, *common))
    # ``durvalumab or placebo plus chemotherapy``
    if "placebo" in c.comparator and len(c.comparator) > 1 and not set(c.experimental) & set(c.comparator) and re.search(r"(?:\bor\b|或)\s*(?:matching\s+|matched\s+)?$", text[c.start : c.end][: max(0, text[c.start : c.end].find("placebo") if "placebo" in text[c.start : c.end] else text[c.start : c.end].find("安慰剂"))]):
        return replace(c, experimental=(*c.experimental, *(p for p in c.comparator if p != "placebo")))
    return c


def contrasts_in(text: str, groups: Sequence[Group], start: int, end: int, randomised: bool = False) -> list[Contrast]:
    """Return the comparisons that a sentence draws between its groups."""
    out: list[Contrast] = []
    named = [g for g in groups if g.parts]
    # ``A 加 B(诱导化疗组)与 C``: a title in brackets is no group of its own
    named = [g for n, g in enumerate(named) if not n or g.parts != named[n - 1].parts or text[named[n - 1].end : g.start].strip() != "("]
    for n, g in enumerate(named):
        if "基础上" in text[g.start : g.end] and len(g.parts) >= 2:
            # ``在 A 基础上联合 B``: the comparison is with A
            out.append(Contrast(g.parts, g.parts[:1], g.start, g.end))
        after = named[n + 1] if n + 1 < len(named) else None
        # ``with or without B``
        chosen = n and re.fullmatch(r"\s*(?:组)?\s*(?:或|or)\s*", text[named[n - 1].end : g.start])  # ``A or B ± C`` sets A against B
        if after is not None and not chosen and re.fullmatch(r"\s*(?:chemotherapy\s+)?(?:,\s*)?(?:with\s+or\s+without|±|\+/-|(?:的)?(?:基础上)?(?:联合或不联合|加或不加|联合或不加))\s*(?:the\s+)?", text[g.end : after.start], re.I):
            out.append(Contrast(_merge([g.parts, after.parts]), g.parts, g.start, after.end))
            continue
        if n and not any(c.end >= g.end for c in out) and _BACKWARD.search(text[max(start, g.start - 30) : g.start]) and _BACK_TAIL.match(text[g.end : g.end + 30]) and named[n - 1].parts != g.parts:
            out.append(Contrast(named[n - 1].parts, g.parts, named[n - 1].start, g.end))
            continue
        if after is None:
            continue
        distributed = _distributed(text, named, n)
        if distributed is not None:
            out.append(distributed)
            continue
        if after.parts == ("placebo",) and "placebo" not in g.parts and re.fullmatch(r"\s*(?:\([^()]{0,30}\)\s*)?(?:或|or)\s*(?:matching\s+|matched\s+)?", text[g.end : after.start]):
            out.append(Contrast(g.parts, after.parts, g.start, after.end))
            continue
        if n and out and out[-1].end >= after.end:
            continue
        gap = re.sub(r"\([^()]*\)", "", text[g.end : after.start])
        if re.search(r"compar\w+\s+(?:(?:the\s+)?(?:efficacy|safety|effects?|effectiveness|use|outcomes?)?[^.;()]{0,40}?(?:of\s+)?)?(?:[\w-]+\s+){0,3}$", text[max(start, g.start - 90) : g.start], re.I) and re.fullmatch(r"\s*(?:\([^()]*\)\s*)?(?:with|and|to)\s+(?:that of\s+)?(?:the\s+)?", gap):
            out.append(Contrast(g.parts, after.parts, g.start, after.end))
            continue
        if re.fullmatch(r"\s*to\s+(?:the\s+)?", gap) and re.search(r"(?:addition|adding)\s+of\s+(?:[\w-]+\s+){0,4}$|adding\s+$", text[max(start, g.start - 50) : g.start], re.I):
            out.append(Contrast(_merge([g.parts, after.parts]), after.parts, g.start, after.end))
            continue
        if len(gap) > 200 or g.parts == after.parts:
            continue
        tail = _BACK_TAIL.match(text[g.end : g.end + 100])
        if tail and _BACKWARD.search(text[max(start, g.start - 30) : g.start]):
            after = next((x for x in named[n + 1 :] if x.start >= g.end + tail.end()), after)
            gap = re.sub(r"\([^()]*\)", "", text[g.end : after.start])
        if _BACKWARD.search(text[max(start, g.start - 30) : g.start]) and tail and not _CUE_FORWARD.search(_BACK_TAIL.sub("", gap)[:12]):
            if n == 0 or len(gap) < 50:
                out.append(Contrast(after.parts, g.parts, g.start, after.end))
            continue
        elif (re.search(r"(?:对比|比较)了?[^,;。]{0,10}$", text[max(start, g.start - 14) : g.start]) and re.fullmatch(r"\s*(?:方案|治疗|组)?\s*(?:与|和|及)\s*", gap)) or _CUE_FORWARD.search(gap) or (re.fullmatch(r".{0,60}?(?:与|和|to|of)\s*", gap, re.S) and re.match(r".{0,12}?(?:比较|对比|相比|的疗效差异|疗效差异|进行比较)", text[after.end : after.end + 24])) or (re.fullmatch(r"[^;。]{0,60}?[,;]?\s*(?:另|其余|and\s+|while\s+)?(?:\d+)\s*(?:例|名|patients?|participants?|women|men)?\s*(?:患者)?[^,;。\d]{0,14}(?:接受|给予|予|采用|use|received|receive|to|were given|were assigned to|got)\s*(?:the\s+)?", gap, re.I) and re.search(r"\d", gap) and re.search(r"(?:接受|给予|予|采用|分入|分至|receiv\w+|assigned|to|given)\s*(?:the\s+)?$", text[max(start, g.start - 14) : g.start])) or (re.search(r"(?:分别|随机)(?:[^,;。]{0,10}?)(?:给予|予|予以|接受|采用|采取|应用|使用|行|用|进行)\s*(?:[^,;。]{0,6})$", text[max(start, g.start - 20) : g.start]) and re.fullmatch(r"(?:[^,;。]{0,24}?)(?:和|与|或|及)\s*", gap)) or (re.search(r"either\s+(?:the\s+)?$", text[max(start, g.start - 12) : g.start], re.I) and re.fullmatch(r"[^;.]{0,50}?\s*,?\s*or\s+(?:to\s+|with\s+|the\s+)*", gap)):
            out.append(Contrast(g.parts, after.parts, g.start, after.end))
        elif randomised and not _bracketed(text, start, g.start) and re.fullmatch(r"[^;。]{0,80}?(?:(?<![A-Za-z])(?:or|and|to)(?![A-Za-z])|,|和|与|或者?|及|、|;)\s*(?:(?:每[天日])?\d+(?:\.\d+)?\s*(?:毫克|mg|克|g)的?|to\s+|either\s+|receive\s+|the\s+|treatment\s+with\s+|treated\s+with\s+|receiving\s+|given\s+)*", gap):
            out.append(Contrast(g.parts, after.parts, g.start, after.end, False))
    roles = {g.start for g in named if g.role} | {g.end for g in named if g.role}
    out = [replace(c, by_role=True) if c.start in roles or c.end in roles else c for c in out]
    out = [_with_alternatives(text, named, c) for c in out]
    out = [_with_surgery(text, start, c) for c in out]
    return [_with_backbone(text, start, named, c) for c in out]


def _distributed(text: str, named: Sequence[Group], n: int) -> Contrast | None:
    """``A and B with either X or Y``: both sides hold A and B."""
    if n + 2 >= len(named) + 0 or n + 2 > len(named) - 1:
        return None
    a, x, y = named[n], named[n + 1], named[n + 2]
    one, two = text[a.end : x.start], text[x.end : y.start]
    either = r"(?:either|或)\s*" if y.parts != ("placebo",) else r"(?:either\s+|或\s*)?"
    if re.fullmatch(rf"\s*(?:\([^()]{{0,60}}\)\s*)?(?:with|plus|combined with|in combination with|联合)\s+{either}(?:the\s+)?", one, re.I) and re.fullmatch(r"\s*(?:\([^()]{0,30}\)\s*)?(?:or|或)\s*", two, re.I):
        return Contrast(_merge([x.parts, a.parts]), _merge([y.parts, a.parts]), a.start, y.end)
    return None


_GENERAL = {"taxane", "anthracycline", "platinum", "fluoropyrimidine", "chemotherapy", "immunotherapy", "TKI", "EGFR TKI", "PD-1/L1 inhibitor"}


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
    for c, weight in found:
        if c.experimental != c.comparator and not any(p.startswith(BY_PATIENT) for p in (*c.experimental, *c.comparator)):
            general = all(_LOOSE_CLASS.match(p) or p in _GENERAL for p in c.experimental + c.comparator)
            votes[orient(c.experimental, c.comparator, table)] += int(weight * (2 if c.explicit else 1) * (1 if general else 2))
    if not votes:
        return None
    merged = {pair: n - votes.get((pair[1], pair[0]), 0) for pair, n in votes.items()}
    best, score = max(merged.items(), key=lambda kv: kv[1])
    if score <= 0:
        return None
    fuller = [(len(x) + len(y), merged[(x, y)], (x, y)) for x, y in merged if set(best[0]) <= set(x) and set(best[1]) <= set(y) and (x, y) != best and merged[(x, y)] > 0]
    if fuller:
        best = max(fuller, key=lambda f: (f[0], f[1]))[2]
    return Contrast(*best, explicit=False)


def with_add_on(c: Contrast | None, groups: Sequence[Group]) -> Contrast | None:
    """``A was tested with B … compared with placebo``: B was given on both sides.

    Parameters
    ----------
    c : Contrast or None
    groups : sequence of Group
        All groups of the stretch.
    """
    if c is None or c.comparator != ("placebo",):
        return c
    fuller = {g.parts for g in groups if set(c.experimental) < set(g.parts) and not set(g.parts) & CONTROL_PARTS and not any(p.startswith(BY_PATIENT) for p in g.parts)}
    if len(fuller) != 1:
        return c
    whole = next(iter(fuller))
    return replace(c, experimental=whole, comparator=("placebo", *(p for p in whole if p not in c.experimental)))


def two_named(groups: Sequence[Group], table: ArmTable) -> Contrast | None:
    """The comparison of a text that only ever names two groups: ``手术组 …, 手术加HIPEC组 …``.

    Parameters
    ----------
    groups : sequence of Group
        All groups of the stretch.
    table : ArmTable
    """
    times = Counter(g.parts for g in groups if g.noun and g.parts and not g.role and not g.parts[0].startswith(BY_PATIENT))
    often = [parts for parts, n in times.items() if n >= 2]
    if len(often) != 2 or sum(n for parts, n in times.items() if parts not in often) > 1:
        return None
    return Contrast(*orient(often[0], often[1], table), explicit=False)


def _one_and_both(text: str, table: ArmTable) -> Contrast | None:
    """Two drugs in the whole text, both together in the ``联合组`` and one in the ``单药组``."""
    drugs = list(dict.fromkeys(m.id for m in table.mentions if m.label == "DRUG"))
    single = table.roles.get("单药组", ())
    if len(drugs) != 2 or len(single) != 1 or single[0] not in drugs or not re.search(r"联合组|联合用药|两药联合|combination (?:group|arm)", text):
        return None
    return Contrast(tuple(sorted(drugs, key=lambda d: d == single[0])), single, explicit=False)


def _bracketed(text: str, start: int, pos: int) -> bool:
    return text.count("(", start, pos) > text.count(")", start, pos)


def expand(parts: Arms, contrast: Contrast | None, alone: bool = False) -> Arms:
    """Read a short name of a group through the definition of the arms.

    ``the atezolizumab group`` of atezolizumab + carboplatin + etoposide against placebo +
    carboplatin + etoposide is the first arm whole. A name that fits both sides, or stands
    with ``alone``, is left as it is.

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
    if parts in (("standard of care",), ("physician's choice",)) and not set(parts) & {*contrast.experimental, *contrast.comparator}:
        return contrast.comparator
    if len(parts) == 1 and re.fullmatch(r"[A-Z]{1,4}", parts[0]):
        # ``the DZ group`` of docetaxel and zoledronic acid, where one side alone has these initials
        fits = [side for side in (contrast.experimental, contrast.comparator) if len(side) == len(parts[0]) == _initials(side, parts[0])]
        if len(fits) == 1:
            return fits[0]
    given = set(parts)
    left, right = set(contrast.experimental), set(contrast.comparator)
    in_left, in_right = given < left, given < right
    if in_left and not given <= right and not (alone and left - given - CONTROL_PARTS):
        return contrast.experimental
    if in_right and not given <= left and not (alone and right - given - CONTROL_PARTS):
        return contrast.comparator
    if len(parts) == 1 and not in_left and not in_right:
        # ``the preoperative treatment arm``, ``the chemotherapy arm``: a class that only one side fits
        if re.search(r"chemotherapy$", parts[0]) and parts[0] not in (*contrast.experimental, *contrast.comparator):
            drugs = [side for side in (contrast.experimental, contrast.comparator) if not all(_LOOSE_CLASS.match(p) or p in CONTROL_PARTS or p in ("surgery", "radiotherapy") for p in side)]
            if len(drugs) == 1:
                return drugs[0]
        when = {"术前": "preoperative", "术后": "postoperative"}.get(parts[0].removeprefix(BY_PATIENT))
        if when:
            timed = [side for side in (contrast.experimental, contrast.comparator) if any(p.startswith(when) for p in side)]
            if len(timed) == 1:
                return timed[0]
        fits = [side for side in (contrast.experimental, contrast.comparator) if _fits(parts[0], side)]
        if len(fits) == 1:
            return fits[0]
    return parts


_WHEN = (("preoperative", "neoadjuvant"), ("postoperative", "adjuvant"))


def _fits(name: str, side: Arms) -> bool:
    """Whether a general name such as ``neoadjuvant therapy`` can stand for one side of a comparison."""
    for words in _WHEN:
        if name.split(" ")[0] in words and re.search(r"therapy|treatment|chemo", name):
            return any(p.split(" ")[0] in words for p in side)
    return False


_RANDOMISED = guarded(r"randomi[sz]|randomly|assigned|allocated|随机|分为|分成|分配", re.I)


def _control_like(parts: Arms) -> bool:
    return any(p in CONTROL_PARTS for p in parts)


def orient(first: Arms, second: Arms, table: ArmTable) -> tuple[Arms, Arms]:
    """Order two groups as (experimental, comparator) where their content tells."""
    a, b = set(first), set(second)
    if table.roles.get("comparator") == first != table.roles.get("experimental") and (table.single or any(name == "comparator" and parts == first for _, name, parts in table.told)):
        return second, first
    if _control_like(first) and not _control_like(second):
        return second, first
    if _control_like(second) and not _control_like(first):
        return first, second
    if a < b:
        return second, first
    return first, second


def _default_contrast(text: str, table: ArmTable, sentences: Sequence[tuple[int, int, str, list[Mention]]]) -> None:
    found: list[tuple[Contrast, float]] = []
    named: list[Group] = []
    arms = set(table.arms)
    for a, b, section, inside in sentences:
        randomised = bool(_RANDOMISED.search(text, a, b))
        groups = groups_in(text, inside, table, a, b)
        weight = 4.0 if section == "title" else 2.0 if randomised else 1.0
        found += [(c, weight) for c in contrasts_in(text, groups, a, b, randomised)]
        named += groups
        for g in groups:
            if g.noun and g.parts and g.parts not in arms and not g.parts[0].startswith(BY_PATIENT):
                table.arms.append(g.parts)
                arms.add(g.parts)
            if g.alone and len(g.parts) == 1 and not g.role and re.search(r"单药|只|单独|monotherapy|single", text[g.start : g.end + 12], re.I):
                table.roles.setdefault("单药组", g.parts)
                table.roles.setdefault("monotherapy group", g.parts)
                table.roles.setdefault("monotherapy arm", g.parts)
    exp, comp = table.roles.get("experimental", ()), table.roles.get("comparator", ())
    if exp and comp and exp != comp:
        found.append((Contrast(exp, comp), 6.0))
    table.contrast = choose_contrast(found, table) or two_named(named, table) or _one_and_both(text, table)
    if table.contrast is not None:
        table.roles.setdefault("experimental", table.contrast.experimental)
        table.roles.setdefault("comparator", table.contrast.comparator)
