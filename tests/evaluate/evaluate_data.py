"""Small databases with nothing but the columns of the contract, and rows to fill them with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVIDENCE = (
    *("id", "document", "lang", "kind", "measure", "value", "qualifier", "unit", "ci_level", "ci_low", "ci_high"),
    *("p_op", "p_value", "endpoint", "numerator", "denominator", "spread_kind", "spread_low", "spread_high"),
    *("timepoint", "experimental", "comparator", "trial", "trial_key", "population", "analysis", "origin"),
    *("citations", "sentence", "span_start", "span_end", "also_at", "checks"),
)
TRIALS = (
    *("document", "trial", "trial_key", "phase", "n", "registry_ids", "experimental", "comparator"),
    *("endpoint_outcomes", "status", "citations"),
)


@dataclass(frozen=True)
class Made:
    """One document of a hand-made database."""

    name: str
    rows: Sequence[Mapping[str, Any]] = ()
    drugs: Sequence[str] = ()
    trials: Sequence[Mapping[str, Any]] = ()
    text: str = ""
    lang: str = "en"
    findings: Sequence[tuple[int, str, str]] = field(default=())


def document(
    name: str,
    rows: Sequence[Mapping[str, Any]] = (),
    drugs: Sequence[str] = (),
    trials: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> Made:
    return Made(name, rows, drugs, trials, **more)


def _cell(value: Any) -> Any:
    return (
        json.dumps(list(value) if isinstance(value, tuple) else value)
        if isinstance(value, (list, tuple, dict))
        else value
    )


def write_database(path: Path, documents: Sequence[Made]) -> None:
    """Write tables with the names and columns of the public views."""
    db = sqlite3.connect(path)
    db.execute("create table documents (document, text, lang, title, doi, pmid, sha256, reader)")
    db.execute(f"create table evidence ({', '.join(EVIDENCE)})")
    db.execute(f"create table trial_reports ({', '.join(TRIALS)})")
    db.execute("create table document_drugs (document, drug, mentions)")
    db.execute("create table findings (evidence_id, code, severity, expected, printed, message)")
    for d in documents:
        db.execute("insert into documents (document, text, lang) values (?, ?, ?)", (d.name, d.text, d.lang))
        for i, row in enumerate(d.rows):
            given = {"sentence": "", "span_start": 0, "span_end": 0} | dict(row)
            given |= {"document": d.name, "lang": d.lang, "id": f"{d.name}:{i}"}
            columns = [c for c in EVIDENCE if c in given]
            db.execute(
                f"insert into evidence ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
                [_cell(given[c]) for c in columns],
            )
        for i, code, severity in d.findings:
            db.execute(
                "insert into findings values (?, ?, ?, 'x', 'y', 'a message')", (f"{d.name}:{i}", code, severity)
            )
        for t in d.trials:
            given = dict(t) | {"document": d.name}
            columns = [c for c in TRIALS if c in given]
            db.execute(
                f"insert into trial_reports ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
                [_cell(given[c]) for c in columns],
            )
        db.executemany("insert into document_drugs values (?, ?, 1)", [(d.name, g) for g in d.drugs])
    db.commit()
    db.close()
