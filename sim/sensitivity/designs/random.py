"""Random design: the very draws that `ParameterTable.sample` makes of the factors, each with a stream of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.evidence.draws import uniforms
from sim.sensitivity.designs.design import Floats, Ints


def random_points(names: Sequence[str], n: int, seed: int) -> tuple[Floats, Ints, Ints]:
    """Positions, stream and unit of n draws: f8[n, factors], i8[n], i8[n]; a draw is a unit.

    Draw i is the same for every n, and the column of a name whatever other names there are.
    """
    count = np.arange(n, dtype=np.int64)
    return uniforms(seed, names, n), count, count.copy()
