"""Who asks for a residential place, and how many days a stay lasts, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from by_hand import SIGMAS, number_with, params_of, per_service_type, someone
from hypothesis import given, settings
from hypothesis import strategies as st
from residential_ground import DAY, ENDS_EARLY, PARAMS, in_treatment, line_of
from scipy import stats

from sim.core.keys import whole
from sim.mechanisms import attendance, residential
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    IN_TREATMENT,
    NO_TREATMENT,
    OPIATE_NO_CRACK,
    OTHER,
    REHAB_SERVICE,
    STIMULANT,
    WAITING,
)

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(("using", "low", "high", "wants"), [(1, 0.0, 0.1, 1), (1, 0.1, 1.0, 0), (0, 0.0, 0.1, 0)])
def test_who_asks_at_the_start_of_an_episode(params: Any, using: int, low: float, high: float, wants: int) -> None:
    row = someone(
        number_with((P.WANTS_RESIDENTIAL, 3, low, high)), using=using, episodes=3, wants_residential=1 - wants
    )
    residential.ask(row, params)
    assert row["wants_residential"] == wants


def test_a_first_appointment_kept_asks_with_the_luck_of_its_episode(params: Any) -> None:
    kept = (P.APPOINTMENT_KEPT, 0, 0.0, 0.02)
    for low, high, wants in ((0.0, 0.1, 1), (0.1, 1.0, 0)):
        row = someone(
            number_with(kept, (P.WANTS_RESIDENTIAL, 1, low, high)), treatment=WAITING, using=1, asked_on=0,
            arrive_after=0.0, leave_before=1440.0,
        )  # fmt: skip
        attendance.meet_first_appointment(row, params, 3, 3 * DAY)
        assert (row["treatment"], row["episodes"], row["wants_residential"]) == (IN_TREATMENT, 1, wants)


@pytest.mark.parametrize("need", [0, OPIATE_NO_CRACK, STIMULANT, ALCOHOL, OTHER])
def test_each_need_stands_in_its_own_line(need: int) -> None:
    row = in_treatment(need=need, wants_residential=1)
    residential.at_night(row, PARAMS)
    assert row["joins"].tolist() == per_service_type(0, {line_of(need): 1})


@pytest.mark.parametrize(
    ("fields", "joins", "leaves"),
    [
        ({"wants_residential": 1}, 1, 0),
        ({"wants_residential": 0}, 0, 0),
        ({"wants_residential": 1, "treatment": WAITING}, 0, 0),
        ({"wants_residential": 1, "service": per_service_type(-1, {})}, 0, 0),
        ({"wants_residential": 1, "key": per_service_type(0, {REHAB_SERVICE: 9})}, 0, 0),  # waits already
        ({"wants_residential": 1, "key": per_service_type(0, {REHAB_SERVICE: 9}), "treatment": NO_TREATMENT}, 0, 1),
    ],
)
def test_the_list_is_joined_while_treatment_lasts(fields: dict[str, Any], joins: int, leaves: int) -> None:
    row = in_treatment(**fields)
    residential.at_night(row, PARAMS)
    assert row["joins"].tolist() == per_service_type(0, {REHAB_SERVICE: joins})
    assert row["leaves"].tolist() == per_service_type(0, {REHAB_SERVICE: leaves})


@pytest.mark.parametrize(("need", "planned", "early_end"), [(0, 84, 0.25), (ALCOHOL, 10, 0.23)])
def test_a_stay_is_completed_or_ends_early(params: Any, need: int, planned: int, early_end: float) -> None:
    whole = someone(number_with((P.RESIDENTIAL_ENDS_EARLY, 2, early_end, 1.0)), need=need, stays=2, ends_early=1)
    assert (residential.days_of_stay(whole, params), whole["ends_early"]) == (planned, 0)
    early = someone(number_with((P.RESIDENTIAL_ENDS_EARLY, 2, 0.0, early_end)), need=need, stays=2)
    assert 1 <= residential.days_of_stay(early, params) < planned
    assert early["ends_early"] == 1


@pytest.mark.parametrize(
    ("need", "low", "high", "days"),
    [
        (0, 0.0, 0.65 / 21, 1),  # 0.65 of early endings in 21 days, evenly
        (0, 0.65 * 20 / 21, 0.65, 21),
        (0, 0.65, 0.65 + 0.35 / 62, 22),  # the rest on days 22 to 83, evenly
        (0, 0.65 + 0.35 * 60.5 / 62, 0.65 + 0.35 * 61 / 62, 82),
        (0, 1.0 - 0.35 / 62, 1.0, 83),
        (ALCOHOL, 0.0, 1 / 9, 1),  # days 1 to 9, evenly
        (ALCOHOL, 8 / 9, 1.0, 9),
    ],
)
def test_the_day_of_an_early_end(params: Any, need: int, low: float, high: float, days: int) -> None:
    margin = 1e-6
    number = number_with(ENDS_EARLY, (P.RESIDENTIAL_EARLY_DAY, 0, low + margin, high - margin))
    assert residential.days_of_stay(someone(number, need=need), params) == days


@STEADY
@given(
    st.integers(1, 10_000), st.sampled_from([0, ALCOHOL]), st.floats(1.0, 200.0), st.floats(1.0, 60.0), st.floats(0, 1),
    st.floats(0.01, 1.0),
)  # fmt: skip
def test_any_stay_lasts_a_day_at_least_and_as_planned_at_most(
    number: int, need: int, rehab: float, detox: float, early_end: float, early_share: float
) -> None:
    params = params_of(
        treatment__rehab_days=rehab, treatment__detox_days=detox, treatment__rehab_early_end=early_end,
        treatment__detox_early_end=early_end, treatment__rehab_early_share=early_share,
    )  # fmt: skip
    row = someone(number, need=need)
    mean = max(2.0, detox if need == ALCOHOL else rehab)
    planned = whole(mean, row["stream"], P.RESIDENTIAL_DAYS, 0)
    days = residential.days_of_stay(row, params)
    assert 1 <= days <= planned < mean + 1.0
    assert (days < planned) == bool(row["ends_early"])


def test_stays_of_many_people(params: Any) -> None:
    """8,000 people: a quarter end early, 0.65 of them within three weeks, evenly on either side; fixed numbers."""
    days = []
    for number in range(1, 8001):
        row = someone(number)
        stay = residential.days_of_stay(row, params)
        if row["ends_early"]:
            days.append(stay)
    n = len(days)
    assert abs(n / 8000 - 0.25) < SIGMAS * math.sqrt(0.25 * 0.75 / 8000)
    assert abs(sum(day <= 21 for day in days) / n - 0.65) < SIGMAS * math.sqrt(0.65 * 0.35 / n)
    late = [day for day in days if day > 21]
    counts = [sum(low <= day <= low + 30 for day in late) for low in (22, 53)]  # 31 days each, to day 83
    assert sum(counts) == len(late)
    assert stats.chisquare(counts).pvalue > 1e-4
