"""Write the reference pages and the figures of the documentation from the code.

    python docs/generate.py            write docs/reference/ and the marked blocks of the pages
    python docs/generate.py --check    write nothing; exit 1 when a page is not current
    python docs/generate.py --measure  measure docs/figures.json on corpus/ first

What the code cannot say (what a table is for, what a label means) stands in
docs/descriptions.toml; a name without a description there or in the code is an error.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MADE = "<!-- Made by docs/generate.py from the code: change the code, not this page. -->"

PUBLIC_MODULES = (
    "trialext",
    "trialext.model",
    "trialext.patterns",
    "trialext.reading",
    "trialext.checks",
    "trialext.store",
    "trialext.text.spacy_components",
)
"""Modules whose ``__all__`` is documented name by name."""


def descriptions() -> dict[str, Any]:
    """Return docs/descriptions.toml."""
    return tomllib.loads((DOCS / "descriptions.toml").read_text("utf-8"))


# --- commands ---------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """Return every command that does something, by its full name, as Click sees it."""
    from trialext.cli import available, load

    found: dict[str, Any] = {}

    def walk(command: Any, name: str) -> None:
        if hasattr(command, "commands"):
            for part, inner in command.commands.items():
                walk(inner, f"{name} {part}")
        else:
            found[name] = command

    for name in available():
        walk(load(name), f"trialext {name}")
    return found


def options_of(command: Any) -> list[tuple[str, str]]:
    """Return (names as written, help with default) of each argument and option of `command`."""
    found = []
    for p in command.params:
        if p.param_type_name == "argument":
            label = _argument(p)
        else:
            written = ", ".join([*p.opts, *p.secondary_opts])
            label = written if p.is_flag else f"{written} {p.metavar or p.name.upper()}"
        text = (getattr(p, "help", None) or "").strip()
        default = p.default
        known = default is not None and not callable(default) and default not in ([], (), "") and default is not False
        if known and type(default).__name__ != "Sentinel" and "default" not in text and default is not True:
            text += f" Default: `{default}`."
        if getattr(p, "required", False) and p.param_type_name == "option":
            text += " Required."
        found.append((label, text))
    return found


def commands_page() -> str:
    """Return the page of all commands with their arguments and options."""
    out = [
        "# Commands",
        "",
        MADE,
        "",
        "Every command has `--help`. Beside the commands: `trialext --version`, and `--install-completion` and "
        "`--show-completion` for completion in bash, zsh, fish and PowerShell. `python -m trialext` is the same program.",
        "",
        "| exit code | meaning |",
        "|---|---|",
        "| 0 | every file was read; a text without a result is a success |",
        "| 1 | some file could not be read (the others are stored); `check`, `evaluate --fail-under`, `patterns lint` and "
        "`patterns test`: something was found, or the threshold was missed |",
        "| 2 | wrong usage, a path that is not there, a broken pattern pack |",
        "| 3 | the database cannot be used |",
        "| 130 | interrupted |",
        "",
    ]
    for name, command in commands().items():
        usage = " ".join(
            [name, *("[OPTIONS]",), *(_argument(p) for p in command.params if p.param_type_name == "argument")]
        )
        help_text = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(command.help or ""))
        out += [f"## {name}", "", help_text, "", "```text", usage, "```", ""]
        rows = options_of(command)
        if rows:
            out += ["| argument or option | meaning |", "|---|---|"]
            out += [f"| `{_cell(label)}` | {_cell(text)} |" for label, text in rows]
            out.append("")
    return "\n".join(out)


def _argument(p: Any) -> str:
    name = (p.metavar or p.name.upper()).removesuffix("...").strip("[]") + ("..." if p.nargs == -1 else "")
    return name if p.required else f"[{name}]"


def _cell(text: str) -> str:
    """Return text fit for a table cell; signs that HTML would take for tags are escaped outside of code."""
    parts = text.replace("|", "\\|").replace("\n", " ").split("`")
    parts[::2] = [p.replace("&", "&amp;").replace("<", "&lt;") for p in parts[::2]]
    return "`".join(parts)


# --- database ---------------------------------------------------------------------------------


def schema() -> dict[str, tuple[str, list[str]]]:
    """Return table or view → (its type, its columns) of a database as the program makes it."""
    from trialext.store.database import open_database

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        open_database(path).close()
        db = sqlite3.connect(path)
        names = db.execute(
            "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
            "AND name NOT GLOB '*_fts_*'"
        ).fetchall()
        found = {n: (t, [row[1] for row in db.execute(f"PRAGMA table_info({n})")]) for n, t in names}
        db.close()
    return found


def column_text(table: str, column: str, told: Mapping[str, Any]) -> str:
    """Return the description of a column: of its table, of the column anywhere, of its namesake in ``evidence``."""
    from trialext.browse.describe import COLUMNS

    for text in (
        told["columns"].get(table, {}).get(column),
        COLUMNS.get(table, {}).get(column),
        told["columns"]["everywhere"].get(column),
        COLUMNS["evidence"].get(column),
    ):
        if text:
            return str(text)
    raise LookupError(f"docs/descriptions.toml: no description of column {table}.{column}")


def table_text(table: str, told: Mapping[str, Any]) -> str:
    """Return the description of a table or view."""
    from trialext.browse.describe import VIEWS

    if text := told["tables"].get(table) or VIEWS.get(table, ("", ""))[1]:
        return str(text)
    raise LookupError(f"docs/descriptions.toml: no description of table or view {table}")


CONTRACT = (
    "documents",
    "evidence",
    "trial_reports",
    "document_drugs",
    "unexplained",
    "synthesis",
    "conflicts",
    "findings",
    "failures",
)
"""What other programs may rely on; shown first."""


def database_page() -> str:
    """Return the page of all tables, views and columns."""
    told, tables = descriptions(), schema()
    views = [n for n in CONTRACT if n in tables] + sorted(
        n for n, (t, _) in tables.items() if t == "view" and n not in CONTRACT
    )
    rest = [n for n in tables if n not in views]
    out = [
        "# The database",
        "",
        MADE,
        "",
        "One SQLite file. Programs read the views of the first part: columns may be added, those here keep their names "
        "and meaning. Spans count code points of `documents.text` and are half-open: `text[span_start:span_end]` in "
        "Python. Columns marked JSON hold arrays or objects; SQLite reads them with `json_each`.",
        "",
    ]
    for title, names in (("Views", views), ("Tables behind the views", rest)):
        out += [f"## {title}", ""]
        if names is rest:
            out += ["The project's own; they may change with a version. `corrections` is kept for ever.", ""]
        for name in names:
            out += [f"### {name}", "", table_text(name, told), "", "| column | meaning |", "|---|---|"]
            out += [f"| `{c}` | {_cell(column_text(name, c, told))} |" for c in tables[name][1]]
            out.append("")
    return "\n".join(out)


# --- checks, patterns, formats ----------------------------------------------------------------


def checks_page() -> str:
    """Return the page of all check codes."""
    from trialext.checks import CHECKS

    out = [
        "# Checks",
        "",
        MADE,
        "",
        "A row whose printed numbers disagree carries the code in `evidence.checks` (errors) and a line in view "
        "`findings` (errors and notes) with both sides. `h` is half a unit of the last printed digit, `R` the "
        "estimate, `L` and `U` its bounds. *Lenient*: an error becomes a note where the text prints one-sided, "
        "stratified, adjusted, Bayesian, interim or non-inferiority results. `trialext check --explain` prints this table.",
        "",
    ]
    for c in CHECKS:
        out += [
            f"## {c.code}",
            "",
            f"{c.what[0].upper()}{c.what[1:]}.",
            "",
            f"- severity: {c.severity}{', lenient' if c.lenient else ''}",
            f"- fires when: `{c.formula}`",
            f"- source: {c.source}",
            "",
        ]
    return "\n".join(out)


def labels() -> dict[str, int]:
    """Return every label of the shipped packs, and of the code, with its number of records."""
    from trialext.patterns import LABELS, load_patterns

    counts = dict.fromkeys(LABELS, 0)
    for entry in load_patterns().entries:
        counts[entry.label] = counts.get(entry.label, 0) + 1
    return counts


def label_text(label: str, told: Mapping[str, Any]) -> str:
    """Return the description of a pattern label."""
    if text := told["labels"].get(label):
        return str(text)
    raise LookupError(f"docs/descriptions.toml: no description of pattern label {label}")


def patterns_page() -> str:
    """Return the page of all pattern labels."""
    told = descriptions()
    names = labels()
    out = [
        "# Pattern labels",
        "",
        MADE,
        "",
        "What the records of pattern packs are about. `trialext patterns list LABEL` prints the records of one, "
        "[A new review in ten minutes](../tutorial-new-review.md) adds to them.",
        "",
        "## Names",
        "",
    ]
    for cue in (False, True):
        if cue:
            out += [
                "## Cue words",
                "",
                "Words by which rules decide; a pack may add to them.",
                "",
            ]
        out += ["| label | meaning |", "|---|---|"]
        out += [f"| `{n}` | {_cell(label_text(n, told))} |" for n in sorted(names) if n.startswith("CUE_") == cue]
        out.append("")
    return "\n".join(out)


# --- Python -----------------------------------------------------------------------------------

_SECTION = re.compile(
    r"^(Parameters|Attributes|Returns|Yields|Raises|Notes|Examples|References|See Also)\n-{3,}\n", re.M
)


def markdown(doc: str) -> str:
    """Return a NumPy docstring as Markdown."""
    doc = re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", inspect.cleandoc(doc)).replace("``", "`")
    parts = _SECTION.split(doc)
    out = [parts[0].strip()]
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        out.append(f"**{title}**")
        body = body.strip("\n")
        if title == "Examples":
            out.append(f"```pycon\n{body.strip()}\n```")
        elif title in ("Notes", "References", "See Also"):
            out.append(body)
        else:
            out.append("\n".join(_entries(body)))
    return "\n\n".join(out)


def _entries(body: str) -> Iterator[str]:
    name, lines = "", []
    for line in [*body.splitlines(), ""]:
        if line and not line.startswith(" "):
            if name:
                yield f"- `{name}`" + (": " + " ".join(lines) if lines else "")
            name, lines = line.strip(), []
        elif line.strip():
            lines.append(line.strip())
    if name:
        yield f"- `{name}`" + (": " + " ".join(lines) if lines else "")


def public() -> dict[str, dict[str, Any]]:
    """Return module → public name → object."""
    found: dict[str, dict[str, Any]] = {}
    for name in PUBLIC_MODULES:
        module = importlib.import_module(name)
        found[name] = {n: getattr(module, n) for n in module.__all__}
    return found


def _signature(name: str, thing: Any) -> str:
    try:
        text = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return name
    text = re.sub(
        r"(?:pathlib|collections\.abc|trialext|typing)(?:\.\w+)*\.(\w+)",
        r"\1",
        re.sub(r"(: |-> |^)'([^']*)'", r"\1\2", text),
    )
    return name + re.sub(r"<factory>|<object object at 0x\w+>", "…", text)


def api_page() -> str:
    """Return the page of the public Python names."""
    out = [
        "# Python",
        "",
        MADE,
        "",
        "The names below are public. `trialext.extract_text` and the records of `trialext.model` are all that most "
        "programs need; see [Use it from Python](../how-to/python.md).",
        "",
    ]
    home: dict[int, str] = {}
    for module, names in public().items():
        about = inspect.getdoc(importlib.import_module(module)) or ""
        out += [f"## {module}", "", markdown(about), ""]
        for name, thing in names.items():
            full = f"{module}.{name}"
            out += [f"### {full}", ""]
            if not (inspect.isclass(thing) or inspect.isfunction(thing)):
                out += [f"`{type(thing).__name__}`: {_constant(full)}", ""]
            elif id(thing) in home:
                out += [f"The same as `{home[id(thing)]}`.", ""]
            else:
                home[id(thing)] = full
                out += ["```python", _wrapped(_signature(name, thing)), "```", "", markdown(thing.__doc__ or ""), ""]
                if inspect.isclass(thing):
                    out += _methods(thing)
    return "\n".join(out)


def _methods(cls: type) -> list[str]:
    out = []
    for name, member in vars(cls).items():
        if inspect.isfunction(member) and not name.startswith("_") and member.__doc__:
            out += [
                f"`{_wrapped(_signature(name, member))}`",
                "",
                f":   {inspect.cleandoc(member.__doc__).splitlines()[0]}",
                "",
            ]
    return out


def _constant(full: str) -> str:
    told = descriptions()["constants"]
    if full not in told:
        raise LookupError(f"docs/descriptions.toml: no description of {full}")
    return str(told[full])


def _wrapped(text: str) -> str:
    if len(text) <= 100:
        return text
    head, _, tail = text.partition("(")
    inner, _, result = tail.rpartition(")")
    parts = re.split(r", (?![^\[(]*[\])])", inner)
    return f"{head}(\n    " + ",\n    ".join(parts) + f",\n){result}"


# --- figures ----------------------------------------------------------------------------------


def figures() -> dict[str, Any]:
    """Return docs/figures.json: the measured accuracy on corpus/."""
    found: dict[str, Any] = json.loads((DOCS / "figures.json").read_text("utf-8"))
    return found


MEASURED = ("all", "all strict", "all linked", "all exact", "effect", "arm", "test", "drugs", "trials")


def measure() -> dict[str, Any]:
    """Score the texts of corpus/ against their gold, by the command that the pages print."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "trialext",
            "evaluate",
            "corpus/gold",
            "corpus",
            "--rounds",
            "0",
            "--errors",
            "0",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    scores = json.loads(done.stdout)
    return {
        "documents": scores["documents"],
        "rows": {name: {k: scores[name][k] for k in ("p", "r", "f1", "gold")} for name in MEASURED},
        "languages": {
            lang: {name: scores["languages"][lang][name]["f1"] for name in ("all", "all exact", "drugs", "trials")}
            for lang in sorted(scores["languages"])
        },
    }


