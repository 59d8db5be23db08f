"""What money buys: amounts worked by hand, ramps, ceilings, sums and accounts."""

from __future__ import annotations

import numpy as np
import pytest
from delivery_ground import ALL, DAYS, WRITES, amounts, purchase, scenario

from sim.area import LinkChange, changed_links, home_weights, timetable
from sim.scenario import deliver
from sim.scenario.delivery.coverage import Filling, strength, worker_starts
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES


def test_without_levers_everything_is_as_it_starts(draw, demand, area):
    nothing = deliver(scenario(), draw, demand, area, DAYS)
    shape = (DAYS, len(area.prisons) + 1)
    assert np.array_equal(nothing.naloxone_share, np.full(shape, draw["overdose.naloxone_held"]))
    assert np.array_equal(nothing.ost_share, np.full(shape, draw["population.ost_at_release"]))
    assert np.array_equal(nothing.referral_lost, np.full(shape, draw["referral.lost"]))
    assert np.array_equal(nothing.bridged_share, np.full(shape, draw["treatment.bridged_at_release"]))
    assert np.array_equal(nothing.depot_share, np.zeros(shape))
    assert np.array_equal(nothing.resettlement_share, np.zeros(shape))
    assert np.array_equal(nothing.booked_share, np.zeros((DAYS, len(area.places))))
    for axis, names, n in (
        (nothing.home, HOME_SHARES, len(area.places)),
        (nothing.hub, HUB_SHARES, len(area.places)),
        (nothing.prison, PRISON_SHARES, len(area.prisons) + 1),
    ):
        assert tuple(axis) == names
        assert all(np.array_equal(value, np.zeros((DAYS, n))) for value in axis.values())
    assert (
        nothing.pooled
        == nothing.teams
        == nothing.hub_posts
        == nothing.beds
        == nothing.link_changes
        == nothing.spend
        == ()
    )


def test_naloxone_by_hand(draw, demand, area):
    bought = deliver(scenario(purchase("naloxone_at_release", 4_500, 10, 100)), draw, demand, area, DAYS)
    eligible = 0.58 * demand.releases_per_year[:-1].sum() / 1.6  # a kit a person
    released = demand.releases_per_year[:-1] > 0
    share = bought.naloxone_share
    assert np.allclose(share[10:100, :-1][:, released], 0.17 + 250 / eligible, rtol=1e-12)
    assert (share[:10] == 0.17).all() and (share[100:] == 0.17).all() and (share[:, -1] == 0.17).all()
    assert (bought.spend[0]["units"], bought.spend[0]["unit_cost_gbp"]) == (250, 18)
    assert bought.spend[0]["remark"] == "only from 2025-04-11 until 2025-07-10, 1,110 GBP in all"  # 4,500 x 90 / 365


def test_naloxone_for_everybody_tells_what_is_left_over(draw, demand, area):
    bought = deliver(scenario(purchase("naloxone_at_release", 36_000)), draw, demand, area, DAYS)
    room = (1 - 0.17) * 0.58 * demand.releases_per_year[:-1].sum() / 1.6  # a kit a person
    released = demand.releases_per_year[:-1] > 0
    assert (bought.naloxone_share[:, :-1][:, released] == 1.0).all()
    spend = bought.spend[0]
    assert spend["units_used"] == pytest.approx(room)
    assert spend["unused_gbp_per_year"] == pytest.approx(36_000 - 18 * room)
    assert spend["remark"] == f"{100 * (1 - room / 2000):.0f}% of this money finds nobody left to reach"


def test_ost_pays_the_posts_first_and_stops_at_its_ceiling(draw, demand, area):
    one = {"prisons": ("exeter",)}
    column = area.prison_index["exeter"]
    eligible = 0.58 * demand.releases_per_year[column] / 1.6
    person = 1.6 * 8.17 * 90 / 0.760754  # a day of 2016/17, for the days in custody before each of 1.6 releases
    bought = deliver(scenario(purchase("ost_at_release", 17_000 + 10 * person, **one)), draw, demand, area, DAYS)
    assert bought.ost_share[400, column] == pytest.approx(0.571 + 10 / eligible, rel=1e-12)
    assert bought.ost_share[45, column] == pytest.approx(0.571 + 5 / eligible, rel=1e-12)
    assert bought.spend[0]["units"] == pytest.approx(10)
    assert bought.spend[0]["overhead_gbp_per_year"] == 17_000
    much = deliver(scenario(purchase("ost_at_release", 1e6, **one)), draw, demand, area, DAYS)
    assert much.ost_share[400, column] == 0.85 and much.ost_share.max() == 0.85
    only_posts = deliver(scenario(purchase("ost_at_release", 17_000, **one)), draw, demand, area, DAYS)
    assert (only_posts.ost_share == 0.571).all()


