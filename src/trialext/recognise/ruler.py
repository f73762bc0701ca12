"""Entity rulers: where the words of the packs stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..model import Mention
from ..patterns import Entry, Patterns
from ..patterns.regexes import required_literals
from ..text.fold import fold
from ..text.tokenizer import MixedScriptTokenizer
from .phrases import Phrases

__all__ = ["Ruler", "cue_regex", "ruler_for"]

_SEP = "\x1f"
_LATIN = re.compile(r"[A-Za-z]")


def _as_written(alias: str) -> bool:
    """Short forms without a lower-case letter are matched in their own case only."""
    return len(alias) <= 5 and alias.upper() == alias and bool(_LATIN.search(alias))


@lru_cache(maxsize=4)
def _cue_words(patterns: Patterns) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for e in patterns.entries:
        if e.label.startswith("CUE_"):
            table.setdefault(e.label, []).extend(e.aliases)
    return table


def _alternation(words: Iterable[str]) -> re.Pattern[str]:
    parts = []
    for w in sorted(set(words), key=lambda w: (-len(w), w)):
        piece = re.escape(fold(w).text).replace(r"\ ", r"\s+")
        if w[0].isascii() and w[0].isalnum():
            piece = r"(?<![A-Za-z0-9])" + piece
        if w[-1].isascii() and w[-1].isalnum():
            piece += r"(?![A-Za-z0-9])"
        parts.append(f"(?-i:{piece})" if _as_written(w) else piece)
    return re.compile("|".join(parts) or r"(?!)", re.I)


@lru_cache(maxsize=256)  # compiled label by label: a short text asks for few of them
def cue_regex(patterns: Patterns, label: str) -> re.Pattern[str]:
    """Return one regular expression for all words of a cue label.

    Parameters
    ----------
    patterns : Patterns
    label : str
        ``CUE_…``.

    Returns
    -------
    re.Pattern
        For folded text, in any case but for short forms in capitals; matches nothing where no
        record has this label.
    """
    return _alternation(_cue_words(patterns).get(label, ()))


class Ruler:
    """Finds the entities of the packs in folded text.

    Phrases are matched on tokens of the mixed-script tokenizer with spaCy's
    ``PhraseMatcher``; of overlapping matches the longest wins, then the earlier record.

    Parameters
    ----------
    patterns : Patterns
    labels : iterable of str, optional
        Keep to these labels; by default every label that is no cue.
    """

    def __init__(self, patterns: Patterns, labels: Iterable[str] | None = None) -> None:
        from spacy.lang.lex_attrs import LEX_ATTRS
        from spacy.matcher import Matcher
        from spacy.vocab import Vocab

        wanted = set(labels) if labels is not None else None
        self.entries: list[Entry] = [
            e for e in patterns.entries if (e.label in wanted if wanted is not None else not e.label.startswith("CUE_"))
        ]
        # only token patterns ask for attributes such as LOWER; computing them for every word is slow
        self.vocab = Vocab(lex_attr_getters=LEX_ATTRS if any(e.tokens for e in self.entries) else None)
        self.tokenizer = MixedScriptTokenizer(self.vocab)
        self.drugs: dict[str, str] = {a.lower(): e.id for e in self.entries if e.label == "DRUG" for a in e.aliases}
        self._tokens = Matcher(self.vocab)
        self._regexes: list[tuple[int, re.Pattern[str], tuple[str, ...]]] = []
        exact: list[tuple[str, str]] = []
        loose: list[tuple[str, str]] = []
        for n, e in enumerate(self.entries):
            for alias in e.aliases:
                text = fold(alias).text.strip()
                if not text:
                    continue
                if _as_written(alias):
                    exact.append((str(n), text))
                else:
                    loose.append((str(n), _lower(text)))
            for k, tokens in enumerate(e.tokens):
                self._tokens.add(f"{n}{_SEP}{k}", [list(map(dict, tokens))])
            for rx in e.regexes:
                self._regexes.append((n, re.compile(rx, re.ASCII), required_literals(rx)))
        self._exact = Phrases(self.tokenizer, exact)
        self._loose = Phrases(self.tokenizer, loose)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a folded text, in order, without overlaps.

        Parameters
        ----------
        text : str
            Folded text; offsets of the mentions are into it.
        """
        found: list[tuple[int, int, int]] = []
        strings = self.vocab.strings
        doc = self.tokenizer(text)
        for matcher, source in ((self._exact, doc), (self._loose, self.tokenizer(_lower(text)))):
            for key, i, j in matcher(source):
                start, last = source[i], source[j - 1]
                found.append((start.idx, last.idx + len(last), int(strings[key])))
        if len(self._tokens):
            for key, i, j in self._tokens(doc):
                found.append((doc[i].idx, doc[j - 1].idx + len(doc[j - 1]), int(strings[key].split(_SEP)[0])))
        found = [f for f in found if self._edges(text, *f)]
        for n, rx, literals in self._regexes:
            if not literals or any(literal in text for literal in literals):
                found += [(m.start(), m.end(), n) for m in rx.finditer(text) if m.end() > m.start()]
        placed = {n for s, e, n in found if self._context(text, s, e, n)}
        spelled = {(self.entries[n].label, self.entries[n].id) for n in placed if not self.entries[n].needs}
        # a short form is understood throughout once the document has spelled it out
        found = [f for f in found if self._context(text, *f) or ((self.entries[f[2]].label, self.entries[f[2]].id) in spelled and not self._barred(text, *f))]
        found.sort(key=lambda f: (f[0] - f[1], f[0], self.entries[f[2]].label != "ENDPOINT", f[2]))
        taken = bytearray(len(text) + 1)
        kept: list[tuple[int, int, int]] = []
        for s, e, n in found:
            if taken.find(1, s, e) < 0:
                taken[s:e] = b"\1" * (e - s)
                kept.append((s, e, n))
        kept.sort()
        return [
            Mention(e.label, text[start:end] if e.label in ("TRIAL", "REGISTRY") and e.regexes else e.id, start, end, f"{e.file}:{e.label}/{e.id}")
            for start, end, n in kept
            for e in (self.entries[n],)
        ]

    @staticmethod
    def _edges(text: str, start: int, end: int, _n: int) -> bool:
        """A name that ends in a digit must not go on with one: ``KEYNOTE-1`` in ``KEYNOTE-189``."""
        before, after = text[start - 1 : start], text[end : end + 2]
        if text[start].isascii() and text[start].isalnum() and before.isascii() and before.isalnum():
            return before == "m" and text[start].isupper()
        last = text[end - 1]
        if end - start <= 3 and after[:1] == "-" and after[1:].isascii() and after[1:].isalnum() and text[start:end].isupper():
            return False
        return not (last.isascii() and last.isalnum() and after[:1].isascii() and after[:1].isalnum()) and not (
            last.isdigit() and after[:1] == "." and after[1:].isdigit()
        )

    def _barred(self, text: str, start: int, end: int, n: int) -> bool:
        e = self.entries[n]
        around = text[max(0, start - 160) : end + 160].lower()
        return any(w.lower() in around for w in e.not_with)

    def _context(self, text: str, start: int, end: int, n: int) -> bool:
        e = self.entries[n]
        if not (e.needs or e.not_with):
            return True
        left = max(text.rfind(c, 0, start) for c in "。\n") + 1
        right = min((i for i in (text.find(c, end) for c in "。\n") if i >= 0), default=len(text))
        around = (text[max(left, start - 160) : start] + " \0 " + text[end : min(right, end + 160)]).lower()
        return (not e.needs or any(w.lower() in around for w in e.needs)) and not any(
            w.lower() in around for w in e.not_with
        )


def _lower(text: str) -> str:
    """Lower-case without changing the length (some capitals have none of equal length)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=4)
def _cached(patterns: Patterns) -> Ruler:
    return Ruler(patterns)


def ruler_for(patterns: Patterns) -> Ruler:
    """Return the ruler of a pattern set, built once per process."""
    return _cached(patterns)
