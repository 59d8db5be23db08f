"""Tolerance lost by abstinence in the community, by hand: two weeks without any opioid, then use."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import params_of, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import overdose, residential, treatment, use
from sim.population.codes import (
    ALCOHOL,
    DAILY,
    DEPOT,
    HALF,
    IN_TREATMENT,
    KEPT,
    LOST,
    OPIATE_NO_CRACK,
    OTHER,
    REHAB_SERVICE,
    STIMULANT,
)

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()


def stopped(day: int = 50, **fields: Any) -> Any:
    """Somebody released on day 0 who used and stopped on a day, 50 unless told."""
    return someone(**({"abstinent_since": day, "tolerance": KEPT} | fields))


@pytest.mark.parametrize(
    ("fields", "day", "lost"),
    [
        ({}, 50, False),
        ({}, 63, False),  # 13 days
        ({}, 64, True),  # 14 days
        ({}, 300, True),
        ({"need": OPIATE_NO_CRACK}, 64, True),
        # Substitution treatment counts as opioids: on it, and until 14 days after it stops.
        ({"ost": DAILY}, 100, False),
        ({"ost": DEPOT}, 100, False),
        ({"ost_stop": 60}, 73, False),
        ({"ost_stop": 60}, 74, True),
        ({"ost_stop": 40}, 63, False),  # stopped before use did
        ({"ost_stop": 40}, 64, True),
        ({"ost_stop": 50}, 64, True),
        # Tolerance as custody left it is the day of release's matter, not this one's.
        ({"abstinent_since": 0}, 100, False),
        ({"latest_release": 50}, 100, False),
        # Other needs have no tolerance to opioids.
        ({"need": STIMULANT}, 100, False),
        ({"need": ALCOHOL}, 100, False),
        ({"need": OTHER}, 100, False),
    ],
)
def test_who_has_lost_tolerance(params: Any, fields: dict[str, int], day: int, lost: bool) -> None:
    row = stopped(**fields)
    assert use.has_lost_tolerance(row, params, day) is lost
    use.start_using(row, params, day, day * DAY)
    assert (row["using"], row["tolerance"]) == (1, LOST if lost else KEPT)
    assert row["tolerance_from"] == (day if lost else 0)


def test_the_days_are_a_number_of_the_run() -> None:
    params = params_of(custody__tolerance_days=30.0)
    assert [use.has_lost_tolerance(stopped(), params, day) for day in (64, 79, 80)] == [False, False, True]


def test_the_bands_run_from_the_day_of_use(params: Any) -> None:
    row = stopped(overdose_base=1e-4)
    use.start_using(row, params, 90, 90 * DAY)
    for since, ratio in ((0, 22.0), (6, 22.0), (7, 14.0), (13, 14.0), (14, 2.2), (27, 2.2), (28, 1.0), (200, 1.0)):
        assert overdose.state_ratio(row, params, 90 + since) == pytest.approx(ratio)
        assert overdose.hazard(row, params, 90 + since) == pytest.approx(1e-4 * ratio)
    assert [life.next_wake(row, params, day) for day in (90, 97, 104)] == [97, 104, 118]


def test_a_short_pause_leaves_the_bands_where_they_were(params: Any) -> None:
    # Lost on release, used from day 5 to 8 and again on day 12: the bands still run from the release.
    row = someone(tolerance=LOST)
    use.start_using(row, params, 5, 5 * DAY)
    use.stop_using(row, 8, 8 * DAY)
    use.start_using(row, params, 12, 12 * DAY)
    assert (row["tolerance"], row["tolerance_from"]) == (LOST, 0)
    assert overdose.state_ratio(row, params, 12) == pytest.approx(14.0)
    # Stopped on day 13 and again on day 27, 14 days later: lost anew from there.
    use.stop_using(row, 13, 13 * DAY)
    use.start_using(row, params, 27, 27 * DAY)
    assert (row["tolerance"], row["tolerance_from"], row["first_use"]) == (LOST, 27, 5)
    assert overdose.state_ratio(row, params, 27) == pytest.approx(22.0)


def test_half_a_tolerance_becomes_none(params: Any) -> None:
    row = stopped(tolerance=HALF)
    use.start_using(row, params, 64, 64 * DAY)
    assert overdose.state_ratio(row, params, 64) == pytest.approx(22.0)


def test_the_risk_after_substitution_treatment_is_not_multiplied(params: Any) -> None:
    # OST stopped on day 60, use on day 74: the larger of 22 and 3.8.
    row = stopped(ost_stop=60)
    use.start_using(row, params, 74, 74 * DAY)
    assert overdose.state_ratio(row, params, 74) == pytest.approx(22.0)
    assert overdose.state_ratio(row, params, 88) == pytest.approx(2.2)  # 28 days after OST stopped are over


def test_starting_substitution_treatment_gives_tolerance_back(params: Any) -> None:
    row = stopped()
    use.start_using(row, params, 90, 90 * DAY)
    treatment.start(row, params, 95, 95 * DAY)
    assert (row["tolerance"], row["ost"]) == (KEPT, DAILY)
    assert overdose.state_ratio(row, params, 96) == pytest.approx(0.80 * 1.93)


def test_stopping_alone_changes_no_tolerance(params: Any) -> None:
    row = someone(using=1, tolerance=KEPT)
    use.stop_using(row, 50, 50 * DAY)
    assert (row["tolerance"], row["tolerance_from"]) == (KEPT, 0)


def test_two_weeks_after_a_residential_place_tolerance_is_lost_from_use_on(params: Any) -> None:
    for days, since in ((13, 114), (14, 128)):
        row = someone(
            status=5, treatment=IN_TREATMENT, residential_since=30, residential_until=114, tolerance=KEPT, stays=1
        )
        row["worker"][REHAB_SERVICE] = 2
        residential.leave(row, params, 114, 114 * DAY)
        use.start_using(row, params, 114 + days, (114 + days) * DAY)
        assert (row["tolerance"], row["tolerance_from"]) == (LOST, since)


@STEADY
@given(st.integers(1, 200), st.integers(0, 120), st.sampled_from([NEVER, *range(1, 320)]), st.integers(0, 4))
def test_lost_after_fourteen_days_without_any_opioid(stop: int, later: int, ost_stop: int, need: int) -> None:
    day = stop + later
    row = stopped(stop, ost_stop=ost_stop, need=need)
    last_opioid = max(stop, ost_stop) if ost_stop <= day else stop
    expected = need <= OPIATE_NO_CRACK and day - last_opioid >= 14
    assert use.has_lost_tolerance(row, PARAMS, day) is expected
    use.start_using(row, PARAMS, day, day * DAY)
    assert overdose.state_ratio(row, PARAMS, day) >= 1.0
    if expected:
        assert overdose.state_ratio(row, PARAMS, day) == pytest.approx(22.0)
