"""One small model for the tests that only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.agents import TransitionModel

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@pytest.fixture(scope="session")
def lived_model() -> TransitionModel:
    """A model of 120 people 250 days on; read only."""
    model = TransitionModel(SCENARIOS / "navigators_two_cities.yaml", people=120, root_seed=3)
    for _ in range(250):
        model.step()
    return model
