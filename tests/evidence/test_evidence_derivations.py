"""Derivations recomputed: where a row's note is arithmetic, the arithmetic gives the row's value.

Published figures are read from the source rows, so an edited source shows up here. Tolerances are the row's rounding.
"""

from __future__ import annotations

from math import exp, log

import pytest

from sim.core.rates import hazard_from_probability, probability_from_hazard
from sim.evidence import load_parameters, load_sources
from sim.mechanisms.overdose import fatalities, tolerance_bands
from sim.mechanisms.treatment import exit_hazards
from sim.mechanisms.use import start_hazards
from sim.outcomes.economics import utilities
from sim.population.short_stay import planned_nights

ROWS = load_parameters()
VALUE = {name: row.value for name, row in ROWS.items()}
EXITS, STARTS, FATALITY, UTILITIES = exit_hazards(VALUE), start_hazards(VALUE), fatalities(VALUE), utilities(VALUE)
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
    assert not_yet == pytest.approx(0.367, abs=0.001)
    assert (1 - day_0) * exp(-13 * VALUE["use.start_days_1_28"]) == pytest.approx(1 - 0.49, abs=0.006)
    assert STARTS[1] == pytest.approx(-log(0.17 / 0.37) / 56, abs=5e-5)
    three_months = 1 - not_yet * exp(-56 * STARTS[1])
    assert three_months == pytest.approx(published("curtis_idu_3m"), abs=0.005)


def test_use_ratios() -> None:
    ratio = log(1 - published("kinlock_op_1m_methadone")) / log(1 - published("kinlock_op_1m_counsel"))
    assert VALUE["use.ost_hr"] == pytest.approx(ratio, abs=0.006)
    dosed = 1 - (1 - VALUE["use.day_0_drug"]) ** VALUE["use.ost_hr"]
    assert dosed == pytest.approx(0.11, abs=0.002)
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
    assert VALUE["overdose.tolerance_week_1"] > ratio * week_2
    assert tolerance_bands(VALUE)[1] > week_2
    assert published("nfod_14d") / published("nfod_all") == pytest.approx(6.2, abs=0.05)


def test_other_deaths() -> None:
    excess = published("marsden_acm_4wk_risk") - published("marsden_drp_4wk_risk")
    assert VALUE["death.other_opiate"] == pytest.approx(excess * 365 / 28, abs=5e-5)
    slow, fast = 2 ** (10 / 12), 2 ** (10 / 8)  # doubling each 8 to 12 years
    assert slow < VALUE["death.age_ratio_10y"] < fast


def test_first_night_and_housing() -> None:
    assert VALUE["housing.first_night_homeless"] == pytest.approx(12_840 / 86_040, abs=5e-4)
    assert VALUE["housing.first_night_temporary"] == pytest.approx(17_320 / 70_040, abs=5e-4)
    short = published("men_short_sentence_rough_2018") / 0.042
    assert VALUE["housing.short_sentence_or"] == pytest.approx(short, abs=0.05)
    new_tenancy = hazard_from_probability(1 - published("afeo_tenancy_sustained_6m"), 182.5)
    assert new_tenancy == pytest.approx(0.0024, abs=5e-5)
    assert VALUE["housing.settled_loss"] == pytest.approx(new_tenancy / 2, abs=5e-5)
    leave = VALUE["housing.temporary_to_settled"] + VALUE["housing.temporary_to_rough"]
    settled = VALUE["housing.temporary_to_settled"] / leave * (1 - exp(-84 * leave))
    assert settled == pytest.approx(0.455, abs=0.006)


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
    assert 1.0 < VALUE["agency.colocated_received_rr"] < after / before


def test_pay_of_a_keyworker() -> None:
    low, high = (salary * 1.25 * 1.20 for salary in (27_000, 34_000))
    assert low < VALUE["cost.keyworker_year"] < high


def test_cas3_beds() -> None:
    assert VALUE["housing.cas3_coverage"] == pytest.approx(published("cas3_placed_2024_25") / 86_040, abs=5e-4)
    effect, row = KNOWN["cas3_first_night_effect"], ROWS["housing.cas3_additional"]
    coverage = published("cas3_coverage_2024_25")
    assert effect.low is not None
    assert effect.high is not None
    assert row.value == pytest.approx(published("cas3_first_night_effect") / coverage, abs=0.002)
    assert row.low == pytest.approx(effect.low / coverage, abs=0.005)
    assert row.high == pytest.approx(effect.high / coverage, abs=0.005)
    assert VALUE["housing.cas3_max_nights"] == published("cas3_max_nights") == 12 * 7


def test_short_stays_end_in_a_home_as_often_as_published() -> None:
    """With the moves before the planned end 0.60 settle: 0.56 of all stays, 0.67 of those that custody does not end."""
    success = KNOWN["cas3_exit_success"]
    assert success.low is not None and success.high is not None and success.value is not None
    settle, lose = VALUE["housing.temporary_to_settled"], VALUE["housing.temporary_to_rough"]
    reoffence = 0.49 * VALUE["reoffending.short"] + 0.51 * VALUE["reoffending.long"]  # by length of sentence
    custody = VALUE["supervision.recall_compliance"] + VALUE["custody.after_reoffence"] * reoffence
    shares = planned_nights(VALUE)
    leaving = settle + lose + custody
    to_the_end = sum(share * exp(-leaving * nights) for nights, share in enumerate(shares, start=1))
    settled = settle / leaving * (1 - to_the_end) + VALUE["housing.cas3_end_settled"] * to_the_end
    by_custody = custody / leaving * (1 - to_the_end)
    assert settled == pytest.approx(0.56, abs=0.01)
    assert settled / (1 - by_custody) == pytest.approx(0.67, abs=0.01)
    assert success.low < settled < success.value < settled / (1 - by_custody)
    row = ROWS["housing.cas3_end_settled"]
    assert row.low < VALUE["housing.cas3_end_settled"] < row.high == success.high


