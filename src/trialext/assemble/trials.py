"""Trials: their names, which sentences speak of them, and what the text says of each."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..model import Arms, Mention, Outcome, Span, TrialReport
from ..patterns import Patterns
from ..recognise.citations import citation_numbers, cited
from ..recognise.guarded import Guarded, guarded
from ..recognise.mentions import cooperative_groups
from ..recognise.ruler import cue_regex
from ..text import inline
from .arm_model import BY_PATIENT, ArmTable, Contrast
from .scene import Scene
from .trial_outcomes import outcome_cues, take_outcomes, told_outcomes
from .trial_size import enrolled

__all__ = ["ANOTHER_STUDY", "TrialBook", "trial_key"]


def trial_key(name: str) -> str:
    """Return the canonical key that joins documents: lower case, letters and digits only.

    Examples
    --------
    >>> trial_key("CheckMate 459"), trial_key("KEYNOTE–189")
    ('checkmate459', 'keynote189')
    """
    return inline.sub(r"[^0-9a-z\u4e00-\u9fff]", "", name.lower())


_PHASE = guarded(
    r"(?<![A-Za-z])phase\s*-?\s*(?P<en>1b/2a?|1/2|2/3|I/II|II/III|Ib/II|IIIb|IIb|IIa|Ib|Ia|III|II|IV|I|3b|2b|2a|1b|1a|[1-4])(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9~/至-])(?P<zh>Ⅰ[bBａ]?/Ⅱ|Ⅱ/Ⅲ|I[bB]?/II|II/III|1/2|2/3|Ⅲ[bB]|Ⅳ|Ⅲ|Ⅱ[aAbB]?|Ⅰ[aAbB]?|III[bB]?|IV|II[aAbB]?|I[aAbB]?|[1-4][bB]?)\s*期(?!\s*(?:患者|患儿|患|病例|病变|组|者|/|、|淋巴瘤|霍奇金|白血病|NSCLC|乳腺癌|非小|肺癌|直肠|结直肠|或|和|及|CRC|胃癌|肿瘤|癌)|\s*[A-Z]?[\u4e00-\u9fff]{1,5}(?:癌|瘤|白血病)|为主)",
    re.I,
)
_THIS_PHASE = re.compile(
    r"(?:这项|该项?|本项?)[^,;。]{0,24}?(?:[ⅠⅡⅢⅣ]|I{1,3}|[1-4])\s*期|(?<![A-Za-z])[Tt]his\s+(?:[\w-]+,?\s+){0,4}phase(?![A-Za-z])"
)
"""``这项开放标签的3期研究``: of the trial that the text is about."""
_ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4"}
ANOTHER_STUDY = guarded(
    r"另一项|另有(?:一项)?研究|另一(?:项)?研究|(?<!这是)(?<!研究是)(?<!本研究为)(?<!研究为)(?<!试验是)(?<!试验为)(?<!这)一项(?!研究设计)[^,。;]{0,20}(?:研究|试验|分析)|有研究|(?<![A-Za-z])(?!an?\s+(?:[\w-]+\s+){0,2}?(?:pre-?planned|planned|prespecified|pre-specified|final|interim|updated|post|subgroup|exploratory|sensitivity|multivaria\w+|univariate|secondary|later|landmark|longer|intent(?:ion)?-to-treat|per-protocol)\b[\w -]{0,20}analys)(?:another|a|an|two|three|several|other|most|some|previous|earlier|one)\s+(?:[\w/-]+[ -]){0,6}?(?:trials?|stud(?:y|ies)|meta-analys[ie]s|analys[ie]s|reports|series)(?![A-Za-z])|(?<![A-Za-z])(?:In|Among|Of)\s+\d+\s+(?:[\w-]+\s+){0,6}?(?:patients|children|adults)[^.;]{0,60}(?:single|one)\s+(?:institution|center|centre|hospital)(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:In|The|In\s+the)\s+(?:smaller|larger|second|older|similar|Australian|Japanese|Chinese|Korean|German|French|Dutch|Italian|British|American|Nordic|European|Asian|retrospective|prospective|randomi[sz]ed)\s+(?:[\w/-]+\s+){0,4}?(?:study|trial)\s*[\[(]\d",
    re.I,
)
_SAME_PATIENTS = re.compile(
    r"(?<![A-Za-z])(?:these|those|the same) (?:patients|participants|women|men|children)(?![A-Za-z])|(?<![A-Za-z])(?:of|in|from) (?:this|the same) (?:trial|study|cohort)(?![A-Za-z])|(?:这些|上述|同一批)(?:患者|病例)|(?:该|此|上述)(?:研究|试验)|一项[^,。;]{0,10}(?:亚组|事后|探索性|析因|敏感性)分析",
    re.I,
)  # ``a retrospective analysis of these patients`` is the same study
_POINT = re.compile(r"\s*(?:[-*•·▪◆●➢✔]\s*|[(]\d{1,2}[)]|[①-⑳])")  # ▶ and ■ head a stretch and are no points
_THIS_STUDY = re.compile(
    r"\W*(?:(?:在|而)?(?:该|此|这项|这一|上述)(?:项)?(?:研究|试验)|(?:In\s+)?(?:this|that|the\s+same)\s+(?:trial|study))",
    re.I,
)
_IN_TRIAL = re.compile(
    r"\d[\d.]*\s*%?(?:\s*\([^()]*\))?(?:\s*(?:and|,|/)\s*\d[\d.]*\s*%?(?:\s*\([^()]*\))?)?,?\s*(?:respectively,?\s*)?(?:in|for|from)\s+(?:the\s+|its\s+)?(?:predecessor\s+|earlier\s+|previous\s+)?"
)
_AUTHOR = re.compile(
    r"(?:(?:我国|国内|国外|日本|韩国|美国|英国|法国|德国|意大利|荷兰|澳大利亚)(?:的)?|而|但|然而,?|另外,?|此外,?|随后,?|(?:In\s+contrast|Similarly|However|Likewise|Recently),\s+)?"
    r"(?:[A-ZÀ-Þ][a-zA-ZÀ-ÿ'-]+|[\u4e00-\u9fff]{2,3})\s*(?:等|et al|and (?:colleagues|co-?workers))\.?\s*\[?\d*"
)
"""``徐裕金等[18]``, ``Pöttgen et al(9)``, ``我国李某等``: a sentence about the work of others."""
_OWN_NUMBER = re.compile(
    r"(?:该|本|此|这项)(?:项)?(?:研究|试验)(?:的)?(?:临床试验)?(?:已)?(?:注册|登记)|(?<![A-Za-z])(?:this|the)\s+(?:trial|study)\s+(?:is|was|has\s+been)\s+registered",
    re.I,
)
"""``该研究注册号:NCT…``: the number that stands there is of the study that the text reports."""
_VERDICT = re.compile(
    r"\s*(?:trial|study|试验|研究)?\s*(?:met|did\s+not\s+meet|failed\s+to\s+meet|missed|achieved|未能?达到|达到|没有达到)了?\s*(?:its|the|其|研究)?\s*(?:co-|dual\s+)?(?:primary\s+end\s?-?points?|主要终点|主要研究终点)",
    re.I,
)
_PART_HEADING = re.compile(
    r"\W*(?:主要|次要|研究|试验|临床|关键|总体)*(?:结果|疗效|有效性|安全性|设计|方法|不良反应|生存(?:结果|情况)?|结论|讨论)\W*|\W*(?:main |key |primary )?(?:results?|efficacy|safety|toxicity|design|methods|findings)\W*",
    re.I,
)
"""A heading that only says which part of a study follows."""
_HISTORICAL = re.compile(
    r"(?:与|和|较|以)\s*(?:历史(?:对照|研究|数据)|既往(?:的)?研究)\s*$|historical\s+(?:controls?|cohorts?|data|studies|study)\s+(?:from|in|of)\s+(?:the\s+)?$",
    re.I,
)
_IS_A_STUDY = re.compile(r"\s*(?:研究|试验|trial|study)?\s*(?:\([^()]*\)\s*)?(?:是|为|was|is)(?![A-Za-z])")
_SECTION = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}、|[①-⑳])")
_BY_ITSELF = re.compile(r"\W*(?:[A-Za-z. ]{0,40}[:：]?\s*)?(?:NCT|ISRCTN|ChiCTR|UMIN|EudraCT|ACTRN|NTR)[-\w ]{4,24}\W*")
"""A line that holds nothing but the number of a study: it is the study of the document."""
_UNLIKE = re.compile(
    r"(?:^|[,;，]\s*)(?:不同于|区别于|有别于|与|和|相比|较|正如|unlike|in contrast (?:to|with)|as in|similar to|compared with)(?:\s+(?:the|in))*\s*$",
    re.I,
)
_GOES_ON = re.compile(
    r"\W*(?:[一二三四五六七八九十\d]{1,2}[、.)]\s*)?(?:意向性?治疗|符合方案|ITT|PP分析|该|本|此|这一?项?|研究|试验|结果|数据|最终|主要|次要|中位|两组|亚组|安全性|不良|疗效|生存|在(?:安全|疗效|生存|总体|全部|意向)|随访|至|截至|分析|更新|其|进一步|此外|值得|[OP]F?S|ORR"
    r"|(?:the|this|these|that|those|in|at|after|median|overall|progression|grade|results?|safety|efficacy|among|with|secondary|primary|final|updated|patients|objective|response|treatment|adverse)(?![A-Za-z]))",
    re.I,
)
_ET_AL = re.compile(r"等\s*\[|等(?:报道|发现|研究)|et al")
_RESULT_WORD = guarded(
    r"result|showed|shown|demonstrat|reported|found|reveal|结果|显示|证实|表明|发现|数据|结论|观察到|reduced|improved|increased",
    re.I,
)


@dataclass(slots=True)
class _Trial:
    key: str
    names: Counter[str] = field(default_factory=Counter)
    cited: Counter[str] = field(default_factory=Counter)
    """Names in the list of references, which spell out what the text may not."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    registry: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    contrast: Contrast | None = None
    contrast_rank: int = 0
    phase: str | None = None
    n: int | None = None
    outcomes: dict[str | None, str] = field(default_factory=dict)
    status: str | None = None
    citations: list[int] = field(default_factory=list)
    has_rows: bool = False
    alone: Arms = ()

    @property
    def name(self) -> str:
        names = self.names or self.cited
        return max(names, key=lambda n: (len(trial_key(n)), names[n], n)) if names else self.registry[0]


