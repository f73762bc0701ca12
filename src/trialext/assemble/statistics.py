"""From items to statistics: each printed value with its own interval, p-value and fraction.

This step only joins what is printed together; whom a value belongs to is decided later.
"""

from __future__ import annotations

import itertools
import re

from ..model import RATIOS
from ..recognise.guarded import guarded
from ..recognise.items import Item, number_value, unit_name
from ..text import inline
from .statistic import Statistic
from .value_lists import bracket_ends, joiner, number_lists, one_p_behind_all, one_p_for_all, split_pairs

__all__ = ["find_statistics"]


_NUMBERS = {"number", "percent", "duration", "plusminus", "fraction", "range"}

_WORDS_BETWEEN = re.compile(
    r"^[\s,;:.()\[\]=]*(?:(?:and|with|was|by|an?|the|is|of|for|two-sided|one-sided|2-sided|1-sided|nominal|descriptive|名义(?:上)?|描述性|分层|未分层|校正后?|相应的?|对应的?|stratified|unstratified|adjusted|exploratory|log-?\s*rank|test|both|all|corresponding|associated|respectively|superiority|non-?inferiority|double-sided|exact|Fisher's|chi-square(?:d)?|Cochran-Mantel-Haenszel|CMH|均|双侧|单侧|差异(?:有|无|具有)?(?:显著)?(?:统计学)?意义?|有显著性差异|有统计学差异|无统计学差异|无显著差异|具有统计学差异|值|且|log-rank检验|检验|χ2?\s*=\s*[\d.]+|t\s*=\s*-?[\d.]+|Z\s*=\s*-?[\d.]+|F\s*=\s*[\d.]+|x2\s*=\s*[\d.]+)[\s,;:.()\[\]=]*)*$",
    re.I,
)

_PATIENTS_BEHIND = re.compile(
    r"\s*(?:of\s+\d+\s+)?(?:evaluable\s+|assessable\s+)?(?:patients?|cases|women|men|例|人|名)(?:患者)?(?=\s*[,;])"
)

_FOR_WHAT = re.compile(r"\s+(?:for|per)\s+[^;,()\d]{3,50};\s*")
"""``0.75 for a tenfold larger caseload; 95% CI``: what a ratio is reckoned for."""
_UNIT_BEHIND = re.compile(r"\s*(%|months?|mos?|years?|weeks?|days?|d|h|min|个月|月|年|周|天|小时|分钟)(?![A-Za-z])")


_NAMED_BEHIND = re.compile(r"\s+(?:(?:was|is)\s+)?(?:the\s+)?", re.I)

_PLAIN_UNIT = re.compile(
    r"\s*-?(points?|[mnpμµ]?g/(?:h|day|d|m[lL]|d[lL]|[lL])|mm\s?Hg|mmol/[lL]|mg/d[lL]|[mM]?[lL]/min|kg/m2|kg|(?:mm|cm|m)/(?:s|sec|min|h)|mm|cm|Gy|beats/min|分)(?![A-Za-z])"
)

_WHEN_MEASURED = re.compile(
    r"[\[(]\s*9\d(?:\.\d+)?\s*%\s*CI\s*[\])]|\((?:SD|SEM?|s\.?d\.?|s\.?e\.?m?\.?|±\s*SD)\)|(?:weeks?|months?|days?|years?)\s+\d+|\d+[\s-](?:weeks?|months?|days?|years?)(?:\s+(?:of\s+)?follow-?up)?|第?\d+(?:周|个月|天|年)|\d+-\d+|\d+-mm",
    re.I,
)

_EVENTS = r"(?:progression|deaths?|mortality|recurrences?|relapses?|metastas[ei]s|transformation|incidence)"

_FEWER_EVENTS = re.compile(
    rf"(?:reduced|decreased|lowered|increased|cut)\s[^,;.()\d]{{0,50}}(?<![A-Za-z]){_EVENTS}[^,;.()\d]{{0,30}}\sby\s+(?:about\s+|approximately\s+)?$",
    re.I,
)

_EVENTS_FEWER = re.compile(
    rf"\s*(?:relative\s+)?(?:reduction|decrease|increase)\s+in\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}{_EVENTS}(?![A-Za-z])",
    re.I,
)

_DIFFERENCE_GREW = re.compile(
    r"difference\s+(?:in|between)\s[^,;.()]{3,70}\s(?:rose|increased|grew|widened)\s+(?:by\s+|to\s+)?$", re.I
)

_GAIN = r"(?:benefits?|improvements?|gains?|increases?|reductions?|decreases?|differences?)(?![A-Za-z])"
_ABSOLUTE = re.compile(
    rf"absolute\s+(?:survival\s+)?{_GAIN}\s+(?:(?:in|from|for|with)\s+[^;.()]{{2,60}}?\s)?(?:was|of|is)\s+(?:about\s+|only\s+)?$"
    r"|绝对(?:获益|差异|差值|收益|获益率|值)?[^,;。\d]{0,10}(?:达到?|为|约|增加|提高|降低|相差)(?:了|约)?\s*$",
    re.I,
)
_ABSOLUTE_BEHIND = re.compile(rf"\s*absolute\s+(?:survival\s+|overall\s+)?{_GAIN}(?!\s+in\s+(?:the\s+)?risk)", re.I)
"""``a 7% absolute benefit in OS``"""
_AND_FOR = re.compile(r"\s*%?\s*(?:for|in)\s+[^,;.()]{3,50}(?:\([^()]*\))?,?\s*(?:and\s+)?")
"""``an absolute benefit of 6% for X (…), 10% for Y and …``"""

_ROSE = re.compile(
    r"(?:提高|增加|升高|降低|减少|下降|改善|相差|高出)(?:了|约|近|达)*\s*$|(?:improved|increased|rose|reduced|decreased|higher|lower|difference|improvement|increase|gain|benefit)\s+(?:[^,;.()]{2,40}\s)?(?:by|of|was)\s+(?:about\s+|only\s+)?$",
    re.I,
)

_MEASURED_IN = re.compile(
    r"\s*(m[Lldg]+(?:/[A-Za-z]+)?|mm\s?Hg|mm|cm|mmol/[lL]|kg(?:/m2)?|points?|分|ng/[A-Za-z]+|pg/[A-Za-z]+|g/[A-Za-z]+|[μµ]g/[A-Za-z]+)(?![A-Za-z])"
)
_MORE_P = re.compile(r"\s*、\s*0?\.\d{2,4}(?![\d%])")
"""``P=0.041、0.036``"""
_SPREAD_NAME = r"(?P<word>SD|SEM?|standard deviation|standard error(?: of the mean)?|标准差|标准误)"

_SMALL_UNIT = r"(?:\s*(?:points?|mm|cm|m[lL]|mg|kg|g)(?![A-Za-z]))?"

_SPREAD_WORD = re.compile(
    rf"{_SMALL_UNIT}\s*[(\[,]\s*{_SPREAD_NAME}(?:\s*[(\[]\s*(?:SD|SEM?)\s*[)\]])?\s*(?:[=:]|of|was|为)?\s*",
    re.I,
)

