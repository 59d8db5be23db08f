"""Distributions: the stated range is the central 95% of draws, the value their median or mean, and nothing is cut."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.core.errors import InputError
from sim.evidence import Parameter, load_parameters
from sim.evidence.priors import quantile, shape_of_draws
from sim.evidence.ranges import Z_95
from sim.evidence.shapes import beta_shapes, fit_beta, fit_halves, gamma_shape
from sim.evidence.units import allowed_values, kind_of_unit
from sim.mechanisms import tolerance
from sim.mechanisms.housing import rough_exits
from sim.mechanisms.overdose import fatalities
from sim.mechanisms.referral import booked_delay
from sim.mechanisms.treatment import exit_hazards
from sim.mechanisms.use import start_hazards
from sim.outcomes.economics import utilities
from sim.scenario.levers import LEVERS
from sim.scenario.levers.load import refuse_one_sided

TABLE = load_parameters()
DRAWN = sorted(name for name, row in TABLE.items() if row.distribution != "fixed")
GRID = (np.arange(2001) + 0.5) / 2001
ENDS = np.array([2.0**-53, 1.0 - 2.0**-53])


def row_of(distribution: str, value: float, low: float, high: float, **more: Any) -> Parameter:
    """A row of a plain unit."""
    row = replace(TABLE["appointment.retry_days"], distribution=distribution, value=value, low=low, high=high)
    return replace(row, **more)


def at(row: Parameter, *u: float) -> list[float]:
    return [float(x) for x in quantile(row, np.array(u))]


def if_it_works(row: Parameter) -> Parameter:
    return replace(row, no_effect=0.0, no_effect_basis="")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_shipped_row_is_a_proper_distribution(name: str) -> None:
    row = TABLE[name]
    x = quantile(row, np.concatenate([ENDS[:1], GRID, ENDS[1:]]))
    lowest, highest, _ = allowed_values(kind_of_unit(row.unit))
    assert np.all(np.isfinite(x))
    assert np.all((lowest <= x) & (x <= highest))
    assert np.all(np.diff(x) >= 0.0)


@pytest.mark.parametrize("name", DRAWN)
def test_every_drawn_row_is_drawn_as_it_is_stated(name: str) -> None:
    """Low and high are the 2.5% and 97.5% points and the value the median; of a price the value is the mean, and low
    and high lie 3.92 standard deviations apart."""
    row = if_it_works(TABLE[name])
    if row.distribution in ("gamma", "beta_mean"):
        x = quantile(row, (np.arange(200_000) + 0.5) / 200_000)
        assert x.mean() == pytest.approx(row.value, rel=1e-3)
        assert x.std() == pytest.approx((row.high - row.low) / (2 * Z_95), rel=5e-3)
        return
    low, middle, high = at(row, 0.025, 0.5, 0.975)
    assert (low, high) == pytest.approx((row.low, row.high), rel=1e-6, abs=1e-12)
    assert middle == pytest.approx(row.value, rel=1e-6)


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.no_effect))
def test_a_chance_of_no_effect_is_drawn_as_it_is_stated(name: str) -> None:
    row, many = TABLE[name], (np.arange(100_000) + 0.5) / 100_000
    x, works = quantile(row, many), if_it_works(row)
    nothing = np.mean(x == row.null)
    alone = quantile(works, many)  # cut to the null where it ends there
    passed = np.mean(alone >= row.null if row.value < row.null else alone <= row.null)
    assert nothing == pytest.approx(row.no_effect + (1.0 - row.no_effect) * passed, abs=1e-4)
    assert 0.0 <= nothing - row.no_effect <= 0.025
    assert np.all((x <= row.null) if row.value < row.null else (x >= row.null)), "none does the opposite"
    assert np.median(quantile(works, many)) == pytest.approx(row.value, rel=1e-4)
    mean = np.log(np.maximum(x, 1e-12)).mean() if row.null == 1.0 else x.mean()
    centre = math.log(row.centre) if row.null == 1.0 else row.centre
    spread = np.log(np.maximum(x, 1e-12)).std() if row.null == 1.0 else x.std()
    assert abs(mean - centre) < 0.35 * spread, "the reference stands in the middle of the draws"


def test_the_reference_takes_the_mean_over_both_cases() -> None:
    ratio = row_of("lognormal", 0.81, 0.5, 1.0, unit="odds ratio", no_effect=0.5, no_effect_basis="x")
    assert ratio.centre == pytest.approx(0.9)
    share = row_of("beta", 0.4, 0.1, 0.9, unit="exponent on crude ratios", no_effect=0.25, no_effect_basis="x")
    assert share.centre == pytest.approx(0.3)
    assert if_it_works(ratio).centre == 0.81


def test_where_the_null_lies_in_the_uniforms() -> None:
    below = row_of("lognormal", 0.8, 0.5, 0.95, unit="odds ratio", no_effect=0.4, no_effect_basis="x")
    above = row_of("lognormal", 1.5, 1.1, 2.5, unit="odds ratio", no_effect=0.4, no_effect_basis="x")
    part = row_of("beta", 0.4, 0.1, 0.9, unit="share", no_effect=0.4, no_effect_basis="x")
    assert at(below, 0.3, 0.61, 0.99) == pytest.approx([0.8, 1.0, 1.0])
    assert at(above, 0.01, 0.39, 0.7) == pytest.approx([1.0, 1.0, 1.5])
    assert at(part, 0.01, 0.39, 0.7) == pytest.approx([0.0, 0.0, 0.4])
    assert shape_of_draws(below)[1:] == pytest.approx((0.4 + 0.6 * stats.norm.sf(Z_95 * 1.2985), 0.0), abs=2e-3)


def test_uniform_and_fixed() -> None:
    np.testing.assert_allclose(quantile(row_of("uniform", 4.0, 3.0, 6.0), GRID), 3.0 + 3.0 * GRID)
    assert set(quantile(row_of("fixed", 14.0, 14.0, 28.0), GRID)) == {14.0}


def test_a_symmetric_lognormal_is_the_ordinary_one() -> None:
    value, low, high = 2.0, 1.0, 4.0
    oracle = stats.lognorm(s=math.log(high / low) / (2.0 * Z_95), scale=value).ppf(GRID)
    np.testing.assert_allclose(quantile(row_of("lognormal", value, low, high), GRID), oracle, rtol=1e-10)


def test_a_lopsided_lognormal_has_half_its_draws_on_each_side() -> None:
    x = quantile(row_of("lognormal", 2.77, 2.4, 2.8), GRID)
    assert np.mean(x < 2.77) == pytest.approx(0.5, abs=0.001)
    below = stats.norm(math.log(2.77), math.log(2.77 / 2.4) / Z_95)
    np.testing.assert_allclose(x[:1000], np.exp(below.ppf(GRID[:1000])), rtol=1e-10)


def test_a_price_is_gamma_about_its_mean_by_hand() -> None:
    """Mean 100, range 60.8 to 139.2: a standard deviation of 20, hence shape 25 and scale 4."""
    shape, scale = gamma_shape(100.0, 100.0 - 20.0 * Z_95, 100.0 + 20.0 * Z_95)
    assert (shape, scale) == pytest.approx((25.0, 4.0))
    row = row_of("gamma", 100.0, 100.0 - 20.0 * Z_95, 100.0 + 20.0 * Z_95)
    np.testing.assert_allclose(quantile(row, GRID), stats.gamma(25.0, scale=4.0).ppf(GRID), rtol=1e-9)


def test_a_lopsided_price_keeps_its_mean_and_never_falls_below_nothing() -> None:
    row = row_of("gamma", 12_260.0, 9_000.0, 36_700.0)
    many = (np.arange(400_000) + 0.5) / 400_000
    x = quantile(row, many)
    assert x.mean() == pytest.approx(12_260.0, rel=1e-3)
    assert x.min() > 0.0
    assert row.centre == 12_260.0, "the reference run uses the mean"


def test_a_share_of_a_price_is_beta_about_its_mean_by_hand() -> None:
    """Mean 0.5 and standard deviation 0.1: a + b = 0.25 / 0.01 - 1 = 24."""
    assert beta_shapes(0.5, 0.5 - 0.1 * Z_95, 0.5 + 0.1 * Z_95) == pytest.approx((12.0, 12.0))
    row = row_of("beta_mean", 0.2, 0.2 - 0.1 * Z_95, 0.2 + 0.1 * Z_95, unit="share")
    np.testing.assert_allclose(quantile(row, GRID), stats.beta(3.0, 12.0).ppf(GRID), rtol=1e-9)


def test_a_normal_with_two_widths_is_cut_only_where_its_unit_ends() -> None:
    row = row_of("normal", 0.06, 0.01, 0.117)
    np.testing.assert_allclose(quantile(row, GRID[1000:]), stats.norm(0.06, 0.057 / Z_95).ppf(GRID[1000:]), rtol=1e-9)
    x = quantile(row, GRID)
    assert x.min() == 0.0, "an amount has no negative"
    assert np.mean(x == 0.0) == pytest.approx(stats.norm.cdf(-0.06 * Z_95 / 0.05), abs=1e-3)


def test_a_beta_is_recovered_from_its_own_quantiles() -> None:
    for a, b in ((4.0, 9.0), (40.0, 3.0), (2.0, 200.0), (0.8, 1.5)):
        low, median, high = (float(x) for x in stats.beta(a, b).ppf([0.025, 0.5, 0.975]))
        np.testing.assert_allclose(np.array(fit_halves(median, low, high)), [(a, b), (a, b)], rtol=1e-6)
        np.testing.assert_allclose(
            quantile(row_of("beta", median, low, high), GRID), stats.beta(a, b).ppf(GRID), rtol=1e-6
        )


def test_a_beta_without_an_inner_end_is_told_by_rule() -> None:
    for shapes in fit_halves(0.5, 0.0, 1.0):
        assert shapes == pytest.approx((1.0, 1.0), abs=1e-9)
    np.testing.assert_allclose(quantile(row_of("beta", 0.5, 0.0, 1.0), GRID), GRID, atol=1e-9)
    below, above = fit_halves(0.3, 0.0, 0.6)
    assert below == above
    assert above == pytest.approx(fit_beta(0.3, 0.6, 0.975))


def test_a_narrower_beta_has_larger_shapes() -> None:
    for median in (0.01, 0.3, 0.9):
        shapes = [fit_beta(median, median * part, 0.025)[1] for part in (0.2, 0.5, 0.9)]
        assert shapes == sorted(shapes)


SHAPES = ["uniform", "beta", "lognormal", "gamma", "normal"]


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.floats(0.001, 0.999)] * 3), st.sampled_from(SHAPES), st.sampled_from([0.0, 0.3]))
def test_any_range_gives_numbers_that_never_fall(
    three: tuple[float, float, float], distribution: str, no_effect: float
) -> None:
    low, value, high = sorted(three)
    if not low < value < high or high - low < 1e-4:
        return
    row = row_of(distribution, value, low, high, unit="odds ratio", no_effect=no_effect)
    x = quantile(row, np.sort(np.concatenate([ENDS[:1], GRID[::50], [0.5], ENDS[1:]])))
    assert np.all(np.isfinite(x))
    assert np.all(np.diff(x) >= 0.0)


def test_an_unknown_distribution_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="triangular"):
        quantile(row_of("triangular", 1.0, 0.5, 2.0), GRID)


def test_known_orders_hold_in_every_draw() -> None:
    for draw in TABLE.sample(17, 5000):
        for falling in (start_hazards, exit_hazards, rough_exits, tolerance.bands, fatalities):
            numbers = falling(draw)
            assert all(a >= b for a, b in itertools.pairwise(numbers)), (falling.__name__, numbers)
        assert booked_delay(draw) <= max(1.0, draw["appointment.first_delay_days"])
        using, treated, well, inside = utilities(draw)
        assert using <= treated <= well <= 1.0 and inside <= well


def test_no_lever_works_because_a_range_was_cut() -> None:
    """A ratio that a lever acts by goes through 1 or states its chance of no effect; one that ends at 1 is refused."""
    refuse_one_sided(LEVERS, TABLE)
    cut = replace(TABLE["navigator.attendance_or"], no_effect=0.0, no_effect_basis="")
    with pytest.raises(InputError, match=r"navigator.csv:2:navigator.attendance_or.*ends at 1, at no effect \(1\)"):
        refuse_one_sided(LEVERS, {**TABLE.rows, cut.name: cut})


@pytest.mark.parametrize(
    ("low", "high", "refused"),
    [
        (1.0001, 2.5, True), (1.009, 2.5, True), (1.01, 2.5, False), (0.9999, 2.5, True), (0.95, 2.5, False),
        (0.5, 0.9999, True), (0.5, 1.0001, True), (0.5, 0.994, True), (0.5, 0.993, False), (1.001, 1.02, False),
    ],
)  # fmt: skip
def test_an_end_just_beside_no_effect_stands_there(low: float, high: float, refused: bool) -> None:
    row = replace(TABLE["navigator.attendance_or"], no_effect=0.0, no_effect_basis="", low=low, high=high)
    table = {**TABLE.rows, row.name: replace(row, value=math.sqrt(low * high))}
    if not refused:
        refuse_one_sided(LEVERS, table)
        return
    with pytest.raises(InputError, match=r"navigator.attendance_or.*at no effect \(1\), and the lever") as caught:
        refuse_one_sided(LEVERS, table)
    assert "goes well through 1" in str(caught.value)


def test_a_flat_range_says_which_way_a_lever_works() -> None:
    row = replace(TABLE["navigator.attendance_or"], no_effect=0.0, no_effect_basis="", distribution="uniform")
    refuse_one_sided(LEVERS, {**TABLE.rows, row.name: replace(row, value=1.1, low=0.8, high=1.5)})
    with pytest.raises(InputError, match=r"navigator.attendance_or.*' is 1, no effect, in a flat range"):
        refuse_one_sided(LEVERS, {**TABLE.rows, row.name: replace(row, value=1.0, low=0.8, high=1.5)})
