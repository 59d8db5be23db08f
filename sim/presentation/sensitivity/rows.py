"""Which rows of a sensitivity table a chart or the page tells, in which order, and the sentences that they share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.core.grammar import counted, listed
from sim.presentation import words
from sim.presentation.sensitivity.words import (
    DIFFERENCE,
    INDICES,
    LUCK,
    DisplayUnit,
    Labels,
    index_value,
    number,
    signless,
)

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
# Indices by which factors are put in order, the first that a study holds.
BY = ("ST", "mu_star", "S1", "delta", "pawn")
# Columns of the data behind charts of indices.
INDEX_COLUMNS = (
    "design", "scenario", "kind", "measure", "factor", "other", "index", "value", "low", "high", "unit", "from_zero",
    "rank", "rank_low", "rank_high", "points",
)  # fmt: skip


def rows_of(
    table: pd.DataFrame, *, scenario: str, measure: str = "", kind: str = DIFFERENCE, index: str = "", design: str = "",
    method: str = "",
) -> pd.DataFrame:  # fmt: skip
    """The rows of one outcome (of all of a scenario's without a measure), of one index, one design and one method.

    Where no design or method is named, the first that has any such rows.
    """
    rows = table[(table["scenario"] == scenario) & (table["kind"] == kind)]
    rows = rows[rows["measure"] == measure] if measure else rows
    rows = rows[rows["index"] == index] if index else rows
    if "value" in rows:
        rows = rows[rows["value"].notna()]
    if "other" in rows:
        rows = rows.assign(other=rows["other"].fillna(""))
    for column, wanted in (("design", design), ("method", method)):
        if column in rows and len(rows):
            rows = rows[rows[column] == (wanted or rows[column].iloc[0])]
    return rows.reset_index(drop=True)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings by column."""
    return [{str(key): cell for key, cell in row.items()} for row in rows.to_dict("records")]


def ordered(rows: pd.DataFrame) -> list[Row]:
    """Rows of one index without luck, the largest size first."""
    inputs = [row for row in records(rows) if row["factor"] != LUCK]
    return sorted(inputs, key=lambda row: (-abs(float(row["value"])), str(row["factor"])))


def of_luck(rows: pd.DataFrame) -> Row | None:
    """The row of luck; None where luck is no factor."""
    luck = [row for row in records(rows) if row["factor"] == LUCK and not row.get("other")]
    return luck[0] if luck else None


def name_of(row: Row, labels: Labels) -> str:
    """The factor of a row in words, or both of a pair."""
    other = str(row.get("other") or "")
    first = labels.factor(str(row["factor"]))
    return f"{first} with {words.lowered(labels.factor(other))}" if other else first


def place_of(row: Row) -> str:
    """Where a parameter stands in a row of `response`: its value, or the point of its range where that is not told."""
    value = float(row["parameter_value"])
    return number(value) if math.isfinite(value) else f"{float(row['quantile']) * 100:g}% point"


def chart_name(name: str, *parts: str) -> str:
    """A file name that says what is drawn: 'morris-navigators-rough_sleeping_days'; differences are not named."""
    return "-".join([name, *(part for part in parts if part and part != DIFFERENCE)])


def with_interval(row: Row, unit: DisplayUnit, *, is_named: bool = True) -> str:
    """'42% (38% to 46%)': value and interval of a row of an index.

    unit: of the row's outcome. is_named: whether a value that has a unit bears its name.
    """
    index, value = str(row["index"]), float(row["value"])
    low, high = float(row["low"]), float(row["high"])
    known = INDICES[index]
    text = index_value(index, value, unit) if is_named or not known.has_unit else signless(value * unit.factor)
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{text} (no interval)"
    if known.has_unit:
        return f"{text} ({signless(low * unit.factor)} to {signless(high * unit.factor)})"
    return f"{text} ({index_value(index, low, unit)} to {index_value(index, high, unit)})"


def leaders(rows: Sequence[Row], labels: Labels, unit: DisplayUnit, room: int = 3) -> str:
    """The largest factors in a sentence, no order claimed that resampling does not hold; rows: without luck, in order.

    Raises nothing: no rows, or none that can be told from zero, is said as such.
    """
    clear = [row for row in rows if row["from_zero"]]
    if not rows:
        return "Luck alone was studied."
    if not clear:
        none = "The one input cannot" if len(rows) == 1 else f"None of {counted(len(rows), 'input')} can"
        return f"{none} be told from zero."
    named = [
        f"{words.lowered(name_of(row, labels))} {with_interval(row, unit, is_named=row is clear[0])}"
        for row in clear[:room]
    ]
    if len(clear) == 1:
        return f"Only one input can be told from zero: {named[0]}."
    is_part = INDICES[str(clear[0]["index"])].is_share
    if is_settled(clear[0]):
        return f"{'Largest part of the variance' if is_part else 'Largest'}: {named[0]}; then {listed(named[1:])}."
    largest = "Largest parts of the variance" if is_part else "Largest"
    return f"{largest}, in an order that is not settled: {listed(named)}."


def is_settled(row: Row) -> bool:
    """Whether resampling leaves the row its rank."""
    return int(row["rank_low"]) == int(row["rank_high"])


def luck_words(luck: Row | None, unit: DisplayUnit) -> str:
    """What luck carries, in a sentence; '' where luck is no factor."""
    if luck is None:
        return ""
    if not luck["from_zero"]:
        return "Luck cannot be told from zero."
    return f"Luck: {with_interval(luck, unit, is_named=False)}."


def silent_words(rows: Sequence[Row]) -> str:
    """How many factors cannot be told from zero; '' where all can or none."""
    silent = sum(not row["from_zero"] for row in rows)
    if not silent or silent == len(rows):
        return ""
    return f"{silent} of {len(rows)} cannot be told from zero."


def left_out(drawn: int, n: int) -> str:
    """What a chart has no room for; '' where it draws all."""
    return f"The {drawn} largest of {n} are drawn." if drawn < n else ""


def data_of(rows: Sequence[Row], unit: DisplayUnit, columns: Sequence[str] = INDEX_COLUMNS) -> pd.DataFrame:
    """The data behind a chart of indices: the rows as drawn, in the unit shown, with its name in the column `unit`."""
    import pandas as pd

    data = []
    for row in rows:
        known = INDICES[str(row["index"])]
        factor = unit.factor if known.has_unit else 1.0
        unit_name = unit.name if known.has_unit else "share of variance" if known.is_share else "0 to 1"
        scaled = {key: float(row[key]) * factor for key in ("value", "low", "high")}
        data.append({**row, **scaled, "unit": unit_name})
    return pd.DataFrame(data, columns=list(columns))
