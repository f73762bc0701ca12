"""What a statistic is bound to, and what the text is talking about."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model import Arms
from .arm_model import Contrast, Group
from .scene import Endpoint, TimePoint
from .statistic import Statistic

__all__ = ["Binding", "Focus"]


@dataclass(slots=True)
class Binding:
    """What a statistic was bound to, and by which rules."""

    statistic: Statistic
    endpoint: Endpoint | None = None
    experimental: Arms = ()
    comparator: Arms = ()
    group: Group | None = None
    timepoint: TimePoint | None = None
    rules: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    inherited: bool = False
    pair: bool = False
    population: str | None = None


@dataclass(slots=True)
class Focus:
    """What the text is talking about when a sentence begins."""

    endpoint: Endpoint | None = None
    contrast: Contrast | None = None
    default: Contrast | None = None
    groups: Arms = ()
    single: Arms = ()
    several: bool = False
    sequence: tuple[Arms, ...] = ()
    measure: str | None = None
    level: float | None = None
    time: TimePoint | None = None
    times: tuple[TimePoint, ...] = ()
    mentioned: tuple[Arms, Arms] | None = None
