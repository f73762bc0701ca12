"""All mentions of a document: words of the packs and names recognised by their shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..model import Mention
from ..patterns import Patterns
from .ruler import ruler_for

try:
    from .morphology import infer_drugs, infer_trials
except ImportError:
    infer_drugs = infer_trials = lambda text: []

__all__ = ["find_mentions"]


def find_mentions(text: str, patterns: Patterns, stretches: Sequence[tuple[int, int]] | None = None) -> list[Mention]:
    """Return the mentions of a folded text, in order.

    Parameters
    ----------
    text : str
        Folded text.
    patterns : Patterns
    stretches : sequence of (start, end), optional
        Look only here; by default the whole text.
    """
    ruler = ruler_for(patterns)
    found = [piece for m in ruler.find(text) for piece in _pieces(m, text, ruler.drugs)]
    drugs = {m.id.lower() for m in found if m.label == "DRUG"}
    for start, end, name in infer_drugs(text):
        if not _taken(found, start, end, {"DRUG", "REGIMEN", "TRIAL", "REGISTRY", "CLASS"}) and name.lower() not in drugs:
            found.append(Mention("DRUG", name, start, end, "drug.shape", inferred=True))
    for start, end, name in infer_trials(text):
        if re.fullmatch(r"[IVX]+|RCTs?|[A-Z]{1,2}|(?:Phase|PHASE)\b.*", name):
            continue
        if not _taken(found, start, end, {"TRIAL", "REGISTRY", "DRUG", "REGIMEN", "TUMOUR"}):
            found = [m for m in found if not (start <= m.start and m.end <= end)]
            found.append(Mention("TRIAL", name, start, end, "trial.shape", inferred=True))
    return sorted(found, key=lambda m: (m.start, m.end))


def _pieces(m: Mention, text: str, drugs: Mapping[str, str]) -> list[Mention]:
    """``5-FU/LV`` names its drugs itself: each is a mention of its own."""
    printed = text[m.start : m.end]
    if m.label != "REGIMEN" or not re.search(r"[/+]", printed):
        return [m]
    out, at = [], m.start
    for piece in re.split(r"([/+])", printed):
        name = drugs.get(piece.strip().lower())
        if name is not None:
            out.append(Mention("DRUG", name, at, at + len(piece), m.rule))
        elif piece not in "/+":
            return [m]
        at += len(piece)
    return out


def _taken(found: list[Mention], start: int, end: int, labels: set[str]) -> bool:
    return any(m.start < end and start < m.end and m.label in labels for m in found)
