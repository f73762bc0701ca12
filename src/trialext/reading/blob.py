"""Bytes with a name: what every reader gets, wherever the bytes lie."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from io import BufferedReader, RawIOBase
from typing import IO, Any, cast

from .errors import ReadError
from .limits import LIMITS, MIB, Limits

__all__ = ["HEAD", "Blob", "Guarded"]

HEAD = 64 * 1024
"""Bytes that may be looked at to tell the format."""


@dataclass(frozen=True)
class Blob:
    """Bytes that can be opened, again and again.

    Attributes
    ----------
    name : str
        Name of the document, or the part of it before ``#record``.
    filename : str
        Last part of the path, as a hint at the format.
    opener : callable
        Opens the bytes from their start.
    size : int
        Bytes; -1 when only reading tells.
    limits : Limits
    depth : int
        How many archives and compressions lie around it.
    """

    name: str
    filename: str
    opener: Callable[[], IO[bytes]]
    size: int = -1
    limits: Limits = field(default=LIMITS)
    depth: int = 0

    def open(self) -> IO[bytes]:
        """Open the bytes from their start."""
        return self.opener()

    @cached_property
    def head(self) -> bytes:
        """The first `HEAD` bytes."""
        with self.open() as file:
            return file.read(HEAD)

    def read(self, cap: int | None = None) -> bytes:
        """Return all bytes, at most `cap` (default: the cap of one document).

        Raises
        ------
        ReadError
            ``too-large``.
        """
        cap = self.limits.document_bytes if cap is None else cap
        if self.size > cap:
            raise too_large(cap)
        with self.open() as file:
            data = file.read(cap + 1)
        if len(data) > cap:
            raise too_large(cap)
        return data


def too_large(cap: int) -> ReadError:
    """Return the error for one document of more than `cap` bytes."""
    return ReadError("too-large", f"larger than {cap / MIB:g} MiB, the limit for one document; split it")


class Guarded(RawIOBase):
    """A stream of unpacked bytes that stops at bombs and tells damage from the end.

    Parameters
    ----------
    inner : file object
        Delivers unpacked bytes.
    packed : int
        Size of the packed bytes; -1 when unknown.
    limits : Limits
    """

    def __init__(self, inner: IO[bytes], packed: int, limits: Limits) -> None:
        super().__init__()
        self._inner = inner
        self._packed = packed
        self._limits = limits
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the stream.

        Raises
        ------
        ReadError
            ``bomb``, ``truncated`` or ``damaged``.
        """
        try:
            data = self._inner.read(len(buffer))
        except EOFError as error:
            raise ReadError("truncated", "the compressed data ends too early: copy the file again") from error
        except (OSError, zlib.error, ValueError, RuntimeError, NotImplementedError) as error:
            raise ReadError("damaged", f"the compressed data is damaged: {error}") from error
        self._count += len(data)
        limits = self._limits
        if self._count > limits.stream_bytes:
            raise ReadError("bomb", f"unpacks to more than {limits.stream_bytes / MIB:g} MiB")
        if self._packed >= 0 and self._count > max(limits.ratio_from, limits.ratio * self._packed):
            raise ReadError("bomb", f"unpacks to more than {limits.ratio} times its size")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the stream and what it reads from."""
        self._inner.close()
        super().close()


def gunzipped(blob: Blob) -> Blob:
    """Return what is inside a ``.gz``, to be streamed."""

    def opener() -> IO[bytes]:
        return BufferedReader(Guarded(cast("IO[bytes]", _Gunzip(blob.open())), blob.size, blob.limits), 1 << 18)

    filename = blob.filename
    if filename.lower().endswith(".gz"):
        filename = filename[:-3]
    return Blob(blob.name, filename, opener, -1, blob.limits, blob.depth + 1)


class _Gunzip(gzip.GzipFile):
    """A gzip reader that closes the file beneath it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._beneath = file

    def close(self) -> None:
        super().close()
        self._beneath.close()
