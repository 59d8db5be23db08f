"""Which rows of the evidence tables a mechanism reads: the names and patterns (housing.cas3_*) of its READS."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache


def rows_read(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By mechanism, those of the names that it reads, in their order; the mechanisms are those of `switches: off`."""
    return dict(_rows_read(tuple(names)))


@lru_cache(maxsize=4)
def _rows_read(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    from sim.mechanisms.parameters import MECHANISM_NAMES, MECHANISMS  # late: they bring the compiler along

    return {
        mechanism: tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in module.READS))
        for mechanism, module in zip(MECHANISM_NAMES, MECHANISMS, strict=True)
    }
