"""Commands of this room: arguments and messages only."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from .progress import Reporter, printable

__all__ = ["extract"]

DEFAULT_DATABASE = "outputs/trialext.db"

Database = Annotated[str, typer.Option("--db", metavar="FILE", help="Database; made where it is missing.")]


def fail(message: str, code: int) -> typer.Exit:
    """Print one line on stderr; return what to raise."""
    typer.echo(f"trialext: {printable(message)}", err=True)
    return typer.Exit(code)


def extract(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")],
    db: Database = DEFAULT_DATABASE,
    patterns: Annotated[
        list[str] | None,
        typer.Option("--patterns", metavar="DIR", help="Folder of pattern packs over the shipped ones; repeatable."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Worker processes [default: the cores].")
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove the rows of files that are gone.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print failures only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, metavar="S", help="Seconds for one document; 0: no limit.")
    ] = 120.0,
) -> None:
    """Read files and folders into a database.

    Files that have not changed since the last run are skipped; a changed file's rows are
    replaced whole.  Exit codes: 0 all read, 1 some file could not be read, 2 wrong usage or a
    broken pattern pack, 3 the database cannot be used, 130 interrupted.
    """
    from ..patterns import PatternError
    from ..reading import UsageError
    from ..store.database import StoreError
    from .run import run

    started = time.monotonic()
    try:
        with Reporter(quiet=quiet) as reporter:
            result = run(
                paths, db, packs=patterns or (), jobs=jobs, prune=prune, timeout=timeout or None, observer=reporter
            )
    except (UsageError, PatternError) as error:
        raise fail(str(error), 2) from error
    except StoreError as error:
        raise fail(str(error), 3) from error
    seconds = time.monotonic() - started
    if as_json:
        typer.echo(json.dumps(result.to_dict() | {"database": db, "seconds": round(seconds, 3)}, ensure_ascii=False))
    elif not quiet:
        from .summary import print_summary

        print_summary(db, result, seconds)
    if result.interrupted:
        raise fail("interrupted; what was read is stored, run again to go on", 130)
    if result.failures:
        raise typer.Exit(1)
