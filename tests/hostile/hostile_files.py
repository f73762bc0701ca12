"""Files that lie, explode or break off; each function returns the bytes of one."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable

from reading_samples import archive, docx, jats, pdf, pdf_page, plain_text, pubmed, pubmed_record

MIB = 1 << 20


def entities(levels: int, text: str = "lol") -> str:
    """Declare entities of which each holds ten of the one before."""
    lines = [f'<!ENTITY e0 "{text}">']
    lines += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels)]
    return f"<!DOCTYPE article [{''.join(lines)}]>"


def article(doctype: str, body: str) -> bytes:
    return f'<?xml version="1.0"?>{doctype}<article><body><p>{body}</p></body></article>'.encode()


def stored_zip(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return target.getvalue()


def locked_zip() -> bytes:
    """Set the bit that says encrypted in the two headers of the one entry."""
    data = bytearray(archive())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + place] |= 1
    return bytes(data)


def overlapping_zip(entries: int) -> bytes:
    """Return an archive whose directory names one entry many times."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("0.txt", b"HR 0.51 " * MIB)
        first = file.filelist[0]
        for number in range(1, entries):
            twin = zipfile.ZipInfo(f"{number}.txt")
            for field in ("header_offset", "compress_type", "CRC", "compress_size", "file_size"):
                setattr(twin, field, getattr(first, field))
            file.filelist.append(twin)
    return target.getvalue()


def bomb_docx() -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return stored_zip(("[Content_Types].xml", types), ("word/document.xml", b"<w:document>" + b" " * (100 * MIB)))


def spanned_docx() -> bytes:
    """Return a Word file with a table cell that claims to span a thousand million columns."""
    with zipfile.ZipFile(io.BytesIO(docx())) as file:
        members = {info.filename: file.read(info) for info in file.infolist()}
    text = members["word/document.xml"].decode()
    text = text.replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="999999999"/>', 1)
    members["word/document.xml"] = text.encode()
    return archive(members)


def locked_pdf() -> bytes:
    handler = b"/Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%s> /U <%s>" % (b"41" * 32, b"42" * 32)
    return pdf([[(60, 700, 10, "HR 0.51")]], b"/Encrypt << " + handler + b" >> /ID [<00><00>] ")


