"""One person's day, in order: what is booked at dawn, then the clocks, earliest moment first.

`live` reads the person's row and the run's numbers as at dawn and writes the row alone, so the order of people
cannot matter. New hazards hold from the moment after the event, so a clock rings at most 1,024 times a day. Which
days a person must be woken on is said by `next_wake`: every mechanism names the next day on which its hazard changes
by time alone.
"""

from __future__ import annotations

from typing import Any

from sim.core.clocks import restart, set_hazard, ticks
from sim.core.compiled import kernel
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.mechanisms import (
    attendance,
    beds,
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
from sim.population import processes as P
from sim.population.person import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    FOLLOWED_UP,
    N_LINES,
    NAVIGATOR_LINE,
    NOT_YET_RELEASED,
    OTHER_CAUSE,
    RESIDENTIAL,
    TREATMENT_LINE,
    WAITING,
)

THREE_MONTHS = 84


@kernel
def prepare(person: Any, facts: Any) -> None:
    """The person's constant factors stand on the row; once, before the run."""
    person.use_factor = use.person_factor(person, facts)
    person.overdose_base = overdose.person_base(person, facts)
    person.death_base = deaths.person_base(person, facts)
    person.attendance_traits = attendance.person_traits(person, facts)
    person.fatality = overdose.fatality(person, facts)


@kernel
def set_rates_inside(person: Any, facts: Any, day: int, t: int) -> None:
    """In custody no clock runs; in residential treatment those of recall and of other deaths do."""
    resident = person.place == RESIDENTIAL
    other = deaths.hazard(person, facts) if resident else 0.0
    if person.rate[P.OVERDOSE] != 0 or ticks(other) != person.rate[P.OTHER_DEATH]:
        L.settle_exposure(person, facts.overdose_attended, t)
    recall = supervision.recall_hazard(person, facts, day) if resident else 0.0
    for c in range(P.N_CLOCKS):
        set_hazard(person, c, other if c == P.OTHER_DEATH else (recall if c == P.RECALL else 0.0), t)


@kernel
def set_rates(person: Any, facts: Any, day: int, t: int) -> None:
    """Every clock runs at today's hazard from the start of moment t."""
    if person.place != COMMUNITY:
        set_rates_inside(person, facts, day, t)
        return
    overdoses = overdose.hazard(person, facts, day)
    other = deaths.hazard(person, facts)
    fatality = overdose.fatality(person, facts)
    if (
        ticks(overdoses) != person.rate[P.OVERDOSE]
        or ticks(other) != person.rate[P.OTHER_DEATH]
        or fatality != person.fatality
    ):
        L.settle_exposure(person, facts.overdose_attended, t)
        person.fatality = fatality
    set_hazard(person, P.OVERDOSE, overdoses, t)
    set_hazard(person, P.OTHER_DEATH, other, t)
    set_hazard(person, P.USE_STARTS, use.start_hazard(person, facts, day), t)
    set_hazard(person, P.USE_STOPS, use.stop_hazard(person, facts), t)
    set_hazard(person, P.DROPS_OUT, treatment.dropout_hazard(person, facts, day), t)
    set_hazard(person, P.COMPLETES_TREATMENT, treatment.completion_hazard(person, facts, day), t)
    set_hazard(person, P.ASKS_FOR_HELP, referral.ask_hazard(person, facts, day), t)
    set_hazard(person, P.MOVES_UP, housing.up_hazard(person, facts, day), t)
    set_hazard(person, P.MOVES_DOWN, housing.down_hazard(person, facts), t)
    set_hazard(person, P.RECALL, supervision.recall_hazard(person, facts, day), t)
    set_hazard(person, P.REOFFENCE, reoffending.hazard(person, facts), t)


@kernel
def soonest(person: Any) -> int:
    """Moment at which the first clock runs out."""
    moment = person.when[0]
    for c in range(1, P.N_CLOCKS):
        moment = min(moment, person.when[c])
    return int(moment)


@kernel
def first_to_ring(person: Any, moment: int) -> int:
    """The clock that runs out at the soonest moment; ties fall to the lowest number."""
    c = 0
    while person.when[c] != moment:
        c += 1
    return c


@kernel
def happen(person: Any, facts: Any, c: int, occurrence: int, day: int, t: int) -> None:
    """What clock c brings; its consequences hold from the start of moment t."""
    if c == P.USE_STARTS:
        use.start_using(person, facts, day, t)
    elif c == P.USE_STOPS:
        use.stop_using(person, day, t)
    elif c == P.OVERDOSE:
        if overdose.is_fatal(person, facts, occurrence, t):
            deaths.die(person, facts.overdose_attended, day, t, DRUG_POISONING)
        else:
            overdose.record_survival(person, facts, occurrence)
    elif c == P.OTHER_DEATH:
        deaths.die(person, facts.overdose_attended, day, t, OTHER_CAUSE)
    elif c == P.DROPS_OUT or c == P.COMPLETES_TREATMENT:
        treatment.leave(person, facts, day, t)
    elif c == P.ASKS_FOR_HELP:
        referral.ask_for_help(person, facts, occurrence, day, t)
    elif c == P.MOVES_UP:
        housing.move_up(person, facts, day, t)
    elif c == P.MOVES_DOWN:
        housing.move_down(person, facts, day, t)
    elif c == P.RECALL:
        custody.recall(person, facts, day, t, True)
    elif c == P.REOFFENCE:
        reoffending.record(person, day)
        custody.after_reoffence(person, facts, day, t, occurrence)


