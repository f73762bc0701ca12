"""Review in the terminal: one row after the other, one key each."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import typer

from .corrections import EDITABLE, CorrectionError, add_correction, history, latest, parse_value
from .data import Row, evidence
from .present import arms_text, headline

__all__ = ["answer", "parse_changes", "review_rows"]

HELP = "y right · n wrong · c correct a column · s skip · q quit"


def parse_changes(texts: Sequence[str]) -> dict[str, Any]:
    """Return columns and values of ``COLUMN=VALUE`` texts.

    Raises
    ------
    CorrectionError
    """
    changes = {}
    for text in texts:
        field, sign, value = text.partition("=")
        if not sign:
            raise CorrectionError(f"{text!r}: write COLUMN=VALUE, as endpoint=PFS")
        changes[field.strip()] = parse_value(field.strip(), value)
    return changes


def answer(
    db: sqlite3.Connection,
    identity: str,
    verdict: str,
    changes: Sequence[str],
    *,
    who: str | None = None,
    note: str | None = None,
) -> None:
    """Store one answer and print it.

    Parameters
    ----------
    db : sqlite3.Connection
        Writable.
    identity : str
        Evidence id.
    verdict : str
        ``right``, ``wrong`` or ``corrected``.
    changes : sequence of str
        ``COLUMN=VALUE`` texts, with ``corrected`` only.
    who, note : str, optional

    Raises
    ------
    CorrectionError
        When the row is unknown, a change cannot be read, or verdict and changes do not go together.
    """
    add_correction(db, identity, verdict, changes=parse_changes(changes), who=who, note=note)
    typer.echo(f"{identity}: {verdict}")


def _choose(db: sqlite3.Connection, document: str | None, failed: bool, again: bool, identity: str | None) -> list[Row]:
    rows = evidence(db, document=document, ids=(identity,) if identity else ())
    if failed:
        rows = [r for r in rows if r["checks"]]
    if not again and identity is None:
        known = history(db)
        rows = [r for r in rows if r["id"] not in known]
    return rows


def _print(row: Row, place: str, verdict: str) -> None:
    a, b = row["span_start"] - row["sentence_start"], row["span_end"] - row["sentence_start"]
    sentence = row["sentence"]
    marked = " ".join(sentence[:a].split()) + " " + typer.style(sentence[a:b], bold=True, reverse=True)
    marked += " " + " ".join(sentence[b:].split())
    typer.echo(f"\n{place}  {row['document']}  {row['id']}" + (f"  ({verdict})" if verdict else ""))
    typer.echo(f"  {marked.strip()}")
    typer.echo(f"  → {typer.style(headline(row), bold=True)}")
    for label, text in (
        ("groups", arms_text(row)),
        ("trial", row["trial"]),
        ("population", row["population"]),
        ("analysis", ", ".join(row["analysis"])),
        ("checks", ", ".join(row["checks"])),
    ):
        if text:
            typer.echo(f"    {label}: {text}")


def review_rows(
    db: sqlite3.Connection, *, document: str | None, failed: bool, again: bool, identity: str | None, who: str | None
) -> None:
    """Ask for each row whether it is right; what is answered is stored at once.

    Parameters
    ----------
    db : sqlite3.Connection
        Writable.
    document : str or None
        Rows of this document only.
    failed : bool
        Only rows that a check flagged.
    again : bool
        Also rows that were answered before.
    identity : str or None
        Only the row with this evidence id, answered before or not.
    who : str or None
        Name that is stored with the answers.

    Raises
    ------
    CorrectionError
        When the row that was asked for is not there.
    """
    rows = _choose(db, document, failed, again, identity)
    if identity and not rows:
        raise CorrectionError(f"no row of evidence has the id {identity!r}")
    if not rows:
        typer.echo("nothing to review")
        return
    typer.echo(f"{len(rows)} rows to review.  {HELP}")
    done = 0
    for i, row in enumerate(rows, 1):
        _print(row, f"[{i}/{len(rows)}]", latest(history(db, [row["id"]]).get(row["id"], ()))[0])
        try:
            if not _ask(db, row, who):
                break
        except (EOFError, typer.Abort):
            break
        done += 1
    typer.echo(f"{done} of {len(rows)} rows looked at")


def _ask(db: sqlite3.Connection, row: Row, who: str | None) -> bool:
    """Ask about one row until it is answered; return False to stop."""
    while True:
        key = typer.prompt("  y/n/c/s/q", default="s", show_default=False).strip().lower()
        if key in ("q", "quit"):
            return False
        if key in ("s", "skip", ""):
            return True
        if key in ("y", "n"):
            add_correction(db, row["id"], "right" if key == "y" else "wrong", who=who)
            return True
        if key == "c":
            text = typer.prompt(f"  COLUMN=VALUE ({', '.join(EDITABLE[:8])} …)")
            try:
                add_correction(db, row["id"], "corrected", changes=parse_changes([text]), who=who)
            except CorrectionError as error:
                typer.echo(f"  {error}")
                continue
            return True
        typer.echo(f"  {HELP}")
