"""Strict reading of an area's tables: every problem is one InputError that names file, line and column."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted

# Ceilings far above anything real: what lies beyond is a slip of the pen.
MOST_PEOPLE = 100_000_000
MOST_IN_PRISON = 100_000
MOST_MINUTES = 1_440  # a day
MOST_DEPARTURES = 1_440  # one a minute, all day
MOST_FARE_GBP = 1_000.0
MOST_KM = 2_000.0
MOST_FIGURE = 1e9
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table with the place it stands at; reads its cells as typed values or refuses."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def error(
        self, column: str | None, problem: str, allowed: str | None = None, nearest: str | None = None
    ) -> InputError:
        """An InputError that points at this row."""
        return InputError(problem, file=self.file, line=self.line, key=column, allowed=allowed, nearest=nearest)

    def text(self, column: str, *, required: bool = False) -> str:
        """The cell without surrounding blanks."""
        value = self.cells[column].strip()
        if required and not value:
            raise self.error(column, "the cell is empty", "a text")
        return value

    def number(self, column: str, *, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number between low and high."""
        value = self.text(column)
        allowed = _between(low, high)
        try:
            number = float(value)
        except ValueError:
            raise self.error(column, f"{value!r} is not a number", allowed) from None
        if not math.isfinite(number) or not low <= number <= high:
            raise self.error(column, f"{value} is out of range", allowed)
        return number

    def optional_number(self, column: str, *, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number, or None where the cell is empty (not found)."""
        return self.number(column, low=low, high=high) if self.text(column) else None

    def whole(self, column: str, *, low: int = 0, high: int = MOST_PEOPLE) -> int:
        """A whole number from low to high."""
        number = self.number(column, low=low, high=high)
        if number != int(number):
            allowed = f"a whole number from {low} to {high:,}"
            raise self.error(column, f"{self.text(column)} is not a whole number", allowed)
        return int(number)

    def choice(self, column: str, known: Iterable[str], what: str) -> str:
        """One of the known names."""
        names = list(known)
        value = self.text(column)
        if value not in names:
            shown = ", ".join(names) if len(names) <= 20 else f"a name from the {len(names)} known"
            raise self.error(column, f"{value!r} is not a known {what}", shown, nearest_name(value, names))
        return value

    def minute(self, column: str) -> int:
        """A time of day HH:MM as minutes after midnight."""
        value = self.text(column)
        try:
            return parse_clock(value)
        except InputError as error:
            raise self.error(column, error.problem, error.allowed) from None

    def days(self, column: str) -> tuple[int, ...]:
        """Weekdays such as 'Mon-Fri' or 'Tue' or 'Mon-Wed,Fri', Monday 0."""
        value = self.text(column)
        weekdays: set[int] = set()
        for part in value.split(","):
            ends = [end.strip() for end in part.split("-")]
            if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
                wrong = next((end for end in ends if end not in WEEKDAYS), "")
                raise self.error(
                    column,
                    f"{value!r} is not a set of weekdays",
                    "for example Mon-Fri or Mon-Wed,Sat",
                    nearest_name(wrong, WEEKDAYS),
                )
            first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
            if last < first:
                raise self.error(column, f"{part.strip()!r} runs backwards", "for example Mon-Fri")
            weekdays.update(range(first, last + 1))
        return tuple(sorted(weekdays))

    def hours(self, column: str) -> tuple[int, int]:
        """Opening hours HH:MM-HH:MM of one day as minutes after midnight."""
        value, allowed = self.text(column), "for example 09:00-17:00, the end after the start"
        try:
            opens, closes = (parse_clock(end) for end in value.split("-"))
        except (InputError, ValueError):
            raise self.error(column, f"{value!r} is not a span of hours", allowed) from None
        if closes <= opens:
            raise self.error(column, f"{value!r} ends before it begins", allowed)
        return opens, closes


def parse_clock(text: str) -> int:
    """Minutes after midnight of a time HH:MM."""
    time = _CLOCK.fullmatch(text.strip())
    if not time:
        raise InputError(f"{text!r} is not a time of day", allowed="HH:MM from 00:00 to 23:59")
    return int(time[1]) * 60 + int(time[2])


def read_rows(file: Path, columns: Iterable[str]) -> list[Row]:
    """Every row of a CSV file (UTF-8, header row, RFC 4180) that has at least the named columns.

    Refuses a missing file, missing or repeated columns, ragged rows, an empty table and text that is not UTF-8.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("the file is missing", file=file, allowed="an area folder holds all its tables") from None
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8 text", file=file, allowed="UTF-8") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not header:
                header = _header(file, cells, list(columns))
            elif cells:
                if len(cells) != len(header):
                    raise InputError(
                        f"the row has {counted(len(cells), 'cell')}, the header {len(header)}",
                        file=file,
                        line=line,
                        allowed="one cell for each column; a text that holds a comma stands in double quotes",
                    )
                rows.append(Row(file, line, dict(zip(header, cells, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"the row cannot be read ({error})", file=file, line=line, allowed="RFC 4180 CSV") from None
    if not rows:
        raise InputError("the table holds no row", file=file)
    return rows


def refuse_repeats(rows: Iterable[Row], column: str) -> None:
    """Refuses a table in which two rows carry the same name."""
    seen: dict[str, int] = {}
    for row in rows:
        name = row.text(column, required=True)
        if name in seen:
            raise row.error(column, f"{name!r} stands on line {seen[name]} already", "each name once")
        seen[name] = row.line


def _header(file: Path, cells: list[str], columns: list[str]) -> list[str]:
    repeated = {name for name in cells if cells.count(name) > 1}
    if repeated:
        raise InputError(f"the column {sorted(repeated)[0]!r} stands twice", file=file, line=1)
    for name in columns:
        if name not in cells:
            raise InputError(f"the column {name!r} is missing", file=file, line=1, nearest=nearest_name(name, cells))
    return cells


def _between(low: float, high: float) -> str:
    if math.isfinite(low) and math.isfinite(high):
        return f"a number from {low:,.12g} to {high:,.12g}"
    return f"a number from {low:g}" if math.isfinite(low) else "a number"
