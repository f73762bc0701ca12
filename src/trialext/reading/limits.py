"""How much one file may cost: the caps that keep memory and disk bounded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "MIB", "Limits"]

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps, in bytes unless said otherwise.

    Attributes
    ----------
    document_bytes : int
        A file that becomes one text (plain text, HTML, JATS), decompressed.
    package_bytes : int
        A PDF or DOCX, which may hold pictures.
    text_chars : int
        Code points of one document's text.
    record_bytes : int
        One record of a many-record file (one JSON line, one citation).
    stream_bytes : int
        All that one compressed file may unpack to, streamed.
    ratio : int
        Unpacked to packed size; checked from `ratio_from` unpacked bytes on, since small
        repetitive files compress well for good reasons.
    ratio_from : int
    tags : int
        Markup signs ``<`` of one document: a tree takes far more memory than its file.
    depth : int
        Elements inside each other on a web page.
    members : int
        Entries of one archive.
    table_cells : int
        Cells of one table, with spans filled.
    pages : int
        Pages of one PDF.
    """

    document_bytes: int = 64 * MIB
    package_bytes: int = 256 * MIB
    text_chars: int = 20_000_000
    record_bytes: int = 32 * MIB
    stream_bytes: int = 8192 * MIB
    ratio: int = 200
    ratio_from: int = 32 * MIB
    tags: int = 1_000_000
    depth: int = 500
    members: int = 100_000
    table_cells: int = 200_000
    pages: int = 10_000


LIMITS = Limits()
