"""Annotation tools: one module per format, each with ``write(items, target)`` and ``read(source)``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..annotations import Annotated
from . import brat, label_studio, prodigy

__all__ = ["READERS", "WRITERS"]

WRITERS: Mapping[str, Callable[[Iterable[Annotated], Path], int]] = {
    "brat": brat.write,
    "label-studio": label_studio.write,
    "prodigy": prodigy.write,
}
"""Writers by format name; each returns the number of documents."""

READERS: Mapping[str, Callable[[Path], list[Annotated]]] = {
    "brat": brat.read,
    "label-studio": label_studio.read,
    "prodigy": prodigy.read,
}
"""Readers by format name; they raise `AnnotationError` with file and place."""
