"""Parts of a large job: files in, a folder of Parquet files out, complete or not there at all.

A part is a run of consecutive files.  Its folder is named after a hash of what it is made of
(names and sizes of files, packs, program), is written under another name and renamed when it is
complete: a part that exists, from files with the same content, need not be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..patterns import Patterns
from ..reading import Failure as RecordFailure
from ..reading import ReadError, Source, read_source
from ..store.rows import CHILD_TABLES, DOCUMENT_COLUMNS, DocumentRows
from ..store.writer import FileFailure
from .version import code_version
from .work import Outcome, digest_of, do_task, read_failure, record_failure, source_path

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "PART_BYTES",
    "MissingExtra",
    "Part",
    "Plan",
    "make_part",
    "make_plan",
    "read_part",
    "read_plan",
    "write_plan",
]

PART_BYTES = 8 << 20
"""A part is closed when its files reach this size, unless said otherwise."""

BATCH = 500
"""Documents of one row group."""

_REALS = frozenset(
    {
        *("value", "ci_level", "ci_low", "ci_high", "p_value", "numerator", "denominator"),
        *("spread_low", "spread_high"),
    }
)
_INTEGERS = frozenset({"year", "chars", "seq", "sentence_seq", "estimate", "span_start", "span_end", "n", "count"})

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sentences": ("sentence", ("seq", "span_start", "span_end", "text", "words")),
    "evidence": ("estimate", ("seq", "sentence_seq", *CHILD_TABLES["estimate"][2:])),
    "findings": ("finding", CHILD_TABLES["finding"]),
    "trial_reports": ("trial_report", CHILD_TABLES["trial_report"]),
    "document_drugs": ("document_drug", ("drug", "count")),
    "unexplained": ("unexplained_number", ("span_start", "span_end", "sentence_seq", "text", "shape")),
}
"""File of a part: table of the store and names of its columns; ``document`` comes first in each."""

_DOCUMENTS = (*DOCUMENT_COLUMNS, *CHILD_TABLES["layer"])
_READABLE = ("sentence", "checks")
"""Columns of evidence for people and other programs; merging ignores them."""


class MissingExtra(Exception):
    """A library of an extra is not installed; the message names the extra."""


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive files that are done together.

    Attributes
    ----------
    name : str
        Of its folder: running number and hash.
    sources : tuple of Source
    """

    name: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All parts of a job, in the order of their rows."""

    version: str
    pack_hash: str
    packs: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def key(self) -> str:
        """Hash of the whole job."""
        return hashlib.sha256("\n".join(p.name for p in self.parts).encode()).hexdigest()[:12]


def make_plan(
    sources: Sequence[Source], patterns: Patterns, packs: Sequence[str], *, part_bytes: int = PART_BYTES
) -> Plan:
    """Cut files into parts; the same files give the same parts on every machine.

    Parameters
    ----------
    sources : sequence of Source
    patterns : Patterns
    packs : sequence of str
        Folders of the packs, for the workers.
    part_bytes : int
        A part is closed when its files reach this size.

    Returns
    -------
    Plan
    """
    version = code_version()
    groups: list[list[Source]] = [[]]
    size = 0
    for source in sources:
        if size >= part_bytes:
            groups.append([])
            size = 0
        groups[-1].append(source)
        size += max(source.size, 1)
    parts = []
    for number, group in enumerate(g for g in groups if g):
        # Sizes and not digests: planning reads no file, else each task would read all of them.
        content = [version, patterns.hash, *(f"{s.name}\0{s.size}" for s in group)]
        key = hashlib.sha256("\n".join(content).encode("utf-8", "backslashreplace")).hexdigest()[:12]
        parts.append(Part(f"part-{number:05}-{key}", tuple(group)))
    return Plan(version, patterns.hash, tuple(packs), tuple(parts))


def write_plan(plan: Plan, folder: Path) -> None:
    """Write the list of parts into the folder, so that `read_plan` knows what belongs to it.

    Parameters
    ----------
    plan : Plan
    folder : path
        Made when it is missing; gets a file ``plan-<key>.json``, replaced as a whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "version": plan.version,
        "pack_hash": plan.pack_hash,
        "packs": plan.packs,
        "parts": [p.name for p in plan.parts],
    }
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".plan-", delete=False, encoding="utf-8") as file:
        json.dump(data, file)
    os.replace(file.name, folder / f"plan-{plan.key}.json")


def read_plan(folder: Path) -> dict[str, Any]:
    """Return the newest plan of a folder: version, pack hash and names of parts.

    Raises
    ------
    ValueError
        When there is none.
    """
    plans = sorted(folder.glob("plan-*.json"), key=lambda p: (p.stat().st_mtime_ns, p.name))
    if not plans:
        raise ValueError(f"{folder}: holds no plan-*.json; name the folder that `extract --shard` wrote")
    data: dict[str, Any] = json.loads(plans[-1].read_text("utf-8"))
    return data


def _outcomes(source: Source, patterns: Patterns, timeout: float | None) -> Iterator[Outcome]:
    """Yield what becomes of a file, record by record."""
    try:
        for item in read_source(source):
            if isinstance(item, RecordFailure):
                yield Outcome(failures=(record_failure(item, source),))
            else:
                yield do_task(item, source, patterns, timeout)
    except ReadError as error:
        yield Outcome(failures=(read_failure(error, source),))


