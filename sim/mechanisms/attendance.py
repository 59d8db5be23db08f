"""Journeys and attendance: is an appointment kept.

First appointment, in person:
    logit p = logit base + ln(delay_or, with opiate needs delay_or_opiate) ln(delay / 3)
              + ln(ost_or) if on OST at the latest release, in the ost_days after it and not yet engaged
              + ln(rough_or) if sleeping rough + navigator + traits + journey + fare
Homeless off the street: what sleeping rough adds x hidden_exponent.
Contacts in treatment: logit in_treatment, no delay or OST term, the rest alike. Delay: days from release or asking to
the appointment, 1 at least and at most delay_to, beyond which nothing was measured. The OST term belongs to people who
are on OST at release today; whoever a lever adds, or a cut takes off it, keeps the appointment as before, because the
published ratio is of people who were selected. It is of treatment begun within four weeks of release and says nothing
of later appointments, so it ends with ost_days: most have long been off that prescription by then.
Traits (complex PTSD, mental health need, woman after abuse in a mixed service, chemsex need in a generic one, and the
disadvantage that no service sees), journey and fare are centred: less their mean at baseline on the log scale. The
published ratios of complex PTSD and of sleeping rough hold the disadvantage of these people; what is used is what it
leaves of them, of sleeping rough so that the ratio of contacts kept by people who do and people who have a home stays
on day 28 (sim/population/first_night.py). A place at a women's centre, a practitioner who fits, a dual-diagnosis worker
and a peer worker give back their part (womens_services.py, chemsex.py, dual_need.py, mutual_aid.py); ways to an
appointment beside the timetable stand in access.py; with a navigator no fare is due.
Journey: per 10 minutes one way between 30 and 90. Fare: while a fare is due and there is no income yet. Where no
journey brings the person there by the appointment and home again after it, p = 0, counted apart.
Reads appointment.*, disadvantage.attendance, housing.hidden_exponent, women.generic_attendance_or,
chemsex.generic_attendance_or, income.*, service.*. Writes offers, contacts, missed_travel. Left out: attendance at
probation (supervision.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, NamedTuple, Protocol

from sim.core.compiled import kernel
from sim.core.days import FOLLOW_UP_DAYS, NEVER
from sim.core.keys import uniform
from sim.core.rates import hazard_from_probability, logit
from sim.core.records import Cells, Field
from sim.mechanisms import (
    access,
    care,
    chemsex,
    dual_need,
    hubs,
    mutual_aid,
    navigator,
    referral,
    residential,
    stigma,
    trauma,
    treatment,
    trust,
    womens_services,
)
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.income import CLAIM_WINDOW_DAYS
from sim.mechanisms.quantities import DAYS, Values, log_odds
from sim.population import processes as P
from sim.population.codes import HIDDEN, OPIATE_NO_CRACK, ROUGH
from sim.population.disadvantage import COMPLEX_PTSD, centred_intercept
from sim.population.margins import Margins
from sim.population.person import Person

REFERENCE_DELAY_DAYS = 3.0
JOURNEY_FROM, JOURNEY_TO = 30.0, 90.0  # minutes one way between which longer journeys lower attendance
APPOINTMENT_MINUTES = 60.0
KEPT, MISSED, UNREACHABLE = range(3)  # in the order of the ledger's event codes

READS = (
    "appointment.*", "disadvantage.attendance", "housing.hidden_exponent", "women.generic_attendance_or",
    "chemsex.generic_attendance_or", "income.*", "service.*",
)  # fmt: skip
WHEN_OFF: Mapping[str, float] = {"keep_first": 40.0, "keep_contact": 40.0}
EXPECTED_TO_MOVE = "engaged_within_3_weeks"


class Numbers(Protocol):
    """Log odds of keeping an appointment and what is added to them."""

    keep_first: Annotated[float, log_odds("of a first appointment, journey and fare at their means")]
    keep_contact: Annotated[float, log_odds("of a contact in treatment, journey and fare at their means")]
    keep_per_log_delay: Annotated[Cells[float], log_odds("a unit of ln(delay / 3 days): opiate needs, other needs", 2)]
    delay_to: Annotated[float, Field("f8", DAYS, "delay beyond which attendance falls no further")]
    keep_ost: Annotated[float, log_odds("added by substitution treatment at release")]
    keep_ost_days: Annotated[float, Field("f8", DAYS, "after a release in which it is")]
    keep_rough: Annotated[float, log_odds("added by sleeping rough")]
    keep_hidden: Annotated[float, log_odds("added by being homeless off the street")]
    keep_cptsd: Annotated[float, log_odds("added by complex post-traumatic stress")]
    keep_mental_health: Annotated[float, log_odds("added by a mental health need")]
    keep_woman: Annotated[float, log_odds("added for women after abuse, in a mixed service")]
    keep_chemsex: Annotated[float, log_odds("added by a chemsex need in a generic service")]
    keep_trait_mean: Annotated[float, log_odds("of the four traits together, mean over people at baseline")]
    keep_per_sd: Annotated[float, log_odds("taken away by a standard deviation of disadvantage")]
    keep_per_10_minutes: Annotated[float, log_odds("added by each 10 minutes of journey between 30 and 90")]
    keep_fare: Annotated[float, log_odds("added by a fare that is due before the first payment")]


def unpaid_share_in_treatment(draw: Mapping[str, float], first: float) -> float:
    """Share of contacts that fall before the first benefit payment: mean of P(unpaid) over a year's days from `first`
    on, the first contact's."""
    hazard = hazard_from_probability(draw["income.claim_in_month"], CLAIM_WINDOW_DAYS)
    wait = draw["income.first_payment_days"]
    begins = max(first, wait)  # until then unpaid for sure, or without a contact
    if begins >= FOLLOW_UP_DAYS:
        return 1.0
    later = FOLLOW_UP_DAYS - begins
    if hazard > 0.0:
        later = -math.exp(-hazard * (begins - wait)) * math.expm1(-hazard * later) / hazard
    return (begins - first + later) / (FOLLOW_UP_DAYS - first)


