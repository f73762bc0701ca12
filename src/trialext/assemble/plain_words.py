"""Groups named in plain words: ``the robotic group``, ``randomised to guided imagery or usual care``.

A lexicon cannot hold every intervention. What a text randomises to, and what it calls a
group later, is taken as written; words that say what patients are, not what they were
given (``the older group``), are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..recognise.guarded import guarded
from ..text import inline

__all__ = ["Phrase", "defined_phrases", "group_phrases"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A group in plain words.

    Attributes
    ----------
    start, end : int
        Folded span.
    parts : tuple of str
        The words, lower case; what ``plus`` joins are parts of their own.
    """

    start: int
    end: int
    parts: tuple[str, ...]


_RANDOMISED = guarded(
    r"(?:randomi[sz]ed|randomly\s+(?:assigned|allocated|divided)|assigned|allocated)(?:\s*\([^()]{0,40}\))?(?:\s+(?:in\s+an?\s+)?\d\s*:\s*\d(?:\s*:\s*\d)?(?:\s+ratio)?)?\s+"
    r"(?:(?:in)?to|between|for)\s+(?:\d+\s+groups?\s*:\s*|two\s+groups?\s*:\s*)?",
    re.I,
)
_TITLE = guarded(
    r"(?:^|[:.]\s*|(?<![A-Za-z])(?:of|between|comparing|comparison of)\s+)(?P<a>[A-Za-z][^:;.()\[\]]{3,70}?)\s+(?:versus|vs\.?|or)\s+(?P<b>[A-Za-z][^:;.()\[\]]{3,70}?)(?=\s+(?:for|in|on|as|after|among|during|following|to)\s|\s*[:.;,()]|\s*$)",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:an?\s+)?(?:[\w-]+\s+){0,3}(?:study|trial|comparison)\s+(?:of|comparing)\s+)?(?:(?:either|both|to|continu(?:e|ing|ed)|remain(?:ing)?\s+on|receive|receiving|undergo|undergoing|have|get|(?:treatment|therapy)\s+(?:either\s+|both\s+)?with|the|an?(?:\s+single)?|be\s+treated\s+with)\s+)*",
    re.I,
)
_TAIL = re.compile(
    r"\s+(?:for|over|during|every|within|until|at|on|who|which|that|after|before|followed|as|in|per|using|by|daily|twice|once|from|per-protocol|according|only|alone|and\s+were|were|was|if)(?:\s.*)?$",
    re.I | re.S,
)
_JOINED = re.compile(
    r"(?<![A-Za-z0-9-])(?P<abbr>[A-Z][A-Za-z]*(?:-?[A-Z0-9][A-Za-z0-9]*)+)\s+(?:plus|combined with|in combination with|\+)\s+(?:[\w-]+\s+){0,3}$"
)
_LETTER = re.compile(
    r"\s*(?:the\s+)?(?:group|arm)\s+(?:[A-Z]|[1-4]|I{1,3}|IV)\s*(?:[(\[]\s*(?:[nN]\s*=\s*\d+\s*[,;:]\s*)?(?P<what>[A-Za-z][^()\[\]]{2,60}?)\s*(?:[,;]\s*[nN]\s*=\s*\d+)?\s*[)\]])",
    re.I,
)
_NOUN = re.compile(r"\s*(?:treatment\s+)?(?:group|arm)s?$", re.I)
_OR = re.compile(r",?\s+(?:or|versus|vs\.?)\s+", re.I)
_AND = re.compile(r",?\s+and\s+", re.I)
_WORD = re.compile(r"[A-Za-z0-9][\w'/+-]*")
_GROUP = re.compile(r"(?P<words>(?:[A-Za-z0-9][\w'/+-]*\s+){1,5})(?:treatment\s+)?(?:group|arm)(?![A-Za-z-])")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "of",
        "to",
        "for",
        "with",
        "and",
        "or",
        "than",
        "between",
        "among",
        "from",
        "by",
        "on",
        "at",
        "as",
        "both",
        "either",
        "each",
        "all",
        "this",
        "that",
        "these",
        "those",
        "was",
        "were",
        "is",
        "are",
        "had",
        "has",
        "have",
        "who",
        "which",
        "when",
        "while",
        "whereas",
        "whilst",
        "but",
        "not",
        "no",
        "after",
        "before",
        "during",
        "into",
        "versus",
        "vs",
        "compared",
        "comparing",
        "one",
        "two",
        "three",
        "four",
        "per",
        "patients",
        "patient's",
        "participants",
        "subjects",
        "women",
        "men",
        "cases",
        "children",
        "infants",
        "neonates",
        "randomized",
        "randomised",
        "assigned",
        "allocated",
        "received",
        "receiving",
        "favor",
        "favour",
        "favored",
        "our",
        "their",
        "its",
        "his",
        "her",
        "only",
        "also",
        "more",
        "less",
        "treated",
        "divided",
    ]
)
_ATTRIBUTES = re.compile(
    r"(?:high|low|higher|lower|older|younger|elderly|age|aged|risk|stage|grade|positive|negative|mutant|mutated|mutation|wild[- ]?type|responders?|responding|non-?responders?|normal|healthy|same|other|another|similar"
    r"|weekly|three-weekly|biweekly|daily|monthly|sequential|whole|entire|total|overall|special|significant|matched|first|second|third|fourth|study|research|trial|working|cooperative|collaborative|experimental|intervention|interventional|control|controls|comparison|comparator"
    r"|reference|active|investigational|standard|conventional|combination|monotherapy|treatment|therapy|expression|expressing|tumou?rs?|cancers?|disease|survivors?|sex|gender|ethnic|racial|male|female|sensitive|resistant"
    r"|good|poor|favou?rable|unfavou?rable|intermediate|early|late|large|small|single|double|prospective|parallel|multiple|new|old|different|previous|present|current|prognostic|subgroup|sub|focus|peer|support-seeking|placebo|sham|observation|target)",
    re.I,
)
_OF_PATIENTS = frozenset(
    {
        "response", "remission", "relapse", "recurrence", "progression", "mutation", "status", "score", "level",
        "metastasis", "metastases", "nodule", "survival", "diagnosis", "pain", "symptom", "infection",
    }
)  # fmt: skip
"""``the incomplete response group``: what its patients have, not what they were given."""
_ENDS_TREATMENT = frozenset(
    {"toxicity", "toxicities", "progression", "withdrawal", "death", "consent", "discontinuation", "intolerance"}
)
"""``until progression or unacceptable toxicity``"""
_BARE = frozenset(
    {
        "group",
        "arm",
        "treatment",
        "therapy",
        "study",
        "intervention",
        "control",
        "experimental",
        "one",
        "two",
        "groups",
        "arms",
        "cohorts",
    }
)


