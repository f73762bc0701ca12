"""Fenced blocks of the pages, and how each kind of them is run.

========================  =====================================================================
```console``              each ``$ command`` runs; the lines under it must be printed in this
                          order; ``…`` alone stands for any lines, at the end for the rest of one;
                          a command that ends with ``# exit N`` must end with that code, one
                          that is shown to print ``trialext: …`` may end with any
```sh``                   not run, but every line is checked: targets of make, extras of pip,
                          commands and options of trialext
```python``               runs; names live on to the next block of the page
```pycon``                doctest
``title="name"``          the block is written to that file first
anything else             shown only
========================  =====================================================================

A page starts in a folder with a copy of ``corpus/`` and its ``outputs/trialext.db``; with
``<!-- test: empty folder -->`` in it, in an empty one.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[\w-]+)(?P<rest>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S
)
_TITLE = re.compile(r'title="([^"]+)"')
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is to be written to, its content, its line."""

    language: str
    title: str
    body: str
    line: int


def pages() -> list[Path]:
    """Return the README files and every page of docs/ that has no test of its own and is not generated."""
    apart = {ROOT / "docs" / "tutorial-new-review.md"}
    found = [p for p in sorted((ROOT / "docs").rglob("*.md")) if p not in apart and "reference" not in p.parts]
    return [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *found]


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    found = []
    for m in _FENCE.finditer(page):
        title = _TITLE.search(m["rest"])
        body = re.sub(rf"^{m['indent']}", "", m["body"], flags=re.M)
        found.append(Block(m["language"], title[1] if title else "", body, page.count("\n", 0, m.start()) + 1))
    return found


def steps(console: str) -> list[tuple[str, int, list[str]]]:
    """Return (command, exit code, lines shown) of a console block; ``> `` goes on with a command."""
    found: list[tuple[str, int, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            code = _EXIT.search(line)
            found.append((_EXIT.sub("", line[2:]), int(code[1]) if code else 0, []))
        elif line.startswith("> ") and found and not found[-1][2]:
            command, code_, _ = found.pop()
            found.append((f"{command}\n{line[2:]}", code_, []))
        else:
            found[-1][2].append(line)
    return found


def shown_in(shown: list[str], printed: str) -> str | None:
    """Return the first line of `shown` that `printed` lacks at its place, or None."""
    lines = [line.rstrip() for line in printed.splitlines()]
    at, free = 0, False
    for want in shown:
        if want.strip() == "…":
            free = True
            continue
        start = want.removesuffix("…").rstrip()
        fits = [
            k
            for k in range(at, len(lines))
            if (lines[k].startswith(start) if want.endswith("…") else lines[k] == start)
        ]
        if not fits or (fits[0] != at and not free):
            return want
        at, free = fits[0] + 1, False
    return None


class Runner:
    """Runs the blocks of one page in one folder.

    A plain ``trialext`` command runs in a fork of this process, which has the packs loaded
    already; everything else runs in a shell.  With `installed`, everything runs in a shell with
    the programs of `tools`, as a user would who has no checkout.
    """

    def __init__(self, folder: Path, tools: Path, *, installed: bool = False) -> None:
        self.folder = folder
        self.installed = installed
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONPATH": "" if installed else os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
            "PYTHONUTF8": "1",
            "COLUMNS": "100",
        }
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def command(self, command: str) -> tuple[int, str]:
        """Run one command; return its exit code and all it printed."""
        words = (
            shlex.split(command) if not re.search(r"[|<>;&$*\n]", re.sub(r"\"[^\"]*\"|'[^']*'", "", command)) else []
        )
        if words[:1] == ["trialext"] and not self.installed:
            return self._forked(words[1:])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout

    def _forked(self, arguments: list[str]) -> tuple[int, str]:
        output = self.folder.parent / f"{self.folder.name}.out"
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.chdir(self.folder)
                os.environ.update(self.environment)
                target = os.open(output, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
                nothing = os.open(os.devnull, os.O_RDONLY)
                for source, wanted in ((nothing, 0), (target, 1), (target, 2)):
                    os.dup2(source, wanted)
                sys.stdin = open(0, closefd=False)  # noqa: SIM115
                sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
                sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
                sys.argv = ["trialext", *arguments]
                from trialext.__main__ import main

                try:
                    main()
                    code = 0
                except SystemExit as end:
                    code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
                sys.stdout.flush()
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), output.read_text("utf-8", "replace")

    def run(self, block: Block) -> list[str]:
        """Run one block; return what went wrong."""
        if block.title:
            path = self.folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, "utf-8")
        if block.language == "console":
            return [fault for step in steps(block.body) for fault in self._step(block, *step)]
        if block.language == "pycon":
            return self._doctest(block)
        if block.language == "python" and not block.title:
            return self._python(block)
        return []

    def _step(self, block: Block, command: str, code: int, shown: list[str]) -> list[str]:
        ended, printed = self.command(command)
        faults = []
        refused = bool(shown) and shown[0].startswith("trialext: ")
        if ended != code and not (refused and code == 0):
            faults.append(f"line {block.line}: {command}\nended with {ended}, not {code}:\n{printed}")
        elif "Traceback (most" in printed:
            faults.append(f"line {block.line}: {command}\n{printed}")
        elif (missing := shown_in(shown, printed)) is not None:
            faults.append(f"line {block.line}: {command}\nshould print {missing!r}, printed:\n{printed}")
        return faults

    def _python(self, block: Block) -> list[str]:
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            exec(compile(block.body, f"line {block.line}", "exec"), self.names)
        except Exception:
            return [f"line {block.line}:\n{traceback.format_exc()}"]
        finally:
            os.chdir(before)
        return []

    def _doctest(self, block: Block) -> list[str]:
        test = doctest.DocTestParser().get_doctest(block.body, self.names, f"line {block.line}", None, block.line)
        said: list[str] = []
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            doctest.DocTestRunner(optionflags=flags).run(test, out=said.append, clear_globs=False)
        finally:
            os.chdir(before)
        self.names.update(test.globs)
        return ["".join(said)] if said else []
