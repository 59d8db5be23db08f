"""Numbers in words: digits, signs, money, and no winner across zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.measures import measure_named
from sim.presentation import words

NAN = float("nan")


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
    ("number", "low", "high", "counts", "text"),
    [
        (-14.2, -20, -8, "", "about 14 fewer"),
        (121, 60, 180, "people", "about 120 more people"),
        (-2317, -3000, -1500, "nights", "about 2,300 fewer nights"),
        (3, -3.2, 9.4, "people", "no clear difference (between 3 fewer and 9 more)"),
        (3, 0, 9.4, "people", "no clear difference (between none and 9 more)"),
        (-1.1, -2, -0.5, "deaths", "about 1 fewer death"),
        (0.4, 0.2, 0.6, "deaths", "about 0.4 more deaths"),
        (0.003, 0.002, 0.004, "deaths", "less than 0.01 more deaths"),
        (0, 0, 0, "people", "no change"),
        (12, NAN, NAN, "people", "about 12 more people (no interval)"),
        (NAN, NAN, NAN, "people", "not known"),
    ],
)
def test_a_difference_is_said_as_far_as_it_is_known(
    number: float, low: float, high: float, counts: str, text: str
) -> None:
    assert words.difference(number, low, high, counts) == text


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
    assert [words.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
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
def test_a_direction_is_claimed_only_when_the_interval_excludes_zero(number: float, below: float, above: float) -> None:
    low, high = number - below, number + above
    text = words.difference(number, low, high, "people")
    assert text.startswith(("about", "less")) == (low > 0 or high < 0)
