"""The sub-commands of ``trialext patterns``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trialext.patterns.cli import app


def run(*words: str, code: int = 0) -> str:
    """Run a sub-command and return what it prints on stdout."""
    done = CliRunner().invoke(app, list(words), env={"NO_COLOR": "1"})
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder


def write(folder: Path, *records: dict[str, object]) -> None:
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    (folder / "own.jsonl").write_text(text, "utf-8")


FAULTS = {
    "two-ids": {"label": "DRUG", "id": "quorvan", "aliases": ["paclitaxel"]},
    "repeated": {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77", "QX-77"]},
    "ordinary-word": {"label": "DRUG", "id": "quorvan", "aliases": ["hope"]},
    "too-short": {"label": "DRUG", "id": "quorvan", "aliases": ["QX"]},
    "open-regex": {"label": "DRUG", "id": "quorvan", "regexes": ["QX.*77"], "examples": ["QX-77"]},
    "no-example": {"label": "DRUG", "id": "quorvan", "regexes": [r"QX-\d\d"]},
    "untidy": {"label": "DRUG", "id": "quorvan", "aliases": ["qu orvan "]},
    "unreachable": {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"], "regexes": []},
}


@pytest.mark.parametrize("code", [c for c in FAULTS if c != "unreachable"])
def test_lint_finds(packs: Path, code: str) -> None:
    write(packs, FAULTS[code])
    found = [f for f in json.loads(run("lint", "--patterns", str(packs), "--json", code=1)) if f["code"] == code]
    assert found
    assert all(f["message"] for f in found)


def test_lint_finds_what_is_never_read(packs: Path) -> None:
    write(packs, {"label": "DRUG", "id": "quorvan", "aliases": ["paclitaxel injection pen"]},
          {"label": "REGIMEN", "id": "pen mix", "regexes": ["paclitaxel injection pen set?"], "examples": ["paclitaxel injection pen set"]},
          {"label": "CLASS", "id": "pens", "aliases": ["paclitaxel injection pen"]})  # fmt: skip
    found = json.loads(run("lint", "--patterns", str(packs), "--json", code=1))
    assert {(f["code"], f["record"]) for f in found if f["file"] == "own.jsonl"} >= {("two-ids", "CLASS/pens")}


def test_test_tells_what_was_found_instead(packs: Path) -> None:
    write(
        packs,
        {
            "label": "DRUG",
            "id": "quorvan",
            "aliases": ["QX-77"],
            "examples": ["paclitaxel"],
            "counterexamples": ["QX-77"],
        },
    )
    printed = run("test", "--patterns", str(packs), "-k", "quorvan", code=1)
    assert "example not read: paclitaxel" in printed
    assert 'DRUG/paclitaxel "paclitaxel"' in printed
    assert "counter-example read: QX-77" in printed
    assert "0 passed, 2 failed" in printed
    told = json.loads(run("test", "--patterns", str(packs), "-k", "quorvan", "--json", code=1))
    assert [f["wanted"] for f in told["failed"]] == [True, False]


def test_list_and_show() -> None:
    counts = json.loads(run("list", "--json"))
    assert counts["DRUG"] > 2000
    assert "DRUG\tivonescimab\t" in run("list", "drug", "--grep", "依沃西")
    (record,) = json.loads(run("show", "AK112", "--json"))
    assert (record["id"], record["facts"]["target"]) == ("ivonescimab", "PD-1;VEGF-A")
    assert run("show", "no such name at all", code=1) == ""


def test_add_appends_joins_and_refuses(packs: Path) -> None:
    pack = packs / "sub" / "own.jsonl"
    assert run("add", "drug", "quorvan", "QX-77", "--to", str(pack)) == f"added DRUG quorvan in {pack}\n"
    assert run("add", "DRUG", "quorvan", "阔伐安", "--to", str(pack)).startswith("extended")
    (record,) = [json.loads(line) for line in pack.read_text("utf-8").splitlines()]
    assert record == {"label": "DRUG", "id": "quorvan", "aliases": ["quorvan", "QX-77", "阔伐安"]}
    before = pack.read_bytes()
    run("add", "DRGU", "x", "--to", str(pack), code=2)
    run("add", "DRUG", "x", "--to", str(packs / "p.toml"), code=2)
    assert pack.read_bytes() == before


def test_suggest_ranks_and_can_be_pasted(packs: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(
        "The VELOURIA-3 trial compared zanvotinib with paclitaxel. Zanvotinib was safe.", "utf-8"
    )
    (texts / "b.txt").write_text("泽伐替尼（paclitaxel）组。VELOURIA-3研究的主要终点为无症状生存期。", "utf-8")
    (texts / "c.txt").write_text("Docetaxel and KEYNOTE-189 are known. In VELOURIA-3 study.", "utf-8")
    lines = run("suggest", str(texts)).splitlines()
    records = [json.loads(line) for line in lines]
    assert (records[0]["label"], records[0]["id"]) == ("TRIAL", "VELOURIA-3")
    names = {(r["label"], r["id"]) for r in records}
    assert {("DRUG", "zanvotinib"), ("ENDPOINT", "other:无症状生存期")} <= names
    assert not names & {("DRUG", "docetaxel"), ("TRIAL", "KEYNOTE-189")}
    (packs / "pasted.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert "VELOURIA-3" not in run("suggest", str(texts), "--patterns", str(packs))


def test_suggest_tells_a_missing_path(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["suggest", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "no such file or folder" in done.output
