"""Rows of the themes: each derivation that is arithmetic gives the row's value and ends, and the rest is graded so."""

from __future__ import annotations

import re
from math import log, sqrt

import pytest

from sim.core.rates import hazard_from_probability
from sim.evidence import Source, load_parameters, load_sources
from sim.evidence.units import kind_of_unit

ROWS = load_parameters()
VALUE = ROWS.reference()
KNOWN = load_sources()

THEMES = {
    "agency": "joint_cases_part turnover_worn joint_delay_ratio joint_recall_hr shared_record_lost_ratio",
    "appointment": "delay_or_opiate",
    "chemsex": "recognised trained_ratio prefers_sexual_health",
    "cost": "peer_worker_year retention_pay housing_first_year womens_centre_place lift demand_bus_trip travel_pass"
    " programme_year",
    "housing": "housing_first_loss street_count_share",
    "lever": "specialist_caseload trauma_training_days language_training_days"
    " recognition_training_days recognition_staff retention_pay_ratio meeting_people meetings_each"
    " outreach_contacts_part visits_per_person",
    "mutual_aid": "attend relapse_hr_alcohol relapse_hr_drugs peer_ratio inreach_delivered",
    "overdose": "alcohol_hr mental_health_hr potency_ratio",
    "population": "any_ace abuse_women alcohol_beside_opiates",
    "stigma": "training_dropout_hr",
    "trauma": "disclosure_per_contact disclosed_at_once never_disclosed routine_enquiry_rr fitted_dropout_hr",
    "trust": "remote_step",
    "women": "centre_dropout_hr centre_reoffending_hr mixed_residential_with_children children_settling_hr",
}
NAMES = [f"{mechanism}.{name}" for mechanism, text in THEMES.items() for name in text.split()]


def published(name: str) -> float:
    value = KNOWN[name].value
    assert value is not None
    return value


