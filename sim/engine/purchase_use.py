"""How what a purchase works through was used in a world that has been lived, day by day of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.days import FOLLOW_UP_DAYS
from sim.engine.usage import ENDED, FIRST, FIRST_COUNTED, HELD, HELD_COUNTED
from sim.outcomes.money_rule import Counted, Use, counted_of, person_days
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
from sim.scenario.money_flows import DAYS_OF, Flow, Through

if TYPE_CHECKING:
    from sim.engine.world import World

Floats = NDArray[np.float64]
BEDS_OF: Mapping[str, int] = {
    "cas3_beds": CAS3_SERVICE,
    "supported_beds": SUPPORTED_SERVICE,
    "housing_first": HOUSING_FIRST_SERVICE,
    "residential_rehab": REHAB_SERVICE,
    "womens_residential": WOMENS_REHAB_SERVICE,
    "inpatient_detox": DETOX_SERVICE,
}
"""Type of the service in which the beds of a lever stand."""


def counted_purchases(world: World) -> Iterator[tuple[Flow, Counted]]:
    """Every purchase of the scenario at the size of the run, with what of it is counted."""
    if not world.run_inputs.flows:
        return
    used = _Used(world)
    for flow in world.run_inputs.flows:
        scaled = flow._replace(gbp_per_year=flow.gbp_per_year * world.run_inputs.scale)
        yield scaled, counted_of(scaled, used.of(flow))


class _Used:
    """Uses of one world; those of people by days since release are made once."""

    def __init__(self, world: World) -> None:
        self._world, self._inputs = world, world.run_inputs
        self._usage = world.usage[world.first_day :]
        self._days = len(self._usage)
        self._ones, self._none = np.ones(self._days), np.zeros(self._days)
        self._people: dict[int, tuple[Floats, Floats]] = {}

    def of(self, flow: Flow) -> Use:
        counted, everybody = self._within(FOLLOW_UP_DAYS)
        eligible = np.divide(counted, everybody, out=self._none.copy(), where=everybody > 0.0)
        occupied, left_over = self._ones, self._none
        if flow.through is Through.RELEASES:
            counted, everybody = self._usage[:, -1, HELD_COUNTED], self._usage[:, -1, HELD]
        elif flow.through is Through.HUBS:
            counted, everybody = self._first_appointments(self._hubs(flow))
        elif flow.through is Through.CONTACTS:
            held = self._usage[:, self._hubs(flow)].sum(axis=1)
            counted, everybody = held[:, HELD_COUNTED], held[:, HELD]
        elif flow.through in DAYS_OF:
            counted, everybody = self._within(DAYS_OF[flow.through])
        else:
            services = self._services(flow)
            counted = self._usage[:, services, HELD_COUNTED].sum(axis=1)
            everybody = self._usage[:, services, HELD].sum(axis=1)
            occupied, left_over = self._occupied(services, everybody, is_cut=flow.gbp_per_year < 0.0)
        return Use(counted, everybody, eligible, occupied, left_over)

    def _within(self, days: int) -> tuple[Floats, Floats]:
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

    def _first_appointments(self, hubs: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """First appointments put in the diaries, repeated ones included: for the people counted, for everybody."""
        booked = np.diff(self._usage[:, hubs], axis=0, prepend=0.0).sum(axis=1)
        return booked[:, FIRST_COUNTED], booked[:, FIRST]

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
