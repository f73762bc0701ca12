"""Label Studio JSON tasks.

The tool counts in UTF-16 code units, as browsers do; a character beyond the basic plane (an
emoji, a rare Han character) is two.  Offsets are converted on the way out and in.  Exports of
some versions count code points instead, and line ends may have been rewritten by the tool: an
offset that does not fit is read as code points, then looked for around its place by the
region's own text, and refused where that is not there either.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from ..annotations import Annotated, AnnotationError, Label

__all__ = ["CONFIG", "read", "write"]

CONFIG = """<View>
  <Labels name="label" toName="text">
    <Label value="effect"/><Label value="arm"/><Label value="test"/>
  </Labels>
  <Text name="text" value="$text" granularity="symbol"/>
</View>
"""
"""Labelling interface that goes with the tasks."""

_REACH = 400
"""Characters around a misplaced region that are searched for its text."""


def _units(text: str) -> list[int]:
    """Return the UTF-16 offset of every code point of `text`, and of its end."""
    return list(accumulate((2 if ord(c) > 0xFFFF else 1 for c in text), initial=0))


def write(items: Iterable[Annotated], target: Path) -> int:
    """Write tasks with their annotations into one JSON file.

    Parameters
    ----------
    items : iterable of Annotated
    target : path
        File; its folder is made when it is missing.

    Returns
    -------
    int
        How many documents were written.
    """
    tasks = []
    for item in items:
        units = _units(item.text)
        result = []
        for i, label in enumerate(item.labels, 1):
            value = {"start": units[label.start], "end": units[label.end], "text": item.text[label.start : label.end]}
            region: dict[str, Any] = {
                **{"id": f"r{i}", "from_name": "label", "to_name": "text", "type": "labels"},
                "value": value | {"labels": [label.label]},
            }
            if label.attributes:
                region["meta"] = {"row": dict(label.attributes)}
            result.append(region)
        data = {"text": item.text, "doc": item.doc, "document": dict(item.attributes)}
        tasks.append({"data": data, "annotations": [{"result": result}]})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(tasks, ensure_ascii=True, indent=1) + "\n", "utf-8")
    return len(tasks)


def read(source: Path) -> list[Annotated]:
    """Read an export (JSON): the last annotation of each task that was not cancelled.

    Returns
    -------
    list of Annotated
        One per task; a task without an annotation gives its prediction.

    Raises
    ------
    AnnotationError
        When the file is no export, or a region does not fit its text.
    """
    try:
        tasks = json.loads(source.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{source}: no Label Studio JSON: {error}") from error
    tasks = tasks if isinstance(tasks, list) else [tasks]
    out = []
    for n, task in enumerate(tasks, 1):
        place = f"{source}: task {n}"
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            raise AnnotationError(f"{place}: an object with `data.text` is expected; export as JSON, not as JSON-MIN")
        done = [a for a in task.get("annotations") or task.get("completions") or () if not a.get("was_cancelled")]
        regions = (done[-1] if done else (task.get("predictions") or [{}])[-1]).get("result") or ()
        text = data["text"]
        units = _units(text)
        labels = [_label(r, text, units, place) for r in regions if "start" in r.get("value", {})]
        name = str(data.get("doc") or task.get("id") or n)
        out.append(Annotated(name, text, tuple(labels), data.get("document") or {}).checked(place))
    return out


def _label(region: Mapping[str, Any], text: str, units: list[int], place: str) -> Label:
    value = region["value"]
    start, end = _span(value, text, units, f"{place}: region {region.get('id', '')}")
    names = value.get("labels") or value.get("hypertextlabels") or ["span"]
    return Label(str(names[0]), start, end, (region.get("meta") or {}).get("row") or {})


def _span(value: Mapping[str, Any], text: str, units: list[int], place: str) -> tuple[int, int]:
    """Return the code points of a region, verified by its own text where it has one."""
    first, last = int(value["start"]), int(value["end"])
    quote = value.get("text")
    start, end = bisect_left(units, first), bisect_left(units, last)
    if not isinstance(quote, str) or not quote or text[start:end] == quote:
        return start, end
    if text[first:last] == quote:
        return first, last
    near = [at for at in range(max(0, start - _REACH), min(len(text), start + _REACH)) if text.startswith(quote, at)]
    if not near:
        raise AnnotationError(
            f"{place}: {quote!r} does not stand near {first} to {last}; was the text changed, or are the line ends?"
        )
    at = min(near, key=lambda a: abs(a - start))
    return at, at + len(quote)
