"""Names that no pack knows, by their shape; all names here are made up or generic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialext.patterns import load_patterns
from trialext.recognise.morphology import infer_drugs, infer_trials

DRUGS = {
    "Patients received zanvotinib daily.": ["zanvotinib"],
    "Quorlimab and VELTOPARIB were given": ["quorlimab", "veltoparib"],
    "kaldotumab vedotin was compared": ["kaldotumab vedotin"],
    "vedotin is a payload": [],
    "给予泽伐替尼治疗": ["泽伐替尼"],
    "泽伐替尼联合化疗": ["泽伐替尼"],
    "患者接受克维珠单抗维持": ["克维珠单抗"],
    "可用胶体代替尼龙": [],
    "鼠单抗标记": [],
    "serum thyroglobulin and ghrelin": [],
    "the concept of exception": [],
    "小分子抑制剂QX4711能提高应答率": ["QX4711"],
    "the inhibitor QX-4711 was given": ["QX-4711"],
    "QX-4711 plus chemotherapy": ["QX-4711"],
    "sample QX4711 was lost": [],
    "the antibody CD274 stain": [],
    "registered as NCT01234567": [],
    "兔抗人多克隆抗体(YT5348)": [],
    "followed byzanvotinib": ["byzanvotinib"],
    "treated withpaclitaxel": ["paclitaxel"],
}

TRIALS = {
    "The VELOURIA-3 trial was positive.": ["VELOURIA-3"],
    "VELOURIA研究显示": ["VELOURIA"],
    "the QuorVan study of women": ["QuorVan"],
    "VELOURIA (NCT01234567) enrolled women": ["VELOURIA"],
    "III期研究VELOURIA已完成入组": ["VELOURIA"],
    "European Trial in Operable Tumours (ETOT) showed": ["ETOT"],
    "the Veloura Operable Study Group (VOSG) reported": [],
    "overall survival (OSSA) was a study": [],
    "a phase III trial": [],
    "a randomised RCT study": [],
    "the EORTC trial": [],
    "the NSCLC study": [],
    "an MRI study": [],
    "VELOURIA was a city": [],
    "the MVAC study": [],
    "METHODSThis study was": [],
}


@pytest.mark.parametrize("text", DRUGS)
def test_drugs(text: str) -> None:
    found = infer_drugs(text)
    assert [name for _, _, name in found] == DRUGS[text]


@pytest.mark.parametrize("text", TRIALS)
def test_trials(text: str) -> None:
    assert [name for _, _, name in infer_trials(text)] == TRIALS[text]


@given(st.text(st.sampled_from("aBtinmab 替尼单抗珠利研究试验trial-3(NCT)，。QX47"), max_size=60))
def test_spans_hold_the_name(text: str) -> None:
    patterns = load_patterns()
    for start, end, name in infer_drugs(text, patterns):
        assert 0 <= start < end <= len(text)
        assert text[start:end].lower() == name.lower() or name in {e.id for e in patterns.of("DRUG")}
    for start, end, name in infer_trials(text, patterns):
        assert text[start:end] == name
