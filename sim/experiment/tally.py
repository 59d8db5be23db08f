"""What a run is held against published figures by: its people looked at day by day, and sums over their days.

Rates are taken over time at liberty since the latest release, deaths and overdoses as expected events (hazard spent).
Only the study year's people count; those released before and after are there to keep services busy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD
from sim.population import processes as P
from sim.population.codes import COMMUNITY, HOUSING, IN_TREATMENT, LONGER, OPIATE_NO_CRACK, ROUGH, TEMPORARY

if TYPE_CHECKING:
    from sim.engine.world import World

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS = FOLLOW_UP_DAYS + 1
PER_DAY = MOMENTS_PER_DAY / TICKS_PER_HAZARD  # hazard a day of a clock's rate
NO_OST, ON_OST, OTHER_NEEDS = range(3)  # groups in which rates are counted: opiate needs by OST at release, the rest
SETTLED_HOMES = [code for code, name in enumerate(HOUSING) if name in ("settled", "supported")]
OLDER = 40.0  # years of age that part the two groups whose rates give the ratio by age
SIX_MONTHS, NINE_MONTHS = 182, 273  # days


def _by_group() -> Array:
    return np.zeros((3, DAYS))


def _by_day() -> Array:
    return np.zeros(DAYS)


@dataclass
class Tally:
    """Sums over a run.

    at_risk, nonfatal, drug, other: f8[3, days], person-days at liberty and hazard spent by group and days since the
    latest release. deaths: f8[2, days], hazard of any death of people with an opiate need by OST at the first release
    (without, with) and days since it. in_treatment, left: f8[days], opiate episodes at risk and ended by days since
    treatment began. by_sex: f8[2, sexes], person-days at liberty and hazard of a drug death. by_age: f8[3, 2],
    person-days, the same times age, and hazard of a drug death, of opiate needs below and from OLDER.
    shares: numerator and denominator of what is counted by person.
    """

    at_risk: Array = field(default_factory=_by_group)
    nonfatal: Array = field(default_factory=_by_group)
    drug: Array = field(default_factory=_by_group)
    other: Array = field(default_factory=_by_group)
    deaths: Array = field(default_factory=lambda: np.zeros((2, DAYS)))
    in_treatment: Array = field(default_factory=_by_day)
    left: Array = field(default_factory=_by_day)
    by_sex: Array = field(default_factory=lambda: np.zeros((2, 2)))
    by_age: Array = field(default_factory=lambda: np.zeros((3, 2)))
    shares: dict[str, tuple[float, float]] = field(default_factory=dict)


def follow(world: World) -> Tally:
    """Live a run day by day and count the study year's people at the end of every day."""
    tally = Tally()
    rows = world.counted_rows

    def column(name: str) -> NDArray[Any]:
        """One field of the people who count, as it is now."""
        return np.asarray(world.people[name][rows])

    first_release, opiate = column("first_release"), column("need") <= OPIATE_NO_CRACK
    people = _People(rows, first_release, opiate, column("sex"), column("age"))
    attended = float(world.run_inputs.params[0]["overdose_attended"])
    for day in range(world.first_day, world.days):
        people.begin(world)
        world.run_to(day + 1)
        people.end(world, day, tally, attended)
    tally.shares = shares(column, opiate, people.first_ost)
    spent = people.spent[people.homeless_then]
    tally.shares["overdoses_six_months_homeless"] = (float(spent.sum()), float(-np.expm1(-spent).sum()))
    return tally


