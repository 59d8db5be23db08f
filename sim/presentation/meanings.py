"""What the columns of tables and chart files mean, as told in a table of the package: `columns.csv`, a row a column.

An empty cell `file` tells the column wherever it stands; a row that names a file, or the first part of a chart's name,
tells the column of that file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

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
    for row in read_rows(table, HEADS, ("name", "type", "meaning")):
        key = row.text("file"), row.text("name")
        if key in meanings:
            raise row.error("name", f"'{key[1]}' is told twice", "one row a column")
        meanings[key] = Meaning(row.word("type", TYPES, "a type"), row.text("unit"), row.text("meaning"))
    return meanings


def meaning_of(meanings: Meanings, file: str, name: str) -> Meaning:
    """The meaning of a column of a file; KeyError where none is told."""
    for of in (file, file.split("-", 1)[0], ""):
        if (of, name) in meanings:
            return meanings[of, name]
    raise KeyError(name)
