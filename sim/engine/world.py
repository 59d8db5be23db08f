"""A world: one blueprint with its people and its luck, run day by day or to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.clocks import set_hazard, wind
from sim.core.compiled import compilation_is_complete, kernel, rows
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY
from sim.core.keys import luck_of, seed_of, uniform
from sim.core.normal import normal_quantile
from sim.engine.blueprint import Blueprint
from sim.engine.calendar import book, list_of
from sim.engine.day import at_dawn, offers, person_day, run_days
from sim.engine.life import prepare
from sim.engine.setting import Setting
from sim.mechanisms import ledger, trust
from sim.population import processes as P
from sim.population.cohort import sample_cohort
from sim.population.person import DEAD, FOLLOWED_UP, NAVIGATOR_LINE, NOT_YET_RELEASED, TREATMENT_LINE

PEOPLE_STREAM, WORKER_STREAM = 1, 2  # separate streams of luck under one seed


@dataclass(eq=False)
class World:
    """The whole state of one run, changed in place as days pass.

    people PERSON[n], services SERVICE, workers WORKER; day: next day to be lived; wakes: times a person was woken.
    """

    blueprint: Blueprint
    people: np.ndarray[Any, Any]
    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    heap: np.ndarray[Any, Any]
    row_of: np.ndarray[Any, Any]
    head: np.ndarray[Any, Any]
    due: np.ndarray[Any, Any]
    day: int = 0
    wakes: int = 0

    @property
    def days(self) -> int:
        """Length of the run."""
        return self.blueprint.days

    def arguments(self) -> tuple[Any, ...]:
        """The arrays in the order of `run_days`."""
        b = self.blueprint
        return (
            rows(self.people), rows(self.services), rows(self.workers), b.team_of_place, b.journeys, b.homeward,
            b.chances, b.booked, b.epoch_of_day, rows(b.facts), self.heap, self.row_of, self.head, self.due,
            b.start_weekday,
        )  # fmt: skip

    def run_to(self, end_day: int, *, everybody_daily: bool = False) -> None:
        """Live the days up to end_day (at most the horizon); at the horizon all accounts are closed."""
        end = min(end_day, self.days)
        if end > self.day:
            self.wakes += int(run_days(*(*self.arguments(), self.day, end, everybody_daily)))
            self.day = end
            if end == self.days:
                close_accounts(rows(self.people), rows(self.blueprint.facts), end)
                compilation_is_complete()

    def dawn(self) -> np.ndarray[Any, Any]:
        """Begin today without living it: services and workers change, and the rows of the people due are given."""
        people, services, workers, team_of_place, *_ = self.arguments()
        at_dawn(people, services, workers, team_of_place, rows(self.blueprint.facts)[0], self.head, self.day)
        n = list_of(people, self.head, self.day, self.due)
        return self.due[:n].copy()

    def live(self, row: int) -> None:
        """One person's day, places and next wake; after `dawn`, in any order of rows."""
        b = self.blueprint
        person_day(
            row, rows(self.people), rows(self.services), rows(self.workers), b.journeys, b.homeward, b.chances,
            b.booked, rows(b.facts)[0], self.heap, self.row_of, self.head, int(b.epoch_of_day[self.day]), self.day,
        )  # fmt: skip
        self.wakes += 1

    def night(self) -> None:
        """End today: services offer places, the day moves on, and at the horizon accounts are closed."""
        people, services, workers = rows(self.people), rows(self.services), rows(self.workers)
        offers(people, services, workers, self.heap, self.row_of, self.head, self.day, self.blueprint.start_weekday)
        self.day += 1
        if self.day == self.days:
            close_accounts(people, rows(self.blueprint.facts), self.day)

    def person_days(self) -> int:
        """Days between first release and death or end of follow-up lived so far, days back in custody included."""
        first = self.people["first_release"].astype(np.int64)
        end = np.minimum(np.minimum(first + FOLLOW_UP_DAYS, self.people["death_day"]), self.day)
        return int(np.maximum(end - first, 0).sum())


@kernel
def close_accounts(people: Any, facts: Any, end_day: int) -> None:
    """At the horizon durations and expected events of everybody still followed are settled."""
    for i in range(len(people)):
        person = people[i]
        if person.place not in (NOT_YET_RELEASED, DEAD, FOLLOWED_UP):
            ledger.close_account(person, facts[0].overdose_attended, ledger.start_of(end_day))


@kernel
def start_workers(workers: Any, numbers: Any, caps: Any, facts: Any, seed: Any) -> None:
    """Every post has its luck, its whole number of places, its first worker's effect and a running clock."""
    for w in range(len(workers)):
        worker = workers[w]
        worker.luck = luck_of(seed, numbers[w])
        worker.cap = int(caps[w] + uniform(worker.luck, P.CASELOAD_REMAINDER, 0))
        z = normal_quantile(uniform(worker.luck, P.WORKER_EFFECT, 0))
        worker.trust_start = trust.worker_start(facts[0].trust_start, facts[0].trust_sd, z)
        wind(worker, 1, 0)
        set_hazard(worker, P.WORKER_LEAVES, facts[0].trust_worker_leaves, max(0, worker.starts) * MOMENTS_PER_DAY)


@kernel
def start_people(people: Any, facts: Any, hub_of_place: Any, row_of: Any, head: Any) -> None:
    """Everybody has constant factors, a hub, and a booking on the day of first release."""
    for i in range(len(people)):
        person = people[i]
        prepare(person, facts[0])
        person.service[TREATMENT_LINE] = hub_of_place[person.home]
        row_of[person.number] = i
        book(people, head, i, person.first_release)


def _rooms(people: np.ndarray[Any, Any], services: np.ndarray[Any, Any], blueprint: Blueprint) -> None:
    """Room in each queue for everybody who may wait there at once, and some stale entries."""
    by_home = np.bincount(people["home"], minlength=len(blueprint.hub_of_place))
    start = 0
    for s in range(len(services)):
        line = int(services["line"][s])
        served = blueprint.team_of_place == s if line == NAVIGATOR_LINE else blueprint.hub_of_place == s
        room = int(by_home[served].sum()) + 8
        services["heap_start"][s], services["heap_room"][s] = start, room
        start += room


def new_world(setting: Setting, blueprint: Blueprint, *, seed: int, order: np.ndarray[Any, Any] | None = None) -> World:
    """A world at dawn of day 0.

    seed: whole number of this draw and replicate; order: rows in which the people stand (their lives do not depend
    on it).
    """
    people = sample_cohort(
        blueprint.people,
        blueprint.traits,
        setting.homes,
        seed=seed_of(seed, PEOPLE_STREAM),
        start_weekday=blueprint.start_weekday,
    )
    if order is not None:
        people = np.ascontiguousarray(people[order])
    services, workers = blueprint.services.copy(), blueprint.workers.copy()
    _rooms(people, services, blueprint)
    n = len(people)
    world = World(
        blueprint=blueprint,
        people=people,
        services=services,
        workers=workers,
        heap=np.zeros(int(services["heap_room"].sum()), dtype=np.uint64),
        row_of=np.zeros(n, dtype=np.int64),
        head=np.full(blueprint.days, -1, dtype=np.int32),
        due=np.zeros(n, dtype=np.int64),
    )
    facts = rows(blueprint.facts)
    worker_seed = np.uint64(seed_of(seed, WORKER_STREAM))
    start_workers(rows(workers), blueprint.worker_numbers, blueprint.caps, facts, worker_seed)
    start_people(rows(people), facts, blueprint.hub_of_place, world.row_of, world.head)
    return world
