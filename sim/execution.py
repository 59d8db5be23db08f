"""A prepared study run into its folder: whole, or one share of it; then its tables, charts and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.of_designs import sensitivity_tables
from sim.analysis.saved import comparison_of
from sim.core.errors import InputError
from sim.presentation.files import write_comparison
from sim.presentation.sensitivity_files import write_sensitivity
from sim.store.folder import RunFolder
from sim.store.lock import only_writer, share_writer
from sim.store.manifest import code_sha256, made_by_sha256
from sim.store.study_file import read_study_file, refuse_changes
from sim.study.budgets import budgets_of
from sim.study.compare import Clock, layout_of, run_comparison, run_missing, seal, units_of
from sim.study.keeping import left_out
from sim.study.protocol import Progress, Runner
from sim.study.shape import NO_SHAPE, Chosen
from sim.study.threads import run_study

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.simulator import StudySimulator
    from sim.store.kept import KeptBlocks
    from sim.study.preparation import Prepared


class Execution:
    """One study on its way into its folder. comparison: what its draws say, once it is sealed; None without draws."""

    def __init__(self, ready: Prepared, simulator: StudySimulator) -> None:
        self.ready = ready
        self.simulator = simulator
        needs_choice = ready.shape.measures is not None or ready.shape.strata is not None
        self.run = Chosen(simulator, ready.shape) if needs_choice else simulator
        self.comparison: Comparison | None = None
        self.left_out: frozenset[int] = frozenset()
        self.spend = {scenario.name: simulator.spend(index) for index, scenario in enumerate(ready.scenarios)}
        self._resolved = [scenario.resolved() for scenario in ready.scenarios]

    def whole(self, *, force: bool = False, progress: Progress | None = None, runner: Runner = run_study) -> None:
        """Run all that is missing and seal the folder, which no other process may write to meanwhile.

        Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
        """
        ready, record = self.ready, self.ready.record
        with only_writer(ready.out):
            folder = RunFolder.create(ready.out, record.study, force, code=made_by_sha256(), asked=record.asked())
            run_comparison(
                ready.plan, self._resolved, self.run, self.spend, folder, facts=self._facts(),
                complete=self._complete, budgets=budgets_of(ready.scenarios, ready.area), progress=progress,
                runner=runner,
            )  # fmt: skip

    def share(self, share: tuple[int, int], *, progress: Progress | None = None) -> int:
        """Run one share, and seal the folder if all others are done; gives the number of blocks still missing.

        Other processes, also on other machines, may run other shares of the same folder meanwhile. Raises as `whole`;
        InputError where the folder was begun by another program.
        """
        ready, record, clock = self.ready, self.ready.record, Clock()
        with share_writer(ready.out, share):
            folder = RunFolder.join(ready.out, record.study, code=made_by_sha256(), asked=record.asked())
            refuse_changes(read_study_file(ready.out), record, ready.out)
            kept = run_missing(ready.plan, self.run, folder, clock, share=share, progress=progress)
        missing = self._missing(folder, kept)
        if missing:
            return missing
        try:
            with only_writer(ready.out):
                self._seal(folder, kept, clock)
        except InputError:  # another share ended at the same moment, and its process joins the results
            return self._missing(folder, kept)
        return 0

    def _missing(self, folder: RunFolder, kept: KeptBlocks) -> int:
        from sim.store.failures import read_failures

        kept.scan()
        failures = read_failures(folder.path)
        return len(left_out(self.ready.plan, kept, failures, units_of(self.ready.plan, self.run))[1])

    def _seal(self, folder: RunFolder, kept: KeptBlocks, clock: Clock) -> None:
        ready = self.ready
        seal(
            ready.plan, self._resolved, self.run, self.spend, folder, kept, clock, facts=self._facts(),
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
            **({} if ready.shape == NO_SHAPE else {"shape": dict(record.shape), "designs": self._designs()}),
        }

    def _designs(self) -> list[dict[str, Any]]:
        return [part._asdict() for part in self.ready.plan.designs]

    def _complete(self, folder: RunFolder, out: frozenset[int]) -> None:
        """Write what is made of the totals."""
        self.left_out = out
        facts = {**self._facts(), "left_out": sorted(out)}
        content = self._content(folder, facts)
        if self.ready.plan.draws:
            self.comparison = comparison_of(folder.path, content, self.spend)
            write_comparison(self.comparison, folder)
        if self.ready.designs or self.ready.shape.given_data:
            self._write_sensitivity(folder, content)

    def _write_sensitivity(self, folder: RunFolder, content: Mapping[str, Any]) -> None:
        ready = self.ready
        narrowed = getattr(ready.scenarios[0], "narrowed", None) or {}
        tables = sensitivity_tables(
            folder.path, content, ready.table.narrow(narrowed), ready.designs, given_data=ready.shape.given_data
        )
        write_sensitivity(tables, content, ready.table, folder)

    def _content(self, folder: RunFolder, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What the manifest will say of the study, as far as tables and pages need it."""
        plan, layout = self.ready.plan, layout_of(self.ready.plan, self.run)
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
