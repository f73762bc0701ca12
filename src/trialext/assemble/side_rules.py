"""Which two groups an effect or a test compares, and which way round."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import BY_PATIENT, CONTROL_PARTS, Contrast, Group
from .asides import TIMING
from .binding import Binding
from .clauses import LASTING, Clauses
from .contrasts import AGAINST, expand, orient
from .statistic import Statistic

__all__ = ["SideRules"]


_TIMED = {(f"{BY_PATIENT}{when}",) for when in TIMING}  # ``术前组``: a time that only one side of the comparison has

_THAN = re.compile(r"[长短高低多少大小好差优劣]于|(?<![A-Za-z])than(?![A-Za-z])")

_CHANGED = guarded(
    r"(?:between\s+(?:weeks?|months?|days?|baseline)|from\s+(?:baseline|week|month|day)|(?:compared\s+(?:with|to)|than|versus|vs\.?)\s+(?:the\s+)?(?:baseline|before|pre-?treatment)|after\s+treatment|over\s+time)"
    r"|(?<![A-Za-z])(?:increas|decreas|improv|declin|rose|fell|deteriorat|worsen|reduc)\w*[^,;.]{0,60}(?<![A-Za-z])(?:in|of)\s+the\s"
    r"|(?:较|与|比)(?:治疗前|基线|术前|入组时|前)|(?:治疗|术)后(?:较|比)|组(?:患者)?[^,;。]{0,10}(?:显著|明显)?(?:升高|下降|降低|增加|减少|改善|上升|恶化|增大|缩小)",
    re.I,
)

_BUT_NOT_IN = re.compile(r"(?<![A-Za-z])but\s+not\s+(?:in|with|for|after)\s+(?:the\s+)?$", re.I)
_OWN_BEFORE = re.compile(
    r"(?:较|与|比|[高低优短长大小多少]于)(?:同组|本组|自身)?(?:(?:治疗|干预|用药|化疗|放疗|给药|手术|入院|护理|术)前|基线)|(?:治疗|干预|用药|手术|术)?前后(?:自身)?(?:比较|对比|相比|差异)"
)
"""``对照组治疗前后比较差异无统计学意义``: a group compared with itself."""
_SET_AGAINST = guarded(
    r"(?<![A-Za-z])(?:than|versus|vs\.?|compar\w+|between[- ](?:the\s+)?(?:two\s+|both\s+|treatment\s+)?(?:groups|arms)|differ\w*|relative to|higher|lower|longer|shorter|greater|more|less|fewer|better|superior|associated|risk|both)(?![A-Za-z])"
    r"|优于|高于|低于|多于|少于|长于|短于|大于|小于|组间|两组|差异|相比|对照|更|风险|均",
    re.I,
)

_CLAUSE_COMMA = re.compile(r"[,，](?!\d)\s*(?:and\s+|but\s+|while\s+|whereas\s+|而|但|且)?")


def _last_of(values: Sequence[Binding], arm: Arms) -> float | None:
    """The last of the values that is of one arm."""
    return next((x.statistic.value for x in reversed(values) if x.experimental == arm), None)


_GRAY = re.compile(r"(\d+(?:\.\d+)?) Gy")


def _gray(parts: Arms) -> float:
    """The dose of a group that is told by its radiation alone or first, in gray; 0 of any other."""
    m = _GRAY.fullmatch(parts[0]) if parts else None
    return float(m.group(1)) if m else 0.0


_FACTOR = "sides: a prognostic factor, not a treatment"
_WHICH = "sides: the study has more than two arms and the text does not say which"
_MODEL = re.compile(r"多因素|独立(?:危险|影响|预后|保护|不良|预测)?(?:性)?因素|COX|Cox|cox")
_ACTS_ON = re.compile(
    r"\s*(?:did\s+not\s+|significantly\s+|also\s+)*(?:increased?|reduced?|decreased?|lower(?:ed)?|was\s+(?:not\s+)?(?:independently\s+|significantly\s+)?associated\s+with)\s",
    re.I,
)
_RISK_WITH = re.compile(
    r"(?:increased|decreased|reduced|higher|lower|greater)\s+(?:risk|odds|hazard|likelihood)s?\s+of", re.I
)
_FOR = re.compile(r"\s*[)\]]?\s*(?:for|in|with)\s+(?:the\s+)?")
_OTHER_CLAUSE = re.compile(r";|。|,(?:而|但)|(?<=[)\]]),?\s+(?:and|while|whereas)\s")


class SideRules(Clauses):
    """Which two groups an effect or a test compares, and which way round."""

    def sides(self) -> None:
        """Bind effects and tests to the two groups that they compare, after the values of arms are bound."""
        for n, ls in enumerate(self.lists):
            if ls[0].statistic.kind == "effect" and self._against_one(n, ls):
                continue
            for b in ls:
                if b.statistic.kind == "effect":
                    self._effect(n, b)
                elif b.statistic.kind == "p":
                    self._test(n, b)

    def _against_one(self, n: int, ls: Sequence[Binding]) -> bool:
        """``compared with C, the hazard ratios with A and B were 0.69 and 0.72``: each ratio of a list has a group of its own."""
        k = len(ls)
        run = self._run_for(n, self.group_runs, k, self._called) if k >= 2 else None
        if run is None:
            return False
        arms = [g.parts for g in run]
        contrast = self._nearest_contrast(ls[0].statistic.start, ls[-1].statistic.reach)
        known = [c.comparator for c in (contrast, self.default) if c is not None]
        against = next((x for x in known if x and x not in arms), None)
        if against is None or len(set(arms)) != k:
            return False
        for b, arm in zip(ls, arms, strict=True):
            b.experimental, b.comparator = arm, against
            b.rules.append("sides.in-turn")
        return True

    def _clause_group(self, s: Statistic, contrast: Contrast) -> Group | None:
        """``compared with C, … with A were 0.61; with B they were 0.63``: the clause names another group against C."""
        left = self._clause_start(s.start)
        here = [g for g in self.named if left <= g.start and g.end <= s.start]
        if left <= contrast.end or len({g.parts for g in here}) != 1:
            return None
        g = here[0]
        return (
            g
            if g.parts not in (contrast.experimental, contrast.comparator) and not g.parts[0].startswith(BY_PATIENT)
            else None
        )

    def _pair_before(self, n: int, b: Binding) -> tuple[Arms, Arms] | None:
        """The groups of the two values that stand with an effect: ``11.1 vs 5.8 months; HR 0.51``."""
        for m in range(n - 1, -1, -1):
            ls = self.lists[m]
            if ls[0].statistic.kind != "arm":
                continue
            if len(ls) == 2 and ls[0].experimental and ls[1].experimental and ls[0].experimental != ls[1].experimental:
                return ls[0].experimental, ls[1].experimental
            # two single values one after the other
            if len(ls) == 1 and m >= 1 and len(self.lists[m - 1]) == 1 and self.lists[m - 1][0].statistic.kind == "arm":
                x, y = self.lists[m - 1][0], ls[0]
                if (
                    x.experimental
                    and y.experimental
                    and x.experimental != y.experimental
                    and x.statistic.unit == y.statistic.unit
                ):
                    return x.experimental, y.experimental
            break
        return None

    def _three_before(self, n: int) -> bool:
        """``4.2 with A, 3.9 with B and 5.1 with C (P = 0.01)``: single values of three groups before a test."""
        if n < 3 or any(len(ls) != 1 or ls[0].statistic.kind != "arm" for ls in self.lists[n - 3 : n]):
            return False
        last = [ls[0] for ls in self.lists[n - 3 : n]]
        return (
            all(x.experimental for x in last)
            and len({x.experimental for x in last}) == 3
            and len({(x.statistic.unit, x.statistic.measure, x.timepoint) for x in last}) == 1
            and not inline.search(r"[;.。]\s", self.text[last[0].statistic.reach : last[2].statistic.start])
        )

    def _effect(self, n: int, b: Binding) -> None:
        s = b.statistic
        first = next((x for x in self.lists[n] if x.statistic.place == 0), b)
        if first is not b and "sides.in-measure" in first.rules:
            b.experimental, b.comparator = first.experimental, first.comparator
            b.rules.append("sides.in-measure")
            return
        # ``HR for A versus B`` / ``EMR group HR`` name the sides themselves
        left = s.measure_start if s.measure_start >= 0 else s.start
        within = [
            c for c in self.contrasts if left - 2 <= c.start and c.end <= s.start and c.experimental != c.comparator
        ]
        if within:
            b.experimental, b.comparator = within[-1].experimental, within[-1].comparator
            b.rules.append("sides.in-measure")
            return
        after = [
            c
            for c in self.contrasts
            if left <= c.start and c.start - s.reach < 60 and c.end >= s.reach and c.experimental != c.comparator
        ]
        named_in = [g for g in self.named if left <= g.start and g.end <= s.start]
        if named_in and after:
            b.experimental, b.comparator = after[0].experimental, after[0].comparator
            b.rules.append("sides.around-value")
            return
        if not self.named and sum(g.noun and not g.parts and not g.role for g in self.scene.groups) > 1:
            b.reasons.append("sides: the text does not say what the groups were given")
            return
        if self._factor_before(s):
            b.reasons.append(_FACTOR)
            return
        default = self.default
        pair = self._pair_before(n, b)
        contrast = self._nearest_contrast(s.start, s.reach)
        chosen: tuple[Arms, Arms] | None = None
        rule = ""
        own = self._clause_group(s, contrast) if contrast is not None else None
        if contrast is not None and own is not None:
            chosen, rule = (own.parts, contrast.comparator), "sides.clause"
        elif contrast is not None:
            chosen, rule = (contrast.experimental, contrast.comparator), "sides.sentence"
        elif pair is not None:
            chosen, rule = pair, "sides.values"
        elif default is not None and (arm := self._arm_behind(s, default)):
            chosen, rule = (arm, default.comparator), "sides.against-control"
        elif default is None:
            nouns = list(
                dict.fromkeys(
                    g.parts
                    for g in self.named
                    if g.noun and g.end <= s.start and g.start >= self._clause_start(s.start)
                )
            )
            if not nouns and inline.search(
                r"两(?:种|组)|(?<![A-Za-z])(?:both|two)(?![A-Za-z])", self.text[self._clause_start(s.start) : s.start]
            ):
                nouns = list(dict.fromkeys(g.parts for g in self.named if g.noun and g.start >= s.reach))
            if len(nouns) == 2:
                chosen, rule = (nouns[0], nouns[1]), "sides.two-named"
        if (
            rule == "sides.sentence"
            and contrast is not None
            and contrast.start >= s.reach
            and self._prognostic()
            and _OTHER_CLAUSE.search(self.text, s.reach, contrast.start)
        ):
            b.reasons.append(_FACTOR)
            return
        if rule == "sides.sentence" and contrast is not None and n and self._prognostic():
            behind = self.bounds[n - 1][1]
            if not behind <= contrast.start < s.reach + 40 and any(
                x[0].statistic.kind == "effect" for x in self.lists[:n]
            ):
                b.reasons.append(_FACTOR)
                return
        if chosen is not None:
            chosen = self._oriented(chosen, default)
        elif len({g.parts for g in self.named}) == 1 and default is not None and self._only_group_is_side(default):
            g = self.named[0]
            side = self._side(default, g)
            chosen = (side, self._other(default, side))
            rule = "sides.one-named"
            if AGAINST.search(self.text[max(self.scene.start, g.start - 20) : g.start]):
                chosen = (chosen[1], chosen[0])  # ``higher compared with the X arm``
            elif not self._between_measure(g, s) and not self._does_it(g):
                chosen = self._oriented(chosen, default)
        elif not self.named and default is not None and not self._prognostic():
            chosen, rule = (default.experimental, default.comparator), "sides.focus"
        elif self.named and default is not None and len({g.parts for g in self.named}) == 1 and not self._prognostic():
            g = self.named[0]
            if set(g.parts) & set(default.experimental):
                chosen, rule = (default.experimental, default.comparator), "sides.focus"
        of_another = any(m.label == "TRIAL" for m in self.scene.mentions)
        if chosen is None and default is not None and self.named and not of_another and not self._prognostic():
            sides = set(default.experimental) | set(default.comparator)
            if all(not (set(g.parts) & sides) for g in self.named):
                chosen, rule = (default.experimental, default.comparator), "sides.within-subgroup"
        if (
            chosen is None
            and default is not None
            and {self._side(default, g) for g in self.named} == {default.experimental, default.comparator}
            and not self._prognostic()
        ):
            chosen, rule = (default.experimental, default.comparator), "sides.focus"
        if chosen is None and default is None and len({g.parts for g in self.named}) == 1 and not self._prognostic():
            b.experimental = self.named[0].parts
            b.rules.append("sides.only-group")
            b.reasons.append("comparator: none is named")
            return
        if chosen is None and self._unopposed(b):
            return
        if chosen is None:
            b.reasons.append("sides: no comparison of two groups is stated")
            return
        if rule == "sides.focus" and default is not None and default.several and not self.named:
            b.reasons.append(_WHICH)
            return
        if rule == "sides.focus" and self._prognostic():
            b.reasons.append(_FACTOR)
            return
        if rule in ("sides.focus", "sides.values") and 0 < _gray(chosen[0]) < _gray(chosen[1]):
            chosen = (chosen[1], chosen[0])  # the higher dose is held against the lower
        b.experimental, b.comparator = chosen
        b.rules.append(rule)

    def _factor_before(self, s: Statistic) -> bool:
        """``多因素回归显示,门静脉癌栓(HR=2.14)、…``: the ratio in a bracket is of the factor before it."""
        if s.bracket < 0 or not _MODEL.search(self.scene.body):
            return False
        head = max(self.text.rfind(c, self.scene.start, s.bracket) for c in ",;:、和及)与") + 1
        head = max(head, self.scene.start)
        if inline.fullmatch(r"\s*(?:则|也|均)?(?:不是|并非|无关)\s*", self.text[head : s.bracket]):
            return False  # ``药物选择(A对B)不是(HR 0.97)``
        return not any(head <= g.start and g.end <= s.reach for g in self.scene.groups) and bool(
            inline.search(r"[\u4e00-\u9fff]|[A-Z]{2,}\s*[≥≤<>]", self.text[head : s.bracket])
        )

    def _does_it(self, g: Group) -> bool:
        """``thoracoscopy did not increase the risk``, ``a higher risk with X``: the ratio is of the group that is named."""
        if g.role or set(g.parts) & CONTROL_PARTS:
            return False
        return bool(
            _ACTS_ON.match(self.text, g.end)
            or (
                _RISK_WITH.search(self.text, self.scene.start, g.start)
                and inline.search(
                    r"\s(?:with|after|following)\s+(?:an?\s+|the\s+)?$", self.text[max(0, g.start - 24) : g.start]
                )
            )
        )

    def directions(self) -> None:
        """Where a ratio is the other way round than its two rates or medians say, these win."""
        for ls in self.lists:
            for b in ls:
                s = b.statistic
                if s.measure == "HR" and self._against_medians(b):
                    b.experimental, b.comparator = b.comparator, b.experimental
                    b.rules.append("sides.arithmetic")
                    continue
                if (
                    s.kind != "effect"
                    or s.measure not in ("RR", "OR")
                    or not s.value
                    or not b.experimental
                    or "sides.in-measure" in b.rules
                ):
                    continue
                rates = [
                    x
                    for x in self.bindings
                    if x.statistic.kind == "arm"
                    and x.statistic.measure == "rate"
                    and x.statistic.end <= s.start
                    and x.endpoint == b.endpoint
                ]
                one, two = (_last_of(rates, arm) for arm in (b.experimental, b.comparator))
                if not one or not two or one >= 100 or two >= 100:
                    continue
                ratio = one / two if s.measure == "RR" else (one / (100 - one)) / (two / (100 - two))
                if abs(ratio - s.value) > 0.1 * s.value and abs(1 / ratio - s.value) < 0.06 * s.value + 0.01:
                    b.experimental, b.comparator = b.comparator, b.experimental
                    b.rules.append("sides.arithmetic")

    def _against_medians(self, b: Binding) -> bool:
        """``HR 1.47`` beside the longer median of the experimental group: it is printed for the comparator."""
        s = b.statistic
        if (
            not s.value
            or not b.experimental
            or not b.comparator
            or b.endpoint is None
            or b.endpoint.id not in LASTING
            or "sides.in-measure" in b.rules
            or "sides.around-value" in b.rules
        ):
            return False
        medians = [
            x
            for x in self.bindings
            if x.statistic.kind == "arm"
            and x.statistic.measure in ("median", "rate")
            and x.experimental
            and x.statistic.end <= s.start
            and x.endpoint is not None
            and x.endpoint.id == b.endpoint.id
        ]
        if len({x.statistic.measure for x in medians}) > 1:
            medians = [x for x in medians if x.statistic.measure == "median"]
        one, two = (_last_of(medians, arm) for arm in (b.experimental, b.comparator))
        if not one or not two or s.ci_low is None or s.ci_high is None:
            return False
        more = 1.03 if medians[-1].statistic.measure == "median" else 1.0
        if s.ci_low < 1 < s.ci_high:  # a difference that may be chance has to be as large as the ratio says
            longer = max(one, two) / min(one, two)
            told = medians[-1].statistic.measure == "median" and longer >= 1.08 and not 0.95 < s.value < 1.05
            if not told or not 0.6 < longer * min(s.value, 1 / s.value) < 1.25:
                return False
        return (one > more * two and s.value > 1) or (two > more * one and s.value < 1)

    def expansion(self) -> None:
        """Read short names of groups through the definition of the arms."""
        single = {g.parts for g in self.scene.groups if g.alone} - {g.parts for g in self.scene.groups if not g.alone}
        for b in self.bindings:
            alone = b.group.alone if b.group is not None else b.experimental in single
            for side in ("experimental", "comparator"):
                if getattr(b, side) in _TIMED and self.default is not None:
                    setattr(b, side, expand(getattr(b, side), self.default))
            by_patient = [p for p in (*b.experimental, *b.comparator) if p.startswith(BY_PATIENT)]
            if by_patient:
                b.population = by_patient[0][len(BY_PATIENT) :]
                b.experimental = tuple(p for p in b.experimental if not p.startswith(BY_PATIENT))
                b.comparator = tuple(p for p in b.comparator if not p.startswith(BY_PATIENT))
                if b.statistic.kind == "arm" and self.default is None and self.focus.single and not b.experimental:
                    b.experimental = self.focus.single  # a subgroup of those who were given one treatment
                    b.rules.append("group.single-arm")
                    continue
                b.reasons.append("group: named by its patients, not by a treatment")
                continue
            if self.default is None and self.table.design and not alone:
                b.experimental, b.comparator = self._of_design(b.experimental), self._of_design(b.comparator)
            if not self.table.is_told(b.experimental) and b.experimental not in self.table.alone:
                b.experimental = expand(b.experimental, self.default, alone, self.table.kinds)
            if not self.table.is_told(b.comparator) and b.comparator not in self.table.alone:
                b.comparator = expand(b.comparator, self.default, b.comparator in single, self.table.kinds)

    def _of_design(self, parts: Arms) -> Arms:
        """The one arm of a study with several that holds these treatments."""
        arms = [arm for arm in self.table.design if set(parts) <= set(arm)]
        return arms[0] if parts and len(arms) == 1 else parts

    def _arm_behind(self, s: Statistic, default: Contrast) -> Arms:
        """``HR 1.15 for A and 1.32 for B`` in a study of several arms: the arm that is held against the control."""
        if not default.several:
            return ()
        behind = next(
            (g for g in self.named if g.start >= s.reach and _FOR.fullmatch(self.text, s.reach, g.start)), None
        )
        arm = self._side(default, behind) if behind is not None else ()
        return arm if arm in default.arms and arm != default.comparator else ()

    def _between_measure(self, g: Group, s: Statistic) -> bool:
        return s.measure_start >= 0 and (s.measure_start <= g.start < s.start or 0 <= s.measure_start - g.end <= 6)

    def _only_group_is_side(self, c: Contrast) -> bool:
        return self._side(c, self.named[0]) in (c.experimental, c.comparator, *c.arms)

    def _oriented(self, pair: tuple[Arms, Arms], default: Contrast | None) -> tuple[Arms, Arms]:
        plain = {g.parts for g in self.named if self.text.startswith("单纯", g.start)}
        if plain and pair[1] in plain and pair[0] not in plain:
            return pair  # ``单纯X组`` is what the other group was added to
        if _gray(pair[0]) and _gray(pair[1]):
            return pair  # doses, in the order in which they are compared
        titled = self.table.titles.values()
        if pair[0] in titled and pair[1] in titled:
            return pair  # arms of their own, in the order in which they are compared
        if default is not None:
            if (pair[1], pair[0]) == (default.experimental, default.comparator):
                return pair[1], pair[0]
            if pair == (default.experimental, default.comparator):
                return pair
        return orient(*pair, self.table)

    def _compares_others(self, n: int, s: Statistic) -> bool:
        """``女性生存期长于男性(P=0.038),放疗患者长于未放疗患者(P=0.003)``: each p-value has a comparison of its own."""
        begin = max(self._prev_end(n), self._clause_start(s.start))
        return bool(_THAN.search(self.text, begin, s.start)) and not any(
            begin <= g.start and g.end <= s.start for g in self.named
        )

    def _prognostic(self) -> bool:
        if self._by_population():
            return True
        told = inline.search(
            r"(?:was|were) associated with|associated with (?:favou?rable|poor|better|worse|shorter|longer)",
            self.scene.body,
            re.I,
        )
        if told is not None and any(
            g.parts
            and not g.parts[0].startswith(BY_PATIENT)
            and g.start - self.scene.start < 12
            and 0 <= self.scene.start + told.start() - g.end <= 30
            for g in self.named
        ):
            return False  # ``Docetaxel was associated with a lower risk``: the treatment is the subject
        return bool(
            inline.search(
                r"prognos|predict(?:or|ive)|risk factors?|independent(?:ly)? (?:factor|associated)|multivaria\w+ analysis (?:showed|revealed|identified)|relevant factors?|was associated with|were associated with|remained\s+(?:independently\s+|significantly\s+)?associated\s+with|ratios?\s+associated\s+with|depended\s+on|as\s+likely\s+(?:in|after)|associated with (?:favou?rable|poor|better|worse|shorter|longer)|独立危险因素|危险因素|预后因素|影响因素|保护因素|独立因素|多(?:因素|变量)(?:分析|(?:logistic|cox|比例风险)?回归(?:模型|分析)?)(?:中)?(?:显示|结果|提示|发现|表明)|多变量分析",
                self.scene.body,
                re.I,
            )
        )

    def _within_group(self, s: Statistic) -> Group | None:
        """``it decreased in the placebo group (P = 0.01)``: a change of one group, compared with nothing."""
        own = max([self._clause_start(s.start), *(end for _, end in self.bounds if end <= s.start - 3)])
        comma = [m.end() for m in _CLAUSE_COMMA.finditer(self.text, own, s.start)]
        start = next(
            (
                c
                for c in reversed(comma)
                if _CHANGED.search(self.text, c, s.start) or _OWN_BEFORE.search(self.text, c, s.start)
            ),
            own,
        )
        named = [g for g in self.named if start <= g.start and g.end <= s.start]
        clause = self.text[start : s.start]
        if len({g.parts for g in named}) != 1 or named[0].parts[0].startswith(BY_PATIENT):
            return None
        if _BUT_NOT_IN.search(clause[: named[0].start - start]) and any(
            "sides.within-group" in b.rules for b in self.bindings if b.statistic.start < s.start
        ):
            return named[-1]
        itself = _OWN_BEFORE.search(clause)
        if itself and "两组" not in clause and not any(g.start >= start + itself.start() for g in named):
            return named[-1]
        if (
            not _CHANGED.search(clause)
            or _SET_AGAINST.search(clause)
            or _SET_AGAINST.match(self.text[s.reach : s.reach + 40].lstrip(" )],，、"))
        ):
            return None
        return named[-1]

    def _only_two(self) -> tuple[Arms, Arms] | None:
        """The two groups of a sentence that names no others, in their order."""
        named = list(dict.fromkeys(g.parts for g in self.named if g.noun))
        return (named[0], named[1]) if len(named) == 2 and len({g.parts for g in self.named}) == 2 else None

    def _unopposed(self, b: Binding) -> bool:
        """``ERAS组短于对照组(P=0.02)``: one side is known, and nothing says what the control group was given."""
        parts = self.table.unopposed
        if not parts or self._prognostic() or self._by_population() or any(g.parts != parts for g in self.named):
            return False
        b.experimental = parts
        b.rules.append("sides.unopposed")
        b.reasons.append("comparator: the text does not say what the control group was given")
        return True

    def _test(self, n: int, b: Binding) -> None:
        s = b.statistic
        default = self.default
        if self._three_before(n):
            b.reasons.append("sides: the test is over more than two groups")
            return
        pair = self._pair_before(n, b)
        alone = self._within_group(s) if pair is None else None
        if alone is not None:
            b.experimental, b.group = alone.parts, alone
            b.rules.append("sides.within-group")
            b.reasons.append("comparator: the test is of a change within the group")
            return
        contrast = self._nearest_contrast(s.start, s.reach)
        if pair is None and contrast is not None and contrast.start >= s.reach and self._compares_others(n, s):
            b.reasons.append("sides: the clause compares others than the groups of the sentence")
            return
        if pair is not None:
            b.experimental, b.comparator = self._oriented(pair, default)
            b.rules.append("sides.values")
        elif contrast is not None:
            b.experimental, b.comparator = self._oriented((contrast.experimental, contrast.comparator), default)
            b.rules.append("sides.sentence")
        elif default is not None and default.several:
            b.reasons.append(_WHICH)
        elif default is not None and not self._prognostic():
            b.experimental, b.comparator = default.experimental, default.comparator
            b.rules.append("sides.focus")
        elif default is None and (two := self._only_two()) and not self._prognostic():
            b.experimental, b.comparator = self._oriented(two, default)
            b.rules.append("sides.two-named")
        elif not self._unopposed(b):
            b.reasons.append("sides: no comparison of two groups is stated")
