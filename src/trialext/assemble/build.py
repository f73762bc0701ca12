"""From a folded document to rows: the cascade in order."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..model import RATIOS, Arms, Citation, Document, Estimate, Mention, Report, Span, TrialReport, Unexplained
from ..patterns import Patterns
from ..recognise.citations import citation_numbers, cited, reference_dois
from ..recognise.guarded import Guarded, guarded
from ..recognise.items import Item
from ..recognise.mentions import find_mentions
from ..recognise.ruler import cue_regex
from ..text.fold import Folded, fold
from ..text.sentences import SentenceSpan, language, split_sentences
from .arms import arm_table
from .attach import Binding, Focus, attach
from .contrasts import added_to_told, choose_contrast, told_pair, with_add_on
from .groups import BY_PATIENT, CONTROL_PARTS, LOOSE_CLASS, ArmTable, Contrast
from .scene import BULLET, Endpoint, Scene, make_scene
from .scope import in_tested_pair, out_of_scope
from .statistics import find_statistics
from .table_cells import lay_tables
from .tables import claim_items, name_trials, read_tables, share_tests
from .trials import TrialBook, significant_outcomes

__all__ = ["assemble"]

_RANDOMISED = guarded(r"randomi[sz]|randomly|assigned|allocated|随机|分为|分成", re.I)
_TITLED_BY_TRIAL = re.compile(r"\W*(?:\d+[.)]\s*)?[A-Z][^:。;]{2,70}:\s")
"""``RAPIDO (920 patients): A, or B.``"""
_ANALYSIS = (
    ("CUE_ANALYSIS_ADJUSTED", "adjusted"), ("CUE_ANALYSIS_STRATIFIED", "stratified"), ("CUE_ANALYSIS_ITT", "ITT"),
    ("CUE_ANALYSIS_PP", "per-protocol"), ("CUE_ANALYSIS_INV", "investigator"), ("CUE_ANALYSIS_IRC", "independent review"),
    ("CUE_ANALYSIS_ONE", "one-sided"), ("CUE_ANALYSIS_INTERIM", "interim"),
)  # fmt: skip
_SURVIVAL = {"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS", "CSS", "DOR", "TTR"}
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
class _Row:
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


@lru_cache(maxsize=4)
def _named_regimens(patterns: Patterns) -> dict[str, Arms]:
    """Regimens whose name spells out their drugs; the same for every document."""
    return {r.id: tuple(r.facts.get("parts", ())) for r in patterns.of("REGIMEN") if r.facts.get("names_its_drugs")}


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
    mentions = name_trials(grids, text, find_mentions(text, patterns))
    known = {text[m.start : m.end] for m in mentions if m.label in ("ENDPOINT", "MEASURE", "BIOMARKER", "TRIAL")}
    named = _named_regimens(patterns)
    spans = [(s.start, s.end, s.section) for s in sentences]
    table = arm_table(text, mentions, spans, known, named, _kinds_of_drugs(patterns))
    scenes = _scenes(text, sentences, mentions, table)
    dois = reference_dois(text, [(ln.start, ln.end, ln.section) for ln in lines])
    book = TrialBook(text, mentions, scenes, patterns, table)
    tabled = read_tables(grids, folded, mentions, table, book, patterns, dois, _ANALYSIS)
    rows, used, scopes = _rows(text, scenes, table, book, patterns, dois, lang, document)
    rows = _share_p(rows)
    estimates = [_estimate(r, folded, book) for r in rows]
    estimates = share_tests([*estimates, *tabled.estimates])
    claim_items(scenes, used, tabled.claimed)
    sides: dict[str, list[tuple[Arms, Arms]]] = {}
    for e in estimates:
        if e.trial_key:
            sides.setdefault(e.trial_key, [])
            if e.experimental and e.comparator:
                sides[e.trial_key].append((e.experimental, e.comparator))
    trials = book.read(scenes, dois, sides, significant_outcomes(estimates))
    drugs = _drugs(text, mentions, sentences, named)
    unexplained, ledger = _ledger(scenes, used, scopes, folded)
    return Report(
        document=document,
        lang=lang,
        estimates=tuple(estimates),
        trials=tuple(_source_trial(t, folded) for t in trials),
        drugs=drugs,
        unexplained=unexplained,
        mentions=tuple(_source_mention(m, folded) for m in mentions if not m.label.startswith("CUE_")),
        numbers=ledger,
    )


def _scenes(text: str, sentences: Sequence[SentenceSpan], mentions: Sequence[Mention], table: ArmTable) -> list[Scene]:
    scenes = []
    k = 0
    for s in sentences:
        while k < len(mentions) and mentions[k].start < s.start:
            k += 1
        j = k
        while j < len(mentions) and mentions[j].end <= s.end:
            j += 1
        randomised = bool(_RANDOMISED.search(text, s.start, s.end)) or (
            _TITLED_BY_TRIAL.match(text, s.start, s.end) is not None and any(m.label == "TRIAL" for m in mentions[k:j])
        )
        scenes.append(make_scene(text, s.start, s.end, s.section, s.paragraph, mentions[k:j], table, randomised))
    return scenes


def _drugs(
    text: str, mentions: Sequence[Mention], sentences: Sequence[SentenceSpan], named: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, int], ...]:
    hidden = [(s.start, s.end) for s in sentences if s.section in ("references", "meta")]
    urls = [m.span() for m in re.finditer(r"https?://\S+|www\.\S+", text)]
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
) -> tuple[list[_Row], dict[int, set[int]], dict[int, dict[int, str]]]:
    rows: list[_Row] = []
    used: dict[int, set[int]] = {}
    scopes: dict[int, dict[int, str]] = {}
    focus = Focus()
    paragraph = -1
    bulleted = False
    seen: dict[str, tuple[int, int]] = {}
    by_scene: dict[int, list[_Row]] = {}
    both = cue_regex(patterns, "CUE_BOTH")
    pooled = cue_regex(patterns, "CUE_POOLED")
    trial_before: str | None = None
    defaults, sides = _defaults(scenes, book, table)
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
                contrast=focus.contrast if single or book.focus[index] == trial_before else None,
                level=focus.level,
                measure=None,
            )
            bulleted = scene.opens_point
        if book.focus[index] != trial_before and book.own is None:
            focus.contrast = None
        focus.default, focus.single = defaults[index]
        focus.several = book.own is None and len(book.trials) > 1
        trial_before = book.focus[index]
        fingerprint = re.sub(r"\W", "", scene.body)
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
                and b.endpoint.id in _SURVIVAL
                and _IS.fullmatch(text[b.group.end : s.start]) is not None
            )
            why = out_of_scope(scene, s, local, told) or _weak(scene, b, table)
            if why:
                scopes[index][s.start] = why
                continue
            kept.append(b)
        used[index] = items_used
        population_cut = _populations(text, scene) if kept else []
        of_many = bool(kept) and pooled.search(scene.body) is not None
        for b in kept:
            _name_endpoint(b, scene)
            expanded = _each_endpoint(b, scene) or _each_time(b, scene) or _both_arms(b, scene, both, table, focus)
            for x in expanded:
                key = _by_arms(book.trial_at(scene, index, x.statistic.start), x, scene, sides)
                if key is not None:
                    book.trials[key].has_rows = True
                origin = (
                    "pooled"
                    if of_many
                    else "own"
                    if (book.own is not None and key == book.own) or (book.own is None and not book.trials)
                    else "cited"
                )
                row = _Row(
                    x,
                    scene,
                    index,
                    key,
                    x.population or _population_at(population_cut, x),
                    _citations(scene, x, dois, text),
                    origin,
                    _analysis(scene, x, patterns),
                )
                rows.append(row)
                by_scene.setdefault(index, []).append(row)
        _advance(focus, scene, bindings, kept)
    rows.sort(key=lambda r: (r.binding.statistic.start, r.binding.statistic.end))
    return rows, used, scopes


_IS = re.compile(r"\s*(?:患者)?(?:中位)?(?:时间)?(?:为|是|达|仅为|约为|was|had)\s*(?:a\s+)?(?:median\s+of\s+)?", re.I)
# the number of a heading
_NUMBERED = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.、\s]|[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十\d]{1,3}[)])"
)
_LABELLED = re.compile(
    r"\s*(?:[-–•·*▪▶◆●]|\(?\d{1,2}[.)、]|[①-⑳])[^,;。]{1,50}?:\s*(?![\s\d]{1,3}:)"
)  # who, then how much
_COMPARES = re.compile(r"(?<![A-Za-z])(?:a?HRs?|hazard ratio)(?![A-Za-z])|风险比", re.I)


def _same_point(line: str) -> bool:
    """A point of a list that goes on with the endpoint of the point before: it only names who, or compares."""
    return bool(_LABELLED.match(line) or (BULLET.match(line) and _COMPARES.search(line)))


def _by_arms(key: str | None, b: Binding, scene: Scene, told: Mapping[str, Contrast]) -> str | None:
    """Where the sentence names no trial and its group is an arm of one other trial alone, the value is that trial's."""
    arm = b.experimental
    if (
        key not in told
        or not arm
        or set(arm) & CONTROL_PARTS
        or all(LOOSE_CLASS.match(p) for p in arm)
        or any(m.label in ("TRIAL", "REGISTRY") for m in scene.mentions)
    ):
        return key
    having = [
        k for k, c in told.items() if frozenset(arm) in {frozenset(a) for a in (c.experimental, c.comparator, *c.arms)}
    ]
    return having[0] if len(having) == 1 else key


