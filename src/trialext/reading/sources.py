"""Which files are meant: from the PATHs of the command line to named sources."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from typing import BinaryIO

from .errors import ReadError, UsageError
from .limits import LIMITS

__all__ = ["SUFFIXES", "Source", "iter_sources", "skip_reason", "storable"]

SUFFIXES = frozenset(
    {
        *(".txt", ".text", ".md", ".markdown"),
        *(".html", ".htm", ".xhtml"),
        *(".docx", ".pdf"),
        *(".xml", ".nxml", ".nbib", ".medline"),
        *(".jsonl", ".ndjson"),
        *(".zip", ".gz"),
    }
)
"""Suffixes that are read when a folder is walked; content decides how."""

SkipHook = Callable[[str, str], None]

_CHUNK = 1 << 20
_MAX_DEPTH = 200


@dataclass(frozen=True)
class Source:
    """One file to read.

    Attributes
    ----------
    path : str
        Where it lies; for standard input a temporary file.
    name : str
        Name of its document (or the part before ``#`` for a file of many).
    explicit : bool
        True when the file itself was given, False when it was found in a folder.
    size : int
        Bytes, at the time of the walk; -1 when unknown.
    mtime_ns : int
        Time of the last change in nanoseconds; -1 when unknown.
    root : str
        The PATH that led here, as given.
    problem : tuple of (str, str) or None
        Reason and message where the walk already knows that it cannot be read;
        `read_source` raises it.
    """

    path: str
    name: str
    explicit: bool = False
    size: int = -1
    mtime_ns: int = -1
    root: str = ""
    problem: tuple[str, str] | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal; computed on first use.

        Raises
        ------
        ReadError
            When the file cannot be opened.
        """
        sha = hashlib.sha256()
        with open_regular(self.path) as file:
            while chunk := file.read(_CHUNK):
                sha.update(chunk)
        return sha.hexdigest()


def open_regular(path: str) -> BinaryIO:
    """Open a regular file for reading without ever waiting for a writer.

    Raises
    ------
    ReadError
        ``vanished``, or ``unreadable`` for anything that is no readable regular file.
    """
    try:
        # O_NONBLOCK: opening a named pipe without a writer must not hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise ReadError("vanished", "the file is gone, or the link leads nowhere") from error
    except (OSError, ValueError) as error:
        raise ReadError("unreadable", f"cannot open the file: {_why(error)}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadError("unreadable", "not a regular file")
    return os.fdopen(descriptor, "rb")


def iter_sources(
    paths: Sequence[str],
    *,
    on_skip: SkipHook | None = None,
    taken: Mapping[str, str] | None = None,
) -> Iterator[Source]:
    """Walk files, folders and ``-`` and name each file once.

    PATHs keep their order; within a folder files come sorted by path.  A file that two
    PATHs reach is yielded once, under its first name.

    Parameters
    ----------
    paths : sequence of str
    on_skip : callable(path, why), optional
        Called for everything that a folder holds and that is not read; `why` is
        ``hidden``, ``readme``, ``gold``, ``unsupported`` or ``link``.
    taken : mapping of name to absolute path, optional
        Names that are in use already: another path gets its root folder in front.

    Returns
    -------
    iterator of Source

    Raises
    ------
    UsageError
        At the call, when a PATH does not exist.
    """
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise UsageError(f"no such file or folder: {storable(path)}")
    return _named(paths, on_skip or _ignore, dict(taken or {}))


def storable(name: str) -> str:
    r"""Return `name` as valid Unicode: bytes that are no UTF-8 become ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if not name.isascii() else name


def skip_reason(filename: str, *, directory: bool = False) -> str | None:
    """Return why a folder's or archive's entry of this name is not read, or None.

    Parameters
    ----------
    filename : str
        Last part of the path.
    directory : bool
        Whether the entry is a folder.

    Returns
    -------
    str or None
        ``hidden``, ``gold`` (folders), ``readme`` or ``unsupported`` (files).
    """
    if filename.startswith("."):
        return "hidden"
    if directory:
        return "gold" if filename == "gold" else None
    if filename.startswith("README"):
        return "readme"
    if os.path.splitext(filename)[1].lower() not in SUFFIXES:
        return "unsupported"
    return None


_EXPLICIT_MESSAGES = {
    "hidden": "hidden files are not read; give it a name without the leading dot, or pipe it in with `-`",
    "readme": "README files are not read; rename it, or pipe it in with `-`",
    "gold": "folders named gold hold annotations and are not read; give the files in it one by one",
}


def _ignore(path: str, why: str) -> None:
    return None


def _named(paths: Sequence[str], on_skip: SkipHook, taken: dict[str, str]) -> Iterator[Source]:
    """Give every file its name, clear of collisions."""
    seen: set[str] = set()
    for root in paths:
        for source in _walk(root, on_skip):
            real = os.path.abspath(source.path)
            if real in seen:
                continue
            seen.add(real)
            name = _free_name(source, real, taken)
            taken[name] = real
            yield replace(source, name=name)


def _free_name(source: Source, real: str, taken: Mapping[str, str]) -> str:
    """Return the source's name, with as much of its root in front as keeps it unique."""
    name = source.name
    if taken.get(name, real) == real:
        return name
    root = os.path.abspath(source.root)
    folder = os.path.dirname(root) if source.explicit else root
    for part in reversed(PurePath(folder).parts):
        name = f"{storable(part).rstrip('/')}/{name}"
        if taken.get(name, real) == real:
            return name
    return storable(real)  # only when another root produced this very path


def _walk(root: str, on_skip: SkipHook) -> Iterator[Source]:
    """Yield the sources of one PATH, named relative to it."""
    if root == "-":
        yield _standard_input()
        return
    base = os.path.basename(os.path.abspath(root))
    if os.path.isdir(root):
        if base == "gold":
            yield Source(root, storable(base), True, root=root, problem=("skipped-name", _EXPLICIT_MESSAGES["gold"]))
        else:
            yield from _walk_folder(root, root, "", on_skip, ())
        return
    yield _explicit_file(root, base)


def _explicit_file(root: str, base: str) -> Source:
    """Return the source of a file that was given by name."""
    why = skip_reason(base)
    problem = None
    if why == "unsupported":
        suffix = os.path.splitext(base)[1]
        if suffix:  # a file without a suffix is judged by its content
            message = f"files named *{storable(suffix)} are not read; known are {' '.join(sorted(SUFFIXES))}"
            problem = ("unsupported", message)
    elif why is not None:
        problem = ("skipped-name", _EXPLICIT_MESSAGES[why])
    try:
        status = os.stat(root)
    except OSError:
        return Source(root, storable(base), True, root=root, problem=problem)
    if stat.S_ISFIFO(status.st_mode) and problem is None:
        with open(root, "rb") as pipe:  # a shell's <(command)
            return replace(_spool(pipe, storable(base)), root=root)
    return Source(root, storable(base), True, status.st_size, status.st_mtime_ns, root, problem)


def _walk_folder(
    root: str, folder: str, prefix: str, on_skip: SkipHook, above: tuple[tuple[int, int], ...]
) -> Iterator[Source]:
    """Yield the files below `folder`, sorted; `above` holds the device and inode of its ancestors."""
    try:
        status = os.stat(folder)
        with os.scandir(folder) as entries:
            found = sorted(entries, key=_entry_name)
    except OSError as error:
        problem = ("unreadable", f"cannot list the folder: {_why(error)}")
        yield Source(folder, storable(prefix.rstrip("/") or os.path.basename(os.path.abspath(folder))), problem=problem)
        return
    here = (status.st_dev, status.st_ino)
    if here in above or len(above) > _MAX_DEPTH:
        on_skip(folder, "link")
        return
    for entry in found:
        try:
            directory = entry.is_dir(follow_symlinks=False)
            linked = not directory and entry.is_dir()
        except OSError:
            directory = linked = False
        why = skip_reason(entry.name, directory=directory or linked)
        if why is None and linked:
            why = "link"  # a linked folder may lead outside, or in a circle
        if why is not None:
            on_skip(entry.path, why)
        elif directory:
            yield from _walk_folder(root, entry.path, f"{prefix}{entry.name}/", on_skip, (*above, here))
        else:
            try:
                info = entry.stat()
                size, changed = info.st_size, info.st_mtime_ns
            except OSError:
                size = changed = -1
            yield Source(entry.path, storable(prefix + entry.name), False, size, changed, root)


def _entry_name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _standard_input() -> Source:
    stream: BinaryIO = sys.stdin.buffer
    return replace(_spool(stream, "-"), root="-")


def _spool(stream: BinaryIO, name: str) -> Source:
    """Copy a pipe to a temporary file, which is removed when the program ends."""
    descriptor, path = tempfile.mkstemp(prefix="trialext-")
    atexit.register(_remove, path)
    size = 0
    problem = None
    with os.fdopen(descriptor, "wb") as file:
        for chunk in _chunks(stream):
            size += len(chunk)
            if size > LIMITS.stream_bytes:
                problem = ("too-large", f"more than {LIMITS.stream_bytes >> 20} MiB on standard input")
                break
            file.write(chunk)
    return Source(path, name, True, size, root=name, problem=problem)


def _chunks(stream: BinaryIO) -> Iterable[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _why(error: BaseException) -> str:
    """Return the operating system's words without the path, which the caller prints."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)
