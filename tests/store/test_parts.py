"""Totals on disk: the bytes of a merged table rest on its rows alone, not on how they were gathered."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.totals import RunResult
from sim.store import parts

ROWS = pa.table(
    {
        "draw": pa.array(range(50), pa.int32()),
        "measure": pa.array([f"m{k % 3}" for k in range(50)]).dictionary_encode(),
        "numerator": pa.array([k / 7 for k in range(50)]),
    }
)


def written(cuts: list[int]) -> bytes:
    """The file made of the rows, handed over in tables that end at the cuts."""
    ends = [0, *cuts, 50]
    stream = io.BytesIO()
    assert parts.write_parquet(stream, [ROWS.slice(a, b - a) for a, b in pairwise(ends)]) == 50
    return stream.getvalue()


@pytest.mark.parametrize("cuts", [[7], [1, 2, 3, 30], [14, 28], [16, 33, 49], list(range(1, 50))])
def test_bytes_do_not_depend_on_how_rows_were_gathered(cuts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_PER_GROUP", 16)
    assert written(cuts) == written([])
    file = pq.ParquetFile(io.BytesIO(written(cuts)))
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [16, 16, 16, 2]
    assert file.read().equals(ROWS)


def test_a_table_without_rows_keeps_its_columns() -> None:
    stream = io.BytesIO()
    assert parts.write_parquet(stream, [ROWS.slice(0, 0)]) == 0
    assert pq.ParquetFile(io.BytesIO(stream.getvalue())).schema_arrow.names == ROWS.column_names


def test_a_changed_bit_anywhere_makes_a_part_missing_or_changes_nothing(tmp_path: Path) -> None:
    """Its footer too, where it says which blocks it holds: no checksum of a page covers that."""
    layout = parts.Layout(("baseline", "other"), (("all", "all"), ("sex", "man")), MEASURE_NAMES)
    luck, blocks = np.random.default_rng(1), [parts.Block(1, 0), parts.Block(1, 1), parts.Block(4, 0)]

    def result() -> RunResult:
        return RunResult(luck.random((2, len(MEASURE_NAMES))), luck.random((2, len(MEASURE_NAMES))), person_days=7)

    table = parts.BlockColumns(layout).of_blocks(blocks, [[result(), result()] for _ in blocks])
    file = tmp_path / parts.part_name(blocks[0])
    with file.open("wb") as stream:
        parts.write_parquet(stream, [parts.joined([table], blocks, [100, 200, 300], "mark")])
    raw, whole = file.read_bytes(), parts.read_part(file, layout, "mark")
    assert whole is not None
    assert (whole.blocks, whole.person_days) == (tuple(blocks), (100, 200, 300))
    refused = 0
    for place, bit in zip(luck.integers(0, len(raw), 800), luck.integers(0, 8, 800), strict=True):
        damaged = bytearray(raw)
        damaged[place] ^= 1 << bit
        file.write_bytes(damaged)
        found = parts.read_part(file, layout, "mark")
        refused += found is None
        assert found is None or (found.table.equals(whole.table) and found[1:] == whole[1:]), place
    assert refused > 600
