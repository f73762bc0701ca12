"""What the pages, tables and plots read: rows of the public views, JSON columns decoded.

Every function takes a plain SQLite connection, so that the same code serves the web pages and
the command line.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "EVIDENCE_COLUMNS",
    "JSON_COLUMNS",
    "Row",
    "conflicts_of",
    "display_names",
    "document",
    "evidence",
    "findings_of",
    "front_page",
    "is_trialext",
    "layer",
    "resolve",
    "select",
    "trial_names",
    "trial_reports",
]

Row = dict[str, Any]

JSON_COLUMNS = frozenset(
    {
        *("experimental", "comparator", "regimen_parts", "analysis", "citations", "also_at", "checks", "rules"),
        *("reasons", "registry_ids", "endpoint_outcomes", "spans", "documents", "values", "langs", "authors"),
        *("details", "evidence_ids", "notes"),
    }
)

EVIDENCE_COLUMNS = (
    *("id", "document", "lang", "kind", "measure", "value", "qualifier", "unit", "ci_level", "ci_low", "ci_high"),
    *("p_op", "p_value", "endpoint", "numerator", "denominator", "spread_kind", "spread_low", "spread_high"),
    *("timepoint", "experimental", "comparator", "regimen_parts", "trial", "trial_key", "population", "analysis"),
    *("origin", "citations", "sentence", "span_start", "span_end", "also_at", "checks", "printed"),
)
"""Columns of view ``evidence`` that people read, in its order."""

_COUNTS = {
    "documents": "SELECT count(*) FROM document",
    "trials": "SELECT count(DISTINCT trial_key) FROM trial_report",
    "drugs": "SELECT count(DISTINCT drug) FROM document_drug",
    "rows": "SELECT count(*) FROM estimate",
    "effects": "SELECT count(*) FROM estimate WHERE kind = 'effect'",
    "arms": "SELECT count(*) FROM estimate WHERE kind = 'arm'",
    "tests": "SELECT count(*) FROM estimate WHERE kind = 'test'",
    "failed_checks": "SELECT count(*) FROM finding WHERE severity = 'error'",
    "unexplained": "SELECT count(*) FROM unexplained_number",
    "conflicts": "SELECT count(*) FROM conflicts",
    "failures": "SELECT count(*) FROM failures",
    "corrections": "SELECT count(DISTINCT evidence_id) FROM corrections",
}

COUNT_SECONDS = 2.0
"""How long the front page waits for one of its figures."""

_DOCUMENTS = """
SELECT d.name AS document, d.title, d.lang, d.stale,
       (SELECT count(*) FROM estimate e WHERE e.document_id = d.id) AS rows,
       (SELECT count(*) FROM trial_report t WHERE t.document_id = d.id) AS trials,
       (SELECT count(*) FROM finding f JOIN estimate e ON e.key = f.estimate_key
        WHERE e.document_id = d.id AND f.severity = 'error') AS failed_checks,
       (SELECT count(*) FROM unexplained_number u WHERE u.document_id = d.id) AS unexplained
