"""Phrases of the packs as a spaCy ``PhraseMatcher`` that takes in a phrase when a text may hold it.

Making the matcher of all phrases takes longer than reading a short document, and most phrases
never occur: a phrase waits under its first token until a text has that token.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..text.tokenizer import MixedScriptTokenizer, first_token

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Phrases"]


class Phrases:
    """Finds phrases in documents, as a ``PhraseMatcher`` of all of them would.

    Parameters
    ----------
    tokenizer : MixedScriptTokenizer
        The one that makes the documents.
    phrases : iterable of (str, str)
        Key and text.
    """

    def __init__(self, tokenizer: MixedScriptTokenizer, phrases: Iterable[tuple[str, str]]) -> None:
        from spacy.attrs import ORTH
        from spacy.matcher import PhraseMatcher

        self._orth = ORTH
        self._tokenizer = tokenizer
        self._matcher = PhraseMatcher(tokenizer.vocab, attr="ORTH")
        self._waiting: dict[int, list[tuple[str, str]]] = {}
        add = tokenizer.vocab.strings.add
        for key, text in phrases:
            self._waiting.setdefault(add(first_token(text)), []).append((key, text))

    def __call__(self, doc: Doc) -> list[tuple[int, int, int]]:
        """Return (key, first token, token behind the last) of each match in `doc`."""
        words: Any = doc.to_array([self._orth])
        for token in self._waiting.keys() & set(words.ravel().tolist()):
            for key, text in self._waiting.pop(token):
                self._matcher.add(key, [self._tokenizer(text)])
        found: list[tuple[int, int, int]] = self._matcher(doc)
        return found
