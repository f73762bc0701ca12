"""Full texts of journals in JATS (``.nxml`` of PubMed Central) and XML that is like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..model import Document
from .blob import Blob
from .errors import Failure, ReadError, as_read_error
from .layout import Flow
from .limits import Limits
from .markup import MarkupWalker, first_text, local, parse_whole, plain, stream_records

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_jats", "read_xml"]

_BLOCKS = frozenset(
    [
        "abstract",
        "ack",
        "app",
        "app-group",
        "article-title",
        "body",
        "boxed-text",
        "caption",
        "def-item",
        "disp-quote",
        "fig",
        "fn",
        "list",
        "list-item",
        "notes",
        "p",
        "sec",
        "statement",
        "subtitle",
        "supplementary-material",
        "table-wrap-foot",
        "title",
        "trans-abstract",
        "trans-title",
        "verse-group",
        "kwd-group",
    ]
)
_DROPPED = frozenset(
    [
        "tex-math",
        "graphic",
        "inline-graphic",
        "media",
        "object-id",
        "journal-meta",
        "permissions",
        "contrib-group",
        "aff",
        "author-notes",
        "pub-date",
        "history",
        "volume",
        "issue",
        "fpage",
        "lpage",
        "elocation-id",
        "self-uri",
        "article-id",
        "article-categories",
        "counts",
        "custom-meta-group",
        "funding-group",
        "related-article",
        "subj-group",
    ]
)


def read_jats(blob: Blob) -> Iterator[Document | Failure]:
    """Yield one document of a JATS file, or one of each article in a set of them."""
    root = None
    if b"<pmc-articleset" not in blob.head:
        root = parse_whole(blob.read(), blob.limits)
    if root is not None:
        article = root if local(root) == "article" else next(root.iter("{*}article", "article"), None)
        if article is None:
            yield _any_xml(root, blob)
        else:
            yield _article(article, blob.name, blob.limits)
        return
    with blob.open() as file:
        for number, article in enumerate(stream_records(file, ("article",), blob.limits), 1):
            ids = _ids(article)
            record = ids.get("pmc") or ids.get("pmcid") or ids.get("pmid") or ids.get("doi") or str(number)
            name = f"{blob.name}#{record}"
            try:
                yield _article(article, name, blob.limits)
            except Exception as error:  # one damaged record does not cost the others
                problem = as_read_error(error)
                yield Failure(name, problem.reason, problem.message)


def read_xml(blob: Blob) -> Iterator[Document | Failure]:
    """Yield the text of an XML file of another kind.

    Raises
    ------
    ReadError
        ``unsupported`` where it holds no paragraphs.
    """
    root = parse_whole(blob.read(), blob.limits)
    article = next(root.iter("{*}article", "article"), None)
    yield _article(article, blob.name, blob.limits) if article is not None else _any_xml(root, blob)


def _any_xml(root: _Element, blob: Blob) -> Document:
    if next(root.iter("{*}p", "p", "{*}abstract", "abstract"), None) is None:
        raise ReadError("unsupported", f"XML of an unknown kind (<{local(root)}>): known are JATS and PubMed")
    flow = Flow(blob.limits)
    MarkupWalker(flow, blob.limits, _BLOCKS | {"div", "head", "h1", "h2", "h3", "li"}, _DROPPED).children(root, "")
    text, source_map = flow.finish()
    return Document(name=blob.name, text=text, reader="xml", source_map=source_map)


def _article(article: _Element, name: str, limits: Limits) -> Document:
    """Return title, abstracts, body, floating tables and references as one text."""
    flow = Flow(limits)
    walker = MarkupWalker(flow, limits, _BLOCKS, _DROPPED)
    front = "{*}front/{*}article-meta/"
    for path in (
        "{*}title-group/{*}article-title",
        "{*}title-group/{*}subtitle",
        "{*}title-group/{*}trans-title-group",
    ):
        _add(walker, article, front + path)
    _add(walker, article, front + "{*}abstract")
    _add(walker, article, front + "{*}trans-abstract")
    _add(walker, article, "{*}body")
    _add(walker, article, "{*}floats-group")
    for back in article.iterfind("{*}back"):
        for child in back:
            if local(child) not in ("ref-list", ""):
                walker.element(child, local(child), f"/article/back/{local(child)}", 0)
                flow.block()
    _references(flow, article)
    text, source_map = flow.finish()
    return Document(name=name, text=text, reader="jats", source_map=source_map, **_metadata(article))


def _add(walker: MarkupWalker, article: _Element, path: str) -> None:
    for number, element in enumerate(article.iterfind(path), 1):
        place = re.sub(r"\{\*\}", "", path)
        walker.flow.block()
        walker.flow.place(f"/article/{place}[{number}]")
        walker.children(element, f"/article/{place}[{number}]")
        walker.flow.block()


_LABEL = re.compile(r"\[?(\d{1,4})[\].]*\Z")


def _references(flow: Flow, article: _Element) -> None:
    """Add the reference list, one numbered line each, with DOI and PMID."""
    references = list(article.iter("{*}ref", "ref"))
    if not references:
        return
    flow.block()
    flow.place("/article/back/ref-list")
    flow.text("References")
    flow.block()
    for number, reference in enumerate(references, 1):
        label = _LABEL.match(first_text(reference, "{*}label") or "")
        flow.place(f"/article/back/ref-list/ref[{number}]")
        flow.text(f"[{label[1] if label else number}] {_reference(reference)}")
        flow.newline()
    flow.block()


def _reference(reference: _Element) -> str:
    """Return one reference as a line: authors, title, source, year, DOI."""
    cited = next(
        (c for c in reference.iter() if local(c) in ("element-citation", "mixed-citation", "citation", "nlm-citation")),
        None,
    )
    if cited is None:
        return plain(reference)
    ids = {str(i.get("pub-id-type")): plain(i) for i in cited.iter("{*}pub-id", "pub-id")}
    if (local(cited) == "mixed-citation" and (cited.text or "").strip()) or not len(cited):
        line = plain(cited)
    else:
        authors = [
            " ".join(filter(None, (first_text(n, "{*}surname"), first_text(n, "{*}given-names"))))
            for n in cited.iter("{*}name", "name")
        ]
        parts = [
            ", ".join(authors[:3]) + (" et al" if len(authors) > 3 else ""),
            first_text(cited, "{*}article-title", "{*}chapter-title") or "",
            first_text(cited, "{*}source") or "",
            first_text(cited, "{*}year") or "",
        ]
        pages = [first_text(cited, "{*}volume"), first_text(cited, "{*}fpage")]
        line = ". ".join(part.rstrip(".") for part in parts if part)
        if any(pages):
            line += ";" + ":".join(page for page in pages if page)
    if "doi" in ids and ids["doi"] not in line:
        line += f". doi: {ids['doi']}"
    if "pmid" in ids and ids["pmid"] not in line:
        line += f". PMID: {ids['pmid']}"
    return line


def _ids(article: _Element) -> dict[str, str]:
    return {str(i.get("pub-id-type")): plain(i) for i in article.iterfind("{*}front/{*}article-meta/{*}article-id")}


def _metadata(article: _Element) -> dict[str, Any]:
    ids = _ids(article)
    meta = "{*}front/{*}article-meta/"
    year = first_text(article, meta + "{*}pub-date/{*}year")
    names = [
        " ".join(filter(None, (first_text(n, "{*}given-names"), first_text(n, "{*}surname"))))
        for n in article.iterfind(meta + "{*}contrib-group/{*}contrib/{*}name")
    ]
    return {
        "title": first_text(article, meta + "{*}title-group/{*}article-title"),
        "authors": tuple(name for name in names if name),
        "journal": first_text(article, "{*}front/{*}journal-meta//{*}journal-title"),
        "year": int(year) if year and year.isdecimal() else None,
        "doi": ids.get("doi"),
        "pmid": ids.get("pmid"),
    }
