"""Precision, recall and F1 of rows, columns, drugs and trials against gold.

Rows are paired one to one by kind, measure and value (rows with only a p by p); among equal
candidates the pair that agrees in most columns wins.  Recall counts everything that is printed
and in scope: a row that was not found is a miss, whatever the reason.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cells import COLUMNS, LINKED, STRICT, Cells, Wordings, agree, cells, code, name, number
from .gold import Gold, Predicted, Row

__all__ = [
    "KINDS",
    "LEVELS",
    "DocumentScore",
    "Paired",
    "Tally",
    "aggregate",
    "flatten",
    "plain",
    "prf",
    "score_document",
    "score_documents",
]

KINDS = ("effect", "arm", "test")
LEVELS = ("", " strict", " linked", " exact")
TRIAL_COLUMNS = ("phase", "n", "status", "experimental", "comparator", "registry_ids", "outcomes")

Tally = Counter[tuple[str, str]]
"""Counts by (name of the figure, ``tp`` ``pred`` ``gold`` or ``ok`` ``n``); sums over documents."""


@dataclass(frozen=True, slots=True)
class Paired:
    """A gold row, the extracted row it was paired with, and the columns that differ."""

    gold: Cells
    found: Cells
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """What was right, missed and spurious in one document.

    Attributes
    ----------
    doc, lang : str
    tally : Tally
    paired : tuple of Paired
    missed, spurious : tuple of Cells
    names : tuple of (str, str)
        ``drug missed``, ``drug spurious``, ``trial missed``, ``trial spurious`` and the name.
    trial_cells : tuple of (str, str, str, str)
        Trial, column, gold, found, where they differ.
    quiet : bool or None
        None where the gold has scored rows; else whether the document stayed without rows.
    """

    doc: str
    lang: str
    tally: Tally
    paired: tuple[Paired, ...] = ()
    missed: tuple[Cells, ...] = ()
    spurious: tuple[Cells, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    trial_cells: tuple[tuple[str, str, str, str], ...] = ()
    quiet: bool | None = field(default=None)


def pair(
    gold: Sequence[Cells], found: Sequence[Cells], wordings: Wordings
) -> tuple[list[tuple[Cells, Cells]], list[Cells], list[Cells]]:
    """Pair rows of equal key one to one, best agreement first; return pairs, missed, spurious."""
    buckets: dict[tuple[Any, ...], tuple[list[Cells], list[Cells]]] = defaultdict(lambda: ([], []))
    for row in gold:
        buckets[row.key][0].append(row)
    for row in found:
        buckets[row.key][1].append(row)
    pairs: list[tuple[Cells, Cells]] = []
    missed: list[Cells] = []
    spurious: list[Cells] = []
    for ours, theirs in buckets.values():
        ranked = sorted(
            (-sum(agree(g, p, c, wordings) for c in COLUMNS.get(g.kind, ())), i, j)
            for i, g in enumerate(ours)
            for j, p in enumerate(theirs)
        )
        used_gold: set[int] = set()
        used_found: set[int] = set()
        for _, i, j in ranked:
            if i not in used_gold and j not in used_found:
                used_gold.add(i)
                used_found.add(j)
                pairs.append((ours[i], theirs[j]))
        missed += [g for i, g in enumerate(ours) if i not in used_gold]
        spurious += [p for j, p in enumerate(theirs) if j not in used_found]
    return pairs, missed, spurious


def score_documents(gold: Iterable[Gold], predicted: Mapping[str, Predicted]) -> tuple[DocumentScore, ...]:
    """Score every gold file against the predictions of its stem.

    Parameters
    ----------
    gold : iterable of Gold
    predicted : mapping of str to Predicted
        By stem; a document without predictions scores as one without rows.

    Returns
    -------
    tuple of DocumentScore
        In the order of `gold`.
    """
    wordings = Wordings()
    return tuple(score_document(g, predicted.get(g.doc, Predicted()), wordings) for g in gold)


def score_document(gold: Gold, predicted: Predicted, wordings: Wordings | None = None) -> DocumentScore:
    """Score one document.

    Parameters
    ----------
    gold : Gold
    predicted : Predicted
        Of the documents whose stem is ``gold.doc``.
    wordings : Wordings, optional
        Spellings learned from the documents before; they only matter between two spellings
        of one name.

    Returns
    -------
    DocumentScore
    """
    wordings = wordings or Wordings()
    gold_drugs = frozenset(n for d in gold.drugs if (n := name(d)))
    found_drugs = {n for d in predicted.drugs if (n := name(d))}
    ours = [cells(r, wordings, gold_drugs, gold=True) for r in gold.results]
    theirs = [cells(r, wordings, found_drugs, gold=False) for r in predicted.rows]
    ours, theirs = [c for c in ours if c.scored], [c for c in theirs if c.scored]
    quiet = None if ours else not theirs
    pairs, missed, spurious = pair(ours, theirs, wordings)
    # Optional rows are neither required nor punished.
    optional = Counter(cells(r, wordings, gold=True).key for r in gold.optional_results)
    punished = []
    for extra in spurious:
        if optional[extra.key] > 0:
            optional[extra.key] -= 1
        else:
            punished.append(extra)
    tally: Tally = Counter()
    for one in ours:
        tally[one.kind, "gold"] += 1
    for one in [p for _, p in pairs] + punished:
        tally[one.kind, "pred"] += 1
    paired = []
    for g, p in pairs:
        wrong = tuple(c for c in COLUMNS[g.kind] if not agree(g, p, c, wordings))
        paired.append(Paired(g, p, wrong))
        tally[g.kind, "tp"] += 1
        for level, columns in (("strict", STRICT), ("linked", LINKED), ("exact", COLUMNS)):
            tally[f"{g.kind} {level}", "tp"] += not set(columns[g.kind]) & set(wrong)
        for c in COLUMNS[g.kind]:
            tally[f"{g.kind}.{c}", "n"] += 1
            tally[f"{g.kind}.{c}", "ok"] += c not in wrong
    found_drugs -= {n for d in gold.optional_drugs if (n := name(d))} - gold_drugs
    tally.update(_counts("drugs", gold_drugs, found_drugs))
    names = [("drug missed", d) for d in sorted(gold_drugs - found_drugs)]
    names += [("drug spurious", d) for d in sorted(found_drugs - gold_drugs)]
    trial_names, trial_cells = _score_trials(gold, predicted, gold_drugs, frozenset(found_drugs), wordings, tally)
    return DocumentScore(
        *(gold.doc, gold.lang, tally, tuple(paired), tuple(missed), tuple(punished)),
        *(tuple(names + trial_names), tuple(trial_cells), quiet),
    )


def _counts(what: str, gold: Iterable[str], found: Iterable[str]) -> Tally:
    g, p = set(gold), set(found)
    return Counter({(what, "tp"): len(g & p), (what, "pred"): len(p), (what, "gold"): len(g)})


def _score_trials(
    gold: Gold,
    predicted: Predicted,
    gold_drugs: frozenset[str],
    found_drugs: frozenset[str],
    wordings: Wordings,
    tally: Tally,
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, str]]]:
    """Add the trials of one document to `tally`; return wrong names and wrong cells."""
    ours = {str(name(t["name"])): t for t in gold.trials}
    theirs = {str(name(t["trial"])): t for t in predicted.trials}
    for t in gold.optional_trials:
        optional = str(name(t["name"] if isinstance(t, dict) else t))
        if optional not in ours:
            theirs.pop(optional, None)
    tally.update(_counts("trials", ours, theirs))
    names = [("trial missed", t) for t in sorted(ours.keys() - theirs.keys())]
    names += [("trial spurious", t) for t in sorted(theirs.keys() - ours.keys())]
    wrong = []
    for t in sorted(ours.keys() & theirs.keys()):
        both = [(c, _trial_cell(ours[t], c, wordings), _trial_cell(theirs[t], c, wordings)) for c in TRIAL_COLUMNS]
        for column, g, p in both:
            if not g and not p:
                continue
            group = column in ("experimental", "comparator")
            right = wordings.same_group(g, p, gold_drugs, found_drugs) if group else g == p
            tally[f"trials.{column}", "n"] += 1
            tally[f"trials.{column}", "ok"] += right
            if not right:
                wrong.append((t, column, plain(g), plain(p)))
    return names, wrong


def _trial_cell(row: Row, column: str, wordings: Wordings) -> Any:
    """Normalise one cell of a trial."""
    if column in ("experimental", "comparator", "registry_ids"):
        return wordings.group(row.get(column))
    if column != "outcomes":
        return number(row.get(column)) if column == "n" else row.get(column)
    outcomes = row.get("endpoint_outcomes") or []
    if isinstance(outcomes, str):
        outcomes = json.loads(outcomes)
    return frozenset((code(o["endpoint"]), o["outcome"]) for o in outcomes if o["endpoint"])


def plain(value: Any) -> str:
    """Return a normalised cell as people read it."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(plain(v) for v in value)) or "none"
    if isinstance(value, tuple):
        return " ".join("–" if v is None else plain(v) for v in value)
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def prf(tp: int, pred: int, gold: int) -> dict[str, float]:
    """Return precision, recall and F1 with their counts; empty against empty is 1.

    Parameters
    ----------
    tp, pred, gold : int
        How many are right, found, and in the gold.

    Returns
    -------
    dict
        ``p`` (tp / pred), ``r`` (tp / gold) and ``f1`` (their harmonic mean), 0 to 1, rounded to
        four decimals; ``tp``, ``pred``, ``gold``.
    """
    p = tp / pred if pred else (0.0 if gold else 1.0)
    r = tp / gold if gold else (0.0 if pred else 1.0)
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4), "tp": tp, "pred": pred, "gold": gold}


