"""What a diary holds: the events and states of one person's year under one scenario, and whose years differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

TREATED, ROUGH_NIGHTS, IN_CUSTODY = "days in treatment", "nights sleeping rough", "days back in custody"
HIDDEN_NIGHTS = "nights homeless off the street"
TOTALS = (TREATED, ROUGH_NIGHTS, HIDDEN_NIGHTS, IN_CUSTODY)


@dataclass(frozen=True)
class Entry:
    """One event: day since the first release (negative before it), date, theme ('' for none) and words.

    contact: whether a contact in treatment was kept; None for every other event.
    """

    day: int
    on: date
    theme: str
    words: str
    contact: bool | None = None


@dataclass(frozen=True)
class Span:
    """One state that lasted: 'where' the person was or their 'treatment', from a day since the first release to the day
    before `end`, as at the end of each day."""

    what: str
    state: str
    first: int
    end: int


@dataclass(frozen=True)
class Diary:
    """One person's year under one scenario: who it is, the entries in order, and how the year ended.

    spans: the states of the year in order, those of each `what` without a gap. totals: the TOTALS of the year.
    """

    scenario: str
    title: str
    person: dict[str, Any]
    entries: tuple[Entry, ...]
    end: str
    spans: tuple[Span, ...] = ()
    totals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What a scenario changes in the year of the person with this number: the TOTALS, scenario minus baseline."""

    number: int
    totals: Mapping[str, float]

    @property
    def parts(self) -> int:
        """How many of the TOTALS change by a day or more."""
        return sum(abs(days) >= 1.0 for days in self.totals.values())

    @property
    def size(self) -> float:
        """Days and nights changed, whatever the direction."""
        return sum(abs(days) for days in self.totals.values())


@dataclass(frozen=True)
class PathsThatDiffer:
    """Everybody in a run whose year has another event under a scenario than under the baseline.

    Those come first in whose year most parts change, then those with the most days changed, for better or worse.
    n_people: people in the run, those whose years are the same included.
    """

    n_people: int
    changes: tuple[Change, ...]

    def mean(self, total: str) -> float:
        """Mean change of one of the TOTALS over the people whose years differ; 0 when there is nobody."""
        return sum(change.totals[total] for change in self.changes) / max(1, len(self.changes))


@dataclass(frozen=True)
class TwoPaths:
    """One person's year under the baseline and under another scenario, and among whom the person was found.

    seed, draw, replicate: of the run, draw and replicate from 1.
    """

    usual: Diary
    other: Diary
    differ: PathsThatDiffer
    seed: int
    draw: int
    replicate: int

    @property
    def change(self) -> Mapping[str, float]:
        """The TOTALS, other scenario minus baseline."""
        return {name: self.other.totals[name] - days for name, days in self.usual.totals.items()}
