"""The mixed-script tokenizer: a Han character, a Latin word, a code or a number is a token."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["MixedScriptTokenizer", "first_token", "registered_tokenizer", "token_spans"]

_TOKEN = re.compile(
    r"""[A-Za-z\u00c0-\u024f\u0370-\u03ff][A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]*  # the common case first
      | [\u3400-\u9fff\uf900-\ufaff]                     # a Han character
      | \d+(?:[.,]\d+)*(?:[eE]-?\d+)?(?![A-Za-z0-9])       # a number
      | [A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]+             # a Latin or Greek word, or a piece of a code
      | \s+
      | .""",
    re.X | re.S,
)


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of the tokens of `text`, white space left out."""
    return [m.span() for m in _TOKEN.finditer(text) if not m.group().isspace()]


def first_token(text: str) -> str:
    """Return the first token of a text that does not begin with white space."""
    found = _TOKEN.match(text)
    return found.group() if found else ""


class MixedScriptTokenizer:
    """A spaCy tokenizer for mixed Chinese and English text; lossless.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokenise `text`; ``doc.text == text`` holds for every string."""
        from spacy.tokens import Doc

        words: list[str] = []
        spaces: list[bool] = []
        for piece in _TOKEN.findall(text):
            if piece == " " and spaces and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            elif (
                piece.isspace()
                and piece[0] == " "
                and len(piece) > 1
                and spaces
                and not spaces[-1]
                and not words[-1].isspace()
            ):
                spaces[-1] = True
                words.append(piece[1:])
                spaces.append(False)
            else:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: object) -> bytes:
        """Return an empty state: the tokenizer has no settings."""
        return b""

    def from_bytes(self, _data: bytes, **__: object) -> MixedScriptTokenizer:
        """Return self: the tokenizer has no settings."""
        return self

    def to_disk(self, _path: object, **__: object) -> None:
        """Write nothing: the tokenizer has no settings."""

    def from_disk(self, _path: object, **__: object) -> MixedScriptTokenizer:
        """Return self: the tokenizer has no settings."""
        return self


def registered_tokenizer() -> Callable[[Language], MixedScriptTokenizer]:
    """Return the factory that spaCy's registry knows as ``trialext.MixedScriptTokenizer.v1``."""

    def make(nlp: Language) -> MixedScriptTokenizer:
        return MixedScriptTokenizer(nlp.vocab)

    return make
