"""Encodings are told from the bytes, and what was written is what is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialext.reading.encoding import clean, decode
from trialext.reading.errors import ReadError

SIMPLIFIED = (
    "晚期非小细胞肺癌患者的中位无进展生存期为十一个月，两组差异有统计学意义。",
    "客观缓解率分别为百分之四十三和二十四，安全性可控，未见新的安全信号。",
    "本研究共纳入三百例患者，随机分为试验组和对照组，主要终点为总生存期。",
    "紫杉醇联合卡铂治疗后出现中性粒细胞减少，需要调整剂量。",
)
TRADITIONAL = (
    "晚期非小細胞肺癌患者的中位無進展生存期為十一個月，兩組差異有統計學意義。",
    "客觀緩解率分別為百分之四十三和二十四，安全性可控，未見新的安全訊號。",
    "本研究共納入三百例患者，隨機分為試驗組和對照組，主要終點為總生存期。",
    "紫杉醇聯合卡鉑治療後出現中性粒細胞減少，需要調整劑量。",
)
NUMBERS = ("HR 0.51 (95% CI 0.40-0.65)", "P<0.001", "11.1 months", "43.3%", "\n", " ")


def texts(sentences: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Build texts that hold at least one Chinese sentence."""
    parts = st.lists(st.sampled_from(sentences + NUMBERS), min_size=0, max_size=8)
    return st.tuples(parts, st.sampled_from(sentences), parts).map(lambda t: "".join((*t[0], t[1], *t[2])))


@given(texts(SIMPLIFIED), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]))
def test_simplified_text_survives(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@given(texts(TRADITIONAL), st.sampled_from(["utf-8", "utf-8-sig", "big5", "gb18030", "utf-16"]))
def test_traditional_text_survives(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@given(texts(SIMPLIFIED + TRADITIONAL), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_sixteen_bits_without_a_mark(text: str, encoding: str) -> None:
    assert decode((text + "\nHR 0.51 (P<0.001)\n").encode(encoding))[0] == text + "\nHR 0.51 (P<0.001)\n"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip))
def test_any_utf8_text_survives(text: str) -> None:
    assert decode("。".encode() + text.encode())[0] == "。" + text


@given(st.binary(max_size=400))
@settings(max_examples=400)
def test_any_bytes_give_storable_text_or_a_reason(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except ReadError as error:
        assert error.reason in ("empty", "binary", "truncated", "encoding")
    else:
        text.encode("utf-8")
        assert "\0" not in text
        assert encoding


@pytest.mark.parametrize(
    "text", ["Métastases à distance: 43,3 %", "médiane – 11·1 mois", "Patienten überlebten länger"]
)
def test_western_files_are_read(text: str) -> None:
    assert decode((text + " in the group of patients who were treated. " * 3).encode("cp1252"))[0].startswith(text)


def test_a_declared_encoding_is_used_where_the_bytes_allow_it() -> None:
    assert decode("生存".encode("shift_jis"), "shift_jis")[0] == "生存"
    assert decode("生存期".encode(), "shift_jis")[0] == "生存期"
    assert decode(SIMPLIFIED[0].encode("gbk"), "no-such-encoding")[0] == SIMPLIFIED[0]


def test_a_few_damaged_characters_do_not_cost_the_text() -> None:
    data = (SIMPLIFIED[0] * 20).encode()
    text, encoding = decode(data[:90] + b"\xff" + data[90:])
    assert (text.count("\ufffd"), encoding) == (1, "utf-8")


def test_text_cut_inside_a_character_is_truncated() -> None:
    with pytest.raises(ReadError) as caught:
        decode(SIMPLIFIED[0].encode()[:-1])
    assert caught.value.reason == "truncated"


@given(st.text(max_size=50))
def test_cleaning_keeps_the_length(text: str) -> None:
    assert len(clean(text)) == len(text)
