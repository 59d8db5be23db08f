"""Whose money goes where: each scenario's yearly money by payer and council.

Money for named places goes to their councils by the share of people who come home there, as its delivery is spread;
money for prisons, for links or without a place named serves the whole area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.scenario.levers import LEVERS, PAYERS
from sim.scenario.rate import Flow, most_at_once

if TYPE_CHECKING:
    from sim.area import Area
    from sim.scenario import Purchase, Scenario

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
        flows: dict[tuple[str, str], list[Flow]] = {}
        for bought in scenario.levers:
            payer = bought.payer or LEVERS[bought.lever].payer
            for council, part in _parts(bought, weights, council_of).items():
                flow = Flow(bought.starts, bought.ends, bought.gbp_per_year * part)
                flows.setdefault((payer, council), []).append(flow)
        money = {pair: most_at_once(each) for pair, each in flows.items()}
        ordered = sorted(money, key=lambda pair: (payers.index(pair[0]), councils.index(pair[1])))
        rows += [
            {"scenario": scenario.name, "payer": payer, "council": council, "gbp_per_year": round(gbp, 2)}
            for payer, council in ordered
            if (gbp := money[payer, council])
        ]
    return rows


def _parts(bought: Purchase, weights: Mapping[str, float], council_of: Mapping[str, str]) -> dict[str, float]:
    """Shares of a purchase's money by council; equal parts for places where nobody comes home to."""
    if not bought.places:
        return {WHOLE_AREA: 1.0}
    within = sum(weights[place] for place in bought.places)
    parts: dict[str, float] = {}
    for place in bought.places:
        part = weights[place] / within if within > 0.0 else 1.0 / len(bought.places)
        parts[council_of[place]] = parts.get(council_of[place], 0.0) + part
    return {council: part for council, part in parts.items() if part > 0.0}
