"""From lives to totals: hand-worked rows, and groups that share everybody."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.engine.records import MONTH
from sim.outcomes.lifetime_measures import LIFETIME_MEASURES
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import NUMERATORS, OTHER_DENOMINATORS, Run, record
from sim.outcomes.strata import (
    AGE_BANDS,
    MONTH_MEASURES,
    SERVICE_MEASURES,
    Strata,
)
from sim.population.codes import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    FOLLOWED_UP,
    HIDDEN,
    NOT_YET_RELEASED,
    ROUGH,
    SETTLED,
    TEMPORARY,
    WOMAN,
)
from sim.population.person import new_people


@pytest.fixture(scope="module")
def strata(ground: Ground) -> Strata:
    return Strata(ground.area)


def five_people() -> np.ndarray[Any, Any]:
    """Ada, followed up; Ben, dead on day 27; Cai, in custody; Dee, engaged too late; Eve, not yet released."""
    people = new_people(5)
    people["status"] = [FOLLOWED_UP, DEAD, CUSTODY, COMMUNITY, NOT_YET_RELEASED]
    people["sex"] = [WOMAN, 0, 0, WOMAN, 0]
    people["need"] = [0, 0, 3, 4, 1]
    people["age"] = [29.99, 30.0, 49.5, 50.0, 22.0]
    people["ace4"] = [1, 0, 0, 1, 1]
    people["first_release"] = [0, 100, 200, 300, 350]
    people["first_night"] = [SETTLED, ROUGH, TEMPORARY, ROUGH, -1]
    people["housing_at_84"] = [HIDDEN, -1, -1, SETTLED, -1]
    people["settled_at"] = np.array([365, 127, 565, 330, 0]) * MOMENTS_PER_DAY
    people["rough_moments"][1, :3] = np.array([7, 7, 6]) * MOMENTS_PER_DAY + (0, 0, 512)
    people["rough_moments"][3, 1] = 3 * MOMENTS_PER_DAY
    people["rough_moments"][0, 4] = 5 * MOMENTS_PER_DAY
    people["hidden_moments"] = [10 * MOMENTS_PER_DAY, 0, 512, 0, 0]
    people["housing_at_364"] = [HIDDEN, -1, TEMPORARY, -1, -1]
    people["treatment_moments"] = [90 * MOMENTS_PER_DAY, 0, 256, 0, 0]
    people["residential_moments"] = [30 * MOMENTS_PER_DAY, 0, 0, 0, 0]
    people["daily_ost_moments"] = [60 * MOMENTS_PER_DAY, 0, 0, 256, 0]
    people["temporary_moments"] = [0, 0, 4 * MOMENTS_PER_DAY, 0, 0]
    people["waiting_moments"] = [2 * MOMENTS_PER_DAY, 512, 0, 21 * MOMENTS_PER_DAY, 0]
    people["using_treated_moments"] = [10 * MOMENTS_PER_DAY, 0, 0, 0, 0]
    people["using_untreated_moments"] = [20 * MOMENTS_PER_DAY, 27 * MOMENTS_PER_DAY, 0, 0, 0]
    people["custody_moments"][2, 3:5] = np.array([10, 4]) * MOMENTS_PER_DAY
    people["first_engaged"] = [20, NEVER, 220, 321, NEVER]
    people["first_use"] = [27, 100, 228, NEVER, NEVER]
    people["first_recall"] = [NEVER, NEVER, 240, 310, NEVER]
    people["first_breach"] = [NEVER, NEVER, NEVER, 310, NEVER]
    people["first_reoffence"] = [364, NEVER, NEVER, NEVER, NEVER]
    people["death_day"] = [NEVER, 127, NEVER, NEVER, NEVER]
    people["death_cause"] = [0, DRUG_POISONING, 0, 0, 0]
    people["overdoses"] = [2, 1, 0, 0, 0]
    people["expected_overdoses"] = [0.5, 0.25, 0.0, 0.0, 0.0]
    people["expected_drug_deaths"][[0, 0, 1], [0, 9, 2]] = [0.015625, 0.046875, 0.125]
    people["expected_other_deaths"][[0, 2, 2], [4, 1, 3]] = [0.03125, 0.0625, 0.1875]
    people["expected_suicides"][[2, 3], [2, 4]] = [0.0078125, 0.25]
    people["expected_custody_deaths"][2] = [0.125, 0.00390625]
    people["missed_travel"] = [1, 0, 0, 4, 0]
    people["waits"] = [1, 0, 2, 1, 0]
    people["wait_days"] = [3, 0, 9, 30, 0]
    people["disclosed"] = [1, 0, 1, 0, 1]
    people["in_womens_centre"] = [1, 0, 0, 0, 0]
    people["recognised"] = [0, 1, 0, 0, 0]
    people["went_to_meetings"] = [1, 1, 0, 1, 0]
    people["met_mutual_aid"] = [0, 0, 1, 1, 1]
    people["requests_lost"] = [2, 0, 1, 0, 5]
    people["gave_up"] = [1, 0, 0, 3, 2]
    people["brought"] = [7, 0, 2, 0, 0]
    return people


# What luck in deaths leaves behind: the rest of Ben's year from the middle of days 14 to 27 on, less the rest of
# everybody's year by the hazard spent in each band, at 0.6 a year.
REST_OF_THE_YEAR = 0.6 * (
    344
    - (361.5 * 0.015625 + 295 * 0.03125 + 32.5 * 0.046875)
    - 344 * 0.125
    - (354.5 * 0.0625 + 344 * 0.0078125 + 323 * 0.1875)
    - 295 * 0.25
)  # fmt: skip
# With a hazard without end everybody alive has half a year to come, at half of the norm of Ada, Ben, Cai and Dee.
ALIVE = (1 - 0.09375, 1 - 0.125, 1 - 0.2578125, 1 - 0.25)
TO_COME = sum(alive * 0.5 * 0.5 * norm for alive, norm in zip(ALIVE, (0.8694, 0.9146, 0.8359, 0.7982), strict=True))
# Half of it in treatment: Ada and Ben at the price of OST, Cai of alcohol, Dee of other drugs.
LATER_CARE = 0.25 * ((0.90625 + 0.875) * 3650 + 0.7421875 * 10_950 + 0.75 * 7300)
# Worked by hand: the sum over the four people released.
BY_HAND = {
    "engaged_within_3_weeks": 2,  # Ada on day 20, Cai on day 20; Dee on day 21 is late
    "started_12_months": 3,  # all but Ben
    "first_night_rough": 2,
    "first_night_settled": 1,
    "settled_3_months": 1,
    "rough_sleeping_days": 28.5,
    "hidden_homeless_days": 10.5,
    "rough_recorded": 0.25,  # Ada, homeless off the street on day 84, at a quarter
    "street_count_month": 1.0 - math.exp(-0.4 * 5),  # Ada, five nights on the street in the month before it
    "homeless_12_months": 1,
    "unsettled_12_months": 1,
    "relapsed_28_days": 2,  # Ada on day 27, Ben on day 0; Cai on day 28 is late
    "nonfatal_overdoses": 3,
    "nonfatal_overdoses_expected": 0.75,
    "deaths_28_days": 1,  # Ben on day 27
    "deaths_28_days_expected": 0.2109375,
    "deaths_365_days": 1,
    "deaths_365_days_expected": 0.7265625,  # 0.1875 of poisoning, 0.2578125 by suicide, 0.28125 of other causes
    "drug_deaths_365_days": 1,
    "drug_deaths_365_days_expected": 0.1875,
    "suicides_365_days": 0,
    "suicides_365_days_expected": 0.2578125,
    "other_deaths_365_days": 0,
    "other_deaths_365_days_expected": 0.28125,
    "custody_deaths_365_days": 0,
    "custody_deaths_365_days_expected": 0.12890625,
    "recalled_365_days": 2,  # Cai with a charge, Dee for a breach
    "reoffended_365_days": 1,
    "treatment_days": 90.25,
    "wait_days_mean": 42,
    "appointments_missed_travel": 5,
    "custody_days": 14,
    "recalled_for_breach_365_days": 1,
    "residential_days": 30,
    "waiting_days": 23.5,
    "waits_given_up": 4,
    "people_waiting_mean": 3120,  # 12 months of 130 nights spent waiting, for a region of twice the size
    "people_per_keyworker_mean": 12 * 42_000,  # 700 nights of somebody held, at 60 people a post
    "contact_interval_mean": 12 * 10_500,  # at 15 open days
    "first_appointment_lead_mean": 12 * 100,
    "first_appointment_time": 100 * 12 * 36,
    # Ada 10 x 0.6 + 20 x 0.5 + 335 x 0.8 - 5 x 0.1 - 10 x 0.05; Ben, 27 days, 27 x 0.5 - 20.5 x 0.1;
    # Cai 14 x 0.7 + 351 x 0.8 - 0.5 x 0.05; Dee 30 x 0.8 - 3 x 0.1: 283.0, 11.45, 290.575 and 23.7 days.
    "qalys": 608.725 / 365,
    "qalys_expected": (608.725 + REST_OF_THE_YEAR) / 365,
    "qalys_lifetime": (608.725 + REST_OF_THE_YEAR) / 365 + TO_COME,
    "survivors_care_gbp": LATER_CARE,
    "qalys_lifetime_1_5": (608.725 + REST_OF_THE_YEAR) / 365 + TO_COME / 2,  # at 100% a year
    "qalys_ten_years": (608.725 + REST_OF_THE_YEAR) / 365 + TO_COME / 2,  # nobody lives a second year
    "survivors_care_1_5_gbp": LATER_CARE / 2,
    # Nights without a home: 28.5 on the street and 10.5 off it at a quarter, 31.125 at 40 GBP.
    "cost_total_gbp": 241 + 11_315 + 240 + 750 + 2100 + 25 + 640 + 1245 * (0.42897 + 0.18540) + 4 * 35 * 0.51429,
    # Ada's 60 days and Dee's quarter of one on daily OST; today's staff: Ada and Ben 0.6 x 3,650 x 0.5 each, Cai
    # 10,950 x 0.5, Dee 7,300 x 0.5; and levers
    "cost_council_gbp": 60 * 4 + 0.25 * 4 + 2 * 1095 + 5475 + 3650 + 240,
    "cost_nhs_gbp": 750 + 1245 * 0.18540,
    "cost_hmpps_gbp": 14 * 150,
    "cost_pcc_gbp": 25,
    "cost_housing_gbp": 1245 * 0.42897 + 4 * 35 * 0.51429,
    "cost_transport_gbp": 640,
    "cost_reoffending_gbp": 200_000,
    "net_cost_gbp": 905 + 241 + 4 * 35 * 0.51429,
    "knock_on_treatment_gbp": 241,
    "knock_on_overdoses_gbp": 750,
    "knock_on_custody_gbp": 14 * 150,
    "knock_on_rough_services_gbp": 1245 * 0.42897,
    "knock_on_rough_justice_gbp": 0,
    "knock_on_rough_nhs_gbp": 1245 * 0.18540,
    "knock_on_temporary_gbp": 4 * 35 * 0.51429,
    "spent_council_gbp": 240,
    "spent_nhs_gbp": 0,
    "spent_hmpps_gbp": 0,
    "spent_pcc_gbp": 25,
    "spent_housing_gbp": 0,
    "spent_transport_gbp": 640,
    "idle_gbp": 12,
    "unused_stock_gbp": 8,
    "other_people_gbp": 0,
    "paid_from_first_day_gbp": 1000,
    "spent_21_days_gbp": 40,
    "rough_street_count": 28.5 * 0.5 / 365,
    "disclosed_trauma": 2,
    "women_at_centre": 1,
    "chemsex_recognised": 1,
    "went_to_mutual_aid": 3,
    "met_mutual_aid_in_prison": 2,
    "requests_lost": 3,
    "appointments_brought_near": 9,
}
# Four people released, but for these: first appointments offered; people at liberty on day 84; nights; nights x people
# held; appointments booked; nights x full-time keyworkers.
DENOMINATORS_BY_HAND = {
    "wait_days_mean": 4,
    **dict.fromkeys(("settled_3_months", "rough_recorded", "street_count_month"), 2),
    **dict.fromkeys(("homeless_12_months", "unsettled_12_months"), 2),
    "people_waiting_mean": 365,
    "people_per_keyworker_mean": 12 * 700,
    "contact_interval_mean": 12 * 700,
    "first_appointment_lead_mean": 12 * 50,
    "first_appointment_time": 12 * 360,
}
DRAW = {
    "cost.oat_year": 3650.0, "cost.oat_drug_share": 0.4, "cost.psychosocial_drugs_year": 7300.0,
    "cost.psychosocial_alcohol_year": 10_950.0, "cost.overdose_conveyed": 1000.0, "cost.overdose_conveyed_share": 0.5,
    "cost.overdose_admission": 2000.0, "cost.overdose_admitted_share": 0.25, "cost.overdose_on_scene": 500.0,
    "cost.prison_day": 150.0, "cost.custody_part": 1.0, "cost.rough_justice_part": 0.0, "cost.rough_year": 14_600.0,
    "cost.hidden_part": 0.25, "cost.temporary_nightly_share": 0.5, "cost.temporary_night": 70.0,
    "cost.person_reoffending": 200_000.0,
    "utility.using": 0.5, "utility.treated_part": 1.0 / 3.0, "utility.not_using_part": 0.6, "utility.rough_loss": 0.1,
    "utility.custody": 0.7,
    "utility.hidden_part": 0.5, "housing.recorded_rough_of_hidden": 0.25, "housing.seen_per_night": 0.4,
    "housing.street_count_share": 0.5, "service.held_per_1000_people": 500.0,
    "lifetime.quality": 0.5, "lifetime.in_treatment": 0.5, "lifetime.rate": 0.0, "lifetime.rate_of_health": 1.0,
    "lifetime.opioid_men_at_18": 1e6, "lifetime.opioid_women_at_18": 1e6, "lifetime.opioid_men_per_year": 1.0,
    "lifetime.opioid_women_per_year": 1.0, "lifetime.alcohol_men_to_40": 1e6, "lifetime.alcohol_women_to_40": 1e6,
    "lifetime.alcohol_from_60": 1e6, "lifetime.other_men": 1e6, "lifetime.other_women": 1e6,
}  # fmt: skip
EXACT = {*NUMERATORS, *SERVICE_MEASURES}  # whole moments and whole events; utilities and prices are rounded
SPEND = {"council": 240.0, "pcc": 25.0, "transport": 640.0}
BESIDE_SPEND = {"idle_gbp": 12.0, "unused_stock_gbp": 8.0, "paid_from_first_day_gbp": 1000.0, "spent_21_days_gbp": 40.0}


def run_of(people: np.ndarray[Any, Any], person_days: int = 0) -> Run:
    """A finished run of 730 days, half the size of the region, in which every month was the same."""
    series = np.zeros(24, dtype=MONTH)
    series["waiting_days"], series["held_days"], series["load_days"], series["interval_days"] = 130, 700, 42_000, 10_500
    series["bookings"], series["lead_days"], series["first_hours"], series["post_days"] = 50, 100, 36, 360
    nights = np.full(24, 30)
    nights[[0, 12]] = 35
    return Run(people, series, nights, 730, DRAW, SPEND, 0.5, person_days, BESIDE_SPEND)


def test_every_measure_has_its_numerator() -> None:
    costs = {name for name in MEASURE_NAMES if name.startswith(("cost_", "net_cost", "knock_on_", "spent_"))}
    costs |= set(BESIDE_SPEND) | {"other_people_gbp"}
    of_lives = {measure.name for measure in LIFETIME_MEASURES}
    assert [*NUMERATORS] == [name for name in MEASURE_NAMES if name in NUMERATORS]
    counts = {"qalys", "rough_street_count", "rough_recorded", "street_count_month"}
    assert set(NUMERATORS) | costs | counts | of_lives | set(SERVICE_MEASURES) == set(MEASURE_NAMES)
    assert set(OTHER_DENOMINATORS) == set(DENOMINATORS_BY_HAND) - set(SERVICE_MEASURES)
    assert set(BY_HAND) == set(MEASURE_NAMES)


@pytest.mark.parametrize("name", MEASURE_NAMES)
def test_totals_against_hand_worked_rows(strata: Strata, name: str) -> None:
    totals = record(run_of(five_people(), 1234), strata)
    k = MEASURE_NAMES.index(name)
    if name in EXACT:
        assert totals.numerator[0, k] == BY_HAND[name]
    assert totals.numerator[0, k] == pytest.approx(BY_HAND[name], rel=1e-12)
    assert totals.denominator[0, k] == DENOMINATORS_BY_HAND.get(name, 4)
    assert totals.person_days == 1234


def test_first_appointments_are_their_own_denominator(strata: Strata) -> None:
    people = five_people()
    people["waits"] = [5, 0, 2, 1, 9]
    totals = record(run_of(people), strata)
    assert totals.denominator[0, MEASURE_NAMES.index("wait_days_mean")] == 8


def test_groups_hold_the_right_people(strata: Strata) -> None:
    totals = record(run_of(five_people()), strata)
    people_in = dict(zip(strata.groups, totals.denominator[:, 0], strict=True))
    assert people_in["all", "all"] == 4
    assert people_in["sex", "woman"] == 2 and people_in["sex", "man"] == 2
    assert people_in["need", "opiate_and_crack"] == 2 and people_in["need", "opiate_no_crack"] == 0
    assert people_in["trauma", "4 or more ACEs"] == 2
    assert [people_in["age", band] for band in AGE_BANDS] == [1, 1, 1, 1]
    nights = dict(zip(strata.groups, totals.numerator[:, MEASURE_NAMES.index("rough_sleeping_days")], strict=True))
    assert nights["sex", "man"] == 20.5 and nights["sex", "woman"] == 8.0
    assert nights["age", "30 to 39"] == 20.5 and nights["age", "50 and over"] == 3.0


def test_nobody_released_gives_whole_tables_of_zeros(strata: Strata) -> None:
    totals = record(run_of(five_people()[4:]), strata)
    of_people = [k for k, name in enumerate(MEASURE_NAMES) if name not in MONTH_MEASURES]
    assert not totals.numerator[:, of_people].any() and not totals.denominator[:, of_people].any()
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None
