"""The lines of a file of records, one at a time, whatever their length."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from .blob import Blob
from .errors import ReadError
from .limits import MIB

__all__ = ["read_lines"]


def read_lines(blob: Blob) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number (from 1) and newline, as UTF-8 where the file is UTF-16; of empty lines in a row one.

    Raises
    ------
    ReadError
        ``too-large`` for a line beyond the cap of one record.
    """
    cap = blob.limits.record_bytes
    if blob.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = blob.read().decode("utf-16", "replace")
        for number, row in enumerate(text.split("\n"), 1):
            yield number, f"{row}\n".encode("utf-8", "replace")
        return
    with blob.open() as file:
        number = 0
        blank = False
        while line := file.readline(cap + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if len(line) > cap:
                raise ReadError("too-large", f"a line of more than {cap / MIB:g} MiB")
            if blank and line == b"\n":
                continue  # millions of empty lines cost little
            blank = line == b"\n"
            yield number, line
