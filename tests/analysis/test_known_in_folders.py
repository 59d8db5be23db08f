"""Functions whose sensitivity is known, all the way: run as a study into a folder, killed and gone on with, and read
back from its totals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_functions import (
    G_S1,
    G_ST,
    G_TABLE,
    ISHIGAMI,
    ISHIGAMI_S1,
    ISHIGAMI_ST,
    MORRIS_TABLE,
    Function,
    designed,
    ishigami,
    morris_20,
    sobol_g,
)

from sim.analysis.sensitivity_tables import sensitivity_tables
from sim.evidence import ParameterTable
from sim.outcomes.totals import RunResult
from sim.sensitivity.designs import Design
from sim.store.folder import RunFolder
from sim.store.reading import read_results
from sim.study.plan import PointSet, StudyPlan
from sim.study.points import Points
from sim.study.run_blocks import Clock, join_totals, run_missing, write_manifest

PEOPLE = 64.0  # a power of two, so that a value times it and divided by it is the value
SLOPE, SHIFT = 3.0, 10.0


class FunctionSimulator:
    """The baseline gives the function of a point's values, the other scenario SHIFT + SLOPE times it."""

    groups: Sequence[tuple[str, str]] = (("all", "all"),)
    measures: Sequence[str] = ("qalys",)

    def __init__(self, function: Function, table: ParameterTable, plan: StudyPlan, designs: Sequence[Design]) -> None:
        self.points = Points(table, plan.seed, plan.draws, designs)
        self._function = function
        self.calls, self.limit = 0, -1

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        if self.calls == self.limit:
            raise KeyboardInterrupt
        self.calls += 1
        values = np.array([list(self.points.draw(draw).values())])
        value = float(self._function(values)[0])
        value = SHIFT + SLOPE * value if scenario else value
        return RunResult(np.array([[value * PEOPLE]]), np.array([[PEOPLE]]), person_days=1)


def tables_of(
    out: Path, function: Function, table: ParameterTable, designs: Sequence[Design], *, draws: int = 0,
    stops: Sequence[int] = (), given_data: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """The tables of a study of these designs, stopped after so many runs and gone on with each time."""
    parts = tuple(PointSet(design.name, design.points, design.replicates) for design in designs)
    plan = StudyPlan(("baseline", "other"), "baseline", int(PEOPLE), 12, draws, 1, 1, 2, parts)
    simulator = FunctionSimulator(function, table, plan, designs)
    for limit in (*stops, -1):
        simulator.calls, simulator.limit = 0, limit
        folder, clock = RunFolder.create(out, "known"), Clock()
        try:
            index = run_missing(plan, simulator, folder, clock)
        except KeyboardInterrupt:
            assert list((out / "parts").iterdir())
            continue
        entries = {"level": 0.95, "people_per_year": 2200.0, "designs": [part._asdict() for part in parts]}
        resolved: list[dict[str, Any]] = [{"name": name} for name in plan.scenarios]
        joined = join_totals(plan, simulator, folder, index)
        write_manifest(plan, simulator, folder, resolved, joined, clock, entries)
    assert simulator.calls + sum(stops) <= plan.runs + 8 * len(stops)
    return sensitivity_tables(out, read_results(out).manifest, table, designs, given_data=given_data)


def indices(tables: dict[str, pd.DataFrame], index: str, kind: str = "level") -> pd.DataFrame:
    found = tables["sensitivity"]
    scenario = "other" if kind == "difference" else "baseline"
    chosen = (found["index"] == index) & (found["kind"] == kind) & (found["scenario"] == scenario)
    return found[chosen].set_index("factor")


def assert_covers(found: pd.DataFrame, known: np.ndarray[Any, Any], *, slack: float) -> None:
    """Each interval of 95%, made wider by a little, holds the known index."""
    for (_, row), value in zip(found.iterrows(), known, strict=True):
        assert row["low"] - slack <= value <= row["high"] + slack, (row.name, value)


def test_sobol_of_ishigami_through_store_and_resume(tmp_path: Path) -> None:
    design = designed(ISHIGAMI, "sobol", 512)
    found = tables_of(tmp_path / "one", ishigami, ISHIGAMI, [design], stops=(8, 700, 1500))
    for kind in ("level", "difference"):
        assert_covers(indices(found, "S1", kind), ISHIGAMI_S1, slack=0.02)
        assert_covers(indices(found, "ST", kind), ISHIGAMI_ST, slack=0.02)
    whole = tables_of(tmp_path / "two", ishigami, ISHIGAMI, [design])
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, whole[name], check_exact=True)
    one, two = (read_results(tmp_path / name).manifest["files"] for name in ("one", "two"))
    assert one == two


def test_sobol_of_g_and_morris_in_one_study(tmp_path: Path) -> None:
    designs = [designed(G_TABLE, "sobol", 256), designed(G_TABLE, "morris", 10)]
    found = tables_of(tmp_path, sobol_g, G_TABLE, designs, draws=5, stops=(100,))
    sobol = {**found, "sensitivity": found["sensitivity"].query("design == 'sobol'")}
    assert_covers(indices(sobol, "S1"), G_S1, slack=0.03)
    assert_covers(indices(sobol, "ST"), G_ST, slack=0.03)
    star = indices(found, "mu_star")["value"]
    assert star.idxmax() == "x.a"
    times = indices(found, "mu_star", "difference")["value"] / star
    assert times.to_numpy() == pytest.approx(SLOPE - 1.0)


def test_morris_of_twenty_arguments_through_store_and_resume(tmp_path: Path) -> None:
    found = tables_of(tmp_path, morris_20, MORRIS_TABLE, [designed(MORRIS_TABLE, "morris", 40)], stops=(333,))
    mu, sigma = (indices(found, index)["value"].to_numpy() for index in ("mu", "sigma"))
    assert mu[7:10] == pytest.approx(40.0)
    assert sigma[7:10] == pytest.approx(0.0, abs=1e-9)
    assert (indices(found, "mu_star")["value"].to_numpy()[10:] == 0.0).all()


def test_draws_read_as_given_data(tmp_path: Path) -> None:
    found = tables_of(tmp_path, ishigami, ISHIGAMI, [], draws=600, stops=(50,), given_data=("rbd_fast", "pawn"))
    assert indices(found, "S1")["value"].to_numpy() == pytest.approx(ISHIGAMI_S1, abs=0.08)
    assert set(found["sensitivity"]["design"]) == {"random"}
