"""Whether a trial met its endpoints, from words and from statistics."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns

CASES = [
    ("words of benefit", "KESTREL-1研究显示，A药显著延长PFS，提高ORR。", {"PFS": "positive", "ORR": "positive"}),
    (
        "no difference",
        "In the KESTREL-1 trial there was no significant difference in overall survival.",
        {"OS": "negative"},
    ),
    ("both in one clause", "KESTREL-1研究中PFS显著延长，OS无明显差异。", {"PFS": "positive", "OS": "negative"}),
    ("a reduced risk", "KESTREL-1研究显示，奥拉帕利降低了42%的死亡风险。", {"OS": "positive"}),
    ("a reduced risk", "In KESTREL-1, olaparib reduced the risk of death by 42%.", {"OS": "positive"}),
    (
        "neither",
        "In the KESTREL-1 trial neither policy was shown to be superior for overall survival.",
        {"OS": "negative"},
    ),
    ("not known yet is not missed", "KESTREL-1研究中，中位OS尚未达到。", {}),
    ("failure is a word of endpoints", "KESTREL-1研究中两组的治疗失败情况相近，局部失败率为11%。", {}),
    ("a trial that failed", "KESTREL-1研究以失败告终。", {None: "negative"}),
    ("patients whom drugs failed", "KESTREL-1研究取得积极结果，用于化疗均失败的患者。", {None: "positive"}),
    (
        "like another result",
        "In the KESTREL-1 trial a similar overall survival benefit was observed.",
        {"OS": "positive"},
    ),
    ("a subgroup is not the trial", "KESTREL-1亚组分析显示，女性OS显著延长。", {}),
    (
        "a test that shows none",
        "KESTREL-1 (NCT00000001) compared docetaxel with placebo. The ORR was 33% with docetaxel and 31% with placebo (P = 0.44).",
        {"ORR": "negative"},
    ),
    (
        "a test on the side of benefit",
        "KESTREL-1 (NCT00000001) compared docetaxel with placebo. The ORR was 33% with docetaxel and 11% with placebo (P = 0.01).",
        {"ORR": "positive"},
    ),
    (
        "a test on the other side",
        "KESTREL-1 (NCT00000001) compared docetaxel with placebo. The ORR was 11% with docetaxel and 33% with placebo (P = 0.01).",
        {"ORR": "negative"},
    ),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)])
def test_outcomes_of_a_trial(name: str, text: str, expected: dict[str | None, str]) -> None:
    report = extract_text(text, patterns=load_patterns())
    told = {o.endpoint: o.outcome for t in report.trials for o in t.endpoint_outcomes}
    assert told == expected, name


def test_what_is_told_of_several_trials_is_told_of_each() -> None:
    report = extract_text(
        "KESTREL-1研究[1]、KESTREL-2研究[2]和KESTREL-3研究[3]均显示维持治疗显著延长PFS。", patterns=load_patterns()
    )
    told = {t.trial: [(o.endpoint, o.outcome) for o in t.endpoint_outcomes] for t in report.trials}
    assert told == {f"KESTREL-{n}": [("PFS", "positive")] for n in (1, 2, 3)}


def test_a_trial_with_one_group_takes_its_treatment_from_its_rows() -> None:
    text = "KESTREL-1是一项单臂II期研究。患者接受帕博利珠单抗治疗。ORR为33%。"
    (trial,) = extract_text(text, patterns=load_patterns()).trials
    assert (trial.experimental, trial.comparator) == (("pembrolizumab",), ())


def test_each_trial_of_a_list_has_its_own_citation() -> None:
    report = extract_text("KESTREL-1研究[1]和KESTREL-2研究[2]均显示维持治疗显著延长PFS。", patterns=load_patterns())
    assert [[c.number for c in t.citations] for t in report.trials] == [[1], [2]]