_NAMES = {
    "all": ("all rows: the number was found", "全部行：数值找到"),
    "all strict": ("… with interval, p, unit and endpoint right", "……且区间、P 值、单位、终点均正确"),
    "all linked": ("… with groups and trial right as well", "……且组别、试验也正确"),
    "all exact": ("… with every column right", "……且所有列都正确"),
    "effect": ("effects (HR, OR, RR, differences)", "效应量（HR、OR、RR、差值）"),
    "arm": ("values of one group", "单组数值"),
    "test": ("p-values alone", "单独的 P 值"),
    "drugs": ("drugs named in a document", "文中药物"),
    "trials": ("trials named in a document", "文中试验"),
}


def accuracy_block(chinese: bool = False) -> str:
    """Return the table of measured accuracy."""
    told = figures()
    gold = told["rows"]["all"]["gold"]
    if chinese:
        out = [
            f"语料 {told['documents']} 篇，标准答案 {gold} 行：",
            "",
            "| | 精确率 | 召回率 | F1 |",
            "|---|---|---|---|",
        ]
    else:
        out = [
            f"{told['documents']} texts, {gold} rows of gold:",
            "",
            "| | precision | recall | F1 |",
            "|---|---|---|---|",
        ]
    for name in MEASURED:
        row = told["rows"][name]
        out.append(f"| {_NAMES[name][chinese]} | {row['p']:.3f} | {row['r']:.3f} | {row['f1']:.3f} |")
    return "\n".join(out)


