"""Table cells with spans into full rows."""

from __future__ import annotations

from ..text.tables import header_count, place_spans

__all__ = ["grid_rows"]


def grid_rows(cells: list[list[tuple[str, int, int]]], heads: list[bool]) -> tuple[list[list[str]], list[list[str]]]:
    """Fill spans by repeating the cell, and part header rows from body rows.

    Parameters
    ----------
    cells : rows of (text, rowspan, colspan)
    heads : list of bool
        Whether the markup calls the row a header.

    Returns
    -------
    header, rows : lists of rows of cell texts
    """
    grid = [[text for text, _, _ in row] for row in place_spans(cells, "")]
    count = 0
    while count < len(heads) and heads[count]:
        count += 1
    if not 0 < count < len(grid) and cells:
        count = header_count(grid, [rows for _, rows, _ in cells[0]], any(c > 1 for _, _, c in cells[0]))
    return grid[:count], grid[count:]
