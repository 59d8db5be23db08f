"""Extended FAST: first and total order from the spectrum of the outcome along each factor's search curve.

On curve j the factor swings at the frequency w = floor((N - 1) / 2M), all others at w / 2M or slower. With P the power
of the spectrum: S1_j = P at w, 2w .. Mw over all power, ST_j = 1 - P below w / 2 over all power. As SALib works them
out. Saltelli, Tarantola and Chan 1999, doi:10.1080/00401706.1999.10485594.

Intervals are rough: one curve has no independent parts to resample, so half-curves that begin at every place are
analysed with the frequency of their length, as SALib does, whose authors call that unreliable (issue 649 there). Their
mean is moved to the value. Take the rank and size from FAST, and what can be told from zero from Sobol.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.evidence.draws import uniforms
from sim.sensitivity.designs import Design
from sim.sensitivity.indices.bootstrap import Indices, indices, recentred

Floats = NDArray[np.float64]


def fast_indices(design: Design, y: Floats, *, level: float, resamples: int, seed: int) -> list[Indices]:
    """S1 and ST of every factor. y: f8[points, outcomes], finite and not constant."""
    harmonics = int(design.settings["harmonics"])
    curves = y.reshape(len(design.factors), design.samples, -1)
    first, total = orders(curves, harmonics)
    n, half = design.samples, math.ceil(design.samples / 2)
    starts = (uniforms(seed, ["half-curve"], resamples)[:, 0] * n).astype(np.int64)
    parts = [orders(curves[:, (start + np.arange(half)) % n], harmonics) for start in starts]
    both_orders = []
    for name, value, column in (("S1", first, 0), ("ST", total, 1)):
        again = recentred(value, np.array([part[column] for part in parts]))
        both_orders.append(indices(name, design.factors, value, again, level=level, points=design.points))
    return both_orders


def orders(curves: Floats, harmonics: int) -> tuple[Floats, Floats]:
    """S1 and ST, each f8[factors, outcomes], of curves f8[factors, points, outcomes]; 0 where a curve is constant."""
    n = curves.shape[1]
    frequency = (n - 1) // (2 * harmonics)
    power = np.abs(np.fft.fft(curves - curves.mean(axis=1, keepdims=True), axis=1)) ** 2
    power = power[:, 1 : math.ceil(n / 2)]
    whole = power.sum(axis=1)
    own = power[:, np.arange(1, harmonics + 1) * frequency - 1].sum(axis=1)
    slow = power[:, : frequency // 2].sum(axis=1)
    varies = whole > 0.0
    safe = np.where(varies, whole, 1.0)
    return np.where(varies, own / safe, 0.0), np.where(varies, 1.0 - slow / safe, 0.0)
