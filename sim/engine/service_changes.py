"""Dawn: services open and close, posts end, move or change hands; everybody affected is changed and woken."""

from __future__ import annotations

from sim.core.clocks import restart, set_hazard
from sim.core.compiled import entry, kernel
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.keys import uniform
from sim.core.normal import normal_quantile
from sim.core.records import Floats, Ints
from sim.engine.calendar import Calendar, book, book_earlier
from sim.engine.hub_diary import named_worker, post_of
from sim.engine.pooled import move_pooled_posts
from sim.engine.queues import NO_KEY
from sim.engine.records import Service, Services, Worker, Workers
from sim.engine.rolls import join_roll, leave_roll
from sim.engine.state import RESETTLEMENT, Plan, State
from sim.mechanisms import agencies, chemsex, dual_need, mutual_aid, navigator, resettlement, trust, womens_services
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import start_of
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.codes import (
    CUSTODY,
    DEAD,
    FOLLOWED_UP,
    IN_TREATMENT,
    NAVIGATOR_SERVICE,
    NO_SERVICE,
    NOT_YET_RELEASED,
    TREATMENT_SERVICE,
)
from sim.population.coverage import Coverage
from sim.population.person import People

ENDING = (  # with their money, for people who have it
    Coverage.WOMENS_CENTRE,
    Coverage.WOMENS_CENTRE_BY_NEED,
    Coverage.DUAL_DIAGNOSIS_WORKER,
    Coverage.LGBTQ_PRACTITIONER_AT_HUB,
    Coverage.LGBTQ_PRACTITIONER_AT_SEXUAL_HEALTH,
    Coverage.PEER_WORKER,
    Coverage.PEER_WORKER_BY_NEED,
    Coverage.COLOCATED,
    Coverage.JOINT_CASES,
)


@kernel
def worker_leaves(worker: Worker, params: Params, day: int) -> None:
    """The post changes hands: the next worker's effect is drawn, keyed to the post."""
    restart(worker, 0, (day + 1) * MOMENTS_PER_DAY)
    worker.departures += 1
    worker.left_on = day
    z = normal_quantile(uniform(worker.stream, P.WORKER_EFFECT, worker.departures))
    worker.trust_start = trust.worker_start(params.trust_start, params.trust_sd, z)


@kernel
def team_opens(state: State, service: Service, s: int, service_of_place: Ints, day: int) -> None:
    """A bought service opens for whoever lives where it serves, or closes its queue; everybody concerned is woken."""
    people, service_type = state.people, service.service_type
    for i in range(len(people)):
        person = people[i]
        if service_of_place[service_type, person.home] != s or person.status == DEAD or person.status == FOLLOWED_UP:
            continue
        if day == service.opens:
            person.service[service_type] = s
            if person.status != NOT_YET_RELEASED and person.status != CUSTODY:
                book_earlier(state.calendar, i, day)
                if service_type == NAVIGATOR_SERVICE:
                    navigator.team_opens(person, day)
            elif person.custody_until > day:
                book_earlier(state.calendar, i, person.custody_until - 1)
        else:
            person.service[service_type] = NO_SERVICE
            if person.key[service_type] != NO_KEY:
                person.key[service_type] = NO_KEY
                service.waiting -= 1


@kernel
def hand_over(state: State, params: Params, w: int, day: int) -> None:
    """A keyworker's post ends: the people held go to the colleagues whom the same keys name, and trust begins again;
    where nobody else works they stay on its roll."""
    people, workers = state.people, state.workers
    worker = workers[w]
    service = state.services[worker.service]
    set_hazard(worker, P.WORKER_LEAVES, 0.0, day * MOMENTS_PER_DAY)
    i = worker.first_held
    while i >= 0:
        person = people[i]
        following = person.held_after
        other = named_worker(person.stream, person.joined[TREATMENT_SERVICE], service, workers, day)
        if other >= 0:
            leave_roll(people, worker, i)
            worker.load -= 1
            join_roll(people, workers[other], i)
            workers[other].load += 1
            person.worker[TREATMENT_SERVICE] = other
            trust.new_worker(person, params, workers[other].trust_start)
            if person.treatment == IN_TREATMENT:  # who waits has met no worker yet
                log_event(person, start_of(day), Event.WORKER_LEFT)
                book(state.calendar, i, day)
        i = following


@kernel
def change_post(state: State, params: Params, w: int, day: int) -> None:
    """Worker w's post ends with its money, or changes hands; people concerned are woken."""
    people, worker = state.people, state.workers[w]
    service_type = state.services[worker.service].service_type
    if day == worker.ends and service_type == NAVIGATOR_SERVICE:
        for i in range(len(people)):  # the money has ended, and support with it
            person = people[i]
            if person.worker[NAVIGATOR_SERVICE] == w:
                person.navigator_until = day
                book(state.calendar, i, day)
    if day == worker.ends and service_type == TREATMENT_SERVICE:
        hand_over(state, params, w, day)
        return
    if worker.when[0] >= (day + 1) * MOMENTS_PER_DAY:
        return
    worker_leaves(worker, params, day)
    if service_type != TREATMENT_SERVICE:
        return
    i = worker.first_held
    while i >= 0:
        person = people[i]
        trust.new_worker(person, params, worker.trust_start)
        if person.treatment == IN_TREATMENT:  # as above
            log_event(person, start_of(day), Event.WORKER_LEFT)
            book(state.calendar, i, day)
        i = person.held_after


