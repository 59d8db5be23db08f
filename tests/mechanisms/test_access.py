"""Ways to an appointment beside the timetable, by hand: what each lays on the row, in which order, and for whom."""

from __future__ import annotations

import math
from math import log
from typing import Any

import pytest
from by_hand import diary, differences, draw_of, number_with, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.mechanisms import access, attendance
from sim.mechanisms.access import DAY_END
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import IN_TREATMENT, WAITING
from sim.population.coverage import COVERAGE, Coverage

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
WAYS = ("outreach", "remote", "lift", "demand_bus", "travel_pass")
FAR = {"journey_minutes": 75.0, "journey_fare": 3.0, "arrive_after": 800.0, "leave_before": 830.0}
NOT_AT_ALL = {"journey_minutes": math.inf, "journey_fare": math.inf, "arrive_after": 32767.0, "leave_before": -1.0}
NEAR = {"journey_minutes": 12.0, "journey_fare": 2.0, "arrive_after": 500.0, "leave_before": 1300.0}


def journey(row: Any) -> tuple[float, float, float, float]:
    """Minutes, fare, earliest arrival and latest start home on the row."""
    return tuple(float(row[name]) for name in FAR)  # type: ignore[return-value]


def way(params: Any, first: bool = True, number: int = 1, n: int = 0, **fields: Any) -> tuple[Any, bool]:
    """The row after the way to an appointment has been arranged, and whether the appointment is remote."""
    row = someone(number, **({"watched": 1} | fields))
    return row, bool(access.arrange(row, params, 7 * DAY, first, n))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("offer", "laid", "act", "brought"),
    [
        ("outreach", (30.0, 0.0, 0.0, DAY_END), Event.OUTREACH, 1),
        ("remote", (30.0, 0.0, 0.0, DAY_END), Event.REMOTE, 1),
        ("lift", (30.0, 0.0, 0.0, DAY_END), Event.LIFT, 1),
        ("demand_bus", (30.0, 3.0, 0.0, DAY_END), Event.DEMAND_BUS, 1),
        ("travel_pass", (75.0, 0.0, 800.0, 830.0), Event.PASS, 0),  # distance and timetable stay
    ],
)
def test_what_each_way_lays_on_the_row(
    params: Any, first: bool, offer: str, laid: tuple[float, ...], act: int, brought: int
) -> None:
    row, remote = way(params, first, **FAR, coverage=offered(**{offer: 1.0}))
    assert journey(row) == laid
    assert (diary(row), int(row["brought"]), remote) == ([act], brought, offer == "remote")


def test_without_an_offer_the_timetable_stands(params: Any) -> None:
    for start in (FAR, NEAR, NOT_AT_ALL):
        before = someone(**start, watched=1)
        row, remote = way(params, **start)
        assert differences(before, row) == set() and not remote


@pytest.mark.parametrize("offer", WAYS)
def test_the_nth_appointment_has_the_offer_by_its_own_luck(params: Any, offer: str) -> None:
    process = {
        "outreach": (P.OUTREACH_FIRST, P.OUTREACH_CONTACT),
        "remote": (P.REMOTE_FIRST, P.REMOTE_CONTACT),
        "lift": (P.LIFT_FIRST, P.LIFT_CONTACT),
        "demand_bus": (P.BUS_FIRST, P.BUS_CONTACT),
        "travel_pass": (P.TRAVEL_PASS, P.TRAVEL_PASS),
    }[offer]
    for first in (True, False):
        held = []
        for n in range(40):
            row, _ = way(params, first, n=n, **FAR, coverage=offered(**{offer: 0.4}))
            held.append(bool(diary(row)))
            once_a_life = offer == "travel_pass"
            assert held[-1] == (draw_of(row, process[0 if first else 1], 0 if once_a_life else n) < 0.4)
        assert 0 < sum(held) < 40 or offer == "travel_pass"


def test_the_order_of_the_ways(params: Any) -> None:
    everything = dict.fromkeys(WAYS, 1.0)
    for offer, act in zip(WAYS[:4], (Event.OUTREACH, Event.REMOTE, Event.LIFT, Event.DEMAND_BUS), strict=True):
        row, remote = way(params, **FAR, coverage=offered(**everything))
        assert diary(row)[0] == act and remote == (offer == "remote")
        assert row["brought"] == 1  # one way to one appointment
        everything[offer] = 0.0


def test_a_pass_is_good_on_a_demand_bus(params: Any) -> None:
    row, _ = way(params, **FAR, coverage=offered(demand_bus=1.0, travel_pass=1.0))
    assert journey(row) == (30.0, 0.0, 0.0, DAY_END)
    assert (diary(row), int(row["brought"])) == ([Event.DEMAND_BUS, Event.PASS], 1)


@pytest.mark.parametrize("offer", ["lift", "demand_bus"])
@pytest.mark.parametrize(("minutes", "comes"), [(12.0, False), (30.0, False), (30.5, True), (math.inf, True)])
def test_a_lift_or_bus_comes_for_people_who_live_far_away(params: Any, offer: str, minutes: float, comes: bool) -> None:
    row, _ = way(params, **(FAR | {"journey_minutes": minutes}), coverage=offered(**{offer: 1.0}))
    assert bool(row["brought"]) is comes
    assert row["journey_minutes"] == (30.0 if comes else minutes)


@pytest.mark.parametrize("offer", ["outreach", "remote"])
def test_a_short_journey_stays_short(params: Any, offer: str) -> None:
    row, _ = way(params, **NEAR, coverage=offered(**{offer: 1.0}))
    assert journey(row) == (12.0, 0.0, 0.0, DAY_END)


