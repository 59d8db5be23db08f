"""Rows that the program reads, from the table `needed.csv`: without one of them no run begins.

Columns: the row's name; `above` and `below`, ends that its whole range must stay inside, where the program divides by
the number, takes its logarithm, makes odds or a hazard of it, or is not made for more or less. A row that only a lever
names need not stand there: levers are held against the evidence tables as they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.core.tables import read_rows

TABLE = Path(__file__).parent / "needed.csv"
COLUMNS = ("name", "above", "below")


class Ends(NamedTuple):
    """Ends that a row's range must not reach, None where there is none."""

    above: float | None
    below: float | None


@cache
def needed_rows(file: Path = TABLE) -> Mapping[str, Ends]:
    """Ends by full name, in the order of the table.

    Raises InputError, naming file and line, at the first row that is not right.
    """
    rows: dict[str, Ends] = {}
    for row in read_rows(file, COLUMNS, ("name",)):
        if (name := row.text("name")) in rows:
            raise row.error("name", f"'{name}' is there twice", "each name once")
        rows[name] = Ends(row.optional_number("above"), row.optional_number("below"))
    return rows


def end_reached(name: str, low: float, high: float) -> tuple[str, str, str] | None:
    """Where a row's range reaches an end at which the program could not run, as (column, problem, what is allowed)."""
    ends = needed_rows().get(name)
    if ends is None:
        return None
    if ends.above is not None and low <= ends.above:
        why = "divides by this number" if ends.above == 0.0 else "is not made for numbers so low"
        return "low", f"low {low:g} is not possible here: the program {why}", f"above {ends.above:g}"
    if ends.below is not None and high >= ends.below:
        is_share = ends.below == 1.0
        why = "makes odds or a hazard of this share" if is_share else "is not made for numbers so high"
        return "high", f"high {high:g} is not possible here: the program {why}", f"below {ends.below:g}"
    return None