_WITH_SPREAD = re.compile(
    rf"{_SMALL_UNIT}\s*[(\[]\s*{_SPREAD_NAME}(?![A-Za-z])",
    re.I,
)

_INTERVAL_BEHIND = re.compile(r"\s*[(\[]\s*-?\d[\d.]*\s*(?:,|to|-|~|;)\s*-?\d")

_HEADED = guarded(
    r"(?:means?|medians?|均数|均值|平均值|中位数)\s*[\[(]\s*(?:9\d(?:\.\d+)?\s*%?\s*)?(?:CI|confidence intervals?|置信区间|可信区间)\s*[\])]",
    re.I,
)

_SPREAD_LISTED = guarded(rf"(?:mean|均数|均值|平均值)s?\s*[(\[±]\s*{_SPREAD_NAME}", re.I)

_UNIT_INSIDE = re.compile(r"\s*(?:months?|mos?|years?|weeks?|days?|个月|月|年|周|天)(?=\s*[)\],;])")

_NUMBERED = re.compile(
    r"(?<![A-Za-z])(?:groups?|arms?|cohorts?|grades?|stages?|types?|class|day|cycle|level)\s*$", re.I
)
_NUMBER_WORD = guarded(r"(?<![A-Za-z])(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s*$", re.I)

_COUNT_BEFORE = re.compile(
    r"(?<![\d.])(\d[\d,]*)\s*(?:例|名|位|人|只|cases?|patients?|subjects?|participants?|women|men|个)?\s*(?:患者|病人|受试者|病例)?\s*$"
)

_COUNT_WITHIN = re.compile(
    r"(?P<of>\d[\d,]*)\s*(?:例|名|位)(?:可评估|可评价)?(?:的)?(?:患者|病例|受试者|病人)?(?:当?中|里)[,]?(?:的|共?有|只有|仅有?|共)?\s*(?P<n>\d[\d,]*)\s*(?:例|名|位|人)?(?:患者)?[^\d,;。()\[\]%]{0,12}$"
)  # ``4668例中的608例[13.0%]``

_PATIENTS = re.compile(
    r"(?<![\d.])(?:(?P<zh>\d[\d,]*)\s*(?:例|名|位)(?!次|数)|(?<![A-Za-z])[Oo](?:f|ut of)\s+(?:the\s+|all\s+)?(?P<en>\d[\d,]*)\s+(?:\w+\s+){0,3}?(?:patients|cases|women|men|subjects|participants|children|adults|tumou?rs))"
)

_COUNTED = re.compile(
    r"(?<![\d.])(?P<of>\d[\d,]*)\s*(?:例|名|位)(?!次|数)[^;。\d]{0,16}?(?P<n>\d[\d,]*)\s*(?:例|名|位|人)[^;。\d]{0,24}(?:率|比例)[^;。\d]{0,6}$"
)  # ``37例患者中22例出现…,发生率为59.4%``

_OF_AFTER = re.compile(
    r"^\s*[)\]]?\s*(?:patients?\s+|cases?\s+)?(?:of|/|out of)\s+(?:the\s+|all\s+)?(\d[\d,]*)(?![\d.]*\s*%)"
)

_OF_GRADE = re.compile(r"(?:grades?|级别)\s*$", re.I)
"""``limited to grade 1/2 (23%)``"""
_GOAL = re.compile(
    r"(?:终点|目标)(?:均|都|仍)?$|(?<![A-Za-z])(?:end ?points?|objectives?|goals?)\s+(?:was|were|had|has|have)\s+$",
    re.I,
)
_UNREACHED = guarded(
    r"(?:had\s+|has\s+|have\s+)?not\s+(?:yet\s+|been\s+|yet\s+been\s+)?(?:reached|attained|estimable)|(?<![A-Za-z])NR(?![A-Za-z])|(?:尚|仍)?未(?:能)?达到?(?!主要|统计|显著|预设)",
    re.I,
)

_IN_GROUP = re.compile(
    r"^\s*(?:of\s+(?:the\s+)?)?(?:patients\s+|cases\s+)?(?:in|for|with|among|of|who received|receiving)\s+(?:the\s+|those\s+|patients\s+|who\s+|were\s+|received\s+|receiving\s+|given\s+|assigned\s+to\s+|\d+(?:\.\d+)?\s*mg[-\s])*$",
    re.I,
)


