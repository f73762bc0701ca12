"""The text layer: folding with offsets, sections, sentences, the mixed-script tokenizer."""

from __future__ import annotations

from .fold import Folded, fold
from .sentences import language, split_sentences

__all__ = ["Folded", "fold", "language", "split_sentences"]
