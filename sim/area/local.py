"""Legs of a journey without a timetable: on foot, or by a local bus beyond a distance of the area's rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.area.model import Area, Place, ServiceSite, straight_line_km


@dataclass(frozen=True, slots=True)
class LocalLeg:
    """Minutes and fare of a leg on foot or by local bus (its wait included); a bus counts as a boarding."""

    minutes: float
    fare_gbp: float
    by_bus: bool


def within_place(area: Area, place: Place, street_km: float) -> LocalLeg:
    """A leg along the streets of a place: walked, or in a city by local bus beyond local_bus_beyond_km."""
    rules = area.rules
    if place.is_city and street_km > rules.local_bus_beyond_km:
        minutes = rules.local_bus_wait_minutes + street_km / rules.local_bus_speed * 60
        return LocalLeg(minutes, rules.local_bus_fare_gbp, True)
    return LocalLeg(street_km / rules.walking_speed * 60, 0.0, False)


def to_station(area: Area, place: Place) -> LocalLeg:
    """From the centre of a place to its station: walked up to station_bus_beyond_km, a local bus beyond.

    The minutes of links.csv leave this leg out (Bodmin Parkway 5 km, Tiverton Parkway 9 km).
    """
    rules = area.rules
    straight = place.nearest_station_km or 0.0
    street = straight * rules.detour_factor
    if straight > rules.station_bus_beyond_km:
        minutes = rules.local_bus_wait_minutes + street / rules.station_bus_speed * 60
        return LocalLeg(minutes, rules.local_bus_fare_gbp, True)
    return LocalLeg(street / rules.walking_speed * 60, 0.0, False)


def home_km(area: Area, place: Place) -> float:
    """Mean street distance from a home to the centre of its place, km.

    A place is taken as a disc with the density people_per_km2; the mean distance to the centre of a disc of radius r is
    2 r / 3. Density 0 puts every home at the centre.
    """
    density = area.rules.people_per_km2
    if density <= 0:
        return 0.0
    return 2 / 3 * math.sqrt(place.population / density / math.pi) * area.rules.detour_factor


def service_km(area: Area, place: Place, service: ServiceSite) -> float:
    """Street distance from the centre of its place to the service, km."""
    straight = straight_line_km(place.latitude, place.longitude, service.latitude, service.longitude)
    return straight * area.rules.detour_factor


def home_to_service(area: Area, place: Place, service: ServiceSite) -> LocalLeg:
    """From a home to a service of the same place: root of the summed squares of both distances from the centre."""
    return within_place(area, place, math.hypot(home_km(area, place), service_km(area, place, service)))
