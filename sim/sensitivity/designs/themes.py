"""Which theme a parameter row belongs to, from the table of themes, the mechanisms' rows and the lever catalogue.

A row may matter to several themes. Its themes are those of the first of these rules that finds any:

1. The themes whose numbers (sim/evidence/themes.csv) name the row.
2. The themes whose mechanisms hold the mechanism of the row's table: the one of the table's own name, else the one that
   reads more than half of the table's rows (appointment: attendance).
3. For prices and sizes of what money buys (tables cost and lever): the themes of the levers that read the row.

Themes stand in the order of their table, and the first of them is the row's group. Rows that no rule finds, such as
ages, needs, sentences and utilities, belong to no theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pkgutil import iter_modules

from sim import mechanisms
from sim.evidence import ParameterTable
from sim.evidence.load import shipped_names
from sim.evidence.themes import Theme, load_themes
from sim.scenario.levers import LEVERS
from sim.scenario.reading.switches import MECHANISMS
from sim.sensitivity.designs.parameters_read import rows_read

_OF_LEVERS = ("cost", "lever")


@cache
def themes() -> tuple[Theme, ...]:
    """All themes in the order of their table."""
    files = {module.name for module in iter_modules(mechanisms.__path__)}
    known = {"levers": LEVERS, "mechanisms": files, "numbers": shipped_names()}
    return load_themes(known=known)


def themes_of_rows(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """By name of every row its themes, the first one first; () for a row without one."""
    mechanism_of = _mechanism_of_tables(table)
    levers = _themes_of_levers()
    by_row = {}
    for name, row in table.rows.items():
        codes = [theme.code for theme in themes() if name in theme.numbers]
        if not codes:
            codes = [theme.code for theme in themes() if mechanism_of.get(row.mechanism) in theme.mechanisms]
        if not codes and row.mechanism in _OF_LEVERS:
            codes = [theme.code for theme in themes() if theme.code in levers.get(name, ())]
        by_row[name] = tuple(codes)
    return by_row


def _mechanism_of_tables(table: ParameterTable) -> dict[str, str]:
    """By table of the evidence the mechanism whose rows it holds, where there is one."""
    read = {mechanism: set(names) for mechanism, names in rows_read(table).items()}
    by_table = {}
    for name in table.mechanisms:
        rows = {row.name for row in table.of_mechanism(name)}
        readers = [name] if name in MECHANISMS else [one for one in MECHANISMS if 2 * len(read[one] & rows) > len(rows)]
        if readers:
            by_table[name] = max(readers, key=lambda one: len(read[one] & rows))
    return by_table


def _themes_of_levers() -> Mapping[str, set[str]]:
    by_row: dict[str, set[str]] = {}
    for lever in LEVERS.values():
        for name in lever.parameters:
            by_row.setdefault(name, set()).update(lever.themes)
    return by_row
