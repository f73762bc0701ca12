"""Effect sizes for meta-analysis: estimate and standard error on the scale of the analysis.

For ratio measures (HR, OR, RR, IRR) the scale is the natural logarithm; for differences (RD,
MD, SMD) the numbers stay as printed.  With ``yi`` the estimate on that scale and ``(lo, hi)``
the printed bounds on it,

* ``sei = (hi - lo) / (2 z)`` with ``z = Φ⁻¹(1/2 + level/200)``: 1.959964 for a 95% interval
  (Cochrane Handbook for Systematic Reviews of Interventions, 6.3.1 and 6.3.2);
* where no interval is printed and an exact two-sided p is (``p_op`` is ``=``):
  ``sei = |yi| / Φ⁻¹(1 - p/2)`` (the same, 6.3.2; Tierney and others, Trials 2007;8:16);
  a p printed as one-sided counts as half of a two-sided one.

``sei_from`` says which one it is.  Nothing else is imputed: a row without either has no
``sei``.  Column names are those of R's metafor (``yi``, ``sei``, ``ci.lb``, ``ci.ub``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Any

from ..model import DIFFERENCES, RATIOS
from .present import arms_text

__all__ = ["METAFOR_COLUMNS", "REVMAN_COLUMNS", "effect_rows", "revman_rows"]

METAFOR_COLUMNS = (
    *("study", "trial_key", "document", "endpoint", "measure", "scale", "experimental", "comparator"),
    *("population", "timepoint", "analysis", "origin", "value", "ci_low", "ci_high", "ci_level"),
    *("yi", "sei", "ci.lb", "ci.ub", "sei_from", "checks", "sentence", "evidence_id"),
)

REVMAN_COLUMNS = (
    *("Comparison", "Outcome", "Subgroup", "Study", "Effect measure", "GIV estimate", "GIV SE"),
    *("CI start", "CI end", "SE from", "Source document", "Evidence id"),
)


def _transform(value: float | None, ratio: bool) -> float | None:
    if value is None:
        return None
    if not ratio:
        return value
    return math.log(value) if value > 0 else None


def _standard_error(
    row: Mapping[str, Any], yi: float, low: float | None, high: float | None
) -> tuple[float, str] | None:
    level = row.get("ci_level") or 95.0
    if low is not None and high is not None and high > low and 0 < level < 100:
        z = NormalDist().inv_cdf(0.5 + level / 200)
        return (high - low) / (2 * z), "ci" if row.get("ci_level") else "ci, taken as 95%"
    p = row.get("p_value")
    if row.get("p_op") == "=" and p is not None and low is None and high is None:
        one_sided = "one-sided" in (row.get("analysis") or ())
        tail = p if one_sided else p / 2
        if 0 < tail < 0.5 and yi != 0:
            return abs(yi) / NormalDist().inv_cdf(1 - tail), "p, one-sided" if one_sided else "p"
    return None


def effect_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the effect table of rows of view ``evidence``.

    Parameters
    ----------
    rows : iterable of mappings
        JSON columns decoded; rows of other kinds and measures are left out.

    Returns
    -------
    list of dict
        Keys of `METAFOR_COLUMNS`.  ``yi``, ``sei``, ``ci.lb`` and ``ci.ub`` are natural
        logarithms where ``scale`` is ``log``, else in the unit of the measure; ``sei`` is None
        where it cannot be derived.
    """
    table = []
    for row in rows:
        ratio = row["measure"] in RATIOS
        if row["kind"] != "effect" or row["value"] is None or not (ratio or row["measure"] in DIFFERENCES):
            continue
        yi = _transform(row["value"], ratio)
        if yi is None:
            continue
        low, high = _transform(row["ci_low"], ratio), _transform(row["ci_high"], ratio)
        derived = _standard_error(row, yi, low, high)
        table.append(
            {
                "study": row.get("trial") or row.get("trial_key") or row["document"],
                **{c: row.get(c) for c in ("trial_key", "document", "endpoint", "measure")},
                "scale": "log" if ratio else "natural",
                "experimental": " + ".join(row.get("experimental") or ()),
                "comparator": " + ".join(row.get("comparator") or ()),
                **{c: row.get(c) for c in ("population", "timepoint")},
                "analysis": ", ".join(row.get("analysis") or ()),
                **{c: row.get(c) for c in ("origin", "value", "ci_low", "ci_high", "ci_level")},
                "yi": yi,
                "sei": derived[0] if derived else None,
                "ci.lb": low,
                "ci.ub": high,
                "sei_from": derived[1] if derived else None,
                "checks": ", ".join(row.get("checks") or ()),
                "sentence": " ".join((row.get("sentence") or "").split()),
                "evidence_id": row["id"],
            }
        )
    return table


def revman_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the table for RevMan's generic inverse variance outcomes.

    Only rows with a standard error: estimate and SE on the log scale for ratios, bounds as
    printed.

    Returns
    -------
    list of dict
        Keys of `REVMAN_COLUMNS`.
    """
    rows = list(rows)
    by_id = {(row["document"], row["id"]): row for row in rows}
    table = []
    for effect in effect_rows(rows):
        if effect["sei"] is None:
            continue
        row = by_id[(effect["document"], effect["evidence_id"])]
        measure = effect["measure"]
        values = (
            arms_text(row) or "unnamed groups",
            " ".join(x for x in (effect["endpoint"] or "unnamed outcome", effect["timepoint"]) if x),
            effect["population"],
            effect["study"],
            f"log[{measure}]" if effect["scale"] == "log" else measure,
            *(effect["yi"], effect["sei"], effect["ci_low"], effect["ci_high"], effect["sei_from"]),
            *(effect["document"], effect["evidence_id"]),
        )
        table.append(dict(zip(REVMAN_COLUMNS, values, strict=True)))
    return table
