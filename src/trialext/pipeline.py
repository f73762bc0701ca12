"""The one function that names every step, from a document to its report."""

from __future__ import annotations

from dataclasses import replace

from .assemble.build import assemble
from .checks import check_report
from .model import Document, Report
from .patterns import Patterns, load_patterns

__all__ = ["extract", "extract_text"]


def extract(document: Document, patterns: Patterns) -> Report:
    """Read one document: pure, picklable, no input or output.

    Parameters
    ----------
    document : Document
    patterns : Patterns
        From :func:`trialext.load_patterns`.

    Returns
    -------
    Report
    """
    report = assemble(document, patterns)
    return replace(report, findings=check_report(report))


def extract_text(text: str, *, name: str = "text", patterns: Patterns | None = None) -> Report:
    """Read one text with the shipped packs, or with `patterns`.

    Parameters
    ----------
    text : str
        Any review, Chinese or English.
    name : str
        What to call it in the report.
    patterns : Patterns, optional

    Returns
    -------
    Report

    Examples
    --------
    >>> report = extract_text("Median OS was 12.3 months with drug A (HR 0.76; 95% CI 0.60-0.95; P = .015).")
    >>> [(e.measure, e.value) for e in report.estimates]
    [('median', 12.3), ('HR', 0.76)]
    """
    return extract(Document(name=name, text=text), patterns or load_patterns())
