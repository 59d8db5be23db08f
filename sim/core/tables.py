"""Comma-separated tables, read strictly: every problem is one InputError naming file and line.

Columns may stand in any order; each must be there, once, and no other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted

Row = tuple[int, dict[str, str]]


def table_files(folder: Path) -> list[Path]:
    """The CSV files of a folder, sorted by name; refuses a folder that is missing or holds none."""
    if not folder.is_dir():
        raise InputError("there is no such folder", file=folder, allowed="a folder of .csv tables")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError("the folder holds no table", file=folder, allowed="at least one .csv file")
    return files


def read_rows(file: Path, columns: Iterable[str], needs: Iterable[str]) -> Iterator[Row]:
    """Rows of one CSV as (line, cells by column), cells stripped; needs: the columns that may not be empty.

    The line is the one on which the row begins, the heading being line 1.
    """
    wanted, needed = tuple(columns), tuple(needs)
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            heading = [name.strip() for name in next(reader, [])]
            _check_heading(file, heading, wanted)
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, _row(file, line, heading, cells, needed)
                line = reader.line_num + 1
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}", file=file) from error
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", file=file, allowed="text saved as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"not a comma-separated table: {error}", file=file, line=reader.line_num) from error


def _check_heading(file: Path, heading: list[str], wanted: tuple[str, ...]) -> None:
    allowed = ", ".join(wanted)
    if not heading:
        raise InputError("the file is empty", file=file, line=1, allowed=f"a heading with {allowed}")
    for name in heading:
        if name not in wanted:
            near = nearest_name(name, wanted)
            raise InputError(f"'{name}' is not a column", file=file, line=1, allowed=allowed, nearest=near)
        if heading.count(name) > 1:
            raise InputError(f"column '{name}' is there twice", file=file, line=1, allowed="each column once")
    missing = [name for name in wanted if name not in heading]
    if missing:
        raise InputError(f"column '{missing[0]}' is missing", file=file, line=1, allowed=allowed)


def _row(file: Path, line: int, heading: list[str], cells: list[str], needed: tuple[str, ...]) -> dict[str, str]:
    if len(cells) != len(heading):
        raise InputError(
            f"the row has {counted(len(cells), 'cell')}, the heading {len(heading)}",
            file=file, line=line, allowed="one cell a column; a comma inside a text needs quotation marks",
        )  # fmt: skip
    row = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
    for name in needed:
        if not row[name]:
            raise InputError(f"{name} is missing", file=file, line=line, key=name, allowed="a value in every row")
    return row


def number_in(file: Path, line: int, column: str, text: str) -> float:
    """The number in a cell; refuses anything but a plain number, also one with underscores."""
    if is_number(text):
        return float(text)
    raise InputError(f"'{text}' is not a number", file=file, line=line, key=column, allowed="as 0.25 or 3e-4")


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def maybe_number_in(file: Path, line: int, column: str, text: str) -> float | None:
    """The number in a cell that may be empty."""
    return number_in(file, line, column, text) if text else None
