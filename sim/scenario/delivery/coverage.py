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


class Filling:
    """A share that purchases raise one after another, each over its own ramp.

    share: f8[days, n], what is reached on each day, changed in place. What a purchase takes of the room is settled at
    its full strength and comes over the ramp, so that money beyond what finds somebody reaches nobody any sooner.
    """

    def __init__(self, share: Floats) -> None:
        self.share = share
        self._taken = share.copy()  # with every purchase so far at full strength on the days of its money

    def fill(
        self, columns: NDArray[np.intp], *, cap: float | Floats, people: Floats, units: float | Floats, strength: Floats
    ) -> float:
        """Raises the share in the columns by `units` people a year and gives the part of them that find somebody.

        The share never goes above cap (columns already above it stay). cap: one for all columns and days, or
        f8[days, n]. people: f8[n], people a year. units: at full strength, or f8[days]. strength: f8[days], share of
        it on each day. Each column gets the same part of the people whom it does not reach yet, so a full column takes
        nothing and its part goes to the others. The part is a mean over the days with any strength; 1 where nothing
        was wanted.
        """
        wanted = np.where(strength > 0.0, units, 0.0)
        reached = self._taken[:, columns]
        most = cap[:, columns] if isinstance(cap, np.ndarray) else cap
        gap = np.maximum(most - reached, 0.0)
        room = (gap * people[columns]).sum(axis=1)  # not a matrix product, which may round equal days differently
        used = np.minimum(wanted, room)
        part = np.divide(used, room, out=np.zeros_like(room), where=room > 0)[:, None] * gap
        self._taken[:, columns] = np.maximum(reached, np.minimum(reached + part, most))
        today = self.share[:, columns]
        self.share[:, columns] = np.maximum(today, np.minimum(today + part * strength[:, None], most))
        return float(used.sum() / wanted.sum()) if wanted.any() else 1.0


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
