"""Pounds become capacity: what a scenario's purchases deliver on each day, at one draw's prices and capacities.

Purchases of one lever add up. They are served from the narrowest (fewest prisons or places) to the widest, so that the
result does not depend on their order in the file and no unit is lost while somebody it could reach is left. More money
never delivers less. Money counts from the first day, also while posts are being filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario import reach
from sim.scenario.buses import bus_changes
from sim.scenario.delivery import Delivery, Demand, Floats, Team
from sim.scenario.job import Job
from sim.scenario.levers import LEVERS
from sim.scenario.scenario import Purchase, Scenario

if TYPE_CHECKING:
    from sim.area import Area

LOST_FLOOR = 0.1  # referrals lost never fall below this part of their start (assumed)
NAVIGATOR_DAYS = 183  # days after release for which a navigator stays with a person (navigator.SUPPORT_DAYS)


def deliver(scenario: Scenario, draw: Mapping[str, float], demand: Demand, area: Area, days: int) -> Delivery:
    """What the scenario's money delivers on each of `days` days, in real people a year at the draw's prices.

    draw: parameter values by name. demand: who is there to be reached. Without purchases every entry is the
    start value. Wrong shapes of the demand are a ValueError.
    """
    _check(demand, area, days)
    job = Job(scenario, draw, demand, area, days)
    return Delivery(
        naloxone_share=_naloxone(job),
        ost_share=_ost(job),
        referral_lost=_referral_lost(job),
        booked_share=_booked(job),
        teams=_navigators(job),
        link_changes=bus_changes(job),
        spend=tuple(job.spend[n] for n in sorted(job.spend)),
    )


def _check(demand: Demand, area: Area, days: int) -> None:
    n_prisons, n_places = len(area.prisons), len(area.places)
    if demand.releases_per_year.shape != (n_prisons + 1,):
        raise ValueError(f"releases_per_year has shape {demand.releases_per_year.shape}, not ({n_prisons + 1},)")
    if demand.staff_per_place.shape != (n_places,):
        raise ValueError(f"staff_per_place has shape {demand.staff_per_place.shape}, not ({n_places},)")
    for name in ("releases_per_year", "staff_per_place"):
        values = getattr(demand, name)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} holds a value below 0 or none at all")
    if not 0.0 <= demand.opiate_share <= 1.0:
        raise ValueError(f"opiate_share is {demand.opiate_share}, not a share")
    if days < 1:
        raise ValueError(f"{days} days cannot be delivered")


def _per_prison(job: Job, start: float) -> Floats:
    return np.full((job.days, len(job.area.prisons) + 1), start)


def _naloxone(job: Job) -> Floats:
    """Share of leavers with an opiate need who hold a kit: one kit, one person more, up to everybody, at once."""
    share = _per_prison(job, job.draw["overdose.naloxone_held"])
    lever = LEVERS["naloxone_at_release"]
    eligible = job.demand.releases_per_year * job.demand.opiate_share
    for n, bought in job.purchases(lever.name):
        kits = bought.gbp_per_year / lever.unit_cost(job.draw)
        wanted = kits * job.strength(lever, bought)
        used = reach.fill(share, job.prisons(bought), cap=1.0, people=eligible, units=wanted)
        job.account(n, kits, reach.used_part(used, wanted))
    return share


def _ost(job: Job) -> Floats:
    """Share of leavers with an opiate need on treatment: a quarter specialist post a prison first, people after that.

    Ceiling lever.ost_reached. A prison's post is paid once, by the first purchase active on that day.
    """
    share = _per_prison(job, job.draw["population.ost_at_release"])
    lever = LEVERS["ost_at_release"]
    eligible = job.demand.releases_per_year * job.demand.opiate_share
    post, person = lever.overhead_per_prison(job.draw), lever.unit_cost(job.draw)
    has_post = np.zeros(share.shape, dtype=bool)
    for n, bought in job.purchases(lever.name):
        columns, (first, end) = job.prisons(bought), job.span(bought)
        posts_due = np.zeros(job.days)
        posts_due[first:end] = (~has_post[first:end, columns]).sum(axis=1)
        has_post[first:end, columns] = True
        left = np.maximum(bought.gbp_per_year - posts_due * post, 0.0)
        wanted = left / person * job.strength(lever, bought)
        used = reach.fill(share, columns, cap=job.draw["lever.ost_reached"], people=eligible, units=wanted)
        due = float(posts_due[first:end].mean()) if end > first else 0.0
        overhead = min(due * post, bought.gbp_per_year)
        note = f"{due * lever.overhead_share:g} specialist posts in {len(columns)} prisons come first" if due else ""
        job.account(
            n, (bought.gbp_per_year - overhead) / person, reach.used_part(used, wanted), overhead=overhead, note=note
        )
    return share


def _referral_lost(job: Job) -> Floats:
    """Referrals lost: for the part of leavers whom in-reach covers, the start value divided by the risk ratio.

    Not below a tenth of the start. A post covers intensive_caseload people for inreach_days each.
    """
    start = job.draw["referral.lost"]
    lever = LEVERS["inreach_worker"]
    cover = _per_prison(job, 0.0)
    people_per_post = job.draw["lever.intensive_caseload"] * 365.0 / job.draw["lever.inreach_days"]
    for n, bought in job.purchases(lever.name):
        posts = bought.gbp_per_year / lever.unit_cost(job.draw)
        wanted = posts * people_per_post * job.strength(lever, bought)
        used = reach.fill(cover, job.prisons(bought), cap=1.0, people=job.demand.releases_per_year, units=wanted)
        job.account(n, posts, reach.used_part(used, wanted))
    lost_if_covered = max(start / max(job.draw["agency.colocated_received_rr"], 1.0), LOST_FLOOR * start)
    return np.asarray(start - cover * (start - lost_if_covered))


def _booked(job: Job) -> Floats:
    """Share of first appointments booked before release, by hub place: members trained over keyworkers there."""
    share = np.zeros((job.days, len(job.area.places)))
    lever = LEVERS["booked_before_release"]
    for n, bought in job.purchases(lever.name):
        members = bought.gbp_per_year / lever.unit_cost(job.draw)
        wanted = members * job.strength(lever, bought)
        used = reach.fill(share, job.places(bought), cap=1.0, people=job.demand.staff_per_place, units=wanted)
        job.account(n, members, reach.used_part(used, wanted))
    return share


def _navigators(job: Job) -> tuple[Team, ...]:
    """One team a place; money is divided over the places by the weights of where people go home to.

    Every post is filled, as a council would; the accounts tell which part of the caseloads would stand empty, set
    against the people who are at one time within NAVIGATOR_DAYS of a release and live in the places.
    """
    from sim.area import home_weights

    lever = LEVERS["navigators"]
    entries = list(job.purchases(lever.name))
    if not entries:
        return ()
    weights = np.asarray(home_weights(job.area))
    people = job.demand.releases_per_year.sum() * weights * NAVIGATOR_DAYS / 365.0
    taken_on = np.zeros((job.days, len(weights)))
    teams: dict[int, list[Team]] = {}
    for n, bought in entries:
        columns, posts = job.places(bought), bought.gbp_per_year / lever.unit_cost(job.draw)
        within = float(weights[columns].sum())
        parts = weights[columns] / within if within > 0 else np.full(len(columns), 1.0 / len(columns))
        teams[n] = [
            _team(job, bought, int(place), posts * float(part))
            for place, part in zip(columns, parts, strict=True)
            if part > 0
        ]
        wanted = posts * job.draw["lever.intensive_caseload"] * job.strength(lever, bought)
        used = reach.fill(taken_on, columns, cap=1.0, people=people, units=wanted)
        at_once = people[columns].sum()
        note = f"about {at_once:.0f} people at one time within {NAVIGATOR_DAYS} days of release in these places"
        job.account(n, posts, reach.used_part(used, wanted), note=note)
    return tuple(team for n in sorted(teams) for team in teams[n])


def _team(job: Job, bought: Purchase, place: int, posts: float) -> Team:
    first, end = job.span(bought)
    begins, shares = reach.worker_starts(posts, first=first, ramp_days=job.draw["lever.ramp_days"])
    caseload = job.draw["lever.intensive_caseload"]
    return Team("navigator", (place,), place, posts, caseload, begins, shares, first, end)