def _defaults(
    scenes: Sequence[Scene], book: TrialBook, table: ArmTable
) -> tuple[list[tuple[Contrast | None, Arms]], dict[str, Contrast]]:
    """The comparison, or the only group, that each sentence is about when it does not say; and that of each trial.

    A block is a paragraph with the bullet points under it; within a block a trial that is
    named opens a stretch of its own.
    """
    others = {key for key, t in book.trials.items() if key != book.own and t.contrast is not None}
    if book.own is not None and not others and not any(k not in (None, book.own) for k in book.focus):
        return _under_headings([(table.contrast, ())] * len(scenes), scenes, book.focus), {}
    out: list[tuple[Contrast | None, Arms]] = [(None, ())] * len(scenes)
    runs: list[list[int]] = []
    block, blocks, paragraph = 0, [], -1
    for scene in scenes:
        if scene.paragraph != paragraph:
            paragraph = scene.paragraph
            if not scene.opens_point:
                block += 1
        blocks.append(block)
    weighed = [
        [
            (c, 2.0 if _RANDOMISED.search(s.body) else 1.0)
            for c in s.contrasts
            if not (c.by_role and len(book.trials) > 1)
        ]
        for s in scenes
    ]
    for n in range(len(scenes)):
        key = book.focus[n]
        same = runs and book.focus[runs[-1][-1]] == key and (key is not None or blocks[runs[-1][-1]] == blocks[n])
        if same and not (key is None and _tells_another(scenes, weighed, runs[-1], n)):
            runs[-1].append(n)
        else:
            runs.append([n])
    chosen = {key: t.contrast for key, t in book.trials.items() if t.contrast is not None}  # told by a table
    # a passage that cites many works tells of many studies
    review = (
        len({n for s in scenes for i in s.items if i.kind == "cite" for n in citation_numbers(s.text[i.start : i.end])})
        >= 3
    )
    told: Contrast | None = None  # by the stretch before
    listed: dict[str, list[tuple[Contrast, float]]] = {}
    for n, scene in enumerate(scenes):
        # ``K-1 (A or B); B-2 (C or D)``: a sentence about several trials defines the arms of each
        if len(keys := book.named_in(scene)) >= 2:
            for c, weight in weighed[n]:
                if any(c.start < at < c.end for at, _ in keys[1:]):
                    continue  # the arms of one trial are not compared with those of the next
                listed.setdefault(max((k for k in keys if k[0] <= c.start), default=keys[0])[1], []).append((c, weight))
            weighed[n] = []
    for run in runs:
        found = [x for n in run for x in weighed[n]] + listed.get(book.focus[run[0]] or "", [])
        roles = (
            table.between_roles(scenes[run[0]].start, scenes[run[-1]].end) if len(book.trials) > 1 or review else None
        )
        if roles is not None:
            found.append((roles, 3.0))
        if not found:
            told_on = added_to_told(scenes[0].text, [(scenes[n].start, scenes[n].end, scenes[n].groups) for n in run])
            found = [(told_on, 1.0)] if told_on is not None else []
        contrast = with_add_on(
            choose_contrast(found, table),
            [g for n in run if scenes[n].section != "references" for g in scenes[n].groups],
        )
        key = book.focus[run[0]]
        if key is not None:
            if key == book.own and key not in chosen:
                # the study of the document, wherever it is told
                contrast = (
                    choose_contrast([x for n in range(len(scenes)) if book.focus[n] == key for x in weighed[n]], table)
                    or contrast
                )
            if contrast is None:
                contrast = chosen.get(key)
            elif key not in chosen:
                chosen[key] = contrast
        if contrast is None and table.contrast is None:
            drawn = (told_pair(scenes[n].text, scenes[n].groups, scenes[n].start) for n in run)
            contrast = choose_contrast([(pair, 1.0) for pair in drawn if pair is not None], table)
        single: Arms = ()
        if contrast is None:
            if not book.trials and table.contrast is not None and not review:
                both = {*table.contrast.experimental, *table.contrast.comparator}
                apart = told is not None and not both & {*told.experimental, *told.comparator}
                contrast = told if apart else table.contrast  # a digest of several studies goes on with the last one
            else:
                lead = next((n for n in run if any(g.parts for g in scenes[n].groups)), None)
                parts = {g.parts for g in scenes[lead].groups if g.parts} if lead is not None else set()
                if len(parts) == 1:
                    single = next(iter(parts))
        told = contrast or told
        for n in run:
            out[n] = (contrast, single)
    return _under_headings(out, scenes, book.focus), {k: c for k, c in chosen.items() if c is not None}


