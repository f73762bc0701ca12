"""Commands of this room: arguments and messages only."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .progress import Reporter, printable

if TYPE_CHECKING:
    from .run import RunResult

__all__ = ["extract", "merge"]

PART_MB = 8.0
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
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Work on a Dask cluster; `local`: on this machine."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Make the I-th of N shards, for a job array; then merge."),
    ] = None,
    shards: Annotated[
        Path | None,
        typer.Option("--shards", metavar="DIR", help="Folder of the shards [default: the database + .shards]."),
    ] = None,
    part_mb: Annotated[
        float, typer.Option("--part-mb", min=0.001, metavar="MB", help="Size of the files of one part of a shard.")
    ] = PART_MB,
) -> None:
    """Read files and folders into a database.

    Files that have not changed since the last run are skipped; a changed file's rows are
    replaced whole.  Exit codes: 0 all read, 1 some file could not be read, 2 wrong usage or a
    broken pattern pack, 3 the database cannot be used, 130 interrupted.
    """
    started = time.monotonic()
    limit = timeout or None
    folder = shards or Path(f"{db}.shards")
    part_bytes = int(part_mb * (1 << 20))
    if shard is not None and cluster is not None:
        raise fail("give --shard or --cluster, not both", 2)
    with exit_codes(), Reporter(quiet=quiet) as reporter:
        if shard is not None:
            from .cluster import parse_shard, run_shard

            made = run_shard(
                paths,
                folder,
                parse_shard(shard),
                packs=patterns or (),
                timeout=limit,
                part_bytes=part_bytes,
                observer=reporter,
            )
            if not quiet:
                typer.echo(f"{folder}: {made[0]} parts with {made[1]} documents, {made[2]} failures")
            raise typer.Exit(1 if made[2] else 0)
        if cluster is not None:
            from .cluster import run_cluster
            from .run import cores

            result = run_cluster(
                *(paths, db, folder, cluster),
                packs=patterns or (),
                workers=jobs or cores(),
                timeout=limit,
                part_bytes=part_bytes,
                observer=reporter,
            )
        else:
            from .run import run

            result = run(paths, db, packs=patterns or (), jobs=jobs, prune=prune, timeout=limit, observer=reporter)
    _finish(db, result, time.monotonic() - started, quiet=quiet, as_json=as_json)


def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders that `extract --shard` wrote.")],
    db: Database = DEFAULT_DATABASE,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print failures only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Bring the shards of a job array into a database.

    The rows are those that one process would have stored, in the same order.
    """
    started = time.monotonic()
    with exit_codes(), Reporter(quiet=quiet) as reporter:
        from .cluster import merge as merge_parts

        result = merge_parts(folders, db, observer=reporter)
    _finish(db, result, time.monotonic() - started, quiet=quiet, as_json=as_json)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn errors into one line and an exit code: 2 wrong usage, 3 the database."""
    from ..patterns import PatternError
    from ..reading import UsageError
    from ..store.database import StoreError
    from .cluster import ShardError
    from .shards import MissingExtra

    try:
        yield
    except (UsageError, PatternError, ShardError, MissingExtra) as error:
        raise fail(str(error), 2) from error
    except StoreError as error:
        raise fail(str(error), 3) from error


def _finish(db: str, result: RunResult, seconds: float, *, quiet: bool, as_json: bool) -> None:
    """Print the summary and end with the exit code."""
    if as_json:
        typer.echo(json.dumps(result.to_dict() | {"database": db, "seconds": round(seconds, 3)}, ensure_ascii=False))
    elif not quiet:
        from .summary import print_summary

        print_summary(db, result, seconds)
    if result.interrupted:
        raise fail("interrupted; what was read is stored, run again to go on", 130)
    if result.failures:
        raise typer.Exit(1)
