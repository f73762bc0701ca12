"""One text with its annotations, whatever tool they were made in.

Every span is in code points of the text, half-open.  A row of a gold file is one span (its
quotation); its columns are the span's attributes.  What a document holds besides its rows
(trials, drugs, registry ids, optional entries) travels as document attributes, so that gold
files come back whole from every format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import locate
from .gold import GoldError, load_gold
from .predictions import open_database, rows_of

__all__ = ["Annotated", "AnnotationError", "Label", "from_database_rows", "from_gold", "texts_in", "to_gold"]


class AnnotationError(ValueError):
    """An annotation file that cannot be read, or does not fit its text; names file, place and fix."""


@dataclass(frozen=True, slots=True)
class Label:
    """One annotated span.

    Attributes
    ----------
    label : str
        ``effect`` ``arm`` ``test`` for rows, or whatever the tool's labels are.
    start, end : int
        Code points, half-open.
    attributes : mapping
        Columns of the row, plain JSON values.
    """

    label: str
    start: int
    end: int
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotated:
    """One document with its labels, in the order of the text.

    Attributes
    ----------
    doc : str
        Stem of the document.
    text : str
        As read: line ends and all characters kept.
    labels : tuple of Label
    attributes : mapping
        What belongs to the document as a whole.
    """

    doc: str
    text: str
    labels: tuple[Label, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def checked(self, place: str) -> Annotated:
        """Return self when every span lies within the text.

        Raises
        ------
        AnnotationError
            Otherwise; the message starts with `place`.
        """
        for label in self.labels:
            if not 0 <= label.start < label.end <= len(self.text):
                raise AnnotationError(
                    f"{place}: {self.doc}: span {label.start} to {label.end} of {label.label!r} lies outside the text"
                    f" of {len(self.text)} characters; was the text changed after it was annotated?"
                )
        return self


def texts_in(folder: Path) -> dict[str, str]:
    """Return the texts of a folder's plain-text files by stem, exactly as stored (BOM dropped)."""
    out = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".txt") and path.is_file() and not path.name.startswith(("README", ".")):
            out[path.stem] = path.read_bytes().decode("utf-8-sig")
    return out


def _place(text: str, row: Mapping[str, Any], used: Mapping[tuple[int, int], int]) -> tuple[int, int] | None:
    """Return where a gold row stands: its span, or the first unused place of its quotation."""
    if row.get("span_start") is not None and row.get("span_end") is not None:
        return int(row["span_start"]), int(row["span_end"])
    quote = row.get("quote")
    first = at = locate(text, quote)
    while at is not None and used.get(at) and (after := locate(text[at[0] + 1 :], quote)):
        at = (at[0] + 1 + after[0], at[0] + 1 + after[1])
    return first if at is None or used.get(at) else at


def from_gold(gold: Path, texts: Mapping[str, str]) -> Iterator[Annotated]:
    """Yield the gold files of a folder as annotations of their texts.

    Parameters
    ----------
    gold : path
        A folder with ``*.json`` files, or one such file.
    texts : mapping of str to str
        Texts by stem, as `texts_in` returns them.

    Yields
    ------
    Annotated
        In the order of the file names.

    Raises
    ------
    AnnotationError
        When a text is missing, or a row has neither a span nor a quotation of it.
    trialext.evaluate.gold.GoldError
        When the gold cannot be read.
    """
    files = sorted(gold.glob("*.json")) if gold.is_dir() else [gold]
    load_gold(gold)  # refuses what is no gold
    for path in files:
        data = json.loads(path.read_text("utf-8-sig"))
        if path.stem not in texts:
            raise AnnotationError(
                f"{path}: there is no text named {path.stem}.md or {path.stem}.txt in the folder of texts"
            )
        text = texts[path.stem]
        used: dict[tuple[int, int], int] = {}
        labels = []
        for i, row in enumerate(data["results"]):
            place = _place(text, row, used)
            if place is None:
                raise AnnotationError(
                    f"{path}: results[{i}]: the quote {row.get('quote')!r} does not stand in the text"
                )
            used[place] = used.get(place, 0) + 1
            columns = {k: v for k, v in row.items() if k not in ("kind", "span_start", "span_end")}
            labels.append(Label(row["kind"], *place, columns))
        rest = {k: v for k, v in data.items() if k not in ("results", "doc")}
        yield Annotated(path.stem, text, tuple(labels), rest).checked(str(path))


