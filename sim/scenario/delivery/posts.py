"""Levers bought for places: staff trained at the hubs, keyworkers added or taken away there, and navigators.

A cut takes away keyworker posts that stand today, never more than there are; it does not touch posts that the same
scenario buys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.days import SUPPORT_DAYS as NAVIGATOR_DAYS
from sim.core.days import WORKING_WEEK
from sim.core.grammar import counted
from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import going, taken
from sim.scenario.delivery.records import Floats, HubPosts, PooledPosts, Team
from sim.scenario.delivery.shares import enough_for
from sim.scenario.delivery.standing import chooses_by_need, is_for_everybody, posts_today, whose_time
from sim.scenario.levers import LEVERS
from sim.scenario.levers.eligibility import keyworkers_at_hubs
from sim.scenario.scenario import Purchase

if TYPE_CHECKING:
    from sim.area import Area


def keyworker_posts(draw: Mapping[str, float]) -> float:
    """Keyworker posts for people leaving prison in the whole region today, full-time: the people held over the
    caseload."""
    held = draw["service.held_per_1000_people"] * draw["population.people_per_year"] / 1000.0
    return held / draw["service.caseload"]


def staff_today(area: Area, draw: Mapping[str, float]) -> Floats:
    """f8[n_places], keyworker posts for people leaving prison that stand in each place, as the hubs serve homes."""
    from sim.area import home_weights, treatment_site

    hub_of_home = [area.place_index[area.services[int(site)].place] for site in treatment_site(area)]
    return np.asarray(
        keyworker_posts(draw) * np.bincount(hub_of_home, weights=home_weights(area), minlength=len(area.places)),
        dtype=np.float64,
    )


def booked_share(context: DeliveryContext) -> Floats:
    """Share of referrals handed over before release, by hub place: members trained over all keyworkers there."""
    filling = coverage.Filling(np.zeros((context.days, len(context.area.places))))
    lever = LEVERS["booked_before_release"]
    for n, bought in context.purchases(lever.name):
        members = bought.gbp_per_year / lever.unit_cost(context.draw)
        columns, staff = context.places(bought), keyworkers_at_hubs(context.draw, context.demand)
        strength = context.strength(lever, bought)
        used = filling.fill(columns, cap=1.0, people=staff, units=members, strength=strength)
        remark = enough_for(members, float(staff[columns].sum()), "keyworkers")
        context.account(n, members, used, remark=remark)
    return filling.share


def keyworkers(context: DeliveryContext) -> tuple[tuple[HubPosts, ...], tuple[PooledPosts, ...]]:
    """Keyworkers added (money above 0) and taken away (below 0) at the hubs, in the order of places and days, and those
    added out of a pooled budget, which are fixed to no hub, in the order of days.

    Both kinds of the first are spread over the hubs of the places named by the keyworkers who stand there today.
    """
    added, pooled = _added(context)
    fixed = sorted(
        [*added, *_taken_away(context)], key=lambda p: (p.place, p.first_day, p.end_day, p.for_everybody, p.posts)
    )
    pooled.sort(key=lambda p: (p.first_day, p.end_day, p.for_everybody, p.hub_places, p.posts))
    return tuple(fixed), tuple(pooled)


def _added(context: DeliveryContext) -> tuple[list[HubPosts], list[PooledPosts]]:
    """Posts filled worker by worker, all of which find people: the more there are, the fewer each holds and the more
    often it meets them. Where no hub stands, nobody is found."""
    lever, staff = LEVERS["keyworkers"], context.demand.staff_per_place
    fixed: list[HubPosts] = []
    pooled: list[PooledPosts] = []
    for n, bought in context.purchases(lever.name):
        columns, posts = context.places(bought), bought.gbp_per_year / lever.unit_cost(context.draw)
        within, with_hub = float(staff[columns].sum()), columns[staff[columns] > 0.0]
        whom = "" if is_for_everybody(bought) else " for people leaving prison"
        remarks = [f"{float(posts_today(context, bought)[columns].sum()):,.1f} posts{whom} stand there today"]
        remarks += [text for text in (whose_time(context, bought),) if text]
        if context.scenario.budgets.is_pooled:
            pooled += _moving(context, bought, with_hub, posts)
            remarks.append(f"pooled, their days a week move between the hubs of {counted(with_hub.size, 'place')}")
        else:
            fixed += [_fixed(context, bought, int(place), posts * float(staff[place]) / within) for place in with_hub]
        context.account(n, posts, 1.0 if with_hub.size else 0.0, remark="; ".join(remarks))
    return fixed, pooled


def _fixed(context: DeliveryContext, bought: Purchase, place: int, posts: float) -> HubPosts:
    first, end = context.span(bought)
    begins, shares = coverage.worker_starts(posts, first=first, ramp_days=context.draw["lever.ramp_days"])
    return HubPosts(place, posts, begins, shares, first, end, is_for_everybody(bought))


def _moving(context: DeliveryContext, bought: Purchase, hubs: NDArray[np.intp], posts: float) -> list[PooledPosts]:
    """One record of all the posts, in days a week, since few hubs need a whole one; none where no hub stands."""
    first, end = context.span(bought)
    ramp_days = context.draw["lever.ramp_days"]
    begins, shares = coverage.worker_starts(posts, first=first, ramp_days=ramp_days, each=1.0 / WORKING_WEEK)
    places = tuple(sorted(int(place) for place in hubs))
    return [PooledPosts(places, posts, begins, shares, first, end, is_for_everybody(bought))] if places else []


def _taken_away(context: DeliveryContext) -> list[HubPosts]:
    """Posts no longer filled: one record for each post or part of one, gone from its own day over the ramp.

    A cut for everybody takes the same part of the posts for people leaving prison as of the others, so that cuts of
    both kinds at one hub leave none of them below zero.
    """
    none = np.zeros(0)
    return [
        HubPosts(int(place), -share, none, none, day, context.span(cut.bought)[1], is_for_everybody(cut.bought))
        for cut in taken(context, "keyworkers")
        for place in np.flatnonzero(cut.part > 0.0)
        for day, share in going(context, cut, float(cut.units[place]))
    ]


def navigator_teams(context: DeliveryContext) -> tuple[Team, ...]:
    """One team a place; money is divided over the places by the weights of where people go home to.

    Every post is filled, as a council would; the accounts tell which part of the caseloads would stand empty, set
    against the people who are at one time within NAVIGATOR_DAYS of a release and live in the places.
    """
    from sim.area import home_weights

    lever = LEVERS["navigators"]
    entries = list(context.purchases(lever.name))
    if not entries:
        return ()
    weights = np.asarray(home_weights(context.area))
    people = context.demand.releases_per_year.sum() * weights * NAVIGATOR_DAYS / 365.0
    taken_on = coverage.Filling(np.zeros((context.days, len(weights))))
    teams: dict[int, list[Team]] = {}
    for n, bought in entries:
        columns, posts = context.places(bought), bought.gbp_per_year / lever.unit_cost(context.draw)
        within = float(weights[columns].sum())
        parts = weights[columns] / within if within > 0 else np.full(len(columns), 1.0 / len(columns))
        teams[n] = [
            _team(context, bought, int(place), posts * float(part))
            for place, part in zip(columns, parts, strict=True)
            if part > 0
        ]
        caseloads, strength = posts * context.draw["lever.intensive_caseload"], context.strength(lever, bought)
        used = taken_on.fill(columns, cap=1.0, people=people, units=caseloads, strength=strength)
        at_once = people[columns].sum()
        remark = f"about {at_once:.0f} people at one time within {NAVIGATOR_DAYS} days of release in these places"
        context.account(n, posts, used, remark=remark)
    return tuple(team for n in sorted(teams) for team in teams[n])


def _team(context: DeliveryContext, bought: Purchase, place: int, posts: float) -> Team:
    first, end = context.span(bought)
    begins, shares = coverage.worker_starts(posts, first=first, ramp_days=context.draw["lever.ramp_days"])
    caseload = context.draw["lever.intensive_caseload"]
    return Team("navigator", (place,), place, posts, caseload, begins, shares, first, end, chooses_by_need(bought))
