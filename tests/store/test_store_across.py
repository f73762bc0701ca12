"""Views over several documents: what agrees, what conflicts, what is only a repost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_reports import TEXT, estimate

from trialext.model import Document, Estimate, Report
from trialext.store import Writer, open_database, to_rows

LONG = TEXT + "".join(f"第{n}段写的是别的内容，与结果没有关系，只为让文字长一些。" for n in range(40))


OTHER = (
    "A digest in words of its own. ALPHA-1, which nobody ever ran, is said to have shown longer PFS with drug A, HR 0.61, "
    "and the authors of this digest find that worth a sentence or two more than others would have given it。"
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path / "t.db")
    yield connection
    connection.close()


def stored(db: sqlite3.Connection, **texts: tuple[str, tuple[Estimate, ...]]) -> None:
    writer = Writer(db, version="1", pack_hash="1")
    for name, (text, estimates) in texts.items():
        writer.put_file(name, None, "0" * 64, [to_rows(Report(Document(name, text), "zh", estimates))])
    writer.finish()


def ratio(text: str, value: float = 0.61, **cells: object) -> Estimate:
    return estimate(text, value=value, **cells)


def test_two_documents_meet_in_one_line(db: sqlite3.Connection) -> None:
    stored(db, a=(TEXT, (ratio(TEXT),)), b=(OTHER, (ratio(OTHER),)))
    rows = db.execute("SELECT trial_key, endpoint, measure, value, documents, sources FROM synthesis").fetchall()
    assert rows == [("ALPHA-1", "PFS", "HR", 0.61, '["a","b"]', 2)]
    assert db.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)


def test_a_disagreement_is_a_conflict(db: sqlite3.Connection) -> None:
    stored(db, a=(TEXT, (ratio(TEXT),)), b=(OTHER, (ratio(OTHER, 0.65),)))
    ((trial, endpoint, measure, population, values, documents),) = db.execute(
        'SELECT trial_key, endpoint, measure, population, "values", documents FROM conflicts'
    ).fetchall()
    assert (trial, endpoint, measure, population) == ("ALPHA-1", "PFS", "HR", None)
    assert sorted(json.loads(values)) == [0.61, 0.65]
    assert sorted(json.loads(documents)) == ["a", "b"]


NO_CONFLICT = [
    ("another endpoint", {"endpoint": "OS"}),
    ("another population", {"population": "women"}),
    ("another measure", {"measure": "OR"}),
    ("another trial", {"trial_key": "BETA-2"}),
    ("no trial", {"trial_key": None}),
    ("one group", {"kind": "arm", "measure": "median"}),
]


@pytest.mark.parametrize("cells", [c for _, c in NO_CONFLICT], ids=[n for n, _ in NO_CONFLICT])
def test_what_is_no_conflict(db: sqlite3.Connection, cells: dict[str, object]) -> None:
    stored(db, a=(TEXT, (ratio(TEXT),)), b=(OTHER, (ratio(OTHER, 0.65, **cells),)))
    assert db.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)


def test_a_text_with_two_analyses_agrees_with_one_that_prints_one(db: sqlite3.Connection) -> None:
    stored(db, a=(TEXT, (ratio(TEXT), ratio(TEXT, 0.66, printed="HR 0.6"))), b=(OTHER, (ratio(OTHER),)))
    assert db.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)


def test_a_repost_is_no_further_source(db: sqlite3.Connection) -> None:
    repost = "转载：\n" + LONG
    stored(db, a=(LONG, (ratio(LONG),)), b=(repost, (ratio(repost),)), c=(OTHER, (ratio(OTHER),)))
    assert db.execute("SELECT documents, sources FROM synthesis").fetchall() == [('["a","b","c"]', 2)]
    stored(db, b=(OTHER + " ", (ratio(OTHER),)))  # it was rewritten
    copies = db.execute("SELECT document_id, same_as FROM document_copy").fetchall()
    names = dict(db.execute("SELECT id, name FROM document").fetchall())
    assert [(names[d], names[s]) for d, s in copies] == [("c", "b")]
