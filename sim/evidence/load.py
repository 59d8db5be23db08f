"""Strict loading of parameter tables and sources; every problem is one InputError naming file and line.

A table is a comma-separated file named after its mechanism. Columns may stand in any order; each must be there, and no
other. Nothing is guessed: an unknown column, name, source, grade or distribution is refused with the nearest known one.
A range is two numbers, or in both cells the word that asks for the default rule (`ranges.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sim.core.errors import InputError, nearest_name
from sim.core.tables import is_number, maybe_number_in, number_in, read_rows, table_files
from sim.evidence.draws import ParameterTable
from sim.evidence.needed import end_reached, needed_rows
from sim.evidence.ranges import WORDS, rule_problem, rule_range
from sim.evidence.rows import CONFIDENCES, DISTRIBUTIONS, GRADES, Parameter, Source, check_parameter
from sim.evidence.units import check_unit

TABLES = Path(__file__).parent / "tables"
SOURCES = Path(__file__).parent / "sources"

PARAMETER_COLUMNS = (
    "name", "value", "unit", "low", "high", "distribution", "sources", "population", "place", "period", "grade",
    "derivation", "note",
)  # fmt: skip
SOURCE_COLUMNS = (
    "id", "topic", "quantity", "value", "low", "high", "unit", "population", "place", "period", "source", "url",
    "confidence", "note",
)  # fmt: skip
PARAMETER_NEEDS = ("name", "value", "unit", "low", "high", "distribution", "population", "place", "period", "grade")
SOURCE_NEEDS = ("id", "topic", "quantity", "unit", "population", "place", "source", "confidence")


def load_parameters(folder: str | Path | None = None, *, sources: Mapping[str, Source] | None = None) -> ParameterTable:
    """All parameter rows of a folder, by name; the shipped tables unless told otherwise.

    folder: holds one CSV a mechanism; the shipped tables must hold every row that the program needs. sources: the known
    sources; the shipped ones unless told otherwise.
    Raises InputError, naming file and line, at the first row that is not right, or the file where a row is missing.
    """
    known = load_sources() if sources is None else sources
    rows: dict[str, Parameter] = {}
    for file in table_files(TABLES if folder is None else Path(folder)):
        for line, cells in read_rows(file, PARAMETER_COLUMNS, PARAMETER_NEEDS):
            row = _parameter(file, line, cells)
            _check(row, known)
            if row.name in rows:
                first = rows[row.name]
                raise InputError(
                    f"'{row.name}' is there twice; it first stands in {first.file.name} line {first.line}",
                    file=file, line=line, key="name", allowed="each name once",
                )  # fmt: skip
            rows[row.name] = row
    if folder is None:
        _refuse_missing(rows)
    return ParameterTable(rows)


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
        for line, cells in read_rows(file, SOURCE_COLUMNS, SOURCE_NEEDS):
            row = _source(file, line, cells)
            if row.id in rows:
                raise InputError(
                    f"'{row.id}' is there twice; it first stands in {rows[row.id].file.name}",
                    file=file, line=line, key="id", allowed="each identifier once",
                )  # fmt: skip
            rows[row.id] = row
    return rows


@cache
def shipped_names() -> frozenset[str]:
    """Names of the rows of the shipped tables, whatever else is right or wrong with a row."""
    rows = (cells for file in table_files(TABLES) for _, cells in read_rows(file, PARAMETER_COLUMNS, ("name",)))
    return frozenset(cells["name"] for cells in rows)


def _parameter(file: Path, line: int, cells: dict[str, str]) -> Parameter:
    mechanism, _, quantity = cells["name"].partition(".")
    if mechanism != file.stem or not quantity:
        raise InputError(
            f"'{cells['name']}' does not belong to this table",
            file=file, line=line, key="name", allowed=f"a name that begins with {file.stem}.",
        )  # fmt: skip
    texts = {name: cells[name] for name in PARAMETER_COLUMNS if name not in ("value", "low", "high", "sources")}
    sources = tuple(part.strip() for part in cells["sources"].split(";") if part.strip())
    value = number_in(file, line, "value", cells["value"])
    unknown = check_unit(cells["unit"])
    if unknown:
        problem, allowed, near = unknown
        raise InputError(problem, file=file, line=line, key=cells["name"], allowed=allowed, nearest=near)
    low, high, rule = _range(file, line, cells, value)
    return Parameter(
        mechanism=mechanism, value=value, low=low, high=high, sources=sources, file=file, line=line, rule=rule, **texts
    )


def _range(file: Path, line: int, cells: dict[str, str], value: float) -> tuple[float, float, str]:
    """Low, high, and the word that gave them (empty when both are numbers)."""
    words = {column: cells[column] for column in ("low", "high") if not is_number(cells[column])}
    if not words:
        return number_in(file, line, "low", cells["low"]), number_in(file, line, "high", cells["high"]), ""
    for column, text in words.items():
        if text not in WORDS:
            raise InputError(
                f"{column} '{text}' is neither a number nor a rule", file=file, line=line, key=cells["name"],
                allowed=f"a number as 0.25 or 3e-4, or in both cells {' or '.join(map(repr, WORDS))}",
                nearest=nearest_name(text, WORDS),
            )  # fmt: skip
    low, high = cells["low"], cells["high"]
    if low != high:
        raise InputError(
            f"low says '{low}' and high says '{high}'", file=file, line=line, key=cells["name"],
            allowed="two numbers, or the same rule in both cells",
        )  # fmt: skip
    wrong = rule_problem(value, cells["unit"], cells["distribution"])
    if wrong:
        raise InputError(wrong[0], file=file, line=line, key=cells["name"], allowed=wrong[1])
    return *rule_range(value, cells["unit"], low), low


def _source(file: Path, line: int, cells: dict[str, str]) -> Source:
    texts = {name: cells[name] for name in SOURCE_COLUMNS if name not in ("value", "low", "high")}
    value, low, high = (maybe_number_in(file, line, column, cells[column]) for column in ("value", "low", "high"))
    if cells["confidence"] not in CONFIDENCES:
        raise InputError(
            f"'{cells['confidence']}' is not a confidence", file=file, line=line, key="confidence",
            allowed=", ".join(CONFIDENCES), nearest=nearest_name(cells["confidence"], CONFIDENCES),
        )  # fmt: skip
    return Source(value=value, low=low, high=high, file=file, line=line, **texts)


def _check(row: Parameter, known: Mapping[str, Source]) -> None:
    wrong = check_parameter(row) or end_reached(row.name, row.low, row.high)
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
