"""Worlds at their start: people, services and workers of a run as on its first day, or branched from a warm one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.clocks import set_hazard, start_clocks
from sim.core.compiled import entry, kernel, rows
from sim.core.days import MOMENTS_PER_DAY, MONTHS
from sim.core.keys import seed_of, stream_of, uniform
from sim.core.normal import normal_quantile
from sim.core.records import Floats, Ints, Rows
from sim.engine.calendar import Calendar, book, nobody_booked
from sim.engine.early_release import moved_early
from sim.engine.model_area import ModelArea
from sim.engine.person_day import prepare
from sim.engine.queues import slot_of
from sim.engine.records import MONTH, Services, Workers
from sim.engine.run_inputs import RunInputs
from sim.engine.staff import Staff
from sim.engine.usage import EARLY_CHANGES, no_use
from sim.engine.world import World
from sim.mechanisms import trust
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.codes import (
    COUNTED,
    EARLIER,
    LATER,
    MOST_PEOPLE,
    N_KINDS,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_SERVICE,
    TREATMENT_SERVICE,
)
from sim.population.cohort import days_of_release, sample_cohort
from sim.population.coverage import N_COVERAGE
from sim.population.person import People, as_bytes

# What a year of living changes on a service of today; the team is added up anew in every scenario.
LIVED_BY_SERVICES = (
    "load", "load_counted", "waiting", "heap_size", "booked", "held_mean", "booked_mean", "others", "others_waiting",
    "first_used", "felt_load", "lead", "contact_every",
)  # fmt: skip
PEOPLE_STREAM, WORKER_STREAM = 1, 2  # separate streams under one seed


@kernel
def whole_cap(workers: Workers, services: Services, caps: Floats, w: int) -> int:
    """Slots of a post as a whole number: one more than the whole part by keyed random number, so that the mean holds.

    Of beds that a cut takes away as many go as makes whole what is left, by the random number that made today's beds
    whole. So no part of a bed is left over, and a cut of all beds leaves none.
    """
    if caps[w] >= 0.0:
        return int(caps[w] + uniform(workers[w].stream, P.CASELOAD_REMAINDER, 0))
    service = services[workers[w].service]
    u = uniform(workers[service.first_worker].stream, P.CASELOAD_REMAINDER, 0)
    before = caps[service.first_worker]
    for other in range(service.first_bought, w):
        if caps[other] < 0.0 and workers[other].ends > workers[w].starts:
            before += caps[other]
    return int(math.floor(before + caps[w] + u) - math.floor(before + u))


@entry
def start_workers(
    workers: Workers,
    services: Services,
    numbers: Ints,
    caps: Floats,
    params: Rows[Params],
    seed: np.uint64,
) -> None:
    """Every post has its stream, its whole number of slots, its first worker's effect and a running clock; beds and
    what a cut takes away have no clock."""
    for w in range(len(workers)):
        worker = workers[w]
        worker.stream = stream_of(seed, numbers[w])
        worker.cap = whole_cap(workers, services, caps, w)
        z = normal_quantile(uniform(worker.stream, P.WORKER_EFFECT, 0))
        worker.trust_start = trust.worker_start(params[0].trust_start, params[0].trust_sd, z)
        start_clocks(worker, 1, 0)
        service_type = services[worker.service].service_type
        keyworker = service_type == TREATMENT_SERVICE and worker.hours > 0.0
        leaves = params[0].trust_worker_leaves if keyworker or service_type == NAVIGATOR_SERVICE else 0.0
        set_hazard(worker, P.WORKER_LEAVES, leaves, max(0, worker.starts) * MOMENTS_PER_DAY)


def start_staff(
    workers: np.ndarray[Any, Any], services: np.ndarray[Any, Any], staff: Staff, params: Any, seed: np.uint64
) -> None:
    """Make new rows of workers ready for day 0."""
    start_workers(rows(workers), rows(services), staff.numbers, staff.caps, params, seed)


@entry
def start_people(
    people: People,
    services: Services,
    params: Rows[Params],
    service_of_place: Ints,
    meeting_near: Ints,
    coverage: Floats,
    row_of: Ints,
    calendar: Calendar,
) -> None:
    """Everybody has constant factors, the services of today, what is always offered at home, and a booking on the eve
    of the first release."""
    for i in range(len(people)):
        person = people[i]
        prepare(person, params[0])
        for service_type in range(N_SERVICE_TYPES):
            s = service_of_place[service_type, person.home]
            person.service[service_type] = s if s >= 0 and not services[s].bought else NO_SERVICE
        hub = services[person.service[TREATMENT_SERVICE]]
        person.open_days = hub.open_days
        person.hub_closes = hub.closes_at
        person.contact_every = params[0].hub_usual_every
        person.meeting_near = meeting_near[person.home]
        if len(coverage) == 1:
            for k in range(N_COVERAGE):
                person.coverage[k] = coverage[0, person.home, k]
        row_of[slot_of(person.number, row_of)] = i
        book(calendar, i, max(0, person.first_release - 1))


def _rooms(people: np.ndarray[Any, Any], services: np.ndarray[Any, Any], staff: Staff) -> None:
    """Room in each queue for everybody who may wait there at once, and some stale entries."""
    by_home = np.bincount(people["home"], minlength=staff.service_of_place.shape[1])
    start = 0
    for s in range(len(services)):
        served = staff.service_of_place[int(services["service_type"][s])] == s
        room = int(by_home[served].sum()) + 8
        services["heap_start"][s], services["heap_room"][s] = start, room
        start += room


def _sample(model_area: ModelArea, run_inputs: RunInputs, seed: int) -> np.ndarray[Any, Any]:
    """Everybody who lives in the run: the study year's people and, with a warm-up, those of the years beside it.

    Of the year after it only those who wake before the run ends: in a run of twelve months hardly anybody. Rows stand
    in the order of first release, since people released together are woken together for months: their rows are
    neighbours in memory, and their days take the same turns.
    """
    first_days = np.array([run_inputs.first_day, 0, 2 * run_inputs.first_day], dtype=np.int64)
    kinds = (COUNTED, EARLIER, LATER) if run_inputs.first_day else (COUNTED,)
    who = np.concatenate([kind * MOST_PEOPLE + np.arange(run_inputs.people) for kind in kinds])
    key = seed_of(seed, PEOPLE_STREAM)
    days = days_of_release(
        who, run_inputs.traits, seed=key, start_weekday=run_inputs.start_weekday, first_days=first_days
    )
    moved = moved_early(days, who, run_inputs.pulses, run_inputs.traits, seed=key, first_day=run_inputs.first_day)
    wake = np.flatnonzero((who < LATER * MOST_PEOPLE) | (moved <= run_inputs.days))  # on the eve of release
    order = wake[np.argsort(moved[wake], kind="stable")]
    people = sample_cohort(who[order], moved[order], run_inputs.traits, model_area.homes, seed=key)
    people["licence_days"] += (days - moved)[order]
    return people


def new_world(
    model_area: ModelArea, run_inputs: RunInputs, *, seed: int, order: np.ndarray[Any, Any] | None = None
) -> World:
    """A world at dawn of day 0 of the run.

    seed: whole number of this draw and replicate; order: rows in which the people stand (their lives do not depend
    on it).
    """
    people = _sample(model_area, run_inputs, seed)
    if order is not None:
        people = np.ascontiguousarray(people[order])
    staff = run_inputs.staff
    services, workers = staff.services.copy(), staff.workers.copy()
    _rooms(people, services, staff)
    world = World(
        run_inputs=run_inputs,
        people=people,
        services=services,
        workers=workers,
        heap=np.zeros(int(services["heap_room"].sum()), dtype=np.uint64),
        row_of=np.full(N_KINDS * run_inputs.people, -1, dtype=np.int64),
        calendar=nobody_booked(len(people), run_inputs.days),
        due=np.zeros(len(people), dtype=np.int64),
        series=np.zeros(MONTHS, dtype=MONTH),
        usage=no_use(run_inputs.days, len(services)),
    )
    params = rows(run_inputs.params)
    worker_seed = np.uint64(seed_of(seed, WORKER_STREAM))
    start_staff(workers, services, staff, params, worker_seed)
    start_people(
        rows(people), rows(services), params, staff.service_of_place, run_inputs.meeting_near, run_inputs.coverage,
        world.row_of, world.calendar,
    )  # fmt: skip
    return world


def warm_world(model_area: ModelArea, run_inputs: RunInputs, *, seed: int) -> World:
    """A world at dawn of the study's first day: the year before it has been lived."""
    world = new_world(model_area, run_inputs, seed=seed)
    world.run_to(run_inputs.first_day)
    world.series[:] = 0
    return world


