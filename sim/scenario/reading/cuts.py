"""Holds a scenario's cuts against what stands today: refuses those beyond it, and says what those in per cent cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.mistakes import Mistakes
from sim.population.own_returns import with_own_returns
from sim.population.traits import need_shares, remand_of_releases
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import taken
from sim.scenario.delivery.posts import staff_today
from sim.scenario.delivery.records import Floats
from sim.scenario.delivery.standing import STANDING
from sim.scenario.demand import Demand
from sim.scenario.reading import fields
from sim.scenario.reading.cuts_together import CutsTogether, is_short
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.area import Area


def with_cuts_priced(
    scenario: Scenario, written: Sequence[Node], area: Area, prices: Mapping[str, float], mistakes: Mistakes
) -> Scenario:
    """The scenario with the money of its cuts in per cent, to the penny at reference values.

    Collects each cut of more than stands in its places today and is left there by the scenario's other cuts.
    written: where each purchase stands in the files. prices: reference parameter values. Under a draw in which less
    stands there, or a unit costs less, a cut of money goes as far as there is anything.
    """
    first = next((n for n, purchase in enumerate(scenario.levers) if purchase.is_cut), None)
    if first is None:
        return scenario
    try:
        return _priced(scenario, written, area, prices, mistakes)
    except KeyError as lacking:
        problem = (
            f"the parameter table lacks {lacking}, which tells what of '{scenario.levers[first].lever}' stands today"
        )
        mistakes.add(written[first].error(problem))
        return scenario


def _priced(
    scenario: Scenario, written: Sequence[Node], area: Area, prices: Mapping[str, float], mistakes: Mistakes
) -> Scenario:
    prices = with_own_returns(prices)
    context = DeliveryContext(scenario, prices, demand_today(area, prices), area, fields.LONGEST_RUN_DAYS)
    levers = list(scenario.levers)
    for name in STANDING:
        cuts = list(taken(context, name))
        if any(is_short(context, cut) for cut in cuts):
            CutsTogether(context, name, written).refuse_beyond_today(mistakes)
        for cut in cuts:
            if cut.bought.percent_of_today is not None:
                levers[cut.number] = replace(
                    cut.bought, gbp_per_year=round(context.spend[cut.number]["gbp_per_year"], 2)
                )
    return replace(scenario, levers=tuple(levers))


def demand_today(area: Area, draw: Mapping[str, float]) -> Demand:
    """People released in a year and keyworkers who stand in each place, as in a run; journeys are left out."""
    nowhere = np.zeros(len(area.places))
    return Demand(_releases(area, draw), float(need_shares(draw)[:2].sum()), staff_today(area, draw), nowhere, nowhere,
                  planned_share=1.0 - remand_of_releases(draw),
                  releases_each=max(1.0, draw["custody.releases_per_person"]))  # fmt: skip


def _releases(area: Area, draw: Mapping[str, float]) -> Floats:
    """Releases a year by prison, those of the prisons outside the area last."""
    from sim.area import home_prison, home_weights, womens_prison

    women, outside = draw["population.women_share"], draw["population.released_outside_region"]
    men = np.asarray(home_weights(area)) * (1.0 - women) * (1.0 - outside)
    shares = np.bincount(home_prison(area), weights=men, minlength=len(area.prisons) + 1)
    shares[womens_prison(area)] += women
    shares[-1] = (1.0 - women) * outside
    return np.asarray(shares * draw["population.people_per_year"] * draw["custody.releases_per_person"])
