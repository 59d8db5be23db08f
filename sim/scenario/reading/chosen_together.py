"""Purchases of one lever that meet in a council and are for different people: no queue and no share can do both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.core.mistakes import Mistakes
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import FOR, MOST_DISADVANTAGED
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Purchase

if TYPE_CHECKING:
    from sim.area import Area


def refuse_chosen_apart(bought: Sequence[tuple[Node, Purchase]], area: Area, mistakes: Mistakes) -> None:
    """Collects each purchase of a lever that can choose which is for other people than one before it in its council."""
    before: dict[tuple[str, str], str] = {}
    for item, purchase in bought:
        if MOST_DISADVANTAGED not in LEVERS[purchase.lever].options.get(FOR, ()):
            continue
        whom = purchase.options.get(FOR, LEVERS[purchase.lever].defaults[FOR])
        for council in _councils(purchase, area):
            first = before.setdefault((purchase.lever, council), whom)
            if first != whom:
                problem = f"'{purchase.lever}' in {council} is bought for {whom} here and for {first} before it"
                mistakes.add(item.error(problem, key=FOR, allowed=f"'{FOR}: {first}', or another council"))
                break


def _councils(purchase: Purchase, area: Area) -> list[str]:
    named = [area.places[area.place_index[place]] for place in purchase.places] or area.places
    return list(dict.fromkeys(place.local_authority for place in named))
