"""Named choices among prices: which row stands for a thing in a study, and what would count the same money twice.

A choice is a word of a scenario's `prices:` block. An option other than the default takes rows of the evidence in place
of others: whatever asks for `cost.keyworker_year` then gets the row `cost.keyworker_year_full`, in every draw and in
the reference run alike. An option that counts again what is counted elsewhere is known by name and always refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import InputError, nearest_name
from sim.core.tables import read_rows
from sim.evidence.draws import ParameterTable
from sim.evidence.rows import Parameter

TABLE = Path(__file__).parent / "price_choices.csv"
COLUMNS = ("choice", "option", "default", "row", "uses", "refused", "meaning")


class Option(NamedTuple):
    """One option of a choice. swaps: rows of the evidence, each with the row that stands in its place. refused: what it
    would count twice, empty where it can be chosen."""

    name: str
    is_default: bool
    swaps: tuple[tuple[str, str], ...]
    refused: str
    meaning: str


Choices = Mapping[str, Mapping[str, Option]]


@cache
def price_choices(file: Path = TABLE) -> Choices:
    """The options of each choice by name, in the order of the table.

    Raises InputError, naming file and line, at the first row that is not right.
    """
    choices: dict[str, dict[str, Option]] = {}
    for row in read_rows(file, COLUMNS, ("choice", "option", "meaning")):
        options = choices.setdefault(row.text("choice"), {})
        name, cells = row.text("option"), row.cells
        if bool(cells["row"]) != bool(cells["uses"]):
            raise row.error("uses", "a row and what stands in its place go together", "both cells, or neither")
        before = options.get(name)
        swap = ((cells["row"], cells["uses"]),) if cells["row"] else ()
        if before is not None and not swap:
            raise row.error("option", f"'{name}' is there twice", "each option once, or once for each row it swaps")
        is_default = row.word("default", ("yes", ""), "yes, or nothing") == "yes"
        options[name] = Option(
            name, is_default, (*(before.swaps if before else ()), *swap), cells["refused"], cells["meaning"]
        )
    for choice, options in choices.items():
        if sum(option.is_default for option in options.values()) != 1:
            problem = f"'{choice}' has not one default"
            raise InputError(problem, file=file, key=choice, allowed="yes in the column default of one option")
    return choices


def allowed_options(choice: str) -> tuple[str, ...]:
    """The options of a choice that can be taken."""
    return tuple(option.name for option in price_choices()[choice].values() if not option.refused)


def default_of(choice: str) -> str:
    """The option of a choice that stands where nothing is said."""
    return next(option.name for option in price_choices()[choice].values() if option.is_default)


def swapped_rows(chosen: Mapping[str, str]) -> dict[str, str]:
    """Names of the rows that chosen options (by choice) replace, with the name of the row that each takes."""
    choices = price_choices()
    return dict(swap for choice, option in chosen.items() for swap in choices[choice][option].swaps)


def with_prices(table: ParameterTable, chosen: Mapping[str, str]) -> ParameterTable:
    """The table in which chosen options (by choice) stand; the same one where each is the default."""
    swaps = swapped_rows(chosen)
    if not swaps:
        return table
    replaced: dict[str, Parameter] = {name: table[uses] for name, uses in swaps.items()}
    return ParameterTable({**table.rows, **replaced})


def refusal_of(choice: str, option: object) -> tuple[str, str, str | None] | None:
    """Why an option cannot be chosen, as (problem, what is allowed, nearest name); None where it can."""
    options, allowed = price_choices()[choice], allowed_options(choice)
    known = options.get(option) if isinstance(option, str) else None
    if known is None:
        nearest = nearest_name(option, allowed) if isinstance(option, str) else None
        return f"'{option}' is not an option of {choice}", ", ".join(allowed), nearest
    return (known.refused, ", ".join(allowed), None) if known.refused else None
