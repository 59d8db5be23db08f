"""Budget impact of five years: what each payer spends and can bank, year by year, in real and in cash terms, and when
the money has come back.

Against the baseline, a year after the other from the first day of the study (years.py):
    gross       what a payer pays for levers, also for stock that nobody takes, with the ramp of the first year
    other_people
                what of posts for everybody at a hub is paid for other people there, in no net
    cashable    what of the lives' costs a payer can bank, an item each: below 0 is saved
    released_capacity
                staff, beds and places that come free, in their unit and at their price; in no net
    net         gross and cashable; net_so_far the sum of the years up to then
    payback     the first year at the end of which what was banked has made up for what was spent

Real money is in prices of the declared price year. Cash is the same money in the prices of its own year, by the GDP
deflator and, after the last printed year, at the growth of that one: a budget is voted in cash. Nothing is discounted,
since a budget holder must find each year's money in that year (Sullivan et al. 2014, budget impact analysis: principles
of good practice, doi:10.1016/j.jval.2013.08.2291); what is discounted stands in the views on money, in real terms, so
that no sum is both inflated and discounted.

Gross money is as planned, at reference prices, and has no interval; that of what follows is over draws and luck, and
payback has the interval of the draws with luck taken out. A run of less than two years has no budget impact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.intervals import interval_of, spread_of
from sim.analysis.money import (
    MONTHS_OF_TWO_YEARS,
    PENNIES,
    Row,
    counted_sum,
    days_of,
    is_for_others,
    last_day,
    purchases_apart,
    spent_measure,
    too_short,
)
from sim.analysis.money_by_payer import BESIDE_GROSS, UNIT_OF
from sim.analysis.value.bias import as_lived
from sim.analysis.value.net_benefit import without_luck
from sim.analysis.value.years import DAYS_A_YEAR, YEARS, Span, by_year, paid_by_day, profile, sum_of
from sim.core.errors import InputError
from sim.evidence import load_sources
from sim.evidence.price import CASHABLE, RELEASED_CAPACITY
from sim.evidence.price_index import cash_of, financial_year
from sim.outcomes.measures import measure_named
from sim.outcomes.payers import ITEMS, savings
from sim.scenario.levers import PAYERS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.cube import Cube
    from sim.analysis.value.tables import OfStudy

    Numbers = NDArray[np.float64]

TABLE = "budget_impact"
GROSS, OTHERS, NET, SO_FAR, PAYBACK, ALL = "gross", "other_people", "net", "net_so_far", "payback", "all"
WITHIN, NOT_WITHIN, NOTHING_SPENT, NOT_KNOWN = (
    "within five years", "not within five years", "nothing more is spent", "not known",
)  # fmt: skip
"""What the status of a payback may be."""
COLUMNS = (
    "scenario", "part", "payer", "item", "lag_days", "year", "year_low", "year_high", "financial_year", "real_gbp",
    "real_low", "real_high", "cash_gbp", "cash_low", "cash_high", "units", "units_low", "units_high", "counts",
    "status",
)  # fmt: skip
APRIL = 4
UNUSED_STOCK = BESIDE_GROSS["unused_stock"]
NEVER = YEARS + 1.0


class When(NamedTuple):
    """When a study's money flows. starts: its first day, None where that is not known; months: of a run;
    prices_from_first_day: whether posts are paid from the first day of their money."""

    starts: date | None
    months: int
    prices_from_first_day: bool = False


def budget_impact(cube: Cube, study: OfStudy, when: When) -> pd.DataFrame:
    """The table, every scenario beside the baseline; empty for a run of less than two years.

    cube: one whose first group is everybody.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    if when.months >= MONTHS_OF_TWO_YEARS:
        years = financial_years(when.starts)
        for name in study.scenarios:
            if name != study.baseline:
                rows += [_told(name, one, years) for one in _Impact(cube, study, when, name).lines()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def financial_years(starts: date | None) -> list[tuple[str, float]]:
    """Of each of the five years the financial year in which its middle lies, and what a pound of real money is in its
    cash; ('', NaN) where the first day is not known or lies before the deflator's years."""
    if starts is None:
        return [("", math.nan)] * YEARS
    middles = [starts + timedelta(days=round((n + 0.5) * DAYS_A_YEAR)) for n in range(YEARS)]
    names = [financial_year(middle.year if middle.month >= APRIL else middle.year - 1) for middle in middles]
    sources = load_sources()
    try:
        return [(name, cash_of(name, sources)) for name in names]
    except InputError:
        return [(name, math.nan) for name in names]


class _Line(NamedTuple):
    """Five years of one part. low, high: NaN where there is no interval; units: in place of money, with its own."""

    part: str
    payer: str
    year: int
    real: tuple[float, float, float]
    item: str = ""
    lag_days: int | None = None
    units: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    counts: str = ""
    status: str = ""
    year_ends: tuple[float, float] = (math.nan, math.nan)


class _Impact:
    """One scenario beside the baseline. Numbers of runs stand in f8[draws, replicates], of a year's releases."""

    def __init__(self, cube: Cube, study: OfStudy, when: When, name: str) -> None:
        self._cube, self._study, self._when, self._name = cube, study, when, name
        self._places = cube.scenarios.index(name), cube.scenarios.index(study.baseline)
        own, other = (self._pairs(one) for one in (name, study.baseline))
        new, gone = purchases_apart([row for row, _ in own], [row for row, _ in other])
        self._bought = [pair for pair in own if any(pair[0] is row for row in new)]
        self._gone = [pair for pair in other if any(pair[0] is row for row in gone)]
        self._is_short = too_short(new)

    def _pairs(self, name: str) -> list[tuple[Row, Span]]:
        """Purchases of a scenario, each with when it flows."""
        when, rows = self._when, self._study.spend.get(name, ())
        run = last_day(when.months)
        return [(row, Span(_end(row, when), run, when.prices_from_first_day)) for row in rows]

    def lines(self) -> Iterator[_Line]:
        """Five years of each part, payer and item, and payback last."""
        gross, others = self._spent(is_others=False), self._spent(is_others=True)
        for part, of_payers in ((GROSS, gross), (OTHERS, others)):
            whole = {**of_payers, ALL: sum_of(of_payers.values())} if of_payers else {}
            for payer, paid in whole.items():
                yield from (_Line(part, payer, n, (gbp,) * 3) for n, gbp in enumerate(paid.tolist()))
        items = {key: item for key, item in ITEMS.items() if item.measure in self._cube.measures}
        if not items:
            return
        banked: dict[str, Numbers] = {}
        for key, item in items.items():
            price = savings()[key]
            if price.saving not in (CASHABLE, RELEASED_CAPACITY):
                continue
            runs = self._years(item.measure, price.lag_days)
            if price.saving == CASHABLE:
                runs = runs * price.cashable
                banked[item.payer] = banked.get(item.payer, 0.0) + runs
            yield from self._follows(key, runs)
        payers = [payer for payer in dict.fromkeys((*PAYERS, *gross)) if payer in gross or payer in banked]
        money = {payer: gross.get(payer, sum_of(())) + banked.get(payer, self._none()) for payer in payers}
        if money:
            money[ALL] = sum(money.values(), self._none())
        for part in (NET, SO_FAR):
            for payer, runs in money.items():
                of_part = runs if part == NET else runs.cumsum(axis=2)
                yield from (_Line(part, payer, n, ends) for n, ends in enumerate(self._intervals(of_part)))
        if money:
            yield self._payback(gross, money[ALL])

    def _spent(self, *, is_others: bool) -> dict[str, Numbers]:
        """f8[5] of each payer whose money another than the baseline's is."""
        spent: dict[str, Numbers] = {}
        for pairs, sign in ((self._bought, 1.0), (self._gone, -1.0)):
            for row, span in pairs:
                if is_for_others(row) == is_others:
                    payer = str(row["payer"])
                    spent[payer] = spent.get(payer, 0.0) + sign * by_year(paid_by_day(row, span))
        return {payer: spent[payer] for payer in dict.fromkeys((*PAYERS, *spent)) if payer in spent}

    def _none(self) -> Numbers:
        import numpy as np

        return np.zeros((*self._cube.numerator.shape[:2], YEARS))

    def _years(self, measure: str, lag_days: int) -> Numbers:
        """f8[draws, replicates, 5]: a measure less the baseline's in each year; NaN where the money is too short."""
        import numpy as np

        k, (own, other) = self._cube.measures.index(measure), self._places
        apart = (self._cube.numerator[:, :, own, 0, k] - self._cube.numerator[:, :, other, 0, k]) * self._study.per_run
        shares = profile([*self._bought, *self._gone], lag_days, self._as_lived())
        return np.asarray(apart[:, :, None] * (np.full(YEARS, math.nan) if self._is_short else shares))

    def _as_lived(self) -> float:
        """Money that the runs counted, stock that nobody took included, over what was planned."""
        measures = [*(spent_measure(payer) for payer in PAYERS), UNUSED_STOCK]
        if not set(measures) <= set(self._cube.measures):
            return 1.0
        places, (own, other) = [self._cube.measures.index(measure) for measure in measures], self._places
        apart = self._cube.numerator[:, :, own, 0][..., places] - self._cube.numerator[:, :, other, 0][..., places]
        planned = counted_sum(row for row, _ in self._bought) - counted_sum(row for row, _ in self._gone)
        return as_lived(planned, float(apart.sum(axis=-1).mean()) * self._study.per_run)

    def _follows(self, key: str, runs: Numbers) -> Iterator[_Line]:
        """The lines of an item: of capacity in its unit too, where the study counts it."""
        item, price = ITEMS[key], savings()[key]
        unit = UNIT_OF.get(key, "")
        is_in_units = price.saving == RELEASED_CAPACITY and unit in self._cube.measures
        units = self._intervals(self._years(unit, price.lag_days)) if is_in_units else []
        counts = measure_named(unit).counts if is_in_units else ""
        for n, ends in enumerate(self._intervals(runs)):
            line = _Line(price.saving, item.payer, n, ends, key, price.lag_days, counts=counts)
            yield line._replace(units=units[n]) if is_in_units else line

    def _intervals(self, runs: Numbers) -> list[tuple[float, float, float]]:
        """Mean and ends of each year."""
        one = interval_of(spread_of(runs), self._study.level)
        return list(zip(one.mean.tolist(), one.low.tolist(), one.high.tolist(), strict=True))

    def _payback(self, gross: Mapping[str, Numbers], net: Numbers) -> _Line:
        import numpy as np

        nothing = (math.nan,) * 3
        if sum_of(gross.values()).sum() < PENNIES:
            return _Line(PAYBACK, ALL, -1, nothing, status=NOTHING_SPENT)
        if not np.isfinite(net).all():
            return _Line(PAYBACK, ALL, -1, nothing, status=NOT_KNOWN)
        spent = sum_of(gross.values())
        year = payback_year(net.mean(axis=(0, 1)), spent)
        of_draws = [payback_year(draw, spent) for draw in without_luck(net)]
        tail = (1.0 - self._study.level) / 2.0
        ends = np.quantile(of_draws, [tail, 1.0 - tail], method="inverted_cdf") if len(of_draws) > 1 else [math.nan] * 2
        status = WITHIN if year < NEVER else NOT_WITHIN
        return _Line(PAYBACK, ALL, int(year) - 1, nothing, status=status, year_ends=(float(ends[0]), float(ends[1])))


def payback_year(net: Numbers, gross: Numbers) -> float:
    """The first of five years at whose end what was banked exceeds what was spent; 6 where none is.

    net, gross: f8[5], GBP.
    """
    import numpy as np

    back = np.flatnonzero((net.cumsum() < 0.0) & (gross.cumsum() > PENNIES))
    return float(back[0] + 1) if len(back) else NEVER


def _end(row: Row, when: When) -> float:
    """First day without the money of a purchase: within the run as the table of spend has it, beyond it by its date;
    infinite where it goes on, or the first day of the study is not known."""
    _, end = days_of(row)
    if end < last_day(when.months):
        return end
    ends = row.get("ends")  # NaN or nothing in the table of a study that does not tell it
    if when.starts is None or not isinstance(ends, str) or not ends:
        return math.inf
    return float(_day(when.starts, date.fromisoformat(ends)))


def _day(starts: date, ends: date) -> int:
    """Days from the first day, each year of the calendar counted as 365: that of a leap day is no day of its own."""
    years = ends.year - starts.year
    if (ends.month, ends.day) < (starts.month, starts.day):
        years -= 1
    leap = (starts.month, starts.day) == (2, 29)  # which comes once in four years
    anniversary = date(starts.year + years, 3, 1) if leap else starts.replace(year=starts.year + years)
    return years * DAYS_A_YEAR + min((ends - anniversary).days, DAYS_A_YEAR)


def _told(scenario: str, line: _Line, years: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """A row of the table."""
    is_year = line.part != PAYBACK
    named, cash = years[line.year] if is_year else ("", math.nan)
    low, high = (min(end, NEVER) for end in line.year_ends)
    year = line.year + 1 if is_year or line.status == WITHIN else ""
    return {
        "scenario": scenario, "part": line.part, "payer": line.payer, "item": line.item,
        "lag_days": "" if line.lag_days is None else line.lag_days, "year": year,
        "year_low": _year(low), "year_high": _year(high), "financial_year": named,
        **{f"real_{end}": round(gbp, 2) for end, gbp in zip(("gbp", "low", "high"), line.real, strict=True)},
        **{f"cash_{end}": round(gbp * cash, 2) for end, gbp in zip(("gbp", "low", "high"), line.real, strict=True)},
        **{f"units{end}": round(one, 4) for end, one in zip(("", "_low", "_high"), line.units, strict=True)},
        "counts": line.counts, "status": line.status,
    }  # fmt: skip


def _year(year: float) -> str | int:
    """A year of the five; 'never' beyond them, '' where it is not known."""
    if not math.isfinite(year):
        return ""
    return int(year) if year < NEVER else "never"
