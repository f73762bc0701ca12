"""Wald triples as a paper prints them, and slips of one digit: for the tests and the measured rates.

Run as a file, it prints the share of planted slips that are flagged.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from statistics import NormalDist

from checks_rows import report, row

from trialext.checks import check_report

Z = NormalDist().inv_cdf(0.975)


def triples(count: int, seed: int, digits: int = 2) -> Iterator[dict[str, str]]:
    """Yield printed HR, bounds and p of Wald estimates: log HR ~ N(-0.3, 0.25), SE uniform in 0.06 to 0.25."""
    rng = random.Random(seed)
    for _ in range(count):
        log, error = rng.gauss(-0.3, 0.25), rng.uniform(0.06, 0.25)
        p = math.erfc(abs(log / error) / math.sqrt(2))
        yield {
            "value": f"{math.exp(log):.{digits}f}",
            "ci_low": f"{math.exp(log - Z * error):.{digits}f}",
            "ci_high": f"{math.exp(log + Z * error):.{digits}f}",
            "p_value": f"{p:.3f}" if p >= 0.001 else "0.001",
            "p_op": "=" if p >= 0.001 else "<",
        }


def slip(number: str, rng: random.Random) -> str:
    """Change one random digit of a printed number."""
    place = rng.choice([i for i, c in enumerate(number) if c.isdigit()])
    digit = rng.choice([d for d in "0123456789" if d != number[place]])
    return number[:place] + digit + number[place + 1 :]


def flagged(triple: dict[str, str], level: float = 95.0) -> dict[str, str]:
    """Return code and severity of each flag on a printed triple."""
    text = "HR {value} ({level:g}% CI {ci_low}-{ci_high}, P{p_op}{p_value})".format(level=level, **triple)
    columns = {k: float(v) for k, v in triple.items() if k != "p_op"} | {"p_op": triple["p_op"], "ci_level": level}
    return {f.code: f.severity for f in check_report(report(text, row(text, measure="HR", **columns)))}


def rates(count: int = 4000, seed: int = 1) -> dict[str, dict[str, float]]:
    """Return the share of slips flagged (at all, as error) per slipped number, and the false alarms."""
    rng = random.Random(seed)
    out: dict[str, dict[str, float]] = {}
    for column in ("none", "value", "ci_low", "ci_high", "p_value"):
        seen: Counter[str] = Counter()
        for triple in triples(count, seed):
            if column != "none":
                triple = triple | {column: slip(triple[column], rng)}
            found = flagged(triple)
            seen["flagged"] += bool(found)
            seen["error"] += "error" in found.values()
        out[column] = {k: seen[k] / count for k in ("flagged", "error")}
    return out


if __name__ == "__main__":
    for name, shares in rates(20_000).items():
        print(f"{name:8s}", "  ".join(f"{k} {v:.1%}" for k, v in shares.items()))
