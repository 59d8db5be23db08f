"""The groups for which measures are counted.

Groups of people: sex, need, council, rural or urban home, trauma, age band; everybody in one group of each. Groups of
time, for everybody: bands of days since the first release (`since_release`, counted inside the band among those alive
at its start), days by which something has happened (`by_day`, among all released), and months of the study (`month`,
what services counted, earlier and later leavers included). `exists` says which measures each stratum has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS
from sim.outcomes.chosen_people import Columns
from sim.outcomes.hub_measures import HUB_MEASURES
from sim.population.codes import BAND_ENDS, NEEDS, SEXES

if TYPE_CHECKING:
    from sim.area import Area

AGE_BANDS = ("18 to 29", "30 to 39", "40 to 49", "50 and over")
AGE_STARTS = (30.0, 40.0, 50.0)
ALL = ("all", "all")
SINCE_RELEASE, BY_DAY, MONTH = "since_release", "by_day", "month"
BAND_STARTS = (0, *BAND_ENDS[:-1])
N_MONTHS = 24

SERVICE_MEASURES = tuple(measure.name for measure in HUB_MEASURES)
BAND_MEASURES = (
    "rough_sleeping_days",
    "custody_days",
    "deaths_365_days",
    "deaths_365_days_expected",
    "drug_deaths_365_days_expected",
    "suicides_365_days_expected",
    "other_deaths_365_days_expected",
)
CUMULATIVE_MEASURES = BAND_MEASURES[2:]  # deaths
MONTH_MEASURES = (*SERVICE_MEASURES, "wait_days_mean")
STRATA = ("sex", "need", "council", "home", "trauma", "age", SINCE_RELEASE, BY_DAY, MONTH)
_OF_TIME = {SINCE_RELEASE: BAND_MEASURES, BY_DAY: CUMULATIVE_MEASURES, MONTH: MONTH_MEASURES}
assert BAND_ENDS[-1] == FOLLOW_UP_DAYS


def exists(measure: str, stratum: str) -> bool:
    """Whether a measure is counted for the groups of a stratum."""
    if stratum in _OF_TIME:
        return measure in _OF_TIME[stratum]
    return measure not in SERVICE_MEASURES or stratum == ALL[0]


def cells(
    groups: Sequence[tuple[str, str]], measures: Sequence[str]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """i8[cells] each: the group and the measure of every pair that exists, group by group."""
    there = np.array([[exists(measure, stratum) for measure in measures] for stratum, _ in groups], dtype=bool)
    of_group, of_measure = np.nonzero(there.reshape(len(groups), len(measures)))
    return of_group, of_measure


class Strata:
    """Declared groups of an area and the group of each person in every stratum of people.

    groups: (stratum, group) pairs, ('all', 'all') first, then groups of people, the groups of one stratum sharing
    everybody between them, then groups of time.
    """

    def __init__(self, area: Area) -> None:
        self._councils = tuple(sorted({place.local_authority for place in area.places}))
        number = {name: k for k, name in enumerate(self._councils)}
        self._council_of_place = np.array([number[place.local_authority] for place in area.places])
        self._rural = np.array([place.is_rural for place in area.places], dtype=np.int64)
        self._names: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("sex", SEXES),
            ("need", NEEDS),
            ("council", self._councils),
            ("home", ("urban", "rural")),
            ("trauma", ("fewer than 4 ACEs", "4 or more ACEs")),
            ("age", AGE_BANDS),
        )
        of_people = ((stratum, name) for stratum, names in self._names for name in names)
        bands = zip(BAND_STARTS, BAND_ENDS, strict=True)
        self.groups: tuple[tuple[str, str], ...] = (
            ALL,
            *of_people,
            *((SINCE_RELEASE, f"day {start} to {end - 1}") for start, end in bands),
            *((BY_DAY, f"by day {end}") for end in BAND_ENDS),
            *((MONTH, f"month {k + 1}") for k in range(N_MONTHS)),
        )

    def first_of(self, stratum: str) -> int:
        """Number of the first group of a stratum in `groups`."""
        return [name for name, _ in self.groups].index(stratum)

    def codes(self, people: Columns) -> tuple[tuple[int, np.ndarray[Any, Any]], ...]:
        """(number of groups, i8[people] group of each person) for every stratum of people, in the order of `groups`
        after 'all'."""
        of_people = (
            people["sex"],
            people["need"],
            self._council_of_place[people["home"]],
            self._rural[people["home"]],
            people["ace4"],
            np.searchsorted(AGE_STARTS, people["age"], side="right"),
        )
        return tuple(
            (len(names), codes.astype(np.int64)) for (_, names), codes in zip(self._names, of_people, strict=True)
        )
