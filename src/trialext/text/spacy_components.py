"""The rooms as components of somebody's own spaCy pipeline.

``nlp.add_pipe("trialext_ruler")`` sets entities from the packs, ``nlp.add_pipe("trialext_statistics")``
reads the whole document and puts the rows on ``doc._.trialext``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from ..model import Document, Report

__all__ = ["make_ruler", "make_statistics"]


@Language.factory("trialext_ruler", assigns=["doc.ents"], default_config={"patterns": None})
def make_ruler(nlp: Language, name: str, patterns: str | None) -> Callable[[Doc], Doc]:
    """Return a component that sets the entities of the packs on ``doc.ents``.

    Parameters
    ----------
    nlp : Language
    name : str
    patterns : str, optional
        Folder of a pack to layer over the shipped ones.

    Notes
    -----
    A span that does not fall on token borders of the pipeline's tokenizer is widened to them;
    with ``trialext.MixedScriptTokenizer.v1`` as tokenizer none needs to be.
    """
    from ..patterns import load_patterns
    from ..recognise.mentions import find_mentions
    from .fold import fold

    packs = load_patterns([Path(patterns)] if patterns else [])

    def ruler(doc: Doc) -> Doc:
        folded = fold(doc.text)
        spans = []
        for m in find_mentions(folded.text, packs):
            start, end = folded.source(m.start, m.end)
            span = doc.char_span(start, end, label=m.label, kb_id=m.id, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.ents = filter_spans([*spans, *doc.ents])
        return doc

    return ruler


@Language.factory("trialext_statistics", assigns=["doc._.trialext"], default_config={"patterns": None})
def make_statistics(nlp: Language, name: str, patterns: str | None) -> Callable[[Doc], Doc]:
    """Return a component that puts the report of the text on ``doc._.trialext``.

    Parameters
    ----------
    nlp : Language
    name : str
    patterns : str, optional
        Folder of a pack to layer over the shipped ones.
    """
    from ..patterns import load_patterns
    from ..pipeline import extract

    packs = load_patterns([Path(patterns)] if patterns else [])
    if not Doc.has_extension("trialext"):
        Doc.set_extension("trialext", default=None)

    def statistics(doc: Doc) -> Doc:
        report: Report = extract(Document(name="doc", text=doc.text), packs)
        doc._.trialext = report
        return doc

    return statistics
