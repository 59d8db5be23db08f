"""More money for a lever moves the harm that it is for the right way; a lever whose effect is taken away moves nothing.

Paired luck, the mean over seeds. Each step of money may wander by 3 standard errors of its own paired difference, and
all of it together must move the measure by more than that.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from engine_ground import (
    DISTINCT_LEVERS,
    PURCHASES,
    ROLL,
    Ground,
    differing_fields,
    with_numbers,
    with_unlimited_places,
)
from paired_runs import Array, PairedRuns, spending

from sim.engine.run_inputs import RunInputs

SEEDS = 12
# Of the purchase: all of it in the quick tests, a quarter on the way there in the slow ones.
STEPS = pytest.mark.parametrize(
    "parts", [(1.0,), pytest.param((0.25, 1.0), marks=pytest.mark.slow)], ids=["whole", "by a quarter"]
)
ERRORS = 3.0


class Ladder(NamedTuple):
    """A lever and the measure that more of its money moves down (-1) or up (+1)."""

    lever: str
    measure: str
    way: int


LADDERS = (
    Ladder("naloxone_at_release", "drug_deaths_365_days_expected", -1),
    Ladder("ost_at_release", "deaths_28_days_expected", -1),
    Ladder("ost_at_release", "drug_deaths_365_days_expected", -1),
    Ladder("depot_buprenorphine", "drug_deaths_365_days_expected", -1),
    Ladder("depot_buprenorphine", "treatment_days", +1),
    Ladder("bridging_script", "drug_deaths_365_days_expected", -1),
    Ladder("inreach_worker", "engaged_within_3_weeks", +1),
    Ladder("booked_before_release", "wait_days_mean", -1),
    Ladder("booked_before_release", "engaged_within_3_weeks", +1),
    Ladder("navigators", "engaged_within_3_weeks", +1),
    Ladder("navigators", "rough_sleeping_days", -1),
    Ladder("resettlement_workers", "first_night_rough", -1),
    Ladder("resettlement_workers", "rough_sleeping_days", -1),
    Ladder("cas3_beds", "first_night_rough", -1),
    Ladder("cas3_beds", "rough_sleeping_days", -1),
    Ladder("supported_beds", "rough_sleeping_days", -1),
    Ladder("supported_beds", "settled_3_months", +1),
    Ladder("residential_rehab", "residential_days", +1),
    Ladder("inpatient_detox", "residential_days", +1),
    Ladder("keyworkers", "waiting_days", -1),
    Ladder("keyworkers", "wait_days_mean", -1),
    Ladder("keyworkers", "people_per_keyworker_mean", -1),
    Ladder("keyworkers", "treatment_days", +1),
    Ladder("housing_first", "rough_sleeping_days", -1),
    Ladder("housing_first", "settled_3_months", +1),
    Ladder("womens_residential", "residential_days", +1),
    Ladder("trauma_training", "disclosed_trauma", +1),
    Ladder("trauma_training", "treatment_days", +1),
    Ladder("language_training", "treatment_days", +1),
    Ladder("womens_centre", "women_at_centre", +1),
    Ladder("womens_centre", "treatment_days", +1),
    Ladder("recognition_training", "chemsex_recognised", +1),
    Ladder("inreach_meetings", "met_mutual_aid_in_prison", +1),
    Ladder("peer_workers", "engaged_within_3_weeks", +1),
    Ladder("peer_workers", "went_to_mutual_aid", +1),
    Ladder("peer_naloxone", "drug_deaths_365_days_expected", -1),
    Ladder("colocated_hub", "requests_lost", -1),
    Ladder("shared_record", "requests_lost", -1),
    Ladder("shared_record", "engaged_within_3_weeks", +1),
    Ladder("joint_case_meetings", "requests_lost", -1),
    Ladder("joint_case_meetings", "wait_days_mean", -1),
    Ladder("alliance", "requests_lost", -1),
    Ladder("alliance", "engaged_within_3_weeks", +1),
    Ladder("lifts", "engaged_within_3_weeks", +1),
    Ladder("lifts", "appointments_missed_travel", -1),
    Ladder("demand_bus", "engaged_within_3_weeks", +1),
    Ladder("demand_bus", "appointments_missed_travel", -1),
    Ladder("travel_passes", "engaged_within_3_weeks", +1),
    Ladder("outreach_clinics", "appointments_missed_travel", -1),
    Ladder("remote_appointments", "engaged_within_3_weeks", +1),
    Ladder("dual_diagnosis_worker", "engaged_within_3_weeks", +1),
    Ladder("dual_diagnosis_worker", "nonfatal_overdoses_expected", -1),
)
# Too small to be seen in a year's totals, each for the reason told; they have tests of their own in test_themes.py.
SMALL = {
    "bus_trips": "few appointments are in the evening",
    "retention_pay": "trust is centred over workers who leave",
    "lgbtq_practitioner": "some four people a year in three cities",
    "release_day_planning": "a Friday's release is a fifth of them",
}
# Harms beside those above that no purchase of the lever may raise.
NOT_RAISED = {
    "naloxone_at_release": ("deaths_365_days_expected",),
    "ost_at_release": ("relapsed_28_days", "nonfatal_overdoses_expected"),
    "depot_buprenorphine": ("deaths_28_days_expected", "relapsed_28_days"),
    "bridging_script": ("deaths_28_days_expected", "relapsed_28_days"),
    "inreach_worker": ("drug_deaths_365_days_expected",),
    "booked_before_release": ("drug_deaths_365_days_expected", "waiting_days"),
    "navigators": ("drug_deaths_365_days_expected", "first_night_rough", "waiting_days"),
    "resettlement_workers": ("drug_deaths_365_days_expected",),
    "cas3_beds": ("drug_deaths_365_days_expected", "deaths_28_days_expected"),
    "supported_beds": ("drug_deaths_365_days_expected", "first_night_rough"),
    "residential_rehab": (),  # leaving with tolerance lost is a harm of its own, shown on purpose
    "inpatient_detox": (),
    "keyworkers": ("deaths_28_days_expected", "relapsed_28_days"),
    "bus_trips": ("appointments_missed_travel", "drug_deaths_365_days_expected"),
    "housing_first": ("drug_deaths_365_days_expected", "first_night_rough"),
    "womens_residential": (),  # tolerance lost on leaving, as above
    "trauma_training": ("drug_deaths_365_days_expected", "relapsed_28_days"),
    "language_training": ("drug_deaths_365_days_expected",),
    "retention_pay": ("drug_deaths_365_days_expected",),
    "womens_centre": ("drug_deaths_365_days_expected", "reoffended_365_days"),
    "lgbtq_practitioner": ("drug_deaths_365_days_expected",),
    "recognition_training": ("drug_deaths_365_days_expected",),
    "inreach_meetings": ("drug_deaths_365_days_expected", "relapsed_28_days", "rough_sleeping_days"),
    "peer_workers": ("drug_deaths_365_days_expected", "relapsed_28_days"),
    "peer_naloxone": ("deaths_28_days_expected",),
    "colocated_hub": ("drug_deaths_365_days_expected", "requests_lost"),
    "shared_record": ("drug_deaths_365_days_expected", "requests_lost"),
    "joint_case_meetings": ("drug_deaths_365_days_expected", "requests_lost"),
    "alliance": ("drug_deaths_365_days_expected", "requests_lost"),
    "lifts": ("drug_deaths_365_days_expected", "appointments_missed_travel"),
    "demand_bus": ("drug_deaths_365_days_expected", "appointments_missed_travel"),
    "travel_passes": ("drug_deaths_365_days_expected",),
    "outreach_clinics": ("drug_deaths_365_days_expected", "appointments_missed_travel"),
    "remote_appointments": ("drug_deaths_365_days_expected", "appointments_missed_travel"),
    "dual_diagnosis_worker": ("drug_deaths_365_days_expected", "nonfatal_overdoses_expected"),
    "release_day_planning": ("drug_deaths_365_days_expected",),  # Thursdays hold more people for the same beds
}


@pytest.fixture(scope="module")
def pairs(ground: Ground) -> PairedRuns:
    return PairedRuns(ground, seeds=SEEDS)


class Rungs:
    """Values of no money, then of parts of a lever's purchase, each lived once."""

    def __init__(self, pairs: PairedRuns) -> None:
        self.pairs = pairs
        self._bought: dict[tuple[str, float], Mapping[str, Array]] = {}

    def of(self, lever: str, parts: Sequence[float]) -> list[Mapping[str, Array]]:
        """Values under no money and under each part of the purchase."""
        for part in parts:
            if (lever, part) not in self._bought:
                self._bought[lever, part] = self.pairs.values(spending(self.pairs.ground, lever, part))
        return [self.pairs.today(), *(self._bought[lever, part] for part in parts)]