def _tells_another(
    scenes: Sequence[Scene], weighed: Sequence[Sequence[tuple[Contrast, float]]], run: Sequence[int], n: int
) -> bool:
    """Whether a point randomises to other groups than the points before it did."""
    if scenes[n].paragraph == scenes[run[-1]].paragraph:
        return False
    before = {frozenset((c.experimental, c.comparator)) for k in run for c, weight in weighed[k] if weight > 1}
    point = itertools.takewhile(lambda k: scenes[k].paragraph == scenes[n].paragraph, range(n, len(scenes)))
    here = {frozenset((c.experimental, c.comparator)) for k in point for c, weight in weighed[k] if weight > 1}
    return bool(before and here and not before & here)


def _under_headings(
    out: list[tuple[Contrast | None, Arms]], scenes: Sequence[Scene], focus: Sequence[str | None]
) -> list[tuple[Contrast | None, Arms]]:
    """A heading such as ``A alone vs B`` says what the lines below it compare; one that names a drug, who they tell of."""
    length = Counter(s.paragraph for s in scenes)
    headings = [length[s.paragraph] == 1 and _is_heading(s) for s in scenes]
    named = [_only_treatment(s) if heading else () for s, heading in zip(scenes, headings, strict=True)]
    several = len({parts for parts in named if parts}) >= 2  # a list of treatments, one after the other
    heading: Contrast | None = None
    alone: Arms = ()
    new = list(out)
    for n, scene in enumerate(scenes):
        drawn = [c for c in scene.contrasts if c.explicit and not c.by_role]
        if headings[n]:
            heads = [c for c in drawn if c.experimental != c.comparator]
            heading = heads[0] if len(heads) == 1 else None
            if several and (named[n] or heads or _NUMBERED.match(scene.body)):
                alone = named[n]
        elif heading is not None and not [c for c in scene.contrasts if c.explicit]:
            wider = out[n][0]
            new[n] = (replace(heading, arms=wider.arms if wider is not None else ()), ())
        elif drawn:
            alone = ()
        elif alone and focus[n] is None:
            new[n] = (None, alone)
    return new


