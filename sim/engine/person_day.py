"""One person's day, in order: what is booked at dawn, then the clocks, earliest moment first.

`live` reads the person's row and the run's numbers as at dawn and writes the row alone, so the order of people
cannot matter. New hazards hold from the moment after the event, so a clock rings at most 1,024 times a day. Which
days a person must be woken on is said by `next_wake`: every mechanism names the next day on which its hazard changes
by time alone.
"""

from __future__ import annotations

from sim.core.clocks import restart, set_hazard, ticks
from sim.core.compiled import kernel
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.mechanisms import (
    attendance,
    beds,
    care,
    custody,
    deaths,
    housing,
    navigator,
    overdose,
    referral,
    release,
    release_planning,
    reoffending,
    residential,
    supervision,
    treatment,
    use,
)
from sim.mechanisms import ledger as L
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.parameters import Params
from sim.mechanisms.queueing import join_queue, leave_all_services
from sim.population import processes as P
from sim.population.codes import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    FOLLOWED_UP,
    NAVIGATOR_SERVICE,
    NOT_YET_RELEASED,
    RESIDENTIAL,
    TREATMENT_SERVICE,
    WAITING,
)
from sim.population.person import Person

THREE_MONTHS = 84


@kernel
def prepare(person: Person, params: Params) -> None:
    """The person's constant factors stand on the row; once, before the run."""
    person.use_factor = use.person_factor(person, params)
    person.overdose_base = overdose.person_base(person, params)
    person.death_base = deaths.person_base(person, params)
    person.never_asks = referral.asks_never(person, params)
    person.attendance_traits = attendance.person_traits(person, params)
    person.reoffence_factor = reoffending.person_factor(person, params)
    supervision.prepare(person, params)  # after the traits of attendance, which missed contact reads
    person.fatality = overdose.fatality(person, params)


@kernel
def set_exposure(person: Person, params: Params, overdoses: float, natural: float, suicide: float, t: int) -> None:
    """Expected events are settled up to the start of moment t where from then on they come at another rate, for another
    cause or in another place."""
    fatality = overdose.fatality(person, params)
    suicides = deaths.suicide_part(natural, suicide)
    inside = 1 if person.status == CUSTODY else 0
    if (
        ticks(overdoses) == person.rate[P.OVERDOSE]
        and ticks(natural + suicide) == person.rate[P.OTHER_DEATH]
        and fatality == person.fatality
        and suicides == person.suicide_part
        and inside == person.exposed_inside
    ):
        return
    L.settle_exposure(person, params.overdose_attended, t)
    person.fatality = fatality
    person.suicide_part = suicides
    person.exposed_inside = inside


@kernel
def set_rates_inside(person: Person, params: Params, day: int, t: int) -> None:
    """Before the first release no clock runs, in custody that of deaths other than poisoning does; in residential
    treatment so does that of recall."""
    other = 0.0
    if person.status != NOT_YET_RELEASED:
        natural, suicide = deaths.natural_hazard(person, params), deaths.suicide_hazard(person, params, day)
        set_exposure(person, params, 0.0, natural, suicide, t)
        other = natural + suicide
    recall = supervision.recall_hazard(person, params, day) if person.status == RESIDENTIAL else 0.0
    for c in range(P.N_CLOCKS):
        set_hazard(person, c, other if c == P.OTHER_DEATH else (recall if c == P.RECALL else 0.0), t)


@kernel
def set_rates(person: Person, params: Params, day: int, t: int) -> None:
    """Every clock runs at today's hazard from the start of moment t."""
    if person.status != COMMUNITY:
        set_rates_inside(person, params, day, t)
        return
    overdoses = overdose.hazard(person, params, day)
    natural, suicide = deaths.natural_hazard(person, params), deaths.suicide_hazard(person, params, day)
    set_exposure(person, params, overdoses, natural, suicide, t)
    set_hazard(person, P.OVERDOSE, overdoses, t)
    set_hazard(person, P.OTHER_DEATH, natural + suicide, t)
    set_hazard(person, P.USE_STARTS, use.start_hazard(person, params, day), t)
    set_hazard(person, P.USE_STOPS, use.stop_hazard(person, params), t)
    set_hazard(person, P.DROPS_OUT, treatment.dropout_hazard(person, params, day), t)
    set_hazard(person, P.COMPLETES_TREATMENT, treatment.completion_hazard(person, params, day), t)
    set_hazard(person, P.ASKS_FOR_HELP, referral.ask_hazard(person, params, day), t)
    set_hazard(person, P.MOVES_UP, housing.up_hazard(person, params, day), t)
    set_hazard(person, P.MOVES_DOWN, housing.down_hazard(person, params, day), t)
    set_hazard(person, P.RECALL, supervision.recall_hazard(person, params, day), t)
    set_hazard(person, P.REOFFENCE, reoffending.hazard(person, params, day), t)


