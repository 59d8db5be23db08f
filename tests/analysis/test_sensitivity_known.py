"""Known answers: Ishigami, Sobol's G and Morris's function through rows of evidence, design, values and indices."""

from __future__ import annotations

import numpy as np
import pytest
from known_functions import (
    G_S1,
    G_ST,
    G_TABLE,
    ISHIGAMI,
    ISHIGAMI_S1,
    ISHIGAMI_S13,
    ISHIGAMI_ST,
    MORRIS_TABLE,
    Floats,
    designed,
    ishigami,
    morris_20,
    outcomes,
    sobol_g,
    uniform_table,
)

from sim.evidence.draws import uniforms
from sim.sensitivity.designs import Design
from sim.sensitivity.indices import indices_of
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.delta import delta, n_classes, normal_scores
from sim.sensitivity.indices.fast import orders
from sim.sensitivity.indices.morris import elementary_effects
from sim.sensitivity.indices.pawn import median_distance
from sim.sensitivity.indices.rbd_fast import first_order


def found(method: str, design: Design, y: Floats, resamples: int = 50) -> dict[str, Indices]:
    return {one.index: one for one in indices_of(method, design, y[:, 0], resamples=resamples)}


def problem(design: Design) -> dict[str, object]:
    names = list(design.factors)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def test_sobol_of_ishigami() -> None:
    design = designed(ISHIGAMI, "sobol", 2048, settings={"second_order": True})
    got = found("sobol", design, outcomes(design, ISHIGAMI, ishigami))
    assert got["S1"].value[:, 0] == pytest.approx(ISHIGAMI_S1, abs=0.02)
    assert got["ST"].value[:, 0] == pytest.approx(ISHIGAMI_ST, abs=0.02)
    pairs = dict(zip(zip(got["S2"].factors, got["S2"].others, strict=True), got["S2"].value[:, 0], strict=True))
    assert pairs == {
        ("x.a", "x.b"): pytest.approx(0.0, abs=0.03),
        ("x.a", "x.c"): pytest.approx(ISHIGAMI_S13, abs=0.03),
        ("x.b", "x.c"): pytest.approx(0.0, abs=0.03),
    }
    assert got["ST"].rank[:, 0].tolist() == [1, 2, 3]
    assert got["S1"].from_zero[:, 0].tolist() == [True, True, False]
    assert got["S2"].from_zero[:, 0].tolist() == [False, True, False]


def test_sobol_of_g_and_of_its_groups() -> None:
    design = designed(G_TABLE, "sobol", 1024)
    got = found("sobol", design, outcomes(design, G_TABLE, sobol_g))
    assert got["S1"].value[:, 0] == pytest.approx(G_S1, abs=0.02)
    assert got["ST"].value[:, 0] == pytest.approx(G_ST, abs=0.02)
    groups = {"first": ["x.a", "x.b"], "middle": ["x.c", "x.d"], "last": ["*"]}
    grouped = designed(G_TABLE, "sobol", 1024, groups=groups)
    assert grouped.points == 1024 * 5
    whole = found("sobol", grouped, outcomes(grouped, G_TABLE, sobol_g))
    part = 1.0 + 1.0 / (3.0 * (1.0 + np.array([0.0, 1.0, 4.5, 9.0])) ** 2)
    rest = (1.0 + 1.0 / (3.0 * 100.0**2)) ** 4
    variance = part.prod() * rest - 1.0
    of_groups = np.array([part[:2].prod(), part[2:].prod(), rest]) - 1.0
    totals = of_groups / (of_groups + 1.0) * (variance + 1.0) / variance
    assert whole["S1"].value[:, 0] == pytest.approx(of_groups / variance, abs=0.03)
    assert whole["ST"].value[:, 0] == pytest.approx(totals, abs=0.03)
    assert whole["ST"].factors == ("first", "middle", "last")


def test_sobol_equals_salib_with_and_without_second_order() -> None:
    from SALib.analyze import sobol

    for second in (False, True):
        design = designed(G_TABLE, "sobol", 64, settings={"second_order": second})
        y = outcomes(design, G_TABLE, sobol_g, lambda x: x[:, 0] + 100.0, lambda x: x.prod(axis=1))
        got = {one.index: one.value for one in indices_of("sobol", design, y[:, 0], resamples=2)}
        assert set(got) == ({"S1", "ST", "S2"} if second else {"S1", "ST"})
        for k in range(3):
            theirs = sobol.analyze(problem(design), y[:, 0, k], calc_second_order=second, num_resamples=2, seed=1)
            assert got["S1"][:, k] == pytest.approx(theirs["S1"], abs=1e-12)
            assert got["ST"][:, k] == pytest.approx(theirs["ST"], abs=1e-12)
            if second:
                assert got["S2"][:, k] == pytest.approx(theirs["S2"][np.triu_indices(8, 1)], abs=1e-12)


