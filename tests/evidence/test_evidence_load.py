"""Bad tables are refused with one message that names file, line and the nearest name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import load, load_parameters, load_sources
from sim.evidence.load import KEYS, TABLES
from sim.evidence.needed import end_reached, needed_rows
from sim.evidence.units import known_kind
from sim.scenario.levers import LEVERS

PARAMETER_COLUMNS, SOURCE_COLUMNS = tuple(KEYS["parameters"]), tuple(KEYS["sources"])

GOOD = {
    "name": "overdose.witnessed", "value": "0.65", "unit": "probability", "low": "0.5", "high": "0.8",
    "distribution": "beta", "sources": "od_witnessed", "population": "people", "place": "England", "period": "2020",
    "grade": "derived", "derivation": "as published", "note": "",
}  # fmt: skip
OTHER = {**GOOD, "name": "overdose.ambulance"}


def table(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = PARAMETER_COLUMNS) -> Path:
    file = folder / "overdose.csv"
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def refusal(folder: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load_parameters(folder)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_good_table_is_read(tmp_path: Path) -> None:
    table(tmp_path, GOOD, OTHER)
    rows = load_parameters(tmp_path)
    assert list(rows) == ["overdose.witnessed", "overdose.ambulance"]
    assert rows["overdose.ambulance"].line == 3
    assert rows["overdose.witnessed"].sources == ("od_witnessed",)


BROKEN = [
    ({"name": ""}, "name: the cell is empty"),
    ({"name": "death.witnessed"}, "does not belong to this table"),
    ({"name": "overdose."}, "does not belong to this table"),
    ({"name": "overdose.ambulance"}, "is there twice"),
    ({"value": ""}, "value: the cell is empty"),
    ({"value": "many"}, "'many' is not a number"),
    ({"value": "1_0"}, "'1_0' is not a number"),
    ({"value": "nan"}, "not a finite number"),
    ({"high": "inf"}, "not a finite number"),
    ({"unit": ""}, "unit: the cell is empty"),
    ({"low": "0.9", "high": "0.6"}, "low 0.9 is above high 0.6"),
    ({"value": "0.85"}, "outside low to high"),
    ({"high": "1.2"}, "1.2 is not possible in the unit 'probability'"),
    ({"low": "-0.1"}, "-0.1 is not possible in the unit 'probability'"),
    ({"unit": "per person-day", "low": "-0.001"}, "-0.001 is not possible in the unit 'per person-day'"),
    ({"unit": "hazard ratio", "low": "0"}, "low 0 is not possible in the unit 'hazard ratio'"),
    ({"unit": "odds ratio per 10 minutes", "low": "-1"}, "not possible"),
    ({"unit": "days", "low": "-1"}, "not possible in the unit 'days'"),
    ({"unit": "days", "high": "1e13"}, "high 1e+13 is not possible in the unit 'days'; allowed: 0 or more, up to 1e"),
    ({"unit": "hazard ratio", "high": "1e9"}, "not possible in the unit 'hazard ratio'; allowed: above 0, from 1e-06"),
    ({"low": "1e-300"}, "1e-300 is too near 0 to mean anything"),
    ({"value": "٣"}, "'٣' is not a number"),
    ({"distribution": "lognormal", "low": "0"}, "has no logarithm"),
    ({"distribution": "beta", "value": "1", "high": "1"}, "is no median of a beta"),
    ({"distribution": "uniform", "value": "0.5", "high": "0.5"}, "low equals high"),
    ({"distribution": "lognorml"}, "did you mean 'lognormal'?"),
    ({"grade": "measurd"}, "did you mean 'measured'?"),
    ({"sources": ""}, "a derived row names no source"),
    ({"sources": "od_witnesed"}, "did you mean 'od_witnessed'?"),
    ({"sources": "alliance_outcome_r_sud"}, "grade derived rests first on"),
    ({"sources": "service", "grade": "measured"}, "'service' is not a source"),
    ({"sources": "caseload_reported", "grade": "measured"}, "which is secondary"),
    ({"derivation": ""}, "nothing says what the number rests on"),
    ({"grade": ""}, "grade: the cell is empty"),
    ({"place": ""}, "place: the cell is empty"),
    ({"distribution": "triangular"}, "'triangular' is not one of the words for 'distribution'"),
    ({"distribution": "lognormal", "value": "0.5"}, "value 0.5 stands on an end of its range"),
    ({"distribution": "gamma", "unit": "days", "low": "0"}, "low 0 leaves a price no floor"),
    ({"distribution": "beta_mean", "value": "0.02", "low": "0", "high": "0.9"}, "too wide for a beta with mean 0.02"),
    ({"unit": "GBP per kit"}, "a price without price_year and index, which this table has no columns for"),
    ({"no_effect": "often", "no_effect_basis": "three null trials"}, "'often' is not a number"),
    ({"no_effect": "1", "no_effect_basis": "three null trials"}, "no_effect 1 is no chance"),
    ({"no_effect": "-0.2", "no_effect_basis": "three null trials"}, "no_effect -0.2 is no chance"),
    ({"no_effect": "0", "no_effect_basis": "three null trials"}, "no_effect 0 is no chance"),
    ({"no_effect": "0.9999999", "no_effect_basis": "three null trials"}, "allowed: above 0, at most 0.95, or empty"),
    ({"unit": "share", "no_effect": "0.4"}, "nothing says what the chance of no effect rests on"),
    ({"unit": "share", "no_effect": "0.4", "no_effect_basis": "-"}, "nothing says what the chance of no effect rests"),
    ({"unit": "share", "no_effect": "0.4", "no_effect_basis": "? 1"}, "allowed: the trials or the judgement, in words"),
    ({"derivation": "-", "note": "?"}, "nothing says what the number rests on"),
    ({"distribution": "uniform", "value": "0.5"}, "value 0.5 stands on an end of its range"),
    ({"no_effect_basis": "three null trials"}, "a reason for no effect but no chance of it"),
    (
        {
            "unit": "odds ratio",
            "distribution": "lognormal",
            "high": "1.1",
            "no_effect": "0.4",
            "no_effect_basis": "null trials",
        },
        "0.5 to 1.1 goes through 1, no effect, and no_effect says it again",
    ),
]


WITHOUT_NULL = (
    "GBP per post-year, 2024/25", "share of cost.oat_year", "days", "years", "count", "people per worker", "utility",
    "per person-day", "events per using person-year", "probability", "proportion",
    "placements per release", "0-1 scale",
)  # fmt: skip


@pytest.mark.parametrize("unit", WITHOUT_NULL)
def test_no_effect_needs_a_value_that_means_none(tmp_path: Path, unit: str) -> None:
    """Or else three draws in ten would have a free worker, or a place from which nobody is released."""
    file = table(tmp_path, OTHER, {**GOOD, "unit": f'"{unit}"', "no_effect": "0.3", "no_effect_basis": "null trials"})
    error = refusal(tmp_path)
    assert (error.file, error.line, error.key) == (str(file), 3, "overdose.witnessed")
    assert f"no value in the unit '{unit}' means no effect" in str(error)
    assert "allowed: an empty cell, or a unit with a null: a ratio (1) or share," in str(error)


@pytest.mark.parametrize(
    ("unit", "null"),
    [
        ("ratio", 1.0), ("odds ratio per 10 minutes", 1.0), ("share", 0.0), ("share per contact", 0.0),
        ("share of the logarithm", 0.0), ("exponent on crude ratios", 0.0),
    ],
)  # fmt: skip
def test_no_effect_where_a_value_means_none(tmp_path: Path, unit: str, null: float) -> None:
    table(tmp_path, {**GOOD, "unit": unit, "no_effect": "0.95", "no_effect_basis": "null trials"})
    row = load_parameters(tmp_path)["overdose.witnessed"]
    assert (row.no_effect, row.null) == (0.95, null)


def test_no_effect_at_an_end_where_the_program_cannot_run(shipped: Path) -> None:
    """A share by which the program divides may not be nothing in some draws either."""
    file = shipped / "population.csv"
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, row in enumerate(rows) if row.startswith("population.ace4_men,"))
    rows[at] = rows[at].replace(",probability,", ",share,").replace(",beta,,,", ",beta,0.3,null trials,")
    file.write_text("".join(rows), encoding="utf-8")
    error = refusal_of_shipped()
    assert (error.line, error.key, error.allowed) == (at + 1, "population.ace4_men", "above 0")


@pytest.mark.parametrize(("change", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_a_broken_row_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, str], words: str) -> None:
    file = table(tmp_path, OTHER, {**GOOD, **change})
    error = refusal(tmp_path)
    assert words in str(error)
    assert (error.file, error.line) == (str(file), 3)
    assert str(error).startswith(f"{file}:3:")


def test_a_cell_that_is_refused_is_told_with_its_row(tmp_path: Path) -> None:
    table(tmp_path, {**GOOD, "grade": "measurd"})
    assert ":2:overdose.witnessed:grade: 'measurd' is not one of the words" in str(refusal(tmp_path))


def test_an_assumed_row_needs_no_source_but_a_reason(tmp_path: Path) -> None:
    table(tmp_path, {**GOOD, "grade": "assumed", "sources": ""})
    assert load_parameters(tmp_path)["overdose.witnessed"].sources == ()
    table(tmp_path, {**GOOD, "grade": "assumed", "sources": "", "derivation": ""})
    assert "rests on" in str(refusal(tmp_path))


def test_columns_are_checked(tmp_path: Path) -> None:
    file = table(tmp_path, GOOD, columns=(*PARAMETER_COLUMNS[:-1], "notes"))
    error = refusal(tmp_path)
    assert (error.file, error.line, error.nearest) == (str(file), 1, "note")
    table(tmp_path, GOOD, columns=PARAMETER_COLUMNS[:-1])
    assert "column 'note' is missing" in str(refusal(tmp_path))
    table(tmp_path, GOOD, columns=(*PARAMETER_COLUMNS, "unit"))
    assert "column 'unit' is there twice" in str(refusal(tmp_path))


def test_ragged_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    file = table(tmp_path, GOOD)
    file.write_text(file.read_text() + "overdose.x,1,days\n")
    assert "the row has 3 cells, the heading 15" in str(refusal(tmp_path))
    file.write_text(",".join(PARAMETER_COLUMNS) + '\noverdose.x,"1\n')
    assert "not a comma-separated table" in str(refusal(tmp_path))
    file.write_bytes(",".join(PARAMETER_COLUMNS).encode() + b"\noverdose.\xff")
    assert "UTF-8" in str(refusal(tmp_path))
    file.write_text("")
    assert "the file is empty" in str(refusal(tmp_path))
    file.unlink()
    file.mkdir()
    assert "is a folder, not a file" in str(refusal(tmp_path))


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no table" in str(refusal(tmp_path))
    assert "no such folder" in str(refusal(tmp_path / "nowhere"))


def test_lines_count_from_the_start_of_a_row_that_spans_lines(tmp_path: Path) -> None:
    file = table(tmp_path, {**OTHER, "note": '"two\nlines"'}, {**GOOD, "value": "9"})
    assert refusal(tmp_path).line == 4
    file.write_text("\ufeff" + file.read_text(encoding="utf-8").replace(",9,", ",0.6,"), encoding="utf-8")
    assert load_parameters(tmp_path)["overdose.witnessed"].line == 4


SOURCE = {
    "id": "a", "topic": "t", "quantity": "q", "value": "1", "unit": "days", "population": "p", "place": "England",
    "source": "s", "confidence": "read",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confidence": "redd"}, "did you mean 'read'?"),
        ({"id": "first"}, "is there twice"),
        ({"value": "much"}, "'much' is not a number"),
        ({"source": ""}, "source: the cell is empty"),
    ],
)
def test_a_broken_source_is_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    file = table(tmp_path, {**SOURCE, "id": "first"}, {**SOURCE, **change}, columns=SOURCE_COLUMNS)
    with pytest.raises(InputError, match=r"overdose\.csv:3") as caught:
        load_sources(tmp_path)
    assert words in str(caught.value)
    assert caught.value.file == str(file)


@pytest.mark.parametrize(
    ("unit", "nearest"),
    [
        ("percent", None),
        ("%", None),
        ("probabilty", "probability"),
        ("hazard ratios", "hazard ratio"),
        ("per person-days", "per person-day"),
        ("dayz per person", "days per person"),
        ("probability per %", None),
        ("days per ", None),
    ],
)
def test_an_unknown_unit_is_refused_before_its_value(tmp_path: Path, unit: str, nearest: str | None) -> None:
    """Or else the number would have no limits."""
    file = table(tmp_path, OTHER, {**GOOD, "unit": unit, "value": "65", "low": "rule", "high": "rule"})
    error = refusal(tmp_path)
    assert (error.file, error.line, error.key) == (str(file), 3, "overdose.witnessed")
    assert f"'{unit.strip()}' is not a unit" in str(error)
    assert "probability, proportion" in str(error.allowed)
    if nearest is not None:
        assert error.nearest == nearest


def test_every_shipped_unit_has_limits() -> None:
    assert {row.unit for row in load_parameters().values() if known_kind(row.unit) is None} == set()
    assert known_kind("odds ratio per 10 minutes") == "ratio"
    assert known_kind("GBP per bed-night, 2024/25") == "amount"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped tables that stands in their place."""
    folder = tmp_path / "tables"
    shutil.copytree(TABLES, folder)
    monkeypatch.setattr(load, "TABLES", folder)
    return folder


