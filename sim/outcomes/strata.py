"""The groups by which every measure is told: sex, need, council, rural or urban home, trauma, age band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.population.person import NEEDS, SEXES

if TYPE_CHECKING:
    from sim.area import Area

AGE_BANDS = ("18 to 29", "30 to 39", "40 to 49", "50 and over")
AGE_STARTS = (30.0, 40.0, 50.0)
ALL = ("all", "all")


class Strata:
    """Declared groups of an area and the group of each person in every stratum.

    groups: (stratum, group) pairs, ('all', 'all') first; the groups of one stratum share everybody between them.
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
        self.groups: tuple[tuple[str, str], ...] = (
            ALL,
            *((stratum, name) for stratum, names in self._names for name in names),
        )

    def codes(self, people: np.ndarray[Any, Any]) -> tuple[tuple[int, np.ndarray[Any, Any]], ...]:
        """(number of groups, i8[people] group of each person) for every stratum in the order of `groups` after
        'all'."""
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
