"""Purchases lived beside the baseline with the same luck: what they cost and do, and who held what they buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
from engine_ground import Ground
from numpy.typing import NDArray

from sim.engine.usage import HELD_COUNTED
from sim.experiment.simulator import StudySimulator
from sim.scenario import LEVERS, Purchase, Scenario
from sim.scenario.levers import PAYERS

Floats = NDArray[np.float64]
PEOPLE = 2200
SPENT = tuple(f"spent_{payer}_gbp" for payer in PAYERS)


class Runs:
    """Sums over the people counted, f8[seeds, scenarios, measures], of purchases beside the baseline, in the region's
    size; held: i8[seeds, scenarios, service types], nights on which people counted hold a place."""

    def __init__(self, ground: Ground, bought: Mapping[str, Purchase], seeds: int) -> None:
        base = ground.scenario("baseline")
        scenarios = [base, *(replace(base, name=name, title=name, levers=(one,)) for name, one in bought.items())]
        self.simulator = StudySimulator(
            scenarios, ground.area, ground.table, people=PEOPLE, months=24, draws=1, seed=7, reference=True
        )
        self.names = ["baseline", *bought]
        self.seeds, self.scale = seeds, self.simulator.run_inputs(0, 0).scale
        runs = [[self._run(k, seed) for k in range(len(scenarios))] for seed in range(seeds)]
        self.sums = np.array([[sums for sums, _ in run] for run in runs]) / self.scale
        self.held = np.array([[held for _, held in run] for run in runs]) / self.scale

    def _run(self, scenario: int, seed: int) -> tuple[Floats, Floats]:
        world = self.simulator.world(scenario, 0, seed)
        world.run_to(world.days)
        nights = world.usage[world.first_day :, :-1, HELD_COUNTED].sum(axis=0)
        held = np.bincount(world.services["service_type"], weights=nights, minlength=16)
        return self.simulator.totals(world).numerator[0], held

    def apart(self, name: str, *measures: str) -> Floats:
        """f8[seeds], a sum of measures less the baseline's."""
        columns = [self.simulator.measures.index(measure) for measure in measures]
        difference = self.sums[:, self.names.index(name)] - self.sums[:, 0]
        return np.asarray(difference[:, columns].sum(axis=1))

    def used(self, name: str) -> float:
        """GBP of all seeds that is spent and not idle."""
        return float((self.apart(name, *SPENT) - self.apart(name, "idle_gbp")).sum())

    def nights(self, name: str, service_type: int) -> float:
        """Nights of all seeds on which people counted hold a place of the type."""
        return float(self.held[:, self.names.index(name), service_type].sum())


def purchase(scenario: Scenario, lever: str, gbp: float, start: int = 0, end: int | None = None) -> Purchase:
    """A purchase from day `start` of the scenario to before day `end`, for the lever's usual payer and options."""
    of = LEVERS[lever]
    ends = None if end is None else scenario.starts + timedelta(days=end)
    starts = scenario.starts + timedelta(days=start)
    return Purchase(lever, gbp, starts, ends, options=dict(of.defaults), payer=of.payer)
