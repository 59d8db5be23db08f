"""Smaller caseloads and pooled keyworkers: amounts worked by hand, spans of days, limits and accounts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from delivery_ground import DAYS, amounts, purchase, scenario

from sim.scenario import Budgets, deliver

POST = 46_000
NOBODY = "of this money finds nobody left to reach"


def smaller(gbp, first=0, end=None, **where):
    return purchase("smaller_caseloads", gbp, first, end, **where)


def test_two_posts_beside_ten_hold_the_same_people(draw, demand, area):
    """65 people for each of 10 workers are 54.2 for each of 12, all from the 45th day of the money."""
    torquay = area.place_index["torquay"]
    bought = deliver(scenario(smaller(2 * POST, 10, 400, places=("torquay",))), draw, demand, area, DAYS)
    (found,) = bought.smaller
    assert (found.place, found.first_day, found.end_day) == (torquay, 10 + round(draw["lever.ramp_days"] / 2), 400)
    assert found.posts == pytest.approx(2)
    assert found.caseload == pytest.approx(draw["service.caseload"] * 10 / 12)
    assert bought.hub_posts == bought.pooled == ()
    assert bought.spend[0]["unused_gbp_per_year"] == pytest.approx(0, abs=1e-6)


def test_posts_beyond_a_good_caseload_find_nothing_to_do(draw, demand, area):
    needed = 10 * (draw["service.caseload"] / draw["lever.good_caseload"] - 1)
    bought = deliver(scenario(smaller(4 * needed * POST, places=("torquay",))), draw, demand, area, DAYS)
    assert bought.smaller[0].posts == pytest.approx(needed)
    assert bought.smaller[0].caseload == pytest.approx(draw["lever.good_caseload"])
    assert bought.spend[0]["units_used"] == pytest.approx(needed)
    assert bought.spend[0]["remark"].endswith("75% " + NOBODY)


def test_where_caseloads_are_good_nothing_is_bought(draw, demand, area):
    good = {**draw, "service.caseload": draw["lever.good_caseload"] - 5}
    bought = deliver(scenario(smaller(5e5)), good, demand, area, DAYS)
    assert bought.smaller == () and bought.spend[0]["remark"].endswith("100% " + NOBODY)


def test_posts_are_spread_by_todays_posts(draw, demand, area):
    torquay, truro = area.place_index["torquay"], area.place_index["truro"]
    staff = demand.staff_per_place.copy()
    staff[torquay], staff[truro] = 3, 1
    bought = deliver(
        scenario(smaller(POST, places=("torquay", "truro"))), draw, replace(demand, staff_per_place=staff), area, DAYS
    )
    assert {found.place: found.posts for found in bought.smaller} == pytest.approx({torquay: 0.75, truro: 0.25})
    assert len({round(found.caseload, 9) for found in bought.smaller}) == 1


def test_purchases_that_overlap_add_up_day_by_day(draw, demand, area):
    torquay, half = area.place_index["torquay"], round(draw["lever.ramp_days"] / 2)
    levers = [smaller(POST, 0, 200, places=("torquay",)), smaller(2 * POST, 100, 300, places=("torquay",))]
    for order in (levers, levers[::-1]):
        bought = deliver(scenario(*order), draw, demand, area, DAYS)
        spans = [(found.first_day, found.end_day, round(found.posts, 9)) for found in bought.smaller]
        assert spans == [(half, 100 + half, 1), (100 + half, 200, 3), (200, 300, 2)]
        assert {found.place for found in bought.smaller} == {torquay}


def test_what_changes_elsewhere_splits_no_record(draw, demand, area):
    levers = [smaller(POST, places=("torquay",)), smaller(POST, 100, 200, places=("bristol",))]
    bought = deliver(scenario(*levers), draw, demand, area, DAYS)
    assert sorted(found.place for found in bought.smaller) == sorted(
        area.place_index[name] for name in ("torquay", "bristol")
    )


@pytest.mark.parametrize("where", [{}, {"places": ("torquay", "truro")}])
def test_more_money_never_makes_a_caseload_larger(where, table, demand, area):
    for draw in (table.reference(), *table.sample(5, 4)):
        before = None
        for gbp in (5e4, 2e5, 1e6, 1e7, 9e8):
            bought = deliver(scenario(smaller(gbp, 20, 300, **where)), draw, demand, area, DAYS)
            now = {found.place: found.caseload for found in bought.smaller}
            assert all(draw["lever.good_caseload"] - 1e-9 <= load < draw["service.caseload"] for load in now.values())
            assert before is None or all(now[place] <= before[place] + 1e-9 for place in before)
            before = now


def test_records_of_a_place_share_no_day(draw, demand, area):
    levers = [
        smaller(gbp, first, end, **where)
        for gbp, first, end in ((3e5, 0, None), (1e5, 50, 220), (2e5, 130, 400))
        for where in ({}, {"places": ("torquay", "bristol")})
    ]
    found = deliver(scenario(*levers), draw, demand, area, DAYS).smaller
    for one, other in pairwise(found):
        assert one.place < other.place or one.end_day <= other.first_day
    assert all(record.first_day < record.end_day for record in found)


def test_money_gone_before_half_the_ramp_changes_no_caseload(draw, demand, area):
    bought = deliver(scenario(smaller(5e5, 0, 30)), draw, demand, area, DAYS)
    assert bought.smaller == () and len(bought.spend) == 1


def pooled(*levers):
    return replace(scenario(*levers), budgets=Budgets("pooled"))


def test_pooled_keyworkers_are_fixed_to_no_hub(draw, demand, area):
    levers = (purchase("keyworkers", 2.5 * POST, 10, 400, places=("truro", "torquay")),)
    bought = deliver(pooled(*levers), draw, demand, area, DAYS)
    (found,) = bought.pooled
    assert found.hub_places == tuple(sorted(area.place_index[name] for name in ("torquay", "truro")))
    assert found.posts == pytest.approx(2.5) and found.worker_posts == pytest.approx([1, 1, 0.5])
    assert found.worker_starts == pytest.approx([10 + draw["lever.ramp_days"] * (j + 0.5) / 3 for j in range(3)])
    assert (found.first_day, found.end_day) == (10, 400) and bought.hub_posts == ()
    apart = deliver(scenario(*levers), draw, demand, area, DAYS)
    assert bought.spend[0]["units_used"] == apart.spend[0]["units_used"]
    assert "pooled, these move between the hubs of 2 places" in bought.spend[0]["remark"]


def test_pooled_everywhere_names_every_place_with_a_hub(draw, demand, area):
    (found,) = deliver(pooled(purchase("keyworkers", 5e5)), draw, demand, area, DAYS).pooled
    assert found.hub_places == tuple(np.flatnonzero(demand.staff_per_place > 0).tolist())


def test_a_cut_stays_where_it_is_made(draw, demand, area):
    levers = [purchase("keyworkers", -2 * POST, places=("torquay",)), purchase("keyworkers", POST)]
    bought = deliver(pooled(*levers), draw, demand, area, DAYS)
    assert {hub.place for hub in bought.hub_posts} == {area.place_index["torquay"]}
    assert sum(hub.posts for hub in bought.hub_posts) == pytest.approx(-2) and len(bought.pooled) == 1


def test_pooling_without_keyworkers_delivers_what_separate_budgets_deliver(draw, demand, area):
    levers = (purchase("navigators", 5e5, places=("bristol",)), smaller(2e5), purchase("keyworkers", -5e4))
    one, other = (amounts(deliver(made(*levers), draw, demand, area, DAYS)) for made in (scenario, pooled))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_pooled_where_nobody_works(draw, demand, area):
    empty = replace(demand, staff_per_place=np.zeros_like(demand.staff_per_place))
    bought = deliver(pooled(purchase("keyworkers", 5e5)), draw, empty, area, DAYS)
    assert bought.pooled == () and bought.spend[0]["remark"].endswith("100% " + NOBODY)
