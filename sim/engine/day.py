"""The ordered day of the whole model, on one screen.

1. Dawn: services that open or close, workers who leave, by number. Whoever is affected is changed and booked for today.
2. People due: their day (sim/engine/person_day.py) with everything else as at dawn, then their slots, queue entries
   and dates in a hub's diary, then their next wake.
3. Offers: open services by number offer free slots to their queues; who is admitted starts tomorrow and is booked
   again. Hubs plan their next open day.

`everybody_daily` wakes every person every day; lives must be identical, which finds a forgotten wake.
"""

from __future__ import annotations

from sim.core.ahead import row_fetcher
from sim.core.compiled import entry, kernel
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.keys import by_need, queue_key
from sim.core.records import Floats, Ints, Keys
from sim.engine.admissions import offers
from sim.engine.calendar import book, list_of
from sim.engine.hub_diary import book_first
from sim.engine.local_coverage import clear_coverage, may_read_coverage, set_coverage
from sim.engine.person_day import live_day, next_wake
from sim.engine.queues import NO_KEY, push
from sim.engine.records import Month, Services, Workers
from sim.engine.rolls import leave_roll
from sim.engine.service_changes import change_services
from sim.engine.state import Plan, State
from sim.engine.usage import Uses, count_early, count_release, is_counted
from sim.mechanisms import beds
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.choosing import rank
from sim.population.codes import COMMUNITY, N_SERVICE_TYPES, NO_SERVICE, SUPPORTED_SERVICE, TREATMENT_SERVICE, WAITING
from sim.population.person import HOT_UNTIL, People, Person

AHEAD = 8  # people whose rows are fetched while one lives

fetch_row = row_fetcher(HOT_UNTIL)


@kernel
def set_journey(person: Person, services: Services, journeys: Floats, epoch: int) -> None:
    """The journey of today's appointment, the hub's hours and how often it meets people stand on the row."""
    service = services[person.service[TREATMENT_SERVICE]]
    column = service.column
    person.journey_minutes = journeys[epoch, person.home, column, 0]
    person.journey_fare = journeys[epoch, person.home, column, 1]
    person.arrive_after = journeys[epoch, person.home, column, 2]
    person.leave_before = journeys[epoch, person.home, column, 3]
    person.slot_from = service.opens_at
    person.slot_to = service.closes_at - APPOINTMENT_MINUTES
    person.contact_every = service.contact_every


@kernel
def set_release(person: Person, homeward: Floats, chances: Floats, booked: Floats, epoch: int, day: int) -> None:
    """The prison's arrangements and the way home on a day of release stand on the row, on its eve and on the day, and
    two days before where releases are planned."""
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
    """Group in which the person waits for a service, the lowest served first."""
    return beds.priority(person) if service_type == SUPPORTED_SERVICE else 0


@kernel
def settle_slots(
    i: int, people: People, services: Services, workers: Workers, heap: Keys, row_of: Ints, usage: Uses, day: int
) -> None:
    """Slots left are free, queues left forget the person, queues joined hold one entry."""
    person = people[i]
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
                if service_type == TREATMENT_SERVICE:
                    leave_roll(people, workers[w], i)
                else:
                    count_early(usage, person, workers[w].service, day, -1)
                services[workers[w].service].load -= 1
                services[workers[w].service].load_counted -= is_counted(person)
                person.worker[service_type] = NO_SERVICE
        if person.joins[service_type] and service_type != TREATMENT_SERVICE:
            person.joins[service_type] = 0
            s = person.service[service_type]
            if s >= 0 and person.key[service_type] == NO_KEY and person.worker[service_type] < 0:
                person.joined[service_type] += 1
                moment = day * MOMENTS_PER_DAY
                tie = P.QUEUE_TIES[service_type]
                first = priority_of(person, service_type)
                key = queue_key(first, moment, person.stream, tie, person.joined[service_type], person.number)
                if services[s].by_need:
                    key = by_need(key, rank(person))
                person.key[service_type] = key
                services[s].waiting += 1
                push(services[s], heap, people, row_of, key)


@kernel
def settle_diary(
    people: People, i: int, services: Services, workers: Workers, month: Month, params: Params, day: int
) -> bool:
    """The hub's diary takes in who joins its list today, and counts who is booked there and who waits; whether the
    person has given up the wait."""
    person = people[i]
    service = services[person.service[TREATMENT_SERVICE]]
    gave_up = False
    if person.joins[TREATMENT_SERVICE]:
        person.joins[TREATMENT_SERVICE] = 0
        if person.worker[TREATMENT_SERVICE] < 0:
            person.joined[TREATMENT_SERVICE] += 1
            gave_up = not book_first(people, i, service, workers, month, params, day)
    booked = 1 if person.appointment_day < NEVER else 0
    service.booked += booked - person.is_booked
    person.is_booked = booked
    waits = 1 if person.treatment == WAITING and person.status == COMMUNITY else 0
    service.waiting += waits - person.is_waiting
    person.is_waiting = waits
    return gave_up


@entry
def live_people(due: Ints, n: int, state: State, plan: Plan, day: int) -> None:
    """The day, slots and next wake of the first n rows of `due`.

    One loop and not a function called for each person: a call that hands on every array costs a sixth of a run.
    """
    people, services, workers, params = state.people, state.services, state.workers, plan.params[0]
    epoch, coverage_row = plan.epoch_of_day[day], plan.coverage_of_day[day]
    month = state.series[plan.month_of_day[day]]
    for k in range(min(AHEAD, n)):
        fetch_row(people, due[k])
    for k in range(n):
        if k + AHEAD < n:
            fetch_row(people, due[k + AHEAD])
        i = due[k]
        person = people[i]
        if day == person.appointment_day or day == person.contact_day:
            set_journey(person, services, plan.journeys, epoch)
        ahead = 2 if day >= params.looks_ahead_from else 1
        if day <= person.custody_until <= day + ahead:
            set_release(person, plan.homeward, plan.chances, plan.booked, epoch, day)
            if day == person.custody_until:
                count_release(state.usage, person, day)
        reads_coverage = len(plan.coverage) > 1 and may_read_coverage(person, day)
        if reads_coverage:
            set_coverage(person, services, workers, plan.coverage, coverage_row, params, day)
        live_day(person, params, day)
        if reads_coverage:
            clear_coverage(person)
        if person.moved:
            settle_slots(i, people, services, workers, state.heap, state.row_of, state.usage, day)
        gave_up = False
        if person.treatment == WAITING or person.is_waiting:
            gave_up = settle_diary(people, i, services, workers, month, params, day)
        book(state.calendar, i, day + 1 if gave_up else next_wake(person, params, day))


@entry
def run_days(state: State, plan: Plan, first_day: int, end_day: int, everybody_daily: bool) -> int:
    """Run the days from first_day up to end_day, changing the state in place; how many times a person was woken."""
    due = state.due
    wakes = 0
    for day in range(first_day, end_day):
        change_services(state, plan, day)
        if everybody_daily:
            n = len(state.people)
            for k in range(n):
                due[k] = k
        else:
            n = list_of(state.calendar, day, due)
        wakes += n
        live_people(due, n, state, plan, day)
        offers(state, plan, day)
    return wakes
