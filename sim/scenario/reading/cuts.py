"""Refuses a cut of more keyworker posts than there are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core.mistakes import Mistakes
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.posts import keyworkers, staff_today
from sim.scenario.demand import Demand
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.area import Area


def refuse_cuts_beyond(
    scenario: Scenario, written: Sequence[Node], area: Area, prices: Mapping[str, float], mistakes: Mistakes
) -> None:
    """Collects each cut of more posts than stand in its places today and are left there by the scenario's other cuts.

    written: where each purchase stands in the files. prices: reference parameter values. Under a draw in which fewer
    posts stand there, or posts cost less, a cut goes as far as there are posts.
    """
    cuts = [n for n, purchase in enumerate(scenario.levers) if purchase.gbp_per_year < 0]
    if not cuts:
        return
    nowhere = np.zeros(len(area.places))
    today = Demand(np.zeros(len(area.prisons) + 1), 0.0, staff_today(area, prices), nowhere, nowhere)
    context = DeliveryContext(scenario, prices, today, area, fields.LONGEST_RUN_DAYS)
    keyworkers(context)
    for n in cuts:
        entry = context.spend[n]
        if entry["units_used"] <= entry["units"] * (1 - 1e-9):
            continue
        posts = -entry["units_used"]
        most = math.floor(posts * entry["unit_cost_gbp"] + 1e-6)
        left = "stand there" if len(cuts) == 1 else "other cuts leave there"
        money = fields.required(written[n], "gbp_per_year", what="a cut")
        error = money.error(
            f"{money.kind()} cuts more keyworker posts than there are",
            allowed=f"down to -{most:_}, the {posts:.1f} posts that {left}" if most else f"none, as no posts {left}",
        )
        mistakes.add(error)
