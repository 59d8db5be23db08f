"""Intervals that hold parameter uncertainty and Monte Carlo error, each once.

One number x is computed for every draw d = 1..D of the uncertain parameters and replicate (stream of random
numbers) r = 1..R:

    x[d, r] = theta[d] + e[d, r],   theta[d] = what endless replicates would give under draw d,   var e = w

Mean and its parts

    m = mean of x                          W = mean over d of the variance within draw d (R - 1 below)
    B = variance of the draw means         mcse = sqrt(W / (D R))
    parameter_sd = sqrt(max(0, B - W / R)) luck_share = (W / R) / B

B holds the parameter variance and W / R of noise; the noise share is taken off, so that Monte Carlo noise is not
reported as uncertainty about parameters, and floored at 0. luck_share above one half: too few runs to say more.

Shrunk draws. The draw means are pulled towards their mean, which keeps the shape of their distribution, but only by
the noise that is surely there: W and B have errors of their own, and with all of luck_share taken off a study whose
noise is large would often be far too narrow. B / (W / R) over its expectation follows F, so the lower 95% limit is

    luck_low = (W / R) / B * F[0.05](D - 1, D (R - 1))
    y[d]     = 0 in a draw of no difference, else m + (mean_r x[d, r] - m) sqrt(max(0, 1 - luck_low))

A difference that is exactly 0 in all replicates of a draw is one of no difference where something says that nothing
could happen (null_draws.py), or where it is 0 in all draws. Elsewhere a 0 is what luck makes of something rare, and the
draw is like any other. Intervals and chances (chances.py) are made of the same y.

Interval at a level (95%: alpha = 0.05): from the alpha/2 to the 1 - alpha/2 quantile of y, each half widened by the
Monte Carlo error:

    low  = m - sqrt((m - q[alpha/2](y))^2     + (t mcse)^2)
    high = m + sqrt((q[1 - alpha/2](y) - m)^2 + (t mcse)^2)

Quantiles use plotting positions k / (D + 1), with which the next draw falls outside each end with probability alpha/2
whatever the distribution. That needs (D + 1) alpha/2 >= 1 (39 draws at 95%).

Where some of so many draws are of no difference there is no luck in these, and the interval runs from the alpha/2 to
the 1 - alpha/2 point of the distribution whose chances are told (mixture.py): a part of it exactly at 0, the Monte
Carlo error about each other y. So an end is 0 exactly where a chance of less than alpha/2 lies beyond it.

With fewer draws the ends of the data are too narrow and the noise share too
poorly known to be taken off: the half-width is then Student's prediction interval of the draw means, t[D - 1]
s sqrt(1 + 1 / D), which errs on the wide side. s is sqrt(B), or on the longer side of skewed draws the larger
sqrt(2 sum of squares on that side / (D - 1)): a symmetric interval falls short where effects are skewed. t in the
widening has D (R - 1) degrees of freedom.

One replicate (R = 1): the parts cannot be told apart. Then mcse = sqrt(B / D), parameter_sd is not known (NaN), nothing
is pulled in, and the interval is too wide rather than too narrow. One draw (D = 1): the interval is Monte Carlo error
alone. One run: no interval (NaN).

Hard bounds. The ends lie either side of a mean, and near a bound one of them may lie where no value can: a share below
0. Such an end is cut at the bound (`within`). The true value lies inside the bounds, so the cut takes nothing away that
could be right: coverage stays, and so does every end that lies inside. (On a logit scale every end would move, also
quantiles over draws that are right as they stand, and a share of 0 has no logit.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.analysis.mixture import Mixture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BASIS_BOTH = "draws and replicates"
BASIS_DRAWS = "draws only"
BASIS_REPLICATES = "replicates only"
BASIS_ONE = "one run"

ROUNDING = 1e-9  # of the tail of a level

# What an interval of each basis contains, in words.
BASIS_WORDS = {
    BASIS_BOTH: "uncertainty about the model's numbers and Monte Carlo error, kept apart and then joined",
    BASIS_DRAWS: (
        "uncertainty about the model's numbers and Monte Carlo error together; with one replicate they cannot be told "
        "apart, so the interval is somewhat too wide"
    ),
    BASIS_REPLICATES: "Monte Carlo error only; with one draw the uncertainty about the model's numbers is left out",
    BASIS_ONE: "nothing: one run gives no interval",
}


@dataclass(frozen=True)
class Summary:
    """Mean, interval ends, Monte Carlo standard error and parameter standard deviation, in the unit of the values.

    Arrays of one shape, NaN where not known.

    basis: from what the interval is made; one of the BASIS names.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mcse: NDArray[np.float64]
    parameter_sd: NDArray[np.float64]
    basis: str


