"""Commands of this room: arguments and messages only."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["browse", "export", "plot", "review", "show"]

DEFAULT_DATABASE = Path("outputs/trialext.db")

Database = Annotated[Path, typer.Option("--db", metavar="FILE", help="Database to read.")]
BrowsedDatabase = Annotated[Path, typer.Argument(metavar="[DB]", help="Database to show.", show_default=True)]

plot = typer.Typer(help="Draw plots of a database.", no_args_is_help=True, rich_markup_mode=None)


def fail(message: str, code: int) -> typer.Exit:
    """Print one line on stderr; return what to raise."""
    typer.echo(f"trialext: {message}", err=True)
    return typer.Exit(code)


@contextlib.contextmanager
def _opened(path: Path, *, write: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a database that is there; exit code 3 when it cannot be used."""
    from ..store.database import StoreError, open_database, store_errors

    try:
        if write and not path.is_file():
            open_database(path, readonly=True)  # says what is missing, and makes nothing
        db = open_database(path, readonly=not write)
        with contextlib.closing(db), store_errors(path):
            yield db
    except StoreError as error:
        raise fail(str(error), 3) from error


def browse(
    db: BrowsedDatabase = DEFAULT_DATABASE,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0 takes a free one.")] = 8001,
    read_only: Annotated[bool, typer.Option("--read-only", help="Take no corrections.")] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the web browser.")] = False,
    write_config: Annotated[
        Path | None,
        typer.Option("--write-config", metavar="DIR", help="Write metadata.yaml and datasette.yaml there, and end."),
    ] = None,
) -> None:
    """Look at a database in the web browser.

    Serves on this computer only, unless --host says otherwise; corrections are taken only on
    this computer.
    """
    from .config import write_configuration
    from .serve import BrowseError, is_loopback, serve

    try:
        if write_config is not None:
            for path in write_configuration(write_config, db.stem):
                typer.echo(path)
            return
        with _opened(db):
            pass
        serve(db, host=host, port=port, review=not read_only and is_loopback(host), open_browser=open_browser)
    except BrowseError as error:
        raise fail(str(error), 2) from error
    except ImportError as error:
        raise fail(f"{error.name} is not installed; run `pip install 'trialext[browse]'`", 2) from error


