"""Runs that no print holds are cut short; what stands behind them keeps its true place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext import extract_text
from trialext.text.fold import fold
from trialext.text.sentences import LONGEST, split_sentences

STATEMENT = "Median OS was 12.3 months with docetaxel (HR 0.76; 95% CI 0.60-0.95; P = .015)."


@pytest.mark.parametrize(
    "run", [" " * 5_000, "\t" * 5_000, "\n" * 5_000, "A" * 5_000, "1" * 5_000, "A-" * 5_000, "$" * 5_000]
)
def test_what_stands_behind_a_run_keeps_its_place(run: str) -> None:
    text = f"Words before. {run} {STATEMENT}"
    folded = fold(text).text
    assert len(folded) < 2_000
    effect = [e for e in extract_text(text).estimates if e.kind == "effect"]
    assert [text[e.start : e.end] for e in effect] == ["0.76"]


@given(
    st.lists(
        st.sampled_from(
            [" ", "\n", "\t", "a", "1", "-", "<", "|", "é", "中", " " * 12, "\n" * 12, "b" * 150, "x-" * 600]
        ),
        max_size=30,
    ).map("".join)
)
def test_offsets_stay_true_and_in_order(text: str) -> None:
    folded = fold(text)
    places = [folded.source(n, n + 1) for n in range(len(folded.text))]
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert [a for a, _ in places] == sorted(a for a, _ in places)
    assert all(c.isspace() == text[a:b].isspace() for c, (a, b) in zip(folded.text, places, strict=True))


@pytest.mark.parametrize("text", ["word " * 3_000, "字" * 9_001, "| cell " * 3_000, "a" * 9_001])
def test_sentences_have_an_end(text: str) -> None:
    _, sentences = split_sentences(text)
    assert all(0 < s.end - s.start <= LONGEST for s in sentences)
    covered = "".join(text[s.start : s.end] for s in sentences)
    assert covered.replace(" ", "") == text.replace(" ", "")
