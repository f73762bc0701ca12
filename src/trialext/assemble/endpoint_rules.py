"""Which endpoint and which time point a value is of."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import ClassVar

from ..model import RATIOS
from ..recognise.guarded import guarded
from ..text import inline
from .binding import Binding
from .clauses import LASTING, Clauses, distinct
from .scene import Endpoint, TimePoint
from .scope import DID_SOMETHING
from .statistic import Statistic

__all__ = ["EndpointRules"]


_DURATIONS = {"months", "years", "weeks", "days", None}

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

_POST_END = re.compile(
    r"^[\s,)\]]*(?:of\s+(?:the\s+)?\d+\s*)?(?:patients|cases|subjects|events|participants)?\s*(?:for|in\s+terms\s+of|as\s+for|as\s+regards|with\s+respect\s+to|of|in)\s+(?:the\s+)?(?:median\s+|both\s+)?$",
    re.I,
)

_FACTORS = guarded(
    r"(?<![A-Za-z])(?:impacted|affected|influenced|predicted|determined)\s+by|associated\s+with|predict\w*|(?:prognostic|risk|independent)\s+factors?|correlat\w+\s+with|depend\w*\s+on|危险因素|影响因素|预后因素|相关因素",
    re.I,
)


_AT_A_TIME = frozenset({"OS", "PFS", "DFS", "EFS", "RFS", "LRFS", "DMFS", "CSS"})
"""What is told in per cent only of a time."""
_BY_A_TIME = _AT_A_TIME | {"RECURRENCE", "MORTALITY"}
"""What is told in per cent of a time, or of all that was seen."""

_ASIDE = guarded(
    r",\s*(?:which|that\s+is|i\.e\.|defined\s+as|meaning)(?![A-Za-z])[^,;。]{3,120},\s*(?:was|were|is|are|reached)\s+(?:only\s+|about\s+)?$",
    re.I,
)

_PART_OF_ANOTHER = re.compile(
    r"\([^()]*\d\s*%[^()]*\)\s*(?:and|versus|vs\.?|compared\s+(?:with|to)|or|和|与|对|比|、)\s*$", re.I
)
_ONLY_A_UNIT = re.compile(
    r"(?:(?:[mkcnpdμµ]?(?:g|mol|L|m)|d|h|min|s|I?U)(?:/[A-Za-z]{1,3}\d?)?|mm\s?Hg|[万千]?元|分|天|周|年|个?月|例|次|枚|个|岁)?(?:比|对|vs\.?|和|与|、)?",
    re.I,
)
_SHORT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9α-ωγβ+/⁺-]{1,13}")
_NAMES_IN_TURN = re.compile(
    rf"(?P<names>{_SHORT_NAME.pattern}(?:\s*(?:、|,|和|与|及|以及)\s*{_SHORT_NAME.pattern})+)(?:的)?(?:水平|含量|浓度|评分|值)?(?:分别|依次)(?:为|是|达)?\s*[(\[]?\s*$"
)
_NEW_CLAUSE = re.compile(r"[;。]")

_SAME_ORDER = guarded(
    r"(?:respective|corresponding)\s+(?:\w+\s+)?(?:figures|rates|values|proportions|percentages|numbers|results)|相应|对应",
    re.I,
)
"""``OS and EFS were 94% and 91%; the respective figures were 98% and 95% in …``"""

_HOW_OFTEN = r"每|(?<![A-Za-z])every|(?<![A-Za-z])each"
_NO_LANDMARK = re.compile(rf"(?:{_HOW_OFTEN})\s*$")
_NO_TIME = re.compile(
    rf"(?:{_HOW_OFTEN}|随访(?:时间|期)?(?:为|达|了)?|follow(?:ed|-?\s?up)\s+(?:of|for|was)(?:\s+(?:about|only))?)\s*$"
)
"""How often a drug was given, or how long patients were followed, is no time of a response."""

_SAME_TIMES = guarded(
    r"(?:same|these|those|corresponding|respective)\s+(?:time\s*-?\s*points?|times|landmarks|years|rates|figures|values)|corresponding|(?:相应|对应|上述|同样|同期|同一)(?:的)?(?:时间点|时点|年份|时间)?",
    re.I,
)


_SHARES = frozenset({"ORR", "DCR", "CBR", "CR", "PR", "SD", "PD", "pCR", "MPR", "R0"})
"""Endpoints that are shares of the patients."""


_NEXT_STATISTIC = re.compile(r"[,;]|[(\[]\s*(?:HR|OR|RR|hazard|odds|relative|risk|风险比|优势比)")
"""``73.5% in the placebo arm (HR for death …)``: the event behind belongs to the next statistic."""
_IN_TURN = re.compile(r"依次|分别|相应|(?<![A-Za-z])(?:respectively|corresponding|correspondingly)(?![A-Za-z])", re.I)


class EndpointRules(Clauses):
    """Which endpoint and which time point a value is of."""

    _FAMILY: ClassVar[dict[str, set[str]]] = {
        "OS": {"OS", "MORTALITY", "CSS"},
        "MORTALITY": {"OS", "MORTALITY", "CSS"},
        "PFS": {"PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS"},
        "RECURRENCE": {"RFS", "DFS", "EFS", "RECURRENCE", "LRFS"},
        "ORR": {"ORR", "CR", "pCR", "PR", "DCR", "CBR", "MPR", "SD", "PD"},
        "PD": {"PFS", "TTP"},
        "RFS": {"RFS", "DFS", "EFS", "PFS", "other:failure-free survival"},
    }

    # -- endpoints -----------------------------------------------------------------------
    def endpoints(self) -> None:
        for n, ls in enumerate(self.lists):
            self._list_endpoints(n, ls)
        self._measured()

    def _measured(self) -> None:
        """``DCR 87%和75%。观察组AFP为168.4±52.7 μg/L``: a mean is of what was measured, and not of the rate told before."""
        last: tuple[Endpoint, Endpoint] | None = None  # the rate, and what was measured
        for n, ls in enumerate(self.lists):
            s, endpoint = ls[0].statistic, ls[0].endpoint
            begin = max(self._prev_end(n), self._clause_start(s.start))
            if endpoint is None or endpoint.id not in _SHARES or endpoint.start >= begin:
                last = None
                continue
            if s.kind == "p" and last is not None and endpoint is last[0]:
                own = last[1]
            elif s.measure == "mean" and s.unit != "%":
                named = [
                    m for m in self.scene.mentions if m.label == "BIOMARKER" and begin <= m.start and m.end <= s.start
                ]
                own = (
                    Endpoint(named[-1].start, named[-1].end, f"other:{named[-1].id}")
                    if named
                    else last[1]
                    if last is not None
                    else Endpoint(s.start, s.start, "other:unspecified")
                )
                last = (endpoint, own)
            else:
                last = None
                continue
            for b in ls:
                b.endpoint = own
                b.rules.append("endpoint.measured")
                if own.id == "other:unspecified":
                    b.reasons.append("endpoint: what was measured is not named")

    def _list_endpoints(self, n: int, ls: list[Binding]) -> None:
        k = len(ls)
        value = self.lists[n - 1][0] if n else None
        if (
            value is not None
            and "endpoint.enumerated-lists" in value.rules
            and ls[0].statistic.kind != "arm"
            and ls[0].statistic.bracket >= self.bounds[n - 1][1]
            and not self.text[self.bounds[n - 1][1] : ls[0].statistic.bracket].strip()
        ):
            for b in ls:
                # ``PFS and OS were 2.2 (HR 0.10) and 5.0 months (HR 0.22)``
                b.endpoint = value.endpoint
                b.rules.append("endpoint.of-its-value")
            return
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
        if k >= 2 and (markers := self._measured_in_turn(n, ls)):
            # ``CEA、CA125分别为5.2±1.1 ng/ml和32.1±6.5 U/ml``
            for b, e in zip(ls, markers, strict=True):
                b.endpoint = e
                b.rules.append("endpoint.enumerated")
            return
        if k >= 2 and n and len(self.lists[n - 1]) == k and "endpoint.enumerated" in self.lists[n - 1][0].rules:
            gap = self.text[self.bounds[n - 1][1] : self.bounds[n][0]]
            if (len(gap) < 40 or (len(gap) < 110 and _SAME_ORDER.search(gap))) and not any(
                self.bounds[n - 1][1] <= e.start < self.bounds[n][0] for e in self.scene.endpoints
            ):
                # ``ORR和DCR在A组为30%、76%;B组相应为11%、55%``
                for b, before in zip(ls, self.lists[n - 1], strict=True):
                    b.endpoint = before.endpoint
                    b.rules.append("endpoint.enumerated")
                return
        if k == 4 and self._two_by_two(ls):
            run = self._run_for(n, self.endpoint_runs, 2, lambda e: e.id)
            if run:
                for b, e in zip(ls, [*run, *run], strict=True):
                    b.endpoint = e
                    b.rules.append("endpoint.nested")
                return
        if k >= 2 and ls[0].statistic.kind == "p" and (compared := self._compared_before(n, k)):
            # ``ORR为65%,高于对照组的44%,DCR为90%,高于对照组的73%(P=0.041、0.036)``
            for b, own in zip(ls, compared, strict=True):
                b.endpoint = own
                b.rules.append("endpoint.enumerated")
            return
        if k >= 2 and (one_by_one := self._one_by_one(n, k)):
            # ``观察组CR 10%、PR 50%、SD 27%,对照组依次为4%、35%、35%``
            for b, own in zip(ls, one_by_one, strict=True):
                b.endpoint = own
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

    def _measured_in_turn(self, n: int, ls: list[Binding]) -> list[Endpoint]:
        """The markers that stand right before a list of as many means, each with a value of its own."""
        if any(b.statistic.measure not in ("mean", "median") for b in ls):
            return []
        begin = max(self._prev_end(n), self._clause_start(ls[0].statistic.start))
        named = [
            m
            for m in self.scene.mentions
            if m.label in ("BIOMARKER", "ENDPOINT") and begin <= m.start and m.end <= ls[0].statistic.start
        ][-len(ls) :]
        if len(named) != len(ls) or not any(m.label == "BIOMARKER" for m in named):
            return self._named_in_turn(begin, ls)
        if any(
            not inline.fullmatch(r"(?:水平)?\s*(?:、|,|和|与|及|以及|and|,\s*and)\s*", self.text[x.end : y.start])
            for x, y in itertools.pairwise(named)
        ):
            return []
        return [Endpoint(m.start, m.end, m.id if m.label == "ENDPOINT" else f"other:{m.id}") for m in named]

    def _named_in_turn(self, begin: int, ls: list[Binding]) -> list[Endpoint]:
        """``AFP、VEGF分别为``: as many short names as there are means, which no pattern has to know."""
        told = _NAMES_IN_TURN.search(self.text, begin, ls[0].statistic.start)
        names = list(_SHORT_NAME.finditer(self.text, *told.span("names"))) if told else []
        if len(names) != len(ls) or any(g.start < m.end() and m.start() < g.end for g in self.named for m in names):
            return []
        return [Endpoint(m.start(), m.end(), f"other:{m.group()}") for m in names]

    def _two_by_two(self, ls: list[Binding]) -> bool:
        """``pCR率、MPR率分别为18.1%、30.2%和4.0%、11.0%``: two endpoints of one group, then of the other."""
        gaps = [self.text[x.statistic.reach : y.statistic.start].strip() for x, y in itertools.pairwise(ls)]
        return gaps[0] == gaps[2] == "、" and gaps[1] in ("和", "与", "及", "以及", ";", ",")

    def _compared_before(self, n: int, k: int) -> list[Endpoint]:
        """The k endpoints that the values before a list of tests are of, each with more values than one."""
        values = [b for ls in self.lists[:n] for b in ls if b.statistic.kind == "arm" and b.endpoint is not None]
        told = {b.endpoint.id: b.endpoint for b in values if b.endpoint is not None}
        often = all(sum(b.endpoint is not None and b.endpoint.id == x for b in values) >= 2 for x in told)
        return list(told.values()) if len(told) == k and often else []

    def _one_by_one(self, n: int, k: int) -> list[Endpoint]:
        """The endpoints of the k single values before a list that goes through them in the same order."""
        singles = [ls[0] for ls in self.lists[max(0, n - k) : n] if len(ls) == 1]
        told = [b.endpoint for b in singles if b.endpoint is not None and b.statistic.unit == "%"]
        if len(told) != k or not distinct([e.id for e in told]):
            return []
        gap = self.text[self.bounds[n - 1][1] : self.bounds[n][0]]
        named = any(self.bounds[n - 1][1] <= e.start < self.bounds[n][0] for e in self.scene.endpoints)
        return told if _IN_TURN.search(gap) and len(gap) < 60 and not named else []

    def _block(self, n: int, same: list[int]) -> list[int]:
        """Lists of one shape that follow each other without an endpoint or group in between."""
        block = [n]
        for direction in (-1, 1):
            at, m = same.index(n) + direction, n
            while 0 <= at < len(same):
                x = same[at]
                a, b = (x, m) if direction < 0 else (m, x)
                gap = inline.sub(r"\([^()]{0,120}\)", "", self.text[self.bounds[a][1] : self.bounds[b][0]])
                if (
                    len(gap) > 40
                    or any(self.bounds[a][1] <= e.start < self.bounds[b][0] for e in self.scene.endpoints)
                    or not inline.fullmatch(r"[\s,;)\]]*(?:and|和|与|及|,|;|、)?[\s(]*", gap)
                ):
                    break
                block.append(x)
                at, m = at + direction, x
        return sorted(block)

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
                and inline.fullmatch(r"\s*(?:for|in\s+terms\s+of)\s+(?:the\s+)?", text[reach : behind.start])
            ):
                return behind, "endpoint.after"  # ``(23% vs 11% for ORR and 55% vs 33% for DCR)``
            if (
                inside
                and behind is not None
                and inline.fullmatch(r"\s*(?:with|had|achieved|为|达)?\s+(?:an?\s+)?", text[reach : behind.start])
                and inline.fullmatch(r"\s*[,;]\s*(?:and\s+)?", text[inside[-1].end : s.start])
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
        if (aside := _ASIDE.search(text, left, s.start)) is not None:
            # ``the response rate, which counted complete responses, was 44%``
            outer = [e for e in before if left <= e.start and e.end <= aside.start()]
            before = outer or before
        if s.bracket < 0 and (part := _PART_OF_ANOTHER.search(text, left, s.start)) is not None:
            # ``a response rate of 64% (18% CR) and 69% (30% CR)``
            before = [e for e in before if not (part.start() < e.start and e.end <= part.end())] or before
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
            listed = before and inline.fullmatch(r"\s*,?\s*and\s+an?\s+", text[before[-1].end : s.start])
            if (
                inline.fullmatch(r"\s+an?\s+(?:median\s+)?", gap)
                or (gap == " the " and inline.search(r"(?<![A-Za-z])in\s+$", text[: s.start][-6:]))
                or (listed and inline.fullmatch(r"\s+(?:median\s+)?", gap))
                or (
                    inline.fullmatch(r"\s+(?:median\s+)?|\s*的\s*", gap)
                    and not (before and s.start - before[-1].end < 8)
                )
            ):
                return after, "endpoint.right-after"
            if (
                _HAD.match(gap)
                or _HAD.match(inline.sub(r"^\s*[(\[]\s*[nN]\s*=\s*\d+\s*[)\]]", "", gap))
                or (
                    s.numerator is not None
                    and inline.fullmatch(
                        r"[\s)\]]*(?:patients\s+|cases\s+|(?:[a-z]+\s+){1,3}(?=with\s|had\s)|患者)?(?:had\s+|with\s+|achieved\s+|experienced\s+|developed\s+|出现|发生|获得|达到)?(?:an?\s+|the\s+)?",
                        gap,
                    )
                )
            ):
                return after, "endpoint.follows-count"
        if (
            before
            and after is not None
            and s.unit == "%"
            and before[-1].end <= left
            and after.id in ("OS", "MORTALITY")
            and self._predicate(n, after)
        ):
            return after, "endpoint.predicate"  # ``…; at five years, 88% of the patients in X were alive``
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
                    and not _NEXT_STATISTIC.search(text[reach : after.start].strip(" )]"))
                ):
                    return after, "endpoint.follows-count"
            return self._specific(last, s), "endpoint.before"
        if after is not None and s.unit == "%" and self._predicate(n, after):
            return after, "endpoint.predicate"
        if after is not None and after.start - reach < 120 and (s.kind != "p"):
            if s.numerator is not None and not inline.search(r"[;]", text[reach : after.start]):
                return self._specific(after, s), "endpoint.follows-count"
            return self._specific(after, s), "endpoint.later"
        if s.kind == "p" or s.measure == "mean":
            subject = self._subject(s)
            if subject is not None:
                return subject, "endpoint.subject"
        if s.kind == "arm" and s.unit == "%" and DID_SOMETHING.match(self.text, s.end):
            return (
                None,
                "endpoint.none",
            )  # ``34%的患者下调剂量``: what they did is the outcome, not what was told before
        if self.focus.endpoint is not None and not (
            s.measure == "mean" and self.focus.endpoint.id in LASTING and s.unit not in _DURATIONS
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
            and not inline.search(r"[;.。]", gap + inline.sub(r"\d\.\d", "", first))
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
                for m in inline.finditer(
                    r"[,;:)\]、]|(?<![A-Za-z])(?:and|or|but|in|for|of|on|with|more|less|to|between|were|was|,)\s|和|及|与|在",
                    head,
                )
            ),
            default=0,
        )
        words = head[cut:].strip()
        if (
            inline.search(
                r"[\d.%](?:\s*(?:months|years|weeks|days|points|patients))?\s*\)?\s*(?:for|in|with|on|by)\s+$",
                head[:cut],
            )
            or inline.search(
                r"(?:(?:more|less|fewer|greater|lower|higher)\s+(?:than|or)|or\s+(?:more|less|fewer|greater))\s+[\w\s:*-]{0,40}$",
                head,
            )
            or (before and _FACTORS.search(self.text, before[-1].end, s.bracket))
        ):
            return None  # ``2.1 (SD 2.5) for X (p = 0.36)``: X has the value
        if any(e.end > self.scene.start + cut for e in before) or any(
            g.end > self.scene.start + cut for g in self.scene.groups
        ):
            return None
        english = inline.fullmatch(r"(?:[A-Za-z][\w/α-ωβ-]*[ -]?){1,5}", words)
        chinese = inline.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9-]{2,12}", words) and inline.search(
            r"[\u4e00-\u9fff]", words
        )
        if not (english or chinese) or _NO_OUTCOME.search(words) or _ONLY_A_UNIT.fullmatch(words):
            return None
        return Endpoint(self.scene.start + cut, s.bracket, f"other:{words.lower()}")

    def _subject(self, s: Statistic) -> Endpoint | None:
        """The subject of an English sentence, where it can be an outcome: ``Bowel sounds … were greater``."""
        head = self.text[self.scene.start : s.start]
        lead = inline.match(
            r"\s*(?:(?:At|In|After|During|By|For|On|Compared|However|Moreover|Similarly|Also|Furthermore|Overall|Additionally|Between|When)\b[^,]{0,60},\s*)?",
            head,
        )
        begin = lead.end() if lead else 0
        m = inline.match(
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
                times = self._nested_times(n, ls)
                for m, b in enumerate(ls if times else ()):
                    b.timepoint = times[m % len(times)]
                    b.rules.append("time.nested")
                if times:
                    continue
            if self._at_times_before(ls):
                continue
            t = self._time_for(n, s, ls)
            for b in ls:
                b.timepoint = t

    def _nested_times(self, n: int, ls: Sequence[Binding]) -> Sequence[TimePoint]:
        """The landmarks of a list that has a value of each group for each of them, group after group."""
        k = len(ls)
        for times in range(k // 2, 1, -1):
            run: Sequence[TimePoint] | None = (
                self._run_for(n, self.time_runs, times, lambda t: t.text) if k % times == 0 else None
            )
            joins = {b.statistic.joined for m, b in enumerate(ls) if m % times}
            if run and "vs" not in joins and len({b.statistic.unit for b in ls}) == 1:
                return run
        return ()

    def _at_times_before(self, ls: list[Binding]) -> bool:
        """``OS at the same time points was …``: survival in per cent has the landmarks of the sentence before."""
        times = self.focus.times
        if (
            not times
            or self.scene.times
            or ls[0].statistic.unit != "%"
            or any(b.endpoint is None or b.endpoint.id not in _AT_A_TIME for b in ls)
        ):
            return False
        one = len({t.text for t in times}) == 1
        if not one and not (len(times) == len(ls) and _SAME_TIMES.search(self.scene.body)):
            return False
        for b, t in zip(ls, times[:1] * len(ls) if one else times, strict=True):
            b.timepoint = t
            b.rules.append("time.sentence-before")
        return True

    def _time_for(self, n: int, s: Statistic, ls: list[Binding]) -> TimePoint | None:
        endpoint = ls[0].endpoint
        landmark = endpoint is None or endpoint.id in _BY_A_TIME
        times = [
            t
            for t in self.scene.times
            if not (_NO_LANDMARK if landmark else _NO_TIME).search(self.text, self.scene.start, t.start)
        ]
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
                and inline.match(
                    r"[\s,)\]]*(?:respectively,?\s*)?(?:in [^,;]{0,30})?\s*(?:at|after|by)\s|[)\]]?\s*的?(?:患者|病例|病人|缓解)[^,;。\d]{0,16}(?:达到?|超过|大于|长于|不短于|不少于|>|≥) |\s*(?:lasting|lasted)\s+(?:at\s+least|more\s+than|longer\s+than|≥|>)\s",
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
        if endpoint is not None and endpoint.id not in _BY_A_TIME and _NEW_CLAUSE.search(gap):
            return None  # ``5年为23%;15例(16%)出现并发症``
        if (
            inline.search(r"随访|follow|治疗\s*$|每|疗程|周期", self.text[max(self.scene.start, t.start - 8) : t.start])
            and not endpoint
        ):
            return None
        if inline.search(r"median|中位", gap, re.I) and s.measure == "rate":
            return None
        return t
