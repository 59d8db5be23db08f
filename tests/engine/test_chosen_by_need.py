"""Services that choose people by the need that can be seen: whom they reach, and that nothing else changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest
from engine_ground import (
    PURCHASES,
    Ground,
    assert_same_lives,
    numbers_that_differ,
    with_params,
    with_places,
    with_unlimited_places,
)
from state_checks import problems

from sim.core.days import NEVER
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import NAVIGATOR_SERVICE, WOMAN
from sim.population.disadvantage import OBSERVED
from sim.scenario import Purchase, Scenario

CHOOSING = ("navigators", "housing_first", "peer_workers", "womens_centre")
PLACES = ("bristol", "plymouth", "exeter")
PEOPLE = 2200


def buying(ground: Ground, lever: str, *, by_need: bool, factor: float = 1.0) -> Scenario:
    """The baseline with a lever of PURCHASES, for whoever it is for or for people of the highest need first."""
    money = {"places": PLACES, **PURCHASES[lever]}
    money["gbp_per_year"] *= factor
    options = {"for": "most_disadvantaged" if by_need else "people_leaving_prison"}
    baseline = ground.scenario()
    return dataclasses.replace(baseline, levers=(Purchase(lever, starts=baseline.starts, options=options, **money),))


def both(ground: Ground, lever: str, people: int = PEOPLE, factor: float = 1.0, **draw: float) -> list[RunInputs]:
    """Without and with choosing."""
    values: Mapping[str, float] = {**ground.reference, **draw}
    return [
        ground.run_inputs(buying(ground, lever, by_need=by_need, factor=factor), people=people, draw=values)
        for by_need in (False, True)
    ]


def assert_same_but_queues(plain: World, by_need: World) -> None:
    """Bit for bit, but that a service chooses, and how the key of somebody who waits for it is written."""
    by_need.services["by_need"] = 0
    assert_same_lives(plain, by_need, but=("key",))


def places(world: World) -> np.ndarray:
    """Mean place among scores, of those who had a navigator and of everybody who could have had one."""
    people = world.people
    there = (world.run_inputs.staff.service_of_place[NAVIGATOR_SERVICE] >= 0)[people["home"]]
    reached = people["navigator_from"] < NEVER
    assert not (reached & ~there).any()
    return np.array([people["need_seen"][reached].mean(), people["need_seen"][there].mean()])


@pytest.mark.parametrize("lever", CHOOSING)
def test_without_weights_nobody_is_chosen(ground: Ground, lever: str) -> None:
    """The null, bit for bit: ties as in every queue, the same share of the same people."""
    alike = {f"disadvantage.{name}": 0.0 for name in OBSERVED}
    plain, by_need = (ground.lived(each, 3) for each in both(ground, lever, 800, 0.2, **alike))
    assert_same_but_queues(plain, by_need)


@pytest.mark.parametrize("lever", ["navigators", "housing_first"])
def test_with_places_for_all_choosing_changes_nothing(ground: Ground, lever: str) -> None:
    """The limit, bit for bit: nobody is turned away for a low score, and each has the same worker."""
    plain, by_need = (ground.lived(with_unlimited_places(each), 5) for each in both(ground, lever, 800))
    assert_same_but_queues(plain, by_need)
    assert (by_need.people["navigator_from"] < NEVER).any() or (by_need.people["bed_day"] < NEVER).any()


@pytest.mark.parametrize("lever", ["peer_workers", "womens_centre"])
def test_a_share_for_all_chooses_nobody(ground: Ground, lever: str) -> None:
    plain, by_need = (ground.lived(each, 5) for each in both(ground, lever, 600, 300.0, **{"lever.ramp_days": 0.0}))
    assert_same_lives(plain, by_need, but=("coverage",))  # the row of the coverage that was read
    assert (by_need.people["peer_worker" if lever == "peer_workers" else "in_womens_centre"] == 1).any()


@pytest.mark.parametrize("lever", CHOOSING)
def test_nobody_changes_whom_the_lever_cannot_touch(ground: Ground, lever: str) -> None:
    """With places for all in everything else, only people of the councils that are bought for live other days."""
    roomy = [
        with_params(with_unlimited_places(each), {"rough_exit": 0.1})  # so that some wait for Housing First
        for each in both(ground, lever, PEOPLE, 0.1)
    ]
    narrow = [
        dataclasses.replace(each, staff=dataclasses.replace(each.staff, caps=caps))
        for each, caps in ((each, few_bought(each)) for each in roomy)
    ]
    plain, by_need = (ground.lived(each, 5) for each in narrow)
    changed = numbers_that_differ(plain.people, by_need.people, but=("key", "coverage"))
    bought = {int(home) for home in ground.area.place_index.values() if served(narrow[1], lever, int(home))}
    home = dict(zip(plain.people["number"].tolist(), plain.people["home"].tolist(), strict=True))
    assert changed and {home[number] for number in changed} <= bought
    if lever == "womens_centre":
        women = set(plain.people["number"][plain.people["sex"] == WOMAN].tolist())
        assert set(changed) <= women


def few_bought(run_inputs: RunInputs) -> np.ndarray:
    """Room for all, but little in what is bought."""
    caps = run_inputs.staff.caps.copy()
    caps[run_inputs.staff.n_workers_today :] = 0.4
    return caps


def served(run_inputs: RunInputs, lever: str, home: int) -> bool:
    if lever in ("navigators", "housing_first"):
        return bool((run_inputs.staff.service_of_place[[1, 7], home] >= 0).any())
    return bool(run_inputs.coverage[:, home].any())


def test_more_navigators_reach_people_of_less_need(ground: Ground) -> None:
    """The dose: few posts go to the highest scores; the more there are, the nearer those reached are to everybody."""
    found = []
    for factor in (0.03, 0.08, 0.3):
        plain, by_need = (ground.lived(each, 1) for each in both(ground, "navigators", PEOPLE, factor))
        found.append([*places(plain), *places(by_need)])
    usual, there, chosen, _ = np.array(found).T
    assert (np.diff(chosen) > 0.0).all(), "places count from the highest need"
    assert (chosen[:2] < usual[:2] - 1.0).all() and (chosen < there).all()


def test_the_trait_itself_would_find_more(ground: Ground) -> None:
    """The ceiling: a service that saw the trait would reach people of more of it than one that sees the papers."""
    run_inputs = both(ground, "navigators", PEOPLE, 0.05)[1]
    reached = []
    for sees_trait in (False, True):
        world = ground.world(run_inputs, 1)
        if sees_trait:
            order = np.argsort(np.argsort(-world.people["disadvantage"])) * 1000 // PEOPLE
            world.people["need_seen"] = world.people["need_told"] = order
        world.run_to(world.days)
        people = world.people
        reached.append(float(people["disadvantage"][people["navigator_from"] < NEVER].mean()))
    papers, trait = reached
    assert 0.3 < papers < trait - 0.2


@pytest.mark.parametrize("factor", [0.15, 0.5])
def test_peers_by_need_are_as_many_as_are_bought(ground: Ground, factor: float) -> None:
    """Among first releases and among later ones, within 4 errors and, of later ones, 0.02: their scores follow from a
    sum over people, not from lives."""
    plain, by_need = both(ground, "peer_workers", PEOPLE, factor)
    column = int(np.argmax(by_need.coverage.max(axis=(0, 1))))
    share = float(by_need.coverage[..., column].max())
    assert share == pytest.approx(float(plain.coverage.max())) and 0.03 < share < 0.9
    row = int(np.argmax(by_need.coverage[:, :, column].max(axis=1)))  # at full strength, from the first day on
    by_need = dataclasses.replace(by_need, coverage_of_day=np.full_like(by_need.coverage_of_day, row))
    homes = np.flatnonzero(by_need.coverage[row, :, column] >= share - 1e-12)
    released, accompanied = np.zeros(2), np.zeros(2)
    for seed in range(4):
        world = ground.world(by_need, seed)
        people = world.people
        before = people["releases"].copy()
        while world.day < world.days:
            world.run_to(world.day + 1)
            for later in (0, 1):
                now = (people["releases"] > before) & ((before > 0) == later) & np.isin(people["home"], homes)
                now &= people["latest_release"] == world.day - 1
                released[later] += now.sum()
                accompanied[later] += people["peer_worker"][now].sum()
            before = people["releases"].copy()
    error = np.sqrt(share * (1.0 - share) / released)
    assert (np.abs(accompanied / released - share) < 4.0 * error + np.array([0.0, 0.02])).all(), accompanied / released


def test_lives_by_need_are_whole_and_waking_everybody_changes_none(ground: Ground) -> None:
    starts = ground.scenario().starts
    bought = tuple(
        Purchase(lever, starts=starts, options={"for": "most_disadvantaged"}, **{"places": PLACES, **PURCHASES[lever]})
        for lever in CHOOSING
    )
    scenario = dataclasses.replace(ground.scenario(), levers=bought)
    run_inputs = with_places(ground.run_inputs(scenario, people=600), 0.3)
    usual, daily = ground.world(run_inputs, 2), ground.world(run_inputs, 2)
    while usual.day < usual.days:
        usual.run_to(usual.day + 60)
        daily.run_to(usual.day, everybody_daily=True)
        assert not (wrong := problems(usual)), "\n".join(wrong)
    assert_same_lives(usual, daily)
