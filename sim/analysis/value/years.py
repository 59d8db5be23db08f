"""Five years of a purchase, year by year: what is paid, and when what follows from it falls.

A year is one of the calendar from the first day of the study, told as 365 days. Money that still flows when the run
ends goes on, unless its scenario says until when. The ramp is the straight line by which a run fills posts and beds;
its length R is read off the filled days that the table of spend holds, of `open` days with money in the run:

    filled = open - R / 2    where R <= open, else open^2 / (2 R)

What follows is counted of the people released in one year, over the 365 days after their release. A pound does the
same whenever it is spent (sim/outcomes/money_rule.py), so with m(t) the money of day t

    what follows in year y = what a run counts / counted money
                             x sum over t of m(t) x the part of [t + lag, t + lag + 365) that lies in y

that is, evenly over the year from the day of the money on, and later by the lag of its price row. Of a permanent
purchase without a ramp that is half of it in the first year and all of it in each later one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.analysis.money import PENNIES, Row, counted_gbp, days_of, is_for_others, number_in
from sim.core.days import FOLLOW_UP_DAYS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

YEARS, DAYS_A_YEAR = 5, 365
DAYS = YEARS * DAYS_A_YEAR


class Span(NamedTuple):
    """When a purchase flows. end: first day without it, infinite where it goes on. run_days: days of the run, in which
    its filled days are counted; is_from_first_day: paid whole from its first day, filled or not."""

    end: float
    run_days: int
    is_from_first_day: bool


def paid_by_day(row: Row, span: Span) -> Numbers:
    """f8[days of five years]: GBP of each day, a cut below 0; what finds nothing to take away saves nothing."""
    import numpy as np

    first, _ = days_of(row)
    gbp = float(row["gbp_per_year"])
    ramp = 0.0 if span.is_from_first_day and gbp > 0.0 else ramp_days(row, span)
    since = np.arange(DAYS) + 0.5 - first
    filled = np.clip(since / ramp, 0.0, 1.0) if ramp > 0.0 else (since > 0.0).astype(float)
    filled[np.arange(DAYS) >= span.end] = 0.0
    return np.asarray(gbp * acting_part(row) / DAYS_A_YEAR * filled)


def acting_part(row: Row) -> float:
    """Part of a cut that finds something to take away; 1 of money that is spent."""
    gbp, unused = float(row["gbp_per_year"]), number_in(row, "unused_gbp_per_year")
    return 1.0 - unused / gbp if gbp < 0.0 and math.isfinite(unused) else 1.0


def ramp_days(row: Row, span: Span) -> float:
    """Days of the straight line over which a purchase is filled; 0 where the table does not tell."""
    first, _ = days_of(row)
    part, of_run = acting_part(row), number_in(row, "filled_days")
    is_open = min(span.end, span.run_days) - first
    if not math.isfinite(of_run) or is_open <= 0.0 or part <= 0.0:
        return 0.0
    filled = min(of_run / part, is_open)
    if filled <= 0.0:
        return math.inf
    ramp = 2.0 * (is_open - filled)
    return ramp if ramp <= is_open else is_open**2 / (2.0 * filled)


def by_year(daily: Numbers) -> Numbers:
    """f8[5]: sums of each year."""
    import numpy as np

    return np.asarray(daily.reshape(YEARS, DAYS_A_YEAR).sum(axis=1))


def following(daily: Numbers, lag_days: int) -> Numbers:
    """f8[5]: the same money, each day's spread evenly over 365 days that begin so many days later, a year each."""
    import numpy as np

    until = np.cumsum(daily)
    before = np.concatenate([np.zeros(FOLLOW_UP_DAYS), until])[:DAYS]
    spread = (until - before) / FOLLOW_UP_DAYS
    # half of a day's share falls on the day itself, since its money comes at noon
    spread = (spread + np.concatenate([[0.0], spread[:-1]])) / 2.0
    late = np.concatenate([np.zeros(lag_days), spread])[:DAYS]
    return by_year(late)


def profile(pairs: Sequence[tuple[Row, Span]], lag_days: int, as_lived: float = 1.0) -> Numbers:
    """f8[5]: how often what a run counts falls in each year; NaN where nothing, or too little, of the money is counted.

    pairs: purchases that one of two scenarios makes and the other does not. as_lived: money that runs counted, stock
    that nobody took included, over what was planned.
    """
    import numpy as np

    own = [(row, span) for row, span in pairs if not is_for_others(row)]
    counted = math.fsum(abs(counted_gbp(row)) for row, _ in own)
    if counted < PENNIES:
        return np.full(YEARS, math.nan)
    return sum_of(following(np.abs(paid_by_day(row, span)), lag_days) for row, span in own) / (as_lived * counted)


def sum_of(parts: Iterable[Numbers]) -> Numbers:
    """The sum of numbers of five years; nothing where there are none."""
    import numpy as np

    return np.asarray(sum(parts, np.zeros(YEARS)))
