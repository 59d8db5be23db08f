"""What the columns of tables and chart files mean, as told in a table of the package: `columns.csv`, a row a column.

An empty cell `file` tells the column wherever it stands; a row that names a file, or the first part of a chart's name,
tells the column of that file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import InputError, nearest_name
from sim.core.tables import read_rows

TEXT, WHOLE, NUMBER, TRUTH = "text", "whole number", "number", "true or false"
TYPES = (TEXT, WHOLE, NUMBER, TRUTH)
HEADS = ("file", "name", "type", "unit", "meaning")


class Meaning(NamedTuple):
    """Type, unit (empty for text) and meaning of a column."""

    type: str
    unit: str
    meaning: str


Meanings = Mapping[tuple[str, str], Meaning]
"""Meaning of a column by file and name; the file is '' where the column means the same in every file."""


@cache
def read_meanings(table: Path) -> Meanings:
    """The meanings in a table; refuses an unknown type and a column that is told twice."""
    meanings: dict[tuple[str, str], Meaning] = {}
    for line, row in read_rows(table, HEADS, ("name", "type", "meaning")):
        key = row["file"], row["name"]
        if row["type"] not in TYPES:
            raise InputError(
                f"'{row['type']}' is not a type", file=table, line=line, key="type", allowed=", ".join(TYPES),
                nearest=nearest_name(row["type"], TYPES),
            )  # fmt: skip
        if key in meanings:
            raise InputError(f"'{row['name']}' is told twice", file=table, line=line, allowed="one row a column")
        meanings[key] = Meaning(row["type"], row["unit"], row["meaning"])
    return meanings


def meaning_of(meanings: Meanings, file: str, name: str) -> Meaning:
    """The meaning of a column of a file; KeyError where none is told."""
    for of in (file, file.split("-", 1)[0], ""):
        if (of, name) in meanings:
            return meanings[of, name]
    raise KeyError(name)
