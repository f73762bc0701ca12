"""Annotations survive every format: line ends, emoji, full-width text, spans over line breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from evaluate_data import document, write_database
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from trialext.evaluate import cli
from trialext.evaluate.annotations import Annotated, AnnotationError, Label, from_gold, texts_in, to_gold
from trialext.evaluate.formats import READERS, WRITERS, label_studio

app = typer.Typer()
app.command("export")(cli.annotations_export)
app.command("import")(cli.annotations_import)
app.command("agree")(cli.agree)

TEXT = "\u3000标题😀𠮷\r\nＨＲ＝０．７０（９５％ＣＩ\r\n０．５５～０．８９）\tＰ＜0.01 <b>&amp;</b>\u2028“x”\r\rEnd 🧪."
SUFFIX = {"brat": "", "label-studio": ".json", "prodigy": ".jsonl"}


def span(quote: str, label: str = "effect", **attributes: Any) -> Label:
    start = TEXT.index(quote)
    return Label(label, start, start + len(quote), attributes)


ITEM = Annotated(
    "zh-1",
    TEXT,
    (
        span("😀", "arm", measure="rate", value=43.3, experimental=["帕博利珠单抗"]),
        span(
            "ＨＲ＝０．７０（９５％ＣＩ\r\n０．５５～０．８９）",
            measure="HR",
            value=0.7,
            p=None,
            note='tab\tand "quote"\n',
        ),
        span("\r\n０．５５", "arm", measure="rate"),
        span("\r\r", "test", measure="p"),
        span("Ｐ＜0.01 <b>", "test", measure="p", p=0.01),
        span("\t", "other label"),
        span("🧪.", "effect", measure="OR"),
    ),
    {"lang": "zh", "trials": [{"name": "T\t1"}], "drugs": ["x"], "optional_results": [{"kind": "arm"}]},
)


def round_trip(form: str, items: list[Annotated], folder: Path) -> list[Annotated]:
    target = folder / f"out{SUFFIX[form]}"
    assert WRITERS[form](items, target) == len(items)
    return READERS[form](target)


def same_but_for_brat_labels(form: str, item: Annotated) -> Annotated:
    labels = tuple(
        Label(s.label.replace(" ", "_") if form == "brat" else s.label, s.start, s.end, s.attributes)
        for s in item.labels
    )
    return Annotated(item.doc, item.text, labels, item.attributes)


@pytest.mark.parametrize("form", SUFFIX)
def test_round_trip(form: str, tmp_path: Path) -> None:
    plain = Annotated("en-1", "No results here.", (), {"lang": "en"})
    back = round_trip(form, [ITEM, plain], tmp_path)
    expected = [same_but_for_brat_labels(form, i) for i in (ITEM, plain)]
    assert sorted(back, key=lambda a: a.doc) == sorted(expected, key=lambda a: a.doc)


ALPHABET = "aH病０．～\r\n\t 😀𠮷\u2028\x85\x0b\ufeff\u200d“&<"


@pytest.mark.parametrize("form", SUFFIX)
@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet=ALPHABET, min_size=1, max_size=40).filter(lambda t: not t.startswith("\ufeff")),
    spans=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=5),
)
def test_any_text_and_span_comes_back(
    form: str, text: str, spans: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    labels = tuple(Label("arm", a, min(a + n, len(text)), {"value": a}) for a, n in spans if a < len(text))
    item = Annotated("d", text, labels, {"lang": "zh"})
    assert round_trip(form, [item], tmp_path_factory.mktemp("f")) == [item]


def test_label_studio_counts_utf16_units(tmp_path: Path) -> None:
    label_studio.write([ITEM], tmp_path / "a.json")
    task = json.loads((tmp_path / "a.json").read_text("utf-8"))[0]
    utf16 = task["data"]["text"].encode("utf-16-le")
    for region in task["annotations"][0]["result"]:
        value = region["value"]
        assert utf16[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
    assert task["annotations"][0]["result"][-1]["value"]["start"] > ITEM.labels[-1].start


@pytest.mark.parametrize("shift", ["code points", "line ends"])
def test_label_studio_exports_with_other_counts_are_put_right(tmp_path: Path, shift: str) -> None:
    label_studio.write([ITEM], tmp_path / "a.json")
    tasks = json.loads((tmp_path / "a.json").read_text("utf-8"))
    for region, label in zip(tasks[0]["annotations"][0]["result"], ITEM.labels, strict=True):
        lost = TEXT[: label.start].count("\r\n") if shift == "line ends" else 0
        region["value"] |= {"start": label.start - lost, "end": label.end - lost}
    keep = [0, 1, 4, 6]  # quotations that stand once
    tasks[0]["annotations"][0]["result"] = [tasks[0]["annotations"][0]["result"][i] for i in keep]
    (tmp_path / "a.json").write_text(json.dumps(tasks), "utf-8")
    assert label_studio.read(tmp_path / "a.json")[0].labels == tuple(ITEM.labels[i] for i in keep)


def test_label_studio_takes_the_last_annotation_that_stands(tmp_path: Path) -> None:
    def result(start: int) -> dict[str, Any]:
        return {"result": [{"id": "a", "value": {"start": start, "end": start + 1, "labels": ["arm"]}}]}

    task = {
        "id": 7,
        "data": {"text": "abc"},
        "annotations": [result(0), result(1), result(2) | {"was_cancelled": True}],
    }
    (tmp_path / "a.json").write_text(json.dumps(task))
    (item,) = label_studio.read(tmp_path / "a.json")
    assert (item.doc, item.labels) == ("7", (Label("arm", 1, 2),))


def test_brat_notes_of_people_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"HR 0.7")
    (tmp_path / "a.ann").write_bytes(b"T1\teffect 0 6\tHR 0.7\n#1\tAnnotatorNotes T1\tlooks odd\nA1\tNegation T1\n")
    (item,) = READERS["brat"](tmp_path)
    assert item.labels == (Label("effect", 0, 6, {"note": "looks odd"}),)


def test_old_spacy_lines_are_read_and_rejected_ones_left_out(tmp_path: Path) -> None:
    lines = [{"text": "HR 0.7", "entities": [[0, 2, "MEASURE"]]}, {"text": "x", "answer": "reject"}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(x) for x in lines) + "\n\n")
    (item,) = READERS["prodigy"](tmp_path / "a.jsonl")
    assert item.labels == (Label("MEASURE", 0, 2),)


BROKEN = {
    "brat": [
        ({"a.ann": "T1\teffect 0 6\tHR 0.8\n", "a.txt": "HR 0.7"}, "a.ann:1"),
        ({"a.ann": "T1 effect 0 6 HR\n", "a.txt": "HR 0.7"}, "a.ann:1"),
        ({"a.ann": "T1\teffect 0 99\tHR 0.7\n", "a.txt": "HR 0.7"}, "outside"),
        ({"a.ann": ""}, "a.txt is missing"),
        ({"b.txt": ""}, "no .ann files"),
    ],
    "label-studio": [
        ({"a.json": "{"}, "no Label Studio JSON"),
        ({"a.json": '[{"text": "x"}]'}, "task 1"),
        (
            {
                "a.json": '[{"data": {"text": "abc"}, "annotations": [{"result": [{"value": {"start": 0, "end": 1, "text": "z"}}]}]}]'
            },
            "'z' does not stand",
        ),
    ],
    "prodigy": [
        ({"a.jsonl": "{}\n"}, "a.jsonl:1"),
        ({"a.jsonl": '{"text": "abc"}\nx'}, "a.jsonl:2"),
        ({"a.jsonl": '{"text": "abc", "spans": [{"start": 0, "end": 9, "label": "arm"}]}'}, "outside"),
        ({"a.jsonl": '{"text": "abc", "spans": [{"start": 0, "end": 1, "label": "arm", "text": "b"}]}'}, "is not 'b'"),
        ({"a.jsonl": '{"text": "abc", "spans": [{"start": 0}]}'}, "needs start"),
        ({"a.jsonl": '{"text": "abc", "entities": [[0]]}'}, "[start, end, label]"),
    ],
}


@pytest.mark.parametrize(
    ("form", "files", "says"), [(form, files, says) for form, cases in BROKEN.items() for files, says in cases]
)
def test_broken_files_are_named(form: str, files: dict[str, str], says: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    source = tmp_path if form == "brat" else tmp_path / next(iter(files))
    with pytest.raises(AnnotationError, match=says.replace("[", r"\[").replace(".", r"\.")):
        READERS[form](source)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A text with CRLF and a gold file in a folder as the project's own."""
    (tmp_path / "gold").mkdir()
    (tmp_path / "zh-1.md").write_bytes(TEXT.encode())
    results = [
        {"kind": "effect", "measure": "HR", "value": 0.7, "quote": "ＨＲ＝０．７０", "experimental": ["a"]},
        {"kind": "test", "measure": "p", "p_op": "<", "p": 0.01, "quote": "Ｐ＜0.01"},
    ]
    gold = {
        "doc": "zh-1",
        "lang": "zh",
        "trials": [],
        "drugs": ["a"],
        "registry_ids": [],
        "results": results,
        "note": "n",
    }
    (tmp_path / "gold" / "zh-1.json").write_text(json.dumps(gold, ensure_ascii=False), "utf-8")
    return tmp_path


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.mark.parametrize("form", SUFFIX)
def test_gold_comes_back_from_every_tool(form: str, corpus: Path) -> None:
    target = corpus / f"out{SUFFIX[form]}"
    assert run("export", target, "--gold", corpus / "gold").exit_code == 0
    assert run("import", target, corpus / "back").exit_code == 0
    gold = json.loads((corpus / "gold" / "zh-1.json").read_text("utf-8"))
    back = json.loads((corpus / "back" / "zh-1.json").read_text("utf-8"))
    for row in back["results"]:
        assert TEXT[row.pop("span_start") : row.pop("span_end")] == row["quote"]
    assert back == gold
    again = run("import", target, corpus / "back")
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    assert run("import", target, corpus / "back", "--overwrite").exit_code == 0
    assert run("agree", corpus / "gold", corpus / "back", "--texts", corpus).exit_code == 0