@pytest.fixture(scope="module")
def rungs(pairs: PairedRuns) -> Rungs:
    return Rungs(pairs)


def mean_and_error(difference: Array) -> tuple[float, float]:
    return float(difference.mean()), float(difference.std(ddof=1)) / math.sqrt(len(difference))


def test_every_lever_has_its_harms() -> None:
    assert set(NOT_RAISED) == set(DISTINCT_LEVERS)
    assert {ladder.lever for ladder in LADDERS} | set(SMALL) == set(DISTINCT_LEVERS)


@STEPS
@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: f"{ladder.lever}-{ladder.measure}")
def test_more_money_moves_it_the_right_way(rungs: Rungs, ladder: Ladder, parts: tuple[float, ...]) -> None:
    steps = [values[ladder.measure] for values in rungs.of(ladder.lever, parts)]
    for less, more in pairwise(steps):
        mean, error = mean_and_error((more - less) * ladder.way)
        assert mean >= -ERRORS * error
    mean, error = mean_and_error((steps[-1] - steps[0]) * ladder.way)
    assert mean > ERRORS * error and mean > 0.0


@STEPS
@pytest.mark.parametrize("lever", DISTINCT_LEVERS)
def test_no_money_raises_a_harm_by_a_sign(rungs: Rungs, lever: str, parts: tuple[float, ...]) -> None:
    for measure in NOT_RAISED[lever]:
        today, *bought = (values[measure] for values in rungs.of(lever, parts))
        for more in bought:
            mean, error = mean_and_error(more - today)
            assert mean <= ERRORS * error, (measure, mean, error)


