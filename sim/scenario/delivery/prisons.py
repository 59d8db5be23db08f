"""Levers bought for prisons: what is ready for people on the day of release, as shares by day and prison.

A share that stands today falls with a cut and rises with money, from what is left. Shares never fall with more money.
What has to be prepared (depots, in-reach, resettlement work) is for releases that are known before the day: shares of
those, since nobody prepares a release from remand or court. People are counted, each once in a year: a kit is kept and
bought once; treatment in custody and preparation are for each of a person's releases (demand.releases_each).
The last column, prisons outside the area, stays as it starts.
"""

from __future__ import annotations

import numpy as np

from sim.core.grammar import counted, noun_for
from sim.core.rates import lost_by_odds
from sim.population.codes import LEAST_LOST
from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import part_left
from sim.scenario.delivery.records import Floats
from sim.scenario.levers import LEVERS


def _per_prison(context: DeliveryContext, start: float) -> Floats:
    return np.full((context.days, len(context.area.prisons) + 1), start)


def naloxone_share(context: DeliveryContext) -> Floats:
    """Share of leavers with an opiate need who hold a kit: one kit, one person more, up to everybody, at once; it is
    kept over later releases."""
    lever = LEVERS["naloxone_at_release"]
    share = context.draw["overdose.naloxone_held"] * part_left(context, lever.name)
    eligible = context.demand.people_per_year * context.demand.opiate_share
    filling = coverage.Filling(share)
    for n, bought in context.purchases(lever.name):
        kits = bought.gbp_per_year / lever.unit_cost(context.draw)
        used = filling.fill(
            context.prisons(bought), cap=1.0, people=eligible, units=kits, strength=context.strength(lever, bought)
        )
        context.account(n, kits, used)
    return share


def ost_share(context: DeliveryContext) -> Floats:
    """Share of leavers with an opiate need on treatment: a quarter specialist post a prison first, people after that.

    A person is treated before each release. Ceiling lever.ost_reached. A prison's post is paid once, by the first
    purchase active on that day. A cut is of people alone.
    """
    lever = LEVERS["ost_at_release"]
    share = context.draw["population.ost_at_release"] * part_left(context, lever.name)
    eligible = context.demand.people_per_year * context.demand.opiate_share
    post, person = lever.overhead_per_prison(context.draw), lever.unit_cost(context.draw)
    filling, has_post = coverage.Filling(share), np.zeros(share.shape, dtype=bool)
    for n, bought in context.purchases(lever.name):
        columns, (first, end) = context.prisons(bought), context.span(bought)
        posts_due = np.zeros(context.days)
        posts_due[first:end] = (~has_post[first:end, columns]).sum(axis=1)
        has_post[first:end, columns] = True
        left = np.maximum(bought.gbp_per_year - posts_due * post, 0.0)
        used = filling.fill(
            columns, cap=context.draw["lever.ost_reached"], people=eligible, units=left / person,
            strength=context.strength(lever, bought),
        )  # fmt: skip
        due = float(posts_due[first:end].mean()) if end > first else 0.0
        overhead = min(due * post, bought.gbp_per_year)
        posts = due * lever.overhead_share
        first_of_all = f"{posts:g} specialist {noun_for(posts, 'post')} in {counted(len(columns), 'prison')}"
        remark = f"{first_of_all} {noun_for(posts, 'comes', 'come')} first" if due else ""
        people = (bought.gbp_per_year - overhead) / person
        context.account(n, people, used, overhead=overhead, remark=remark)
    return share


