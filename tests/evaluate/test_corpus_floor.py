"""The corpus may not score below the floors that are kept beside it, in either language.

Raise ``corpus/floors.json`` when extraction gets better; lowering it needs a reason in the commit.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialext.evaluate.gold import by_stem, load_gold
from trialext.evaluate.predictions import from_paths
from trialext.evaluate.score import aggregate, flatten, score_documents

CORPUS = Path(__file__).parents[2] / "corpus"
FLOORS: dict[str, float] = json.loads((CORPUS / "floors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    scores = score_documents(load_gold(CORPUS / "gold"), by_stem(from_paths([str(CORPUS)])))
    values = flatten(aggregate(scores))
    for lang in ("en", "zh"):
        values |= flatten(aggregate([s for s in scores if s.lang == lang]), f"{lang} ")
    return values


@pytest.mark.parametrize(("name", "floor"), FLOORS.items(), ids=FLOORS)
def test_the_corpus_does_not_fall_below_its_floor(figures: dict[str, float], name: str, floor: float) -> None:
    assert figures[name] >= floor


def test_both_languages_have_floors_for_rows_whole_rows_and_names() -> None:
    for lang in ("en", "zh"):
        assert {
            f"{lang} {n}" for n in ("all", "all strict", "all linked", "all exact", "drugs", "trials")
        } <= FLOORS.keys()
        assert len(list((CORPUS / "gold").glob(f"{lang}-*.json"))) >= 12


def test_every_text_has_gold_and_every_gold_a_text() -> None:
    texts = {p.stem for p in CORPUS.iterdir() if p.suffix in (".txt", ".md") and not p.name.startswith("README")}
    assert {p.stem for p in (CORPUS / "gold").glob("*.json")} == texts