@kernel
def soonest(person: Person) -> int:
    """Moment at which the first clock runs out."""
    moment = person.when[0]
    for c in range(1, P.N_CLOCKS):
        moment = min(moment, person.when[c])
    return int(moment)


@kernel
def first_to_ring(person: Person, moment: int) -> int:
    """The clock that runs out at the soonest moment; ties fall to the lowest number."""
    c = 0
    while person.when[c] != moment:
        c += 1
    return c


@kernel
def apply_event(person: Person, params: Params, c: int, occurrence: int, day: int, t: int) -> None:
    """What clock c brings; its consequences hold from the start of moment t."""
    if c == P.USE_STARTS:
        use.start_using(person, params, day, t)
    elif c == P.USE_STOPS:
        use.stop_using(person, day, t)
    elif c == P.OVERDOSE:
        if overdose.is_fatal(person, params, occurrence, t):
            treatment.count_injections(person, params, day + 1)
            deaths.die(person, params.overdose_attended, day, t, DRUG_POISONING)
        else:
            overdose.record_survival(person, params, occurrence)
    elif c == P.OTHER_DEATH:
        treatment.count_injections(person, params, day + 1)
        deaths.die(person, params.overdose_attended, day, t, deaths.cause(person))
    elif c == P.DROPS_OUT or c == P.COMPLETES_TREATMENT:
        treatment.leave(person, params, day, t)
    elif c == P.ASKS_FOR_HELP:
        referral.ask_for_help(person, params, occurrence, day, t)
    elif c == P.MOVES_UP:
        housing.move_up(person, params, day, t)
    elif c == P.MOVES_DOWN:
        housing.move_down(person, params, day, t)
    elif c == P.RECALL:
        custody.recall(person, params, day, t, True)
    elif c == P.REOFFENCE:
        reoffending.record(person, day)
        custody.after_reoffence(person, params, day, t, occurrence)