class Params(
    Numbers,
    residential.Params,
    care.Params,
    referral.Params,
    trust.Params,
    access.Numbers,
    chemsex.Params,
    dual_need.Numbers,
    mutual_aid.Numbers,
    navigator.Numbers,
    hubs.Numbers,
    Protocol,
):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


class TraitTerms(NamedTuple):
    """Log odds added by each trait, taken away by a standard deviation of disadvantage, and the mean of all."""

    cptsd: float
    mental_health: float
    woman: float
    chemsex: float
    per_sd: float
    mean: float


def trait_terms(draw: Mapping[str, float], margins: Margins) -> TraitTerms:
    """Terms of a draw; disadvantage has mean 0, and what it says of people with complex PTSD is taken off theirs."""
    per_sd = draw["disadvantage.attendance"]
    cptsd = math.log(draw["appointment.cptsd_or"]) + per_sd * margins.nodes.difference(COMPLEX_PTSD)
    health, woman = math.log(draw["appointment.mental_health_or"]), math.log(draw["women.generic_attendance_or"])
    chemsex = math.log(draw["chemsex.generic_attendance_or"])
    mean = (
        cptsd * margins.complex_ptsd
        + health * margins.mental_health
        + woman * margins.abused_women
        + chemsex * margins.chemsex
    )
    return TraitTerms(cptsd, health, woman, chemsex, per_sd, mean)


def rough_term(draw: Mapping[str, float], margins: Margins) -> float:
    """Log odds added by sleeping rough, less what the disadvantage of people who do takes away; never above 0 by it.

    Solved for contacts in treatment, of which the ratio was published.
    """
    published, later = draw["appointment.rough_or"], margins.later
    log_odds = contact_intercept(draw, margins) - draw["disadvantage.attendance"] * margins.nodes.z
    direct = margins.nodes.direct_log_odds(log_odds, published, later.rough, later.housed)
    return max(math.log(published), min(0.0, direct))


