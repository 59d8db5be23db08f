"""Overdose, naloxone and fatal overdose.

Hazard on days of use only, per person-day, opiate needs:
    h = base x disadvantage x injecting x women x rough x alcohol x mental health x supply x one of
        on OST:       on_ost_ratio x (start_ost_hr in the first 28 days of a new start)
        not on OST:   the largest of the tolerance band if tolerance was lost (its square root if half),
                      after_ost_stop_hr for 28 days after OST stops, and 1
Disadvantage: exp(a z) / E[exp(a z)], the mean within opiate needs and within other needs. The published ratio of
sleeping rough holds the disadvantage of people who do; used is what it leaves of it, so that the contrast of people who
sleep rough and people who have a home stays on day 28 (sim/population/first_night.py). Homeless off the street: that
ratio to the power hidden_exponent. Loss of tolerance and stopping OST are never multiplied. Alcohol: alcohol_hr for
people who drink beside an opiate need, centred over them; mental health: mental_health_hr with that need, centred, half
of it taken away on the log scale by a dual-diagnosis worker in treatment (dual_need.py); supply: potency_ratio while
stronger opioids are about (a scenario's switch). Other needs: base x disadvantage x 4 in weeks 1-2 x women x rough x
mental health.
Outcome: witnessed or not; a witnessed one may meet the person's own naloxone; then fatal or not. Mean fatality
    (1 - w) f_unwitnessed + w ((1 - k) f_witnessed + k f_naloxone),   k = share of own kits used, 0 without a kit.
Non-fatal ones are recorded when attended.
Reads overdose.*, disadvantage.overdose, housing.hidden_exponent. Writes overdoses, fatality. Left out: mixing other
substances, place of overdose, naloxone's weaker hold on stronger opioids.
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
from sim.mechanisms import dual_need
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import Values, daily_hazard, day_of_scenario, loading, probability, ratio
from sim.population import processes as P
from sim.population.codes import HIDDEN, KEPT, LOST, NO_OST, OPIATE_NO_CRACK, ROUGH, WOMAN
from sim.population.first_night import off_street
from sim.population.margins import Margins
from sim.population.person import Person

WEEK_1, WEEK_2, WEEK_4 = 7, 14, 28  # days since release (or a residential stay) at which tolerance bands change
OST_CHANGE_DAYS = 28  # length of the raised risk after OST starts or stops

READS = ("overdose.*", "disadvantage.overdose", "housing.hidden_exponent")
WHEN_OFF: Mapping[str, float] = {"overdose_base": 0.0}
EXPECTED_TO_MOVE = "drug_deaths_365_days_expected"


class Numbers(Protocol):
    """Hazard of overdose, whether it is fatal, and whether it is recorded."""

    overdose_base: Annotated[Cells[float], daily_hazard("on days of use: opiate needs, other needs", 2)]
    overdose_per_sd: Annotated[float, loading("the hazard of overdose")]
    overdose_mean_ratio: Annotated[
        Cells[float], ratio("of the hazard to what it is at mean disadvantage, mean over opiate needs, other needs", 2)
    ]
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
    overdose_band_lost: Annotated[
        Cells[float], ratio("of the hazard after tolerance was lost: days 1-7, 8-14, 15-28, later", 4)
    ]
    overdose_band_half: Annotated[Cells[float], ratio("of the hazard after half of it was lost, in the same bands", 4)]
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
    fatality_by_kit: Annotated[
        Cells[float], probability("of death over all, opiate needs: without, with an own kit", 2)
    ]


class Params(Numbers, dual_need.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def tolerance_bands(draw: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Ratio of the overdose hazard with tolerance lost, in week 1, week 2, weeks 3 and 4, and later; it never rises.

    Each is a power of the one before, below 1 of its logarithm, so a week can only be safer than the one before it.
    """
    week_1 = draw["overdose.tolerance_week_1"]
    week_2 = week_1 ** draw["overdose.tolerance_week_2_part"]
    return week_1, week_2, week_2 ** draw["overdose.tolerance_weeks_3_4_part"], 1.0


def fatalities(draw: Mapping[str, float]) -> tuple[float, float, float]:
    """Probability that an overdose kills: unwitnessed, witnessed, witnessed and met with naloxone; it never rises."""
    witnessed = draw["overdose.fatality_witnessed"]
    unwitnessed = min(witnessed / draw["overdose.fatality_witnessed_part"], 1.0)
    return unwitnessed, witnessed, witnessed * draw["overdose.fatality_naloxone_part"]


