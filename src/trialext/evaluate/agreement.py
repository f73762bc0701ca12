"""How far two people who annotated the same texts agree: kappa, F1 of spans, rows and slots."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .annotations import Annotated, AnnotationError, from_gold, texts_in, to_gold
from .cells import COLUMNS, Wordings, cells
from .gold import Gold, Predicted, gold_from_data, load_gold
from .score import KINDS, DocumentScore, prf, score_document

__all__ = ["Agreement", "Annotator", "agreement", "kappa", "load_annotator"]

_NUMBER = re.compile(r"[0-9０-９]+(?:[.·．][0-9０-９]+)?|[.·．][0-9０-９]+")
_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord("·"): ".", ord("．"): "."}


@dataclass(frozen=True, slots=True)
class Annotator:
    """What one person annotated.

    Attributes
    ----------
    golds : mapping of stem to Gold
    spans : mapping of stem to Annotated
        Only of documents whose text is at hand.
    """

    golds: Mapping[str, Gold]
    spans: Mapping[str, Annotated]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures over the documents that both annotated.

    Attributes
    ----------
    documents : int
    only : tuple of (str, ...)
        Documents of one annotator alone: left out.
    figures : mapping of str to mapping
        ``rows``, ``rows effect`` …, ``exact spans``, ``overlapping spans``, ``slots``, ``slot <column>``,
        ``drugs``, ``trials``: precision (of B against A), recall, F1 and counts.
    kappas : mapping of str to (float or None, int)
        Cohen's kappa and the number of things compared; None where it is not defined.
    """

    documents: int
    only: tuple[tuple[str, ...], tuple[str, ...]]
    figures: Mapping[str, Mapping[str, float]]
    kappas: Mapping[str, tuple[float | None, int]]


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Return Cohen's kappa of two labellings of the same things.

    ``(po - pe) / (1 - pe)`` with po the share of equal labels and pe the share expected from
    each annotator's own frequencies (Cohen 1960, Educ Psychol Meas 20:37).

    Parameters
    ----------
    one, other : sequence of hashable
        Label of each thing, in the same order.

    Returns
    -------
    float or None
        At most 1; 0 is what chance gives.  None where both gave every thing the same single
        label (chance explains all), where there is nothing, or where the lengths differ.

    Examples
    --------
    >>> kappa("aabb", "aabb"), kappa("aabb", "abab"), kappa("aa", "aa")
    (1.0, 0.0, None)
    """
    n = len(one)
    if n == 0 or n != len(other):
        return None
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    a, b = Counter(one), Counter(other)
    expected = sum(a[label] * b[label] for label in a) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def load_annotator(path: Path, texts: Path | None = None) -> Annotator:
    """Read the annotations of one person in any supported form.

    Parameters
    ----------
    path : path
        A folder of gold files or of brat standoff, a Label Studio ``.json`` or a ``.jsonl``.
    texts : path, optional
        Folder of the texts, for gold files; by default the folder above them.

    Returns
    -------
    Annotator

    Raises
    ------
    AnnotationError, GoldError
        When it cannot be read.
    """
    from .formats import READERS

    if path.is_dir() and not any(path.glob("*.ann")):
        golds = {g.doc: g for g in load_gold(path)}
        known = texts_in(texts or path.parent)
        spans = {}
        for stem in golds:
            if stem in known:
                spans[stem] = next(iter(from_gold(path / f"{stem}.json", known)))
        return Annotator(golds, spans)
    if not path.exists():
        raise AnnotationError(f"{path}: no such file or folder")
    form = (
        "brat" if path.is_dir() or path.suffix == ".ann" else "prodigy" if path.suffix == ".jsonl" else "label-studio"
    )
    items = READERS[form](path)
    return Annotator(
        {a.doc: gold_from_data(a.doc, json.loads(json.dumps(to_gold(a))), str(path)) for a in items},
        {a.doc: a for a in items},
    )


def _without(rows: Iterable[Mapping[str, Any]], optional: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Drop the rows that the other annotator holds to be optional."""
    wordings = Wordings()
    free = Counter(cells(r, wordings, gold=True).key for r in optional)
    out = []
    for row in rows:
        key = cells(row, wordings, gold=True).key
        if free[key] > 0:
            free[key] -= 1
        else:
            out.append(row)
    return tuple(out)


def _as_predicted(gold: Gold) -> Predicted:
    rows = tuple(dict(r) | {"p_value": r.get("p")} for r in gold.results)
    return Predicted(rows, gold.drugs, tuple(dict(t) | {"trial": t["name"]} for t in gold.trials))


