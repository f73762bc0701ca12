"""The writer: whole documents, idempotent, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_reports import TEXT, estimate, plain, report

from trialext.model import Document, Span
from trialext.store import StoreError, Writer, evidence_ids, open_database, search_sentences, to_rows, write_report
from trialext.store.paths import local_path, stored_path
from trialext.store.rows import record_digest
from trialext.store.search import fts_query, spread_han
from trialext.store.spool import Spool
from trialext.store.writer import FileFailure

TABLES = (
    *("document", "layer", "sentence", "estimate", "finding", "trial_report", "document_drug"),
    *("unexplained_number", "source", "failures", "corrections"),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path / "t.db")
    yield connection
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO sentence_fts (sentence_fts) VALUES ('integrity-check')")
    connection.close()


def contents(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but the runs."""
    return {t: db.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in TABLES}


def writer(db: sqlite3.Connection, version: str = "1") -> Writer:
    return Writer(db, version=version, pack_hash="p")


def test_the_same_report_twice_changes_nothing(db: sqlite3.Connection) -> None:
    write_report(db, report())
    before = contents(db), db.execute("SELECT * FROM runs").fetchall()
    write_report(db, report())
    assert (contents(db), db.execute("SELECT * FROM runs").fetchall()) == before


def test_new_rules_replace_all_rows_of_a_document(db: sqlite3.Connection) -> None:
    write_report(db, report(), version="1")
    write_report(db, report("b.txt", TEXT + " More."), version="1")
    old = db.execute("SELECT id FROM evidence WHERE document = 'a.txt'").fetchone()
    better = report(estimates=(estimate(endpoint="OS", trial=None),), drugs=(), unexplained=())
    write_report(db, better, version="2")
    assert db.execute("SELECT document, endpoint FROM evidence ORDER BY document").fetchall() == [
        ("a.txt", "OS"),
        ("b.txt", "PFS"),
    ]
    assert db.execute("SELECT id FROM evidence WHERE document = 'a.txt'").fetchone() == old  # stable
    assert db.execute("SELECT DISTINCT document FROM document_drugs").fetchall() == [("b.txt",)]
    assert db.execute("SELECT DISTINCT document FROM unexplained").fetchall() == [("b.txt",)]


def test_replaced_rows_keep_their_place(db: sqlite3.Connection) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write_report(db, report(name, TEXT + name), version="1")
    order = db.execute("SELECT document, key FROM evidence").fetchall()
    write_report(db, report("a.txt", TEXT + "a.txt"), version="2")
    assert db.execute("SELECT document, key FROM evidence").fetchall() == order


def test_corrections_outlive_their_row(db: sqlite3.Connection) -> None:
    write_report(db, report(), version="1")
    (identity,) = db.execute("SELECT id FROM evidence").fetchone()
    db.execute("INSERT INTO corrections (evidence_id, verdict, at) VALUES (?, 'right', '2026-01-01')", (identity,))
    write_report(db, report(estimates=()), version="2")
    write_report(db, report(), version="3")
    sql = "SELECT verdict FROM corrections c JOIN evidence e ON e.id = c.evidence_id"
    assert db.execute(sql).fetchall() == [("right",)]


def test_an_id_depends_on_the_statistic_and_on_nothing_else() -> None:
    base = estimate()
    (first,) = evidence_ids("x", (base,))
    assert len(first) == 16 and set(first) <= set("0123456789abcdef")
    for cells in ({"endpoint": "OS"}, {"trial": None}, {"experimental": ()}, {"p_value": 0.5}, {"population": "all"}):
        assert evidence_ids("x", (estimate(**cells),)) == [first]
    for cells in ({"value": 0.62}, {"start": base.start + 1}, {"measure": "OR"}):
        assert evidence_ids("x", (estimate(**cells),)) != [first]
    assert evidence_ids("y", (base,)) != [first]
    assert evidence_ids("x", (base, base, base)) == [first, f"{first}-2", f"{first}-3"]


