"""Tables whose columns are declared (schema.py): each cell is read as its kind says, and every wrong one is told.

A time of day is minutes after midnight, days are weekdays with Monday 0, hours are two times of one day, a date is
written 2027-04-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted
from sim.core.mistakes import Mistakes
from sim.core.printable import has_words
from sim.core.schema import OF_NAMES, Key, Keys
from sim.core.tables import Row, read_rows

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST_TITLE = 120  # letters
FREE_FROM = 2  # words of a status after which more words may follow, all but the first two
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

LIST_OF = "list of "
TEXTS = ("text", "name", "word", "number or word")  # kinds of which an empty cell is the empty text
T = TypeVar("T")
Names = Mapping[str, Collection[str]]
Reader = Callable[[Row, str], Any]


class Record(NamedTuple):
    """One row of a declared table, its cells read; an empty one that is not needed is None, or the empty text."""

    row: Row
    values: Mapping[str, Any]

    def text(self, column: str) -> str:
        """Words, a name, or one of the words allowed."""
        return cast(str, self.values[column])

    def number(self, column: str) -> float:
        """A number that is needed."""
        return cast(float, self.values[column])

    def maybe_number(self, column: str) -> float | None:
        """A number, or None."""
        return cast("float | None", self.values[column])

    def whole(self, column: str) -> int:
        """A whole number that is needed."""
        return cast(int, self.values[column])

    def minute(self, column: str) -> int:
        """A time of day."""
        return cast(int, self.values[column])

    def day(self, column: str) -> date:
        """A date that is needed."""
        return cast(date, self.values[column])

    def maybe_day(self, column: str) -> date | None:
        """A date, or None."""
        return cast("date | None", self.values[column])

    def days(self, column: str) -> tuple[int, ...]:
        """Weekdays."""
        return cast("tuple[int, ...]", self.values[column])

    def hours(self, column: str) -> tuple[int, int]:
        """Opening and closing time of one day."""
        return cast("tuple[int, int]", self.values[column])

    def names(self, column: str) -> tuple[str, ...]:
        """The parts of a list."""
        return cast("tuple[str, ...]", self.values[column])


def read_table(
    file: Path, keys: Keys, *, known: Names | None = None, more: bool = False, named: str = ""
) -> list[Record]:
    """Every row of a table with these columns.

    known: words by the name under which `choices` of a key has them, such as {'@places': ...}. more: whether the table
    may have other columns, which nothing reads. named: the column that names a row, for messages.
    Raises InputError: the first mistake, with all others of the table.
    """
    readers = [(key, _reader(key, known or {})) for key in keys.values()]
    records = []
    rows = [replace(row, named=named) for row in read_rows(file, keys, more=more)]
    with Mistakes(file) as mistakes:
        for row in rows:
            try:
                records.append(Record(row, {key.name: _value(row, key, read) for key, read in readers}))
            except InputError:  # every cell by itself, so that each that is wrong is told
                for key, read in readers:
                    mistakes.read(_value, row, key, read)
    return records


def read_named(
    file: Path, keys: Keys, make: Callable[[Record, Mapping[str, T]], T], column: str, rows: dict[str, T], *,
    known: Names | None = None,
) -> None:  # fmt: skip
    """Add what is made of each row of a table to `rows`, by the name in a column.

    make: is handed the record and all rows before it. Raises the mistakes of the whole table; one without a row is a
    mistake too.
    """
    records = read_table(file, keys, known=known, named=column)
    if not records:
        raise InputError("the table holds no row", file=file, allowed=f"a row for each {column}")
    with Mistakes(file) as mistakes:
        for record in records:
            made = mistakes.read(make, record, rows)
            if made is not None:
                rows[record.text(column)] = made


def _value(row: Row, key: Key, read: Reader) -> Any:
    """The value of a cell; of an empty one that is not needed None, or the empty text or list."""
    if row.text(key.name, required=key.needed):
        return read(row, key.name)
    return "" if key.kind in TEXTS else () if key.kind.startswith(LIST_OF) else None


def _reader(key: Key, known: Names) -> Reader:
    """How a cell of the column that is not empty is read."""
    if key.kind in ("number", "whole"):
        return partial(Row.whole if key.kind == "whole" else Row.number, low=key.least, high=key.most)
    if key.kind.startswith(LIST_OF) and not key.choices:
        return Row.items
    if key.kind == "word" or key.kind.startswith(LIST_OF):
        choices, what = _choices(key, known)
        return partial(Row.word if key.kind == "word" else Row.words, choices=choices, what=what)
    of_kind = _OF_KIND.get(key.kind, _text)
    return lambda row, column: of_kind(row, column, key)


def _choices(key: Key, known: Names) -> tuple[Collection[str], str]:
    """The words that a key allows, and what one of them is."""
    if key.choices[0].startswith(OF_NAMES):
        names = key.choices[0]
        return known[names], f"a known {names[1:].removesuffix('s').replace('_', ' ')}"
    return key.choices, f"one of the words for '{key.name}'"


def _text(row: Row, column: str, key: Key) -> str:
    """Words; on one line, and not too many, where the key says how many."""
    if key.high:
        return words_of(row, column, longest=key.longest)
    text = row.cells[column]
    if key.kind == "name" and "\n" in text:
        raise row.error(column, f"'{text[:60]}' runs over several lines", "one line")
    if key.needed and not has_words(text):
        raise row.error(column, "holds no letter that can be seen", "some words")
    return text


def words_of(row: Row, column: str, *, longest: int) -> str:
    """The words of a cell on one line, at most so many letters."""
    text = row.cells[column]
    if "\n" in text:
        raise row.error(column, f"'{text[:60]}' runs over several lines", "one line")
    if not has_words(text):
        raise row.error(column, "holds no letter that can be seen", "some words")
    if len(text) > longest:
        raise row.error(column, f"holds {counted(len(text), 'letter')}", f"at most {longest}")
    return text


def _status(row: Row, column: str, key: Key) -> str:
    """One of the first words, or a text that begins with one of the others."""
    status, words = row.cells[column], key.choices
    if status not in words[:FREE_FROM] and not status.startswith(words[FREE_FROM:]):
        allowed = f"{', '.join(words[:FREE_FROM])}, or a text that begins with {', '.join(words[FREE_FROM:])}"
        raise row.error(
            column, f"'{status}' is not one of the words for '{column}'", allowed, nearest_name(status, words)
        )
    return status


def _date(row: Row, column: str, key: Key) -> date:
    """A day between the ends of the key."""
    text, allowed = row.cells[column], f"year-month-day from {key.low} to {key.high}"
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise row.error(column, f"'{text}' is not a date", allowed)
    if not date.fromisoformat(key.low) <= day <= date.fromisoformat(key.high):
        raise row.error(column, f"{text} is out of range", allowed)
    return day


def _time(row: Row, column: str, key: Key) -> int:
    try:
        return parse_clock(row.cells[column])
    except InputError as error:
        raise row.error(column, error.problem, error.allowed) from None


def _days(row: Row, column: str, key: Key) -> tuple[int, ...]:
    """Weekdays such as 'Mon-Fri' or 'Tue' or 'Mon-Wed,Fri'."""
    text = row.cells[column]
    weekdays: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
            wrong = next((end for end in ends if end not in WEEKDAYS), "")
            allowed = "for example Mon-Fri or Mon-Wed,Sat"
            raise row.error(column, f"'{text}' is not a set of weekdays", allowed, nearest_name(wrong, WEEKDAYS))
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        if last < first:
            raise row.error(column, f"'{part.strip()}' runs backwards", "for example Mon-Fri")
        weekdays.update(range(first, last + 1))
    return tuple(sorted(weekdays))


def _hours(row: Row, column: str, key: Key) -> tuple[int, int]:
    text, allowed = row.cells[column], "for example 09:00-17:00, the end after the start"
    try:
        opens, closes = (parse_clock(end) for end in text.split("-"))
    except (InputError, ValueError):
        raise row.error(column, f"'{text}' is not a span of hours", allowed) from None
    if closes <= opens:
        raise row.error(column, f"'{text}' ends before it begins", allowed)
    return opens, closes


_OF_KIND: dict[str, Callable[[Row, str, Key], Any]] = {
    "date": _date,
    "time": _time,
    "days": _days,
    "hours": _hours,
    "status": _status,
}


def parse_clock(text: str) -> int:
    """Minutes after midnight of a time HH:MM."""
    time = _CLOCK.fullmatch(text.strip())
    if not time:
        raise InputError(f"'{text}' is not a time of day", allowed="HH:MM from 00:00 to 23:59")
    return int(time[1]) * 60 + int(time[2])
