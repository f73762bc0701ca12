"""Tables for other programs: one function, one format each."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .corrections import apply_corrections, gold_documents
from .data import EVIDENCE_COLUMNS, JSON_COLUMNS, Row, select
from .effects import METAFOR_COLUMNS, REVMAN_COLUMNS, effect_rows, revman_rows

__all__ = ["FORMATS", "VIEWS", "ExportError", "export"]

VIEWS = (
    *("evidence", "documents", "trial_reports", "document_drugs", "unexplained", "synthesis", "conflicts"),
    *("findings", "corrections", "coverage", "mentions", "sentences"),
)

SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".md": "md", ".xlsx": "xlsx"}

FORMATS = ("csv", "jsonl", "parquet", "md", "xlsx", "metafor", "revman", "gold")

_EFFECTS = frozenset({"metafor", "revman"})
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
EXCEL_CELL = 32767

MARK = b"\xef\xbb\xbf"
"""Before a CSV file: tells Excel that it is UTF-8.  Left out in a pipe."""


class ExportError(ValueError):
    """The table cannot be written; the message says what to do."""


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _rows(db: sqlite3.Connection, view: str, where: Sequence[str], corrected: bool) -> tuple[list[str], list[Row]]:
    """Return columns and rows of a view, JSON decoded."""
    if view not in VIEWS:
        raise ExportError(f"--view {view}: no such view; use one of {', '.join(VIEWS)}")
    columns = [c[0] for c in db.execute(f"SELECT * FROM {view} LIMIT 0").description]
    if view == "evidence":
        columns = [c for c in EVIDENCE_COLUMNS if c in columns]
    conditions, values = [], []
    for text in where:
        column, sign, value = text.partition("=")
        if not sign or column not in columns:
            raise ExportError(f"--where {text}: write COLUMN=VALUE with one of {', '.join(columns)}")
        if column in JSON_COLUMNS:
            conditions.append(f'EXISTS (SELECT 1 FROM json_each("{column}") WHERE value = ?)')
        else:
            conditions.append(f'CAST("{column}" AS TEXT) = ?' if value else f'"{column}" IS NULL')
        values += [value] if value else []
    order = " ORDER BY document, span_start, key" if view == "evidence" else ""
    names = ", ".join(f'"{c}"' for c in columns)
    rows = select(db, f"SELECT {names} FROM {view} WHERE {' AND '.join(conditions) or '1'}{order}", values)
    if corrected:
        if view != "evidence":
            raise ExportError("--corrected works with --view evidence")
        rows = apply_corrections(db, rows)
        columns = [*columns, "review"]
    return columns, rows


def _frame(columns: Sequence[str], rows: Sequence[Row]) -> Any:
    import pandas as pd

    return pd.DataFrame([[_flat(row[c]) for c in columns] for row in rows], columns=list(columns))


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = _frame(columns, rows).to_csv(index=False, lineterminator="\r\n")
    return str(text).encode("utf-8", "replace")


def _jsonl(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    lines = (json.dumps({c: row[c] for c in columns}, ensure_ascii=False, allow_nan=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _parquet(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    buffer = io.BytesIO()
    _frame(columns, rows).convert_dtypes().to_parquet(buffer, index=False, engine="pyarrow")
    return buffer.getvalue()


def _markdown(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    def cell(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list) and all(isinstance(x, str) for x in value):
            value = " + ".join(value)
        text = f"{value:.10g}" if isinstance(value, float) else str(_flat(value))
        text = " ".join(text.split())
        return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")

    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [f"| {' | '.join(cell(row[c]) for c in columns)} |" for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _excel(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "trialext"
    sheet.append(list(columns))
    for row in rows:
        values = [_flat(row[c]) for c in columns]
        sheet.append([_UNSAFE.sub("", v)[:EXCEL_CELL] if isinstance(v, str) else v for v in values])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = is no formula
    for i, column in enumerate(columns, 1):
        sheet.cell(1, i).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(i)].width = 60 if column == "sentence" else max(10, len(column) + 2)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_WRITERS: dict[str, tuple[Callable[[Sequence[str], Sequence[Row]], bytes], str]] = {
    "csv": (_csv, ""),
    "jsonl": (_jsonl, ""),
    "parquet": (_parquet, "parquet"),
    "md": (_markdown, ""),
    "xlsx": (_excel, "excel"),
}


def _gold(db: sqlite3.Connection, output: str) -> int:
    documents = gold_documents(db)
    if output == "-":
        sys.stdout.write(json.dumps(documents, ensure_ascii=False, indent=1) + "\n")
        return len(documents)
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    for gold in documents:
        stem = re.sub(r"[^\w.-]+", "_", Path(gold["doc"].replace("#", "_")).stem, flags=re.UNICODE)
        path = folder / f"{stem}.json"
        path.write_text(json.dumps({**gold, "doc": stem}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(documents)


def export(
    db: sqlite3.Connection,
    output: str,
    *,
    form: str | None = None,
    view: str = "evidence",
    where: Sequence[str] = (),
    corrected: bool = False,
) -> int:
    """Write a view, an effect table or gold.

    Parameters
    ----------
    db : sqlite3.Connection
    output : str
        A file; ``-`` for standard output; a folder for ``gold``.
    form : str, optional
        One of `FORMATS`; by default what the suffix says.  ``metafor`` and ``revman`` write CSV
        (or what the suffix says) of the tables of `trialext.browse.effects`.
    view : str
        One of `VIEWS`; effect tables come from ``evidence``.
    where : sequence of str
        ``COLUMN=VALUE``; an empty value is null; of a JSON column, one of its items.
    corrected : bool
        Apply corrections.

    Returns
    -------
    int
        Number of rows, or of gold files.

    Raises
    ------
    ExportError
    """
    by_suffix = SUFFIXES.get(Path(output).suffix.lower())
    form = form or by_suffix or ("csv" if output == "-" else None)
    if form not in FORMATS:
        raise ExportError(
            f"{output}: tell the format by suffix ({', '.join(SUFFIXES)}) or --format {'|'.join(FORMATS)}"
        )
    try:
        if form == "gold":
            return _gold(db, output)
        columns: Sequence[str]
        columns, rows = _rows(db, "evidence" if form in _EFFECTS else view, where, corrected)
        if form in _EFFECTS:
            make, columns = (effect_rows, METAFOR_COLUMNS) if form == "metafor" else (revman_rows, REVMAN_COLUMNS)
            rows = make(rows)
            form = by_suffix or "csv"
        return _write(output, form, columns, rows)
    except OSError as error:
        raise ExportError(f"{output}: cannot be written: {error.strerror or error}") from error


def _write(output: str, form: str, columns: Sequence[str], rows: Sequence[Row]) -> int:
    write, extra = _WRITERS[form]
    try:
        content = write(columns, rows)
    except ImportError as error:
        raise ExportError(f"{error.name or form} is not installed; run `pip install 'trialext[{extra}]'`") from error
    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        path = Path(output)
        if form == "csv":
            content = MARK + content
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(rows)
