"""Levers that raise a coverage: shares that rise from 0 with the money, as the lever table says.

A share is what the money reaches over who could be reached, never above 1, the same part of what is left everywhere
that a purchase names. What raises two coverages is not set against each other: a visit may have both a lift and a
clinic close to home, a person a practitioner in two settings, and the mechanism that reads them says which one counts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES, Floats
from sim.scenario.levers import LEVERS
from sim.scenario.levers.eligibility import ELIGIBLE, PER_UNIT
from sim.scenario.levers.lever import Share
from sim.scenario.reading.prerequisites import where_stands
from sim.scenario.scenario import Purchase

Arrays = dict[str, Floats]

SHARES: Mapping[str, Share] = {name: lever.share for name, lever in LEVERS.items() if lever.share is not None}
"""By lever how it raises a coverage."""


def bought_shares(context: DeliveryContext) -> dict[str, Arrays]:
    """Every array of HOME_SHARES, HUB_SHARES and PRISON_SHARES by axis and name, f8[days, n]; 0 without a purchase."""
    n_places, n_prisons = len(context.area.places), len(context.area.prisons) + 1
    axes = (("home", HOME_SHARES, n_places), ("hub", HUB_SHARES, n_places), ("prison", PRISON_SHARES, n_prisons))
    arrays = {axis: dict.fromkeys(names, nothing_bought(context.days, n)) for axis, names, n in axes}
    for lever, share in SHARES.items():
        _raise(context, lever, share, arrays[share.axis])
    return arrays


def nothing_bought(days: int, n: int) -> Floats:
    """f8[days, n] of zeros in the room of one, to be read only: most shares of most scenarios stay so."""
    return np.broadcast_to(np.zeros(1), (days, n))


def _raise(context: DeliveryContext, name: str, share: Share, arrays: Arrays) -> None:
    purchases = [(n, bought, _columns(context, share, bought)) for n, bought in context.purchases(name)]
    if not purchases:
        return
    lever, each = LEVERS[name], PER_UNIT[share.per_unit](context.draw, context.demand)
    eligible = ELIGIBLE[share.axis][share.eligible](context.draw, context.demand, context.area)
    filling: dict[str, coverage.Filling] = {}
    for n, bought, named in sorted(purchases, key=lambda entry: len(entry[2])):
        people = eligible * _stands(context, share, bought)
        columns = named[people[named] > 0.0]
        units = bought.gbp_per_year / lever.unit_cost(context.draw)
        raised = share.coverage_of(bought.options)
        if not arrays[raised].flags.writeable:
            arrays[raised] = arrays[raised].copy()
        used = filling.setdefault(raised, coverage.Filling(arrays[raised])).fill(
            columns, cap=1.0, people=people, units=units * each, strength=context.strength(lever, bought)
        )
        remark = enough_for(units * each, float(people[columns].sum()), share.eligible_words)
        context.account(n, units, used, remark=remark)


def enough_for(reached: float, there: float, words: str) -> str:
    """'enough for 20.0; there are 163 keyworkers': whom the money reaches in a year, of whom."""
    return f"enough for {_round(reached)}; there are {_round(there)} {words}"


def _round(number: float) -> str:
    return f"{number:,.{0 if number >= 100.0 else 1}f}"


def _columns(context: DeliveryContext, share: Share, bought: Purchase) -> NDArray[np.intp]:
    if share.axis == "prison":
        return context.prisons(bought)
    named = context.places(bought)
    if not share.whole_councils:
        return named
    councils = {context.area.places[int(column)].local_authority for column in named}
    return np.array([n for n, p in enumerate(context.area.places) if p.local_authority in councils], dtype=np.intp)


def _stands(context: DeliveryContext, share: Share, bought: Purchase) -> Floats | float:
    """1 where what the lever needs stands open in the council."""
    if share.axis == "prison":
        return 1.0
    return where_stands(context.area, LEVERS[bought.lever].needs_beside(bought.options))
