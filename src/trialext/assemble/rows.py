"""A bound statistic with its trial, population and sources, and the record it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..model import RATIOS, Arms, Citation, Estimate, Mention, Span, TrialReport
from ..patterns import Patterns
from ..recognise.citations import citation_numbers, cited
from ..recognise.guarded import guarded
from ..recognise.ruler import cue_regex
from ..text import inline
from ..text.fold import Folded
from .arm_model import BY_PATIENT
from .binding import Binding
from .scene import Scene
from .trials import TrialBook

__all__ = [
    "ANALYSIS_WORDS",
    "Row",
    "analysis_words",
    "citations",
    "estimate",
    "population_at",
    "populations",
    "share_p",
    "source_mention",
    "source_trial",
]


ANALYSIS_WORDS = (
    ("CUE_ANALYSIS_ADJUSTED", "adjusted"), ("CUE_ANALYSIS_STRATIFIED", "stratified"), ("CUE_ANALYSIS_ITT", "ITT"),
    ("CUE_ANALYSIS_PP", "per-protocol"), ("CUE_ANALYSIS_INV", "investigator"), ("CUE_ANALYSIS_IRC", "independent review"),
    ("CUE_ANALYSIS_ONE", "one-sided"), ("CUE_ANALYSIS_INTERIM", "interim"),
)  # fmt: skip

_STAGE = guarded(
    r"(?:stage|分期)\s*(?:[IVⅠⅡⅢⅣ]+[ABCabc]?)(?:\s*(?:-|~|and|or|/|to)\s*[IVⅠⅡⅢⅣ]+[ABCabc]?)?(?:\s+[A-Z]{2,6})?|[ⅠⅡⅢⅣIV]{1,3}[ABab]?期(?:患者)?",
    re.I,
)

_IN_ENGLISH = r"(?:(?:in|among|for)\s+(?:the\s+)?(?:patients|women|men|those|participants|subjects)\s+(?:with|who|aged|enrolled|without)\s+[^,;().]{3,60})"

_OF_ENGLISH = guarded(_IN_ENGLISH, re.I)

_IN_PATIENTS = guarded(
    rf"{_IN_ENGLISH}|(?:(?:对于?|在)[^,;。()]{{2,24}}(?:患者|人群)中?)|[^,;。()]{{2,16}}(?:亚组|人群)", re.I
)


@dataclass(slots=True)
class Row:
    """A statistic with all it was bound to, before it becomes a record."""

    binding: Binding
    scene: Scene
    index: int
    trial: str | None
    population: str | None
    citations: tuple[Citation, ...]
    origin: str
    analysis: tuple[str, ...]
    also: list[tuple[int, int]] = field(default_factory=list)


# ``patients who received ruxolitinib`` are a group, not a population
_BY_TREATMENT = re.compile(
    r"(?:who|that|and)\s+(?:\w+\s+)?(?:received|underwent|took|used|did not receive|had received|(?:had|did|were) not$)(?!\s+(?:prior|previous))|(?:receiving|assigned|allocated|randomi[sz]ed|given|taking|control patients|(?<!previously )(?<!previously-)treated\s+with)(?!\s+(?:prior|previous))",
    re.I,
)


def populations(text: str, scene: Scene) -> list[tuple[int, int, str]]:
    """Return what a sentence says of the patients of its values: where in the text, and in which words."""
    found = [(m.start, m.end, text[m.start : m.end]) for m in scene.mentions if m.label == "POPULATION"]
    # most of the time goes into the Chinese names, which end in one of three words
    for rx in (
        _STAGE,
        _IN_PATIENTS
        if any(text.find(word, scene.start, scene.end) >= 0 for word in ("患者", "人群", "亚组"))
        else _OF_ENGLISH,
    ):
        found += [
            (m.start(), m.end(), m.group().strip())
            for m in rx.finditer(text, scene.start, scene.end)
            if not _BY_TREATMENT.search(m.group())
        ]
    return sorted(found)


_DIRECTLY = re.compile(
    r"(?:[\s)\]%]|\([^()]*\)|\[[^\[\]]*\])*(?:(?:and|,|vs\.?|versus|/)\s*\d[\d.]*\s*%?\s*(?:\([^()]*\)|\[[^\[\]]*\])?\s*){0,3}"
    r",?\s*(?:respectively,?\s*)?(?:(?:in|among|for)\s+(?:the\s+)?)?"
)


def population_at(text: str, found: list[tuple[int, int, str]], b: Binding) -> str | None:
    """Return the population that a statistic stands under, or None."""
    s = b.statistic
    before = [f for f in found if f[1] <= s.start]
    after = [f for f in found if f[0] >= s.reach and f[0] - s.reach < 30]
    if s.p_sort == "interaction":
        return "interaction" + (f" {before[-1][2]}" if before else "")
    behind = next((f for f in found if f[0] >= s.end), None)
    if behind is not None and _DIRECTLY.fullmatch(text[s.end : behind[0]]):
        return behind[2]  # ``98% and 95% in standard-risk and 86% and 83% in high-risk disease``
    if before:
        return before[-1][2]
    return after[0][2] if after else None


def citations(scene: Scene, b: Binding, dois: dict[int, str], text: str) -> tuple[Citation, ...]:
    """Return the sources of a statistic: the citation marks that stand nearest to it, the ones behind it first."""
    marks = [i for i in scene.items if i.kind == "cite"]
    if not marks:
        return ()
    s = b.statistic
    after = [i for i in marks if i.start >= s.end]
    before = [i for i in marks if i.end <= s.start]
    nearest = (
        after[0] if after and (not before or after[0].start - s.reach <= 90) else before[-1] if before else after[0]
    )
    numbers = [n for i in marks if abs(i.start - nearest.start) < 8 for n in citation_numbers(text[i.start : i.end])]
    return cited(numbers, dois)


def analysis_words(scene: Scene, b: Binding, patterns: Patterns) -> tuple[str, ...]:
    """Return the words of the analysis that stand by a statistic, such as ``adjusted`` or ``ITT``."""
    s = b.statistic
    left = max(scene.start, min(s.measure_start if s.measure_start >= 0 else s.start, s.start) - 60)
    right = min(scene.end, max(s.reach, s.end) + 30)
    return tuple(name for label, name in ANALYSIS_WORDS if cue_regex(patterns, label).search(scene.text, left, right))


def share_p(rows: list[Row]) -> list[Row]:
    """Move a p-value that stands beside its effect, before it or a sentence on, onto the effect's row."""
    moved: set[int] = set()
    by_scene: dict[int, list[Row]] = {}
    for r in rows:
        by_scene.setdefault(r.index, []).append(r)
    for row in rows:
        s = row.binding.statistic
        if s.kind != "p" or s.p_sort == "interaction":
            continue
        beside = [r for k in range(row.index - 2, row.index + 3) for r in by_scene.get(k, ())]
        near = [
            r for r in beside
            if r.binding.statistic.kind == "effect" and r.binding.statistic.p_value is None and r.scene.paragraph == row.scene.paragraph
            and 0 <= row.index - r.index <= 2 and r.binding.endpoint is not None and row.binding.endpoint is not None
            and r.binding.endpoint.id == row.binding.endpoint.id and (r.binding.statistic.measure in (*RATIOS, "MD", "RD", "SMD") or (r.binding.statistic.measure == "other" and r.index == row.index))
            and (_subgroup(r) == _subgroup(row)) and r.trial == row.trial
        ]  # fmt: skip
        others = [
            r
            for r in beside
            if r is not row
            and r.binding.statistic.kind == "p"
            and r.binding.endpoint is not None
            and row.binding.endpoint is not None
            and r.binding.endpoint.id == row.binding.endpoint.id
            and abs(r.index - row.index) <= 2
            and _subgroup(r) == _subgroup(row)
        ]
        if len(near) == 1 and (not others or near[0].index == row.index):
            target = near[0].binding.statistic
            target.p_op, target.p_value = s.p_op, s.p_value
            target.spans["p"] = s.spans["p"]
            target.rules.append("p.shared")
            moved.add(id(row))
    return [r for r in rows if id(r) not in moved]


