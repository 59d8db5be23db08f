"""The plan of a study: which scenarios, how many draws and replicates, how many people, and its limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sim.core.arguments import shown
from sim.core.errors import InputError
from sim.core.grammar import counted
from sim.store.parts import Block
from sim.study.keys import LIMITS

MOST_BLOCKS = 10_000_000
RANDOM = "random"


class PointSet(NamedTuple):
    """Points of one design, each under so many replicates; the draws of a study are its point set RANDOM."""

    name: str
    points: int
    replicates: int


@dataclass(frozen=True)
class StudyPlan:
    """Scenarios (the baseline among them), times points in the space of the uncertain numbers, times replicates.

    scenarios: names, in the order of the simulator's scenario numbers.
    people: people released in a run; months: as on the command line.
    draws: random points, each under `replicates` streams of random numbers; none is allowed where there are designs.
    designs: further points, chosen for a sensitivity analysis; they follow the draws.
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
    designs: tuple[PointSet, ...] = ()

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            least = 0 if name == "draws" and self.designs else least
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise InputError(
                    f"{shown(value)} is not a number this takes", parameter=name, allowed=f"{least:,} to {most:,}"
                )
        blocks = sum(point_set.points * point_set.replicates for point_set in self.point_sets)
        if blocks > MOST_BLOCKS:
            raise InputError(
                f"{counted(blocks, 'run')} of each scenario are too many for one study",
                allowed=f"up to {MOST_BLOCKS:,}: draws x replicates, and points x replicates of every design",
            )
        for name in self.scenarios:
            if self.scenarios.count(name) > 1:
                raise InputError(f"two scenarios have the name '{name}'", allowed="one name for each scenario")
        if self.baseline not in self.scenarios:
            raise InputError(f"the baseline '{self.baseline}' is not among the scenarios")

    @property
    def point_sets(self) -> tuple[PointSet, ...]:
        """The draws, if there are any, then the designs."""
        draws = (PointSet(RANDOM, self.draws, self.replicates),) if self.draws else ()
        return (*draws, *self.designs)

    @property
    def points(self) -> int:
        """Points in all."""
        return sum(point_set.points for point_set in self.point_sets)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in the order in which it is run and kept: point by point, under each its replicates."""
        blocks: list[Block] = []
        first = 0
        for point_set in self.point_sets:
            for point in range(first, first + point_set.points):
                blocks += [Block(point, k) for k in range(point_set.replicates)]
            first += point_set.points
        return tuple(blocks)

    @property
    def runs(self) -> int:
        """Runs in all."""
        return len(self.scenarios) * sum(point_set.points * point_set.replicates for point_set in self.point_sets)

    def numbers(self) -> dict[str, Any]:
        """The numbers that decide the results, for the study's id and manifest."""
        names = ("people", "months", "draws", "replicates", "seed")
        return {name: getattr(self, name) for name in names}


def available_threads() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def in_words(plan: StudyPlan) -> Iterator[tuple[str, str]]:
    """What the plan would run: labels with their words."""
    yield "scenarios", f"{len(plan.scenarios)}: {', '.join(plan.scenarios)} (baseline: {plan.baseline})"
    yield "people", f"{plan.people:,} released in each run, months {plan.months}"
    draws = f"{counted(plan.draws, 'draw')} x {counted(plan.replicates, 'replicate')}"
    times = [*([draws] if plan.draws else []), *(_design_in_words(design) for design in plan.designs)]
    points = times[0] if len(times) == 1 else f"({' + '.join(times)})"
    scenarios, threads = counted(len(plan.scenarios), "scenario"), counted(plan.threads, "thread")
    yield "runs", f"{plan.runs:,} = {scenarios} x {points}, on {threads}"


def _design_in_words(point_set: PointSet) -> str:
    under = "" if point_set.replicates == 1 else f" x {counted(point_set.replicates, 'replicate')}"
    return f"{counted(point_set.points, 'point')} of {point_set.name}{under}"
