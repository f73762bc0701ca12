"""Every row stands where it says: its span holds its value, and the span of each cell holds the cell."""

from __future__ import annotations

import html
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from trialext import extract, extract_text, load_patterns
from trialext.evaluate.predictions import reports_of
from trialext.model import Document, Estimate, Report

PROJECT = Path(__file__).parents[2]
FOLDERS = [PROJECT / "corpus", PROJECT / "../shared/dev/zh/text", PROJECT / "../shared/dev/en/text"]
TEXTS = sorted(
    p
    for f in FOLDERS
    if f.is_dir()
    for p in f.iterdir()
    if p.suffix in (".txt", ".md") and not p.name.startswith("README")
)
PATTERNS = load_patterns()

WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord(c): "." for c in "．·•∙⋅。"} | {ord("，"): ",", 0x2212: "-"}
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
WORDS |= {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def numbers(text: str) -> set[float]:
    """All numbers that a piece of text can be read as: words, powers of ten, digits set apart included."""
    text = text.translate(WIDTH)
    found = {float(v) for w, v in WORDS.items() if w in text.lower()}
    # Recognised print sets digits apart; a comma may be a decimal mark, part thousands or separate.
    tight = re.sub(r"[\s\u00a0\u2009{}$]+", "", text)
    for form in (text, tight, tight.replace(",", "."), tight.replace(",", "")):
        found |= {float(n) for n in re.findall(r"\d+\.?\d*|\.\d+", form, re.ASCII)}
    for base, power in re.findall(r"(\d+(?:\.\d+)?)[×xX*]10\^?[-−–](\d+)", tight):
        found.add(float(base) * 10.0 ** -int(power))
    return found


def holds(text: str, value: float) -> bool:
    return any(math.isclose(abs(value), n, rel_tol=1e-9) for n in numbers(text))


def misplaced(report: Report) -> Iterator[str]:
    """Name every row or cell of a report whose span does not hold it."""
    text = report.document.text
    for e in report.estimates:
        row = f"{e.kind} {e.measure} {e.value} at {e.start}"
        if not (0 <= e.start < e.end <= len(text)) or not e.sentence.start <= e.start < e.sentence.end:
            yield f"{row}: outside the text or its sentence"
            continue
        wanted = e.p_value if e.kind == "test" else e.value
        if wanted is not None and not holds(text[e.start : e.end], wanted):
            yield f"{row}: {text[e.start : e.end]!r} does not hold {wanted}"
        for also in e.also_at:
            if wanted is not None and not holds(text[also.start : also.end], wanted):
                yield f"{row}: also at {text[also.start : also.end]!r} does not hold {wanted}"
        for cell, start, end in e.spans:
            if not 0 <= start < end <= len(text):
                yield f"{row}: {cell} lies outside the text"
                continue
            for number in cell_numbers(e, cell):
                if not holds(text[start:end], number):
                    yield f"{row}: {cell} {text[start:end]!r} does not hold {number}"
    for u in report.unexplained:
        if not 0 <= u.start < u.end <= len(text):
            yield f"unexplained {u.start} lies outside the text"


def cell_numbers(e: Estimate, cell: str) -> list[float]:
    """The numbers that the span of a cell must hold."""
    columns = {
        "value": ("value",),
        "ci": ("ci_low", "ci_high"),
        "ci_low": ("ci_low",),
        "ci_high": ("ci_high",),
        "p": ("p_value",),
        "p_value": ("p_value",),
        "fraction": ("numerator",),
        "spread": ("spread_low", "spread_high"),
    }.get(cell, ())
    return [float(x) for c in columns if (x := getattr(e, c)) is not None]


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_every_row_stands_where_it_says(path: Path) -> None:
    report = extract(Document(path.name, path.read_bytes().decode("utf-8-sig")), PATTERNS)
    assert list(misplaced(report)) == []


def test_the_corpus_yields_rows_and_cells_to_place() -> None:
    reports = list(reports_of([str(PROJECT / "corpus")]))
    cells = {cell for r in reports for e in r.estimates for cell, *_ in e.spans}
    assert sum(len(r.estimates) for r in reports) > 100
    assert {"value", "ci", "p", "endpoint"} <= cells


ZH = "试验组的中位PFS为8.1个月，对照组为5.6个月（HR=0.70，95%CI：0.55~0.89，P=0.003）。ORR分别为43.3%（26/60）和30.0%（18/60）。"
EN = "Median OS was 20.1 months with drug A and 16.4 months with placebo (HR 0.76; 95% CI 0.60-0.95; P = .015)."
VARIANTS = {
    "crlf": f"题目😀𠮷\r\n\r\n{ZH}\r\n{EN}\r\n",
    "full width": ZH.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%=()~/"}),
    "middle dots": EN.replace("0.", "0·").replace("20.1", "20·1"),
    "no-break spaces": EN.replace(" ", "\u00a0"),
    "thin spaces": ZH.replace("P=0.003", "P\u2009=\u20090.003"),
    "indented": "\n".join(f"\t\u3000{line}" for line in (ZH, EN)),
}


@pytest.mark.parametrize("text", VARIANTS.values(), ids=VARIANTS)
def test_odd_characters_move_no_span(text: str) -> None:
    report = extract_text(text, patterns=PATTERNS)
    assert len(report.estimates) >= 3
    assert list(misplaced(report)) == []


def write_html(path: Path) -> None:
    cells = "".join(f"<tr><td>{html.escape(x)}</td></tr>" for x in (ZH, EN))
    path.write_text(
        f"<html><head><meta charset=utf-8><title>t</title></head><body><p>{ZH.replace('8.1', '<b>8</b>.1')}</p>"
        f"<p>{EN.replace('0.76', '0.<i>76</i>')}</p><table>{cells}</table></body></html>",
        "utf-8",
    )


def write_docx(path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for text in (ZH, EN):
        paragraph = document.add_paragraph()
        for i in range(0, len(text), 7):  # runs cut through the numbers
            paragraph.add_run(text[i : i + 7])
    document.save(path)


def write_jats(path: Path) -> None:
    body = "".join(f"<p>{escape(t)}</p>" for t in (ZH, EN))
    path.write_text(f"<?xml version='1.0'?><article><front/><body><sec>{body}</sec></body></article>", "utf-8")


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b.txt", f"{ZH}\n{EN}".encode("gb18030"))


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.html", write_html), ("a.docx", write_docx), ("a.xml", write_jats), ("a.zip", write_zip)],
    ids=["html", "docx", "jats", "zip of GB18030"],
)
def test_converted_formats_keep_their_places(name: str, write: object, tmp_path: Path) -> None:
    write(tmp_path / name)  # type: ignore[operator]
    failures: list[str] = []
    reports = list(reports_of([str(tmp_path / name)], on_failure=lambda n, m: failures.append(m)))
    assert failures == []
    assert {e.value for r in reports for e in r.estimates} >= {8.1, 0.7, 20.1, 0.76}
    assert [m for r in reports for m in misplaced(r)] == []
