"""Quantile functions of the parameter distributions; a uniform goes in, a value between low and high comes out.

fixed       always the value.
uniform     flat from low to high.
triangular  mode at value, zero density at low and high.
lognormal   median = value and 95% about low to high. The log is normal about ln(value), with spread
            ln(value / low) / 1.96 below the median and ln(high / value) / 1.96 above it. Their mean is
            ln(high / low) / (2 x 1.96); where value is the geometric middle both equal it (an ordinary lognormal).
beta        median = value; of all betas with that median the one whose 2.5% and 97.5% points come nearest to low
            and high, in least squares of log odds. An end at 0 or 1 has no log odds and is left out of the fit.

Beta and lognormal are cut at low and high, and each half keeps half of the draws (what is cut from a half is spread
over the rest of that half), so the median stays exactly at value however lopsided the range is. Where value stands on
an end (often 1.0, "no effect") no median is possible there: the one half that remains is taken, densest at value for
a lognormal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.rows import Parameter

Floats = NDArray[np.float64]

Z_95 = 1.959963984540054
"""97.5% point of the standard normal."""

LEAST_B, MOST_B = 0.05, 1.0e7
"""Bounds of the second shape of a fitted beta: from U-shaped to a spike."""


def quantiles(rows: Sequence[Parameter], uniform: Floats) -> Floats:
    """Values at the uniforms, shape (draws, rows); column j belongs to rows[j]. Uniforms lie strictly in (0, 1)."""
    out = np.empty(uniform.shape, dtype=np.float64)
    for j, row in enumerate(rows):
        out[:, j] = quantile(row.distribution, row.value, row.low, row.high, uniform[:, j])
    return out


def quantile(distribution: str, value: float, low: float, high: float, uniform: Floats) -> Floats:
    """Quantile of one distribution at the uniforms, never outside low to high; see the rules above."""
    u = np.asarray(uniform, dtype=np.float64)
    if distribution == "fixed" or low == high:
        return np.full(u.shape, value, dtype=np.float64)
    if distribution == "uniform":
        x = low + u * (high - low)
    elif distribution == "triangular":
        x = _triangular(value, low, high, u)
    elif distribution == "lognormal":
        x = _lognormal(value, low, high, u)
    elif distribution == "beta":
        x = _beta(value, low, high, u)
    else:
        raise ValueError(f"'{distribution}' is not a distribution")
    return np.clip(x, low, high)


def _triangular(mode: float, low: float, high: float, u: Floats) -> Floats:
    width = high - low
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, left, right)


def _lognormal(median: float, low: float, high: float, u: Floats) -> Floats:
    """Two half normals of the log, each cut at its end; a half without room (median on the end) is left out."""
    from scipy.special import ndtr, ndtri

    below, above = np.log(median / low) / Z_95, np.log(high / median) / Z_95
    half = ndtr(-Z_95)
    if below == 0.0:
        z = ndtri(0.5 + u * (0.5 - half))
    elif above == 0.0:
        z = ndtri(half + u * (0.5 - half))
    else:
        z = ndtri(half + u * (1.0 - 2.0 * half))
    return cast("Floats", median * np.exp(z * np.where(z < 0.0, below, above)))


def _beta(median: float, low: float, high: float, u: Floats) -> Floats:
    from scipy.special import betainc, betaincinv

    a, b = fit_beta(median, low, high)
    start, middle, end = (float(betainc(a, b, x)) for x in (low, median, high))
    if start >= middle:
        p = middle + u * (end - middle)
    elif end <= middle:
        p = start + u * (middle - start)
    else:
        p = np.where(u < 0.5, start + 2.0 * u * (middle - start), middle + (2.0 * u - 1.0) * (end - middle))
    return betaincinv(a, b, p)


@lru_cache(maxsize=4096)
def fit_beta(median: float, low: float, high: float) -> tuple[float, float]:
    """Both shapes (a, b) of the beta with this median whose 95% interval comes nearest to low to high.

    For each b the a that holds the median is known; b is found by golden-section search of its logarithm.
    An end at 0 or 1, or equal to the median, gives no information and is left out. With no end left (0 to 1) b is 1,
    as of the flat beta. A range of hardly any width would be a spike, and is bounded by MOST_B.
    """
    from scipy.special import betaincinv, btdtria

    ends = [(p, x) for p, x in ((0.025, low), (0.975, high)) if 0.0 < x < 1.0 and x != median]
    if not ends:
        return float(btdtria(0.5, 1.0, median)), 1.0
    points = np.array([p for p, _ in ends])
    wanted = _log_odds(np.array([x for _, x in ends]))

    def misfit(log_b: float) -> float:
        b = math.exp(log_b)
        a = btdtria(0.5, b, median)
        return float(np.sum((_log_odds(betaincinv(a, b, points)) - wanted) ** 2))

    b = math.exp(_least(misfit, math.log(LEAST_B), math.log(MOST_B)))
    return float(btdtria(0.5, b, median)), b


def _least(function: Callable[[float], float], left: float, right: float, tolerance: float = 1e-6) -> float:
    """Where a function with one dip is least between left and right: golden-section search (Kiefer 1953)."""
    golden = (math.sqrt(5.0) - 1.0) / 2.0
    x, y = right - golden * (right - left), left + golden * (right - left)
    at_x, at_y = function(x), function(y)
    while right - left > tolerance:
        if at_x < at_y:
            right, y, at_y = y, x, at_x
            x = right - golden * (right - left)
            at_x = function(x)
        else:
            left, x, at_x = x, y, at_y
            y = left + golden * (right - left)
            at_y = function(y)
    return 0.5 * (left + right)


def _log_odds(x: Floats) -> Floats:
    tiny = np.finfo(np.float64).tiny
    return cast("Floats", np.log(np.maximum(x, tiny)) - np.log(np.maximum(1.0 - x, tiny)))