@dataclass(frozen=True)
class Spread:
    """The means of the draws and what is known of the luck in them: what intervals and chances are made of.

    of_draws: f8[draws, ...], means over replicates. is_none: whether a draw is one of no difference. shrink: factor by
    which of_draws are pulled towards mean. mcse: Monte Carlo standard error of mean, with so many degrees of freedom.
    parameter_sd, luck_share: point estimates, NaN where the parts cannot be told apart.
    """

    of_draws: NDArray[np.float64]
    is_none: NDArray[np.bool_]
    mean: NDArray[np.float64]
    shrink: NDArray[np.float64]
    mcse: NDArray[np.float64]
    freedom: int
    parameter_sd: NDArray[np.float64]
    luck_share: NDArray[np.float64]
    basis: str

    def shrunk(self) -> NDArray[np.float64]:
        """f8[draws, ...]: each draw's value with its surest share of luck taken off; 0 in a draw of no difference."""
        import numpy as np

        pulled = self.of_draws - self.mean
        pulled *= self.shrink
        pulled += self.mean
        pulled[self.is_none] = 0.0
        return np.asarray(pulled)

    def mixture(self) -> Mixture:
        """Where a further draw lies; with one replicate the values of the draws hold their luck already."""
        import numpy as np

        mcse = np.zeros_like(self.mean) if self.basis == BASIS_DRAWS else self.mcse
        return Mixture(self.shrunk(), self.is_none, mcse, self.freedom)


def basis_of(draws: int, replicates: int) -> str:
    """What an interval of so many draws and replicates is made from: one of the BASIS names."""
    if draws > 1:
        return BASIS_BOTH if replicates > 1 else BASIS_DRAWS
    return BASIS_REPLICATES if replicates > 1 else BASIS_ONE


def are_few(draws: int, level: float = 0.95) -> bool:
    """Whether draws are too few for their own quantiles to be the ends of an interval: below 39 at 95%."""
    return (draws + 1) * (1.0 - level) / 2.0 < 1.0 - ROUNDING


def summarise(values: NDArray[np.float64], level: float = 0.95) -> Summary:
    """Mean and interval of each column; the rule and its equations stand at the head of this file.

    values: f8[draws, replicates, ...]; level: coverage of the interval, a share of one.
    """
    return interval_of(spread_of(values), level)


def spread_of(values: NDArray[np.float64], nulls: NDArray[np.bool_] | None = None) -> Spread:
    """The spread of each column over draws and replicates.

    values: f8[draws, replicates, ...]. nulls: bool[draws] or bool[draws, ...], the draws in which a 0 in all replicates
    is no difference (null_draws.py); without them only a 0 in all draws is.
    """
    import numpy as np

    draws, replicates = values.shape[:2]
    basis = basis_of(draws, replicates)
    of_draws, mean = values.mean(axis=1), values.mean(axis=(0, 1))
    is_none = _none_of(values, nulls)
    unknown, whole = np.full_like(mean, np.nan), np.ones_like(mean)
    if basis == BASIS_ONE:
        return Spread(of_draws, is_none, mean, whole, unknown, 0, unknown, unknown, basis)
    if basis == BASIS_REPLICATES:
        mcse = np.sqrt(values.var(axis=(0, 1), ddof=1) / replicates)
        return Spread(of_draws, is_none, mean, whole, mcse, replicates - 1, unknown, unknown, basis)
    between = of_draws.var(axis=0, ddof=1)
    if basis == BASIS_DRAWS:
        return Spread(of_draws, is_none, mean, whole, np.sqrt(between / draws), draws - 1, unknown, unknown, basis)
    within, freedom = values.var(axis=1, ddof=1).mean(axis=0), draws * (replicates - 1)
    luck = np.divide(within / replicates, between, out=np.zeros_like(between), where=between > 0.0)
    luck[(between == 0.0) & (within > 0.0)] = np.inf
    luck[np.isnan(mean)] = np.nan
    shrink = np.sqrt(np.maximum(0.0, 1.0 - luck * _surest_part(draws - 1, freedom)))
    parameter_sd = np.sqrt(np.maximum(0.0, between - within / replicates))
    mcse = np.sqrt(within / (draws * replicates))
    return Spread(of_draws, is_none, mean, shrink, mcse, freedom, parameter_sd, luck, basis)


