"""The same made-up facts in every format that can be read; each function returns the file's bytes."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from html import escape

TITLE = "A made-up comparison of two schedules"
ENGLISH = (
    "In the invented SAMPLE-01 study, median progression-free survival was 11.1 months with paclitaxel and "
    "5.8 months with docetaxel (hazard ratio 0.51; 95% CI, 0.40–0.65; P<0.001)."
)
CHINESE = (
    "在虚构的SAMPLE-01研究中，紫杉醇组与多西他赛组的客观缓解率分别为43.3%和24.1%（P=0.012），总生存期数据尚不成熟。"
)
TRADITIONAL = (
    "在虛構的SAMPLE-01研究中，紫杉醇組與多西他賽組的客觀緩解率分別為43.3%和24.1%（P=0.012），總生存期數據尚不成熟。"
)
PARAGRAPHS = (TITLE, ENGLISH, CHINESE)
CAPTION = "Table 1. Efficacy in SAMPLE-01"
HEADER = ("Endpoint", "Paclitaxel (n=120)", "Docetaxel (n=118)", "HR (95% CI)", "P value")
ROWS = (
    ("Median OS (months)", "18.2", "14.6", "0.72 (0.55–0.94)", "0.015"),
    ("Disease control rate", "80.0%", "61.0%", "1.31 (1.10–1.56)", "0.002"),
)
DOI = "10.5555/sample.01"
PMID = "99000001"


def pipe_table() -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (HEADER, *ROWS)]
    lines.insert(1, "|" + "---|" * len(HEADER))
    return "\n".join([CAPTION, *lines])


def plain_text() -> str:
    return "\n\n".join((*PARAGRAPHS, pipe_table())) + "\n"


def markdown() -> bytes:
    body = "\n\n".join((ENGLISH, CHINESE, pipe_table()))
    return f"---\ntitle: {TITLE}\ndoi: {DOI}\n---\n\n# {TITLE}\n\n{body}\n".encode()


def page() -> bytes:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in cells) + "</tr>"

    broken = escape(CHINESE).replace("客观缓解率", "客观\n  缓解率")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Journal site: {TITLE}</title>
<meta name="citation_title" content="{TITLE}"><meta name="citation_doi" content="{DOI}">
<meta name="citation_author" content="Doe, Jane"><meta name="citation_publication_date" content="2021/05/01">
<script>var medianSurvival = "99.9 months";</script><style>p {{ margin: 1em }}</style></head>
<body><nav><ul><li><a href="/">Home</a></li></ul></nav>
<article><h1>{TITLE}</h1>
<p>{escape(ENGLISH).replace("0.40–0.65", "0.40&ndash;0.65").replace("with paclitaxel", "with <b>paclitaxel</b>")}</p>
<p>{broken}</p>
<table><caption>{CAPTION}</caption><thead>{row(HEADER, "th")}</thead>
<tbody>{"".join(row(r, "td") for r in ROWS)}</tbody></table></article>
<footer>All rights kept.</footer></body></html>
""".encode()


def docx() -> bytes:
    import docx as python_docx

    document = python_docx.Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "Jane Doe"
    document.add_heading(TITLE, 0)
    paragraph = document.add_paragraph(ENGLISH[:40])
    paragraph.add_run(ENGLISH[40:]).bold = True
    document.add_paragraph(CHINESE)
    document.add_paragraph(CAPTION)
    table = document.add_table(0, len(HEADER))
    for cells in (HEADER, *ROWS):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    return saved(document)


def saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def jats() -> bytes:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in cells) + "</tr>"

    caption = CAPTION.removeprefix("Table 1. ")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-title-group>
<journal-title>Journal of Samples</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="doi">{DOI}</article-id><article-id pub-id-type="pmid">{PMID}</article-id>
<title-group><article-title>{TITLE}</article-title></title-group>
<contrib-group><contrib><name><surname>Doe</surname><given-names>Jane</given-names></name></contrib></contrib-group>
<pub-date><year>2021</year></pub-date><abstract><p>{escape(ENGLISH)}</p></abstract></article-meta></front>
<body><p>{escape(CHINESE)}</p><table-wrap id="t1"><label>Table 1</label><caption><p>{caption}</p></caption>
<table><thead>{row(HEADER, "th")}</thead><tbody>{"".join(row(r, "td") for r in ROWS)}</tbody></table></table-wrap></body>
<back><ref-list><ref id="r1"><label>1</label><element-citation><name><surname>Roe</surname></name>
<article-title>An earlier sample</article-title><source>J Samples</source><year>2019</year>
<pub-id pub-id-type="doi">10.5555/earlier</pub-id></element-citation></ref></ref-list></back></article>
""".encode()


def pubmed_record(pmid: str = PMID, abstract: str = "") -> str:
    abstract = abstract or escape(ENGLISH)
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue><Title>Journal of Samples</Title></Journal>
<ArticleTitle>{TITLE}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText>
<AbstractText>{escape(CHINESE)}</AbstractText></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">{DOI}</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.5555/other</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>"""


