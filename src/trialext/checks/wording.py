"""What the words beside a p-value claim, against the p-value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model import Estimate, Report, Span
from .catalogue import ERROR, NOTE
from .interval import Flag
from .rounding import shown

__all__ = ["check_wording", "claims", "crowded_sentences"]

_NEGATIVE = re.compile(
    r"(?:无|未见|没有|未有|不具有?|并无|均无|未达到?|未显示出?|未观察到|未发现|尚无|缺乏)[^，。；,;（(]{0,12}?(?:显著|统计学|明显差异|明显差别)(?:上?的?(?:显著|统计学))?"
    r"|差异(?:均|也|亦|并)?(?:不显著|不明显)|不(?:具|存在|是)?(?:显著|统计学)"
    r"|\b(?:no|not|non-?|without|neither|nor|fail(?:ed|s)? to|did not|was not|were not|lack of|n['’]t)\b"
    r"[^.;,()]{0,40}?\b(?:(?:statistical(?:ly)? )?significan(?:t|tly|ce)|statistical(?:ly)?)\b"
    r"|\b(?:non-?significant|insignificant)(?:ly)?\b|\bno (?:statistical )?differences?\b|\bdid not differ\b|\bNS\b",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"显著|(?:有|具有|达到了?|存在)统计学(?:意义|差异)|\bsignifican(?:t|tly|ce)\b",
    re.IGNORECASE,
)
# Sentences about thresholds, clinical or practical relevance, or other hypotheses say nothing of this p.
_SILENT = re.compile(
    r"视为|认为差异|定义为|为差异有|检验水准|\bconsidered\b|\bdefined as\b|\bthreshold\b|\bboundary\b|\bclinical(?:ly)? (?:significan|meaningful)"
    r"|\binteraction\b|交互|\btrend\b|趋势|\bborderline\b|临界|\bnon-?inferior|非劣|\bheterogene|异质性|\bnumerically\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[；;]|。|(?<!\d)[.](?=\s)|\b(?:but|while|whereas|although|however)\b|(?:，|,)\s*(?:但|而|然而|不过)"
)


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


def crowded_sentences(report: Report) -> dict[Span, int]:
    """Count the rows with a p-value per sentence: words are tied to a p only where it stands alone."""
    counts: dict[Span, int] = {}
    for estimate in report.estimates:
        if estimate.p_value is not None:
            counts[estimate.sentence] = counts.get(estimate.sentence, 0) + 1
    return counts


def _scope(report: Report, estimate: Estimate, crowded: Mapping[Span, int]) -> str | None:
    """Return the text whose words speak of this row's p: its sentence, or its clause among several."""
    sentence = estimate.sentence
    text = report.document.text
    if crowded.get(sentence, 0) <= 1:
        return text[sentence.start : sentence.end]
    place = next((a for cell, a, _ in estimate.spans if cell in ("p", "p_value")), estimate.start)
    cuts = [
        sentence.start,
        *(sentence.start + m.end() for m in _CLAUSE.finditer(text[sentence.start : sentence.end])),
        sentence.end,
    ]
    start = max(c for c in cuts if c <= place)
    end = min((c for c in cuts if c > place), default=sentence.end)
    others = sum(
        1 for e in report.estimates if e.p_value is not None and e.sentence == sentence and start <= e.start < end
    )
    return text[start:end] if others <= 1 else None


def check_wording(
    report: Report, estimate: Estimate, lenient: str | None, crowded: Mapping[Span, int]
) -> Iterator[Flag]:
    """Yield ``p-wording``.

    A sentence with one p speaks of that p; among several, only the clause of the row counts,
    and only where it holds no other p.
    """
    p, op = estimate.p_value, estimate.p_op or "="
    if p is None or not 0 <= p <= 1:
        return
    scope = _scope(report, estimate, crowded)
    claim = claims(scope) if scope else None
    printed = f"p {op} {shown(p)}"
    if claim == "significant" and ((op in ("=", ">=") and p > 0.05) or (op == ">" and p >= 0.05)):
        severity = NOTE if lenient or (p <= 0.1 and op == "=") else ERROR
        yield "p-wording", severity, "p < 0.05", printed, f"The words claim significance, printed is {printed}."
    elif claim == "not significant" and ((op == "=" and p < 0.05) or (op in ("<", "<=") and p <= 0.05)):
        severity = NOTE if lenient or (op == "=" and p >= 0.01) else ERROR
        yield "p-wording", severity, "p >= 0.05", printed, f"The words deny significance, printed is {printed}."
