"""Housing First, by hand: four weeks on the street, a home of one's own that is kept, and how it ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from by_hand import diary, differences, number_with, params_of, params_without, per_service_type, someone

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import beds, custody, deaths, housing, residential
from sim.mechanisms.events import Event
from sim.outcomes.recorder import NUMERATORS
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    CUSTODY,
    DEAD,
    HIDDEN,
    HOUSING,
    HOUSING_FIRST,
    HOUSING_FIRST_SERVICE,
    IN_TREATMENT,
    N_SERVICE_TYPES,
    OTHER_CAUSE,
    REHAB_SERVICE,
    RESIDENTIAL,
    ROUGH,
    SERVICE_TYPES,
    SETTLED,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
    TREATMENT_SERVICE,
)

DAY = 1024
STATUSES = per_service_type(-1, {HOUSING_FIRST_SERVICE: 11})
BOTH = per_service_type(-1, {HOUSING_FIRST_SERVICE: 11, SUPPORTED_SERVICE: 9})


def rough(**fields: Any) -> Any:
    """Somebody who has slept rough since day 10, in reach of Housing First."""
    return someone(**({"housing": ROUGH, "spell_start": 10, "service": STATUSES, "settled_at": 10 * DAY} | fields))


def housed(number: int = 1, **fields: Any) -> Any:
    """Somebody in a Housing First home since day 40."""
    start = {"housing": HOUSING_FIRST, "spell_start": 40, "worker": per_service_type(-1, {HOUSING_FIRST_SERVICE: 2})}
    return someone(number, **(start | {"service": BOTH, "settled_at": 40 * DAY} | fields))


def test_codes_and_words() -> None:
    assert (HOUSING_FIRST, HOUSING[5], HOUSING_FIRST_SERVICE, SERVICE_TYPES[7], N_SERVICE_TYPES) == (
        5,
        "Housing First",
        7,
        SERVICE_TYPES[-1],
        8,
    )


# The list


@pytest.mark.parametrize(("day", "joins"), [(10, 0), (37, 0), (38, 1), (39, 1), (200, 1)])
def test_the_list_is_joined_after_28_days_on_the_street(params: Any, day: int, joins: int) -> None:
    row = rough()
    beds.at_night(row, params, day)
    assert row["joins"].tolist() == per_service_type(0, {HOUSING_FIRST_SERVICE: joins})


@pytest.mark.parametrize(
    "fields",
    [
        {"housing": TEMPORARY},
        {"housing": CAS3},
        {"housing": SETTLED},
        {"housing": SUPPORTED},
        {"status": CUSTODY},
        {"status": RESIDENTIAL},
        {"service": per_service_type(-1, {})},
        {"spell_start": 20},  # a new spell after a roof
        {"key": per_service_type(0, {HOUSING_FIRST_SERVICE: 41})},  # waits already
    ],
)
def test_who_does_not_join(params: Any, fields: dict[str, Any]) -> None:
    row = rough(**fields)
    beds.at_night(row, params, 40)
    assert not row["joins"].any()


@pytest.mark.parametrize(
    ("fields", "leaves"),
    [
        ({}, 0),
        ({"housing": TEMPORARY}, 1),
        ({"housing": SETTLED}, 1),
        ({"status": RESIDENTIAL, "housing": TEMPORARY}, 1),
    ],
)
def test_the_list_is_left_with_the_street(params: Any, fields: dict[str, Any], leaves: int) -> None:
    row = rough(key=per_service_type(0, {HOUSING_FIRST_SERVICE: 41}), **fields)
    beds.at_night(row, params, 40)
    assert row["leaves"].tolist() == per_service_type(0, {HOUSING_FIRST_SERVICE: leaves})


@pytest.mark.parametrize(
    ("street_days", "spell_start", "housing", "day", "joins"),
    [
        (0, 12, HIDDEN, 400, 0),  # no day on the street
        (27, 12, HIDDEN, 400, 0),
        (28, 39, HIDDEN, 40, 1),  # homeless still, and 28 days on the street before
        (20, 31, ROUGH, 38, 0),
        (20, 31, ROUGH, 39, 1),  # 20 days before and 8 in this spell
    ],
)
def test_days_on_the_street_count_whatever_lies_between(
    params: Any, street_days: int, spell_start: int, housing: int, day: int, joins: int
) -> None:
    row = rough(street_days=street_days, spell_start=spell_start, housing=housing)
    beds.at_night(row, params, day)
    assert row["joins"].tolist() == per_service_type(0, {HOUSING_FIRST_SERVICE: joins})


def test_off_the_street_the_place_in_the_list_is_kept(params: Any) -> None:
    row = rough(key=per_service_type(0, {HOUSING_FIRST_SERVICE: 41}), street_days=28, housing=HIDDEN)
    beds.at_night(row, params, 60)
    assert not row["leaves"].any() and not row["joins"].any()


def test_somebody_may_wait_for_both_kinds_of_place(params: Any) -> None:
    row = rough(service=BOTH)
    beds.at_night(row, params, 38)
    assert row["joins"].tolist() == per_service_type(0, {HOUSING_FIRST_SERVICE: 1, SUPPORTED_SERVICE: 1})


def test_a_person_is_woken_on_the_28th_day(params: Any) -> None:
    row = rough(
        using=1, licence_until=0, never_asks=1, latest_release=-20
    )  # on licence and after a release other days come first
    assert life.next_wake(row, params, 12) == 38


# Moving in


def test_a_home_offered_last_night_is_moved_into(params: Any) -> None:
    row = rough(worker=per_service_type(-1, {HOUSING_FIRST_SERVICE: 2}), bed_day=40, watched=1)
    beds.at_dawn(row, params, 39)
    assert row["housing"] == ROUGH
    beds.at_dawn(row, params, 40)
    assert (row["housing"], row["spell_start"], row["status"]) == (HOUSING_FIRST, 40, COMMUNITY)
    assert row["leaves"].tolist() == per_service_type(0, {})
    assert row["rough_moments"].sum() == 30 * DAY
    assert diary(row) == [Event.MOVED_IN]


@pytest.mark.parametrize(
    "held",
    [
        {
            "key": per_service_type(0, {SUPPORTED_SERVICE: 41}),
            "worker": per_service_type(-1, {HOUSING_FIRST_SERVICE: 2}),
        },
        {"worker": per_service_type(-1, {HOUSING_FIRST_SERVICE: 2, SUPPORTED_SERVICE: 3})},  # offered both in one night
    ],
)
def test_a_supported_place_or_its_list_is_given_up(params: Any, held: dict[str, Any]) -> None:
    row = rough(service=BOTH, bed_day=40, **held)
    beds.at_dawn(row, params, 40)
    assert row["housing"] == HOUSING_FIRST
    assert row["leaves"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: 1})
    beds.at_night(row, params, 40)
    assert not row["joins"].any() and row["leaves"][HOUSING_FIRST_SERVICE] == 0


def test_a_short_stay_bed_found_meanwhile_is_free_again(params: Any) -> None:
    held = per_service_type(-1, {HOUSING_FIRST_SERVICE: 2, CAS3_SERVICE: 3})
    row = rough(housing=CAS3, cas3_until=90, worker=held, bed_day=40)
    beds.at_dawn(row, params, 40)
    assert (row["housing"], row["cas3_until"]) == (HOUSING_FIRST, NEVER)
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1})


def test_a_home_is_given_up_by_somebody_who_moves_into_rehabilitation_that_morning(params: Any) -> None:
    held = per_service_type(-1, {HOUSING_FIRST_SERVICE: 2, REHAB_SERVICE: 4, TREATMENT_SERVICE: 1})
    row = rough(service=STATUSES, worker=held, bed_day=40, treatment=IN_TREATMENT, treatment_start=20)
    residential.at_dawn(row, params, 40)
    assert (row["status"], row["housing"]) == (RESIDENTIAL, TEMPORARY)
    beds.at_night(row, params, 40)
    assert row["leaves"][HOUSING_FIRST_SERVICE] == 1


# Living there


def test_a_home_is_lost_seldom_and_nobody_has_to_move_on(params: Any) -> None:
    # 0.84 still there after three years: -ln 0.84 / 1095 = 0.00016 a day, beside 0.0012 in any settled home.
    row = housed()
    assert housing.down_hazard(row, params, 90) == pytest.approx(0.00016)
    assert housing.up_hazard(row, params, 100) == 0.0
    assert float(np.exp(-1095 * housing.down_hazard(row, params, 90))) == pytest.approx(0.84, abs=0.001)
    assert housing.next_change(row, 100) <= 100


@pytest.mark.parametrize(("low", "high", "status"), [(0.0, 0.35, ROUGH), (0.35, 1.0, TEMPORARY)])
def test_where_losing_the_home_ends(params: Any, low: float, high: float, status: int) -> None:
    row = housed(number_with((P.HOME_LOST_TO_ROUGH, 0, low, high)))
    housing.move_down(row, params, 90, 90 * DAY)
    assert (row["housing"], row["spell_start"], row["losses"]) == (status, 90, 1)
    assert row["leaves"].tolist() == per_service_type(0, {HOUSING_FIRST_SERVICE: 1})
    row["leaves"], row["worker"] = 0, per_service_type(-1, {})  # the night is over
    beds.at_night(row, params, 91)
    assert row["joins"][HOUSING_FIRST_SERVICE] == 0  # a new spell begins: 28 days first


def test_a_home_is_kept_in_residential_treatment(params: Any) -> None:
    row = housed(
        worker=per_service_type(-1, {HOUSING_FIRST_SERVICE: 2, REHAB_SERVICE: 4, TREATMENT_SERVICE: 1}), bed_day=60,
        treatment=IN_TREATMENT, treatment_start=50,
    )  # fmt: skip
    residential.at_dawn(row, params, 60)
    beds.at_night(row, params, 60)
    assert (row["status"], row["housing"]) == (RESIDENTIAL, HOUSING_FIRST)
    assert row["leaves"].tolist() == per_service_type(0, {})


def test_custody_and_death_end_it(params: Any) -> None:
    row = housed()
    custody.enter(row, params, 90, 90 * DAY, 14)
    assert (row["housing"], row["leaves"][HOUSING_FIRST_SERVICE]) == (SETTLED, 1)
    row = housed()
    deaths.die(row, 0.7, 90, 90 * DAY, OTHER_CAUSE)
    assert (row["status"], row["leaves"][HOUSING_FIRST_SERVICE]) == (DEAD, 1)


def test_no_risk_of_the_street_and_settled_at_three_months(params: Any) -> None:
    row = housed(death_base=1e-5, overdose_base=1e-4, using=1)
    assert deaths.natural_hazard(row, params) == pytest.approx(1e-5)
    assert deaths.suicide_hazard(row, params, 90) == pytest.approx(0.0014 / 365)
    housing.move(row, SETTLED, 90, 90 * DAY)
    assert not row["rough_moments"].any()
    people = np.array([np.void(housed(housing_at_84=HOUSING_FIRST))])
    assert NUMERATORS["settled_3_months"](people).tolist() == [True]


# Switched off


def test_switched_off_nobody_joins_the_list_and_no_home_is_lost() -> None:
    row = rough()
    before = row.copy()
    beds.at_night(row, params_without(beds), 60)
    assert differences(before, row) == set()
    assert housing.down_hazard(housed(), params_without(housing), 90) == 0.0


def test_the_loss_is_a_number_of_the_run() -> None:
    assert housing.down_hazard(housed(), params_of(housing__housing_first_loss=0.0003), 90) == pytest.approx(0.0003)