FROM document d ORDER BY d.name LIMIT ?
"""

_TRIALS = """
SELECT t.trial_key, count(DISTINCT t.document_id) AS documents, count(DISTINCT e.key) AS rows
FROM trial_report t LEFT JOIN estimate e ON e.trial_key = t.trial_key
GROUP BY t.trial_key ORDER BY rows DESC, documents DESC, t.trial_key LIMIT ?
"""

_DRUGS = """
SELECT drug, count(*) AS documents, sum(mentions) AS mentions FROM document_drug
GROUP BY drug ORDER BY documents DESC, mentions DESC, drug LIMIT ?
"""

_PLAIN = re.compile(r"[\s\u2010-\u2015\-－]+")


def select(db: sqlite3.Connection, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
    """Return the rows of a query as dictionaries, with the known JSON columns decoded.

    Parameters
    ----------
    db : sqlite3.Connection
    sql : str
    parameters : sequence or dict
        Values of the query's placeholders.

    Returns
    -------
    list of dict
        One per row, by name of the column.
    """
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [
        {n: json.loads(v) if n in JSON_COLUMNS and isinstance(v, str) else v for n, v in zip(names, row, strict=True)}
        for row in map(tuple, cursor)
    ]


def is_trialext(db: sqlite3.Connection) -> bool:
    """Return whether this is a database of ours, by the id in its header."""
    from ..store.database import APPLICATION_ID

    return bool(db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def evidence(
    db: sqlite3.Connection,
    *,
    document: str | None = None,
    trial: str | None = None,
    drug: str | None = None,
    versus: str | None = None,
    endpoint: str | None = None,
    measures: Iterable[str] = (),
    kinds: Iterable[str] = (),
    ids: Iterable[str] = (),
    limit: int = -1,
) -> list[Row]:
    """Return rows of view ``evidence``, text by text, in the order of each text.

    Parameters
    ----------
    db : sqlite3.Connection
    document, trial, endpoint : str, optional
        Document name, trial key, endpoint code.
    drug : str, optional
        A part of either group.
    versus : str, optional
        With `drug`: rows whose one group holds `drug` and whose other group holds this.
    measures, kinds, ids : iterables of str, optional
        Allowed values; all when empty.
    limit : int
        How many rows at most; all when negative.

    Returns
    -------
    list of dict
        All columns of the view, JSON decoded.
    """
    where: list[str] = []
    values: list[Any] = []
    for column, value in (("document", document), ("trial_key", trial), ("endpoint", endpoint)):
        if value is not None:
            where.append(f"e.{column} = ?")
            values.append(value)
    for column, allowed in (("measure", tuple(measures)), ("kind", tuple(kinds)), ("id", tuple(ids))):
        if allowed:
            where.append(f"e.{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(allowed))
    holds = "EXISTS (SELECT 1 FROM json_each(e.{}) WHERE value = ?)"
    first, second = holds.format("experimental"), holds.format("comparator")
    if drug is not None and versus is not None:
        where.append(f"(({first} AND {second}) OR ({first} AND {second}))")
        values += [drug, versus, versus, drug]
    elif drug is not None:
        where.append(f"({first} OR {second})")
        values += [drug, drug]
    condition = " AND ".join(where) or "1"
    return select(db, f"SELECT e.* FROM evidence e WHERE {condition} ORDER BY e.key LIMIT ?", [*values, limit])


def document(db: sqlite3.Connection, name: str) -> Row | None:
    """Return the row of view ``documents`` that `db` has for the document called `name`, or None."""
    found = select(db, "SELECT * FROM documents WHERE document = ?", (name,))
    return found[0] if found else None


def layer(db: sqlite3.Connection, name: str) -> tuple[list[list[Any]], list[Row]]:
    """Return what is shown over a text besides its rows.

    Parameters
    ----------
    db : sqlite3.Connection
    name : str
        Name of the document.

    Returns
    -------
    mentions : list of [label, id, start, end, rule, inferred]
    unexplained : list of dict
        Rows of view ``unexplained``.
    """
    found = db.execute(
        "SELECT l.mentions FROM layer l JOIN document d ON d.id = l.document_id WHERE d.name = ?", (name,)
    ).fetchone()
    unexplained = select(db, "SELECT * FROM unexplained WHERE document = ? ORDER BY span_start", (name,))
    return (json.loads(found[0]) if found else []), unexplained


def findings_of(db: sqlite3.Connection, document: str) -> dict[str, list[Row]]:
    """Return the rows of view ``findings`` that `db` has for `document`, by evidence id."""
    grouped: dict[str, list[Row]] = {}
    for row in select(db, "SELECT * FROM findings WHERE document = ?", (document,)):
        grouped.setdefault(row["evidence_id"], []).append(row)
    return grouped


def trial_reports(db: sqlite3.Connection, key: str) -> list[Row]:
    """Return what each document of `db` says of the trial `key`: rows of view ``trial_reports``."""
    return select(db, "SELECT * FROM trial_reports WHERE trial_key = ? ORDER BY document", (key,))


def conflicts_of(db: sqlite3.Connection, key: str) -> list[Row]:
    """Return the rows of view ``conflicts`` that `db` has for the trial `key`."""
    return select(db, "SELECT * FROM conflicts WHERE trial_key = ? ORDER BY endpoint, measure", (key,))


def _count(db: sqlite3.Connection, sql: str) -> int | None:
    """Return a count, or None where it takes longer than a page may."""
    end = time.monotonic() + COUNT_SECONDS
    db.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        return int(db.execute(sql).fetchone()[0])
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        db.set_progress_handler(None, 0)


def front_page(db: sqlite3.Connection, *, documents: int = 300, trials: int = 60, drugs: int = 40) -> Row:
    """Return what the front page shows: figures, and the first documents, trials and drugs.

    Parameters
    ----------
    db : sqlite3.Connection
    documents, trials, drugs : int
        How many of each at most.

    Returns
    -------
    dict
        ``counts`` by name (None where counting takes longer than a page may), the lists
        ``documents``, ``trials`` and ``drugs``, and up to 50 ``failures``.
    """
    counts = {name: _count(db, sql) for name, sql in _COUNTS.items()}
    listed = select(db, _TRIALS, (trials,))
    names = display_names(db, [t["trial_key"] for t in listed])
    return {
        "counts": counts,
        "documents": select(db, _DOCUMENTS, (documents,)),
        "trials": [t | {"name": names.get(t["trial_key"], t["trial_key"])} for t in listed],
        "drugs": select(db, _DRUGS, (drugs,)),
        "failures": select(db, "SELECT document, reason, message FROM failures ORDER BY document LIMIT 50"),
    }


def trial_names(db: sqlite3.Connection) -> dict[str, str]:
    """Return every name of a trial, without spaces and hyphens and in lower case, with its key."""
    names: dict[str, str] = {}
    for trial, key, ids in db.execute("SELECT trial, trial_key, registry_ids FROM trial_report ORDER BY key"):
        for name in (key, trial, *json.loads(ids)):
            names.setdefault(plain_name(name), key)
    for trial, key in db.execute("SELECT DISTINCT trial, trial_key FROM estimate WHERE trial_key IS NOT NULL"):
        for name in (key, trial):
            names.setdefault(plain_name(name), key)
    return names


def display_names(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return the name that texts use most for each trial key.

    Parameters
    ----------
    db : sqlite3.Connection
    keys : iterable of str

    Returns
    -------
    dict of str to str
        By key; of names that are used equally often the shortest.  Keys without a report are
        not in it.
    """
    wanted = json.dumps(list(keys))
    sql = (
        "SELECT trial_key, trial FROM trial_report WHERE trial_key IN (SELECT value FROM json_each(?))"
        " GROUP BY trial_key, trial ORDER BY count(*), length(trial) DESC, trial DESC"
    )
    return dict(db.execute(sql, (wanted,)).fetchall())


