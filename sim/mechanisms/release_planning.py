"""The day and the hour of release, planned (a lever): not on a Friday, and early in the morning.

Where a prison plans releases for somebody (the share of its work that is paid for), a release due on a Friday is
brought forward to the Thursday, as the law of 2023 allows, and the gate opens at 09:00; the others leave as before,
between 10:00 and 12:00. What the day and hour do follows from journeys, last departures and opening days alone.
Reads nothing but the prison's share. Writes custody_until, first_release.
Left out: bank holidays, courts that order a release at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import start_of
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import NOT_YET_RELEASED

FRIDAY = 4  # Monday 0
EARLY_MINUTE = 540.0  # 09:00

READS: tuple[str, ...] = ()
FIELDS: list[Any] = [("release_planning", "f8"), ("looks_ahead_from", "i4")]
"""release_planning is 1, and 0 where this mechanism is switched off; looks_ahead_from is the first day of
the run on which a prison plans releases (set by the engine), so that nobody is woken for nothing before."""
WHEN_OFF: Mapping[str, Any] = {"release_planning": 0.0}
EXPECTED_TO_MOVE = "wait_days_mean"


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """No parameter: what planning does follows from timetables and opening days."""
    return {"release_planning": 1.0, "looks_ahead_from": NEVER}


@kernel
def is_planned(person: Any, params: Any, n: int) -> bool:
    """Whether the n-th release is planned; the prison's share stands on the row on the days around it."""
    return bool(uniform(person.stream, P.RELEASE_PLANNED, n) < person.planned_chance * params.release_planning)


@kernel
def bring_forward(person: Any, params: Any, day: int) -> None:
    """Two days before a Friday's release: it becomes a Thursday's where the release is planned."""
    if day != person.custody_until - 2 or (params.start_weekday + person.custody_until) % 7 != FRIDAY:
        return
    if is_planned(person, params, person.releases + 1):
        person.custody_until -= 1
        if person.status == NOT_YET_RELEASED:
            person.first_release -= 1
        log_event(person, start_of(day), Event.PLANNED_RELEASE)


@kernel
def next_change(person: Any, params: Any, day: int) -> int:
    """Day on which the release may be brought forward, or a day gone by."""
    return int(person.custody_until - 2) if day >= params.looks_ahead_from else 0
