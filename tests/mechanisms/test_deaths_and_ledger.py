"""Other deaths, what death ends, and what a life adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from by_hand import margins, per_service_type, someone
from scipy import integrate, stats

from sim.core.clocks import set_hazard
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.mechanisms import deaths
from sim.mechanisms import ledger as L
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.queueing import join_queue, leave_service
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
    ROUGH,
    SETTLED,
    STIMULANT,
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
    [(0, 0.0052), (OPIATE_NO_CRACK, 0.0052), (ALCOHOL, 0.0090), (STIMULANT, 0.0025), (OTHER, 0.0025)],
)
def test_hazard_by_need_at_38(params: Any, need: int, per_year: float) -> None:
    assert deaths.person_base(someone(need=need), params) == pytest.approx(per_year / 365 / MEAN_RATIO)


def test_age_ratio_of_1_8_a_decade(params: Any) -> None:
    at_38 = deaths.person_base(someone(), params)
    assert deaths.person_base(someone(age=48.0), params) == pytest.approx(1.8 * at_38)
    assert deaths.person_base(someone(age=28.0), params) == pytest.approx(at_38 / 1.8)
    assert deaths.person_base(someone(age=43.0), params) == pytest.approx(1.8**0.5 * at_38)


def test_centring_keeps_the_published_mean_over_ages(params: Any) -> None:
    ages = stats.truncnorm(-2.0, 3.7, loc=38.0, scale=10.0)  # 18 to 75
    mean, _ = integrate.quad(lambda age: ages.pdf(age) * deaths.person_base(someone(age=age), params), 18.0, 75.0)
    assert mean == pytest.approx(0.0052 / 365, rel=1e-3)


def test_sleeping_rough_multiplies_by_1_57(params: Any) -> None:
    assert deaths.hazard(someone(death_base=1e-5, housing=ROUGH), params) == pytest.approx(1.57e-5)
    assert deaths.hazard(someone(death_base=1e-5, housing=SETTLED), params) == pytest.approx(1e-5)


def test_death_settles_accounts_stops_clocks_and_frees_places() -> None:
    row = someone(
        housing=ROUGH, treatment=IN_TREATMENT, settled_at=0, exposed_at=0, fatality=0.04,
        appointment_day=9, contact_day=12, residential_until=40, joins=[1] * N_SERVICE_TYPES,
    )  # fmt: skip
    set_hazard(row, OVERDOSE, 0.01, 0)
    set_hazard(row, OTHER_DEATH, 0.002, 0)
    set_hazard(row, DROPS_OUT, 0.005, 0)
    t = 5 * DAY
    deaths.die(row, 0.7, 5, t, OTHER_CAUSE)
    assert (row["status"], row["death_day"], row["death_cause"]) == (DEAD, 5, OTHER_CAUSE)
    assert (row["appointment_day"], row["contact_day"], row["residential_until"]) == (NEVER, NEVER, NEVER)
    assert row["rough_moments"].tolist() == in_band({0: t})
    assert row["treatment_moments"] == t
    # Five days at 0.01: 0.05 overdoses, of which 0.04 fatal; five days at 0.002: 0.01 other deaths.
    assert row["expected_drug_deaths"].tolist() == pytest.approx(in_band({0: 0.05 * 0.04}), rel=1e-9)
    assert row["expected_overdoses"] == pytest.approx(0.05 * 0.96 * 0.7, rel=1e-9)
    assert row["expected_other_deaths"].tolist() == pytest.approx(in_band({0: 0.01}), rel=1e-9)
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
