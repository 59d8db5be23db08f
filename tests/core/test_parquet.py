"""Parquet tables are read without a thread of their own, and what is wrong with one is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.core.errors import InputError
from sim.core.parquet import opened, read_frame, read_table, reading_table, table_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"column {k}" for k in range(8)]
READS = """
import os, sys
from pathlib import Path
import pyarrow as pa
pa.set_cpu_count(4)
from sim.core.parquet import opened, read_frame, read_table
file, before = Path(sys.argv[1]), len(os.listdir("/proc/self/task"))
for read in (read_table, read_frame, lambda file: list(opened(file).iter_batches(1000, use_threads=False))):
    read(file)
print(len(os.listdir("/proc/self/task")) - before)
import pyarrow.parquet as pq
pq.read_table(file)
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A table of eight columns and 5,000 rows."""
    path = tmp_path / "some.parquet"
    pq.write_table(pa.table({name: list(range(5_000)) for name in NAMES}), path, row_group_size=1_000)
    return path


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are not listed there")
def test_nothing_is_read_by_a_thread_that_a_machine_may_not_let_start(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READS, str(file)], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    ours, of_the_library = (int(line) for line in done.stdout.split())
    assert ours == 0 < of_the_library, "what the library starts by itself is what is kept from starting"


def test_what_a_table_holds(file: Path) -> None:
    for check_pages in (False, True):
        table = read_table(file, check_pages=check_pages)
        assert table.column_names == NAMES and table[NAMES[7]].to_pylist() == list(range(5_000))
    assert opened(file).metadata.num_rows == 5_000
    with pytest.raises(InputError, match="the table cannot be read: "), reading_table(file):
        read_table(file)["none"]


def test_a_table_of_pandas_comes_back_as_it_was(tmp_path: Path) -> None:
    frame = pd.DataFrame({"word": ["a", None, "c"], "number": [0.1, 2.0, float("nan")], "whole": [1, 2, 3]})
    pq.write_table(table_of(frame), tmp_path / "frame.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "frame.parquet"), frame)
    assert read_table(tmp_path / "frame.parquet").schema.metadata is None


@pytest.mark.parametrize("content", [b"", b"PAR1", b"word,number\n"])
def test_what_is_no_table(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "none.parquet").write_bytes(content)
    with pytest.raises(InputError, match="the table cannot be read: "), reading_table(tmp_path / "none.parquet"):
        read_table(tmp_path / "none.parquet")
