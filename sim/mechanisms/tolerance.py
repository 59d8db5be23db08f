"""Tolerance to opioids: how much of it was lost, and what use since then has brought back.

    R(u) = 1 + (T - 1) x mean over the band of 2^(-(u + 1/2) / half-life),   bands 0-6, 7-13 and 14-27, then 1
    ratio of the overdose hazard = R(u)^g

u is the number of days of use since tolerance was lost, over all spells, so a first use on day 40 after release and a
relapse after four weeks without opioids are one and the same. g is 1 where tolerance was lost, 1/2 where half of it
was, theta where substitution treatment kept the rest, and 0 where it is kept. The mean over a band stands at the middle
of each day.
Tolerance goes in custody (release.py), in a residential place (residential.py) and by abstinence (use.py). Half a loss
is taken only where it leaves the person at higher risk than the one before it. Substitution treatment that begins in
the community after tolerance was lost leaves theta of it (treatment.py).
Reads overdose.tolerance_first_days, overdose.tolerance_half_life, overdose.ost_tolerance_part. Writes tolerance,
used_days, using. Left out: amounts, tolerance that substitution treatment brings back by its own length.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.records import Floats
from sim.mechanisms.quantities import ratio
from sim.population.codes import HALF, KEPT
from sim.population.person import Person

BANDS = ((0, 7), (7, 14), (14, 28))  # days of use since tolerance was lost
REGAINED = 28  # days of use after which nothing of the loss is left


class Numbers(Protocol):
    """The raised risk while tolerance comes back."""

    overdose_tolerance: Annotated[
        Floats,
        ratio("of the hazard: kept, half lost, lost, lost on OST; days of use since: 0-6, 7-13, 14-27, later", 4, 4),
    ]


def bands(draw: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Ratio of the overdose hazard with tolerance lost on days of use 0-6, 7-13, 14-27 and later; it never rises."""
    excess, half_life = draw["overdose.tolerance_first_days"] - 1.0, draw["overdose.tolerance_half_life"]
    first, second, third = (
        1.0 + excess * sum(2.0 ** (-(u + 0.5) / half_life) for u in range(start, end)) / (end - start)
        for start, end in BANDS
    )
    return first, second, third, 1.0


def by_state(draw: Mapping[str, float]) -> tuple[tuple[float, ...], ...]:
    """The same by state, in the order of the codes: kept, half lost, lost, lost but on substitution treatment."""
    lost, theta = bands(draw), draw["overdose.ost_tolerance_part"]
    return (1.0,) * 4, tuple(math.sqrt(ratio) for ratio in lost), lost, tuple(ratio**theta for ratio in lost)


@kernel
def days_of_use(person: Person, day: int) -> int:
    """Days of use since tolerance was lost, today's spell up to today among them."""
    return person.used_days + (day - person.using_since if person.using else 0)


@kernel
def hazard_ratio(person: Person, params: Numbers, day: int) -> float:
    """Ratio of the overdose hazard by what was lost and the days of use since."""
    u = days_of_use(person, day)
    band = 0 if u < 7 else (1 if u < 14 else (2 if u < REGAINED else 3))
    return float(params.overdose_tolerance[person.tolerance, band])


@kernel
def next_change(person: Person, day: int) -> int:
    """Day on which the ratio of somebody who uses changes by further days of use alone, or a day gone by."""
    if person.tolerance == KEPT:
        return 0
    u = days_of_use(person, day)
    return day + (7 if u < 7 else (14 if u < 14 else REGAINED)) - u


@kernel
def set_state(person: Person, state: int) -> None:
    """Tolerance as it is from now on; the days of use since are counted anew."""
    person.tolerance = state
    person.used_days = 0


@kernel
def lose_half(person: Person, params: Numbers, day: int) -> None:
    """Half of it is lost, unless what was lost before weighs more."""
    if params.overdose_tolerance[HALF, 0] > hazard_ratio(person, params, day):
        set_state(person, HALF)


@kernel
def end_use(person: Person, day: int) -> None:
    """The spell of use ends today and its days are added up."""
    if person.using:
        person.used_days = days_of_use(person, day)
        person.using = 0
