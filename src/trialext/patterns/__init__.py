"""Pattern packs: load, validate and layer the words that the rules work with."""

from __future__ import annotations

from .load import PatternError, load_patterns, pattern_folders, shipped_packs
from .records import LABELS, Entry, Patterns

__all__ = ["LABELS", "Entry", "PatternError", "Patterns", "load_patterns", "pattern_folders", "shipped_packs"]
