"""What a manifest says of speed: sums over the runs made here, none where nothing was timed."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.totals import RunResult
from sim.study.speed import Speed

TABLE = np.ones((1, 1))


def run_of(person_days: int, wakes: int, days_seconds: float, seconds: float) -> RunResult:
    return RunResult(TABLE, TABLE, person_days, wakes, days_seconds, seconds)


def test_figures_are_ratios_of_sums() -> None:
    speed = Speed()
    speed.add(run_of(700, 40, 1e-6, 2e-6))
    speed.add(run_of(300, 60, 3e-6, 6e-6))
    assert speed.manifest_entries(people=10) == {
        "person_days_per_second": pytest.approx(1000 / 8e-6),
        "wakes_per_counted_person": 5.0,
        "ns_per_wake": 40.0,
    }


def test_nothing_is_said_where_nothing_was_timed() -> None:
    speed = Speed()
    assert speed.manifest_entries(people=10) == {}
    speed.add(RunResult(TABLE, TABLE, 700))
    assert speed.manifest_entries(people=10) == {}
