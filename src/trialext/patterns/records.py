"""What one record of a pattern pack is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["LABELS", "Entry", "Patterns"]

LABELS = (
    "DRUG",
    "REGIMEN",
    "CLASS",
    "TRIAL",
    "REGISTRY",
    "ENDPOINT",
    "MEASURE",
    "POPULATION",
    "BIOMARKER",
    "TUMOUR",
    "ARM_ROLE",
)
"""Entity labels; besides them every label that starts with ``CUE_``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: a canonical name and the ways to write it.

    Attributes
    ----------
    label, id : str
        What it is, and the canonical name that gets stored.
    aliases : tuple of str
        Phrases. One without a lower-case letter and of at most five Latin characters is
        matched as written, every other in any case.
    regexes : tuple of str
        Regular expressions, matched on the folded text.
    tokens : tuple of tuple of mapping
        spaCy token patterns.
    lang : str or None
        ``zh`` or ``en`` where the record serves one language only.
    needs : tuple of str
        Context condition: one of these words must stand in the sentence.
    not_with : tuple of str
        Context condition: none of these words may stand in the sentence.
    facts : mapping
        Further facts (``atc``, ``class``, ``target``, ``unii``, ``parts``, …).
    examples, counterexamples : tuple of str
        Sentences in which the record must, and must not, match.
    note, source : str or None
    file, line : str, int
        Where the record stands, for messages.
    """

    label: str
    id: str
    aliases: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    tokens: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    lang: str | None = None
    needs: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    note: str | None = None
    source: str | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """All records of the layered packs, in order, and the hash of their content."""

    entries: tuple[Entry, ...]
    hash: str

    def __hash__(self) -> int:
        """Equal content has equal hash, so that compiled forms can be kept."""
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        """Compare by content hash."""
        return isinstance(other, Patterns) and other.hash == self.hash

    def of(self, *labels: str) -> tuple[Entry, ...]:
        """Return the records with one of `labels`."""
        return tuple(e for e in self.entries if e.label in labels)
