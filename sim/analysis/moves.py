"""A saved line of numbers held against the same numbers made again: which moved, and by how much.

Random numbers are keyed, so an unchanged model gives the same numbers but for the last digits, which follow the
processor; whatever differs by more has moved, however little that is beside its Monte Carlo error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

LAST_DIGITS = 1e-9  # of a number, as a share of it


class Line(NamedTuple):
    """One number of a baseline: its mean over runs and the Monte Carlo standard error of that mean.

    values: what the runs are made at: 'reference', 'prior' or an era. error: NaN where it is not known.
    """

    values: str
    name: str
    unit: str
    runs: int
    mean: float
    error: float

    @property
    def key(self) -> tuple[str, str]:
        """What the number is."""
        return self.values, self.name


class Move(NamedTuple):
    """One number that is not what is saved; None where only one side has it. place: of the saved line, from 0."""

    saved: Line | None
    now: Line | None
    place: int | None

    @property
    def line(self) -> Line:
        """The number as it is now, or as it was."""
        line = self.now or self.saved
        assert line is not None
        return line

    @property
    def by(self) -> float:
        """How far the mean moved, in its unit; NaN where one side has no such number."""
        return self.now.mean - self.saved.mean if self.saved and self.now else math.nan

    @property
    def by_in_errors(self) -> float:
        """The same in Monte Carlo standard errors of the saved mean; NaN where there is none."""
        return self.by / self.saved.error if self.saved and self.saved.error > 0.0 else math.nan


def moves(saved: Iterable[Line], now: Iterable[Line]) -> list[Move]:
    """What moved, in the order of the saved lines; then what is new."""
    places = {line.key: (place, line) for place, line in enumerate(saved)}
    again = {line.key: line for line in now}
    moved = [
        Move(line, again.get(key), place)
        for key, (place, line) in places.items()
        if key not in again or _differs(line, again[key])
    ]
    return moved + [Move(None, line, None) for key, line in again.items() if key not in places]


def _differs(saved: Line, now: Line) -> bool:
    """Whether mean or error is another, or what it is counted in and over."""
    is_other = saved[:4] != now[:4]
    return is_other or any(_are_apart(a, b) for a, b in ((saved.mean, now.mean), (saved.error, now.error)))


def _are_apart(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) != math.isnan(b)
    return not math.isclose(a, b, rel_tol=LAST_DIGITS, abs_tol=0.0)