def speeds() -> dict[str, Any]:
    """Return docs/performance.json, what `make bench` measured; empty where it was not run."""
    path = DOCS / "performance.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _range(values: list[float], form: str) -> str:
    low, high = (format(v, form) for v in (min(values), max(values)))
    return low if low == high else f"{low}–{high}"


def _unmeasured(chinese: bool = False) -> str:
    return "尚未测量：运行 `make bench`。" if chinese else "Not measured yet: run `make bench`."


def speed_block(chinese: bool = False) -> str:
    """Return a table of speeds over all collections of docs/performance.json, or how to make it."""
    rows = speeds().get("speed")
    if not rows:
        return _unmeasured(chinese)
    head = (
        "| 程序 | 百万字符/秒 | trialext 快多少倍 | 内存峰值（MB） |"
        if chinese
        else "| program | million characters/s | trialext is … times as fast | peak memory, MB |"
    )
    out = [head, "|---|---|---|---|"]
    for name in dict.fromkeys(r["name"] for r in rows):
        own = [r for r in rows if r["name"] == name]
        ratios = [] if name == "trialext" else [r["ratio"] for r in own if r["ratio"]]
        peak = max(r["peak_mb"] for r in own)
        told = _range(ratios, ".2g") if ratios else ""
        out.append(f"| {name} | {_range([r['speed'] for r in own], '.2g')} | {told} | {peak:.0f} |")
    return "\n".join(out)


