"""Distributions: medians at the value, ranges kept, shapes against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.evidence import load_parameters
from sim.evidence.priors import fit_beta, fit_halves, quantile
from sim.evidence.ranges import Z_95

TABLE = load_parameters()
GRID = (np.arange(2001) + 0.5) / 2001
HALVED = sorted(name for name, row in TABLE.items() if row.distribution in ("beta", "lognormal"))
ENDS = np.array([2.0**-53, 1.0 - 2.0**-53])


def at(row_name: str, u: float) -> float:
    row = TABLE[row_name]
    return float(quantile(row.distribution, row.value, row.low, row.high, np.array([u]))[0])


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_shipped_row_is_a_proper_distribution(name: str) -> None:
    row = TABLE[name]
    x = quantile(row.distribution, row.value, row.low, row.high, np.concatenate([ENDS[:1], GRID, ENDS[1:]]))
    assert np.all(np.isfinite(x))
    assert np.all((row.low <= x) & (x <= row.high))
    assert np.all(np.diff(x) >= 0.0)
    if row.distribution != "fixed":
        assert len(np.unique(x)) > 1900
        assert x[0] == pytest.approx(row.low, rel=1e-5, abs=1e-7 * max(row.high, 1.0))
        assert x[-1] == pytest.approx(row.high, rel=1e-5)
    if row.distribution in ("beta", "lognormal"):
        assert row.low < row.value < row.high
        assert at(name, 0.5) == pytest.approx(row.value, rel=1e-6)


def test_triangular_against_scipy() -> None:
    for low, mode, high in ((2.0, 4.0, 8.0), (0.0, 0.3, 1.0), (1.0, 1.0, 3.0), (1.0, 3.0, 3.0)):
        x = quantile("triangular", mode, low, high, GRID)
        oracle = stats.triang((mode - low) / (high - low), loc=low, scale=high - low).ppf(GRID)
        np.testing.assert_allclose(x, oracle, rtol=1e-12)


def test_uniform_and_fixed() -> None:
    np.testing.assert_allclose(quantile("uniform", 3.0, 3.0, 6.0, GRID), 3.0 + 3.0 * GRID)
    assert set(quantile("fixed", 14.0, 14.0, 28.0, GRID)) == {14.0}


def test_a_symmetric_lognormal_is_the_ordinary_one_cut_at_its_95_percent_range() -> None:
    value, low, high = 2.0, 1.0, 4.0
    spread = math.log(high / low) / (2.0 * Z_95)
    oracle = stats.truncnorm(-Z_95, Z_95, loc=math.log(value), scale=spread).ppf(GRID)
    np.testing.assert_allclose(quantile("lognormal", value, low, high, GRID), np.exp(oracle), rtol=1e-10)


def test_a_lopsided_lognormal_has_half_its_draws_on_each_side() -> None:
    x = quantile("lognormal", 2.77, 2.4, 2.8, GRID)
    assert np.mean(x < 2.77) == pytest.approx(0.5, abs=0.001)
    below = stats.truncnorm(-Z_95, 0.0, loc=math.log(2.77), scale=math.log(2.77 / 2.4) / Z_95)
    np.testing.assert_allclose(x[:1000], np.exp(below.ppf(2.0 * GRID[:1000])), rtol=1e-10)


def test_a_value_on_its_end_leaves_the_other_half() -> None:
    for value, low, high in ((1.0, 0.6, 1.0), (1.0, 1.0, 1.7)):
        x = quantile("lognormal", value, low, high, GRID)
        assert np.all((low <= x) & (x <= high))
        near, far = np.sort(np.abs(np.log(x)))[[0, -1]]
        assert near < 1e-3
        assert far == pytest.approx(abs(math.log(low * high)), rel=1e-2)
        middle = abs(math.log(np.median(x)))
        assert middle < 0.5 * abs(math.log(low * high)), "densest at the value"
    x = quantile("beta", 0.3, 0.3, 0.6, GRID)
    assert x[0] == pytest.approx(0.3, abs=1e-3)
    assert np.all(np.diff(x) > 0.0)


def test_a_beta_is_recovered_from_its_own_quantiles() -> None:
    for a, b in ((4.0, 9.0), (40.0, 3.0), (2.0, 200.0), (0.8, 1.5)):
        low, median, high = (float(x) for x in stats.beta(a, b).ppf([0.025, 0.5, 0.975]))
        halves = fit_halves(median, low, high)
        assert None not in halves
        np.testing.assert_allclose(np.array(halves), [(a, b), (a, b)], rtol=1e-6)
        inner = GRID[(GRID > 0.03) & (GRID < 0.97)]
        oracle = stats.beta(a, b).ppf(0.025 + 0.95 * inner)
        np.testing.assert_allclose(quantile("beta", median, low, high, inner), oracle, rtol=1e-6)


def test_each_half_of_a_beta_reaches_its_own_end() -> None:
    below, above = fit_halves(0.28, 0.10, 0.45)
    assert below is not None
    assert above is not None
    for shapes, end, p in ((below, 0.10, 0.025), (above, 0.45, 0.975)):
        np.testing.assert_allclose(stats.beta(*shapes).ppf([0.5, p]), [0.28, end], rtol=1e-9)


def test_a_lopsided_beta_is_drawn_as_wide_as_its_row_says() -> None:
    """One beta with the median of this row had its 97.5% point at 0.31 and the range's upper part all but empty."""
    low, middle, high = quantile("beta", 0.17, 0.12, 0.50, np.array([0.025, 0.5, 0.975]))
    assert middle == pytest.approx(0.17, rel=1e-9)
    assert low == pytest.approx(0.127, abs=0.001)
    assert high == pytest.approx(0.444, abs=0.001)


