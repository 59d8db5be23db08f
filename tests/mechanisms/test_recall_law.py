"""Recall by law and date, the probation reset, and release from remand, for a few people by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from by_hand import differences, number_with, params_of, someone, under_law

from sim.core.compiled import rows
from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import beds, custody, navigator, referral, release, release_planning, resettlement, supervision
from sim.population import processes as P
from sim.population.codes import (
    CAS3_SERVICE,
    CUSTODY,
    LONGER,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    OPIATE_AND_CRACK,
    ROUGH,
    TO_6_MONTHS,
    WAITING,
)

ACT = date(2026, 3, 31)


def by_date(zero: date, **changes: float) -> Any:
    return rows(under_law(None, zero, **changes))[0]


@pytest.mark.parametrize(
    ("held", "sentence", "u", "days"),
    [
        (date(2014, 1, 1), TO_6_MONTHS, 0.39, 14),
        (date(2014, 1, 1), TO_6_MONTHS, 0.41, 43),  # a quarter of 170 is 42.5: whole by another number
        (date(2024, 4, 1), TO_6_MONTHS, 0.41, 43),
        (date(2024, 4, 2), TO_6_MONTHS, 0.41, 14),
        (date(2024, 4, 2), LONGER, 0.39, 28),
        (date(2024, 4, 2), LONGER, 0.41, 170),
        (date(2025, 9, 1), LONGER, 0.41, 170),
        (date(2025, 9, 2), LONGER, 0.41, 28),
        (date(2025, 9, 2), LONGER, 0.66, 170),
        (date(2025, 9, 2), TO_6_MONTHS, 0.89, 14),
        (ACT, TO_6_MONTHS, 0.89, 56),
        (ACT, LONGER, 0.64, 56),
        (ACT, LONGER, 0.66, 170),
    ],
)
def test_days_of_a_recall_under_each_law(held: date, sentence: int, u: float, days: int) -> None:
    """One random number whatever the law: somebody at u is recalled for these days."""
    number = number_with((P.RECALL_FIXED_TERM, 0, u, u + 0.01))
    row = someone(number, sentence=sentence, licence_until=300)
    assert custody.recall_stay(row, rows(under_law(held))[0], 30) == days


def test_two_recalls_a_day_apart_across_a_change_of_law() -> None:
    """Day 0 is 1 September 2025, the last day before the order, or 30 March 2026, the last before the Act."""
    number = number_with((P.RECALL_FIXED_TERM, 0, 0.5, 0.6))
    long, short = (someone(number, sentence=sentence, licence_until=300) for sentence in (LONGER, TO_6_MONTHS))
    order, act = by_date(date(2025, 9, 1)), by_date(date(2026, 3, 30))
    assert [custody.recall_stay(long, order, day) for day in (0, 1)] == [170, 28]
    assert [custody.recall_stay(short, order, day) for day in (0, 1)] == [14, 14]
    assert [custody.recall_stay(long, act, day) for day in (0, 1)] == [28, 56]
    assert [custody.recall_stay(short, act, day) for day in (0, 1)] == [14, 56]


def test_the_act_ends_standard_recalls_of_people_inside_and_no_fixed_term_sooner_or_later() -> None:
    """Day 100 is 31 March 2026. At 0.93 of longer sentences neither law is for the person."""
    params = by_date(date(2025, 12, 21))
    assert params["law_from"][4] == 100
    between = someone(number_with((P.RECALL_FIXED_TERM, 0, 0.90, 0.95)), sentence=LONGER, licence_until=400)
    assert custody.recall_stay(between, params, 60) == 170  # not of those to whom the Act gives a fixed term
    wide = by_date(date(2025, 12, 21), custody__fixed_recall_share_long_four_years=0.65)
    wide["law_fixed_share"][4, 1] = 0.95
    assert custody.recall_stay(between, wide, 60) == 56  # 40 days to the Act, and 56 inside by then at the earliest
    assert custody.recall_stay(between, wide, 10) == 90  # inside on the day for longer than that: out on the day
    fixed = someone(number_with((P.RECALL_FIXED_TERM, 0, 0.1, 0.2)), sentence=LONGER, licence_until=400)
    assert custody.recall_stay(fixed, wide, 90) == 28


def test_a_recall_on_a_short_sentence_ends_with_the_licence() -> None:
    act, number = rows(under_law(ACT))[0], number_with((P.RECALL_FIXED_TERM, 0, 0.1, 0.2))
    assert custody.recall_stay(someone(number, sentence=TO_6_MONTHS, licence_until=75), act, 40) == 35
    assert custody.recall_stay(someone(number, sentence=TO_6_MONTHS, licence_until=75), act, 74) == 1
    assert custody.recall_stay(someone(number, sentence=LONGER, licence_until=365), act, 360) == 56
    standard = number_with((P.RECALL_FIXED_TERM, 0, 0.92, 0.99))  # of 42.5 days, or of 170 on a longer sentence
    for until, days in ((75, 35), (41, 1), (300, 43)):
        row = someone(standard, sentence=TO_6_MONTHS, licence_until=until)
        assert custody.recall_stay(row, act, 40) == pytest.approx(days, abs=1 if until == 300 else 0)
    assert custody.recall_stay(someone(standard, sentence=LONGER, licence_until=365), act, 360) == 170


# The probation reset


def on_licence(params: Any, **fields: Any) -> Any:
    row = someone(**({"licence_until": 90, "licence_days": 90} | fields))
    life.prepare(row, params)
    return row


def test_the_last_third_of_a_licence_by_hand() -> None:
    """Half the hazard goes with contact, a quarter of that is left: 0.0031 x (0.5 + 0.25 x 0.5 x m / m0)."""
    params = rows(under_law(date(2024, 4, 29), supervision__missed_share=0.5))[0]
    row = on_licence(params)
    ratio = (float(row["missed_contact"][0]) - 0.5) / 0.5
    assert supervision.recall_hazard(row, params, 59) == pytest.approx(0.0031 * (0.5 + 0.5 * ratio))
    assert supervision.recall_hazard(row, params, 60) == pytest.approx(0.0031 * (0.5 + 0.125 * ratio))
    row["housing"] = ROUGH
    ratio = (float(row["missed_contact"][1]) - 0.5) / 0.5
    assert supervision.recall_hazard(row, params, 60) == pytest.approx(2.0 * 0.0031 * (0.5 + 0.125 * ratio))


def test_the_reset_by_dose_and_at_no_effect() -> None:
    hazards = []
    for left in (1.0, 0.5, 0.0):
        params = rows(
            under_law(date(2024, 4, 29), supervision__missed_share=0.5, supervision__reset_contact_ratio=left)
        )[0]
        hazards.append(supervision.recall_hazard(on_licence(params), params, 80))
    without = params_of(supervision__missed_share=0.5)
    assert hazards[0] == pytest.approx(supervision.recall_hazard(on_licence(without), without, 80))
    assert hazards[0] > hazards[1] > hazards[2] == pytest.approx(0.5 * 0.0031)


def test_the_reset_begins_on_its_day_and_only_where_contact_counts() -> None:
    params = by_date(date(2024, 4, 19), supervision__missed_share=0.5)  # day 10 is 29 April 2024
    row = on_licence(params, licence_until=15)
    before, after = (supervision.recall_hazard(row, params, day) for day in (9, 10))
    assert after < before
    assert supervision.next_change(row, params, 0) == 10
    none = rows(under_law(date(2024, 4, 29), supervision__missed_share=0.0))[0]
    row = on_licence(none)
    assert supervision.recall_hazard(row, none, 59) == supervision.recall_hazard(row, none, 60)


# Release from remand or court


def leaving(remand: int, **fields: Any) -> Any:
    """Somebody with an opiate need who leaves prison on day 1, everything prepared for everybody there."""
    usual: dict[str, Any] = {
        "status": NOT_YET_RELEASED, "releases": 0, "first_release": 1, "custody_until": 1, "need": OPIATE_AND_CRACK,
        "licence_days": 0 if remand else 75, "remand": remand, "lost_chance": 0.0, "resettlement_chance": 1.0,
        "planned_chance": 1.0, "bridged_chance": 1.0, "depot_chance": 1.0, "booked_chance": 1.0, "ost_chance": 1.0,
        "naloxone_chance": 1.0, "hub_closes": 2000.0, "home_last_start": 2000.0,
        "service": [0] * N_SERVICE_TYPES,
    }  # fmt: skip
    return someone(**(usual | fields))


def test_nothing_is_planned_for_somebody_who_leaves_from_remand() -> None:
    params = params_of()
    planned, remand = leaving(0), leaving(1)
    for row in (planned, remand):
        resettlement.prepare_release(row, params)
        beds.refer_before_release(row, params, ROUGH)
        release.release(row, params, 1, 1024)
    assert (planned["met_before_release"], remand["met_before_release"]) == (0, 0)  # taken up on release
    assert planned["resettlement_until"] != NEVER and remand["resettlement_until"] == NEVER
    assert (planned["ready"], remand["ready"]) == (1, 0)
    assert (planned["treatment"], remand["treatment"]) == (WAITING, NO_TREATMENT)
    assert planned["script_until"] > 2 and remand["script_until"] == 2
    assert (planned["licence_until"], remand["licence_until"]) == (76, 1)
    assert (planned["joins"][CAS3_SERVICE], remand["joins"][CAS3_SERVICE]) == (1, 0)
    assert release_planning.is_planned(planned, params, 1) and not release_planning.is_planned(remand, params, 1)
    assert (planned["has_naloxone"], remand["has_naloxone"]) == (1, 1)  # kits are counted among everybody released
    life.prepare(remand, params)
    assert supervision.recall_hazard(remand, params, 1) == 0.0
    assert referral.ask_hazard(remand, params, 2) > 0.0


def test_a_navigator_is_asked_for_on_the_day_and_not_before() -> None:
    for remand, day in ((0, 4), (1, 5)):
        row = leaving(remand, first_release=5, custody_until=5)
        assert navigator.queue_day(row) == day
        for today in (3, 4, 5):
            navigator.at_dawn(row, today)
            assert row["joins"][NAVIGATOR_SERVICE] == (today >= day)


def test_referrals_lost_hold_over_everybody() -> None:
    """0.28 of all are lost; with a fifth of releases from remand 0.1 of the others are: 0.2 + 0.8 x 0.1."""
    assert referral.planned_part(0.28, 0.2) * 0.28 == pytest.approx(0.1)
    assert referral.planned_part(0.1, 0.2) == referral.planned_part(0.0, 0.2) == 0.0
    assert referral.planned_part(0.28, 0.0) == pytest.approx(1.0)
    params = params_of(population__released_from_remand=0.2)
    for u, arrives in ((0.095, False), (0.105, True)):
        number = number_with((P.REFERRAL_ARRIVES, 1, u, u + 0.005))
        row = leaving(0, number=number, stream=someone(number)["stream"], lost_chance=0.28, releases=1)
        referral.refer_at_release(row, params, 1, 1024, False)
        assert (row["treatment"] == WAITING) == arrives


def test_after_a_new_sentence_by_its_own_random_number_and_never_after_a_recall() -> None:
    params = params_of(population__released_from_remand=0.2, custody__after_reoffence=1.0)
    for low, high, remand in ((0.0, 0.2, 1), (0.2, 1.0, 0)):
        row = someone(number_with((P.REMAND, 2, low, high)), licence_until=10)
        custody.after_reoffence(row, params, 20, 20 * 1024, 0)
        assert (row["status"], row["remand"]) == (CUSTODY, remand)
    row = someone(remand=1, licence_until=90)
    custody.recall(row, params, 20, 20 * 1024, True)
    assert row["remand"] == 0


def test_without_remand_lives_are_as_before() -> None:
    params = params_of()
    one, other = leaving(0), leaving(0)
    other["licence_days"] = 75
    for row in (one, other):
        release.release(row, params, 1, 1024)
    assert not differences(one, other)
    assert np.asarray(params["remand_share"]) == 0.0
