"""Run the examples and counter-examples of packs, and try each phrase by itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from .records import Entry, Patterns

__all__ = ["ExampleRun", "rule_of", "run_examples", "unreached"]


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """One example and how it went.

    Attributes
    ----------
    rule : str
        ``file:LABEL/id`` of the record.
    file, line : str, int
        Where the record stands.
    text : str
        The example.
    wanted : bool
        True for an example, False for a counter-example.
    passed : bool
    found : tuple of str
        What was found instead: ``LABEL/id "words"``.
    """

    rule: str
    file: str
    line: int
    text: str
    wanted: bool
    passed: bool
    found: tuple[str, ...] = ()


def rule_of(entry: Entry) -> str:
    """Return the name under which the ruler reports a record."""
    return f"{entry.file}:{entry.label}/{entry.id}"


def _finder(patterns: Patterns) -> Callable[[str], list[tuple[str, str, str]]]:
    from ..recognise.ruler import Ruler, cue_regex
    from ..text.fold import fold

    ruler = Ruler(patterns)
    cues = {e.label for e in patterns.entries if e.label.startswith("CUE_")}

    def find(text: str) -> list[tuple[str, str, str]]:
        folded = fold(text).text
        found = [(m.rule, f"{m.label}/{m.id}", folded[m.start : m.end]) for m in ruler.find(folded)]
        for label in cues:
            found += [("", label, m.group()) for m in cue_regex(patterns, label).finditer(folded)]
        return found

    return find


def _reads(entry: Entry, what: str, words: str) -> bool:
    """A family reads a name also where a record of that very name takes it."""
    return what.startswith(entry.label + "/") and any(re.fullmatch(rx, words, re.ASCII) for rx in entry.regexes)


def run_examples(patterns: Patterns, wanted: Callable[[Entry], bool] = lambda _: True) -> Iterator[ExampleRun]:
    """Yield every example and counter-example of the records that `wanted` takes, as run.

    Parameters
    ----------
    patterns : Patterns
        All packs: a record is tried together with those that compete with it.
    wanted : callable
        Which records to try.
    """
    find = _finder(patterns)
    for entry in patterns.entries:
        if not wanted(entry):
            continue
        rule = rule_of(entry)
        for good, texts in ((True, entry.examples), (False, entry.counterexamples)):
            for text in texts:
                found = find(text)
                if entry.label.startswith("CUE_"):
                    hit = any(label == entry.label for _, label, _ in found)
                else:
                    hit = any(r == rule or _reads(entry, what, words) for r, what, words in found)
                other = tuple(f'{what} "{words}"' for _, what, words in found)
                yield ExampleRun(rule, entry.file, entry.line, text, good, hit == good, () if hit == good else other)


def unreached(patterns: Patterns, wanted: Callable[[Entry], bool]) -> Iterator[tuple[Entry, str, str]]:
    """Yield (record, alias, what was found instead) for phrases that the record never gets.

    Each phrase is tried by itself, with a context word where the record asks for one.  Cue words
    and records with a ``not_with`` condition are left out.

    Parameters
    ----------
    patterns : Patterns
    wanted : callable(Entry) -> bool
        Which records to try.

    Yields
    ------
    entry : Entry
    alias : str
    found : str
        Up to three ``LABEL/id`` that took the phrase or a part of it; empty where nothing did.
    """
    from ..recognise.ruler import Ruler
    from ..text.fold import fold

    ruler = Ruler(patterns)
    tried = [
        (e, a)
        for e in patterns.entries
        if wanted(e) and not e.label.startswith("CUE_") and not e.not_with
        for a in e.aliases
    ]
    for part in range(0, len(tried), 500):
        lines = [
            fold(f"{a} , {e.needs[0]}" if e.needs else a).text.replace("\n", " ") for e, a in tried[part : part + 500]
        ]
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        by_line: list[list[tuple[str, str, str]]] = [[] for _ in lines]
        text = "\n".join(lines)
        for m in ruler.find(text):
            by_line[bisect_right(starts, m.start) - 1].append((m.label, m.id, text[m.start : m.end]))
        for (entry, alias), found in zip(tried[part : part + 500], by_line, strict=True):
            if not any(label == entry.label and name == entry.id for label, name, _ in found):
                other = [f"{label}/{name}" for label, name, words in found if words.lower() in fold(alias).text.lower()]
                yield entry, alias, ", ".join(other[:3])
