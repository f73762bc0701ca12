"""The one list of formats: what each looks like and which reader serves it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from ..model import Document
from .blob import Blob, gunzipped
from .errors import Failure, ReadError

__all__ = ["FORMATS", "Format", "choose", "read_blob"]

_MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes
    ----------
    name : str
        Stored as ``documents.reader``.
    looks : callable(head, filename) -> bool
        Whether the first bytes are of this format; tried in the order of `FORMATS`.
    reader : str
        ``module:function`` in this package; imported when first needed.
    """

    name: str
    looks: Callable[[bytes, str], bool]
    reader: str

    def read(self, blob: Blob) -> Iterator[Document | Failure]:
        """Yield the documents of `blob`."""
        module, function = self.reader.split(":")
        found: Iterator[Document | Failure] = getattr(import_module(f".{module}", __package__), function)(blob)
        return found


def _magic(*starts: bytes) -> Callable[[bytes, str], bool]:
    def looks(head: bytes, filename: str) -> bool:
        return head.startswith(starts)

    return looks


_SPACE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*)*", re.S)
_PUBMED = re.compile(rb"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticleSet|MedlineCitationSet|MedlineCitation)\b")
_JATS = re.compile(rb"<(?:article|pmc-articleset)\b")
_HTML = re.compile(rb"\A<(?:!doctype\s+html|html|head|body)\b", re.I)
_JSON_LINE = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"')
_NBIB = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:PMID- ?\d|[A-Z]{2,4} {0,2}- )")
_WIDE_ASCII = re.compile(rb"\A(?:\xff\xfe|\xfe\xff)")


def _narrow(head: bytes) -> bytes:
    """Return UTF-16 markup as ASCII, so that one set of expressions looks at both."""
    return head.replace(b"\0", b"")[2:] if _WIDE_ASCII.match(head) else head


def _starts(head: bytes) -> bytes:
    head = _narrow(head)
    space = _SPACE.match(head)
    return head[space.end() :] if space else head


def _is_pdf(head: bytes, filename: str) -> bool:
    return b"%PDF-" in head[:1024]


def _is_pubmed(head: bytes, filename: str) -> bool:
    return _starts(head).startswith(b"<") and _PUBMED.search(_narrow(head)) is not None


def _is_jats(head: bytes, filename: str) -> bool:
    start = _starts(head)
    if not start.startswith(b"<") or _HTML.match(start):
        return False
    return b"JATS" in start[:2000] or b"NLM//DTD" in start[:2000] or _JATS.match(_after_doctype(start)) is not None


def _after_doctype(start: bytes) -> bytes:
    if start[:9].upper() != b"<!DOCTYPE":
        return start
    found = re.search(rb"<(?![!?])", start[1:])
    return start[1 + found.start() :] if found else start


def _is_html(head: bytes, filename: str) -> bool:
    if _HTML.match(_starts(head)) is None:
        return False
    # An OCR'd Markdown text may begin with a table in <html> and go on as text.
    if filename.lower().endswith((".md", ".markdown", ".txt", ".text")):
        closed = re.search(rb"</html>\s*(\S)", _narrow(head), re.I)
        return closed is None
    return True


def _is_xml(head: bytes, filename: str) -> bool:
    return _starts(head).startswith(b"<") and (
        _narrow(head).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")
        or filename.lower().endswith((".xml", ".nxml"))
    )


def _is_jsonl(head: bytes, filename: str) -> bool:
    return _JSON_LINE.match(head) is not None and (
        filename.lower().endswith((".jsonl", ".ndjson")) or b'"text"' in head or not _suffixed(filename)
    )


def _suffixed(filename: str) -> bool:
    return "." in filename.lstrip(".")


def _is_jsonl_by_name(head: bytes, filename: str) -> bool:
    return filename.lower().endswith((".jsonl", ".ndjson"))


def _is_nbib(head: bytes, filename: str) -> bool:
    return _NBIB.match(head) is not None and (b"\nTI  - " in head or b"\nAB  - " in head or b"PMID- " in head[:4000])


def _always(head: bytes, filename: str) -> bool:
    return True


FORMATS: tuple[Format, ...] = (
    Format("gzip", _magic(b"\x1f\x8b"), "registry:read_gzip"),
    Format("pdf", _is_pdf, "pdf:read_pdf"),
    Format("zip", _magic(b"PK\x03\x04", b"PK\x05\x06"), "zipped:read_zip"),
    Format("ole", _magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "registry:read_ole"),
    Format("pubmed", _is_pubmed, "pubmed:read_pubmed"),
    Format("html", _is_html, "html:read_html"),
    Format("jats", _is_jats, "jats:read_jats"),
    Format("xml", _is_xml, "jats:read_xml"),
    Format("jsonl", _is_jsonl, "jsonl:read_jsonl"),
    Format("nbib", _is_nbib, "nbib:read_nbib"),
    Format("jsonl", _is_jsonl_by_name, "jsonl:read_jsonl"),
    Format("text", _always, "plain:read_text"),
)
"""Every format, in the order in which they are tried."""

_OTHER_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it"),
    (b"BZh", "a bzip2 file; unpack it"),
    (b"\xfd7zXZ\0", "an xz file; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a zstd file; unpack it"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"{\\rtf", "an RTF file; save it as DOCX or text"),
)


def choose(blob: Blob) -> Format:
    """Return the format of `blob`, by its first bytes; its name only breaks ties.

    Raises
    ------
    ReadError
        ``empty``, or ``binary`` for a known format that holds no text for us.
    """
    head = blob.head
    if not head.strip(b"\0 \t\r\n"):
        if head and head.count(0) > 2:
            raise ReadError("binary", "not a text: it holds zero bytes")
        if len(head) < 1024:
            raise ReadError("empty", "the file holds nothing")
    for magic, what in _OTHER_MAGIC:
        if head.startswith(magic) and (len(magic) > 2 or b"\0" in head):
            raise ReadError("binary", f"this is {what}")
    return next(form for form in FORMATS if form.looks(head, blob.filename))


def read_blob(blob: Blob) -> Iterator[Document | Failure]:
    """Yield the documents of `blob` with the reader that its content asks for."""
    if blob.depth > _MAX_DEPTH:
        raise ReadError("bomb", "too many archives inside each other")
    return choose(blob).read(blob)


def read_gzip(blob: Blob) -> Iterator[Document | Failure]:
    """Yield what is inside a ``.gz``."""
    return read_blob(gunzipped(blob))


def read_ole(blob: Blob) -> Iterator[Document | Failure]:
    """Tell an encrypted Office file from an old one; neither can be read."""
    if "EncryptedPackage".encode("utf-16-le") in blob.read(blob.limits.package_bytes):
        raise ReadError("password", "protected by a password: save it without one")
    raise ReadError("unsupported", "an Office file in the format before 2007: save it as DOCX or PDF")
