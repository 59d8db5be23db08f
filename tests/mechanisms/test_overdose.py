"""Overdose, naloxone and fatal overdose, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from by_hand import draw_of, number_with, params_of, someone

from sim.core.days import NEVER
from sim.mechanisms import overdose
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    DAILY,
    HALF,
    KEPT,
    LOST,
    OPIATE_NO_CRACK,
    OTHER,
    ROUGH,
    SETTLED,
    STIMULANT,
    SUPPORTED,
    TEMPORARY,
    WOMAN,
)

EDGES = [(0, 22.0), (6, 22.0), (7, 14.0), (13, 14.0), (14, 2.2), (27, 2.2), (28, 1.0), (300, 1.0)]


@pytest.mark.parametrize(("since", "ratio"), EDGES)
def test_tolerance_bands_when_lost_half_and_kept(params: Any, since: int, ratio: float) -> None:
    for release in (0, 100):
        lost = someone(latest_release=release, tolerance_from=release, tolerance=LOST)
        assert overdose.state_ratio(lost, params, release + since) == pytest.approx(ratio)
        half = someone(latest_release=release, tolerance_from=release, tolerance=HALF)
        assert overdose.state_ratio(half, params, release + since) == pytest.approx(math.sqrt(ratio))
        kept = someone(latest_release=release, tolerance_from=release, tolerance=KEPT)
        assert overdose.state_ratio(kept, params, release + since) == 1.0


def test_bands_run_from_leaving_a_residential_place_and_not_from_the_release(params: Any) -> None:
    row = someone(latest_release=0, tolerance_from=100, tolerance=LOST)
    for since, ratio in EDGES:
        assert overdose.state_ratio(row, params, 100 + since) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("day", "ratio"),
    [
        (4, 22.0),  # the day before OST stops: the band alone
        (5, 22.0),  # larger of 22 and 3.8, never 22 x 3.8
        (7, 14.0),
        (14, 3.8),  # larger of 2.2 and 3.8
        (32, 3.8),  # the 28th day off, days 5..32
        (33, 1.0),
    ],
)
def test_stopping_ost_and_lost_tolerance_are_never_multiplied(params: Any, day: int, ratio: float) -> None:
    assert overdose.state_ratio(someone(tolerance=LOST, ost_stop=5), params, day) == pytest.approx(ratio)


def test_half_tolerance_beside_stopped_ost(params: Any) -> None:
    # sqrt(22) = 4.69 and sqrt(14) = 3.74 against 3.8.
    row = someone(tolerance=HALF, ost_stop=1)
    assert overdose.state_ratio(row, params, 3) == pytest.approx(math.sqrt(22.0))
    assert overdose.state_ratio(row, params, 10) == pytest.approx(3.8)
    assert overdose.state_ratio(row, params, 28) == pytest.approx(3.8)
    assert overdose.state_ratio(row, params, 29) == pytest.approx(1.0)


def test_after_ost_stops_with_tolerance_kept(params: Any) -> None:
    row = someone(tolerance=KEPT, ost_stop=60)
    assert [overdose.state_ratio(row, params, day) for day in (59, 60, 87, 88)] == [1.0, 3.8, 3.8, 1.0]
    assert overdose.state_ratio(someone(ost_stop=NEVER), params, 60) == 1.0


def test_on_substitution_treatment(params: Any) -> None:
    bridged = someone(ost=DAILY, ost_start=0, tolerance=KEPT)
    assert overdose.state_ratio(bridged, params, 3) == pytest.approx(0.80)
    new = someone(ost=DAILY, ost_start=40, ost_is_new_start=1, tolerance=LOST, ost_stop=30)
    assert overdose.state_ratio(new, params, 40) == pytest.approx(0.80 * 1.93)
    assert overdose.state_ratio(new, params, 67) == pytest.approx(0.80 * 1.93)
    assert overdose.state_ratio(new, params, 68) == pytest.approx(0.80)
    # OST is one of the exclusive branches: neither the band of week 1 nor 3.8 stands beside it.
    early = someone(ost=DAILY, ost_start=2, ost_is_new_start=1, tolerance=LOST, ost_stop=1)
    assert overdose.state_ratio(early, params, 3) == pytest.approx(0.80 * 1.93)


@pytest.mark.parametrize("need", [STIMULANT, ALCOHOL, OTHER])
def test_other_needs_have_two_weeks_of_raised_risk(params: Any, need: int) -> None:
    row = someone(need=need, latest_release=10)
    assert [overdose.state_ratio(row, params, day) for day in (10, 23, 24)] == [4.0, 4.0, 1.0]
    # Nothing of opioids touches them.
    assert overdose.state_ratio(someone(need=need, tolerance=LOST, ost_stop=20), params, 20) == 1.0


# Centring: over people with an opiate need 0.35 drink, at 1.6; over everybody 0.91 x 0.70 + 0.09 x 0.83 = 0.7117 have a
# mental health need, at 1.3.
DRINK_MEAN, HEALTH_MEAN = 1.0 + 0.35 * 0.6, 1.0 + 0.7117 * 0.3


def test_persons_base(params: Any) -> None:
    opiate, other = 0.12 / 365 / (DRINK_MEAN * HEALTH_MEAN), 0.09 / 365 / HEALTH_MEAN
    assert overdose.person_base(someone(), params) == pytest.approx(opiate)
    assert overdose.person_base(someone(injecting=1), params) == pytest.approx(2.43 * opiate)
    both = someone(injecting=1, sex=WOMAN, need=OPIATE_NO_CRACK)
    assert overdose.person_base(both, params) == pytest.approx(2.43 * 1.38 * opiate)
    assert overdose.person_base(someone(need=ALCOHOL), params) == pytest.approx(other)
    assert overdose.person_base(someone(need=OTHER, sex=WOMAN), params) == pytest.approx(1.38 * other)


def test_drinking_and_mental_health_raise_the_base(params: Any) -> None:
    plain = overdose.person_base(someone(), params)
    for drinks, health, ratio in ((1, 0, 1.6), (0, 1, 1.3), (1, 1, 1.6 * 1.3)):
        row = someone(drinks=drinks, mental_health=health)
        assert overdose.person_base(row, params) == pytest.approx(ratio * plain)
    # Drinking counts beside an opiate need alone, a mental health need with every need.
    for need in (STIMULANT, ALCOHOL, OTHER):
        alone = overdose.person_base(someone(need=need), params)
        assert overdose.person_base(someone(need=need, drinks=1), params) == alone
        assert overdose.person_base(someone(need=need, mental_health=1), params) == pytest.approx(1.3 * alone)


def test_the_published_base_holds_over_people(params: Any) -> None:
    mean = sum(
        (0.35 if drinks else 0.65) * (0.7117 if health else 0.2883)
        * overdose.person_base(someone(drinks=drinks, mental_health=health), params)
        for drinks in (0, 1) for health in (0, 1)
    )  # fmt: skip
    assert mean == pytest.approx(0.12 / 365)


def test_no_ratio_of_drinking_or_mental_health_centres_to_one() -> None:
    params = params_of(overdose__alcohol_hr=1.0, overdose__mental_health_hr=1.0)
    for drinks in (0, 1):
        for health in (0, 1):
            row = someone(drinks=drinks, mental_health=health)
            assert overdose.person_base(row, params) == pytest.approx(0.12 / 365)


def test_hazard_only_on_days_of_use_and_higher_when_sleeping_rough(params: Any) -> None:
    base = 0.12 / 365
    row = someone(using=1, tolerance=LOST, overdose_base=base, housing=ROUGH)
    assert overdose.hazard(row, params, 2) == pytest.approx(base * 22.0 * 1.57)
    for roof in (SETTLED, TEMPORARY, CAS3, SUPPORTED):
        row["housing"] = roof
        assert overdose.hazard(row, params, 2) == pytest.approx(base * 22.0)
    row["using"] = 0
    assert overdose.hazard(row, params, 2) == 0.0


def test_mean_fatality(params: Any) -> None:
    # Without a kit 0.35 x 0.06 + 0.65 x 0.03 = 0.0405; a kit takes 0.65 x 0.5 x 0.022 = 0.00715 off it.
    assert overdose.fatality(someone(), params) == pytest.approx(0.0405)
    assert overdose.fatality(someone(has_naloxone=1), params) == pytest.approx(0.0405 - 0.00715)
    assert overdose.fatality(someone(need=ALCOHOL), params) == pytest.approx(0.008)
    assert overdose.fatality(someone(need=ALCOHOL, has_naloxone=1), params) == pytest.approx(0.008)


SEEN, ALONE = (P.OVERDOSE_WITNESSED, 2, 0.0, 0.65), (P.OVERDOSE_WITNESSED, 2, 0.65, 1.0)
USED, UNUSED = (P.OVERDOSE_NALOXONE, 2, 0.0, 0.5), (P.OVERDOSE_NALOXONE, 2, 0.5, 1.0)


@pytest.mark.parametrize(
    ("chances", "below", "kit", "is_fatal"),
    [
        ((ALONE,), (0.03, 0.06), 0, True),  # unwitnessed: fatal below 0.06
        ((ALONE, USED), (0.03, 0.06), 1, True),  # a kit is of no use alone
        ((ALONE,), (0.06, 0.10), 0, False),
        ((SEEN,), (0.008, 0.03), 0, True),  # witnessed: fatal below 0.03
        ((SEEN,), (0.03, 0.06), 0, False),
        ((SEEN, USED), (0.008, 0.03), 1, False),  # own kit used: fatal below 0.008
        ((SEEN, USED), (0.008, 0.03), 0, True),  # no kit to use
        ((SEEN, UNUSED), (0.008, 0.03), 1, True),
        ((SEEN, USED), (0.0, 0.008), 1, True),
    ],
)
def test_who_dies_of_an_overdose(
    params: Any, chances: tuple[Any, ...], below: tuple[float, float], kit: int, is_fatal: bool
) -> None:
    number = number_with(*chances, (P.OVERDOSE_FATAL, 2, *below))
    assert overdose.is_fatal(someone(number, has_naloxone=kit), params, 2, 0) is is_fatal


def test_other_needs_die_by_one_probability_and_no_kit_helps(params: Any) -> None:
    dies = number_with((P.OVERDOSE_FATAL, 0, 0.0, 0.008))
    lives = number_with((P.OVERDOSE_FATAL, 0, 0.008, 0.03), ALONE)
    for kit in (0, 1):
        assert overdose.is_fatal(someone(dies, need=ALCOHOL, has_naloxone=kit), params, 0, 0)
        assert not overdose.is_fatal(someone(lives, need=ALCOHOL, has_naloxone=kit), params, 0, 0)


def test_each_overdose_of_a_life_has_its_own_luck_and_a_kit_never_kills(params: Any) -> None:
    outcomes = set()
    for number in range(1, 60):
        for occurrence in range(20):
            without = overdose.is_fatal(someone(number), params, occurrence, 0)
            with_kit = overdose.is_fatal(someone(number, has_naloxone=1), params, occurrence, 0)
            assert without or not with_kit
            assert without == overdose.is_fatal(someone(number), params, occurrence, 0)
            outcomes.add((without, with_kit))
    assert outcomes == {(False, False), (True, False), (True, True)}


def test_only_attended_overdoses_are_recorded(params: Any) -> None:
    row = someone()
    for occurrence in range(40):
        overdose.record_survival(row, params, occurrence)
    expected = sum(draw_of(row, P.OVERDOSE_ATTENDED, occurrence) < 0.7 for occurrence in range(40))
    assert row["overdoses"] == expected
    assert 0 < expected < 40


def test_the_half_band_is_the_square_root_under_any_draw() -> None:
    params = params_of(overdose__tolerance_week_1=9.0)
    assert params["overdose_band_half"][0] == 3.0
    week_2 = 9.0 ** (math.log(14.0) / math.log(22.0))
    later = week_2 ** (math.log(2.2) / math.log(14.0))
    assert params["overdose_band_lost"].tolist() == pytest.approx([9.0, week_2, later, 1.0])
