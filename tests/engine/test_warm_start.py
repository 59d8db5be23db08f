"""The year before the study is lived once for many scenarios: the same lives as if each had lived it, services as busy
on the first day as in the middle of the year, and as busy in the second year as in the first."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from engine_ground import PURCHASES, SHIPPED, Ground, assert_same_lives, differing_fields

from sim.core.days import WARM_UP_DAYS
from sim.core.keys import seed_of
from sim.engine.model_area import ModelArea
from sim.engine.new_world import branch, new_world, warm_world
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.experiment.simulator import StudySimulator, finished
from sim.outcomes.recorder import record
from sim.scenario import Scenario

PEOPLE = 900
SEEDS = 60
OPENED = "with_you_outreach_bude"
TEAM = ("own_hours", "common_hours", "team_until", "quiet_until")  # of a branch worked out on its first day
ROOMS = ("heap_start", "heap_room", "heap_size", "first_bought", "n_bought")
HELD, WAITING = range(2)
Array = np.ndarray[Any, Any]


@pytest.fixture(scope="module")
def warm(ground: Ground) -> World:
    """The baseline at dawn of the study's first day."""
    return warm_world(ground.model_area, ground.run_inputs(people=PEOPLE, warm_up=True), seed=5)


def whole(model_area: ModelArea, run_inputs: RunInputs, seed: int) -> World:
    """A world that lived the year before the study itself, its series counted from the study's first day."""
    world = new_world(model_area, run_inputs, seed=seed)
    world.run_to(world.first_day)
    world.series[:] = 0
    world.run_to(world.days)
    return world


def assert_same_series(one: World, other: World) -> None:
    assert one.series.tobytes() == other.series.tobytes()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_branch_lives_as_a_world_run_whole(ground: Ground, warm: World, name: str) -> None:
    run_inputs = ground.run_inputs(name, people=PEOPLE, warm_up=True)
    branched, run_whole = branch(warm, run_inputs, seed=5), whole(ground.model_area, run_inputs, 5)
    assert branched.day == WARM_UP_DAYS == run_inputs.first_day
    branched.run_to(branched.days)
    assert_same_lives(branched, run_whole)
    assert_same_series(branched, run_whole)
    if name != "baseline":
        usual = branch(warm, warm.run_inputs, seed=5)
        usual.run_to(usual.days)
        assert differing_fields(usual.people, branched.people)


@pytest.mark.parametrize("lever", PURCHASES)
def test_whatever_is_bought_from_the_first_day_on_branches_too(ground: Ground, warm: World, lever: str) -> None:
    run_inputs = ground.run_inputs(ground.buying(lever, first=0, end=500), people=PEOPLE, warm_up=True)
    branched, run_whole = branch(warm, run_inputs, seed=5), whole(ground.model_area, run_inputs, 5)
    branched.run_to(branched.days)
    assert_same_lives(branched, run_whole)
    assert_same_series(branched, run_whole)


@pytest.mark.parametrize("name", SHIPPED)
def test_before_the_studys_first_day_all_is_the_baselines(ground: Ground, warm: World, name: str) -> None:
    world = new_world(ground.model_area, ground.run_inputs(name, people=PEOPLE, warm_up=True), seed=5)
    world.run_to(world.first_day)
    assert not (found := differing_fields(warm.people, world.people)), found
    n, m = warm.run_inputs.staff.n_today, warm.run_inputs.staff.n_workers_today
    assert (n, m) == (len(warm.services), len(warm.workers))
    assert not (found := differing_fields(warm.services, world.services[:n], but=(*ROOMS, *TEAM))), found
    assert not (found := differing_fields(warm.workers, world.workers[:m])), found
    assert not world.services["load"][n:].any() and not world.workers["load"][m:].any()
    assert all(np.array_equal(one, other) for one, other in zip(warm.calendar, world.calendar, strict=True))


def test_a_warm_world_is_left_as_it_was_by_its_branches(ground: Ground, warm: World) -> None:
    run_inputs = ground.run_inputs("all_of_it", people=PEOPLE, warm_up=True)
    parts = ("people", "services", "workers", "heap", "row_of", "series")

    def bytes_of_warm() -> list[bytes]:
        return [getattr(warm, part).tobytes() for part in parts] + [column.tobytes() for column in warm.calendar]

    before = bytes_of_warm()
    first = branch(warm, run_inputs, seed=5)
    first.run_to(first.days)
    assert bytes_of_warm() == before
    second = branch(warm, run_inputs, seed=5)
    second.run_to(second.days)
    assert_same_lives(first, second)


def study_scenarios(ground: Ground) -> list[Scenario]:
    """Shipped scenarios, one with mechanisms switched off, one with a service opened, one that cuts."""
    full = ground.scenario("all_of_it")
    return [
        ground.scenario(),
        full,
        dataclasses.replace(full, name="off", title="off", off=("navigator", "use")),
        dataclasses.replace(full, name="opened", title="opened", opened=(OPENED,)),
        ground.scenario("treatment_cut"),
    ]


