"""Tables in a text: cells stand where their offsets say, whatever the markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_samples import CAPTION, HEADER, ROWS, pipe_table

from trialext.reading.layout import render_table
from trialext.text.tables import MAX_CELLS, Table, find_tables, place_spans


def cells(table: Table) -> tuple[list[list[str]], list[list[str]]]:
    return [[c.text for c in row] for row in table.header], [[c.text for c in row] for row in table.rows]


CASES: list[tuple[str, list[list[str]], list[list[str]]]] = [
    ("| a | b |\n|---|---|\n| 1 | 2 |", [["a", "b"]], [["1", "2"]]),
    (
        "| a | b |\n|---|---|\n| | |\n|---|---|\n| note | |\n| 1 | 2 |",  # a blank head heads nothing
        [["a", "b"]],
        [["note", ""], ["1", "2"]],
    ),
    ("a | b\n:--|--:\n1 | 2\n3 | 4\nend", [["a", "b"]], [["1", "2"], ["3", "4"]]),
    ("| a | b |\n| c | d |\n|---|---|\n| 1 | 2 |", [["a", "b"], ["c", "d"]], [["1", "2"]]),
    ("| a |\r\n|---|\r\n| x \\| y |\r\n", [["a"]], [["x | y"]]),
    ("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |", [["a", "b", ""]], [["1", "", ""], ["1", "2", "3"]]),
    ("| arm | ORR |\n| A | 43% |\n| B | 24% |", [["arm", "ORR"]], [["A", "43%"], ["B", "24%"]]),
    (
        "<table><tr><td>组别</td><td>P值</td></tr><tr><td>A</td><td><0.0001</td></tr></table>",
        [["组别", "P值"]],
        [["A", "<0.0001"]],
    ),
    (
        "<html><body><table><thead><tr><th rowspan=2>x</th><th colspan='2'>g</th></tr><tr><th>A</th><th>B</th></tr>"
        '</thead><tbody><tr><td>HR</td><td colspan="2"><b>0.51</b> &lt;1</td></tr></tbody></table></body></html>',
        [["x", "g", "g"], ["x", "A", "B"]],
        [["HR", "0.51 <1", "0.51 <1"]],
    ),
    (
        '<TABLE><TR><TD></TD><TD COLSPAN="2">after</TD></TR><TR><TD></TD><TD>n</TD><TD>%</TD></TR>'
        "<TR><TD>A</TD><TD>3</TD><TD>10</TD></TR></TABLE>",
        [["", "after", "after"], ["", "n", "%"]],
        [["A", "3", "10"]],
    ),
    ("<table><tr><td>a<td>b<tr><td>1<td>2", [["a", "b"]], [["1", "2"]]),
    (
        "<table><tr><td>a</td></tr><tr><td><table><tr><td>inner</td></tr></table>x</td></tr></table>",
        [["a"]],
        [["innerx"]],
    ),
]


@pytest.mark.parametrize(("text", "header", "rows"), CASES)
def test_tables(text: str, header: list[list[str]], rows: list[list[str]]) -> None:
    (table,) = find_tables(text)
    assert cells(table) == (header, rows)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no table | here",
        "P(A | B) = 0.5\nand | more",
        "---\n\n---",
        "a < b > c <table",
        "|\n|\n|",
        "<table></table>",
        "x | y\n\n---|---",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert find_tables(text) == []


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (pipe_table(), CAPTION),
        ("表2 两组疗效比较  \n\n<html><body><table><tr><td>a</td></tr><tr><td>1</td></tr></table>", "表2 两组疗效比较"),
        ("**Table 3.** Safety\n\n| a | b |\n|---|---|\n| 1 | 2 |", "**Table 3.** Safety"),
        ("<table><caption> Table 4 </caption><tr><td>a</td></tr><tr><td>1</td></tr></table>", "Table 4"),
        ("Some text ends here.\n\n| a | b |\n|---|---|\n| 1 | 2 |", None),
    ],
)
def test_captions(text: str, caption: str | None) -> None:
    (table,) = find_tables(text)
    assert (table.caption and text[slice(*table.caption)]) == caption


def test_merged_cells_say_so() -> None:
    text = "<table><tr><td>x</td><td>A</td><td>B</td></tr><tr><td>HR</td><td colspan=2>0.51</td></tr></table>"
    (table,) = find_tables(text)
    label, left, right = table.rows[0]
    assert (left.same_left, right.same_left) == (False, True)
    assert (left.start, left.end) == (right.start, right.end)
    assert text[left.start : left.end] == "0.51"
    assert not label.same_up


def test_two_tables_in_a_row_stay_two() -> None:
    text = f"{pipe_table()}\n\nText between.\n\n{pipe_table()}"
    first, second = find_tables(text)
    assert cells(first) == cells(second) == ([list(HEADER)], [list(r) for r in ROWS])
    assert first.end < second.start


cell_texts = st.text(st.sampled_from("ab中 |\\<>&0.5%\n"), max_size=8)
grids = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cell_texts, min_size=width, max_size=width), min_size=2, max_size=6)
)


@given(grids)
def test_a_rendered_table_reads_back(grid: list[list[str]]) -> None:
    grid = [[" ".join(c.replace("\\", "/").split()) for c in row] for row in grid]
    grid = [[c or "-0" for c in row] for row in grid]
    text = "\n".join(line for _, line in render_table(grid[:1], grid[1:]))
    (table,) = find_tables(text)
    header, rows = cells(table)
    assert header + rows == grid


markup = st.lists(
    st.sampled_from(
        ["<table>", "</table>", "<tr>", "</tr>", "<td>", '<td rowspan="3">', "<td colspan=4>", "</td>", "<th>", "<thead>",
         "<caption>", "</caption>", "<b>", "x", "0.51", "<0.05", "|", "\n", "|---|", "| a | b |\n", "\\|", "&lt;", "<", ">",
         "<html><body>", "表1 x\n"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(markup)
@settings(max_examples=500)
def test_offsets_hold_for_any_markup(text: str) -> None:
    last = 0
    for table in find_tables(text):
        assert last <= table.start < table.end <= len(text)
        last = table.end
        assert len({len(row) for row in (*table.header, *table.rows)}) == 1
        for row in (*table.header, *table.rows):
            for cell in row:
                assert 0 <= cell.start <= cell.end <= len(text)
                assert text[cell.start : cell.end] == text[cell.start : cell.end].strip()
                if not set("<&\\") & set(text[cell.start : cell.end]):
                    assert cell.text == " ".join(text[cell.start : cell.end].split())


span_rows = st.lists(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9999), st.integers(0, 9999)), max_size=6), max_size=8
)


@given(span_rows)
def test_spans_fill_a_full_and_bounded_grid(rows: list[list[tuple[int, int, int]]]) -> None:
    grid = place_spans(rows, -1)
    assert len(grid) == len(rows)
    assert len({len(row) for row in grid}) <= 1
    assert sum(map(len, grid)) <= 4 * MAX_CELLS
    given_cells = [cell for row in rows for cell, _, _ in row]
    kept = {cell for row in grid for cell, _, _ in row}
    assert kept - {-1} <= set(given_cells)
