"""The run's numbers as one record: what every mechanism derives, once, from a parameter draw and the population's
margins.

Each mechanism states its numbers in FIELDS and derives them in `numbers(draw, margins)`; rules read them as
`facts.name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from sim.mechanisms import (
    attendance,
    custody,
    deaths,
    housing,
    income,
    navigator,
    overdose,
    referral,
    release,
    reoffending,
    supervision,
    treatment,
    trust,
    use,
)
from sim.population.margins import Margins

MECHANISMS: tuple[ModuleType, ...] = (
    release,
    income,
    attendance,
    trust,
    referral,
    treatment,
    use,
    overdose,
    deaths,
    housing,
    supervision,
    reoffending,
    custody,
    navigator,
)

FACTS = np.dtype([field for mechanism in MECHANISMS for field in mechanism.FIELDS], align=True)


def make_facts(draw: Mapping[str, float], margins: Margins) -> np.ndarray[Any, Any]:
    """FACTS of one parameter draw, an array of length 1.

    Errors: ValueError naming the number that is not finite.
    """
    facts = np.zeros(1, dtype=FACTS)
    for mechanism in MECHANISMS:
        numbers = mechanism.numbers(draw, margins)
        declared = {field[0] for field in mechanism.FIELDS}
        if set(numbers) != declared:
            raise ValueError(f"{mechanism.__name__} declares {sorted(declared)} and derives {sorted(numbers)}")
        for name, value in numbers.items():
            if not np.all(np.isfinite(value)):
                raise ValueError(f"{mechanism.__name__}: {name} is not finite")
            facts[0][name] = value
    return facts
