"""What a study is handed: something that runs one scenario under one draw and one stream of random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from sim.outcomes.totals import RunResult

if TYPE_CHECKING:
    from sim.study.points import Points

Runner = Callable[..., int]  # a function called as `run_study` (threads.py) is
# Called from the main thread with (runs done, runs in all).
Progress = Callable[[int, int], None]


class Simulator(Protocol):
    """Gives the totals of one run by scenario, draw and replicate; calls from several threads are safe.

    Scenarios share their random numbers under the same draw and replicate. groups: (stratum, group) pairs, ('all',
    'all') first; measures: names. Both give the order of a result's tables. points: values and streams of the draws
    and of the designs' points; None where runs have none, each point then being a unit of its own.
    """

    @property
    def points(self) -> Points | None: ...

    @property
    def groups(self) -> Sequence[tuple[str, str]]: ...

    @property
    def measures(self) -> Sequence[str]: ...

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult: ...


class RunFailed(Exception):
    """One run of a study failed; the message says which one and why.

    scenario: its number; trace: where it failed, in the program's own lines. of_the_machine: whether memory or disk ran
    out, which says nothing against the run.
    """

    def __init__(self, message: str, *, scenario: int = 0, trace: str = "", of_the_machine: bool = False) -> None:
        self.scenario, self.trace, self.of_the_machine = scenario, trace, of_the_machine
        super().__init__(message)
