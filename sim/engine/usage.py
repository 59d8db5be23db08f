"""Who uses the services on every day, all together and the people counted, so that money can be held against its use.

A person's use counts while the person is followed up; people of the study year are those counted. One row more than
there are services holds the releases of the day, first ones and those from custody since. What helps within three
weeks of the first release is counted apart: of places held as changes from day to day, so that nobody has to be woken
when three weeks are over.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import kernel
from sim.core.days import THREE_WEEKS
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
EARLY_CHANGE = 5  # change today in people who hold a place within three weeks of their first release
EARLY_CHANGE_COUNTED = 6  # of these, people of the study year
EARLY_CHANGES = slice(5, 7)
FIRST_EARLY = 7  # first appointments booked within three weeks of the first release; of the last row, releases today
FIRST_EARLY_COUNTED = 8  # of these, for people of the study year
N_USES = 9


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
    last, counted = usage.shape[1] - 1, is_counted(person)
    usage[day, last, HELD] += 1
    usage[day, last, HELD_COUNTED] += counted
    if is_early(person, day):
        usage[day, last, FIRST_EARLY] += 1
        usage[day, last, FIRST_EARLY_COUNTED] += counted


@kernel
def is_early(person: Person, day: int) -> bool:
    """Whether three weeks after the first release are not over."""
    return bool(day < person.first_release + THREE_WEEKS)


@kernel
def count_early(usage: Uses, person: Person, s: int, day: int, change: int) -> None:
    """From tonight one person more (change 1) or fewer (-1) holds a place of service s, until three weeks are over."""
    if not is_early(person, day):
        return
    counted, end = change * is_counted(person), person.first_release + THREE_WEEKS
    usage[day, s, EARLY_CHANGE] += change
    usage[day, s, EARLY_CHANGE_COUNTED] += counted
    if end < len(usage):
        usage[end, s, EARLY_CHANGE] -= change
        usage[end, s, EARLY_CHANGE_COUNTED] -= counted


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
            usage[day, s, FIRST_EARLY] = service.first_early
            usage[day, s, FIRST_EARLY_COUNTED] = service.first_early_counted
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
