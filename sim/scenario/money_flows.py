"""The money of each purchase day by day: which part of what is bought exists, and through what it works.

A purchase is priced a year; on a day with its money the part of it that is filled is what its ramp has reached. Of a
cut, that part is what is gone. The unit through which a lever works is that by which its money is shared between the
people counted and everybody else (sim/outcomes/money_rule.py): nights in beds, days with a navigator, first
appointments or days held at the hubs, releases, or days since release. Posts at hubs go by first appointments: by the
time of all contacts the same posts would do half as much for their money when bought ten months later, and half as much
again when they end early (sim/MODEL.md), since most of what they do for somebody they do early.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS, RELEASE_DAYS, SUPPORT_DAYS
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import Spend
from sim.scenario.flow import Flow, Through
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import Lever

STOCK_UNITS = frozenset({"kit", "injection", "person reached", "week", "passenger trip", "person with a pass a year"})
"""Units that are taken one by one: what nobody takes is stock, told apart and in no cost of an outcome."""
DAYS_OF: Mapping[Through, int] = {Through.SUPPORT: SUPPORT_DAYS, Through.PEOPLE: FOLLOW_UP_DAYS}
"""Days since the first release on which somebody is there to be helped."""
HELPED_FOR_HALF_A_YEAR = ("dual_diagnosis_worker", "lgbtq_practitioner", "peer_workers")
ON_RELEASE = ("booked_before_release", "peer_naloxone")
VISITS = ("visits", "far_visits")


def through_of(lever: Lever) -> Through:
    """The unit through which a lever works, by what of the delivery it changes."""
    by_array = {"beds": Through.BEDS, "teams": Through.NAVIGATORS, "hub_posts": Through.HUBS}
    changed = lever.writes.split(":")[0]
    if changed in by_array:
        return by_array[changed]
    if lever.name in ON_RELEASE or "prisons" in lever.takes:
        return Through.RELEASES
    if lever.name in HELPED_FOR_HALF_A_YEAR:
        return Through.SUPPORT
    is_visit = lever.share is not None and lever.share.eligible in VISITS
    if is_visit or "links" in lever.takes or (lever.share is not None and lever.share.axis == "hub"):
        return Through.CONTACTS
    return Through.PEOPLE


def flow_of(context: DeliveryContext, number: int, entry: Spend) -> Flow:
    """One line of account of a purchase, by its number in the scenario, over the days of the study."""
    bought = context.scenario.levers[number]
    lever = LEVERS[bought.lever]
    open_days = np.zeros(context.days)
    open_days[entry["first_day"] : entry["end_day"]] = 1.0
    # A cut of shares acts with its money; of posts and beds they go over the ramp, as those bought come.
    filled = context.strength(lever, bought)
    gbp = entry["gbp_per_year"]
    unused = entry["unused_gbp_per_year"] / gbp if gbp else 0.0
    through = through_of(lever)
    if bought.is_cut:  # what finds nothing to take away saves nothing
        filled = filled * (1.0 - unused)
    is_idle_in_engine = through in (Through.BEDS, Through.NAVIGATORS)  # whose load is lived
    reached = 1.0 if bought.is_cut or is_idle_in_engine else 1.0 - unused
    return Flow(
        lever=bought.lever,
        payer=entry["payer"],
        gbp_per_year=gbp,
        filled=filled,
        open_days=open_days,
        paid=filled if bought.is_cut else filled + context.draw["cost.paid_empty_part"] * (open_days - filled),
        reached=reached,
        for_others=entry["for_others"],
        through=through,
        places=tuple(int(place) for place in context.places(bought)),
        is_stock=lever.unit in STOCK_UNITS,
    )


def planned(flow: Flow) -> tuple[float, float]:
    """GBP of a purchase over the people counted as it can be known before any run, and its filled days: people are
    released evenly over a year, and use is spread evenly over the days on which it can help. At the price of a year,
    whatever finds nobody included."""
    days = np.arange(len(flow.filled)) + 0.5
    if flow.through is Through.RELEASES:
        weight = np.where(days < RELEASE_DAYS, 1.0, 0.0)
    else:
        within = float(DAYS_OF.get(flow.through, FOLLOW_UP_DAYS))
        weight = np.clip(days / within, 0.0, 1.0) - np.clip((days - RELEASE_DAYS) / within, 0.0, 1.0)
    return flow.gbp_per_year / RELEASE_DAYS * float((flow.paid * weight).sum()), float(flow.filled.sum())
