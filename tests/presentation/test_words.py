"""Numbers in words: digits, signs, money, and no winner across zero."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.grammar import listed
from sim.outcomes.measures import measure_named
from sim.presentation import words

NAN = float("nan")
POUNDS: Any = "pounds"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2317, "2,300"), (2350, "2,400"), (120.4, "120"), (115, "120"), (99.6, "100"), (14.2, "14"), (-14.2, "14"),
        (14.5, "15"), (9.96, "10"), (9.4, "9"), (2.5, "3"), (1.2, "1"), (0.96, "1"), (0.44, "0.4"), (0.05, "0.05"),
        (0.004, "less than 0.01"), (123456, "120,000"), (0, "0"), (1e6, "1,000,000"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_figures_have_no_more_digits_than_are_known(number: float, text: str) -> None:
    assert words.figure(number) == text


@pytest.mark.parametrize(
    ("number", "counts", "text"),
    [
        (-14.2, "", "about 14 fewer"),
        (121, "people", "about 120 more people"),
        (-2317, "nights", "about 2,300 fewer nights"),
        (-1.1, "deaths", "about 1 fewer death"),
        (0.4, "deaths", "about 0.4 more deaths"),
        (0.003, "deaths", "less than 0.01 more deaths"),
        (0, "people", "no change"),
        (-123_456, "pounds", "about £120,000 less"),
        (1_234_567, "pounds", "about £1.2 million more"),
        (0.3, "pounds", "less than £1 more"),
        (3.2, "QALYs", "about 3 more QALYs"),
        (-0.96, "QALYs", "about 1 fewer QALY"),
        (1.0, "open days", "about 1 more open day"),
        (-2.6, "open days", "about 3 fewer open days"),
        (0.4, "per cent", "about 0.4 per cent more"),
        (-12.3, "per cent", "about 12 per cent less"),
        (-0.002, "per cent", "less than 0.01 per cent less"),
    ],
)
def test_a_change_is_said_with_its_direction_and_what_is_counted(number: float, counts: str, text: str) -> None:
    assert words.about(number, counts) == text


@pytest.mark.parametrize(
    ("low", "high", "counts", "text"),
    [
        (-3.2, 9.4, "people", "between 3 fewer and 9 more"),
        (0, 9.4, "people", "between none and 9 more"),
        (60, 182, "people", "between 60 and 180 more"),
        (-3_000, 9_000, "pounds", "between £3,000 less and £9,000 more"),
        (-0.2, 0.4, "per cent", "between 0.2 per cent less and 0.4 per cent more"),
    ],
)
def test_both_ends_are_said_with_their_directions(low: float, high: float, counts: str, text: str) -> None:
    assert words.between(low, high, counts) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (60, 182, "60 to 180 more"), (-20, -8, "8 to 20 fewer"), (-3, 9, "3 fewer to 9 more"), (0, 9, "none to 9 more"),
        (0, 0, "none"), (NAN, 1, "not known"),
    ],
)  # fmt: skip
def test_intervals_put_the_nearer_end_first(low: float, high: float, text: str) -> None:
    assert words.interval(low, high) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (60_000, 182_000, "£60,000 to £180,000 more"), (-3_000, 9_000, "£3,000 less to £9,000 more"),
        (-1_350_000, -20, "£20 to £1.4 million less"), (0, 46_499, "none to £46,000 more"),
    ],
)  # fmt: skip
def test_intervals_of_money(low: float, high: float, text: str) -> None:
    assert words.interval(low, high, "pounds") == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (12, "bed", "12 beds"), (1, "bed", "1 bed"), (-8, "post", "8 posts"), (10.87, "post", "10.9 posts"),
        (0.25, "post", "0.3 posts"), (510.4, "person reached", "510 people reached"), (1.0, "kit", "1 kit"),
        (20, "keyworker team member trained a year", "20 keyworker team members trained a year"),
        (5714.3, "one-way trip", "5,714 one-way trips"), (30, "person-month", "30 person-months"),
        (7, "week of rehab", "7 weeks of rehab"), (0.999, "post", "1 post"),
        (10.4, "person reached", "10 people reached"), (0.4, "person reached", "less than 1 person reached"),
        (0.96, "person reached", "1 person reached"), (1.4, "woman a year", "1 woman a year"),
    ],
)  # fmt: skip
def test_units(number: float, unit: str, text: str) -> None:
    assert words.units(number, unit) == text


def test_units_taken_away() -> None:
    assert words.units(-953.6, "person reached", fewer=True) == "954 fewer people reached"
    assert words.units(-8.0, "post", fewer=True) == "8 fewer posts"
    assert words.units(-1.0, "kit", fewer=True) == "1 fewer kit"


@pytest.mark.parametrize(("low", "high", "text"), [(4_100, 6_849, "£4,100 to £6,849"), (NAN, 1, "no interval")])
def test_intervals_of_values_in_money(low: float, high: float, text: str) -> None:
    measure = replace(measure_named("custody_days"), counts=POUNDS)
    assert words.value_interval(low, high, measure) == text
    assert words.value(5_432.1, measure) == "£5,432 each"


def test_an_interval_of_per_cent_stands_beside_its_value() -> None:
    assert words.value_interval(4.92, 16.1, measure_named("first_appointment_time")) == "4.9 to 16.1"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (500_000, "£500,000"), (46_000, "£46,000"), (46_499, "£46,000"), (850, "£850"), (19.6, "£20"), (0, "£0"),
        (1_250_000, "£1.25 million"), (2_000_000, "£2 million"), (999_499, "£999,000"), (999_500, "£1 million"),
        (-500_000, "-£500,000"), (10_000_000, "£10 million"), (9_999, "£9,999"),
    ],
)  # fmt: skip
def test_pounds(amount: float, text: str) -> None:
    assert words.pounds(amount) == text


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("engaged_within_3_weeks", 0.534, "53%"), ("engaged_within_3_weeks", 0.0443, "4.4%"),
        ("deaths_28_days", 0.00159, "1.6 per 1,000 people"), ("rough_sleeping_days", 18.04, "18.0 nights each"),
        ("wait_days_mean", 4.0, "4.0 days"), ("wait_days_mean", NAN, "not known"),
        ("people_waiting_mean", 120.4, "120.4 people"), ("people_per_keyworker_mean", 57.04, "57.0 people"),
        ("contact_interval_mean", 14.38, "14.4 open days"), ("first_appointment_lead_mean", 1.82, "1.8 open days"),
        ("first_appointment_time", 10.06, "10.1 per cent of keyworkers' time"),
    ],
)  # fmt: skip
def test_values(name: str, number: float, text: str) -> None:
    assert words.value(number, measure_named(name)) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("council", "council public health"), ("council/nhs", "council public health and NHS"), ("Trust", "Trust")],
)
def test_payers(code: str, text: str) -> None:
    assert words.payer(code) == text


def test_lists_and_levels() -> None:
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (words.level_in_words(0.95), words.level_in_words(0.999)) == ("95%", "99.9%")


@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_rounding_keeps_the_order_and_the_sign(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert words.rounded(low) <= words.rounded(high)
    assert words.rounded(-low) == -words.rounded(low)
    assert abs(float(words.rounded(high)) - high) <= 0.05 * abs(high) or abs(high) < 10


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_one_direction_is_said_only_where_the_interval_excludes_zero(number: float, below: float, above: float) -> None:
    low, high = number - below, number + above
    for text in (words.between(low, high, "people"), words.interval(low, high, "people")):
        assert ("fewer" in text, "more" in text) == (low < 0, high > 0), text


@pytest.mark.parametrize(
    ("money", "said"),
    [(-142_000, "-£142,000"), (142_350.4, "£142,350"), (0, "£0"), (-0.3, "£0"), (-1e6, "-£1,000,000")],
)
def test_the_sign_stands_before_the_pound(money: float, said: str) -> None:
    assert words.whole_pounds(money) == said
