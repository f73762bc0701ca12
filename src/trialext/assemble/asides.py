"""What words beside a treatment make of it: history, what patients did without, when it is given, a mere description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model import Mention
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import CONTROL_PARTS, LOOSE_CLASS, WITHOUT, ArmTable, Group, does_without

__all__ = [
    "TIMED",
    "TIMING",
    "beside_the_point",
    "shared_noun",
    "without",
]


_HISTORY = guarded(
    r"(?:(?:who|that)\s+had\s+(?:already\s+)?undergone|previous(?:ly)?(?:\s+(?:received|been\s+(?:treated\s+with|exposed\s+to)|used))?|prior|earlier|pre-?treated with|previously treated with|(?:progress\w*|relapsed|relapsing|recurred|recurring) (?:on|after|during|following)|refractory to|resistan(?:t|ce) to|naive to|without (?:earlier|prior|previous)|failed|failure of|inhibition of|history of|既往(?:接受)?|经|难治于|耐药于|对)\s*(?:or\s+)?(?:(?:at\s+least\s+|up\s+to\s+|no\s+more\s+than\s+|more\s+than\s+)?(?:one|two|three|\d|one\s+or\s+two|1-2)\s+(?:or\s+more\s+)?(?:lines?\s+of\s+|courses?\s+of\s+|cycles?\s+of\s+)?)?(?:an?\s+|the\s+|first-line\s+|systemic\s+|adjuvant\s+|过)?$",
    re.I,
)
_HISTORY_AFTER = re.compile(
    r"^\s*(?:经治|耐药|失败|难治|抵抗|治疗失败|治疗后进展|进展后|-?\s*(?:resistant|refractory|pretreated|na[iï]ve|ineligible|unsuitable|exposed|sensitive|(?:non-?)?responders?))",
    re.I,
)
_APPOSITION = re.compile(r"^\s*,\s*(?:an?|the|one of)\s+(?:[\w/-]+\s+){0,5}$", re.I)
TIMING = {
    "术前": "preoperative",
    "术后": "postoperative",
    "新辅助": "neoadjuvant",
    "辅助": "adjuvant",
    "同步": "concurrent",
    "序贯": "sequential",
    "即刻": "immediate",
    "延迟": "delayed",
    "推迟": "delayed",
}
"""When a treatment is given, in Chinese and as the name of the treatment begins."""


TIMED = frozenset(
    {
        "preoperative", "postoperative", "neoadjuvant", "adjuvant", "concurrent", "sequential", "induction",
        "consolidation", "short-course", "long-course", "immediate", "delayed", "deferred", "early", "late",
    }
)  # fmt: skip
"""Words that say when, or for how long, before the name of a treatment."""
_MODIFIER = guarded(
    rf"(?P<mod>{'|'.join(sorted(TIMED))}|术前|术后|新辅助|辅助|同步|序贯|即刻|延迟)\s*(?:or|versus|vs\.?|and|with|或|对比|与|和)\s*$",
    re.I,
)


_DENIES = re.compile(
    r"(?<![A-Za-z])(?<!with or )(?<!with/)(?:without|no|non|(?:(?:did|do|was|were|had)\s+)?not\s+(?:receiv(?:e|ed|ing)|given|treated\s+with|undergo(?:ing)?|undergone|have|had))[\s-]+(?:any\s+|further\s+)?$"
    r"|(?<![加是合用做行或])(?:未|不|非|无)(?:再|曾|予|行|做|用|加|加用|接受|使用|进行|给予|采用)?过?$",
    re.I,
)
_OMITS = re.compile(r"(?:豁免|免除|免去|省略)$|(?<![A-Za-z])(?:omit(?:ting|ted)|omission\s+of|forgo(?:ing)?)\s+$", re.I)
_IN_ANY_CASE = re.compile(
    r"无论|不论|是否|基线|(?<![A-Za-z])(?:regardless|irrespective|at baseline|whether)(?![A-Za-z])", re.I
)
"""``无论基线时是否使用 X``: who had it and who did not are subgroups."""
_OF_IT = re.compile(
    r"-(?:related|induced|associated|based|free|specific|resistant)|\s+(?:toxicit|complication|effect|benefit|death|delay|dos|response|failure|cycle|interruption|discontinuation|history|was\s+(?:allowed|permitted|given))|相关|所致|引起|毒性|史|反应|禁忌|指征|并发症",
    re.I,
)
"""``no surgery-related death``, ``无化疗史``: what is denied is not the treatment."""
_GROUP_BEHIND = re.compile(
    r"者|[\s-]*(?:治疗|(?:treatment|therapy)\s+)?(?:组|(?:groups?|arms?|cohort)(?![A-Za-z]))", re.I
)


def without(text: str, g: Group, found: Sequence[Group], table: ArmTable, start: int) -> Group:
    """Return, of ``radiotherapy or no radiotherapy`` or ``未放疗组``, the group that does without a treatment, or else `g` itself.

    Parameters
    ----------
    text : str
        Folded text.
    g : Group
    found : sequence of Group
        All treatments of the stretch, `g` among them.
    table : ArmTable
    start : int
        Where the stretch begins.
    """
    left = max(start, g.start - 24)
    before = text[left : g.start]
    if len(g.parts) != 1 or g.parts[0] in CONTROL_PARTS or does_without(g.parts):
        return g
    no = _OMITS.search(before)
    if no is None:
        no = None if _OF_IT.match(text, g.end) else _DENIES.search(before)
        if no is None or _IN_ANY_CASE.search(text, start, g.start):
            return g
        at = left + no.start()
        if any(
            x.end <= at and x.parts != g.parts and inline.fullmatch(r"[\s,]*(?:but|plus)?\s*", text[x.end : at])
            for x in found
        ):
            return g  # ``chemotherapy without bevacizumab`` is chemotherapy
        if not _GROUP_BEHIND.match(text, g.end) and not _given_to_others(text, g, found, table, start, at):
            return g
    return replace(g, start=left + no.start(), parts=(f"{WITHOUT}{g.parts[0]}",))


def _given_to_others(text: str, g: Group, found: Sequence[Group], table: ArmTable, start: int, at: int) -> bool:
    """Whether the same sentence names patients who had what the ones at `at` do without."""
    return any(
        x is not g and x.parts == g.parts and not _DENIES.search(text[max(start, x.start - 24) : x.start])
        for x in found
    ) or any(
        x.id == g.parts[0]
        and not inline.search(r"[.;]\s|。", text[x.end : at])
        and not _DENIES.search(text[max(0, x.start - 24) : x.start])
        for x in table.just_before(at)
    )


def beside_the_point(text: str, g: Group, found: Sequence[Group], start: int) -> bool:
    """Return whether a class only describes: in apposition to a drug, or a treatment of the past.

    Parameters
    ----------
    text : str
        Folded text.
    g : Group
    found : sequence of Group
        All treatments of the stretch, `g` among them.
    start : int
        Where the stretch begins.
    """
    name = g.parts[0] if len(g.parts) == 1 else ""
    before, after = text[max(start, g.start - 40) : g.start], text[g.end : g.end + 24]
    if inline.search(
        r"(?<!with or )(?:(?<![A-Za-z])(?:without|not receiving|no)\s+$|(?<!加或)(?<!联合或)(?:未接受|未联合|不联合|不含|未用|不加|省去了?|略去了?|舍弃了?)(?:大剂量|高剂量)?$|(?<![A-Za-z])(?:omitt(?:ing|ed)|omission\s+of|sparing)\s+(?:high-dose\s+)?$)",
        before,
    ) and not inline.match(r"\s*(?:group|arm|组)", after):
        return True
    if (
        name
        and (LOOSE_CLASS.match(name) or name in ("maintenance", "surgery"))
        and inline.search(
            r"(?:作为|用作)[^,;。]{0,12}$|(?<![A-Za-z])as\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}$", before
        )
    ):
        return True  # ``A as adjuvant therapy``: what A is used for
    if name and LOOSE_CLASS.match(name) and inline.match(r"(?:相关)?毒(?:性|副)|\s+toxicit", after):
        return True  # ``加用 A 未增加化疗毒性``
    if (
        name == "standard of care"
        and inline.search(
            r"(?:是|成为|作为|为|的)\s*$|(?<![A-Za-z])(?:is|are|was|were|remains?|became|become|as|considered)\s+(?:the\s+|an?\s+)?(?:current\s+|new\s+|potential\s+|first-line\s+)*$",
            before,
        )
        and not inline.match(r"\s*(?:组|group|arm|alone|\(|相比)", after)
    ):
        return True  # ``A is the standard of care``: a judgement, not a group
    if (
        name
        and inline.search(r"surgery|ectomy|dissection|resection|transplant", name)
        and inline.search(r"(?:接受|行|经)(?:过|了)?$", before)
        and inline.match(r"(?:术)?(?:的|后)", after)
        and inline.search(r"入组|纳入|招募|enrol", text[start : g.start])
        and inline.search(r"随机|比较|对比", text[g.end : g.end + 90])
    ):
        return True  # ``入组1035例接受D2根治术的患者``: who took part, not what was compared
    if inline.search(
        r"(?<![A-Za-z])(?:times?\s+(?:of|to|until)|tolerance\s+(?:of|to)|resumption\s+of)\s+(?:[\w-]+\s+){0,2}$",
        before,
        re.I,
    ):
        return True  # ``the mean time of successful enteral feeding``: an outcome
    if inline.search(r",\s*(?:after|following)\s+(?:[\w-]+\s+){0,2}$", before) and inline.match(r"\s*,", after):
        return True  # ``randomly assigned, after induction chemotherapy, to A or B``
    if inline.search(r"既往[^,;。()]{0,20}$", before) and inline.match(
        r"[^,;。()]{0,8}?的|(?:等)?治疗(?:后|过|失败)|经治|失败|耐药", after
    ):
        return True  # ``既往用过 A 和 B 的患者``
    against = before.endswith("对") and any(x.end == g.start - 1 for x in found)  # ``SOX对S-1的HR``
    if _HISTORY_AFTER.match(after) or (
        _HISTORY.search(before) and not against and not inline.match(r"\s*(?:group|arm|组)", after)
    ):
        return not inline.match(r"\s*(?:-?\s*(?:ineligible|na[iï]ve))?\s*(?:group|arm|组)", after)
    for x in found:
        if x is g:
            continue
        gap = text[g.end : x.start] if x.start >= g.end else text[x.end : g.start]
        is_class = name and (
            " inhibitor" in name
            or "antibod" in name
            or "conjugate" in name
            or name in ("TKI", "EGFR TKI", "bispecific antibody", "chemotherapy")
        )
        if (
            is_class
            and x.start >= g.end
            and not gap.strip()
            and name != "chemotherapy"
            and not any(c in (x.parts[0] if x.parts else "") for c in ("inhibitor", "therapy"))
        ):
            return True
        if name and x.end <= g.start and _APPOSITION.match(gap) and (is_class or inline.match(r"\s*[,)]", after)):
            return True
        # ``chemotherapy of the physician's choice``
        if (
            g.parts == ("physician's choice",)
            and len(gap) <= 12
            and inline.fullmatch(r"\s*(?:of(?: the)?|的|single-agent)?\s*", gap)
        ):
            return True
    return False


def shared_noun(text: str, mentions: Sequence[Mention], start: int, end: int) -> list[Group]:
    """Return the groups whose adjective shares the noun of the next: ``preoperative or postoperative chemoradiotherapy``.

    Parameters
    ----------
    text : str
        Folded text.
    mentions : sequence of Mention
    start, end : int
        The stretch.
    """
    out = []
    for m in mentions:
        if m.label != "CLASS" or not (start <= m.start and m.end <= end):
            continue
        head = m.id.split(" ")[0]
        if head not in TIMED:
            continue
        before = _MODIFIER.search(text[max(start, m.start - 30) : m.start])
        if before:
            word = before.group("mod").lower()
            at = max(start, m.start - 30) + before.start()
            out.append(Group(at, at + len(word), (f"{TIMING.get(word, word)} {m.id[len(head) + 1 :]}",)))
    return out
