"""Referral from prison to community treatment, missed appointments, asking for help.

A referral arrives with probability 1 - r, r the share lost or never sent between this prison and the service. Those of
people who leave from remand or court, a share w of first releases, were never sent. r holds over everybody at baseline,
so that of the others is r x (r0 - w) / (r0 (1 - w)), r0 the r of today (0 where w is above it). It is
offered from day 1 + Poisson(m) after release on, m + 1 = appointment.first_delay_days, a day later when the person
reaches home after closing: the handover. Made before release, it takes `lever.booked_delay_days` instead, where those
are fewer. The hub's own lead comes on top (hubs.py). A missed appointment is offered again after 1 day and a Poisson
number of days, mean retry_days, and that lead; the referral closes after max_missed. Patience is drawn at each joining
of the hub's list and compared with the date that is offered: where that is further away, the person gives up the wait
and the referral closes at once, so that nobody waits in vain.
People without a referral who have not been engaged since the latest release ask for help at asks_days_1_28 a day in the
28 days after it, x asks_days_29_84_part to day 84 and x asks_days_85_365_part of that later; never_asks of them, drawn
once a life, do not ask. People engaged since then ask at the re-entry hazard, whoever they are; whoever gave up a wait
or missed too often asks again at the hazard that holds. Whoever asks is offered a day two days on, or the next day
through one door (agencies.py), which also tells what is lost between agencies and how joint work shortens the delay.
Somebody who never asks starts treatment by the referral at a release alone: in-reach and joint work let it arrive, and
a navigator, a peer, a lift or an outreach appointment help to keep it; none of them makes a referral of their own.
Reads referral.*, appointment.*, treatment.reentry, population.released_from_remand.
Writes treatment, ready_day, asked_on, gave_up, never_asks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform, whole
from sim.core.records import Cells, Field
from sim.mechanisms import agencies
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import settle_time
from sim.mechanisms.quantities import DAYS, Values, daily_hazard, mean_days, probability, switch
from sim.mechanisms.queueing import leave_service
from sim.population import processes as P
from sim.population.codes import LEAST_LOST, NO_TREATMENT, TREATMENT_SERVICE, WAITING
from sim.population.margins import Margins
from sim.population.person import Person

SELF_REFERRAL_DAYS = 2  # sim/MODEL.md: appointment in two days
LONGEST_DELAY = 60
FIRST_BAND_DAYS, SECOND_BAND_DAYS = 28, 84  # days since release at which asking for help becomes less frequent

READS = ("referral.*", "appointment.*", "treatment.reentry", "population.released_from_remand")
WHEN_OFF: Mapping[str, float] = {"referral_can_be_lost": 0.0, "delay_mean_beyond_1": 0.0, "booked_delay": 1.0}
EXPECTED_TO_MOVE = "engaged_within_3_weeks"


class Numbers(Protocol):
    """Referral, its delay, missed appointments and asking for help."""

    referral_can_be_lost: Annotated[float, switch("referrals are lost between prison and treatment")]
    delay_mean_beyond_1: Annotated[float, Field("f8", DAYS, "mean delay of the first appointment beyond the first day")]
    booked_delay: Annotated[float, Field("f8", DAYS, "mean delay where the handover is made before release")]
    retry_mean_beyond_1: Annotated[float, mean_days("to the next offer after a missed one, beyond the first")]
    max_missed: Annotated[float, Field("f8", "appointments", "mean of the missed ones in a row that close a referral")]
    asks_for_help: Annotated[
        Cells[float],
        daily_hazard("of asking for help, not engaged since release: days 1-28 after it, 29-84, later", 3),
    ]
    never_asks: Annotated[float, probability("that somebody never asks for help while not engaged since release")]
    reentry: Annotated[float, daily_hazard("of asking for help by people engaged since release")]
    lost_today: Annotated[float, probability("that a referral is lost, without a lever, mean over everybody")]
    lost_part_planned: Annotated[float, probability("of it that is left for people whose release is planned")]


class Params(Numbers, agencies.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Days, counts and hazards per person-day."""
    return {
        "referral_can_be_lost": 1.0,
        "lost_today": draw["referral.lost"],
        "lost_part_planned": planned_part(draw["referral.lost"], draw["population.released_from_remand"]),
        "delay_mean_beyond_1": max(0.0, draw["appointment.first_delay_days"] - 1.0),
        "booked_delay": booked_delay(draw),
        "retry_mean_beyond_1": max(0.0, draw["appointment.retry_days"] - 1.0),
        "max_missed": max(1.0, draw["appointment.max_missed"]),
        "asks_for_help": asking_hazards(draw),
        "never_asks": draw["referral.never_asks"],
        "reentry": draw["treatment.reentry"],
    }


def asking_hazards(draw: Mapping[str, float]) -> tuple[float, float, float]:
    """Hazard of asking for help of whoever asks at all, 1/person-day, 1-28, 29-84 and more days after the latest
    release; it never rises."""
    early = draw["referral.asks_days_1_28"]
    middle = early * draw["referral.asks_days_29_84_part"]
    return early, middle, middle * draw["referral.asks_days_85_365_part"]


