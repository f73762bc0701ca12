"""Gold files: what a reader found in a text, and the predictions that are held against it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model import Report

__all__ = ["Gold", "GoldError", "Predicted", "Row", "by_stem", "gold_from_data", "load_gold", "predicted_from_report"]

Row = Mapping[str, Any]
"""One row by column name: of a gold file, or of view ``evidence``."""


class GoldError(ValueError):
    """A gold file that cannot be used; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold file.

    Attributes
    ----------
    doc : str
        Its file name without suffix: scored against the documents of the same stem.
    lang : str
        ``zh`` or ``en``.
    results, trials : tuple of mappings
    drugs, registry_ids : tuple of str
    optional_results : tuple of mappings
    optional_drugs, optional_trials : tuple
        Neither required nor punished.
    """

    doc: str
    lang: str
    results: tuple[Row, ...] = ()
    trials: tuple[Row, ...] = ()
    drugs: tuple[str, ...] = ()
    registry_ids: tuple[str, ...] = ()
    optional_results: tuple[Row, ...] = ()
    optional_drugs: tuple[str, ...] = ()
    optional_trials: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was extracted from the documents of one stem.

    Attributes
    ----------
    rows : tuple of mappings
        Rows of view ``evidence``.
    drugs : tuple of str
    trials : tuple of mappings
        Rows of view ``trial_reports``.
    text : str
        The text that the spans of `rows` point into; empty where unknown.
    document : str
        Name of the document.
    """

    rows: tuple[Row, ...] = ()
    drugs: tuple[str, ...] = ()
    trials: tuple[Row, ...] = ()
    text: str = ""
    document: str = ""
    names: tuple[str, ...] = field(default=())

    def merged(self, other: Predicted) -> Predicted:
        """Return both together: documents of one stem share a gold file, spans only the first's text."""
        return Predicted(
            self.rows + other.rows,
            self.drugs + other.drugs,
            self.trials + other.trials,
            self.text or other.text,
            self.document or other.document,
            self.names + other.names,
        )


def load_gold(path: Path | str, *, only: Sequence[str] = ()) -> tuple[Gold, ...]:
    """Read the gold files of a folder, or one file, sorted by name.

    Parameters
    ----------
    path : path
        A folder with ``*.json`` files, or one such file.
    only : sequence of str, optional
        Stems to read; all when empty.

    Returns
    -------
    tuple of Gold

    Raises
    ------
    GoldError
        When there is none, or one is no gold file.
    """
    path = Path(path)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    files = [f for f in files if not only or f.stem in only]
    if not files:
        wanted = f" named {', '.join(only)}" if only else ""
        raise GoldError(f"{path}: no gold files (*.json){wanted} here")
    return tuple(_load(f) for f in files)


def _load(path: Path) -> Gold:
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise GoldError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise GoldError(f"{path}: no valid JSON in UTF-8: {error}") from error
    return gold_from_data(path.stem, data, str(path))


def gold_from_data(doc: str, data: Any, place: str) -> Gold:
    """Return the gold of one document from its parsed JSON.

    Parameters
    ----------
    doc : str
        Stem of the document.
    data : object
        What the JSON holds.
    place : str
        Where it stems from, for messages.

    Returns
    -------
    Gold

    Raises
    ------
    GoldError
        When it is no gold; the message starts with `place`.
    """
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise GoldError(f"{place}: no gold file: an object with a list `results` is expected")
    for i, row in enumerate(data["results"]):
        if not isinstance(row, dict) or not {"kind", "measure"} <= row.keys():
            raise GoldError(f"{place}: results[{i}] needs at least `kind` and `measure`")
        if row["kind"] not in ("effect", "arm", "test"):
            raise GoldError(f"{place}: results[{i}]: kind is {row['kind']!r}; use effect, arm or test")
    for i, trial in enumerate(data.get("trials") or ()):
        if not isinstance(trial, dict) or "name" not in trial:
            raise GoldError(f"{place}: trials[{i}] needs a `name`")

    def items(key: str) -> tuple[Any, ...]:
        return tuple(data.get(key) or ())

    return Gold(
        doc=doc,
        lang=str(data.get("lang") or "en"),
        results=items("results"),
        trials=items("trials"),
        drugs=items("drugs"),
        registry_ids=items("registry_ids"),
        optional_results=items("optional_results"),
        optional_drugs=items("optional_drugs"),
        optional_trials=items("optional_trials"),
    )


_ROW = (
    *("kind", "measure", "value", "unit", "ci_level", "ci_low", "ci_high", "p_op", "p_value", "endpoint"),
    *("numerator", "denominator", "timepoint", "experimental", "comparator", "trial", "population"),
)


def predicted_from_report(report: Report) -> Predicted:
    """Return the rows of a report as `evaluate` compares them."""
    text = report.document.text
    rows = tuple(
        {column: getattr(e, column) for column in _ROW}
        | {"sentence": text[e.sentence.start : e.sentence.end], "span_start": e.start, "span_end": e.end}
        for e in report.estimates
    )
    trials = tuple(
        {
            **{
                c: getattr(t, c)
                for c in ("trial", "phase", "n", "registry_ids", "experimental", "comparator", "status")
            },
            "endpoint_outcomes": [{"endpoint": o.endpoint, "outcome": o.outcome} for o in t.endpoint_outcomes],
        }
        for t in report.trials
    )
    name = report.document.name
    return Predicted(rows, tuple(d for d, _ in report.drugs), trials, text, name, (name,))


def by_stem(found: Iterable[Predicted]) -> dict[str, Predicted]:
    """Return predictions by the stem of their document's name; those of one stem are joined."""
    out: dict[str, Predicted] = {}
    for one in found:
        stem = Path(one.document).stem
        out[stem] = out[stem].merged(one) if stem in out else one
    return out