@pytest.mark.parametrize("part", [1.0, -0.5], ids=["bought", "cut"])
def test_keyworkers_cost_their_posts_and_what_varies_with_the_days(rungs: Rungs, part: float) -> None:
    """To a penny a person in every run: posts are the only staff money that moves."""
    today, bought = rungs.of("keyworkers", [part])
    ground, people = rungs.pairs.ground, rungs.pairs.people
    more = {measure: bought[measure] - today[measure] for measure in bought}
    posts = more["spent_council_gbp"]  # over the person-time of the people counted (test_money_whatever_its_dates.py)
    assert posts.mean() == pytest.approx(part * PURCHASES["keyworkers"]["gbp_per_year"] / people, rel=0.12)
    drugs = more["knock_on_treatment_gbp"]
    assert more["cost_council_gbp"] == pytest.approx(posts + drugs, abs=0.01)
    a_day = ground.reference["cost.oat_year"] * ground.reference["cost.oat_drug_share"] / 365.0
    assert (abs(drugs) <= a_day * abs(more["treatment_days"]) + a_day * 10.0).all(), "no more than days of OST"
    freed = sum(more[name] for name in more if name.startswith("knock_on_"))
    assert more["cost_total_gbp"] == pytest.approx(posts + freed, abs=0.01), "itself and what use truly frees"
    assert (abs(more["treatment_days"]) > 0.2).all() and (abs(posts) > 50.0).all()


