"""A hidden need, by hand: who recognises it, in which setting a practitioner fits, and what that gives back."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from by_hand import diary, differences, draw_of, number_with, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.mechanisms import attendance, chemsex
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import STIMULANT

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
PREFERS, EITHER = (P.PREFERS_SEXUAL_HEALTH, 0, 0.0, 0.78), (P.PREFERS_SEXUAL_HEALTH, 0, 0.78, 1.0)
shares = st.floats(0.0, 1.0)


def man(number: int = 1, **fields: Any) -> Any:
    """A man with a stimulant need and a chemsex need that nobody has recognised."""
    return someone(number, **({"need": STIMULANT, "chemsex": 1, "watched": 1} | fields))


def test_numbers(params: Any) -> None:
    assert params["recognition"].tolist() == pytest.approx([0.05, 0.15])
    assert float(params["prefers_sexual_health"]) == 0.78
    assert params_of(chemsex__recognised=0.3, chemsex__trained_ratio=5.0)["recognition"].tolist() == [0.3, 1.0]


@pytest.mark.parametrize(
    ("low", "high", "fits", "recognised"),
    [(0.04, 0.05, 0, 1), (0.05, 0.06, 0, 0), (0.14, 0.15, 1, 1), (0.15, 0.16, 1, 0)],
)
@pytest.mark.parametrize("episode", [1, 3])
def test_the_first_assessment_recognises_the_need(
    params: Any, low: float, high: float, fits: int, recognised: int, episode: int
) -> None:
    coverage = offered(lgbtq_practitioner_at_sexual_health=float(fits))
    row = man(number_with((P.RECOGNISED, episode, low, high)), episodes=episode, coverage=coverage)
    chemsex.assess(row, params, 12 * DAY)
    assert row["recognised"] == recognised
    assert diary(row) == ([Event.NEED_RECOGNISED] if recognised else [])
    assert row["matched"] == 0  # recognising is one thing, an appointment with somebody who fits another


@pytest.mark.parametrize("release", [1, 2])
def test_probation_recognises_it_where_staff_are_trained(params: Any, release: int) -> None:
    for trained, recognises, known in (
        ((0.3, 0.4), (0.1, 0.15), 1),
        ((0.3, 0.4), (0.15, 0.2), 0),
        ((0.4, 0.5), (0.1, 0.15), 0),
    ):
        number = number_with(
            (P.PROBATION_TRAINED, release, *trained), (P.RECOGNISED_BY_PROBATION, release, *recognises)
        )
        row = man(number, releases=release, coverage=offered(recognition_trained=0.4))
        chemsex.on_release(row, params, 5 * DAY)
        assert row["recognised"] == known


def test_nobody_at_probation_recognises_it_today(params: Any) -> None:
    for number in range(1, 60):
        row = man(number)
        chemsex.on_release(row, params, 0)
        assert row["recognised"] == 0


def test_there_is_nothing_to_recognise_without_the_need(params: Any) -> None:
    everything = offered(
        recognition_trained=1.0, lgbtq_practitioner_at_hub=1.0, lgbtq_practitioner_at_sexual_health=1.0
    )
    for number in range(1, 60):
        row = man(number, chemsex=0, episodes=1, coverage=everything)
        before = row.copy()
        chemsex.on_release(row, params, 0)
        chemsex.assess(row, params, 0)
        chemsex.look_for_practitioner(row, params, 0, 0)
        assert differences(before, row) == set()


def test_a_need_is_recognised_once(params: Any) -> None:
    row = man(number_with((P.RECOGNISED, 1, 0.0, 0.05)), episodes=1)
    for _ in range(3):
        chemsex.assess(row, params, 0)
    assert diary(row) == [Event.NEED_RECOGNISED]


@pytest.mark.parametrize(
    ("setting", "there"),
    [
        # People who prefer a sexual health setting find somebody there alone.
        (PREFERS, 0.5),
        # The others in either: 1 - (1 - 0.5) (1 - 0.4) = 0.7.
        (EITHER, 0.7),
    ],
)
def test_in_which_setting_a_practitioner_has_room(params: Any, setting: tuple[Any, ...], there: float) -> None:
    coverage = offered(lgbtq_practitioner_at_sexual_health=0.5, lgbtq_practitioner_at_hub=0.4)
    for low, high, found in ((there - 0.1, there, True), (there, there + 0.1, False)):
        row = man(number_with(setting, (P.MATCHED_PRACTITIONER, 0, low, high)), coverage=coverage)
        assert chemsex.practitioner_there(row, params, row["coverage"]) is found


def test_a_hubs_practitioner_alone_is_none_for_people_who_prefer_sexual_health(params: Any) -> None:
    coverage = offered(lgbtq_practitioner_at_hub=1.0)
    prefers, either = (man(number_with(setting), coverage=coverage) for setting in (PREFERS, EITHER))
    assert not chemsex.practitioner_there(prefers, params, prefers["coverage"])
    assert chemsex.practitioner_there(either, params, either["coverage"])


def test_only_a_recognised_need_meets_a_practitioner(params: Any) -> None:
    row = man(coverage=offered(lgbtq_practitioner_at_sexual_health=1.0))
    chemsex.look_for_practitioner(row, params, 0, 0)
    assert (row["matched"], diary(row)) == (0, [])
    row["recognised"] = 1
    chemsex.look_for_practitioner(row, params, 1, DAY)
    assert (row["matched"], diary(row)) == (1, [Event.LGBTQ_PRACTITIONER])
    row["coverage"] = offered()  # whoever has met somebody stays
    chemsex.look_for_practitioner(row, params, 2, 2 * DAY)
    assert (row["matched"], diary(row)) == (1, [Event.LGBTQ_PRACTITIONER])


def test_a_practitioner_stays_for_half_a_year_once_after_a_release_and_custody_ends_it(params: Any) -> None:
    row = man(recognised=1, coverage=offered(lgbtq_practitioner_at_sexual_health=1.0))
    for day in (20, 240):  # 183 days from day 20 on, and 28 days in which what was given back still holds: to day 231
        chemsex.look_for_practitioner(row, params, day, day * DAY)
        assert row["matched_until"] == 231
    assert [chemsex.has_practitioner(row, day) for day in (20, 230, 231)] == [True, True, False]
    chemsex.leave_practitioner(row)
    assert not chemsex.has_practitioner(row, 100) and row["recognised"] == 1  # what is known stays known
    chemsex.look_for_practitioner(row, params, 300, 300 * DAY)
    assert row["matched_until"] == 300 + 183 + 28


def test_a_practitioner_ends_with_the_money(params: Any) -> None:
    number = number_with(PREFERS, (P.MATCHED_PRACTITIONER, 0, 0.3, 0.5))
    for share, until in ((0.5, 231), (0.3, 128), (0.0, 128)):  # whoever is within what is left keeps the practitioner
        row = man(number, matched_until=231)
        shares = np.array(offered(lgbtq_practitioner_at_sexual_health=share))
        chemsex.fewer_practitioners(row, params, shares, 100)
        assert row["matched_until"] == until
    for until in (110, NEVER):  # in the days after the practitioner has left, or without one: nothing to end
        row = man(number, matched_until=until)
        chemsex.fewer_practitioners(row, params, np.array(offered()), 100)
        assert row["matched_until"] == until


def test_recognition_alone_changes_no_attendance_and_a_practitioner_gives_all_back(params: Any) -> None:
    row = man(journey_minutes=30.0)
    row["attendance_traits"] = attendance.person_traits(row, params)
    hidden = attendance.common_terms(row, params, 10)
    row["recognised"] = 1
    assert attendance.common_terms(row, params, 10) == hidden
    row["matched_until"] = 11
    assert attendance.common_terms(row, params, 10) == pytest.approx(hidden - log(0.60))
    assert attendance.common_terms(row, params, 11) == hidden  # over
    without = man(chemsex=0, journey_minutes=30.0)
    without["attendance_traits"] = attendance.person_traits(without, params)
    assert attendance.common_terms(without, params, 10) == pytest.approx(hidden - log(0.60))


def test_switched_off_the_need_stays_hidden() -> None:
    off = params_without(chemsex)
    coverage = offered(recognition_trained=1.0, lgbtq_practitioner_at_hub=1.0, lgbtq_practitioner_at_sexual_health=1.0)
    for number in range(1, 60):
        row = man(number, episodes=1, coverage=coverage)
        before = row.copy()
        chemsex.on_release(row, off, 0)
        chemsex.assess(row, off, 0)
        chemsex.look_for_practitioner(row, off, 0, 0)
        assert differences(before, row) == set()


@STEADY
@given(st.integers(1, 5000), st.tuples(shares, shares, shares), st.tuples(shares, shares, shares))
def test_larger_shares_never_take_recognition_or_a_practitioner_away(
    number: int, one: tuple[float, ...], other: tuple[float, ...]
) -> None:
    names = ("recognition_trained", "lgbtq_practitioner_at_hub", "lgbtq_practitioner_at_sexual_health")
    lives = []
    for bound in (min, max):
        coverage = offered(**dict(zip(names, map(bound, one, other), strict=True)))
        row = man(number, episodes=1, coverage=coverage)
        chemsex.on_release(row, PARAMS, 0)
        chemsex.assess(row, PARAMS, 0)
        chemsex.look_for_practitioner(row, PARAMS, 0, 0)
        lives.append(row)
    less, more = lives
    assert more["recognised"] >= less["recognised"] and more["matched"] >= less["matched"]


def test_each_assessment_and_each_release_has_its_own_luck(params: Any) -> None:
    row = man(coverage=offered(recognition_trained=1.0))
    found = []
    for n in range(1, 40):
        row["recognised"], row["releases"], row["episodes"] = 0, n, n
        chemsex.on_release(row, params, 0)
        assert bool(row["recognised"]) == (draw_of(row, P.RECOGNISED_BY_PROBATION, n) < 0.15)
        row["recognised"] = 0
        chemsex.assess(row, params, 0)
        assert bool(row["recognised"]) == (draw_of(row, P.RECOGNISED, n) < 0.05)
        found.append(int(row["recognised"]))
    assert sum(found) < len(found)
