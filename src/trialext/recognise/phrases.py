"""A dictionary of phrases, token by token; what a search takes does not depend on its size.

Cutting all phrases into tokens takes longer than reading a short document, and most phrases
never occur: a phrase waits under its first token until a text has that token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..text.tokenizer import first_token, pieces

__all__ = ["Phrases"]

_END = ""
"""Where a phrase may end in the tree; no token is empty."""


class Phrases:
    """Finds phrases in a text that was cut into tokens.

    Parameters
    ----------
    phrases : iterable of (str, int)
        Text without white space at its ends, and the number of its record.
    """

    def __init__(self, phrases: Iterable[tuple[str, int]]) -> None:
        self._tree: dict[str, Any] = {}
        self._waiting: dict[str, list[tuple[str, int]]] = {}
        for text, n in phrases:
            self._waiting.setdefault(first_token(text), []).append((text, n))
        self._first = frozenset(self._waiting)

    def _node(self, token: str) -> dict[str, Any]:
        """Return what follows a first token."""
        for text, n in self._waiting.pop(token, ()):
            node = self._tree
            for piece in pieces(text):
                if piece != " ":  # a space between two tokens may be there or not
                    node = node.setdefault(piece, {})
            node.setdefault(_END, []).append(n)
        found: dict[str, Any] = self._tree[token]
        return found

    def find(self, tokens: Sequence[str], starts: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (start, end, record) of every phrase in a text.

        Parameters
        ----------
        tokens : sequence of str
            From :func:`trialext.text.tokenizer.pieces`.
        starts : sequence of int
            Where each of them begins, and the end of the last one.
        """
        last = len(tokens)
        found: list[tuple[int, int, int]] = []
        first = self._first
        for i in [i for i, token in enumerate(tokens) if token in first]:
            node, j = self._node(tokens[i]), i + 1
            while True:
                if _END in node:
                    found += [(starts[i], starts[j], n) for n in node[_END]]
                k = j + 1 if j < last and tokens[j] == " " else j
                if k >= last or tokens[k] not in node:
                    break
                node, j = node[tokens[k]], k + 1
        return found
