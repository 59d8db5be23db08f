"""Turns the places, councils, prisons and links that a scenario names into ids of the area.

What an item names wrongly is collected, and the other items of its list are read all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sim.core.errors import nearest_name
from sim.core.grammar import a
from sim.core.mistakes import Mistakes
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node

if TYPE_CHECKING:
    from sim.area import Area, Link

HUB = "drug_alcohol_hub"


class Named(NamedTuple):
    """An item of a list, and the id of what it names."""

    item: Node
    id: str


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


def prisons(node: Node, area: Area, mistakes: Mistakes) -> tuple[str, ...]:
    """Ids of the open prisons named."""
    working = [prison for prison in area.prisons if prison.is_open]

    def prison_id(item: Node) -> str:
        """The id of the prison that an item names."""
        name = _one(item, {p.id: p.name for p in area.prisons}, what="a prison of this area")
        prison = area.prisons[area.prison_index[name]]
        if not prison.is_open:
            raise item.error(
                f"{prison.name} is not open ({prison.status})", allowed=_ids(working), nearest=closest(prison, working)
            )
        return name

    return _ids_of(_each(node, prison_id, mistakes, what="prisons"))


def places(node: Node, area: Area, mistakes: Mistakes, *, hubs_only: bool) -> list[Named]:
    """The places named; with hubs_only a place without an open drug and alcohol hub is refused."""
    with_hub = hub_places(area)

    def place_id(item: Node) -> str:
        """The id of the place that an item names."""
        _refuse_other_kinds(item, area)
        name = _one(item, {p.id: p.name for p in area.places}, what="a place of this area")
        if hubs_only and name not in with_hub:
            place = area.places[area.place_index[name]]
            raise item.error(
                f"no open drug and alcohol hub stands in {place.name}",
                allowed=_some(with_hub),
                nearest=closest(place, [area.places[area.place_index[hub]] for hub in with_hub]),
            )
        return name

    return _each(node, place_id, mistakes, what="places")


def councils(node: Node, area: Area, mistakes: Mistakes) -> list[Named]:
    """The councils named, in the order of the list."""
    known = {council.name: council.name.split(",")[0] for council in area.councils}
    return _each(node, lambda item: _one(item, known, what="a council of this area"), mistakes, what="councils")


def places_of_councils(
    node: Node, named: Sequence[Named], area: Area, mistakes: Mistakes, *, hubs_only: bool
) -> tuple[str, ...]:
    """Ids of all places of the councils named, in the area's order; with hubs_only those with an open hub."""
    with_hub = set(hub_places(area))
    within: set[str] = set()
    for _, council in named:
        inside = [p.id for p in area.places if p.local_authority == council and (p.id in with_hub or not hubs_only)]
        if not inside:
            what = "open drug and alcohol hub" if hubs_only else "place"
            some = _councils_with_one(area, with_hub if hubs_only else {p.id for p in area.places})
            mistakes.add(node.error(f"no {what} stands in {council}", allowed=f"councils with one: {some}; or places:"))
        within.update(inside)
    return tuple(place.id for place in area.places if place.id in within)


def _councils_with_one(area: Area, places: Set[str]) -> str:
    there = {place.local_authority for place in area.places if place.id in places}
    return _some([council.name for council in area.councils if council.name in there]) if there else "none here"


def closed_services(node: Node, area: Area, mistakes: Mistakes) -> tuple[str, ...]:
    """Ids of the services named, each of which the area carries as a placeholder, closed or otherwise not open."""
    not_open = [service.id for service in area.services if not service.is_open]

    def service_id(item: Node) -> str:
        """The id of the service that an item names."""
        name = _one(item, {s.id: s.name for s in area.services}, what="a service of this area")
        service = area.services[area.service_index[name]]
        if service.is_open:
            raise item.error(f"{service.name} is open already", allowed=_some(not_open) or "none here")
        return name

    return _ids_of(_each(node, service_id, mistakes, what="services"))


def bus_links(node: Node, area: Area, mistakes: Mistakes, *, until: int | None) -> tuple[str, ...]:
    """Ids of the bus links named; until: the last departure to be bought (minute of the day), later than today's."""
    buses = [link.id for link in area.links if link.mode == "bus"]

    def link_id(item: Node) -> str:
        """The id of the bus link that an item names."""
        name = _one(item, {link.id: link.id for link in area.links}, what="a link of this area")
        link = area.links[area.link_index[name]]
        if link.mode != "bus":
            raise item.error(
                f"{link.id} is {a(link.mode)} link, not a bus", allowed=f"bus links such as {_some(buses)}"
            )
        if until is not None:
            _refuse_late(item, area, link, until)
        return name

    return _ids_of(_each(node, link_id, mistakes, what="links"))


def _each(node: Node, one: Callable[[Node], str], mistakes: Mistakes, *, what: str) -> list[Named]:
    """What the items of a list name, each name once. What an item names wrongly is left out, and collected."""
    named: dict[str, Named] = {}
    twice: dict[str, Node] = {}
    for item in mistakes.read(fields.items, node, what=what) or []:
        name = mistakes.read(one, item)
        if name is None:
            continue
        if name in named:
            twice.setdefault(name, item)
        else:
            named[name] = Named(item, name)
    for name, item in twice.items():
        mistakes.add(item.error(f"'{name}' stands twice", allowed="each name once"))
    return list(named.values())


def _ids_of(named: Iterable[Named]) -> tuple[str, ...]:
    return tuple(name for _, name in named)


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
    matches = by_id or [name for name, title in known.items() if title.casefold() == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise item.error(f"{item.kind()} names more than one", allowed="one id of " + ", ".join(matches))
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


def closest(site: _Site, others: Iterable[_Site]) -> str | None:
    """The id of the site nearest to `site` in a straight line, or None where there are none."""

    def distance(other: _Site) -> float:
        east = (other.longitude - site.longitude) * math.cos(math.radians(site.latitude))
        return math.hypot(east, other.latitude - site.latitude)

    nearest = min(others, key=distance, default=None)
    return None if nearest is None else nearest.id


def _ids(sites: Iterable[_Site]) -> str:
    return ", ".join(site.id for site in sites)


def _some(names: Sequence[str], most: int = 12) -> str:
    shown = ("; " if any("," in name for name in names) else ", ").join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
