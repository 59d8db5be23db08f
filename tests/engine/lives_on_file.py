"""Lives a few small worlds and writes every array to a file, for comparison across processes.

    python lives_on_file.py OUT.npz

Each field is an array of its own, since the padding of a row holds nothing. Runs compiled or, with
NUMBA_DISABLE_JIT=1, as plain Python.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from engine_ground import (
    PURCHASES,
    Ground,
    lay_ground,
    released_within,
    with_hazards,
    with_keyworkers,
    with_params,
    with_places,
)

from sim.engine.world import World


def fields_of(name: str, world: World) -> dict[str, np.ndarray[Any, Any]]:
    """Every field of people, services and workers, the heap and the calendar."""
    tables = {"people": world.people, "services": world.services, "workers": world.workers}
    found = {
        f"{name}.{kind}.{field}": np.ascontiguousarray(table[field])
        for kind, table in tables.items()
        for field in table.dtype.names or ()
    }
    calendar = {f"{name}.calendar.{column}": array for column, array in world.calendar._asdict().items()}
    return {**found, **calendar, f"{name}.heap": world.heap, f"{name}.wakes": np.array([world.wakes])}


def small_lives(ground: Ground) -> dict[str, np.ndarray[Any, Any]]:
    """All arrays of six small worlds: baseline, navigators, these by need, buses, every lever and a bad year, harsh."""
    every = ground.buying(*PURCHASES, first=20, end=330)
    harsh = with_places(with_hazards(ground.run_inputs(every, people=40, months=12), 8.0), 0.5)
    harsh = with_keyworkers(harsh, 0.2)  # so that people give up the wait
    churn = with_params(
        ground.run_inputs("navigators_two_cities", people=40, months=12), {"trust_worker_leaves": 300.0}
    )
    worlds = {
        "baseline": ground.world(ground.run_inputs(people=80), 3),
        "navigators": ground.world(ground.run_inputs("navigators_two_cities", people=45), 4),
        "by need": ground.world(ground.run_inputs("navigators_most_disadvantaged", people=60), 4),
        "buses": ground.world(ground.run_inputs("evening_buses", people=45), 5),
        "every lever, harsh": released_within(ground.world(harsh, 6), 120),
        "workers who leave": released_within(ground.world(churn, 7), 60),
    }
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, world in worlds.items():
        world.run_to(world.days)
        found |= fields_of(name, world)
    return found


if __name__ == "__main__":
    np.savez(Path(sys.argv[1]), **small_lives(lay_ground()))  # type: ignore[arg-type]