def branch(warm: World, run_inputs: RunInputs, *, seed: int, room: np.ndarray[Any, Any] | None = None) -> World:
    """The world of another scenario at dawn of the study's first day, from one that has lived the year before it.

    Both run_inputs have the same draw and mechanisms; until that day scenarios do not differ, and today's services
    and workers are the first rows in all of them. room: as many PERSON rows that nobody needs any more, where the new
    world's people will stand.
    """
    staff, base = run_inputs.staff, warm.run_inputs.staff
    services, workers = staff.services.copy(), staff.workers.copy()
    _rooms(warm.people, services, staff)
    params = rows(run_inputs.params)
    worker_seed = np.uint64(seed_of(seed, WORKER_STREAM))
    start_staff(workers, services, staff, params, worker_seed)
    n, m = base.n_today, base.n_workers_today
    heap = np.zeros(int(services["heap_room"].sum()), dtype=np.uint64)
    for s in range(n):
        for name in LIVED_BY_SERVICES:
            services[name][s] = warm.services[name][s]
        start, size = int(warm.services["heap_start"][s]), int(warm.services["heap_size"][s])
        to = int(services["heap_start"][s])
        heap[to : to + size] = warm.heap[start : start + size]
    for name in ("rate", "left", "since", "when", "n", "load", "first_held", "departures", "trust_start", "left_on"):
        workers[name][:m] = warm.workers[name][:m]
    usage = no_use(run_inputs.days, len(services))
    usage[:, :n, EARLY_CHANGES] = warm.usage[:, :n, EARLY_CHANGES]  # who holds a place now, and until when it counts
    if room is None:
        people = warm.people.copy()
    else:
        people = room
        as_bytes(people)[:] = as_bytes(warm.people)
    return World(
        run_inputs=run_inputs,
        people=people,
        services=services,
        workers=workers,
        heap=heap,
        row_of=warm.row_of,
        calendar=warm.calendar.copied(),
        due=np.zeros(len(people), dtype=np.int64),
        series=np.zeros(MONTHS, dtype=MONTH),
        usage=usage,
        day=warm.day,
    )
