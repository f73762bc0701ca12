"""The tutorial does what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-new-review.md"
SOURCE = Path(__file__).parents[2] / "src"


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Return (language, title, content) of the fenced blocks."""
    return re.findall(r'```(\w+)(?: title="([^"]+)")?\n(.*?)```', page, re.S)


def steps(console: str) -> list[tuple[str, list[str]]]:
    """Return (command, lines that it prints) of a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    path = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
    env = {**os.environ, "PYTHONPATH": path, "TRIALEXT_CACHE": str(tmp_path / "cache"), "PYTHONUTF8": "1"}
    ran = 0
    for language, title, content in blocks(PAGE.read_text("utf-8")):
        if title:
            file = tmp_path / title
            file.parent.mkdir(exist_ok=True)
            file.write_text(content, "utf-8")
        if language != "console":
            continue
        for command, shown in steps(content):
            words = shlex.split(command)
            assert words[0] == "trialext"
            done = subprocess.run(
                [sys.executable, "-m", "trialext", *words[1:]],
                cwd=tmp_path,
                env=env,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            printed = done.stdout + done.stderr
            assert "Traceback" not in printed, printed
            for line in shown:
                wanted = line.removesuffix("…").rstrip()
                assert wanted in printed, f"{command}\nwants {wanted!r}\nprinted {printed}"
            ran += 1
    assert ran == 14
    assert "DRGU" not in (tmp_path / "packs" / "lung.jsonl").read_text("utf-8")


def test_the_five_records_change_the_rows(tmp_path: Path) -> None:
    from trialext.patterns import load_patterns
    from trialext.patterns.edit import add_record
    from trialext.pipeline import extract_text

    files = {title: content for _, title, content in blocks(PAGE.read_text("utf-8")) if title}
    pack = tmp_path / "packs" / "lung.jsonl"
    for record in (
        {"label": "DRUG", "id": "quorvan", "aliases": ["QX-77", "阔伐安"]},
        {"label": "ENDPOINT", "id": "other:intracranial control", "aliases": ["intracranial control", "颅内控制时间"]},
    ):
        add_record(pack, record, frozenset())
    patterns = load_patterns([pack.parent])
    for title in ("review/lung.txt", "review/肺癌.txt"):
        before = extract_text(files[title])
        after = extract_text(files[title], patterns=patterns)
        assert "quorvan" not in dict(before.drugs)
        assert "quorvan" in dict(after.drugs)
        assert {e.endpoint for e in after.estimates} == {"other:intracranial control"}
        assert ("quorvan", "pemetrexed") in {e.experimental for e in after.estimates}
