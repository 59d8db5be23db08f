"""The tidy tables of a sensitivity analysis, from a design and the outcomes of its runs.

An outcome that is constant, or not a number somewhere, is left out of every table and named with the reason in
`skipped`, so that it does not stop the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, check_level
from sim.core.grammar import counted
from sim.sensitivity.designs import Design
from sim.sensitivity.designs.streams import derived_seed
from sim.sensitivity.indices import frames
from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.convergence import convergence
from sim.sensitivity.indices.frames import Outcome
from sim.sensitivity.indices.guards import NothingToAnalyse, check_method, check_rows, drop_failed, problem_of
from sim.sensitivity.indices.methods import RESAMPLES, USUAL, indices_of
from sim.sensitivity.indices.noise import noise_of
from sim.sensitivity.indices.response import response_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ONE_AT_A_TIME = "one_at_a_time"


@dataclass(frozen=True)
class Tables:
    """The tables of one design, with `frames.COLUMNS`; those that the design does not give are empty."""

    sensitivity: pd.DataFrame
    convergence: pd.DataFrame
    noise: pd.DataFrame
    response: pd.DataFrame
    skipped: pd.DataFrame


def analyse(
    design: Design,
    outcomes: Floats,
    labels: Sequence[Outcome],
    *,
    failed: Bools | None = None,
    methods: Sequence[str] | None = None,
    level: float = 0.95,
    resamples: int | None = None,
    seed: int | None = None,
    values: Mapping[str, Floats] | None = None,
    converge: bool = True,
) -> Tables:
    """The sensitivity tables of one design, from the outcomes of its runs.

    outcomes: f8[points, replicates, outcomes], a column for each of the labels. failed: bool[points], runs without an
    outcome: their units are left out. methods: names of `methods.METHODS`; without them those usual for the design.
    resamples: of every method; without them `methods.RESAMPLES`. seed: of the resamples; without it the design's.
    values: by scenario f8[points, parameters] (`Design.values`), for the table `response`; NaN there without them.
    converge: whether to make the table of convergence, which costs about as much as the indices again.
    Raises InputError for rows that do not fit, methods that cannot use the design and too few samples, and
    NothingToAnalyse, one of them, where no outcome is left.
    """
    check_level(level)
    check_rows(design, outcomes)
    _check_labels(design, outcomes, labels)
    whole, own = (design, outcomes) if failed is None else drop_failed(design, outcomes, failed)
    chosen = USUAL[design.method] if methods is None else tuple(methods)
    for method in chosen:
        check_method(method, whole)
    reasons = [problem_of(own[:, :, k]) for k in range(len(labels))]
    sound = [k for k, reason in enumerate(reasons) if not reason]
    if not sound:
        raise NothingToAnalyse(design.name, labels[0].measure, reasons)
    own, named = own[:, :, sound], [labels[k] for k in sound]
    base = design.seed if seed is None else seed
    by_method = {
        method: indices_of(
            method, whole, own.mean(axis=1), level=level, resamples=resamples, seed=_seed(base, design, method)
        )
        for method in chosen
        if method != "response"
    }
    at = {name: of_points if failed is None else of_points[~failed] for name, of_points in (values or {}).items()}
    left_out = [k for k, reason in enumerate(reasons) if reason]
    return Tables(
        sensitivity=frames.sensitivity_frame(design.name, named, by_method),
        convergence=_convergence(whole, own, named, by_method if converge else {}, level, resamples, base),
        noise=_noise(whole, own, named, by_method, level, resamples, base),
        response=_response(whole, own, named, at, level),
        skipped=frames.skipped_frame(design.name, [labels[k] for k in left_out], [reasons[k] for k in left_out]),
    )


def _convergence(
    design: Design,
    own: Floats,
    labels: Sequence[Outcome],
    indices: Mapping[str, Sequence[Indices]],
    level: float,
    resamples: int | None,
    seed: int,
) -> pd.DataFrame:
    y = own.mean(axis=1)
    by_method = {
        method: convergence(
            method, design, y, whole, level=level, resamples=resamples, seed=_seed(seed, design, method)
        )
        for method, whole in indices.items()
    }
    return frames.convergence_frame(design.name, labels, by_method)


def _noise(
    design: Design,
    own: Floats,
    labels: Sequence[Outcome],
    indices: Mapping[str, Sequence[Indices]],
    level: float,
    resamples: int | None,
    seed: int,
) -> pd.DataFrame:
    if design.method == ONE_AT_A_TIME:
        return frames.noise_frame(design.name, labels, None)  # its points are no sample of the parameters
    count = RESAMPLES["sobol"] if resamples is None else resamples
    noise = noise_of(
        design, own, indices.get("sobol", ()), level=level, resamples=count, seed=_seed(seed, design, "noise")
    )
    return frames.noise_frame(design.name, labels, noise)


def _response(
    design: Design, own: Floats, labels: Sequence[Outcome], values: Mapping[str, Floats], level: float
) -> pd.DataFrame:
    response = response_of(design, own, level=level) if design.method == ONE_AT_A_TIME else None
    return frames.response_frame(design.name, labels, response, values)


def _seed(seed: int, design: Design, word: str) -> int:
    return derived_seed(seed, "sensitivity", design.name, word)


def _check_labels(design: Design, outcomes: Floats, labels: Sequence[Outcome]) -> None:
    if len(labels) != outcomes.shape[2]:
        raise InputError(
            f"{counted(len(labels), 'label')} for {counted(outcomes.shape[2], 'outcome')}", key=design.name
        )
    if not labels:
        raise InputError("there is no outcome to analyse", key=design.name, allowed="at least one")
    if len(set(labels)) != len(labels):
        raise InputError("two outcomes have the same scenario, kind and measure", key=design.name)
