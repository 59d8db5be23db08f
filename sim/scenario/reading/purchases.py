"""Reads one purchase of a scenario: which lever, how much money, from when, where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sim.core.errors import nearest_name
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import EVENING_LAST_DEPARTURE, Lever, smallest_spend
from sim.scenario.reading import fields, prerequisites
from sim.scenario.reading import locations as where
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Purchase

if TYPE_CHECKING:
    from sim.area import Area

MAX_GBP_PER_YEAR = 1e9


def read_purchase(item: Node, starts: date, area: Area, prices: Mapping[str, float]) -> Purchase:
    """The purchase of one list item; starts is the scenario's first day, prices the reference parameter values."""
    lever = _lever(item)
    keys = fields.mapping(item, _allowed_keys(lever), what=f"a purchase of '{lever.name}'")
    gbp = _money(fields.required(item, "gbp_per_year", what=f"a purchase of '{lever.name}'"), lever)
    first, end = fields.span(keys.get("starts"), keys.get("ends"), starts, without="the money")
    options = {
        name: fields.word(_option(item, name, choices), choices, what=f"one of the words for '{name}'")
        for name, choices in lever.options.items()
    }
    payer = (
        fields.word(keys["payer"], lever.payers, what=f"a payer of '{lever.name}'") if "payer" in keys else lever.payer
    )
    until = EVENING_LAST_DEPARTURE if options.get("when") == "evening" else None
    purchase = Purchase(
        lever=lever.name,
        gbp_per_year=gbp,
        starts=first,
        ends=end,
        places=_places(item, keys, lever, area, beside=lever.needs_beside(options)),
        prisons=where.prisons(keys["prisons"], area) if "prisons" in keys else (),
        links=where.bus_links(keys["links"], area, until=until) if "links" in keys else (),
        options=options,
        payer=payer,
    )
    _refuse_too_little(item, lever, purchase, prices)
    return purchase


def _lever(item: Node) -> Lever:
    if not isinstance(item.value, dict):
        raise item.error(f"{item.kind()} is not a purchase", allowed="a block that begins with '- lever:'")
    named = fields.required(item, "lever", what="a purchase")
    if not isinstance(named.value, str) or named.value not in LEVERS:
        nearest = nearest_name(named.value, LEVERS) if isinstance(named.value, str) else None
        raise named.error(f"{named.kind()} is not a lever", allowed=", ".join(LEVERS), nearest=nearest)
    return LEVERS[named.value]


def _allowed_keys(lever: Lever) -> list[str]:
    where_keys = [key for taken in lever.takes for key in ((taken, "councils") if taken == "places" else (taken,))]
    return ["lever", "gbp_per_year", *where_keys, *lever.options, "starts", "ends", "payer"]


def _money(node: Node, lever: Lever) -> float:
    gbp = fields.number(node, low=-math.inf, high=math.inf, what="money in GBP a year")
    if -1 < gbp <= 0:
        raise node.error(
            f"{node.kind()} buys nothing", allowed="more than 0 GBP a year; leave the purchase out to buy none"
        )
    if gbp < 0 and not lever.can_be_cut:
        cut = ", ".join(f"'{other.name}'" for other in LEVERS.values() if other.can_be_cut)
        raise node.error(
            f"{node.kind()} buys nothing, and '{lever.name}' cannot be cut",
            allowed=f"more than 0 GBP a year; only {cut} can be cut",
        )
    if abs(gbp) > MAX_GBP_PER_YEAR:
        raise node.error(f"{node.kind()} is beyond any budget", allowed=f"at most {MAX_GBP_PER_YEAR:,.0f} GBP a year")
    return gbp


def _option(item: Node, name: str, choices: tuple[str, ...]) -> Node:
    found = item.value.get(name) if isinstance(item.value, dict) else None
    if found is None:
        raise item.error(f"the purchase needs '{name}:'", key=name, allowed=", ".join(choices))
    return found


def _places(item: Node, keys: Mapping[str, Node], lever: Lever, area: Area, *, beside: str | None) -> tuple[str, ...]:
    """Ids of the places named; beside: the kind of service that must stand open in the council of each of them."""
    if "places" in keys and "councils" in keys:
        raise keys["councils"].error("both 'places:' and 'councils:' are given", allowed="one of them")
    if "places" in keys:
        found = where.places(keys["places"], area, hubs_only=lever.hubs_only)
        if beside is not None:
            prerequisites.refuse_places_without(keys["places"], found, area, beside, hubs_only=lever.hubs_only)
        return found
    if "councils" in keys:
        found = where.councils(keys["councils"], area, hubs_only=lever.hubs_only)
        if beside is not None:
            prerequisites.refuse_councils_without(keys["councils"], area, beside)
        return found
    if lever.needs_where and lever.takes[0] not in keys:
        choices = "places: or councils:" if lever.takes[0] == "places" else f"{lever.takes[0]}:"
        raise item.error(f"a purchase of '{lever.name}' must say where", key=lever.takes[0], allowed=choices)
    return ()


def _refuse_too_little(item: Node, lever: Lever, purchase: Purchase, prices: Mapping[str, float]) -> None:
    for name in lever.parameters:
        if name not in prices:
            raise item.error(
                f"the parameter table lacks '{name}', which '{lever.name}' needs", nearest=nearest_name(name, prices)
            )
    if purchase.gbp_per_year < 0:
        return
    least = smallest_spend(
        lever, prices, n_prisons=len(purchase.prisons), n_links=len(purchase.links), options=purchase.options
    )
    if purchase.gbp_per_year < least * (1 - 1e-12):
        assert isinstance(item.value, dict)
        money = item.value["gbp_per_year"]
        raise money.error(
            f"{purchase.gbp_per_year:,.0f} GBP a year is less than the smallest purchase ({_least(lever, purchase)})",
            allowed=f"at least {math.ceil(least):_}",
        )


def _least(lever: Lever, purchase: Purchase) -> str:
    if lever.minimum_per == "link":
        n = len(purchase.links)
        return f"half a departure each way on each operating day on {n} link{'' if n == 1 else 's'}"
    one = f"{lever.minimum_units:g} {lever.unit}{'' if lever.minimum_units == 1 else 's'}"
    return f"{one} and {lever.overhead_share:g} post for each prison" if lever.overhead_parameter else one
