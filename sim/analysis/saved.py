"""The comparison of a study from the totals in its folder, while the study is sealed or long after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import EVERYBODY, Cube
from sim.analysis.for_whom import comparison_for, for_whom, span_of
from sim.analysis.grades import on_figures, with_grades
from sim.analysis.null_draws import POINTS, Spend, read_at_null
from sim.analysis.pairs import pair_rows
from sim.analysis.point_sets import RANDOM, KeptPointSet, cube_of, cubes_of, kept_point_sets
from sim.analysis.value.budget_impact import When, budget_impact
from sim.analysis.value.cost_per_outcome import cost_per_outcome
from sim.analysis.value.tables import valued
from sim.core.errors import InputError, nearest_name
from sim.evidence.recall_laws import law_remark
from sim.evidence.views import View, load_views
from sim.scenario.levers import PAYERS
from sim.store.folder import MANIFEST_FILE
from sim.store.manifest_file import AS_WRITTEN
from sim.store.reading import Results, read_results

if TYPE_CHECKING:
    import pandas as pd


def read_comparison(folder: str | Path) -> Comparison:
    """What a finished study says, made again from its totals on disk; InputError when it is unfinished or damaged."""
    results = read_results(folder)
    _check(results)
    return comparison_again(results)


def comparison_again(results: Results) -> Comparison:
    """What the totals of a study say, together with its table of spend; InputError where something is missing."""
    folder = results.folder
    try:
        return comparison_of(folder, results.manifest, spend_of(results))
    except (KeyError, TypeError) as error:
        file = folder / MANIFEST_FILE
        raise InputError("the manifest lacks what a comparison needs", file=file, allowed=AS_WRITTEN) from error


def spend_of(results: Results) -> dict[str, list[dict[str, Any]]]:
    """The rows of the table of spend by scenario."""
    rows = [
        {str(key): "" if value != value else value for key, value in row.items()}  # an empty note is read as NaN
        for row in results.spend.to_dict("records")
    ]
    return {str(name): [row for row in rows if row["scenario"] == name] for name in results.manifest["names"]}


def _check(results: Results) -> None:
    """InputError where a table that a comparison is made from is damaged."""
    results.check("totals")
    if POINTS in results.manifest["files"]:
        results.check("points")


def _cubes(folder: Path, content: Mapping[str, Any], part: KeptPointSet, spend: Spend) -> Iterator[Cube]:
    """The totals of the draws, span of groups by span, with the draws in which a row stands at its null."""
    at_null = read_at_null(folder, len(part.places), spend.values())
    return (replace(cube, at_null=at_null) for cube in cubes_of(folder, content, part))


def _parts_with_draws(folder: Path, content: Mapping[str, Any]) -> dict[str, KeptPointSet]:
    """The parts of a study's totals; InputError where it has no draws."""
    parts = kept_point_sets(content)
    if RANDOM not in parts:
        raise InputError("the study has no draws to compare scenarios by", file=folder, allowed="a study with draws")
    return parts


