"""Door-to-door journeys: homes to services, and prisons to homes.

A journey is a local part at the home end, public transport between the centres of two places, and a local part at the
service end. The home end is the mean distance of homes from the centre of their place (local.home_km).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.area.local import LocalLeg, home_km, home_to_service, service_km, within_place
from sim.area.model import Area, Link, Prison, ServiceSite, straight_line_km
from sim.area.paths import DAY_END, place_table
from sim.core.errors import InputError
from sim.core.grammar import noun_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_ARRIVAL = 32767  # earliest_arrival where no arrival is possible: later than any opening hour
NO_RETURN = -1


@dataclass(frozen=True, slots=True, eq=False)
class JourneyTable:
    """One-way journeys from homes in each place to each service, all [n_places, len(services)], read-only.

    services: index of the service of each column; minutes f8 and fare_gbp f8 door to door (inf where impossible);
    changes i2; earliest_arrival i2, minutes after midnight (32767 where impossible); latest_return i2, latest minute
    at which one may leave the service and still get home (-1 where impossible).
    """

    day_type: str
    services: tuple[int, ...]
    minutes: NDArray[np.float64]
    fare_gbp: NDArray[np.float64]
    changes: NDArray[np.int16]
    earliest_arrival: NDArray[np.int16]
    latest_return: NDArray[np.int16]

    def column(self, service: int) -> int:
        """Column of a service by its index in the area."""
        return self.services.index(service)


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseTable:
    """Journeys from each prison's gate to homes in each place, all [n_prisons, n_places], read-only.

    minutes f8 and fare_gbp f8 (inf where impossible); changes i2; last_start i2, latest minute after midnight at which
    one may leave the prison and still reach home that day (-1 where impossible).
    """

    day_type: str
    minutes: NDArray[np.float64]
    fare_gbp: NDArray[np.float64]
    changes: NDArray[np.int16]
    last_start: NDArray[np.int16]


def journey_table(
    area: Area, links: Sequence[Link] | None = None, day_type: str = "weekday", *, services: Sequence[int] | None = None
) -> JourneyTable:
    """Journeys from every place to the services given by index (all of them by default, closed ones included)."""
    between = place_table(area, None if links is None else tuple(links), day_type)
    columns = _service_columns(area, services)
    sites = [area.services[i] for i in columns]
    there = np.array([area.place_index[site.place] for site in sites], dtype=np.int64)
    home = _parts([within_place(area, place, home_km(area, place)) for place in area.places])
    away = _parts(
        [
            within_place(area, area.places[p], service_km(area, area.places[p], s))
            for p, s in zip(there, sites, strict=True)
        ]
    )
    minutes = between.minutes[:, there] + home[0][:, None] + away[0]
    fare = between.fare_gbp[:, there] + home[1][:, None] + away[1]
    boardings = between.boardings[:, there] + home[2][:, None] + away[2]
    arrival = between.earliest_arrival[:, there] + away[0]
    leave = between.latest_departure[there, :].T - away[0]
    for column, (place, site) in enumerate(zip(there, sites, strict=True)):
        near = home_to_service(area, area.places[place], site)
        minutes[place, column], fare[place, column], boardings[place, column] = near.minutes, near.fare_gbp, near.by_bus
        arrival[place, column], leave[place, column] = near.minutes, DAY_END - near.minutes
    return JourneyTable(
        day_type, columns, *_sealed(minutes, fare, _changes(boardings, minutes)), _arrivals(arrival), _departures(leave)
    )


def release_table(area: Area, links: Sequence[Link] | None = None, day_type: str = "weekday") -> ReleaseTable:
    """Journeys home from every prison, closed ones included: to its nearest place on foot or by city bus, then on."""
    between = place_table(area, None if links is None else tuple(links), day_type)
    gate = np.array([area.place_index[prison.nearest_place] for prison in area.prisons], dtype=np.int64)
    out = _parts(
        [
            within_place(area, area.places[p], prison.nearest_place_km * area.rules.detour_factor)
            for p, prison in zip(gate, area.prisons, strict=True)
        ]
    )
    home = _parts([within_place(area, place, home_km(area, place)) for place in area.places])
    minutes = between.minutes[gate] + out[0][:, None] + home[0]
    fare = between.fare_gbp[gate] + out[1][:, None] + home[1]
    boardings = between.boardings[gate] + out[2][:, None] + home[2]
    leave = between.latest_departure[gate] - out[0][:, None]
    for row, place in enumerate(gate):
        leave[row, place] = DAY_END - minutes[row, place]
    return ReleaseTable(day_type, *_sealed(minutes, fare, _changes(boardings, minutes)), _departures(leave))


def treatment_site(area: Area) -> NDArray[np.int64]:
    """Index of the drug and alcohol hub that serves each place, i8[n_places].

    The open hub of least generalised time on a weekday among those in the place's own local authority (whose treatment
    contract covers it); where the authority has none, the least of all. Ties go to the first in file order.
    """
    hubs = area.services_of("drug_alcohol_hub")
    if not hubs:
        sites = [area.services[i] for i in area.services_of("drug_alcohol_hub", open_only=False)]
        raise _none_open(area.folder / "services.csv", "service of kind drug_alcohol_hub", sites)
    minutes = journey_table(area, services=hubs).minutes
    council = np.array([area.places[area.place_index[area.services[hub].place]].local_authority for hub in hubs])
    own = council[None, :] == np.array([place.local_authority for place in area.places])[:, None]
    own &= own.any(axis=1, keepdims=True) & np.isfinite(minutes)
    reachable = np.where(own.any(axis=1, keepdims=True), np.where(own, minutes, np.inf), minutes)
    cut_off = ~np.isfinite(reachable).any(axis=1)
    if cut_off.any():
        first, *others = [area.places[i] for i in np.flatnonzero(cut_off)]
        names = ", ".join([first.name, *(place.name for place in others)])
        raise InputError(
            f"no drug_alcohol_hub can be reached on a weekday from {names}", file=area.folder / "places.csv",
            line=first.row_line, key=first.id, allowed="places that links of links.csv join to an open hub's place",
        )  # fmt: skip
    served: NDArray[np.int64] = np.asarray(hubs, dtype=np.int64)[reachable.argmin(axis=1)]
    return served


def home_prison(area: Area) -> NDArray[np.int64]:
    """Index of the prison from which men of each place are released, i8[n_places].

    The nearest in a straight line among the open reception and resettlement prisons for men (training and open prisons
    hold people from the whole country).
    """
    local = [
        i
        for i, p in enumerate(area.prisons)
        if p.is_open and p.sex == "male" and p.role in ("reception", "resettlement")
    ]
    if not local:
        held = [p for p in area.prisons if p.sex == "male" and p.role in ("reception", "resettlement")]
        raise _none_open(area.folder / "prisons.csv", "reception or resettlement prison for men", held)
    km = np.array(
        [
            [
                straight_line_km(place.latitude, place.longitude, area.prisons[i].latitude, area.prisons[i].longitude)
                for i in local
            ]
            for place in area.places
        ]
    )
    nearest: NDArray[np.int64] = np.asarray(local, dtype=np.int64)[km.argmin(axis=1)]
    return nearest


def womens_prison(area: Area) -> int:
    """Index of the first open prison for women."""
    for i, prison in enumerate(area.prisons):
        if prison.is_open and prison.sex == "female":
            return i
    held = [p for p in area.prisons if p.sex == "female"]
    raise _none_open(area.folder / "prisons.csv", "prison for women", held)


def _none_open(file: Path, what: str, rows: Sequence[Prison | ServiceSite]) -> InputError:
    """That none of something is open, at the first row that could be; at the heading where there is none at all."""
    if not rows:
        return InputError(f"the area has no open {what}", file=file, line=1, allowed="at least one row of it")
    first, others = rows[0], len(rows) - 1
    problem = f"the area has no open {what}: this one is '{first.status}'"
    if others:
        problem += f", and {others} more {noun_for(others, 'is', 'are')} not open either"
    return InputError(problem, file=file, line=first.row_line, key=f"{first.id}:status", allowed="open, in one of them")


def _service_columns(area: Area, services: Sequence[int] | None) -> tuple[int, ...]:
    columns = tuple(range(len(area.services))) if services is None else tuple(int(i) for i in services)
    for i in columns:
        if not 0 <= i < len(area.services):
            raise InputError(f"{i} is not the index of a service", allowed=f"0 to {len(area.services) - 1}")
    return columns


def _parts(legs: list[LocalLeg]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    return (
        np.array([leg.minutes for leg in legs], dtype=float),
        np.array([leg.fare_gbp for leg in legs], dtype=float),
        np.array([leg.by_bus for leg in legs], dtype=np.int64),
    )


def _changes(boardings: NDArray[np.int64], minutes: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.where(np.isfinite(minutes), np.maximum(boardings - 1, 0), 0).astype(np.int16)


def _arrivals(minute: NDArray[np.float64]) -> NDArray[np.int16]:
    whole = np.where(np.isfinite(minute), np.minimum(np.ceil(minute - 1e-9), NO_ARRIVAL), NO_ARRIVAL).astype(np.int16)
    whole.setflags(write=False)
    return whole


def _departures(minute: NDArray[np.float64]) -> NDArray[np.int16]:
    whole = np.where(np.isfinite(minute) & (minute >= 0), np.floor(minute + 1e-9), NO_RETURN).astype(np.int16)
    whole.setflags(write=False)
    return whole


def _sealed(
    minutes: NDArray[np.float64], fare: NDArray[np.float64], changes: NDArray[np.int16]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int16]]:
    for array in (minutes, fare, changes):
        array.setflags(write=False)
    return minutes, fare, changes
