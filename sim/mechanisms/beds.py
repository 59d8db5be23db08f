"""Places with a roof that run out: short-stay beds after prison (CAS-3) and supported places.

Short-stay beds. On the eve of release people who would be homeless on the first night, on the street or off it, and
some of those who would go to other temporary places, are referred to the region's queue; who is offered a bed moves in
on the day of release.
The published first night holds today's beds. So the engine draws homelessness before beds,
    homeless  = first_night_homeless + additional x coverage
    temporary = first_night_temporary - additional x coverage
and refers the two groups in such a proportion that `additional` of the beds avert a homeless night whatever their
number. Nobody who leaves from remand or court is referred: beds are for people whom probation supervises, and so is the
published first night. Today's beds are
    coverage x releases a year on licence x mean stay / 365
    mean stay = sum over planned nights L of (1 - exp(-h L)) / h
with h the hazards of leaving temporary places and of return to custody of those who take the beds, and the shares of L
those of sim/population/short_stay.py. A referral without an offer lapses on the day of release: the region has people
to refer every week, so hardly a bed stands empty, and beds that went to people who have been out for long would be
lacking on first nights, by which beds are published.
How long a stay is planned is drawn when the bed is taken. Hazards of leaving are those of temporary places
(housing.py); whoever is still there at the planned end settles with cas3_end_settled and else sleeps rough with
cas3_end_street, is homeless off the street with cas3_end_hidden, or goes to temporary housing.
Where a cut takes beds away nobody is sent out: nobody new moves in while more people are in beds than beds stand
(sim/engine/admissions.py).

Supported places (a lever). People in the community who are homeless, or live in temporary housing or a short-stay bed,
wait in the queue for the places named, people sleeping rough first (whoever changes group joins anew); a place ends
with a move to a settled home (supported_move_on) or an eviction (settled_loss, as any settled home).

Housing First (a lever). Whoever is homeless and has slept rough on 28 days or more of the present time without a home
waits in the queue of the place, by need where a scenario asks for it (sim/population/need_seen.py), and is given a home
of their own with support; it is lost at housing_first_loss (housing.py) and else kept. Custody ends it.
Reads housing.cas3_*, housing.first_night_*; what the mean stay rests on is read in sim/population/short_stay.py. Writes
cas3_until, housing and the queues of three service types.
Left out: referral decisions, areas of short-stay beds, rents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import priority_of_key, uniform
from sim.core.records import Cells
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.housing import STREET_DAYS, days_on_street, is_homeless, move
from sim.mechanisms.ledger import start_of
from sim.mechanisms.quantities import Values, mean_days, probability, switch
from sim.mechanisms.queueing import join_queue, leave_service, waits_or_is_served
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    HIDDEN,
    HOUSING_FIRST,
    HOUSING_FIRST_SERVICE,
    ROUGH,
    SETTLED,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
)
from sim.population.first_night import before_beds
from sim.population.margins import Margins
from sim.population.person import Person
from sim.population.short_stay import edges, planned_by

READS = (
    "housing.cas3_*",
    "housing.first_night_*",
)
WHEN_OFF: Mapping[str, float] = {"supported_wanted": 0, "cas3_refers_homeless": 0.0, "cas3_refers_temporary": 0.0}
EXPECTED_TO_MOVE = "first_night_rough"


class Numbers(Protocol):
    """Referral to short-stay beds, how long stays are planned, and what follows them."""

    supported_wanted: Annotated[int, switch("people ask for supported places and Housing First", "i4")]
    cas3_refers_homeless: Annotated[float, probability("of referral to a short-stay bed, bound for no home")]
    cas3_refers_temporary: Annotated[float, probability("of referral, bound for temporary housing")]
    cas3_planned_by: Annotated[Cells[float], probability("that a stay is planned to end by the two inner edges", 2)]
    cas3_edges: Annotated[Cells[float], mean_days("between which planned ends lie evenly", 4)]
    cas3_ends_by: Annotated[
        Cells[float], probability("at the planned end of a settled home, or that or the street, or these or off it", 3)
    ]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probabilities of referral by first night before beds, planned nights, and what follows them."""
    homeless, temporary = before_beds(draw)
    additional = draw["housing.cas3_additional"]
    ratio = math.inf  # chance of referral of people bound for temporary places over that of people bound for no home
    if additional > 0.0:
        ratio = (1.0 - additional) / additional * homeless / temporary if temporary > 0.0 else 0.0
    settled = draw["housing.cas3_end_settled"]
    street = settled + (1.0 - settled) * draw["housing.cas3_end_street"]
    hidden = street + (1.0 - settled) * draw["housing.cas3_end_hidden"]
    return {
        "supported_wanted": 1,
        "cas3_refers_homeless": 1.0 if ratio <= 1.0 else 1.0 / ratio,
        "cas3_refers_temporary": min(1.0, ratio),
        "cas3_planned_by": planned_by(draw),
        "cas3_edges": edges(draw),
        "cas3_ends_by": (settled, street, min(hidden, 1.0)),
    }


