"""Until a lever starts, a scenario's lives are the baseline's; after that some differ."""

from __future__ import annotations

import numpy as np
import pytest
from engine_ground import DISTINCT_LEVERS, PURCHASES, Ground, differing_fields

from sim.core.days import NEVER
from sim.population.codes import COMMUNITY, DEAD, NAVIGATOR_SERVICE

FIRST_DAY = 200


def test_each_lever_of_the_catalogue_is_tried() -> None:
    assert set(PURCHASES) == set(DISTINCT_LEVERS)


@pytest.mark.parametrize("lever", PURCHASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_lives_are_the_same_until_the_lever_starts(ground: Ground, lever: str, seed: int) -> None:
    draw = ground.draw_for(lever)
    bought = ground.run_inputs(ground.buying(lever, first=FIRST_DAY), people=2200, draw=draw)
    today, tomorrow = ground.world(ground.run_inputs(people=2200, draw=draw), seed), ground.world(bought, seed)
    for world in (today, tomorrow):
        world.run_to(FIRST_DAY)
    assert not (found := differing_fields(today.people, tomorrow.people)), found
    n = len(today.workers)
    assert not differing_fields(today.workers, tomorrow.workers[:n], but=("cut_from", "cut_until", "cap_when_cut"))
    for world in (today, tomorrow):
        world.run_to(world.days)
    found = differing_fields(today.people, tomorrow.people)
    assert found["digest"] > 0
    dead = today.people["death_day"] < FIRST_DAY
    assert dead.any()
    assert not differing_fields(today.people[dead], tomorrow.people[dead])


@pytest.mark.parametrize("lever", PURCHASES)
def test_a_lever_that_ends_before_it_reaches_anybody_changes_nothing(ground: Ground, lever: str) -> None:
    scenario = ground.buying(lever, first=3000, end=3400)
    plain, idle = (
        ground.lived(ground.run_inputs(people=300), 5),
        ground.lived(ground.run_inputs(scenario, people=300), 5),
    )
    assert not differing_fields(plain.people, idle.people)
    assert np.array_equal(plain.workers, idle.workers[: len(plain.workers)])
    assert not idle.workers["load"][len(plain.workers) :].any()


def test_money_that_ends_leaves_the_services_of_today(ground: Ground) -> None:
    run_inputs = ground.run_inputs(ground.buying(*PURCHASES, first=30, end=120), people=300)
    today = ground.run_inputs(people=300)
    assert np.array_equal(run_inputs.chances[120:], today.chances[120:])
    assert np.array_equal(run_inputs.booked[120:], today.booked[120:])
    assert not run_inputs.epoch_of_day[120:].any() and run_inputs.epoch_of_day[30:120].all()
    team = ground.lived(run_inputs, 6).workers[len(today.staff.workers) :]
    assert (team["starts"] >= 30).all() and (team["ends"] == 120).all()
    world = ground.lived(run_inputs, 6)
    begun = world.people["navigator_from"][world.people["navigator_from"] < run_inputs.days]
    assert begun.size and begun.min() >= 30 and begun.max() < 120


def test_support_ends_with_the_money(ground: Ground) -> None:
    world = ground.world(ground.run_inputs(ground.buying("navigators", first=30, end=120), people=2200), 7)
    world.run_to(120)
    assert (world.people["worker"][:, NAVIGATOR_SERVICE] >= 0).sum() > 20
    world.run_to(121)
    supported = (world.people["navigator_until"] > 120) & (world.people["navigator_until"] < NEVER)
    assert not supported.any() and not (world.people["worker"][:, NAVIGATOR_SERVICE] >= 0).any()


def test_peers_joint_cases_and_practitioners_end_with_the_money(ground: Ground) -> None:
    bought = ground.buying("peer_workers", "joint_case_meetings", "lgbtq_practitioner", first=0, end=200)
    run_inputs = ground.run_inputs(bought, people=2200)
    world = ground.world(run_inputs, 7)
    world.run_to(200)
    people = world.people
    assert people["peer_worker"].sum() > 20 and people["joint_case"].sum() > 20
    people["matched_until"][people["status"] == COMMUNITY] = 350  # hardly anybody's need is recognised
    world.run_to(201)
    alive = people["status"] != DEAD
    assert not people["peer_worker"][alive].any() and not people["joint_case"][alive].any()
    seen = people["matched_until"][alive & (people["matched_until"] < NEVER)]
    assert seen.size > 100 and seen.max() <= 200 + 28  # the run-out