def _is_heading(scene: Scene) -> bool:
    """A short line of the text alone in its paragraph, without values and without a stop at its end."""
    return (
        scene.section == "body"
        and scene.end - scene.start <= 70
        and not re.search(r"[.。;；,，]\s*$", scene.body)
        and not scene.opens_point
        and not any(i.kind in ("percent", "ci", "p", "duration") for i in scene.items)
    )


def _only_treatment(scene: Scene) -> Arms:
    """The drugs that a heading names, where it names one group and compares nothing."""
    parts = {g.parts for g in scene.groups if g.parts}
    if len(parts) != 1 or scene.contrasts or any(LOOSE_CLASS.match(p) for p in next(iter(parts))):
        return ()
    return next(iter(parts)) if any(m.label == "DRUG" for m in scene.mentions) else ()


# ``64.6% of the patients in the intervention group did … compared with 48.4% in the control group (P < 0.001)``
_SET_SIDE_BY_SIDE = re.compile(
    r"%[^%;。]{0,90}(?<![A-Za-z])(?:compared (?:with|to)|versus|vs\.?|but only|while|whereas)\s[^%;。]{0,40}?\d%[^%;。]{0,70}?\(\s*p\s*[<=>]",
    re.I,
)
_PATIENTS_THEMSELVES = re.compile(
    r"(?<![A-Za-z])(?:baseline|males?|females?|men|women|boys|girls|aged?|years old|smok\w+|married|enrolled|eligible|consent\w*|dropp\w+|withdr\w+|lost to|complet\w+|white|black|histor\w+|previous\w*|prior)(?![A-Za-z])|基线|男|女|年龄|脱落|失访|既往",
    re.I,
)


_HALF_WIDTH = re.compile(r"(?:CI|interval|区间)[\s,:]*±\s*$")  # ``90% (95% CI, ±19%)``


