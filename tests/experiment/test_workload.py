"""What --dry-run says of the size of a study is what the manifest counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiment.requests import set_up_run
from sim.experiment.simulator import simulator_of
from sim.experiment.workload import days_each

ROOT = Path(__file__).resolve().parents[2]


def test_each_of_a_cohort_is_followed_for_a_year_within_a_whole_study() -> None:
    assert days_each(730) == pytest.approx(365)
    assert days_each(30) == pytest.approx(30 * 31 / 2 / 364)  # released on the first 30 days, followed to the 30th


@pytest.mark.parametrize(("months", "within"), [(3, 0.1), (24, 0.01)])
def test_a_run_lives_as_many_person_days_as_were_foretold(months: int, within: float) -> None:
    """In three months few are released, so that chance moves the sum by a few per cent."""
    setup = set_up_run(ROOT / "scenarios" / "baseline.yaml", people=1000, months=months, draws=2, replicates=1)
    simulator = simulator_of(setup)
    lived = sum(simulator(0, draw, 0).person_days for draw in range(2))
    assert setup.nominal_person_days == pytest.approx(lived, rel=within)


def test_a_run_says_what_it_lived_and_in_what_time() -> None:
    """The year before the study is lived once for all scenarios, and timed in the run that lived it."""
    setup = set_up_run(ROOT / "scenarios" / "baseline.yaml", people=300, months=24, draws=1, replicates=1)
    simulator = simulator_of(setup)
    first, second = simulator(0, 0, 0), simulator(0, 0, 0)
    assert first.wakes == second.wakes > 300 * 10
    for totals in (first, second):
        assert 0.0 < totals.days_seconds < totals.seconds
