"""Access to drug and alcohol treatment by place: journey, fare and reachable part of the hub's day in one timetable.

The numbers are those that the engine sets on a person's row on a weekday: an appointment of an hour begins evenly
between the hub's opening and an hour before it closes, and one that no journey reaches in time, or from which none
leads home, cannot be kept. Left out: lifts, demand-responsive buses, outreach and remote contact, which bring people
there beside the timetable, and chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.area import with_services_open
from sim.core.days import RELEASE_DAYS, STUDY_DAYS
from sim.core.errors import InputError
from sim.engine.model_area import Changes, ModelArea
from sim.engine.run_inputs import demand_of
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.scenario import deliver

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import ParameterTable
    from sim.scenario import Scenario


@dataclass(frozen=True)
class AccessToHub:
    """Access from one place to the drug and alcohol hub that serves it, on a weekday.

    place, hub: index in the area's places and services. minutes, fare_gbp: door to door, one way. earliest_arrival,
    latest_return: minutes after midnight, None where there is no way there or back that day. opens, closes: of the hub.
    """

    place: int
    hub: int
    minutes: float
    fare_gbp: float
    earliest_arrival: float | None
    latest_return: float | None
    opens: float
    closes: float

    @property
    def too_early(self) -> float:
        """Share of the day's first appointments that begin before anybody can arrive, 0 to 1."""
        return 1.0 if self.earliest_arrival is None else self._share(self.earliest_arrival - self.opens)

    @property
    def too_late(self) -> float:
        """Share that end after the last way home has left, 0 to 1."""
        return 1.0 if self.latest_return is None else self._share(self.closes - self.latest_return)

    @property
    def out_of_reach(self) -> float:
        """Share that cannot be reached, or not returned from, 0 to 1."""
        return min(1.0, self.too_early + self.too_late)

    def _share(self, lost_minutes: float) -> float:
        whole = self.closes - APPOINTMENT_MINUTES - self.opens
        return min(1.0, max(0.0, lost_minutes) / whole) if whole > 0 else float(lost_minutes > 0)


def access_by_place(
    scenario: Scenario, area: Area, table: ParameterTable, *, day: int = RELEASE_DAYS - 1
) -> tuple[AccessToHub, ...]:
    """Access to its hub from every place, in the area's order, by the timetable of a day of the study.

    table: evidence; prices are its reference values. day: from 0, the day of the first release. InputError for a day
    beyond the study.
    """
    if not 0 <= day < STUDY_DAYS:
        raise InputError(f"{day} is not a day of a study", key="day", allowed=f"0 to {STUDY_DAYS - 1}")
    model_area = ModelArea(with_services_open(area, scenario.opened))
    journeys = model_area.timetable(_changes(scenario, model_area, table, day)).journeys
    return tuple(_access(model_area, journeys, place) for place in range(len(area.places)))


def _changes(scenario: Scenario, model_area: ModelArea, table: ParameterTable, day: int) -> Changes:
    """What the scenario has changed in the timetables by that day."""
    draw = table.reference(scenario.narrowed)
    spans = deliver(scenario, draw, demand_of(model_area, draw), model_area.area, STUDY_DAYS).link_changes
    return next((changes for first, end, changes in spans if first <= day < end), ())


def _access(model_area: ModelArea, journeys: np.ndarray[Any, Any], place: int) -> AccessToHub:
    column = int(model_area.hub_of_place[place])
    minutes, fare, arrival, back = (float(number) for number in journeys[place, column])
    possible = bool(np.isfinite(minutes)) and back >= 0
    return AccessToHub(
        place=place,
        hub=model_area.hubs[column],
        minutes=minutes,
        fare_gbp=fare,
        earliest_arrival=arrival if possible else None,
        latest_return=back if possible else None,
        opens=float(model_area.hub_opens[column]),
        closes=float(model_area.hub_closes[column]),
    )
