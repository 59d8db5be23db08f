"""No bed of any kind stands idle while somebody waits who would take it; places left go to the next in line."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from engine_ground import PURCHASES, Ground, with_params
from state_checks import problems

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import (
    CAS3_SERVICE,
    COMMUNITY,
    CUSTODY,
    DETOX_SERVICE,
    HOUSING_FIRST_SERVICE,
    REHAB_SERVICE,
    RESIDENTIAL,
    SUPPORTED_SERVICE,
    WOMAN,
    WOMENS_REHAB_SERVICE,
)
from sim.scenario import Purchase

KINDS = {
    "cas3_beds": CAS3_SERVICE,
    "supported_beds": SUPPORTED_SERVICE,
    "housing_first": HOUSING_FIRST_SERVICE,
    "residential_rehab": REHAB_SERVICE,
    "inpatient_detox": DETOX_SERVICE,
    "womens_residential": WOMENS_REHAB_SERVICE,
}
THREE_CITIES = ("bristol", "plymouth", "exeter")


def buying(ground: Ground, people: int = 4400, wanted: float = 1.0, **gbp: float) -> RunInputs:
    """The run_inputs of a scenario with money for beds from its first day; wanted: times as many ask for residential
    places. Ways off the street take so long that many sleep rough for the 28 days of Housing First."""
    base = ground.scenario()
    levers = tuple(
        Purchase(
            lever=lever, gbp_per_year=money, starts=base.starts,
            places=THREE_CITIES if "places" in PURCHASES[lever] else (),
        )
        for lever, money in gbp.items()
    )  # fmt: skip
    run_inputs = ground.run_inputs(dataclasses.replace(base, levers=levers), people=people)
    return with_params(run_inputs, {"residential_wanted": wanted, "rough_exit": 0.1})


def free_beds(world: World, s: int) -> int:
    """Beds of a service that stand today and are held by nobody."""
    workers = world.workers
    there = (workers["service"] == s) & (workers["starts"] <= world.day) & (world.day < workers["ends"])
    return int((workers["cap"][there] - workers["load"][there]).sum())


@pytest.mark.parametrize("money", [100_000.0, 400_000.0, 3_000_000.0])
def test_no_bed_is_free_while_somebody_waits_for_one(ground: Ground, money: float) -> None:
    """Every service of beds, at dawn of every day; few beds, some and many."""
    world = ground.world(buying(ground, wanted=3.0, **dict.fromkeys(KINDS, money)), seed=4)
    services = np.flatnonzero(np.isin(world.services["service_type"], list(KINDS.values())))
    waited = dict.fromkeys(KINDS.values(), 0)
    while world.day < 500:
        world.run_to(world.day + 1)
        for s in services:
            waiting = int(world.services["waiting"][s])
            assert waiting == 0 or free_beds(world, int(s)) <= 0, (world.day, world.services[s])
            waited[int(world.services["service_type"][s])] += waiting > 0
    assert money > 1e5 or all(waited.values())


@pytest.mark.parametrize("lever", KINDS)
def test_a_place_that_is_left_goes_to_the_next_in_line(ground: Ground, lever: str) -> None:
    """Many more people than places live in them one after another, and on every dawn with people waiting all are held:
    stays end by custody and death if by nothing else."""
    service_type = KINDS[lever]
    money = {"residential_rehab": 150_000.0, "inpatient_detox": 35_000.0, "womens_residential": 50_000.0}
    few = lever in ("inpatient_detox", "womens_residential")  # people who ask for them, so more people and of them more
    people, wanted = (8800, 10.0) if few else (4400, 3.0)
    run_inputs = buying(ground, people, wanted, **{lever: money.get(lever, 300_000.0)})
    if lever == "housing_first":  # nothing but custody and death ends it within the year that is followed
        run_inputs.params["housing_first_loss"] = 0.0
    world = ground.world(run_inputs, seed=1)
    services = np.flatnonzero(world.services["service_type"] == service_type)
    beds = int(world.workers["cap"][np.isin(world.workers["service"], services)].sum())
    ever = np.zeros(len(world.people), dtype=bool)
    before, to_custody, full = ever.copy(), 0, 0
    while world.day < 500:
        world.run_to(world.day + 1)
        held = world.people["worker"][:, service_type] >= 0
        to_custody += int((before & ~held & (world.people["status"] == CUSTODY)).sum())
        full += all(free_beds(world, int(s)) == 0 for s in services if world.services["waiting"][s])
        ever |= held
        before = held
    assert full == 500
    assert beds > 0 and ever.sum() > 1.3 * beds, (beds, int(ever.sum()))
    assert to_custody > 0 or few


def test_a_woman_waits_for_every_place_that_she_would_take(ground: Ground) -> None:
    """With few places for women and more mixed ones than anybody wants, only mothers who would not go there wait on."""
    run_inputs = buying(ground, people=6600, wanted=8.0, residential_rehab=1e7, womens_residential=60_000.0)
    world = ground.world(run_inputs, seed=3)
    mixed = int(np.flatnonzero(world.services["service_type"] == REHAB_SERVICE)[0])
    waited = in_mixed = 0
    while world.day < 400:
        world.run_to(world.day + 1)
        p = world.people
        waits = (p["key"][:, WOMENS_REHAB_SERVICE] != 0) & (p["worker"][:, REHAB_SERVICE] < 0)  # moves in today
        if world.day > 100:  # the places have opened
            assert free_beds(world, mixed) > 0
            assert p["children"][waits].all() and (p["sex"][waits] == WOMAN).all()
            waited += int(waits.sum())
        inside = p["status"] == RESIDENTIAL
        in_mixed += int((inside & (p["sex"] == WOMAN) & (p["worker"][:, REHAB_SERVICE] >= 0)).sum())
        both = (p["worker"][:, REHAB_SERVICE] >= 0) & (p["worker"][:, WOMENS_REHAB_SERVICE] >= 0)
        assert not (both & inside).any()
        if world.day % 25 == 0:
            assert not problems(world)
    assert waited > 0 and in_mixed > 0


def test_short_stay_beds_are_full_but_for_the_days_between_two_stays(ground: Ground) -> None:
    """A referral lapses on the day of release, and hardly a bed-night is lost by that."""
    world = ground.world(ground.run_inputs(people=2200, warm_up=True), seed=2)
    world.run_to(world.first_day)
    s = int(np.flatnonzero(world.services["service_type"] == CAS3_SERVICE)[0])
    beds, free, moved = int(world.workers["cap"][world.services["first_worker"][s]]), 0, 0
    for _ in range(365):
        world.run_to(world.day + 1)
        free += free_beds(world, s)
        moved += int((world.people["latest_release"] == world.day - 1).sum())
    assert moved > 3000 and beds > 35
    assert free < 0.03 * 365 * beds
    assert (world.people["status"] == COMMUNITY).any()