class _People:
    """What is known of the people who count from day to day. On each day only those in their year of follow-up are
    looked at: rows are long, so that it is looking that costs.

    first_ost: on OST at the first release; spent: hazard of a non-fatal overdose in six months; homeless_then: sleeping
    rough at their end.
    """

    def __init__(self, rows: NDArray[Any], first_release: NDArray[Any], opiate: Flags, sex: Array, age: Array) -> None:
        n = len(rows)
        self._rows, self._first_release, self._opiate, self._sex, self._age = rows, first_release, opiate, sex, age
        self._treated, self._start = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
        self.first_ost, self.homeless_then = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        self.spent = np.zeros(n)

    def begin(self, world: World) -> None:
        """Before the day is lived: when the episodes of people in treatment began."""
        treated = np.flatnonzero(self._treated)
        self._start[treated] = world.people["treatment_start"][self._rows[treated]]

    def end(self, world: World, day: int, tally: Tally, attended: float) -> None:
        """Count the day that has been lived. attended: share of overdoses that are recorded."""

        def now(name: str, who: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(world.people[name][self._rows[who]])

        since_first = day - self._first_release
        followed = np.flatnonzero((since_first >= 0) & (since_first < DAYS))
        free = followed[now("status", followed) == COMMUNITY]
        on_ost = now("ost_at_release", free) > 0
        released = np.flatnonzero(since_first == 0)
        self.first_ost[released] = now("ost_at_release", released) > 0
        rates = world.people["rate"]
        overdoses, other = (rates[self._rows[free], clock] * PER_DAY for clock in (P.OVERDOSE, P.OTHER_DEATH))
        fatal = overdoses * now("fatality", free)
        opiate = self._opiate[free]
        group = np.where(opiate, np.where(on_ost, ON_OST, NO_OST), OTHER_NEEDS)
        cells = (group, day - now("latest_release", free))
        _add(tally.at_risk, cells)
        _add(tally.nonfatal, cells, (overdoses - fatal) * attended)
        _add(tally.drug, cells, fatal)
        _add(tally.other, cells, other)
        of_opiate = free[opiate]
        by_ost = (self.first_ost[of_opiate].astype(int), since_first[of_opiate])
        _add(tally.deaths, by_ost, (fatal + other)[opiate])
        _add_rows(tally.by_sex, self._sex[free], (None, fatal))
        age = self._age[of_opiate]
        _add_rows(tally.by_age, (age >= OLDER).astype(int), (None, age, fatal[opiate]))
        self.spent[free] += np.where(since_first[free] < SIX_MONTHS, overdoses - fatal, 0.0)
        at_end = free[since_first[free] == SIX_MONTHS]
        self.homeless_then[at_end] = now("housing", at_end) == ROUGH
        self._count_treatment(now("treatment", free), free, day, tally)

    def _count_treatment(self, treatment: NDArray[Any], free: NDArray[Any], day: int, tally: Tally) -> None:
        staying = free[self._treated[free] & self._opiate[free]]
        self._treated[:] = False
        self._treated[free[treatment == IN_TREATMENT]] = True
        days_in = day - self._start[staying]
        _add(tally.in_treatment, (days_in,))
        _add(tally.left, (days_in[~self._treated[staying]],))


def _add(sums: Array, places: tuple[NDArray[Any], ...], amounts: Array | None = None) -> None:
    """Add amounts, or one each, at places that may be there many times."""
    flat = np.ravel_multi_index(places, sums.shape)
    sums += np.bincount(flat, amounts, minlength=sums.size).reshape(sums.shape)


def _add_rows(sums: Array, place: NDArray[Any], by_row: tuple[Array | None, ...]) -> None:
    """Add to each row of sums its own amounts, all at the same places."""
    for row, amounts in zip(sums, by_row, strict=True):
        _add(row, (place,), amounts)


def shares(column: Callable[[str], NDArray[Any]], opiate: Flags, ost: Flags) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of what stands on people's rows at the end of a run.

    column: gives a field of them; opiate: those with an opiate need; ost: those on OST at their first release.
    """
    everybody = np.ones(len(opiate), dtype=bool)
    first_release, first_night = column("first_release"), column("first_night")
    engaged = column("first_engaged") - first_release < 21
    recalled = column("first_recall") - first_release <= NINE_MONTHS
    reoffended, short = column("first_reoffence") < NEVER, column("sentence") != LONGER
    home = column("housing_at_84")  # -1 for people who were not in the community on that day

    def share(flag: Flags, among: Flags = everybody) -> tuple[float, float]:
        return float(flag[among].sum()), float(among.sum())

    return {
        "engaged_within_3_weeks": share(engaged),
        "engaged_ost": share(engaged, opiate & ost),
        "engaged_no_ost": share(engaged, opiate & ~ost),
        "first_night_homeless": share(first_night == ROUGH),
        "settled_3_months": share(np.isin(home, SETTLED_HOMES), home >= 0),
        "rough_3_months": share(home == ROUGH, home >= 0),
        "recalls_per_release": (float(column("recalls").sum()), float(len(opiate))),
        "recalled_9_months": share(recalled),
        "reoffended_short": share(reoffended, short),
        "reoffended_all": share(reoffended),
        "reoffended_first_night_homeless": share(reoffended, first_night == ROUGH),
        "reoffended_first_night_temporary": share(reoffended, first_night == TEMPORARY),
        "reoffended_first_night_settled": share(reoffended, np.isin(first_night, SETTLED_HOMES)),
        "on_ost": share(ost, opiate),
    }
