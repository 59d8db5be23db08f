"""What a purchase rests on: the weakest of its lever's effect rows and of its price rows, by their grade.

A chain is as strong as its weakest link: one assumed row among measured ones makes the whole effect assumed. Of rows
with the same grade the one most in doubt stands for them: that with the largest chance of no effect, and of equal
chances the one that the catalogue names first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.evidence.rows import GRADES
from sim.scenario.levers import LEVERS

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

ASSUMED = GRADES[-1]
GRADE_COLUMNS = ("effect_row", "effect_grade", "price_row", "price_grade")
DOUBT_COLUMNS = ("no_effect", "nulls")
"""Of a purchase beside its grades: the chance of no effect that its effect row states, and all of its effect rows with
such a chance, each with the value at which it does nothing ('navigator.attendance_or = 1; support.homeless_or = 1')."""


class Graded(NamedTuple):
    """A row of the evidence with its grade and the chance of no effect that it states."""

    row: str
    grade: str
    no_effect: float = 0.0


NOTHING = Graded("", "")


def weakest(graded: Iterable[Graded]) -> Graded:
    """The row with the weakest grade, of equals that with the largest chance of no effect, of these the first."""
    known = [one for one in graded if one.grade in GRADES]
    return max(known, key=lambda one: (GRADES.index(one.grade), one.no_effect), default=NOTHING)


def grades_of_lever(name: str, table: ParameterTable) -> dict[str, Any]:
    """GRADE_COLUMNS and DOUBT_COLUMNS of a lever: its weakest effect row and price row; table: evidence."""
    lever = LEVERS[name]
    effect, price = (
        weakest(Graded(row, table[row].grade, table[row].no_effect) for row in rows)
        for rows in (lever.effect_parameters, lever.price_parameters)
    )
    grades = (effect.row, effect.grade, price.row, price.grade)
    nulls = {row: table[row].null for row in lever.effect_parameters if table[row].no_effect}
    doubt = (effect.no_effect, "; ".join(f"{row} = {null:g}" for row, null in nulls.items()))
    return dict(zip((*GRADE_COLUMNS, *DOUBT_COLUMNS), (*grades, *doubt), strict=True))


def read_nulls(cell: object) -> dict[str, float]:
    """Rows and nulls of a cell of the column `nulls`; none of one that is empty or not there."""
    if not isinstance(cell, str) or not cell:
        return {}
    return {row: float(null) for row, null in (part.split(" = ") for part in cell.split("; "))}
