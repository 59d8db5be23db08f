"""Drug and alcohol hubs: whom a keyworker's time goes to, how far contacts stretch, how soon a first appointment is.

On every open day of a hub, in full-time posts (E) and people (L, q, N, V), smoothed over some weeks:
    L, q   people leaving prison in treatment there, and with a first appointment booked
    N, V   everybody else in treatment there, and waiting for a first appointment: a stream, no agents
    E_r    time for people leaving prison alone: the part r (service.ring_fenced) of their posts, less what a cut takes,
           which eats it first, and whatever is bought for them
    E_c    time for everybody; people leaving prison count 1 - r a head among those who share it
    time for each  = E_r / L + (1 - r) E_c / ((1 - r) L + N)         felt load c = 1 / time for each, 1,000 at most
    G(c)           = first_part / (1 + (c / caseload_full)^4)        most of the time that first appointments may take
    h              = K / kappa G(c) (E_r / q + (1 - r) E_c / ((1 - r) q + V))     first appointments a day for each
    lead           = 1 + list_days + 1 / h                            open days to the next free first appointment
    interval       = 1 / (K (1 - g) time for each), least_every to most_every     working days between contacts
K contacts a post and working day (service.contacts_per_worker_day); kappa of them go on a first appointment, missed
ones included: first_slots (p + (1 - p) missed_part), p = appointment.base_attendance, of everybody else others_start;
g is the part of time that first appointments took lately. A post works five days a week: at a hub that is open on n
days a week it makes 5 / n times as much of an open day. At the load of today (service.caseload) contacts do not
depend on r.
The others: so many begin and leave that N stays at today's share of people leaving prison (service.leavers_share);
first appointments as above at the load ((1 - r) L + N) / E_c; who waits gives up at service.give_up a day.
A place in a diary and not a queue: nobody's day depends on who else asked. The engine keeps the state
(sim/engine/hub_diary.py). Reads service.*, appointment.base_attendance. Writes contact_every.
Left out: sickness, group work, the seasons, a hub that turns people away or closes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import entry, kernel
from sim.core.keys import uniform
from sim.core.records import Field
from sim.mechanisms.quantities import Values, daily_hazard, probability, switch
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import Person

WORKING_DAYS_PER_DAY = 5.0 / 7.0
LONGEST_LEAD = 365.0  # open days; beyond it nobody waits
LEAST = 1e-9  # people or posts, in place of none
MOST_LOAD = 1000.0  # people a post: beyond it hardly anybody is met or taken on, and a hub without posts counts as this

READS = ("service.*", "appointment.base_attendance")
WHEN_OFF: Mapping[str, float] = {"hub_load_matters": 0.0}
EXPECTED_TO_MOVE = "wait_days_mean"

OPEN_DAYS, WORKING_DAYS = "open days", "working days"


class Numbers(Protocol):
    """A keyworker's time, and the stream of everybody else at a hub."""

    hub_load_matters: Annotated[float, switch("intervals and first appointments depend on the load")]
    hub_contacts: Annotated[float, Field("f8", "1/open day", "contacts that a full-time post makes")]
    hub_first_cost: Annotated[float, Field("f8", "contacts", "that a first appointment takes, missed ones included")]
    hub_others_first_cost: Annotated[float, Field("f8", "contacts", "the same of everybody else")]
    hub_first_part: Annotated[float, probability("of a post's time that first appointments may take at no load")]
    hub_full: Annotated[float, Field("f8", "people a post", "load at which half of the first appointments is withheld")]
    hub_least_lead: Annotated[float, Field("f8", OPEN_DAYS, "to a first appointment where nobody waits")]
    hub_least_every: Annotated[float, Field("f8", WORKING_DAYS, "least between contacts")]
    hub_most_every: Annotated[float, Field("f8", WORKING_DAYS, "most between contacts")]
    hub_usual_every: Annotated[float, Field("f8", WORKING_DAYS, "between contacts at the load of today")]
    hub_shared_part: Annotated[float, probability("of a person leaving prison who counts in the shared team: 1 - r")]
    hub_others_start: Annotated[float, probability("that another person's first appointment becomes treatment")]
    hub_others_leave: Annotated[float, Field("f8", "1/open day", "hazard of leaving of other people in treatment")]
    hub_give_up: Annotated[float, daily_hazard("of giving up the wait for a first appointment")]


def usual_interval(draw: Mapping[str, float]) -> float:
    """Working days between contacts at the load of today, known before the run."""
    time = draw["service.contacts_per_worker_day"] * (1.0 - draw["service.first_used"])
    return max(draw["service.least_every"], min(draw["service.most_every"], draw["service.caseload"] / time))


