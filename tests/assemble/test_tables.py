"""Tables: the heads of row and column say what a number is; the layout is all that is believed."""

from __future__ import annotations

import html
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialext import extract_text, load_patterns
from trialext.model import Estimate
from trialext.patterns.records import Patterns
from trialext.recognise.items import number_value
from trialext.text.fold import fold

EFFICACY = """Table 2. Efficacy

| Endpoint | Pembrolizumab (n=120) | Docetaxel (n=118) | HR (95% CI) | P value |
|---|---|---|---|---|
| Median OS, months (95% CI) | 14.2 (11.9-16.4) | 9.8 (8.1-11.0) | 0.71 (0.55-0.92) | 0.008 |
| ORR, n (%) | 31 (25.8) | 14 (11.9) | | 0.006 |
| 12-month OS rate (%) | 57.2 | 42.3 | | |
| Age, median (years) | 63 | 64 | | |
"""
P, D = ("pembrolizumab",), ("docetaxel",)
G, E = ("gefitinib",), ("erlotinib",)

CASES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "rows are endpoints, columns are arms": (
        EFFICACY,
        [
            {
                "kind": "arm",
                "measure": "median",
                "value": 14.2,
                "unit": "months",
                "ci_low": 11.9,
                "ci_high": 16.4,
                "ci_level": 95,
                "endpoint": "OS",
                "experimental": P,
            },
            {
                "kind": "arm",
                "measure": "median",
                "value": 9.8,
                "unit": "months",
                "ci_low": 8.1,
                "ci_high": 11.0,
                "endpoint": "OS",
                "experimental": D,
            },
            {
                "kind": "effect",
                "measure": "HR",
                "value": 0.71,
                "ci_low": 0.55,
                "ci_high": 0.92,
                "ci_level": 95,
                "p_op": "=",
                "p_value": 0.008,
                "endpoint": "OS",
                "experimental": P,
                "comparator": D,
            },
            {
                "kind": "arm",
                "measure": "rate",
                "value": 25.8,
                "unit": "%",
                "numerator": 31,
                "endpoint": "ORR",
                "experimental": P,
            },
            {
                "kind": "arm",
                "measure": "rate",
                "value": 11.9,
                "unit": "%",
                "numerator": 14,
                "endpoint": "ORR",
                "experimental": D,
            },
            {
                "kind": "test",
                "measure": "p",
                "value": None,
                "p_value": 0.006,
                "endpoint": "ORR",
                "experimental": P,
                "comparator": D,
            },
            {
                "kind": "arm",
                "measure": "rate",
                "value": 57.2,
                "unit": "%",
                "endpoint": "OS",
                "timepoint": "12 months",
                "experimental": P,
            },
            {
                "kind": "arm",
                "measure": "rate",
                "value": 42.3,
                "unit": "%",
                "endpoint": "OS",
                "timepoint": "12 months",
                "experimental": D,
            },
        ],
    ),
    "rows are trials": (
        """| Trial | Patients | Experimental arm | Control arm | Median PFS (months) | PFS HR (95% CI) | P |
|---|---|---|---|---|---|---|
| SAMPLER-1 | 400 | gefitinib | placebo | 10.1 vs 8.0 | 0.80 (0.65-0.98) | 0.03 |
| SAMPLER-2 | 310 | erlotinib + bevacizumab | erlotinib | 7.4 vs 4.8 | 0.66 [0.55, 0.80] | <0.0001 |
""",
        [
            {
                "kind": "arm",
                "value": 10.1,
                "unit": "months",
                "endpoint": "PFS",
                "experimental": G,
                "trial": "SAMPLER-1",
            },
            {"kind": "arm", "value": 8.0, "unit": "months", "experimental": ("placebo",), "trial": "SAMPLER-1"},
            {
                "kind": "effect",
                "value": 0.8,
                "p_value": 0.03,
                "experimental": G,
                "comparator": ("placebo",),
                "trial": "SAMPLER-1",
            },
            {"kind": "arm", "value": 7.4, "experimental": ("erlotinib", "bevacizumab"), "trial": "SAMPLER-2"},
            {"kind": "arm", "value": 4.8, "experimental": E, "trial": "SAMPLER-2"},
            {
                "kind": "effect",
                "value": 0.66,
                "ci_low": 0.55,
                "ci_high": 0.8,
                "p_op": "<",
                "p_value": 0.0001,
                "trial": "SAMPLER-2",
            },
        ],
    ),
    "rows are the arms of a trial": (
        """| Trial | Arm | Patients | Median OS (mo) | HR (95% CI) |
|---|---|---|---|---|
| SAMPLER-1 | sorafenib | 200 | 10.1 | 0.80 (0.65-0.98) |
| SAMPLER-1 | placebo | 201 | 8.0 | |
""",
        [
            {"kind": "arm", "value": 10.1, "unit": "months", "experimental": ("sorafenib",), "trial": "SAMPLER-1"},
            {
                "kind": "effect",
                "value": 0.8,
                "endpoint": "OS",
                "experimental": ("sorafenib",),
                "comparator": ("placebo",),
            },
            {"kind": "arm", "value": 8.0, "experimental": ("placebo",)},
        ],
    ),
    "rows are groups, columns are endpoints": (
        """表1 两组疗效

| 组别 | 例数 | CR | ORR（%） | 中位PFS（月） |
|---|---|---|---|---|
| 吉非替尼组 | 50 | 2（4.0） | 44.0 | 9.5 |
| 厄洛替尼组 | 50 | 1（2.0） | 38.0 | 未达到 |
| χ² | | 0.34 | 0.37 | |
| P | | | 0.54 | 0.31 |
""",
        [
            {"value": 4.0, "unit": "%", "numerator": 2, "endpoint": "CR", "experimental": G},
            {"value": 44.0, "unit": "%", "endpoint": "ORR", "experimental": G},
            {"measure": "median", "value": 9.5, "unit": "months", "endpoint": "PFS", "experimental": G},
            {"value": 2.0, "unit": "%", "endpoint": "CR", "experimental": E},
            {"value": 38.0, "endpoint": "ORR", "experimental": E},
            {"measure": "median", "value": None, "qualifier": "not reached", "endpoint": "PFS", "experimental": E},
            {"kind": "test", "p_value": 0.54, "endpoint": "ORR", "experimental": G, "comparator": E},
            {"kind": "test", "p_value": 0.31, "endpoint": "PFS", "experimental": G, "comparator": E},
        ],
    ),
    "adverse events": (
        """表3 两组不良反应比较[例（%）]

| 不良反应 | 紫杉醇组（n=40） | 多西他赛组（n=40） | P值 |
|---|---|---|---|
| 白细胞减少 | 12（30.0） | 20（50.0） | 0.04 |
""",
        [
            {
                "kind": "arm",
                "value": 30.0,
                "numerator": 12,
                "unit": "%",
                "endpoint": "AE",
                "experimental": ("paclitaxel",),
            },
            {"kind": "arm", "value": 50.0, "numerator": 20, "unit": "%", "endpoint": "AE", "experimental": D},
            {"kind": "test", "p_value": 0.04, "endpoint": "AE"},
        ],
    ),
    "factors with an interval of their own column": (
        """Table 3. Multivariable Cox analysis of overall survival

| Factor | HR | 95% CI | P |
|---|---|---|---|
| Age (>65 vs <=65) | 1.21 | 0.88-1.66 | 0.24 |
| ECOG PS (1 vs 0) | 1.83 | 1.30-2.57 | <0.001 |
""",
        [
            {
                "kind": "effect",
                "value": 1.21,
                "ci_low": 0.88,
                "ci_high": 1.66,
                "p_value": 0.24,
                "endpoint": "OS",
                "experimental": (),
                "comparator": (),
                "population": "Age (>65 vs <=65)",
            },
            {"kind": "effect", "value": 1.83, "p_op": "<", "population": "ECOG PS (1 vs 0)"},
        ],
    ),
    "p before the ratio": (
        """Table 4. Univariate and multivariate Cox analysis of OS

| Factor | P | HR | 95% CI | P | HR | 95% CI |
|---|---|---|---|---|---|---|
| Grade | 0.012 | 1.50 | 1.10-2.05 | 0.240 | 1.20 | 0.88-1.64 |
""",
        [{"value": 1.5, "p_value": 0.012, "ci_low": 1.1}, {"value": 1.2, "p_value": 0.24, "ci_low": 0.88}],
    ),
    "subgroups of a comparison": (
        """Table 4. Subgroup analysis of PFS (nivolumab versus everolimus)

| Subgroup | HR (95% CI) | P for interaction |
|---|---|---|
| Age | | |
| <65 years | 0.70 (0.52-0.95) | 0.41 |
| >=65 years | 0.84 (0.60-1.18) | |
""",
        [
            {
                "kind": "effect",
                "value": 0.7,
                "endpoint": "PFS",
                "experimental": ("nivolumab",),
                "comparator": ("everolimus",),
                "population": "Age: <65 years",
                "p_value": None,
            },
            {"kind": "test", "p_value": 0.41, "population": "interaction Age: <65 years"},
            {"kind": "effect", "value": 0.84, "population": "Age: >=65 years"},
        ],
    ),
    "baseline characteristics yield nothing": (
        """Table 1. Baseline characteristics

| Characteristic | Nivolumab (n=100) | Placebo (n=100) | P |
|---|---|---|---|
| Age, median (range) | 61 (33-80) | 60 (31-82) | 0.7 |
| Male, n (%) | 60 (60.0) | 58 (58.0) | 0.8 |
| ECOG 0 | 40 (40%) | 44 (44%) | 0.5 |
""",
        [],
    ),
    "what the layout does not say stays empty": (
        """| Endpoint | Value | Other |
|---|---|---|
| Response | 31 | 14 |
| Dose (mg) | 200 | 75 |
""",
        [],
    ),
}


