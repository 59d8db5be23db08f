"""Levers that become shares: each amount worked by hand, where it is written, and where the money is too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from delivery_ground import ALL, DAYS, WRITES, purchase, scenario

from sim.area import home_weights
from sim.core.rates import equivalent_annual_cost
from sim.engine.model_area import ModelArea
from sim.engine.run_inputs import demand_of
from sim.scenario import LEVERS, deliver
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES
from sim.scenario.delivery.shares import SHARES
from sim.scenario.reading.prerequisites import councils_with

PEOPLE = 1250.0  # of the tests' demand, 1.6 releases each
STAFF = 100.0  # keyworkers at each of its hubs, a tenth of whose time is for people leaving prison
PEER = 20 * 365 / 183 / 1.6  # half a year after each release
SPECIALIST = 30 * 365 / 183 / 1.6
CONTACTS = 253  # weekdays on which a keyworker meets people


def chemsex(draw) -> float:
    """Men with other needs than opiates and alcohol, times the chemsex need."""
    other = 1 - draw["need.opiate_and_crack"] - draw["need.opiate_no_crack"] - draw["need.alcohol"]
    return (1 - draw["population.women_share"]) * other * draw["population.chemsex_need"]


def mental_health(draw) -> float:
    women = draw["population.women_share"]
    return (1 - women) * draw["population.mental_health_men"] + women * draw["population.mental_health_women"]


# By lever: people or visits a year at home for each release (a hub: for each keyworker or share of staff), and how many
# of them a unit reaches.
AT_HOME: dict[str, tuple[Callable, Callable]] = {
    "womens_centre": (lambda d: d["population.women_share"], lambda d: 1.0),
    "lgbtq_practitioner": (chemsex, lambda d: SPECIALIST),
    "peer_workers": (lambda d: 1.0, lambda d: PEER),
    "peer_naloxone": (lambda d: 0.58, lambda d: 20 * 365 / 28),
    "lifts": (lambda d: d["lever.visits_per_person"], lambda d: 0.5),
    "demand_bus": (lambda d: d["lever.visits_per_person"], lambda d: 0.5),
    "travel_passes": (lambda d: 1.0, lambda d: 1.0),
    "outreach_clinics": (
        lambda d: d["lever.visits_per_person"],
        lambda d: d["service.contacts_per_worker_day"] * CONTACTS * d["lever.outreach_contacts_part"],
    ),
    "remote_appointments": (
        lambda d: d["lever.visits_per_person"],
        lambda d: d["service.contacts_per_worker_day"] * CONTACTS,
    ),
}
FAR = ("lifts", "demand_bus", "travel_passes")
OPTIONS = {"lgbtq_practitioner": {"options": {"setting": "hub"}}}
KEY = WRITES | {"lgbtq_practitioner": "lgbtq_practitioner_at_hub"}
HOME = ("bideford", "truro", "exeter")  # the first lies far from a hub in the tests' demand


def array_of(delivery, key):
    return next(axis[key] for axis in (delivery.home, delivery.hub, delivery.prison) if key in axis)


def test_the_table_holds_every_share_once():
    names = [name for lever, share in SHARES.items() for name in share.names(LEVERS[lever].options)]
    assert {"lgbtq_practitioner_at_hub", "lgbtq_practitioner_at_sexual_health"} <= set(names)
    assert sorted(set(names)) == sorted((*HOME_SHARES, *HUB_SHARES, *PRISON_SHARES))
    assert set(SHARES) <= set(LEVERS)


@pytest.mark.parametrize("lever", AT_HOME)
@pytest.mark.parametrize("part", [0.05, 0.4])
def test_a_part_of_the_people_at_home(lever, part, draw, demand, area):
    """Money for a part of those who could be reached reaches that part in every place named, and nobody elsewhere."""
    places = HOME[:1] if lever in FAR else ("truro", "exeter")
    columns = [area.place_index[name] for name in places]
    for_each, reached = (rule(draw) for rule in AT_HOME[lever])
    people = PEOPLE * home_weights(area)[columns].sum() * for_each
    gbp = part * people / reached * LEVERS[lever].unit_cost(draw)
    bought = deliver(
        scenario(purchase(lever, gbp, 20, places=places, **OPTIONS.get(lever, {}))), draw, demand, area, DAYS
    )
    share = array_of(bought, KEY[lever])
    assert share[400, columns] == pytest.approx(part, rel=1e-9)
    assert share[400].sum() == pytest.approx(part * len(columns), rel=1e-9)
    half = 20 + int(draw["lever.ramp_days"]) // 2
    assert share[half, columns[0]] == pytest.approx(part / 2 if LEVERS[lever].ramps else part, rel=1e-9)
    assert (share[:20] == 0).all()
    assert bought.spend[0]["unused_gbp_per_year"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("lever", AT_HOME)
def test_twice_what_everybody_needs_is_half_unused(lever, draw, demand, area):
    places = HOME[:1] if lever in FAR else ("truro", "exeter")
    columns = [area.place_index[name] for name in places]
    for_each, reached = (rule(draw) for rule in AT_HOME[lever])
    people = PEOPLE * home_weights(area)[columns].sum() * for_each
    gbp = 2 * people / reached * LEVERS[lever].unit_cost(draw)
    bought = deliver(scenario(purchase(lever, gbp, places=places, **OPTIONS.get(lever, {}))), draw, demand, area, DAYS)
    assert array_of(bought, KEY[lever])[400, columns] == pytest.approx(1.0, rel=1e-12)
    assert bought.spend[0]["remark"].endswith("50% of this money finds nobody left to reach")
    assert "enough for " in bought.spend[0]["remark"]


@pytest.mark.parametrize("lever", ["trauma_training", "language_training", "retention_pay"])
def test_workers_trained_or_paid_over_workers_there(lever, draw, demand, area):
    torquay, exeter = area.place_index["torquay"], area.place_index["exeter"]
    gbp = 0.3 * 2 * STAFF * LEVERS[lever].unit_cost(draw)
    bought = deliver(scenario(purchase(lever, gbp, places=("torquay", "exeter"))), draw, demand, area, DAYS)
    share = bought.hub[WRITES[lever]]
    assert share[400, [torquay, exeter]] == pytest.approx([0.3, 0.3])
    assert share[400].sum() == pytest.approx(0.6)
    assert share[10].sum() == pytest.approx(0.6 if lever == "retention_pay" else 0.6 * 10 / draw["lever.ramp_days"])
    assert bought.spend[0]["remark"] == "enough for 60.0; there are 200 keyworkers"


@pytest.mark.parametrize("lever", ["trauma_training", "language_training", "retention_pay", "booked_before_release"])
def test_the_same_money_reaches_fewer_where_each_keyworker_has_less_time_for_them(lever, draw, demand, area):
    """Ten posts' time for them at each hub is a tenth of a hundred keyworkers' or a twentieth of two hundred's."""
    gbp = 60 * LEVERS[lever].unit_cost(draw)
    for share, reached in ((0.10, 0.60), (0.05, 0.30)):
        few = {**draw, "service.leavers_share": share}
        bought = deliver(scenario(purchase(lever, gbp, places=("exeter",))), few, demand, area, DAYS)
        written = bought.booked_share if lever == "booked_before_release" else bought.hub[WRITES[lever]]
        assert written[400, area.place_index["exeter"]] == pytest.approx(reached)


