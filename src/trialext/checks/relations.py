"""Checks between rows of one sentence: reductions, differences, survival over time, PFS against OS."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ..model import Estimate, Report
from .catalogue import ERROR, NOTE
from .rounding import Printed, printed, shown
from .within import IN_MONTHS, Indexed

__all__ = ["check_differences", "check_endpoint_order", "check_rate_course", "check_reductions"]

RISKS = frozenset({"HR", "RR", "IRR"})
"""Ratios that one minus the risk reduction equals; odds ratios do not."""

_SURVIVAL = frozenset({"OS", "PFS", "DFS", "EFS", "RFS", "CSS", "DMFS", "LRFS"})
_BELOW_OS = frozenset({"PFS", "DFS", "EFS", "RFS"})
_SAME_RISK = ({"OS", "MORTALITY"}, {"PFS", "TTP"})
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|year)s?")


def _printed(report: Report, index: int) -> Printed:
    found = printed(report, report.estimates[index], "value")
    assert found is not None  # callers pass rows with a value
    return found


def _by_sentence(report: Report) -> Iterable[list[int]]:
    """Group the rows with an exact value by sentence."""
    groups: dict[object, list[int]] = defaultdict(list)
    for i, e in enumerate(report.estimates):
        if e.value is not None and not e.qualifier:
            groups[e.sentence].append(i)
    return groups.values()


def check_reductions(report: Report) -> Iterator[Indexed]:
    """Yield ``risk-reduction``: 死亡风险降低42%（HR=0.58）, a 42% reduction in risk (HR 0.58)."""
    for rows in _by_sentence(report):
        reductions = [
            i for i in rows if (e := report.estimates[i]).kind == "effect" and e.measure == "other" and e.unit == "%"
        ]
        for i in reductions:
            e = report.estimates[i]
            ratios = [
                j
                for j in rows
                if report.estimates[j].measure in RISKS and _same_risk(e.endpoint, report.estimates[j].endpoint)
            ]
            same = [j for j in reductions if report.estimates[j].endpoint == e.endpoint]
            if len(ratios) != 1 or len(same) != 1:
                continue
            ratio, reduction = _printed(report, ratios[0]), _printed(report, i)
            expected = abs(100 * (1 - ratio.value))
            if abs(expected - abs(reduction.value)) <= 100 * ratio.half + reduction.half + 1e-9:
                continue
            name = report.estimates[ratios[0]].measure
            message = f"{name} {shown(ratio.value)} is a change of {shown(expected)} %, printed is {shown(reduction.value)} %."
            yield i, ("risk-reduction", ERROR, f"{shown(expected)} %", f"{shown(reduction.value)} %", message)


def _same_risk(one: str | None, other: str | None) -> bool:
    return one == other or any({one, other} <= pair for pair in _SAME_RISK)


def check_differences(report: Report) -> Iterator[Indexed]:
    """Yield ``difference``: a difference of rates or medians beside exactly two values."""
    for rows in _by_sentence(report):
        for i in rows:
            e = report.estimates[i]
            if e.measure not in ("RD", "MD"):
                continue
            measures = ("rate",) if e.measure == "RD" else ("median", "mean")
            arms = [
                j
                for j in rows
                if (arm := report.estimates[j]).measure in measures
                and (arm.endpoint, arm.timepoint, arm.unit) == (e.endpoint, e.timepoint, e.unit)
            ]
            if len(arms) != 2:
                continue
            a, b, d = _printed(report, arms[0]), _printed(report, arms[1]), _printed(report, i)
            expected = abs(a.value - b.value)
            if abs(expected - abs(d.value)) > a.half + b.half + d.half + 1e-9:
                message = (
                    f"{shown(a.value)} and {shown(b.value)} are {shown(expected)} apart, printed is {shown(d.value)}."
                )
                yield i, ("difference", NOTE, shown(expected), shown(d.value), message)


def _months(timepoint: str | None) -> float | None:
    found = _TIME.fullmatch(timepoint or "")
    return float(found[1]) * IN_MONTHS[f"{found[2]}s"] if found else None


def _arm(e: Estimate) -> tuple[object, ...]:
    return (e.experimental, e.trial_key or e.trial, e.population, e.origin)


def check_rate_course(report: Report) -> Iterator[Indexed]:
    """Yield ``rate-course``: among rates of one arm at several times, the later is not the higher."""
    for rows in _by_sentence(report):
        courses: dict[object, list[tuple[float, int]]] = defaultdict(list)
        for i in rows:
            e = report.estimates[i]
            time = _months(e.timepoint)
            if e.measure == "rate" and e.endpoint in _SURVIVAL and e.experimental and time is not None:
                courses[e.endpoint, e.unit, _arm(e)].append((time, i))
        for course in courses.values():
            if len({t for t, _ in course}) < len(course):
                continue  # two groups that the rows do not tell apart
            ordered = sorted(course)
            for (t1, i), (t2, j) in pairwise(ordered):
                early, late = _printed(report, i), _printed(report, j)
                if late.low > early.high:
                    e = report.estimates[j]
                    message = (
                        f"{e.endpoint} rises from {shown(early.value)} % at {shown(t1)} to {shown(late.value)} % "
                        f"at {shown(t2)} months."
                    )
                    yield (
                        j,
                        ("rate-course", ERROR, f"at most {shown(early.value)} %", f"{shown(late.value)} %", message),
                    )


def check_endpoint_order(report: Report) -> Iterator[Indexed]:
    """Yield ``endpoint-order``: PFS and its kin do not exceed OS of the same arm."""
    for rows in _by_sentence(report):
        groups: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for i in rows:
            e = report.estimates[i]
            if e.kind == "arm" and e.experimental and (e.measure == "median" or (e.measure == "rate" and e.timepoint)):
                groups[e.measure, e.unit, e.timepoint, _arm(e)][str(e.endpoint)].append(i)
        for group in groups.values():
            if len(group["OS"]) != 1:
                continue
            total = _printed(report, group["OS"][0])
            for endpoint in sorted(_BELOW_OS & group.keys()):
                if len(group[endpoint]) != 1:
                    continue
                i = group[endpoint][0]
                part = _printed(report, i)
                if part.low > total.high:
                    e = report.estimates[i]
                    message = f"{endpoint} {shown(part.value)} exceeds OS {shown(total.value)} of the same group ({e.measure})."
                    yield i, ("endpoint-order", ERROR, f"at most {shown(total.value)}", shown(part.value), message)
