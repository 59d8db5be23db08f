"""Licence, and recall for a breach of it.

On licence, at liberty, with z the person's disadvantage (sim/population/disadvantage.py):
    h = recall_compliance x early x exp(a z) / E[exp(a z)] x (1 - q + q m / m0) x recall_rough_hr while sleeping rough
        x recall_using_hr while using x recall_treatment_hr in treatment x the ratio of a case that probation and
        treatment manage together (agencies.py)
early: recall_days_1_28_ratio in the 28 days after a release, divided by the mean of it over the licence days of people
at baseline. q is the part of breach that goes with missed contact with probation, m the chance of missing it,
    m = 1 - p(logit supervision.kept + traits and disadvantage as in attendance.py + rough + navigator or peer)
and m0 its mean over people who have a home and nobody beside them. Homeless off the street, recall_rough_hr and what
sleeping rough does to contact act to the power hidden_exponent. Missed contact is a rate, not an event: no diary of
probation. Journey and fare are left out, as no probation office is in the model. Since the probation reset of 29 April
2024 (the law table of sim/evidence) q m / m0 is x reset_contact_ratio in the last third of a licence, in which hardly
anybody is seen; nothing makes up for it before, as published recalls are not held to one law.
People released from remand have no licence (cohort.py); they are as others in all else, so no mean here knows them.
Causes stay apart from new charges (reoffending.py). licence_until is a date: it runs on in custody.
Reads supervision.* but licence_days_to_6m, disadvantage.recall, and what tells attendance apart by traits.
Writes recall_factor, missed_contact, contact_support; custody.py does the rest. Left out: conditions, officers, people
at very high risk whom the reset leaves out, approved premises; a licence beyond the year, whose last third is reckoned
as that of one year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

import numpy as np

from sim.core.compiled import kernel
from sim.core.days import NEVER, SUPPORT_DAYS
from sim.core.rates import logit
from sim.core.records import Cells
from sim.mechanisms import agencies, attendance, mutual_aid, navigator
from sim.mechanisms.ledger import in_force, on_licence
from sim.mechanisms.quantities import Values, daily_hazard, first_days, loading, log_odds, probability, ratio
from sim.population.codes import COMMUNITY, HIDDEN, IN_TREATMENT, RESIDENTIAL, ROUGH
from sim.population.disadvantage import ACE4, COMPLEX_PTSD, WITH_CRACK, expit
from sim.population.first_night import off_street
from sim.population.margins import EARLY_LICENCE_DAYS, Margins
from sim.population.person import Person
from sim.population.returns import recall_hazards

READS = (
    "supervision.recall_*",
    "supervision.missed_share",
    "supervision.kept",
    "supervision.reset_contact_ratio",
    "disadvantage.recall",
    "disadvantage.attendance",
    "housing.hidden_exponent",
    "appointment.cptsd_or",
    "appointment.mental_health_or",
    "women.generic_attendance_or",
    "chemsex.generic_attendance_or",
)
WHEN_OFF: Mapping[str, float] = {"recall": 0.0}
EXPECTED_TO_MOVE = "recalled_for_breach_365_days"


class Numbers(Protocol):
    """Recall for a breach of licence."""

    recall: Annotated[
        Cells[float], daily_hazard("of recall on licence without a new charge: 28 days after release, later", 2)
    ]
    recall_per_sd: Annotated[float, loading("the hazard of recall for a breach")]
    recall_mean_ratio: Annotated[float, ratio("of that hazard to what it is at mean disadvantage, mean over people")]
    recall_rough: Annotated[float, ratio("of it while sleeping rough")]
    recall_hidden: Annotated[float, ratio("of it while homeless off the street")]
    recall_using: Annotated[float, ratio("of it while using")]
    recall_treatment: Annotated[float, ratio("of it in treatment")]
    missed_share: Annotated[float, probability("that goes with missed contact, of breaches")]
    missed_mean: Annotated[float, probability("of missing contact with probation, mean over people at baseline")]
    reset_from: Annotated[int, first_days("of the probation reset, set by the engine")]
    reset_contact: Annotated[float, ratio("in the last third of a licence, of what goes with missed contact")]
    probation_kept: Annotated[float, log_odds("of contact with probation, at mean traits in a home")]


class Params(Numbers, agencies.Numbers, attendance.Numbers, navigator.Numbers, mutual_aid.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def mean_missed(draw: Mapping[str, float], margins: Margins) -> float:
    """Chance of missing contact with probation, mean over people at baseline; an exact sum over traits and nodes."""
    terms, nodes = attendance.trait_terms(draw, margins), margins.nodes
    always = logit(draw["supervision.kept"]) - terms.mean - terms.per_sd * nodes.z
    always = always + terms.cptsd * nodes.traits[:, COMPLEX_PTSD]
    ace4 = nodes.traits[:, ACE4].astype(np.int64)
    crack = nodes.traits[:, WITH_CRACK]
    abused = margins.abused_women / margins.women if margins.women > 0.0 else 0.0
    no_crack = (1.0 - margins.women) * (1.0 - nodes.mean(crack))
    chemsex = (1.0 - crack) * (margins.chemsex / no_crack if no_crack > 0.0 else 0.0)
    total = 0.0
    groups: tuple[tuple[Any, Any, float], ...] = (
        (1.0 - nodes.women, chemsex, terms.chemsex),
        (nodes.women, abused, terms.woman),
    )
    for sex, (share, own, term) in enumerate(groups):
        health = margins.mental_health_by[sex][ace4]
        for with_health, part in ((0.0, 1.0 - health), (1.0, health)):
            log_odds = always + with_health * terms.mental_health
            missed = own * expit(-log_odds - term) + (1.0 - own) * expit(-log_odds)
            total += nodes.mean(share * part * missed)
    return total


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day on licence, their ratios, and what missed contact is held against."""
    per_sd = draw["disadvantage.recall"]
    return {
        "recall": recall_hazards(draw, margins.licence_early),
        "recall_per_sd": per_sd,
        "recall_mean_ratio": margins.nodes.mean_ratio(per_sd),
        "recall_rough": draw["supervision.recall_rough_hr"],
        "recall_hidden": off_street(draw, draw["supervision.recall_rough_hr"]),
        "recall_using": draw["supervision.recall_using_hr"],
        "recall_treatment": draw["supervision.recall_treatment_hr"],
        "missed_share": draw["supervision.missed_share"],
        "missed_mean": mean_missed(draw, margins),
        "reset_from": NEVER,
        "reset_contact": draw["supervision.reset_contact_ratio"],
        "probation_kept": logit(draw["supervision.kept"]),
    }