def test_moving_on_from_supported_housing() -> None:
    stay, row = KNOWN["supported_stay_resettlement"], ROWS["housing.supported_move_on"]
    assert stay.low is not None
    assert stay.high is not None
    assert stay.value == (stay.low * stay.high) ** 0.5
    for rate, months in ((row.value, published("supported_stay_resettlement")), (row.low, stay.high)):
        assert rate == pytest.approx(12 / (365 * months), rel=0.03)
    assert row.high == pytest.approx(12 / (365 * stay.low), rel=0.03)


def test_depot_ratio_is_shrunk_by_half() -> None:
    ratio = log(published("depot_bup_retained_8w")) / log(published("sublingual_bup_retained_8w"))
    assert ratio == pytest.approx(0.35, abs=0.005)
    assert VALUE["treatment.depot_dropout_hr"] == pytest.approx(ratio**0.5, abs=0.01)
    assert ROWS["treatment.depot_dropout_hr"].low == pytest.approx(ratio, abs=0.005)


def test_depot_injections_lie_between_seen_and_possible() -> None:
    staying, days = 1.0, 0.0
    for exits, length in zip(EXITS, (28, 56, 281), strict=True):
        hazard = exits * ROWS["treatment.depot_dropout_hr"].value
        days += staying * (1 - exp(-hazard * length)) / hazard
        staying *= exp(-hazard * length)
    assert days / 28 == pytest.approx(10.5, abs=0.05)
    assert published("depot_days") / 28 == pytest.approx(4.4, abs=0.05)
    row = ROWS["lever.depot_injections"]
    assert row.low < 4.4 < row.value < 10.5 < row.high == 13


def test_residential_treatment() -> None:
    assert VALUE["treatment.rehab_early_end"] == pytest.approx(412 / 1670, abs=0.005)
    assert VALUE["treatment.rehab_early_share"] == published("rehab_dropout_early")
    usual = KNOWN["rehab_usual_weeks"]
    assert usual.low is not None
    assert VALUE["treatment.rehab_days"] == usual.low * 7
    assert (ROWS["treatment.rehab_days"].low, ROWS["treatment.rehab_days"].high) == (4 * 7, 26 * 7)
    worse, better = published("detox_unplanned_discharge_london"), published("detox_premature_discharge_berkshire")
    assert worse == pytest.approx(154 / 470, abs=5e-4)
    row = ROWS["treatment.detox_early_end"]
    assert row.value == pytest.approx((worse + better) / 2, abs=0.001)
    assert (row.low, row.high) == (pytest.approx(better, abs=0.005), pytest.approx(0.371, abs=0.005))


def test_the_interval_of_unplanned_discharge_is_wilsons() -> None:
    share, n, z = 154 / 470, 470, 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    source = KNOWN["detox_unplanned_discharge_london"]
    assert (source.low, source.high) == (
        pytest.approx(middle - reach, abs=5e-4),
        pytest.approx(middle + reach, abs=5e-4),
    )


def test_utilities() -> None:
    assert VALUE["utility.using"] == published("connock_utility_untreated_injecting")
    assert UTILITIES[1] == pytest.approx(published("connock_utility_treated_injecting_reduced"), abs=0.0005)
    gain = UTILITIES[1] - VALUE["utility.using"]
    assert gain == pytest.approx(published("utility_gain_methadone"), abs=0.0015)
    entry = published("utility_pre_oat_sf6d")
    assert ROWS["utility.using"].high == entry
    read, recalled = published("utility_stable_buprenorphine"), published("connock_utility_treated_drugfree")
    assert read < UTILITIES[2] < (read + recalled) / 2
    using = VALUE["utility.using"]
    assert using + ROWS["utility.not_using_part"].high * (1 - using) == pytest.approx(recalled, abs=0.005)
    assert using + ROWS["utility.not_using_part"].low * (1 - using) == pytest.approx(0.70, abs=0.005)
    assert using + ROWS["utility.treated_part"].low * (UTILITIES[2] - using) == pytest.approx(0.60, abs=0.005)
    assert VALUE["utility.rough_loss"] == pytest.approx(published("qaly_loss_homeless_year") / 2, abs=0.0016)
    assert ROWS["utility.rough_loss"].high == published("qaly_loss_homeless_year")
    assert VALUE["utility.using"] < UTILITIES[1] < UTILITIES[2]


def test_a_bridged_release_is_reached_between_today_and_new_south_wales() -> None:
    assert VALUE["treatment.bridged_at_release"] < VALUE["lever.bridged_reached"] < published("nsw_present_48h")
    assert ROWS["lever.bridged_reached"].high == published("nsw_present_48h")