_ALSO_CALLED = re.compile(
    r"\s*(?:研究|试验|trial|study)?\s*[,(]\s*(?:又称|又名|亦称|也称|即|also known as|also called|a\.?k\.?a\.?)\s*(?:the\s+)?",
    re.I,
)
_OTHER_NAME = re.compile(r"\s*(?:研究|试验|trial|study)?\s*\(\s*", re.I)
"""``RTOG 8911 (INT-0113)``"""
_POOLS = re.compile(r"meta[\s-]?analys|pooled analys|荟萃分析|Meta分析|汇总分析", re.I)
_SEVERAL = re.compile(
    r"(?<![A-Za-z])(?:two|three|four|five|six|[2-9]|these|both)\s+(?:[\w-]+\s+){0,4}?(?:trials|studies|protocols)\s*[(\[:]\s*$|[两三四五六2-6]\s*(?:项|个)[^,;。]{0,16}(?:研究|试验)\s*[(:]\s*$",
    re.I,
)
"""``enrolled in four studies (A, B, C and D)``"""
_JOIN = re.compile(r"\s*(?:\[[^\]]*\]\s*)?(?:,|、|and|和|与|及|/)\s*")

_ENUMERATED = re.compile(
    r"\s*(?:研究|试验)?\s*[)\]]?\s*(?:\[[^\]]*\]\s*)?\)?\s*(?:(?:,\s*and|,|、|and|和|与|及|/)\s*(?:[A-Z][A-Za-z-]+\s*(?:等|et al\.?)?\s*(?:\[[^\]]*\]\s*)?(?:,|、|and|和|与|及)\s*)?)?",
)
"""Between two trials of one list, of which one may be told by its author."""


