"""Overdose, naloxone and fatal overdose.

Hazard on days of use only, per person-day:
    h = base x level x disadvantage x age x injecting x women x rough x alcohol x mental health x supply
        x R_day(d) x one of
        on OST:       on_ost_ratio x R(u)^g x (start_ost_hr in the first 28 days of a new start)
        not on OST:   the larger of R(u)^g and, for 28 days after OST stops, after_ost_stop_hr
    R_day(d) = 1 + (E - 1) x mean over the band of 2^(-d / half-life), bands 0, 1-2 and 3-6, then 1
d: days since the latest release; E, the excess of the day of release over and above lost tolerance, of all needs.
R(u)^g: tolerance that was lost and has not come back (tolerance.py). It and stopping OST are never multiplied.
Level: deaths of today over those of the years in which the rest was measured; supply, a scenario's switch, is apart:
potency_ratio while stronger opioids are about.
Disadvantage: exp(a z) / E[exp(a z)], the mean within opiate needs and within other needs. The published ratio of
sleeping rough holds the disadvantage of people who do; used is what it leaves of it, so that the contrast of people who
sleep rough and people who have a home stays on day 28 (sim/population/first_night.py). Homeless off the street: that
ratio to the power hidden_exponent. Age: r^(min(age, age_to) / 10) over its mean. Alcohol: alcohol_hr for people who
drink beside an opiate need, centred over them; mental health: mental_health_hr with that need, centred, half of it
taken away on the log scale by a dual-diagnosis worker in treatment (dual_need.py).
Other needs: base x level x disadvantage x age x R_day x non_opioid_weeks_1_2 in weeks 1-2 x women x rough x mental
health.
Outcome: witnessed or not; a witnessed one may meet the person's own naloxone or that of somebody there; then fatal or
not. Mean fatality
    (1 - w) f_unwitnessed + w ((1 - k) f_witnessed + k f_naloxone),   k = 1 - (1 - own kits used) (1 - b)
    b = others_kit x (1 + others_from_release x (share leaving with a kit / that share today - 1))
with the share where and when the person was last released: companions leave the same prisons. Non-fatal ones are
recorded when attended.
Reads overdose.*, disadvantage.overdose, housing.hidden_exponent. Writes overdoses, fatality, others_kit. Left out:
mixing other substances, place of overdose, naloxone's weaker hold on stronger opioids, kits that reach people released
before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.core.rates import per_day
from sim.core.records import Cells
from sim.mechanisms import dual_need, housing, tolerance
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import (
    Values,
    daily_hazard,
    day_of_scenario,
    loading,
    probability,
    ratio,
    years,
)
from sim.population import processes as P
from sim.population.codes import NO_OST, OPIATE_NO_CRACK, WOMAN
from sim.population.coverage import Coverage
from sim.population.first_night import off_street
from sim.population.margins import CENTRE_AGE, Margins
from sim.population.person import Person

DAY_BANDS = ((0, 1), (1, 3), (3, 7))  # days since the latest release
WEEKS_1_2 = 14  # days after release in which the hazard of other needs is raised
OST_CHANGE_DAYS = 28  # length of the raised risk after OST starts or stops

READS = ("overdose.*", "disadvantage.overdose", "housing.hidden_exponent")
WHEN_OFF: Mapping[str, float] = {"overdose_base": 0.0}
EXPECTED_TO_MOVE = "drug_deaths_365_days_expected"


class Numbers(tolerance.Numbers, Protocol):
    """Hazard of overdose, whether it is fatal, and whether it is recorded."""

    overdose_base: Annotated[Cells[float], daily_hazard("on days of use: opiate needs, other needs", 2)]
    overdose_per_sd: Annotated[float, loading("the hazard of overdose")]
    overdose_mean_ratio: Annotated[
        Cells[float], ratio("of the hazard to what it is at mean disadvantage, mean over opiate needs, other needs", 2)
    ]
    overdose_age_ratio: Annotated[float, ratio("of the hazard by ten years of age")]
    overdose_age_to: Annotated[float, years("beyond which it rises no more")]
    overdose_age_mean: Annotated[float, ratio("of the hazard to what it is at age 38, mean over people")]
    overdose_injecting: Annotated[float, ratio("of the hazard by injecting")]
    overdose_women: Annotated[float, ratio("of the hazard of women")]
    overdose_rough: Annotated[float, ratio("of the hazard while sleeping rough")]
    overdose_hidden: Annotated[float, ratio("of the hazard while homeless off the street")]
    overdose_drinks: Annotated[
        Cells[float], ratio("of the hazard with an opiate need: without, with drinking; mean 1 over people", 2)
    ]
    overdose_potency: Annotated[float, ratio("of the hazard while stronger opioids are about")]
    potent_from: Annotated[int, day_of_scenario("first day with stronger opioids about")]
    potent_until: Annotated[int, day_of_scenario("first day without them again")]
    overdose_first_days: Annotated[
        Cells[float], ratio("of the hazard on days since the latest release: 0, 1-2, 3-6, later", 4)
    ]
    overdose_after_ost: Annotated[float, ratio("of the hazard in the 28 days after substitution treatment stops")]
    overdose_on_ost: Annotated[float, ratio("of the hazard on substitution treatment")]
    overdose_start_ost: Annotated[float, ratio("of that in the first 28 days of a new start")]
    overdose_other_weeks_1_2: Annotated[float, ratio("of the hazard of other needs in the two weeks after release")]
    overdose_witnessed: Annotated[float, probability("that somebody sees an overdose")]
    overdose_naloxone_used: Annotated[float, probability("that the person's own kit is used, seen and with a kit")]
    overdose_attended: Annotated[
        float, probability("that an ambulance attends, and so that a survived overdose is recorded")
    ]
    fatal_unwitnessed: Annotated[float, probability("of death, unseen")]
    fatal_witnessed: Annotated[float, probability("of death, seen")]
    fatal_naloxone: Annotated[float, probability("of death, seen and met with naloxone")]
    fatal_other: Annotated[float, probability("of death, other than opiate needs")]
    fatality_no_kit: Annotated[float, probability("of death over all, opiate needs, no kit there")]
    averted_by_kit: Annotated[float, probability("of death that a kit used takes off it")]
    others_kit_start: Annotated[float, probability("that others use theirs, if nobody left prison with one")]
    others_kit_per_share: Annotated[float, probability("more of that if everybody did")]


class Params(Numbers, dual_need.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def first_days(draw: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Ratio of the hazard on days 0, 1-2, 3-6 since the latest release, and later."""
    excess, half_life = draw["overdose.first_day_ratio"] - 1.0, draw["overdose.first_day_half_life"]
    first, second, third = (
        1.0 + excess * sum(2.0 ** (-d / half_life) for d in range(start, end)) / (end - start)
        for start, end in DAY_BANDS
    )
    return first, second, third, 1.0