def comparison_of(
    folder: Path, content: Mapping[str, Any], spend: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Comparison:
    """The comparison of the totals in a folder. content: what the manifest says, or will say, of the study."""
    parts = _parts_with_draws(folder, content)
    comparison = assemble(
        _cubes(folder, content, parts[RANDOM], spend),
        study=content["study"],
        out=str(folder),
        baseline=content["baseline"],
        titles={scenario["name"]: scenario["title"] for scenario in content["scenarios"]},
        spend=spend,
        level=content["level"],
        people=content["people"],
        people_per_year=content["people_per_year"],
        off={scenario["name"]: switched_off(scenario) for scenario in content["scenarios"]},
    )
    everybody = cube_of(folder, content, parts[RANDOM], EVERYBODY)
    at_null = read_at_null(folder, len(parts[RANDOM].places), spend.values())
    study = comparison.of_study(spend)
    return replace(
        comparison,
        valued=valued(everybody, study, views_of(content)),
        cost_per_outcome=cost_per_outcome(replace(everybody, at_null=at_null), study),
        impact=_impact(everybody, comparison, content, spend),
        months=content["months"],
        code=content["code_sha256"],
        equal_money=content.get("equal_money_gbp_per_year"),
        remarks=_remarks(content),
        prices=dict(content["scenarios"][0].get("prices") or {}),  # those of all, or they would not be compared
    )


def _impact(everybody: Cube, comparison: Comparison, content: Mapping[str, Any], spend: Spend) -> pd.DataFrame | None:
    """The budget impact of a study; None for a single scenario."""
    if len(comparison.scenarios) < 2:
        return None
    of = {scenario["name"]: scenario for scenario in content["scenarios"]}
    starts = of[comparison.baseline].get("starts")
    prices = of[comparison.baseline].get("prices") or {}
    when = When(
        None if starts is None else date.fromisoformat(starts), content["months"],
        prices.get("posts") == "paid_from_first_day",
    )  # fmt: skip
    return budget_impact(everybody, comparison.of_study(spend), when)


def read_comparison_for(folder: str | Path, word: str, councils: Mapping[str, tuple[str, str]]) -> Comparison:
    """What a finished study says of one group of people, as `for_whom` reads the word; InputError as there, and for a
    study that is unfinished or damaged."""
    results = read_results(folder)
    content = results.manifest
    groups = [(stratum, group) for stratum, group in content["groups"]]
    whom = for_whom(word, groups, councils)
    comparison, spend = read_comparison(folder), spend_of(results)
    part = _parts_with_draws(results.folder, content)[RANDOM]
    everybody = cube_of(results.folder, content, part, EVERYBODY)
    everybody = replace(everybody, at_null=read_at_null(results.folder, len(part.places), spend.values()))
    some = cube_of(results.folder, content, part, span_of(groups, whom))
    return comparison_for(comparison, everybody, some, whom, spend)


def _remarks(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What a reader must know of the runs: a change of law within them."""
    said = []
    for scenario in content["scenarios"]:
        held = (scenario.get("switches") or {}).get("recall_law")
        starts = scenario.get("starts")
        if starts:
            day = None if held is None else date.fromisoformat(held)
            said.append(law_remark(date.fromisoformat(starts), content["months"], day))
    return tuple(dict.fromkeys(filter(None, said)))


def views_of(content: Mapping[str, Any]) -> dict[str, View]:
    """The views on money that a study was made with, as its manifest keeps them; today's where it keeps none.

    Raises KeyError or TypeError where they are not what was written.
    """
    if "views" not in content:
        return dict(load_views(PAYERS))
    return {str(name): View.of_plain(plain) for name, plain in content["views"].items()}


def switched_off(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Mechanisms switched off, as a resolved scenario tells them; none where it does not."""
    return tuple((scenario.get("switches") or {}).get("off") or ())


def read_pair(folder: str | Path, scenario: str, against: str) -> pd.DataFrame:
    """One scenario of a finished study against another one, by group and measure: paired differences with intervals
    and chances, in the columns of the table `groups` with `against` and what the effects and prices rest on.

    InputError for a name that the study does not have, twice the same, and for a damaged folder.
    """
    results = read_results(folder)
    _check(results)
    content, names = results.manifest, list(results.manifest["names"])
    for parameter, name in (("scenario", scenario), ("against", against)):
        if name not in names:
            raise InputError(
                f"'{name}' is not a scenario of this study", parameter=parameter, allowed=", ".join(names),
                nearest=nearest_name(name, names),
            )  # fmt: skip
    if scenario == against:
        raise InputError(f"'{scenario}' is held against itself", parameter="against", allowed="another scenario")
    parts = _parts_with_draws(results.folder, content)
    off = {entry["name"]: switched_off(entry) for entry in content["scenarios"]}
    spend = spend_of(results)
    rows = pair_rows(
        _cubes(results.folder, content, parts[RANDOM], spend), scenario, against, level=content["level"],
        people_per_year=content["people_per_year"], people=content["people"],
        is_policy=off.get(scenario, ()) == off.get(against, ()), spend=spend,
    )  # fmt: skip
    return on_figures(with_grades(rows, spend))
