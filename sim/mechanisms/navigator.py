"""Navigators: a named person beside somebody leaving prison, for half a year.

Each navigator has a caseload of lever.intensive_caseload people. Somebody joins the queue on the day before release
(whoever leaves from remand or court on the day itself: nobody knew before) and, unserved, leaves it on day 42 after
release; a team that opens finds those in its queue who have been out for less. Of a team bought for the most
disadvantaged the highest need that can be seen comes first (sim/population/need_seen.py). Effects: attendance x
attendance_or in days 1-42 of support, its square root to day 183, then 1; for homelessness and the benefit claim as a
resettlement worker (resettlement.py); and the navigator sees to the fare of an appointment. Three published nulls keep
1 in range.
Reads navigator.attendance_or. Writes navigator_from, navigator_until and the queue of navigators.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER, SUPPORT_DAYS
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force, start_of
from sim.mechanisms.quantities import Values, log_odds, switch
from sim.mechanisms.queueing import join_queue, leave_service
from sim.population.codes import COMMUNITY, CUSTODY, NAVIGATOR_SERVICE, NOT_YET_RELEASED
from sim.population.margins import Margins
from sim.population.person import Person

FULL_EFFECT_DAYS = 42

READS = ("navigator.attendance_or",)
WHEN_OFF: Mapping[str, float] = {"navigator_log_or": 0.0, "navigator_pays": 0}
EXPECTED_TO_MOVE = "engaged_within_3_weeks"


class Numbers(Protocol):
    """A navigator beside the person."""

    navigator_log_or: Annotated[float, log_odds("added to attendance in the first 42 days of support")]
    navigator_pays: Annotated[int, switch("a navigator sees to the fare", "i4")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Log odds ratio of keeping an appointment in the first 42 days of support."""
    return {"navigator_log_or": math.log(draw["navigator.attendance_or"]), "navigator_pays": 1}


@kernel
def attendance_term(person: Person, params: Numbers, day: int) -> float:
    """Log odds of attendance added today by a navigator."""
    if not in_force(person.navigator_until, day):
        return 0.0
    early = day - person.navigator_from < FULL_EFFECT_DAYS
    return params.navigator_log_or if early else 0.5 * params.navigator_log_or


@kernel
def pays_fare(person: Person, params: Numbers, day: int) -> bool:
    """Whether a navigator sees to today's fare."""
    return bool(params.navigator_pays and in_force(person.navigator_until, day))


@kernel
def queue_day(person: Person) -> int:
    """Day on which the queue changes for this person by time alone: joining before release, leaving on day 42."""
    if person.service[NAVIGATOR_SERVICE] < 0:
        return 0
    if person.status == NOT_YET_RELEASED or person.status == CUSTODY:
        return int(person.custody_until - (0 if person.remand else 1))
    if person.key[NAVIGATOR_SERVICE] != 0:
        return int(person.latest_release + FULL_EFFECT_DAYS)
    return 0


@kernel
def at_dawn(person: Person, day: int) -> None:
    """Joins the queue on the eve of release; leaves it unserved on day 42; support ends on its last day."""
    if person.service[NAVIGATOR_SERVICE] >= 0:
        inside = person.status == NOT_YET_RELEASED or person.status == CUSTODY
        if inside and day == person.custody_until - (0 if person.remand else 1):
            join_queue(person, NAVIGATOR_SERVICE)
        waiting = person.key[NAVIGATOR_SERVICE] != 0
        if person.status == COMMUNITY and waiting and day == person.latest_release + FULL_EFFECT_DAYS:
            leave_service(person, NAVIGATOR_SERVICE)
    if day == person.navigator_until:
        log_event(person, start_of(day), Event.NAVIGATOR_ENDED)
        end(person)


@kernel
def team_opens(person: Person, day: int) -> None:
    """Whoever has been out for less than 42 days waits for a team from the day on which it opens."""
    if person.status == COMMUNITY and day - person.latest_release < FULL_EFFECT_DAYS:
        join_queue(person, NAVIGATOR_SERVICE)


@kernel
def end(person: Person) -> None:
    """Support ends and the navigator's slot is free."""
    person.navigator_until = NEVER
    leave_service(person, NAVIGATOR_SERVICE)


@kernel
def begin(person: Person, day: int) -> None:
    """Support starts on the given day."""
    log_event(person, start_of(day), Event.NAVIGATOR_BEGAN)
    person.navigator_from = day
    person.navigator_until = day + SUPPORT_DAYS
