"""brat standoff: one ``.txt`` and one ``.ann`` per document.

Offsets are code points of the ``.txt`` file as stored (brat reads it as UTF-8 without touching
line ends).  A span over a line break is written as fragments, since an annotation is one line;
the quotation in the line joins them by a blank.  Columns of a row are JSON in a note on its
span; document attributes are JSON in a note on ``T0``, which no span bears.

Format: https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..annotations import Annotated, AnnotationError, Label

__all__ = ["read", "write"]

_NOTE = "AnnotatorNotes"
_DOCUMENT = "T0"
_BREAKS = re.compile(r"[\r\n]+")
_OTHER_BREAKS = str.maketrans(dict.fromkeys("\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " "))


def _fragments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a span at its line breaks; a span of nothing but line breaks stays whole."""
    out = []
    at = start
    for found in _BREAKS.finditer(text, start, end):
        if found.start() > at:
            out.append((at, found.start()))
        at = found.end()
    if at < end:
        out.append((at, end))
    return out or [(start, end)]


def _quote(text: str, fragments: Iterable[tuple[int, int]]) -> str:
    return " ".join(_BREAKS.sub(" ", text[a:b]) for a, b in fragments).translate(_OTHER_BREAKS)


def write(items: Iterable[Annotated], target: Path) -> int:
    """Write documents into a folder, with the ``annotation.conf`` that brat asks for.

    Parameters
    ----------
    items : iterable of Annotated
    target : path
        Folder; made when it is missing.

    Returns
    -------
    int
        How many documents were written.
    """
    target.mkdir(parents=True, exist_ok=True)
    count = 0
    for item in items:
        lines = []
        notes = [(_DOCUMENT, dict(item.attributes))] if item.attributes else []
        for i, label in enumerate(item.labels, 1):
            fragments = _fragments(item.text, label.start, label.end)
            # Line breaks at the ends of a span cannot be said in fragments: the note keeps them.
            whole = fragments[0][0] == label.start and fragments[-1][1] == label.end
            places = ";".join(f"{a} {b}" for a, b in fragments)
            lines.append(f"T{i}\t{_label(label.label)} {places}\t{_quote(item.text, fragments)}")
            attributes = dict(label.attributes) | ({} if whole else {"": [label.start, label.end]})
            if attributes:
                notes.append((f"T{i}", attributes))
        for i, (owner, attributes) in enumerate(notes, 1):
            lines.append(f"#{i}\t{_NOTE} {owner}\t{json.dumps(attributes, ensure_ascii=True)}")
        (target / f"{item.doc}.txt").write_bytes(item.text.encode("utf-8", "surrogatepass"))
        (target / f"{item.doc}.ann").write_bytes(
            "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        )
        count += 1
    names = sorted({"effect", "arm", "test"})
    (target / "annotation.conf").write_text(
        "[entities]\n" + "\n".join(names) + "\n[relations]\n[events]\n[attributes]\n", "utf-8"
    )
    return count


def _label(label: str) -> str:
    """Return a label as brat allows it: no white space."""
    return re.sub(r"\s+", "_", label) or "span"


def read(source: Path) -> list[Annotated]:
    """Read a folder of ``.txt`` and ``.ann`` files, or one ``.ann`` file with its text.

    Returns
    -------
    list of Annotated
        In the order of the file names.

    Raises
    ------
    AnnotationError
        When a line is no standoff, a text is missing, or a quotation does not fit its span.
    """
    files = sorted(source.glob("*.ann")) if source.is_dir() else [source]
    if not files:
        raise AnnotationError(f"{source}: no .ann files here")
    return [_read(path) for path in files]


def _read(path: Path) -> Annotated:
    text_path = path.with_suffix(".txt")
    if not text_path.is_file():
        raise AnnotationError(f"{path}: its text {text_path.name} is missing")
    text = text_path.read_bytes().decode("utf-8", "surrogatepass").removeprefix("\ufeff")
    spans: dict[str, tuple[str, int, int]] = {}
    notes: dict[str, dict[str, Any]] = {}
    for n, line in enumerate(path.read_bytes().decode("utf-8", "surrogatepass").split("\n"), 1):
        line = line.rstrip("\r")
        if line.startswith("T"):
            spans.update([_span(line, text, f"{path}:{n}")])
        elif line.startswith("#"):
            parts = line.split("\t", 2)
            if len(parts) == 3 and parts[1].startswith(f"{_NOTE} "):
                owner = parts[1].split(" ", 1)[1]
                notes.setdefault(owner, {}).update(_note(parts[2]))
    labels = []
    for identity, (label, start, end) in spans.items():
        attributes = notes.get(identity, {})
        start, end = attributes.pop("", (start, end))
        labels.append(Label(label, start, end, attributes))
    return Annotated(path.stem, text, tuple(labels), notes.get(_DOCUMENT, {})).checked(str(path))


def _note(content: str) -> dict[str, Any]:
    """Return a note's JSON; words that a person wrote become ``note``."""
    try:
        data = json.loads(content)
    except ValueError:
        return {"note": content}
    return data if isinstance(data, dict) else {"note": content}


def _span(line: str, text: str, place: str) -> tuple[str, tuple[str, int, int]]:
    parts = line.split("\t")
    found = re.fullmatch(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)", parts[1]) if len(parts) >= 2 else None
    if found is None:
        raise AnnotationError(f"{place}: no standoff line: ID, TAB, label and offsets, TAB, text is expected")
    fragments = [(int(a), int(b)) for a, b in (f.split() for f in found[2].split(";"))]
    quote = _quote(text, fragments)
    if len(parts) > 2 and "\t".join(parts[2:]).translate(_OTHER_BREAKS) != quote:
        raise AnnotationError(
            f"{place}: the text at {found[2]} is {quote!r}, not {parts[2]!r}; was the .txt file changed?"
        )
    return parts[0], (found[1], fragments[0][0], fragments[-1][1])
