"""What must hold at every dawn holds in usual years and in bad ones; and the checks find what they are for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from engine_ground import (
    PURCHASES,
    SHIPPED,
    Ground,
    differing_fields,
    released_within,
    with_hazards,
    with_params,
    with_places,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from state_checks import problems

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import CAS3, CAS3_SERVICE, COMMUNITY, DEAD, IN_TREATMENT, TREATMENT_SERVICE


def watched(world: World, every: int) -> World:
    """The world lived to the horizon, looked at every few days; who is dead stays so, row untouched."""
    dead = np.zeros(len(world.people), dtype=bool)
    as_they_died = world.people.copy()
    while world.day < world.days:
        world.run_to(world.day + every)
        assert not (found := problems(world)), "\n".join(found)
        assert not (found := differing_fields(as_they_died[dead], world.people[dead])), found
        dead = world.people["status"] == DEAD
        as_they_died = world.people.copy()
    return world


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario(ground: Ground, name: str) -> None:
    world = watched(ground.world(ground.run_inputs(name, people=700, warm_up=True), 2), every=31)
    assert (world.people["status"] == DEAD).any()


def test_every_lever_come_and_gone(ground: Ground) -> None:
    run_inputs = ground.run_inputs(ground.buying(*PURCHASES, first=45, end=500), people=500)
    watched(ground.world(run_inputs, 3), every=15)


@pytest.mark.parametrize("factor", [0.0, 20.0, 200.0])
def test_bad_years(ground: Ground, factor: float) -> None:
    run_inputs = with_hazards(ground.run_inputs("navigators_two_cities", people=300), factor)
    watched(ground.world(with_places(run_inputs, 0.3), 4), every=30)


def test_day_by_day_with_long_queues(ground: Ground) -> None:
    run_inputs = ground.run_inputs("navigators_two_cities", people=400, months=10)
    run_inputs = with_places(with_params(run_inputs, {"recall": 15.0, "dropout": 10.0}), 0.1)
    watched(released_within(ground.world(run_inputs, 5), 60), every=1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    seed=st.integers(0, 2**63 - 1),
    people=st.integers(1, 120),
    hazards=st.sampled_from([0.0, 0.3, 1.0, 4.0, 30.0]),
    places=st.sampled_from([0.0, 0.1, 1.0, 100.0]),
    churn=st.sampled_from([0.0, 1.0, 500.0]),
    levers=st.sets(st.sampled_from(sorted(PURCHASES))),
    first=st.integers(0, 300),
    lasts=st.integers(1, 400),
    every=st.integers(4, 45),
)
def test_any_small_world(
    ground: Ground,
    seed: int,
    people: int,
    hazards: float,
    places: float,
    churn: float,
    levers: set[str],
    first: int,
    lasts: int,
    every: int,
) -> None:
    scenario = ground.buying(*sorted(levers), first=first, end=first + lasts)
    run_inputs = with_hazards(ground.run_inputs(scenario, people=people, months=16), hazards)
    run_inputs = with_places(with_params(run_inputs, {"trust_worker_leaves": churn}), places)
    watched(ground.world(run_inputs, seed), every)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_every_day(ground: Ground, name: str) -> None:
    for k, draw in enumerate(ground.table.sample(17, 3)):
        watched(ground.world(ground.run_inputs(name, people=500, draw=draw), k), every=1)


def no_worker(world: World) -> None:
    world.people["worker"][someone(world, "treatment", IN_TREATMENT), TREATMENT_SERVICE] = -1


def in_custody_and_treated(world: World) -> None:
    world.people["status"][someone(world, "treatment", IN_TREATMENT)] = 2


def back_from_the_dead(world: World) -> None:
    world.people["status"][someone(world, "status", DEAD)] = COMMUNITY


def too_much_time(world: World) -> None:
    world.people["rough_moments"][someone(world, "status", COMMUNITY)] += 400 * 1024


def a_clock_moved(world: World) -> None:
    world.people["when"][someone(world, "status", COMMUNITY), 3] -= 1


def booked_too_late(world: World) -> None:
    i = someone(world, "status", COMMUNITY)
    world.calendar.wake[i] = world.days - 1


def off_the_roll(world: World) -> None:
    world.workers["first_held"][
        world.people["worker"][someone(world, "treatment", IN_TREATMENT), TREATMENT_SERVICE]
    ] = -1


def one_more_waiting(world: World) -> None:
    world.services["waiting"][0] += 1


def over_capacity(world: World) -> None:
    world.workers["cap"][world.people["worker"][someone(world, "housing", CAS3), CAS3_SERVICE]] = 0


def one_more_booked(world: World) -> None:
    world.services["booked"][0] += 1


def another_team(world: World) -> None:
    world.services["common_hours"][0] += 1.0


def someone(world: World, field: str, code: int) -> int:
    """The first person, in the community unless dead, with the code in the field."""
    p = world.people
    where = (p["status"] == COMMUNITY) | (p["status"] == DEAD)
    return int(np.flatnonzero(where & (p[field] == code) & ((field == "status") | (p["status"] == COMMUNITY)))[0])


@pytest.mark.parametrize(
    "broken",
    [
        no_worker,
        in_custody_and_treated,
        back_from_the_dead,
        too_much_time,
        a_clock_moved,
        booked_too_late,
        off_the_roll,
        one_more_waiting,
        over_capacity,
        one_more_booked,
        another_team,
    ],
)
def test_checks_find_a_broken_world(ground: Ground, broken: Callable[[World], None]) -> None:
    world = ground.world(_middle(ground), 6)
    world.run_to(300)
    assert not problems(world)
    broken(world)
    assert problems(world)


def _middle(ground: Ground) -> RunInputs:
    return with_hazards(ground.run_inputs(people=800), 2.0)