def interval_of(spread: Spread, level: float = 0.95) -> Summary:
    """Mean and interval of a spread; level: coverage, a share of one."""
    import numpy as np

    mean, mcse = spread.mean, spread.mcse
    if spread.basis == BASIS_ONE:
        return Summary(mean, mcse, mcse, mcse, mcse, spread.basis)  # all unknown
    noise = student(level, spread.freedom) * mcse
    if spread.basis == BASIS_REPLICATES:
        return Summary(mean, mean - noise, mean + noise, mcse, spread.parameter_sd, spread.basis)
    if are_few(len(spread.of_draws), level):
        below, above = _halves_of_few(spread, level)
        low, high = mean - np.sqrt(below**2 + noise**2), mean + np.sqrt(above**2 + noise**2)
    else:
        tail = (1.0 - level) / 2.0
        ends = np.quantile(spread.shrunk(), [tail, 1.0 - tail], axis=0, method="weibull")
        low = mean - np.sqrt(np.maximum(0.0, mean - ends[0]) ** 2 + noise**2)
        high = mean + np.sqrt(np.maximum(0.0, ends[1] - mean) ** 2 + noise**2)
        has_none = np.asarray(spread.is_none.any(axis=0))
        if has_none.any():
            low, high = np.array(low), np.array(high)
            low[has_none], high[has_none] = spread.mixture().columns(has_none).ends(tail)
    return Summary(mean, low, high, mcse, spread.parameter_sd, spread.basis)


def within(summary: Summary, lowest: NDArray[np.float64], highest: NDArray[np.float64]) -> Summary:
    """The summary with its interval cut at hard bounds, which broadcast to its shape; infinite where there is none."""
    import numpy as np

    return replace(summary, low=np.maximum(summary.low, lowest), high=np.minimum(summary.high, highest))


def _halves_of_few(spread: Spread, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance from the mean to either end of Student's prediction interval, the longer side of skewed draws longer."""
    import numpy as np

    draws = len(spread.of_draws)
    apart = spread.of_draws - spread.mean
    all_sides = (apart**2).sum(axis=0)
    halves = []
    for side in (np.minimum(apart, 0.0), np.maximum(apart, 0.0)):
        variance = np.maximum(all_sides, 2.0 * (side**2).sum(axis=0)) / (draws - 1)
        halves.append(student(level, draws - 1) * np.sqrt(variance * (1.0 + 1.0 / draws)))
    return halves[0], halves[1]


def _none_of(values: NDArray[np.float64], nulls: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """bool[draws, ...]: the draws of no difference of each column."""
    import numpy as np

    is_zero = (values == 0.0).all(axis=1)
    may_be = is_zero.all(axis=0)
    if nulls is not None:
        may_be = may_be | nulls.reshape(nulls.shape + (1,) * (is_zero.ndim - nulls.ndim))
    return np.asarray(is_zero & may_be)


def _surest_part(freedom_between: int, freedom_within: int) -> float:
    """The factor of the noise share that leaves its lower 95% limit: the 5% quantile of F."""
    from scipy.special import fdtri

    return float(fdtri(freedom_between, freedom_within, 0.05))


def student(level: float, freedom: int) -> float:
    """Two-sided Student quantile of the level."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2.0))


def known_or_none(number: float) -> float | None:
    """The number as JSON takes it: None where it is not known."""
    return float(number) if math.isfinite(float(number)) else None
