"""The ordered day of the whole model, on one screen.

1. Dawn: services that open or close, workers who leave, by number. Whoever is affected is changed and booked for today.
2. People due: their day (sim/engine/life.py) on the facts as at dawn, then their places and queue entries, then
   their next wake.
3. Offers: open services by number offer free places to their queues; who is admitted starts tomorrow and is booked
   again.

`everybody_daily` wakes every person every day; lives must be identical, which finds a forgotten wake.
"""

from __future__ import annotations

from typing import Any

from sim.core.clocks import restart
from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY
from sim.core.keys import queue_key, spread, uniform
from sim.core.normal import normal_quantile
from sim.engine.calendar import book, book_earlier, list_of
from sim.engine.life import live, next_wake
from sim.engine.queues import NO_KEY, pop, push
from sim.mechanisms import navigator, trust
from sim.population import processes as P
from sim.population.person import (
    CUSTODY,
    DEAD,
    FOLLOWED_UP,
    IN_TREATMENT,
    N_LINES,
    NAVIGATOR_LINE,
    NO_SERVICE,
    NOT_YET_RELEASED,
    TREATMENT_LINE,
)


@kernel
def is_open(service: Any, day: int, start_weekday: int) -> bool:
    """Whether the service sees people on that day."""
    weekday = (start_weekday + day) % 7
    return bool(service.opens <= day < service.closes and (service.open_days >> weekday) & 1)


@kernel
def worker_leaves(worker: Any, facts: Any, day: int) -> None:
    """The post changes hands: the next worker's effect is drawn, keyed to the post."""
    restart(worker, 0, (day + 1) * MOMENTS_PER_DAY)
    worker.departures += 1
    z = normal_quantile(uniform(worker.luck, P.WORKER_EFFECT, worker.departures))
    worker.trust_start = trust.worker_start(facts.trust_start, facts.trust_sd, z)


@kernel
def at_dawn(people: Any, services: Any, workers: Any, team_of_place: Any, facts: Any, head: Any, day: int) -> None:
    """Services open and close, posts end, workers leave; everybody affected is changed and woken."""
    for s in range(len(services)):
        service = services[s]
        if service.line != NAVIGATOR_LINE or (day != service.opens and day != service.closes):
            continue
        for i in range(len(people)):
            person = people[i]
            if team_of_place[person.home] != s or person.place == DEAD or person.place == FOLLOWED_UP:
                continue
            if day == service.opens:
                person.service[NAVIGATOR_LINE] = s
                inside = person.place == NOT_YET_RELEASED or person.place == CUSTODY
                if inside and person.custody_until > day:
                    book_earlier(people, head, i, person.custody_until - 1)
            else:
                person.service[NAVIGATOR_LINE] = NO_SERVICE
                if person.key[NAVIGATOR_LINE] != NO_KEY:
                    person.key[NAVIGATOR_LINE] = NO_KEY
                    service.waiting -= 1
    for w in range(len(workers)):
        worker = workers[w]
        if day == worker.ends and services[worker.service].line == NAVIGATOR_LINE:
            for i in range(len(people)):  # the money has ended, and support with it
                person = people[i]
                if person.worker[NAVIGATOR_LINE] == w:
                    person.navigator_until = day
                    book(people, head, i, day)
        if worker.when[0] >= (day + 1) * MOMENTS_PER_DAY:
            continue
        worker_leaves(worker, facts, day)
        if services[worker.service].line != TREATMENT_LINE:
            continue
        for i in range(len(people)):
            person = people[i]
            if person.worker[TREATMENT_LINE] == w:
                trust.new_worker(person, facts, worker.trust_start)
                if person.treatment == IN_TREATMENT:
                    book(people, head, i, day)


@kernel
def lay_facts(
    person: Any, services: Any, journeys: Any, homeward: Any, chances: Any, booked: Any, epoch: int, day: int
) -> None:
    """Today's facts stand on the row: the journey of an appointment, the prison's arrangements on a day of release.

    journeys f8[epochs, homes, columns, 4]: minutes, fare, earliest arrival, latest start home; homeward
    f8[epochs, prisons, homes, 2]: minutes, latest start from the gate; chances f8[days, prisons, 3]: naloxone, OST,
    referral lost; booked f8[days, homes].
    """
    if day == person.appointment_day or day == person.contact_day:
        column = services[person.service[TREATMENT_LINE]].column
        person.journey_minutes = journeys[epoch, person.home, column, 0]
        person.journey_fare = journeys[epoch, person.home, column, 1]
        person.arrive_after = journeys[epoch, person.home, column, 2]
        person.leave_before = journeys[epoch, person.home, column, 3]
    if day == person.custody_until:
        person.home_minutes = homeward[epoch, person.prison, person.home, 0]
        person.home_last_start = homeward[epoch, person.prison, person.home, 1]
        person.naloxone_chance = chances[day, person.prison, 0]
        person.ost_chance = chances[day, person.prison, 1]
        person.lost_chance = chances[day, person.prison, 2]
        person.booked_chance = booked[day, person.home]


