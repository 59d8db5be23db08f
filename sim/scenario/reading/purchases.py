"""Reads one purchase of a scenario: which lever, how much money, from when, where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import a, counted, listed, noun_for
from sim.core.mistakes import Mistakes
from sim.scenario.delivery.standing import EVERYBODY
from sim.scenario.levers import LEVERS, PAYERS
from sim.scenario.levers.lever import EVENING_LAST_DEPARTURE, FOR, MOST_DISADVANTAGED, Lever, smallest_spend
from sim.scenario.reading import fields, prerequisites
from sim.scenario.reading import locations as where
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import PURCHASE
from sim.scenario.reading.yaml_strict import MERGE, Node
from sim.scenario.scenario import Purchase

if TYPE_CHECKING:
    from sim.area import Area

WHERE_KEYS = frozenset({"places", "councils", "prisons", "links"})
OF_SOME_LEVERS = WHERE_KEYS | {option for lever in LEVERS.values() for option in lever.options}
MONEY, PERCENT = "gbp_per_year", "percent_of_today"  # of which a purchase has one
LEAST_PART_CUT = 0.01  # of a unit
SOME_DAY = date(2025, 4, 1)  # stands in for a first day that could not be read


@dataclass(frozen=True)
class PurchaseContext:
    """What the purchases of a scenario are held against.

    prices: reference parameter values. starts: the scenario's first day; None where it is not known. unsure: parameters
    whose value is not known, because what narrows them could not be read; knows_open: whether every service that the
    scenario opens is known.
    """

    area: Area
    prices: Mapping[str, float]
    starts: date | None
    mistakes: Mistakes
    unsure: frozenset[str] = frozenset()
    knows_open: bool = True


def read_purchase(item: Node, context: PurchaseContext) -> Purchase | None:
    """The purchase of one list item; None, with every mistake in it collected, where something in it is wrong."""
    mistakes = context.mistakes
    before = len(mistakes)
    if not isinstance(item.value, dict):
        mistakes.add(item.error(f"{item.kind()} is not a purchase", allowed="a block that begins with '- lever:'"))
        return None
    lever = _lever(item.value.get("lever"))
    if lever is None:
        _tell_without_lever(item, context)
        return None
    what = f"a purchase of '{lever.name}'"
    is_cut = [PERCENT] if PERCENT in item.value else []  # told as a cut, also where the lever cannot be cut
    for_nobody = [FOR] if FOR in item.value and FOR not in lever.options else []  # told as a lever that cannot choose
    known = dict.fromkeys([*allowed_keys(lever), *is_cut, *for_nobody])
    block = fields.block(item, known, what=what, mistakes=mistakes)
    assert block is not None  # a lever stands in it
    if for_nobody and FOR in block.keys:
        mistakes.add(_cannot_choose(block.keys[FOR], lever))
    gbp, percent = _how_much(block, lever, what, mistakes)
    first, end = _days(block, context)
    options = _options(block, lever, mistakes)
    payer = _payer(block, lever, mistakes)
    places = _places(block, lever, options, context)
    prisons = block.keys.get("prisons")
    links = block.keys.get("links")
    until = EVENING_LAST_DEPARTURE if options.get("when") == "evening" else None
    purchase = Purchase(
        lever=lever.name,
        gbp_per_year=gbp or 0.0,
        starts=first or SOME_DAY,
        ends=end,
        places=places,
        prisons=() if prisons is None else where.prisons(prisons, context.area, mistakes),
        links=() if links is None else where.bus_links(links, context.area, mistakes, until=until),
        options=options,
        payer=payer or "",
        percent_of_today=percent,
    )
    if purchase.is_cut and options.get("when") == "evening":
        mistakes.add(
            block.keys["when"].error(
                "evening trips that are added can be bought, and today's are cut with the trips of the day",
                allowed="daytime, sunday",
            )
        )
    if len(mistakes) > before or block.meant:
        return None
    mistakes.read(_refuse_too_little, item, lever, purchase, context)
    return purchase if len(mistakes) == before else None


def _lever(named: Node | None) -> Lever | None:
    """The lever named, if there is one of that name."""
    return LEVERS.get(named.value) if named is not None and isinstance(named.value, str) else None


def _refuse_unknown(named: Node) -> None:
    nearest = nearest_name(named.value, LEVERS) if isinstance(named.value, str) else None
    raise named.error(f"{named.kind()} is not a lever", allowed=", ".join(LEVERS), nearest=nearest)


def _tell_without_lever(item: Node, context: PurchaseContext) -> None:
    """Collects what is wrong in a purchase of which the lever is not known: whatever would be wrong with any lever."""
    what, mistakes, area = "a purchase", context.mistakes, context.area
    block = fields.block(item, PURCHASE, what=what, mistakes=mistakes)
    assert block is not None  # it is a block of keys
    named = block.required("lever", what=what, mistakes=mistakes)
    if named is not None:
        mistakes.read(_refuse_unknown, named)
    _how_much(block, None, what, mistakes)
    _days(block, context)
    keys = block.keys
    for name in sorted((OF_SOME_LEVERS - WHERE_KEYS) & keys.keys()):
        mistakes.read(fields.word, keys[name], PURCHASE[name].choices, what=f"one of the words for '{name}'")
    if "payer" in keys:
        mistakes.read(fields.word, keys["payer"], PAYERS, what="a payer")
    _refuse_both(keys, mistakes)
    if "places" in keys:
        where.places(keys["places"], area, mistakes, hubs_only=False)
    if "councils" in keys:
        where.councils(keys["councils"], area, mistakes)
    if "prisons" in keys:
        where.prisons(keys["prisons"], area, mistakes)
    if "links" in keys:
        where.bus_links(keys["links"], area, mistakes, until=None)


def _days(block: Block, context: PurchaseContext) -> tuple[date | None, date | None]:
    """First day with the money and first day without."""
    starts = None if "starts" in block.meant else context.starts
    keys, mistakes = block.keys, context.mistakes
    return fields.span(keys.get("starts"), keys.get("ends"), starts, without="the money", mistakes=mistakes)


def allowed_keys(lever: Lever) -> list[str]:
    """The keys that a purchase of the lever may have, in their usual order."""
    where_keys = [key for taken in lever.takes for key in ((taken, "councils") if taken == "places" else (taken,))]
    taken = {*where_keys, *lever.options}
    return [
        key for key in PURCHASE if key in taken or (key not in OF_SOME_LEVERS and (key != PERCENT or lever.can_be_cut))
    ]


def _how_much(block: Block, lever: Lever | None, what: str, mistakes: Mistakes) -> tuple[float | None, float | None]:
    """GBP a year, or the per cent of a cut: one of the two. lever: None where it is not known."""
    keys = block.keys
    if PERCENT in keys or PERCENT in block.meant:
        written = keys.get(PERCENT)
        has_both = MONEY in keys
        is_empty = written is not None and written.value is None
        percent = None if written is None or (has_both and is_empty) else mistakes.read(_percent, written, lever)
        if has_both:
            mistakes.read(_money, keys[MONEY], lever)
        if has_both and (written is not None or MERGE not in block.node.refused):
            mistakes.add(keys[MONEY].error(f"both '{MONEY}:' and '{PERCENT}:' are given", allowed="one of them"))
        return None, percent
    if MONEY not in keys and MONEY not in block.meant and lever is not None and lever.can_be_cut:
        allowed = f"money, or '{PERCENT}:' for a cut"
        mistakes.add(block.node.error(f"{what} needs '{MONEY}:'", key=MONEY, allowed=allowed))
        return None, None
    money = block.required(MONEY, what=what, mistakes=mistakes)
    return None if money is None else mistakes.read(_money, money, lever), None


def _money(node: Node, lever: Lever | None) -> float:
    gbp = _sum(node)
    if gbp < 0 and lever is not None and not lever.can_be_cut:
        raise node.error(
            f"{node.kind()} buys nothing, and '{lever.name}' cannot be cut",
            allowed=f"more than 0 GBP a year; only {_that_can_be_cut()} can be cut",
        )
    return gbp


def _that_can_be_cut() -> str:
    return ", ".join(f"'{lever.name}'" for lever in LEVERS.values() if lever.can_be_cut)


def _percent(node: Node, lever: Lever | None) -> float:
    """The part of what stands today that a cut takes away, in per cent."""
    if lever is not None and not lever.can_be_cut:
        raise node.error(
            f"{node.kind()} is a cut, and '{lever.name}' cannot be cut",
            allowed=f"'{MONEY}:' above 0; only {_that_can_be_cut()} can be cut",
        )
    key = PURCHASE[PERCENT]
    allowed = f"{key.least:g} to {key.most:g}"
    if node.value is None:
        raise node.error(f"'{PERCENT}:' is empty", allowed=f"{allowed}, or '{MONEY}:' in its place")
    percent = fields.number(
        node, low=-math.inf, high=math.inf, what="a cut in per cent of what stands today", example=key.example
    )
    if not key.least <= percent <= key.most:
        added = f"; what is added is bought with '{MONEY}:'" if percent > 0 else ""
        share = f"; it is per cent and no share of one, a tenth is {key.example}" if 0 < abs(percent) < 1 else ""
        raise node.error(f"{node.kind()} is not a cut of what stands today", allowed=f"{allowed}{added}{share}")
    return percent


def _sum(node: Node) -> float:
    """Money that some lever may be bought or cut with."""
    gbp = fields.number(
        node, low=-math.inf, high=math.inf, what="money in GBP a year", example=PURCHASE["gbp_per_year"].example
    )
    if -1 < gbp <= 0:
        raise node.error(
            f"{node.kind()} buys nothing", allowed="more than 0 GBP a year; leave the purchase out to buy none"
        )
    if abs(gbp) > (most := PURCHASE["gbp_per_year"].most):
        raise node.error(f"{node.kind()} is beyond any budget", allowed=f"at most {most:,.0f} GBP a year")
    return gbp


def _that_can_choose(word: str) -> str:
    return listed([f"'{lever.name}'" for lever in LEVERS.values() if word in lever.options.get(FOR, ())], last="and")


def _cannot_choose(node: Node, lever: Lever) -> InputError:
    """Why a purchase of the lever cannot be for these people, and of which levers one can."""
    word = MOST_DISADVANTAGED if node.value is None else str(node.value)
    known = {word for other in LEVERS.values() for word in other.options.get(FOR, ())}
    if word in known:
        return node.error(f"'{lever.name}' cannot be bought for {word}", allowed=f"that with {_that_can_choose(word)}")
    allowed = f"'{FOR}:' with {_that_can_choose(MOST_DISADVANTAGED)}, and with {_that_can_choose(EVERYBODY)}"
    return node.error(f"'{lever.name}' cannot choose whom it is for", key=FOR, allowed=allowed)


def _options(block: Block, lever: Lever, mistakes: Mistakes) -> dict[str, str]:
    """The lever's options, as far as they are given and right, and the defaults of those that are not given."""
    options = {}
    for name, choices in lever.options.items():
        node = block.keys.get(name)
        if node is not None and name == FOR and node.value == MOST_DISADVANTAGED and node.value not in choices:
            mistakes.add(_cannot_choose(node, lever))
        elif node is not None:
            word = mistakes.read(fields.word, node, choices, what=f"one of the words for '{name}'")
            if word is not None:
                options[name] = word
        elif name in lever.defaults and name not in block.meant:
            options[name] = lever.defaults[name]
        elif name not in block.meant:
            mistakes.add(block.node.error(f"the purchase needs '{name}:'", key=name, allowed=", ".join(choices)))
    return options


