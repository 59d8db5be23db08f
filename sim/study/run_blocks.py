"""One study from plan to finished folder: run what is missing, keep it, join it, and seal it.

The steps after the last run (differences, charts, the report) are handed in as a function: this package runs and keeps,
it computes no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.scenario.spend_by_payer import BUDGET_COLUMNS
from sim.store.atomic import StoreError
from sim.store.block_index import BlockIndex
from sim.store.failures import forget_failures, read_failures
from sim.store.folder import RunFolder, resume_command
from sim.store.manifest import program
from sim.store.parts import Layout
from sim.study.block_writer import BlockWriter, left_out, refuse_few
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, Runner, Simulator
from sim.study.threads import blocks_of, run_study

SPEND_COLUMNS = (
    "scenario",
    "lever",
    "payer",
    "gbp_per_year",
    "unit",
    "units",
    "units_used",
    "unit_cost_gbp",
    "unused_gbp_per_year",
    "first_day",
    "end_day",
    "remark",
)


class Clock:
    """When a study's runs began here, in the calendar and in seconds."""

    def __init__(self) -> None:
        self.date, self.began = datetime.now(UTC), time.perf_counter()
        self.runs_made, self.from_before, self.runs_seconds = 0, 0, 0.0

    def facts(self, threads: int) -> dict[str, Any]:
        """The manifest's entries of timing."""
        timing = {
            "threads": threads,
            "runs_made": self.runs_made,
            "blocks_kept_from_before": self.from_before,
            "runs_seconds": round(self.runs_seconds, 3),
            "all_seconds": round(time.perf_counter() - self.began, 3),
        }
        return {"timing": timing, "date": self.date.isoformat(timespec="seconds")}


def layout_of(plan: StudyPlan, simulator: Simulator) -> Layout:
    """The sides of every block of a study."""
    return Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))


def units_of(plan: StudyPlan, simulator: Simulator) -> Sequence[int]:
    """The unit of each point, as the simulator's points tell it; each point its own where it has none."""
    points = getattr(simulator, "points", None)
    return range(plan.points) if points is None else [int(unit) for unit in points.unit]


def block_writer_of(plan: StudyPlan, simulator: Simulator, folder: RunFolder) -> BlockWriter:
    """What keeps the runs of a study in its folder, and knows those that are there."""
    points = getattr(simulator, "points", None)
    inputs = None if points is None else points.inputs
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
    keeper: BlockWriter | None = None,
) -> BlockIndex:
    """Run every block of the shard that the folder does not keep yet; gives what it keeps then.

    keeper: of an earlier round of the same study, which knows what is kept; without it the folder is read.
    Failing runs are recorded and left out. Raises RunFailed, StoreError or KeyboardInterrupt; blocks done until then
    are kept.
    """
    keeper = block_writer_of(plan, simulator, folder) if keeper is None else keeper
    done = frozenset(keeper.kept.person_days) | keeper.given_up
    if not clock.runs_made:
        clock.from_before = len(done)
    blocks = blocks_of(plan, shard)
    keeper.forget_failures([block for block in blocks if block not in done])
    try:
        clock.runs_made += runner(plan, simulator, keeper, progress, done=done, failed=keeper.failed, blocks=blocks)
    finally:
        keeper.flush()
    keeper.kept.scan()  # a cluster's workers write their parts themselves
    clock.runs_seconds = time.perf_counter() - clock.began
    return keeper.kept


def seal(
    plan: StudyPlan,
    scenarios_resolved: Sequence[Mapping[str, Any]],
    simulator: Simulator,
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: RunFolder,
    kept: BlockIndex,
    clock: Clock,
    *,
    facts: Mapping[str, Any],
    complete: Callable[[RunFolder, frozenset[int]], None],
    budgets: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Join what is kept, have the tables made of it, and seal the folder with a manifest; gives the folder's path.

    scenarios_resolved: one plain object per scenario, in the plan's order, for the manifest.
    spend: by scenario name, the rows of what its money buys.
    budgets: rows of tables/budgets.csv, as `budgets_of` (budgets.py) gives them.
    facts: further manifest entries (hashes of area and parameters, people a year, level, ...).
    complete: called once all totals are in tables/totals.parquet and the money in tables/spend.csv and budgets.csv,
    with the points that are left out; writes what is made of them.
    Raises RunFailed where too many runs failed, StoreError.
    """
    units, layout = units_of(plan, simulator), layout_of(plan, simulator)
    recorded = read_failures(folder.path)
    forget_failures(folder.path, [failure.block for failure in recorded if failure.block in kept.person_days])
    failures = [failure for failure in recorded if failure.block not in kept.person_days]
    out, missing = left_out(plan, kept, failures, units)
    if missing:
        raise StoreError(f"{folder.path} lacks {len(missing):,} blocks").with_resume_hint(resume_command(folder.path))
    refuse_few(plan, out, units, failures)
    folder.merge_totals(kept, [block for block in plan.blocks if block.draw not in out])
    _write_points(folder, simulator, out)
    _write_spend(folder, plan, spend)
    _write_budgets(folder, budgets)
    complete(folder, out)
    folder.finish(
        {
            "scenarios": [dict(resolved) for resolved in scenarios_resolved],
            "names": list(plan.scenarios),
            "baseline": plan.baseline,
            **plan.numbers(),
            "groups": [list(group) for group in layout.groups],
            "measures": list(layout.measures),
            **facts,
            **program(),
            "person_days": sum(kept.person_days[block] for block in plan.blocks if block.draw not in out),
            "failed_runs": [failure.run for failure in failures],
            "left_out": sorted(out),
            **clock.facts(plan.threads),
        }
    )
    return folder.path


def run_comparison(
    plan: StudyPlan,
    scenarios_resolved: Sequence[Mapping[str, Any]],
    simulator: Simulator,
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: RunFolder,
    *,
    facts: Mapping[str, Any],
    complete: Callable[[RunFolder, frozenset[int]], None],
    budgets: Sequence[Mapping[str, Any]] = (),
    progress: Progress | None = None,
    runner: Runner = run_study,
) -> Path:
    """Run the whole plan into the folder and seal it; the arguments and errors of `run_missing` and `seal`."""
    clock = Clock()
    kept = run_missing(plan, simulator, folder, clock, progress=progress, runner=runner)
    return seal(
        plan, scenarios_resolved, simulator, spend, folder, kept, clock, facts=facts, complete=complete, budgets=budgets
    )


def _write_points(folder: RunFolder, simulator: Simulator, out: frozenset[int]) -> None:
    points = getattr(simulator, "points", None)
    if points is not None:
        whole = points.frame()
        folder.write_table("points", whole[~whole["draw"].isin(out)], csv=False)


def _write_spend(folder: RunFolder, plan: StudyPlan, spend: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    import pandas as pd

    rows = [{"scenario": name, **row} for name in plan.scenarios for row in spend.get(name, ())]
    folder.write_table("spend", pd.DataFrame(rows, columns=list(SPEND_COLUMNS)), parquet=False)


def _write_budgets(folder: RunFolder, budgets: Sequence[Mapping[str, Any]]) -> None:
    import pandas as pd

    folder.write_table("budgets", pd.DataFrame(list(budgets), columns=list(BUDGET_COLUMNS)), parquet=False)
