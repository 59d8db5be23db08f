"""The methods by name: what works out the indices of each, and with how many resamples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.delta import delta_indices
from sim.sensitivity.indices.fast import fast_indices
from sim.sensitivity.indices.guards import check_method
from sim.sensitivity.indices.morris import morris_indices
from sim.sensitivity.indices.pawn import pawn_indices
from sim.sensitivity.indices.rbd_fast import rbd_fast_indices
from sim.sensitivity.indices.sobol import sobol_indices

Floats = NDArray[np.float64]


class Method(Protocol):
    """A method of sensitivity analysis: indices of outcomes y, f8[points, outcomes], of a design's points."""

    def __call__(self, design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]: ...


METHODS: Mapping[str, Method] = {
    "sobol": sobol_indices,
    "morris": morris_indices,
    "fast": fast_indices,
    "rbd_fast": rbd_fast_indices,
    "pawn": pawn_indices,
    "delta": delta_indices,
}

RESAMPLES: Mapping[str, int] = {"sobol": 200, "morris": 200, "fast": 100, "rbd_fast": 50, "pawn": 50, "delta": 10}
"""Resamples of each method where the caller does not say; each costs about as much as the index itself."""

USUAL: Mapping[str, tuple[str, ...]] = {
    "sobol": ("sobol",),
    "morris": ("morris",),
    "fast": ("fast",),
    "random": ("rbd_fast", "pawn", "delta"),
    "one_at_a_time": (),
}
"""By design the methods that are used where the caller names none."""


def indices_of(
    method: str, design: Design, y: Floats, *, level: float = 0.95, resamples: int | None = None, seed: int = 0
) -> list[Indices]:
    """The indices that a method gives. y: f8[points, outcomes], each finite and not constant.

    Raises InputError for a method that cannot use the design's points, or has too few of them.
    """
    check_method(method, design)
    count = RESAMPLES[method] if resamples is None else resamples
    return METHODS[method](design, y, level=level, resamples=count, seed=seed)
