"""What people say of rows: stored by the stable id of the row, shown, and exported as gold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .data import Row, select

__all__ = [
    "EDITABLE",
    "CorrectionError",
    "add_correction",
    "apply_corrections",
    "gold_documents",
    "history",
    "latest",
    "parse_value",
]

VERDICTS = ("right", "wrong", "corrected")

_NUMBERS = frozenset(
    {
        *("value", "ci_level", "ci_low", "ci_high", "p_value", "numerator", "denominator"),
        *("spread_low", "spread_high"),
    }
)
_LISTS = frozenset({"experimental", "comparator", "analysis"})
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": ("effect", "arm", "test"),
    "measure": ("HR", "OR", "RR", "RD", "MD", "SMD", "IRR", "median", "mean", "rate", "other", "p"),
    "p_op": ("=", "<", ">", "<=", ">="),
    "qualifier": ("not reached", "<", ">", "<=", ">=", "about"),
    "origin": ("own", "cited", "pooled"),
}

EDITABLE = (
    *("endpoint", "experimental", "comparator", "trial", "population", "value", "ci_low", "ci_high", "p_op"),
    *("p_value", "unit", "timepoint", "measure", "kind", "qualifier", "ci_level", "numerator", "denominator"),
    *("spread_kind", "spread_low", "spread_high", "analysis", "origin"),
)
"""Columns that a person may correct."""


class CorrectionError(ValueError):
    """A correction that cannot be stored; the message says what is allowed."""


def parse_value(field: str, text: str) -> Any:
    """Return what a person typed for a column, as the column holds it.

    Lists are separated by ``+``, ``,``, ``，``, ``、`` or a semicolon, or given as a JSON array; an
    empty text is null (an empty list for lists).

    Parameters
    ----------
    field : str
        A column of `EDITABLE`.
    text : str
        What was typed.

    Returns
    -------
    str, float, list of str or None

    Raises
    ------
    CorrectionError
        When the column may not be corrected, or cannot hold this.
    """
    if field not in EDITABLE:
        raise CorrectionError(f"column {field!r} cannot be corrected; use one of {', '.join(EDITABLE)}")
    text = text.strip()
    if field in _LISTS:
        if text.startswith("["):
            try:
                parts = json.loads(text)
            except ValueError as error:
                raise CorrectionError(f"{field}: no valid JSON array: {error}") from error
            if not all(isinstance(x, str) for x in parts):
                raise CorrectionError(f"{field}: an array of texts is expected")
            return parts
        for sign in "，、;；,":
            text = text.replace(sign, "+")
        return [part.strip() for part in text.split("+") if part.strip()]
    if not text:
        return None
    if field in _NUMBERS:
        try:
            return float(text.replace("−", "-").replace("·", "."))
        except ValueError as error:
            raise CorrectionError(f"{field}: {text!r} is no number") from error
    if field in _CHOICES and text not in _CHOICES[field]:
        raise CorrectionError(f"{field}: {text!r} is not allowed; use one of {', '.join(_CHOICES[field])}")
    return text


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def add_correction(
    db: sqlite3.Connection,
    evidence_id: str,
    verdict: str,
    *,
    changes: Mapping[str, Any] | None = None,
    who: str | None = None,
    note: str | None = None,
) -> None:
    """Store what a person says of a row, in one transaction.

    Parameters
    ----------
    db : sqlite3.Connection
        Writable.
    evidence_id : str
        ``evidence.id``; the row must be there.
    verdict : str
        ``right``, ``wrong`` or ``corrected``.
    changes : mapping of column to value, optional
        What is right instead; needed for, and only allowed with, ``corrected``.
    who, note : str, optional

    Raises
    ------
    CorrectionError
        When the row is unknown or verdict and changes do not go together.
    """
    if verdict not in VERDICTS:
        raise CorrectionError(f"verdict {verdict!r} is not allowed; use one of {', '.join(VERDICTS)}")
    if bool(changes) != (verdict == "corrected"):
        raise CorrectionError("name the column and its new value to correct a row (verdict corrected)")
    found = select(db, "SELECT * FROM evidence WHERE id = ? LIMIT 1", (evidence_id,))
    if not found:
        raise CorrectionError(f"no row of evidence has the id {evidence_id!r}")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    cells: list[tuple[str | None, str | None, str | None]] = [(None, None, None)]
    if changes:
        unknown = [f for f in changes if f not in EDITABLE]
        if unknown:
            raise CorrectionError(f"column {unknown[0]!r} cannot be corrected; use one of {', '.join(EDITABLE)}")
        cells = [(f, _dump(found[0][f]), _dump(v)) for f, v in changes.items()]
    with db:
        db.executemany(
            "INSERT INTO corrections (evidence_id, verdict, field, old, new, who, at, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(evidence_id, verdict, f, old, new, who or None, at, note or None) for f, old, new in cells],
        )


def history(db: sqlite3.Connection, ids: Iterable[str] | None = None) -> dict[str, list[Row]]:
    """Return the corrections by evidence id, the oldest first.

    Parameters
    ----------
    db : sqlite3.Connection
    ids : iterable of str, optional
        Evidence ids that are wanted; all when None.

    Returns
    -------
    dict of str to list of dict
        Rows of table ``corrections``; ids that nobody spoke of are not in it.
    """
    sql, values = "SELECT * FROM corrections", ()
    if ids is not None:
        sql += " WHERE evidence_id IN (SELECT value FROM json_each(?))"
        values = (json.dumps(list(ids)),)  # type: ignore[assignment]
    grouped: dict[str, list[Row]] = {}
    for row in select(db, f"{sql} ORDER BY id", values):
        grouped.setdefault(row["evidence_id"], []).append(row)
    return grouped


def latest(entries: Iterable[Row]) -> tuple[str, dict[str, Any]]:
    """Return the verdict that holds, and the corrected cells.

    The last word counts; corrections of several cells add up until someone says right or wrong.
    """
    verdict = ""
    changes: dict[str, Any] = {}
    for entry in entries:
        verdict = entry["verdict"]
        if verdict != "corrected":
            changes = {}
        elif entry["field"]:
            changes[entry["field"]] = json.loads(entry["new"])
    return verdict, changes


def apply_corrections(db: sqlite3.Connection, rows: Iterable[Row]) -> list[Row]:
    """Return rows with a column ``review``: rows marked wrong left out, corrected cells replaced.

    Parameters
    ----------
    db : sqlite3.Connection
        Where the corrections are stored.
    rows : iterable of dict
        Rows of view ``evidence``; they stay as they are.

    Returns
    -------
    list of dict
        ``review`` is the verdict that holds, or None.
    """
    known = history(db)
    result = []
    for row in rows:
        verdict, changes = latest(known.get(row["id"], ()))
        if verdict != "wrong":
            result.append(row | changes | {"review": verdict or None})
    return result


_GOLD = (
    *("kind", "measure", "value", "qualifier", "unit", "ci_level", "ci_low", "ci_high", "p_op"),
    *("p_value", "endpoint", "numerator", "denominator", "spread_kind", "spread_low", "spread_high", "timepoint"),
    *("experimental", "comparator", "trial", "population", "analysis", "origin", "sentence"),
)


def _gold_row(row: Row) -> Row:
    kept = {("p" if c == "p_value" else c): row.get(c) for c in _GOLD}
    return {c: v for c, v in kept.items() if v is not None and (v != [] or c in ("experimental", "comparator"))}


def gold_documents(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return gold for every document with a reviewed row.

    Rows marked right or corrected are ``results``; rows nobody looked at are
    ``optional_results`` (neither required nor punished), as are trials and drugs; rows marked
    wrong are left out.

    Returns
    -------
    list of dict
        In the form of gold files, by document.
    """
    known = history(db)
    documents = [
        name
        for (name,) in db.execute(
            "SELECT DISTINCT d.name FROM corrections c JOIN estimate e ON e.id = c.evidence_id"
            " JOIN document d ON d.id = e.document_id ORDER BY d.name"
        )
    ]
    gold = []
    for name in documents:
        rows = select(db, "SELECT * FROM evidence WHERE document = ? ORDER BY span_start, key", (name,))
        results: list[Row] = []
        optional: list[Row] = []
        for row in rows:
            verdict, changes = latest(known.get(row["id"], ()))
            if verdict in ("right", "corrected"):
                results.append(_gold_row(row | changes))
            elif not verdict:
                optional.append(_gold_row(row))
        trials = [
            {"name": t["trial"], "phase": t["phase"], "n": t["n"], "registry_ids": t["registry_ids"]}
            for t in select(db, "SELECT * FROM trial_reports WHERE document = ?", (name,))
        ]
        drugs = [d for (d,) in db.execute("SELECT drug FROM document_drugs WHERE document = ? ORDER BY drug", (name,))]
        gold.append(
            {
                "doc": name,
                "lang": rows[0]["lang"],
                "trials": [],
                "drugs": [],
                "registry_ids": [],
                "results": results,
                "optional_results": optional,
                "optional_trials": trials,
                "optional_drugs": drugs,
                "note": "made from rows that people reviewed; rows not reviewed are optional",
            }
        )
    return gold
