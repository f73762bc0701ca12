"""The commands of this room: arguments and messages only.

Each function is a command by itself; the program's registry gives it its name.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from ..reading import UsageError
from .gold import Gold, GoldError, Predicted, by_stem, load_gold
from .predictions import DatabaseError, from_database, from_paths, reports_of

__all__ = ["agree", "annotations_export", "annotations_import", "check", "coverage", "evaluate"]

DEFAULT_DATABASE = Path("outputs/trialext.db")

Paths = Annotated[list[str] | None, typer.Argument(metavar="PATH", help="Files or folders to read now.")]
Database = Annotated[
    Path | None, typer.Option("--db", metavar="FILE", help=f"Database to use instead of PATH [{DEFAULT_DATABASE}].")
]
PatternFolders = Annotated[
    list[Path] | None, typer.Option("--patterns", metavar="DIR", help="Pattern folders over the shipped packs.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fail(message: str, code: int) -> NoReturn:
    """Print one line on stderr and end with an exit code."""
    typer.echo(f"trialext: {message}", err=True)
    raise typer.Exit(code)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn the errors of this room into messages and exit codes: 2 wrong usage, 3 the database."""
    from ..patterns import PatternError
    from .annotations import AnnotationError

    try:
        yield
    except (GoldError, UsageError, PatternError, AnnotationError) as error:
        fail(str(error), 2)
    except DatabaseError as error:
        fail(str(error), 3)


def _one_source(paths: Sequence[str] | None, db: Path | None) -> Path | None:
    """Return the database to use, or None for PATHs."""
    if paths and db:
        raise UsageError("give PATH or --db, not both")
    return None if paths else db or DEFAULT_DATABASE


def _unreadable(failures: list[str]) -> Any:
    def tell(name: str, message: str) -> None:
        failures.append(name)
        typer.echo(f"trialext: {name}: {message}", err=True)

    return tell


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=None if not sys.stdout.isatty() else 1))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    typer.echo(f"wrote {path}", err=True)


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder of gold files, or one of them.")],
    paths: Paths = None,
    db: Database = None,
    patterns: PatternFolders = None,
    errors: Annotated[
        int, typer.Option("--errors", metavar="N", min=0, help="How many of the worst errors to show.")
    ] = 20,
    only: Annotated[str, typer.Option("--only", metavar="ID,...", help="Gold files to use, by stem.")] = "",
    rounds: Annotated[int, typer.Option("--rounds", min=0, help="Bootstrap resamples of documents.")] = 1000,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with the errors in the texts.")
    ] = None,
    as_json: Json = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="NAME=VALUE",
            help="Exit 1 when a figure is lower: `all strict=0.8`, `zh drugs.r=0.9`, `effect.endpoint=0.95`.",
        ),
    ] = None,
    floors: Annotated[
        Path | None, typer.Option("--floors", metavar="FILE", help="JSON object of such names and values.")
    ] = None,
) -> None:
    """Score extracted rows against gold: precision, recall, F1 per kind, column and language."""
    from .bootstrap import intervals
    from .errors import differences
    from .render import describe, figures_text
    from .score import aggregate, flatten, score_documents

    with exit_codes():
        limits = _thresholds(fail_under or [], floors)
        golds = load_gold(gold, only=[s for s in only.split(",") if s])
        failures: list[str] = []
        predicted = _predictions(golds, _one_source(paths, db), paths, patterns, failures)
        scores = score_documents(golds, predicted)
        figures = aggregate(scores)
        languages = {
            lang: aggregate([s for s in scores if s.lang == lang]) for lang in sorted({s.lang for s in scores})
        }
        values = flatten(figures)
        for lang, of_lang in languages.items():
            values |= flatten(of_lang, f"{lang} ")
        _known(limits, values)
        ranges = intervals(scores, rounds=rounds)
        found = differences(scores, predicted)
        if html is not None:
            from .page import page

            _write(html, page(scores, predicted, found, figures, languages, ranges))
        if as_json:
            shown = [asdict(d) for d in found[:errors]]
            _print_json(figures | {"languages": languages, "intervals": ranges, "errors": shown})
        else:
            typer.echo(figures_text(figures, languages, ranges))
            if errors and found:
                typer.echo(f"\nworst errors ({min(errors, len(found))} of {len(found)})")
                for i, difference in enumerate(found[:errors], 1):
                    typer.echo(f"{i:3d}. {describe(difference)}")
                    if difference.sentence:
                        typer.echo(f"     {' '.join(difference.sentence.split())}")
        low = [f"{name} {values[name]:.4f} < {limit:g}" for name, limit in limits.items() if values[name] < limit]
        if low:
            fail(f"below the floor: {'; '.join(low)}", 1)
        if failures:
            raise typer.Exit(1)