def test_one_bad_document_does_not_cost_the_others(db: sqlite3.Connection) -> None:
    w = writer(db)
    bad = to_rows(report("bad.txt", estimates=(estimate(endpoint="nonsense"),)))
    w.put_file("a.txt", "/x/a.txt", "0" * 64, [to_rows(report("a.txt"))])
    w.put_file("bad.txt", "/x/bad.txt", "1" * 64, [bad])
    w.put_file("c.txt", "/x/c.txt", "2" * 64, [to_rows(report("c.txt", TEXT + "c"))])
    w.finish()
    assert [f.document for f in w.rejected] == ["bad.txt"]
    assert db.execute("SELECT document FROM documents").fetchall() == [("a.txt",), ("c.txt",)]
    assert db.execute("SELECT document, reason FROM failures").fetchall() == [("bad.txt", "internal")]


def test_a_failure_keeps_the_rows_of_an_earlier_reading_and_marks_them(db: sqlite3.Connection) -> None:
    w = writer(db)
    w.put_file("a.txt", "/x/a.txt", "0" * 64, [to_rows(report("a.txt"))])
    w.finish()
    failure = FileFailure("a.txt", "damaged", "made up", "a.txt", "/x/a.txt")
    again = writer(db)
    again.put_failures("a.txt", [failure])
    again.finish()
    assert db.execute("SELECT document, stale FROM evidence").fetchall() == [("a.txt", 1)]
    assert db.execute("SELECT document, reason, message FROM failures").fetchall() == [("a.txt", "damaged", "made up")]
    third = writer(db)
    third.put_failures("a.txt", [failure])
    third.finish()
    assert not third.wrote  # the same failure is no news
    healed = writer(db)
    healed.still_good(healed.sources()["a.txt"], "/x/a.txt", [])
    healed.finish()
    assert db.execute("SELECT stale FROM documents").fetchall() == [(0,)]
    assert db.execute("SELECT count(*) FROM failures").fetchone() == (0,)


def test_records_of_a_file_come_and_go_together(db: sqlite3.Connection) -> None:
    def rows(*numbers: int) -> list[object]:
        return [to_rows(report(f"f.jsonl#{n}", f"{TEXT} {n}")) for n in numbers]

    w = writer(db)
    w.put_file("f.jsonl", "/x/f.jsonl", "0" * 64, rows(1, 2, 3))  # type: ignore[arg-type]
    w.finish()
    w = writer(db)
    spool = Spool()
    for row in rows(4, 5):
        spool.put(row)  # type: ignore[arg-type]
    lost = FileFailure("f.jsonl#2", "bad-record", "made up", "f.jsonl", "/x/f.jsonl")
    w.put_file("f.jsonl", "/x/f.jsonl", "1" * 64, spool, frozenset({"f.jsonl#1"}), [lost], alone=True)
    w.finish()
    found = db.execute("SELECT document, stale FROM documents ORDER BY document").fetchall()
    assert found == [("f.jsonl#1", 0), ("f.jsonl#2", 1), ("f.jsonl#4", 0), ("f.jsonl#5", 0)]
    assert w.counts.removed == 1


def test_the_end_of_a_file_that_was_cut_off_stays_from_before(db: sqlite3.Connection) -> None:
    w = writer(db)
    w.put_file("f.jsonl", "/x", "0" * 64, [to_rows(report(f"f.jsonl#{n}", f"{TEXT} {n}")) for n in (1, 2)])
    w.finish()
    w = writer(db, "2")
    cut = FileFailure("f.jsonl", "truncated", "made up", "f.jsonl", "/x")
    w.put_file("f.jsonl", "/x", None, [to_rows(report("f.jsonl#1", TEXT))], failures=[cut])
    w.finish()
    assert db.execute("SELECT document, stale FROM documents ORDER BY 1").fetchall() == [
        ("f.jsonl#1", 0),
        ("f.jsonl#2", 1),
    ]


