"""Any text at all: folding, tokens, sentences, tables and rows keep true offsets and never fail."""

from __future__ import annotations

import os
import pickle
from functools import cache
from itertools import pairwise

import pytest
from fuzz_pieces import spaced, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from trialext import extract, load_patterns
from trialext.model import Document
from trialext.patterns.records import Patterns
from trialext.recognise.items import scan_numbers
from trialext.text.fold import fold
from trialext.text.hant import to_simplified
from trialext.text.radicals import RADICALS
from trialext.text.sentences import split_sentences
from trialext.text.tables import find_tables
from trialext.text.tokenizer import token_spans

EXAMPLES = int(os.environ.get("TRIALEXT_FUZZ", "60"))
any_text = st.one_of(texts, spaced, st.text(max_size=200))


@cache
def patterns() -> Patterns:
    return load_patterns()


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_folding_leads_back(text: str) -> None:
    folded = fold(text)
    last = 0
    for place in range(len(folded.text)):
        start, end = folded.source(place, place + 1)
        assert 0 <= start <= end <= len(text)
        assert start >= last or start == end or start >= last - 1
        last = start
    assert folded.source(0, len(folded.text))[1] <= len(text)


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_simplification_and_radicals_keep_the_length(text: str) -> None:
    assert len(to_simplified(text)) == len(text)
    assert len(text.translate(RADICALS)) == len(text)
    assert to_simplified(to_simplified(text)) == to_simplified(text)


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_tokens_cover_all_but_white_space(text: str) -> None:
    spans = token_spans(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    outside = "".join(text[b:c] for (_, b), (c, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True))
    assert not outside.strip()


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_sentences_stand_in_the_text(text: str) -> None:
    folded = fold(text).text
    lines, sentences = split_sentences(folded)
    assert all(0 <= s.start <= s.end <= len(folded) for s in (*lines, *sentences))
    assert [s.start for s in sentences] == sorted(s.start for s in sentences)
    for sentence in sentences:
        for item in scan_numbers(folded, sentence.start, sentence.end):
            assert sentence.start <= item.start <= item.end <= sentence.end


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_tables_stand_in_the_text(text: str) -> None:
    for table in find_tables(text):
        for cell in (cell for row in (*table.header, *table.rows) for cell in row):
            assert 0 <= table.start <= table.end <= len(text)
            assert 0 <= cell.start <= cell.end <= len(text)


@given(any_text)
@settings(max_examples=EXAMPLES, deadline=None)
def test_rows_stand_in_the_text(text: str) -> None:
    report = extract(Document(name="fuzz", text=text), patterns())
    assert report == pickle.loads(pickle.dumps(report))
    assert report.lang in ("zh", "en")
    spans = [(e.start, e.end) for e in report.estimates]
    spans += [(e.sentence.start, e.sentence.end) for e in report.estimates]
    spans += [(s.start, s.end) for e in report.estimates for s in e.also_at]
    spans += [(a, b) for e in report.estimates for _, a, b in e.spans]
    spans += [(u.start, u.end) for u in report.unexplained]
    spans += [(m.start, m.end) for m in report.mentions]
    spans += [(a, b) for a, b, _ in report.numbers]
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    for estimate in report.estimates:
        assert estimate.kind in ("effect", "arm", "test")
        assert text[estimate.start : estimate.end].strip()
        for value in (estimate.value, estimate.ci_low, estimate.ci_high, estimate.p_value):
            assert value is None or abs(value) < float("inf")


LENGTH = int(os.environ.get("TRIALEXT_REPEAT", "10000"))


@pytest.mark.parametrize(
    "unit",
    ["(", "HR 0.51 (", "0.51 ", "P<", "95% CI ", "中位无进展生存期为", "paclitaxel and ", "A", "1", "1.", "-", "|", "$", "[", "](",
     "<", "<td>", "\\", " ", "\n", "*", "&", "。", "a.b", "vs ", "0.51–0.65–", "43.3%、", "[1] Roe J. A sample. 2019.\n", "NCT",
     "A-", "单抗", "HR 0.51 (95% CI 0.4-0.6) ", "11.1 months vs 5.8 months, "],
    ids=repr,
)  # fmt: skip
def test_repetition_ends(unit: str) -> None:
    """Texts that make a bad expression backtrack: each ends, with rows that stand in the text."""
    text = unit * (LENGTH // len(unit) + 1)
    report = extract(Document(name="long", text=text), patterns())
    assert all(0 <= e.start < e.end <= len(text) for e in report.estimates)
