"""One person given something changes that person's life alone while places are unlimited; competition is for places."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from engine_ground import (
    CALENDAR,
    Ground,
    differing_fields,
    keep_rows,
    numbers_that_differ,
    start_again,
    with_hazards,
    with_places,
    with_unlimited_places,
)

from sim.engine.blueprint import Blueprint
from sim.engine.world import World
from sim.population.person import OPIATE_NO_CRACK

NALOXONE, OST, LOST = range(3)  # columns of the chances at a prison
Given = Callable[[World, int], None]


def with_own_prison(blueprint: Blueprint) -> Blueprint:
    """The blueprint with one prison more, a copy of the first one, that nobody is released from."""
    chances = np.concatenate([blueprint.chances, blueprint.chances[:, :1]], axis=1)
    homeward = np.concatenate([blueprint.homeward, blueprint.homeward[:, :1]], axis=1)
    return dataclasses.replace(
        blueprint, chances=np.ascontiguousarray(chances), homeward=np.ascontiguousarray(homeward)
    )


def chance(column: int, value: float) -> Given:
    """The person alone meets the given chance on release: from a prison of their own, like the usual one but for it."""

    def given(world: World, row: int) -> None:
        b, usual = world.blueprint, int(world.people["prison"][row])
        b.chances[:, -1] = b.chances[:, usual]
        b.chances[:, -1, column] = value
        b.homeward[:, -1] = b.homeward[:, usual]
        world.people["prison"][row] = b.chances.shape[1] - 1

    return given


def naloxone(world: World, row: int) -> None:
    """The person has a kit from the start."""
    world.people["has_naloxone"][row] = 1


def home_before(world: World, row: int) -> None:
    """The person had a home before custody, or had none, the other way round."""
    world.people["no_fixed_abode"][row] ^= 1


GIFTS: dict[str, Given] = {
    "naloxone kit": naloxone,
    "naloxone at release": chance(NALOXONE, 1.0),
    "OST at release": chance(OST, 1.0),
    "referral never lost": chance(LOST, 0.0),
    "referral always lost": chance(LOST, 1.0),
    "first night": home_before,
}


def lived_with(ground: Ground, blueprint: Blueprint, seed: int, row: int, given: Given) -> World:
    """The world lived after one person was given something."""
    world = ground.world(with_own_prison(blueprint), seed)
    given(world, row)
    start_again(world)
    world.run_to(world.days)
    return world


@pytest.mark.parametrize("gift", GIFTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_one_person_helped(ground: Ground, gift: str, seed: int) -> None:
    name = "navigators_two_cities" if seed == 2 else "baseline"
    blueprint = with_unlimited_places(with_hazards(ground.blueprint(name, people=400), 3.0))
    usual = ground.lived(blueprint, seed)
    with_opiate_need = np.flatnonzero(usual.people["need"] <= OPIATE_NO_CRACK)
    changed = 0
    for row in with_opiate_need[:: len(with_opiate_need) // 12]:
        helped = lived_with(ground, blueprint, seed, int(row), GIFTS[gift])
        theirs = numbers_that_differ(usual.people, helped.people, but=(*CALENDAR, "prison"))
        assert set(theirs) <= {int(usual.people["number"][row])}
        changed += len(theirs)
    assert changed >= 2


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities", "evening_and_sunday_buses"])
def test_half_of_the_cohort_left_out(ground: Ground, name: str) -> None:
    blueprint = with_unlimited_places(ground.blueprint(name, people=1000))
    everybody = ground.lived(blueprint, 4)
    kept = np.arange(1, 1000, 2)
    half = keep_rows(ground.world(blueprint, 4), kept)
    half.run_to(half.days)
    assert not (found := differing_fields(everybody.people[kept], half.people, but=CALENDAR)), found
    assert not differing_fields(everybody.workers, half.workers, but=("load",))


def test_scarce_places_are_competed_for(ground: Ground) -> None:
    blueprint = with_places(ground.blueprint(people=800), 0.3)
    usual = ground.lived(blueprint, 6)
    touched = []
    for row in range(0, 200, 10):
        rival = lived_with(ground, blueprint, 6, row, GIFTS["referral never lost"])
        others = set(numbers_that_differ(usual.people, rival.people, but=(*CALENDAR, "prison"))) - {row}
        touched.append(len(others))
    assert max(touched) >= 3  # somebody's referral that arrives takes a place that others wait for
    assert min(touched) == 0  # and one that would have arrived anyway takes nothing


def test_fewer_rivals_mean_shorter_waits(ground: Ground) -> None:
    blueprint = with_places(ground.blueprint(people=1200), 0.3)
    everybody = ground.lived(blueprint, 7)
    kept = np.arange(0, 1200, 3)
    third = keep_rows(ground.world(blueprint, 7), kept)
    third.run_to(third.days)
    waits = [people["wait_days"].sum() / people["waits"].sum() for people in (everybody.people[kept], third.people)]
    assert waits[1] < 0.7 * waits[0]


@pytest.mark.parametrize("clock_hazard", ["use_start", "overdose_base", "recall", "reoffence", "death_base"])
def test_a_lower_hazard_only_postpones(ground: Ground, clock_hazard: str) -> None:
    """The first event of a clock whose own hazard alone is lowered comes no earlier for anybody."""
    field = {
        "use_start": "first_use",
        "overdose_base": "death_day",
        "recall": "first_recall",
        "reoffence": "first_reoffence",
        "death_base": "death_day",
    }[clock_hazard]
    blueprint = with_unlimited_places(ground.blueprint(people=1500))
    quiet = {name: 0.0 for name in ("recall", "reoffence", "death_base", "overdose_base") if name != clock_hazard}
    firsts = []
    for factor in (1.0, 0.7, 0.2, 0.0):
        facts = blueprint.facts.copy()
        for name in quiet:
            facts[name] = 0.0
        facts[clock_hazard] *= factor
        firsts.append(ground.lived(dataclasses.replace(blueprint, facts=facts), 8).people[field])
    for more, fewer in pairwise(firsts):
        assert (fewer >= more).all()
    assert (firsts[1] > firsts[0]).sum() > 3
