"""The committed study is whole, of today's evidence and scenarios, and says what the README says."""

from __future__ import annotations

import csv
import platform
from typing import Any

import numpy as np
import pytest
from refresh import BLOCK, REFERENCE, ROOT, SHOWN, cell

from sim.experiment.requests import set_up_comparison
from sim.experiment.setup import StudySetup
from sim.experiment.simulator import simulator_of
from sim.outcomes.strata import cells
from sim.store.manifest import folder_sha256
from sim.store.reading import Results, read_results

AGAIN = "if the change is meant, run `make reference` and say in CHANGELOG.md which numbers moved and why"


@pytest.fixture(scope="module")
def results() -> Results:
    return read_results(REFERENCE)


@pytest.fixture(scope="module")
def setup() -> StudySetup:
    paths = sorted((ROOT / "scenarios").glob("*.yaml"))
    return set_up_comparison(paths, baseline=ROOT / "scenarios" / "baseline.yaml")


def test_the_study_is_of_today_s_evidence_area_and_scenarios(results: Results, setup: StudySetup) -> None:
    assert results.manifest["parameters_sha256"] == setup.record.parameters_sha256, AGAIN
    assert results.manifest["area"]["sha256"] == folder_sha256(setup.area.folder), AGAIN
    assert results.manifest["scenarios"] == [scenario.resolved() for scenario in setup.scenarios], AGAIN


def test_the_readme_says_what_the_study_says() -> None:
    block = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert block is not None
    with (REFERENCE / "tables" / "comparison.csv").open(encoding="utf-8", newline="") as stream:
        rows: list[dict[str, Any]] = list(csv.DictReader(stream))
    checked = 0
    for row in rows:
        if row["measure"] in SHOWN and row["scenario"] != "baseline":
            number = {key: float(row[key]) for key in ("per_year", "per_year_low", "per_year_high")}
            assert cell(row | number, row["measure"]) in block[0]
            checked += 1
    assert checked == len(SHOWN) * (len({row["scenario"] for row in rows}) - 1)


def test_the_first_runs_are_lived_again(results: Results, setup: StudySetup) -> None:
    """Draw 0, replicate 0 of every scenario, but for the last digits, which follow the processor."""
    if results.manifest["platform"] != f"{platform.system()} {platform.machine()}":
        pytest.skip("the study was made on another kind of machine")
    simulator = simulator_of(setup)
    kept = results.totals
    first = kept[(kept["draw"] == 0) & (kept["replicate"] == 0)]
    for index, name in enumerate(setup.plan.scenarios):
        run = simulator(index, 0, 0)
        pairs = cells(simulator.groups, simulator.measures)
        of_run = first[first["scenario"] == name]["numerator"].to_numpy()
        np.testing.assert_allclose(run.numerator[pairs], of_run, rtol=1e-9, atol=1e-9, err_msg=AGAIN)