def test_a_cut_of_keyworkers_lengthens_waits(rungs: Rungs) -> None:
    """A quarter of the purchase taken away instead, then half of it: worse, then worse again."""
    today, some, more = rungs.of("keyworkers", (-0.25, -0.5))
    for measure, way in (
        ("waiting_days", +1),
        ("wait_days_mean", +1),
        ("people_waiting_mean", +1),
        ("drug_deaths_365_days_expected", +1),
        ("engaged_within_3_weeks", -1),
        ("treatment_days", -1),
    ):
        for less, worse in ((today, some), (some, more)):
            mean, error = mean_and_error((worse[measure] - less[measure]) * way)
            assert mean > ERRORS * error and mean > 0.0, measure


# What a lever leaves behind on the row even where it has no effect, and what it is called in the day's facts.
TRACES = (
    "has_naloxone", "naloxone_chance", "ost_chance", "lost_chance", "depot_chance", "bridged_chance", "booked_chance",
    "resettlement_chance", "resettlement_until", "ready", "first_payment", "navigator_from", "journey_minutes",
    "service", "joined", "depot_since", "ost", "ost_at_release", "ost_is_new_start", "ost_start", "ost_stop",
    "ost_when_taken", "attends_as_on_ost", "tolerance", "script_until", "digest", "used_days", "planned_chance",
    "met_mutual_aid_chance", "met_mutual_aid", "coverage", "trauma_trained", "language_trained", "in_womens_centre",
    "womens_centre_until", "dual_diagnosis_until", "matched_until", "daily_ost_moments",
    "recognised", "matched", "dual_diagnosis_worker", "peer_worker", "joint_case", "disclosed", "disclosed_on",
    "contact_every", "brought", "injections", "journey_fare", "arrive_after", "leave_before", "met_before_release",
)  # fmt: skip
# Whose keyworker somebody is, which a bought post changes and nothing depends on without trust.
OF_THE_WORKER = ("worker", "worker_start", "trust")
OST_DOES_NOTHING: dict[str, Any] = {
    "use_on_ost": 1.0,
    "overdose_on_ost": 1.0,
    "overdose_start_ost": 1.0,
    "overdose_after_ost": 1.0,
    "overdose_tolerance": 1.0,
    "keep_ost": 0.0,
    "depot_dropout": 1.0,
}
NOBODY_IS_HELPED: dict[str, Any] = {
    "homeless_supported": 0.0,
    "homeless_exit_supported": 1.0,
    "navigator_log_or": 0.0,
    "keep_fare": 0.0,  # papers, account and claim bring income sooner, and income the fare
}
KNOCKED_OUT: dict[str, dict[str, Any]] = {
    "naloxone_at_release": {"overdose_naloxone_used": 0.0, "others_kit_per_share": 0.0},
    "ost_at_release": OST_DOES_NOTHING,
    "depot_buprenorphine": OST_DOES_NOTHING,
    "bridging_script": {"bridge_days": 1},
    "inreach_worker": {"referral_can_be_lost": 0.0},
    "booked_before_release": {"delay_mean_beyond_1": 0.0, "booked_delay": 1.0},
    "navigators": NOBODY_IS_HELPED,
    "resettlement_workers": NOBODY_IS_HELPED,
    "residential_rehab": {"residential_wanted": 0.0},
    "inpatient_detox": {"residential_wanted": 0.0},
    "cas3_beds": {"cas3_refers_homeless": 0.0, "cas3_refers_temporary": 0.0},
    "keyworkers": {"trust_dropout_hr": 1.0, "tells_at_contact": 0.0},  # time alone: here nobody is short of it
    "bus_trips": {"keep_per_10_minutes": 0.0, "keep_fare": 0.0},
    "housing_first": {"supported_wanted": 0},
    "womens_residential": {"residential_wanted": 0.0},
    "trauma_training": {"trauma_fit": 1.0},
    "language_training": {"language_fit": 1.0},
    "womens_centre": {"womens_centre_dropout": 1.0, "womens_centre_reoffending": 1.0, "keep_woman": 0.0},
    "lgbtq_practitioner": {"keep_chemsex": 0.0},
    "recognition_training": {"keep_chemsex": 0.0},
    "retention_pay": {"stays_when_paid": 0.0},
    "inreach_meetings": {},  # nothing to take away: a published null
    "peer_workers": {"peer_log_or": 0.0, "aid_use": 1.0, "aid_attends": 0.0},
    "peer_naloxone": {"overdose_naloxone_used": 0.0, "others_kit_per_share": 0.0},
    "colocated_hub": {"lost_by_one_roof": 0.0, "joint_recall": 1.0},
    "shared_record": {"lost_by_record": 0.0},
    "joint_case_meetings": {"lost_by_meetings": 0.0, "delay_by_joint_work": 0.0, "joint_recall": 1.0},
    "alliance": {"lost_by_one_roof": 0.0, "delay_by_joint_work": 0.0, "one_door": 0.0},
    "lifts": {"access_offered": 0.0},
    "demand_bus": {"access_offered": 0.0},
    "travel_passes": {"keep_fare": 0.0},
    "outreach_clinics": {"access_offered": 0.0},
    "remote_appointments": {"access_offered": 0.0},
    "dual_diagnosis_worker": {"dual_attendance": 0.0, "overdose_dual": 1.0},
    "release_day_planning": {"release_planning": 0.0},
}
# Change no life beyond their traces even at work: meetings inside, and a need recognised that no practitioner meets.
NULLS = ("inreach_meetings", "recognition_training")


