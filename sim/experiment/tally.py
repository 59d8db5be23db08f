"""What a run is held against published figures by: its people looked at day by day, and sums over their days.

Rates are taken over time at liberty since the latest release, deaths and overdoses as expected events (hazard spent).
Only the study year's people count; those released before and after are there to keep services busy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD
from sim.experiment.tally_lives import Lives
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    COMMUNITY,
    HIDDEN,
    HOMELESS,
    HOUSING_FIRST,
    IN_TREATMENT,
    LONGER,
    OPIATE_NO_CRACK,
    ROUGH,
    SETTLED,
    SUPPORTED,
    TEMPORARY,
)

if TYPE_CHECKING:
    from sim.engine.world import World

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS = FOLLOW_UP_DAYS + 1
PER_DAY = MOMENTS_PER_DAY / TICKS_PER_HAZARD  # hazard a day of a clock's rate
NO_OST, ON_OST, OTHER_NEEDS = range(3)  # groups in which rates are counted: opiate needs by OST at release, the rest
SETTLED_HOMES = (SETTLED, SUPPORTED, HOUSING_FIRST)
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
    """Live a run day by day, look at the study year's people at the end of every day, and count them."""
    days = _Days(world)
    for day in range(world.first_day, world.days):
        world.run_to(day + 1)
        days.look(world, day)
    return days.counted(days.now(world), world.run_inputs.draw, float(world.run_inputs.params[0]["overdose_attended"]))


class _Days:
    """Days at liberty of the people who count, as they are seen at the end of each: a list of columns a day, each
    [people at liberty then], and days in treatment of those who were in it at dawn.

    first_ost: [people], on OST at the first release; homeless_then: [people], homeless after six months.
    """

    def __init__(self, world: World) -> None:
        self._rows = world.counted_rows
        column, n = self.now(world), len(self._rows)
        self._first_release, self._opiate = column("first_release"), column("need") <= OPIATE_NO_CRACK
        self._days: list[tuple[NDArray[Any], ...]] = []
        self._staying: list[NDArray[Any]] = []
        self._left: list[NDArray[Any]] = []
        self._treated, self._start = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
        self.first_ost, self.homeless_then = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        self._lives = Lives(n, float(world.run_inputs.draw["housing.seen_per_night"]))

    def now(self, world: World) -> Callable[..., NDArray[Any]]:
        """Gives one field of the people who count, or of some of them, as it is now."""

        def column(name: str, who: NDArray[Any] | slice = slice(None)) -> NDArray[Any]:
            return np.asarray(world.people[name][self._rows[who]])

        return column

    def look(self, world: World, day: int) -> None:
        """Take down the day that has been lived. Only people in their year of follow-up are looked at: rows are long,
        so that it is looking that costs."""
        now, since_first = self.now(world), day - self._first_release
        followed = np.flatnonzero((since_first >= 0) & (since_first < DAYS))
        released = followed[since_first[followed] == 0]
        self.first_ost[released] = now("ost_at_release", released) > 0
        free = followed[now("status", followed) == COMMUNITY]
        rates, since = now("rate", free), day - now("latest_release", free)
        self._lives.look_at_release(now, free[since == 0])
        self._lives.look(now, followed, free, since, day)
        self._days.append(
            (
                free, since_first[free], now("ost_at_release", free) > 0, since,
                self._lives.homeless_on_release[free],
                rates[:, P.OVERDOSE] * PER_DAY, rates[:, P.OTHER_DEATH] * PER_DAY, now("fatality", free),
            )
        )  # fmt: skip
        at_end = free[since_first[free] == SIX_MONTHS]
        self.homeless_then[at_end] = np.isin(now("housing", at_end), HOMELESS)
        self._look_at_treatment(now, free, day)

    def _look_at_treatment(self, now: Callable[..., NDArray[Any]], free: NDArray[Any], day: int) -> None:
        staying = free[self._treated[free] & self._opiate[free]]
        days_in = day - self._start[staying]
        treated = free[now("treatment", free) == IN_TREATMENT]
        self._treated[:] = False
        self._treated[treated] = True
        self._start[treated] = now("treatment_start", treated)
        self._staying.append(days_in)
        self._left.append(days_in[~self._treated[staying]])

    def counted(self, column: Callable[..., NDArray[Any]], draw: Mapping[str, float], attended: float) -> Tally:
        """The sums over all days. column: fields of the people when the run is over; draw: the run's; attended: share
        of overdoses that are recorded."""
        tally = Tally()
        columns = (np.concatenate(days) for days in zip(*self._days, strict=True))
        who, since_first, on_ost, since, homeless, overdoses, other, fatality = columns
        opiate, fatal = self._opiate[who], overdoses * fatality
        cells = np.where(opiate, np.where(on_ost, ON_OST, NO_OST), OTHER_NEEDS), since
        for sums, amounts in (
            (tally.at_risk, None), (tally.nonfatal, (overdoses - fatal) * attended), (tally.drug, fatal),
            (tally.other, other),
        ):  # fmt: skip
            _add(sums, cells, amounts)
        _add(tally.deaths, (self.first_ost[who[opiate]].astype(int), since_first[opiate]), (fatal + other)[opiate])
        _add_rows(tally.by_sex, column("sex")[who], (None, fatal))
        age = column("age")[who[opiate]]
        _add_rows(tally.by_age, (age >= OLDER).astype(int), (None, age, fatal[opiate]))
        _add(tally.in_treatment, (np.concatenate(self._staying),))
        _add(tally.left, (np.concatenate(self._left),))
        early = since_first < SIX_MONTHS
        spent = np.bincount(who[early], (overdoses - fatal)[early], minlength=len(self._rows))[self.homeless_then]
        had_one = -np.expm1(-spent)
        tally.shares = shares(column, self._opiate, self.first_ost, draw["housing.recorded_rough_of_hidden"])
        tally.shares |= self._lives.shares()
        tally.shares |= self._lives.early_deaths(since, fatal + other, homeless)
        tally.shares["overdoses_six_months_homeless"] = (float(spent.sum()), float(had_one.sum()))
        return tally


