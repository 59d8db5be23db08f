"""Bridging prescriptions, depot doses and resettlement workers: amounts worked by hand, limits and accounts."""

from __future__ import annotations

import numpy as np
import pytest
from delivery_ground import DAYS, purchase, scenario

from sim.scenario import deliver

NOBODY = "100% of this money finds nobody left to reach"


def test_half_a_post_bridges_half_as_much_more_at_once(draw, demand, area):
    today, reached = draw["treatment.bridged_at_release"], draw["lever.bridged_reached"]
    exeter, bristol = area.prison_index["exeter"], area.prison_index["bristol"]
    levers = [
        purchase("bridging_script", 8_500, 30, 300, prisons=("exeter",)),
        purchase("bridging_script", 25_500, 0, 100, prisons=("bristol",)),
    ]
    bought = deliver(scenario(*levers), draw, demand, area, DAYS)
    share = bought.bridged_share
    assert share[30:300, exeter] == pytest.approx((today + reached) / 2, rel=1e-12)
    assert (share[:30, exeter] == today).all() and (share[300:, exeter] == today).all()
    assert share[:100, bristol] == pytest.approx(reached, rel=1e-12)
    others = [n for n in range(len(area.prisons) + 1) if n not in (exeter, bristol)]
    assert (share[:, others] == today).all()
    assert [entry["units"] for entry in bought.spend] == [0.5, 1.5]
    assert bought.spend[1]["unused_gbp_per_year"] == pytest.approx(8_500)
    assert bought.spend[1]["remark"].endswith("33% of this money finds nobody left to reach")


def test_one_post_for_each_prison_with_leavers_is_all(draw, demand, area):
    n_prisons = int((demand.releases_per_year[:-1] > 0).sum())
    bought = deliver(scenario(purchase("bridging_script", 17_000 * n_prisons)), draw, demand, area, DAYS)
    with_leavers = np.flatnonzero(demand.releases_per_year[:-1] > 0)
    assert bought.bridged_share[:, with_leavers] == pytest.approx(draw["lever.bridged_reached"], rel=1e-12)
    assert (bought.bridged_share[:, -1] == draw["treatment.bridged_at_release"]).all()
    assert bought.spend[0]["unused_gbp_per_year"] == pytest.approx(0, abs=1e-6)


def test_a_post_where_nobody_leaves_or_nothing_is_gained_is_told(draw, demand, area):
    assert demand.releases_per_year[area.prison_index["ashfield"]] == 0
    empty = deliver(scenario(purchase("bridging_script", 17_000, prisons=("ashfield",))), draw, demand, area, DAYS)
    assert empty.spend[0]["remark"] == NOBODY
    low = {**draw, "lever.bridged_reached": 0.1}
    bought = deliver(scenario(purchase("bridging_script", 1e6)), low, demand, area, DAYS)
    assert (bought.bridged_share == draw["treatment.bridged_at_release"]).all()
    assert bought.spend[0]["remark"] == NOBODY


@pytest.mark.parametrize(
    ("lever", "array", "today", "reached"),
    [
        ("ost_at_release", "ost_share", "population.ost_at_release", "lever.ost_reached"),
        ("bridging_script", "bridged_share", "treatment.bridged_at_release", "lever.bridged_reached"),
    ],
)
def test_a_lever_reaches_no_fewer_than_today_in_any_draw(table, demand, area, lever, array, today, reached):
    """In draws whose reach lies below what is there today, and in others."""
    draws = table.sample(1, 260)
    below = [draw for draw in draws if draw[reached] < draw[today]]
    assert len(below) >= 2
    for draw in below + draws[:3]:
        share = getattr(deliver(scenario(purchase(lever, 4e6)), draw, demand, area, DAYS), array)
        assert share.min() >= draw[today]
        assert share.max() == pytest.approx(max(draw[today], draw[reached]), rel=1e-12)


def test_depots_by_hand(draw, demand, area):
    column = area.prison_index["exeter"]
    ost = draw["population.ost_at_release"]
    leaving_on_ost = 0.58 * demand.releases_per_year[column] / 1.6 * ost
    person = draw["cost.depot_injection"] * draw["lever.depot_injections"]
    where = {"prisons": ("exeter",)}
    bought = deliver(scenario(purchase("depot_buprenorphine", 30 * person, 40, **where)), draw, demand, area, DAYS)
    assert bought.depot_share[40:, column] == pytest.approx(30 / leaving_on_ost, rel=1e-12)
    assert (bought.depot_share[:40] == 0).all()
    assert bought.depot_share[400].sum() == bought.depot_share[400, column]
    assert bought.spend[0]["units"] == pytest.approx(30 * draw["lever.depot_injections"])
    twice = 2 * leaving_on_ost * person
    much = deliver(scenario(purchase("depot_buprenorphine", twice, **where)), draw, demand, area, DAYS)
    assert (much.depot_share[:, column] == 1.0).all()
    assert much.spend[0]["remark"].endswith("50% of this money finds nobody left to reach")


def test_more_people_on_ost_share_the_same_depots(draw, demand, area):
    depot = purchase("depot_buprenorphine", 1e5)
    alone = deliver(scenario(depot), draw, demand, area, DAYS)
    more = deliver(scenario(depot, purchase("ost_at_release", 3e5)), draw, demand, area, DAYS)
    column = area.prison_index["exeter"]
    assert more.ost_share[400, column] > alone.ost_share[400, column]
    assert more.depot_share[400, column] < alone.depot_share[400, column]
    people = [d.depot_share[400, column] * d.ost_share[400, column] for d in (alone, more)]
    assert people[0] == pytest.approx(people[1], rel=1e-12)


def test_depots_without_anybody_on_ost_reach_nobody(draw, demand, area):
    none = {**draw, "population.ost_at_release": 0.0}
    bought = deliver(scenario(purchase("depot_buprenorphine", 1e5)), none, demand, area, DAYS)
    assert (bought.depot_share == 0).all() and NOBODY in bought.spend[0]["remark"]


def test_resettlement_workers_by_hand(draw, demand, area):
    column = area.prison_index["exeter"]
    days_each = draw["lever.inreach_days"] + draw["support.resettlement_days"]
    a_post = draw["lever.intensive_caseload"] * 365 / days_each
    half = demand.releases_per_year[column] / 2 / a_post * draw["cost.keyworker_year"]
    where = {"prisons": ("exeter",)}
    bought = deliver(scenario(purchase("resettlement_workers", half, 20, **where)), draw, demand, area, DAYS)
    assert bought.resettlement_share[400, column] == pytest.approx(0.5, rel=1e-12)
    ramp = int(draw["lever.ramp_days"])
    assert bought.resettlement_share[20 + ramp // 2, column] == pytest.approx(0.25, rel=1e-12)
    assert bought.resettlement_share[20].sum() == 0
    assert bought.resettlement_share[400].sum() == bought.resettlement_share[400, column]
    full = deliver(scenario(purchase("resettlement_workers", 4 * half, **where)), draw, demand, area, DAYS)
    assert full.resettlement_share[400, column] == 1.0
    assert full.spend[0]["remark"].endswith("50% of this money finds nobody left to reach")
