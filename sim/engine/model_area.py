"""What stays the same in every run of a study: homes, prisons, the hubs that serve each place, journeys by timetable.

Built once from the area; journeys are recomputed only for the timetables that scenarios change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from sim.area import (
    Area,
    LinkChange,
    changed_links,
    home_prison,
    home_weights,
    journey_table,
    meeting_near,
    opening_of,
    release_table,
    treatment_site,
    womens_prison,
)
from sim.mechanisms.attendance import JOURNEY_FROM, JOURNEY_TO
from sim.population.traits import Homes

HUB_KIND = "drug_alcohol_hub"
TIMETABLES_KEPT = 16
Changes = tuple[LinkChange, ...]


def _in_quarters(change: LinkChange) -> LinkChange:
    return replace(
        change, extra_weekday=round(4 * change.extra_weekday) / 4, extra_sunday=round(4 * change.extra_sunday) / 4
    )


@dataclass(frozen=True, eq=False)
class Timetable:
    """Journeys under one timetable, on weekdays and Saturdays or on Sundays and public holidays.

    journeys: f8[homes, hubs, 4], minutes, fare GBP, earliest arrival, latest start home (minutes after midnight);
    where there is no way that day: inf, inf, 32767, -1.
    homeward: f8[prisons + 1, homes, 2], minutes from the gate to home and the latest start that day; the last row,
    for people released outside the region, is that of the nearest prison, the hours more not yet added.
    """

    journeys: np.ndarray[Any, Any]
    homeward: np.ndarray[Any, Any]


class ModelArea:
    """The area as the engine reads it.

    hubs: area indices of the hubs in use, one column each; place_of_hub: i8[hubs]; hub_of_place: i8[places], column;
    homes: weights and prisons. hub_open_days: i8[hubs], bit k set where open on weekday k, Monday 0; hub_opens,
    hub_closes: f8[hubs], minutes after midnight. open_days, closes: those of the kind, where services.csv gives a hub
    none of its own.
    An area in which a scenario opened services has its own ModelArea; the centring of journeys stays the loaded area's.
    """

    def __init__(self, area: Area) -> None:
        self.area = area
        sites = treatment_site(area)
        self.hubs = tuple(sorted({int(site) for site in sites}))
        column = {site: k for k, site in enumerate(self.hubs)}
        self.hub_of_place = np.array([column[int(site)] for site in sites], dtype=np.int64)
        self.place_of_hub = np.array(
            [area.place_index[area.services[site].place] for site in self.hubs], dtype=np.int64
        )
        self.homes = Homes(
            weights=home_weights(area),
            mens_prison=home_prison(area),
            womens_prison=womens_prison(area),
            outside=len(area.prisons),
        )
        self.catchment = np.bincount(self.hub_of_place, weights=self.homes.weights, minlength=len(self.hubs))
        openings = [opening_of(area, site) for site in self.hubs]
        self.hub_open_days = np.array([opening.bits for opening in openings], dtype=np.int64)
        self.hub_opens = np.array([opening.opens for opening in openings], dtype=np.float64)
        self.hub_closes = np.array([opening.closes for opening in openings], dtype=np.float64)
        kind = area.kinds[HUB_KIND]
        self.open_days = sum(1 << day for day in kind.open_days)
        self.closes = float(kind.closes)
        self._timetables: dict[tuple[Changes, str], Timetable] = {}
        self._lock = Lock()

    def timetable(self, changes: Changes = (), day_type: str = "weekday") -> Timetable:
        """Journeys with the link changes in force, added departures to the nearest quarter, on that type of day.

        day_type: 'weekday' (Saturdays too) or 'sunday' (public holidays too); anything else raises InputError.
        What a sum buys differs a little by draw; quarters (a bus on one day in four) let draws share timetables, of
        which the latest are kept.
        """
        key = (tuple(_in_quarters(change) for change in changes), day_type)
        with self._lock:
            timetable = self._timetables.pop(key, None) or self._compute(*key)
            self._timetables[key] = timetable  # the newest last
            while len(self._timetables) > TIMETABLES_KEPT:
                self._timetables.pop(next(iter(self._timetables)))
            return timetable

    def _compute(self, changes: Changes, day_type: str) -> Timetable:
        links = changed_links(self.area, changes) if changes else None
        table = journey_table(self.area, links, day_type, services=self.hubs)
        parts = (table.minutes, table.fare_gbp, table.earliest_arrival, table.latest_return)
        journeys = np.ascontiguousarray(np.stack([np.asarray(part, dtype=np.float64) for part in parts], axis=2))
        gate = release_table(self.area, links, day_type)
        inside = np.stack([np.asarray(part, dtype=np.float64) for part in (gate.minutes, gate.last_start)], axis=2)
        outside = inside[self.homes.mens_prison, np.arange(len(self.area.places))]
        return Timetable(journeys, np.ascontiguousarray(np.concatenate([inside, outside[None]])))

    @cached_property
    def meeting_near(self) -> np.ndarray[Any, Any]:
        """i8[places], 1 where an evening's mutual aid meeting can be reached and home again on a weekday."""
        return meeting_near(self.area)

    @cached_property
    def journey_margins(self) -> tuple[float, float, float]:
        """(mean of the clipped journey in steps of 10 minutes beyond 30, share of people with a fare due, share of
        people near an evening meeting) at baseline: before a scenario's switch opened services, because scenarios never
        centre anew."""
        if self.area.as_loaded is not None:
            return ModelArea(self.area.as_loaded).journey_margins
        places = np.arange(len(self.area.places))
        own = self.timetable().journeys[places, self.hub_of_place]
        minutes = np.clip(own[:, 0], JOURNEY_FROM, JOURNEY_TO)
        weights = self.homes.weights
        term, fares = (minutes - JOURNEY_FROM) / 10.0, own[:, 1] > 0.0
        return float(weights @ term), float(weights @ fares), float(weights @ self.meeting_near)

    def prison_shares(self, draw: Mapping[str, float]) -> np.ndarray[Any, Any]:
        """f8[prisons + 1], share of people with a need by prison of release; the last is outside the region."""
        women, outside = draw["population.women_share"], draw["population.released_outside_region"]
        shares = np.bincount(
            self.homes.mens_prison,
            weights=self.homes.weights * (1.0 - women) * (1.0 - outside),
            minlength=len(self.area.prisons) + 1,
        )
        shares[self.homes.womens_prison] += women
        shares[-1] = (1.0 - women) * outside
        return shares
