"""Resettlement work before release, by hand: who is met, what that is worth, and until when."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
from by_hand import draw_of, number_with, params_of, per_service_type, someone

from sim.core.days import NEVER
from sim.core.rates import probability_from_logit
from sim.mechanisms import custody, housing, navigator, release, resettlement
from sim.population import processes as P
from sim.population.codes import CAS3_SERVICE, CUSTODY, LONGER, NOT_YET_RELEASED, ROUGH, SETTLED, TEMPORARY

DAY = 1024


def leaving(number: int = 1, **fields: Any) -> Any:
    """Somebody to be released for the first time on day 20, on the eve of it."""
    start = {"status": NOT_YET_RELEASED, "releases": 0, "custody_until": 20, "sentence": LONGER, "first_night": -1}
    return someone(number, **(start | {"home_last_start": 1440.0} | fields))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_who_is_met_before_the_nth_release(n: int) -> None:
    met = []
    for number in range(1, 40):
        row = leaving(number, releases=n - 1, resettlement_chance=0.4)
        resettlement.prepare_release(row, params_of())
        assert bool(row["met_before_release"]) == (draw_of(row, P.RESETTLEMENT_MET, n) < 0.4)
        met.append(int(row["met_before_release"]))
    assert 0 < sum(met) < len(met)


@pytest.mark.parametrize(("chance", "met"), [(0.0, 0), (1.0, 1)])
def test_nobody_is_met_today_and_everybody_where_work_reaches_all(chance: float, met: int) -> None:
    for number in range(1, 30):
        row = leaving(number, resettlement_chance=chance, met_before_release=1 - met)
        resettlement.prepare_release(row, params_of())
        assert row["met_before_release"] == met


def test_support_begins_on_the_day_and_lasts_28_days(params: Any) -> None:
    row = leaving(met_before_release=1, resettlement_chance=1.0)
    resettlement.on_release(row, params, 20)
    assert (row["resettlement_until"], row["met_before_release"]) == (48, 0)
    assert [resettlement.is_supported(row, day) for day in (20, 47, 48)] == [True, True, False]


def test_a_later_release_without_a_meeting_has_no_support(params: Any) -> None:
    row = someone(resettlement_until=400, met_before_release=0)
    resettlement.on_release(row, params, 20)
    assert row["resettlement_until"] == NEVER
    assert not resettlement.is_supported(row, 20)


def test_support_lasts_a_day_at_the_least() -> None:
    assert int(params_of(support__resettlement_days=0.2)["resettlement_days"]) == 1


def test_whoever_was_met_leaves_ready_and_claims_on_the_day(params: Any) -> None:
    for met in (0, 1):
        for number in range(1, 20):
            row = leaving(number, met_before_release=met)
            release.release(row, params, 20, 20 * DAY)
            wait = 0 if met else int(-log(draw_of(row, P.BENEFIT_CLAIM, 1)) / float(params["claim_hazard"]))
            assert (row["ready"], row["first_payment"]) == (met, 20 + wait + 35)


def test_a_later_release_without_a_meeting_is_not_ready(params: Any) -> None:
    row = someone(status=CUSTODY, ready=1, resettlement_until=NEVER, home_last_start=1440.0)
    release.release(row, params, 60, 60 * DAY)
    assert row["ready"] == 0


def alone_and_helped(params: Any) -> tuple[float, float]:
    """Probability of a first night without a home before beds, alone and with somebody beside the person."""
    b = float(params["homeless_intercept"])
    return probability_from_logit(b), probability_from_logit(b + log(0.80))


def test_the_odds_of_a_first_night_without_a_home(params: Any) -> None:
    p, helped = alone_and_helped(params)
    number = number_with((P.FIRST_NIGHT, 1, helped, p))  # without a home alone, in temporary housing with help
    found = []
    for met, navigator_until in ((0, NEVER), (1, NEVER), (0, 200), (1, 200)):
        row = leaving(number, met_before_release=met, navigator_from=20, navigator_until=navigator_until)
        release.release(row, params, 20, 20 * DAY)
        found.append(int(row["housing"]))
    assert found == [ROUGH, TEMPORARY, TEMPORARY, TEMPORARY]


def test_two_helpers_do_no_more_than_one(params: Any) -> None:
    p, helped = alone_and_helped(params)
    twice = probability_from_logit(float(params["homeless_intercept"]) + 2 * log(0.80))
    number = number_with((P.FIRST_NIGHT, 1, twice, helped))  # a second 0.80 would have found a roof
    row = leaving(number, met_before_release=1, navigator_from=20, navigator_until=200)
    release.release(row, params, 20, 20 * DAY)
    assert row["housing"] == ROUGH and twice < helped < p
    spell = someone(housing=ROUGH, spell_start=0, navigator_until=60, resettlement_until=60)
    assert housing.up_hazard(spell, params, 10) == pytest.approx(0.036 / 0.80)


def test_whoever_is_met_and_keeps_a_roof_asks_for_no_bed(params: Any) -> None:
    p, helped = alone_and_helped(params)
    # Bound for temporary housing once helped, and above the share of those who are referred from there.
    number = number_with(
        (P.FIRST_NIGHT, 1, helped, p), (P.CAS3_REFERRED, 1, 0.75, 1.0), (P.RESETTLEMENT_MET, 1, 0, 0.5)
    )
    for chance, joins in ((0.0, 1), (0.5, 0)):
        row = leaving(number, resettlement_chance=chance, service=per_service_type(-1, {CAS3_SERVICE: 0}))
        release.eve(row, params)
        assert (row["joins"][CAS3_SERVICE], row["met_before_release"]) == (joins, 1 - joins)


@pytest.mark.parametrize(
    ("day", "hazard"), [(1, 0.036 / 0.8), (19, 0.036 / 0.8), (20, 0.036), (27, 0.036), (28, 0.010)]
)
def test_a_rough_spell_ends_faster_until_support_ends(params: Any, day: int, hazard: float) -> None:
    row = someone(housing=ROUGH, spell_start=0, resettlement_until=20)
    assert housing.up_hazard(row, params, day) == pytest.approx(hazard)


def test_support_speeds_nothing_else(params: Any) -> None:
    for roof, hazard in ((TEMPORARY, 0.0078), (SETTLED, 0.0)):
        assert housing.up_hazard(someone(housing=roof, resettlement_until=60), params, 10) == pytest.approx(hazard)
    with_worker = someone(resettlement_until=60)
    assert navigator.attendance_term(with_worker, params, 10) == 0.0  # attendance is a navigator's work


def test_custody_ends_support(params: Any) -> None:
    row = someone(resettlement_until=60)
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert not resettlement.is_supported(row, 44)


def test_switched_off_it_neither_finds_a_roof_nor_ends_a_spell() -> None:
    off = params_of()
    for name, value in resettlement.WHEN_OFF.items():
        off[name] = value
    row = someone(housing=ROUGH, spell_start=0, resettlement_until=20)
    assert housing.up_hazard(row, off, 5) == pytest.approx(0.036)
    assert release.homeless_probability(row, off, True) == release.homeless_probability(row, off, False)


def test_whoever_was_met_has_the_day_when_the_money_ended_on_the_day_of_release(params: Any) -> None:
    row = leaving(met_before_release=1, resettlement_chance=0.0)
    resettlement.on_release(row, params, 20)
    assert (row["resettlement_until"], row["met_before_release"]) == (21, 0)


@pytest.mark.parametrize(("left", "until"), [(1.0, 70), (0.0, 40)])
def test_support_ends_with_its_money_and_only_then(params: Any, left: float, until: int) -> None:
    row = someone(releases=1, resettlement_until=70)
    assert bool(resettlement.fewer_workers(row, params, left, 40)) == (until == 40)
    assert row["resettlement_until"] == until
    assert resettlement.is_supported(row, 39) and resettlement.is_supported(row, 40) == (until > 40)
    over = someone(releases=1, resettlement_until=30)
    assert not resettlement.fewer_workers(over, params, 0.0, 40) and over["resettlement_until"] == 30


def test_of_two_workers_one_goes_on_with_half_of_the_people(params: Any) -> None:
    """From four in ten to two in ten: those below 0.2 stay, of whom all were met at 0.4."""
    stay = []
    for number in range(1, 200):
        row = someone(number, releases=1, resettlement_until=70)
        if draw_of(row, P.RESETTLEMENT_MET, 1) < 0.4:
            ended = resettlement.fewer_workers(row, params, 0.2, 40)
            assert bool(ended) == (draw_of(row, P.RESETTLEMENT_MET, 1) >= 0.2)
            stay.append(not ended)
    assert 0.3 < sum(stay) / len(stay) < 0.7
