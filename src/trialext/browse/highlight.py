"""The text of a document with its rows, cells and mentions marked, as HTML.

Marks overlap (a sentence gives two rows that share an interval; a drug stands inside a
statistic), so the text is cut at every edge of a mark and each piece says all that it belongs
to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

__all__ = ["Mark", "Segment", "document_marks", "segments", "to_html"]

KINDS = ("row", "again", "cell", "mention", "open", "hit")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the text and what it is.

    Attributes
    ----------
    start, end : int
        Code points, half-open.
    kind : str
        ``row`` (a statistic), ``again`` (where it is printed once more), ``cell`` (the place of
        an endpoint, arm, trial …), ``mention``, ``open`` (a number without a row) or ``hit``.
    key : str
        Evidence id of a row or cell; id of a mention.
    label : str
        Name of the cell, or label of the mention.
    """

    start: int
    end: int
    kind: str
    key: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text, the marks it lies in and those that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    begins: tuple[Mark, ...] = ()


def document_marks(
    rows: Sequence[Mapping[str, Any]],
    mentions: Sequence[Sequence[Any]],
    unexplained: Sequence[Mapping[str, Any]],
    hit: tuple[int, int] | None = None,
) -> list[Mark]:
    """Return all marks of one document.

    Parameters
    ----------
    rows : sequence of mappings
        Rows of view ``evidence``, with ``spans`` of their cells where known.
    mentions : sequence of [label, id, start, end, ...]
    unexplained : sequence of mappings
        Rows of view ``unexplained``.
    hit : (int, int), optional
        A span that was searched for.
    """
    marks = []
    for row in rows:
        marks.append(Mark(row["span_start"], row["span_end"], "row", row["id"]))
        marks += [Mark(a, b, "again", row["id"]) for a, b in row.get("also_at") or ()]
        marks += [Mark(a, b, "cell", row["id"], cell) for cell, a, b in row.get("spans") or ()]
    marks += [Mark(m[2], m[3], "mention", str(m[1]), str(m[0])) for m in mentions if not str(m[0]).startswith("CUE_")]
    marks += [Mark(u["span_start"], u["span_end"], "open", f"u{u['span_start']}") for u in unexplained]
    if hit is not None:
        marks.append(Mark(*hit, "hit"))
    return marks


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """Cut `text` at the edges of `marks`.

    Marks that are empty or lie outside of the text are left out.

    Parameters
    ----------
    text : str
    marks : sequence of Mark
        In any order; they may overlap.

    Returns
    -------
    list of Segment
        In the order of the text; their texts joined are `text`.
    """
    good = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    order = {kind: i for i, kind in enumerate(KINDS)}
    opening: dict[int, list[Mark]] = {}
    for mark in sorted(good, key=lambda m: (order[m.kind], m.start, -m.end)):
        opening.setdefault(mark.start, []).append(mark)
    edges = sorted({0, len(text), *(m.start for m in good), *(m.end for m in good)})
    found = []
    inside: list[Mark] = []
    for start, end in pairwise(edges):
        begins = opening.get(start, [])
        inside = [m for m in inside if m.end > start] + begins
        found.append(Segment(text[start:end], tuple(inside), tuple(begins)))
    return found


def _attribute(name: str, values: Sequence[str]) -> str:
    return f' {name}="{escape(" ".join(dict.fromkeys(values)), quote=True)}"' if values else ""


def _segment_html(piece: Segment) -> str:
    text = escape(piece.text, quote=True)
    if not piece.marks:
        return text
    rows = [m.key for m in piece.marks if m.kind in ("row", "again")]
    cells = [f"{m.key}:{m.label}" for m in piece.marks if m.kind == "cell"]
    mention = next((m for m in reversed(piece.marks) if m.kind == "mention"), None)
    opens = [m.key for m in piece.marks if m.kind == "open"]
    anchors = [m.key for m in piece.begins if m.kind == "row"]
    classes = ["ev"] * bool(rows) + ["open"] * bool(opens) + ["hit"] * any(m.kind == "hit" for m in piece.marks)
    title = ""
    if mention is not None:
        classes += ["m", f"m-{mention.label.lower()}"]
        title = f"{mention.label.lower()}: {mention.key}"
    attributes = _attribute("class", classes) + _attribute("data-rows", rows) + _attribute("data-cells", cells)
    if title:
        attributes += f' title="{escape(title, quote=True)}"'
    before = "".join(f'<span id="t-{escape(a, quote=True)}"></span>' for a in anchors[1:])
    before += "".join(f'<span id="{escape(m.key, quote=True)}"></span>' for m in piece.begins if m.kind == "open")
    before += "".join('<span id="hit"></span>' for m in piece.begins if m.kind == "hit")
    if anchors:
        first = escape(anchors[0], quote=True)
        return f'{before}<a id="t-{first}" href="#r-{first}"{attributes}>{text}</a>'
    return f"{before}<span{attributes}>{text}</span>"


def to_html(pieces: Sequence[Segment]) -> str:
    """Return the marked text as HTML; everything that stems from the text is escaped.

    A statistic is a link ``#t-ID`` → ``#r-ID``; pieces carry ``data-rows`` (evidence ids) and
    ``data-cells`` (``id:cell``) for the script of the page.
    """
    return "".join(map(_segment_html, pieces))
