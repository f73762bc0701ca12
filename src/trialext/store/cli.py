"""Commands of this room: arguments and messages only."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

__all__ = ["diff"]

_SIGNS = {"gained": ("+", typer.colors.GREEN), "lost": ("-", typer.colors.RED), "changed": ("~", typer.colors.YELLOW)}


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD.db", help="Database before.")],
    new: Annotated[str, typer.Argument(metavar="NEW.db", help="Database after.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one change a line.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when they differ.")] = False,
) -> None:
    """Compare two databases row by row: gained (+), lost (-) and changed (~) by document."""
    from ..engine.progress import printable
    from .database import StoreError, open_database, store_errors
    from .diff import compare, one_line

    counts: Counter[str] = Counter()
    documents = set()
    last = None
    try:
        with store_errors(f"{old}, {new}"):
            before, after = open_database(old, readonly=True), open_database(new, readonly=True)
            for change in compare(before, after):
                counts[change.what] += 1
                documents.add(change.document)
                if as_json:
                    typer.echo(json.dumps(asdict(change), ensure_ascii=False))
                    continue
                if change.document != last:
                    last = change.document
                    typer.secho(printable(last), bold=True)
                sign, colour = _SIGNS[change.what]
                line = f"  {sign} {printable(one_line(change))}"
                typer.echo(typer.style(line, fg=colour) if sys.stdout.isatty() else line)
    except StoreError as error:
        typer.echo(f"trialext: {error}", err=True)
        raise typer.Exit(3) from error
    if not as_json:
        told = ", ".join(f"{counts[what]} {what}" for what in _SIGNS)
        typer.echo(f"{len(documents)} documents differ: {told}" if counts else "no row differs")
    if exit_code and counts:
        raise typer.Exit(1)
