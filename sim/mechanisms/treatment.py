"""Treatment in the community: start, drop-out, completion, substitution treatment.

Hazards per person-day by days since treatment start (to 28, to 84, later): drop-out of the band x trust ratio
(trust.py) x care ratio (care.py). In the last band exits of opiate needs hold their completion; other needs complete
at their own hazard beside drop-out. Opiate needs start OST, others psychosocial treatment. Custody ends an episode
without counting as drop-out. Contacts: the next one is as many of the hub's open days on as the hub's load then makes
it (hubs.py), a fraction with its probability.
Depot buprenorphine (a lever): drop-out x depot_dropout_hr while it lasts; a dose covers depot_cover_days from the day
of release on, attended or not, so that whoever leaves treatment is covered to the end of the dose running. Doses are
counted as they are given, and paid for so (sim/engine/purchase_use.py).
Residential treatment: residential.py.
OST that begins after tolerance was lost leaves a part of the loss, after half a loss none (tolerance.py).
Reads treatment.*. Writes treatment, treatment_start, ost, tolerance, engaged, contact_day, script_until, injections.
Left out: dose, choice of opioid, contingency management, employment support.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER, WORKING_WEEK
from sim.core.keys import uniform, whole
from sim.core.records import Cells, Field, Floats
from sim.mechanisms.ledger import settle_time
from sim.mechanisms.quantities import Values, daily_hazard, mean_days, ratio
from sim.mechanisms.queueing import leave_service
from sim.population import processes as P
from sim.population.codes import (
    DAILY,
    DEPOT,
    HALF,
    IN_TREATMENT,
    KEPT,
    LOST,
    NO_OST,
    NO_TREATMENT,
    ON_OST,
    OPIATE_NO_CRACK,
    TREATMENT_SERVICE,
)
from sim.population.margins import Margins
from sim.population.person import Person

FIRST_BAND_DAYS, SECOND_BAND_DAYS = 28, 84
READS = ("treatment.*",)
WHEN_OFF: Mapping[str, float] = {"dropout": 0.0, "completion": 0.0}
EXPECTED_TO_MOVE = "treatment_days"


class Numbers(Protocol):
    """Ends of an episode, contacts and the depot."""

    dropout: Annotated[Floats, daily_hazard("of dropping out: opiate and other needs; days 1-28, 29-84, later", 2, 3)]
    completion: Annotated[Cells[float], daily_hazard("of completing from day 85 on: opiate needs, other needs", 2)]
    start_weekday: Annotated[int, Field("i4", "weekday", "of day 0 of the run, Monday 0; set by the engine")]
    depot_dropout: Annotated[float, ratio("of drop-out on a depot")]
    depot_cover_days: Annotated[float, mean_days("covered by one dose of the depot")]


def exit_hazards(draw: Mapping[str, float]) -> tuple[float, float, float]:
    """Hazard of leaving treatment, 1/person-day, 1-28, 29-84 and more days after its start; it never rises."""
    early = draw["treatment.dropout_days_1_28"]
    middle = early * draw["treatment.dropout_days_29_84_part"]
    return early, middle, middle * draw["treatment.exit_days_85_365_part"]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day; row 0 opiate needs, row 1 other needs."""
    early, middle, late = exit_hazards(draw)
    completion = draw["treatment.completion_opiate"]
    return {
        "dropout": ((early, middle, max(0.0, late - completion)), (early, middle, late)),
        "completion": (completion, draw["treatment.completion_other"]),
        "start_weekday": 0,
        "depot_dropout": draw["treatment.depot_dropout_hr"],
        "depot_cover_days": max(1.0, draw["treatment.depot_cover_days"]),
    }


@kernel
def days_a_week(open_days: int) -> int:
    """Days a week on which a service is open: bits set."""
    if not open_days:
        raise ValueError("a service is never open")
    pairs = open_days - ((open_days >> 1) & 0b1010101)
    fours = (pairs & 0b0110011) + ((pairs >> 2) & 0b0110011)
    return int((fours + (fours >> 4)) & 0b1111)


@kernel
def after_open_days(day: int, ahead: int, open_days: int, start_weekday: int) -> int:
    """The day that lies so many open days after `day`, one at least; open_days: bit k set for weekday k."""
    a_week = days_a_week(open_days)
    whole_weeks = (max(ahead, 1) - 1) // a_week
    left = max(ahead, 1) - whole_weeks * a_week
    following = day + 7 * whole_weeks
    weekday = (start_weekday + following) % 7
    while left > 0:
        following += 1
        weekday = weekday + 1 if weekday < 6 else 0
        left -= (open_days >> weekday) & 1
    return following


