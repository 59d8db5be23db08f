"""What a cluster's worker does: whether it may take part in a study, and a task, which is some blocks of it.

A worker writes its parts and its records of failing runs itself, into the folder that all share; only counts and names
travel back. A task may be given again, to another worker, when its worker is killed: it goes on behind the parts that
are there. While a client is at work its session's file lies in the folder; a task writes nothing once that is gone, so
that none of an ended study spoils what comes after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

from sim.core.errors import InputError
from sim.outcomes.totals import RunResult
from sim.store.block_index import BlockIndex
from sim.store.folder import STUDY_FILE, RunFolder
from sim.store.manifest import made_by, made_by_sha256
from sim.store.manifest_file import study_in
from sim.store.parts import Block, Layout, part_name, read_part
from sim.store.tracked_files import PARTS_FOLDER
from sim.study.plan import StudyPlan
from sim.study.protocol import RunFailed, Simulator
from sim.study.run_blocks import block_writer_of
from sim.study.threads import run_study


@dataclass(frozen=True)
class TaskRequest:
    """The study that a worker is to run blocks of: where it lies, which it is, and the program that must run it.

    folder: absolute; session: name of the client's file in it. study: its id, None before it is begun. program: as
    `made_by` of manifest.py. base: absolute folder in which the relative names of scenario files begin; files: these.
    """

    folder: str
    session: str
    study: str | None
    program: Mapping[str, str]
    base: str
    files: tuple[str, ...]


# Makes the study of a folder ready on a worker: (folder, base) to its plan and its run function. Raises InputError.
Engine = Callable[[Path, Path], tuple[StudyPlan, Simulator]]


class FailedRun(NamedTuple):
    """One run that failed: its block, its scenario's number, the error and where it arose."""

    block: Block
    scenario: int
    error: str
    trace: str


@dataclass(frozen=True)
class TaskResult:
    """The outcome of a task: runs made, parts written.

    unfit: why the worker could not take part, '' when it did; ended: the session was over.
    runs: made; failed: those that failed; parts: names of the files written or found; seconds: of the runs.
    """

    worker: str
    unfit: str = ""
    ended: bool = False
    runs: int = 0
    failed: tuple[FailedRun, ...] = ()
    parts: tuple[str, ...] = ()
    person_days: int = 0
    seconds: float = 0.0


class SessionEnded(Exception):
    """The client that asked for the task is at work no more."""


def unfit(request: TaskRequest) -> str:
    """Why this process cannot take part in the study, in words; '' when it can."""
    here = made_by()
    differs = [
        "the program's sources" if name == "sources" else f"{name} ({here.get(name)} there, {version} here)"
        for name, version in request.program.items()
        if here.get(name) != version
    ]
    if differs:
        return f"it has another version of {', '.join(differs)}"
    folder = Path(request.folder)
    if not _is_on(request):
        return f"it does not see the study's folder {folder}"
    if request.study is not None and (stored_id := study_in(folder / STUDY_FILE)) != request.study:
        return f"it sees {'no' if stored_id is None else 'another'} study in {folder}"
    if not os.access(folder, os.W_OK):
        return f"it cannot write to {folder}"
    gone = [name for name in request.files if not (Path(request.base) / name).is_file()]
    return f"it does not see the scenario file {Path(request.base) / gone[0]}" if gone else ""


def work(request: TaskRequest, blocks: Sequence[tuple[int, int]], engine: Engine) -> TaskResult:
    """Run these blocks and keep them in the study's folder; on disk when this returns.

    Raises RunFailed where the machine's memory or disk is what failed, and StoreError: worth another try elsewhere.
    """
    worker = _worker_name()
    if reason := unfit(request):
        return TaskResult(worker, unfit=reason)
    try:
        plan, run = _ready(request, engine)
    except InputError as error:
        return TaskResult(worker, unfit=f"it cannot make the study ready: {error}")
    return _Task(request, plan, run, [Block(*pair) for pair in blocks]).done(worker)