def agreement(one: Annotator, other: Annotator) -> Agreement:
    """Compare two annotators over the documents that both did.

    A row that one of the two calls optional is no disagreement.

    Parameters
    ----------
    one, other : Annotator
        `other` is scored against `one`.

    Returns
    -------
    Agreement
    """
    shared = sorted(one.golds.keys() & other.golds.keys())
    tally: Counter[tuple[str, str]] = Counter()
    numbers: tuple[list[str], list[str]] = ([], [])
    endpoints: tuple[list[str], list[str]] = ([], [])
    wordings = Wordings()
    for doc in shared:
        a, b = one.golds[doc], other.golds[doc]
        # A row that one of the two calls optional is no disagreement.
        a_rows, b_rows = _without(a.results, b.optional_results), _without(b.results, a.optional_results)
        a = Gold(a.doc, a.lang, a_rows, a.trials, a.drugs)
        b = Gold(b.doc, b.lang, b_rows, b.trials, b.drugs)
        score = score_document(a, _as_predicted(b), wordings)
        _count_rows(score, tally)
        _count_slots(score, tally)
        for pair in score.paired:
            endpoints[0].append(str(pair.gold.columns["endpoint"]))
            endpoints[1].append(str(pair.found.columns["endpoint"]))
        if doc in one.spans and doc in other.spans:
            _count_spans(one.spans[doc], other.spans[doc], tally)
            for labels, annotated in zip(numbers, (one.spans[doc], other.spans[doc]), strict=True):
                labels += _number_labels(annotated)
    names = dict.fromkeys(name for name, _ in tally)
    figures = {n: prf(tally[n, "tp"], tally[n, "pred"], tally[n, "gold"]) for n in names}
    alone = (tuple(sorted(one.golds.keys() - set(shared))), tuple(sorted(other.golds.keys() - set(shared))))
    kappas: dict[str, tuple[float | None, int]] = {"endpoint of shared rows": (kappa(*endpoints), len(endpoints[0]))}
    if numbers[0] and len(numbers[0]) == len(numbers[1]):
        kappas["kind of every number"] = (kappa(*numbers), len(numbers[0]))
    return Agreement(len(shared), alone, figures, kappas)


def _count_rows(score: DocumentScore, tally: Counter[tuple[str, str]]) -> None:
    for kind in KINDS:
        for what in ("tp", "pred", "gold"):
            n = score.tally[kind, what]
            tally["rows", what] += n
            tally[f"rows {kind}", what] += n
    for name in ("drugs", "trials"):
        for what in ("tp", "pred", "gold"):
            tally[name, what] += score.tally[name, what]


def _count_slots(score: DocumentScore, tally: Counter[tuple[str, str]]) -> None:
    """Count filled cells: right where both filled a cell of a paired row alike."""

    def add(column: str, what: str) -> None:
        tally["slots", what] += 1
        tally[f"slot {column}", what] += 1

    for pair in score.paired:
        for column in COLUMNS[pair.gold.kind]:
            if pair.gold.columns[column]:
                add(column, "gold")
            if pair.found.columns[column]:
                add(column, "pred")
            if pair.gold.columns[column] and pair.found.columns[column] and column not in pair.wrong:
                add(column, "tp")
    for rows, what in ((score.missed, "gold"), (score.spurious, "pred")):
        for row in rows:
            for column in COLUMNS[row.kind]:
                if row.columns[column]:
                    add(column, what)


def _count_spans(one: Annotated, other: Annotated, tally: Counter[tuple[str, str]]) -> None:
    """Count spans of equal label that are equal, and that overlap, each used once."""
    a = [(s.label, s.start, s.end) for s in one.labels]
    b = [(s.label, s.start, s.end) for s in other.labels]
    for name in ("exact spans", "overlapping spans"):
        tally[name, "gold"] += len(a)
        tally[name, "pred"] += len(b)
    tally["exact spans", "tp"] += (Counter(a) & Counter(b)).total()
    free = sorted(b, key=lambda s: s[2])
    for label, start, end in sorted(a, key=lambda s: s[2]):
        # Both sides by their ends: the first that overlaps leaves most room for the next.
        for i, (name, x, y) in enumerate(free):
            if name == label and x < end and start < y:
                tally["overlapping spans", "tp"] += 1
                del free[i]
                break


def _number_labels(annotated: Annotated) -> list[str]:
    """Return for every number of the text the kind of row whose value (or p) it is, or ``none``.

    Only the value counts: how much around it an annotator marks is a matter of taste.
    """
    rows = []
    for s in annotated.labels:
        value = s.attributes.get("p" if s.label == "test" else "value")
        rows.append((s.start, s.end, s.label, None if value is None else abs(float(value))))
    out = []
    for found in _NUMBER.finditer(annotated.text):
        number = float(found[0].translate(_WIDTH))
        inside = (
            label
            for start, end, label, value in rows
            if start <= found.start() and found.end() <= end and (value is None or math.isclose(value, number))
        )
        out.append(next(inside, "none"))
    return out
