"""Which comparison a sentence is about when it does not say."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Arms
from ..text import inline
from .arm_model import CONTROL_PARTS, LOOSE_CLASS, ArmTable, Contrast
from .backbone import added_to_told, given_to_both, with_add_on, with_both
from .binding import Binding
from .cohorts import by_cohort, given_to_all, single_arm, single_arm_trials
from .contrasts import RANDOMISED, choose_contrast, told_pair
from .dose_arms import of_one_treatment
from .scene import Scene
from .trials import TrialBook

__all__ = ["TITLED_BY_TRIAL", "default_comparisons", "trial_of_its_arms"]


TITLED_BY_TRIAL = re.compile(r"\W*(?:\d+[.)]\s*)?[A-Z][^:。;]{2,70}:\s")
"""``RAPIDO (920 patients): A, or B.``"""

# the number of a heading
_NUMBERED = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.、\s]|[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十\d]{1,3}[)])"
)


def trial_of_its_arms(key: str | None, b: Binding, scene: Scene, told: Mapping[str, Contrast]) -> str | None:
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


def default_comparisons(
    scenes: Sequence[Scene], book: TrialBook, table: ArmTable
) -> tuple[list[tuple[Contrast | None, Arms]], dict[str, Contrast], list[Arms]]:
    """The comparison, or the only group, that each sentence is about when it does not say.

    A block is a paragraph with the bullet points under it; within a block a trial that is
    named opens a stretch of its own.

    Returns
    -------
    defaults : list of (Contrast or None, tuple of str)
    sides : dict of str to Contrast
        The comparison of each trial.
    series : list of tuple of str
        What each sentence says that a series was given.
    """
    alone = single_arm(scenes, book.focus)
    series = [given_to_all(s, one) for s, one in zip(scenes, alone, strict=True)]
    others = {key for key, t in book.trials.items() if key != book.own and t.contrast is not None}
    if book.own is not None and not others and not any(k not in (None, book.own) for k in book.focus):
        cohorts = by_cohort([(table.contrast, ())] * len(scenes), scenes, series, alone)
        single_arm_trials(cohorts, series, book)
        return _under_headings(cohorts, scenes, book.focus), {}, series
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
            (c, 2.0 if RANDOMISED.search(s.body) else 1.0)
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
    review = len({n for s in scenes for n in s.cites}) >= 3
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
        here = [(scenes[n].start, scenes[n].end, scenes[n].groups) for n in run]
        common = given_to_both(scenes[0].text, here)
        if not found:
            told_on = added_to_told(scenes[0].text, here)
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
            contrast = with_both(contrast, common)
            if contrast is None:
                contrast = chosen.get(key)
            elif key not in chosen:
                chosen[key] = contrast
        if contrast is None and table.contrast is None:
            drawn = (told_pair(scenes[n].text, scenes[n].groups, scenes[n].start) for n in run)
            contrast = choose_contrast([(pair, 1.0) for pair in drawn if pair is not None], table)
        if contrast is None:
            contrast = of_one_treatment(scenes[0].text, here, table)
        contrast = with_both(contrast, common)
        if table.design and not book.trials and not review:
            contrast = table.contrast  # of three arms, what they are compared with or nothing
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
    out = by_cohort(out, scenes, series, [False] * len(scenes))
    single_arm_trials(out, series, book)
    return _under_headings(out, scenes, book.focus), {k: c for k, c in chosen.items() if c is not None}, series


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
        if not headings[n] and _NUMBERED.match(scene.body) and length[scene.paragraph] <= 2 and _is_title(scene):
            heading, alone = None, ()  # ``二、术后辅助:伊马替尼,1年还是3年?``
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


def _is_title(scene: Scene) -> bool:
    """A short numbered line without results, whatever sign it ends on."""
    return scene.section == "body" and scene.end - scene.start <= 70 and not scene.tells_results


def _is_heading(scene: Scene) -> bool:
    """A short line of the text alone in its paragraph, without values and without a stop at its end."""
    return (
        scene.section == "body"
        and scene.end - scene.start <= 70
        and not inline.search(r"[.。;；,，]\s*$", scene.body)
        and not scene.opens_point
        and not any(i.kind in ("percent", "ci", "p", "duration") for i in scene.items)
    )


def _only_treatment(scene: Scene) -> Arms:
    """The drugs that a heading names, where it names one group and compares nothing."""
    parts = {g.parts for g in scene.groups if g.parts}
    if len(parts) != 1 or scene.contrasts or any(LOOSE_CLASS.match(p) for p in next(iter(parts))):
        return ()
    return next(iter(parts)) if any(m.label == "DRUG" for m in scene.mentions) else ()
