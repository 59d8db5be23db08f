"""Sobol indices: the share of an outcome's variance that a factor, a pair or a group brings about.

With A, B, AB_j and BA_j the outcomes of `sim.sensitivity.designs.sobol`, all less their overall mean:

    V    = variance of A and B together
    S1_j = mean(B (AB_j - A)) / V                            first order: the factor alone (a)
    ST_j = mean((A - AB_j)^2) / (2 V)                        total: with all its interactions (b)
    S2_jk = mean(BA_j AB_k - A B) / V - S1_j - S1_k          the pair beyond both alone (c)

These are SALib's estimators, worked out for all outcomes and all bootstrap resamples at once; a test holds them equal
to SALib's to rounding. With groups, j and k are groups. The stream of random numbers, where it is a factor, is one like
any other: its ST is the share of variance that is noise.

Sobol 2001, doi:10.1016/S0378-4754(00)00270-6. (a) Saltelli and others 2010, doi:10.1016/j.cpc.2009.09.018. (b) Jansen
1999, doi:10.1016/S0010-4655(98)00154-4. (c) Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices, counts, indices

Floats = NDArray[np.float64]

_EPS = float(np.finfo(np.float64).eps)


class Blocks(NamedTuple):
    """Outcomes less their mean and over their spread.

    a, b: f8[samples, 1, outcomes]; ab: f8[samples, factors, outcomes]; ba: the same, or without factors where the
    design is not of second order.
    """

    a: Floats
    b: Floats
    ab: Floats
    ba: Floats


def sobol_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """S1, ST and, where the design is of second order, S2.

    y: f8[points, outcomes], finite and not constant (see `guards`).
    """
    blocks = _blocks(design, y)
    weights = counts(seed, design.samples, resamples)
    first, total = _first_and_total(blocks, _once(design))
    first_again, total_again = _first_and_total(blocks, weights)
    orders = [
        indices("S1", design.moved, first[0], first_again, level=level, points=design.points),
        indices("ST", design.moved, total[0], total_again, level=level, points=design.points),
    ]
    if blocks.ba.shape[1] > 1:
        orders.append(_second_indices(design, blocks, weights, level))
    return orders


def _once(design: Design) -> Floats:
    """Weights that take each base sample once."""
    return np.ones((1, design.samples))


def _blocks(design: Design, y: Floats) -> Blocks:
    spread = y.std(axis=0)
    standard = (y - y.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    runs = standard.reshape(design.samples, -1, y.shape[1])
    k = len(design.moved)
    return Blocks(runs[:, :1], runs[:, -1:], runs[:, 1 : 1 + k], runs[:, 1 + k : -1])


def _first_and_total(blocks: Blocks, weights: Floats) -> tuple[Floats, Floats]:
    """S1 and ST, each f8[resamples, factors, outcomes]. weights: f8[resamples, samples], rows of one sum."""
    a, b, ab, _ = blocks
    variance = _variance(blocks, weights)[:, None]
    first = _mean(b * (ab - a), weights)
    total = _mean((a - ab) ** 2, weights) / 2.0
    return _share(first, variance), _share(total, variance)


def _second_indices(design: Design, blocks: Blocks, weights: Floats, level: float) -> Indices:
    """S2 of all pairs, outcome by outcome, since its resamples are many."""
    pairs = list(combinations(range(len(design.moved)), 2))
    parts = []
    for k in range(blocks.a.shape[2]):
        own = Blocks(*(block[:, :, k : k + 1] for block in blocks))
        value, again = _second(own, _once(design), pairs)[0], _second(own, weights, pairs)
        parts.append(indices("S2", (), value, again, level=level, points=design.points))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in ("value", "low", "high", "from_zero", "rank", "rank_low", "rank_high")
    }
    names = design.moved
    factors, others = tuple(names[j] for j, _ in pairs), tuple(names[k] for _, k in pairs)
    return Indices("S2", factors, others, points=design.points, **joined)


def _second(blocks: Blocks, weights: Floats, pairs: list[tuple[int, int]]) -> Floats:
    """S2 of one outcome, f8[resamples, pairs, 1]."""
    first, _ = _first_and_total(blocks, weights)
    left, right = np.array([j for j, _ in pairs]), np.array([k for _, k in pairs])
    product = blocks.ba[:, left] * blocks.ab[:, right] - blocks.a * blocks.b
    joint = _share(_mean(product, weights), _variance(blocks, weights)[:, None])
    return joint - first[:, left] - first[:, right]


def _mean(values: Floats, weights: Floats) -> Floats:
    """f8[resamples, ...]: weighted means over the base samples, the first axis of values."""
    n = len(values)
    return (weights @ values.reshape(n, -1)).reshape(len(weights), *values.shape[1:]) / n


def _variance(blocks: Blocks, weights: Floats) -> Floats:
    """f8[resamples, outcomes]: variance of A and B together."""
    a, b = blocks.a[:, 0], blocks.b[:, 0]
    mean = _mean(a + b, weights) / 2.0
    return _mean(a * a + b * b, weights) / 2.0 - mean * mean


def _share(part: Floats, variance: Floats) -> Floats:
    """Part of the variance; 0 where a resample has none."""
    room = np.broadcast_to(variance > _EPS, part.shape)
    return np.divide(part, np.broadcast_to(variance, part.shape), out=np.zeros_like(part), where=room)
