"""Saved web pages: the main text and its tables, without scripts and navigation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..model import Document
from .blob import Blob
from .encoding import decode
from .errors import ReadError
from .grid import grid_rows
from .layout import Flow, inline_text
from .limits import Limits

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["read_html"]

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "head",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "input",
        "textarea",
        "dialog",
        "math-renderer",
    ]
)
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|side-bar|cookies?|share|sharing|social|related|"
    r"recommend(?:ed|ation)?s?|comments?|advert(?:isement)?s?|ads?|banner|newsletter|subscribe|pagination|toolbar|"
    r"skip-link|footer|copyright)(?:$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MAIN = ("#js_content", "article", "main", "[role=main]", "#article", "#content", ".article-content", ".content")
_MAX_DEPTH = 150
_NESTED = re.compile(
    r"<(/?)(?:div|section|article|main|span|[ou]l|dl|blockquote|table|tbody|tr|td|form|fieldset|figure|center|font|a|b|i|"
    r"u|em|strong|small|big|code|details|button|address|pre)\b",
    re.I,
)


def read_html(blob: Blob) -> Iterator[Document]:
    """Yield the one document of a saved web page.

    Raises
    ------
    ReadError
        ``missing-extra`` without selectolax.
    """
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise ReadError("missing-extra", "web pages need one more package: pip install trialext[html]") from error
    data = blob.read()
    declared = _DECLARED.search(data, 0, 4096)
    text, _ = decode(data, declared[1].decode("ascii") if declared else None)
    _refuse_crafted(text, blob.limits)
    tree = LexborHTMLParser(text)
    if tree.root is None:
        raise ReadError("empty", "the page holds nothing")
    flow = Flow(blob.limits)
    main = _main_node(tree)
    _Walker(flow, blob.limits).block(main, _path(main), 0)
    found, source_map = flow.finish()
    yield Document(name=blob.name, text=found, reader="html", source_map=source_map, **_metadata(tree))


def _refuse_crafted(text: str, limits: Limits) -> None:
    """Refuse a page whose tree would take gigabytes, or minutes to build, before it is built."""
    if text.count("<") > limits.tags:
        raise ReadError("too-large", f"a page of more than {limits.tags:,} tags")
    depth = 0
    for tag in _NESTED.finditer(text):
        depth += -1 if tag[1] else 1
        if depth > limits.depth:
            raise ReadError("too-large", f"more than {limits.depth} elements inside each other")
        if depth < 0:
            depth = 0


def _main_node(tree: LexborHTMLParser) -> LexborNode:
    """Return the element that holds the main text, or the body."""
    body = tree.body or tree.root
    assert body is not None
    whole = len(body.text(deep=True))
    for selector in _MAIN:
        nodes = tree.css(selector)
        if len(nodes) == 1 and len(nodes[0].text(deep=True)) >= 0.4 * _visible(body, whole):
            return nodes[0]
    return body


def _visible(body: LexborNode, whole: int) -> int:
    """Return the length of the body's text without its scripts and styles."""
    return whole - sum(len(node.text(deep=True)) for node in body.css("script, style, noscript, nav, footer, aside"))


def _path(node: LexborNode) -> str:
    """Return where `node` stands, as ``/html[1]/body[1]/div[2]``."""
    steps: list[str] = []
    while node is not None and node.tag and node.tag[0].isalpha() and len(steps) < _MAX_DEPTH:
        number, sibling = 1, node.prev
        while sibling is not None:
            number += sibling.tag == node.tag
            sibling = sibling.prev
        steps.append(f"/{node.tag}[{number}]")
        if node.parent is None:
            break
        node = node.parent
    return "".join(reversed(steps))


