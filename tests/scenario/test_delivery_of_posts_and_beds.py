"""Keyworkers added and taken away, and beds: amounts worked by hand, limits and accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from delivery_ground import DAYS, amounts, purchase, scenario

from sim.area import home_weights
from sim.engine.model_area import ModelArea
from sim.engine.run_inputs import demand_of
from sim.scenario import deliver
from sim.scenario.delivery.posts import staff_today

POST = 46_000
CUTS = (1, 5_000, 46_000, 3e5, 1e6, 5e6, 1e9)


def test_keyworkers_stand_where_keyworkers_stand(draw, demand, area):
    torquay, truro = area.place_index["torquay"], area.place_index["truro"]
    staff = demand.staff_per_place.copy()
    staff[torquay], staff[truro] = 3, 1
    demand = replace(demand, staff_per_place=staff)
    gbp = 6 * POST
    bought = deliver(
        scenario(purchase("keyworkers", gbp, 10, 400, places=("truro", "torquay"))), draw, demand, area, DAYS
    )
    by_place = {hub.place: hub for hub in bought.hub_posts}
    assert {place: hub.posts for place, hub in by_place.items()} == pytest.approx({torquay: 4.5, truro: 1.5})
    ramp = draw["lever.ramp_days"]
    assert by_place[torquay].worker_starts == pytest.approx([10 + ramp * (j + 0.5) / 5 for j in range(5)])
    assert by_place[torquay].worker_posts == pytest.approx([1, 1, 1, 1, 0.5])
    assert {(hub.first_day, hub.end_day) for hub in bought.hub_posts} == {(10, 400)}


def test_every_keyworker_finds_people(draw, demand, area):
    """The more there are, the fewer each holds: no sum is too much, but where no hub stands."""
    posts = 20 * demand.staff_per_place.sum()
    bought = deliver(scenario(purchase("keyworkers", posts * POST)), draw, demand, area, DAYS)
    assert sum(hub.posts for hub in bought.hub_posts) == pytest.approx(posts)
    (spend,) = bought.spend
    assert spend["units_used"] == pytest.approx(posts) and spend["unused_gbp_per_year"] == 0
    assert spend["remark"] == f"{posts / 20:.1f} posts for people leaving prison stand there today"


def test_a_cut_by_hand(draw, demand, area):
    torquay = area.place_index["torquay"]
    bought = deliver(
        scenario(purchase("keyworkers", -2.5 * POST, 10, 400, places=("torquay",))), draw, demand, area, DAYS
    )
    ramp = draw["lever.ramp_days"]
    days = [round(10 + ramp * (j + 0.5) / 3) for j in range(3)]
    assert [(hub.place, hub.posts, hub.first_day, hub.end_day) for hub in bought.hub_posts] == [
        (torquay, -1.0, days[0], 400), (torquay, -1.0, days[1], 400), (torquay, -0.5, days[2], 400)
    ]  # fmt: skip
    assert all(hub.worker_starts.size == hub.worker_posts.size == 0 for hub in bought.hub_posts)
    spend = bought.spend[0]
    assert (spend["units"], spend["units_used"], spend["unused_gbp_per_year"]) == (-2.5, -2.5, 0)
    assert spend["remark"].startswith(
        "of 10.0 posts for people leaving prison that stand there today; only from 2025-04-11"
    )


def test_a_cut_everywhere_takes_the_same_part_of_every_hub(draw, demand, area):
    bought = deliver(
        scenario(purchase("keyworkers", -0.1 * POST * demand.staff_per_place.sum())), draw, demand, area, DAYS
    )
    gone = -amounts(bought)["keyworkers"][DAYS - 1, : len(area.places)]
    assert gone == pytest.approx(0.1 * demand.staff_per_place, rel=1e-12)


@pytest.mark.parametrize("where", [{}, {"places": ("torquay", "truro")}])
def test_a_larger_cut_never_leaves_more_and_never_takes_what_is_not_there(where, table, demand, area):
    for draw in (table.reference(), *table.sample(5, 3)):
        before = None
        for gbp in CUTS:
            bought = deliver(scenario(purchase("keyworkers", -gbp, 20, 300, **where)), draw, demand, area, DAYS)
            now = -amounts(bought)["keyworkers"]
            at_end = now[299, : len(area.places)]
            assert (now >= 0).all() and (at_end <= demand.staff_per_place + 1e-9).all()
            assert before is None or (at_end >= before - 1e-9).all()
            assert (now[:20] == 0).all() and (now[300:] == 0).all()
            before = at_end


def test_cuts_together_stop_where_no_post_is_left(draw, demand, area):
    torquay = area.place_index["torquay"]
    first = purchase("keyworkers", -8 * POST, 0, 300, places=("torquay",))
    second = purchase("keyworkers", -8 * POST, 200, None, places=("torquay",))
    for order in ((first, second), (second, first)):
        bought = deliver(scenario(*order), draw, demand, area, DAYS)
        assert sum(entry["units_used"] for entry in bought.spend) == pytest.approx(-10)
        assert min(amounts(bought)["keyworkers"][:, torquay]) == pytest.approx(-10)
        cut_short = min(bought.spend, key=lambda entry: entry["unused_gbp_per_year"])
        assert cut_short["unused_gbp_per_year"] == pytest.approx(-6 * POST)
        assert "75% of this cut finds nothing left to take away" in cut_short["remark"]


def test_a_cut_and_a_purchase_at_one_hub_are_both_delivered(draw, demand, area):
    torquay = area.place_index["torquay"]
    levers = [purchase("keyworkers", gbp, places=("torquay",)) for gbp in (-10 * POST, 4 * POST)]
    bought = deliver(scenario(*levers), draw, demand, area, DAYS)
    assert amounts(bought)["keyworkers"][DAYS - 1, torquay] == pytest.approx(-6)
    assert sum(entry["units"] for entry in bought.spend) == pytest.approx(-6)


def test_the_posts_that_a_file_is_held_against_are_those_of_the_run(draw, area):
    in_the_run = demand_of(ModelArea(area), draw).staff_per_place
    assert staff_today(area, draw) == pytest.approx(in_the_run, rel=1e-12)


def test_short_stay_beds_by_hand(draw, demand, area):
    gbp = 6.5 * 365 * draw["cost.cas3_night"]
    bought = deliver(scenario(purchase("cas3_beds", gbp, 30, 200)), draw, demand, area, DAYS)
    (beds,) = bought.beds
    assert (beds.kind, beds.places, beds.first_day, beds.end_day) == ("cas3", tuple(range(len(area.places))), 30, 200)
    assert beds.beds == pytest.approx(6.5) and beds.bed_shares == pytest.approx([1] * 6 + [0.5])
    ramp = draw["lever.ramp_days"]
    assert beds.bed_starts == pytest.approx([30 + ramp * (j + 0.5) / 7 for j in range(7)])
    assert bought.spend[0]["units"] == pytest.approx(6.5)
    assert bought.spend[0]["remark"].startswith("6.5 beds; about ")


@pytest.mark.parametrize(
    ("lever", "kind", "price"),
    [("residential_rehab", "rehab", "cost.rehab_week"), ("inpatient_detox", "detox", "cost.detox_week")],
)
def test_a_bed_for_a_year_is_52_weeks(lever, kind, price, draw, demand, area):
    bought = deliver(scenario(purchase(lever, 26 * draw[price])), draw, demand, area, DAYS)
    assert [(beds.kind, beds.beds) for beds in bought.beds] == [(kind, pytest.approx(0.5))]
    assert bought.spend[0]["units"] == pytest.approx(26)


def test_supported_beds_are_open_to_the_housing_authority(draw, demand, area):
    gbp = 10 * draw["cost.supported_bed_year"]
    places = ("torquay", "paignton", "exeter", "exmouth")
    bought = deliver(scenario(purchase("supported_beds", gbp, places=places)), draw, demand, area, DAYS)
    names = [{area.places[n].id for n in beds.places} for beds in bought.beds]
    torbay = {"torquay", "paignton", "brixham"}
    exeter = {"exeter"}
    east_devon = {place.id for place in area.places if place.district == "East Devon"}
    assert sorted(names, key=len) == [exeter, torbay, east_devon]
    weights = home_weights(area)
    named = {name: weights[area.place_index[name]] for name in places}
    for theirs, beds in zip(names, bought.beds, strict=True):
        part = sum(weight for name, weight in named.items() if name in theirs) / sum(named.values())
        assert beds.beds == pytest.approx(10 * part)


def test_beds_of_a_kind_share_all_their_places_or_none(draw, demand, area):
    lists = (
        ("truro",),
        ("truro", "bude", "exeter"),
        ("bristol",),
        ("torquay", "brixham"),
        ("paignton", "plymouth"),
        (),
    )
    levers = [purchase("supported_beds", 1e5, places=places) for places in lists]
    for first in (found := deliver(scenario(*levers), draw, demand, area, DAYS).beds):
        for second in found:
            assert first.places == second.places or not set(first.places) & set(second.places)


@pytest.mark.parametrize(
    ("lever", "people"),
    [
        ("cas3_beds", lambda d: (d["housing.first_night_homeless"] + d["housing.first_night_temporary"]
                                 - d["housing.cas3_coverage"]) * d["housing.cas3_max_nights"] / 365),
        ("residential_rehab", lambda d: d["treatment.residential_wanted"] * d["treatment.rehab_days"] / 365),
        ("inpatient_detox", lambda d: d["need.alcohol"] * d["treatment.residential_wanted"]
                                      * d["treatment.detox_days"] / 365),
    ],
)  # fmt: skip
def test_beds_for_more_people_than_there_are_stand_empty(lever, people, draw, demand, area):
    bought = deliver(scenario(purchase(lever, 5e7)), draw, demand, area, DAYS)
    beds = sum(beds.beds for beds in bought.beds)
    could = people(draw) * demand.releases_per_year.sum()
    spend = bought.spend[0]
    assert spend["units_used"] / spend["units"] == pytest.approx(could / beds)
    assert "finds nobody left to reach" in spend["remark"]


def test_supported_beds_stand_empty_by_authority(draw, demand, area):
    """Bristol's beds do not take people from Exeter."""
    many = purchase("supported_beds", 1e8, places=("bristol",))
    few = purchase("supported_beds", 64_000, places=("exeter",))
    bought = deliver(scenario(many, few), draw, demand, area, DAYS)
    full, some = bought.spend
    bristol = home_weights(area)[area.place_index["bristol"]] * demand.releases_per_year.sum()
    assert 0 < full["units_used"] < bristol
    assert some["unused_gbp_per_year"] == pytest.approx(0, abs=1e-6)


def test_beds_without_anybody_released(draw, demand, area):
    empty = replace(demand, releases_per_year=np.zeros_like(demand.releases_per_year))
    bought = deliver(scenario(purchase("cas3_beds", 5e5)), draw, empty, area, DAYS)
    assert bought.spend[0]["units_used"] == 0 and bought.beds[0].beds > 6
