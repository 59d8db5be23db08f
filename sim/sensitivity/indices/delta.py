"""Delta: half the area between the density of an outcome and its density with a factor held, on average.

    delta_j = sum over classes c of the factor: n_c / 2n * integral |f(y) - f_c(y)| dy

with classes of as many points, densities by Gaussian kernels of Silverman's width, on a grid from the lowest to the
highest outcome, and bias taken off by the bootstrap, 2 d - mean of resamples. Delta stays the same when the outcome is
stretched, so outcomes are first replaced by normal scores of their ranks: a skewed outcome would otherwise fall into a
few cells of any grid.

The estimator is SALib's `calc_delta`; SALib's `analyze` is not called because it draws from an unkeyed generator, sets
Python's warning filters for the whole program, and takes minutes with 200 factors. Kernels are laid over GRID cells by
Fourier transform, all classes and factors at once, which changes delta by less than 0.01 (tested). A class in which the
outcome does not vary has no density and adds nothing, as in SALib: for outcomes of few values, as counts of rare
events, delta is too low, and PAWN tells more.

Borgonovo 2007, doi:10.1016/j.ress.2006.04.015; from given data: Plischke, Borgonovo and Smith 2013,
doi:10.1016/j.ejor.2012.11.047.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.evidence.draws import uniforms
from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices, indices, recentred
from sim.sensitivity.indices.given_data import beyond_dummies, dummies, given

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID = 128
_FLAT = 1e-9  # cells

MOST_RESAMPLES = 20
"""Resamples of delta are limited to so many: each costs as much as the index itself."""


def delta_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """The index of every parameter, bias taken off. y: f8[points, outcomes], finite and not constant."""
    names, x, own = given(design, y)
    own = normal_scores(own)
    n, n_factors = x.shape
    n_resamples = min(resamples, MOST_RESAMPLES)
    with_dummies = np.concatenate([x, dummies(seed, n, level)], axis=1)
    drawn = (uniforms(seed, [f"resample {r}" for r in range(n_resamples)], n) * n).astype(np.int64).T
    raw = delta(with_dummies, own)
    parts = np.array([delta(with_dummies[rows], own[rows], own.min(axis=0), own.max(axis=0)) for rows in drawn])
    value = 2.0 * raw - parts.mean(axis=0)
    from_zero = beyond_dummies(value[:n_factors], value[n_factors:], level)
    again = recentred(value, parts)[:, :n_factors]
    return [indices("delta", names, value[:n_factors], again, level=level, points=n, from_zero=from_zero)]


def normal_scores(y: Floats) -> Floats:
    """f8[points, outcomes]: normal quantile of (rank - 1/2) / points; equal values share their mean rank."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(y, axis=0) - 0.5) / len(y)))


def n_classes(points: int) -> int:
    """Classes that a factor's range is cut in, as in SALib: more with more points, 48 at most."""
    power = 2.0 / (7.0 + math.tanh((1500.0 - points) / 500.0))
    return int(min(np.ceil(points**power), 48))


def delta(x: Floats, y: Floats, lowest: Floats | None = None, highest: Floats | None = None) -> Floats:
    """Delta, f8[factors, outcomes], bias left in, of positions f8[points, factors] and outcomes f8[points, outcomes].

    lowest, highest: f8[outcomes], ends of the grid; by default of these outcomes.
    """
    n, n_factors = x.shape
    count = n_classes(n)
    place = x.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") + 1
    edges = np.linspace(0.0, n, count + 1)
    of_point = np.searchsorted(edges, place, side="left") - 1 + count * np.arange(n_factors)
    low = y.min(axis=0) if lowest is None else lowest
    high = y.max(axis=0) if highest is None else highest
    columns = [
        _of_outcome(of_point, y[:, k], count * n_factors, low[k], high[k]).reshape(n_factors, count).sum(axis=1)
        for k in range(y.shape[1])
    ]
    return np.stack(columns, axis=1)


def _of_outcome(of_point: Ints, y: Floats, n_classes: int, low: float, high: float) -> Floats:
    """f8[classes]: what each class of each factor adds to delta. of_point: i8[points, factors], class of each point."""
    n = len(y)
    if not high > low:
        return np.zeros(n_classes)
    at = (y - low) / (high - low) * (GRID - 1)  # in cells of the grid
    size = np.bincount(of_point.ravel(), minlength=n_classes).astype(np.float64)
    spread = _spread(of_point, at, size)
    counted = np.asarray(_counted(of_point, at, n_classes))
    everything = _smooth(_counted(np.zeros((n, 1), dtype=np.int64), at, 1), np.array([float(n)]), at.std(ddof=1))
    varies = spread > _FLAT
    own = _smooth(counted[varies], size[varies], spread[varies])
    distance = np.abs(own - everything)
    area = distance.sum(axis=1) - 0.5 * (distance[:, 0] + distance[:, -1])
    out = np.zeros(n_classes)
    out[varies] = size[varies] / (2.0 * n) * area
    return out


def _spread(of_point: Ints, at: Floats, size: Floats) -> Floats:
    """f8[classes]: standard deviation of the outcomes of each class, in cells; 0 with fewer than two points."""
    centred = np.broadcast_to((at - at.mean())[:, None], of_point.shape).ravel()
    flat, safe = of_point.ravel(), np.maximum(size, 1.0)
    mean = np.bincount(flat, weights=centred, minlength=len(size)) / safe
    square = np.bincount(flat, weights=(centred - mean[flat]) ** 2, minlength=len(size))
    return np.asarray(np.sqrt(square / np.maximum(size - 1.0, 1.0)))


def _counted(of_point: Ints, at: Floats, n_classes: int) -> Floats:
    """f8[classes, GRID]: points of each class, each shared between the two cells beside it."""
    cell = np.minimum(at.astype(np.int64), GRID - 2)
    part = np.broadcast_to((at - cell)[:, None], of_point.shape).ravel()
    flat = (of_point * GRID + cell[:, None]).ravel()
    size = n_classes * GRID
    shared = np.bincount(flat, weights=1.0 - part, minlength=size) + np.bincount(flat + 1, weights=part, minlength=size)
    return np.asarray(shared, dtype=np.float64).reshape(n_classes, GRID)


def _smooth(counted: Floats, size: Floats, spread: Floats | float) -> Floats:
    """Densities per cell on the grid: the counts under a Gaussian kernel of Silverman's width."""
    width = (0.75 * size) ** -0.2 * np.asarray(spread)
    frequency = np.arange(GRID + 1) * (np.pi / GRID)
    smoothing = np.exp(-0.5 * (width[:, None] * frequency) ** 2)
    spectrum = np.fft.rfft(counted, n=2 * GRID, axis=1) * smoothing
    return np.asarray(np.fft.irfft(spectrum, n=2 * GRID, axis=1)[:, :GRID] / size[:, None])
