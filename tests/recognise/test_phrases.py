"""Phrases that wait for their first token are found as spaCy's matcher finds all of them."""

from __future__ import annotations

from itertools import accumulate, islice
from pathlib import Path

from spacy.matcher import PhraseMatcher
from spacy.vocab import Vocab

from trialext.patterns import load_patterns
from trialext.recognise.phrases import Phrases
from trialext.text.fold import fold
from trialext.text.tokenizer import MixedScriptTokenizer, pieces

CORPUS = Path(__file__).parents[2] / "corpus"


def _found(phrases: Phrases, text: str) -> list[tuple[int, int, int]]:
    tokens = pieces(text)
    return sorted(phrases.find(tokens, [0, *accumulate(map(len, tokens))]))


def test_the_matches_are_those_of_a_matcher_of_all_phrases() -> None:
    tokenizer = MixedScriptTokenizer(Vocab())
    known = [(text, n) for n, e in enumerate(load_patterns().entries) for a in e.aliases if (text := fold(a).text.strip())]
    phrases = Phrases(known)
    matcher = PhraseMatcher(tokenizer.vocab, attr="ORTH")
    for text, n in known:
        matcher.add(str(n), [tokenizer(text)])
    count = 0
    for path in islice(sorted(CORPUS.glob("*.txt")), 0, None, 4):
        text = fold(path.read_text("utf-8")).text
        doc = tokenizer(text)
        expected = {(doc[i].idx, doc[j - 1].idx + len(doc[j - 1]), int(tokenizer.vocab.strings[key])) for key, i, j in matcher(doc)}
        assert set(_found(phrases, text)) == expected
        count += len(expected)
    assert count > 1000


def test_a_text_without_words_has_none() -> None:
    assert _found(Phrases([("overall survival", 1)]), "") == []


def test_a_space_within_a_phrase_may_be_there_or_not() -> None:
    phrases = Phrases([("5 - FU", 1), ("联合 治疗", 2)])
    assert _found(phrases, "5-FU 联合治疗 5 -FU") == [(0, 4, 1), (5, 9, 2), (10, 15, 1)]
    assert _found(phrases, "5  -FU") == []
