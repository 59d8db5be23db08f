"""A folder to give commands in, with scenarios that need no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_points import PointSimulator
from fake_study import EFFECTS, FakeSimulator
from folders import Engine
from stand_ins import ENGINE, fake_load

STUDY = """\
title: A small study
scenarios: [scenarios/navigators.yaml, scenarios/buses.yaml]
baseline: scenarios/baseline.yaml
people: 200
draws: 4
replicates: 2
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_charts: None) -> Path:
    """A folder with scenarios, and the engine replaced by the stand-in."""
    (tmp_path / "scenarios").mkdir()
    for name in ("baseline", "navigators", "buses"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(f"title: {name}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.scenario.load_scenario", fake_load)
    monkeypatch.setattr(ENGINE, lambda setup: FakeSimulator(EFFECTS, people=setup.plan.people))
    return tmp_path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Chooses how the stand-in behaves that knows the points of a study: engine(failing=..., limit=...)."""

    def choose(**options: Any) -> None:
        monkeypatch.setattr(ENGINE, lambda setup: PointSimulator(setup, **options))

    return choose


@pytest.fixture
def lab(home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with a study file in it, an engine that knows its points, and no charts, which take seconds."""
    (home / "small.yaml").write_text(STUDY, encoding="utf-8")
    engine()
    monkeypatch.setattr("sim.presentation.report.files.CHARTS", ())
    monkeypatch.setattr("sim.presentation.sensitivity.files._charts", lambda *_: iter(()))
    monkeypatch.setattr("sim.experiment.outputs.write_precision", lambda *_, **__: None)
    fewer = dict.fromkeys(("sobol", "morris", "fast", "rbd_fast", "pawn", "delta"), 10)
    monkeypatch.setattr("sim.sensitivity.indices.methods.RESAMPLES", fewer)
    return home
