"""Put a record into a pack file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from .load import PatternError
from .schema import Problem, check_record

__all__ = ["add_record"]


def add_record(path: Path, record: dict[str, Any], cues: frozenset[str]) -> str:
    """Append `record` to the JSONL pack `path`, or join it to the record of the same label and id.

    Parameters
    ----------
    path : Path
        ``*.jsonl`` file; it and its folder are made where they do not exist.
    record : dict
        A record with ``label`` and ``id``.
    cues : frozenset of str
        Known ``CUE_*`` labels.

    Returns
    -------
    str
        ``added`` or ``extended``.

    Raises
    ------
    PatternError
        Where the record or the file is not valid; the file stays as it was.
    """
    if path.suffix != ".jsonl":
        raise PatternError([Problem(str(path), 0, "records are added to *.jsonl files; write TOML by hand")])
    if wrong := check_record(record, cues):
        raise PatternError([Problem(str(path), 0, w) for w in wrong])
    lines = path.read_text("utf-8").split("\n") if path.exists() else []
    for n, line in enumerate(lines):
        try:
            old = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise PatternError([Problem(str(path), n + 1, f"not JSON: {error}")]) from None
        if isinstance(old, dict) and (old.get("label"), old.get("id")) == (record["label"], record["id"]):
            for key, value in record.items():
                if isinstance(value, list):
                    old[key] = [*old.get(key, []), *(v for v in value if v not in old.get(key, []))]
                elif key not in ("label", "id"):
                    old[key] = value
            lines[n] = json.dumps(old, ensure_ascii=False)
            _write(path, "\n".join(lines))
            return "extended"
    while lines and not lines[-1].strip():
        lines.pop()
    _write(path, "\n".join([*lines, json.dumps(record, ensure_ascii=False)]) + "\n")
    return "added"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with open(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(name, path)
