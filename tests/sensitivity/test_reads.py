"""A mechanism's name leads to the rows that it reads, as its file says, and no file says what is not there."""

from __future__ import annotations

from fnmatch import filter as matching
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.experiment import api
from sim.scenario.reading.switches import MECHANISMS
from sim.sensitivity.designs.parameters_read import _FOLDER, patterns_of, reads_of, rows_read

TABLE = load_parameters()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_a_file_says_it_reads_is_there_and_is_told(mechanism: str) -> None:
    assert reads_of(mechanism), f"sim/mechanisms/{mechanism}.py does not say what it reads ('Reads ...')"
    for pattern in patterns_of(mechanism):
        assert matching(list(TABLE), pattern), f"{mechanism}.py reads {pattern}, which no table holds"
    told = api.evidence(mechanism)
    assert all(name in told for name in rows_read(TABLE)[mechanism])
    assert rows_read(TABLE)[mechanism] or "reads no row" in told


def test_mechanisms_and_tables_of_other_names() -> None:
    rows = rows_read(TABLE)
    assert set(rows["dual_need"]) == {"appointment.mental_health_or", "overdose.mental_health_hr"}
    assert {"death.other_opiate", "overdose.rough_hr"} <= set(rows["deaths"])
    assert all(name.startswith("support.") for name in rows["resettlement"])
    assert "service.caseload" in api.evidence("treatment")
    assert "population.age_mean" in api.evidence("population")
    assert not rows["release_planning"]


def test_every_file_of_a_mechanism_with_a_switch_is_there() -> None:
    assert {f"{name}.py" for name in MECHANISMS} <= {path.name for path in Path(_FOLDER).glob("*.py")}


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match=r"nor a mechanism.*did you mean 'attendance'\?"):
        api.evidence("atendance")