_WHO_OF_THEM = re.compile(
    r"(?<![A-Za-z])(?:proportions?|percentages?)\s+of\s+(?:the\s+|all\s+)?(?:[a-z-]+\s+)?(?:patients|participants|subjects|women|men|children)\s+(?:with|who|achieving|having|reaching|showing|in\s+whom)|(?:患者|受试者|病例|病人)(?:的|数|所占)?(?:比例|百分比|占比)",
    re.I,
)
"""``the proportion of patients with complete clearance``: an outcome that no pattern knows."""


def _weak(scene: Scene, b: Binding, table: ArmTable) -> str | None:
    """Keep out numbers that nothing marks as an outcome."""
    s = b.statistic
    if s.kind == "effect":
        return None
    if s.kind == "p":
        return None
    local = b.endpoint is not None and not b.inherited
    if s.qualifier == "not reached":
        return None if local and b.endpoint is not None and b.endpoint.id in _SURVIVAL else "unplaced"
    if s.measure == "median" and s.unit in ("months", "years", "weeks", "days", "hours", "minutes"):
        cue = re.search(r"median|中位|平均|mean|average", scene.body, re.I)
        if local and b.endpoint is not None and (b.endpoint.id in _SURVIVAL or cue):
            return None
        if cue and (b.pair or s.ci_low is not None):
            return None
        told = b.experimental or in_tested_pair(scene.text, s)
        if b.inherited and told and b.endpoint is not None and b.endpoint.id in _SURVIVAL:
            return None
        if b.pair and (b.inherited or s.joined == "vs" or s.place == 0):
            return None
        return "duration"
    if s.measure == "rate":
        if _HALF_WIDTH.search(scene.text[max(scene.start, s.start - 24) : s.start]):
            return "unplaced"
        if local and b.endpoint is not None:
            if b.endpoint.id == "other:prognosis":
                return "unplaced"
            if b.endpoint.start > s.end and "endpoint.later" in b.rules and not (s.joined == "vs" or b.pair):
                return "unplaced"
            if s.start - b.endpoint.end > 150 and not b.experimental and s.ci_low is None and s.joined != "vs":
                return "unplaced"
            if scene.section == "title":
                return "unplaced"
            if "endpoint.predicate" in b.rules and re.search(
                r"(?:more|less|fewer|greater) than|at least|over|nearly all|超过|不足|至少",
                scene.text[max(scene.start, s.start - 14) : s.start],
                re.I,
            ):
                return "threshold"
            return None
        if b.inherited and (b.pair or b.experimental or s.ci_low is not None):
            return None
        if b.pair and b.experimental:
            return None
        if b.endpoint is None and s.numerator is not None and s.denominator is not None and b.experimental:
            return None
        if (
            b.endpoint is None
            and _SET_SIDE_BY_SIDE.search(scene.body)
            and len(scene.groups) > 1
            and not _PATIENTS_THEMSELVES.search(scene.body)
        ):
            return None
        if (
            b.endpoint is None
            and (b.experimental or scene.groups)
            and _WHO_OF_THEM.search(scene.text, scene.start, s.start)
        ):
            return None
        return "unplaced"
    if s.measure == "mean":
        return None if local or b.pair or b.experimental or (s.spread_low is not None and scene.groups) else "unplaced"
    return None


_GOT_BETTER = re.compile(
    r"[\u4e00-\u9fff]{0,12}(?:改善|缓解率|缓解|减轻|好转)(?!剂)|\s+(?:improved|improvement|relief|resolution|resolved)(?![A-Za-z])",
    re.I,
)
"""``疲乏程度有改善的患者``: a symptom that got better is no adverse event."""


def _name_endpoint(b: Binding, scene: Scene) -> None:
    if b.endpoint is None:
        b.endpoint = Endpoint(b.statistic.start, b.statistic.start, "other:unspecified")
        b.reasons.append("endpoint: none is named")
    s = b.statistic
    if s.measure == "mean" and b.endpoint.id == "AE":
        b.endpoint = Endpoint(
            b.endpoint.start, b.endpoint.end, f"other:{scene.text[b.endpoint.start : b.endpoint.end].lower()}"
        )
    if s.measure == "rate" and b.endpoint.id == "AE" and _GOT_BETTER.match(scene.text, b.endpoint.end):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "other:improvement")
    if b.endpoint.id in ("PD", "other:disease progression") and (
        s.measure in RATIOS or (s.measure == "median" and s.unit in ("months", "years"))
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "PFS", True)
    lasting = s.measure == "median" and s.unit in ("months", "years", "weeks", "days")
    if (
        lasting
        and b.endpoint.id in ("ORR", "CR")
        and re.search(r"持续|duration", scene.text[b.endpoint.start : s.start], re.I)
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "DOR")
    if (
        s.kind == "arm"
        and s.measure == "median"
        and re.search(
            r"mean|平均|average", scene.text[max(scene.start, min(b.endpoint.start, s.start) - 40) : s.start], re.I
        )
        and not re.search(r"median|中位", scene.body, re.I)
    ):
        s.measure = "mean"
    if (
        s.kind == "arm"
        and s.measure == "rate"
        and b.endpoint.id == "OS"
        and b.endpoint.generic
        and b.endpoint.start != b.endpoint.end
        and re.search(r"死|death|died", scene.text[b.endpoint.start : b.endpoint.end], re.I)
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "MORTALITY", True)


