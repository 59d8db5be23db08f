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
    """Journeys under one timetable.

    journeys: f8[homes, hubs, 4], minutes, fare GBP, earliest arrival, latest start home (minutes after midnight).
    homeward: f8[prisons + 1, homes, 2], minutes from the gate to home and the latest start that day; the last row,
    for people released outside the region, is that of the nearest prison, the hours more not yet added.
    """

    journeys: np.ndarray[Any, Any]
    homeward: np.ndarray[Any, Any]


class Setting:
    """The area as the engine reads it.

    hubs: area indices of the hubs in use, one column each; hub_of_place: i8[places], column; homes: weights and
    prisons.
    """

    def __init__(self, area: Area) -> None:
        self.area = area
        sites = treatment_site(area)
        self.hubs = tuple(sorted({int(site) for site in sites}))
        column = {site: k for k, site in enumerate(self.hubs)}
        self.hub_of_place = np.array([column[int(site)] for site in sites], dtype=np.int64)
        self.homes = Homes(
            weights=home_weights(area),
            mens_prison=home_prison(area),
            womens_prison=womens_prison(area),
            outside=len(area.prisons),
        )
        self.catchment = np.bincount(self.hub_of_place, weights=self.homes.weights, minlength=len(self.hubs))
        kind = area.kinds[HUB_KIND]
        self.open_days = sum(1 << day for day in kind.open_days)
        self.closes = float(kind.closes)
        self._timetables: dict[Changes, Timetable] = {}
        self._lock = Lock()

    def timetable(self, changes: Changes = ()) -> Timetable:
        """Journeys with the link changes in force, added departures to the nearest quarter.

        What a sum buys differs a little by draw; quarters (a bus on one day in four) let draws share timetables, of
        which the latest are kept.
        """
        changes = tuple(_in_quarters(change) for change in changes)
        with self._lock:
            found = self._timetables.pop(changes, None) or self._compute(changes)
            self._timetables[changes] = found  # the newest last
            while len(self._timetables) > TIMETABLES_KEPT:
                self._timetables.pop(next(iter(self._timetables)))
            return found

    def _compute(self, changes: Changes) -> Timetable:
        links = changed_links(self.area, changes) if changes else None
        table = journey_table(self.area, links, "weekday", services=self.hubs)
        parts = (table.minutes, table.fare_gbp, table.earliest_arrival, table.latest_return)
        journeys = np.ascontiguousarray(np.stack([np.asarray(part, dtype=np.float64) for part in parts], axis=2))
        gate = release_table(self.area, links, "weekday")
        inside = np.stack([np.asarray(part, dtype=np.float64) for part in (gate.minutes, gate.last_start)], axis=2)
        outside = inside[self.homes.mens_prison, np.arange(len(self.area.places))]
        return Timetable(journeys, np.ascontiguousarray(np.concatenate([inside, outside[None]])))

    @cached_property
    def journey_margins(self) -> tuple[float, float]:
        """(mean of the clipped journey in steps of 10 minutes beyond 30, share of people with a fare due) at
        baseline."""
        places = np.arange(len(self.area.places))
        own = self.timetable().journeys[places, self.hub_of_place]
        minutes = np.clip(own[:, 0], JOURNEY_FROM, JOURNEY_TO)
        weights = self.homes.weights
        return float(weights @ ((minutes - JOURNEY_FROM) / 10.0)), float(weights @ (own[:, 1] > 0.0))

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
