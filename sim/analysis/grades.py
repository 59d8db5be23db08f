"""What the answers of a scenario rest on: the weakest effect row and price row among its purchases.

A difference rests on the effect row, one in money on the price row too. Where one of them is assumed its chance is that
of a judgement and not of a figure: it stays in the tables, and nothing is marked by it, neither way.

The rows and grades stand in the table `spend`, so that they are those of the day on which the study was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.analysis import verdicts
from sim.analysis.money import Row, purchases_apart
from sim.outcomes.measure import POUNDS
from sim.scenario.levers.grades import ASSUMED, GRADE_COLUMNS, Graded, weakest

if TYPE_CHECKING:
    import pandas as pd


def grades_between(bought: Sequence[Row], other: Sequence[Row]) -> dict[str, str]:
    """GRADE_COLUMNS of a scenario against another one: over all purchases that only one of the two makes."""
    rows = [row for side in purchases_apart(bought, other) for row in side]
    effect = weakest(Graded(_word(row, "effect_row"), _word(row, "effect_grade"), _no_effect(row)) for row in rows)
    price = weakest(Graded(_word(row, "price_row"), _word(row, "price_grade")) for row in rows)
    return dict(zip(GRADE_COLUMNS, (*effect[:2], *price[:2]), strict=True))


def with_grades(rows: pd.DataFrame, spend: Mapping[str, Sequence[Row]], baseline: str | None = None) -> pd.DataFrame:
    """The rows with GRADE_COLUMNS before the last column; against the baseline, or the scenario in `against`.

    spend: rows of the table `spend`, by scenario.
    """
    others = rows["against"] if baseline is None else [baseline] * len(rows)
    pairs = [(str(name), str(other)) for name, other in zip(rows["scenario"], others, strict=True)]
    of = {pair: grades_between(spend.get(pair[0], ()), spend.get(pair[1], ())) for pair in dict.fromkeys(pairs)}
    columns = {name: [of[pair][name] for pair in pairs] for name in GRADE_COLUMNS}
    *before, last = rows.columns
    return rows.assign(**columns)[[*before, *GRADE_COLUMNS, last]]


def on_figures(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, which have their grades, with a verdict of their own where a mark would rest on an assumption."""
    is_assumed = rows["effect_grade"] == ASSUMED
    is_assumed |= (rows["counts"] == POUNDS) & (rows["price_grade"] == ASSUMED)
    return rows.assign(
        verdict=rows["verdict"].mask(rows["verdict"].isin(verdicts.MARKED) & is_assumed, verdicts.ASSUMED)
    )


def _no_effect(row: Row) -> float:
    """The chance of no effect that the effect row of a purchase states; 0 where none is told."""
    cell = row.get("no_effect")
    return float(cell) if isinstance(cell, int | float) else 0.0


def _word(row: Row, column: str) -> str:
    """What a purchase says in a column; '' where it says nothing, as in a study of before there were grades."""
    cell = row.get(column)
    return cell if isinstance(cell, str) else ""
