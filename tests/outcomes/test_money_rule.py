"""The money rule worked by hand: 365,000 GBP a year, one release a day for ever, use spread evenly over a year."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.outcomes.money_rule import Use, Window, as_taken, counted_money, counted_of, person_days, weights
from sim.scenario.flow import Flow, Through
from sim.scenario.levers import LEVERS
from sim.scenario.money_flows import planned, through_of

Floats = NDArray[np.float64]
DAYS = 730
YEAR = 365_000.0
MID = np.arange(DAYS) + 0.5
ONES, NONE = np.ones(DAYS), np.zeros(DAYS)


def steady(spread: float = 365.0) -> Floats:
    """w at the middle of each day where a person's use is spread evenly over so many days after release."""
    return np.asarray(np.clip(MID / spread, 0, 1) - np.clip((MID - 365) / spread, 0, 1))


def bought(start: int, end: int = DAYS, ramp: float = 0.0) -> Floats:
    days = np.where((np.arange(DAYS) >= start) & (np.arange(DAYS) < end), 1.0, 0.0)
    return days if ramp == 0.0 else days * np.clip((MID - start) / ramp, 0.0, 1.0)


def flow(
    filled: Floats, *, gbp: float = YEAR, reached: float = 1.0, is_stock: bool = False, others: bool = False
) -> Flow:
    days = np.where(filled > 0.0, 1.0, 0.0)
    return Flow("x", "council", gbp, filled, days, filled, reached, others, Through.PEOPLE, (0,), is_stock)


def use(weight: Floats, occupied: Floats = ONES, left_over: Floats = NONE) -> Use:
    """Use of a thousand units a day, of which the people counted have that part; of people within three weeks of their
    first release as in the steady state."""
    three_weeks = Window(10.0 * steady(21.0), 10.0 * ONES, steady(21.0))
    return Use(Window(1000.0 * weight, 1000.0 * ONES, weight), three_weeks, occupied, left_over)


@pytest.mark.parametrize(
    ("start", "end", "gbp", "outcome"),
    [
        (0, DAYS, 365_000, 3_650.0),
        (180, DAYS, 320_616, 3_206.2),
        (300, DAYS, 241_712, 2_417.1),
        (365, DAYS, 182_500, 1_825.0),
        (0, 180, 44_384, 443.8),
    ],
)
def test_the_table_of_start_dates_to_the_pound(start: int, end: int, gbp: int, outcome: float) -> None:
    """10 units of an outcome a counted day of capacity; a pound buys the same whatever its dates, and what begins when
    the year of releases is over is paid for by the people still followed up."""
    counted = counted_money(YEAR, bought(start, end), steady())
    assert round(counted) == gbp
    units = 10.0 * float((bought(start, end) * steady()).sum())
    assert round(units, 1) == outcome
    assert counted / units == pytest.approx(100.0)


@pytest.mark.parametrize(("start", "gbp"), [(0, 365_000), (180, 227_000), (300, 107_000)])
def test_use_in_the_first_twelve_weeks(start: int, gbp: int) -> None:
    assert round(counted_money(YEAR, bought(start), steady(84.0))) == gbp


@pytest.mark.parametrize(
    ("start", "filled", "from_first_day"),
    [(0, 353_016, 103.40), (180, 268_687, 119.33), (300, 168_298, 143.62)],
)
def test_a_ramp_of_162_days(start: int, filled: int, from_first_day: float) -> None:
    """Filled posts only, and what a contract paid from day one would cost for the same units."""
    counted = counted_money(YEAR, bought(start, ramp=162.0), steady())
    assert round(counted) == filled
    units = counted / 100.0
    assert counted_money(YEAR, bought(start), steady()) / units == pytest.approx(from_first_day, abs=0.006)


def test_a_share_without_use_is_that_of_the_people_there() -> None:
    weight = weights(Window(NONE, NONE, steady()))
    assert weight.tolist() == steady().tolist()


def test_a_day_s_share_is_a_mean_over_four_weeks() -> None:
    """Twenty nines on every second day, a tenth of them counted: a tenth on all days."""
    everybody = np.where(np.arange(DAYS) % 2 == 0, 20.0, 0.0)
    assert weights(Window(0.1 * everybody, everybody, ONES)) == pytest.approx(0.1 * ONES)


@pytest.mark.parametrize(
    ("start", "end", "gbp"), [(0, DAYS, 365_000), (180, DAYS, 195_500), (300, DAYS, 75_500), (0, 180, 169_500)]
)
def test_what_is_to_happen_within_three_weeks_has_a_window_of_its_own(start: int, end: int, gbp: int) -> None:
    """w of a person's first 21 days rises over 21 days to 1 and falls after day 365: its area from day 0 on is 365,
    to day 180 it is 169.5 (180 less half of 21), and by 1,000 GBP a day both halves are the whole."""
    counted = counted_of(flow(bought(start, end)), use(steady()))
    assert counted.within_21_days == pytest.approx(
        gbp, abs=900
    )  # a day's share is a mean over four weeks: under a day of money
    assert counted.spent == pytest.approx(counted_money(YEAR, bought(start, end), weights(use(steady()).year)))


