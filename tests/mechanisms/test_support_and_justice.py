"""Income, navigators, licence, reoffending and custody, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from by_hand import draw_of, number_with, params_of, per_service_type, someone

from sim.core.days import NEVER
from sim.mechanisms import custody, income, navigator, reoffending, supervision
from sim.mechanisms.ledger import on_licence
from sim.population import processes as P
from sim.population.codes import (
    COMMUNITY,
    CUSTODY,
    DAILY,
    IN_TREATMENT,
    LONGER,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_OST,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    ROUGH,
    SETTLED,
    TO_6_MONTHS,
    TO_12_MONTHS,
    TREATMENT_SERVICE,
    WAITING,
)


def test_a_claim_on_the_day_is_paid_after_five_weeks(params: Any) -> None:
    row = someone(ready=1)
    income.claim(row, params, 100)
    assert row["first_payment"] == 135


def test_other_claims_come_at_the_published_hazard(params: Any) -> None:
    # -ln(0.46) / 30 = 0.0258843 a day; the median wait is 26.8 days.
    assert float(params["claim_hazard"]) == pytest.approx(0.0258843, rel=1e-5)
    within = 0
    for number in range(1, 2001):
        row = someone(number)
        income.claim(row, params, 10)
        wait = -math.log(draw_of(row, P.BENEFIT_CLAIM, 1)) / 0.025884291
        assert row["first_payment"] == 10 + int(wait) + 35
        within += row["first_payment"] - 45 < 30
    assert abs(within / 2000 - 0.54) < 5 * math.sqrt(0.54 * 0.46 / 2000)


@pytest.mark.parametrize(
    ("released", "status", "joins"),
    [(10, COMMUNITY, 1), (59, COMMUNITY, 1), (60, COMMUNITY, 1), (18, COMMUNITY, 0), (50, CUSTODY, 0)],
)
def test_a_team_that_opens_finds_whoever_has_been_out_for_under_42_days(released, status, joins) -> None:
    """On day 60, or on day 51 for the first, who was released on day 10."""
    row = someone(status=status, latest_release=released)
    navigator.team_opens(row, 51 if released == 10 else 60)
    assert row["joins"][NAVIGATOR_SERVICE] == joins


def test_each_release_has_its_own_claim(params: Any) -> None:
    days = set()
    for release in range(1, 20):
        row = someone(releases=release)
        income.claim(row, params, 0)
        days.add(int(row["first_payment"]))
    assert len(days) > 10


def served(**fields: Any) -> Any:
    """Somebody whose place has a navigators' team, service 4."""
    return someone(service=per_service_type(-1, {TREATMENT_SERVICE: 0, NAVIGATOR_SERVICE: 4}), **fields)


@pytest.mark.parametrize("status", [NOT_YET_RELEASED, CUSTODY])
def test_the_line_is_joined_on_the_eve_of_release(status: int) -> None:
    row = served(status=status, custody_until=30)
    assert navigator.queue_day(row) == 29
    for day, joins in ((28, 0), (30, 0), (29, 1)):
        navigator.at_dawn(row, day)
        assert row["joins"][NAVIGATOR_SERVICE] == joins


def test_nobody_joins_where_there_is_no_team() -> None:
    row = someone(status=CUSTODY, custody_until=30)
    navigator.at_dawn(row, 29)
    assert (navigator.queue_day(row), row["moved"]) == (0, 0)


def test_without_a_place_the_line_is_left_on_day_42() -> None:
    row = served(latest_release=10, key=per_service_type(0, {NAVIGATOR_SERVICE: 99}))
    assert navigator.queue_day(row) == 52
    navigator.at_dawn(row, 51)
    assert row["leaves"][NAVIGATOR_SERVICE] == 0
    navigator.at_dawn(row, 52)
    assert row["leaves"][NAVIGATOR_SERVICE] == 1
    assert navigator.queue_day(served(latest_release=10)) == 0  # not waiting


def test_support_lasts_183_days() -> None:
    row = served()
    navigator.begin(row, 30)
    assert (row["navigator_from"], row["navigator_until"]) == (30, 213)
    navigator.at_dawn(row, 212)
    assert row["navigator_until"] == 213
    navigator.at_dawn(row, 213)
    assert row["navigator_until"] == NEVER
    assert row["leaves"][NAVIGATOR_SERVICE] == 1


