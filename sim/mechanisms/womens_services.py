"""Gender-informed services: women's centres, safe space, residential places for women, children.

Women who have been abused keep fewer appointments in a mixed service (attendance.py); a place at a women's centre (a
lever) takes that away, as people there see women only; where a scenario asks for it places go to women of the highest
need that can be seen (sim/population/need_seen.py). With a place drop-out is x centre_dropout_hr and proven reoffending
x centre_reoffending_hr. A mother takes a residential place in a mixed house, which does not take children,
with mixed_residential_with_children; places for women (a lever, a service type of their own) take children, and a
woman who is offered both takes these. Women with children leave temporary housing for a settled home
children_settling_hr times as fast: a reason to settle close to home. The women's prison is far from most homes: the
journey on the day of release tells.
Reads women.centre_dropout_hr, women.centre_reoffending_hr, women.mixed_residential_with_children,
women.children_settling_hr. Writes in_womens_centre. Left out: contact with children, family courts, pregnancy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import Values, probability, ratio, switch
from sim.population import processes as P
from sim.population.choosing import chance
from sim.population.codes import WOMAN
from sim.population.margins import Margins
from sim.population.need_seen import WOMEN
from sim.population.person import Coverage, Person

READS = (
    "women.centre_dropout_hr",
    "women.centre_reoffending_hr",
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
    mother_takes_mixed: Annotated[float, probability("that a mother takes a residential place in a mixed house")]
    children_settling: Annotated[float, ratio("of settling from temporary housing with children")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Ratios of hazards and the probability that a mother takes a place in a mixed house."""
    return {
        "womens_centre_open": 1.0,
        "womens_centre_dropout": draw["women.centre_dropout_hr"],
        "womens_centre_reoffending": draw["women.centre_reoffending_hr"],
        "mother_takes_mixed": draw["women.mixed_residential_with_children"],
        "children_settling": draw["women.children_settling_hr"],
    }


@kernel
def place_chance(person: Person) -> float:
    """Chance that the centre has a place for her by now."""
    by_need = person.coverage[Coverage.WOMENS_CENTRE_BY_NEED]
    if by_need > 0.0:
        return chance(person, by_need, WOMEN)
    return float(person.coverage[Coverage.WOMENS_CENTRE])


@kernel
def look_for_place(person: Person, params: Numbers, t: int) -> None:
    """On release and at every appointment: whether the centre has a place for her by now; one random number a life."""
    if person.sex != WOMAN or person.in_womens_centre:
        return
    if uniform(person.stream, P.WOMENS_CENTRE, 0) < place_chance(person) * params.womens_centre_open:
        person.in_womens_centre = 1
        log_event(person, t, Event.WOMENS_CENTRE)


@kernel
def takes_mixed_place(person: Person, params: Numbers, episode: int) -> bool:
    """Whether somebody who wants a residential place would take one in a mixed house."""
    if not person.children:
        return True
    return uniform(person.stream, P.TAKES_MIXED_PLACE, episode) < params.mother_takes_mixed


@kernel
def fit(person: Person, params: Numbers) -> float:
    """Ratio of drop-out by the setting."""
    return params.womens_centre_dropout if person.in_womens_centre else 1.0
