"""Short-stay beds that a cut takes away: whole numbers, nobody sent out, none new while more are in beds than left."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, with_places
from state_checks import problems
from test_beds_that_run_out import with_beds

from sim.core.days import NEVER
from sim.engine.new_world import branch, warm_world
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.population.codes import CAS3, CAS3_SERVICE, COMMUNITY, CUSTODY
from sim.scenario import Purchase, Scenario

PEOPLE = 2200  # as many as the region releases, so that a bed is a bed


def cutting(ground: Ground, *cuts: tuple[float, int, int | None], bought: float = 0.0) -> Scenario:
    """The baseline with short-stay beds cut in per cent from one day to before another, and some bought."""
    base = ground.scenario()

    def purchase(gbp: float, first: int, end: int | None, percent: float | None = None) -> Purchase:
        starts, ends = base.starts + timedelta(days=first), None if end is None else base.starts + timedelta(days=end)
        return Purchase(lever="cas3_beds", gbp_per_year=gbp, starts=starts, ends=ends, percent_of_today=percent)

    levers = [purchase(percent * 15_000.0, first, end, percent) for percent, first, end in cuts]
    if bought:
        levers.append(purchase(bought, 0, None))
    return dataclasses.replace(base, levers=tuple(levers))


def at_once(ground: Ground, scenario: Scenario, people: int = PEOPLE) -> RunInputs:
    """The run_inputs of a scenario whose beds come and go on one day and the next."""
    return ground.run_inputs(scenario, people=people, draw={**ground.reference, "lever.ramp_days": 1.0})


def rows_of_beds(world: World) -> np.ndarray:
    return world.services["service_type"][world.workers["service"]] == CAS3_SERVICE


def standing(world: World, day: int) -> int:
    """Short-stay beds that stand on a day."""
    there = rows_of_beds(world) & (world.workers["starts"] <= day) & (day < world.workers["ends"])
    return int(world.workers["cap"][there].sum())


@pytest.mark.parametrize("people", [150, 730])
@pytest.mark.parametrize("percent", [-12.0, -63.0, -100.0])
def test_what_is_left_is_whole_and_right_in_the_mean(ground: Ground, people: int, percent: float) -> None:
    """Beds over 300 seeds: the mean of a fraction made whole is itself, within 4 errors of at most a half."""
    run_inputs = ground.run_inputs(cutting(ground, (percent, 30, 500)), people=people)
    of_today = run_inputs.staff.caps[run_inputs.staff.services["first_worker"][-1]]
    assert of_today % 1 > 0.05
    before, after = [], []
    for seed in range(300):
        world = ground.world(run_inputs, seed)
        before.append(standing(world, 29))
        after.append(standing(world, 499))
        steps = [standing(world, day) for day in range(29, 150, 20)]
        assert steps == sorted(steps, reverse=True) and steps[-1] >= 0
        assert standing(world, 500) == before[-1]  # they are back when the cut ends
    left = of_today * (1.0 + percent / 100.0)
    for beds, mean in ((before, of_today), (after, left)):
        assert set(beds) <= {int(mean), int(mean + 1.0)}
        assert abs(np.mean(beds) - mean) < 4 * 0.5 / 300**0.5
    if percent == -100.0:
        assert set(after) == {0}


def test_two_cuts_one_after_the_other_and_together(ground: Ground) -> None:
    """Half of the beds gone, then all, then the other half alone."""
    run_inputs = at_once(ground, cutting(ground, (-50.0, 10, 200), (-50.0, 100, 300)), people=400)
    for seed in range(40):
        world = ground.world(run_inputs, seed)
        today, half, none, other, again = (standing(world, day) for day in (5, 50, 150, 250, 350))
        assert (none, again) == (0, today) and 0 < half < today and 0 < other < today
        assert half + other in (today - 1, today, today + 1)


def test_nobody_is_sent_out_and_nobody_new_moves_in(ground: Ground) -> None:
    world = ground.world(at_once(ground, cutting(ground, (-100.0, 150, 320))), seed=3)
    world.run_to(151)
    p = world.people
    inside = (p["housing"] == CAS3) & (p["status"] == COMMUNITY)
    until = p["cas3_until"].copy()
    assert inside.sum() > 30 and standing(world, 149) > 35 and standing(world, 151) == 0
    while world.day < 320:
        world.run_to(world.day + 1)
        there = (p["housing"] == CAS3) & (p["status"] == COMMUNITY)
        assert not (there & ~inside).any()  # nobody who was not there when the beds went
        assert np.array_equal(p["cas3_until"][there], until[there])  # and who was stays as planned
        inside = there
    assert not inside.any()
    world.run_to(330)
    assert ((p["housing"] == CAS3) & (p["status"] == COMMUNITY)).sum() > 10


def test_a_cut_ends_no_stay_before_its_time(ground: Ground) -> None:
    """Who is in a bed when beds go lives on there as without the cut, though more people are in beds than stand."""
    plain, cut = (ground.world(at_once(ground, cutting(ground, *cuts)), seed=6) for cuts in ((), ((-60.0, 200, None),)))
    plain.run_to(200)
    cut.run_to(200)
    inside = np.flatnonzero((plain.people["housing"] == CAS3) & (plain.people["status"] == COMMUNITY))
    assert np.array_equal(plain.people["cas3_until"], cut.people["cas3_until"]) and len(inside) > 30
    plain.run_to(207)
    cut.run_to(207)
    for field in ("housing", "cas3_until", "status"):
        assert np.array_equal(plain.people[field][inside], cut.people[field][inside])
    load = cut.workers["load"][rows_of_beds(cut)].sum()
    assert load < plain.workers["load"][rows_of_beds(plain)].sum()
    assert standing(cut, 207) < load  # more people than beds, and nobody put out


@pytest.mark.parametrize("bought", [0.0, 600_000.0])
def test_worlds_with_fewer_beds_hold_together(ground: Ground, bought: float) -> None:
    """Every dawn: who is in beds that a cut has taken away was there before; and the beds that stand are used."""
    scenario = cutting(ground, (-40.0, 20, 250), (-50.0, 90, None), bought=bought)
    world = ground.world(ground.run_inputs(scenario, people=PEOPLE, months=12), seed=2)
    full = days = 0
    while world.day < 300:
        world.run_to(world.day + 1)
        if world.day % 5 == 0:
            assert not problems(world)
        load = int(world.workers["load"][rows_of_beds(world)].sum())
        if world.day > 120:
            days += 1
            full += load >= standing(world, world.day) - 1
    assert full > 0.8 * days
    assert world.workers["cap"][rows_of_beds(world)].min() < 0


def test_checks_find_people_who_move_into_beds_that_are_gone(ground: Ground) -> None:
    world = ground.world(at_once(ground, cutting(ground, (-40.0, 100, None))), seed=2)
    world.run_to(250)
    people = world.people
    while not ((people["worker"][:, CAS3_SERVICE] >= 0) & (people["status"] == CUSTODY)).any():
        world.run_to(world.day + 1)
    assert not problems(world)
    gone = np.flatnonzero(rows_of_beds(world) & (world.workers["cap"] < 0))
    world.workers["cap"][gone[0]] -= 5
    assert any("that a cut has taken away" in problem for problem in problems(world))


@pytest.mark.parametrize("cuts", [((-40.0, 0, None),), ((-100.0, 0, 300), (-20.0, 350, 600))])
def test_a_cut_branches_and_wakes_as_it_should(ground: Ground, cuts: tuple[tuple[float, int, int | None], ...]) -> None:
    """A branch of the warm baseline, a world run whole and a world woken daily live the same lives."""
    baseline = ground.run_inputs(people=500, warm_up=True)
    run_inputs = ground.run_inputs(cutting(ground, *cuts), people=500, warm_up=True)
    branched = branch(warm_world(ground.model_area, baseline, seed=5), run_inputs, seed=5)
    branched.run_to(branched.days)
    whole = ground.world(run_inputs, 5)
    whole.run_to(whole.first_day)
    whole.series[:] = 0
    whole.run_to(whole.days)
    assert_same_lives(branched, whole)
    assert_same_lives(whole, ground.lived(run_inputs, 5, everybody_daily=True))
    assert (whole.people["first_night"] == CAS3).sum() < (ground.lived(baseline, 5).people["first_night"] == CAS3).sum()


def test_beds_multiplied_are_cut_by_as_much(ground: Ground) -> None:
    run_inputs = at_once(ground, cutting(ground, (-25.0, 50, None)), people=1000)
    caps = run_inputs.staff.caps
    assert (caps < 0).sum() > 5 and (run_inputs.staff.workers["ends"][caps < 0] == NEVER).all()
    for changed in (with_beds(run_inputs, 3.0), with_places(run_inputs, 3.0)):
        world = ground.world(changed, 1)
        assert standing(world, 60) == pytest.approx(0.75 * standing(world, 40), abs=1.5)
