"""Money a year over time: the most of it at one time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Generic, NamedTuple, TypeVar

Day = TypeVar("Day", date, float)


class YearlyRate(NamedTuple, Generic[Day]):
    """Money a year from a first day to the day before another (None: it goes on); dates, or days of a study."""

    first: Day
    end: Day | None
    gbp_per_year: float


def most_at_once(rates: Iterable[YearlyRate[Day]]) -> float:
    """GBP a year of the day on which it is most, or on which most is taken away where that is more; 0 without any."""
    rates = tuple(rates)
    days = {rate.first for rate in rates} | {rate.end for rate in rates if rate.end is not None}
    sums = (
        math.fsum(rate.gbp_per_year for rate in rates if rate.first <= day and (rate.end is None or day < rate.end))
        for day in sorted(days)
    )
    return max(sums, key=abs, default=0.0)
