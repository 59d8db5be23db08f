"""A world: one set of run inputs with its people and its streams of random numbers, run day by day or to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.clocks import set_hazard, start_clocks
from sim.core.compiled import compilation_is_complete, entry, rows
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY
from sim.core.keys import seed_of, stream_of, uniform
from sim.core.normal import normal_quantile
from sim.core.records import Floats, Ints, Rows
from sim.engine.admissions import offers
from sim.engine.calendar import book, list_of
from sim.engine.day import live_people, run_days
from sim.engine.model_area import ModelArea
from sim.engine.person_day import prepare
from sim.engine.queues import slot_of
from sim.engine.records import MONTH, Services, Workers
from sim.engine.run_inputs import MONTHS, RunInputs
from sim.engine.service_changes import change_services
from sim.engine.shapes import check_arrays
from sim.engine.staff import Staff
from sim.engine.state import State
from sim.mechanisms import ledger, trust
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.cohort import sample_cohort
from sim.population.local_coverage import N_COVERAGE
from sim.population.person import (
    COUNTED,
    DEAD,
    EARLIER,
    FOLLOWED_UP,
    LATER,
    MOST_PEOPLE,
    N_KINDS,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_SERVICE,
    NOT_YET_RELEASED,
    TREATMENT_SERVICE,
    People,
    as_bytes,
    new_people,
)

PEOPLE_STREAM, WORKER_STREAM = 1, 2  # separate streams under one seed


@dataclass(eq=False)
class World:
    """The whole state of one run, changed in place as days pass.

    people PERSON[n], services SERVICE, workers WORKER; series MONTH[months]; day: next day to be lived; wakes: times a
    person was woken. A run begins with the year before the study; `first_day` is the study's first day.
    """

    run_inputs: RunInputs
    people: np.ndarray[Any, Any]
    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    heap: np.ndarray[Any, Any]
    row_of: np.ndarray[Any, Any]
    head: np.ndarray[Any, Any]
    due: np.ndarray[Any, Any]
    series: np.ndarray[Any, Any]
    day: int = 0
    wakes: int = 0

    def __post_init__(self) -> None:
        """Errors: ValueError that names an array of another kind or shape than compiled code reads."""
        check_arrays(self)

    @property
    def days(self) -> int:
        """Length of the run."""
        return self.run_inputs.days

    @property
    def first_day(self) -> int:
        """Day of the run on which the study begins."""
        return self.run_inputs.first_day

    @property
    def counted(self) -> np.ndarray[Any, Any]:
        """Whether each row is one of the study year's people, who alone are counted."""
        return np.asarray(self.people["number"] < MOST_PEOPLE)

    @property
    def state(self) -> State:
        """What changes as days pass, as compiled code reads it."""
        return State(
            people=rows(self.people),
            services=rows(self.services),
            workers=rows(self.workers),
            heap=self.heap,
            row_of=self.row_of,
            head=self.head,
            due=self.due,
            series=rows(self.series),
        )

    def run_to(self, end_day: int, *, everybody_daily: bool = False) -> None:
        """Live the days up to end_day (at most the horizon); at the horizon all accounts are closed."""
        end = min(end_day, self.days)
        if end > self.day:
            self.wakes += int(run_days(self.state, self.run_inputs.plan, self.day, end, everybody_daily))
            self.day = end
            if end == self.days:
                self._close_accounts()
                compilation_is_complete()

    def begin_day(self) -> np.ndarray[Any, Any]:
        """Begin today without living it: services and workers change, and the rows of the people due are returned."""
        change_services(self.state, self.run_inputs.plan, self.day)
        n = list_of(rows(self.people), self.head, self.day, self.due)
        return self.due[:n].copy()

    def live_person(self, row: int) -> None:
        """One person's day, slots and next wake; after `begin_day`, in any order of rows."""
        live_people(np.array([row], dtype=np.int64), 1, self.state, self.run_inputs.plan, self.day)
        self.wakes += 1

    def end_day(self) -> None:
        """End today: services offer slots, the day moves on, and at the horizon accounts are closed."""
        month = rows(self.series)[self.run_inputs.month_of_day[self.day]]
        offers(self.state, month, self.day, self.run_inputs.start_weekday)
        self.day += 1
        if self.day == self.days:
            self._close_accounts()

    def _close_accounts(self) -> None:
        close_accounts(rows(self.people), rows(self.run_inputs.params), self.day)

    def person_days(self, since: int = 0) -> int:
        """Days between first release and death or end of follow-up lived so far, from day `since` on, of everybody in
        the world, days back in custody included."""
        first = self.people["first_release"].astype(np.int64)
        end = np.minimum(np.minimum(first + FOLLOW_UP_DAYS, self.people["death_day"]), self.day)
        return int(np.maximum(end - np.maximum(first, since), 0).sum())


