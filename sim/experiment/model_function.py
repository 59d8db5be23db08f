"""The model as a plain function of its uncertain numbers, for EMA Workbench, SALib, optimisers and the like.

    f = ModelFunction(["scenarios/navigators_two_cities.yaml"], measures=["engaged_within_3_weeks"], people=1000)
    f()                                                # every parameter at its own value
    f(navigator__attendance_or=1.4)                    # one of them at another

Names: a dot of a parameter's name may be written as two underscores, so that it is a word of Python. Outcomes are
`<scenario>__<measure>` for each scenario's own value and `<scenario>__<measure>__difference` for the paired distance
from the baseline, per person released. Each call is lived with the same random numbers, so the function is
deterministic, and two calls differ by their numbers alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.core.arguments import checked_list, checked_name, refused_empty
from sim.core.errors import InputError, nearest_name
from sim.evidence.possible import checked_value, not_together
from sim.experiment.defaults import Paths

if TYPE_CHECKING:
    from sim.evidence import Draw
    from sim.experiment.setup import StudySetup


@dataclass(frozen=True)
class Uncertainty:
    """One uncertain number: its own value, range, distribution and unit, as in the evidence tables."""

    name: str
    value: float
    low: float
    high: float
    distribution: str
    unit: str


class ModelFunction:
    """A function of parameters; calls from several threads are safe, and so are copies and other processes.

    uncertainties: by Python name, in the order of the evidence tables; read only. outcomes: names of what a call gives.
    """

    uncertainties: Mapping[str, Uncertainty]
    outcomes: tuple[str, ...]

    def __init__(
        self,
        scenarios: Paths | None = None,
        *,
        baseline: str | Path | None = None,
        measures: Sequence[str] | None = None,
        people: int = 2_000,
        months: int = 12,
        replicates: int = 1,
        seed: int = 1,
        area: str | Path | None = None,
    ) -> None:
        """Read and check everything once. measures: all, unless named. Raises InputError."""
        from sim.experiment.requests import set_up_scenarios
        from sim.outcomes.measures import MEASURE_NAMES
        from sim.study.analysis_spec import checked_names

        setup = set_up_scenarios(
            scenarios, baseline=baseline, people=people, months=months, draws=1, replicates=replicates, seed=seed,
            threads=1, area=area,
        )  # fmt: skip
        wanted = MEASURE_NAMES if measures is None else refused_empty(checked_list(measures, "measures"), "measures")
        names = [checked_name(name, "measures") for name in wanted]
        self._begin(setup, checked_names(names, MEASURE_NAMES, what="measure", parameter="measures"))

    def _begin(self, setup: StudySetup, measures: tuple[str, ...]) -> None:
        """All that follows from the study that is set up, and what belongs to this process alone, as its locks."""
        from sim.experiment.simulator import simulator_of
        from sim.sensitivity.designs import factors_of

        self._setup, self._measures = setup, measures
        self._plan = setup.plan
        self._rows = table = setup.narrowed_table
        self._own = dict(table.reference())
        self._simulator = simulator_of(setup)
        self._points = _PointsAsCalled()
        self._simulator.points = self._points  # type: ignore[assignment]
        factors = [factor.name for factor in factors_of(table)]
        uncertainties = {
            python_name(name): Uncertainty(
                name, table[name].centre, table[name].low, table[name].high, table[name].distribution, table[name].unit
            )
            for name in factors
        }
        self.uncertainties = MappingProxyType(uncertainties)
        others = [name for name in self._plan.scenarios if name != self._plan.baseline]
        own = [f"{scenario}__{name}" for scenario in self._plan.scenarios for name in self._measures]
        self.outcomes = (
            *own,
            *(f"{scenario}__{name}__difference" for scenario in others for name in self._measures),
        )

    def __getstate__(self) -> tuple[StudySetup, tuple[str, ...]]:
        return self._setup, self._measures  # as it was read: a copy, or another process, reads no file again

    def __setstate__(self, state: tuple[StudySetup, tuple[str, ...]]) -> None:
        self._begin(*state)

    def __call__(self, **values: float) -> dict[str, float]:
        """Every outcome at these values of parameters, the others at their own; mean over the replicates.

        Raises InputError for a name that is no uncertain parameter or is given twice, a value that its row cannot hold
        (`sim.evidence.possible`), and values with which, together, the model is not defined.
        """
        checked = self._checked(values)
        point = self._points.take({**self._own, **checked})
        try:
            with not_together(", ".join(values) or "values"):
                for scenario in range(len(self._plan.scenarios)):
                    self._simulator.run_inputs(scenario, point)
            outcomes = self._mean([self._run(point, replicate) for replicate in range(self._plan.replicates)])
        finally:
            self._points.forget(point)
        base = self._plan.baseline
        differences = {
            f"{scenario}__{name}__difference": outcomes[f"{scenario}__{name}"] - outcomes[f"{base}__{name}"]
            for scenario in self._plan.scenarios
            if scenario != base
            for name in self._measures
        }
        return {**outcomes, **differences}

    def _checked(self, values: Mapping[str, float]) -> dict[str, float]:
        """Values by the parameters' own names."""
        checked: dict[str, float] = {}
        for name, value in values.items():
            known = self.uncertainties.get(python_name(name))
            if known is None:
                nearest = nearest_name(python_name(name), self.uncertainties)
                raise InputError(f"'{name}' is not an uncertain parameter", nearest=nearest)
            if known.name in checked:
                both = f"as {python_name(name)} and as {known.name}"
                raise InputError(f"'{known.name}' is given twice, {both}", parameter=name, allowed="each number once")
            checked[known.name] = checked_value(self._rows[known.name], value, name)
        return checked

    def _run(self, point: int, replicate: int) -> dict[str, tuple[float, float]]:
        """Numerator and denominator of each measure under each scenario, everybody counted."""
        totals = {}
        for k, scenario in enumerate(self._plan.scenarios):
            result = self._simulator(k, point, replicate)
            for name in self._measures:
                column = self._simulator.measures.index(name)
                above, below = result.numerator[0, column], result.denominator[0, column]
                totals[f"{scenario}__{name}"] = (float(above), float(below))
        return totals

    @staticmethod
    def _mean(runs: Sequence[Mapping[str, tuple[float, float]]]) -> dict[str, float]:
        """Ratio of means, as everywhere; NaN where nobody was counted."""
        sums = {name: [sum(run[name][side] for run in runs) for side in (0, 1)] for name in runs[0]}
        return {name: above / below if below else float("nan") for name, (above, below) in sums.items()}


def python_name(name: str) -> str:
    """A parameter's name as a word of Python."""
    return name.replace(".", "__")


class _PointsAsCalled:
    """Points held while a call is run: a point is the parameter values of one call; all points share one stream.

    Takes the place of `Points`, whose points are laid out before a study begins.
    """

    def __init__(self) -> None:
        self._values: dict[int, Mapping[str, float]] = {}
        self._next, self._lock = 0, Lock()
        self.stream = _FirstStream()

    def take(self, values: Mapping[str, float]) -> int:
        with self._lock:
            self._next += 1
            self._values[self._next] = values
            return self._next

    def forget(self, point: int) -> None:
        with self._lock:
            self._values.pop(point, None)

    def draw(self, point: int) -> Draw:
        from sim.evidence import Draw

        return Draw(self._values[point], point)


class _FirstStream:
    """The stream of random numbers of every point: the first."""

    def __getitem__(self, _: int) -> int:
        return 0
