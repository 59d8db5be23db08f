"""One study from plan to finished folder: run the blocks that are missing, join their totals, write the manifest.

What is made of the totals in between (differences, charts, the report) is the caller's: this room runs and keeps, and
computes no answer.
"""

from __future__ import annotations

import time
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.grammar import counted
from sim.scenario.levers.grades import DOUBT_COLUMNS, GRADE_COLUMNS
from sim.scenario.spend_by_payer import BUDGET_COLUMNS
from sim.store.atomic import StoreError
from sim.store.block_index import BlockIndex
from sim.store.command_lines import resume_command
from sim.store.failures import forget_failures, read_failures
from sim.store.folder import RunFolder
from sim.store.manifest import program
from sim.store.parts import Layout
from sim.store.tracked_files import has_parts
from sim.study.block_writer import BlockWriter, left_out, refuse_few
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, Runner, Simulator
from sim.study.speed import Speed
from sim.study.threads import blocks_of, run_study

if TYPE_CHECKING:
    import pandas as pd

SPEND_COLUMNS = (
    "scenario",
    "lever",
    "option",
    "payer",
    "gbp_per_year",
    "unit",
    "units",
    "units_used",
    "unit_cost_gbp",
    "unused_gbp_per_year",
    "counted_gbp",
    "filled_days",
    "first_day",
    "end_day",
    "ends",
    "remark",
    *GRADE_COLUMNS,
    *DOUBT_COLUMNS,
)


class Clock:
    """When a study's runs began here, in the calendar and in seconds."""

    def __init__(self) -> None:
        self.date, self.began = datetime.now(UTC), time.perf_counter()
        self.runs_made, self.from_before, self.runs_seconds = 0, 0, 0.0
        self.speed = Speed()

    def manifest_entries(self, plan: StudyPlan) -> dict[str, Any]:
        """What the manifest says of time: threads, runs made, seconds, speed, and the date on which they began."""
        timing = {
            "threads": plan.threads,
            "runs_made": self.runs_made,
            "blocks_kept_from_before": self.from_before,
            "runs_seconds": round(self.runs_seconds, 3),
            "all_seconds": round(time.perf_counter() - self.began, 3),
            **self.speed.manifest_entries(plan.people),
        }
        return {"timing": timing, "date": self.date.isoformat(timespec="seconds")}


def layout_of(plan: StudyPlan, simulator: Simulator) -> Layout:
    """The sides of every block of a study."""
    return Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))


def units_of(plan: StudyPlan, simulator: Simulator) -> Sequence[int]:
    """Number of the unit of each point: its draw, base sample or trajectory, which is analysed whole or left out."""
    return range(plan.points) if simulator.points is None else [int(unit) for unit in simulator.points.unit]


def block_writer_of(plan: StudyPlan, simulator: Simulator, folder: RunFolder) -> BlockWriter:
    """The writer of a study's blocks into its folder, which knows those that are there."""
    inputs = None if simulator.points is None else simulator.points.inputs
    return BlockWriter(folder, plan, layout_of(plan, simulator), units_of(plan, simulator), inputs)


def run_missing(
    plan: StudyPlan,
    simulator: Simulator,
    folder: RunFolder,
    clock: Clock,
    *,
    shard: tuple[int, int] = (1, 1),
    progress: Progress | None = None,
    runner: Runner = run_study,
    writer: BlockWriter | None = None,
) -> BlockIndex:
    """Run every block of the shard that the folder does not keep yet; gives what it keeps then.

    writer: of an earlier round of the same study, which knows what is kept; without it the folder is read.
    Failing runs are recorded and left out. Raises RunFailed, StoreError or KeyboardInterrupt; blocks done until then
    are kept.
    """
    writer = block_writer_of(plan, simulator, folder) if writer is None else writer
    done = frozenset(writer.index.person_days) | writer.given_up
    if not clock.runs_made:
        clock.from_before = len(done)
    blocks = blocks_of(plan, shard)
    writer.forget_failures([block for block in blocks if block not in done])
    try:
        clock.runs_made += runner(plan, simulator, writer, progress, done=done, failed=writer.failed, blocks=blocks)
    finally:
        writer.flush()
    writer.index.scan()  # a cluster's workers write their parts themselves
    clock.runs_seconds, clock.speed = time.perf_counter() - clock.began, writer.speed
    return writer.index


