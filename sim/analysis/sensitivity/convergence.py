"""An index against the number of samples: at an eighth, a quarter, a half and all of them.

A design begins with every smaller one of its seed, so the first half of it is what half the samples would have given.
Fast has one size only, since its curves cannot be cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.analysis.sensitivity.bootstrap import Indices
from sim.analysis.sensitivity.guards import LEAST, first_units, given_rows
from sim.analysis.sensitivity.methods import RESAMPLES, indices_of
from sim.study.designs import Design

Floats = NDArray[np.float64]

PARTS = (8, 4, 2)
MOST_RESAMPLES = 100
"""Resamples of the intervals of the smaller sizes."""


def sizes(method: str, design: Design) -> list[int]:
    """Numbers of units, all of them left out, at which the index is worked out; none below the method's least."""
    if method == "fast":
        return []
    of_unit = len(given_rows(design)) // design.samples if method not in ("sobol", "morris") else 1
    counts = sorted({design.samples // part for part in PARTS})
    return [n for n in counts if n * of_unit >= LEAST[method]]


def convergence(
    method: str,
    design: Design,
    y: Floats,
    whole: Sequence[Indices],
    *,
    level: float,
    resamples: int | None,
    seed: int,
) -> list[tuple[int, Indices]]:
    """(samples, indices) from the fewest samples to all, S2 left out.

    y: f8[points, outcomes]; whole: the indices from all samples. An outcome that does not vary among the first samples
    has the indices 0 there.
    """
    count = min(RESAMPLES[method] if resamples is None else resamples, MOST_RESAMPLES)
    found = []
    for n in sizes(method, design):
        smaller, outcomes = first_units(design, y, n)
        found += [(n, one) for one in indices_of(method, smaller, outcomes, level=level, resamples=count, seed=seed)]
    found += [(design.samples, one) for one in whole]
    return [(n, one) for n, one in found if one.index != "S2"]