def counts(tally: Tally, figure: str) -> tuple[int, int, int]:
    """Return true positives, predicted and gold of a figure such as ``all strict``, ``arm``, ``drugs``."""
    kind, _, level = figure.partition(" ")
    suffix = f" {level}" if level else ""
    kinds = KINDS if kind == "all" else (kind,)
    return (
        sum(tally[f"{k}{suffix}", "tp"] for k in kinds),
        sum(tally[k, "pred"] for k in kinds),
        sum(tally[k, "gold"] for k in kinds),
    )


def aggregate(documents: Sequence[DocumentScore]) -> dict[str, Any]:
    """Return the figures over documents, under the names that the contract's scorer prints.

    Returns
    -------
    dict
        ``documents``, ``quiet documents with false rows``; per kind and for ``all`` the rows
        found, ``strict``, ``linked`` and ``exact``; ``… columns`` as shares of right cells;
        ``drugs``, ``trials`` and ``trial columns`` as ``right/compared``.
    """
    tally: Tally = Counter()
    for d in documents:
        tally.update(d.tally)
    quiet = [d.quiet for d in documents if d.quiet is not None]
    out: dict[str, Any] = {
        "documents": len(documents),
        "quiet documents with false rows": f"{quiet.count(False)}/{len(quiet)}",
    }
    for kind in KINDS:
        for level in LEVELS:
            out[f"{kind}{level}"] = prf(*counts(tally, f"{kind}{level}"))
        out[f"{kind} columns"] = {
            c: round(tally[f"{kind}.{c}", "ok"] / n, 4) for c in COLUMNS[kind] if (n := tally[f"{kind}.{c}", "n"])
        }
    for figure in (*(f"all{level}" for level in LEVELS), "drugs", "trials"):
        out[figure] = prf(*counts(tally, figure))
    out["trial columns"] = {
        c: f"{tally[f'trials.{c}', 'ok']}/{n}" for c in TRIAL_COLUMNS if (n := tally[f"trials.{c}", "n"])
    }
    return out


def flatten(figures: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return every figure under one name, for thresholds.

    ``all``, ``effect strict``, ``drugs`` … are F1; ``.p`` and ``.r`` after them precision and
    recall; ``effect.endpoint``, ``trials.phase`` … the share of right cells.

    Parameters
    ----------
    figures : mapping
        What `aggregate` returns.
    prefix : str
        Stands before every name.

    Returns
    -------
    dict of str to float
    """
    out: dict[str, float] = {}
    for key, value in figures.items():
        if isinstance(value, Mapping) and "f1" in value:
            out[f"{prefix}{key}"] = float(value["f1"])
            out |= {f"{prefix}{key}.{x}": float(value[x]) for x in ("p", "r", "f1")}
        elif isinstance(value, Mapping) and key.endswith(" columns"):
            kind = "trials" if key == "trial columns" else key.removesuffix(" columns")
            for column, share in value.items():
                if isinstance(share, str):
                    right, _, compared = share.partition("/")
                    share = int(right) / int(compared)
                out[f"{prefix}{kind}.{column}"] = float(share)
    return out
