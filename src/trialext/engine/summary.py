"""The table at the end of a run."""

from __future__ import annotations

import sqlite3
import sys

from ..store.database import open_database, store_errors
from .progress import printable
from .run import RunResult

__all__ = ["print_summary"]

LISTED = 30
"""Documents that are listed one by one; of more only the sums are printed."""

_COUNTS = """
SELECT d.name, d.lang,
       (SELECT count(*) FROM estimate e WHERE e.document_id = d.id AND e.kind = 'effect') AS effects,
       (SELECT count(*) FROM estimate e WHERE e.document_id = d.id AND e.kind = 'arm') AS arms,
       (SELECT count(*) FROM estimate e WHERE e.document_id = d.id AND e.kind = 'test') AS tests,
       (SELECT count(*) FROM trial_report t WHERE t.document_id = d.id) AS trials,
       (SELECT count(*) FROM document_drug g WHERE g.document_id = d.id) AS drugs,
       (SELECT count(*) FROM unexplained_number u WHERE u.document_id = d.id) AS unexplained,
       (SELECT count(*) FROM finding f JOIN estimate e ON e.key = f.estimate_key
        WHERE e.document_id = d.id AND f.severity = 'error') AS checks
FROM document d
"""
_HEADINGS = ("document", "lang", "effects", "arms", "tests", "trials", "drugs", "unexplained", "failed checks")


def _sentence(db: str, result: RunResult, seconds: float) -> str:
    counts = result.counts
    read = counts.files - counts.unchanged
    if not counts.files:
        first = "no file to read"
    elif not result.wrote and not result.failures:
        first = f"nothing has changed: {_many(counts.files, 'file')} as before, no row was touched"
    else:
        first = f"{_many(read, 'file')} read"
        if counts.unchanged:
            first += f", {counts.unchanged} unchanged"
        first += f", {_many(counts.documents, 'document')} and {_many(counts.evidence, 'row')} of evidence stored"
    parts = [f"{first} in {seconds:.1f} s"]
    if counts.skipped:
        kinds = ", ".join(f"{n} {why}" for why, n in sorted(counts.skipped.items()))
        parts.append(f"skipped: {kinds}")
    if result.pruned:
        parts.append(f"removed: {_many(len(result.pruned), 'file')} that are gone")
    if result.failures:
        parts.append(f"failed: {len(result.failures)}, see above and table failures")
    return printable(f"{db}: " + "; ".join(parts))


def _many(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def print_summary(db: str, result: RunResult, seconds: float) -> None:
    """Print what a run did and what the database holds now.

    Parameters
    ----------
    db : str
        Path of the database.
    result : RunResult
    seconds : float
        How long the run took.

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    from rich.console import Console
    from rich.table import Table

    connection = open_database(db, readonly=True)
    try:
        with store_errors(db):
            rows, sums = _figures(connection)
    finally:
        connection.close()
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("document", "lang") else "right", no_wrap=True)
    for row in rows:
        table.add_row(printable(str(row[0])), str(row[1]), *(str(n) for n in row[2:]))
    table.add_row(*(str(n) for n in sums))
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 500)
    console.print(table)
    print()
    print(_sentence(db, result, seconds))


def _figures(connection: sqlite3.Connection) -> tuple[list[tuple[object, ...]], tuple[object, ...]]:
    """Return one row per document where these are few, and the sums."""
    total = connection.execute("SELECT count(*) FROM document").fetchone()[0]
    rows = connection.execute(f"{_COUNTS} ORDER BY d.name").fetchall() if total <= LISTED else []
    columns = "sum(effects), sum(arms), sum(tests), sum(trials), sum(drugs), sum(unexplained), sum(checks)"
    sums = connection.execute(f"SELECT {columns} FROM ({_COUNTS})").fetchone()
    langs = dict(connection.execute("SELECT lang, count(*) FROM document GROUP BY lang"))
    kinds = " ".join(f"{n} {lang}" for lang, n in sorted(langs.items()))
    return rows, (_many(total, "document"), kinds, *(n or 0 for n in sums))
