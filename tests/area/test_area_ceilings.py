"""Numbers beyond anything real are refused, each with what is allowed: no area holds 1e300 people."""

from __future__ import annotations

import csv
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from sim.area import load_area
from sim.area.load import SHIPPED
from sim.area.model import JourneyRules
from sim.area.records import KEYS
from sim.core.errors import InputError

CELLS = [
    ("places.csv", "population", ("1e300", "100000001")),
    ("prisons.csv", "operational_capacity", ("1e300", "100001")),
    ("prisons.csv", "releases_per_year", ("1e300", "100001")),
    ("links.csv", "in_vehicle_minutes", ("1e300", "1441")),
    ("links.csv", "departures_per_weekday", ("1800000", "1441")),
    ("links.csv", "departures_per_sunday", ("1800000", "1441")),
    ("links.csv", "fare_gbp", ("1e300", "1001")),
    ("links.csv", "straight_line_km", ("1e300", "2001")),
    ("modes.csv", "boarding_minutes", ("1e300", "1441")),
    ("modes.csv", "fare_base_gbp", ("1e300", "1001")),
    ("modes.csv", "missing_fare_gbp", ("1e300", "1001")),
    ("demand.csv", "value", ("1e300", "-1e300")),
    ("area.csv", "value", ("1e300",)),
    ("journeys.csv", "value", ("1e300", "1e6")),
]


def changed(folder: Path, table: str, column: str, value: str, row: int = 0) -> None:
    file = folder / table
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[1 + row][rows[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "south_west", tmp_path / "area"))


@pytest.mark.parametrize(("table", "column", "values"), CELLS, ids=[f"{table}-{column}" for table, column, _ in CELLS])
def test_a_number_beyond_anything_real_is_refused(
    table: str, column: str, values: tuple[str, ...], folder: Path
) -> None:
    row = 5 if table == "area.csv" else 0  # the row of the population
    for value in values:
        changed(folder, table, column, value, row)
        with pytest.raises(InputError) as caught:
            load_area(folder)
        error = caught.value
        assert (error.file, error.line, error.key) == (str(folder / table), row + 2, column)
        assert f"{value} is out of range" in str(error)
        assert " to " in str(error.allowed)


@pytest.mark.parametrize("name", [field.name for field in fields(JourneyRules)])
def test_every_rule_of_journeys_has_a_ceiling(name: str, folder: Path) -> None:
    rows = [field.name for field in fields(JourneyRules)]
    most = KEYS["rule of journeys"][name].most
    changed(folder, "journeys.csv", "value", f"{most * 1.01:g}", rows.index(name))
    with pytest.raises(InputError, match=r"journeys\.csv:\d+:value: .* is out of range"):
        load_area(folder)
