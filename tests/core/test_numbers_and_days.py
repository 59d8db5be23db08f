"""The normal quantile, conversions of rates, days and bands."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from sim.core.days import BAND_STARTS, MOMENTS_PER_DAY, NEVER, date_of, day_of
from sim.core.normal import normal_quantile
from sim.core.rates import (
    DAYS_PER_YEAR,
    hazard_from_probability,
    logit,
    per_day,
    probability_from_hazard,
    probability_from_logit,
)

STEADY = settings(deadline=None, derandomize=True)  # the first call compiles; the same examples each time

SMALLEST_DRAW = 2.0**-53

probabilities = st.floats(1e-12, 1.0 - 1e-12)


@STEADY
@given(st.one_of(st.floats(SMALLEST_DRAW, 1.0 - SMALLEST_DRAW), st.floats(1e-16, 1e-6), st.floats(0.4, 0.6)))
def test_the_normal_quantile_agrees_with_scipy(u: float) -> None:
    u = min(max(u, SMALLEST_DRAW), 1.0 - SMALLEST_DRAW)
    assert normal_quantile(u) == pytest.approx(float(ndtri(u)), rel=1e-13, abs=1e-15)


def test_the_normal_quantile_across_its_branches() -> None:
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=1e-13)
    seams = [0.075, 0.925, math.exp(-25.0)]  # |u - 1/2| = 0.425 and r = 5
    for u in [*(np.nextafter(s, side) for s in seams for side in (0.0, 1.0)), *np.linspace(1e-4, 1 - 1e-4, 999)]:
        assert normal_quantile(float(u)) == pytest.approx(float(ndtri(u)), rel=1e-13, abs=1e-15)
        assert normal_quantile(1.0 - float(u)) == pytest.approx(-float(ndtri(1.0 - (1.0 - u))), rel=1e-9, abs=1e-12)


@STEADY
@given(st.floats(0.0, 0.999999), st.floats(0.5, 4000.0))
def test_hazard_and_probability_are_inverses(probability: float, days: float) -> None:
    hazard = hazard_from_probability(probability, days)
    assert hazard >= 0.0
    assert probability_from_hazard(hazard, days) == pytest.approx(probability, rel=1e-12, abs=1e-15)


@STEADY
@given(probabilities)
def test_logit_and_its_inverse(probability: float) -> None:
    assert probability_from_logit(logit(probability)) == pytest.approx(probability, rel=1e-11)


@STEADY
@given(st.floats(-1e4, 1e4))
def test_a_probability_from_any_log_odds_lies_in_0_to_1(log_odds: float) -> None:
    p = probability_from_logit(log_odds)
    assert 0.0 <= p <= 1.0
    assert p + probability_from_logit(-log_odds) == pytest.approx(1.0, abs=1e-15)


def test_rates_by_hand() -> None:
    # The published 0.54 claiming in 30 days: -ln(0.46) / 30 = 0.02588 a day.
    assert hazard_from_probability(0.54, 30.0) == pytest.approx(0.0258843, rel=1e-5)
    assert probability_from_hazard(0.5, 2.0) == pytest.approx(1.0 - math.exp(-1.0))
    assert logit(0.5) == 0.0
    assert probability_from_logit(math.log(4.0)) == pytest.approx(0.8)
    assert per_day(0.12) == 0.12 / 365.0
    assert DAYS_PER_YEAR == 365.0


@pytest.mark.parametrize("probability", [-0.1, 1.0, 1.5, math.nan])
def test_a_hazard_from_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        hazard_from_probability(probability, 30.0)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.2, 2.0, math.nan])
def test_log_odds_of_certainty_are_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        logit(probability)


@STEADY
@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 2000))
def test_days_dates_and_weekdays_agree_with_the_calendar(start: date, day: int) -> None:
    when = date_of(start, day)
    assert when == start + timedelta(days=day)
    assert day_of(start, when) == day


def test_a_day_before_the_start_is_negative() -> None:
    assert day_of(date(2025, 4, 1), date(2025, 3, 31)) == -1


def test_bands_are_those_of_the_evidence() -> None:
    # Week 1 d 0-6; week 2 7-13; weeks 3-4 14-27; 5-12 28-83; 13-26 84-181; 27-52 182-364.
    assert BAND_STARTS == (0, 7, 14, 28, 84, 182, 365)


def test_no_run_reaches_never_and_it_fits_32_bits() -> None:
    assert NEVER > 100 * 365 * MOMENTS_PER_DAY
    assert np.iinfo(np.int32).max >= NEVER + NEVER - 1
