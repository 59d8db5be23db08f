"""Totals as Parquet: parts of whole blocks while a study runs, one merged table in the end.

A block is one point (a draw of the uncertain numbers) under one replicate, all scenarios. Rows are tidy: scenario,
draw, replicate, stratum, group, measure, numerator, denominator. The order is fixed (blocks in order; inside: scenario,
group, measure) and the merged bytes depend on the numbers and on the pyarrow version only: no date, no machine, no
thread count, and not on how blocks were gathered into parts. Strings are dictionary-encoded, pages carry checksums.

A part is named after its first block, holds whole blocks in order, and says in its metadata which: by point and
replicate, so that it stays good while a study grows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from sim.core import parquet
from sim.core.memory import is_out_of_memory
from sim.outcomes.strata import cells
from sim.outcomes.totals import RunResult
from sim.store.held_files import is_regular

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_GROUP = 500_000
TOTALS_COLUMNS = ("scenario", "draw", "replicate", "stratum", "group", "measure", "numerator", "denominator")

_WORD = "dictionary<values=string, indices=int32, ordered=0>"
TOTALS_TYPES = (_WORD, "int32", "int32", _WORD, _WORD, _WORD, "double", "double")  # of these columns


class Block(NamedTuple):
    """One block of a study: its point, and its replicate (stream of random numbers) under that point; from 0."""

    draw: int
    replicate: int


@dataclass(frozen=True)
class Layout:
    """The fixed sides of every block: scenario names, (stratum, group) pairs and measure names, in order.

    Only pairs of group and measure that exist (sim/outcomes/strata.py) have a row.
    """

    scenarios: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of one block."""
        return len(self.scenarios) * len(cells(self.groups, self.measures)[0])


class Part(NamedTuple):
    """A part that is whole: its rows, its blocks in the order of the rows, and the person-days of each."""

    table: pa.Table
    blocks: tuple[Block, ...]
    person_days: tuple[int, ...]


def part_name(first: Block) -> str:
    """File name of the part that begins with this block."""
    return f"totals-{first.draw:06d}-{first.replicate:05d}.parquet"


class BlockColumns:
    """The columns that are the same in every block of a layout, made once."""

    def __init__(self, layout: Layout) -> None:
        import numpy as np

        self.layout = layout
        n = len(layout.scenarios)
        self.of_group, self.of_measure = cells(layout.groups, layout.measures)
        strata = list(dict.fromkeys(stratum for stratum, _ in layout.groups))
        groups = list(dict.fromkeys(group for _, group in layout.groups))
        stratum_code = np.array([strata.index(stratum) for stratum, _ in layout.groups])[self.of_group]
        group_code = np.array([groups.index(group) for _, group in layout.groups])[self.of_group]
        self._words = {
            "scenario": (layout.scenarios, np.repeat(np.arange(n), len(self.of_group))),
            "stratum": (strata, np.tile(stratum_code, n)),
            "group": (groups, np.tile(group_code, n)),
            "measure": (layout.measures, np.tile(self.of_measure, n)),
        }

    def table(self, block: Block, results: Sequence[RunResult]) -> pa.Table:
        """The rows of one block. results: one per scenario, in the layout's order."""
        return self.of_blocks([block], [results])

    def of_blocks(self, blocks: Sequence[Block], results: Sequence[Sequence[RunResult]]) -> pa.Table:
        """The rows of several blocks, one after the other. results: of each block one per scenario."""
        import numpy as np
        import pyarrow as pa

        rows, n = self.layout.rows, len(blocks)
        cell = (self.of_group, self.of_measure)
        columns: dict[str, Any] = {
            "draw": pa.array(np.repeat(np.array([block.draw for block in blocks], np.int32), rows)),
            "replicate": pa.array(np.repeat(np.array([block.replicate for block in blocks], np.int32), rows)),
            "numerator": pa.array(np.concatenate([one.numerator[cell] for each in results for one in each])),
            "denominator": pa.array(np.concatenate([one.denominator[cell] for each in results for one in each])),
        }
        for name, (words, codes) in self._words.items():
            numbers = pa.array(np.tile(codes.astype(np.int32), n))
            columns[name] = pa.DictionaryArray.from_arrays(numbers, pa.array(list(words), pa.string()))
        return pa.table([columns[name] for name in TOTALS_COLUMNS], names=list(TOTALS_COLUMNS))


