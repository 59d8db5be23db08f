"""Intervals on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import fdtri
from scipy.stats import binom

from sim.analysis.intervals import (
    BASIS_BOTH,
    BASIS_DRAWS,
    BASIS_ONE,
    BASIS_REPLICATES,
    interval_of,
    spread_of,
    student,
    summarise,
    within,
)
from sim.core.errors import InputError, check_level


def normal_studies(
    seed: int, studies: int, draws: int, replicates: int, parameter_sd: float, noise_sd: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Many studies side by side, and for each the noiseless answer under one further draw of the parameters."""
    rng = np.random.default_rng(seed)
    theta = 5.0 + parameter_sd * rng.standard_normal((draws, 1, studies))
    values = theta + noise_sd * rng.standard_normal((draws, replicates, studies))
    return values, 5.0 + parameter_sd * rng.standard_normal(studies)


def test_parts_by_hand() -> None:
    values = np.array([[1.0, 3.0], [4.0, 8.0], [6.0, 8.0]])  # draw means 2, 6, 7; within variances 2, 8, 2
    found = summarise(values)
    assert found.basis == BASIS_BOTH
    assert found.mean == pytest.approx(5.0)
    assert found.mcse == pytest.approx(np.sqrt(4.0 / 6.0))
    assert found.parameter_sd == pytest.approx(np.sqrt(7.0 - 4.0 / 2.0))


def test_parameter_sd_is_free_of_luck() -> None:
    values, _ = normal_studies(11, 4000, 50, 2, parameter_sd=1.0, noise_sd=2.0)
    found = summarise(values)
    assert np.sqrt(np.mean(found.parameter_sd**2)) == pytest.approx(1.0, abs=0.03)
    assert values.mean(axis=1).std(axis=0, ddof=1).mean() == pytest.approx(np.sqrt(3.0), abs=0.03)
    assert np.mean(found.mcse) == pytest.approx(2.0 / np.sqrt(100.0), rel=0.01)


@pytest.mark.parametrize(("draws", "replicates"), [(8, 2), (20, 3), (60, 2), (200, 2), (60, 1)])
@pytest.mark.parametrize("noise_sd", [0.01, 1.0])
def test_coverage_of_a_further_draw(draws: int, replicates: int, noise_sd: float) -> None:
    """A further draw's noiseless answer lies inside in 95% of studies, or in more; never in fewer.

    4,000 studies: the lower bound fails by chance in less than 1 of 10,000 if coverage is 95%.
    """
    studies = 4000
    values, further = normal_studies(7 + draws, studies, draws, replicates, 1.0, noise_sd)
    found = summarise(values)
    inside = int(((found.low <= further) & (further <= found.high)).sum())
    assert inside >= binom.ppf(1e-4, studies, 0.943)
    if replicates > 1 and draws >= 39:  # fewer draws, or one replicate: on the wide side on purpose
        assert inside <= binom.ppf(1 - 1e-4, studies, 0.98)


def test_an_interval_is_cut_at_hard_bounds_and_nowhere_else() -> None:
    values = np.array([[[0.01, 0.5, 0.99, np.nan]], [[0.03, 0.502, 0.97, np.nan]]])
    found = summarise(values)
    cut = within(found, np.array(0.0), np.array(1.0))
    assert found.low[0] < 0.0
    assert found.high[2] > 1.0
    assert (cut.low[0], cut.high[2]) == (0.0, 1.0)
    assert (cut.high[0], cut.low[1], cut.low[2]) == (found.high[0], found.low[1], found.low[2]) and cut.high[1] < 1.0
    assert np.isnan(cut.low[3])
    assert (cut.mean == found.mean)[:3].all()


def test_a_cut_interval_covers_as_often() -> None:
    """A share near 0, 4,000 studies: what is cut off holds no true share."""
    rng = np.random.default_rng(5)
    theta = rng.beta(1.0, 60.0, (8, 1, 4000))
    values, further = rng.binomial(200, theta) / 200.0, rng.beta(1.0, 60.0, 4000)
    found = summarise(np.repeat(values, 2, axis=1))
    cut = within(found, np.array(0.0), np.array(1.0))
    covered = [(one.low <= further) & (further <= one.high) for one in (found, cut)]
    assert (found.low < 0.0).mean() > 0.1
    assert (covered[0] == covered[1]).all()


def test_coverage_when_parameters_do_not_matter() -> None:
    """With luck alone the true mean lies inside at least 95% of intervals, and they are narrower than the draws."""
    values, _ = normal_studies(3, 4000, 60, 2, parameter_sd=0.0, noise_sd=1.0)
    found = summarise(values)
    inside = ((found.low <= 5.0) & (found.high >= 5.0)).mean()
    assert inside > 0.945
    spread = np.quantile(values.mean(axis=1), 0.975, axis=0) - np.quantile(values.mean(axis=1), 0.025, axis=0)
    assert np.median((found.high - found.low) / spread) < 0.75


