"""A study that is set up, run into its folder, whole or one shard of it: totals, tables, charts, pages, manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.analysis.precision import PrecisionTracker
from sim.core.memory import ensure_room
from sim.experiment.outputs import FinishedRuns, manifest_entries, write_outputs
from sim.presentation.album import Album
from sim.scenario.spend_by_payer import budgets_of
from sim.store.failures import read_failures
from sim.store.folder import RunFolder
from sim.store.lock import last_writer, only_writer, shard_writer
from sim.store.manifest import made_by_sha256
from sim.store.study_record import is_finished, read_study_file, refuse_changes
from sim.store.tracked_files import tidy
from sim.study.analysis_spec import Precision, SelectedOutcomes
from sim.study.block_writer import left_out, refuse_few
from sim.study.protocol import Progress, Runner, Simulator
from sim.study.run_blocks import (
    Clock,
    block_writer_of,
    join_totals,
    run_missing,
    units_of,
    write_manifest,
    write_money,
)
from sim.study.sequential_stopping import with_enough_replicates
from sim.study.threads import run_study

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.experiment.setup import StudySetup
    from sim.store.block_index import BlockIndex
    from sim.study.plan import StudyPlan


SEAL_MB = 160  # of room for tables and charts, whose libraries end the process when they find none


@dataclass(frozen=True)
class ShardState:
    """How a folder stands once one shard of its study has been run.

    missing: blocks of other shards that are not kept yet. is_sealed: whether the tables are joined; where nothing is
    missing and they are not, a shard that is still at work joins them. failed: ids of this shard's failed runs.
    undrawn: charts that could not be drawn when this shard joined the tables, each with its reason.
    """

    missing: int
    is_sealed: bool
    failed: tuple[str, ...] = ()
    undrawn: Mapping[str, str] = field(default_factory=dict)


class StudyRun:
    """One study on its way into its folder, with the engine that runs it.

    run: gives the totals of one run, cut down to what the study keeps; simulator: gives them whole. plan: with the
    replicates that were needed, where a precision was asked for; enough: after how many it was reached. spend: what
    each scenario's money buys. yearly: people of the region's year for one of the run. left_out: points left out.
    comparison: what the draws say, once the folder is sealed; None without draws. undrawn: charts that could not be
    drawn then, each with its reason.
    """

    def __init__(self, setup: StudySetup) -> None:
        from sim.experiment.simulator import simulator_of

        self.setup, self.plan = setup, setup.plan
        self.simulator = simulator_of(setup)
        needs_choice = setup.analysis.measures is not None or setup.analysis.strata is not None
        self.run: Simulator = SelectedOutcomes(self.simulator, setup.analysis) if needs_choice else self.simulator
        self.spend = {scenario.name: self.simulator.spend(index) for index, scenario in enumerate(setup.scenarios)}
        self.yearly = self.simulator.people_per_year / setup.plan.people
        self.enough: int | None = None
        self.left_out: frozenset[int] = frozenset()
        self.comparison: Comparison | None = None
        self.undrawn: dict[str, str] = {}

    def whole(self, *, force: bool = False, progress: Progress | None = None, runner: Runner = run_study) -> None:
        """Run all that is missing and seal the folder, which no other process may write to meanwhile.

        Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
        """
        setup, record, clock = self.setup, self.setup.record, Clock()
        with only_writer(setup.out):
            folder = RunFolder.create(setup.out, record.study, force, code=made_by_sha256(), content=record.content())
            if setup.analysis.precision is None:
                index = run_missing(self.plan, self.run, folder, clock, progress=progress, runner=runner)
            else:
                index = self._until_precise(setup.analysis.precision, folder, clock, progress, runner)
            self._seal(folder, index, clock)

    def _until_precise(
        self, wanted: Precision, folder: RunFolder, clock: Clock, progress: Progress | None, runner: Runner
    ) -> BlockIndex:
        """Add replicates until the differences are as precise as wanted; the plan then has as many."""
        writer = block_writer_of(self.plan, self.run, folder)
        tracker = PrecisionTracker(self.run, wanted.measure, self.setup.level, self.yearly)

        def run_round(plan: StudyPlan) -> float:
            index = run_missing(plan, self.run, folder, clock, progress=progress, runner=runner, writer=writer)
            self._blocks_missing(plan, folder, index)
            return tracker.widest_half_width(index, plan)

        self.plan, self.enough = with_enough_replicates(self.plan, wanted.half_width, run_round)
        return writer.index

    def _blocks_missing(self, plan: StudyPlan, folder: RunFolder, index: BlockIndex) -> int:
        """Blocks still missing without a reason; RunFailed where too much would be left out."""
        failures, units = read_failures(folder.path), units_of(plan, self.run)
        out, missing = left_out(plan, index, failures, units)
        refuse_few(plan, out, units, failures)
        return len(missing)

    def shard(self, shard: tuple[int, int], *, progress: Progress | None = None) -> ShardState:
        """Run one shard, and seal the folder if all others are done.

        Other processes, also on other machines, may run other shards of the same folder meanwhile. Raises as `whole`;
        InputError where the folder was begun by another program.
        """
        setup, record, clock = self.setup, self.setup.record, Clock()
        with shard_writer(setup.out, shard):
            folder = RunFolder.join(setup.out, record.study, code=made_by_sha256(), content=record.content())
            refuse_changes(read_study_file(setup.out), record, setup.out)
            writer = block_writer_of(self.plan, self.run, folder)
            index = run_missing(self.plan, self.run, folder, clock, shard=shard, progress=progress, writer=writer)
        failed = tuple(failure.run for failure in read_failures(setup.out) if failure.block in writer.given_up)
        if is_finished(setup.out):
            return ShardState(0, True, failed)
        index.scan()
        missing = self._blocks_missing(self.plan, folder, index)
        if missing:
            return ShardState(missing, False, failed)
        with last_writer(setup.out, lambda: is_finished(setup.out)) as is_ours:
            if is_ours:
                self._seal(folder, index, clock)
        return ShardState(0, is_finished(setup.out), failed, self.undrawn)

    def _seal(self, folder: RunFolder, index: BlockIndex, clock: Clock) -> None:
        """Join the totals, write what is made of them, and seal the folder with its manifest, which is written last."""
        setup = self.setup
        ensure_room(SEAL_MB)
        joined = join_totals(self.plan, self.run, folder, index)
        self.left_out = joined.left_out
        write_money(folder, self.plan, self.spend, budgets_of(setup.scenarios, setup.area))
        runs = FinishedRuns(
            setup, self.plan, self.run, self.spend, self.simulator.people_per_year, self.enough, joined.left_out
        )
        album = Album(folder)
        self.comparison = write_outputs(runs, folder, album)
        self.undrawn = dict(album.undrawn)
        resolved = [scenario.resolved() for scenario in setup.scenarios]
        tidy(setup.out)  # of shards that were killed
        write_manifest(self.plan, self.run, folder, resolved, joined, clock, manifest_entries(runs))
