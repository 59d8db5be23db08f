"""Sampling a cohort: one keyed draw a trait and person, so that a person is the same in every scenario.

Traits are drawn in the order of sim/MODEL.md; each has its own process number. Dates of release are spread evenly
over the 52 weeks of the study year, with the published weekdays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.clocks import start_clocks
from sim.core.compiled import entry, kernel, rows
from sim.core.keys import stream_of, uniform, whole
from sim.core.normal import normal_quantile
from sim.core.records import Cells, Floats, Ints, Rows
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    LONGER,
    MAN,
    MOST_PEOPLE,
    OPIATE_AND_CRACK,
    OPIATE_NO_CRACK,
    STIMULANT,
    WOMAN,
)
from sim.population.disadvantage import ACE4, COMPLEX_PTSD, NO_FIXED_ABODE, SHORT_SENTENCE, WITH_CRACK
from sim.population.need_seen import GROUPS
from sim.population.person import People, Person, new_people
from sim.population.traits import Homes, TraitNumbers

WEEKS = 52


@kernel
def pick(u: float, cumulative: Cells[float], first: int, n: int) -> int:
    """Index of the category into which u falls, counted from `first` in an array of cumulative shares."""
    for k in range(n - 1):
        if u < cumulative[first + k]:
            return k
    return n - 1


@kernel
def disadvantage(person: Person, numbers: TraitNumbers) -> float:
    """The trait that no service sees: in part told by five observed traits, the rest a standard normal of its own."""
    value = numbers.disadvantage_start
    if person.ace4:
        value += numbers.disadvantage_by[ACE4]
    if person.complex_ptsd:
        value += numbers.disadvantage_by[COMPLEX_PTSD]
    if person.no_fixed_abode:
        value += numbers.disadvantage_by[NO_FIXED_ABODE]
    if person.sentence != LONGER:
        value += numbers.disadvantage_by[SHORT_SENTENCE]
    if person.need == OPIATE_AND_CRACK:
        value += numbers.disadvantage_by[WITH_CRACK]
    return value + numbers.disadvantage_rest * normal_quantile(uniform(person.stream, P.TRAIT_DISADVANTAGE, 0))


@kernel
def see_need(person: Person, numbers: TraitNumbers) -> None:
    """What services can see of the person's need, in the papers and once told (sim/population/need_seen.py)."""
    seen = (person.no_fixed_abode << NO_FIXED_ABODE) | (int(person.sentence != LONGER) << SHORT_SENTENCE)
    seen |= int(person.need == OPIATE_AND_CRACK) << WITH_CRACK
    person.need_seen = numbers.need_rank[seen]
    person.need_told = numbers.need_rank[seen | (person.ace4 << ACE4) | (person.complex_ptsd << COMPLEX_PTSD)]
    for group in range(GROUPS):
        person.seen_above[group] = numbers.seen_above[len(numbers.need_rank) * group + seen]
        person.seen_equal[group] = numbers.seen_equal[len(numbers.need_rank) * group + seen]


@kernel
def sample_person(
    person: Person, numbers: TraitNumbers, home_cumulative: Floats, mens_prison: Ints, womens_prison: int, outside: int
) -> None:
    """Write the traits of one person whose `stream` is set."""
    stream = person.stream
    woman = uniform(stream, P.TRAIT_SEX, 0) < numbers.women_share
    person.sex = WOMAN if woman else MAN
    u = numbers.age_low + uniform(stream, P.TRAIT_AGE, 0) * (numbers.age_high - numbers.age_low)
    person.age = numbers.age_mean + numbers.age_sd * normal_quantile(u)
    person.need = pick(uniform(stream, P.TRAIT_NEED, 0), numbers.need_cumulative, 0, 5)
    opiate = person.need <= OPIATE_NO_CRACK
    person.injecting = opiate and uniform(stream, P.TRAIT_INJECTING, 0) < numbers.injecting_opiate
    adversity = uniform(stream, P.TRAIT_ACE4, 0)
    ace4 = adversity < numbers.ace4[person.sex]
    person.ace4 = ace4
    person.any_ace = ace4 or adversity < numbers.any_ace
    person.abuse = woman and uniform(stream, P.TRAIT_ABUSE, 0) < numbers.abuse_women
    person.drinks = opiate and uniform(stream, P.TRAIT_DRINKS, 0) < numbers.alcohol_beside_opiates
    by_ace4 = 1 if ace4 else 0
    person.complex_ptsd = uniform(stream, P.TRAIT_COMPLEX_PTSD, 0) < numbers.complex_ptsd[by_ace4]
    person.mental_health = uniform(stream, P.TRAIT_MENTAL_HEALTH, 0) < numbers.mental_health[2 * person.sex + by_ace4]
    may_hide = not woman and person.need >= STIMULANT and person.need != ALCOHOL
    person.chemsex = may_hide and uniform(stream, P.TRAIT_CHEMSEX, 0) < numbers.chemsex_need
    person.no_fixed_abode = uniform(stream, P.TRAIT_NO_FIXED_ABODE, 0) < numbers.no_fixed_abode
    person.sentence = pick(uniform(stream, P.TRAIT_SENTENCE, 0), numbers.sentence_cumulative, 3 * person.sex, 3)
    person.licence_days = whole(numbers.licence_days[person.sentence], stream, P.TRAIT_LICENCE_DAYS, 0)
    person.remand = uniform(stream, P.REMAND, 1) < numbers.remand
    if person.remand:
        person.licence_days = 0
    place = np.searchsorted(home_cumulative, uniform(stream, P.TRAIT_HOME, 0), side="right")
    person.home = min(int(place), len(home_cumulative) - 1)
    if woman:
        person.prison = womens_prison
    elif uniform(stream, P.TRAIT_PRISON, 0) < numbers.outside:
        person.prison = outside
    else:
        person.prison = mens_prison[person.home]
    person.children = woman and uniform(stream, P.TRAIT_CHILDREN, 0) < numbers.children
    person.disadvantage = disadvantage(person, numbers)
    see_need(person, numbers)