def _subgroup(r: Row) -> str | None:
    return (
        r.population
        if r.population and inline.search(r"stage|期|亚组|阳性|阴性|positive|negative|subgroup", r.population, re.I)
        else None
    )


def estimate(r: Row, folded: Folded, book: TrialBook) -> Estimate:
    """Return the record of a row, with all spans counted in the source as it was read."""
    b, s = r.binding, r.binding.statistic
    start, end = folded.source(s.start, s.end)
    sentence = Span(*folded.source(r.scene.start, r.scene.end))
    spans = [(name, *folded.source(a, z)) for name, (a, z) in sorted(s.spans.items())]
    if b.endpoint is not None and b.endpoint.end > b.endpoint.start:
        spans.append(("endpoint", *folded.source(b.endpoint.start, b.endpoint.end)))
    if b.group is not None:
        spans.append(("experimental", *folded.source(b.group.start, b.group.end)))
    elif b.experimental:
        spans += _group_span("experimental", b.experimental, r.scene, folded)
    if b.comparator and s.kind != "arm":
        spans += _group_span("comparator", b.comparator, r.scene, folded)
    spans += _named_span("trial", r, folded, book)
    if b.timepoint is not None:
        spans.append(("timepoint", *folded.source(b.timepoint.start, b.timepoint.end)))
    spans.append(("statistic", *folded.source(s.start, max(s.end, s.reach))))
    return Estimate(
        kind="test" if s.kind == "p" else s.kind,
        measure=s.measure,
        value=s.value,
        start=start,
        end=end,
        sentence=sentence,
        endpoint=b.endpoint.id if b.endpoint else None,
        qualifier=s.qualifier,
        unit=s.unit,
        ci_level=s.ci_level,
        ci_low=s.ci_low,
        ci_high=s.ci_high,
        p_op=s.p_op,
        p_value=s.p_value,
        numerator=s.numerator,
        denominator=s.denominator,
        spread_kind=s.spread_kind,
        spread_low=s.spread_low,
        spread_high=s.spread_high,
        timepoint=b.timepoint.text if b.timepoint else None,
        experimental=_treatments(b.experimental),
        comparator=_treatments(b.comparator) if s.kind != "arm" else (),
        trial=book.name(r.trial),
        trial_key=r.trial,
        population=r.population,
        analysis=r.analysis,
        origin=r.origin,
        citations=r.citations,
        also_at=tuple(Span(*folded.source(a, z)) for a, z in r.also),
        printed=folded.text[s.start : s.end],
        spans=tuple(spans),
        rules=tuple(dict.fromkeys([*s.rules, *b.rules])),
        reasons=tuple(b.reasons),
    )


