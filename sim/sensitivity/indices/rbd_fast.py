"""RBD-FAST: first order from the spectrum of outcomes put in the order of a factor.

Outcomes are put in order of rising then falling position of the factor, which makes of the factor one slow wave; the
share of power in its first M = 10 harmonics is the first order, less the share that noise puts there. As SALib works it
out, for all outcomes at once.

Tarantola, Gatelli and Mara 2006, doi:10.1016/j.ress.2005.06.003; Plischke 2010, doi:10.1016/j.ress.2009.11.005; the
bias: Tissot and Prieur 2012, doi:10.1016/j.ress.2012.06.010.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.given_data import given_data_indices

Floats = NDArray[np.float64]

HARMONICS = 10


def rbd_fast_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """S1 of every parameter. y: f8[points, outcomes], finite and not constant."""
    return given_data_indices("S1", first_order, design, y, level=level, resamples=resamples, seed=seed)


def first_order(x: Floats, y: Floats) -> Floats:
    """S1, f8[factors, outcomes], of positions f8[points, factors] and outcomes f8[points, outcomes]."""
    n = len(y)
    spread = y.std(axis=0)
    standard = (y - y.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    bias = 2.0 * HARMONICS / n
    out = np.zeros((x.shape[1], y.shape[1]))
    for j in range(x.shape[1]):
        order = x[:, j].argsort()
        wave = standard[np.concatenate([order[::2], order[1::2][::-1]])]
        power = np.abs(np.fft.rfft(wave, axis=0)[1:]) ** 2
        if n % 2 == 0:
            power[-1] /= 2.0  # the last frequency stands once in the spectrum, the others twice
        whole = power.sum(axis=0)
        share = power[:HARMONICS].sum(axis=0) / np.where(whole > 0.0, whole, 1.0)
        out[j] = np.where(whole > 0.0, share - bias / (1.0 - bias) * (1.0 - share), 0.0)
    return out