def test_an_equivalent_annual_cost_by_hand():
    """Two days of 250 for 31.7 keyworkers who stay three years, at 3.5%: 5,658 a year, not 15,852."""
    assert round(equivalent_annual_cost(15_852.0, 3.0, 0.035)) == 5_658
    assert equivalent_annual_cost(1_000.0, 1.0, 0.035) == pytest.approx(1_035.0)  # once a year, at its end
    for years, rate in ((0.0, 0.035), (3.0, 0.0), (-1.0, 0.035)):
        with pytest.raises(ValueError, match="needs years and a rate above 0"):
            equivalent_annual_cost(1.0, years, rate)


def test_what_training_costs(draw):
    """A keyworker stays 1 / 0.3 years, over which a day learnt once is 0.035 / (1 - 1.035^(-10/3)) = 0.3231 of a day a
    year: two of them and one day a year to keep it up, and for booking one of each."""
    assert LEVERS["trauma_training"].unit_cost(draw) == pytest.approx(250 * (1 + 2 * 0.323054), abs=0.01)
    assert LEVERS["booked_before_release"].unit_cost(draw) == pytest.approx(250 * 1.323054, abs=0.01)
    assert LEVERS["language_training"].unit_cost(draw) == 1 * 250
    assert LEVERS["recognition_training"].unit_cost(draw) == 1 * 250
    assert LEVERS["release_day_planning"].unit_cost(draw) == 17_000
    assert LEVERS["joint_case_meetings"].unit_cost(draw) == 11_500


