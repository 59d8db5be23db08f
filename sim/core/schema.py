"""Keys of the files that people write, declared once: what a scenario, a study, an area's table or a table of evidence
may hold, with type, range, default, example and meaning.

Each room declares its own in a table `keys.csv` beside its readers. Readers take names, ranges and words from it, the
reference of files and the JSON Schemas for editors are made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import InputError, nearest_name
from sim.core.tables import Row, read_rows

COLUMNS = (
    "where", "name", "kind", "needed", "low", "high", "unit", "choices", "default", "example", "meaning",
)  # fmt: skip
KINDS = (
    "text", "name", "word", "number", "whole", "flag", "date", "time", "days", "hours", "status", "file", "folder",
    "number or word", "block", "block or word",
)  # fmt: skip
"""What a value can be; 'list of' and 'block of' may stand before one, or before the name of another block."""
OF_NAMES = "@"  # before the name of a set of words that stands elsewhere, such as @levers


class Key(NamedTuple):
    """One key of a block, or one column of a table.

    where: the block or table. needed: whether it must be there and must not be empty. low, high: ends of a number, of
    the length of a text, or of the items of a list; None where there is none. choices: the words allowed, or one name
    of a set that stands elsewhere, such as '@levers'. default: in words, empty where there is none.
    """

    where: str
    name: str
    kind: str
    needed: bool
    low: str
    high: str
    unit: str
    choices: tuple[str, ...]
    default: str
    example: str
    meaning: str

    @property
    def least(self) -> float:
        """The lower end of a number."""
        return _end(self.low) if self.low else float("-inf")

    @property
    def most(self) -> float:
        """The upper end of a number, of the length of a text, of the items of a list."""
        return _end(self.high) if self.high else float("inf")

    @property
    def longest(self) -> int:
        """Most letters of a text, or items of a list."""
        return int(self.high)


def _end(text: str) -> float:
    """The end of a range with all its digits: a large whole number is none of those that a float can be."""
    try:
        return int(text)
    except ValueError:
        return float(text)


Keys = Mapping[str, Key]


def load_keys(file: Path) -> Mapping[str, Keys]:
    """The keys of each block or table by name, both in the order of the file.

    Raises InputError, naming file and line, at the first row that is not right.
    """
    blocks: dict[str, dict[str, Key]] = {}
    for row in read_rows(file, COLUMNS, ("where", "name", "kind", "meaning")):
        key = _key(row)
        block = blocks.setdefault(key.where, {})
        if key.name in block:
            raise row.error("name", f"'{key.name}' of '{key.where}' is there twice", allowed="each key once")
        block[key.name] = key
    _refuse_unknown_kinds(file, blocks)
    return blocks


def _key(row: Row) -> Key:
    for column in ("low", "high"):
        if row.cells[column] and row.cells["kind"] != "date":
            row.number(column)
    cells = row.cells
    return Key(
        where=cells["where"], name=cells["name"], kind=cells["kind"],
        needed=row.word("needed", ("yes", ""), "yes, or nothing") == "yes",
        low=cells["low"], high=cells["high"], unit=cells["unit"], choices=row.items("choices"),
        default=cells["default"], example=cells["example"], meaning=cells["meaning"],
    )  # fmt: skip


def _refuse_unknown_kinds(file: Path, blocks: Mapping[str, Keys]) -> None:
    known = (*KINDS, *blocks)
    for keys in blocks.values():
        for key in keys.values():
            kind = key.kind.removeprefix("list of ").removeprefix("block of ")
            if kind not in known:
                raise InputError(
                    f"'{key.kind}' is not a kind of value", file=file, key=f"{key.where}.{key.name}",
                    allowed=", ".join(known), nearest=nearest_name(kind, known),
                )  # fmt: skip
