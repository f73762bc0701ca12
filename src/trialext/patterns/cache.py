"""Checked packs, kept in the user's cache folder under the hash of their content.

A file holds plain data (``marshal``: texts, numbers, tuples, dicts; no code and no objects)
behind the digest of its bytes; what does not fit its digest is not looked at.
"""

from __future__ import annotations

import hashlib
import marshal
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
    """Data of one interpreter version may not be that of another."""
    return folder / f"patterns-{key}-{sys.implementation.cache_tag}.bin"


def recall(key: str) -> list[Any] | None:
    """Return what was remembered under `key`, or None; a damaged file counts as none."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        data = _file(folder, key).read_bytes()
        if data[:32] != hashlib.sha256(data[32:]).digest():
            return None
        rows = marshal.loads(data[32:])
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return rows if isinstance(rows, list) else None


def remember(key: str, rows: list[Any]) -> None:
    """Write `rows` under `key` at once or not at all; a folder that cannot be written is no error."""
    folder = cache_folder()
    if folder is None:
        return
    with suppress(OSError, ValueError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="patterns-", suffix=".part")
        try:
            payload = marshal.dumps(rows)
            with open(handle, "wb") as out:
                out.write(hashlib.sha256(payload).digest() + payload)
            os.replace(name, _file(folder, key))
        except (OSError, ValueError):
            Path(name).unlink(missing_ok=True)
            return
        kept = sorted(folder.glob("patterns-*.bin"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_KEEP:]:
            old.unlink(missing_ok=True)
