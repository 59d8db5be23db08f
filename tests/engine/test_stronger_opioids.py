"""Stronger opioids in the supply: nothing before their first day, more overdoses after it, with opiate needs alone."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from engine_ground import ROLL, Ground, assert_same_lives, differing_fields, with_params, with_unlimited_places

from sim.core.days import NEVER
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population import processes as P
from sim.population.codes import ALCOHOL, DEAD, OPIATE_NO_CRACK

FIRST, END = 150, 400
# What an overdose clock that runs faster changes on a row before it rings.
CLOCK = ("rate", "left", "since", "when")
EXPECTED = (
    "expected_overdoses", "expected_drug_deaths", "expected_other_deaths", "expected_suicides", "exposed_at",
)  # fmt: skip


def run_inputs(ground: Ground, *, people: int = 1500, first: int = FIRST, end: int | None = END) -> list[RunInputs]:
    """Today's supply and a stronger one, with room for everybody, so that nobody's absence helps another."""
    baseline = ground.scenario()
    days = (baseline.starts + timedelta(days=first), None if end is None else baseline.starts + timedelta(days=end))
    shock = dataclasses.replace(baseline, stronger_opioids=days)
    return [with_unlimited_places(ground.run_inputs(scenario, people=people)) for scenario in (baseline, shock)]


def expected(world: World, rows: np.ndarray) -> float:
    """Expected overdoses of the rows, recorded and fatal ones."""
    people = world.people[rows]
    return float(people["expected_overdoses"].sum() + people["expected_drug_deaths"].sum())


@pytest.fixture(scope="module")
def both(ground: Ground) -> tuple[World, World]:
    """The two worlds lived to the end."""
    one, other = (ground.lived(run_inputs, 1) for run_inputs in run_inputs(ground))
    return one, other


def test_lives_are_the_same_until_the_first_day(ground: Ground) -> None:
    worlds = [ground.world(run_inputs, 2) for run_inputs in run_inputs(ground)]
    for world in worlds:
        world.run_to(FIRST)
    assert not (found := differing_fields(worlds[0].people, worlds[1].people, but=ROLL)), found
    for world in worlds:
        world.run_to(FIRST + 1)
    assert differing_fields(worlds[0].people, worlds[1].people, but=ROLL)


def test_days_are_those_of_the_scenario(ground: Ground) -> None:
    for warm_up in (False, True):
        shock = dataclasses.replace(
            ground.scenario(), stronger_opioids=(ground.scenario().starts + timedelta(days=FIRST), None)
        )
        params = ground.run_inputs(shock, people=50, warm_up=warm_up).params[0]
        assert params["potent_from"] == FIRST + (364 if warm_up else 0)
        assert params["potent_until"] == NEVER


def test_overdoses_of_opiate_needs_rise_and_of_no_others(both: tuple[World, World]) -> None:
    usual, potent = both
    opiate = usual.people["need"] <= OPIATE_NO_CRACK
    assert expected(potent, opiate) > 1.2 * expected(usual, opiate)
    dead = [int((world.people["status"][opiate] == DEAD).sum()) for world in both]
    assert dead[1] >= dead[0]
    others = ~opiate
    assert (usual.people["need"][others] == ALCOHOL).any()
    assert not (found := differing_fields(usual.people[others], potent.people[others], but=ROLL)), found


def test_whoever_never_overdoses_lives_the_same_days(both: tuple[World, World]) -> None:
    """Only the overdose clock and the events expected differ on their rows."""
    usual, potent = both
    spared = potent.people["n"][:, P.OVERDOSE] == 0
    assert spared.sum() > 1000
    one, other = usual.people[spared], potent.people[spared]
    found = differing_fields(one, other, but=(*ROLL, *CLOCK, *EXPECTED, "n"))
    assert not found, found
    for name in (*CLOCK, "n"):
        clocks = np.delete(np.arange(one[name].shape[1]), P.OVERDOSE)
        assert (one[name][:, clocks] == other[name][:, clocks]).all(), name
    assert (other["expected_overdoses"] >= one["expected_overdoses"] - 1e-12).all()
    assert (other["expected_drug_deaths"].sum(axis=1) > one["expected_drug_deaths"].sum(axis=1)).sum() > 100


def test_nobody_changes_before_their_own_overdose(ground: Ground) -> None:
    """Day by day: the first day on which two paths part is the day of an overdose that the stronger supply brought."""
    usual, potent = (
        ground.world(with_params(run_inputs, {"overdose_base": 4.0}), 3)
        for run_inputs in run_inputs(ground, people=700)
    )
    parted = np.zeros(len(usual.people), dtype=bool)
    while usual.day < usual.days:
        before = [world.people["n"][:, P.OVERDOSE].copy() for world in (usual, potent)]
        for world in (usual, potent):
            world.run_to(world.day + 1)
        overdosed = np.any(
            [world.people["n"][:, P.OVERDOSE] > n for world, n in zip((usual, potent), before, strict=True)], axis=0
        )
        differs = usual.people["digest"] != potent.people["digest"]
        assert overdosed[differs & ~parted].all(), f"day {usual.day - 1}"
        parted |= differs
    assert parted.sum() > 30
    assert (usual.people["need"][parted] <= OPIATE_NO_CRACK).all()


@pytest.mark.parametrize("end", [END, None])
def test_wake_days_are_every_day(ground: Ground, end: int | None) -> None:
    inputs = run_inputs(ground, people=600, end=end)[1]
    by_wakes, daily = ground.lived(inputs, 4), ground.lived(inputs, 4, everybody_daily=True)
    assert_same_lives(by_wakes, daily)


def test_twice_the_hazard_while_it_lasts(ground: Ground) -> None:
    """On one day everybody who uses with an opiate need has the ratio times the usual hazard, and on the last day
    none any more."""
    ratio = ground.reference["overdose.potency_ratio"]
    usual, potent = (ground.world(run_inputs, 5) for run_inputs in run_inputs(ground))
    for day in (FIRST - 1, FIRST, END):
        for world in (usual, potent):
            world.run_to(day + 1)
        rates = [world.people["rate"][:, P.OVERDOSE].astype(float) for world in (usual, potent)]
        same = (usual.people["digest"] == potent.people["digest"]) & (rates[0] > 0.0)
        opiate = same & (usual.people["need"] <= OPIATE_NO_CRACK)
        assert opiate.sum() > 50 and (same & ~opiate).any()
        told = ratio if day == FIRST else 1.0
        assert rates[1][opiate] == pytest.approx(told * rates[0][opiate], rel=1e-6)
        assert (rates[1] == rates[0])[same & ~opiate].all()
