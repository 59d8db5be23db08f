"""Resamples are keyed, intervals cover what they should, ranks are stable where factors differ, and luck is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_functions import (
    G_ST,
    G_TABLE,
    ISHIGAMI,
    ISHIGAMI_S1,
    ISHIGAMI_ST,
    designed,
    ishigami,
    luck_at,
    outcomes,
    sobol_g,
    uniform_table,
)

from sim.sensitivity.indices import METHODS, indices_of
from sim.sensitivity.indices.bootstrap import counts, halves, interval, ranks
from sim.sensitivity.indices.convergence import convergence, sizes
from sim.sensitivity.indices.given_data import dummies
from sim.sensitivity.indices.noise import BY_LUCK, BY_REPLICATES, NOT_KNOWN, noise_of

LINEAR = uniform_table(3)


def test_counts_halves_and_ranks() -> None:
    drawn = counts(4, 30, 200)
    assert (drawn.sum(axis=1) == 30).all()
    assert drawn.mean(axis=0) == pytest.approx(1.0, abs=0.35)  # 5 standard errors of a mean of 200 counts
    assert drawn.var() == pytest.approx(29 / 30, rel=0.1)
    assert np.array_equal(counts(4, 30, 7), drawn[:7])
    assert not np.array_equal(counts(5, 30, 7), drawn[:7])
    half = halves(4, 31, 50)
    assert half.shape == (50, 15)
    assert (np.diff(half, axis=1) > 0).all()
    assert np.array_equal(halves(4, 31, 3), half[:3])
    assert ranks(np.array([0.1, -3.0, 0.1, 0.0])).tolist() == [2, 1, 2, 4]
    low, high = interval(np.arange(101.0)[:, None], 0.9)
    assert (low[0], high[0]) == pytest.approx((5.0, 95.0))
    assert dummies(1, 10, 0.95).shape == (10, 39)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_resamples(method: str) -> None:
    own = method if method in ("sobol", "morris", "fast") else "random"
    settings = {"levels": 16} if own == "morris" else {}
    samples = {"sobol": 16, "morris": 12, "fast": 65, "random": 120}[own]
    design = designed(ISHIGAMI, own, samples, settings=settings)
    y = outcomes(design, ISHIGAMI, ishigami)[:, 0]
    first, again = indices_of(method, design, y, seed=1), indices_of(method, design, y, seed=1)
    other = indices_of(method, design, y, seed=2)
    for one, same, different in zip(first, again, other, strict=True):
        for name in ("value", "low", "high", "from_zero", "rank_low", "rank_high"):
            assert np.array_equal(getattr(one, name), getattr(same, name)), name
        assert not np.array_equal(one.high - one.low, different.high - different.low)
        assert method == "delta" or np.array_equal(one.value, different.value)
        assert (one.low <= one.high).all()
        assert (one.rank_low <= one.rank).all()
        assert (one.rank <= one.rank_high).all()


def test_an_outcome_has_the_same_indices_beside_others() -> None:
    design = designed(G_TABLE, "sobol", 64, settings={"second_order": True})
    y = outcomes(design, G_TABLE, sobol_g, lambda x: x[:, 3] ** 2)[:, 0]
    for both, alone in zip(indices_of("sobol", design, y), indices_of("sobol", design, y[:, 1:]), strict=True):
        assert both.value[:, 1] == pytest.approx(alone.value[:, 0], abs=1e-12)
        assert both.low[:, 1] == pytest.approx(alone.low[:, 0], abs=1e-12)


def test_sobol_intervals_cover() -> None:
    """95% intervals of 6 indices in 40 designs; the sequence errs less than chance, so more than 90% must cover."""
    hits = []
    for seed in range(40):
        design = designed(ISHIGAMI, "sobol", 128, seed=seed)
        first, total = indices_of("sobol", design, outcomes(design, ISHIGAMI, ishigami)[:, 0], seed=seed)
        for got, known in ((first, ISHIGAMI_S1), (total, ISHIGAMI_ST)):
            hits += list((got.low[:, 0] <= known) & (known <= got.high[:, 0]))
    assert np.mean(hits) > 0.9


def test_morris_intervals_cover() -> None:
    """mu of x.a in a product: effects are 2 + level of x.b, mean 2.5; odds below 1e-4 that fewer than 80% cover."""
    hits = []
    for seed in range(80):
        design = designed(LINEAR, "morris", 30, seed=seed)
        y = outcomes(design, LINEAR, lambda x: x[:, 0] * (2.0 + x[:, 1]))[:, 0]
        mu = next(one for one in indices_of("morris", design, y, seed=seed) if one.index == "mu")
        hits.append(mu.low[0, 0] <= 2.5 <= mu.high[0, 0])
    assert np.mean(hits) > 0.8


def test_halves_have_the_spread_of_the_whole() -> None:
    """Intervals of PAWN are as wide as PAWN spreads over independent samples."""
    values, widths = [], []
    for seed in range(40):
        design = designed(LINEAR, "random", 300, seed=seed)
        y = outcomes(design, LINEAR, lambda x: x[:, 0] + x[:, 1] ** 2)[:, 0]
        (got,) = indices_of("pawn", design, y, seed=seed, resamples=40)
        values.append(got.value[:2, 0])
        widths.append((got.high - got.low)[:2, 0])
    spread = np.std(values, axis=0)
    assert np.mean(widths, axis=0) / (2.0 * 1.96 * spread) == pytest.approx(1.0, abs=0.4)


def test_ranks_are_sure_where_factors_differ_and_open_where_they_do_not() -> None:
    design = designed(G_TABLE, "sobol", 512)
    total = indices_of("sobol", design, outcomes(design, G_TABLE, sobol_g)[:, 0])[1]
    assert total.rank[:4, 0].tolist() == (np.argsort(np.argsort(-G_ST))[:4] + 1).tolist() == [1, 2, 3, 4]
    assert (total.rank_low[:4, 0] == total.rank_high[:4, 0]).all()
    assert total.rank_low[4:, 0].min() == 5
    assert (total.rank_high[4:, 0] - total.rank_low[4:, 0]).max() >= 2


def test_intervals_shrink_as_samples_grow() -> None:
    design = designed(ISHIGAMI, "sobol", 512, settings={"second_order": True})
    y = outcomes(design, ISHIGAMI, ishigami)[:, 0]
    whole = indices_of("sobol", design, y, seed=3)
    got = convergence("sobol", design, y, whole, level=0.95, resamples=None, seed=3)
    totals = [(n, one) for n, one in got if one.index == "ST"]
    assert [n for n, _ in totals] == [64, 128, 256, 512]
    assert {one.index for _, one in got} == {"S1", "ST"}
    widths = [float((one.high - one.low).mean()) for _, one in totals]
    assert widths[0] > widths[1] > widths[3]
    alone = designed(ISHIGAMI, "sobol", 64)
    of_alone = indices_of("sobol", alone, outcomes(alone, ISHIGAMI, ishigami)[:, 0])[1]
    assert totals[0][1].value == pytest.approx(of_alone.value, abs=1e-12)
    assert np.array_equal(totals[-1][1].value, whole[1].value)


def test_sizes_below_the_least_are_left_out() -> None:
    assert sizes("sobol", designed(ISHIGAMI, "sobol", 32)) == [16]
    assert sizes("pawn", designed(ISHIGAMI, "sobol", 128)) == [64]
    assert sizes("pawn", designed(ISHIGAMI, "random", 500)) == [125, 250]
    assert sizes("morris", designed(ISHIGAMI, "morris", 32)) == [4, 8, 16]
    assert not sizes("fast", designed(ISHIGAMI, "fast", 129))


def test_luck_as_a_factor_shows_its_share() -> None:
    """y = a + 2 b + noise: shares 1, 4 and w of 1/12 (5 + 12 w)."""
    design = designed(LINEAR, "sobol", 1024, luck=True)
    spread = np.sqrt(2.5 / 12.0)
    y = outcomes(design, LINEAR, lambda x: x[:, 0] + 2.0 * x[:, 1]) + luck_at(design, spread)[:, :, None]
    found = indices_of("sobol", design, y[:, 0])
    assert found[1].factors[-1] == "luck"
    assert found[1].value[:, 0] == pytest.approx([1 / 7.5, 4 / 7.5, 0.0, 2.5 / 7.5], abs=0.05)
    assert found[0].value[:, 0] == pytest.approx([1 / 7.5, 4 / 7.5, 0.0, 2.5 / 7.5], abs=0.08)
    assert found[1].value[2, 0] == pytest.approx(0.0, abs=1e-12)
    noise = noise_of(design, y, found, level=0.95, resamples=50, seed=1)
    assert noise.how == BY_LUCK
    assert noise.share[0] == found[1].value[-1, 0]
    assert noise.low[0] < 2.5 / 7.5 < noise.high[0]
    assert noise.variance[0] == pytest.approx(7.5 / 12.0, rel=0.1)


def test_luck_as_a_factor_of_morris_moves_once_a_trajectory() -> None:
    design = designed(LINEAR, "morris", 40, luck=True)
    y = outcomes(design, LINEAR, lambda x: 3.0 * x[:, 0]) + luck_at(design, 0.2)[:, :, None]
    found = {one.index: one for one in indices_of("morris", design, y[:, 0])}
    assert found["mu"].value[:3, 0] == pytest.approx([3.0, 0.0, 0.0], abs=1e-12)
    assert found["mu_star"].value[3, 0] > 0.1
    assert found["mu_star"].from_zero[:, 0].tolist() == [True, False, False, True]


@pytest.mark.parametrize(("method", "samples", "luck"), [("random", 800, True), ("sobol", 256, False)])
def test_replicates_show_the_share_of_luck(method: str, samples: int, luck: bool) -> None:
    """Noise of variance 1/4 in a run leaves 1/16 in a mean of four, beside 1/12: three sevenths, within 3 errors."""
    design = designed(LINEAR, method, samples, luck=luck, replicates=4)
    noise = luck_at(replace(design, stream=np.arange(design.points)), 0.5)
    y = outcomes(design, LINEAR, lambda x: x[:, 0]) + noise[:, :, None]
    got = noise_of(design, y, (), level=0.95, resamples=100, seed=1)
    assert got.how == BY_REPLICATES
    assert got.share[0] == pytest.approx(3 / 7, abs=0.1)
    assert got.low[0] < got.share[0] < got.high[0]


def test_shared_streams_that_move_all_points_alike_are_luck_too() -> None:
    design = designed(LINEAR, "fast", 257, replicates=40)
    y = outcomes(design, LINEAR, lambda x: x[:, 0]) + luck_at(design, 1.0)[:, :, None]
    got = noise_of(design, y, (), level=0.95, resamples=20, seed=1)
    within = y[0, :, 0].var(ddof=1) / 40
    assert got.share[0] == pytest.approx(within / (within + float(np.var(design.values(LINEAR)[:, 0]))), rel=0.02)


def test_one_stream_tells_nothing_of_luck() -> None:
    design = designed(LINEAR, "random", 100)
    got = noise_of(design, outcomes(design, LINEAR, lambda x: x[:, 0]), (), level=0.95, resamples=9, seed=1)
    assert got.how == NOT_KNOWN
    assert np.isnan([got.share[0], got.low[0], got.high[0]]).all()
    assert got.mean[0] == pytest.approx(0.5, abs=0.1)