def _shared(b: Binding, *arms: Arms) -> list[Binding]:
    """One binding for each group that has the value."""
    return [replace(b, experimental=x, group=None, rules=[*b.rules, "group.both-arms"], reasons=[]) for x in arms]


def _both_arms(b: Binding, scene: Scene, both: Guarded, table: ArmTable, focus: Focus) -> list[Binding]:
    """``62% in both arms``: one row per arm."""
    s = b.statistic
    if s.kind != "arm":
        return [b]
    named = _named_both(b, scene)
    if named:
        return _shared(b, *named)
    if b.experimental and not re.search(
        r"(?:两|二)组[^,;。\d]{0,12}(?:均|都|同)", scene.text[max(scene.start, s.start - 24) : s.start]
    ):
        return [b]
    m = both.search(scene.text, s.reach, min(scene.end, s.reach + 50))
    contrast = focus.default or focus.contrast
    if contrast is not None and re.search(
        r"(?:两|二)组(?:患者)?[^,;。\d]{0,12}(?:均|都|同)(?:约)?(?:为|是|达)?(?:约)?\s*$|(?<![A-Za-z])both\s+(?:groups|arms)\s*(?:was|were|:)?\s*$",
        scene.text[max(scene.start, s.start - 30) : s.start],
        re.I,
    ):
        return _shared(b, contrast.experimental, contrast.comparator)
    if contrast is not None and re.match(
        r"\s*(?:for|in|with)\s+both(?![A-Za-z])(?!\s+[A-Za-z])", scene.text[s.reach : s.reach + 20]
    ):
        return _shared(b, contrast.experimental, contrast.comparator)
    if not m or contrast is None or not re.match(r"[\s\w)]{0,24}\bin\s|.{0,6}$", scene.text[s.reach : m.start()]):
        return [b]
    return _shared(b, contrast.experimental, contrast.comparator)


_JOINS_TWO = re.compile(r"(?:方案|治疗|组)?\s*(?:和|与|及|、|and|,)\s*(?:the\s+)?", re.I)


def _named_both(b: Binding, scene: Scene) -> list[Arms]:
    """``A组和B组的发生率均为5.5%``, ``66.6% in both the A and the B arms``: the two groups that share a value."""
    s = b.statistic
    pairs = [
        (x, y)
        for x, y in itertools.pairwise(scene.groups)
        if x.parts and y.parts and x.parts != y.parts and _JOINS_TWO.fullmatch(scene.text[x.end : y.start])
    ]
    for x, y in pairs:
        shared_after = s.reach <= x.start <= s.reach + 30 and re.search(
            r"(?<![A-Za-z])both\s+(?:the\s+)?$", scene.text[s.reach : x.start], re.I
        )
        shared_before = (
            y.end <= s.start
            and re.search(
                r"(?:均|都)(?:为|是|达到?|约)*\s*$|(?<![A-Za-z])(?:both|each)\s*$", scene.text[y.end : s.start], re.I
            )
            and not re.search(r"[;。]", scene.text[y.end : s.start])
        )
        if shared_after or shared_before:
            return [x.parts, y.parts]
    return []


def _each_time(b: Binding, scene: Scene) -> list[Binding]:
    """``1年、2年和5年生存率均为94.4%``: one row per landmark."""
    s = b.statistic
    if (
        s.kind != "arm"
        or b.timepoint is None
        or not re.search(r"(?:均|都)(?:为|是|达)?\s*$", scene.text[max(scene.start, s.start - 6) : s.start])
    ):
        return []
    run = [t for t in scene.times if t.end <= s.start]
    last = len(run) - 1
    while last > 0 and re.fullmatch(r"\s*(?:,|、|和|与|及|and|/)\s*", scene.text[run[last - 1].end : run[last].start]):
        last -= 1
    listed = run[last:]
    if len(listed) < 2 or b.timepoint not in listed:
        return []
    return [replace(b, timepoint=t, rules=[*b.rules, "time.each"]) for t in listed]