def _payer(block: Block, lever: Lever, mistakes: Mistakes) -> str | None:
    node = block.keys.get("payer")
    if node is None:
        return lever.payer
    return mistakes.read(fields.word, node, lever.payers, what=f"a payer of '{lever.name}'")


def _places(block: Block, lever: Lever, options: Mapping[str, str], context: PurchaseContext) -> tuple[str, ...]:
    """Ids of the places bought for; what must stand open there is looked for where all that is open is known."""
    places, councils = block.keys.get("places"), block.keys.get("councils")
    area, mistakes = context.area, context.mistakes
    hubs_only = lever.hubs_only and context.knows_open
    beside = lever.needs_beside(options) if context.knows_open and len(options) == len(lever.options) else None
    _refuse_both(block.keys, mistakes)
    if places is not None:
        named = where.places(places, area, mistakes, hubs_only=hubs_only)
        if beside is not None:
            prerequisites.refuse_places_without(named, area, beside, mistakes, hubs_only=hubs_only)
        return tuple(place for _, place in named)
    if councils is not None:
        named = where.councils(councils, area, mistakes)
        within = where.places_of_councils(councils, named, area, mistakes, hubs_only=hubs_only)
        if beside is not None:
            prerequisites.refuse_councils_without(named, area, beside, mistakes)
        return within
    assert isinstance(block.node.value, dict)
    misplaced = WHERE_KEYS & (set(block.node.value) | block.meant)  # a key of another lever, or misspelt: told already
    if lever.needs_where and lever.takes[0] not in block.keys and not misplaced:
        needed = lever.takes[0]
        choices = "places: or councils:" if needed == "places" else f"{needed}:"
        mistakes.add(block.node.error(f"a purchase of '{lever.name}' must say where", key=needed, allowed=choices))
    return ()


