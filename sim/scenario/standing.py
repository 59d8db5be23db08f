"""What must stand in a council before money can buy anything there: open services of a kind, such as a women's centre.

Councils are those of the places (`local_authority`); a service stands in the council of its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario import fields, where
from sim.scenario.delivery import Floats
from sim.scenario.yaml_strict import Node

if TYPE_CHECKING:
    from sim.area import Area, Place


def councils_with(area: Area, kind: str) -> frozenset[str]:
    """Councils in which an open service of the kind stands."""
    return frozenset(
        area.places[area.place_index[service.place]].local_authority
        for service in area.services
        if service.kind == kind and service.is_open and service.place in area.place_index
    )


def where_stands(area: Area, kind: str | None) -> Floats:
    """f8[n_places], 1 where an open service of the kind stands in the place's council, else 0; 1 for no kind at all."""
    if kind is None:
        return np.ones(len(area.places))
    councils = councils_with(area, kind)
    return np.array([float(place.local_authority in councils) for place in area.places])


def refuse_places_without(node: Node, found: Sequence[str], area: Area, kind: str, *, hubs_only: bool) -> None:
    """Refuses a place of a list of places in whose council no open service of the kind stands; found: their ids."""
    served = _served(area, kind, hubs_only=hubs_only)
    for item, name in zip(fields.items(node, what="places"), found, strict=True):
        place = area.places[area.place_index[name]]
        if place not in served:
            raise item.error(
                f"no open {_title(area, kind)} stands in {place.local_authority}, the council of {place.name}",
                allowed=where.some([other.id for other in served]) or "none in this area",
                nearest=where.closest(place, served),
            )


def refuse_councils_without(node: Node, area: Area, kind: str) -> None:
    """Refuses a council of a list of councils in which no open service of the kind stands."""
    with_one = councils_with(area, kind)
    for item, council in zip(fields.items(node, what="councils"), where.council_names(node, area), strict=True):
        if council in with_one:
            continue
        largest = max((p for p in area.places if p.local_authority == council), key=lambda p: p.population)
        nearest = where.closest(largest, _served(area, kind, hubs_only=False))
        raise item.error(
            f"no open {_title(area, kind)} stands in {council}",
            allowed=where.some([c.name for c in area.councils if c.name in with_one]) or "none in this area",
            nearest=None if nearest is None else area.places[area.place_index[nearest]].local_authority,
        )


def _served(area: Area, kind: str, *, hubs_only: bool) -> list[Place]:
    """Places in whose council such a service stands, in the area's order; with hubs_only those with an open hub."""
    councils = councils_with(area, kind)
    hubs = set(where.hub_places(area))
    return [p for p in area.places if p.local_authority in councils and (p.id in hubs or not hubs_only)]


def _title(area: Area, kind: str) -> str:
    known = area.kinds.get(kind)
    return kind.replace("_", " ") if known is None else known.title
