"""Marks over a text: nothing of it is lost, nothing of it becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext.browse.highlight import KINDS, Mark, document_marks, segments, to_html

TEXTS = st.text(alphabet=st.sampled_from("HR=0.5，化疗<>&\"' \n𠮷é"), max_size=60)
NAMES = st.text(alphabet=st.sampled_from("ab<>\"'& "), min_size=1, max_size=8)


class _Reader(HTMLParser):
    """Collects the text, and which tags there are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.rows: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        allowed = {"id", "class", "href", "title", "data-rows", "data-cells"}
        assert {name for name, _ in attrs} <= allowed, attrs
        self.rows += [(len(self.text), row) for row in (dict(attrs).get("data-rows") or "").split()]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS, st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70), st.sampled_from(KINDS), NAMES, NAMES)))
def test_text_survives_any_marks(text: str, spans: list[tuple[int, int, str, str, str]]) -> None:
    pieces = segments(text, [Mark(*span) for span in spans])
    assert "".join(p.text for p in pieces) == text
    reader = _Reader()
    reader.feed(to_html(pieces))
    reader.close()
    assert reader.text == text
    assert reader.tags <= {"a", "span"}


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_every_row_is_marked_where_it_stands(text: str, spans: list[tuple[int, int]]) -> None:
    good = [(min(s), min(max(s), len(text))) for s in spans if min(s) < min(max(s), len(text))]
    pieces = segments(text, [Mark(a, b, "row", str(i)) for i, (a, b) in enumerate(good)])
    for i, (a, b) in enumerate(good):
        assert "".join(p.text for p in pieces if any(m.key == str(i) for m in p.marks)) == text[a:b]
        assert sum(any(m.key == str(i) for m in p.begins) for p in pieces) == 1


def test_rows_that_share_a_piece_are_both_named() -> None:
    html = to_html(
        segments("OS HR 0.5", [Mark(3, 9, "row", "a"), Mark(6, 9, "row", "b"), Mark(0, 2, "cell", "a", "endpoint")])
    )
    assert html == (
        '<span data-cells="a:endpoint">OS</span> <a id="t-a" href="#r-a" class="ev" data-rows="a">HR </a>'
        '<a id="t-b" href="#r-b" class="ev" data-rows="a b">0.5</a>'
    )


@pytest.mark.parametrize(("label", "marked"), [("DRUG", True), ("ENDPOINT", True), ("CUE_VERSUS", False)])
def test_cue_words_are_not_marked(label: str, marked: bool) -> None:
    marks = document_marks([], [[label, "x", 0, 2, "rule", 0]], [])
    assert bool(marks) is marked


def test_places_of_a_row_and_open_numbers_become_marks() -> None:
    row = {"id": "e1", "span_start": 2, "span_end": 5, "also_at": [[7, 9]], "spans": [["endpoint", 0, 1]]}
    open_number = {"span_start": 10, "span_end": 12}
    kinds = [(m.kind, m.start, m.end) for m in document_marks([row], [], [open_number], hit=(0, 3))]
    assert kinds == [("row", 2, 5), ("again", 7, 9), ("cell", 0, 1), ("open", 10, 12), ("hit", 0, 3)]
