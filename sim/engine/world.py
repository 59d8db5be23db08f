"""A world: one set of run inputs with its people and its streams of random numbers, run day by day or to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.compiled import compilation_is_complete, entry, rows
from sim.core.days import FOLLOW_UP_DAYS
from sim.core.records import Ints, Rows
from sim.engine.admissions import offers
from sim.engine.calendar import Calendar, list_of
from sim.engine.day import live_people, run_days
from sim.engine.run_inputs import RunInputs
from sim.engine.service_changes import change_services
from sim.engine.shapes import check_arrays
from sim.engine.state import State
from sim.mechanisms import ledger, treatment
from sim.mechanisms.parameters import Params
from sim.population.codes import DEAD, FOLLOWED_UP, MOST_PEOPLE, NOT_YET_RELEASED
from sim.population.person import People


@dataclass(eq=False)
class World:
    """The whole state of one run, changed in place as days pass.

    people PERSON[n], services SERVICE, workers WORKER; series MONTH[months]; usage: of every
    service each day (usage.py); day: next day to be lived; wakes: times a
    person was woken. A run begins with the year before the study; `first_day` is the study's first day.
    """

    run_inputs: RunInputs
    people: np.ndarray[Any, Any]
    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    heap: np.ndarray[Any, Any]
    row_of: np.ndarray[Any, Any]
    calendar: Calendar
    due: np.ndarray[Any, Any]
    series: np.ndarray[Any, Any]
    usage: np.ndarray[Any, Any]
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
    def counted_rows(self) -> Ints:
        """Rows of the study year's people in the order of their numbers, in which sums over people are made."""
        return self.row_of[: self.run_inputs.people]

    @property
    def state(self) -> State:
        """What changes as days pass, as compiled code reads it."""
        return State(
            people=rows(self.people),
            services=rows(self.services),
            workers=rows(self.workers),
            heap=self.heap,
            row_of=self.row_of,
            calendar=self.calendar,
            due=self.due,
            series=rows(self.series),
            usage=self.usage,
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
        n = list_of(self.calendar, self.day, self.due)
        return self.due[:n].copy()

    def live_person(self, row: int) -> None:
        """One person's day, slots and next wake; after `begin_day`, in any order of rows."""
        live_people(np.array([row], dtype=np.int64), 1, self.state, self.run_inputs.plan, self.day)
        self.wakes += 1

    def end_day(self) -> None:
        """End today: services offer slots, the day moves on, and at the horizon accounts are closed."""
        offers(self.state, self.run_inputs.plan, self.day)
        self.day += 1
        if self.day == self.days:
            self._close_accounts()

    def _close_accounts(self) -> None:
        close_accounts(rows(self.people), rows(self.run_inputs.params), self.day)

    def person_days(self) -> int:
        """Days between first release and death or end of follow-up lived so far by the people counted, days back in
        custody included."""
        first = self.people["first_release"].astype(np.int64)
        end = np.minimum(np.minimum(first + FOLLOW_UP_DAYS, self.people["death_day"]), self.day)
        return int(np.maximum(end - first, 0)[self.counted].sum())


@entry
def close_accounts(people: People, params: Rows[Params], end_day: int) -> None:
    """At the horizon durations and expected events of everybody still followed are settled."""
    for i in range(len(people)):
        person = people[i]
        if person.status not in (NOT_YET_RELEASED, DEAD, FOLLOWED_UP):
            treatment.count_injections(person, params[0], end_day)
            ledger.close_account(person, params[0].overdose_attended, ledger.start_of(end_day))