def test_spread_of_sobol_resamples_is_that_of_salib() -> None:
    from SALib.analyze import sobol

    design = designed(G_TABLE, "sobol", 256)
    y = outcomes(design, G_TABLE, sobol_g)
    got = found("sobol", design, y, resamples=400)
    theirs = sobol.analyze(problem(design), y[:, 0, 0], calc_second_order=False, num_resamples=400, seed=3)
    for index in ("S1", "ST"):
        half = (got[index].high - got[index].low)[:3, 0] / 2.0
        assert half == pytest.approx(theirs[f"{index}_conf"][:3], rel=0.2)


def test_morris_of_twenty_arguments() -> None:
    design = designed(MORRIS_TABLE, "morris", 50)
    got = found("morris", design, outcomes(design, MORRIS_TABLE, morris_20))
    star, mu, sigma = (got[name].value[:, 0] for name in ("mu_star", "mu", "sigma"))
    assert mu[7:10] == pytest.approx(40.0)
    assert sigma[7:10] == pytest.approx(0.0, abs=1e-9)
    assert (star[10:] == 0.0).all()
    assert not got["mu_star"].from_zero[10:].any()
    assert got["mu_star"].from_zero[:10].all()
    assert (sigma[:6] > 15.0).all()
    assert star[:10].min() > 15.0
    assert set(got["mu_star"].rank[:10, 0].tolist()) <= set(range(1, 11))
    assert (got["mu_star"].rank[10:] == 11).all()


def test_morris_effects_are_those_of_salib() -> None:
    from SALib.analyze import morris

    design = designed(G_TABLE, "morris", 20, settings={"levels": 6})
    y = outcomes(design, G_TABLE, sobol_g)
    got = found("morris", design, y)
    on_their_grid = (design.uniforms * 6 - 0.5) / 5
    theirs = morris.analyze(problem(design), on_their_grid, y[:, 0, 0], num_levels=6, num_resamples=2, seed=1)
    scale = 0.5 * (2 * 6 - 2) / 6
    for name in ("mu", "mu_star", "sigma"):
        assert got[name].value[:, 0] * 0.5 / 0.6 == pytest.approx(np.asarray(theirs[name]), abs=1e-12)
    assert scale == pytest.approx(0.5 / 0.6)


def test_morris_of_groups_has_sizes_only() -> None:
    from SALib.analyze import morris

    groups = {"first": ["x.a", "x.b"], "alone": ["x.c"], "last": ["*"]}
    design = designed(G_TABLE, "morris", 20, groups=groups)
    y = outcomes(design, G_TABLE, sobol_g)
    got = found("morris", design, y)
    assert got["mu_star"].factors == ("first", "alone", "last")
    assert got["mu"].factors == got["sigma"].factors == ("alone",)
    named = {**problem(design), "groups": list(design.groups or ())}
    on_their_grid = (design.uniforms * 4 - 0.5) / 3
    theirs = morris.analyze(named, on_their_grid, y[:, 0, 0], num_levels=4, num_resamples=2, seed=1)
    order = [list(theirs["names"]).index(name) for name in design.moved]
    assert got["mu_star"].value[:, 0] * 0.75 == pytest.approx(np.asarray(theirs["mu_star"])[order], abs=1e-12)
    assert elementary_effects(design, y[:, 0]).shape == (20, 3, 1)


def test_fast_of_ishigami_and_as_salib() -> None:
    from SALib.analyze import fast

    design = designed(ISHIGAMI, "fast", 2049)
    y = outcomes(design, ISHIGAMI, ishigami)
    got = found("fast", design, y)
    assert got["S1"].value[:, 0] == pytest.approx(ISHIGAMI_S1, abs=0.03)
    assert got["ST"].value[:, 0] == pytest.approx(ISHIGAMI_ST, abs=0.05)
    curves = y[:, 0].reshape(3, 2049, 1)
    ours = orders(curves, 4)
    for k in range(3):
        theirs = fast.compute_orders(curves[k, :, 0], 2049, 4, 256)
        assert (ours[0][k, 0], ours[1][k, 0]) == pytest.approx(theirs, abs=1e-12)
    assert not orders(np.ones((1, 100, 1)), 4)[0].any()


