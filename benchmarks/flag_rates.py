"""How often do the checks fire on real texts?

Reads files, folders or JSONL and counts findings per check against the rows that the check can
look at.  For comparison: Georgescu & Wren (2018, doi:10.1093/bioinformatics/btx811) found 2.7 %
of percentages and 5.6 to 7.5 % of ratio–interval pairs and p-values discrepant in MEDLINE.

    python benchmarks/flag_rates.py PATH... [--examples N] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from trialext.evaluate.predictions import reports_of
from trialext.model import Estimate, Report

__all__ = ["checkable", "count"]

_INTERVAL = ("ci-order", "ci-contains", "ci-midpoint")
_P = ("p-from-ci", "p-decision")


def checkable(estimate: Estimate) -> Iterator[str]:
    """Yield the groups of checks that can look at a row."""
    ratio = estimate.measure in ("HR", "OR", "RR", "IRR") and estimate.value is not None
    interval = estimate.ci_low is not None and estimate.ci_high is not None
    if ratio and interval:
        yield "ratio with interval"
        if estimate.p_value is not None:
            yield "ratio with interval and p"
    if estimate.p_value is not None:
        yield "p"
    if estimate.measure == "rate":
        yield "rate"
        if estimate.denominator and estimate.value is not None and not estimate.timepoint:
            yield "rate with n/N"


GROUP = dict.fromkeys(_INTERVAL, "ratio with interval") | dict.fromkeys(_P, "ratio with interval and p")
GROUP |= {"p-wording": "p", "p-range": "p", "fraction": "rate with n/N", "rate-range": "rate"}


def count(
    reports: Iterator[Report], examples: int
) -> tuple[Counter[str], Counter[tuple[str, str]], dict[str, list[str]]]:
    """Return rows per group, findings per code and severity, and some of them in words."""
    groups: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    shown: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        groups["documents"] += 1
        groups["rows"] += len(report.estimates)
        for estimate in report.estimates:
            groups.update(checkable(estimate))
        for f in report.findings:
            estimate = report.estimates[f.estimate]
            group = GROUP.get(f.code, "rows")
            if group not in checkable(estimate) and group != "rows":
                continue  # an interval of a rate, a p beside a difference: counted in the text, not in the rate
            found[f.code, f.severity] += 1
            name = f"{f.code} ({f.severity})"
            if len(shown[name]) < examples:
                sentence = report.document.text[estimate.sentence.start : estimate.sentence.end]
                shown[name].append(f"{report.document.name}: {f.message}\n      {' '.join(sentence.split())[:300]}")
    return groups, found, shown


def main() -> int:
    """Print rows, findings and their rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    unread: list[str] = []
    reports = reports_of(given.paths, on_failure=lambda name, message: unread.append(f"{name}: {message}"))
    groups, found, shown = count(reports, given.examples)
    if given.json:
        rates = {f"{c} ({s})": n / groups[GROUP.get(c, "rows")] for (c, s), n in found.items()}
        print(
            json.dumps({"rows": groups, "findings": {f"{c} ({s})": n for (c, s), n in found.items()}, "rates": rates})
        )
        return 0
    print(", ".join(f"{n} {name}" for name, n in groups.items()), f"({len(unread)} unread)")
    for (code, severity), n in sorted(found.items()):
        group = GROUP.get(code, "rows")
        print(f"{code:17s} {severity:6s} {n:5d} of {groups[group]:6d} {group} ({n / groups[group]:.2%})")
        for line in shown[f"{code} ({severity})"]:
            print(f"    {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
