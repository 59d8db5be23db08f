"""Housing in the community: settled, temporary, homeless on or off the street, and the places that run out (beds.py).

Rough is on the street. Hidden is homeless, not on the street: with friends, in a squat, in a hostel by the night.
Hazards per person-day:
    rough, better       rough_exit_days_1_28 in the first 28 days of the spell, then rough_exit_later;
                        rough_exit_settled of them to settled, rough_exit_hidden to hidden, the rest to temporary
    hidden, better      hidden_exit; hidden_exit_settled of them to settled, the rest to temporary
    hidden, worse       hidden_to_rough
    temporary           temporary_to_settled; temporary_to_homeless, temporary_loss_street of them to rough, the rest to
                        hidden; the same in a short-stay bed (CAS-3)
    settled, lost       settled_loss (an eviction or the end of a stay with family); loss_to_rough of them to rough,
                        loss_to_hidden to hidden, the rest to temporary; the same in a supported place
    supported, move-on  supported_move_on, to settled
    Housing First       lost at housing_first_loss, as a settled home; nobody has to move on
Nobody moves twice on one day: on the day of a move, of a release among them, neither hazard runs, so that the first
night is spent where it is drawn. Ways out of homelessness are divided by homeless_or with a navigator or resettlement
worker (resettlement.py).
Women with children go from temporary to settled x children_settling_hr (womens_services.py).
Reads housing.* but those of the first night (release.py) and of short-stay beds (beds.py).
Writes housing, spell_start, street_days and the end of a held place. Left out: prices, allocations, seasons, who takes
people in.
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
    HIDDEN,
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
STREET_DAYS = 28  # within one time without a home, after which Housing First is offered (beds.py)

READS = ("housing.*",)
WHEN_OFF: Mapping[str, float] = {
    "rough_exit": 0.0,
    "hidden_exit": 0.0,
    "hidden_to_rough": 0.0,
    "temporary_to_settled": 0.0,
    "temporary_to_homeless": 0.0,
    "settled_loss": 0.0,
    "supported_move_on": 0.0,
    "housing_first_loss": 0.0,
}
EXPECTED_TO_MOVE = "rough_sleeping_days"
MOVES = (
    "rough_exit_settled", "rough_exit_hidden", "hidden_exit", "hidden_exit_settled", "hidden_to_rough",
    "temporary_to_settled", "temporary_to_homeless", "temporary_loss_street", "settled_loss", "loss_to_rough",
    "loss_to_hidden", "supported_move_on", "housing_first_loss",
)  # fmt: skip
"""Numbers that are rows as they stand."""


class Numbers(Protocol):
    """Moves between kinds of housing."""

    rough_exit: Annotated[Cells[float], daily_hazard("of a way off the street: first 28 days of the spell, later", 2)]
    rough_exit_settled: Annotated[float, probability("that it leads to a settled home")]
    rough_exit_hidden: Annotated[float, probability("that it leads to being homeless off the street")]
    hidden_exit: Annotated[float, daily_hazard("of a way out of being homeless off the street")]
    hidden_exit_settled: Annotated[float, probability("that it leads to a settled home")]
    hidden_to_rough: Annotated[float, daily_hazard("of coming from there to the street")]
    temporary_to_settled: Annotated[float, daily_hazard("of settling from temporary housing")]
    temporary_to_homeless: Annotated[float, daily_hazard("of losing temporary housing")]
    temporary_loss_street: Annotated[float, probability("that its loss leads to the street")]
    settled_loss: Annotated[float, daily_hazard("of losing a settled home")]
    loss_to_rough: Annotated[float, probability("that the loss of a home leads to the street")]
    loss_to_hidden: Annotated[float, probability("that it leads to being homeless off the street")]
    supported_move_on: Annotated[float, daily_hazard("of settling from a supported place")]
    housing_first_loss: Annotated[float, daily_hazard("of losing a Housing First home")]


class Params(Numbers, resettlement.Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Hazards per person-day and the shares of moves by their end."""
    return {"rough_exit": rough_exits(draw), **{name: draw[f"housing.{name}"] for name in MOVES}}


