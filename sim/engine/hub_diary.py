"""A hub's diary: how many full-time posts there are, when the next first appointment is, and whose keyworker is whose.

The rules stand in sim/mechanisms/hubs.py. On the eve of an open day each hub takes stock of the people it holds, moves
the stream of everybody else on by a day, and finds the lead to a first appointment and the interval between contacts.
Whoever joins its list that night gets a date in the diary and a named worker at once: the post whose keyed exponential,
weighted by its hours, is least (weighted rendezvous hash: Thaler and Ravishankar 1998, doi:10.1109/90.663936), so that
posts that come or go move only those who go to them or had them.
"""

from __future__ import annotations

import math

import numpy as np

from sim.core.compiled import kernel
from sim.core.days import NEVER, WORKING_WEEK
from sim.core.keys import bits_between, stream_of_occurrence, uniform, uniform_of
from sim.engine.records import Month, Service, Services, Worker, Workers
from sim.engine.rolls import join_roll
from sim.engine.usage import is_counted, is_early
from sim.mechanisms import hubs, referral
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.hubs import LEAST
from sim.mechanisms.ledger import start_of
from sim.mechanisms.parameters import Params
from sim.mechanisms.treatment import after_open_days, days_a_week
from sim.population import processes as P
from sim.population.codes import TREATMENT_SERVICE
from sim.population.person import People

HELD_SMOOTHED, BOOKED_SMOOTHED, TIME_SMOOTHED = 1.0 / 20.0, 1.0 / 10.0, 1.0 / 20.0  # part of the way an open day


@kernel
def post_of(service: Service, k: int) -> int:
    """Row of the k-th post of a service: today's, then those that a scenario adds or takes away."""
    return service.first_worker + k if k < service.n_workers else service.first_bought + k - service.n_workers


@kernel
def stands(worker: Worker, day: int) -> bool:
    """Whether the post stands at this hub on that day; one that a cut takes away stands with hours below 0."""
    return bool(worker.starts <= day < worker.ends and (worker.pool < 0 or worker.holds))


@kernel
def common_part(params: Params, worker: Worker) -> float:
    """Part of the post's hours that everybody shares: of a post for people leaving prison none."""
    ring_fenced = 1.0 - params.hub_shared_part
    return 1.0 - ring_fenced * worker.leavers_part if worker.leavers_part < 1.0 else 0.0


@kernel
def add_up_team(service: Service, workers: Workers, params: Params, day: int) -> None:
    """Full-time posts of the day stand on the row, and the day until which they stay so (a pooled post aside).

    A post for everybody works `leavers_part` of its hours for people leaving prison, of which 1 - shared_part is kept
    for them; a cut of posts for people leaving prison eats that first.
    """
    own = common = bought = gone = 0.0
    until = NEVER
    for k in range(service.n_workers + service.n_bought):
        worker = workers[post_of(service, k)]
        if worker.starts > day:
            until = min(until, worker.starts)
        elif worker.ends > day:
            until = min(until, worker.ends)
        if not stands(worker, day):
            continue
        if worker.leavers_part < 1.0:
            own += (1.0 - common_part(params, worker)) * worker.hours
            common += common_part(params, worker) * worker.hours
        elif worker.hours > 0.0:
            bought += worker.hours
        else:
            gone -= worker.hours
    own, common = max(0.0, own), max(0.0, common)
    service.own_hours = max(0.0, own - gone) + bought
    service.common_hours = max(0.0, common - max(0.0, gone - own))
    service.team_until = until


@kernel
def move_others(service: Service, params: Params, held: float, booked: float, pace: float) -> float:
    """Everybody else at the hub lives an open day, which is `pace` working days; first appointments that they took."""
    load = hubs.load_of_others(params, service.common_hours, held, service.others)
    time = hubs.time_for_first(params, load) * pace * service.common_hours
    a_head = time / params.hub_others_first_cost
    a_head /= max(params.hub_shared_part * booked + service.others_waiting, LEAST)
    seen = service.others_waiting * a_head / (1.0 + params.hub_least_lead * a_head)
    give_up = params.hub_give_up / hubs.WORKING_DAYS_PER_DAY * pace * service.others_waiting
    coming = service.others_in * pace
    service.others_waiting = max(0.0, service.others_waiting + coming - seen - give_up)
    service.others += params.hub_others_start * seen - params.hub_others_leave * pace * service.others
    return seen


