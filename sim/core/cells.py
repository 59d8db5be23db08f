"""Tables whose columns are declared (schema.py): each cell is read as its kind says, and every wrong one is told.

A time of day is minutes after midnight, days are weekdays with Monday 0, hours are two times of one day.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from sim.core.errors import InputError, nearest_name
from sim.core.mistakes import Mistakes
from sim.core.schema import OF_NAMES, Key, Keys
from sim.core.tables import Row, read_rows

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FREE_FROM = 2  # words of a status after which more words may follow, all but the first two
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

Names = Mapping[str, Collection[str]]


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

    def days(self, column: str) -> tuple[int, ...]:
        """Weekdays."""
        return cast("tuple[int, ...]", self.values[column])

    def hours(self, column: str) -> tuple[int, int]:
        """Opening and closing time of one day."""
        return cast("tuple[int, int]", self.values[column])

    def names(self, column: str) -> tuple[str, ...]:
        """The parts of a list."""
        return cast("tuple[str, ...]", self.values[column])


def read_table(file: Path, keys: Keys, *, known: Names | None = None, more: bool = False) -> list[Record]:
    """Every row of a table with these columns.

    known: words by the name under which `choices` of a key has them, such as {'@places': ...}. more: whether the table
    may have other columns, which nothing reads.
    Raises InputError: the first mistake, with all others of the table.
    """
    rows = read_rows(file, keys, more=more)
    mistakes = Mistakes(file)
    records = []
    for row in rows:
        values = {key.name: mistakes.read(_value, row, key, known or {}) for key in keys.values()}
        records.append(Record(row, values))
    mistakes.raise_all()
    return records


def _value(row: Row, key: Key, known: Names) -> Any:
    text, name = row.text(key.name, required=key.needed), key.name
    if key.kind.startswith("list of "):
        return row.words(name, *_choices(key, known)) if key.choices else row.items(name)
    if key.kind in ("number", "whole"):
        if not text:
            return None
        read = row.whole if key.kind == "whole" else row.number
        return read(name, low=key.least, high=key.most)
    if key.kind == "word":
        return row.word(name, *_choices(key, known)) if text or key.needed else text
    if (key.high or key.kind == "name") and not text.isprintable():
        raise row.error(name, f"'{text[:60]}' runs over several lines", "one line")
    if key.high and len(text) > key.longest:
        raise row.error(name, f"holds {len(text):,} letters", f"at most {key.longest}")
    if key.kind in ("time", "days", "hours", "status"):
        return _OF_KIND[key.kind](row, key) if text else None
    return text


def _choices(key: Key, known: Names) -> tuple[Collection[str], str]:
    """The words that a key allows, and what one of them is."""
    if key.choices[0].startswith(OF_NAMES):
        names = key.choices[0]
        return known[names], f"a known {names[1:].removesuffix('s').replace('_', ' ')}"
    return key.choices, f"a known {key.name.replace('_', ' ')}"


def _status(row: Row, key: Key) -> str:
    """One of the first words, or a text that begins with one of the others."""
    status, words = row.cells[key.name], key.choices
    if status not in words[:FREE_FROM] and not status.startswith(words[FREE_FROM:]):
        allowed = f"{', '.join(words[:FREE_FROM])}, or a text that begins with {', '.join(words[FREE_FROM:])}"
        raise row.error(key.name, f"'{status}' is not a known status", allowed, nearest_name(status, words))
    return status


def _time(row: Row, key: Key) -> int:
    try:
        return parse_clock(row.cells[key.name])
    except InputError as error:
        raise row.error(key.name, error.problem, error.allowed) from None


def _days(row: Row, key: Key) -> tuple[int, ...]:
    """Weekdays such as 'Mon-Fri' or 'Tue' or 'Mon-Wed,Fri'."""
    text = row.cells[key.name]
    weekdays: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
            wrong = next((end for end in ends if end not in WEEKDAYS), "")
            allowed = "for example Mon-Fri or Mon-Wed,Sat"
            raise row.error(key.name, f"'{text}' is not a set of weekdays", allowed, nearest_name(wrong, WEEKDAYS))
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        if last < first:
            raise row.error(key.name, f"'{part.strip()}' runs backwards", "for example Mon-Fri")
        weekdays.update(range(first, last + 1))
    return tuple(sorted(weekdays))


def _hours(row: Row, key: Key) -> tuple[int, int]:
    text, allowed = row.cells[key.name], "for example 09:00-17:00, the end after the start"
    try:
        opens, closes = (parse_clock(end) for end in text.split("-"))
    except (InputError, ValueError):
        raise row.error(key.name, f"'{text}' is not a span of hours", allowed) from None
    if closes <= opens:
        raise row.error(key.name, f"'{text}' ends before it begins", allowed)
    return opens, closes


_OF_KIND = {"time": _time, "days": _days, "hours": _hours, "status": _status}


def parse_clock(text: str) -> int:
    """Minutes after midnight of a time HH:MM."""
    time = _CLOCK.fullmatch(text.strip())
    if not time:
        raise InputError(f"'{text}' is not a time of day", allowed="HH:MM from 00:00 to 23:59")
    return int(time[1]) * 60 + int(time[2])
