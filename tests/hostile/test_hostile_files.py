"""Hostile and broken files end in a reason or a text, in little memory, and never in a crash."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile_files import HOSTILE, article, entities
from reading_help import one, read_bytes, reason
from reading_samples import ENGLISH, archive, pdf_page, pubmed, pubmed_record

from trialext.model import Document
from trialext.reading import Failure, Limits

PEAK_MIB = 400

# Reads one file in a process of its own and says what came of it and how much memory it took.
PROBE = """
import json, resource, sys, time
from trialext.reading import Failure, ReadError, iter_sources, read_source
(source,) = iter_sources(sys.argv[1:])
found, reason, start = 0, "read", time.perf_counter()
try:
    for item in read_source(source):
        if isinstance(item, Failure):
            reason = item.reason
        else:
            found += 1
            item.text.encode("utf-8")
except ReadError as error:
    reason = error.reason
try:  # of this program alone; the resource count also remembers the program that started it
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"reason": reason, "found": found, "peak": peak, "seconds": time.perf_counter() - start}))
"""


def probe(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, check=True, timeout=240, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("case", HOSTILE)
def test_ends_in_a_reason_and_little_memory(case: str, tmp_path: Path) -> None:
    name, data, expected = HOSTILE[case]
    path = tmp_path / name
    path.write_bytes(data())
    result = probe(path)
    print(f"{case}: {result}")
    assert result["reason"] == expected
    assert result["peak"] < PEAK_MIB


def test_external_entities_are_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    doctype = f'<!DOCTYPE article [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert one(tmp_path, "a.xml", article(doctype, "before &x; after")).text == "before after"
    dtd = f'<!DOCTYPE PubmedArticleSet [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>'
    data = f"{dtd}<PubmedArticleSet>{pubmed_record('7', 'HR &x; 0.51')}</PubmedArticleSet>".encode()
    assert "secret" not in one(tmp_path, "b.xml", data).text
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    assert "secret" not in one(tmp_path, "c.xml", article("", f"before {include}")).text


def test_entities_of_a_crafted_record_do_not_multiply(tmp_path: Path) -> None:
    data = entities(9).replace("DOCTYPE article", "DOCTYPE PubmedArticleSet")
    data += f"<PubmedArticleSet>{pubmed_record('7', '&e8;')}</PubmedArticleSet>"
    assert reason(tmp_path, "a.xml", data.encode()) in ("bomb", "read")
    document = [d for d in _safe(tmp_path, data.encode()) if isinstance(d, Document)]
    assert all(len(d.text) < 2000 for d in document)


def _safe(folder: Path, data: bytes) -> list[Document | Failure]:
    from trialext.reading import ReadError

    try:
        return read_bytes(folder, "a.xml", data)
    except ReadError:
        return []


@pytest.mark.parametrize("member", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "C:\\evil.txt", "..\\evil.txt"])
def test_no_archive_reaches_outside(member: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    before = sorted(tmp_path.rglob("*"))
    found = read_bytes(folder, "a.zip", archive({member: b"HR 0.51", "good.txt": ENGLISH.encode()}))
    assert sorted(tmp_path.rglob("*")) == [*before, folder / "a.zip"]
    assert {item.name for item in found if isinstance(item, Document)} == {"a.zip#good.txt"}
    assert [item.reason for item in found if isinstance(item, Failure)] == ["unsafe-path"]


def test_an_archive_follows_the_rules_of_a_folder(tmp_path: Path) -> None:
    members = ("a.txt", "README.md", ".b.txt", "gold/c.txt", "__MACOSX/d.txt", "e.png", "x/f.txt", "x/g.jsonl")
    data = archive({name: b'{"id": 1, "text": "HR"}' if name.endswith("l") else b"HR 0.51" for name in members})
    assert [item.name for item in read_bytes(tmp_path, "z.zip", data)] == [
        "z.zip#a.txt",
        "z.zip#x/f.txt",
        "z.zip#x/g.jsonl#1",
    ]


def test_a_bad_entry_does_not_cost_the_others(tmp_path: Path) -> None:
    members = {
        "a.txt": b"HR 0.51",
        "b.pdf": b"%PDF-1.7 cut",
        "c.txt": b"",
        "d.txt": b"HR 0.52",
        "e.txt.gz": b"\x1f\x8bxx",
    }
    found = read_bytes(tmp_path, "z.zip", archive(members))
    outcome = {item.name: item.reason if isinstance(item, Failure) else item.text for item in found}
    assert outcome == {
        "z.zip#a.txt": "HR 0.51",
        "z.zip#b.pdf": "truncated",
        "z.zip#c.txt": "empty",
        "z.zip#d.txt": "HR 0.52",
        "z.zip#e.txt.gz": "truncated",
    }


def test_an_entry_with_a_wrong_checksum_does_not_cost_the_others(tmp_path: Path) -> None:
    data = bytearray(archive({"a.txt": b"HR 0.51 in a", "b.txt": b"HR 0.52 in b"}))
    for magic, place in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        data[data.index(magic) + place] ^= 0xFF
    found = read_bytes(tmp_path, "z.zip", bytes(data))
    assert [(i.name, i.reason if isinstance(i, Failure) else i.text) for i in found] == [
        ("z.zip#a.txt", "damaged"),
        ("z.zip#b.txt", "HR 0.52 in b"),
    ]


def test_damaged_properties_do_not_cost_a_pdf(tmp_path: Path) -> None:
    whole = pdf_page()
    title = b"/Title <FEFF" + "A made".encode("utf-16-be").hex().encode()
    assert title in whole
    data = whole.replace(title, b"/Title <FEFFD800" + title[16:])
    document = one(tmp_path, "a.pdf", data)
    assert "0.51" in document.text


BAD_LINES: list[tuple[bytes, str]] = [
    (b"{bad json}", "bad-record"),
    (b'["a list"]', "bad-record"),
    (b'{"id": "n"}', "bad-record"),
    (b'{"id": "n", "text": 5}', "bad-record"),
    (b'{"id": {"a": 1}, "text": "HR"}', "bad-record"),
    (b'{"id": "n", "text": ""}', "empty"),
    (b'{"id": "", "text": "HR"}', "bad-record"),
    (b'{"id": "good", "text": "HR"}', "duplicate"),
    (b'{"text": ' + b"[" * 100_000 + b"}", "bad-record"),
    (b'{"id": ' + b"9" * 5000 + b', "text": "HR"}', "bad-record"),
    (b'{"id": "n", "text": "\xff\xfe\x00"}', "bad-record"),
]


@pytest.mark.parametrize(("line", "expected"), BAD_LINES)
def test_a_bad_record_does_not_cost_the_others(line: bytes, expected: str, tmp_path: Path) -> None:
    data = b'{"id": "good", "text": "HR 0.51"}\n' + line + b'\n\n{"id": "last", "text": "HR 0.52"}\n'
    found = read_bytes(tmp_path, "a.jsonl", data)
    assert [item.name for item in found if isinstance(item, Document)] == ["a.jsonl#good", "a.jsonl#last"]
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert failure.reason in (expected, "binary", "encoding")
    assert failure.name not in ("a.jsonl#good", "a.jsonl#last")


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "a.jsonl", b'\n\n\n{"text": "HR 0.51"}\n\n\nbad\n')
    assert [item.name for item in found] == ["a.jsonl#4", "a.jsonl#line 7"]


def test_records_before_a_break_are_kept(tmp_path: Path) -> None:
    whole = pubmed("".join(pubmed_record(str(n)) for n in range(1, 400)))
    for name, data in (("a.xml", whole[: len(whole) // 2]), ("a.xml.gz", gzip.compress(whole)[:-200])):
        found = read_bytes(tmp_path, name, data)
        assert len(found) > 50
        assert all(isinstance(item, Document) for item in found[:-1])
        last = found[-1]
        assert isinstance(last, Failure)
        assert (last.name, last.reason) == (name, "truncated")


def test_lone_surrogates_and_zeros_become_storable(tmp_path: Path) -> None:
    document = one(tmp_path, "a.jsonl", b'{"id": "a\\u0000b", "text": "HR\\ud800 0.51\\u0000"}')
    assert (document.name, document.text) == ("a.jsonl#a\ufffdb", "HR\ufffd 0.51\ufffd")


def test_scripts_and_hidden_text_of_a_page_are_not_read(tmp_path: Path) -> None:
    page = b"""<html><head><script>HR 9.1</script></head><body onload="HR 9.2"><p>HR 0.51</p>
    <div style="display:none">HR 9.3</div><template>HR 9.4</template><noscript>HR 9.5</noscript>
    <!-- HR 9.6 --><p hidden>HR 9.7</p><iframe srcdoc="HR 9.8"></iframe><textarea>HR 9.9</textarea></body></html>"""
    assert one(tmp_path, "a.html", page).text == "HR 0.51"


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.pdf", "pypdfium2", "pdf"),
        ("a.docx", "docx", "docx"),
        ("a.html", "selectolax", "html"),
        ("a.xml", "lxml", "xml"),
    ],
)
def test_a_missing_library_names_its_extra(name: str, module: str, extra: str, tmp_path: Path) -> None:
    from reading_samples import FORMATS

    path = tmp_path / name
    path.write_bytes(FORMATS[f"one.{extra}"]())
    code = f"""
import sys
sys.modules[{module!r}] = None
from trialext.reading import ReadError, iter_sources, read_source
(source,) = iter_sources(sys.argv[1:])
try:
    list(read_source(source))
except ReadError as error:
    print(error.reason, error.message)
"""
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("missing-extra")
    assert f"pip install trialext[{extra}]" in done.stdout


def test_limits_can_be_set(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.txt", b"HR 0.51 " * 100, Limits(document_bytes=100)) == "too-large"
    assert reason(tmp_path, "a.txt", b"HR 0.51 " * 100, Limits(text_chars=100)) == "too-large"