def _treatments(parts: Arms) -> Arms:
    """The parts of a group that are treatments."""
    return tuple(p for p in parts if not p.startswith(BY_PATIENT))


def _group_span(name: str, parts: Arms, scene: Scene, folded: Folded) -> list[tuple[str, int, int]]:
    """Where the sentence names a group, whole or by a part of it."""
    same = [g for g in scene.groups if g.parts == parts] or [
        g for g in scene.groups if g.parts and set(g.parts) <= set(parts)
    ]
    return [(name, *folded.source(same[0].start, same[0].end))] if same else []


def _named_span(name: str, r: Row, folded: Folded, book: TrialBook) -> list[tuple[str, int, int]]:
    """The mention of the trial that stands nearest before the statistic, or the first one."""
    if r.trial is None or r.trial not in book.trials:
        return []
    spans = book.trials[r.trial].spans
    before = [x for x in spans if x[0] <= r.binding.statistic.start]
    at = max(before) if before else min(spans, default=None)
    return [(name, *folded.source(*at))] if at else []


def source_mention(m: Mention, folded: Folded) -> Mention:
    """Return a mention with its span in the source as it was read."""
    start, end = folded.source(m.start, m.end)
    return Mention(m.label, m.id, start, end, m.rule, m.inferred)


def source_trial(t: TrialReport, folded: Folded) -> TrialReport:
    """Return the report of a trial with its spans in the source as it was read."""
    return replace(t, spans=tuple(Span(*folded.source(s.start, s.end)) for s in t.spans))
