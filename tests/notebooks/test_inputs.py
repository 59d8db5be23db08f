"""The sensitivity study that a notebook reads: whole, of today's evidence and scenarios; mistakes told in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from refresh_notebooks import ROOT

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.notebook.inputs import STUDY, inputs
from sim.scenario import load_scenario
from sim.store.manifest import parameters_sha256
from sim.store.reading import read_results

AGAIN = "run `make reference-inputs` and `make notebooks-again`"
FOLDER = ROOT / STUDY


def test_the_study_is_of_today_s_evidence_and_scenarios() -> None:
    manifest = read_results(FOLDER).manifest
    assert manifest["parameters_sha256"] == parameters_sha256(load_parameters()), AGAIN
    resolved = [load_scenario(ROOT / "scenarios" / f"{name}.yaml").resolved() for name in manifest["names"]]
    assert manifest["scenarios"] == resolved, AGAIN


def test_every_outcome_has_its_charts_and_luck_is_among_the_inputs() -> None:
    study = inputs(FOLDER)
    assert len(study.measures) == 4
    assert study.all_outcomes() is not None
    for measure in study.measures:
        chart = study.one_outcome(measure)
        assert chart is not None
        assert "Luck" in chart.alt
        assert study.convergence(measure) is not None


def test_mistakes_are_told(tmp_path: Path) -> None:
    study = inputs(FOLDER)
    with pytest.raises(InputError, match="did you mean 'engaged_within_3_weeks'"):
        study.one_outcome("engaged_in_3_weeks")
    with pytest.raises(InputError, match="not compared in this study"):
        inputs(FOLDER, scenario="navigators")
    with pytest.raises(InputError, match="holds no sensitivity study"):
        inputs(ROOT / "results" / "reference")
    with pytest.raises(InputError):
        inputs(tmp_path)
