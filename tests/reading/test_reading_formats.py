"""The same facts in every format give the same text, the same cells and the metadata."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading_help import one
from reading_samples import (
    CAPTION,
    CHINESE,
    DOI,
    ENGLISH,
    FORMATS,
    HEADER,
    PMID,
    ROWS,
    TITLE,
    TRADITIONAL,
    WITHOUT_TABLE,
)

from trialext.text.hant import to_simplified
from trialext.text.tables import find_tables


def squeezed(text: str) -> str:
    """Return `text` without white space, Simplified, every dash alike."""
    return re.sub(r"\s+", "", to_simplified(text).replace("–", "-"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_text(name: str, tmp_path: Path) -> None:
    document = one(tmp_path, name, FORMATS[name]())
    text = squeezed(document.text)
    for fact in (TITLE, ENGLISH, CHINESE):
        assert text.count(squeezed(fact)) == (2 if fact == TITLE and name == "one.md" else 1)
    assert "99.9" not in text
    assert "rightskept" not in text


@pytest.mark.parametrize("name", sorted(set(FORMATS) - WITHOUT_TABLE))
def test_every_table_gives_the_same_cells(name: str, tmp_path: Path) -> None:
    text = one(tmp_path, name, FORMATS[name]()).text
    (table,) = find_tables(text)
    assert [[squeezed(c.text) for c in row] for row in table.header] == [[squeezed(c) for c in HEADER]]
    assert [[squeezed(c.text) for c in row] for row in table.rows] == [[squeezed(c) for c in row] for row in ROWS]
    assert all(text[c.start : c.end] == c.text for row in (*table.header, *table.rows) for c in row)
    if name != "one.pdf":  # a page holds no mark that ties the caption to its table
        assert table.caption is not None
        assert text[slice(*table.caption)] == CAPTION


@pytest.mark.parametrize("name", FORMATS)
def test_the_map_leads_back_to_the_source(name: str, tmp_path: Path) -> None:
    document = one(tmp_path, name, FORMATS[name]())
    offsets = [offset for offset, _ in document.source_map]
    assert offsets == sorted(set(offsets))
    assert all(0 <= offset < len(document.text) for offset in offsets)
    if document.reader != "text":
        assert offsets[0] == 0
        assert all(place for _, place in document.source_map)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("one.md", {"title": TITLE, "doi": DOI}),
        ("one.html", {"title": TITLE, "doi": DOI, "year": 2021, "authors": ("Doe, Jane",)}),
        ("one.docx", {"title": TITLE, "authors": ("Jane Doe",)}),
        ("one.pdf", {"title": TITLE}),
        ("one.jsonl", {"title": TITLE, "doi": DOI, "year": 2021}),
        (
            "one.nxml",
            {
                "title": TITLE,
                "doi": DOI,
                "pmid": PMID,
                "year": 2021,
                "journal": "Journal of Samples",
                "authors": ("Jane Doe",),
            },
        ),
        (
            "one.xml",
            {
                "title": TITLE,
                "doi": DOI,
                "pmid": PMID,
                "year": 2021,
                "journal": "Journal of Samples",
                "authors": ("Jane Doe",),
            },
        ),
        (
            "one.nbib",
            {
                "title": TITLE,
                "doi": DOI,
                "pmid": PMID,
                "year": 2021,
                "journal": "Journal of Samples",
                "authors": ("Doe, Jane",),
            },
        ),
    ],
)
def test_metadata(name: str, fields: dict[str, object], tmp_path: Path) -> None:
    document = one(tmp_path, name, FORMATS[name]())
    assert {key: getattr(document, key) for key in fields} == fields


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("one.xml.gz", f"one.xml.gz#{PMID}"),
        ("one.nbib", f"one.nbib#{PMID}"),
        ("one.jsonl", "one.jsonl#one"),
        ("one.zip", "one.zip#texts/one.txt"),
        ("one.txt.gz", "one.txt.gz"),
        ("one.nxml", "one.nxml"),
    ],
)
def test_documents_are_named_as_promised(name: str, document: str, tmp_path: Path) -> None:
    assert one(tmp_path, name, FORMATS[name]()).name == document


@pytest.mark.parametrize("name", ["one.html", "one.docx", "one.pdf", "one.nxml", "one.xml", "one.zip", "one.jsonl"])
def test_content_decides_and_not_the_name(name: str, tmp_path: Path) -> None:
    """A file that was given the wrong suffix is read as what it is."""
    right = one(tmp_path, name, FORMATS[name]())
    wrong = one(tmp_path, "wrong.txt", FORMATS[name]())
    assert (wrong.text, wrong.reader) == (right.text, right.reader)


@pytest.mark.parametrize("name", ["one.pdf", "one.docx", "one.html", "one.nxml"])
def test_text_under_another_name_is_still_text(name: str, tmp_path: Path) -> None:
    assert one(tmp_path, name, ENGLISH.encode()).text == ENGLISH


def test_newlines_are_kept_and_the_mark_removed(tmp_path: Path) -> None:
    assert one(tmp_path, "a.txt", b"\xef\xbb\xbfa\r\nb\rc\n").text == "a\r\nb\rc\n"


def test_traditional_text_is_kept_as_it_is(tmp_path: Path) -> None:
    assert TRADITIONAL in one(tmp_path, "a.txt", FORMATS["big5.txt"]()).text


def test_ocr_text_that_begins_with_a_table_stays_text(tmp_path: Path) -> None:
    text = "<html><body><table><tr><td>a</td></tr></table></body></html>\n\nThe text goes on here."
    assert one(tmp_path, "ocr.md", text.encode()).text == text


REFERENCES = [
    ("HR 0.51<sup>12</sup>, then", "HR 0.51[12], then"),
    ("shown.<sup>3,4</sup> Next", "shown.[3,4] Next"),
    ("shown<sup>[5-7]</sup>。", "shown[5-7]。"),
    ("60 mg/m<sup>2</sup> weekly", "60 mg/m² weekly"),
    ("5 × 10<sup>9</sup>/L", "5 × 10⁹/L"),
    ("and <sup>177</sup>Lu given", "and 177Lu given"),
    ("43.3%<sup>a</sup> of", "43.3%[a] of"),
    ("the 1<sup>st</sup> line", "the 1st line"),
    ("CD8<sup>+</sup> cells", "CD8+ cells"),
    ("P<sub>interaction</sub>=0.03", "P interaction=0.03"),
    ("CO<sub>2</sub> level", "CO2 level"),
    ("AUC<sub>0-24</sub> of", "AUC0-24 of"),
]


@pytest.mark.parametrize(("markup", "seen"), REFERENCES)
def test_raised_and_lowered_marks(markup: str, seen: str, tmp_path: Path) -> None:
    assert one(tmp_path, "a.html", f"<html><body><p>{markup}</p></body></html>".encode()).text == seen
    jats = f"<article><front/><body><p>{markup}</p></body></article>"
    assert one(tmp_path, "a.nxml", jats.encode()).text == seen
