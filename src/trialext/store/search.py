"""Full-text search over sentences that works in Chinese and English.

The FTS index takes a run of Han characters for one word, so a Chinese word inside it would
never be found.  Sentences are therefore indexed with every Han character as a word of its
own, and a query is rewritten the same way: 帕博利珠单抗 becomes the phrase
``"帕 博 利 珠 单 抗"``, which finds exactly the places where it is written.
"""

from __future__ import annotations

import re
import sqlite3

__all__ = ["fts_query", "search_sentences", "spread_han"]

_HAN = re.compile(r"([\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
_PIECE = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w", re.UNICODE)


def spread_han(text: str) -> str:
    """Return `text` with a space round every Han character, as the index stores it."""
    return text if text.isascii() else _HAN.sub(r" \1 ", text)


def fts_query(words: str) -> str:
    """Rewrite what a person typed into a query of the index.

    Words stand side by side and must all occur; a phrase in double quotes stays a phrase; a
    star at the end of a Latin word matches any ending.  Operators of the query language have
    no meaning, so nothing that is typed can be a syntax error.

    Parameters
    ----------
    words : str
        For example ``帕博利珠单抗 OS`` or ``"overall survival" ivones*``.

    Returns
    -------
    str
        An FTS5 expression; empty when there is no word in `words`.
    """
    terms = []
    for phrase, word in _PIECE.findall(words.replace("\0", " ")):
        text = phrase or word
        if not _WORD.search(text):
            continue
        star = "*" if word.endswith("*") and not phrase else ""
        inside = " ".join(spread_han(text.rstrip("*") if star else text).replace('"', " ").split())
        terms.append(f'"{inside}"{star}')
    return " ".join(terms)


def search_sentences(db: sqlite3.Connection, words: str, limit: int = 50) -> list[tuple[str, int, int, str]]:
    """Return the sentences that hold all `words`, the best first.

    Parameters
    ----------
    db : sqlite3.Connection
    words : str
        As a person types them, see `fts_query`; without a word nothing is found.
    limit : int
        How many sentences at most.

    Returns
    -------
    list of (document, span_start, span_end, text)
        Spans in code points of the document's text.
    """
    query = fts_query(words)
    if not query:
        return []
    return db.execute(
        "SELECT d.name, s.span_start, s.span_end, s.text FROM sentence_fts f"
        " JOIN sentence s ON s.key = f.rowid JOIN document d ON d.id = s.document_id"
        " WHERE sentence_fts MATCH ? ORDER BY f.rank, s.key LIMIT ?",
        (query, limit),
    ).fetchall()
