"""Regular expressions behind a cheap look for words that every match must hold.

An expression of many alternatives is tried at every character of a sentence, while looking
for a plain word takes next to nothing. The words are read off the expression itself, so that
no match is lost however it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

__all__ = ["Guarded", "any_name", "guarded", "guarded_names", "lowered", "needed"]

# what ``re.I`` takes for the same letter although ``str.lower`` does not
_SAME = str.maketrans("İıſµϐϵϑϰϖϱςΣϕ", "iisμβεθκπρσσφ")
_ODD = re.compile("[İıſµϐϵϑϰϖϱςΣϕ]")
_SHORT, _LONG = 400, 20_000
"""Up to the first number of characters, a text is quicker lowered again than looked up; longer ones are documents."""
_FEW = 16
"""Words that are looked for one by one; of more, one expression is made."""


def _lower(text: str) -> str:
    if not text.isascii() and _ODD.search(text):
        text = text.translate(_SAME)
    return text.lower()


_kept = lru_cache(maxsize=32)(_lower)
_kept_long = lru_cache(maxsize=2)(_lower)  # sentences must not drive a document out


def lowered(text: str) -> str:
    """Return `text` in lower case and of the same length, so that offsets hold."""
    size = len(text)
    return _lower(text) if size <= _SHORT else _kept(text) if size < _LONG else _kept_long(text)


def needed(expression: str, flags: int = 0) -> tuple[tuple[str, ...], ...]:
    """Return up to two sets of lower-case words; of each set one word stands in every match.

    Examples
    --------
    >>> needed(r"(?<![a-z])randomi[sz]ed\\s+to|[Aa]ssigned|随机", re.I)
    (('randomi', 'assigned', '随机'), ('ed', '随机'))
    >>> needed(r"(?:control|placebo)\\s+(?:groups?|arms?|cohort)")
    (('control', 'placebo'), ('group', 'arm', 'cohort'))
    """
    try:
        from re import _parser  # type: ignore[attr-defined]  # no public parse tree exists

        tree = list(_parser.parse(expression, flags))
    except (ImportError, RecursionError):
        return ()
    return tuple(dict.fromkeys(map(_least, _words(tree))))


def _least(words: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out a word that holds another one."""
    return tuple(w for w in dict.fromkeys(words) if not any(x != w and x in w for x in words))


def _letter(op: str, arg: Any) -> str:
    """Return the one lower-case letter that a piece of an expression stands for, or an empty string."""
    if op == "LITERAL":
        return _lower(chr(arg))
    if op == "IN" and all(str(kind) == "LITERAL" for kind, _ in arg):
        letters = {_lower(chr(code)) for _, code in arg}
        return letters.pop() if len(letters) == 1 else ""
    return ""


def _worth(words: tuple[str, ...]) -> tuple[float, int]:
    """Rank sets of words: a short word stands in many texts, many words take long to look for."""
    return (min(min(len(w) if w.isascii() else 3 * len(w) for w in words), 3), -len(_least(words)))


def _words(tree: Any) -> list[tuple[str, ...]]:
    """Return the best two sets of words of which one stands in every match of `tree`."""
    found: list[tuple[str, ...]] = []
    run = ""
    for op, arg in [*tree, ("END", None)]:
        kind = str(op)
        letter = _letter(kind, arg)
        if letter:
            run += letter
            continue
        if run:
            found.append((run,))
        run = ""
        if kind == "BRANCH":
            parts = [_words(branch) for branch in arg[1]]
            if all(parts):
                found += [
                    tuple(dict.fromkeys(w for part in parts for w in part[min(k, len(part) - 1)])) for k in (0, 1)
                ]
        elif kind == "SUBPATTERN":
            found += _words(arg[3])
        elif kind == "ATOMIC_GROUP":
            found += _words(arg)
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and arg[0] >= 1:
            found += _words(arg[2])
    return sorted(dict.fromkeys(found), key=_worth, reverse=True)[:2]