@kernel
def next_contact(person: Person, params: Numbers, day: int) -> int:
    """Day of the next contact: the interval of the hub later, in its open days."""
    open_days = person.contact_every * (days_a_week(person.open_days) / WORKING_WEEK)
    ahead = whole(open_days, person.stream, P.CONTACT_INTERVAL, person.contacts)
    return after_open_days(day, ahead, person.open_days, params.start_weekday)


@kernel
def dropout_hazard(person: Person, params: Numbers, day: int) -> float:
    """Hazard of leaving treatment unplanned, 1/person-day; 0 outside treatment."""
    if person.treatment != IN_TREATMENT:
        return 0.0
    since = day - person.treatment_start
    band = 0 if since < FIRST_BAND_DAYS else (1 if since < SECOND_BAND_DAYS else 2)
    need = 0 if person.need <= OPIATE_NO_CRACK else 1
    hazard = params.dropout[need, band] * person.trust_ratio * person.care_ratio
    return float(hazard * params.depot_dropout if person.ost == DEPOT else hazard)


@kernel
def completion_hazard(person: Person, params: Numbers, day: int) -> float:
    """Hazard of completing treatment, 1/person-day; from day 85 only."""
    if person.treatment != IN_TREATMENT or day - person.treatment_start < SECOND_BAND_DAYS:
        return 0.0
    return params.completion[0] if person.need <= OPIATE_NO_CRACK else params.completion[1]


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the hazards change by time in treatment alone, or a day gone by."""
    if person.treatment != IN_TREATMENT:
        return 0
    first = person.treatment_start + FIRST_BAND_DAYS
    return int(first if day < first else person.treatment_start + SECOND_BAND_DAYS)


@kernel
def start(person: Person, params: Numbers, day: int, t: int) -> None:
    """Treatment starts today: the person is engaged, and on OST with opiate needs."""
    settle_time(person, t)
    person.treatment = IN_TREATMENT
    person.treatment_start = day
    person.contact_day = next_contact(person, params, day)
    person.episodes += 1
    person.engaged = 1
    person.missed = 0
    person.script_until = NEVER
    if person.first_engaged > day:
        person.first_engaged = day
    if person.need <= OPIATE_NO_CRACK and person.ost == NO_OST:
        person.ost = DAILY
        person.ost_is_new_start = 1
        if person.tolerance == LOST:
            person.tolerance = ON_OST  # the days of use since stand
        elif person.tolerance == HALF:
            person.tolerance = KEPT
        person.ost_start = day


@kernel
def doses_by(person: Person, params: Numbers, day: int) -> int:
    """Depot doses given before `day`, the first on the day `depot_since`: the n-th ends int(n x depot_cover_days + u)
    days after it, u keyed to the release, and the next is given then."""
    u = uniform(person.stream, P.DEPOT_DAYS, person.releases)
    return max(1, math.ceil((day - person.depot_since - u) / params.depot_cover_days))


@kernel
def count_injections(person: Person, params: Numbers, day: int) -> None:
    """The doses of a depot that ends today, or on whose last day the account closes, are counted."""
    if person.ost == DEPOT:
        person.injections += doses_by(person, params, day)


@kernel
def stop_ost(person: Person, params: Numbers, day: int, t: int) -> None:
    """Substitution treatment in the community ends today, if there was any."""
    if person.ost != NO_OST:
        settle_time(person, t)
        count_injections(person, params, day)
        person.ost = NO_OST
        person.ost_stop = day


@kernel
def cover_ends(person: Person, params: Numbers, day: int) -> int:
    """Day on which the depot dose running on `day` ends."""
    u = uniform(person.stream, P.DEPOT_DAYS, person.releases)
    doses = doses_by(person, params, day + 1)
    return int(person.depot_since + int(doses * params.depot_cover_days + u))


@kernel
def leave(person: Person, params: Numbers, day: int, t: int) -> None:
    """The episode ends (drop-out or completion); the worker's slot is free and OST stops, a depot with its dose."""
    settle_time(person, t)
    person.treatment = NO_TREATMENT
    person.contact_day = NEVER
    leave_service(person, TREATMENT_SERVICE)
    if person.ost == DEPOT:
        person.script_until = cover_ends(person, params, day)
    else:
        stop_ost(person, params, day, t)
