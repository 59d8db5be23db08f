"""Chances on numbers whose answer is known, and how often they and the intervals are right."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import stdtr

from sim.analysis.chances import MARKED, chances_of, highest, sum_of_three
from sim.analysis.intervals import interval_of, spread_of

NORMAL, SKEWED, SKEWED_DOWN, SPIKED = "normal", "skewed", "skewed down", "spiked"
TENTH = 1.2815515655446004  # standard deviations from a mean of which a tenth lies on its other side
LOGNORMAL = 0.7
RATIOS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)


def effects(shape: str, rng: np.random.Generator, size: tuple[int, ...]) -> NDArray[np.float64]:
    """True differences by draw, of standard deviation one, of which a tenth go the other way (below 0).

    Of spiked ones 40% are exactly none, and a tenth of the others go the other way.
    """
    normal = rng.standard_normal(size)
    if shape == NORMAL:
        return TENTH + normal
    if shape == SPIKED:
        return np.where(rng.random(size) < 0.4, 0.0, TENTH + normal)
    sign = 1.0 if shape == SKEWED else -1.0
    spread = np.sqrt((np.exp(LOGNORMAL**2) - 1.0) * np.exp(LOGNORMAL**2))
    return sign * (np.exp(LOGNORMAL * normal) - np.exp(-sign * LOGNORMAL * TENTH)) / spread


def studies(
    shape: str, draws: int, replicates: int, ratio: float, number: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Runs of many studies side by side, and for each the true difference under one further draw.

    ratio: standard deviation of luck over that of the true differences; where nothing happens there is no luck, and a
    row stands at its null (`at_null`).
    """
    truth = effects(shape, rng, (draws, 1, number))
    luck = ratio * rng.standard_normal((draws, replicates, number))
    return np.where(truth == 0.0, 0.0, truth + luck), effects(shape, rng, (number,))


def at_null(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The draws of made studies in which the row stands at its null: those without a difference."""
    return np.asarray((values == 0.0).all(axis=1))


def rates(shape: str, draws: int, replicates: int, ratio: float, number: int) -> tuple[float, float]:
    """Share of intervals that hold a further draw's truth, and share of studies marked though a tenth go otherwise."""
    rng = np.random.default_rng([draws, replicates, round(100 * ratio), len(shape)])
    covered = marked = done = 0
    while done < number:
        some = min(number - done, max(50, 1_000_000 // (draws * replicates)))
        values, further = studies(shape, draws, replicates, ratio, some, rng)
        spread = spread_of(values, at_null(values))
        summary = interval_of(spread)
        covered += int(((summary.low <= further) & (further <= summary.high)).sum())
        marked += int((chances_of(spread).more >= MARKED).sum())
        done += some
    return covered / number, marked / number


def test_chances_by_hand() -> None:
    values = np.array([[1.0, 3.0], [-4.0, -2.0], [0.0, 0.0], [6.0, 8.0]])
    spread = spread_of(values, at_null(values))
    found = chances_of(spread)
    y = spread.shrunk()[[0, 1, 3]]
    above = stdtr(4, y / spread.mcse)
    assert found.more == pytest.approx((above.sum() + 0.5) / 5.5)
    assert found.none == pytest.approx(1 / 5.5)
    assert found.fewer == pytest.approx(((1.0 - above).sum() + 0.5) / 5.5)


def test_fifty_draws_cannot_say_more_than_98_per_cent() -> None:
    found = chances_of(spread_of(np.full((50, 4), 7.0)))
    assert found.more == pytest.approx(50.5 / 51.5)
    assert found.fewer == pytest.approx(0.5 / 51.5)
    assert (
        chances_of(spread_of(np.full((38, 4), 7.0))).more < MARKED <= chances_of(spread_of(np.full((39, 4), 7.0))).more
    )


def test_draws_that_are_exactly_none_count_for_neither_way() -> None:
    values = np.full((50, 2), 5.0)
    values[:20] = 0.0
    found = chances_of(spread_of(values, at_null(values)))
    assert (found.more, found.none) == (pytest.approx(30.5 / 51.5), pytest.approx(20 / 51.5))


def test_a_zero_without_a_reason_is_a_draw_like_any_other() -> None:
    """Nothing says that nothing could happen, so the zeros are pulled towards the mean; all zeros are no difference."""
    rng = np.random.default_rng(3)
    values = 5.0 + rng.standard_normal((50, 2))
    values[:20] = 0.0
    spread = spread_of(values)
    assert chances_of(spread).none == 0.0
    assert (spread.shrunk()[:20] > 0.0).all()
    half = np.arange(50) < 10
    assert chances_of(spread_of(values, half)).none == pytest.approx(10 / 51.5)
    assert chances_of(spread_of(np.zeros((50, 2)))).none == pytest.approx(50 / 51.5)


@pytest.mark.parametrize("replicates", [1, 2, 4])
@pytest.mark.parametrize("ratio", [0.1, 1.0, 5.0])
def test_an_end_is_zero_exactly_where_less_than_a_tail_lies_beyond(replicates: int, ratio: float) -> None:
    """3,000 spiked studies, some all below and some all above 0: intervals and chances never disagree."""
    rng = np.random.default_rng(5)
    values = studies(SPIKED, 50, replicates, ratio, 3000, rng)[0]
    shift = rng.choice([-4.0, -1.5, 0.0, 3.0], 3000)
    values = np.where(values == 0.0, 0.0, values + shift)
    spread = spread_of(values, at_null(values))
    summary, chances = interval_of(spread), chances_of(spread)
    has_none = spread.is_none.any(axis=0)
    assert ((summary.high > 0.0) == (chances.more > 0.025))[has_none].all()
    assert ((summary.low < 0.0) == (chances.fewer > 0.025))[has_none].all()
    assert (summary.low <= summary.high).all()


def test_the_ends_are_points_of_the_distribution_of_the_chances() -> None:
    values = studies(SPIKED, 50, 4, 1.0, 200, np.random.default_rng(7))[0]
    spread = spread_of(values, at_null(values))
    summary, y = interval_of(spread), spread.shrunk()
    beyond = np.where(spread.is_none, summary.high < 0.0, stdtr(spread.freedom, (y - summary.high) / spread.mcse))
    assert (beyond.sum(axis=0) + 0.5) / 51.5 == pytest.approx(0.025, abs=1e-6)


def test_an_end_is_not_zero_where_a_third_lies_beyond() -> None:
    """45 draws about -3, -1, 1 and 3.2, and 5 of no difference: all that luck leaves is not 'between none and ...'."""
    rng = np.random.default_rng(1)
    values = np.resize([-3.0, -1.0, 1.0, 3.2], 50)[:, None] + 12.0 * rng.standard_normal((50, 4))
    values[:5] = 0.0
    spread = spread_of(values, at_null(values))
    summary, chances = interval_of(spread), chances_of(spread)
    assert spread.shrink < 0.5
    assert 0.2 < chances.fewer < 0.7
    assert summary.low < 0.0 < summary.high


def test_one_replicate_counts_signs() -> None:
    values = np.array([[1.0], [2.0], [-1.0], [0.0]])
    found = chances_of(spread_of(values, at_null(values)))
    assert [found.more, found.none, found.fewer] == pytest.approx([2.5 / 5.5, 1 / 5.5, 1.5 / 5.5])


def test_one_draw_counts_as_one_however_many_replicates() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0]])
    found = chances_of(spread_of(values))
    mcse = np.sqrt(5.0 / 3.0 / 4.0)
    assert found.more == pytest.approx((stdtr(3, 2.5 / mcse) + 0.5) / 2.5)
    assert found.more + found.fewer == pytest.approx(sum_of_three(1)) == pytest.approx(0.8)
    nothing = chances_of(spread_of(np.zeros((1, 4))))
    assert [nothing.more, nothing.none, nothing.fewer] == pytest.approx([0.2, 0.4, 0.2])


