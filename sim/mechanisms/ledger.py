"""What a life adds up to: durations, expected events and the digest of events. Writes no state that a rule reads.

Durations are whole moments, settled before a state changes. Expected events are hazard spent: for an event with hazard
h(t) and fatality p(t) the expected count is the integral of h p over the time at risk, which has the same mean as the
count of events and far less noise. They are settled only when a rate or the fatality changes, so that waking a person
on a day on which nothing happens cannot change the last bit of a sum.
"""

from __future__ import annotations

from typing import Any

from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD, join_digest
from sim.population.person import COMMUNITY, CUSTODY, IN_TREATMENT, ROUGH
from sim.population.processes import N_CLOCKS, OTHER_DEATH, OVERDOSE

SHORT_FOLLOW_UP_DAYS = 28

# Event codes above the clock numbers, for the digest.
RELEASED = 64
APPOINTMENT_KEPT, APPOINTMENT_MISSED, APPOINTMENT_UNREACHABLE = 65, 66, 67
CONTACT_KEPT, CONTACT_MISSED, CONTACT_UNREACHABLE = 68, 69, 70
SCRIPT_ENDED = 71
FOLLOW_UP_ENDED = 72
NAVIGATOR_ENDED = 73


@kernel
def note(person: Any, moment: int, code: int) -> None:
    """The event is part of the life's digest."""
    person.digest = join_digest(person.digest, moment, code)


@kernel
def settle_time(person: Any, t: int) -> None:
    """Durations in the present state are counted up to the start of moment t."""
    moments = t - person.settled_at
    if moments > 0:
        if person.place == COMMUNITY:
            if person.housing == ROUGH:
                person.rough_moments += moments
            if person.treatment == IN_TREATMENT:
                person.treatment_moments += moments
        elif person.place == CUSTODY:
            person.custody_moments += moments
        person.settled_at = t


@kernel
def settle_exposure(person: Any, attended: float, t: int) -> None:
    """Expected overdoses and deaths are counted up to the start of moment t.

    attended: share of survivors whose overdose is attended and so recorded.
    """
    moments = t - person.exposed_at
    if moments > 0:
        overdoses = float(person.rate[OVERDOSE]) * moments / TICKS_PER_HAZARD
        person.expected_overdoses += overdoses * (1.0 - person.fatality) * attended
        person.expected_drug_deaths += overdoses * person.fatality
        person.expected_other_deaths += float(person.rate[OTHER_DEATH]) * moments / TICKS_PER_HAZARD
        person.exposed_at = t


@kernel
def mark_short_follow_up(person: Any, attended: float, t: int) -> None:
    """Expected deaths by day 28 of the first release stand on the row."""
    settle_exposure(person, attended, t)
    person.expected_deaths_28 = person.expected_drug_deaths + person.expected_other_deaths


@kernel
def stop_all_clocks(person: Any, t: int) -> None:
    """No clock runs any more from the start of moment t (death, end of follow-up)."""
    for c in range(N_CLOCKS):
        if person.when[c] >= t:
            person.left[c] -= person.rate[c] * (t - person.since[c])
        person.rate[c] = 0
        person.since[c] = t
        person.when[c] = NEVER


@kernel
def close_account(person: Any, attended: float, t: int) -> None:
    """All durations and expected events are settled at t; the 28-day figure is set if it was not yet."""
    settle_time(person, t)
    settle_exposure(person, attended, t)
    if person.expected_deaths_28 < 0.0:
        mark_short_follow_up(person, attended, t)


@kernel
def start_of(day: int) -> int:
    """First moment of a day."""
    return day * MOMENTS_PER_DAY


@kernel
def in_force(until: int, day: int) -> bool:
    """Whether something that ends on day `until` still holds on `day`."""
    return day < until and until < NEVER


@kernel
def join_line(person: Any, line: int) -> None:
    """The person joins the line's queue at the end of the day."""
    person.joins[line] = 1
    person.moved = 1


@kernel
def leave_line(person: Any, line: int) -> None:
    """The person gives up the place in the line's queue or with its worker at the end of the day."""
    person.joins[line] = 0
    person.leaves[line] = 1
    person.moved = 1
