"""Small named checks of an area that loads: is it connected, is it plausible, does everybody reach treatment?

Loading refuses what is wrong in itself (load.py); these findings are about how the rows fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.area.demand import home_weights
from sim.area.model import DAY_TYPES, Area, straight_line_km
from sim.core.grammar import counted

LAND_MODES = ("rail", "bus", "coach")
FASTEST_KM_PER_HOUR = {"plane": 420.0}
FASTEST_ON_LAND_KM_PER_HOUR = 140.0
FARTHEST_FROM_PLACE_KM = 10.0
DISTANCE_TOLERANCE_KM = 1.0


def check_area(area: Area) -> list[str]:
    """Findings as sentences, each with the row it is about; empty when all is well."""
    checks: tuple[Callable[[Area], Iterable[str]], ...] = (
        _connected,
        _land_connected,
        _speeds,
        _distances,
        _services_near,
        _prisons_near,
        _lines,
        _people,
        _treatment,
    )
    return [finding for check in checks for finding in check(area)]


def components(area: Area, modes: Iterable[str] | None = None) -> list[set[str]]:
    """Groups of places joined by links of the modes (all by default), the largest first."""
    allowed = set(area.modes if modes is None else modes)
    joined: dict[str, set[str]] = {place.id: set() for place in area.places}
    for link in area.links:
        if link.mode in allowed and link.departures_weekday > 0:
            joined[link.from_place].add(link.to_place)
            joined[link.to_place].add(link.from_place)
    left, groups = set(joined), []
    while left:
        group, open_places = set(), [min(left)]
        while open_places:
            place = open_places.pop()
            if place not in group:
                group.add(place)
                open_places.extend(joined[place] - group)
        left -= group
        groups.append(group)
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _connected(area: Area) -> Iterable[str]:
    for group in components(area)[1:]:
        yield f"links.csv: no link joins {', '.join(sorted(group))} to the other places"


def _land_connected(area: Area) -> Iterable[str]:
    """Islands are places without any station; any other place must be reached by land."""
    for group in components(area, LAND_MODES)[1:]:
        inland = sorted(p for p in group if area.places[area.place_index[p]].nearest_station_km is not None)
        if inland:
            yield f"links.csv: no rail, bus or coach joins {', '.join(inland)} to the other places"


def _speeds(area: Area) -> Iterable[str]:
    for link in area.links:
        speed = link.straight_line_km / link.minutes * 60
        if speed > FASTEST_KM_PER_HOUR.get(link.mode, FASTEST_ON_LAND_KM_PER_HOUR):
            yield f"links.csv: {link.id} ({link.mode} {link.line}) would run at {speed:.0f} km/h in a straight line"


def _distances(area: Area) -> Iterable[str]:
    for link in area.links:
        a, b = (area.places[area.place_index[end]] for end in (link.from_place, link.to_place))
        km = straight_line_km(a.latitude, a.longitude, b.latitude, b.longitude)
        if abs(km - link.straight_line_km) > DISTANCE_TOLERANCE_KM:
            yield f"links.csv: {link.id} says {link.straight_line_km} km, its places lie {km:.1f} km apart"


def _services_near(area: Area) -> Iterable[str]:
    for site in area.services:
        place = area.places[area.place_index[site.place]]
        km = straight_line_km(place.latitude, place.longitude, site.latitude, site.longitude)
        if km > FARTHEST_FROM_PLACE_KM:
            yield f"services.csv: {site.id} lies {km:.1f} km from {place.id}"


def _prisons_near(area: Area) -> Iterable[str]:
    for prison in area.prisons:
        place = area.places[area.place_index[prison.nearest_place]]
        km = straight_line_km(place.latitude, place.longitude, prison.latitude, prison.longitude)
        if abs(km - prison.nearest_place_km) > DISTANCE_TOLERANCE_KM:
            yield f"prisons.csv: {prison.id} says {prison.nearest_place_km} km to {place.id}, it is {km:.1f} km"


def _lines(area: Area) -> Iterable[str]:
    seen: dict[tuple[str, ...], str] = {}
    for link in area.links:
        hop = (link.mode, link.line, *sorted((link.from_place, link.to_place)))
        if hop in seen:
            yield f"links.csv: {link.id} repeats {seen[hop]} (same places, mode and line)"
        seen[hop] = link.id


def _people(area: Area) -> Iterable[str]:
    if abs(float(home_weights(area).sum()) - 1.0) > 1e-9:
        yield "demand.csv: the shares of people coming home do not add up to 1"
    for council in area.councils:
        living = sum(place.population for place in area.places if place.local_authority == council.name)
        if living > council.population * 1.1:
            people = counted(living, "person", "people")
            yield f"places.csv: towns of {council.name} hold {people}, the council {council.population:,}"


def _treatment(area: Area) -> Iterable[str]:
    """Everybody can be at the hub of their place while it is open and home again, on one of its days at least."""
    from sim.area.journeys import journey_table, treatment_site
    from sim.area.opening import opening_of
    from sim.core.errors import InputError

    try:
        hub = treatment_site(area)
    except InputError as error:
        yield str(error)
        return
    hubs = tuple(sorted(set(hub.tolist())))
    tables = {day_type: journey_table(area, day_type=day_type, services=hubs) for day_type in DAY_TYPES}
    for i, place in enumerate(area.places):
        opening = opening_of(area, int(hub[i]))
        for day_type in opening.day_types:
            table = tables[day_type]
            arrival, leave = (
                part[i, table.column(int(hub[i]))] for part in (table.earliest_arrival, table.latest_return)
            )
            if arrival < opening.closes and max(arrival, opening.opens) <= leave:
                break
        else:
            yield (
                f"links.csv: nobody from {place.id} can reach {area.services[hub[i]].id} while it is open and return "
                "that day"
            )
