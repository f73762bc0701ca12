"""The differences between gold and extraction as one list, worst first, each with its sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .cells import Cells
from .gold import Predicted
from .score import DocumentScore, plain

__all__ = ["Difference", "differences", "locate", "sentence_at", "short", "written"]

_COST = {
    "missed": 6,
    "spurious": 6,
    "ci": 4,
    "p": 4,
    "endpoint": 4,
    "unit": 3,
    "fraction": 2,
    "trial": 2,
    "timepoint": 2,
}
_COST |= {"experimental": 3, "comparator": 3}
_KIND_COST = {"effect": 3, "test": 1, "arm": 0}
_NAME_COST = {"trial missed": 4, "trial spurious": 4, "drug missed": 2, "drug spurious": 2}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the gold has it.

    Attributes
    ----------
    doc, lang : str
    what : str
        ``missed``, ``spurious``, ``wrong``, ``trial missed``, ``drug spurious``, ``trial n`` …
    row : str
        The row in short: kind, measure, value; or the name.
    cells : mapping of str to (str, str)
        Gold and found, by column.
    sentence : str
        Where it stands; empty where the text is not at hand.
    start, end : int or None
        Span in the text.
    cost : int
        Rank: a lost comparison weighs more than a wrong arm of a rate.
    """

    doc: str
    lang: str
    what: str
    row: str
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sentence: str = ""
    start: int | None = None
    end: int | None = None
    cost: int = 0


def short(cells: Cells) -> str:
    """Return a row in a few words: ``effect HR 0.7`` or ``test p < 0.05``."""
    if cells.kind == "test":
        p = cells.columns["p"]
        return f"test p {plain(p)}" if p else "test p"
    return f"{cells.kind} {cells.measure} {plain(cells.value)}"


def written(cells: Cells, column: str) -> str:
    """Return a cell as the row has it, where that reads better than its normalised form.

    Parameters
    ----------
    cells : Cells
        A normalised row with the row that it stems from.
    column : str

    Returns
    -------
    str
        ``none`` where the cell is empty.
    """
    value = cells.row.get(column)
    if column in ("experimental", "comparator"):
        parts = json.loads(value or "[]") if isinstance(value, str) else value
        return " + ".join(map(str, parts or ())) or "none"
    if column in ("trial", "timepoint", "endpoint", "unit"):
        return "none" if value is None else str(value)
    return plain(cells.columns[column])


def locate(text: str, quote: str | None) -> tuple[int, int] | None:
    """Return where a quotation stands in a text; white space in it may differ.

    Parameters
    ----------
    text : str
    quote : str or None

    Returns
    -------
    (int, int) or None
        Span of the first place in code points, half-open; None when it is not there.
    """
    if not text or not quote:
        return None
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    pattern = r"\s*".join(re.escape(part) for part in quote.split())
    found = re.search(pattern, text) if pattern else None
    return found.span() if found else None


def sentence_at(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, for reading: up to the next full stops or line breaks.

    Parameters
    ----------
    text : str
    start, end : int
        Code points, half-open.

    Returns
    -------
    str
        With at most 300 characters before and after the span.
    """
    before = [m.end() for m in re.finditer(r"[。！？!?\n]|[.](?=\s)", text[:start])]
    after = re.search(r"[。！？!?\n]|[.](?=\s|$)", text[end:])
    a = max(before[-1] if before else 0, start - 300)
    b = min(end + after.end() if after else len(text), end + 300)
    return text[a:b].strip()


def differences(scores: Iterable[DocumentScore], predicted: Mapping[str, Predicted]) -> list[Difference]:
    """Return every difference, the worst first; equal ones in the order of the documents.

    Parameters
    ----------
    scores : iterable of DocumentScore
    predicted : mapping of str to Predicted
        By stem; the sentences are cut from their texts.

    Returns
    -------
    list of Difference
    """
    out: list[Difference] = []
    for score in scores:
        found = predicted.get(score.doc, Predicted())
        out += _rows(score, found.text)
        for what, name in score.names:
            out.append(Difference(score.doc, score.lang, what, name, cost=_NAME_COST[what]))
        for trial, column, gold, got in score.trial_cells:
            cells = {column: (gold, got)}
            out.append(Difference(score.doc, score.lang, f"trial {column}", trial, cells, cost=2))
    return sorted(out, key=lambda d: -d.cost)


def _rows(score: DocumentScore, text: str) -> Iterable[Difference]:
    for pair in score.paired:
        if not pair.wrong:
            continue
        cells = {c: (written(pair.gold, c), written(pair.found, c)) for c in pair.wrong}
        cost = sum(_COST[c] for c in pair.wrong) + _KIND_COST[pair.gold.kind]
        start, end = pair.found.row.get("span_start"), pair.found.row.get("span_end")
        sentence = str(pair.found.row.get("sentence") or "")
        yield Difference(score.doc, score.lang, "wrong", short(pair.gold), cells, sentence, start, end, cost)
    for row in score.missed:
        place = locate(text, row.row.get("quote"))
        sentence = sentence_at(text, *place) if place else str(row.row.get("quote") or "")
        cost = _COST["missed"] + _KIND_COST[row.kind]
        cells = _filled(row, gold=True)
        start, end = place or (None, None)
        yield Difference(score.doc, score.lang, "missed", short(row), cells, sentence, start, end, cost)
    for row in score.spurious:
        start, end = row.row.get("span_start"), row.row.get("span_end")
        cost = _COST["spurious"] + _KIND_COST[row.kind]
        sentence = str(row.row.get("sentence") or "")
        cells = _filled(row, gold=False)
        yield Difference(score.doc, score.lang, "spurious", short(row), cells, sentence, start, end, cost)


def _filled(row: Cells, *, gold: bool) -> dict[str, tuple[str, str]]:
    """Return the columns that a row without a partner fills, on its side."""
    filled = {c: written(row, c) for c, v in row.columns.items() if v}
    return {c: (v, "") if gold else ("", v) for c, v in filled.items()}
