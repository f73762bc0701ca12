"""PDF files with a text layer: lines in reading order, also of two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model import Document
from .blob import Blob
from .errors import ReadError
from .layout import Flow, inline_text
from .pages import Piece, paragraphs

__all__ = ["read_pdf"]

_SCANNED = 30  # characters per page, on average, below which a file is taken for pictures
_DOI = re.compile(r"\bdoi(?:\.org/|:\s?|\s)\s?(10\.\d{4,9}/[^\s,;，；。）)]+)", re.I)


def read_pdf(blob: Blob) -> Iterator[Document]:
    """Yield the one document of a PDF.

    Raises
    ------
    ReadError
        ``missing-extra`` without pypdfium2, ``password``, ``no-text-layer`` for a scan,
        ``truncated`` or ``damaged``, ``too-large``.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise ReadError("missing-extra", "PDF files need one more package: pip install trialext[pdf]") from error
    data = blob.read(blob.limits.package_bytes)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _open_error(str(error), data) from error
    try:
        if len(document) > blob.limits.pages:
            raise ReadError("too-large", f"more than {blob.limits.pages:,} pages; split it")
        flow = Flow(blob.limits)
        pages = len(document)
        for number in range(pages):
            _page(document, number, flow)
        text, source_map = flow.finish()
        metadata = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    if len("".join(text.split())) < _SCANNED * max(1, min(pages, 3)) and pages:
        raise ReadError(
            "no-text-layer",
            f"{pages} page{'s' if pages > 1 else ''} without a text layer (a scan): recognise it first, "
            "for example with ocrmypdf -l chi_sim+eng",
        )
    doi = _DOI.search(text, 0, 6000)
    authors = tuple(a.strip() for a in re.split(r"[;；]", inline_text(metadata.get("Author", ""))) if a.strip())
    yield Document(
        name=blob.name,
        text=text,
        reader="pdf",
        title=inline_text(metadata.get("Title", "")) or None,
        doi=doi[1].rstrip(".") if doi else None,
        authors=authors,
        source_map=source_map,
    )


def _open_error(message: str, data: bytes) -> ReadError:
    if "password" in message.lower() or "security" in message.lower():
        return ReadError("password", "protected by a password: save it without one")
    if b"%%EOF" not in data[-2048:]:
        return ReadError("truncated", "the PDF ends too early: copy the file again")
    return ReadError("damaged", f"the PDF is damaged: {message}"[:300])


def _page(document: Any, number: int, flow: Flow) -> None:
    """Add one page; a page that cannot be loaded is passed over, as viewers do."""
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return
    try:
        pieces = [piece for piece in _pieces(text_page) if piece.text]
    finally:
        text_page.close()
        page.close()
    for paragraph in paragraphs(pieces):
        flow.block()
        flow.place(f"page {number + 1} at {paragraph.x:.0f},{paragraph.y:.0f}")
        flow.text(paragraph.text)
        flow.block()


def _pieces(text_page: Any) -> Iterator[Piece]:
    """Yield runs of text with their boxes, in the order of the file."""
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        text = text_page.get_text_bounded(left, bottom, right, top)
        yield Piece(left, bottom, right, top, inline_text(text.replace("\ufffe", "-").replace("\x02", "-")))