class _Task:
    """Some blocks on their way into the folder."""

    def __init__(self, request: TaskRequest, plan: StudyPlan, run: Simulator, blocks: Sequence[Block]) -> None:
        self._request, self._run, self._blocks = request, run, blocks
        self._plan = replace(plan, threads=1)
        self._folder = _TaskFolder(request, blocks)
        self._writer = block_writer_of(self._plan, run, self._folder)
        self._failed: list[FailedRun] = []

    def done(self, worker: str) -> TaskResult:
        """Run what is not kept yet."""
        before = self._writer.index.person_days.keys() & set(self._blocks)
        self._writer.flush()  # the first part, too, gathers what a few seconds give
        began = perf_counter()
        try:
            made = run_study(
                self._plan, self._run, self._take, done=before, failed=self._record, blocks=self._blocks
            )  # fmt: skip
            self._refuse_end()
        except SessionEnded:
            return TaskResult(worker, ended=True)
        self._writer.flush()
        days = self._writer.index.person_days
        return TaskResult(
            worker,
            runs=made + len(before) * len(self._plan.scenarios),
            failed=tuple(self._failed),
            parts=tuple(self._folder.names),
            person_days=sum(days[block] for block in self._blocks if block in days),
            seconds=perf_counter() - began if made else 0.0,
        )

    def _take(self, block: Block, results: Sequence[RunResult]) -> None:
        self._refuse_end()
        self._writer(block, results)

    def _record(self, block: Block, error: RunFailed) -> None:
        from sim.store.failures import write_failure

        self._refuse_end()
        write_failure(self._folder, self._writer.failure(block, error))
        self._failed.append(FailedRun(block, error.scenario, str(error), error.trace))

    def _refuse_end(self) -> None:
        if not _is_on(self._request):
            raise SessionEnded


class _TaskFolder(RunFolder):
    """The folder as a task needs it: it looks at parts that begin with one of its blocks, not at thousands of others.

    names: of its parts.
    """

    def __init__(self, request: TaskRequest, blocks: Sequence[Block]) -> None:
        super().__init__(Path(request.folder), str(request.study), made_by_sha256())
        self._ours = {part_name(block) for block in blocks}
        self.names: list[str] = []

    def block_index(self, layout: Layout) -> BlockIndex:
        """The blocks that an earlier try of the task has kept."""
        index = _BlocksOfTask(self.path, layout, self._mark, self._ours)
        self.names += index.names
        return index

    def write_part(self, *args: Any, **options: Any) -> str:
        """As any folder, and remembers the name."""
        name = super().write_part(*args, **options)
        self.names.append(name)
        return name


class _BlocksOfTask(BlockIndex):
    """Whole parts among those of some names."""

    def __init__(self, folder: Path, layout: Layout, mark: str, names: set[str]) -> None:
        self._among, self.names = names, list[str]()
        super().__init__(folder, layout, mark)

    def scan(self) -> None:
        with suppress(OSError):
            for path in sorted(path for path in self._parts.iterdir() if path.name in self._among):
                part = read_part(path, self._layout, self._mark)
                if part is not None:
                    self.add(path.name, part.blocks, part.person_days)
                    self.names.append(path.name)


_engines: dict[tuple[str, str | None, str], tuple[StudyPlan, Simulator]] = {}
_making = Lock()


def _ready(request: TaskRequest, engine: Engine) -> tuple[StudyPlan, Simulator]:
    """The plan and the run function of the study, made once in this process; those of another study are let go."""
    key = (request.folder, request.study, request.base)
    with _making:
        if key not in _engines:
            _engines.clear()
            _engines[key] = engine(Path(request.folder), Path(request.base))
        return _engines[key]


def _is_on(request: TaskRequest) -> bool:
    """Whether the client's session goes on; opened, because a shared file system may answer from memory otherwise."""
    try:
        with (Path(request.folder) / request.session).open("rb") as stream:
            return stream.read() == request.session.encode()
    except OSError:
        return False


def _worker_name() -> str:
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:  # called by itself
        return "here"


def parts_in(folder: Path) -> set[str]:
    """Names in the folder of parts as they are now; a name made and removed there keeps a shared file system from
    answering from memory.
    """
    parts = folder / PARTS_FOLDER
    look = parts / f".writing-look-{os.getpid()}"
    try:
        look.touch()
        look.unlink()
        return {path.name for path in parts.iterdir()}
    except OSError:
        return set()