def ends(source: Source) -> tuple[float, float]:
    assert source.low is not None
    assert source.high is not None
    return source.low, source.high


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95% interval of a share seen in n people."""
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - reach, middle + reach


def test_every_row_of_the_themes_is_there() -> None:
    assert len(NAMES) == 51
    assert set(NAMES) <= set(ROWS)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_without_a_source_says_so(name: str) -> None:
    row = ROWS[name]
    assert kind_of_unit(row.unit) != "other"
    if not row.sources and row.mechanism != "cost":
        assert row.grade == "assumed"
        assert "judgement" in row.derivation
    if row.grade != "measured":
        assert row.population.startswith(f"{row.grade} for ")


def test_disclosure_unasked_adds_up_to_the_share_on_file() -> None:
    on_file, at_once, never = (
        published("abuse_disclosed_spontaneously"), VALUE["trauma.disclosed_at_once"], VALUE["trauma.never_disclosed"],
    )  # fmt: skip
    later = (on_file - at_once) / (1 - at_once - never)
    assert hazard_from_probability(later, 6) == pytest.approx(0.0088, abs=5e-5)
    assert 1 - (1 - later) ** (1 / 6) == pytest.approx(0.0087, abs=5e-5)
    row = ROWS["trauma.disclosure_per_contact"]
    assert row.low < 0.0087 < row.value
    assert at_once == pytest.approx(on_file / 3)
    assert ROWS["trauma.disclosed_at_once"].high == on_file


def test_never_disclosed() -> None:
    row = ROWS["trauma.never_disclosed"]
    assert row.value == published("csa_never_disclosed")
    assert row.value == pytest.approx(1 - published("csa_any_lifetime_disclosure"))
    assert row.high == pytest.approx(1 - published("cpa_any_lifetime_disclosure"))


def test_routine_enquiry_and_any_ace_are_as_published() -> None:
    for name in ("trauma.routine_enquiry_rr", "population.any_ace"):
        row = ROWS[name]
        assert row.value == published(row.sources[0])
        assert (row.low, row.high) == ends(KNOWN[row.sources[0]])
    asked, unasked = published("abuse_disclosed_when_asked"), published("abuse_disclosed_spontaneously")
    assert asked / unasked == pytest.approx(12, abs=0.5)
    assert VALUE["population.any_ace"] > VALUE["population.ace4_women"]


def test_the_fitted_service_is_shrunk_by_half() -> None:
    row = ROWS["trauma.fitted_dropout_hr"]
    assert sqrt(published("trauma_integrated_tx_dropout_hr")) == pytest.approx(0.83, abs=0.005)
    assert row.low == published("trauma_integrated_tx_dropout_hr")
    assert 0.83 < row.value < row.high == 1.0


def test_alcohol_beside_opiates() -> None:
    drinks = published("mix_alcohol_any")
    only = 0.27 * drinks
    assert "27% of these alcohol only" in KNOWN["mix_alcohol_any"].note
    assert only == pytest.approx(0.11, abs=0.005)
    assert (drinks - only) / (1 - only) == pytest.approx(0.345, abs=0.005)
    assert VALUE["population.alcohol_beside_opiates"] == pytest.approx(0.345, abs=0.006)


def test_abuse_of_women_lies_between_two_counts() -> None:
    row = ROWS["population.abuse_women"]
    assert row.value == published("women_prison_domestic_abuse")
    assert row.high == published("changing_futures_da_women")


def test_a_womens_centre_keeps_women_longer() -> None:
    found = re.search(r"control (\d\.\d) months", KNOWN["gender_responsive_aftercare_months"].note)
    assert found
    ratio = float(found[1]) / published("gender_responsive_aftercare_months")
    assert ratio == pytest.approx(0.69, abs=0.005)
    assert sqrt(ratio) == pytest.approx(0.83, abs=0.005)
    assert sqrt(ratio) < VALUE["women.centre_dropout_hr"] < 1.0
    assert ROWS["women.centre_dropout_hr"].low < ratio


def test_a_womens_centre_and_reoffending() -> None:
    supported, comparison = published("wc_brighton_reoffend_supported"), published("wc_brighton_reoffend_comparison")
    row = ROWS["women.centre_reoffending_hr"]
    assert log(1 - supported) / log(1 - comparison) == pytest.approx(row.value, abs=0.005)
    least, most = ends(KNOWN["wc_england_jdl2015_reduction"])
    middle = published("wc_england_jdl2015_reduction")
    ratios = [log(1 - comparison + fewer) / log(1 - comparison) for fewer in (most, middle, least)]
    assert ratios == [pytest.approx(told, abs=0.005) for told in (0.64, 0.80, 0.96)]
    assert ratios[0] == pytest.approx(row.low, abs=0.01)
    alone = [log(1 - share) / log(1 - comparison) for share in wilson(supported, 114)]
    assert alone == [pytest.approx(0.60, abs=0.005), pytest.approx(1.25, abs=0.005)]
    assert ratios[2] < row.high < alone[1]


def test_chemsex_rows() -> None:
    row = ROWS["chemsex.prefers_sexual_health"]
    assert row.value == published("chemsex_prefer_sexual_health_setting") == pytest.approx(42 / 54, abs=0.005)
    assert [row.low, row.high] == pytest.approx(list(wilson(42 / 54, 54)), abs=0.005)
    recognised = ROWS["chemsex.recognised"]
    assert recognised.low < recognised.value < published("gum_clinics_asking_all_chemsex") < recognised.high
    assert recognised.high * ROWS["chemsex.trained_ratio"].high < 1.0


def test_mutual_aid_in_alcohol_is_the_ratio_of_abstinence_turned_round() -> None:
    row = ROWS["mutual_aid.relapse_hr_alcohol"]
    low, high = ends(KNOWN["twelve_step_abstinence_rr_12m"])
    assert row.value == pytest.approx(1 / published("twelve_step_abstinence_rr_12m"), abs=0.005)
    assert [row.low, row.high] == pytest.approx([1 / high, 1 / low], abs=0.005)
    assert row.value < VALUE["mutual_aid.relapse_hr_drugs"] < 1.0 < ROWS["mutual_aid.relapse_hr_drugs"].high
    assert ROWS["mutual_aid.attend"].high * ROWS["mutual_aid.peer_ratio"].high < 1.0


def test_delay_and_opiates_is_half_way_between_two_ratios() -> None:
    row = ROWS["appointment.delay_or_opiate"]
    few, all_people = KNOWN["delay_attend_or_opioids"], KNOWN["delay_attend_or_all"]
    assert row.value == pytest.approx(sqrt(published(few.id) * published(all_people.id)), abs=0.005)
    for told, one, other in zip((row.low, row.high), ends(few), ends(all_people), strict=True):
        assert told == pytest.approx(sqrt(one * other), abs=0.006)
    assert row.value < VALUE["appointment.delay_or"]
    assert row.unit == ROWS["appointment.delay_or"].unit


def test_overdose_stigma_and_recall() -> None:
    assert VALUE["overdose.alcohol_hr"] == pytest.approx(published("chang_alc_hr"), abs=0.025)
    low, high = ends(KNOWN["chang_alc_hr"])
    assert ROWS["overdose.alcohol_hr"].low < low < high < ROWS["overdose.alcohol_hr"].high
    assert VALUE["stigma.training_dropout_hr"] == published("perceived_stigma_or_completion")
    for name in ("stigma.training_dropout_hr", "agency.joint_recall_hr", "women.children_settling_hr"):
        assert ROWS[name].low < 1.0 < ROWS[name].high
    assert "no change in arrest or revocation" in KNOWN["joint_parole_treatment_rr_primary_drug"].note


def test_housing_rows() -> None:
    row = ROWS["housing.housing_first_loss"]
    least, most = ends(KNOWN["hf_sustain_3yr"])
    for rate, kept in ((row.value, published("hf_sustain_3yr")), (row.low, most), (row.high, least)):
        assert rate == pytest.approx(-log(kept) / 1095, abs=5e-6)
    assert row.high < ROWS["housing.settled_loss"].low
    counted = published("rs_snapshot_england_2025") / published("rs_month_england_sep2025")
    assert counted == pytest.approx(0.52, abs=0.005)
    assert VALUE["housing.street_count_share"] == pytest.approx(counted, abs=0.02)


def test_caseloads_and_visits() -> None:
    assert VALUE["lever.intensive_caseload"] < VALUE["lever.specialist_caseload"] < published("caseload_good")
    assert VALUE["lever.visits_per_person"] == 160 / 20 + 4
    assert VALUE["lever.meetings_each"] == VALUE["lever.inreach_days"] / 7


def test_prices_worked_out_from_pay_and_fares() -> None:
    assert VALUE["cost.peer_worker_year"] == pytest.approx(24_000 * 1.25 * 1.10)
    assert ROWS["cost.peer_worker_year"].high == pytest.approx(29_000 * 1.25 * 1.10, rel=0.005)
    least, most = 0.05 * 27_000 * 1.25, 0.10 * 34_000 * 1.25
    assert [least, most] == pytest.approx([1_700, 4_250], abs=20)
    pay = ROWS["cost.retention_pay"]
    assert pay.low < least < (least + most) / 2 <= pay.value < most < pay.high
    fares = ROWS["cost.travel_pass"]
    assert fares.value == published("E14") * 2 * 30
    assert fares.low == published("E14") * 2 * 10
    assert fares.high == pytest.approx(published("E14") * 2 * 67, abs=3)
    bus, lift = VALUE["cost.demand_bus_trip"], VALUE["cost.lift"]
    assert published("E14") < bus < lift


def test_units_of_prices_and_the_size_of_a_programme() -> None:
    assert ROWS["cost.housing_first_year"].unit == "GBP per place-year, 2024/25"
    assert ROWS["cost.lift"].unit == ROWS["cost.demand_bus_trip"].unit == "GBP per passenger trip, 2024/25"
    posts = VALUE["cost.specialist_year"]
    assert 2 * posts < VALUE["cost.programme_year"] < 4 * posts
