"""What can go wrong between a file and its text, in words for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Failure", "ReadError", "UsageError", "as_read_error"]


class UsageError(ValueError):
    """The call itself is wrong: a PATH that does not exist.  The command ends with exit code 2."""


class ReadError(Exception):
    """One file, or one record of it, cannot be read.

    Parameters
    ----------
    reason : str
        Short machine reason: ``bad-record`` ``binary`` ``bomb`` ``changed`` ``damaged``
        ``duplicate`` ``empty`` ``encoding`` ``missing-extra`` ``no-text-layer`` ``password``
        ``skipped-name`` ``too-large`` ``truncated`` ``unreadable`` ``unsafe-path``
        ``unsupported`` ``vanished``.
    message : str
        One sentence that says what is wrong and, where there is one, the fix.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read, while others of the same file could.

    Attributes
    ----------
    name : str
        Name that the document would have had.
    reason, message : str
        As in `ReadError`.
    """

    name: str
    reason: str
    message: str


def as_read_error(error: Exception) -> ReadError:
    """Return what a parsing library raised in our words."""
    if isinstance(error, ReadError):
        return error
    if isinstance(error, FileNotFoundError):
        return ReadError("vanished", "the file is gone")
    if isinstance(error, OSError):
        return ReadError("unreadable", f"cannot read the file: {error.strerror or error}")
    if isinstance(error, (MemoryError, RecursionError)):
        return ReadError("too-large", "too large or too deeply nested to be read")
    return ReadError("damaged", f"the content is damaged: {type(error).__name__}: {error}"[:400])
