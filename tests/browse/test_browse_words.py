"""Rows in words, labels in two languages."""

from __future__ import annotations

from typing import Any

import pytest

from trialext.browse.labels import choose_language, translator
from trialext.browse.present import arms_text, headline, value_text


def row(**cells: Any) -> dict[str, Any]:
    return {"kind": "effect", "measure": "HR", "value": 0.5, "endpoint": "OS"} | cells


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({}, "0.50"),
        ({"ci_low": 0.4, "ci_high": 0.625, "ci_level": 95.0}, "0.500 (0.400–0.625)"),
        ({"ci_low": 0.4, "ci_high": 0.6, "ci_level": 98.4}, "0.50 (98.4% CI 0.40–0.60)"),
        ({"ci_low": 0.4, "ci_high": None}, "0.50 (0.40–NE)"),
        ({"kind": "arm", "measure": "median", "value": 11.14, "unit": "months"}, "11.14 months"),
        ({"kind": "arm", "measure": "median", "value": None, "qualifier": "not reached"}, "not reached"),
        (
            {"kind": "arm", "measure": "rate", "value": 50.0, "unit": "%", "numerator": 5, "denominator": 10},
            "50% (5/10)",
        ),
        ({"kind": "arm", "measure": "rate", "value": 5.0, "unit": "%", "qualifier": "<="}, "≤5%"),
        ({"kind": "arm", "measure": "mean", "value": 3.5, "spread_kind": "SD", "spread_low": 1.2}, "3.5 [SD 1.2]"),
        ({"kind": "test", "measure": "p", "value": None, "p_op": "<", "p_value": 0.001}, "P<0.001"),
        ({"value": 1e-05}, "0.00001"),
    ],
)
def test_value_as_a_reader_writes_it(cells: dict[str, Any], text: str) -> None:
    assert value_text(row(**cells)) == text


def test_one_line() -> None:
    assert headline(row(ci_low=0.4, ci_high=0.6, p_op="=", p_value=0.01)) == "OS HR 0.50 (0.40–0.60), P=0.01"
    assert headline(row(endpoint="other:pain", timepoint="12 months")) == "pain 12 months HR 0.50"
    assert headline(row(kind="test", measure="p", value=None, p_op="=", p_value=0.2)) == "OS P=0.2"


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"experimental": ["a", "b"], "comparator": ["c"]}, "a + b vs c"),
        ({"experimental": [], "comparator": ["c"]}, "? vs c"),
        ({"experimental": ["a"], "comparator": []}, "a"),
        ({"kind": "arm", "experimental": ["a"], "comparator": ["c"]}, "a"),
        ({}, ""),
    ],
)
def test_groups(cells: dict[str, Any], text: str) -> None:
    assert arms_text(row(**cells)) == text


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "language"),
    [
        ("zh", "en", "en", "zh"),
        (None, "zh", "en", "zh"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "de,en;q=0.8,zh;q=0.7", "en"),
        ("fr", "xx", "", "en"),
    ],
)
def test_language(asked: str | None, cookie: str | None, accepted: str, language: str) -> None:
    assert choose_language(asked, cookie, accepted) == language


def test_labels() -> None:
    assert (translator("en")("endpoint"), translator("zh")("endpoint")) == ("Endpoint", "终点")
    assert translator("zh")("no such label") == "no such label"
