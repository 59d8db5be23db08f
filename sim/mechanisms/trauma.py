"""Trauma and disclosure.

People with any adverse childhood experience or complex post-traumatic stress have something to tell. When they tell is
a mixture: some at the first kept appointment (disclosed_at_once), a part never (never_disclosed), the rest with a
probability at every kept contact,
    p = disclosure_per_contact x min(t / R, 2) x min(1, interval / interval at the load of today)
t trust, R its reference (trust.py): who is met more often tells no more often in a month by that alone.
Where the keyworker asks everybody as a routine (a lever), both probabilities are routine_enquiry_rr times as high. Only
what has been told can be met: drop-out x fitted_dropout_hr for people with four or more ACEs or complex PTSD who have
told, with a keyworker trained for it. No effect on use: published as none.
Reads trauma.disclosed_at_once, trauma.never_disclosed, trauma.disclosure_per_contact, trauma.routine_enquiry_rr,
trauma.fitted_dropout_hr. Writes disclosed, disclosed_on, trauma_trained. Left out: harm from telling, diagnosis,
trauma-focused therapy, telling anybody but the keyworker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms import hubs
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import Values, probability, ratio
from sim.population import processes as P
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

MOST_BY_TRUST = 2.0  # trust far above its reference at most doubles the chance of telling

READS = (
    "trauma.disclosed_at_once",
    "trauma.never_disclosed",
    "trauma.disclosure_per_contact",
    "trauma.routine_enquiry_rr",
    "trauma.fitted_dropout_hr",
)
WHEN_OFF: Mapping[str, float] = {"tells_at_once": 0.0, "tells_at_contact": 0.0, "trauma_fit": 1.0}
EXPECTED_TO_MOVE = "disclosed_trauma"


class Numbers(Protocol):
    """Telling of trauma, and care that fits."""

    tells_at_once: Annotated[
        Cells[float], probability("of telling at the first assessment: usual, with routine enquiry", 2)
    ]
    tells_at_contact: Annotated[
        Cells[float], probability("of telling at a contact with trust at its reference: usual, with routine enquiry", 2)
    ]
    never_tells: Annotated[float, probability("of never telling")]
    trauma_fit: Annotated[float, ratio("of drop-out in care that fits what has been told")]


class Params(Numbers, hubs.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probabilities (index 1: with routine enquiry) and the ratio of drop-out in care that fits."""
    asked = draw["trauma.routine_enquiry_rr"]
    once, later = draw["trauma.disclosed_at_once"], draw["trauma.disclosure_per_contact"]
    return {
        "tells_at_once": (once, min(1.0, once * asked)),
        "tells_at_contact": (later, min(1.0, later * asked)),
        "never_tells": draw["trauma.never_disclosed"],
        "trauma_fit": draw["trauma.fitted_dropout_hr"],
    }


@kernel
def may_tell(person: Person, params: Numbers) -> bool:
    """Whether there is something to tell that has not been told and will not stay untold for ever."""
    if person.disclosed or not (person.any_ace or person.complex_ptsd):
        return False
    return uniform(person.stream, P.NEVER_DISCLOSES, 0) >= params.never_tells


@kernel
def tell(person: Person, day: int, t: int) -> None:
    """The person tells today."""
    person.disclosed = 1
    person.disclosed_on = day
    log_event(person, t, Event.TOLD_OF_TRAUMA)


@kernel
def look_at_worker(person: Person) -> None:
    """Whether the keyworker of this episode is trained by now; training that has begun is not lost in an episode."""
    if uniform(person.stream, P.TRAUMA_TRAINED, person.episodes) < person.coverage[Coverage.TRAUMA_TRAINED]:
        person.trauma_trained = 1


@kernel
def first_assessment(person: Person, params: Numbers, day: int, t: int) -> None:
    """Treatment starts: the keyworker asks or not, and some people tell at once."""
    person.trauma_trained = 0
    look_at_worker(person)
    if not may_tell(person, params):
        return
    if uniform(person.stream, P.DISCLOSES_AT_ONCE, person.episodes) < params.tells_at_once[person.trauma_trained]:
        tell(person, day, t)


@kernel
def kept_contact(person: Person, params: Params, day: int, t: int) -> None:
    """A kept contact: the slow part of telling, by trust."""
    look_at_worker(person)
    if not may_tell(person, params):
        return
    by_trust = min(MOST_BY_TRUST, person.trust / person.reference)
    by_time = min(1.0, person.contact_every / params.hub_usual_every)
    p = params.tells_at_contact[person.trauma_trained] * by_trust * by_time
    if uniform(person.stream, P.DISCLOSES, person.contacts) < p:
        tell(person, day, t)


@kernel
def fit(person: Person, params: Numbers) -> float:
    """Ratio of drop-out by care that fits what has been told."""
    if person.disclosed and person.trauma_trained and (person.ace4 or person.complex_ptsd):
        return params.trauma_fit
    return 1.0
