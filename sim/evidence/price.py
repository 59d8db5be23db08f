"""What a price row says beside a parameter row: the price as it was published, its year and index, and what is saved
when less of the thing is used."""

from __future__ import annotations

from dataclasses import dataclass

CASHABLE, RELEASED_CAPACITY, ECONOMIC_VALUE = "cashable", "released_capacity", "economic_value"
SAVINGS = (CASHABLE, RELEASED_CAPACITY, ECONOMIC_VALUE)
"""cashable: money that a payer no longer pays; released_capacity: staff, beds or places free for others, whose money
stays spent; economic_value: harm or welfare that stands in nobody's budget."""

SAVING_WORDS = {CASHABLE: "cashable", RELEASED_CAPACITY: "released capacity", ECONOMIC_VALUE: "economic value"}


@dataclass(frozen=True)
class Price:
    """A price as it stands in its table. value, low, high: in the money of `year`; uprating: what one pound of that
    year is in pounds of the declared price year; cashable: share of the saving that a payer can bank; lag_days: from
    the day on which less is used to the day on which that is so."""

    value: float
    low: float
    high: float
    year: str
    index: str
    uprating: float
    saving: str
    cashable: float
    lag_days: int
