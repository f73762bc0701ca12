"""The schema: what the contract promises, what the tables refuse, which files are no database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_reports import TEXT, estimate, report

from trialext.store import StoreError, open_database, write_report
from trialext.store.database import SCHEMA_VERSION, statements

# Columns that the contract names, in its words.
CONTRACT = {
    "documents": "document text lang title doi pmid sha256 reader",
    "evidence": (
        "id document lang kind measure value qualifier unit ci_level ci_low ci_high p_op p_value endpoint numerator "
        "denominator spread_kind spread_low spread_high timepoint experimental comparator trial trial_key population "
        "analysis origin citations sentence span_start span_end also_at checks regimen_parts"
    ),
    "trial_reports": (
        "document trial trial_key phase n registry_ids experimental comparator endpoint_outcomes status citations"
    ),
    "document_drugs": "document drug mentions",
    "unexplained": "document text span_start span_end sentence",
    "synthesis": "trial_key endpoint measure population value ci_low ci_high documents",
    "conflicts": "trial_key endpoint measure population values documents",
    "findings": "evidence_id code severity expected printed message",
    "failures": "document reason message",
    "mentions": "document label id span_start span_end rule inferred",
    "corrections": "evidence_id verdict field old new who at note",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path / "new" / "folder" / "t.db")
    yield connection
    connection.close()


@pytest.mark.parametrize("view", CONTRACT)
def test_views_have_the_columns_of_the_contract(db: sqlite3.Connection, view: str) -> None:
    columns = {row[1] for row in db.execute(f"PRAGMA table_info({view})")}
    assert set(CONTRACT[view].split()) <= columns


def test_a_report_comes_back_through_the_views(db: sqlite3.Connection) -> None:
    write_report(db, report())
    db.row_factory = sqlite3.Row
    row = dict(db.execute("SELECT * FROM evidence").fetchone())
    assert (row["document"], row["lang"], row["kind"], row["measure"]) == ("a.txt", "zh", "effect", "HR")
    assert (row["value"], row["ci_level"], row["ci_low"], row["ci_high"]) == (0.61, 95, 0.45, 0.83)
    assert (row["p_op"], row["p_value"], row["endpoint"], row["origin"]) == ("=", 0.002, "PFS", "cited")
    assert json.loads(row["experimental"]) == ["drug a"]
    assert json.loads(row["citations"]) == [{"number": 1, "doi": "10.5555/alpha"}]
    assert json.loads(row["checks"]) == ["ci-excludes-value"]
    assert TEXT[row["span_start"] : row["span_end"]] == "HR 0.61"
    assert row["sentence"] == TEXT[: TEXT.index("。") + 1]
    trial = dict(db.execute("SELECT * FROM trial_reports").fetchone())
    assert json.loads(trial["endpoint_outcomes"])[1] == {"endpoint": None, "outcome": "positive"}
    assert [tuple(r) for r in db.execute("SELECT * FROM document_drugs")] == [
        ("a.txt", "drug a", 2),
        ("a.txt", "drug b", 1),
    ]
    unexplained = dict(db.execute("SELECT * FROM unexplained").fetchone())
    assert unexplained["text"] == "6.2" and unexplained["sentence"] == row["sentence"]
    finding = dict(db.execute("SELECT * FROM findings").fetchone())
    assert finding["evidence_id"] == row["id"] and finding["severity"] == "error"
    mention = dict(db.execute("SELECT * FROM mentions").fetchone())
    assert TEXT[mention["span_start"] : mention["span_end"]] == "PFS" and mention["inferred"] == 0
    cells = {r["cell"]: TEXT[r["span_start"] : r["span_end"]] for r in db.execute("SELECT * FROM estimate_spans")}
    assert cells == {"value": "0.61", "endpoint": "PFS"}
    ledger = {r["kind"]: r["numbers"] for r in db.execute("SELECT * FROM coverage")}
    assert ledger == {"evidence": 1, "unexplained": 1}


def test_notes_are_findings_but_not_checks(db: sqlite3.Connection) -> None:
    from trialext.model import Finding

    write_report(db, report(findings=(Finding(0, "one-sided", "note", "", "", "made up"),)))
    assert db.execute("SELECT checks FROM evidence").fetchone() == ("[]",)
    assert db.execute("SELECT count(*) FROM findings").fetchone() == (1,)


# What the tables refuse: cells of a row that break a rule.
REFUSED = [
    {"kind": "other"},
    {"measure": "hazard"},
    {"kind": "arm", "measure": "HR"},
    {"kind": "test", "measure": "p"},  # a test has no value
    {"endpoint": "pfs"},
    {"p_op": "~"},
    {"p_op": None},
    {"qualifier": "roughly"},
    {"origin": "elsewhere"},
    {"start": 5, "end": 5},
    {"value": "0.61"},
    {"numerator": "many"},
]


@pytest.mark.parametrize("cells", REFUSED, ids=str)
def test_a_row_that_breaks_a_rule_is_refused_whole(db: sqlite3.Connection, cells: dict[str, object]) -> None:
    good = {"p_op": "=", "p_value": 0.5}
    broken = estimate(**(good | cells))
    if cells == {"value": "0.61"}:  # a number as text becomes a number; words do not
        broken = estimate(value="a lot")
    with pytest.raises(ValueError, match=r"breaks a rule|convert"):
        write_report(db, report(estimates=(broken,)))
    assert db.execute("SELECT count(*) FROM document").fetchone() == (0,)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("table", ["estimate", "document", "trial_report", "finding", "corrections", "runs"])
def test_tables_are_strict(db: sqlite3.Connection, table: str) -> None:
    rows = db.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table,)).fetchall()
    assert rows == [(1,)]


def test_opening_again_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    open_database(path).close()
    before = path.read_bytes()
    open_database(path).close()
    assert path.read_bytes() == before


def test_views_of_another_release_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    db = open_database(path)
    write_report(db, report())
    db.execute("DROP VIEW synthesis")
    db.execute("UPDATE meta SET value = 'old' WHERE key = 'views'")
    db.close()
    with pytest.raises(StoreError, match="older version"):
        open_database(path, readonly=True)
    again = open_database(path)
    assert again.execute("SELECT trial_key, value FROM synthesis").fetchall() == [("ALPHA-1", 0.61)]
    again.close()


def test_every_version_has_its_migration() -> None:
    folder = Path(__file__).parents[2] / "src/trialext/store/migrations"
    assert sorted(p.stem for p in folder.glob("*.sql")) == [f"{n:04}" for n in range(2, SCHEMA_VERSION + 1)]


def test_scripts_split_into_statements() -> None:
    script = "CREATE TABLE a (b); -- one\n-- between; them\nCREATE TABLE c (d DEFAULT ';');\n"
    assert [s.count("CREATE") for s in statements(script)] == [1, 1]
    with pytest.raises(ValueError, match="unfinished"):
        list(statements("CREATE TABLE a (b)"))


def _foreign(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE customers (name)")
    other.commit()
    other.close()


def _newer(path: Path) -> None:
    db = open_database(path)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()


def _corrupt(path: Path) -> None:
    db = open_database(path)
    for n in range(40):
        write_report(db, report(f"{n}.txt", TEXT + str(n)))
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)


def _text(path: Path) -> None:
    path.write_text("This is a letter and not a database. " * 200)


UNUSABLE = [
    (_foreign, "another program"),
    (_newer, "newer trialext"),
    (_corrupt, "corrupt"),
    (_text, "not a SQLite database"),
    (Path.mkdir, "is a folder"),
]


@pytest.mark.parametrize(("make", "words"), UNUSABLE, ids=[words for _, words in UNUSABLE])
def test_what_is_no_database_is_named(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "x.db"
    make(path)  # type: ignore[operator]
    with pytest.raises(StoreError, match=words) as caught:
        open_database(path)
    assert str(path) in str(caught.value)


def test_a_missing_database_is_not_made_for_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_database(tmp_path / "x.db", readonly=True)
    assert not list(tmp_path.iterdir())


def test_a_locked_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    holder = open_database(path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program is writing"):
        open_database(path, busy_seconds=0.05)
    holder.execute("ROLLBACK")
    open_database(path, busy_seconds=0.05).close()
    holder.close()


def test_an_impossible_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        open_database(tmp_path / "file" / "t.db")
    with pytest.raises(StoreError):
        open_database("/proc/t.db")
