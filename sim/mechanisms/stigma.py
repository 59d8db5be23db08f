"""Words that respect: training of keyworkers in language, with a small and uncertain effect.

Drop-out x training_dropout_hr with a keyworker who is trained (a lever); the range of the ratio spans 1. The effect of
words in leaflets, reports and courts is left out: nobody has measured it.
Reads stigma.training_dropout_hr. Writes language_trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import Values, ratio
from sim.population import processes as P
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

READS = ("stigma.training_dropout_hr",)
WHEN_OFF: Mapping[str, float] = {"language_fit": 1.0}
EXPECTED_TO_MOVE = "treatment_days"


class Numbers(Protocol):
    """Training of keyworkers in language."""

    language_fit: Annotated[float, ratio("of drop-out with a keyworker who is trained")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Ratio of drop-out with a keyworker who is trained."""
    return {"language_fit": draw["stigma.training_dropout_hr"]}


@kernel
def meet_worker(person: Person, t: int) -> None:
    """Treatment starts with a keyworker who is trained or not."""
    person.language_trained = (
        uniform(person.stream, P.LANGUAGE_TRAINED, person.episodes) < person.coverage[Coverage.LANGUAGE_TRAINED]
    )
    if person.language_trained:
        log_event(person, t, Event.RESPECT)


@kernel
def fit(person: Person, params: Numbers) -> float:
    """Ratio of drop-out by the keyworker's words."""
    return params.language_fit if person.language_trained else 1.0
