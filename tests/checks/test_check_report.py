"""Every code fires on its fault and is silent on sound rows; contexts turn errors into notes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from checks_rows import report, row

from trialext.checks import CHECKS, check_report
from trialext.model import Estimate, Span, TrialReport


def flags(text: str, *rows: Estimate, trials: tuple[TrialReport, ...] = ()) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in check_report(report(text, *rows, trials=trials))]


def hr(value: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"measure": "HR", "value": value, "ci_low": low, "ci_high": high, "ci_level": 95.0} | more


SOUND = [
    ("HR=0.70（95%CI：0.55~0.89，P=0.003）", hr(0.7, 0.55, 0.89, p_op="=", p_value=0.003)),
    ("HR 0.63 (95% CI 0.42-0.95, P=0.026)", hr(0.63, 0.42, 0.95, p_op="=", p_value=0.026)),
    ("HR＝０．５０，95%CI ０．３９～０．６４，P＜0.0001", hr(0.5, 0.39, 0.64, p_op="<", p_value=0.0001)),
    ("HR 1·02, 95% CI 0·81–1·28; p=0·87", hr(1.02, 0.81, 1.28, p_op="=", p_value=0.87)),
    ("HR 1.02, 95% CI 0.81 to 1.28; p>0.05", hr(1.02, 0.81, 1.28, p_op=">", p_value=0.05)),
    ("HR 0.7 (95% CI 0.5-0.9)", hr(0.7, 0.5, 0.9)),
    ("风险比0.70，P=0.003，差异有统计学意义", {"measure": "HR", "value": 0.7, "p_op": "=", "p_value": 0.003}),
    ("差异无统计学意义（P=0.35）", {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.35}),
    ("ORR 43.3%（26/60）", {"measure": "rate", "value": 43.3, "unit": "%", "numerator": 26, "denominator": 60}),
    ("ORR 43%（26/60）", {"measure": "rate", "value": 43.0, "unit": "%", "numerator": 26, "denominator": 60}),
    (
        "3年OS率 61.2%（30/60）",
        {"measure": "rate", "value": 61.2, "unit": "%", "numerator": 30, "denominator": 60, "timepoint": "3 years"},
    ),
    (
        "中位 6.9（IQR 5.1~8.8）",
        {"measure": "median", "value": 6.9, "spread_kind": "IQR", "spread_low": 5.1, "spread_high": 8.8},
    ),
    ("均值 6.9（标准差 9.1）", {"measure": "mean", "value": 6.9, "spread_kind": "SD", "spread_low": 9.1}),
    ("RD 5.2% (95% CI 1.1 to 9.3)", {"measure": "RD", "value": 5.2, "ci_low": 1.1, "ci_high": 9.3, "unit": "%"}),
    (
        "12个月OS率 67.2%（95%CI 61.3%~73.1%）",
        {"measure": "rate", "value": 67.2, "unit": "%", "ci_low": 61.3, "ci_high": 73.1},
    ),
    ("PFS 3.2% (0.2% to 13.8%)", {"measure": "rate", "value": 3.2, "unit": "%", "ci_low": 0.2, "ci_high": 13.8}),
    ("PFS 18% (12 to 21)", {"measure": "rate", "value": 18.0, "unit": "%", "ci_low": 12.0, "ci_high": 21.0}),
    ("ORR 100% (95% CI 80 to 100)", {"measure": "rate", "value": 100.0, "unit": "%", "ci_low": 80.0, "ci_high": 100.0}),
    ("HR 0.61 (95% CI 0.40 to NE)", hr(0.61, 0.4, None)),
    ("中位未达到", {"measure": "median", "value": None, "qualifier": "not reached", "ci_low": 20.1}),
]

FAULTY = [
    ("HR 0.70 (95% CI 0.89-0.55)", hr(0.7, 0.89, 0.55), [("ci-order", "error")]),
    ("HR 0.90 (95% CI 0.55-0.89)", hr(0.9, 0.55, 0.89), [("ci-contains", "error")]),
    ("HR 1.43 (95% CI 0.55-0.89)", hr(1.43, 0.55, 0.89), [("ci-contains", "error")]),
    ("HR 0.76 (95% CI 0.55-0.89)", hr(0.76, 0.55, 0.89), [("ci-midpoint", "error")]),
    (
        "stratified HR 0.76 (95% CI 0.55-0.89)",
        hr(0.76, 0.55, 0.89, analysis=("stratified",)),
        [("ci-midpoint", "note")],
    ),
    ("HR 0.76 (95% CrI 0.55-0.89)", hr(0.76, 0.55, 0.89), [("ci-midpoint", "note")]),
    ("HR 0.71 (95% CI 0.55-0.89)", hr(0.71, 0.55, 0.89), [("ci-midpoint", "note")]),
    (
        "MD 5.2 (95% CI 1.1 to 12.3)",
        {"measure": "MD", "value": 5.2, "ci_low": 1.1, "ci_high": 12.3},
        [("ci-midpoint", "note")],
    ),
    (
        "OR 20.86 (95% CI 4.18-379.18; P<0.001)",
        hr(20.86, 4.18, 379.18, p_op="<", p_value=0.001) | {"measure": "OR"},
        [("ci-midpoint", "note"), ("p-from-ci", "note")],
    ),
    ("HR 0.70 (5% CI 0.55-0.89)", hr(0.7, 0.55, 0.89, ci_level=5.0), [("ci-level", "note")]),
    ("HR 0.70 (95% CI 0.55-0.89, P=0.03)", hr(0.7, 0.55, 0.89, p_op="=", p_value=0.03), [("p-from-ci", "error")]),
    (
        "HR 0.70 (CI 0.55-0.89, P=0.03)",
        hr(0.7, 0.55, 0.89, ci_level=None, p_op="=", p_value=0.03),
        [("p-from-ci", "note")],
    ),
    (
        "HR 0.70 (95% CI 0.55-0.89, one-sided P=0.03)",
        hr(0.7, 0.55, 0.89, p_op="=", p_value=0.03),
        [("p-from-ci", "note")],
    ),
    ("HR 0.70 (95% CI 0.55-0.89, P=0.0018)", hr(0.7, 0.55, 0.89, p_op="=", p_value=0.0018), [("p-from-ci", "note")]),
    (
        "HR 0.70 (95% CI 0.55-0.89, P=0.3)",
        hr(0.7, 0.55, 0.89, p_op="=", p_value=0.3),
        [("p-from-ci", "error"), ("p-decision", "error")],
    ),
    (
        "HR 1.02 (95% CI 0.81-1.28, P<0.001)",
        hr(1.02, 0.81, 1.28, p_op="<", p_value=0.001),
        [("p-from-ci", "error"), ("p-decision", "error")],
    ),
    ("P=1.3", {"measure": "p", "kind": "test", "p_op": "=", "p_value": 1.3}, [("p-range", "error")]),
    ("P<0.000", {"measure": "p", "kind": "test", "p_op": "<", "p_value": 0.0}, [("p-range", "error")]),
    ("P<0.901", {"measure": "p", "kind": "test", "p_op": "<", "p_value": 0.901}, [("p-range", "note")]),
    ("变化-0.4%", {"measure": "rate", "value": -0.4, "unit": "%"}, [("rate-range", "note")]),
    ("P=0.000", {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.0}, [("p-range", "note")]),
    ("显著改善（P=0.35）", {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.35}, [("p-wording", "error")]),
    (
        "significantly longer (P>0.05)",
        {"measure": "p", "kind": "test", "p_op": ">", "p_value": 0.05},
        [("p-wording", "error")],
    ),
    (
        "significantly longer (P=0.07)",
        {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.07},
        [("p-wording", "note")],
    ),
    (
        "无显著差异（P＜0.001）",
        {"measure": "p", "kind": "test", "p_op": "<", "p_value": 0.001},
        [("p-wording", "error")],
    ),
    (
        "did not differ significantly (P=0.003)",
        {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.003},
        [("p-wording", "error")],
    ),
    (
        "no significant difference (P=0.03)",
        {"measure": "p", "kind": "test", "p_op": "=", "p_value": 0.03},
        [("p-wording", "note")],
    ),
    (
        "ORR 48.3%（26/60）",
        {"measure": "rate", "value": 48.3, "unit": "%", "numerator": 26, "denominator": 60},
        [("fraction", "error")],
    ),
    (
        "ORR 66.6%（40/60）",
        {"measure": "rate", "value": 66.6, "unit": "%", "numerator": 40, "denominator": 60},
        [("fraction", "note")],
    ),
    (
        "RDS 10.5% (42/402)",
        {"measure": "rate", "value": 10.5, "unit": "%", "numerator": 42, "denominator": 402},
        [("fraction", "note")],
    ),
    (
        "OS 70.2% (61.3% to 73.1%)",
        {"measure": "rate", "value": 70.2, "unit": "%", "ci_low": 61.3, "ci_high": 73.1},
        [("ci-midpoint", "note")],
    ),
    (
        "OS 67.2% (61.3% to 93.1%)",
        {"measure": "rate", "value": 67.2, "unit": "%", "ci_low": 61.3, "ci_high": 93.1},
        [("ci-midpoint", "error")],
    ),
    ("62/60例", {"measure": "rate", "value": None, "numerator": 62, "denominator": 60}, [("fraction", "error")]),
    ("ORR 143%", {"measure": "rate", "value": 143.0, "unit": "%"}, [("rate-range", "error")]),
    ("OR 0", {"measure": "OR", "value": 0.0}, [("ratio-range", "error")]),
    ("OR 0.40 (0.00-1.30)", {"measure": "OR", "value": 0.4, "ci_low": 0.0, "ci_high": 1.3}, [("ratio-range", "note")]),
    (
        "中位 9.9（IQR 5.1~8.8）",
        {"measure": "median", "value": 9.9, "spread_kind": "IQR", "spread_low": 5.1, "spread_high": 8.8},
        [("spread", "error")],
    ),
]


@pytest.mark.parametrize(("text", "columns"), SOUND, ids=[s[0] for s in SOUND])
def test_sound_rows_are_silent(text: str, columns: dict[str, Any]) -> None:
    assert flags(text, row(text, **columns)) == []


@pytest.mark.parametrize(("text", "columns", "expected"), FAULTY, ids=[s[0] for s in FAULTY])
def test_faults_are_flagged(text: str, columns: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert flags(text, row(text, **columns)) == expected


def test_every_code_is_documented_and_exercised() -> None:
    within = {
        "median-direction",
        "rate-order",
        "arm-n",
        "risk-reduction",
        "difference",
        "rate-course",
        "endpoint-order",
    }  # need several rows: tested below
    assert {c for *_, found in FAULTY for c, _ in found} | within == {c.code for c in CHECKS}
    assert all(c.what and c.formula and c.source for c in CHECKS)


def test_findings_name_both_sides_and_leave_the_report_alone() -> None:
    text = "HR 1.43 (95% CI 0.55-0.89)"
    given = report(text, row(text, **hr(1.43, 0.55, 0.89)))
    before = copy.deepcopy(given)
    (finding,) = check_report(given)
    assert given == before
    assert (finding.estimate, finding.expected, finding.printed) == (0, "within 0.55 to 0.89", "1.43")
    assert "0.6993" in finding.message  # the reciprocal would fit


MEDIANS = "A组中位PFS 8.1个月，B组5.6个月（HR=0.70，95%CI 0.55~0.89）"


def medians(
    a: float = 8.1, b: float = 5.6, low: float | None = 0.55, high: float | None = 0.89, **more: Any
) -> list[Estimate]:
    shared = {"endpoint": "PFS", "trial": "T"} | more
    arm = {"measure": "median", "unit": "months", **shared}
    return [
        row(MEDIANS, "8.1", value=a, experimental=("a",), **arm),
        row(MEDIANS, "5.6", value=b, experimental=("b",), **arm),
        row(
            MEDIANS,
            "0.70",
            measure="HR",
            value=0.7,
            ci_low=low,
            ci_high=high,
            experimental=("a",),
            comparator=("b",),
            **shared,
        ),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (medians(), []),
        (medians(a=5.6, b=8.1), [("median-direction", "error")]),
        (medians(a=5.6, b=8.1, low=None, high=None), [("median-direction", "note")]),
        (medians(a=5.6, b=8.1, low=0.48, high=1.02), [("median-direction", "note")]),
        (medians(a=5.6, b=8.1, endpoint="TTR"), []),
        (medians(a=5.6, b=8.1)[1:], []),
        ([*medians(a=5.6, b=8.1)[:2], medians(endpoint="OS")[2]], []),
    ],
    ids=["sound", "swapped", "no interval", "crossing", "shorter is better", "one median", "other endpoint"],
)
def test_medians_against_the_direction(rows: list[Estimate], expected: list[tuple[str, str]]) -> None:
    assert flags(MEDIANS, *rows) == expected


def test_medians_in_other_units_are_compared_in_months() -> None:
    _, b, effect = medians()
    weeks = row(
        MEDIANS, "8.1", value=20.0, experimental=("a",), measure="median", unit="weeks", endpoint="PFS", trial="T"
    )
    assert flags(MEDIANS, weeks, b, effect) == [("median-direction", "error")]


@pytest.mark.parametrize(("trial", "expected"), [("T", [("median-direction", "note")]), (None, [])])
def test_medians_of_another_sentence_need_a_trial(trial: str | None, expected: list[tuple[str, str]]) -> None:
    a, b, effect = medians(a=5.6, b=8.1, trial=trial)
    apart = row(
        MEDIANS,
        "5.6",
        measure="median",
        unit="months",
        value=b.value,
        experimental=b.experimental,
        endpoint="PFS",
        trial=trial,
        sentence=Span(0, 4),
    )
    assert flags(MEDIANS, a, apart, effect) == expected


RATES = "A组CR 10.0%、PR 30.0%、ORR 40.0%、DCR 75.0%"


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"CR": 10.0, "PR": 30.0, "ORR": 40.0, "DCR": 75.0}, []),
        ({"CR": 10.0, "ORR": 40.0}, []),
        ({"CR": 40.0, "ORR": 10.0}, [("rate-order", "error")]),
        ({"ORR": 75.0, "DCR": 40.0}, [("rate-order", "error")]),
        ({"CR": 10.0, "PR": 30.0, "ORR": 75.0}, [("rate-order", "error")]),
    ],
)
def test_rates_of_one_arm(rates: dict[str, float], expected: list[tuple[str, str]]) -> None:
    rows = [row(RATES, measure="rate", value=v, unit="%", endpoint=e, experimental=("a",)) for e, v in rates.items()]
    assert flags(RATES, *rows) == expected


def test_rates_of_two_sentences_are_not_compared() -> None:
    one = row(RATES, measure="rate", value=40.0, unit="%", endpoint="CR", experimental=("a",))
    two = row(RATES, measure="rate", value=10.0, unit="%", endpoint="ORR", experimental=("a",), sentence=Span(0, 5))
    assert flags(RATES, one, two) == []


@pytest.mark.parametrize(("n", "expected"), [(60, []), (59, [("arm-n", "note")]), (None, [])])
def test_an_arm_is_part_of_its_trial(n: int | None, expected: list[tuple[str, str]]) -> None:
    text = "ORR 43.3%（26/60）"
    one = row(text, measure="rate", value=43.3, unit="%", numerator=26, denominator=60, trial="X-1", trial_key="x1")
    assert flags(text, one, trials=(TrialReport("X-1", "x1", n=n),)) == expected


REDUCED = "死亡风险降低42%（HR=0.58），12个月OS率67.2%，24个月OS率54.6%，ORR 44.2%对30.1%，相差14.1%"


def reduced(ratio: float = 0.58, value: float = 42.0, **more: Any) -> list[Estimate]:
    return [
        row(REDUCED, "42%", kind="effect", measure="other", value=value, unit="%", endpoint="MORTALITY"),
        row(REDUCED, "0.58", **({"measure": "HR", "value": ratio, "endpoint": "OS"} | more)),
    ]


def rates(first: float, second: float, difference: float) -> list[Estimate]:
    arm = {"measure": "rate", "unit": "%", "endpoint": "ORR"}
    return [
        row(REDUCED, "44.2%", value=first, experimental=("a",), **arm),
        row(REDUCED, "30.1%", value=second, experimental=("b",), **arm),
        row(REDUCED, "14.1%", **(arm | {"measure": "RD", "value": difference})),
    ]


def course(*points: tuple[str, float], group: tuple[str, ...] = ("a",)) -> list[Estimate]:
    shared = {"measure": "rate", "unit": "%", "endpoint": "OS", "experimental": group}
    return [row(REDUCED, "67.2%", value=value, timepoint=time, **shared) for time, value in points]


def survival(measure: str = "median", **values: float) -> list[Estimate]:
    shared = {
        "measure": measure,
        "unit": "months",
        "experimental": ("a",),
        "timepoint": None if measure == "median" else "1 year",
    }
    return [row(REDUCED, endpoint=endpoint, value=value, **shared) for endpoint, value in values.items()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (reduced(), []),
        (reduced(0.575), []),
        (reduced(0.68), [("risk-reduction", "error")]),
        (reduced(0.68, analysis=("adjusted",)), [("risk-reduction", "error")]),
        (reduced(0.68, endpoint="PFS"), []),
        (reduced(0.68, measure="OR"), []),
        ([*reduced(0.68), reduced(0.6)[1]], []),
        (rates(44.2, 30.1, 14.1), []),
        (rates(44.2, 30.1, -14.1), []),
        (rates(44.2, 30.1, 14.2), []),
        (rates(44.2, 30.1, 18.1), [("difference", "note")]),
        (rates(44.2, 30.1, 18.1)[1:], []),
        (course(("12 months", 67.2), ("2 years", 54.6)), []),
        (course(("12 months", 54.6), ("2 years", 67.2)), [("rate-course", "error")]),
        (course(("12 months", 54.6), ("12 months", 67.2)), []),
        (course(("12 months", 54.6), ("2 years", 67.2), group=()), []),
        (survival(PFS=6.9, OS=15.0), []),
        (survival(PFS=15.0, OS=6.9), [("endpoint-order", "error")]),
        (survival("rate", DFS=80.0, OS=70.0), [("endpoint-order", "error")]),
        (survival(TTP=15.0, OS=6.9), []),
    ],
)
def test_rows_of_one_sentence(rows: list[Estimate], expected: list[tuple[str, str]]) -> None:
    assert flags(REDUCED, *rows) == expected


def test_an_arm_with_a_name_is_no_group_of_screened_patients() -> None:
    text = "ORR 43.3%（26/60）"
    columns = {"measure": "rate", "value": 43.3, "unit": "%", "numerator": 26, "denominator": 60}
    one = row(text, trial="X-1", trial_key="x1", experimental=("a",), **columns)
    assert flags(text, one, trials=(TrialReport("X-1", "x1", n=59),)) == [("arm-n", "error")]
