"""Which theme a parameter row belongs to, from sim/THEMES.md, the files of the mechanisms and the lever catalogue.

A row may matter to several themes. Its themes are those of the first of these rules that finds any:

1. The themes whose column of numbers in sim/THEMES.md names the row.
2. The themes whose column of files names the mechanism of the row's table: the file of the table's own name, else the
   file that says it reads more than half of the table's rows (appointment: attendance.py).
3. For prices and sizes of what money buys (tables cost and lever): the themes of the levers that read the row.

Themes stand in the order of sim/THEMES.md, and the first of them is the row's group. Rows that no rule finds, such as
ages, needs, sentences and utilities, belong to no theme.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.evidence import ParameterTable
from sim.scenario.levers import LEVERS
from sim.scenario.reading.switches import MECHANISMS
from sim.sensitivity.designs.parameters_read import rows_read

_DOCUMENT = Path(__file__).resolve().parents[2] / "THEMES.md"
_ROW = re.compile(r"(?m)^\| (T\d+) ([^|]*)\|([^|]*)\|[^|]*\|[^|]*\|([^|]*)\|")
_FILE = re.compile(r"`([a-z_]+)\.py`")
_NUMBER = re.compile(r"`([a-z_]+\.[a-z0-9_]+)`")
_OF_LEVERS = ("cost", "lever")


class Theme(NamedTuple):
    """One row of sim/THEMES.md: code (T1), title, mechanisms and the parameter rows named there."""

    code: str
    title: str
    mechanisms: tuple[str, ...]
    numbers: tuple[str, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """All themes in the order of sim/THEMES.md."""
    found = _ROW.findall(_DOCUMENT.read_text(encoding="utf-8"))
    return tuple(
        Theme(code, title.strip(), tuple(_FILE.findall(files)), tuple(_NUMBER.findall(numbers)))
        for code, title, files, numbers in found
    )


def themes_of_rows(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """By name of every row its themes, the first one first; () for a row without one."""
    files = _file_of_tables(table)
    levers = _themes_of_levers()
    found = {}
    for name, row in table.rows.items():
        codes = [theme.code for theme in themes() if name in theme.numbers]
        if not codes:
            codes = [theme.code for theme in themes() if files.get(row.mechanism) in theme.mechanisms]
        if not codes and row.mechanism in _OF_LEVERS:
            codes = [theme.code for theme in themes() if theme.code in levers.get(name, ())]
        found[name] = tuple(codes)
    return found


def _file_of_tables(table: ParameterTable) -> dict[str, str]:
    """By table of the evidence the mechanism whose rows it holds, where there is one."""
    read = {mechanism: set(names) for mechanism, names in rows_read(table).items()}
    found = {}
    for name in table.mechanisms:
        rows = {row.name for row in table.of_mechanism(name)}
        readers = [name] if name in MECHANISMS else [one for one in MECHANISMS if 2 * len(read[one] & rows) > len(rows)]
        if readers:
            found[name] = max(readers, key=lambda one: len(read[one] & rows))
    return found


def _themes_of_levers() -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for lever in LEVERS.values():
        for name in lever.parameters:
            found.setdefault(name, set()).update(lever.themes)
    return found
