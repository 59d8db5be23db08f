"""Quantile functions of the parameter rows: a uniform goes in, a value comes out, never falling as the uniform rises.

The range that a row states is the central 95% of its draws: low is their 2.5% point, high their 97.5% point, and one
draw in twenty lies outside (of gamma and beta_mean nearly so). Nothing is cut but where nature has an end (a share at 0
and 1, an amount at 0).

fixed           always the value.
uniform         flat from low to high, the one distribution with hard ends.
lognormal       median = value. The logarithm is normal about ln(value), with standard deviation ln(value / low) / 1.96
                below the median and ln(high / value) / 1.96 above it.
gamma           mean = value, for prices, which are paid on average: standard deviation (high - low) / 3.92, so that
                the mean stays whatever the range is; low and high are near the 2.5% and 97.5% points, not on them.
beta_mean       mean = value, for shares by which a price is multiplied: a beta with that standard deviation.
beta            median = value: below it the lower half of the beta with this median and its 2.5% point at low, above it
                the upper half of the beta with this median and its 97.5% point at high. An end at 0 or 1 is no point of
                a beta: that half takes the other half's beta, and with both ends there it is flat beyond.
normal          median = value, a standard deviation for each side as for lognormal; cut where the unit ends.

Two halves, because a range is often lopsided (naloxone held at release: 0.17, perhaps 0.50 by now, hardly below 0.12),
and one curve with the right median would claim more than the row does.

no_effect. A row may hold a chance p that the thing does nothing: then value, low and high say what it does if it does
anything. That share of the draws stands exactly at the null (a ratio of 1, anything else at 0), at the end of the
uniforms where the null lies, and no other draw passes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.evidence.rows import Parameter
from sim.evidence.shapes import Floats, beta, beta_mean, gamma, lognormal, normal
from sim.evidence.units import allowed_values, kind_of_unit

MIDPOINTS = 10_000
"""Uniforms at which `shape_of_draws` reads a row."""


def quantiles(rows: Sequence[Parameter], uniform: Floats) -> Floats:
    """Values at the uniforms, shape (draws, rows); column j belongs to rows[j]. Uniforms lie strictly in (0, 1)."""
    out = np.empty(uniform.shape, dtype=np.float64)
    for j, row in enumerate(rows):
        out[:, j] = quantile(row, uniform[:, j])
    return out


def quantile(row: Parameter, uniform: Floats) -> Floats:
    """Values of one row at the uniforms; see the rules above."""
    u = np.asarray(uniform, dtype=np.float64)
    if not row.no_effect:
        return _if_it_works(row, u)
    works, null = 1.0 - row.no_effect, row.null
    if row.value < null:
        does = u < works
        return np.where(does, np.minimum(_if_it_works(row, np.where(does, u / works, 0.5)), null), null)
    does = u >= row.no_effect
    return np.where(does, np.maximum(_if_it_works(row, np.where(does, _above(u, row.no_effect), 0.5)), null), null)


def _above(u: Floats, part: float) -> Floats:
    """Where the uniforms above `part` stand between it and 1, strictly inside."""
    return np.clip((u - part) / (1.0 - part), 2.0**-53, 1.0 - 2.0**-53)


def _if_it_works(row: Parameter, u: Floats) -> Floats:
    """Values at the uniforms, whatever the chance of no effect."""
    value, low, high = row.value, row.low, row.high
    if row.distribution == "fixed" or low == high:
        return np.full(u.shape, value, dtype=np.float64)
    if row.distribution == "uniform":
        return low + u * (high - low)
    if row.distribution == "lognormal":
        return lognormal(value, low, high, u)
    if row.distribution == "gamma":
        return gamma(value, low, high, u)
    if row.distribution == "beta_mean":
        return beta_mean(value, low, high, u)
    if row.distribution == "beta":
        return beta(value, low, high, u)
    if row.distribution == "normal":
        lowest, highest, _ = allowed_values(kind_of_unit(row.unit))
        return np.clip(normal(value, low, high, u), lowest, highest)
    raise ValueError(f"'{row.distribution}' is not a distribution")


class DrawnShape(NamedTuple):
    """What draws of a row are like: their mean, the chance that they stand exactly at the null and beyond it.

    beyond: on the other side of the null than the value, so that the thing does the opposite of what is expected; None,
    as `nothing`, where the row has no null.
    """

    mean: float
    nothing: float | None
    beyond: float | None


def shape_of_draws(row: Parameter) -> DrawnShape:
    """Mean and chances of a row's draws, read at MIDPOINTS uniforms."""
    x = quantile(row, (np.arange(MIDPOINTS) + 0.5) / MIDPOINTS)
    if not row.has_null:
        return DrawnShape(float(x.mean()), None, None)
    beyond = x > row.null if row.value < row.null else x < row.null
    return DrawnShape(float(x.mean()), float((x == row.null).mean()), float(beyond.mean()))