def _refuse_both(keys: Mapping[str, Node], mistakes: Mistakes) -> None:
    if "places" in keys and "councils" in keys:
        mistakes.add(keys["councils"].error("both 'places:' and 'councils:' are given", allowed="one of them"))


def _refuse_too_little(item: Node, lever: Lever, purchase: Purchase, context: PurchaseContext) -> None:
    for name in lever.parameters:
        if name not in context.prices:
            raise item.error(
                f"the parameter table lacks '{name}', which '{lever.name}' needs",
                nearest=nearest_name(name, context.prices),
            )
    if purchase.percent_of_today is not None or not context.unsure.isdisjoint(lever.parameters):
        return
    if purchase.is_cut:
        _refuse_too_little_a_cut(item, lever, purchase, context)
        return
    least = smallest_spend(
        lever, context.prices, n_prisons=len(purchase.prisons), n_links=len(purchase.links), options=purchase.options
    )
    if purchase.gbp_per_year < least * (1 - 1e-12):
        assert isinstance(item.value, dict)
        money = item.value["gbp_per_year"]
        raise money.error(
            f"{purchase.gbp_per_year:,.0f} GBP a year is less than the smallest purchase ({_least(lever, purchase)})",
            allowed=f"at least {math.ceil(least):_}",
        )


def _refuse_too_little_a_cut(item: Node, lever: Lever, purchase: Purchase, context: PurchaseContext) -> None:
    least = lever.unit_cost(context.prices) * LEAST_PART_CUT
    if -purchase.gbp_per_year < least * (1 - 1e-12):
        money = fields.required(item, MONEY, what="a cut")
        raise money.error(
            f"{money.kind()} cuts less than a hundredth of {a(lever.unit)}", allowed=f"-{math.ceil(least):_} or below"
        )


def _least(lever: Lever, purchase: Purchase) -> str:
    if lever.minimum_per == "link":
        return f"half a departure each way on each operating day on {counted(len(purchase.links), 'link')}"
    one = f"{lever.minimum_units:g} {noun_for(lever.minimum_units, lever.unit)}"
    return f"{one} and {lever.overhead_share:g} post for each prison" if lever.overhead_parameter else one
