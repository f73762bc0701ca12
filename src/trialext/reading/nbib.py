"""PubMed's ``.nbib`` (MEDLINE) files: one document per citation, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Document
from .blob import Blob
from .encoding import clean, decode
from .errors import Failure, ReadError
from .lines import read_lines

__all__ = ["read_nbib"]

_TAG = re.compile(r"([A-Z][A-Z0-9]{0,3}) {0,3}- ?")
_Fields = dict[str, list[str]]


def read_nbib(blob: Blob) -> Iterator[Document | Failure]:
    """Yield a document for every citation; a folded field is one line again."""
    fields: _Fields = {}
    last = ""
    number = 1
    seen: set[str] = set()
    for _, data in read_lines(blob):
        line = _decoded(data).rstrip("\r\n")
        tag = _TAG.match(line)
        if tag and tag[1] == "PMID" and "PMID" in fields:
            yield _document(fields, blob.name, number, seen)
            fields, number = {}, number + 1
        if tag:
            last = tag[1]
            fields.setdefault(last, []).append(line[tag.end() :].strip())
        elif line.startswith("      ") and last:
            fields[last][-1] += " " + line.strip()
        elif not line.strip() and ("TI" in fields or "AB" in fields) and "PMID" not in fields:
            yield _document(fields, blob.name, number, seen)
            fields, number, last = {}, number + 1, ""
    if fields:
        yield _document(fields, blob.name, number, seen)


def _decoded(line: bytes) -> str:
    if line.isascii():
        return clean(line.decode("ascii"))
    try:
        return decode(line)[0]
    except ReadError:
        return clean(line.decode("utf-8", "replace"))


def _document(fields: _Fields, file: str, number: int, seen: set[str]) -> Document | Failure:
    pmid = fields.get("PMID", [""])[0].split(" ")[0]
    ident = pmid if pmid.isdigit() else f"record-{number}"
    name = f"{file}#{ident}"
    if ident in seen:
        return Failure(f"{name} (record {number})", "duplicate", f"PMID {ident} stands twice")
    seen.add(ident)
    parts: list[tuple[str, str]] = []
    for tag in ("TI", "TT", "AB", "OAB"):
        parts += [(tag, text) for text in fields.get(tag, []) if text]
    registrations = [si.replace("/", ": ", 1) for si in fields.get("SI", []) if si]
    if registrations:
        parts.append(("SI", "\n".join(registrations)))
    text = ""
    source_map: list[tuple[int, str]] = []
    for tag, part in parts:
        text += "\n\n" if text else ""
        source_map.append((len(text), f"record {number} {tag}"))
        text += part
    year = re.search(r"(?:19|20)\d\d", fields.get("DP", [""])[0])
    return Document(
        name=name,
        text=text,
        reader="nbib",
        title=_first(fields, "TI"),
        doi=_doi(fields),
        pmid=pmid or None,
        journal=_first(fields, "JT") or _first(fields, "TA"),
        year=int(year[0]) if year else None,
        authors=tuple(fields.get("FAU") or fields.get("AU") or ()),
        source_map=tuple(source_map),
    )


def _first(fields: _Fields, tag: str) -> str | None:
    return next(iter(fields.get(tag, [])), None) or None


def _doi(fields: _Fields) -> str | None:
    for value in (*fields.get("LID", []), *fields.get("AID", []), *fields.get("DO", [])):
        if value.endswith("[doi]"):
            return value[:-5].strip()
    return None
