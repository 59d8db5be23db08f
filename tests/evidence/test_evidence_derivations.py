"""Derivations recomputed: where a row's note is arithmetic, the arithmetic gives the row's value.

Published figures are read from the source rows, so an edited source shows up here. Tolerances are the row's rounding.
"""

from __future__ import annotations

from math import exp, log

import pytest

from sim.core.rates import hazard_from_probability, probability_from_hazard
from sim.evidence import load_parameters, load_sources
from sim.mechanisms import tolerance
from sim.mechanisms.overdose import fatalities, first_days
from sim.mechanisms.treatment import exit_hazards
from sim.mechanisms.use import start_hazards

ROWS = load_parameters()
VALUE = {name: row.value for name, row in ROWS.items()}
EXITS, STARTS, FATALITY = exit_hazards(VALUE), start_hazards(VALUE), fatalities(VALUE)
KNOWN = load_sources()


def published(name: str) -> float:
    value = KNOWN[name].value
    assert value is not None
    return value


def test_people_per_year_by_three_routes() -> None:
    councils = sum(s.value for s in KNOWN.values() if s.topic == "population" and s.id.startswith("D") and s.value)
    assert councils == published("south_west_population_2021") == 5_701_600
    share = councils / 56.5e6
    assert share == pytest.approx(0.101, abs=0.0005)
    assert published("n_need_eng") * share == pytest.approx(2178, abs=2)
    assert published("prison_exits_2023_24") * (1 - 0.38) * share == pytest.approx(1944, abs=2)
    assert published("n_opioid_released_2018_19") * share == pytest.approx(2346, abs=2)
    assert published("n_need_london") / published("n_need_eng") == pytest.approx(0.133, abs=0.0005)
    assert VALUE["population.people_per_year"] == pytest.approx(2178, rel=0.011)


def test_women_share() -> None:
    assert 6033 / published("D234") == pytest.approx(0.087, abs=0.0005)
    assert VALUE["population.women_share"] == pytest.approx(6033 / published("D234"), abs=0.005)


def test_need_mix_reweighted_by_non_completion() -> None:
    opiate, alcohol = published("mix_opiates"), 0.27 * published("mix_alcohol_any")
    other_completion = 0.49
    whole = opiate * (1 - published("prison_complete_opiate")) + alcohol * 0.56 + (1 - opiate - alcohol) * 0.51
    assert whole == pytest.approx(0.666, abs=0.002)
    opiate_share = opiate * (1 - published("prison_complete_opiate")) / whole
    assert opiate_share == pytest.approx(0.586, abs=0.002)
    both = opiate_share * published("mix_opiate_crack") / opiate
    assert VALUE["need.opiate_and_crack"] == pytest.approx(both, abs=0.005)
    assert VALUE["need.opiate_no_crack"] == pytest.approx(opiate_share - VALUE["need.opiate_and_crack"], abs=0.01)
    stimulant = (published("mix_crack_noopiate") + 0.12) * (1 - other_completion) / whole
    assert VALUE["need.stimulant"] == pytest.approx(stimulant, abs=0.008)
    assert VALUE["need.alcohol"] == pytest.approx(alcohol * 0.56 / whole, abs=0.006)


@pytest.mark.parametrize(
    ("name", "with_ace", "without"),
    [("population.cptsd_men", 0.267, 0.084), ("population.mental_health_men", 0.85, 0.58)],
)
def test_conditionals_on_four_aces(name: str, with_ace: float, without: float) -> None:
    share = VALUE["population.ace4_men"]
    assert share * with_ace + (1 - share) * without == pytest.approx(VALUE[name], abs=0.005)
    ratio = with_ace / (1 - with_ace) / (without / (1 - without))
    assert ratio == pytest.approx(VALUE["population.ace4_or"], rel=0.03)


