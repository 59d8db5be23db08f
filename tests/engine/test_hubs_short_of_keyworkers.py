"""Hubs with few keyworkers or none, in whole runs: people give up and ask again, and every way of living agrees."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, assert_same_lives, numbers_that_differ, with_keyworkers, with_places
from state_checks import problems

from sim.area import Area
from sim.core.days import NEVER
from sim.core.errors import InputError
from sim.engine.model_area import HUB_KIND, ModelArea
from sim.engine.new_world import branch, new_world, warm_world
from sim.engine.run_inputs import RunInputs
from sim.engine.world import World
from sim.mechanisms.events import Event
from sim.population.codes import COMMUNITY, NO_TREATMENT, TREATMENT_SERVICE, WAITING
from sim.scenario import Budgets

Array = np.ndarray[Any, Any]


def without_posts(run_inputs: RunInputs, hub: int) -> RunInputs:
    """The run_inputs with no keyworker at one hub."""
    workers = run_inputs.staff.workers.copy()
    workers["hours"][workers["service"] == hub] = 0.0
    return dataclasses.replace(run_inputs, staff=dataclasses.replace(run_inputs.staff, workers=workers))


def events_of_a_day(world: World) -> list[tuple[int, int]]:
    """(row, event) of everybody who is watched, in the order of the day; the day is lived."""
    world.run_to(world.day + 1)
    people = world.people
    seen = [
        (int(row), int(logged) % 256)
        for row in np.flatnonzero(people["n_logged"])
        for logged in people["logged"][row][: people["n_logged"][row]]
    ]
    people["n_logged"] = 0
    return seen


def test_some_give_up_ask_again_and_nobody_waits_for_ever(ground: Ground) -> None:
    world = ground.world(with_keyworkers(ground.run_inputs(people=250), 0.2), 3)
    people = world.people
    people["watched"] = 1
    gave_up, asked, came_back = {}, set(), set()
    times = np.zeros(len(people), dtype=int)
    while world.day < world.days:
        if world.day % 50 == 0:
            assert not problems(world)
        for row, event in events_of_a_day(world):
            if event == Event.GAVE_UP_WAITING:
                assert people["treatment"][row] == NO_TREATMENT and people["worker"][row, TREATMENT_SERVICE] < 0
                gave_up[row] = world.day
                times[row] += 1
            elif row in gave_up and event == Event.ASKS_FOR_HELP:
                asked.add(row)
            elif row in gave_up and event == Event.APPOINTMENT_KEPT:
                came_back.add(row)
        waiting = (people["treatment"] == WAITING) & (people["status"] == COMMUNITY)
        ahead = np.minimum(people["appointment_day"], people["ready_day"])[waiting]
        assert ((ahead >= world.day) & (ahead < NEVER)).all()
    assert not problems(world)
    assert (people["gave_up"] == times).all() and times.max() > 1
    assert len(gave_up) > 80 and len(asked) > 30 and len(came_back) > 5
    hubs = world.services[world.services["service_type"] == TREATMENT_SERVICE]
    assert not (hubs["waiting"].any() or hubs["booked"].any() or hubs["load"].any())


@pytest.mark.parametrize("short", ["all", "one hub", "no posts"])
def test_wake_days_are_every_day(ground: Ground, short: str) -> None:
    run_inputs = ground.run_inputs(people=500)
    biggest = int(np.argmax(ground.model_area.catchment))
    if short == "one hub":
        run_inputs = without_posts(run_inputs, biggest)
    else:
        run_inputs = with_keyworkers(run_inputs, 0.4 if short == "all" else 0.0)
    by_wakes, daily = ground.lived(run_inputs, 5), ground.lived(run_inputs, 5, everybody_daily=True)
    assert_same_lives(by_wakes, daily)
    assert by_wakes.series.tobytes() == daily.series.tobytes()
    assert not problems(by_wakes)
    engaged = by_wakes.people["first_engaged"] < NEVER
    there = by_wakes.people["service"][:, TREATMENT_SERVICE] == biggest
    assert engaged[~there].any() == (short != "no posts")
    assert engaged[there].any() == (short == "all")


def test_a_hub_without_keyworkers_changes_nobody_at_another_hub(ground: Ground) -> None:
    """With short-stay beds for everybody, for which people of all hubs compete, their lives are equal bit for bit."""
    run_inputs = with_places(ground.run_inputs(people=400), 1000.0)
    biggest = int(np.argmax(ground.model_area.catchment))
    usual, short = ground.lived(run_inputs, 6), ground.lived(without_posts(run_inputs, biggest), 6)
    there = usual.people["number"][usual.people["service"][:, TREATMENT_SERVICE] == biggest]
    changed = numbers_that_differ(usual.people, short.people)
    assert set(changed) <= set(there.tolist()) and len(changed) > 0.6 * len(there)


def test_a_pooled_post_has_hours_where_it_stands(ground: Ground) -> None:
    pooled = dataclasses.replace(ground.buying("keyworkers", first=0), budgets=Budgets("pooled"))
    world = ground.world(ground.run_inputs(pooled, people=2200), 1)
    world.run_to(400)
    posts = world.workers[world.workers["pool"] >= 0]
    assert (posts["hours"] > 0.0).all() and (posts["leavers_part"] == 1.0).all()
    standing = posts["hours"][posts["holds"] == 1]
    assert standing.sum() == pytest.approx(700_000.0 / ground.reference["cost.keyworker_year"])
    hours = (world.services["own_hours"] + world.services["common_hours"]).sum()
    today = world.workers["hours"][: world.run_inputs.staff.n_workers_today].sum()
    assert hours == pytest.approx(today + standing.sum()) and posts["load"].sum() > 20


def test_the_first_night_of_a_study_counts_its_posts(ground: Ground) -> None:
    """A study that begins on a Friday, so that no hub plans an open day before Sunday: branched from the year before or
    lived in one piece, its first nights are the same."""
    baseline = ground.scenario()
    friday = baseline.starts + timedelta(days=(4 - baseline.starts.weekday()) % 7)
    usual = dataclasses.replace(baseline, starts=friday)
    bought = [dataclasses.replace(one, starts=friday) for one in ground.buying("keyworkers").levers]
    run_inputs = ground.run_inputs(dataclasses.replace(usual, levers=tuple(bought)), people=300, warm_up=True)
    whole = new_world(ground.model_area, run_inputs, seed=2)
    whole.run_to(whole.first_day)
    whole.series[:] = 0
    warm = warm_world(ground.model_area, ground.run_inputs(usual, people=300, warm_up=True), seed=2)
    branched = branch(warm, run_inputs, seed=2)
    for days in (1, 2, 3, 30):
        for world in (whole, branched):
            world.run_to(whole.first_day + days)
        assert whole.series.tobytes() == branched.series.tobytes()
    assert branched.series["post_days"][0] > 0.0


def only_hubs(area: Area, ids: set[str]) -> Area:
    """The area with all other hubs closed."""
    services = tuple(
        dataclasses.replace(site, status="closed") if site.kind == HUB_KIND and site.id not in ids else site
        for site in area.services
    )
    return dataclasses.replace(area, services=services)


def test_an_area_with_one_hub(ground: Ground) -> None:
    site = ground.area.services[ground.model_area.hubs[0]]
    area = only_hubs(ground.area, {site.id})
    alone = dataclasses.replace(ground, area=area, model_area=ModelArea(area))
    world = alone.world(alone.run_inputs(people=300), 4)
    world.run_to(400)
    assert not problems(world)
    world.run_to(world.days)
    assert (world.services["service_type"] == TREATMENT_SERVICE).sum() == 1
    assert 0.2 < (world.people["first_engaged"] < NEVER).mean() < 1.0


def test_an_area_without_a_hub_is_refused_in_one_sentence(ground: Ground) -> None:
    with pytest.raises(InputError, match=r"services.csv.*the area has no open service of kind drug_alcohol_hub"):
        ModelArea(only_hubs(ground.area, set()))
