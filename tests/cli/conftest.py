"""A folder to give commands in, with scenarios that need no engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_study import EFFECTS, FakeSimulator
from stand_ins import fake_load

from sim import api


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_charts: None) -> Path:
    """A folder with scenarios, and the engine replaced by the stand-in."""
    (tmp_path / "scenarios").mkdir()
    for name in ("baseline", "navigators", "buses"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(f"title: {name}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.scenario.load_scenario", fake_load)
    monkeypatch.setattr(api, "_simulator", lambda ready: FakeSimulator(EFFECTS, people=ready.plan.people))
    return tmp_path
