"""Resettlement work before release, and what anybody beside a person does for a roof.

A resettlement worker meets people in prison in the last weeks before release (a lever; nobody is met today; nobody
who leaves from remand or court is met, as nobody knows the day) and stays with them for resettlement_days after it,
or until the money ends. Whoever was met leaves ready: identity papers, a bank account and a benefit claim made on the
day (income.py). With a resettlement worker or a navigator the odds of a first night without a home are multiplied by
homeless_or (release.py), and ways out of homelessness, on the street or off it, are taken sooner by its inverse
(housing.py); the two together do no more than one. Whoever is spared a night without a home is in temporary housing:
what the row rests on tells of homelessness, nothing tells of settled homes. Work is left out: signposting found
nobody work.
Reads support.*. Writes met_before_release, resettlement_until.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform, whole
from sim.mechanisms.ledger import in_force
from sim.mechanisms.quantities import Values, log_odds, mean_days, ratio, switch
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import Person

READS = ("support.*",)
WHEN_OFF: Mapping[str, float] = {
    "resettlement_reach": 0.0,
    "ready_supported": 0,
    "homeless_supported": 0.0,
    "homeless_exit_supported": 1.0,
}
EXPECTED_TO_MOVE = "first_night_rough"


class Numbers(Protocol):
    """Support before and after release."""

    resettlement_reach: Annotated[float, switch("resettlement workers meet people before release")]
    ready_supported: Annotated[int, switch("people with support leave ready to claim", "i4")]
    homeless_supported: Annotated[float, log_odds("added to a first night without a home, with support")]
    homeless_exit_supported: Annotated[float, ratio("of the hazard of a way out of homelessness, with support")]
    resettlement_days: Annotated[float, mean_days("of a resettlement worker's support after release")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Log odds ratio of a first night without a home, ratio of the hazard of a way out, days of support."""
    return {
        "resettlement_reach": 1.0,
        "ready_supported": 1,
        "homeless_supported": math.log(draw["support.homeless_or"]),
        "homeless_exit_supported": 1.0 / draw["support.homeless_or"],
        "resettlement_days": max(1.0, draw["support.resettlement_days"]),
    }


@kernel
def is_supported(person: Person, day: int) -> bool:
    """Whether a navigator or a resettlement worker stands beside the person today."""
    return in_force(person.navigator_until, day) or in_force(person.resettlement_until, day)


@kernel
def has_room(person: Person, params: Numbers, chance: float, n: int) -> bool:
    """Whether the workers whom the money pays for have room for the person's n-th release; chance: share of people
    leaving the prison whom they meet."""
    return uniform(person.stream, P.RESETTLEMENT_MET, n) < chance * params.resettlement_reach


@kernel
def prepare_release(person: Person, params: Numbers) -> None:
    """On the eve of release: whether a resettlement worker has prepared it."""
    chance = 0.0 if person.remand else person.resettlement_chance
    person.met_before_release = has_room(person, params, chance, person.releases + 1)


@kernel
def on_release(person: Person, params: Numbers, day: int) -> None:
    """Support goes on after release for whoever was met before it; for the day alone if it is not paid for any more."""
    person.resettlement_until = NEVER
    if person.met_before_release:
        days = 1
        if has_room(person, params, person.resettlement_chance, person.releases):
            days = whole(params.resettlement_days, person.stream, P.RESETTLEMENT_DAYS, person.releases)
        person.resettlement_until = day + days
    person.met_before_release = 0


@kernel
def fewer_workers(person: Person, params: Numbers, chance: float, day: int) -> bool:
    """Fewer people leaving the person's prison have a worker from today on: whether the person's leaves with the money.

    chance: share of today. What was done before release stays done.
    """
    if not in_force(person.resettlement_until, day) or has_room(person, params, chance, person.releases):
        return False
    person.resettlement_until = day
    return True
