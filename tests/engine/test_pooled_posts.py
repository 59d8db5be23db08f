"""Keyworkers from a pooled budget: each stands at one hub, holds one caseload, and moves to the longest wait alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, with_places, with_unlimited_places
from state_checks import problems

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import TREATMENT_SERVICE
from sim.scenario import Budgets, Purchase, Scenario

EVERY = 28  # days between two choices of a hub
MONEY = 700_000.0
Array = np.ndarray[Any, Any]


def pooled(ground: Ground, *, first: int = 40, end: int | None = None, places: tuple[str, ...] = ()) -> Scenario:
    """The baseline with keyworkers out of a pooled budget."""
    scenario = ground.buying("keyworkers", first=first, end=end)
    bought = tuple(dataclasses.replace(one, gbp_per_year=MONEY, places=places) for one in scenario.levers)
    return dataclasses.replace(scenario, levers=bought, budgets=Budgets("pooled"))


def short_of_places(ground: Ground, scenario: Scenario, *, people: int = 700, factor: float = 0.35) -> RunInputs:
    """A run_inputs under which people wait at many hubs."""
    return with_places(ground.run_inputs(scenario, people=people), factor)


def posts_of(world: World) -> dict[int, Array]:
    """Rows of each pooled post."""
    pool = world.workers["pool"]
    return {int(post): np.flatnonzero(pool == post) for post in np.unique(pool[pool >= 0])}


def wait_at(world: World, holds: Array, service: int, day: int) -> float:
    """People in the queue of a hub for each place that takes people there on a day."""
    workers = world.workers
    there = (workers["service"] == service) & (workers["starts"] <= day) & (day < workers["ends"])
    there &= (workers["pool"] < 0) | holds.astype(bool)
    return float(world.services["waiting"][service] / max(int(workers["cap_whole"][there].sum()), 1))


def dawns(world: World) -> Iterator[tuple[int, Array, dict[tuple[int, int], float]]]:
    """Each day lived: the day, where posts stood before it, and the wait at each hub as each post in turn met it."""
    while world.day < world.days:
        day, before = world.day, world.workers["holds"].copy()
        planned, waits = before.copy(), {}
        for post, own in posts_of(world).items():
            starts = int(world.workers["starts"][own[0]])
            if day < starts or (day - starts) % EVERY:
                continue
            for row in own:
                waits[post, int(row)] = wait_at(world, planned, int(world.workers["service"][row]), day)
            stood = own[planned[own].astype(bool)][0]
            best = max(own, key=lambda row: (waits[post, int(row)], row == stood))
            planned[stood], planned[best] = 0, 1
        world.run_to(day + 1)
        assert (world.workers["holds"] == planned).all(), f"day {day}: a post stands where the wait is not longest"
        yield day, before, waits


@pytest.fixture(scope="module")
def short(ground: Ground) -> RunInputs:
    return short_of_places(ground, pooled(ground))


def test_posts_go_where_the_wait_is_strictly_longer(ground: Ground, short: RunInputs) -> None:
    """Every move is what the rule in words gives, on every 28th day of the post, and to a strictly longer wait."""
    world = ground.world(short, 5)
    moves = stayed = 0
    for day, before, waits in dawns(world):
        after = world.workers["holds"]
        for post, own in posts_of(world).items():
            assert after[own].sum() == before[own].sum() == 1, "a post stands at one hub at a time"
            old, new = (int(own[held[own].astype(bool)][0]) for held in (before, after))
            starts = int(world.workers["starts"][own[0]])
            if old == new:
                stayed += (post, old) in waits
                continue
            assert day >= starts and (day - starts) % EVERY == 0
            assert waits[post, new] > waits[post, old]
            moves += 1
    assert moves > 20 and stayed > 20


def test_no_post_holds_more_than_its_caseload(ground: Ground, short: RunInputs) -> None:
    """One caseload for all rows together, also where people stayed with a keyworker who has moved on; and the places
    of all posts are each day those that were bought."""
    world = ground.world(short, 6)
    most_elsewhere = 0
    while world.day < world.days:
        day = world.day
        before = world.workers["load"].copy()
        world.run_to(day + 1)
        workers = world.workers
        places = bought = 0
        for own in posts_of(world).values():
            size = np.unique(workers["cap_whole"][own])
            assert size.size == 1, "one keyworker has one caseload, wherever the post stands"
            assert np.unique(workers["departures"][own]).size == 1, "and leaves everybody at once"
            held, elsewhere = workers["load"][own].sum(), workers["load"][own][workers["holds"][own] == 0].sum()
            assert held <= size[0]
            assert workers["cap"][own].sum() == max(size[0], before[own].sum())
            grown = workers["load"][own] > before[own]
            assert not (grown & (workers["holds"][own] == 0)).any(), "nobody new where the post does not stand"
            most_elsewhere = max(most_elsewhere, int(elsewhere))
            starts, ends = workers["starts"][own[0]], workers["ends"][own[0]]
            places += workers["cap"][own].sum() if starts <= day < ends else 0
            bought += size[0] if starts <= day < ends else 0
        assert places == bought
    assert most_elsewhere > 3


def test_as_many_places_as_the_money_buys(ground: Ground) -> None:
    """The whole region at full strength: posts x caseload, fractions by luck."""
    run_inputs = ground.run_inputs(pooled(ground), people=2200)
    world = ground.world(run_inputs, 1)
    world.run_to(300)
    posts = run_inputs.spend[0]["units"]
    standing = world.workers["holds"].astype(bool)
    assert standing.sum() == np.ceil(posts)
    caseload = ground.reference["service.caseload"]
    assert world.workers["cap_whole"][standing].sum() == pytest.approx(posts * caseload, abs=1.0)


def test_nobody_moves_where_nobody_waits(ground: Ground) -> None:
    run_inputs = with_unlimited_places(ground.run_inputs(pooled(ground), people=500))
    every_day = run_inputs.staff.services.copy()
    every_day["open_days"] = 0b1111111  # so that nobody waits over a weekend
    run_inputs = dataclasses.replace(run_inputs, staff=dataclasses.replace(run_inputs.staff, services=every_day))
    world = ground.world(run_inputs, 4)
    stood = world.workers["holds"].copy()
    chosen = 0
    for _, _, waits in dawns(world):
        assert not any(waits.values())
        chosen += len(waits)
    assert chosen > 100 and (world.workers["holds"] == stood).all()


def test_posts_of_some_places_stay_among_them(ground: Ground) -> None:
    places = ("bristol", "plymouth", "exeter")
    run_inputs = short_of_places(ground, pooled(ground, places=places))
    at = [ground.area.services[int(site)].place for site in run_inputs.staff.services["site"]]
    rows = run_inputs.staff.workers["pool"] >= 0
    assert {at[int(service)] for service in run_inputs.staff.workers["service"][rows]} == set(places)


def test_two_purchases_share_no_post(ground: Ground) -> None:
    scenario = pooled(ground, places=("bristol", "plymouth"))
    more = Purchase(lever="keyworkers", gbp_per_year=MONEY, starts=scenario.starts, places=("plymouth", "exeter"))
    run_inputs = ground.run_inputs(dataclasses.replace(scenario, levers=(*scenario.levers, more)), people=700)
    workers, numbers = run_inputs.staff.workers, run_inputs.staff.numbers
    pool = workers["pool"]
    standing = numbers[(pool < 0) | (workers["holds"] == 1)]
    assert np.unique(standing).size == standing.size, "no two keyworkers have one luck"
    assert all(np.unique(numbers[pool == post]).size == 1 for post in range(pool.max() + 1))


@pytest.mark.parametrize("end", [None, 300])
def test_the_world_is_whole(ground: Ground, end: int | None) -> None:
    world = ground.world(short_of_places(ground, pooled(ground, end=end), people=300), 7)
    while world.day < world.days:
        world.run_to(world.day + 3)
        assert not (found := problems(world)), "\n".join(found)


def test_wake_days_are_every_day(ground: Ground, short: RunInputs) -> None:
    by_wakes, daily = ground.lived(short, 8), ground.lived(short, 8, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
    assert (by_wakes.people["worker_is_bought"] == 1).sum() > 20


def test_posts_end_with_their_money(ground: Ground) -> None:
    """Nobody is taken on after it; whoever is with such a keyworker stays until treatment ends."""
    world = ground.world(short_of_places(ground, pooled(ground, end=200)), 9)
    world.run_to(200)
    rows = world.workers["pool"] >= 0
    assert (world.workers["ends"][rows] == 200).all() and world.workers["load"][rows].sum() > 3
    held = world.people["worker"][:, TREATMENT_SERVICE].copy()
    while world.day < world.days:
        world.run_to(world.day + 1)
        now = world.people["worker"][:, TREATMENT_SERVICE]
        new = (now != held) & (now >= 0)
        assert not rows[now[new]].any()
        held = now.copy()
    assert not world.workers["load"][rows].any()


def test_a_pool_is_no_worse_than_fixed_posts(ground: Ground) -> None:
    """The same money, nobody counted twice: with places short people wait less when posts follow the waits."""
    moving, fixed = pooled(ground), dataclasses.replace(pooled(ground), budgets=Budgets())
    waits = []
    for scenario in (moving, fixed):
        worlds = [ground.lived(short_of_places(ground, scenario), seed) for seed in range(4)]
        waits.append(np.mean([world.people["waiting_moments"].sum() for world in worlds]))
    assert waits[0] < waits[1]
