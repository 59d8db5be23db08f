"""Lives under laws by date, early releases and release from remand: whoever is not touched lives the same days."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import pytest
from engine_ground import (
    Ground,
    assert_same_lives,
    numbers_that_differ,
    with_numbers,
    with_unlimited_places,
)

from sim.area import EarlyRelease
from sim.core.errors import InputError
from sim.core.keys import uniform
from sim.engine.early_release import refuse_too_large
from sim.engine.model_area import ModelArea
from sim.engine.run_inputs import RunInputs
from sim.population import processes as P
from sim.population.codes import LONGER, MOST_PEOPLE

PEOPLE = 2200


def early(day: str, releases: float, share: float = 0.5, within: int = 60) -> EarlyRelease:
    return EarlyRelease(date.fromisoformat(day), releases, share, within, "", "made up", "", "recalled", 2)


def with_early_releases(ground: Ground, *rows: EarlyRelease) -> Ground:
    area = dataclasses.replace(ground.area, early_releases=rows)
    return dataclasses.replace(ground, area=area, model_area=ModelArea(area))


def held(ground: Ground, day: str, **options: Any) -> RunInputs:
    scenario = dataclasses.replace(ground.scenario(), recall_law=date.fromisoformat(day))
    return ground.run_inputs(scenario, **options)


def test_shipped_scenarios_live_under_one_law_from_the_first_day_of_the_year_before(ground: Ground) -> None:
    by_date = ground.run_inputs(people=300, warm_up=True)
    assert (by_date.params["law_from"][0, :5] <= 0).all()
    assert_same_lives(ground.lived(by_date), ground.lived(held(ground, "2026-03-31", people=300, warm_up=True)))


@pytest.mark.parametrize("starts", ["2025-04-01", "2024-05-01", "2026-05-06"])
def test_a_run_across_changes_of_law_wakes_people_on_every_day_that_counts(ground: Ground, starts: str) -> None:
    scenario = dataclasses.replace(ground.scenario(), starts=date.fromisoformat(starts))
    run_inputs = ground.run_inputs(scenario, people=700, warm_up=True)
    assert run_inputs.params["law_from"][0, 1:5].max() > 0
    assert_same_lives(ground.lived(run_inputs, 3), ground.lived(run_inputs, 3, everybody_daily=True))


def test_laws_are_paired(ground: Ground) -> None:
    """The day of the first recall is the same under laws that differ in shares and days alone; the stay is not."""
    one, other = (
        ground.lived(with_unlimited_places(held(ground, day, people=900))).people
        for day in ("2025-09-02", "2026-04-01")
    )
    assert (one["first_recall"] == other["first_recall"]).all()
    assert one["custody_moments"].sum() < other["custody_moments"].sum()
    assert one["recalls"].sum() > other["recalls"].sum()  # who is out sooner is recalled again


def test_the_reset_lowers_recall_late_in_a_licence_alone(ground: Ground) -> None:
    before, after = (
        ground.lived(with_unlimited_places(held(ground, day, people=PEOPLE))).people
        for day in ("2024-04-02", "2024-04-29")
    )
    first_third = before["first_recall"] < before["first_release"] + before["licence_days"] // 3
    assert (before["first_recall"] == after["first_recall"])[first_third].all()
    late = ~first_third & (before["first_breach"] < np.minimum(after["first_breach"], before["first_release"] + 365))
    assert late.sum() > 10
    assert not (~first_third & (after["first_breach"] < before["first_breach"])).sum() > late.sum() // 5


# Early releases


def test_people_are_moved_and_nobody_else_lives_another_day(ground: Ground) -> None:
    """10 June 2027 is a Thursday, day 70 of the study."""
    usual = with_unlimited_places(ground.run_inputs(people=PEOPLE, warm_up=True))
    pulsed_ground = with_early_releases(ground, early("2027-06-10", 80.0, 0.25))
    pulsed = with_unlimited_places(pulsed_ground.run_inputs(people=PEOPLE, warm_up=True))
    one, other = (by_number(g.lived(b).people) for g, b in ((ground, usual), (pulsed_ground, pulsed)))
    assert (one["number"] == other["number"]).all()  # nobody is added
    moved = one["first_release"] != other["first_release"]
    day = usual.first_day + 70
    assert {int(number) for number in one["number"][moved]} == set(numbers_that_differ(one, other))
    assert (other["first_release"][moved] == day).all()
    assert (np.abs(one["first_release"][moved] - day - 30) <= 30).all()
    longer = one["sentence"] == LONGER
    assert abs((moved & ~longer).sum() - 20) <= 1 and abs((moved & longer).sum() - 60) <= 1
    ends = [people["first_release"] + people["licence_days"] for people in (one, other)]
    assert (ends[0][moved] == ends[1][moved]).all()  # a licence ends when it would have
    assert not one["remand"][moved & (one["releases"] == 1)].any()


def by_number(people: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return people[np.argsort(people["number"], kind="stable")]


def first_releases(ground: Ground, people: int = PEOPLE) -> tuple[np.ndarray[Any, Any], int]:
    run_inputs = ground.run_inputs(people=people, warm_up=True)
    return by_number(ground.world(run_inputs).people), run_inputs.first_day


def test_counted_and_uncounted_people_and_nobody_counted_before_the_study(ground: Ground) -> None:
    usual, first_day = first_releases(ground)
    counted = usual["number"] < MOST_PEOPLE
    late, _ = first_releases(
        with_early_releases(ground, early("2028-03-09", 60.0, within=90))
    )  # day 343 of the study's year
    moved = usual["first_release"] != late["first_release"][np.isin(late["number"], usual["number"])]
    assert moved[counted].any() and moved[~counted].any()
    soon, _ = first_releases(with_early_releases(ground, early("2027-03-18", 20.0, within=30)))
    moved = usual["first_release"] != soon["first_release"]
    assert not moved[counted].any() and moved[~counted].any()
    assert (soon["first_release"][counted] >= first_day).all()


def test_a_larger_pulse_moves_the_same_people_and_more(ground: Ground) -> None:
    usual, _ = first_releases(ground)
    moved = []
    for releases in (20.0, 60.0):
        people, _ = first_releases(with_early_releases(ground, early("2027-06-10", releases)))
        moved.append(set(usual["number"][usual["first_release"] != people["first_release"]].tolist()))
    assert moved[0] < moved[1]


def test_two_pulses_move_nobody_twice_and_a_small_run_in_proportion(ground: Ground) -> None:
    usual, first_day = first_releases(ground)
    twice = with_early_releases(ground, early("2027-06-10", 40.0), early("2027-06-14", 40.0))
    people, _ = first_releases(twice)
    for day in (first_day + 70, first_day + 74):
        more = (people["first_release"] == day).sum() - (usual["first_release"] == day).sum()
        assert 32 < more <= 41  # some of those due on the second day have left on the first
    few, _ = first_releases(twice, people=220)
    before, _ = first_releases(ground, people=220)
    assert 6 <= (few["first_release"] != before["first_release"]).sum() <= 10  # a tenth of 80, each group made whole


def test_lives_with_early_releases_on_wake_days_and_every_day(ground: Ground) -> None:
    pulsed = with_early_releases(ground, early("2027-06-10", 120.0), early("2027-09-14", 90.0, 0.1, 120))
    run_inputs = pulsed.run_inputs(people=600, warm_up=True)
    order = np.random.default_rng(1).permutation(len(pulsed.world(run_inputs, 5).people))
    one, daily = pulsed.lived(run_inputs, 5), pulsed.lived(run_inputs, 5, everybody_daily=True)
    assert_same_lives(one, daily)
    other = pulsed.world(run_inputs, 5, order)
    other.run_to(other.days)
    assert not numbers_that_differ(by_number(one.people), by_number(other.people))


def test_a_pulse_larger_than_who_is_there_is_one_sentence(ground: Ground) -> None:
    reference = ground.table.reference()
    refuse_too_large(ground.area, reference)
    with pytest.raises(InputError) as refused:
        refuse_too_large(with_early_releases(ground, early("2027-06-10", 500.0, 0.4, 30)).area, reference)
    said = str(refused.value)
    assert "early_releases.csv:2: " in said or "early_releases.csv:2:releases" in said
    assert "200 people with sentences to 12 months are to leave early" in said and "within 30 days" in said
    # 2,200 x 0.8 / 364 x 30 = 145 are due, 0.509 of them with longer sentences, of whom 0.6 of the row are to leave.
    assert "at most 123, or more days" in said
    refuse_too_large(with_early_releases(ground, early("2027-06-10", 123.0, 0.4, 30)).area, reference)


# Remand


def test_whoever_has_a_licence_either_way_lives_the_same_days(ground: Ground) -> None:
    """With more people from remand only those between the two shares live other days, where places are unlimited and no
    referral of the others can be lost."""
    lives = []
    for share in (0.2, 0.3):
        draw = {**ground.reference, "population.released_from_remand": share}
        run_inputs = with_unlimited_places(ground.run_inputs(people=900, draw=draw))
        lives.append(ground.lived(with_numbers(run_inputs, {"lost_part_planned": 0.0})).people)
    between = {
        int(person["number"])
        for person in lives[0]
        if any(0.2 <= uniform(np.uint64(person["stream"]), P.REMAND, n) < 0.3 for n in range(1, 20))
    }
    changed = set(numbers_that_differ(*lives))
    assert changed and changed <= between


def test_people_from_remand_are_never_recalled_in_their_first_time_out(ground: Ground) -> None:
    people = ground.lived(ground.run_inputs(people=PEOPLE)).people
    remand = people["licence_days"] == 0
    assert 0.17 < remand.mean() < 0.23
    assert not people["recalls"][remand].any()
    assert people["recalls"][~remand].sum() > 500
    none = ground.lived(
        ground.run_inputs(people=300, draw={**ground.reference, "population.released_from_remand": 0.0})
    )
    assert (none.people["licence_days"] > 0).all()
    assert not none.people["remand"].any()