def test_prune_removes_what_is_gone_and_nothing_else(db: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("x")
    w = writer(db)
    for name, path in [("here.txt", tmp_path / "here.txt"), ("gone.txt", tmp_path / "gone.txt"), ("-", None)]:
        w.put_file(name, path and str(path), "0" * 64, [to_rows(report(name, TEXT + name))])
    w.put_failures("lost.pdf", [FileFailure("lost.pdf", "damaged", "made up", "lost.pdf", str(tmp_path / "lost.pdf"))])
    w.finish()
    w = writer(db)
    assert w.prune(frozenset()) == ["gone.txt", "lost.pdf"]
    w.finish()
    assert db.execute("SELECT document FROM documents ORDER BY 1").fetchall() == [("-",), ("here.txt",)]
    assert db.execute("SELECT count(*) FROM failures").fetchone() == (0,)


def test_a_full_disk_leaves_what_was_stored(db: sqlite3.Connection) -> None:
    w = writer(db)
    w.put_file("a.txt", None, "0" * 64, [to_rows(report("a.txt"))])
    w.flush()
    before = contents(db)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    w.put_file("b.txt", None, "1" * 64, [to_rows(report("b.txt", TEXT + "很长的文字。" * 5000))])
    with pytest.raises(StoreError, match="disk is full"):
        w.flush()
    db.execute("PRAGMA max_page_count = 1000000")
    assert contents(db) == before


def test_two_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    one, two = open_database(path), open_database(path)
    a, b = writer(one), writer(two)
    for n in range(20):
        a.put_file(f"{n}.txt", None, "0" * 64, [to_rows(report(f"{n}.txt", f"{TEXT} {n}"))])
        b.put_file(f"{n}.txt", None, "0" * 64, [to_rows(report(f"{n}.txt", f"{TEXT} {n}"))])
        a.flush()
        b.flush()
    a.finish()
    b.finish()
    assert one.execute("SELECT count(*), count(DISTINCT document) FROM evidence").fetchone() == (20, 20)
    assert one.execute("PRAGMA foreign_key_check").fetchall() == []
    one.close()
    two.close()


HARD_TEXTS = ["a\0b", "𠮷野家 👩‍⚕️", "'; DROP TABLE document; --", "\u202eabc", "x" * 100_000, "\r\n\r\n"]


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_any_text_comes_back_as_it_was(db: sqlite3.Connection, text: str) -> None:
    name = f"{text[:20]}.txt"
    write_report(db, plain(name, text))
    assert db.execute("SELECT document, text FROM documents").fetchall() == [(name, text)]


def test_half_a_surrogate_is_a_failure_and_no_crash(db: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="breaks a rule"):
        write_report(db, plain("a.txt", "\ud800"))


def test_the_digest_sees_text_and_metadata() -> None:
    base = Document("a", "text")
    assert record_digest(base) == record_digest(Document("b", "text"))
    for other in (Document("a", "Text"), Document("a", "text", title="t"), Document("a", "text", year=2020)):
        assert record_digest(other) != record_digest(base)


FOUND = [
    ("甲药", 1),
    ("甲药组中位PFS", 1),
    ("PFS", 1),
    ("pfs HR", 1),
    ('"乙药组为"', 1),
    ("MADE*", 0),
    ("丙药", 0),
    ("药甲", 0),
]


@pytest.mark.parametrize(("words", "n"), FOUND)
def test_search_finds_words_of_both_languages(db: sqlite3.Connection, words: str, n: int) -> None:
    write_report(db, report())
    assert len(search_sentences(db, words)) == n


def test_a_replaced_sentence_is_not_found_any_more(db: sqlite3.Connection) -> None:
    write_report(db, report(), version="1")
    text = TEXT.replace("甲药", "丙药")
    write_report(db, report(text=text, estimates=(estimate(text),)), version="2")
    assert search_sentences(db, "甲药") == []
    ((document, start, end, sentence),) = search_sentences(db, "丙药组")
    assert (document, text[start:end]) == ("a.txt", sentence)


@given(st.text())
def test_no_search_is_a_syntax_error(words: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (x, content = '', tokenize = 'unicode61')")
    query = fts_query(words)
    if query:
        db.execute("SELECT rowid FROM t WHERE t MATCH ?", (query,)).fetchall()
    db.close()


@given(st.text())
def test_spreading_keeps_every_character(text: str) -> None:
    assert "".join(spread_han(text).split()) == "".join(text.split())


def test_rows_of_one_sentence_share_it() -> None:
    first = Span(0, TEXT.index("。") + 1)
    rows = to_rows(report(estimates=(estimate(), estimate(printed="HR 0.6", value=0.6, sentence=first))))
    assert len(rows.children["sentence"]) == 1
    assert [r[:2] for r in rows.children["estimate"]] == [(0, 0), (1, 0)]


PATHS = ["/a/b.txt", "/综述/甲 乙.txt", os.fsdecode(b"/latin-\xe9/x.txt"), "/file:odd", "/per%20cent%.txt"]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_any_path_can_be_stored_and_found_again(path: str) -> None:
    stored = stored_path(path)
    stored.encode("utf-8")
    assert local_path(stored) == path
