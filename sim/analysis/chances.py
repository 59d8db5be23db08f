"""Chances that a difference is above zero, exactly zero, below zero: for one further draw of the uncertain numbers.

With the shrunk draws y[d] of intervals.py, D draws, R replicates, T the distribution function of Student's t with
D (R - 1) degrees of freedom:

    more  = (sum over d that are not none of T( y[d] / mcse) + 0.5) / (D + 1.5)
    fewer = (sum over d that are not none of T(-y[d] / mcse) + 0.5) / (D + 1.5)
    none  = (number of draws of no difference) / (D + 1.5)

A draw is one of no difference where the difference is exactly 0 in all its replicates and something says that nothing
could happen in it (null_draws.py). The halves are for what D draws have not shown: 50 draws cannot say more than 98%,
fewer than 39 not as much as the 97.5% from which on a difference is marked, and one draw, whatever its replicates, not
more than 60%: the chance is that of a further draw, not of luck alone. They leave out half a draw, so that the three
add up to a little less than one.

One replicate: the sign of a draw's value stands for T, and its luck is in the chance. One run: not known (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.intervals import BASIS_ONE, Spread
from sim.analysis.mixture import UNSEEN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARKED = 0.975
"""The chance from which on a difference is marked."""


def highest(draws: int) -> float:
    """The highest chance that so many draws can say."""
    return (draws + UNSEEN) / (draws + 3.0 * UNSEEN)


def sum_of_three(draws: int) -> float:
    """What the three chances of a difference add up to with so many draws."""
    return (draws + 2.0 * UNSEEN) / (draws + 3.0 * UNSEEN)


@dataclass(frozen=True)
class Chances:
    """Chances that a difference is above, at and below zero, shares of one; NaN where not known."""

    more: NDArray[np.float64]
    none: NDArray[np.float64]
    fewer: NDArray[np.float64]


def chances_of(spread: Spread) -> Chances:
    """The chances of each column of a spread; the rule and its equations stand at the head of this file."""
    import numpy as np

    draws = len(spread.of_draws)
    if spread.basis == BASIS_ONE:
        unknown = np.full_like(spread.mean, np.nan)
        return Chances(unknown, unknown, unknown)
    none, more = spread.is_none.sum(axis=0).astype(float), spread.mixture().above_zero().sum(axis=0)
    fewer = draws - none - more
    share = draws + 3.0 * UNSEEN
    return _known(spread, (more + UNSEEN) / share, none / share, (fewer + UNSEEN) / share)


def _known(spread: Spread, more: NDArray[np.float64], none: NDArray[np.float64], fewer: NDArray[np.float64]) -> Chances:
    """The chances, NaN where nobody was counted."""
    import numpy as np

    counted = np.isfinite(spread.mean)
    return Chances(*(np.where(counted, np.clip(chance, 0.0, 1.0), np.nan) for chance in (more, none, fewer)))
