"""The same facts give the same evidence, whatever file they came in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reading_help import one
from reading_samples import FORMATS, WITHOUT_TABLE

from trialext import extract, load_patterns
from trialext.model import Document
from trialext.patterns.records import Patterns
from trialext.text.tables import find_tables

COLUMNS = [
    "kind",
    "measure",
    "value",
    "qualifier",
    "unit",
    "ci_level",
    "ci_low",
    "ci_high",
    "p_op",
    "p_value",
    "endpoint",
    "timepoint",
    "experimental",
    "comparator",
    "trial",
    "origin",
]


@cache
def patterns() -> Patterns:
    return load_patterns()


def rows(document: Document, *, tables: bool) -> list[tuple[Any, ...]]:
    """Return the evidence rows, in the order of the text; those of tables only if asked for."""
    inside = [(table.start, table.end) for table in find_tables(document.text)]
    report = extract(document, patterns())
    return [
        tuple(getattr(estimate, column) for column in COLUMNS)
        for estimate in report.estimates
        if tables or not any(a <= estimate.start < b for a, b in inside)
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_rows(name: str, tmp_path: Path) -> None:
    tables = name not in WITHOUT_TABLE
    expected = rows(one(tmp_path, "reference.txt", FORMATS["one.txt"]()), tables=tables)
    assert {("HR", 0.51), ("median", 11.1), ("median", 5.8), ("rate", 43.3), ("rate", 24.1)} <= {
        r[1:3] for r in expected
    }
    assert rows(one(tmp_path, name, FORMATS[name]()), tables=tables) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_the_span_of_every_row_holds_its_number(name: str, tmp_path: Path) -> None:
    document = one(tmp_path, name, FORMATS[name]())
    for estimate in extract(document, patterns()).estimates:
        seen = document.text[estimate.start : estimate.end]
        number = estimate.p_value if estimate.kind == "test" else estimate.value
        assert number is not None
        assert f"{number:g}" in seen
