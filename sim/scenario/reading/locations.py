"""Turns the places, councils, prisons and links that a scenario names into ids of the area, or says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from sim.core.errors import nearest_name
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node

if TYPE_CHECKING:
    from sim.area import Area, Link

HUB = "drug_alcohol_hub"


class _Site(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def hub_places(area: Area) -> tuple[str, ...]:
    """Ids of the places in which an open drug and alcohol hub stands, in the area's order."""
    with_hub = {service.place for service in area.services if service.kind == HUB and service.is_open}
    return tuple(place.id for place in area.places if place.id in with_hub)


def prisons(node: Node, area: Area) -> tuple[str, ...]:
    """Ids of the open prisons named."""
    by_id = {prison.id: prison for prison in area.prisons}
    working = [prison for prison in area.prisons if prison.is_open]
    found = []
    for item in fields.items(node, what="prisons"):
        prison = by_id[_one(item, {p.id: p.name for p in area.prisons}, what="a prison of this area")]
        if not prison.is_open:
            raise item.error(
                f"{prison.name} is not open ({prison.status})", allowed=_ids(working), nearest=closest(prison, working)
            )
        found.append(prison.id)
    return _once(node, found)


def places(node: Node, area: Area, *, hubs_only: bool) -> tuple[str, ...]:
    """Ids of the places named; with hubs_only a place without an open drug and alcohol hub is refused."""
    by_id = {place.id: place for place in area.places}
    with_hub = hub_places(area)
    found = []
    for item in fields.items(node, what="places"):
        _refuse_other_kinds(item, area)
        place = by_id[_one(item, {p.id: p.name for p in area.places}, what="a place of this area")]
        if hubs_only and place.id not in with_hub:
            raise item.error(
                f"no open drug and alcohol hub stands in {place.name}",
                allowed=_some(with_hub),
                nearest=closest(place, [by_id[name] for name in with_hub]),
            )
        found.append(place.id)
    return _once(node, found)


def councils(node: Node, area: Area, *, hubs_only: bool) -> tuple[str, ...]:
    """Ids of all places of the councils named, in the area's order; with hubs_only those with an open hub."""
    named = council_names(node, area)
    with_hub = set(hub_places(area))
    found: list[str] = []
    for council in named:
        inside = [p.id for p in area.places if p.local_authority == council and (p.id in with_hub or not hubs_only)]
        if not inside:
            what = "open drug and alcohol hub" if hubs_only else "place"
            raise node.error(f"no {what} stands in {council}", allowed="councils with one, or places:")
        found.extend(inside)
    return tuple(place.id for place in area.places if place.id in found)


def council_names(node: Node, area: Area) -> tuple[str, ...]:
    """The councils named, in the order of the list."""
    known = {council.name: council.name.split(",")[0] for council in area.councils}
    return _once(
        node, [_one(item, known, what="a council of this area") for item in fields.items(node, what="councils")]
    )


def closed_services(node: Node, area: Area) -> tuple[str, ...]:
    """Ids of the services named, each of which the area carries as a placeholder, closed or otherwise not open."""
    by_id = {service.id: service for service in area.services}
    not_open = [service for service in area.services if not service.is_open]
    found = []
    for item in fields.items(node, what="services"):
        service = by_id[_one(item, {s.id: s.name for s in area.services}, what="a service of this area")]
        if service.is_open:
            raise item.error(f"{service.name} is open already", allowed=_some([s.id for s in not_open]) or "none here")
        found.append(service.id)
    return _once(node, found)


def bus_links(node: Node, area: Area, *, until: int | None) -> tuple[str, ...]:
    """Ids of the bus links named; until: the last departure to be bought (minute of the day), later than today's."""
    by_id = {link.id: link for link in area.links}
    buses = [link.id for link in area.links if link.mode == "bus"]
    found = []
    for item in fields.items(node, what="links"):
        link = by_id[_one(item, {link.id: link.id for link in area.links}, what="a link of this area")]
        if link.mode != "bus":
            raise item.error(f"{link.id} is a {link.mode} link, not a bus", allowed=f"bus links such as {_some(buses)}")
        if until is not None:
            _refuse_late(item, area, link, until)
        found.append(link.id)
    return _once(node, found)


def _refuse_late(item: Node, area: Area, link: Link, until: int) -> None:
    """Refuses a link whose evening cannot be lengthened to the minute `until`."""
    from sim.area import timetable

    now = timetable(area, link, "weekday")
    if now is not None and now.last >= until:
        last = f"{int(now.last) // 60:02d}:{int(now.last) % 60:02d}"
        raise item.error(
            f"{link.id} already runs until {last}", allowed=f"links that end before {until // 60}:{until % 60:02d}"
        )


def _one(item: Node, known: Mapping[str, str], *, what: str) -> str:
    """The id that an item names, by id or by name, whatever the capitals."""
    if not isinstance(item.value, str):
        raise item.error(f"{item.kind()} is not {what}", allowed="an id or a name")
    wanted = item.value.strip().casefold()
    if not wanted:
        raise item.error("an empty word names nothing", allowed=what)
    by_id = [name for name in known if name.casefold() == wanted]
    found = by_id or [name for name, title in known.items() if title.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise item.error(f"{item.kind()} names more than one", allowed="one id of " + ", ".join(found))
    nearest = nearest_name(item.value, [*known.values(), *known])
    raise item.error(f"{item.kind()} is not {what}", allowed=_some(list(known)), nearest=nearest)


def _refuse_other_kinds(item: Node, area: Area) -> None:
    if not isinstance(item.value, str):
        return
    for service in area.services:
        if service.id == item.value:
            raise item.error(f"'{item.value}' is a service, not a place", allowed="places", nearest=service.place)
    wanted = item.value.casefold()
    if any(wanted in (place.id.casefold(), place.name.casefold()) for place in area.places):
        return
    if any(wanted == council.name.casefold() for council in area.councils):
        raise item.error(f"'{item.value}' is a council, not a place", allowed=f"councils: [{item.value}]")


def _once(node: Node, found: Sequence[str]) -> tuple[str, ...]:
    for name in found:
        if found.count(name) > 1:
            raise node.error(f"'{name}' stands twice", allowed="each name once")
    return tuple(found)


def closest(here: _Site, others: Iterable[_Site]) -> str | None:
    """The id of the site nearest to `here` in a straight line, or None where there are none."""

    def distance(site: _Site) -> float:
        east = (site.longitude - here.longitude) * math.cos(math.radians(here.latitude))
        return math.hypot(east, site.latitude - here.latitude)

    nearest = min(others, key=distance, default=None)
    return None if nearest is None else nearest.id


def _ids(sites: Iterable[_Site]) -> str:
    return ", ".join(site.id for site in sites)


def _some(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
