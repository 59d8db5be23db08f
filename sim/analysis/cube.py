"""Totals as one block of numbers, and the value that each run stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.parquet import reading_table
from sim.outcomes.strata import cells
from sim.store.mending import ANEW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROWS_AT_ONCE = 65_536
NUMBERS_AT_ONCE = 4_000_000  # of a cube's numerator; as many again of its denominator
SIDES = ("numerator", "denominator")
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
    blocks: int | None = None,
    span: slice = ALL_GROUPS,
) -> Cube:
    """Read tables/totals.parquet, or one part of it, into a cube; InputError when its rows are not those of the study.

    blocks: blocks in the whole table, where the cube is a part of it; blocks_before: those that come before the part.
    span: the groups that are read, with the measures that any of them has.

    The row order is part of the table's contract (draw, replicate, scenario, group, measure) and checked by name; pairs
    of group and measure that do not exist have no row, and count nothing among nobody.
    """
    import numpy as np

    words, place, read_measures = _rows_of_block(scenarios, groups, measures, span)
    sides = (len(scenarios), len(groups[span]), len(read_measures))
    runs, each = draws * replicates, len(place)
    cube = {side: np.zeros((runs, int(np.prod(sides)))) for side in SIDES}
    first = -blocks_before * each
    for batch in _batches(path, [*words, *cube], rows=(runs if blocks is None else blocks) * each):
        block, row = np.divmod(np.arange(first, first + batch.num_rows), each)
        first += batch.num_rows
        is_ours = (block >= 0) & (block < runs)
        for column, (names, expected) in words.items():
            codes = {name: code for code, name in enumerate(names)}
            code = np.array([codes.get(word, -1) for word in batch[column].dictionary.to_pylist()])
            if (code[batch[column].indices.to_numpy()] != expected[row])[is_ours].any():
                problem = f"the totals are not in the order of this study ({column})"
                raise InputError(problem, file=path, allowed=ANEW)
        is_read = is_ours & (place[row] >= 0)
        for side, numbers in cube.items():
            numbers[block[is_read], place[row[is_read]]] = batch[side].to_numpy()[is_read]
    numerator, denominator = (numbers.reshape(draws, replicates, *sides) for numbers in cube.values())
    return Cube(numerator, denominator, scenarios, groups[span], read_measures)


def _batches(path: Path, columns: list[str], *, rows: int) -> Iterator[Any]:
    """The rows of the totals, so many at once that memory holds the cube and little else; InputError for other totals
    than `rows` rows of words and numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with reading_table(path, ANEW):
        file = pq.ParquetFile(path)
        if file.metadata.num_rows != rows:
            raise InputError("the totals do not have the rows of this study", file=path, allowed=ANEW)
        kinds = {name: file.schema_arrow.field(name).type for name in columns}
    for name, kind in kinds.items():
        if not (pa.types.is_float64(kind) if name in SIDES else pa.types.is_dictionary(kind)):
            raise InputError(f"the totals hold another kind of values ({name})", file=path, allowed=ANEW)
    batches = file.iter_batches(ROWS_AT_ONCE, columns=columns)
    while True:
        with reading_table(path, ANEW):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _rows_of_block(
    scenarios: tuple[str, ...], groups: tuple[tuple[str, str], ...], measures: tuple[str, ...], span: slice
) -> tuple[dict[str, tuple[list[str], NDArray[Any]]], NDArray[np.int64], tuple[str, ...]]:
    """The rows of a block: by column of words the distinct names and each row's among them, each row's place among the
    numbers of one run of the span's cube (-1 for a row of another group), and the measures of that cube.
    """
    import numpy as np

    of_group, of_measure = cells(groups, measures)
    n, strata, names = len(scenarios), *zip(*groups, strict=True)
    columns = {
        "scenario": np.repeat(scenarios, len(of_group)),
        "stratum": np.tile(np.array(strata)[of_group], n),
        "group": np.tile(np.array(names)[of_group], n),
        "measure": np.tile(np.array(measures)[of_measure], n),
    }
    words: dict[str, tuple[list[str], NDArray[Any]]] = {}
    for column, entries in columns.items():
        distinct, number = np.unique(entries, return_inverse=True)
        words[column] = distinct.tolist(), number
    in_span = np.isin(of_group, np.arange(len(groups))[span])
    read, measure = np.unique(of_measure[in_span], return_inverse=True)
    cell = (of_group[in_span] - (span.start or 0)) * len(read) + measure
    place = np.full((n, len(of_group)), -1)
    place[:, in_span] = np.arange(n)[:, None] * len(groups[span]) * len(read) + cell
    return words, place.ravel(), tuple(measures[k] for k in read)
