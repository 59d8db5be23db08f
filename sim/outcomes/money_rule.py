"""The money rule: pounds are counted over the same person-time as the effects.

    counted = sum over days t of the study of p(t) filled(t) w(t)

p: yearly price / 365. filled: part of the bought capacity that exists on the day, with the ramp
(with prices: posts: paid_from_first_day all of it, cost.paid_empty_part); after the money has
ended, the part that is still occupied, until the last person has left. w: of the use of that service on the day, the
part by people counted who are within 365 days of their first release; a mean over four weeks around the day, so that a
day without use does not weigh as a day without people. Where nobody uses it, the same part of the days of all people
who could. So

    a purchase that goes on for ever counts its yearly sum, since the w of a steady state sum to 365
    a late start and an early end make money and effect smaller by the same days
    capacity that stands empty is counted in the same proportion, and told as idle

Beside what is counted:
    idle         of it, for filled capacity that nobody uses that day
    unused stock units bought one by one that nobody takes; in no cost of an outcome
    others       of posts for everybody at a hub, the time of people who did not leave prison; in no cost of an outcome
    from day one what would be counted if posts were paid for from the first day of the money, filled or not
    21 days      the same sum with the w of people within three weeks of their first release, for what has that window:
                 treatment started within three weeks. A purchase for ever counts its yearly sum in this window, too

A cut is the same sum below 0 of the capacity that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.flow import Flow

Floats = NDArray[np.float64]
DAYS_A_YEAR = 365.0
EACH_SIDE = 14  # days before and after a day over which its use is a mean


class Window(NamedTuple):
    """Use within so many days of the first release, f8[days] each.

    counted, everybody: units of use by the people counted, by everybody; eligible: part of all person-days that is of
    the people counted, for days without use.
    """

    counted: Floats
    everybody: Floats
    eligible: Floats


class Use(NamedTuple):
    """Use of what a purchase works through.

    year, three_weeks: by window. occupied: f8[days], part of the capacity that somebody holds, 1 where capacity has
    no number. left_over: f8[days], part of the purchase still held after its money has ended.
    """

    year: Window
    three_weeks: Window
    occupied: Floats
    left_over: Floats


class Counted(NamedTuple):
    """GBP of one purchase over the person-time of the people counted; idle is a part of spent, the others are not."""

    spent: float
    idle: float
    unused_stock: float
    others: float
    from_first_day: float
    within_21_days: float


def around(daily: Floats) -> Floats:
    """f8[days], sums over the days around each day."""
    total = np.concatenate([[0.0], np.cumsum(daily)])
    days = np.arange(len(daily))
    return np.asarray(total[np.minimum(days + EACH_SIDE + 1, len(daily))] - total[np.maximum(days - EACH_SIDE, 0)])


def weights(window: Window, nobody: float | None = None) -> Floats:
    """f8[days], w: the part of each day's use that is of the people counted; nobody: w of days without use, where it is
    not that of all person-days, as of places that nobody new can have."""
    counted, everybody = around(window.counted), around(window.everybody)
    without = window.eligible.copy() if nobody is None else np.full_like(window.eligible, nobody)
    return np.divide(counted, everybody, out=without, where=everybody > 0.0)


def counted_money(gbp_per_year: float, filled: Floats, weight: Floats) -> float:
    """GBP: price of a day x what is filled x the part of the people counted, over all days."""
    return float(gbp_per_year / DAYS_A_YEAR * (filled * weight).sum())


def counted_of(flow: Flow, use: Use) -> Counted:
    """What of a purchase is counted, and what stands beside it."""
    weight = weights(use.year)

    def gbp(part: Floats) -> float:
        return counted_money(flow.gbp_per_year, part, weight)

    taken = flow.filled * use.occupied * flow.reached
    empty = gbp(flow.paid - taken) if flow.gbp_per_year > 0.0 else 0.0
    whole = gbp(flow.paid + use.left_over)
    first_day = whole if flow.gbp_per_year < 0.0 else gbp(flow.open_days + use.left_over)
    if flow.for_others:
        return Counted(spent=0.0, idle=0.0, unused_stock=0.0, others=whole, from_first_day=0.0, within_21_days=0.0)
    early = flow.filled * flow.reached if flow.is_stock and flow.gbp_per_year > 0.0 else flow.paid
    stock = empty if flow.is_stock else 0.0
    return Counted(
        spent=whole - stock,
        idle=empty - stock,
        unused_stock=stock,
        others=0.0,
        from_first_day=first_day - stock,
        within_21_days=counted_money(flow.gbp_per_year, early, weights(use.three_weeks))
        + counted_money(flow.gbp_per_year, use.left_over, weights(use.three_weeks, nobody=0.0)),
    )


def as_taken(money: Counted, part: float) -> Counted:
    """Stock of which people are seen to take that part of what was planned for them: what they take is spent, and what
    is left of the purchase is stock."""
    spent = money.spent * part
    return money._replace(
        spent=spent,
        unused_stock=max(0.0, money.spent + money.unused_stock - spent),
        from_first_day=spent,
        within_21_days=money.within_21_days * part,
    )


def by_payer(counted: Iterable[tuple[Flow, Counted]]) -> tuple[dict[str, float], dict[str, float]]:
    """GBP spent by payer, and sums over all payers of what stands beside it by measure."""
    spent: dict[str, float] = {}
    beside = dict.fromkeys(BESIDE.values(), 0.0)
    for flow, money in counted:
        spent[flow.payer] = spent.get(flow.payer, 0.0) + money.spent
        for part, measure in BESIDE.items():
            beside[measure] += getattr(money, part)
    return spent, beside


BESIDE: Mapping[str, str] = {
    "idle": "idle_gbp",
    "unused_stock": "unused_stock_gbp",
    "others": "other_people_gbp",
    "from_first_day": "paid_from_first_day_gbp",
    "within_21_days": "spent_21_days_gbp",
}
"""Measure of each part of `Counted` beside what is spent."""


def person_days(people: Any, days: int, first_day: int, within: int, counted: Any) -> tuple[Floats, Floats]:
    """f8[days] twice: people counted, and everybody, alive within so many days of their first release on each day.

    people: PERSON rows; first_day: day of the run on which the study begins; counted: bool[people].
    """
    first = people["first_release"].astype(np.int64) - first_day
    end = np.minimum(first + within, people["death_day"].astype(np.int64) - first_day)
    both = []
    for who in (counted, np.ones(len(people), dtype=bool)):
        begins = np.bincount(np.clip(first[who], 0, days), minlength=days + 1)
        ends = np.bincount(np.clip(end[who], 0, days), minlength=days + 1)
        both.append(np.cumsum(begins - ends)[:days].astype(np.float64))
    return both[0], both[1]
