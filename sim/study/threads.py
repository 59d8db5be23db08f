"""Working through a plan on local threads.

The unit of work is a block: one draw and one stream of luck, all scenarios. Blocks are started in order, a bounded
number ahead, and handed on in order, so that what is kept does not depend on the number of threads and memory does not
grow with the study. The compiled part of a run lets other threads work.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from sim.outcomes.totals import RunResult
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, RunFailed, Simulator

# Receives (index of the block, draw, replicate, results by scenario), from the main thread, in order.
Sink = Callable[[int, int, int, Sequence[RunResult]], None]

BLOCKS_AHEAD_PER_THREAD = 2
PROGRESS_SECONDS = 0.2


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
            result = self._simulator(scenario, draw, replicate)
        except Exception as error:
            reason = str(error) or "no message"
            raise RunFailed(f"the run of {where} failed: {type(error).__name__}: {reason}") from error
        problem = result.problem(len(self._simulator.groups), len(self._simulator.measures))
        if problem:
            raise RunFailed(f"the run of {where} gave totals that cannot be used: {problem}")
        return result


def run_study(
    plan: StudyPlan,
    simulator: Simulator,
    sink: Sink,
    progress: Progress | None = None,
    *,
    done: Container[int] = (),
) -> int:
    """Run every block of the plan that is not done and hand its results to the sink; gives the number of runs made.

    done: indices of blocks that are kept already.
    progress: told (runs done, runs in all) about five times a second, done blocks included.
    A failing run stops the study with RunFailed, which names the run. An interrupt (KeyboardInterrupt) drops the queue,
    lets the runs in flight end and is passed on; what the sink has received stays.
    """
    worker = _Worker(plan, simulator)
    todo = deque((index, *block) for index, block in enumerate(plan.blocks) if index not in done)
    before = plan.runs - len(todo) * len(plan.scenarios)
    in_flight: deque[tuple[int, int, int, Future[list[RunResult]]]] = deque()

    def report() -> None:
        if progress is not None:
            progress(before + worker.runs_done, plan.runs)

    executor = ThreadPoolExecutor(max_workers=plan.threads, thread_name_prefix="run")
    try:
        report()
        while todo or in_flight:
            while todo and len(in_flight) < plan.threads * BLOCKS_AHEAD_PER_THREAD:
                index, draw, replicate = todo.popleft()
                in_flight.append((index, draw, replicate, executor.submit(worker.block, draw, replicate)))
            index, draw, replicate, future = in_flight.popleft()
            sink(index, draw, replicate, _wait(future, report))
        report()
    finally:
        worker.stop.set()
        executor.shutdown(wait=True, cancel_futures=True)
    return worker.runs_done


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
