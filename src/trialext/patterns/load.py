"""Read pattern packs from folders of ``*.jsonl`` and ``*.toml`` files and layer them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .records import Entry, Patterns

__all__ = ["PatternError", "load_patterns", "shipped_packs"]


class PatternError(ValueError):
    """A broken pattern pack; the message names file, line and the fix."""


def shipped_packs() -> Path:
    """Return the folder of the packs that come with the package."""
    inside = Path(__file__).parent.parent / "_packs"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "patterns"


def _records(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    if path.suffix == ".toml":
        for n, record in enumerate(tomllib.loads(path.read_text("utf-8")).get("entry", []), 1):
            yield n, record
    else:
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                yield n, json.loads(line)


def _entry(record: dict[str, Any], path: Path, line: int) -> Entry:
    aliases = list(record.get("aliases", ()))
    tokens = list(record.get("tokens", ()))
    pattern = record.get("pattern")
    if isinstance(pattern, str):
        aliases.append(pattern)
    elif pattern:
        tokens.append(pattern)
    return Entry(
        label=record["label"],
        id=record.get("id") or (aliases[0] if aliases else ""),
        aliases=tuple(aliases),
        regexes=tuple(record.get("regexes", ())),
        tokens=tuple(tuple(t) for t in tokens),
        lang=record.get("lang"),
        needs=tuple(record.get("needs", ())),
        not_with=tuple(record.get("not_with", ())),
        facts=record.get("facts", {}),
        examples=tuple(record.get("examples", ())),
        counterexamples=tuple(record.get("counterexamples", ())),
        note=record.get("note"),
        source=record.get("source"),
        file=path.name,
        line=line,
    )


def load_patterns(folders: Sequence[Path | str] = ()) -> Patterns:
    """Load the shipped packs and layer `folders` over them."""
    entries: list[Entry] = []
    digest = hashlib.sha256()
    for folder in (shipped_packs(), *map(Path, folders)):
        for path in sorted(folder.glob("*.jsonl")) + sorted(folder.glob("*.toml")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
            for n, record in _records(path):
                entries.append(_entry(record, path, n))
                for form in record.get("also", ()):
                    entries.append(_entry({"label": record["label"], "id": record["id"], **form}, path, n))
    return Patterns(tuple(entries), digest.hexdigest()[:16])
