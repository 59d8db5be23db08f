"""The data dictionary of points, precision and sensitivity: every column of these tables and of their charts' data.

Columns of one name mean the same in every file; the few that do not are told by file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.presentation.report.dictionary import (
    DICTIONARY_COLUMNS,
    NUMBER,
    OF_MEASURE,
    TEXT,
    WHOLE,
    Meaning,
    column_row,
    measure_row,
)
from sim.presentation.theme import Chart

if TYPE_CHECKING:
    import pandas as pd

TABLE = "study_dictionary"
INDICES_TOLD = (
    "S1 (first order, or FAST and RBD-FAST), ST (total order), S2 (second order of a pair), mu, mu_star and sigma "
    "(Morris), delta, pawn"
)
OF_INDEX = "share of variance for S1, ST and S2; unit of the measure for mu, mu_star and sigma; 0 to 1 for the rest"
TRUTH = "true or false"

COLUMNS: Mapping[str, Meaning] = {
    "design": Meaning(TEXT, "", "name of the design, as in the study file"),
    "method": Meaning(TEXT, "", "how the index is made: sobol, morris, fast, rbd_fast, delta or pawn"),
    "scenario": Meaning(TEXT, "", "name of the scenario, as in its file"),
    "kind": Meaning(TEXT, "", "level: the scenario's own value; difference: that less the baseline's, paired"),
    "measure": Meaning(TEXT, "", "name of the measure; its meaning is a row of kind measure in this dictionary"),
    "factor": Meaning(TEXT, "", "parameter or group of parameters that is varied; luck for the stream of luck"),
    "other": Meaning(TEXT, "", "second factor of a pair, for S2; else empty"),
    "index": Meaning(TEXT, "", f"which index the row tells: {INDICES_TOLD}"),
    "value": Meaning(NUMBER, OF_INDEX, "the index"),
    "low": Meaning(NUMBER, OF_INDEX, "lower end of the bootstrap interval of the index"),
    "high": Meaning(NUMBER, OF_INDEX, "upper end of the bootstrap interval of the index"),
    "from_zero": Meaning(TRUTH, "", "whether the index can be told from zero"),
    "rank": Meaning(WHOLE, "", "place of the factor by the index, 1 the largest, within one outcome and index"),
    "rank_low": Meaning(WHOLE, "", "lower end of the bootstrap interval of the rank"),
    "rank_high": Meaning(WHOLE, "", "upper end of the bootstrap interval of the rank"),
    "points": Meaning(WHOLE, "runs", "runs that the index is made from"),
    "samples": Meaning(WHOLE, "base samples", "base samples, trajectories or draws that the index is made from"),
    "mean": Meaning(NUMBER, OF_MEASURE, "mean of the outcome over the points and replicates"),
    "variance": Meaning(NUMBER, "square of the unit of the measure", "variance of the outcome over the points"),
    "noise_share": Meaning(NUMBER, "share of variance", "part of the variance that is luck"),
    "noise_low": Meaning(NUMBER, "share of variance", "lower end of the interval of noise_share"),
    "noise_high": Meaning(NUMBER, "share of variance", "upper end of the interval of noise_share"),
    "how": Meaning(TEXT, "", "how luck was told apart: ST of luck, replicates, or not known"),
    "quantile": Meaning(NUMBER, "", "place of the parameter's value in its distribution, above 0 and below 1"),
    "parameter_value": Meaning(NUMBER, "unit of the parameter", "value of the parameter at that quantile"),
    "parameter_unit": Meaning(TEXT, "", "unit of parameter_value, as in the evidence tables"),
    "reference": Meaning(NUMBER, OF_MEASURE, "mean where every parameter has its own value"),
    "from_reference": Meaning(TRUTH, "", "whether low to high leaves the reference out"),
    "replicates": Meaning(WHOLE, "replicates", "streams of luck used so far, from 1 on"),
    "difference_per_year": Meaning(NUMBER, "unit", "mean paired difference over these replicates"),
    "unit": Meaning(TEXT, "", "unit of the numbers beside it"),
    "paired_sd": Meaning(NUMBER, "unit", "standard deviation of the difference of two runs with the same luck"),
    "unpaired_sd": Meaning(NUMBER, "unit", "the same of two runs, each with luck of its own"),
    "worth": Meaning(NUMBER, "runs", "runs with luck of their own that tell as much as one run with paired luck"),
    "of_largest": Meaning(NUMBER, "share", "size of the index over the largest of its outcome, luck included"),
    "reason": Meaning(TEXT, "", "why the outcome could not be analysed"),
    "draw": Meaning(WHOLE, "", "number of the point in the totals, from 0: the draws first, then the designs"),
    "point": Meaning(WHOLE, "", "number of the point in its design, from 0"),
    "stream": Meaning(WHOLE, "", "stream of random numbers of the point; points with the same number share it"),
}
RESPONSE_ENDS = {
    "low": Meaning(NUMBER, OF_MEASURE, "lower end of the Monte Carlo interval: reference plus paired distance from it"),
    "high": Meaning(
        NUMBER, OF_MEASURE, "upper end of the Monte Carlo interval: reference plus paired distance from it"
    ),
}
PRECISION_ENDS = {
    "low": Meaning(NUMBER, "unit", "lower end of the Monte Carlo interval of the difference"),
    "high": Meaning(NUMBER, "unit", "upper end of the Monte Carlo interval of the difference"),
}
IN_UNIT = {
    key: Meaning(NUMBER, "unit", COLUMNS[key].meaning) for key in ("value", "mean", "reference")
}  # charts tell numbers in the unit beside them
INDEX_IN_UNIT = {
    "value": IN_UNIT["value"],
    **{key: Meaning(NUMBER, "unit", COLUMNS[key].meaning) for key in ("low", "high")},
}
RESPONSE_IN_UNIT = {
    **{key: IN_UNIT[key] for key in ("mean", "reference")},
    **{key: Meaning(NUMBER, "unit", meaning.meaning) for key, meaning in RESPONSE_ENDS.items()},
}
POINT_UNIT = {"unit": Meaning(WHOLE, "", "base sample, trajectory or draw that the point belongs to, from 0")}
# Meanings of a file's own, by table, or by the first part of a chart's name.
OWN: Mapping[str, Mapping[str, Meaning]] = {
    "tables/response": RESPONSE_ENDS,
    "tables/precision": PRECISION_ENDS,
    "tables/points": POINT_UNIT,
    "charts/index_bars": INDEX_IN_UNIT,
    "charts/morris": INDEX_IN_UNIT,
    "charts/convergence": INDEX_IN_UNIT,
    "charts/tornado": RESPONSE_IN_UNIT,
    "charts/response_curves": RESPONSE_IN_UNIT,
    "charts/running_mean": PRECISION_ENDS,
}
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
    own = OWN.get(file.split("-", 1)[0], {})
    if name in own:
        return own[name]
    if file == "tables/points" and name not in POINT_COLUMNS:
        return Meaning(NUMBER, units.get(name, ""), "value of the parameter at the point")
    return COLUMNS[name]
