"""The table of checks: every code that a finding can carry, what it tests and where it stems from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHECKS", "ERROR", "NOTE", "Check"]

ERROR = "error"
NOTE = "note"

_GW = "Georgescu & Wren 2018, Bioinformatics 34:1758, doi:10.1093/bioinformatics/btx811"
_STATCHECK = "Nuijten et al. 2016, Behav Res Methods 48:1205, doi:10.3758/s13428-015-0664-2 (statcheck)"
_ALTMAN = "Altman & Bland 2011, BMJ 343:d2304, doi:10.1136/bmj.d2304 (p from a confidence interval)"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `CHECKS`.

    Attributes
    ----------
    code : str
        What ``evidence.checks`` and ``findings.code`` hold.
    severity : str
        ``error`` or ``note`` where nothing speaks for leniency.
    lenient : bool
        True where an error becomes a note in a one-sided, stratified, adjusted, Bayesian,
        interim or non-inferiority context.
    what : str
        The fault, in one line.
    formula : str
        When it fires; ``h`` is half a unit of the last printed digit.
    source : str
        Where the rule stems from.
    """

    code: str
    severity: str
    lenient: bool
    what: str
    formula: str
    source: str


CHECKS: tuple[Check, ...] = (
    Check("ci-order", ERROR, False, "the lower bound stands above the upper bound", "L > U", _GW),
    Check(
        "ci-contains",
        ERROR,
        False,
        "the interval does not contain its estimate",
        "R + h <= L - h or R - h >= U + h",
        _GW,
    ),
    Check(
        "ci-midpoint",
        ERROR,
        True,
        "a ratio is not the geometric mean of its bounds (a difference: not their mean, a note; a rate: off its middle)",
        "sqrt((L-h)(U-h)) > R+h or sqrt((L+h)(U+h)) < R-h; a note within a twentieth of a standard error beyond "
        "that, and from a standard error of 0.8 on, where exact intervals of small counts are usual; a rate on the logit scale beyond 0.35 to 0.65 of its interval "
        "(a note), 0.25 to 0.75 (an error)",
        _GW,
    ),
    Check(
        "ci-level",
        NOTE,
        False,
        "a confidence level that nobody uses",
        "level <= 50 or level >= 100",
        "by definition",
    ),
    Check(
        "p-from-ci",
        ERROR,
        True,
        "the printed p does not follow from the estimate and its interval",
        "z = |ln R| / ((ln U - ln L) / (2 z_level)), p = erfc(z / sqrt 2), over all roundings of R, L, U and p; "
        "a note where p fits one-sided, where no level is printed, within 0.2 of z (log-rank p beside a Cox "
        "ratio), or from a standard error of 0.8 on",
        f"{_ALTMAN}; rounding windows as in {_STATCHECK}",
    ),
    Check(
        "p-decision",
        ERROR,
        True,
        "p and the interval decide differently about significance",
        "p >= 1 - level while the interval excludes no effect, or the reverse; a note within 0.2 of z",
        f"decision error of {_STATCHECK}",
    ),
    Check(
        "p-range",
        ERROR,
        False,
        "p outside 0 to 1, below 0, exactly 0 (a note), or a bound that says nothing (a note)",
        "p < 0 or p > 1; p < 0 printed; p = 0 printed; p < x with x > 0.2",
        "by definition",
    ),
    Check(
        "p-wording",
        ERROR,
        True,
        "the words claim a significance that the p beside them denies, or the reverse",
        "significant with p >= 0.05; not significant with p < 0.05; a note from 0.05 to 0.1 and below 0.05 where a "
        "stricter level may hold",
        "decision rule at 0.05",
    ),
    Check(
        "fraction",
        ERROR,
        False,
        "n/N is not the printed percentage, or n exceeds N",
        "|100 n / N - value| > h; a note where the digits were cut or rounded twice",
        _GW,
    ),
    Check(
        "rate-range",
        ERROR,
        False,
        "a rate or one of its bounds outside 0 to 100",
        "x > 100; x < 0 (a note: a change taken for a rate)",
        "by definition",
    ),
    Check("ratio-range", ERROR, False, "a ratio or one of its bounds not above 0", "x <= 0 (a bound of 0: note)", _GW),
    Check(
        "spread",
        ERROR,
        False,
        "a median or mean outside its range or quartiles, or these in the wrong order",
        "low > high, value < low - h or value > high + h",
        "by definition",
    ),
    Check(
        "median-direction",
        ERROR,
        True,
        "the hazard ratio favours the arm with the shorter median",
        "HR < 1 and median(experimental) < median(comparator), or the reverse; a note where the interval "
        "includes 1 or is missing (curves may cross), or the medians stand in another sentence",
        "proportional hazards: the smaller hazard has the longer median",
    ),
    Check(
        "rate-order",
        ERROR,
        False,
        "rates of one arm that cannot stand together",
        "CR > ORR, PR > ORR, ORR > DCR, or CR + PR differs from ORR by more than the roundings",
        "definition of the rates (RECIST 1.1)",
    ),
    Check(
        "arm-n",
        ERROR,
        False,
        "the denominator of one arm exceeds the number of patients of its trial",
        "N(arm) > n(trial); a note where the row names no group (screened patients)",
        "by definition",
    ),
    Check(
        "risk-reduction",
        ERROR,
        False,
        "the printed risk reduction is not one minus the ratio beside it",
        "|100 (1 - R) - x| > 100 h(R) + h(x), one HR, RR or IRR and one reduction of an endpoint in the sentence",
        "definition of the relative risk reduction",
    ),
    Check(
        "difference",
        NOTE,
        False,
        "the printed difference is not that of the two values beside it",
        "||a - b| - |d|| > h(a) + h(b) + h(d), two values of an endpoint in the sentence; adjusted ones differ",
        "by definition",
    ),
    Check(
        "rate-course",
        ERROR,
        False,
        "a survival rate that rises with time",
        "rate(t2) > rate(t1), t2 > t1, same sentence, arm, endpoint, trial and population",
        "survival curves do not rise",
    ),
    Check(
        "endpoint-order",
        ERROR,
        False,
        "progression-free survival above overall survival",
        "median or rate (at one time) of PFS, DFS, EFS or RFS > OS, same sentence, arm, trial and population",
        "death is an event of both",
    ),
)
"""Every check, in the order in which findings of one row are listed."""
