"""Eras under which published figures are read: years with their level of drug deaths, recall law, kits held and OST.

What differs from the reference values is a setting of an evidence row; what the model cannot set yet, the era's meaning
says. Eras with the same settings and law of recall share their runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from sim.core.cells import Record, read_named
from sim.core.errors import exact, is_too_small, nearest_name
from sim.core.tables import is_number
from sim.evidence.draws import ParameterTable
from sim.evidence.load import KEYS
from sim.evidence.possible import why_not_possible
from sim.evidence.rows import Parameter

ERAS = Path(__file__).parent / "eras.csv"
A_SETTING = "a list as 'overdose.naloxone_held = 0', a row of the evidence tables and its value in that era"


@dataclass(frozen=True)
class Era:
    """Years and settings under which published figures are read.

    settings: values that rows of the evidence have then, by row; all others stand at reference values. meaning: in
    words, with what the model cannot set yet. recall_law: day whose law of recall holds throughout a run, or None: that
    of each day of the run.
    """

    name: str
    title: str
    settings: Mapping[str, float]
    meaning: str
    recall_law: date | None = None

    def of(self, table: ParameterTable) -> ParameterTable:
        """The evidence as it stands in that era."""
        rows = {name: replace(table[name], value=v, no_effect=0.0) for name, v in self.settings.items()}
        return ParameterTable({**table, **rows})

    @property
    def settings_in_words(self) -> str:
        """What differs from the reference values."""
        said = [f"{name} = {value:g}" for name, value in self.settings.items()]
        if self.recall_law is not None:
            said.append(f"the recall law of {self.recall_law}")
        return f"reference values but {', '.join(said)}" if said else "reference values"


def load_eras(parameters: Mapping[str, Parameter], file: str | Path | None = None) -> Mapping[str, Era]:
    """All eras by name, in the order of the table; InputError names file, line and what is wrong.

    parameters: the rows that a setting may name.
    """
    eras: dict[str, Era] = {}
    path = ERAS if file is None else Path(file)
    read_named(path, KEYS["eras"], partial(_era, parameters=parameters), "name", eras)
    return eras


def _era(record: Record, before: Mapping[str, Era], *, parameters: Mapping[str, Parameter]) -> Era:
    """A checked row. before: those read before it."""
    name = record.text("name")
    if name in before:
        raise record.row.error("name", f"'{name}' is there twice", "each name once")
    settings: dict[str, float] = {}
    for text in record.names("settings"):
        row, value = _setting(record, text, parameters)
        if row in settings:
            raise record.row.error("settings", f"'{row}' is set twice in '{name}'", "each row once")
        settings[row] = value
    return Era(name, record.text("title"), settings, record.text("meaning"), record.maybe_day("recall_law"))


def _setting(record: Record, text: str, parameters: Mapping[str, Parameter]) -> tuple[str, float]:
    """The row and the value of one setting."""
    row, _, number = (part.strip() for part in text.partition("="))
    if row not in parameters:
        raise record.row.error("settings", f"'{row}' is not a parameter", A_SETTING, nearest_name(row, parameters))
    if not is_number(number) or not math.isfinite(float(number)) or is_too_small(float(number)):
        raise record.row.error("settings", f"'{text}' sets no number", A_SETTING)
    value = float(number)
    allowed = _why_not(parameters[row], value)
    if allowed:
        raise record.row.error("settings", f"{number} is not possible for '{row}'", allowed)
    return row, value


def _why_not(row: Parameter, value: float) -> str:
    """What values a row can hold, where this is none of them: as anybody may set it, and by its distribution."""
    allowed = why_not_possible(row, value)
    if allowed:
        return allowed
    if row.distribution in ("lognormal", "gamma") and value <= 0.0:
        return f"above 0, as its distribution is {row.distribution}"
    if row.distribution == "uniform" and not row.low <= value <= row.high:
        return f"{exact(row.low)} to {exact(row.high)}, the hard ends of its distribution"
    return ""
