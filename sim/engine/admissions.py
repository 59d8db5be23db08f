"""Night: open services offer free slots to their queues, and what they hold is counted."""

from __future__ import annotations

import numpy as np

from sim.core.compiled import entry, kernel
from sim.core.keys import spread
from sim.engine.calendar import book_earlier
from sim.engine.queues import NO_KEY, pop
from sim.engine.records import Month, Service, Services, Worker, Workers
from sim.engine.rolls import join_roll
from sim.engine.state import State
from sim.mechanisms import navigator
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import start_of
from sim.population.codes import NAVIGATOR_SERVICE, TREATMENT_SERVICE
from sim.population.person import People


@kernel
def is_open(service: Service, day: int, start_weekday: int) -> bool:
    """Whether the service sees people on that day."""
    weekday = (start_weekday + day) % 7
    return bool(service.opens <= day < service.closes and (service.open_days >> weekday) & 1)


@kernel
def has_room(worker: Worker, day: int) -> bool:
    """Whether the post takes somebody on tomorrow."""
    return bool(worker.load < worker.cap and worker.starts <= day + 1 < worker.ends)


@kernel
def free_worker(service: Service, workers: Workers, key: np.uint64, day: int) -> int:
    """A worker with room, the search starting at a keyed worker so that nobody's choice moves another's; -1 for none.

    Bought posts are tried after today's, so that buying some moves nobody who finds room anyway.
    """
    n = service.n_workers
    if n > 0:
        first = spread(key, n)
        for k in range(n):
            w = service.first_worker + (first + k) % n
            if has_room(workers[w], day):
                return int(w)
    n = service.n_bought
    if n > 0:
        first = spread(key, n)
        for k in range(n):
            w = service.first_bought + (first + k) % n
            if has_room(workers[w], day):
                return int(w)
    return -1


@kernel
def free_slots(service: Service, workers: Workers, day: int) -> int:
    """Slots free with workers who take people tomorrow."""
    slots = 0
    for k in range(service.n_workers + service.n_bought):
        w = service.first_worker + k if k < service.n_workers else service.first_bought + k - service.n_workers
        worker = workers[w]
        if has_room(worker, day):
            slots += worker.cap - worker.load
    return slots


@kernel
def admit(people: People, i: int, service: Service, worker: Worker, w: int, day: int) -> int:
    """The person holds a slot: an appointment, support, or a bed from tomorrow; the day to wake."""
    person, service_type = people[i], service.service_type
    person.key[service_type] = NO_KEY
    person.worker[service_type] = w
    service.waiting -= 1
    service.load += 1
    worker.load += 1
    if service_type == NAVIGATOR_SERVICE:
        navigator.begin(person, day + 1)
        return day + 1
    if service_type != TREATMENT_SERVICE:
        person.bed_day = day + 1
        return day + 1
    join_roll(people, worker, i)
    person.worker_start = worker.trust_start
    person.worker_is_bought = worker.bought
    person.contact_every = worker.every
    if worker.pool >= 0:
        log_event(person, start_of(day + 1), Event.POOLED_WORKER)
    person.appointment_day = day + 1
    if person.missed == 0:
        person.waits += 1
        person.wait_days += person.appointment_day - person.asked_on
    return int(person.appointment_day)


@kernel
def offer_slots(s: int, state: State, month: Month, day: int, start_weekday: int) -> None:
    """Service s offers its free slots to its queue, first come first served.

    A slot holds from tomorrow, so slots are offered on the eve of open days. Where contacts are short, first
    appointments are limited by what is left of them: contacts_per_slot of them an open day for each free slot; what is
    left over, a fraction mostly, is carried over up to one whole appointment. month: this month's counts (MONTH).
    """
    workers, service = state.workers, state.services[s]
    if service.waiting == 0 and service.contacts_per_slot == 0.0:
        return
    if not is_open(service, day + 1, start_weekday):
        return
    free = free_slots(service, workers, day)
    limited = service.contacts_per_slot > 0.0
    if limited:
        service.credit = min(service.credit, 1.0) + service.contacts_per_slot * free
    while free > 0 and service.waiting > 0 and (not limited or service.credit >= 1.0):
        i = pop(service, state.heap, state.people, state.row_of)
        if i < 0:
            return
        free -= 1
        if limited:
            service.credit -= 1.0
        person = state.people[i]
        w = free_worker(service, workers, person.key[service.service_type], day)
        waited, offers = person.wait_days, person.waits
        day_due = admit(state.people, i, service, workers[w], w, day)
        month.offers += person.waits - offers
        month.wait_days += person.wait_days - waited
        book_earlier(state.calendar, i, day_due)


@kernel
def count_services(services: Services, workers: Workers, month: Month, day: int) -> None:
    """Tonight's queue, people held and slots of treatment are added to the month."""
    for s in range(len(services)):
        if services[s].service_type == TREATMENT_SERVICE:
            month.waiting_days += services[s].waiting
            month.held_days += services[s].load
    for w in range(len(workers)):
        worker = workers[w]
        if worker.starts <= day < worker.ends and services[worker.service].service_type == TREATMENT_SERVICE:
            month.slot_days += worker.cap


@entry
def offers(state: State, month: Month, day: int, start_weekday: int) -> None:
    """Every service, by number, offers its free slots; then the night is counted."""
    for s in range(len(state.services)):
        offer_slots(s, state, month, day, start_weekday)
    count_services(state.services, state.workers, month, day)
