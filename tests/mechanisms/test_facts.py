"""The run's numbers: declared once, neutral where a mechanism is off, finite and in range under any draw."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from by_hand import FARE_SHARE, JOURNEY_TERM, MEETING_SHARE, margins, stated_draw

from sim.core.days import NEVER
from sim.evidence import load_parameters
from sim.evidence.draws import Draw
from sim.mechanisms import parameters as run_numbers
from sim.mechanisms.parameters import MECHANISM_NAMES, MECHANISMS, PARAMS, derive_params
from sim.outcomes.measures import MEASURE_NAMES
from sim.population.margins import margins_of
from sim.scenario.reading import switches

BY_NAME = dict(zip(MECHANISM_NAMES, MECHANISMS, strict=True))
DRAWS = 200


@pytest.fixture(scope="module")
def draws() -> list[Draw]:
    return load_parameters().sample(11, DRAWS)


def own_fields(mechanism: ModuleType) -> list[str]:
    return [field[0] for field in mechanism.FIELDS]


def test_switches_name_every_mechanism_and_nothing_else() -> None:
    assert set(switches.MECHANISMS) == set(MECHANISM_NAMES)
    assert (
        len(set(MECHANISM_NAMES)) == len(MECHANISM_NAMES) == len(set(switches.MECHANISMS)) == len(switches.MECHANISMS)
    )


def test_every_number_has_one_owner() -> None:
    names = [name for mechanism in MECHANISMS for name in own_fields(mechanism)]
    assert len(set(names)) == len(names)
    assert PARAMS.names == tuple(names)


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_neutral_names_own_numbers_and_moves_a_declared_measure(name: str) -> None:
    mechanism = BY_NAME[name]
    assert mechanism.WHEN_OFF, "a mechanism that cannot be switched off"
    assert set(mechanism.WHEN_OFF) <= set(own_fields(mechanism))
    assert mechanism.EXPECTED_TO_MOVE in MEASURE_NAMES
    assert (mechanism.__doc__ or "").strip()


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_neutral_numbers_differ_from_the_reference(name: str) -> None:
    """Or else switching the mechanism off would change nothing."""
    usual, off = derive_params(stated_draw(), margins())[0], derive_params(stated_draw(), margins(), off=[name])[0]
    changed = {field for field in PARAMS.names or () if not np.array_equal(usual[field], off[field])}
    assert changed == set(BY_NAME[name].WHEN_OFF)
    for field, value in BY_NAME[name].WHEN_OFF.items():
        assert np.all(off[field] == np.broadcast_to(value, np.shape(off[field])))


def test_all_mechanisms_off_at_once() -> None:
    off = derive_params(stated_draw(), margins(), off=MECHANISM_NAMES)[0]
    for mechanism in MECHANISMS:
        for field, value in mechanism.WHEN_OFF.items():
            assert np.all(off[field] == value)


def test_a_mechanism_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no mechanism \\['weather'\\]"):
        derive_params(stated_draw(), margins(), off=["weather", "use"])


def test_a_number_that_is_not_finite_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"housing: settled_loss is not finite"):
        derive_params(stated_draw(housing__settled_loss=math.nan), margins())


def test_a_number_that_is_not_declared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BY_NAME["use"], "numbers", lambda draw, margins: {"use_start": (0.0, 0.0, 0.0)})
    with pytest.raises(ValueError, match=r"use declares .* and derives"):
        run_numbers.derive_params(stated_draw(), margins())


# What each number is, and so where it may lie.
PROBABILITIES = {
    "temporary_given_housed", "use_on_release", "use_on_release_dosed", "ost_usual_share", "trust_start", "trust_step",
    "trust_kept_level", "trust_turnover", "referral_can_be_lost", "resettlement_reach", "supported_wanted",
    "ready_supported", "lost_today", "kits_today", "release_planning", "womens_centre_open",
    "access_offered", "navigator_pays",
    "one_door", "tells_at_once", "tells_at_contact", "never_tells", "mother_takes_mixed", "recognition",
    "prefers_sexual_health", "aid_attends", "pair_lost", "lost_by_one_roof", "lost_by_meetings", "lost_by_record",
    "lost_by_turnover", "delay_by_joint_work", "stays_when_paid", "remote_step",
    "overdose_witnessed", "overdose_naloxone_used",
    "overdose_attended", "fatal_unwitnessed", "fatal_witnessed", "fatal_naloxone", "fatal_other", "fatality_by_kit",
    "rough_exit_settled", "loss_to_rough", "fixed_recall_share", "after_reoffence", "ost_when_taken_share",
    "friday_share", "cas3_refers_homeless", "cas3_refers_temporary", "cas3_settles_at_end", "cas3_end_to_rough",
    "residential_wanted", "residential_early_end", "residential_early_share",
}  # fmt: skip
DAILY_HAZARDS = {
    "claim_hazard", "asks_for_help", "reentry", "dropout", "completion", "use_start", "use_stop", "overdose_base",
    "death_base", "rough_exit", "temporary_to_settled", "temporary_to_rough", "settled_loss", "supported_move_on",
    "recall", "reoffence", "trust_worker_leaves", "housing_first_loss",
}  # fmt: skip
RATIOS = {
    "trust_sd", "trust_dropout_hr", "use_on_ost", "use_other_needs", "use_by_ace4", "overdose_injecting",
    "overdose_women", "overdose_rough", "overdose_band_lost", "overdose_band_half", "overdose_after_ost",
    "overdose_on_ost", "overdose_start_ost", "overdose_other_weeks_1_2", "death_age_ratio", "death_rough",
    "recall_rough", "reoffence_rough", "reoffence_treatment", "depot_dropout", "rough_exit_supported",
    "overdose_drinks", "overdose_mental_health", "overdose_dual", "overdose_potency", "trauma_fit", "language_fit",
    "womens_centre_dropout", "womens_centre_reoffending", "children_settling", "aid_use", "ask_ratio", "joint_recall",
}  # fmt: skip
LOG_ODDS = {
    "homeless_intercept", "homeless_short", "homeless_nfa", "homeless_supported", "navigator_log_or",
    "peer_log_or", "dual_attendance",
    *(field for field in PARAMS.names or () if field.startswith("keep_")),
}  # fmt: skip
DAYS_AT_LEAST_ONE = {
    "bridge_days", "retry_days", "max_missed", "contact_days", "depot_cover_days", "fixed_recall_days",
    "standard_recall_days", "new_sentence_days", "tolerance_days", "resettlement_days", "cas3_nights",
    "residential_days", "ramp_days", "full_round_days",
}  # fmt: skip
DAYS = {"first_payment_days", "delay_mean_beyond_1", "booked_delay", "start_weekday"}
DAYS_OF_A_SCENARIO = {"potent_from", "potent_until", "looks_ahead_from"}  # never, unless a scenario says when
RANGES: tuple[tuple[set[str], Callable[[np.ndarray], np.ndarray]], ...] = (
    (PROBABILITIES, lambda value: (value >= 0.0) & (value <= 1.0)),
    (DAILY_HAZARDS, lambda value: (value >= 0.0) & (value < 1.0)),
    (RATIOS, lambda value: (value > 0.0) & (value < 100.0)),
    (LOG_ODDS, lambda value: np.abs(value) < 12.0),
    (DAYS_AT_LEAST_ONE, lambda value: (value >= 1) & (value < 2000)),
    (DAYS, lambda value: (value >= 0.0) & (value < 200.0)),
    (DAYS_OF_A_SCENARIO, lambda value: value == NEVER),
)


def test_every_number_has_a_range() -> None:
    told = [name for names, _ in RANGES for name in names]
    assert sorted(told) == sorted(PARAMS.names or ())


def test_every_sampled_draw_gives_numbers_in_range(draws: list[Draw]) -> None:
    for draw in draws:
        found = derive_params(draw, margins_of(draw, JOURNEY_TERM, FARE_SHARE, MEETING_SHARE))[0]
        for names, holds in RANGES:
            wrong = {name: found[name].tolist() for name in names if not np.all(holds(np.asarray(found[name])))}
            assert not wrong, f"draw {draw.index}: {wrong}"


def test_every_sampled_draw_keeps_the_order_of_states(draws: list[Draw]) -> None:
    """Whatever is drawn apart: a kit never makes an overdose more deadly, help never makes homelessness more likely."""
    for draw in draws:
        found = derive_params(draw, margins_of(draw, JOURNEY_TERM, FARE_SHARE, MEETING_SHARE))[0]
        assert found["fatality_by_kit"][1] <= found["fatality_by_kit"][0], draw.index
        assert found["homeless_supported"] <= 0.0 and found["rough_exit_supported"] >= 1.0
        assert found["use_on_release_dosed"] <= found["use_on_release"][0]
        late_exits = found["dropout"][0, 2] + found["completion"][0]
        assert late_exits == pytest.approx(max(found["dropout"][1, 2], found["completion"][0]))
        assert found["depot_dropout"] <= 1.0
        assert np.asarray(found["overdose_band_half"]) ** 2 == pytest.approx(np.asarray(found["overdose_band_lost"]))
        assert found["standard_recall_days"][0] <= found["standard_recall_days"][1]
        assert found["residential_days"][1] <= found["residential_days"][0]