def least_lead(draw: Mapping[str, float]) -> float:
    """Open days to a first appointment where nobody waits: the next one, and what a hub takes beyond it."""
    return 1.0 + draw["service.list_days"]


def first_cost(draw: Mapping[str, float], p: float) -> float:
    """Contacts that a first appointment takes on average where p of them are kept: a missed one costs a part."""
    return draw["service.first_slots"] * (p + (1.0 - p) * draw["service.missed_part"])


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Time in full-time posts and open days, hazards of other people."""
    return {
        "hub_load_matters": 1.0,
        "hub_contacts": draw["service.contacts_per_worker_day"],
        "hub_first_cost": first_cost(draw, draw["appointment.base_attendance"]),
        "hub_others_first_cost": first_cost(draw, draw["service.others_start"]),
        "hub_first_part": draw["service.first_part"],
        "hub_full": draw["service.caseload_full"],
        "hub_least_lead": least_lead(draw),
        "hub_least_every": draw["service.least_every"],
        "hub_most_every": draw["service.most_every"],
        "hub_usual_every": usual_interval(draw),
        "hub_shared_part": 1.0 - draw["service.ring_fenced"],
        "hub_others_start": draw["service.others_start"],
        "hub_others_leave": 1.0 / (WORKING_DAYS_PER_DAY * draw["service.others_stay"]),
        "hub_give_up": draw["service.give_up"],
    }


def others_today(draw: Mapping[str, float], posts: float, others_posts: float) -> tuple[float, float, float]:
    """Other people in treatment, waiting, and beginning to wait an open day, where today's posts stand.

    posts: full-time posts for people leaving prison; others_posts: the rest of the hub's.
    """
    in_treatment = draw["service.caseload"] * others_posts
    starts = in_treatment / (WORKING_DAYS_PER_DAY * draw["service.others_stay"]) / draw["service.others_start"]
    ring = draw["service.ring_fenced"]
    time = draw["service.first_part"] * offered_part(draw["service.caseload"] / draw["service.caseload_full"])
    time *= others_posts + (1.0 - ring) * posts
    share = draw["service.leavers_share"]
    beside = 1.0 + (1.0 - ring) * share / (1.0 - share)  # people leaving prison who wait for the same time
    most = draw["service.contacts_per_worker_day"] / first_cost(draw, draw["service.others_start"]) * time / beside
    short = max(1.0 - starts / max(most, LEAST), least_lead(draw) / LONGEST_LEAD)
    waiting = starts * least_lead(draw) / short
    return in_treatment, waiting, starts + draw["service.give_up"] / WORKING_DAYS_PER_DAY * waiting


@entry
def offered_part(load: float) -> float:
    """Part of the first appointments of no load that is still offered; load: over caseload_full."""
    square = load * load
    return 1.0 / (1.0 + square * square)


@kernel
def time_for_each(params: Numbers, own: float, common: float, people: float, others: float) -> float:
    """Full-time posts for each person leaving prison; people, others: who are held there, or who wait."""
    shared = params.hub_shared_part
    return own / max(people, LEAST) + shared * common / max(shared * people + others, LEAST)


@kernel
def load(time: float) -> float:
    """People for each post where each has so much of one: the load that they feel."""
    return min(MOST_LOAD, 1.0 / max(time, LEAST))


@kernel
def load_of_others(params: Numbers, common: float, people: float, others: float) -> float:
    """People for each of the posts that everybody shares."""
    return (params.hub_shared_part * people + others) / max(common, LEAST)


@kernel
def time_for_first(params: Numbers, load: float) -> float:
    """Contacts' time a working day that a full-time post has for first appointments under the load: less as it
    grows."""
    return params.hub_contacts * params.hub_first_part * offered_part(load / params.hub_full)


@kernel
def lead(params: Numbers, a_day: float) -> float:
    """Open days to the next free first appointment where there are so many an open day for each who waits."""
    if params.hub_load_matters == 0.0:
        return params.hub_least_lead
    return min(LONGEST_LEAD, params.hub_least_lead + 1.0 / max(a_day, LEAST))


@kernel
def interval(params: Numbers, time: float, first_used: float) -> float:
    """Working days between contacts where each person has so much of a post, less what first appointments take."""
    if params.hub_load_matters == 0.0:
        return params.hub_usual_every
    contacts = params.hub_contacts * (1.0 - first_used) * time
    return min(params.hub_most_every, max(params.hub_least_every, 1.0 / max(contacts, LEAST)))


@kernel
def patience(person: Person, params: Numbers, n: int) -> float:
    """Days for which the person waits at most for the n-th appointment."""
    return -math.log(uniform(person.stream, P.PATIENCE, n)) / params.hub_give_up
