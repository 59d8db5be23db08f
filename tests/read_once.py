"""The shipped area and evidence are read once a process of tests, and not anew by each of a thousand studies.

Only what is read from the shipped folders: an area of a test, and tables put in the place of the shipped ones, are read
whenever they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import sim.area
import sim.evidence
from sim.area import load as load_of_area
from sim.evidence import load as load_of_evidence


def _once(load: Callable[..., Any], folders: Callable[[], Any]) -> Callable[..., Any]:
    """`load`, whose answer without arguments is kept for as long as the shipped folders are the same."""

    @cache
    def kept(_: Any) -> Any:
        return load()

    @wraps(load)
    def loaded(*args: Any, **options: Any) -> Any:
        asks = any(given is not None for given in (*args, *options.values()))
        return load(*args, **options) if asks else kept(folders())

    return loaded


def _tables() -> tuple[Any, Any]:
    return load_of_evidence.TABLES, load_of_evidence.SOURCES


def read_shipped_once() -> None:
    """From now on whoever imports the loaders from their rooms has those that read the shipped folders once."""
    sim.area.load_area = _once(sim.area.load_area, lambda: load_of_area.SHIPPED)
    sim.evidence.load_parameters = _once(sim.evidence.load_parameters, _tables)
    sim.evidence.load_sources = _once(sim.evidence.load_sources, _tables)
