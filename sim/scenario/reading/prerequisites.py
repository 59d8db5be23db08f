"""What must stand in a council before money can buy anything there: open services of a kind, such as a women's centre.

Councils are those of the places (`local_authority`); a service stands in the council of its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core.mistakes import Mistakes
from sim.scenario.delivery.records import Floats
from sim.scenario.reading import locations as where
from sim.scenario.reading.locations import Named

if TYPE_CHECKING:
    from sim.area import Area, Place


def councils_with(area: Area, kind: str) -> frozenset[str]:
    """Councils in which an open service of the kind stands."""
    return frozenset(place.local_authority for place in _places_with(area, kind))


def where_stands(area: Area, kind: str | None) -> Floats:
    """f8[n_places], 1 where an open service of the kind stands in the place's council, else 0; 1 for no kind at all."""
    if kind is None:
        return np.ones(len(area.places))
    councils = councils_with(area, kind)
    return np.array([float(place.local_authority in councils) for place in area.places])


def refuse_places_without(
    named: Sequence[Named], area: Area, kind: str, mistakes: Mistakes, *, hubs_only: bool
) -> None:
    """Collects each place named in whose council no open service of the kind stands.

    The nearest place named is one in which such a service stands, with hubs_only a hub's place in the same council.
    """
    councils, hubs = councils_with(area, kind), where.hub_places(area)
    works = [place for place in area.places if place.id in hubs and place.local_authority in councils]
    for item, name in named:
        place = area.places[area.place_index[name]]
        if place.local_authority in councils:
            continue
        problem = f"no open {_title(area, kind)} stands in {place.local_authority}, the council of {place.name}"
        nearest = where.closest(place, works if hubs_only else _places_with(area, kind))
        mistakes.add(item.error(problem, allowed=_allowed(area, councils, "places in "), nearest=nearest))


def refuse_councils_without(named: Sequence[Named], area: Area, kind: str, mistakes: Mistakes) -> None:
    """Collects each council named in which no open service of the kind stands."""
    councils = councils_with(area, kind)
    for item, council in named:
        if council in councils:
            continue
        largest = max((p for p in area.places if p.local_authority == council), key=lambda p: p.population)
        nearest = where.closest(largest, _places_with(area, kind))
        error = item.error(
            f"no open {_title(area, kind)} stands in {council}",
            allowed=_allowed(area, councils, ""),
            nearest=None if nearest is None else area.places[area.place_index[nearest]].local_authority,
        )
        mistakes.add(error)


def _places_with(area: Area, kind: str) -> list[Place]:
    """Places in which an open service of the kind stands, in the area's order."""
    there = {service.place for service in area.services if service.kind == kind and service.is_open}
    return [place for place in area.places if place.id in there]


def _allowed(area: Area, councils: frozenset[str], before: str) -> str:
    names = [council.name for council in area.councils if council.name in councils]
    return before + "; ".join(names) if names else "none in this area"


def _title(area: Area, kind: str) -> str:
    known = area.kinds.get(kind)
    return kind.replace("_", " ") if known is None else known.title