def to_gold(annotated: Annotated) -> dict[str, Any]:
    """Return a gold file: rows with quotation and span, and the document's attributes.

    Labels that are no kind of row (made in another tool) are left out.
    """
    results = []
    for label in annotated.labels:
        if label.label.lower() not in ("effect", "arm", "test"):
            continue
        row: dict[str, Any] = {"kind": label.label.lower(), "measure": None} | dict(label.attributes)
        row |= {"quote": annotated.text[label.start : label.end], "span_start": label.start, "span_end": label.end}
        results.append(row)
    rest = dict(annotated.attributes)
    head = {"doc": annotated.doc, "lang": rest.pop("lang", "en")}
    defaults: dict[str, Any] = {"trials": [], "drugs": [], "registry_ids": []}
    return head | defaults | rest | {"results": results}


_COLUMNS = (
    *("measure", "value", "unit", "ci_level", "ci_low", "ci_high", "p_op", "p_value", "endpoint", "numerator"),
    *("denominator", "timepoint", "experimental", "comparator", "trial", "population"),
)


def from_database_rows(path: Path) -> Iterator[Annotated]:
    """Yield what was extracted as annotations: to be corrected instead of made from nothing.

    Raises
    ------
    trialext.evaluate.predictions.DatabaseError
        When the database cannot be used.
    """
    with closing(open_database(path)) as db:
        documents = rows_of(db, "select document, text, lang from documents order by document", path)
        columns = ", ".join(_COLUMNS)
        rows = rows_of(
            db, f"select document, kind, span_start, span_end, {columns} from evidence order by span_start", path
        )
        drugs = rows_of(db, "select document, drug from document_drugs order by drug", path)
        trials = rows_of(db, "select * from trial_reports", path)
    labels: dict[str, list[Label]] = {}
    for row in rows:
        given = {("p" if c == "p_value" else c): row[c] for c in _COLUMNS}
        given |= {c: json.loads(given[c] or "[]") for c in ("experimental", "comparator")}
        labels.setdefault(row["document"], []).append(Label(row["kind"], row["span_start"], row["span_end"], given))
    for d in documents:
        name = d["document"]
        named = [_trial(t) for t in trials if t["document"] == name]
        ids = sorted({i for t in named for i in t["registry_ids"]})
        rest = {
            "lang": d["lang"],
            "trials": named,
            "drugs": [g["drug"] for g in drugs if g["document"] == name],
            "registry_ids": ids,
        }
        yield Annotated(Path(name).stem, d["text"], tuple(labels.get(name, ())), rest)


def _trial(row: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"name": row["trial"], "phase": row["phase"], "n": row["n"], "status": row["status"]}
    for column in ("registry_ids", "experimental", "comparator", "endpoint_outcomes"):
        out[column] = json.loads(row[column] or "[]")
    out["reference"] = [c["number"] for c in json.loads(row["citations"] or "[]")]
    return out


def write_gold(folder: Path, items: Iterable[Annotated]) -> list[Path]:
    """Write one gold file per document and return their paths.

    Raises
    ------
    trialext.evaluate.gold.GoldError
        When two documents have the same stem.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out: list[Path] = []
    for item in items:
        path = folder / f"{item.doc}.json"
        if path in out:
            raise GoldError(f"{path}: two annotated documents are named {item.doc}; rename one")
        path.write_text(json.dumps(to_gold(item), ensure_ascii=False, indent=1) + "\n", "utf-8")
        out.append(path)
    return out
