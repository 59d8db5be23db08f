"""Navigators: a named person beside somebody leaving prison, for half a year.

Each navigator holds lever.intensive_caseload people. Somebody joins the list on the day before release and, without
a place, leaves it on day 42 after release. Effects: attendance x attendance_or in days 1-42 of support, its square
root to day 183, then 1; for homelessness and the benefit claim as a resettlement worker (resettlement.py); and the
navigator sees to the fare of an appointment. Three published nulls keep 1 in range.
Reads navigator.attendance_or. Writes navigator_from, navigator_until and the line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.mechanisms import acts
from sim.mechanisms.ledger import NAVIGATOR_ENDED, in_force, join_line, leave_line, note, start_of
from sim.population.margins import Margins
from sim.population.person import COMMUNITY, CUSTODY, NAVIGATOR_LINE, NOT_YET_RELEASED

FULL_EFFECT_DAYS = 42
SUPPORT_DAYS = 183

FIELDS: list[Any] = [("navigator_log_or", "f8"), ("navigator_pays", "i4")]
"""navigator_pays is 1, and 0 where this mechanism is switched off."""
NEUTRAL: Mapping[str, Any] = {"navigator_log_or": 0.0, "navigator_pays": 0}
MOVES = "engaged_within_3_weeks"


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Log odds ratio of keeping an appointment in the first 42 days of support."""
    return {"navigator_log_or": math.log(draw["navigator.attendance_or"]), "navigator_pays": 1}


@kernel
def attendance_term(person: Any, facts: Any, day: int) -> float:
    """Log odds of attendance added today by a navigator."""
    if not in_force(person.navigator_until, day):
        return 0.0
    early = day - person.navigator_from < FULL_EFFECT_DAYS
    return float(facts.navigator_log_or if early else 0.5 * facts.navigator_log_or)


@kernel
def pays_fare(person: Any, facts: Any, day: int) -> bool:
    """Whether a navigator sees to today's fare."""
    return bool(facts.navigator_pays and in_force(person.navigator_until, day))


@kernel
def queue_day(person: Any) -> int:
    """Day on which the list changes for this person by time alone: joining before release, leaving on day 42."""
    if person.service[NAVIGATOR_LINE] < 0:
        return 0
    if person.place == NOT_YET_RELEASED or person.place == CUSTODY:
        return int(person.custody_until - 1)
    if person.key[NAVIGATOR_LINE] != 0:
        return int(person.latest_release + FULL_EFFECT_DAYS)
    return 0


@kernel
def at_dawn(person: Any, day: int) -> None:
    """Joins the list on the eve of release; leaves it unserved on day 42; support ends on its last day."""
    if person.service[NAVIGATOR_LINE] >= 0:
        inside = person.place == NOT_YET_RELEASED or person.place == CUSTODY
        if inside and day == person.custody_until - 1:
            join_line(person, NAVIGATOR_LINE)
        waiting = person.key[NAVIGATOR_LINE] != 0
        if person.place == COMMUNITY and waiting and day == person.latest_release + FULL_EFFECT_DAYS:
            leave_line(person, NAVIGATOR_LINE)
    if day == person.navigator_until:
        note(person, start_of(day), NAVIGATOR_ENDED)
        end(person)


@kernel
def end(person: Any) -> None:
    """Support ends and the place is free."""
    person.navigator_until = NEVER
    leave_line(person, NAVIGATOR_LINE)


@kernel
def begin(person: Any, day: int) -> None:
    """Support starts on the given day."""
    note(person, start_of(day), acts.NAVIGATOR_BEGAN)
    person.navigator_from = day
    person.navigator_until = day + SUPPORT_DAYS
