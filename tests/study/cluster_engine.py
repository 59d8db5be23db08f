"""Engines for a cluster's workers in tests: stand-ins that need no area, and that fail or dawdle as they are told."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from fake_study import EFFECTS, NAMES, FakeSimulator, plan_of

from sim.outcomes.totals import RunResult
from sim.store.manifest import made_by
from sim.store.study_record import ScenarioRef, StudyRecord
from sim.study.plan import StudyPlan


class Slow(FakeSimulator):
    """Takes its time over each run."""

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        time.sleep(0.02)
        return super().__call__(scenario, draw, replicate)


class Failing(Slow):
    """Fails at every tenth draw, or at all of them."""

    always = False

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        if self.always or draw % 10 == 3:
            raise ValueError("the queue is longer than the street")
        return super().__call__(scenario, draw, replicate)


class Hopeless(Failing):
    """Fails at all draws."""

    always = True


class Flaky(Slow):
    """Fails once in a process, for want of the machine."""

    has_failed = False

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        if draw == 5 and not Flaky.has_failed:
            Flaky.has_failed = True
            raise OSError("the network drive has gone")
        return super().__call__(scenario, draw, replicate)


ENGINES = {"slow": Slow, "failing": Failing, "hopeless": Hopeless, "flaky": Flaky}


def simulator_of(kind: str) -> FakeSimulator:
    return ENGINES[kind](EFFECTS)


def engine(folder: Path, base: Path) -> tuple[StudyPlan, FakeSimulator]:
    """The study that a folder asks for, as the tests write it."""
    asked = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    return fake_plan(asked["draws"]), simulator_of(asked["level_of_test"])


def fake_plan(draws: int) -> StudyPlan:
    return plan_of(2, draws=draws, replicates=2)


def record_of(draws: int, kind: str) -> tuple[StudyRecord, dict[str, Any]]:
    """What study.json says of such a study, as a record and as plain values."""
    numbers = {"people": 500, "months": 24, "draws": draws, "replicates": 2, "seed": 1}
    scenarios = tuple(ScenarioRef(name, f"{name}.yaml", "0" * 64) for name in NAMES[:2])
    record = StudyRecord(
        study=f"{kind}-{draws}", scenarios=scenarios, area=None, paths_from=None, numbers=numbers, level=0.95,
        equal_money=None, area_sha256="", parameters_sha256="", program=made_by(),
    )  # fmt: skip
    return record, {**record.content(), "level_of_test": kind}
