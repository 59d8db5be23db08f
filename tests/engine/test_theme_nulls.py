"""What must change nothing: published nulls, money that finds nothing to do, and what lies beyond the run."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest
from engine_ground import (
    PURCHASES,
    ROLL,
    Ground,
    assert_same_lives,
    differing_fields,
    with_keyworkers,
    with_places,
    with_unlimited_places,
)

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.scenario import Budgets, Scenario

PEOPLE = 1000
MET = ("met_mutual_aid", "met_mutual_aid_chance", "digest")


def lived(ground: Ground, scenario: Scenario, seed: int = 2) -> World:
    return ground.lived(ground.run_inputs(scenario, people=PEOPLE), seed)


def bought_without(ground: Ground, *levers: str) -> Scenario:
    """Everything bought but these levers."""
    return ground.buying(*(name for name in PURCHASES if name not in levers))


@pytest.mark.parametrize("limits", [{}, {"council": 500_000.0, "nhs": 500_000.0}])
def test_pooling_by_itself_changes_nobody(ground: Ground, limits: dict[str, float]) -> None:
    baseline = ground.scenario()
    pooled = dataclasses.replace(baseline, budgets=Budgets("pooled", limits))
    assert_same_lives(lived(ground, baseline), lived(ground, pooled))


def test_pooling_of_everything_but_keyworkers_changes_nobody(ground: Ground) -> None:
    """Other purchases of a pool stand where they stood; only bought keyworkers begin to move."""
    separate = bought_without(ground, "keyworkers")
    assert_same_lives(
        *(lived(ground, dataclasses.replace(separate, budgets=Budgets(m))) for m in ("separate", "pooled"))
    )
    with_keyworkers = ground.buying("keyworkers")
    one, other = (
        lived(ground, dataclasses.replace(with_keyworkers, budgets=Budgets(m))) for m in ("separate", "pooled")
    )
    assert differing_fields(one.people, other.people)


@pytest.mark.parametrize("everything_else", [False, True])
def test_meetings_in_prison_are_met_and_change_nothing(ground: Ground, everything_else: bool) -> None:
    """A published null, alone and beside everything else."""
    without = bought_without(ground, "inreach_meetings") if everything_else else ground.scenario()
    meetings = ground.buying("inreach_meetings").levers
    with_meetings = dataclasses.replace(without, levers=(*without.levers, *meetings))
    one, other = lived(ground, without), lived(ground, with_meetings)
    found = differing_fields(one.people, other.people)
    assert set(found) == set(MET), found
    assert other.people["met_mutual_aid"].sum() > 50 and not one.people["met_mutual_aid"].any()
    assert not differing_fields(one.workers, other.workers)


def doubled(run_inputs: RunInputs) -> RunInputs:
    """The run_inputs with twice the places and twice the keyworkers."""
    return with_places(with_keyworkers(run_inputs, 2.0), 2.0)


@pytest.mark.parametrize("levers", [(), ("navigators", "supported_beds", "residential_rehab", "cas3_beds")])
def test_places_doubled_where_nobody_waits_change_nothing(ground: Ground, levers: tuple[str, ...]) -> None:
    plenty = with_unlimited_places(ground.run_inputs(ground.buying(*levers), people=PEOPLE))
    one, other = ground.lived(plenty, 3), ground.lived(doubled(plenty), 3)
    assert not (found := differing_fields(one.people, other.people)), found
    assert not differing_fields(one.workers, other.workers, but=("cap", "hours"))


def test_places_doubled_where_people_wait_change_something(ground: Ground) -> None:
    """The test above can fail."""
    today = ground.run_inputs(people=PEOPLE)
    assert differing_fields(ground.lived(today, 3).people, ground.lived(doubled(today), 3).people)


def test_a_travel_pass_leaves_the_journey_as_long_as_it_was(ground: Ground) -> None:
    """A published null of vouchers: no fare is due, but nobody comes any nearer; a lift does bring people near."""
    today, passes, lifts = (
        lived(ground, scenario)
        for scenario in (ground.scenario(), ground.buying("travel_passes"), ground.buying("lifts"))
    )
    met = today.people["offers"] > 0
    minutes, fare = (today.people[name] for name in ("journey_minutes", "journey_fare"))
    both = met & (passes.people["offers"] > 0)
    assert both.sum() > 500
    for name in ("journey_minutes", "arrive_after", "leave_before"):
        assert (passes.people[name][both] == today.people[name][both]).all(), name
    assert not passes.people["brought"].any()
    assert (passes.people["journey_fare"] <= fare)[both].all()
    assert (passes.people["journey_fare"] < fare)[both].sum() > 50
    both = met & (lifts.people["offers"] > 0)
    assert (lifts.people["journey_minutes"] <= minutes)[both].all()
    assert (lifts.people["journey_minutes"] < minutes)[both].sum() > 50 and lifts.people["brought"].any()


@pytest.mark.parametrize("warm_up", [False, True])
def test_stronger_opioids_after_the_run_change_nothing(ground: Ground, warm_up: bool) -> None:
    baseline = ground.scenario()
    usual = ground.run_inputs(baseline, people=PEOPLE, warm_up=warm_up)
    first = baseline.starts + timedelta(days=usual.days - usual.first_day)
    for ends in (None, first + timedelta(days=100)):
        shock = dataclasses.replace(baseline, stronger_opioids=(first, ends))
        run_inputs = ground.run_inputs(shock, people=PEOPLE, warm_up=warm_up)
        assert_same_lives(ground.lived(usual, 4), ground.lived(run_inputs, 4))
    last_day = dataclasses.replace(baseline, stronger_opioids=(first - timedelta(days=200), None))
    found = ground.lived(ground.run_inputs(last_day, people=PEOPLE, warm_up=warm_up), 4)
    assert differing_fields(ground.lived(usual, 4).people, found.people, but=ROLL)


def test_no_days_of_stronger_opioids_are_none(ground: Ground) -> None:
    """From a day to the same day."""
    baseline = ground.scenario()
    shock = dataclasses.replace(baseline, stronger_opioids=(date(2025, 7, 1), date(2025, 7, 1)))
    one, other = lived(ground, baseline), lived(ground, shock)
    assert not differing_fields(one.people, other.people, but=ROLL)


def test_nothing_is_bought_by_no_money(ground: Ground) -> None:
    """A thousandth of a pound of each share moves a share, and nobody's luck lies in it; lists are joined in vain. So
    little of a keyworker's time moves an interval by less than counts, and so few kits what companions carry."""
    scenario = ground.buying(*(name for name in PURCHASES if name not in ("bus_trips",)))
    tiny = tuple(dataclasses.replace(one, gbp_per_year=1e-3) for one in scenario.levers)
    idle = lived(ground, dataclasses.replace(scenario, levers=tiny))
    plain = lived(ground, ground.scenario())
    laid = {name for name in plain.people.dtype.names or () if name.endswith("_chance")} | {"service", "joined"}
    time = {"contact_every", "reference", "trust_ratio", "left"}
    kits = ("others_kit", "fatality", "expected_overdoses", "expected_drug_deaths")
    assert not (found := differing_fields(plain.people, idle.people, but=(*ROLL, *laid, *time, *kits))), found
    assert np.allclose(plain.people["contact_every"], idle.people["contact_every"], rtol=1e-6)
    assert all(np.allclose(plain.people[name], idle.people[name], rtol=1e-6) for name in kits)
    assert np.array_equal(plain.people["digest"], idle.people["digest"])