def test_a_study_gives_the_totals_of_worlds_run_whole(ground: Ground) -> None:
    """Every scenario in the order of a study's block, then the first again, whose warm year is kept."""
    study = StudySimulator(study_scenarios(ground), ground.area, ground.table, people=250, months=24, draws=2, seed=31)
    for draw in range(2):
        for scenario in (0, 1, 2, 3, 4, 0, 2):
            found = study(scenario, draw, 1)
            assert study.world(scenario, draw, 1).day == WARM_UP_DAYS
            model_area, seed = study.model_area_of(study.scenarios[scenario]), seed_of(study.seed, draw, 1)
            expected = record(finished(whole(model_area, study.run_inputs(scenario, draw), seed)), study.strata)
            assert found.numerator.tobytes() == expected.numerator.tobytes()
            assert found.denominator.tobytes() == expected.denominator.tobytes()
            assert found.person_days == expected.person_days


def busy_months(ground: Ground, *, warm_up: bool, seeds: int) -> Array:
    """f8[seeds, 2, 24]: people who hold a place, and people waiting, on a night of each month of the study."""
    run_inputs = ground.run_inputs(people=2200, warm_up=warm_up)
    nights = np.bincount(run_inputs.month_of_day[run_inputs.first_day :], minlength=24)
    found = []
    for seed in range(seeds):
        series = whole(ground.model_area, run_inputs, seed).series
        found.append(np.stack([series["held_days"], series["waiting_days"]]) / nights)
    return np.array(found)


@pytest.fixture(scope="module")
def warm_months(ground: Ground) -> Array:
    return busy_months(ground, warm_up=True, seeds=SEEDS)


@pytest.mark.parametrize(("what", "share"), [(HELD, 0.02), (WAITING, 0.12)])
@pytest.mark.parametrize("later", [6, 12])
def test_services_are_as_busy_in_the_first_month(warm_months: Array, what: int, share: float, later: int) -> None:
    """Within 2 % of the people held and 12 % of the people waiting (months differ in their weekends), and 3.9 standard
    errors of the mean over seeds: odds of a false alarm below 1 in 10,000."""
    months = warm_months[:, what]
    difference = months[:, 0] - months[:, later - 1]
    error = difference.std(ddof=1) / np.sqrt(SEEDS)
    assert abs(difference.mean()) < share * months.mean() + 3.9 * error
    assert 3.9 * error < (0.03 if what == HELD else 0.20) * months.mean()  # or the check could not fail


@pytest.mark.parametrize(("what", "share"), [(HELD, 0.02), (WAITING, 0.08)])
def test_services_do_not_drain_while_anybody_is_followed(warm_months: Array, what: int, share: float) -> None:
    """The second year against the first, and its last quarter, as above: within 2 % and 8 %, and 3.9 errors."""
    months = warm_months[:, what]
    for late in (months[:, 12:], months[:, 21:]):
        difference = late.mean(axis=1) - months[:, :12].mean(axis=1)
        error = difference.std(ddof=1) / np.sqrt(SEEDS)
        assert abs(difference.mean()) < share * months.mean() + 3.9 * error
        assert 3.9 * error < (0.03 if what == HELD else 0.20) * months.mean()


def test_without_the_year_before_services_begin_empty_and_end_empty(ground: Ground, warm_months: Array) -> None:
    """The artefact that the warm year is for: a first month all but empty, a second year that drains."""
    cold = busy_months(ground, warm_up=False, seeds=4).mean(axis=0)
    usual = warm_months.mean(axis=0)
    assert cold[HELD, 0] < 0.1 * usual[HELD, 0] and cold[WAITING, 0] < 0.4 * usual[WAITING, 0]
    assert cold[HELD, 23] < 0.1 * usual[HELD, 23] and cold[WAITING, 23] < 0.1 * usual[WAITING, 23]
    assert 0.9 < cold[HELD, 11] / usual[HELD, 11] < 1.1


def test_people_of_the_years_beside_it_are_not_counted(ground: Ground, warm: World) -> None:
    world = branch(warm, warm.run_inputs, seed=5)
    world.run_to(world.days)
    released = world.people["first_release"]
    study = (released >= world.first_day) & (released < world.first_day + 364)
    assert np.array_equal(study, world.counted) and world.counted.sum() == PEOPLE
    assert len(world.people) == 3 * PEOPLE
    assert finished(world).people["number"].max() < PEOPLE


def test_person_days_are_those_of_the_people_counted(ground: Ground) -> None:
    """Nobody released in the year before or after is counted, however long they lived beside those who are."""
    run_inputs = ground.run_inputs(people=300, warm_up=True)
    lived = ground.lived(run_inputs, 3)
    warm = warm_world(ground.model_area, run_inputs, seed=3)
    assert warm.person_days() == 0
    rest = branch(warm, run_inputs, seed=3)
    rest.run_to(rest.days)
    p = lived.people[lived.counted]
    end = np.minimum(p["first_release"] + 365, p["death_day"])
    assert rest.person_days() == lived.person_days() == int((end - p["first_release"]).sum())
    assert finished(rest).person_days == rest.person_days()
