"""Tolerance lost by abstinence, by hand: two weeks without any opioid take half of it, four weeks all."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import DAY_RATIOS, LOST_RATIOS, params_of, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import custody, overdose, residential, tolerance, treatment, use
from sim.population.codes import (
    ALCOHOL,
    DAILY,
    DEPOT,
    HALF,
    IN_TREATMENT,
    KEPT,
    LOST,
    ON_OST,
    OPIATE_NO_CRACK,
    OTHER,
    REHAB_SERVICE,
    STIMULANT,
)

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
R_0, R_7, R_14, _ = LOST_RATIOS


def stopped(day: int = 50, **fields: Any) -> Any:
    """Somebody released on day 0 who used and stopped on a day, 50 unless told."""
    return someone(**({"abstinent_since": day, "tolerance": KEPT} | fields))


def uses(row: Any, params: Any, day: int) -> Any:
    use.start_using(row, params, day, day * DAY)
    return row


@pytest.mark.parametrize(
    ("fields", "day", "state"),
    [
        ({}, 50, KEPT),
        ({}, 63, KEPT),  # 13 days
        ({}, 64, HALF),  # 14 days
        ({}, 77, HALF),
        ({}, 78, LOST),  # 28 days
        ({}, 300, LOST),
        ({"need": OPIATE_NO_CRACK}, 78, LOST),
        # Substitution treatment counts as opioids: on it, and until two or four weeks after it stops.
        ({"ost": DAILY}, 100, KEPT),
        ({"ost": DEPOT}, 100, KEPT),
        ({"ost_stop": 60}, 73, KEPT),
        ({"ost_stop": 60}, 74, HALF),
        ({"ost_stop": 60}, 88, LOST),
        ({"ost_stop": 40}, 63, KEPT),  # stopped before use did
        ({"ost_stop": 40}, 64, HALF),
        ({"ost_stop": 50}, 78, LOST),
        # The time without opioids may begin with a release.
        ({"abstinent_since": 0, "tolerance": HALF}, 27, HALF),
        ({"abstinent_since": 0, "tolerance": HALF}, 28, LOST),
        ({"abstinent_since": 0, "tolerance": LOST}, 20, LOST),  # half a loss never takes the place of a whole one
        ({"abstinent_since": 0, "tolerance": ON_OST, "ost_stop": 1}, 14, ON_OST),
        ({"abstinent_since": 0, "tolerance": ON_OST, "ost_stop": 1}, 15, HALF),
        ({"abstinent_since": 0, "tolerance": ON_OST, "ost_stop": 1}, 29, LOST),
        # Other needs have no tolerance to opioids.
        ({"need": STIMULANT}, 100, KEPT),
        ({"need": ALCOHOL}, 100, KEPT),
        ({"need": OTHER}, 100, KEPT),
    ],
)
def test_what_use_after_days_without_opioids_meets(params: Any, fields: dict[str, int], day: int, state: int) -> None:
    row = uses(stopped(**fields), params, day)
    assert (row["using"], row["tolerance"], row["used_days"], row["using_since"]) == (1, state, 0, day)


def test_the_days_are_numbers_of_the_run() -> None:
    params = params_of(custody__tolerance_days=20.0, use__tolerance_days=30.0)
    found = [int(uses(stopped(), params, day)["tolerance"]) for day in (69, 70, 79, 80)]
    assert found == [KEPT, HALF, HALF, LOST]
    # The whole of it is never lost sooner than half of it.
    early = params_of(custody__tolerance_days=20.0, use__tolerance_days=10.0)
    assert [int(uses(stopped(), early, day)["tolerance"]) for day in (69, 70)] == [KEPT, LOST]


def test_first_use_on_day_40_is_the_same_as_a_relapse_after_four_weeks(params: Any) -> None:
    released = uses(someone(tolerance=LOST, overdose_base=1e-4), params, 40)
    relapsed = uses(stopped(12, overdose_base=1e-4), params, 40)
    for used, ratio in ((0, R_0), (6, R_0), (7, R_7), (13, R_7), (14, R_14), (27, R_14), (28, 1.0), (200, 1.0)):
        hazards = [overdose.hazard(row, params, 40 + used) for row in (released, relapsed)]
        assert hazards == pytest.approx([1e-4 * ratio] * 2)
    assert [life.next_wake(released, params, day) for day in (40, 47, 54)] == [47, 54, 68]


def test_use_from_the_day_of_release_meets_both(params: Any) -> None:
    row = uses(someone(tolerance=LOST, overdose_base=1e-4), params, 0)
    expected = {0: R_0 * DAY_RATIOS[0], 1: R_0 * DAY_RATIOS[1], 6: R_0 * DAY_RATIOS[2], 7: R_7, 14: R_14, 28: 1.0}
    assert {day: overdose.hazard(row, params, day) for day in expected} == pytest.approx(
        {day: 1e-4 * ratio for day, ratio in expected.items()}
    )
    assert [overdose.next_change(row, day) for day in (0, 1, 3, 7, 14, 28)] == [1, 3, 7, 14, 28, 0]


def test_a_short_pause_changes_nothing_and_its_days_are_no_days_of_use(params: Any) -> None:
    # Lost on release, used from day 5 to 8 and again from day 12: three days of use before, the seventh day is day 16.
    row = uses(someone(tolerance=LOST), params, 5)
    use.stop_using(row, 8, 8 * DAY)
    assert (row["used_days"], row["using"], row["abstinent_since"]) == (3, 0, 8)
    uses(row, params, 12)
    assert (row["tolerance"], row["used_days"]) == (LOST, 3)
    assert [overdose.state_ratio(row, params, day) for day in (12, 15, 16)] == pytest.approx([R_0, R_0, R_7])
    assert overdose.next_change(row, 12) == 16
    # Stopped on day 20 after eleven days of use, and again on day 40: half a loss (3.83) is less than 7.85.
    use.stop_using(row, 20, 20 * DAY)
    uses(row, params, 40)
    assert (row["tolerance"], row["used_days"], row["first_use"]) == (LOST, 11, 5)
    # Stopped after sixteen days of use, at 3.57: now it is more, and counts from there.
    use.stop_using(row, 45, 45 * DAY)
    assert row["used_days"] == 16
    uses(row, params, 60)
    assert (row["tolerance"], row["used_days"]) == (HALF, 0)
    assert overdose.state_ratio(row, params, 60) == pytest.approx(R_0**0.5)


def test_half_a_tolerance_becomes_none(params: Any) -> None:
    row = uses(stopped(tolerance=HALF), params, 78)
    assert overdose.state_ratio(row, params, 78) == pytest.approx(R_0)


def test_the_risk_after_substitution_treatment_is_not_multiplied(params: Any) -> None:
    # OST stopped on day 60, use on day 74: the larger of sqrt(14.7) = 3.83 and 3.8, then 3.8 to day 87.
    row = uses(stopped(ost_stop=60), params, 74)
    assert overdose.state_ratio(row, params, 74) == pytest.approx(R_0**0.5)
    assert overdose.state_ratio(row, params, 87) == pytest.approx(3.8)
    assert overdose.state_ratio(row, params, 88) == pytest.approx(R_14**0.5)


def test_substitution_treatment_begun_after_it_was_lost_leaves_a_part(params: Any) -> None:
    row = uses(stopped(), params, 90)
    treatment.start(row, params, 95, 95 * DAY)
    assert (row["tolerance"], row["ost"]) == (ON_OST, DAILY)
    assert overdose.state_ratio(row, params, 96) == pytest.approx(0.80 * 1.93 * R_0**0.3)
    assert overdose.state_ratio(row, params, 97) == pytest.approx(0.80 * 1.93 * R_7**0.3)  # the days of use stand


def test_stopping_alone_changes_no_tolerance(params: Any) -> None:
    row = someone(using=1, tolerance=KEPT)
    use.stop_using(row, 50, 50 * DAY)
    assert (row["tolerance"], row["used_days"]) == (KEPT, 50)


def test_custody_and_a_residential_place_end_the_spell_of_use(params: Any) -> None:
    row = someone(using=1, using_since=4, tolerance=LOST)
    custody.enter(row, params, 9, 9 * DAY, 5)
    assert (row["using"], row["used_days"]) == (0, 5)
    row = someone(using=1, using_since=4, tolerance=LOST)
    residential.enter(row, params, 9, 9 * DAY)
    assert (row["using"], row["used_days"]) == (0, 5)


def test_four_weeks_after_a_short_residential_stay_it_is_lost_from_use_on(params: Any) -> None:
    for days, state in ((27, HALF), (28, LOST)):
        row = someone(
            status=5, treatment=IN_TREATMENT, residential_since=110, residential_until=114, tolerance=KEPT, stays=1
        )
        row["worker"][REHAB_SERVICE] = 2
        residential.leave(row, params, 114, 114 * DAY)
        assert row["tolerance"] == HALF
        assert uses(row, params, 114 + days)["tolerance"] == state


@STEADY
@given(
    st.integers(1, 200), st.integers(0, 120), st.sampled_from([NEVER, *range(1, 320)]), st.integers(0, 4),
    st.integers(0, 3), st.integers(0, 40),
)  # fmt: skip
def test_after_four_weeks_without_any_opioid_nothing_is_left(
    stop: int, later: int, ost_stop: int, need: int, state: int, used: int
) -> None:
    day = stop + later
    row = stopped(stop, ost_stop=ost_stop, need=need, tolerance=state, used_days=used)
    band = (used >= 7) + (used >= 14) + (used >= 28)
    before = float(PARAMS["overdose_tolerance"][state][band])
    last_opioid = max(stop, ost_stop) if ost_stop <= day else stop
    uses(row, PARAMS, day)
    after = tolerance.hazard_ratio(row, PARAMS, day)
    if need > OPIATE_NO_CRACK or day - last_opioid < 14:
        assert (after, row["tolerance"], row["used_days"]) == (before, state, used)
    elif day - last_opioid < 28:
        assert after == pytest.approx(max(before, R_0**0.5))
    else:
        assert after == pytest.approx(R_0)
