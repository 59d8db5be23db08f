"""Keyworkers from a pooled budget: each stands at one hub, works and takes people on there alone, and moves to the hub
that would need it most."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, with_keyworkers
from state_checks import problems

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import TREATMENT_SERVICE
from sim.scenario import Budgets, Purchase, Scenario

EVERY = 28  # days between two choices of a hub
HARDER = 1.1  # how much higher the load must be elsewhere
MONEY = 700_000.0
Array = np.ndarray[Any, Any]


def pooled(ground: Ground, *, first: int = 40, end: int | None = None, places: tuple[str, ...] = ()) -> Scenario:
    """The baseline with keyworkers out of a pooled budget."""
    scenario = ground.buying("keyworkers", first=first, end=end)
    bought = tuple(dataclasses.replace(one, gbp_per_year=MONEY, places=places) for one in scenario.levers)
    return dataclasses.replace(scenario, levers=bought, budgets=Budgets("pooled"))


def short_of_time(ground: Ground, scenario: Scenario, *, people: int = 700, factor: float = 0.5) -> RunInputs:
    """A run_inputs under which hubs are pressed."""
    return with_keyworkers(ground.run_inputs(scenario, people=people, warm_up=True), factor)


def posts_of(world: World) -> dict[int, Array]:
    """Rows of each pooled post."""
    pool = world.workers["pool"]
    return {int(post): np.flatnonzero(pool == post) for post in np.unique(pool[pool >= 0])}


def dawns(world: World) -> Iterator[tuple[int, Array, dict[tuple[int, int], float]]]:
    """Each day lived: the day, where posts stood before it, and by post and row the load that its hub's people would
    share without the post, in the order in which posts choose."""
    while world.day < world.days:
        day, before = world.day, world.workers["holds"].copy()
        planned, loads = before.copy(), {}
        services, workers = world.services, world.workers
        load = services["felt_load"].copy()
        for post, own in posts_of(world).items():
            starts = int(workers["starts"][own[0]])
            if day < starts or day % EVERY:
                continue
            stood = int(own[planned[own].astype(bool)][0])
            for row in own.tolist():
                s = int(workers["service"][row])
                gives = float(workers["hours"][row]) / float(
                    services["held_mean"][s]
                )  # a post for people leaving prison
                loads[post, row] = 1.0 / max(1e-9, 1.0 / load[s] - (gives if row == stood and day > starts else 0.0))
            best = max(own.tolist(), key=lambda row: loads[post, row])
            if loads[post, best] > HARDER * loads[post, stood]:
                planned[stood], planned[best] = 0, 1
                old, new = int(workers["service"][stood]), int(workers["service"][best])
                load[old] = loads[post, stood]
                load[new] = 1.0 / (1.0 / load[new] + float(workers["hours"][best]) / float(services["held_mean"][new]))
        world.run_to(day + 1)
        assert (world.workers["holds"] == planned).all(), f"day {day}: a post stands elsewhere than the rule says"
        yield day, before, loads


@pytest.fixture(scope="module")
def short(ground: Ground) -> RunInputs:
    return short_of_time(ground, pooled(ground))


def test_posts_go_where_the_load_is_a_tenth_higher(ground: Ground, short: RunInputs) -> None:
    """Every move is what the rule in words gives, on every 28th day of the post."""
    world = ground.world(short, 5)
    moves = stayed = 0
    for day, before, loads in dawns(world):
        after = world.workers["holds"]
        for post, own in posts_of(world).items():
            assert after[own].sum() == before[own].sum() == 1, "a post stands at one hub at a time"
            old, new = (int(own[held[own].astype(bool)][0]) for held in (before, after))
            starts = int(world.workers["starts"][own[0]])
            if old == new:
                stayed += (post, old) in loads
                continue
            assert day >= starts and day % EVERY == 0
            assert loads[post, new] > HARDER * loads[post, old]
            moves += 1
    assert moves > 20 and stayed > 20


def test_a_post_works_and_takes_people_on_where_it_stands(ground: Ground, short: RunInputs) -> None:
    """Its hours count at one hub each day, those who stay with it elsewhere get nobody beside them, and one keyworker
    leaves everybody at once."""
    world = ground.world(short, 6)
    most_elsewhere = 0
    while world.day < world.days:
        before, stood = world.workers["load"].copy(), world.workers["holds"].copy()
        world.run_to(world.day + 1)
        workers = world.workers
        for own in posts_of(world).values():
            assert np.unique(workers["hours"][own]).size == 1
            assert np.unique(workers["departures"][own]).size == 1
            grown = workers["load"][own] > before[own]
            assert not (grown & (workers["holds"][own] == 0) & (stood[own] == 0)).any()
            most_elsewhere = max(most_elsewhere, int(workers["load"][own][workers["holds"][own] == 0].sum()))
        if world.day % 97 == 0:
            assert not (found := problems(world)), "\n".join(found)
    assert most_elsewhere > 3


def test_as_many_hours_as_the_money_buys(ground: Ground) -> None:
    """The whole region at full strength: posts of the money, each at one hub."""
    run_inputs = ground.run_inputs(pooled(ground), people=2200)
    world = ground.world(run_inputs, 1)
    world.run_to(300)
    posts = run_inputs.spend[0]["units"]
    standing = world.workers["holds"].astype(bool)
    assert standing.sum() == np.ceil(5 * posts), "each a day of a full-time week"
    assert world.workers["hours"][standing].sum() == pytest.approx(posts)


def test_nobody_moves_among_hubs_alike(ground: Ground) -> None:
    world = ground.world(ground.run_inputs(pooled(ground), people=500), 4)
    stood = world.workers["holds"].copy()
    for day in range(40, 40 + 3 * EVERY):
        world.services["felt_load"] = 57.0
        world.run_to(day + 1)
        assert (world.workers["holds"] == stood).all()


def test_posts_of_some_places_stay_among_them(ground: Ground) -> None:
    places = ("bristol", "plymouth", "exeter")
    run_inputs = ground.run_inputs(pooled(ground, places=places), people=700)
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
    world = ground.world(short_of_time(ground, pooled(ground, end=end), people=300), 7)
    while world.day < world.days:
        world.run_to(world.day + 7)
        assert not (found := problems(world)), "\n".join(found)


def test_wake_days_are_every_day(ground: Ground, short: RunInputs) -> None:
    by_wakes, daily = ground.lived(short, 8), ground.lived(short, 8, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
    with_whom = by_wakes.people["worker"][:, TREATMENT_SERVICE]
    assert by_wakes.workers["bought"][with_whom[with_whom >= 0]].sum() > 20


def test_posts_end_with_their_money(ground: Ground) -> None:
    """Nobody is taken on after it; whoever is with such a keyworker goes to a colleague, and trust begins again."""
    scenario = pooled(ground, end=200)
    world = ground.world(with_keyworkers(ground.run_inputs(scenario, people=700), 0.5), 9)
    world.run_to(200)
    rows = world.workers["pool"] >= 0
    assert (world.workers["ends"][rows] == 200).all() and world.workers["load"][rows].sum() > 3
    held = world.people["worker"][:, TREATMENT_SERVICE].copy()
    world.run_to(201)
    now = world.people["worker"][:, TREATMENT_SERVICE]
    handed_over = (held >= 0) & rows[held] & (now >= 0)
    assert handed_over.sum() > 3 and not world.workers["load"][rows].any()
    hub = world.workers["service"]
    assert (hub[now[handed_over]] == hub[held[handed_over]]).all()
    assert (world.people["trust"][handed_over] <= 0.95).all()
    stays = (held >= 0) & ~rows[held] & (now >= 0) & (now != held)
    assert not stays.any(), "nobody else has another keyworker"
    assert not (found := problems(world)), "\n".join(found)
    while world.day < world.days:
        world.run_to(world.day + 30)
        assert not world.workers["load"][rows].any()


@pytest.mark.parametrize("short", [0, 1])
def test_a_pool_shortens_the_wait_where_some_hubs_are_short(ground: Ground, short: int) -> None:
    """The same money, nobody counted twice: where every other hub is short people wait less when days follow the
    load than where each hub has its fixed part."""
    moving, fixed = pooled(ground), dataclasses.replace(pooled(ground), budgets=Budgets())
    waits = []
    for scenario in (moving, fixed):
        run_inputs = ground.run_inputs(scenario, people=700, warm_up=True)
        workers = run_inputs.staff.workers.copy()
        today = np.arange(len(workers)) < run_inputs.staff.n_workers_today
        workers["hours"][today & (workers["service"] % 2 == short)] *= 0.3
        uneven = dataclasses.replace(run_inputs, staff=dataclasses.replace(run_inputs.staff, workers=workers))
        worlds = [ground.lived(uneven, seed) for seed in range(4)]
        waits.append(np.mean([world.people["waiting_moments"].sum() for world in worlds]))
    assert waits[0] < waits[1]
