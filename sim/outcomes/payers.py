"""What lives cost beside the money spent on levers, item by item: its price row, who pays it, and what is saved of it.

An item is one part of one price, paid by one payer (`sim/evidence/payers.csv`). What is saved when there is less of it,
money or capacity, says the price's own row (`sim/evidence/tables/cost.csv`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import InputError
from sim.core.tables import read_rows
from sim.evidence.load import load_parameters, shipped_names
from sim.evidence.price import Price
from sim.scenario.levers import PAYERS

TABLE = Path(__file__).parents[1] / "evidence" / "payers.csv"
COLUMNS = ("item", "title", "label", "row", "payer", "share", "part", "left_out", "sources", "note")
OTHER = "other"  # a payer whom no lever has: told in the table and counted in no cost
SLACK = 1e-4  # by which the shares of one price may miss 1


class Item(NamedTuple):
    """One part of a price. label: shorter than the title, for a chart. share: of the price, that the payer pays; part:
    row of the evidence by which it is multiplied, '' for none; left_out: why no cost counts it, '' where it does."""

    name: str
    title: str
    label: str
    row: str
    payer: str
    share: float
    part: str
    left_out: str

    @property
    def measure(self) -> str:
        """Name of the measure that counts it."""
        return f"knock_on_{self.name}_gbp"


def load_items(file: Path = TABLE) -> Mapping[str, Item]:
    """The items of the table by name, those left out too.

    Raises InputError, naming file and line, at the first row that is not right, and where the shares of a price do not
    sum to 1.
    """
    items: dict[str, Item] = {}
    for row in read_rows(file, COLUMNS, ("item", "title", "label", "row", "payer", "share", "sources")):
        known = sorted(shipped_names())
        price = row.word("row", known, "a row of the evidence tables")
        if row.cells["part"]:
            row.word("part", known, "a row of the evidence tables")
        payer = row.word("payer", (*PAYERS, OTHER), "a payer")
        if payer == OTHER and not row.cells["left_out"]:
            raise row.error("left_out", "a payer whom no lever has is in no cost", "why it is left out")
        name = row.text("item")
        if name in items:
            raise row.error("item", f"'{name}' is there twice", "each name once")
        share = row.number("share", low=0.0, high=1.0)
        words = row.text("title"), row.text("label")
        items[name] = Item(name, *words, price, payer, share, row.cells["part"], row.cells["left_out"])
    for price in dict.fromkeys(item.row for item in items.values()):
        whole = math.fsum(item.share for item in items.values() if item.row == price)
        if abs(whole - 1.0) > SLACK:
            raise InputError(f"the shares of {price} sum to {whole:.5g}", file=file, key=price, allowed="1")
    return items


ITEMS: Mapping[str, Item] = {name: item for name, item in load_items().items() if not item.left_out}
"""The items that costs count, by name."""


@cache
def savings() -> Mapping[str, Price]:
    """What is saved of each counted item when there is less of it: the price of its row."""
    table = load_parameters()
    prices = {name: table[item.row].price for name, item in ITEMS.items()}
    return {name: price for name, price in prices.items() if price is not None}


def cashable_part(name: str) -> float:
    """Share of an item that its payer can bank when there is less of it."""
    return savings()[name].cashable
