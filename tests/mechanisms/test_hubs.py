"""Treatment hubs by hand: whom a keyworker's time goes to, how far contacts stretch, how soon a first appointment is.

By the values of by_hand.py a full-time keyworker makes 4.5 contacts an open day, a first appointment takes 0.875 of
one, and 0.35 of the time may go to them: 1.8 first appointments a post and open day where nobody is held. At the load
of today, 90 people a post and half of the load at which half of them is withheld, it is 1.8 x 16/17.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from by_hand import draw_of, number_with, params_of, params_without, someone, stated_draw

from sim.core.compiled import rows
from sim.engine.hub_diary import move_others
from sim.engine.records import SERVICE
from sim.evidence import load_parameters
from sim.mechanisms import hubs
from sim.mechanisms.hubs import LONGEST_LEAD
from sim.population import processes as P

TODAY = 90.0
OFFERED_TODAY = 1.8 * 16 / 17
OTHERS_OFFERED_TODAY = 1.575 * 16 / 17  # theirs take a contact each, 0.6 of them kept
PEOPLE, OTHERS = 270.0, 2430.0  # of three posts for people leaving prison, a tenth of a hub of thirty


def test_numbers(params: Any) -> None:
    expected = {
        "hub_load_matters": 1.0, "hub_contacts": 4.5, "hub_first_cost": 0.875, "hub_others_first_cost": 1.0,
        "hub_first_part": 0.35, "hub_full": 180.0, "hub_least_lead": 1.5, "hub_least_every": 5.0,
        "hub_most_every": 60.0, "hub_usual_every": 20.0, "hub_shared_part": 0.5, "hub_others_start": 0.6,
        "hub_give_up": 0.02, "hub_others_leave": 1 / 270,  # 378 days are 270 open days
    }  # fmt: skip
    assert {name: float(params[name]) for name in expected} == pytest.approx(expected)
    assert float(params_of(service__ring_fenced=0.8)["hub_shared_part"]) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("caseload", "contacts", "used", "days"),
    [
        (90.0, 4.5, 0.0, 20.0),
        (90.0, 4.5, 0.2, 25.0),
        (57.0, 3.0, 0.05, 20.0),
        (22.5, 4.5, 0.0, 5.0),
        (10.0, 4.5, 0.0, 5.0),  # not more often than once in five open days
        (269.0, 4.5, 0.0, 269 / 4.5),
        (300.0, 4.5, 0.0, 60.0),  # not more seldom than once in sixty
    ],
)
def test_the_usual_interval_is_known_before_the_run(caseload: float, contacts: float, used: float, days: float) -> None:
    draw = stated_draw(service__caseload=caseload, service__contacts_per_worker_day=contacts, service__first_used=used)
    assert hubs.usual_interval(draw) == pytest.approx(days)


@pytest.mark.parametrize(
    ("slots", "kept", "missed_part", "cost"),
    [(1.25, 0.40, 0.5, 0.875), (1.25, 0.40, 1.0, 1.25), (1.25, 0.40, 0.0, 0.5), (2.0, 0.5, 0.5, 1.5)],
)
def test_a_missed_first_appointment_costs_a_part(slots: float, kept: float, missed_part: float, cost: float) -> None:
    draw = stated_draw(service__first_slots=slots, service__missed_part=missed_part)
    assert hubs.first_cost(draw, kept) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("load", "part"), [(0.0, 1.0), (0.5, 16 / 17), (1.0, 0.5), (2.0, 1 / 17), (3.0, 1 / 82), (1e9, 1e-36)]
)
def test_first_appointments_are_withheld_as_loads_grow(params: Any, load: float, part: float) -> None:
    assert hubs.offered_part(load) == pytest.approx(part)
    assert hubs.time_for_first(params, 180.0 * load) == pytest.approx(4.5 * 0.35 * part)


@pytest.mark.parametrize(
    ("own", "common", "people", "others", "time"),
    [
        (1.5, 28.5, PEOPLE, OTHERS, 1 / 90),  # 1.5 / 270 + 0.5 x 28.5 / (135 + 2,430)
        (2.0, 10.0, 40.0, 100.0, 2 / 40 + 0.5 * 10 / 120),
        (2.0, 0.0, 40.0, 100.0, 2 / 40),
        (0.0, 10.0, 40.0, 100.0, 0.5 * 10 / 120),
        (0.0, 10.0, 0.0, 100.0, 0.5 * 10 / 100),  # the first to come
        (0.0, 0.0, 40.0, 100.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_time_for_each(params: Any, own: float, common: float, people: float, others: float, time: float) -> None:
    assert hubs.time_for_each(params, own, common, people, others) == pytest.approx(time)


def test_time_where_nothing_or_everything_is_kept_for_people_leaving_prison() -> None:
    shared, apart = params_of(service__ring_fenced=0.0), params_of(service__ring_fenced=1.0)
    assert hubs.time_for_each(shared, 2.0, 10.0, 40.0, 100.0) == pytest.approx(2 / 40 + 10 / 140)
    assert hubs.time_for_each(apart, 2.0, 10.0, 40.0, 100.0) == pytest.approx(2 / 40)
    assert hubs.load_of_others(shared, 10.0, 40.0, 100.0) == pytest.approx(14.0)
    assert hubs.load_of_others(apart, 10.0, 40.0, 100.0) == pytest.approx(10.0)


def test_the_load_of_the_others(params: Any) -> None:
    assert hubs.load_of_others(params, 28.5, PEOPLE, OTHERS) == pytest.approx(TODAY)
    assert hubs.load_of_others(params, 10.0, 40.0, 100.0) == pytest.approx((20 + 100) / 10)
    nobody_works = hubs.load_of_others(params, 0.0, 40.0, 100.0)
    assert math.isfinite(nobody_works) and hubs.time_for_first(params, nobody_works) < 1e-12


@pytest.mark.parametrize(
    ("a_day", "days"),
    [(0.5, 3.5), (2.0, 2.0), (1e12, 1.5), (1 / 363.0, 364.5), (1 / 363.6, LONGEST_LEAD), (0.0, LONGEST_LEAD)],
)
def test_the_lead_to_a_first_appointment(params: Any, a_day: float, days: float) -> None:
    assert hubs.lead(params, a_day) == pytest.approx(days)


@pytest.mark.parametrize(
    ("people", "used", "days"),
    [
        (90.0, 0.0, 20.0),
        (90.0, 0.2, 25.0),
        (45.0, 0.0, 10.0),
        (180.0, 0.0, 40.0),
        (22.0, 0.0, 5.0),
        (269.0, 0.0, 269 / 4.5),
        (271.0, 0.0, 60.0),
        (90.0, 1.0, 60.0),
    ],
)
def test_contacts_stretch_with_the_load(params: Any, people: float, used: float, days: float) -> None:
    assert hubs.interval(params, 1.0 / people, used) == pytest.approx(days)


def test_without_any_time_contacts_are_as_far_apart_as_they_may_be(params: Any) -> None:
    assert hubs.interval(params, 0.0, 0.0) == 60.0


@pytest.mark.parametrize("n", [1, 4])
def test_patience_is_the_persons_own(params: Any, n: int) -> None:
    # Half of the people wait for 34.7 days, 50 ln 2; twice the hazard of giving up is half of the days.
    row = someone(17)
    assert hubs.patience(row, params, n) == pytest.approx(-50.0 * math.log(draw_of(row, P.PATIENCE, n)))
    assert hubs.patience(row, params_of(service__give_up=0.04), n) == pytest.approx(hubs.patience(row, params, n) / 2)
    middle = someone(number_with((P.PATIENCE, n, 0.49, 0.51)))
    assert hubs.patience(middle, params, n) == pytest.approx(34.7, abs=1.1)


# The stream of everybody else


def hub(**fields: float) -> Any:
    """A hub's row with the given fields."""
    row = rows(np.zeros(1, dtype=SERVICE))[0]
    for name, value in fields.items():
        row[name] = value
    return row