@cache
def patterns() -> Patterns:
    return load_patterns()


def rows_of(text: str) -> list[Estimate]:
    return list(extract_text(text, patterns=patterns()).estimates)


def as_html(text: str) -> str:
    """Print the pipe table of a case as raw markup, on one line."""
    before: list[str] = []
    rows: list[str] = []
    for line in text.splitlines():
        if line.startswith("|---"):
            continue
        if line.startswith("|"):
            tag = "td" if rows else "th"
            cells = line.strip("|").split("|")
            rows.append("<tr>" + "".join(f"<{tag}>{html.escape(c.strip())}</{tag}>" for c in cells) + "</tr>")
        else:
            before.append(line)
    return "\n".join(before) + "\n<table>" + "".join(rows) + "</table>\n"


@pytest.mark.parametrize("form", [str, as_html], ids=["pipes", "markup"])
@pytest.mark.parametrize("name", CASES)
def test_layouts(name: str, form: Any) -> None:
    text, wanted = CASES[name]
    found = rows_of(form(text))
    assert [(e.value, e.p_value) for e in found] == [
        (w.get("value", None), w.get("p_value", e.p_value)) for w, e in zip(wanted, found, strict=True)
    ]
    for estimate, want in zip(found, wanted, strict=True):
        assert {key: getattr(estimate, key) for key in want} == want


