"""Referral, missed appointments, asking for help, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import SIGMAS, diary, differences, draw_of, number_with, params_of, per_service_type, someone
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.core.days import NEVER
from sim.mechanisms import referral
from sim.mechanisms.events import Event
from sim.mechanisms.referral import LONGEST_DELAY, poisson_quantile
from sim.population import processes as P
from sim.population.codes import IN_TREATMENT, NO_TREATMENT, TREATMENT_SERVICE, WAITING

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)  # the first call compiles; the same examples each time


@STEADY
@given(st.floats(1e-12, 1.0 - 1e-12), st.floats(0.0, 12.0))
def test_poisson_quantiles_agree_with_scipy(u: float, mean: float) -> None:
    k = poisson_quantile(u, mean)
    assert 0 <= k <= LONGEST_DELAY
    if mean == 0.0:
        assert k == 0
        return
    assert stats.poisson.cdf(k, mean) >= u - 1e-12
    assert k == 0 or stats.poisson.cdf(k - 1, mean) <= u + 1e-12


def test_poisson_quantiles_by_hand() -> None:
    # Mean 3: 0.0498, 0.1991, 0.4232, 0.6472.
    assert [poisson_quantile(u, 3.0) for u in (0.04, 0.05, 0.19, 0.2, 0.42, 0.43, 0.64)] == [0, 1, 1, 2, 2, 3, 3]
    assert poisson_quantile(1.0 - 2.0**-53, 700.0) == LONGEST_DELAY


def test_a_lost_referral_opens_nothing(params: Any) -> None:
    row = someone(number_with((P.REFERRAL_ARRIVES, 1, 0.0, 0.28)), lost_chance=0.28)
    referral.refer_at_release(row, params, 0, 0, False)
    assert (row["treatment"], row["ready_day"], row["asked_on"]) == (NO_TREATMENT, NEVER, NEVER)


@pytest.mark.parametrize(
    ("low", "high", "delay"),
    [(0.0, 0.0497, 1), (0.05, 0.199, 2), (0.2, 0.423, 3), (0.4233, 0.647, 4)],  # 1 + Poisson(3)
)
@pytest.mark.parametrize("late", [False, True])
def test_a_referral_that_arrives_is_offered_after_its_delay(
    params: Any, low: float, high: float, delay: int, late: bool
) -> None:
    number = number_with((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.FIRST_DELAY, 1, low, high))
    row = someone(number, lost_chance=0.28, missed=2)
    referral.refer_at_release(row, params, 50, 50 * 1024, late)
    assert (row["treatment"], row["asked_on"], row["missed"]) == (WAITING, 50, 0)
    assert row["ready_day"] == 50 + delay + late - 1  # joins the list on the evening before


@pytest.mark.parametrize(("low", "high", "delay"), [(0.0, 0.5, 2), (0.5, 1.0, 1)])
def test_booked_before_release_is_offered_after_one_or_two_days(
    params: Any, low: float, high: float, delay: int
) -> None:
    chances = ((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.BOOKED_BEFORE_RELEASE, 1, 0.0, 0.9))
    row = someone(number_with(*chances, (P.BOOKED_DELAY, 1, low, high)), lost_chance=0.28, booked_chance=0.9)
    referral.refer_at_release(row, params, 0, 0, False)
    assert row["ready_day"] == delay - 1


def test_booking_does_not_touch_those_whom_it_does_not_reach(params: Any) -> None:
    chances = ((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.BOOKED_BEFORE_RELEASE, 1, 0.5, 1.0))
    number = number_with(*chances)
    days = []
    for share in (0.0, 0.5):
        row = someone(number, lost_chance=0.28, booked_chance=share)
        referral.refer_at_release(row, params, 0, 0, False)
        days.append(int(row["ready_day"]))
    assert days[0] == days[1]


def test_each_release_has_its_own_luck(params: Any) -> None:
    lost = []
    for release in range(1, 40):
        row = someone(lost_chance=0.5, releases=release)
        referral.refer_at_release(row, params, 0, 0, False)
        lost.append(row["treatment"] == NO_TREATMENT)
        assert lost[-1] == (draw_of(row, P.REFERRAL_ARRIVES, release) < 0.5)
    assert 0 < sum(lost) < 39


def test_asking_for_help(params: Any) -> None:
    # Off licence, in a settled home and without a mental health need no agency stands between: the published hazard.
    assert referral.ask_hazard(someone(licence_until=20), params, 20) == pytest.approx(0.006)
    assert referral.ask_hazard(someone(licence_until=90, engaged=1), params, 90) == pytest.approx(0.0018)
    for state in (WAITING, IN_TREATMENT):
        assert referral.ask_hazard(someone(treatment=state, engaged=1), params, 90) == 0.0
    row = someone(missed=3, licence_until=90)
    referral.ask_for_help(row, params, 0, 90, 90 * 1024)
    assert (row["treatment"], row["asked_on"], row["missed"]) == (WAITING, 90, 0)
    assert row["ready_day"] == 91  # an appointment on day 92 at the earliest


@pytest.mark.parametrize(
    ("since", "hazard"), [(0, 0.006), (27, 0.006), (28, 0.003), (83, 0.003), (84, 0.0012), (300, 0.0012)]
)
def test_asking_falls_with_the_days_since_the_latest_release(params: Any, since: int, hazard: float) -> None:
    row = someone(latest_release=40, licence_until=0)
    assert referral.ask_hazard(row, params, 40 + since) == pytest.approx(hazard)
    row["engaged"] = 1  # whoever has been engaged since then comes back at a hazard of its own
    assert referral.ask_hazard(row, params, 40 + since) == pytest.approx(0.0018)


def test_some_people_never_ask_unless_engaged(params: Any) -> None:
    row = someone(licence_until=0, never_asks=1)
    assert [referral.ask_hazard(row, params, day) for day in (3, 40, 200)] == [0.0, 0.0, 0.0]
    row["engaged"] = 1
    assert referral.ask_hazard(row, params, 200) == pytest.approx(0.0018)
    referral.refer_at_release(someone(never_asks=1), params, 0, 0, False)  # and a referral reaches them as anybody
    for number in range(1, 40):
        both = [someone(number, never_asks=flag) for flag in (0, 1)]
        for each in both:
            referral.refer_at_release(each, params, 0, 0, False)
        assert differences(*both) == {"never_asks"}


def test_who_never_asks_is_drawn_once_a_life() -> None:
    for share in (0.0, 0.35, 1.0):
        params = params_of(referral__never_asks=share)
        for number in range(1, 60):
            row = someone(number)
            assert referral.asks_never(row, params) == (draw_of(row, P.NEVER_ASKS, 0) < share)


def test_days_on_which_asking_changes() -> None:
    row = someone(latest_release=10)
    assert [referral.next_change(row, day) for day in (10, 37, 38, 93)] == [38, 38, 94, 94]
    assert referral.next_change(row, 94) <= 94
    for nothing in ({"never_asks": 1}, {"engaged": 1}, {"treatment": WAITING}):
        assert referral.next_change(someone(latest_release=10, **nothing), 12) == 0


def test_missed_appointments_are_offered_again_until_the_third(params: Any) -> None:
    row = someone(treatment=WAITING, appointment_day=10, asked_on=6)
    referral.appointment_missed(row, params, 10, 10 * 1024)
    assert (row["treatment"], row["missed"], row["appointment_day"]) == (WAITING, 1, NEVER)
    delays = [referral.poisson_quantile(draw_of(row, P.RETRY_DELAY, offers), 6.0) for offers in (0, 1)]
    assert (row["ready_day"], row["asked_on"]) == (10 + delays[0], 6)  # joins the list again; has waited since day 6
    assert row["leaves"][TREATMENT_SERVICE] == 1
    row["offers"] = 1
    referral.appointment_missed(row, params, 17, 17 * 1024)
    assert (row["missed"], row["ready_day"], row["asked_on"]) == (2, 17 + delays[1], 6)
    referral.appointment_missed(row, params, 24, 24 * 1024)
    assert (row["treatment"], row["missed"], row["ready_day"]) == (NO_TREATMENT, 3, NEVER)
    assert referral.ask_hazard(row, params, 24) == pytest.approx(0.006 / 0.72)  # on licence: requests lost included


def test_withdrawing_ends_offer_appointment_and_place() -> None:
    row = someone(treatment=WAITING, ready_day=9, appointment_day=12, joins=per_service_type(0, {TREATMENT_SERVICE: 1}))
    referral.withdraw(row)
    assert (row["ready_day"], row["appointment_day"]) == (NEVER, NEVER)
    assert (row["joins"][TREATMENT_SERVICE], row["leaves"][TREATMENT_SERVICE]) == (0, 1)


def test_giving_up_the_wait_closes_the_referral() -> None:
    for engaged, hazard in ((0, 0.003 / 0.72), (1, 0.0018 / 0.72)):  # on licence: requests lost included
        row = someone(treatment=WAITING, asked_on=6, missed=2, engaged=engaged, settled_at=6 * DAY, watched=1)
        referral.give_up(row, 31 * DAY)
        assert (row["treatment"], row["waiting_moments"], row["gave_up"]) == (NO_TREATMENT, 25 * DAY, 1)
        assert diary(row) == [Event.GAVE_UP_WAITING]
        assert referral.ask_hazard(row, params_of(), 31) == pytest.approx(hazard)
        referral.ask_for_help(row, params_of(), 3, 60, 60 * DAY)  # and may ask again, with a new count of missed ones
        assert (row["treatment"], row["asked_on"], row["missed"]) == (WAITING, 60, 0)


def test_offers_come_after_retry_days_on_average_and_close_after_max_missed_on_average() -> None:
    params = params_of(appointment__retry_days=7.4, appointment__max_missed=3.25)
    delays, closed = [], 0
    for number in range(1, 4001):
        row = someone(number, treatment=WAITING, appointment_day=10, missed=2)
        referral.appointment_missed(row, params, 10, 10 * 1024)
        closed += row["treatment"] == NO_TREATMENT
        row = someone(number, treatment=WAITING, appointment_day=10)
        referral.appointment_missed(row, params, 10, 10 * 1024)
        delays.append(row["ready_day"] + 1 - 10)
    assert sum(delays) / 4000 == pytest.approx(7.4, abs=SIGMAS * (6.4 / 4000) ** 0.5)
    assert closed / 4000 == pytest.approx(0.75, abs=SIGMAS * (0.25 * 0.75 / 4000) ** 0.5)


def test_numbers_are_one_at_least_where_days_and_counts_are() -> None:
    params = params_of(appointment__retry_days=0.2, appointment__max_missed=0.4, appointment__first_delay_days=0.5)
    assert (float(params["retry_mean_beyond_1"]), float(params["max_missed"])) == (0.0, 1.0)
    assert float(params["delay_mean_beyond_1"]) == 0.0
