"""What the patients of a series were given: told once, before its results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import BY_PATIENT, CONTROL_PARTS, LOOSE_CLASS, Contrast, merge_parts, names_a_class
from .contrasts import RANDOMISED
from .scene import Scene
from .trials import ANOTHER_STUDY, TrialBook

__all__ = ["OPENS_STUDY", "by_cohort", "given_to_all", "single_arm", "single_arm_trials"]

_CLAUSE = 51
"""How far before its study a treatment may begin, in characters."""
_COUNT = (
    r"(?:\d[\d,]*|(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|"
    r"(?:[Tt]hir|[Ff]our|[Ff]if|[Ss]ix|[Ss]even|[Ee]igh|[Nn]ine)(?:teen|ty)|[Tt]wenty|[Ff]orty)(?:-[a-z]+)?)"
)
_PATIENTS = r"(?:patients|children|adults|adolescents|infants|women|men|participants|subjects|persons|individuals)"
_WERE_GIVEN = (
    r"(?:were\s+(?:all\s+|first\s+)?(?:treated\s+(?:with|by)|given|managed\s+with)|received|underwent|was\s+given\s+to)"
)
_GIVEN = guarded(
    # ``Ten patients with … were treated with X``
    rf"(?<![\w.,]){_COUNT}\s+(?:[\w/-]+\s+){{0,5}}?{_PATIENTS}(?![A-Za-z])[^;。]{{0,160}}?(?<![A-Za-z]){_WERE_GIVEN}(?![A-Za-z])"
    # ``a phase II study of X included 28 patients``
    rf"|(?:stud(?:y|ies)|trial|series|evaluation|cohort)\s+of\s(?=[^;。]{{3,90}}?(?<![\w.,]){_COUNT}\s+(?:[\w/-]+\s+){{0,5}}?{_PATIENTS}(?![A-Za-z]))"
    # ``this phase I/II study of X``
    r"|(?:[Tt]his|[Oo]ur|[Tt]he present)\s+(?:[\w/-]+\s+){0,5}?(?:study|trial)\s+of(?![A-Za-z])"
    # ``用 X 治疗 Y 25例``, ``X 治疗 25例``, ``51例患者口服 X``
    r"|(?:以|用|采用|使用|应用|予|给予)(?=[^,;。]{2,60}?治疗[^,;。]{0,24}?\d+\s*(?:例|名|位))"
    r"|\d+\s*(?:余)?(?:例|名|位)[^;。]{0,60}?(?:接受|口服|静脉滴注|给予|予以|采用|应用|使用)(?!了?(?:随机|移植|手术|检查))"
)
_STUDIED = guarded(
    r"(?:Ⅰ|Ⅱ|I|II|1|2)[^,;。]{0,4}期[^,;。]{0,12}(?:研究|试验)[^,;。]{0,6}(?:共|入组|纳入|入选)[^,;。]{0,4}\d+\s*(?:例|名|位)"
)
"""``X 的I/II期研究入组28例``: what is studied stands before, in the same clause."""
_ALL_GIVEN = guarded(
    rf"(?<![A-Za-z])(?:[Aa]ll\s+)?(?:[Ee]ligible\s+|[Ee]nrolled\s+)?(?:[Pp]atients|[Pp]articipants|[Ss]ubjects|[Cc]hildren)\s+(?:all\s+)?{_WERE_GIVEN}(?![A-Za-z])"
    r"|(?:患者|受试者|患儿|入组者|病例)(?:均|都|将|会)?(?:术前|术后|在[^,;。]{1,8})?(?:每[\d一两二三四]?[周日天]|每个周期)?(?:接受|口服|静脉滴注|静脉输注|给予|予以|采用|应用|使用)(?!了?(?:随机|移植|手术|检查))"
)
"""``患者接受 X 治疗``: of a study with one group this tells what all were given."""
_ONE_ARM = re.compile(r"单臂|单组(?!间)|(?<![A-Za-z])[Ss]ingle[-\s](?:arm|group)(?![A-Za-z])")
_THIS_STUDY_OF = re.compile(
    r"(?<![A-Za-z])(?:[Tt]his|[Oo]ur|[Tt]he present)\s+[^.;]{0,40}(?:study|trial)\s+of(?![A-Za-z])|本研究"
)
_CHOICE = re.compile(r"(?<![A-Za-z])(?:or|either|versus|vs\.?|than)(?![A-Za-z])|或|对比|相比|比较|vs", re.I)
OPENS_STUDY = re.compile(
    r"\W*(?:(?:In\s+)?(?:an?|one|another|the\s+(?:first|second|third|largest))\s+(?:[\w/-]+\s+){0,6}?(?:study|trial|review|series|report|survey|analysis|cohort)(?![A-Za-z])"
    rf"|(?:In|Among|Of)\s+(?:the\s+)?{_COUNT}\s+(?:[\w/-]+\s+){{0,4}}?{_PATIENTS}(?![A-Za-z])"
    r"|(?:另|还)(?:有)?一?项|一项|有研究|某|[\u4e00-\u9fff]{2,3}等)",
    re.I,
)
_THESE = re.compile(
    r"\W*(?:(?:Of|In|Among)\s+(?:these|those|the\s+\w+\s+(?:evaluable|treated))|这部分|上述|其中|该队列)", re.I
)


def single_arm(scenes: Sequence[Scene], focus: Sequence[str | None]) -> list[bool]:
    """Return for each sentence whether the study it is about is said to have one group only.

    Parameters
    ----------
    scenes : sequence of Scene
    focus : sequence of str or None
        The trial that each sentence is about; without one a study is a paragraph.
    """
    studies = [key or str(s.paragraph) for s, key in zip(scenes, focus, strict=True)]
    told = {study for s, study in zip(scenes, studies, strict=True) if _ONE_ARM.search(s.body)}
    return [study in told for study in studies]


def given_to_all(scene: Scene, alone: bool = False) -> Arms:
    """Return what a sentence says that a number of patients were given, where it is one treatment.

    Parameters
    ----------
    scene : Scene
    alone : bool
        Whether its study has one group only: then it need not say how many.

    Returns
    -------
    tuple of str
        Empty where the sentence tells of no series.
    """
    groups = [] if scene.contrasts else [g for g in scene.groups if g.parts]
    if alone and any(not names_a_class(p) for g in groups for p in g.parts):
        # an operation that follows the drugs is what they prepare for
        groups = [
            g for g in groups if not all(inline.search(r"ectomy$|resection$|^surgery$|dissection$", p) for p in g.parts)
        ]
    if not groups or any(g.role or g.parts[0].startswith(BY_PATIENT) or set(g.parts) & CONTROL_PARTS for g in groups):
        return ()
    begin = _told_from(scene, alone)  # last, since it looks far
    if begin is None or RANDOMISED.search(scene.text, scene.start, scene.end):
        return ()
    between = scene.text[groups[0].start : groups[-1].end]
    if _CHOICE.search(between) or groups[0].start < begin or max(g.end for g in groups) > _first_result(scene):
        return ()
    parts = merge_parts([g.parts for g in groups])
    return () if all(LOOSE_CLASS.match(p) for p in parts) or len(parts) > 5 else parts


def _told_from(scene: Scene, alone: bool) -> int | None:
    """From where on a sentence says what its patients were given, or None."""
    text = scene.text
    given = _GIVEN.search(text, scene.start, scene.end)
    studied = _STUDIED.search(text, scene.start, scene.end)
    begins = [given.start()] if given else []
    if alone and (told := _ALL_GIVEN.search(text, scene.start, scene.end)):
        begins.append(told.start())
    if studied:
        clause = max(text.rfind(c, scene.start, studied.start()) + 1 for c in ",;。")
        begin = max(scene.start, clause, studied.start() - _CLAUSE)
        begins += [begin] if studied.start() - begin >= 2 else []
    return min(begins, default=None)


def _first_result(scene: Scene) -> int:
    return min((i.start for i in scene.items if i.kind in ("percent", "ci", "p", "fraction")), default=scene.end)


def by_cohort(
    out: Sequence[tuple[Contrast | None, Arms]],
    scenes: Sequence[Scene],
    told: Sequence[Arms],
    lasting: Sequence[bool],
) -> list[tuple[Contrast | None, Arms]]:
    """Give the sentences behind ``N patients were treated with X`` that treatment, until another study begins.

    Parameters
    ----------
    out : sequence of (Contrast or None, tuple of str)
        The comparison, or the only group, that each sentence is about when it does not say.
    scenes : sequence of Scene
    told : sequence of tuple of str
        What each sentence says that a series was given, from :func:`given_to_all`.
    lasting : sequence of bool
        Whether what a sentence tells goes on behind its paragraph.
    """
    new = list(out)
    paragraph = -1
    given: Arms = ()
    closed: Arms = ()
    whole = False
    first: dict[str, int] = {}
    for n, scene in enumerate(scenes):
        for part in {p for g in scene.groups for p in g.parts}:
            first.setdefault(part, n)
    for n, scene in enumerate(scenes):
        if scene.paragraph != paragraph:
            paragraph = scene.paragraph
            if not scene.opens_point and not whole:
                given = ()
        if told[n]:
            given, whole = told[n], lasting[n] or _THIS_STUDY_OF.search(scene.body) is not None
        elif given and scene.contrasts:
            given = ()
        elif given and (
            (OPENS_STUDY.match(scene.body) and not _THESE.match(scene.body)) or ANOTHER_STUDY.search(scene.body)
        ):
            given, closed = (), given
        contrast = out[n][0]
        if given and (contrast is None or _told_elsewhere(contrast, given, n, first)):
            new[n] = (None, given)
        elif closed and out[n] == (None, closed):
            new[n] = (None, ())  # the series before had it, not this one
    return new


def single_arm_trials(out: Sequence[tuple[Contrast | None, Arms]], told: Sequence[Arms], book: TrialBook) -> None:
    """Tell the book what a trial gave to all of its patients, where it compares nothing.

    Parameters
    ----------
    out, told : sequence
        As for :func:`by_cohort`.
    book : TrialBook
        Its trials are changed in place.
    """
    for key, trial in book.trials.items():
        only = {parts for (contrast, parts), k in zip(out, book.focus, strict=True) if k == key and contrast is None}
        trial.alone = next(iter(only)) if len(only) == 1 else ()
        given = {parts for parts, k in zip(told, book.focus, strict=True) if k == key} - {()}
        if trial.contrast is None and len(given) == 1:
            trial.contrast = Contrast(next(iter(given)), (), explicit=False)


def _told_elsewhere(contrast: Contrast, given: Arms, n: int, first: Mapping[str, int]) -> bool:
    """Whether a comparison is of others: named later only, or of kinds of treatment where this one is a drug."""
    kinds = [p for p in (*contrast.experimental, *contrast.comparator) if p not in CONTROL_PARTS]
    if kinds and all(names_a_class(p) for p in kinds):
        return not set(given) & set(kinds)
    # a comparison none of whose sides has been named so far is not what the text has told of
    return bool(kinds) and all(first.get(p, n + 1) > n for p in kinds)
