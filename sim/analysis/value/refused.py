"""When neither an acceptability curve nor the value of perfect information is told, and what holds of them else."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.money import Row
from sim.core.grammar import counted, listed
from sim.scenario.levers.grades import ASSUMED

LEAST_DRAWS = 1000
"""Draws below which no curve is drawn and no EVPI is told: a chance of 0.975 has an error of 0.005 at so many."""


def why_no_curve(draws: int, rows: Iterable[Row]) -> tuple[str, str]:
    """Why neither curve nor EVPI is told, '' where both are; and else what holds of them, '' for nothing.

    rows: purchases that only one of a ranked scenario and the baseline makes.
    """
    if draws < LEAST_DRAWS:
        are = "is" if draws == 1 else "are"
        return f"{counted(draws, 'draw')} {are} too few for them, {LEAST_DRAWS:,} are needed", ""
    assumed = [row for row in rows if row.get("effect_grade") == ASSUMED]
    one_sided = sorted({str(row["effect_row"]) for row in assumed if not _has_no_effect(row)})
    if one_sided:
        return f"an assumed effect is drawn without a chance of none ({listed(one_sided)})", ""
    return "", "EVPI is of the compiler's prior, as an effect is assumed" if assumed else ""


def _has_no_effect(row: Row) -> bool:
    cell = row.get("no_effect")
    return isinstance(cell, int | float) and cell > 0.0
