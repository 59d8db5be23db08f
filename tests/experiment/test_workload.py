"""What --dry-run says of the size of a study is what the manifest counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiment.requests import set_up_run
from sim.experiment.simulator import simulator_of
from sim.experiment.workload import days_each

ROOT = Path(__file__).resolve().parents[2]


def test_days_of_a_whole_study_are_two_years_for_each_of_a_cohort() -> None:
    assert days_each(730) == pytest.approx(730, rel=0.01)
    assert days_each(30) == pytest.approx(30, rel=0.02)  # as many are followed at any time as are released in a year


@pytest.mark.parametrize("months", [3, 24])
def test_a_run_lives_as_many_person_days_as_were_foretold(months: int) -> None:
    setup = set_up_run(ROOT / "scenarios" / "baseline.yaml", people=300, months=months, draws=2, replicates=1)
    simulator = simulator_of(setup)
    lived = sum(simulator(0, draw, 0).person_days for draw in range(2))
    assert setup.nominal_person_days == pytest.approx(lived, rel=0.04)