def show(
    name: Annotated[str, typer.Argument(metavar="TRIAL|DRUG", help="A trial, a registry id, or a drug.")],
    db: Database = DEFAULT_DATABASE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what is known of a trial or a drug: a table in a terminal, tab-separated in a pipe."""
    from .show import NothingKnown
    from .show import show as print_it

    with _opened(db) as connection:
        try:
            print_it(connection, name, as_json=as_json)
        except NothingKnown as error:
            raise fail(str(error), 1) from error


@plot.callback()
def _plots() -> None:
    """Draw plots of a database."""


@plot.command("forest")
def plot_forest(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A .svg or .png file.")] = Path(
        "forest.svg"
    ),
    db: Database = DEFAULT_DATABASE,
    measure: Annotated[str, typer.Option("--measure", help="HR OR RR IRR (log axis), RD MD SMD.")] = "HR",
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="As OS or PFS; all when left out.")] = None,
    trial: Annotated[str | None, typer.Option("--trial", help="Only this trial.")] = None,
    drug: Annotated[str | None, typer.Option("--drug", help="Only comparisons with this drug.")] = None,
    versus: Annotated[str | None, typer.Option("--versus", help="With --drug: the drug of the other group.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the plot.")] = None,
    corrected: Annotated[bool, typer.Option("--corrected", help="Use what people corrected.")] = False,
    narrow: Annotated[bool, typer.Option("--narrow", help="For a column or a phone (SVG).")] = False,
    language: Annotated[str, typer.Option("--lang", help="Language of the captions: en or zh.")] = "en",
) -> None:
    """Draw a forest plot: value and interval, grouped by endpoint.

    SVG needs nothing; PNG needs `pip install 'trialext[plot]'` and, for Chinese labels, a font
    with Chinese characters.
    """
    from .corrections import apply_corrections
    from .data import evidence, resolve
    from .forest import drawable, plot_lines
    from .forest_svg import forest_svg
    from .labels import translator

    if output.suffix.lower() not in (".svg", ".png"):
        raise fail(f"{output}: write to a .svg or .png file", 2)
    if not drawable(measure):
        raise fail(f"measure {measure!r} cannot be drawn; use HR, OR, RR, IRR, RD, MD or SMD", 2)
    if versus is not None and drug is None:
        raise fail("--versus needs --drug", 2)
    chosen: dict[str, str | None] = {}
    with _opened(db) as connection:
        for option, wanted in (("trial", trial), ("drug", drug), ("versus", versus)):
            found = resolve(connection, wanted) if wanted else None
            if wanted and found is None:
                raise fail(f"--{option}: nothing is known of {wanted!r}", 1)
            chosen[option] = found[1] if found else None
        rows = evidence(connection, kinds=("effect",), measures=(measure,), endpoint=endpoint, **chosen)  # type: ignore[arg-type]
        if corrected:
            rows = apply_corrections(connection, rows)
    lines = plot_lines(rows, measure)
    if not lines:
        raise fail(f"no {measure} of this choice to draw", 1)
    name = title or " · ".join(
        x for x in (measure, endpoint, trial, drug and (f"{drug} vs {versus}" if versus else drug)) if x
    )
    words = translator(language)
    captions = (words("lower"), words("higher"))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.suffix.lower() == ".svg":
            output.write_text(
                forest_svg(lines, title=name, captions=captions, narrow=narrow, background=True), encoding="utf-8"
            )
        else:
            from .forest_png import FontMissing, write_png

            try:
                write_png(lines, output, title=name, captions=captions)
            except FontMissing as error:
                raise fail(str(error), 2) from error
    except ImportError as error:
        raise fail(f"{error.name} is not installed; run `pip install 'trialext[plot]'`, or write SVG", 2) from error
    except OSError as error:
        raise fail(f"{output}: cannot be written: {error.strerror or error}", 2) from error
    typer.echo(f"wrote {output}: {len(lines)} lines", err=True)


def export(
    output: Annotated[
        str, typer.Argument(metavar="OUTPUT", help="A file, - for standard output, or a folder for gold files.")
    ],
    db: Database = DEFAULT_DATABASE,
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help="csv jsonl parquet md xlsx metafor revman gold [default: by suffix]."),
    ] = None,
    view: Annotated[str, typer.Option("--view", help="View to write.")] = "evidence",
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="COLUMN=VALUE", help="Only rows with this value; repeatable."),
    ] = None,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Apply corrections: cells replaced, wrong rows left out.")
    ] = False,
) -> None:
    """Write tables for other programs.

    csv (UTF-8 with BOM, opens in Excel), jsonl, parquet, md, xlsx; metafor and revman: effect
    tables with log estimate and standard error; gold: reviewed rows as gold files.
    """
    from .export import ExportError
    from .export import export as write_it

    with _opened(db) as connection:
        try:
            count = write_it(connection, output, form=form, view=view, where=where or (), corrected=corrected)
        except ExportError as error:
            raise fail(str(error), 2) from error
    if output != "-":
        typer.echo(f"wrote {output}: {count} rows" if form != "gold" else f"wrote {count} gold files", err=True)


def review(
    db: Database = DEFAULT_DATABASE,
    document: Annotated[str | None, typer.Option("--document", help="Only rows of this document.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only rows that failed a check.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also rows that were reviewed before.")] = False,
    identity: Annotated[str | None, typer.Option("--id", metavar="ID", help="One row, by evidence.id.")] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", help="right, wrong or corrected: store it without asking (with --id).")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="With --verdict corrected; repeatable.")
    ] = None,
    who: Annotated[str | None, typer.Option("--who", help="Your name.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark.")] = None,
) -> None:
    """Mark rows right, wrong or corrected; corrections survive when texts are read again.

    Asks row by row; with --id and --verdict it stores one without asking.
    """
    from .corrections import CorrectionError
    from .review import answer, review_rows

    with _opened(db, write=True) as connection:
        try:
            if verdict is not None:
                if identity is None:
                    raise CorrectionError("--verdict needs --id")
                answer(connection, identity, verdict, changes or (), who=who, note=note)
                return
            review_rows(connection, document=document, failed=failed, again=again, identity=identity, who=who)
        except CorrectionError as error:
            raise fail(str(error), 2) from error
