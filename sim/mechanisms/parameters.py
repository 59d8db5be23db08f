"""The run's numbers as one record: what every mechanism derives, once, from a parameter draw and the population's
margins.

Each mechanism declares its numbers in the class Numbers and derives them in `numbers(draw, margins)`; Params is all of
them, and rules read them as `params.name`. WHEN_OFF holds the numbers with which a mechanism does nothing, for a
scenario that switches it off, EXPECTED_TO_MOVE the measure in which that shows, READS the rows of the evidence tables
that it reads.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from sim.core.records import Field, fields_of
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
    hubs,
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


class Params(
    release.Numbers,
    income.Numbers,
    attendance.Numbers,
    trust.Numbers,
    referral.Numbers,
    treatment.Numbers,
    use.Numbers,
    overdose.Numbers,
    deaths.Numbers,
    housing.Numbers,
    supervision.Numbers,
    reoffending.Numbers,
    custody.Numbers,
    navigator.Numbers,
    resettlement.Numbers,
    beds.Numbers,
    residential.Numbers,
    trauma.Numbers,
    womens_services.Numbers,
    chemsex.Numbers,
    mutual_aid.Numbers,
    agencies.Numbers,
    stigma.Numbers,
    access.Numbers,
    dual_need.Numbers,
    release_planning.Numbers,
    hubs.Numbers,
):
    """The numbers of every mechanism. A row with the dtype PARAMS; nobody makes an instance."""


MECHANISMS: tuple[ModuleType, ...] = tuple(sys.modules[base.__module__] for base in Params.__bases__)
MECHANISM_NAMES = tuple(mechanism.__name__.rsplit(".", 1)[-1] for mechanism in MECHANISMS)

NUMBERS: dict[str, dict[str, Field]] = {
    name: fields_of(mechanism.Numbers) for name, mechanism in zip(MECHANISM_NAMES, MECHANISMS, strict=True)
}
"""By mechanism the numbers that it declares, in order."""
PARAMS = np.dtype(
    [(name, field.kind, field.shape) for fields in NUMBERS.values() for name, field in fields.items()], align=True
)


def derive_params(draw: Mapping[str, float], margins: Margins, off: Collection[str] = ()) -> np.ndarray[Any, Any]:
    """PARAMS of one parameter draw, an array of length 1; off: names of the mechanisms that do nothing.

    Errors: ValueError naming the number that is not finite, or a mechanism that is not there.
    """
    unknown = set(off) - set(MECHANISM_NAMES)
    if unknown:
        raise ValueError(f"there is no mechanism {sorted(unknown)}")
    params = np.zeros(1, dtype=PARAMS)
    for mechanism, declared in zip(MECHANISMS, NUMBERS.values(), strict=True):
        numbers = mechanism.numbers(draw, margins)
        if set(numbers) != set(declared):
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
