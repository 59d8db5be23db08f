"""The sensitivity tables of a study: each design, and the draws where given data are asked for, from its totals.

Outcomes are each scenario's own value ("level") and its paired difference from the baseline ("difference"), of
everybody, for every measure kept, in the measure's unit. A difference of a measure per person is the difference of the
runs' totals over the nominal number of people, so that times the people released in a year it is the count that the
comparison shows, also where points differ in the number of people released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.cube import EVERYBODY, Cube
from sim.analysis.point_sets import RANDOM, KeptPointSet, cube_of, kept_point_sets
from sim.core.errors import InputError
from sim.core.grammar import counted, noun_for
from sim.outcomes.measures import measure_named
from sim.sensitivity.designs import Design, factors_of, make_design
from sim.sensitivity.indices import LEAST, Outcome, Tables, analyse
from sim.sensitivity.indices.frames import empty, skipped_frame
from sim.sensitivity.indices.guards import CONSTANT, NothingToAnalyse, check_rows

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence import ParameterTable

LEVEL, DIFFERENCE = "level", "difference"


def sensitivity_tables(
    folder: Path,
    content: Mapping[str, Any],
    table: ParameterTable,
    designs: Sequence[Design],
    *,
    given_data: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """The tidy tables by name: sensitivity, sensitivity_convergence, noise, response, skipped.

    content: what the manifest says of the study. table: evidence, narrowed as the baseline narrows it. given_data:
    methods that read the draws. A design or method that cannot be analysed, because a run failed that it cannot spare
    or because no outcome varies, has its reason in `skipped` and does not stop the others.
    """
    parts = kept_point_sets(content)
    analyses: list[Tables] = [_tables(folder, content, table, design, parts[design.name]) for design in designs]
    if given_data:
        draws = make_design(
            RANDOM, factors_of(table), samples=content["draws"], seed=content["seed"],
            replicates=content["replicates"], name=RANDOM,
        )  # fmt: skip
        analyses.append(_tables(folder, content, table, draws, parts[RANDOM], tuple(given_data)))
    names = ("sensitivity", "convergence", "noise", "response", "skipped")
    joined = {name: [getattr(tables, name) for tables in analyses] for name in names}
    return {
        {"convergence": "sensitivity_convergence"}.get(name, name): _joined(frames) for name, frames in joined.items()
    }


def refuse_few_draws(methods: Sequence[str], draws: int) -> None:
    """InputError where a study has fewer draws than a method that reads them needs."""
    for method in methods:
        if draws < LEAST[method]:
            raise InputError(
                f"{counted(draws, 'draw')} {noun_for(draws, 'is', 'are')} too few for {method}",
                parameter="draws",
                allowed=f"{LEAST[method]:,} or more",
            )


def _tables(
    folder: Path, content: Mapping[str, Any], table: ParameterTable, design: Design, part: KeptPointSet,
    methods: tuple[str, ...] | None = None,
) -> Tables:  # fmt: skip
    cube = cube_of(folder, content, part, EVERYBODY)
    values, labels = outcomes_of(cube, content)
    outcomes = np.full((design.points, *values.shape[1:]), np.nan)
    outcomes[list(part.places)] = values
    failed = np.ones(design.points, dtype=bool)
    failed[list(part.places)] = False
    at = dict.fromkeys(cube.scenarios, design.values(table)) if design.method == "one_at_a_time" else {}
    check_rows(design, outcomes)
    few: list[pd.DataFrame] = []
    if methods is not None:
        whole = len(part.places)
        few = [_skipped(design, labels, _too_few(whole, method)) for method in methods if whole < LEAST[method]]
        methods = tuple(method for method in methods if whole >= LEAST[method])
    if methods == ():
        return _none(few)
    try:
        tables = analyse(
            design, outcomes, labels, failed=failed if failed.any() else None, methods=methods, level=content["level"],
            values=at,
        )  # fmt: skip
    except NothingToAnalyse as error:
        return _none([*few, skipped_frame(design.name, labels, error.reasons)])
    except InputError as error:
        return _none([*few, _skipped(design, labels, error.problem)])
    response = within_bounds(tables.response)
    return replace(tables, response=response, skipped=_joined([*few, tables.skipped]))


def within_bounds(response: pd.DataFrame) -> pd.DataFrame:
    """The table `response` with intervals of shares cut at 0 and 1 (intervals.py); differences stay."""
    proportions = [name for name in response["measure"].unique() if measure_named(name).is_proportion]
    is_level = (response["kind"] == LEVEL) & response["measure"].isin(proportions)
    ends = {end: response[end].mask(is_level, response[end].clip(0.0, 1.0)) for end in ("low", "high")}
    return response.assign(**ends)


def _none(skipped: Sequence[pd.DataFrame]) -> Tables:
    """No table but of what was skipped."""
    rest = {name: empty(name) for name in ("sensitivity", "convergence", "noise", "response")}
    return Tables(**rest, skipped=_joined(skipped))


def not_analysed(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """By design of which nothing was analysed, why not, in words; tables: the tidy tables of a study by name."""
    if "skipped" not in tables:
        return {}
    known = {name for table in ("sensitivity", "response") if table in tables for name in tables[table]["design"]}
    of_designs = tables["skipped"].groupby("design", sort=False)["reason"]
    return {str(design): _reason(list(reasons)) for design, reasons in of_designs if design not in known}


def _reason(reasons: Sequence[str]) -> str:
    """One reason for a whole design from those of its outcomes."""
    constant = sum(reason == CONSTANT for reason in reasons)
    if constant == len(reasons):
        return "every outcome is constant, whatever the parameters"
    others = "; ".join(dict.fromkeys(reason for reason in reasons if reason != CONSTANT))
    return f"{constant} of {counted(len(reasons), 'outcome')} constant, the others: {others}" if constant else others


def _skipped(design: Design, labels: Sequence[Outcome], reason: str) -> pd.DataFrame:
    return skipped_frame(design.name, labels, [reason] * len(labels))


def _too_few(draws: int, method: str) -> str:
    are = noun_for(draws, "is", "are")
    return f"{counted(draws, 'whole draw')} {are} too few for {method}, which needs {LEAST[method]}"


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames of the same columns below each other; empty ones add nothing, not even their types."""
    import pandas as pd

    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def outcomes_of(cube: Cube, content: Mapping[str, Any]) -> tuple[np.ndarray[Any, Any], list[Outcome]]:
    """f8[points, replicates, outcomes] and what each outcome is."""
    measures = [measure_named(name) for name in cube.measures]
    base = cube.scenarios.index(content["baseline"])
    per_person = np.array([measure.per_person for measure in measures])
    columns, labels = [], []
    for k, scenario in enumerate(cube.scenarios):
        columns.append(own_values(cube, k))
        labels += [Outcome(scenario, LEVEL, measure.name) for measure in measures]
    for k, scenario in enumerate(cube.scenarios):
        if k != base:
            counts = cube.difference_of_totals(k, base)[:, :, 0] / content["people"]
            columns.append(np.where(per_person, counts, cube.run_differences(k, base)[:, :, 0]))
            labels += [Outcome(scenario, DIFFERENCE, measure.name) for measure in measures]
    return np.concatenate(columns, axis=2), labels


def own_values(cube: Cube, scenario: int) -> np.ndarray[Any, Any]:
    """f8[points, replicates, measures]: each run's value for everybody; where some run counted nobody, the linearised
    one (cube.py)."""
    above, below = cube.numerator[:, :, scenario, 0], cube.denominator[:, :, scenario, 0]
    whole = (below > 0.0).all(axis=(0, 1))
    plain = above / np.where(below > 0.0, below, np.nan)
    return np.where(whole, plain, cube.run_values(scenario)[:, :, 0])
