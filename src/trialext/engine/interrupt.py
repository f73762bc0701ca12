"""Ctrl-C at a good moment: never in the middle of a change of the database."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Deferred"]


class Deferred:
    """While it is entered, SIGINT and SIGTERM raise KeyboardInterrupt outside of `hold` blocks only.

    Outside of the main thread it changes nothing.
    """

    def __init__(self) -> None:
        self._held = 0
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Deferred:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ring)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._held:
            self._asked = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Put an interrupt off until the block is left."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if self._asked and not self._held:
                self._asked = False
                raise KeyboardInterrupt