@pytest.mark.parametrize("form", [str, as_html], ids=["pipes", "markup"])
@pytest.mark.parametrize("name", CASES)
def test_spans_hold_the_values(name: str, form: Any) -> None:
    text = form(CASES[name][0])
    for e in rows_of(text):
        printed = text[e.start : e.end]
        if e.value is not None:
            assert number_value(fold(printed).text) == e.value
        elif e.kind == "test":
            assert str(e.p_value).rstrip("0") in printed
        assert e.sentence.start <= e.start <= e.end <= e.sentence.end
        assert all(0 <= a <= b <= len(text) for _, a, b in e.spans)


def test_a_row_names_its_trial_arms_and_size() -> None:
    text, _ = CASES["rows are trials"]
    told = {t.trial: (t.n, t.experimental, t.comparator) for t in extract_text(text, patterns=patterns()).trials}
    assert told["SAMPLER-2"] == (310, ("erlotinib", "bevacizumab"), ("erlotinib",))


def test_a_sentence_gives_its_p_to_the_row_of_the_table() -> None:
    text = (
        CASES["rows are the arms of a trial"][0]
        + "\nThe SAMPLER-1 trial met its primary end point (P = .021 for OS).\n"
    )
    effect = [e for e in rows_of(text) if e.kind == "effect"]
    assert [(e.value, e.p_value) for e in effect] == [(0.8, 0.021)]
    assert not [e for e in rows_of(text) if e.kind == "test"]


cell = st.one_of(
    st.sampled_from(
        [
            "HR (95% CI)",
            "P",
            "组别",
            "ORR",
            "12 (34.3)",
            "0.51 (0.4-0.6)",
            "<0.001",
            "10.8 vs 7.5",
            "Trial",
            "",
            "—",
            "±",
            "3.1±0.2",
            "PFS",
        ]
    ),
    st.text(alphabet="ab1.(%|\\<>/ 中", max_size=8),
)


@given(st.lists(st.lists(cell, min_size=1, max_size=6), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_table_keeps_true_spans(grid: list[list[str]]) -> None:
    lines = ["| " + " | ".join(row) + " |" for row in grid]
    text = "\n".join([lines[0], "|" + "---|" * len(grid[0]), *lines[1:]])
    for e in rows_of(text):
        assert 0 <= e.start < e.end <= len(text)
        assert text[e.start : e.end].strip()
