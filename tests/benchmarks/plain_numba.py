"""The same states as a plain Numba daily loop: one record a person, everybody every day, a draw a risk.

people, free = new_lives(2200, 1, numbers, places)
person_days = live(people, free, numbers)

No clocks, no wake days and no calendar: what somebody would write first who wants speed. The loop holds no interpreter
lock, so that threads over cohorts show how well the machine scales with two.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from passage_numbers import HUBS, YEAR, Numbers

DAYS = 2 * YEAR
NEVER = 1 << 30
BEFORE, COMMUNITY, CUSTODY, GONE = range(4)
SETTLED, TEMPORARY, ROUGH = range(3)
NO_TREATMENT, WAITING, IN_TREATMENT = range(3)

CODES = ("status", "housing", "using", "on_ost", "opiate", "treatment", "has_place", "missed")
DATES = (
    "first_release",
    "released",
    "custody_until",
    "spell_start",
    "abstinent_since",
    "ready_day",
    "appointment_day",
    "treatment_start",
    "contact_day",
)
PERSON = np.dtype(
    [
        ("stream", "u8"),
        ("trust", "f8"),
        *((name, "i4") for name in DATES),
        ("hub", "i4"),
        ("overdoses", "i4"),
        *((name, "i1") for name in CODES),
    ],
    align=True,
)

_ADD, _MUL_1, _MUL_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)

compiled = numba.njit(nogil=True, error_model="numpy")


@compiled
def chance(person: Any, probability: float) -> bool:
    """Whether something with the probability happens; the person's stream of random numbers moves on (SplitMix64)."""
    person.stream += _ADD
    x = person.stream
    x = (x ^ (x >> _S30)) * _MUL_1
    x = (x ^ (x >> _S27)) * _MUL_2
    x = x ^ (x >> _S31)
    return float(x >> _S11) * 1.1102230246251565e-16 < probability


@compiled
def release(person: Any, day: int, numbers: Any) -> None:
    """Housing, use, OST and referral of the first day."""
    person.status = COMMUNITY
    person.released = person.spell_start = person.abstinent_since = day
    if chance(person, numbers.first_night_rough):
        person.housing = ROUGH
    elif chance(person, numbers.first_night_temporary / (1.0 - numbers.first_night_rough)):
        person.housing = TEMPORARY
    else:
        person.housing = SETTLED
    person.using = chance(person, numbers.use_on_release)
    person.on_ost = person.opiate and chance(person, numbers.ost_at_release)
    person.missed = 0
    person.appointment_day = NEVER
    if not chance(person, numbers.referral_lost):
        person.treatment = WAITING
        person.ready_day = day + numbers.first_delay_days


@compiled
def leave_treatment(person: Any, free: Any) -> None:
    """Treatment, waiting and OST end, and the place is free."""
    person.treatment = NO_TREATMENT
    person.on_ost = 0
    if person.has_place:
        person.has_place = 0
        free[person.hub] += 1


@compiled
def wait_for_treatment(person: Any, day: int, free: Any, numbers: Any) -> None:
    """Be given a place, then keep the first appointment and start, or miss it and be offered another."""
    if day != person.appointment_day:
        if day >= person.ready_day and not person.has_place and free[person.hub] > 0:
            free[person.hub] -= 1
            person.has_place = 1
            person.appointment_day = day + 1
        return
    person.appointment_day = NEVER
    if chance(person, numbers.keeps_first):
        person.treatment = IN_TREATMENT
        person.treatment_start = day
        person.contact_day = day + numbers.contact_days
        person.trust = numbers.trust_start
        person.on_ost = person.opiate
        return
    person.has_place = 0
    free[person.hub] += 1
    person.missed += 1
    if person.missed >= numbers.max_missed:
        person.treatment = NO_TREATMENT
    else:
        person.ready_day = day + numbers.retry_days


@compiled
def meet_treatment(person: Any, day: int, free: Any, numbers: Any) -> None:
    """Ask, wait, meet an appointment or a contact, drop out or complete; places go to whoever comes first."""
    if person.treatment == NO_TREATMENT:
        if chance(person, numbers.asks_for_help):
            person.treatment = WAITING
            person.ready_day = day + 1
            person.missed = 0
    elif person.treatment == WAITING:
        wait_for_treatment(person, day, free, numbers)
    else:
        if day == person.contact_day:
            if chance(person, numbers.keeps_contact):
                person.trust += numbers.trust_step * (1.0 - person.trust)
            else:
                person.trust -= numbers.trust_step * person.trust
            person.contact_day = day + numbers.contact_days
        since = day - person.treatment_start
        band = 0 if since < 28 else (1 if since < 84 else 2)
        if chance(person, numbers.dropout[band]) or (since >= 84 and chance(person, numbers.completion)):
            leave_treatment(person, free)


