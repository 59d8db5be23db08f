"""Studies too small to say anything still end with a whole page, charts and tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from refresh import ROOT

from sim.experiment import api


@pytest.mark.parametrize(
    ("people", "draws", "replicates", "months"),
    [
        (3, 1, 2, 1),
        pytest.param(1, 1, 1, 24, marks=pytest.mark.slow),
        pytest.param(20, 1, 1, 24, marks=pytest.mark.slow),
        pytest.param(60, 2, 1, 3, marks=pytest.mark.slow),
    ],
)
def test_a_study_of_next_to_nobody(people: int, draws: int, replicates: int, months: int, tmp_path: Path) -> None:
    """One run gives no interval, and a handful of people leaves measures that nobody stands for."""
    scenarios = ROOT / "scenarios"
    api.compare(
        [scenarios / "navigators_two_cities.yaml"],
        baseline=scenarios / "baseline.yaml",
        people=people,
        draws=draws,
        replicates=replicates,
        months=months,
        out=tmp_path / "out",
    )
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert len(list((tmp_path / "out" / "charts").glob("*.png"))) >= 3