_REGISTRATION = re.compile(
    r"\W*(?:(?:ABSTRACT\.)?(?:clinical\s+)?trial\s+registration|(?:the\s+)?(?:trial|study)\s+(?:was|is)\s+registered|registered\s+(?:at|with|in)|registration|(?:临床)?试验注册|(?:https?://)?(?:www\.)?clinicaltrials\.gov|ClinicalTrials)",
    re.I,
)
"""How the sentence begins that gives the registry id of the study reported."""


_HEADINGS = re.compile(
    r"^(?:ABSTRACT|BACKGROUND|METHODS?|RESULTS?|CONCLUSIONS?|FINDINGS|OBJECTIVES?|PURPOSE)\b[.:]|^(?:\W*(?:目的|方法|结果|结论|背景|摘要))|ABSTRACT\.|(?:目的|方法|结果)\s*[:：]?\s*(?:共|探讨|分析|回顾|选取|评价|观察)",
    re.M,
)
_METHODS = re.compile(
    r"(?:^|(?<=[.)]\s))(?:(?:Patients|Materials?|Subjects)\s+(?:and|&)\s+)?[Mm]ethods(?::|\s*$|\s+(?=[A-Z\d]))", re.M
)
_RESULTS = re.compile(r"(?:^|(?<=[.)]\s))(?:Results|Findings)(?::|\s*$|\s+(?=[A-Z\d]))", re.M)


def _is_structured(text: str) -> bool:
    """Whether a text has the headings of an abstract."""
    if _HEADINGS.search(text):
        return True
    methods = _METHODS.search(text) if len(text) < 6000 else None
    return methods is not None and _RESULTS.search(text, methods.end()) is not None


def _is_point(scene: Scene) -> bool:
    """Whether a sentence begins a point of a list that heads no stretch of its own."""
    return _POINT.match(scene.text, scene.start, scene.start + 4) is not None


def _of_others(scene: Scene) -> bool:
    """Whether a sentence begins with another study or speaks of its authors."""
    return bool(ANOTHER_STUDY.search(scene.body[:120]) or _ET_AL.search(scene.body))


