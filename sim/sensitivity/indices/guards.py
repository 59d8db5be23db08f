"""What must hold before an index is worked out; each breach is refused with its reason.

SALib returns numbers without a word for outputs that are not numbers and for a calc_second_order that differs from the
design's; nothing reaches an estimator here before it has passed these checks. A failed run takes its whole unit (base
sample, trajectory, draw) with it, since an index compares the points of a unit with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.core.grammar import counted, noun_for
from sim.sensitivity.designs import Design
from sim.sensitivity.designs.design import METHODS

Floats = NDArray[np.float64]

LEAST: Mapping[str, int] = {"sobol": 16, "morris": 4, "fast": 65, "rbd_fast": 64, "pawn": 100, "delta": 100}
"""Fewest base samples (sobol), trajectories (morris), points of a curve (fast) or points (others) of an analysis."""

DESIGNS_OF: Mapping[str, tuple[str, ...]] = {
    "sobol": ("sobol",),
    "morris": ("morris",),
    "fast": ("fast",),
    "rbd_fast": ("random", "sobol"),
    "pawn": ("random", "sobol"),
    "delta": ("random", "sobol"),
    "response": ("one_at_a_time",),
}
"""By method the designs whose points it can take."""

_FLAT = 1e-12  # a spread below this part of the largest value is rounding

CONSTANT = "constant"


class NothingToAnalyse(InputError):
    """No outcome of a design can be analysed.

    reasons: why not, by outcome, in their order: CONSTANT, or at how many points it is not a number.
    """

    def __init__(self, design: str, first: str, reasons: Sequence[str]) -> None:
        all_constant = set(reasons) == {CONSTANT}
        told = "every outcome is constant" if all_constant else f"'{first}' is {reasons[0]}, and no other can either"
        super().__init__(f"no outcome can be analysed: {told}", key=design)
        self.reasons = tuple(reasons)


def check_method(method: str, design: Design) -> None:
    """InputError unless the method is known, takes points of this design, and the design is long enough for it."""
    if method not in DESIGNS_OF:
        raise InputError(f"'{method}' is not a method", key="method", allowed=", ".join(DESIGNS_OF))
    if design.method not in DESIGNS_OF[method]:
        problem = f"{method} cannot use the points of '{design.name}', a design of {design.method}"
        raise InputError(problem, key="method", allowed=f"a design of {' or '.join(DESIGNS_OF[method])}")
    if method == "response":
        return
    given_data = method in ("rbd_fast", "pawn", "delta")
    count = len(given_rows(design)) if given_data else design.samples
    if count < LEAST[method]:
        problem = f"{counted(count, 'sample')} {noun_for(count, 'is', 'are')} too few for {method}"
        raise InputError(problem, key=design.name, allowed=f"{LEAST[method]} or more")


def check_rows(design: Design, outcomes: Floats) -> None:
    """InputError unless outcomes is f8[points, replicates, outcomes] of this design, and the design is whole."""
    if design.method not in METHODS:
        raise InputError(f"'{design.method}' is not a design", key=design.name, allowed=", ".join(METHODS))
    expected = expected_points(design)
    if design.points != expected:
        second = design.method == "sobol" and design.points in _both_orders(design)
        reason = "; second_order of the analysis and of the design differ" if second else ""
        samples = f"{counted(design.samples, 'sample')} of {design.method}"
        have = noun_for(design.samples, "has", "have")
        problem = f"{counted(design.points, 'point')}, but {samples} {have} {expected}{reason}"
        raise InputError(problem, key=design.name)
    if outcomes.ndim != 3 or not np.issubdtype(outcomes.dtype, np.floating):
        raise InputError("outcomes must be decimals by point, replicate and outcome", key=design.name)
    if outcomes.shape[0] != design.points:
        problem = f"{counted(outcomes.shape[0], 'row')} of outcomes for {counted(design.points, 'point')}"
        raise InputError(problem, key=design.name, allowed="one row for each point, in the order of the design")
    if outcomes.shape[1] != design.replicates:
        problem = f"{counted(outcomes.shape[1], 'replicate')} of outcomes for {design.replicates} of the design"
        raise InputError(problem, key=design.name, allowed="as many as the design has")


def expected_points(design: Design) -> int:
    """Points that a whole design of this method, this many samples and these settings has."""
    n, moved = design.samples, len(design.moved)
    if design.method == "sobol":
        return _both_orders(design)[int(bool(design.settings["second_order"]))]
    counts = {"morris": n * (moved + 1), "fast": n * len(design.factors), "random": n}
    return counts.get(design.method, design.points)


def _both_orders(design: Design) -> tuple[int, int]:
    n, moved = design.samples, len(design.moved)
    return n * (moved + 2), n * (2 * moved + 2)


def drop_failed(design: Design, outcomes: Floats, failed: NDArray[np.bool_]) -> tuple[Design, Floats]:
    """Design and outcomes without the units in which a point failed, units numbered anew.

    failed: bool[points]. Raises InputError where a unit cannot be spared: a curve of fast, the reference point of
    one_at_a_time, or every unit.
    """
    if failed.shape != (design.points,):
        raise InputError(
            f"{counted(failed.size, 'mark')} of failure for {counted(design.points, 'point')}", key=design.name
        )
    if not failed.any():
        return design, outcomes
    lost = np.unique(design.unit[failed])
    if design.method == "fast":
        problem = f"{counted(int(failed.sum()), 'run')} failed, and fast needs every point of its curves"
        raise InputError(problem, key=design.name, allowed="the failed runs made again")
    if design.method == "one_at_a_time" and failed[0]:
        problem = "the run at the reference point failed"
        raise InputError(problem, key=design.name, allowed="that run made again")
    kept = ~np.isin(design.unit, lost)
    if not kept.any():
        raise InputError("every unit has a failed run", key=design.name, allowed="at least one whole unit")
    return of_points(design, kept), outcomes[kept]


def first_units(design: Design, outcomes: Floats, n: int) -> tuple[Design, Floats]:
    """The first n units (base samples, trajectories, draws) of a design and their outcomes."""
    kept = design.unit < n
    return of_points(design, kept), outcomes[kept]


def of_points(design: Design, kept: NDArray[np.bool_]) -> Design:
    """The design of the kept points alone, whole units of it; units are numbered anew from 0."""
    units, unit = np.unique(design.unit[kept], return_inverse=True)
    samples = design.samples if design.method == "one_at_a_time" else len(units)
    return replace(
        design,
        samples=samples,
        uniforms=design.uniforms[kept],
        stream=design.stream[kept],
        unit=unit.astype(np.int64),
    )


def given_rows(design: Design) -> NDArray[np.int64]:
    """Points that may be taken as independent draws: all of a random design, A and B of each base sample of sobol."""
    if design.method != "sobol":
        return np.arange(design.points, dtype=np.int64)
    runs = design.points // design.samples
    first = np.arange(design.samples, dtype=np.int64) * runs
    return np.sort(np.concatenate([first, first + runs - 1]))


def problem_of(values: Floats) -> str:
    """Why an outcome, f8[points, ...], cannot be analysed, in a few words; '' where it can."""
    bad = ~np.isfinite(values)
    if bad.any():
        points = bad.reshape(len(values), -1).any(axis=1)
        return f"not a number at {int(points.sum())} of {counted(len(values), 'point')}"
    means = values.reshape(len(values), -1).mean(axis=1)
    return CONSTANT if np.ptp(means) <= _FLAT * np.abs(means).max() else ""
