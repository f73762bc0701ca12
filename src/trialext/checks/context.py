"""Where plain arithmetic may rightly fail: one-sided, stratified, adjusted, Bayesian and the like."""

from __future__ import annotations

import re

from ..model import Estimate, Report, Span

__all__ = ["leniency"]

# What the row itself says of its analysis (column ``analysis``).
_ANALYSIS = re.compile(
    r"(?P<one_sided>one[- ]?(?:sided|tailed)|单侧|單側)|(?P<stratified>stratif|分层|分層)"
    r"|(?P<adjusted>adjust|multivaria|weighted|propensity|校正|调整|調整|多因素|多变量)"
    r"|(?P<bayesian>bayes|credible|posterior|贝叶斯|貝葉斯|后验)"
    r"|(?P<interim>interim|期中|中期分析)|(?P<non_inferiority>non-?inferior|非劣)",
    re.IGNORECASE,
)
# What the sentence must say literally; 可信区间 is a common Chinese word for confidence interval.
_SENTENCE = re.compile(
    r"(?P<one_sided>\bone[- ]?(?:sided|tailed)|单侧|單側)"
    r"|(?P<stratified>\bstratified (?:log|HR|hazard|analys|Cox)|分层(?:log|检验|分析|Cox|HR))"
    r"|(?P<adjusted>\badjusted\b|\bmultivariable\b|\bmultivariate\b|\bIPTW\b|校正|调整后|多因素|多变量)"
    r"|(?P<bayesian>\bbayes|\bcredible\b|\bCrI\b|\bposterior prob|贝叶斯|后验)"
    r"|(?P<non_inferiority>\bnon-?inferior|非劣)"
    r"|(?P<interim>\binterim\b|期中分析|中期分析)"
    r"|(?P<repeated>\brepeated (?:CI|confidence)|\balpha (?:spending|boundary|level)|重复置信区间|显著性水平|显著性界值)",
    re.IGNORECASE,
)


def leniency(report: Report, estimate: Estimate, seen: dict[Span, str | None] | None = None) -> str | None:
    """Name the context that makes an arithmetic mismatch a note, or return None.

    Parameters
    ----------
    report, estimate
        The row and the report it belongs to.
    seen : dict, optional
        Sentences that were looked at already; filled on the way.

    Returns
    -------
    str or None
        ``one-sided``, ``stratified``, ``adjusted``, ``bayesian``, ``interim``,
        ``non-inferiority`` or ``repeated``; the row's own analysis goes before its sentence.
    """
    for item in estimate.analysis:
        if found := _ANALYSIS.search(item):
            return str(found.lastgroup).replace("_", "-")
    seen = {} if seen is None else seen
    sentence = estimate.sentence
    if sentence not in seen:
        found = _SENTENCE.search(report.document.text, sentence.start, sentence.end)
        seen[sentence] = str(found.lastgroup).replace("_", "-") if found else None
    return seen[sentence]
