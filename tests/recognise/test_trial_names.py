"""Names of trials that no pack knows, and where texts put them."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns

RESULT = "Median OS was 11.1 months with durvalumab and 8.8 months with chemotherapy (HR 0.80)."

NAMED = [
    (f"Durvalumab or chemotherapy in lung cancer (QUARTZIA)\n\n{RESULT}", ["QUARTZIA"]),
    (f"Durvalumab or chemotherapy in lung cancer (QUARTZIA): a phase 3 trial\n\n{RESULT}", ["QUARTZIA"]),
    (f"{RESULT} (Funded by X; QUARTZIA-2 ClinicalTrials.gov number, NCT01234567.)", ["QUARTZIA-2"]),
    (f"结果：{RESULT}（由某公司资助；QUARTZIA ClinicalTrials.gov编号，NCT01234567。）", ["QUARTZIA"]),
    (f"In JCOG0802/WJOG4607L, {RESULT}", ["JCOG0802/WJOG4607L"]),
    (f"Those of RESOLVE [8] were similar. {RESULT}", ["RESOLVE"]),
    (f"In RTOG 8911 (INT-0113), {RESULT}", ["RTOG 8911"]),
]

NOT_NAMED = [
    f"Effect of health belief model education (HBME)\n\n{RESULT}",  # the words before it, shortened
    f"纵隔大B细胞淋巴瘤的诊治（PMBL）\n\n{RESULT}",  # a Chinese title does not tell
    f"Durvalumab or chemotherapy in non-small cell lung cancer (NSCLC)\n\n{RESULT}",
]


@pytest.mark.parametrize(("text", "names"), NAMED)
def test_a_name_is_found_where_it_stands(text: str, names: list[str]) -> None:
    assert [t.trial for t in extract_text(text, patterns=load_patterns()).trials] == names


@pytest.mark.parametrize("text", NOT_NAMED)
def test_a_short_form_of_something_else_is_no_trial(text: str) -> None:
    assert not extract_text(text, patterns=load_patterns()).trials
