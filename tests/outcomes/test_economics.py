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
from sim.evidence.price_choices import with_prices
from sim.outcomes.economics import (
    care_costs,
    cost_measure,
    costs,
    knock_on_costs,
    price_of_overdose,
    qalys,
    staff_of_today,
    utilities,
)
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.money_rule import BESIDE
from sim.population.codes import BAND_ENDS, N_BANDS
from sim.population.person import new_people
from sim.scenario.levers import PAYERS

DAY = MOMENTS_PER_DAY
STEADY = settings(deadline=None, derandomize=True, max_examples=200)

# 10 GBP a day on OST, 4 of them drug and dispensing; 1,000 GBP an overdose: 0.5 x (1,000 + 0.25 x 2,000) + 0.5 x 500;
# 40 GBP a night of sleeping rough, of which housing pays 0.42897 and the NHS 0.18540; of nights in temporary housing
# half are paid by the night at 70 GBP, the council's part 0.51429. Today's staff hold half a person for each who is
# released: 0.6 x 3,650 x 0.5, 7,300 x 0.5 and 10,950 x 0.5 GBP a head.
OPIATE_STAFF, DRUG_STAFF, ALCOHOL_STAFF = 1095.0, 3650.0, 5475.0
HOUSING_NIGHT, NHS_NIGHT, ROOM = 40 * 0.42897, 40 * 0.18540, 35 * 0.51429
DRAW = {
    "service.held_per_1000_people": 500.0,
    "cost.oat_year": 3650.0, "cost.oat_drug_share": 0.4, "cost.psychosocial_drugs_year": 7300.0,
    "cost.psychosocial_alcohol_year": 10_950.0, "cost.overdose_conveyed": 1000.0, "cost.overdose_conveyed_share": 0.5,
    "cost.overdose_admission": 2000.0, "cost.overdose_admitted_share": 0.25, "cost.overdose_on_scene": 500.0,
    "cost.prison_day": 150.0, "cost.custody_part": 1.0, "cost.rough_justice_part": 0.0,
    "cost.rough_year": 14_600.0, "cost.hidden_part": 0.25, "cost.temporary_nightly_share": 0.5,
    "cost.temporary_night": 70.0, "cost.person_reoffending": 200_000.0,
    "utility.using": 0.5, "utility.treated_part": 1.0 / 3.0, "utility.not_using_part": 0.6, "utility.rough_loss": 0.1,
    "utility.custody": 0.7, "utility.hidden_part": 0.5,
}  # fmt: skip


def in_bands(first: float, later: float = 0.0) -> list[int]:
    """Days in the first and in the last band, as moments."""
    return [round(first * DAY), *[0] * (N_BANDS - 2), round(later * DAY)]


def four_people() -> np.ndarray[Any, Any]:
    """Ada, a year followed; Ben, dead after 50.5 days; Cai, in custody for 100 days; Dee, 30 days to the horizon.

    Ada and Dee have an opiate need, Ben a stimulant need, Cai an alcohol need; Ada is on a depot for ten days.
    """
    people = new_people(4)
    people["need"] = [0, 2, 3, 1]
    people["daily_ost_moments"] = np.array([70, 0, 0, 0]) * DAY
    people["temporary_moments"] = np.array([0, 0, 0, 10]) * DAY
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
    # Ada: 70 days of daily OST at 4, nothing on the depot and in the residential place; Cai's 60 days carry nothing
    # that varies with them; today's staff for each, the dead too.
    "council": [70 * 4 + OPIATE_STAFF, DRUG_STAFF, ALCOHOL_STAFF, OPIATE_STAFF],
    "nhs": [500 + 7.5 * NHS_NIGHT, 250 + 10.5 * NHS_NIGHT, 42 * NHS_NIGHT, 0],
    "hmpps": [0, 0, 100 * 150, 0],
    "pcc": [0, 0, 0, 0],
    # Nights off the street, 30 of Ada's and 8 of Cai's, count a quarter of one on it.
    "housing": [7.5 * HOUSING_NIGHT, 10.5 * HOUSING_NIGHT, 42 * HOUSING_NIGHT, 10 * ROOM],
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
    assert [round(x, 2) for x in total] == [3084.31, 5183.04, 22_532.14, 2300.0]
    assert found["net_cost_gbp"].tolist() == pytest.approx([1025.0 + 280.0, 1025.0, 1025.0, 1025.0 + 10 * ROOM])
    assert found["cost_total_gbp"].tolist() == pytest.approx(total)
    assert found["cost_reoffending_gbp"].tolist() == [200_000.0, 0.0, 200_000.0, 0.0]


def test_qalys_by_hand() -> None:
    assert qalys(four_people(), DRAW).tolist() == pytest.approx([days / 365.0 for days in QALY_DAYS_BY_HAND])
    assert [round(days, 2) for days in QALY_DAYS_BY_HAND] == [261.0, 33.2, 268.6, 24.0]


def test_every_cost_is_a_declared_measure() -> None:
    found = costs(four_people(), DRAW, {})
    kinds = ("cost_", "knock_on_", "net_cost", "spent_")
    assert set(found) == {name for name in MEASURE_NAMES if name.startswith(kinds)} - {*BESIDE.values()}
    assert set(PAYERS) == set(CARE_BY_HAND)


# What must never be counted twice