_NEXT_LISTED = re.compile(r"\s*(?:,\s*and|,|and|、|和|及)\s*")
_EACH_IN = re.compile(
    r",?\s*each\s+(?:(?:occurring|reported|seen|observed|present)\s+)?(?:in|for|at)?\s*(?:only\s+|about\s+)?$|(?:各占|各为|均为|均占|均是|发生率均为)\s*$",
    re.I,
)


def _each_endpoint(b: Binding, scene: Scene) -> list[Binding]:
    """``ORR and DCR were higher (both P<0.05)``, ``diarrhea and colitis, each in 2%``: one row per endpoint."""
    s = b.statistic
    if s.kind == "arm" and s.unit == "%" and (m := _EACH_IN.search(scene.text, scene.start, s.start)):
        listed = [e for e in scene.endpoints if e.end <= m.start() and e.id == "AE" and not e.generic]
        run = listed[-1:]
        for e in reversed(listed[:-1]):
            if not _NEXT_LISTED.fullmatch(scene.text[e.end : run[0].start]):
                break
            run.insert(0, e)
        if len(run) >= 2:
            return [replace(b, endpoint=e, rules=[*b.rules, "endpoint.each"], reasons=list(b.reasons)) for e in run]
        return []
    if s.kind != "p" or not re.search(
        r"均|都|(?<![A-Za-z])(?:both|all)\s+(?=[Pp])|[Pp]\s*(?:values?)?\s*(?:for\s+)?(?:both|all)(?![A-Za-z])",
        scene.text[max(scene.start, s.start - 6) : s.end],
        re.I,
    ):
        return []
    before = [e for e in scene.endpoints if e.end <= s.start]
    named = list({e.id: e for e in before}.values())
    if len(named) < 2 or len(named) > 6:
        return []
    return [replace(b, endpoint=e, rules=[*b.rules, "endpoint.each"], reasons=list(b.reasons)) for e in named]


# ``patients who received ruxolitinib`` are a group, not a population
_BY_TREATMENT = re.compile(
    r"(?:who|that|and)\s+(?:\w+\s+)?(?:received|underwent|took|used|did not receive|had received)(?!\s+(?:prior|previous))|(?:receiving|assigned|allocated|randomi[sz]ed|given|taking|control patients|(?<!previously )(?<!previously-)treated\s+with)(?!\s+(?:prior|previous))",
    re.I,
)


def _populations(text: str, scene: Scene) -> list[tuple[int, int, str]]:
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


def _population_at(found: list[tuple[int, int, str]], b: Binding) -> str | None:
    s = b.statistic
    before = [f for f in found if f[1] <= s.start]
    after = [f for f in found if f[0] >= s.reach and f[0] - s.reach < 30]
    if s.p_sort == "interaction":
        return "interaction" + (f" {before[-1][2]}" if before else "")
    if before:
        return before[-1][2]
    return after[0][2] if after else None


def _citations(scene: Scene, b: Binding, dois: dict[int, str], text: str) -> tuple[Citation, ...]:
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


def _analysis(scene: Scene, b: Binding, patterns: Patterns) -> tuple[str, ...]:
    s = b.statistic
    left = max(scene.start, min(s.measure_start if s.measure_start >= 0 else s.start, s.start) - 60)
    right = min(scene.end, max(s.reach, s.end) + 30)
    return tuple(name for label, name in _ANALYSIS if cue_regex(patterns, label).search(scene.text, left, right))


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
    named = list(dict.fromkeys(g.parts for g in scene.groups if g.parts and not g.parts[0].startswith(BY_PATIENT)))
    if len(named) >= 2:
        focus.mentioned = _last_compared(scene) or (named[-2], named[-1])
    told = list(dict.fromkeys(b.experimental for b in kept if b.statistic.kind == "arm" and b.experimental))
    if len(told) >= 2:
        focus.sequence = tuple(told)
    if len(only := {g.parts for g in scene.groups if g.parts}) == 1 and not CONTROL_PARTS & set(*only):
        focus.groups = next(iter(only))
    elif scene.groups:
        focus.groups = ()
    for b in bindings:
        if b.statistic.ci_level is not None:
            focus.level = b.statistic.ci_level


