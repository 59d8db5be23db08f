"""Costs by payer and quality-adjusted life years, worked by hand for four people; what must never be counted twice."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.evidence import Draw, load_parameters
from sim.outcomes.economics import care_costs, cost_measure, costs, qalys, utilities
from sim.outcomes.measures import MEASURE_NAMES
from sim.population.codes import BAND_ENDS, N_BANDS
from sim.population.person import new_people
from sim.scenario.levers import PAYERS

DAY = MOMENTS_PER_DAY
STEADY = settings(deadline=None, derandomize=True, max_examples=200)

# 10 GBP a treatment day, 4 of them drug and dispensing; half of 40 GBP a night of sleeping rough. Today's staff hold
# half a person for each who is released: 0.6 x 3,650 x 0.5 = 1,095 GBP a head.
STAFF = 1095.0
DRAW = {
    "service.held_per_1000_people": 500.0,
    "cost.oat_year": 3650.0, "cost.oat_drug_share": 0.4, "cost.overdose_attended": 1000.0, "cost.prison_day": 150.0,
    "cost.rough_year": 14_600.0, "cost.hidden_part": 0.25, "cost.person_reoffending": 200_000.0,
    "utility.using": 0.5, "utility.treated_part": 1.0 / 3.0, "utility.not_using_part": 0.6, "utility.rough_loss": 0.1,
    "utility.custody": 0.7, "utility.hidden_part": 0.5,
}  # fmt: skip


def in_bands(first: float, later: float = 0.0) -> list[int]:
    """Days in the first and in the last band, as moments."""
    return [round(first * DAY), *[0] * (N_BANDS - 2), round(later * DAY)]


def four_people() -> np.ndarray[Any, Any]:
    """Ada, a year followed; Ben, dead after 50.5 days; Cai, in custody for 100 days; Dee, 30 days to the horizon."""
    people = new_people(4)
    people["first_release"] = [0, 100, 200, 700]
    people["settled_at"] = [365 * DAY, 150 * DAY + 512, 565 * DAY, 730 * DAY]
    people["death_day"] = [NEVER, 150, NEVER, NEVER]
    people["treatment_moments"] = np.array([100, 0, 60, 30]) * DAY
    people["residential_moments"] = np.array([20, 0, 0, 30]) * DAY
    people["using_treated_moments"] = np.array([50, 0, 0, 0]) * DAY
    people["using_untreated_moments"] = np.array([65 * DAY, 20 * DAY + 512, 30 * DAY, 0])
    people["rough_moments"] = [in_bands(0), in_bands(10.5), in_bands(30, 10), in_bands(0)]
    people["hidden_moments"] = np.array([30, 0, 8, 0]) * DAY
    people["custody_moments"] = [in_bands(0), in_bands(0), in_bands(40, 60), in_bands(0)]
    people["expected_overdoses"] = [0.5, 0.25, 0.0, 0.0]
    people["first_reoffence"] = [300, NEVER, 210, NEVER]
    return people


CARE_BY_HAND: dict[str, list[float]] = {
    # Ada: 80 days in the community at 4, 20 residential at nothing; today's staff for each, the dead too.
    "council": [80 * 4 + STAFF, STAFF, 60 * 4 + STAFF, STAFF],
    "nhs": [500, 250, 0, 0],
    "hmpps": [0, 0, 100 * 150, 0],
    "pcc": [0, 0, 0, 0],
    "housing": [30 * 5, 10.5 * 20, 40 * 20 + 8 * 5, 0],  # a quarter of a night on the street for one off it
    "transport": [0, 0, 0, 0],
}
QALY_DAYS_BY_HAND = [
    50 * 0.6 + 65 * 0.5 + 250 * 0.8 - 30 * 0.05,
    20.5 * 0.5 + 30 * 0.8 - 10.5 * 0.1,
    100 * 0.7 + 30 * 0.5 + 235 * 0.8 - 40 * 0.1 - 8 * 0.05,
    30 * 0.8,
]


def test_care_costs_by_hand() -> None:
    found = care_costs(four_people(), DRAW)
    assert list(found) == list(PAYERS)
    for payer, expected in CARE_BY_HAND.items():
        assert found[payer].tolist() == pytest.approx(expected), payer


def test_costs_with_what_is_spent_on_levers_by_hand() -> None:
    found = costs(four_people(), DRAW, {"council": 4000.0, "pcc": 100.0})
    spent = dict.fromkeys(PAYERS, 0.0) | {"council": 1000.0, "pcc": 25.0}  # shared equally by four people
    for payer, expected in CARE_BY_HAND.items():
        assert found[cost_measure(payer)].tolist() == pytest.approx([cost + spent[payer] for cost in expected])
    total = [sum(cost[k] for cost in CARE_BY_HAND.values()) + 1025.0 for k in range(4)]
    assert total == [3090.0, 2580.0, 18_200.0, 2120.0]  # nights off the street: 30 and 8 at 5
    assert found["cost_total_gbp"].tolist() == pytest.approx(total)
    assert found["cost_reoffending_gbp"].tolist() == [200_000.0, 0.0, 200_000.0, 0.0]


def test_qalys_by_hand() -> None:
    assert qalys(four_people(), DRAW).tolist() == pytest.approx([days / 365.0 for days in QALY_DAYS_BY_HAND])
    assert [round(days, 2) for days in QALY_DAYS_BY_HAND] == [261.0, 33.2, 268.6, 24.0]


def test_every_cost_is_a_declared_measure() -> None:
    found = costs(four_people(), DRAW, {})
    assert set(found) == {name for name in MEASURE_NAMES if name.startswith("cost_")}
    assert set(PAYERS) == set(CARE_BY_HAND)


# What must never be counted twice


@pytest.mark.parametrize(("posts", "days"), [(2.0, 30), (-1.0, -20), (1.0, 0)], ids=["bought", "cut", "nobody more"])
def test_posts_bought_or_cut_cost_the_posts_and_what_varies_with_the_days(posts: float, days: int) -> None:
    """46,000 GBP a post and 4 GBP for each day more or less in treatment; the staff of today stays paid."""
    before, people = four_people(), four_people()
    people["treatment_moments"][2] += days * DAY
    of_today, with_posts = costs(before, DRAW, {}), costs(people, DRAW, {"council": 46_000.0 * posts})
    for measure in (cost_measure("council"), "cost_total_gbp"):
        more = with_posts[measure].sum() - of_today[measure].sum()
        assert more == pytest.approx(46_000.0 * posts + 4.0 * days), measure


def test_the_staff_of_today_costs_the_same_whoever_is_in_treatment() -> None:
    people = four_people()
    people["treatment_moments"] = people["residential_moments"] = 0
    assert care_costs(people, DRAW)["council"].tolist() == pytest.approx([STAFF] * 4)
    held_more = DRAW | {"service.held_per_1000_people": 600.0}
    assert care_costs(people, held_more)["council"].tolist() == pytest.approx([1.2 * STAFF] * 4)


def test_half_of_what_sleeping_rough_costs_is_counted() -> None:
    people = four_people()
    people["rough_moments"][0] = in_bands(7, 65)
    whole_year = people[:1].copy()
    whole_year["rough_moments"] = np.diff([0, *BAND_ENDS]) * DAY
    people["hidden_moments"] = whole_year["hidden_moments"] = 0
    assert care_costs(people, DRAW)["housing"][0] == pytest.approx(72 * 14_600 / 365 / 2)
    assert care_costs(whole_year, DRAW)["housing"][0] == pytest.approx(7300.0)


def test_off_the_street_never_costs_or_takes_more_than_on_it() -> None:
    on, off = (new_people(1) for _ in range(2))
    for people in (on, off):
        people["settled_at"] = 365 * DAY
    on["rough_moments"][0, 9], off["hidden_moments"] = 100 * DAY, 100 * DAY
    for draw in [DRAW, *sampled()]:
        assert care_costs(off, draw)["housing"][0] <= care_costs(on, draw)["housing"][0]
        assert qalys(off, draw)[0] >= qalys(on, draw)[0]
    nothing = DRAW | {"cost.hidden_part": 0.0, "utility.hidden_part": 0.0}
    assert care_costs(off, nothing)["housing"][0] == 0.0
    assert qalys(off, nothing)[0] == pytest.approx(0.8)


@pytest.mark.parametrize("price", [0.0, 1.0, 1e9])
def test_reoffending_is_never_in_a_payers_cost_or_in_the_total(price: float) -> None:
    people = four_people()
    dear = costs(people, DRAW | {"cost.person_reoffending": price}, {"hmpps": 80.0})
    people["first_reoffence"] = NEVER
    none = costs(people, DRAW, {"hmpps": 80.0})
    for name, cost in none.items():
        if name != "cost_reoffending_gbp":
            assert dear[name].tolist() == cost.tolist(), name
    assert dear["cost_reoffending_gbp"].sum() == 2 * price
    assert not none["cost_reoffending_gbp"].any()


def test_residential_weeks_cost_the_council_nothing_beside_their_price() -> None:
    people = four_people()
    before = care_costs(people, DRAW)["council"][0]
    people["treatment_moments"][0] += 40 * DAY
    people["residential_moments"][0] += 40 * DAY
    assert care_costs(people, DRAW)["council"][0] == pytest.approx(before)


def test_utilities_stand_in_order_whatever_is_drawn() -> None:
    assert utilities(DRAW) == pytest.approx((0.5, 0.6, 0.8, 0.7))
    for draw in load_parameters().sample(5, 500):
        using, treated, well, inside = utilities(draw)
        assert 0.0 < using < treated < well < 1.0
        assert 0.0 < inside <= well


def test_the_dead_gain_nothing_and_custody_has_a_utility_of_its_own() -> None:
    people = four_people()
    before = qalys(people, DRAW)
    people["settled_at"][1] += 10 * DAY  # ten days more alive, not using
    assert qalys(people, DRAW)[1] - before[1] == pytest.approx(10 * 0.8 / 365)
    people = four_people()
    people["custody_moments"][0] = in_bands(0, 250)  # all of Ada's time without use
    assert qalys(people, DRAW)[0] == pytest.approx((50 * 0.6 + 65 * 0.5 + 250 * 0.7 - 30 * 0.05) / 365)
    # Never above what a day without use at liberty is worth, 0.8.
    capped = (50 * 0.6 + 65 * 0.5 + 250 * 0.8 - 30 * 0.05) / 365
    assert qalys(people, DRAW | {"utility.custody": 0.95})[0] == pytest.approx(capped)


def test_a_run_without_anybody_costs_nothing_and_divides_by_nobody() -> None:
    nobody = new_people(0)
    assert qalys(nobody, DRAW).shape == (0,)
    assert {len(cost) for cost in costs(nobody, DRAW, {"council": 5.0}).values()} == {0}


@cache
def sampled() -> list[Draw]:
    return load_parameters().sample(3, 40)


@STEADY
@given(st.data())
def test_any_year_is_worth_something_between_none_and_a_whole_one(data: st.DataObject) -> None:
    """Whatever a year is made of, in whatever order utilities are drawn."""
    alive = data.draw(st.integers(0, 365))
    parts = sorted(data.draw(st.lists(st.integers(0, alive), min_size=3, max_size=3)))
    custody, treated, untreated = parts[0], parts[1] - parts[0], parts[2] - parts[1]
    rough = data.draw(st.integers(0, alive - custody))
    people = new_people(1)
    people["first_release"], people["settled_at"] = 10, (10 + alive) * DAY
    people["custody_moments"][0, 0], people["rough_moments"][0, 0] = custody * DAY, rough * DAY
    people["using_treated_moments"], people["using_untreated_moments"] = treated * DAY, untreated * DAY
    people["treatment_moments"] = treated * DAY
    draw = sampled()[data.draw(st.integers(0, 39))]
    found = float(qalys(people, draw)[0])
    assert 0.0 <= found <= alive / 365.0
    total = costs(people, draw, {})["cost_total_gbp"][0]
    assert total >= 0.0
    calmer = people.copy()
    calmer["rough_moments"], calmer["using_untreated_moments"] = 0, 0
    assert float(qalys(calmer, draw)[0]) >= found
    assert costs(calmer, draw, {})["cost_total_gbp"][0] <= total