class TrialBook:
    """The trials of one document and the sentences that speak of them.

    Parameters
    ----------
    text : str
        Folded text.
    mentions : sequence of Mention
        All mentions, folded offsets.
    scenes : sequence of Scene
        All sentences in order.
    patterns : Patterns
    """

    def __init__(
        self, text: str, mentions: Sequence[Mention], scenes: Sequence[Scene], patterns: Patterns, table: ArmTable
    ) -> None:
        self.text, self.patterns, self.table = text, patterns, table
        self.trials: dict[str, _Trial] = {}
        self.by_registry: dict[str, str] = {}
        self.also: dict[str, str] = {}
        self.order: list[str] = []
        self._collect(mentions, scenes)
        self.own = self._own_study(scenes)
        self.focus: list[str | None] = self._scopes(scenes)
        if self.own is None:
            self.own = self._only_told(scenes)
            if self.own is not None:
                self.focus = self._scopes(scenes)

    # -- names ---------------------------------------------------------------------------
    def _collect(self, mentions: Sequence[Mention], scenes: Sequence[Scene]) -> None:
        named = [m for m in mentions if m.label == "TRIAL"]
        ids = [m for m in mentions if m.label == "REGISTRY"]
        for one, two in itertools.pairwise(named):
            between = self.text[one.end : two.start]
            if _ALSO_CALLED.fullmatch(between) or (
                _OTHER_NAME.fullmatch(between) and self.text.startswith(")", two.end)
            ):
                first, second = (trial_key(x.id or self.text[x.start : x.end]) for x in (one, two))
                if first != second:
                    self.also.setdefault(second, self.also.get(first, first))
        keys = {trial_key(m.id or self.text[m.start : m.end]) for m in named}
        groups = {trial_key(name) for name in cooperative_groups(self.patterns)} if len(keys) > 1 else set()
        for long in sorted(keys):
            # ``[AREN0534](…)`` and ``COG AREN0534``
            short = next(
                (k for k in sorted(keys) if k != long and long.endswith(k) and long[: -len(k)] in groups), None
            )
            if short is not None:
                self.also.setdefault(long, self.also.get(short, short))
        for m in named:
            key = trial_key(m.id if m.rule.startswith("trial.") or m.id else self.text[m.start : m.end])
            t = self._trial(self.also.get(key, key))
            place = bisect_right(scenes, m.start, key=lambda s: s.start) - 1
            cited = place >= 0 and scenes[place].section == "references"
            (t.cited if cited else t.names)[self.text[m.start : m.end].strip()] += 1
            t.spans.append((m.start, m.end))
        for m in ids:
            printed = self._number(m)
            if printed in self.by_registry:
                continue
            owner = self._registered_twice(m, named, ids) or self._owner(m, named, ids, scenes)
            if owner is None:
                key = trial_key(printed)
                t = self._trial(key)
                t.names[printed] += 1
                t.spans.append((m.start, m.end))
            else:
                t = self.trials[self.also.get(owner, owner)]
                if printed.startswith("NCT") and set(t.names) <= set(t.registry):
                    t.names = Counter({printed: 1})  # a study without a name goes by its first worldwide number
            t.registry.append(printed)
            self.by_registry[printed] = t.key

    def _trial(self, key: str) -> _Trial:
        if key not in self.trials:
            self.trials[key] = _Trial(key)
            self.order.append(key)
        return self.trials[key]

    def _registered_twice(self, m: Mention, named: Sequence[Mention], ids: Sequence[Mention]) -> str | None:
        """``(EudraCT 2004-…) and at ClinicalTrials.gov (NCT…)``: the trial of the number of another registry just before."""
        before = next((x for x in reversed(ids) if x.end <= m.start), None)
        if before is None or m.start - before.end > 90 or any(before.end <= x.start < m.start for x in named):
            return None
        between = self.text[before.end : m.start]
        one, two = (inline.sub(r"[\W\d].*", "", self.text[x.start : x.end], flags=re.S) for x in (before, m))
        if one == two or inline.search(r"[.;。]\s|\n", between):
            return None
        return self.by_registry.get(self._number(before))

    def _number(self, m: Mention) -> str:
        """A registry id as the trial keeps it."""
        known = m.id and m.id.upper() != "REGISTRY" and inline.search(r"\d", m.id)
        return m.id if known else inline.sub(r"\s", "", self.text[m.start : m.end])

    def _owner(
        self, m: Mention, named: Sequence[Mention], ids: Sequence[Mention], scenes: Sequence[Scene]
    ) -> str | None:
        """The trial that a registry id belongs to: the name just before it, or the only name there is."""
        place = bisect_right(scenes, m.start, key=lambda s: s.start) - 1
        scene = scenes[place] if place >= 0 and m.start < scenes[place].end else None
        near = [
            x for x in named if x.end <= m.start and (scene is None or x.start >= scene.start) and m.start - x.end < 80
        ]
        if near:
            return trial_key(near[-1].id or self.text[near[-1].start : near[-1].end])
        by_number = {trial_key(x) for x in self.by_registry}
        keys = [k for k in self.order if self.trials[k].spans and k not in by_number]
        if scene is not None and _REGISTRATION.match(self.text, scene.start, m.start):
            titles = [s for s in scenes if s.section == "title"]
            named_there = {
                trial_key(x.id or self.text[x.start : x.end])
                for x in named
                if any(s.start <= x.start < s.end for s in titles)
            }
            if len(named_there) == 1:
                return next(iter(named_there))  # of several trials the one that the text reports
        if scene is not None and scene.section in ("references", "meta"):
            return keys[0] if len(keys) == 1 else None
        own = list(keys)
        registered_line = bool(
            inline.search(
                r"regist|identifier|number|注册|trial\s+no|clinicaltrials|eudract",
                self.text[max(0, m.start - 60) : m.start],
                re.I,
            )
        )
        if len(own) == 1 and (
            registered_line
            or (
                scene is not None
                and any(trial_key(x.id or "") == own[0] and scene.start <= x.start < scene.end for x in named)
            )
        ):
            return own[0]
        after = [
            x for x in named if x.start >= m.end and x.start - m.end < 60 and (scene is None or x.end <= scene.end)
        ]
        if after:
            return trial_key(after[0].id or self.text[after[0].start : after[0].end])
        if (
            len(own) == 1
            and len({inline.sub(r"\W", "", self.text[x.start : x.end]) for x in ids}) <= 2
            and inline.search(r"[(\n,;:]\s*$", self.text[max(0, m.start - 3) : m.start])
            and min(a for a, _ in self.trials[own[0]].spans) < m.start + 200
        ):
            return own[0]  # one name and one number in the whole document
        registered = [k for k in keys if self.trials[k].registry]
        return registered[0] if len(keys) >= 1 and len(registered) == 1 and len(own) == 1 else None

    # -- which study is told ---------------------------------------------------------------
    def _own_study(self, scenes: Sequence[Scene]) -> str | None:
        """The one study that a document reports, if it reports one."""
        if not self.trials:
            return None
        structured = _is_structured(self.text)
        titles = [s for s in scenes if s.section == "title"]
        titled = [k for k in self.order if any(s.start <= a < s.end for a, _ in self.trials[k].spans for s in titles)]
        if len(titled) == 1 and (structured or len(self.trials) == 1):
            return titled[0]
        if len(self.trials) == 1:
            key = self.order[0]
            if self._in_one_section(key, scenes):
                return None
            registered = any(
                inline.search(
                    r"regist|identifier|注册|clinicaltrials|trial number|原文",
                    self.text[max(0, a - 120) : a + 40],
                    re.I,
                )
                for a, _ in self.trials[key].spans
            ) or (bool(self.trials[key].registry) and _OWN_NUMBER.search(self.text) is not None)
            sets = len({s.paragraph for s in scenes if s.section == "body"})
            if (
                structured
                or registered
                or any(
                    s.start <= a < s.end and _BY_ITSELF.fullmatch(s.body)
                    for a, _ in self.trials[key].spans
                    for s in scenes
                )
                or any(
                    s.section == "references" and s.start <= a < s.end
                    for a, _ in self.trials[key].spans
                    for s in scenes
                )
                or self._judged(key, scenes)
            ):
                return key
            if sets <= 2:
                return None
        if structured:
            own = [
                k
                for k in self.order
                if any(
                    inline.search(
                        r"(?:this|present|our|the current)\s+(?:[\w-]+[ -]){0,5}(?:trial|study)[^.]{0,20}\($",
                        self.text[max(0, a - 80) : a],
                    )
                    for a, _ in self.trials[k].spans
                )
            ]
            if len(own) == 1:
                return own[0]
            registered_keys = [k for k in self.order if self.trials[k].registry]
            if len(registered_keys) == 1:
                return registered_keys[0]
        return None

    def _in_one_section(self, key: str, scenes: Sequence[Scene]) -> bool:
        """Whether a text of several numbered sections names a trial in one of them only, and has results in others."""
        heads = [s.start for s in scenes if _SECTION.match(self.text, s.start) and s.end - s.start < 60]
        if len(heads) < 2:
            return False
        named = {bisect_right(heads, a) for a, _ in self.trials[key].spans}
        told = {bisect_right(heads, s.start) for s in scenes if s.tells_results}
        return len(named) == 1 and bool(told - named - {0})

    def _judged(self, key: str, scenes: Sequence[Scene]) -> bool:
        """Whether a text of at most one source ends on the verdict of the only trial it names."""
        works = {x for s in scenes for x in s.cites}
        if len(works) > 1 or any(map(_of_others, scenes)):
            return False
        return any(_VERDICT.match(self.text, b) for _, b in self.trials[key].spans)

    def _only_told(self, scenes: Sequence[Scene]) -> str | None:
        """The one trial of a report whose other trials are named in passing: all results are its own."""
        told: Counter[str] = Counter()
        cites: set[int] = set()
        ahead = 0
        tabled = {
            self._key_of(m)
            for s in scenes
            if s.section == "table"
            for m in s.mentions
            if m.label in ("TRIAL", "REGISTRY")
        }
        for n, scene in enumerate(scenes):
            if scene.section in ("references", "meta", "table", "title"):
                continue
            cites |= scene.cites
            results = sum(i.kind in ("percent", "ci", "p") for i in scene.items)
            if not results:
                continue
            key = self.focus[n]
            if not any(self._key_of(m) for m in scene.mentions) and _of_others(scene):
                return None
            if key is None and len(self.trials) == 1 and self.trials[self.order[0]].spans[0][0] < scene.start:
                key = self.order[0]  # the only trial there is, named before
            if key is None:
                ahead += not told
                if ahead > 1:
                    return None  # results before any trial is named
                continue
            told[key] += results
        told = Counter({k: n for k, n in told.items() if n > 1 and not self._in_one_section(k, scenes)})
        if len(told) != 1 or len(cites) >= 3 or len({s.paragraph for s in scenes if s.section != "table"}) < 3:
            return None
        return None if tabled - {None, *told} else next(iter(told))

    def _scopes(self, scenes: Sequence[Scene]) -> list[str | None]:
        out: list[str | None] = []
        current: str | None = None
        last: str | None = None  # the trial told last
        paragraph = -1
        item_trial: str | None = None
        heading: str | None = None
        joint = False
        length = Counter(s.paragraph for s in scenes)
        goes_on = self._continued(scenes)
        pooled = any(s.section == "title" and _POOLS.search(s.body) for s in scenes)
        for scene in scenes:
            body = scene.body
            here = [k for m in scene.mentions if m.label in ("TRIAL", "REGISTRY") and (k := self._key_of(m))]
            if scene.paragraph != paragraph:
                bullet = _is_point(scene)
                if (
                    length[scene.paragraph] == 1
                    and len(body) <= 90
                    and not inline.search(r"[.。;；]\s*$", body)
                    and not bullet
                    and not scene.tells_results
                ):
                    if not here and _PART_HEADING.fullmatch(body.strip()):
                        heading, item_trial, paragraph = current, current, scene.paragraph
                        out.append(current if current is not None else self.own)
                        continue  # ``主要结果`` goes on with the study that was told
                    heading = here[0] if len(set(here)) == 1 else None
                    current = item_trial = heading
                elif bullet:
                    current = item_trial if item_trial else current
                elif scene.paragraph in goes_on and heading is None:
                    item_trial = current
                else:
                    current = item_trial = heading
                paragraph = scene.paragraph
            if (
                len(set(here)) == 1
                and last is not None
                and here[0] != last
                and _UNLIKE.search(body[: self._first_mention(scene, here[0]).start - scene.start])
            ):
                here, current = [], last  # ``unlike X, …``: the other trial is only looked back to
            if here:
                shared = self._joined(scene)
                joint = joint or shared
                first = len(set(here)) == 2 and (self._introduced(scene, here[0]) or self._held_against(scene, here[1]))
                current = None if shared else here[0] if len(set(here)) == 1 or first else here[-1]
                if item_trial is None or not _is_point(scene):
                    item_trial = here[0]
            elif current is not None and pooled and not _THIS_STUDY.match(body):
                current = None  # of a meta-analysis: what names no trial is of all
            elif (
                current is not None
                and (ANOTHER_STUDY.search(body[:120]) or _AUTHOR.match(body[:60]))
                and not _SAME_PATIENTS.search(body[:140])
                and self.own is None
            ):
                current = None
            last = current if current is not None else last
            out.append(current if current is not None else self.own)
            if (
                joint
                and here
                and inline.match(
                    r"\W*(?:在|in\s+(?:the\s+)?)$",
                    self.text[scene.start : self._first_mention(scene, here[0]).start],
                    re.I,
                )
            ):
                current = item_trial = None  # ``In X, …`` is an aside of a text about X and Y together
        self._told_at_last(scenes, out)
        return out

    def _told_at_last(self, scenes: Sequence[Scene], scopes: list[str | None]) -> None:
        """Give the points of a list the trial that its last point judges: ``- X did not meet its primary endpoint``."""
        point: dict[int, bool] = {}
        for scene in scenes:
            point.setdefault(scene.paragraph, _is_point(scene))
        for n, scene in enumerate(scenes):
            named = [m for m in scene.mentions if m.label == "TRIAL"]
            if not point[scene.paragraph] or len(named) != 1 or not _VERDICT.match(self.text, named[0].end):
                continue
            for k in range(n - 1, -1, -1):
                before = scenes[k]
                if (
                    scopes[k] is not None
                    or not point[before.paragraph]
                    or any(m.label in ("TRIAL", "REGISTRY") for m in before.mentions)
                    or _of_others(before)
                ):
                    break
                scopes[k] = self._key_of(named[0])

    def _introduced(self, scene: Scene, key: str) -> bool:
        """``X 为单臂Ⅱ期试验,方案照搬 Y 研究``: a sentence without results that begins with the trial it is about."""
        at = self._first_mention(scene, key)
        return at.start - scene.start <= 6 and not scene.tells_results and bool(_IS_A_STUDY.match(self.text, at.end))

    def _held_against(self, scene: Scene, key: str) -> bool:
        """``X 与历史研究 Y 作了对比``: the other study is what the first is held against."""
        at = self._first_mention(scene, key)
        return bool(_HISTORICAL.search(self.text, max(scene.start, at.start - 40), at.start))

    def _continued(self, scenes: Sequence[Scene]) -> set[int]:
        """Paragraphs that go on with the trial of the one before: no other study, and no drug that was not given in it."""
        out: set[int] = set()
        told: set[str] = set()  # drugs of the stretch that is told
        named: set[str] = set()
        for number, group in itertools.groupby(scenes, key=lambda s: s.paragraph):
            inside = list(group)
            keys = {
                k for s in inside for m in s.mentions if m.label in ("TRIAL", "REGISTRY") and (k := self._key_of(m))
            }
            drugs = {m.id for s in inside for m in s.mentions if m.label in ("DRUG", "REGIMEN")}
            if keys:
                told, named = drugs, keys
                continue
            results = any(i.kind in ("percent", "ci", "p", "duration") for s in inside for i in s.items)
            if (
                len(named) == 1
                and inside[0].section == "body"
                and results
                and drugs <= told
                and not any(
                    ANOTHER_STUDY.search(s.body) or _ET_AL.search(s.body) or _AUTHOR.match(s.body[:60]) for s in inside
                )
                and (_GOES_ON.match(inside[0].body) or drugs)
            ):
                out.add(number)
            elif (
                not results
                and sum(s.end - s.start for s in inside) <= 40
                and drugs <= told
                and not any(m.label == "TUMOUR" for s in inside for m in s.mentions)
            ):
                out.add(number)  # a heading of the same story
            elif (
                not results
                and len(named) == 1
                and inside[0].section == "body"
                and not any(ANOTHER_STUDY.search(s.body) or _ET_AL.search(s.body) for s in inside)
                and (_THIS_STUDY.match(inside[0].body) or (drugs and drugs <= told))
            ):
                out.add(number)  # more of the same study, before its results
                told |= drugs
            else:
                named = set()
        return out

    def _joined(self, scene: Scene) -> bool:
        """``FIDELIO-DKD and FIGARO-DKD``: what follows is told of both together."""
        named = [m for m in scene.mentions if m.label == "TRIAL"]
        if len({self._key_of(m) for m in named}) > 1 and _SEVERAL.search(self.text, scene.start, named[0].start):
            return True
        return (
            len(named) >= 2
            and self._key_of(named[-2]) != self._key_of(named[-1])
            and bool(_JOIN.fullmatch(self.text[named[-2].end : named[-1].start]))
        )

    def _key_of(self, m: Mention) -> str | None:
        if m.label == "REGISTRY":
            return self.by_registry.get(m.id) or self.by_registry.get(inline.sub(r"\s", "", self.text[m.start : m.end]))
        key = trial_key(m.id or self.text[m.start : m.end])
        key = self.also.get(key, key)
        return key if key in self.trials else None

    def _first_mention(self, scene: Scene, key: str) -> Mention:
        """Where a sentence names a trial first."""
        return next(m for m in scene.mentions if self._key_of(m) == key)

    def named_in(self, scene: Scene) -> list[tuple[int, str]]:
        """Return where a sentence names each of its trials first, with their keys; a registry id beside a name is its own."""
        first: dict[str, int] = {}
        for m in scene.mentions:
            if m.label in ("TRIAL", "REGISTRY") and (key := self._key_of(m)):
                first.setdefault(key, m.start)
        return sorted((at, key) for key, at in first.items())

    def trial_at(self, scene: Scene, index: int, start: int) -> str | None:
        """Return the key of the trial that a number at `start` belongs to."""
        here = [(m, self._key_of(m)) for m in scene.mentions if m.label in ("TRIAL", "REGISTRY")]
        here = [(m, k) for m, k in here if k]
        if len({k for _, k in here}) >= 2:
            behind = next(
                (k for m, k in here if m.start >= start and _IN_TRIAL.fullmatch(self.text[start : m.start])), None
            )
            if behind is not None:
                return behind  # ``23.1% and 30.6% in A, compared with 16.7% and 20.0% in B``
        before = [k for m, k in here if m.end <= start]
        if before:
            gap = self.text[max(m.end for m, k in here if m.end <= start) : start]
            if self.own is None and inline.search(
                r"(?:;|,|。)\s*(?:而)?(?:在)?(?:美国|欧洲|日本|中国|韩国|另一|其他|another|other|a second|the second)[^,;]{0,14}(?:研究|试验|trial|study|则)",
                gap,
            ):
                return None
            if self.own is None and len(set(before)) >= 2 and self._enumerated(scene, start):
                return None
            if inline.search(r"(?:our|this|present|current) (?:study|trial)|本研究", gap, re.I):
                return self.own
            return before[-1]
        if here and self.own is None and self._opens_clause(scene, here[0][0]) and here[0][1] != self._before(index):
            return self._before(index)  # ``A 46%, B 41%, X研究中有24%的患者…``
        if (
            here
            and index
            and _THIS_STUDY.match(scene.body)
            and inline.search(r"[,;]", self.text[start : here[0][0].start])
        ):
            return self._before(index)  # ``该研究中…10%;而在Y研究中,这一比例为8%``
        if (
            here
            and not inline.search(r"[,;。]", self.text[start : here[0][0].start])
            and not _AUTHOR.match(scene.body[:60])
        ):
            return here[0][1]
        if here and self.own is None and _AUTHOR.match(scene.body[:60]):
            return None
        if here and any(
            cue_regex(self.patterns, cue).search(self.text, here[0][0].start, scene.end)
            for cue in ("CUE_ONGOING", "CUE_ENROLLED")
        ):
            return None  # a trial under way, named after the number, did not give it
        if self.own is None and inline.search(
            r"(?<![A-Za-z])(?:our|the present|the current) (?:study|trial)|本研究", scene.body, re.I
        ):
            return None
        if (
            self.own is not None
            and inline.search(r"\bet al\b|等\[|\[\d+\]", scene.body[: start - scene.start])
            and scene.section == "body"
            and inline.search(r"previous|reported by|in the study by|another|other stud", scene.body, re.I)
        ):
            return None
        return self.focus[index]

    def _before(self, index: int) -> str | None:
        """Return the key of the trial that the sentence before was about."""
        return self.focus[index - 1] if index else None

    def _opens_clause(self, scene: Scene, m: Mention) -> bool:
        """Whether a trial is named at the beginning of a later clause, with a value of its own behind it."""
        return (
            inline.search(r"[,;]\s*(?:而)?(?:在)?$", self.text[scene.start : m.start]) is not None
            and inline.match(r"\s*(?:研究|试验)中", self.text[m.end : m.end + 6]) is not None
            and any(i.start > m.end and i.kind in ("percent", "duration", "p", "ci") for i in scene.items)
        )

    def _enumerated(self, scene: Scene, start: int) -> bool:
        """``FIDELIO-DKD and FIGARO-DKD``: a number after both belongs to neither alone."""
        named = [m for m in scene.mentions if m.label == "TRIAL" and m.end <= start]
        return len(named) >= 2 and bool(_JOIN.fullmatch(self.text[named[-2].end : named[-1].start]))

    def name(self, key: str | None) -> str | None:
        """Return the fullest form of the name that the document writes."""
        return self.trials[key].name if key is not None and key in self.trials else None

    # -- reports -----------------------------------------------------------------------------
    def read(
        self,
        scenes: Sequence[Scene],
        dois: dict[int, str],
        rows: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]],
        shown: Mapping[str, Mapping[str | None, str]],
    ) -> list[TrialReport]:
        """Gather phase, size, arms, outcome and status of every trial."""
        cues = outcome_cues(self.patterns)
        ongoing, enrolled = cue_regex(self.patterns, "CUE_ONGOING"), cue_regex(self.patterns, "CUE_ENROLLED")
        for n, scene in enumerate(scenes):
            last: dict[str | None, str] = {}
            if scene.section in ("meta", "table") or (scene.section == "references" and not self.own):
                continue
            here = [(m, k) for m in scene.mentions if m.label in ("TRIAL", "REGISTRY") for k in [self._key_of(m)] if k]
            keys = list(dict.fromkeys(k for _, k in here))
            key = self.focus[n]
            if key is not None and key not in keys:
                keys.append(key)
            for k in keys:
                t = self.trials[k]
                t.sentences.append(n)
                a, b = self._own_stretch(scene, here, k)
                self._facts(t, scene, a, b, bool(here) or k == self.own)
                self._status(t, scene, a, b, here, k, ongoing, enrolled)
                told = told_outcomes(scene, *self._own_stretch(scene, here, k, listed=True), cues, last)
                last = told or last
                take_outcomes(t.outcomes, told)
                for i in scene.items:
                    if i.kind == "cite" and a <= i.start <= b + 12 and here:
                        nearest, whose = min((abs(i.start - m.end), kk) for m, kk in here)
                        if nearest < 60 and whose == k:
                            t.citations += [
                                x for x in citation_numbers(self.text[i.start : i.end]) if x not in t.citations
                            ]
        reports = []
        for k in self.order:
            t = self.trials[k]
            sides = rows.get(k, [])
            take_outcomes(t.outcomes, shown.get(k, {}))
            if t.contrast is None and k == self.own:
                t.contrast = self.table.contrast
            experimental, comparator = (t.contrast.experimental, t.contrast.comparator) if t.contrast else ((), ())
            compared = [s for s in sides if s[1]]
            experimental, comparator = _as_its_rows((experimental, comparator), compared)
            experimental = experimental or t.alone
            if not experimental and len({one for one, _ in sides}) == 1:
                experimental = sides[0][0]
            status = t.status
            if status is None and (
                sides or t.has_rows or t.outcomes or any(_RESULT_WORD.search(scenes[i].body) for i in t.sentences)
            ):
                status = "reported"
            if (sides or t.has_rows) and status == "ongoing":
                status = "reported"
            reports.append(
                TrialReport(
                    trial=t.name, trial_key=t.key, phase=t.phase, n=t.n, registry_ids=tuple(dict.fromkeys(t.registry)),
                    experimental=experimental, comparator=comparator,
                    endpoint_outcomes=tuple(Outcome(e, o) for e, o in t.outcomes.items()),
                    status=status, citations=cited(t.citations, dois), spans=tuple(Span(a, b) for a, b in t.spans),
                )
            )  # fmt: skip
        return reports

    def _own_stretch(
        self, scene: Scene, here: Sequence[tuple[Mention, str]], key: str, listed: bool = False
    ) -> tuple[int, int]:
        """The part of a sentence that is about one of several trials named in it; `listed` with all of its list."""
        mine = [m for m, k in here if k == key]
        beside = self._beside([m for m, _ in here], mine) if listed else mine
        others = [m for m, k in here if k != key and m not in beside]
        if not others or not mine:
            return scene.start, scene.end
        start = max([scene.start, *(m.end for m in others if m.end <= mine[0].start)])
        end = min([scene.end, *(m.start for m in others if m.start >= mine[-1].end)])
        cut = max(self.text.rfind(c, start, mine[0].start) for c in ";,。")
        start = max(start, cut + 1) if any(m.end <= mine[0].start for m in others) and cut >= 0 else start
        return start, end

    def _beside(self, named: Sequence[Mention], mine: Sequence[Mention]) -> list[Mention]:
        """``A, B and C showed``: the trials of one list, of which a sentence tells the same."""
        lists: list[list[Mention]] = []
        for m in named:
            if lists and _ENUMERATED.fullmatch(self.text, lists[-1][-1].end, m.start):
                lists[-1].append(m)
            else:
                lists.append([m])
        return [m for ms in lists if any(x in mine for x in ms) for m in ms]

    def _facts(self, t: _Trial, scene: Scene, a: int, b: int, named: bool) -> None:
        stretch = self.text[a:b]
        if t.phase is None and (named or _THIS_PHASE.search(stretch)):
            m = self._phase_near(t, scene, a, b)
            if m:
                t.phase = _phase(m.group("en") or m.group("zh"))
        if t.n is None:
            name = next((y for x, y in t.spans if a <= x < b), None) if named else None
            t.n = enrolled(stretch, None if name is None else name - a)
        explicit = [
            c
            for c in scene.contrasts
            if a <= c.start
            and c.end <= b
            and c.experimental != c.comparator
            and not any(p.startswith(BY_PATIENT) for p in (*c.experimental, *c.comparator))
        ]
        rank = (
            3
            if named and explicit and any(c.explicit for c in explicit)
            else 2
            if explicit and named
            else 1
            if explicit
            else 0
        )
        if explicit and rank > t.contrast_rank and t.key != self.own:
            t.contrast, t.contrast_rank = explicit[0], rank
        elif t.contrast is None and named and t.key != self.own:
            parts = self._treatment_near(t, scene, a, b)
            if parts and not parts[0].startswith(BY_PATIENT):
                t.contrast = Contrast(parts, (), explicit=False)

    def _phase_near(self, t: _Trial, scene: Scene, a: int, b: int) -> re.Match[str] | None:
        """The phase last named before the trial, or else the first one after it."""
        name = next((x for x, _ in t.spans if a <= x < b), None)
        found = list(_PHASE.finditer(self.text, a, b))
        if name is None or not found:
            if found:
                return found[0]
            # ``two phase III trials …: A …; B …``
            shared = [
                m
                for m in _PHASE.finditer(self.text, scene.start, a)
                if inline.search(
                    r"(?:两|二|三|四|多|数)项[^,;。]{0,10}$|(?:two|three|both|several)\s+(?:[\w-]+\s+){0,3}$",
                    self.text[max(scene.start, m.start() - 26) : m.start()],
                    re.I,
                )
            ]
            return shared[-1] if shared else None
        before = [m for m in found if m.end() <= name]
        return before[-1] if before else found[0]

    def _treatment_near(self, t: _Trial, scene: Scene, a: int, b: int) -> tuple[str, ...]:
        """The one treatment with a drug that the sentence names for a trial."""
        drugs = [(m.start, m.end) for m in scene.mentions if m.label in ("DRUG", "REGIMEN")]
        with_drug = [g for g in scene.groups if g.parts and any(g.start <= x < g.end for x, _ in drugs)]
        for pool in ([g for g in with_drug if a <= g.start and g.end <= b], with_drug):
            if len({g.parts for g in pool}) == 1:
                return pool[0].parts
        own = [g for g in with_drug if a <= g.start and g.end <= b]
        name = next((x for x, _ in t.spans if a <= x < b), None)
        near = [g for g in own if name is not None and g.end <= name and name - g.end < 90]
        return near[-1].parts if near else ()

    def _status(
        self,
        t: _Trial,
        scene: Scene,
        a: int,
        b: int,
        here: Sequence[tuple[Mention, str]],
        key: str,
        ongoing: Guarded,
        enrolled: Guarded,
    ) -> None:
        if not any(k == key for _, k in here) and key != self.own:
            return
        stretch = self.text[a:b]
        if enrolled.search(stretch):
            t.status = "enrolment_complete"
        elif t.status is None and ongoing.search(stretch) and not inline.search(r"\d\s*(?:%|个月|months)", stretch):
            t.status = "ongoing"


