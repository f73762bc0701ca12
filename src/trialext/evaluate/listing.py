"""Failed checks as a list: of a database, or of texts read now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..model import Report
from .predictions import open_database, rows_of

__all__ = ["Listed", "findings_of", "findings_of_database"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding with the row and the sentence it speaks of."""

    document: str
    code: str
    severity: str
    kind: str
    measure: str
    value: float | None
    endpoint: str | None
    expected: str
    printed: str
    message: str
    sentence: str
    evidence_id: str = ""


def findings_of(reports: Iterable[Report]) -> Iterator[Listed]:
    """Yield the findings of reports, in the order of the texts."""
    for report in reports:
        text = report.document.text
        for f in report.findings:
            e = report.estimates[f.estimate]
            sentence = text[e.sentence.start : e.sentence.end]
            yield Listed(
                *(report.document.name, f.code, f.severity, e.kind, e.measure, e.value, e.endpoint),
                *(f.expected, f.printed, f.message, sentence),
            )


def findings_of_database(path: Path | str) -> list[Listed]:
    """Return the findings stored in a database, by document and place.

    Raises
    ------
    trialext.evaluate.predictions.DatabaseError
        When it cannot be used.
    """
    sql = (
        "select e.document, f.code, f.severity, e.kind, e.measure, e.value, e.endpoint, f.expected, f.printed,"
        " f.message, e.sentence, f.evidence_id from findings f join evidence e on e.id = f.evidence_id"
        " order by e.document, e.span_start, f.code"
    )
    with closing(open_database(path)) as db:
        return [Listed(**row) for row in rows_of(db, sql, path)]
