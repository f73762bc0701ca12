"""PDF files with a text layer: lines in reading order, also of two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model import Document
from .blob import Blob
from .errors import ReadError
from .layout import Flow, inline_text
from .pages import Block, Piece, Run, blocks, continues, join

__all__ = ["read_pdf"]

_SCANNED = 30  # characters per page, on average, below which a file is taken for pictures
_DOI = re.compile(r"\bdoi(?:\.org/|:\s?|\s)\s?(10\.\d{4,9}/[^\s,;，；。）)]+)", re.I)


_RAISED = re.compile("\ue000([^\ue000\ue001]*)\ue001")
_WHITE = frozenset((0x20, 0x9, 0xA0, 0x3000))
_SOFT = frozenset((0xFFFE, 0x2, 0xAD))
_NO_TITLE = re.compile(r"(?:untitled|Microsoft Word - .*|.*\.(?:docx?|indd|pdf|dvi|tex|qxd))\Z", re.I)
_NO_AUTHOR = frozenset(("anonymous", "unknown", "admin", "administrator", "user"))


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
        found = [_blocks(document, number) for number in range(pages)]
        furniture = _Furniture(found)
        writer = _Writer(flow)
        for number, page in enumerate(found, 1):
            for index, block in enumerate(page):
                if not furniture.holds(page, index):
                    writer.add(block, number)
        text, source_map = flow.finish()
        metadata = _properties(document)
    finally:
        document.close()
    if len("".join(text.split())) < _SCANNED * max(1, min(pages, 3)) and pages:
        raise ReadError(
            "no-text-layer",
            f"{pages} page{'s' if pages > 1 else ''} without a text layer (a scan): recognise it first, "
            "for example with ocrmypdf -l chi_sim+eng",
        )
    doi = _DOI.search(text, 0, 6000)
    authors = [a.strip() for a in re.split(r"[;；]", inline_text(metadata.get("Author", "")))]
    title = inline_text(metadata.get("Title", ""))[:1000]
    if not title or _NO_TITLE.match(title):
        title = _largest(found)
    yield Document(
        name=blob.name,
        text=text,
        reader="pdf",
        title=title or None,
        doi=doi[1].rstrip(".") if doi else None,
        authors=tuple(a for a in authors if a and a.lower() not in _NO_AUTHOR),
        source_map=source_map,
    )


def _properties(document: Any) -> dict[str, str]:
    """Return the file's own title and author; damaged ones do not cost the text."""
    try:
        found: dict[str, str] = document.get_metadata_dict(skip_empty=True)
    except (UnicodeDecodeError, ValueError):
        return {}
    return found


def _open_error(message: str, data: bytes) -> ReadError:
    if "password" in message.lower() or "security" in message.lower():
        return ReadError("password", "protected by a password: save it without one")
    if b"%%EOF" not in data[-2048:]:
        return ReadError("truncated", "the PDF ends too early: copy the file again")
    return ReadError("damaged", f"the PDF is damaged: {message}"[:300])


def _blocks(document: Any, number: int) -> list[Block]:
    """Return one page's paragraphs and tables; a page that cannot be loaded is passed over, as viewers do."""
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    try:
        return blocks(list(_pieces(text_page)))
    finally:
        text_page.close()
        page.close()


def _pieces(text_page: Any) -> Iterator[Piece]:
    """Yield runs of glyphs, cut at line ends and wide gaps, in the order of the file."""
    import ctypes

    import pypdfium2.raw as raw

    handle = text_page.raw
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    run = Run()
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (0xD, 0xA, 0):
            yield from run.end()
        elif code in _WHITE:
            run.space()
        elif raw.FPDFText_GetLooseCharBox(handle, index, pointer):
            char = "-" if code in _SOFT else "\ufffd" if 0xD800 <= code < 0xE002 or code > 0x10FFFF else chr(code)
            if not run.takes(box.left, box.bottom, box.top):
                yield from run.end()
            run.add(char, box.left, box.bottom, box.right, box.top)
    yield from run.end()


def _largest(pages: list[list[Block]]) -> str:
    """Return the text in the largest type of the first page, if it stands out: the title."""
    page = [block for block in pages[0] if not block.table] if pages else []
    sizes = sorted(line.size for block in page for line in block.lines)
    if not sizes or sizes[-1] < 1.25 * sizes[len(sizes) // 2]:
        return ""
    block = next(b for b in page if max(line.size for line in b.lines) == sizes[-1])
    text = _unmarked("\n".join(line.text for line in block.lines))
    return text if 8 <= len(text) <= 400 else ""


class _Furniture:
    """Headers and footers: lines at the edge of the page that several pages print alike."""

    def __init__(self, pages: list[list[Block]]) -> None:
        counts: dict[str, int] = {}
        for page in pages:
            for key in {_key(block) for block in (*page[:2], *page[-2:])}:
                counts[key] = counts.get(key, 0) + 1
        self._repeated = {key for key, count in counts.items() if count >= 3 and count >= 0.3 * len(pages)}

    def holds(self, page: list[Block], number: int) -> bool:
        """Return whether block `number` of `page` is one."""
        return (number < 2 or number >= len(page) - 2) and _key(page[number]) in self._repeated


def _key(block: Block) -> str:
    text = "".join(line.text for line in block.lines)
    return re.sub(r"\d+", "0", text) if len(text) < 200 and not block.table else "\0"


class _Writer:
    """Writes blocks to a `Flow`, so that a paragraph goes on over columns and pages."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.last = ""
        self.tables = 0

    def add(self, block: Block, page: int) -> None:
        """Add one block."""
        flow = self.flow
        if block.table:
            self.tables += 1
            rows = [[_unmarked(piece.text) for piece in line.pieces] for line in block.lines]
            flow.table(rows[:1], rows[1:], "", f"page {page} table {self.tables}")
            self.last = ""
            return
        first = True
        for line in block.lines:
            text = line.text
            if first and not continues(self.last, text):
                flow.block()
                self.last = ""
            first = False
            between = join(self.last, text) if self.last else ""
            if between == "-":
                flow.take_back()
            elif between:
                flow.text(between)
            flow.place(f"page {page} at {line.left:.0f},{line.top:.0f}")
            self._marked(text)
            self.last = text

    def _marked(self, text: str) -> None:
        """Add a line whose raised runs are marked."""
        for number, part in enumerate(_RAISED.split(text)):
            if number % 2:
                self.flow.superscript(part)
            else:
                self.flow.text(part)


def _unmarked(text: str) -> str:
    """Return a cell's text, raised note marks in brackets."""
    flow = Flow()
    for number, part in enumerate(_RAISED.split(text)):
        if number % 2:
            flow.superscript(part)
        else:
            flow.text(part)
    return flow.finish()[0]
