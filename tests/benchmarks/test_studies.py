"""Studies at scale: runs a second of a grouped Sobol study, what store and scheduling add, and reading results back.

Ratios within one run are held against a bar; seconds are told only. THROUGHGATE_SCALE=full runs the whole study of
ten thousand runs, some minutes; without it a sixteenth of its base samples.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scoreboard import held_against, told

from sim.experiment.estimate import peak_memory
from sim.experiment.requests import set_up_study_file
from sim.experiment.run import StudyRun
from sim.outcomes.totals import RunResult
from sim.store.folder import RunFolder
from sim.store.reading import read_results
from sim.study.plan import StudyPlan
from sim.study.run_blocks import Clock, join_totals, run_missing, write_manifest

SECTION = "Studies"
STUDY = Path(__file__).resolve().parents[2] / "scenarios" / "studies" / "sobol_ten_thousand.yaml"
WHOLE = os.environ.get("THROUGHGATE_SCALE") == "full"
SHARE_OF_STORE = 0.10
FLAT = 2.0  # most that a run of a long study may cost over one of a short one
RUNS = (100, 1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Canned:
    """Gives the same totals at once, so that what is measured is store and scheduling alone."""

    result: RunResult
    groups: tuple[tuple[str, str], ...] = (("all", "all"),)
    measures: tuple[str, ...] = ("engaged_within_3_weeks", "rough_sleeping_days", "qalys")
    points: None = None

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        return self.result


def canned_study(folder: Path, runs: int, replicates: int = 1) -> float:
    """Seconds a run of a study of so many runs that cost nothing."""
    draws = runs // (2 * replicates)
    plan = StudyPlan(
        ("baseline", "other"), "baseline", people=1, months=12, draws=draws, replicates=replicates, seed=1, threads=2
    )
    ones = np.ones((1, 3))
    simulator, clock = Canned(RunResult(ones, ones, 1)), Clock()
    began = time.perf_counter()
    target = RunFolder.create(folder, f"study {runs}")
    index = run_missing(plan, simulator, target, clock)
    joined = join_totals(plan, simulator, target, index)
    write_manifest(plan, simulator, target, [{"name": name} for name in plan.scenarios], joined, clock, {})
    return (time.perf_counter() - began) / runs


def test_a_grouped_sobol_study(tmp_path: Path) -> None:
    setup = set_up_study_file(STUDY, out=tmp_path / "study")
    if not WHOLE:
        design = replace(setup.analysis.designs[0], samples=setup.analysis.designs[0].samples // 16)
        from sim.experiment.setup import reshaped

        setup = reshaped(setup, replace(setup.analysis, designs=(design,)), {})
    study = StudyRun(setup)
    study.run(0, 0, 0)  # compiled
    began = time.perf_counter()
    study.whole()
    seconds, runs = time.perf_counter() - began, setup.plan.runs
    timing = read_results(setup.out).manifest["timing"]
    each = timing["runs_seconds"] / runs
    ten_thousand = (10_000 * each + seconds - timing["runs_seconds"]) / 60.0
    told(SECTION, f"grouped Sobol study, {runs:,} runs on {setup.plan.threads} threads", f"{1e3 * each:.1f} ms a run")
    told(SECTION, "the same, tables, charts and page", f"{seconds - timing['runs_seconds']:.0f} s")
    held_against(SECTION, "10,000 runs of it, at this rate", f"{ten_thousand:.1f} min", "6 min at most",
                 reached=ten_thousand <= 6.0)  # fmt: skip
    held_against(SECTION, "peak memory", f"{peak_memory() / 1e6:,.0f} MB", "1,000 MB at most",
                 reached=peak_memory() <= 1e9)  # fmt: skip
    share = canned_study(tmp_path / "canned", 1_000) / each
    held_against(SECTION, "store and scheduling, share of a run", f"{100 * share:.1f}%", "10% at most",
                 reached=share <= SHARE_OF_STORE)  # fmt: skip
    assert share <= SHARE_OF_STORE


def test_cost_of_store_and_scheduling_is_flat(tmp_path: Path) -> None:
    canned_study(tmp_path / "warm", 100)
    each = {runs: canned_study(tmp_path / str(runs), runs) for runs in RUNS}
    for runs, seconds in each.items():
        told(SECTION, f"store and scheduling, {runs:,} runs", f"{1e3 * seconds:.2f} ms a run")
    times = each[RUNS[-1]] / each[1_000]
    held_against(
        SECTION, "the same, a run of 100,000 over one of 1,000", f"{times:.2f} x", f"{FLAT:g} x at most",
        reached=times <= FLAT,
    )  # fmt: skip
    assert times <= FLAT


def test_a_million_rows_are_read_back(tmp_path: Path) -> None:
    canned_study(tmp_path / "long", 340_000, replicates=2)
    began = time.perf_counter()
    rows: Any = read_results(tmp_path / "long").totals
    seconds = time.perf_counter() - began
    assert len(rows) > 1_000_000
    told(SECTION, f"{len(rows):,} rows read back, hash checked, in", f"{seconds:.2f} s (2 s wanted)")