def _predictions(
    golds: Sequence[Gold],
    database: Path | None,
    paths: Sequence[str] | None,
    patterns: Sequence[Path] | None,
    failures: list[str],
) -> dict[str, Predicted]:
    """Return the predictions by stem; say on stderr which gold has no document."""
    if database is not None:
        found = by_stem(from_database(database))
    else:
        found = by_stem(from_paths(list(paths or ()), list(patterns or ()), on_failure=_unreadable(failures)))
    if missing := [g.doc for g in golds if g.doc not in found]:
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        typer.echo(f"trialext: no document for gold {names}: all of its rows count as missed", err=True)
    return found


def _thresholds(given: Sequence[str], floors: Path | None) -> dict[str, float]:
    """Return limits by name: those of the file, then those of the command line."""
    limits: dict[str, float] = {}
    if floors is not None:
        try:
            data = json.loads(floors.read_text("utf-8"))
            limits = {str(k): float(v) for k, v in data.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"{floors}: a JSON object of names and numbers is expected: {error}") from error
    for item in given:
        name, equals, value = item.rpartition("=")
        try:
            limits[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise UsageError(f"--fail-under {item}: NAME=VALUE is expected, as in `all strict=0.8`")
    return limits


def _known(limits: Mapping[str, float], values: Mapping[str, float]) -> None:
    """Refuse a limit on a figure that does not exist, with the nearest names."""
    import difflib

    for name in limits:
        if name not in values:
            near = difflib.get_close_matches(name, values, 4, 0.3) or sorted(values)[:4]
            raise UsageError(f"no figure is named {name!r}; near it: {', '.join(near)}")


def check(
    paths: Paths = None,
    db: Database = None,
    patterns: PatternFolders = None,
    notes: Annotated[bool, typer.Option("--notes/--no-notes", help="List notes as well as errors.")] = False,
    code: Annotated[list[str] | None, typer.Option("--code", metavar="CODE", help="Only these checks.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the table of checks and end.")] = False,
    as_json: Json = False,
) -> None:
    """List rows whose arithmetic does not hold; exit 1 when there is one."""
    from ..checks import CHECKS, ERROR
    from .listing import findings_of, findings_of_database

    if explain:
        if as_json:
            _print_json([asdict(c) for c in CHECKS])
            return
        for c in CHECKS:
            typer.echo(f"{c.code} ({c.severity})\n  {c.what}\n  fires when: {c.formula}\n  source: {c.source}")
        return
    with exit_codes():
        codes = {c.code for c in CHECKS}
        if wrong := sorted(set(code or ()) - codes):
            raise UsageError(f"no check is named {', '.join(wrong)}; known are {', '.join(sorted(codes))}")
        failures: list[str] = []
        database = _one_source(paths, db)
        if database is not None:
            found = findings_of_database(database)
        else:
            reports = reports_of(list(paths or ()), list(patterns or ()), on_failure=_unreadable(failures))
            found = list(findings_of(reports))
    found = [f for f in found if not code or f.code in code]
    seen = Counter(f.severity for f in found)
    shown = [f for f in found if notes or f.severity == ERROR]
    if as_json:
        _print_json([asdict(f) for f in shown])
    else:
        for f in shown:
            typer.echo(f"{f.document}: {f.code} ({f.severity}): {f.message}")
            typer.echo(f"    {' '.join(f.sentence.split())}")
        hint = "" if notes or not seen["note"] else " (list them with --notes)"
        typer.echo(f"{seen['error']} errors, {seen['note']} notes{hint}", err=not shown)
    if seen[ERROR] or failures:
        raise typer.Exit(1)


def coverage(
    paths: Paths = None,
    db: Database = None,
    patterns: PatternFolders = None,
    unexplained: Annotated[
        bool, typer.Option("--list", help="List the unexplained numbers with their sentence.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Count per document the numbers in evidence, out of scope (by kind) and unexplained."""
    from .coverage import coverage_of, coverage_of_database
    from .render import table

    with exit_codes():
        failures: list[str] = []
        database = _one_source(paths, db)
        if database is not None:
            found = list(coverage_of_database(database))
        else:
            reports = reports_of(list(paths or ()), list(patterns or ()), on_failure=_unreadable(failures))
            found = [coverage_of(r) for r in reports]
    if as_json:
        _print_json([asdict(c) | {"share": c.share} for c in found])
    else:
        kinds = sorted({k for c in found for k in c.out_of_scope})
        rows = [["document", "evidence", "unexplained", "share", *kinds]]
        for c in found:
            share = "" if c.share is None else f"{c.share:.0%}"
            counts = [str(c.out_of_scope.get(k, "")) for k in kinds]
            rows.append([c.document, str(c.claimed), str(c.unexplained), share, *counts])
        claimed, left = sum(c.claimed for c in found), sum(c.unexplained for c in found)
        share = f"{claimed / (claimed + left):.0%}" if claimed + left else ""
        totals = [str(sum(c.out_of_scope.get(k, 0) for c in found)) for k in kinds]
        rows.append([f"{len(found)} documents", str(claimed), str(left), share, *totals])
        typer.echo(table(rows))
        if unexplained:
            for c in found:
                for text, shape, sentence in c.left:
                    typer.echo(f"{c.document}: {shape or 'number'} {text}\n    {' '.join(sentence.split())}")
    if failures:
        raise typer.Exit(1)


Texts = Annotated[
    Path | None, typer.Option("--texts", metavar="DIR", help="Folder of the texts [the folder above the gold].")
]
Format = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="brat, label-studio or prodigy [by the file's suffix].")
]


def agree(
    one: Annotated[Path, typer.Argument(metavar="A", help="Gold folder, brat folder, Label Studio .json or .jsonl.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="The same texts by someone else.")],
    texts: Texts = None,
    as_json: Json = False,
) -> None:
    """Compare two annotators: Cohen's kappa, F1 of rows, spans and slots."""
    from .agreement import agreement, load_annotator
    from .render import table

    with exit_codes():
        found = agreement(load_annotator(one, texts), load_annotator(other, texts))
        if not found.documents:
            raise UsageError(f"{one} and {other} have no document in common")
    if as_json:
        _print_json(asdict(found))
        return
    typer.echo(f"{found.documents} documents by both")
    for path, alone in zip((one, other), found.only, strict=True):
        if alone:
            typer.echo(f"only in {path}, left out: {', '.join(alone)}")
    rows = [["agreement", "F1", "A", "B", "both"]]
    for name, f in found.figures.items():
        rows.append([name, f"{f['f1']:.3f}", str(f["gold"]), str(f["pred"]), str(f["tp"])])
    typer.echo("\n" + table(rows))
    rows = [["Cohen's kappa", "", "compared"]]
    for name, (value, count) in found.kappas.items():
        rows.append([name, "undefined" if value is None else f"{value:.3f}", str(count)])
    typer.echo("\n" + table(rows))


def _format(given: str | None, path: Path) -> str:
    """Return the format of an annotation file: as given, or by the suffix."""
    form = given or {".jsonl": "prodigy", ".json": "label-studio"}.get(path.suffix, "brat")
    if form not in ("brat", "label-studio", "prodigy"):
        raise UsageError(f"no format is named {form!r}; known are brat, label-studio and prodigy")
    return form


def annotations_export(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Folder for brat, else a .json or .jsonl file.")],
    gold: Annotated[Path | None, typer.Option("--gold", metavar="DIR", help="Gold files to export.")] = None,
    texts: Texts = None,
    db: Database = None,
    form: Format = None,
) -> None:
    """Write gold, or what was extracted, for brat, Label Studio or Prodigy and spaCy."""
    from .annotations import from_database_rows, from_gold, texts_in
    from .formats import WRITERS
    from .formats.label_studio import CONFIG

    with exit_codes():
        form = _format(form, target)
        if gold is not None and db is not None:
            raise UsageError("give --gold or --db, not both")
        if gold is not None:
            items = list(from_gold(gold, texts_in(texts or (gold if gold.is_dir() else gold.parent).parent)))
        else:
            items = list(from_database_rows(db or DEFAULT_DATABASE))
        try:
            count = WRITERS[form](items, target)
        except OSError as error:
            raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from error
    typer.echo(f"wrote {count} documents to {target} ({form})", err=True)
    if form == "label-studio":
        typer.echo(f"labelling interface for the project's settings:\n{CONFIG}", err=True)


def annotations_import(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="brat folder, Label Studio .json or .jsonl.")],
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the gold files.")],
    form: Format = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace gold files that are there.")] = False,
) -> None:
    """Turn annotations of brat, Label Studio, Prodigy or spaCy into gold files."""
    from .annotations import write_gold
    from .formats import READERS

    with exit_codes():
        form = _format(form, source)
        if not source.exists():
            raise UsageError(f"{source}: no such file or folder")
        items = READERS[form](source)
        there = [p for a in items if (p := target / f"{a.doc}.json").exists()]
        if there and not overwrite:
            raise UsageError(f"{there[0]} is there already; give --overwrite to replace it, or another folder")
        written = write_gold(target, items)
    typer.echo(f"wrote {len(written)} gold files to {target}", err=True)


annotations = typer.Typer(
    help="Import and export annotations of other tools.", no_args_is_help=True, rich_markup_mode=None
)
"""The two commands of ``trialext annotations``."""
annotations.command("export")(annotations_export)
annotations.command("import")(annotations_import)
