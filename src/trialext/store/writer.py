"""The one writer: rows of documents into the tables, whole documents at a time."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from ..model import Report
from .copies import mark_copies
from .database import store_errors
from .paths import is_there
from .rows import DocumentRows, to_rows
from .tables import Tables

__all__ = ["FileFailure", "RunCounts", "StoredSource", "Writer", "write_report"]

BATCH = 256
"""Documents of one transaction."""

BATCH_SECONDS = 1.0
"""How long a document may wait for its transaction while others come in."""

UNSIZED = 4
"""What a file counts as in a batch: most hold one document, some hold several."""

_SOURCES = "SELECT s.id, s.name, s.path, s.sha256, r.version, r.pack_hash FROM source s JOIN runs r ON r.id = s.run_id"
_FAILURES = "SELECT document, reason, message, source, path FROM failures"
_STALE = "SELECT d.name FROM document d JOIN source s ON s.id = d.source_id WHERE s.name = ? AND d.stale = 1"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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

    Changes are queued and written in short transactions, each of whole documents, and of
    whole files where rows of an earlier reading are replaced.  So nobody else waits long for
    the database, and whenever the process dies the database is whole.  A run is only
    recorded when something changes.

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
        self.rejected: list[FileFailure] = []
        """Documents whose rows broke a rule of the schema; whoever reads the list empties it."""
        self._tables = Tables(db)
        self._run: int | None = None
        self._queue: list[Callable[[], None]] = []
        self._queued_rows = 0
        self._queued_at = 0.0

    # -- what is there -------------------------------------------------------------------

    def sources(self) -> dict[str, StoredSource]:
        """Return the files that the database knows, by name."""
        with store_errors(self.path):
            return {row[1]: StoredSource(*row) for row in self.db.execute(_SOURCES)}

    def failures(self) -> list[FileFailure]:
        """Return the failures that are on record."""
        with store_errors(self.path):
            return [FileFailure(*row) for row in self.db.execute(f"{_FAILURES} ORDER BY document")]

    def digests(self, source: int) -> dict[str, str]:
        """Return name and digest of the documents of a file that were made as they would be now."""
        sql = (
            "SELECT d.name, d.digest FROM document d JOIN runs r ON r.id = d.run_id"
            " WHERE d.source_id = ? AND r.version = ? AND r.pack_hash = ?"
        )
        with store_errors(self.path):
            return dict(self.db.execute(sql, (source, self.version, self.pack_hash)))

    @property
    def wrote(self) -> bool:
        """Whether this run changed anything."""
        return self._run is not None

    # -- what is to be written -----------------------------------------------------------

    def put_file(
        self,
        name: str,
        path: str | None,
        sha256: str | None,
        rows: Iterable[DocumentRows],
        keep: frozenset[str] = frozenset(),
        failures: Sequence[FileFailure] = (),
        *,
        alone: bool = False,
    ) -> None:
        """Replace the documents of a file, in one transaction.

        Parameters
        ----------
        name : str
            Name of the file.
        path : str or None
            Where it lies.
        sha256 : str or None
            Of its bytes; None when it should be read again next time.
        rows : iterable of DocumentRows
            Documents that are new or changed.
        keep : frozenset of str
            Names of documents that stay as they are.
        failures : sequence of FileFailure
            Its records that could not be read.
        alone : bool
            Write at once, in a transaction of its own.
        """
        if alone:
            self.flush()
        self._enqueue(partial(self._apply_file, name, path, sha256, rows, keep, tuple(failures)), UNSIZED)
        if alone:
            self.flush()

    def put_records(self, name: str, path: str | None, rows: Sequence[DocumentRows]) -> None:
        """Add documents of a new file that is still being read."""
        self._enqueue(partial(self._apply_records, name, path, rows), len(rows))

    def end_records(self, name: str, path: str | None, sha256: str | None, failures: Sequence[FileFailure]) -> None:
        """Mark a new file as read to its end; `sha256` None means that it is read again next time."""
        self._enqueue(partial(self._apply_end, name, path, sha256, tuple(failures)))

    def put_failures(self, name: str, failures: Sequence[FileFailure]) -> None:
        """Record that a file cannot be read; rows of an earlier reading stay and are marked stale."""
        if not self._same_failures(name, failures):
            self._enqueue(partial(self._apply_failures, name, tuple(failures)))

    def still_good(self, known: StoredSource, path: str | None, failures: Sequence[FileFailure]) -> None:
        """Note that an unchanged file is there, with the failures of its records that are on record."""
        if known.path != path:
            move = "UPDATE source SET path = ? WHERE id = ?"
            self._enqueue(partial(self.db.execute, move, (path, known.id)))  # type: ignore[arg-type]
        self.put_failures(known.name, failures)

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
        self.flush()
        gone = {
            stored.name: stored.id
            for stored in self.sources().values()
            if stored.name not in seen and stored.path is not None and not is_there(stored.path)
        }
        lost = {
            f.source for f in self.failures() if f.source not in seen and f.path is not None and not is_there(f.path)
        }
        for name in sorted(gone.keys() | lost):
            self._enqueue(partial(self._remove_source, name, gone.get(name)), UNSIZED)
        self.flush()
        return sorted(gone.keys() | lost)

    def finish(self, status: str = "finished") -> None:
        """Write what is queued and close the record of the run, if anything was written."""
        self.flush()
        if self._run is not None:
            if self.counts.documents or self.counts.removed:
                self._enqueue(partial(mark_copies, self.db))  # type: ignore[arg-type]
                self.flush()
            c = self.counts
            sql = (
                "UPDATE runs SET finished = ?, status = ?, files = ?, unchanged = ?, documents = ?, evidence = ?,"
                " failures = ? WHERE id = ?"
            )
            with store_errors(self.path):
                figures = (c.files, c.unchanged, c.documents, c.evidence, c.failures)
                self.db.execute(sql, (_now(), status, *figures, self._run))

    def tick(self) -> None:
        """Write what is queued if it is much or has waited long."""
        if self._queue and (self._queued_rows >= BATCH or time.monotonic() - self._queued_at > BATCH_SECONDS):
            self.flush()

    def flush(self) -> None:
        """Write what is queued, in one transaction.

        Raises
        ------
        StoreError
            When the database cannot be written; nothing of the queue is stored then.
        """
        if not self._queue:
            return
        queue, self._queue, self._queued_rows = self._queue, [], 0
        with store_errors(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                if self._run is None:
                    packs = json.dumps(list(self.packs), ensure_ascii=False)
                    sql = "INSERT INTO runs (version, pack_hash, packs, started) VALUES (?, ?, ?, ?)"
                    self._run = self.db.execute(sql, (self.version, self.pack_hash, packs, _now())).lastrowid
                for change in queue:
                    change()
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def _enqueue(self, change: Callable[[], None], rows: int = 1) -> None:
        if not self._queue:
            self._queued_at = time.monotonic()
        self._queue.append(change)
        self._queued_rows += rows

    # -- changes, inside the transaction of `flush` --------------------------------------

    def _source(self, name: str, path: str | None) -> int:
        """Return the id of a file; one that is not known yet is entered as unfinished."""
        row = self.db.execute("SELECT id FROM source WHERE name = ?", (name,)).fetchone()
        if row is None:
            sql = "INSERT INTO source (name, path, run_id) VALUES (?, ?, ?) RETURNING id"
            row = self.db.execute(sql, (name, path, self._run)).fetchone()
        return int(row[0])

    def _apply_file(
        self,
        name: str,
        path: str | None,
        sha256: str | None,
        rows: Iterable[DocumentRows],
        keep: frozenset[str],
        failures: tuple[FileFailure, ...],
    ) -> None:
        source = self._source(name, path)
        names = set(keep) | {f.document for f in failures}
        rejected = []
        for item in rows:
            names.add(item.name)
            rejected += self._store(source, item, name, path)
        if not any(f.document == name for f in failures):  # else the rest of the file could not be read
            found = self.db.execute("SELECT id, name FROM document WHERE source_id = ?", (source,)).fetchall()
            for identity, document in found:
                if document not in names:
                    self._tables.delete_document(identity)
                    self.counts.removed += 1
        self._close(source, path, sha256)
        self._apply_failures(name, (*failures, *rejected), frozenset(names))

    def _apply_records(self, name: str, path: str | None, rows: Sequence[DocumentRows]) -> None:
        source = self._source(name, path)
        if self._tables.store_new(source, self._run, rows):
            self._count(rows)
            return
        for item in rows:
            for failure in self._store(source, item, name, path):
                self._insert_failure(failure)

    def _store(self, source: int, rows: DocumentRows, name: str, path: str | None) -> list[FileFailure]:
        """Store one document whole, or nothing of it; return its failure if it breaks a rule."""
        why = self._tables.store(source, self._run, rows)
        if why is None:
            self._count([rows])
            return []
        message = f"a row breaks a rule of the database: {why}; please report this"
        self.rejected.append(FileFailure(rows.name, "internal", message, name, path))
        return self.rejected[-1:]

    def _count(self, rows: Sequence[DocumentRows]) -> None:
        self.counts.documents += len(rows)
        self.counts.evidence += sum(item.evidence for item in rows)

    def _apply_end(self, name: str, path: str | None, sha256: str | None, failures: tuple[FileFailure, ...]) -> None:
        self._close(self._source(name, path), path, sha256)
        self._apply_failures(name, failures)

    def _close(self, source: int, path: str | None, sha256: str | None) -> None:
        sql = "UPDATE source SET sha256 = ?, run_id = ?, path = ? WHERE id = ?"
        self.db.execute(sql, (sha256, self._run, path, source))

    def _same_failures(self, name: str, failures: Sequence[FileFailure]) -> bool:
        """Return whether failures and stale marks of a file are as they should be."""
        with store_errors(self.path):
            old = {FileFailure(*row) for row in self.db.execute(f"{_FAILURES} WHERE source = ?", (name,))}
            marked = {row[0] for row in self.db.execute(_STALE, (name,))}
        return old == set(failures) and (bool(failures) or not marked)

    def _apply_failures(self, name: str, failures: tuple[FileFailure, ...], read: frozenset[str] = frozenset()) -> None:
        """Make `failures` those of a file; what stems from an earlier reading becomes stale."""
        old = {FileFailure(*row) for row in self.db.execute(f"{_FAILURES} WHERE source = ?", (name,))}
        new = set(failures)
        self.db.executemany("DELETE FROM failures WHERE document = ?", [(f.document,) for f in old - new])
        for failure in sorted(new - old, key=lambda f: f.document):
            self._insert_failure(failure)
        failed = {f.document for f in failures}
        sql = "SELECT d.id, d.name, d.stale FROM document d JOIN source s ON s.id = d.source_id WHERE s.name = ?"
        marks = []
        for identity, document, stale in self.db.execute(sql, (name,)):
            now = int(document in failed or (name in failed and document not in read))
            if now != stale:
                marks.append((now, identity))
        self.db.executemany("UPDATE document SET stale = ? WHERE id = ?", marks)

    def _insert_failure(self, f: FileFailure) -> None:
        sql = (
            "INSERT INTO failures (document, reason, message, source, path, at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (document) DO UPDATE SET reason = excluded.reason, message = excluded.message,"
            " source = excluded.source, path = excluded.path, at = excluded.at"
        )
        self.db.execute(sql, (f.document, f.reason, f.message, f.source, f.path, _now()))

    def _remove_source(self, name: str, identity: int | None) -> None:
        if identity is not None:
            sql = "SELECT id FROM document WHERE source_id = ?"
            for (document,) in self.db.execute(sql, (identity,)).fetchall():
                self._tables.delete_document(document)
                self.counts.removed += 1
            self.db.execute("DELETE FROM source WHERE id = ?", (identity,))
        self.db.execute("DELETE FROM failures WHERE source = ?", (name,))


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
    ValueError
        When the report breaks a rule of the schema.
    """
    rows = to_rows(report)
    writer = Writer(db, version=version, pack_hash=pack_hash)
    name = rows.name.split("#", 1)[0]
    known = writer.sources().get(name)
    if known is not None and writer.digests(known.id).get(rows.name) == rows.document[1]:
        return
    writer.put_records(name, None, [rows])
    writer.finish()
    if writer.rejected:
        raise ValueError(writer.rejected[0].message)
