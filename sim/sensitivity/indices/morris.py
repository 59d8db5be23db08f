"""Morris screening: elementary effects of a factor along trajectories.

The effect of factor j in trajectory t is the change of the outcome, per whole range of the factor's distribution, in
the step in which j moves: (y after - y before) / (position after - position before). Over the trajectories

    mu = mean of effects     mu_star = mean of their absolute values     sigma = their standard deviation

A large mu_star says that a factor matters, a large sigma that it does so through others or not in a straight line. The
factors of a group move together, each in its own direction, so that the change has no sign: groups of several factors
have a mu_star only. Positions here are the middles of levels and a move is 0.5; SALib, whose levels reach from 0 to 1,
gives effects 0.5 (2 levels - 2) / levels times as large.

Morris 1991, doi:10.1080/00401706.1991.10484804; mu_star and groups: Campolongo, Cariboni and Saltelli 2007,
doi:10.1016/j.envsoft.2006.10.004.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices, counts, indices

Floats = NDArray[np.float64]


def morris_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """mu_star, and mu and sigma of what moves alone. y: f8[points, outcomes], finite and not constant."""
    effects = elementary_effects(design, y)
    weights = counts(seed, design.samples, resamples)
    once = np.ones((1, design.samples))
    alone = np.flatnonzero(np.bincount(design.moves) == 1)
    names = tuple(design.moved[j] for j in alone)
    sizes = np.abs(effects)
    star = indices(
        "mu_star", design.moved, _mean(sizes, once)[0], _mean(sizes, weights), level=level, points=design.points
    )
    if not len(alone):
        return [star]
    signed = effects[:, alone]
    mu = indices("mu", names, _mean(signed, once)[0], _mean(signed, weights), level=level, points=design.points)
    spread, again = _spread(signed, once)[0], _spread(signed, weights)
    return [star, mu, indices("sigma", names, spread, again, level=level, points=design.points)]


def elementary_effects(design: Design, y: Floats) -> Floats:
    """f8[trajectories, factors or groups, outcomes], per whole range of a factor's distribution.

    A group's effect has the sign of the change of its first factor.
    """
    k = len(design.moved)
    positions = design.uniforms.reshape(design.samples, k + 1, -1)
    steps = np.diff(positions, axis=1)
    change = np.diff(y.reshape(design.samples, k + 1, -1), axis=1)
    first = np.array([design.moves.tolist().index(j) for j in range(k)])
    at = np.abs(steps[:, :, first]).argmax(axis=1)  # step in which each moves
    trajectory = np.arange(design.samples)[:, None]
    size = steps[trajectory, at, first[None, :]]
    return np.asarray(change[trajectory, at] / size[:, :, None])


def _mean(effects: Floats, weights: Floats) -> Floats:
    n = len(effects)
    return (weights @ effects.reshape(n, -1)).reshape(len(weights), *effects.shape[1:]) / n


def _spread(effects: Floats, weights: Floats) -> Floats:
    """Standard deviation with n - 1 below, f8[resamples, factors, outcomes]."""
    n = len(effects)
    centred = effects - effects.mean(axis=0)
    variance = _mean(centred * centred, weights) - _mean(centred, weights) ** 2
    return np.sqrt(np.maximum(0.0, variance) * n / (n - 1))