@pytest.mark.parametrize("replicates", [1, 2, 8, 1000])
@pytest.mark.parametrize("draws", [1, 2, 38])
def test_fewer_than_39_draws_mark_nothing_whatever_the_replicates(draws: int, replicates: int) -> None:
    values = 7.0 + 0.01 * np.random.default_rng(2).standard_normal((draws, replicates))
    if (draws, replicates) != (1, 1):
        found = chances_of(spread_of(values))
        assert found.more == pytest.approx(highest(draws), abs=1e-3)
        assert found.more < MARKED


def test_one_run_says_nothing() -> None:
    assert np.isnan(chances_of(spread_of(np.array([[3.0]]))).more).all()


@pytest.mark.parametrize(("ratio", "tolerance"), [(0.25, 0.03), (1.0, 0.07)])
def test_said_chances_are_the_true_ones(ratio: float, tolerance: float) -> None:
    """Of effects that are better in 90% of draws that is said, or less where luck is large; three ways too."""
    rng = np.random.default_rng(6)
    values, _ = studies(NORMAL, 50, 4, ratio, 2000, rng)
    said = chances_of(spread_of(values)).more.mean()
    assert 0.9 - tolerance < said < 0.9
    values, _ = studies(SPIKED, 50, 4, ratio, 2000, rng)
    found = chances_of(spread_of(values, at_null(values)))
    assert found.none.mean() == pytest.approx(0.4, abs=0.02)
    assert 0.54 - tolerance < found.more.mean() < 0.55


@pytest.mark.parametrize(("draws", "replicates"), [(50, 2), (50, 4), (200, 2)])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0, 3.0])
def test_coverage_and_marks(draws: int, replicates: int, ratio: float) -> None:
    covered, marked = rates(NORMAL, draws, replicates, ratio, 1500)
    assert covered >= 0.93
    assert marked <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("shape", [NORMAL, SKEWED, SKEWED_DOWN, SPIKED])
@pytest.mark.parametrize("replicates", [1, 2, 4, 8])
@pytest.mark.parametrize("draws", [10, 20, 38, 39, 50, 100, 200])
def test_coverage_in_every_cell(draws: int, replicates: int, shape: str) -> None:
    found = {ratio: rates(shape, draws, replicates, ratio, 4000) for ratio in RATIOS}
    assert {ratio: covered for ratio, (covered, _) in found.items() if covered < 0.93} == {}
    assert {ratio: marked for ratio, (_, marked) in found.items() if marked > 0.05} == {}
