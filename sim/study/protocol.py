"""What a study is handed: something that runs one scenario under one draw and one stream of luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sim.outcomes.totals import RunResult

# Called from the main thread with (runs done, runs in all).
Progress = Callable[[int, int], None]


class Simulator(Protocol):
    """Runs are named by three numbers and share luck across scenarios; calls from several threads are safe.

    groups: (stratum, group) pairs, ('all', 'all') first; measures: names. Both give the order of a result's tables.
    """

    @property
    def groups(self) -> Sequence[tuple[str, str]]: ...

    @property
    def measures(self) -> Sequence[str]: ...

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult: ...


class RunFailed(Exception):
    """One run of a study failed; the message says which one and why."""