def make_part(part: Part, plan: Plan, folder: Path, patterns: Patterns, timeout: float | None) -> tuple[int, int]:
    """Make one part, unless it is there.

    Parameters
    ----------
    part : Part
    plan : Plan
    folder : Path
        Where the folders of parts lie.
    patterns : Patterns
    timeout : float or None
        Seconds per document.

    Returns
    -------
    documents, failures : int

    Raises
    ------
    MissingExtra
        When pyarrow is not installed.
    """
    target = folder / part.name
    if not _is_current(target, part):
        folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{part.name}-", dir=folder))
        try:
            _fill(making, part, plan, patterns, timeout)
            _put(making, target, part)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    made = json.loads((target / "part.json").read_text("utf-8"))
    return made["documents"], len(made["failures"])


def _is_current(target: Path, part: Part) -> bool:
    """Return whether a part is there and was made from files with the content that they have now."""
    try:
        about = json.loads((target / "part.json").read_text("utf-8"))
    except OSError:
        return False
    return {s["name"]: s["read"] for s in about["sources"]} == {s.name: digest_of(s) for s in part.sources}


def _put(making: Path, target: Path, part: Part) -> None:
    """Give a complete part its name; one that is out of date makes room."""
    old = target.with_name(f"{making.name}-old")
    try:
        making.rename(target)
    except OSError:
        if _is_current(target, part):  # another worker was faster: its part is the same
            return
        target.rename(old)
        making.rename(target)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        message = "Parquet needs pyarrow: pip install 'trialext[cluster]'"
        raise MissingExtra(message) from error
    return pyarrow


def _schema(columns: Sequence[str]) -> Any:
    pa = _arrow()
    kinds = {c: pa.float64() if c in _REALS else pa.int64() if c in _INTEGERS else pa.string() for c in columns}
    return pa.schema(list(kinds.items()))


def _fill(making: Path, part: Part, plan: Plan, patterns: Patterns, timeout: float | None) -> None:
    """Write the files of a part."""
    writers = {
        name: _Table(making / f"{name}.parquet", ("document", *columns)) for name, (_, columns) in TABLES.items()
    }
    writers["evidence"] = _Table(making / "evidence.parquet", ("document", "lang", *TABLES["evidence"][1], *_READABLE))
    documents = _Table(making / "documents.parquet", ("source", *_DOCUMENTS))
    sources = []
    failures: list[FileFailure] = []
    count = 0
    try:
        for source in part.sources:
            again = False
            for outcome in _outcomes(source, patterns, timeout):
                failures += outcome.failures
                again = again or outcome.again
                for rows in outcome.rows:
                    documents.add([(source.name, *rows.document, *rows.children["layer"][0])])
                    _add_children(writers, rows)
                    count += 1
            lost = any(f.document == source.name for f in failures)
            digest = None if again or lost else digest_of(source)
            entry = {"name": source.name, "path": source_path(source), "sha256": digest}
            sources.append(entry | {"read": None if again else digest_of(source)})
    finally:
        for writer in (*writers.values(), documents):
            writer.close()
    data = {
        "version": plan.version,
        "pack_hash": plan.pack_hash,
        "packs": plan.packs,
        "documents": count,
        "sources": sources,
        "failures": [asdict(f) for f in failures],
    }
    (making / "part.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def _add_children(writers: dict[str, _Table], rows: DocumentRows) -> None:
    for name, (table, _) in TABLES.items():
        found = rows.children[table]
        if not found:
            continue
        if name == "evidence":
            lang = rows.document[DOCUMENT_COLUMNS.index("lang")]
            sentences = {s[0]: s[3] for s in rows.children["sentence"]}
            checks: dict[int, list[str]] = {}
            for finding in rows.children["finding"]:
                if finding[3] == "error":
                    checks.setdefault(finding[0], []).append(finding[2])
            writers[name].add(
                [
                    (rows.name, lang, *r, sentences[r[1]], json.dumps(checks.get(r[0], []), separators=(",", ":")))
                    for r in found
                ]
            )
        else:
            writers[name].add([(rows.name, *r) for r in found])


class _Table:
    """One Parquet file, written in row groups."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        pa = _arrow()
        self._pa = pa
        self._schema = _schema(columns)
        self._writer = pa.parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[tuple[Any, ...]] = []

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows += rows
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * len(self._schema)
        arrays = [self._pa.array(c, f.type) for c, f in zip(columns, self._schema, strict=True)]
        self._writer.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []

    def close(self) -> None:
        self._flush()
        self._writer.close()


def _table(path: Path, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    table: pyarrow.Table = _arrow().parquet.read_table(path, columns=list(columns))
    return list(zip(*(table.column(c).to_pylist() for c in columns), strict=True))


def read_part(folder: Path) -> tuple[dict[str, Any], dict[str, list[DocumentRows]]]:
    """Return what a part holds.

    Parameters
    ----------
    folder : Path
        Folder of the part.

    Returns
    -------
    about : dict
        ``version``, ``pack_hash``, ``sources``, ``failures``.
    documents : dict of file name to list of DocumentRows
        In the order of the files.
    """
    about: dict[str, Any] = json.loads((folder / "part.json").read_text("utf-8"))
    children: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
    for name, (table, columns) in TABLES.items():
        for document, *row in _table(folder / f"{name}.parquet", ("document", *columns)):
            children.setdefault(document, {}).setdefault(table, []).append(tuple(row))
    found: dict[str, list[DocumentRows]] = {s["name"]: [] for s in about["sources"]}
    width = len(DOCUMENT_COLUMNS)
    for source, *values in _table(folder / "documents.parquet", ("source", *_DOCUMENTS)):
        own = children.get(values[0], {})
        parts = {table: own.get(table, []) for table, _ in TABLES.values()}
        parts["layer"] = [tuple(values[width:])]
        found[source].append(DocumentRows(tuple(values[:width]), parts))
    return about, found


Progress = Callable[[Part, int, int], None]
"""Called with a part that is complete, its documents and its failures."""
