"""Deaths other than drug poisoning, and what death ends.

Hazard per person-day: base by need x ratio^((age - 38) / 10), centred over ages, x rough_hr while sleeping rough,
its power hidden_exponent while homeless off the street (sim/population/first_night.py).
Suicide is inside. Mean ages at death of people sleeping rough are never used. No deaths in custody: outside the
question.
Reads death.*, overdose.rough_hr, housing.hidden_exponent. Writes status, death_day, death_cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.rates import per_day
from sim.core.records import Cells
from sim.mechanisms.ledger import close_account, stop_all_clocks
from sim.mechanisms.quantities import Values, daily_hazard, ratio
from sim.mechanisms.queueing import leave_all_services
from sim.population.codes import ALCOHOL, DEAD, HIDDEN, OPIATE_NO_CRACK, ROUGH
from sim.population.first_night import off_street
from sim.population.margins import Margins
from sim.population.person import Person

CENTRE_AGE = 38.0

READS = ("death.*", "overdose.rough_hr", "housing.hidden_exponent")
WHEN_OFF: Mapping[str, float] = {"death_base": 0.0}
EXPECTED_TO_MOVE = "deaths_365_days_expected"


class Numbers(Protocol):
    """Deaths other than drug poisoning."""

    death_base: Annotated[
        Cells[float], daily_hazard("at age 38 under a roof: opiate, alcohol, other needs; means over ages hold", 3)
    ]
    death_age_ratio: Annotated[float, ratio("of the hazard by ten years of age")]
    death_rough: Annotated[float, ratio("of the hazard while sleeping rough")]
    death_hidden: Annotated[float, ratio("of the hazard while homeless off the street")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day of opiate, alcohol and other needs, divided by the mean age ratio."""
    ratio = draw["death.age_ratio_10y"]
    mean = margins.mean_age_ratio(ratio, CENTRE_AGE)
    bases = (draw["death.other_opiate"], draw["death.other_alcohol"], draw["death.other_rest"])
    return {
        "death_base": tuple(per_day(base) / mean for base in bases),
        "death_age_ratio": ratio,
        "death_rough": draw["overdose.rough_hr"],
        "death_hidden": off_street(draw, draw["overdose.rough_hr"]),
    }


@kernel
def person_base(person: Person, params: Numbers) -> float:
    """The person's hazard of other deaths with a roof, 1/person-day."""
    group = 0 if person.need <= OPIATE_NO_CRACK else (1 if person.need == ALCOHOL else 2)
    return float(params.death_base[group] * params.death_age_ratio ** ((person.age - CENTRE_AGE) / 10.0))


@kernel
def hazard(person: Person, params: Numbers) -> float:
    """Hazard of a death other than drug poisoning, 1/person-day."""
    if person.housing == ROUGH:
        return person.death_base * params.death_rough
    return person.death_base * params.death_hidden if person.housing == HIDDEN else person.death_base


@kernel
def die(person: Person, attended: float, day: int, t: int, cause: int) -> None:
    """The life ends at the start of moment t; all accounts are settled and every slot is free."""
    close_account(person, attended, t)
    stop_all_clocks(person, t)
    person.status = DEAD
    person.death_day = day
    person.death_cause = cause
    person.appointment_day = NEVER
    person.contact_day = NEVER
    person.residential_until = NEVER
    leave_all_services(person)