def test_extracted_rows_can_be_corrected_in_a_tool(corpus: Path) -> None:
    start = TEXT.index("０．７０")
    row = {
        "kind": "effect",
        "measure": "HR",
        "value": 0.7,
        "p_value": 0.01,
        "p_op": "<",
        "span_start": start,
        "span_end": start + 4,
        "experimental": ["a"],
        "comparator": [],
    }
    trial = {
        "trial": "T-1",
        "trial_key": "t1",
        "n": 9,
        "registry_ids": ["NCT00000001"],
        "citations": [{"number": 3, "doi": None}],
    }
    write_database(corpus / "a.db", [document("x/zh-1.md", [row], ["a"], [trial], text=TEXT, lang="zh")])
    assert run("export", corpus / "a.jsonl", "--db", corpus / "a.db").exit_code == 0
    assert run("import", corpus / "a.jsonl", corpus / "back").exit_code == 0
    back = json.loads((corpus / "back" / "zh-1.json").read_text("utf-8"))
    assert (
        back["results"][0] | {"quote": "０．７０", "p": 0.01, "value": 0.7, "experimental": ["a"]} == back["results"][0]
    )
    assert back["trials"][0]["name"] == "T-1"
    assert back["trials"][0]["reference"] == [3]
    assert back["registry_ids"] == ["NCT00000001"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["export", "out", "--gold", "gold", "--db", "a.db"], 2, "not both"),
        (["export", "out.xyz", "--gold", "gold", "--format", "xyz"], 2, "known are brat"),
        (["export", "out", "--gold", "gold", "--texts", "gold"], 2, "no text named zh-1"),
        (["export", "out", "--db", "none.db"], 3, "no such database"),
        (["import", "nowhere", "back"], 2, "no such file"),
        (["agree", "gold", "nowhere"], 2, "no such file"),
    ],
)
def test_wrong_use(corpus: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, says: str) -> None:
    monkeypatch.chdir(corpus)
    done = run(*arguments)
    assert (done.exit_code, says in done.stderr) == (code, True), done.output


def test_a_quote_that_does_not_stand_in_the_text_is_refused(corpus: Path) -> None:
    path = corpus / "gold" / "zh-1.json"
    path.write_text(path.read_text("utf-8").replace("Ｐ＜0.01", "Ｐ＜0.02"), "utf-8")
    with pytest.raises(AnnotationError, match=r"results\[1\]"):
        list(from_gold(corpus / "gold", texts_in(corpus)))


def test_equal_quotes_take_different_places() -> None:
    text = "43% vs 43%"
    rows = [{"kind": "arm", "measure": "rate", "value": 43, "quote": "43%"}] * 3
    labels = _labels(text, rows)
    assert [(s.start, s.end) for s in labels] == [(0, 3), (7, 10), (0, 3)]
    assert to_gold(Annotated("d", text, labels))["results"][1]["quote"] == "43%"


def _labels(text: str, rows: list[dict[str, Any]]) -> tuple[Label, ...]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "d.json").write_text(json.dumps({"results": rows}))
        return next(iter(from_gold(Path(folder), {"d": text}))).labels
