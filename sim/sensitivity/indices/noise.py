"""How much of an outcome's variance over a design is Monte Carlo noise, and not the uncertain parameters.

The outcome here is the value that the analysis sees: the mean of the replicates at each point.

ST of luck: a Sobol design in which the stream of random numbers is a factor (`LUCK`) gives it directly, as that total
index. Replicates: with R streams at every point, the variance W between them (R - 1 below, mean over the points) leaves
W / R in a mean, and the variance B of the means holds the parameters' share V and noise. Where each point has streams
of its own, V = B - W / R. Where all points share their streams, a stream moves all points alike and is not in B; V = B
- E / R, with E what is left of W when the mean of each stream is taken off. The share is (W / R) / (V + W / R), its
interval from resampled units. Otherwise, with one stream that is no factor, it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.designs import LUCK, Design
from sim.sensitivity.indices.bootstrap import Indices, counts, interval
from sim.sensitivity.indices.guards import given_rows

Floats = NDArray[np.float64]

BY_LUCK, BY_REPLICATES, NOT_KNOWN = "ST of luck", "replicates", "not known"


class Noise(NamedTuple):
    """Mean and variance of each outcome over the points, the share of variance that is noise with its interval
    (f8[outcomes], NaN where not known), and how it is known."""

    mean: Floats
    variance: Floats
    share: Floats
    low: Floats
    high: Floats
    how: str


def noise_of(
    design: Design, outcomes: Floats, indices: Sequence[Indices], *, level: float, resamples: int, seed: int
) -> Noise:
    """The share of noise in every outcome.

    outcomes: f8[points, replicates, outcomes]. indices: of the design's own method; without an ST, or without the
    stream among the factors, replicates tell. level: of the interval, a share of one.
    """
    rows = given_rows(design)
    own = outcomes[rows]
    means = own.mean(axis=1)
    mean, variance = means.mean(axis=0), means.var(axis=0, ddof=1)
    if design.method == "sobol" and design.has_luck:
        total = next((one for one in indices if one.index == "ST"), None)
        if total is not None:
            at = total.factors.index(LUCK)
            return Noise(mean, variance, total.value[at], total.low[at], total.high[at], BY_LUCK)
    if design.replicates > 1:
        shared = len(np.unique(design.stream)) == 1
        unit = design.unit[rows]
        once = np.ones((1, int(unit.max()) + 1))
        share = _share(own, unit, once, shared=shared)[0]
        low, high = interval(_share(own, unit, counts(seed, once.shape[1], resamples), shared=shared), level)
        return Noise(mean, variance, share, low, high, BY_REPLICATES)
    unknown = np.full(len(mean), np.nan)
    return Noise(mean, variance, unknown, unknown, unknown, NOT_KNOWN)


def _share(own: Floats, unit: NDArray[np.int64], weights: Floats, *, shared: bool) -> Floats:
    """f8[resamples, outcomes]: the share of noise, by units drawn so often."""
    replicates = own.shape[1]
    of_point = weights[:, unit]
    of_point = of_point / of_point.sum(axis=1, keepdims=True)
    means = own.mean(axis=1)
    centred = means - means.mean(axis=0)
    within = of_point @ own.var(axis=1, ddof=1)
    between = (of_point @ centred**2 - (of_point @ centred) ** 2) * len(own) / (len(own) - 1)
    rest = of_point @ (own - own.mean(axis=0)).var(axis=1, ddof=1) if shared else within
    parameters = np.maximum(0.0, between - rest / replicates)
    noise = within / replicates
    whole = parameters + noise
    return np.asarray(np.divide(noise, whole, out=np.zeros_like(noise), where=whole > 0.0))
