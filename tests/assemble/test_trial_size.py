"""How many patients a trial enrolled, and its phase."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns
from trialext.assemble.trial_size import enrolled

SIZES = [
    ("KESTREL-1 (NCT00000001; 392 patients) compared A with B.", 9, 392),
    ("KESTREL-1 (NCT00000001, 432 patients) compared A with B.", 9, 432),
    ("KESTREL-1 tested A with B in 507 patients.", 9, 507),
    ("In all, 419 patients who had been treated before were enrolled.", None, 419),
    ("886 patients in all", None, 886),
    ("KESTREL-1研究在994例初治患者中比较了A与B。", 9, 994),
    ("KESTREL-1研究把371例患者按2:1随机分组。", 9, 371),
    ("831例患者,A(551例)对比B(280例)", None, 831),
    ("714例患者接受A(n=355)或B(n=359)", None, 714),
    ("The arms held 551 and 280 patients.", None, None),
    ("KESTREL-1 (NCT02242942) compared A with B.", 9, None),
    ("KESTREL-1 lasted 24 months.", 9, None),
]


@pytest.mark.parametrize(("stretch", "name", "expected"), SIZES)
def test_a_total_is_read_where_one_is_printed(stretch: str, name: int | None, expected: int | None) -> None:
    assert enrolled(stretch, name) == expected


PHASES = [
    ("KESTREL-1研究入组88例患者。这项开放标签的3期研究中，ORR为33%。", "3"),
    ("KESTREL-1研究纳入Ⅱ～Ⅳ期T淋巴母细胞淋巴瘤患者，ORR为33%。", None),
    ("KESTREL-1研究获益人群以Ⅰ/Ⅱ期为主，ORR为33%。", None),
    ("The phase 2/3 KESTREL-1 trial reported an ORR of 33%.", "2/3"),
]


@pytest.mark.parametrize(("text", "expected"), PHASES)
def test_a_stage_is_no_phase(text: str, expected: str | None) -> None:
    (trial,) = extract_text(text, patterns=load_patterns()).trials
    assert trial.phase == expected
