"""The plan of a study: which scenarios, how many draws and replicates, how many people, and its limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError

# Name: (least, most) allowed. The seed fits 63 bits, so that it stays a plain integer in every file format.
LIMITS: dict[str, tuple[int, int]] = {
    "people": (1, 600_000),
    "months": (1, 24),
    "draws": (1, 100_000),
    "replicates": (1, 100_000),
    "seed": (0, 2**63 - 1),
    "threads": (1, 1024),
}


@dataclass(frozen=True)
class StudyPlan:
    """Scenarios (the baseline among them), times draws of the uncertain parameters, times streams of luck.

    scenarios: names, in the order of the simulator's scenario numbers.
    people: people released in a run; months: as on the command line.
    Raises InputError for a number outside its limits, a name given twice, or a baseline that is not in the list.
    """

    scenarios: tuple[str, ...]
    baseline: str
    people: int
    months: int
    draws: int
    replicates: int
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise InputError(
                    f"{value!r} is not a number this takes", key=f"--{name}", allowed=f"{least:,} to {most:,}"
                )
        for name in self.scenarios:
            if self.scenarios.count(name) > 1:
                raise InputError(f"two scenarios have the name '{name}'", allowed="one name for each scenario")
        if self.baseline not in self.scenarios:
            raise InputError(f"the baseline '{self.baseline}' is not among the scenarios")

    @property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """(draw, replicate) pairs in the order in which they are run and kept; draws first."""
        return tuple((draw, replicate) for draw in range(self.draws) for replicate in range(self.replicates))

    @property
    def runs(self) -> int:
        """Runs in all."""
        return len(self.scenarios) * self.draws * self.replicates

    def numbers(self) -> dict[str, Any]:
        """The numbers that decide the results, for the study's id and manifest."""
        names = ("people", "months", "draws", "replicates", "seed")
        return {name: getattr(self, name) for name in names}


def available_threads() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def in_words(plan: StudyPlan) -> Iterator[str]:
    """What the plan would run, a line at a time."""
    yield f"scenarios   {len(plan.scenarios)}: {', '.join(plan.scenarios)} (baseline: {plan.baseline})"
    yield f"people      {plan.people:,} released in each run, months {plan.months}"
    yield (
        f"runs        {plan.runs:,} = {len(plan.scenarios)} scenarios x {plan.draws} draws x "
        f"{plan.replicates} replicates, on {plan.threads} threads"
    )
