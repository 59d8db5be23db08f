"""A hidden need: chemsex, recognised or not, in a setting that fits or not.

The need is hidden at the start. Every first assessment in treatment recognises it with probability recognised, and on
release probation staff who are trained (a lever) do so with trained_ratio times that; a practitioner who fits asks like
trained staff. A generic setting lowers attendance (attendance.py) while the need is unknown or no practitioner who fits
is there (a lever): people who prefer a sexual health setting (prefers_sexual_health) find that only there, the others
in either. The practitioner is met once after a release and holds the person for half a year, or until the money ends;
what was given back lasts runout_days longer. Custody ends it at once; what is known stays known. What a person does not
tell a generic service stays untold: recognition is the only way in.
Reads chemsex.recognised, chemsex.trained_ratio, chemsex.prefers_sexual_health, support.runout_days
(womens_services.py). Writes recognised, matched, matched_until.
Left out: sexual health itself, needs of women and of other LGBTQ+ people, which no row tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER, SUPPORT_DAYS
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms import womens_services
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force
from sim.mechanisms.quantities import Values, probability
from sim.population import processes as P
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

READS = ("chemsex.recognised", "chemsex.trained_ratio", "chemsex.prefers_sexual_health")
WHEN_OFF: Mapping[str, float] = {"recognition": 0.0}
EXPECTED_TO_MOVE = "chemsex_recognised"


class Numbers(Protocol):
    """Recognition of a chemsex need."""

    recognition: Annotated[
        Cells[float], probability("that one assessment recognises the need: usual, by trained people", 2)
    ]
    prefers_sexual_health: Annotated[float, probability("of people who would use a sexual health setting only")]


class Params(Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and the run-out of help that has ended."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probability that one assessment recognises the need (index 1: by trained people), and the share who prefer."""
    usual = draw["chemsex.recognised"]
    return {
        "recognition": (usual, min(1.0, usual * draw["chemsex.trained_ratio"])),
        "prefers_sexual_health": draw["chemsex.prefers_sexual_health"],
    }


@kernel
def recognise(person: Person, t: int) -> None:
    """The need is known from now on."""
    person.recognised = 1
    log_event(person, t, Event.NEED_RECOGNISED)


@kernel
def on_release(person: Person, params: Numbers, t: int) -> None:
    """Probation staff who are trained may recognise the need on the day of release."""
    if not person.chemsex or person.recognised or person.remand:
        return
    n = person.releases
    trained = uniform(person.stream, P.PROBATION_TRAINED, n) < person.coverage[Coverage.RECOGNITION_TRAINED]
    if trained and uniform(person.stream, P.RECOGNISED_BY_PROBATION, n) < params.recognition[1]:
        recognise(person, t)


@kernel
def practitioner_there(person: Person, params: Numbers, shares: Cells[float]) -> bool:
    """Whether a practitioner in the setting that the person would use has room for the person; one random number
    a life. shares: f8[kinds of coverage], of a day where the person lives."""
    there = shares[Coverage.LGBTQ_PRACTITIONER_AT_SEXUAL_HEALTH]
    if uniform(person.stream, P.PREFERS_SEXUAL_HEALTH, 0) >= params.prefers_sexual_health:
        there = 1.0 - (1.0 - there) * (1.0 - shares[Coverage.LGBTQ_PRACTITIONER_AT_HUB])
    return bool(uniform(person.stream, P.MATCHED_PRACTITIONER, 0) < there)


@kernel
def look_for_practitioner(person: Person, params: Params, day: int, t: int) -> None:
    """At an appointment: a recognised need meets a practitioner who fits, once there is one, and once after a
    release."""
    if not person.recognised or person.matched_until < NEVER:
        return
    if practitioner_there(person, params, person.coverage):
        person.matched = 1
        person.matched_until = day + SUPPORT_DAYS + womens_services.runout(person, params)
        log_event(person, t, Event.LGBTQ_PRACTITIONER)


@kernel
def has_practitioner(person: Person, day: int) -> bool:
    """Whether what a practitioner who fits gives back holds today."""
    return in_force(person.matched_until, day)


@kernel
def fewer_practitioners(person: Person, params: Params, shares: Cells[float], day: int) -> None:
    """Fewer people have a practitioner from today on: the person's may leave with the money, and what was given back
    with the run-out. shares: f8[kinds of coverage], of today where the person lives."""
    if has_practitioner(person, day) and not practitioner_there(person, params, shares):
        person.matched_until = min(person.matched_until, day + womens_services.runout(person, params))


@kernel
def leave_practitioner(person: Person) -> None:
    """Custody ends what the practitioner gave back; after the next release there may be one again."""
    person.matched_until = NEVER


@kernel
def assess(person: Person, params: Numbers, t: int) -> None:
    """The first assessment in treatment recognises the need or not; a practitioner who fits asks like trained staff."""
    if not person.chemsex or person.recognised:
        return
    p = params.recognition[1] if practitioner_there(person, params, person.coverage) else params.recognition[0]
    if uniform(person.stream, P.RECOGNISED, person.episodes) < p:
        recognise(person, t)
