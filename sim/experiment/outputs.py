"""What is made of a study's totals once they are joined: comparison, precision, sensitivity, their charts and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.cube import EVERYBODY
from sim.analysis.point_sets import RANDOM, cube_of, kept_point_sets
from sim.analysis.precision import LEAST_REPLICATES, common_random_numbers_table, precision_table
from sim.analysis.saved import comparison_of
from sim.analysis.sensitivity_tables import sensitivity_tables
from sim.presentation.report.files import write_comparison
from sim.presentation.sensitivity.files import write_dictionary, write_precision, write_sensitivity
from sim.store.manifest import code_sha256
from sim.study.analysis_spec import NO_ANALYSIS, AnalysisSpec
from sim.study.run_blocks import layout_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.analysis.comparison import Comparison
    from sim.evidence import ParameterTable
    from sim.experiment.setup import StudySetup
    from sim.presentation.album import Album
    from sim.store.folder import RunFolder
    from sim.study.plan import StudyPlan
    from sim.study.protocol import Simulator

Tables = dict[str, "pd.DataFrame"]

INDEX_TABLES = ("sensitivity", "sensitivity_convergence", "noise", "response", "skipped")
DRAWN_FROM = ("precision", "common_random_numbers", *INDEX_TABLES)
"""Tables that pages and charts are drawn from, beside those of the comparison."""


@dataclass(frozen=True)
class FinishedRuns:
    """A study whose runs are done and whose totals are joined: what its outputs are made from.

    plan: with the replicates that were needed, where a precision was asked for; enough: after how many it was reached.
    simulator: gives the layout and the points of the totals. spend: by scenario, the rows of what its money buys.
    people_per_year: people released in the region in a year. left_out: points left out because a run failed.
    """

    setup: StudySetup
    plan: StudyPlan
    simulator: Simulator
    spend: Mapping[str, Sequence[Mapping[str, Any]]]
    people_per_year: float
    enough: int | None
    left_out: frozenset[int]


def manifest_entries(study: FinishedRuns) -> dict[str, Any]:
    """What the manifest says of a study beside its plan and the program: hashes, level, analysis, replicates needed."""
    setup, record = study.setup, study.setup.record
    analysed = {"analysis": dict(record.analysis), "designs": [point_set._asdict() for point_set in study.plan.designs]}
    return {
        "people_per_year": study.people_per_year,
        "parameters_sha256": record.parameters_sha256,
        "area": {"name": setup.area.name, "sha256": record.area_sha256},
        "level": setup.level,
        "equal_money_gbp_per_year": setup.equal_money,
        "views": {name: view.plain() for name, view in setup.analysis.views_on_money().items()},
        **({} if setup.analysis == NO_ANALYSIS else analysed),
        **({} if setup.analysis.precision is None else {"enough_replicates": study.enough}),
    }


def write_outputs(study: FinishedRuns, folder: RunFolder, album: Album) -> Comparison | None:
    """Write all that is made of the totals in a folder; gives the comparison, None for a study without draws.

    album: draws and writes the charts; the sensitivity dictionary tells those after the comparison's.
    """
    content, setup = _content(study, folder), study.setup
    comparison = comparison_of(folder.path, content, study.spend) if study.plan.draws else None
    tables = precision_tables(folder.path, content)
    for name, table in tables.items():
        folder.write_table(name, table)
    tables |= index_tables(folder.path, content, setup)
    of_comparison = draw_outputs(content, comparison, tables, setup.table, setup.analysis, folder, album)
    points = study.simulator.points
    tables |= {} if points is None else {"points": points.frame()}
    if tables:
        write_dictionary(tables, album.charts[of_comparison:], setup.table, folder)
    return comparison


def draw_outputs(
    content: Mapping[str, Any],
    comparison: Comparison | None,
    tables: Tables,
    parameters: ParameterTable,
    analysis: AnalysisSpec,
    folder: RunFolder,
    album: Album,
) -> int:
    """Draw pages and charts of a study from its comparison and its tables; how many charts are the comparison's.

    content: what the manifest says, or will say. parameters: evidence, for units. The folder is handed the tables of
    the comparison and of the indices too. album: draws and writes the charts.
    """
    if comparison is not None:
        write_comparison(comparison, folder, album)
    of_comparison = len(album.charts)
    if "precision" in tables and analysis != NO_ANALYSIS:
        wanted = analysis.precision
        write_precision(
            tables, content, parameters, album, wanted=None if wanted is None else wanted.half_width,
            measure=content["measures"][0] if wanted is None else wanted.measure,
        )  # fmt: skip
    indices = {name: tables[name] for name in INDEX_TABLES if name in tables}
    if analysis.designs or analysis.given_data:
        write_sensitivity(
            indices, content, parameters, folder, album, measures_named=analysis.measures,
            common_random_numbers=tables.get("common_random_numbers"),
        )  # fmt: skip
    return of_comparison


def precision_tables(folder: Path, content: Mapping[str, Any]) -> Tables:
    """Tables of precision and of what common random numbers save; none for one scenario, one replicate or no draws."""
    parts = kept_point_sets(content)
    if RANDOM not in parts or len(content["names"]) < 2 or content["replicates"] < LEAST_REPLICATES:
        return {}
    cube = cube_of(folder, content, parts[RANDOM], EVERYBODY)
    base, yearly = content["baseline"], content["people_per_year"] / content["people"]
    return {
        "precision": precision_table(cube, baseline=base, level=content["level"], yearly=yearly),
        "common_random_numbers": common_random_numbers_table(cube, baseline=base, yearly=yearly),
    }


def index_tables(folder: Path, content: Mapping[str, Any], setup: StudySetup) -> Tables:
    """The tables of sensitivity that hold rows; none where nothing is analysed."""
    if not (setup.designs or setup.analysis.given_data):
        return {}
    tables = sensitivity_tables(
        folder, content, setup.narrowed_table, setup.designs,
        given_data=setup.analysis.given_data,
    )  # fmt: skip
    return {name: table for name, table in tables.items() if len(table)}


def _content(study: FinishedRuns, folder: RunFolder) -> dict[str, Any]:
    """What the manifest will say of the study, as far as tables and pages need it."""
    plan, layout = study.plan, layout_of(study.plan, study.simulator)
    return {
        "study": folder.study_id,
        "scenarios": [scenario.resolved() for scenario in study.setup.scenarios],
        "names": plan.scenarios,
        "baseline": plan.baseline,
        **plan.numbers(),
        "groups": layout.groups,
        "measures": layout.measures,
        **manifest_entries(study),
        "left_out": sorted(study.left_out),
        "code_sha256": code_sha256(),
    }
