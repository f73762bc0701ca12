"""XML of journals, safely parsed: elements into a `Flow`, with tables and citation marks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from .errors import ReadError
from .grid import grid_rows
from .layout import Flow, inline_text
from .limits import MIB, Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["MarkupWalker", "first_text", "local", "parse_whole", "plain", "stream_records"]

_MAX_DEPTH = 200
_CHUNK = 1 << 16


def _etree() -> Any:
    try:
        from lxml import etree
    except ImportError as error:
        raise ReadError("missing-extra", "XML needs one more package: pip install trialext[xml]") from error
    return etree


# No network, no external or internal entities, no unbounded trees.
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse_whole(data: bytes, limits: Limits) -> _Element:
    """Parse one document.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : Limits
        More signs ``<`` than its ``tags`` are refused before parsing.

    Returns
    -------
    lxml.etree._Element
        The root.

    Raises
    ------
    ReadError
        ``truncated``, ``damaged`` or ``too-large``; ``bomb`` where entities would multiply;
        ``missing-extra`` without lxml.
    """
    etree = _etree()
    if data.count(b"<") > limits.tags:
        raise ReadError("too-large", f"XML of more than {limits.tags:,} tags")
    try:
        root: _Element = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _syntax_error(error, cut=_is_cut(data[-100:])) from error
    return root


def _is_cut(tail: bytes) -> bool:
    """Return whether the file ends inside a text or tag, which no whole XML file does."""
    return not tail.replace(b"\0", b"").rstrip().endswith(b">")


def _syntax_error(error: Any, *, cut: bool) -> ReadError:
    words = str(error.msg or error)
    if "ntity" in words and ("loop" in words or "amplification" in words):
        return ReadError("bomb", "its entities would multiply without end")
    if "huge" in words.lower() or "depth" in words.lower():
        return ReadError("too-large", f"one element is too large or too deep ({words})"[:300])
    if cut or any(sign in words for sign in ("Premature end", "EndTag: '</' not found", "no element found")):
        return ReadError("truncated", f"the XML ends too early: {words}"[:300])
    return ReadError("damaged", f"the XML is not well-formed: {words}"[:300])


def stream_records(file: IO[bytes], tags: Iterable[str], limits: Limits) -> Iterator[_Element]:
    """Yield the outermost elements named in `tags`, each dropped when the next is asked for.

    Parameters
    ----------
    file : binary file
    tags : iterable of str
        Local names.
    limits : Limits
        A record of more than ``record_bytes`` ends the reading.

    Raises
    ------
    ReadError
        As `parse_whole`; records before the damage have been yielded.
    """
    etree = _etree()
    wanted = frozenset(tags)
    parser = etree.XMLPullParser(events=("start", "end"), **_SAFE)
    depth = 0
    since = signs = 0
    tail = b""
    while True:
        chunk = file.read(_CHUNK)
        since += len(chunk)
        signs += chunk.count(b"<")
        tail = chunk[-100:] or tail
        problem: ReadError | None = None
        try:
            if chunk:
                parser.feed(chunk)
            else:
                parser.close()
        except etree.XMLSyntaxError as error:
            problem = _syntax_error(error, cut=not chunk and _is_cut(tail))
        # Whole records that came before the damage are good.
        for event, element in parser.read_events():
            if not isinstance(element.tag, str) or local(element) not in wanted:
                if event == "end" and depth == 0 and element.getparent() is not None:
                    _forget(element)
                continue
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 0:
                since = signs = 0
                yield element
                _forget(element)
        if problem is not None:
            raise problem
        if not chunk:
            return
        if since > limits.record_bytes or signs > limits.tags:
            raise ReadError("too-large", f"a record of more than {limits.record_bytes / MIB:g} MiB")


def _forget(element: _Element) -> None:
    """Free an element and its elder siblings, so that memory holds one record."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local(element: _Element) -> str:
    """Return the name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def entity_text(element: _Element) -> str:
    """Return the character of an unresolved entity such as ``&alpha;``; nothing if it is no character."""
    found = re.fullmatch(r"&(\w{1,40});", element.text or "")
    if not found:
        return ""
    text = html.unescape(f"&{found[1]};")
    return "" if text.startswith("&") and text != "&" else text


def plain(element: _Element | None) -> str:
    """Return all text of an element on one line."""
    return inline_text("".join(_pieces(element))) if element is not None else ""


def _pieces(element: _Element) -> Iterator[str]:
    for node in element.iter():
        if isinstance(node.tag, str):
            yield node.text or ""
        else:
            yield entity_text(node)
        if node is not element:
            yield node.tail or ""


def first_text(element: _Element, *paths: str) -> str | None:
    """Return the first text that is found at one of `paths` (``{*}`` stands for any namespace)."""
    for path in paths:
        for found in element.iterfind(path):
            text = plain(found)
            if text:
                return text
    return None


_CITED = re.compile(r"[\[(]?(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)[\])]?\Z")
_CITING = ("bibr", "ref")


class MarkupWalker:
    """Feeds JATS elements to a `Flow`.

    Parameters
    ----------
    flow : Flow
    limits : Limits
    blocks, dropped : sets of element names
    """

    def __init__(self, flow: Flow, limits: Limits, blocks: frozenset[str], dropped: frozenset[str]) -> None:
        self.flow = flow
        self.limits = limits
        self.blocks = blocks
        self.dropped = dropped
        self.tables = 0

    def children(self, element: _Element, path: str, depth: int = 0) -> None:
        """Add the text and the children of `element`, which stands at `path`."""
        flow = self.flow
        flow.text(element.text or "")
        counts: dict[str, int] = {}
        for child in element:
            name = local(child)
            if not name:
                flow.text(entity_text(child))
            elif name not in self.dropped:
                counts[name] = counts.get(name, 0) + 1
                self.element(child, name, f"{path}/{name}[{counts[name]}]", depth)
            flow.text(child.tail or "")

    def element(self, element: _Element, name: str, path: str, depth: int) -> None:
        """Add one element."""
        flow = self.flow
        if depth > _MAX_DEPTH:
            flow.text(plain(element))
        elif name == "break":
            flow.newline()
        elif name == "sup":
            flow.superscript(plain(element), linked=next(element.iter("{*}xref", "xref"), None) is not None)
        elif name == "sub":
            flow.subscript(plain(element))
        elif name == "xref" and element.get("ref-type") in _CITING:
            self.citation(element)
        elif name == "xref" and element.get("ref-type") in ("table-fn", "fn"):
            flow.superscript(plain(element), linked=True)
        elif name == "table-wrap":
            self.table_wrap(element, path, depth)
        elif name == "table":
            self.table(element, "", path)
        elif name in ("alternatives", "inline-formula", "disp-formula"):
            self.formula(element, path, depth)
        elif name in self.blocks:
            flow.block()
            flow.place(path)
            self.children(element, path, depth + 1)
            flow.block()
        else:
            self.children(element, path, depth + 1)

    def citation(self, element: _Element) -> None:
        """Add a citation: a bare number as ``[12]``, anything else as printed."""
        text = plain(element)
        number = _CITED.match(text[:100])
        if (number and text[:1].isdigit() and not self.flow.in_bracket()) or (
            number and next(element.iter("{*}sup", "sup"), None) is not None
        ):
            self.flow.superscript(number[1], linked=True)
        else:
            self.flow.text(text)

    def formula(self, element: _Element, path: str, depth: int) -> None:
        """Add one form of a formula: its MathML or text, without the TeX beside it."""
        math = next(element.iter("{http://www.w3.org/1998/Math/MathML}math"), None)
        if math is not None:
            self.flow.text("".join(_pieces(math)))
        elif next(element.iter("{*}tex-math", "tex-math"), None) is None:
            self.children(element, path, depth + 1)

    def table_wrap(self, element: _Element, path: str, depth: int) -> None:
        """Add a table with its label, caption and notes."""
        label = first_text(element, "{*}label") or ""
        caption = " ".join(plain(c) for c in element.iterfind("{*}caption"))
        if label and not label.endswith((".", ":", "。", "：")):
            label += "."
        for table in element.iter("{*}table", "table"):
            self.table(table, f"{label} {caption}".strip(), path)
            label = caption = ""
        for foot in element.iterfind("{*}table-wrap-foot"):
            self.flow.block()
            self.children(foot, f"{path}/table-wrap-foot[1]", depth + 1)
            self.flow.block()

    def table(self, element: _Element, caption: str, path: str) -> None:
        """Add one table."""
        self.tables += 1
        cells: list[list[tuple[str, int, int]]] = []
        heads: list[bool] = []
        total = 0
        for row in element.iter("{*}tr", "tr"):
            line = [
                (self.cell(child), _span(child, "rowspan"), _span(child, "colspan"))
                for child in row
                if local(child) in ("td", "th")
            ]
            total += len(line)
            if total > self.limits.table_cells:
                raise ReadError("too-large", f"a table of more than {self.limits.table_cells:,} cells")
            if line:
                parent = row.getparent()
                in_head = parent is not None and local(parent) == "thead"
                heads.append(in_head or all(local(c) == "th" for c in row if local(c)))
                cells.append(line)
        header, rows = grid_rows(cells, heads)
        self.flow.table(header, rows, caption, f"table {self.tables}")

    def cell(self, element: _Element) -> str:
        """Return the text of a cell on one line."""
        inner = Flow(self.limits)
        MarkupWalker(inner, self.limits, self.blocks, self.dropped).children(element, "")
        return inline_text(inner.finish()[0])


def _span(element: _Element, name: str) -> int:
    value = (element.get(name) or "1").strip()
    return min(int(value), 1000) if value.isascii() and value.isdigit() and len(value) < 6 else 1
