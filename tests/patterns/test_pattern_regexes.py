"""Judging regular expressions without waiting for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext.patterns import load_patterns
from trialext.patterns.regexes import endless, required_literals

ENDLESS = ["(a+)+b", "(?:a|a)*b", r"(?:\w+\s?)*:", "(x+x+)+y", r"^(?:[0-9]+,?)*$x", "(?:中+文?)*药"]
HARMLESS = [
    r"KEYNOTE[- ]?\d{1,3}[A-Z]?",
    r"(?:[a-z]+ )+trial",
    r"(?:[A-Z]{2,5}[- ]?)*\d{6,10}",
    r"HR\s*=?\s*\d+\.\d+",
    "(?:a|b)*c",
    ".{0,40}x",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_endless(text: str) -> None:
    assert endless([text], seconds=0.7) == [text]


def test_harmless() -> None:
    assert endless(HARMLESS) == []


def test_the_culprits_among_many() -> None:
    assert endless(["a+b", "(a+)+b", r"\d{4}", "(x+x+)+y", "(?:c d)+e"], seconds=0.7) == ["(a+)+b", "(x+x+)+y"]


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        (r"KEYNOTE-\d+", ("KEYNOTE-",)),
        (r"(?:IMpower|IMvigor)\d{3}", ("power", "vigor")),
        (r"(?<![A-Z])(?:NCT)[ -]?\d{8}", ("NCT",)),
        (r"(?:ab)?\d", ()),
        (r"[A-Z]+", ()),
        (r"(?:abc|\d)x", ()),
        (r"(?:stage)+ IV", ("stage",)),
        (r"(?i:stage)", ()),
        (r"(?i)stage", ()),
        (r"(?i:stage) IV", (" IV",)),
    ],
)
def test_required_literals(text: str, literals: tuple[str, ...]) -> None:
    assert required_literals(text) == literals


SHIPPED = sorted({r for e in load_patterns().entries for r in e.regexes})


@given(st.data())
def test_no_match_stands_without_a_required_literal(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SHIPPED))
    printed = data.draw(st.from_regex(re.compile(text, re.ASCII)))
    literals = required_literals(text)
    for m in re.finditer(text, printed, re.ASCII):
        assert not literals or any(literal in m.group() for literal in literals)
