"""Tables of a finished study made again from its totals, and held against those in its folder, cell for cell.

Comparison, groups, pairs and precision follow from totals, points, spend and manifest alone. Spend, budgets, points and
indices also from the scenarios and the evidence, so they are made again only while these are what they were.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.money_by_payer import TABLE as MONEY_BY_PAYER
from sim.analysis.money_by_payer import money_by_payer
from sim.analysis.null_draws import POINTS
from sim.analysis.pairs import TABLE as PAIRS
from sim.analysis.saved import comparison_again
from sim.analysis.value.budget_impact import TABLE as BUDGET_IMPACT
from sim.analysis.value.cost_per_outcome import TABLE as COST_PER_OUTCOME
from sim.analysis.value.tables import tables_of
from sim.core.errors import InputError
from sim.core.grammar import counted
from sim.core.parquet import read_frame, reading_table
from sim.experiment.outputs import Tables, index_tables, precision_tables
from sim.presentation.report.value_for_money import TABLE as OF_EQUAL_MONEY
from sim.presentation.report.value_for_money import value_table
from sim.scenario.spend_by_payer import budgets_of
from sim.store.reading import Results
from sim.study.run_blocks import money_tables, points_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.run import StudyRun

SAME, DIFFERS, NOT_MADE = "same", "differs", "not made again"
SPEND = "tables/spend.csv"  # the comparison tells what was bought, and reads points for the draws at a null
OF_STUDY = (
    "spend", "budgets", "points", "sensitivity", "sensitivity_convergence", "noise", "response", "skipped"
)  # fmt: skip
"""Tables that need the scenarios and the evidence of then."""


class TableCheck(NamedTuple):
    """One table's file held against the table made again.

    verdict: SAME, DIFFERS or NOT_MADE. difference: in words, the first cell that differs, or why it was not made again.
    row: number of that cell's row below the header, from 1, None where no cell differs; column: its name; kept,
    made_again: what it holds, in both.
    """

    file: str
    verdict: str
    difference: str = ""
    row: int | None = None
    column: str = ""
    kept: str = ""
    made_again: str = ""


def check_tables(
    folder: Path, content: Mapping[str, Any], study: StudyRun, *, damaged: Collection[str], is_of_today: bool
) -> Iterator[TableCheck]:
    """Every table of the study that can be made again, a check a file; its totals and its manifest are whole.

    study: set up from today's files. damaged: files left out. is_of_today: whether scenarios, area and evidence are
    what they were when the study was run.
    """
    made = {} if {SPEND, POINTS} & set(damaged) else _made_of_totals(folder, content)
    made |= _made_of_study(folder, content, study) if is_of_today else {}
    for name in content["files"]:
        path = Path(name)
        if path.parent != Path("tables") or name in damaged:
            continue
        if path.stem in made:
            yield table_check(folder, name, made[path.stem])
        elif path.stem in OF_STUDY and not is_of_today:
            yield TableCheck(name, NOT_MADE, "the study's files have changed since")


def _made_of_totals(folder: Path, content: Mapping[str, Any]) -> Tables:
    tables = precision_tables(folder, content)
    if content["draws"]:
        comparison = comparison_again(Results(folder, content))
        tables |= {"comparison": comparison.rows, "groups": comparison.groups, PAIRS: comparison.pairs}
        if len(comparison.scenarios) > 1:
            tables[MONEY_BY_PAYER] = money_by_payer(comparison)
        if comparison.impact is not None:
            tables[BUDGET_IMPACT] = comparison.impact
        tables |= tables_of(comparison.valued)
        if comparison.cost_per_outcome is not None:
            tables[COST_PER_OUTCOME] = comparison.cost_per_outcome
        if comparison.equal_money is not None:
            tables[OF_EQUAL_MONEY] = value_table(comparison)
    return tables


def _made_of_study(folder: Path, content: Mapping[str, Any], study: StudyRun) -> Tables:
    setup = study.setup
    points = points_table(study.run, set(content.get("left_out", ())))
    return {
        **money_tables(setup.plan, study.spend, budgets_of(setup.scenarios, setup.area)),
        **({} if points is None else {"points": points}),
        **index_tables(folder, content, setup),
    }


def table_check(folder: Path, name: str, made: pd.DataFrame) -> TableCheck:
    """One file of the folder held against the table made again."""
    file, again = folder / name, _as_text(made)
    try:
        kept = file.read_bytes().decode("utf-8-sig") if name.endswith(".csv") else _parquet_as_text(file)
    except (InputError, ValueError) as error:
        said = error.problem.removeprefix("the table ") if isinstance(error, InputError) else f"cannot be read: {error}"
        return TableCheck(name, DIFFERS, " ".join(said.split()))
    if kept == again:
        return TableCheck(name, SAME)
    return _first_difference(name, list(csv.reader(StringIO(kept))), list(csv.reader(StringIO(again))))


def _as_text(table: pd.DataFrame) -> str:
    """A table as the CSV that a study writes; every number with all its digits."""
    return table.to_csv(index=False, lineterminator="\n")


def _parquet_as_text(file: Path) -> str:
    with reading_table(file):
        return _as_text(read_frame(file))


def _first_difference(name: str, kept: list[list[str]], again: list[list[str]]) -> TableCheck:
    """Where two tables part, header first, then row by row."""
    header, other = kept[0] if kept else [], again[0]
    if header != other:
        said = [f"has no column '{column}'" for column in other if column not in header]
        said += [f"has a column '{column}'" for column in header if column not in other]
        return TableCheck(name, DIFFERS, ", ".join(said) or "has its columns in another order")
    for row in range(1, max(len(kept), len(again))):
        if row >= min(len(kept), len(again)):
            rows = f"has {counted(len(kept) - 1, 'row')}, made again it has {len(again) - 1:,}"
            return TableCheck(name, DIFFERS, rows, row)
        for column, here, there in zip_longest(header, kept[row], again[row], fillvalue=""):
            if here != there:
                said_of_cell = f"row {row:,}, column '{column}': '{here}' in the file, '{there}' made again"
                return TableCheck(name, DIFFERS, said_of_cell, row, column, here, there)
    return TableCheck(name, DIFFERS, "holds the same cells, written otherwise")
