"""The registries: every field and every chance has one name, one meaning and a start."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.core.records import DAY_OF_RUN
from sim.mechanisms.events import Event
from sim.population import codes, person, processes
from sim.population.codes import N_SERVICE_TYPES
from sim.population.coverage import COVERAGE, N_COVERAGE, Coverage
from sim.population.person import FIELDS, PERSON, new_people
from sim.population.processes import N_CLOCKS

UNITS = {
    "ticks a moment", "ticks", "moment", "moments", "count", "day of the run", "days", "row", "bits", "number", "years",
    "code", "0/1", "index", "0-1", "ratio", "per using person-day", "per person-day", "log odds", "queue key",
    "minutes", "GBP", "minute of day", "probability", "events", "share", "moment of the day x 256 + code",
    "working days",
    "standard deviations",
}  # fmt: skip
CHANCES = {
    name: value
    for name, value in vars(processes).items()
    if name.isupper() and isinstance(value, int) and name not in ("N_CLOCKS", "NO_CLOCK")
}
OF_WORKERS = {"WORKER_LEAVES", "WORKER_EFFECT", "CASELOAD_REMAINDER"}


def test_the_record_holds_the_fields_in_the_order_of_the_class() -> None:
    assert PERSON.names == tuple(FIELDS) == tuple(person.Person.__annotations__)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_has_a_meaning_a_unit_and_an_owner(name: str) -> None:
    field = FIELDS[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert field.unit in UNITS
    assert len(field.meaning) > 4
    assert field.owner
    assert field.kind in ("i1", "i4", "i8", "u8", "f8")
    assert PERSON[name].base == np.dtype(field.kind)


@pytest.mark.parametrize("name", FIELDS)
def test_new_rows_hold_the_start_values(name: str) -> None:
    values = new_people(3)[name]
    assert values.shape == (3, *FIELDS[name].shape)
    assert (values == FIELDS[name].start).all()


def test_days_not_yet_come_are_never_and_queues_are_empty() -> None:
    row = new_people(1)[0]
    days = {name for name, field in FIELDS.items() if field.unit == DAY_OF_RUN} - {"first_release"}
    assert len(days) > 15
    assert {int(row[name]) for name in days} == {NEVER}
    assert row["key"].tolist() == [0] * N_SERVICE_TYPES
    assert row["worker"].tolist() == row["service"].tolist() == [-1] * N_SERVICE_TYPES
    assert row["when"].tolist() == [NEVER] * N_CLOCKS


def test_every_code_has_a_word() -> None:
    assert len(codes.NEEDS) == codes.OTHER + 1
    assert len(codes.SEXES) == codes.WOMAN + 1
    assert len(codes.SENTENCES) == codes.LONGER + 1
    assert len(codes.STATUSES) == codes.RESIDENTIAL + 1
    assert len(codes.HOUSING) == codes.HIDDEN + 1
    assert len(codes.TREATMENT) == codes.IN_TREATMENT + 1
    assert len(codes.SERVICE_TYPES) == N_SERVICE_TYPES == codes.HOUSING_FIRST_SERVICE + 1
    assert len(codes.BAND_ENDS) == codes.N_BANDS
    assert codes.BAND_ENDS[-1] == FOLLOW_UP_DAYS
    assert list(codes.BAND_ENDS) == sorted(set(codes.BAND_ENDS))


def test_offers_where_people_live_have_a_name_each() -> None:
    assert len(set(COVERAGE)) == len(COVERAGE) == N_COVERAGE
    assert [Coverage[name.upper()] for name in COVERAGE] == list(range(N_COVERAGE))
    assert PERSON["coverage"].shape == (N_COVERAGE,)


def test_a_days_diary_holds_the_codes_of_clocks_events_and_acts() -> None:
    assert PERSON["logged"].shape == (person.MOST_LOGGED,) and np.iinfo(PERSON["n_logged"]).max >= person.MOST_LOGGED
    assert max(Event) < 256 and np.iinfo(PERSON["logged"].base).max >= MOMENTS_PER_DAY * 256


def test_no_two_chances_of_a_person_share_a_number() -> None:
    own = {name: value for name, value in CHANCES.items() if name not in OF_WORKERS}
    assert len(set(own.values())) == len(own)
    # Each line breaks its ties with a chance of its own, which decides nothing else.
    ties = {value for name, value in own.items() if name.endswith("_TIE")}
    assert len(processes.QUEUE_TIES) == N_SERVICE_TYPES and set(processes.QUEUE_TIES) == ties
    of_workers = [CHANCES[name] for name in OF_WORKERS]
    assert len(set(of_workers)) == len(of_workers)


def test_clocks_number_the_arrays_and_decisions_come_after() -> None:
    own = [value for name, value in CHANCES.items() if name not in OF_WORKERS]
    assert sorted(value for value in own if value < N_CLOCKS) == list(range(N_CLOCKS))
    assert not [value for value in own if N_CLOCKS <= value < 32]
