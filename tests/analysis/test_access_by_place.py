"""Access to treatment by place: shares of the clinic's day by hand, and the numbers that a person's row is given."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.access import AccessToHub, access_by_place
from sim.area import Area, load_area
from sim.core.errors import InputError
from sim.engine.model_area import ModelArea
from sim.evidence import ParameterTable, load_parameters
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.scenario import Scenario, load_scenario


@pytest.fixture(scope="module")
def area() -> Area:
    return load_area()


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return load_parameters()


def scenario(name: str, area: Area, table: ParameterTable) -> Scenario:
    return load_scenario(f"scenarios/{name}.yaml", area=area, parameters=table)


def access(arrival: float | None, back: float | None, opens: float = 540.0, closes: float = 1020.0) -> AccessToHub:
    return AccessToHub(0, 0, 60.0, 3.0, arrival, back, opens, closes)


@pytest.mark.parametrize(
    ("arrival", "back", "early", "late"),
    [
        (500.0, 1200.0, 0.0, 0.0),  # there before nine, home after seventeen o'clock
        (540.0, 1020.0, 0.0, 0.0),  # to the minute
        (645.0, 1020.0, 0.25, 0.0),  # 105 of 420 minutes in which appointments begin
        (540.0, 810.0, 0.0, 0.5),
        (750.0, 810.0, 0.5, 0.5),  # an hour's appointment that nobody can keep
        (1100.0, 400.0, 1.0, 1.0),
        (None, None, 1.0, 1.0),
    ],
)
def test_shares_of_the_day_by_hand(arrival: float | None, back: float | None, early: float, late: float) -> None:
    found = access(arrival, back)
    assert (found.too_early, found.too_late) == (early, late)
    assert found.out_of_reach == min(1.0, early + late)


def test_a_hub_open_for_one_appointment_is_reached_or_not() -> None:
    assert access(540.0, 600.0, closes=600.0).out_of_reach == 0.0
    assert access(541.0, 600.0, closes=600.0).out_of_reach == 1.0


def test_access_is_that_of_the_person_s_row(area: Area, table: ParameterTable) -> None:
    model_area = ModelArea(area)
    found = access_by_place(scenario("baseline", area, table), area, table)
    assert [one.place for one in found] == list(range(len(area.places)))
    own = model_area.timetable().journeys[np.arange(len(found)), model_area.hub_of_place]
    for one, (minutes, fare, arrival, back) in zip(found, own, strict=True):
        assert (one.minutes, one.fare_gbp) == (minutes, fare)
        assert (one.earliest_arrival, one.latest_return) == (arrival, back)
        slots = np.linspace(one.opens, one.closes - APPOINTMENT_MINUTES, 4201)
        kept = (arrival <= slots) & (slots + APPOINTMENT_MINUTES <= back)
        assert one.out_of_reach == pytest.approx(1.0 - kept.mean(), abs=1e-3)


def test_evening_buses_lengthen_days_and_shorten_none(area: Area, table: ParameterTable) -> None:
    before = access_by_place(scenario("baseline", area, table), area, table)
    after = access_by_place(scenario("evening_buses", area, table), area, table)
    later = [area.places[b.place].name for b, a in zip(before, after, strict=True) if a.out_of_reach < b.out_of_reach]
    assert "Gunnislake" in later
    for one, other in zip(before, after, strict=True):
        assert other.out_of_reach <= one.out_of_reach
        assert (other.latest_return or 0) >= (one.latest_return or 0)


def test_money_that_has_not_begun_or_has_ended_changes_nothing(area: Area, table: ParameterTable) -> None:
    from dataclasses import replace
    from datetime import date

    buses = scenario("evening_buses", area, table)
    late = replace(buses, levers=tuple(replace(bought, starts=date(2027, 10, 1)) for bought in buses.levers))
    usual = access_by_place(scenario("baseline", area, table), area, table)
    assert access_by_place(late, area, table, day=10) == usual
    assert access_by_place(late, area, table, day=364) == access_by_place(buses, area, table)


@pytest.mark.parametrize("day", [-1, 730])
def test_a_day_beyond_the_study_is_refused(area: Area, table: ParameterTable, day: int) -> None:
    with pytest.raises(InputError, match="0 to 729"):
        access_by_place(scenario("baseline", area, table), area, table, day=day)