def _as_its_rows(told: tuple[Arms, Arms], compared: Sequence[tuple[Arms, Arms]]) -> tuple[Arms, Arms]:
    """What a trial compares as its statistics are read: the other way round, or with what both groups were given."""
    if not compared or told in compared:
        return told
    if told[::-1] in compared:
        return told[::-1]
    most = Counter(compared).most_common(1)[0][0]
    less = all(set(one) <= set(other) for one, other in zip(told, most, strict=True))
    return most if less or not all(told) else told


def _phase(printed: str) -> str:
    """Return a printed phase in the form of the contract.

    Examples
    --------
    >>> _phase("III"), _phase("Ⅱ/Ⅲ"), _phase("IIIb"), _phase("Ib/II")
    ('3', '2/3', '3b', '1/2')
    """
    text = printed
    for roman, digit in _ROMAN.items():
        text = text.replace(roman, digit)
    parts = []
    for part in text.split("/"):
        m = inline.fullmatch(r"(III|II|IV|I|[1-4])([abAB]?)", part.strip(), re.I)
        if not m:
            return printed
        number = {"I": "1", "II": "2", "III": "3", "IV": "4"}.get(m.group(1).upper(), m.group(1))
        parts.append(number + (m.group(2).lower() if number == "3" and m.group(2) and "/" not in text else ""))
    return "/".join(parts)
