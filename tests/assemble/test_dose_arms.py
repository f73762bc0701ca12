"""Two doses or two lengths of one treatment are two arms of it."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns
from trialext.assemble.dose_arms import tells_only_how

VALUES = " The ORR was 44% and 33%, respectively (P = 0.04)."
VALUES_ZH = "ORR分别为44%和33%（P=0.04）。"

SAME = [
    ("Patients were randomly assigned to docetaxel 60 mg/m2 or docetaxel 100 mg/m2." + VALUES, "docetaxel"),
    ("Patients were randomised to imatinib for 12 months or for 36 months." + VALUES, "imatinib"),
    ("Two doses of everolimus, 5 mg and 10 mg, were compared." + VALUES, "everolimus"),
    ("Patients were randomised between weekly and three-weekly paclitaxel." + VALUES, "paclitaxel"),
    ("Patients received high-dose or standard-dose imatinib." + VALUES, "imatinib"),
    ("患者随机接受高剂量或标准剂量伊马替尼。" + VALUES_ZH, "imatinib"),
    ("患者随机分为两组，A组伊马替尼治疗1年，B组伊马替尼治疗3年。" + VALUES_ZH, "imatinib"),
    ("患者随机接受曲妥珠单抗治疗6个月或12个月。" + VALUES_ZH, "trastuzumab"),
]

NOT_SAME = [
    "Patients were randomly assigned to docetaxel 60 mg/m2." + VALUES,  # one dose
    "Docetaxel was given at 60 mg/m2, then at 75 mg/m2." + VALUES,  # steps of one schedule
    "Patients received docetaxel for 6 cycles and were followed for 24 months." + VALUES,  # two other things
    "患者接受多西他赛治疗，中位随访12个月。" + VALUES_ZH,
]


@pytest.mark.parametrize(("text", "drug"), SAME)
def test_both_arms_had_it(text: str, drug: str) -> None:
    rows = extract_text(text, patterns=load_patterns()).estimates
    assert [(e.kind, e.experimental, e.comparator) for e in rows] == [
        ("arm", (drug,), ()),
        ("arm", (drug,), ()),
        ("test", (drug,), (drug,)),
    ]


@pytest.mark.parametrize("text", NOT_SAME)
def test_no_two_arms_are_made_of_one(text: str) -> None:
    rows = extract_text(text, patterns=load_patterns()).estimates
    assert all(e.experimental != e.comparator for e in rows if e.kind == "test" and e.experimental)


def test_a_group_is_called_by_what_differs() -> None:
    text = (
        "Women were randomly assigned to trastuzumab for 6 months or 12 months. Four-year DFS was 89.4% in the "
        "6-month group and 89.8% in the 12-month group (HR 1.07, 90% CI 0.93-1.24)."
    )
    rows = extract_text(text, patterns=load_patterns()).estimates
    assert [(e.value, e.experimental, e.timepoint) for e in rows] == [
        (89.4, ("trastuzumab",), "4 years"),
        (89.8, ("trastuzumab",), "4 years"),
        (1.07, ("trastuzumab",), None),
    ]


HOW = [("6 months", True), ("for 6 months", True), ("12 cycles", True), ("100 mg", True), ("24 Gy", True)]
HOW += [("tamoxifen", False), ("6 months of tamoxifen", False), ("radiotherapy", False)]


@pytest.mark.parametrize(("part", "expected"), HOW)
def test_words_that_only_say_how(part: str, expected: bool) -> None:
    assert tells_only_how(part) is expected
