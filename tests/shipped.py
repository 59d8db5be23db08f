"""The shipped rows, read once a process, for tests that only read them."""

from __future__ import annotations

from functools import cache

from sim.evidence import Draw, ParameterTable, load_parameters


@cache
def shipped_table() -> ParameterTable:
    """Every shipped row."""
    return load_parameters()


@cache
def shipped_reference() -> Draw:
    """The reference draw of the shipped rows."""
    return shipped_table().reference()