def depot_share(context: DeliveryContext, ost: Floats) -> Floats:
    """Share of leavers on treatment who leave with a depot dose, up to all of them, at once; ost: share on treatment.

    A person reached takes lever.depot_injections injections in a year. More people on treatment leave fewer depots for
    each, never fewer in all.
    """
    filling = coverage.Filling(_per_prison(context, 0.0))  # among people with an opiate need
    lever = LEVERS["depot_buprenorphine"]
    eligible = context.demand.planned_people_per_year * context.demand.opiate_share
    each = context.draw["lever.depot_injections"]
    for n, bought in context.purchases(lever.name):
        injections = bought.gbp_per_year / lever.unit_cost(context.draw)
        used = filling.fill(
            context.prisons(bought), cap=ost, people=eligible, units=injections / each,
            strength=context.strength(lever, bought),
        )  # fmt: skip
        context.account(n, injections, used, remark=f"{each:.1f} injections for each person reached")
    return np.divide(filling.share, ost, out=np.zeros_like(ost), where=ost > 0.0)


def bridged_share(context: DeliveryContext) -> Floats:
    """Chance that a release prescription is bridged: lever.bridged_reached where the prison's post is fully paid.

    A part of a post does the same part of the work, at once. Only prisons from which somebody is released need a post.
    """
    start, reached = context.draw["treatment.bridged_at_release"], context.draw["lever.bridged_reached"]
    filling = coverage.Filling(_per_prison(context, 0.0))
    lever = LEVERS["bridging_script"]
    has_leavers = (context.demand.releases_per_year > 0.0).astype(np.float64)
    for n, bought in context.purchases(lever.name):
        posts = bought.gbp_per_year / lever.unit_cost(context.draw)
        used = filling.fill(
            context.prisons(bought), cap=1.0 if reached > start else 0.0, people=has_leavers, units=posts,
            strength=context.strength(lever, bought),
        )  # fmt: skip
        context.account(n, posts, used)
    return np.asarray(start * part_left(context, lever.name) + filling.share * max(reached - start, 0.0))


def referral_lost(context: DeliveryContext) -> Floats:
    """Referrals lost: of the part of leavers whom in-reach covers, what the odds ratio of arriving leaves of the start.

    Not below a tenth of the start. A post covers intensive_caseload people for inreach_days before each release.
    """
    start = context.draw["referral.lost"]
    lever = LEVERS["inreach_worker"]
    cover = coverage.Filling(_per_prison(context, 0.0))
    days_each = context.draw["lever.inreach_days"] * context.demand.releases_each
    people_per_post = context.draw["lever.intensive_caseload"] * 365.0 / days_each
    for n, bought in context.purchases(lever.name):
        posts = bought.gbp_per_year / lever.unit_cost(context.draw)
        used = cover.fill(
            context.prisons(bought), cap=1.0, people=context.demand.planned_people_per_year,
            units=posts * people_per_post, strength=context.strength(lever, bought),
        )  # fmt: skip
        context.account(n, posts, used, remark=_a_post(people_per_post))
    with_inreach = lost_by_odds(start, max(context.draw["agency.colocated_received_or"], 1.0))
    lost_if_covered = max(with_inreach, LEAST_LOST * start)
    return np.asarray(start - cover.share * (start - lost_if_covered))


def resettlement_share(context: DeliveryContext) -> Floats:
    """Share of leavers whom a resettlement worker has met before release and stays in touch with after it.

    A post holds intensive_caseload people, each for inreach_days before every release and resettlement_days after it.
    """
    share = coverage.Filling(_per_prison(context, 0.0))
    lever = LEVERS["resettlement_workers"]
    days_each = context.draw["lever.inreach_days"] + context.draw["support.resettlement_days"]
    people_per_post = context.draw["lever.intensive_caseload"] * 365.0 / (days_each * context.demand.releases_each)
    for n, bought in context.purchases(lever.name):
        posts = bought.gbp_per_year / lever.unit_cost(context.draw)
        used = share.fill(
            context.prisons(bought), cap=1.0, people=context.demand.planned_people_per_year,
            units=posts * people_per_post, strength=context.strength(lever, bought),
        )  # fmt: skip
        context.account(n, posts, used, remark=_a_post(people_per_post))
    return share.share


def _a_post(people: float) -> str:
    return f"about {people:.0f} people a post a year"
