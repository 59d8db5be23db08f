"""What a chart that cannot be drawn costs, and what a study says in which no outcome ever changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_points import PointSimulator
from fake_study import PlainChart
from folders import Engine, files_of
from stand_ins import ENGINE, SMALL, call

from sim.experiment import api
from sim.outcomes.totals import RunResult
from sim.presentation.report import files
from sim.store.reading import read_results

SHARED = """\
designs:
  sobol: {samples: 16, parameters: [navigator.*]}
  morris: {samples: 4, parameters: [navigator.*]}
  fast: {samples: 65, parameters: [navigator.*]}
  one_at_a_time: {parameters: [navigator.*], replicates: 2}
measures: [engaged_within_3_weeks, qalys]
strata: []
"""


class Undrawable(PlainChart):
    """A chart that fails as one with mathematics in its title did."""

    NAME = "undrawable"

    @staticmethod
    def plot(comparison: Any) -> Any:
        raise ValueError("\\frac{1}{0}\n^ParseFatalException: no mathematics")


class Constant(PointSimulator):
    """The same numbers in every run."""

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        found = super().__call__(scenario, draw, replicate)
        return RunResult(np.round(found.denominator * 0.25), found.denominator, person_days=found.person_days)


def test_a_chart_that_cannot_be_drawn_costs_no_study(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ("compare", "scenarios/navigators.yaml", *SMALL, "--quiet")
    assert call(*whole, "--out", "good").exit_code == 0
    monkeypatch.setattr(files, "CHARTS", (Undrawable, PlainChart))
    done = call(*whole, "--out", "bad")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "throughgate: chart 'undrawable' could not be drawn: ValueError: \\frac{1}{0} ^ParseFatalException: no "
        "mathematics",
        "throughgate: all tables and pages stand; to draw the charts again: throughgate report bad",
    ]
    good, bad = files_of(home / "good"), files_of(home / "bad")
    assert bad == good
    assert read_results("bad").comparison.equals(read_results("good").comparison)
    assert call("resume", "bad").exit_code == 0


def test_python_warns_of_a_chart_that_cannot_be_drawn(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHARTS", (Undrawable,))
    with pytest.warns(UserWarning, match="chart 'undrawable' could not be drawn: ValueError"):
        comparison = api.compare(["scenarios/navigators.yaml"], people=200, draws=2, out="bad")
    assert comparison.scenarios == ("baseline", "navigators")


@pytest.mark.parametrize("draws", [0, 100])
def test_constant_outcomes_are_told_in_one_sentence(draws: int, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "given_data: [pawn, delta, rbd_fast]\n" if draws else ""
    text = (lab / "small.yaml").read_text().replace("draws: 4", f"draws: {draws}")
    (lab / "small.yaml").write_text(text + SHARED + given, encoding="utf-8")
    monkeypatch.setattr(ENGINE, Constant)
    done = call("study", "small.yaml", "--threads", "2", "--out", "one")
    assert done.exit_code == 0, done.stderr
    designs = ["sobol", "morris", "fast", "one_at_a_time", *(["random"] if draws else [])]
    sentences = [line for line in done.stdout.splitlines() if line.startswith("No sensitivity analysis")]
    assert sentences == [
        f"No sensitivity analysis of '{design}': every outcome is constant, whatever the parameters. The outcomes are "
        "listed in tables/skipped.csv."
        for design in designs
    ]
    written = done.stderr.splitlines()[-1].split(": ")[-1].replace(" and ", ", ").split(", ")
    assert written == [*(["report.md"] if draws else []), "tables", "manifest.json"]
    assert all((lab / "one" / name).exists() for name in written)
    skipped = read_results("one").table("skipped")
    assert set(skipped["reason"]) == {"constant"}
    assert set(skipped["design"]) == set(designs)
    told = json.loads(call("resume", "one", "--json", "--quiet").stdout)
    assert list(told["not_analysed"]) == designs


def test_a_study_that_can_be_analysed_says_nothing_of_it(lab: Path, engine: Engine) -> None:
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + SHARED, encoding="utf-8")
    done = call("study", "small.yaml", "--threads", "2", "--out", "one")
    assert done.exit_code == 0, done.stderr
    assert "No sensitivity analysis" not in done.stdout
    assert "Written to one: report.md, sensitivity.md, tables and manifest.json" in done.stderr