class Guarded:
    """A regular expression that is only tried where its guards find something.

    Parameters
    ----------
    rx : re.Pattern
    words : tuple of str
        Lower-case words of which every match holds one; none where nothing is sure.
    guard : re.Pattern, optional
        For lower-case text: finds something wherever `rx` does.
    twin : re.Pattern, optional
        For lower-case text: finds what `rx` does, and is quicker.
    """

    __slots__ = ("guard", "rx", "twin", "words")

    def __init__(
        self,
        rx: re.Pattern[str],
        words: tuple[str, ...] = (),
        guard: re.Pattern[str] | None = None,
        twin: re.Pattern[str] | None = None,
    ) -> None:
        self.rx, self.words, self.guard, self.twin = rx, words, guard, twin

    def first(self, text: str, start: int, end: int) -> int:
        """Return from where on there may be a match in ``text[start:end]``; -1 where there is none."""
        low = lowered(text)
        piece = low[start:end]
        for word in self.words:  # a generator would take twice as long
            if word in piece:
                break
        else:
            if self.words:
                return -1
        if self.guard is not None and self.guard.search(low, start, end) is None:
            return -1
        if self.twin is None:
            return start
        m = self.twin.search(low, start, end)
        return m.start() if m else -1

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        stop = len(text) if end is None else end
        at = self.first(text, start, stop)
        return self.rx.search(text, at, stop) if at >= 0 else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        stop = len(text) if end is None else end
        at = self.first(text, start, stop)
        return self.rx.finditer(text, at, stop) if at >= 0 else iter(())

    def match(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.match``: one place is tried, which needs no guard."""
        return self.rx.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch``."""
        return self.rx.fullmatch(text)

    def sub(self, repl: str, text: str) -> str:
        """As ``re.Pattern.sub``."""
        return self.rx.sub(repl, text) if self.first(text, 0, len(text)) >= 0 else text


def any_name(names: Iterable[str]) -> str:
    """Return an expression for the longest of `names` that stands at a place.

    Names are a tree of their letters, so that what it takes does not grow with their number.

    Examples
    --------
    >>> any_name(["FOLFOX", "FOLFIRI", "FO"])
    'FO(?:LF(?:IRI|OX))?'
    """
    tree: dict[str, Any] = {}
    for name in names:
        node = tree
        for letter in name:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree)


def _branches(node: dict[str, Any]) -> str:
    parts = []
    for letter, below in sorted(node.items()):
        run = re.escape(letter)
        while len(below) == 1 and "" not in below:
            [(letter, below)] = below.items()
            run += re.escape(letter)
        if letter:
            parts.append(run + (_branches(below) if below != {"": {}} else ""))
    whole = "|".join(parts)
    if "" in node:
        return f"(?:{whole})?"
    return f"(?:{whole})" if len(parts) > 1 else whole


def guarded_names(before: str, names: Sequence[str], after: str) -> Guarded:
    """Compile an expression for names that a document has taught, between two other expressions.

    Parameters
    ----------
    before, after : str
    names : sequence of str
    """
    words = tuple(map(_lower, names)) if len(names) <= _FEW else ()
    return Guarded(re.compile(before + any_name(names) + after), words)


def guarded(expression: str, flags: int = 0) -> Guarded:
    """Compile `expression` with the words that it cannot match without.

    Parameters
    ----------
    expression : str
    flags : int
        As for ``re.compile``.

    Examples
    --------
    >>> guarded(r"phase\\s+I{1,3}", re.I).search("a Phase III trial")
    <re.Match object; span=(2, 11), match='Phase III'>
    """
    sets = [words for words in needed(expression, flags) if _telling(words)]
    few = next((words for words in sets if len(words) <= _FEW), ())
    # the engine skips to the first letters of plain alternatives, which it cannot do in any case
    rest = next((words for words in sets if words != few and not set(words) & set(few)), ())
    guard = re.compile("|".join(map(re.escape, sorted(rest)))) if rest else None
    return Guarded(re.compile(expression, flags), few, guard, _twin(expression, flags))


_KEPT = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|\(\?P<\w+>|.", re.S)


def _twin(expression: str, flags: int) -> re.Pattern[str] | None:
    """Return `expression` for lower-case text: the engine skips plain letters much faster than letters in any case."""
    if not flags & re.I or re.search(r"\(\?(?:P=|-?[a-zA-Z]+[:)-]|\()|\\[NxU]", expression):
        return None
    # where a match begins is all that is asked: groups need no names
    lower = "".join(
        "(?:" if piece.startswith("(") and len(piece) > 1 else piece if len(piece) > 1 else _lower(piece)
        for piece in _KEPT.findall(expression)
    )
    return re.compile(lower, flags & ~re.I)


def _telling(words: tuple[str, ...]) -> bool:
    """Tell whether there are texts without any of `words`: a letter is everywhere."""
    return all(len(w) > 1 or not w.isascii() for w in words)
