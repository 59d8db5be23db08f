"""Other deaths, what death ends, and what a life adds up to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from by_hand import diary, differences, draw_of, margins, params_of, params_without, per_service_type, someone
from scipy import integrate, stats

from sim.core.clocks import set_hazard
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.engine import person_day as life
from sim.mechanisms import custody, deaths, overdose
from sim.mechanisms import ledger as L
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.queueing import join_queue, leave_service
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    COMMUNITY,
    CUSTODY,
    DAILY,
    DEAD,
    DEPOT,
    IN_TREATMENT,
    N_BANDS,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_OST,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    OPIATE_NO_CRACK,
    OTHER,
    OTHER_CAUSE,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    STIMULANT,
    SUICIDE,
    TEMPORARY,
    TREATMENT_SERVICE,
)
from sim.population.processes import DROPS_OUT, N_CLOCKS, OTHER_DEATH, OVERDOSE

MEAN_RATIO = margins().mean_age_ratio(1.8, 38.0)
DAY = MOMENTS_PER_DAY
COUNTED = (
    "rough_moments", "custody_moments", "treatment_moments", "waiting_moments",
    "using_treated_moments", "using_untreated_moments", "residential_moments", "temporary_moments",
    "daily_ost_moments",
)  # fmt: skip


def in_band(found: Mapping[int, float]) -> list[float]:
    """A number for each band of days since the first release, 0 where none is told."""
    return [found.get(band, 0) for band in range(N_BANDS)]


@pytest.mark.parametrize(
    ("need", "per_year"),
    [(0, 0.0036), (OPIATE_NO_CRACK, 0.0036), (ALCOHOL, 0.0083), (STIMULANT, 0.0014), (OTHER, 0.0014)],
)
def test_natural_death_by_need_at_38(params: Any, need: int, per_year: float) -> None:
    assert deaths.person_base(someone(need=need), params) == pytest.approx(per_year / 365 / MEAN_RATIO)


def test_age_ratio_of_1_8_a_decade(params: Any) -> None:
    at_38 = deaths.person_base(someone(), params)
    assert deaths.person_base(someone(age=48.0), params) == pytest.approx(1.8 * at_38)
    assert deaths.person_base(someone(age=28.0), params) == pytest.approx(at_38 / 1.8)
    assert deaths.person_base(someone(age=43.0), params) == pytest.approx(1.8**0.5 * at_38)


def test_centring_keeps_the_published_mean_over_ages(params: Any) -> None:
    ages = stats.truncnorm(-2.0, 3.7, loc=38.0, scale=10.0)  # 18 to 75
    mean, _ = integrate.quad(lambda age: ages.pdf(age) * deaths.person_base(someone(age=age), params), 18.0, 75.0)
    assert mean == pytest.approx(0.0036 / 365, rel=1e-3)


# Suicide: 0.0014 a person-year, 3.1 times that in the 28 days after a release; 0.0012 in custody, all by 365 days.
LATER, EARLY, INSIDE = 3.8356e-6, 1.18904e-5, 3.2877e-6


def hazards(row: Any, params: Any, day: int) -> tuple[float, float]:
    """Of natural death and of suicide, 1/person-day."""
    return float(deaths.natural_hazard(row, params)), float(deaths.suicide_hazard(row, params, day))


def both(row: Any, params: Any, day: int) -> float:
    """Of any death but poisoning, 1/person-day."""
    return sum(hazards(row, params, day))


def part(row: Any, params: Any, day: int) -> float:
    """Probability that such a death is a suicide."""
    return float(deaths.suicide_part(*hazards(row, params, day)))


@pytest.mark.parametrize(("day", "suicide"), [(0, EARLY), (27, EARLY), (28, LATER), (300, LATER)])
@pytest.mark.parametrize(("roof", "ratio"), [(SETTLED, 1.0), (TEMPORARY, 1.0), (ROUGH, 1.57)])
def test_hazards_at_liberty(params: Any, day: int, suicide: float, roof: int, ratio: float) -> None:
    row = someone(death_base=1e-5, housing=roof)
    assert deaths.natural_hazard(row, params) == pytest.approx(1e-5 * ratio)
    assert deaths.suicide_hazard(row, params, day) == pytest.approx(suicide * ratio, rel=1e-4)
    assert both(row, params, day) == pytest.approx((1e-5 + suicide) * ratio, rel=1e-4)
    assert part(row, params, day) == pytest.approx(suicide / (1e-5 + suicide), rel=1e-4)


def test_suicide_is_as_frequent_again_after_a_later_release(params: Any) -> None:
    row = someone(latest_release=200)
    assert [deaths.suicide_hazard(row, params, day) for day in (227, 228)] == pytest.approx([EARLY, LATER], rel=1e-4)
    assert deaths.next_change(row, 205) == 228


@pytest.mark.parametrize("day", [3, 50])
@pytest.mark.parametrize("roof", [SETTLED, ROUGH])  # whatever stood on the row outside
def test_hazards_in_custody(params: Any, day: int, roof: int) -> None:
    row = someone(status=CUSTODY, death_base=1e-5, housing=roof)
    assert deaths.natural_hazard(row, params) == pytest.approx(0.7e-5)
    assert deaths.suicide_hazard(row, params, day) == pytest.approx(INSIDE, rel=1e-4)
    assert part(row, params, day) == pytest.approx(INSIDE / (0.7e-5 + INSIDE), rel=1e-4)


def test_more_suicide_and_more_natural_death_each_by_its_own_row() -> None:
    row, inside = someone(need=ALCOHOL), someone(need=ALCOHOL, status=CUSTODY)
    usual = params_of()
    for twice in ({"death__suicide": 0.0028}, {"death__suicide_days_1_28_ratio": 6.2}):
        params = params_of(**twice)
        assert deaths.suicide_hazard(row, params, 3) == pytest.approx(2 * deaths.suicide_hazard(row, usual, 3))
        assert both(inside, params, 3) == both(inside, usual, 3)
    for base in (row, inside):
        base["death_base"] = 1e-5
    double = params_of(death__custody_natural_ratio=1.4, death__custody_suicide=0.0024)
    assert both(inside, double, 3) == pytest.approx(2 * both(inside, usual, 3))
    assert both(row, double, 3) == both(row, usual, 3)


def test_off_nobody_dies_but_of_poisoning() -> None:
    off = params_without(deaths)
    for status in (COMMUNITY, CUSTODY):
        row = someone(status=status, housing=ROUGH)
        row["death_base"] = deaths.person_base(row, off)
        assert (both(row, off, 3), part(row, off, 3)) == (0.0, 0.0)


def test_infinite_hazards_part_as_equals() -> None:
    params = params_of()
    assert part(someone(death_base=math.inf), params, 3) == pytest.approx(0.0)
    params["suicide"] = math.inf
    for base, suicides in ((1e-5, 1.0), (math.inf, 0.5)):
        assert part(someone(death_base=base), params, 3) == pytest.approx(suicides)


def test_the_cause_by_one_random_number_a_life(params: Any) -> None:
    causes = []
    for number in range(1, 200):
        row = someone(number, suicide_part=0.3, watched=1)
        causes.append(deaths.cause(row))
        assert (causes[-1] == SUICIDE) == (draw_of(row, P.DEATH_CAUSE, 0) < 0.3)
        deaths.log_cause(row, 5)
        assert diary(row) == [Event.SUICIDE if causes[-1] == SUICIDE else Event.OTHER_DEATH]
    assert set(causes) == {SUICIDE, OTHER_CAUSE}
    assert deaths.cause(someone(suicide_part=0.0)) == OTHER_CAUSE and deaths.cause(someone(suicide_part=1.0)) == SUICIDE


def test_a_death_in_custody_is_told_by_its_place() -> None:
    for status, inside in ((COMMUNITY, 0), (CUSTODY, 1), (RESIDENTIAL, 0)):
        row = someone(status=status, custody_until=60)
        deaths.die(row, 0.7, 50, 50 * DAY, SUICIDE)
        assert (row["status"], row["death_cause"], row["died_in_custody"]) == (DEAD, SUICIDE, inside)
        assert row["custody_until"] == NEVER


def test_death_settles_accounts_stops_clocks_and_frees_places() -> None:
    row = someone(
        housing=ROUGH, treatment=IN_TREATMENT, settled_at=0, exposed_at=0, fatality=0.04,
        appointment_day=9, contact_day=12, residential_until=40, joins=[1] * N_SERVICE_TYPES,
    )  # fmt: skip
    row["suicide_part"] = 0.25
    set_hazard(row, OVERDOSE, 0.01, 0)
    set_hazard(row, OTHER_DEATH, 0.002, 0)
    set_hazard(row, DROPS_OUT, 0.005, 0)
    t = 5 * DAY
    deaths.die(row, 0.7, 5, t, OTHER_CAUSE)
    assert (row["status"], row["death_day"], row["death_cause"]) == (DEAD, 5, OTHER_CAUSE)
    assert (row["appointment_day"], row["contact_day"], row["residential_until"]) == (NEVER, NEVER, NEVER)
    assert row["rough_moments"].tolist() == in_band({0: t})
    assert row["treatment_moments"] == t
    # Five days at 0.01: 0.05 overdoses, of which 0.04 fatal; five days at 0.002: 0.01 deaths, a quarter suicides.
    assert row["expected_drug_deaths"].tolist() == pytest.approx(in_band({0: 0.05 * 0.04}), rel=1e-9)
    assert row["expected_overdoses"] == pytest.approx(0.05 * 0.96 * 0.7, rel=1e-9)
    assert row["expected_other_deaths"].tolist() == pytest.approx(in_band({0: 0.0075}), rel=1e-9)
    assert row["expected_suicides"].tolist() == pytest.approx(in_band({0: 0.0025}), rel=1e-9)
    assert not row["expected_custody_deaths"].any()
    assert row["rate"].tolist() == [0] * N_CLOCKS
    assert row["when"].tolist() == [NEVER] * N_CLOCKS
    assert row["joins"].tolist() == [0] * N_SERVICE_TYPES
    assert row["leaves"].tolist() == [1] * N_SERVICE_TYPES
    assert row["moved"] == 1


def test_durations_count_moments_by_place_and_state() -> None:
    row = someone(housing=ROUGH, settled_at=0)
    L.settle_time(row, 100)
    row["treatment"] = IN_TREATMENT
    L.settle_time(row, 250)
    row["housing"] = SETTLED
    L.settle_time(row, 400)
    row["status"] = CUSTODY
    row["housing"] = ROUGH  # housing left behind is not slept in
    L.settle_time(row, 1000)
    L.settle_time(row, 1000)  # twice at one moment counts once
    assert row["rough_moments"].tolist() == in_band({0: 100 + 150})
    assert row["treatment_moments"] == 150 + 150
    assert row["custody_moments"].tolist() == in_band({0: 600})
    assert row["settled_at"] == 1000


@pytest.mark.parametrize("status", [NOT_YET_RELEASED, DEAD])
def test_nothing_is_counted_before_release_or_after_death(status: int) -> None:
    row = someone(status=status, housing=ROUGH, treatment=IN_TREATMENT, using=1, settled_at=0)
    L.settle_time(row, 500)
    assert not any(row[name].any() for name in COUNTED)


def test_days_on_daily_ost_count_and_those_on_a_depot_do_not() -> None:
    row = someone(settled_at=0, ost=DAILY, treatment=IN_TREATMENT)
    L.settle_time(row, 100)
    row["ost"] = DEPOT
    L.settle_time(row, 250)
    row["ost"], row["treatment"] = DAILY, NO_TREATMENT  # a prescription that bridges the days to treatment
    L.settle_time(row, 400)
    row["ost"] = NO_OST
    L.settle_time(row, 1000)
    assert (row["daily_ost_moments"], row["treatment_moments"]) == (250, 250)
    row["status"], row["ost"] = CUSTODY, DAILY
    L.settle_time(row, 1500)
    assert row["daily_ost_moments"] == 250, "in custody the prison pays"


def test_nights_in_temporary_housing_count_wherever_treatment_stands() -> None:
    row = someone(settled_at=0, housing=TEMPORARY, treatment=IN_TREATMENT)
    L.settle_time(row, 300)
    row["housing"] = SETTLED
    L.settle_time(row, 900)
    assert (row["temporary_moments"], row["treatment_moments"]) == (300, 900)
    assert row["rough_moments"].sum() == 0


def test_exposure_is_hazard_spent_at_the_rate_that_ran() -> None:
    row = someone(exposed_at=0, fatality=0.1)
    set_hazard(row, OVERDOSE, 0.02, 0)
    L.settle_exposure(row, 0.5, 10 * DAY)  # 0.2 overdoses expected, 0.02 of them fatal, half of the rest attended
    row["fatality"] = 0.0
    set_hazard(row, OVERDOSE, 0.01, 10 * DAY)
    L.settle_exposure(row, 0.5, 20 * DAY)  # 0.1 more, none fatal
    assert row["expected_drug_deaths"].tolist() == pytest.approx(in_band({0: 0.014, 1: 0.006}), rel=1e-9)
    assert row["expected_overdoses"] == pytest.approx(0.2 * 0.9 * 0.5 + 0.1 * 0.5, rel=1e-9)
    assert row["exposed_at"] == 20 * DAY


def test_expected_deaths_by_cause_and_place(params: Any) -> None:
    """A settled home to day 20, custody to day 50, then rough again: every stretch at its own rates, under its own
    cause, and what was spent in custody by itself."""
    row = someone(death_base=1e-5, never_asks=1, fatality=0.1, licence_until=0)
    row["fatality"] = overdose.fatality(row, params)
    life.set_rates(row, params, 0, 0)
    custody.enter(row, params, 20, 20 * DAY, 30)
    life.set_rates(row, params, 20, 20 * DAY)
    row["status"], row["latest_release"], row["housing"] = COMMUNITY, 50, ROUGH
    life.set_rates(row, params, 50, 50 * DAY)
    L.close_account(row, 0.7, 60 * DAY)
    assert row["expected_other_deaths"].sum() == pytest.approx(20 * 1e-5 + 30 * 0.7e-5 + 10 * 1.57e-5, rel=1e-6)
    suicides = 20 * EARLY + 30 * INSIDE + 10 * 1.57 * EARLY
    assert row["expected_suicides"].sum() == pytest.approx(suicides, rel=1e-4)
    assert row["expected_custody_deaths"].tolist() == pytest.approx([30 * 0.7e-5, 30 * INSIDE], rel=1e-4)
    # By band: day 20 to 28 of the third band in custody, then all but the last four days of the fourth.
    assert row["expected_other_deaths"][3] == pytest.approx(22 * 0.7e-5 + 6 * 1.57e-5, rel=1e-6)


def test_waking_somebody_for_nothing_leaves_sums_as_they_are(params: Any) -> None:
    one, other = (someone(death_base=1e-5, status=CUSTODY, custody_since=0) for _ in range(2))
    for row, days in ((one, (0, 40)), (other, (*range(41),))):
        for day in days:
            life.set_rates(row, params, day, day * DAY)
        L.close_account(row, 0.7, 40 * DAY)
    assert differences(one, other) == set()


def test_the_first_28_days_are_the_first_three_bands_whenever_they_are_settled() -> None:
    for settled in ((), (28,), (3, 27, 29), (28, 28, 364)):
        row = someone(exposed_at=0)
        set_hazard(row, OTHER_DEATH, 0.001, 0)
        for day in settled:
            L.settle_exposure(row, 0.7, day * DAY)
        L.close_account(row, 0.7, 365 * DAY)
        assert row["expected_other_deaths"][:3].sum() == pytest.approx(0.028, rel=1e-9)
        assert row["expected_other_deaths"].sum() == pytest.approx(0.365, rel=1e-9)


def test_stopped_clocks_keep_what_is_left_to_spend() -> None:
    row = someone(status=COMMUNITY)
    set_hazard(row, DROPS_OUT, 2.0**-12, 0)  # 2^34 ticks a moment: rings after the day in which it is stopped
    before = int(row["left"][DROPS_OUT])
    assert row["when"][DROPS_OUT] > 10
    L.stop_all_clocks(row, 10)
    assert int(row["left"][DROPS_OUT]) == before - 10 * 2**34
    assert row["when"][DROPS_OUT] == NEVER


def test_support_holds_until_its_last_day() -> None:
    assert L.in_force(20, 19)
    assert not L.in_force(20, 20)
    assert not L.in_force(NEVER, 5)


def test_joining_and_leaving_a_line_leave_word_for_the_end_of_the_day() -> None:
    row = someone()
    join_queue(row, NAVIGATOR_SERVICE)
    assert (row["joins"].tolist(), row["leaves"].tolist()) == (
        per_service_type(0, {NAVIGATOR_SERVICE: 1}),
        per_service_type(0, {}),
    )
    assert row["moved"] == 1
    leave_service(row, NAVIGATOR_SERVICE)
    leave_service(row, TREATMENT_SERVICE)
    left = per_service_type(0, {NAVIGATOR_SERVICE: 1, TREATMENT_SERVICE: 1})
    assert (row["joins"].tolist(), row["leaves"].tolist(), row["moved"]) == (per_service_type(0, {}), left, 1)


def test_the_digest_moves_with_each_event() -> None:
    row, other = someone(), someone()
    before = int(row["digest"])
    log_event(row, 5, Event.RELEASED)
    assert int(row["digest"]) != before
    log_event(other, 6, Event.RELEASED)
    assert int(row["digest"]) != int(other["digest"])
    assert L.start_of(3) == 3072
