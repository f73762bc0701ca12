"""Whole documents in and out of the tables, inside a transaction of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .rows import CHILD_TABLES, DOCUMENT_COLUMNS, ESTIMATE_COLUMNS, SEQ_BITS, DocumentRows, Row
from .search import spread_han

__all__ = ["BAD_ROWS", "Tables"]

BAD_ROWS = (
    *(sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError),
    *(UnicodeEncodeError, OverflowError),
)
"""What a document can be guilty of; other errors are the database's."""


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_INSERTS = {
    "layer": _insert("layer", ("document_id", *CHILD_TABLES["layer"])),
    "sentence": _insert("sentence", ("key", "document_id", "span_start", "span_end", "text")),
    "estimate": _insert("estimate", ("key", "document_id", "sentence_key", *ESTIMATE_COLUMNS)),
    "finding": _insert("finding", ("estimate_key", *CHILD_TABLES["finding"][1:])),
    "trial_report": _insert("trial_report", ("key", "document_id", *CHILD_TABLES["trial_report"][1:])),
    "document_drug": _insert("document_drug", ("document_id", *CHILD_TABLES["document_drug"])),
    "unexplained_number": _insert(
        "unexplained_number", ("document_id", "span_start", "span_end", "sentence_key", "text", "shape")
    ),
}
_INSERT_WORDS = "INSERT INTO sentence_fts (rowid, text) VALUES (?, ?)"
_FORGET_WORDS = "INSERT INTO sentence_fts (sentence_fts, rowid, text) VALUES ('delete', ?, ?)"
_SET = ", ".join(f"{c} = ?" for c in DOCUMENT_COLUMNS[1:])
_UPDATE_DOCUMENT = f"UPDATE document SET source_id = ?, run_id = ?, stale = 0, {_SET} WHERE id = ?"
_INSERT_DOCUMENT = _insert("document", ("source_id", "run_id", *DOCUMENT_COLUMNS))
_INSERT_NUMBERED = _insert("document", ("id", "source_id", "run_id", *DOCUMENT_COLUMNS))
_CHILDREN = ("layer", "document_drug", "unexplained_number", "trial_report", "estimate", "sentence")


class Tables:
    """Statements on single documents.

    Parameters
    ----------
    db : sqlite3.Connection
        With an open transaction whenever a method is called.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def delete_rows(self, identity: int) -> None:
        """Delete what stems from a document, but not the document."""
        db = self.db
        old = db.execute("SELECT key, text FROM sentence WHERE document_id = ?", (identity,)).fetchall()
        if old:
            db.executemany(_FORGET_WORDS, [(key, spread_han(text)) for key, text in old])
        for table in _CHILDREN:
            db.execute(f"DELETE FROM {table} WHERE document_id = ?", (identity,))

    def delete_document(self, identity: int) -> None:
        """Delete a document with everything that stems from it."""
        self.delete_rows(identity)
        self.db.execute("DELETE FROM document WHERE id = ?", (identity,))

    def store(self, source: int, run: int | None, rows: DocumentRows) -> str | None:
        """Store one document whole, in place of an earlier one of its name.

        Returns
        -------
        str or None
            Why nothing of it was stored: the rule of the schema that a row breaks.
        """
        db = self.db
        db.execute("SAVEPOINT one")
        try:
            known = db.execute("SELECT id FROM document WHERE name = ?", (rows.name,)).fetchone()
            if known is None:
                identity = db.execute(_INSERT_DOCUMENT, (source, run, *rows.document)).lastrowid
                assert identity is not None
            else:
                identity = int(known[0])
                self.delete_rows(identity)
                db.execute(_UPDATE_DOCUMENT, (source, run, *rows.document[1:], identity))
            self._insert_children([(identity, rows.children)])
        except (*BAD_ROWS,) as error:
            db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            return f"{type(error).__name__}: {error}"
        db.execute("RELEASE one")
        return None

    def store_new(self, source: int, run: int | None, rows: Sequence[DocumentRows]) -> bool:
        """Store documents that are all new at once, which is faster; else store nothing and return False."""
        db = self.db
        find = "SELECT 1 FROM document WHERE name = ?"
        if any(db.execute(find, (item.name,)).fetchone() for item in rows):
            return False
        first = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM document").fetchone()[0])
        db.execute("SAVEPOINT many")
        try:
            numbered = [(first + n, source, run, *item.document) for n, item in enumerate(rows)]
            db.executemany(_INSERT_NUMBERED, numbered)
            self._insert_children([(first + n, item.children) for n, item in enumerate(rows)])
        except (*BAD_ROWS,):  # one by one then, to find which
            db.execute("ROLLBACK TO many")
            db.execute("RELEASE many")
            return False
        db.execute("RELEASE many")
        return True

    def _insert_children(self, documents: Sequence[tuple[int, dict[str, list[Row]]]]) -> None:
        """Insert the rows of documents, given by id, with one statement for each table."""
        rows: dict[str, list[Row]] = {table: [] for table in _INSERTS}
        words: list[Row] = []
        for identity, children in documents:
            base = identity << SEQ_BITS
            rows["layer"] += [(identity, *r) for r in children["layer"]]
            for r in children["sentence"]:
                rows["sentence"].append((base + r[0], identity, *r[1:4]))
                words.append((base + r[0], r[4]))
            rows["estimate"] += [(base + r[0], identity, base + r[1], *r[2:]) for r in children["estimate"]]
            rows["finding"] += [(base + r[0], *r[1:]) for r in children["finding"]]
            rows["trial_report"] += [(base + r[0], identity, *r[1:]) for r in children["trial_report"]]
            rows["document_drug"] += [(identity, *r) for r in children["document_drug"]]
            unexplained = children["unexplained_number"]
            rows["unexplained_number"] += [(identity, r[0], r[1], base + r[2], *r[3:]) for r in unexplained]
        for table, values in rows.items():
            if values:
                self.db.executemany(_INSERTS[table], values)
        if words:
            self.db.executemany(_INSERT_WORDS, words)
