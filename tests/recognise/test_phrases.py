"""Phrases that wait for their first token are found as spaCy finds all of them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from spacy.matcher import PhraseMatcher
from spacy.vocab import Vocab

from trialext.patterns import load_patterns
from trialext.recognise.phrases import Phrases
from trialext.text.fold import fold
from trialext.text.tokenizer import MixedScriptTokenizer

CORPUS = Path(__file__).parents[2] / "corpus"


def test_the_matches_are_those_of_a_matcher_of_all_phrases() -> None:
    tokenizer = MixedScriptTokenizer(Vocab())
    phrases = [
        (str(n), text)
        for n, e in enumerate(load_patterns().entries)
        for a in e.aliases
        if (text := fold(a).text.strip())
    ]
    late = Phrases(tokenizer, phrases)
    early = PhraseMatcher(tokenizer.vocab, attr="ORTH")
    for key, text in phrases:
        early.add(key, [tokenizer(text)])
    count = 0
    for path in islice(sorted(CORPUS.glob("*.txt")), 0, None, 4):
        doc = tokenizer(fold(path.read_text("utf-8")).text)
        found = early(doc)
        assert sorted(late(doc)) == sorted(found)
        count += len(found)
    assert count > 1000


def test_a_text_without_words_has_none() -> None:
    tokenizer = MixedScriptTokenizer(Vocab())
    assert Phrases(tokenizer, [("1", "overall survival")])(tokenizer("")) == []
