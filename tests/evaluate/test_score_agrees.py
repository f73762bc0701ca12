"""Our figures and those of the vendored scorer of the contract are the same on the same data."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from evaluate_data import document, write_database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialext.evaluate.gold import by_stem, load_gold, predicted_from_report
from trialext.evaluate.predictions import from_database, reports_of
from trialext.evaluate.score import aggregate, score_documents
from trialext.store import open_database as open_store
from trialext.store import write_report

SCORER = Path(__file__).parents[1] / "vendor" / "score.py"


def theirs(database: Path, gold: Path) -> dict[str, Any]:
    """Run the vendored scorer as a program."""
    run = subprocess.run(
        [sys.executable, str(SCORER), str(database), str(gold), "--json"], capture_output=True, text=True, check=True
    )
    return dict(json.loads(run.stdout))


def ours(database: Path, gold: Path) -> dict[str, Any]:
    found = aggregate(score_documents(load_gold(gold), by_stem(from_database(database))))
    return {k: v for k, v in found.items() if not k.endswith(" exact")}


GROUPS = [
    [],
    ["pembrolizumab"],
    ["pembrolizumab", "chemotherapy"],
    ["Pembrolizumab", "Chemotherapy"],
    ["carboplatin", "paclitaxel", "gemcitabine"],
    ["chemotherapy"],
    ["best supportive care"],
    ["best-supportive-care"],
    ["standard care"],
    ["placebo", "standard therapy"],
    ["FOLFOX-4"],
    ["FOLFOX4"],
]


def rows(p: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw rows that often meet: few values, wordings that differ a little."""
    return st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["effect", "arm", "test"]),
            "measure": st.sampled_from(["HR", "median", "rate", "other", "p"]),
            "value": st.sampled_from([None, 0.7, 8, 43.3]),
            "unit": st.sampled_from([None, "months", "month", "%"]),
            "ci_level": st.just(95),
            "ci_low": st.sampled_from([None, 0.55]),
            "ci_high": st.sampled_from([None, 0.89, 0.9]),
            "p_op": st.sampled_from(["=", "＜", "<", None]),
            p: st.sampled_from([None, 0.003, 0.05]),
            "endpoint": st.sampled_from([None, "OS", "PFS", "MORTALITY", "TTP", "pCR", "other:x", "other:y"]),
            "numerator": st.sampled_from([None, 26]),
            "denominator": st.sampled_from([None, 60]),
            "timepoint": st.sampled_from([None, "12 months", "12 month"]),
            "experimental": st.sampled_from(GROUPS),
            "comparator": st.sampled_from(GROUPS),
            "trial": st.sampled_from([None, "KEYNOTE-001", "keynote 001", "X"]),
            "population": st.none(),
        }
    )


def trials(key: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            key: st.sampled_from(["KEYNOTE-001", "Keynote 001", "X", "NCT00000001"]),
            "phase": st.sampled_from([None, "2", "3"]),
            "n": st.sampled_from([None, 100, 200]),
            "registry_ids": st.sampled_from([[], ["NCT00000001"]]),
            "experimental": st.sampled_from(GROUPS),
            "comparator": st.sampled_from(GROUPS),
            "endpoint_outcomes": st.sampled_from(
                [[], [{"endpoint": "OS", "outcome": "positive"}], [{"endpoint": None, "outcome": "negative"}]]
            ),
            "status": st.sampled_from([None, "reported"]),
        }
    )


def drugs() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["pembrolizumab", "carboplatin", "nab-paclitaxel", "TNG260"]), unique=True)


