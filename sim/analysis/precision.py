"""The Monte Carlo interval of a difference by number of replicates, and what common random numbers save.

Of one difference in a year, with D draws and r replicates each, W the mean over draws of its variance within a draw:

    half-width = t[level, D (r - 1)] sqrt(W / (D r))

Parameter uncertainty is left out: more replicates cannot lessen it. Both scenarios use common random numbers, so W
is far below the sum of the two scenarios' own variances within a draw; their ratio is the number of
independent pairs of runs that one paired run is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.cube import Cube
from sim.analysis.intervals import student
from sim.outcomes.measures import HEADLINES, measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.store.block_index import BlockIndex
    from sim.study.plan import StudyPlan
    from sim.study.protocol import Simulator

LEAST_REPLICATES = 2
EVERY_NUMBER_UP_TO = 100  # of replicates in the table `precision`; beyond, about a tenth more from row to row
PRECISION_COLUMNS = ("scenario", "measure", "replicates", "difference_per_year", "low", "high", "unit")
PAIRED_COLUMNS = ("scenario", "measure", "paired_sd", "unpaired_sd", "worth", "unit")


def differences(cube: Cube, scenario: int, baseline: int, yearly: float) -> np.ndarray[Any, Any]:
    """f8[draws, replicates, measures]: each run's difference from the baseline's beside it, of everybody.

    Counts in a year for measures per person, the measure's own unit for others. yearly: people released in a year over
    the size of a run.
    """
    per_person = np.array([measure_named(name).per_person for name in cube.measures])
    counts = cube.difference_of_totals(scenario, baseline)[:, :, 0] * yearly
    return np.where(per_person, counts, cube.run_differences(scenario, baseline)[:, :, 0])


def half_widths(values: np.ndarray[Any, Any], level: float) -> np.ndarray[Any, Any]:
    """Monte Carlo half-width of the mean of each column; values f8[draws, replicates, ...], two replicates at least."""
    draws, replicates = values.shape[:2]
    within = values.var(axis=1, ddof=1).mean(axis=0)
    return np.asarray(student(level, draws * (replicates - 1)) * np.sqrt(within / (draws * replicates)))


class PrecisionTracker:
    """The Monte Carlo half-widths of one measure's differences, from the runs that a folder keeps, each read once.

    level: of the intervals, a share of one; yearly: people released in a year over the size of a run.
    """

    def __init__(self, simulator: Simulator, measure: str, level: float, yearly: float) -> None:
        self._measure, self._level, self._yearly = measure, level, yearly
        self._rows, self._row = _row_of_everybody(simulator, measure)
        self._streams: list[np.ndarray[Any, Any]] = []  # by replicate f8[draws, scenarios, 2], NaN where a run failed

    def widest_half_width(self, blocks: BlockIndex, plan: StudyPlan) -> float:
        """The widest half-width over scenarios; draws with a failed run are left out, infinite where none is whole."""
        while len(self._streams) < plan.replicates:
            self._streams.append(self._stream(blocks, plan, len(self._streams)))
        sides = np.stack(self._streams[: plan.replicates], axis=1)  # draws, replicates, scenarios, (above, below)
        sides = sides[~np.isnan(sides).any(axis=(1, 2, 3))]
        if not len(sides):
            return float("inf")
        cube = Cube(
            sides[..., 0][..., None, None], sides[..., 1][..., None, None], plan.scenarios, (("all", "all"),),
            (self._measure,),
        )  # fmt: skip
        base = plan.scenarios.index(plan.baseline)
        others = [k for k in range(len(plan.scenarios)) if k != base]
        widths = [half_widths(differences(cube, k, base, self._yearly), self._level)[0] for k in others]
        return float(max(widths, default=0.0))

    def _stream(self, blocks: BlockIndex, plan: StudyPlan, replicate: int) -> np.ndarray[Any, Any]:
        from sim.store.parts import Block

        sides = np.full((plan.draws, len(plan.scenarios), 2), np.nan)
        rows = self._row + self._rows * np.arange(len(plan.scenarios))
        for block, table in blocks.tables([Block(draw, replicate) for draw in range(plan.draws)]):
            if table is not None:
                for side, name in enumerate(("numerator", "denominator")):
                    sides[block.draw, :, side] = table.column(name).to_numpy()[rows]
        return sides


def _row_of_everybody(simulator: Simulator, measure: str) -> tuple[int, int]:
    """Rows of one scenario in a block, and among them the row of everybody and the measure."""
    from sim.outcomes.strata import cells

    of_group, of_measure = cells(simulator.groups, simulator.measures)
    k = list(simulator.measures).index(measure)
    return len(of_group), int(np.flatnonzero((of_group == 0) & (of_measure == k))[0])


def numbers_shown(replicates: int) -> Sequence[int]:
    """The numbers of replicates with a row in the table `precision`, the last among them."""
    shown = list(range(LEAST_REPLICATES, min(replicates, EVERY_NUMBER_UP_TO) + 1))
    while shown and shown[-1] < replicates:
        shown.append(min(replicates, shown[-1] + shown[-1] // 10))
    return shown


def _units(cube: Cube) -> list[str]:
    """What each measure's difference is counted in."""
    measures = [measure_named(name) for name in cube.measures]
    return [measure.counts if measure.per_person else measure.unit for measure in measures]


