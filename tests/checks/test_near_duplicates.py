"""Reposts are recognised, different texts of one field are not, in any order and on any machine."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialext.checks.across import near_duplicates, near_duplicates_of_sketches, resemblance, sketch

ZH = (
    "肺癌综述一：某研究比较了两种一线方案。主要终点为无进展生存期，次要终点包括总生存期、客观缓解率与安全性。"
    "研究者在二十个中心入组患者，随机分为两组，按分期与体能状态分层。中期分析显示试验组的无进展生存期更长，"
    "总生存数据尚不成熟。最常见的不良反应为乏力与食欲下降，多为一至二级，未见新的安全信号。作者认为该方案值得进一步研究。"
)
OTHER_ZH = (
    "乳腺癌综述二：在激素受体阳性的人群中，内分泌治疗联合靶向药物已成为标准选择。近年来多项三期研究陆续公布长期随访的结果，"
    "绝经前后的患者均可获益，脑转移人群的数据仍然有限。真实世界研究提示依从性是影响疗效的重要因素，药师随访可以改善依从性。"
    "未来的方向包括口服选择性雌激素受体降解剂，以及按循环肿瘤标志物调整方案的策略，相关研究正在招募受试者。"
)
EN = (
    "The first review discusses adjuvant therapy after resection. Several randomised trials compared two schedules of the "
    "same regimen, and the shorter one was as effective as the longer one in the low risk group. Toxicity was lower with the "
    "shorter schedule, mainly because sensory neuropathy was less frequent and less often lasting. Guidelines changed accordingly."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ZH, "转载自某网站。\r\n" + ZH.replace("。", "。\n") + "（责任编辑：某某）"),
        (ZH, ZH.replace("，", ",").replace("。", ". ")),
        (ZH, "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "z" else c for c in ZH)),
        (EN, EN.upper().replace(" ", "\n")),
        (EN, EN.replace("Guidelines changed accordingly.", "Guidelines were changed.")),
        ("短文。", "短文"),
    ],
    ids=["frame", "punctuation", "full-width", "case and lines", "edited end", "short equal"],
)
def test_a_repost_is_the_same_source(one: str, other: str) -> None:
    assert near_duplicates([("a", one), ("x", OTHER_ZH), ("b", other)]) == (("a", "b"),)


@pytest.mark.parametrize(
    ("one", "other"),
    [(ZH, OTHER_ZH), (ZH, EN), ("短文一。", "短文二。"), ("", ""), ("。。。", "！！！"), (EN, EN[:120])],
    ids=["same field", "two languages", "short", "empty", "no letters", "short quotation"],
)
def test_different_texts_stay_two_sources(one: str, other: str) -> None:
    assert near_duplicates([("a", one), ("b", other)]) == ()


def test_copies_of_copies_form_one_group_in_the_given_order() -> None:
    words = EN.split()
    texts = {f"v{i}": " ".join(words[i * 4 :] + ["appended"] * i) for i in range(4)}
    assert near_duplicates(texts) == (("v0", "v1", "v2", "v3"),)


def test_very_many_copies_stay_cheap_and_meet() -> None:
    texts = [(i, ZH if i % 2 else EN) for i in range(300)]
    odd, even = tuple(range(1, 300, 2)), tuple(range(0, 300, 2))
    assert near_duplicates(texts) == (even, odd)


def test_kept_sketches_give_the_same_groups() -> None:
    texts = {"a": ZH, "b": OTHER_ZH, "c": ZH + "转载"}
    assert near_duplicates_of_sketches([(k, sketch(v)) for k, v in texts.items()]) == near_duplicates(texts)


def test_hash_seed_does_not_matter() -> None:
    code = "from trialext.checks.across import sketch; import sys; print(sketch(sys.argv[1])[:3])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, ZH],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {f"{sketch(ZH)[:3]}\n"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(list("甲乙丙丁戊己庚辛abcdefgh ")), min_size=0, max_size=400),
    st.randoms(use_true_random=False),
)
def test_resemblance_is_symmetric_bounded_and_one_with_itself(letters: list[str], rng: random.Random) -> None:
    text = "".join(letters)
    other = "".join(rng.sample(letters, len(letters)))
    one, two = sketch(text), sketch(other)
    assert resemblance(one, two) == resemblance(two, one)
    assert 0 <= resemblance(one, two) <= 1
    assert resemblance(one, one) == (1.0 if one else 0.0)
