"""Whom a service chooses by the need that it can see: the place in a queue, and the chance within a share.

The numbers stand on the row since it was sampled (sim/population/need_seen.py).
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.population.person import Person


@kernel
def rank(person: Person) -> int:
    """Place of the person in the order of scores, by what is known today; the highest is 0."""
    return int(person.need_told if person.disclosed else person.need_seen)


@kernel
def chance(person: Person, share: float, group: int) -> float:
    """Chance of being among the share of a group that goes to the highest scores."""
    left = share - person.seen_above[group]
    if left <= 0.0:
        return 0.0
    return min(1.0, left / person.seen_equal[group])
