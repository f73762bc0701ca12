"""The guard of an expression never hides a match, whatever the letters' case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trialext.assemble import arms, attach, build, contrasts, groups, plain_words, scene, scope, statistics, trials
from trialext.patterns import load_patterns
from trialext.recognise import mentions
from trialext.recognise.guarded import Guarded, guarded, guarded_names, lowered, needed
from trialext.recognise.ruler import cue_regex

CORPUS = Path(__file__).parents[2] / "corpus"
ROOMS = (arms, attach, build, contrasts, groups, mentions, plain_words, scene, scope, statistics, trials)
GUARDED = {
    f"{room.__name__}.{name}": rx for room in ROOMS for name, rx in vars(room).items() if isinstance(rx, Guarded)
}


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Return lines of the corpus as written, in capitals and in small letters."""
    kept = [line for file in sorted(CORPUS.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line][::7]
    return [form for line in kept for form in (line, line.upper(), line.lower())]


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_a_guard_hides_no_match(name: str, lines: list[str]) -> None:
    rx = GUARDED[name]
    for line in lines:
        assert [m.span() for m in rx.finditer(line)] == [m.span() for m in rx.rx.finditer(line)]


@pytest.mark.parametrize(
    "label",
    ["CUE_POSITIVE", "CUE_NEGATIVE", "CUE_ONGOING", "CUE_ENROLLED", "CUE_POOLED", "CUE_BOTH", "CUE_ANALYSIS_ADJUSTED"],
)
def test_the_guard_of_a_cue_hides_no_match(label: str, lines: list[str]) -> None:
    cue = cue_regex(load_patterns(), label)
    for line in lines:
        assert [m.span() for m in cue.finditer(line)] == [m.span() for m in cue.rx.finditer(line)]


def test_letters_that_are_the_same_in_any_case_are_found() -> None:
    rx = guarded(r"risk", re.I)
    for text in ("RISK", "RıſK", "r\u0130sk", "ris\u212a"):
        assert rx.search(text) is not None
        assert rx.rx.search(text) is not None
        assert len(lowered(text)) == len(text)


def test_words_are_only_needed_where_every_branch_has_some() -> None:
    assert needed(r"(?:group|\d+)") == ()
    assert needed(r"(?:group)?\d+") == ()
    assert needed(r"(?<!control )group(?!s)") == (("group",),)


def test_names_as_a_tree_are_found_as_the_longest_of_a_list() -> None:
    names = ["AB", "ABC", "A+B", "A+B/C", "B1", "mFOLFOX6", "mFOLFOX", "甲乙"]
    text = "AB ABC A+B A+B/C,A+B/CD B1x mFOLFOX6 mFOLFOX-4 甲乙丙 XAB"
    flat = re.compile(
        r"(?<![A-Za-z0-9])(?:"
        + "|".join(map(re.escape, sorted(names, key=lambda n: (-len(n), n))))
        + r")(?![A-Za-z0-9]|[+/][A-Za-z])"
    )
    tree = guarded_names(r"(?<![A-Za-z0-9])(?:", names, r")(?![A-Za-z0-9]|[+/][A-Za-z])")
    assert [m.span() for m in tree.finditer(text)] == [m.span() for m in flat.finditer(text)]
