"""One person given something changes that person's life alone while places are unlimited; competition is for places."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from engine_ground import (
    ROLL,
    Ground,
    differing_fields,
    keep_rows,
    numbers_that_differ,
    start_again,
    with_hazards,
    with_keyworkers,
    with_unlimited_places,
)

from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import OPIATE_NO_CRACK

NALOXONE, OST, LOST = range(3)  # columns of the chances at a prison
Given = Callable[[World, int], None]


def with_own_prison(run_inputs: RunInputs) -> RunInputs:
    """The run_inputs with one prison more, a copy of the first one, that nobody is released from."""
    chances = np.concatenate([run_inputs.chances, run_inputs.chances[:, :1]], axis=1)
    homeward = np.concatenate([run_inputs.homeward, run_inputs.homeward[:, :1]], axis=1)
    return dataclasses.replace(
        run_inputs, chances=np.ascontiguousarray(chances), homeward=np.ascontiguousarray(homeward)
    )


def chance(column: int, value: float) -> Given:
    """The person alone meets the given chance on release: from a prison of their own, like the usual one but for it."""

    def given(world: World, row: int) -> None:
        b, usual = world.run_inputs, int(world.people["prison"][row])
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


def lived_with(ground: Ground, run_inputs: RunInputs, seed: int, row: int, given: Given) -> World:
    """The world lived after one person was given something."""
    world = ground.world(with_own_prison(run_inputs), seed)
    given(world, row)
    start_again(world)
    world.run_to(world.days)
    return world


@pytest.mark.parametrize("gift", GIFTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_one_person_helped(ground: Ground, gift: str, seed: int) -> None:
    name = "navigators_two_cities" if seed == 2 else "baseline"
    run_inputs = with_unlimited_places(with_hazards(ground.run_inputs(name, people=400), 3.0))
    usual = ground.lived(run_inputs, seed)
    with_opiate_need = np.flatnonzero(usual.people["need"] <= OPIATE_NO_CRACK)
    changed = 0
    for row in with_opiate_need[:: len(with_opiate_need) // 12]:
        helped = lived_with(ground, run_inputs, seed, int(row), GIFTS[gift])
        theirs = numbers_that_differ(usual.people, helped.people, but=(*ROLL, "prison"))
        assert set(theirs) <= {int(usual.people["number"][row])}
        changed += len(theirs)
    assert changed >= 2


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities", "evening_buses"])
def test_half_of_the_cohort_left_out(ground: Ground, name: str) -> None:
    run_inputs = with_unlimited_places(ground.run_inputs(name, people=1000))
    everybody = ground.lived(run_inputs, 4)
    kept = np.arange(1, 1000, 2)
    half = keep_rows(ground.world(run_inputs, 4), kept)
    half.run_to(half.days)
    assert not (found := differing_fields(everybody.people[kept], half.people, but=ROLL)), found
    assert not differing_fields(everybody.workers, half.workers, but=("load",))


def test_scarce_places_are_competed_for(ground: Ground) -> None:
    run_inputs = with_keyworkers(ground.run_inputs(people=800), 0.3)
    usual = ground.lived(run_inputs, 6)
    touched = []
    for row in range(0, 200, 10):
        rival = lived_with(ground, run_inputs, 6, row, GIFTS["referral never lost"])
        others = set(numbers_that_differ(usual.people, rival.people, but=(*ROLL, "prison")))
        others -= {int(usual.people["number"][row])}
        touched.append(len(others))
    assert max(touched) >= 3  # somebody's referral that arrives takes a place that others wait for
    assert min(touched) == 0  # and one that would have arrived anyway takes nothing


def test_fewer_rivals_mean_shorter_waits(ground: Ground) -> None:
    run_inputs = with_keyworkers(ground.run_inputs(people=1200), 0.3)
    everybody = ground.lived(run_inputs, 7)
    kept = np.arange(0, 1200, 3)
    third = keep_rows(ground.world(run_inputs, 7), kept)
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
    run_inputs = with_unlimited_places(ground.run_inputs(people=1500))
    others = ("recall", "reoffence", "death_base", "suicide", "custody_suicide", "overdose_base")
    quiet = {name: 0.0 for name in others if name != clock_hazard}
    firsts = []
    for factor in (1.0, 0.7, 0.2, 0.0):
        params = run_inputs.params.copy()
        for name in quiet:
            params[name] = 0.0
        params[clock_hazard] *= factor
        firsts.append(ground.lived(dataclasses.replace(run_inputs, params=params), 8).people[field])
    for more, fewer in pairwise(firsts):
        assert (fewer >= more).all()
    assert (firsts[1] > firsts[0]).sum() > 3


# Standard deviation over runs of the difference in engagement that a lever makes under one luck, of 2,200 people, when
# hubs still had queues: what a change of one place there did to others.
SPREAD_OF_QUEUES = {"womens_centre": 0.00061, "language_training": 0.00048, "peer_naloxone": 0.00011}


@pytest.mark.parametrize("lever", SPREAD_OF_QUEUES)
def test_a_diary_pairs_luck_as_well_as_a_queue_did(ground: Ground, lever: str) -> None:
    """No more than twice that spread, over eight runs."""
    run_inputs = [ground.run_inputs(scenario, people=2200) for scenario in (ground.scenario(), ground.buying(lever))]
    differences = []
    for seed in range(8):
        shares = []
        for inputs in run_inputs:
            people = ground.lived(inputs, seed).people
            first = people["first_engaged"].astype(np.int64) - people["first_release"]
            shares.append(float((first < 21).mean()))
        differences.append(shares[1] - shares[0])
    assert np.std(differences, ddof=1) < 2.0 * SPREAD_OF_QUEUES[lever]


def test_the_draw_of_a_trait_moves_nobody_elses_luck(ground: Ground) -> None:
    """With no loading everybody lives the same life whatever the trait is made of: its random number is its own. Beside
    it only the place among scores differs, by which nobody is chosen here."""
    loadings = ("homeless", "recall", "reoffending", "overdose", "attendance")
    alike = {**ground.reference, **{f"disadvantage.{name}": 0.0 for name in loadings}}
    lives = [
        ground.lived(ground.run_inputs(people=300, draw={**alike, "disadvantage.no_fixed_abode": weight}), 3).people
        for weight in (0.0, 0.6)
    ]
    seen = {"need_seen", "need_told", "seen_above", "seen_equal"}
    assert set(differing_fields(*lives)) == {"disadvantage", *seen}
