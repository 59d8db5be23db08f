"""The day of release, by hand."""

from __future__ import annotations

import math
from math import log
from typing import Any

import pytest
from by_hand import draw_of, number_with, params_of, someone

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.rates import probability_from_logit
from sim.mechanisms import custody, release
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    COMMUNITY,
    CUSTODY,
    DAILY,
    HALF,
    HIDDEN,
    KEPT,
    LONGER,
    LOST,
    N_BANDS,
    NO_OST,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    ON_OST,
    OTHER,
    ROUGH,
    SETTLED,
    STIMULANT,
    TEMPORARY,
    TO_6_MONTHS,
    TO_12_MONTHS,
    WAITING,
)

BEFORE_BEDS = 0.149 + 0.64 * 0.119  # 0.22516
SHORT = 0.91 * (0.35 + 0.12) + 0.09 * (0.58 + 0.12)  # sentences to 12 months, men and women
SENTENCE_BY_NFA = {
    (short, nfa): (SHORT if short else 1.0 - SHORT) * (0.274 if nfa else 0.726) for short in (0, 1) for nfa in (0, 1)
}


def prisoner(number: int = 1, *, custody_until: int = 20, **fields: Any) -> Any:
    """Somebody not yet released, with the prison's arrangements of the day on the row."""
    start = {
        "status": NOT_YET_RELEASED,
        "releases": 0,
        "sentence": LONGER,
        "licence_days": 365,
        "home_last_start": 1440.0,
    }
    return someone(number, **(start | {"custody_until": custody_until} | fields))


def test_the_centred_first_night_keeps_the_share_before_beds(params: Any) -> None:
    homeless = unsettled = 0.0
    for (short, nfa), share in SENTENCE_BY_NFA.items():
        row = someone(sentence=TO_12_MONTHS if short else LONGER, no_fixed_abode=nfa)
        homeless += share * release.homeless_probability(row, params, False)
        unsettled += share * release.unsettled_probability(row, params)
    assert homeless == pytest.approx(BEFORE_BEDS, rel=1e-9)
    assert unsettled == pytest.approx(0.149 + 0.247, rel=1e-9)  # beds move people between the two


def test_the_published_odds_ratios_are_those_of_all_people(params: Any) -> None:
    """Of two ratios that meet in the same people each is published over the other: what is used is a little larger."""

    def odds(short: tuple[int, ...], nfa: tuple[int, ...]) -> float:
        cells = [(s, n) for s in short for n in nfa]
        rows = [someone(sentence=TO_12_MONTHS if s else LONGER, no_fixed_abode=n) for s, n in cells]
        shares = [SENTENCE_BY_NFA[cell] for cell in cells]
        each = [release.homeless_probability(row, params, False) for row in rows]
        p = math.fsum(s * q for s, q in zip(shares, each, strict=True)) / math.fsum(shares)
        return p / (1.0 - p)

    assert odds((1,), (0, 1)) / odds((0,), (0, 1)) == pytest.approx(1.8, rel=1e-9)
    assert odds((0, 1), (1,)) / odds((0, 1), (0,)) == pytest.approx(4.0, rel=1e-9)
    assert 1.8 < math.exp(params["unsettled_short"]) < 1.9 and 4.0 < math.exp(params["unsettled_nfa"]) < 4.2


def test_odds_of_sleeping_rough(params: Any) -> None:
    b, short, no_abode = (float(params[name]) for name in ("homeless_intercept", "unsettled_short", "unsettled_nfa"))
    for sentence, nfa, supported, added in (
        (LONGER, 0, False, 0.0),
        (TO_6_MONTHS, 0, False, short),
        (TO_12_MONTHS, 0, False, short),
        (LONGER, 1, False, no_abode),
        (TO_6_MONTHS, 1, True, short + no_abode + log(0.80)),
    ):
        row = someone(sentence=sentence, no_fixed_abode=nfa)
        expected = probability_from_logit(b + added)
        assert release.homeless_probability(row, params, supported) == pytest.approx(expected)