class _Reader:
    """Walks the items of one sentence."""

    def __init__(
        self, text: str, items: list[Item], start: int, end: int, measure: str | None, level: float | None
    ) -> None:
        self.text, self.items, self.start, self.end = text, items, start, end
        self.used: set[int] = set()
        self.found: list[Statistic] = []
        self.measure, self.level = measure, level
        self.label_level: float | None = None

    # -- effects -----------------------------------------------------------------------
    def effects(self) -> None:
        i = 0
        while i < len(self.items):
            item = self.items[i]
            if item.kind == "ci" and item.level is not None:
                self.level = item.level
            if item.kind == "ci_label" and item.level is not None:
                self.label_level = item.level
            if item.kind == "measure":
                self.measure = item.id
                j = self._value_after(i)
                k = i - 1
                if (
                    (j is None or self.items[j].start - item.end > 12)
                    and k >= 0
                    and k not in self.used
                    and self.items[k].kind == "number"
                    and "." in self.text[self.items[k].start : self.items[k].end]
                    and item.id in RATIOS
                    and _NAMED_BEHIND.fullmatch(self.text[self.items[k].end : item.start])
                ):
                    self._effect(k, item.id, -1, i)
                    i += 1
                    continue
                if j is not None:
                    self._effect(j, item.id, item.start)
                    i = j
            elif (
                i not in self.used
                and self.measure in RATIOS
                and (self._ratio_with_interval(i) or self._ratio_of_list(i))
            ):
                self._effect(i, self.measure, -1)
            i += 1

    def _value_after(self, i: int) -> int | None:
        """The number that a measure word announces, or None."""
        measure = self.items[i].id
        for j in range(i + 1, min(i + 22, len(self.items))):
            item = self.items[j]
            if j in self.used or item.start - self.items[i].end > 160:
                return None
            if item.kind in ("measure", "p"):
                return None
            if item.kind == "ci_label" and item.level is not None:
                self.label_level = item.level
            if (
                item.kind == "semicolon"
                and item.bracket == self.items[i].bracket
                and item.start - self.items[i].end > 40
            ):
                return None
            if item.kind == "number" and item.id != "thresh":
                if measure in RATIOS and _PLAIN_UNIT.match(self.text, item.end):
                    continue  # ``hazard ratio for 4 Gy versus 24 Gy, 3.46``
                if measure in RATIOS and (
                    item.value is None
                    or item.value < 0
                    or (float(item.value).is_integer() and not self._has_interval(j) and not self._close_by(i, j))
                ):
                    continue
                return j
            if item.kind == "percent" and measure in ("RD", "MD", "other"):
                return j
            if item.kind == "duration" and measure in ("MD",) and not self._has_interval(j + 1):
                return j
            if item.kind == "percent" and measure in RATIOS:
                return None
            if item.kind == "plusminus":
                return None
        return None

    def _close_by(self, i: int, j: int) -> bool:
        return self.items[j].start - self.items[i].end <= 12

    def _has_interval(self, j: int) -> bool:
        for k in range(j + 1, min(j + 6, len(self.items))):
            kind = self.items[k].kind
            if kind in ("ci", "ci_label"):
                return True
            if kind == "range":
                return self.items[k].unit is None
            if kind not in ("open", "comma", "semicolon"):
                return False
        return False

    def _ratio_with_interval(self, i: int) -> bool:
        """A further value of a list: ``and 1.09 (0.89-1.36, p=0.39)`` after a ratio earlier on."""
        item = self.items[i]
        if (
            item.kind != "number"
            or item.value is None
            or item.value <= 0
            or item.op not in (None, "=")
            or "." not in self.text[item.start : item.end]
        ):
            return False
        k = i + 1
        opened = False
        while k < len(self.items) and self.items[k].kind in ("open", "comma", "semicolon", "ci_label"):
            if self.items[k].kind == "ci_label":
                opened = True
            if self.items[k].start - item.end > 25:
                return False
            k += 1
        if k >= len(self.items):
            return False
        nxt = self.items[k]
        between = self.text[item.end : nxt.start]
        if _PLAIN_UNIT.match(self.text, item.end):
            return False
        if len(between) > 30 or inline.search(
            r"[A-Za-z]{4,}", inline.sub(r"(?i)confidence|interval|credible", "", between)
        ):
            return False
        if nxt.kind == "ci" or (
            nxt.kind == "range" and nxt.unit is None and (opened or "(" in between or "[" in between or "," in between)
        ):
            low, high = nxt.low, nxt.high
            return low is not None and (high is None or low <= item.value <= high or abs(item.value - low) < 0.02)
        return False

    def _ratio_of_list(self, i: int) -> bool:
        """``HR of 1.44 and 1.51, respectively``: a further bare value of a list that is said to run over something."""
        item, last = self.items[i], self.found[-1] if self.found else None
        if (
            last is None
            or last.kind != "effect"
            or item.kind != "number"
            or item.op is not None
            or not 0 < (item.value or 0) < 100
            or "." not in self.text[item.start : item.end]
            or not inline.fullmatch(r"\s*[)\]]?\s*(?:,|、|和|与|及|,?\s*and)\s*", self.text[last.reach : item.start])
        ):
            return False
        ahead = inline.match(
            r"(?:\s*\([^()]{1,40}\))?[\s\d.,、和与及]*(?:and[\s\d.]*(?:\([^()]{1,40}\))?)?,?\s*respectively",
            self.text[item.end : item.end + 90],
        )
        told = inline.search(
            r"分别(?:为|是|:)?\s*[\d.、,和与及\s()=<>P]*$", self.text[max(self.start, last.start - 40) : last.start]
        )
        return ahead is not None or told is not None

    def _effect(self, j: int, measure: str, measure_start: int, word: int | None = None) -> None:
        """Take item `j` as the value; `word` is the item of a measure word that stands behind it."""
        item = self.items[j]
        self.used.add(j)
        s = Statistic(
            "effect", measure, item.value, item.value_start, item.value_end, item.end, bracket=item.bracket,
            qualifier=item.op if item.op in ("<", ">", "<=", ">=") else None,
            unit=item.unit if measure not in RATIOS else None, measure_start=measure_start,
        )  # fmt: skip
        s.spans["value"] = (item.value_start, item.value_end)
        s.rules.append("effect.after-word" if measure_start >= 0 else "effect.list")
        self._attach(s, j if word is None else word)
        if s.ci_low is None and s.ci_high is None and measure in RATIOS:
            self._interval_before(s, j)
        self.found.append(s)

    def _interval_before(self, s: Statistic, j: int) -> None:
        """``95%CI: 0.66-0.88, HR = 0.77``: an unclaimed interval right before the word that holds the value."""
        k = j - 1
        while k >= 0 and self.items[k].kind in ("measure", "comma", "semicolon", "endpoint"):
            k -= 1
        if k < 0 or k in self.used or self.items[k].kind != "ci" or self.items[k].bracket != self.items[j].bracket:
            return
        low, high = self.items[k].low, self.items[k].high
        if (
            low is not None
            and high is not None
            and s.value is not None
            and low <= s.value <= high
            and s.start - self.items[k].end < 30
        ):
            self._interval(s, self.items[k], self.items[k].level)
            self.used.add(k)

    # -- what stands with a value --------------------------------------------------------
    def _attach(self, s: Statistic, j: int, p: bool = True) -> None:
        """Take the interval and the p-value that follow item `j`."""
        last = self.items[j].end
        if s.unit is None and s.measure in ("MD", "mean", "median"):
            unit = _PLAIN_UNIT.match(self.text, last)
            if unit:
                s.unit = unit.group(1)
                last = s.reach = unit.end()
        depth0 = self.items[j].depth
        outside = False
        label = (self.items[j - 1].kind == "ci_label" if j else False) or (
            s.measure in ("mean", "median") and _HEADED.search(self.text, self.start, s.start) is not None
        )
        k = j + 1
        while k < len(self.items):
            item = self.items[k]
            if k in self.used:
                break
            between = self.text[last : item.start]
            if item.kind in ("comma", "semicolon", "open", "close"):
                if item.kind == "close" and item.depth < depth0:
                    outside = True
                    depth0 = item.depth
                if item.kind == "semicolon" and outside:
                    break
                k += 1
                continue
            if item.kind == "respectively":
                k += 1
                continue
            if (
                item.kind == "group"
                and s.kind == "arm"
                and s.ci_low is None
                and _IN_GROUP.match(between)
                and self._interval_ahead(k)
            ):
                last = item.end
                k += 1
                continue
            if s.kind == "arm" and s.ci_low is None and self._count_before_interval(k, last):
                last = item.end  # ``37% (19 of 52; 95% CI, 24-51)``: the count is read by the rate
                k += 1
                continue
            told_for = s.kind == "effect" and item.kind in ("ci", "ci_label") and _FOR_WHAT.fullmatch(between)
            if not told_for and not _WORDS_BETWEEN.match(_PATIENTS_BEHIND.sub("", between)):
                break
            if item.kind == "ci" and s.ci_low is None and s.ci_high is None:
                self._interval(s, item, item.level)
            elif item.kind == "ci_label":
                label = True
                if item.level is not None:
                    self.label_level = self.level = item.level
            elif (
                item.kind == "range"
                and s.ci_low is None
                and s.ci_high is None
                and self._is_interval(s, item, between, label)
            ):
                self._interval(s, item, self.label_level or self.level)
            elif (
                item.kind == "number"
                and s.ci_low is None
                and k + 2 < len(self.items)
                and self._pair(s, k, between, label)
            ):
                low, high = self.items[k], self.items[k + 2]
                if s.kind == "arm" and not label and s.unit not in ("%", "months", "years"):
                    s.spread_kind, s.spread_low, s.spread_high = "IQR", low.value, high.value  # ``7 (5, 9) d``
                else:
                    s.ci_low, s.ci_high, s.ci_level = low.value, high.value, self.label_level or self.level
                    s.spans["ci"] = (low.value_start, high.value_end)
                self.used |= {k, k + 2}
                last = s.reach = high.end
                k += 3
                continue
            elif item.kind == "p" and p and s.p_value is None and item.id != "interaction" and s.kind == "effect":
                s.p_op, s.p_value = item.op, item.value
                s.spans["p"] = (item.start, item.end)
                self.used.add(k)
                last = s.reach = item.end
                k += 1
                # ``p = 0.008 by log-rank test and p < 0.001 by …``: the second is a test of its own
                break
            else:
                break
            self.used.add(k)
            last = item.end
            s.reach = max(s.reach, last)
            k += 1
        own_unit = _UNIT_INSIDE.match(self.text, s.reach) if s.kind == "arm" and s.ci_low is not None else None
        if own_unit is not None:
            s.reach = own_unit.end()

    def _count_before_interval(self, k: int, last: int) -> bool:
        """Whether item k is a count, alone in the bracket before an interval."""
        item = self.items[k]
        if item.kind not in ("fraction", "n") and not (
            item.kind == "number" and _PATIENTS_BEHIND.match(self.text, item.end)
        ):
            return False
        behind = next((i for i in self.items[k + 1 : k + 4] if i.kind not in ("comma", "semicolon")), None)
        return (
            bool(inline.fullmatch(r"\s*[(\[]\s*", self.text[last : item.start]))
            and behind is not None
            and behind.kind in ("ci", "ci_label")
            and behind.bracket == item.bracket
        )

    def _interval_ahead(self, k: int) -> bool:
        """``51% in the ripretinib arm (95% CI, …)``: a bracket with an interval right after the group."""
        nxt = [i for i in self.items[k + 1 : k + 4] if i.kind in ("open", "ci")]
        return (
            len(nxt) == 2
            and nxt[0].kind == "open"
            and nxt[1].kind == "ci"
            and nxt[0].start - self.items[k].end < 12
            and nxt[1].start - nxt[0].end < 3
        )

    def _is_interval(self, s: Statistic, item: Item, between: str, label: bool) -> bool:
        if s.measure in RATIOS and item.unit not in (None,):
            return False
        if s.kind == "arm" and item.unit not in (None, s.unit):
            return False
        if (
            s.kind == "arm"
            and s.value is not None
            and item.low is not None
            and item.high is not None
            and not item.low <= s.value <= item.high
        ):
            return False
        if inline.match(r"\s*(?:级|度|grade)", self.text[item.end : item.end + 7]) or inline.search(
            r"[Gg]rades?\s*$", self.text[max(self.start, item.start - 8) : item.start]
        ):
            return False
        before = self.text[max(self.start, item.start - 14) : item.start].lower()
        if inline.search(r"range|iqr|interquartile|范围|四分位", before):
            return False
        if s.kind == "arm" and s.measure == "median" and item.unit is not None and not label and not self._labelled():
            return False  # ``41周(8~136周)``: with its unit it is what the patients ranged over
        if between.strip() == ";" and s.unit == item.unit == "%" and self.items and s.bracket != -1:
            return True  # ``(75%;47.6%-92.7%)``
        return label or "(" in between or "[" in between or "," in between or s.kind == "effect"

    def _labelled(self) -> bool:
        return self.label_level is not None or any(x.kind in ("ci", "ci_label") for x in self.items)

    def _pair(self, s: Statistic, k: int, between: str, label: bool) -> bool:
        """``0.51 (0.38, 0.69)``: two numbers and a comma alone in a bracket that enclose the value."""
        a, c, b = self.items[k], self.items[k + 1], self.items[k + 2]
        return (
            c.kind in ("comma", "semicolon") and b.kind == "number" and a.bracket == b.bracket != -1
            and ("(" in between or "[" in between or label) and a.value is not None and b.value is not None and s.value is not None
            and a.value <= s.value <= b.value and self.text[a.end : b.start].strip() in (",", ";")
        )  # fmt: skip

    def _interval(self, s: Statistic, item: Item, level: float | None) -> None:
        s.ci_low, s.ci_high = item.low, item.high
        s.ci_level = level
        s.spans["ci"] = (item.value_start, item.value_end)
        if level is not None:
            self.level = level

    # -- one-group values ---------------------------------------------------------------
    def arms(self) -> None:
        for i, item in enumerate(self.items):
            if i in self.used:
                continue
            if item.kind == "percent":
                self._rate(i)
            elif item.kind == "duration" and self._gain(item):
                self.used.add(i)
                s = Statistic(
                    "effect",
                    "MD",
                    item.value,
                    item.value_start,
                    item.value_end,
                    item.end,
                    bracket=item.bracket,
                    unit=item.unit,
                )
                s.spans["value"] = (item.value_start, item.value_end)
                s.rules.append("effect.gain")
                self._attach(s, i)
                self.found.append(s)
            elif item.kind == "duration":
                self._arm(i, "median", item.unit)
            elif item.kind == "plusminus":
                rate = item.unit == "%" and not self._is_mean(item)
                s = self._arm(i, "rate" if rate else "median" if self._is_median(item) else "mean", item.unit)
                if rate:
                    s.spread_kind, s.spread_low = "SE", item.low
                    continue
                s.spread_kind = (
                    "SE" if inline.search(r"SEM?\b|standard error|标准误", self.text[self.start : self.end]) else "SD"
                )
                s.spread_low = item.low
            elif item.kind == "range" and self._moved(item):
                self._from_to(i)
            elif item.kind == "number" and item.op in (None, "=") and (unit := self._unit_behind(i)):
                self._arm(i, "rate" if unit == "%" else "median", unit).rules.append("unit.behind-interval")
        self._intervals_apart()
        self._unreached()
        self._units_by_ellipsis()
        self._bare()
        self._units_by_ellipsis()
        self._unit_once()

    def _is_median(self, item: Item) -> bool:
        """``中位生存时间为18.5±1.2个月``: a median that is printed with its error."""
        before = self.text[max(self.start, item.start - 60) : item.start]
        told = inline.findall(
            r"(?<![A-Za-z])(?:mean|average|median)s?(?![A-Za-z])(?![^()]*\))|(?:中位|平均|均值|均数)(?![^()]*\))",
            before,
            re.I,
        )
        return bool(told) and inline.match(r"median|中位", told[-1], re.I) is not None

    def _is_mean(self, item: Item) -> bool:
        """Whether ``x ± y%`` is the mean of a change: its words say so, its sign, or the one listed before it."""
        before = self.text[max(self.start, item.start - 60) : item.start]
        return (
            (item.value or 0) < 0
            or self.text[item.start] == "+"
            or inline.search(r"mean|average|平均|均值|均数", before, re.I) is not None
            or _SPREAD_LISTED.search(self.text, self.start, item.start) is not None
            or any(
                s.kind == "arm" and s.measure == "mean" and s.unit == "%" and 0 <= item.start - s.reach < 60
                for s in self.found
            )
        )

    def _intervals_apart(self) -> None:
        """``分别为5%和35%, 其95%CI分别为(0~11.75)和(20.22~49.78)``: intervals in a list of their own."""
        for k, label in enumerate(self.items):
            if label.kind != "ci_label" or k in self.used:
                continue
            ranges: list[int] = []
            for j in range(k + 1, min(k + 24, len(self.items))):
                item = self.items[j]
                if item.kind == "range" and j not in self.used and item.low is not None and item.high is not None:
                    ranges.append(j)
                elif item.kind not in ("respectively", "open", "close", "comma", "and"):
                    break
            values = sorted(
                (
                    s
                    for s in self.found
                    if s.kind == "arm" and s.ci_low is None and s.value is not None and s.end <= label.start
                ),
                key=lambda s: s.start,
            )[-len(ranges) :]
            if len(ranges) < 2 or len(values) != len(ranges) or label.start - values[-1].reach > 20:
                continue
            if all(
                (self.items[j].low or 0) <= (s.value or 0) <= (self.items[j].high or 0)
                for s, j in zip(values, ranges, strict=True)
            ):
                for s, j in zip(values, ranges, strict=True):
                    reach = s.reach
                    self._interval(s, self.items[j], label.level)
                    s.reach = reach
                    self.used.add(j)
                self.used.add(k)

    def _unit_once(self) -> None:
        """``5.5 for docetaxel versus 3.3 months for placebo``"""
        medians = sorted(
            (s for s in self.found if s.kind == "arm" and s.measure == "median" and s.value is not None),
            key=lambda s: s.start,
        )
        for one, two in itertools.pairwise(medians):
            if one.unit is None and two.unit in ("months", "years", "weeks", "days") and two.start - one.end < 90:
                one.unit = two.unit
                one.rules.append("unit.from-next")

    def _unreached(self) -> None:
        """``median OS was not reached``: a row without a value."""
        for m in _UNREACHED.finditer(self.text, self.start, self.end):
            before = self.text[max(self.start, m.start() - 90) : m.start()]
            if not inline.search(r"[Mm]edian|中位|[mM](?:OS|PFS|DOR|DoR|EFS|DFS)", before) or inline.match(
                r"\s*(?:主要|终点|统计|显著|statistical|significan|the primary|its primary|预设)",
                self.text[m.end() : m.end() + 24],
                re.I,
            ):
                continue
            if _GOAL.search(before):
                continue  # ``the primary endpoint was not reached``
            if any(i.kind == "ci" and i.start < m.start() < i.end for i in self.items):
                continue
            s = Statistic("arm", "median", None, m.start(), m.end(), m.end(), qualifier="not reached")
            s.bracket = max(
                (
                    i.start
                    for i in self.items
                    if i.kind == "open"
                    and i.start < m.start()
                    and not any(
                        c.kind == "close" and i.start < c.start < m.start() and c.bracket == i.bracket
                        for c in self.items
                    )
                ),
                default=-1,
            )
            s.spans["value"] = (m.start(), m.end())
            s.rules.append("arm.not-reached")
            self.found.append(s)

    def _bare(self) -> None:
        """``the median score was 4 …``, ``mean HbA1c 7.2``: a number that only its word says is a mean or median."""
        told: Statistic | None = None
        for i, item in enumerate(self.items):
            if i in self.used or item.kind != "number" or item.value is None or item.op not in (None, "="):
                continue
            if told is not None and self._next_mean(told, item):
                unit = _MEASURED_IN.match(self.text, item.end) if told.unit else None
                told = self._arm(i, told.measure, told.unit)
                told.reach = max(told.reach, unit.end() if unit else 0)
                told.rules.append("arm.bare")
                continue
            before = self.text[max(self.start, item.start - 90) : item.start]
            last = None
            for m in inline.finditer(
                r"(?<![A-Za-z])(?:mean|average|median)s?(?![A-Za-z])|平均|均值|均数|中位数?", before, re.I
            ):
                last = m
            if last is None:
                continue
            between = _WHEN_MEASURED.sub(" ", before[last.end() :])
            if (
                inline.search(r"(?<![A-Za-z])\d|[;。]", between)
                or not (
                    inline.search(r"(?:was|were|of|is|by|=|:|为|是|from|to)\s*$|[(]\s*$", between, re.I)
                    or (
                        _HEADED.search(self.text, self.start, item.start)
                        and _INTERVAL_BEHIND.match(self.text, item.end)
                    )
                )
                or inline.search(r"difference|ratio|follow|age\b|年龄|随访|周期|疗程|cycles?|courses?", between, re.I)
            ):
                continue
            after = self.text[item.end : item.end + 14]
            if not _WITH_SPREAD.match(self.text, item.end) and inline.match(
                r"\s*(?:patients|cycles?|years?|courses?|times|doses?|cm|mm(?!\s?Hg)|mg|Gy|例|次|周期|个周期|岁|lines?|of\s)",
                after,
                re.I,
            ):
                continue
            unit = _MEASURED_IN.match(self.text, item.end)
            measure = "median" if inline.match(r"median|中位", last.group(), re.I) else "mean"
            told = self._arm(i, measure, unit.group(1) if unit else None)
            told.reach = max(told.reach, unit.end() if unit else 0)
            told.rules.append("arm.bare")

    def _next_mean(self, told: Statistic, item: Item) -> bool:
        """``3.3 (1.1) with A and 4.4 (1.2) with B``: the next value of a list that its first word names."""
        unit = _MEASURED_IN.match(self.text, told.end) if told.unit else None
        gap = self.text[max(told.reach, unit.end() if unit else 0) : item.start]
        same = _MEASURED_IN.match(self.text, item.end) if unit else None
        behind = same.end() if same and unit and same.group(1) == unit.group(1) else item.end
        return (
            len(gap) < 70 and not inline.search(r"\d|[;。]", gap) and item.bracket == told.bracket
            and inline.search(r"(?:(?<![A-Za-z])(?:and|versus|vs\.?|compared\s+with|than|,)(?:\s+by)?|和|与|,)\s*$", gap, re.I) is not None
            and (_WITH_SPREAD.match(self.text, item.end) or inline.match(r"\s*(?:[(\[]\s*-?\d|points?\b|(?:in|with|for|after|on)\b|[,.;。)]|$)", self.text[behind : min(self.end, behind + 10)])) is not None
        )  # fmt: skip

    def _unit_behind(self, i: int) -> str | None:
        """``11.1 (95% CI 9.9-12.2) months``: the unit stands behind the interval."""
        rest = self.items[i + 1 : i + 5]
        if not rest or rest[0].kind != "open" or rest[0].start - self.items[i].end > 1:
            return None
        inner = [x for x in rest[1:] if x.kind not in ("ci_label", "comma")]
        value = self.items[i].value
        if len(inner) < 2 or inner[0].kind not in ("ci", "range") or inner[1].kind != "close" or value is None:
            return None
        if (
            inner[0].unit is not None
            or inner[0].low is None
            or inner[0].high is None
            or not inner[0].low <= value <= inner[0].high
        ):
            return None
        unit = _UNIT_BEHIND.match(self.text[inner[1].end : inner[1].end + 12])
        return None if unit is None else "%" if unit.group(1) == "%" else unit_name(unit.group(1))

    def _gain(self, item: Item) -> bool:
        """``延长了8.5个月``, ``improved by 3 months``, ``3 months longer``: a difference, not a duration."""
        before = self.text[max(self.start, item.start - 24) : item.start]
        after = self.text[item.end : item.end + 16]
        return bool(
            inline.search(
                r"(?:延长|缩短|提高|增加|推迟|相差|差了|差距为|多出|多了|少了)(?:了)?(?:约|近|达)?\s*$", before
            )
            or inline.search(
                r"(?:(?:prolonged|improved|extended|increased|longer|shorter|reduced|decreased)\s+(?:[\w-]+\s+){0,3}by|(?:improvement|gain|difference|benefit|increase)\s+(?:[\w-]+\s+){0,3}(?:by|of))\s+(?:about\s+|approximately\s+|only\s+)?$",
                before,
                re.I,
            )
            or inline.match(r"\s+(?:longer|shorter|improvement|benefit)\b", after)
        )

    def _moved(self, item: Item) -> bool:
        """``from 3.8 to 5.2 months``, ``由13%降到6%``: two values, not a range."""
        before = self.text[max(self.start, item.start - 14) : item.start].lower()
        return (
            item.unit is not None
            and item.op in ("to", "至", "到")
            and bool(inline.search(r"(?:from|从|由)\s*$", before))
        )

    def _from_to(self, i: int) -> None:
        item = self.items[i]
        self.used.add(i)
        middle = inline.search(r"to|至|到", self.text[item.value_start : item.value_end])
        cut = item.value_start + (middle.start() if middle else 0)
        first = inline.match(r"-?[\d.,]+", self.text[item.value_start : cut])
        one_end = item.value_start + (first.end() if first else 0)
        two = inline.search(r"-?[\d.,]+$", self.text[item.value_start : item.value_end])
        two_start = item.value_start + (two.start() if two else 0)
        measure = "rate" if item.unit == "%" else "median"
        for n, (value, a, b) in enumerate(
            ((item.low, item.value_start, one_end), (item.high, two_start, item.value_end))
        ):
            s = Statistic("arm", measure, value, a, b, item.end if n else b, bracket=item.bracket, unit=item.unit)
            s.spans["value"] = (a, b)
            s.joined = "from" if n == 0 else "to"
            s.rules.append("arm.from-to")
            self.found.append(s)

    def _arm(self, i: int, measure: str, unit: str | None) -> Statistic:
        item = self.items[i]
        self.used.add(i)
        s = Statistic("arm", measure, item.value, item.value_start, item.value_end, item.end, bracket=item.bracket, unit=unit,
                      qualifier=item.op if item.op in ("<", ">", "<=", ">=") else None)  # fmt: skip
        if s.qualifier is None and inline.search(
            r"(?:约|大约|近|about|approximately|around|nearly|roughly|~|≈)\s*(?:为)?\s*$",
            self.text[max(self.start, item.value_start - 16) : item.value_start],
            re.I,
        ):
            s.qualifier = "about"
        s.spans["value"] = (item.value_start, item.value_end)
        s.rules.append(f"arm.{measure}")
        self._attach(s, i, p=False)
        self._spread(s, i)
        self.found.append(s)
        return s

    def _spread(self, s: Statistic, i: int) -> None:
        for k in range(i + 1, min(i + 5, len(self.items))):
            item = self.items[k]
            if item.kind == "number" and k not in self.used and s.measure == "mean":
                named = _SPREAD_WORD.fullmatch(self.text[s.reach : item.start])
                listed = (
                    _SPREAD_LISTED.search(self.text, self.start, s.start)
                    if inline.fullmatch(r"\s*[(\[]\s*", self.text[s.reach : item.start])
                    else None
                )
                word = named or listed
                if word and item.value is not None:
                    s.spread_kind = (
                        "SE" if inline.match(r"se|standard error|标准误", word.group("word"), re.I) else "SD"
                    )
                    s.spread_low = item.value
                    self.used.add(k)
                    close = inline.match(r"\s*[)\]]", self.text[item.end : item.end + 3])
                    s.reach = item.end + (close.end() if close else 0)
                return
            if item.kind == "range" and k not in self.used:
                before = self.text[s.end : item.start].lower()
                kind = (
                    "IQR"
                    if inline.search(r"iqr|interquartile|四分位", before)
                    else "range"
                    if inline.search(r"range|范围", before)
                    else None
                )
                if kind and len(before) < 40:
                    s.spread_kind, s.spread_low, s.spread_high = kind, item.low, item.high
                    self.used.add(k)
                    s.reach = max(s.reach, item.end)
                return
            if item.kind not in ("open", "close", "comma", "semicolon"):
                return

    def _restated(self, item: Item) -> bool:
        """``reduced the risk of death by 36%``, ``36% lower risk``, ``死亡风险降低49%``."""
        before = self.text[max(self.start, item.start - 60) : item.start]
        after = self.text[item.end : min(self.end, item.end + 40)]
        return bool(
            _FEWER_EVENTS.search(before)
            or _EVENTS_FEWER.match(after)
            or inline.search(
                r"(?:risk|hazard|odds|rate|probability|mortality|likelihood)s?\b[^,;.()]{0,40}\b(?:reduced|lowered|decreased|increased|lower|higher|raised)\s*(?:significantly\s+)?by\s*(?:about\s+)?$|(?:reduced|decreased|lowered|increased|reduction|decrease|increase)[^,;.()]{0,40}\b(?:risk|hazard|odds)[^,;.()]{0,30}\b(?:by|of)\s*(?:about\s+)?$",
                before,
                re.I,
            )
            or inline.match(
                r"\s*(?:relative\s+|absolute\s+)?(?:lower|higher|reduced|increased|decreased|reduction|decrease|increase|greater)(?:\s+in)?(?:\s+the)?\s+(?:relative\s+)?(?:risk|hazard|odds|rate of|probability|chance|likelihood)",
                after,
                re.I,
            )
            or (
                inline.match(r"\s*(?:lower|higher|less|greater)(?![A-Za-z])", after, re.I)
                and inline.search(
                    r"(?:risk|hazard|odds)(?:\s+(?:of|for)\s+[\w -]{3,40}?)?\s+(?:was|were|is)\s+(?:about\s+|approximately\s+)?$",
                    before,
                    re.I,
                )
            )
            or inline.search(
                r"风险[^,;。\d]{0,8}(?:降低|下降|减少|升高|增加|减低|升高|提高)(?:了|约|达)*\s*$|相对(?:减少|降低|下降)(?:了)?\s*$|(?:降低|减少)(?:了)?[^,;。]{0,12}风险(?:达|约)?\s*$",
                before,
            )
            or inline.match(r"\s*的?[^,;。]{0,10}风险(?:降低|下降)", after)
            or (
                inline.search(r"[,;]\s*较[^,;。\d]{1,14}(?:降低|下降|减少)(?:了|约|达)*\s*$", before)
                and "风险" in self.text[self.start : item.start]
            )
            or (
                inline.search(r"(?:降低|减少|下降)(?:了|约|达)*\s*$", before)
                and inline.match(r"\s*的[^,;。\d]{0,12}(?:下降|恶化|进展|死亡|复发|转移|发生|事件|衰退)", after)
            )
            or (
                inline.search(r"(?:降低|减少|下降)[^,;。]{0,32}$", before)
                and inline.match(r"\s*的?[^,;。]{0,16}风险", after)
            )
        )

    def _between_rates(self, i: int) -> bool:
        """``rose 8.1%``, ``绝对获益达8.8%``, ``improved by 6.2% (86.5% vs 80.3%)``: points between two rates."""
        item = self.items[i]
        before = self.text[max(self.start, item.start - 100) : item.start]
        if _DIFFERENCE_GREW.search(before) or _ABSOLUTE.search(before) or _ABSOLUTE_BEHIND.match(self.text, item.end):
            return True
        last = self.found[-1] if self.found else None
        if (
            last is not None
            and (last.measure, last.unit) == ("RD", "%")
            and _AND_FOR.fullmatch(self.text, last.end, item.start)
            and inline.match(r"\s*(?:for|in)\s", self.text[item.end : item.end + 6])
        ):
            return True
        if item.value is not None and inline.match(
            r"\s*(?:higher|lower|greater)(?![A-Za-z])", self.text[item.end : item.end + 12]
        ):
            later = [x.value for x in self.items[i + 1 : i + 12] if x.kind == "percent" and x.value is not None]
            return len(later) == 2 and abs(abs(later[0] - later[1]) - item.value) < 0.6
        if not _ROSE.search(before) or item.value is None:
            return False
        inside = [x for x in self.items[i + 1 : i + 8] if x.start - item.end < 60]
        if not inside or inside[0].kind != "open":
            return False
        rates = [x.value for x in inside if x.kind == "percent" and x.value is not None][:2]
        return len(rates) == 2 and abs(abs(rates[0] - rates[1]) - abs(item.value)) < 0.11

    def _rate(self, i: int) -> None:
        item = self.items[i]
        wider = self._between_rates(i)
        if self._restated(item) or item.id == "points" or wider:
            self.used.add(i)
            s = Statistic(
                "effect",
                "RD" if item.id == "points" or wider else "other",
                item.value,
                item.value_start,
                item.value_end,
                item.end,
                bracket=item.bracket,
                unit="%",
            )
            s.spans["value"] = (item.value_start, item.value_end)
            s.rules.append("effect.restated")
            self._attach(s, i, p=False)
            self.found.append(s)
            return
        change = inline.search(
            r"(?:mean|平均)[^;。,]{0,40}(?:change|reduction|decrease|increase|变化|降幅|下降|降低|升高)[^;。]{0,60}$",
            self.text[max(self.start, item.start - 110) : item.start],
            re.I,
        )
        last = self.found[-1] if self.found else None
        listed = (
            last is not None
            and last.kind == "arm"
            and (last.measure, last.unit) == ("mean", "%")
            and inline.fullmatch(
                r"[^;。%]{0,50}(?<![A-Za-z])(?:and|vs\.?|versus|compared with|than|,)\s+|[^;。%]{0,30}[和与,]\s*",
                self.text[last.reach : item.start],
            )
        )  # ``a mean change of -1.6% with A and -0.2% with B``
        s = self._arm(i, "mean" if change or listed else "rate", "%")
        # n (x%) and n/N (x%)
        before = self.text[max(self.start, item.start - 40) : item.start]
        opened = inline.search(r"[(\[]\s*[^\d()\[\]]{0,6}$", before)
        if opened:
            head = before[: opened.start()]
            word = _NUMBER_WORD.search(head)
            count = _COUNT_BEFORE.search(head)
            previous = next(
                (
                    self.items[k]
                    for k in range(i - 1, -1, -1)
                    if self.items[k].kind not in ("open", "comma", "endpoint")
                ),
                None,
            )
            told_apart = previous is not None and any(
                x.kind == "endpoint" and previous.end <= x.start < item.start for x in self.items[:i]
            )
            of_grade = previous is not None and _OF_GRADE.search(self.text, max(0, previous.start - 8), previous.start)
            if (
                previous is not None
                and previous.kind == "fraction"
                and not of_grade
                and self._counts(previous, item, told_apart)
            ):
                s.numerator, s.denominator = previous.value, previous.high
                s.spans["fraction"] = (previous.value_start, previous.value_end)
                self.used |= {k for k in range(i) if self.items[k] is previous}
            elif word:
                s.numerator = number_value(word.group(1))
            elif (within := _COUNT_WITHIN.search(head)) is not None:
                s.numerator, s.denominator = number_value(within.group("n")), number_value(within.group("of"))
                self.used |= {
                    k
                    for k in range(i)
                    if self.items[k].kind in ("number", "n")
                    and item.start - self.items[k].end < 40
                    and self.items[k].value in (s.numerator, s.denominator)
                }
            elif count and (
                previous is None
                or previous.kind in ("number", "n")
                or previous.end < item.start - len(before) + count.start() + 1
            ):
                s.numerator = number_value(count.group(1))
                self.used |= {
                    k
                    for k in range(i)
                    if self.items[k].kind == "number"
                    and item.start - self.items[k].end < 30
                    and self.items[k].value == s.numerator
                }
            if s.numerator is not None and item.bracket >= 0 and not told_apart:
                # ``219例[4.7%]对278例[6.0%]``: the bracket holds only the percentage
                outer = next((x for x in self.items if x.kind == "open" and x.start == item.bracket), None)
                close = inline.match(r"\s*[)\]]", self.text[s.reach : s.reach + 2])
                if outer is not None and close:
                    s.bracket = outer.bracket
                    s.reach += close.end()
            if s.numerator is not None and s.denominator is None:
                after = _OF_AFTER.match(self.text[item.end : item.end + 40])
                if after:
                    s.denominator = number_value(after.group(1))
                    s.reach = max(s.reach, item.end + after.end(1))
                    self.used |= {
                        k
                        for k in range(i + 1, min(i + 5, len(self.items)))
                        if self.items[k].kind == "number" and self.items[k].end == item.end + after.end(1)
                    }
                else:
                    s.denominator = self._out_of_how_many(s.numerator, item)
        elif item.bracket >= 0 and (k := self._fraction_ahead(i)) is not None:
            s.numerator, s.denominator = self.items[k].value, self.items[k].high
            s.spans["fraction"] = (self.items[k].value_start, self.items[k].value_end)
            self.used.add(k)
        elif (told := _COUNTED.search(self.text[max(self.start, item.start - 90) : item.start])) is not None:
            n, of = number_value(told.group("n")), number_value(told.group("of"))
            if n is not None and of and self._gives(n, of, item):
                s.numerator, s.denominator = n, of
        # x% (n/N), x% of … (n/N), x%, n/N
        for k in range(i + 1, min(i + 5, len(self.items))):
            nxt = self.items[k]
            if (
                nxt.kind in ("open", "comma", "group")
                or (nxt.kind == "ci" and nxt.end <= s.reach)
                or (nxt.kind == "semicolon" and item.bracket >= 0 and nxt.bracket == item.bracket)
            ):
                continue
            near = nxt.kind == "fraction" and k not in self.used and nxt.start - item.end < 60 and s.denominator is None
            if (
                near
                and nxt.value is not None
                and nxt.high
                and item.value is not None
                and abs(100 * nxt.value / nxt.high - item.value) < 1.5
            ):
                s.numerator, s.denominator = nxt.value, nxt.high
                s.spans["fraction"] = (nxt.value_start, nxt.value_end)
                self.used.add(k)
                s.reach = max(s.reach, nxt.end)
            break

    def _out_of_how_many(self, count: float, rate: Item) -> float | None:
        """Return the one number of patients before a count that gives its rate: ``215例患者有56例(26%)``."""
        clause = inline.split(r"[;。]", self.text[max(self.start, rate.start - 90) : rate.start])[-1]
        clause = ",".join(clause.split(",")[-2:])  # printed beside it, not two remarks before
        totals = {
            total
            for m in _PATIENTS.finditer(clause)
            if (total := number_value(m.group("zh") or m.group("en"))) is not None and self._gives(count, total, rate)
        }
        return totals.pop() if len(totals) == 1 else None

    @staticmethod
    def _gives(count: float, total: float, rate: Item) -> bool:
        """Whether a count of a total is the rate as it is printed, rounded or cut off."""
        if rate.value is None or not 0 < count < total:
            return False
        places = len(f"{rate.value:g}".partition(".")[2])
        return abs(100 * count / total - rate.value) <= 1.0 * 10.0**-places

    def _fraction_ahead(self, i: int) -> int | None:
        """Return the item of the fraction that a rate follows in one bracket: ``(84/480, 17.5%)``."""
        rate = self.items[i]
        for k in range(i - 1, -1, -1):
            x = self.items[k]
            if x.kind in ("comma", "semicolon"):
                continue
            if x.kind != "fraction" or x.bracket != rate.bracket or k in self.used:
                return None
            beside = inline.fullmatch(r"\s*(?:[a-z]{4,12}|例|名|人)?\s*[,;:、]\s*", self.text[x.end : rate.start])
            if beside and x.value is not None and x.high and rate.value is not None:
                return k if abs(100 * x.value / x.high - rate.value) < 1 else None
            return None
        return None

    @staticmethod
    def _counts(fraction: Item, rate: Item, told_apart: bool) -> bool:
        """Whether a fraction is what a rate in a bracket behind it was reckoned from: right before, or by its value."""
        apart = rate.start - fraction.end
        if not told_apart and apart < 24:
            return True
        if fraction.value is None or not fraction.high or rate.value is None:
            return False
        return apart < 60 and abs(100 * fraction.value / fraction.high - rate.value) < 0.6

    def _units_by_ellipsis(self) -> None:
        """``2.8 vs. 4.2 months``, ``43 and 24%``: a bare number takes the unit of the next value of its list."""
        changed = True
        while changed:
            changed = False
            ordered = sorted((s for s in self.found if s.kind == "arm"), key=lambda s: s.start)
            for i, item in enumerate(self.items):
                if i in self.used or item.kind != "number" or item.op in ("≥",):
                    continue
                if _NUMBERED.search(self.text, max(self.start, item.start - 18), item.start):
                    continue  # ``21% for group 1, 37% for group 2``
                after = next((s for s in ordered if s.start >= item.end), None)
                if after is None:
                    continue
                gap = self.text[self._skip_bracket(item.end) : after.start]
                if joiner(gap) in ("vs", "and") and len(gap) < 30 and after.measure in ("median", "rate", "mean"):
                    s = self._arm(i, after.measure, after.unit)
                    s.rules.append("unit.from-next")
                    changed = True
                    break

    def _skip_bracket(self, end: int) -> int:
        m = inline.match(r"\s*[(\[][^()\[\]]{0,60}[)\]]", self.text[end : end + 70])
        return end + m.end() if m else end

    # -- tests --------------------------------------------------------------------------
    def tests(self) -> None:
        for i, item in enumerate(self.items):
            if item.kind != "p" or i in self.used:
                continue
            self.used.add(i)
            self._p(item.value, item.op, item.start, item.end, item)
            if item.id == "list" or _MORE_P.match(self.text, item.end):
                k = i + 1
                last = item.end
                while k < len(self.items):
                    nxt = self.items[k]
                    if nxt.kind in ("comma", "and") or nxt.start < last:
                        k += 1
                        continue
                    if (
                        nxt.kind == "number"
                        and nxt.value is not None
                        and nxt.value < 1
                        and joiner(self.text[last : nxt.start]) == "and"
                    ):
                        self.used.add(k)
                        self._p(nxt.value, nxt.op or item.op, nxt.start, nxt.end, nxt)
                        last = nxt.end
                        k += 1
                        continue
                    break

    def _p(self, value: float | None, op: str | None, start: int, end: int, item: Item) -> None:
        s = Statistic(
            "p",
            "p",
            None,
            start,
            end,
            end,
            bracket=item.bracket,
            p_op=op or "=",
            p_value=value,
            p_sort="interaction" if item.id == "interaction" else "",
        )
        s.spans["p"] = (start, end)
        s.rules.append("test.p")
        self.found.append(s)


