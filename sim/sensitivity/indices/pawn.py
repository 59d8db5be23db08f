"""PAWN: how far the distribution of an outcome moves when a factor is held in one slice of its range.

The factor's range is cut in ten slices of as many points. In each, the largest distance between the distribution
function of the outcome there and that of all points is found (Kolmogorov and Smirnov); the index is the median of the
slices. It looks at whole distributions, so it suits skewed outcomes. Equal to SALib's median but for the one point at
the very top of a factor, which SALib leaves out of its slices.

Pianosi and Wagener 2015, doi:10.1016/j.envsoft.2015.01.004, and 2018, doi:10.1016/j.envsoft.2018.07.019.

The distance is largest at a point of the slice, just before or at it, so with m points of ranks r(1) <= r(2) .. among
all n (equal values: both their lowest and their highest rank), it is the largest of i/m - r(i)/n and r(i)/n - (i-1)/m.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.given_data import given_data_indices

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SLICES = 10


def pawn_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """The index of every parameter. y: f8[points, outcomes], finite and not constant."""
    return given_data_indices("pawn", median_distance, design, y, level=level, resamples=resamples, seed=seed)


def median_distance(x: Floats, y: Floats) -> Floats:
    """PAWN, f8[factors, outcomes], of positions f8[points, factors] and outcomes f8[points, outcomes]."""
    from scipy.stats import rankdata

    n = len(y)
    upto = np.asarray(rankdata(y, method="max", axis=0), dtype=np.float64) / n
    below = (np.asarray(rankdata(y, method="min", axis=0), dtype=np.float64) - 1.0) / n
    slices = _slices(n)
    out = np.empty((x.shape[1], y.shape[1]))
    for j in range(x.shape[1]):
        order = x[:, j].argsort()
        distances = [_distances(upto[order[own]], below[order[own]]) for own in slices]
        out[j] = np.median(np.concatenate(distances), axis=0)
    return out


def _slices(n: int) -> list[Ints]:
    """i8[slices, m]: places of the points of each slice when a factor is in order, by length m of the slices."""
    edges = np.ceil(np.arange(SLICES + 1) * (n - 1) / SLICES).astype(np.int64)
    edges[-1] = n
    by_length: dict[int, list[Ints]] = {}
    for start, end in pairwise(edges.tolist()):
        by_length.setdefault(end - start, []).append(np.arange(start, end, dtype=np.int64))
    return [np.array(several) for several in by_length.values()]


def _distances(upto: Floats, below: Floats) -> Floats:
    """f8[slices, outcomes]: largest distance of each slice's distribution function from that of all points.

    upto, below: f8[slices, points of a slice, outcomes], shares of all outcomes up to and below each.
    """
    m = upto.shape[1]
    step = np.arange(m + 1)[:, None] / m
    above = (step[1:] - np.sort(upto, axis=1)).max(axis=1)
    under = (np.sort(below, axis=1) - step[:-1]).max(axis=1)
    return np.asarray(np.maximum(above, under))
