"""Money over the person-time that is counted: what of a purchase is counted, and whether it begins in time.

Runs count what a scenario spends by payer (sim/outcomes/money_rule.py); those sums stand in the measures spent_*_gbp.
Of a single purchase the table of spend holds what is planned before any run. A study made before the rule has neither:
its money was that of the days of the purchase among the first 365.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.core.days import FOLLOW_UP_DAYS
from sim.scenario.delivery.whose import EVERYBODY_ELSE
from sim.scenario.rate import YearlyRate, most_at_once

COUNTED_DAYS = FOLLOW_UP_DAYS  # people are released for a year
MONTHS_OF_TWO_YEARS = 24  # a year of releases, each followed for a year
PENNIES = 1.0  # GBP by which sums may differ before the difference is told
LEAST_TOLD = 0.1  # part of a yearly sum by which the counted one differs before it is told: a ramp alone is not
TOO_SHORT_DAYS = 90.0  # filled days below which a purchase is too short to value

Row = Mapping[str, Any]
# What tells purchases apart.
SAME = ("lever", "option", "payer", "gbp_per_year", "unit", "units", "first_day", "end_day", "ends", "remark")


def number_in(row: Row, column: str) -> float:
    """A number of a row of the table of spend; NaN where the row, read or as it was made, has none."""
    number = row.get(column, math.nan)
    return math.nan if number in ("", None) else float(number)


def days_of(row: Row) -> tuple[float, float]:
    """First day of the study with a purchase's money and first without it; 0 and infinity where the row has none."""
    first, end = number_in(row, "first_day"), number_in(row, "end_day")
    return (first if math.isfinite(first) else 0.0), (end if math.isfinite(end) else math.inf)


def counted_gbp(row: Row) -> float:
    """GBP of a purchase over the people counted, as planned; below 0 for money taken away."""
    planned = number_in(row, "counted_gbp")
    if math.isfinite(planned):
        return planned
    first, end = days_of(row)
    days = max(0.0, min(end, COUNTED_DAYS) - min(first, COUNTED_DAYS))
    return float(row["gbp_per_year"]) * days / COUNTED_DAYS


def yearly_sum(rows: Iterable[Row]) -> float:
    """GBP a year of all lines of a scenario on the day on which most flows, or most is taken away where that is more.

    Money of which no day lies in the run stands at its yearly sum.
    """
    spans = [(*days_of(row), float(row["gbp_per_year"])) for row in rows]
    return most_at_once(YearlyRate(first, max(end, first + 1.0), gbp) for first, end, gbp in spans)


def is_for_others(row: Row) -> bool:
    """Whether the money of a line is for other people than those leaving prison."""
    return str(row.get("option")) == EVERYBODY_ELSE


def counted_sum(rows: Iterable[Row]) -> float:
    """GBP of all purchases of a scenario for people leaving prison, over the people counted, as planned."""
    return sum((counted_gbp(row) for row in rows if not is_for_others(row)), 0.0)


def spent_measure(payer: str) -> str:
    """The measure of what a payer spends on levers."""
    return f"spent_{payer}_gbp"


def too_short(new: Iterable[Row]) -> bool:
    """Whether purchases are too short to value: fewer than TOO_SHORT_DAYS filled days, by their money."""
    filled = [(abs(float(row["gbp_per_year"])), number_in(row, "filled_days")) for row in new]
    filled = [(gbp, days) for gbp, days in filled if math.isfinite(days) and gbp > 0.0]
    money = sum(gbp for gbp, _ in filled)
    return money > 0.0 and sum(gbp * days for gbp, days in filled) / money < TOO_SHORT_DAYS


def differs(gbp_per_year: float, counted: float) -> bool:
    """Whether the money counted is another sum than the yearly one, by so much that it is told."""
    return abs(gbp_per_year - counted) > max(PENNIES, LEAST_TOLD * abs(gbp_per_year))


def last_day(months: int) -> int:
    """The day of the study on which a run of so many months is over: the first that is not simulated."""
    return round(2 * COUNTED_DAYS * months / MONTHS_OF_TWO_YEARS)


def begins_after_run(row: Row, months: int) -> bool:
    """Whether a purchase begins when the run is over."""
    return days_of(row)[0] >= last_day(months)


def begins_after_year(row: Row) -> bool:
    """Whether a purchase begins when the counted year is over and nothing of its money is counted."""
    return days_of(row)[0] >= COUNTED_DAYS and abs(counted_gbp(row)) < PENNIES


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