def test_dual_diagnosis_workers_by_hand(draw, demand, area):
    torquay = area.place_index["torquay"]
    there = PEOPLE * mental_health(draw) * demand.staff_per_place[torquay] / demand.staff_per_place.sum()
    gbp = 0.25 * there / SPECIALIST * draw["cost.specialist_year"]
    bought = deliver(scenario(purchase("dual_diagnosis_worker", gbp, places=("torquay",))), draw, demand, area, DAYS)
    assert bought.hub["dual_diagnosis_worker"][400, torquay] == pytest.approx(0.25)
    assert bought.hub["dual_diagnosis_worker"][400].sum() == pytest.approx(0.25)


def test_each_hub_with_probation_needs_one_unit(draw, demand, area):
    """Four hubs stand in Bristol, one in Exeter: five units, each doing the same part of the work."""
    where = {"places": ("bristol", "exeter")}
    columns = [area.place_index[name] for name in where["places"]]
    some = deliver(scenario(purchase("colocated_hub", 68_000, **where)), draw, demand, area, DAYS)
    assert some.hub["colocated"][400, columns] == pytest.approx([0.2, 0.2])
    every = deliver(scenario(purchase("colocated_hub", 10 * 68_000, **where)), draw, demand, area, DAYS)
    assert every.hub["colocated"][400, columns] == pytest.approx([1, 1])
    assert every.spend[0]["units_used"] == pytest.approx(5)


def test_planned_days_as_bridging_one_unit_a_prison_at_once(draw, demand, area):
    exeter, bristol = area.prison_index["exeter"], area.prison_index["bristol"]
    where = {"prisons": ("exeter", "bristol")}
    bought = deliver(scenario(purchase("release_day_planning", 25_500, 30, **where)), draw, demand, area, DAYS)
    planned = bought.prison["release_day_planned"]
    assert planned[30:, [exeter, bristol]] == pytest.approx(0.75)
    assert (planned[:30] == 0).all() and planned[30].sum() == pytest.approx(1.5)
    everywhere = deliver(scenario(purchase("release_day_planning", 1e6)), draw, demand, area, DAYS)
    released = np.append(demand.releases_per_year[:-1] > 0, False)
    assert np.array_equal(everywhere.prison["release_day_planned"][0], released.astype(float))


def test_meetings_in_prison_by_hand(draw, demand, area):
    """A meeting of 8 of whom each comes to 6, six in ten of the meetings held: 0.8 people reached a meeting."""
    column = area.prison_index["exeter"]
    meetings = demand.releases_per_year[column] / 1.6 / 2 / 0.8
    gbp = meetings * 250
    bought = deliver(scenario(purchase("inreach_meetings", gbp, prisons=("exeter",))), draw, demand, area, DAYS)
    assert bought.prison["met_mutual_aid"][400, column] == pytest.approx(0.5)
    assert bought.prison["met_mutual_aid"][400].sum() == pytest.approx(0.5)


def test_recognition_is_trained_where_people_come_home(draw, demand, area):
    torquay = area.place_index["torquay"]
    there = draw["lever.recognition_staff"] * home_weights(area)[torquay]
    gbp = 0.5 * there * 250
    bought = deliver(scenario(purchase("recognition_training", gbp, places=("torquay",))), draw, demand, area, DAYS)
    assert bought.home["recognition_trained"][400, torquay] == pytest.approx(0.5)
    everywhere = deliver(scenario(purchase("recognition_training", 300 * 250)), draw, demand, area, DAYS)
    assert everywhere.home["recognition_trained"][400] == pytest.approx(0.5)


