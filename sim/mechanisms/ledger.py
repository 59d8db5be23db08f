"""What a life adds up to: durations and expected events. Writes no state that a rule reads.

Durations are whole moments, settled before a state changes. Expected events are hazard spent: for an event with hazard
h(t) and fatality p(t) the expected count is the integral of h p over the time at risk, which has the same mean as the
count of events and far less noise. Deaths are parted by cause as the hazards are, and those in custody counted once
more by themselves. They are settled only when a rate, a part or the place changes, so that waking a person on a day on
which nothing happens cannot change the last bit of a sum. Nights on the street, custody and deaths are
kept by band of days since the first release (person.BAND_ENDS); a settled stretch is cut at the ends of bands.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD
from sim.population.codes import (
    BAND_ENDS,
    COMMUNITY,
    CUSTODY,
    DAILY,
    HIDDEN,
    IN_TREATMENT,
    N_BANDS,
    RESIDENTIAL,
    ROUGH,
    TEMPORARY,
    WAITING,
)
from sim.population.person import Person
from sim.population.processes import N_CLOCKS, OTHER_DEATH, OVERDOSE


@kernel
def band_of(since: int) -> int:
    """Band of a moment counted from the first release; whatever lies beyond the last end belongs to the last band."""
    band = 0
    while band < N_BANDS - 1 and since >= BAND_ENDS[band] * MOMENTS_PER_DAY:
        band += 1
    return band


@kernel
def end_in_band(since: int, band: int, until: int) -> int:
    """End of the part of a stretch (moments from the first release) that lies in the band of its start."""
    if band == N_BANDS - 1:
        return until
    return min(until, BAND_ENDS[band] * MOMENTS_PER_DAY)


@kernel
def settle_community(person: Person, t: int) -> None:
    """Durations in the community since `settled_at` are counted up to the start of moment t."""
    moments = t - person.settled_at
    if person.housing == ROUGH:
        zero = person.first_release * MOMENTS_PER_DAY
        start, until = person.settled_at - zero, t - zero
        while start < until:
            band = band_of(start)
            end = end_in_band(start, band, until)
            person.rough_moments[band] += end - start
            start = end
    elif person.housing == HIDDEN:
        person.hidden_moments += moments
    elif person.housing == TEMPORARY:
        person.temporary_moments += moments
    if person.treatment == IN_TREATMENT:
        person.treatment_moments += moments
    elif person.treatment == WAITING:
        person.waiting_moments += moments
    if person.ost == DAILY:
        person.daily_ost_moments += moments
    if person.using:
        if person.treatment == IN_TREATMENT:
            person.using_treated_moments += moments
        else:
            person.using_untreated_moments += moments


@kernel
def settle_custody(person: Person, t: int) -> None:
    """Custody since `settled_at` is counted up to the start of moment t."""
    zero = person.first_release * MOMENTS_PER_DAY
    start, until = person.settled_at - zero, t - zero
    while start < until:
        band = band_of(start)
        end = end_in_band(start, band, until)
        person.custody_moments[band] += end - start
        start = end


@kernel
def settle_time(person: Person, t: int) -> None:
    """Durations in the present state are counted up to the start of moment t."""
    if t <= person.settled_at:
        return
    if person.status == COMMUNITY:
        settle_community(person, t)
    elif person.status == CUSTODY:
        settle_custody(person, t)
    elif person.status == RESIDENTIAL:
        person.treatment_moments += t - person.settled_at
        person.residential_moments += t - person.settled_at
    person.settled_at = t


@kernel
def settle_exposure(person: Person, attended: float, t: int) -> None:
    """Expected overdoses and deaths are counted up to the start of moment t.

    attended: share of survivors whose overdose is attended and so recorded.
    """
    if t <= person.exposed_at:
        return
    zero = person.first_release * MOMENTS_PER_DAY
    start, until = person.exposed_at - zero, t - zero
    overdoses = float(person.rate[OVERDOSE]) / TICKS_PER_HAZARD
    no_poisoning = float(person.rate[OTHER_DEATH]) / TICKS_PER_HAZARD
    suicides = no_poisoning * person.suicide_part
    others = no_poisoning - suicides
    person.expected_overdoses += overdoses * (until - start) * (1.0 - person.fatality) * attended
    fatal = overdoses * person.fatality
    if person.exposed_inside:
        person.expected_custody_deaths[0] += others * (until - start)
        person.expected_custody_deaths[1] += suicides * (until - start)
    while start < until:
        band = band_of(start)
        end = end_in_band(start, band, until)
        person.expected_drug_deaths[band] += fatal * (end - start)
        person.expected_other_deaths[band] += others * (end - start)
        person.expected_suicides[band] += suicides * (end - start)
        start = end
    person.exposed_at = t


@kernel
def stop_all_clocks(person: Person, t: int) -> None:
    """No clock runs any more from the start of moment t (death, end of follow-up)."""
    for c in range(N_CLOCKS):
        if person.when[c] >= t:
            person.left[c] -= person.rate[c] * (t - person.since[c])
        person.rate[c] = 0
        person.since[c] = t
        person.when[c] = NEVER


@kernel
def close_account(person: Person, attended: float, t: int) -> None:
    """All durations and expected events are settled at t."""
    settle_time(person, t)
    settle_exposure(person, attended, t)


@kernel
def start_of(day: int) -> int:
    """First moment of a day."""
    return day * MOMENTS_PER_DAY


@kernel
def in_force(until: int, day: int) -> bool:
    """Whether something that ends on day `until` still holds on `day`."""
    return day < until and until < NEVER


@kernel
def on_licence(person: Person, day: int) -> bool:
    """Whether the licence still runs."""
    return day < person.licence_until
