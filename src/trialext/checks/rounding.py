"""What a printed number stands for: the interval of values that round to it.

A ratio printed as 0.70 lies between 0.695 and 0.705.  A check that fires only when no value
within these intervals fits is free of false alarms from rounding.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from statistics import NormalDist

from ..model import Estimate, Report

__all__ = ["Printed", "level_z", "p_of_z", "printed", "shown", "z_of_p"]

_NORMAL = NormalDist()
_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord(c): "." for c in "．·•∙⋅。"}
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+", re.ASCII)
_APART = re.compile(r"(?<=[\d.])\s+(?=[\d.])")  # digits that recognised print sets apart
_CELLS = {
    "value": ("value",),
    "ci_low": ("ci_low", "ci"),
    "ci_high": ("ci_high", "ci"),
    "p_value": ("p_value", "p"),
    "spread_low": ("spread_low", "spread"),
    "spread_high": ("spread_high", "spread"),
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and half a unit of its last digit.

    Attributes
    ----------
    value : float
    half : float
        Every number within ``value - half`` and ``value + half`` is printed like this.
    """

    value: float
    half: float

    @property
    def low(self) -> float:
        """Smallest value that rounds to what is printed."""
        return self.value - self.half

    @property
    def high(self) -> float:
        """Largest value that rounds to what is printed."""
        return self.value + self.half


def shown(number: float) -> str:
    """Return a number as a finding writes it, without an exponent where it can be avoided.

    Four significant digits below 10,000, a whole number up to ten million; beyond, and below
    0.0001, an exponent.
    """
    if number == 0 or 1e-4 <= abs(number) < 1e7:
        return f"{number:.4g}" if abs(number) < 9999.5 else f"{number:.0f}"  # from there on .4g writes 1e+04
    return f"{number:.1e}"


def _decimals(number: float) -> float:
    """Half a unit of the last digit of the shortest writing of `number`."""
    mantissa, _, exponent = repr(float(number)).partition("e")
    digits = mantissa.partition(".")[2]
    return 0.5 * float(f"1e{(int(exponent) if exponent else 0) - (0 if digits == '0' else len(digits))}")


def printed(report: Report, estimate: Estimate, column: str) -> Printed | None:
    """Return the number of `column` with its rounding interval, or None where it is null.

    The digits are looked up where the number stands: in the span of the cell, of the row or of
    the sentence, first come first served (so 0.70 keeps its second decimal).  Of several
    writings in one place the coarsest counts.  A number that stands nowhere (computed, or
    written with an exponent) gets the digits of its shortest writing.

    Parameters
    ----------
    report : Report
        Its text is what the spans of the row point into.
    estimate : Estimate
        A row of `report`.
    column : str
        A numeric column: ``value``, ``ci_low``, ``p_value``, ….

    Returns
    -------
    Printed or None
    """
    value = getattr(estimate, column)
    if value is None:
        return None
    number = float(value)
    names = _CELLS.get(column, (column,))
    places = [(a, b) for name in names for cell, a, b in estimate.spans if cell == name]
    places += [(estimate.start, estimate.end), (estimate.sentence.start, estimate.sentence.end)]
    for start, end in places:
        text = report.document.text[start:end].translate(_WIDTH)
        for form in (text, _APART.sub("", text)):
            halves = [
                0.5 * 10.0 ** -len(token.partition(".")[2])
                for token in _NUMBER.findall(form)
                if math.isclose(float(token.replace(",", "")), abs(number), rel_tol=1e-9)
            ]
            if halves:
                return Printed(number, max(halves))
    return Printed(number, _decimals(number))


def level_z(level: float) -> float:
    """Return the normal quantile of a two-sided confidence level in percent: 1.96 for 95."""
    return _NORMAL.inv_cdf(0.5 + level / 200)


def p_of_z(z: float) -> float:
    """Return the two-sided p of a standard normal deviate: ``erfc(z / sqrt 2)``."""
    return math.erfc(z / math.sqrt(2))


def z_of_p(p: float) -> float:
    """Return the absolute standard normal deviate of a two-sided p; infinite for 0, 0 for 1 and above."""
    if p <= 0:
        return math.inf
    return -_NORMAL.inv_cdf(p / 2) if p < 1 else 0.0
