"""What a purchase rests on: the weakest of its lever's effect rows and of its price rows, by their grade.

A chain is as strong as its weakest link: one assumed row among measured ones makes the whole effect assumed. Of rows
with the same grade the one that the catalogue names first stands for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.evidence.rows import GRADES
from sim.scenario.levers import LEVERS

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

ASSUMED = GRADES[-1]
GRADE_COLUMNS = ("effect_row", "effect_grade", "price_row", "price_grade")


def weakest(graded: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The first (row, grade) with the weakest grade; two empty words where there is none."""
    known = [pair for pair in graded if pair[1] in GRADES]
    return max(known, key=lambda pair: GRADES.index(pair[1]), default=("", ""))


def grades_of_lever(name: str, table: ParameterTable) -> dict[str, str]:
    """GRADE_COLUMNS of a lever: its weakest effect row and price row; table: evidence."""
    lever = LEVERS[name]
    overhead = () if lever.overhead_parameter is None else (lever.overhead_parameter,)
    prices = (lever.cost_parameter, *lever.cost_factors, *overhead)
    weakest_rows = [weakest((row, table[row].grade) for row in rows) for rows in (lever.effect_parameters, prices)]
    return dict(zip(GRADE_COLUMNS, (word for pair in weakest_rows for word in pair), strict=True))
