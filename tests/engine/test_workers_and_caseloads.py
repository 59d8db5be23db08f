"""Pay for keyworkers who stay, and caseloads kept small: what happens to posts, people and contacts day by day."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, differing_fields, with_params, with_places
from state_checks import problems

from sim.core.days import NEVER
from sim.engine.run_inputs import STUDY_DAYS, RunInputs, demand_of
from sim.engine.world import World
from sim.mechanisms.treatment import days_between
from sim.population.codes import TREATMENT_SERVICE
from sim.scenario import Purchase, Scenario, deliver

FIRST, END = 60, 320
PAID = ("bristol", "plymouth", "exeter")


def spent(ground: Ground, lever: str, gbp: float, *, places: tuple[str, ...] = (), end: int | None = END) -> Scenario:
    """The baseline with one purchase for the hubs of some places, or all, between two days."""
    scenario = ground.buying(lever, first=FIRST, end=end)
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
    for name, scenario in (("today", ground.scenario()), ("paid", spent(ground, "retention_pay", 1e6, places=PAID))):
        run_inputs = with_params(ground.run_inputs(scenario, people=300), {"trust_worker_leaves": 20.0})
        worlds[name] = ground.world(run_inputs, seed)
    paid_here = in_places(ground, worlds["today"], PAID)
    usual, paid = (left_on(world, world.run_inputs) for world in worlds.values())
    later = elsewhere = 0
    for w, days in usual.items():
        theirs = paid[w]
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
    world = ground.world(ground.run_inputs(spent(ground, "retention_pay", 1e6), people=300), 3)
    rows = hub_posts(world)
    rates = {}
    for day in (FIRST - 1, FIRST, END - 1, END):
        world.run_to(day + 1)
        rates[day] = world.workers["rate"][rows, 0].copy()
    assert (rates[FIRST - 1] == rates[END]).all() and (rates[FIRST] == rates[END - 1]).all()
    ratio = ground.reference["lever.retention_pay_ratio"]
    assert rates[FIRST] == pytest.approx(ratio * rates[END], rel=1e-9)


def smaller(ground: Ground, factor: float = 0.3) -> tuple[World, World, int]:
    """Worlds of today and with caseloads as small as a good one, both with places short; the first day of smaller
    ones."""
    scenario = spent(ground, "smaller_caseloads", 5e6)
    bought, today = (with_places(ground.run_inputs(s, people=2200), factor) for s in (scenario, ground.scenario()))
    demand = demand_of(ground.model_area, ground.reference)
    records = deliver(scenario, ground.reference, demand, ground.area, STUDY_DAYS).smaller
    begins = {record.first_day for record in records}
    assert len(begins) == 1 and all(record.end_day == END for record in records)
    return ground.world(today, 4), ground.world(bought, 4), begins.pop()


def test_posts_shrink_as_people_leave_and_never_below(ground: Ground) -> None:
    today, world, begins = smaller(ground)
    rows = hub_posts(world)
    assert begins == FIRST + round(ground.reference["lever.ramp_days"] / 2.0)
    whole = world.workers["cap_whole"][rows].astype(int)
    ratio = ground.reference["lever.good_caseload"] / ground.reference["service.caseload"]
    least = np.floor(whole * ratio + 0.5).astype(int)
    before, shrunk = whole, 0
    load = world.workers["load"][rows].copy()
    for day in together(today, world):
        if day < begins - 1:  # on the eve the added posts offer their first places
            assert not (found := differing_fields(today.people, world.people)), found
        cap, held = world.workers["cap"][rows].astype(int), load
        load = world.workers["load"][rows].astype(int)
        if not begins <= day < END:
            assert (cap == whole).all()
            continue
        assert (cap >= least).all() and (cap >= np.minimum(held, least)).all(), "nobody is sent away"
        assert (cap == np.maximum(least, np.minimum(before, held))).all()
        assert (cap <= before).all() and (load <= cap).all()
        before = cap
        shrunk = max(shrunk, int((cap < whole).sum()))
    assert shrunk > 30


def test_the_hub_holds_as_many_as_before(ground: Ground) -> None:
    """Places given up by today's posts are those that the added posts hold, hub by hub, within a place a post."""
    _, world, begins = smaller(ground)
    world.run_to(begins + 1)
    workers, rows = world.workers, hub_posts(world)
    ratio = ground.reference["lever.good_caseload"] / ground.reference["service.caseload"]
    added = (workers["bought"] == 1) & (workers["starts"] == begins) & (workers["ends"] == END)
    for service in np.unique(workers["service"][added]):
        own = rows[workers["service"][rows] == service]
        new = np.flatnonzero(added & (workers["service"] == service))
        kept = np.floor(workers["cap_whole"][own] * ratio + 0.5).sum()
        apart = kept + workers["cap"][new].sum() - workers["cap_whole"][own].sum()
        assert abs(apart) <= 0.5 * len(own) + 2.0
    total = workers["cap_whole"][rows].sum()
    small = np.floor(workers["cap_whole"][rows] * ratio + 0.5).sum() + workers["cap"][added].sum()
    assert small == pytest.approx(total, rel=0.02)


def test_people_are_met_more_often_while_the_money_flows(ground: Ground) -> None:
    today, world, begins = smaller(ground)
    good = days_between(ground.reference, ground.reference["lever.good_caseload"])
    usual = days_between(ground.reference, ground.reference["service.caseload"])
    assert good < usual
    rows = hub_posts(world)
    contacts: dict[int, int] = {}
    for day in together(today, world):
        every = world.workers["every"]
        assert (every[rows] == (good if begins <= day < END else usual)).all()
        assert (every[world.workers["bought"] == 1] == good).all()
        if day in (begins, END):
            contacts[day] = int(world.people["contacts"].sum()) - int(today.people["contacts"].sum())
    assert contacts[begins] == 0
    assert contacts[END] > 0.2 * today.people["contacts"].sum() * (END - begins) / 730


def test_everything_is_as_before_when_the_money_ends(ground: Ground) -> None:
    """Today's posts hold and meet people as today; the added ones take nobody on, and let go whom they have."""
    today, world, _ = smaller(ground)
    world.run_to(END + 1)
    rows = hub_posts(world)
    for name in ("cap", "cap_whole", "every", "smaller", "cut_from"):
        assert (world.workers[name][rows] == today.workers[name][rows]).all(), name
    assert (world.workers["cut_from"] == NEVER).all()
    added = np.flatnonzero(world.workers["bought"] == 1)
    held = world.workers["load"][added].copy()
    assert held.sum() > 20
    for _ in together(world):
        now = world.workers["load"][added]
        assert (now <= held).all(), "nobody new"
        held = now.copy()
        assert world.day % 10 or not (found := problems(world)), "\n".join(found)
    assert not held.any()


@pytest.mark.parametrize("lever", ["retention_pay", "smaller_caseloads"])
def test_wake_days_are_every_day(ground: Ground, lever: str) -> None:
    run_inputs = with_params(ground.run_inputs(spent(ground, lever, 3e6), people=500), {"trust_worker_leaves": 5.0})
    by_wakes, daily = ground.lived(run_inputs, 5), ground.lived(run_inputs, 5, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
