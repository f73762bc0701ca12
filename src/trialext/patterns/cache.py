"""Checked packs, kept as JSON in the user's cache folder under the hash of their content."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["cache_folder", "recall", "remember"]

_KEEP = 8


def cache_folder() -> Path | None:
    """Return the folder for checked packs; None where ``TRIALEXT_CACHE`` is ``off``."""
    wanted = os.environ.get("TRIALEXT_CACHE", "")
    if wanted.lower() in ("off", "0", "no"):
        return None
    try:
        if wanted:
            return Path(wanted)
        if sys.platform == "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "trialext" / "cache"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "trialext"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trialext"
    except RuntimeError:  # no home
        return None


def recall(key: str) -> list[Any] | None:
    """Return what was remembered under `key`, or None; a damaged file counts as none."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        stored = json.loads((folder / f"patterns-{key}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    rows = stored.get("rows") if isinstance(stored, dict) and stored.get("key") == key else None
    return rows if isinstance(rows, list) else None


def remember(key: str, rows: list[Any]) -> None:
    """Write `rows` under `key` at once or not at all; a folder that cannot be written is no error."""
    folder = cache_folder()
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="patterns-", suffix=".part")
        try:
            with open(handle, "w", encoding="utf-8") as out:
                json.dump({"key": key, "rows": rows}, out, ensure_ascii=False, separators=(",", ":"))
            os.replace(name, folder / f"patterns-{key}.json")
        except OSError:
            Path(name).unlink(missing_ok=True)
            return
        kept = sorted(folder.glob("patterns-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_KEEP:]:
            old.unlink(missing_ok=True)
