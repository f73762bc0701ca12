"""What the rows were made with: the version of the program and a digest of its code."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from .. import __version__

__all__ = ["code_version"]

ROOMS = ("reading", "text", "patterns", "recognise", "assemble", "checks")
FILES = ("model.py", "pipeline.py", "store/rows.py")


@cache
def code_version() -> str:
    """Return the version of everything that decides which rows a text yields.

    The digest covers the rooms from reading to checks, so that files are read again after a
    rule was changed in a checkout, where the version number alone would not tell.

    Returns
    -------
    str
        For example ``0.1.0+3f2a90c1``.
    """
    root = Path(__file__).parents[1]
    modules = [root / name for name in FILES]
    for room in ROOMS:
        modules += sorted(p for p in (root / room).rglob("*") if p.suffix in (".py", ".tsv", ".json"))
    digest = hashlib.sha256()
    for path in modules:
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:8]}"
