"""One-at-a-time design: the reference point, then each parameter alone at some of its quantiles.

Point 0 has every parameter at its row's own value. Then come all parameters at the first quantile, all at the second,
and so on, so that a design with more quantiles begins with the shorter one: the ends first, which make a tornado.
All points share one stream of random numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.sensitivity.designs.design import OWN_VALUE, Floats, Ints, one_stream

QUANTILES = (0.025, 0.975, 0.5, 0.25, 0.75)
"""Taken in this order; the first two are the ends."""


def one_at_a_time_points(n_factors: int, quantiles: Sequence[float]) -> tuple[Floats, Ints, Ints]:
    """Positions, stream and unit of 1 + quantiles x factors points; OWN_VALUE but for one parameter at each.

    f8[points, factors], i8[points], i8[points]; each point is a unit of its own. quantiles: above 0 and below 1.
    """
    points = 1 + len(quantiles) * n_factors
    uniforms = np.full((points, n_factors), OWN_VALUE)
    for k, quantile in enumerate(quantiles):
        rows = 1 + k * n_factors + np.arange(n_factors)
        uniforms[rows, np.arange(n_factors)] = quantile
    return uniforms, one_stream(points), np.arange(points, dtype=np.int64)
