"""``trialext patterns``: look over, try, extend and show pattern packs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from .load import PatternError, load_patterns, pattern_folders
from .records import Entry, Patterns

__all__ = ["app"]

app = typer.Typer(
    help="Check, test and extend pattern packs.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folders = Annotated[
    list[Path] | None,
    typer.Option("--patterns", metavar="DIR", help="Folder of packs over the shipped ones; may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _fail(message: str, code: int = 2) -> NoReturn:
    for line in message.splitlines():
        typer.echo(f"trialext: {line}", err=True)
    raise typer.Exit(code)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn a broken pack into its message and exit code 2."""
    try:
        yield
    except PatternError as error:
        _fail(str(error))
    except BrokenPipeError:
        raise typer.Exit(0) from None


def _load(folders: list[Path] | None) -> Patterns:
    return load_patterns(pattern_folders(folders or ()))


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _style(text: str, colour: str) -> str:
    return typer.style(text, fg=colour) if sys.stdout.isatty() else text


def _plain(entry: Entry) -> dict[str, Any]:
    """Return a record as plain data, without what is empty."""
    keys = (
        "label",
        "id",
        "aliases",
        "regexes",
        "tokens",
        "lang",
        "needs",
        "not_with",
        "facts",
        "examples",
        "counterexamples",
        "note",
        "source",
    )
    data = {k: getattr(entry, k) for k in keys}
    out = {k: list(v) if isinstance(v, tuple) else v for k, v in data.items() if v}
    return out | {"file": entry.file, "line": entry.line}


