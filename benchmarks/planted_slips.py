"""How many slips of one digit do the checks catch in running text?

Takes the texts of a corpus with gold, changes one digit of a printed HR, bound, p, n or
percentage, reads the changed text anew and looks for a finding that the untouched text does
not have.  The numbers are drawn with a fixed seed from all that the gold lists, checkable or not.

    python benchmarks/planted_slips.py [CORPUS] [--each 4] [--seed 1] [--all] [--list]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialext import extract_text, load_patterns
from trialext.evaluate.annotations import from_gold, texts_in
from trialext.model import Finding, Report

__all__ = ["KINDS", "Number", "Planted", "draw", "numbers_of", "plant"]

KINDS = {
    "HR": ("value",),
    "bound": ("ci_low", "ci_high"),
    "p": ("p",),
    "n": ("numerator", "denominator"),
    "percentage": ("value",),
}
"""Kinds of slips and the gold columns that they change."""

_TOKEN = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.·．]\d+)?|[.·．]\d+")
_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord("·"): ".", ord("．"): "."}


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number of a gold row and where it stands."""

    doc: str
    kind: str
    column: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A slip, the text that it changed and what was found there and only there."""

    number: Number
    before: str
    after: str
    findings: tuple[Finding, ...]
    sentence: str


def _kind(row: dict[str, Any], column: str) -> str | None:
    if column in ("ci_low", "ci_high"):
        return "bound"
    if column == "p":
        return "p"
    if column in ("numerator", "denominator"):
        return "n"
    if row["measure"] in ("HR", "OR", "RR", "IRR"):
        return "HR"
    return "percentage" if row["measure"] == "rate" else None


def numbers_of(corpus: Path) -> tuple[dict[str, str], list[Number]]:
    """Return the texts of a corpus by name, and the numbers of its gold with their places."""
    texts = texts_in(corpus)
    out: dict[Number, None] = {}
    for item in from_gold(corpus / "gold", texts):
        for label in item.labels:
            row = dict(label.attributes)
            for column in ("value", "ci_low", "ci_high", "p", "numerator", "denominator"):
                kind = _kind(row, column)
                place = None if kind is None else _place(item.text, label.start, row.get(column))
                if kind and place:
                    out[Number(item.doc, kind, column, *place)] = None
    return texts, list(out)


def _place(text: str, start: int, value: float | None) -> tuple[int, int] | None:
    """Return the first writing of `value` from `start` on, within the next 160 characters."""
    if value is None:
        return None
    for found in _TOKEN.finditer(text, start, min(len(text), start + 160)):
        if abs(float(found[0].translate(_WIDTH).replace(",", "")) - abs(value)) < 1e-9:
            return found.span()
    return None


def draw(numbers: list[Number], each: int, seed: int) -> Iterator[tuple[Number, random.Random]]:
    """Yield `each` numbers of every kind, drawn without replacement."""
    rng = random.Random(seed)
    for kind in KINDS:
        candidates = [n for n in numbers if n.kind == kind]
        for number in rng.sample(candidates, min(each, len(candidates))):
            yield number, rng


def _key(report: Report, finding: Finding) -> tuple[Any, ...]:
    estimate = report.estimates[finding.estimate]
    return (finding.code, finding.expected, finding.printed, estimate.sentence.start)


def plant(text: str, number: Number, rng: random.Random, untouched: Report, patterns: Any) -> Planted:
    """Change one digit, read the text, and return the findings that the untouched text lacks."""
    printed = text[number.start : number.end]
    place = rng.choice([i for i, c in enumerate(printed) if c.isdigit()])
    digit = rng.choice([d for d in "0123456789" if d != printed[place].translate(_WIDTH)])
    changed = printed[:place] + digit + printed[place + 1 :]
    report = extract_text(text[: number.start] + changed + text[number.end :], patterns=patterns)
    known = Counter(_key(untouched, f) for f in untouched.findings)
    new = []
    for finding in report.findings:
        key = _key(report, finding)
        if known[key]:
            known[key] -= 1
        else:
            new.append(finding)
    around = (
        text[max(0, number.start - 60) : number.start] + f"[{printed}→{changed}]" + text[number.end : number.end + 40]
    )
    return Planted(number, printed, changed, tuple(new), " ".join(around.split()))


def main() -> int:
    """Print the share of flagged slips per kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("corpus"))
    parser.add_argument("--each", type=int, default=4, help="slips of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="one slip in every number of the gold")
    parser.add_argument("--list", action="store_true", help="print every slip")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    texts, numbers = numbers_of(given.corpus)
    patterns = load_patterns()
    untouched = {doc: extract_text(texts[doc], patterns=patterns) for doc in {n.doc for n in numbers}}
    seen: Counter[tuple[str, str]] = Counter()
    each = len(numbers) if given.all else given.each
    for number, rng in draw(numbers, each, given.seed):
        done = plant(texts[number.doc], number, rng, untouched[number.doc], patterns)
        error = any(f.severity == "error" for f in done.findings)
        for name in (number.kind, "all"):
            seen[name, "planted"] += 1
            seen[name, "flagged"] += bool(done.findings)
            seen[name, "error"] += error
        if given.list:
            codes = ", ".join(dict.fromkeys(f"{f.code} ({f.severity})" for f in done.findings)) or "not flagged"
            print(f"{number.kind:10s} {number.doc}: {done.sentence}\n           {codes}")
    if given.json:
        names = [*KINDS, "all"]
        print(json.dumps({n: {k: seen[n, k] for k in ("planted", "flagged", "error")} for n in names}))
        return 0
    for name in (*KINDS, "all"):
        planted = seen[name, "planted"]
        if planted:
            flagged, error = seen[name, "flagged"], seen[name, "error"]
            print(f"{name:10s}  {flagged} of {planted} flagged ({flagged / planted:.0%}), {error} as error")
    return 0


if __name__ == "__main__":
    sys.exit(main())