documents = st.fixed_dictionaries(
    {
        "results": st.lists(rows("p"), max_size=6),
        "optional_results": st.lists(rows("p"), max_size=2),
        "drugs": drugs(),
        "optional_drugs": drugs(),
        "trials": st.lists(trials("name"), max_size=2, unique_by=lambda t: t["name"].lower().replace(" ", "-")),
        "optional_trials": st.lists(st.sampled_from(["X", "KEYNOTE-001"]), max_size=1),
        "predicted": st.lists(rows("p_value"), max_size=6),
        "found_drugs": drugs(),
        "found_trials": st.lists(trials("trial"), max_size=2, unique_by=lambda t: t["trial"]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(documents, min_size=1, max_size=3))
def test_random_documents_score_alike(tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("score")
    (folder / "gold").mkdir()
    found = []
    for i, d in enumerate(drawn):
        gold = {k: v for k, v in d.items() if k not in ("predicted", "found_drugs", "found_trials")}
        (folder / "gold" / f"d{i}.json").write_text(json.dumps(gold | {"doc": f"d{i}", "lang": "en"}), "utf-8")
        found.append(document(f"d{i}.md", d["predicted"], d["found_drugs"], d["found_trials"]))
    write_database(folder / "a.db", found)
    assert ours(folder / "a.db", folder / "gold") == theirs(folder / "a.db", folder / "gold")


PROJECT = Path(__file__).parents[2]
GOLD = [
    g
    for g in (PROJECT / "corpus/gold", PROJECT / "../shared/dev/zh/gold", PROJECT / "../shared/dev/en/gold")
    if any(g.glob("*.json"))
]


@pytest.mark.parametrize("gold", GOLD, ids=lambda g: "/".join(g.parts[-3:]))
def test_gold_disturbed_in_every_column_scores_alike(gold: Path, tmp_path: Path) -> None:
    """Take the gold itself as prediction and spoil one column of every second row."""
    columns = ["value", "ci_low", "p", "endpoint", "experimental", "trial", "unit", "timepoint", "kind"]
    found = []
    for path in sorted(gold.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        spoiled = []
        for i, row in enumerate(data["results"]):
            row = dict(row)
            if i % 2:
                column = columns[(i // 2) % len(columns)]
                row[column] = {
                    "value": 1.23,
                    "ci_low": 0.01,
                    "p": 0.77,
                    "kind": "effect",
                    "experimental": ["chemotherapy"],
                }.get(column, "other:z")
            if i % 7 != 3:
                spoiled.append(row | {"p_value": row.get("p")})
        trials = [dict(t, trial=t["name"], n=(t.get("n") or 0) + i % 2) for i, t in enumerate(data.get("trials", []))]
        found.append(document(f"{path.stem}.md", spoiled, data.get("drugs", [])[1:], trials))
    write_database(tmp_path / "a.db", found)
    expected = theirs(tmp_path / "a.db", gold)
    assert ours(tmp_path / "a.db", gold) == expected
    assert 0 < expected["all strict"]["f1"] < expected["all"]["f1"] <= 1


def test_extracted_rows_score_alike_from_the_database_and_from_files(tmp_path: Path) -> None:
    gold = PROJECT / "corpus" / "gold"
    texts = sorted((PROJECT / "corpus").glob("*-0[1-3]-*.*"))
    assert len(texts) >= 4
    (tmp_path / "gold").mkdir()
    for path in texts:
        (tmp_path / "gold" / f"{path.stem}.json").write_bytes((gold / f"{path.stem}.json").read_bytes())
    reports = list(reports_of([str(p) for p in texts]))
    with closing(open_store(tmp_path / "a.db")) as db:
        for report in reports:
            write_report(db, report)
        db.commit()
    expected = theirs(tmp_path / "a.db", tmp_path / "gold")
    assert ours(tmp_path / "a.db", tmp_path / "gold") == expected
    direct = aggregate(score_documents(load_gold(tmp_path / "gold"), by_stem(map(predicted_from_report, reports))))
    assert {k: v for k, v in direct.items() if not k.endswith(" exact")} == expected
    assert expected["all"]["f1"] > 0.5


def test_the_vendored_scorer_refuses_a_database_without_the_views(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(subprocess.CalledProcessError):
        theirs(tmp_path / "empty.db", tmp_path)
