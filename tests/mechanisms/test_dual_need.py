"""A mental health need beside the substance need, by hand: half of its weight is taken off by a dual worker."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import pytest
from by_hand import diary, differences, draw_of, number_with, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.mechanisms import attendance, dual_need, overdose
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import ALCOHOL, DAILY, IN_TREATMENT, NO_TREATMENT, WAITING

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
SHARE = 0.7117  # 0.91 x 0.70 + 0.09 x 0.83 of people have a mental health need
MEAN = 1.0 + SHARE * 0.3


def test_numbers(params: Any) -> None:
    assert float(params["dual_attendance"]) == pytest.approx(-0.5 * log(0.85))
    assert params["overdose_mental_health"].tolist() == pytest.approx([1.0 / MEAN, 1.3 / MEAN])
    assert float(params["overdose_dual"]) == pytest.approx(1.0 / sqrt(1.3))
    # Centred: over people the ratio is 1.
    without, with_need = params["overdose_mental_health"]
    assert (1.0 - SHARE) * without + SHARE * with_need == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_for_whom_a_worker_has_room(params: Any, share: float) -> None:
    for number in range(1, 40):
        row = someone(number, mental_health=1, coverage=offered(dual_diagnosis_worker=share), watched=1)
        dual_need.look_for_worker(row, params, 7, 700)
        has = draw_of(row, P.DUAL_DIAGNOSIS_WORKER, 0) < share
        assert bool(row["dual_diagnosis_worker"]) == has
        assert diary(row) == ([Event.DUAL_DIAGNOSIS_WORKER] if has else [])


def test_without_a_mental_health_need_nobody_is_joined(params: Any) -> None:
    for number in range(1, 40):
        row = someone(number, coverage=offered(dual_diagnosis_worker=1.0))
        before = row.copy()
        dual_need.look_for_worker(row, params, 5, 0)
        assert differences(before, row) == set()


def test_a_worker_comes_with_the_share_for_half_a_year_once_after_a_release(params: Any) -> None:
    row = someone(number_with((P.DUAL_DIAGNOSIS_WORKER, 0, 0.3, 0.5)), mental_health=1, watched=1)
    # 183 days from day 20 on, and 28 days in which what was given back still holds: to day 231.
    for day, share, until in ((10, 0.3, NEVER), (20, 0.5, 231), (30, 1.0, 231), (240, 1.0, 231)):
        row["coverage"] = offered(dual_diagnosis_worker=share)
        dual_need.look_for_worker(row, params, day, day * DAY)
        assert row["dual_diagnosis_until"] == until
    assert (row["dual_diagnosis_worker"], diary(row)) == (1, [Event.DUAL_DIAGNOSIS_WORKER])
    assert [dual_need.has_worker(row, day) for day in (20, 230, 231)] == [True, True, False]
    dual_need.leave_worker(row)  # back in custody: nothing holds, and after the next release there may be a worker
    assert not dual_need.has_worker(row, 100)
    dual_need.look_for_worker(row, params, 300, 300 * DAY)
    assert row["dual_diagnosis_until"] == 300 + 183 + 28


def test_a_worker_ends_with_the_money(params: Any) -> None:
    number = number_with((P.DUAL_DIAGNOSIS_WORKER, 0, 0.3, 0.5))
    for share, until in ((0.5, 231), (0.3, 128), (0.0, 128)):  # whoever is within what is left keeps the worker
        row = someone(number, mental_health=1, dual_diagnosis_until=231)
        assert dual_need.fewer_workers(row, params, share, 100) == (share < 0.5)
        assert row["dual_diagnosis_until"] == until
    ending = someone(number, mental_health=1, dual_diagnosis_until=110)
    dual_need.fewer_workers(ending, params, 0.0, 100)
    assert ending["dual_diagnosis_until"] == 110  # already in the days after the worker has left: never longer
    none = someone(number, mental_health=1)
    assert not dual_need.fewer_workers(none, params, 0.0, 100) and none["dual_diagnosis_until"] == NEVER


def test_half_of_the_lost_attendance_comes_back(params: Any) -> None:
    row = someone(mental_health=1, journey_minutes=30.0)
    row["attendance_traits"] = attendance.person_traits(row, params)
    alone = attendance.common_terms(row, params, 10)
    row["dual_diagnosis_until"] = 11
    assert attendance.common_terms(row, params, 10) == pytest.approx(alone - 0.5 * log(0.85))
    assert attendance.common_terms(row, params, 11) == pytest.approx(alone)  # over
    healthy = someone(journey_minutes=30.0)
    healthy["attendance_traits"] = attendance.person_traits(healthy, params)
    # ln 0.85 = -0.1625 with the need alone, -0.0813 with a worker beside it, 0 without the need.
    assert attendance.common_terms(healthy, params, 10) == pytest.approx(alone - log(0.85))


def test_a_worker_counts_from_the_first_appointment_on(params: Any) -> None:
    for treatment in (WAITING, IN_TREATMENT):
        row = someone(mental_health=1, dual_diagnosis_until=50, treatment=treatment)
        assert dual_need.attendance_term(row, params, 9) == pytest.approx(-0.5 * log(0.85))


@pytest.mark.parametrize(("treatment", "ratio"), [(NO_TREATMENT, 1.3), (WAITING, 1.3), (IN_TREATMENT, sqrt(1.3))])
@pytest.mark.parametrize("need", [0, ALCOHOL])
def test_overdose_with_a_worker_in_treatment(params: Any, treatment: int, ratio: float, need: int) -> None:
    fields = {"using": 1, "treatment": treatment, "ost": DAILY, "need": need, "latest_release": -60}
    without = someone(**fields)
    row = someone(**fields, mental_health=1, dual_diagnosis_until=31)
    for each in (without, row):
        each["overdose_base"] = overdose.person_base(each, params)
    assert overdose.hazard(row, params, 30) == pytest.approx(ratio * overdose.hazard(without, params, 30))
    assert overdose.hazard(row, params, 31) == pytest.approx(1.3 * overdose.hazard(without, params, 31))


def test_a_need_without_a_worker_keeps_its_whole_weight(params: Any) -> None:
    row = someone(using=1, treatment=IN_TREATMENT, mental_health=1)
    assert dual_need.overdose_ratio(row, params, 5) == 1.0
    assert overdose.person_base(row, params) == pytest.approx(0.12 / 365 / 1.21 * 1.3 / MEAN)


def test_switched_off_neither_the_need_nor_a_worker_moves_overdose_or_attendance() -> None:
    off = params_without(dual_need)
    row = someone(mental_health=1, dual_diagnosis_until=90, using=1, treatment=IN_TREATMENT)
    assert dual_need.attendance_term(row, off, 5) == 0.0
    assert dual_need.overdose_ratio(row, off, 5) == 1.0
    assert overdose.person_base(row, off) == overdose.person_base(someone(), off)


@STEADY
@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_takes_a_worker_away(number: int, one: float, other: float) -> None:
    less, more = (
        someone(number, mental_health=1, coverage=offered(dual_diagnosis_worker=share))
        for share in sorted((one, other))
    )
    for row in (less, more):
        dual_need.look_for_worker(row, PARAMS, 5, 0)
    assert more["dual_diagnosis_worker"] >= less["dual_diagnosis_worker"]


@STEADY
@given(st.floats(0.3, 1.0), st.floats(0.9, 3.0))
def test_ratios_are_positive_and_a_worker_lies_between_the_need_and_none(odds: float, ratio: float) -> None:
    params = params_of(appointment__mental_health_or=odds, overdose__mental_health_hr=ratio)
    without, with_need = (float(value) for value in params["overdose_mental_health"])
    met = with_need * float(params["overdose_dual"])
    assert min(without, with_need, met) > 0.0
    assert min(without, with_need) <= met * (1 + 1e-12) and met <= max(without, with_need) * (1 + 1e-12)
    assert 0.0 <= float(params["dual_attendance"]) <= -log(odds)
