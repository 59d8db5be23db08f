"""The shapes that draws may have: quantile functions of two halves that meet at the median, by numbers alone.

`priors.py` says which row takes which; here stand the curves, and the searches for what a row does not state.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.evidence.ranges import Z_95

Floats = NDArray[np.float64]
Shapes = tuple[float, float]

LEAST_B, MOST_B = 0.05, 1.0e7
"""Bounds of the second shape of a fitted beta: from U-shaped to a spike."""

HALVINGS = 50
"""Steps of a search by halving; what is searched for is then known to 1e-14 of the range."""


def normal(median: float, low: float, high: float, u: Floats) -> Floats:
    """Two half normals that meet at the median."""
    from scipy.special import ndtri

    z = ndtri(u)
    return np.asarray(median + z * np.where(z < 0.0, median - low, high - median) / Z_95)


def lognormal(median: float, low: float, high: float, u: Floats) -> Floats:
    return np.exp(normal(math.log(median), math.log(low), math.log(high), u))


def gamma(mean: float, low: float, high: float, u: Floats) -> Floats:
    """Gamma with this mean, whose standard deviation is a 3.92th of the range (`gamma_shape`)."""
    from scipy.special import gammaincinv

    shape, scale = gamma_shape(mean, low, high)
    return np.asarray(scale * gammaincinv(shape, u))


def gamma_shape(mean: float, low: float, high: float) -> Shapes:
    """Shape and scale of the gamma with this mean and the standard deviation (high - low) / 3.92, by moments.

    The rule for costs of Briggs, Claxton and Sculpher 2006 (Decision Modelling for Health Economic Evaluation, 4.3):
    a mean is kept whatever the range, at the price that the 2.5% and 97.5% points are near low and high, not on them.
    """
    deviation = (high - low) / (2.0 * Z_95)
    return (mean / deviation) ** 2, deviation**2 / mean


def beta_mean(mean: float, low: float, high: float, u: Floats) -> Floats:
    """Beta with this mean and the standard deviation (high - low) / 3.92, by moments as `gamma_shape`."""
    from scipy.special import betaincinv

    return np.asarray(betaincinv(*beta_shapes(mean, low, high), u))


def beta_shapes(mean: float, low: float, high: float) -> Shapes:
    """Shapes (a, b) of the beta with this mean and the standard deviation (high - low) / 3.92; above 0 if it exists."""
    deviation = (high - low) / (2.0 * Z_95)
    both = mean * (1.0 - mean) / deviation**2 - 1.0
    return mean * both, (1.0 - mean) * both


def beta(median: float, low: float, high: float, u: Floats) -> Floats:
    """Two half betas that meet at the median."""
    from scipy.special import betaincinv

    below, above = fit_halves(median, low, high)
    return np.where(u < 0.5, betaincinv(*below, np.minimum(u, 0.5)), betaincinv(*above, np.maximum(u, 0.5)))


@lru_cache(maxsize=4096)
def fit_halves(median: float, low: float, high: float) -> tuple[Shapes, Shapes]:
    """Shapes (a, b) of the beta below and of the beta above the median."""
    below = fit_beta(median, low, 0.025) if low > 0.0 else None
    above = fit_beta(median, high, 0.975) if high < 1.0 else None
    flat = fit_flat(median)
    return below or above or flat, above or below or flat


def fit_flat(median: float) -> Shapes:
    """Shapes of the beta with this median and b = 1; with median 0.5 it is the flat distribution."""
    from scipy.special import btdtria

    return float(btdtria(0.5, 1.0, median)), 1.0


def fit_beta(median: float, end: float, p: float) -> Shapes:
    """Shapes (a, b) of the beta with this median whose p-th point is end, which lies strictly between 0 and 1.

    For each b the a that holds the median is known, and the larger b the narrower the beta; b is found by halving the
    range of its logarithm. What no b within LEAST_B to MOST_B can reach (a spike, or an end far out) stops there.
    """
    from scipy.special import betaincinv, btdtria

    wanted = abs(_log_odds(end) - _log_odds(median))
    wide, narrow = math.log(LEAST_B), math.log(MOST_B)
    for _ in range(HALVINGS):
        middle = 0.5 * (wide + narrow)
        b = math.exp(middle)
        reach = abs(_log_odds(float(betaincinv(btdtria(0.5, b, median), b, p))) - _log_odds(median))
        if reach > wanted:
            wide = middle
        else:
            narrow = middle
    b = math.exp(0.5 * (wide + narrow))
    return float(btdtria(0.5, b, median)), b


def _log_odds(x: float) -> float:
    tiny = float(np.finfo(np.float64).tiny)
    return math.log(max(x, tiny)) - math.log(max(1.0 - x, tiny))
