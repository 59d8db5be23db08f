"""One comparison from plan to finished folder: run what is missing, keep it, join it, and seal it.

The steps after the last run (differences, charts, the report) are handed in as a function: this package runs and keeps,
it computes no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.outcomes.totals import RunResult
from sim.store.folder import RunFolder
from sim.store.manifest import program
from sim.store.shards import Layout
from sim.study.budgets import BUDGET_COLUMNS
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, Simulator
from sim.study.threads import run_study

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
    "note",
)


def run_comparison(
    plan: StudyPlan,
    scenarios_resolved: Sequence[Mapping[str, Any]],
    simulator: Simulator,
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: RunFolder,
    *,
    facts: Mapping[str, Any],
    complete: Callable[[RunFolder], None],
    budgets: Sequence[Mapping[str, Any]] = (),
    progress: Progress | None = None,
) -> Path:
    """Run the plan into the folder and seal it with a manifest; gives the folder's path.

    scenarios_resolved: one plain object per scenario, in the plan's order, for the manifest.
    spend: by scenario name, the rows of what its money buys.
    budgets: rows of tables/budgets.csv, as `budgets_of` (budgets.py) gives them.
    facts: further manifest entries (hashes of area and parameters, people a year, level, ...).
    complete: called once all totals are in tables/totals.parquet and the money in tables/spend.csv and budgets.csv;
    writes what is made of them.
    Raises RunFailed, StoreError or KeyboardInterrupt; blocks kept until then are not run again next time.
    """
    started, start_seconds = datetime.now(UTC), time.perf_counter()
    layout = Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))
    person_days: dict[int, int] = {}
    for index, (draw, replicate) in enumerate(plan.blocks):
        kept = folder.shard_person_days(index, layout, draw, replicate)
        if kept is not None:
            person_days[index] = kept
    continued = len(person_days)

    def keep(index: int, draw: int, replicate: int, results: Sequence[RunResult]) -> None:
        folder.write_shard(index, layout, draw, replicate, results)
        person_days[index] = sum(result.person_days for result in results)

    runs_made = run_study(plan, simulator, keep, progress, done=frozenset(person_days))
    simulated_seconds = time.perf_counter() - start_seconds
    folder.merge_totals(layout, plan.blocks)
    _write_spend(folder, plan, spend)
    _write_budgets(folder, budgets)
    complete(folder)
    seconds = time.perf_counter() - start_seconds
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
            "person_days": sum(person_days.values()),
            "timing": {
                "threads": plan.threads,
                "runs_made": runs_made,
                "blocks_kept_from_before": continued,
                "runs_seconds": round(simulated_seconds, 3),
                "all_seconds": round(seconds, 3),
            },
            "date": started.isoformat(timespec="seconds"),
        }
    )
    return folder.path


def _write_spend(folder: RunFolder, plan: StudyPlan, spend: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    import pandas as pd

    rows = [{"scenario": name, **row} for name in plan.scenarios for row in spend.get(name, ())]
    folder.write_table("spend", pd.DataFrame(rows, columns=list(SPEND_COLUMNS)), parquet=False)


def _write_budgets(folder: RunFolder, budgets: Sequence[Mapping[str, Any]]) -> None:
    import pandas as pd

    folder.write_table("budgets", pd.DataFrame(list(budgets), columns=list(BUDGET_COLUMNS)), parquet=False)