def rough_ratio(draw: Mapping[str, float], margins: Margins) -> float:
    """Ratio of sleeping rough, less what disadvantage adds among people with opiate needs; never below 1 by it."""
    published, nodes, later = draw["overdose.rough_hr"], margins.nodes, margins.later
    apart = nodes.ratio_by(draw["disadvantage.overdose"], later.rough * nodes.opiate, later.housed * nodes.opiate)
    return min(published, max(1.0, published / apart))


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per using person-day and probabilities; index 0 of overdose_base is for opiate needs."""
    bands = tolerance_bands(draw)
    seen, used = draw["overdose.witnessed"], draw["overdose.naloxone_used"]
    alone, with_others, reversed_ = fatalities(draw)
    alcohol = draw["overdose.alcohol_hr"]
    nodes, per_sd = margins.nodes, draw["disadvantage.overdose"]
    mean = 1.0 + margins.drinks_of_opiate * (alcohol - 1.0)
    rough = rough_ratio(draw, margins)
    return {
        "overdose_base": (per_day(draw["overdose.base_opioid"]), per_day(draw["overdose.base_non_opioid"])),
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
        "overdose_band_lost": bands,
        "overdose_band_half": tuple(math.sqrt(band) for band in bands),
        "overdose_after_ost": draw["overdose.after_ost_stop_hr"],
        "overdose_on_ost": draw["overdose.on_ost_ratio"],
        "overdose_start_ost": draw["overdose.start_ost_hr"],
        "overdose_other_weeks_1_2": draw["overdose.non_opioid_weeks_1_2"],
        "overdose_witnessed": seen,
        "overdose_naloxone_used": used,
        "overdose_attended": draw["overdose.ambulance"],
        "fatal_unwitnessed": alone,
        "fatal_witnessed": with_others,
        "fatal_naloxone": reversed_,
        "fatal_other": draw["overdose.fatality_non_opioid"],
        "fatality_by_kit": tuple(
            (1.0 - seen) * alone + seen * ((1.0 - kit) * with_others + kit * reversed_) for kit in (0.0, used)
        ),
    }


@kernel
def person_base(person: Person, params: Params) -> float:
    """The person's overdose hazard per using person-day before the factors of state."""
    opiate = person.need <= OPIATE_NO_CRACK
    group = 0 if opiate else 1
    base = params.overdose_base[group]
    base *= math.exp(params.overdose_per_sd * person.disadvantage) / params.overdose_mean_ratio[group]
    if opiate and person.injecting:
        base *= params.overdose_injecting
    if opiate:
        base *= params.overdose_drinks[person.drinks]
    base *= params.overdose_mental_health[person.mental_health]
    if person.sex == WOMAN:
        base *= params.overdose_women
    return base


@kernel
def state_ratio(person: Person, params: Numbers, day: int) -> float:
    """Ratio of the hazard by tolerance and OST (opiate needs) or by weeks since release (other needs)."""
    if person.need > OPIATE_NO_CRACK:
        return params.overdose_other_weeks_1_2 if day - person.latest_release < WEEK_2 else 1.0
    if person.ost != NO_OST:
        new = person.ost_is_new_start and day - person.ost_start < OST_CHANGE_DAYS
        return params.overdose_on_ost * params.overdose_start_ost if new else params.overdose_on_ost
    ratio = 1.0
    if person.tolerance != KEPT:
        since = day - person.tolerance_from
        band = 0 if since < WEEK_1 else (1 if since < WEEK_2 else (2 if since < WEEK_4 else 3))
        ratio = params.overdose_band_lost[band] if person.tolerance == LOST else params.overdose_band_half[band]
    if 0 <= day - person.ost_stop < OST_CHANGE_DAYS:
        ratio = max(ratio, params.overdose_after_ost)
    return max(ratio, 1.0)


@kernel
def hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of overdose today, 1/person-day; 0 on days without use."""
    if not person.using:
        return 0.0
    value = person.overdose_base * state_ratio(person, params, day) * dual_need.overdose_ratio(person, params)
    if person.need <= OPIATE_NO_CRACK and params.potent_from <= day < params.potent_until:
        value *= params.overdose_potency
    if person.housing == ROUGH:
        return value * params.overdose_rough
    return value * params.overdose_hidden if person.housing == HIDDEN else value


@kernel
def fatality(person: Person, params: Numbers) -> float:
    """Mean probability that an overdose now is fatal."""
    if person.need > OPIATE_NO_CRACK:
        return params.fatal_other
    return params.fatality_by_kit[person.has_naloxone]


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
    if person.need > OPIATE_NO_CRACK:
        return int(person.latest_release + WEEK_2)
    release = person.tolerance_from
    if person.ost != NO_OST:
        return int(person.ost_start + OST_CHANGE_DAYS) if person.ost_is_new_start else 0
    after = person.ost_stop + OST_CHANGE_DAYS if day >= person.ost_stop else 0
    if person.tolerance == KEPT:
        return int(after)
    since = day - release
    band = WEEK_1 if since < WEEK_1 else (WEEK_2 if since < WEEK_2 else WEEK_4)
    following = release + band
    if day < after and (after < following or following <= day):
        return int(after)
    return int(following)


@kernel
def is_fatal(person: Person, params: Numbers, occurrence: int, t: int) -> bool:
    """Whether the clock's n-th overdose kills; witnessed, naloxone and outcome each have their own random number."""
    stream = person.stream
    u = uniform(stream, P.OVERDOSE_FATAL, occurrence)
    if person.need > OPIATE_NO_CRACK:
        return u < params.fatal_other
    if uniform(stream, P.OVERDOSE_WITNESSED, occurrence) >= params.overdose_witnessed:
        return u < params.fatal_unwitnessed
    kit = person.has_naloxone and uniform(stream, P.OVERDOSE_NALOXONE, occurrence) < params.overdose_naloxone_used
    if kit:
        log_event(person, t, Event.REVERSED)
    return u < (params.fatal_naloxone if kit else params.fatal_witnessed)


@kernel
def record_survival(person: Person, params: Numbers, occurrence: int) -> None:
    """A survived overdose is counted when it was attended."""
    if uniform(person.stream, P.OVERDOSE_ATTENDED, occurrence) < params.overdose_attended:
        person.overdoses += 1
