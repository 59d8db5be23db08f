"""Every mistake of a file in one reading: readers refuse one value at a time, and what they refuse is collected.

What could be wrong only because of a value that was refused is not judged, so that nobody mends what is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from sim.core.errors import InputError
from sim.core.grammar import counted, noun_for

MOST_MISTAKES = 100
P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")


class TooMany(Exception):
    """MOST_MISTAKES are collected and there is one more: the reading ends."""


class Mistakes:
    """The mistakes of one file, and of a scenario's with all that it extends, in the order in which they are met.

    file: None for a scenario that is given as a mapping.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.errors: list[InputError] = []
        self._has_more = False

    def __enter__(self) -> Self:
        """A whole reading: at its end, or at one mistake more than are told, `raise_all`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None or issubclass(kind, TooMany):
            self.raise_all()

    def __len__(self) -> int:
        """How many there are; a reader compares it before and after to see whether what it read is right."""
        return len(self.errors)

    def add(self, error: InputError) -> None:
        """Collect one more. Raises TooMany beyond MOST_MISTAKES."""
        if len(self.errors) >= MOST_MISTAKES:
            self._has_more = True
            raise TooMany
        self.errors.append(error)

    def read(self, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What a reader gives; None where it refuses, and its refusal is collected."""
        try:
            return reader(*args, **kwargs)
        except InputError as error:
            self.add(error)
            return None

    def raise_all(self) -> None:
        """Raise the first mistake with the others of the same reading; nothing where there is none."""
        if not self.errors:
            return
        first, *others = self.errors
        if self._has_more:
            others.append(InputError(_more_than(len(self.errors)), file=self._file))
        first.others = tuple(others)
        raise first


def _more_than(told: int) -> str:
    these, they_are = noun_for(told, "this", "these"), noun_for(told, "it is", "they are")
    return f"more is wrong than {these} {counted(told, 'mistake')}: check again when {they_are} put right"


def read_each(things: Iterable[S], reader: Callable[[S], T], file: Path) -> list[T]:
    """What the reader makes of each thing of a file. Raises the mistakes of all of them together."""
    with Mistakes(file) as mistakes:
        read = [mistakes.read(reader, thing) for thing in things]
    return [one for one in read if one is not None]


def all_by_line(error: InputError, file: Path) -> list[InputError]:
    """A scenario's mistakes, each once: those of the file itself by line, then those of the files it extends."""
    distinct = {str(mistake): mistake for mistake in (error, *error.others)}
    return sorted(distinct.values(), key=lambda e: (e.line is None, e.file != str(file), e.line or 0))