@kernel
def change_posts(state: State, params: Params, service: Service, day: int) -> int:
    """The service's posts end or change hands today; the next day on which one of them may."""
    next_day = NEVER
    for k in range(service.n_workers + service.n_bought):
        w = post_of(service, k)
        worker = state.workers[w]
        if worker.when[0] < (day + 1) * MOMENTS_PER_DAY or day == worker.ends:
            change_post(state, params, w, day)
        next_day = min(next_day, worker.when[0] // MOMENTS_PER_DAY)
        if worker.ends > day:
            next_day = min(next_day, worker.ends)
    return int(next_day)


@kernel
def work_changes(services: Services, workers: Workers, coverage: Floats, row: int, params: Params, day: int) -> None:
    """At some hubs the share of keyworkers who are paid to stay changes, and with it how soon posts change hands."""
    for w in range(len(workers)):
        worker = workers[w]
        service = services[worker.service]
        if service.service_type != TREATMENT_SERVICE or worker.hours <= 0.0:
            continue
        paid = coverage[row, service.home, Coverage.RETENTION_PAID]
        if paid != worker.paid:
            worker.paid = paid
            rate = params.trust_worker_leaves * trust.leaving_ratio(params, paid)
            set_hazard(worker, P.WORKER_LEAVES, rate, max(day, worker.starts) * MOMENTS_PER_DAY)
            service.quiet_until = day


@kernel
def offers_fall(coverage: Floats, before: int, row: int) -> bool:
    """Whether anywhere fewer people than yesterday have what ends with its money."""
    for place in range(coverage.shape[1]):
        for kind in ENDING:
            if coverage[row, place, kind] < coverage[before, place, kind]:
                return True
    return False


@kernel
def offers_end(people: People, calendar: Calendar, shares: Floats, params: Params, day: int) -> None:
    """Where the money ends, places, workers and joint cases do: who has one is woken when what it did has run out.

    shares: f8[places, kinds of coverage], of today.
    """
    for i in range(len(people)):
        person = people[i]
        if person.status == DEAD or person.status == FOLLOWED_UP:
            continue
        of_home = shares[person.home]
        if womens_services.fewer_places(person, params, of_home, day):
            book_earlier(calendar, i, person.womens_centre_until)
        if dual_need.fewer_workers(person, params, of_home[Coverage.DUAL_DIAGNOSIS_WORKER], day):
            book_earlier(calendar, i, person.dual_diagnosis_until)
        chemsex.fewer_practitioners(person, params, of_home, day)  # nothing runs on it between appointments
        peers, joint = mutual_aid.fewer_peers(person, of_home), agencies.fewer_joint_cases(person, of_home)
        if peers or joint:
            book_earlier(calendar, i, day)


@kernel
def support_ends(people: People, calendar: Calendar, before: Floats, chances: Floats, params: Params, day: int) -> None:
    """Where fewer resettlement workers are paid for than yesterday, support ends for those for whom nobody has room.

    before, chances: f8[prisons, N_CHANCES], of yesterday and today.
    """
    fewer = False
    for prison in range(len(chances)):
        fewer = fewer or chances[prison, RESETTLEMENT] < before[prison, RESETTLEMENT]
    if not fewer:
        return
    for i in range(len(people)):
        person = people[i]
        if person.status == DEAD or person.status == FOLLOWED_UP:
            continue
        if resettlement.fewer_workers(person, params, chances[person.prison, RESETTLEMENT], day):
            book_earlier(calendar, i, day)


@kernel
def look_ahead(people: People, calendar: Calendar, day: int) -> None:
    """Everybody in prison is woken two days before release, where the release may be planned."""
    for i in range(len(people)):
        person = people[i]
        if (person.status == NOT_YET_RELEASED or person.status == CUSTODY) and person.custody_until - 2 >= day:
            book_earlier(calendar, i, person.custody_until - 2)


@entry
def change_services(state: State, plan: Plan, day: int) -> None:
    """Services open and close, posts end or move, workers leave; everybody affected is changed and woken."""
    services, workers, params = state.services, state.workers, plan.params[0]
    if day == params.looks_ahead_from:
        look_ahead(state.people, state.calendar, day)
    row = plan.coverage_of_day[day]
    if day == 0 or row != plan.coverage_of_day[day - 1]:
        work_changes(services, workers, plan.coverage, row, params, day)
    if day > 0 and row != plan.coverage_of_day[day - 1]:
        if offers_fall(plan.coverage, plan.coverage_of_day[day - 1], row):
            offers_end(state.people, state.calendar, plan.coverage[row], params, day)
    if day > 0:
        support_ends(state.people, state.calendar, plan.chances[day - 1], plan.chances[day], params, day)
    move_pooled_posts(services, workers, params, day)
    for s in range(len(services)):
        service = services[s]
        if service.bought and (day == service.opens or day == service.closes):
            team_opens(state, service, s, plan.service_of_place, day)
        if day >= service.quiet_until:
            service.quiet_until = change_posts(state, params, service, day)
