"""How far a run of few people lies from one of the whole region, today and in what levers add.

    python small_runs.py [SEEDS AT 2,200]

Prints one table: means over seeds, biases and their standard errors. A run of fewer people scales the hours of every
post by the same ratio, so that a hub's diary is as full as in the whole region; what is left is that a hub which holds
two people is a more uneven hub than one that holds twenty, and that a share of a bed stands or does not. Smaller sizes
run with more seeds, so that the standard errors are alike.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from engine_ground import Ground, lay_ground
from paired_runs import spending, values_of

from sim.engine.new_world import branch, warm_world
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.strata import Strata

FULL = 2200
SIZES = (150, 200, 500, 1000)
MEASURES = (
    "wait_days_mean",
    "engaged_within_3_weeks",
    "people_per_keyworker_mean",
    "contact_interval_mean",
    "first_appointment_lead_mean",
    "waiting_days",
    "people_waiting_mean",
    "treatment_days",
    "drug_deaths_365_days_expected",
    "first_night_rough",
)
LEVERS = ("keyworkers", "inreach_worker", "booked_before_release")
GAINS = ("wait_days_mean", "engaged_within_3_weeks")
TODAY = "today"


@dataclass(frozen=True)
class Bias:
    """A measure (or what a lever adds to it) at one size and at the whole region's: means over seeds, and the standard
    error of their difference."""

    people: int
    lever: str
    measure: str
    value: float
    full: float
    error: float

    @property
    def bias(self) -> float:
        """How much larger the small run's value is."""
        return self.value - self.full


def values_at(
    ground: Ground, people: int, seeds: int, levers: Sequence[str] = LEVERS
) -> dict[tuple[str, str], np.ndarray[Any, Any]]:
    """f8[seeds] by (TODAY, measure), and by (lever, measure) what half of its purchase adds under the same luck."""
    today, strata = ground.run_inputs(people=people, warm_up=True), Strata(ground.area)
    bought = [ground.run_inputs(spending(ground, lever, 0.5), people=people, warm_up=True) for lever in levers]
    values = np.zeros((1 + len(levers), seeds, len(MEASURE_NAMES)))
    for seed in range(seeds):
        warm = warm_world(ground.model_area, today, seed=seed)
        for k, run_inputs in enumerate((today, *bought)):
            world = branch(warm, run_inputs, seed=seed)
            world.run_to(world.days)
            values[k, seed] = values_of(world, strata)
    column = {name: k for k, name in enumerate(MEASURE_NAMES)}
    usual = {(TODAY, name): values[0, :, column[name]] for name in MEASURES}
    gains = values[1:] - values[0]
    return usual | {(lever, name): gains[k, :, column[name]] for k, lever in enumerate(levers) for name in GAINS}


def biases(
    ground: Ground, *, full_seeds: int, sizes: Sequence[int] = SIZES, levers: Sequence[str] = LEVERS
) -> Iterator[Bias]:
    """The bias of every measure and gain at every size."""
    full = values_at(ground, FULL, full_seeds, levers)
    for people in sizes:
        for (lever, measure), small in values_at(ground, people, full_seeds * FULL // people, levers).items():
            whole = full[lever, measure]
            error = np.sqrt(small.var(ddof=1) / len(small) + whole.var(ddof=1) / len(whole))
            yield Bias(people, lever, measure, float(small.mean()), float(whole.mean()), float(error))


def table(measured: Iterator[Bias]) -> str:
    """The biases as lines of text."""
    head = f"{'people':>6}  {'with':22}{'measure':30} {'small':>9} {f'{FULL:,}':>9} {'bias':>9} {'s.e.':>8} {'in %':>8}"
    lines = [
        f"{b.people:6d}  {b.lever:22}{b.measure:30} {b.value:9.4f} {b.full:9.4f} {b.bias:+9.4f} {b.error:8.4f} "
        f"{100 * b.bias / abs(b.full):+7.1f}%"
        for b in measured
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    print(table(biases(lay_ground(), full_seeds=int(sys.argv[1]) if len(sys.argv) > 1 else 60)))
