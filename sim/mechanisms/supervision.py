"""Licence, and recall for a breach of it.

On licence, at liberty: h = recall_compliance x recall_rough_hr while sleeping rough x the ratio of a case that
probation and treatment manage together (agencies.py). Causes stay apart from new charges (reoffending.py). Treatment
has no effect. licence_until is a date: it runs on in custody.
Reads supervision.recall_*. Writes nothing (custody.py does).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.mechanisms import agencies
from sim.mechanisms.ledger import on_licence
from sim.mechanisms.quantities import Values, daily_hazard, ratio
from sim.population.codes import ROUGH
from sim.population.margins import Margins
from sim.population.person import Person

READS = ("supervision.recall_*",)
WHEN_OFF: Mapping[str, float] = {"recall": 0.0}
EXPECTED_TO_MOVE = "recalled_for_breach_365_days"


class Numbers(Protocol):
    """Recall for a breach of licence."""

    recall: Annotated[float, daily_hazard("of recall on licence without a new charge")]
    recall_rough: Annotated[float, ratio("of it while sleeping rough")]


class Params(Numbers, agencies.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazard per person-day on licence and its ratio while sleeping rough."""
    return {"recall": draw["supervision.recall_compliance"], "recall_rough": draw["supervision.recall_rough_hr"]}


@kernel
def recall_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of recall without a new charge, 1/person-day."""
    if not on_licence(person, day):
        return 0.0
    hazard = params.recall * params.joint_recall if person.joint_case else params.recall
    return hazard * params.recall_rough if person.housing == ROUGH else hazard


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the licence ends, or a day gone by."""
    return int(person.licence_until)