def test_licence_and_recall(params: Any) -> None:
    row = someone(licence_until=75, housing=SETTLED)
    assert supervision.recall_hazard(row, params, 74) == pytest.approx(0.0031)
    assert supervision.recall_hazard(row, params, 75) == 0.0
    row["housing"] = ROUGH
    assert supervision.recall_hazard(row, params, 74) == pytest.approx(0.0062)
    assert supervision.recall_hazard(row, params, 75) == 0.0
    row["treatment"] = IN_TREATMENT  # at a ratio of 1
    assert supervision.recall_hazard(row, params, 10) == pytest.approx(0.0062)
    assert (on_licence(row, 74), on_licence(row, 75)) == (True, False)


def test_reoffending_by_sentence_housing_and_treatment(params: Any) -> None:
    # 2.77^0.3 = 1.357 and 0.59^0.3 = 0.854.
    rough, treated = 2.77**0.3, 0.59**0.3
    assert (rough, treated) == (pytest.approx(1.36, abs=0.005), pytest.approx(0.85, abs=0.005))
    for sentence, base in ((TO_6_MONTHS, 0.00265), (TO_12_MONTHS, 0.00265), (LONGER, 0.00070)):
        assert reoffending.hazard(someone(sentence=sentence), params, 5) == pytest.approx(base)
        both = someone(sentence=sentence, housing=ROUGH, treatment=IN_TREATMENT)
        assert reoffending.hazard(both, params, 5) == pytest.approx(base * rough * treated)
        assert reoffending.hazard(someone(sentence=sentence, treatment=WAITING), params, 5) == pytest.approx(base)


@pytest.mark.parametrize("share", [0.0, 0.30, 1.0])
def test_the_causal_share_acts_on_the_crude_ratios_alone(share: float) -> None:
    """What is not causal is the trait's; the base stays, and calibration answers for the total."""
    params = params_of(reoffending__causal_share=share)
    assert params["reoffence"].tolist() == pytest.approx([0.00265, 0.00070])
    assert float(params["reoffence_rough"]) == pytest.approx(2.77**share)
    assert float(params["reoffence_treatment"]) == pytest.approx(0.59**share)


def test_the_first_reoffence_sets_the_measure() -> None:
    row = someone()
    reoffending.record(row, 30)
    reoffending.record(row, 60)
    assert row["first_reoffence"] == 30


@pytest.mark.parametrize(
    ("sentence", "share", "fixed", "standard"),
    [(TO_6_MONTHS, 0.85, 14, 42), (TO_12_MONTHS, 0.85, 14, 42), (LONGER, 0.40, 28, 170)],  # 170 / 4 = 42.5
)
def test_stays_of_a_recall(params: Any, sentence: int, share: float, fixed: int, standard: int) -> None:
    is_fixed = number_with((P.RECALL_FIXED_TERM, 2, 0.0, share))
    is_standard = number_with((P.RECALL_FIXED_TERM, 2, share, 1.0))
    assert custody.recall_stay(someone(is_fixed, sentence=sentence, recalls=2, licence_until=90), params, 30) == fixed
    assert custody.recall_stay(someone(is_standard, sentence=sentence, recalls=2), params, 30) == standard


def inside(row: Any) -> bool:
    return bool(row["status"] == CUSTODY)


def test_what_custody_ends(params: Any) -> None:
    row = someone(
        using=1, ost=DAILY, treatment=IN_TREATMENT, contact_day=50, script_until=60, ready_day=45, appointment_day=47,
        navigator_from=10, navigator_until=193, resettlement_until=60, wants_residential=1, joins=[1] * N_SERVICE_TYPES,
        housing=ROUGH, settled_at=0, engaged=1,
    )  # fmt: skip
    custody.enter(row, params, 44, 44 * 1024 + 7, 14)
    assert inside(row)
    assert (row["custody_since"], row["custody_until"]) == (44, 58)
    assert (row["using"], row["ost"], row["ost_when_taken"], row["treatment"]) == (0, NO_OST, 1, NO_TREATMENT)
    assert {int(row[name]) for name in ("contact_day", "script_until", "ready_day", "appointment_day")} == {NEVER}
    assert (row["navigator_until"], row["resettlement_until"], row["wants_residential"]) == (NEVER, NEVER, 0)
    assert (row["joins"].tolist(), row["leaves"].tolist()) == ([0] * N_SERVICE_TYPES, [1] * N_SERVICE_TYPES)
    assert row["rough_moments"].sum() == row["treatment_moments"] == 44 * 1024 + 7
    assert row["ost_stop"] == NEVER  # stopping inside is no stop in the community


