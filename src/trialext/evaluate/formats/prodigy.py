"""Prodigy and spaCy JSONL: one object a line with ``text`` and ``spans`` in code points.

``spans`` hold ``start``, ``end``, ``label``; the columns of a row stand in ``row``, which the
tools carry along.  The older spaCy form ``{"text", "entities": [[start, end, label]]}`` is read
as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..annotations import Annotated, AnnotationError, Label

__all__ = ["read", "write"]


def write(items: Iterable[Annotated], target: Path) -> int:
    """Write documents into one JSONL file, a line each.

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
    lines = []
    for item in items:
        spans = []
        for s in item.labels:
            span: dict[str, Any] = {
                "start": s.start,
                "end": s.end,
                "label": s.label,
                "text": item.text[s.start : s.end],
            }
            spans.append(span | ({"row": dict(s.attributes)} if s.attributes else {}))
        record = {"text": item.text, "spans": spans, "meta": {"doc": item.doc, "document": dict(item.attributes)}}
        lines.append(json.dumps(record | {"answer": "accept"}, ensure_ascii=True))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)


def read(source: Path) -> list[Annotated]:
    """Read a JSONL file; lines that were rejected or ignored are left out.

    Returns
    -------
    list of Annotated
        In the order of the lines.

    Raises
    ------
    AnnotationError
        When a line is no such record, or a span does not fit its text.
    """
    try:
        content = source.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{source}: cannot be read: {error}") from error
    out = []
    for n, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{source}:{n}"
        try:
            record = json.loads(line)
        except ValueError as error:
            raise AnnotationError(f"{place}: no JSON: {error}") from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise AnnotationError(f"{place}: an object with `text` and `spans` is expected")
        if record.get("answer", "accept") == "accept":
            out.append(_annotated(record, place, n))
    return out


def _annotated(record: Mapping[str, Any], place: str, n: int) -> Annotated:
    text = record["text"]
    labels = []
    for span in record.get("spans") or ():
        try:
            label = Label(str(span["label"]), int(span["start"]), int(span["end"]), span.get("row") or {})
        except (KeyError, TypeError, ValueError) as error:
            raise AnnotationError(f"{place}: a span needs start, end and label: {span!r}") from error
        if span.get("text") not in (None, text[label.start : label.end]):
            raise AnnotationError(f"{place}: the text at {label.start} to {label.end} is not {span['text']!r}")
        labels.append(label)
    for entity in record.get("entities") or ():
        try:
            start, end, name = entity
            labels.append(Label(str(name), int(start), int(end)))
        except (TypeError, ValueError) as error:
            raise AnnotationError(f"{place}: an entity is [start, end, label]: {entity!r}") from error
    meta = record.get("meta") or {}
    return Annotated(str(meta.get("doc") or n), text, tuple(labels), meta.get("document") or {}).checked(place)
