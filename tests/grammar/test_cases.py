"""The table of cases: each line of ``*.jsonl`` is a short text and the rows that it must yield.

A case states the keys that are checked.  ``rows: []`` means that nothing may be found.  Rows with
measure ``other`` and rows without a value (``not reached``) are wanted only where the case lists
them and are otherwise let pass, and so is a listed row with ``"optional": true``.  Cases with
``"known_miss": true`` are written down as they should be read and are not read so yet.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from trialext import extract_text, load_patterns
from trialext.model import Estimate
from trialext.patterns import Patterns

HERE = Path(__file__).parent
KEYS = frozenset(Estimate.__dataclass_fields__)
MOST_KNOWN_MISSES = 28
"""How many cases may be marked as known misses; lower it with every one that is mended."""


def load(path: Path) -> list[dict[str, Any]]:
    return [case for line in path.read_text("utf-8").splitlines() if "text" in (case := json.loads(line))]


CASES = [case for path in sorted(HERE.glob("*.jsonl")) for case in load(path)]


def same(key: str, wanted: Any, found: Any) -> bool:
    if key == "endpoint" and str(wanted).startswith("other:"):
        return str(found).startswith("other:")
    if isinstance(wanted, list):
        return set(wanted) == set(found)
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return abs(wanted - found) < 1e-9
    return bool(wanted == found)


def fits(row: dict[str, Any], found: Estimate) -> bool:
    return all(same(key, value, getattr(found, key)) for key, value in row.items() if key != "optional")


def scored(found: Estimate) -> bool:
    return found.measure != "other" and (found.kind == "test" or found.value is not None)


def faults(case: dict[str, Any], patterns: Patterns) -> list[str]:
    """Return what is wrong with the rows of one case: lacking rows, rows too many."""
    left = list(extract_text(case["text"], patterns=patterns).estimates)
    if not case["rows"]:
        return [f"found  {show(e, KEYS)}" for e in left]
    wrong = []
    for row in sorted(case["rows"], key=lambda r: (r.get("optional", False), -len(r))):
        hit = next((e for e in left if fits(row, e)), None)
        if hit is not None:
            left.remove(hit)
        elif not row.get("optional"):
            wrong.append(f"lacks  {row}")
    shown = {key for row in case["rows"] for key in row} - {"optional"}
    return wrong + [f"found  {show(e, shown)}" for e in left if scored(e)]


def show(found: Estimate, keys: frozenset[str] | set[str]) -> str:
    hidden = {"start", "end", "sentence", "spans", "rules", "reasons"}
    return str(
        {k: getattr(found, k) for k in Estimate.__dataclass_fields__ if k in keys - hidden and getattr(found, k)}
    )


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return load_patterns()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_yields_its_rows_and_no_others(case: dict[str, Any], patterns: Patterns) -> None:
    wrong = faults(case, patterns)
    if case.get("known_miss"):
        assert wrong, f"{case['id']} is read right now: take its known_miss away and lower MOST_KNOWN_MISSES"
    else:
        assert not wrong, "\n".join([f"{case['phenomenon']}: {case['text']}", *wrong])


def test_known_misses_do_not_grow() -> None:
    assert sum(bool(case.get("known_miss")) for case in CASES) <= MOST_KNOWN_MISSES


def test_the_table_is_broad_and_well_formed() -> None:
    ids = Counter(case["id"] for case in CASES)
    texts = Counter(case["text"] for case in CASES)
    assert [name for name, n in (ids + texts).items() if n > 1] == []
    for case in CASES:
        assert case["phenomenon"]
        assert case["lang"] in ("zh", "en")
        for row in case["rows"]:
            assert row.keys() - {"optional"} <= KEYS, case["id"]
    languages = Counter(case["lang"] for case in CASES)
    assert min(languages["zh"], languages["en"]) >= 150
    assert sum(not case["rows"] for case in CASES) >= 50
