"""The architecture page is true, and the files for contributors are well formed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "trialext"
ROOMS = sorted(p.parent.name for p in SOURCE.glob("*/__init__.py"))
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_described_and_drawn(room: str) -> None:
    assert re.search(rf"^\| `{room}/` \| \S", PAGE, re.M)
    assert re.search(rf">\s*{room}\b", (ROOT / "docs" / "images" / "rooms.svg").read_text("utf-8"))


def test_paths_on_the_architecture_page_exist() -> None:
    for path in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|sql|toml))`", PAGE):
        assert (SOURCE / path).is_file() or (ROOT / path).is_file(), path


NOT_BELOW = {
    "model": set(ROOMS),
    "reading": {"patterns", "recognise", "assemble", "checks", "store", "engine"},
    "recognise": {"assemble", "checks", "store", "engine", "reading", "evaluate", "browse"},
    "assemble": {"checks", "store", "engine", "reading", "evaluate", "browse"},
    "checks": {"text", "recognise", "assemble", "store", "engine", "reading", "evaluate", "browse"},
    "store": {"text", "recognise", "assemble", "engine", "reading", "evaluate", "browse"},
    "pipeline": {"store", "engine", "reading", "evaluate", "browse"},
    "evaluate": {"recognise", "assemble", "browse"},
    "browse": {"recognise", "assemble", "reading", "engine"},
}


@pytest.mark.parametrize("room", NOT_BELOW)
def test_no_room_knows_what_it_must_not(room: str) -> None:
    from test_reference import generate

    assert not generate.imports()[room] & NOT_BELOW[room]


def test_contributors_files_are_well_formed() -> None:
    import yaml

    for path in [*ROOT.glob(".github/**/*.yml"), ROOT / "CITATION.cff", ROOT / ".pre-commit-config.yaml"]:
        assert yaml.safe_load(path.read_text("utf-8")), path
    forms = [yaml.safe_load(p.read_text("utf-8")) for p in ROOT.glob(".github/ISSUE_TEMPLATE/[!c]*.yml")]
    assert len(forms) == 3
    assert all({"name", "description", "body"} <= set(form) for form in forms)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_syntax_is_that_of_the_oldest_python(path: Path) -> None:
    ast.parse(path.read_text("utf-8"), feature_version=(3, 11))