@kernel
def settle_places(person: Any, people: Any, services: Any, workers: Any, heap: Any, row_of: Any, day: int) -> None:
    """Places left are free, queues left forget the person, queues joined hold one entry."""
    person.moved = 0
    for line in range(N_LINES):
        if person.leaves[line]:
            person.leaves[line] = 0
            if person.key[line] != NO_KEY:
                person.key[line] = NO_KEY
                services[person.service[line]].waiting -= 1
            w = person.worker[line]
            if w >= 0:
                workers[w].load -= 1
                services[workers[w].service].load -= 1
                person.worker[line] = NO_SERVICE
        if person.joins[line]:
            person.joins[line] = 0
            s = person.service[line]
            if s >= 0 and person.key[line] == NO_KEY and person.worker[line] < 0:
                person.joined[line] += 1
                moment = day * MOMENTS_PER_DAY
                key = queue_key(0, moment, person.luck, P.QUEUE_TIE + line, person.joined[line], person.number)
                person.key[line] = key
                services[s].waiting += 1
                push(services[s], heap, people, row_of, key)


@kernel
def free_worker(service: Any, workers: Any, key: Any, day: int) -> int:
    """A worker with room, the search starting at a keyed place so that nobody's choice moves another's; -1 for none."""
    n = service.n_workers
    first = spread(key, n)
    for k in range(n):
        w = service.first_worker + (first + k) % n
        worker = workers[w]
        if worker.load < worker.cap and worker.starts <= day + 1 < worker.ends:
            return int(w)
    return -1


@kernel
def free_places(service: Any, workers: Any, day: int) -> int:
    """Places free with workers who take people tomorrow."""
    places = 0
    for w in range(service.first_worker, service.first_worker + service.n_workers):
        worker = workers[w]
        if worker.starts <= day + 1 < worker.ends:
            places += max(0, worker.cap - worker.load)
    return places


@kernel
def admit(person: Any, service: Any, worker: Any, w: int, day: int) -> int:
    """The person holds a place with the worker: a first appointment or support from tomorrow; the day to wake."""
    line = service.line
    person.key[line] = NO_KEY
    person.worker[line] = w
    service.waiting -= 1
    service.load += 1
    worker.load += 1
    if line == NAVIGATOR_LINE:
        navigator.begin(person, day + 1)
        return day + 1
    person.worker_start = worker.trust_start
    person.appointment_day = day + 1
    if person.missed == 0:
        person.waits += 1
        person.wait_days += person.appointment_day - person.asked_on
    return int(person.appointment_day)


@kernel
def offer_places(
    s: int, people: Any, services: Any, workers: Any, heap: Any, row_of: Any, head: Any, day: int, start_weekday: int
) -> None:
    """Service s offers its free places to its queue, first come first served.

    A place holds from tomorrow, so places are offered on the eve of open days. Where contacts are short, first
    appointments are limited by what is left of them: contacts_per_place slots an open day for each free place, unused
    ones kept for a day at most (one whole slot at the least).
    """
    service = services[s]
    if not is_open(service, day + 1, start_weekday):
        return
    free = free_places(service, workers, day)
    limited = service.contacts_per_place > 0.0
    if limited:
        slots = service.contacts_per_place * free
        service.credit = min(service.credit + slots, max(1.0, slots))
    while free > 0 and service.waiting > 0 and (not limited or service.credit >= 1.0):
        i = pop(service, heap, people, row_of)
        if i < 0:
            return
        free -= 1
        if limited:
            service.credit -= 1.0
        w = free_worker(service, workers, people[i].key[service.line], day)
        day_due = admit(people[i], service, workers[w], w, day)
        book_earlier(people, head, i, day_due)


@kernel
def offers(
    people: Any, services: Any, workers: Any, heap: Any, row_of: Any, head: Any, day: int, start_weekday: int
) -> None:
    """Every service, by number, offers its free places."""
    for s in range(len(services)):
        offer_places(s, people, services, workers, heap, row_of, head, day, start_weekday)


@kernel
def person_day(
    i: int,
    people: Any,
    services: Any,
    workers: Any,
    journeys: Any,
    homeward: Any,
    chances: Any,
    booked: Any,
    facts: Any,
    heap: Any,
    row_of: Any,
    head: Any,
    epoch: int,
    day: int,
) -> None:
    """Person i's day, places and next wake."""
    person = people[i]
    if day == person.appointment_day or day == person.contact_day or day == person.custody_until:
        lay_facts(person, services, journeys, homeward, chances, booked, epoch, day)
    live(person, facts, day)
    if person.moved:
        settle_places(person, people, services, workers, heap, row_of, day)
    book(people, head, i, next_wake(person, day))


@kernel
def run_days(
    people: Any,
    services: Any,
    workers: Any,
    team_of_place: Any,
    journeys: Any,
    homeward: Any,
    chances: Any,
    booked: Any,
    epoch_of_day: Any,
    facts_rows: Any,
    heap: Any,
    row_of: Any,
    head: Any,
    due: Any,
    start_weekday: int,
    first_day: int,
    end_day: int,
    everybody_daily: bool,
) -> int:
    """Run the days from first_day up to end_day, changing the arrays in place; how many times a person was woken."""
    facts = facts_rows[0]
    wakes = 0
    for day in range(first_day, end_day):
        at_dawn(people, services, workers, team_of_place, facts, head, day)
        if everybody_daily:
            n = len(people)
            for k in range(n):
                due[k] = k
        else:
            n = list_of(people, head, day, due)
        wakes += n
        for k in range(n):
            person_day(
                due[k],
                people,
                services,
                workers,
                journeys,
                homeward,
                chances,
                booked,
                facts,
                heap,
                row_of,
                head,
                epoch_of_day[day],
                day,
            )
        offers(people, services, workers, heap, row_of, head, day, start_weekday)
    return wakes
