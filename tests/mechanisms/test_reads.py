"""A mechanism's name leads to the rows that it reads: READS names rows that are there, and all that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import filter as matching
from types import ModuleType

import pytest
from by_hand import margins

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.experiment import api
from sim.mechanisms.parameters import MECHANISM_NAMES, MECHANISMS
from sim.sensitivity.designs.parameters_read import rows_read

TABLE = load_parameters()
BY_NAME = dict(zip(MECHANISM_NAMES, MECHANISMS, strict=True))
# Rows asked for that READS leaves out, so that the pages of these mechanisms say what they have always said.
LEFT_OUT = {
    "agencies": {"lever.ramp_days"},
    "referral": {"lever.booked_delay_days"},
    "release": {"overdose.naloxone_held"},
}


class RecordingDraw(Mapping[str, float]):
    """The reference draw, which remembers the names asked for and refuses to be gone through."""

    def __init__(self) -> None:
        self._draw = TABLE.reference()
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.names.add(name)
        return self._draw[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a mechanism asks for each parameter by name")

    def __len__(self) -> int:
        raise AssertionError("a mechanism asks for each parameter by name")


def names_asked_for(mechanism: ModuleType) -> set[str]:
    draw = RecordingDraw()
    mechanism.numbers(draw, margins())
    return draw.names


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_every_row_that_a_mechanism_asks_for_is_among_its_reads(name: str) -> None:
    missing = names_asked_for(BY_NAME[name]) - set(rows_read(TABLE)[name])
    assert missing == LEFT_OUT.get(name, set()), f"READS of {name}.py and what numbers() asks for are not the same"


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_every_pattern_of_reads_names_a_row(name: str) -> None:
    reads = BY_NAME[name].READS
    assert isinstance(reads, tuple) and len(set(reads)) == len(reads)
    for pattern in reads:
        assert matching(list(TABLE), pattern), f"{name}.py reads {pattern}, which no table holds"


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_the_page_of_a_mechanism_holds_every_row_that_it_reads(name: str) -> None:
    page = api.evidence(name)
    rows = rows_read(TABLE)[name]
    assert all(row in page for row in rows)
    assert rows or "reads no row" in page


def test_only_what_follows_from_timetables_reads_no_row() -> None:
    """An empty READS is on purpose: the page then says that the mechanism reads no row."""
    assert [name for name in MECHANISM_NAMES if not BY_NAME[name].READS] == ["release_planning"]


def test_mechanisms_and_tables_of_other_names() -> None:
    rows = rows_read(TABLE)
    assert tuple(rows) == MECHANISM_NAMES
    assert set(rows["dual_need"]) == {"appointment.mental_health_or", "overdose.mental_health_hr"}
    assert {"death.natural_opiate", "overdose.rough_hr"} <= set(rows["deaths"])
    assert all(name.startswith("support.") for name in rows["resettlement"])
    assert {"service.caseload", "appointment.base_attendance"} <= set(rows["hubs"])
    assert "service.caseload" in api.evidence("hubs")
    assert "population.age_mean" in api.evidence("population")
    assert not rows["release_planning"]


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match=r"nor a mechanism.*did you mean 'attendance'\?"):
        api.evidence("atendance")
