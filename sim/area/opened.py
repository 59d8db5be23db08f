"""Services that a scenario opens: those that the area carries as placeholders, closed or otherwise not open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.area.model import Area
from sim.core.errors import InputError, nearest_name

_MOST_NAMED = 20  # ids that a message lists


def with_services_open(area: Area, ids: Iterable[str]) -> Area:
    """The area with the services of these ids open as well; the area given stays as it is.

    A new Area, so that nothing kept for the old one (journeys, hubs of places) is taken for it; indices stay, and
    `as_loaded` names the area before any switch. Make it once for a set of ids. Without ids, the area itself.
    Raises InputError for an unknown id, an id given twice and a service that is open already.
    """
    wanted = tuple(ids)
    can_open = [site.id for site in area.services if not site.is_open]
    allowed = _allowed(can_open)
    for n, id_ in enumerate(wanted):
        if id_ not in area.service_index:
            nearest = nearest_name(id_, can_open) or nearest_name(id_, area.service_index)
            raise InputError(f"{id_!r} is not a service of {area.title}", allowed=allowed, nearest=nearest)
        if area.services[area.service_index[id_]].is_open:
            raise InputError(f"the service {id_!r} is open already", allowed=allowed)
        if id_ in wanted[:n]:
            raise InputError(f"the service {id_!r} is named twice", allowed="each id once")
    if not wanted:
        return area
    services = tuple(replace(site, status="open") if site.id in wanted else site for site in area.services)
    return replace(area, services=services, as_loaded=area if area.as_loaded is None else area.as_loaded)


def _allowed(can_open: list[str]) -> str:
    if not can_open:
        return "none, because every service of this area is open"
    if len(can_open) <= _MOST_NAMED:
        return ", ".join(can_open)
    return f"one of the {len(can_open)} ids of services.csv whose status is placeholder, closed, seasonal or unknown"
