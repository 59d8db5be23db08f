"""What the answers of a scenario rest on: the weakest effect row and price row among its purchases.

The rows and grades stand in the table `spend`, so that they are those of the day on which the study was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.analysis.money import Row, purchases_apart
from sim.scenario.levers.grades import ASSUMED, GRADE_COLUMNS, weakest

if TYPE_CHECKING:
    import pandas as pd


def grades_between(bought: Sequence[Row], other: Sequence[Row]) -> dict[str, str]:
    """GRADE_COLUMNS of a scenario against another one: over all purchases that only one of the two makes."""
    rows = [row for side in purchases_apart(bought, other) for row in side]
    of = [weakest((_word(row, name), _word(row, grade)) for row in rows) for name, grade in _PAIRS]
    return dict(zip(GRADE_COLUMNS, (word for pair in of for word in pair), strict=True))


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


def is_assumed(row: Mapping[str, object]) -> bool:
    """Whether the effect of a row of the comparison rests on an assumption."""
    return row.get("effect_grade") == ASSUMED


_PAIRS = (("effect_row", "effect_grade"), ("price_row", "price_grade"))


def _word(row: Row, column: str) -> str:
    """What a purchase says in a column; '' where it says nothing, as in a study of before there were grades."""
    cell = row.get(column)
    return cell if isinstance(cell, str) else ""
