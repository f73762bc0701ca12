"""One run: which files need reading, who reads them, and how their rows reach the database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from ..model import Document
from ..patterns import Patterns, load_patterns
from ..reading import Failure, ReadError, Source, iter_sources, read_source
from ..store.database import open_database
from ..store.paths import is_there, local_path
from ..store.rows import DocumentRows, record_digest
from ..store.spool import Spool
from ..store.writer import FileFailure, RunCounts, StoredSource, Writer
from .interrupt import Deferred
from .pool import run_pool, run_serial
from .version import code_version
from .work import Outcome, Task, Unit, digest_of, read_failure, record_failure, source_path

__all__ = ["Observer", "RunResult", "run"]

STREAMED = frozenset({".jsonl", ".ndjson", ".xml", ".nbib", ".medline", ".zip", ".gz"})
STREAM_FROM = 1 << 20
"""A file of many records is read record by record from this size on, else whole by a worker."""

UNIT_BYTES = 1 << 15
"""Text of one message to a worker: so small that at the end no worker waits long for the others."""

POOL_FROM = 1 << 17
"""Less text than this is read sooner than workers start."""

SOON = 10.0
"""Seconds; a shorter limit for a document is less than getting the patterns ready may take."""

UNIT_TASKS = 64


class Observer(Protocol):
    """What a run tells while it goes on; every method may do nothing."""

    def planned(self, files: int, size: int) -> None:
        """`files` with `size` bytes in all are to be looked at."""

    def advanced(self, size: int, documents: int, chars: int) -> None:
        """`size` bytes are dealt with, `documents` with `chars` code points were stored."""

    def failed(self, failure: FileFailure) -> None:
        """Something could not be read."""

    def said(self, message: str) -> None:
        """A sentence for the reader."""


@dataclass(slots=True)
class RunResult:
    """What a run did."""

    counts: RunCounts
    failures: list[FileFailure]
    pruned: list[str]
    wrote: bool
    interrupted: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {
            **asdict(self.counts),
            "failed": [asdict(f) for f in self.failures],
            "pruned": self.pruned,
            "changed": self.wrote,
            "interrupted": self.interrupted,
        }


@dataclass(slots=True)
class _Stream:
    """A file whose records are read here, while workers extract them."""

    source: Source
    known: StoredSource | None
    digest: str | None
    keep: set[str] = field(default_factory=set)
    failures: list[FileFailure] = field(default_factory=list)
    spool: Spool = field(default_factory=Spool)
    stored: int = 0
    again: bool = False


class _Run:
    def __init__(self, writer: Writer, patterns: Patterns, observer: Observer) -> None:
        self.writer = writer
        self.patterns = patterns
        self.observer = observer
        self.known = writer.sources()
        self.streams: dict[str, _Stream] = {}
        self.failures: list[FileFailure] = []
        self.old_failures: dict[str, list[FileFailure]] = {}
        for failure in writer.failures():
            self.old_failures.setdefault(failure.source, []).append(failure)
        self.by_path = {s.path: s.name for s in self.known.values() if s.path is not None}
        self.seen: set[str] = set()

    # -- planning ------------------------------------------------------------------------

    def taken(self) -> dict[str, str]:
        """Return the names that files elsewhere hold."""
        return {s.name: local_path(s.path) for s in self.known.values() if s.path is not None and is_there(s.path)}

    def named(self, sources: Iterator[Source]) -> list[Source]:
        """Give every file the name that it has in the database, so that it is stored once."""
        found = []
        for source in sources:
            name = self.by_path.get(source_path(source) or "", source.name)
            found.append(source if name == source.name else replace(source, name=name))
        return found

    def fail(self, failure: FileFailure) -> None:
        """Count and tell a failure."""
        self.failures.append(failure)
        self.writer.counts.failures += 1
        self.observer.failed(failure)

    def unchanged(self, source: Source, digest: str) -> bool:
        """Return whether the database holds what this file would yield."""
        known = self.known.get(source.name)
        if known is None or known.sha256 != digest:
            return False
        return (known.version, known.pack_hash) == (self.writer.version, self.writer.pack_hash)

    def skip(self, source: Source) -> None:
        """Pass over an unchanged file; failures of its records are still failures."""
        known = self.known[source.name]
        self.writer.counts.unchanged += 1
        own = [f for f in self.old_failures.get(source.name, []) if f.document != source.name]
        path = source_path(source)
        self.writer.still_good(known, path, own)
        for failure in own:
            self.fail(failure)
        self.observer.advanced(max(source.size, 0), 0, 0)

    def units(self, sources: Sequence[Source]) -> Iterator[Unit]:
        """Yield the work that is to do, in the order of the files."""
        batch: list[Task] = []
        size = 0
        for source in sources:
            self.writer.counts.files += 1
            self.seen.add(source.name)
            # Where there is none the worker meets the same error and reports it.
            digest = digest_of(source) if source.problem is None else None
            if digest and self.unchanged(source, digest):
                self.skip(source)
                continue
            if source.size >= STREAM_FROM and os.path.splitext(source.path)[1].lower() in STREAMED and digest:
                if batch:
                    yield Unit(tuple(batch))
                    batch, size = [], 0
                yield from self.records(source, digest)
                continue
            batch.append(source)
            size += max(source.size, 1024)
            if size >= UNIT_BYTES or len(batch) >= UNIT_TASKS:
                yield Unit(tuple(batch))
                batch, size = [], 0
        if batch:
            yield Unit(tuple(batch))

    def records(self, source: Source, digest: str) -> Iterator[Unit]:
        """Yield the records of one large file that are new or changed, and an empty unit at its end."""
        known = self.known.get(source.name)
        stream = self.streams[source.name] = _Stream(source, known, digest)
        old = self.writer.digests(known.id) if known else {}
        batch: list[Task] = []
        size = 0
        try:
            for item in read_source(source):
                if isinstance(item, Failure):
                    stream.failures.append(record_failure(item, source))
                    continue
                if old and old.get(item.name) == record_digest(item):
                    stream.keep.add(item.name)
                    continue
                batch.append(item)
                size += len(item.text)
                if size >= UNIT_BYTES or len(batch) >= UNIT_TASKS * 4:
                    yield Unit(tuple(batch), source)
                    batch, size = [], 0
        except ReadError as error:
            stream.failures.append(read_failure(error, source))
            stream.again = True
        if batch:
            yield Unit(tuple(batch), source)
        yield Unit((), source)

    # -- storing -------------------------------------------------------------------------

    def store(self, unit: Unit, outcomes: Sequence[Outcome]) -> None:
        """Store what became of one unit."""
        if unit.owner is not None:
            self.store_records(self.streams[unit.owner.name], unit, outcomes)
            self.tick()
            return
        for task, outcome in zip(unit.tasks, outcomes, strict=True):
            assert isinstance(task, Source)
            self.store_file(task, outcome)
        self.tick()

    def tick(self) -> None:
        """Write what has gathered, and tell what the database refused."""
        self.writer.tick()
        self.tell_rejected()

    def tell_rejected(self) -> None:
        """Count documents that broke a rule of the schema as failures."""
        rejected, self.writer.rejected = self.writer.rejected, []
        for failure in rejected:
            stream = self.streams.get(failure.source)
            if stream is None:
                self.fail(failure)
            else:  # told at the end of its file, with the others
                stream.failures.append(failure)

    def store_file(self, source: Source, outcome: Outcome) -> None:
        """Replace the rows of one file, or keep those of an earlier reading if it failed."""
        path = source_path(source)
        failures = outcome.failures
        lost = any(f.document == source.name for f in failures)
        if outcome.rows or not lost:
            digest = None if outcome.again or lost else digest_of(source)
            self.writer.put_file(source.name, path, digest, outcome.rows, failures=failures)
        else:
            self.writer.put_failures(source.name, failures)
        for failure in failures:
            self.fail(failure)
        self.observer.advanced(max(source.size, 0), len(outcome.rows), sum(r.chars for r in outcome.rows))

    def store_records(self, stream: _Stream, unit: Unit, outcomes: Sequence[Outcome]) -> None:
        """Store records of a new file at once; let those of a known one wait for its end."""
        path = source_path(stream.source)
        rows: list[DocumentRows] = []
        for outcome in outcomes:
            rows += outcome.rows
            stream.failures += outcome.failures
            stream.again = stream.again or outcome.again
        stream.stored += len(rows)
        if stream.known is not None:
            for row in rows:
                stream.spool.put(row)
        elif rows:
            self.writer.put_records(stream.source.name, path, rows)
        self.observer.advanced(0, len(rows), sum(r.chars for r in rows))
        if not unit.tasks:
            self.end_stream(stream, path)

    def end_stream(self, stream: _Stream, path: str | None) -> None:
        """Finish a file whose records were stored one by one."""
        source = stream.source
        self.writer.flush()
        self.tell_rejected()
        lost = any(f.document == source.name for f in stream.failures)
        digest = None if stream.again or lost else stream.digest
        if lost and not stream.stored and not stream.keep:
            self.writer.put_failures(source.name, stream.failures)
        elif stream.known is None:
            self.writer.end_records(source.name, path, digest, stream.failures)
        elif stream.stored or not self.nothing_new(stream, digest):
            keep = frozenset(stream.keep)
            self.writer.put_file(source.name, path, digest, stream.spool, keep, stream.failures, alone=True)
        stream.spool.close()
        del self.streams[source.name]
        for failure in stream.failures:
            self.fail(failure)
        self.observer.advanced(max(source.size, 0), 0, 0)

    def nothing_new(self, stream: _Stream, digest: str | None) -> bool:
        """Return whether a file that has to be read again turned out as it was."""
        known = stream.known
        if known is None or known.sha256 != digest:
            return False
        old = set(self.old_failures.get(known.name, []))
        return old == set(stream.failures) and stream.keep >= self.writer.digests(known.id).keys()


def run(
    paths: Sequence[str],
    db: str,
    *,
    packs: Sequence[str] = (),
    jobs: int | None = None,
    prune: bool = False,
    timeout: float | None = 120.0,
    observer: Observer,
) -> RunResult:
    """Extract files into a database.

    Parameters
    ----------
    paths : sequence of str
        Files, folders or ``-``.
    db : str
        Database file; made where it is missing.
    packs : sequence of str
        Folders of pattern packs, layered over the shipped ones.
    jobs : int, optional
        Worker processes; default the cores that this process may use.
    prune : bool
        Remove what stems from files that are gone.
    timeout : float, optional
        Seconds per document.
    observer : Observer

    Returns
    -------
    RunResult

    Raises
    ------
    UsageError
        When a PATH does not exist.
    PatternError
        When a pattern pack is broken.
    StoreError
        When the database cannot be used.
    """
    skipped: dict[str, int] = {}

    def on_skip(path: str, why: str) -> None:
        skipped[why] = skipped.get(why, 0) + 1

    iter_sources(paths)  # a wrong PATH and a broken pack are told before the database is touched
    patterns = load_patterns(packs)
    connection = open_database(db)
    try:
        writer = Writer(connection, version=code_version(), pack_hash=patterns.hash, packs=packs, path=db)
        work = _Run(writer, patterns, observer)
        found = work.named(iter_sources(paths, on_skip=on_skip, taken=work.taken()))
        writer.counts.skipped = skipped
        observer.planned(len(found), sum(max(s.size, 0) for s in found))
        _tell_why(work, found, observer)
        interrupted = _drive(work, found, jobs or cores(), timeout)
        pruned: list[str] = []
        if prune and not interrupted:
            pruned = writer.prune(frozenset(work.seen))
        writer.flush()
        work.tell_rejected()
        writer.finish("interrupted" if interrupted else "finished")
        return RunResult(writer.counts, work.failures, pruned, writer.wrote, interrupted)
    finally:
        connection.close()


def _tell_why(work: _Run, found: Sequence[Source], observer: Observer) -> None:
    """Say why files are read again that have not changed."""
    before = [work.known[s.name] for s in found if s.name in work.known]
    versions = {s.version for s in before}
    hashes = {s.pack_hash for s in before}
    if hashes and hashes != {work.writer.pack_hash}:
        observer.said("The pattern packs have changed: a new word can matter in any text, so every file is read again.")
    elif versions and versions != {work.writer.version}:
        observer.said("The program has changed since the last run: every file is read again.")


def _drive(work: _Run, found: Sequence[Source], jobs: int, timeout: float | None) -> bool:
    """Do the work; return whether it was interrupted."""
    units = work.units(found)
    first = next(units, None)
    if first is None:
        work.writer.flush()
        return False
    with Deferred() as guard:
        try:
            chain = _chain(first, units)
            if jobs > 1 and _worth_a_pool(found):
                _warm_up(work.patterns)
                done = run_pool(chain, work.patterns, timeout, jobs)
            else:
                if timeout is not None and timeout < SOON:
                    _warm_up(work.patterns)  # else the first document pays for the patterns
                done = run_serial(chain, work.patterns, timeout)
            try:
                for unit, outcomes in done:
                    with guard.hold():
                        work.store(unit, outcomes)
            finally:
                done.close()
            with guard.hold():
                work.writer.flush()
            return False
        except KeyboardInterrupt:
            with guard.hold():
                work.writer.flush()
            return True


def _chain(first: Unit, rest: Iterator[Unit]) -> Iterator[Unit]:
    yield first
    yield from rest


def _worth_a_pool(found: Sequence[Source]) -> bool:
    return (len(found) > 1 and sum(max(s.size, 0) for s in found) > POOL_FROM) or any(
        s.size >= STREAM_FROM for s in found
    )


_COMMON = "中位OS为9.1个月。 Median PFS was 9.1 vs 6.3 months (HR 0.61; 95% CI 0.45-0.83; P=0.002); ORR 45%."


def _warm_up(patterns: Patterns) -> None:
    """Import and compile before forking what most texts need, so that workers share it."""
    from ..pipeline import extract

    extract(Document("-", _COMMON), patterns)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