def pubmed(records: str = "") -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet SYSTEM "pubmed.dtd">\n'
    return f"{head}<PubmedArticleSet>{records or pubmed_record()}</PubmedArticleSet>".encode()


def nbib() -> bytes:
    def folded(tag: str, text: str) -> str:
        words = text.split(" ")
        middle = len(words) // 2
        return (
            f"{tag:<4}- {' '.join(words[:middle])}\n      {' '.join(words[middle:])}" if middle else f"{tag:<4}- {text}"
        )

    fields = [folded("TI", TITLE), folded("AB", ENGLISH), f"OAB - {CHINESE}", "FAU - Doe, Jane", f"LID - {DOI} [doi]"]
    return "\n".join([f"PMID- {PMID}", *fields, "JT  - Journal of Samples", "DP  - 2021 May", ""]).encode()


def jsonl() -> bytes:
    record = {"id": "one", "text": plain_text(), "title": TITLE, "doi": DOI, "year": 2021}
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def archive(members: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (members or {"texts/one.txt": plain_text().encode()}).items():
            file.writestr(name, data)
    return target.getvalue()


# ---- PDF ------------------------------------------------------------------------------

Placed = tuple[float, float, float, str]
"""x, y and size in points, and the text."""


def pdf(pages: list[list[Placed]], extra: bytes = b"", title: str = "") -> bytes:
    """Return a PDF that places each text; Latin runs in Times, all others in a Chinese font."""
    fonts = (
        b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >> "
        b"/F2 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ "
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 >> >> ] >> >>"
    )
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page_texts in pages:
        content = b"\n".join(_shown(*placed) for placed in page_texts)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font %s >> >>"
            % (len(objects), fonts)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< /Title <FEFF%s> >>" % title.encode("utf-16-be").hex().encode())
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R %s>>\n" % (len(objects) + 1, len(objects), extra)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _shown(x: float, y: float, size: float, text: str) -> bytes:
    try:
        data = text.encode("cp1252")
        font = b"/F1"
    except UnicodeEncodeError:
        data = text.encode("utf-16-be")
        font = b"/F2"
    return b"BT %s %.1f Tf %.1f %.1f Td <%s> Tj ET" % (font, size, x, y, data.hex().encode())


def wrapped(text: str, width: float, size: float = 10) -> list[str]:
    """Break a text into lines of about `width` points."""
    lines, line, used = [], "", 0.0
    for part in text.split(" ") if text.isascii() or " " in text else list(text):
        wide = sum(size if ord(c) > 0x2E7F else size * 0.48 for c in part) + size * 0.25
        if line and used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += (" " if line and " " in text else "") + part
        used += wide
    return [*lines, line]


def pdf_page() -> bytes:
    texts: list[Placed] = [(60, 780, 18, TITLE)]
    y = 740.0
    for paragraph in (ENGLISH, CHINESE):
        for line in wrapped(paragraph, 440):
            texts.append((60, y, 10, line))
            y -= 14
        y -= 14
    texts.append((60, y, 10, CAPTION))
    for cells in (HEADER, *ROWS):
        y -= 16
        texts += [(60 + 105 * column, y, 10, cell) for column, cell in enumerate(cells)]
    return pdf([texts], title=TITLE)


FORMATS: dict[str, Callable[[], bytes]] = {
    "one.txt": lambda: plain_text().encode(),
    "bom.txt": lambda: plain_text().encode("utf-8-sig"),
    "utf16.txt": lambda: plain_text().encode("utf-16"),
    "utf16-unmarked.txt": lambda: plain_text().encode("utf-16-le"),
    "gbk.txt": lambda: plain_text().replace("–", "-").encode("gbk"),
    "gb18030.txt": lambda: plain_text().encode("gb18030"),
    "big5.txt": lambda: plain_text().replace(CHINESE, TRADITIONAL).encode("big5"),
    "one.md": markdown,
    "one.html": page,
    "one.docx": docx,
    "one.pdf": pdf_page,
    "one.nxml": jats,
    "one.xml": pubmed,
    "one.nbib": nbib,
    "one.jsonl": jsonl,
    "one.zip": archive,
    "one.txt.gz": lambda: gzip.compress(plain_text().encode()),
    "one.xml.gz": lambda: gzip.compress(pubmed()),
}
"""File name and what makes its bytes."""

WITHOUT_TABLE = frozenset(("one.xml", "one.xml.gz", "one.nbib"))
