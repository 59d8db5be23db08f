"""Depot buprenorphine and the bridged prescription on release, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import NO_MEETINGS, draw_of, number_with, params_of, per_service_type, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import custody, overdose, referral, release, treatment, use
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    DAILY,
    DEPOT,
    IN_TREATMENT,
    KEPT,
    NO_OST,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    ON_OST,
    OTHER,
    TREATMENT_SERVICE,
    WAITING,
)

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
DOSED = (P.OST_IN_CUSTODY, 1, 0.0, 0.571)


def leaving(number: int, **fields: Any) -> Any:
    """Somebody on the day of the first release, day 20, the count of releases moved on already."""
    return someone(number, **({"status": NOT_YET_RELEASED, "releases": 1, "ost_chance": 0.571} | fields))


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_who_leaves_with_a_depot_dose(params: Any, chance: float) -> None:
    for number in range(1, 60):
        row = leaving(number, depot_chance=chance)
        release.opioid_state(row, params, 20)
        on_ost = draw_of(row, P.OST_IN_CUSTODY, 1) < 0.571
        depot = on_ost and draw_of(row, P.DEPOT_AT_RELEASE, 1) < chance
        assert row["ost"] == (DEPOT if depot else (DAILY if on_ost else NO_OST))
        assert (row["ost_at_release"], row["tolerance"] == ON_OST) == (on_ost, on_ost)
        if depot:
            assert (row["depot_since"], row["script_until"]) == (20, 48)  # 28 days, bridged or not
        else:
            assert row["depot_since"] == NEVER


@pytest.mark.parametrize("need", [ALCOHOL, OTHER])
def test_depot_is_for_opiate_needs_only(params: Any, need: int) -> None:
    row = leaving(1, need=need, depot_chance=1.0, ost_chance=1.0, custody_until=20, home_last_start=1440.0, releases=0)
    release.release(row, params, 20, 20 * DAY)
    assert (row["ost"], row["depot_since"], row["script_until"]) == (NO_OST, NEVER, NEVER)


def test_a_dose_covers_28_days_whether_or_not_anybody_takes_over(params: Any) -> None:
    row = leaving(number_with(DOSED), depot_chance=1.0, status=1, first_release=20, latest_release=20)
    release.opioid_state(row, params, 20)
    for day in (21, 30, 47):
        life.booked_events(row, params, day, day * DAY)
        assert (row["ost"], row["ost_stop"], row["script_until"]) == (DEPOT, NEVER, 48)
    life.booked_events(row, params, 48, 48 * DAY)
    assert (row["ost"], row["ost_stop"], row["script_until"]) == (NO_OST, 48, NEVER)
    # The raised risk after OST stops runs from the end of the dose.
    row["tolerance"] = KEPT
    assert [overdose.state_ratio(row, params, day) for day in (48, 75, 76)] == [3.8, 3.8, 1.0]


def test_depot_is_ost_for_use_and_overdose(params: Any) -> None:
    row = someone(ost=DEPOT, abstinent_since=0, using=0)
    assert use.start_hazard(row, params, 5) == pytest.approx(0.024 * NO_MEETINGS * 0.33)
    assert overdose.state_ratio(row, params, 5) == pytest.approx(0.80)
    using = leaving(number_with((P.USE_ON_RELEASE, 1, 0.111, 0.29)), ost=DEPOT)
    release.use_on_the_day(using, params, 20, 20 * DAY)
    assert using["using"] == 0  # 0.110 with a dose, 0.298 without


@pytest.mark.parametrize(("since", "hazard"), [(0, 0.0055), (27, 0.0055), (28, 0.00238), (84, 0.000977 - 0.00021)])
def test_people_on_depot_drop_out_at_three_fifths_of_the_hazard(params: Any, since: int, hazard: float) -> None:
    row = someone(treatment=IN_TREATMENT, treatment_start=30, ost=DEPOT, trust_ratio=0.9)
    assert treatment.dropout_hazard(row, params, 30 + since) == pytest.approx(0.60 * 0.9 * hazard)
    row["ost"] = DAILY
    assert treatment.dropout_hazard(row, params, 30 + since) == pytest.approx(0.9 * hazard)


def test_completing_is_not_slowed_by_a_depot(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, treatment_start=0, ost=DEPOT)
    assert treatment.completion_hazard(row, params, 90) == pytest.approx(0.00021)


def test_starting_treatment_goes_on_with_the_depot(params: Any) -> None:
    row = someone(treatment=WAITING, ost=DEPOT, ost_start=20, depot_since=20, script_until=48)
    treatment.start(row, params, 30, 30 * DAY)
    assert (row["ost"], row["ost_start"], row["ost_is_new_start"], row["script_until"]) == (DEPOT, 20, 0, NEVER)


@pytest.mark.parametrize(
    ("day", "ends"),
    [(20, 48), (21, 48), (47, 48), (48, 76), (60, 76), (75, 76), (76, 104), (300, 328)],
)  # doses on days 20, 48, 76, ...
def test_whoever_drops_out_is_covered_to_the_end_of_the_dose_running(params: Any, day: int, ends: int) -> None:
    row = someone(treatment=IN_TREATMENT, ost=DEPOT, depot_since=20, contact_day=day + 9, settled_at=day * DAY)
    treatment.leave(row, params, day, day * DAY + 300)
    assert (row["treatment"], row["ost"], row["ost_stop"]) == (NO_TREATMENT, DEPOT, NEVER)
    assert (row["script_until"], row["contact_day"]) == (ends, NEVER)
    assert row["leaves"].tolist() == per_service_type(0, {TREATMENT_SERVICE: 1})
    row["first_release"] = 0
    life.booked_events(row, params, ends - 1, (ends - 1) * DAY)
    assert row["ost"] == DEPOT
    life.booked_events(row, params, ends, ends * DAY)
    assert (row["ost"], row["ost_stop"]) == (NO_OST, ends)


def test_daily_treatment_stops_on_the_day_itself(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, ost=DAILY)
    treatment.leave(row, params, 60, 60 * DAY)
    assert (row["ost"], row["ost_stop"], row["script_until"]) == (NO_OST, 60, NEVER)


def test_asking_for_help_again_under_cover_keeps_the_depot_and_after_it_is_a_new_start(params: Any) -> None:
    for day, ost, new in ((70, DEPOT, 0), (80, DAILY, 1)):
        row = someone(treatment=IN_TREATMENT, ost=DEPOT, depot_since=20, latest_release=20, licence_until=0)
        treatment.leave(row, params, 60, 60 * DAY)
        referral.ask_for_help(row, params, 0, 65, 65 * DAY)
        if day > 76:
            life.booked_events(row, params, 76, 76 * DAY)
        treatment.start(row, params, day, day * DAY)
        assert (row["ost"], row["ost_is_new_start"], row["script_until"]) == (ost, new, NEVER)


def test_taken_into_custody_under_cover_counts_as_on_ost(params: Any) -> None:
    row = someone(ost=DEPOT, depot_since=20, script_until=48)
    custody.enter(row, params, 30, 30 * DAY, 14)
    assert (row["ost"], row["ost_when_taken"], row["script_until"], row["ost_stop"]) == (NO_OST, 1, NEVER, NEVER)


@pytest.mark.parametrize(
    ("day", "doses"), [(20, 1), (21, 1), (47, 1), (48, 1), (49, 2), (76, 2), (77, 3), (384, 13), (385, 14)]
)  # doses on days 20, 48, 76, ..., 356 and 384, that of the day itself not given yet
def test_whole_doses_are_counted_as_they_are_given(params: Any, day: int, doses: int) -> None:
    row = someone(ost=DEPOT, depot_since=20, injections=2)
    treatment.count_injections(row, params, day)
    assert row["injections"] == 2 + doses


def test_doses_are_counted_when_the_depot_ends_however_it_ends(params: Any) -> None:
    """Taken into custody on day 60: two doses, on days 20 and 48. Dropped out on day 60: covered to day 76, the same
    two. Dead, or followed for a year, in treatment: no dose is forgotten. On daily treatment: none."""
    taken, left, daily = (someone(ost=ost, depot_since=20, treatment=IN_TREATMENT) for ost in (DEPOT, DEPOT, DAILY))
    custody.enter(taken, params, 60, 60 * DAY, 14)
    treatment.leave(left, params, 60, 60 * DAY)
    assert left["injections"] == 0  # until the dose ends
    treatment.stop_ost(left, params, 76, 76 * DAY)
    treatment.leave(daily, params, 60, 60 * DAY)
    dead, followed = (someone(ost=DEPOT, depot_since=20, treatment=IN_TREATMENT, first_release=0) for _ in range(2))
    life.apply_event(dead, params, P.OTHER_DEATH, 0, 60, 60 * DAY + 5)
    life.end_follow_up(followed, params, 365 * DAY)
    assert [int(row["injections"]) for row in (taken, left, daily, dead, followed)] == [2, 2, 0, 2, 13]


@STEADY
@given(st.integers(1, 9999), st.integers(-200, 300), st.integers(0, 700), st.floats(1.0, 60.0))
def test_a_dose_ends_after_the_day_and_within_its_cover(number: int, since: int, later: int, cover: float) -> None:
    row, day = someone(number, depot_since=since), since + later
    ends = treatment.cover_ends(row, params_of(treatment__depot_cover_days=cover), day)
    assert day < ends <= day + cover + 1
    whole_days = treatment.cover_ends(row, params_of(treatment__depot_cover_days=float(int(cover))), day)
    assert (whole_days - since) % int(cover) == 0


@pytest.mark.parametrize(("chance", "until"), [(0.0, 21), (0.19, 21), (0.21, 30), (1.0, 30)])
def test_the_rows_own_chance_bridges_the_prescription(params: Any, chance: float, until: int) -> None:
    number = number_with(DOSED, (P.SCRIPT_BRIDGED, 1, 0.195, 0.205))
    row = leaving(number, bridged_chance=chance)
    release.opioid_state(row, params, 20)
    assert (row["ost"], row["script_until"]) == (DAILY, until)


def test_each_release_bridges_with_luck_of_its_own(params: Any) -> None:
    bridged = []
    for n in range(1, 30):
        row = leaving(5, releases=n, ost_chance=1.0, bridged_chance=0.5)
        release.opioid_state(row, params, 20)
        bridged.append(row["script_until"] == 30)
        assert bridged[-1] == (draw_of(row, P.SCRIPT_BRIDGED, n) < 0.5)
    assert 0 < sum(bridged) < 29


@STEADY
@given(st.integers(1, 3000), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_chance_never_takes_a_bridge_or_a_dose_away(number: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    for name, good in (("bridged_chance", "script_until"), ("depot_chance", "ost")):
        less, more = leaving(number, **{name: low}), leaving(number, **{name: high})
        for row in (less, more):
            release.opioid_state(row, PARAMS, 20)
        assert more[good] >= less[good]
