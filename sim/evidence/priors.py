"""Quantile functions of the parameter distributions; a uniform goes in, a value between low and high comes out.

fixed       always the value.
uniform     flat from low to high.
triangular  mode at value, zero density at low and high.
lognormal   median = value and 95% about low to high. The log is normal about ln(value), with spread
            ln(value / low) / 1.96 below the median and ln(high / value) / 1.96 above it. Their mean is
            ln(high / low) / (2 x 1.96); where value is the geometric middle both equal it (an ordinary lognormal).
beta        median = value and 95% about low to high. Below the median it is the lower half of the beta that has this
            median and its 2.5% point at low, above it the upper half of the beta that has this median and its 97.5%
            point at high. Where one beta has all three points both halves are that beta's. An end at 0 or 1 is no
            point of a beta: that half takes the other half's beta, and with both ends there it is the flat one.

Two halves for lognormal and beta because a range is often lopsided (naloxone held at release: 0.17, perhaps 0.50 by
now, hardly below 0.12), and one curve with the right median would be as narrow on its wide side as the row is on its
narrow side, so that draws would claim more than the row does.

Beta and lognormal are cut at low and high, and each half keeps half of the draws (what is cut from a half is spread
over the rest of that half), so the median stays exactly at value however lopsided the range is. After the cut the
middle 95% of the draws spans about 85% of each half, in logarithms or log odds. Where value stands on an end (often
1.0, "no effect") no median is possible there: the one half that remains is taken, densest at value for a lognormal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.ranges import Z_95
from sim.evidence.rows import Parameter

Floats = NDArray[np.float64]
Shapes = tuple[float, float]

LEAST_B, MOST_B = 0.05, 1.0e7
"""Bounds of the second shape of a fitted beta: from U-shaped to a spike."""

HALVINGS = 50
"""Steps of the search for that shape; its logarithm is then known to 2e-14."""


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
    """Two half betas, each cut at its end; a half without room (median on the end) is left out."""
    from scipy.special import betainc, betaincinv

    below, above = fit_halves(median, low, high)
    if below is None or above is None:
        a, b = below or above or (1.0, 1.0)
        start, end = float(betainc(a, b, low)), float(betainc(a, b, high))
        return betaincinv(a, b, start + u * (end - start))
    start, end = float(betainc(*below, low)), float(betainc(*above, high))
    lower = betaincinv(*below, start + np.minimum(2.0 * u, 1.0) * (0.5 - start))
    upper = betaincinv(*above, 0.5 + np.maximum(2.0 * u - 1.0, 0.0) * (end - 0.5))
    return np.where(u < 0.5, lower, upper)


@lru_cache(maxsize=4096)
def fit_halves(median: float, low: float, high: float) -> tuple[Shapes | None, Shapes | None]:
    """Shapes (a, b) of the beta below and of the beta above the median; None for a half that has no room."""
    below = fit_beta(median, low, 0.025) if 0.0 < low < median else None
    above = fit_beta(median, high, 0.975) if median < high < 1.0 else None
    flat = fit_flat(median)
    return (
        None if low == median else below or above or flat,
        None if high == median else above or below or flat,
    )


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