@kernel
def end_follow_up(person: Any, facts: Any, t: int) -> None:
    """A year after the first release: accounts are closed and places freed."""
    L.note(person, t, L.FOLLOW_UP_ENDED)
    L.close_account(person, facts.overdose_attended, t)
    L.stop_all_clocks(person, t)
    person.place = FOLLOWED_UP
    person.custody_until = NEVER
    person.contact_day = NEVER
    person.residential_until = NEVER
    person.navigator_until = NEVER
    referral.withdraw(person)
    for line in range(N_LINES):
        L.leave_line(person, line)


@kernel
def take_measures(person: Any, facts: Any, day: int, t: int) -> None:
    """Official measures run from the first release: the end on day 365; housing on day 84 is taken at night."""
    if day == person.first_release + FOLLOW_UP_DAYS:
        end_follow_up(person, facts, t)


@kernel
def dawn(person: Any, facts: Any, day: int, t: int) -> None:
    """What is booked for today, in order: measures, support, eve and day of release, places with a roof, appointment or
    contact, prescription."""
    take_measures(person, facts, day, t)
    if person.place == FOLLOWED_UP:
        return
    if day >= facts.looks_ahead_from and (person.place == NOT_YET_RELEASED or person.place == CUSTODY):
        release_planning.bring_forward(person, facts, day)
    navigator.at_dawn(person, day)
    if day == person.custody_until - 1 and (person.place == NOT_YET_RELEASED or person.place == CUSTODY):
        release.eve(person, facts)
    if day == person.custody_until:
        release.release(person, facts, day, t)
    residential.at_dawn(person, facts, day)
    if person.place != COMMUNITY:
        return
    beds.at_dawn(person, facts, day)
    if day == person.appointment_day:
        attendance.meet_first_appointment(person, facts, day, t)
    elif day == person.contact_day:
        attendance.meet_contact(person, facts, day, t)
    if day == person.script_until:  # nobody took the prescription over: treatment would have set it aside
        L.note(person, t, L.SCRIPT_ENDED)
        person.script_until = NEVER
        treatment.stop_ost(person, day, t)


@kernel
def live(person: Any, facts: Any, day: int) -> None:
    """The person's whole day."""
    if person.place == DEAD or person.place == FOLLOWED_UP:
        return
    t = L.start_of(day)
    night = t + MOMENTS_PER_DAY
    dawn(person, facts, day, t)
    if person.place == FOLLOWED_UP:
        return
    set_rates(person, facts, day, t)
    while True:
        moment = soonest(person)
        if moment >= night:
            break
        c = first_to_ring(person, moment)
        L.note(person, moment, c)
        occurrence = person.n[c]
        restart(person, c, moment + 1)
        happen(person, facts, c, occurrence, day, moment + 1)
        if person.place == DEAD:
            return
        set_rates(person, facts, day, moment + 1)
    if person.treatment == WAITING and person.ready_day <= day:
        person.ready_day = NEVER
        L.join_line(person, TREATMENT_LINE)
    if day == person.first_release + THREE_MONTHS:  # at night, as the longest stay in a short-stay bed ends that day
        person.housing_at_84 = person.housing if person.place == COMMUNITY else -1
    beds.at_night(person, facts, day)
    residential.at_night(person, facts)


@kernel
def sooner(best: int, candidate: int, day: int) -> int:
    """The candidate if it lies after today and before the best so far, else the best."""
    return candidate if day < candidate < best else best


@kernel
def next_wake(person: Any, facts: Any, day: int) -> int:
    """Next day on which anything can happen to the person or change a hazard, NEVER when the life is over."""
    if person.place == DEAD or person.place == FOLLOWED_UP:
        return NEVER
    release_day = person.first_release
    best = release_day + FOLLOW_UP_DAYS
    best = sooner(best, release_day + THREE_MONTHS, day)
    if person.service[NAVIGATOR_LINE] >= 0:
        best = sooner(best, navigator.queue_day(person), day)
    best = sooner(best, person.navigator_until, day)
    if person.place == NOT_YET_RELEASED or person.place == CUSTODY:
        best = sooner(best, person.custody_until - 1, day)
        best = sooner(best, release_planning.next_change(person, facts, day), day)
        return sooner(best, person.custody_until, day)
    best = sooner(best, soonest(person) // MOMENTS_PER_DAY, day)
    if person.place == RESIDENTIAL:
        best = sooner(best, person.residential_until, day)
        return sooner(best, supervision.next_change(person, day), day)
    best = sooner(best, person.script_until, day)
    best = sooner(best, person.appointment_day, day)
    best = sooner(best, person.contact_day, day)
    best = sooner(best, person.ready_day, day)
    best = sooner(best, person.cas3_until, day)
    best = sooner(best, person.bed_day, day)
    best = sooner(best, use.next_change(person, day), day)
    best = sooner(best, overdose.next_change(person, day), day)
    best = sooner(best, overdose.supply_change(person, facts, day), day)
    best = sooner(best, treatment.next_change(person, day), day)
    best = sooner(best, housing.next_change(person, day), day)
    return sooner(best, supervision.next_change(person, day), day)
