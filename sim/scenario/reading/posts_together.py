"""Posts that a scenario's purchases put at one place, held against how many a run can follow one by one.

Far more than any region employs; beyond it a run would take hours. The count is made at reference prices: under a draw
of lower ones there may be some more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.scenario.delivery.posts import staff_today
from sim.scenario.levers import LEVERS
from sim.scenario.scenario import Purchase, Scenario

if TYPE_CHECKING:
    from sim.area import Area
    from sim.scenario.delivery.records import Floats

MOST_AT_A_HUB = 2_000
MOST_IN_A_TEAM = 4_000
MOST_POOLED = 200  # each of their days a week has a row at every hub that it may serve


class Crowded(NamedTuple):
    """The first purchase with which there are too many posts: its number, what is wrong, what is allowed."""

    number: int
    problem: str
    allowed: str


def crowded(scenario: Scenario, area: Area, prices: Mapping[str, float]) -> Iterator[Crowded]:
    """Of each lever that employs people by name the first purchase with which they are too many; mostly none.

    prices: reference parameter values.
    """
    if scenario.budgets.is_pooled:
        yield from _beyond(scenario, area, prices, "keyworkers", MOST_POOLED, None)
    else:
        yield from _beyond(scenario, area, prices, "keyworkers", MOST_AT_A_HUB, staff_today)
    yield from _beyond(scenario, area, prices, "navigators", MOST_IN_A_TEAM, _homes)


def _beyond(
    scenario: Scenario, area: Area, prices: Mapping[str, float], lever: str, most: int,
    weights: Callable[[Area, Mapping[str, float]], Floats] | None,
) -> Iterator[Crowded]:  # fmt: skip
    """weights: f8[n_places] by which the posts are divided over the places named; None where they are one pool."""
    bought = [(n, one) for n, one in enumerate(scenario.levers) if one.lever == lever and one.gbp_per_year > 0.0]
    if not bought:
        return
    cost = LEVERS[lever].unit_cost(prices)
    if sum(math.ceil(one.gbp_per_year / cost) for _, one in bought) <= most:
        return
    weight = None if weights is None else weights(area, prices)
    posts = np.zeros(1 if weight is None else len(weight))
    for n, one in bought:
        posts += np.ceil(one.gbp_per_year / cost * (1.0 if weight is None else _parts(area, one, weight)))
        if posts.max() > most:
            where = "out of a pooled budget" if weight is None else f"in {area.places[int(posts.argmax())].name}"
            yield Crowded(
                n,
                f"with this purchase there are {posts.max():,.0f} posts of '{lever}' {where}",
                f"at most {most:,} {'in all' if weight is None else 'in one place'}, at {cost:,.0f} GBP a year each",
            )
            return


def _parts(area: Area, bought: Purchase, weight: Floats) -> Floats:
    """f8[n_places], the part of a purchase's posts that each place gets."""
    there = np.zeros(len(weight), dtype=bool)
    there[[area.place_index[place] for place in bought.places] or slice(None)] = True
    parts = np.where(there, weight, 0.0)
    return parts / (float(parts.sum()) or 1.0)


def _homes(area: Area, prices: Mapping[str, float]) -> Floats:
    """f8[n_places], where navigators' posts go, whatever the prices."""
    from sim.area import home_weights

    return np.asarray(home_weights(area), dtype=np.float64)
