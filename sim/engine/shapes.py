"""Compiled code does not check bounds, so what is handed to it is checked: kind, shape and order of every array."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.engine.calendar import Calendar, blocks_of
from sim.engine.records import MONTH, SERVICE, WORKER
from sim.engine.run_inputs import RunInputs
from sim.engine.state import N_CHANCES
from sim.engine.usage import N_USES
from sim.mechanisms.parameters import PARAMS
from sim.population.codes import N_KINDS, N_SERVICE_TYPES
from sim.population.coverage import N_COVERAGE
from sim.population.person import PERSON

JOURNEY = 4  # minutes, fare, earliest arrival, latest start home
HOMEWARD = 2  # minutes, latest start from the gate
KINDS = {PERSON: "PERSON", SERVICE: "SERVICE", WORKER: "WORKER", PARAMS: "PARAMS", MONTH: "MONTH"}


Array = np.ndarray[Any, Any]


class Arrays(Protocol):
    """The arrays of a world (sim/engine/world.py), and what they were made from."""

    run_inputs: RunInputs
    people: Array
    services: Array
    workers: Array
    heap: Array
    row_of: Array
    calendar: Calendar
    due: Array
    series: Array
    usage: Array


class Handed(NamedTuple):
    """One array as it is handed to compiled code, and the kind and shape that it must have."""

    name: str
    array: Array
    kind: Any
    shape: tuple[int, ...]

    def problem(self) -> str:
        """What is wrong with the array, in one sentence; empty where nothing is."""
        kind, given = np.dtype(self.kind), self.array
        if given.dtype != kind or given.shape != self.shape:
            wanted, given_as = (
                f"{KINDS.get(k, k.name)}{list(s)}" for k, s in ((kind, self.shape), (given.dtype, given.shape))
            )
            return f"{self.name} must be {wanted} and is {given_as}"
        return "" if given.flags.c_contiguous else f"{self.name} must lie in one piece, row by row"


def handed(world: Arrays) -> tuple[Handed, ...]:
    """Every array of a world. Places are counted in `service_of_place`, hubs in the services, prisons in `homeward`,
    timetables in `journeys`, people in their rows and days in the run_inputs; all else must agree with them."""
    b, people, days = world.run_inputs, len(world.people), world.run_inputs.days
    places, hubs = b.staff.service_of_place.shape[-1], int(b.staff.services["column"].max()) + 1
    timetables, prisons = len(b.journeys), b.homeward.shape[1] if b.homeward.ndim > 1 else 0
    return (
        Handed("people", world.people, PERSON, (people,)),
        Handed("services", world.services, SERVICE, (len(b.staff.services),)),
        Handed("workers", world.workers, WORKER, (len(b.staff.workers),)),
        Handed("service_of_place", b.staff.service_of_place, "i8", (N_SERVICE_TYPES, places)),
        Handed("journeys", b.journeys, "f8", (timetables, places, hubs, JOURNEY)),
        Handed("homeward", b.homeward, "f8", (timetables, prisons, places, HOMEWARD)),
        Handed("chances", b.chances, "f8", (days, prisons, N_CHANCES)),
        Handed("booked", b.booked, "f8", (days, places)),
        Handed("coverage", b.coverage, "f8", (len(b.coverage), places, N_COVERAGE)),
        Handed("epoch_of_day", b.epoch_of_day, "i8", (days,)),
        Handed("coverage_of_day", b.coverage_of_day, "i8", (days,)),
        Handed("month_of_day", b.month_of_day, "i8", (days,)),
        Handed("meeting_near", b.meeting_near, "i8", (places,)),
        Handed("worker numbers", b.staff.numbers, "i8", (len(b.staff.workers),)),
        Handed("caps", b.staff.caps, "f8", (len(b.staff.workers),)),
        Handed("params", b.params, PARAMS, (1,)),
        Handed("heap", world.heap, "u8", (int(world.services["heap_room"].sum()),)),
        Handed("row_of", world.row_of, "i8", (N_KINDS * b.people,)),
        Handed("wake", world.calendar.wake, "i4", (people,)),
        Handed("following", world.calendar.following, "i4", (people,)),
        Handed("before", world.calendar.before, "i4", (people,)),
        Handed("first", world.calendar.first, "i4", (days, blocks_of(people))),
        Handed("due", world.due, "i8", (people,)),
        Handed("series", world.series, MONTH, (len(world.series),)),
        Handed("usage", world.usage, "i4", (days, len(b.staff.services) + 1, N_USES)),
    )


def check_arrays(world: Arrays) -> None:
    """Errors: ValueError, one sentence, that names the first array that compiled code would read beyond its bounds."""
    for array in handed(world):
        problem = array.problem()
        if problem:
            raise ValueError(problem)
    b = world.run_inputs
    for name, of_day, rows in (
        ("epoch_of_day", b.epoch_of_day, len(b.journeys)),
        ("coverage_of_day", b.coverage_of_day, len(b.coverage)),
        ("month_of_day", b.month_of_day, len(world.series)),
    ):
        if not 0 <= of_day.min() <= of_day.max() < rows:
            raise ValueError(f"{name} must hold rows from 0 to {rows - 1} and holds {of_day.min()} to {of_day.max()}")