def test_one_programme_is_one_record_for_all(draw, demand, area):
    bought = deliver(scenario(purchase("shared_record", 110_000)), draw, demand, area, DAYS)
    assert bought.home["shared_record"][400] == pytest.approx(0.5)
    assert bought.home["shared_record"][45] == pytest.approx(0.25)


@pytest.mark.parametrize(("lever", "unit"), [("joint_case_meetings", 11_500), ("alliance", 220_000)])
def test_a_place_stands_for_its_council(lever, unit, draw, demand, area):
    """Bought for Torquay, it is for all of Torbay; two councils need two units."""
    councils = np.array([place.local_authority for place in area.places])
    one = deliver(scenario(purchase(lever, unit, places=("torquay",))), draw, demand, area, DAYS)
    assert one.home[lever if lever == "alliance" else "joint_cases"][400] == pytest.approx(
        (councils == "Torbay").astype(float)
    )
    assert one.spend[0]["unused_gbp_per_year"] == pytest.approx(0, abs=1e-6)
    two = deliver(scenario(purchase(lever, unit, places=("torquay", "exeter", "barnstaple"))), draw, demand, area, DAYS)
    share = two.home[lever if lever == "alliance" else "joint_cases"][400]
    assert share[np.isin(councils, ("Torbay", "Devon"))] == pytest.approx(0.5) and share.sum() < 120
    assert (share[~np.isin(councils, ("Torbay", "Devon"))] == 0).all()


def test_the_wider_council_waits_for_the_narrower_whatever_the_names(draw, demand, area):
    """Three places of one council are narrower than two of two councils: no money is lost to the order."""
    narrow = purchase("alliance", 220_000, places=("exeter", "barnstaple", "newton_abbot"))
    wide = purchase("alliance", 220_000, places=("exeter", "torquay"))
    for order in ((narrow, wide), (wide, narrow)):
        bought = deliver(scenario(*order), draw, demand, area, DAYS)
        assert sum(entry["unused_gbp_per_year"] for entry in bought.spend) == pytest.approx(0, abs=1e-6)


def test_womens_centres_serve_councils_in_which_one_stands(draw, demand, area):
    """Bought for the whole area, or by hand for a place without, no place without a centre in its council gets any."""
    served = np.array([place.local_authority in councils_with(area, "womens_centre") for place in area.places])
    assert 0 < served.sum() < len(area.places)
    bought = deliver(scenario(purchase("womens_centre", 1e6)), draw, demand, area, DAYS)
    assert np.array_equal(bought.home["womens_centre"][400] > 0, served)
    none = deliver(scenario(purchase("womens_centre", 1e6, places=("torquay",))), draw, demand, area, DAYS)
    assert (none.home["womens_centre"] == 0).all()
    assert none.spend[0]["remark"].endswith("100% of this money finds nobody left to reach")


def test_a_closed_centre_serves_nobody(draw, demand, area):
    closed = tuple(replace(s, status="closed") if s.id == "colab_exeter_women_s_hub" else s for s in area.services)
    without = replace(area, services=closed)
    bought = deliver(scenario(purchase("womens_centre", 1e6)), draw, demand, without, DAYS)
    assert bought.home["womens_centre"][400, area.place_index["exeter"]] == 0


def test_the_setting_chooses_the_array(draw, demand, area):
    levers = [
        purchase("lgbtq_practitioner", gbp, places=("bristol",), options={"setting": model_area})
        for gbp, model_area in ((1_000, "hub"), (500, "sexual_health"))
    ]
    bought = deliver(scenario(*levers), draw, demand, area, DAYS)
    at_hub, elsewhere = (bought.home[f"lgbtq_practitioner_at_{setting}"][400] for setting in ("hub", "sexual_health"))
    bristol = area.place_index["bristol"]
    assert 0 < elsewhere[bristol] < 1 and at_hub[bristol] == pytest.approx(2 * elsewhere[bristol])


