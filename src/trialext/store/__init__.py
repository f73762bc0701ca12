"""The database: schema and views, the one writer, search, comparison of two databases."""

from __future__ import annotations

from .database import StoreError, open_database
from .rows import DocumentRows, evidence_ids, to_rows
from .search import fts_query, search_sentences
from .writer import Writer, write_report

__all__ = [
    "DocumentRows",
    "StoreError",
    "Writer",
    "evidence_ids",
    "fts_query",
    "open_database",
    "search_sentences",
    "to_rows",
    "write_report",
]
