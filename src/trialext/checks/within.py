"""Checks between rows of one document: medians and hazard ratio, rates of one arm, patient numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..model import Estimate, Report
from .catalogue import ERROR, NOTE
from .interval import Flag
from .rounding import Printed, printed, shown

__all__ = ["IN_MONTHS", "Indexed", "check_arm_sizes", "check_medians", "check_rate_order"]

IN_MONTHS = {"days": 12 / 365.25, "weeks": 84 / 365.25, "months": 1.0, "years": 12.0}
_LONGER_IS_BETTER = frozenset({"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS", "CSS"})
Indexed = tuple[int, Flag]
"""Index of the row and its flag."""


def check_medians(report: Report, lenient: dict[int, str | None]) -> Iterator[Indexed]:
    """Yield ``median-direction`` for hazard ratios whose two medians are printed.

    Medians belong to a ratio when endpoint, trial and population are the same and the arms are
    the ratio's arms.  Those of the ratio's own sentence count; medians elsewhere only where a
    trial is named, and then for a note.  Two different candidates make the pair silent.

    Parameters
    ----------
    report : Report
    lenient : dict of int to str or None
        By index of the row: the context that `leniency` found, which makes an error a note.

    Yields
    ------
    Indexed
        Index of the hazard ratio and its flag.
    """
    medians = [
        e
        for e in report.estimates
        if e.kind == "arm" and e.measure == "median" and e.value is not None and e.experimental and not e.qualifier
    ]
    for i, effect in enumerate(report.estimates):
        if (
            effect.measure != "HR"
            or effect.value is None
            or effect.qualifier
            or effect.endpoint not in _LONGER_IS_BETTER
        ):
            continue
        if not effect.experimental or not effect.comparator or effect.experimental == effect.comparator:
            continue
        near = [
            m
            for m in medians
            if (m.endpoint, m.trial_key or m.trial, m.population)
            == (effect.endpoint, effect.trial_key or effect.trial, effect.population)
        ]
        one = _only(effect, [m for m in near if m.experimental == effect.experimental])
        two = _only(effect, [m for m in near if m.experimental == effect.comparator])
        if one is None or two is None:
            continue
        here = one.sentence == two.sentence == effect.sentence
        a, b = _months(one), _months(two)
        if a is None or b is None or a == b or effect.value == 1 or (effect.value < 1) == (a > b):
            continue
        decided = effect.ci_low is not None and effect.ci_high is not None and not effect.ci_low <= 1 <= effect.ci_high
        severity = ERROR if here and decided and not lenient.get(i) else NOTE
        printed_medians = f"{one.value:g} against {two.value:g} {one.unit or ''}".strip()
        message = (
            f"HR {shown(effect.value)} favours the {'experimental' if effect.value < 1 else 'comparator'} group, "
            f"but the medians are {printed_medians}."
        )
        expected = "longer median with experimental" if effect.value < 1 else "longer median with comparator"
        yield i, ("median-direction", severity, expected, printed_medians, message)


def _only(effect: Estimate, candidates: list[Estimate]) -> Estimate | None:
    """Return the one candidate of the effect's sentence, else the one of its named trial; None if several differ."""
    same = [m for m in candidates if m.sentence == effect.sentence]
    usable = same or (candidates if effect.trial_key or effect.trial else [])
    return usable[0] if len({(m.value, m.unit) for m in usable}) == 1 else None


def _months(median: Estimate) -> float | None:
    factor = IN_MONTHS.get(median.unit or "months")
    return None if factor is None or median.value is None else median.value * factor


def check_rate_order(report: Report) -> Iterator[Indexed]:
    """Yield ``rate-order`` for CR, PR, ORR and DCR of one arm printed in one sentence."""
    groups: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, e in enumerate(report.estimates):
        rate = e.kind == "arm" and e.measure == "rate" and e.unit in ("%", None) and e.value is not None
        if rate and e.endpoint in ("CR", "PR", "ORR", "DCR") and not e.qualifier and e.experimental:
            key = (e.sentence, e.experimental, e.trial, e.population, e.timepoint, e.analysis)
            groups[key][str(e.endpoint)].append(i)
    for group in groups.values():
        if any(len(rows) > 1 for rows in group.values()):
            continue  # several populations or cut-offs that the rows do not tell apart
        rows = {name: (members[0], _rate(report, members[0])) for name, members in group.items()}
        for small, large in (("CR", "ORR"), ("PR", "ORR"), ("ORR", "DCR"), ("CR", "DCR"), ("PR", "DCR")):
            if small in rows and large in rows and rows[small][1].low > rows[large][1].high:
                i, x = rows[small]
                y = rows[large][1]
                message = f"{small} {shown(x.value)} % exceeds {large} {shown(y.value)} % of the same arm."
                yield i, ("rate-order", ERROR, f"at most {shown(y.value)} %", f"{shown(x.value)} %", message)
        if {"CR", "PR", "ORR"} <= rows.keys():
            cr, pr, (i, orr) = rows["CR"][1], rows["PR"][1], rows["ORR"]
            total = cr.value + pr.value
            if abs(total - orr.value) > cr.half + pr.half + orr.half + 1e-9:
                message = f"CR {shown(cr.value)} % and PR {shown(pr.value)} % add up to {shown(total)} %, printed is ORR {shown(orr.value)} %."
                yield i, ("rate-order", ERROR, f"{shown(total)} %", f"{shown(orr.value)} %", message)


def _rate(report: Report, index: int) -> Printed:
    found = printed(report, report.estimates[index], "value")
    assert found is not None  # rows without a value were left out
    return found


def check_arm_sizes(report: Report) -> Iterator[Indexed]:
    """Yield ``arm-n``: the denominator of an arm is at most the number of patients of its trial."""
    sizes = {t.trial_key: t.n for t in report.trials if t.n is not None}
    sizes |= {t.trial: t.n for t in report.trials if t.n is not None}
    for i, e in enumerate(report.estimates):
        n = sizes.get(e.trial_key or "") or sizes.get(e.trial or "")
        if n is None or e.denominator is None or e.kind != "arm" or e.origin == "pooled":
            continue
        if e.denominator > n:
            message = f"The rate of one arm has {e.denominator:g} patients, the trial {e.trial} has {n}."
            # Without a group the rate may be of those screened, before the trial took its patients.
            severity = ERROR if e.experimental else NOTE
            yield i, ("arm-n", severity, f"at most {n}", f"{e.denominator:g}", message)
