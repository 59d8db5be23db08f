"""Comma-separated tables, read strictly: every problem is one InputError naming file, line and column.

Columns may stand in any order, each once; a column that is missing is refused, and one that nobody knows unless the
reader allows more. A cell holds letters that print, on one line or several. One reading tells every row that is wrong.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import LEAST_SIZE, InputError, exact, is_too_small, nearest_name
from sim.core.files import read_text, why_no_folder
from sim.core.grammar import counted
from sim.core.mistakes import Mistakes
from sim.core.printable import escaped

LONGEST_CELL = 2_000  # letters
A_TABLE = "a comma-separated table"
OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "upright bars"}  # that some programs write in place of commas
_REASONS = {
    "unexpected end of data": "a quotation mark has no fellow",
    "expected after": "something other than a comma follows a closing quotation mark",
    "new-line character": "a line end stands alone in a cell without quotation marks",
}
MOST_SHOWN = 20  # words in a message, beyond which their number is told


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table with the place it stands at; reads its cells as typed values or refuses.

    line: on which the row begins, the heading being line 1. cells: by column, without surrounding blanks. named: the
    column that names the row, which every message then says beside the column; empty where none does.
    """

    file: Path
    line: int
    cells: Mapping[str, str]
    named: str = ""

    def error(
        self, column: str | None, problem: str, allowed: str | None = None, nearest: str | None = None
    ) -> InputError:
        """An InputError that points at this row."""
        name = self.cells[self.named] if self.named else ""
        key = f"{name}:{column}" if name and column not in (None, name, self.named) else column or name or None
        return InputError(problem, file=self.file, line=self.line, key=key, allowed=allowed, nearest=nearest)

    def text(self, column: str, *, required: bool = False) -> str:
        """The words of a cell."""
        if required and not self.cells[column]:
            raise self.error(column, "the cell is empty", "a value in every row")
        return self.cells[column]

    def number(self, column: str, *, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number between low and high."""
        text, allowed = self.cells[column], _between(low, high)
        if not is_number(text):
            raise self.error(column, f"'{text}' is not a number", allowed)
        number = float(text)
        if not math.isfinite(number):
            raise self.error(column, f"{text} is not a finite number", allowed)
        if not low <= number <= high:
            raise self.error(column, f"{text} is out of range", allowed)
        if is_too_small(number):
            raise self.error(column, f"{text} is too near 0 to mean anything", f"0, or a size from {LEAST_SIZE:g}")
        return number

    def optional_number(self, column: str, *, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number, or None where the cell is empty (not found)."""
        return self.number(column, low=low, high=high) if self.cells[column] else None

    def whole(self, column: str, *, low: float, high: float) -> int:
        """A whole number from low to high."""
        number = self.number(column, low=low, high=high)
        if number != int(number):
            allowed = f"a whole number from {exact(low)} to {exact(high)}"
            raise self.error(column, f"{self.cells[column]} is not a whole number", allowed)
        return int(number)

    def one_of(self, column: str, text: str, choices: Iterable[str], what: str) -> str:
        """The text, which must be one of the choices. what: what it should be, such as 'a sex'."""
        known = tuple(choices)
        if text not in known:
            shown = ", ".join(known) if len(known) <= MOST_SHOWN else f"a name from the {len(known)} known"
            raise self.error(column, f"'{text}' is not {what}", shown, nearest_name(text, known))
        return text

    def word(self, column: str, choices: Iterable[str], what: str) -> str:
        """One of the known words."""
        return self.one_of(column, self.cells[column], choices, what)

    def items(self, column: str) -> tuple[str, ...]:
        """The parts of a list as 'a; b', each once."""
        parts = tuple(part.strip() for part in self.cells[column].split(";")) if self.cells[column] else ()
        for part in parts:
            if not part or parts.count(part) > 1:
                problem = f"'{part}' stands twice" if part else "an empty word names nothing"
                raise self.error(column, problem, "a list as 'a; b', each word once")
        return parts

    def words(self, column: str, choices: Iterable[str], what: str) -> tuple[str, ...]:
        """The parts of a list, each a known word."""
        known = tuple(choices)
        return tuple(self.one_of(column, part, known, what) for part in self.items(column))


def table_files(folder: Path) -> list[Path]:
    """The CSV files of a folder, sorted by name; refuses a folder that is missing or holds none."""
    if not folder.is_dir():
        raise InputError(why_no_folder(folder), file=folder, allowed="a folder of .csv tables")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError("the folder holds no table", file=folder, allowed="at least one .csv file")
    return files


def read_rows(file: Path, columns: Iterable[str], needs: Iterable[str] = (), *, more: bool = False) -> list[Row]:
    """The rows of one CSV file (UTF-8, a heading, RFC 4180), of which blank ones are left out.

    columns: those that the heading must have; more: whether it may have others. needs: columns that may not be empty.
    Raises InputError for the first thing that is wrong with the file or its heading, or for every row that is.
    """
    text = read_text(file, what=A_TABLE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    wanted, needed = tuple(columns), tuple(needs)
    line = 1
    written: list[tuple[int, list[str]]] = []  # the line on which a row begins, and its cells
    try:
        heading = [name.strip() for name in next(reader, [])]
        _check_heading(file, heading, wanted, more=more)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                written.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            problem = f"a cell holds more than {csv.field_size_limit():,} letters; a quotation mark may lack its fellow"
            raise InputError(problem, file=file, line=line, allowed=f"at most {LONGEST_CELL:,} in a cell") from None
        allowed = "cells parted by commas; a text that holds a comma or a quotation mark in double quotes"
        problem = f"not a comma-separated table ({_reason(str(error))})"
        raise InputError(problem, file=file, line=line, allowed=allowed) from None
    _refuse_other_width(file, heading, [len(cells) for _, cells in written])
    with Mistakes(file) as mistakes:
        rows = [mistakes.read(_row, file, begins, heading, cells, needed) for begins, cells in written]
    return [row for row in rows if row is not None]


def _refuse_other_width(file: Path, heading: list[str], widths: list[int]) -> None:
    """Refuses a heading that no row agrees with, where the rows agree with one another: it is the heading then."""
    if len(widths) > 1 and len(set(widths)) == 1 and widths[0] != len(heading):
        problem = f"the heading has {counted(len(heading), 'column')}, and every row {counted(widths[0], 'cell')}"
        raise InputError(problem, file=file, line=1, allowed="one cell a column, in the heading and in every row")


def _reason(problem: str) -> str:
    """What Python's reader says of a table, in words of a table; as it is where that is not known."""
    return next((words for begins, words in _REASONS.items() if begins in problem), problem)


def refuse_repeats(rows: Iterable[Row], column: str) -> None:
    """Refuses a table in which two rows carry the same name."""
    seen: dict[str, int] = {}
    for row in rows:
        name = row.text(column, required=True)
        if name in seen:
            problem = f"'{name}' is there twice; it first stands in line {seen[name]}"
            raise row.error(column, problem, "each name once")
        seen[name] = row.line


def is_number(text: str) -> bool:
    """Whether a cell holds a plain number: figures 0 to 9, not those of other scripts, and no underscores."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.isascii()


def _check_heading(file: Path, heading: list[str], wanted: tuple[str, ...], *, more: bool) -> None:
    allowed = ", ".join(wanted)
    if not heading:
        raise InputError("the file is empty", file=file, line=1, allowed=f"a heading with {allowed}")
    _refuse_other_marks(file, heading, wanted)
    is_other_table = 2 * len(set(wanted) & set(heading)) < len(wanted)  # whose columns are not misspelt ones of this
    for name in heading:
        if name not in wanted and not more:
            near = None if is_other_table else nearest_name(name, wanted)
            raise InputError(f"'{name}' is not a column", file=file, line=1, allowed=allowed, nearest=near)
        if heading.count(name) > 1:
            raise InputError(f"column '{name}' is there twice", file=file, line=1, allowed="each column once")
    for name in wanted:
        if name not in heading:
            others = [] if is_other_table else [other for other in heading if other not in wanted]
            near = nearest_name(name, others)
            raise InputError(f"column '{name}' is missing", file=file, line=1, allowed=allowed, nearest=near)


def _refuse_other_marks(file: Path, heading: list[str], wanted: tuple[str, ...]) -> None:
    """Refuses a table, as some spreadsheets write it, of which the whole heading is one cell."""
    for mark, words in OTHER_MARKS.items():
        parts = [part.strip() for part in heading[0].split(mark)]
        if len(heading) < len(wanted) and len(parts) > 1 and set(parts) & set(wanted):
            problem = f"the cells are parted by {words}"
            raise InputError(problem, file=file, line=1, allowed="commas between cells")


def _row(file: Path, line: int, heading: list[str], cells: list[str], needed: tuple[str, ...]) -> Row:
    if len(cells) != len(heading):
        raise InputError(
            f"the row has {counted(len(cells), 'cell')}, the heading {len(heading)}",
            file=file, line=line, allowed="one cell a column; a comma inside a text needs quotation marks",
        )  # fmt: skip
    row = Row(file, line, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)})
    for name, cell in row.cells.items():
        one_line_end = cell.replace("\r\n", "\n")
        if escaped(one_line_end, keep="\n") != one_line_end:
            raise row.error(name, f"'{cell[:60]}' holds a letter that does not print", "plain text")
        if len(cell) > LONGEST_CELL:
            raise row.error(name, f"the cell holds {counted(len(cell), 'letter')}", f"at most {LONGEST_CELL:,}")
    for name in needed:
        row.text(name, required=True)
    return row


def _between(low: float, high: float) -> str:
    if math.isfinite(low) and math.isfinite(high):
        return f"a number from {exact(low)} to {exact(high)}"
    if math.isfinite(high):
        return f"a number up to {exact(high)}"
    return f"a number from {exact(low)}" if math.isfinite(low) else "a number, as 0.25 or 3e-4"