def _add(sums: Array, places: tuple[NDArray[Any], ...], amounts: Array | None = None) -> None:
    """Add amounts, or one each, at places that may be there many times."""
    flat = np.ravel_multi_index(places, sums.shape)
    sums += np.bincount(flat, amounts, minlength=sums.size).reshape(sums.shape)


def _add_rows(sums: Array, place: NDArray[Any], by_row: tuple[Array | None, ...]) -> None:
    """Add to each row of sums its own amounts, all at the same places."""
    for row, amounts in zip(sums, by_row, strict=True):
        _add(row, (place,), amounts)


def shares(
    column: Callable[[str], NDArray[Any]], opiate: Flags, ost: Flags, recorded: float
) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of what stands on people's rows at the end of a run.

    column: gives a field of them; opiate: those with an opiate need; ost: those on OST at their first release;
    recorded: part of people homeless off the street whom official records hold as sleeping rough.
    What is published of people released from sentences, or supervised by probation, is counted among them: of people
    released from remand or court nobody counts recalls, roofs or proven reoffences.
    """
    everybody = np.ones(len(opiate), dtype=bool)
    first_release, first_night = column("first_release"), column("first_night")
    engaged = column("first_engaged") - first_release < 21
    recalled = column("first_recall") - first_release <= NINE_MONTHS
    reoffended, short = column("first_reoffence") < NEVER, column("sentence") != LONGER
    sentenced, inside = column("licence_days") > 0, column("custody_moments").sum(axis=1) > 0
    home, in_a_year = column("housing_at_84"), column("housing_at_364")  # -1 where not in the community on that day

    def share(flag: Flags, among: Flags = everybody) -> tuple[float, float]:
        return float(flag[among].sum()), float(among.sum())

    return {
        "engaged_within_3_weeks": share(engaged),
        "engaged_ost": share(engaged, opiate & ost),
        "engaged_no_ost": share(engaged, opiate & ~ost),
        "first_night_homeless": share(np.isin(first_night, HOMELESS), sentenced),
        "settled_3_months": share(np.isin(home, SETTLED_HOMES), sentenced & (home >= 0)),
        "rough_3_months": (
            float((home == ROUGH)[sentenced].sum() + recorded * (home == HIDDEN)[sentenced].sum()),
            float((sentenced & (home >= 0)).sum()),
        ),
        "homeless_12_months": share(np.isin(in_a_year, HOMELESS), sentenced & (in_a_year >= 0)),
        "unsettled_12_months": share(np.isin(in_a_year, (TEMPORARY, CAS3)), sentenced & (in_a_year >= 0)),
        "custody_12_months_settled": share(inside, sentenced & np.isin(first_night, SETTLED_HOMES)),
        "custody_12_months_unsettled": share(inside, sentenced & ~np.isin(first_night, SETTLED_HOMES)),
        "recalled_28_days_of_9_months": share(column("first_recall") - first_release < 28, sentenced & recalled),
        "recalls_per_release": (float(column("recalls").sum()), float(sentenced.sum())),
        "recalled_9_months": share(recalled, sentenced),
        "reoffended_short": share(reoffended, sentenced & short),
        "reoffended_all": share(reoffended, sentenced),
        "reoffended_first_night_homeless": share(reoffended, sentenced & np.isin(first_night, HOMELESS)),
        "reoffended_first_night_hidden": share(reoffended, sentenced & (first_night == HIDDEN)),
        "reoffended_first_night_temporary": share(reoffended, sentenced & (first_night == TEMPORARY)),
        "reoffended_first_night_settled": share(reoffended, sentenced & np.isin(first_night, SETTLED_HOMES)),
        "on_ost": share(ost, opiate),
    }
