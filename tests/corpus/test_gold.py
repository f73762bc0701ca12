"""The gold of the corpus is checked against its texts: nobody can score against a gold that is itself wrong."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TEXTS = sorted(CORPUS.glob("*.txt"))
STEMS = [path.stem for path in TEXTS]

MEASURES = {
    "effect": {"HR", "OR", "RR", "RD", "MD", "SMD", "IRR", "other"},
    "arm": {"median", "mean", "rate", "other"},
    "test": {"p"},
}
ENDPOINTS = {
    "OS",
    "PFS",
    "DFS",
    "EFS",
    "RFS",
    "TTP",
    "TTF",
    "LRFS",
    "DMFS",
    "CSS",
    "ORR",
    "DCR",
    "CBR",
    "CR",
    "PR",
    "SD",
    "PD",
    "DOR",
    "TTR",
    "pCR",
    "MPR",
    "R0",
    "AE",
    "QOL",
    "MORTALITY",
    "RECURRENCE",
}
P_OPERATORS = {"=", "<", ">", "<=", ">="}
PHASES = {None, "1", "1/2", "2", "2/3", "3", "3b", "4"}
STATUS = {None, "ongoing", "enrolment_complete", "reported"}
ROW_KEYS = {
    "kind",
    "measure",
    "value",
    "unit",
    "ci_level",
    "ci_low",
    "ci_high",
    "p_op",
    "p",
    "endpoint",
    "numerator",
    "denominator",
    "timepoint",
    "experimental",
    "comparator",
    "trial",
    "population",
    "quote",
}
TRIAL_KEYS = {
    "name",
    "phase",
    "n",
    "registry_ids",
    "experimental",
    "comparator",
    "endpoint_outcomes",
    "status",
    "reference",
}
DOC_KEYS = {"doc", "lang", "source", "trials", "drugs", "registry_ids", "results"}
OPTIONAL_KEYS = {"optional_results", "optional_trials", "optional_drugs"}
# Shape of a DOI as its registration agency describes it: directory 10, registrant, suffix without blanks.
DOI = re.compile(r"10\.\d{4,9}/[^\s;,]+")
REFERENCES = re.compile(r"^(?:▌)?(?:参考文献|References?)[:：]?[ \t]*$", re.MULTILINE)
NUMBER_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


def gold(stem: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CORPUS / "gold" / f"{stem}.json").read_text("utf-8"))
    return loaded


def text(stem: str) -> str:
    return (CORPUS / f"{stem}.txt").read_text("utf-8")


def rows(stem: str) -> list[dict[str, Any]]:
    document = gold(stem)
    return [*document["results"], *document.get("optional_results", [])]


def numbers(passage: str) -> set[float]:
    """All numbers that a passage prints, full-width and middle-dot forms and thousands separators folded."""
    folded = unicodedata.normalize("NFKC", passage).replace("·", ".")
    folded = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", folded)
    found = {float(n) for n in re.findall(r"(?<![\d.])\d+(?:\.\d+)?|(?<!\d)\.\d+", folded)}
    return found | {NUMBER_WORDS[w] for w in re.findall(r"[a-z]+", folded.lower()) if w in NUMBER_WORDS}


def reference_list(stem: str) -> dict[int, str]:
    """Entry number -> entry of the text's own reference list."""
    folded = unicodedata.normalize("NFKC", text(stem))  # full-width brackets and figures
    heading = REFERENCES.search(folded)
    if heading is None:
        return {}
    entries = re.findall(r"^\[?(\d+)(?:[\].]\s*|\s+)(.+)$", folded[heading.end() :], re.MULTILINE)
    return {int(number): entry for number, entry in entries}


def test_corpus_is_large_enough() -> None:
    assert sum(stem.startswith("zh-") for stem in STEMS) >= 12
    assert sum(stem.startswith("en-") for stem in STEMS) >= 12


def test_texts_and_gold_match() -> None:
    assert sorted(path.stem for path in (CORPUS / "gold").glob("*.json")) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_keys_and_codes(stem: str) -> None:
    document = gold(stem)
    assert set(document) >= DOC_KEYS
    assert set(document) <= DOC_KEYS | OPTIONAL_KEYS | {"note"}
    assert document["doc"] == stem
    assert document["lang"] == stem[:2]
    for row in rows(stem):
        assert set(row) - {"note"} == ROW_KEYS, row
        assert row["measure"] in MEASURES[row["kind"]], row
        assert row["endpoint"] in ENDPOINTS or row["endpoint"].startswith("other:"), row
        assert (row["p_op"] is None) == (row["p"] is None), row
        assert row["p_op"] is None or row["p_op"] in P_OPERATORS, row
        assert row["kind"] != "arm" or (not row["comparator"] and row["p"] is None), row
        assert row["kind"] != "test" or (row["value"] is None and row["p"] is not None), row
        assert row["ci_low"] is None or row["ci_low"] <= row["value"], row
        assert row["ci_high"] is None or row["value"] <= row["ci_high"], row
        assert row["timepoint"] is None or re.fullmatch(r"\d+ (?:day|week|month|year)s?", row["timepoint"]), row
    for trial in document["trials"]:
        assert set(trial) - {"note"} == TRIAL_KEYS, trial
        assert trial["phase"] in PHASES, trial
        assert trial["status"] in STATUS, trial
        assert all(o["outcome"] in {"positive", "negative"} for o in trial["endpoint_outcomes"]), trial