@pytest.mark.parametrize(("street", "status"), [((0.0, 0.54), ROUGH), ((0.54, 1.0), HIDDEN)])
@pytest.mark.parametrize("n", [1, 3])
def test_homeless_on_the_street_or_off_it(street: tuple[float, float], status: int, n: int) -> None:
    """One number decides whether there is a home, another of the same release where somebody without one is."""
    params = params_of(housing__first_night_street=0.54)
    p = probability_from_logit(float(params["homeless_intercept"]))
    number = number_with((P.FIRST_NIGHT, n, 0.0, p), (P.FIRST_NIGHT_STREET, n, *street))
    row = prisoner(number, releases=n, first_night=-1, street_days=9, housing=ROUGH)
    release.first_night(row, params, 20, 20 * 1024, False)
    assert (row["housing"], row["first_night"], row["street_days"]) == (status, status, 0)


def test_support_moves_nobody_from_temporary_to_settled_housing(params: Any) -> None:
    """The ratio was judged for nights without a home; of settled homes nothing is known."""
    alone, helped = (
        [release.night_before_beds(someone(number, sentence=LONGER), params, 1, met) for number in range(1, 400)]
        for met in (False, True)
    )
    changed = {(before, after) for before, after in zip(alone, helped, strict=True) if before != after}
    assert changed == {(ROUGH, TEMPORARY)}


def test_first_night_thresholds(params: Any) -> None:
    p = probability_from_logit(float(params["homeless_intercept"]))
    temporary = probability_from_logit(float(params["unsettled_intercept"]))
    for low, high, status in ((0.0, p, ROUGH), (p, temporary, TEMPORARY), (temporary, 1.0, SETTLED)):
        row = prisoner(number_with((P.FIRST_NIGHT, 1, low, high)), releases=1, first_night=-1)
        release.first_night(row, params, 20, 20 * 1024, False)
        assert (row["housing"], row["first_night"], row["spell_start"]) == (status, status, 20)


def test_a_re_release_draws_housing_afresh_and_leaves_the_measure(params: Any) -> None:
    row = someone(number_with((P.FIRST_NIGHT, 2, 0.9, 1.0)), sentence=LONGER, releases=2, first_night=ROUGH)
    release.first_night(row, params, 90, 90 * 1024, False)
    assert (row["housing"], row["first_night"]) == (SETTLED, ROUGH)


@pytest.mark.parametrize(
    ("need", "ost", "p"),
    [
        (0, NO_OST, 0.298),
        (STIMULANT, NO_OST, 0.298),
        (OTHER, NO_OST, 0.298),
        (ALCOHOL, NO_OST, 0.424),
        (0, DAILY, 1.0 - 0.702**0.33),  # 0.110
    ],
)
def test_use_on_the_day(params: Any, need: int, ost: int, p: float) -> None:
    for low, high, using in ((p - 0.05, p, 1), (p, p + 0.05, 0)):
        row = someone(number_with((P.USE_ON_RELEASE, 1, low, high)), need=need, ost=ost, using=1 - using)
        release.use_on_the_day(row, params, 33, 33 * 1024)
        assert (row["using"], row["abstinent_since"]) == (using, 33)
        assert row["first_use"] == (33 if using else NEVER)
    assert pytest.approx(0.11, abs=0.001) == 1.0 - 0.702**0.33


def test_a_diary_tells_of_use_on_the_day_of_release(params: Any) -> None:
    for low, high, logged in ((0.0, 0.2, [5 * 256 + Event.USE_STARTS]), (0.5, 1.0, [])):
        row = someone(number_with((P.USE_ON_RELEASE, 1, low, high)), watched=1)
        release.use_on_the_day(row, params, 33, 33 * 1024 + 5)
        assert row["logged"][: row["n_logged"]].tolist() == logged


def test_ost_on_first_release_keeps_part_of_tolerance_and_gives_a_script(params: Any) -> None:
    on = (P.OST_IN_CUSTODY, 1, 0.0, 0.571)
    for bridged, until in (((P.SCRIPT_BRIDGED, 1, 0.0, 0.25), 30), ((P.SCRIPT_BRIDGED, 1, 0.25, 1.0), 21)):
        row = prisoner(
            number_with(on, bridged), ost_chance=0.571, bridged_chance=0.25, releases=1, ost_stop=3, ost_is_new_start=1
        )
        release.opioid_state(row, params, 20)
        assert (row["ost"], row["ost_at_release"], row["tolerance"], row["script_until"]) == (DAILY, 1, ON_OST, until)
        assert (row["ost_start"], row["ost_stop"], row["ost_is_new_start"]) == (20, NEVER, 0)