def _tidy(piece: str) -> str:
    piece = inline.sub(r"\s*[(\[][^()\[\]]*[)\]]?", " ", piece)
    piece = _LEAD.sub("", inline.sub(r"\s+", " ", piece).strip(" ,"))
    return _NOUN.sub("", _TAIL.sub("", piece)).strip(" ,")


def _parts(phrase: str) -> tuple[str, ...]:
    pieces = (
        inline.sub(r"^(?:an?|the)\s+", "", p.strip().lower())
        for p in inline.split(r"\s+(?:plus|combined with|in combination with)\s+|\s*\+\s*", phrase)
    )
    return tuple(dict.fromkeys(p for p in pieces if p))


def _names_a_group(phrase: str) -> bool:
    words = _WORD.findall(phrase)
    if (
        not 1 <= len(words) <= 8
        or words[-1].lower() in _ENDS_TREATMENT
        or inline.match(r"\d|for\s", phrase)
        or not inline.search(r"[A-Za-z]{3}", phrase)
        or inline.search(r"[.;:]|\d\s*(?:mg|%)", phrase)
    ):
        return False
    return not all(w.lower() in _BARE or _ATTRIBUTES.fullmatch(w) or w.lower() in _STOP for w in words)


def _pieces(text: str, start: int, end: int, joint: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Cut a stretch at its joints outside brackets."""
    at = start
    for m in joint.finditer(text, start, end):
        if text.count("(", at, m.start()) > text.count(")", at, m.start()):
            continue
        yield at, m.start()
        at = m.end()
    yield at, end


def defined_phrases(text: str, start: int, end: int, title: bool, taken: Sequence[tuple[int, int]]) -> list[Phrase]:
    """Return the groups that a sentence randomises to, or that a title compares, in plain words.

    Parameters
    ----------
    text : str
        Folded text.
    start, end : int
        The sentence.
    title : bool
    taken : sequence of (start, end)
        Spans of treatments that the packs know; a phrase that holds one is left to them.

    Returns
    -------
    list of Phrase
        At least two groups are read, or none; those that hold a known treatment are left out.
    """
    found: list[tuple[int, int]] = []
    m = _RANDOMISED.search(text, start, end)
    if m:
        stop = re.compile(r"[.;](?=\s|$)|;").search(text, m.end(), end)
        last = stop.start() if stop else end
        found = list(_pieces(text, m.end(), last, _OR))
        if len(found) == 1 and (
            text[m.start() : m.end()].lower().rstrip().endswith(("between", ":")) or _LETTER.match(text, *found[0])
        ):
            found = list(_pieces(text, m.end(), last, _AND))
    elif title:
        t = _TITLE.search(text, start, end)
        found = [t.span("a"), t.span("b")] if t else []
    if not 2 <= len(found) <= 4:
        return []
    out = []
    for a, b in found:
        held = [(x, y) for x, y in taken if a <= x and y <= b]
        if held:
            # ``CT-PFNECII combined with chemotherapy``: a short form beside a treatment that is known
            m = _JOINED.search(text, a, held[0][0])
            if m and not any(x < m.end("abbr") and m.start("abbr") < y for x, y in taken):
                out.append(Phrase(m.start("abbr"), m.end("abbr"), (m.group("abbr"),)))
            continue
        letter = _LETTER.match(text, a, b)
        if letter:  # ``Group G (GlideScope)``: what stands in the bracket is the group
            a, b = letter.span("what")
        phrase = _tidy(text[a:b])
        if len(phrase) > 90 or (not _names_a_group(phrase) and not any(a <= x and y <= b for x, y in taken)):
            continue
        begin = text.find(phrase.split(" ")[0], a, b) if phrase else -1
        close = text.find(phrase.split(" ")[-1], begin, b) + len(phrase.split(" ")[-1]) if begin >= 0 else -1
        if begin >= 0 and close > begin and not any(x < b and a < y for x, y in taken):
            out.append(Phrase(begin, close, _parts(phrase)))
    return out


_SHARED_NOUN = re.compile(
    r"(?<![A-Za-z])(?:in|for|between|of)\s+(?:the\s+)?(?P<one>[a-z]+(?:\s[a-z]+)?)\s+and\s+(?:the\s+)?(?P<two>[a-z]+(?:\s[a-z]+)?)\s+(?:treatment\s+)?(?:groups|arms)(?![A-Za-z])"
)
_GROUP_NOUN = re.compile(r"group(?<=\sgroup)(?![A-Za-z-])|arm(?<=\sarm)(?![A-Za-z-])")


@lru_cache(maxsize=4096)
def _said(parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(x.lower() for part in parts for x in _WORD.findall(part))


def _groups(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield what ``_GROUP.finditer`` does, but try it only from six words before the next noun on."""
    noun = _GROUP_NOUN.search(text, start, end)
    while noun:
        before = text[start : noun.start()].rsplit(None, 6)
        m = _GROUP.search(text, start + (len(before[0]) if len(before) == 7 else 0), end)
        if m is None:
            return
        yield m
        start = m.end()
        noun = _GROUP_NOUN.search(text, start, end)


def group_phrases(text: str, start: int, end: int, defined: Sequence[Phrase]) -> list[Phrase]:
    """Return the groups that a stretch names by words before *group* or *arm*.

    Parameters
    ----------
    text : str
        Folded text.
    start, end : int
    defined : sequence of Phrase
        From :func:`defined_phrases`; a short name stands for the one definition that holds its words.

    Examples
    --------
    >>> [p.parts for p in group_phrases("Blood loss was lower in the robotic group.", 0, 42, ())]
    [('robotic',)]
    >>> group_phrases("Survival was worse in the older group.", 0, 38, ())
    []
    """
    out = []
    for m in _groups(text, start, end):
        words = list(_WORD.finditer(text, m.start("words"), m.end("words")))
        kept: list[re.Match[str]] = []
        for w in reversed(words):
            if w.group().lower() in _STOP or w.group().isdigit():
                break
            kept.insert(0, w)
        if (
            not kept
            or any(_ATTRIBUTES.fullmatch(x) for w in kept for x in w.group().split("-"))
            or kept[0].group()[0].isdigit()
            or kept[-1].group().lower() in _OF_PATIENTS
        ):
            continue
        name = text[kept[0].start() : kept[-1].end()]
        own = {w.group().lower() for w in kept}
        whole = {p.parts for p in defined if own <= _said(p.parts)}
        parts = next(iter(whole)) if len(whole) == 1 else _parts(name)
        if _names_a_group(name):
            out.append(Phrase(kept[0].start(), m.end(), parts))
    for m in _SHARED_NOUN.finditer(text, start, end):
        # ``for the enhanced and the conventional groups``: each the one definition that holds its words
        pair = []
        for k in ("one", "two"):
            whole = {p.parts for p in defined if frozenset(m.group(k).lower().split()) <= _said(p.parts)}
            pair += [Phrase(m.start(k), m.end(k), next(iter(whole)))] if len(whole) == 1 else []
        if len(pair) == 2 and pair[0].parts != pair[1].parts:
            out = [p for p in out if p.end <= m.start() or m.end() <= p.start] + pair
    return out
