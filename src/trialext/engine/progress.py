"""What a run tells on stderr: failures always, a progress bar where somebody is looking."""

from __future__ import annotations

import sys
import time
import unicodedata
from typing import Any

from ..store.writer import FileFailure

__all__ = ["Reporter", "printable"]

REFRESH = 0.1
"""Seconds between two pictures of the bar."""


def printable(text: str) -> str:
    r"""Return `text` with control and bidirectional characters as ``\xNN``: names may hold anything."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else c.encode("unicode_escape").decode() for c in text
    )


class Reporter:
    """Observer of a run that writes to stderr.

    Parameters
    ----------
    quiet : bool
        Failures only.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None
        self._painted = 0.0
        self._documents = 0
        self._chars = 0
        self._started = time.monotonic()

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.refresh()
            self._bar.stop()

    def planned(self, files: int, size: int) -> None:
        """Show the bar if stderr is a terminal."""
        if self._quiet or not sys.stderr.isatty() or not files:
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,  # no thread: workers are forked from this process
        )
        self._bar.start()
        self._task = self._bar.add_task(f"{files} files", total=max(size, 1), rate="")

    def advanced(self, size: int, documents: int, chars: int) -> None:
        """Move the bar."""
        self._documents += documents
        self._chars += chars
        if self._bar is None:
            return
        seconds = max(time.monotonic() - self._started, 1e-6)
        rate = f"{self._documents} documents, {self._chars / seconds / 1e6:.2f} M characters/s"
        self._bar.update(self._task, advance=size, rate=rate)
        if time.monotonic() - self._painted > REFRESH:
            self._painted = time.monotonic()
            self._bar.refresh()

    def failed(self, failure: FileFailure) -> None:
        """Print one line."""
        self._print(f"trialext: {failure.document}: {failure.message} ({failure.reason})")

    def said(self, message: str) -> None:
        """Print one line unless quiet."""
        if not self._quiet:
            self._print(f"trialext: {message}")

    def _print(self, line: str) -> None:
        if self._bar is not None:
            self._bar.console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
        else:
            print(printable(line), file=sys.stderr, flush=True)