def locked_office() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # ---- decompression bombs
    "gzip of one letter": ("a.txt.gz", lambda: gzip.compress(b"a" * (100 * MIB)), "bomb"),
    "gzip of records": (
        "a.jsonl.gz",
        lambda: gzip.compress(b'{"id": "a", "text": "' + b" " * (100 * MIB) + b'"}'),
        "bomb",
    ),
    "gzip of empty lines": ("a.nbib.gz", lambda: gzip.compress(b"PMID- 1\nTI  - x\n" + b"\n" * (100 * MIB)), "bomb"),
    "gzip of blank XML": ("a.xml.gz", lambda: gzip.compress(b"<PubmedArticleSet>" + b" " * (100 * MIB)), "too-large"),
    "zip of one letter": ("a.zip", lambda: stored_zip(("a.txt", b"a" * (100 * MIB))), "bomb"),
    "zip of overlapping entries": ("a.zip", lambda: overlapping_zip(2000), "bomb"),
    "docx of blanks": ("a.docx", bomb_docx, "bomb"),
    # ---- XML
    "entities that multiply": ("a.xml", lambda: article(entities(10), "&e9;"), "bomb"),
    "one large entity many times": ("a.xml", lambda: article(entities(1, "a" * 100_000), "&e0;" * 50_000), "bomb"),
    "deep XML": ("a.xml", lambda: article("", "<sec>" * 100_000 + "</sec>" * 100_000), "too-large"),
    "XML of many tags": ("a.xml", lambda: article("", "<b/>" * 2_000_000), "too-large"),
    "a citation without end": (
        "a.xml",
        lambda: b"<PubmedArticleSet><PubmedArticle>" + b"<b/>" * 3_000_000,
        "too-large",
    ),
    # ---- web pages
    "deep page": ("a.html", lambda: b"<html><body>" + b"<div>" * 200_000 + b"HR 0.51", "too-large"),
    "page of many tags": ("a.html", lambda: b"<html><body>" + b"<i>1</i>" * 600_000, "too-large"),
    # ---- sizes
    "text of 200 MB": ("a.txt", lambda: b"HR 0.51 was seen.\n" * (200 * MIB // 18), "too-large"),
    "one line of 60 MB": ("a.txt", lambda: b"HR 0.51 " * (60 * MIB // 8), "too-large"),
    "one JSON line of 60 MB": ("a.jsonl", lambda: b'{"text": "' + b"a" * (60 * MIB) + b'"}', "too-large"),
    "PDF of too many pages": ("a.pdf", lambda: pdf([[]] * 10_001), "too-large"),
    # ---- locked
    "locked PDF": ("a.pdf", locked_pdf, "password"),
    "locked Word file": ("a.docx", locked_office, "password"),
    "locked archive": ("a.zip", locked_zip, "password"),
    # ---- broken off
    "text cut in a character": ("a.txt", lambda: "无进展生存期".encode()[:-1], "truncated"),
    "gzip cut": ("a.txt.gz", lambda: gzip.compress(plain_text().encode() * 99)[:-40], "truncated"),
    "zip cut": ("a.zip", lambda: archive()[:-30], "truncated"),
    "docx cut": ("a.docx", lambda: docx()[:-900], "truncated"),
    "PDF cut": ("a.pdf", lambda: pdf_page()[:400], "truncated"),
    "JATS cut": ("a.nxml", lambda: jats()[:-50], "truncated"),
    "PubMed cut in its first record": ("a.xml", lambda: pubmed()[:300], "truncated"),
    # ---- not what it says
    "nothing": ("a.txt", lambda: b"", "empty"),
    "PDF without text": ("a.pdf", lambda: pdf([[], []]), "no-text-layer"),
    "PDF in name only": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "damaged"),
    "picture named text": ("a.txt", lambda: b"\x89PNG\r\n\x1a\n" + noise(900), "binary"),
    "noise named text": ("a.txt", lambda: noise(50_000), "binary"),
    "zeros named text": ("a.txt", lambda: bytes(5000), "binary"),
    "spreadsheet named docx": (
        "a.docx",
        lambda: archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}),
        "unsupported",
    ),
    "XML of another kind": ("a.xml", lambda: b'<?xml version="1.0"?><svg><path d="M0"/></svg>', "unsupported"),
    "archive of nothing": ("a.zip", lambda: archive({"a.png": b"x"}), "empty"),
    "gzip in gzip in gzip": (
        "a.gz",
        lambda: gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"HR 0.51")))),
        "bomb",
    ),
    # ---- read, and harmless
    "spans that multiply": (
        "a.html",
        lambda: b"<html><body><table>" + b"<tr><td rowspan=65000 colspan=1000>0.51</td></tr>" * 3000,
        "read",
    ),
    "Word cell over all columns": ("a.docx", spanned_docx, "read"),
    "five million pipes": ("a.md", lambda: b"|" * (5 * MIB), "read"),
    "control characters": ("a.txt", lambda: "HR \u202e15.0\u202c \x07\x1b[31m0.51\ufeff".encode(), "read"),
    "surrogates in UTF-8": ("a.txt", lambda: b"HR \xed\xa0\x80 " + "中文文本".encode() * 50, "read"),
    "statements in a record": (
        "a.jsonl",
        lambda: json.dumps({"id": "x'); DROP TABLE documents;--", "text": "'; DROP TABLE t;--"}).encode(),
        "read",
    ),
    "300,000 records": ("a.jsonl", lambda: b'{"text":"OR 1"}\n' * 300_000, "read"),
    "PubMed file of 30,000 citations": (
        "a.xml.gz",
        lambda: gzip.compress(pubmed("".join(pubmed_record(str(n)) for n in range(1, 30_001))), 1),
        "read",
    ),
}
"""Case: file name, its bytes, and the reason of the failure, or ``read``."""
