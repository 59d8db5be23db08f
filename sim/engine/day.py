"""The ordered day of the whole model, on one screen.

1. Dawn: services that open or close, workers who leave, by number. Whoever is affected is changed and booked for today.
2. People due: their day (sim/engine/person_day.py) on the facts as at dawn, then their places and queue entries, then
   their next wake.
3. Offers: open services by number offer free places to their queues; who is admitted starts tomorrow and is booked
   again.

`everybody_daily` wakes every person every day; lives must be identical, which finds a forgotten wake.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY
from sim.core.keys import queue_key
from sim.core.records import Floats, Ints, Keys, Rows
from sim.engine.admissions import offers
from sim.engine.calendar import book, list_of
from sim.engine.local_coverage import clear_coverage, may_read_coverage, set_coverage
from sim.engine.person_day import live_day, next_wake
from sim.engine.queues import NO_KEY, push
from sim.engine.records import Month, Services, Workers
from sim.engine.service_changes import change_services
from sim.mechanisms import beds
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.person import N_SERVICE_TYPES, NO_SERVICE, SUPPORTED_SERVICE, TREATMENT_SERVICE, People, Person

CHANCES = 8  # naloxone, OST, referral lost, depot, bridged, resettlement worker, mutual aid met, release planned


@kernel
def set_journey(person: Person, services: Services, workers: Workers, journeys: Floats, epoch: int) -> None:
    """The journey of today's appointment, the hub's hours and how often the keyworker meets people stand on the row.

    journeys f8[epochs, homes, columns, 4]: minutes, fare, earliest arrival, latest start home.
    """
    service = services[person.service[TREATMENT_SERVICE]]
    column = service.column
    person.journey_minutes = journeys[epoch, person.home, column, 0]
    person.journey_fare = journeys[epoch, person.home, column, 1]
    person.arrive_after = journeys[epoch, person.home, column, 2]
    person.leave_before = journeys[epoch, person.home, column, 3]
    person.slot_from = service.opens_at
    person.slot_to = service.closes_at - APPOINTMENT_MINUTES
    w = person.worker[TREATMENT_SERVICE]
    if w >= 0:
        person.contact_every = workers[w].every


@kernel
def set_release(person: Person, homeward: Floats, chances: Floats, booked: Floats, epoch: int, day: int) -> None:
    """The prison's arrangements and the way home on a day of release stand on the row, on its eve and on the day, and
    two days before where releases are planned.

    homeward f8[epochs, prisons, homes, 2]: minutes, latest start from the gate; chances f8[days, prisons, CHANCES];
    booked f8[days, homes].
    """
    person.home_minutes = homeward[epoch, person.prison, person.home, 0]
    person.home_last_start = homeward[epoch, person.prison, person.home, 1]
    person.naloxone_chance = chances[day, person.prison, 0]
    person.ost_chance = chances[day, person.prison, 1]
    person.lost_chance = chances[day, person.prison, 2]
    person.depot_chance = chances[day, person.prison, 3]
    person.bridged_chance = chances[day, person.prison, 4]
    person.resettlement_chance = chances[day, person.prison, 5]
    person.met_mutual_aid_chance = chances[day, person.prison, 6]
    person.planned_chance = chances[day, person.prison, 7]
    person.booked_chance = booked[day, person.home]


@kernel
def priority_of(person: Person, service_type: int) -> int:
    """Group in which the person stands in a line, the lowest served first."""
    return beds.priority(person) if service_type == SUPPORTED_SERVICE else 0


@kernel
def settle_slots(
    person: Person, people: People, services: Services, workers: Workers, heap: Keys, row_of: Ints, day: int
) -> None:
    """Places left are free, queues left forget the person, queues joined hold one entry."""
    person.moved = 0
    for service_type in range(N_SERVICE_TYPES):
        if person.leaves[service_type]:
            person.leaves[service_type] = 0
            if person.key[service_type] != NO_KEY:
                person.key[service_type] = NO_KEY
                services[person.service[service_type]].waiting -= 1
            w = person.worker[service_type]
            if w >= 0:
                workers[w].load -= 1
                services[workers[w].service].load -= 1
                person.worker[service_type] = NO_SERVICE
        if person.joins[service_type]:
            person.joins[service_type] = 0
            s = person.service[service_type]
            if s >= 0 and person.key[service_type] == NO_KEY and person.worker[service_type] < 0:
                person.joined[service_type] += 1
                moment = day * MOMENTS_PER_DAY
                tie = P.QUEUE_TIES[service_type]
                first = priority_of(person, service_type)
                key = queue_key(first, moment, person.stream, tie, person.joined[service_type], person.number)
                person.key[service_type] = key
                services[s].waiting += 1
                push(services[s], heap, people, row_of, key)


@kernel
def person_day(
    i: int,
    people: People,
    services: Services,
    workers: Workers,
    journeys: Floats,
    homeward: Floats,
    chances: Floats,
    booked: Floats,
    coverage: Floats,
    params: Params,
    heap: Keys,
    row_of: Ints,
    head: Ints,
    epoch: int,
    coverage_row: int,
    day: int,
) -> None:
    """Person i's day, places and next wake; coverage f8[rows, homes, N_COVERAGE], coverage_row that of the day."""
    person = people[i]
    if day == person.appointment_day or day == person.contact_day:
        set_journey(person, services, workers, journeys, epoch)
    ahead = 2 if day >= params.looks_ahead_from else 1
    if day <= person.custody_until <= day + ahead:
        set_release(person, homeward, chances, booked, epoch, day)
    laid = len(coverage) > 1 and may_read_coverage(person, day)
    if laid:
        set_coverage(person, services, workers, coverage, coverage_row, params, day)
    live_day(person, params, day)
    if laid:
        clear_coverage(person)
    if person.moved:
        settle_slots(person, people, services, workers, heap, row_of, day)
    book(people, head, i, next_wake(person, params, day))


@kernel
def run_days(
    people: People,
    services: Services,
    workers: Workers,
    service_of_place: Ints,
    journeys: Floats,
    homeward: Floats,
    chances: Floats,
    booked: Floats,
    coverage: Floats,
    epoch_of_day: Ints,
    coverage_of_day: Ints,
    facts_rows: Rows[Params],
    heap: Keys,
    row_of: Ints,
    head: Ints,
    due: Ints,
    series: Rows[Month],
    month_of_day: Ints,
    start_weekday: int,
    first_day: int,
    end_day: int,
    everybody_daily: bool,
) -> int:
    """Run the days from first_day up to end_day, changing the arrays in place; how many times a person was woken.

    series MONTH[months]: what services counted each night; month_of_day i8[days].
    """
    params = facts_rows[0]
    wakes = 0
    for day in range(first_day, end_day):
        change_services(people, services, workers, service_of_place, coverage, coverage_of_day, params, head, day)
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
                coverage,
                params,
                heap,
                row_of,
                head,
                epoch_of_day[day],
                coverage_of_day[day],
                day,
            )
        month = series[month_of_day[day]]
        offers(people, services, workers, heap, row_of, head, month, day, start_weekday)
    return wakes
