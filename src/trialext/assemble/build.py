"""From a folded document to rows: the cascade in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..model import Arms, Document, Estimate, Mention, Report
from ..patterns import Patterns
from ..recognise.citations import reference_dois
from ..recognise.mentions import find_mentions, unlinked
from ..recognise.ruler import cue_regex
from ..text import inline
from ..text.fold import fold
from ..text.sentences import SentenceSpan, language, split_sentences
from .arm_model import BY_PATIENT, CONTROL_PARTS, ArmTable, Contrast, names_a_class
from .arms import arm_table
from .attach import attach
from .binding import Binding, Focus
from .contrasts import RANDOMISED
from .defaults import TITLED_BY_TRIAL, default_comparisons, trial_of_its_arms
from .ledger import unplaced_numbers
from .outcomes import SURVIVAL, name_endpoint, no_outcome
from .rows import (
    ANALYSIS_WORDS,
    Row,
    analysis_words,
    citations,
    estimate,
    population_at,
    populations,
    share_p,
    source_mention,
    source_trial,
)
from .scene import BULLET, Scene, make_scene
from .scope import out_of_scope
from .shared import both_arms, both_changed, each_endpoint, each_time
from .statistics import find_statistics
from .table_cells import lay_tables
from .tables import claim_items, name_trials, read_tables, share_tests
from .trial_outcomes import significant_outcomes
from .trials import TrialBook

__all__ = ["assemble"]


_DIGEST = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}、|[①-⑳])[^;。\d%]{2,50}(?:[??]\s*)?$", re.M)
"""The numbered title of an item of a digest: what it compares has nothing to do with the item before."""


@lru_cache(maxsize=4)
def _named_regimens(patterns: Patterns) -> dict[str, Arms]:
    """Regimens whose name spells out their drugs; the same for every document."""
    return {r.id: tuple(r.facts.get("parts", ())) for r in patterns.of("REGIMEN") if r.facts.get("names_its_drugs")}


@lru_cache(maxsize=4)
def _contents(patterns: Patterns) -> dict[str, Arms]:
    """The drugs of each regimen; the same for every document."""
    return {r.id: tuple(r.facts["parts"]) for r in patterns.of("REGIMEN") if len(r.facts.get("parts", ())) >= 2}


def _spelled_out(
    mentions: Sequence[Mention], sentences: Sequence[tuple[int, int, str]], patterns: Patterns
) -> dict[str, Arms]:
    """``with A, B and C makes up ABC``: a regimen all of whose drugs a sentence names beside it."""
    contents = _contents(patterns)
    out: dict[str, Arms] = {}
    starts = [m.start for m in mentions]
    for a, b, section in sentences:
        inside = mentions[bisect_left(starts, a) : bisect_left(starts, b)]
        regimens = {m.id for m in inside if m.label == "REGIMEN" and m.id in contents}
        if len(regimens) == 1 and section not in ("references", "meta"):
            drugs = {m.id for m in inside if m.label == "DRUG"}
            out.update({r: contents[r] for r in regimens if set(contents[r]) <= drugs})
    return out


@lru_cache(maxsize=4)
def _kinds_of_drugs(patterns: Patterns) -> dict[str, str]:
    """Class and target of each drug, for choices within a class; the same for every document."""
    return {
        r.id: f"{r.facts['class']} {r.facts['target']}"
        for r in patterns.of("DRUG")
        if r.facts.get("class") and r.facts.get("target")
    }


def assemble(document: Document, patterns: Patterns) -> Report:
    """Extract everything from one document.

    Parameters
    ----------
    document : Document
    patterns : Patterns

    Returns
    -------
    Report
        Without findings: the checks are a step of their own.
    """
    folded = fold(document.text)
    text = folded.text
    lang = language(text)
    lines, sentences = split_sentences(text)
    grids = lay_tables(document.text, folded)
    mentions = name_trials(grids, text, unlinked(find_mentions(text, patterns), folded, document.text))
    known = {text[m.start : m.end] for m in mentions if m.label in ("ENDPOINT", "MEASURE", "BIOMARKER", "TRIAL")}
    spans = [(s.start, s.end, s.section) for s in sentences]
    named = {**_spelled_out(mentions, spans, patterns), **_named_regimens(patterns)}
    table = arm_table(text, mentions, spans, known, named, _kinds_of_drugs(patterns))
    scenes = _scenes(text, sentences, mentions, table)
    dois = reference_dois(text, [(ln.start, ln.end, ln.section) for ln in lines])
    book = TrialBook(text, mentions, scenes, patterns, table)
    tabled = read_tables(grids, folded, mentions, table, book, patterns, dois, ANALYSIS_WORDS)
    rows, used, scopes = _rows(text, scenes, table, book, patterns, dois, lang, document)
    rows = share_p(rows)
    estimates = [estimate(r, folded, book) for r in rows]
    estimates = share_tests([*estimates, *tabled.estimates])
    claim_items(scenes, used, tabled.claimed)
    trials = book.read(scenes, dois, _sides(estimates), significant_outcomes(estimates))
    drugs = _drugs(text, mentions, sentences, named)
    unexplained, accounted = unplaced_numbers(scenes, used, scopes, folded)
    return Report(
        document=document,
        lang=lang,
        estimates=tuple(estimates),
        trials=tuple(source_trial(t, folded) for t in trials),
        drugs=drugs,
        unexplained=unexplained,
        mentions=tuple(source_mention(m, folded) for m in mentions if not m.label.startswith("CUE_")),
        numbers=accounted,
    )


def _sides(estimates: Sequence[Estimate]) -> dict[str, list[tuple[Arms, Arms]]]:
    """What the rows of each trial compare, or the one group of a row that compares nothing."""
    sides: dict[str, list[tuple[Arms, Arms]]] = {}
    for e in estimates:
        if e.trial_key:
            sides.setdefault(e.trial_key, [])
            if e.experimental and (e.comparator or e.kind == "arm"):
                sides[e.trial_key].append((e.experimental, e.comparator))
    return sides


def _scenes(text: str, sentences: Sequence[SentenceSpan], mentions: Sequence[Mention], table: ArmTable) -> list[Scene]:
    scenes = []
    k = 0
    for s in sentences:
        while k < len(mentions) and mentions[k].start < s.start:
            k += 1
        j = k
        while j < len(mentions) and mentions[j].end <= s.end:
            j += 1
        randomised = bool(RANDOMISED.search(text, s.start, s.end)) or (
            TITLED_BY_TRIAL.match(text, s.start, s.end) is not None and any(m.label == "TRIAL" for m in mentions[k:j])
        )
        scenes.append(make_scene(text, s.start, s.end, s.section, s.paragraph, mentions[k:j], table, randomised))
    return scenes


def _drugs(
    text: str, mentions: Sequence[Mention], sentences: Sequence[SentenceSpan], named: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, int], ...]:
    hidden = [(s.start, s.end) for s in sentences if s.section in ("references", "meta")]
    urls = [m.span() for m in inline.finditer(r"https?://\S+|www\.\S+", text)]
    counts: Counter[str] = Counter()
    for m in mentions:
        if (
            (m.label == "DRUG" or (m.label == "REGIMEN" and m.id in named))
            and not any(a <= m.start < b for a, b in hidden)
            and not any(a <= m.start < b for a, b in urls)
        ):
            for drug in named[m.id] if m.label == "REGIMEN" else (m.id,):
                counts[drug] += 1
    return tuple(sorted(counts.items()))


def _rows(
    text: str,
    scenes: Sequence[Scene],
    table: ArmTable,
    book: TrialBook,
    patterns: Patterns,
    dois: dict[int, str],
    lang: str,
    document: Document,
) -> tuple[list[Row], dict[int, set[int]], dict[int, dict[int, str]]]:
    rows: list[Row] = []
    used: dict[int, set[int]] = {}
    scopes: dict[int, dict[int, str]] = {}
    focus = Focus()
    paragraph = -1
    bulleted = False
    seen: dict[str, tuple[int, int]] = {}
    by_scene: dict[int, list[Row]] = {}
    both = cue_regex(patterns, "CUE_BOTH")
    pooled = cue_regex(patterns, "CUE_POOLED")
    trial_before: str | None = None
    defaults, sides, series = default_comparisons(scenes, book, table)
    for index, scene in enumerate(scenes):
        used[index], scopes[index] = set(), {}
        if scene.section in ("references", "meta", "table"):
            continue
        if scene.paragraph != paragraph:
            paragraph = scene.paragraph
            single = book.own is not None or len(book.trials) <= 1
            focus = Focus(
                mentioned=focus.mentioned,
                endpoint=focus.endpoint if bulleted and _same_point(text[scene.start : scene.end]) else None,
                contrast=focus.contrast
                if (single or book.focus[index] == trial_before) and not _DIGEST.match(text, scene.start, scene.end)
                else None,
                level=focus.level,
                measure=None,
            )
            bulleted = scene.opens_point
        if book.focus[index] != trial_before and book.own is None:
            focus.contrast = None
        focus.default, focus.single = defaults[index]
        if focus.default is None and focus.single and series[index] == focus.single:
            focus.contrast = None  # of one group only, whatever was compared before
        focus.several = book.own is None and len(book.trials) > 1
        if focus.default is None and table.design and not focus.several:
            focus.contrast = None  # of three arms no two that were compared last
        trial_before = book.focus[index]
        fingerprint = inline.sub(r"\W", "", scene.body)
        if len(fingerprint) > 25 and fingerprint in seen:
            first = seen[fingerprint]
            shift = scene.start - scenes[first[0]].start
            for row in by_scene.get(first[0], []):
                s = row.binding.statistic
                row.also.append((s.start + shift, s.end + shift))
            used[index] = set(range(len(scene.items)))
            continue
        seen[fingerprint] = (index, 0)
        statistics, items_used, measure = find_statistics(
            text, scene.items, scene.start, scene.end, focus.measure, focus.level
        )
        focus.measure = measure or focus.measure
        bindings = attach(scene, statistics, focus, table, lang == "zh")
        kept = []
        for b in bindings:
            s = b.statistic
            local = b.endpoint if b.endpoint is not None and not b.inherited else None
            told = b.pair or (
                b.inherited
                and b.group is not None
                and b.endpoint is not None
                and b.endpoint.id in SURVIVAL
                and _IS.fullmatch(text[b.group.end : s.start]) is not None
            )
            why = out_of_scope(scene, s, local, told) or no_outcome(scene, b, table)
            if why:
                scopes[index][s.start] = why
                continue
            kept.append(b)
        used[index] = items_used
        population_cut = populations(text, scene) if kept else []
        of_many = bool(kept) and pooled.search(scene.body) is not None
        for b in kept:
            name_endpoint(b, scene)
            shared = each_endpoint(b, scene) or each_time(b, scene) or both_arms(b, scene, both, table, focus)
            expanded = [y for x in shared for y in both_changed(x, scene, focus) or [x]]
            for x in expanded:
                key = trial_of_its_arms(book.trial_at(scene, index, x.statistic.start), x, scene, sides)
                if key is not None:
                    book.trials[key].has_rows = True
                origin = (
                    "pooled"
                    if of_many
                    else "own"
                    if (book.own is not None and key == book.own) or (book.own is None and not book.trials)
                    else "cited"
                )
                row = Row(
                    x,
                    scene,
                    index,
                    key,
                    x.population or population_at(text, population_cut, x),
                    citations(scene, x, dois, text),
                    origin,
                    analysis_words(scene, x, patterns),
                )
                rows.append(row)
                by_scene.setdefault(index, []).append(row)
        _advance(focus, scene, bindings, kept)
    rows.sort(key=lambda r: (r.binding.statistic.start, r.binding.statistic.end))
    return rows, used, scopes


_IS = re.compile(r"\s*(?:患者)?(?:中位)?(?:时间)?(?:为|是|达|仅为|约为|was|had)\s*(?:a\s+)?(?:median\s+of\s+)?", re.I)

_LABELLED = re.compile(
    r"\s*(?:[-–•·*▪▶◆●]|\(?\d{1,2}[.)、]|[①-⑳])[^,;。]{1,50}?:\s*(?![\s\d]{1,3}:)"
)  # who, then how much

_COMPARES = re.compile(r"(?<![A-Za-z])(?:a?HRs?|hazard ratio)(?![A-Za-z])|风险比", re.I)


_BEFORE_IT = re.compile(
    r"(?:previously|formerly)\s+(?:been\s+)?(?:received|treated\s+with|given|exposed\s+to)|既往(?:曾|均|都)?(?:接受|使用|用)过?",
    re.I,
)
"""What patients had before the study is not what the next sentence tells of."""


def _same_point(line: str) -> bool:
    """A point of a list that goes on with the endpoint of the point before: it only names who, or compares."""
    return bool(_LABELLED.match(line) or (BULLET.match(line) and _COMPARES.search(line)))


def _advance(focus: Focus, scene: Scene, bindings: list[Binding], kept: list[Binding]) -> None:
    """Carry on what the next sentence may leave out."""
    specific = [e for e in scene.endpoints if not e.generic]
    if kept and kept[-1].endpoint is not None and kept[-1].endpoint.id != "other:unspecified":
        focus.endpoint = kept[-1].endpoint
    elif specific and len({e.id for e in specific}) == 1:
        focus.endpoint = specific[0]
    explicit = [c for c in scene.contrasts if c.experimental != c.comparator]
    if explicit and (focus.contrast is None or any(c.explicit for c in explicit)):
        focus.contrast = explicit[0]
    elif focus.contrast is None:
        pairs = [b for b in kept if b.pair and b.experimental]
        if len(pairs) >= 2 and pairs[0].experimental != pairs[1].experimental:
            focus.contrast = Contrast(pairs[0].experimental, pairs[1].experimental, explicit=False)
        else:
            singles = [b for b in kept if b.statistic.kind == "arm" and b.experimental]
            if len(singles) >= 2 and singles[0].experimental != singles[1].experimental:
                focus.contrast = Contrast(singles[0].experimental, singles[1].experimental, explicit=False)
    for b in bindings:
        if b.timepoint is not None:
            focus.time = b.timepoint
    rates = [b for b in kept if b.statistic.kind == "arm" and b.statistic.unit == "%"]
    if rates:
        told_at = [b.timepoint for b in rates if b.timepoint is not None]
        focus.times = tuple(told_at) if len(told_at) == len(rates) else ()
    named = list(dict.fromkeys(g.parts for g in scene.groups if g.parts and not g.parts[0].startswith(BY_PATIENT)))
    if len(named) >= 2:
        focus.mentioned = _last_compared(scene) or (named[-2], named[-1])
    told = list(dict.fromkeys(b.experimental for b in kept if b.statistic.kind == "arm" and b.experimental))
    if len(told) >= 2:
        focus.sequence = tuple(told)
    only = {g.parts for g in scene.groups if g.parts}
    if only and focus.single and all(names_a_class(p) for parts in only for p in parts):
        focus.groups = ()  # a class says less than what is known to be given
    elif len(only) == 1 and not CONTROL_PARTS & set(*only):
        focus.groups = next(iter(only))
    elif scene.groups:
        focus.groups = ()
    if focus.groups and _BEFORE_IT.search(scene.body):
        focus.groups = ()
    for b in bindings:
        if b.statistic.ci_level is not None:
            focus.level = b.statistic.ci_level


def _last_compared(scene: Scene) -> tuple[Arms, Arms] | None:
    """The two sides of the comparison of a sentence, in the order in which they were last named."""
    if len(scene.contrasts) != 1 or scene.contrasts[0].several:
        return None
    sides = (scene.contrasts[0].experimental, scene.contrasts[0].comparator)
    last = [max((g.end for g in scene.groups if set(g.parts) == set(side)), default=-1) for side in sides]
    if min(last) < 0 or last[0] == last[1]:
        return None
    return sides if last[0] < last[1] else (sides[1], sides[0])
