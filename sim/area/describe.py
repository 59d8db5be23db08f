"""One door-to-door journey leg by leg, with the same numbers as the journey table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.area.journeys import NO_ARRIVAL, journey_table
from sim.area.local import LocalLeg, home_km, home_to_service, service_km, within_place
from sim.area.model import Area, Kind, Link, Place, ServiceSite
from sim.area.names import find_place, find_service
from sim.area.network import BOARD, LOCAL, THROUGH, Network
from sim.area.opening import Opening, opening_of
from sim.area.paths import DAY_END, PlaceTable, next_departure, path_edges, place_table, previous_departure
from sim.area.timetable import checked_day_type
from sim.core.errors import InputError

_GRADES = ("read", "part read", "computed", "recalled", "assumed")  # from strong to weak


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a journey; minutes under way, wait before it (boarding time included), fare in GBP.

    mode: 'walk', 'local bus' or a mode of modes.csv; line: through service, empty for local parts.
    grade: the weakest of the links ridden: read, part read (minutes or departures), computed, recalled; local parts are
    assumed. fare_grade: 'assumed' where no fare was found, else 'row'. departs, arrives: minutes after midnight where
    the journey was asked for by the clock, else None. first, last, mean_wait: the ride's timetable, None for local
    parts.
    """

    mode: str
    line: str
    from_name: str
    to_name: str
    minutes: float
    wait: float
    fare_gbp: float
    grade: str
    fare_grade: str = "row"
    departs: float | None = None
    arrives: float | None = None
    first: float | None = None
    last: float | None = None
    mean_wait: float | None = None
    boarding: float = 0.0

    @property
    def is_timetabled(self) -> bool:
        """True for a ride of links.csv."""
        return self.first is not None


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey from homes in a place to a service on one type of day.

    possible: a path exists that day; timed_by: 'leave' or 'arrive' where one of these was given by the clock, else '';
    missed: why the path does not exist at that hour. minutes and fare_gbp one way
    (by mean waits, or by the clock where an hour was given). earliest_arrival, latest_return: minutes after midnight or
    None where there is no way there or back that day. kind, opening: of the service.
    """

    place: Place
    service: ServiceSite
    day_type: str
    legs: tuple[Leg, ...]
    possible: bool
    minutes: float
    fare_gbp: float
    changes: int
    earliest_arrival: int | None
    latest_return: int | None
    kind: Kind
    opening: Opening
    timed_by: str = ""
    missed: str = ""


def describe_journey(
    area: Area,
    place_id: str,
    service_id: str,
    day_type: str = "weekday",
    depart_minute: int | None = None,
    *,
    arrive_minute: int | None = None,
    links: Sequence[Link] | None = None,
) -> Journey:
    """The journey of the journey table, leg by leg; place and service by id or name.

    depart_minute: leave home at that minute after midnight; arrive_minute: leave as late as arrival by then allows.
    Without either, waits are the means that the table counts. Raises InputError for an unknown name or day type.
    """
    checked_day_type(day_type)
    if depart_minute is not None and arrive_minute is not None:
        raise InputError("a journey is asked for by its departure or by its arrival, not by both")
    for minute in (depart_minute, arrive_minute):
        if minute is not None and not 0 <= minute < DAY_END:
            raise InputError(f"{minute} is not a minute of the day", allowed="0 to 1439")
    place, service = find_place(area, place_id), find_service(area, service_id)
    table = journey_table(area, links, day_type, services=(service,))
    between = place_table(area, None if links is None else tuple(links), day_type)
    possible = bool(np.isfinite(table.minutes[place, 0]))
    legs = _legs(area, between, place, service) if possible else ()
    site = area.services[service]
    arrival, back = int(table.earliest_arrival[place, 0]), int(table.latest_return[place, 0])
    journey = Journey(
        area.places[place],
        site,
        day_type,
        legs,
        possible,
        float(table.minutes[place, 0]),
        float(table.fare_gbp[place, 0]),
        int(table.changes[place, 0]),
        None if arrival == NO_ARRIVAL else arrival,
        None if back < 0 else back,
        area.kinds[site.kind],
        opening_of(area, service),
    )
    if possible and depart_minute is not None:
        return _leaving(journey, float(depart_minute))
    if possible and arrive_minute is not None:
        return _arriving(journey, float(arrive_minute))
    return journey


def _legs(area: Area, between: PlaceTable, place: int, service: int) -> tuple[Leg, ...]:
    home, site = area.places[place], area.services[service]
    there = area.place_index[site.place]
    start = f"home in {home.name}"
    if there == place:
        return (_local(home_to_service(area, home, site), start, site.name),)
    legs = [_local(within_place(area, home, home_km(area, home)), start, f"centre of {home.name}")]
    legs += _between(area, between, path_edges(between, place, there))
    end = area.places[there]
    legs.append(_local(within_place(area, end, service_km(area, end, site)), f"centre of {end.name}", site.name))
    return tuple(leg for leg in legs if leg.is_timetabled or leg.minutes > 0)


def _local(part: LocalLeg, start: str, end: str) -> Leg:
    mode = "local bus" if part.by_bus else "walk"
    return Leg(mode, "", start, end, part.minutes, 0.0, part.fare_gbp, "assumed")


def _between(area: Area, table: PlaceTable, edges: list[int]) -> list[Leg]:
    """Local parts and rides of a path between two places, in travel order."""
    network = table.network
    legs: list[Leg] = []
    ride: list[int] = []
    ticket = ""
    n_rides = 0
    for edge in edges:
        tail, head = divmod(int(network.key[edge]), network.n_nodes)
        kind = int(network.kind[edge])
        if kind == LOCAL:
            part = LocalLeg(
                float(network.local_minutes[edge]), float(network.local_fare[edge]), bool(network.local_bus[edge])
            )
            legs.append(_local(part, _node_name(network, tail), _node_name(network, head)))
            ticket = ""
        elif kind == BOARD:
            ride, start = [int(network.link[edge])], _node_name(network, tail)
        elif kind == THROUGH:
            ride.append(int(network.link[edge]))
        else:
            legs.append(_ride(area, network, ride, start, _node_name(network, head), ticket, n_rides == 0))
            ticket = legs[-1].mode
            n_rides += 1
    return legs


def _ride(area: Area, network: Network, ride: list[int], start: str, end: str, ticket: str, is_first: bool) -> Leg:
    links = [network.links[i] for i in ride]
    times = [t for i in ride if (t := network.timetables[i]) is not None]
    mode = area.modes[links[0].mode]
    fares = [mode.missing_fare_gbp if link.fare_gbp is None else link.fare_gbp for link in links]
    if mode.fare_rule == "per_boarding":
        fare = max(fares)
    else:
        fixed = [min(mode.fare_base_gbp, fare) for fare in fares]
        fare = sum(fares) - sum(fixed[0 if ticket == mode.id else 1 :])
    wait = max(t.mean_wait for t in times)
    grades = [link.grade(network.day_type) for link in links]
    return Leg(
        mode.id,
        links[0].line,
        start,
        end,
        sum(link.minutes for link in links),
        area.rules.counted_wait(wait, is_first) + mode.boarding_minutes,
        fare,
        max(grades, key=_GRADES.index),
        "assumed" if any(link.fare_gbp is None for link in links) else "row",
        first=max(t.first for t in times),
        last=min(t.last for t in times),
        mean_wait=wait,
        boarding=mode.boarding_minutes,
    )


def _node_name(network: Network, node: int) -> str:
    if node in network.stations:
        place = network.area.places[network.stations[node]]
        return f"{place.name} station"
    return network.area.places[node % network.n_places].name


def _leaving(journey: Journey, minute: float) -> Journey:
    """The journey by the clock from a departure: the next vehicle comes half a headway after one is ready for it."""
    legs: list[Leg] = []
    now = minute
    for leg in journey.legs:
        if leg.first is None or leg.last is None or leg.mean_wait is None:
            depart = now
        else:
            depart = _next(now + leg.boarding, leg.first, leg.last, leg.mean_wait)
            if not np.isfinite(depart):
                missed = f"the last {leg.mode} {leg.line} from {leg.from_name} has gone by then"
                return replace(journey, timed_by="leave", missed=missed)
        legs.append(replace(leg, wait=depart - now, departs=depart, arrives=depart + leg.minutes))
        now = depart + leg.minutes
    return replace(journey, legs=tuple(legs), minutes=now - minute, timed_by="leave")


def _arriving(journey: Journey, minute: float) -> Journey:
    """The journey by the clock to an arrival: each vehicle the last that keeps it, half a headway early on average."""
    legs: list[Leg] = []
    needed = minute
    for leg in reversed(journey.legs):
        depart = needed - leg.minutes
        ready = depart
        if leg.first is not None and leg.last is not None and leg.mean_wait is not None:
            depart = _previous(depart, leg.first, leg.last, leg.mean_wait)
            ready = depart - leg.boarding
        if not np.isfinite(depart) or ready < 0:
            return replace(journey, timed_by="arrive", missed="no departure that day arrives by then")
        legs.append(replace(leg, departs=depart, arrives=depart + leg.minutes))
        needed = ready
    legs.reverse()
    start, now = needed, needed
    for i, leg in enumerate(legs):
        departs, arrives = leg.departs or 0.0, leg.arrives or 0.0
        legs[i] = replace(leg, wait=departs - now)
        now = arrives
    return replace(journey, legs=tuple(legs), minutes=now - start, timed_by="arrive")


def _next(ready: float, first: float, last: float, wait: float) -> float:
    return float(next_departure(np.array(ready), np.array(first), np.array(last), np.array(wait)))


def _previous(needed: float, first: float, last: float, wait: float) -> float:
    return float(previous_departure(np.array(needed), np.array(first), np.array(last), np.array(wait)))
