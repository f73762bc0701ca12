"""Every flag that the checks raise on the untouched corpus, with the reason why the text is right all the same.

The figures of the corpus are true: a flag is either a property of the trial's statistics, with its
reason in `EXPLAINED`, or a fault of extraction that the checks bring to light, in `FAULTS` until it
is mended.  Anything else fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from trialext import extract, load_patterns
from trialext.model import Document

CORPUS = Path(__file__).parents[2] / "corpus"
TEXTS = sorted(p for p in CORPUS.iterdir() if p.suffix in (".txt", ".md") and not p.name.startswith("README"))
PATTERNS = load_patterns()

ONE_SIDED = "the trial tested one-sided and prints the one-sided p"
SPARSE = "one arm has almost no responses: an exact interval, far from symmetric"
MARGIN = "p is of non-inferiority, tested against a margin and not against 1"

EXPLAINED = {
    ("p-from-ci", 0.71): "the p is cut at 0.0001, the last digit that the report prints (98.4 % interval)",
    ("p-from-ci", 0.687): ONE_SIDED,
    ("p-from-ci", 0.75): ONE_SIDED,
    ("p-from-ci", 0.771): ONE_SIDED,
    ("p-from-ci", 0.60): ONE_SIDED,
    ("p-from-ci", 0.61): ONE_SIDED,
    ("p-from-ci", 0.72): ONE_SIDED,
    ("p-from-ci", 0.77): ONE_SIDED,
    ("p-from-ci", 0.78): ONE_SIDED,
    ("p-from-ci", 0.85): "one-sided p of a superiority test that narrowly missed its level",
    ("p-decision", 0.85): "one-sided p of a superiority test that narrowly missed its level",
    ("p-from-ci", 1.18): "one-sided exact test beside a Wald interval",
    ("p-from-ci", 1.07): MARGIN,
    ("ci-midpoint", 20.86): SPARSE,
    ("p-from-ci", 20.86): SPARSE,
}
"""Reason by check and value of the row; all of them are notes."""

SWAPPED = "the groups of the ratio stand the wrong way round, or at the wrong medians"

FAULTS = {
    ("en-07-head-neck", "median-direction"): SWAPPED,
    ("zh-07-head-neck", "median-direction"): SWAPPED,
    ("en-09-myeloma-press", "ci-contains"): "the level of `95 percent confidence interval` was taken for a rate",
}
"""Faults of extraction by document and check."""


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_every_flag_on_the_corpus_is_a_note_with_a_reason(path: Path) -> None:
    report = extract(Document(path.name, path.read_bytes().decode("utf-8-sig")), PATTERNS)
    unexplained = [
        f"{f.code} ({f.severity}): {f.message}"
        for f in report.findings
        if ((f.code, report.estimates[f.estimate].value) not in EXPLAINED or f.severity != "note")
        and (path.stem, f.code) not in FAULTS
    ]
    assert unexplained == []
