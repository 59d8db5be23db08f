"""Gender-informed services: women's centres, safe space, residential places for women, children.

Women who have been abused keep fewer appointments in a mixed service (attendance.py); a place at a women's centre (a
lever) takes that away, as people there see women only; where a scenario asks for it places go to women of the highest
need that can be seen (sim/population/need_seen.py). With a place drop-out is x centre_dropout_hr and proven reoffending
x centre_reoffending_hr. A place is taken once after a release, lasts centre_days and ends before them where the money
does; what it does then lasts runout_days longer. Custody ends it at once. A mother takes a residential place in a mixed
house, which does not take children, with mixed_residential_with_children; places for women (a lever, a service type of
their own) take children, and a woman who is offered both takes these. Women with children leave temporary housing for a
settled home children_settling_hr times as fast: a reason to settle close to home. The women's prison is far from most
homes: the journey on the day of release tells.
Reads women.centre_dropout_hr, women.centre_reoffending_hr, women.centre_days, support.runout_days,
women.mixed_residential_with_children, women.children_settling_hr. Writes in_womens_centre, womens_centre_until.
Left out: contact with children, family courts, pregnancy; an effect that wears off by and by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform, whole
from sim.core.records import Cells
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force
from sim.mechanisms.quantities import Values, mean_days, probability, ratio, switch
from sim.population import processes as P
from sim.population.choosing import chance
from sim.population.codes import WOMAN
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.need_seen import WOMEN
from sim.population.person import Person

READS = (
    "women.centre_dropout_hr",
    "women.centre_reoffending_hr",
    "women.centre_days",
    "support.runout_days",
    "women.mixed_residential_with_children",
    "women.children_settling_hr",
)
WHEN_OFF: Mapping[str, float] = {"womens_centre_open": 0.0, "mother_takes_mixed": 1.0, "children_settling": 1.0}
EXPECTED_TO_MOVE = "women_at_centre"


class Numbers(Protocol):
    """Women's centres, and places that take children."""

    womens_centre_open: Annotated[float, switch("women's centres take people")]
    womens_centre_dropout: Annotated[float, ratio("of drop-out with a place at a centre")]
    womens_centre_reoffending: Annotated[float, ratio("of proven reoffending with a place at a centre")]
    womens_centre_days: Annotated[float, mean_days("of a place at a centre")]
    runout_days: Annotated[float, mean_days("for which a place or a worker still does what it did after it has ended")]
    mother_takes_mixed: Annotated[float, probability("that a mother takes a residential place in a mixed house")]
    children_settling: Annotated[float, ratio("of settling from temporary housing with children")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Ratios of hazards and the probability that a mother takes a place in a mixed house."""
    return {
        "womens_centre_open": 1.0,
        "womens_centre_dropout": draw["women.centre_dropout_hr"],
        "womens_centre_reoffending": draw["women.centre_reoffending_hr"],
        "womens_centre_days": max(1.0, draw["women.centre_days"]),
        "runout_days": draw["support.runout_days"],
        "mother_takes_mixed": draw["women.mixed_residential_with_children"],
        "children_settling": draw["women.children_settling_hr"],
    }


@kernel
def runout(person: Person, params: Numbers) -> int:
    """Whole days for which help that has ended still does what it did; one threshold a release."""
    return whole(params.runout_days, person.stream, P.RUNOUT_DAYS, person.releases)


@kernel
def place_chance(person: Person, params: Numbers, shares: Cells[float]) -> float:
    """Chance that the centre has a place for her; shares: f8[kinds of coverage], of a day where she lives."""
    by_need = shares[Coverage.WOMENS_CENTRE_BY_NEED]
    if by_need > 0.0:
        return chance(person, by_need, WOMEN) * params.womens_centre_open
    return float(shares[Coverage.WOMENS_CENTRE]) * params.womens_centre_open


@kernel
def look_for_place(person: Person, params: Numbers, day: int, t: int) -> None:
    """On release and at every appointment: whether the centre has a place for her by now, who has had none since the
    release; one random number a life."""
    if person.sex != WOMAN or person.womens_centre_until < NEVER:
        return
    if uniform(person.stream, P.WOMENS_CENTRE, 0) < place_chance(person, params, person.coverage):
        person.in_womens_centre = 1
        stay = whole(params.womens_centre_days, person.stream, P.WOMENS_CENTRE_DAYS, person.releases)
        person.womens_centre_until = day + stay + runout(person, params)
        log_event(person, t, Event.WOMENS_CENTRE)


@kernel
def has_place(person: Person, day: int) -> bool:
    """Whether a place at a women's centre does anything today."""
    return in_force(person.womens_centre_until, day)


@kernel
def fewer_places(person: Person, params: Numbers, shares: Cells[float], day: int) -> bool:
    """Fewer women have a place from today on: whether hers ends with the money, and its effect with the run-out.

    shares: f8[kinds of coverage], of today where she lives.
    """
    if not has_place(person, day) or uniform(person.stream, P.WOMENS_CENTRE, 0) < place_chance(person, params, shares):
        return False
    person.womens_centre_until = min(person.womens_centre_until, day + runout(person, params))
    return True


@kernel
def leave_centre(person: Person) -> None:
    """Custody ends the place and what it does; after the next release there may be one again."""
    person.womens_centre_until = NEVER


@kernel
def takes_mixed_place(person: Person, params: Numbers, episode: int) -> bool:
    """Whether somebody who wants a residential place would take one in a mixed house."""
    if not person.children:
        return True
    return uniform(person.stream, P.TAKES_MIXED_PLACE, episode) < params.mother_takes_mixed


@kernel
def fit(person: Person, params: Numbers, day: int) -> float:
    """Ratio of drop-out by the setting."""
    return params.womens_centre_dropout if has_place(person, day) else 1.0
