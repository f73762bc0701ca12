"""From files to documents: one module per format behind one registry.

`iter_sources` names the files that PATHs mean, `read_source` turns one of them into
documents.  Nothing here knows of languages or patterns.
"""

from __future__ import annotations

from .errors import Failure, ReadError, UsageError
from .limits import LIMITS, Limits
from .read import read_source
from .sources import SUFFIXES, Source, iter_sources

__all__ = [
    "LIMITS",
    "SUFFIXES",
    "Failure",
    "Limits",
    "ReadError",
    "Source",
    "UsageError",
    "iter_sources",
    "read_source",
]
