"""What the scenario tests share: the shipped area and parameters, a plain demand, and a writer of scenario files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.area import Area, home_prison, home_weights, load_area, womens_prison
from sim.evidence import Draw, ParameterTable, load_parameters
from sim.scenario import Demand, Scenario, load_scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
BASELINE = (SCENARIOS / "baseline.yaml").read_text(encoding="utf-8")
HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"


@pytest.fixture(scope="session")
def area() -> Area:
    return load_area()


@pytest.fixture(scope="session")
def table() -> ParameterTable:
    return load_parameters()


@pytest.fixture(scope="session")
def draw(table: ParameterTable) -> Draw:
    return table.reference()


@pytest.fixture(scope="session")
def demand(area: Area) -> Demand:
    """2,000 releases a year of 1,250 people, men from their home prison, a tenth from outside; ten keyworkers a hub.

    Places without a hub lie far from one, and the journey costs a fare there.
    """
    releases = np.zeros(len(area.prisons) + 1)
    for prison, weight in zip(home_prison(area), home_weights(area), strict=True):
        releases[prison] += 1700 * weight
    releases[womens_prison(area)] += 100
    releases[-1] = 200
    staff = np.zeros(len(area.places))
    for hub in area.services_of("drug_alcohol_hub"):
        staff[area.place_index[area.services[hub].place]] += 10
    without = (staff == 0).astype(float)
    return Demand(releases, 0.58, staff, far=without, fare_due=without, releases_each=1.6)


Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Writes a scenario file beside a copy of the shipped baseline, in a folder called 'scenarios'."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "baseline.yaml").write_text(BASELINE, encoding="utf-8")

    def write_file(text: str | bytes, name: str = "bought.yaml") -> Path:
        file = folder / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return file

    return write_file


@pytest.fixture
def buy(write: Writer, area: Area, table: ParameterTable) -> Callable[[str], Scenario]:
    """A scenario that holds the purchases of the given YAML list."""

    def load(levers: str) -> Scenario:
        return load_scenario(write(HEAD + "levers:\n" + levers), area=area, parameters=table)

    return load
