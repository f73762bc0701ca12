"""Names in texts that no pack knows, ranked, as records to paste into a pack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .records import Patterns

__all__ = ["Suggestion", "suggest"]

_CONTEXT = 40
_KEPT = 3
_PAIR = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,8}) ?\((?:[A-Za-z0-9-]{2,12}[,:;] ?)?(?P<en>[A-Za-z][a-z-]{5,24}(?: [a-z]{5,12})?)[,;) ]"
)
_ENDPOINT = re.compile(
    r"(?<![A-Za-z-])(?:[a-z]+(?: [a-z]+)?-free (?:survival|interval)"
    r"|time to (?:first |next |subsequent |definitive )?(?:[a-z]+ )?(?:progression|recurrence|relapse|deterioration|failure|response|treatment"
    r"|therapy|death|metastas[ie]s|event|recovery|engraftment|improvement)"
    r"|[a-z]+(?:-specific|-related) (?:survival|mortality)"
    r"|(?:[a-z]+ ){1,2}(?:response|control|benefit|clearance|conversion|negativity) rate)(?![A-Za-z-])"
    r"|无[\u4e00-\u9fff]{2,7}(?:生存期|生存率|生存时间|间期)"
    r"|[\u4e00-\u9fff]{2,7}(?:缓解率|控制率|获益率|转阴率|清除率|应答率|转化率)"
    r"|至[\u4e00-\u9fff]{0,6}(?:进展|复发|恶化|失败|缓解|转移|死亡|应答|起效|反应|恢复)的?时间",
    re.I,
)
_EDGE = re.compile(
    r"^(?:.*(?:联合|给予|使用|比较|以及|其中|分别|包括|患者|主要终点|次要终点|中位|提高|改善|延长|显著|治疗|评价|累积|累计|间隔"
    r"|[和与或及的了在为以对较比将组者后间、，])"
    r"|(?:(?:the|of|or|and|in|with|on|for|a|an|to|between|both|higher|lower|shorter|longer|better|worse|improved|median|mean"
    r"|cumulative|total|whose|their|whereas) )+)",
    re.I,
)


@dataclass(slots=True)
class Suggestion:
    """A name that no pack knows.

    Attributes
    ----------
    label, id : str
        What it seems to be, and its name.
    aliases : tuple of str
        How the texts write it.
    why : str
        ``stem``, ``code``, ``pair`` (a Chinese name printed with an INN), ``trial`` or
        ``endpoint``.
    mentions, documents : int
    contexts : list of str
        Up to three places, with the words around.
    """

    label: str
    id: str
    aliases: tuple[str, ...]
    why: str
    mentions: int = 0
    documents: int = 0
    contexts: list[str] = field(default_factory=list)
    _last: int = -1

    def record(self) -> dict[str, Any]:
        """Return the record to paste; its note says how often and where the name was seen."""
        seen = f"seen {self.mentions} times in {self.documents} documents ({self.why})"
        return {
            "label": self.label,
            "id": self.id,
            "aliases": list(self.aliases),
            "note": f"{seen}: " + " | ".join(f"…{c}…" for c in self.contexts),
        }


def _candidates(text: str, patterns: Patterns, known: dict[str, str]) -> Iterator[tuple[int, int, str, str, str]]:
    """Yield (start, end, label, id, why) of what looks like a name."""
    from ..recognise.morphology import infer_drugs, infer_trials

    for start, end, name in infer_drugs(text, patterns):
        yield start, end, "DRUG", name, "code" if re.search(r"\d", name) else "stem"
    for start, end, name in infer_trials(text, patterns):
        yield start, end, "TRIAL", name, "trial"
    for m in _PAIR.finditer(text):
        inn = known.get(m.group("en").lower())
        cut = _EDGE.match(m.group("zh"))
        start = m.start("zh") + (cut.end() if cut else 0)
        if inn and m.end("zh") - start >= 2:
            yield start, m.end("zh"), "DRUG", inn, "pair"
    for m in _ENDPOINT.finditer(text):
        cut = _EDGE.match(m.group())
        start = m.start() + (cut.end() if cut else 0)
        if m.end() - start >= 4:
            yield start, m.end(), "ENDPOINT", f"other:{text[start : m.end()].lower()}", "endpoint"


def suggest(texts: Iterable[str], patterns: Patterns) -> list[Suggestion]:
    """Return the unknown names of `texts`, those of most documents first.

    Parameters
    ----------
    texts : iterable of str
        One text for each document.
    patterns : Patterns
        What is known.
    """
    from ..recognise.ruler import ruler_for
    from ..text.fold import fold

    ruler = ruler_for(patterns)
    known = {a.lower(): e.id for e in patterns.of("DRUG") for a in e.aliases if a.isascii()}
    found: dict[tuple[str, str, str], Suggestion] = {}
    for number, source in enumerate(texts):
        text = fold(source).text
        taken = bytearray(len(text))
        mentions = ruler.find(text)
        for m in mentions:
            if m.label != "POPULATION":
                taken[m.start : m.end] = b"\1" * (m.end - m.start)
        for start, end, label, name, why in _candidates(text, patterns, known):
            if all(taken[start:end]) or (why != "endpoint" and any(taken[start:end])):
                continue
            words = text[start:end]
            if why in ("stem", "code") and name.lower() in known:
                continue  # a known name that print ran together with the word before it
            key = (label, name.lower(), words if why == "pair" else "")
            item = found.setdefault(key, Suggestion(label, name, (words,), why))
            item.mentions += 1
            if item._last != number:
                item.documents += 1
                item._last = number
            if len(item.contexts) < _KEPT:
                around = text[max(0, start - _CONTEXT) : end + _CONTEXT]
                item.contexts.append(re.sub(r"\s+", " ", around).strip())
    return sorted(found.values(), key=lambda s: (-s.documents, -s.mentions, s.label, s.id))
