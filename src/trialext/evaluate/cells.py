"""When two cells are the same: numbers, names, groups, endpoints as the contract compares them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .gold import Row

__all__ = ["COLUMNS", "LINKED", "STRICT", "Cells", "Wordings", "code", "name", "number"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "effect": ("ci", "p", "endpoint", "experimental", "comparator", "trial", "timepoint"),
    "arm": ("unit", "ci", "endpoint", "experimental", "trial", "timepoint", "fraction"),
    "test": ("endpoint", "experimental", "comparator", "trial"),
}
"""Columns compared on a paired row, by kind; a row with all of them right is `exact`."""

STRICT: Mapping[str, tuple[str, ...]] = {
    "effect": ("ci", "p", "endpoint"),
    "arm": ("unit", "ci", "endpoint"),
    "test": ("endpoint",),
}
"""Columns that a `strict` row has right."""

LINKED: Mapping[str, tuple[str, ...]] = {
    kind: (*columns, *(c for c in ("experimental", "comparator", "trial") if c in COLUMNS[kind]))
    for kind, columns in STRICT.items()
}
"""Columns that a `linked` row has right: the strict ones and who the number belongs to."""

_OPERATORS = {"≤": "<=", "≥": ">=", "＝": "=", "＜": "<", "＞": ">"}
_SAME_EFFECT_ENDPOINTS = ({"OS", "MORTALITY"}, {"PFS", "TTP"})
_FILLER = frozenset(
    {
        *("the", "of", "and", "or", "with", "plus", "arm", "group", "alone", "only"),
        *("treatment", "therapy", "standard", "no", "patients"),
    }
)


def number(x: Any) -> float | None:
    """Return a number to six decimals, None for null and empty."""
    return None if x is None or x == "" else round(float(x), 6)


def name(x: Any) -> str | None:
    """Return a name without width, case, spaces, hyphens, slashes and dots; None when nothing is left."""
    if x is None:
        return None
    return re.sub(r"[\s\-‐-―_/·.]+", "", unicodedata.normalize("NFKC", str(x)).lower()) or None


def code(endpoint: Any) -> str | None:
    """Return an endpoint code; all ``other:…`` are one."""
    text = str(endpoint or "")
    return "other" if text.lower().startswith("other") else text.upper() or None


class Wordings:
    """The words that each normalised part of a group was written with; the last spelling counts."""

    def __init__(self) -> None:
        self._words: dict[str | None, frozenset[str]] = {}

    def group(self, parts: Any) -> frozenset[str]:
        """Learn the parts of a group (a sequence, or one as JSON) and return their normalised names."""
        if isinstance(parts, str):
            parts = json.loads(parts or "[]")
        names = []
        for part in parts or ():
            key = name(part)
            self._words[key] = frozenset(w.rstrip("s") for w in re.findall(r"\w+", str(part).lower())) - _FILLER
            names.append(key)
        return frozenset(n for n in names if n)

    def alike(self, one: str, other: str) -> bool:
        """Return True for the same words, one wording within the other, or half of all words shared."""
        a, b = self._words.get(one, frozenset()), self._words.get(other, frozenset())
        return bool(a & b) and (a <= b or b <= a or len(a & b) / len(a | b) >= 0.5)

    def same_group(
        self, gold: frozenset[str], found: frozenset[str], gold_drugs: frozenset[str], found_drugs: frozenset[str]
    ) -> bool:
        """Return True when the drugs are the same set and the other parts overlap in wording."""
        if gold == found:
            return True
        g, p = gold & gold_drugs, found & (gold_drugs | found_drugs)
        # A choice between drugs may be given as the list or as `chemotherapy`.
        if not g and "chemotherapy" in gold and len(p) > 1 and p == found:
            return True
        if not p and "chemotherapy" in found and len(g) > 2 and g == gold:
            return True
        if g != p:
            return False
        rest_g, rest_p = gold - g, found - p
        return all(any(self.alike(a, b) for b in rest_p) for a in rest_g) and all(
            any(self.alike(a, b) for a in rest_g) for b in rest_p
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, ready to be compared.

    Attributes
    ----------
    kind, measure, value
        With `p` the key that rows are paired by.
    columns : mapping of str to value
        The cells of `COLUMNS`, normalised.
    drugs : frozenset of str
        Drugs of the document, to tell them from other parts of a group.
    row : mapping
        The row as it was given.
    """

    kind: str
    measure: str
    value: float | None
    columns: Mapping[str, Any]
    drugs: frozenset[str]
    row: Row

    @property
    def key(self) -> tuple[Any, ...]:
        """What rows are paired by: kind, measure and value; p for rows of kind test."""
        return ("test", self.columns["p"]) if self.kind == "test" else (self.kind, self.measure, self.value)

    @property
    def scored(self) -> bool:
        """False for bare counts, restated risk reductions and rows without a value: welcome, not scored."""
        return self.measure != "other" and (self.value is not None or self.kind == "test")


def cells(row: Row, wordings: Wordings, drugs: Iterable[str] = (), *, gold: bool) -> Cells:
    """Normalise a row of a gold file, or of view ``evidence``."""
    p = row.get("p") if gold else row.get("p_value")
    op = row.get("p_op")
    low, high = row.get("ci_low"), row.get("ci_high")
    timepoint = row.get("timepoint")
    columns = {
        "p": (_OPERATORS.get(str(op), op), number(p)) if p is not None else None,
        "ci": None if low is None and high is None else (number(low), number(high)),
        "unit": re.sub(r"s$", "", name(row.get("unit")) or "") or None,
        "endpoint": code(row.get("endpoint")),
        "experimental": wordings.group(row.get("experimental")),
        "comparator": wordings.group(row.get("comparator")),
        "trial": name(row.get("trial")),
        "timepoint": name(re.sub(r"s\b", "", str(timepoint))) if timepoint else None,
        "fraction": (number(row.get("numerator")), number(row.get("denominator"))) if row.get("denominator") else None,
    }
    return Cells(
        str(row.get("kind")), str(row.get("measure")), number(row.get("value")), columns, frozenset(drugs), row
    )


def agree(gold: Cells, found: Cells, column: str, wordings: Wordings) -> bool:
    """Return True when a column of a paired row is right."""
    g, p = gold.columns, found.columns

    def same(one: str, other: str) -> bool:
        return wordings.same_group(g[one], p[other], gold.drugs, found.drugs)

    if column in ("experimental", "comparator"):
        # On rows with only a p the order of the groups carries no meaning.
        swapped = gold.kind == "test" and bool(g["comparator"])
        if swapped and same("experimental", "comparator") and same("comparator", "experimental"):
            return True
        return same(column, column)
    if column == "endpoint" and gold.kind != "arm" and any({g[column], p[column]} <= s for s in _SAME_EFFECT_ENDPOINTS):
        return True  # "risk of death", "risk of progression" name no endpoint of their own
    return bool(g[column] == p[column])
