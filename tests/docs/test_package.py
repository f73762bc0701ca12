"""The wheel and the source distribution hold what they need, and work where no checkout is."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from snippets import ROOT, Runner, blocks

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSIONS = [c.rsplit(" ", 1)[1] for c in PROJECT["classifiers"] if c.startswith("Programming Language :: Python :: 3.")]
EXTRAS = sorted(PROJECT["optional-dependencies"])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A source distribution of the checkout, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], cwd=ROOT, check=True)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)  # new in 3.11.4
        archive.extractall(folder / "unpacked")
    (source,) = (folder / "unpacked").iterdir()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=source, check=True)
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def test_the_wheel_holds_code_data_and_packs(built: tuple[Path, Path]) -> None:
    names = set(zipfile.ZipFile(built[1]).namelist())
    source = ROOT / "src"
    kept = {".py", ".sql", ".html", ".css", ".js", ".svg", ".txt", ".typed", ".json", ".toml", ".jsonl"}
    wanted = {str(p.relative_to(source)) for p in (source / "trialext").rglob("*") if p.is_file() and p.suffix in kept}
    wanted |= {f"trialext/_packs/{p.name}" for p in (ROOT / "patterns").iterdir() if p.suffix in (".jsonl", ".toml")}
    assert wanted <= names, sorted(wanted - names)
    assert "trialext/py.typed" in names
    assert not [n for n in names if n.startswith(("tests", "corpus", "docs")) or ".pyc" in n or n.endswith(".db")]


def test_the_source_distribution_can_be_tested(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {n.split("/", 1)[1] for n in archive.getnames() if "/" in n}
    for wanted in (
        "README.md",
        "README.zh.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "CITATION.cff",
        "LICENSE",
        "Makefile",
    ):
        assert wanted in names
    for wanted in ("mkdocs.yml", "constraints.txt", "corpus/sources.tsv", "tests/test_cli.py", "docs/tutorial.md"):
        assert wanted in names
    assert not [n for n in names if n.endswith((".db", ".pyc")) or n.startswith(("outputs/", ".venv"))]


def test_entry_points_lead_somewhere() -> None:
    entry_points = PROJECT["entry-points"] | {"scripts": PROJECT["scripts"]}
    for group in entry_points.values():
        for target in group.values():
            module, _, name = target.partition(":")
            found = importlib.import_module(module)
            assert not name or callable(getattr(found, name)), target


def test_all_is_the_sum_of_the_extras() -> None:
    (every,) = PROJECT["optional-dependencies"]["all"]
    assert set(every.removeprefix("trialext[").removesuffix("]").split(",")) == set(EXTRAS) - {"all"}


def test_versions_agree() -> None:
    import trialext

    assert trialext.__version__ == PROJECT["version"]
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"version: {PROJECT['version']}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f">={VERSIONS[0]}" == PROJECT["requires-python"]
    assert distribution("hatchling")  # the build above needs no network


def _python(version: str) -> str | None:
    """Return an interpreter of `version` that runs, or None."""
    places = [sys.executable, shutil.which(f"python{version}")]
    places += [str(p) for p in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))]
    for place in places:
        if place:
            asked = subprocess.run(
                [place, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
            )
            if asked.returncode == 0 and asked.stdout.strip() == version:
                return place
    return None


PYTHONS = [version for version in VERSIONS if _python(version)]


def _installed(wheel: Path, folder: Path, version: str) -> Path:
    """Return the programs of a new environment of `version` with nothing in it but the wheel."""
    python = _python(version)
    assert python is not None
    subprocess.run([python, "-m", "venv", folder], check=True)
    install = [
        folder / "bin" / "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-c",
        ROOT / "constraints.txt",
    ]
    subprocess.run([*install, wheel], check=True, cwd=folder)
    return folder / "bin"


@pytest.mark.soak
@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_goes_through_the_tutorial(version: str, built: tuple[Path, Path], tmp_path: Path) -> None:
    tools = _installed(built[1], tmp_path / "environment", version)
    for name in ("tutorial.md", "tutorial-new-review.md"):
        folder = tmp_path / name.removesuffix(".md")
        folder.mkdir()
        runner = Runner(folder, tools, installed=True)
        runner.environment["TRIALEXT_CACHE"] = str(tmp_path / "cache")
        faults = [f for b in blocks((ROOT / "docs" / name).read_text("utf-8")) for f in runner.run(b)]
        assert not faults, "\n\n".join(faults)
    said = {
        "trialext --version": f"trialext {PROJECT['version']}",
        "python -m trialext --version": f"trialext {PROJECT['version']}",
        "trialext --show-completion": "_trialext_completion",
        "python -c 'import trialext; print(trialext.__file__)'": str(tmp_path),
        "trialext patterns show pembrolizumab": "DRUG pembrolizumab",
        "_TRIALEXT_COMPLETE=complete_bash COMP_WORDS='trialext extract --pr' COMP_CWORD=2 trialext": "--prune",
        "python -c \"import spacy; n = spacy.blank('en'); n.add_pipe('trialext_ruler'); "
        "print(n('Osimertinib was given.').ents[0].kb_id_)\"": "osimertinib",
    }
    for command, wanted in said.items():
        code, printed = runner.command(command)
        assert code == 0 and wanted in printed, f"{command}: {code}\n{printed}"


@pytest.mark.soak
@pytest.mark.parametrize("extra", EXTRAS)
def test_every_extra_installs_by_itself(extra: str, built: tuple[Path, Path], tmp_path: Path) -> None:
    """Resolved against the constraints, without installing: a missing or clashing package fails."""
    dry = ["install", "--dry-run", "--ignore-installed", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *dry, "-c", ROOT / "constraints.txt", f"{built[1]}[{extra}]"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.soak
def test_type_information_reaches_users(built: tuple[Path, Path], tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    tools = _installed(built[1], tmp_path / "environment", version)
    (tmp_path / "user.py").write_text(
        "from trialext import extract_text\nvalue: str = extract_text('x').estimates[0].value\n", "utf-8"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--python-executable",
            tools / "python",
            "--cache-dir",
            tmp_path / "cache",
            "user.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert 'expression has type "float | None"' in done.stdout, done.stdout + done.stderr
