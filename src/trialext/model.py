"""The frozen records that flow from one room to the next.

Every offset is a code point of ``Document.text`` and spans are half-open, so that
``document.text[start:end]`` is what was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Arms",
    "Citation",
    "Document",
    "Estimate",
    "Finding",
    "Mention",
    "Outcome",
    "Report",
    "Sentence",
    "Span",
    "TrialReport",
    "Unexplained",
]

RATIOS = frozenset({"HR", "OR", "RR", "IRR"})
DIFFERENCES = frozenset({"RD", "MD", "SMD"})

Arms = tuple[str, ...]
"""Normalised parts of one group: drugs by INN, other parts as short English text."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of ``Document.text``.

    Attributes
    ----------
    start, end : int
        Offsets; ``0 <= start <= end <= len(text)``.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it was read, with what its format says about it.

    Attributes
    ----------
    name : str
        ``documents.document`` of the contract: relative path, ``path#record`` or
        ``archive.zip#member``.
    text : str
        Decoded text, BOM removed, newlines kept.
    reader : str
        Name of the reader that made `text`.
    title, doi, pmid, journal, year, authors
        Metadata where the format has them, else None or empty.
    source_map : tuple of (int, str)
        ``(offset, place)`` pairs, ascending: from `offset` on the text stems from
        `place` of the source (``page 3``, ``/html/body/p[2]``, ``record 17``).
    """

    name: str
    text: str
    reader: str = "text"
    title: str | None = None
    doi: str | None = None
    pmid: str | None = None
    journal: str | None = None
    year: int | None = None
    authors: tuple[str, ...] = ()
    source_map: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands.

    Attributes
    ----------
    start, end : int
        Span in ``Document.text``.
    section : str
        ``title``, ``body``, ``caption``, ``note``, ``table``, ``references`` or ``meta``.
    paragraph : int
        Running number of its paragraph.
    """

    start: int
    end: int
    section: str = "body"
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A named thing found in the text.

    Attributes
    ----------
    label : str
        Pattern label: ``DRUG REGIMEN CLASS TRIAL REGISTRY ENDPOINT MEASURE POPULATION
        BIOMARKER TUMOUR ARM_ROLE`` or ``CUE_*``.
    id : str
        Canonical name that gets stored.
    start, end : int
        Span in ``Document.text``.
    rule : str
        Id of the pattern or rule that found it.
    inferred : bool
        True where the name was recognised by its shape and not from a pack.
    """

    label: str
    id: str
    start: int
    end: int
    rule: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation number and, where the text's reference list has it, its DOI."""

    number: int
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One reported statistic: a row of view ``evidence``.

    The attributes are the columns of that view; None or ``()`` where the text does not
    say.  `spans` names the place of each cell, `rules` the rules that built the row and
    `reasons` why a cell stayed empty.
    """

    kind: str
    measure: str
    value: float | None
    start: int
    end: int
    sentence: Span
    endpoint: str | None = None
    qualifier: str | None = None
    unit: str | None = None
    ci_level: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_op: str | None = None
    p_value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    spread_kind: str | None = None
    spread_low: float | None = None
    spread_high: float | None = None
    timepoint: str | None = None
    experimental: Arms = ()
    comparator: Arms = ()
    regimen_parts: tuple[tuple[str, Arms], ...] = ()
    trial: str | None = None
    trial_key: str | None = None
    population: str | None = None
    analysis: tuple[str, ...] = ()
    origin: str | None = None
    citations: tuple[Citation, ...] = ()
    also_at: tuple[Span, ...] = ()
    printed: str = ""
    spans: tuple[tuple[str, int, int], ...] = ()
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the text says of an endpoint: ``positive`` or ``negative``."""

    endpoint: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What one document says of one trial: a row of view ``trial_reports``."""

    trial: str
    trial_key: str
    phase: str | None = None
    n: int | None = None
    registry_ids: tuple[str, ...] = ()
    experimental: Arms = ()
    comparator: Arms = ()
    endpoint_outcomes: tuple[Outcome, ...] = ()
    status: str | None = None
    citations: tuple[Citation, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A number that looks like an outcome statistic and stands in no row.

    `shape` names what it looks like (``ratio``, ``ci``, ``p``, ``median``, ``rate``).
    """

    start: int
    end: int
    sentence: Span
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One arithmetic or wording check on one row.

    Attributes
    ----------
    estimate : int
        Index into ``Report.estimates``.
    code : str
        Check code, as documented in ``trialext.checks``.
    severity : str
        ``error`` or ``note``.
    expected, printed : str
        The two sides that disagree, as text.
    message : str
        One sentence for a reader.
    """

    estimate: int
    code: str
    severity: str
    expected: str
    printed: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that one document yielded; pure data, picklable.

    Attributes
    ----------
    document : Document
    lang : str
        ``zh`` or ``en``: the majority script.
    estimates : tuple of Estimate
        In the order of the text.
    trials : tuple of TrialReport
    drugs : tuple of (str, int)
        Drug and number of mentions, by name.
    unexplained : tuple of Unexplained
    findings : tuple of Finding
    mentions : tuple of Mention
        What the rulers found; for highlighting and ``explain``.
    numbers : tuple of (int, int, str)
        The ledger: every number of the text with the kind that claims it (``evidence``,
        ``dose``, ``age``, ``n``, ``follow-up``, ``year``, ``citation``, …).
    """

    document: Document
    lang: str
    estimates: tuple[Estimate, ...] = ()
    trials: tuple[TrialReport, ...] = ()
    drugs: tuple[tuple[str, int], ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    findings: tuple[Finding, ...] = ()
    mentions: tuple[Mention, ...] = ()
    numbers: tuple[tuple[int, int, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data (dicts, lists, numbers, strings)."""
        from dataclasses import asdict

        return asdict(self)