def test_chemsex_need_and_ost_at_release() -> None:
    everybody = published("event_chemsex_in_prison") / published("prison_in_treatment_2023_24")
    assert everybody == pytest.approx(0.006, abs=0.0005)
    needs = VALUE["need.stimulant"] + 0.17
    assert everybody / (needs * (1 - VALUE["population.women_share"])) == pytest.approx(0.02, abs=0.0005)
    assert VALUE["population.ost_at_release"] == pytest.approx(8645 / 15141, abs=0.0005)
    assert VALUE["population.sentence_6_12m"] == pytest.approx(0.70 - published("women_sentences_under6m_2022"))


def test_attendance_ratios() -> None:
    day_1, day_7 = published("intake_attend_1day"), published("intake_attend_7day")
    per_log = log(day_7 / (1 - day_7) / (day_1 / (1 - day_1))) / log(7)
    assert exp(per_log) == pytest.approx(0.48, abs=0.005)
    assert VALUE["appointment.rough_or"] == published("homeless_or_retention_oud")
    assert probability_from_hazard(0.0028, 30) == pytest.approx(published("kinlock_entry_counsel"), abs=0.004)


def test_trust_scale_and_turnover() -> None:
    assert hazard_from_probability(published("client_share_losing_worker_12m"), 1.0) == pytest.approx(0.27, abs=0.005)
    assert hazard_from_probability(published("counsellor_turnover_2y"), 2.0) == pytest.approx(0.38, abs=0.005)
    r = published("alliance_outcome_r_sud")
    assert exp(-0.33) == pytest.approx(0.72, abs=0.002)
    # d = 2r / sqrt(1 - r^2) and ln OR = d x pi / sqrt 3 between halves that lie two SDs apart: half of it per SD
    assert 0.5 * 2 * r / (1 - r * r) ** 0.5 * 3.14159265 / 3**0.5 == pytest.approx(0.33, abs=0.005)
    assert 0.72 < VALUE["trust.dropout_hr_per_sd"] < 1.0
    kept = 1 - (1 - VALUE["trust.start"]) * (1 - VALUE["trust.step"]) ** 14
    assert kept == pytest.approx(0.75, abs=0.01)


def test_ace_relapse_ratio_is_shrunk() -> None:
    odds = published("ace_or_opioid_relapse_per_ace") ** 3
    assert odds == pytest.approx(1.6, abs=0.01)
    assert 1.0 < VALUE["trauma.ace4_relapse_hr"] < odds


def test_treatment_dropout_bands() -> None:
    first = probability_from_hazard(VALUE["treatment.dropout_days_1_28"], 28)
    assert first == pytest.approx(0.143, abs=0.0005)
    assert EXITS[1] == pytest.approx(-log(0.75 / 0.857) / 56, abs=5e-6)
    assert EXITS[2] == pytest.approx(-log(published("ost_ret_12m") / 0.75) / 281, abs=5e-7)
    at_84 = (1 - first) * exp(-56 * EXITS[1])
    assert at_84 == pytest.approx(published("retained_12wk_nw"), abs=0.001)
    at_365 = at_84 * exp(-281 * EXITS[2])
    assert at_365 == pytest.approx(published("ost_ret_12m"), abs=0.001)


def test_completion_and_reentry() -> None:
    year = hazard_from_probability(published("phof_opiate_2014"), 365)
    assert VALUE["treatment.completion_opiate"] == pytest.approx(year, abs=5e-6)
    assert VALUE["treatment.completion_opiate"] < EXITS[2]
    assert VALUE["treatment.reentry"] == pytest.approx(hazard_from_probability(0.486, 365), abs=5e-5)


def test_use_bands() -> None:
    day_0 = VALUE["use.day_0_drug"]
    month = published("kinlock_op_1m_counsel")
    assert VALUE["use.start_days_1_28"] == pytest.approx(-log((1 - month) / (1 - day_0)) / 27, abs=5e-4)
    not_yet = (1 - day_0) * exp(-27 * VALUE["use.start_days_1_28"])
    assert not_yet == pytest.approx(1 - month, abs=0.004)
    assert (1 - day_0) * exp(-13 * VALUE["use.start_days_1_28"]) == pytest.approx(1 - 0.50, abs=0.006)
    assert STARTS[1] == pytest.approx(-log(0.17 / 0.37) / 56, abs=5e-5)
    three_months = 1 - not_yet * exp(-56 * STARTS[1])
    assert three_months == pytest.approx(published("curtis_idu_3m"), abs=0.005)


