"""How well the care fits the person: the ratios of drop-out by trauma, words and setting, multiplied on the row.

Worked out anew when treatment starts, after every contact and when a place at a women's centre ends; read by
treatment.py. Left out: any effect of care that fits on use itself, which trials did not find.
Writes care_ratio.
"""

from __future__ import annotations

from typing import Protocol

from sim.core.compiled import kernel
from sim.mechanisms import stigma, trauma, womens_services
from sim.population.person import Person


class Params(stigma.Numbers, trauma.Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


@kernel
def update(person: Person, params: Params, day: int) -> None:
    """The ratio on the row follows what is known and who is there."""
    known = trauma.fit(person, params) * stigma.fit(person, params)
    person.care_ratio = known * womens_services.fit(person, params, day)


@kernel
def at_dawn(person: Person, params: Params, day: int) -> None:
    """What a place at a women's centre did ends today."""
    if day == person.womens_centre_until:
        update(person, params, day)