def contact_intercept(draw: Mapping[str, float], margins: Margins) -> float:
    """Log odds of a contact in treatment at the trait's zero: in_treatment is the share that is kept, since reference
    trust tends to it."""
    per_sd = draw["disadvantage.attendance"]
    return centred_intercept(draw["appointment.in_treatment"], -per_sd * margins.nodes.z, margins.nodes.weight)


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Log odds and log odds ratios; the two intercepts carry the centring of journey and fare."""
    log = {
        name: math.log(draw[key])
        for name, key in (
            ("delay", "appointment.delay_or"),
            ("delay_opiate", "appointment.delay_or_opiate"),
            ("ost", "appointment.ost_or"),
            ("journey", "appointment.journey_or_per_10min"),
            ("fare", "appointment.no_money_or"),
        )
    }
    traits = trait_terms(draw, margins)
    rough = rough_term(draw, margins)
    journey_mean = log["journey"] * margins.journey_term
    unpaid = unpaid_share_in_treatment(draw, hubs.usual_interval(draw) / hubs.WORKING_DAYS_PER_DAY)
    fare_mean = log["fare"] * margins.fare_share
    return {
        "keep_first": logit(draw["appointment.base_attendance"]) - journey_mean - fare_mean,
        "keep_contact": contact_intercept(draw, margins) - journey_mean - fare_mean * unpaid,
        "keep_per_log_delay": (log["delay_opiate"], log["delay"]),
        "delay_to": draw["appointment.delay_to"],
        "keep_ost": log["ost"],
        "keep_ost_days": draw["appointment.ost_days"],
        "keep_rough": rough,
        "keep_hidden": draw["housing.hidden_exponent"] * rough,
        "keep_cptsd": traits.cptsd,
        "keep_mental_health": traits.mental_health,
        "keep_woman": traits.woman,
        "keep_chemsex": traits.chemsex,
        "keep_trait_mean": traits.mean,
        "keep_per_sd": traits.per_sd,
        "keep_per_10_minutes": log["journey"],
        "keep_fare": log["fare"],
    }


@kernel
def person_traits(person: Person, params: Numbers) -> float:
    """The person's centred trait terms, log odds."""
    term = -params.keep_trait_mean - params.keep_per_sd * person.disadvantage
    if person.complex_ptsd:
        term += params.keep_cptsd
    if person.mental_health:
        term += params.keep_mental_health
    if person.abuse:
        term += params.keep_woman
    if person.chemsex:
        term += params.keep_chemsex
    return term


@kernel
def settings_term(person: Person, params: Params, day: int) -> float:
    """What settings and workers that fit give back, log odds."""
    term = dual_need.attendance_term(person, params, day)
    if person.abuse and womens_services.has_place(person, day):
        term -= params.keep_woman
    if chemsex.has_practitioner(person, day):
        term -= params.keep_chemsex
    return term


@kernel
def common_terms(person: Person, params: Params, day: int) -> float:
    """Terms shared by first appointments and contacts: traits, rough sleeping, navigator, journey, fare."""
    term = person.attendance_traits + settings_term(person, params, day)
    term += navigator.attendance_term(person, params, day) + mutual_aid.attendance_term(person, params, day)
    if person.housing == ROUGH:
        term += params.keep_rough
    elif person.housing == HIDDEN:
        term += params.keep_hidden
    minutes = min(JOURNEY_TO, max(JOURNEY_FROM, person.journey_minutes))
    term += params.keep_per_10_minutes * (minutes - JOURNEY_FROM) / 10.0
    if person.journey_fare > 0.0 and day < person.first_payment and not navigator.pays_fare(person, params, day):
        term += params.keep_fare
    return term


