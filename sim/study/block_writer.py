"""Keeping what runs give: blocks gathered into parts, and a record of each run that failed.

A part is written every few seconds, so that a kill loses no more than that. A failing run is recorded with its inputs
and costs its unit (its draw, base sample or trajectory) only; memory or a disk that is full stops the study.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.outcomes.totals import RunResult
from sim.store.block_index import MOST_ROWS, BlockIndex
from sim.store.failures import Failure, forget_failures, write_failure
from sim.store.folder import RunFolder
from sim.store.parts import Block, BlockColumns, Layout
from sim.study.plan import StudyPlan
from sim.study.protocol import RunFailed
from sim.study.speed import Speed

PART_SECONDS = 2.0
HOPELESS = 5  # failed units after which a study in which most units failed is given up
LEFT_OUT_AT_MOST = 0.1  # share of a point set's units that may be left out; one may always, unless it is all

Inputs = Callable[[int], Mapping[str, Any]]  # a point's stream of random numbers and parameter values


class BlockWriter:
    """Gathers the blocks of a study and writes them into its folder as parts, with a record of each failing run.

    index: the blocks that the folder keeps; given_up: those that failed since this began, which it tries no more;
    speed: what the runs taken in here lived, and in what time.
    `flush` writes what has gathered; call it however the runs end.
    """

    def __init__(
        self, folder: RunFolder, plan: StudyPlan, layout: Layout, units: Sequence[int], inputs: Inputs | None = None
    ) -> None:
        self.folder, self.plan = folder, plan
        self.index = folder.block_index(layout)
        self._columns = BlockColumns(layout)
        self._units, self._inputs = units, inputs
        self._results: list[Sequence[RunResult]] = []
        self._blocks: list[Block] = []
        self._days: list[int] = []
        self._since = 0.0
        self._tried: set[int] = set()
        self._failed: set[int] = set()
        self.given_up: set[Block] = set()
        self.speed = Speed()

    def __call__(self, block: Block, results: Sequence[RunResult]) -> None:
        """Take in one block."""
        self._tried.add(int(self._units[block.draw]))
        self._results.append(results)
        self._blocks.append(block)
        self._days.append(sum(result.person_days for result in results))
        for result in results:
            self.speed.add(result)
        rows = len(self._blocks) * self._columns.layout.rows
        if rows + self._columns.layout.rows > MOST_ROWS or time.monotonic() - self._since > PART_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the blocks that have gathered as one part."""
        if self._blocks:
            table = self._columns.of_blocks(self._blocks, self._results)
            name = self.folder.write_part([table], self._blocks, self._days)
            self.index.add(name, self._blocks, self._days)
            self._results, self._blocks, self._days = [], [], []
        self._since = time.monotonic()

    def failed(self, block: Block, error: RunFailed) -> None:
        """Record a failing run; RunFailed once most units of the study fail."""
        unit = int(self._units[block.draw])
        self._tried.add(unit)
        self._failed.add(unit)
        self.given_up.add(block)
        write_failure(self.folder, self.failure(block, error))
        if len(self._failed) >= HOPELESS and 2 * len(self._failed) > len(self._tried):
            raise RunFailed(f"most runs fail, so the study was stopped; {error}", trace=error.trace)

    def failure(self, block: Block, error: RunFailed) -> Failure:
        """The record of a failing run."""
        inputs = {} if self._inputs is None else self._inputs(block.draw)
        return Failure(
            scenario=self.plan.scenarios[error.scenario],
            block=block,
            seed=self.plan.seed,
            error=str(error),
            trace=error.trace,
            inputs=dict(inputs),
        )

    def forget_failures(self, blocks: Sequence[Block]) -> None:
        """Drop the records of blocks that are about to be tried again."""
        forget_failures(self.folder.path, blocks)


def left_out(
    plan: StudyPlan, index: BlockIndex, failures: Sequence[Failure], units: Sequence[int]
) -> tuple[frozenset[int], list[Block]]:
    """Points left out because a run of their unit failed, and blocks that are still missing without a reason."""
    failed = {failure.block for failure in failures} - index.person_days.keys()
    bad_units = {int(units[block.draw]) for block in failed if block.draw < plan.points}
    out = frozenset(point for point in range(plan.points) if int(units[point]) in bad_units)
    missing = [block for block in plan.blocks if block not in index.person_days and block not in failed]
    return out, missing


def refuse_few(plan: StudyPlan, out: frozenset[int], units: Sequence[int], failures: Sequence[Failure]) -> None:
    """RunFailed where so many units of a point set are left out that its tables would mislead, or none is left."""
    first = 0
    for point_set in plan.point_sets:
        points = range(first, first + point_set.points)
        first += point_set.points
        all_units = {int(units[point]) for point in points}
        lost = {int(units[point]) for point in points if point in out}
        if len(lost) == len(all_units) or len(lost) > max(1, LEFT_OUT_AT_MOST * len(all_units)):
            others = "" if len(failures) == 1 else f" (and {len(failures) - 1} more)"
            raise RunFailed(f"{failures[0].error}{others}", trace=failures[0].trace)
