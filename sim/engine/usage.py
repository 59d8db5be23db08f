"""Who uses the services on every day, all together and the people counted, so that money can be held against its use.

A person's use counts while the person is followed up; people of the study year are those counted. One row more than
there are services holds the releases of the day, first ones and those from custody since.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import kernel
from sim.engine.records import Service, Services, Workers
from sim.population.codes import MOST_PEOPLE, NAVIGATOR_SERVICE, TREATMENT_SERVICE
from sim.population.person import Person

Uses: TypeAlias = NDArray[np.int32]
"""i4[days of the run, services + 1, N_USES]."""

HELD = 0  # people who hold a slot tonight; of the last row, releases today
HELD_COUNTED = 1  # of these, people of the study year
ENDED = 2  # people in bought beds whose money has ended
FIRST = 3  # first appointments put in the hub's diary since the study began
FIRST_COUNTED = 4  # of these, for people of the study year
N_USES = 5


def no_use(days: int, services: int) -> np.ndarray[Any, Any]:
    """The uses of a run in which nobody has lived a day."""
    return np.zeros((days, services + 1, N_USES), dtype=np.int32)


@kernel
def is_counted(person: Person) -> int:
    """1 for somebody of the study year, whose outcomes are counted."""
    return 1 if person.number < MOST_PEOPLE else 0


@kernel
def count_release(usage: Uses, person: Person, day: int) -> None:
    """Somebody is released today."""
    usage[day, usage.shape[1] - 1, HELD] += 1
    usage[day, usage.shape[1] - 1, HELD_COUNTED] += is_counted(person)


@kernel
def count_use(usage: Uses, services: Services, workers: Workers, day: int) -> None:
    """Tonight's use of every service."""
    for s in range(len(services)):
        service = services[s]
        usage[day, s, HELD] = service.load
        usage[day, s, HELD_COUNTED] = service.load_counted
        if service.service_type == TREATMENT_SERVICE:
            usage[day, s, FIRST] = service.first_booked
            usage[day, s, FIRST_COUNTED] = service.first_counted
        elif service.service_type != NAVIGATOR_SERVICE:
            usage[day, s, ENDED] = still_there(service, workers, day)


@kernel
def still_there(service: Service, workers: Workers, day: int) -> int:
    """People in bought beds whose money has ended."""
    there = 0
    first, n = service.first_worker, service.n_workers
    if service.n_bought > 0:
        first, n = service.first_bought, service.n_bought
    for w in range(first, first + n):
        if workers[w].bought and workers[w].ends <= day:
            there += workers[w].load
    return there