def find_statistics(
    text: str, items: list[Item], start: int, end: int, measure: str | None = None, level: float | None = None
) -> tuple[list[Statistic], set[int], str | None]:
    """Find the statistics of one sentence.

    Parameters
    ----------
    text : str
        Folded text.
    items : list of Item
        Items of the sentence, in order.
    start, end : int
        The sentence.
    measure, level
        Ratio in focus and confidence level carried from the sentence before.

    Returns
    -------
    statistics : list of Statistic
        In order of the text; lists share a ``group`` number.
    used : set of int
        Indices of the items that a statistic holds.
    measure : str or None
        The ratio in focus after the sentence.
    """
    reader = _Reader(text, items, start, end, measure, level)
    reader.effects()
    reader.arms()
    reader.tests()
    found = sorted(reader.found, key=lambda s: s.start)
    closes = bracket_ends(text, items)
    for s in found:
        s.bracket_end = closes.get(s.bracket, -1)
    number_lists(text, found, closes)
    split_pairs(text, found)
    one_p_for_all(text, found)
    one_p_behind_all(text, found)
    # ``73.19 ± 15.61 vs 82.82 ± 20.25 h``: the unit stands once
    units = {(s.kind, s.group): s.unit for s in found if s.measure == "mean" and s.unit}
    for s in found:
        if s.measure == "mean" and s.unit is None:
            s.unit = units.get((s.kind, s.group))
    return found, reader.used, reader.measure
