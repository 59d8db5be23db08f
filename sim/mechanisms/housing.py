"""Housing in the community: settled, temporary, rough.

Hazards per person-day:
    rough, better     rough_exit_days_1_28 in the first 28 days of the spell, then rough_exit_later, both divided by
                      homeless_or with a navigator; rough_exit_settled of them to settled, the rest to temporary
    temporary         temporary_to_settled, temporary_to_rough
    settled, lost     settled_loss; loss_to_rough of them to rough, the rest to temporary
First form: today's short-stay beds are inside the published first night; supported homes come with their levers.
Reads housing.* but those of the first night (release.py), support.homeless_or. Writes housing, spell_start.
Left out: prices, allocations, seasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms.ledger import in_force, settle_time
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import ROUGH, SETTLED, TEMPORARY

EARLY_ROUGH_DAYS = 28

FIELDS: list[Any] = [
    ("rough_exit", "f8", (2,)),
    ("rough_exit_supported", "f8"),
    ("rough_exit_settled", "f8"),
    ("temporary_to_settled", "f8"),
    ("temporary_to_rough", "f8"),
    ("settled_loss", "f8"),
    ("loss_to_rough", "f8"),
]


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Hazards per person-day; rough_exit_supported is the ratio with a navigator."""
    return {
        "rough_exit": (draw["housing.rough_exit_days_1_28"], draw["housing.rough_exit_later"]),
        "rough_exit_supported": 1.0 / draw["support.homeless_or"],
        "rough_exit_settled": draw["housing.rough_exit_settled"],
        "temporary_to_settled": draw["housing.temporary_to_settled"],
        "temporary_to_rough": draw["housing.temporary_to_rough"],
        "settled_loss": draw["housing.settled_loss"],
        "loss_to_rough": draw["housing.loss_to_rough"],
    }


@kernel
def up_hazard(person: Any, facts: Any, day: int) -> float:
    """Hazard of a move to better housing, 1/person-day."""
    if person.housing == ROUGH:
        early = day - person.spell_start < EARLY_ROUGH_DAYS
        hazard = facts.rough_exit[0] if early else facts.rough_exit[1]
        return float(hazard * facts.rough_exit_supported if in_force(person.navigator_until, day) else hazard)
    return float(facts.temporary_to_settled if person.housing == TEMPORARY else 0.0)


@kernel
def down_hazard(person: Any, facts: Any) -> float:
    """Hazard of losing the present housing, 1/person-day; people sleeping rough have none to lose."""
    if person.housing == SETTLED:
        return float(facts.settled_loss)
    return float(facts.temporary_to_rough if person.housing == TEMPORARY else 0.0)


@kernel
def next_change(person: Any, day: int) -> int:
    """Day on which the present spell changes its hazard by time alone, or a day gone by."""
    if person.housing != ROUGH:
        return 0
    early = person.spell_start + EARLY_ROUGH_DAYS
    if in_force(person.navigator_until, day) and (early <= day or person.navigator_until < early):
        return int(person.navigator_until)
    return int(early)


@kernel
def move(person: Any, housing: int, day: int, t: int) -> None:
    """The person lives in the given housing from moment t; a new spell begins."""
    settle_time(person, t)
    person.housing = housing
    person.spell_start = day


@kernel
def move_up(person: Any, facts: Any, day: int, t: int) -> None:
    """Somebody sleeping rough finds a roof, or temporary housing becomes settled."""
    if person.housing == ROUGH:
        u = uniform(person.luck, P.ROUGH_EXIT_SETTLED, person.moves_up)
        person.moves_up += 1
        move(person, SETTLED if u < facts.rough_exit_settled else TEMPORARY, day, t)
    else:
        move(person, SETTLED, day, t)


@kernel
def move_down(person: Any, facts: Any, day: int, t: int) -> None:
    """A settled home is lost, or temporary housing ends on the street."""
    if person.housing == SETTLED:
        u = uniform(person.luck, P.HOME_LOST_TO_ROUGH, person.losses)
        person.losses += 1
        move(person, ROUGH if u < facts.loss_to_rough else TEMPORARY, day, t)
    else:
        move(person, ROUGH, day, t)
