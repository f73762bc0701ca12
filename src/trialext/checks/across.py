"""Which texts are the same text again: reposts, excerpts, lightly edited copies.

A review that is posted on three sites is one source, not three.  Two texts are compared by
the character shingles that they share, so the method needs no tokenizer and reads Chinese
and English alike.  Everything is deterministic: the same texts give the same groups on every
machine, in every order of the work.

Sources: shingling and resemblance, Broder (1997) "On the resemblance and containment of
documents"; bottom-k sketches, Cohen & Kaplan (2007) "Summarizing data using bottom-k sketches".
"""

from __future__ import annotations

import heapq
import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

__all__ = ["Sketch", "near_duplicates", "near_duplicates_of_sketches", "resemblance", "sketch"]

K = TypeVar("K", bound=Hashable)

Sketch = tuple[int, ...]
"""The smallest shingle hashes of a text, ascending; at most `SKETCH_SIZE` of them."""

SHINGLE = 8
"""Characters of one shingle, counted after folding."""

SKETCH_SIZE = 256
"""Hashes kept of one text; the standard error of a resemblance is at most 1 / (2 * 16)."""

THRESHOLD = 0.6
"""Resemblance from which two texts count as one source."""

FEWEST = 48
"""Shingles that a text needs to be compared at all: below, only equal texts are the same."""

_NOT_WORD = re.compile(r"[\W_]+")
_SPREAD = 0x9E3779B1  # an odd multiplier permutes the 32-bit checksums: close ones come to lie far apart


def _folded(text: str) -> str:
    """Letters and digits of `text`, width and case folded: layout and punctuation do not count."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).lower())


def _hash(data: bytes) -> int:
    return zlib.crc32(data) * _SPREAD & 0xFFFFFFFF


def sketch(text: str) -> Sketch:
    """Return the bottom-k sketch of `text`.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of int
        Ascending hashes.  A text shorter than `FEWEST` shingles yields one hash of the
        whole folded text, so that only an equal text resembles it; a text without letters
        and digits yields ``()`` and resembles nothing.

    Examples
    --------
    >>> sketch("PFS 6.9个月") == sketch("ＰＦＳ　6.9 个月")
    True
    """
    folded = _folded(text)
    if not folded:
        return ()
    if len(folded) < SHINGLE + FEWEST - 1:
        return (_hash(folded.encode("utf-16-le", "surrogatepass")),)
    units = folded.encode("utf-16-le", "surrogatepass")
    hashes = {_hash(units[i : i + 2 * SHINGLE]) for i in range(0, len(units) - 2 * SHINGLE + 1, 2)}
    return tuple(heapq.nsmallest(SKETCH_SIZE, hashes))


def resemblance(one: Sketch, other: Sketch) -> float:
    """Estimate the share of common shingles (Jaccard) of two sketched texts.

    The k smallest hashes of the union are a random sample of all shingles of both texts; the
    share of the sample that stands in both sketches estimates the resemblance.

    Parameters
    ----------
    one, other : tuple of int
        Sketches made by `sketch`.

    Returns
    -------
    float
        0 to 1; 0 where either sketch is empty, exact where both hold every shingle of their text.
    """
    if not one or not other:
        return 0.0
    both = set(one) & set(other)
    if not both:
        return 0.0
    size = min(SKETCH_SIZE, max(len(one), len(other)))
    sample = heapq.nsmallest(size, set(one) | set(other))
    if len(one) < SKETCH_SIZE and len(other) < SKETCH_SIZE:  # both sketches are complete: exact
        sample = list(set(one) | set(other))
    return sum(h in both for h in sample) / len(sample)


def near_duplicates(texts: Mapping[K, str] | Iterable[tuple[K, str]]) -> tuple[tuple[K, ...], ...]:
    """Group the texts that are copies or near copies of each other.

    Parameters
    ----------
    texts : mapping or iterable of pairs
        Name of a text and the text.

    Returns
    -------
    tuple of tuples
        Groups of at least two names; names in the order given, groups by their first name.
        Resemblance is taken as transitive: an edited copy of a copy is in the group.

    Examples
    --------
    >>> a = "本研究纳入三百例患者，比较两种方案的无进展生存期与总生存期，结果另行报告。" * 3
    >>> near_duplicates({"a": a, "b": a.replace("，", ", "), "c": "An entirely different text."})
    (('a', 'b'),)
    """
    pairs = texts.items() if isinstance(texts, Mapping) else texts
    return near_duplicates_of_sketches([(name, sketch(text)) for name, text in pairs])


def near_duplicates_of_sketches(sketches: Iterable[tuple[K, Sketch]]) -> tuple[tuple[K, ...], ...]:
    """Group texts as `near_duplicates` does, from sketches that were kept.

    Every hash of a sketch is looked up in an index, so texts that share nothing are never
    compared.  Of a hash that very many texts share, only the first text of each group found so
    far is compared: copies of copies meet all the same.

    Parameters
    ----------
    sketches : iterable of (name, sketch)
        Name of a text and what `sketch` made of it.

    Returns
    -------
    tuple of tuples
        Groups of at least two names; names in the order given, groups by their first name.
    """
    names: list[K] = []
    kept: list[Sketch] = []
    for name, found in sketches:
        names.append(name)
        kept.append(found)
    leader = list(range(len(kept)))

    def lead(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    holders: dict[int, list[int]] = defaultdict(list)
    for i, found in enumerate(kept):
        shared: dict[int, int] = defaultdict(int)
        for h in found:
            for j in holders[h]:
                shared[j] += 1
        # A resemblance of `THRESHOLD` is not reached by texts that share few hashes.
        likely = [j for j, n in shared.items() if n >= THRESHOLD / 2 * min(len(found), len(kept[j]))]
        for j in sorted(likely):
            if lead(j) != lead(i) and resemblance(found, kept[j]) >= THRESHOLD:
                leader[max(lead(i), lead(j))] = min(lead(i), lead(j))
        # A full copy brings nothing new to the index: its first holder stands for it.
        if lead(i) == i or resemblance(found, kept[lead(i)]) < 0.95:
            for h in found:
                holders[h].append(i)
    groups: dict[int, list[K]] = defaultdict(list)
    for i, name in enumerate(names):
        groups[lead(i)].append(name)
    return tuple(tuple(group) for _, group in sorted(groups.items()) if len(group) > 1)
