"""Clocks in whole ticks: when a hazard, spent over time, has used up its unit-exponential threshold, the event happens.

One unit of hazard is 2^56 ticks and a day 1,024 moments, all in whole numbers, so that settling a clock early or late
can never move its crossing (floats moved 16% of them). A row carries, one element a clock:

    rate i8   ticks spent a moment          left i8   ticks still to spend, as at `since`
    since i4  moment                        when i4   moment of the crossing, NEVER when the rate is 0
    n i4      number of the present occurrence

A clock is due when `when < (day + 1) * 1024`, and by no other test. Sellke 1983; Kurtz's random time change;
Anderson 2012 on coupling.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import threshold_ticks
from sim.core.records import Cells

TICKS_PER_MOMENT_AND_DAILY_HAZARD = 2.0**46  # 2^56 ticks a unit of hazard / 2^10 moments a day
LARGEST_RATE = 1 << 61


class Clocks(Protocol):
    """A row with clocks: a person, or a worker with one."""

    rate: Cells[int]
    left: Cells[int]
    since: Cells[int]
    when: Cells[int]
    n: Cells[int]
    stream: np.uint64


@kernel
def ticks(hazard: float) -> int:
    """Ticks a moment of a hazard per day; infinity is allowed and rings at the next moment.

    Errors: ValueError when the hazard is negative or not a number.
    """
    if not hazard >= 0.0:
        raise ValueError("a hazard is negative or not a number")
    scaled = hazard * TICKS_PER_MOMENT_AND_DAILY_HAZARD + 0.5
    if scaled >= 2305843009213693952.0:
        return LARGEST_RATE
    return int(scaled)


@kernel
def crossing(since: int, left: int, rate: int) -> int:
    """Moment at which a clock runs out, NEVER if it stands still."""
    if rate == 0:
        return NEVER
    moments = (left - 1) // rate
    if moments >= NEVER - since:
        return NEVER
    return since + moments


@kernel
def change_rate(row: Clocks, c: int, rate: int, t: int) -> None:
    """From the start of moment t the clock c spends `rate` ticks a moment."""
    old = row.rate[c]
    if row.when[c] >= t:
        row.left[c] -= old * (t - row.since[c])
    elif rate > 0:  # ran out in the moment just gone: still due
        row.rate[c] = rate
        return
    else:  # the risk was removed in that very moment
        row.n[c] += 1
        row.left[c] = threshold_ticks(row.stream, c, row.n[c])
    row.rate[c] = rate
    row.since[c] = t
    row.when[c] = crossing(t, row.left[c], rate)


@kernel
def set_hazard(row: Clocks, c: int, hazard: float, t: int) -> None:
    """Clock c runs at the hazard per day from the start of moment t; an unchanged hazard writes nothing."""
    rate = ticks(hazard)
    if rate != row.rate[c]:
        change_rate(row, c, rate, t)


@kernel
def restart(row: Clocks, c: int, t: int) -> None:
    """Draw the next occurrence of clock c, spending from the start of moment t at the rate it has."""
    row.n[c] += 1
    row.left[c] = threshold_ticks(row.stream, c, row.n[c])
    row.since[c] = t
    row.when[c] = crossing(t, row.left[c], row.rate[c])


@kernel
def start_clocks(row: Clocks, n_clocks: int, t: int) -> None:
    """Draw the first threshold of every clock of a new row; all stand still."""
    for c in range(n_clocks):
        row.rate[c] = 0
        row.n[c] = 0
        row.left[c] = threshold_ticks(row.stream, c, 0)
        row.since[c] = t
        row.when[c] = NEVER