@kernel
def end_follow_up(person: Person, params: Params, t: int) -> None:
    """A year after the first release: accounts are closed and slots freed."""
    log_event(person, t, Event.FOLLOW_UP_ENDED)
    treatment.count_injections(person, params, t // MOMENTS_PER_DAY)
    L.close_account(person, params.overdose_attended, t)
    L.stop_all_clocks(person, t)
    person.status = FOLLOWED_UP
    person.custody_until = NEVER
    person.contact_day = NEVER
    person.residential_until = NEVER
    person.navigator_until = NEVER
    referral.withdraw(person)
    leave_all_services(person)


@kernel
def take_measures(person: Person, params: Params, day: int, t: int) -> None:
    """Official measures run from the first release: housing on day 84, as the day dawns, and on day 364, as it ends,
    which is the end of the year."""
    if day == person.first_release + THREE_MONTHS:
        person.housing_at_84 = person.housing if person.status == COMMUNITY else -1
    if day == person.first_release + FOLLOW_UP_DAYS:
        person.housing_at_364 = person.housing if person.status == COMMUNITY else -1
        end_follow_up(person, params, t)


@kernel
def booked_events(person: Person, params: Params, day: int, t: int) -> None:
    """What is booked for today, in order: measures, support, eve and day of release, places with a roof, appointment or
    contact, prescription."""
    take_measures(person, params, day, t)
    if person.status == FOLLOWED_UP:
        return
    if day >= params.looks_ahead_from and (person.status == NOT_YET_RELEASED or person.status == CUSTODY):
        release_planning.bring_forward(person, params, day)
    navigator.at_dawn(person, day)
    if day == person.custody_until - 1 and (person.status == NOT_YET_RELEASED or person.status == CUSTODY):
        release.eve(person, params)
    if day == person.custody_until:
        release.release(person, params, day, t)
    care.at_dawn(person, params, day)
    residential.at_dawn(person, params, day)
    if person.status != COMMUNITY:
        return
    beds.at_dawn(person, params, day)
    if day == person.appointment_day:
        attendance.meet_first_appointment(person, params, day, t)
    elif day == person.contact_day:
        attendance.meet_contact(person, params, day, t)
    if day == person.script_until:  # nobody took the prescription over: treatment would have set it aside
        log_event(person, t, Event.SCRIPT_ENDED)
        person.script_until = NEVER
        treatment.stop_ost(person, params, day, t)


@kernel
def live_day(person: Person, params: Params, day: int) -> None:
    """The person's whole day."""
    if person.status == DEAD or person.status == FOLLOWED_UP:
        return
    t = L.start_of(day)
    night = t + MOMENTS_PER_DAY
    booked_events(person, params, day, t)
    if person.status == FOLLOWED_UP:
        return
    supervision.look_at_contact(person, params, day)  # after a release and a navigator's first or last day
    set_rates(person, params, day, t)
    while True:
        moment = soonest(person)
        if moment >= night:
            break
        c = first_to_ring(person, moment)
        if c == P.OTHER_DEATH:
            deaths.log_cause(person, moment)
        else:
            log_event(person, moment, c)
        occurrence = person.n[c]
        restart(person, c, moment + 1)
        apply_event(person, params, c, occurrence, day, moment + 1)
        if person.status == DEAD:
            return
        set_rates(person, params, day, moment + 1)
    if person.treatment == WAITING and person.ready_day <= day:
        person.ready_day = NEVER
        join_queue(person, TREATMENT_SERVICE)
    beds.at_night(person, params, day)
    residential.at_night(person, params)


@kernel
def sooner(best: int, candidate: int, day: int) -> int:
    """The candidate if it lies after today and before the best so far, else the best."""
    return candidate if day < candidate < best else best


@kernel
def next_wake(person: Person, params: Params, day: int) -> int:
    """Next day on which anything can happen to the person or change a hazard, NEVER when the life is over."""
    if person.status == DEAD or person.status == FOLLOWED_UP:
        return NEVER
    release_day = person.first_release
    best = release_day + FOLLOW_UP_DAYS
    best = sooner(best, release_day + THREE_MONTHS, day)
    if person.service[NAVIGATOR_SERVICE] >= 0:
        best = sooner(best, navigator.queue_day(person), day)
    best = sooner(best, person.navigator_until, day)
    if person.status == NOT_YET_RELEASED or person.status == CUSTODY:
        best = sooner(best, person.custody_until - 1, day)
        best = sooner(best, release_planning.next_change(person, params, day), day)
        best = sooner(best, soonest(person) // MOMENTS_PER_DAY, day)
        return sooner(best, person.custody_until, day)
    best = sooner(best, soonest(person) // MOMENTS_PER_DAY, day)
    best = sooner(best, deaths.next_change(person, day), day)
    best = sooner(best, person.womens_centre_until, day)
    best = sooner(best, person.dual_diagnosis_until, day)
    if person.status == RESIDENTIAL:
        best = sooner(best, person.residential_until, day)
        return sooner(best, supervision.next_change(person, params, day), day)
    best = sooner(best, person.script_until, day)
    best = sooner(best, person.appointment_day, day)
    best = sooner(best, person.contact_day, day)
    best = sooner(best, person.ready_day, day)
    best = sooner(best, person.cas3_until, day)
    best = sooner(best, person.bed_day, day)
    best = sooner(best, use.next_change(person, day), day)
    best = sooner(best, overdose.next_change(person, day), day)
    best = sooner(best, overdose.supply_change(person, params, day), day)
    best = sooner(best, treatment.next_change(person, day), day)
    best = sooner(best, referral.next_change(person, day), day)
    best = sooner(best, housing.next_change(person, day), day)
    return sooner(best, supervision.next_change(person, params, day), day)
