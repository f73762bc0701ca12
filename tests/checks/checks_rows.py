"""Hand-made reports for the checks: a text and the numbers that stand in it."""

from __future__ import annotations

from typing import Any

from trialext.model import Document, Estimate, Report, Span, TrialReport


def row(text: str, quote: str = "", **columns: Any) -> Estimate:
    """Return a row over `quote` (default: the whole of `text`) in a one-sentence text."""
    start = text.index(quote) if quote else 0
    end = start + len(quote) if quote else len(text)
    kind = columns.pop("kind", "effect" if columns.get("measure") in ("HR", "OR", "RR", "IRR", "RD", "MD") else "arm")
    columns = {"measure": "HR", "value": None, "sentence": Span(0, len(text))} | columns
    return Estimate(kind=kind, start=start, end=end, **columns)


def report(text: str, *rows: Estimate, lang: str = "zh", trials: tuple[TrialReport, ...] = ()) -> Report:
    """Return a report of hand-made rows."""
    return Report(Document("text", text), lang, rows, trials=trials)
