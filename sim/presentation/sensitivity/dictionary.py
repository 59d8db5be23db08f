"""The data dictionary of points, precision and sensitivity: every column of these tables and of their charts' data.

What a column means stands in columns.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.presentation.meanings import NUMBER, Meaning, meaning_of, read_meanings
from sim.presentation.report.dictionary import DICTIONARY_COLUMNS, column_row, measure_row
from sim.presentation.theme import Chart

if TYPE_CHECKING:
    import pandas as pd

TABLE = "study_dictionary"
COLUMNS = Path(__file__).parent / "columns.csv"
POINT_COLUMNS = ("draw", "design", "point", "unit", "stream")


def sensitivity_dictionary(
    tables: Mapping[str, pd.DataFrame], charts: Sequence[Chart] = (), *, units: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The dictionary of these tables, by name without folder, and of the data of these charts; columns as `dictionary`.

    units: of the parameters, for the columns of `points` that hold them. Raises KeyError for a column without meaning.
    """
    import pandas as pd

    files: dict[str, list[str]] = {f"tables/{name}": list(table.columns) for name, table in tables.items()}
    files |= {f"charts/{chart.name}": chart.csv.split("\n", 1)[0].split(",") for chart in charts}
    rows = [
        column_row(file, name, _meaning(file, name, units or {})) for file, names in files.items() for name in names
    ]
    measures = dict.fromkeys(
        str(name) for table in tables.values() if "measure" in table for name in table["measure"].unique()
    )
    rows += [measure_row(name, ["all"]) for name in measures]
    return pd.DataFrame([dict.fromkeys(DICTIONARY_COLUMNS, "") | row for row in rows], columns=list(DICTIONARY_COLUMNS))


def _meaning(file: str, name: str, units: Mapping[str, str]) -> Meaning:
    if file == "tables/points" and name not in POINT_COLUMNS:
        return Meaning(NUMBER, units.get(name, ""), "value of the parameter at the point")
    return meaning_of(read_meanings(COLUMNS), file, name)
