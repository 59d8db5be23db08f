"""Measures of scenarios under shared luck: one year before the study a seed, lived once and branched from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from engine_ground import PURCHASES, Ground

from sim.engine.new_world import branch, warm_world
from sim.engine.world import World
from sim.experiment.simulator import finished
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import record
from sim.outcomes.strata import Strata
from sim.scenario import Purchase, Scenario

Array = np.ndarray[Any, Any]


def values_of(world: World, strata: Strata) -> Array:
    """f8[measures], the values of a finished world's people in the order of MEASURE_NAMES; 0 where nobody counts."""
    one = record(finished(world), strata)
    return np.asarray(one.numerator[0] / np.where(one.denominator[0] > 0.0, one.denominator[0], 1.0))


def spending(ground: Ground, lever: str, factor: float) -> Scenario:
    """The baseline with the purchase of a lever in PURCHASES times a factor; below 0 it is a cut."""
    baseline = ground.scenario()
    money = dict(PURCHASES[lever])
    money["gbp_per_year"] *= factor
    return dataclasses.replace(baseline, levers=(Purchase(lever=lever, starts=baseline.starts, **money),))


class PairedRuns:
    """Runs of one size over the same seeds; `values` of two scenarios differ only by what the scenarios change."""

    def __init__(self, ground: Ground, *, people: int = 2200, seeds: int = 8) -> None:
        self.ground, self.people, self.seeds = ground, people, seeds
        self._strata = Strata(ground.area)
        self._warm: dict[tuple[str, ...], list[World]] = {}
        self._today: Mapping[str, Array] | None = None

    def _warm_worlds(self, scenario: Scenario) -> list[World]:
        if scenario.off not in self._warm:
            run_inputs = self.ground.run_inputs(scenario, people=self.people, warm_up=True)
            for other in [off for off in self._warm if off]:  # a hundred megabytes each; none is asked for again
                del self._warm[other]
            self._warm[scenario.off] = [
                warm_world(self.ground.model_area, run_inputs, seed=seed) for seed in range(self.seeds)
            ]
        return self._warm[scenario.off]

    def worlds(self, scenario: Scenario) -> Iterator[World]:
        """A finished world a seed."""
        run_inputs = self.ground.run_inputs(scenario, people=self.people, warm_up=True)
        for seed, warm in enumerate(self._warm_worlds(scenario)):
            world = branch(warm, run_inputs, seed=seed)
            world.run_to(world.days)
            yield world

    def values(self, scenario: Scenario) -> Mapping[str, Array]:
        """f8[seeds] by measure."""
        values = np.array([values_of(world, self._strata) for world in self.worlds(scenario)])
        return dict(zip(MEASURE_NAMES, values.T, strict=True))

    def today(self) -> Mapping[str, Array]:
        """The baseline's values."""
        if self._today is None:
            self._today = self.values(self.ground.scenario())
        return self._today
