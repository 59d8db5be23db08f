"""Totals as Parquet: one shard for each (draw, replicate), one merged table in the end.

Rows are tidy: scenario, draw, replicate, stratum, group, measure, numerator, denominator. The order is fixed (shards in
order of draw, then replicate; inside: scenario, group, measure) and the bytes depend on the numbers and on the pyarrow
version only: no date, no machine, no thread count. Strings are dictionary-encoded, pages carry checksums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.outcomes.strata import cells
from sim.outcomes.totals import RunResult

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_GROUP = 500_000
TOTALS_COLUMNS = ("scenario", "draw", "replicate", "stratum", "group", "measure", "numerator", "denominator")


@dataclass(frozen=True)
class Layout:
    """The fixed sides of every shard: scenario names, (stratum, group) pairs and measure names, in order.

    Only pairs of group and measure that exist (sim/outcomes/strata.py) have a row.
    """

    scenarios: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of one shard."""
        return len(self.scenarios) * len(cells(self.groups, self.measures)[0])


def shard_name(index: int) -> str:
    """File name of a shard; index counts (draw, replicate) blocks from 0."""
    return f"totals-{index:05d}.parquet"


def shard_table(layout: Layout, draw: int, replicate: int, results: Sequence[RunResult], mark: str) -> pa.Table:
    """The rows of one (draw, replicate) block: all scenarios under the same luck.

    results: one per scenario, in the layout's order.
    mark: ties the shard to its study and code; kept in the table's metadata together with the person-days.
    """
    import numpy as np
    import pyarrow as pa

    n_scenarios = len(layout.scenarios)
    of_group, of_measure = cells(layout.groups, layout.measures)
    strata = list(dict.fromkeys(stratum for stratum, _ in layout.groups))
    groups = list(dict.fromkeys(group for _, group in layout.groups))

    def words(names: Sequence[str], codes: Any) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(names), pa.string()))

    stratum_code = np.array([strata.index(stratum) for stratum, _ in layout.groups])[of_group]
    group_code = np.array([groups.index(group) for _, group in layout.groups])[of_group]
    columns = [
        words(layout.scenarios, np.repeat(np.arange(n_scenarios), len(of_group))),
        pa.array(np.full(layout.rows, draw, np.int32)),
        pa.array(np.full(layout.rows, replicate, np.int32)),
        words(strata, np.tile(stratum_code, n_scenarios)),
        words(groups, np.tile(group_code, n_scenarios)),
        words(layout.measures, np.tile(of_measure, n_scenarios)),
        pa.array(np.concatenate([result.numerator[of_group, of_measure] for result in results])),
        pa.array(np.concatenate([result.denominator[of_group, of_measure] for result in results])),
    ]
    person_days = sum(result.person_days for result in results)
    metadata = {"mark": mark, "draw": str(draw), "replicate": str(replicate), "person_days": str(person_days)}
    return pa.table(columns, names=list(TOTALS_COLUMNS)).replace_schema_metadata(metadata)


def write_parquet(stream: BinaryIO, tables: Iterable[pa.Table]) -> int:
    """Write tables of one schema into one Parquet file, gathered into large row groups; gives the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: Any = None
    waiting: list[Any] = []
    rows = 0

    def put() -> None:
        if waiting:
            writer.write_table(pa.concat_tables(waiting), row_group_size=ROWS_PER_GROUP)
            waiting.clear()

    try:
        for table in tables:
            if writer is None:
                writer = pq.ParquetWriter(
                    stream, table.schema, compression="zstd", use_dictionary=True, write_page_checksum=True
                )
            waiting.append(table)
            rows += table.num_rows
            if sum(part.num_rows for part in waiting) >= ROWS_PER_GROUP:
                put()
        put()
    finally:
        if writer is not None:
            writer.close()
    return rows


def read_shard(path: Path, layout: Layout, draw: int, replicate: int, mark: str) -> pa.Table | None:
    """The shard, or None when it is missing, truncated, damaged, or of another study, code or block."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        return None
    try:
        table = pq.read_table(path, page_checksum_verification=True, memory_map=False, partitioning=None)
    except (pa.ArrowException, OSError, ValueError):
        return None
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    expected = {"mark": mark, "draw": str(draw), "replicate": str(replicate)}
    if any(metadata.get(key) != value for key, value in expected.items()):
        return None
    if table.num_rows != layout.rows or tuple(table.column_names) != TOTALS_COLUMNS:
        return None
    return table


def person_days_of(table: pa.Table) -> int:
    """Person-days simulated for the shard's block."""
    return int((table.schema.metadata or {})[b"person_days"])
