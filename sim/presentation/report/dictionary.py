"""The data dictionary: every column of every table and chart file of a run folder, and every measure, with its meaning.

What a column means stands in columns.csv, what a measure means beside the measure itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import COLUMNS as MONEY_COLUMNS
from sim.analysis.money_by_payer import TABLE as MONEY_BY_PAYER
from sim.analysis.pairs import TABLE as PAIRS
from sim.analysis.value.budget_impact import TABLE as BUDGET_IMPACT
from sim.analysis.value.cost_per_outcome import COLUMNS as COST_PER_OUTCOME_COLUMNS
from sim.analysis.value.cost_per_outcome import TABLE as COST_PER_OUTCOME
from sim.analysis.value.tables import tables_of
from sim.outcomes.measures import measure_named
from sim.presentation.charts import (
    engagement_by_group,
    headline_differences,
    since_release,
    value_for_money,
    waits_and_queues,
    what_money_bought,
)
from sim.presentation.meanings import NUMBER, Meaning, meaning_of, read_meanings
from sim.presentation.report.value_for_money import COLUMNS as VALUE_COLUMNS
from sim.presentation.report.value_for_money import TABLE as VALUE_TABLE
from sim.scenario.spend_by_payer import BUDGET_COLUMNS
from sim.store.parts import TOTALS_COLUMNS
from sim.study.run_blocks import SPEND_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

TABLE = "dictionary"
COLUMN, MEASURE = "column", "measure"
DICTIONARY_COLUMNS = (
    "kind", "file", "name", "type", "unit", "meaning", "numerator", "denominator", "better", "headline", "strata",
)  # fmt: skip
COLUMNS = Path(__file__).parent / "columns.csv"
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
        **({f"tables/{PAIRS}": list(comparison.pairs.columns)} if len(comparison.pairs) else {}),
        "tables/spend": SPEND_COLUMNS,
        "tables/budgets": BUDGET_COLUMNS,
        **({f"tables/{MONEY_BY_PAYER}": MONEY_COLUMNS} if len(comparison.scenarios) > 1 else {}),
        **({} if comparison.impact is None else {f"tables/{BUDGET_IMPACT}": list(comparison.impact.columns)}),
        **{f"tables/{name}": list(table.columns) for name, table in tables_of(comparison.valued).items()},
        **({f"tables/{COST_PER_OUTCOME}": COST_PER_OUTCOME_COLUMNS} if _has_costs(comparison) else {}),
        **({} if comparison.equal_money is None else {f"tables/{VALUE_TABLE}": VALUE_COLUMNS}),
        f"tables/{TABLE}": DICTIONARY_COLUMNS,
        **{f"charts/{name}": CHARTS[name] for name in charts},
    }
    rows = [_column(file, name) for file, names in files.items() for name in names]
    rows += [_measure(comparison, str(name)) for name in dict.fromkeys(comparison.groups["measure"])]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).fillna("")


def _has_costs(comparison: Comparison) -> bool:
    return comparison.cost_per_outcome is not None and len(comparison.cost_per_outcome) > 0


def _column(file: str, name: str) -> dict[str, str]:
    return column_row(file, name, meaning_of(read_meanings(COLUMNS), file, name))


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