@pytest.mark.parametrize(("posts", "days"), [(2.0, 30), (-1.0, -20), (1.0, 0)], ids=["bought", "cut", "nobody more"])
def test_posts_bought_or_cut_cost_the_posts_and_what_varies_with_the_days(posts: float, days: int) -> None:
    """46,000 GBP a post and 4 GBP for each day more or less on daily OST; the staff of today stays paid."""
    before, people = four_people(), four_people()
    people["treatment_moments"][0] += days * DAY
    people["daily_ost_moments"][0] += days * DAY
    of_today, with_posts = costs(before, DRAW, {}), costs(people, DRAW, {"council": 46_000.0 * posts})
    for measure in (cost_measure("council"), "cost_total_gbp"):
        more = with_posts[measure].sum() - of_today[measure].sum()
        assert more == pytest.approx(46_000.0 * posts + 4.0 * days), measure


def test_the_staff_of_today_costs_the_same_whoever_is_in_treatment() -> None:
    people = four_people()
    people["treatment_moments"] = people["residential_moments"] = people["daily_ost_moments"] = 0
    staff = [OPIATE_STAFF, DRUG_STAFF, ALCOHOL_STAFF, OPIATE_STAFF]
    assert care_costs(people, DRAW)["council"].tolist() == pytest.approx(staff)
    held_more = DRAW | {"service.held_per_1000_people": 600.0}
    assert care_costs(people, held_more)["council"].tolist() == pytest.approx([1.2 * x for x in staff])


def test_a_cut_saves_no_more_than_itself_and_what_use_truly_frees() -> None:
    """A post of 46,000 taken away, and with it all treatment there is: the rest of the saving is 70 days of drugs."""
    before, people = four_people(), four_people()
    for field in ("treatment_moments", "daily_ost_moments"):
        people[field] = 0
    saved = (
        costs(before, DRAW, {})["cost_total_gbp"].sum()
        - costs(people, DRAW, {"council": -46_000.0})["cost_total_gbp"].sum()
    )
    assert saved == pytest.approx(46_000.0 + 70 * 4)


def test_a_psychosocial_day_costs_nothing_beside_its_post() -> None:
    people = four_people()
    before = care_costs(people, DRAW)["council"].tolist()
    people["treatment_moments"][1:3] += 100 * DAY
    assert care_costs(people, DRAW)["council"].tolist() == before


def test_no_daily_drugs_are_charged_while_a_depot_runs() -> None:
    people = four_people()
    before = care_costs(people, DRAW)["council"][0]
    people["daily_ost_moments"][0] -= 30 * DAY  # a depot for a month more
    assert before - care_costs(people, DRAW)["council"][0] == pytest.approx(120.0)


def test_an_overdose_on_scene_conveyed_and_admitted_at_the_prices_of_2024_25() -> None:
    """The specification's 364 on scene, 770 conveyed, 770 + 1,350 conveyed and admitted."""
    draw = dict(load_parameters().reference())
    scene = draw | {"cost.overdose_conveyed_share": 0.0}
    seen = draw | {"cost.overdose_conveyed_share": 1.0, "cost.overdose_admitted_share": 0.0}
    admitted = draw | {"cost.overdose_conveyed_share": 1.0, "cost.overdose_admitted_share": 1.0}
    prices = [price_of_overdose(of) for of in (scene, seen, admitted)]
    assert prices == pytest.approx([364.35, 769.56, 2_119.66])


def test_the_justice_share_of_sleeping_rough_or_days_in_custody_never_both() -> None:
    people = four_people()
    swapped = DRAW | {"cost.custody_part": 0.0, "cost.rough_justice_part": 1.0}
    for draw, expected in ((DRAW, 15_000.0), (swapped, 42 * 40 * 0.34739)):
        assert care_costs(people, draw)["hmpps"][2] == pytest.approx(expected)
    table = load_parameters()
    for option, parts in (("rough_sleeping", (0.0, 1.0)), ("reoffending", (0.0, 0.0))):
        chosen = with_prices(table, {"justice": option}).reference()
        assert (chosen["cost.custody_part"], chosen["cost.rough_justice_part"]) == parts


def test_each_item_is_in_one_payers_cost_and_once() -> None:
    people, items = four_people(), knock_on_costs(four_people(), DRAW)
    staff = staff_of_today(people, DRAW)
    total = costs(people, DRAW, {})["cost_total_gbp"]
    assert sum(items.values()).tolist() == pytest.approx((total - staff).tolist())
    assert items["treatment"].tolist() == pytest.approx([280.0, 0.0, 0.0, 0.0])
    assert items["rough_nhs"].tolist() == pytest.approx([7.5 * NHS_NIGHT, 10.5 * NHS_NIGHT, 42 * NHS_NIGHT, 0.0])


def test_sleeping_rough_is_split_as_published_and_what_stands_elsewhere_is_left_out() -> None:
    people = four_people()
    people["rough_moments"][0] = in_bands(7, 65)
    whole_year = people[:1].copy()
    whole_year["rough_moments"] = np.diff([0, *BAND_ENDS]) * DAY
    people["hidden_moments"] = whole_year["hidden_moments"] = 0
    assert care_costs(people, DRAW)["housing"][0] == pytest.approx(72 * HOUSING_NIGHT)
    by_payer = care_costs(whole_year, DRAW)
    assert by_payer["housing"][0] == pytest.approx(14_600 * 3702 / 8630, abs=0.1)
    assert by_payer["nhs"][0] - 500.0 == pytest.approx(14_600 * 1600 / 8630, abs=0.1)
    assert by_payer["hmpps"][0] == 0.0, "justice is counted by days in custody"


def test_off_the_street_never_costs_or_takes_more_than_on_it() -> None:
    on, off = (new_people(1) for _ in range(2))
    for people in (on, off):
        people["settled_at"] = 365 * DAY
    on["rough_moments"][0, 9], off["hidden_moments"] = 100 * DAY, 100 * DAY
    for draw in [DRAW, *sampled()]:
        for payer, cost in care_costs(off, draw).items():
            assert cost[0] <= care_costs(on, draw)[payer][0], payer
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