PLANS = (
    ("all of PubMed", 38_000_000, 1840, ("en_abstracts", "corpus")),
    ("PMC full texts", 7_000_000, 35_000, ("en_reviews", "corpus")),
)
"""Job, its documents, characters of one, and the measured collection that resembles it."""

CORE_HOUR = 0.04
"""Price of one hour of one core, in dollars."""


def plan_block() -> str:
    """Return what large jobs would take, reckoned from docs/performance.json."""
    told = speeds()
    workers, shards = told.get("workers"), told.get("shards")
    speed = {r["texts"]: r["speed"] * 1e6 for r in told.get("speed", ()) if r["name"] == "trialext"}
    if not (speed and workers and shards):
        return _unmeasured()
    together = min(workers["ratio"] / 2, 1.0)  # what each of two workers does of what one does alone
    size = workers["chars"] / workers["documents"]
    columns: list[list[str]] = [
        [
            "",
            "documents",
            "characters of one",
            "measured on",
            "core hours",
            "laptop, 8 cores",
            "server, 64 cores",
            "job array, 640 cores",
            f"cost at ${CORE_HOUR:.2f} an hour of a core",
            "Parquet shards",
            "SQLite database",
            "merging into one database",
        ]
    ]
    for name, documents, chars, likes in PLANS:
        like = next(t for t in likes if t in speed)
        hours = documents * chars / speed[like] / together / 3600
        scale = documents * chars / size  # abstracts of the benchmark with as many characters
        columns.append(
            [
                name,
                f"{documents:,}",
                f"{chars:,}",
                f"`{like}`, {speed[like] / 1e6:.2g} million characters/s",
                f"{hours:,.0f}",
                *(_duration(hours / n) for n in (8, 64, 640)),
                f"${hours * CORE_HOUR:,.0f}",
                f"{scale * shards['bytes'] / shards['documents'] / 1e9:,.0f} GB",
                f"{scale * workers['database_bytes'] / workers['documents'] / 1e9:,.0f} GB",
                _duration(scale * shards["merge"] / shards["documents"] / 3600),
            ]
        )
    lines = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
    return "\n".join([lines[0], "|---|---:|---:|", *lines[1:]])


