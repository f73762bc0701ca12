"""How far a figure would move with other documents: percentile bootstrap over documents."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from .score import KINDS, LEVELS, DocumentScore, counts

__all__ = ["SEED", "intervals"]

SEED = 20180101
"""Fixed, so that the same documents give the same interval."""

FIGURES = (*(f"{kind}{level}" for kind in ("all", *KINDS) for level in LEVELS), "drugs", "trials")


def intervals(
    documents: Sequence[DocumentScore],
    figures: Sequence[str] = FIGURES,
    *,
    rounds: int = 1000,
    level: float = 95.0,
    seed: int = SEED,
) -> Mapping[str, tuple[float, float]]:
    """Return percentile intervals of F1 per figure.

    Parameters
    ----------
    documents : sequence of DocumentScore
        The unit that is drawn, with replacement: rows of one text are not independent.
    figures : sequence of str
        Names as in `trialext.evaluate.score.aggregate`.
    rounds : int
        Number of resamples.
    level : float
        Confidence level in percent.
    seed : int

    Returns
    -------
    mapping of str to (float, float)
        Lower and upper end, four decimals; a figure that no document counts is left out.

    Notes
    -----
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.  Resamples without
    any row of the figure say nothing and are left out.
    """
    rng = random.Random(seed)
    size = len(documents)
    draws = [rng.choices(range(size), k=size) for _ in range(rounds)] if size else []
    out = {}
    for figure in figures:
        table = [counts(d.tally, figure) for d in documents]
        scores = []
        for draw in draws:
            tp = sum(table[i][0] for i in draw)
            both = sum(table[i][1] + table[i][2] for i in draw)
            if both:
                scores.append(2 * tp / both)
        if scores:
            scores.sort()
            tail = (100 - level) / 200
            last = len(scores) - 1
            out[figure] = (round(scores[round(tail * last)], 4), round(scores[round((1 - tail) * last)], 4))
    return out
