"""One self-contained page: the figures, and every text with its right, wrong, spurious and missed rows marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from .errors import Difference, locate, short, written
from .gold import Predicted
from .render import describe, figures_text
from .score import DocumentScore

__all__ = ["Mark", "marked", "page"]

_STYLE = """
:root { color-scheme: light dark; --ok: #1a7f37; --wrong: #9a6700; --spurious: #cf222e; --missed: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ok: #3fb950; --wrong: #d29922; --spurious: #ff7b72; --missed: #79c0ff; } }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem; }
pre { overflow-x: auto; font-size: .85rem; line-height: 1.35; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; border-radius: 6px; padding: .8rem 1rem; }
mark { background: none; color: inherit; border-bottom: 2px solid; padding-bottom: 1px; }
mark.ok { border-color: var(--ok); }
mark.wrong { border-color: var(--wrong); border-bottom-style: double; border-bottom-width: 4px; }
mark.spurious { border-color: var(--spurious); text-decoration: line-through; text-decoration-color: var(--spurious); }
mark.missed { border-color: var(--missed); border-bottom-style: dashed; background: color-mix(in srgb, var(--missed) 18%, transparent); }
mark:target { outline: 3px solid; outline-offset: 2px; }
.key mark { margin-right: 1rem; }
summary { cursor: pointer; }
li { margin: .35rem 0; overflow-wrap: anywhere; }
.sentence { opacity: .8; }
""".strip()

_RANK = {"ok": 0, "wrong": 1, "spurious": 2, "missed": 3}
_KEY = (
    '<p class="key"><mark class="ok">right</mark><mark class="wrong">found, a cell is wrong</mark>'
    '<mark class="spurious">spurious</mark><mark class="missed">missed</mark></p>'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text, what it is (``ok`` ``wrong`` ``spurious`` ``missed``) and what to say of it."""

    start: int
    end: int
    what: str
    title: str


def marked(text: str, marks: Sequence[Mark], prefix: str) -> str:
    """Return a text as HTML with its marks; overlapping marks share the pieces they have in common.

    Parameters
    ----------
    text : str
        Any text; all of it is escaped.
    marks : sequence of Mark
        Spans in code points; those outside the text are cut.
    prefix : str
        Goes in front of the start offset in the ids of the pieces.
    """
    size = len(text)
    kept = [m for m in marks if 0 <= m.start < m.end and m.start < size]
    cuts = sorted({0, size, *(m.start for m in kept), *(min(m.end, size) for m in kept)})
    out = []
    named: set[int] = set()
    for a, b in pairwise(cuts):
        piece = escape(text[a:b])
        over = [m for m in kept if m.start <= a and b <= m.end]
        if not over:
            out.append(piece)
            continue
        what = max((m.what for m in over), key=_RANK.__getitem__)
        title = escape("\n".join(dict.fromkeys(m.title for m in over)), quote=True)
        starts = any(m.start == a for m in over) and a not in named
        named.add(a)
        identity = f' id="{escape(prefix, quote=True)}-{a}"' if starts else ""
        out.append(f'<mark{identity} class="{what}" title="{title}">{piece}</mark>')
    return "".join(out)


def marks_of(score: DocumentScore, text: str) -> list[Mark]:
    """Return the marks of one document: rows where they stand, missed ones where their quote stands."""
    out = []
    for pair in score.paired:
        start, end = pair.found.row.get("span_start"), pair.found.row.get("span_end")
        wrong = " | ".join(f"{c}: {written(pair.found, c)}; gold: {written(pair.gold, c)}" for c in pair.wrong)
        title = f"{short(pair.gold)}{' – ' + wrong if wrong else ''}"
        out.append(Mark(start or 0, end or 0, "wrong" if wrong else "ok", title))
    for row in score.spurious:
        start, end = row.row.get("span_start"), row.row.get("span_end")
        out.append(Mark(start or 0, end or 0, "spurious", f"spurious {short(row)}"))
    for row in score.missed:
        if place := locate(text, row.row.get("quote")):
            out.append(Mark(*place, "missed", f"missed {short(row)}"))
    return out


def page(
    scores: Sequence[DocumentScore],
    predicted: Mapping[str, Predicted],
    found: Sequence[Difference],
    figures: Mapping[str, Any],
    languages: Mapping[str, Mapping[str, Any]],
    intervals: Mapping[str, tuple[float, float]],
) -> str:
    """Return the evaluation as one HTML page without scripts and without anything to load.

    Parameters
    ----------
    scores : sequence of DocumentScore
    predicted : mapping of str to Predicted
        By stem, for the texts.
    found : sequence of Difference
        What `trialext.evaluate.errors.differences` returns of the same documents.
    figures : mapping
        What `trialext.evaluate.score.aggregate` returns of all documents.
    languages : mapping of str to mapping
        The same for each language.
    intervals : mapping of str to (float, float)
        Interval of F1 by name of the figure.

    Returns
    -------
    str
    """
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>Evaluation of {len(scores)} documents</title><style>\n{_STYLE}\n</style></head><body>",
        "<h1>Evaluation</h1>",
        f"<pre>{escape(figures_text(figures, languages, intervals))}</pre>",
        _KEY,
        "<nav><h2>Documents</h2><ul>",
    ]
    anchors = {s.doc: f"d{i}" for i, s in enumerate(scores)}
    by_doc: dict[str, list[Difference]] = {s.doc: [] for s in scores}
    for d in found:
        by_doc[d.doc].append(d)
    for s in scores:
        parts.append(f'<li><a href="#{anchors[s.doc]}">{escape(s.doc)}</a> {_count(by_doc[s.doc])}</li>')
    parts.append("</ul></nav>")
    for s in scores:
        text = predicted.get(s.doc, Predicted()).text
        anchor = anchors[s.doc]
        parts.append(f'<section id="{anchor}" lang="{escape(s.lang, quote=True)}"><h2>{escape(s.doc)}</h2>')
        if by_doc[s.doc]:
            items = "".join(_item(d, anchor, bool(text)) for d in by_doc[s.doc])
            parts.append(f"<details open><summary>{_count(by_doc[s.doc])}</summary><ol>{items}</ol></details>")
        if text:
            parts.append(f'<div class="text">{marked(text, marks_of(s, text), anchor)}</div>')
        else:
            parts.append("<p>No text of this document was extracted.</p>")
        parts.append("</section>")
    parts.append("</body></html>\n")
    return "".join(parts)


def _count(found: Sequence[Difference]) -> str:
    return f"{len(found)} difference{'s' if len(found) > 1 else ''}" if found else "as the gold"


def _item(difference: Difference, anchor: str, linked: bool) -> str:
    line = escape(describe(difference).removeprefix(difference.doc).strip())
    if linked and difference.start is not None:
        line = f'<a href="#{anchor}-{difference.start}">{line}</a>'
    sentence = f'<br><span class="sentence">{escape(difference.sentence)}</span>' if difference.sentence else ""
    return f"<li>{line}{sentence}</li>"