def refusal_of_shipped() -> InputError:
    with pytest.raises(InputError) as caught:
        load_parameters()
    return caught.value


def test_the_names_that_are_needed_are_those_of_the_tables() -> None:
    """Each row but those that only a lever names, and no other."""
    names, rows = set(needed_rows()), set(load_parameters(TABLES))
    assert names <= rows, f"take out of sim/evidence/needed.csv: {sorted(names - rows)}"
    of_levers = {name for lever in LEVERS.values() for name in lever.parameters}
    assert rows <= names | of_levers, f"add to sim/evidence/needed.csv: {sorted(rows - names - of_levers)}"


def test_a_row_that_is_missing_is_refused_with_its_table(shipped: Path) -> None:
    file = shipped / "overdose.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("overdose.witnessed,")), encoding="utf-8")
    error = refusal_of_shipped()
    assert error.file == str(file)
    assert "the row 'overdose.witnessed' is missing" in str(error)


def test_a_row_with_a_misspelt_name_is_pointed_at(shipped: Path) -> None:
    file = shipped / "overdose.csv"
    text = file.read_text(encoding="utf-8").replace("\noverdose.witnessed,", "\noverdose.witnesed,")
    file.write_text(text, encoding="utf-8")
    error = refusal_of_shipped()
    line = 1 + [row.split(",")[0] for row in text.splitlines()].index("overdose.witnesed")
    assert (error.file, error.line, error.key) == (str(file), line, "overdose.witnesed")


