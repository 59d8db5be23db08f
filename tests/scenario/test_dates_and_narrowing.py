"""A lever whose money never flows in a run is refused, and so are numbers that differ from the baseline's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.area import load_area
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.experiment.simulator import StudySimulator
from sim.scenario import Scenario, load_scenario

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
HEAD = "title: x\ndescription: x\nextends: baseline.yaml\n"
LEVER = "levers:\n  - lever: navigators\n    gbp_per_year: 500_000\n    places: [bristol]\n"
NARROWED = 'parameters:\n  overdose.witnessed: {low: 0.6, high: 0.7, reason: "local count"}\n'


def written(folder: Path, name: str, text: str) -> Path:
    baseline = (SHIPPED / "baseline.yaml").read_text(encoding="utf-8")
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "baseline.yaml").write_text(baseline, encoding="utf-8")
    path = folder / "scenarios" / f"{name}.yaml"
    path.write_text(f"name: {name}\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize(("start", "is_reached"), [("2029-03-30", True), ("2029-03-31", False), ("2035-01-01", False)])
def test_money_after_the_last_day_of_a_run_is_refused(tmp_path: Path, start: str, is_reached: bool) -> None:
    path = written(tmp_path, "late", f"{HEAD}{LEVER}    starts: {start}\n")
    if is_reached:
        assert load_scenario(path).levers[0].starts.isoformat() == start
    else:
        with pytest.raises(InputError, match=r"late\.yaml:9:.*after the last day that a run reaches.*2029-03-30"):
            load_scenario(path)


def simulator(*scenarios: Scenario) -> StudySimulator:
    return StudySimulator(scenarios, load_area(), load_parameters(), people=50, months=1, draws=1, seed=1)


def test_numbers_narrowed_in_one_scenario_only_are_refused(tmp_path: Path) -> None:
    plain = load_scenario(written(tmp_path, "plain", HEAD + LEVER))
    narrowed, other = (
        load_scenario(written(tmp_path, name, HEAD.replace("title: x", f"title: {name}") + LEVER + NARROWED))
        for name in ("narrowed", "other")
    )
    with pytest.raises(InputError, match="narrows other parameters than the baseline"):
        simulator(plain, narrowed)
    assert simulator(narrowed, other).people == 50
