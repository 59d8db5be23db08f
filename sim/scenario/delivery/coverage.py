"""How bought units reach people: the days on which money flows, the ramp, and filling what room is left.

Pure functions of numbers; no lever is known here.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.core.days import day_of

Floats = NDArray[np.float64]

MOST_POSTS = 200_000
"""Posts or beds of one purchase: several times what the largest budget buys of the cheapest."""


def span(starts: date, ends: date | None, *, day_zero: date, days: int) -> tuple[int, int]:
    """First day with the money and first day without it, both cut to 0..days."""
    first = min(max(day_of(day_zero, starts), 0), days)
    end = days if ends is None else min(max(day_of(day_zero, ends), first), days)
    return first, end


def strength(first: int, end: int, *, days: int, ramp_days: float) -> Floats:
    """f8[days], share of full capacity on each day: a straight line from 0 on `first` to 1 after ramp_days, 0 at `end`.

    ramp_days 0 gives 1 on the first day.
    """
    level = np.zeros(days)
    if ramp_days <= 0:
        level[first:end] = 1.0
    else:
        level[first:end] = np.minimum((np.arange(first, end) - first) / ramp_days, 1.0)
    return level


def fill(share: Floats, columns: NDArray[np.intp], *, cap: float | Floats, people: Floats, units: Floats) -> Floats:
    """Raises `share` in the columns by `units` people a year on each day and gives the units that found somebody.

    share: f8[days, n], changed in place, never above cap (columns already above it stay). cap: one for all columns and
    days, or f8[days, n]. people: f8[n], people a year. units: f8[days]. Each column gets the same part of the people
    whom it does not reach yet, so a full column takes nothing and its part goes to the others.
    """
    reached = share[:, columns]
    most = cap[:, columns] if isinstance(cap, np.ndarray) else cap
    gap = np.maximum(most - reached, 0.0)
    room = (gap * people[columns]).sum(axis=1)  # not a matrix product, which may round equal days differently
    used = np.asarray(np.minimum(units, room), dtype=np.float64)
    part = np.divide(used, room, out=np.zeros_like(room), where=room > 0)
    share[:, columns] = np.maximum(reached, np.minimum(reached + part[:, None] * gap, most))
    return used


def used_part(used: Floats, wanted: Floats) -> float:
    """Part of the wanted units that found somebody, over the days of greatest strength; 1 where nothing was wanted."""
    if wanted.size == 0 or wanted.max() <= 0:
        return 1.0
    peak = wanted >= wanted.max() * (1 - 1e-9)
    return float(used[peak].sum() / wanted[peak].sum())


def worker_starts(posts: float, *, first: int, ramp_days: float, each: float = 1.0) -> tuple[Floats, Floats]:
    """Day on which each worker begins, f8[n], and the full-time share of each, f8[n]; n = posts / each, rounded up.

    Worker j of n begins at first + ramp_days (j + 0.5) / n, so that filled posts follow the straight line on average;
    every worker holds `each` of a post, and the last one the rest.
    Errors: ValueError for more than MOST_POSTS, which no budget buys at a price that somebody would pay.
    """
    if not posts <= MOST_POSTS:
        raise ValueError(f"{posts:,.0f} posts or beds are more than one purchase can have, {MOST_POSTS:,}")
    n = max(int(np.ceil(posts / each - 1e-9)), 0)
    begins = first + ramp_days * (np.arange(n) + 0.5) / max(n, 1)
    shares = np.full(n, each)
    if n:
        shares[-1] = posts - (n - 1) * each
    return begins, shares
