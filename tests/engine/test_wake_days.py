"""Waking people only on days on which something can happen gives the lives of waking everybody every day."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from engine_ground import (
    PURCHASES,
    SHIPPED,
    Ground,
    assert_same_lives,
    differing_fields,
    released_within,
    with_hazards,
    with_params,
    with_places,
)

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import DEAD, TREATMENT_SERVICE


def lived_both_ways(ground: Ground, run_inputs: RunInputs, seed: int) -> World:
    """The world lived on wake days, after a comparison with the same world lived every day."""
    by_wakes = ground.lived(run_inputs, seed)
    daily = ground.lived(run_inputs, seed, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
    assert daily.wakes == len(daily.people) * run_inputs.days
    return by_wakes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_baseline_of_a_whole_region(ground: Ground, seed: int) -> None:
    world = lived_both_ways(ground, ground.run_inputs(people=2200), seed)
    people = world.people
    assert world.wakes < 60 * len(people)
    assert (people["status"] == DEAD).sum() > 10
    assert people["treatment_moments"].sum() > 0 and people["recalls"].sum() > 100


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario(ground: Ground, name: str) -> None:
    lived_both_ways(ground, ground.run_inputs(name, people=1400, warm_up=True), seed=11)


def test_every_lever_bought_in_mid_year_and_ended(ground: Ground) -> None:
    scenario = ground.buying(*PURCHASES, first=97, end=411)
    plain = ground.lived(ground.run_inputs(people=1500), seed=5)
    for seed in (5, 6):
        helped = lived_both_ways(ground, ground.run_inputs(scenario, people=1500), seed)
        assert helped.people["navigator_from"].min() < 411
    assert differing_fields(plain.people, helped.people)


@pytest.mark.parametrize("k", range(6))
def test_sampled_parameter_draws(ground: Ground, k: int) -> None:
    draw = ground.table.sample(4, 6)[k]
    name = SHIPPED[k % len(SHIPPED)]
    lived_both_ways(ground, ground.run_inputs(name, people=900, draw=draw), seed=20 + k)


@pytest.mark.parametrize("factor", [0.0, 5e-324, 1e-3, 20.0, 200.0])
@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities"])
def test_hazards_multiplied(ground: Ground, name: str, factor: float) -> None:
    run_inputs = with_hazards(ground.run_inputs(name, people=500), factor)
    people = lived_both_ways(ground, run_inputs, seed=31).people
    dead = int((people["status"] == DEAD).sum())
    assert dead == 0 if factor < 1.0 else dead > 40


def test_use_that_starts_and_stops_all_day_long(ground: Ground) -> None:
    run_inputs = ground.run_inputs(people=40, months=4)
    restless = with_params(run_inputs, {"use_start": 1e7, "use_stop": 1e7, "overdose_base": 0.0})
    people = lived_both_ways(ground, restless, seed=7).people
    assert people["n"][:, :2].sum(axis=1).max() > 20 * 1024


def test_infinite_hazards_ring_once_a_moment_and_end(ground: Ground) -> None:
    run_inputs = ground.run_inputs(people=30, months=3)
    endless = with_params(run_inputs, {"use_start": float("inf"), "use_stop": float("inf")})
    people = lived_both_ways(ground, endless, seed=8).people
    assert people["n"].max() <= run_inputs.days * 1024


@pytest.mark.parametrize("factor", [100.0, 5000.0])
def test_workers_who_come_and_go(ground: Ground, factor: float) -> None:
    run_inputs = with_params(ground.run_inputs("navigators_two_cities", people=600), {"trust_worker_leaves": factor})
    world = lived_both_ways(ground, run_inputs, seed=41)
    assert world.workers["departures"].sum() > 50 * len(world.workers)


def test_worker_who_leaves_daily(ground: Ground) -> None:
    run_inputs = with_params(ground.run_inputs(people=200, months=12), {"trust_worker_leaves": float("inf")})
    world = lived_both_ways(ground, run_inputs, seed=43)
    staffed = (
        world.services["service_type"][world.workers["service"]] == TREATMENT_SERVICE
    )  # nobody leaves a bed's post
    assert (world.workers["departures"][staffed] == run_inputs.days).all()
    assert not world.workers["departures"][~staffed].any()


@pytest.mark.parametrize("factor", [0.0, 0.03, 0.2])
def test_hardly_any_places(ground: Ground, factor: float) -> None:
    run_inputs = with_places(ground.run_inputs("navigators_two_cities", people=2200), factor)
    world = lived_both_ways(ground, run_inputs, seed=51)
    assert world.services["waiting"].sum() == 0  # followed up by then
    halfway = ground.world(run_inputs, 51)
    halfway.run_to(360)
    assert halfway.services["waiting"].sum() > 100


@pytest.mark.parametrize("factor", [0.0, 0.02])
def test_queues_that_overflow_with_stale_entries(ground: Ground, factor: float) -> None:
    run_inputs = with_params(
        with_places(ground.run_inputs(people=1500), factor),
        {"recall": 40.0, "asks_for_help": 100.0, "dropout": 50.0, "reentry": 100.0},
    )
    params = run_inputs.params.copy()
    params["law_fixed_days"], params["standard_recall_days"], params["new_sentence_days"] = 1, 1, 1
    world = lived_both_ways(ground, dataclasses.replace(run_inputs, params=params), seed=61)
    of_hub = world.people["service"][:, TREATMENT_SERVICE]
    joined = np.bincount(of_hub, weights=world.people["joined"][:, TREATMENT_SERVICE], minlength=len(world.services))
    assert (joined > world.services["heap_room"]).sum() > 20  # without places nothing but a purge takes an entry away


def test_everybody_released_in_one_fortnight(ground: Ground) -> None:
    run_inputs = ground.run_inputs("navigators_two_cities", people=800)
    by_wakes, daily = (released_within(ground.world(run_inputs, 71), 14) for _ in range(2))
    by_wakes.run_to(by_wakes.days)
    daily.run_to(daily.days, everybody_daily=True)
    assert_same_lives(by_wakes, daily)


def test_changing_from_one_way_to_the_other_in_mid_run(ground: Ground) -> None:
    run_inputs = ground.run_inputs("evening_buses", people=600)
    whole, mixed = ground.lived(run_inputs, 81), ground.world(run_inputs, 81)
    for k, day in enumerate((50, 51, 200, 201, 390, 700, mixed.days)):
        mixed.run_to(day, everybody_daily=k % 2 == 1)
    assert_same_lives(whole, mixed)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_many_draws_and_seeds_of_every_scenario(ground: Ground, name: str) -> None:
    for k, draw in enumerate(ground.table.sample(99, 12)):
        lived_both_ways(ground, ground.run_inputs(name, people=2200, draw=draw), seed=900 + k)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.0, 0.1, 5.0, 20.0, 60.0, 200.0, 1000.0])
def test_many_seeds_under_extremes(ground: Ground, factor: float) -> None:
    scenario = ground.buying(*PURCHASES, first=60, end=500)
    run_inputs = with_places(with_hazards(ground.run_inputs(scenario, people=1200), factor), 0.3)
    for seed in range(4):
        lived_both_ways(ground, run_inputs, seed)
