"""Paths in the database: any path of the system as text, and back."""

from __future__ import annotations

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

__all__ = ["is_there", "local_path", "stored_path"]

_URL = "file://"


def stored_path(path: str) -> str:
    """Return `path` absolute and as valid Unicode: bytes that are no UTF-8 as a ``file:`` URL.

    The locale does not matter: the same file has the same stored path under all of them.
    """
    raw = os.fsencode(os.path.abspath(path))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _URL + quote_from_bytes(raw)


def local_path(stored: str) -> str:
    """Return a stored path as this process writes paths."""
    raw = unquote_to_bytes(stored[len(_URL) :]) if stored.startswith(_URL) else stored.encode("utf-8")
    return os.fsdecode(raw)


def is_there(stored: str) -> bool:
    """Return whether something lies at a stored path."""
    return os.path.lexists(local_path(stored))
