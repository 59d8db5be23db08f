"""A hidden need: chemsex, recognised or not, in a setting that fits or not.

The need is hidden at the start. Every first assessment in treatment recognises it with probability recognised, and on
release probation staff who are trained (a lever) do so with trained_ratio times that; a practitioner who fits asks like
trained staff. A generic setting lowers attendance (attendance.py) until the need is recognised and a practitioner who
fits is there (a lever): people who prefer a sexual health setting (prefers_sexual_health) find that only there, the
others in either. What a person does not tell a generic service stays untold: recognition is the only way in.
Reads chemsex.recognised, chemsex.trained_ratio, chemsex.prefers_sexual_health. Writes recognised, matched.
Left out: sexual health itself, needs of women and of other LGBTQ+ people, which no row tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms.events import Event, log_event
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
def practitioner_there(person: Person, params: Numbers) -> bool:
    """Whether a practitioner in the setting that the person would use has room for the person; one random number
    a life."""
    there = person.coverage[Coverage.LGBTQ_PRACTITIONER_AT_SEXUAL_HEALTH]
    if uniform(person.stream, P.PREFERS_SEXUAL_HEALTH, 0) >= params.prefers_sexual_health:
        there = 1.0 - (1.0 - there) * (1.0 - person.coverage[Coverage.LGBTQ_PRACTITIONER_AT_HUB])
    return uniform(person.stream, P.MATCHED_PRACTITIONER, 0) < there


@kernel
def look_for_practitioner(person: Person, params: Numbers, t: int) -> None:
    """At an appointment: a recognised need meets a practitioner who fits, once there is one."""
    if person.recognised and not person.matched and practitioner_there(person, params):
        person.matched = 1
        log_event(person, t, Event.LGBTQ_PRACTITIONER)


@kernel
def assess(person: Person, params: Numbers, t: int) -> None:
    """The first assessment in treatment recognises the need or not; a practitioner who fits asks like trained staff."""
    if not person.chemsex or person.recognised:
        return
    p = params.recognition[1] if practitioner_there(person, params) else params.recognition[0]
    if uniform(person.stream, P.RECOGNISED, person.episodes) < p:
        recognise(person, t)
