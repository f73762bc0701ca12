"""Trial results from Chinese and English oncology reviews, as rows that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "extract", "extract_text", "load_patterns"]

if TYPE_CHECKING:
    from .patterns import load_patterns
    from .pipeline import extract, extract_text

_HOME = {"extract": "pipeline", "extract_text": "pipeline", "load_patterns": "patterns"}


def __getattr__(name: str) -> Any:
    """Import the public functions on first use, so that ``trialext --help`` stays light."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
