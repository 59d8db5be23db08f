"""The life table of the general population with its norms of quality of life, from lifetable.csv.

For every age from 18 to 100 and either sex: the probability of death within the year and the mean EQ-5D-5L utility.
The table carries the quality-adjusted life expectancy that was published with it at three rates; a table from which it
does not follow is refused as it is read.

Sources: ONS national life tables, England 2017-2019; McNamara and others, Value in Health 26(2):163 (2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.core.cells import Record, read_table
from sim.core.errors import InputError, nearest_name
from sim.core.mistakes import Mistakes
from sim.evidence.load import KEYS, load_sources

Array = np.ndarray[Any, Any]
TABLE = Path(__file__).parent / "lifetable.csv"
SEXES = ("man", "woman")  # as a person's row numbers them
FIRST_AGE, LAST_AGE = 18, 100
AGES = np.arange(FIRST_AGE, LAST_AGE + 1)
NORMS = {"qale_0": 0.0, "qale_1_5": 0.015, "qale_3_5": 0.035}
"""Columns of published norms, with the yearly rate at which each was discounted."""
ROUNDING = 0.01  # QALYs; norms are printed with two digits, made from rounded probabilities


@dataclass(frozen=True)
class LifeTable:
    """hazard: of death, 1/year; utility: mean of EQ-5D-5L; both f8[sexes, ages], ages as AGES."""

    hazard: Array
    utility: Array


class _Line(NamedTuple):
    sex: int
    age: int
    record: Record


def life_expectancy(hazard: Array, weights: Array, rate: float, years: int | None = None) -> Array:
    """Years to come by age, each weighted and discounted from today, f8[..., ages].

    hazard: of death, 1/year, weights: of a year lived at an age (ones count years, utilities QALYs), both
    f8[..., ages]; rate: yearly; years: how many are counted, all unless told. Who dies within a year has lived half of
    it; nobody is followed beyond the last age.

        Q[a] = (1 + s[a]) / 2 x weight[a] + s[a] / (1 + rate) x Q[a + 1],   s[a] = exp(-hazard[a])
    """
    survival = np.exp(-hazard)
    of_year = (1.0 + survival) / 2.0 * weights
    by_age = np.zeros_like(of_year)
    if years is not None:  # one more year to come at a time, each of somebody a year older
        for _ in range(years):
            later = np.concatenate([by_age[..., 1:], np.zeros_like(by_age[..., :1])], axis=-1)
            by_age = of_year + survival / (1.0 + rate) * later
        return by_age
    to_come = np.zeros(of_year.shape[:-1])
    for k in range(of_year.shape[-1] - 1, -1, -1):
        to_come = of_year[..., k] + survival[..., k] / (1.0 + rate) * to_come
        by_age[..., k] = to_come
    return by_age


@cache
def load_life_table(file: Path = TABLE) -> LifeTable:
    """The life table of a file, the shipped one unless told otherwise.

    Raises InputError, naming file, line and column, for a row that is missing, twice or unknown, a source that nobody
    knows, and a norm that does not follow from the table.
    """
    records = read_table(file, KEYS["lifetable"], named="age")
    known = load_sources()
    lines: dict[tuple[int, int], _Line] = {}
    with Mistakes(file) as mistakes:
        for record in records:
            line = mistakes.read(_line, record, lines, known)
            if line is not None:
                lines[line.sex, line.age] = line
    _refuse_gaps(file, lines)
    cells = {column: _column(lines, column) for column in ("qx", "utility_eq5d5l")}
    table = LifeTable(hazard=-np.log1p(-cells["qx"]), utility=cells["utility_eq5d5l"])
    _refuse_other_norms(file, lines, table)
    return table


def _line(record: Record, before: dict[tuple[int, int], _Line], known: Any) -> _Line:
    sex, age = SEXES.index(record.text("sex")), record.whole("age")
    if (sex, age) in before:
        raise record.row.error("age", f"{SEXES[sex]} {age} is there twice", "each age of each sex once")
    for source in record.names("sources"):
        if source not in known:
            allowed = "an identifier of the source tables"
            raise record.row.error("sources", f"'{source}' is not a source", allowed, nearest_name(source, known))
    if not record.names("sources"):
        raise record.row.error("sources", "the cell is empty", "identifiers of the source tables")
    return _Line(sex, age, record)


def _refuse_gaps(file: Path, lines: dict[tuple[int, int], _Line]) -> None:
    for sex, name in enumerate(SEXES):
        for age in AGES:
            if (sex, int(age)) not in lines:
                allowed = f"a row for each age from {FIRST_AGE} to {LAST_AGE} of {' and '.join(SEXES)}"
                raise InputError(f"{name} {age} is missing", file=file, key="age", allowed=allowed)


def _column(lines: dict[tuple[int, int], _Line], column: str) -> Array:
    """f8[sexes, ages] of a column."""
    return np.array([[lines[sex, int(age)].record.number(column) for age in AGES] for sex in range(len(SEXES))])


def _refuse_other_norms(file: Path, lines: dict[tuple[int, int], _Line], table: LifeTable) -> None:
    """Refuses a table whose published norms do not follow from its deaths and its utilities."""
    with Mistakes(file) as mistakes:
        for column, rate in NORMS.items():
            ours = life_expectancy(table.hazard, table.utility, rate)
            apart = np.abs(ours - _column(lines, column))
            if apart.max() > ROUNDING:
                sex, k = np.unravel_index(int(apart.argmax()), apart.shape)
                mistakes.read(_refuse_norm, lines[int(sex), int(AGES[k])].record, column, float(ours[sex, k]))


def _refuse_norm(record: Record, column: str, ours: float) -> None:
    problem = f"{record.number(column):g} does not follow from qx and utility_eq5d5l of this age and those after it"
    raise record.row.error(column, problem, f"{ours:.2f}, to {ROUNDING:g}")
