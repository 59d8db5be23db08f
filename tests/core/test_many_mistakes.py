"""A table with more mistakes than are told in one reading: the first hundred, and that there are more."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.cells import read_named, read_table
from sim.core.errors import InputError
from sim.core.mistakes import MOST_MISTAKES, read_each
from sim.core.schema import Key
from sim.core.tables import read_rows

KEYS = {
    "name": Key("many", "name", "name", True, "", "", "", (), "", "n1", "a name"),
    "size": Key("many", "size", "number", True, "", "", "", (), "", "1", "a size"),
}


def table(folder: Path, cell: str) -> Path:
    file = folder / "many.csv"
    file.write_text("name,size\n" + "".join(f"n{n},{cell}\n" for n in range(150)), encoding="utf-8")
    return file


def told(error: InputError) -> None:
    assert len(error.others) == MOST_MISTAKES, "ninety-nine others, and the word that there are more"
    assert "more is wrong than these 100 mistakes" in str(error.others[-1])


def refuse(thing: object, *_: object) -> None:
    raise InputError(f"{thing} is wrong")


def test_every_reader_tells_a_hundred_and_ends(tmp_path: Path) -> None:
    wrong_cells, long_rows = table(tmp_path, "big"), tmp_path / "long.csv"
    long_rows.write_text("name,size\n" + "a,1,2\na,1,2,3\n" * 75, encoding="utf-8")
    right = table(tmp_path, "big")
    with pytest.raises(InputError) as found:
        read_table(wrong_cells, KEYS)
    told(found.value)
    with pytest.raises(InputError) as found:
        read_rows(long_rows, KEYS)
    told(found.value)
    right.write_text(right.read_text(encoding="utf-8").replace("big", "1"), encoding="utf-8")
    with pytest.raises(InputError) as found:
        read_named(right, KEYS, refuse, "name", {})
    told(found.value)
    with pytest.raises(InputError) as found:
        read_each(range(150), refuse, right)
    told(found.value)
