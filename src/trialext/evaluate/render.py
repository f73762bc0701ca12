"""Figures and errors as plain text: aligned in a terminal, clean in a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from .cells import COLUMNS
from .errors import Difference
from .score import KINDS, LEVELS

__all__ = ["describe", "figures_text", "table", "width"]


def width(text: str) -> int:
    """Return the columns that a text takes in a terminal: Han characters take two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Align cells in columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        They may have different lengths.
    left : int
        How many first columns are aligned to the left; the others to the right.

    Returns
    -------
    str
        One line per row; Han characters count as two columns.
    """
    columns = max(map(len, rows), default=0)
    widths = [max((width(r[i]) for r in rows if i < len(r)), default=0) for i in range(columns)]
    lines = []
    for row in rows:
        cells = []
        for i, cell in enumerate(row):
            space = " " * (widths[i] - width(cell))
            cells.append(cell + space if i < left else space + cell)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _interval(intervals: Mapping[str, tuple[float, float]], figure: str) -> str:
    return "{:.3f}–{:.3f}".format(*intervals[figure]) if figure in intervals else ""


def figures_text(
    figures: Mapping[str, Any],
    languages: Mapping[str, Mapping[str, Any]],
    intervals: Mapping[str, tuple[float, float]],
) -> str:
    """Return the figures of `trialext.evaluate.score.aggregate` as tables.

    Parameters
    ----------
    figures : mapping
        Of all documents.
    languages : mapping of str to mapping
        Figures of the documents of each language.
    intervals : mapping of str to (float, float)
        Interval of F1 by name of the figure; figures without one get an empty cell.

    Returns
    -------
    str
    """
    gold = figures["all"]["gold"]
    quiet = figures["quiet documents with false rows"]
    blocks = [f"{figures['documents']} documents, {gold} gold rows; quiet documents with false rows: {quiet}"]
    rows = [["rows", "F1", "95% interval", "precision", "recall", "right", "found", "gold"]]
    for kind in ("all", *KINDS):
        for level in LEVELS:
            figure = f"{kind}{level}"
            f = figures[figure]
            label = kind if not level else f"  {level.strip()}"
            rows.append(
                [label, f"{f['f1']:.3f}", _interval(intervals, figure), f"{f['p']:.3f}", f"{f['r']:.3f}"]
                + [str(f[x]) for x in ("tp", "pred", "gold")]
            )
    for figure in ("drugs", "trials"):
        f = figures[figure]
        rows.append(
            [figure, f"{f['f1']:.3f}", _interval(intervals, figure), f"{f['p']:.3f}", f"{f['r']:.3f}"]
            + [str(f[x]) for x in ("tp", "pred", "gold")]
        )
    blocks.append(table(rows))
    columns = list(dict.fromkeys(c for kind in KINDS for c in COLUMNS[kind]))
    rows = [["right cells", *columns]]
    for kind in KINDS:
        shares = figures[f"{kind} columns"]
        rows.append([kind, *(f"{shares[c]:.3f}" if c in shares else "" for c in columns)])
    blocks.append(table(rows))
    if figures["trial columns"]:
        rows = [["trial cells", *figures["trial columns"]], ["right", *map(str, figures["trial columns"].values())]]
        blocks.append(table(rows))
    names = ("effect", "arm", "test", *(f"all{level}" for level in LEVELS), "drugs", "trials")
    rows = [["F1 by language", "documents", *names]]
    for lang, values in languages.items():
        rows.append([lang, str(values["documents"]), *(f"{values[n]['f1']:.3f}" for n in names)])
    blocks.append(table(rows))
    blocks.append(
        "strict: value, interval, p, unit and endpoint right; linked: groups and trial too; exact: all columns"
    )
    return "\n\n".join(blocks)


def describe(difference: Difference) -> str:
    """Return one difference as a line, with gold and found cells."""
    cells = []
    for column, (gold, found) in difference.cells.items():
        if difference.what in ("missed", "spurious"):
            cells.append(f"{column} {gold or found}")
        else:
            cells.append(f"{column}: {found}; gold: {gold}")
    return f"{difference.doc}  {difference.what}  {difference.row}" + (f"  [{' | '.join(cells)}]" if cells else "")
