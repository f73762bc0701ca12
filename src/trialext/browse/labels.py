"""Words of the pages in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LANGUAGES", "choose_language", "translator"]

LANGUAGES = ("en", "zh")

_WORDS: dict[str, tuple[str, str]] = {
    "home": ("Overview", "概览"),
    "evidence": ("Evidence", "证据表"),
    "forest": ("Forest plot", "森林图"),
    "search": ("Search", "搜索"),
    "search_hint": ("Search: 化疗, OS, ivonescimab …", "搜索：化疗、OS、帕博利珠单抗……"),
    "documents": ("documents", "文献"),
    "document": ("Document", "文献"),
    "trials": ("trials", "试验"),
    "trial": ("Trial", "试验"),
    "drugs": ("drugs", "药物"),
    "drug": ("Drug", "药物"),
    "rows": ("rows of evidence", "证据行"),
    "rows_short": ("rows", "行"),
    "effects": ("comparisons", "组间比较"),
    "arms": ("group results", "单组结果"),
    "tests": ("p-values alone", "仅 P 值"),
    "failed_checks": ("failed checks", "校验未过"),
    "unexplained": ("unexplained numbers", "未解释数字"),
    "conflicts": ("conflicts", "数值冲突"),
    "failures": ("files not read", "未读文件"),
    "corrections": ("rows reviewed", "已复核行"),
    "language": ("language", "语言"),
    "queries": ("Questions", "常用查询"),
    "endpoint": ("Endpoint", "终点"),
    "measure": ("Measure", "指标"),
    "value": ("Value", "数值"),
    "groups": ("Groups", "组别"),
    "population": ("Population", "人群"),
    "analysis": ("Analysis", "分析"),
    "origin": ("Origin", "来源性质"),
    "own": ("own result", "本研究"),
    "cited": ("cited", "引用"),
    "pooled": ("pooled", "合并分析"),
    "check": ("Check", "校验"),
    "expected": ("expected", "应为"),
    "printed": ("printed", "原文"),
    "source": ("Sources", "出处"),
    "phase": ("Phase", "分期"),
    "n": ("Patients", "例数"),
    "registry": ("Registry", "注册号"),
    "status": ("Status", "状态"),
    "outcomes": ("Outcomes", "结局"),
    "positive": ("met", "达到"),
    "negative": ("not met", "未达到"),
    "whole_trial": ("trial", "试验"),
    "ongoing": ("ongoing", "进行中"),
    "enrolment_complete": ("enrolment complete", "入组完成"),
    "reported": ("reported", "已报告"),
    "text": ("Text", "原文"),
    "mentions": ("mark names", "标出名称"),
    "all_rows": ("rows in this text", "本文证据行"),
    "keys": (
        "Keys: j / k next and previous row, Enter jumps between row and text, / search.",
        "快捷键：j / k 下一行/上一行，Enter 在证据行与原文间跳转，/ 搜索。",
    ),
    "no_rows": ("No rows were found in this text.", "本文未发现证据行。"),
    "no_result": ("Nothing found.", "没有结果。"),
    "found_sentences": ("Statements", "相关语句"),
    "found_documents": ("In the texts", "全文命中"),
    "open_page": ("open", "打开"),
    "stale": ("stale: the file could not be read again", "旧数据：文件未能重新读取"),
    "all_endpoints": ("all endpoints", "全部终点"),
    "all_trials": ("all trials", "全部试验"),
    "any_drug": ("any drug", "任意药物"),
    "versus": ("versus", "对比"),
    "draw": ("Draw", "绘图"),
    "download": ("Download SVG", "下载 SVG"),
    "no_plot": ("No comparison with a number to draw.", "没有可绘制的比较结果。"),
    "lower": ("← lower in the first group", "← 第一组较低"),
    "higher": ("higher in the first group →", "第一组较高 →"),
    "forest_note": (
        "Values and intervals as printed (95% unless another level stands there); nothing is pooled. Open squares failed a check.",
        "数值与置信区间均为原文所印（未注明者为 95%）；未作合并。空心方块表示校验未过。",
    ),
    "more_rows": ("more rows are not drawn; narrow the choice", "行未绘制，请缩小范围"),
    "right": ("right", "正确"),
    "wrong": ("wrong", "错误"),
    "corrected": ("corrected", "已更正"),
    "correct": ("correct …", "更正……"),
    "review": ("Review", "复核"),
    "field": ("Column", "字段"),
    "new_value": ("New value", "新值"),
    "note": ("Note", "备注"),
    "who": ("Your name", "姓名"),
    "save": ("Save", "保存"),
    "history": ("Earlier remarks", "历史记录"),
    "reviewed_rows": ("Reviewed rows", "复核记录"),
    "gold": ("Gold files (JSON)", "金标准（JSON）"),
    "lost": ("row no longer in the database", "数据库中已无此行"),
    "review_off": (
        "Reviewing is switched off: start with `trialext browse` on this computer.",
        "复核未开启：请在本机用 `trialext browse` 启动。",
    ),
    "everything": ("All columns", "全部字段"),
    "about": ("extracted by rules; every number links to its place", "规则抽取；每个数字均可回到原文"),
    "skip": ("Skip to content", "跳到正文"),
    "no_document": ("No such document.", "没有这篇文献。"),
    "no_trial": ("Nothing is known of this trial.", "没有该试验的信息。"),
    "no_drug": ("Nothing is known of this drug.", "没有该药物的信息。"),
    "documents_heading": ("Documents", "文献"),
    "trials_heading": ("Trials", "试验"),
    "drugs_heading": ("Drugs", "药物"),
    "results": ("Results", "结果"),
    "comparisons_heading": ("Comparisons", "组间比较"),
    "groups_heading": ("Results of one group", "单组结果"),
    "what_texts_say": ("What the texts say", "各文献所述"),
    "conflicts_heading": ("Differing values", "数值冲突"),
    "tables": ("Tables and SQL", "数据表与 SQL"),
    "pages": ("pages", "页面"),
}


def translator(language: str) -> Callable[[str], str]:
    """Return the function that gives a label in `language`; an unknown key returns as it is."""
    index = 1 if language == "zh" else 0

    def translate(key: str) -> str:
        words = _WORDS.get(key)
        return words[index] if words else key

    return translate


def choose_language(asked: str | None, cookie: str | None, accepted: str) -> str:
    """Return ``en`` or ``zh``: what was asked for, was chosen before, or the browser prefers.

    Parameters
    ----------
    asked : str or None
        Language that the address names.
    cookie : str or None
        Language that was chosen before.
    accepted : str
        Header ``Accept-Language``; the first known language in it counts.

    Returns
    -------
    str
        ``en`` where none of them is known.
    """
    for wish in (asked, cookie):
        if wish in LANGUAGES:
            return str(wish)
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return "en"
