"""Every snippet and command of README and docs does what the page says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from snippets import ROOT, Block, Runner, blocks, pages, shown_in, steps

PAGES = [p for p in pages() if p.is_file()]


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of the pages, run by this Python."""
    folder = tmp_path_factory.mktemp("bin")
    for name, module in (("trialext", "trialext"), ("sqlite-utils", "sqlite_utils"), ("python", "")):
        call = f'"{sys.executable}" -m {module}' if module else f'"{sys.executable}"'
        (folder / name).write_text(f'#!/bin/sh\nexec {call} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, tools: Path) -> Path:
    """What `make run` leaves: corpus/ and its database."""
    from trialext.patterns import load_patterns
    from trialext.pipeline import extract_text

    extract_text("Median OS was 12.3 months.", patterns=load_patterns())  # warm, for the forks
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    recipe = re.search(r"^run:.*\n\t\$\(BIN\)/(.+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert recipe is not None
    code, printed = Runner(folder, tools).command(recipe[1].replace("$(DB)", "outputs/trialext.db"))
    assert code == 0, printed
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path, prepared: Path, tools: Path) -> None:
    text = page.read_text("utf-8")
    folder = tmp_path / "here"
    if "<!-- test: empty folder -->" in text:
        folder.mkdir()
    else:
        shutil.copytree(prepared, folder)
    runner = Runner(folder, tools)
    faults = [fault for block in blocks(text) for fault in (*runner.run(block), *unknown(block, text))]
    assert not faults, "\n\n".join(faults)


def unknown(block: Block, page: str) -> list[str]:
    """Return what a block that is not run names and does not exist."""
    if block.language != "sh" or block.title:
        return []
    makefile = (ROOT / "Makefile").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = set(project["project"]["optional-dependencies"])
    groups = set(project["dependency-groups"])
    found = []
    for line in block.body.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        where = f"line {block.line}: {line}"
        if words[0] == "make":
            found += [
                f"{where}: no target {w}"
                for w in words[1:]
                if "=" not in w and not re.search(rf"^{w}:", makefile, re.M)
            ]
        elif words[:2] in (["pip", "install"], ["pipx", "install"], ["python", "-m"], [".venv/bin/pip", "install"]):
            named = {e for w in words for m in re.findall(r"\[([\w,]+)\]", w) for e in m.split(",")}
            found += [f"{where}: no extra {e}" for e in named - extras]
            if "--group" in words and words[words.index("--group") + 1] not in groups:
                found.append(f"{where}: no such dependency group")
        elif words[0] == "trialext":
            found += [f"{where}: {fault}" for fault in wrong_usage(words[1:])]
        elif words[0] in ("git", "cd", "pre-commit", "source", "docker", "ssh", "pytest", "ruff", "mypy", "datasette"):
            continue
        elif words[0] == "python":
            if not (ROOT / words[1]).is_file():
                found.append(f"{where}: no such program")
        elif words[0] == "sbatch":
            if f'title="{words[-1]}"' not in page:
                found.append(f"{where}: no such script on the page")
        else:
            found.append(f"{where}: nobody checks {words[0]}")
    return found


def wrong_usage(words: list[str]) -> list[str]:
    """Return the commands and options among `words` that the program does not have."""
    from trialext.cli import COMMANDS, load

    if words[0].startswith("-"):
        return [] if words[0] in ("--version", "--help", "--install-completion", "--show-completion") else [words[0]]
    if words[0] not in COMMANDS:
        return [f"no command {words[0]}"]
    command = load(words[0])
    rest = words[1:]
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            return [f"no command {' '.join(words)}"]
        command, rest = command.commands[rest[0]], rest[1:]
    options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
    return [f"no option {w}" for w in rest if w.startswith("-") and w != "-" and w.split("=")[0] not in options]


def test_printed_accuracy_is_no_better_than_measured(prepared: Path, tools: Path) -> None:
    command = "trialext evaluate corpus/gold --db outputs/trialext.db --rounds 0 --errors 0 --json"
    code, printed = Runner(prepared, tools).command(command)
    assert code == 0, printed
    measured = json.loads(printed)
    told = json.loads((ROOT / "docs" / "figures.json").read_text("utf-8"))
    assert told["documents"] == measured["documents"]
    for name, row in told["rows"].items():
        for figure in ("p", "r", "f1"):
            least = row[figure] - 0.0005
            assert measured[name][figure] >= least, f"{name}: run python docs/generate.py --measure"


def test_the_paragraphs_of_the_readme_stand_in_the_corpus() -> None:
    corpus = "\n".join(p.read_text("utf-8") for p in (ROOT / "corpus").glob("*.txt"))
    for name in ("README.md", "README.zh.md"):
        titled = [b for b in blocks((ROOT / name).read_text("utf-8")) if b.language == "text" and b.title]
        assert titled
        for block in titled:
            assert block.body.strip() in corpus, name


def test_every_page_is_reached() -> None:
    """Every local link leads somewhere, and every page of docs/ is in the navigation."""
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert str(page.relative_to(ROOT / "docs")) in navigation, page
    for page in PAGES:
        for target in re.findall(r"(?<!`)\]\(([^)#\s]+)(?:#[\w-]+)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


SHOWN = [
    (["a", "b"], "a\nb\n", None),
    (["a", "c"], "a\nb\nc\n", "c"),
    (["a", "…", "c"], "a\nb\nc\n", None),
    (["ab…"], "abc\n", None),
    (["b…"], "abc\n", "b…"),
    (["b", "a"], "a\nb\n", "b"),
    (["…", "b", "a"], "a\nb\n", "a"),
]


@pytest.mark.parametrize(("shown", "printed", "missing"), SHOWN)
def test_what_is_shown_must_be_printed(shown: list[str], printed: str, missing: str | None) -> None:
    assert shown_in(shown, printed) == missing


def test_a_wrong_page_fails(tmp_path: Path, tools: Path) -> None:
    page = (
        "```console\n$ trialext --version\ntrialext 9.9.9\n$ trialext extrakt x\n$ sh -c 'exit 3'  # exit 3\n```\n"
        "```pycon\n>>> 1 + 1\n3\n```\n```python\n1 / 0\n```\n"
        "```sh\nmake nothing\ntrialext extract --no-such x\npip install 'x[nonsense]'\ncurl x\n```\n"
    )
    runner = Runner(tmp_path, tools)
    faults = [f for b in blocks(page) for f in (*runner.run(b), *unknown(b, page))]
    assert len(faults) == 8, "\n".join(faults)
    assert steps("$ a\n> b  \nc\n") == [("a\nb  ", 0, ["c"])]
