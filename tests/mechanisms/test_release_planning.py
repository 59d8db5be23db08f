"""The day and the hour of release, planned, by hand: from Friday to Thursday, and out of the gate at 09:00."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import diary, differences, draw_of, margins, number_with, params_of, per_service_type, someone
from hypothesis import given, settings
from hypothesis import strategies as st
from whole_lives import leaver, live_through

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import release, release_planning
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import COMMUNITY, CUSTODY, NAVIGATOR_SERVICE, NOT_YET_RELEASED

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PLANNED, USUAL = (P.RELEASE_PLANNED, 1, 0.0, 0.4), (P.RELEASE_PLANNED, 1, 0.4, 1.0)
FRIDAY = 18  # day 0 is a Monday


def looking_ahead(**changes: Any) -> Any:
    """The run's numbers under a scenario in which some prison plans releases from day 0 on, unless told."""
    params = params_of()
    params["looks_ahead_from"] = 0
    for name, value in changes.items():
        params[name] = value
    return params


def waiting(number: int = 1, until: int = FRIDAY, **fields: Any) -> Any:
    """Somebody to be released for the first time on a Friday, unless told, from a prison that plans four in ten."""
    start = {"custody_until": until, "first_release": until, "planned_chance": 0.4, "watched": 1}
    return leaver(number, **(start | fields))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_each_release_is_planned_by_its_own_luck(params: Any, n: int) -> None:
    planned = []
    for number in range(1, 60):
        row = someone(number, planned_chance=0.4)
        planned.append(release_planning.is_planned(row, params, n))
        assert planned[-1] == (draw_of(row, P.RELEASE_PLANNED, n) < 0.4)
    assert 0 < sum(planned) < len(planned)
    assert not release_planning.is_planned(someone(planned_chance=0.0), params, n)


def test_a_planned_friday_becomes_a_thursday_two_days_before(params: Any) -> None:
    row = waiting(number_with(PLANNED))
    for day in (14, 15):
        release_planning.bring_forward(row, params, day)
        assert (row["custody_until"], row["first_release"]) == (FRIDAY, FRIDAY)
    release_planning.bring_forward(row, params, 16)
    assert (row["custody_until"], row["first_release"]) == (FRIDAY - 1, FRIDAY - 1)
    assert diary(row) == [Event.PLANNED_RELEASE]
    release_planning.bring_forward(row, params, 16)  # and no further
    assert row["custody_until"] == FRIDAY - 1


@pytest.mark.parametrize("until", [14, 15, 16, 17])
def test_other_days_stay(params: Any, until: int) -> None:
    row = waiting(number_with(PLANNED), until)
    release_planning.bring_forward(row, params, until - 2)
    assert (row["custody_until"], diary(row)) == (until, [])


def test_what_is_not_planned_stays_a_friday(params: Any) -> None:
    row = waiting(number_with(USUAL))
    release_planning.bring_forward(row, params, 16)
    assert (row["custody_until"], diary(row)) == (FRIDAY, [])


@pytest.mark.parametrize("start_weekday", range(7))
def test_fridays_follow_the_weekday_of_day_0(start_weekday: int) -> None:
    params = looking_ahead(start_weekday=start_weekday)
    moved = []
    for until in range(14, 21):
        row = waiting(number_with(PLANNED), until)
        release_planning.bring_forward(row, params, until - 2)
        if row["custody_until"] != until:
            moved.append((start_weekday + until) % 7)
    assert moved == [release_planning.FRIDAY]


def test_a_later_release_leaves_the_first_where_it_was(params: Any) -> None:
    number = number_with((P.RELEASE_PLANNED, 3, 0.0, 0.4))
    row = waiting(number, status=CUSTODY, releases=2, first_release=2)
    release_planning.bring_forward(row, params, 16)
    assert (row["custody_until"], row["first_release"]) == (FRIDAY - 1, 2)


# The gate opens at 09:00


@pytest.mark.parametrize(
    ("minutes", "last_start", "planned", "late"),
    [
        (440.0, 1440.0, True, False),  # 09:00 and 440 minutes: 16:20, the hub shuts at 17:00
        (440.0, 1440.0, False, True),  # after 10:00 at the earliest: after 17:20
        (481.0, 1440.0, True, True),  # 17:01
        (60.0, 545.0, True, False),  # the last departure at 09:05
        (60.0, 545.0, False, True),
        (60.0, 539.0, True, True),
        (60.0, 1440.0, False, False),
    ],
)
def test_who_reaches_the_hub_on_the_day(
    params: Any, minutes: float, last_start: float, planned: bool, late: bool
) -> None:
    row = waiting(number_with(PLANNED if planned else USUAL), home_minutes=minutes, home_last_start=last_start)
    row["releases"] = 1
    assert release.leave_through_gate(row, params) is late


