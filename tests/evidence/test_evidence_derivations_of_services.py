"""Derivations of places, prices and utilities recomputed, as in test_evidence_derivations.py."""

from __future__ import annotations

from math import exp, log

import pytest

from sim.evidence import load_parameters, load_sources
from sim.mechanisms.treatment import exit_hazards
from sim.outcomes.economics import utilities
from sim.population.short_stay import planned_nights

ROWS = load_parameters()
VALUE = {name: row.value for name, row in ROWS.items()}
EXITS, UTILITIES = exit_hazards(VALUE), utilities(VALUE)
KNOWN = load_sources()


def published(name: str) -> float:
    value = KNOWN[name].value
    assert value is not None
    return value


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
    """With the moves before the planned end 0.60 settle: 0.56 of all stays, 0.66 of those that custody does not end."""
    success = KNOWN["cas3_exit_success"]
    assert success.low is not None and success.high is not None and success.value is not None
    settle, lose = VALUE["housing.temporary_to_settled"], VALUE["housing.temporary_to_homeless"]
    reoffence = 0.49 * VALUE["reoffending.short"] + 0.51 * VALUE["reoffending.long"]  # by length of sentence
    custody = VALUE["supervision.recall_compliance"] + VALUE["custody.recall_on_charge"] * reoffence
    shares = planned_nights(VALUE)
    leaving = settle + lose + custody
    to_the_end = sum(share * exp(-leaving * nights) for nights, share in enumerate(shares, start=1))
    settled = settle / leaving * (1 - to_the_end) + VALUE["housing.cas3_end_settled"] * to_the_end
    by_custody = custody / leaving * (1 - to_the_end)
    assert settled == pytest.approx(0.56, abs=0.01)
    assert settled / (1 - by_custody) == pytest.approx(0.66, abs=0.01)
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