def test_luck_is_not_counted_twice() -> None:
    """The shrunk interval is narrower than the plain quantiles of draw means, which hold luck as if it were doubt."""
    values, _ = normal_studies(5, 500, 200, 2, parameter_sd=1.0, noise_sd=2.0)
    found = summarise(values)
    plain = np.quantile(values.mean(axis=1), [0.025, 0.975], axis=0)
    ratio = (found.high - found.low) / (plain[1] - plain[0])
    surest = np.sqrt(1.0 - 2.0 / 3.0 * fdtri(199, 200, 0.05))
    assert np.sqrt(1.0 / 3.0) < surest < 0.75  # some of the luck is left in, for the share of luck is not known
    assert ratio.mean() == pytest.approx(surest, abs=0.06)


def test_skew_is_kept() -> None:
    rng = np.random.default_rng(9)
    found = summarise(np.exp(rng.standard_normal((400, 1)))[:, :, None] + 1e-6 * rng.standard_normal((400, 2, 1)))
    above, below = found.high - found.mean, found.mean - found.low
    assert float(above[0]) > 2.5 * float(below[0])


def test_a_wider_level_is_a_wider_interval() -> None:
    values, _ = normal_studies(2, 1, 100, 2, 1.0, 1.0)
    half, most = summarise(values, 0.5), summarise(values, 0.95)
    assert most.low < half.low < half.mean < half.high < most.high


def test_no_change_has_no_width() -> None:
    found = summarise(np.zeros((50, 2, 3)))
    assert (found.low == 0).all()
    assert (found.high == 0).all()


def test_one_replicate_says_so_and_errs_on_the_wide_side() -> None:
    values, _ = normal_studies(4, 1, 100, 1, 1.0, 1.0)
    found = summarise(values)
    assert found.basis == BASIS_DRAWS
    assert np.isnan(found.parameter_sd).all()
    assert found.mcse[0] == pytest.approx(values.std(ddof=1) / 10.0)


def test_one_draw_gives_monte_carlo_error_alone() -> None:
    found = summarise(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert found.basis == BASIS_REPLICATES
    assert found.mcse == pytest.approx(np.sqrt(5.0 / 3.0 / 4.0))
    assert found.high - found.mean == pytest.approx(3.182446 * np.sqrt(5.0 / 3.0 / 4.0), rel=1e-5)


def test_one_run_gives_no_interval() -> None:
    found = summarise(np.array([[3.0]]))
    assert found.basis == BASIS_ONE
    assert found.mean == 3.0
    assert np.isnan([found.low, found.high, found.mcse]).all()


@pytest.mark.parametrize("level", [0.0, 0.49, 0.9999, 95.0, float("nan")])
def test_a_level_outside_its_range_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="level: "):
        check_level(level)


def test_the_surest_share_of_luck_by_hand() -> None:
    values = np.array([[1.0, 3.0], [4.0, 8.0], [6.0, 8.0]])  # W 4, B 7, so luck is 2 of 7
    found = spread_of(values)
    assert found.luck_share == pytest.approx(2.0 / 7.0)
    assert found.shrink == pytest.approx(np.sqrt(1.0 - 2.0 / 7.0 * fdtri(2, 3, 0.05)))
    assert found.shrunk() == pytest.approx(5.0 + (np.array([2.0, 6.0, 7.0]) - 5.0) * found.shrink)


def test_a_draw_in_which_nothing_happens_stays_at_zero() -> None:
    """A third of 60 draws is exactly 0 with a row at its null: so is the lower end, and the others are pulled in."""
    rng = np.random.default_rng(8)
    values = 3.0 + 0.5 * rng.standard_normal((60, 1)) + 0.5 * rng.standard_normal((60, 2))
    values[::3] = 0.0
    found = spread_of(values, np.arange(60) % 3 == 0)
    assert (found.shrunk()[::3] == 0.0).all()
    assert 0.0 < found.shrink < 1.0
    summary = interval_of(found)
    assert summary.low == 0.0
    assert summary.high > found.mean
    as_any = interval_of(spread_of(values))
    assert as_any.low != 0.0, "without a reason they are draws like any other"


def test_no_draw_of_no_difference_leaves_the_interval_as_it_is() -> None:
    values, _ = normal_studies(6, 50, 60, 2, 1.0, 1.0)
    plain, told = (interval_of(spread_of(values, nulls)) for nulls in (None, np.ones(60, dtype=bool)))
    assert (plain.low == told.low).all()
    assert (plain.high == told.high).all()


def test_all_luck_and_no_spread() -> None:
    values = np.array([[1.0, -1.0]] * 40)
    found = spread_of(values)
    assert np.isinf(found.luck_share)
    assert found.shrink == 0.0


def test_the_long_side_of_few_skewed_draws_is_longer_and_never_shorter_than_student_s() -> None:
    rng = np.random.default_rng(4)
    values = np.exp(rng.standard_normal((10, 2, 200)))
    found = summarise(values)
    below, above = found.mean - found.low, found.high - found.mean
    assert (above >= below - 1e-12).mean() > 0.9
    s = values.mean(axis=1).std(axis=0, ddof=1)
    assert (np.minimum(above, below) >= student(0.95, 9) * s * np.sqrt(1.1) - 1e-12).all()
