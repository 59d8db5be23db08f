"""Relationships between agencies, by hand: what is lost on the way, what joint work brings, and turnover."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from by_hand import diary, draw_of, number_with, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.mechanisms import agencies, referral, supervision
from sim.mechanisms.agencies import HOUSING, LEAST_LOST, MENTAL_HEALTH, PROBATION
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import CAS3, HOUSING_FIRST, NO_TREATMENT, ROUGH, SETTLED, SUPPORTED, TEMPORARY, WAITING

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
LEVERS = ("colocated", "shared_record", "joint_cases", "alliance")
shares = st.floats(0.0, 1.0)


def alone(number: int = 1, **fields: Any) -> Any:
    """Somebody off licence, in a settled home and without a mental health need: no agency stands between."""
    return someone(number, **({"licence_until": 0, "watched": 1} | fields))


def test_numbers(params: Any) -> None:
    assert float(params["pair_lost"]) == 0.28
    assert params["ask_ratio"].tolist() == pytest.approx([1.0, 1 / 0.72, 1 / 0.5184, 1 / 0.373248])
    assert float(params["lost_by_one_roof"]) == pytest.approx(1 / 3)  # 1 - 1 / (0.28 + 0.72 x 1.69444)
    assert float(params["lost_by_meetings"]) == pytest.approx(1 / 6)
    assert float(params["lost_by_record"]) == pytest.approx(0.15)
    assert float(params["delay_by_joint_work"]) == pytest.approx(0.2)
    assert (float(params["lost_by_turnover"]), float(params["ramp_days"]), float(params["joint_recall"])) == (
        0.5,
        90,
        0.97,
    )


@pytest.mark.parametrize(
    ("lost", "odds_ratio", "left"),
    [
        (0.28, 1.0, 0.28),
        (0.28, 2.0, 0.162791),  # odds of arriving 2.571429, twice that 5.142857: 1 / 6.142857 is lost
        (0.65, 2.0, 0.481481),  # where a third arrives today, half does
        (0.28, 20.0, 0.019074),  # whatever the odds ratio, no more arrive than were sent
        (0.0, 2.0, 0.0),
    ],
)
def test_losses_by_the_odds_of_arriving(lost: float, odds_ratio: float, left: float) -> None:
    params = params_of(referral__lost=lost, agency__colocated_received_or=odds_ratio)
    assert lost * (1.0 - float(params["lost_by_one_roof"])) == pytest.approx(left, abs=1e-6)
    under_one_roof = someone(coverage=offered(colocated=0.5), licence_until=90)
    ratio = max(1.0 - 0.5 * float(params["lost_by_one_roof"]), LEAST_LOST)
    assert agencies.lost_ratio(under_one_roof, params, PROBATION) == pytest.approx(ratio)  # of the half it reaches


def test_joint_work_that_makes_things_worse_counts_as_none() -> None:
    params = params_of(
        agency__colocated_received_or=0.8, agency__shared_record_lost_ratio=1.2, agency__joint_delay_ratio=1.3
    )
    for name in ("lost_by_one_roof", "lost_by_meetings", "lost_by_record", "delay_by_joint_work"):
        assert params[name] == 0.0


# Which agencies stand between somebody and treatment


@pytest.mark.parametrize(
    ("fields", "pairs"),
    [
        ({}, ()),
        ({"licence_until": 31}, (PROBATION,)),
        ({"licence_until": 30}, ()),  # ended today
        ({"housing": TEMPORARY}, (HOUSING,)),
        ({"housing": CAS3}, (HOUSING,)),
        ({"housing": SUPPORTED}, (HOUSING,)),
        ({"housing": ROUGH}, ()),
        ({"housing": HOUSING_FIRST}, ()),
        ({"mental_health": 1}, (MENTAL_HEALTH,)),
        ({"licence_until": 90, "housing": CAS3, "mental_health": 1}, (PROBATION, HOUSING, MENTAL_HEALTH)),
    ],
)
def test_pairs_in_play(fields: dict[str, int], pairs: tuple[int, ...]) -> None:
    row = alone(**fields)
    assert tuple(k for k in range(PROBATION, MENTAL_HEALTH + 1) if agencies.has_pair(row, k, 30)) == pairs
    assert agencies.pairs_in_play(row, 30) == len(pairs)


def everybody() -> list[Any]:
    """A person with each of the eight combinations of pairs."""
    return [
        alone(licence_until=licence, housing=roof, mental_health=health)
        for licence, roof, health in product((0, 90), (SETTLED, TEMPORARY), (0, 1))
    ]


@pytest.mark.parametrize(("engaged", "published"), [(0, 0.003), (1, 0.0018)])
def test_today_as_many_requests_arrive_as_published(params: Any, engaged: int, published: float) -> None:
    for row in everybody():
        row["engaged"] = engaged
        k = agencies.pairs_in_play(row, 30)
        hazard = referral.ask_hazard(row, params, 30)
        assert hazard == pytest.approx(published / 0.72**k)
        assert hazard * 0.72**k == pytest.approx(published)


# What joint work leaves of the losses


@pytest.mark.parametrize(
    ("coverage", "left"),
    [
        # in the order prison, probation, housing, mental health
        ({}, (1.0, 1.0, 1.0, 1.0)),
        ({"colocated": 1.0}, (1.0, 2 / 3, 1.0, 1.0)),
        ({"colocated": 0.5}, (1.0, 5 / 6, 1.0, 1.0)),
        ({"joint_cases": 1.0}, (1.0, 5 / 6, 5 / 6, 1.0)),
        ({"shared_record": 1.0}, (0.85, 0.85, 0.85, 0.85)),
        ({"alliance": 1.0}, (2 / 3, 2 / 3, 2 / 3, 2 / 3)),
        ({"shared_record": 1.0, "alliance": 1.0}, (0.85 * 2 / 3,) * 4),
        (
            {"colocated": 1.0, "joint_cases": 1.0, "shared_record": 1.0, "alliance": 1.0},
            (0.85 * 2 / 3, 0.85 * 2 / 3 * 2 / 3 * 5 / 6, 0.85 * 2 / 3 * 5 / 6, 0.85 * 2 / 3),
        ),
        # A linked keyworker has just left: half of the gain goes along, and half of that is back after 45 days.
        ({"colocated": 1.0, "worn": 1.0}, (1.0, 5 / 6, 1.0, 1.0)),
        ({"colocated": 1.0, "worn": 0.5}, (1.0, 0.75, 1.0, 1.0)),
        ({"shared_record": 1.0, "worn": 1.0}, (0.925,) * 4),
        ({"worn": 1.0}, (1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_ratio_of_losses(params: Any, coverage: dict[str, float], left: tuple[float, ...]) -> None:
    row = someone(coverage=offered(**coverage))
    assert [agencies.lost_ratio(row, params, pair) for pair in range(4)] == pytest.approx(left)


def test_a_tenth_is_lost_whatever_is_bought() -> None:
    params = params_of(agency__colocated_received_or=50.0, agency__shared_record_lost_ratio=0.01)
    row = someone(coverage=offered(colocated=1.0, shared_record=1.0, alliance=1.0))
    assert LEAST_LOST == 0.1
    assert agencies.lost_ratio(row, params, PROBATION) == 0.1


@STEADY
@given(st.tuples(*[shares] * 4), st.tuples(*[shares] * 4), shares, st.integers(0, 3))
def test_more_joint_work_never_loses_more_and_turnover_never_less(
    one: tuple[float, ...], other: tuple[float, ...], worn: float, pair: int
) -> None:
    less, more = (
        someone(coverage=offered(**dict(zip(LEVERS, map(bound, one, other), strict=True)), worn=worn))
        for bound in (min, max)
    )
    low, high = agencies.lost_ratio(more, PARAMS, pair), agencies.lost_ratio(less, PARAMS, pair)
    assert LEAST_LOST <= low <= high + 1e-15 and high <= 1.0
    assert agencies.shorter_delay(more, PARAMS) <= agencies.shorter_delay(less, PARAMS) + 1e-15
    rested = someone(coverage=offered(**dict(zip(LEVERS, map(max, one, other), strict=True))))
    assert agencies.lost_ratio(rested, PARAMS, pair) <= low + 1e-15


# Requests for help


@pytest.mark.parametrize(
    ("fields", "coverage", "arrives"),
    [
        ({}, {}, 1.0),
        ({"licence_until": 90}, {}, 0.72),
        ({"licence_until": 90, "housing": TEMPORARY}, {}, 0.72**2),
        ({"licence_until": 90, "housing": TEMPORARY, "mental_health": 1}, {}, 0.72**3),
        ({"licence_until": 90}, {"colocated": 1.0}, 1.0 - 0.28 * 2 / 3),
        ({"housing": CAS3, "mental_health": 1}, {"shared_record": 1.0}, (1.0 - 0.28 * 0.85) ** 2),
        ({"licence_until": 90, "mental_health": 1}, {"colocated": 1.0}, 0.72 * (1.0 - 0.28 * 2 / 3)),
    ],
)
def test_which_requests_arrive(params: Any, fields: dict[str, Any], coverage: dict[str, float], arrives: float) -> None:
    usual = 0.72 ** agencies.pairs_in_play(alone(**fields), 30)
    saved = 0
    for number in range(1, 200):
        row = alone(number, **fields, coverage=offered(**coverage))
        u = draw_of(row, P.REQUEST_ARRIVES, 4)
        if min(abs(u - arrives), abs(u - usual)) < 1e-9:
            continue
        assert agencies.request_arrives(row, params, 4, 30, 30 * DAY) == (u < arrives)
        assert row["requests_lost"] == (u >= arrives)
        expected = [Event.REQUEST_LOST] if u >= arrives else ([Event.REQUEST_SAVED] if u >= usual else [])
        assert diary(row) == expected
        saved += diary(row) == [Event.REQUEST_SAVED]
    assert bool(saved) == bool(coverage)


def test_a_lost_request_opens_no_referral_and_is_counted(params: Any) -> None:
    row = alone(number_with((P.REQUEST_ARRIVES, 0, 0.72, 1.0)), licence_until=90)
    referral.ask_for_help(row, params, 0, 30, 30 * DAY)
    assert (row["treatment"], row["ready_day"], row["asked_on"], row["requests_lost"]) == (
        NO_TREATMENT,
        NEVER,
        NEVER,
        1,
    )
    assert referral.ask_hazard(row, params, 30) == pytest.approx(0.003 / 0.72)  # and may be made again


def test_each_request_has_its_own_luck(params: Any) -> None:
    row = alone(licence_until=90)
    lost = []
    for occurrence in range(60):
        before = int(row["requests_lost"])
        agencies.request_arrives(row, params, occurrence, 30, 30 * DAY)
        lost.append(int(row["requests_lost"]) - before)
        assert bool(lost[-1]) == (draw_of(row, P.REQUEST_ARRIVES, occurrence) >= 0.72)
    assert 0 < sum(lost) < 60


# Prison to treatment


@pytest.mark.parametrize(
    ("coverage", "low", "high", "arrives"),
    [
        ({}, 0.0, 0.28, False),
        ({"shared_record": 1.0}, 0.0, 0.238, False),
        ({"shared_record": 1.0}, 0.238, 0.28, True),
        ({"alliance": 1.0}, 0.1867, 0.28, True),
        ({"colocated": 1.0, "joint_cases": 1.0}, 0.0, 0.28, False),  # no route to the prison
    ],
)
def test_a_referral_from_prison(
    params: Any, coverage: dict[str, float], low: float, high: float, arrives: bool
) -> None:
    row = alone(number_with((P.REFERRAL_ARRIVES, 1, low, high)), lost_chance=0.28, coverage=offered(**coverage))
    referral.refer_at_release(row, params, 0, 0, False)
    assert bool(row["treatment"] == WAITING) == arrives
    assert diary(row) == ([Event.REFERRAL_SAVED] if arrives else [])


@pytest.mark.parametrize(
    ("lost_chance", "coverage", "lost"),
    [
        (0.0467, {"alliance": 1.0}, 0.0467 * 2 / 3),  # in-reach has left 0.0467: two thirds of it
        (0.035, {"alliance": 1.0}, 0.028),  # a tenth of the start, 0.0233 being less
        (0.028, {"alliance": 1.0, "shared_record": 1.0}, 0.028),
        (0.010, {"alliance": 1.0}, 0.010),  # what lies below already stays
        (0.0, {}, 0.0),
    ],
)
def test_in_reach_and_joint_work_together_leave_a_tenth_of_the_start(
    params: Any, lost_chance: float, coverage: dict[str, float], lost: float
) -> None:
    for low, high, arrives in ((lost - 0.002, lost, False), (lost, lost + 0.002, True)):
        if high <= 0.0:
            continue
        number = number_with((P.REFERRAL_ARRIVES, 1, max(low, 0.0), high))
        row = alone(number, lost_chance=lost_chance, coverage=offered(**coverage))
        referral.refer_at_release(row, params, 0, 0, False)
        assert bool(row["treatment"] == WAITING) == arrives


def test_a_referral_that_arrives_anyway_is_none_that_was_saved(params: Any) -> None:
    row = alone(number_with((P.REFERRAL_ARRIVES, 1, 0.28, 1.0)), lost_chance=0.28, coverage=offered(alliance=1.0))
    referral.refer_at_release(row, params, 0, 0, False)
    assert (row["treatment"], diary(row)) == (WAITING, [])


# Switched off


def test_switched_off_every_request_arrives_and_joint_work_does_nothing() -> None:
    off = params_without(agencies)
    everything = offered(colocated=1.0, shared_record=1.0, joint_cases=1.0, alliance=1.0, worn=1.0)
    for number in range(1, 60):
        row = alone(number, licence_until=90, housing=CAS3, mental_health=1, engaged=1, coverage=everything)
        assert [agencies.lost_ratio(row, off, pair) for pair in range(4)] == [1.0] * 4
        assert agencies.shorter_delay(row, off) == 1.0
        assert referral.ask_hazard(row, off, 30) == pytest.approx(0.0018)
        referral.ask_for_help(row, off, 0, 30, 30 * DAY)
        assert (row["treatment"], row["ready_day"], row["requests_lost"]) == (WAITING, 31, 0)
        assert diary(row) == []  # no door of an alliance either
    joint = someone(licence_until=60, joint_case=1)
    assert supervision.recall_hazard(joint, off, 30) == pytest.approx(0.0031)


def test_referrals_from_prison_are_lost_as_before_where_agencies_are_off() -> None:
    off = params_without(agencies)
    row = alone(number_with((P.REFERRAL_ARRIVES, 1, 0.2, 0.28)), lost_chance=0.28, coverage=offered(alliance=1.0))
    referral.refer_at_release(row, off, 0, 0, False)
    assert row["treatment"] == NO_TREATMENT
