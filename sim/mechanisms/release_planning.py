"""The day and the hour of release, planned (a lever): not on a Friday, and early in the morning.

Where a prison plans releases for somebody (the share of its work that is paid for), a release due on a Friday is
brought forward to the Thursday, as the law of 2023 allows, and the gate opens at 09:00; the others leave as before,
between 10:00 and 12:00. What the day and hour do follows from journeys, last departures and opening days alone.
Reads nothing but the prison's share. Writes custody_until, first_release.
Nobody plans a release from remand or court. Left out: bank holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.mechanisms import treatment
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import start_of
from sim.mechanisms.quantities import Values, day_of_scenario, switch
from sim.population import processes as P
from sim.population.codes import NOT_YET_RELEASED
from sim.population.margins import Margins
from sim.population.person import Person

FRIDAY = 4  # Monday 0
EARLY_MINUTE = 540.0  # 09:00

READS: tuple[str, ...] = ()
WHEN_OFF: Mapping[str, float] = {"release_planning": 0.0}
EXPECTED_TO_MOVE = "wait_days_mean"


class Numbers(Protocol):
    """The planned release."""

    release_planning: Annotated[float, switch("prisons plan releases")]
    looks_ahead_from: Annotated[
        int,
        day_of_scenario("first day on which a prison plans releases, set by the engine; nobody is woken for it before"),
    ]


class Params(Numbers, treatment.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """No parameter: what planning does follows from timetables and opening days."""
    return {"release_planning": 1.0, "looks_ahead_from": NEVER}


@kernel
def is_planned(person: Person, params: Numbers, n: int) -> bool:
    """Whether the n-th release is planned; the prison's share stands on the row on the days around it."""
    if person.remand:
        return False
    return uniform(person.stream, P.RELEASE_PLANNED, n) < person.planned_chance * params.release_planning


@kernel
def bring_forward(person: Person, params: Params, day: int) -> None:
    """Two days before a Friday's release: it becomes a Thursday's where the release is planned."""
    if day != person.custody_until - 2 or (params.start_weekday + person.custody_until) % 7 != FRIDAY:
        return
    if is_planned(person, params, person.releases + 1):
        person.custody_until -= 1
        if person.status == NOT_YET_RELEASED:
            person.first_release -= 1
        log_event(person, start_of(day), Event.PLANNED_RELEASE)


@kernel
def next_change(person: Person, params: Numbers, day: int) -> int:
    """Day on which the release may be brought forward, or a day gone by."""
    return int(person.custody_until - 2) if day >= params.looks_ahead_from else 0
