"""All checks over one report."""

from __future__ import annotations

from ..model import Finding, Report, Span
from .catalogue import CHECKS
from .context import leniency
from .interval import Flag, check_interval
from .relations import check_differences, check_endpoint_order, check_rate_course, check_reductions
from .rows import check_fraction, check_ranges, check_spread
from .within import check_arm_sizes, check_medians, check_rate_order
from .wording import check_wording

__all__ = ["check_report"]

_ORDER = {check.code: i for i, check in enumerate(CHECKS)}


def check_report(report: Report) -> tuple[Finding, ...]:
    """Run every check of `CHECKS` over the rows of one report.

    Parameters
    ----------
    report : Report
        With estimates, trials and the document's text; its own findings are ignored.

    Returns
    -------
    tuple of Finding
        By row, then in the order of `CHECKS`; pure: the report stays as it is.

    Examples
    --------
    >>> from trialext.model import Document, Estimate, Span
    >>> text = "HR=0.70（95%CI：0.55~0.69）"
    >>> row = Estimate("effect", "HR", 0.7, 0, len(text), Span(0, len(text)), ci_low=0.55, ci_high=0.69)
    >>> [f.code for f in check_report(Report(Document("a", text), "zh", (row,)))]
    ['ci-contains']
    """
    seen: dict[Span, str | None] = {}
    lenient = {
        i: leniency(report, e, seen) if e.kind != "arm" else None  # only comparisons have a test that may differ
        for i, e in enumerate(report.estimates)
    }
    flags: list[tuple[int, Flag]] = []
    for i, estimate in enumerate(report.estimates):
        flags += [(i, f) for f in check_ranges(estimate)]
        flags += [(i, f) for f in check_interval(report, estimate, lenient[i])]
        flags += [(i, f) for f in check_wording(report, estimate, lenient[i])]
        flags += [(i, f) for f in check_fraction(report, estimate)]
        flags += [(i, f) for f in check_spread(report, estimate)]
    flags += check_medians(report, lenient)
    flags += check_rate_order(report)
    flags += check_arm_sizes(report)
    flags += check_reductions(report)
    flags += check_differences(report)
    flags += check_rate_course(report)
    flags += check_endpoint_order(report)
    flags.sort(key=lambda flag: (flag[0], _ORDER[flag[1][0]]))
    return tuple(Finding(i, *flag) for i, flag in flags)
