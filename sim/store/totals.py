"""The totals of a finished study read again: every row held against the block, the words and the kind that it must be.

Nothing else says so: a hash that fits was reckoned from whatever the file holds. One reader for all who read totals, a
comparison, an expansion, a run made again, so that what one refuses is refused by all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.parquet import opened, reading_table
from sim.outcomes.strata import cells
from sim.store.mending import ANEW
from sim.store.parts import TOTALS_COLUMNS, TOTALS_TYPES, Block, Layout

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

ROWS_AT_ONCE = 65_536
WORDS = ("scenario", "stratum", "group", "measure")
SIDES = ("numerator", "denominator")


def layout_in(content: Mapping[str, Any]) -> Layout:
    """The sides of every block, as a manifest says."""
    groups = tuple((stratum, group) for stratum, group in content["groups"])
    return Layout(tuple(content["names"]), groups, tuple(content["measures"]))


class Totals:
    """The rows of tables/totals.parquet, block by block in the study's order.

    layout: sides of a block; blocks: those that the study keeps, in their order.
    Raises InputError, here and while rows are read, for a file that is no table, or not this study's: other columns,
    kinds or numbers of rows, rows in another order, an empty cell, a number that is none.
    """

    def __init__(self, file: Path, layout: Layout, blocks: Sequence[Block]) -> None:
        import numpy as np

        self._path, self._layout, self._blocks = file, layout, blocks
        with reading_table(file, ANEW):
            self._file = opened(file)
            kinds = {entry.name: str(entry.type) for entry in self._file.schema_arrow}
            rows = self._file.metadata.num_rows
        for name, kind in zip(TOTALS_COLUMNS, TOTALS_TYPES, strict=True):
            if name not in kinds:
                raise self._refused(f"the totals have no column '{name}'")
            if kinds[name] != kind:
                raise self._refused(f"the totals hold another kind of values ({name})")
        if len(kinds) > len(TOTALS_COLUMNS) or rows != layout.rows * len(blocks):
            raise self._refused("the totals do not have the columns and rows of this study")
        self._words = words_of_rows(layout)
        self._numbers = {
            "draw": np.array([block.draw for block in blocks], np.int32),
            "replicate": np.array([block.replicate for block in blocks], np.int32),
        }

    def batches(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        """All rows, so many at once that memory holds few, each batch with the number of its first row."""
        batches = self._file.iter_batches(ROWS_AT_ONCE, columns=list(TOTALS_COLUMNS), use_threads=False)
        first = 0
        while True:
            with reading_table(self._path, ANEW):
                batch = next(batches, None)
            if batch is None:
                return
            self._check(batch, first)
            yield first, batch
            first += batch.num_rows

    def tables(self) -> Iterator[pa.Table]:
        """The rows of each block, in their order."""
        import pyarrow as pa

        rest: Any = None
        for _, batch in self.batches():
            table = pa.Table.from_batches([batch])
            rest = table if rest is None or not rest.num_rows else pa.concat_tables([rest, table])
            whole = rest.num_rows // self._layout.rows
            for k in range(whole):
                yield rest.slice(k * self._layout.rows, self._layout.rows)
            rest = rest.slice(whole * self._layout.rows)

    def run(self, scenario: str, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Numerators and denominators of one run; None where the study keeps no such run."""
        import pyarrow as pa

        if block not in self._blocks or scenario not in self._layout.scenarios:
            return None
        rows, n = self._layout.rows, len(self._layout.scenarios)
        start = self._blocks.index(block) * rows
        parts, before = [], 0
        for group in range(self._file.metadata.num_row_groups):
            held = self._file.metadata.row_group(group).num_rows
            low, high = max(start, before), min(start + rows, before + held)
            if low < high:
                with reading_table(self._path, ANEW):
                    table = self._file.read_row_group(group, columns=list(TOTALS_COLUMNS), use_threads=False)
                parts.append(table.slice(low - before, high - low))
            before += held
        table, each = pa.concat_tables(parts).unify_dictionaries().combine_chunks(), rows // n
        (batch,) = table.to_batches()
        self._check(batch, start)
        own = batch.slice(self._layout.scenarios.index(scenario) * each, each)
        return own["numerator"].to_numpy(), own["denominator"].to_numpy()

    def check(self) -> None:
        """Every row read once, and nothing made of it."""
        for _ in self.batches():
            pass

    def _check(self, batch: pa.RecordBatch, first: int) -> None:
        import numpy as np

        for name in TOTALS_COLUMNS:
            if batch[name].null_count:
                self._refuse_first(batch[name].is_null().to_numpy(zero_copy_only=False), name, first, "an empty cell")
        block, row = np.divmod(np.arange(first, first + batch.num_rows), self._layout.rows)
        for name, numbers in self._numbers.items():
            self._refuse_order(batch[name].to_numpy() != numbers[block], name, first)
        for name, (names, expected) in self._words.items():
            codes = {word: code for code, word in enumerate(names)}
            code = np.array([codes.get(word, -1) for word in batch[name].dictionary.to_pylist()])
            self._refuse_order(code[batch[name].indices.to_numpy()] != expected[row], name, first)
        for name in SIDES:
            self._refuse_first(~np.isfinite(batch[name].to_numpy()), name, first, "what is no finite number")

    def _refuse_order(self, is_wrong: NDArray[np.bool_], column: str, first: int) -> None:
        if is_wrong.any():
            row = first + int(is_wrong.argmax()) + 1
            raise self._refused(f"the totals are not in the order of this study ({column}, row {row:,})")

    def _refuse_first(self, is_wrong: NDArray[np.bool_], column: str, first: int, what: str) -> None:
        if is_wrong.any():
            raise self._refused(f"the totals hold {what} ({column}, row {first + int(is_wrong.argmax()) + 1:,})")

    def _refused(self, problem: str) -> InputError:
        return InputError(problem, file=self._path, allowed=ANEW)


def words_of_rows(layout: Layout) -> dict[str, tuple[list[str], NDArray[np.int64]]]:
    """By column of words the distinct ones, and of each row of a block the number of its word among them."""
    import numpy as np

    of_group, of_measure = cells(layout.groups, layout.measures)
    n, strata, names = len(layout.scenarios), *zip(*layout.groups, strict=True)
    columns = (
        np.repeat(layout.scenarios, len(of_group)),
        np.tile(np.array(strata)[of_group], n),
        np.tile(np.array(names)[of_group], n),
        np.tile(np.array(layout.measures)[of_measure], n),
    )
    words: dict[str, tuple[list[str], NDArray[np.int64]]] = {}
    for column, entries in zip(WORDS, columns, strict=True):
        distinct, number = np.unique(entries, return_inverse=True)
        words[column] = distinct.tolist(), number
    return words
