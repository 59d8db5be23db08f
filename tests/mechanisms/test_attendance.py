"""Journeys and attendance: log odds by hand for several people."""

from __future__ import annotations

import math
from math import log
from typing import Any

import pytest
from by_hand import FARE_SHARE, JOURNEY_TERM, draw_of, margins, number_with, params_of, someone, stated_draw

from sim.core.days import NEVER
from sim.core.rates import hazard_from_probability
from sim.mechanisms import attendance
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    DAILY,
    IN_TREATMENT,
    NO_TREATMENT,
    OPIATE_NO_CRACK,
    OTHER,
    ROUGH,
    TEMPORARY,
    TREATMENT_SERVICE,
    WAITING,
    WOMAN,
)

# Logit 0.40 less the mean journey (2.0 steps of ln 0.90) and the mean fare (half of ln 0.80).
FIRST = log(0.40 / 0.60) - JOURNEY_TERM * log(0.90) - FARE_SHARE * log(0.80)
ANYWHERE = {"arrive_after": 0.0, "leave_before": 1440.0}


PER_LOG_DELAY = {OPIATE_NO_CRACK: log(0.34), OTHER: log(0.54)}  # opiate needs wait worse than the others


def trait_mean() -> float:
    m = margins()
    abused = 0.09 * 0.60  # of everybody: women who have been abused
    return log(0.80) * m.complex_ptsd + log(0.85) * m.mental_health + log(0.85) * abused + log(0.60) * m.chemsex


def unpaid(first: float = 28.0, payment: float = 35.0) -> float:
    """A first contact on day 28 (20 open days), then evenly to the end of the year, here every hundredth of a day:
    unpaid for sure to day 35, then by the claim's hazard."""
    hazard = -log(1.0 - 0.54) / 30.0
    n = round(100 * (365 - first))
    days = (first + (k + 0.5) / 100 for k in range(n))
    return sum(1.0 if day <= payment else math.exp(-hazard * (day - payment)) for day in days) / n


def test_traits_are_centred(params: Any) -> None:
    plain = attendance.person_traits(someone(), params)
    assert plain == pytest.approx(-trait_mean())
    assert attendance.person_traits(someone(complex_ptsd=1), params) == pytest.approx(plain + log(0.80))
    assert attendance.person_traits(someone(mental_health=1), params) == pytest.approx(plain + log(0.85))
    assert attendance.person_traits(someone(sex=WOMAN, abuse=1), params) == pytest.approx(plain + log(0.85))
    assert attendance.person_traits(someone(sex=WOMAN), params) == plain  # a mixed service by itself keeps nobody away
    all_four = someone(complex_ptsd=1, mental_health=1, abuse=1, chemsex=1)
    assert attendance.person_traits(all_four, params) == pytest.approx(plain + log(0.80 * 0.85 * 0.85 * 0.60))


def test_the_published_person_keeps_two_in_five(params: Any) -> None:
    # Three days, mean journey (50 minutes), no traits beyond the mean; half a fare would be the mean fare.
    row = someone(asked_on=0, journey_minutes=50.0)
    assert attendance.first_appointment_log_odds(row, params, 3) == pytest.approx(
        log(0.4 / 0.6) - FARE_SHARE * log(0.80)
    )


@pytest.mark.parametrize(
    ("day", "delay"), [(0, 1), (1, 1), (2, 2), (3, 3), (7, 7), (10, 10), (11, 10), (30, 10)]
)  # at least 1, whatever the day, and from day 10 on no more
@pytest.mark.parametrize("need", PER_LOG_DELAY)
def test_delay(params: Any, day: int, delay: int, need: int) -> None:
    row = someone(asked_on=0, journey_minutes=30.0, need=need)
    expected = FIRST + PER_LOG_DELAY[need] * log(delay / 3.0)
    assert attendance.first_appointment_log_odds(row, params, day) == pytest.approx(expected)


def test_the_odds_ratio_of_delay_is_that_of_the_need(params: Any) -> None:
    # Both opiate needs 0.34, the three others 0.54; at three days the need makes no difference.
    for need, ratio in enumerate((0.34, 0.34, 0.54, 0.54, 0.54)):
        row = someone(asked_on=0, journey_minutes=30.0, need=need)
        week, three = (attendance.first_appointment_log_odds(row, params, day) for day in (7, 3))
        assert math.exp((week - three) / log(7.0 / 3.0)) == pytest.approx(ratio)
        assert three == pytest.approx(FIRST)


def test_delay_counts_from_release_or_asking_whatever_was_missed_since(params: Any) -> None:
    for missed, offers in ((0, 0), (2, 5)):
        row = someone(asked_on=20, journey_minutes=30.0, missed=missed, offers=offers)
        log_odds = attendance.first_appointment_log_odds(row, params, 27)
        assert log_odds == pytest.approx(FIRST + log(0.34) * log(7.0 / 3.0))


def test_the_delay_that_counts_ends_where_it_is_said_to() -> None:
    short = params_of(appointment__delay_to=7.5)
    for day, delay in ((7, 7.0), (8, 7.5), (300, 7.5)):
        row = someone(asked_on=0, journey_minutes=30.0, need=OTHER)
        expected = FIRST + log(0.54) * log(delay / 3.0)
        assert attendance.first_appointment_log_odds(row, short, day) == pytest.approx(expected)


