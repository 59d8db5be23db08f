"""Keyworkers of a pooled budget: posts fixed to no hub, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from delivery_ground import DAYS, amounts, purchase, scenario

from sim.scenario import Budgets, deliver

POST = 46_000
NOBODY = "of this money finds nobody left to reach"


def pooled(*levers):
    return replace(scenario(*levers), budgets=Budgets("pooled"))


def test_pooled_keyworkers_are_fixed_to_no_hub(draw, demand, area):
    levers = (purchase("keyworkers", 2.5 * POST, 10, 400, places=("truro", "torquay")),)
    bought = deliver(pooled(*levers), draw, demand, area, DAYS)
    (found,) = bought.pooled
    assert found.hub_places == tuple(sorted(area.place_index[name] for name in ("torquay", "truro")))
    assert found.posts == pytest.approx(2.5) and found.worker_posts == pytest.approx([0.2] * 12 + [0.1])
    assert found.worker_starts == pytest.approx([10 + draw["lever.ramp_days"] * (j + 0.5) / 13 for j in range(13)])
    assert (found.first_day, found.end_day) == (10, 400) and bought.hub_posts == ()
    apart = deliver(scenario(*levers), draw, demand, area, DAYS)
    assert bought.spend[0]["units_used"] == apart.spend[0]["units_used"]
    assert "pooled, their days a week move between the hubs of 2 places" in bought.spend[0]["remark"]


def test_pooled_everywhere_names_every_place_with_a_hub(draw, demand, area):
    (found,) = deliver(pooled(purchase("keyworkers", 5e5)), draw, demand, area, DAYS).pooled
    assert found.hub_places == tuple(np.flatnonzero(demand.staff_per_place > 0).tolist())


def test_a_cut_stays_where_it_is_made(draw, demand, area):
    levers = [purchase("keyworkers", -2 * POST, places=("torquay",)), purchase("keyworkers", POST)]
    bought = deliver(pooled(*levers), draw, demand, area, DAYS)
    assert {hub.place for hub in bought.hub_posts} == {area.place_index["torquay"]}
    assert sum(hub.posts for hub in bought.hub_posts) == pytest.approx(-2) and len(bought.pooled) == 1


def test_pooling_without_keyworkers_delivers_what_separate_budgets_deliver(draw, demand, area):
    levers = (
        purchase("navigators", 5e5, places=("bristol",)),
        purchase("retention_pay", 2e4),
        purchase("keyworkers", -5e4),
    )
    one, other = (amounts(deliver(made(*levers), draw, demand, area, DAYS)) for made in (scenario, pooled))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_pooled_where_nobody_works(draw, demand, area):
    empty = replace(demand, staff_per_place=np.zeros_like(demand.staff_per_place))
    bought = deliver(pooled(purchase("keyworkers", 5e5)), draw, empty, area, DAYS)
    assert bought.pooled == () and bought.spend[0]["remark"].endswith("100% " + NOBODY)