def test_use_ratios() -> None:
    ratio = log(1 - published("kinlock_op_1m_methadone")) / log(1 - published("kinlock_op_1m_counsel"))
    assert VALUE["use.ost_hr"] == pytest.approx(ratio, abs=0.006)
    dosed = 1 - (1 - VALUE["use.day_0_drug"]) ** VALUE["use.ost_hr"]
    assert dosed == pytest.approx(0.124, abs=0.002)
    alcohol = log((1 - published("alcohol_day1")) / (1 - published("alcohol_6m")))
    assert alcohol == pytest.approx(1.465, abs=0.002)
    drugs = 27 * 0.024 + 56 * 0.0139 + (182 - 84) * 0.0050
    assert drugs == pytest.approx(1.92, abs=0.005)
    assert VALUE["use.other_needs_ratio"] == pytest.approx(alcohol / drugs, abs=0.015)


def test_naloxone_arithmetic() -> None:
    seen = VALUE["overdose.witnessed"]
    mean = (1 - seen) * FATALITY[0] + seen * VALUE["overdose.fatality_witnessed"]
    assert mean == pytest.approx(0.0405, abs=1e-9)
    averted = seen * VALUE["overdose.naloxone_used"] * (VALUE["overdose.fatality_witnessed"] - FATALITY[2])
    assert averted == pytest.approx(0.0072, abs=1e-4)
    assert averted / mean == pytest.approx(0.18, abs=0.005)
    assert pytest.approx(0.22) == 0.066 / 0.30
    assert FATALITY[0] == 2 * VALUE["overdose.fatality_witnessed"]
    assert VALUE["overdose.naloxone_held"] == published("thn_release_2018_19")


def test_overdose_ratios() -> None:
    assert VALUE["overdose.after_ost_stop_hr"] == pytest.approx(published("hickman_off4") / 2.13, abs=0.03)
    weeks_1_2 = published("merrall_uk_rr") * (2 * published("merrall_wk34_rr") + 8) / 10
    assert weeks_1_2 == pytest.approx(8.6, abs=0.06)
    ratio = published("maric_wk1_wk2")
    week_2 = 2 * weeks_1_2 / (1 + ratio)
    assert ratio * week_2 == pytest.approx(10.3, abs=0.06)
    assert week_2 == pytest.approx(6.8, abs=0.06)
    # By days of use of people who use: above the ratio by week of everybody in the first week, below it in the second.
    days_of_use = tolerance.bands(VALUE)
    assert days_of_use == pytest.approx((13.3, 5.9, 2.3, 1.0), abs=0.06)
    assert days_of_use[0] > ratio * week_2
    assert first_days(VALUE) == pytest.approx((5.5, 3.7, 2.0, 1.0), abs=0.03)
    assert published("nfod_14d") / published("nfod_all") == pytest.approx(6.2, abs=0.05)


def test_other_deaths() -> None:
    excess = published("marsden_acm_4wk_risk") - published("marsden_drp_4wk_risk")
    no_poisoning = excess * 365 / 28
    assert no_poisoning == pytest.approx(0.0052, abs=5e-5)
    early, later = published("suicide_28d_rate"), published("suicide_29_365_rate")
    assert no_poisoning - early < VALUE["death.natural_opiate"] < no_poisoning - later
    slow, fast = 2 ** (10 / 12), 2 ** (10 / 8)  # doubling each 8 to 12 years
    assert slow < VALUE["death.age_ratio_10y"] < fast


