"""Every number of the text that is in no row, with the reason or the shape."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Span, Unexplained
from ..recognise.items import Item
from ..text import inline
from ..text.fold import Folded
from .scene import Scene

__all__ = ["unplaced_numbers"]


_OF_A_GROUP = {"percent": "rate", "duration": "median", "plusminus": "mean"}

_NUMERIC = {"number", "percent", "duration", "plusminus", "fraction", "range", "p", "ci"}


def unplaced_numbers(
    scenes: Sequence[Scene], used: dict[int, set[int]], scopes: dict[int, dict[int, str]], folded: Folded
) -> tuple[tuple[Unexplained, ...], tuple[tuple[int, int, str], ...]]:
    """Say of every number who claims it; what looks like a statistic and is not claimed is unexplained."""
    unexplained: list[Unexplained] = []
    ledger: list[tuple[int, int, str]] = []
    for index, scene in enumerate(scenes):
        for k, item in enumerate(scene.items):
            if item.kind in ("year", "n", "cite", "timepoint"):
                ledger.append(
                    (
                        *folded.source(item.start, item.end),
                        {"cite": "citation", "timepoint": "timepoint"}.get(item.kind, item.kind),
                    )
                )
                continue
            if item.kind not in _NUMERIC:
                continue
            span = folded.source(item.start, item.end)
            why = scopes.get(index, {}).get(item.value_start) or scopes.get(index, {}).get(item.start)
            if scene.section in ("references", "meta"):
                ledger.append((*span, "citation"))
            elif why and why != "unplaced":
                ledger.append((*span, why))
            elif k in used.get(index, set()) and not why:
                ledger.append((*span, "evidence"))
            else:
                shape = _shape(scene, k, item)
                if not shape and why and scene.groups:
                    # a value of a group that no outcome explains is shown, not dropped
                    shape = _OF_A_GROUP.get(item.kind, "")
                if shape:
                    unexplained.append(Unexplained(*span, Span(*folded.source(scene.start, scene.end)), shape))
                    ledger.append((*span, "unexplained"))
                else:
                    ledger.append((*span, "other"))
    return tuple(unexplained), tuple(ledger)


def _shape(scene: Scene, k: int, item: Item) -> str:
    """What an unclaimed number looks like, or an empty string."""
    if item.kind in ("p", "ci"):
        return item.kind
    before = scene.text[max(scene.start, item.start - 24) : item.start]
    if item.kind == "number" and any(w.kind == "measure" and 0 <= item.start - w.end < 24 for w in scene.items):
        return "ratio"
    if item.kind == "duration" and inline.search(r"median|中位", before, re.I):
        return "median"
    if (
        item.kind in ("percent", "range")
        and item.unit == "%"
        and any(abs(e.start - item.start) < 40 for e in scene.endpoints)
    ):
        return "rate"
    if item.kind == "plusminus":
        return "mean"
    return ""
