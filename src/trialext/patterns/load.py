"""Read pattern packs from folders of ``*.jsonl`` and ``*.toml`` files, check and layer them."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import cache
from .records import Entry, Patterns
from .schema import Problem, check_record, nearest

__all__ = ["PROJECT_FILE", "PatternError", "load_patterns", "pattern_folders", "read_pack", "shipped_packs"]

PROJECT_FILE = "trialext.toml"
_FORMAT = "5"
_SHOWN = 20


class PatternError(ValueError):
    """A broken pattern pack; the message names file, line and the fix.

    Attributes
    ----------
    problems : tuple of Problem
        All that was found, by file and line.
    """

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = () if isinstance(problems, str) else tuple(sorted(set(problems)))
        lines = [problems] if isinstance(problems, str) else [str(p) for p in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"… and {len(self.problems) - _SHOWN} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it was made from, so that it crosses processes."""
        return type(self), (self.problems or str(self),)


def shipped_packs() -> Path:
    """Return the folder of the packs that come with the package."""
    inside = Path(__file__).parent.parent / "_packs"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "patterns"


def pattern_folders(folders: Sequence[Path | str] = (), start: Path | str = ".") -> list[Path]:
    """Return the folders that the project file of `start` names, then `folders`.

    Parameters
    ----------
    folders : sequence of path
        Folders given on the command line; they are layered last, so they win.
    start : path
        Folder in which a ``trialext.toml`` with ``patterns = ["packs"]`` may stand.

    Raises
    ------
    PatternError
        Where the project file cannot be read, or names what is no list of folders.
    """
    project = Path(start) / PROJECT_FILE
    named: list[Path] = []
    if project.is_file():
        try:
            data = tomllib.loads(project.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PatternError([Problem(str(project), _line_of(error), f"not TOML in UTF-8: {error}")]) from None
        wanted = data.get("patterns", [])
        if not isinstance(wanted, list) or not all(isinstance(f, str) for f in wanted):
            raise PatternError([Problem(str(project), 0, '"patterns" must be a list of folders, as ["packs"]')])
        named = [project.parent / f for f in wanted]
    return [*named, *map(Path, folders)]


def _line_of(error: Exception) -> int:
    found = re.search(r"line (\d+)", str(error))
    return int(found.group(1)) if found else 0


def _decode(path: Path, data: bytes, problems: list[Problem]) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        guess = ""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            guess = "; it looks like UTF-16"
        else:
            with suppress(UnicodeDecodeError):
                data.decode("gb18030")
                guess = "; it looks like GB18030"
        problems.append(
            Problem(str(path), line, f"not UTF-8 (byte {data[error.start]:#04x}){guess}: save the file as UTF-8")
        )
        return None


def read_pack(path: Path, data: bytes, problems: list[Problem]) -> Iterator[tuple[int, object]]:
    """Yield (line, record) of one file; what cannot be read is added to `problems`.

    Parameters
    ----------
    path : path
        For messages; with the suffix ``.toml`` it is TOML, else one JSON object a line.
    data : bytes
        The whole file.
    problems : list of Problem
        Grows on the way; TOML that cannot be parsed yields nothing, a broken line of JSON only
        costs itself.

    Yields
    ------
    line : int
        Where the record starts, from 1; 0 where it is not known.
    record : object
        As parsed, not checked yet.
    """
    text = _decode(path, data, problems)
    if text is None:
        return
    if path.suffix == ".toml":
        try:
            tables = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            problems.append(Problem(str(path), _line_of(error), f"not TOML: {error}"))
            return
        for key in tables.keys() - {"entry"}:
            problems.append(
                Problem(str(path), 0, f'unknown table "{key}"{nearest(key, ["entry"])}; records are [[entry]]')
            )
        lines = [n for n, line in enumerate(text.split("\n"), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
        found = tables.get("entry", [])
        if not isinstance(found, list):
            problems.append(Problem(str(path), 0, "records are written [[entry]], with two brackets"))
            return
        yield from ((lines[n] if n < len(lines) else 0, record) for n, record in enumerate(found))
        return
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield n, json.loads(line)
            except (ValueError, RecursionError) as error:
                problems.append(Problem(str(path), n, f"not JSON: {error}; a pack holds one object a line"))


def _files(folder: Path, problems: list[Problem]) -> list[tuple[Path, bytes]]:
    if not folder.is_dir():
        problems.append(Problem(str(folder), 0, "no such folder of patterns"))
        return []
    out: list[tuple[Path, bytes]] = []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".jsonl", ".toml") and p.name != PROJECT_FILE):
        if path.name.startswith("."):
            continue
        try:
            out.append((path, path.read_bytes()))
        except OSError as error:
            problems.append(Problem(str(path), 0, f"cannot be read: {error.strerror}"))
    return out


def _record_id(record: Mapping[str, Any]) -> str:
    return str(record.get("id") or record.get("pattern") or record["aliases"][0])


def _entries(record: Mapping[str, Any], file: str, line: int) -> list[Entry]:
    """Return a record as entries: its own, then one for each form of ``also``."""
    aliases = list(record.get("aliases", ()))
    tokens = list(record.get("tokens", ()))
    pattern = record.get("pattern")
    if isinstance(pattern, str):
        aliases.append(pattern)
    elif pattern:
        tokens.append(pattern)
    label, name, facts = record["label"], _record_id(record), record.get("facts", {})
    main = Entry(
        label=label,
        id=name,
        aliases=tuple(aliases),
        regexes=tuple(record.get("regexes", ())),
        tokens=tuple(tuple(t) for t in tokens),
        lang=record.get("lang"),
        needs=tuple(record.get("needs", ())),
        not_with=tuple(record.get("not_with", ())),
        facts=facts,
        examples=tuple(record.get("examples", ())),
        counterexamples=tuple(record.get("counterexamples", ())),
        note=record.get("note"),
        source=record.get("source"),
        file=file,
        line=line,
    )
    forms = [
        Entry(
            label=label,
            id=name,
            aliases=tuple(form.get("aliases", ())),
            regexes=tuple(form.get("regexes", ())),
            lang=form.get("lang"),
            needs=tuple(form.get("needs", ())),
            not_with=tuple(form.get("not_with", ())),
            facts=facts,
            file=file,
            line=line,
        )
        for form in record.get("also", ())
    ]
    return [main, *forms]


Layer = dict[tuple[str, str], list[tuple[Mapping[str, Any], str, int]]]


def _layer(folder: Path, files: Sequence[tuple[Path, bytes]], cues: set[str] | None, problems: list[Problem]) -> Layer:
    """Return the checked records of one folder by (label, id)."""
    layer: Layer = {}
    for path, data in files:
        for line, record in read_pack(path, data, problems):
            wrong = check_record(record, cues)
            if wrong:
                problems += [Problem(str(path), line, w) for w in wrong]
                continue
            assert isinstance(record, dict)
            key = (record["label"], _record_id(record))
            seen = layer.setdefault(key, [])
            plain = set(record) <= {"label", "pattern", "id"}  # spaCy and Prodigy write one line for each phrase
            if seen and not (plain and all(set(r) <= {"label", "pattern", "id"} for r, _, _ in seen)):
                _, other, at = seen[0]
                problems.append(
                    Problem(
                        str(path),
                        line,
                        f'{key[0]} "{key[1]}" stands twice in this folder, first in {other}:{at}; join the two',
                    )
                )
                continue
            seen.append((record, path.name, line))
    return layer


def _lay(stack: dict[tuple[str, str], list[list[Entry]]], layer: Layer, folder: Path, problems: list[Problem]) -> None:
    """Put one folder over those below: extend, ``replace`` or ``disable`` by (label, id)."""
    for key, records in layer.items():
        if any(r.get("disable") or r.get("replace") for r, _, _ in records):
            _, file, line = records[0]
            if key not in stack:
                hint = nearest(key[1], (i for label, i in stack if label == key[0]))
                problems.append(
                    Problem(str(folder / file), line, f'no {key[0]} "{key[1]}" to replace or disable{hint}')
                )
                continue
            del stack[key]
        groups = stack.setdefault(key, [])
        for record, file, line in records:
            if not record.get("disable"):
                groups.append(_entries(record, file, line))
        if not groups:
            del stack[key]


def _check_endless(new: Iterable[tuple[Path, Layer]], problems: list[Problem]) -> None:
    from .regexes import endless

    where: dict[str, tuple[str, int]] = {}
    for folder, layer in new:
        for records in layer.values():
            for record, file, line in records:
                for form in (record, *record.get("also", ())):
                    for text in form.get("regexes", ()):
                        where.setdefault(text, (str(folder / file), line))
    for text in endless(list(where)):
        file, line = where[text]
        problems.append(
            Problem(
                file,
                line,
                f"the regular expression {text!r} may run for ever (a repetition inside a repetition); rewrite it",
            )
        )


def load_patterns(folders: Sequence[Path | str] = ()) -> Patterns:
    """Load the shipped packs and layer `folders` over them.

    A record of a later folder adds to the record with the same label and id, replaces it
    (``replace = true``) or takes it out (``disable = true``).  Of two records that match the
    same words, that of the later folder wins.

    Parameters
    ----------
    folders : sequence of path
        Folders of ``*.jsonl`` and ``*.toml`` packs, in the order of layering.

    Returns
    -------
    Patterns

    Raises
    ------
    PatternError
        Names every problem of every file: unknown keys and labels, bad and endless regular
        expressions, duplicates, wrong encoding.
    """
    problems: list[Problem] = []
    packs = [(folder, _files(folder, problems)) for folder in (shipped_packs(), *map(Path, folders))]
    digest = hashlib.sha256(" ".join((_FORMAT, *Entry.__slots__)).encode())
    for _, files in packs:
        digest.update(b"\0folder\0")
        for path, data in files:
            digest.update(path.name.encode() + b"\0" + data)
    key = digest.hexdigest()[:16]
    if not problems:
        try:
            return _recalled(key)
        except (LookupError, TypeError, ValueError):
            pass  # never checked before, or written by another version: read the packs
    stack: dict[tuple[str, str], list[list[Entry]]] = {}
    layers: list[tuple[Path, Layer]] = []
    cues: set[str] | None = None
    for folder, files in packs:
        layer = _layer(folder, files, cues, problems)
        _lay(stack, layer, folder, problems)
        layers.append((folder, layer))
        cues = (cues or set()) | {label for label, _ in stack if label.startswith("CUE_")}
    if not problems:
        _check_endless(layers, problems)
    if problems:
        raise PatternError(problems)
    entries = _in_order(stack, [{k: n for n, k in enumerate(layer)} for _, layer in layers])
    cache.remember(key, [_to_row(e) for e in entries])
    return Patterns(tuple(entries), key)


@lru_cache(maxsize=2)
def _recalled(key: str) -> Patterns:
    """Return the packs that were checked under this hash of their content; LookupError where none were."""
    rows = cache.recall(key)
    if rows is None:
        raise LookupError(key)
    return Patterns(tuple(map(_from_row, rows)), key)


def _in_order(
    stack: Mapping[tuple[str, str], list[list[Entry]]], orders: Sequence[Mapping[tuple[str, str], int]]
) -> list[Entry]:
    """Return the entries, those that a later folder touched first; forms of one id share their facts."""
    from dataclasses import replace

    def rank(key: tuple[str, str]) -> tuple[int, int]:
        last = max(n for n, order in enumerate(orders) if key in order)
        return -last, orders[last][key]

    out: list[Entry] = []
    for key in sorted(stack, key=rank):
        groups = stack[key]
        facts = {k: v for group in groups for k, v in group[0].facts.items()}
        out += [replace(e, facts=facts) if len(groups) > 1 else e for group in reversed(groups) for e in group]
    return out


def _to_row(e: Entry) -> tuple[Any, ...]:
    return tuple(getattr(e, name) for name in Entry.__slots__)


_TOKENS = Entry.__slots__.index("tokens")


def _from_row(row: list[Any]) -> Entry:
    """Return what `_to_row` was given, from JSON, which knows lists only."""
    values: list[Any] = [tuple(v) if type(v) is list else v for v in row]
    if values[_TOKENS]:
        values[_TOKENS] = tuple(map(tuple, values[_TOKENS]))
    return Entry(*values)
