"""How what a purchase works through was used in a world that has been lived, day by day of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.days import FOLLOW_UP_DAYS, THREE_WEEKS
from sim.engine.usage import (
    EARLY_CHANGES,
    ENDED,
    FIRST,
    FIRST_COUNTED,
    FIRST_EARLY,
    FIRST_EARLY_COUNTED,
    HELD,
    HELD_COUNTED,
)
from sim.outcomes.money_rule import Counted, Use, Window, as_taken, counted_of, person_days
from sim.population.codes import (
    CAS3_SERVICE,
    DETOX_SERVICE,
    HOUSING_FIRST_SERVICE,
    NAVIGATOR_SERVICE,
    REHAB_SERVICE,
    SUPPORTED_SERVICE,
    TREATMENT_SERVICE,
    WOMENS_REHAB_SERVICE,
)
from sim.scenario.flow import Flow, Through
from sim.scenario.levers import LEVERS
from sim.scenario.money_flows import DAYS_OF

if TYPE_CHECKING:
    from sim.engine.world import World

Floats = NDArray[np.float64]
Shares = tuple[Floats, Floats]
"""f8[days] twice: of the people counted, of everybody."""
BEDS_OF: Mapping[str, int] = {
    "cas3_beds": CAS3_SERVICE,
    "supported_beds": SUPPORTED_SERVICE,
    "housing_first": HOUSING_FIRST_SERVICE,
    "residential_rehab": REHAB_SERVICE,
    "womens_residential": WOMENS_REHAB_SERVICE,
    "inpatient_detox": DETOX_SERVICE,
}
"""Type of the service in which the beds of a lever stand."""
DEPOT_LEVER = "depot_buprenorphine"


def counted_purchases(world: World) -> Iterator[tuple[Flow, Counted]]:
    """Every purchase of the scenario at the size of the run, with what of it is counted."""
    if not world.run_inputs.flows:
        return
    used, scale = _Used(world), world.run_inputs.scale
    scaled = [flow._replace(gbp_per_year=flow.gbp_per_year * scale) for flow in world.run_inputs.flows]
    counted = [(flow, counted_of(flow, used.of(flow))) for flow in scaled]
    injections = sum(money.spent for flow, money in counted if flow.lever == DEPOT_LEVER)
    for flow, money in counted:
        if flow.lever == DEPOT_LEVER and injections > 0.0:
            yield flow, as_taken(money, _injections(world) / injections)
        else:
            yield flow, money


def _injections(world: World) -> float:
    """GBP for the depot injections that the people counted took within their year."""
    doses = int(world.people["injections"][world.counted].sum())
    return doses * LEVERS[DEPOT_LEVER].unit_cost(world.run_inputs.draw)


class _Used:
    """Uses of one world; those of people by days since release are made once."""

    def __init__(self, world: World) -> None:
        self._world, self._inputs = world, world.run_inputs
        self._usage = world.usage[world.first_day :]
        self._days = len(self._usage)
        self._ones, self._none = np.ones(self._days), np.zeros(self._days)
        self._people: dict[int, Shares] = {}

    def of(self, flow: Flow) -> Use:
        """Use of what a line of account works through, on every day of the study."""
        occupied, left_over = self._ones, self._none
        if flow.through is Through.RELEASES:
            year, early = self._counts([-1], HELD_COUNTED, HELD), self._counts([-1], FIRST_EARLY_COUNTED, FIRST_EARLY)
        elif flow.through is Through.HUBS or flow.through is Through.CONTACTS:
            hubs = self._hubs(flow)
            early = self._booked(hubs, FIRST_EARLY_COUNTED, FIRST_EARLY)
            by_first = flow.through is Through.HUBS
            year = self._booked(hubs, FIRST_COUNTED, FIRST) if by_first else self._counts(hubs, HELD_COUNTED, HELD)
        elif flow.through in DAYS_OF:
            year, early = self._within(DAYS_OF[flow.through]), self._within(THREE_WEEKS)
        else:
            services = self._services(flow)
            year, early = self._counts(services, HELD_COUNTED, HELD), self._early_places(services)
            occupied, left_over = self._occupied(services, year[1], is_cut=flow.gbp_per_year < 0.0)
        return Use(self._window(year, FOLLOW_UP_DAYS), self._window(early, THREE_WEEKS), occupied, left_over)

    def _window(self, use: Shares, days: int) -> Window:
        """Use with the share of all person-days since release that is of the people counted."""
        counted, everybody = self._within(days)
        eligible = np.divide(counted, everybody, out=self._none.copy(), where=everybody > 0.0)
        return Window(*use, eligible)

    def _counts(self, services: Any, counted: int, everybody: int) -> Shares:
        """Use each day of these services by the people counted, by everybody."""
        use = self._usage[:, services].sum(axis=1)
        return use[:, counted], use[:, everybody]

    def _booked(self, hubs: NDArray[np.int64], counted: int, everybody: int) -> Shares:
        """First appointments put in the diaries, repeated ones included, of counts that go on from day to day."""
        usage, first = self._world.usage[:, hubs], self._world.first_day
        before = usage[first - 1 : first] if first else np.zeros_like(usage[:1])
        booked = np.diff(usage[first:], axis=0, prepend=before).sum(axis=1)
        return booked[:, counted], booked[:, everybody]

    def _early_places(self, services: NDArray[np.int64]) -> Shares:
        """Places held within three weeks of the first release, by the people counted, by everybody."""
        places = np.cumsum(self._world.usage[:, services, EARLY_CHANGES].sum(axis=1), axis=0)[self._world.first_day :]
        return places[:, 1], places[:, 0]

    def _within(self, days: int) -> Shares:
        if days not in self._people:
            world = self._world
            self._people[days] = person_days(world.people, self._days, world.first_day, days, world.counted)
        return self._people[days]

    def _services(self, flow: Flow) -> NDArray[np.int64]:
        kind = NAVIGATOR_SERVICE if flow.through is Through.NAVIGATORS else BEDS_OF[flow.lever]
        rows = np.unique(self._inputs.staff.service_of_place[kind, list(flow.places)])
        return rows[rows >= 0]

    def _hubs(self, flow: Flow) -> NDArray[np.int64]:
        """The hubs that stand in the places of a purchase, all where there is none."""
        hubs = np.flatnonzero(self._inputs.staff.services["service_type"] == TREATMENT_SERVICE)
        there = hubs[np.isin(self._inputs.place_of_hub[self._inputs.staff.services["column"][hubs]], flow.places)]
        return there if len(there) else hubs

    def _occupied(self, services: NDArray[np.int64], held: Floats, *, is_cut: bool) -> tuple[Floats, Floats]:
        """Part of the capacity that is held; part of the beds whose money has ended that somebody is still in."""
        workers = self._world.workers[np.isin(self._world.workers["service"], services)]
        ended = workers[(workers["bought"] == 1) & (workers["cap"] > 0)]
        room = self._from(workers["starts"], workers["cap"]) - self._from(workers["ends"], workers["cap"])
        gone = self._from(ended["ends"], ended["cap"])
        staying = self._usage[:, services, ENDED].sum(axis=1)
        occupied = np.divide(held - staying, room, out=self._none.copy(), where=room > 0.0)
        left = np.divide(staying, gone, out=self._none.copy(), where=gone > 0.0)
        return np.clip(occupied, 0.0, 1.0), self._none if is_cut else left

    def _from(self, days: NDArray[np.int32], slots: NDArray[np.int32]) -> Floats:
        """f8[days], slots that have begun by each day; days: of the run."""
        since = np.clip(days.astype(np.int64) - self._world.first_day, 0, self._days)
        return np.asarray(np.cumsum(np.bincount(since, weights=slots, minlength=self._days + 1)[: self._days]))
