"""Nothing that a user meets is undocumented: commands, options, columns, checks, labels, public names."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("trialext_docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _generator()


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def sections(text: str, level: int) -> dict[str, str]:
    """Return heading → what stands under it."""
    parts = re.split(rf"^{'#' * level} (.+)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def undocumented_commands(text: str) -> list[str]:
    """Return the commands, arguments and options that the program has and the page lacks."""
    told = sections(text, 2)
    missing = []
    for name, command in generate.commands().items():
        if name not in told:
            missing.append(name)
            continue
        rows = re.findall(r"^\| `(.+?)` \| \S.* \|$", told[name].replace("\\|", "/"), re.M)
        words = {w.removesuffix("...") for row in rows for w in re.split(r"[ ,\[\]]+", row)}
        for p in command.params:
            option = p.param_type_name == "option"
            written = [*p.opts, *p.secondary_opts] if option else [(p.metavar or p.name.upper()).replace("|", "/")]
            missing += [f"{name} {w}" for w in written if w.strip("[]").removesuffix("...") not in words]
    return missing


def undocumented_columns(text: str) -> list[str]:
    """Return the tables, views and columns that a database has and the page lacks."""
    told = sections(text, 3)
    missing = []
    for table, (_, columns) in generate.schema().items():
        if table not in told:
            missing.append(table)
        else:
            missing += [f"{table}.{c}" for c in columns if not re.search(rf"^\| `{c}` \| \S", told[table], re.M)]
    return missing


def undocumented_checks(text: str) -> list[str]:
    """Return the check codes that the page lacks."""
    from trialext.checks import CHECKS

    return [c.code for c in CHECKS if c.code not in sections(text, 2)]


def undocumented_labels(text: str) -> list[str]:
    """Return the labels of the packs that the page lacks."""
    return [label for label in generate.labels() if not re.search(rf"^\| `{label}` \| \S", text, re.M)]


def undocumented_names(text: str) -> list[str]:
    """Return the public Python names that the page lacks."""
    told = sections(text, 3)
    return [f"{m}.{n}" for m, names in generate.public().items() for n in names if not told.get(f"{m}.{n}", "").strip()]


PAGES: dict[str, Callable[[str], list[str]]] = {
    "commands.md": undocumented_commands,
    "database.md": undocumented_columns,
    "checks.md": undocumented_checks,
    "patterns.md": undocumented_labels,
    "python.md": undocumented_names,
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_undocumented(name: str) -> None:
    assert PAGES[name](page(name)) == []


REMOVED = [
    ("commands.md", r"^## trialext check\n.*?(?=^## )", "trialext check"),
    ("commands.md", r"^\| `--prune` .*\n", "trialext extract --prune"),
    ("database.md", r"^\| `ci_low` .*\n", "evidence.ci_low"),
    ("database.md", r"^### corrections\n.*?(?=^### |\Z)", "corrections"),
    ("checks.md", r"^## p-from-ci\n.*?(?=^## )", "p-from-ci"),
    ("patterns.md", r"^\| `CUE_VS` .*\n", "CUE_VS"),
    ("python.md", r"^### trialext\.extract_text\n.*?(?=^### )", "trialext.extract_text"),
]


@pytest.mark.parametrize(("name", "piece", "missed"), REMOVED, ids=[r[2] for r in REMOVED])
def test_what_is_taken_out_is_missed(name: str, piece: str, missed: str) -> None:
    shorter, count = re.subn(piece, "", page(name), flags=re.M | re.S)
    assert count >= 1
    assert missed in PAGES[name](shorter)


def test_pages_are_current() -> None:
    stale = [str(p.relative_to(ROOT)) for p, text in generate.pages().items() if p.read_text("utf-8") != text]
    assert not stale, f"run python docs/generate.py: {', '.join(stale)}"


def test_no_description_without_its_name() -> None:
    told, schema, labels = generate.descriptions(), generate.schema(), generate.labels()
    assert set(told["tables"]) <= set(schema)
    assert set(told["labels"]) == set(labels)
    for table, columns in told["columns"].items():
        if table != "everywhere":
            assert set(columns) <= set(schema[table][1]), table


def test_every_code_that_the_checks_use_is_in_the_catalogue() -> None:
    from trialext.checks import CHECKS

    codes = {c.code for c in CHECKS}
    source = ROOT / "src" / "trialext" / "checks"
    used = {
        m.group(1)
        for path in source.glob("*.py")
        for m in re.finditer(
            r'\(\s*"([a-z]+-[a-z-]+|fraction|spread)",\s*(?:ERROR|NOTE|severity)', path.read_text("utf-8")
        )
    }
    assert used <= codes
    assert len(used) > len(codes) / 2


def test_an_unknown_argument_is_told() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--chekc"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "--chekc" in done.stderr
