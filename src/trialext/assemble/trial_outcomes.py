"""Whether a trial met its endpoints: what the text says, and what its printed statistics show."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from ..model import Estimate
from ..patterns import Patterns
from ..recognise.guarded import Guarded, guarded
from ..recognise.ruler import cue_regex
from ..text import inline
from .scene import Scene

__all__ = ["outcome_cues", "significant_outcomes", "take_outcomes", "told_outcomes"]

_BENEFIT_BELOW_ONE = {"OS", "PFS", "DFS", "EFS", "RFS", "LRFS", "DMFS", "CSS", "TTP", "TTF"}
_BENEFIT_ABOVE_ONE = {"ORR", "CR", "pCR", "DCR", "MPR", "R0", "CBR"}
_SOME_ONLY = re.compile(r"亚组|其中[前后]?[一两二三][项个]|(?<![A-Za-z])(?:subgroups?|subsets?)(?![A-Za-z])", re.I)
_LESS_RISK = guarded(
    r"(?:降低|减少|下降)[^,;。]{0,45}?风险(?!因素)|风险[^,;。]{0,16}?(?:降低|减少|下降)"
    r"|(?:reduc(?:ed?|es|ing|tions?\s+in)|lower(?:ed|s)?|decreas(?:ed|es?))\s+(?:[\w%-]+\s+){0,6}?(?:risks?|hazards?)(?![A-Za-z])",
    re.I,
)
"""``降低了 42% 的复发风险``, ``reduced the risk of death``."""
_NEITHER = re.compile(r"(?<![A-Za-z])(?:neither|none|nor)(?![A-Za-z])[^.;,]{0,60}$", re.I)
_FAILED = re.compile(r"(?:研究|试验|宣告|均|以|终点|尝试|探索)[^,;。局区治疗]{0,8}$")
_NO_FINDING = re.compile(
    r"\s+(?:[a-z]+\s+){0,2}?(?:benefit|observations?|findings?|improvements?|advantages?|trends?|effects?)(?![A-Za-z])|的?(?:结果|获益|趋势|疗效|改善)"
)
"""``a similar survival benefit``: what is like another result is none that was not met."""
_AIM = r"了?(?:其|预设|预定|研究|统计|显著|主要|次要|共同|首要|终点|目标|优效|非劣|界值)"
"""What is missed; a median that is ``未达到`` is only not known yet."""


def outcome_cues(patterns: Patterns) -> tuple[Guarded, Guarded]:
    """Return the words that say met, and those that say not met."""
    return cue_regex(patterns, "CUE_POSITIVE"), cue_regex(patterns, "CUE_NEGATIVE")


def take_outcomes(known: dict[str | None, str], told: Mapping[str | None, str]) -> None:
    """Add to the outcomes of a trial, in place; what was told first stays, and an endpoint is better than none."""
    for endpoint, outcome in told.items():
        if endpoint is not None:
            known.pop(None, None)
            known.setdefault(endpoint, outcome)
        elif not known:
            known[None] = outcome


def significant_outcomes(estimates: Sequence[Estimate]) -> dict[str, dict[str | None, str]]:
    """Read from the first comparison of each trial and endpoint whether it is significant.

    A p-value below .05, or else an interval that leaves out 1, on the side of benefit is
    ``positive``; anything else is ``negative``. The side is that of the ratio, or of the
    two groups' own values beside a p-value. Comparisons of subgroups are not read.

    Parameters
    ----------
    estimates : sequence of Estimate

    Returns
    -------
    dict of str to dict of str to str
        Trial key to endpoint to outcome.
    """
    found: dict[str, dict[str | None, str]] = {}
    values = {
        (e.trial_key, e.endpoint, e.timepoint, e.sentence, e.experimental): e.value
        for e in reversed(estimates)
        if e.kind == "arm"
    }
    for e in estimates:
        if e.trial_key is None or e.endpoint is None or not (e.experimental and e.comparator) or _of_some(e):
            continue
        if e.kind == "effect" and e.value is not None and e.measure in ("HR", "OR", "RR"):
            better = (e.value < 1) == (e.endpoint in _BENEFIT_BELOW_ONE) and e.value != 1
        elif e.kind == "test":
            sides = [
                values.get((e.trial_key, e.endpoint, e.timepoint, e.sentence, x))
                for x in (e.experimental, e.comparator)
            ]
            if sides[0] is None or sides[1] is None:
                continue
            better = sides[0] > sides[1]
        else:
            continue
        if e.endpoint not in _BENEFIT_BELOW_ONE | _BENEFIT_ABOVE_ONE:
            continue
        if e.p_value is not None:
            significant = e.p_value < 0.05 and e.p_op != ">"
        elif e.ci_low is not None and e.ci_high is not None:
            significant = not e.ci_low <= 1 <= e.ci_high
        else:
            continue
        outcome = "positive" if significant and better else "negative"
        found.setdefault(e.trial_key, {}).setdefault(e.endpoint, outcome)
    return found


def _of_some(e: Estimate) -> bool:
    """Whether a row is about a subgroup."""
    return e.population is not None and bool(
        inline.search(r"亚组|期|stage|subgroup|阳性|阴性|positive|negative|≥|CPS|TPS", e.population)
    )


_LIKE_IT = re.compile(
    r"(?:相似|类似|相同|一致)的?结(?:论|果)|similar (?:results?|findings|conclusions?)|same conclusion", re.I
)
_AS_A_WHOLE = re.compile(r"主要终点|primary end\s?point|阳性结果|积极结果|成功|失败|positive|succe|fail", re.I)


def told_outcomes(
    scene: Scene, start: int, end: int, cues: tuple[Guarded, Guarded], last: Mapping[str | None, str]
) -> dict[str | None, str]:
    """Read met and not met from one stretch of a sentence, clause by clause.

    A negative cue wins over the positive word inside it.

    Parameters
    ----------
    scene : Scene
    start, end : int
        The stretch that is about one trial, folded offsets.
    cues : tuple of Guarded
        From :func:`outcome_cues`.
    last : mapping
        What the same sentence said of the trial before, for ``similar results``.

    Returns
    -------
    dict of str or None to str
        Endpoint, or None for the trial as a whole, to ``positive`` or ``negative``.
    """
    found: dict[str | None, str] = {}
    for a, b in _clauses(scene.text, start, end):
        neg, pos = _cues_in(scene.text, a, b, cues)
        if not (neg or pos) or _SOME_ONLY.search(scene.text, a, b):
            continue
        if last and not found and _LIKE_IT.search(scene.text, a, b):
            found.update(last)
            continue
        risk = next(_LESS_RISK.finditer(scene.text, a, b), None) is not None
        told = {
            e.id: _polarity(scene.text, (a, b), e.start, neg, pos)
            for e in reversed(scene.endpoints)
            if a <= e.start < b
            and e.id not in ("AE", "MORTALITY", "QOL", "other:prognosis")
            and (not e.generic or e.id == "OS" or (risk and e.id in _BENEFIT_BELOW_ONE))
            and not (risk and e.id == "RECURRENCE")
        }
        if told:
            take_outcomes(found, dict(reversed(told.items())))
        elif not found and _AS_A_WHOLE.search(scene.text, a, b):
            found[None] = "negative" if neg else "positive"
    return found


_Place = tuple[int, int]


def _polarity(text: str, clause: _Place, at: int, neg: Sequence[_Place], pos: Sequence[_Place]) -> str:
    """What a clause says of the endpoint at `at`: its part between commas decides, or else the cue before it."""
    if not neg or not pos:
        return "negative" if neg else "positive"
    cues = sorted([(a, "negative") for a, _ in neg] + [(a, "positive") for a, _ in pos])
    start, end = clause
    left = max(start, *(text.rfind(c, start, at) for c in ",、"))
    comma = text.find(",", at, end)
    right = comma if comma >= 0 else end
    here = {outcome for a, outcome in cues if left <= a < right}
    if here:
        return "negative" if "negative" in here else "positive"
    return next((outcome for a, outcome in reversed(cues) if a <= at), cues[0][1])


def _cues_in(text: str, a: int, b: int, cues: tuple[Guarded, Guarded]) -> tuple[list[_Place], list[_Place]]:
    """Where a clause says not met, and where met, each without what other words undo."""
    positive, negative = cues
    neg = [x.span() for x in negative.finditer(text, a, b)]
    pos = [
        p.span()
        for p in [*positive.finditer(text, a, b), *_LESS_RISK.finditer(text, a, b)]
        if not any(x <= p.start() < y + 8 for x, y in neg)
        and not inline.search(
            r"(?:not|no|未|未能|无|没有|不能|failed to|hypothesis that|whether)\s*(?:\w+\s+){0,3}$",
            text[max(a, p.start() - 24) : p.start()],
        )
    ]
    denied = [p for p in pos if _NEITHER.search(text, a, p[0])]
    neg = [x for x in neg if not _undone(text, a, *x)]
    return [*neg, *denied], [p for p in pos if p not in denied]


def _undone(text: str, a: int, start: int, end: int) -> bool:
    """Whether a cue for not met means something else where it stands."""
    word = text[start:end].lower()
    if word == "未达到":
        return not inline.match(_AIM, text[end : end + 8])
    if word == "失败":
        return (
            not _FAILED.search(text, a, start)
            or inline.match(r"\s*(?:后|的)?(?:患者|病例|人群)", text[end : end + 8]) is not None
        )
    if word in ("similar", "comparable", "相似", "类似"):
        return _NO_FINDING.match(text, end) is not None
    return word == "inferior" and bool(inline.search(r"non-?$", text[max(0, start - 4) : start]))


def _clauses(text: str, a: int, b: int) -> list[tuple[int, int]]:
    """Cut a stretch where the polarity may change."""
    cuts = [a]
    for m in inline.finditer(
        r"[;。]|,?\s(?:but|whereas|while|although|however|though|despite|yet)\s|(?:但是?|而(?!且)|其中|然而|不过|虽然|尽管)",
        text[a:b],
    ):
        cuts.append(a + m.start())
    cuts.append(b)
    return [(x, y) for x, y in itertools.pairwise(cuts) if y - x > 3]