def planned_part(lost: float, never_sent: float) -> float:
    """Part of the mean share of referrals lost that holds for everybody but those for whom none was ever sent."""
    return max(0.0, lost - never_sent) / (lost * (1.0 - never_sent)) if 0.0 < lost and never_sent < 1.0 else 0.0


def booked_delay(draw: Mapping[str, float]) -> float:
    """Mean days of a handover made before release: in no draw more than of one made after it."""
    return min(draw["lever.booked_delay_days"], max(1.0, draw["appointment.first_delay_days"]))


@kernel
def asks_never(person: Person, params: Numbers) -> bool:
    """Whether the person asks for no help unless engaged since the latest release; one random number a life."""
    return uniform(person.stream, P.NEVER_ASKS, 0) < params.never_asks


@kernel
def poisson_quantile(u: float, mean: float) -> int:
    """Smallest k with Poisson cumulative probability above u, at most LONGEST_DELAY."""
    term = math.exp(-mean)
    total = term
    k = 0
    while u >= total and k < LONGEST_DELAY:
        k += 1
        term *= mean / k
        total += term
    return k


@kernel
def open_referral(person: Person, offered_from: int, delay: int, t: int) -> None:
    """The person is to be offered an appointment `delay` days after `offered_from`, and joins the queue the day
    before."""
    settle_time(person, t)
    person.treatment = WAITING
    person.asked_on = offered_from
    person.missed = 0
    person.ready_day = offered_from + max(delay, 1) - 1


@kernel
def refer_at_release(person: Person, params: Params, day: int, t: int, arrives_late: bool) -> None:
    """On release: the referral arrives or is lost; its delay is drawn."""
    n = person.releases
    if person.remand and params.referral_can_be_lost:
        return  # never sent
    planned = params.referral_can_be_lost * params.lost_part_planned
    u = uniform(person.stream, P.REFERRAL_ARRIVES, n)
    least = min(person.lost_chance, LEAST_LOST * params.lost_today)
    lost = max(least, person.lost_chance * agencies.lost_ratio(person, params, agencies.PRISON))
    if u < lost * planned:
        return
    if u < params.lost_today * planned:
        log_event(person, t, Event.REFERRAL_SAVED)
    if uniform(person.stream, P.BOOKED_BEFORE_RELEASE, n) < person.booked_chance:
        log_event(person, t, Event.BOOKED)
        delay = whole(params.booked_delay, person.stream, P.BOOKED_DELAY, n)
    else:
        mean = params.delay_mean_beyond_1 * agencies.shorter_delay(person, params)
        delay = 1 + poisson_quantile(uniform(person.stream, P.FIRST_DELAY, n), mean)
    open_referral(person, day, delay + (1 if arrives_late else 0), t)


@kernel
def ask_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of asking for help without a referral, 1/person-day, requests that are lost included; 0 while waiting or
    in treatment."""
    if person.treatment != NO_TREATMENT:
        return 0.0
    if person.engaged:
        hazard = params.reentry
    elif person.never_asks:
        return 0.0
    else:
        since = day - person.latest_release
        hazard = params.asks_for_help[0 if since < FIRST_BAND_DAYS else (1 if since < SECOND_BAND_DAYS else 2)]
    return hazard * params.ask_ratio[agencies.pairs_in_play(person, day)]


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the hazard of asking changes by time since release alone, or a day gone by."""
    if person.treatment != NO_TREATMENT or person.engaged or person.never_asks:
        return 0
    first = person.latest_release + FIRST_BAND_DAYS
    return int(first if day < first else person.latest_release + SECOND_BAND_DAYS)


@kernel
def ask_for_help(person: Person, params: Params, occurrence: int, day: int, t: int) -> None:
    """The person asks for help today; the request arrives or is lost between agencies."""
    if not agencies.request_arrives(person, params, occurrence, day, t):
        return
    delay = SELF_REFERRAL_DAYS
    if agencies.goes_through_one_door(person, params, occurrence):
        delay = 1
        log_event(person, t, Event.ONE_DOOR)
    open_referral(person, day, delay, t)


@kernel
def appointment_missed(person: Person, params: Numbers, day: int, t: int) -> None:
    """A first appointment was missed: a new offer, or the referral closes; the worker's slot is free again."""
    person.appointment_day = NEVER
    leave_service(person, TREATMENT_SERVICE)
    person.missed += 1
    if person.missed >= whole(params.max_missed, person.stream, P.MAX_MISSED, person.releases):
        settle_time(person, t)
        person.treatment = NO_TREATMENT
        person.ready_day = NEVER
    else:
        u = uniform(person.stream, P.RETRY_DELAY, person.offers)
        person.ready_day = day + poisson_quantile(u, params.retry_mean_beyond_1)


@kernel
def give_up(person: Person, t: int) -> None:
    """The wait is longer than the person has patience for: the referral closes from the start of moment t."""
    settle_time(person, t)
    log_event(person, t, Event.GAVE_UP_WAITING)
    person.gave_up += 1
    person.treatment = NO_TREATMENT


@kernel
def withdraw(person: Person) -> None:
    """Whatever referral, appointment or waiting there was has ended."""
    person.ready_day = NEVER
    person.appointment_day = NEVER
    leave_service(person, TREATMENT_SERVICE)