def test_no_ost_on_first_release_means_lost_tolerance(params: Any) -> None:
    row = prisoner(number_with((P.OST_IN_CUSTODY, 1, 0.571, 1.0)), ost_chance=0.571, releases=1, script_until=99)
    release.opioid_state(row, params, 20)
    assert (row["ost"], row["ost_at_release"], row["tolerance"], row["script_until"]) == (NO_OST, 0, LOST, NEVER)


@pytest.mark.parametrize(("stay", "tolerance"), [(1, HALF), (13, HALF), (14, LOST), (60, LOST)])
def test_tolerance_after_a_short_or_long_return_without_ost(params: Any, stay: int, tolerance: int) -> None:
    row = someone(number_with((P.OST_IN_CUSTODY, 2, 0.6, 1.0)), releases=2, ost_chance=0.571)
    custody.enter(row, params, 50, 50 * MOMENTS_PER_DAY, stay)  # judged by the stay ordered, whatever the weekday
    release.opioid_state(row, params, int(row["custody_until"]))
    assert (row["tolerance"], row["used_days"]) == (tolerance, 0)


def test_ost_on_re_release(params: Any) -> None:
    # On OST when taken in: kept for certain. Others: (0.571 - 0.40) / 0.60 = 0.285, so that 0.571 holds.
    late = number_with((P.OST_IN_CUSTODY, 2, 0.99, 1.0))
    kept = someone(late, releases=2, ost_chance=0.571, custody_since=10, ost_when_taken=1)
    release.opioid_state(kept, params, 40)
    assert (kept["ost"], kept["tolerance"]) == (DAILY, ON_OST)
    for low, high, ost in ((0.0, 0.285, DAILY), (0.285, 0.6, NO_OST)):
        row = someone(number_with((P.OST_IN_CUSTODY, 2, low, high)), releases=2, ost_chance=0.571, custody_since=10)
        release.opioid_state(row, params, 40)
        assert row["ost"] == ost
    scarce = someone(number_with((P.OST_IN_CUSTODY, 2, 0.0, 0.01)), releases=2, ost_chance=0.2, custody_since=10)
    release.opioid_state(scarce, params, 40)
    assert scarce["ost"] == NO_OST  # less than those who keep it: nobody new


def test_a_first_release_whole(params: Any) -> None:
    row = prisoner(
        number_with((P.REFERRAL_ARRIVES, 1, 0.28, 1.0)), lost_chance=0.28, ost_chance=1.0, naloxone_chance=1.0,
        settled_at=0, navigator_until=NEVER,
    )  # fmt: skip
    release.release(row, params, 20, 20 * 1024)
    assert (row["status"], row["releases"], row["latest_release"], row["custody_until"]) == (COMMUNITY, 1, 20, NEVER)
    assert (row["licence_until"], row["exposed_at"], row["settled_at"]) == (385, 20 * 1024, 20 * 1024)
    assert (row["has_naloxone"], row["ost"], row["treatment"], row["engaged"]) == (1, DAILY, WAITING, 0)
    assert not row["custody_moments"].any() and not row["rough_moments"].any()
    assert row["first_payment"] >= 55


def test_a_re_release_counts_custody_and_moves_no_licence(params: Any) -> None:
    row = someone(
        number_with((P.REFERRAL_ARRIVES, 2, 0.0, 0.28)), status=CUSTODY, custody_since=30, custody_until=58,
        settled_at=30 * 1024, exposed_at=30 * 1024, licence_until=75, engaged=1, using=0, lost_chance=0.28,
    )  # fmt: skip
    release.release(row, params, 58, 58 * 1024)
    assert (row["releases"], row["licence_until"], row["engaged"], row["treatment"]) == (2, 75, 0, NO_TREATMENT)
    # Days 30 to 57: the last 26 days of the fourth band and the first two of the fifth.
    assert row["custody_moments"].tolist() == [0, 0, 0, 26 * 1024, 2 * 1024, *[0] * (N_BANDS - 5)]
    assert row["abstinent_since"] == 58


@pytest.mark.parametrize("need", [STIMULANT, ALCOHOL, OTHER])
def test_kits_and_ost_are_for_opiate_needs_only(params: Any, need: int) -> None:
    row = prisoner(need=need, naloxone_chance=1.0, ost_chance=1.0)
    release.release(row, params, 20, 20 * 1024)
    assert (row["has_naloxone"], row["ost"], row["ost_at_release"], row["tolerance"]) == (0, NO_OST, 0, KEPT)
    assert row["script_until"] == NEVER


