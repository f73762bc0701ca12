"""Who a statistic belongs to: endpoint, groups, time point, population.

Values come in printed lists (``6.2, 8.2 and 10.3 months``); a list runs over the groups, the
endpoints or the time points that the sentence enumerates, or over the two sides of its
comparison. What no reading settles stays empty, with the reason.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from ..model import RATIOS, Arms
from ..recognise.guarded import guarded
from .contrasts import contrasts_in, expand, orient
from .groups import BY_PATIENT, NICKNAME, ArmTable, Contrast, Group, nickname
from .scene import Endpoint, Scene, TimePoint
from .statistics import Statistic

__all__ = ["Binding", "Focus", "attach"]


_TIMED = {(f"{BY_PATIENT}术前",), (f"{BY_PATIENT}术后",)}  # ``术前组``: a time that only one side of the comparison has
_DURATIONS = {"months", "years", "weeks", "days", None}
_LASTING = {"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "CSS"}
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


@dataclass(slots=True)
class Binding:
    """What a statistic was bound to, and by which rules."""

    statistic: Statistic
    endpoint: Endpoint | None = None
    experimental: Arms = ()
    comparator: Arms = ()
    group: Group | None = None
    timepoint: TimePoint | None = None
    rules: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    inherited: bool = False
    pair: bool = False
    population: str | None = None


@dataclass(slots=True)
class Focus:
    """What the text is talking about when a sentence begins."""

    endpoint: Endpoint | None = None
    contrast: Contrast | None = None
    default: Contrast | None = None
    groups: Arms = ()
    single: Arms = ()
    several: bool = False
    sequence: tuple[Arms, ...] = ()
    measure: str | None = None
    level: float | None = None
    time: TimePoint | None = None
    order: tuple[Arms, Arms] | None = None
    mentioned: tuple[Arms, Arms] | None = None


_ENUM = re.compile(
    r"^\s*(?:率|rates?|time|\d[\d.]*\s*(?:mg|[μµ]g|ug|g|IU|U|mL)(?:/[A-Za-z0-9]+){0,2}(?:\s+(?:QD|BID|Q\d?W|daily|twice daily|once daily|weekly))?)?[\s,、;/)\]-]*(?:(?:and|or|vs?\.?|versus|和|与|及|以及|或|compared\s+with|compared\s+to|&|,|、|;|/)\s*)+(?:(?:the|in|for|with|of|在|those|patients|rates?|time|率|by|to|as|well)\s*)*$",
    re.I,
)
_POST = re.compile(
    r"^[\s,)\]]*(?:,?\s*respectively,?\s*)?(?:(?:of|/)\s*\d+\s*)?(?:cases?|patients?|women|men|subjects?|participants?|months|events?|responses?|points?|units?|seconds?|minutes?|hours?|days?|weeks?|years?|achieved|was|were|seen|reported|observed|occurred|each)?\s*(?:,\s*)?(?:(?:in|for|with|among|on|after|to|of|from|under|following|by|receiving|who received|who were|treated with|assigned to|allocated(?: to)?|allocated|randomi[sz]ed to|given|\(|,)\s*)+(?:both\s+|the\s+|those\s+|all\s+|patients\s+|women\s+|men\s+|cases\s+|subjects\s+|participants\s+|individuals\s+|\d+\s+|assigned\s+|allocated\s+|treated\s+|receiving\s+|received\s+|who\s+|randomi[sz]ed\s+|given\s+|with\s+|to\s+|in\s+|by\s+|after\s+|combination\s+|a\s+|an\s+|either\s+|eligible\s+|preceding\s+|were\s+|group\s+|on\s+|primary\s+|initial\s+|standard\s+|immediate\s+|delayed\s+|early\s+|(?:(?:low|lower|high|higher|standard|full|reduced|fixed)[- ]dose|oral|weekly|triple|dual|conventional|intensive|adjuvant|neoadjuvant|maintenance|single-agent)\s+|\d+(?:\.\d+)?\s*(?:mg|µg|g|Gy)(?:/(?:kg|m2))?[-\s]+(?:of\s+)?|,\s*)*$",
    re.I,
)
_WHO_HAD = re.compile(
    r"\s*of\s+(?:the\s+|all\s+)?(?:patients|women|men|participants|subjects)\s+[a-z][a-z\s-]{2,45}\s(?:after|with|on|receiving|given)\s+(?:the\s+)?"
)
_POST_ZH = re.compile(r"^[\s)\]]*的?(?:患者|病例|受试者|人)?(?:接受了?|见于|发生于|发生在|来自)$")
_COMPARED_FIRST = guarded(
    r"(?:^\s*(?:[-*•]\s*)?|[.;,]\s*)(?:when\s+)?(?:compared\s+(?:with|to)|relative\s+to|versus)\s+(?:(?:the\s+|all\s+)?(?:patients|those|women|men|subjects|participants)\s+(?:in|on|with|(?:who\s+)?(?:received|receiving|treated\s+with|given|assigned\s+to|taking))\s+)?(?:the\s+)?$",
    re.I,
)
_UNKNOWN_NAME = re.compile(
    r"[\s,)\]]*(?:\([^()]*\)\s*)?(?:with|for|on|receiving|in\s+the|for\s+the)\s+(?:[A-Z][A-Z0-9]*-?\d+|[A-Z]{3,6})(?![A-Za-z])"
)
# ``24% had a response compared with 5% of those given X``
_ACROSS = guarded(r"(?:compared\s+(?:with|to)|versus|(?<![A-Za-z])vs\.?|(?<![A-Za-z])than)\s+(?:only\s+)?\d", re.I)
_OF_TWO = guarded(
    r"(?<![A-Za-z])(?:(?:between|both|two|the|in|of|across|among)\s+(?:the\s+)?(?:two\s+|both\s+|three\s+|treatment\s+|study\s+)*(?:groups|arms)|inter-?group|the others)(?![A-Za-z])|(?:两|三|各)(?:个)?组",
    re.I,
)
_HAD = re.compile(
    r"^[\s)\]]*(?:of\s+(?:the\s+|all\s+)?(?:[\w-]+\s+){0,3}?)?(?:patients|participants|women|men|subjects|cases)?\s*(?:in\s+[^,;()]{3,40}\s+)?(?:had|have|achieved|achieving|experienced|attained|developed|showed|reported|obtained|with|suffered)\s+(?:an?\s+|the\s+|at\s+least\s+(?:one\s+)?)?(?:[\w/-]+\s+){0,3}?$|^\s*的\s*(?:中位)?$|^[\s)\]]*的?(?:患者|病例|例)(?:出现|获得|达到|发生|观察到|为|达|取得)了?\s*$",
    re.I,
)
_PREDICATE = re.compile(
    r"(?:(?<![A-Za-z])(?:were|was|remained|are|had|achieved|experienced|developed|reported|attained|obtained|showed)\s+(?:still\s+|also\s+|an?\s+|the\s+|confirmed\s+|durable\s+|both\s+)*|的?(?:患者|病例|人)?(?:仍|均)?(?:获得|出现|发生|达到|达)?(?:了)?)\s*$",
    re.I,
)
_NO_OUTCOME = guarded(
    r"(?<![A-Za-z])(?:there|it|this|these|those|no|not|differen\w*|both|patients?|participants|subjects|all|we|results?|they|our|one|two|which|that|who|group|groups|arm|arms|trial|study|analysis|analyses|higher|lower|better|worse|greater|less|shorter|longer|than|significan\w*|compared|versus|effects?|respectively|values?|baseline|comparison|test|p|improvement|reduction|increase|benefit|association|correlation|interaction|similar|observed|found|seen|alone|treatment|therapy|control|intervention|women|men|age|sex)(?![A-Za-z])|组|患者|差异|比较|高于|低于|显著|明显|相比|优于|分别|结果|意义|均|为|治疗|有统计学|交互|变化|降低|升高|增加|减少|延长|提高|改善|对照",
    re.I,
)
_POPULATIONS = guarded(
    r"(?:patients|those|tumou?rs|women|men|subjects|participants|carriers)\s+(?:with|aged|older|younger|who|without|whose|having)\b.{0,160}?(?:compared\s+(?:with|to)|than|versus|vs\.?)\s+(?:the\s+|in\s+)?(?:(?:patients|those|tumou?rs|women|men|subjects|participants)\s+)(?:with|aged|older|younger|who|without|whose|having)\b"
    r"|(?:阳性|阴性|高表达|低表达|突变型|野生型|高危|低危|早期|晚期|男性|女性|高水平|低水平)[^,;。]{0,6}(?:患者|组)[^;。]{0,30}(?:高于|低于|长于|短于|优于|较|与|比)[^;。]{0,12}(?:阳性|阴性|高表达|低表达|突变型|野生型|高危|低危|早期|晚期|男性|女性|高水平|低水平)",
    re.I | re.S,
)
_AGAINST = guarded(
    r"(?:与|和|较|比|相比于|相对于|compared\s+(?:with|to)|versus|vs\.?|than(?:\s+(?:with|in|on|for|after|among))?|over|against)\s*(?:the\s+|单纯|单用)?$",
    re.I,
)
_POST_END = re.compile(
    r"^[\s,)\]]*(?:of\s+(?:the\s+)?\d+\s*)?(?:patients|cases|subjects|events|participants)?\s*(?:for|in\s+terms\s+of|as\s+for|as\s+regards|with\s+respect\s+to|of|in)\s+(?:the\s+)?(?:median\s+|both\s+)?$",
    re.I,
)


_CHANGED = guarded(
    r"(?:between\s+(?:weeks?|months?|days?|baseline)|from\s+(?:baseline|week|month|day)|(?:compared\s+(?:with|to)|than|versus|vs\.?)\s+(?:the\s+)?(?:baseline|before|pre-?treatment)|after\s+treatment|over\s+time)"
    r"|(?<![A-Za-z])(?:increas|decreas|improv|declin|rose|fell|deteriorat|worsen|reduc)\w*[^,;.]{0,60}(?<![A-Za-z])(?:in|of)\s+the\s"
    r"|(?:较|与|比)(?:治疗前|基线|术前|入组时|前)|(?:治疗|术)后(?:较|比)|组(?:患者)?[^,;。]{0,10}(?:显著|明显)?(?:升高|下降|降低|增加|减少|改善|上升|恶化|增大|缩小)",
    re.I,
)
_SET_AGAINST = guarded(
    r"(?<![A-Za-z])(?:than|versus|vs\.?|compar\w+|between[- ](?:the\s+)?(?:two\s+|both\s+|treatment\s+)?(?:groups|arms)|differ\w*|relative to|higher|lower|longer|shorter|greater|more|less|fewer|better|superior|associated|risk|both)(?![A-Za-z])"
    r"|优于|高于|低于|多于|少于|长于|短于|大于|小于|组间|两组|差异|相比|对照|更|风险|均",
    re.I,
)
_CLAUSE_COMMA = re.compile(r"[,，](?!\d)\s*(?:and\s+|but\s+|while\s+|whereas\s+|而|但|且)?")


_MOST_COMMON = guarded(
    r"最常见|最主要的|最多见|主要(?:的)?(?:不良|毒副|副作用)|(?<![A-Za-z])(?:most\s+(?:common|frequent)\w*|commonest)",
    re.I,
)
_RESPECTIVE = re.compile(r"两组|二者|两者|分别|依次|(?<![A-Za-z])(?:respectively|the two)(?![A-Za-z])", re.I)
_MORE = re.compile(
    r"(?:组)?(?:则|也)?(?:更多|更高|更低|更少|较多|较少|较高|较低|更常见|多见|居多|占优|更优|更长|更短)\s*[(\[:：]?\s*(?:分别为)?\s*"
)
_THAN = guarded(r"(?:均|都)?(?:较|比|高于|低于|多于|少于|优于|差于)\s*(?:单纯|单用)?\s*$", re.I)
_LISTED_ON = re.compile(
    r"[\s)\]]*(?:、|,|，|(?:的?患者)?[^,;。\d、]{0,12}[,，]\s*其中|,?\s*and)\s*[^,;。\d、()]{0,16}[\s(]*|[\s)\]]*,\s+(?:and\s+)?[a-z][a-z \-/]{2,30}[\s(]*(?:in|was|of|occurred in|for)?\s*",
    re.I,
)
_LISTED_BEFORE = re.compile(r"[\s)\]]*(?:,\s*and|,|and|;)\s+[^,;.()\d]{3,60}[\s(]+", re.I)
_FACTORS = guarded(
    r"(?<![A-Za-z])(?:impacted|affected|influenced|predicted|determined)\s+by|associated\s+with|predict\w*|(?:prognostic|risk|independent)\s+factors?|correlat\w+\s+with|depend\w*\s+on|危险因素|影响因素|预后因素|相关因素",
    re.I,
)
_Mark = TypeVar("_Mark", Group, Endpoint, TimePoint)


def _enumerations(text: str, marks: Sequence[_Mark]) -> list[list[int]]:
    """Maximal runs of marks that only connectors separate, as lists of indices."""
    runs: list[list[int]] = []
    for n, mark in enumerate(marks):
        if n and _ENUM.match(text[marks[n - 1].end : mark.start]) and len(text[marks[n - 1].end : mark.start]) < 40:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _distinct(values: Sequence[object]) -> bool:
    return len(set(values)) == len(values)


class _Attacher:
    def __init__(self, scene: Scene, statistics: list[Statistic], focus: Focus, table: ArmTable, zh: bool) -> None:
        self.scene, self.focus, self.table, self.zh = scene, focus, table, zh
        self.text = scene.text
        self.bindings = [Binding(s) for s in statistics]
        self.default = default = focus.default or focus.contrast
        self.named = [
            g
            for g in (self._in_scope(g, default, focus.several, table.nicknamed) for g in self._told_back(scene.groups))
            if g.parts
        ]
        if default is not None:
            self.named = sorted([*self.named, *self._by_number(default)], key=lambda g: (g.start, -g.end))
        self.contrasts = scene.contrasts
        if any(g.role in ("former", "latter") for g in scene.groups) or (
            focus.several and any(g.role for g in scene.groups)
        ):
            self.contrasts = contrasts_in(self.text, self.named, scene.start, scene.end)
        self.lists: list[list[Binding]] = []
        for b in self.bindings:
            if (
                self.lists
                and self.lists[-1][0].statistic.kind == b.statistic.kind
                and self.lists[-1][0].statistic.group == b.statistic.group
                and b.statistic.place
            ):
                self.lists[-1].append(b)
            else:
                found = next(
                    (
                        ls
                        for ls in self.lists
                        if ls[0].statistic.kind == b.statistic.kind and ls[0].statistic.group == b.statistic.group
                    ),
                    None,
                )
                if found is not None and b.statistic.place:
                    found.append(b)
                else:
                    self.lists.append([b])
        self.bounds = [
            (ls[0].statistic.start, self._out_of_bracket(ls, max(x.statistic.reach for x in ls))) for ls in self.lists
        ]
        self.last_pair: tuple[Arms, Arms] | None = None
        self.last_single: tuple[Group, int] | None = None
        self.group_runs = [[self.named[i] for i in run] for run in _enumerations(self.text, self.named)]
        self.endpoint_runs = [[scene.endpoints[i] for i in run] for run in _enumerations(self.text, scene.endpoints)]
        self.time_runs = [[scene.times[i] for i in run] for run in _enumerations(self.text, scene.times)]

    def _out_of_bracket(self, ls: Sequence[Binding], reach: int) -> int:
        """Where a list ends: ``27.2% (95% CI, 14.1-40.4, 12 of 44 assessable patients)`` with all that its bracket says."""
        last = max((b.statistic for b in ls), key=lambda s: s.start)
        opened = re.search(r"\([^()]*$", self.text[last.end : reach])
        close = re.match(r"[^()\d;]{0,40}\)", self.text[reach : self.scene.end]) if opened else None
        if close is None or any(reach <= b.statistic.start < reach + close.end() for b in self.bindings):
            return reach
        return reach + close.end()

    def _by_number(self, default: Contrast) -> list[Group]:
        """``the doublet``, ``三药组``: the one arm of the comparison with so many drugs."""
        out: list[Group] = []
        for m in NICKNAME.finditer(self.text, self.scene.start, self.scene.end):
            name = nickname(m.group())
            if any(g.start < m.end() and m.start() < g.end for g in self.scene.groups):
                continue
            parts = expand((name,), default)
            if parts != (name,):
                out.append(Group(m.start(), m.end(), parts, noun=True))
        return out

    def _told_back(self, groups: Sequence[Group]) -> list[Group]:
        """``前者``, ``the latter``: read through the two groups mentioned last."""
        out: list[Group] = []
        own: list[Group] = []
        for g in groups:
            if g.role not in ("former", "latter"):
                own.append(g)
            else:
                # the two mentioned last; a group named twice counts where it was named last
                before = list(
                    dict.fromkeys(x.parts for x in reversed(own) if x.parts and not x.parts[0].startswith(BY_PATIENT))
                )
                pair = (before[1], before[0]) if len(before) >= 2 else self.focus.mentioned
                if pair is not None:
                    g = replace(g, parts=pair[0] if g.role == "former" else pair[1], role="")
            out.append(g)
        return out

    @staticmethod
    def _in_scope(g: Group, default: Contrast | None, several: bool, told: bool) -> Group:
        """A group named by its role is a side of the comparison in focus."""
        if not g.role or g.role in ("former", "latter"):
            return g
        if default is not None:
            side = default.experimental if g.role == "experimental" else default.comparator
            return replace(g, parts=side) if several or not g.parts else g
        return replace(g, parts=()) if several and not told else g

    # -- helpers -------------------------------------------------------------------------
    def _prev_end(self, n: int) -> int:
        """End of the list before list n (of any kind but p), or the start of the sentence."""
        return max(
            [self.scene.start, *(b for k, (a, b) in enumerate(self.bounds) if b <= self.bounds[n][0] and k != n)]
        )

    def _next_start(self, n: int) -> int:
        return min(
            [
                self.scene.end,
                *(
                    a
                    for k, (a, b) in enumerate(self.bounds)
                    if a >= self.bounds[n][1] and k != n and self.lists[k][0].statistic.kind != "p"
                ),
            ]
        )

    def _clause_start(self, pos: int) -> int:
        cut = self.scene.start
        for c in (";", "。"):
            k = self.text.rfind(c, self.scene.start, pos)
            while k >= 0 and self._inside_bracket(k):
                k = self.text.rfind(c, self.scene.start, k)
            cut = max(cut, k + 1)
        return cut

    def _clause_end(self, pos: int) -> int:
        cut = self.scene.end
        for c in (";", "。"):
            k = self.text.find(c, pos, self.scene.end)
            if k >= 0:
                cut = min(cut, k)
        return cut

    def _inside_bracket(self, pos: int) -> bool:
        depth = 0
        for i in range(self.scene.start, pos):
            if self.text[i] in "([":
                depth += 1
            elif self.text[i] in ")]":
                depth = max(0, depth - 1)
        return depth > 0

    # -- endpoints -----------------------------------------------------------------------
    def endpoints(self) -> None:
        for n, ls in enumerate(self.lists):
            self._list_endpoints(n, ls)

    def _list_endpoints(self, n: int, ls: list[Binding]) -> None:
        k = len(ls)
        slashed = k >= 2 and all(
            self.text[x.statistic.reach : y.statistic.start].strip() == "/" for x, y in itertools.pairwise(ls)
        )
        if k >= 2 and (slashed or not any(b.statistic.joined in ("vs", "from", "to") for b in ls)):
            run = self._run_for(n, self.endpoint_runs, k, lambda e: e.id)
            groups = self._run_for(n, self.group_runs, k, self._called)
            if run and (not groups or self._distance(n, run) <= self._distance(n, groups)):
                for b, e in zip(ls, run, strict=True):
                    b.endpoint = e
                    b.rules.append("endpoint.enumerated")
                return
        if k >= 2 and n and len(self.lists[n - 1]) == k and "endpoint.enumerated" in self.lists[n - 1][0].rules:
            gap = self.text[self.bounds[n - 1][1] : self.bounds[n][0]]
            if len(gap) < 40 and not any(
                self.bounds[n - 1][1] <= e.start < self.bounds[n][0] for e in self.scene.endpoints
            ):
                # ``ORR和DCR在A组为30%、76%;B组相应为11%、55%``
                for b, before in zip(ls, self.lists[n - 1], strict=True):
                    b.endpoint = before.endpoint
                    b.rules.append("endpoint.enumerated")
                return
        # several lists over several endpoints: ``PFS and OS … were 71.9% vs. 46.9%, and 88.4% vs. 67.0%``
        same = [
            m
            for m, other in enumerate(self.lists)
            if other[0].statistic.kind == ls[0].statistic.kind
            and len(other) == k
            and other[0].statistic.unit == ls[0].statistic.unit
        ]
        block = self._block(n, same)
        if len(block) >= 2:
            run = self._run_for(block[0], self.endpoint_runs, len(block), lambda e: e.id) or self._run_after(
                block[-1], self.endpoint_runs, len(block)
            )
            if run:
                e = run[block.index(n)]
                for b in ls:
                    b.endpoint = e
                    b.rules.append("endpoint.enumerated-lists")
                return
        told = [self._endpoint_for(n, b.statistic) for b in ls]
        if k == 2 and ls[1].statistic.joined == "vs" and told[1][1] == "endpoint.after":
            told[0] = told[1]  # ``23.5% vs 11.8% for ORR``
        for b, (endpoint, rule) in zip(ls, told, strict=True):
            b.endpoint = endpoint
            b.rules.append(rule)
            b.inherited = rule == "endpoint.inherited"

    def _block(self, n: int, same: list[int]) -> list[int]:
        """Lists of one shape that follow each other without an endpoint or group in between."""
        block = [n]
        for direction in (-1, 1):
            at, m = same.index(n) + direction, n
            while 0 <= at < len(same):
                x = same[at]
                a, b = (x, m) if direction < 0 else (m, x)
                gap = self.text[self.bounds[a][1] : self.bounds[b][0]]
                if (
                    len(gap) > 40
                    or any(self.bounds[a][1] <= e.start < self.bounds[b][0] for e in self.scene.endpoints)
                    or not re.fullmatch(r"[\s,;)\]]*(?:and|和|与|及|,|;|、)?[\s(]*", gap)
                ):
                    break
                block.append(x)
                at, m = at + direction, x
        return sorted(block)

    def _called(self, g: Group) -> tuple[str, Arms]:
        """A group by its printed name: two doses of a drug are two groups."""
        return self.text[g.start : g.end].lower(), g.parts

    def _distance(self, n: int, run: Sequence[Group] | Sequence[Endpoint] | Sequence[TimePoint]) -> int:
        a, b = self.bounds[n]
        return a - run[-1].end if run[-1].end <= a else run[0].start - b

    def _run_for(self, n: int, runs, k: int, ident):  # type: ignore[no-untyped-def]
        """The nearest enumeration of k distinct things before list n (or after it with ``respectively``)."""
        a, _b = self.bounds[n]
        left = self._clause_start(a)
        best = None
        for run in runs:
            if len(run) == k and _distinct([ident(x) for x in run]) and left <= run[0].start and run[-1].end <= a:
                best = run
        if best is None:
            best = self._run_after(n, runs, k)
        return best

    def _run_after(self, n: int, runs, k: int):  # type: ignore[no-untyped-def]
        _a, b = self.bounds[n]
        for run in runs:
            if (
                len(run) == k
                and b <= run[0].start <= b + 80
                and run[-1].end <= self._next_start(n)
                and re.match(
                    r"^[\s,)\]%]*(?:patients|months|cases)?\s*,?\s*(?:respectively,?\s*)?(?:in|for|with|of|among|with the)\b",
                    self.text[b : run[0].start] + " ",
                )
            ):
                return run
        return None

    def _endpoint_for(self, n: int, s: Statistic) -> tuple[Endpoint | None, str]:
        es = self.scene.endpoints
        if s.kind == "arm" and s.measure == "median" and s.unit in ("months", "years"):
            timed = [e for e in es if e.id not in ("AE", "CR", "PR", "SD", "DCR", "CBR", "MPR", "pCR", "R0")]
            es = timed or es
        text = self.text
        reach = max(s.reach, s.end)
        # between the measure word and its value: ``HR for death, 0.76``
        if s.measure_start >= 0:
            between = [e for e in es if s.measure_start <= e.start and e.end <= s.start]
            if between:
                specific = self._specific(between[-1], s)
                return specific, "endpoint.in-measure"
        # the same bracket
        if s.bracket >= 0:
            inside = [e for e in es if s.bracket < e.start and e.end <= s.start]
            behind = next((e for e in es if reach <= e.start < max(s.bracket_end, reach + 1)), None)
            if (
                inside
                and behind is not None
                and re.fullmatch(r"\s*(?:for|in\s+terms\s+of)\s+(?:the\s+)?", text[reach : behind.start])
            ):
                return behind, "endpoint.after"  # ``(23% vs 11% for ORR and 55% vs 33% for DCR)``
            if (
                inside
                and behind is not None
                and re.fullmatch(r"\s*(?:with|had|achieved|为|达)?\s+(?:an?\s+)?", text[reach : behind.start])
                and re.fullmatch(r"\s*[,;]\s*(?:and\s+)?", text[inside[-1].end : s.start])
            ):
                return behind, "endpoint.right-after"  # ``(12% with CR, 59% with PR)``
            if inside:
                return self._specific(inside[-1], s), "endpoint.same-bracket"
        # ``11.3 months for OS``
        after = next((e for e in es if e.start >= reach), None)
        if (
            after is not None
            and after.start - reach < 50
            and after.start <= self._next_start(n)
            and _POST_END.match(text[reach : after.start])
        ):
            return self._specific(after, s), "endpoint.after"
        before = [e for e in es if e.end <= s.start]
        left = self._clause_start(s.start)
        if s.kind == "p" or s.measure == "mean":
            named = self._outcome_before_bracket(s, before)
            if named is not None:
                return named, "endpoint.named-before-bracket"
        if (
            s.unit in ("%", "months")
            and after is not None
            and after.start - reach < 70
            and after.start <= self._next_start(n)
        ):
            gap = text[reach : after.start]
            listed = before and re.fullmatch(r"\s*,?\s*and\s+an?\s+", text[before[-1].end : s.start])
            if (
                re.fullmatch(r"\s+an?\s+(?:median\s+)?", gap)
                or (listed and re.fullmatch(r"\s+(?:median\s+)?", gap))
                or (re.fullmatch(r"\s+(?:median\s+)?|\s*的\s*", gap) and not (before and s.start - before[-1].end < 8))
            ):
                return after, "endpoint.right-after"
            if (
                _HAD.match(gap)
                or _HAD.match(re.sub(r"^\s*[(\[]\s*[nN]\s*=\s*\d+\s*[)\]]", "", gap))
                or (
                    s.numerator is not None
                    and re.fullmatch(
                        r"[\s)\]]*(?:patients\s+|cases\s+|(?:[a-z]+\s+){1,3}(?=with\s|had\s)|患者)?(?:had\s+|with\s+|achieved\s+|experienced\s+|developed\s+|出现|发生|获得|达到)?(?:an?\s+|the\s+)?",
                        gap,
                    )
                )
            ):
                return after, "endpoint.follows-count"
        if before:
            last = before[-1]
            count_led = s.numerator is not None and s.unit == "%"
            if (count_led or s.unit == "%") and after is not None and after.start <= self._next_start(n):
                own = max(self._prev_end(n), left)
                comma = max(text.rfind(c, own, s.start) for c in ",，") if self.zh else -1
                if (
                    last.end <= max(own, comma + 1 if comma >= 0 else own)
                    and after.start - reach < 40
                    and after.start < self._clause_end(reach)
                    and not re.search(r"[,;]", text[reach : after.start].strip(" )]"))
                ):
                    return after, "endpoint.follows-count"
            return self._specific(last, s), "endpoint.before"
        if after is not None and s.unit == "%" and self._predicate(n, after):
            return after, "endpoint.predicate"
        if after is not None and after.start - reach < 120 and (s.kind != "p"):
            if s.numerator is not None and not re.search(r"[;]", text[reach : after.start]):
                return self._specific(after, s), "endpoint.follows-count"
            return self._specific(after, s), "endpoint.later"
        if s.kind == "p" or s.measure == "mean":
            subject = self._subject(s)
            if subject is not None:
                return subject, "endpoint.subject"
        if self.focus.endpoint is not None and not (
            s.measure == "mean" and self.focus.endpoint.id in _LASTING and s.unit not in _DURATIONS
        ):
            return self.focus.endpoint, "endpoint.inherited"
        if after is not None:
            return self._specific(after, s), "endpoint.later"
        return None, "endpoint.none"

    def _predicate(self, n: int, e: Endpoint) -> bool:
        """``66.6% of the surgery group and 55.5% of the radiotherapy group were alive``: one predicate for the list."""
        own = self.lists[n][0].statistic
        last = max(
            (
                x[-1].statistic.reach
                for x in self.lists
                if x[-1].statistic.reach <= e.start and x[0].statistic.unit == own.unit
            ),
            default=-1,
        )
        gap = self.text[last : e.start] if last >= 0 else ""
        first = self.text[self.bounds[n][1] : last] if last > self.bounds[n][1] else ""
        return (
            len(gap) < 90
            and not re.search(r"[;.。]", gap + re.sub(r"\d\.\d", "", first))
            and _PREDICATE.search(gap) is not None
        )

    def _outcome_before_bracket(self, s: Statistic, before: list[Endpoint]) -> Endpoint | None:
        """``Hb (p = 0.03) and ferritin (p = 0.04)``: the words before the bracket name the outcome."""
        if s.bracket < 0 or self.text[s.bracket + 1 : s.start].strip():
            return None
        head = self.text[self.scene.start : s.bracket]
        cut = max(
            (
                m.end()
                for m in re.finditer(
                    r"[,;:)\]、]|(?<![A-Za-z])(?:and|or|but|in|for|of|on|with|more|less|to|between|were|was|,)\s|和|及|与|在",
                    head,
                )
            ),
            default=0,
        )
        words = head[cut:].strip()
        if re.search(
            r"[\d.%](?:\s*(?:months|years|weeks|days|points|patients))?\s*\)?\s*(?:for|in|with|on|by)\s+$", head[:cut]
        ) or (before and _FACTORS.search(self.text, before[-1].end, s.bracket)):
            return None  # ``2.1 (SD 2.5) for X (p = 0.36)``: X has the value
        if any(e.end > self.scene.start + cut for e in before) or any(
            g.end > self.scene.start + cut for g in self.scene.groups
        ):
            return None
        english = re.fullmatch(r"(?:[A-Za-z][\w/α-ωβ-]*[ -]?){1,5}", words)
        chinese = re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9-]{2,12}", words) and re.search(r"[\u4e00-\u9fff]", words)
        if not (english or chinese) or _NO_OUTCOME.search(words):
            return None
        return Endpoint(self.scene.start + cut, s.bracket, f"other:{words.lower()}")

    def _subject(self, s: Statistic) -> Endpoint | None:
        """The subject of an English sentence, where it can be an outcome: ``Bowel sounds … were greater``."""
        head = self.text[self.scene.start : s.start]
        lead = re.match(
            r"\s*(?:(?:At|In|After|During|By|For|On|Compared|However|Moreover|Similarly|Also|Furthermore|Overall|Additionally|Between|When)\b[^,]{0,60},\s*)?",
            head,
        )
        begin = lead.end() if lead else 0
        m = re.match(
            r"(?:The\s+|mean\s+|median\s+|total\s+|change(?:s)?\s+in\s+|levels?\s+of\s+)*(?P<np>[A-Za-z][\w/-]*(?:\s+[a-zA-Z][\w/-]*){0,6}?)\s+(?:on\s+day\s+\d+\s+|at\s+[\w\s]{1,14}\s+)?(?:in\s+(?:the\s+)?[\w\s/-]{2,40}?(?:groups?|arms?|patients)\s+)?(?:was|were|is|are|did|had|has|increased|decreased|improved|differed|remained|fell|rose|declined)\b",
            head[begin:],
            re.I,
        )
        if not m or _NO_OUTCOME.search(m.group("np")):
            return None
        at = self.scene.start + begin
        if any(at + m.start("np") < g.end and g.start < at + m.end("np") for g in self.scene.groups):
            return None
        return Endpoint(at + m.start("np"), at + m.end("np"), f"other:{m.group('np').lower()}")

    _FAMILY: ClassVar[dict[str, set[str]]] = {
        "OS": {"OS", "MORTALITY", "CSS"},
        "MORTALITY": {"OS", "MORTALITY", "CSS"},
        "PFS": {"PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS"},
        "RECURRENCE": {"RFS", "DFS", "EFS", "RECURRENCE", "LRFS"},
        "ORR": {"ORR", "CR", "pCR", "PR", "DCR", "CBR", "MPR", "SD", "PD"},
        "PD": {"PFS", "TTP"},
        "RFS": {"RFS", "DFS", "EFS", "PFS", "other:failure-free survival"},
    }

    def _specific(self, e: Endpoint, s: Statistic) -> Endpoint:
        """A word that only names the event yields to the endpoint that the sentence is about."""
        if not e.generic:
            return e
        family = self._FAMILY.get(e.id, set())
        for other in reversed([x for x in self.scene.endpoints if x.end <= e.start and not x.generic]):
            if other.id in family:
                return other
            if s.measure not in RATIOS:
                break
        focus = self.focus.endpoint
        if s.measure in RATIOS and e.id in ("PFS", "RFS") and focus is not None and focus.id in family:
            return focus
        if s.kind == "effect" and e.id == "MORTALITY" and s.measure in ("HR", "other"):
            return Endpoint(e.start, e.end, "OS", True)
        return e

    # -- time points -----------------------------------------------------------------------
    def times(self) -> None:
        for n, ls in enumerate(self.lists):
            s = ls[0].statistic
            if s.kind == "p" or (s.kind == "arm" and s.measure == "median"):
                continue
            if s.kind == "effect" and s.measure not in ("RR", "OR", "RD", "MD", "SMD"):
                continue
            k = len(ls)
            if k >= 2:
                run = self._run_for(n, self.time_runs, k, lambda t: t.text)
                if run and not any(b.statistic.joined == "vs" for b in ls):
                    for b, t in zip(ls, run, strict=True):
                        b.timepoint = t
                        b.rules.append("time.enumerated")
                    continue
            t = self._time_for(n, s, ls)
            for b in ls:
                b.timepoint = t

    def _time_for(self, n: int, s: Statistic, ls: list[Binding]) -> TimePoint | None:
        endpoint = ls[0].endpoint
        times = self.scene.times
        if not times:
            if endpoint is not None and self.focus.time is not None and ls[0].inherited:
                return self.focus.time
            return None
        reach = max(b.statistic.reach for b in ls)
        before = [t for t in times if t.end <= s.start]
        near_after = next(
            (
                t
                for t in times
                if t.start >= reach
                and t.start - reach < 40
                and re.match(
                    r"[\s,)\]]*(?:respectively,?\s*)?(?:in [^,;]{0,30})?\s*(?:at|after|by)\s",
                    self.text[reach : t.start] + " ",
                )
            ),
            None,
        )
        if near_after is not None and near_after.start <= self._next_start(n):
            return near_after
        if not before:
            return None
        t = before[-1]
        used_by_other = False
        if endpoint is not None and endpoint.end <= s.start:
            # a landmark belongs to the endpoint beside it
            between = [e for e in self.scene.endpoints if t.end <= e.start and e.end <= s.start]
            if t.start < endpoint.start and between and endpoint.id not in {e.id for e in between}:
                used_by_other = True
            if (
                between
                and len({e.id for e in between}) > 1
                and endpoint.id not in ("OS", "PFS", "DFS", "EFS", "RFS", "LRFS", "DMFS", "CSS", "RECURRENCE")
            ):
                used_by_other = True
        if used_by_other or s.start - t.end > 220:
            return None
        gap = self.text[t.end : s.start]
        if (
            re.search(r"随访|follow|治疗\s*$|每|疗程|周期", self.text[max(self.scene.start, t.start - 8) : t.start])
            and not endpoint
        ):
            return None
        if re.search(r"median|中位", gap, re.I) and s.measure == "rate":
            return None
        return t

    # -- groups ------------------------------------------------------------------------------
    def groups(self) -> None:
        for n, ls in enumerate(self.lists):
            kind = ls[0].statistic.kind
            if kind == "arm":
                self._arm_list(n, ls)
        self._listed_before()
        self._complements()
        for n, ls in enumerate(self.lists):
            kind = ls[0].statistic.kind
            if kind == "effect":
                for b in ls:
                    self._effect(n, b)
            elif kind == "p":
                for b in ls:
                    self._test(n, b)

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
            if (
                one.endpoint != two.endpoint
                or one.statistic.unit != two.statistic.unit
                or one.timepoint != two.timepoint
            ):
                continue
            between = self.text[one.statistic.reach : two.statistic.start]
            if len(between) > 90 or not re.search(
                r"而|对比|vs|versus|compared|against|while|whereas|高于|低于|优于|比|较|and|,", between
            ):
                continue
            for a, b in ((one, two), (two, one)):
                if a is two and not re.search(
                    r"而|对比|vs|versus|compared|against|while|whereas|高于|低于|优于|比|较", between
                ):
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
                and re.match(
                    r"[\s)\]]*(?:vs\.?|versus|比)\s*(?:none|0|无)",
                    self.text[self.bounds[n][1] : self.bounds[n][1] + 20],
                )
            ):
                ls[0].experimental = self.last_pair[0]
                ls[0].rules.append("group.same-order")
                return
            if g is None and (before := self._listed_on(n)) is not None:
                g, rule = before, "group.listed-on"
            if g is None and self._post_bracket_group(ls[0]) is not None:
                g, rule = self._post_bracket_group(ls[0]), "group.in-bracket"
            if g is not None:
                self._give(ls[0], g, rule)
            else:
                self._lone(ls[0])
            return
        over_times = all(b.timepoint is not None for b in ls) and _distinct(
            [b.timepoint.text for b in ls if b.timepoint]
        )
        over_endpoints = all(b.endpoint is not None for b in ls) and "endpoint.enumerated" in ls[0].rules
        if over_times or over_endpoints:
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
            order = self._order(n, ls)
            if g is not None and (order is None or order[1] != g.parts):
                other = (
                    self._other(self.default, g.parts)
                    if self.default is not None and g.parts in (self.default.experimental, self.default.comparator)
                    else ()
                )
                order = (other, g.parts)
            if order is not None:
                for b, parts in zip(ls, order, strict=True):
                    b.experimental = parts
                    b.rules.append("group.from-to")
                    b.pair = True
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
                    for b, parts in zip(ls, order, strict=True):
                        b.experimental = parts
                        b.rules.append("group.other-side")
                        b.pair = True
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
        run = self._run_for(n, self.group_runs, k, self._called) or self._run_after(n, self.group_runs, k)
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
        named_order = self.focus.sequence if len(self.focus.sequence) == k else tuple(self.table.titled)
        if k >= 3 and len(named_order) == k and not self.named:
            for b, parts in zip(ls, named_order, strict=True):
                b.experimental = parts
                b.rules.append("group.same-order-as-before")
            return
        if k == 2:
            order = self._order(n, ls)
            if order is not None:
                for b, parts in zip(ls, order, strict=True):
                    b.experimental = parts
                    b.rules.append("group.comparison")
                    b.pair = True
                self.last_pair = order
                return
            for b in ls:
                b.reasons.append("group: no comparison orders the two values")
            return
        if not any(b.statistic.joined == "vs" for b in ls):
            g, rule = self._local(n)
            if g is not None:
                for b in ls:
                    self._give(b, g, rule)
                return
        for b in ls:
            b.reasons.append("group: several values, no enumeration of as many groups")

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
            or last.statistic.bracket != self.lists[n][0].statistic.bracket
            or any(last.statistic.reach <= x.start < self.lists[n][0].statistic.start for x in self.scene.groups)
        ):
            return None
        return last.group if _LISTED_ON.fullmatch(gap) else None

    def _between_group(self, ls: list[Binding], i: int) -> Group | None:
        reach = ls[i].statistic.reach
        stop = ls[i + 1].statistic.start if i + 1 < len(ls) else min(self.scene.end, reach + 60)
        return next(
            (g for g in self.named if reach <= g.start and g.end <= stop and _POST.match(self.text[reach : g.start])),
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
        post = posts[0] if posts and posts[0].start - b < 90 and _POST.match(self._clean(b, posts[0].start)) else None
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
        if post is not None and re.match(r"\s*[:=]\s*\d", self.text[post.end : post.end + 6]):
            post = None  # ``90% (sunitinib: 78%)``: the name goes with the number behind it
        if (
            posts
            and re.fullmatch(r"\s*\(", self.text[b : posts[0].start])
            and re.match(r"组?\)|\s*(?:group|arm)?\)", self.text[posts[0].end : posts[0].end + 8])
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
                    and re.fullmatch(r"\s*[)\]]?\s*", self.text[b : posts[0].start])
                    and re.search(r"\d\s*(?:例|名|位|人)\s*$", self.text[self.scene.start : s.bracket])
                )
            )
        ):
            return posts[0], "group.after"  # ``76名(62%)手术组患者``
        if (
            post is not None
            and pre is not None
            and not self.zh
            and re.fullmatch(r"\s*,\s*(?:and\s+|while\s+)?", self.text[b : post.start])
        ):
            return pre, "group.before"  # ``A produced 22%, B one of 11%``
        if post is not None and (not self.zh or pre is None):
            # ``In the X group, 43% in …``: an own preposition after the value wins in English
            follows = self.text[post.end : post.end + 40]
            if pre is None or not self.zh:
                before = self.lists[n - 1][-1] if n else None
                theirs = before is not None and before.group is pre and "group.after" in before.rules
                if re.match(r"\s*(?:was|were|had|为)\b", follows) and pre is not None and not theirs:
                    return pre, "group.before"
                return post, "group.after"
        if pre is not None:
            if len(pres) >= 2 and not self.zh:
                subject = pres[0]
                # ``A compared with B had 43%``: the subject speaks
                if re.search(r"compared|versus|than", self.text[subject.end : pre.start], re.I):
                    return subject, "group.subject"
            if (
                self.zh
                and len(pres) >= 2
                and re.search(
                    r"(?:较|比|与|相比|相较|优于|高于|低于)\s*$",
                    self.text[max(self.scene.start, pre.start - 3) : pre.start],
                )
                and re.match(r"(?:组)?(?:相比|比较)?[,\s]", self.text[pre.end : pre.end + 6])
            ):
                return pres[0], "group.subject"
            return pre, "group.before"
        if post is not None:
            return post, "group.after"
        return None, ""

    def _behind_bracket(self, at: int) -> Group | None:
        """``35.4% (28.1-42.7; HR, 0.79; P = .06) for the X group``: the effect stands between a value and its group."""
        opened = re.match(r"\s*%?\s*\(", self.text[at : at + 4])
        if opened is None or self.zh:
            return None
        close = at + opened.end()
        depth = 1
        while close < self.scene.end and depth:
            depth += {"(": 1, ")": -1}.get(self.text[close], 0)
            close += 1
        inside = self.text[at:close]
        if depth or not re.search(r"HR|OR\b|RR|ratio|P\s*[=<>]", inside):
            return None
        return next((g for g in self.named if g.start >= close and _POST.match(self.text[close : g.start])), None)

    def _clean(self, a: int, b: int) -> str:
        return re.sub(r"\([^()]{0,60}\)|\[[^\[\]]{0,40}\]", "", self.text[a:b])

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
                and re.fullmatch(r"[\s,;in]*", self.text[s.reach : g.start])
            ),
            None,
        )

    def _give(self, b: Binding, g: Group, rule: str) -> None:
        b.experimental, b.group = g.parts, g
        b.rules.append(rule)

    def _lone(self, b: Binding) -> None:
        """A single value without a group beside it."""
        parts = {g.parts for g in self.named}
        if _UNKNOWN_NAME.match(self.text, b.statistic.reach) and not any(
            g.start - b.statistic.reach < 24 for g in self.named if g.start >= b.statistic.reach
        ):
            b.reasons.append("group: the name beside the value is in no pattern")
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
        elif len(parts) == 1 and self._nameless_beside(b.statistic, self.named[0]):
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
            and (
                b.inherited
                or (b.endpoint is not None and b.endpoint.id in ("AE", "ORR", "DCR", "CR", "PR", "SD", "PD"))
            )
        ):
            b.experimental = self.focus.groups
            b.rules.append("group.inherited")
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
            and not set(self.table.arms[0]) <= _GENERIC_CARE
        ):
            b.experimental = self.table.arms[0]
            b.rules.append("group.single-arm-study")
        else:
            b.reasons.append("group: none stands beside the value")

    def _nameless_beside(self, s: Statistic, g: Group) -> bool:
        """``88.9% for Arm A … not superior to standard chemotherapy``: a group without a definition stands nearer."""

        def apart(x: Group) -> int:
            return max(x.start - s.reach, s.start - x.end)

        return any(not x.parts and x.noun and apart(x) < apart(g) for x in self.scene.groups)

    def _order(self, n: int, ls: list[Binding]) -> tuple[Arms, Arms] | None:
        """The order of the two sides of ``x vs y``."""
        a, b = self.bounds[n]
        if self._by_population():
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
            against = _AGAINST.search(self.text[max(self.scene.start, only.start - 20) : only.start]) and not moved
            if against and first in forward:
                return self._other(default, first), first
            if only.start >= b and not _POST.match(self.text[b : only.start]):
                return forward
            if first == default.experimental:
                return forward
            if first == default.comparator:
                return forward[::-1]
            if set(first) & set(default.experimental) and not set(first) & set(default.comparator):
                return forward
        if len(distinct) == 2 and not moved:
            return distinct[0], distinct[1]
        if not distinct or (
            len(distinct) == 1 and default is not None and set(distinct[0]) <= set(default.experimental)
        ):
            if self.focus.order is not None and not distinct:
                pair = self.focus.order
            elif default is not None:
                pair = (default.experimental, default.comparator)
                last = self.focus.sequence
                told = len(last) == 2 and not moved and not distinct and (last[1], last[0]) == pair
                if told and _RESPECTIVE.search(self.text[left:b]):
                    pair = (last[0], last[1])  # the order in which the sentence before told its values
            else:
                return None
            return (pair[1], pair[0]) if moved else pair
        return None

    def _values_end(self, n: int) -> int:
        """Where the values of groups before list `n` end: a difference between them hides no name."""
        return next(
            (self.bounds[m][1] for m in range(n - 1, -1, -1) if self.lists[m][0].statistic.kind == "arm"),
            self._prev_end(n),
        )

    def _by_population(self) -> bool:
        """``patients with high miR-21 … compared to patients with low miR-21``: no treatments."""
        return not self.named and bool(_POPULATIONS.search(self.scene.body))

    def _nearest_contrast(self, a: int, b: int) -> Contrast | None:
        found = [c for c in self.contrasts if c.experimental != c.comparator]
        if not found:
            return None
        left, right = self._clause_start(a), self._clause_end(b)
        inside = [c for c in found if left <= c.start and c.end <= right]
        before = [c for c in inside if c.end <= a]
        if before:
            return before[-1]
        return inside[0] if inside else found[0]

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
            and not re.search(r"[;.。]\s", self.text[last[0].statistic.reach : last[2].statistic.start])
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
        elif default is None:
            nouns = list(
                dict.fromkeys(
                    g.parts
                    for g in self.named
                    if g.noun and g.end <= s.start and g.start >= self._clause_start(s.start)
                )
            )
            if not nouns and re.search(
                r"两(?:种|组)|(?<![A-Za-z])(?:both|two)(?![A-Za-z])", self.text[self._clause_start(s.start) : s.start]
            ):
                nouns = list(dict.fromkeys(g.parts for g in self.named if g.noun and g.start >= s.reach))
            if len(nouns) == 2:
                chosen, rule = (nouns[0], nouns[1]), "sides.two-named"
        if rule == "sides.sentence" and contrast is not None and n and self._prognostic():
            behind = self.bounds[n - 1][1]
            if not behind <= contrast.start < s.reach + 40 and any(
                x[0].statistic.kind == "effect" for x in self.lists[:n]
            ):
                b.reasons.append("sides: a prognostic factor, not a treatment")
                return
        if chosen is not None:
            chosen = self._oriented(chosen, default)
        elif len({g.parts for g in self.named}) == 1 and default is not None and self._only_group_is_side(default):
            g = self.named[0]
            side = self._side(default, g)
            chosen = (side, self._other(default, side))
            rule = "sides.one-named"
            if not self._between_measure(g, s):
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
        if chosen is None:
            b.reasons.append("sides: no comparison of two groups is stated")
            return
        if rule == "sides.focus" and self._prognostic():
            b.reasons.append("sides: a prognostic factor, not a treatment")
            return
        b.experimental, b.comparator = chosen
        b.rules.append(rule)

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
                one = next((x.statistic.value for x in reversed(rates) if x.experimental == b.experimental), None)
                two = next((x.statistic.value for x in reversed(rates) if x.experimental == b.comparator), None)
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
            or b.endpoint.id not in _LASTING
            or "sides.in-measure" in b.rules
            or "sides.around-value" in b.rules
        ):
            return False
        medians = [
            x
            for x in self.bindings
            if x.statistic.kind == "arm"
            and x.statistic.measure in ("median", "rate")
            and x.statistic.end <= s.start
            and x.endpoint is not None
            and x.endpoint.id == b.endpoint.id
        ]
        if len({x.statistic.measure for x in medians}) > 1:
            medians = [x for x in medians if x.statistic.measure == "median"]
        one = next((x.statistic.value for x in reversed(medians) if x.experimental == b.experimental), None)
        two = next((x.statistic.value for x in reversed(medians) if x.experimental == b.comparator), None)
        if not one or not two or s.ci_low is None or s.ci_high is None or s.ci_low < 1 < s.ci_high:
            return False
        more = 1.03 if medians[-1].statistic.measure == "median" else 1.0
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
                b.reasons.append("group: named by its patients, not by a treatment")
                continue
            b.experimental = expand(b.experimental, self.default, alone, self.table.kinds)
            b.comparator = expand(b.comparator, self.default, b.comparator in single, self.table.kinds)

    def _between_measure(self, g: Group, s: Statistic) -> bool:
        return s.measure_start >= 0 and (s.measure_start <= g.start < s.start or 0 <= s.measure_start - g.end <= 6)

    def _only_group_is_side(self, c: Contrast) -> bool:
        return self._side(c, self.named[0]) in (c.experimental, c.comparator, *c.arms)

    def _side(self, c: Contrast, g: Group) -> Arms:
        """The arm that a group is short for."""
        return expand(g.parts, c, g.alone, self.table.kinds)

    @staticmethod
    def _other(c: Contrast, parts: Arms) -> Arms:
        """What an arm is compared with; of several arms, the control is compared with no one of them."""
        if parts == c.comparator:
            return () if len(c.arms) > 2 else c.experimental
        return c.comparator

    def _oriented(self, pair: tuple[Arms, Arms], default: Contrast | None) -> tuple[Arms, Arms]:
        plain = {g.parts for g in self.named if self.text.startswith("单纯", g.start)}
        if plain and pair[1] in plain and pair[0] not in plain:
            return pair  # ``单纯X组`` is what the other group was added to
        if default is not None:
            if (pair[1], pair[0]) == (default.experimental, default.comparator):
                return pair[1], pair[0]
            if pair == (default.experimental, default.comparator):
                return pair
        return orient(*pair, self.table)

    def _prognostic(self) -> bool:
        if self._by_population():
            return True
        told = re.search(
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
            re.search(
                r"prognos|predict(?:or|ive)|risk factors?|independent(?:ly)? (?:factor|associated)|multivaria\w+ analysis (?:showed|revealed|identified)|relevant factors?|was associated with|were associated with|ratios?\s+associated\s+with|depended\s+on|as\s+likely\s+(?:in|after)|associated with (?:favou?rable|poor|better|worse|shorter|longer)|独立危险因素|危险因素|预后因素|影响因素|保护因素|独立因素|多因素(?:分析|(?:logistic|cox|比例风险)?回归(?:分析)?)(?:显示|结果|提示|发现|表明)|多变量分析",
                self.scene.body,
                re.I,
            )
        )

    def _within_group(self, s: Statistic) -> Group | None:
        """``it decreased in the placebo group (P = 0.01)``: a change of one group, compared with nothing."""
        own = max([self._clause_start(s.start), *(end for _, end in self.bounds if end <= s.start - 3)])
        comma = [m.end() for m in _CLAUSE_COMMA.finditer(self.text, own, s.start)]
        start = next((c for c in reversed(comma) if _CHANGED.search(self.text, c, s.start)), own)
        named = [g for g in self.named if start <= g.start and g.end <= s.start]
        clause = self.text[start : s.start]
        if len({g.parts for g in named}) != 1 or named[0].parts[0].startswith(BY_PATIENT):
            return None
        if (
            not _CHANGED.search(clause)
            or _SET_AGAINST.search(clause)
            or _SET_AGAINST.match(self.text[s.reach : s.reach + 40].lstrip(" )],，、"))
        ):
            return None
        return named[-1]

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
        if pair is not None:
            b.experimental, b.comparator = self._oriented(pair, default)
            b.rules.append("sides.values")
        elif contrast is not None:
            b.experimental, b.comparator = self._oriented((contrast.experimental, contrast.comparator), default)
            b.rules.append("sides.sentence")
        elif default is not None and not self._prognostic():
            b.experimental, b.comparator = default.experimental, default.comparator
            b.rules.append("sides.focus")
        else:
            b.reasons.append("sides: no comparison of two groups is stated")


def attach(scene: Scene, statistics: list[Statistic], focus: Focus, table: ArmTable, zh: bool) -> list[Binding]:
    """Bind the statistics of one sentence.

    Parameters
    ----------
    scene : Scene
    statistics : list of Statistic
        In order of the text.
    focus : Focus
        What the text was talking about before; it is not changed.
    table : ArmTable
    zh : bool
        Whether the sentence is Chinese.

    Returns
    -------
    list of Binding
        One per statistic, in the same order.
    """
    worker = _Attacher(scene, statistics, focus, table, zh)
    worker.endpoints()
    worker.times()
    worker.groups()
    worker.expansion()
    worker.directions()
    return worker.bindings
