"""Releases planned for everybody: no Friday, one day sooner at most, and a whole year of follow-up for all."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from engine_ground import ROLL, Ground, assert_same_lives, differing_fields
from state_checks import problems

from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY
from sim.engine.new_world import branch, warm_world
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import CUSTODY, DEAD, FOLLOWED_UP, NOT_YET_RELEASED

PLANNED = 7  # column of the chances at a prison
THURSDAY, FRIDAY = 3, 4
PEOPLE = 700


def all_on_licence(ground: Ground) -> dict[str, float]:
    """The reference draw with nobody from remand, whose release no prison plans."""
    return {**ground.reference, "population.released_from_remand": 0.0}


def planned(
    ground: Ground, share: float = 1.0, *, first: int = 0, people: int = PEOPLE, warm_up: bool = False
) -> RunInputs:
    """Every prison, those outside the region too, plans this share of releases from a day of the study on."""
    run_inputs = ground.run_inputs(
        ground.buying("release_day_planning", first=first), people=people, warm_up=warm_up, draw=all_on_licence(ground)
    )
    first += run_inputs.first_day
    assert run_inputs.params[0]["looks_ahead_from"] == first
    chances = run_inputs.chances.copy()
    chances[first:, :, PLANNED] = share
    return dataclasses.replace(run_inputs, chances=chances)


def weekday(run_inputs: RunInputs, days: np.ndarray) -> np.ndarray:
    return (days.astype(np.int64) + run_inputs.start_weekday) % 7


def releases_by_day(world: World) -> list[tuple[int, np.ndarray]]:
    """Rows released on each day, the first time or again, as the days are lived."""
    found = []
    before = world.people["releases"].copy()
    while world.day < world.days:
        day = world.day
        world.run_to(day + 1)
        found.append((day, np.flatnonzero(world.people["releases"] > before)))
        before = world.people["releases"].copy()
    return found


@pytest.fixture(scope="module")
def everybody(ground: Ground) -> RunInputs:
    return planned(ground)


def test_a_friday_becomes_the_thursday_before(ground: Ground, everybody: RunInputs) -> None:
    """First releases: nobody on a Friday, those due on it a day sooner, all others on their day."""
    due = ground.world(everybody, 3).people["first_release"]
    first = ground.lived(everybody, 3).people["first_release"]
    friday = (weekday(everybody, due) == FRIDAY) & (due >= 2)  # day 1 is one: nobody looked two days ahead
    assert friday.sum() > 100 and (~friday).sum() > 400
    assert (due[friday] - first[friday] == 1).all() and (due[~friday] == first[~friday]).all()
    assert not (weekday(everybody, first) == FRIDAY)[due >= 2].any()
    assert (weekday(everybody, first)[friday] == THURSDAY).all()


def test_nobody_is_released_again_on_a_friday(ground: Ground, everybody: RunInputs) -> None:
    """Later releases too; today a part of them falls on a Friday, from recalls and from sentences."""
    for run_inputs, any_friday in (
        (everybody, False),
        (planned(ground, 0.0), True),
        (ground.run_inputs(people=PEOPLE, draw=all_on_licence(ground)), True),
    ):
        world = ground.world(run_inputs, 3)
        again = np.zeros(7, dtype=np.int64)
        for day, rows in releases_by_day(world):
            again[(day + run_inputs.start_weekday) % 7] += (world.people["first_release"][rows] < day).sum()
        assert again.sum() > 200 and again[5:].sum() == 0
        assert (again[FRIDAY] > 0) == any_friday


def test_everybody_is_followed_for_a_year(ground: Ground, everybody: RunInputs) -> None:
    """From the day on which they really leave to the same day a year on, or to death."""
    people = ground.lived(everybody, 4).people
    alive = people["status"] == FOLLOWED_UP
    assert alive.sum() > 600 and (people["status"] != NOT_YET_RELEASED).all()
    end = (people["first_release"].astype(np.int64) + FOLLOW_UP_DAYS) * MOMENTS_PER_DAY
    assert (people["settled_at"][alive] == end[alive]).all()
    assert (people["licence_until"] == people["first_release"] + people["licence_days"]).all()


def test_a_part_is_planned_by_a_luck_of_its_own(ground: Ground, everybody: RunInputs) -> None:
    """Under a share in between each Friday moves or not; whoever moves under it moves under any larger share."""
    due = ground.world(everybody, 5).people["first_release"]
    moved = [due - ground.lived(planned(ground, share), 5).people["first_release"] for share in (0.0, 0.3, 0.7, 1.0)]
    assert not moved[0].any()
    for fewer, more in pairwise(moved):
        assert (fewer <= more).all() and (fewer < more).sum() > 15


def test_no_share_at_all_is_the_baseline(ground: Ground) -> None:
    """Looking two days ahead wakes people, and changes nobody."""
    idle, plain = (
        ground.lived(planned(ground, 0.0), 6),
        ground.lived(ground.run_inputs(people=PEOPLE, draw=all_on_licence(ground)), 6),
    )
    assert not (found := differing_fields(plain.people, idle.people, but=ROLL)), found


def test_planning_that_begins_later(ground: Ground) -> None:
    """Whoever is due two days after its first day or later is looked at; whoever is due before keeps the day."""
    begins = 100
    run_inputs = planned(ground, first=begins)
    due = ground.world(run_inputs, 3).people["first_release"]
    first = ground.lived(run_inputs, 3).people["first_release"]
    friday = weekday(run_inputs, due) == FRIDAY
    looked_at = friday & (due >= begins + 2)
    assert looked_at.sum() > 50 and (friday & ~looked_at).sum() > 20
    assert (due - first == looked_at).all()


@pytest.mark.parametrize("first", [0, 101])
def test_wake_days_are_every_day(ground: Ground, first: int) -> None:
    run_inputs = planned(ground, first=first)
    by_wakes, daily = ground.lived(run_inputs, 7), ground.lived(run_inputs, 7, everybody_daily=True)
    assert_same_lives(by_wakes, daily)


def from_a_warm_start(ground: Ground, people: int) -> World:
    """A world in which all releases are planned from the study's first day on, branched from a year lived as today."""
    run_inputs, today = (
        planned(ground, people=people, warm_up=True),
        ground.run_inputs(people=people, warm_up=True, draw=all_on_licence(ground)),
    )
    return branch(warm_world(ground.model_area, today, seed=8), run_inputs, seed=8)


