"""Word documents: paragraphs and tables in the order of the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..model import Document
from .blob import Blob
from .errors import ReadError
from .grid import grid_rows
from .layout import Flow, inline_text
from .limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAX_DEPTH = 60
# Deleted text, field codes, and the copy of a text box for old programs are not seen.
_UNSEEN = frozenset(
    (f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}tblPr", _MC_FALLBACK)
)


def read_docx(blob: Blob) -> Iterator[Document]:
    """Yield the one document of a Word file, tables as pipe rows.

    Raises
    ------
    ReadError
        ``missing-extra`` without python-docx; ``damaged``.
    """
    try:
        import docx
        from docx.opc.exceptions import OpcError, PackageNotFoundError
    except ImportError as error:
        raise ReadError("missing-extra", "Word files need one more package: pip install trialext[docx]") from error
    data = blob.read(blob.limits.package_bytes)
    _refuse_crafted(data, blob.limits)
    try:
        package = docx.Document(io.BytesIO(data))
        body = package.element.body
    except (OpcError, PackageNotFoundError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile, OSError) as error:
        raise ReadError("damaged", f"the Word file is damaged: {error}"[:300]) from error
    flow = Flow(blob.limits)
    walker = _Walker(flow, blob.limits)
    walker.children(body, 0)
    text, source_map = flow.finish()
    yield Document(name=blob.name, text=text, reader="docx", source_map=source_map, **_metadata(package))


def _refuse_crafted(data: bytes, limits: Limits) -> None:
    """Refuse a file whose parts would take gigabytes once parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if not info.filename.endswith((".xml", ".rels")):
                continue
            if info.file_size > limits.document_bytes:
                raise ReadError("too-large", f"its part {info.filename[:100]} is larger than a text can be")
            if info.file_size > 3 * limits.tags and archive.read(info).count(b"<") > 3 * limits.tags:
                raise ReadError("too-large", f"its part {info.filename[:100]} has more than {3 * limits.tags:,} tags")


class _Walker:
    """Feeds the elements of a Word document to a `Flow`."""

    def __init__(self, flow: Flow, limits: Limits) -> None:
        self.flow = flow
        self.limits = limits
        self.paragraphs = 0
        self.tables = 0

    def children(self, element: _Element, depth: int) -> None:
        """Add the children of `element`."""
        if depth > _MAX_DEPTH:
            raise ReadError("too-large", "the Word file is nested too deeply")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                self.element(child, depth)

    def element(self, element: _Element, depth: int) -> None:
        """Add one element."""
        flow = self.flow
        tag = element.tag
        if tag == f"{_W}p":
            self.paragraphs += 1
            flow.block()
            flow.place(f"paragraph {self.paragraphs}")
            self.children(element, depth + 1)
            flow.block()
        elif tag == f"{_W}r":
            self.run(element, depth)
        elif tag == f"{_W}tbl":
            self.table(element, depth)
        else:
            self.children(element, depth + 1)

    def run(self, run: _Element, depth: int) -> None:
        """Add a run of text, raised and lowered marks as such."""
        properties = run.find(f"{_W}rPr")
        raised = ""
        if properties is not None:
            align = properties.find(f"{_W}vertAlign")
            raised = str(align.get(f"{_W}val")) if align is not None else ""
            if properties.find(f"{_W}vanish") is not None:
                return
        for child in run:
            if child.tag == f"{_W}t":
                if raised == "superscript":
                    self.flow.superscript(child.text or "")
                elif raised == "subscript":
                    self.flow.subscript(child.text or "")
                else:
                    self.flow.text(child.text or "")
            elif child.tag in (f"{_W}br", f"{_W}cr"):
                self.flow.newline()
            elif child.tag == f"{_W}tab":
                self.flow.text("\t")
            elif child.tag == f"{_W}noBreakHyphen":
                self.flow.text("-")
            elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
                self.children(child, depth + 1)  # a text box

    def table(self, table: _Element, depth: int) -> None:
        """Add one table; cells over several rows or columns fill them."""
        self.tables += 1
        cells: list[list[tuple[str, int, int]]] = []
        heads: list[bool] = []
        origins: dict[int, tuple[int, int]] = {}  # grid column -> the cell that runs down it
        total = 0
        for row in table.iterfind(f"{_W}tr"):
            line: list[tuple[str, int, int]] = []
            column = 0
            for cell in row.iter(f"{_W}tc"):
                if _inner_table(cell, table):
                    continue
                total += 1
                if total > self.limits.table_cells:
                    raise ReadError("too-large", f"a table of more than {self.limits.table_cells:,} cells")
                width, merge = _spans(cell)
                if merge == "continue" and column in origins:
                    number, place = origins[column]
                    text, rows, columns = cells[number][place]
                    cells[number][place] = (text, rows + 1, columns)
                else:
                    origins.pop(column, None)
                    if merge is not None:
                        origins[column] = (len(cells), len(line))
                    line.append((self.cell(cell, depth), 1, width))
                column += width
            cells.append(line)
            heads.append(row.find(f"{_W}trPr/{_W}tblHeader") is not None)
        header, rows_ = grid_rows(cells, heads)
        self.flow.table(header, rows_, "", f"table {self.tables}")

    def cell(self, cell: _Element, depth: int) -> str:
        """Return the text of a cell on one line."""
        inner = Flow(self.limits)
        _Walker(inner, self.limits).children(cell, depth + 1)
        return inline_text(inner.finish()[0])


def _inner_table(cell: _Element, table: _Element) -> bool:
    parent = cell.getparent()
    while parent is not None and parent.tag != f"{_W}tbl":
        parent = parent.getparent()
    return parent is not table


def _spans(cell: _Element) -> tuple[int, str | None]:
    """Return the columns of a cell, and ``restart``, ``continue`` or None for its rows."""
    width = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = str(width.get(f"{_W}val")) if width is not None else "1"
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    kind = None if merge is None else str(merge.get(f"{_W}val") or "continue")
    return (min(int(value), 100) if value.isascii() and value.isdigit() and len(value) < 6 else 1), kind


def _metadata(package: Any) -> dict[str, Any]:
    properties = package.core_properties
    try:
        title = inline_text(properties.title or "")
        author = inline_text(properties.author or "")
    except (ValueError, KeyError, AttributeError):
        return {}
    if not title:
        title = next((inline_text(p.text) for p in package.paragraphs[:20] if p.style and p.style.name == "Title"), "")
    authors = tuple(a.strip() for a in author.replace("；", ";").split(";") if a.strip())
    return {"title": title or None, "authors": authors if authors != ("python-docx",) else ()}
