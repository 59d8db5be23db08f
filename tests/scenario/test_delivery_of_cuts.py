"""Cuts of what stands today: in per cent the same part under every draw, at the draw's price; by money what it buys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from delivery_ground import DAYS, amounts, purchase, scenario

from sim.area import changed_links
from sim.engine.staff import baseline_beds
from sim.population.traits import remand_of_releases
from sim.scenario import LEVERS, deliver
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.standing import STANDING, units_there

TODAY = ("naloxone", "ost", "bridged")
SHARES = ("naloxone_at_release", "ost_at_release", "bridging_script")
WHERE = {"bus_trips": {"links": ("L117", "L115"), "options": {"when": "daytime"}}}
EVERYBODY = {"options": {"for": "everybody"}}


def cut(lever, percent, first=0, end=None, **where):
    return purchase(lever, 0.0, first, end, percent_of_today=percent, **(where or WHERE.get(lever, {})))


@pytest.fixture
def draws(table):
    return table.reference(), *table.sample(17, 6)


def standing(bought, draw, demand, area):
    """Units of today at the places that a cut names."""
    context = DeliveryContext(scenario(bought), draw, demand, area, DAYS)
    return STANDING[bought.lever].units(context, bought)[units_there(context, bought)].sum()


def test_what_can_be_cut_is_what_stands_today():
    assert [name for name, lever in LEVERS.items() if lever.can_be_cut] == list(STANDING)


@pytest.mark.parametrize("percent", [-100, -10, -0.5])
@pytest.mark.parametrize("lever", STANDING)
def test_the_money_is_that_part_of_today_at_the_price_of_the_draw(lever, percent, draws, demand, area):
    for draw in draws:
        bought = cut(lever, percent, 20, 300)
        (spend,) = deliver(scenario(bought), draw, demand, area, DAYS).spend
        units = percent / 100 * standing(bought, draw, demand, area)
        assert units < 0 and spend["units"] == pytest.approx(units) == pytest.approx(spend["units_used"])
        assert spend["unit_cost_gbp"] == LEVERS[lever].unit_cost(draw)
        assert spend["gbp_per_year"] == pytest.approx(units * spend["unit_cost_gbp"])
        assert spend["overhead_gbp_per_year"] == 0.0 and repr(spend["unused_gbp_per_year"]) == "0.0"
        assert spend["remark"].startswith(f"{-percent:g}% of ") and "find" not in spend["remark"]
        assert (spend["first_day"], spend["end_day"]) == (20, 300)


@pytest.mark.parametrize(("lever", "name"), list(zip(SHARES, TODAY, strict=True)))
def test_a_share_falls_by_exactly_that_part_while_the_cut_lasts(lever, name, draws, demand, area):
    exeter = area.prison_index["exeter"]
    for draw in draws:
        before = amounts(deliver(scenario(), draw, demand, area, DAYS))
        after = amounts(deliver(scenario(cut(lever, -30, 20, 480, prisons=("exeter",))), draw, demand, area, DAYS))
        elsewhere = np.arange(after[name].shape[1]) != exeter
        assert np.array_equal(after[name][:, elsewhere], before[name][:, elsewhere])
        assert after[name][479, exeter] == pytest.approx(0.7 * before[name][479, exeter], rel=1e-12)
        assert (after[name][:20] == before[name][:20]).all() and (after[name][480:] == before[name][480:]).all()
        assert (np.diff(after[name][20:480, exeter]) <= 0).all()
        assert all(np.array_equal(after[other], before[other]) for other in after if other not in (name, "depot"))


def test_treatment_in_prison_goes_over_the_ramp_and_kits_at_once(draw, demand, area):
    ramp = draw["lever.ramp_days"]
    bought = deliver(scenario(*(cut(lever, -100) for lever in SHARES)), draw, demand, area, DAYS)
    prisons = slice(0, len(area.prisons))
    left = np.maximum(1 - np.arange(DAYS) / ramp, 0.0)
    served = demand.releases_per_year[prisons] > 0
    assert bought.naloxone_share[0, prisons][served] == pytest.approx(0.0)
    assert bought.ost_share[:, prisons][:, served] == pytest.approx(
        np.outer(left * draw["population.ost_at_release"], np.ones(served.sum()))
    )
    assert bought.bridged_share[:, prisons][:, served] == pytest.approx(0.0)
    assert bought.naloxone_share[0, -1] == draw["overdose.naloxone_held"]  # prisons outside the area


def test_posts_go_post_by_post_and_the_same_part_at_each_hub(draws, demand, area):
    for draw in draws:
        for whom in ({}, EVERYBODY):
            found = deliver(scenario(cut("keyworkers", -15, 10, 490, **whom)), draw, demand, area, DAYS).hub_posts
            gone = np.zeros(len(area.places))
            for hub in found:
                assert hub.for_everybody == bool(whom) and -1 - 1e-9 <= hub.posts < 0 and hub.worker_starts.size == 0
                assert 10 <= hub.first_day < hub.end_day == 490
                gone[hub.place] -= hub.posts
            if draw["lever.ramp_days"] < 400:
                whole = demand.staff_per_place / (draw["service.leavers_share"] if whom else 1.0)
                assert gone == pytest.approx(0.15 * whole)


def test_beds_go_one_by_one_over_the_ramp(draw, demand, area):
    today = standing(cut("cas3_beds", -100), draw, demand, area)
    bought = deliver(scenario(cut("cas3_beds", -20, 30, 480)), draw, demand, area, DAYS)
    n = int(np.ceil(0.2 * today))
    days = [round(30 + draw["lever.ramp_days"] * (j + 0.5) / n) for j in range(n)]
    assert [beds.first_day for beds in bought.beds] == days
    assert [beds.beds for beds in bought.beds] == pytest.approx([-1.0] * (n - 1) + [-(0.2 * today - n + 1)])
    for beds in bought.beds:
        assert (beds.kind, beds.places, beds.end_day) == ("cas3", tuple(range(len(area.places))), 480)
        assert beds.bed_starts.size == beds.bed_shares.size == 0
    assert bought.spend[0]["remark"].startswith(f"20% of {today:.1f} beds that stand in the area today; only from ")


def test_the_beds_that_are_cut_are_those_of_the_run(draws, demand, area):
    for draw in draws:
        releases = draw["population.people_per_year"] * draw["custody.releases_per_person"]
        there = replace(
            demand, releases_per_year=demand.releases_per_year * releases / demand.releases_per_year.sum(),
            planned_share=1.0 - remand_of_releases(draw),
        )  # fmt: skip
        assert standing(cut("cas3_beds", -100), draw, there, area) == pytest.approx(baseline_beds(draw))


@pytest.mark.parametrize("lever", STANDING)
def test_cuts_of_one_place_never_go_below_none(lever, draws, demand, area):
    key = {"prisons": "exeter", "places": "torquay"}
    where = WHERE.get(lever) or {taken: (key[taken],) for taken in LEVERS[lever].takes}
    levers = [
        cut(lever, -70, 0, 300, **where),
        cut(lever, -60),
        purchase(lever, -9e8, 100, None, **WHERE.get(lever, {})),
    ]
    for draw in draws:
        one, other = (deliver(scenario(*order), draw, demand, area, DAYS) for order in (levers, levers[::-1]))
        for bought in (one, other):
            assert all((bought_shares >= 0).all() for bought_shares in (bought.naloxone_share, bought.ost_share))
            assert (bought.bridged_share >= 0).all()
            gone = -sum(record.posts for record in bought.hub_posts) - sum(beds.beds for beds in bought.beds)
            assert gone <= standing(cut(lever, -1), draw, demand, area) * (1 + 1e-9) or lever in SHARES
            assert all(entry["units"] <= entry["units_used"] <= 1e-9 for entry in bought.spend)
            assert (
                "of this cut finds nothing left to take away"
                in max(bought.spend, key=lambda entry: -entry["unused_gbp_per_year"])["remark"]
            )
        for name, value in amounts(one).items():
            assert np.allclose(value, amounts(other)[name], rtol=1e-12, atol=1e-12), name


@pytest.mark.parametrize("lever", STANDING)
def test_money_taken_away_is_the_same_cut_as_its_part(lever, draw, demand, area):
    there = standing(cut(lever, -1), draw, demand, area) * LEVERS[lever].unit_cost(draw)
    by_money = amounts(
        deliver(scenario(purchase(lever, -0.25 * there, 5, 400, **WHERE.get(lever, {}))), draw, demand, area, DAYS)
    )
    in_per_cent = amounts(deliver(scenario(cut(lever, -25, 5, 400)), draw, demand, area, DAYS))
    assert all(np.allclose(value, in_per_cent[name], rtol=1e-9, atol=1e-12) for name, value in by_money.items())


@pytest.mark.parametrize(("lever", "name", "gbp"), list(zip(SHARES, TODAY, (1_000, 25_000, 10_000), strict=True)))
def test_what_is_bought_beside_a_cut_is_delivered(lever, name, gbp, draw, demand, area):
    bought = purchase(lever, gbp, prisons=("exeter",))
    alone, both = (
        amounts(deliver(scenario(*levers), draw, demand, area, DAYS))[name][DAYS - 1, area.prison_index["exeter"]]
        for levers in ((bought,), (bought, cut(lever, -10, prisons=("exeter",))))
    )
    today = amounts(deliver(scenario(), draw, demand, area, DAYS))[name][0, 0]
    assert today < alone and alone - both == pytest.approx(0.1 * today)


@pytest.mark.parametrize("lever", STANDING)
def test_where_nothing_stands_nothing_is_cut_and_no_money_saved(lever, draw, demand, area):
    nowhere = replace(
        demand,
        releases_per_year=np.zeros_like(demand.releases_per_year),
        staff_per_place=np.zeros_like(demand.staff_per_place),
    )
    without = next(link.id for link in area.links if link.departures_sunday == 0)
    where = {"links": (without,), "options": {"when": "sunday"}} if lever == "bus_trips" else {}
    bought = deliver(scenario(cut(lever, -10, **where)), draw, nowhere, area, DAYS)
    (spend,) = bought.spend
    assert (spend["gbp_per_year"], spend["units"], spend["unused_gbp_per_year"]) == (0.0, 0.0, 0.0)
    assert bought.hub_posts == () and bought.beds == ()


def test_buses_of_today_go_in_per_cent_and_no_bought_one_with_them(draw, demand, area):
    """A quarter of the departures of weekdays, from day 20 to day 299; two added each way beside it stay two."""
    where = {"links": ("L117", "L115"), "options": {"when": "daytime"}}
    trips = {name: area.links[area.link_index[name]].departures_weekday for name in where["links"]}
    price = LEVERS["bus_trips"].unit_cost(draw)
    alone = deliver(scenario(cut("bus_trips", -25, 20, 300, **where)), draw, demand, area, DAYS)
    ((first, end, changes),) = alone.link_changes
    assert (first, end) == (20, 300)
    assert {change.link_id: change.extra_weekday for change in changes} == pytest.approx(
        {name: -0.25 * number for name, number in trips.items()}
    )
    gone = 0.25 * 2 * 253 * sum(trips.values())
    assert alone.spend[0]["gbp_per_year"] == pytest.approx(-gone * price)
    added = purchase("bus_trips", 2 * 2 * 2 * 253 * price, **where)
    both = deliver(scenario(cut("bus_trips", -25, 20, 300, **where), added), draw, demand, area, DAYS)
    extra = [{c.link_id: c.extra_weekday for c in span[2]} for span in both.link_changes]
    assert [span[:2] for span in both.link_changes] == [(0, 20), (20, 300), (300, DAYS)]
    assert extra[0] == extra[2] == pytest.approx(dict.fromkeys(trips, 2.0))
    assert extra[1] == pytest.approx({name: 2.0 - 0.25 * number for name, number in trips.items()})


def test_every_bus_may_go_and_only_on_the_days_that_are_cut(draw, demand, area):
    whole = {"links": ("L117", "L115")}
    cuts = [cut("bus_trips", -percent, **whole, options={"when": "daytime"}) for percent in (60.3, 39.7)]
    found = deliver(scenario(*cuts), draw, demand, area, DAYS)
    links = [link for link in changed_links(area, found.link_changes[0][2]) if link.id in whole["links"]]
    assert [link.departures_weekday for link in links] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert [link.departures_sunday for link in links] == [
        link.departures_sunday for link in area.links if link.id in whole["links"]
    ]
    spans = deliver(scenario(cut("bus_trips", -10, **whole, options={"when": "sunday"})), draw, demand, area, DAYS)
    assert all(change.extra_weekday == 0.0 for _, _, changes in spans.link_changes for change in changes)