def fatalities(draw: Mapping[str, float]) -> tuple[float, float, float]:
    """Probability that an overdose kills: unwitnessed, witnessed, witnessed and met with naloxone; it never rises."""
    witnessed = draw["overdose.fatality_witnessed"]
    unwitnessed = min(witnessed / draw["overdose.fatality_witnessed_part"], 1.0)
    return unwitnessed, witnessed, witnessed * draw["overdose.fatality_naloxone_part"]


def others_kits(draw: Mapping[str, float]) -> tuple[float, float]:
    """Chance that somebody there uses a kit of theirs: if nobody left prison with one, and what is added to it if
    everybody did. Linear between; where nobody leaves with a kit today, no share moves it."""
    kit, part, held = draw["overdose.others_kit"], draw["overdose.others_from_release"], draw["overdose.naloxone_held"]
    return (kit * (1.0 - part), kit * part / held) if held > 0.0 else (kit, 0.0)


def rough_ratio(draw: Mapping[str, float], margins: Margins) -> float:
    """Ratio of sleeping rough, less what disadvantage adds among people with opiate needs; never below 1 by it."""
    published, nodes, later = draw["overdose.rough_hr"], margins.nodes, margins.later
    apart = nodes.ratio_by(draw["disadvantage.overdose"], later.rough * nodes.opiate, later.housed * nodes.opiate)
    return min(published, max(1.0, published / apart))


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per using person-day and probabilities; index 0 of overdose_base is for opiate needs."""
    seen = draw["overdose.witnessed"]
    alone, with_others, reversed_ = fatalities(draw)
    alcohol = draw["overdose.alcohol_hr"]
    nodes, per_sd = margins.nodes, draw["disadvantage.overdose"]
    mean = 1.0 + margins.drinks_of_opiate * (alcohol - 1.0)
    level, by_age, age_to = draw["overdose.level"], draw["overdose.age_ratio_10y"], draw["overdose.age_to"]
    start, per_share = others_kits(draw)
    rough = rough_ratio(draw, margins)
    return {
        "overdose_base": tuple(
            level * per_day(draw[f"overdose.{base}"]) for base in ("base_opioid", "base_non_opioid")
        ),
        "overdose_tolerance": tolerance.by_state(draw),
        "overdose_first_days": first_days(draw),
        "overdose_age_ratio": by_age,
        "overdose_age_to": age_to,
        "overdose_age_mean": margins.mean_age_ratio_to(by_age, CENTRE_AGE, age_to),
        "overdose_per_sd": per_sd,
        "overdose_mean_ratio": (nodes.mean_ratio(per_sd, nodes.opiate), nodes.mean_ratio(per_sd, 1.0 - nodes.opiate)),
        "overdose_injecting": draw["overdose.injecting_hr"],
        "overdose_women": draw["overdose.women_hr"],
        "overdose_rough": rough,
        "overdose_hidden": off_street(draw, rough),
        "overdose_drinks": (1.0 / mean, alcohol / mean),
        "overdose_potency": draw["overdose.potency_ratio"],
        "potent_from": NEVER,
        "potent_until": NEVER,
        "overdose_after_ost": draw["overdose.after_ost_stop_hr"],
        "overdose_on_ost": draw["overdose.on_ost_ratio"],
        "overdose_start_ost": draw["overdose.start_ost_hr"],
        "overdose_other_weeks_1_2": draw["overdose.non_opioid_weeks_1_2"],
        "overdose_witnessed": seen,
        "overdose_naloxone_used": draw["overdose.naloxone_used"],
        "overdose_attended": draw["overdose.ambulance"],
        "fatal_unwitnessed": alone,
        "fatal_witnessed": with_others,
        "fatal_naloxone": reversed_,
        "fatal_other": draw["overdose.fatality_non_opioid"],
        "fatality_no_kit": (1.0 - seen) * alone + seen * with_others,
        "averted_by_kit": seen * (with_others - reversed_),
        "others_kit_start": start,
        "others_kit_per_share": per_share,
    }


@kernel
def person_base(person: Person, params: Params) -> float:
    """The person's overdose hazard per using person-day before the factors of state."""
    opiate = person.need <= OPIATE_NO_CRACK
    group = 0 if opiate else 1
    base = params.overdose_base[group]
    base *= math.exp(params.overdose_per_sd * person.disadvantage) / params.overdose_mean_ratio[group]
    age = min(person.age, params.overdose_age_to)
    base *= params.overdose_age_ratio ** ((age - CENTRE_AGE) / 10.0) / params.overdose_age_mean
    if opiate and person.injecting:
        base *= params.overdose_injecting
    if opiate:
        base *= params.overdose_drinks[person.drinks]
    base *= params.overdose_mental_health[person.mental_health]
    if person.sex == WOMAN:
        base *= params.overdose_women
    return float(base)


