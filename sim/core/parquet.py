"""Reading Parquet tables: whatever a library says of a file that is none, or not the one wanted, is one sentence.

A hash that fits says only that nobody changed a file by accident; who reckoned it anew may have put anything there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.errors import InputError
from sim.core.memory import is_out_of_memory


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
