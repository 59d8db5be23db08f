"""Totals on disk: the bytes of a merged table rest on its rows alone, not on how they were gathered."""

from __future__ import annotations

import io
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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
