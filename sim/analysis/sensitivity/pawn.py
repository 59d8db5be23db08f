"""PAWN: how far the distribution of an outcome moves when a factor is held in one slice of its range.

The factor's range is cut in ten slices of as many points. In each, the largest distance between the distribution
function of the outcome there and that of all points is found (Kolmogorov and Smirnov); the index is the median of the
slices (Pianosi and Wagener 2015, 2018). It looks at whole distributions, so it suits skewed outcomes. Equal to SALib's
median but for the one point at the very top of a factor, which SALib leaves out of its slices.

The distance is largest at a point of the slice, just before or at it, so with m points of ranks r(1) <= r(2) .. among
all n (equal values: both their lowest and their highest rank), it is the largest of i/m - r(i)/n and r(i)/n - (i-1)/m.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis.sensitivity.bootstrap import Indices
from sim.analysis.sensitivity.given_data import given_data_indices
from sim.study.designs import Design

Floats = NDArray[np.float64]

SLICES = 10


def pawn_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """The index of every parameter. y: f8[points, outcomes], finite and not constant."""
    return given_data_indices("pawn", median_distance, design, y, level=level, resamples=resamples, seed=seed)


def median_distance(x: Floats, y: Floats) -> Floats:
    """f8[factors, outcomes] of positions f8[points, factors] and outcomes f8[points, outcomes]."""
    from scipy.stats import rankdata

    n = len(y)
    upto = np.asarray(rankdata(y, method="max", axis=0), dtype=np.float64) / n
    below = (np.asarray(rankdata(y, method="min", axis=0), dtype=np.float64) - 1.0) / n
    edges = np.ceil(np.arange(SLICES + 1) * (n - 1) / SLICES).astype(np.int64)
    edges[-1] = n
    out = np.empty((x.shape[1], y.shape[1]))
    for j in range(x.shape[1]):
        order = x[:, j].argsort()
        slices = [order[start:end] for start, end in pairwise(edges)]
        out[j] = np.median([_distance(upto[own], below[own]) for own in slices], axis=0)
    return out


def _distance(upto: Floats, below: Floats) -> Floats:
    """f8[outcomes]: largest distance of the slice's distribution function from that of all points."""
    m = len(upto)
    step = np.arange(m + 1)[:, None] / m
    above = (step[1:] - np.sort(upto, axis=0)).max(axis=0)
    under = (np.sort(below, axis=0) - step[:-1]).max(axis=0)
    return np.asarray(np.maximum(above, under))
