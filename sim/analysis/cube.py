"""Totals as one block of numbers, and the value that each run stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.outcomes.strata import cells

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Cube:
    """The totals of a study.

    numerator, denominator: f8[draws, replicates, scenarios, groups, measures]; scenarios, groups, measures: names of
    the last three sides.
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    scenarios: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]

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

        above, below = self.numerator, self.denominator
        pair = np.stack([below[:, :, scenario], below[:, :, baseline]])
        whole = (pair > 0.0).all(axis=(0, 1, 2))
        safe = np.where(pair > 0.0, pair, np.nan)
        by_run = above[:, :, scenario] / safe[0] - above[:, :, baseline] / safe[1]
        return np.where(whole, by_run, self.run_values(scenario) - self.run_values(baseline))

    def mean_released(self, scenario: int) -> NDArray[np.float64]:
        """f8[measures]: mean denominator of everybody; NaN where nobody was counted."""
        import numpy as np

        everybody = self.denominator[:, :, scenario, 0].mean(axis=(0, 1))
        return np.asarray(np.where(everybody > 0.0, everybody, np.nan))


def load_cube(
    path: Path,
    *,
    scenarios: tuple[str, ...],
    groups: tuple[tuple[str, str], ...],
    measures: tuple[str, ...],
    draws: int,
    replicates: int,
    blocks_before: int = 0,
    blocks: int | None = None,
) -> Cube:
    """Read tables/totals.parquet, or one part of it, into a cube; InputError when its rows are not those of the study.

    blocks: blocks in the whole table, where the cube is a part of it; blocks_before: those that come before the part.

    The row order is part of the table's contract (draw, replicate, scenario, group, measure) and checked by name; pairs
    of group and measure that do not exist have no row, and count nothing among nobody.
    """
    import numpy as np
    import pyarrow.parquet as pq

    of_group, of_measure = cells(groups, measures)
    rows = (draws, replicates, len(scenarios), len(of_group))
    file = pq.ParquetFile(path)  # a column at a time, so that memory holds the cube and little else
    each, first = rows[2] * rows[3], blocks_before * rows[2] * rows[3]
    size = int(np.prod(rows))
    if file.metadata.num_rows != (size if blocks is None else blocks * each):
        raise InputError("the totals do not have the rows of this study; run it again", file=path)
    names = {
        "scenario": np.repeat(scenarios, len(of_group)),
        "stratum": np.tile(np.array([stratum for stratum, _ in groups])[of_group], len(scenarios)),
        "group": np.tile(np.array([group for _, group in groups])[of_group], len(scenarios)),
        "measure": np.tile(np.array(measures)[of_measure], len(scenarios)),
    }
    for column, expected in names.items():
        entries = file.read(columns=[column])[column].slice(first, size).combine_chunks()
        words = entries.dictionary.to_pylist()
        code = {word: k for k, word in enumerate(words)}
        wanted = np.array([code.get(str(word), -1) for word in expected], dtype=np.int32)
        if not (entries.indices.to_numpy().reshape(-1, len(wanted)) == wanted).all():
            raise InputError(f"the totals are not in the order of this study ({column}); run it again", file=path)
    sides = (*rows[:3], len(groups), len(measures))
    parts = {column: np.zeros(sides) for column in ("numerator", "denominator")}
    for column, part in parts.items():
        part[..., of_group, of_measure] = (
            file.read(columns=[column])[column].slice(first, size).to_numpy().reshape(rows)
        )
    return Cube(parts["numerator"], parts["denominator"], scenarios, groups, measures)
