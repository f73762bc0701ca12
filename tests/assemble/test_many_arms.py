"""Studies of three arms: every way of telling them with several triples; their values follow in the same order."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns

ENGLISH = [
    "Patients were randomly assigned to {A}, {B}, or {C}.",
    "Patients were randomised (1:1:1) to receive {A}, {B} or {C}.",
    "Patients were randomized to arm A ({A}), arm B ({B}), or arm C ({C}).",
    "Patients were randomized to arm A, {A}; arm B, {B}; or arm C, {C}.",
    "Patients were randomly assigned to {A} (arm A), {B} (arm B), or {C} (arm C).",
    "Arm A received {A}; arm B received {B}; arm C received {C}.",
    "Patients were allocated to group I, {A} (n = 53); group II, {B} (n = 53); and group III, {C} (n = 54).",
    "Group 1 was given {A}, group 2 {B}, and group 3 {C}.",
    "Patients were randomly assigned to receive {A} (n = 201), {B} (n = 203), or {C} (n = 199).",
    "We randomly assigned 201 patients to {A}, 203 to {B}, and 199 to {C}.",
    "This three-arm phase III trial compared {A}, {B}, and {C}.",
    "In a three-arm trial, patients received either {A}, {B}, or {C}.",
    "Of 603 patients, 201 received {A}, 203 received {B}, and 199 received {C}.",
    "TITLE. {A}, {B}, or {C} in advanced cancer: a randomized phase III trial\n\nResults.",
    "TITLE. {A} versus {B} versus {C} in advanced cancer: a randomized phase II trial\n\nResults.",
    "Patients were randomly assigned in a 1:1:1 ratio to one of three groups: {A}, {B}, or {C}.",
]
CHINESE = [
    "患者按1：1：1随机接受{A}、{B}或{C}。",
    "患者随机分为三组，分别接受{A}、{B}和{C}。",
    "患者随机分为A组（{A}）、B组（{B}）和C组（{C}）。",
    "A组给予{A}，B组给予{B}，C组给予{C}。",
    "603例患者随机至{A}组、{B}组或{C}组。",
    "患者随机分入{A}组（n=201）、{B}组（n=203）和{C}组（n=199）。",
    "A组53例接受{A}治疗，B组53例接受{B}治疗，C组54例接受{C}治疗。",
    "这项三臂Ⅲ期研究比较了{A}、{B}和{C}的疗效。",
    "患者被随机分配至3个组：{A}、{B}、{C}。",
    "三臂、1：1：1随机：\n①{A}；\n②{B}；\n③{C}。\n",
    "201例患者接受{A}，203例接受{B}，199例接受{C}。",
]
ENGLISH_ARMS = [
    [("docetaxel", {"docetaxel"}), ("gemcitabine", {"gemcitabine"}), ("placebo", {"placebo"})],
    [
        ("docetaxel plus cisplatin", {"docetaxel", "cisplatin"}),
        ("gemcitabine plus cisplatin", {"gemcitabine", "cisplatin"}),
        ("vinorelbine plus cisplatin", {"vinorelbine", "cisplatin"}),
    ],
    [
        ("radiotherapy alone", {"radiotherapy"}),
        ("radiotherapy plus cisplatin", {"radiotherapy", "cisplatin"}),
        ("radiotherapy plus cetuximab", {"radiotherapy", "cetuximab"}),
    ],
    [
        ("pembrolizumab alone", {"pembrolizumab"}),
        ("pembrolizumab plus chemotherapy", {"pembrolizumab", "chemotherapy"}),
        ("chemotherapy alone", {"chemotherapy"}),
    ],
    [
        ("docetaxel 75 mg/m2 every 3 weeks plus carboplatin AUC 5 on day 1", {"docetaxel", "carboplatin"}),
        ("docetaxel 75 mg/m2 every 3 weeks", {"docetaxel"}),
        ("best supportive care", {"best supportive care"}),
    ],
]
CHINESE_ARMS = [
    [("多西他赛", {"docetaxel"}), ("吉西他滨", {"gemcitabine"}), ("安慰剂", {"placebo"})],
    [
        ("多西他赛联合顺铂", {"docetaxel", "cisplatin"}),
        ("吉西他滨联合顺铂", {"gemcitabine", "cisplatin"}),
        ("长春瑞滨联合顺铂", {"vinorelbine", "cisplatin"}),
    ],
    [
        ("单纯放疗", {"radiotherapy"}),
        ("放疗联合顺铂", {"radiotherapy", "cisplatin"}),
        ("放疗联合西妥昔单抗", {"radiotherapy", "cetuximab"}),
    ],
    [
        ("帕博利珠单抗单药", {"pembrolizumab"}),
        ("帕博利珠单抗联合化疗", {"pembrolizumab", "chemotherapy"}),
        ("单纯化疗", {"chemotherapy"}),
    ],
    [
        ("氟维司群", {"fulvestrant"}),
        ("氟维司群+哌柏西利", {"fulvestrant", "palbociclib"}),
        ("氟维司群+哌柏西利+阿维鲁单抗", {"fulvestrant", "palbociclib", "avelumab"}),
    ],
]
RESULTS = " The median OS was 15.5, 12.2 and 8.8 months, respectively. Neutropenia occurred in 44%, 33% and 22%."
RESULTS_ZH = "中位OS分别为15.5、12.2和8.8个月。中性粒细胞减少发生率依次为44%、33%、22%。"
VALUES = ((15.5, 44), (12.2, 33), (8.8, 22))


def arms_of(text: str) -> dict[float | None, set[str]]:
    """The group of each value of `text`."""
    told = extract_text(text[0].upper() + text[1:], patterns=load_patterns()).estimates
    return {e.value: set(e.experimental) for e in told if e.kind == "arm"}


def expected(arms: list[tuple[str, set[str]]]) -> dict[float, set[str]]:
    return {value: given for pair, (_, given) in zip(VALUES, arms, strict=True) for value in pair}


@pytest.mark.parametrize("arms", ENGLISH_ARMS, ids=lambda arms: arms[0][0])
@pytest.mark.parametrize("design", ENGLISH, ids=range(len(ENGLISH)))
def test_english_designs_of_three_arms(design: str, arms: list[tuple[str, set[str]]]) -> None:
    text = design.format(**dict(zip("ABC", (name for name, _ in arms), strict=True))) + RESULTS
    assert arms_of(text) == expected(arms)


@pytest.mark.parametrize("arms", CHINESE_ARMS, ids=lambda arms: arms[0][0])
@pytest.mark.parametrize("design", CHINESE, ids=range(len(CHINESE)))
def test_chinese_designs_of_three_arms(design: str, arms: list[tuple[str, set[str]]]) -> None:
    text = design.format(**dict(zip("ABC", (name for name, _ in arms), strict=True))) + RESULTS_ZH
    assert arms_of(text) == expected(arms)


def test_no_two_of_three_arms_are_compared_where_the_text_does_not_say() -> None:
    text = "Patients were randomised to arm A (docetaxel), arm B (gemcitabine) or arm C (vinorelbine). OS: P = 0.04."
    (test,) = [e for e in extract_text(text, patterns=load_patterns()).estimates if e.kind == "test"]
    assert (test.experimental, test.comparator) == ((), ())
    assert any(reason.startswith("sides: ") for reason in test.reasons)


def test_a_choice_within_one_arm_tells_no_third_arm() -> None:
    text = "A total of 387 patients were randomised 2:1 to olaparib versus enzalutamide or abiraterone."
    values = arms_of(f"{text} Median OS was 16.6, 12.2 and 8.8 months.")
    assert [values.get(v) for v in (16.6, 12.2)] == [set(), set()]
