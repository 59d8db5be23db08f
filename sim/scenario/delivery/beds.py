"""Bought beds: short-stay (CAS-3), supported, Housing First, residential rehabilitation and detoxification.

Beds open over the ramp, one after another. A short-stay, rehabilitation or detoxification bed takes people from
anywhere in the area. A supported bed or Housing First place takes people whose home lies in the housing authority in
whose area it stands, as a local connection is reckoned; beds bought for several authorities are divided by where people
go home to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import going, taken
from sim.scenario.delivery.records import Beds, Floats
from sim.scenario.delivery.standing import chooses_by_need
from sim.scenario.levers import LEVERS
from sim.scenario.scenario import Purchase

WEEKS_PER_BED_YEAR = 52.0
FOUR_WEEKS = 28.0  # days on the street before Housing First


class _Kind(NamedTuple):
    """A kind of bed: its lever, priced units that make one bed for a year, and who could take one.

    at_one_time: people at one time who could lie in such a bed, an upper bound, for each release a year or, where
    is_kept, for each person a year: the home is the person's own until they move on, whatever comes between.
    """

    lever: str
    units_per_bed: float
    at_one_time: Callable[[Mapping[str, float]], float]
    is_kept: bool = False


def bought_beds(context: DeliveryContext) -> tuple[Beds, ...]:
    """Beds by kind and places, and short-stay beds of today that are taken away. Every bed bought opens; the accounts
    tell which part of them would stand empty, set against the people who could take one."""
    beds: list[Beds] = []
    for kind, entry in _KINDS.items():
        beds += _beds(context, kind, entry)
    beds += _taken_away(context)
    return tuple(sorted(beds, key=lambda b: (list(_KINDS).index(b.kind), b.places, b.first_day, b.end_day, b.beds)))


def _beds(context: DeliveryContext, kind: str, entry: _Kind) -> list[Beds]:
    from sim.area import home_weights

    lever = LEVERS[entry.lever]
    purchases = list(context.purchases(lever.name))
    if not purchases:
        return []
    weights = np.asarray(home_weights(context.area))
    a_year = context.demand.people_per_year if entry.is_kept else context.demand.releases_per_year
    people = a_year.sum() * weights * entry.at_one_time(context.draw)
    lying = coverage.Filling(np.zeros((context.days, len(weights))))
    records = []
    for n, bought in purchases:
        units = bought.gbp_per_year / lever.unit_cost(context.draw)
        beds, (first, end) = units / entry.units_per_bed, context.span(bought)
        pools, strength = _pools(context, bought, weights), context.strength(lever, bought)
        used = 0.0
        for places, part in pools.items():
            begins, shares = coverage.worker_starts(beds * part, first=first, ramp_days=context.draw["lever.ramp_days"])
            records.append(Beds(kind, places, beds * part, begins, shares, first, end, chooses_by_need(bought)))
            columns = np.array(places, dtype=np.intp)
            used += part * lying.fill(columns, cap=1.0, people=people, units=beds * part, strength=strength)
        eligible = sum(float(people[list(places)].sum()) for places in pools)
        remark = f"{beds:.1f} beds; about {eligible:.{1 if eligible < 10 else 0}f} people at one time could take one"
        context.account(n, units, used, remark=remark)
    return records


def _taken_away(context: DeliveryContext) -> list[Beds]:
    """Short-stay beds that are no longer there: one record for each bed or part of one, gone from its own day."""
    everywhere, none = tuple(range(len(context.area.places))), np.zeros(0)
    return [
        Beds("cas3", everywhere, -share, none, none, day, context.span(cut.bought)[1])
        for cut in taken(context, "cas3_beds")
        for day, share in going(context, cut, float(cut.units[0]))
    ]


def _pools(context: DeliveryContext, bought: Purchase, weights: Floats) -> dict[tuple[int, ...], float]:
    """Places whose people may take the beds, with the part of the beds that is theirs: the whole area, or one entry for
    each housing authority (a district, or the council where it has none) of the places named."""
    everywhere = tuple(range(len(context.area.places)))
    if not LEVERS[bought.lever].takes:
        return {everywhere: 1.0}
    authority = [(place.local_authority, place.district) for place in context.area.places]
    named = context.places(bought)
    within = float(weights[named].sum())
    pools: dict[tuple[int, ...], float] = {}
    for place in sorted(int(column) for column in named):
        theirs = tuple(other for other in everywhere if authority[other] == authority[place])
        part = float(weights[place]) / within if within > 0.0 else 1.0 / len(named)
        pools[theirs] = pools.get(theirs, 0.0) + part
    return {places: part for places, part in pools.items() if part > 0.0}


def _short_stay(draw: Mapping[str, float]) -> float:
    """Without a home on the first night, less those in today's short-stay beds, for the longest stay of the rule."""
    share = draw["housing.first_night_homeless"] + draw["housing.first_night_temporary"] - draw["housing.cas3_coverage"]
    return max(share, 0.0) * draw["housing.cas3_max_nights"] / 365.0


def _supported(draw: Mapping[str, float]) -> float:
    """Without a home of their own on the first night or after losing it in the year, until they move on."""
    without = min(draw["housing.first_night_homeless"] + draw["housing.first_night_temporary"], 1.0)
    without += (1.0 - without) * -math.expm1(-365.0 * draw["housing.settled_loss"])
    move_on = 365.0 * draw["housing.supported_move_on"]
    return without / max(move_on, 1.0)


def _housing_first(draw: Mapping[str, float]) -> float:
    """Without a home of their own on the first night or after losing it in the year, and not out of homelessness four
    weeks later, for a year."""
    without = min(draw["housing.first_night_homeless"] + draw["housing.first_night_temporary"], 1.0)
    without += (1.0 - without) * -math.expm1(-365.0 * draw["housing.settled_loss"])
    way_out = draw["housing.rough_exit_days_1_28"] * (1.0 - draw["housing.rough_exit_hidden"])
    return without * math.exp(-FOUR_WEEKS * way_out)


def _rehab(draw: Mapping[str, float]) -> float:
    """One start of treatment a release, for the planned stay."""
    return draw["treatment.residential_wanted"] * draw["treatment.rehab_days"] / 365.0


def _womens_rehab(draw: Mapping[str, float]) -> float:
    """As residential rehabilitation, for women."""
    return _rehab(draw) * draw["population.women_share"]


def _detox(draw: Mapping[str, float]) -> float:
    """One start of treatment a release of somebody with an alcohol need, for the planned stay."""
    return draw["need.alcohol"] * draw["treatment.residential_wanted"] * draw["treatment.detox_days"] / 365.0


_KINDS: Mapping[str, _Kind] = {
    "cas3": _Kind("cas3_beds", 1.0, _short_stay),
    "supported": _Kind("supported_beds", 1.0, _supported, is_kept=True),
    "housing_first": _Kind("housing_first", 1.0, _housing_first, is_kept=True),
    "rehab": _Kind("residential_rehab", WEEKS_PER_BED_YEAR, _rehab),
    "womens_rehab": _Kind("womens_residential", WEEKS_PER_BED_YEAR, _womens_rehab),
    "detox": _Kind("inpatient_detox", WEEKS_PER_BED_YEAR, _detox),
}
