"""The run's numbers as one record: what every mechanism derives, once, from a parameter draw and the population's
margins.

Each mechanism states its numbers in FIELDS and derives them in `numbers(draw, margins)`; rules read them as
`facts.name`. WHEN_OFF holds the numbers with which it does nothing, for a scenario that switches it off, and MOVES the
measure in which that shows.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from sim.mechanisms import (
    access,
    agencies,
    attendance,
    beds,
    chemsex,
    custody,
    deaths,
    dual_need,
    housing,
    income,
    mutual_aid,
    navigator,
    overdose,
    referral,
    release,
    release_planning,
    reoffending,
    resettlement,
    residential,
    stigma,
    supervision,
    trauma,
    treatment,
    trust,
    use,
    womens_services,
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
    resettlement,
    beds,
    residential,
    trauma,
    womens_services,
    chemsex,
    mutual_aid,
    agencies,
    stigma,
    access,
    dual_need,
    release_planning,
)
MECHANISM_NAMES = tuple(mechanism.__name__.rsplit(".", 1)[-1] for mechanism in MECHANISMS)

Params: TypeAlias = Any
PARAMS = np.dtype([field for mechanism in MECHANISMS for field in mechanism.FIELDS], align=True)


def derive_params(draw: Mapping[str, float], margins: Margins, off: Collection[str] = ()) -> np.ndarray[Any, Any]:
    """PARAMS of one parameter draw, an array of length 1; off: names of the mechanisms that do nothing.

    Errors: ValueError naming the number that is not finite, or a mechanism that is not there.
    """
    unknown = set(off) - set(MECHANISM_NAMES)
    if unknown:
        raise ValueError(f"there is no mechanism {sorted(unknown)}")
    params = np.zeros(1, dtype=PARAMS)
    for mechanism in MECHANISMS:
        numbers = mechanism.numbers(draw, margins)
        declared = {field[0] for field in mechanism.FIELDS}
        if set(numbers) != declared:
            raise ValueError(f"{mechanism.__name__} declares {sorted(declared)} and derives {sorted(numbers)}")
        for name, value in numbers.items():
            if not (math.isfinite(value) if isinstance(value, float | int) else np.isfinite(value).all()):
                raise ValueError(f"{mechanism.__name__}: {name} is not finite")
            params[0][name] = value
    for mechanism, name in zip(MECHANISMS, MECHANISM_NAMES, strict=True):
        if name in off:
            for number, value in mechanism.WHEN_OFF.items():
                params[0][number] = value
    return params
