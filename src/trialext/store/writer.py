"""The one writer: rows of documents into the tables, whole documents at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..model import Report
from .database import store_errors
from .rows import CHILD_TABLES, DOCUMENT_COLUMNS, ESTIMATE_COLUMNS, SEQ_BITS, DocumentRows, Row, to_rows

__all__ = ["FileFailure", "RunCounts", "StoredSource", "Writer", "write_report"]

BATCH = 256
"""Documents of one transaction, as long as they are new."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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
_CHILDREN = ("layer", "document_drug", "unexplained_number", "trial_report", "estimate", "sentence")


@dataclass(frozen=True, slots=True)
class StoredSource:
    """What the database knows of one file."""

    id: int
    name: str
    path: str | None
    sha256: str | None
    version: str
    pack_hash: str


@dataclass(frozen=True, slots=True)
class FileFailure:
    """Something that could not be read, as stored."""

    document: str
    reason: str
    message: str
    source: str
    path: str | None = None


@dataclass(slots=True)
class RunCounts:
    """Figures of one run; they end in table ``runs``."""

    files: int = 0
    unchanged: int = 0
    documents: int = 0
    evidence: int = 0
    failures: int = 0
    removed: int = 0
    skipped: dict[str, int] = field(default_factory=dict)


class Writer:
    """Stores what was read; one per process and database.

    Documents that are new are committed in batches; rows that replace those of an earlier
    reading are kept aside until their file is read to its end and then replaced in one
    transaction.  A run is only recorded when something is written.

    Parameters
    ----------
    db : sqlite3.Connection
        From `open_database`.
    version, pack_hash : str
        What the rows are made with.
    packs : sequence of str
        Folders of pattern packs beside the shipped ones.
    path : str
        Name of the database for messages.
    """

    def __init__(
        self, db: sqlite3.Connection, *, version: str, pack_hash: str, packs: Sequence[str] = (), path: str = "database"
    ) -> None:
        self.db = db
        self.version = version
        self.pack_hash = pack_hash
        self.packs = tuple(packs)
        self.path = path
        self.counts = RunCounts()
        self._run: int | None = None
        self._pending = 0

    # -- what is there -------------------------------------------------------------------

    def sources(self) -> dict[str, StoredSource]:
        """Return the files that the database knows, by name."""
        sql = (
            "SELECT s.id, s.name, s.path, s.sha256, r.version, r.pack_hash FROM source s JOIN runs r ON r.id = s.run_id"
        )
        with store_errors(self.path):
            return {row[1]: StoredSource(*row) for row in self.db.execute(sql)}

    def failures(self) -> list[FileFailure]:
        """Return the failures that are on record."""
        with store_errors(self.path):
            sql = "SELECT document, reason, message, source, path FROM failures ORDER BY document"
            return [FileFailure(*row) for row in self.db.execute(sql)]

    def digests(self, source: int) -> dict[str, str]:
        """Return name and digest of the documents of a file that were made as they would be now."""
        sql = (
            "SELECT d.name, d.digest FROM document d JOIN runs r ON r.id = d.run_id"
            " WHERE d.source_id = ? AND r.version = ? AND r.pack_hash = ?"
        )
        with store_errors(self.path):
            return dict(self.db.execute(sql, (source, self.version, self.pack_hash)))

    # -- transactions --------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction unless one is open; the first one records the run."""
        if self.db.in_transaction:
            return
        self.db.execute("BEGIN IMMEDIATE")
        if self._run is None:
            import json

            row = (self.version, self.pack_hash, json.dumps(list(self.packs), ensure_ascii=False), _now())
            sql = "INSERT INTO runs (version, pack_hash, packs, started) VALUES (?, ?, ?, ?)"
            self._run = self.db.execute(sql, row).lastrowid

    def commit(self) -> None:
        """End the open transaction, if any."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self._pending = 0

    def rollback(self) -> None:
        """Give up what was not committed."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self._pending = 0

    def _count_one(self) -> None:
        self._pending += 1
        if self._pending >= BATCH:
            self.commit()

    # -- writing -------------------------------------------------------------------------

    def begin_source(self, name: str, path: str | None, known: StoredSource | None) -> int:
        """Return the id of a file; a file that is not known yet is entered as unfinished."""
        if known is not None:
            return known.id
        self.begin()
        sql = (
            "INSERT INTO source (name, path, run_id) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET path = excluded.path RETURNING id"
        )
        return int(self.db.execute(sql, (name, path, self._run)).fetchone()[0])

    def add(self, source: int, rows: DocumentRows) -> None:
        """Store one document of a file that is being read, in the transaction of its batch."""
        self.begin()
        self._store(source, rows)
        self._count_one()

    def finish_source(self, source: int, path: str | None, sha256: str | None) -> None:
        """Mark a file as read to its end; `sha256` is None when it should be read again."""
        self.begin()
        sql = "UPDATE source SET sha256 = ?, run_id = ?, path = ? WHERE id = ?"
        self.db.execute(sql, (sha256, self._run, path, source))
        self.db.execute("UPDATE document SET stale = 0 WHERE source_id = ? AND stale = 1", (source,))
        self._count_one()

    def replace_source(
        self,
        source: int,
        path: str | None,
        sha256: str | None,
        rows: Iterator[DocumentRows],
        keep: frozenset[str],
        failures: Sequence[FileFailure],
        name: str,
    ) -> None:
        """Replace the documents of a file in one transaction.

        Parameters
        ----------
        source : int
        path : str or None
        sha256 : str or None
        rows : iterator of DocumentRows
            Documents that are new or changed.
        keep : frozenset of str
            Names of documents that stay as they are.
        failures : sequence of FileFailure
        name : str
            Name of the file.
        """
        self.commit()
        self.begin()
        names = set(keep) | {f.document for f in failures}
        for item in rows:
            names.add(item.name)
            self._store(source, item)
        gone = [
            (i, n)
            for i, n in self.db.execute("SELECT id, name FROM document WHERE source_id = ?", (source,))
            if n not in names
        ]
        for identity, _ in gone:
            self._delete_document(identity)
        self.counts.removed += len(gone)
        self.finish_source(source, path, sha256)
        self.set_failures(name, failures)
        self.commit()

    def set_failures(self, source_name: str, failures: Sequence[FileFailure]) -> None:
        """Make `failures` the failures of a file; rows of an earlier reading become stale."""
        sql = "SELECT document, reason, message, source, path FROM failures WHERE source = ?"
        old = {FileFailure(*row) for row in self.db.execute(sql, (source_name,))}
        new = set(failures)
        if old == new:
            return
        self.begin()
        self.db.executemany("DELETE FROM failures WHERE document = ?", [(f.document,) for f in old - new])
        insert = (
            "INSERT INTO failures (document, reason, message, source, path, at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (document) DO UPDATE SET reason = excluded.reason, message = excluded.message,"
            " source = excluded.source, path = excluded.path, at = excluded.at"
        )
        for f in sorted(new - old, key=lambda f: f.document):
            self.db.execute(insert, (f.document, f.reason, f.message, f.source, f.path, _now()))
            self.db.execute("UPDATE document SET stale = 1 WHERE name = ?", (f.document,))
        self._count_one()

    def set_stale(self, source: int, stale: bool) -> None:
        """Mark the documents of a file as left from an earlier reading, or as current again."""
        args = (int(stale), source, int(stale))
        found = "SELECT 1 FROM document WHERE source_id = ? AND stale <> ? LIMIT 1"
        if self.db.execute(found, args[1:]).fetchone():
            self.begin()
            self.db.execute("UPDATE document SET stale = ? WHERE source_id = ? AND stale <> ?", args)
            self._count_one()

    def move_source(self, source: int, path: str | None) -> None:
        """Remember where an unchanged file lies now."""
        self.begin()
        self.db.execute("UPDATE source SET path = ? WHERE id = ?", (path, source))
        self._count_one()

    def prune(self, seen: frozenset[str]) -> list[str]:
        """Remove files that are gone, with their documents and failures.

        Parameters
        ----------
        seen : frozenset of str
            Names of the files of this run: they stay.

        Returns
        -------
        list of str
            Names of the files that were removed.
        """
        removed = []
        for stored in self.sources().values():
            if stored.name in seen or stored.path is None or os.path.lexists(stored.path):
                continue
            self.begin()
            for (identity,) in self.db.execute("SELECT id FROM document WHERE source_id = ?", (stored.id,)).fetchall():
                self._delete_document(identity)
                self.counts.removed += 1
            self.db.execute("DELETE FROM source WHERE id = ?", (stored.id,))
            removed.append(stored.name)
        for failure in self.failures():
            if failure.source not in seen and failure.path is not None and not os.path.lexists(failure.path):
                self.begin()
                self.db.execute("DELETE FROM failures WHERE document = ?", (failure.document,))
                if failure.source not in removed:
                    removed.append(failure.source)
        self.commit()
        return removed

    def finish(self, status: str = "finished") -> None:
        """Commit and close the record of the run, if anything was written."""
        if self._run is not None:
            self.begin()
            c = self.counts
            self.db.execute(
                "UPDATE runs SET finished = ?, status = ?, files = ?, unchanged = ?, documents = ?, evidence = ?,"
                " failures = ? WHERE id = ?",
                (_now(), status, c.files, c.unchanged, c.documents, c.evidence, c.failures, self._run),
            )
        self.commit()

    @property
    def wrote(self) -> bool:
        """Whether this run changed anything."""
        return self._run is not None

    # -- one document --------------------------------------------------------------------

    def _delete_rows(self, identity: int) -> None:
        db = self.db
        old = db.execute("SELECT key, text FROM sentence WHERE document_id = ?", (identity,)).fetchall()
        if old:
            from .search import spread_han

            db.executemany(_FORGET_WORDS, [(key, spread_han(text)) for key, text in old])
        for table in _CHILDREN:
            db.execute(f"DELETE FROM {table} WHERE document_id = ?", (identity,))

    def _delete_document(self, identity: int) -> None:
        self._delete_rows(identity)
        self.db.execute("DELETE FROM document WHERE id = ?", (identity,))

    def _store(self, source: int, rows: DocumentRows) -> None:
        """Store one document whole, or nothing of it."""
        db = self.db
        db.execute("SAVEPOINT one")
        try:
            known = db.execute("SELECT id FROM document WHERE name = ?", (rows.name,)).fetchone()
            if known is None:
                identity = db.execute(_INSERT_DOCUMENT, (source, self._run, *rows.document)).lastrowid
                assert identity is not None
            else:
                identity = int(known[0])
                self._delete_rows(identity)
                db.execute(_UPDATE_DOCUMENT, (source, self._run, *rows.document[1:], identity))
            self._insert_children(identity, rows.children)
        except BaseException:
            db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            raise
        db.execute("RELEASE one")
        self.counts.documents += 1
        self.counts.evidence += rows.evidence

    def _insert_children(self, identity: int, children: dict[str, list[Row]]) -> None:
        base = identity << SEQ_BITS
        db = self.db
        db.executemany(_INSERTS["layer"], [(identity, *r) for r in children["layer"]])
        sentences = children["sentence"]
        if sentences:
            db.executemany(_INSERTS["sentence"], [(base + r[0], identity, *r[1:4]) for r in sentences])
            db.executemany(_INSERT_WORDS, [(base + r[0], r[4]) for r in sentences])
        if children["estimate"]:
            rows = [(base + r[0], identity, base + r[1], *r[2:]) for r in children["estimate"]]
            db.executemany(_INSERTS["estimate"], rows)
        if children["finding"]:
            db.executemany(_INSERTS["finding"], [(base + r[0], *r[1:]) for r in children["finding"]])
        if children["trial_report"]:
            db.executemany(
                _INSERTS["trial_report"], [(base + r[0], identity, *r[1:]) for r in children["trial_report"]]
            )
        if children["document_drug"]:
            db.executemany(_INSERTS["document_drug"], [(identity, *r) for r in children["document_drug"]])
        if children["unexplained_number"]:
            rows = [(identity, r[0], r[1], base + r[2], *r[3:]) for r in children["unexplained_number"]]
            db.executemany(_INSERTS["unexplained_number"], rows)


def write_report(db: sqlite3.Connection, report: Report, *, version: str = "", pack_hash: str = "") -> None:
    """Replace the rows of one document in one transaction; the same report twice changes nothing.

    Parameters
    ----------
    db : sqlite3.Connection
        From `open_database`.
    report : Report
    version, pack_hash : str
        What the report was made with.

    Raises
    ------
    StoreError
        When the database cannot be written.
    sqlite3.IntegrityError
        When the report breaks a rule of the schema.
    """
    rows = to_rows(report)
    writer = Writer(db, version=version, pack_hash=pack_hash)
    with store_errors("database"):
        name = rows.name.split("#", 1)[0]
        known = writer.sources().get(name)
        if known is not None and writer.digests(known.id).get(rows.name) == rows.document[1]:
            return
        try:
            source = writer.begin_source(name, None, known)
            writer.add(source, rows)
            writer.finish()
        except BaseException:
            writer.rollback()
            raise
