"""Design of the extended Fourier amplitude sensitivity test: one search curve for each factor (SALib's).

A curve has `samples` points, more than 4 M^2 of them for M harmonics. All points share one stream of random numbers,
since streams that change from point to point would be read as frequencies: replicates show how much of a result is
noise. A longer curve has other points, so this design cannot be expanded.

Saltelli, Tarantola and Chan 1999, doi:10.1080/00401706.1999.10485594.
"""

from __future__ import annotations

import numpy as np

from sim.sensitivity.designs.design import Floats, Ints, inside, one_stream
from sim.sensitivity.designs.streams import derived_seed

HARMONICS = 4


def fast_points(n_factors: int, samples: int, seed: int, *, harmonics: int) -> tuple[Floats, Ints, Ints]:
    """Positions, stream and unit of n_factors curves of so many points: f8[points, factors], i8[points], i8[points].

    A curve is a unit. harmonics: M of the head of this file.
    """
    from SALib.sample import fast_sampler

    problem = {
        "num_vars": n_factors,
        "names": [f"x{k}" for k in range(n_factors)],
        "bounds": [[0.0, 1.0]] * n_factors,
    }
    points = fast_sampler.sample(problem, samples, M=harmonics, seed=derived_seed(seed, "fast"))
    uniforms = inside(np.asarray(points, dtype=np.float64))
    return uniforms, one_stream(len(uniforms)), np.repeat(np.arange(n_factors, dtype=np.int64), samples)