def test_whom_a_lever_adds_to_ost_is_not_taken_for_selected(params: Any) -> None:
    added = prisoner(number_with((P.OST_IN_CUSTODY, 1, 0.571, 0.85)), releases=1, ost_chance=0.85)
    usual = prisoner(number_with((P.OST_IN_CUSTODY, 1, 0.0, 0.571)), releases=1, ost_chance=0.85)
    none = prisoner(number_with((P.OST_IN_CUSTODY, 1, 0.85, 1.0)), releases=1, ost_chance=0.85)
    for row, on, attends in ((added, 1, 0), (usual, 1, 1), (none, 0, 0)):
        release.opioid_state(row, params, 20)
        assert (row["ost_at_release"], row["attends_as_on_ost"]) == (on, attends)


def test_the_luck_of_a_kit_is_one_a_life(params: Any) -> None:
    # Re-releases at the same share never add kits.
    for number in range(1, 30):
        row = prisoner(number, naloxone_chance=0.5)
        release.release(row, params, 20, 20 * 1024)
        first = int(row["has_naloxone"])
        assert first == (draw_of(row, P.NALOXONE_AT_RELEASE, 0) < 0.5)
        row["status"], row["custody_since"] = CUSTODY, 40
        release.release(row, params, 60, 60 * 1024)
        assert row["has_naloxone"] == first


def test_a_kit_carried_once_is_not_taken_away(params: Any) -> None:
    row = someone(status=CUSTODY, has_naloxone=1, naloxone_chance=0.0, custody_since=1, custody_until=30)
    release.release(row, params, 30, 30 * 1024)
    assert row["has_naloxone"] == 1


@pytest.mark.parametrize(
    ("minutes", "last_start", "late"),
    [
        (60.0, 1440.0, 0),  # home by 13:00
        (290.0, 1440.0, 0),  # released before 12:00: home before 17:00
        (430.0, 1440.0, 1),  # released after 10:00: home after 17:00
        (math.inf, -1.0, 1),
        (60.0, 599.0, 1),  # the last departure is before anybody is released
        (60.0, 720.0, 0),
    ],
)
def test_late_arrival_moves_the_first_appointment_by_a_day(
    params: Any, minutes: float, last_start: float, late: int
) -> None:
    number = number_with((P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.FIRST_DELAY, 1, 0.2, 0.42))  # three days
    row = prisoner(number, lost_chance=0.28, home_minutes=minutes, home_last_start=last_start)
    release.release(row, params, 20, 20 * 1024)
    assert row["ready_day"] == 20 + 3 + late - 1


def test_the_minute_of_release_decides_who_is_late(params: Any) -> None:
    # Closing at 17:00 (1,020), 360 minutes home: late after 11:00, the second half of the two hours.
    for low, late in ((0.0, 0), (0.5, 1)):
        chances = (P.REFERRAL_ARRIVES, 1, 0.28, 1.0), (P.FIRST_DELAY, 1, 0.2, 0.42)
        row = prisoner(
            number_with(*chances, (P.RELEASE_MINUTE, 1, low, low + 0.5)), lost_chance=0.28, home_minutes=360.0
        )
        release.release(row, params, 20, 20 * 1024)
        assert row["ready_day"] == 22 + late


def test_a_navigator_claims_on_the_day_and_lowers_homelessness(params: Any) -> None:
    p = probability_from_logit(float(params["homeless_intercept"]))
    helped = probability_from_logit(float(params["homeless_intercept"]) + log(0.80))
    number = number_with((P.FIRST_NIGHT, 1, helped, p))  # rough without a navigator, not with one
    alone, supported = prisoner(number), prisoner(number, navigator_from=20, navigator_until=203)
    for row in (alone, supported):
        release.release(row, params, 20, 20 * 1024)
    assert (alone["housing"], supported["housing"]) == (ROUGH, TEMPORARY)
    assert supported["first_payment"] == 55
    assert alone["first_payment"] == 55 + int(-log(draw_of(alone, P.BENEFIT_CLAIM, 1)) / float(params["claim_hazard"]))