def hub_of_today(ring_fenced: float, posts: float) -> Any:
    """A hub at the load of today, a tenth of its posts for people leaving prison."""
    others, waiting, coming = hubs.others_today(stated_draw(service__ring_fenced=ring_fenced), posts, 9.0 * posts)
    return hub(
        own_hours=ring_fenced * posts, common_hours=(10.0 - ring_fenced) * posts, others=others,
        others_waiting=waiting, others_in=coming,
    )  # fmt: skip


def test_the_others_of_today() -> None:
    # 27 posts hold 2,430 of them; 9 leave an open day, so 15 first appointments, of which 0.6 become treatment. The
    # 28.5 posts that all share could see 42.25, of which 18 in 19 fall to the others: 40.02.
    most = OTHERS_OFFERED_TODAY * 28.5 * 18 / 19
    others, waiting, coming = hubs.others_today(stated_draw(), 3.0, 27.0)
    assert others == 2430.0
    assert waiting == pytest.approx(15.0 * 1.5 / (1.0 - 15.0 / most)) == pytest.approx(35.99, abs=0.01)
    assert coming == pytest.approx(15.0 + 0.02 * 7 / 5 * waiting)


def test_a_hub_that_cannot_see_whom_it_loses_has_a_list_of_a_year() -> None:
    # 40.02 x 0.1 / 0.35 = 11.4 at most, and 15 come: no line is longer than the longest lead.
    _, waiting, coming = hubs.others_today(stated_draw(service__first_part=0.1), 3.0, 27.0)
    assert (waiting, coming) == (pytest.approx(15.0 * LONGEST_LEAD), pytest.approx(15.0 + 0.028 * 15.0 * LONGEST_LEAD))
    assert hubs.others_today(stated_draw(), 0.0, 0.0) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("ring_fenced", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("posts", [3.0, 0.2])
def test_at_the_load_of_today_the_others_stand_still(ring_fenced: float, posts: float) -> None:
    params, row = params_of(service__ring_fenced=ring_fenced), hub_of_today(ring_fenced, posts)
    held, booked = 90.0 * posts, row["others_waiting"] / 9.0
    before = (float(row["others"]), float(row["others_waiting"]))
    for _ in range(250):
        assert move_others(row, params, held, booked, 1.0) == pytest.approx(
            5.0 * posts
        )  # 15 of three posts, seen a day
    assert (row["others"], row["others_waiting"]) == (pytest.approx(before[0]), pytest.approx(before[1]))


@pytest.mark.parametrize("ring_fenced", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_at_the_load_of_today_nothing_depends_on_what_is_ring_fenced(ring_fenced: float) -> None:
    params, row = params_of(service__ring_fenced=ring_fenced), hub_of_today(ring_fenced, 3.0)
    usual = hub_of_today(0.5, 3.0)
    for name in ("others", "others_waiting", "others_in"):
        assert row[name] == pytest.approx(float(usual[name]))
    own, common, waiting = row["own_hours"], row["common_hours"], row["others_waiting"]
    time = hubs.time_for_each(params, own, common, PEOPLE, OTHERS)
    assert time == pytest.approx(1 / TODAY)
    assert hubs.load_of_others(params, common, PEOPLE, OTHERS) == pytest.approx(TODAY)
    assert hubs.interval(params, time, 0.0) == pytest.approx(20.0)
    # A ninth of the others' list is people leaving prison: 30 posts for 10/9 of it.
    a_day = OFFERED_TODAY * hubs.time_for_each(params, own, common, waiting / 9.0, waiting)
    assert a_day == pytest.approx(OFFERED_TODAY * 27.0 / waiting)
    assert hubs.lead(params, a_day) == pytest.approx(1.5 + waiting / (27.0 * OFFERED_TODAY))


def test_what_is_ring_fenced_decides_what_more_people_do() -> None:
    # Twice as many people leaving prison: kept apart they share alone, 180 a post; else with everybody, 99 a post.
    for ring_fenced, load in ((1.0, 180.0), (0.0, 99.0)):
        params, row = params_of(service__ring_fenced=ring_fenced), hub_of_today(ring_fenced, 3.0)
        time = hubs.time_for_each(params, row["own_hours"], row["common_hours"], 2 * PEOPLE, OTHERS)
        assert 1.0 / time == pytest.approx(load)


def test_a_day_of_the_others_by_hand(params: Any) -> None:
    # (20 + 100) / 10 = 12 people a post; 1.575 / (1 + (12 / 180)^4) x 10 first appointments for 0.5 x 5 + 10 people.
    row = hub(common_hours=10.0, others=100.0, others_waiting=10.0, others_in=2.0)
    a_head = 15.75 / (1.0 + (12.0 / 180.0) ** 4) / 12.5
    seen = 10.0 * a_head / (1.0 + 1.5 * a_head)
    assert move_others(row, params, 40.0, 5.0, 1.0) == pytest.approx(seen)
    assert row["others_waiting"] == pytest.approx(10.0 + 2.0 - seen - 0.028 * 10.0)
    assert row["others"] == pytest.approx(100.0 + 0.6 * seen - 100.0 / 270.0)


def test_a_hub_open_on_three_days_lives_five_working_days_in_them(params: Any) -> None:
    """The same week of the others: three open days of 5/3 working days each against five of one."""
    week, three = (hub(common_hours=10.0, others=100.0, others_waiting=10.0, others_in=2.0) for _ in range(2))
    for _ in range(5):
        move_others(week, params, 40.0, 5.0, 1.0)
    for _ in range(3):
        move_others(three, params, 40.0, 5.0, 5.0 / 3.0)
    assert three["others"] == pytest.approx(float(week["others"]), rel=0.02)
    assert three["others_waiting"] > week["others_waiting"]  # who comes between two open days waits for the second


def test_a_hub_without_keyworkers_sees_nobody(params: Any) -> None:
    row = hub(others=100.0, others_waiting=10.0, others_in=2.0)
    for _ in range(2000):
        assert move_others(row, params, 40.0, 5.0, 1.0) == pytest.approx(0.0, abs=1e-9)
    assert row["others"] == pytest.approx(0.0, abs=0.1)
    assert row["others_waiting"] == pytest.approx(2.0 / 0.028)  # as many come as give up


def test_hardly_any_draw_has_a_hub_that_cannot_see_whom_it_loses() -> None:
    """300 draws of the evidence; fixed. A line of the others lasts for some open days, and not for the longest lead."""
    leads = []
    for draw in load_parameters().sample(11, 300):
        others, waiting, _ = hubs.others_today(draw, 3.0, 27.0)
        stay = hubs.WORKING_DAYS_PER_DAY * draw["service.others_stay"]
        leads.append(waiting * stay * draw["service.others_start"] / others)
    assert min(leads) > 0.3 and np.quantile(leads, 0.99) < 10.0


# Switched off


def test_switched_off_the_load_does_not_matter() -> None:
    off = params_without(hubs)
    for people, used in ((5.0, 0.0), (90.0, 0.35), (5000.0, 0.0)):
        assert hubs.interval(off, 1.0 / people, used) == 20.0
        assert hubs.lead(off, 1.0 / people) == 1.5
    assert hubs.lead(off, 0.0) == 1.5 and hubs.interval(off, 0.0, 0.0) == 20.0


@pytest.mark.parametrize(("time", "people"), [(0.02, 50.0), (1.0, 1.0), (1e-3, 1000.0), (1e-6, 1000.0), (0.0, 1000.0)])
def test_a_load_is_the_people_for_each_post_up_to_where_nothing_depends_on_it(time: float, people: float) -> None:
    assert hubs.load(time) == pytest.approx(people)