def test_a_stay_lasts_at_least_until_tomorrow_and_remembers_no_ost(params: Any) -> None:
    row = someone(ost_when_taken=1)
    custody.enter(row, params, 8, 8 * 1024, 0)  # a Tuesday
    assert (row["custody_until"], row["ost_when_taken"]) == (9, 0)


@pytest.mark.parametrize("start_weekday", range(7))
def test_nobody_is_released_again_on_a_weekend(start_weekday: int) -> None:
    params = params_of(population__friday_release=0.2)
    params["start_weekday"] = start_weekday
    friday = someone(number_with((P.RELEASE_BROUGHT_FORWARD, 1, 0.0, 0.2)))
    thursday = someone(number_with((P.RELEASE_BROUGHT_FORWARD, 1, 0.2, 1.0)))
    for due in range(100, 107):
        weekday = (start_weekday + due) % 7
        for row, before in ((friday, 4), (thursday, 3)):
            expected = due - (weekday - before if weekday >= 5 else 0)
            assert custody.release_day(row, params, 80, due - 80) == expected
            assert (start_weekday + expected) % 7 < 5


def test_a_release_that_cannot_be_brought_forward_waits_for_monday(params: Any) -> None:
    # Day 0 is a Monday: taken in on Friday, day 4, for a day; Saturday, day 5, becomes Monday, day 7.
    row = someone(number_with((P.RELEASE_BROUGHT_FORWARD, 1, 0.0, 0.2)))
    assert custody.release_day(row, params, 4, 1) == 7
    assert custody.release_day(row, params, 5, 1) == 7
    assert custody.release_day(row, params, 3, 2) == 4


def test_recalls_are_counted_and_the_first_sets_the_measure(params: Any) -> None:
    row = someone(sentence=LONGER)
    custody.recall(row, params, 20, 20 * 1024, True)
    row["status"] = COMMUNITY
    custody.recall(row, params, 90, 90 * 1024, True)
    assert (row["recalls"], row["first_recall"]) == (2, 20)


def test_what_follows_a_reoffence() -> None:
    params = params_of(custody__recall_on_charge=0.65, custody__after_reoffence=0.35)
    charged = number_with((P.REOFFENCE_CUSTODY, 1, 0.0, 0.35))
    only_on_licence = number_with((P.REOFFENCE_CUSTODY, 1, 0.35, 0.65))
    spared = number_with((P.REOFFENCE_CUSTODY, 1, 0.65, 1.0))
    on_licence = someone(charged, licence_until=75)
    custody.after_reoffence(on_licence, params, 74, 74 * 1024, 1)
    assert (inside(on_licence), on_licence["recalls"], on_licence["first_recall"]) == (True, 1, 74)
    off_licence = someone(charged, licence_until=75)
    custody.after_reoffence(off_licence, params, 75, 75 * 1024, 1)
    assert (inside(off_licence), off_licence["recalls"], off_licence["custody_until"]) == (True, 0, 135)
    assert off_licence["licence_until"] == 75  # a new sentence does not move it
    free = someone(spared, licence_until=75)
    custody.after_reoffence(free, params, 74, 74 * 1024, 1)
    assert (inside(free), free["recalls"]) == (False, 0)
    for day, back in ((74, True), (75, False)):  # one random number: recalled while the licence runs, free after it
        row = someone(only_on_licence, licence_until=75)
        custody.after_reoffence(row, params, day, day * 1024, 1)
        assert (inside(row), row["recalls"], row["first_breach"]) == (back, int(back), NEVER)
