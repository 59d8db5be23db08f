"""Pay for keyworkers who stay: when posts change hands, day by day."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, with_params

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import TREATMENT_SERVICE
from sim.scenario import Purchase, Scenario

FIRST, END = 60, 320
PAID = ("bristol", "plymouth", "exeter")


def paid(ground: Ground, gbp: float, *, places: tuple[str, ...] = ()) -> Scenario:
    """The baseline with keyworkers of some places, or all, paid to stay between two days."""
    scenario = ground.buying("retention_pay", first=FIRST, end=END)
    bought: Purchase = dataclasses.replace(scenario.levers[0], gbp_per_year=gbp, places=places)
    return dataclasses.replace(scenario, levers=(bought,))


def hub_posts(world: World) -> np.ndarray:
    """Rows of today's keyworkers."""
    today = np.arange(len(world.workers)) < world.run_inputs.staff.n_workers_today
    return np.flatnonzero(today & (world.services["service_type"][world.workers["service"]] == TREATMENT_SERVICE))


def in_places(ground: Ground, world: World, places: tuple[str, ...]) -> np.ndarray:
    """Whether each worker's hub stands in one of the places."""
    sites = world.services["site"][world.workers["service"]]
    return np.array([ground.area.services[int(site)].place in places for site in sites])


def together(*worlds: World) -> Iterator[int]:
    """The worlds lived side by side, a day at a time."""
    while worlds[0].day < worlds[0].days:
        for world in worlds:
            world.run_to(world.day + 1)
        yield worlds[0].day - 1


def left_on(world: World, run_inputs: RunInputs) -> dict[int, list[int]]:
    """Days on which each worker's post changed hands."""
    days: dict[int, list[int]] = {int(w): [] for w in hub_posts(world)}
    for day in together(world):
        for w in days:
            if world.workers["left_on"][w] == day:
                days[w].append(day)
    return days


@pytest.mark.parametrize("seed", [1, 2])
def test_paid_workers_leave_later_and_never_sooner(ground: Ground, seed: int) -> None:
    """The same thresholds spent more slowly, so the n-th to leave a post leaves on the same day or later; posts at
    other hubs, and all posts before the money, change hands on the same days."""
    worlds = {}
    for name, scenario in (("today", ground.scenario()), ("paid", paid(ground, 1e6, places=PAID))):
        run_inputs = with_params(ground.run_inputs(scenario, people=300), {"trust_worker_leaves": 20.0})
        worlds[name] = ground.world(run_inputs, seed)
    paid_here = in_places(ground, worlds["today"], PAID)
    usual, later_on = (left_on(world, world.run_inputs) for world in worlds.values())
    later = elsewhere = 0
    for w, days in usual.items():
        theirs = later_on[w]
        if not paid_here[w]:
            assert theirs == days
            elsewhere += len(days)
            continue
        assert len(theirs) <= len(days)
        assert all(mine <= other for mine, other in zip(days, theirs, strict=False))
        assert [day for day in theirs if day < FIRST] == [day for day in days if day < FIRST]
        later += sum(mine < other for mine, other in zip(days, theirs, strict=False))
    assert later > 20 and elsewhere > 50


def test_pay_that_ends_leaves_workers_as_quick_to_go_as_before(ground: Ground) -> None:
    world = ground.world(ground.run_inputs(paid(ground, 1e6), people=300), 3)
    rows = hub_posts(world)
    rates = {}
    for day in (FIRST - 1, FIRST, END - 1, END):
        world.run_to(day + 1)
        rates[day] = world.workers["rate"][rows, 0].copy()
    assert (rates[FIRST - 1] == rates[END]).all() and (rates[FIRST] == rates[END - 1]).all()
    ratio = ground.reference["lever.retention_pay_ratio"]
    assert rates[FIRST] == pytest.approx(ratio * rates[END], rel=1e-9)


def test_wake_days_are_every_day(ground: Ground) -> None:
    run_inputs = with_params(ground.run_inputs(paid(ground, 3e6), people=500), {"trust_worker_leaves": 5.0})
    by_wakes, daily = ground.lived(run_inputs, 5), ground.lived(run_inputs, 5, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
