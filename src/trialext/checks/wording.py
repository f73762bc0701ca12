"""What the words beside a p-value claim, against the p-value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Estimate, Report
from .catalogue import ERROR, NOTE
from .interval import Flag
from .rounding import shown

__all__ = ["check_wording", "claims"]

_SIGNIFICANT_ZH = r"(?:显著|统计学|明显差异|明显差别)(?:上?的?(?:显著|统计学))?"
_SIGNIFICANT_EN = r"(?:(?:statistical(?:ly)? )?significan(?:t|tly|ce)|statistical(?:ly)?)\b"
_NEGATIVE = re.compile(
    # 无 stands right before the word (无微血管病变组 … 显著 is something else); verbs reach further.
    rf"(?:无|未见|没有|未有|不具有?|尚无|缺乏)(?:任何|明显|的|有|达到){{0,2}}{_SIGNIFICANT_ZH}"
    rf"|(?:未见|未达到?|未显示出?|未观察到|未发现|未带来|未能|并未|没有)[^，。；,;（(组]{{0,16}}?{_SIGNIFICANT_ZH}"
    r"|差异(?:均|也|亦|并)?(?:不显著|不明显)|不(?:具|存在|是)?(?:显著|统计学)"
    rf"|\b(?:no|without|lack of|nor)\s+(?:[\w-]+\s+){{0,2}}?{_SIGNIFICANT_EN}"
    rf"|(?:\b(?:none|not|neither|fail(?:ed|s)? to)\b|n['’]t\b)[^.;,()]{{0,60}}?\b{_SIGNIFICANT_EN}"
    r"|\b(?:non-?significant|insignificant)(?:ly)?\b|\bno (?:statistical )?differences?\b"
    r"|\bdid not differ\b(?:\s+(?:statistically\s+)?significantly)?",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"显著|(?:有|具有|达到了?|存在)统计学(?:意义|差异)|\bsignifican(?:t|tly|ce)\b",
    re.IGNORECASE,
)
# Sentences about thresholds, clinical or practical relevance, or other hypotheses say nothing of this p.
_SILENT = re.compile(
    r"视为|认为差异|定义为|为差异有|检验水准|\bconsidered\b|\bdefined as\b|\bthreshold\b|\bboundary\b|\bclinical(?:ly)? (?:significan|meaningful)"
    r"|\bat (?:the |a |an )?(?:[\w.%<=≤ ]{1,14} )?level\b|水平上|\binteraction\b|交互|\btrend|趋势|\bborderline\b|\bmarginal|\bapproach|\btoward|\btend(?:ed|ency)|\bexcept|\bindependent|除|临界|\bnon-?inferior|非劣|\bheterogene|异质性|\bnumerically\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[；;。]|(?<!\d)[.](?=\s)|(?=\bwith(?:out| no)\b)|\band(?= (?:did not|no|was not|were not|insignificant)\b)"
    r"|\b(?:but|while|whereas|although|though|however|despite)\b|(?:，|,)\s*(?:但|而|然而|不过)"
)
# A sentence that opens with a concession has its main clause behind the next comma.
_CONCESSION = re.compile(r"\s*(?:while|whereas|although|though|despite|虽然|尽管|虽)", re.IGNORECASE)
_COMMA = re.compile(r"[，,](?!\d)")
_P = re.compile(r"(?<![A-Za-z])[PpＰｐ]\s*(?:-?\s*values?|值)?\s*(?:(?:was|of)\s+)?[=<>≤≥＝＜＞﹤﹥:：]")


def claims(text: str) -> str | None:
    """Return what a piece of text says of significance.

    Parameters
    ----------
    text : str
        A sentence or clause, Chinese or English.

    Returns
    -------
    str or None
        ``significant``, ``not significant``, or None where it says nothing, both, or speaks of
        a threshold, a trend, an interaction or non-inferiority.

    Examples
    --------
    >>> claims("两组差异无统计学意义（P=0.35）"), claims("显著延长了PFS"), claims("the median was longer")
    ('not significant', 'significant', None)
    """
    if _SILENT.search(text):
        return None
    negative = [m.span() for m in _NEGATIVE.finditer(text)]
    positive = any(not any(a <= m.start() < b for a, b in negative) for m in _POSITIVE.finditer(text))
    if negative and positive:
        return None
    return "not significant" if negative else "significant" if positive else None


def _scope(report: Report, estimate: Estimate) -> str | None:
    """Return the words that speak of this row's p: its clause, or the sentence where that is all.

    None where the p stands elsewhere, or where the clause prints another p as well.
    """
    first, last = estimate.sentence.start, estimate.sentence.end
    text = report.document.text
    place = next((a for cell, a, _ in estimate.spans if cell in ("p", "p_value")), estimate.start)
    if not first <= place < last:
        return None
    cuts = {first, last} | {first + m.end() for m in _CLAUSE.finditer(text[first:last])}
    if _CONCESSION.match(text, first, last):
        cuts |= {m.end() for m in _COMMA.finditer(text, first, last)}
    start = max(c for c in cuts if c <= place)
    end = min(c for c in cuts if c > place)
    scope = text[start:end]
    return scope if len(_P.findall(scope)) <= 1 else None


def check_wording(report: Report, estimate: Estimate, lenient: str | None) -> Iterator[Flag]:
    """Yield ``p-wording``: only the clause of the p counts, and only where it prints no other p.

    The limit is 0.05.  An exact p between 0.05 and 0.1 that is called significant, or between
    0.01 and 0.05 that is called not significant, is a note.

    Parameters
    ----------
    report : Report
        Its text holds the words.
    estimate : Estimate
        A row of `report`; silent without a p.
    lenient : str or None
        What `leniency` says of the row: a context that makes an error a note.

    Yields
    ------
    Flag
    """
    p, op = estimate.p_value, estimate.p_op or "="
    if p is None or not 0 <= p <= 1:
        return
    scope = _scope(report, estimate)
    claim = claims(scope) if scope else None
    printed = f"p {op} {shown(p)}"
    if claim == "significant" and ((op in ("=", ">=") and p > 0.05) or (op == ">" and p >= 0.05)):
        severity = NOTE if lenient or (p <= 0.1 and op == "=") else ERROR
        yield "p-wording", severity, "p < 0.05", printed, f"The words claim significance, printed is {printed}."
    elif claim == "not significant" and ((op == "=" and p < 0.05) or (op in ("<", "<=") and p <= 0.05)):
        severity = NOTE if lenient or (op == "=" and p >= 0.01) else ERROR
        yield "p-wording", severity, "p >= 0.05", printed, f"The words deny significance, printed is {printed}."