@kernel
def refer_before_release(person: Person, params: Numbers, first_night: int) -> None:
    """On the eve of release: the person joins the queue for short-stay beds, by where the first night would be."""
    if person.service[CAS3_SERVICE] < 0 or person.remand:
        return
    chance = 0.0
    if is_homeless(first_night):
        chance = params.cas3_refers_homeless
    elif first_night == TEMPORARY:
        chance = params.cas3_refers_temporary
    if uniform(person.stream, P.CAS3_REFERRED, person.releases + 1) < chance:
        join_queue(person, CAS3_SERVICE)


@kernel
def planned_nights(person: Person, params: Numbers) -> int:
    """Nights for which the stay that begins is planned, one draw a release; whole, so that any edge acts smoothly."""
    u = uniform(person.stream, P.CAS3_NIGHTS, person.releases)
    below, by = 0.0, params.cas3_planned_by[0]
    part = 0
    if u >= params.cas3_planned_by[1]:
        below, by, part = params.cas3_planned_by[1], 1.0, 2
    elif u >= params.cas3_planned_by[0]:
        below, by, part = params.cas3_planned_by[0], params.cas3_planned_by[1], 1
    first, last = params.cas3_edges[part], params.cas3_edges[part + 1]
    return 1 + int(first + (last - first) * (u - below) / (by - below))


@kernel
def take_bed(person: Person, params: Numbers, day: int) -> bool:
    """On the day of release: whether a short-stay bed was offered; without one the referral lapses."""
    if person.worker[CAS3_SERVICE] >= 0:
        person.cas3_until = day + planned_nights(person, params)
        return True
    if person.key[CAS3_SERVICE] != 0:
        leave_service(person, CAS3_SERVICE)
    return False


@kernel
def move_in(person: Person, housing: int, day: int) -> None:
    """The person moves into the place offered last night."""
    log_event(person, start_of(day), Event.MOVED_IN)
    move(person, housing, day, start_of(day))


@kernel
def end_of_stay(person: Person, params: Numbers, day: int) -> None:
    """A stay in a short-stay bed ends as planned: where to is drawn."""
    t = start_of(day)
    log_event(person, t, Event.CAS3_ENDED)
    u = uniform(person.stream, P.CAS3_END, person.bed_ends)
    person.bed_ends += 1
    if u < params.cas3_ends_by[0]:
        move(person, SETTLED, day, t)
    elif u < params.cas3_ends_by[1]:
        move(person, ROUGH, day, t)
    else:
        move(person, HIDDEN if u < params.cas3_ends_by[2] else TEMPORARY, day, t)


@kernel
def at_dawn(person: Person, params: Numbers, day: int) -> None:
    """A place offered last night is moved into; otherwise a stay in a short-stay bed ends as planned."""
    if day == person.bed_day and person.worker[HOUSING_FIRST_SERVICE] >= 0 and person.housing != HOUSING_FIRST:
        move_in(person, HOUSING_FIRST, day)
        if waits_or_is_served(person, SUPPORTED_SERVICE):
            leave_service(person, SUPPORTED_SERVICE)
    elif day == person.bed_day and person.worker[SUPPORTED_SERVICE] >= 0 and person.housing != SUPPORTED:
        move_in(person, SUPPORTED, day)
    elif day == person.cas3_until:
        end_of_stay(person, params, day)


@kernel
def priority(person: Person) -> int:
    """Priority in the queue of supported places, the lowest served first: people sleeping rough."""
    return 0 if person.housing == ROUGH else 1


@kernel
def at_night(person: Person, params: Numbers, day: int) -> None:
    """Joins or leaves the queues for supported places and for Housing First."""
    queue_for_supported_place(person, params)
    queue_for_housing_first(person, params, day)


@kernel
def queue_for_housing_first(person: Person, params: Numbers, day: int) -> None:
    """Joins the queue for Housing First after 28 days of sleeping rough in one time without a home, and leaves it with
    that time."""
    if person.service[HOUSING_FIRST_SERVICE] < 0 or not params.supported_wanted:
        return
    waits = waits_or_is_served(person, HOUSING_FIRST_SERVICE)
    homeless = person.status == COMMUNITY and is_homeless(person.housing)
    wants = homeless and days_on_street(person, day) >= STREET_DAYS
    if wants and not waits:
        join_queue(person, HOUSING_FIRST_SERVICE)
    elif waits and not wants and person.housing != HOUSING_FIRST:
        leave_service(person, HOUSING_FIRST_SERVICE)


@kernel
def queue_for_supported_place(person: Person, params: Numbers) -> None:
    """Joins the queue for supported places, leaves it when there is no more need, or joins it anew in another group."""
    if person.service[SUPPORTED_SERVICE] < 0 or not params.supported_wanted:
        return
    waits = waits_or_is_served(person, SUPPORTED_SERVICE)
    wants = is_homeless(person.housing) or person.housing == TEMPORARY or person.housing == CAS3
    if person.status == COMMUNITY and wants and not waits:
        join_queue(person, SUPPORTED_SERVICE)
    elif waits and person.worker[SUPPORTED_SERVICE] < 0:
        if not (person.status == COMMUNITY and wants):
            leave_service(person, SUPPORTED_SERVICE)
        elif person.key[SUPPORTED_SERVICE] != 0 and priority_of_key(person.key[SUPPORTED_SERVICE]) != priority(person):
            leave_service(person, SUPPORTED_SERVICE)
            join_queue(person, SUPPORTED_SERVICE)
