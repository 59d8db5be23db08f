"""Totals as one block of numbers, and the value that each run stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outcomes.strata import cells
from sim.store.parts import Block, Layout
from sim.store.totals import SIDES, Totals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBERS_AT_ONCE = 4_000_000  # of a cube's numerator; as many again of its denominator
ALL_GROUPS = slice(None)
EVERYBODY = slice(0, 2)  # a second group beside everybody: numpy adds the runs of one cell alone in another order


@dataclass(frozen=True)
class Cube:
    """The totals of a study, of all its groups or of some.

    numerator, denominator: f8[draws, replicates, scenarios, groups, measures]; scenarios, groups, measures: names of
    the last three sides. at_null: by row of the evidence with a chance of no effect, bool[draws], whether it stands at
    the value at which it does nothing.
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    scenarios: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]
    at_null: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Number of draws of the uncertain parameters."""
        return int(self.numerator.shape[0])

    @property
    def replicates(self) -> int:
        """Number of streams of random numbers under each draw."""
        return int(self.numerator.shape[1])

    def run_values(self, scenario: int) -> NDArray[np.float64]:
        """f8[draws, replicates, groups, measures]: each run's value of numerator over denominator.

        The value reported is the ratio of means, R = mean N / mean D. Runs are given as

            z = R + (N - R D) / mean D

        whose mean is R itself and whose spread is the sampling spread of R to first order (the linearised ratio). Where
        the denominator is the same in all runs, as people released, z is simply N / D. NaN where nobody was counted.
        """
        import numpy as np

        above, below = self.numerator[:, :, scenario], self.denominator[:, :, scenario]
        mean_below = below.mean(axis=(0, 1))
        mean_below = np.where(mean_below > 0.0, mean_below, np.nan)
        ratio = above.mean(axis=(0, 1)) / mean_below
        return np.asarray(ratio + (above - ratio * below) / mean_below)

    def difference_of_totals(self, scenario: int, baseline: int) -> NDArray[np.float64]:
        """f8[draws, replicates, groups, measures]: what each run counts more than the baseline's run beside it."""
        import numpy as np

        return np.asarray(self.numerator[:, :, scenario] - self.numerator[:, :, baseline])

    def run_differences(self, scenario: int, baseline: int) -> NDArray[np.float64]:
        """f8[draws, replicates, groups, measures]: each run's value less that of the baseline's run beside it.

        Run by run, so that draws which release more people stand on their own numbers. Where some run counted nobody,
        the linearised values of `run_values` take the place of a quotient by zero.
        """
        import numpy as np

        own, other = self.denominator[:, :, scenario], self.denominator[:, :, baseline]
        by_run = self.numerator[:, :, scenario] / np.where(own > 0.0, own, np.nan)
        by_run -= self.numerator[:, :, baseline] / np.where(other > 0.0, other, np.nan)
        whole = (own > 0.0).all(axis=(0, 1)) & (other > 0.0).all(axis=(0, 1))
        if whole.all():
            return by_run
        return np.where(whole, by_run, self.run_values(scenario) - self.run_values(baseline))

    def mean_released(self, scenario: int) -> NDArray[np.float64]:
        """f8[measures]: mean denominator of everybody; NaN where nobody was counted."""
        import numpy as np

        everybody = self.denominator[:, :, scenario, 0].mean(axis=(0, 1))
        return np.asarray(np.where(everybody > 0.0, everybody, np.nan))


def released_in_a_year(
    cube: Cube, baseline: str, level: float, scale: float, *, group: int = 0
) -> tuple[float, float, float]:
    """People of a group released in a year: mean over draws and the middle share `level` of them."""
    import numpy as np

    people = cube.denominator[:, :, cube.scenarios.index(baseline), group, 0].mean(axis=1) * scale
    low, high = np.quantile(people, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(people.mean()), float(low), float(high)


def spans_of(groups: int, numbers: int) -> list[slice]:
    """Spans of neighbouring groups, two of them at least, whose cubes stay small however many runs a study has.

    groups: in all; numbers: of one group (draws x replicates x scenarios x measures).
    """
    most = max(2, NUMBERS_AT_ONCE // max(1, numbers))
    starts = range(0, max(1, groups - 1), most)
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], groups], strict=True)]


def load_cube(
    path: Path,
    *,
    scenarios: tuple[str, ...],
    groups: tuple[tuple[str, str], ...],
    measures: tuple[str, ...],
    draws: int,
    replicates: int,
    blocks_before: int = 0,
    blocks: Sequence[Block] | None = None,
    span: slice = ALL_GROUPS,
) -> Cube:
    """Read tables/totals.parquet, or one part of it, into a cube; InputError when its rows are not those of the study.

    blocks: those of the whole table, in their order; all replicates of the draws from 0 on, unless given.
    blocks_before: those that come before the part. span: the groups that are read, with the measures that any of them
    has.

    The row order is part of the table's contract (draw, replicate, scenario, group, measure) and checked by name; pairs
    of group and measure that do not exist have no row, and count nothing among nobody.
    """
    import numpy as np

    layout = Layout(scenarios, groups, measures)
    place, read_measures = _places_of_rows(layout, span)
    sides = (len(scenarios), len(groups[span]), len(read_measures))
    runs, each = draws * replicates, layout.rows
    cube = {side: np.zeros((runs, int(np.prod(sides)))) for side in SIDES}
    whole = [Block(*divmod(k, replicates)) for k in range(runs)] if blocks is None else blocks
    for first, batch in Totals(path, layout, whole).batches():
        block, row = np.divmod(np.arange(first, first + batch.num_rows), each)
        block -= blocks_before
        is_read = (block >= 0) & (block < runs) & (place[row] >= 0)
        for side, numbers in cube.items():
            numbers[block[is_read], place[row[is_read]]] = batch[side].to_numpy()[is_read]
    numerator, denominator = (numbers.reshape(draws, replicates, *sides) for numbers in cube.values())
    return Cube(numerator, denominator, scenarios, groups[span], read_measures)


def _places_of_rows(layout: Layout, span: slice) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The place of each row of a block among the numbers of one run of the span's cube, -1 for a row of another group,
    and the measures of that cube.
    """
    import numpy as np

    of_group, of_measure = cells(layout.groups, layout.measures)
    n, here = len(layout.scenarios), len(layout.groups[span])
    in_span = np.isin(of_group, np.arange(len(layout.groups))[span])
    read, measure = np.unique(of_measure[in_span], return_inverse=True)
    cell = (of_group[in_span] - (span.start or 0)) * len(read) + measure
    place = np.full((n, len(of_group)), -1)
    place[:, in_span] = np.arange(n)[:, None] * here * len(read) + cell
    return place.ravel(), tuple(layout.measures[k] for k in read)
