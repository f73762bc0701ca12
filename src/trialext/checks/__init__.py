"""Arithmetic on one report, and copies of texts across documents; knows rows, not languages' grammar.

`CHECKS` is the table of codes, `check_report` runs them, `near_duplicates` finds reposts.
"""

from .across import near_duplicates, near_duplicates_of_sketches, resemblance, sketch
from .catalogue import CHECKS, ERROR, NOTE, Check
from .report import check_report

__all__ = [
    "CHECKS",
    "ERROR",
    "NOTE",
    "Check",
    "check_report",
    "near_duplicates",
    "near_duplicates_of_sketches",
    "resemblance",
    "sketch",
]
