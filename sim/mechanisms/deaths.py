"""Deaths other than drug poisoning, by cause and place, and what death ends.

Hazard per person-day, d days since the latest release:
    at liberty    (natural by need x ratio^((age - 38) / 10), centred over ages
                   + suicide x (days_1_28_ratio on d < 28)) x rough_hr while sleeping rough, its power hidden_exponent
                   while homeless off the street (sim/population/first_night.py)
    in custody    natural as above x custody_natural_ratio + custody_suicide
In residential treatment as at liberty, under a roof. One clock serves both causes: the cause is drawn at the event in
proportion to the two hazards, once a life. Natural is what is neither drug poisoning nor suicide, accidents and
violence included. No drug poisoning in custody: nobody uses there. Mean ages at death of people sleeping rough are
never used.
Reads death.*, overdose.rough_hr, housing.hidden_exponent. Writes status, death_day, death_cause, died_in_custody,
suicide_part, exposed_inside. Left out: the first weeks in custody, in which suicide is more frequent; restraint,
homicide and other causes one by one; ages and needs in suicide, and the disadvantage of people.
Source of suicide after release: Pratt et al. 2006, Lancet, doi:10.1016/S0140-6736(06)69002-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.core.rates import per_day
from sim.core.records import Cells
from sim.mechanisms import housing
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import close_account, stop_all_clocks
from sim.mechanisms.quantities import Values, daily_hazard, ratio
from sim.mechanisms.queueing import leave_all_services
from sim.population import processes as P
from sim.population.codes import ALCOHOL, CUSTODY, DEAD, OPIATE_NO_CRACK, OTHER_CAUSE, SUICIDE
from sim.population.first_night import off_street
from sim.population.margins import CENTRE_AGE, Margins
from sim.population.person import Person

LARGEST = 1e300  # hazard above which two of them are taken as equal: clocks may run at infinite ones
EARLY_DAYS = 28  # after a release, in which suicide is most frequent

READS = ("death.*", "overdose.rough_hr", "housing.hidden_exponent")
WHEN_OFF: Mapping[str, float] = {"death_base": 0.0, "suicide": 0.0, "custody_suicide": 0.0}
EXPECTED_TO_MOVE = "deaths_365_days_expected"


class Numbers(Protocol):
    """Deaths other than drug poisoning."""

    death_base: Annotated[
        Cells[float],
        daily_hazard("of natural death at age 38 under a roof: opiate, alcohol, other needs; means over ages hold", 3),
    ]
    death_age_ratio: Annotated[float, ratio("of that by ten years of age")]
    death_rough: Annotated[float, ratio("of the hazard of any death but poisoning while sleeping rough")]
    death_hidden: Annotated[float, ratio("of the same while homeless off the street")]
    suicide: Annotated[Cells[float], daily_hazard("of suicide under a roof: days 1-28 after a release, later", 2)]
    custody_natural: Annotated[float, ratio("of natural death in custody")]
    custody_suicide: Annotated[float, daily_hazard("of suicide in custody")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day; natural ones of opiate, alcohol and other needs, divided by the mean age ratio."""
    ratio = draw["death.age_ratio_10y"]
    mean = margins.mean_age_ratio(ratio, CENTRE_AGE)
    bases = (draw["death.natural_opiate"], draw["death.natural_alcohol"], draw["death.natural_rest"])
    suicide = per_day(draw["death.suicide"])
    return {
        "death_base": tuple(per_day(base) / mean for base in bases),
        "death_age_ratio": ratio,
        "death_rough": draw["overdose.rough_hr"],
        "death_hidden": off_street(draw, draw["overdose.rough_hr"]),
        "suicide": (suicide * draw["death.suicide_days_1_28_ratio"], suicide),
        "custody_natural": draw["death.custody_natural_ratio"],
        "custody_suicide": per_day(draw["death.custody_suicide"]),
    }


@kernel
def person_base(person: Person, params: Numbers) -> float:
    """The person's hazard of natural death at liberty with a roof, 1/person-day."""
    group = 0 if person.need <= OPIATE_NO_CRACK else (1 if person.need == ALCOHOL else 2)
    return float(params.death_base[group] * params.death_age_ratio ** ((person.age - CENTRE_AGE) / 10.0))


@kernel
def roof_ratio(person: Person, params: Numbers) -> float:
    """Ratio of the hazard of any death but poisoning by where the person sleeps; custody is under a roof."""
    if person.status == CUSTODY:
        return 1.0
    return housing.ratio_by_roof(person.housing, params.death_rough, params.death_hidden)


@kernel
def natural_hazard(person: Person, params: Numbers) -> float:
    """Hazard of a death that is neither poisoning nor suicide, after the first release, 1/person-day."""
    return person.death_base * (params.custody_natural if person.status == CUSTODY else roof_ratio(person, params))


@kernel
def suicide_hazard(person: Person, params: Numbers, day: int) -> float:
    """Hazard of suicide today, after the first release, 1/person-day."""
    if person.status == CUSTODY:
        return params.custody_suicide
    band = 0 if day - person.latest_release < EARLY_DAYS else 1
    return params.suicide[band] * roof_ratio(person, params)


@kernel
def suicide_part(natural: float, suicide: float) -> float:
    """Probability that a death other than drug poisoning is a suicide, by the two hazards; 0 where neither is above
    0."""
    suicide = min(suicide, LARGEST)
    return suicide / (min(natural, LARGEST) + suicide) if suicide > 0.0 else 0.0


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the hazard changes by time since release alone, or a day gone by."""
    return int(person.latest_release + EARLY_DAYS)


@kernel
def cause(person: Person) -> int:
    """Cause of a death that is no poisoning, by the hazards in force; one random number a life."""
    return SUICIDE if uniform(person.stream, P.DEATH_CAUSE, 0) < person.suicide_part else OTHER_CAUSE


@kernel
def log_cause(person: Person, moment: int) -> None:
    """What a diary says where the clock of deaths other than poisoning runs out."""
    if cause(person) == SUICIDE:
        log_event(person, moment, Event.SUICIDE)
    else:
        log_event(person, moment, P.OTHER_DEATH)


@kernel
def die(person: Person, attended: float, day: int, t: int, cause: int) -> None:
    """The life ends at the start of moment t; all accounts are settled and every slot is free."""
    close_account(person, attended, t)
    stop_all_clocks(person, t)
    person.died_in_custody = 1 if person.status == CUSTODY else 0
    person.status = DEAD
    person.death_day = day
    person.death_cause = cause
    person.custody_until = NEVER
    person.appointment_day = NEVER
    person.contact_day = NEVER
    person.residential_until = NEVER
    leave_all_services(person)
