"""What changed between two databases: rows gained, lost and changed, document by document."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Change", "compare", "one_line"]

Values = dict[str, Any]

EVIDENCE = (
    *("kind", "measure", "value", "qualifier", "unit", "ci_level", "ci_low", "ci_high", "p_op", "p_value"),
    *("endpoint", "numerator", "denominator", "spread_kind", "spread_low", "spread_high", "timepoint"),
    *("experimental", "comparator", "trial", "trial_key", "population", "analysis", "origin", "citations"),
    *("span_start", "span_end", "also_at", "checks"),
)
TRIALS = (
    *("trial", "trial_key", "phase", "n", "registry_ids", "experimental", "comparator", "endpoint_outcomes"),
    *("status", "citations"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs.

    Attributes
    ----------
    document : str
    view : str
        ``evidence``, ``trial_reports`` or ``document_drugs``.
    what : str
        ``gained``, ``lost`` or ``changed``.
    row : dict
        The new row, or the old one of a lost row.
    cells : dict of column to (old, new)
        Of a changed row.
    """

    document: str
    view: str
    what: str
    row: Values
    cells: dict[str, tuple[Any, Any]]


def _rows(db: sqlite3.Connection, view: str, columns: tuple[str, ...], document: str) -> list[Values]:
    cursor = db.execute(f"SELECT {', '.join(columns)} FROM {view} WHERE document = ?", (document,))
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def _matched(
    old: list[Values], new: list[Values], *keys: tuple[str, ...]
) -> Iterator[tuple[Values | None, Values | None]]:
    """Pair rows that agree in the first of `keys`, then in the next; the rest stands alone."""
    for columns in keys:
        waiting: dict[tuple[Any, ...], list[Values]] = defaultdict(list)
        for row in old:
            waiting[tuple(row[c] for c in columns)].append(row)
        rest = []
        for row in new:
            partners = waiting[tuple(row[c] for c in columns)]
            if partners:
                yield partners.pop(0), row
            else:
                rest.append(row)
        old = [row for rows in waiting.values() for row in rows]
        new = rest
    yield from ((row, None) for row in old)
    yield from ((None, row) for row in new)


_VIEWS: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...] = (
    # A row keeps its id while its text, span and value stay; in a text that was edited it is
    # known by what it says.
    ("evidence", ("id", *EVIDENCE), (("id",), ("kind", "measure", "value", "p_value", "endpoint"))),
    ("trial_reports", TRIALS, (("trial",), ("trial_key",))),
    ("document_drugs", ("drug", "mentions"), (("drug",),)),
)
_SILENT = frozenset({"id"})


def compare(old: sqlite3.Connection, new: sqlite3.Connection) -> Iterator[Change]:
    """Yield the differences of two databases, by document name.

    Parameters
    ----------
    old, new : sqlite3.Connection

    Yields
    ------
    Change
    """
    sql = "SELECT document FROM documents"
    names = {row[0] for row in old.execute(sql)} | {row[0] for row in new.execute(sql)}
    for document in sorted(names):
        for view, columns, keys in _VIEWS:
            pairs = _matched(_rows(old, view, columns, document), _rows(new, view, columns, document), *keys)
            for before, after in pairs:
                if before is None or after is None:
                    row = after or before or {}
                    yield Change(document, view, "lost" if after is None else "gained", row, {})
                    continue
                cells = {c: (before[c], after[c]) for c in columns if c not in _SILENT and before[c] != after[c]}
                if cells:
                    yield Change(document, view, "changed", after, cells)


def _cell(value: Any) -> str:
    return "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def one_line(change: Change) -> str:
    """Return a change as one line for a reader."""
    row = change.row
    if change.view == "evidence":
        number = row["value"] if row["kind"] != "test" else f"{row['p_op']}{_cell(row['p_value'])}"
        parts = [row["measure"], _cell(number), row["unit"], row["endpoint"], row["trial"]]
        label = " ".join(str(p) for p in parts if p not in (None, "null"))
        if row["ci_low"] is not None or row["ci_high"] is not None:
            label += f" ({_cell(row['ci_low'])}–{_cell(row['ci_high'])})"
    elif change.view == "trial_reports":
        label = f"trial {row['trial']}"
    else:
        label = f"drug {row['drug']}"
    cells = "; ".join(f"{c} {_cell(old)} → {_cell(new)}" for c, (old, new) in change.cells.items())
    return f"{label}: {cells}" if cells else label
