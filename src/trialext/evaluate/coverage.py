"""The ledger: what each number of a text was taken for, and what nothing explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ..model import Report
from .predictions import open_database, rows_of

__all__ = ["CLAIMED", "Coverage", "coverage_of", "coverage_of_database"]

CLAIMED = "evidence"
"""Kind of the numbers that stand in a row of evidence."""

_LEFT = "unexplained"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The numbers of one document.

    Attributes
    ----------
    document : str
    claimed : int
        Numbers that stand in a row of evidence.
    out_of_scope : mapping of str to int
        Numbers by what they are instead: dose, age, n, follow-up, year, citation, ….
    unexplained : int
        Statistics that no row holds.
    left : tuple of (str, str, str)
        Text, shape and sentence of each unexplained statistic.
    """

    document: str
    claimed: int
    out_of_scope: Mapping[str, int]
    unexplained: int
    left: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def share(self) -> float | None:
        """Claimed numbers among claimed and unexplained; None where there is neither."""
        both = self.claimed + self.unexplained
        return self.claimed / both if both else None


def coverage_of(report: Report) -> Coverage:
    """Return the numbers of one report, counted by what claims them."""
    text = report.document.text
    left = tuple((text[u.start : u.end], u.shape, text[u.sentence.start : u.sentence.end]) for u in report.unexplained)
    return _coverage(report.document.name, Counter(kind for _, _, kind in report.numbers), left)


def _coverage(document: str, kinds: Counter[str], left: tuple[tuple[str, str, str], ...]) -> Coverage:
    others = {k: n for k, n in sorted(kinds.items()) if k not in (CLAIMED, _LEFT)}
    return Coverage(document, kinds[CLAIMED], others, len(left), left)


def coverage_of_database(path: Path | str) -> Iterable[Coverage]:
    """Yield the ledger of every document of a database.

    Raises
    ------
    trialext.evaluate.predictions.DatabaseError
        When it cannot be used.
    """
    with closing(open_database(path)) as db:
        documents = [d["document"] for d in rows_of(db, "select document from documents order by document", path)]
        kinds: dict[str, Counter[str]] = {d: Counter() for d in documents}
        for row in rows_of(db, "select document, kind, numbers from coverage", path):
            kinds.setdefault(row["document"], Counter())[row["kind"]] += row["numbers"]
        left: dict[str, list[tuple[str, str, str]]] = {d: [] for d in kinds}
        sql = "select document, text, shape, sentence from unexplained order by document, span_start"
        for row in rows_of(db, sql, path):
            left.setdefault(row["document"], []).append((row["text"], row["shape"], row["sentence"]))
    for document, counted in kinds.items():
        yield _coverage(document, counted, tuple(left[document]))