class _Walker:
    """Feeds the elements of a page to a `Flow`."""

    def __init__(self, flow: Flow, limits: Limits) -> None:
        self.flow = flow
        self.limits = limits
        self.tables = 0

    def block(self, node: LexborNode, path: str, depth: int) -> None:
        """Add the children of `node`, which stands at `path`."""
        counts: dict[str, int] = {}
        child = node.child
        while child is not None:
            tag = child.tag or ""
            if tag == "-text":
                self.flow.text(child.text(deep=False) or "")
            elif tag and not tag.startswith(("-", "_", "!")):
                counts[tag] = counts.get(tag, 0) + 1
                self.element(child, tag, f"{path}/{tag}[{counts[tag]}]", depth)
            child = child.next

    def element(self, node: LexborNode, tag: str, path: str, depth: int) -> None:
        """Add one element."""
        if tag in _DROPPED or _is_hidden(node, tag):
            return
        flow = self.flow
        if depth > _MAX_DEPTH:  # no page that people write: its text without its structure
            flow.text(_plain(node))
            return
        if tag == "br":
            flow.newline()
        elif tag == "sup":
            flow.superscript(_plain(node), linked=node.css_first("a") is not None)
        elif tag == "sub":
            flow.subscript(_plain(node))
        elif tag == "table" and _is_data_table(node):
            self.tables += 1
            self.table(node)
        elif tag == "img":
            return
        elif tag in _BLOCKS or tag in ("tr", "td", "th"):
            flow.block()
            flow.place(path)
            self.block(node, path, depth + 1)
            flow.block()
        else:
            self.block(node, path, depth + 1)

    def table(self, node: LexborNode) -> None:
        """Add a table of data."""
        cells: list[list[tuple[str, int, int]]] = []
        heads: list[bool] = []
        total = 0
        for row in node.css("tr"):
            if _owner(row, "table") != node:
                continue
            line: list[tuple[str, int, int]] = []
            head = True
            child = row.child
            while child is not None:
                if child.tag in ("td", "th"):
                    attributes = child.attributes
                    line.append((self.cell(child), _span(attributes, "rowspan"), _span(attributes, "colspan")))
                    head = head and (child.tag == "th" or _parent_tag(row) == "thead")
                    total += 1
                child = child.next
            if total > self.limits.table_cells:
                raise ReadError("too-large", f"a table of more than {self.limits.table_cells:,} cells")
            if line:
                cells.append(line)
                heads.append(head)
        caption = node.css_first("caption")
        header, rows = grid_rows(cells, heads)
        self.flow.table(header, rows, self.cell(caption) if caption else "", f"table {self.tables}")

    def cell(self, node: LexborNode) -> str:
        """Return the text of a cell on one line."""
        inner = Flow(self.limits)
        _Walker(inner, self.limits).block(node, "", 0)
        return inline_text(inner.finish()[0])


def _span(attributes: dict[str, str | None], name: str) -> int:
    value = (attributes.get(name) or "1").strip()
    return min(int(value), 1000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _owner(node: LexborNode, tag: str) -> LexborNode | None:
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent


def _parent_tag(node: LexborNode) -> str | None:
    return node.parent.tag if node.parent is not None else None


def _is_data_table(node: LexborNode) -> bool:
    """Tell a table of data from one that only lays out the page."""
    return node.css_first("table table, td p + p + p, td h1, td h2") is None


def _is_hidden(node: LexborNode, tag: str) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or (attributes.get("aria-hidden") == "true" and tag != "span"):
        return True
    if attributes.get("role") in ("navigation", "search", "complementary", "contentinfo"):
        return True
    if _HIDDEN.search(attributes.get("style") or "") and attributes.get("id") != "js_content":
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return tag in ("div", "ul", "ol", "section", "header", "p") and _BOILERPLATE.search(names[:500]) is not None


def _plain(node: LexborNode) -> str:
    return str(node.text(deep=True))


def _metadata(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return title, authors, journal, year, DOI and PMID from the page's meta elements."""
    fields: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        key = (attributes.get("name") or attributes.get("property") or "").lower()
        value = inline_text(attributes.get("content") or "")
        if key and value:
            fields.setdefault(key, []).append(value)

    def first(*keys: str) -> str | None:
        return next((fields[key][0] for key in keys if key in fields), None)

    title = first("citation_title", "dc.title", "og:title", "twitter:title")
    if title is None:
        for selector in ("h1", "title"):
            found = tree.css_first(selector)
            title = inline_text(found.text(deep=True)) if found is not None else ""
            if title:
                break
    date = first("citation_publication_date", "citation_date", "dc.date", "article:published_time") or ""
    year = re.search(r"(?:19|20)\d\d", date)
    doi = re.search(r"10\.\d{4,9}/\S+", first("citation_doi", "dc.identifier", "prism.doi") or "")
    authors = fields.get("citation_author") or fields.get("dc.creator") or fields.get("author") or []
    return {
        "title": title or None,
        "authors": tuple(authors),
        "journal": first("citation_journal_title", "prism.publicationname", "dc.source"),
        "year": int(year[0]) if year else None,
        "doi": doi[0] if doi else None,
        "pmid": first("citation_pmid"),
    }
