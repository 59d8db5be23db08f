"""Strict loading of parameter tables and sources; every problem is one InputError naming file and line.

A table is a comma-separated file named after its mechanism. Columns may stand in any order; each must be there, and no
other. Nothing is guessed: an unknown column, name, source, grade or distribution is refused with the nearest known one.
A range is two numbers, or in both cells the word that asks for the default rule (`ranges.py`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from sim.core.errors import InputError, nearest_name
from sim.evidence.draws import ParameterTable
from sim.evidence.needed import end_reached, needed_names
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

Row = tuple[int, dict[str, str]]


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
    needed = needed_names()
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


def table_files(folder: Path) -> list[Path]:
    """The CSV files of a folder, sorted by name; refuses a folder that is missing or holds none."""
    if not folder.is_dir():
        raise InputError("there is no such folder", file=folder, allowed="a folder of .csv tables")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError("the folder holds no table", file=folder, allowed="at least one .csv file")
    return files


def read_rows(file: Path, columns: Iterable[str], needs: Iterable[str]) -> Iterator[Row]:
    """Rows of one CSV as (line, cells by column), cells stripped; needs: the columns that may not be empty.

    The line is the one on which the row begins, the heading being line 1.
    """
    wanted, needed = tuple(columns), tuple(needs)
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            heading = [name.strip() for name in next(reader, [])]
            _check_heading(file, heading, wanted)
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, _row(file, line, heading, cells, needed)
                line = reader.line_num + 1
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}", file=file) from error
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", file=file, allowed="text saved as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"not a comma-separated table: {error}", file=file, line=reader.line_num) from error


def _check_heading(file: Path, heading: list[str], wanted: tuple[str, ...]) -> None:
    allowed = ", ".join(wanted)
    if not heading:
        raise InputError("the file is empty", file=file, line=1, allowed=f"a heading with {allowed}")
    for name in heading:
        if name not in wanted:
            near = nearest_name(name, wanted)
            raise InputError(f"'{name}' is not a column", file=file, line=1, allowed=allowed, nearest=near)
        if heading.count(name) > 1:
            raise InputError(f"column '{name}' is there twice", file=file, line=1, allowed="each column once")
    missing = [name for name in wanted if name not in heading]
    if missing:
        raise InputError(f"column '{missing[0]}' is missing", file=file, line=1, allowed=allowed)


def _row(file: Path, line: int, heading: list[str], cells: list[str], needed: tuple[str, ...]) -> dict[str, str]:
    if len(cells) != len(heading):
        raise InputError(
            f"the row has {len(cells)} cells, the heading {len(heading)}",
            file=file, line=line, allowed="one cell a column; a comma inside a text needs quotation marks",
        )  # fmt: skip
    row = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
    for name in needed:
        if not row[name]:
            raise InputError(f"{name} is missing", file=file, line=line, key=name, allowed="a value in every row")
    return row


def number_in(file: Path, line: int, column: str, text: str) -> float:
    """The number in a cell; refuses anything but a plain number, also one with underscores."""
    if _is_number(text):
        return float(text)
    raise InputError(f"'{text}' is not a number", file=file, line=line, key=column, allowed="as 0.25 or 3e-4")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def maybe_number_in(file: Path, line: int, column: str, text: str) -> float | None:
    """The number in a cell that may be empty."""
    return number_in(file, line, column, text) if text else None


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
    words = {column: cells[column] for column in ("low", "high") if not _is_number(cells[column])}
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