@entry
def close_accounts(people: People, params: Rows[Params], end_day: int) -> None:
    """At the horizon durations and expected events of everybody still followed are settled."""
    for i in range(len(people)):
        person = people[i]
        if person.status not in (NOT_YET_RELEASED, DEAD, FOLLOWED_UP):
            ledger.close_account(person, params[0].overdose_attended, ledger.start_of(end_day))


@entry
def start_workers(
    workers: Workers,
    services: Services,
    numbers: Ints,
    caps: Floats,
    caps_cut: Floats,
    params: Rows[Params],
    seed: np.uint64,
) -> None:
    """Every post has its stream, its whole number of slots, its first worker's effect and a running clock; beds have no
    clock."""
    for w in range(len(workers)):
        worker = workers[w]
        worker.stream = stream_of(seed, numbers[w])
        remainder = uniform(worker.stream, P.CASELOAD_REMAINDER, 0)
        worker.cap = int(caps[w] + remainder)
        worker.cap_whole = worker.cap
        worker.cap_when_cut = int(caps_cut[w] + remainder)
        if worker.pool >= 0 and not worker.holds:
            worker.cap = 0
        z = normal_quantile(uniform(worker.stream, P.WORKER_EFFECT, 0))
        worker.trust_start = trust.worker_start(params[0].trust_start, params[0].trust_sd, z)
        start_clocks(worker, 1, 0)
        service_type = services[worker.service].service_type
        leaves = (
            params[0].trust_worker_leaves
            if service_type == TREATMENT_SERVICE or service_type == NAVIGATOR_SERVICE
            else 0.0
        )
        set_hazard(worker, P.WORKER_LEAVES, leaves, max(0, worker.starts) * MOMENTS_PER_DAY)


def start_staff(
    workers: np.ndarray[Any, Any], services: np.ndarray[Any, Any], staff: Staff, params: Any, seed: np.uint64
) -> None:
    """Make new rows of workers ready for day 0."""
    start_workers(rows(workers), rows(services), staff.numbers, staff.caps, staff.caps_cut, params, seed)


@entry
def start_people(
    people: People,
    services: Services,
    params: Rows[Params],
    service_of_place: Ints,
    meeting_near: Ints,
    coverage: Floats,
    row_of: Ints,
    head: Ints,
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
        person.contact_every = params[0].contact_days
        person.meeting_near = meeting_near[person.home]
        if len(coverage) == 1:
            for k in range(N_COVERAGE):
                person.coverage[k] = coverage[0, person.home, k]
        row_of[slot_of(person.number, row_of)] = i
        book(people, head, i, max(0, person.first_release - 1))


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

    Of the year after it only those who wake before the run ends: in a run of twelve months hardly anybody.
    """
    first_days = {COUNTED: run_inputs.first_day}
    if run_inputs.first_day:
        first_days |= {EARLIER: 0, LATER: 2 * run_inputs.first_day}
    n = run_inputs.people
    people = new_people(n * len(first_days))
    for k, (kind, first_day) in enumerate(first_days.items()):
        sample_cohort(
            n,
            run_inputs.traits,
            model_area.homes,
            seed=seed_of(seed, PEOPLE_STREAM),
            start_weekday=run_inputs.start_weekday,
            kind=kind,
            first_day=first_day,
            into=people[k * n : (k + 1) * n],
        )
    later = people[2 * n :]
    awake = later[later["first_release"] <= run_inputs.days]  # on the eve of release
    people[2 * n : 2 * n + len(awake)] = awake
    return people[: len(people) - len(later) + len(awake)]


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
        head=np.full(run_inputs.days, -1, dtype=np.int32),
        due=np.zeros(len(people), dtype=np.int64),
        series=np.zeros(MONTHS, dtype=MONTH),
    )
    params = rows(run_inputs.params)
    worker_seed = np.uint64(seed_of(seed, WORKER_STREAM))
    start_staff(workers, services, staff, params, worker_seed)
    start_people(
        rows(people), rows(services), params, staff.service_of_place, run_inputs.meeting_near, run_inputs.coverage,
        world.row_of, world.head,
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
        for name in ("load", "waiting", "heap_size", "credit"):
            services[name][s] = warm.services[name][s]
        start, size = int(warm.services["heap_start"][s]), int(warm.services["heap_size"][s])
        to = int(services["heap_start"][s])
        heap[to : to + size] = warm.heap[start : start + size]
    for name in ("rate", "left", "since", "when", "n", "load", "departures", "trust_start", "left_on"):
        workers[name][:m] = warm.workers[name][:m]
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
        head=warm.head.copy(),
        due=np.zeros(len(people), dtype=np.int64),
        series=np.zeros(MONTHS, dtype=MONTH),
        day=warm.day,
    )
