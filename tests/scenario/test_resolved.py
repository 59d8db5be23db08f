"""A scenario made again from what a manifest keeps of it is the same scenario."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.scenario import load_scenario
from sim.scenario.resolved import scenario_from
from sim.scenario.shipped import shipped_files

NAMES = [name for name, file in shipped_files().items() if file.parent.name != "studies"]


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_comes_back(name: str) -> None:
    scenario = load_scenario(name)
    kept = json.loads(json.dumps(scenario.resolved()))
    again = scenario_from(kept)
    assert again.resolved() == scenario.resolved()
    assert replace(again, file=scenario.file, chain=scenario.chain) == scenario


@pytest.mark.parametrize("kept", [{}, {"name": "a"}, {"switches": None}, {"switches": {}, "budgets": 3}, 3])
def test_what_is_no_scenario_is_one_of_a_few_errors(kept: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        scenario_from(kept)  # type: ignore[arg-type]
