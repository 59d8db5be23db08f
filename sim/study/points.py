"""The points of a study: for each, the values of all parameters, its stream of random numbers, and its unit.

Draws come first, each a unit and a stream of its own; the points of the designs follow. Values are made in
chunks when asked for, so that a study of many points holds few of them. Safe to be asked from several threads.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.draws import Draw, Narrowed, ParameterTable, uniforms
from sim.evidence.priors import quantiles

if TYPE_CHECKING:
    import pandas as pd

    from sim.sensitivity.designs import Design

CHUNK = 64
CHUNKS_KEPT = 4


class Points:
    """All points by number. stream, unit: i8[points]; units are numbered through the whole study.

    A unit is what must stay whole for an analysis: a draw, a base sample, a trajectory.
    """

    def __init__(
        self,
        table: ParameterTable,
        seed: int,
        draws: int,
        designs: Sequence[Design] = (),
        narrowed: Narrowed | None = None,
    ) -> None:
        self._table = table.narrow(narrowed or {})
        self._names = tuple(self._table)
        self._rows = [self._table[name] for name in self._names]
        self._own = np.array([row.centre for row in self._rows])
        place = {name: k for k, name in enumerate(self._names)}
        self._columns = [np.array([place[name] for name in design.parameters]) for design in designs]
        self._seed, self._designs = seed, tuple(designs)
        self._chunks: OrderedDict[tuple[int, int], np.ndarray[Any, Any]] = OrderedDict()
        self._lock = Lock()
        sizes = [draws, *(len(design.uniforms) for design in designs)]
        self._first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.stream = np.concatenate([np.arange(draws), *(design.stream for design in designs)]).astype(np.int64)
        units, after = [np.arange(draws)], draws
        for design in designs:
            units.append(design.unit + after)
            after += int(design.unit.max()) + 1
        self.unit = np.concatenate(units).astype(np.int64)

    def __len__(self) -> int:
        return int(self._first[-1])

    def point_set_of(self, point: int) -> tuple[int, int]:
        """Number of the point set that a point belongs to (0 the draws, then the designs) and its place there."""
        point_set = int(np.searchsorted(self._first, point, side="right")) - 1
        return point_set, point - int(self._first[point_set])

    def draw(self, point: int) -> Draw:
        """The values of all parameters at a point."""
        point_set, place = self.point_set_of(point)
        values = self._chunk(point_set, place // CHUNK)[place % CHUNK].tolist()
        return Draw(dict(zip(self._names, values, strict=True)), point)

    def inputs(self, point: int) -> dict[str, Any]:
        """What a run at the point is made from: its stream of random numbers and the values of all parameters."""
        return {"stream": int(self.stream[point]), "parameters": dict(self.draw(point))}

    def frame(self) -> pd.DataFrame:
        """One row a point: draw (its number in the totals), design, point (its own there), unit, stream, parameters."""
        import pandas as pd

        names = ["random", *(design.name for design in self._designs)]
        places, values = [], []
        for point_set, name in enumerate(names):
            size = int(self._first[point_set + 1] - self._first[point_set])
            values += [self._chunk(point_set, chunk) for chunk in range(-(-size // CHUNK))]
            places += [(name, place) for place in range(size)]
        head = pd.DataFrame(places, columns=["design", "point"])
        head.insert(0, "draw", np.arange(len(self), dtype=np.int32))
        head["unit"], head["stream"] = self.unit, self.stream
        numbers = pd.DataFrame(np.concatenate(values), columns=list(self._names))
        return pd.concat([head, numbers], axis=1)

    def _chunk(self, point_set: int, chunk: int) -> np.ndarray[Any, Any]:
        """f8[up to CHUNK, parameters], the values of neighbouring points."""
        with self._lock:
            values = self._chunks.get((point_set, chunk))
            if values is None:
                values = self._made(point_set, chunk * CHUNK)
                self._chunks[point_set, chunk] = values
                while len(self._chunks) > CHUNKS_KEPT:
                    self._chunks.popitem(last=False)
            return values

    def _made(self, point_set: int, start: int) -> np.ndarray[Any, Any]:
        stop = min(start + CHUNK, int(self._first[point_set + 1] - self._first[point_set]))
        if point_set == 0:
            return quantiles(self._rows, uniforms(self._seed, self._names, stop, start=start))
        design = self._designs[point_set - 1]
        values = np.repeat(self._own[None, :], stop - start, axis=0)
        values[:, self._columns[point_set - 1]] = design.values(self._table, points=slice(start, stop))
        return values