@pytest.mark.parametrize("stem", STEMS)
def test_quotes_stand_in_the_text_and_hold_the_value(stem: str) -> None:
    body = text(stem)
    printed = numbers(body)
    for row in rows(stem):
        assert row["quote"] in body, row["quote"]
        assert len(row["quote"]) <= 60, row["quote"]
        held = row["p"] if row["kind"] == "test" else row["value"]
        assert held is None or held in numbers(row["quote"]), (held, row["quote"])
        for key in ("ci_level", "ci_low", "ci_high", "p", "numerator", "denominator"):
            assert row[key] is None or row[key] in printed, (key, row[key])


@pytest.mark.parametrize("stem", STEMS)
def test_names_stand_in_the_text(stem: str) -> None:
    body, document = text(stem), gold(stem)
    named = {trial["name"] for trial in document["trials"]}
    assert {row["trial"] for row in rows(stem)} <= named | {None}
    for trial in document["trials"]:
        assert trial["name"] in body
        assert set(trial["registry_ids"]) <= set(document["registry_ids"])
        assert trial["n"] is None or trial["n"] in numbers(body), trial["name"]
    assert all(registry_id in body for registry_id in document["registry_ids"])
    assert document["drugs"] == sorted(set(document["drugs"]))


@pytest.mark.parametrize("stem", STEMS)
def test_arms_use_drugs_that_the_document_lists(stem: str) -> None:
    """Lower-case single words in an arm are drugs of the document or words of the vocabulary for other groups."""
    document = gold(stem)
    known = set(document["drugs"]) | set(document.get("optional_drugs", []))
    other = re.compile(
        r"[A-Z0-9]|placebo|platinum|therap|surgery|otomy|care|observation|transplant|inhibitor|antibody|control|choice"
    )
    for holder in [*rows(stem), *document["trials"]]:
        for part in [*holder["experimental"], *holder["comparator"]]:
            assert part in known or other.search(part), (part, holder.get("name") or holder["quote"])


@pytest.mark.parametrize("stem", STEMS)
def test_reported_trials_have_a_reference_with_a_doi(stem: str) -> None:
    entries = reference_list(stem)
    assert entries, "no reference list"
    with_results = {row["trial"] for row in rows(stem)}
    for trial in gold(stem)["trials"]:
        assert all(number in entries for number in trial["reference"]), trial["name"]
        if trial["name"] in with_results:
            dois = [DOI.search(entries[number]) for number in trial["reference"]]
            assert any(dois), f"{trial['name']}: no DOI in its references"


@pytest.mark.parametrize("stem", STEMS)
def test_citations_have_an_entry(stem: str) -> None:
    folded = unicodedata.normalize("NFKC", text(stem))
    heading = REFERENCES.search(folded)
    assert heading is not None
    cited: set[int] = set()
    for group in re.findall(r"\[(\d+(?:[,、–-]\d+)*)\]", folded[: heading.start()]):
        ends = [int(n) for n in re.findall(r"\d+", group)]
        cited.update(range(ends[0], ends[-1] + 1) if re.search(r"[–-]", group) else ends)
    assert cited <= set(reference_list(stem))


def test_every_doi_is_well_formed_and_recorded() -> None:
    recorded = (CORPUS / "sources.tsv").read_text("utf-8")
    for stem in STEMS:
        for entry in reference_list(stem).values():
            for printed in re.findall(r"doi:\s*(\S+)", entry, re.IGNORECASE):
                doi = printed.rstrip(".")  # a full stop may close the entry
                assert DOI.fullmatch(doi), (stem, doi)
                assert doi in recorded, f"{stem}: {doi} has no line in sources.tsv"


def test_sources_cover_every_text_and_trial() -> None:
    with (CORPUS / "sources.tsv").open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert all(all(value.strip() for value in line.values()) for line in table)
    assert {line["text"] for line in table} == set(STEMS)
    covered = {(line["text"], line["trial"]) for line in table}
    for stem in STEMS:
        missing = [t["name"] for t in gold(stem)["trials"] if (stem, t["name"]) not in covered]
        assert not missing, (stem, missing)


def test_two_languages_share_a_finding() -> None:
    """At least one hazard ratio of a trial stands, with its interval, in a Chinese and in an English text."""
    seen: dict[tuple[Any, ...], set[str]] = {}
    for stem in STEMS:
        for row in gold(stem)["results"]:
            if row["measure"] == "HR" and row["trial"] and row["ci_low"] is not None:
                key = (row["trial"], row["endpoint"], row["value"], row["ci_low"], row["ci_high"])
                seen.setdefault(key, set()).add(stem[:2])
    assert sum(languages == {"zh", "en"} for languages in seen.values()) >= 2


def test_some_texts_report_no_result() -> None:
    quiet = [stem for stem in STEMS if not rows(stem)]
    assert {stem[:2] for stem in quiet} == {"zh", "en"}
    assert len(quiet) >= 4
