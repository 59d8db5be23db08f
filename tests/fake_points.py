"""A stand-in for the engine that knows the points of a study: what a run gives depends on its values and luck alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from fake_study import EFFECTS, GROUPS, HELD, RATES, FakeSimulator

from sim.outcomes.totals import RunResult
from sim.study.points import Points

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

NAVIGATORS = ("navigator.attendance_or",)  # acts whatever rows the table has beside it


class PointSimulator(FakeSimulator):
    """Value of a run: rate x (1 + pull of the parameters + effect of the scenario + luck).

    failing: (scenario, draw, replicate) of runs that fail. limit: runs after which it is interrupted.
    """

    def __init__(
        self,
        setup: StudySetup,
        *,
        failing: Iterable[tuple[int, int, int]] = (),
        error: type[Exception] = ValueError,
        limit: int | None = None,
        noise: float = 0.02,
    ) -> None:
        super().__init__(
            [EFFECTS[k % len(EFFECTS)] for k in range(len(setup.plan.scenarios))], setup.plan.people, noise
        )
        self.points = Points(setup.table, setup.plan.seed, setup.plan.draws, setup.designs)
        drawn = [name for name, row in setup.table.items() if row.low < row.high and row.value]
        self._own = {name: setup.table[name].value for name in drawn if name in drawn[::7] or name in NAVIGATORS}
        self._failing, self._error, self._limit = frozenset(failing), error, limit

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        if self._limit is not None and len(self.calls) >= self._limit:
            raise KeyboardInterrupt
        self.calls.append((scenario, draw, replicate))
        if (scenario, draw, replicate) in self._failing:
            raise self._error(f"no bed at point {draw}")
        values = self.points.draw(draw)
        pulls = np.array([values[name] / own - 1.0 for name, own in self._own.items()])
        pull = 0.05 * float(np.tanh(pulls).sum()) / np.sqrt(len(pulls))
        luck = np.random.default_rng([int(self.points.stream[draw]), replicate])
        shared = luck.normal(0.0, self.noise, (len(GROUPS), len(HELD)))
        effect = np.array([self.effects[scenario].get(name, 0.0) for name in HELD]) * (1.0 + pull)
        rate = np.array([RATES[name] for name in HELD])
        people = np.repeat(np.array((1.0, 0.25, 0.75, 0.91, 0.09))[:, None] * self.people, len(HELD), axis=1)
        value = rate * np.maximum(0.0, 1.0 + pull + effect + shared * (1.0 + np.abs(effect)))
        return RunResult(value * people, people, person_days=self.people * 365)
