"""One printed value with its interval, its p-value and its fraction."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Statistic"]


@dataclass(slots=True)
class Statistic:
    """One printed statistic on its way to a row; offsets are folded offsets.

    Attributes
    ----------
    kind : str
        ``effect``, ``arm`` or ``p``.
    start, end : int
        The value as printed.
    reach : int
        End of all that belongs to it: interval, p-value, closing bracket.
    group : int
        Statistics of one printed list share a number.
    """

    kind: str
    measure: str
    value: float | None
    start: int
    end: int
    reach: int
    bracket: int = -1
    bracket_end: int = -1
    qualifier: str | None = None
    unit: str | None = None
    ci_level: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_op: str | None = None
    p_value: float | None = None
    p_sort: str = ""
    numerator: float | None = None
    denominator: float | None = None
    spread_kind: str | None = None
    spread_low: float | None = None
    spread_high: float | None = None
    measure_start: int = -1
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    group: int = -1
    place: int = 0
    joined: str = ""