@compiled
def move_house(person: Any, day: int, numbers: Any) -> None:
    """Find a roof, move on, or lose a home."""
    before = person.housing
    if before == ROUGH:
        if chance(person, numbers.rough_exit[1 if day - person.spell_start >= 28 else 0]):
            person.housing = SETTLED if chance(person, numbers.rough_exit_settled) else TEMPORARY
    elif before == TEMPORARY:
        if chance(person, numbers.temporary_to_settled):
            person.housing = SETTLED
        elif chance(person, numbers.temporary_to_rough):
            person.housing = ROUGH
    elif chance(person, numbers.settled_loss):
        person.housing = ROUGH if chance(person, numbers.loss_to_rough) else TEMPORARY
    if person.housing != before:
        person.spell_start = day


@compiled
def use_today(person: Any, day: int, numbers: Any) -> None:
    """Start or stop using."""
    if person.using:
        if chance(person, numbers.use_stop[1 if person.treatment == IN_TREATMENT else 0]):
            person.using = 0
            person.abstinent_since = day
    else:
        since = day - person.abstinent_since
        band = 0 if since < 28 else (1 if since < 84 else 2)
        person.using = chance(person, numbers.use_start[1 if person.on_ost else 0][band])


@compiled
def dies_today(person: Any, day: int, numbers: Any) -> bool:
    """Whether the person dies today, of an overdose or otherwise."""
    is_rough = 1 if person.housing == ROUGH else 0
    if person.using:
        since = day - person.released
        band = 3 if person.on_ost else (0 if since < 7 else (1 if since < 14 else (2 if since < 28 else 3)))
        if chance(person, numbers.overdose[is_rough][band]):
            if chance(person, numbers.fatality):
                return True
            person.overdoses += 1
    return chance(person, numbers.other_death[is_rough])


@compiled
def is_taken_back(person: Any, day: int, numbers: Any) -> bool:
    """Whether the person is recalled today, or reoffends and goes back to custody."""
    is_rough = 1 if person.housing == ROUGH else 0
    if day - person.first_release < numbers.licence_days and chance(person, numbers.recall[is_rough]):
        return True
    return chance(person, numbers.reoffence) and chance(person, numbers.after_reoffence)


@compiled
def live(people: Any, free: Any, numbers: Any) -> int:
    """Live all days in place; person-days between release and death or end of follow-up."""
    person_days = 0
    for day in range(DAYS):
        for i in range(len(people)):
            person = people[i]
            if person.status == GONE or day < person.first_release:
                continue
            if day - person.first_release >= YEAR:
                leave_treatment(person, free)
                person.status = GONE
                continue
            person_days += 1
            if person.status == BEFORE or (person.status == CUSTODY and day >= person.custody_until):
                release(person, day, numbers)
            if person.status == CUSTODY:
                continue
            meet_treatment(person, day, free, numbers)
            move_house(person, day, numbers)
            use_today(person, day, numbers)
            if dies_today(person, day, numbers):
                leave_treatment(person, free)
                person.status = GONE
            elif is_taken_back(person, day, numbers):
                leave_treatment(person, free)
                person.using = 0
                person.status = CUSTODY
                person.custody_until = day + numbers.custody_days
    return person_days


def new_lives(people: int, seed: int, numbers: Numbers, places: int) -> tuple[Any, Any]:
    """PERSON[people] of a cohort released evenly over a year, and the free places of each hub."""
    generator = np.random.default_rng(seed)
    rows = np.zeros(people, dtype=PERSON)
    for name in DATES:
        rows[name] = NEVER
    rows["stream"] = generator.integers(0, 1 << 63, people, dtype=np.uint64)
    rows["opiate"] = generator.random(people) < numbers.opiate_share
    rows["first_release"] = generator.integers(0, YEAR, people)
    rows["hub"] = generator.integers(0, HUBS, people)
    return rows, np.full(HUBS, places, dtype=np.int64)
