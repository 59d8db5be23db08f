"""A design: the points of a study, as positions of each factor on its own distribution, and each point's stream.

Positions are uniforms strictly inside (0, 1); the value of a parameter is the inverse distribution of its evidence row
at the position, so ranges, and what a scenario narrows, come in only when values are asked for. One position is no
uniform: OWN_VALUE, where a parameter keeps the centre of its row (one-at-a-time designs). Parameters that are no
factors keep their centre everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.evidence import Draw, Parameter, ParameterTable
from sim.evidence.draws import Narrowed
from sim.evidence.priors import quantiles
from sim.sensitivity.designs.factors import LUCK

METHODS = ("random", "sobol", "morris", "fast", "one_at_a_time")

OWN_VALUE = -1.0
"""Position that stands for the row's centre; no uniform can be it."""

BLOCK = 1024
"""Points whose values are made at once, so that a long design is never held as values."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Design:
    """Points of one method; those of a larger design of the same seed begin with these (except fast).

    name: as in the study file. method: one of METHODS. factors: names in table order, LUCK last where the stream is
    one. groups: group of each factor, or None. samples: base samples, trajectories, points of a curve, draws or levels.
    replicates: streams of random numbers at every point. uniforms: f8[points, factors], see the head of this file.
    stream: i8[points], stream of random numbers of each point, 0 or more; points with equal numbers share it. unit:
    i8[points], what a failed run takes with it: base sample, trajectory, curve, draw; one-at-a-time: the point.
    """

    name: str
    method: str
    factors: tuple[str, ...]
    groups: tuple[str, ...] | None
    samples: int
    replicates: int
    seed: int
    settings: Mapping[str, Any]
    uniforms: Floats
    stream: Ints
    unit: Ints

    @property
    def points(self) -> int:
        """Number of points."""
        return int(self.uniforms.shape[0])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The factors that are parameters: all but the stream of random numbers."""
        return tuple(name for name in self.factors if name != LUCK)

    @property
    def has_luck(self) -> bool:
        """Whether the stream of random numbers is one of the factors."""
        return LUCK in self.factors

    @property
    def moved(self) -> tuple[str, ...]:
        """What moves as one: groups in order of first appearance, or the factors where there are no groups."""
        return tuple(dict.fromkeys(self.groups or self.factors))

    @property
    def moves(self) -> Ints:
        """i8[factors]: index in `moved` of each factor."""
        place = {name: k for k, name in enumerate(self.moved)}
        return np.array([place[name] for name in self.groups or self.factors], dtype=np.int64)

    def values(
        self, table: ParameterTable, narrowed: Narrowed | None = None, points: slice | Sequence[int] | None = None
    ) -> Floats:
        """f8[points, parameters]: values of the varied parameters (`parameters`), of all points or of some.

        narrowed: ranges that a scenario narrows. Raises InputError for a factor that the table does not know.
        """
        own = table.narrow(narrowed or {})
        rows = [own[name] for name in self.parameters]
        u = self.uniforms[slice(None) if points is None else points][:, : len(rows)]
        is_own = u == OWN_VALUE
        return np.where(is_own, np.array([row.centre for row in rows]), _quantiles(rows, np.where(is_own, 0.5, u)))

    def draws(
        self, table: ParameterTable, narrowed: Narrowed | None = None, points: Sequence[int] | None = None
    ) -> Iterator[Draw]:
        """A full draw for each point (all of them, or these), numbered by point; made block by block as asked for."""
        own = table.narrow(narrowed or {})
        reference = {name: row.centre for name, row in own.rows.items()}
        wanted = range(self.points) if points is None else points
        for start in range(0, len(wanted), BLOCK):
            block = list(wanted[start : start + BLOCK])
            for point, values in zip(block, self.values(own, points=block).tolist(), strict=True):
                yield Draw({**reference, **dict(zip(self.parameters, values, strict=True))}, point)

    def draw(self, table: ParameterTable, point: int, narrowed: Narrowed | None = None) -> Draw:
        """The full draw of one point."""
        if not 0 <= point < self.points:
            raise InputError(f"design '{self.name}' has no point {point}", allowed=f"0 to {self.points - 1}")
        return next(self.draws(table, narrowed, [point]))


def _quantiles(rows: Sequence[Parameter], u: Floats) -> Floats:
    """`quantiles`, worked out once for each position that a column repeats: designs move one thing at a time."""
    out = np.empty(u.shape, dtype=np.float64)
    for j, row in enumerate(rows):
        distinct, where = np.unique(u[:, j], return_inverse=True)
        out[:, j] = quantiles([row], distinct[:, None])[where, 0]
    return out


LEAST_INSIDE = 1e-4
"""How near 0 or 1 a curve through the whole range comes: nearer, a tail without end gives numbers nobody holds for
possible, and one such point outweighs all others."""


def inside(uniforms: Floats) -> Floats:
    """The uniforms, with what stands on 0 or 1, or nearly, moved strictly inside."""
    return np.clip(uniforms, LEAST_INSIDE, 1.0 - LEAST_INSIDE)


def one_stream(points: int) -> Ints:
    """i8[points]: the streams of points that all share stream 0."""
    return np.zeros(points, dtype=np.int64)
