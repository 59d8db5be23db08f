"""Chances that a difference is above zero, exactly zero, below zero: for one further draw of the uncertain numbers.

With the shrunk draws y[d] of intervals.py, D draws, R replicates, T the distribution function of Student's t with
D (R - 1) degrees of freedom:

    more  = (sum over d of [something happens] T( y[d] / mcse) + 0.5) / (D + 1.5)
    fewer = (sum over d of [something happens] T(-y[d] / mcse) + 0.5) / (D + 1.5)
    none  = (number of draws in which nothing happens) / (D + 1.5)

Nothing happens in a draw where the difference is exactly 0 in all its replicates. The halves are for what D draws have
not shown: 50 draws cannot say more than 98%, fewer than 39 not as much as the 97.5% from which on a difference is
marked. They leave out half a draw, so that the three add up to a little less than one.

One replicate: the sign of a draw's value stands for T, and its luck is in the chance. One draw: what the model's
numbers leave open is not in the chance; it is that of luck alone, T with R - 1 degrees of freedom, as the interval is.
One run: not known (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.intervals import BASIS_DRAWS, BASIS_ONE, BASIS_REPLICATES, Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARKED = 0.975
"""The chance from which on a difference is marked."""

UNSEEN = 0.5  # of a draw: for each direction, what the draws have not shown
SURE = 40.0  # standard errors from zero beyond which a sign is certain, by so many degrees of freedom at least: this
SURE_FROM = 20  # saves most of the work


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
    if spread.basis == BASIS_REPLICATES:
        more, none = _above_zero(spread).sum(axis=0), spread.is_none[0].astype(float)
        return _known(spread, more, none, 1.0 - none - more)
    none, more = spread.is_none.sum(axis=0).astype(float), _above_zero(spread).sum(axis=0)
    fewer = draws - none - more
    share = draws + 3.0 * UNSEEN
    return _known(spread, (more + UNSEEN) / share, none / share, (fewer + UNSEEN) / share)


def _known(spread: Spread, more: NDArray[np.float64], none: NDArray[np.float64], fewer: NDArray[np.float64]) -> Chances:
    """The chances, NaN where nobody was counted."""
    import numpy as np

    counted = np.isfinite(spread.mean)
    return Chances(*(np.where(counted, np.clip(chance, 0.0, 1.0), np.nan) for chance in (more, none, fewer)))


def _above_zero(spread: Spread) -> NDArray[np.float64]:
    """f8[draws, ...]: chance that each draw's value lies above zero; 0 where nothing happens in it."""
    import numpy as np
    from scipy.special import stdtr

    values = spread.shrunk()
    above = (values > 0.0) + 0.5 * ((values == 0.0) & ~spread.is_none)
    if spread.basis == BASIS_DRAWS:
        return np.asarray(above)
    far = SURE if spread.freedom >= SURE_FROM else np.inf
    near = ~spread.is_none & (spread.mcse > 0.0)
    near &= np.abs(values) < far * np.where(spread.mcse > 0.0, spread.mcse, 1.0)
    error = np.broadcast_to(spread.mcse, values.shape)
    above[near] = stdtr(float(spread.freedom), values[near] / error[near])
    return np.asarray(above)