@kernel
def up_hazard(person: Person, params: Params, day: int) -> float:
    """Hazard of a move to better housing, 1/person-day; 0 on the day of a move."""
    housing = person.housing
    if housing == SETTLED or housing == HOUSING_FIRST or day == person.spell_start:
        return 0.0
    if housing == ROUGH:
        early = day - person.spell_start < EARLY_ROUGH_DAYS
        hazard = params.rough_exit[0] if early else params.rough_exit[1]
        return hazard * params.homeless_exit_supported if is_supported(person, day) else hazard
    if housing == HIDDEN:
        return params.hidden_exit * params.homeless_exit_supported if is_supported(person, day) else params.hidden_exit
    if housing == SUPPORTED:
        return params.supported_move_on
    return float(
        params.temporary_to_settled * params.children_settling if person.children else params.temporary_to_settled
    )


@kernel
def down_hazard(person: Person, params: Numbers, day: int) -> float:
    """Hazard of losing the present housing, and off the street of coming to it, 1/person-day; 0 on the day of a move;
    people sleeping rough have nothing to lose."""
    housing = person.housing
    if day == person.spell_start:
        return 0.0
    if housing == SETTLED or housing == SUPPORTED:
        return params.settled_loss
    if housing == HOUSING_FIRST:
        return params.housing_first_loss
    if housing == HIDDEN:
        return params.hidden_to_rough
    return 0.0 if housing == ROUGH else params.temporary_to_homeless


@kernel
def next_change(person: Person, day: int) -> int:
    """Next day on which time alone changes the hazards of a move, or what a time without a home gives a right to; or a
    day gone by."""
    if day == person.spell_start:
        return day + 1
    if person.housing != ROUGH and person.housing != HIDDEN:
        return 0
    best = NEVER
    if person.housing == ROUGH:
        for edge in (person.spell_start + EARLY_ROUGH_DAYS, person.spell_start + STREET_DAYS - person.street_days):
            if day < edge < best:
                best = edge
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
def days_on_street(person: Person, day: int) -> int:
    """Days on the street so far in the present time without a home."""
    return int(person.street_days + (day - person.spell_start if person.housing == ROUGH else 0))


@kernel
def is_homeless(housing: int) -> bool:
    """Whether somebody who lives so has no home, on the street or off it."""
    return housing == ROUGH or housing == HIDDEN


@kernel
def ratio_by_roof(housing: int, rough: float, hidden: float) -> float:
    """Ratio of a hazard by where somebody sleeps: `rough` on the street, `hidden` homeless off it, else 1."""
    if housing == ROUGH:
        return rough
    return hidden if housing == HIDDEN else 1.0


@kernel
def move(person: Person, housing: int, day: int, t: int) -> None:
    """The person lives in the given housing from moment t; a new spell begins, and a slot held until now is free."""
    settle_time(person, t)
    leave_bed(person)
    person.street_days = days_on_street(person, day) if is_homeless(housing) else 0
    person.housing = housing
    person.spell_start = day


@kernel
def move_up(person: Person, params: Numbers, day: int, t: int) -> None:
    """Somebody homeless moves to a better place, or other housing becomes settled."""
    if person.housing == ROUGH:
        u = uniform(person.stream, P.ROUGH_EXIT_SETTLED, person.moves_up)
        person.moves_up += 1
        if u < params.rough_exit_settled:
            move(person, SETTLED, day, t)
        else:
            move(person, HIDDEN if u < params.rough_exit_settled + params.rough_exit_hidden else TEMPORARY, day, t)
    elif person.housing == HIDDEN:
        u = uniform(person.stream, P.HIDDEN_EXIT_SETTLED, person.moves_up)
        person.moves_up += 1
        move(person, SETTLED if u < params.hidden_exit_settled else TEMPORARY, day, t)
    else:
        move(person, SETTLED, day, t)


@kernel
def move_down(person: Person, params: Numbers, day: int, t: int) -> None:
    """A settled, supported or Housing First home is lost, temporary housing ends without one, or somebody homeless off
    the street comes to it."""
    if person.housing == HIDDEN:
        move(person, ROUGH, day, t)
    elif person.housing == TEMPORARY or person.housing == CAS3:
        u = uniform(person.stream, P.TEMPORARY_LOST_STREET, person.losses)
        person.losses += 1
        move(person, ROUGH if u < params.temporary_loss_street else HIDDEN, day, t)
    else:
        u = uniform(person.stream, P.HOME_LOST_TO_ROUGH, person.losses)
        person.losses += 1
        if u < params.loss_to_rough:
            move(person, ROUGH, day, t)
        else:
            move(person, HIDDEN if u < params.loss_to_rough + params.loss_to_hidden else TEMPORARY, day, t)
