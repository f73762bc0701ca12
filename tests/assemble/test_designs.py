"""The ways in which texts say what was compared: every template with several pairs of arms."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns

ENGLISH = [
    "Patients were randomly assigned to {A} or {B}.",
    "Patients were randomly allocated to {A} or to {B}.",
    "Patients were randomized to receive {A} or {B}.",
    "Patients were randomly assigned (1:1) to receive either {A} or {B}.",
    "Patients were randomised in a 2:1 ratio to {A} (n = 210) or {B} (n = 105).",
    "Patients were randomized 1:1 to {A} (arm A) or {B} (arm B).",
    "Patients were assigned at random to arm A ({A}) or arm B ({B}).",
    "Patients were allocated at random to arm A, {A}, or arm B, {B}.",
    "Eligible patients were randomly assigned to one of two groups: {A} or {B}.",
    "In this phase III trial, 315 patients were randomly assigned to {A} and 310 to {B}.",
    "We randomly assigned 315 patients to {A} and 310 patients to {B}.",
    "Of 625 patients enrolled, 315 were randomised to {A} and 310 to {B}.",
    "315 patients received {A} and 310 received {B}.",
    "Patients received {A} (n = 315) or {B} (n = 310).",
    "We compared {A} with {B} in advanced disease.",
    "This trial compared {A} versus {B}.",
    "This phase III study evaluated {A} compared with {B} in patients with advanced disease.",
    "This trial tested whether {A} was superior to {B}.",
    "The aim was to determine whether {A} prolongs survival compared with {B}.",
    "A randomized comparison of {A} and {B} was carried out.",
    "TITLE. {A} versus {B} in advanced cancer: a randomized phase III trial",
    "TITLE. {A} or {B} for advanced cancer: results of a phase 3 study",
    "TITLE. A phase III study of {A} compared with {B} in advanced cancer",
    "TITLE. Randomised comparison of {A} with {B} in advanced cancer",
    "Arm A received {A}; arm B received {B}.",
    "Group 1 was treated with {A} and group 2 with {B}.",
    "Patients in the experimental arm received {A}, and those in the control arm received {B}.",
    "Patients in the control group received {B}, while the experimental group was given {A}.",
    "The treatment group (n = 50) received {A} and the control group (n = 50) received {B}.",
    "Patients with advanced disease who had been randomly allocated after surgery to {A} or to {B} were studied.",
    "After induction, patients without progression were randomly assigned to {A} or {B} until progression.",
    "Patients were stratified by stage and randomly assigned to {A} or {B}.",
    "Patients were randomised between {A} and {B}.",
    "Between 2001 and 2005, 625 patients were entered; 315 were allocated to {A} and 310 to {B}.",
    "Two hundred patients were randomized into two groups, one receiving {A} and the other {B}.",
    "Patients were randomly divided into two groups: group A ({A}, n = 50) and group B ({B}, n = 50).",
    "The study randomized patients to receive {A}, or {B}.",
    "Women were assigned randomly to {A} for six cycles or {B} for six cycles.",
    "Patients (N = 625) were randomized to {A} every 3 weeks or {B} every 3 weeks until disease progression.",
    "Randomization was between {A} and {B}.",
    "{A} was compared with {B} in a randomized trial.",
    "{A} was compared to {B} in 625 patients.",
    "Patients were given either {A} or {B}.",
    "Half of the patients received {A} and the other half {B}.",
    "The efficacy of {A} was compared with that of {B}.",
    "To compare the efficacy and safety of {A} and {B} in advanced disease.",
    "To evaluate the efficacy of {A} versus {B} as first-line treatment.",
    "This randomized, double-blind trial investigated {A} versus {B}.",
    "Patients treated with {A} (n = 120) were compared with patients treated with {B} (n = 140).",
    "The records of 260 patients who underwent {A} (n = 120) or {B} (n = 140) were reviewed.",
]

CHINESE = [
    "患者随机接受{A}或{B}治疗。",
    "患者按1:1随机分配至{A}组或{B}组。",
    "患者随机分为两组，分别接受{A}和{B}治疗。",
    "将患者随机分为观察组和对照组，观察组给予{A}，对照组给予{B}。",
    "对照组采用{B}治疗，观察组采用{A}治疗。",
    "患者被随机分为A组（{A}）和B组（{B}）。",
    "A组接受{A}，B组接受{B}。",
    "该研究比较了{A}与{B}治疗晚期患者的疗效。",
    "本研究旨在比较{A}对比{B}一线治疗晚期患者的疗效和安全性。",
    "目的：比较{A}和{B}治疗晚期癌症的疗效。",
    "目的 探讨{A}与{B}治疗晚期癌症的疗效差异。",
    "{A}对比{B}治疗晚期癌症的III期研究。",
    "这是一项随机对照III期研究，评估{A}对比{B}的疗效。",
    "共入组625例患者，315例接受{A}，310例接受{B}。",
    "共625例患者随机入组，其中{A}组315例，{B}组310例。",
    "625例患者按2:1随机分入{A}组（n=417）和{B}组（n=208）。",
    "试验组给予{A}治疗，对照组给予{B}治疗。",
    "治疗组50例采用{A}，对照组50例采用{B}。",
    "回顾性分析100例患者的资料，其中50例行{A}（观察组），50例行{B}（对照组）。",
    "患者以1:1的比例随机接受{A}（n=315）或{B}（n=310）。",
    "研究人员将患者随机分成两组，一组接受{A}，另一组接受{B}。",
    "研究纳入625例患者，随机给予{A}或{B}。",
    "将患者分为{A}组和{B}组，每组50例。",
    "受试者随机分配接受{A}治疗或{B}治疗直至疾病进展。",
    "该试验将625例患者随机分到{A}组或{B}组。",
    "一项III期试验在625例患者中比较了{A}和{B}。",
    "与{B}相比，{A}能否延长生存尚不清楚。",
    "研究共纳入625例患者，随机分配至{A}（315例）或{B}（310例）。",
]

ON_A_BACKBONE = [
    "Patients were randomly assigned to {A} or {B}, both with {X}.",
    "Patients were randomly assigned to {A} or {B}, each combined with {X}.",
    "Patients were randomly assigned to {A} or {B}, both in combination with {X}.",
    "Patients were randomly assigned to {A} or {B} in combination with {X}.",
    "Patients were randomly assigned to {X} plus either {A} or {B}.",
    "Patients were randomly assigned to {X} with {A} or {B}.",
    "Patients were randomly assigned to {X} with either {A} or {B}.",
    "Patients were randomly assigned to {X} in combination with either {A} or {B}.",
    "All patients received {X} and were randomly assigned to {A} or {B}.",
    "All received {X}, with either {A} or {B}.",
    "We compared {A} with {B}, all on continuous {X}.",
    "We compared {A} with {B}, both added to {X}.",
    "We compared {A} with {B}, each given with {X}.",
    "This trial compared {A} with {B}, both on a background of {X}.",
    "This trial compared {A} with {B} on top of {X}.",
    "This trial compared {A} with {B} in addition to {X}.",
    "This trial compared {A} with {B} when added to {X}.",
    "This trial compared {A} plus {X} with {B} plus {X}.",
    "This trial compared {X} plus {A} versus {X} plus {B}.",
    "Patients were randomized to {A} or {B} plus {X}.",
    "Patients were randomized to {A} or {B}. Both groups received {X}.",
    "Patients were randomized to {A} or {B}. Patients in both groups also received {X}.",
    "Patients were randomized to {A} or {B}. In both arms, {X} was given.",
    "Patients were randomized to {A} or {B}. Both arms also included {X}.",
    "Patients were randomized to {A} or {B}. {X} was given in both arms.",
    "Patients were randomized to {A} or {B}; both groups received {X}.",
    "Patients were randomized to receive {A} or {B}, together with {X}.",
    "Patients were randomly assigned to {A} plus {X} or {B} plus the same regimen.",
    "Patients were randomly assigned to {A} plus {X} or {B} plus {X}.",
    "Patients treated with {X} were randomly assigned to additional {A} or {B}.",
    "In this trial the addition of {A} to {X} was compared with {B} plus {X}.",
    "Patients were randomly assigned to add {A} or {B} to {X}.",
    "Patients were randomized to {A} (n = 200) or {B} (n = 200), each with {X}.",
]

ON_A_BACKBONE_ZH = [
    "患者随机接受{A}或{B}，均联合{X}。",
    "患者随机接受{A}或{B}，两组均联合{X}。",
    "患者随机接受{A}或{B}联合{X}治疗。",
    "患者随机接受{X}联合{A}或{B}。",
    "患者在{X}基础上随机加用{A}或{B}。",
    "患者随机分配至{A}组或{B}组，两组均接受{X}。",
    "患者随机分配至{A}组或{B}组。两组患者均接受{X}治疗。",
    "患者随机分配至{A}组或{B}组。所有患者均接受{X}治疗。",
    "所有患者均接受{X}，并随机加用{A}或{B}。",
    "该研究比较了{A}联合{X}与{B}联合{X}的疗效。",
    "该研究比较了{X}联合{A}对比{X}联合{B}的疗效。",
    "两组均给予{X}，试验组加用{A}，对照组加用{B}。",
    "对照组给予{B}联合{X}，观察组给予{A}联合{X}。",
    "对照组给予{X}联合{B}，观察组给予{X}联合{A}。",
    "试验组接受{A}+{X}，对照组接受{B}+{X}。",
    "在{X}的基础上，试验组给予{A}，对照组给予{B}。",
]

PAIRS = [
    ("docetaxel plus ramucirumab", "docetaxel plus placebo", {"docetaxel", "ramucirumab"}, {"docetaxel", "placebo"}),
    (
        "gemcitabine 1,000 mg/m2 plus erlotinib 100 mg",
        "gemcitabine alone",
        {"gemcitabine", "erlotinib"},
        {"gemcitabine"},
    ),
    (
        "preoperative chemoradiotherapy",
        "postoperative chemotherapy",
        {"preoperative chemoradiotherapy"},
        {"postoperative chemotherapy"},
    ),
    ("sorafenib", "placebo", {"sorafenib"}, {"placebo"}),
]
PAIRS_ZH = [
    ("多西他赛联合雷莫西尤单抗", "多西他赛联合安慰剂", {"docetaxel", "ramucirumab"}, {"docetaxel", "placebo"}),
    ("吉西他滨+厄洛替尼", "吉西他滨单药", {"gemcitabine", "erlotinib"}, {"gemcitabine"}),
    ("阿帕替尼", "最佳支持治疗", {"apatinib"}, {"best supportive care"}),
]
BACKBONES = [
    ("abiraterone", "androgen deprivation therapy", {"androgen deprivation therapy"}),
    ("ribociclib", "letrozole", {"letrozole"}),
    ("atezolizumab", "chemotherapy", {"chemotherapy"}),
]
BACKBONES_ZH = [
    ("瑞波西利", "来曲唑", {"letrozole"}, "ribociclib"),
    ("阿替利珠单抗", "卡铂和依托泊苷", {"carboplatin", "etoposide"}, "atezolizumab"),
]
RESULT = " Median OS was 11.1 vs 8.8 months (HR 0.80; 95% CI 0.66-0.99)."
RESULT_ZH = "中位OS分别为11.1个月和8.8个月（HR=0.80，95%CI 0.66-0.99）。"


def compared(text: str) -> list[tuple[set[str], set[str]]]:
    """The two sides of each effect that is read from a text."""
    rows = extract_text(text[0].upper() + text[1:], patterns=load_patterns()).estimates
    return [(set(e.experimental), set(e.comparator)) for e in rows if e.kind == "effect"]


@pytest.mark.parametrize("template", ENGLISH)
def test_what_an_english_text_compares(template: str) -> None:
    end = "\n" if template.startswith("TITLE") else ""
    for one, two, experimental, comparator in PAIRS:
        assert compared(template.format(A=one, B=two) + end + RESULT) == [(experimental, comparator)], one


@pytest.mark.parametrize("template", CHINESE)
def test_what_a_chinese_text_compares(template: str) -> None:
    for one, two, experimental, comparator in PAIRS_ZH:
        assert compared(template.format(A=one, B=two) + RESULT_ZH) == [(experimental, comparator)], one


@pytest.mark.parametrize("template", ON_A_BACKBONE)
def test_what_both_arms_were_given_belongs_to_both(template: str) -> None:
    for new, under, common in BACKBONES:
        text = template.format(A=new, B="placebo", X=under) + RESULT
        assert compared(text) == [({new, *common}, {"placebo", *common})], new


@pytest.mark.parametrize("template", ON_A_BACKBONE_ZH)
def test_what_both_arms_were_given_belongs_to_both_in_chinese(template: str) -> None:
    for new, under, common, drug in BACKBONES_ZH:
        text = template.format(A=new, B="安慰剂", X=under) + RESULT_ZH
        assert compared(text) == [({drug, *common}, {"placebo", *common})], new


NOT_COMMON = [
    "Patients who had received sorafenib were randomly assigned to regorafenib or placebo.",
    "Patients were randomly assigned to regorafenib or placebo. All patients underwent surgery.",
    "Patients were randomly assigned to regorafenib or placebo. All patients received at least one dose.",
    "患者随机接受瑞戈非尼或安慰剂。两组均行手术。",
]


@pytest.mark.parametrize("text", NOT_COMMON)
def test_what_came_before_or_after_is_in_neither_arm(text: str) -> None:
    assert compared(text + RESULT) == [({"regorafenib"}, {"placebo"})]
