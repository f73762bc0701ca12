"""The functions of ``re``, with room for every expression that stands where it is used.

``re`` keeps 512 compiled expressions and begins anew. The rules hold more, so that each
document would compile most of them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

__all__ = ["findall", "finditer", "fullmatch", "match", "search", "split", "sub"]

_KEPT = 4096
"""Expressions kept: those of the rules and of names that recent documents have taught."""


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)


def search(pattern: str, string: str, flags: int = 0) -> re.Match[str] | None:
    """As ``re.search``."""
    return _compiled(pattern, flags).search(string)


def match(pattern: str, string: str, flags: int = 0) -> re.Match[str] | None:
    """As ``re.match``."""
    return _compiled(pattern, flags).match(string)


def fullmatch(pattern: str, string: str, flags: int = 0) -> re.Match[str] | None:
    """As ``re.fullmatch``."""
    return _compiled(pattern, flags).fullmatch(string)


def finditer(pattern: str, string: str, flags: int = 0) -> Iterator[re.Match[str]]:
    """As ``re.finditer``."""
    return _compiled(pattern, flags).finditer(string)


def findall(pattern: str, string: str, flags: int = 0) -> list[Any]:
    """As ``re.findall``."""
    return _compiled(pattern, flags).findall(string)


def split(pattern: str, string: str, maxsplit: int = 0, flags: int = 0) -> list[str]:
    """As ``re.split``, of expressions without groups that may be missing."""
    return _compiled(pattern, flags).split(string, maxsplit)


def sub(pattern: str, repl: str | Callable[[re.Match[str]], str], string: str, count: int = 0, flags: int = 0) -> str:
    """As ``re.sub``."""
    return _compiled(pattern, flags).sub(repl, string, count)
