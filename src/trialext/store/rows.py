"""From a report to the rows of the tables: plain tuples, made where the report was made.

Building rows costs more than writing them, so workers do it and the writer only stores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from ..model import Citation, Document, Estimate, Report, Span
from .search import spread_han

__all__ = [
    "CHILD_TABLES",
    "DOCUMENT_COLUMNS",
    "ESTIMATE_COLUMNS",
    "SEQ_BITS",
    "DocumentRows",
    "evidence_ids",
    "record_digest",
    "to_rows",
]

SEQ_BITS = 20
"""A document has room for 2^20 rows of each kind: more than characters allow below 20 MB of text."""

DOCUMENT_COLUMNS = (
    *("name", "digest", "lang", "title", "doi", "pmid", "journal", "year", "authors"),
    *("sha256", "reader", "chars", "notes", "text"),
)

ESTIMATE_COLUMNS = (
    *("id", "kind", "measure", "value", "qualifier", "unit", "ci_level", "ci_low", "ci_high"),
    *("p_op", "p_value", "endpoint", "numerator", "denominator", "spread_kind", "spread_low", "spread_high"),
    *("timepoint", "experimental", "comparator", "regimen_parts", "trial", "trial_key", "population"),
    *("analysis", "origin", "citations", "span_start", "span_end", "also_at", "printed", "spans", "rules"),
    "reasons",
)

CHILD_TABLES = {
    "layer": ("mentions", "numbers", "places"),
    "sentence": ("seq", "span_start", "span_end", "text", "words"),
    "estimate": ("seq", "sentence", *ESTIMATE_COLUMNS),
    "finding": ("estimate", "seq", "code", "severity", "expected", "printed", "message"),
    "trial_report": (
        *("seq", "trial", "trial_key", "phase", "n", "registry_ids", "experimental", "comparator"),
        *("endpoint_outcomes", "status", "citations", "spans"),
    ),
    "document_drug": ("drug", "mentions"),
    "unexplained_number": ("span_start", "span_end", "sentence", "text", "shape"),
}
"""Columns of the rows of a document, which know each other by running numbers from 0:
``seq`` of a row, ``sentence`` and ``estimate`` of the row that it belongs to."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """Everything that is stored of one document.

    Attributes
    ----------
    document : tuple
        Values of `DOCUMENT_COLUMNS`.
    children : dict of table name to list of tuples
        Values of `CHILD_TABLES`.
    """

    document: Row
    children: dict[str, list[Row]]

    @property
    def name(self) -> str:
        """Name of the document."""
        return str(self.document[0])

    @property
    def chars(self) -> int:
        """Length of its text in code points."""
        return len(self.document[-1])

    @property
    def evidence(self) -> int:
        """Number of rows of evidence."""
        return len(self.children["estimate"])


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=4096)
def _names(parts: tuple[str, ...]) -> str:
    return _encode(parts)


def _json(value: Any) -> str:
    return _encode(value) if value else "[]"


def _citations(citations: Sequence[Citation]) -> str:
    return _encode([{"number": c.number, "doi": c.doi} for c in citations]) if citations else "[]"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def record_digest(document: Document) -> str:
    """Return a hash of text and metadata: equal when there is nothing to read anew."""
    values = [getattr(document, f.name) for f in fields(document) if f.name not in ("name", "text")]
    head = json.dumps(values, ensure_ascii=False, default=str)
    return _sha256(f"{head}\n{document.text}")


def evidence_ids(text_sha256: str, estimates: Sequence[Estimate]) -> list[str]:
    """Return the stable id of every estimate of one text.

    An id is the first 16 hexadecimal digits of the SHA-256 of text, span, kind, measure and
    value: better rules for endpoint, arms or trial do not change it.  Rows that are equal in
    all of these get ``-2``, ``-3``, … in the order of the text.

    Parameters
    ----------
    text_sha256 : str
        Hexadecimal digest of the document's text.
    estimates : sequence of Estimate
        All rows of the text, in its order.

    Returns
    -------
    list of str
        One per estimate.
    """
    seen: dict[str, int] = {}
    ids = []
    for e in estimates:
        value = "" if e.value is None else repr(float(e.value))
        key = f"{text_sha256}|{e.start}|{e.end}|{e.kind}|{e.measure}|{value}"
        short = hashlib.sha256(key.encode()).hexdigest()[:16]
        seen[short] = seen.get(short, 0) + 1
        ids.append(short if seen[short] == 1 else f"{short}-{seen[short]}")
    return ids


def _estimate_row(e: Estimate, identity: str) -> Row:
    """Return the values of `ESTIMATE_COLUMNS`."""
    return (
        *(identity, e.kind, e.measure, e.value, e.qualifier, e.unit, e.ci_level, e.ci_low, e.ci_high),
        *(e.p_op, e.p_value, e.endpoint, e.numerator, e.denominator, e.spread_kind, e.spread_low, e.spread_high),
        *(e.timepoint, _names(e.experimental), _names(e.comparator)),
        _encode({k: list(v) for k, v in e.regimen_parts}) if e.regimen_parts else "{}",
        *(e.trial, e.trial_key, e.population),
        *(_names(e.analysis), e.origin, _citations(e.citations), e.start, e.end),
        _json([[s.start, s.end] for s in e.also_at]),
        *(e.printed, _json(e.spans), _names(e.rules), _json(e.reasons)),
    )


def to_rows(report: Report) -> DocumentRows:
    """Return the rows of one report: pure, without database keys.

    Parameters
    ----------
    report : Report

    Returns
    -------
    DocumentRows
        Plain tuples of strings, numbers and None: cheap to send between processes.
    """
    d = report.document
    text = d.text
    sha = _sha256(text)
    numbers: dict[Span, int] = {}
    for span in sorted({e.sentence for e in report.estimates} | {u.sentence for u in report.unexplained}):
        numbers[span] = len(numbers)
    sentences: list[Row] = []
    for span, seq in numbers.items():
        words = text[span.start : span.end]
        sentences.append((seq, span.start, span.end, words, spread_han(words)))
    ids = evidence_ids(sha, report.estimates)
    estimates = [
        (seq, numbers[e.sentence], *_estimate_row(e, identity))
        for seq, (e, identity) in enumerate(zip(report.estimates, ids, strict=True))
    ]
    findings = [
        (f.estimate, seq, f.code, f.severity, f.expected, f.printed, f.message) for seq, f in enumerate(report.findings)
    ]
    trials = [
        (
            *(seq, t.trial, t.trial_key, t.phase, t.n, _names(t.registry_ids)),
            *(_names(t.experimental), _names(t.comparator)),
            _json([{"endpoint": o.endpoint, "outcome": o.outcome} for o in t.endpoint_outcomes]),
            *(t.status, _citations(t.citations), _json([[s.start, s.end] for s in t.spans])),
        )
        for seq, t in enumerate(report.trials)
    ]
    unexplained = {
        (u.start, u.end): (u.start, u.end, numbers[u.sentence], text[u.start : u.end], u.shape)
        for u in report.unexplained
    }
    mentions = [[m.label, m.id, m.start, m.end, m.rule, int(m.inferred)] for m in report.mentions]
    children: dict[str, list[Row]] = {
        "layer": [(_json(mentions), _json(report.numbers), _json(d.source_map))],
        "sentence": sentences,
        "estimate": estimates,
        "finding": findings,
        "trial_report": trials,
        "document_drug": list(report.drugs),
        "unexplained_number": list(unexplained.values()),
    }
    document = (
        *(d.name, record_digest(d), report.lang, d.title, d.doi, d.pmid, d.journal, d.year, _json(d.authors)),
        *(sha, d.reader, len(text), _json(report.notes), text),
    )
    return DocumentRows(document, children)
