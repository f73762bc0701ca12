"""Checked packs, kept in the user's cache folder under the hash of their content.

A file is JSON behind the digest of its bytes: reading it cannot run anything, whoever wrote it.
"""

from __future__ import annotations

import hashlib
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


def _file(folder: Path, key: str) -> Path:
    return folder / f"patterns-{key}.json"


def recall(key: str) -> list[Any] | None:
    """Return what was remembered under `key`, or None; a damaged file counts as none."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        data = _file(folder, key).read_bytes()
        if data[:32] != hashlib.sha256(data[32:]).digest():
            return None
        rows = json.loads(data[32:])
    except (OSError, ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) else None


def remember(key: str, rows: list[Any]) -> None:
    """Write `rows` under `key` at once or not at all; a folder that cannot be written is no error."""
    folder = cache_folder()
    if folder is None:
        return
    with suppress(OSError, ValueError, TypeError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="patterns-", suffix=".part")
        try:
            payload = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
            with open(handle, "wb") as out:
                out.write(hashlib.sha256(payload).digest() + payload)
            os.replace(name, _file(folder, key))
        except (OSError, ValueError, TypeError):
            Path(name).unlink(missing_ok=True)
            return
        found = [p for p in folder.glob("patterns-*") if p.suffix != ".part"]
        kept = sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_KEEP:]:
            old.unlink(missing_ok=True)