def _duration(hours: float) -> str:
    """Return hours as a reader would say them."""
    if hours >= 48:
        return f"{hours / 24:,.0f} days"
    return f"{hours:.0f} hours" if hours >= 1.5 else f"{hours * 60:.0f} minutes"


def imports() -> dict[str, set[str]]:
    """Return room → rooms of the package that its modules import, commands (``cli.py``) left out."""
    source = ROOT / "src" / "trialext"
    rooms = {p.name for p in source.iterdir() if (p / "__init__.py").is_file()} | {"model", "pipeline"}
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for path in source.rglob("*.py"):
        parts = path.relative_to(source).with_suffix("").parts
        if parts[0] not in rooms or path.name == "cli.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                package = parts[: len(parts) - node.level]
                full = [*package, *(node.module or "").split(".")]
                named = [full[0]] if full[0] else [a.name for a in node.names]
                found[parts[0]] |= {n for n in named if n in rooms and n != parts[0]}
    return found


def rooms_block() -> str:
    """Return the table of rooms and the rooms that they import."""
    out = ["| room | imports |", "|---|---|"]
    order = ("model", "pipeline", "reading", "text", "patterns", "recognise", "assemble", "checks", "engine", "store")
    told = imports()
    for room in [*order, *sorted(set(told) - set(order))]:
        out.append(f"| `{room}` | {', '.join(f'`{r}`' for r in sorted(told[room])) or 'none'} |")
    return "\n".join(out)


BLOCK = re.compile(r"(<!-- figures: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.S)
BLOCKS = {
    "accuracy": lambda: accuracy_block(),
    "accuracy_zh": lambda: accuracy_block(chinese=True),
    "rooms": rooms_block,
    "speed": lambda: speed_block(),
    "speed_zh": lambda: speed_block(chinese=True),
    "plan": plan_block,
}
PAGES_WITH_FIGURES = (
    "README.md",
    "README.zh.md",
    "docs/explanation/accuracy.md",
    "docs/architecture.md",
    "docs/how-to/pubmed.md",
)


def with_figures(page: str) -> str:
    """Return a page with its marked blocks made anew."""
    return BLOCK.sub(lambda m: m.group(1) + BLOCKS[m["name"]]() + "\n" + m.group(3), page)


# --- all of it --------------------------------------------------------------------------------

REFERENCE = {
    "commands.md": commands_page,
    "database.md": database_page,
    "checks.md": checks_page,
    "patterns.md": patterns_page,
    "python.md": api_page,
}


def pages() -> dict[Path, str]:
    """Return every page that this program makes or fills, with the content it should have."""
    made = {DOCS / "reference" / name: page().rstrip() + "\n" for name, page in REFERENCE.items()}
    for name in PAGES_WITH_FIGURES:
        made[ROOT / name] = with_figures((ROOT / name).read_text("utf-8"))
    return made


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name those that are not current.

    Parameters
    ----------
    arguments : list of str
        Of the command line.

    Returns
    -------
    int
        Exit code.
    """
    if unknown := set(arguments) - {"--check", "--measure"}:
        print(f"generate.py: unknown: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if "--measure" in arguments:
        (DOCS / "figures.json").write_text(json.dumps(measure(), indent=1) + "\n", "utf-8")
    stale = [p for p, text in pages().items() if not p.is_file() or p.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python docs/generate.py", file=sys.stderr)
        return 1 if stale else 0
    made = pages()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], "utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
