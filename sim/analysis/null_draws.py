"""Draws in which a difference of exactly 0 is no difference: those in which something says that nothing could happen.

A difference that is 0 in every replicate of a draw does not yet show that a lever does nothing: a rare event, a recall
or a death, is often the same in a few runs whatever is bought, and more often the fewer the runs. So a 0 is taken for
no difference only where at least one of these holds:

- an effect row of what only one of the two scenarios buys has a chance of no effect and stands at its null in the draw
  (the column `nulls` of the table `spend` names the rows, the table `points` holds their values);
- no life changed: everything that is counted of everybody but money is the same in all replicates of the draw;
- the difference of the measure is 0 in all draws (intervals.py).

Every other 0 is a draw like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.cube import Cube
from sim.analysis.money import Row, purchases_apart
from sim.core.errors import InputError
from sim.core.parquet import opened, reading_table
from sim.outcomes.measures import measure_named
from sim.scenario.levers.grades import read_nulls

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POINTS = "tables/points.parquet"
Spend = Mapping[str, Sequence[Row]]
"""Rows of the table `spend` by scenario."""


def null_draws(cube: Cube, against: str, spend: Spend) -> dict[str, NDArray[np.bool_]]:
    """By scenario, bool[draws]: whether a 0 that sets it apart from another scenario is no difference.

    cube: one whose first group is everybody, with all measures; its draws at a null are those of the rows in `spend`.
    """
    none_by_scenario = {}
    for name in cube.scenarios:
        if name != against:
            none_by_scenario[name] = _no_life_changed(cube, name, against)
            for row in rows_with_null(spend.get(name, ()), spend.get(against, ())):
                if row in cube.at_null:
                    none_by_scenario[name] |= cube.at_null[row]
    return none_by_scenario


def rows_with_null(bought: Sequence[Row], other: Sequence[Row] = ()) -> dict[str, float]:
    """The effect rows with a chance of no effect of what only one of two scenarios buys, each with its null."""
    rows = [row for side in purchases_apart(bought, other) for row in side]
    return {name: null for row in rows for name, null in read_nulls(row.get("nulls")).items()}


def read_at_null(folder: Path, draws: int, bought: Iterable[Sequence[Row]]) -> dict[str, NDArray[np.bool_]]:
    """By effect row with a chance of no effect, bool[draws]: whether it stands at its null, from the table `points`.

    draws: those of the study that were analysed, the first rows of the table. None for a folder that has no such table.
    """
    nulls = {name: null for rows in bought for name, null in rows_with_null(rows).items()}
    file = folder / POINTS
    if not nulls or not file.is_file():
        return {}
    with reading_table(file):
        points = opened(file)
        if points.metadata.num_rows < draws:
            raise InputError("the table does not have the draws of this study", file=file)
        names = [name for name in nulls if name in points.schema_arrow.names]
        table = points.read(columns=names, use_threads=False).slice(0, draws)
        return {name: table[name].to_numpy() == nulls[name] for name in names}


def _no_life_changed(cube: Cube, name: str, against: str) -> NDArray[np.bool_]:
    """bool[draws]: whether all that is counted of everybody but money is the same in every replicate."""
    import numpy as np

    lives = [not measure_named(measure).is_money for measure in cube.measures]
    same = np.ones(cube.draws, dtype=bool)
    for side in (cube.numerator, cube.denominator):
        own, other = (side[:, :, cube.scenarios.index(of), 0] for of in (name, against))
        same &= (own == other)[:, :, lives].all(axis=(1, 2))
    return same
