"""Pieces of printed statistics, whole and broken, to build texts from."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "HR", "hazard ratio", "风险比", "OR=", "RR ", "95% CI", "95%CI：", "(", ")", "（", "）", "[", "]", "0.51", "0·51", "０．５１",
    "0.40–0.65", "0.40～0.65", "0.40-", "–", "—", "~", "P<0.001", "P＝０．０５", "p = .03", "P>", "<", "≥", "11.1", "1e309", "-3",
    "9" * 30, "1,234", "43.3%", "％", "12/28", "(n=120)", "n/N", "months", "个月", "years", "年", "d1", "mg/m²", "±", "median",
    "中位", "mean", "PFS", "OS", "ORR", "客观缓解率", "无进展生存期", "無進展生存期", "not reached", "未达到", "vs", "versus", "对比", "较",
    "respectively", "分别为", "和", "and", "，", ",", "；", ";", "。", ". ", ".", "\n", "\n\n", "\r\n", "\t", " ", "  ", "\u00a0",
    "\u200b", "\u202e", "\ufeff", "\u2f00", "⾮", "é", "e\u0301", "😀", "\U0002070e", "paclitaxel", "紫杉醇", "PD-1", "单抗", "xyzumab", "组",
    "group A", "试验组", "对照组", "placebo", "SAMPLE-01", "SAMPLE-01研究", "NCT01234567", "III期", "phase 3", "[12]", "[1-3]", "<sup>12</sup>",
    "参考文献", "References", "doi:10.5555/a.b", "图1", "表1 ", "Table 1. ", "| a | b |\n|---|---|\n| HR | 0.51 |", "|", "\\|", "$9 5 \\%$",
    "$P { < } 0 . 0 5$", "$", "\\", "**", "_", "<table><tr><td>", "</td></tr></table>", "&lt;", "&amp;#x0;", "![x](y)", "[a](b)", "# ", "- ",
    "'; DROP TABLE evidence; --", "%s", "\x1b[31m", "\x07", "A" * 60, "中" * 60, "(" * 40, "1 " * 40,
)  # fmt: skip

texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join)
"""Texts of pieces and arbitrary Unicode (surrogates excepted, which no reader lets through)."""

spaced = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
