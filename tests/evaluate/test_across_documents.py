"""One trial in a Chinese and an English text is one finding; a disagreement between texts shows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialext import extract, load_patterns
from trialext.model import Document
from trialext.store import open_database, write_report

CORPUS = Path(__file__).parents[2] / "corpus"
PAIRS = [
    ("en-01-liver-biliary.txt", "zh-01-liver-biliary.txt", "imbrave150", "OS", 0.58),
    ("en-09-myeloma-press.txt", "zh-09-myeloma-wechat.txt", "cartitude4", "OS", 0.55),
]


def stored(path: Path, texts: dict[str, str]) -> sqlite3.Connection:
    patterns = load_patterns()
    db = open_database(path)
    for name, text in texts.items():
        write_report(db, extract(replace(Document(name, text), reader="text"), patterns))
    return db


def lines(db: sqlite3.Connection, view: str, **keys: Any) -> list[dict[str, Any]]:
    where = " and ".join(f"{k} = ?" for k in keys)
    cursor = db.execute(f"select * from {view} where {where}", tuple(keys.values()))
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


@pytest.mark.parametrize(("english", "chinese", "trial", "endpoint", "value"), PAIRS, ids=[p[2] for p in PAIRS])
def test_two_languages_meet_in_one_line(
    tmp_path: Path, english: str, chinese: str, trial: str, endpoint: str, value: float
) -> None:
    texts = {n: (CORPUS / n).read_text("utf-8") for n in (english, chinese)}
    with closing(stored(tmp_path / "a.db", texts)) as db:
        found = lines(db, "synthesis", trial_key=trial, endpoint=endpoint, measure="HR", value=value)
        assert [set(json.loads(x["documents"])) for x in found].count({english, chinese}) == 1
        assert lines(db, "conflicts", trial_key=trial, endpoint=endpoint) == []


@pytest.mark.parametrize(("english", "chinese", "trial", "endpoint", "value"), PAIRS, ids=[p[2] for p in PAIRS])
def test_a_planted_disagreement_is_a_conflict(
    tmp_path: Path, english: str, chinese: str, trial: str, endpoint: str, value: float
) -> None:
    texts = {n: (CORPUS / n).read_text("utf-8") for n in (english, chinese)}
    wrong = round(value + 0.1, 2)
    texts[chinese] = texts[chinese].replace(f"HR={value}", f"HR={wrong}")
    with closing(stored(tmp_path / "a.db", texts)) as db:
        (line,) = lines(db, "conflicts", trial_key=trial, endpoint=endpoint, measure="HR")
        assert set(json.loads(line["values"])) >= {value, wrong}
        assert set(json.loads(line["documents"])) == {english, chinese}
        found = lines(db, "synthesis", trial_key=trial, endpoint=endpoint, measure="HR")
        assert {english, chinese} not in [set(json.loads(x["documents"])) for x in found]