@kernel
def day_band(since: int) -> int:
    """Band of days since the latest release."""
    return 0 if since < 1 else (1 if since < 3 else (2 if since < 7 else 3))


@kernel
def state_ratio(person: Person, params: Numbers, day: int) -> float:
    """Ratio of the hazard by tolerance and OST (opiate needs) or by weeks since release (other needs)."""
    if person.need > OPIATE_NO_CRACK:
        return params.overdose_other_weeks_1_2 if day - person.latest_release < WEEKS_1_2 else 1.0
    ratio = tolerance.hazard_ratio(person, params, day)
    if person.ost != NO_OST:
        new = person.ost_is_new_start and day - person.ost_start < OST_CHANGE_DAYS
        ratio *= params.overdose_on_ost
        return ratio * params.overdose_start_ost if new else ratio
    if 0 <= day - person.ost_stop < OST_CHANGE_DAYS:
        return max(ratio, params.overdose_after_ost)
    return ratio


@kernel
def hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of overdose today, 1/person-day; 0 on days without use."""
    if not person.using:
        return 0.0
    value = person.overdose_base * state_ratio(person, params, day) * dual_need.overdose_ratio(person, params, day)
    value *= params.overdose_first_days[day_band(day - person.latest_release)]
    if person.need <= OPIATE_NO_CRACK and params.potent_from <= day < params.potent_until:
        value *= params.overdose_potency
    return value * housing.ratio_by_roof(person.housing, params.overdose_rough, params.overdose_hidden)


@kernel
def fatality(person: Person, params: Numbers) -> float:
    """Mean probability that an overdose now is fatal."""
    if person.need > OPIATE_NO_CRACK:
        return params.fatal_other
    own = params.overdose_naloxone_used if person.has_naloxone else 0.0
    return params.fatality_no_kit - params.averted_by_kit * (1.0 - (1.0 - own) * (1.0 - person.others_kit))


@kernel
def meet_companions(person: Person, params: Numbers) -> None:
    """On the day of release: the chance that others use a kit of theirs, by the share of people who leave with one."""
    share = 1.0 - (1.0 - person.naloxone_chance) * (1.0 - person.coverage[Coverage.PEER_NALOXONE])
    person.others_kit = min(1.0, params.others_kit_start + params.others_kit_per_share * share)


@kernel
def supply_change(person: Person, params: Numbers, day: int) -> int:
    """Next day on which stronger opioids come or go, for people who use; or a day gone by."""
    if not person.using or person.need > OPIATE_NO_CRACK:
        return 0
    return int(params.potent_from if day < params.potent_from else params.potent_until)


@kernel
def next_change(person: Person, day: int) -> int:
    """Next day on which the hazard changes by the passing of time since an event alone, or a day gone by."""
    if not person.using:
        return 0
    since, release = day - person.latest_release, person.latest_release
    best = int(release + (1 if since < 1 else (3 if since < 3 else 7))) if since < 7 else NEVER
    if person.need > OPIATE_NO_CRACK:
        return min(best, int(release + WEEKS_1_2)) if since < WEEKS_1_2 else 0
    following = tolerance.next_change(person, day)
    if following > day:
        best = min(best, following)
    changed = person.ost_stop
    if person.ost != NO_OST:
        changed = person.ost_start if person.ost_is_new_start else NEVER
    if changed <= day < changed + OST_CHANGE_DAYS:
        best = min(best, int(changed + OST_CHANGE_DAYS))
    return best if best < NEVER else 0


@kernel
def is_fatal(person: Person, params: Numbers, occurrence: int, t: int) -> bool:
    """Whether the clock's n-th overdose kills; witnessed, naloxone and outcome each have their own random number."""
    stream = person.stream
    u = uniform(stream, P.OVERDOSE_FATAL, occurrence)
    if person.need > OPIATE_NO_CRACK:
        return u < params.fatal_other
    if uniform(stream, P.OVERDOSE_WITNESSED, occurrence) >= params.overdose_witnessed:
        return u < params.fatal_unwitnessed
    if person.has_naloxone and uniform(stream, P.OVERDOSE_NALOXONE, occurrence) < params.overdose_naloxone_used:
        log_event(person, t, Event.REVERSED)
        return u < params.fatal_naloxone
    if uniform(stream, P.OTHERS_KIT, occurrence) < person.others_kit:
        log_event(person, t, Event.REVERSED_BY_OTHERS)
        return u < params.fatal_naloxone
    return u < params.fatal_witnessed


@kernel
def record_survival(person: Person, params: Numbers, occurrence: int) -> None:
    """A survived overdose is counted when it was attended."""
    if uniform(person.stream, P.OVERDOSE_ATTENDED, occurrence) < params.overdose_attended:
        person.overdoses += 1
