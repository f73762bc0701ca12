"""From one source to its documents, whatever it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..model import Document
from .blob import Blob
from .encoding import clean
from .errors import Failure, ReadError, as_read_error
from .limits import LIMITS, Limits
from .registry import read_blob
from .sources import Source, open_regular

__all__ = ["read_source"]

_NO_TEXT = "".join(map(chr, (*range(33), 0x7F, 0xA0, 0xFEFF, 0xFFFD, 0x3000, *range(0x2000, 0x2010))))


def read_source(source: Source, *, limits: Limits = LIMITS) -> Iterator[Document | Failure]:
    """Read one source: one document, or one for every record of a file of many.

    Records are streamed; memory holds one at a time.

    Parameters
    ----------
    source : Source
    limits : Limits

    Yields
    ------
    Document
        A text that could be read.
    Failure
        A record that could not, while others can; also the loss of the rest of a file
        after some of its records were yielded.

    Raises
    ------
    ReadError
        When nothing of the source can be read; never after the first record.
    """
    if source.problem is not None:
        raise ReadError(*source.problem)
    blob = Blob(source.name, os.path.basename(source.path), lambda: open_regular(source.path), limits=limits)
    started = False
    try:
        with blob.open() as file:
            before = _state(file.fileno())
        blob = Blob(blob.name, blob.filename, blob.opener, before[0], limits)
        for item in read_blob(blob):
            item = _checked(item, limits)
            if not started and _changed(source.path, before):
                raise ReadError("changed", "the file changed while it was read; run again")
            started = True
            yield item
        if _changed(source.path, before):
            raise ReadError("changed", "the file changed while it was read; run again")
        if not started:
            raise ReadError("empty", "the file holds no records")
    except Exception as error:
        problem = as_read_error(error)
        if not started:
            raise problem from error
        yield Failure(source.name, problem.reason, problem.message)


def _state(descriptor: int | str) -> tuple[int, int, int]:
    status = os.stat(descriptor)
    return status.st_size, status.st_mtime_ns, status.st_ino


def _changed(path: str, before: tuple[int, int, int]) -> bool:
    try:
        return _state(path) != before
    except OSError:
        return False  # gone after it was read whole: what was read is good


def _checked(item: Document | Failure, limits: Limits) -> Document | Failure:
    """Turn a document without text, or with too much, into its failure."""
    if isinstance(item, Failure):
        return item
    if not item.text.strip() or not item.text.strip(_NO_TEXT):
        problem = ReadError("empty", "there is no text in it")
    elif len(item.text) > limits.text_chars:
        problem = ReadError("too-large", f"more than {limits.text_chars:,} characters of text; split it")
    else:
        return _storable(item)
    if "#" not in item.name:
        raise problem
    return Failure(item.name, problem.reason, problem.message)


def _storable(item: Document) -> Document:
    """Clean name and metadata as the readers clean the text: a database takes no lone surrogate."""
    fields: dict[str, Any] = {
        key: clean(value)
        for key in ("name", "title", "doi", "pmid", "journal")
        if isinstance(value := getattr(item, key), str) and value != clean(value)
    }
    authors = tuple(map(clean, item.authors))
    if authors != item.authors:
        return replace(item, authors=authors, **fields)
    return replace(item, **fields) if fields else item
