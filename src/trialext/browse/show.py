"""What is known of a trial or a drug, in the terminal."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Sequence

from .corrections import history, latest
from .data import EVIDENCE_COLUMNS, Row, evidence, resolve, trial_reports
from .present import arms_text, p_text, value_text

__all__ = ["NothingKnown", "show"]

HEADINGS = ("endpoint", "measure", "value", "p", "groups", "trial", "population", "document", "remarks")


class NothingKnown(LookupError):
    """No trial or drug of this name is in the database."""


def _line(row: Row, verdict: str) -> tuple[str, ...]:
    endpoint = (row["endpoint"] or "?").removeprefix("other:")
    remarks = [*row["checks"], *([verdict] if verdict else [])]
    return (
        f"{endpoint} {row['timepoint']}" if row["timepoint"] else endpoint,
        row["measure"],
        "" if row["kind"] == "test" else value_text(row),
        p_text(row),
        arms_text(row),
        row["trial"] or row["trial_key"] or "",
        row["population"] or "",
        row["document"],
        ", ".join(remarks),
    )


def _report_line(report: Row) -> str:
    arms = arms_text(report | {"kind": "effect"})
    outcomes = ", ".join(
        f"{o['endpoint'] or 'trial'} {'met' if o['outcome'] == 'positive' else 'not met'}"
        for o in report["endpoint_outcomes"]
    )
    parts = [
        f"phase {report['phase']}" if report["phase"] else "",
        f"n={report['n']}" if report["n"] else "",
        arms,
        outcomes,
        (report["status"] or "").replace("_", " "),
        ", ".join(report["registry_ids"]),
    ]
    return f"{report['document']}: {report['trial']}" + "".join(f" · {p}" for p in parts if p)


def show(db: sqlite3.Connection, name: str, *, as_json: bool = False) -> None:
    """Print what is known of a trial or drug on standard output.

    A table in a terminal; tab-separated lines in a pipe.

    Parameters
    ----------
    db : sqlite3.Connection
    name : str
        Any name that `resolve` knows.
    as_json : bool
        Print one JSON object instead: the key, ``reports`` and ``evidence``.

    Raises
    ------
    NothingKnown
        When no trial or drug has this name.
    """
    found = resolve(db, name)
    if found is None:
        raise NothingKnown(f"nothing is known of {name!r}; `trialext browse` lists the trials and drugs")
    kind, key = found
    rows = evidence(db, trial=key) if kind == "trial" else evidence(db, drug=key)
    reports = trial_reports(db, key) if kind == "trial" else []
    if as_json:
        kept = [{c: row[c] for c in EVIDENCE_COLUMNS} for row in rows]
        print(json.dumps({kind: key, "reports": reports, "evidence": kept}, ensure_ascii=False))
        return
    said = history(db, [r["id"] for r in rows])
    order = {"effect": 0, "test": 1, "arm": 2}
    rows.sort(key=lambda r: (order[r["kind"]], r["endpoint"] or "~", r["document"], r["span_start"]))
    lines = [_line(row, latest(said.get(row["id"], ()))[0]) for row in rows]
    if not sys.stdout.isatty():
        writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        writer.writerow(HEADINGS)
        writer.writerows([" ".join(cell.split()) for cell in line] for line in lines)
        return
    _table(kind, key, reports, lines)


def _table(kind: str, key: str, reports: Sequence[Row], lines: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(f"{kind} {key}", style="bold"))
    for report in reports:
        console.print(Text(f"  {_report_line(report)}"))
    hidden = {"trial"} if kind == "trial" else set()
    used = [i for i, h in enumerate(HEADINGS) if h not in hidden and any(line[i] for line in lines)]
    if not used:
        console.print("no rows of evidence")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for i in used:
        table.add_column(HEADINGS[i], overflow="fold", no_wrap=HEADINGS[i] in ("endpoint", "measure", "value", "p"))
    for line in lines:
        table.add_row(*(Text(line[i], style="red" if HEADINGS[i] == "remarks" else "") for i in used))
    console.print(table)
    console.print(f"{len(lines)} rows", style="dim")
