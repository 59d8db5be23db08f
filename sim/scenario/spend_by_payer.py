"""Whose money goes where: each scenario's yearly money by payer and council.

Money for named places goes to their councils by the share of people who come home there, as its delivery is spread;
money for prisons, for links or without a place named serves the whole area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.scenario.levers import LEVERS, PAYERS
from sim.scenario.rate import YearlyRate, most_at_once

if TYPE_CHECKING:
    from sim.area import Area
    from sim.scenario.scenario import Purchase, Scenario

BUDGET_COLUMNS = ("scenario", "payer", "council", "gbp_per_year")
WHOLE_AREA = "whole area"


def budgets_of(scenarios: Sequence[Scenario], area: Area) -> list[dict[str, Any]]:
    """One row a scenario, payer and council (local authority of its places, or 'whole area') with any money.

    GBP a year to the penny, at the rate of the day on which it is most, money taken away below 0. In the order of
    scenarios, payers and the area's councils, the whole area last.
    """
    from sim.area import home_weights

    weights = dict(zip((place.id for place in area.places), home_weights(area).tolist(), strict=True))
    council_of = {place.id: place.local_authority for place in area.places}
    payers = list(PAYERS)
    councils = [*(council.name for council in area.councils), WHOLE_AREA]
    rows: list[dict[str, Any]] = []
    for scenario in scenarios:
        rates: dict[tuple[str, str], list[YearlyRate[date]]] = {}
        for bought in scenario.levers:
            payer = bought.payer or LEVERS[bought.lever].payer
            for council, part in _parts(bought.places, weights, council_of).items():
                rate = YearlyRate(bought.starts, bought.ends, bought.gbp_per_year * part)
                rates.setdefault((payer, council), []).append(rate)
        money = {pair: most_at_once(each) for pair, each in rates.items()}
        ordered = sorted(money, key=lambda pair: (payers.index(pair[0]), councils.index(pair[1])))
        rows += [
            {"scenario": scenario.name, "payer": payer, "council": council, "gbp_per_year": round(gbp, 2)}
            for payer, council in ordered
            if (gbp := money[payer, council])
        ]
    return rows


def council_shares(bought: Purchase, area: Area) -> dict[str, float]:
    """Shares of a purchase's money by council in which it is spent: those of its places by who comes home there, and of
    a lever that is bought by place, without any, those of all places; none for money of prisons or links."""
    from sim.area import home_weights

    if not bought.places and (bought.prisons or bought.links or "places" not in LEVERS[bought.lever].takes):
        return {}
    weights = dict(zip((place.id for place in area.places), home_weights(area).tolist(), strict=True))
    council_of = {place.id: place.local_authority for place in area.places}
    return _parts(bought.places or tuple(council_of), weights, council_of)


def _parts(places: Sequence[str], weights: Mapping[str, float], council_of: Mapping[str, str]) -> dict[str, float]:
    """Shares of money for these places by council; equal parts for places where nobody comes home to."""
    if not places:
        return {WHOLE_AREA: 1.0}
    within = sum(weights[place] for place in places)
    parts: dict[str, float] = {}
    for place in places:
        part = weights[place] / within if within > 0.0 else 1.0 / len(places)
        parts[council_of[place]] = parts.get(council_of[place], 0.0) + part
    return {council: part for council, part in parts.items() if part > 0.0}
