"""Methods that need no design of their own: any points drawn independently will do.

An estimator takes positions of factors and outcomes, and gives an index of each factor for each outcome. Its interval
comes from halves of the points (see `bootstrap`). These indices are above 0 for a factor without any effect, so what
can be told from zero is found with dummies: factors that nothing reads, drawn at random, as many as place their
quantile at the level (39 at 95%). A factor is told from zero where its index is above that quantile of the dummies'
(one-sided, factor by factor: at 95%, one in twenty factors without effect will seem to have one).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.evidence.draws import uniforms
from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices, halves, indices, recentred
from sim.sensitivity.indices.guards import given_rows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Estimator = Callable[[Floats, Floats], Floats]
"""(positions f8[points, factors], outcomes f8[points, outcomes]) to indices f8[factors, outcomes]."""


def given(design: Design, y: Floats) -> tuple[tuple[str, ...], Floats, Floats]:
    """Names of parameters, their positions and the outcomes, of the points that are independent draws."""
    rows = given_rows(design)
    return design.parameters, design.uniforms[rows][:, : len(design.parameters)], y[rows]


def dummies(seed: int, points: int, level: float) -> Floats:
    """f8[points, dummies]: positions of factors that nothing reads."""
    count = math.ceil(2.0 / (1.0 - level) - 1e-9) - 1
    return uniforms(seed, [f"dummy {k}" for k in range(count)], points)


def beyond_dummies(value: Floats, of_dummies: Floats, level: float) -> Bools:
    """bool[factors, outcomes]: above the quantile of the dummies' indices at the level."""
    return np.asarray(value > np.quantile(of_dummies, level, axis=0, method="weibull"))


def given_data_indices(
    index: str, estimator: Estimator, design: Design, y: Floats, *, level: float, resamples: int, seed: int
) -> list[Indices]:
    """The index of every parameter with interval and comparison with dummies. y: f8[points, outcomes]."""
    names, x, own = given(design, y)
    value = estimator(x, own)
    null = estimator(dummies(seed, len(x), level), own)
    parts = np.array([estimator(x[half], own[half]) for half in halves(seed, len(x), resamples)])
    from_zero = beyond_dummies(value, null, level)
    again = recentred(value, parts)
    return [indices(index, names, value, again, level=level, points=len(x), from_zero=from_zero)]
