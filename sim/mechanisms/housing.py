"""Housing in the community: settled, temporary, rough, and the places that run out (beds.py).

Hazards per person-day:
    rough, better       rough_exit_days_1_28 in the first 28 days of the spell, then rough_exit_later, both divided by
                        homeless_or with a navigator or resettlement worker; rough_exit_settled of them to settled, the
                        rest to temporary
    temporary           temporary_to_settled, temporary_to_rough; the same in a short-stay bed (CAS-3)
    settled, lost       settled_loss (an eviction or the end of a stay with family); loss_to_rough of them to rough, the
                        rest to temporary; the same in a supported place
    supported, move-on  supported_move_on, to settled
    Housing First       lost at housing_first_loss, as a settled home; nobody has to move on
Women with children go from temporary to settled x children_settling_hr (womens_services.py).
Reads housing.* but those of the first night (release.py) and of short-stay beds (beds.py).
Writes housing, spell_start and the end of a held place. Left out: prices, allocations, seasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms import resettlement, womens_services
from sim.mechanisms.ledger import in_force, settle_time
from sim.mechanisms.quantities import Values, daily_hazard, probability
from sim.mechanisms.queueing import leave_service
from sim.mechanisms.resettlement import is_supported
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    CAS3_SERVICE,
    HOUSING_FIRST,
    HOUSING_FIRST_SERVICE,
    ROUGH,
    SETTLED,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
)
from sim.population.first_night import rough_exits
from sim.population.margins import Margins
from sim.population.person import Person

EARLY_ROUGH_DAYS = 28

READS = ("housing.*",)
WHEN_OFF: Mapping[str, float] = {
    "rough_exit": 0.0,
    "temporary_to_settled": 0.0,
    "temporary_to_rough": 0.0,
    "settled_loss": 0.0,
    "supported_move_on": 0.0,
    "housing_first_loss": 0.0,
}
EXPECTED_TO_MOVE = "rough_sleeping_days"


class Numbers(Protocol):
    """Moves between kinds of housing."""

    rough_exit: Annotated[Cells[float], daily_hazard("of a way off the street: first 28 days of the spell, later", 2)]
    rough_exit_settled: Annotated[float, probability("that it leads to a settled home")]
    temporary_to_settled: Annotated[float, daily_hazard("of settling from temporary housing")]
    temporary_to_rough: Annotated[float, daily_hazard("of losing temporary housing")]
    settled_loss: Annotated[float, daily_hazard("of losing a settled home")]
    loss_to_rough: Annotated[float, probability("that the loss of a home leads to the street")]
    supported_move_on: Annotated[float, daily_hazard("of settling from a supported place")]
    housing_first_loss: Annotated[float, daily_hazard("of losing a Housing First home")]


class Params(Numbers, resettlement.Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day and the shares of moves by their end."""
    return {
        "rough_exit": rough_exits(draw),
        "rough_exit_settled": draw["housing.rough_exit_settled"],
        "temporary_to_settled": draw["housing.temporary_to_settled"],
        "temporary_to_rough": draw["housing.temporary_to_rough"],
        "settled_loss": draw["housing.settled_loss"],
        "loss_to_rough": draw["housing.loss_to_rough"],
        "supported_move_on": draw["housing.supported_move_on"],
        "housing_first_loss": draw["housing.housing_first_loss"],
    }


@kernel
def up_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of a move to better housing, 1/person-day."""
    housing = person.housing
    if housing == SETTLED or housing == HOUSING_FIRST:
        return 0.0
    if housing == ROUGH:
        early = day - person.spell_start < EARLY_ROUGH_DAYS
        hazard = params.rough_exit[0] if early else params.rough_exit[1]
        return hazard * params.rough_exit_supported if is_supported(person, day) else hazard
    if housing == SUPPORTED:
        return params.supported_move_on
    return float(
        params.temporary_to_settled * params.children_settling if person.children else params.temporary_to_settled
    )


@kernel
def down_hazard(person: Person, params: Numbers) -> float:
    """Hazard of losing the present housing, 1/person-day; people sleeping rough have none to lose."""
    housing = person.housing
    if housing == SETTLED or housing == SUPPORTED:
        return params.settled_loss
    if housing == HOUSING_FIRST:
        return params.housing_first_loss
    return 0.0 if housing == ROUGH else params.temporary_to_rough


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the present spell changes its hazard by time alone, or a day gone by."""
    if person.housing != ROUGH:
        return 0
    best = person.spell_start + EARLY_ROUGH_DAYS
    if best <= day:
        best = NEVER
    if in_force(person.navigator_until, day):
        best = min(best, person.navigator_until)
    if in_force(person.resettlement_until, day):
        best = min(best, person.resettlement_until)
    return int(best)


@kernel
def leave_bed(person: Person) -> None:
    """The short-stay bed, supported place or Housing First home that the person lives in is free again."""
    if person.housing == CAS3:
        person.cas3_until = NEVER
        leave_service(person, CAS3_SERVICE)
    elif person.housing == SUPPORTED:
        leave_service(person, SUPPORTED_SERVICE)
    elif person.housing == HOUSING_FIRST:
        leave_service(person, HOUSING_FIRST_SERVICE)


@kernel
def move(person: Person, housing: int, day: int, t: int) -> None:
    """The person lives in the given housing from moment t; a new spell begins, and a slot held until now is free."""
    settle_time(person, t)
    leave_bed(person)
    person.housing = housing
    person.spell_start = day


@kernel
def move_up(person: Person, params: Numbers, day: int, t: int) -> None:
    """Somebody sleeping rough finds a roof, or other housing becomes settled."""
    if person.housing == ROUGH:
        u = uniform(person.stream, P.ROUGH_EXIT_SETTLED, person.moves_up)
        person.moves_up += 1
        move(person, SETTLED if u < params.rough_exit_settled else TEMPORARY, day, t)
    else:
        move(person, SETTLED, day, t)


@kernel
def move_down(person: Person, params: Numbers, day: int, t: int) -> None:
    """A settled, supported or Housing First home is lost, or temporary housing ends on the street."""
    if person.housing == SETTLED or person.housing == SUPPORTED or person.housing == HOUSING_FIRST:
        u = uniform(person.stream, P.HOME_LOST_TO_ROUGH, person.losses)
        person.losses += 1
        move(person, ROUGH if u < params.loss_to_rough else TEMPORARY, day, t)
    else:
        move(person, ROUGH, day, t)
