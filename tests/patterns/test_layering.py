"""Folders of packs extend, replace and disable each other's records."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from trialext.patterns import Entry, PatternError, Patterns, load_patterns, pattern_folders
from trialext.recognise.ruler import Ruler


def pack(folder: Path, *records: dict[str, object]) -> Path:
    """Write a folder with one pack."""
    folder.mkdir(exist_ok=True)
    (folder / "own.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return folder


def named(patterns: Patterns, label: str, name: str) -> list[Entry]:
    """Return the entries of one id."""
    return [e for e in patterns.entries if (e.label, e.id) == (label, name)]


def found(patterns: Patterns, text: str) -> set[tuple[str, str]]:
    """Return label and id of all mentions."""
    return {(m.label, m.id) for m in Ruler(patterns, {"DRUG", "REGIMEN"}).find(text)}


def test_a_record_adds_aliases_and_facts(tmp_path: Path) -> None:
    own = pack(tmp_path / "a", {"label": "DRUG", "id": "paclitaxel", "aliases": ["紫衫醇"], "facts": {"shelf": 3}})
    patterns = load_patterns([own])
    entries = named(patterns, "DRUG", "paclitaxel")
    assert {e.facts["shelf"] for e in entries} == {3}
    assert {e.facts["atc"] for e in entries} == {"L01CD01"}
    assert found(patterns, "紫衫醇与紫杉醇") == {("DRUG", "paclitaxel")}


def test_needs_of_an_extension_bind_its_own_aliases_only(tmp_path: Path) -> None:
    own = pack(tmp_path / "a", {"label": "DRUG", "id": "paclitaxel", "aliases": ["ZT"], "needs": ["weekly"]})
    patterns = load_patterns([own])
    assert found(patterns, "ZT was given weekly") == {("DRUG", "paclitaxel")}
    assert found(patterns, "ZT was given") == set()
    assert found(patterns, "paclitaxel was given") == {("DRUG", "paclitaxel")}


def test_replace_and_disable(tmp_path: Path) -> None:
    own = pack(
        tmp_path / "a",
        {"label": "DRUG", "id": "paclitaxel", "aliases": ["taxolum"], "replace": True},
        {"label": "DRUG", "id": "docetaxel", "disable": True},
    )
    patterns = load_patterns([own])
    assert found(patterns, "taxolum") == {("DRUG", "paclitaxel")}
    assert found(patterns, "紫杉醇 docetaxel") == set()


def test_layers_in_order(tmp_path: Path) -> None:
    first = pack(tmp_path / "a", {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"]})
    second = pack(tmp_path / "b", {"label": "DRUG", "id": "quorvan", "disable": True})
    assert named(load_patterns([first]), "DRUG", "quorvan")
    assert not named(load_patterns([first, second]), "DRUG", "quorvan")
    with pytest.raises(PatternError, match="to replace or disable"):
        load_patterns([second, first])


def test_the_later_folder_wins_the_same_words(tmp_path: Path) -> None:
    own = pack(tmp_path / "a", {"label": "REGIMEN", "id": "house mix", "aliases": ["paclitaxel"]})
    assert found(load_patterns([own]), "paclitaxel was given") == {("REGIMEN", "house mix")}


def test_spacy_and_prodigy_lines_are_valid_as_they_are(tmp_path: Path) -> None:
    own = pack(
        tmp_path / "a",
        {"label": "DRUG", "pattern": "阔伐安", "id": "quorvan"},
        {"label": "DRUG", "pattern": [{"LOWER": "qx"}, {"ORTH": "-", "OP": "?"}, {"ORTH": "77"}], "id": "quorvan"},
        {"label": "DRUG", "pattern": "quorvan"},
    )
    patterns = load_patterns([own])
    for text in ("阔伐安组", "QX-77 was given", "qx 77 was given", "quorvan was given"):
        assert found(patterns, text) == {("DRUG", "quorvan")}, text


def test_forms_have_conditions_of_their_own(tmp_path: Path) -> None:
    record = {
        "label": "DRUG",
        "id": "quorvan",
        "aliases": ["quorvan"],
        "also": [{"aliases": ["QV"], "needs": ["化疗"]}],
    }
    patterns = load_patterns([pack(tmp_path / "a", record)])
    assert found(patterns, "QV联合化疗") == {("DRUG", "quorvan")}
    assert found(patterns, "QV was measured") == set()


def test_project_file_names_folders(tmp_path: Path) -> None:
    own = pack(tmp_path / "packs", {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"]})
    (tmp_path / "trialext.toml").write_text('patterns = ["packs"]\n', "utf-8")
    assert pattern_folders(start=tmp_path) == [own]
    assert pattern_folders(["more"], start=tmp_path) == [own, Path("more")]
    assert pattern_folders(start=own) == []
    assert named(load_patterns(pattern_folders(start=tmp_path)), "DRUG", "quorvan")


@pytest.mark.parametrize("content", [b"patterns = 3\n", b"patterns = [\n", '# 模式\npatterns = ["包"]\n'.encode("gbk")])
def test_broken_project_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trialext.toml").write_bytes(content)
    with pytest.raises(PatternError, match=r"trialext\.toml"):
        pattern_folders(start=tmp_path)


def test_patterns_cross_processes(tmp_path: Path) -> None:
    patterns = load_patterns([pack(tmp_path / "a", {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"]})])
    assert pickle.loads(pickle.dumps(patterns)).entries == patterns.entries
    with pytest.raises(PatternError) as caught:
        load_patterns([tmp_path / "nowhere"])
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_what_is_remembered_is_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = pack(tmp_path / "a", {"label": "DRUG", "id": "quorvan", "tokens": [[{"LOWER": "qx"}]], "facts": {"n": [1]}})
    monkeypatch.setenv("TRIALEXT_CACHE", "off")
    fresh = load_patterns([own])
    store = tmp_path / "cache"
    monkeypatch.setenv("TRIALEXT_CACHE", str(store))
    written, recalled = load_patterns([own]), load_patterns([own])
    assert fresh.entries == written.entries == recalled.entries
    (file,) = store.iterdir()
    whole = file.read_bytes()
    for damage in (b"", b"[]", whole[:-1], whole[:40], whole[:50] + b"x" + whole[51:], bytes(64)):
        file.write_bytes(damage)
        assert load_patterns([own]).entries == fresh.entries
    (own / "own.jsonl").write_text('{"label": "DRUG", "pattern": "other drug"}\n', "utf-8")
    assert named(load_patterns([own]), "DRUG", "other drug")


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("TRIALEXT_CACHE", str(tmp_path / "file" / "below"))
    assert load_patterns().entries
