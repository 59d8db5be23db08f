"""Quantile functions of the parameter rows: a uniform goes in, a value comes out, never falling as the uniform rises.

The range that a row states is the central 95% of its draws: low is their 2.5% point, high their 97.5% point, and one
draw in twenty lies outside. Nothing is cut but where nature has an end (a share at 0 and 1, an amount at 0).

fixed           always the value.
uniform         flat from low to high, the one distribution with hard ends.
lognormal       median = value. The logarithm is normal about ln(value), with standard deviation ln(value / low) / 1.96
                below the median and ln(high / value) / 1.96 above it.
lognormal_mean  the same curve, whose mean is the value; for prices, which are paid on average. Its median m solves
                m (exp(a^2 / 2) Phi(-a) + exp(b^2 / 2) Phi(b)) = value, a = ln(m / low) / 1.96, b = ln(high / m) / 1.96.
beta            median = value: below it the lower half of the beta with this median and its 2.5% point at low, above it
                the upper half of the beta with this median and its 97.5% point at high. An end at 0 or 1 is no point of
                a beta: that half takes the other half's beta, and with both ends there it is flat beyond.
normal          median = value, a standard deviation for each side as for lognormal; cut where the unit ends.

Two halves, because a range is often lopsided (naloxone held at release: 0.17, perhaps 0.50 by now, hardly below 0.12),
and one curve with the right median would claim more than the row does.

no_effect. A row may hold a chance p that the thing does nothing: then value, low and high say what it does if it does
anything. That share of the draws stands exactly at the null (a ratio of 1, anything else at 0), at the end of the
uniforms where the null lies, and no other draw passes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.ranges import Z_95
from sim.evidence.rows import Parameter
from sim.evidence.units import allowed_values, kind_of_unit

Floats = NDArray[np.float64]
Shapes = tuple[float, float]

LEAST_B, MOST_B = 0.05, 1.0e7
"""Bounds of the second shape of a fitted beta: from U-shaped to a spike."""

HALVINGS = 50
"""Steps of a search by halving; what is searched for is then known to 1e-14 of the range."""

MIDPOINTS = 10_000
"""Uniforms at which `shape_of_draws` reads a row."""


def quantiles(rows: Sequence[Parameter], uniform: Floats) -> Floats:
    """Values at the uniforms, shape (draws, rows); column j belongs to rows[j]. Uniforms lie strictly in (0, 1)."""
    out = np.empty(uniform.shape, dtype=np.float64)
    for j, row in enumerate(rows):
        out[:, j] = quantile(row, uniform[:, j])
    return out


def quantile(row: Parameter, uniform: Floats) -> Floats:
    """Values of one row at the uniforms; see the rules above."""
    u = np.asarray(uniform, dtype=np.float64)
    if not row.no_effect:
        return _if_it_works(row, u)
    works, null = 1.0 - row.no_effect, row.null
    if row.value < null:
        does = u < works
        return np.where(does, np.minimum(_if_it_works(row, np.where(does, u / works, 0.5)), null), null)
    does = u >= row.no_effect
    return np.where(does, np.maximum(_if_it_works(row, np.where(does, _above(u, row.no_effect), 0.5)), null), null)


def _above(u: Floats, part: float) -> Floats:
    """Where the uniforms above `part` stand between it and 1, strictly inside."""
    return np.clip((u - part) / (1.0 - part), 2.0**-53, 1.0 - 2.0**-53)


def _if_it_works(row: Parameter, u: Floats) -> Floats:
    """Values at the uniforms, whatever the chance of no effect."""
    value, low, high = row.value, row.low, row.high
    if row.distribution == "fixed" or low == high:
        return np.full(u.shape, value, dtype=np.float64)
    if row.distribution == "uniform":
        return low + u * (high - low)
    if row.distribution == "lognormal":
        return _lognormal(value, low, high, u)
    if row.distribution == "lognormal_mean":
        return _lognormal(median_of_mean(value, low, high), low, high, u)
    if row.distribution == "beta":
        return _beta(value, low, high, u)
    if row.distribution == "normal":
        lowest, highest, _ = allowed_values(kind_of_unit(row.unit))
        return np.clip(_normal(value, low, high, u), lowest, highest)
    raise ValueError(f"'{row.distribution}' is not a distribution")


def _normal(median: float, low: float, high: float, u: Floats) -> Floats:
    """Two half normals that meet at the median."""
    from scipy.special import ndtri

    z = ndtri(u)
    return cast("Floats", median + z * np.where(z < 0.0, median - low, high - median) / Z_95)


def _lognormal(median: float, low: float, high: float, u: Floats) -> Floats:
    return np.exp(_normal(math.log(median), math.log(low), math.log(high), u))


def lognormal_mean(median: float, low: float, high: float) -> float:
    """Mean of the two-sided lognormal with this median and these 2.5% and 97.5% points."""
    below, above = math.log(median / low) / Z_95, math.log(high / median) / Z_95
    return median * (math.exp(below**2 / 2.0) * _phi(-below) + math.exp(above**2 / 2.0) * _phi(above))


def _phi(x: float) -> float:
    """Share of a standard normal below x; without scipy, as a table is held against it while it is read."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@lru_cache(maxsize=4096)
def median_of_mean(mean: float, low: float, high: float) -> float:
    """Median of the two-sided lognormal with this mean and these 2.5% and 97.5% points; the mean rises with it."""
    under, over = low, high
    for _ in range(HALVINGS):
        middle = math.sqrt(under * over)
        if lognormal_mean(middle, low, high) > mean:
            over = middle
        else:
            under = middle
    return math.sqrt(under * over)


def _beta(median: float, low: float, high: float, u: Floats) -> Floats:
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


class DrawnShape(NamedTuple):
    """What draws of a row are like: their mean, the chance that they stand exactly at the null and beyond it.

    beyond: on the other side of the null than the value, so that the thing does the opposite of what is expected; None,
    as `nothing`, where the row has no null.
    """

    mean: float
    nothing: float | None
    beyond: float | None


def shape_of_draws(row: Parameter) -> DrawnShape:
    """Mean and chances of a row's draws, read at MIDPOINTS uniforms."""
    x = quantile(row, (np.arange(MIDPOINTS) + 0.5) / MIDPOINTS)
    if not row.has_null:
        return DrawnShape(float(x.mean()), None, None)
    beyond = x > row.null if row.value < row.null else x < row.null
    return DrawnShape(float(x.mean()), float((x == row.null).mean()), float(beyond.mean()))
