"""Joint work between agencies, by hand: a shorter delay, one door for people who come back, cases managed together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from by_hand import diary, differences, draw_of, number_with, offered, params_of, someone
from whole_lives import leaver, live_through

from sim.mechanisms import agencies, custody, referral, supervision
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import ROUGH, SETTLED, WAITING

DAY = 1024


def alone(number: int = 1, **fields: Any) -> Any:
    """Somebody off licence, in a settled home and without a mental health need: no agency stands between."""
    return someone(number, **({"licence_until": 0, "watched": 1} | fields))


@pytest.mark.parametrize(
    ("coverage", "ratio"),
    [
        ({}, 1.0),
        ({"colocated": 1.0}, 1.0),
        ({"shared_record": 1.0}, 1.0),  # information alone
        ({"joint_cases": 1.0}, 0.8),
        ({"joint_cases": 0.5}, 0.9),
        ({"joint_cases": 0.5, "alliance": 0.5}, 0.85),  # 1 - (1 - 0.25) x 0.2
        ({"joint_cases": 1.0, "alliance": 1.0}, 0.8),
    ],
)
def test_joint_work_shortens_the_delay(params: Any, coverage: dict[str, float], ratio: float) -> None:
    assert agencies.shorter_delay(someone(coverage=offered(**coverage)), params) == pytest.approx(ratio)


def test_a_shorter_delay_by_hand(params: Any) -> None:
    # Beyond the first day Poisson with mean 3, of which 0.0498 are 0, becomes mean 2.4, of which 0.0907 are.
    chances = ((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.FIRST_DELAY, 1, 0.0499, 0.0907))
    for together, delay in ((0.0, 2), (1.0, 1)):
        row = alone(number_with(*chances), lost_chance=0.28, coverage=offered(joint_cases=together))
        referral.refer_at_release(row, params, 50, 50 * DAY, False)
        assert row["ready_day"] == 50 + delay - 1


@pytest.mark.parametrize(
    ("engaged", "share", "delay"),
    [(1, 0.0, 2), (1, 0.4, 1), (1, 0.3, 2), (0, 1.0, 2)],  # for people who come back alone
)
def test_one_door_lets_people_who_come_back_start_the_next_day(
    params: Any, engaged: int, share: float, delay: int
) -> None:
    row = alone(number_with((P.ONE_DOOR, 2, 0.3, 0.4)), engaged=engaged, coverage=offered(alliance=share))
    referral.ask_for_help(row, params, 2, 90, 90 * DAY)
    assert (row["treatment"], row["ready_day"]) == (WAITING, 90 + delay - 1)
    assert diary(row) == ([Event.ONE_DOOR] if delay == 1 else [])


# Cases managed together


@pytest.mark.parametrize(
    ("coverage", "together"),
    [
        ({}, 0.0),
        ({"colocated": 0.5}, 0.5),
        ({"joint_cases": 0.4}, 0.4),
        ({"colocated": 0.5, "joint_cases": 0.4}, 0.7),
        ({"shared_record": 1.0, "alliance": 1.0}, 0.0),
    ],
)
@pytest.mark.parametrize("release", [1, 2])
def test_whose_case_is_managed_together(coverage: dict[str, float], together: float, release: int) -> None:
    for number in range(1, 60):
        row = alone(number, releases=release, coverage=offered(**coverage))
        agencies.on_release(row, 0)
        joint = draw_of(row, P.JOINT_CASE, release) < together
        assert bool(row["joint_case"]) == joint
        assert diary(row) == ([Event.JOINT_CASE] if joint else [])


def test_joint_management_ends_with_the_money() -> None:
    number = number_with((P.JOINT_CASE, 1, 0.3, 0.5))
    for share, left in ((0.5, 1), (0.3, 0), (0.0, 0)):
        row = someone(number, joint_case=1)
        assert agencies.fewer_joint_cases(row, np.array(offered(joint_cases=share))) == (not left)
        assert row["joint_case"] == left
    assert not agencies.fewer_joint_cases(someone(number), np.array(offered()))


def test_recall_of_a_joint_case(params: Any) -> None:
    for roof, ratio in ((SETTLED, 1.0), (ROUGH, 2.0)):
        row = someone(licence_until=60, joint_case=1, housing=roof)
        assert supervision.recall_hazard(row, params, 30) == pytest.approx(0.97 * 0.0031 * ratio)
        assert supervision.recall_hazard(row, params, 60) == 0.0
    closer = params_of(agency__joint_recall_hr=1.25)  # closer watching may find more breaches
    assert supervision.recall_hazard(someone(licence_until=60, joint_case=1), closer, 3) == pytest.approx(1.25 * 0.0031)


def test_custody_ends_joint_management(params: Any) -> None:
    row = someone(joint_case=1)
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert row["joint_case"] == 0


def test_a_recall_ratio_of_one_changes_no_life() -> None:
    # The published null: every case managed together or none, whole lives of 200 days.
    null = params_of(agency__joint_recall_hr=1.0)
    recalled = 0
    for number in range(1, 25):
        apart, joint = (live_through(leaver(number, joint_case=1), null, range(2, 4)) for _ in range(2))
        apart["joint_case"], joint["joint_case"] = 0, 1
        for row in (apart, joint):
            live_through(row, null, range(4, 203))
        recalled += int(apart["recalls"] > 0)
        assert differences(apart, joint) <= {"joint_case"}
    assert recalled > 2