def test_ost_posts_are_paid_once(draw, demand, area):
    two = deliver(scenario(*[purchase("ost_at_release", 60_000, prisons=("exeter",))] * 2), draw, demand, area, DAYS)
    one = deliver(scenario(purchase("ost_at_release", 120_000, prisons=("exeter",))), draw, demand, area, DAYS)
    assert np.allclose(one.ost_share, two.ost_share, rtol=1e-12)
    assert sorted(entry["overhead_gbp_per_year"] for entry in two.spend) == [0, 17_000]


def test_ost_ceiling_below_the_start_changes_nothing(draw, demand, area):
    low = {**draw, "lever.ost_reached": 0.5}
    bought = deliver(scenario(purchase("ost_at_release", 4e5)), low, demand, area, DAYS)
    assert (bought.ost_share == 0.571).all()
    assert "finds nobody left to reach" in bought.spend[0]["remark"]


# Odds of arriving, 0.72 to 0.28, times 1.5: 0.28 of 0.28 + 1.08 is lost; never less than a tenth of today.
@pytest.mark.parametrize(("ratio", "covered"), [(1.5, 0.28 / 1.36), (50.0, 0.028), (1.0, 0.28)])
def test_inreach_by_hand(draw, demand, area, ratio, covered):
    column = area.prison_index["exeter"]
    releases = demand.releases_per_year[column]  # a post prepares each, for fewer people than releases
    prices = {**draw, "agency.colocated_received_or": ratio}
    half = releases / 2 / (20 * 365 / 42) * 46_000
    bought = deliver(scenario(purchase("inreach_worker", half, prisons=("exeter",))), prices, demand, area, DAYS)
    assert bought.referral_lost[400, column] == pytest.approx((0.28 + covered) / 2, rel=1e-12)
    assert bought.referral_lost[45, column] == pytest.approx(0.75 * 0.28 + 0.25 * covered, rel=1e-12)
    full = deliver(scenario(purchase("inreach_worker", 4 * half, prisons=("exeter",))), prices, demand, area, DAYS)
    assert full.referral_lost[400, column] == pytest.approx(covered, rel=1e-12)
    assert full.spend[0]["remark"] == "about 109 people a post a year; 50% of this money finds nobody left to reach"


def test_booking_by_hand(draw, demand, area):
    torquay, exeter = area.place_index["torquay"], area.place_index["exeter"]
    gbp = 330.7636 * 0.3 * 200  # a hundred keyworkers in each place, a tenth of whose time is for people leaving prison
    bought = deliver(
        scenario(purchase("booked_before_release", gbp, places=("torquay", "exeter"))), draw, demand, area, DAYS
    )
    assert bought.booked_share[400, [torquay, exeter]] == pytest.approx([0.3, 0.3])
    assert bought.booked_share[400].sum() == pytest.approx(0.6)
    assert bought.spend[0]["remark"] == "enough for 60.0; there are 200 keyworkers"


def test_navigators_by_hand(draw, demand, area):
    bought = deliver(scenario(purchase("navigators", 230_000, 30, **ALL["navigators"])), draw, demand, area, DAYS)
    weights = home_weights(area)[[area.place_index["bristol"], area.place_index["plymouth"]]]
    assert [team.posts for team in bought.teams] == pytest.approx(5 * weights / weights.sum())
    bristol = bought.teams[0]
    n = len(bristol.worker_starts)
    assert n == np.ceil(bristol.posts)
    assert bristol.worker_starts == pytest.approx([30 + 90 * (j + 0.5) / n for j in range(n)])
    assert bristol.worker_posts.sum() == pytest.approx(bristol.posts)
    assert (bristol.kind, bristol.caseload, bristol.first_day, bristol.end_day) == ("navigator", 20, 30, DAYS)
    assert bristol.places == (bristol.based_at,) == (area.place_index["bristol"],)


def test_idle_navigators_are_told(draw, demand, area):
    bought = deliver(scenario(purchase("navigators", 1e6, places=("penzance",))), draw, demand, area, DAYS)
    people = 2000 * home_weights(area)[area.place_index["penzance"]] * 183 / 365
    assert bought.spend[0]["units_used"] == pytest.approx(people / 20)
    assert "finds nobody left to reach" in bought.spend[0]["remark"]
    assert sum(team.posts for team in bought.teams) == pytest.approx(1e6 / 46_000)


def test_whole_posts_have_no_part_time_worker():
    begins, shares = worker_starts(4.0, first=0, ramp_days=80)
    assert begins.tolist() == [10, 30, 50, 70] and shares.tolist() == [1, 1, 1, 1]
    assert worker_starts(3 * (1 / 3) * 4, first=0, ramp_days=80)[0].size == 4
    assert worker_starts(0.25, first=5, ramp_days=80)[1].tolist() == [0.25]
    assert worker_starts(0.0, first=5, ramp_days=80)[0].size == 0