def _share_p(rows: list[_Row]) -> list[_Row]:
    """Move a p-value that stands beside its effect, before it or a sentence on, onto the effect's row."""
    moved: set[int] = set()
    by_scene: dict[int, list[_Row]] = {}
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


def _last_compared(scene: Scene) -> tuple[Arms, Arms] | None:
    """The two sides of the comparison of a sentence, in the order in which they were last named."""
    if len(scene.contrasts) != 1 or len(scene.contrasts[0].arms) > 2:
        return None
    sides = (scene.contrasts[0].experimental, scene.contrasts[0].comparator)
    last = [max((g.end for g in scene.groups if set(g.parts) == set(side)), default=-1) for side in sides]
    if min(last) < 0 or last[0] == last[1]:
        return None
    return sides if last[0] < last[1] else (sides[1], sides[0])


def _subgroup(r: _Row) -> str | None:
    return (
        r.population
        if r.population and re.search(r"stage|期|亚组|阳性|阴性|positive|negative|subgroup", r.population, re.I)
        else None
    )


def _estimate(r: _Row, folded: Folded, book: TrialBook) -> Estimate:
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


def _named_span(name: str, r: _Row, folded: Folded, book: TrialBook) -> list[tuple[str, int, int]]:
    """The mention of the trial that stands nearest before the statistic, or the first one."""
    if r.trial is None or r.trial not in book.trials:
        return []
    spans = book.trials[r.trial].spans
    before = [x for x in spans if x[0] <= r.binding.statistic.start]
    at = max(before) if before else min(spans, default=None)
    return [(name, *folded.source(*at))] if at else []


def _source_mention(m: Mention, folded: Folded) -> Mention:
    start, end = folded.source(m.start, m.end)
    return Mention(m.label, m.id, start, end, m.rule, m.inferred)


def _source_trial(t: TrialReport, folded: Folded) -> TrialReport:
    return replace(t, spans=tuple(Span(*folded.source(s.start, s.end)) for s in t.spans))


_OF_A_GROUP = {"percent": "rate", "duration": "median", "plusminus": "mean"}
_NUMERIC = {"number", "percent", "duration", "plusminus", "fraction", "range", "p", "ci"}


def _ledger(
    scenes: Sequence[Scene], used: dict[int, set[int]], scopes: dict[int, dict[int, str]], folded: Folded
) -> tuple[tuple[Unexplained, ...], tuple[tuple[int, int, str], ...]]:
    """Say of every number who claims it; what looks like a statistic and is not claimed is unexplained."""
    unexplained: list[Unexplained] = []
    ledger: list[tuple[int, int, str]] = []
    for index, scene in enumerate(scenes):
        for k, item in enumerate(scene.items):
            if item.kind in ("year", "n", "cite", "timepoint"):
                ledger.append(
                    (
                        *folded.source(item.start, item.end),
                        {"cite": "citation", "timepoint": "timepoint"}.get(item.kind, item.kind),
                    )
                )
                continue
            if item.kind not in _NUMERIC:
                continue
            span = folded.source(item.start, item.end)
            why = scopes.get(index, {}).get(item.value_start) or scopes.get(index, {}).get(item.start)
            if scene.section in ("references", "meta"):
                ledger.append((*span, "citation"))
            elif why and why != "unplaced":
                ledger.append((*span, why))
            elif k in used.get(index, set()) and not why:
                ledger.append((*span, "evidence"))
            else:
                shape = _shape(scene, k, item)
                if not shape and why and scene.groups:
                    # a value of a group that no outcome explains is shown, not dropped
                    shape = _OF_A_GROUP.get(item.kind, "")
                if shape:
                    unexplained.append(Unexplained(*span, Span(*folded.source(scene.start, scene.end)), shape))
                    ledger.append((*span, "unexplained"))
                else:
                    ledger.append((*span, "other"))
    return tuple(unexplained), tuple(ledger)


def _shape(scene: Scene, k: int, item: Item) -> str:
    """What an unclaimed number looks like, or an empty string."""
    if item.kind in ("p", "ci"):
        return item.kind
    before = scene.text[max(scene.start, item.start - 24) : item.start]
    if item.kind == "number" and any(w.kind == "measure" and 0 <= item.start - w.end < 24 for w in scene.items):
        return "ratio"
    if item.kind == "duration" and re.search(r"median|中位", before, re.I):
        return "median"
    if (
        item.kind in ("percent", "range")
        and item.unit == "%"
        and any(abs(e.start - item.start) < 40 for e in scene.endpoints)
    ):
        return "rate"
    if item.kind == "plusminus":
        return "mean"
    return ""