def test_rbd_fast_of_ishigami_and_as_salib() -> None:
    from SALib.analyze import rbd_fast

    design = designed(ISHIGAMI, "random", 2000)
    y = outcomes(design, ISHIGAMI, ishigami, lambda x: x[:, 2])
    got = found("rbd_fast", design, y)
    assert got["S1"].value[:, 0] == pytest.approx(ISHIGAMI_S1, abs=0.06)  # about 3 standard errors
    assert got["S1"].value[:, 1] == pytest.approx([0.0, 0.0, 1.0], abs=0.06)
    assert got["S1"].from_zero[:, 0].tolist() == [True, True, False]
    for n in (2000, 1001):
        ours = first_order(design.uniforms[:n], y[:n, 0])
        for k in range(2):
            theirs = rbd_fast.analyze(problem(design), design.uniforms[:n], y[:n, 0, k], num_resamples=2, seed=1)
            assert ours[:, k] == pytest.approx(np.asarray(theirs["S1"]), abs=1e-12)


def test_pawn_is_the_largest_distance_of_distribution_functions() -> None:
    from SALib.analyze import pawn
    from scipy.stats import ks_2samp

    design = designed(ISHIGAMI, "random", 600)
    y = outcomes(design, ISHIGAMI, ishigami, lambda x: np.rint(x[:, 0]))[:, 0]
    ours = median_distance(design.uniforms, y)
    for j in range(3):
        order = design.uniforms[:, j].argsort()
        edges = np.ceil(np.arange(11) * 599 / 10).astype(int)
        edges[-1] = 600
        for k in range(2):
            slices = [y[order[edges[s] : edges[s + 1]], k] for s in range(10)]
            assert ours[j, k] == pytest.approx(np.median([ks_2samp(own, y[:, k]).statistic for own in slices]))
    theirs = pawn.analyze(problem(design), design.uniforms, y[:, 0], S=10)
    assert ours[:, 0] == pytest.approx(np.asarray(theirs["median"]), abs=0.01)


def test_delta_is_that_of_salib_up_to_the_grid() -> None:
    from SALib.analyze.delta import calc_delta

    design = designed(ISHIGAMI, "random", 700)
    y = outcomes(design, ISHIGAMI, ishigami, lambda x: x[:, 0], lambda x: np.exp(x[:, 1] + 0.1 * x[:, 0]))[:, 0]
    y[:, 2] = normal_scores(y)[:, 2]
    ours = delta(design.uniforms, y)
    edges = np.linspace(0.0, 700.0, n_classes(700) + 1)
    for j in range(3):
        for k in range(3):
            grid = np.linspace(y[:, k].min(), y[:, k].max(), 100)
            theirs = calc_delta(y[:, k], grid, design.uniforms[:, j], edges)
            assert ours[j, k] == pytest.approx(theirs, abs=0.01)


def test_delta_of_a_factor_that_is_the_outcome_and_of_one_that_is_not() -> None:
    table = uniform_table(2)
    design = designed(table, "random", 2000)
    got = found("delta", design, outcomes(design, table, lambda x: x[:, 0]), resamples=10)["delta"]
    assert got.value[0, 0] > 0.8
    assert got.value[1, 0] == pytest.approx(0.0, abs=0.03)
    assert got.from_zero[:, 0].tolist() == [True, False]


def test_delta_is_the_same_for_a_stretched_outcome() -> None:
    design = designed(ISHIGAMI, "random", 300)
    y = outcomes(design, ISHIGAMI, ishigami, lambda x: np.exp(3.0 * ishigami(x)))[:, 0]
    (got,) = indices_of("delta", design, y, resamples=3)
    assert got.value[:, 0] == pytest.approx(got.value[:, 1], abs=1e-12)
    assert got.rank[:, 0].tolist() == [3, 1, 2]  # as published: the third moves the tails of the first


def test_given_data_methods_take_a_and_b_of_a_sobol_design() -> None:
    design = designed(ISHIGAMI, "sobol", 512)
    y = outcomes(design, ISHIGAMI, ishigami)
    got = found("rbd_fast", design, y)["S1"]
    assert got.points == 1024
    assert got.value[:, 0] == pytest.approx(ISHIGAMI_S1, abs=0.05)


@pytest.mark.parametrize("method", ["pawn", "delta", "rbd_fast"])
def test_factors_without_effect_are_seldom_told_from_zero(method: str) -> None:
    """Of 26 factors without effect on 4 outcomes one in twenty would be told; more than 15 of 104 has odds < 1e-3."""
    table = uniform_table(26)
    design = designed(table, "random", 200)
    y = uniforms(9, [f"outcome {k}" for k in range(4)], 200)
    y[:, 3] = np.floor(3.0 * y[:, 3])
    (got,) = indices_of(method, design, y, resamples=4, seed=2)
    assert got.from_zero.sum() <= 15
