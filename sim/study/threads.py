"""Working through a plan on local threads.

The unit of work is a block: one point and one replicate, all scenarios. Blocks are started in order, a bounded
number ahead, and handed on in order, so that what is kept does not depend on the number of threads and memory does not
grow with the study. The compiled part of a run lets other threads work.
"""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

from sim.core.memory import ensure_room, is_out_of_memory
from sim.outcomes.totals import RunResult
from sim.store.parts import Block
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, RunFailed, Simulator

# Receives a block and its results by scenario, from the main thread, in order.
Sink = Callable[[Block, Sequence[RunResult]], None]
Failed = Callable[[Block, RunFailed], None]

BLOCKS_AHEAD_PER_THREAD = 2
PROGRESS_SECONDS = 0.2
RUN_MB = 128  # of room for one run, whose libraries end the process when they find none in its midst
THREAD_MB = 16  # of room for its stack and what it begins with; a thread that finds none may never say so


class _Stopped(Exception):
    """A block gave up because the study was stopped."""


class _Worker:
    """Runs blocks; counts the runs done; gives up between two runs once the study is stopped."""

    def __init__(self, plan: StudyPlan, simulator: Simulator) -> None:
        self._plan = plan
        self._simulator = simulator
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.runs_done = 0

    def block(self, draw: int, replicate: int) -> list[RunResult]:
        results = []
        for scenario, name in enumerate(self._plan.scenarios):
            if self.stop.is_set():
                raise _Stopped
            results.append(self._run(scenario, name, draw, replicate))
            with self._lock:
                self.runs_done += 1
        return results

    def _run(self, scenario: int, name: str, draw: int, replicate: int) -> RunResult:
        where = f"scenario '{name}', draw {draw}, replicate {replicate}, seed {self._plan.seed}"
        try:
            ensure_room(RUN_MB)
            result = self._simulator(scenario, draw, replicate)
        except Exception as error:
            reason = str(error) or "no message"
            raise RunFailed(
                f"the run of {where} failed: {type(error).__name__}: {reason}",
                scenario=scenario,
                trace=own_lines(error),
                of_the_machine=isinstance(error, OSError) or is_out_of_memory(error),
            ) from error
        problem = result.problem(len(self._simulator.groups), len(self._simulator.measures))
        if problem:
            raise RunFailed(f"the run of {where} gave totals that cannot be used: {problem}", scenario=scenario)
        return result


def own_lines(error: BaseException) -> str:
    """Where an error arose, a line a step: file as seen from the program's folder, line, function; then the error."""
    steps = traceback.extract_tb(error.__traceback__)
    lines = [f"{_inside(step.filename)}:{step.lineno} in {step.name}" for step in steps]
    return "\n".join([*lines, f"{type(error).__name__}: {error}"])


def _inside(file: str) -> str:
    path, program = Path(file), Path(__file__).resolve().parent.parent.parent
    return path.relative_to(program).as_posix() if path.is_relative_to(program) else path.name


def run_study(
    plan: StudyPlan,
    simulator: Simulator,
    sink: Sink,
    progress: Progress | None = None,
    *,
    done: Container[Block] = (),
    failed: Failed | None = None,
    blocks: Sequence[Block] | None = None,
) -> int:
    """Run every block of the plan that is not done and hand its results to the sink; gives the number of runs made.

    done: blocks that are kept already.
    progress: called with (runs done, runs in all) about five times a second, done blocks included.
    failed: called with a block of which a run failed, which is then left out; without it, and where the machine's
    memory or disk is what failed, the study stops with RunFailed, which names the run.
    blocks: those to be run instead of all of the plan's. An interrupt (KeyboardInterrupt) drops the queue,
    lets the runs in flight end and is passed on; what the sink has received stays.
    """
    worker = _Worker(plan, simulator)
    ours = plan.blocks if blocks is None else blocks
    todo = deque(block for block in ours if block not in done)
    each = len(plan.scenarios)
    before, runs = (len(ours) - len(todo)) * each, len(ours) * each
    in_flight: deque[tuple[Block, Future[list[RunResult]]]] = deque()

    def report() -> None:
        if progress is not None:
            progress(before + worker.runs_done, runs)

    ensure_room(max(1, min(plan.threads, len(todo))) * THREAD_MB)
    executor = ThreadPoolExecutor(max_workers=plan.threads, thread_name_prefix="run")
    try:
        report()
        while todo or in_flight:
            while todo and len(in_flight) < plan.threads * BLOCKS_AHEAD_PER_THREAD:
                block = todo.popleft()
                in_flight.append((block, executor.submit(worker.block, block.draw, block.replicate)))
            block, future = in_flight.popleft()
            try:
                results = _wait(future, report)
            except RunFailed as error:
                if failed is None or error.of_the_machine:
                    raise
                failed(block, error)
            else:
                sink(block, results)
        report()
    finally:
        worker.stop.set()
        executor.shutdown(wait=True, cancel_futures=True)
    return worker.runs_done


def blocks_of(plan: StudyPlan, shard: tuple[int, int] = (1, 1)) -> list[Block]:
    """The plan's blocks, or the i-th of n shards of them; all blocks of a point lie in one shard."""
    i, n = shard
    return [block for block in plan.blocks if block.draw % n == i - 1]


def _wait(future: Future[list[RunResult]], report: Callable[[], None]) -> list[RunResult]:
    """The block's results; tells the progress while waiting, and stays open to an interrupt.

    A block raises RunFailed only, so a time-out here always means that it is still at work.
    """
    while True:
        try:
            results = future.result(timeout=PROGRESS_SECONDS)
        except NotYet:
            report()
        else:
            report()
            return results
