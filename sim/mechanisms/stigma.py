"""Words that respect: training of keyworkers in language, with a small and uncertain effect.

Drop-out x training_dropout_hr with a keyworker who is trained (a lever); the range of the ratio spans 1. The effect of
words in leaflets, reports and courts is left out: nobody has measured it.
Reads stigma.training_dropout_hr. Writes language_trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms.events import Event, log_event
from sim.population import processes as P
from sim.population.local_coverage import LANGUAGE_TRAINED
from sim.population.margins import Margins

READS = ("stigma.training_dropout_hr",)
FIELDS: list[Any] = [("language_fit", "f8")]
WHEN_OFF: Mapping[str, Any] = {"language_fit": 1.0}
EXPECTED_TO_MOVE = "treatment_days"


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Ratio of drop-out with a keyworker who is trained."""
    return {"language_fit": draw["stigma.training_dropout_hr"]}


@kernel
def meet_worker(person: Any, t: int) -> None:
    """Treatment starts with a keyworker who is trained or not."""
    person.language_trained = (
        uniform(person.stream, P.LANGUAGE_TRAINED, person.episodes) < person.coverage[LANGUAGE_TRAINED]
    )
    if person.language_trained:
        log_event(person, t, Event.RESPECT)


@kernel
def fit(person: Any, params: Any) -> float:
    """Ratio of drop-out by the keyworker's words."""
    return float(params.language_fit) if person.language_trained else 1.0