def test_an_early_gate_brings_the_first_appointment_forward_by_a_day(params: Any) -> None:
    chances = ((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.FIRST_DELAY, 1, 0.2, 0.42))  # three days
    for stream, late in ((PLANNED, 0), (USUAL, 1)):
        row = waiting(number_with(stream, *chances), until=15, home_minutes=440.0)
        release.release(row, params, 15, 15 * DAY)
        assert row["ready_day"] == 15 + 3 + late - 1


def test_with_a_short_way_home_a_planned_release_on_another_day_changes_no_life() -> None:
    # The null: what planning does follows from journeys, last departures and opening days alone.
    params = looking_ahead()
    for number in range(1, 13):
        lives = [
            waiting(number, until=15, planned_chance=chance, home_minutes=60.0, watched=0) for chance in (0.0, 1.0)
        ]
        for row in lives:
            live_through(row, params, range(13, 16))
            row["planned_chance"] = 0.0  # a return to custody may end on a Friday
            live_through(row, params, range(16, 160))
        assert lives[0]["latest_release"] >= 15
        assert differences(*lives) == set()


# In the order of the day


def test_the_eve_falls_on_the_day_of_planning_and_the_release_on_the_thursday() -> None:
    params = looking_ahead()
    row = waiting(number_with(PLANNED), service=per_service_type(-1, {NAVIGATOR_SERVICE: 0}))
    life.prepare(row, params)
    life.live_day(row, params, 16)
    assert (row["status"], row["custody_until"], row["joins"][NAVIGATOR_SERVICE]) == (NOT_YET_RELEASED, 17, 1)
    life.live_day(row, params, 17)
    assert (row["status"], row["latest_release"], row["releases"]) == (COMMUNITY, 17, 1)
    assert row["licence_until"] == 17 + 365


def test_nobody_is_woken_two_days_before_where_no_prison_plans(params: Any) -> None:
    row = waiting(number_with(PLANNED))
    ahead = looking_ahead()
    assert (release_planning.next_change(row, ahead, 5), release_planning.next_change(row, params, 5)) == (16, 0)
    assert [life.next_wake(row, ahead, day) for day in (5, 16, 17)] == [16, 17, 18]
    assert [life.next_wake(row, params, day) for day in (5, 17)] == [17, 18]
    life.live_day(row, params, 16)
    assert row["custody_until"] == FRIDAY  # nor looked at if woken


def test_releases_before_the_first_planned_day_are_not_looked_at() -> None:
    # Planned from day 17 on: whoever leaves on the Friday, day 18, would have been looked at on day 16.
    later = looking_ahead(looks_ahead_from=17)
    row = waiting(number_with(PLANNED))
    assert [release_planning.next_change(row, later, day) for day in (5, 16, 17)] == [0, 0, 16]
    assert [life.next_wake(row, later, day) for day in (5, 16, 17)] == [17, 17, 18]
    life.live_day(row, later, 16)
    assert row["custody_until"] == FRIDAY
    week = waiting(number_with(PLANNED), FRIDAY + 7)
    assert life.next_wake(week, later, 17) == 23
    life.live_day(week, later, 23)
    assert week["custody_until"] == FRIDAY + 6


def test_switched_off_every_release_keeps_its_day_and_hour() -> None:
    off = looking_ahead(**release_planning.WHEN_OFF)
    row = waiting(number_with(PLANNED), planned_chance=1.0, home_minutes=440.0)
    release_planning.bring_forward(row, off, 16)
    assert (row["custody_until"], row["first_release"]) == (FRIDAY, FRIDAY)
    row["releases"] = 1
    assert release.leave_through_gate(row, off)


def test_no_parameter_stands_behind_it() -> None:
    assert release_planning.numbers({}, margins()) == {"release_planning": 1.0, "looks_ahead_from": NEVER}


@STEADY
@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0, 1), st.floats(0.0, 600.0), st.floats(500.0, 1440.0))
def test_a_larger_share_never_makes_anybody_late_or_a_friday(
    number: int, one: float, other: float, minutes: float, last_start: float
) -> None:
    params = looking_ahead()
    days, late = [], []
    for chance in sorted((one, other)):
        row = waiting(number, planned_chance=chance, home_minutes=minutes, home_last_start=last_start)
        release_planning.bring_forward(row, params, 16)
        days.append(int(row["custody_until"]))
        row["releases"] = 1
        late.append(release.leave_through_gate(row, params))
    assert days[1] <= days[0] and late[1] <= late[0]
