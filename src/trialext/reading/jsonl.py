"""JSON Lines: one document per line, with ``id`` and ``text``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..model import Document
from .blob import Blob
from .encoding import clean, decode
from .errors import Failure, ReadError
from .lines import read_lines

__all__ = ["read_jsonl"]

_MAX_ID = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def read_jsonl(blob: Blob) -> Iterator[Document | Failure]:
    """Yield a document for every line; a bad line is a failure of its own.

    A line without ``id`` is named by its number.  ``title``, ``doi``, ``pmid``,
    ``journal``, ``year`` and ``authors`` are taken over.
    """
    seen: set[str] = set()
    for number, line in read_lines(blob):
        if not line.strip():
            continue
        place = f"{blob.name}#line {number}"
        try:
            record = _record(line)
            ident = _ident(record, number)
        except ReadError as error:
            yield Failure(place, error.reason, f"line {number}: {error.message}")
            continue
        name = f"{blob.name}#{ident}"
        if ident in seen:
            yield Failure(f"{name} (line {number})", "duplicate", f"line {number}: the id {ident!r} stands twice")
            continue
        seen.add(ident)
        text = record.get("text")
        if not isinstance(text, str):
            yield Failure(name, "bad-record", f'line {number}: "text" must be a string')
            continue
        yield Document(
            name=name,
            text=clean(text.removeprefix("\ufeff")),
            reader="jsonl",
            source_map=((0, f"line {number}"),),
            **_metadata(record),
        )


def _record(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line if line.isascii() else decode(line)[0])
    except (ValueError, RecursionError) as error:
        where = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ReadError("bad-record", f"not valid JSON{where}") from error
    if not isinstance(value, dict):
        raise ReadError("bad-record", 'each line must be an object with "id" and "text"')
    return value


def _ident(record: dict[str, Any], number: int) -> str:
    value = record.get("id", record.get("_id"))
    if value is None:
        return str(number)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ReadError("bad-record", '"id" must be a string or a whole number')
    try:
        ident = _CONTROL.sub("\ufffd", str(value)).strip()
    except ValueError as error:
        raise ReadError("bad-record", '"id" is too long a number') from error
    if not ident or len(ident) > _MAX_ID:
        raise ReadError("bad-record", f'"id" must have 1 to {_MAX_ID} characters')
    return ident


def _metadata(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("title", "doi", "pmid", "journal"):
        value = record.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) < 5000:
            found[key] = clean(str(value)) or None
    year = record.get("year")
    if str(year).isdecimal() and len(str(year)) == 4:
        found["year"] = int(str(year))
    authors = record.get("authors")
    if isinstance(authors, list):
        found["authors"] = tuple(clean(a) for a in authors if isinstance(a, str))
    return found
