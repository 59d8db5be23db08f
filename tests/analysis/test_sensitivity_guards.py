"""What would give wrong indices without a word is refused with its reason; a failed run costs its unit and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from known_functions import G_TABLE, ISHIGAMI, Floats, designed, ishigami, outcomes, sobol_g

from sim.core.errors import InputError
from sim.sensitivity.designs import Design
from sim.sensitivity.indices import LEAST, METHODS, Outcome, analyse, indices_of
from sim.sensitivity.indices.guards import check_rows, drop_failed, given_rows, problem_of

LABEL = [Outcome("navigators", "level", "qalys")]


def made(method: str, samples: int, **more: Any) -> tuple[Design, Floats]:
    design = designed(ISHIGAMI, method, samples, **more)
    return design, outcomes(design, ISHIGAMI, ishigami)


def test_an_outcome_that_is_not_a_number_is_refused() -> None:
    design, y = made("sobol", 16)
    y[3, 0, 0] = np.nan
    y[5, 0, 0] = np.inf
    with pytest.raises(InputError, match="'qalys' is not a number at 2 of 80 points"):
        analyse(design, y, LABEL)


@pytest.mark.parametrize("value", [0.0, 1.0, 1e9 + 1e-7])
def test_a_constant_outcome_is_refused(value: float) -> None:
    design, y = made("sobol", 16)
    y[:] = value
    y[0] = 1e9 if value > 2.0 else value  # rounding is no spread
    assert problem_of(y[:, :, 0]) == "constant"
    with pytest.raises(InputError, match="no outcome can be analysed: every outcome is constant"):
        analyse(design, y, LABEL)


def test_rows_and_replicates_must_be_those_of_the_design() -> None:
    design, y = made("sobol", 16, replicates=2)
    with pytest.raises(InputError, match="79 rows of outcomes for 80 points"):
        analyse(design, y[:-1], LABEL)
    with pytest.raises(InputError, match="1 replicate of outcomes for 2 of the design"):
        analyse(design, y[:, :1], LABEL)
    with pytest.raises(InputError, match="outcomes must be decimals"):
        analyse(design, y[:, :, 0], LABEL)
    with pytest.raises(InputError, match="2 labels for 1 outcome"):
        analyse(design, y, LABEL * 2)
    with pytest.raises(InputError, match="same scenario, kind and measure"):
        analyse(design, np.repeat(y, 2, axis=2), LABEL * 2)
    with pytest.raises(InputError, match="no outcome to analyse"):
        analyse(design, y[:, :, :0], [])


@pytest.mark.parametrize("second_order", [False, True])
def test_another_second_order_than_the_design_s_is_refused(second_order: bool) -> None:
    design, y = made("sobol", 16, settings={"second_order": second_order})
    wrong = replace(design, settings={"second_order": not second_order})
    with pytest.raises(InputError, match="second_order of the analysis and of the design differ"):
        analyse(wrong, y, LABEL)


def test_a_design_that_is_cut_short_is_refused() -> None:
    for method, samples in (("morris", 6), ("fast", 65), ("random", 200)):
        design, y = made(method, samples)
        cut = replace(design, uniforms=design.uniforms[:-1], stream=design.stream[:-1], unit=design.unit[:-1])
        with pytest.raises(InputError, match=r"points, but .* samples of"):
            check_rows(cut, y[:-1])


@pytest.mark.parametrize("method", METHODS)
def test_too_few_samples_are_refused_with_the_least(method: str) -> None:
    own = method if method in ("sobol", "morris", "fast") else "random"
    least = LEAST[method]
    design, y = made(own, {"sobol": 16, "morris": 4, "fast": 65}.get(method, least))
    assert indices_of(method, design, y[:, 0], resamples=3)
    few = replace(design, samples=least - 1)
    if own == "random":
        few = replace(few, uniforms=design.uniforms[:-1], stream=design.stream[:-1], unit=design.unit[:-1])
    with pytest.raises(InputError, match=f"{least - 1} samples are too few for {method}; allowed: {least} or more"):
        indices_of(method, few, y[:, 0])


def test_a_method_takes_only_designs_that_it_can_use() -> None:
    design, y = made("random", 100)
    with pytest.raises(InputError, match=r"sobol cannot use the points of 'random'.*allowed: a design of sobol"):
        analyse(design, y, LABEL, methods=["sobol"])
    with pytest.raises(InputError, match="'soboll' is not a method"):
        analyse(design, y, LABEL, methods=["soboll"])
    with pytest.raises(InputError, match="95 is not a level"):
        analyse(design, y, LABEL, level=95)


@pytest.mark.parametrize(("method", "samples"), [("sobol", 64), ("morris", 12), ("random", 200)])
def test_a_failed_run_takes_its_unit_and_leaves_the_rest_as_it_was(method: str, samples: int) -> None:
    design, y = made(method, samples)
    failed = np.zeros(design.points, dtype=bool)
    failed[[1, design.points - 1]] = True
    broken = np.where(failed[:, None, None], np.nan, y)
    lost = set(design.unit[failed].tolist())
    kept, own = drop_failed(design, broken, failed)
    assert kept.samples == samples - len(lost)
    assert np.isfinite(own).all()
    assert np.array_equal(np.unique(kept.unit), np.arange(kept.samples))
    check_rows(kept, own)
    rows = np.flatnonzero(~np.isin(design.unit, sorted(lost)))
    assert np.array_equal(kept.uniforms, design.uniforms[rows])
    tables = analyse(design, broken, LABEL, failed=failed, resamples=5, converge=False)
    assert set(tables.sensitivity["points"]) == {len(given_rows(kept)) if method == "random" else kept.points}
    assert not tables.sensitivity["value"].isna().any()


def test_what_cannot_be_spared_is_refused() -> None:
    design, y = made("fast", 65)
    failed = np.arange(design.points) == 7
    with pytest.raises(InputError, match="fast needs every point"):
        analyse(design, y, LABEL, failed=failed)
    design, y = made("one_at_a_time", 3)
    with pytest.raises(InputError, match="the run at the reference point failed"):
        analyse(design, y, LABEL, failed=np.arange(design.points) == 0)
    design, y = made("sobol", 16)
    with pytest.raises(InputError, match="every unit has a failed run"):
        analyse(design, y, LABEL, failed=np.arange(80) % 5 == 0)
    with pytest.raises(InputError, match="15 samples are too few for sobol"):
        analyse(design, y, LABEL, failed=np.arange(80) == 0)
    with pytest.raises(InputError, match="3 marks of failure for 80 points"):
        analyse(design, y, LABEL, failed=np.zeros(3, dtype=bool))


def test_points_taken_as_independent_draws() -> None:
    design = designed(G_TABLE, "sobol", 16, settings={"second_order": True})
    rows = given_rows(design)
    assert rows.tolist()[:4] == [0, 17, 18, 35]
    assert len(np.unique(design.uniforms[rows, 0])) == 32
    assert outcomes(design, G_TABLE, sobol_g)[rows].shape == (32, 1, 1)
