"""What a price row says beside a parameter row: the price as it was published, its year and index, and what is saved
when less of the thing is used."""

from __future__ import annotations

from typing import NamedTuple

CASHABLE, RELEASED_CAPACITY, ECONOMIC_VALUE = "cashable", "released_capacity", "economic_value"
SAVINGS = (CASHABLE, RELEASED_CAPACITY, ECONOMIC_VALUE)
"""cashable: money that a payer no longer pays; released_capacity: staff, beds or places free for others, whose money
stays spent; economic_value: harm or welfare that stands in nobody's budget."""

SAVING_WORDS = {CASHABLE: "cashable", RELEASED_CAPACITY: "released capacity", ECONOMIC_VALUE: "economic value"}

BIAS_OF_GRADE = {"assumed": 0.41, "derived": 0.10, "measured": 0.0}
"""Optimism bias by the grade of a price: share added to a cost. 0.41 is the starting value of the upper bound for the
running costs of outsourced services (optimism_bias_outsourcing_opex); that it is taken for assumed prices, a quarter of
it for derived ones and nothing for contract and tariff prices is a choice of this model, assumed."""


class Price(NamedTuple):
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
