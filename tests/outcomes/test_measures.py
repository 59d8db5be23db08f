"""The declared measures: order, words, and the rules that results are checked by."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.outcomes.measures import HEADLINES, LEAST_THAT_COUNTS, MEASURE_NAMES, MEASURES, measure_named
from sim.outcomes.strata import SERVICE_MEASURES
from sim.scenario.levers import PAYERS

ORDER = [
    "engaged_within_3_weeks",
    "started_12_months",
    "first_night_rough",
    "first_night_settled",
    "settled_3_months",
    "rough_sleeping_days",
    "hidden_homeless_days",
    "rough_recorded",
    "street_count_month",
    "homeless_12_months",
    "unsettled_12_months",
    "relapsed_28_days",
    "nonfatal_overdoses",
    "nonfatal_overdoses_expected",
    "deaths_28_days",
    "deaths_28_days_expected",
    "deaths_365_days",
    "deaths_365_days_expected",
    "drug_deaths_365_days",
    "drug_deaths_365_days_expected",
    "suicides_365_days",
    "suicides_365_days_expected",
    "other_deaths_365_days",
    "other_deaths_365_days_expected",
    "custody_deaths_365_days",
    "custody_deaths_365_days_expected",
    "recalled_365_days",
    "reoffended_365_days",
    "treatment_days",
    "wait_days_mean",
    "appointments_missed_travel",
    "custody_days",
    "recalled_for_breach_365_days",
    "residential_days",
    "waiting_days",
    "waits_given_up",
    "people_waiting_mean",
    "people_per_keyworker_mean",
    "contact_interval_mean",
    "first_appointment_lead_mean",
    "first_appointment_time",
    "qalys",
    "qalys_expected",
    "qalys_lifetime",
    "survivors_care_gbp",
    "qalys_lifetime_1_5",
    "qalys_ten_years",
    "survivors_care_1_5_gbp",
    "cost_total_gbp",
    "cost_council_gbp",
    "cost_nhs_gbp",
    "cost_hmpps_gbp",
    "cost_pcc_gbp",
    "cost_housing_gbp",
    "cost_transport_gbp",
    "cost_reoffending_gbp",
    "net_cost_gbp",
    "knock_on_treatment_gbp",
    "knock_on_overdoses_gbp",
    "knock_on_custody_gbp",
    "knock_on_rough_services_gbp",
    "knock_on_rough_justice_gbp",
    "knock_on_rough_nhs_gbp",
    "knock_on_temporary_gbp",
    "spent_council_gbp",
    "spent_nhs_gbp",
    "spent_hmpps_gbp",
    "spent_pcc_gbp",
    "spent_housing_gbp",
    "spent_transport_gbp",
    "idle_gbp",
    "unused_stock_gbp",
    "other_people_gbp",
    "paid_from_first_day_gbp",
    "spent_21_days_gbp",
    "rough_street_count",
    "disclosed_trauma",
    "women_at_centre",
    "chemsex_recognised",
    "went_to_mutual_aid",
    "met_mutual_aid_in_prison",
    "requests_lost",
    "appointments_brought_near",
]
PEOPLE_AT_HUBS = {"people_waiting_mean", "people_per_keyworker_mean"}
FEW_PEOPLE = {"rough_street_count", "women_at_centre", "chemsex_recognised"}  # told as a count, not as a share


def test_names_stand_in_the_promised_order() -> None:
    assert list(MEASURE_NAMES) == ORDER


def test_headlines_are_the_expected_kind_of_rare_events() -> None:
    assert {measure.name for measure in HEADLINES} == {
        "engaged_within_3_weeks", "rough_sleeping_days", "nonfatal_overdoses_expected", "deaths_28_days_expected",
        "deaths_365_days_expected", "recalled_365_days", "settled_3_months", "appointments_missed_travel", "qalys",
        "cost_total_gbp", "reoffended_365_days",
    }  # fmt: skip


def test_every_measure_is_fully_declared_once() -> None:
    assert len(set(MEASURE_NAMES)) == len(MEASURES)
    for measure in MEASURES:
        for text in (
            measure.title,
            measure.unit,
            measure.numerator,
            measure.denominator,
            measure.meaning,
            measure.label,
        ):
            assert text == text.strip() != ""
        assert len(measure.label) <= 32, f"{measure.name}: a label of a narrow chart panel"
        counts_people = measure.is_share or measure.name in PEOPLE_AT_HUBS or measure.name in FEW_PEOPLE
        assert counts_people == (measure.counts == "people")
        of_a_year = measure.counts != "per cent"  # of which nothing can be added up
        assert measure.counts in LEAST_THAT_COUNTS if of_a_year else not measure.per_person


def test_only_the_wait_and_what_services_hold_are_not_counted_per_person() -> None:
    others = ["wait_days_mean", *SERVICE_MEASURES]
    assert [measure.name for measure in MEASURES if not measure.per_person] == others
    assert not any(measure_named(name).is_share for name in others)


@pytest.mark.parametrize(
    ("name", "unit", "better"),
    [
        ("people_waiting_mean", "people", "lower"),
        ("people_per_keyworker_mean", "people per keyworker", "lower"),
        ("contact_interval_mean", "open days", "lower"),
        ("first_appointment_lead_mean", "open days", "lower"),
        ("first_appointment_time", "per cent of keyworkers' time", "neither"),
    ],
)
def test_what_hubs_count_has_its_unit(name: str, unit: str, better: str) -> None:
    measure = measure_named(name)
    assert (measure.unit, measure.better, measure.headline) == (unit, better, False)
    assert name in SERVICE_MEASURES and len(SERVICE_MEASURES) == 5


@pytest.mark.parametrize("name", ["wait_days_mean", "people_waiting_mean", "first_appointment_lead_mean"])
def test_means_of_waits_say_where_those_are_who_gave_up(name: str) -> None:
    assert "waits_given_up" in measure_named(name).meaning
    given_up = measure_named("waits_given_up")
    assert (given_up.counts, given_up.better, given_up.per_person) == ("waits", "lower", True)


def test_each_payer_has_its_cost() -> None:
    costs = [name for name in MEASURE_NAMES if name.startswith("cost_")]
    assert costs == ["cost_total_gbp", *(f"cost_{payer}_gbp" for payer in PAYERS), "cost_reoffending_gbp"]
    assert {measure_named(name).counts for name in costs} == {"pounds"}


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    assert measure_named("custody_days").counts == "days"
    with pytest.raises(InputError, match="did you mean 'recalled_365_days'"):
        measure_named("recaled_365_days")
