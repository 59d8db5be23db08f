"""Proven reoffending.

At liberty: h = base by sentence (to 12 months, longer) x (rough_crude_hr while sleeping rough x treatment_crude_hr
in treatment)^s x centre_reoffending_hr with a place at a women's centre (womens_services.py), s the causal share of
the crude ratios, swept from 0 to 1. When s is moved both bases are multiplied by F(0.30) / F(s),
    F(s) = (1 + 0.047 (rough^s - 1)) (1 - 0.49 (1 - treatment^s))
with the time sleeping rough and in treatment at baseline, so that the published total holds. The first event sets
the measure; custody follows with probability custody.after_reoffence.
Reads reoffending.*. Writes first_reoffence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.records import Cells
from sim.mechanisms import womens_services
from sim.mechanisms.quantities import Values, daily_hazard, ratio
from sim.population.codes import IN_TREATMENT, LONGER, ROUGH
from sim.population.margins import Margins
from sim.population.person import Person

REFERENCE_SHARE = 0.30
TIME_ROUGH, TIME_IN_TREATMENT = 0.047, 0.49  # shares of time at liberty in the cohort check of sim/MODEL.md

READS = ("reoffending.*",)
WHEN_OFF: Mapping[str, float] = {"reoffence": 0.0}
EXPECTED_TO_MOVE = "reoffended_365_days"


class Numbers(Protocol):
    """Proven reoffending at liberty."""

    reoffence: Annotated[Cells[float], daily_hazard("of a proven reoffence: sentences to 12 months, longer", 2)]
    reoffence_rough: Annotated[float, ratio("of it while sleeping rough")]
    reoffence_treatment: Annotated[float, ratio("of it in treatment")]


def baseline_factor(rough: float, treatment: float, share: float) -> float:
    """Mean ratio over the population at baseline for a causal share."""
    return float((1.0 + TIME_ROUGH * (rough**share - 1.0)) * (1.0 - TIME_IN_TREATMENT * (1.0 - treatment**share)))


class Params(Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day at liberty (index 0: to 12 months) and the causal ratios."""
    rough, treatment = draw["reoffending.rough_crude_hr"], draw["reoffending.treatment_crude_hr"]
    share = draw["reoffending.causal_share"]
    scale = baseline_factor(rough, treatment, REFERENCE_SHARE) / baseline_factor(rough, treatment, share)
    return {
        "reoffence": (draw["reoffending.short"] * scale, draw["reoffending.long"] * scale),
        "reoffence_rough": rough**share,
        "reoffence_treatment": treatment**share,
    }


@kernel
def hazard(person: Person, params: Params) -> float:
    """Hazard of a proven reoffence, 1/person-day at liberty."""
    value = params.reoffence[1] if person.sentence == LONGER else params.reoffence[0]
    if person.housing == ROUGH:
        value *= params.reoffence_rough
    if person.treatment == IN_TREATMENT:
        value *= params.reoffence_treatment
    if person.in_womens_centre:
        value *= params.womens_centre_reoffending
    return value


@kernel
def record(person: Person, day: int) -> None:
    """The first proven reoffence sets the measure."""
    if person.first_reoffence > day:
        person.first_reoffence = day
