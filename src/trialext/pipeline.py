"""The one function that names every step, from a document to its report."""

from __future__ import annotations

from .model import Document, Report
from .patterns import Patterns, load_patterns

__all__ = ["extract", "extract_text"]


def extract(document: Document, patterns: Patterns) -> Report:
    """Read one document: pure, picklable, no input or output."""
    return Report(document=document, lang="en")


def extract_text(text: str, *, name: str = "text", patterns: Patterns | None = None) -> Report:
    """Read one text with the shipped packs, or with `patterns`."""
    return extract(Document(name=name, text=text), patterns or load_patterns())
