"""A broken pack is refused with file, line and the way to mend it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trialext.patterns import PatternError, load_patterns
from trialext.patterns.cli import app

GOOD = '{"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"]}\n'


def line(**keys: object) -> str:
    """Return a record of a made-up drug with further keys."""
    return json.dumps({"label": "DRUG", "id": "quorvan", "aliases": ["QX-77"], **keys}, ensure_ascii=False) + "\n"


BROKEN = {
    "unknown key": ("p.jsonl", line(alias=["x"]), ["p.jsonl:1", 'unknown key "alias"', 'did you mean "aliases"']),
    "unknown label": ("p.jsonl", GOOD + '{"label": "DRGU", "pattern": "x"}', ["p.jsonl:2", '"DRGU"', 'did you mean "DRUG"']),
    "lower-case label": ("p.jsonl", '{"label": "drug", "pattern": "x"}', ["p.jsonl:1", 'did you mean "DRUG"']),
    "unknown cue": ("p.jsonl", '{"label": "CUE_POSITIV", "pattern": "x"}', ['did you mean "CUE_POSITIVE"']),
    "no label": ("p.jsonl", '{"pattern": "x"}', ['"label" is missing']),
    "nothing to match": ("p.jsonl", '{"label": "DRUG", "id": "x"}', ["nothing to match"]),
    "empty alias": ("p.jsonl", line(aliases=["a", " "]), ["an empty text"]),
    "aliases no list": ("p.jsonl", line(aliases="QX-77"), ['"aliases" must be a list of texts']),
    "id no text": ("p.jsonl", line(id=7), ['"id" must be a text']),
    "facts no object": ("p.jsonl", line(facts=[1]), ['"facts" must be an object']),
    "unknown language": ("p.jsonl", line(lang="fr"), ['"lang" is "zh" or "en"']),
    "replace no truth value": ("p.jsonl", line(replace="yes"), ['"replace" is true or false']),
    "unknown key of a form": ("p.jsonl", line(also=[{"alias": ["x"]}]), ['"alias" in "also"', 'did you mean "aliases"']),
    "duplicate": ("p.jsonl", GOOD + GOOD, ["p.jsonl:2", "stands twice", "p.jsonl:1"]),
    "not JSON": ("p.jsonl", GOOD + "{label: DRUG}", ["p.jsonl:2", "not JSON"]),
    "not an object": ("p.jsonl", '["DRUG"]', ["must be an object"]),
    "bad regex": ("p.jsonl", line(regexes=["QX-(77"]), ["p.jsonl:1", "bad regular expression"]),
    "empty regex": ("p.jsonl", line(regexes=["x*"]), ["matches nothing at all"]),
    "endless regex": ("p.jsonl", line(regexes=["(a+)+b"]), ["p.jsonl:1", "may run for ever"]),
    "endless alternatives": ("p.jsonl", line(regexes=["(?:a|a)*b"]), ["may run for ever"]),
    "endless words": ("p.jsonl", line(regexes=[r"(?:\w+\s?)*:"]), ["may run for ever"]),
    "unknown token attribute": ("p.jsonl", line(tokens=[[{"LOWR": "x"}]]), ['"LOWR"', 'did you mean "LOWER"']),
    "wildcards only": ("p.jsonl", line(tokens=[[{"OP": "?"}]]), ["matches everything"]),
    "bad TOML": ("p.toml", '[[entry]]\nlabel = "DRUG\n', ["p.toml:2", "not TOML"]),
    "wrong table": ("p.toml", '[[entries]]\nlabel = "DRUG"\n', ['unknown table "entries"', 'did you mean "entry"']),
    "TOML line": ("p.toml", '# one\n\n[[entry]]\nlabel = "DRUG"\nid = "x"\naliasses = ["x"]\n', ["p.toml:3", '"aliasses"']),
    "nothing to disable": ("p.jsonl", '{"label": "DRUG", "id": "paclitaxol", "disable": true}', ['did you mean "paclitaxel"']),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_message_names_file_line_and_fix(tmp_path: Path, name: str) -> None:
    file, content, said = BROKEN[name]
    (tmp_path / file).write_text(content, "utf-8")
    with pytest.raises(PatternError) as caught:
        load_patterns([tmp_path])
    message = str(caught.value)
    assert all(part in message for part in said), message


@pytest.mark.parametrize("name", ["unknown key", "duplicate", "bad regex", "endless regex", "not JSON"])
def test_commands_end_with_2_and_no_traceback(tmp_path: Path, name: str) -> None:
    file, content, said = BROKEN[name]
    (tmp_path / file).write_text(content, "utf-8")
    for command in (["lint"], ["test"], ["list"], ["show", "paclitaxel"]):
        done = CliRunner().invoke(app, [*command, "--patterns", str(tmp_path)])
        assert done.exit_code == 2
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert all(part in done.output for part in said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            GOOD.replace("QX-77", "阔伐安").encode("gbk"),
            ["p.jsonl:1", "not UTF-8", "GB18030", "save the file as UTF-8"],
        ),
        (("\n" * 3 + GOOD.replace("QX-77", "阔伐安")).encode("gb18030"), ["p.jsonl:4", "not UTF-8"]),
        (GOOD.encode("utf-16"), ["p.jsonl:1", "UTF-16"]),
    ],
)
def test_wrong_encoding(tmp_path: Path, data: bytes, said: list[str]) -> None:
    (tmp_path / "p.jsonl").write_bytes(data)
    with pytest.raises(PatternError) as caught:
        load_patterns([tmp_path])
    assert all(part in str(caught.value) for part in said), str(caught.value)


def test_utf8_with_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_bytes(GOOD.encode("utf-8-sig"))
    assert any(e.id == "quorvan" for e in load_patterns([tmp_path]).entries)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line(alias=["x"]) + line(id=7), "utf-8")
    (tmp_path / "b.toml").write_text('[[entry]]\nlabel = "DRGU"\nid = "x"\naliases = ["x"]\n', "utf-8")
    with pytest.raises(PatternError) as caught:
        load_patterns([tmp_path])
    assert [(Path(p.file).name, p.line) for p in caught.value.problems] == [
        ("a.jsonl", 1),
        ("a.jsonl", 2),
        ("b.toml", 1),
    ]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="no such folder"):
        load_patterns([tmp_path / "nowhere"])


def test_many_endless_expressions_do_not_hang(tmp_path: Path) -> None:
    started = time.monotonic()
    (tmp_path / "p.jsonl").write_text(line(regexes=[f"(?:[a-{c}]+)+!" for c in "bcd"]), "utf-8")
    with pytest.raises(PatternError) as caught:
        load_patterns([tmp_path])
    assert len(caught.value.problems) == 3
    assert time.monotonic() - started < 60  # a bound against hanging, not a measurement
