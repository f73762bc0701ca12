"""Reports made by hand, for tests of the store."""

from __future__ import annotations

from typing import Any

from trialext.model import (
    Citation,
    Document,
    Estimate,
    Finding,
    Mention,
    Outcome,
    Report,
    Span,
    TrialReport,
    Unexplained,
)

TEXT = (
    "虚构研究一（ALPHA-1）中，甲药组中位PFS为9.5个月，乙药组为6.2个月（HR 0.61，95%CI 0.45–0.83，P=0.002）[1]。"
    "In the made-up ALPHA-1 trial the objective response rate was 40.5% (34/84) with drug A."
)


def span_of(text: str, part: str) -> tuple[int, int]:
    """Return where `part` stands first."""
    start = text.index(part)
    return start, start + len(part)


def estimate(text: str = TEXT, printed: str = "HR 0.61", **cells: Any) -> Estimate:
    """Return a hazard ratio, with `cells` changed."""
    start, end = span_of(text, printed)
    values: dict[str, Any] = {
        **{"kind": "effect", "measure": "HR", "value": 0.61, "start": start, "end": end},
        **{"sentence": Span(0, text.index("。") + 1), "endpoint": "PFS", "ci_level": 95.0, "ci_low": 0.45},
        **{"ci_high": 0.83, "p_op": "=", "p_value": 0.002, "experimental": ("drug a",), "comparator": ("drug b",)},
        **{"trial": "ALPHA-1", "trial_key": "ALPHA-1", "citations": (Citation(1, "10.5555/alpha"),)},
        **{"analysis": ("ITT",), "origin": "cited", "printed": printed, "rules": ("ratio",)},
        "spans": (("value", *span_of(text, "0.61")), ("endpoint", *span_of(text, "PFS"))),
    }
    return Estimate(**(values | cells))


def report(
    name: str = "a.txt", text: str = TEXT, estimates: tuple[Estimate, ...] | None = None, **parts: Any
) -> Report:
    """Return a report with one row of everything."""
    values: dict[str, Any] = {
        "document": Document(
            name=name, text=text, title="Made up", doi="10.5555/review", year=2024, authors=("A. B.",)
        ),
        "lang": "zh",
        "estimates": (estimate(text),) if estimates is None else estimates,
        "trials": (
            TrialReport(
                *("ALPHA-1", "ALPHA-1", "3", 168, ("NCT00000000",), ("drug a",), ("drug b",)),
                endpoint_outcomes=(Outcome("PFS", "positive"), Outcome(None, "positive")),
                status="reported",
            ),
        ),
        "drugs": (("drug a", 2), ("drug b", 1)),
        "unexplained": (Unexplained(*span_of(text, "6.2"), Span(0, text.index("。") + 1), "median"),),
        "findings": (Finding(0, "ci-excludes-value", "error", "0.45-0.83", "0.61", "made up"),),
        "mentions": (Mention("ENDPOINT", "PFS", *span_of(text, "PFS"), "pfs"),),
        "numbers": ((*span_of(text, "0.61"), "evidence"), (*span_of(text, "6.2"), "unexplained")),
    }
    if estimates is not None:
        values["findings"] = ()
    return Report(**(values | parts))


def plain(name: str, text: str) -> Report:
    """Return a report without any row."""
    return Report(Document(name=name, text=text), "en")
