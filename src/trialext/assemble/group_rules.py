"""Which group a value is of: the one beside it, the one its list names, or the side of the comparison."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from ..model import Arms, Mention
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import BY_PATIENT, Group
from .binding import Binding
from .clauses import Clauses, distinct
from .cohorts import OPENS_STUDY
from .contrasts import AGAINST
from .scene import Endpoint
from .statistic import Statistic

__all__ = ["GroupRules"]


_GENERIC_CARE = {
    "surgery",
    "radiotherapy",
    "chemotherapy",
    "observation",
    "standard of care",
    "immunotherapy",
    "targeted therapy",
    "chemoradiotherapy",
}

_POST = re.compile(
    r"^[\s,)\]]*(?:,?\s*respectively,?\s*)?(?:(?:of|/)\s*\d+\s*)?(?:cases?|patients?|women|men|subjects?|participants?|months|events?|responses?|points?|units?|seconds?|minutes?|hours?|days?|weeks?|years?|achieved|was|were|seen|reported|observed|occurred|each)?\s*(?:,\s*)?(?:(?:in|for|with|among|on|after|to|of|from|under|following|by|receiving|who received|who were|treated with|assigned to|allocated(?: to)?|allocated|randomi[sz]ed to|given|\(|,)\s*)+(?:both\s+|the\s+|those\s+|all\s+|patients\s+|pts\s+|women\s+|men\s+|cases\s+|subjects\s+|participants\s+|individuals\s+|\d+\s+|assigned\s+|allocated\s+|treated\s+|receiving\s+|received\s+|underwent\s+|undergoing\s+|who\s+|randomi[sz]ed\s+|included\s+|enrolled\s+|entered\s+|given\s+|with\s+|to\s+|in\s+|by\s+|after\s+|combination\s+|a\s+|an\s+|either\s+|eligible\s+|preceding\s+|were\s+|group\s+|on\s+|primary\s+|initial\s+|standard\s+|immediate\s+|delayed\s+|early\s+|(?:(?:low|lower|high|higher|standard|full|reduced|fixed)[- ]dose|oral|weekly|triple|dual|conventional|intensive|adjuvant|neoadjuvant|maintenance|single-agent)\s+|\d+(?:\.\d+)?\s*(?:[mµμn]?g|[mµμn]M|Gy|M?IU|U|[MG]Bq|mCi|m[Ll]|mmol)(?:/(?:kg|m2))?[-\s]+(?:of\s+)?|,\s*)*$",
    re.I,
)

_THOSE = re.compile(
    r"\s*,\s*(?:and\s+)?(?:those|patients)\s+(?:in|on|with|given|receiving|who\s+received)\s+(?:the\s+)?"
)
_OF_THEIRS = re.compile(r"\s+(?:for|had|was|were|survived|lived)\s[^,;.]{0,40}\d")

_WHO_HAD = re.compile(
    r"\s*of\s+(?:the\s+|all\s+)?(?:patients|women|men|participants|subjects)\s+[a-z][a-z\s-]{2,45}\s(?:after|with|on|receiving|given)\s+(?:the\s+)?"
)

_POST_ZH = re.compile(r"^[\s)\]]*的?(?:患者|病例|受试者|人)?(?:接受了?|见于|发生于|发生在|来自)$")

_COMPARED_FIRST = guarded(
    r"(?:^\s*(?:[-*•]\s*)?|[.;,]\s*)(?:when\s+)?(?:compared\s+(?:with|to)|relative\s+to|versus)\s+(?:(?:the\s+|all\s+)?(?:patients|those|women|men|subjects|participants)\s+(?:in|on|with|(?:who\s+)?(?:received|receiving|treated\s+with|given|assigned\s+to|taking))\s+)?(?:the\s+)?$",
    re.I,
)

_UNKNOWN_NAME = re.compile(
    r"[\s,)\]]*(?:\([^()]*\)\s*)?(?:with|for|on|in|receiving)\s+(?:the\s+)?(?P<name>[A-Z][A-Z0-9]*-?\d+|[A-Z]{1,6}-ARM|[A-Z]{2,10})(?![A-Za-z])(?!\s+[a-z][\w-]*\s+(?:patients|women|men|children))"
)

_TOLD_WITH = re.compile(
    r"[\s)\]]*(?:\([^()]*\)\s*)?(?P<by>for|with|after)\s+(?:the\s+)?(?!patients|those|all|both|each|women|men|children|a\s|an\s|any)(?P<name>[a-z][\w-]+(?:\s+[a-z][\w-]+){0,2})(?=\s*(?:[.,;(]|$|and\s))"
)
_FOR_OTHERS = re.compile(
    r"[\s)\]]*(?:\([^()]*\)\s*)?(?:for|in|among|of)\s+(?:the\s+)?(?:patients|those|women|men|children|participants|subjects)\s+(?:whose|in\s+whom)(?![A-Za-z])"
)
"""``30% with X and 24% for patients whose disease was inoperable``"""
_GIVEN_UNKNOWN = re.compile(
    r"(?:patients|those|women|men|children|participants|who|that)\s+(?:had\s+)?(?:received|underwent|receiving|were\s+(?:given|treated\s+with))\s+(?!it|them|this|these|that|the\s+(?:same|drug|combination|regimen))[a-z]"
)
"""``the outcomes of patients who received an arsenic-containing regimen``: no group that is known."""
_IN_A_GROUP = re.compile(
    r"[\s)\]]*(?:\([^()]*\)\s*)?(?:in|of|for|with)\s+(?:the\s+)?(?:[\w-]+\s+){1,3}(?:group|arm)(?![A-Za-z])"
)

# ``24% had a response compared with 5% of those given X``
_ACROSS = guarded(r"(?:compared\s+(?:with|to)|versus|(?<![A-Za-z])vs\.?|(?<![A-Za-z])than)\s+(?:only\s+)?\d", re.I)

_OF_TWO = guarded(
    r"(?<![A-Za-z])(?:(?:between|both|two|the|in|of|across|among)\s+(?:the\s+)?(?:two\s+|both\s+|three\s+|treatment\s+|study\s+)*(?:groups|arms)|inter-?group|the others)(?![A-Za-z])|(?:两|三|各)(?:个)?组",
    re.I,
)

_MOST_COMMON = guarded(
    r"最常见|最主要的|最多见|主要(?:的)?(?:不良|毒副|副作用)|(?<![A-Za-z])(?:most\s+(?:common|frequent)\w*|commonest)",
    re.I,
)

_RESPECTIVE = re.compile(r"两组|二者|两者|分别|依次|(?<![A-Za-z])(?:respectively|the two)(?![A-Za-z])", re.I)

_MORE = re.compile(
    r"(?:组)?(?:则|也)?(?:更多|更高|更低|更少|较多|较少|较高|较低|更常见|多见|居多|占优|更优|更长|更短)\s*[(\[:：]?\s*(?:分别为)?\s*"
)

_THAN = guarded(
    r"(?:more|less|better|longer|higher|lower)\s+than\s+(?:twice\s+)?(?:the\s+)?historical\s+[^;.]{0,40}$|(?:均|都)?(?:较|比|高于|低于|多于|少于|优于|差于)\s*(?:单纯|单用)?\s*$",
    re.I,
)

_LISTED_ON = re.compile(
    r"[\s)\]]*(?:、|,|，|(?:的?患者)?[^,;。\d、]{0,12}[,，]\s*其中|,?\s*and)\s*[^,;。\d、()]{0,16}(?:\d{1,4}\s*(?:例|名))?[\s(]*|[\s)\]]*,\s+(?:and\s+)?[a-z][a-z \-/]{2,30}[\s(]*(?:in|was|of|occurred in|for)?\s*",
    re.I,
)

_LISTED_BEFORE = re.compile(r"[\s)\]]*(?:,\s*and|,|and|;)\s+[^,;.()\d]{3,60}[\s(]+", re.I)


_TWO_GRADES = re.compile(
    r"[1-5](?:级)?\s?(?:和|、|及|与)\s?[1-5]级[^,;。]{0,24}分别|grades?\s+[1-5]\s+and\s+(?:grade\s+)?[1-5]\s[^,;.]{0,60}$",
    re.I,
)
"""``3级和4级不良事件发生率分别为``: the two values are of two grades."""


_OUT_OF = re.compile(r"(?:从|由)\s*(?:单用|单独|单纯|单药)?\s*(?:大剂量|小剂量|低剂量|高剂量)?$")


_UP = re.compile(r"(?<![A-Za-z])(?:higher|longer|greater|larger)(?![A-Za-z])|[高长多大]于", re.I)
_DOWN = re.compile(r"(?<![A-Za-z])(?:lower|shorter|smaller|fewer)(?![A-Za-z])|[低短少小]于", re.I)


_ITS_OWN = re.compile(r"\s*[:=]\s*\d")
_ITS_OWN_ZH = re.compile(r"(?:患者)?(?:中|内|里)?(?:则|仅|只有?|也|均)?(?:为|是|有|达到?|约)\s*(?:约|仅)?\d")
"""``13.0%,对照组中为2.3%``"""
_SET_AGAINST = re.compile(r"而|对比|vs|versus|compared|against|while|whereas|高于|低于|优于|比|较")
_OPENED = re.compile(r"\s*\((?:vs\.?\s+|versus\s+|比|对)?")
_ITS_OWN_IN_BRACKET = re.compile(r"组?(?:患者)?(?:为|是)?(?:\s+(?:group|arm))?\s*[:,=]?\s*\d[\d.]*\s*%")
"""``65% (placebo 24%)``, ``65%(安慰剂组24%)``"""


def _overlaps(m: re.Match[str], places: Sequence[Mention | Group | Endpoint]) -> bool:
    """Whether a name that an expression found is part of something that is known."""
    return any(x.start < m.end("name") and m.start("name") < x.end for x in places)


def _told_the_other_way(before: str, ls: Sequence[Binding]) -> bool:
    """``a higher rate compared with X (60% vs. 67%)``: the values say which of them is that of X."""
    first, second = (b.statistic.value for b in ls)
    up, down = _UP.search(before) is not None, _DOWN.search(before) is not None
    if first is None or second is None or up == down:
        return False
    return first < second if up else first > second


_THOSE_WHO = re.compile(r"者|(?<![A-Za-z])(?:patients|those|women|men)\s+(?:with|who|whose|without)(?![A-Za-z])", re.I)
_OTHERS = re.compile(
    r"历史|文献|既往报道|对照|(?<![A-Za-z])(?:historical|controls?|literature|placebo|groups?|arms?)(?![A-Za-z])", re.I
)
_OF_THOSE = re.compile(r"(?:组)?的?(?:患者|病人|病例|受试者|使用者|服用者|者|人)")
_BETTER = re.compile(
    r"(?<![A-Za-z])(?:longer|shorter|better|worse|higher|lower|greater|superior|improved|increased|prolonged|more|fewer|less)(?![A-Za-z])",
    re.I,
)


class GroupRules(Clauses):
    """Which group a value is of: the one beside it, the one its list names, or the side of the comparison."""

    # -- groups ------------------------------------------------------------------------------
    def groups(self) -> None:
        """Bind the values of arms to their groups."""
        for n, ls in enumerate(self.lists):
            kind = ls[0].statistic.kind
            if kind == "arm":
                self._arm_list(n, ls)
        self._listed_before()
        self._complements()

    def _listed_before(self) -> None:
        """``anaemia (16%), fatigue (7%) and nausea (5%) with X``: the group behind a list belongs to all of it."""
        for n in range(len(self.lists) - 2, -1, -1):
            mine, last = self.lists[n], self.lists[n + 1]
            if len(mine) != 1 or len(last) != 1 or last[0].group is None:
                continue
            b, after = mine[0], last[0]
            g = after.group
            gap = self.text[b.statistic.reach : after.statistic.start]
            taken = "group.before" in b.rules and b.group is not None and self._is_behind(b.group, n)
            if (
                b.statistic.unit == after.statistic.unit == "%"
                and b.statistic.kind == after.statistic.kind == "arm"
                and {"group.after", "group.listed-before"} & set(after.rules)
                and (not b.experimental or taken)
                and _LISTED_BEFORE.fullmatch(gap)
                and b.endpoint is not None
                and after.endpoint is not None
                and after.endpoint.start > b.statistic.start
                and g is not None
            ):
                b.reasons.clear()
                self._give(b, g, "group.listed-before")

    def _is_behind(self, g: Group, n: int) -> bool:
        """Whether a group stands right behind the values before list n and so belongs to them."""
        return any(
            x.group is g and "group.after" in x.rules
            for ls in self.lists[:n]
            for x in ls
            if x.statistic.start < g.start
        )

    def _complements(self) -> None:
        """``76.7%, versus 70.2% in the R-CHOP group``: the first value is the other side's."""
        if self.default is None:
            return
        arms = [ls[0] for ls in self.lists if ls[0].statistic.kind == "arm" and len(ls) == 1]
        for one, two in itertools.pairwise(arms):
            between = self.text[one.statistic.reach : two.statistic.start]
            bracketed = two.group is not None and self._opens_a_bracket(one.statistic.reach, two.group)
            if one.statistic.unit != two.statistic.unit or one.timepoint != two.timepoint:
                continue
            if one.endpoint != two.endpoint and not bracketed:
                continue
            if len(between) > 90 or not (bracketed or _SET_AGAINST.search(between) or inline.search("and|,", between)):
                continue
            for a, b in ((one, two), (two, one)):
                if a is two and not _SET_AGAINST.search(between):
                    continue  # ``12.1 months in the X arm in Asia, 8.6 months in Europe``
                if (
                    (not a.experimental or "group.only-one" in a.rules)
                    and b.group is not None
                    and (side := self._side(self.default, b.group))
                    in (self.default.experimental, self.default.comparator)
                    and "group.only-one" not in b.rules
                ):
                    a.experimental, a.group = self._other(self.default, side), None
                    a.rules.append("group.other-side")
                    a.reasons.clear()

    def _arm_list(self, n: int, ls: list[Binding]) -> None:
        k = len(ls)
        if k == 1 and self._like_the_one_before(n):
            ls[0].reasons.append("group: the name beside the value stands for no group that is known")
            return
        if k == 1:
            g, rule = self._local(n)
            if g is not None:
                if (
                    self.last_single is not None
                    and self.last_single[0].parts != g.parts
                    and self.last_single[1] == n - 1
                ):
                    self.last_pair = (self.last_single[0].parts, g.parts)
                self.last_single = (g, n)
            if (
                g is None
                and self.last_pair is not None
                and inline.match(
                    r"[\s)\]]*(?:vs\.?|versus|比)\s*(?:none|0|无)",
                    self.text[self.bounds[n][1] : self.bounds[n][1] + 20],
                )
            ):
                ls[0].experimental = self.last_pair[0]
                ls[0].rules.append("group.same-order")
                return
            if g is None and (before := self._listed_on(n)) is not None:
                g, rule = before, "group.listed-on"
            if g is None and (inner := self._post_bracket_group(ls[0])) is not None:
                g, rule = inner, "group.in-bracket"
            if g is not None:
                self._give(ls[0], g, rule)
            else:
                self._lone(ls[0])
            return
        if (at_times := self.nested(ls)) and k > at_times:
            # ``1-, 3- and 5-year rates of 88, 44 and 24% versus 83, 38 and 22%``: each group has all of them
            heads = ls[::at_times]
            self._arm_list(n, heads)
            for m, b in enumerate(ls):
                head = heads[m // at_times]
                if b is not head:
                    b.experimental, b.group, b.pair = head.experimental, head.group, head.pair
                    b.rules += [r for r in head.rules if r.startswith("group.")]
                    b.reasons += [r for r in head.reasons if r.startswith("group")]
            return
        over_times = all(b.timepoint is not None for b in ls) and distinct(
            [b.timepoint.text for b in ls if b.timepoint]
        )
        over_endpoints = all(b.endpoint is not None for b in ls) and (
            "endpoint.enumerated" in ls[0].rules
            or (
                # ``the ORR was 33%, and 11% had a CR``
                distinct([b.endpoint.id for b in ls if b.endpoint])
                and not any(b.statistic.joined in ("vs", "from", "to") for b in ls)
            )
        )
        over_grades = k == 2 and bool(
            _TWO_GRADES.search(self.text, self._clause_start(ls[0].statistic.start), ls[0].statistic.start)
        )
        if over_times or over_endpoints or over_grades:
            g, rule = self._local(n)
            for b in ls:
                if g is not None:
                    self._give(b, g, rule)
                else:
                    self._lone(b)
            return
        if any(b.statistic.joined in ("from", "to") for b in ls) and k == 2:
            g = self._between_group(ls, 1)
            first = self._between_group(ls, 0)
            if first is not None and g is not None and first.parts != g.parts:
                self._give_pair(ls, (first.parts, g.parts), "group.after-each")
                return  # ``rose from 34% with docetaxel to 65% with nivolumab``
            subject = [
                x
                for x in self.named
                if self._clause_start(ls[0].statistic.start) <= x.start and x.end <= ls[0].statistic.start
            ]
            if (
                first is not None
                and g is None
                and len({x.parts for x in subject}) == 1
                and subject[0].parts != first.parts
            ):
                self._give(
                    ls[0], first, "group.from-to"
                )  # ``A extended it from 3.3 months with placebo to 5.5 months``
                self._give(ls[1], subject[0], "group.from-to")
                ls[0].pair = ls[1].pair = True
                return
            if (
                first is None
                and g is None
                and subject
                and _OUT_OF.search(self.text, self.scene.start, subject[-1].start)
            ):
                start = subject[-1]
                others = {x.parts for x in subject[:-1] if x.parts != start.parts}
                if len(others) == 1 and inline.fullmatch(
                    r"(?:组|治疗|方案)*的?(?:约|近)?", self.text[start.end : ls[0].statistic.start]
                ):
                    # ``将 A 与 B 联用,CR率从单用 B 的17%提高到30%``
                    self._give(ls[0], start, "group.from-to")
                    self._give(ls[1], next(x for x in subject if x.parts in others), "group.from-to")
                    ls[0].pair = ls[1].pair = True
                    return
            order = self._order(n, ls)
            if g is not None and (order is None or order[1] != g.parts):
                other = (
                    self._other(self.default, g.parts)
                    if self.default is not None and g.parts in (self.default.experimental, self.default.comparator)
                    else ()
                )
                order = (other, g.parts)
            if order is not None:
                self._give_pair(ls, order, "group.from-to")
            return
        # ``13.5 vs. 10.2 months in gefitinib alone``: the named side takes its value, the other the other
        if k == 2 and self.default is not None:
            second = self._between_group(ls, 1)
            if second is not None and self._between_group(ls, 0) is None:
                pool = [self.default, *self.contrasts]
                side = next((c for c in pool if second.parts in (c.experimental, c.comparator)), None)
                if side is not None and (
                    second.alone or not any(g.parts == self._other(side, second.parts) for g in self.named)
                ):
                    order = (self._other(side, second.parts), second.parts)
                    self._give_pair(ls, order, "group.other-side")
                    self.last_pair = order
                    return
        # each value with a group of its own right after it
        own = [self._between_group(ls, i) for i in range(k)]
        if all(g is not None for g in own):
            for b, g in zip(ls, own, strict=True):
                if g is not None:
                    self._give(b, g, "group.after-each")
            return
        if k == 2:
            # ``in arm A was 11.3 compared with 8.8 in arm B``: one before, one after
            second = self._between_group(ls, 1)
            pres = [
                g
                for g in self.named
                if max(self._prev_end(n), self._clause_start(self.bounds[n][0])) <= g.start
                and g.end <= self.bounds[n][0]
            ]
            if second is not None and pres and pres[-1].parts != second.parts and self._between_group(ls, 0) is None:
                self._give(ls[0], pres[-1], "group.before")
                self._give(ls[1], second, "group.after")
                self.last_pair = (pres[-1].parts, second.parts)
                ls[0].pair = ls[1].pair = True
                return
            if second is None and pres and self._nameless_after(ls[1].statistic):
                # ``who had received X had a DFS of 75%, compared with 56% for those who had not``
                self._give(ls[0], pres[-1], "group.before")
                ls[1].reasons.append("group: the text does not say what the group beside the value was given")
                return
        run = self._run_for(n, self.group_runs, k, self._called) or self._run_after(n, self.group_runs, k)
        if run is not None and k == 2:
            nearer = self._nearest_contrast(*self.bounds[n])
            if nearer is not None and nearer.explicit and run[-1].end < nearer.end <= self.bounds[n][0]:
                # ``longer with A than B (8.3 vs 5.5 months) or C (8.3 vs 6.0 months)``
                self._give_pair(ls, (nearer.experimental, nearer.comparator), "group.comparison")
                self.last_pair = (nearer.experimental, nearer.comparator)
                return
        if run is not None:
            if (
                k == 2
                and ls[1].statistic.joined == "vs"
                and _COMPARED_FIRST.search(self.text[max(self.scene.start, run[0].start - 70) : run[0].start])
            ):
                run = run[::-1]  # ``Compared with placebo, apatinib improved OS (6.6 vs 4.4 months)``
            for b, g in zip(ls, run, strict=True):
                self._give(b, g, "group.enumerated")
                b.pair = True
            if k == 2:
                self.last_pair = (run[0].parts, run[1].parts)
            return
        if k >= 3 and not self._named_near(n) and (arms := self._in_turn(k)):
            for b, parts in zip(ls, arms, strict=True):
                b.experimental = parts
                b.rules.append("group.same-order-as-before")
            return
        if k == 2:
            order = self._order(n, ls)
            if order is not None:
                self._give_pair(ls, order, "group.comparison")
                self.last_pair = order
                return
            first = self._better_one(ls)
            if first is not None:
                self._give(ls[0], first, "group.better-one")
                ls[1].reasons.append("group: the text does not say what the other group was given")
                return
            for b in ls:
                if self._all_one_treatment():
                    b.experimental = self.focus.single  # whichever of its patients the value is of
                    b.rules.append("group.single-arm")
                else:
                    b.reasons.append("group: no comparison orders the two values")
            return
        if k == 4 and "endpoint.nested" in ls[0].rules:
            order = self._order(n, ls)
            if order is not None:
                self._give_pair(ls[:2], (order[0], order[0]), "group.nested")
                self._give_pair(ls[2:], (order[1], order[1]), "group.nested")
                return
        if not any(b.statistic.joined == "vs" for b in ls):
            g, rule = self._local(n)
            if g is not None:
                for b in ls:
                    self._give(b, g, rule)
                return
        for b in ls:
            b.reasons.append("group: several values, no enumeration of as many groups")

    def _all_one_treatment(self) -> bool:
        """Whether the study gave one treatment to all, and the sentence names no other."""
        return (
            self.default is None
            and bool(self.focus.single)
            and not self.focus.several
            and all(g.parts[0].startswith(BY_PATIENT) for g in self.named)
            and _THOSE_WHO.search(self.scene.body) is not None
            and not _OTHERS.search(self.scene.body)
        )

    def _named_near(self, n: int) -> bool:
        """Whether a group is named in the clause of a list or right behind it."""
        a, b = self.bounds[n]
        left = max(self._clause_start(a), self._prev_end(n))
        return any(
            left <= g.start and g.end <= b + 24 and not (g.start >= b and "(" in self.text[b : g.start])
            for g in self.named
        )

    def _in_turn(self, k: int) -> tuple[Arms, ...]:
        """``16, 32 and 30 months``: as many arms as there are values, as told last or by the design of the study."""
        design = () if self.focus.several else self.table.design  # of several studies each has its own
        told = (self.focus.sequence, self.default.arms if self.default is not None else (), design)
        return next((arms for arms in told if len(arms) == k), ())

    def _listed_on(self, n: int) -> Group | None:
        """``A组 X 8.5%、Y 5.6%``, ``83%缓解,其中65%为CR``: a further value of the group that stands before the list."""
        if not n or self.lists[n][0].statistic.unit != "%":
            return None
        last = self.lists[n - 1][-1]
        gap = self.text[last.statistic.reach : self.lists[n][0].statistic.start]
        if (
            last.group is None
            or not {"group.before", "group.listed-on"} & set(last.rules)
            or last.statistic.kind != "arm"
            or last.statistic.unit != "%"
            or not self._side_by_side(last.statistic, self.lists[n][0].statistic)
            or any(last.statistic.reach <= x.start < self.lists[n][0].statistic.start for x in self.scene.groups)
            or not _LISTED_ON.fullmatch(gap)
        ):
            return None
        if not _THAN.search(self.text[max(self.scene.start, last.group.start - 4) : last.group.start]):
            return last.group
        # ``X组65%,高于Y组的44%,DCR为90%``: the sentence goes on about X
        subject = self.lists[n - 2][-1].group if n > 1 else None
        return subject if subject is not None and subject.parts != last.group.parts else last.group

    def _side_by_side(self, one: Statistic, two: Statistic) -> bool:
        """Whether two values stand in one bracket, in none, or in Chinese each alone in its own: ``65%,以高血压(14%)``."""
        return one.bracket == two.bracket or (
            self.zh
            and all(
                s.bracket < 0
                or (
                    not self.text[s.bracket + 1 : s.start].strip()
                    and inline.match(r"\s*%?\s*[)\]]", self.text[s.end : s.end + 4])
                )
                for s in (one, two)
            )
        )

    def _is_after(self, gap: str, g: Group) -> bool:
        """Whether a group stands right behind a value: after a preposition, or ``without it``."""
        if self.zh and self._told_behind(gap, g):
            return True
        if _THOSE.fullmatch(gap) and _OF_THEIRS.match(self.text, g.end):
            return False  # ``A survived for a median of 25 months, those in B for a median of 44 months``
        return _POST.match(gap) is not None or (not gap.strip() and self.text.startswith("without", g.start))

    def _told_behind(self, gap: str, g: Group) -> bool:
        """``63%的A组患者和50%的安慰剂使用者``, ``14.7个月在A组和9.6个月在对照组``: a group right behind its value."""
        if inline.fullmatch(r"[\s)\]]*的\s*", gap):
            return _OF_THOSE.match(self.text, g.end) is not None or self.text[g.end - 1] == "者"
        return (
            inline.fullmatch(r"[\s)\]]*(?:\([^()]{0,40}\)\s*)?(?:发生)?在\s*", gap) is not None
            and self.text[g.end - 1] == "组"
        )

    def _between_group(self, ls: list[Binding], i: int) -> Group | None:
        reach = ls[i].statistic.reach
        stop = ls[i + 1].statistic.start if i + 1 < len(ls) else min(self.scene.end, reach + 60)
        return next(
            (
                g
                for g in self.named
                if reach <= g.start
                and g.end <= stop
                and self._is_after(self.text[reach : g.start], g)
                and not (self.zh and inline.fullmatch(r"[\s)\]]*,\s*", self.text[reach : g.start]))
            ),
            None,
        )

    def _local(self, n: int) -> tuple[Group | None, str]:
        """The group beside a list: right after it with a preposition, or the last one before it."""
        a, b = self.bounds[n]
        last = self.lists[n][-1].statistic
        inner = next((g for g in self.named if last.end <= g.start and g.end <= last.reach), None)
        if inner is not None:
            return inner, "group.after"  # its interval stands behind the group
        prev_end, next_start = self._prev_end(n), self._next_start(n)
        posts = [g for g in self.named if b <= g.start and g.start < next_start + 1]
        post = (
            posts[0]
            if posts and posts[0].start - b < 90 and self._is_after(self._clean(b, posts[0].start), posts[0])
            else None
        )
        if self.zh and posts and self._told_behind(self.text[b : posts[0].start], posts[0]):
            return posts[0], "group.after"
        if post is None and posts and _WHO_HAD.fullmatch(self.text[b : posts[0].start]):
            post = posts[0]  # ``60% of patients had a recurrence after X``
        if post is None and (behind := self._behind_bracket(last.end)) is not None:
            return behind, "group.after"
        clause = max(prev_end, self._clause_start(a))
        pres = [g for g in self.named if clause <= g.start and g.end <= a]
        pre = pres[-1] if pres else None
        s = self.lists[n][0].statistic
        if s.bracket >= 0:
            own = [g for g in pres if g.start > s.bracket]
            pre = own[-1] if own else pre
        before = self.lists[n - 1][-1] if n else None
        of_pre = before if before is not None and before.group is pre and "group.after" in before.rules else None
        if post is not None and (
            _ITS_OWN.match(self.text, post.end) or (self.zh and _ITS_OWN_ZH.match(self.text, post.end))
        ):
            post = None  # ``90% (sunitinib: 78%)``: the name goes with the number behind it
        if post is not None and self._opens_a_bracket(b, post):
            post = None
        if (
            posts
            and inline.fullmatch(r"\s*\(", self.text[b : posts[0].start])
            and inline.match(r"组?\)|\s*(?:group|arm)?\)", self.text[posts[0].end : posts[0].end + 8])
            and s.bracket < 0
        ):
            return posts[0], "group.after"  # ``11.1 months (nivolumab) and 8.8 months (docetaxel)``
        if (
            self.zh
            and posts
            and (
                _POST_ZH.match(self.text[b : posts[0].start])
                or (
                    s.bracket >= 0
                    and inline.fullmatch(r"\s*[)\]]?\s*", self.text[b : posts[0].start])
                    and inline.search(r"\d\s*(?:例|名|位|人)\s*$", self.text[self.scene.start : s.bracket])
                )
            )
        ):
            return posts[0], "group.after"  # ``76名(62%)手术组患者``
        if (
            post is not None
            and pre is not None
            and not self.zh
            and inline.fullmatch(r"\s*,\s*(?:and\s+|while\s+)?", self.text[b : post.start])
        ):
            return pre, "group.before"  # ``A produced 22%, B one of 11%``
        if post is not None and (not self.zh or pre is None):
            # ``In the X group, 43% in …``: an own preposition after the value wins in English
            follows = self.text[post.end : post.end + 40]
            if pre is None or not self.zh:
                if inline.match(r"\s*(?:was|were|had|为)\b", follows) and pre is not None and of_pre is None:
                    return pre, "group.before"
                return post, "group.after"
        if pre is not None:
            if len(pres) >= 2 and not self.zh:
                subject = pres[0]
                # ``A compared with B had 43%``: the subject speaks
                if inline.search(r"compared|versus|than", self.text[subject.end : pre.start], re.I):
                    return subject, "group.subject"
            if (
                self.zh
                and len(pres) >= 2
                and inline.search(
                    r"(?:较|比|与|相比|相较|优于|高于|低于)\s*$",
                    self.text[max(self.scene.start, pre.start - 3) : pre.start],
                )
                and inline.match(r"(?:组)?(?:相比|比较)?[,\s]", self.text[pre.end : pre.end + 6])
            ):
                return pres[0], "group.subject"
            if of_pre is not None:
                # ``20% in the X group and 44% in the control group``: the group before has had its value
                beside = self._unknown_beside(last) or self._nameless_after(last)
                alike = of_pre.endpoint == self.lists[n][0].endpoint and _IN_A_GROUP.match(self.text, last.reach)
                if beside or alike:
                    return None, ""
            return pre, "group.before"
        if post is not None:
            return post, "group.after"
        return None, ""

    def _opens_a_bracket(self, end: int, g: Group) -> bool:
        """``65% (placebo 24%)``: whether the group and a value of its own stand in a bracket behind a value."""
        return (
            _OPENED.fullmatch(self.text, end, g.start) is not None
            and _ITS_OWN_IN_BRACKET.match(self.text, g.end) is not None
        )

    def _behind_bracket(self, at: int) -> Group | None:
        """``35.4% (28.1-42.7; HR, 0.79; P = .06) for the X group``: the effect stands between a value and its group."""
        opened = inline.match(r"\s*%?\s*\(", self.text[at : at + 4])
        if opened is None or self.zh:
            return None
        close = at + opened.end()
        depth = 1
        while close < self.scene.end and depth:
            depth += {"(": 1, ")": -1}.get(self.text[close], 0)
            close += 1
        inside = self.text[at:close]
        if depth or not inline.search(r"HR|OR\b|RR|ratio|P\s*[=<>]", inside):
            return None
        return next((g for g in self.named if g.start >= close and _POST.match(self.text[close : g.start])), None)

    def _post_bracket_group(self, b: Binding) -> Group | None:
        """``neutropenia (57%, ELF)``"""
        s = b.statistic
        if s.bracket < 0:
            return None
        return next(
            (
                g
                for g in self.named
                if s.reach <= g.start
                and g.end <= s.bracket_end
                and inline.fullmatch(r"[\s,;in]*", self.text[s.reach : g.start])
            ),
            None,
        )

    def _give(self, b: Binding, g: Group, rule: str) -> None:
        b.experimental, b.group = g.parts, g
        b.rules.append(rule)

    @staticmethod
    def _give_pair(ls: Sequence[Binding], order: tuple[Arms, Arms], rule: str) -> None:
        """Give two values that belong together the two sides of a comparison, in their order."""
        for b, parts in zip(ls, order, strict=True):
            b.experimental = parts
            b.rules.append(rule)
            b.pair = True

    def _lone(self, b: Binding) -> None:
        """A single value without a group beside it."""
        parts = {g.parts for g in self.named}
        if self._unknown_beside(b.statistic):
            b.reasons.append("group: the name beside the value stands for no group that is known")
        elif len(parts) == 1 and all(
            g.start >= b.statistic.reach and _ACROSS.search(self.text, b.statistic.reach, g.start) for g in self.named
        ):
            b.reasons.append("group: the only group named is the one it is compared with")
        elif (
            len(parts) == 1
            and self.default is not None
            and self.named[0].parts in (self.default.experimental, self.default.comparator)
            and self.named[0].start >= b.statistic.reach
            and _THAN.search(self.text[b.statistic.reach : self.named[0].start])
        ):
            # ``在联合后(50.0%)均较X组增多``: the value is not of the group it is compared with
            b.experimental = self._other(self.default, self.named[0].parts)
            b.rules.append("group.other-side")
        elif (
            len(parts) == 1
            and self.default is None
            and all(
                g.start >= b.statistic.reach and _THAN.search(self.text[b.statistic.reach : g.start])
                for g in self.named
            )
        ):
            # ``20.4个月,优于 X 历史对照的12.1个月``: the value is not of what it is better than
            if self.focus.single and self.focus.single not in parts:
                b.experimental = self.focus.single
                b.rules.append("group.single-arm")
            else:
                b.reasons.append("group: the only group named is the one it is compared with")
        elif len(parts) == 1 and (
            self._nameless_beside(b.statistic, self.named[0]) or self._nameless_after(b.statistic)
        ):
            b.reasons.append("group: the text does not say what the group beside the value was given")
        elif len(parts) == 1:
            b.experimental = next(iter(parts))
            b.group = self.named[0]
            b.rules.append("group.only-one")
        elif (
            not parts
            and self.default is not None
            and b.endpoint is not None
            and b.endpoint.id == "AE"
            and _MOST_COMMON.search(self.scene.body)
            and not _OF_TWO.search(self.text, self.scene.start, self.scene.end)
            and not self.scene.groups
        ):
            b.experimental = self.default.experimental
            b.rules.append("group.new-treatment")  # whose events a text counts off, where it names no group
        elif (
            not parts
            and self.focus.groups
            and not _GIVEN_UNKNOWN.search(self.text, self.scene.start, b.statistic.start)
            and (
                b.inherited
                or (b.endpoint is not None and b.endpoint.id in ("AE", "ORR", "DCR", "CR", "PR", "SD", "PD"))
            )
        ):
            b.experimental = self.focus.groups
            b.rules.append("group.inherited")
        elif not parts and self.default is not None and self.default.experimental == self.default.comparator:
            b.experimental = self.default.experimental  # of two doses, whichever the value is of
            b.rules.append("group.one-treatment")
        elif not parts and _OF_TWO.search(self.text, self.scene.start, self.scene.end):
            b.reasons.append("group: the sentence speaks of more groups than one")
        elif not parts and any(g.noun and not g.role and not g.parts for g in self.scene.groups):
            b.reasons.append("group: the text does not say what the group beside the value was given")
        elif not parts and self.focus.single and self.default is None and not set(self.focus.single) <= _GENERIC_CARE:
            b.experimental = self.focus.single
            b.rules.append("group.single-arm")
        elif (
            not parts
            and self.default is None
            and len(self.table.arms) == 1
            and not self.focus.several
            and not OPENS_STUDY.match(self.scene.body)
            and not set(self.table.arms[0]) <= _GENERIC_CARE
        ):
            b.experimental = self.table.arms[0]
            b.rules.append("group.single-arm-study")
        else:
            b.reasons.append("group: none stands beside the value")

    def _like_the_one_before(self, n: int) -> bool:
        """``67% for surgery, 24% for biopsy``: told as the group of the value before is, by a name that is not known."""
        m = _TOLD_WITH.match(self.text, self.lists[n][0].statistic.reach)
        before = self.lists[n - 1][-1] if n else None
        if m is None or before is None or "group.after" not in before.rules:
            return False
        theirs = _TOLD_WITH.match(self.text, before.statistic.reach)
        return (
            theirs is not None
            and theirs.group("by") == m.group("by")
            and not _overlaps(m, (*self.scene.mentions, *self.named, *self.scene.endpoints))
        )

    def _unknown_beside(self, s: Statistic) -> bool:
        """``20% in AG and 30% in CG``: a name right behind the value that stands for no group that is known."""
        if _FOR_OTHERS.match(self.text, s.reach):
            return True
        m = _UNKNOWN_NAME.match(self.text, s.reach)
        return (
            m is not None
            and not any(0 <= g.start - s.reach < 24 for g in self.named)
            and not _overlaps(m, self.scene.mentions)
        )

    def _nameless_after(self, s: Statistic) -> bool:
        return any(
            g.noun
            and not g.parts
            and g.role not in ("former", "latter")
            and g.start >= s.reach
            and self._is_after(self.text[s.reach : g.start], g)
            for g in self.scene.groups
        )

    def _nameless_beside(self, s: Statistic, g: Group) -> bool:
        """``88.9% for Arm A … not superior to standard chemotherapy``: a group without a definition stands nearer."""

        def apart(x: Group) -> int:
            return max(x.start - s.reach, s.start - x.end)

        nameless = [x for x in self.scene.groups if not x.parts and x.noun]
        before = any(x.end <= s.start for x in nameless) and g.start >= s.reach
        return before or any(apart(x) < apart(g) for x in nameless)

    def _better_one(self, ls: list[Binding]) -> Group | None:
        """``was longer in patients who received X (9.3 vs 5.6 months)``: the first value is of the only group named."""
        if self.zh or len(self.named) != 1 or ls[1].statistic.joined != "vs" or self.default is not None:
            return None
        g = self.named[0]
        s = ls[0].statistic
        held = _BETTER.search(self.text, self.scene.start, g.start) and not AGAINST.search(
            self.text[max(self.scene.start, g.start - 20) : g.start]
        )
        return g if held and s.bracket >= 0 and not self.text[g.end : s.start].strip(" (") else None

    def _told_second(self, g: Group, n: int) -> bool:
        """``81%,高于对照组的52%,重度者为24%和6%``: a value without a name, then that of the group before: so go the two."""
        single = [ls[0] for ls in self.lists[:n] if len(ls) == 1 and ls[0].statistic.kind == "arm"]
        return self.zh and any(
            two.group is g and two.statistic.start >= g.start and (one.group is None or "group.only-one" in one.rules)
            for one, two in itertools.pairwise(single)
        )

    def _order(self, n: int, ls: list[Binding]) -> tuple[Arms, Arms] | None:
        """The order of the two sides of ``x vs y``."""
        a, b = self.bounds[n]
        if self._by_population() or any(
            g.parts and g.parts[0].startswith(BY_PATIENT) and self._clause_start(a) <= g.start and g.end <= a
            for g in self.scene.groups
        ):
            return None
        more = next((g for g in reversed(self.named) if g.end <= a and _MORE.fullmatch(self.text[g.end : a])), None)
        if more is not None and self.default is not None and ls[0].statistic.joined != "from":
            side = self._side(self.default, more)
            if side in (self.default.experimental, self.default.comparator):
                return side, self._other(self.default, side)  # ``X更多(25%对14%)``
        if (
            self.last_pair is not None
            and ls[0].statistic.joined != "from"
            and not any(self._values_end(n) <= g.start < a for g in self.named)
            and not self._run_after(n, self.group_runs, 2)
        ):
            return self.last_pair
        moved = ls[0].statistic.joined == "from" or ls[1].statistic.joined == "to"
        contrast = self._nearest_contrast(a, b)
        if contrast is not None:
            pair = (contrast.experimental, contrast.comparator)
            return (pair[1], pair[0]) if moved else pair
        left = self._clause_start(a)
        before = [g for g in self.named if left <= g.start and g.end <= a]
        runs = [run for run in self.group_runs if len(run) == 2 and run[1].end <= a and run[0].parts != run[1].parts]
        if runs and not moved:
            return runs[-1][0].parts, runs[-1][1].parts
        pool = before or [g for g in self.named if g.start >= b] or self.named
        distinct = list(dict.fromkeys(g.parts for g in pool))
        default = self.default
        if len(distinct) == 1 and default is not None:
            only = pool[0]
            first = self._side(default, only)
            if first in default.arms and first != default.comparator:
                default = replace(default, experimental=first)
            forward = (default.experimental, default.comparator)
            if moved:
                forward = forward[::-1]
            against = AGAINST.search(self.text[max(self.scene.start, only.start - 20) : only.start]) and not moved
            if against and first in forward:
                order = (self._other(default, first), first)
                return order[::-1] if _told_the_other_way(self.text[left : only.start], ls) else order
            if only.start >= b and not _POST.match(self.text[b : only.start]):
                return forward
            if first == default.experimental or (first == default.comparator and self._told_second(only, n)):
                return forward
            if first == default.comparator:
                return forward[::-1]
            if set(first) & set(default.experimental) and not set(first) & set(default.comparator):
                return forward
        if len(distinct) == 2 and not moved:
            return distinct[0], distinct[1]
        if default is not None and set(distinct) == {default.experimental, default.comparator}:
            return default.comparator, default.experimental  # ``由8.9%升至36.9%``
        if not distinct or (
            len(distinct) == 1 and default is not None and set(distinct[0]) <= set(default.experimental)
        ):
            if default is not None:
                pair = (default.experimental, default.comparator)
                if pair[1] and self.table.told_first == pair[1]:
                    pair = pair[::-1]
                last = self.focus.sequence
                told = len(last) == 2 and not moved and not distinct and (last[1], last[0]) == pair
                if told and _RESPECTIVE.search(self.text[left:b]):
                    pair = (last[0], last[1])  # the order in which the sentence before told its values
            else:
                return None
            return (pair[1], pair[0]) if moved else pair
        return None
