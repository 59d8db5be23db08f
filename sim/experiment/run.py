"""A prepared study run into its folder: whole, or one shard of it; then its tables, charts and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.point_sets import RANDOM, cube_of, kept_point_sets
from sim.analysis.precision import LEAST_REPLICATES, PrecisionTracker, common_random_numbers_table, precision_table
from sim.analysis.saved import comparison_of
from sim.analysis.sensitivity_tables import sensitivity_tables
from sim.presentation.report.files import write_comparison
from sim.presentation.sensitivity.files import write_dictionary, write_precision, write_sensitivity
from sim.scenario.spend_by_payer import budgets_of
from sim.store.failures import read_failures
from sim.store.folder import RunFolder
from sim.store.lock import last_writer, only_writer, shard_writer
from sim.store.manifest import code_sha256, made_by_sha256
from sim.store.study_record import is_finished, read_study_file, refuse_changes
from sim.study.analysis_spec import NO_ANALYSIS, Precision, SelectedOutcomes
from sim.study.block_writer import left_out, refuse_few
from sim.study.protocol import Progress, Runner
from sim.study.run_blocks import Clock, block_writer_of, layout_of, run_missing, seal, units_of
from sim.study.sequential_stopping import with_enough_replicates
from sim.study.threads import run_study

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.comparison import Comparison
    from sim.experiment.setup import StudySetup
    from sim.experiment.simulator import StudySimulator
    from sim.presentation.theme import Chart
    from sim.store.block_index import BlockIndex
    from sim.study.plan import StudyPlan


@dataclass(frozen=True)
class ShardState:
    """How a folder stands once one shard of its study has been run.

    missing: blocks of other shards that are not kept yet. is_sealed: whether the tables are joined; where nothing is
    missing and they are not, a shard that is still at work joins them. failed: ids of this shard's failed runs.
    """

    missing: int
    is_sealed: bool
    failed: tuple[str, ...] = ()


class StudyRun:
    """One study on its way into its folder.

    comparison: what its draws say, once it is sealed; None without draws. plan: with the replicates that were needed,
    where a precision was asked for; enough: after how many it was reached. left_out: points left out.
    """

    def __init__(self, ready: StudySetup, simulator: StudySimulator) -> None:
        self.ready = ready
        self.simulator = simulator
        needs_choice = ready.analysis.measures is not None or ready.analysis.strata is not None
        self.run = SelectedOutcomes(simulator, ready.analysis) if needs_choice else simulator
        self.comparison: Comparison | None = None
        self.left_out: frozenset[int] = frozenset()
        self.spend = {scenario.name: simulator.spend(index) for index, scenario in enumerate(ready.scenarios)}
        self._resolved = [scenario.resolved() for scenario in ready.scenarios]
        self.plan = ready.plan
        self.enough: int | None = None
        self._yearly = simulator.people_per_year / ready.plan.people

    def whole(self, *, force: bool = False, progress: Progress | None = None, runner: Runner = run_study) -> None:
        """Run all that is missing and seal the folder, which no other process may write to meanwhile.

        Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
        """
        ready, record, clock = self.ready, self.ready.record, Clock()
        with only_writer(ready.out):
            folder = RunFolder.create(ready.out, record.study, force, code=made_by_sha256(), asked=record.asked())
            if ready.analysis.precision is None:
                kept = run_missing(self.plan, self.run, folder, clock, progress=progress, runner=runner)
            else:
                kept = self._precisely(ready.analysis.precision, folder, clock, progress, runner)
            self._seal(folder, kept, clock)

    def _precisely(
        self, wanted: Precision, folder: RunFolder, clock: Clock, progress: Progress | None, runner: Runner
    ) -> BlockIndex:
        """Run streams of luck until the differences are as sure as wanted; the plan then has as many."""
        keeper = block_writer_of(self.plan, self.run, folder)
        sureness = PrecisionTracker(self.run, wanted.measure, self.ready.level, self._yearly)

        def run_round(plan: StudyPlan) -> float:
            kept = run_missing(plan, self.run, folder, clock, progress=progress, runner=runner, keeper=keeper)
            self._left_out(plan, folder, kept)
            return sureness.widest_half_width(kept, plan)

        self.plan, self.enough = with_enough_replicates(self.plan, wanted.half_width, run_round)
        return keeper.kept

    def _left_out(self, plan: StudyPlan, folder: RunFolder, kept: BlockIndex) -> int:
        """Blocks still missing without a reason; RunFailed where too much would be left out."""
        failures, units = read_failures(folder.path), units_of(plan, self.run)
        out, missing = left_out(plan, kept, failures, units)
        refuse_few(plan, out, units, failures)
        return len(missing)

    def shard(self, shard: tuple[int, int], *, progress: Progress | None = None) -> ShardState:
        """Run one shard, and seal the folder if all others are done.

        Other processes, also on other machines, may run other shards of the same folder meanwhile. Raises as `whole`;
        InputError where the folder was begun by another program.
        """
        ready, record, clock = self.ready, self.ready.record, Clock()
        with shard_writer(ready.out, shard):
            folder = RunFolder.join(ready.out, record.study, code=made_by_sha256(), asked=record.asked())
            refuse_changes(read_study_file(ready.out), record, ready.out)
            keeper = block_writer_of(self.plan, self.run, folder)
            kept = run_missing(self.plan, self.run, folder, clock, shard=shard, progress=progress, keeper=keeper)
        failed = tuple(failure.run for failure in read_failures(ready.out) if failure.block in keeper.given_up)
        if is_finished(ready.out):
            return ShardState(0, True, failed)
        kept.scan()
        missing = self._left_out(self.plan, folder, kept)
        if missing:
            return ShardState(missing, False, failed)
        with last_writer(ready.out, lambda: is_finished(ready.out)) as is_ours:
            if is_ours:
                self._seal(folder, kept, clock)
        return ShardState(0, is_finished(ready.out), failed)

    def _seal(self, folder: RunFolder, kept: BlockIndex, clock: Clock) -> None:
        ready = self.ready
        seal(
            self.plan, self._resolved, self.run, self.spend, folder, kept, clock, facts=self._facts(),
            complete=self._complete, budgets=budgets_of(ready.scenarios, ready.area),
        )  # fmt: skip

    def _facts(self) -> dict[str, Any]:
        """What the manifest says beside the plan and the program."""
        ready, record = self.ready, self.ready.record
        return {
            "people_per_year": self.simulator.people_per_year,
            "parameters_sha256": record.parameters_sha256,
            "area": {"name": ready.area.name, "sha256": record.area_sha256},
            "level": ready.level,
            "equal_money_gbp_per_year": ready.equal_money,
            **(
                {} if ready.analysis == NO_ANALYSIS else {"analysis": dict(record.analysis), "designs": self._designs()}
            ),
            **({} if ready.analysis.precision is None else {"enough_replicates": self.enough}),
        }

    def _designs(self) -> list[dict[str, Any]]:
        return [part._asdict() for part in self.plan.designs]

    def _complete(self, folder: RunFolder, out: frozenset[int]) -> None:
        """Write what is made of the totals."""
        self.left_out = out
        facts = {**self._facts(), "left_out": sorted(out)}
        content, table = self._content(folder, facts), self.ready.table
        tables: dict[str, pd.DataFrame] = {}
        charts: list[Chart] = []
        if self.plan.draws:
            self.comparison = comparison_of(folder.path, content, self.spend)
            write_comparison(self.comparison, folder)
            tables = self._precision(folder, content)
            for name, one in tables.items():
                folder.write_table(name, one)
            if tables and self.ready.analysis != NO_ANALYSIS:
                charts += self._running_means(folder, content, tables)
        if self.ready.designs or self.ready.analysis.given_data:
            found = self._sensitivity(folder, content)
            charts += write_sensitivity(
                found,
                content,
                table,
                folder,
                measures_named=self.ready.analysis.measures,
                common_random_numbers=tables.get("common_random_numbers"),
            )
            tables |= found
        points = getattr(self.run, "points", None)
        tables |= {} if points is None else {"points": points.frame()}
        if tables:
            write_dictionary(tables, charts, table, folder)

    def _precision(self, folder: RunFolder, content: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
        """The tables of precision and of paired luck; none for one scenario or one replicate."""
        cube = cube_of(folder.path, content, kept_point_sets(content)[RANDOM])
        base = self.plan.baseline
        if len(cube.scenarios) < 2 or self.plan.replicates < LEAST_REPLICATES:
            return {}
        return {
            "precision": precision_table(cube, baseline=base, level=self.ready.level, yearly=self._yearly),
            "common_random_numbers": common_random_numbers_table(cube, baseline=base, yearly=self._yearly),
        }

    def _running_means(
        self, folder: RunFolder, content: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
    ) -> list[Chart]:
        wanted, measures = self.ready.analysis.precision, layout_of(self.plan, self.run).measures
        return write_precision(
            tables, content, self.ready.table, folder, wanted=None if wanted is None else wanted.half_width,
            measure=measures[0] if wanted is None else wanted.measure,
        )  # fmt: skip

    def _sensitivity(self, folder: RunFolder, content: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
        """The tables of sensitivity that hold rows."""
        ready = self.ready
        narrowed = getattr(ready.scenarios[0], "narrowed", None) or {}
        tables = sensitivity_tables(
            folder.path, content, ready.table.narrow(narrowed), ready.designs, given_data=ready.analysis.given_data
        )
        return {name: table for name, table in tables.items() if len(table)}

    def _content(self, folder: RunFolder, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What the manifest will say of the study, as far as tables and pages need it."""
        plan, layout = self.plan, layout_of(self.plan, self.run)
        return {
            "study": folder.study_id,
            "scenarios": [
                {"name": scenario.name, "title": scenario.title, "switches": {"off": list(scenario.off)}}
                for scenario in self.ready.scenarios
            ],
            "names": plan.scenarios,
            "baseline": plan.baseline,
            **plan.numbers(),
            "groups": layout.groups,
            "measures": layout.measures,
            **facts,
            "code_sha256": code_sha256(),
        }
