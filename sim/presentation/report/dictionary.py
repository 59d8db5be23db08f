"""The data dictionary: every column of every table and chart file of a run folder, and every measure, with its meaning.

Columns of one name mean the same in every table; the few that do not are told by table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.outcomes.measures import measure_named
from sim.presentation.charts import (
    engagement_by_group,
    headline_differences,
    since_release,
    value_for_money,
    waits_and_queues,
    what_money_bought,
)
from sim.presentation.report.value_for_money import COLUMNS as VALUE_COLUMNS
from sim.presentation.report.value_for_money import TABLE as VALUE_TABLE
from sim.scenario.spend_by_payer import BUDGET_COLUMNS
from sim.store.parts import TOTALS_COLUMNS
from sim.study.run_blocks import SPEND_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

TABLE = "dictionary"
COLUMN, MEASURE = "column", "measure"
TEXT, WHOLE, NUMBER = "text", "whole number", "number"
DICTIONARY_COLUMNS = (
    "kind", "file", "name", "type", "unit", "meaning", "numerator", "denominator", "better", "headline", "strata",
)  # fmt: skip
OF_MEASURE = "unit of the measure"


@dataclass(frozen=True)
class Meaning:
    """Type, unit (empty for text) and meaning of a column."""

    type: str
    unit: str
    meaning: str


COLUMNS: Mapping[str, Meaning] = {
    "scenario": Meaning(TEXT, "", "name of the scenario, as in its file"),
    "draw": Meaning(WHOLE, "", "number of the draw of the uncertain parameters, from 0"),
    "replicate": Meaning(WHOLE, "", "number of the stream of luck under the draw, from 0; shared by all scenarios"),
    "stratum": Meaning(TEXT, "", "by what people or time are divided: all, sex, home, month, since_release and others"),
    "group": Meaning(TEXT, "", "the part of the stratum that the row is about"),
    "measure": Meaning(TEXT, "", "name of the measure; its meaning is a row of kind measure in this dictionary"),
    "numerator": Meaning(NUMBER, "what the measure counts", "sum in one run, not scaled to a year"),
    "denominator": Meaning(NUMBER, "what the measure divides by", "sum in one run, not scaled to a year"),
    "unit": Meaning(TEXT, "", "unit of value and difference"),
    "value": Meaning(NUMBER, OF_MEASURE, "numerator over denominator, as a ratio of means over all runs"),
    "value_low": Meaning(NUMBER, OF_MEASURE, "lower end of the interval of the value; of a share not below 0"),
    "value_high": Meaning(NUMBER, OF_MEASURE, "upper end of the interval of the value; of a share not above 1"),
    "value_mcse": Meaning(NUMBER, OF_MEASURE, "Monte Carlo standard error of the value"),
    "difference": Meaning(NUMBER, OF_MEASURE, "value less the baseline's, paired run by run; 0 for the baseline"),
    "low": Meaning(NUMBER, OF_MEASURE, "lower end of the interval of the difference"),
    "high": Meaning(NUMBER, OF_MEASURE, "upper end of the interval of the difference"),
    "mcse": Meaning(NUMBER, OF_MEASURE, "Monte Carlo standard error of the difference"),
    "parameter_sd": Meaning(
        NUMBER, OF_MEASURE, "standard deviation of the difference over draws, with the share of luck taken off"
    ),
    "per_year": Meaning(
        NUMBER, "counts a year", "difference of totals in a year's releases; empty where the measure is not per person"
    ),
    "per_year_low": Meaning(NUMBER, "counts a year", "lower end of the interval of per_year"),
    "per_year_high": Meaning(NUMBER, "counts a year", "upper end of the interval of per_year"),
    "counts": Meaning(TEXT, "", "what per_year counts; empty where the measure is not per person"),
    "verdict": Meaning(
        TEXT,
        "",
        "what may be said of the difference: better, worse, more, fewer, no clear difference, too small to count, "
        "no change, not known; baseline for the baseline itself",
    ),
    "basis": Meaning(TEXT, "", "what the intervals are made from: draws, replicates or both"),
    "people": Meaning(
        NUMBER, "what the measure divides by", "mean denominator over all runs, for a year's releases: numbers at risk"
    ),
    "lever": Meaning(TEXT, "", "name of the lever in the catalogue"),
    "payer": Meaning(TEXT, "", "code of who pays; several are joined by a slash"),
    "council": Meaning(
        TEXT,
        "",
        "council (local authority) whose places the money is for, by the share of people who come home to each place; "
        "'whole area' for money without a place: prisons, links, or all of the area",
    ),
    "gbp_per_year": Meaning(NUMBER, "GBP a year", "money a year while it flows; below 0 for money taken away"),
    "units": Meaning(NUMBER, "unit", "units that the money buys a year at full strength, at reference prices"),
    "units_used": Meaning(NUMBER, "unit", "units of these that reach somebody"),
    "unit_cost_gbp": Meaning(NUMBER, "GBP per unit", "price of a unit a year"),
    "unused_gbp_per_year": Meaning(NUMBER, "GBP a year", "part of the money that finds nobody left to reach"),
    "first_day": Meaning(WHOLE, "day", "first day of the study with the money; 0 is the day of the first release"),
    "end_day": Meaning(WHOLE, "day", "first day of the study without the money"),
    "remark": Meaning(TEXT, "", "what else is to be known of the purchase"),
    "label": Meaning(TEXT, "", "the words beside the bar"),
    "month": Meaning(WHOLE, "month", "month of the study, from 1; a twelfth of a year, counted from the first release"),
    "drawn": Meaning(TEXT, "", "yes where the scenario is drawn in the chart, no where it is only in this file"),
    "kind": Meaning(TEXT, "", "column: a column of a table or chart file; measure: a measure of the study"),
    "file": Meaning(TEXT, "", "table or chart file of the run folder, without ending; empty for a measure"),
    "name": Meaning(TEXT, "", "name of the column or measure"),
    "type": Meaning(TEXT, "", "text, whole number or number"),
    "meaning": Meaning(TEXT, "", "what the column or measure says"),
    "better": Meaning(TEXT, "", "direction that people released would call better: higher, lower or neither"),
    "headline": Meaning(TEXT, "", "yes for a measure of the one-page report"),
    "strata": Meaning(TEXT, "", "strata by which the measure is told in tables/groups, separated by semicolons"),
}
# (file, column) whose meaning is its own.
OWN: Mapping[tuple[str, str], Meaning] = {
    ("tables/value_for_money", "gbp_per_year"): Meaning(
        NUMBER, "GBP a year", "money of the whole scenario a year, the same for all"
    ),
    ("tables/spend", "unit"): Meaning(TEXT, "", "one of what the money buys"),
    ("tables/dictionary", "unit"): Meaning(TEXT, "", "unit of the column, or of the measure's value"),
    ("tables/dictionary", "numerator"): Meaning(TEXT, "", "what the measure counts"),
    ("tables/dictionary", "denominator"): Meaning(TEXT, "", "what the measure divides by"),
    ("charts/what_money_bought", "unit"): Meaning(TEXT, "", "one of what the money buys"),
    ("charts/since_release", "first_day"): Meaning(WHOLE, "day", "first day since release that the row is about"),
    ("charts/since_release", "end_day"): Meaning(WHOLE, "day", "first day since release no longer in the row"),
    ("charts/since_release", "people"): Meaning(
        NUMBER, "people a year", "numbers at risk: people released, or alive on the first day of the band"
    ),
}
# Columns of the charts' data files, by the chart's name.
CHARTS: Mapping[str, Sequence[str]] = {
    headline_differences.NAME: headline_differences.DATA_COLUMNS,
    engagement_by_group.NAME: engagement_by_group.COLUMNS,
    since_release.NAME: since_release.COLUMNS,
    value_for_money.NAME: value_for_money.COLUMNS,
    waits_and_queues.NAME: waits_and_queues.COLUMNS,
    what_money_bought.NAME: what_money_bought.COLUMNS,
}


def dictionary(comparison: Comparison, charts: Sequence[str]) -> pd.DataFrame:
    """The dictionary of a study's files; charts: names of the charts that were drawn.

    Raises KeyError for a column without a meaning, so that none is written untold.
    """
    import pandas as pd

    files: dict[str, Sequence[str]] = {
        "tables/totals": TOTALS_COLUMNS,
        "tables/comparison": list(comparison.rows.columns),
        "tables/groups": list(comparison.groups.columns),
        "tables/spend": SPEND_COLUMNS,
        "tables/budgets": BUDGET_COLUMNS,
        **({} if comparison.equal_money is None else {f"tables/{VALUE_TABLE}": VALUE_COLUMNS}),
        f"tables/{TABLE}": DICTIONARY_COLUMNS,
        **{f"charts/{name}": CHARTS[name] for name in charts},
    }
    rows = [_column(file, name) for file, names in files.items() for name in names]
    rows += [_measure(comparison, str(name)) for name in dict.fromkeys(comparison.groups["measure"])]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).fillna("")


def _column(file: str, name: str) -> dict[str, str]:
    return column_row(file, name, OWN[file, name] if (file, name) in OWN else COLUMNS[name])


def column_row(file: str, name: str, meaning: Meaning) -> dict[str, str]:
    """The row of a column of a file."""
    return {
        "kind": COLUMN, "file": file, "name": name, "type": meaning.type, "unit": meaning.unit,
        "meaning": meaning.meaning,
    }  # fmt: skip


def _measure(comparison: Comparison, name: str) -> dict[str, str]:
    strata = comparison.groups["stratum"][comparison.groups["measure"] == name]
    return measure_row(name, [str(stratum) for stratum in dict.fromkeys(strata)])


def measure_row(name: str, strata: Sequence[str]) -> dict[str, str]:
    """The row of a measure, told by these strata."""
    measure = measure_named(name)
    return {
        "kind": MEASURE, "name": name, "type": NUMBER, "unit": measure.unit, "meaning": measure.meaning,
        "numerator": measure.numerator, "denominator": measure.denominator, "better": measure.better,
        "headline": "yes" if measure.headline else "no", "strata": "; ".join(strata),
    }  # fmt: skip