def without_effect(run_inputs: RunInputs, lever: str) -> RunInputs:
    """The run_inputs with room for everybody at the hubs and the lever's effect parameters at nothing."""
    numbers = dict(KNOCKED_OUT[lever])
    if "use_on_ost" in numbers:
        numbers["use_on_release_dosed"] = float(run_inputs.params["use_on_release"][0, 0])
    run_inputs = with_numbers(with_unlimited_places(run_inputs), numbers)
    if lever != "bus_trips":
        return run_inputs
    journeys, homeward = run_inputs.journeys.copy(), run_inputs.homeward.copy()
    journeys[..., 2:], homeward[...] = (0.0, 1e4), (0.0, 1e4)  # everywhere is reached, at any hour
    return dataclasses.replace(run_inputs, journeys=journeys, homeward=homeward)


@pytest.mark.parametrize("lever", KNOCKED_OUT)
def test_a_lever_without_its_effect_changes_no_life(ground: Ground, lever: str) -> None:
    """Bit for bit but for the traces named; with its effect the same purchase changes lives beyond its traces."""
    draw, scenarios = ground.draw_for(lever), (ground.buying(lever), ground.scenario())
    bought, today = (ground.run_inputs(scenario, people=1500, draw=draw) for scenario in scenarios)
    idle, usual = (ground.lived(without_effect(b, lever), 7) for b in (bought, today))
    traces = (*ROLL, *TRACES, *(OF_THE_WORKER if lever == "keyworkers" else ()))
    assert not (found := differing_fields(usual.people, idle.people, but=traces)), found
    at_work, plain = (ground.lived(b, 7) for b in (bought, today))
    changed = differing_fields(plain.people, at_work.people, but=(*ROLL, *TRACES))
    assert bool(changed) == (lever not in NULLS), changed


def test_only_supported_beds_have_no_parameter_to_take_away() -> None:
    assert set(KNOCKED_OUT) == set(DISTINCT_LEVERS) - {"supported_beds"}


def test_supported_places_do_nothing_where_nobody_needs_one(ground: Ground) -> None:
    settled = {"homeless_intercept": -40.0, "unsettled_intercept": -40.0, "settled_loss": 0.0}
    bought, today = (
        ground.lived(with_numbers(ground.run_inputs(scenario, people=1500), settled), 7)
        for scenario in (ground.buying("supported_beds"), ground.scenario())
    )
    assert not differing_fields(today.people, bought.people, but=("service",))
    assert not np.isin(bought.people["housing"], (1, 2)).any()