class JoinedTotals(NamedTuple):
    """What tables/totals.parquet holds: person-days lived, and points left out because a run failed, with its id."""

    left_out: frozenset[int]
    failed_runs: tuple[str, ...]
    person_days: int


def join_totals(plan: StudyPlan, simulator: Simulator, folder: RunFolder, index: BlockIndex) -> JoinedTotals:
    """Join the blocks of a folder into tables/totals.parquet, and write its points beside it.

    Raises RunFailed where too many runs failed, StoreError where blocks are missing.
    """
    units = units_of(plan, simulator)
    recorded = read_failures(folder.path)
    forget_failures(folder.path, [failure.block for failure in recorded if failure.block in index.person_days])
    failures = [failure for failure in recorded if failure.block not in index.person_days]
    out, missing = left_out(plan, index, failures, units)
    if missing:
        raise StoreError(f"{folder.path} lacks {counted(len(missing), 'block')}").with_resume_hint(
            resume_command(folder.path), are_kept=has_parts(folder.path)
        )
    refuse_few(plan, out, units, failures)
    blocks = [block for block in plan.blocks if block.draw not in out]
    folder.merge_totals(index, blocks)
    points = points_table(simulator, out)
    if points is not None:
        folder.write_table("points", points, csv=False)
    days = sum(index.person_days[block] for block in blocks)
    return JoinedTotals(out, tuple(failure.run for failure in failures), days)


def write_money(
    folder: RunFolder,
    plan: StudyPlan,
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    budgets: Sequence[Mapping[str, Any]],
) -> None:
    """Write tables/spend.csv and tables/budgets.csv."""
    for name, table in money_tables(plan, spend, budgets).items():
        folder.write_table(name, table, parquet=False)


def money_tables(
    plan: StudyPlan, spend: Mapping[str, Sequence[Mapping[str, Any]]], budgets: Sequence[Mapping[str, Any]]
) -> dict[str, pd.DataFrame]:
    """The tables `spend` and `budgets`.

    spend: by scenario name, the rows of what its money buys; budgets: rows of whose money goes where (`budgets_of`).
    """
    import pandas as pd

    rows = [{"scenario": name, **row} for name in plan.scenarios for row in spend.get(name, ())]
    return {
        "spend": pd.DataFrame(rows, columns=list(SPEND_COLUMNS)),
        "budgets": pd.DataFrame(list(budgets), columns=list(BUDGET_COLUMNS)),
    }


def points_table(simulator: Simulator, out: Container[int]) -> pd.DataFrame | None:
    """The table `points`: every point of the totals. out: points left out. None where runs have no points."""
    if simulator.points is None:
        return None
    whole = simulator.points.frame()
    return whole[[draw not in out for draw in whole["draw"]]]


def write_manifest(
    plan: StudyPlan,
    simulator: Simulator,
    folder: RunFolder,
    scenarios_resolved: Sequence[Mapping[str, Any]],
    joined: JoinedTotals,
    clock: Clock,
    entries: Mapping[str, Any],
) -> Path:
    """Seal the folder with its manifest, which is written last; gives the folder's path.

    scenarios_resolved: one plain object per scenario, in the plan's order. entries: what is said beside the plan and
    the program (hashes of area and parameters, people a year, level, ...).
    """
    layout = layout_of(plan, simulator)
    folder.finish(
        {
            "scenarios": [dict(resolved) for resolved in scenarios_resolved],
            "names": list(plan.scenarios),
            "baseline": plan.baseline,
            **plan.numbers(),
            "groups": [list(group) for group in layout.groups],
            "measures": list(layout.measures),
            **entries,
            **program(),
            "person_days": joined.person_days,
            "failed_runs": list(joined.failed_runs),
            "left_out": sorted(joined.left_out),
            **clock.manifest_entries(plan),
        }
    )
    return folder.path
