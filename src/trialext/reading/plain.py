"""Plain text and Markdown: the text as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Document
from .blob import Blob
from .encoding import decode

__all__ = ["read_text"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.S)
_FIELD = re.compile(r"^(title|doi|pmid|journal|year|author|authors)[ \t]*:[ \t]*(.+?)[ \t]*$", re.I | re.M)
_HEADING = re.compile(r"^#[ \t]+(.{1,400}?)[ \t]*#*[ \t]*$", re.M)


def read_text(blob: Blob) -> Iterator[Document]:
    """Yield the one document of a text file; title and DOI from Markdown's front matter or first heading."""
    text, _ = decode(blob.read())
    yield _with_metadata(blob.name, text)


def _with_metadata(name: str, text: str) -> Document:
    fields: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        fields = {key.lower(): value.strip("\"' ") for key, value in _FIELD.findall(front[1])}
    heading = _HEADING.search(text, 0, 4000)
    authors = fields.get("authors") or fields.get("author") or ""
    year = fields.get("year", "")
    return Document(
        name=name,
        text=text,
        reader="text",
        title=fields.get("title") or (heading[1] if heading else None),
        doi=fields.get("doi"),
        pmid=fields.get("pmid"),
        journal=fields.get("journal"),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        authors=tuple(a.strip() for a in re.split(r"[;，、]|,(?=\s)", authors.strip("[]")) if a.strip()),
    )
