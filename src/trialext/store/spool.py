"""Rows that wait until their file is read to its end."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import IO

from .rows import DocumentRows

__all__ = ["SPOOL_BYTES", "Spool"]

SPOOL_BYTES = 64 << 20
"""Rows wait in memory up to here, then in a temporary file."""


class Spool:
    """Rows that wait, in the order they came: in memory first, then in a temporary file."""

    def __init__(self) -> None:
        self.size = 0
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed by close()

    def put(self, rows: DocumentRows) -> None:
        """Add one document."""
        self.size += 1
        pickle.dump((rows.document, rows.children), self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[DocumentRows]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield DocumentRows(*pickle.load(self._file))

    def close(self) -> None:
        """Forget the rows."""
        self._file.close()
