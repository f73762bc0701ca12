"""Words of significance in both languages, and the digits a number was printed with."""

from __future__ import annotations

import math

import pytest
from checks_rows import report, row
from hypothesis import given
from hypothesis import strategies as st

from trialext.checks import check_report
from trialext.checks.rounding import p_of_z, printed, shown, z_of_p
from trialext.checks.wording import claims
from trialext.model import Span

SIGNIFICANT = [
    "差异有统计学意义（P＜0.05）",
    "试验组PFS显著延长",
    "具有统计学差异",
    "significantly longer overall survival",
    "the difference was statistically significant",
    "a significant improvement in PFS",
    "reductions in non-HDL cholesterol were significantly greater",
    "patients with or without metastases showed a significantly longer PFS",
    "无转移组的PFS显著延长",
    "均较无脑转移患者显著升高",
]
NOT = [
    "差异无统计学意义（P=0.35）",
    "两组无显著差异",
    "未见显著统计学差异",
    "OS差异均不显著",
    "未达到统计学显著性",
    "没有统计学意义",
    "不具有统计学意义",
    "差别均无明显的统计学意义",
    "未带来无病生存的显著改善",
    "no evidence of significant benefit",
    "no significant difference was seen",
    "did not differ significantly",
    "not statistically significant",
    "non-significant improvement",
    "OS did not differ between groups",
    "none of the differences between the two groups were significant",
    "enemas didn't significantly change the rate",
    "failed to reach statistical significance",
]
SILENT = [
    "中位PFS为6.9个月",
    "P<0.05 was considered significant",
    "以P＜0.05为差异有统计学意义",
    "clinically significant toxicity",
    "significant interaction",
    "有改善趋势",
    "PFS显著延长，OS无显著差异",
    "significantly longer PFS but no significant difference in OS",
    "P for noninferiority was significant",
    "marginally significant",
    "approached significance",
    "scores did not differ significantly except at one hour",
    "drug NS alone",
    "not significant at the p<0.05 level",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(t, "significant") for t in SIGNIFICANT] + [(t, "not significant") for t in NOT] + [(t, None) for t in SILENT],
)
def test_claims(text: str, expected: str | None) -> None:
    assert claims(text) == expected


TWO = "PFS显著延长（P=0.30）；OS无显著差异（P=0.40）"


def test_among_several_p_only_the_clause_of_the_row_speaks() -> None:
    rows = [row(TWO, f"P={p}0", measure="p", kind="test", p_op="=", p_value=p) for p in (0.3, 0.4)]
    assert [(f.estimate, f.code) for f in check_report(report(TWO, *rows))] == [(0, "p-wording")]


@pytest.mark.parametrize(
    "text",
    [
        "PFS与OS均显著延长（P=0.30和P=0.40）",
        "PFS met its end point (P = .30 for PFS), but OS was significantly longer",
        "Although the rate differed (P=0.30), PFS was significantly longer",
        "a smaller increase (P=0.30) without being significantly shorter",
        "虽然ORR相近（P=0.30），PFS显著延长",
    ],
)
def test_words_that_speak_of_something_else_are_left_alone(text: str) -> None:
    start = text.index("P=0.30") if "P=0.30" in text else text.index("P = .30")
    one = row(text, text[start : start + 6], measure="p", kind="test", p_op="=", p_value=0.3)
    assert check_report(report(text, one)) == ()


def test_a_p_of_another_sentence_is_left_alone() -> None:
    text = "P=0.001。无显著差异。"
    one = row(
        text, "无显著", measure="p", kind="test", p_op="=", p_value=0.001, spans=(("p", 0, 7),), sentence=Span(8, 14)
    )
    assert check_report(report(text, one)) == ()


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("HR 0.70", 0.7, 0.005),
        ("HR 0.7", 0.7, 0.05),
        ("HR 0 . 7 0", 0.7, 0.005),
        ("HR ０．７０", 0.7, 0.005),
        ("HR 0·700", 0.7, 0.0005),
        ("HR .70", 0.7, 0.005),
        ("HR 0.7 or 0.70", 0.7, 0.05),
        ("MD -5.20", -5.2, 0.005),
        ("1,024 events", 1024.0, 0.5),
        ("HR seven tenths", 0.7, 0.05),
        ("P=1.2×10^-5", 1.2e-5, 5e-7),
        ("HR two", 2.0, 0.5),
    ],
)
def test_digits_are_read_where_the_number_stands(text: str, value: float, half: float) -> None:
    one = row(text, value=value)
    found = printed(report(text, one), one, "value")
    assert found is not None
    assert (found.value, found.half) == (value, pytest.approx(half))


def test_the_span_of_the_cell_goes_before_the_row() -> None:
    text = "HR 0.70, 95% CI 0.55-0.9, arm 0.7"
    one = row(text, value=0.7, spans=(("value", 3, 7),), sentence=Span(0, len(text)))
    found = printed(report(text, one), one, "value")
    assert found is not None
    assert found.half == pytest.approx(0.005)


@given(st.floats(1e-12, 1.0))
def test_z_and_p_are_inverse(p: float) -> None:
    assert math.isclose(p_of_z(z_of_p(p)), p, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.61, "0.61"), (9999.4, "9999"), (9999.6, "10000"), (-9999.6, "-10000"), (123456.0, "123456"), (2e7, "2.0e+07")],
)
def test_a_number_of_a_finding_is_written_without_exponent(number: float, text: str) -> None:
    assert shown(number) == text