def test_a_pass_needs_a_fare(params: Any) -> None:
    row, _ = way(params, **(NEAR | {"journey_fare": 0.0}), coverage=offered(travel_pass=1.0))
    assert diary(row) == []


@pytest.mark.parametrize("offer", [Coverage.OUTREACH, Coverage.REMOTE, Coverage.LIFT, Coverage.DEMAND_BUS])
def test_whoever_no_timetable_serves_is_reached(params: Any, offer: int) -> None:
    row, _ = way(params, **NOT_AT_ALL, coverage=offered(**{COVERAGE[offer]: 1.0}))
    for minute in (540.0, 960.0):
        assert attendance.is_reachable(row, minute)
    row, _ = way(params, **NOT_AT_ALL, coverage=offered(travel_pass=1.0))
    assert not attendance.is_reachable(row, 800.0)  # a pass brings no bus


def test_log_odds_with_each_way(params: Any) -> None:
    # 75 minutes are four and a half steps beyond 30; the fare counts until the first payment.
    steps, fare = 4.5 * log(0.90), log(0.80)
    for offer, term in (
        (None, steps + fare),
        ("outreach", 0.0),
        ("remote", 0.0),
        ("lift", 0.0),
        ("demand_bus", fare),
        ("travel_pass", steps),
    ):
        row, _ = way(params, **FAR, first_payment=60, coverage=offered(**({offer: 1.0} if offer else {})))
        assert attendance.common_terms(row, params, 10) == pytest.approx(term)


# Remote contacts and trust


def contact(number: int, remote: float) -> Any:
    """Somebody in treatment with a contact today who can be reached any time, held remotely or in person."""
    return someone(
        number, treatment=IN_TREATMENT, trust=0.30, reference=0.30, journey_minutes=20.0, arrive_after=0.0,
        leave_before=1440.0, coverage=offered(remote=remote),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "in_person", "by_telephone"),
    [
        (0.0, 0.5, 0.30 + 0.07 * 0.70, 0.30 + 0.035 * 0.70),  # kept: 0.349 and 0.3245
        (0.99, 1.0, 0.30 * 0.93, 0.30 * 0.965),  # missed: 0.279 and 0.2895
    ],
)
def test_a_remote_contact_moves_trust_by_half_a_step_and_its_reference_by_a_whole_one(
    params: Any, low: float, high: float, in_person: float, by_telephone: float
) -> None:
    number = number_with((P.CONTACT_KEPT, 0, low, high))
    for remote, trusted in ((0.0, in_person), (1.0, by_telephone)):
        row = contact(number, remote)
        attendance.meet_contact(row, params, 30, 30 * DAY)
        assert row["trust"] == pytest.approx(trusted)
        assert row["reference"] == pytest.approx(0.30 + 0.07 * 0.45)  # time goes on alike
        assert row["trust_ratio"] == pytest.approx(0.77 ** ((trusted - 0.3315) / 0.15))


def test_an_outreach_contact_counts_in_full(params: Any) -> None:
    row = contact(number_with((P.CONTACT_KEPT, 0, 0.0, 0.5)), 1.0)
    row["coverage"] = offered(outreach=1.0, remote=1.0)
    attendance.meet_contact(row, params, 30, 30 * DAY)
    assert row["trust"] == pytest.approx(0.349)


@pytest.mark.parametrize("part", [0.2, 1.0])
def test_the_part_of_a_step_is_a_number_of_the_run(part: float) -> None:
    row = contact(number_with((P.CONTACT_KEPT, 0, 0.0, 0.5)), 1.0)
    attendance.meet_contact(row, params_of(trust__remote_step=part), 30, 30 * DAY)
    assert row["trust"] == pytest.approx(0.30 + 0.07 * part * 0.70)


def test_an_appointment_out_of_reach_is_met_with_a_lift(params: Any) -> None:
    number = number_with((P.APPOINTMENT_KEPT, 0, 0.0, 0.02))
    for lift, missed in ((0.0, 1), (1.0, 0)):
        row = someone(
            number, treatment=WAITING, asked_on=0, appointment_day=3, coverage=offered(lift=lift), **NOT_AT_ALL
        )
        attendance.meet_first_appointment(row, params, 3, 3 * DAY)
        assert (row["missed_travel"], row["treatment"] == IN_TREATMENT) == (missed, not missed)


# Switched off, and shares that grow


def test_switched_off_nobody_is_brought() -> None:
    off = params_without(access)
    for start in (FAR, NOT_AT_ALL):
        before = someone(**start, coverage=offered(**dict.fromkeys(WAYS, 1.0)), watched=1)
        row, remote = way(off, **start, coverage=offered(**dict.fromkeys(WAYS, 1.0)))
        assert differences(before, row) == set() and not remote


@STEADY
@given(
    st.integers(1, 5000), st.tuples(*[st.floats(0, 1)] * 5), st.tuples(*[st.floats(0, 1)] * 5),
    st.sampled_from([FAR, NEAR, NOT_AT_ALL]), st.booleans(), st.integers(0, 5),
)  # fmt: skip
def test_larger_shares_never_take_a_way_away(
    number: int, one: tuple[float, ...], other: tuple[float, ...], start: dict[str, float], first: bool, n: int
) -> None:
    less, more = (
        way(
            PARAMS, first, number, n, **start, coverage=offered(**dict(zip(WAYS, map(bound, one, other), strict=True)))
        )[0]
        for bound in (min, max)
    )
    minutes, fare, arrive, leave = zip(journey(less), journey(more), strict=True)
    assert minutes[1] <= minutes[0] and arrive[1] <= arrive[0] and leave[1] >= leave[0]
    assert (fare[1] > 0.0) <= (fare[0] > 0.0)
    assert more["brought"] >= less["brought"]