def test_suicide_after_release_and_in_custody() -> None:
    assert published("suicide_28d_rate") == pytest.approx(79 / (244_988 * 28 / 365.25), abs=5e-5)
    ratio = published("suicide_28d_rate") / published("suicide_29_365_rate")
    assert VALUE["death.suicide_days_1_28_ratio"] == pytest.approx(ratio, abs=0.05)
    assert VALUE["death.suicide"] == pytest.approx(published("suicide_29_365_rate"), abs=1e-4)
    # The two rows give the published rate over the whole year.
    a_year = VALUE["death.suicide"] * (1 + 28 / 365 * (VALUE["death.suicide_days_1_28_ratio"] - 1))
    assert a_year == pytest.approx(published("suicide_year_rate"), rel=0.05)
    inside = published("safety_in_custody_self_inflicted_2025_06") / 87_500
    assert ROWS["death.custody_suicide"].low < inside < VALUE["death.custody_suicide"]
    natural = VALUE["death.custody_natural_ratio"] * VALUE["death.natural_opiate"]
    assert natural == pytest.approx(published("custody_natural_rate_2025"), abs=5e-5)


def test_utility_in_custody_lies_between_nobody_and_everybody_having_a_need() -> None:
    everybody = published("utility_prison")
    nobody = everybody * published("utility_oat_norway") / 0.848
    assert VALUE["utility.custody"] == pytest.approx((nobody + everybody) / 2, abs=0.005)


def test_first_night_and_housing() -> None:
    assert VALUE["housing.first_night_homeless"] == pytest.approx(12_840 / 86_040, abs=5e-4)
    assert VALUE["housing.first_night_temporary"] == pytest.approx(17_320 / 70_040, abs=5e-4)
    short = published("men_short_sentence_rough_2018") / 0.042
    assert VALUE["housing.short_sentence_or"] == pytest.approx(short, abs=0.05)
    new_tenancy = hazard_from_probability(1 - published("afeo_tenancy_sustained_6m"), 182.5)
    assert new_tenancy == pytest.approx(0.0024, abs=5e-5)
    assert new_tenancy / 2 < VALUE["housing.settled_loss"] < new_tenancy
    leave = VALUE["housing.temporary_to_settled"] + VALUE["housing.temporary_to_homeless"]
    settled = VALUE["housing.temporary_to_settled"] / leave * (1 - exp(-84 * leave))
    assert settled == pytest.approx(0.448, abs=0.006)
    later = VALUE["housing.rough_exit_days_1_28"] * VALUE["housing.rough_exit_later_part"]
    assert later == pytest.approx(0.012, abs=1e-4)


def test_reoffending_ratios() -> None:
    rough, settled = published("reoff_rough_2022"), published("reoff_settled_2022")
    crude = log(1 - rough) / log(1 - settled)
    assert VALUE["reoffending.rough_crude_hr"] == pytest.approx(crude, abs=0.005)
    completed, left = published("reoff_2y_treatment_completed"), published("reoff_2y_treatment_dropout")
    treated = log(1 - completed) / log(1 - left)
    assert VALUE["reoffending.treatment_crude_hr"] == pytest.approx(treated, abs=0.005)
    share = VALUE["reoffending.causal_share"]
    assert VALUE["reoffending.rough_crude_hr"] ** share == pytest.approx(1.36, abs=0.005)
    assert VALUE["reoffending.treatment_crude_hr"] ** share == pytest.approx(0.85, abs=0.005)
    at_liberty = hazard_from_probability(published("reoff_under12m_2023"), 365)
    assert at_liberty == pytest.approx(0.00246, abs=5e-6)
    assert at_liberty < VALUE["reoffending.short"]


def test_benefit_claim_is_0_026_a_day() -> None:
    assert hazard_from_probability(VALUE["income.claim_in_month"], 30) == pytest.approx(0.0259, abs=5e-5)


def test_co_location_is_shrunk_between_none_and_published() -> None:
    published_rr = published("onsite_v_referral_received") / published("onsite_v_referral_received_referred")
    assert published_rr == pytest.approx(2.6, abs=0.05)
    before, after = published("essex_single_service_engaged_before"), published("essex_single_service_engaged_after")
    assert after / before == pytest.approx(2.35, abs=0.005)

    def odds(probability: float) -> float:
        return probability / (1.0 - probability)

    raw = odds(after) / odds(before)
    assert raw == pytest.approx(2.55, abs=0.005)
    at_baltimore = published("onsite_v_referral_received_referred")
    assert raw**0.5 < VALUE["agency.colocated_received_or"] < odds(1.5 * at_baltimore) / odds(at_baltimore)
