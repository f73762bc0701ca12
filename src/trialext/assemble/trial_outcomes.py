"""Whether a trial met its endpoints: what the text says, and what its printed statistics show."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from ..model import Estimate
from ..patterns import Patterns
from ..recognise.guarded import Guarded
from ..recognise.ruler import cue_regex
from ..text import inline
from .scene import Scene

__all__ = ["outcome_cues", "significant_outcomes", "take_outcomes", "told_outcomes"]

_BENEFIT_BELOW_ONE = {"OS", "PFS", "DFS", "EFS", "RFS", "LRFS", "DMFS", "CSS", "TTP", "TTF"}
_BENEFIT_ABOVE_ONE = {"ORR", "CR", "pCR", "DCR", "MPR", "R0", "CBR"}
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
    """Read from the first effect of each trial and endpoint whether it is significant.

    A p-value below .05, or else an interval that leaves out 1, on the side of benefit is
    ``positive``; anything else is ``negative``. Effects of subgroups are not read.

    Parameters
    ----------
    estimates : sequence of Estimate

    Returns
    -------
    dict of str to dict of str to str
        Trial key to endpoint to outcome.
    """
    found: dict[str, dict[str | None, str]] = {}
    for e in estimates:
        if (
            e.kind != "effect"
            or e.trial_key is None
            or e.value is None
            or e.endpoint is None
            or e.measure not in ("HR", "OR", "RR")
        ):
            continue
        if not (e.experimental and e.comparator) or (
            e.population
            and inline.search(r"亚组|期|stage|subgroup|阳性|阴性|positive|negative|≥|CPS|TPS", e.population)
        ):
            continue
        below = e.endpoint in _BENEFIT_BELOW_ONE
        if not below and e.endpoint not in _BENEFIT_ABOVE_ONE:
            continue
        if e.p_value is not None:
            significant = e.p_value < 0.05 and e.p_op != ">"
        elif e.ci_low is not None and e.ci_high is not None:
            significant = not e.ci_low <= 1 <= e.ci_high
        else:
            continue
        benefit = (e.value < 1) == below and e.value != 1
        found.setdefault(e.trial_key, {}).setdefault(e.endpoint, "positive" if significant and benefit else "negative")
    return found


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
        if not neg and not pos:
            continue
        if (
            last
            and not found
            and inline.search(
                r"(?:相似|类似|相同|一致)的?结(?:论|果)|similar (?:results?|findings|conclusions?)|same conclusion",
                scene.text[a:b],
                re.I,
            )
        ):
            found.update(last)
            continue
        outcome = "negative" if neg else "positive"
        ids = [
            e.id
            for e in scene.endpoints
            if a <= e.start < b
            and e.id not in ("AE", "MORTALITY", "QOL", "other:prognosis")
            and not (e.generic and e.id not in ("OS",))
        ]
        if ids:
            take_outcomes(found, dict.fromkeys(ids, outcome))
        elif not found and inline.search(
            r"主要终点|primary end\s?point|阳性结果|积极结果|成功|失败|positive|succe|fail", scene.text[a:b], re.I
        ):
            found[None] = outcome
    return found


def _cues_in(
    text: str, a: int, b: int, cues: tuple[Guarded, Guarded]
) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    """The cues of a clause for not met and for met, each without those that other words undo."""
    positive, negative = cues
    neg = list(negative.finditer(text, a, b))
    pos = [
        p
        for p in positive.finditer(text, a, b)
        if not any(x.start() <= p.start() < x.end() + 8 for x in neg)
        and not inline.search(
            r"(?:not|no|未|未能|无|没有|不能|failed to|hypothesis that|whether)\s*(?:\w+\s+){0,3}$",
            text[max(a, p.start() - 24) : p.start()],
        )
    ]
    neg = [
        x
        for x in neg
        if not (x.group() == "未达到" and not inline.match(_AIM, text[x.end() : x.end() + 8]))
        and not (x.group() == "inferior" and inline.search(r"non-?$", text[max(0, x.start() - 4) : x.start()]))
        and not (
            x.group() in ("失败", "inferior")
            and inline.search(r"(?:治疗|化疗|方案|TKI|药物|均)\s*$", text[max(a, x.start() - 8) : x.start()])
            and inline.match(r"\s*(?:后|的)?(?:患者|病例|人群)", text[x.end() : x.end() + 8])
        )
    ]
    return neg, pos


def _clauses(text: str, a: int, b: int) -> list[tuple[int, int]]:
    """Cut a stretch where the polarity may change."""
    cuts = [a]
    for m in inline.finditer(
        r"[;。]|,?\s(?:but|whereas|while|although|however|though|despite|yet)\s|(?:但是?|而(?!且)|然而|不过|虽然|尽管)",
        text[a:b],
    ):
        cuts.append(a + m.start())
    cuts.append(b)
    return [(x, y) for x, y in itertools.pairwise(cuts) if y - x > 3]