def joined(tables: Sequence[pa.Table], blocks: Sequence[Block], person_days: Sequence[int], mark: str) -> pa.Table:
    """Blocks as one part. mark: ties the part to its study and its program."""
    import pyarrow as pa

    table = pa.concat_tables(tables)
    metadata = {"mark": mark, "blocks": json.dumps(list(blocks)), "person_days": json.dumps(list(person_days))}
    metadata["digest"] = _digest(metadata, table)
    return table.replace_schema_metadata(metadata)


def write_parquet(stream: BinaryIO, tables: Iterable[pa.Table]) -> int:
    """Write tables of one schema into one Parquet file; gives the number of rows.

    Row groups have ROWS_PER_GROUP rows, but for the last: the bytes do not depend on where one table ends and the next
    begins.
    """
    import pyarrow as pa

    writer: Any = None
    waiting: list[Any] = []
    rows = gathered = 0

    def put(n: int) -> None:
        """Write the first n of the rows gathered; the others wait."""
        table = pa.concat_tables(waiting).combine_chunks()
        writer.write_table(table.slice(0, n), row_group_size=ROWS_PER_GROUP)
        waiting[:] = [table.slice(n)]

    try:
        for table in tables:
            if writer is None:
                writer = parquet.writer(stream, table.schema)
            waiting.append(table)
            rows += table.num_rows
            gathered += table.num_rows
            if gathered >= ROWS_PER_GROUP:
                put(gathered - gathered % ROWS_PER_GROUP)
                gathered %= ROWS_PER_GROUP
        if gathered or (waiting and not rows):  # a table without rows has its columns all the same
            put(gathered)
    finally:
        if writer is not None:
            writer.close()
    return rows


def _digest(metadata: Mapping[str, str], table: pa.Table) -> str:
    """Ties a part's rows to what it says of itself, which stands in the footer, where no checksum of a page reaches; a
    page that was written again has a right checksum of its own.
    """
    said = [metadata.get(name, "") for name in ("mark", "blocks", "person_days")]
    digest = hashlib.sha256(json.dumps([*said, table.column_names]).encode())
    for column in table.columns:
        digest.update(_bytes_of(column))
    return digest.hexdigest()


def _bytes_of(column: pa.ChunkedArray) -> bytes:
    """The values of a column, however they lie in chunks and dictionaries: words as codes in their own order."""
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return np.ascontiguousarray(column.to_numpy()).tobytes()
    whole: Any = column.unify_dictionaries().combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    codes, words = whole.indices.to_numpy(zero_copy_only=False), [str(word) for word in whole.dictionary.to_pylist()]
    used = sorted({words[code] for code in np.unique(codes)})
    place = np.array([used.index(word) if word in used else -1 for word in words], dtype=np.int32)
    return json.dumps(used).encode() + bytes(place[codes].tobytes())


def _holds(table: pa.Table, blocks: Sequence[Block], layout: Layout) -> bool:
    """Whether the rows are those of the blocks: their columns, their number, and the block in each row."""
    import numpy as np

    if tuple(table.column_names) != TOTALS_COLUMNS or table.num_rows != layout.rows * len(blocks):
        return False
    if [str(kind) for kind in table.schema.types] != list(TOTALS_TYPES):
        return False
    of_row = zip(("draw", "replicate"), np.array(blocks, dtype=np.int64).T, strict=True)
    return all(np.array_equal(table[name].to_numpy(), np.repeat(number, layout.rows)) for name, number in of_row)


def read_part(path: Path, layout: Layout, mark: str) -> Part | None:
    """The part, or None when it is missing, no file of its own, truncated, damaged, or of another study or program."""
    import pyarrow as pa

    if not is_regular(path):  # a pipe would be waited for
        return None
    try:
        table = parquet.read_table(path, check_pages=True)
        metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        blocks = tuple(Block(*pair) for pair in json.loads(metadata.get("blocks", "[]")))
        days = json.loads(metadata.get("person_days", "[]"))
        table.validate(full=True)
        is_whole = bool(blocks) and len(days) == len(blocks) and _holds(table, blocks, layout)
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError) as error:
        if is_out_of_memory(error):  # says nothing about the part
            raise MemoryError(f"{path.name} could not be read") from error
        return None
    if metadata.get("mark") != mark or not is_whole or metadata.get("digest") != _digest(metadata, table):
        return None
    if path.name != part_name(blocks[0]):  # a copy under another's name
        return None
    return Part(table.replace_schema_metadata(None), blocks, tuple(days))