@kernel
def release_day(stream: np.uint64, numbers: TraitNumbers, start_weekday: int) -> int:
    """Day of first release in the person's year: a week of the year and a weekday, Friday with its own share."""
    week = int(uniform(stream, P.TRAIT_WEEK, 0) * WEEKS)
    u = uniform(stream, P.TRAIT_WEEKDAY, 0)
    weekday = 4 if u < numbers.friday else int(4.0 * (u - numbers.friday) / (1.0 - numbers.friday))
    return 7 * week + (weekday - start_weekday) % 7


@entry
def sample_release_days(
    days: Ints, who: Ints, numbers: Rows[TraitNumbers], seed: np.uint64, start_weekday: int, first_days: Ints
) -> None:
    """Fill the day of first release of every permanent number."""
    for i in range(len(who)):
        day = release_day(stream_of(seed, who[i]), numbers[0], start_weekday)
        days[i] = first_days[who[i] // MOST_PEOPLE] + day


@entry
def sample_sentences(
    longer: Ints,
    remand: Ints,
    luck: Floats,
    rounds: Floats,
    who: Ints,
    numbers: Rows[TraitNumbers],
    pulses: Ints,
    seed: np.uint64,
) -> None:
    """Fill, for every permanent number, whether its sentence is over 12 months, whether it leaves from remand, and its
    random number for each early release; and the random number that rounds each early release, by length of sentence.
    """
    for i in range(len(who)):
        stream = stream_of(seed, who[i])
        sex = WOMAN if uniform(stream, P.TRAIT_SEX, 0) < numbers[0].women_share else MAN
        sentence = pick(uniform(stream, P.TRAIT_SENTENCE, 0), numbers[0].sentence_cumulative, 3 * sex, 3)
        longer[i] = sentence == LONGER
        remand[i] = uniform(stream, P.REMAND, 1) < numbers[0].remand
        for n in range(len(pulses)):
            luck[i, n] = uniform(stream, P.EARLY_RELEASE, pulses[n])
    for n in range(len(pulses)):
        for group in range(2):
            rounds[n, group] = uniform(seed, P.EARLY_RELEASE, 2 * pulses[n] + group)


@entry
def sample_all(
    people: People,
    who: Ints,
    release_days: Ints,
    numbers: Rows[TraitNumbers],
    home_cumulative: Floats,
    mens_prison: Ints,
    womens_prison: int,
    outside: int,
    seed: np.uint64,
) -> None:
    """Fill new rows: number, stream, traits, release day and first thresholds."""
    for i in range(len(people)):
        person = people[i]
        person.number = who[i]
        person.stream = stream_of(seed, person.number)
        person.digest = person.stream
        sample_person(person, numbers[0], home_cumulative, mens_prison, womens_prison, outside)
        person.first_release = release_days[i]
        person.custody_until = person.first_release
        start_clocks(person, P.N_CLOCKS, 0)


def days_of_release(
    who: Ints, numbers: np.ndarray[Any, Any], *, seed: int, start_weekday: int, first_days: Ints
) -> Ints:
    """i4[people], day of first release of every permanent number in `who`.

    seed: 64-bit seed of this draw and replicate; start_weekday: weekday of day 0, Monday 0; first_days: i8[kinds], day
    on which the year of each kind of people (sim/population/codes.py) begins, a multiple of 7.
    """
    days = np.empty(len(who), dtype=np.int32)
    sample_release_days(days, who, rows(numbers), np.uint64(seed), start_weekday, first_days)
    return days


def sample_cohort(
    who: Ints, release_days: Ints, numbers: np.ndarray[Any, Any], homes: Homes, *, seed: int
) -> np.ndarray[Any, Any]:
    """The people of these permanent numbers, PERSON rows in this order, every trait keyed to (seed, person number).

    release_days: of each (`days_of_release`); seed: 64-bit seed of this draw and replicate.
    """
    people = new_people(len(who))
    cumulative = np.cumsum(homes.weights)
    sample_all(
        rows(people),
        who,
        release_days,
        rows(numbers),
        cumulative,
        np.ascontiguousarray(homes.mens_prison, dtype=np.int64),
        homes.womens_prison,
        homes.outside,
        np.uint64(seed),
    )
    return people
