"""Money beside the year that is counted: what of a purchase falls in it, and whether the purchase begins in time.

People released within 365 days of the first release are counted, and so is the money that flows on those days:

    counted = GBP a year x days of the purchase among the first 365 / 365

as sim/experiment/simulator.py counts it. A purchase whose days are not told is taken to flow all year.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.core.days import FOLLOW_UP_DAYS
from sim.scenario.delivery.whose import EVERYBODY_ELSE

COUNTED_DAYS = FOLLOW_UP_DAYS  # people are released for a year
MONTHS_OF_TWO_YEARS = 24  # a year of releases, each followed for a year
PENNIES = 1.0  # GBP by which sums may differ before the difference is told

Row = Mapping[str, Any]
# What tells purchases apart.
SAME = ("lever", "option", "payer", "gbp_per_year", "unit", "units", "first_day", "end_day", "remark")


def days_of(row: Row) -> tuple[float, float]:
    """First day of the study with a purchase's money and first without it; 0 and infinity where the row has none."""
    first, end = float(row.get("first_day", math.nan)), float(row.get("end_day", math.nan))
    return (first if math.isfinite(first) else 0.0), (end if math.isfinite(end) else math.inf)


def counted_gbp(row: Row) -> float:
    """GBP of a purchase that fall in the counted year; below 0 for money taken away."""
    first, end = days_of(row)
    days = max(0.0, min(end, COUNTED_DAYS) - min(first, COUNTED_DAYS))
    return float(row["gbp_per_year"]) * days / COUNTED_DAYS


def yearly_sum(rows: Iterable[Row]) -> float:
    """GBP a year of all lines of a scenario on the day on which most flows, or most is taken away where that is more.

    Money of which no day lies in the run stands at its yearly sum.
    """
    spans = [(*days_of(row), float(row["gbp_per_year"])) for row in rows]
    flows = [(first, max(end, first + 1.0), gbp) for first, end, gbp in spans]
    days = sorted({day for first, end, _ in flows for day in (first, end) if math.isfinite(day)})
    rates = (math.fsum(gbp for first, end, gbp in flows if first <= day < end) for day in days)
    return max(rates, key=abs, default=0.0)


def is_for_others(row: Row) -> bool:
    """Whether the money of a line is for other people than those leaving prison."""
    return str(row.get("option")) == EVERYBODY_ELSE


def counted_sum(rows: Iterable[Row]) -> float:
    """GBP of all purchases of a scenario that fall in the counted year."""
    return sum((counted_gbp(row) for row in rows), 0.0)


def differs(gbp_per_year: float, counted: float) -> bool:
    """Whether the money of the counted year is another sum than the yearly one, by more than a pound."""
    return abs(gbp_per_year - counted) > PENNIES


def last_day(months: int) -> int:
    """The day of the study on which a run of so many months is over: the first that is not simulated."""
    return round(2 * COUNTED_DAYS * months / MONTHS_OF_TWO_YEARS)


def begins_after_run(row: Row, months: int) -> bool:
    """Whether a purchase begins when the run is over."""
    return days_of(row)[0] >= last_day(months)


def begins_after_year(row: Row) -> bool:
    """Whether a purchase begins when the counted year is over."""
    return days_of(row)[0] >= COUNTED_DAYS


def purchases_apart(bought: Sequence[Row], other: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Purchases that only the first of two scenarios makes, and those that only the second makes."""
    left = {number: _key(row) for number, row in enumerate(other)}
    only_first: list[Row] = []
    for row in bought:
        number = next((number for number, key in left.items() if key == _key(row)), None)
        if number is None:
            only_first.append(row)
        else:
            del left[number]
    return only_first, [other[number] for number in left]


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(key)) for key in SAME)
