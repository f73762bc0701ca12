"""PubMed XML: one document per citation, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Document
from .blob import Blob
from .errors import Failure, as_read_error
from .layout import Flow
from .limits import Limits
from .markup import MarkupWalker, first_text, plain, stream_records

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_pubmed"]

_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")


def read_pubmed(blob: Blob) -> Iterator[Document | Failure]:
    """Yield a document for every citation of a PubMed file; memory holds one at a time."""
    seen: set[str] = set()
    with blob.open() as file:
        for number, record in enumerate(stream_records(file, _RECORDS, blob.limits), 1):
            pmid = first_text(record, "PMID", "MedlineCitation/PMID", "BookDocument/PMID") or ""
            ident = pmid if pmid.isdigit() else f"record-{number}"
            if ident in seen:
                yield Failure(f"{blob.name}#{ident} (record {number})", "duplicate", f"PMID {ident} stands twice")
                continue
            seen.add(ident)
            name = f"{blob.name}#{ident}"
            try:
                yield _document(record, name, pmid or None, blob.limits, number)
            except Exception as error:  # one damaged record does not cost the others
                problem = as_read_error(error)
                yield Failure(name, problem.reason, problem.message)


def _document(record: _Element, name: str, pmid: str | None, limits: Limits, number: int) -> Document:
    flow = Flow(limits)
    walker = MarkupWalker(flow, limits, frozenset(), frozenset())
    place = f"record {number}"
    title = None
    for path in (".//ArticleTitle", ".//VernacularTitle"):
        element = record.find(path)
        if element is not None and plain(element):
            title = title or plain(element)
            flow.block()
            flow.place(f"{place} {path[3:]}")
            walker.children(element, "")
            flow.block()
    for path in (".//Abstract/AbstractText", ".//OtherAbstract/AbstractText"):
        for element in record.iterfind(path):
            label = element.get("Label") or ""
            flow.block()
            flow.place(f"{place} {path[3:].partition('/')[0]}")
            if label and label.upper() not in ("UNLABELLED", "UNASSIGNED"):
                flow.text(f"{label}: ")
            walker.children(element, "")
            flow.block()
    _registrations(flow, record, place)
    text, source_map = flow.finish()
    doi = first_text(record, "PubmedData/ArticleIdList/ArticleId[@IdType='doi']", ".//ELocationID[@EIdType='doi']")
    date = first_text(record, ".//JournalIssue/PubDate/Year", ".//JournalIssue/PubDate/MedlineDate", ".//PubDate/Year")
    year = re.search(r"(?:19|20)\d\d", date or "")
    return Document(
        name=name,
        text=text,
        reader="pubmed",
        title=title,
        doi=doi,
        pmid=pmid,
        journal=first_text(record, ".//Journal/Title", ".//MedlineTA"),
        year=int(year[0]) if year else None,
        authors=tuple(_authors(record)),
        source_map=source_map,
    )


def _authors(record: _Element) -> Iterator[str]:
    for author in record.iterfind(".//AuthorList/Author"):
        name = " ".join(filter(None, (first_text(author, "ForeName", "Initials"), first_text(author, "LastName"))))
        name = name or first_text(author, "CollectiveName") or ""
        if name:
            yield name


def _registrations(flow: Flow, record: _Element, place: str) -> None:
    """Add the trial registrations that PubMed shows below the abstract."""
    for bank in record.iterfind(".//DataBankList/DataBank"):
        numbers = [plain(n) for n in bank.iterfind("AccessionNumberList/AccessionNumber")]
        if numbers:
            flow.block()
            flow.place(f"{place} DataBankList")
            flow.text(f"{plain(bank.find('DataBankName'))}: {', '.join(numbers)}")
            flow.block()