@kernel
def prepare(person: Person, params: Params) -> None:
    """The person's constant ratio, and missed contact with nobody beside the person; once, before the run."""
    person.recall_factor = math.exp(params.recall_per_sd * person.disadvantage) / params.recall_mean_ratio
    write_missed_contact(person, params, 0.0)


@kernel
def contact_ratio(params: Params, log_odds: float) -> float:
    """Ratio of recall by missed contact where contact with probation is kept with the given log odds."""
    q = params.missed_share
    return 1.0 - q + q / (1.0 + math.exp(log_odds)) / params.missed_mean


@kernel
def write_missed_contact(person: Person, params: Params, support: float) -> None:
    """Ratios of recall by missed contact, with a home, sleeping rough and homeless off the street, while `support` is
    added to attendance."""
    person.contact_support = support
    log_odds = params.probation_kept + person.attendance_traits + support
    person.missed_contact[0] = contact_ratio(params, log_odds)
    person.missed_contact[1] = contact_ratio(params, log_odds + params.keep_rough)
    person.missed_contact[2] = contact_ratio(params, log_odds + params.keep_hidden)


@kernel
def look_at_contact(person: Person, params: Params, day: int) -> None:
    """At dawn, while the licence runs outside: who is beside the person has changed, by a release, a navigator, a peer
    or the passing of time."""
    if not on_licence(person, day) or not (person.status == COMMUNITY or person.status == RESIDENTIAL):
        return  # nobody is woken for it then, and nothing reads it
    support = navigator.attendance_term(person, params, day) + mutual_aid.attendance_term(person, params, day)
    if support != person.contact_support:
        write_missed_contact(person, params, support)


@kernel
def last_third(person: Person) -> int:
    """First day of the last third of the licence."""
    return int(person.licence_until - person.licence_days // 3)


@kernel
def recall_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of recall without a new charge, 1/person-day."""
    if not on_licence(person, day):
        return 0.0
    hazard = params.recall[0] if day - person.latest_release < EARLY_LICENCE_DAYS else params.recall[1]
    hazard *= person.recall_factor
    contact = person.missed_contact[0]
    if person.housing == ROUGH:
        hazard *= params.recall_rough
        contact = person.missed_contact[1]
    elif person.housing == HIDDEN:
        hazard *= params.recall_hidden
        contact = person.missed_contact[2]
    if day >= params.reset_from and day >= last_third(person):
        beside = 1.0 - params.missed_share
        contact = beside + params.reset_contact * (contact - beside)
    hazard *= contact
    if person.using:
        hazard *= params.recall_using
    if person.treatment == IN_TREATMENT:
        hazard *= params.recall_treatment
    return hazard * params.joint_recall if person.joint_case else hazard


@kernel
def next_change(person: Person, params: Params, day: int) -> int:
    """Next day on which the hazard changes by time alone while the licence runs, or a day gone by."""
    best = person.licence_until
    if day >= best:
        return 0
    if day < person.latest_release + EARLY_LICENCE_DAYS:
        best = min(best, person.latest_release + EARLY_LICENCE_DAYS)
    reset = max(params.reset_from, last_third(person))
    if day < reset:
        best = min(best, reset)
    if in_force(person.navigator_until, day):
        if day < person.navigator_from + navigator.FULL_EFFECT_DAYS:
            best = min(best, person.navigator_from + navigator.FULL_EFFECT_DAYS)
        best = min(best, person.navigator_until)
    elif person.peer_worker and day < person.latest_release + SUPPORT_DAYS:
        best = min(best, person.latest_release + SUPPORT_DAYS)
    return int(best)
