"""Intervals that hold parameter uncertainty and Monte Carlo error, each once.

One number x is computed for every draw d = 1..D of the uncertain parameters and replicate (stream of random
numbers) r = 1..R:

    x[d, r] = theta[d] + e[d, r],   theta[d] = what endless replicates would give under draw d,   var e = w

Mean and its parts

    m = mean of x                          W = mean over d of the variance within draw d (R - 1 below)
    B = variance of the draw means         mcse = sqrt(W / (D R))
    parameter_sd = sqrt(max(0, B - W / R))

B holds the parameter variance and W / R of noise; the noise share is taken off, so that Monte Carlo noise is not
reported as uncertainty about parameters, and floored at 0.

Interval at a level (95%: alpha = 0.05). The draw means are pulled towards their mean until their variance is that of
theta, which keeps the shape of their distribution:

    y[d] = m + (mean_r x[d, r] - m) sqrt(max(0, B - W / R) / B)

and the interval goes from the alpha/2 to the 1 - alpha/2 quantile of y, each half widened by the Monte Carlo error:

    low  = m - sqrt((m - q[alpha/2](y))^2     + (t mcse)^2)
    high = m + sqrt((q[1 - alpha/2](y) - m)^2 + (t mcse)^2)

Quantiles use plotting positions k / (D + 1), with which the next draw falls outside each end with probability alpha/2
whatever the distribution. That needs (D + 1) alpha/2 >= 1 (39 draws at 95%). With fewer draws the ends of the data are
too narrow and the noise share too poorly known to be taken off: the half-width is then Student's prediction interval
of the draw means, t[D - 1] sqrt(B (1 + 1 / D)), which errs on the wide side. t in the widening has D (R - 1) degrees of
freedom.

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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BASIS_BOTH = "draws and replicates"
BASIS_DRAWS = "draws only"
BASIS_REPLICATES = "replicates only"
BASIS_ONE = "one run"

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


def basis_of(draws: int, replicates: int) -> str:
    """What an interval of so many draws and replicates is made from: one of the BASIS names."""
    if draws > 1:
        return BASIS_BOTH if replicates > 1 else BASIS_DRAWS
    return BASIS_REPLICATES if replicates > 1 else BASIS_ONE


def summarise(values: NDArray[np.float64], level: float = 0.95) -> Summary:
    """Mean and interval of each column; the rule and its equations stand at the head of this file.

    values: f8[draws, replicates, ...]; level: coverage of the interval, a share of one.
    """
    import numpy as np

    draws, replicates = values.shape[:2]
    basis = basis_of(draws, replicates)
    mean = values.mean(axis=(0, 1))
    unknown = np.full_like(mean, np.nan)
    if basis == BASIS_ONE:
        return Summary(mean, unknown, unknown, unknown, unknown, basis)
    if basis == BASIS_REPLICATES:
        mcse = np.sqrt(values.var(axis=(0, 1), ddof=1) / replicates)
        half = student(level, replicates - 1) * mcse
        return Summary(mean, mean - half, mean + half, mcse, unknown, basis)

    of_draws = values.mean(axis=1)
    between = of_draws.var(axis=0, ddof=1)
    if basis == BASIS_DRAWS:
        mcse, parameter_variance, freedom = np.sqrt(between / draws), between, draws - 1
        parameter_sd = unknown
    else:
        within = values.var(axis=1, ddof=1).mean(axis=0)
        mcse, freedom = np.sqrt(within / (draws * replicates)), draws * (replicates - 1)
        parameter_variance = np.maximum(0.0, between - within / replicates)
        parameter_sd = np.sqrt(parameter_variance)
    below, above = _parameter_halves(of_draws, mean, between, parameter_variance, level)
    noise = student(level, freedom) * mcse
    low = mean - np.sqrt(below**2 + noise**2)
    high = mean + np.sqrt(above**2 + noise**2)
    return Summary(mean, low, high, mcse, parameter_sd, basis)


def within(summary: Summary, lowest: NDArray[np.float64], highest: NDArray[np.float64]) -> Summary:
    """The summary with its interval cut at hard bounds, which broadcast to its shape; infinite where there is none."""
    import numpy as np

    return replace(summary, low=np.maximum(summary.low, lowest), high=np.minimum(summary.high, highest))


def _parameter_halves(
    of_draws: NDArray[np.float64],
    mean: NDArray[np.float64],
    between: NDArray[np.float64],
    parameter_variance: NDArray[np.float64],
    level: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance from the mean to either end of the parameter interval, >= 0."""
    import numpy as np

    draws, tail = of_draws.shape[0], (1.0 - level) / 2.0
    if (draws + 1) * tail < 1.0:
        half = student(level, draws - 1) * np.sqrt(between * (1.0 + 1.0 / draws))
        return half, half
    shrink = np.sqrt(np.divide(parameter_variance, between, out=np.zeros_like(between), where=between > 0.0))
    ends = np.quantile(of_draws, [tail, 1.0 - tail], axis=0, method="weibull")
    return np.maximum(0.0, (mean - ends[0]) * shrink), np.maximum(0.0, (ends[1] - mean) * shrink)


def student(level: float, freedom: int) -> float:
    """Two-sided Student quantile of the level."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2.0))


def known_or_none(number: float) -> float | None:
    """The number as JSON takes it: None where it is not known."""
    return float(number) if math.isfinite(float(number)) else None
