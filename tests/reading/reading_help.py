"""Short ways to read what a test wrote."""

from __future__ import annotations

from pathlib import Path

from trialext.model import Document
from trialext.reading import Failure, Limits, ReadError, Source, iter_sources, read_source

Outcome = tuple[str, str]


def sources(*paths: Path | str) -> list[Source]:
    return list(iter_sources([str(path) for path in paths]))


def read_file(path: Path | str, limits: Limits | None = None) -> list[Document | Failure]:
    (source,) = sources(path)
    return list(read_source(source, limits=limits) if limits else read_source(source))


def read_bytes(folder: Path, name: str, data: bytes, limits: Limits | None = None) -> list[Document | Failure]:
    path = folder / name
    path.write_bytes(data)
    return read_file(path, limits)


def one(folder: Path, name: str, data: bytes) -> Document:
    (document,) = read_bytes(folder, name, data)
    assert isinstance(document, Document), document
    return document


def reason(folder: Path, name: str, data: bytes, limits: Limits | None = None) -> str:
    """Return why the file as a whole cannot be read, or ``read``."""
    try:
        read_bytes(folder, name, data, limits)
    except ReadError as error:
        assert error.message
        return error.reason
    return "read"