@app.command("lint")
def lint_command(
    patterns: Folders = None,
    notes: Annotated[bool, typer.Option("--notes", help="Print what is worth knowing and no fault, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look for doubles, phrases that are never read, ordinary words and costly expressions."""
    with _exit_codes():
        from .lint import lint

        loaded = _load(patterns)
        found = lint(loaded)
        faults = [f for f in found if not f.note]
        if as_json:
            _print([f.to_dict() for f in (found if notes else faults)])
        else:
            for f in found if notes else faults:
                where = _style(f"{f.file}:{f.line}", "cyan")
                typer.echo(f"{where}: {_style(f.code, 'blue' if f.note else 'yellow')} {f.record}: {f.message}")
            typer.echo(f"{len(loaded.entries)} records, {len(faults)} findings", err=True)
    if faults:
        raise typer.Exit(1)


@app.command("test")
def run_tests(
    patterns: Folders = None,
    only: Annotated[str, typer.Option("-k", metavar="TEXT", help="Only records whose label/id holds TEXT.")] = "",
    as_json: AsJson = False,
) -> None:
    """Run every example and counter-example."""
    with _exit_codes():
        from dataclasses import asdict

        from .examples import run_examples

        runs = list(run_examples(_load(patterns), lambda e: only.lower() in f"{e.label}/{e.id}".lower()))
        failed = [r for r in runs if not r.passed]
        if as_json:
            _print({"passed": len(runs) - len(failed), "failed": [asdict(r) for r in failed]})
        else:
            for r in failed:
                kind = "example not read" if r.wanted else "counter-example read"
                typer.echo(f"{_style('FAILED', 'red')} {r.rule} (line {r.line}): {kind}: {r.text}")
                typer.echo(f"       found: {'; '.join(r.found) or 'nothing'}")
            told = f"{len(runs) - len(failed)} passed" + (f", {len(failed)} failed" if failed else "")
            typer.echo(_style(told, "red" if failed else "green"))
    if failed:
        raise typer.Exit(1)


@app.command("list")
def list_records(
    label: Annotated[str | None, typer.Argument(help="Only records of this label.")] = None,
    grep: Annotated[str, typer.Option("--grep", metavar="TEXT", help="Only records with TEXT in id or aliases.")] = "",
    patterns: Folders = None,
    as_json: AsJson = False,
) -> None:
    """List the records of a label, or how many each label has."""
    with _exit_codes():
        loaded = _load(patterns)
        if label is None and not grep:
            counts = Counter(name for name, _ in {(e.label, e.id) for e in loaded.entries})
            if as_json:
                _print(dict(sorted(counts.items())))
            else:
                for name, n in sorted(counts.items()):
                    typer.echo(f"{name:24} {n:6}")
            return
        wanted = [
            e
            for e in loaded.entries
            if (label is None or e.label == label.upper())
            and (not grep or any(grep.lower() in t.lower() for t in (e.id, *e.aliases)))
        ]
        if as_json:
            _print([_plain(e) for e in wanted])
        else:
            for e in wanted:
                typer.echo(f"{e.label}\t{e.id}\t{', '.join(e.aliases[:6])}")
        if label is not None and not wanted and not grep:
            from .schema import nearest

            known = sorted({e.label for e in loaded.entries})
            _fail(f'no record with label "{label}"{nearest(label, known)}')


@app.command("show")
def show_record(
    name: Annotated[str, typer.Argument(help="Id or alias of a record.")],
    label: Annotated[str | None, typer.Option("--label", help="Only records of this label.")] = None,
    patterns: Folders = None,
    as_json: AsJson = False,
) -> None:
    """Print the records that carry a name, as id or as alias."""
    with _exit_codes():
        loaded = _load(patterns)
        wanted = [
            e
            for e in loaded.entries
            if (label is None or e.label == label.upper())
            and name.lower() in {e.id.lower(), *(a.lower() for a in e.aliases)}
        ]
        if not wanted:
            from .schema import nearest

            _fail(
                f'no record is called "{name}"{nearest(name, {t for e in loaded.entries for t in (e.id, *e.aliases)})}',
                1,
            )
        if as_json:
            _print([_plain(e) for e in wanted])
            return
        for e in wanted:
            typer.echo(f"{_style(e.label, 'cyan')} {_style(e.id, 'green')}  ({e.file}:{e.line})")
            for key, value in _plain(e).items():
                if key not in ("label", "id", "file", "line"):
                    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
                    shown = "; ".join(f"{k}: {v}" for k, v in shown.items()) if isinstance(shown, dict) else shown
                    typer.echo(f"  {key:16} {shown}")


@app.command("add")
def add(
    label: Annotated[str, typer.Argument(help="DRUG, REGIMEN, TRIAL, ENDPOINT, …")],
    name: Annotated[str, typer.Argument(metavar="ID", help="The canonical name that gets stored.")],
    aliases: Annotated[list[str] | None, typer.Argument(help="Other ways to write it.")] = None,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The *.jsonl pack to write to.")] = Path(
        "packs/own.jsonl"
    ),
    needs: Annotated[list[str] | None, typer.Option("--needs", help="A word that must stand nearby.")] = None,
    example: Annotated[list[str] | None, typer.Option("--example", help="A sentence in which it is read.")] = None,
    counterexample: Annotated[list[str] | None, typer.Option("--not", help="A sentence in which it is not.")] = None,
    parts: Annotated[str | None, typer.Option("--parts", metavar="A,B", help="The drugs of a regimen.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where the name was found.")] = None,
) -> None:
    """Add a record to a pack, or names to a record that the pack has."""
    with _exit_codes():
        from .edit import add_record

        shipped = load_patterns()
        written = [] if name.startswith("other:") else [name]
        record: dict[str, Any] = {
            "label": label.upper(),
            "id": name,
            "aliases": list(dict.fromkeys([*written, *(aliases or ())])),
        }
        if parts:
            record["facts"] = {"parts": [p.strip() for p in parts.split(",") if p.strip()]}
        given = (("needs", needs), ("examples", example), ("counterexamples", counterexample), ("source", source))
        record |= {key: value for key, value in given if value}
        what = add_record(to, record, frozenset(e.label for e in shipped.entries if e.label.startswith("CUE_")))
        typer.echo(f"{what} {record['label']} {name} in {to}")
        load_patterns([to.parent])


@app.command("suggest")
def suggest_names(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders of texts.")],
    patterns: Folders = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 50,
    label: Annotated[str | None, typer.Option("--label", help="Only DRUG, TRIAL or ENDPOINT.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print names that no pack knows, most frequent first, as records to paste into a *.jsonl pack."""
    with _exit_codes():
        from ..reading import UsageError
        from .suggest import suggest

        loaded = _load(patterns)
        failed: list[str] = []
        try:
            found = suggest(_texts(paths, failed), loaded)
        except UsageError as error:
            _fail(str(error))
        found = [s for s in found if label is None or s.label == label.upper()][:limit]
        records = [s.record() for s in found]
        if as_json:
            _print(records)
        else:
            for record in records:
                typer.echo(json.dumps(record, ensure_ascii=False))
        for message in failed:
            typer.echo(f"trialext: {message}", err=True)
    if failed:
        raise typer.Exit(1)


def _texts(paths: list[str], failed: list[str]) -> Iterator[str]:
    """Yield the text of every document under `paths`; what cannot be read is added to `failed`."""
    from ..model import Document
    from ..reading import ReadError, iter_sources, read_source

    for source in iter_sources(paths):
        try:
            for item in read_source(source):
                if isinstance(item, Document):
                    yield item.text
                else:
                    failed.append(f"{item.name}: {item.message}")
        except ReadError as error:
            failed.append(f"{source.name}: {error}")
