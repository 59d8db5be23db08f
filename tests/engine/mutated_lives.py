"""Breaks one booking or one named change of a hazard at a time and tells how many lives that changes.

    NUMBA_DISABLE_JIT=1 python mutated_lives.py [MUTATION...]

Prints a JSON object: for each mutation, or each of those named, the number of people whose life on wake days is not
the one lived daily. Compiled code cannot be changed like this, so it runs as plain Python. Waking everybody daily reads
no booking, hence one daily run serves all mutations of bookings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from engine_ground import (
    ROLL,
    Ground,
    lay_ground,
    numbers_that_differ,
    released_within,
    with_params,
    with_places,
)

from sim.engine import admissions as offers
from sim.engine import day as engine_day
from sim.engine import service_changes as dawn
from sim.engine.new_world import new_world
from sim.engine.world import World
from sim.mechanisms import housing, navigator, overdose, supervision, treatment, use
from sim.population.codes import NAVIGATOR_SERVICE

SETTLE_DIARY = engine_day.settle_diary
Change = tuple[ModuleType, str, Callable[..., Any]]


def nothing(*_: Any) -> int:
    """Book nobody; or, as a next change, name a day gone by."""
    return 0


def sleeps_through_giving_up(*arguments: Any) -> bool:
    """The diary as it is, but whoever gives up the wait is not woken the next day, from which help is asked for."""
    SETTLE_DIARY(*arguments)
    return False


MUTATIONS: dict[str, tuple[Change, ...]] = {
    "none": (),
    "a worker leaves and nobody is woken": ((dawn, "book", nothing),),
    "a team opens and nobody is woken": ((dawn, "book_earlier", nothing),),
    "who gives up the wait is not woken": ((engine_day, "settle_diary", sleeps_through_giving_up),),
    "an admission is not booked": ((offers, "book_earlier", nothing),),
    "bands of use are slept through": ((use, "next_change", nothing),),
    "bands of overdose are slept through": ((overdose, "next_change", nothing),),
    "bands of treatment are slept through": ((treatment, "next_change", nothing),),
    "bands of rough sleeping are slept through": ((housing, "next_change", nothing),),
    "the end of the licence is slept through": ((supervision, "next_change", nothing),),
    "the list of navigators is slept through": ((navigator, "queue_day", nothing),),
}


@contextmanager
def mutated(changes: tuple[Change, ...]) -> Iterator[None]:
    """The model with some functions replaced."""
    kept = [(module, name, getattr(module, name)) for module, name, _ in changes]
    try:
        for module, name, function in changes:
            setattr(module, name, function)
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def eventful(ground: Ground) -> World:
    """A small world in which every booking matters: short queues, a hub so busy that people give up the wait, workers
    who leave, teams that open in mid-run."""
    scenario = ground.buying("navigators", "inreach_worker", "supported_beds", first=35, end=300)
    at_once = {**ground.reference, "lever.ramp_days": 12.0}
    run_inputs = with_places(ground.run_inputs(scenario, people=34, months=8, draw=at_once), 3.0)
    staff = run_inputs.staff
    few = np.where(
        staff.services["service_type"][staff.workers["service"]] == NAVIGATOR_SERVICE, 0.05, 1.0
    )  # so that people wait
    run_inputs = replace(run_inputs, staff=replace(staff, caps=staff.caps * few))
    busy = {"trust_worker_leaves": 30.0, "dropout": 3.0, "completion": 8.0, "recall": 8.0}
    using = {"use_start": 3.0, "overdose_base": 20.0}
    # Spells on the street begin often and outlast the day on which the way off it changes.
    roofs = {"settled_loss": 10.0, "temporary_to_homeless": 5.0, "hidden_to_rough": 10.0, "rough_exit": 0.5}
    in_bristol = np.zeros(len(ground.area.places))
    in_bristol[ground.area.place_index["bristol"]] = 1.0
    model_area = copy(ground.model_area)
    model_area.homes = replace(model_area.homes, weights=in_bristol)
    world = new_world(model_area, with_params(run_inputs, busy | using | roofs), seed=5)
    world.people["sentence"] = 0
    world.people["licence_days"] = 60
    return released_within(world, 80)


def lives_changed(ground: Ground, names: Iterable[str]) -> dict[str, int]:
    """People whose lives differ from the daily ones, by mutation."""
    daily = eventful(ground)
    daily.run_to(daily.days, everybody_daily=True)
    found = {}
    for name in names:
        with mutated(MUTATIONS[name]):
            world = eventful(ground)
            world.run_to(world.days)
        found[name] = len(numbers_that_differ(daily.people, world.people, but=ROLL))
    return found


if __name__ == "__main__":
    print(json.dumps(lives_changed(lay_ground(), sys.argv[1:] or MUTATIONS)))
