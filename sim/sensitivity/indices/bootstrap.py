"""Resampling of whole units, keyed by seed, and what comes of it: intervals and intervals of ranks.

Sobol and Morris: units (base samples, trajectories) are drawn with replacement, and an index of a resample is made of
sums weighted by how often each unit was drawn, so that all resamples of all factors and outcomes are one product of
matrices. The interval is from the alpha/2 to the 1 - alpha/2 quantile of the resamples (percentile bootstrap).

Methods of given data sort the points by each factor, and a point drawn twice would look like a finding. They take half
of the points without replacement instead: the spread of an index over such halves is that of the whole sample
(Politis, Romano and Wolf 1999, with m = n / 2). Halves are also more biased than the whole, so their mean is moved to
the value: interval = value + quantiles of (half - mean of halves).

A rank is 1 for the largest absolute value; equal values share the better rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.draws import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


_ROUNDING = 1e-12


@dataclass(frozen=True)
class Indices:
    """One sensitivity index of many factors for many outcomes, with its interval and rank.

    index: S1, ST, S2, mu, mu_star, sigma, delta or pawn. factors, others: names; others is '' but for S2.
    value, low, high: f8[factors, outcomes]; from_zero: bool, whether told from zero; rank, rank_low, rank_high: i8.
    points: points used.
    """

    index: str
    factors: tuple[str, ...]
    others: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    from_zero: Bools
    rank: Ints
    rank_low: Ints
    rank_high: Ints
    points: int


def counts(seed: int, n: int, resamples: int) -> Floats:
    """f8[resamples, n]: how often each of n units is drawn in each resample; rows sum to n."""
    drawn = (uniforms(seed, [f"resample {r}" for r in range(resamples)], n) * n).astype(np.int64)
    drawn += n * np.arange(resamples)
    times = np.bincount(drawn.ravel(), minlength=n * resamples).reshape(resamples, n)
    return np.asarray(times, dtype=np.float64)


def halves(seed: int, n: int, resamples: int) -> Ints:
    """i8[resamples, n // 2]: half of n points for each resample, without replacement, in ascending order."""
    order = uniforms(seed, [f"half {r}" for r in range(resamples)], n).argsort(axis=0, kind="stable")
    return np.ascontiguousarray(np.sort(order[: n // 2], axis=0).T)


def recentred(value: Floats, resampled: Floats) -> Floats:
    """The resamples, f8[resamples, factors, outcomes], moved so that their mean is the value."""
    return np.asarray(value + (resampled - resampled.mean(axis=0)))


def interval(resampled: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the percentile interval at the level, over the first axis."""
    tail = (1.0 - level) / 2.0
    ends = np.quantile(resampled, [tail, 1.0 - tail], axis=0)
    return np.asarray(ends[0]), np.asarray(ends[1])


def ranks(values: Floats, axis: int = 0) -> Ints:
    """Rank along the axis, 1 for the largest absolute value; equal values share the better rank."""
    from scipy.stats import rankdata

    places = rankdata(-np.abs(values), method="min", axis=axis)
    return cast("Ints", np.asarray(places).astype(np.int64))


def indices(
    index: str,
    factors: tuple[str, ...],
    value: Floats,
    resampled: Floats,
    *,
    level: float,
    points: int,
    others: tuple[str, ...] = (),
    from_zero: Bools | None = None,
) -> Indices:
    """Value, interval, rank and its interval of one index.

    value: f8[factors, outcomes]; resampled: f8[resamples, factors, outcomes].
    from_zero: told from zero by other means; without it, where the interval leaves 0 out.
    What is less than 1e-12 of an outcome's largest value is rounding, and becomes 0.
    """
    least = _ROUNDING * np.abs(value).max(axis=0)
    value, resampled = np.where(np.abs(value) > least, value, 0.0), np.where(np.abs(resampled) > least, resampled, 0.0)
    low, high = interval(resampled, level)
    tail = (1.0 - level) / 2.0
    of_resamples = ranks(resampled, axis=1)
    rank_low = np.quantile(of_resamples, tail, axis=0, method="lower").astype(np.int64)
    rank_high = np.quantile(of_resamples, 1.0 - tail, axis=0, method="higher").astype(np.int64)
    differs = (low > 0.0) | (high < 0.0) if from_zero is None else from_zero
    return Indices(
        index,
        factors,
        others or ("",) * len(factors),
        value,
        low,
        high,
        differs,
        ranks(value),
        rank_low,
        rank_high,
        points,
    )
