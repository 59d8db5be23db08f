"""Use: starting and stopping, by need, time without use, substitution treatment and adversity.

Hazard of starting, per person-day not using:
    h = band(days since release or since stopping, whichever is later) x r_need x r_ost x r_ace4 x r_meetings
with r_need = 1 for opiate needs, `use.other_needs_ratio` for the rest; r_ost = `use.ost_hr` on OST; r_ace4 centred so
that its mean over people is 1; r_meetings of mutual aid (mutual_aid.py). The day of release has its own probability
(release.py) and no hazard beside it. Stopping: a constant hazard, higher in treatment. One use state, no amounts.
Tolerance to opioids goes by abstinence too: who begins to use after use.tolerance_days or more without any opioid,
substitution treatment included, has lost it, whether the time began with a release or with the last use; after
custody.tolerance_days half of it (tolerance.py).
Reads use.*, trauma.ace4_relapse_hr, custody.tolerance_days. Writes using, using_since, abstinent_since, first_use,
tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import whole
from sim.core.records import Cells
from sim.mechanisms import custody, mutual_aid, tolerance
from sim.mechanisms.ledger import settle_time
from sim.mechanisms.quantities import Values, daily_hazard, mean_days, ratio
from sim.population import processes as P
from sim.population.codes import IN_TREATMENT, LOST, NO_OST, OPIATE_NO_CRACK
from sim.population.margins import Margins
from sim.population.person import Person

FIRST_BAND_DAYS, SECOND_BAND_DAYS = 28, 84

READS = ("use.*", "trauma.ace4_relapse_hr", "custody.tolerance_days")
WHEN_OFF: Mapping[str, float] = {"use_start": 0.0, "use_stop": 0.0}
EXPECTED_TO_MOVE = "relapsed_28_days"


class Numbers(Protocol):
    """Starting and stopping use."""

    use_start: Annotated[
        Cells[float], daily_hazard("of starting, by days since release or stopping: 1-28, 29-84, later", 3)
    ]
    use_on_ost: Annotated[float, ratio("of the hazard of starting on substitution treatment")]
    use_other_needs: Annotated[float, ratio("of the hazard of starting with other than opiate needs")]
    use_by_ace4: Annotated[
        Cells[float],
        ratio("of the hazard of starting: fewer than four adverse experiences, four or more; mean 1 over people", 2),
    ]
    abstinent_days: Annotated[float, mean_days("without any opioid after which use meets lost tolerance")]
    use_stop: Annotated[Cells[float], daily_hazard("of stopping: outside treatment, in treatment", 2)]


class Params(Numbers, custody.Params, mutual_aid.Numbers, tolerance.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def start_hazards(draw: Mapping[str, float]) -> tuple[float, float, float]:
    """Hazard of starting use, 1/person-day, 1-28, 29-84 and more days after release or stopping; it never rises."""
    early = draw["use.start_days_1_28"]
    middle = early * draw["use.start_days_29_84_part"]
    return early, middle, middle * draw["use.start_days_85_365_part"]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day; use_by_ace4 is centred over the share of people with four or more ACEs."""
    ratio = draw["trauma.ace4_relapse_hr"]
    mean = 1.0 + margins.ace4 * (ratio - 1.0)
    return {
        "use_start": start_hazards(draw),
        "use_on_ost": draw["use.ost_hr"],
        "use_other_needs": draw["use.other_needs_ratio"],
        "use_by_ace4": (1.0 / mean, ratio / mean),
        "abstinent_days": max(draw["use.tolerance_days"], draw["custody.tolerance_days"]),
        "use_stop": (draw["use.stop_out"], draw["use.stop_in_treatment"]),
    }


@kernel
def person_factor(person: Person, params: Numbers) -> float:
    """The person's constant factor on the hazard of starting use."""
    need = 1.0 if person.need <= OPIATE_NO_CRACK else params.use_other_needs
    return need * params.use_by_ace4[person.ace4]


@kernel
def start_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of starting use today, 1/person-day; 0 while using and on the day of release."""
    if person.using or day == person.latest_release:
        return 0.0
    since = day - person.abstinent_since
    band = 0 if since < FIRST_BAND_DAYS else (1 if since < SECOND_BAND_DAYS else 2)
    hazard = params.use_start[band] * person.use_factor * mutual_aid.use_ratio(person, params)
    return hazard if person.ost == NO_OST else hazard * params.use_on_ost


@kernel
def stop_hazard(person: Person, params: Numbers) -> float:
    """Hazard of stopping use, 1/person-day; 0 while not using."""
    if not person.using:
        return 0.0
    return params.use_stop[1] if person.treatment == IN_TREATMENT else params.use_stop[0]


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the hazard of starting changes by the passing of time alone, or a day gone by."""
    if person.using:
        return 0
    if day == person.latest_release:
        return day + 1
    first = person.abstinent_since + FIRST_BAND_DAYS
    return int(first if day < first else person.abstinent_since + SECOND_BAND_DAYS)


@kernel
def days_without_opioids(person: Person, day: int) -> int:
    """Whole days without use and without substitution treatment up to today, 0 on it; since the release at most."""
    if person.ost != NO_OST:
        return 0
    since = person.abstinent_since
    return int(day - (person.ost_stop if since < person.ost_stop <= day else since))


@kernel
def lose_tolerance(person: Person, params: Params, day: int) -> None:
    """What the days without opioids that end today have taken of it."""
    days = days_without_opioids(person, day)
    if not custody.loses_tolerance(person, params, days):
        return
    if days >= whole(params.abstinent_days, person.stream, P.ABSTINENT_DAYS, person.releases):
        tolerance.set_state(person, LOST)
    else:
        tolerance.lose_half(person, params, day)


@kernel
def start_using(person: Person, params: Params, day: int, t: int) -> None:
    """The person uses again from moment t."""
    settle_time(person, t)
    if person.need <= OPIATE_NO_CRACK:
        lose_tolerance(person, params, day)
    person.using = 1
    person.using_since = day
    if person.first_use > day:
        person.first_use = day


@kernel
def stop_using(person: Person, day: int, t: int) -> None:
    """The person has stopped at moment t; the time without use begins."""
    settle_time(person, t)
    tolerance.end_use(person, day)
    person.abstinent_since = day