def precision_table(cube: Cube, *, baseline: str, level: float, yearly: float) -> pd.DataFrame:
    """The table `precision`: running mean of each difference and its Monte Carlo interval, by number of replicates."""
    import pandas as pd

    base = cube.scenarios.index(baseline)
    frames = []
    for k, scenario in enumerate(cube.scenarios):
        if k == base:
            continue
        values = differences(cube, k, base, yearly)
        for replicates in numbers_shown(cube.replicates):
            so_far = values[:, :replicates]
            mean, half = so_far.mean(axis=(0, 1)), half_widths(so_far, level)
            columns = (scenario, cube.measures, replicates, mean, mean - half, mean + half, _units(cube))
            frames.append(pd.DataFrame(dict(zip(PRECISION_COLUMNS, columns, strict=True))))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(PRECISION_COLUMNS))


def common_random_numbers_table(cube: Cube, *, baseline: str, yearly: float) -> pd.DataFrame:
    """The table `common_random_numbers`: standard deviation of a difference within a draw, as run and as if the two
    scenarios had independent random numbers.

    worth: unpaired variance over paired; NaN where the paired spread is zero.
    """
    import pandas as pd

    base = cube.scenarios.index(baseline)
    per_person = np.array([measure_named(name).per_person for name in cube.measures])
    frames = []
    for k, scenario in enumerate(cube.scenarios):
        if k == base or cube.replicates < LEAST_REPLICATES:
            continue
        paired = differences(cube, k, base, yearly).var(axis=1, ddof=1).mean(axis=0)
        apart = np.zeros_like(paired)
        for side in (k, base):
            totals = cube.numerator[:, :, side, 0] * yearly
            own = np.where(per_person, totals, cube.run_values(side)[:, :, 0])
            apart += own.var(axis=1, ddof=1).mean(axis=0)
        worth = np.divide(apart, paired, out=np.full_like(apart, np.nan), where=paired > 0.0)
        columns = (scenario, cube.measures, np.sqrt(paired), np.sqrt(apart), worth, _units(cube))
        frames.append(pd.DataFrame(dict(zip(PAIRED_COLUMNS, columns, strict=True))))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(PAIRED_COLUMNS))


def middle_worth(cube: Cube, *, baseline: str) -> float | None:
    """Independent runs that one paired run is worth: median over scenarios and headline measures with any noise.

    None where there is one scenario, one replicate, or no such difference.
    """
    table = common_random_numbers_table(cube, baseline=baseline, yearly=1.0)
    headlines = {measure.name for measure in HEADLINES}
    moved = table[table["measure"].isin(headlines) & np.isfinite(table["worth"].astype(float))]
    return float(moved["worth"].median()) if len(moved) else None
