"""Working through a plan on a Dask cluster.

A task is some neighbouring blocks, seconds to a minute of runs; a point's blocks stay in one task where they fit. A few
tasks for each worker thread are in flight, whatever the size of the study. Workers write into the shared folder
(task.py) and what comes back is small. A task whose worker is killed is run again by another, so the
tables end in the same bytes as on local threads.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sim.core.errors import InputError
from sim.core.files import working_folder
from sim.core.grammar import counted
from sim.scenario.shipped import is_shipped_name
from sim.store.atomic import TEMPORARY_PREFIX, StoreError, write_bytes
from sim.store.command_lines import resume_command
from sim.store.manifest import made_by
from sim.store.parts import Block
from sim.store.study_record import StudyRecord
from sim.store.tracked_files import has_parts
from sim.study.block_writer import HOPELESS
from sim.study.cluster.link import connected, first_workers, refuse, refuse_unfit, scheduler_lost, threads_of
from sim.study.cluster.task import Engine, TaskRequest, TaskResult, parts_in, work
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, RunFailed, Runner, Simulator
from sim.study.run_blocks import units_of
from sim.study.threads import Failed, Sink, own_lines

TASKS_PER_THREAD = 2  # in flight
TASK_SECONDS = 10.0  # aimed at
FIRST_BLOCKS = 8  # of a task, at most, until it is known how long a block takes
MOST_BLOCKS = 5_000
RETRIES = 2  # of a task that failed for want of memory or disk
LOOK_SECONDS, WORKERS_LOOK_SECONDS = 0.1, 2.0
NOBODY_SECONDS = 600.0  # without any worker, until the study is given up
RESULT_SECONDS = 30.0
SEEN_SECONDS = 90.0  # until a shared file system shows what another machine has written


@contextmanager
def cluster_runner(
    address: str,
    folder: Path,
    record: StudyRecord,
    engine: Engine,
    *,
    base: Path,
    on_message: Callable[[str], object] | None = None,
) -> Iterator[Runner]:
    """What works through a study's blocks on the cluster: a function called as `run_study` (threads.py) is.

    folder: of the study, which all workers must share under the same name; held by the caller's lock while the runner
    is called. engine: makes the study ready on a worker. base: where its relative file names begin. on_message:
    receives a line on who is there. The scheduler and its workers are looked at before anything in the folder is
    touched. Raises InputError when the scheduler cannot be reached, has no workers, or one of them is not fit.
    """
    here = working_folder()
    shared = Path(os.path.normpath(here / folder))
    files = tuple(scenario.file for scenario in record.scenarios if not is_shipped_name(scenario.file))
    request = TaskRequest(str(shared), "", None, made_by(), os.path.normpath(here / base), files)
    with connected(address) as client:
        with _session(shared) as name:
            workers = first_workers(client, address)
            refuse_unfit(client, replace(request, session=name), workers)
        if on_message is not None:
            on_message(_in_words(workers))
        begun = replace(request, study=record.study)

        def run(
            plan: StudyPlan,
            simulator: Simulator,
            sink: Sink,
            progress: Progress | None = None,
            *,
            done: Container[Block] = (),
            failed: Failed | None = None,
            blocks: Sequence[Block] | None = None,
        ) -> int:
            """Run the missing blocks on the cluster; how many were run, in the form of threads.run_study."""
            ours = plan.blocks if blocks is None else blocks
            todo = [block for block in ours if block not in done]
            with _session(shared) as name:
                tally = _Tally(plan, units_of(plan, simulator), progress, len(ours), len(todo), failed is None)
                flow = _Flow(client, address, replace(begun, session=name), engine, tally, on_message)
                try:
                    flow.run(deque(todo))
                except OSError:  # of the connection: what fails in a task arrives as RunFailed or StoreError
                    raise scheduler_lost(address).with_resume_hint(
                        resume_command(folder), are_kept=has_parts(folder)
                    ) from None
            _wait_until_seen(shared, tally.parts)
            return tally.runs

        yield run


class _Tally:
    """What the tasks have done so far; reports progress, and gives up a study in which most runs fail."""

    def __init__(
        self, plan: StudyPlan, units: Sequence[int], progress: Progress | None, blocks: int, todo: int, is_strict: bool
    ) -> None:
        self._units, self._progress, self._is_strict = units, progress, is_strict
        each = len(plan.scenarios)
        self._before, self._all = (blocks - todo) * each, blocks * each
        self._tried: set[int] = set()
        self._failed: set[int] = set()
        self.parts: set[str] = set()
        self.runs = 0
        self.report()

    def report(self) -> None:
        if self._progress is not None:
            self._progress(self._before + self.runs, self._all)

    def take(self, result: TaskResult, blocks: Sequence[Block]) -> None:
        """Take in a task that is done. Raises RunFailed."""
        self.runs += result.runs
        self.parts.update(result.parts)
        self._tried |= {int(self._units[block.draw]) for block in blocks}
        self._failed |= {int(self._units[failure.block.draw]) for failure in result.failed}
        self.report()
        if not result.failed:
            return
        last = result.failed[-1]
        if self._is_strict:
            raise RunFailed(last.error, scenario=last.scenario, trace=last.trace)
        if len(self._failed) >= HOPELESS and 2 * len(self._failed) > len(self._tried):
            raise RunFailed(f"most runs fail, so the study was stopped; {last.error}", trace=last.trace)


class _Sizes:
    """How many blocks the next task gets: as many as take a few seconds, and fewer towards the end."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, int]] = deque(maxlen=16)

    def learn(self, seconds: float, blocks: int) -> None:
        if seconds > 0 and blocks:
            self._recent.append((seconds, blocks))

    def next(self, todo: deque[Block], threads: int) -> list[Block]:
        """Takes the next task's blocks out of those to be done; whole points, where a point fits."""
        fair = max(1, len(todo) // (TASKS_PER_THREAD * threads))
        most = min(self._by_time(), fair, MOST_BLOCKS)
        blocks = _point(todo, most)
        while todo and len(blocks) < most:
            point = _point(todo, most)
            if len(blocks) + len(point) > most:
                todo.extendleft(reversed(point))
                break
            blocks += point
        return blocks

    def _by_time(self) -> int:
        if not self._recent:
            return FIRST_BLOCKS
        seconds, blocks = (sum(column) for column in zip(*self._recent, strict=True))
        return max(1, int(TASK_SECONDS * blocks / seconds))


def _point(todo: deque[Block], most: int) -> list[Block]:
    """The blocks of the next point, no more than so many."""
    blocks = [todo.popleft()]
    while todo and todo[0].draw == blocks[0].draw and len(blocks) < most:
        blocks.append(todo.popleft())
    return blocks


class _Flow:
    """Tasks on their way through the cluster, a bounded number at a time."""

    def __init__(
        self, client: Any, address: str, request: TaskRequest, engine: Engine, tally: _Tally,
        on_message: Callable[[str], object] | None,
    ) -> None:  # fmt: skip
        self._client, self._address = client, address
        self._request, self._engine, self._tally, self._on_message = request, engine, tally, on_message
        self._known: dict[str, int] = {}
        self._looked, self._last_seen = float("-inf"), time.monotonic()
        self._sizes = _Sizes()
        self._in_flight: dict[Any, list[Block]] = {}
        self._number = 0

    def run(self, todo: deque[Block]) -> None:
        """Have all blocks run. Raises InputError, RunFailed, StoreError, OSError where the scheduler is lost."""
        try:
            while todo or self._in_flight:
                threads = self._threads()
                while todo and len(self._in_flight) < TASKS_PER_THREAD * threads:
                    self._submit(self._sizes.next(todo, threads))
                for future in [future for future in self._in_flight if future.status not in ("pending", "lost")]:
                    self._take(future)
                time.sleep(LOOK_SECONDS)
        finally:
            for future in self._in_flight:
                with suppress(OSError, RuntimeError):
                    future.release()  # the scheduler drops what nobody waits for

    def _threads(self) -> int:
        """Threads that are there; workers that have joined since are looked at first."""
        now = time.monotonic()
        if now - self._looked > WORKERS_LOOK_SECONDS:
            workers = threads_of(self._client)
            if new := sorted(workers.keys() - self._known.keys()):
                refuse_unfit(self._client, self._request, new)
            if not workers and self._known and self._on_message is not None:
                self._on_message("no worker is left; waiting for others")
            self._known, self._looked = workers, time.monotonic()
            self._last_seen = self._looked if workers else self._last_seen
        if now - self._last_seen > NOBODY_SECONDS:
            gone = f"the scheduler at {self._address} has had no workers for {NOBODY_SECONDS / 60:.0f} minutes"
            folder = Path(self._request.folder)
            raise StoreError(gone, "start some").with_resume_hint(resume_command(folder), are_kept=has_parts(folder))
        return sum(self._known.values())

    def _submit(self, blocks: list[Block]) -> None:
        self._number += 1
        future = self._client.submit(
            work,
            self._request,
            [tuple(block) for block in blocks],
            self._engine,
            key=f"{self._request.session.removeprefix(TEMPORARY_PREFIX)}-{self._number}",
            pure=False,
            retries=RETRIES,
        )
        self._in_flight[future] = blocks

    def _take(self, future: Any) -> None:
        """Take in a task that has ended, one way or another; one whose worker is killed with its answer is run again.

        Raises OSError when the scheduler has dropped it.
        """
        blocks = self._in_flight[future]
        if future.status == "error":
            raise _as_ours(future.exception(timeout=RESULT_SECONDS), blocks)
        try:
            result: TaskResult = future.result(timeout=RESULT_SECONDS)
        except (OSError, CancelledError):
            if self._client.status != "running" or future.status == "cancelled":
                raise OSError("the scheduler has dropped a task") from None
            return
        del self._in_flight[future]
        if result.unfit:
            refuse({result.worker: result.unfit})
        if result.ended:
            raise InputError("another process has taken the folder over", file=self._request.folder)
        self._sizes.learn(result.seconds, len(blocks))
        self._tally.take(result, blocks)


def _as_ours(error: BaseException, blocks: Sequence[Block]) -> Exception:
    """What a task failed of, as an error of this program."""
    from distributed.scheduler import KilledWorker

    if isinstance(error, RunFailed | StoreError | InputError):
        return error
    which = f"the runs of draws {blocks[0].draw} to {blocks[-1].draw}"
    if isinstance(error, KilledWorker):
        return RunFailed(
            f"{which} were given up: each worker that took them on ended (the last: {error.last_worker.address}); "
            "perhaps for want of memory. Finished runs are kept"
        )
    return RunFailed(f"{which} failed on the cluster: {type(error).__name__}: {error}", trace=own_lines(error))


def _in_words(workers: dict[str, int]) -> str:
    threads = sum(workers.values())
    return f"{counted(len(workers), 'worker')} with {counted(threads, 'thread')} on the cluster"


@contextmanager
def _session(folder: Path) -> Iterator[str]:
    """A file in the folder that says that a client is at work; its name. A study that begins anew removes it.

    The folder is made if need be, and removed again when nothing has come of it.
    """
    made = not folder.exists()
    name = f"{TEMPORARY_PREFIX}cluster-{uuid4().hex}"
    write_bytes(folder / name, name.encode())
    try:
        yield name
    except BaseException:
        _end_session(folder / name)
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise
    _end_session(folder / name)


def _end_session(file: Path) -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)


def _wait_until_seen(folder: Path, names: set[str]) -> None:
    """Wait until parts that workers have written are seen here; what never is will be missing when they are joined."""
    began = time.monotonic()
    while names - parts_in(folder) and time.monotonic() - began < SEEN_SECONDS:
        time.sleep(1.0)
