"""Night: navigators and beds offer free slots to their queues, hubs plan their next open day, the night is counted."""

from __future__ import annotations

import numpy as np

from sim.core.compiled import entry, kernel
from sim.core.keys import as_joined, spread
from sim.engine.calendar import book_earlier
from sim.engine.hub_diary import add_up_team, count_hubs, plan_diary, post_of
from sim.engine.queues import NO_KEY, pop
from sim.engine.records import Service, Worker, Workers
from sim.engine.state import Plan, State
from sim.engine.usage import count_early, count_use, is_counted
from sim.mechanisms import navigator
from sim.population.codes import NAVIGATOR_SERVICE, TREATMENT_SERVICE


@kernel
def is_open(service: Service, day: int, start_weekday: int) -> bool:
    """Whether the service sees people on that day."""
    weekday = (start_weekday + day) % 7
    return bool(service.opens <= day < service.closes and (service.open_days >> weekday) & 1)


@kernel
def stands_tomorrow(worker: Worker, day: int) -> bool:
    """Whether the post or bed is there tomorrow, or by a cut is not there then."""
    return bool(worker.starts <= day + 1 < worker.ends)


@kernel
def has_room(worker: Worker, day: int) -> bool:
    """Whether the post takes somebody on tomorrow."""
    return bool(worker.load < worker.cap and stands_tomorrow(worker, day))


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
    """Slots free with workers who take people tomorrow; below 0 while more people are in beds than a cut leaves."""
    slots = 0
    for k in range(service.n_workers + service.n_bought):
        worker = workers[post_of(service, k)]
        if stands_tomorrow(worker, day):
            slots += worker.cap - worker.load
    return slots


@kernel
def admit(state: State, i: int, s: int, w: int, day: int) -> int:
    """The person holds a slot from tomorrow, support or a bed; the day to wake."""
    person, service, worker = state.people[i], state.services[s], state.workers[w]
    service_type = service.service_type
    person.key[service_type] = NO_KEY
    person.worker[service_type] = w
    service.waiting -= 1
    service.load += 1
    service.load_counted += is_counted(person)
    count_early(state.usage, person, s, day, 1)
    worker.load += 1
    if service_type == NAVIGATOR_SERVICE:
        navigator.begin(person, day + 1)
    else:
        person.bed_day = day + 1
    return day + 1


@kernel
def offer_slots(state: State, s: int, day: int) -> None:
    """The service offers its free slots to its queue, first come first served, or by need the highest first; a slot
    holds from tomorrow, so slots are offered on the eve of open days."""
    service, workers = state.services[s], state.workers
    free = free_slots(service, workers, day) if service.waiting > 0 else 0
    while free > 0 and service.waiting > 0:
        i = pop(service, state.heap, state.people, state.row_of)
        if i < 0:
            return
        free -= 1
        key = state.people[i].key[service.service_type]
        if service.by_need:  # so that whoever finds room anyway has the same worker
            key = as_joined(key)
        w = free_worker(service, workers, key, day)
        book_earlier(state.calendar, i, admit(state, i, s, w, day))


@entry
def offers(state: State, plan: Plan, day: int) -> None:
    """Every service, by number, offers its free slots, and hubs plan tomorrow; then the night is counted."""
    for s in range(len(state.services)):
        service = state.services[s]
        hub = service.service_type == TREATMENT_SERVICE
        if hub and day >= service.team_until:
            add_up_team(service, state.workers, plan.params[0], day)
        if not is_open(service, day + 1, plan.start_weekday):
            continue
        if hub:
            plan_diary(service, plan.params[0])
        else:
            offer_slots(state, s, day)
    count_hubs(state.services, state.series[plan.month_of_day[day]])
    count_use(state.usage, state.services, state.workers, day)
