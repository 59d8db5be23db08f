"""Reading of price rows: the columns that only a table of prices has, and the price in the declared price year.

A row in GBP without a price year or an index is refused, wherever it stands: nobody can add such a price to another.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.core.cells import Record
from sim.core.errors import InputError
from sim.evidence.price import CASHABLE, SAVINGS, Price
from sim.evidence.price_index import INDICES, PRICE_YEAR, uprating
from sim.evidence.rows import Source

TABLE = "cost"
"""Stem of the one table that holds prices."""

OF_PRICES = ("price_year", "index", "saving", "cashable", "lag_days")


def is_money(unit: str) -> bool:
    """Whether a unit counts pounds."""
    return unit.lower().split(" ")[0] == "gbp"


def read_price(
    record: Record, value: float, low: float, high: float, known: Mapping[str, Source], *, has_columns: bool
) -> Price | None:
    """What a row says of its price; None of a row that is no price.

    value, low, high: as published. has_columns: whether the row stands in the table of prices.
    Raises InputError, naming file and line, for a price without its year or index, and for a share that has one.
    """
    row, cells = record.row, record.row.cells
    name, unit = cells["name"], cells["unit"]
    if not is_money(unit):
        filled = [column for column in OF_PRICES if has_columns and cells[column]]
        if filled:
            raise row.error(filled[0], f"'{unit}' is no price, so it has none of this column", "an empty cell")
        return None
    if not has_columns:
        problem = "a price without price_year and index, which this table has no columns for"
        raise row.error(name, problem, f"a row of {TABLE}.csv")
    if any(letter.isdigit() for letter in unit.partition(",")[2]):
        raise row.error("unit", f"'{unit}' names a year", "the unit alone; price_year holds the year")
    allowed = {
        "price_year": f"a financial year such as {PRICE_YEAR}", "index": ", ".join(INDICES),
        "saving": ", ".join(SAVINGS), "cashable": "a share from 0 to 1", "lag_days": "whole days",
    }  # fmt: skip
    for column, words in allowed.items():
        if not cells[column]:
            raise row.error(column, f"a price without {column}", words)
    cashable = record.number("cashable")
    if (cashable > 0.0) != (cells["saving"] == CASHABLE):
        problem = f"cashable {cashable:g} does not go with saving '{cells['saving']}'"
        raise row.error("cashable", problem, f"above 0 with {CASHABLE}, else 0")
    try:
        factor = uprating(cells["index"], cells["price_year"], known)
    except InputError as error:
        raise row.error(name, error.problem, error.allowed, error.nearest) from None
    return Price(
        value, low, high, cells["price_year"], cells["index"], factor, cells["saving"], cashable,
        record.whole("lag_days"),
    )  # fmt: skip


def money_unit(unit: str) -> str:
    """The unit of a price in the declared price year: 'GBP per kit, 2024/25'."""
    return f"{unit}, {PRICE_YEAR}"
