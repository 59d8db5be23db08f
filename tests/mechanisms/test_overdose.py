"""Overdose, naloxone and fatal overdose, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from by_hand import DAY_RATIOS, LOST_RATIOS, draw_of, number_with, offered, params_of, someone

from sim.core.days import NEVER
from sim.mechanisms import overdose, tolerance
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    DAILY,
    HALF,
    KEPT,
    LOST,
    ON_OST,
    OPIATE_NO_CRACK,
    OTHER,
    ROUGH,
    SETTLED,
    STIMULANT,
    SUPPORTED,
    TEMPORARY,
    WOMAN,
)

R_0, R_7, R_14, _ = LOST_RATIOS
EDGES = [(0, R_0), (6, R_0), (7, R_7), (13, R_7), (14, R_14), (27, R_14), (28, 1.0), (300, 1.0)]


@pytest.mark.parametrize(("used", "ratio"), EDGES)
def test_tolerance_comes_back_with_days_of_use(params: Any, used: int, ratio: float) -> None:
    for since in (0, 100):
        fields = {"using": 1, "using_since": since}
        assert overdose.state_ratio(someone(tolerance=LOST, **fields), params, since + used) == pytest.approx(ratio)
        half = someone(tolerance=HALF, **fields)
        assert overdose.state_ratio(half, params, since + used) == pytest.approx(math.sqrt(ratio))
        assert overdose.state_ratio(someone(tolerance=KEPT, **fields), params, since + used) == 1.0
        on_ost = someone(tolerance=ON_OST, ost=DAILY, **fields)
        assert overdose.state_ratio(on_ost, params, since + used) == pytest.approx(0.8 * ratio**0.3)


def test_days_of_use_add_up_over_spells_and_days_without_use_count_nothing(params: Any) -> None:
    # Five days before this spell, which began on day 100: the seventh day of use is day 102.
    row = someone(tolerance=LOST, using=1, using_since=100, used_days=5)
    assert [overdose.state_ratio(row, params, day) for day in (100, 101, 102)] == pytest.approx([R_0, R_0, R_7])
    assert tolerance.days_of_use(someone(using=0, used_days=5, using_since=3), 90) == 5


@pytest.mark.parametrize(("since", "band"), [(0, 0), (1, 1), (2, 1), (3, 2), (6, 2), (7, 3), (400, 3)])
@pytest.mark.parametrize("need", [OPIATE_NO_CRACK, STIMULANT, ALCOHOL])
def test_the_first_days_after_the_latest_release(params: Any, need: int, since: int, band: int) -> None:
    row = someone(need=need, using=1, overdose_base=1e-4, latest_release=50, releases=2)
    weeks = 4.0 if need != OPIATE_NO_CRACK and since < 14 else 1.0
    assert overdose.hazard(row, params, 50 + since) == pytest.approx(1e-4 * weeks * DAY_RATIOS[band])


def test_no_excess_of_the_first_days_and_no_lost_tolerance_leave_the_base() -> None:
    none = params_of(overdose__first_day_ratio=1.0, overdose__tolerance_first_days=1.0)
    for state in (KEPT, HALF, LOST, ON_OST):
        row = someone(using=1, overdose_base=1e-4, tolerance=state)
        assert [overdose.hazard(row, none, day) for day in range(40)] == [1e-4] * 40


@pytest.mark.parametrize(
    ("day", "ratio"),
    [
        (4, R_0),  # the day before OST stops: lost tolerance alone
        (5, R_0),  # the larger of 14.7 and 3.8, never both
        (7, R_7),
        (14, 3.8),  # the larger of 3.57 and 3.8
        (32, 3.8),  # the 28th day off, days 5..32
        (33, 1.0),
    ],
)
def test_stopping_ost_and_lost_tolerance_are_never_multiplied(params: Any, day: int, ratio: float) -> None:
    row = someone(tolerance=LOST, ost_stop=5, using=1)
    assert overdose.state_ratio(row, params, day) == pytest.approx(ratio)


def test_half_tolerance_beside_stopped_ost(params: Any) -> None:
    # sqrt(14.7) = 3.83 and sqrt(7.85) = 2.80 against 3.8.
    row = someone(tolerance=HALF, ost_stop=1, using=1)
    assert overdose.state_ratio(row, params, 3) == pytest.approx(math.sqrt(R_0))
    assert overdose.state_ratio(row, params, 10) == pytest.approx(3.8)
    assert overdose.state_ratio(row, params, 28) == pytest.approx(3.8)
    assert overdose.state_ratio(row, params, 29) == pytest.approx(1.0)


def test_after_ost_stops_with_tolerance_kept(params: Any) -> None:
    row = someone(tolerance=KEPT, ost_stop=60)
    assert [overdose.state_ratio(row, params, day) for day in (59, 60, 87, 88)] == [1.0, 3.8, 3.8, 1.0]
    assert overdose.state_ratio(someone(ost_stop=NEVER), params, 60) == 1.0


def test_on_substitution_treatment(params: Any) -> None:
    kept = someone(ost=DAILY, ost_start=0, tolerance=KEPT)
    assert overdose.state_ratio(kept, params, 3) == pytest.approx(0.80)
    # At release: the part of the loss that OST leaves, in days of use; nothing of a start.
    released = someone(ost=DAILY, ost_start=0, tolerance=ON_OST, using=1)
    for used, ratio in EDGES:
        assert overdose.state_ratio(released, params, used) == pytest.approx(0.80 * ratio**0.3)
    new = someone(ost=DAILY, ost_start=40, ost_is_new_start=1, tolerance=KEPT, ost_stop=30)
    assert overdose.state_ratio(new, params, 40) == pytest.approx(0.80 * 1.93)
    assert overdose.state_ratio(new, params, 67) == pytest.approx(0.80 * 1.93)
    assert overdose.state_ratio(new, params, 68) == pytest.approx(0.80)
    # Begun in the community after it was lost: both, and never 3.8 for the OST that stopped before.
    early = someone(ost=DAILY, ost_start=2, ost_is_new_start=1, tolerance=ON_OST, ost_stop=1, using=1, using_since=2)
    assert overdose.state_ratio(early, params, 3) == pytest.approx(0.80 * 1.93 * R_0**0.3)


def test_ost_that_keeps_tolerance_wholly(params: Any) -> None:
    wholly = params_of(overdose__ost_tolerance_part=0.0)
    row = someone(ost=DAILY, tolerance=ON_OST, using=1)
    assert [overdose.state_ratio(row, wholly, day) for day in (0, 7, 14, 28)] == [0.8] * 4
    # The more of the loss it leaves, the higher the risk, and never above no OST at all.
    steps = [overdose.state_ratio(row, params_of(overdose__ost_tolerance_part=p), 0) for p in (0.0, 0.3, 0.7)]
    assert steps == sorted(steps) and steps[-1] < overdose.state_ratio(someone(tolerance=LOST, using=1), params, 0)


@pytest.mark.parametrize("need", [STIMULANT, ALCOHOL, OTHER])
def test_other_needs_have_two_weeks_of_raised_risk(params: Any, need: int) -> None:
    row = someone(need=need, latest_release=10)
    assert [overdose.state_ratio(row, params, day) for day in (10, 23, 24)] == [4.0, 4.0, 1.0]
    # Nothing of opioids touches them.
    assert overdose.state_ratio(someone(need=need, tolerance=LOST, using=1, ost_stop=20), params, 20) == 1.0


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
    first = R_0 * DAY_RATIOS[1]
    assert overdose.hazard(row, params, 2) == pytest.approx(base * first * 1.57)
    for roof in (SETTLED, TEMPORARY, CAS3, SUPPORTED):
        row["housing"] = roof
        assert overdose.hazard(row, params, 2) == pytest.approx(base * first)
    row["using"] = 0
    assert overdose.hazard(row, params, 2) == 0.0


def test_todays_level_of_deaths_multiplies_every_base_and_nothing_else(params: Any) -> None:
    today = params_of(overdose__level=1.6)
    for need in (OPIATE_NO_CRACK, ALCOHOL, STIMULANT):
        row = someone(need=need)
        assert overdose.person_base(row, today) == pytest.approx(1.6 * overdose.person_base(row, params))
    changed = {name for name in params.dtype.names if not np.array_equal(params[name], today[name])}
    assert changed == {"overdose_base"}


def test_age_raises_the_hazard_to_fifty_about_the_same_mean() -> None:
    aged = params_of(overdose__age_ratio_10y=1.2, population__age_mean=38.0, population__age_sd=10.0)
    base = [overdose.person_base(someone(age=float(age)), aged) for age in (28, 38, 48, 50, 70)]
    plain = overdose.person_base(someone(), params_of(population__age_mean=38.0, population__age_sd=10.0))
    assert [hazard / base[1] for hazard in base] == pytest.approx([1 / 1.2, 1.0, 1.2, 1.2**1.2, 1.2**1.2])
    # By a plain sum over ages of the normal, cut at 18 and 75.
    ages = np.linspace(18.0, 75.0, 200_001)
    weights = np.exp(-0.5 * ((ages - 38.0) / 10.0) ** 2)
    mean = float((weights * 1.2 ** ((np.minimum(ages, 50.0) - 38.0) / 10.0)).sum() / weights.sum())
    assert base[1] * mean == pytest.approx(plain, rel=1e-6)


def test_without_an_age_ratio_nobody_differs_by_age(params: Any) -> None:
    assert len({overdose.person_base(someone(age=age), params) for age in (18.0, 38.0, 50.0, 75.0)}) == 1


def test_mean_fatality(params: Any) -> None:
    # Without a kit 0.35 x 0.06 + 0.65 x 0.03 = 0.0405; a kit takes 0.65 x 0.5 x 0.022 = 0.00715 off it.
    assert overdose.fatality(someone(), params) == pytest.approx(0.0405)
    assert overdose.fatality(someone(has_naloxone=1), params) == pytest.approx(0.0405 - 0.00715)
    assert overdose.fatality(someone(need=ALCOHOL), params) == pytest.approx(0.008)
    assert overdose.fatality(someone(need=ALCOHOL, has_naloxone=1), params) == pytest.approx(0.008)


def test_kits_of_others(params: Any) -> None:
    # A tenth of witnessed overdoses meet a kit of somebody there: 0.65 x 0.1 x 0.022 = 0.00143 off it, beside an own
    # kit used in half of them 0.65 x (1 - 0.5 x 0.9) x 0.022 = 0.007865.
    assert overdose.fatality(someone(others_kit=0.1), params) == pytest.approx(0.0405 - 0.00143)
    assert overdose.fatality(someone(others_kit=0.1, has_naloxone=1), params) == pytest.approx(0.0405 - 0.007865)
    assert overdose.fatality(someone(others_kit=1.0), params) == pytest.approx(0.35 * 0.06 + 0.65 * 0.008)
    assert overdose.fatality(someone(need=ALCOHOL, others_kit=0.1), params) == pytest.approx(0.008)


@pytest.mark.parametrize(
    ("prison", "peers", "kit"),
    [
        (0.17, 0.0, 0.1),  # as today
        (0.34, 0.0, 0.13),  # twice as many: 0.1 x (1 + 0.3)
        (0.0, 0.0, 0.07),  # none: 0.1 x (1 - 0.3)
        (1.0, 0.0, 0.1 * (0.7 + 0.3 / 0.17)),
        (0.17, 0.5, 0.1 * (0.7 + 0.3 * (1.0 - 0.83 * 0.5) / 0.17)),  # peers at home hand out kits too
    ],
)
def test_kits_of_others_follow_those_given_at_release(prison: float, peers: float, kit: float) -> None:
    params = params_of(overdose__others_kit=0.1)
    row = someone(naloxone_chance=prison, coverage=offered(peer_naloxone=peers))
    overdose.meet_companions(row, params)
    assert row["others_kit"] == pytest.approx(kit)


def test_where_companions_never_come_from_prison_no_kit_at_release_moves_theirs() -> None:
    for changes in ({"overdose__others_from_release": 0.0}, {"overdose__naloxone_held": 0.0}):
        params = params_of(overdose__others_kit=0.1, **changes)
        for share in (0.0, 0.17, 1.0):
            row = someone(naloxone_chance=share)
            overdose.meet_companions(row, params)
            assert row["others_kit"] == pytest.approx(0.1)


def test_others_kits_are_no_more_than_all(params: Any) -> None:
    row = someone(naloxone_chance=1.0)
    overdose.meet_companions(row, params_of(overdose__others_kit=0.5, overdose__naloxone_held=0.01))
    assert row["others_kit"] == 1.0


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


def test_who_is_saved_by_somebody_elses_kit(params: Any) -> None:
    theirs, none = (P.OTHERS_KIT, 2, 0.0, 0.1), (P.OTHERS_KIT, 2, 0.1, 1.0)
    for chances, kit, is_fatal in (
        ((SEEN, theirs), 0, False),
        ((SEEN, none), 0, True),
        ((SEEN, UNUSED, theirs), 1, False),  # the own kit is not at hand, theirs is
        ((SEEN, UNUSED, none), 1, True),
    ):
        row = someone(number_with(*chances, (P.OVERDOSE_FATAL, 2, 0.008, 0.03)), has_naloxone=kit, others_kit=0.1)
        assert overdose.is_fatal(row, params, 2, 0) is is_fatal
    alone = someone(number_with(ALONE, theirs, (P.OVERDOSE_FATAL, 2, 0.03, 0.06)), others_kit=0.1)
    assert overdose.is_fatal(alone, params, 2, 0) is True


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


def test_ratios_by_state_under_another_draw() -> None:
    # A half-life of 3.5 days: q = 2^(-1/3.5), the mean over days 0-6 q^(1/2) (1 - q^7) / (7 (1 - q)).
    by_state = params_of(overdose__tolerance_first_days=9.0, overdose__tolerance_half_life=3.5)["overdose_tolerance"]
    q = 2.0 ** (-1 / 3.5)
    first = math.sqrt(q) * 0.75 / (7.0 * (1.0 - q))
    lost = [1.0 + 8.0 * first, 1.0 + 8.0 * first / 4.0, 1.0 + 8.0 * first * (1 / 16 + 1 / 64) / 2.0, 1.0]
    assert by_state[LOST].tolist() == pytest.approx(lost)
    assert by_state[HALF].tolist() == pytest.approx([math.sqrt(ratio) for ratio in lost])
    assert by_state[ON_OST].tolist() == pytest.approx([ratio**0.3 for ratio in lost])
    assert by_state[KEPT].tolist() == [1.0] * 4
