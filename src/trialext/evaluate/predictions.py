"""Where the extracted rows come from: a database with the public views, or files read now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ..model import Document, Report
from .gold import Predicted, predicted_from_report

__all__ = ["DatabaseError", "from_database", "from_paths", "open_database", "reports_of", "rows_of"]


class DatabaseError(ValueError):
    """A database that is missing or does not hold the public views."""


def open_database(path: Path | str) -> sqlite3.Connection:
    """Open a database for reading only.

    Returns
    -------
    sqlite3.Connection
        Rows are `sqlite3.Row`; the caller closes it.

    Raises
    ------
    DatabaseError
        When there is no such file, or it is no SQLite database.
    """
    path = Path(path)
    if not path.is_file():
        raise DatabaseError(f"{path}: no such database; run `trialext extract PATH --db {path}` first")
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        db.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        db.close()
        raise DatabaseError(f"{path}: no SQLite database: {error}") from error
    return db


def rows_of(db: sqlite3.Connection, sql: str, path: Path | str = "") -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries.

    Parameters
    ----------
    db : sqlite3.Connection
        From `open_database`.
    sql : str
    path : path
        Name of the file, for messages.

    Returns
    -------
    list of dict
        JSON columns stay text.

    Raises
    ------
    DatabaseError
        When a view or column of the contract is missing.
    """
    try:
        return [dict(row) for row in db.execute(sql)]
    except sqlite3.OperationalError as error:
        raise DatabaseError(f"{path}: not a trialext database ({error}); make one with `trialext extract`") from error


def from_database(path: Path | str) -> Iterator[Predicted]:
    """Yield what a database holds, document by document.

    Raises
    ------
    DatabaseError
        When the file is missing or lacks the public views.
    """
    with closing(open_database(path)) as db:
        documents = rows_of(db, "select document, text from documents", path)
        evidence = rows_of(
            db,
            "select document, kind, measure, value, unit, ci_level, ci_low, ci_high, p_op, p_value, endpoint, numerator,"
            " denominator, timepoint, experimental, comparator, trial, population, sentence, span_start, span_end"
            " from evidence",
            path,
        )
        drugs = rows_of(db, "select document, drug from document_drugs", path)
        trials = rows_of(
            db,
            "select document, trial, phase, n, registry_ids, experimental, comparator, endpoint_outcomes, status"
            " from trial_reports",
            path,
        )
    grouped: dict[str, tuple[list[Any], list[Any], list[Any]]] = {d["document"]: ([], [], []) for d in documents}
    for i, rows in enumerate((evidence, drugs, trials)):
        for row in rows:
            grouped.setdefault(row["document"], ([], [], []))[i].append(row)
    texts = {d["document"]: d["text"] for d in documents}
    for name, (found, named, reported) in grouped.items():
        yield Predicted(
            tuple(found), tuple(d["drug"] for d in named), tuple(reported), texts.get(name, ""), name, (name,)
        )


def reports_of(
    paths: Sequence[str], pattern_folders: Sequence[Path] = (), *, on_failure: Any = None
) -> Iterator[Report]:
    """Read files, folders or standard input and extract each document, in order.

    Parameters
    ----------
    paths : sequence of str
    pattern_folders : sequence of path
        Folders layered over the shipped packs.
    on_failure : callable(name, message), optional
        Called for what cannot be read or extracted.

    Yields
    ------
    Report

    Raises
    ------
    trialext.patterns.PatternError
        When a pack is broken; like the next one, before the first document.
    trialext.reading.UsageError
        When a path does not exist.
    """
    from ..patterns import load_patterns
    from ..pipeline import extract
    from ..reading import ReadError, iter_sources, read_source

    tell = on_failure or (lambda name, message: None)
    patterns = load_patterns(pattern_folders)
    for source in iter_sources(paths):
        try:
            for item in read_source(source):
                if not isinstance(item, Document):
                    tell(item.name, item.message)
                    continue
                try:
                    report = extract(item, patterns)
                except Exception as error:  # one text that breaks a rule must not take the others with it
                    tell(item.name, f"extraction failed with {type(error).__name__}: {error}; please report this")
                    continue
                yield report
        except ReadError as error:
            tell(source.name, error.message)


def from_paths(
    paths: Sequence[str], pattern_folders: Sequence[Path] = (), *, on_failure: Any = None
) -> Iterator[Predicted]:
    """Yield what files hold, read and extracted now, document by document.

    Parameters
    ----------
    paths, pattern_folders, on_failure
        As in `reports_of`.

    Yields
    ------
    Predicted
    """
    for report in reports_of(paths, pattern_folders, on_failure=on_failure):
        yield predicted_from_report(report)