@kernel
def plan_diary(service: Service, params: Params) -> None:
    """The lead and the interval of the hub's next open day, with the team of today."""
    service.held_mean += (service.load - service.booked - service.held_mean) * HELD_SMOOTHED
    service.booked_mean += (service.booked - service.booked_mean) * BOOKED_SMOOTHED
    held, booked = service.held_mean, service.booked_mean
    own, common = service.own_hours, service.common_hours
    time = hubs.time_for_each(params, own, common, held, service.others)
    service.felt_load = hubs.load(time)
    pace = WORKING_WEEK / days_a_week(service.open_days)
    each = hubs.time_for_first(params, service.felt_load) * pace / params.hub_first_cost
    waiting = service.others_waiting
    service.lead = hubs.lead(params, each * hubs.time_for_each(params, own, common, booked, waiting))
    spent = params.hub_first_cost * booked / service.lead
    spent += params.hub_others_first_cost * move_others(service, params, held, booked, pace)
    used = spent / max(params.hub_contacts * pace * (own + common), LEAST)
    service.first_used += (min(params.hub_first_part, used) - service.first_used) * TIME_SMOOTHED
    service.contact_every = hubs.interval(params, time, service.first_used)


@kernel
def named_worker(stream: np.uint64, joined: int, service: Service, workers: Workers, day: int) -> int:
    """Row of the keyworker of somebody who joins the list for the n-th time, among those of today who stay tomorrow; -1
    where the hub has none."""
    choice = stream_of_occurrence(stream, P.NAMED_WORKER, joined)
    best = first = -1  # of all posts, and of the posts alike that follow each other, of which the largest draw is first
    least = math.inf
    largest, hours = np.uint64(0), 0.0
    for k in range(service.n_workers + service.n_bought):
        w = post_of(service, k)
        worker = workers[w]
        if worker.hours <= 0.0 or not stands(worker, day) or worker.ends <= day + 1:
            continue
        of_post = worker.hours * worker.leavers_part
        if of_post != hours and first >= 0:
            wait = -math.log(uniform_of(largest)) / hours
            if wait < least:
                best, least = first, wait
            largest = np.uint64(0)
        hours = of_post
        bits = bits_between(choice, worker.stream)
        if bits > largest:
            first, largest = w, bits
    if first >= 0 and -math.log(uniform_of(largest)) / hours < least:
        best = first
    return best


@kernel
def book_first(
    people: People, i: int, service: Service, workers: Workers, month: Month, params: Params, day: int
) -> bool:
    """Person i joins the hub's list tonight: a date in its diary and a named worker; False where the wait is longer
    than the person has patience for, or nobody works there."""
    person = people[i]
    n = person.joined[TREATMENT_SERVICE]
    ahead = max(1, int(service.lead + uniform(person.stream, P.DIARY_DAY, n)))
    date = after_open_days(day, ahead, service.open_days, params.start_weekday)
    w = named_worker(person.stream, n, service, workers, day)
    if w < 0 or date - day > 1.0 + hubs.patience(person, params, n):
        referral.give_up(person, start_of(day + 1))
        return False
    worker = workers[w]
    person.worker[TREATMENT_SERVICE] = w
    service.load += 1
    service.load_counted += is_counted(person)
    service.first_booked += 1
    service.first_counted += is_counted(person)
    if is_early(person, day):
        service.first_early += 1
        service.first_early_counted += is_counted(person)
    worker.load += 1
    join_roll(people, worker, i)
    person.worker_start = worker.trust_start
    person.contact_every = service.contact_every
    if worker.pool >= 0:
        log_event(person, start_of(day + 1), Event.POOLED_WORKER)
    person.appointment_day = date
    month.bookings += 1
    month.lead_days += ahead
    if person.missed == 0:
        person.waits += 1
        person.wait_days += date - person.asked_on
        month.offers += 1
        month.wait_days += date - person.asked_on
    return True


@kernel
def count_hubs(services: Services, month: Month) -> None:
    """Tonight's people and keyworkers' time at the hubs are added to the month."""
    for s in range(len(services)):
        service = services[s]
        if service.service_type != TREATMENT_SERVICE:
            continue
        held = service.load - service.booked
        hours = service.own_hours + service.common_hours
        month.waiting_days += service.waiting
        month.held_days += held
        month.load_days += held * service.felt_load
        month.interval_days += held * service.contact_every * (days_a_week(service.open_days) / WORKING_WEEK)
        month.first_hours += service.first_used * hours
        month.post_days += hours