@kernel
def first_appointment_log_odds(person: Person, params: Params, day: int) -> float:
    """Log odds that today's first appointment is kept, where it can be reached."""
    delay = min(params.delay_to, max(1.0, float(day - person.asked_on)))
    per_log_delay = params.keep_per_log_delay[0 if person.need <= OPIATE_NO_CRACK else 1]
    term = params.keep_first + per_log_delay * math.log(delay / REFERENCE_DELAY_DAYS)
    if person.attends_as_on_ost and not person.engaged and day - person.latest_release < params.keep_ost_days:
        term += params.keep_ost
    return term + common_terms(person, params, day)


@kernel
def is_reachable(person: Person, minute: float) -> bool:
    """Whether public transport brings the person there by the minute and home again after the appointment."""
    return person.arrive_after <= minute and minute + APPOINTMENT_MINUTES <= person.leave_before


@kernel
def is_kept(u: float, log_odds: float) -> bool:
    """Whether a uniform falls below the probability with the given log odds."""
    return u < 1.0 / (1.0 + math.exp(-log_odds))


@kernel
def outcome(person: Person, log_odds: float, minute_process: int, kept_process: int, n: int) -> int:
    """KEPT, MISSED or UNREACHABLE for the n-th appointment of a kind; what cannot be reached is counted apart.

    Appointments begin evenly between the hub's opening and an hour before it closes.
    """
    minute = person.slot_from + (person.slot_to - person.slot_from) * uniform(person.stream, minute_process, n)
    if not is_reachable(person, minute):
        person.missed_travel += 1
        return UNREACHABLE
    return KEPT if is_kept(uniform(person.stream, kept_process, n), log_odds) else MISSED


@kernel
def look_at_settings(person: Person, params: Params, day: int, t: int) -> None:
    """What is there for the person by now: a women's centre, a practitioner who fits, a dual-diagnosis worker."""
    womens_services.look_for_place(person, params, day, t)
    chemsex.look_for_practitioner(person, params, day, t)
    dual_need.look_for_worker(person, params, day, t)


@kernel
def meet_first_appointment(person: Person, params: Params, day: int, t: int) -> None:
    """Today's first appointment is kept (treatment starts) or missed (a new offer or the end of the referral)."""
    access.arrange(person, params, t, True, person.offers)
    look_at_settings(person, params, day, t)
    log_odds = first_appointment_log_odds(person, params, day)
    met = outcome(person, log_odds, P.APPOINTMENT_MINUTE, P.APPOINTMENT_KEPT, person.offers)
    person.offers += 1
    log_event(person, t, Event.APPOINTMENT_KEPT + met)
    if met == KEPT:
        person.appointment_day = NEVER
        treatment.start(person, params, day, t)
        residential.ask(person, params)
        trust.begin(person, params)
        chemsex.assess(person, params, t)
        stigma.meet_worker(person, t)
        trauma.first_assessment(person, params, day, t)
        care.update(person, params, day)
    else:
        referral.appointment_missed(person, params, day, t)


@kernel
def meet_contact(person: Person, params: Params, day: int, t: int) -> None:
    """Today's contact in treatment is kept or missed; trust follows, and the next contact is booked."""
    remote = access.arrange(person, params, t, False, person.contacts)
    look_at_settings(person, params, day, t)
    log_odds = params.keep_contact + common_terms(person, params, day)
    met = outcome(person, log_odds, P.CONTACT_MINUTE, P.CONTACT_KEPT, person.contacts)
    log_event(person, t, Event.CONTACT_KEPT + met)
    if met == KEPT:
        trauma.kept_contact(person, params, day, t)
    person.contacts += 1
    trust.after_contact(person, params, met == KEPT, params.remote_step if remote else 1.0)
    care.update(person, params, day)
    person.contact_day = treatment.next_contact(person, params, day)
