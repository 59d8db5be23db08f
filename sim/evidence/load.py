"""Strict loading of parameter tables and sources; every problem is one InputError naming file and line.

A table is a comma-separated file named after its mechanism. Columns may stand in any order; each must be there, and no
other. Nothing is guessed: an unknown column, name, source, grade or distribution is refused with the nearest known one.
A range is two numbers, or in both cells the word that asks for the default rule (`ranges.py`). A price stands in the
money of its own year and is handed out in that of the declared one (`price_index.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from sim.core.cells import Record, read_named
from sim.core.errors import InputError, nearest_name
from sim.core.schema import Keys, load_keys
from sim.core.tables import is_number, read_rows, table_files
from sim.evidence.draws import ParameterTable
from sim.evidence.needed import end_reached, needed_rows
from sim.evidence.price_rows import OF_PRICES, TABLE, money_unit, read_price
from sim.evidence.ranges import WORDS, rule_problem, rule_range
from sim.evidence.rows import DISTRIBUTIONS, GRADES, Parameter, Source, check_parameter
from sim.evidence.units import check_unit

TABLES = Path(__file__).parent / "tables"
SOURCES = Path(__file__).parent / "sources"

_DECLARED = load_keys(Path(__file__).parent / "keys.csv")
KEYS: Mapping[str, Keys] = {**_DECLARED, "price_rows": {**_DECLARED["parameters"], **_DECLARED["price_rows"]}}
"""Columns by kind of table; a table of prices has those of any table of parameters, and its own after them."""


def load_parameters(folder: str | Path | None = None, *, sources: Mapping[str, Source] | None = None) -> ParameterTable:
    """All parameter rows of a folder, by name; the shipped tables unless told otherwise.

    folder: holds one CSV a mechanism; the shipped tables must hold every row that the program needs. sources: the known
    sources; the shipped ones unless told otherwise.
    Raises InputError, naming file and line, at the first row that is not right, or the file where a row is missing.
    """
    known = load_sources() if sources is None else sources
    rows: dict[str, Parameter] = {}
    for file in table_files(TABLES if folder is None else Path(folder)):
        read_named(file, _columns_of(file), partial(_parameter, known=known), "name", rows)
    if folder is None:
        _refuse_missing(rows)
    return ParameterTable(rows)


def _columns_of(file: Path) -> Keys:
    return KEYS["price_rows" if file.stem == TABLE else "parameters"]


def _refuse_missing(rows: Mapping[str, Parameter]) -> None:
    """Refuses tables without a row that the program reads; a row of a name that is nearly it is pointed at."""
    needed = needed_rows()
    for name in needed:
        if name not in rows:
            others = [other for other in rows if other not in needed and other.split(".")[0] == name.split(".")[0]]
            near = nearest_name(name, others)
            raise InputError(
                f"the row '{name}' is missing" + (f", which '{near}' may be meant for" if near else ""),
                file=TABLES / f"{name.split('.')[0]}.csv", line=rows[near].line if near else None, key=near or "name",
                allowed="a row for every number that the program reads",
            )  # fmt: skip


def load_sources(folder: str | Path | None = None) -> Mapping[str, Source]:
    """All source rows of a folder, by identifier; the shipped ones unless told otherwise.

    Raises InputError, naming file and line, at the first row that is not right.
    """
    rows: dict[str, Source] = {}
    for file in table_files(SOURCES if folder is None else Path(folder)):
        read_named(file, KEYS["sources"], _source, "id", rows)
    return rows


@cache
def shipped_names() -> frozenset[str]:
    """Names of the rows of the shipped tables, whatever else is right or wrong with a row."""
    files = table_files(TABLES)
    return frozenset(row.cells["name"] for file in files for row in read_rows(file, _columns_of(file), ("name",)))


def _parameter(record: Record, before: Mapping[str, Parameter], *, known: Mapping[str, Source]) -> Parameter:
    """A checked row. before: those read before it."""
    row, cells = record.row, record.row.cells
    mechanism, _, quantity = cells["name"].partition(".")
    if mechanism != row.file.stem or not quantity:
        allowed = f"a name that begins with {row.file.stem}."
        raise row.error("name", f"'{cells['name']}' does not belong to this table", allowed)
    unknown = check_unit(cells["unit"])
    if unknown:
        problem, allowed, near = unknown
        raise row.error(cells["name"], problem, allowed, near)
    value = record.number("value")
    low, high, rule = _range(record, value)
    if (chance := record.maybe_number("no_effect")) == 0.0:
        raise row.error(cells["name"], "no_effect 0 is no chance", "an empty cell where none is claimed")
    numbers = ("value", "low", "high", "no_effect")
    texts: dict[str, Any] = {name: cells[name] for name in cells if name not in (*numbers, "sources", *OF_PRICES)}
    parameter = Parameter(
        mechanism=mechanism, value=value, low=low, high=high, no_effect=chance or 0.0,
        sources=record.names("sources"), file=row.file, line=row.line, rule=rule, **texts,
    )  # fmt: skip
    _check(parameter, known)
    parameter = _in_price_year(parameter, record, known)
    if parameter.name in before:
        first = before[parameter.name]
        problem = f"'{parameter.name}' is there twice; it first stands in {first.file.name} line {first.line}"
        raise row.error("name", problem, "each name once")
    return parameter


def _in_price_year(row: Parameter, record: Record, known: Mapping[str, Source]) -> Parameter:
    """The row with its price in the money of the declared price year; any other row as it is."""
    is_prices = row.file.stem == TABLE
    price = read_price(record, row.value, row.low, row.high, known, has_columns=is_prices)
    if price is None:
        return row
    value, low, high = (x * price.uprating for x in (row.value, row.low, row.high))
    return replace(row, value=value, low=low, high=high, unit=money_unit(row.unit), price=price)


def _range(record: Record, value: float) -> tuple[float, float, str]:
    """Low, high, and the word that gave them (empty when both are numbers)."""
    row, cells = record.row, record.row.cells
    words = {column: cells[column] for column in ("low", "high") if not is_number(cells[column])}
    if not words:
        return row.number("low"), row.number("high"), ""
    for column, text in words.items():
        if text not in WORDS:
            allowed = f"a number as 0.25 or 3e-4, or in both cells {' or '.join(map(repr, WORDS))}"
            problem = f"{column} '{text}' is neither a number nor a rule"
            raise row.error(cells["name"], problem, allowed, nearest_name(text, WORDS))
    low, high = cells["low"], cells["high"]
    if low != high:
        problem = f"low says '{low}' and high says '{high}'"
        raise row.error(cells["name"], problem, "two numbers, or the same rule in both cells")
    wrong = rule_problem(value, cells["unit"], cells["distribution"])
    if wrong:
        raise row.error(cells["name"], wrong[0], wrong[1])
    return *rule_range(value, cells["unit"], low), low


def _source(record: Record, before: Mapping[str, Source]) -> Source:
    """A row of sources. before: those read before it."""
    row = record.row
    texts = {name: row.cells[name] for name in row.cells if name not in ("value", "low", "high")}
    value, low, high = (record.maybe_number(column) for column in ("value", "low", "high"))
    if texts["id"] in before:
        problem = f"'{texts['id']}' is there twice; it first stands in {before[texts['id']].file.name}"
        raise row.error("id", problem, "each identifier once")
    return Source(value=value, low=low, high=high, file=row.file, line=row.line, **texts)


def _check(row: Parameter, known: Mapping[str, Source]) -> None:
    ends = (row.low, row.high, *([row.null] if row.no_effect else []))
    wrong = check_parameter(row) or end_reached(row.name, min(ends), max(ends))
    if wrong:
        column, problem, allowed = wrong
        choices = {"distribution": DISTRIBUTIONS, "grade": GRADES}.get(column, ())
        near = nearest_name(getattr(row, column), choices) if choices else None
        raise InputError(problem, file=row.file, line=row.line, key=row.name, allowed=allowed, nearest=near)
    for source in row.sources:
        if source not in known:
            raise InputError(
                f"'{source}' is not a source", file=row.file, line=row.line, key=row.name,
                allowed="an identifier of the source tables", nearest=nearest_name(source, known),
            )  # fmt: skip
    weakest = _grade_too_strong(row, known)
    if weakest:
        raise InputError(weakest, file=row.file, line=row.line, key=row.name, allowed="the grade its sources carry")


def _grade_too_strong(row: Parameter, known: Mapping[str, Source]) -> str | None:
    """Why the grade is stronger than the first source allows; None when it is not."""
    if row.grade == "assumed":
        return None
    first = known[row.sources[0]]
    if first.confidence == "recalled" or (row.grade == "measured" and first.confidence == "secondary"):
        return f"grade {row.grade} rests first on '{first.id}', which is {first.confidence}"
    return None
