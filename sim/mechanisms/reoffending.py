"""Proven reoffending.

At liberty, with z the person's disadvantage (sim/population/disadvantage.py) and s the causal share:
    h = base by sentence (to 12 months, longer) x frailty_scale x exp(a z) / E[exp(a z) | sentence]
        x rough_crude_hr^s while sleeping rough, its power hidden_exponent while homeless off the street
        x treatment_crude_hr^s in treatment
        x centre_reoffending_hr with a place at a women's centre (womens_services.py)
s is what of the crude ratios is causal; the trait is the rest. frailty_scale makes up for those at high hazard who
leave the people at risk first, so that the published share within a year stays whatever the loading a is. The first
event sets the measure; custody follows or not (custody.py).
Reads reoffending.*, disadvantage.reoffending, housing.hidden_exponent. Writes reoffence_factor, first_reoffence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.records import Cells
from sim.mechanisms import housing, womens_services
from sim.mechanisms.quantities import Values, daily_hazard, loading, ratio
from sim.population.codes import IN_TREATMENT, LONGER
from sim.population.first_night import off_street
from sim.population.margins import Margins
from sim.population.person import Person
from sim.population.returns import reoffence_hazards

READS = ("reoffending.*", "disadvantage.reoffending", "housing.hidden_exponent")
WHEN_OFF: Mapping[str, float] = {"reoffence": 0.0}
EXPECTED_TO_MOVE = "reoffended_365_days"


class Numbers(Protocol):
    """Proven reoffending at liberty."""

    reoffence: Annotated[
        Cells[float], daily_hazard("of a proven reoffence at mean disadvantage: sentences to 12 months, longer", 2)
    ]
    reoffence_per_sd: Annotated[float, loading("the hazard of a proven reoffence")]
    reoffence_rough: Annotated[float, ratio("of it while sleeping rough")]
    reoffence_hidden: Annotated[float, ratio("of it while homeless off the street")]
    reoffence_treatment: Annotated[float, ratio("of it in treatment")]


class Params(Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day at liberty (index 0: to 12 months) and the causal ratios."""
    share = draw["reoffending.causal_share"]
    rough = draw["reoffending.rough_crude_hr"] ** share
    return {
        "reoffence": reoffence_hazards(draw, margins.nodes),
        "reoffence_per_sd": draw["disadvantage.reoffending"],
        "reoffence_rough": rough,
        "reoffence_hidden": off_street(draw, rough),
        "reoffence_treatment": draw["reoffending.treatment_crude_hr"] ** share,
    }


@kernel
def person_factor(person: Person, params: Numbers) -> float:
    """Ratio of the person's hazard to that of somebody at mean disadvantage."""
    return math.exp(params.reoffence_per_sd * person.disadvantage)


@kernel
def hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of a proven reoffence, 1/person-day at liberty."""
    value = params.reoffence[1] if person.sentence == LONGER else params.reoffence[0]
    value *= person.reoffence_factor
    value *= housing.ratio_by_roof(person.housing, params.reoffence_rough, params.reoffence_hidden)
    if person.treatment == IN_TREATMENT:
        value *= params.reoffence_treatment
    if womens_services.has_place(person, day):
        value *= params.womens_centre_reoffending
    return value


@kernel
def record(person: Person, day: int) -> None:
    """The first proven reoffence sets the measure."""
    if person.first_reoffence > day:
        person.first_reoffence = day
