"""The one way to Parquet tables: read without a thread of its own, and whatever is wrong with one is one sentence.

The library reads with threads unless told otherwise, and waits without end for those that a machine does not let it
start. A hash that fits says only that nobody changed a file by accident; who reckoned it anew may have put anything
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.core.errors import InputError
from sim.core.memory import is_out_of_memory

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@contextmanager
def reading_table(file: Path, allowed: str | None = None) -> Iterator[None]:
    """While a table is read: InputError that names the file for one that is damaged, lacks a column, or holds another
    kind of values. allowed: what mends that. What is wrong with the machine's memory is told as it is.
    """
    try:
        yield
    except (OSError, ValueError, TypeError, LookupError, AttributeError, NotImplementedError) as error:
        if is_out_of_memory(error):
            raise
        said = getattr(error, "strerror", None) or " ".join(str(error).strip("'\"").split())
        raise InputError(f"the table cannot be read: {said.rstrip('.')}", file=file, allowed=allowed) from None


def opened(file: Path, *, check_pages: bool = False) -> Any:
    """A Parquet file of which no row is read yet (`pyarrow.parquet.ParquetFile`): `schema_arrow`, `metadata`, and
    `read_row_group` and `iter_batches`, which take `use_threads=False`.

    check_pages: whether the checksum of each page is held against its bytes. Raises what the library raises.
    """
    import pyarrow.parquet as pq

    return pq.ParquetFile(file, memory_map=False, pre_buffer=False, page_checksum_verification=check_pages)


def read_table(file: Path, *, check_pages: bool = False) -> pa.Table:
    """All of a Parquet file. check_pages: as of `opened`. Raises what the library raises (`reading_table`)."""
    with opened(file, check_pages=check_pages) as table:
        rows: pa.Table = table.read(use_threads=False)
    return rows


def read_frame(file: Path) -> pd.DataFrame:
    """A Parquet file as a table of pandas. Raises what the library raises (`reading_table`)."""
    frame: pd.DataFrame = read_table(file).to_pandas(use_threads=False)
    return frame


def table_of(frame: pd.DataFrame) -> pa.Table:
    """A table of pandas as it is written: without an index, and without what pandas says of itself."""
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).replace_schema_metadata(None)


def writer(stream: BinaryIO, schema: pa.Schema) -> Any:
    """Writes tables of one schema into one file, a checksum with each page (`pyarrow.parquet.ParquetWriter`)."""
    import pyarrow.parquet as pq

    return pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=True, write_page_checksum=True)
