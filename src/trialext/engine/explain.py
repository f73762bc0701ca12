"""How a text becomes rows: what was found, what each number was taken for, which rules built a row."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .progress import printable

if TYPE_CHECKING:
    from ..model import Estimate, Mention, Report

__all__ = ["explain", "explanation"]


def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence or more, a file, or - for standard input.")],
    patterns: Annotated[
        list[str] | None, typer.Option("--patterns", metavar="DIR", help="Pattern folders over the shipped packs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how a text becomes rows: the names found, each number and its claim, the rules of each row."""
    from ..patterns import load_patterns
    from ..pipeline import extract
    from .cli import exit_codes, fail

    with exit_codes():
        packs = load_patterns(patterns or ())
        documents = list(_documents(text))
    for document in documents:
        report = extract(document, packs)
        if as_json:
            typer.echo(json.dumps(_plain(report), ensure_ascii=False))
            continue
        bold = sys.stdout.isatty()
        for heading, lines in explanation(report):
            typer.echo(typer.style(heading, bold=True) if bold else heading)
            for line in lines or ["  nothing"]:
                typer.echo(printable(line) if not line.startswith(" ") else "  " + printable(line.strip()))
    if not documents:
        raise fail("there is no text to explain", 1)


def _documents(text: str) -> Iterator[Any]:
    """Yield what TEXT means: the files it names, or itself."""
    from ..model import Document
    from ..reading import ReadError, iter_sources, read_source
    from .cli import fail

    if text != "-" and not os.path.exists(text):
        yield Document(name="text", text=text)
        return
    for source in iter_sources([text]):
        try:
            yield from (item for item in read_source(source) if isinstance(item, Document))
        except ReadError as error:
            raise fail(f"{source.name}: {error.message}", 1) from error


def _plain(report: Report) -> dict[str, Any]:
    """Return the parts of a report that explain it."""
    data = report.to_dict()
    keep = ("lang", "mentions", "numbers", "estimates", "unexplained", "findings", "trials", "notes")
    return {"document": report.document.name} | {k: data[k] for k in keep}


def explanation(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield headings and lines.

    Parameters
    ----------
    report : Report

    Yields
    ------
    heading : str
    lines : list of str
    """
    text = report.document.text
    yield "Names", [_mention(m, text) for m in report.mentions]
    yield "Numbers", [f"  {text[s:e]!r} at {s}: {kind}" for s, e, kind in report.numbers]
    for number, estimate in enumerate(report.estimates, 1):
        findings = [f"  check {f.code}: {f.message}" for f in report.findings if f.estimate == number - 1]
        yield f"Row {number}: {_row(estimate)}", [*_cells(estimate, text), *findings]
    lines = [f"  {text[u.start : u.end]!r} at {u.start} looks like {u.shape or 'a result'}" for u in report.unexplained]
    yield "Unexplained", lines
    if report.notes:
        yield "Notes", [f"  {note}" for note in report.notes]


def _mention(m: Mention, text: str) -> str:
    how = "by its shape" if m.inferred else "from a pack"
    rule = f", {m.rule}" if m.rule else ""
    return f"  {text[m.start : m.end]!r} at {m.start}: {m.label} {m.id} ({how}{rule})"


def _row(e: Estimate) -> str:
    number = f"{e.p_op} {e.p_value:g}" if e.kind == "test" and e.p_value is not None else e.qualifier or ""
    if e.value is not None:
        number = f"{e.value:g}"
    return " ".join(str(part) for part in (e.kind, e.measure, number, e.unit, e.endpoint, e.trial) if part)


_SKIPPED = frozenset(
    {
        *("kind", "measure", "value", "start", "end", "sentence", "unit", "spans", "rules", "reasons", "printed"),
        *("citations", "also_at", "regimen_parts"),
    }
)


def _cells(e: Estimate, text: str) -> list[str]:
    """Return the filled cells with their places, then rules and reasons."""
    places: dict[str, list[str]] = {}
    for cell, start, end in e.spans:
        places.setdefault(cell, []).append(f"{text[start:end]!r} at {start}")
    lines = []
    for cell, value in asdict(e).items():
        if cell in _SKIPPED or value in (None, (), ""):
            continue
        shown = ", ".join(value) if isinstance(value, tuple) else value
        lines.append(f"  {cell} = {shown}")
    lines += [f"  {cell} from {', '.join(found)}" for cell, found in places.items()]
    if e.rules:
        lines.append(f"  rules: {', '.join(e.rules)}")
    lines += [f"  open: {reason}" for reason in e.reasons]
    return lines
