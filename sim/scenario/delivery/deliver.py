"""Pounds become capacity: what a scenario's purchases deliver on each day, at one draw's prices and capacities.

Purchases of one lever add up, and consecutive periods of one are one purchase (sim/scenario/periods.py). They are
served from the narrowest (fewest prisons or places) to the widest, so that the result does not depend on their order
in the file and no unit is lost while somebody it could reach is left. More money never delivers less. Money counts
from the first day, also while posts are being filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.grammar import counted
from sim.scenario.delivery.beds import bought_beds
from sim.scenario.delivery.buses import bus_changes
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.posts import booked_share, keyworkers, navigator_teams
from sim.scenario.delivery.prisons import (
    bridged_share,
    depot_share,
    naloxone_share,
    ost_share,
    referral_lost,
    resettlement_share,
)
from sim.scenario.delivery.records import Delivery
from sim.scenario.delivery.shares import bought_shares
from sim.scenario.delivery.whose import lines
from sim.scenario.demand import Demand
from sim.scenario.levers import LEVERS
from sim.scenario.money_flows import flow_of
from sim.scenario.periods import as_one
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.area import Area


def deliver(scenario: Scenario, draw: Mapping[str, float], demand: Demand, area: Area, days: int) -> Delivery:
    """What the scenario's money delivers on each of `days` days, in real people a year at the draw's prices.

    draw: parameter values by name. demand: who is there to be reached. Without purchases every entry is the
    start value. Wrong shapes of the demand, and a cut of what cannot be cut, are a ValueError.
    """
    _check(demand, area, days)
    for bought in scenario.levers:
        if bought.is_cut and not LEVERS[bought.lever].can_be_cut:
            raise ValueError(f"{bought.lever} cannot be cut")
    scenario = replace(scenario, levers=as_one(scenario.levers))
    context = DeliveryContext(scenario, draw, demand, area, days)
    on_treatment, shares = ost_share(context), bought_shares(context)
    fixed, pooled = keyworkers(context)
    delivery = Delivery(
        naloxone_share=naloxone_share(context),
        ost_share=on_treatment,
        depot_share=depot_share(context, on_treatment),
        bridged_share=bridged_share(context),
        referral_lost=referral_lost(context),
        resettlement_share=resettlement_share(context),
        booked_share=booked_share(context),
        home=shares["home"],
        hub=shares["hub"],
        prison=shares["prison"],
        teams=navigator_teams(context),
        hub_posts=fixed,
        pooled=pooled,
        beds=bought_beds(context),
        link_changes=bus_changes(context),
        spend=(),
        flows=(),
    )
    accounts = lines(context)  # each part above has entered its own
    return replace(
        delivery,
        spend=tuple(entry for _, entry in accounts),
        flows=tuple(flow_of(context, number, entry) for number, entry in accounts),
    )


def _check(demand: Demand, area: Area, days: int) -> None:
    n_prisons, n_places = len(area.prisons), len(area.places)
    if demand.releases_per_year.shape != (n_prisons + 1,):
        raise ValueError(f"releases_per_year has shape {demand.releases_per_year.shape}, not ({n_prisons + 1},)")
    by_place = ("staff_per_place", "far", "fare_due")
    for name in by_place:
        if getattr(demand, name).shape != (n_places,):
            raise ValueError(f"{name} has shape {getattr(demand, name).shape}, not ({n_places},)")
    for name in ("releases_per_year", *by_place):
        values = getattr(demand, name)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} holds a value below 0 or none at all")
    if not 0.0 <= demand.opiate_share <= 1.0:
        raise ValueError(f"opiate_share is {demand.opiate_share}, not a share")
    if days < 1:
        raise ValueError(f"{counted(days, 'day')} cannot be delivered")