def test_ost_at_release_counts_until_first_engaged(params: Any) -> None:
    row = someone(asked_on=0, journey_minutes=30.0, attends_as_on_ost=1, ost=DAILY)
    assert attendance.first_appointment_log_odds(row, params, 3) == pytest.approx(FIRST + log(4.0))
    row["ost"] = 0  # the script has ended: still at the latest release
    assert attendance.first_appointment_log_odds(row, params, 3) == pytest.approx(FIRST + log(4.0))
    row["engaged"] = 1
    assert attendance.first_appointment_log_odds(row, params, 3) == pytest.approx(FIRST)
    # Published of four weeks after release, and nothing of a year.
    late = someone(asked_on=97, latest_release=72, journey_minutes=30.0, attends_as_on_ost=1)
    assert attendance.first_appointment_log_odds(late, params, 99) == pytest.approx(
        attendance.first_appointment_log_odds(late, params, 100) + log(4.0) - log(0.34) * (log(3.0) - log(2.0))
    )
    added = someone(asked_on=0, journey_minutes=30.0, ost=DAILY, ost_at_release=1)  # by a lever: not selected
    assert attendance.first_appointment_log_odds(added, params, 3) == pytest.approx(FIRST)
    on_ost_since = someone(asked_on=0, journey_minutes=30.0, ost=DAILY)
    assert attendance.first_appointment_log_odds(on_ost_since, params, 3) == pytest.approx(FIRST)


@pytest.mark.parametrize(
    ("minutes", "steps"), [(0.0, 0.0), (30.0, 0.0), (45.0, 1.5), (90.0, 6.0), (200.0, 6.0), (math.inf, 6.0)]
)
def test_journeys_count_between_30_and_90_minutes(params: Any, minutes: float, steps: float) -> None:
    row = someone(asked_on=0, journey_minutes=minutes)
    assert attendance.first_appointment_log_odds(row, params, 3) == pytest.approx(FIRST + steps * log(0.90))


def test_a_fare_counts_until_the_first_payment(params: Any) -> None:
    row = someone(asked_on=0, journey_minutes=30.0, journey_fare=2.5, first_payment=35)
    assert attendance.common_terms(row, params, 34) == pytest.approx(log(0.80))
    assert attendance.common_terms(row, params, 35) == 0.0
    row["journey_fare"] = 0.0
    assert attendance.common_terms(row, params, 10) == 0.0


@pytest.mark.parametrize(
    ("day", "term"), [(5, 0.0), (10, 1.0), (51, 1.0), (52, 0.5), (192, 0.5), (193, 0.0)]
)  # support from day 10: full to its 42nd day, the square root to its 183rd
def test_a_navigator_fades(params: Any, day: int, term: float) -> None:
    until = NEVER if day < 10 else 193
    row = someone(journey_minutes=30.0, navigator_from=10, navigator_until=until)
    assert attendance.common_terms(row, params, day) == pytest.approx(term * log(1.5))


def test_several_people_whole(params: Any) -> None:
    # A man on OST sleeping rough, complex PTSD, 70 minutes and a fare, six days after release.
    man = someone(
        asked_on=0, journey_minutes=70.0, journey_fare=3.0, first_payment=60, housing=ROUGH, complex_ptsd=1,
        attends_as_on_ost=1, ost=DAILY,
    )  # fmt: skip
    man["attendance_traits"] = attendance.person_traits(man, params)
    expected = FIRST + log(0.34) * log(2.0) + log(4.0) + log(0.66) + log(0.80) - trait_mean() + 4 * log(0.9) + log(0.8)
    assert attendance.first_appointment_log_odds(man, params, 6) == pytest.approx(expected)
    # A woman with an alcohol need who has been abused, in temporary housing with a navigator for ten days, paid, 20
    # minutes, on the second day after asking for help.
    woman = someone(
        asked_on=41, sex=WOMAN, need=ALCOHOL, abuse=1, mental_health=1, housing=TEMPORARY, journey_minutes=20.0,
        journey_fare=3.0, first_payment=36, navigator_from=33, navigator_until=216,
    )  # fmt: skip
    woman["attendance_traits"] = attendance.person_traits(woman, params)
    expected = FIRST + log(0.54) * log(2.0 / 3.0) + 2 * log(0.85) - trait_mean() + log(1.5)
    assert attendance.first_appointment_log_odds(woman, params, 43) == pytest.approx(expected)


def test_contacts_have_their_own_intercept_with_the_unpaid_share(params: Any) -> None:
    expected = log(0.75 / 0.25) - JOURNEY_TERM * log(0.90) - FARE_SHARE * unpaid() * log(0.80)
    assert float(params["keep_contact"]) == pytest.approx(expected, abs=1e-6)
    # 7 days for sure, then 38.626 of the 330 that are left.
    assert unpaid() == pytest.approx(45.626 / 337, abs=1e-5)
    assert hazard_from_probability(0.54, 30) == pytest.approx(0.02588, abs=1e-5)


