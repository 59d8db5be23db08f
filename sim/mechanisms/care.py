"""How well the care fits the person: the ratios of drop-out by trauma, words and setting, multiplied on the row.

Worked out anew when treatment starts and after every contact; read by treatment.py. Left out: any effect of care that
fits on use itself, which trials did not find.
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
def update(person: Person, params: Params) -> None:
    """The ratio on the row follows what is known and who is there."""
    person.care_ratio = trauma.fit(person, params) * stigma.fit(person, params) * womens_services.fit(person, params)
