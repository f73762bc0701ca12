"""Look over packs for what loads well and works badly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .examples import unreached
from .records import Entry, Patterns
from .regexes import required_literals

__all__ = ["Finding", "lint"]

_NAMES = ("DRUG", "REGIMEN", "TRIAL", "BIOMARKER")
_SHARED = frozenset(("POPULATION", "TUMOUR", "BIOMARKER", "ARM_ROLE"))  # these describe, so words may serve two of them


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    file, line : str, int
    code : str
        ``two-ids``, ``repeated``, ``unreachable``, ``ordinary-word``, ``too-short``,
        ``open-regex``, ``slow-regex``, ``no-example`` or ``untidy``.
    record : str
        ``LABEL/id``.
    message : str
    note : bool
        True where it is worth knowing and no fault.
    """

    file: str
    line: int
    code: str
    record: str
    message: str
    note: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "words.txt").read_text("utf-8").split())


def lint(patterns: Patterns, wanted: Callable[[Entry], bool] = lambda _: True) -> list[Finding]:
    """Return what to look at in the records that `wanted` takes, by file and line.

    Parameters
    ----------
    patterns : Patterns
        All packs: records are judged together with those they compete with.
    wanted : callable
        Which records to report on.
    """
    found = [*_owners(patterns, wanted)]
    for entry in patterns.entries:
        if wanted(entry):
            found += _single(entry)
    told = {(f.file, f.line, f.record, f.message.split('"')[1]) for f in found if f.code == "two-ids"}
    for entry, alias, other in unreached(patterns, wanted):
        if (entry.file, entry.line, f"{entry.label}/{entry.id}", alias) not in told:
            what = f"{other} takes its place" if other else "nothing is found"
            found.append(_at(entry, "unreachable", f'"{alias}" is never read as this record: {what}'))
    return sorted(set(found))


def _at(entry: Entry, code: str, message: str, note: bool = False) -> Finding:
    return Finding(entry.file, entry.line, code, f"{entry.label}/{entry.id}", message, note)


def _key(alias: str) -> str:
    short = len(alias) <= 5 and alias.upper() == alias
    return re.sub(r"\s+", " ", alias if short else alias.lower()).strip()


def _owners(patterns: Patterns, wanted: Callable[[Entry], bool]) -> Iterator[Finding]:
    """Yield aliases that stand under two ids, or twice under one."""
    owners: dict[str, list[tuple[Entry, str]]] = defaultdict(list)
    for entry in patterns.entries:
        if not entry.label.startswith("CUE_"):
            for alias in entry.aliases:
                owners[_key(alias)].append((entry, alias))
    for uses in owners.values():
        for n, (entry, alias) in enumerate(uses):
            if not wanted(entry):
                continue
            for other, _ in uses[:n]:
                if (other.label, other.id) == (entry.label, entry.id):
                    if other is entry:
                        yield _at(entry, "repeated", f'"{alias}" stands here twice')
                elif not entry.needs and not other.needs and not {entry.label, other.label} <= _SHARED:
                    where = f"{other.label}/{other.id} ({other.file}:{other.line})"
                    yield _at(entry, "two-ids", f'"{alias}" stands for {where} as well; that one comes first')
                    break


def _single(entry: Entry) -> Iterator[Finding]:
    for alias in entry.aliases:
        if alias != alias.strip() or "  " in alias:
            yield _at(entry, "untidy", f'"{alias}" has spaces to spare')
        bound = bool(entry.needs or entry.not_with)
        if entry.label in _NAMES and not bound:
            any_case = not (len(alias) <= 5 and alias.upper() == alias)
            if any_case and alias.lower() in _words():
                yield _at(
                    entry, "ordinary-word", f'"{alias}" is an ordinary word; give it "needs" (words of its context)'
                )
            if (len(alias) < 3 and alias.isascii()) or len(alias) < 2:
                yield _at(entry, "too-short", f'"{alias}" is short for a name without context; give it "needs"')
    for text in entry.regexes:
        if re.search(r"(?<!\\)\.[*+]|\\[SW][*+]|\{\d+,\}(?!\?)", text):
            yield _at(entry, "open-regex", f"{text!r} repeats any sign without a bound; write .{{0,40}}")
        if not required_literals(text):
            yield _at(
                entry,
                "slow-regex",
                f"{text!r} holds no literal that every match needs, so every text is searched",
                True,
            )
    own = not entry.label.startswith("CUE_") and (entry.regexes or entry.tokens)
    if own and not entry.examples and not _is_form(entry):
        yield _at(entry, "no-example", 'regular expressions and token patterns need "examples"')


def _is_form(entry: Entry) -> bool:
    """A form of ``also`` is shown by the examples of its record."""
    return bool(entry.needs) and not entry.source and not entry.note and not entry.counterexamples