def test_from_a_warm_start_too(ground: Ground) -> None:
    """People in custody on the first day are looked at in time: more people, since few of them leave on a Friday."""
    world = from_a_warm_start(ground, 3000)
    at_first = world.people["custody_until"].copy()
    inside = (world.people["status"] == CUSTODY) & (at_first >= world.day + 2)
    assert inside.sum() > 180
    soon = inside & (at_first < world.day + 10)
    friday = soon & (weekday(world.run_inputs, at_first) == FRIDAY)
    assert friday.any() and (soon & ~friday).sum() > 10
    world.run_to(world.day + 10)
    lived = world.people["status"] != DEAD  # the eight days inside can be somebody's last
    latest = world.people["latest_release"]
    assert (latest[lived & friday] == at_first[lived & friday] - 1).all()
    assert (latest[lived & soon & ~friday] == at_first[lived & soon & ~friday]).all()


def test_lives_from_a_warm_start_are_whole(ground: Ground) -> None:
    world = from_a_warm_start(ground, 500)
    while world.day < world.days:
        world.run_to(world.day + 60)
        assert not (found := problems(world)), "\n".join(found)
    first = world.people["first_release"][world.counted]
    assert not (weekday(world.run_inputs, first) == FRIDAY)[first >= world.run_inputs.first_day + 2].any()
