"""What one worker does: a file or a document in, rows out; the same in every process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from ..model import Document
from ..patterns import Patterns
from ..reading import Failure, ReadError, Source, read_source
from ..store.paths import stored_path
from ..store.rows import DocumentRows, to_rows
from ..store.writer import FileFailure

__all__ = [
    "DocumentTimeout",
    "Outcome",
    "Task",
    "Unit",
    "do_task",
    "lost",
    "record_failure",
    "source_path",
    "time_limit",
]

Task = Source | Document
"""A file that is still to be read, or a record that was."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Tasks that are worth one message to a worker, in the order of their rows."""

    tasks: tuple[Task, ...]
    owner: Source | None = None
    """The file whose records the tasks are; None when every task is a file of its own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task.

    Attributes
    ----------
    rows : tuple of DocumentRows
    failures : tuple of FileFailure
    again : bool
        True when another attempt may succeed (a time-out, a killed worker): the file is
        not marked as read.
    """

    rows: tuple[DocumentRows, ...] = ()
    failures: tuple[FileFailure, ...] = ()
    again: bool = False


class DocumentTimeout(BaseException):
    """A document took longer than it may; no `except Exception` on the way swallows it."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `DocumentTimeout` in this thread when the block takes longer than `seconds`.

    A context manager; None and 0 set no limit.  Works where the system has interval timers and
    only in the main thread of a process; elsewhere the watchdog of the process pool is the only
    limit.
    """
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise DocumentTimeout

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


def source_path(source: Source) -> str | None:
    """Return where the file lies as it is stored (`stored_path`), or None for standard input."""
    return None if source.root == "-" or source.name == "-" else stored_path(source.path)


def digest_of(source: Source) -> str | None:
    """Return the hash of a file's bytes, or None when it cannot be read."""
    try:
        return source.digest
    except ReadError:
        return None


def read_failure(error: ReadError, source: Source) -> FileFailure:
    """Return the failure of a whole file as it is stored."""
    return FileFailure(source.name, error.reason, error.message, source.name, source_path(source))


def _failed(task: Task, owner: Source | None, name: str, reason: str, message: str) -> FileFailure:
    source = task if isinstance(task, Source) else owner
    if source is None:
        return FileFailure(name, reason, message, name.split("#", 1)[0])
    return FileFailure(name, reason, message, source.name, source_path(source))


def lost(task: Task, owner: Source | None, reason: str, message: str) -> Outcome:
    """Return the outcome of a task that took its worker down.

    Parameters
    ----------
    task : Source or Document
    owner : Source or None
        The file that a record stems from.
    reason, message : str
        For machines and for people, as in `trialext.reading.Failure`.

    Returns
    -------
    Outcome
        One failure, and ``again`` is set.
    """
    return Outcome(failures=(_failed(task, owner, task.name, reason, message),), again=True)


def record_failure(failure: Failure, source: Source) -> FileFailure:
    """Return the failure of one record of a file as it is stored.

    Parameters
    ----------
    failure : Failure
    source : Source
        The file.

    Returns
    -------
    FileFailure
    """
    return FileFailure(failure.name, failure.reason, failure.message, source.name, source_path(source))


def _slow(seconds: float) -> str:
    return f"took longer than {seconds:g} s and was given up; raise the limit with --timeout"


def _one(document: Document, patterns: Patterns, timeout: float | None) -> DocumentRows | tuple[str, str]:
    """Return the rows of one document, or reason and message of its failure."""
    from ..pipeline import extract

    try:
        with time_limit(timeout):
            return to_rows(extract(document, patterns))
    except DocumentTimeout:
        return "timeout", _slow(timeout or 0)
    except MemoryError:
        return "too-large", "not enough memory for this text; split it"
    except Exception as error:
        return "internal", f"extraction failed with {type(error).__name__}: {error}; please report this"[:500]


def do_task(
    task: Task,
    owner: Source | None,
    patterns: Patterns,
    timeout: float | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Outcome:
    """Read a file (or take a record that was read) and extract its rows.

    Parameters
    ----------
    task : Source or Document
    owner : Source or None
        The file that a record stems from.
    patterns : Patterns
    timeout : float, optional
        Seconds for the text of one document, and for reading it.
    alive : callable
        Called after every document.

    Returns
    -------
    Outcome
        Errors of any kind are failures in it.
    """
    rows: list[DocumentRows] = []
    failures: list[FileFailure] = []
    again = False
    if isinstance(task, Document):
        documents: Iterator[Document | Failure] = iter((task,))
    else:
        documents = read_source(task)
    while True:
        try:
            with time_limit(timeout):
                document = next(documents, None)
        except ReadError as error:
            failures.append(_failed(task, owner, task.name, error.reason, error.message))
            break
        except DocumentTimeout:
            failures.append(_failed(task, owner, task.name, "timeout", f"reading {_slow(timeout or 0)}"))
            again = True
            break
        if document is None:
            break
        alive()
        if isinstance(document, Failure):
            failures.append(_failed(task, owner, document.name, document.reason, document.message))
        else:
            got = _one(document, patterns, timeout)
            if isinstance(got, DocumentRows):
                rows.append(got)
            else:
                failures.append(_failed(task, owner, document.name, *got))
                again = again or got[0] in ("timeout", "too-large")
        alive()
    return Outcome(tuple(rows), tuple(failures), again)
