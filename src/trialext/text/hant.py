"""Traditional characters read as Simplified, one for one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["to_simplified"]

_FIRST_HAN = "\u3400"


def to_simplified(text: str) -> str:
    """Return `text` with Traditional characters replaced by their Simplified forms.

    Every character stands for one character, so that offsets stay what they are.  The
    table ships with the package (``data/hant.txt``): the same text reads the same on every
    machine, whatever else is installed.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Of the same length.

    Examples
    --------
    >>> to_simplified("無進展生存期")
    '无进展生存期'
    """
    if text.isascii() or max(text) < _FIRST_HAN:
        return text
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Return the shipped character table; read once."""
    table: dict[int, str] = {}
    source = files(__package__) / "data" / "hant.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            table.update({ord(a): b for a, b in zip(line[::2], line[1::2], strict=True)})
    return table
