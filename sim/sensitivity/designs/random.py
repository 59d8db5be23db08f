"""Random design: the very draws that `ParameterTable.sample` makes of the factors, each with luck of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.evidence.draws import uniforms
from sim.sensitivity.designs.design import Floats, Ints


def random_points(names: Sequence[str], n: int, seed: int) -> tuple[Floats, Ints, Ints]:
    """Uniforms, stream and unit of n draws; draw i is the same for every n, a name's column for every other set."""
    count = np.arange(n, dtype=np.int64)
    return uniforms(seed, names, n), count, count.copy()
