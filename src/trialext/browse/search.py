"""Search in both languages: the index of statements first, then the whole texts."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from ..store.search import search_sentences

__all__ = ["Hit", "search", "snippet_parts"]

_PIECE = re.compile(r'"([^"]*)"?|(\S+)')
SNIPPET = 70


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that was found.

    Attributes
    ----------
    document : str
    start, end : int
        Code points of its text.
    parts : tuple of (str, bool)
        The text around it; True where it is one of the words.
    """

    document: str
    start: int
    end: int
    parts: tuple[tuple[str, bool], ...]


def _pattern(words: str) -> re.Pattern[str] | None:
    """Return what finds any of the words: Latin ones whole, Chinese ones anywhere."""
    pieces = []
    for phrase, word in _PIECE.findall(words):
        text = (phrase or word).strip()
        star = text.endswith("*")
        text = text.rstrip("*")
        if not text:
            continue
        body = r"\s+".join(map(re.escape, text.split()))
        left = r"(?<![A-Za-z0-9])" if text[0].isascii() and text[0].isalnum() else ""
        right = r"(?![A-Za-z0-9])" if text[-1].isascii() and text[-1].isalnum() and not star else ""
        pieces.append(left + body + right)
    return re.compile("|".join(pieces), re.IGNORECASE) if pieces else None


def snippet_parts(text: str, pattern: re.Pattern[str] | None) -> tuple[tuple[str, bool], ...]:
    """Return `text` in parts, with what `pattern` finds marked."""
    if pattern is None:
        return ((text, False),)
    parts = []
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            parts.append((text[at : match.start()], False))
        parts.append((match.group(), True))
        at = match.end()
    if at < len(text):
        parts.append((text[at:], False))
    return tuple(parts)


def search(db: sqlite3.Connection, words: str, limit: int = 60) -> tuple[list[Hit], list[Hit]]:
    """Find words in statements and in whole texts.

    Parameters
    ----------
    db : sqlite3.Connection
    words : str
        Words that must all occur; ``"a phrase"`` and ``ivones*`` work.
    limit : int
        How many places of each kind to return.

    Returns
    -------
    statements : list of Hit
        Sentences with results that hold all words, the best first.
    texts : list of Hit
        The first place in every document that holds all words, by document.
    """
    pattern = _pattern(words)
    statements = [Hit(d, a, b, snippet_parts(t, pattern)) for d, a, b, t in search_sentences(db, words, limit)]
    texts: list[Hit] = []
    if pattern is None:
        return statements, texts
    each = [p for p in (_pattern(f'"{a}"' if a else b) for a, b in _PIECE.findall(words)) if p is not None]
    longest = max(((a or b).strip("* ") for a, b in _PIECE.findall(words)), key=len).split()
    found = db.execute(
        "SELECT name, text FROM document WHERE text LIKE ? ESCAPE '\\' ORDER BY name",
        (f"%{_like(longest[0] if longest else '')}%",),
    )
    for name, text in found:
        places = [p.search(text) for p in each]
        first = places[0]
        if first is None or not all(places):
            continue
        start, end = max(0, first.start() - SNIPPET), min(len(text), first.end() + SNIPPET)
        around = " ".join(text[start:end].split())
        texts.append(Hit(name, first.start(), first.end(), snippet_parts(f"…{around}…", pattern)))
        if len(texts) >= limit:
            break
    return statements, texts


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
