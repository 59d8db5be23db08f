"""An index against the number of samples: at an eighth, a quarter, a half and all of them.

A design begins with every smaller one of its seed, so the first half of it is what half the samples would have given.
Fast has one size only, since its curves cannot be cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.guards import LEAST, first_units, given_rows, of_points
from sim.sensitivity.indices.methods import RESAMPLES, indices_of

Floats = NDArray[np.float64]

PARTS = (8, 4, 2)
OWN_DESIGN = ("sobol", "morris")
MOST_RESAMPLES, MOST_OF_GIVEN_DATA = 100, 10
"""Most resamples of the intervals of the smaller sizes: methods of their own design, and methods of given data."""


def sizes(method: str, design: Design) -> list[int]:
    """Numbers of units below the whole design at which the index is worked out; none below the method's least."""
    if method == "fast":
        return []
    of_unit = len(given_rows(design)) // design.samples if method not in OWN_DESIGN else 1
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
    """A method's indices by number of samples, from the fewest to all; second order (S2) left out.

    y: f8[points, outcomes]; whole: the indices from all samples. An outcome that does not vary among the first samples
    has the indices 0 there.
    """
    most = MOST_RESAMPLES if method in OWN_DESIGN else MOST_OF_GIVEN_DATA
    count = min(RESAMPLES[method] if resamples is None else resamples, most)
    design, y = _without_pairs(design, y)
    paths = []
    for n in sizes(method, design):
        smaller, outcomes = first_units(design, y, n)
        paths += [(n, one) for one in indices_of(method, smaller, outcomes, level=level, resamples=count, seed=seed)]
    return paths + [(design.samples, one) for one in whole if one.index != "S2"]


def _without_pairs(design: Design, y: Floats) -> tuple[Design, Floats]:
    """The design and outcomes without the points that only second order needs."""
    if not design.settings.get("second_order"):
        return design, y
    runs, moved = design.points // design.samples, len(design.moved)
    place = np.arange(design.points) % runs
    in_first_order = (place <= moved) | (place == runs - 1)
    first_order = replace(of_points(design, in_first_order), settings={**design.settings, "second_order": False})
    return first_order, y[in_first_order]