@pytest.mark.parametrize(
    "name", sorted(name for name, row in TABLE.items() if row.distribution in ("beta", "lognormal"))
)
def test_draws_span_the_range_that_the_row_states(name: str) -> None:
    """Cut at its ends, a normal keeps its middle 95% within 0.845 of each half; a beta comes near that in log odds."""

    def scale(x: float) -> float:
        return math.log(x / (1.0 - x)) if row.distribution == "beta" else math.log(x)

    row = TABLE[name]
    inner = row.low > 0.0 and (row.high < 1.0 or row.distribution == "lognormal")
    assert inner, "an end without log odds would need a test of its own"
    low, high = at(name, 0.025), at(name, 0.975)
    below = (scale(row.value) - scale(low)) / (scale(row.value) - scale(row.low))
    above = (scale(high) - scale(row.value)) / (scale(row.high) - scale(row.value))
    assert below == pytest.approx(0.845, abs=0.035)
    assert above == pytest.approx(0.845, abs=0.035)


def test_a_beta_without_an_inner_end_is_told_by_rule() -> None:
    for shapes in fit_halves(0.5, 0.0, 1.0):
        assert shapes == pytest.approx((1.0, 1.0), abs=1e-9)
    np.testing.assert_allclose(quantile("beta", 0.5, 0.0, 1.0, GRID), GRID, atol=1e-9)
    below, above = fit_halves(0.3, 0.0, 0.6)
    assert below == above
    assert above == pytest.approx(fit_beta(0.3, 0.6, 0.975))


def test_a_narrower_beta_has_larger_shapes() -> None:
    for median in (0.01, 0.3, 0.9):
        shapes = [fit_beta(median, median * part, 0.025)[1] for part in (0.2, 0.5, 0.9)]
        assert shapes == sorted(shapes)


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.floats(0.001, 0.999)] * 3), st.sampled_from(["triangular", "uniform", "beta", "lognormal"]))
def test_any_range_gives_values_within_it(three: tuple[float, float, float], distribution: str) -> None:
    low, value, high = sorted(three)
    u = np.concatenate([ENDS[:1], GRID[::50], [0.5], ENDS[1:]])
    x = quantile(distribution, value, low, high, np.sort(u))
    assert np.all(np.isfinite(x))
    assert np.all((low <= x) & (x <= high))
    assert np.all(np.diff(x) >= 0.0)
    if distribution in ("beta", "lognormal") and low < value < high and high - low > 1e-6:
        middle = quantile(distribution, value, low, high, np.array([0.5]))[0]
        assert middle == pytest.approx(value, rel=1e-4, abs=1e-6)


def test_an_unknown_distribution_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="normal"):
        quantile("normal", 1.0, 0.0, 2.0, GRID)
