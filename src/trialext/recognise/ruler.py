"""Entity rulers: where the words of the packs stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from ..model import Mention
from ..patterns import Entry, Patterns
from ..patterns.regexes import longest_match, required_literals
from ..text import inline
from ..text.fold import fold
from ..text.sentences import first_sign
from ..text.tokenizer import MixedScriptTokenizer
from .guarded import Guarded, lowered
from .phrases import Phrases

__all__ = ["Ruler", "cue_regex", "ruler_for"]

_SEP = "\x1f"
_NO_CUE = Guarded(re.compile(r"(?!)"))
_NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
_LATIN = re.compile(r"[A-Za-z]")


def _as_written(alias: str) -> bool:
    """Short forms without a lower-case letter are matched in their own case only."""
    return len(alias) <= 5 and alias.upper() == alias and bool(_LATIN.search(alias))


def _guard(words: Iterable[str]) -> re.Pattern[str]:
    """Return a fast expression for lower-case text that finds something wherever one of `words` may stand.

    The engine skips to the first letter of an alternative, which it cannot do in any case or
    behind a look back; so that look stands behind the letter.
    """
    heads: dict[str, set[str]] = {}
    for w in words:
        folded = lowered(fold(w).text)
        rest = re.escape(folded[1:]).replace(r"\ ", r"\s+")
        heads.setdefault(folded[0] + ("<" if w[0].isascii() and w[0].isalnum() else ""), set()).add(rest)
    parts = []
    for head, rests in sorted(heads.items()):
        first = re.escape(head[0])
        look = "(?<![a-z0-9].)" if head[1:] else ""
        parts.append(f"{first}{look}(?:{'|'.join(sorted(rests))})")
    return re.compile("|".join(parts) or r"(?!)", re.S)


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


@lru_cache(maxsize=4)
def _cue_words(patterns: Patterns) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for e in patterns.entries:
        if e.label.startswith("CUE_"):
            table.setdefault(e.label, []).extend(e.aliases)
    return table


@lru_cache(maxsize=256)  # compiled label by label: a short text asks for few of them
def cue_regex(patterns: Patterns, label: str) -> Guarded:
    """Return one regular expression for all words of a cue label.

    Parameters
    ----------
    patterns : Patterns
    label : str
        ``CUE_…``.

    Returns
    -------
    Guarded
        Searches folded text as a regular expression does, in any case but for short forms in
        capitals; matches nothing where no record has this label.
    """
    words = _cue_words(patterns).get(label, ())
    return Guarded(_alternation(words), guard=_guard(words)) if words else _NO_CUE


class Ruler:
    """Finds the entities of the packs in folded text.

    Phrases and token patterns are matched by spaCy on tokens of the mixed-script tokenizer; of
    overlapping matches the longest wins, then the earlier record.

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
        self.drugs: dict[str, str] = {a.lower(): e.id for e in self.entries if e.label == "DRUG" for a in e.aliases}
        # only token patterns ask for attributes such as LOWER; computing them for every word is slow
        self.vocab = Vocab(lex_attr_getters=LEX_ATTRS if any(e.tokens for e in self.entries) else None)
        self.tokenizer = MixedScriptTokenizer(self.vocab)
        exact: list[tuple[str, str]] = []
        loose: list[tuple[str, str]] = []
        self._tokens = Matcher(self.vocab)
        self._regexes: list[tuple[int, re.Pattern[str], tuple[str, ...], int]] = []
        self._always: list[int] = []
        heads: dict[tuple[str, str], dict[str, list[int]]] = {}
        for n, e in enumerate(self.entries):
            for alias in e.aliases:
                text = fold(alias).text.strip()
                if text and _as_written(alias):
                    exact.append((str(n), text))
                elif text:
                    loose.append((str(n), _lower(text)))
            for k, tokens in enumerate(e.tokens):
                self._tokens.add(f"{n}{_SEP}{k}", [list(map(dict, tokens))])
            for rx in e.regexes:
                literals = required_literals(rx)
                for literal in literals:
                    with_head = heads.setdefault((literal[0], literal[1]), {})
                    with_head.setdefault(literal, []).append(len(self._regexes))
                if not literals:
                    self._always.append(len(self._regexes))
                self._regexes.append((n, re.compile(rx, re.ASCII), literals, longest_match(rx) if literals else 0))
        self._heads = {head: tuple(told.items()) for head, told in heads.items()}
        self._exact, self._loose = Phrases(self.tokenizer, exact), Phrases(self.tokenizer, loose)
        self._needs = {
            n: (tuple(w.lower() for w in e.needs), tuple(w.lower() for w in e.not_with))
            for n, e in enumerate(self.entries)
            if e.needs or e.not_with
        }

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
        # a look at the pairs of letters spares most expressions, whose literals are many
        pairs = set(pairwise(text))
        likely = {
            k for head in self._heads.keys() & pairs for literal, ks in self._heads[head] if literal in text for k in ks
        }
        for k in (*self._always, *likely):
            n, rx, literals, longest = self._regexes[k]
            for a, b in _around(text, literals, longest):
                found += [(m.start(), m.end(), n) for m in rx.finditer(text, a, b) if m.end() > m.start()]
        placed = {f for f in found if self._context(text, *f)}
        # a short form is understood throughout once the document has spelled it out, or has told its kind beside it
        named = [self.entries[n] for n in {n for _, _, n in placed}]
        spelled = {(e.label, e.id) for e in named if not e.needs}
        told = {(e.label, e.id) for e in named if e.label in ("REGIMEN", "CLASS")}

        def understood(start: int, end: int, n: int) -> bool:
            key = self.entries[n].label, self.entries[n].id
            known = key in spelled or (key in told and text[start:end].isupper())
            return known and not self._barred(text, start, end, n)

        found = [f for f in found if f in placed or understood(*f)]
        found.sort(key=lambda f: (f[0] - f[1], f[0], self.entries[f[2]].label != "ENDPOINT", f[2]))
        taken = bytearray(len(text) + 1)
        kept: list[tuple[int, int, int]] = []
        for s, e, n in found:
            if taken.find(1, s, e) < 0:
                taken[s:e] = b"\1" * (e - s)
                kept.append((s, e, n))
        kept.sort()
        return [
            Mention(
                e.label,
                text[start:end] if e.label in ("TRIAL", "REGISTRY") and e.regexes else e.id,
                start,
                end,
                f"{e.file}:{e.label}/{e.id}",
            )
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
        if (
            end - start <= 3
            and after[:1] == "-"
            and after[1:].isascii()
            and after[1:].isalnum()
            and text[start:end].isupper()
            and not _AS_GIVEN.match(text, end)
        ):
            return False
        return not (last.isascii() and last.isalnum() and after[:1].isascii() and after[:1].isalnum()) and not (
            last.isdigit() and after[:1] == "." and after[1:].isdigit()
        )

    def _barred(self, text: str, start: int, end: int, n: int) -> bool:
        around = text[max(0, start - 160) : end + 160].lower()
        return any(w in around for w in self._needs.get(n, _NOTHING)[1])

    def _context(self, text: str, start: int, end: int, n: int) -> bool:
        if n not in self._needs:
            return True
        needs, not_with = self._needs[n]
        first, last = max(0, start - 160), end + 160
        left = max(text.rfind(c, first, start) for c in "。\n") + 1
        right = first_sign(text, "。\n", end, last)
        around = (text[max(left, first) : start] + " \0 " + text[end:right]).lower()
        return (not needs or any(w in around for w in needs)) and not any(w in around for w in not_with)


_AS_GIVEN = re.compile(r"-(?:treated|based|containing|receiving|alone|only|plus|group|arm)(?![A-Za-z])")
"""``TMZ-treated patients``"""
_BEYOND = 200
"""Characters behind a match that an expression may look at."""


def _around(text: str, literals: Sequence[str], longest: int) -> list[tuple[int, int]]:
    """Return the stretches of a text outside of which nothing matches: those around the literals.

    Parameters
    ----------
    text : str
    literals : sequence of str
        Of which one stands in every match.
    longest : int
        Length of the longest match; 0 where there is no limit.
    """
    if not longest or len(text) < 2 * (longest + _BEYOND):
        return [(0, len(text))]
    out: list[tuple[int, int]] = []
    for at in sorted({m.start() for literal in literals for m in inline.finditer(re.escape(literal), text)}):
        first, last = max(0, at - longest), min(len(text), at + longest + _BEYOND)
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out


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
