"""Throughgate: the passage from prison to community for people with drug or alcohol needs, person by person.

    import sim
    scenario = sim.load_scenario("scenarios/navigators_two_cities.yaml")
    comparison = sim.compare(["scenarios/navigators_two_cities.yaml"], baseline="scenarios/baseline.yaml", people=2200)
    results = sim.read_results(comparison.out)

Importing does no work: each name is loaded when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's takes its time to load: a command begins here, and Ctrl-C may come early
if TYPE_CHECKING:
    from typing import Any

    from sim.experiment.api import compare, pair, report, run, run_study
    from sim.experiment.model_function import ModelFunction
    from sim.scenario import load_scenario
    from sim.store.reading import read_results

__all__ = ["ModelFunction", "compare", "load_scenario", "pair", "read_results", "report", "run", "run_study"]

_HOMES = {
    "load_scenario": "sim.scenario",
    "run": "sim.experiment.api",
    "compare": "sim.experiment.api",
    "pair": "sim.experiment.api",
    "read_results": "sim.store.reading",
    "run_study": "sim.experiment.api",
    "report": "sim.experiment.api",
    "ModelFunction": "sim.experiment.model_function",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
