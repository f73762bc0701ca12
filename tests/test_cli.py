"""The command line as a user meets it: real processes, exit codes, messages."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "engine"))
from engine_help import COMMAND, ENVIRONMENT, made_up_text, make_folder, program

from trialext import __version__
from trialext.cli import COMMANDS, available, load

HEAVY = ("spacy", "pandas", "sqlite_utils", "numpy", "rich", "pydantic", "trialext.pipeline", "trialext.patterns")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "reviews", 4)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]], ids=str)
def test_help_is_light(arguments: list[str]) -> None:
    code = (
        "import sys; sys.argv = ['trialext'] + sys.argv[1:]\n"
        "from trialext.__main__ import main\n"
        "try: main()\n"
        f"except SystemExit as e: print([m for m in {HEAVY!r} if m in sys.modules], e.code or 0, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    assert done.stderr.strip() == "[] 0"
    assert done.stdout


def test_one_document_imports_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Median PFS was 9.1 months (HR 0.61; 95% CI 0.45-0.83).", "utf-8")
    heavy = ("pandas", "sqlite_utils", "pyarrow", "lxml", "distributed", "sqlite3", "spacy")
    code = (
        "import sys; sys.argv = ['trialext', 'extract', 'one.txt', '-q', '--db', 'one.db']\n"
        "from trialext.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as e: code = e.code or 0\n"
        f"own = [m for m in {heavy!r} if m in sys.modules]\n"
        "print(own, code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "['sqlite3', 'spacy'] 0", done.stderr


def test_help_names_every_command() -> None:
    text = program("--help").stdout
    for name in available():
        assert re.search(rf"^  {name}  +{re.escape(COMMANDS[name].help[:20])}", text, re.M), name


@pytest.mark.parametrize("name", available())
def test_every_command_loads_and_has_help(name: str) -> None:
    assert load(name).name == name
    done = program(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"trialext {name}" in done.stdout


def test_version() -> None:
    assert program("--version").stdout.strip() == f"trialext {__version__}"


WRONG = [
    [],
    ["extrakt", "x"],
    ["extract"],
    ["extract", "missing.txt"],
    ["extract", "--jobs", "0", "."],
    ["extract", "--no-such-option", "."],
    ["extract", ".", "--patterns", "no-such-folder"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=str)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    done = program(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_mistyped_command_gets_a_suggestion() -> None:
    assert "extract" in program("extrakt", "x").stderr


def test_a_broken_pack_ends_with_2_and_names_file_and_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.jsonl").write_text('{"label": "DRUG", "pattern": "x", "id": "x"}\n{"label": \n')
    done = program("extract", folder, "--db", tmp_path / "t.db", "--patterns", tmp_path / "packs")
    assert done.returncode == 2
    assert "mine.jsonl" in done.stderr and "2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "t.db").exists()


def test_extract_twice(folder: Path, tmp_path: Path) -> None:
    first = program("extract", folder, "--db", tmp_path / "t.db")
    assert first.returncode == 0 and first.stderr == ""
    assert "4 files read" in first.stdout and "4 documents" in first.stdout
    second = program("extract", folder, "--db", tmp_path / "t.db")
    assert second.returncode == 0
    assert "nothing has changed" in second.stdout


def test_the_default_database(folder: Path, tmp_path: Path) -> None:
    assert program("extract", folder, cwd=tmp_path).returncode == 0
    assert (tmp_path / "outputs" / "trialext.db").is_file()


def test_output_in_a_pipe_is_plain(folder: Path, tmp_path: Path) -> None:
    done = program("extract", folder, "--db", tmp_path / "t.db")
    assert "\x1b" not in done.stdout + done.stderr and "\r" not in done.stdout + done.stderr


def test_a_terminal_shows_a_bar_that_goes_away(folder: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "extract", str(folder), "--db", str(tmp_path / "t.db")]
    environment = {**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.stdout is not None
    assert b"4 files read" in process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    assert b"100 %" in shown and b"4 documents" in shown
    assert shown.endswith(b"\x1b[2K")  # wiped at the end
    assert b"\x1b[?25h" in shown  # the cursor is back


def test_chinese_output_under_an_ascii_locale(tmp_path: Path) -> None:
    (tmp_path / "综述.txt").write_text(made_up_text(1), "utf-8")
    environment = {**ENVIRONMENT, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = program("extract", tmp_path / "综述.txt", "--db", tmp_path / "t.db", env=environment)
    assert done.returncode == 0, done.stderr
    assert "综述.txt" in done.stdout


def test_standard_input(tmp_path: Path) -> None:
    done = program("extract", "-", "--db", tmp_path / "t.db", input=made_up_text(1))
    assert done.returncode == 0, done.stderr
    connection = sqlite3.connect(tmp_path / "t.db")
    assert connection.execute("SELECT text FROM documents").fetchall() == [(made_up_text(1),)]
    connection.close()
    again = program("extract", "-", "--db", tmp_path / "t.db", input=made_up_text(1))
    assert "nothing has changed" in again.stdout


def test_a_file_that_cannot_be_read_ends_with_1_and_the_others_are_stored(folder: Path, tmp_path: Path) -> None:
    (folder / "empty.txt").write_text("")
    done = program("extract", folder, "--db", tmp_path / "t.db", "--quiet")
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(r"trialext: empty\.txt: .* \(empty\)\n", done.stderr)
    connection = sqlite3.connect(tmp_path / "t.db")
    assert connection.execute("SELECT count(*) FROM documents").fetchone() == (4,)
    assert connection.execute("SELECT document, reason FROM failures").fetchall() == [("empty.txt", "empty")]
    connection.close()


def test_what_a_folder_holds_besides_texts_is_counted(folder: Path, tmp_path: Path) -> None:
    (folder / "gold").mkdir()
    for name in ("README.md", ".hidden.txt", "picture.png", "gold/a.txt"):
        (folder / name).write_text("x")
    done = program("extract", folder, "--db", tmp_path / "t.db", "--json")
    assert done.returncode == 0
    summary = json.loads(done.stdout)
    assert summary["skipped"] == {"gold": 1, "hidden": 1, "readme": 1, "unsupported": 1}
    assert summary["files"] == 4
    assert program("extract", folder / "README.md", "--db", tmp_path / "t.db").returncode == 1


def test_an_unusable_database_ends_with_3(folder: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear reader, this is no database. " * 100)
    for db in (letter, tmp_path, Path("/proc/t.db")):
        done = program("extract", folder, "--db", db)
        assert done.returncode == 3, db
        assert done.stderr.startswith("trialext: ") and str(db) in done.stderr
        assert "Traceback" not in done.stderr
    assert letter.read_text().startswith("Dear reader")


def test_a_full_disk_ends_with_3_and_leaves_a_whole_database(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "reviews", 300)
    db = tmp_path / "t.db"
    assert program("extract", folder / "part1", "--db", db).returncode == 0

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    done = program("extract", folder, "--db", db, "--jobs", "1", preexec_fn=small)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    connection = sqlite3.connect(db)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert program("extract", folder, "--db", db, "--prune").returncode == 0


def test_names_with_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    name = "evil\x1b[31m\u202e.txt"
    (tmp_path / name).write_text("")
    done = program("extract", tmp_path, "--db", tmp_path / "t.db")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr + done.stdout and "\u202e" not in done.stderr + done.stdout


@pytest.mark.parametrize(("words", "expected"), [("trialext ext", "extract"), ("trialext extract --pr", "--prune")])
def test_shell_completion(words: str, expected: str) -> None:
    parts = shlex.split(words)
    environment = {
        **ENVIRONMENT,
        "_TRIALEXT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(parts) - 1),
    }
    done = program(env=environment)
    assert expected in done.stdout.split()


def test_completion_script_is_offered() -> None:
    environment = {**ENVIRONMENT, "SHELL": "/bin/bash", "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = program("--show-completion", "bash", env=environment)
    assert done.returncode == 0 and "TRIALEXT" in done.stdout


def test_a_closed_pipe_is_no_error(folder: Path, tmp_path: Path) -> None:
    program("extract", folder, "--db", tmp_path / "t.db", "-q")
    line = f"{shlex.quote(sys.executable)} -m trialext --help | head -c 1"
    done = subprocess.run(line, shell=True, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr


def test_the_program_runs_from_any_folder(tmp_path: Path) -> None:
    assert os.listdir(tmp_path) == []
    assert program("--help", cwd=tmp_path).returncode == 0