def test_buses_by_hand(draw, demand, area):
    draw = {**draw, "cost.bus_trip": 70.0}
    evening = purchase("bus_trips", 2 * 70 * 253 * 3, **ALL["bus_trips"])
    sunday = purchase("bus_trips", 70 * 60 * 4, 100, 200, links=("L117",), options={"when": "sunday"})
    bought = deliver(scenario(evening, sunday), draw, demand, area, DAYS)
    late = tuple(LinkChange(link, 1.5, 0.0, 1350) for link in ("L115", "L117"))
    with_sunday = (*late, LinkChange("L117", 0.0, 2.0))
    assert bought.link_changes == ((0, 100, late), (100, 200, with_sunday), (200, DAYS, late))
    link = changed_links(area, with_sunday)[area.link_index["L117"]]
    assert (link.departures_weekday, link.departures_sunday) == (7.5, 2)
    evening_bus, today = (
        timetable(area, link, "weekday"),
        timetable(area, area.links[area.link_index["L117"]], "weekday"),
    )
    assert evening_bus.last == 1350 > today.last


def test_absurdly_many_buses_stop_at_one_every_ten_minutes(draw, demand, area):
    bought = deliver(scenario(*[purchase("bus_trips", 1e9, **ALL["bus_trips"])] * 2), draw, demand, area, DAYS)
    assert all(change.extra_weekday == 96 for change in bought.link_changes[0][2])
    changed_links(area, bought.link_changes[0][2])
    assert sorted(entry["remark"].split("; ")[1] for entry in bought.spend) == [
        "100% of this money finds nobody left to reach", "99% of this money finds nobody left to reach"
    ]  # fmt: skip


def test_ramp_by_hand():
    assert strength(2, 8, days=10, ramp_days=4).tolist() == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 0, 0]
    assert strength(2, 5, days=6, ramp_days=0).tolist() == [0, 0, 1, 1, 1, 0]
    assert strength(9, 9, days=6, ramp_days=4).sum() == 0


def test_purchases_beyond_the_days_of_the_run(draw, demand, area):
    late = [purchase(name, 5e5, DAYS + 20, **where) for name, where in ALL.items()]
    bought = deliver(scenario(*late), draw, demand, area, DAYS)
    nothing = deliver(scenario(), draw, demand, area, DAYS)
    assert all(np.array_equal(a, b) for a, b in zip(amounts(bought).values(), amounts(nothing).values(), strict=True))
    assert bought.link_changes == () and len(bought.spend) == len(ALL)


def test_filling_goes_to_those_not_yet_reached():
    share = np.array([[0.5, 1.0, 0.0, 0.2]])
    people, at_once = np.array([100.0, 50.0, 100.0, 10.0]), np.ones(1)
    filling = Filling(share)
    used = filling.fill(np.array([0, 1, 2]), cap=1.0, people=people, units=75.0, strength=at_once)
    assert used == 1.0 and share.tolist() == [[0.75, 1.0, 0.5, 0.2]]
    assert filling.fill(np.array([0, 1, 2]), cap=1.0, people=people, units=80.0, strength=at_once) == 75 / 80
    assert share.tolist() == [[1.0, 1.0, 1.0, 0.2]]
    assert filling.fill(np.array([3]), cap=0.1, people=people, units=5.0, strength=at_once) == 0.0
    assert share[0, 3] == 0.2


def test_what_is_beyond_the_limit_fills_no_faster_and_beside_others_each_on_its_own_ramp():
    """100 people; 50 bought over four days, then 400 from day 2 on, of which 50 find somebody."""
    people, where = np.array([100.0]), np.array([0])
    filling = Filling(np.zeros((8, 1)))
    assert filling.fill(where, cap=1.0, people=people, units=50.0, strength=strength(0, 8, days=8, ramp_days=4)) == 1.0
    late = strength(2, 8, days=8, ramp_days=4)
    assert filling.fill(where, cap=1.0, people=people, units=400.0, strength=late) == 50 / 400
    assert filling.share[:, 0].tolist() == [0.0, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0, 1.0]


@pytest.mark.parametrize("lever", ["peer_naloxone", "lifts", "womens_centre", "inreach_worker", "inreach_meetings"])
def test_ten_times_the_money_for_everybody_reaches_nobody_any_sooner(lever, draw, demand, area):
    """A third into the ramp a third is reached, however much the money could buy beyond everybody."""
    third = round(draw["lever.ramp_days"] / 3)
    enough, plenty = (
        amounts(deliver(scenario(purchase(lever, gbp, **ALL[lever])), draw, demand, area, DAYS))[WRITES[lever]]
        for gbp in (1e8, 1e9)
    )
    full, today = enough[400] - enough[0], enough[third] - enough[0]
    assert full.max() > 0.0 and today == pytest.approx(full * third / draw["lever.ramp_days"], rel=1e-9)
    assert np.array_equal(plenty, enough)