def test_places_left_over_cost_three_weeks_nothing_where_nobody_new_has_them() -> None:
    """Bought for 100 days from day 50 on and held for 40 more, a day at 1,000, by people who were released long ago."""
    left = np.where((np.arange(DAYS) >= 150) & (np.arange(DAYS) < 190), 1.0, 0.0)
    held = Use(Window(ONES, ONES, ONES), Window(NONE, NONE, ONES), ONES, left)
    counted = counted_of(flow(bought(50, 150)), held)
    assert (counted.spent, counted.within_21_days) == (pytest.approx(140_000.0), pytest.approx(100_000.0))


def test_stock_is_charged_as_it_is_taken() -> None:
    """Injections for 365,000 a year, two years of half of everybody; a quarter fewer are taken, then a quarter more."""
    planned = counted_of(flow(ONES, is_stock=True), use(0.5 * ONES))
    fewer, more = as_taken(planned, 0.75), as_taken(planned, 1.25)
    assert (fewer.spent, fewer.unused_stock) == (pytest.approx(0.75 * YEAR), pytest.approx(0.25 * YEAR))
    assert (more.spent, more.unused_stock, more.idle) == (pytest.approx(1.25 * YEAR), 0.0, 0.0)
    assert fewer.within_21_days == pytest.approx(0.75 * planned.within_21_days)


def test_idle_money_is_a_part_of_what_is_spent_and_never_dropped() -> None:
    counted = counted_of(flow(ONES), use(0.5 * ONES, occupied=0.6 * ONES))
    assert counted.spent == pytest.approx(YEAR)  # half of two years
    assert counted.idle == pytest.approx(0.4 * YEAR)
    assert (counted.unused_stock, counted.others) == (0.0, 0.0)


def test_stock_that_nobody_takes_is_a_line_of_its_own() -> None:
    """Of kits for 365,000 a year three in ten find nobody."""
    counted = counted_of(flow(ONES, reached=0.7, is_stock=True), use(0.5 * ONES))
    assert counted.spent == pytest.approx(0.7 * YEAR)
    assert counted.unused_stock == pytest.approx(0.3 * YEAR)
    assert counted.idle == 0.0


def test_time_of_others_is_a_line_of_its_own() -> None:
    counted = counted_of(flow(ONES, others=True), use(0.5 * ONES))
    assert counted.others == pytest.approx(YEAR)
    assert (counted.spent, counted.idle, counted.from_first_day) == (0.0, 0.0, 0.0)


def test_a_bed_is_paid_while_somebody_sleeps_in_it() -> None:
    """Bought for 100 days; of the beds a half is still held for 40 days more. A day costs 1,000."""
    left = np.where((np.arange(DAYS) >= 100) & (np.arange(DAYS) < 140), 0.5, 0.0)
    counted = counted_of(flow(bought(0, 100)), use(ONES, left_over=left))
    assert counted.spent == pytest.approx(100_000.0 + 20_000.0)


def test_a_cut_saves_what_is_gone_and_no_more() -> None:
    """Posts go over 162 days from day 0: 353,016 of 365,000 a year, and no idle money comes back."""
    counted = counted_of(flow(bought(0, ramp=162.0), gbp=-YEAR), use(steady(), occupied=0.5 * ONES))
    assert counted.spent == pytest.approx(-353_016, abs=200)  # the share of a day is a mean over four weeks
    assert counted.idle == 0.0 and counted.spent >= -YEAR


def test_person_days_by_hand() -> None:
    """Ada released on day 1 of the study, Ben a day before it; Ben dies on day 3."""
    people = np.zeros(2, dtype=[("first_release", "i4"), ("death_day", "i4")])
    people["first_release"], people["death_day"] = [11, 9], [1 << 30, 13]
    counted, everybody = person_days(people, 6, 10, 4, np.array([True, False]))
    assert counted.tolist() == [0, 1, 1, 1, 1, 0]
    assert everybody.tolist() == [1, 2, 2, 1, 1, 0]


def test_the_planned_sum_is_that_of_the_table() -> None:
    assert [round(planned(flow(bought(start)))[0]) for start in (0, 180, 300)] == [365_000, 320_616, 241_712]
    assert planned(flow(bought(0, 180))) == (pytest.approx(44_384, abs=1), 180.0)


def test_what_a_lever_works_through() -> None:
    units = {
        "supported_beds": Through.BEDS, "navigators": Through.NAVIGATORS, "keyworkers": Through.HUBS,
        "naloxone_at_release": Through.RELEASES, "peer_workers": Through.SUPPORT, "womens_centre": Through.PEOPLE,
        "trauma_training": Through.CONTACTS, "bus_trips": Through.CONTACTS, "lifts": Through.CONTACTS,
    }  # fmt: skip
    assert {name: through_of(LEVERS[name]) for name in units} == units
