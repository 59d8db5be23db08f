"""What a diary holds: the events of one person's year under one scenario."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One event: day since the first release (negative before it), date, theme ('' for none) and words."""

    day: int
    on: date
    theme: str
    words: str


@dataclass(frozen=True)
class Diary:
    """One person's year under one scenario: who it is, the entries in order, and how the year ended."""

    scenario: str
    title: str
    person: dict[str, Any]
    entries: tuple[Entry, ...]
    end: str