@pytest.mark.parametrize(("first", "payment"), [(28.0, 35.0), (7.0, 35.0), (84.0, 35.0), (19.8, 10.0), (28.0, 28.0)])
def test_the_unpaid_share_counts_from_the_first_contact(first: float, payment: float) -> None:
    draw = stated_draw(income__first_payment_days=payment)
    assert attendance.unpaid_share_in_treatment(draw, first) == pytest.approx(unpaid(first, payment), abs=1e-6)


def test_who_is_never_paid_within_the_year_pays_no_fare_at_any_contact() -> None:
    never = stated_draw(income__claim_in_month=0.0)
    late = stated_draw(income__first_payment_days=400.0)
    for draw, first in ((never, 28.0), (never, 84.0), (late, 28.0), (stated_draw(), 365.0)):
        assert attendance.unpaid_share_in_treatment(draw, first) == 1.0


@pytest.mark.parametrize(
    ("arrive", "leave", "reachable"),
    [(600.0, 660.0, True), (600.5, 1440.0, False), (0.0, 659.0, False), (math.inf, -1.0, False), (0.0, -1.0, False)],
)
def test_who_can_come_and_go_home_again(arrive: float, leave: float, reachable: bool) -> None:
    assert APPOINTMENT_MINUTES == 60.0
    row = someone(arrive_after=arrive, leave_before=leave)
    assert attendance.is_reachable(row, 600.0) is reachable


def test_an_unreachable_appointment_is_missed_and_counted_apart(params: Any) -> None:
    certain = number_with((P.APPOINTMENT_KEPT, 0, 0.0, 0.02))  # would be kept if it could be reached
    row = someone(certain, treatment=WAITING, asked_on=0, appointment_day=3, arrive_after=1000.0, leave_before=1440.0)
    attendance.meet_first_appointment(row, params, 3, 3072)
    assert (row["missed_travel"], row["missed"], row["treatment"], row["offers"]) == (1, 1, WAITING, 1)
    reached = someone(certain, treatment=WAITING, asked_on=0, appointment_day=3, worker_start=0.4, **ANYWHERE)
    attendance.meet_first_appointment(reached, params, 3, 3072)
    assert (reached["missed_travel"], reached["treatment"], reached["trust"]) == (0, IN_TREATMENT, 0.4)
    assert (reached["appointment_day"], reached["contact_day"], reached["reference"]) == (NEVER, 31, pytest.approx(0.3))


@pytest.mark.parametrize(("slot_from", "slot_to"), [(540.0, 960.0), (720.0, 1140.0), (600.0, 600.0)])
def test_slots_lie_in_the_hubs_own_day(params: Any, slot_from: float, slot_to: float) -> None:
    # Reachable from the middle of the hub's day on only: the keyed slot decides.
    middle = 0.5 * (slot_from + slot_to)
    hours = {"slot_from": slot_from, "slot_to": slot_to}
    for half, missed in ((0.0, slot_from < slot_to), (0.5, 0)):
        number = number_with((P.APPOINTMENT_MINUTE, 0, half, half + 0.5))
        row = someone(number, treatment=WAITING, asked_on=0, arrive_after=middle, leave_before=1440.0, **hours)
        attendance.meet_first_appointment(row, params, 3, 3072)
        assert row["missed_travel"] == missed


def test_three_misses_close_the_referral(params: Any) -> None:
    row = someone(treatment=WAITING, asked_on=0, arrive_after=math.inf, leave_before=-1.0)
    for day in (4, 11, 18):
        attendance.meet_first_appointment(row, params, day, day * 1024)
    assert (row["treatment"], row["missed_travel"], row["offers"]) == (NO_TREATMENT, 3, 3)
    assert row["leaves"][TREATMENT_SERVICE] == 1


def test_a_probability_meets_its_uniform() -> None:
    assert attendance.is_kept(0.3999, log(0.4 / 0.6))
    assert not attendance.is_kept(0.4001, log(0.4 / 0.6))
    assert attendance.is_kept(0.5, 800.0)


def test_contacts_move_trust_and_book_the_next(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, trust=0.30, reference=0.30, journey_minutes=50.0, **ANYWHERE)
    row["attendance_traits"] = 0.0
    trusted = 0.30
    for n, day in enumerate((20, 40, 60, 80)):
        p = 1.0 / (1.0 + math.exp(-(float(params["keep_contact"]) + 2.0 * log(0.90))))
        kept = draw_of(row, P.CONTACT_KEPT, n) < p
        attendance.meet_contact(row, params, day, day * 1024)
        trusted = trusted + 0.07 * (1.0 - trusted) if kept else trusted * 0.93
        assert row["trust"] == pytest.approx(trusted)
        assert (row["contact_day"], row["contacts"], row["missed_travel"]) == (day + 28, n + 1, 0)


def test_an_unreachable_contact_counts_as_missed_for_trust(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, trust=0.50, reference=0.30, arrive_after=math.inf, leave_before=-1.0)
    attendance.meet_contact(row, params, 30, 30 * 1024)
    assert (row["missed_travel"], row["trust"]) == (1, pytest.approx(0.465))