def test_a_table_that_is_missing_is_named(shipped: Path) -> None:
    (shipped / "women.csv").unlink()
    assert "women.csv" in str(refusal_of_shipped())


def test_nobody_released_a_year_is_refused(shipped: Path) -> None:
    file = shipped / "population.csv"
    text = file.read_text(encoding="utf-8")
    before = "population.people_per_year,2200,people per year,1500,"
    assert before in text
    file.write_text(text.replace(before, "population.people_per_year,0,people per year,0,"), encoding="utf-8")
    error = refusal_of_shipped()
    assert (error.file, error.line, error.key) == (str(file), 2, "population.people_per_year")
    assert "above 0" in str(error.allowed)


@pytest.mark.parametrize(
    ("name", "low", "high", "column"),
    [
        ("service.caseload", 0.0, 90.0, "low"),
        ("cost.keyworker_year", 0.0, 1.0, "low"),
        ("appointment.in_treatment", 0.5, 1.0, "high"),
        ("appointment.in_treatment", 0.5, 0.9, None),
        ("trust.start", 0.0, 1.0, None),
    ],
)
def test_an_end_at_which_the_program_cannot_run(name: str, low: float, high: float, column: str | None) -> None:
    found = end_reached(name, low, high)
    assert (found and found[0]) == column