def test_nobody_is_driven_who_lives_near(draw, demand, area):
    """Places with a hub are near in the tests' demand, and no fare is due there."""
    near = demand.far == 0
    for lever in FAR:
        bought = deliver(scenario(purchase(lever, 9e8)), draw, demand, area, DAYS)
        share = bought.home[WRITES[lever]][400]
        assert (share[near] == 0).all() and (share[~near] == 1).all()


def test_far_and_fares_are_those_of_todays_timetable(draw, area):
    model_area = ModelArea(area)
    found = demand_of(model_area, draw)
    own = model_area.timetable().journeys[np.arange(len(area.places)), model_area.hub_of_place]
    assert np.array_equal(found.far, own[:, 0] > 30) and np.array_equal(found.fare_due, own[:, 1] > 0)
    assert found.far[area.place_index["bude"]] == 1 and found.far[area.place_index["exeter"]] == 0
    assert float(model_area.homes.weights @ found.fare_due) == pytest.approx(model_area.journey_margins[1])


@pytest.mark.parametrize("lever", SHARES)
def test_shares_without_a_ramp_are_there_on_the_first_day(lever, draw, demand, area):
    bought = deliver(scenario(purchase(lever, 2e5, 40, 300, **ALL[lever])), draw, demand, area, DAYS)
    share = array_of(bought, WRITES[lever])
    at_once = {"retention_pay", "travel_passes", "release_day_planning"}
    assert (lever in at_once) == (not LEVERS[lever].ramps) == bool(share[40].sum() > 0)
    assert share[299].sum() > 0 and share[300:].sum() == 0 and share[:40].sum() == 0


def test_days_with_the_same_money_are_exactly_alike(table, demand, area):
    """The engine keeps one row for days that are alike, so that no rounding may tell them apart."""
    for draw in (table.reference(), *table.sample(3, 3)):
        levers = [purchase(name, gbp, 3, **ALL[name]) for name in SHARES for gbp in (1e5, 4e4)]
        bought = deliver(scenario(*levers), draw, demand, area, DAYS)
        full = 3 + int(np.ceil(draw["lever.ramp_days"]))
        for axis in (bought.home, bought.hub, bought.prison):
            assert all((share[full:] == share[full]).all() for share in axis.values())


def test_a_womens_centre_counts_women_and_not_their_releases(draw, area):
    """250,000 GBP is 125 women a year at 2,000 each; a tenth or so of people are women, whatever their releases."""
    demand = demand_of(ModelArea(area), draw)
    assert demand.releases_per_year.sum() == pytest.approx(draw["population.people_per_year"] * 1.6)
    bought = deliver(scenario(purchase("womens_centre", 250_000)), draw, demand, area, DAYS)
    served = np.array([place.local_authority in councils_with(area, "womens_centre") for place in area.places])
    women = draw["population.people_per_year"] * draw["population.women_share"] * home_weights(area)[served].sum()
    places = 250_000 / draw["cost.womens_centre_place"]
    assert bought.spend[0]["remark"].startswith(f"enough for {places:.0f}; there are {women:.0f} women a year")
    assert bought.home["womens_centre"][400][served] == pytest.approx(min(1.0, places / women))


def test_what_is_kept_is_bought_once_and_work_after_every_release_again(draw, demand, area):
    """Of people who are released twice as often: as many kits, half as many people for each peer worker."""
    twice = replace(demand, releases_per_year=2 * demand.releases_per_year, releases_each=3.2)
    shares = {}
    for lever in ("peer_naloxone", "womens_centre", "travel_passes", "inreach_meetings", "peer_workers"):
        gbp = 20_000
        once, again = (deliver(scenario(purchase(lever, gbp, **ALL[lever])), draw, d, area, DAYS)
                       for d in (demand, twice))  # fmt: skip
        shares[lever] = array_of(again, WRITES[lever])[400].max() / array_of(once, WRITES[lever])[400].max()
    assert shares.pop("peer_workers") == pytest.approx(0.5)
    assert shares == pytest.approx(dict.fromkeys(shares, 1.0))