def plain_name(name: str) -> str:
    """Return a name as people compare it: no spaces, no hyphens, lower case."""
    return _PLAIN.sub("", name).casefold()


_MENTIONED = """
SELECT json_extract(m.value, '$[0]') AS label, json_extract(m.value, '$[1]') AS id
FROM layer l JOIN document d ON d.id = l.document_id, json_each(l.mentions) m
WHERE instr(d.text, :word) AND label IN ('DRUG', 'TRIAL', 'REGIMEN')
  AND substr(d.text, json_extract(m.value, '$[2]') + 1,
             json_extract(m.value, '$[3]') - json_extract(m.value, '$[2]')) = :word
LIMIT 1
"""


def resolve(db: sqlite3.Connection, name: str) -> tuple[str, str] | None:
    """Return what a person means by a name.

    Parameters
    ----------
    db : sqlite3.Connection
    name : str
        A trial, a registry id, or a drug, in either language as any text writes it.

    Returns
    -------
    (str, str) or None
        ``("trial", trial_key)`` or ``("drug", INN)``.
    """
    wanted = plain_name(name)
    if not wanted:
        return None
    key = trial_names(db).get(wanted)
    if key is not None:
        return "trial", key
    drugs = {plain_name(d): d for (d,) in db.execute("SELECT DISTINCT drug FROM document_drug")}
    if wanted in drugs:
        return "drug", drugs[wanted]
    found = db.execute(_MENTIONED, {"word": name.strip()}).fetchone()
    if found is None:
        return None
    label, identity = found
    return ("trial", identity) if label == "TRIAL" else ("drug", identity)
