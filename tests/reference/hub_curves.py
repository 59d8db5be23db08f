"""What hubs do when keyworkers go or come: every hub's team, for everybody, at a part of today's, all else the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.core.days import MOMENTS_PER_DAY
from sim.engine.model_area import ModelArea
from sim.engine.new_world import branch, warm_world
from sim.engine.run_inputs import RunInputs, derive_run_inputs
from sim.engine.world import World
from sim.evidence import ParameterTable
from sim.scenario import Scenario

FULL = 2200
YEAR_MONTHS = 12
THREE_WEEKS = 21
CUTS = tuple(round(1.0 - 0.025 * k, 3) for k in range(21))  # from today's team to half of it
BEYOND = (0.3, 0.4, 1.25, 1.5, 2.0)
ENDS = ("service.caseload_full", "service.first_part", "service.ring_fenced")
COARSE = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


class Point(NamedTuple):
    """Means over runs at one part of today's team. engaged: share within three weeks; wait: days; interval, lead: open
    days; load: people for a keyworker; used: share of time for first appointments; days: in treatment, a person who
    starts it; held, others: people leaving prison in treatment on a night, and everybody else on the last."""

    engaged: float
    wait: float
    load: float
    interval: float
    lead: float
    used: float
    days: float
    held: float
    others: float


@dataclasses.dataclass(frozen=True, eq=False)
class Hubs:
    """The shipped model, read once."""

    model_area: ModelArea
    table: ParameterTable
    baseline: Scenario

    def run_inputs(self, part: float, changes: Mapping[str, float] | None = None, people: int = FULL) -> RunInputs:
        """The baseline with every hub's team at a part of today's, under the reference draw with some rows changed."""
        draw = {name: row.centre for name, row in self.table.rows.items()} | dict(changes or {})
        usual = self.table["population.people_per_year"].value
        whole = derive_run_inputs(self.model_area, self.baseline, draw, usual, people, 24)
        workers = whole.staff.workers.copy()
        workers["hours"] *= part
        return dataclasses.replace(whole, staff=dataclasses.replace(whole.staff, workers=workers))

    def settled(
        self, part: float, seeds: Sequence[int], changes: Mapping[str, float] | None = None, people: int = FULL
    ) -> Point:
        """After a year with that team, which is lived before the study."""
        run_inputs = self.run_inputs(part, changes, people)
        points = []
        for seed in seeds:
            world = warm_world(self.model_area, run_inputs, seed=seed)
            world.run_to(world.days)
            points.append(point(world))
        return Point(*np.mean(points, axis=0))

    def after_a_cut(self, part: float, seeds: Sequence[int]) -> dict[str, Any]:
        """f8[months] each: engagement of people released in the month (the first twelve), load, wait and interval, when
        the team falls to a part of today's on the study's first day."""
        today, cut = self.run_inputs(1.0), self.run_inputs(part)
        series, engaged = [], np.zeros(YEAR_MONTHS)
        for seed in seeds:
            world = branch(warm_world(self.model_area, today, seed=seed), cut, seed=seed)
            world.run_to(world.days)
            series.append(world.series.copy())
            people = world.people[world.counted]
            month = (people["first_release"] - world.first_day) * YEAR_MONTHS // 365
            engaged += np.array([_engaged(people[month == k]) for k in range(YEAR_MONTHS)]) / len(seeds)
        total = {name: sum(part[name] for part in series) for name in series[0].dtype.names}
        return {
            "engaged": engaged,
            "load": total["load_days"] / total["held_days"],
            "wait": total["wait_days"] / total["offers"],
            "interval": total["interval_days"] / total["held_days"],
        }


def _engaged(people: np.ndarray[Any, Any]) -> float:
    first = people["first_engaged"].astype(np.int64) - people["first_release"]
    return float((first < THREE_WEEKS).mean())


def point(world: World) -> Point:
    """What one run gives."""
    people, year = world.people[world.counted], world.series[:YEAR_MONTHS]
    total = {name: float(year[name].sum()) for name in year.dtype.names or ()}
    started = people["episodes"] > 0
    return Point(
        _engaged(people),
        float(people["wait_days"].sum() / people["waits"].sum()),
        total["load_days"] / total["held_days"],
        total["interval_days"] / total["held_days"],
        total["lead_days"] / total["bookings"],
        total["first_hours"] / total["post_days"],
        float(people["treatment_moments"][started].mean() / MOMENTS_PER_DAY),
        total["held_days"] / 365.0,
        float(world.services["others"].sum()),
    )
