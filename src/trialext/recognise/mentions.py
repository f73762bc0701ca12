"""All mentions of a document: words of the packs and names recognised by their shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..model import Mention
from ..patterns import Patterns
from .morphology import infer_drugs, infer_trials
from .ruler import ruler_for

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
    for start, end, name in infer_drugs(text, patterns):
        if not _taken(found, start, end, {"DRUG", "REGIMEN", "TRIAL", "REGISTRY", "CLASS"}) and name.lower() not in drugs:
            found.append(Mention("DRUG", name, start, end, "drug.shape", inferred=True))
    for start, end, name in infer_trials(text, patterns):
        if re.fullmatch(r"[IVX]+|RCTs?|[A-Z]{1,2}|(?:Phase|PHASE)\b.*", name):
            continue
        if not _taken(found, start, end, {"TRIAL", "REGISTRY", "DRUG", "REGIMEN", "TUMOUR"}):
            found = [m for m in found if not (start <= m.start and m.end <= end)]
            found.append(Mention("TRIAL", name, start, end, "trial.shape", inferred=True))
    found += _beside_registry(text, found)
    found += _again(text, found)
    return sorted(found, key=lambda m: (m.start, m.end))


_NAMED = re.compile(
    r"(?<![A-Za-z0-9/-])(?P<name>[A-Z][A-Za-z]{0,11}(?:[A-Z]|(?<=[A-Za-z])[- ]?\d)[A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,3}|[A-Z]{4,14}(?:[- ]\d{1,4})?)"
    r"\s*(?:研究|试验|trial|study)?\s*\((?:[^()]{0,40}?[\s,;(])?(?:NCT\s?\d{8}|ChiCTR[-A-Za-z]*\d+|ISRCTN\s?\d+|UMIN\d+|EudraCT|NTR\s?\d{3,5}|ACTRN\d+|JPRN|jRCT\w+|DRKS\d+)"
)


_LEADING = re.compile(
    r"^[ \t]*(?:[*•·-]\s*|\d+[.)、]\s*|No\.\s?\d+\s*\|\s*|#+\s*)?(?P<name>[A-Z]{2,}[A-Za-z]*-\d{1,4}[A-Za-z]?|[A-Z]{4,14}(?:-\d+)?)\s*(?:研究|试验|trial|study)?\s*[:(]"
    r"(?=.{0,160}?(?:(?<![A-Za-z])(?:vs|versus|phase)(?![A-Za-z])|对比|期|n\s*=))",
    re.M,
)


_NUMBERED = re.compile(r"(?<![A-Za-z0-9/-])(?P<name>[A-Z][A-Za-z]+-\d{2,4}[A-Za-z]?)(?=\s*(?:研究|试验|[Tt]rial|[Ss]tudy))")


_SHAPE = r"(?<![A-Za-z0-9/-])(?P<{0}>[A-Z]{{3,}}[A-Za-z]*-\d{{1,4}}[A-Za-z]?)(?![A-Za-z0-9])"
_TOLD = re.compile(
    _SHAPE.format("name")
    + r"(?=\s+(?:was|is)\s+(?:an?|the)\s[^.;]{0,80}?(?:trial|study)|\s*是(?:一项|一个)|,?\s+(?:however,\s+)?(?:met|did not meet|failed to meet|compared(?!\s+(?:with|to|and)(?![A-Za-z]))|enrolled)\s|:\s*(?:HR|OR|RR|hazard|ORR|mPFS|mOS)|,\s+however,\s+did)"

)
"""``X-1 was a phase II trial``, ``X-1 met its endpoint``, ``(X-1: HR 0.55)``: a name that only a trial would have."""
_PLACED = re.compile(
    r"(?:^|(?<=[.;。]\s)|(?<=[.;。]))(?:In|在)\s*(?P<name>[A-Z]{3,}[A-Za-z]*-\d{1,4}[A-Za-z]?)(?=,|中|\s+the\s)"
    r"|(?:研究|试验|trial|study)\s*\((?P<named>[A-Z]{3,}[A-Za-z]*-\d{1,4}[A-Za-z]?)\)",
    re.M,
)


_NO_NAME = re.compile(r"[IVX]+|HER2|EGFR|PD-L?1|RCTs?|(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b.*|(?:METHODS?|RESULTS?|BACKGROUND|OBJECTIVES?|CONCLUSIONS?|FINDINGS|PURPOSE|ABSTRACT|DESIGN|SETTING|PARTICIPANTS|INTERVENTIONS?|TITLE|SUMMARY|CRP|COVID-19)")


_OTHER = {"TRIAL", "REGISTRY", "DRUG", "REGIMEN", "TUMOUR", "ENDPOINT", "BIOMARKER", "MEASURE", "CLASS"}


def _beside_registry(text: str, found: list[Mention]) -> list[Mention]:
    """``SELECT (phase 3, NCT01321554)``: the name that a registry id stands behind is a trial."""
    out: list[Mention] = []
    for m in _PLACED.finditer(text):
        start, end = m.span("name" if m.group("name") else "named")
        if not _taken(found, start, end, _OTHER) and not _NO_NAME.fullmatch(text[start:end]):
            out.append(Mention("TRIAL", text[start:end], start, end, "trial.placed", inferred=True))
    for m in (*_NAMED.finditer(text), *_LEADING.finditer(text), *_NUMBERED.finditer(text), *_TOLD.finditer(text)):
        start, end = m.span("name")
        if not _taken(found, start, end, _OTHER) and not _NO_NAME.fullmatch(m.group("name")) and not any(o.start == start for o in out):
            out.append(Mention("TRIAL", m.group("name"), start, end, "trial.beside-registry", inferred=True))
    return out


def _again(text: str, found: list[Mention]) -> list[Mention]:
    """A trial named once is known by that name in the whole document."""
    names = {text[m.start : m.end]: m.id for m in found if m.label == "TRIAL" and len(text[m.start : m.end]) >= 4 and re.match(r"[A-Z]", text[m.start])}
    if not names:
        return []
    rx = re.compile(r"(?<![A-Za-z0-9/-])(?:" + "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n))) + r")(?![A-Za-z0-9/]|-[A-Za-z0-9])")
    return [
        Mention("TRIAL", names[m.group()], m.start(), m.end(), "trial.again", inferred=True)
        for m in rx.finditer(text)
        if not _taken(found, m.start(), m.end(), {"TRIAL", "REGISTRY", "DRUG", "REGIMEN"})
    ]


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
