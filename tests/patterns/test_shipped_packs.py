"""The packs that come with the program hold together."""

from __future__ import annotations

from collections import defaultdict

import pytest

from trialext.patterns import LABELS, Patterns, load_patterns
from trialext.patterns.examples import run_examples
from trialext.patterns.lint import lint
from trialext.recognise.ruler import Ruler
from trialext.text.fold import fold


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return load_patterns()


@pytest.fixture(scope="module")
def ruler(patterns: Patterns) -> Ruler:
    return Ruler(patterns)


def test_lint_finds_no_fault(patterns: Patterns) -> None:
    assert [f"{f.file}:{f.line} {f.code} {f.message}" for f in lint(patterns) if not f.note] == []


def test_every_example_holds(patterns: Patterns) -> None:
    runs = list(run_examples(patterns))
    assert [f"{r.rule} {r.wanted} {r.text}" for r in runs if not r.passed] == []
    assert sum(not r.wanted for r in runs) > 50


def test_every_class_of_record_has_examples(patterns: Patterns) -> None:
    seen: dict[str, int] = defaultdict(int)
    for entry in patterns.entries:
        seen[entry.label] += len(entry.examples)
    assert set(LABELS) - {"ARM_ROLE"} <= set(seen)
    shown = {label for label, n in seen.items() if n}
    assert {"TRIAL", "REGISTRY", "ENDPOINT", "MEASURE", "POPULATION", "BIOMARKER", "TUMOUR"} <= shown


def test_parts_of_regimens_are_known_drugs(patterns: Patterns) -> None:
    drugs = {e.id for e in patterns.of("DRUG")}
    unknown = {(e.id, p) for e in patterns.of("REGIMEN") for p in e.facts["parts"] if p not in drugs}
    assert unknown == set()
    assert all(e.facts["parts"] for e in patterns.of("REGIMEN"))


def test_a_trial_says_where_it_was_found(patterns: Patterns) -> None:
    assert [e.id for e in patterns.of("TRIAL") if not e.regexes and not e.source] == []


def test_no_lexicon_ships_its_working_notes(patterns: Patterns) -> None:
    assert {k for e in patterns.of("DRUG") for k in e.facts} <= {"atc", "target", "unii", "class"}


DRUGS = {
    "白蛋白结合型紫杉醇联合吉西他滨": {"nab-paclitaxel", "gemcitabine"},
    "nab-paclitaxel was compared with paclitaxel": {"nab-paclitaxel", "paclitaxel"},
    "注射用紫杉醇（白蛋白结合型）": {"nab-paclitaxel"},
    "5-FU plus LV and oxaliplatin": {"fluorouracil", "leucovorin", "oxaliplatin"},
    "氟尿嘧啶、亚叶酸钙": {"fluorouracil", "leucovorin"},
    "表阿霉素与阿霉素": {"epirubicin", "doxorubicin"},
    "盐酸多柔比星脂质体": {"pegylated liposomal doxorubicin"},
    "替吉奥（S-1）": {"tegafur, gimeracil and oteracil"},
    "西妥昔单抗β与西妥昔单抗": {"cetuximab beta", "cetuximab"},
    "达妥昔单抗β": {"dinutuximab beta"},
    "三尖杉：高三尖杉酯碱": {"homoharringtonine"},
    "甲磺酸伊马替尼片": {"imatinib"},
    "依沃西单抗（AK112）": {"ivonescimab"},
    "T-DXd and T-DM1": {"trastuzumab deruxtecan", "trastuzumab emtansine"},
    "rAd-p53 by infusion": {"rAd-p53"},
    "DDP化疗": {"cisplatin"},
    "the DDP study of a school": set(),
    "left ventricular (LV) function": set(),
    "the FU visit": set(),
    "insulin resistance": set(),
    "patients treated with insulin": {"insulin"},
    "the outcome of tipping": set(),
}


@pytest.mark.parametrize("text", DRUGS)
def test_drugs(ruler: Ruler, text: str) -> None:
    found = {m.id for m in ruler.find(fold(text).text) if m.label == "DRUG"}
    assert found == DRUGS[text]


REGIMENS = {
    "FOLFOX4 and mFOLFOX6": {"FOLFOX4", "mFOLFOX6"},
    "R-CHOP方案": {"R-CHOP"},
    "GP方案与TP方案": {"GP", "TP"},
    "the ICE regimen": {"ICE"},
    "ice was applied": set(),
    "cardiovascular disease (CVD)": set(),
    "UFT（替加氟/尿嘧啶）": {"UFT"},
    "AC–T": {"AC-T"},
}


@pytest.mark.parametrize("text", REGIMENS)
def test_regimens(ruler: Ruler, text: str) -> None:
    assert {m.id for m in ruler.find(fold(text).text) if m.label == "REGIMEN"} == REGIMENS[text]


NAMES = {
    "KEYNOTE-189研究": {"KEYNOTE-189"},
    "CheckMate 9LA and CheckMate-459": {"CheckMate 9LA", "CheckMate-459"},
    "HARMONi-2 and HARMONi": {"HARMONi-2", "HARMONi"},
    "harmonic mean": set(),
    "The OAK trial": {"OAK"},
    "an oak tree": set(),
    "NSABP B-18, EORTC 10902, SWOG S0106": {"NSABP B-18", "EORTC 10902", "SWOG S0106"},
    "TROPION-Lung01": {"TROPION-Lung01"},
    "NCT01234567 and ChiCTR2000012345": {"NCT01234567", "ChiCTR2000012345"},
    "The room S9900": set(),
    "S9900 trial": {"S9900"},
    "No PROGRESS was seen; confirm the RESPONSE.": set(),
    "The PACIFIC trial": {"PACIFIC"},
    "Asia and the Pacific": set(),
}


@pytest.mark.parametrize("text", NAMES)
def test_trials_and_registries(ruler: Ruler, text: str) -> None:
    folded = fold(text).text
    found = {folded[m.start : m.end] for m in ruler.find(folded) if m.label in ("TRIAL", "REGISTRY")}
    assert found == NAMES[text]
